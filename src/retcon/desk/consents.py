"""What people allowed: the ledger, what is in force, writing a line, asking for a yes, how many may be written to."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from retcon import library, localtime, text
from retcon.channels import permission, reach
from retcon.desk import gate, letters, situations
from retcon.desk.house import House
from retcon.errors import Conflict, InputError, UsageError
from retcon.frozen import dataclass
from retcon.model.outbox import OutboxRow
from retcon.model.people import Basis, Consent, ConsentState, Customer, Purpose
from retcon.model.policy import Answer
from retcon.model.situation import Situation
from retcon.retention import answering, compose
from retcon.store import consents, installation, operations, outbox, people, reachable, suppressions, touched
from retcon.store.database import Connection

# Whoever was asked for a yes isn't asked again for so long.
ASK_AGAIN = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """What holds for a purpose on a medium at a time: whether a message may go, why, and the line that it rests on.

    `derived` where no line says so: it follows from a purchase, or from the country.
    """

    medium: str
    purpose: Purpose
    state: ConsentState
    allowed: bool
    reason: str
    basis: Basis = Basis.NONE
    expires_at: datetime | None = None
    derived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Everything that one person allowed or forbade; the lines oldest first."""

    customer: Customer
    lines: tuple[Consent, ...]
    rights: tuple[Right, ...]
    asked_at: datetime | None


def of(house: House, reference: str) -> Ledger:
    """One person's ledger. Raises InputError where nobody is known by the reference."""
    now = house.now()
    with house.database.read() as tx:
        situation = _situation(tx, situations.find(tx, reference), now)
        asked_at = consents.asked_at(tx, situation.customer.id)
    return Ledger(
        customer=situation.customer,
        lines=situation.consents,
        rights=in_force(house, situation, now),
        asked_at=asked_at,
    )


def in_force(house: House, situation: Situation, now: datetime) -> tuple[Right, ...]:
    """What holds now on each medium that is set up or that the ledger speaks of: advertising, and whatever it says."""
    media = dict.fromkeys((*house.media.values(), *(_medium(house, line.channel) for line in situation.consents)))
    said = {(_medium(house, line.channel), line.purpose) for line in situation.consents}
    return tuple(
        _right(house, situation, medium, purpose, now)
        for medium in media
        for purpose in (Purpose.MARKETING, Purpose.RELATIONSHIP, Purpose.SERVICE)
        if purpose is Purpose.MARKETING or (medium, purpose) in said
    )


def _medium(house: House, channel: str) -> str:
    """The ledger may name a channel or the medium that it writes to."""
    return house.media.get(channel, channel)


def _right(house: House, situation: Situation, medium: str, purpose: Purpose, now: datetime) -> Right:
    channel = next((name for name, its in house.media.items() if its == medium), medium)
    address = reach.address(situation, medium) or next(iter(reach.known(situation, medium)), "")
    asked = gate.Asked(purpose=purpose, channel=channel, recipient=address)
    question = replace(gate.question(house, situation, asked), kind=medium)
    rules = (permission.consent, permission.suppressed)
    if address and reach.shut(situation, medium, address):
        rules = rules[::-1]  # that nothing reaches them there is to be said first
    verdicts = [said for rule in rules if (said := rule(question, now))]
    verdict = next((said for said in verdicts if said.answer is Answer.NO), verdicts[0] if verdicts else None)
    line = permission.in_force(situation.consents, (medium, channel), purpose, now)
    over = line is not None and line.expires_at is not None and line.expires_at <= now
    allowed = verdict is None or verdict.answer is not Answer.NO
    reason = verdict.reason if verdict is not None else "Answers and facts about an order may go."
    bought = permission.soft(situation, medium, question.profile, question.told_since, question.shop.timezone, now)
    if line is not None and not over and (line.state is ConsentState.DENIED or line.basis in permission.FIRM):
        return _from_line(line, medium, purpose, allowed, reason)
    if allowed and purpose is not Purpose.SERVICE and medium not in question.profile.opt_out and bought is not None:
        derived = bought not in situation.consents
        return replace(_from_line(bought, medium, purpose, allowed, reason), derived=derived)
    if line is not None and not over:
        return _from_line(line, medium, purpose, allowed, reason)
    unknown = ConsentState.UNKNOWN
    return Right(medium=medium, purpose=purpose, state=unknown, allowed=allowed, reason=reason, derived=allowed)


def _from_line(line: Consent, medium: str, purpose: Purpose, allowed: bool, reason: str) -> Right:
    return Right(
        medium=medium,
        purpose=purpose,
        state=line.state,
        allowed=allowed,
        reason=reason,
        basis=line.basis,
        expires_at=line.expires_at,
    )


# ---- writing it down ----------------------------------------------------------------------------------------


def write(
    house: House,
    reference: str,
    *,
    channel: str,
    purpose: Purpose,
    state: ConsentState,
    how: str,
    basis: Basis | None = None,
    proof: str = "",
    at: datetime | None = None,
    expires_at: datetime | None = None,
) -> Consent:
    """Write a line: what this person said, and how it is known. Returns the line.

    A no to advertising also keeps it from the person's addresses on that medium, whoever they belong to later.
    Raises UsageError where the line would prove nothing or can't be.
    """
    now = house.now()
    if not how.strip():
        raise UsageError("A consent without how it was given proves nothing.", 'Say it: --how "signed up at the fair"')
    if at is not None and at > now:
        raise UsageError("A consent that is still ahead is none.", "Say when it was given.")
    if expires_at is not None and expires_at <= (at or now):
        raise UsageError("It would run out before it was given.", "Say a day behind that.")
    if basis is not None and (basis is Basis.NONE) == (state is ConsentState.GRANTED):
        raise UsageError("Only a yes rests on something, and every yes does.", "Leave --basis out, or say granted.")
    line = Consent(
        channel=text.keep_name(_medium(house, channel.strip().lower())),
        purpose=purpose,
        state=state,
        basis=basis or (Basis.EXPRESS if state is ConsentState.GRANTED else Basis.NONE),
        at=at or now,
        source="operator",
        wording=text.keep(how.strip(), 2000),
        proof=text.keep(proof.strip(), 2000),
        expires_at=expires_at,
    )

    def work(tx: Connection) -> None:
        id_ = situations.find(tx, reference)
        consents.add(tx, id_, line)
        if state is ConsentState.DENIED and purpose is Purpose.MARKETING:
            customer = people.get(tx, [id_])[id_]
            for address in (*_addresses(customer, line.channel),):
                suppressions.add(tx, line.channel, address, "advertising", line.wording, line.at)
        touched.add(tx, [id_])

    house.database.write(work)
    return line


def _addresses(customer: Customer, medium: str) -> Sequence[str]:
    return customer.emails if medium == "email" else [id_ for its, id_ in customer.chats if its == medium]


# ---- asking -------------------------------------------------------------------------------------------------


def ask(house: House, reference: str, channel: str = "email") -> OutboxRow:
    """Ask this person whether advertising on the channel is all right; their yes is a double opt-in.

    One operation, approved by asking. Raises Conflict where they may be written to already, said no, or were asked
    within thirty days; InputError where there is no way to them.
    """
    now = house.now().replace(microsecond=0)

    def work(tx: Connection) -> OutboxRow:
        situation = _situation(tx, situations.find(tx, reference), now)
        profile = library.profile(house.settings.places.config, situation.customer.country)
        way = next((way for way in reach.ways(situation, profile, house.media) if channel in (way.channel, way.medium)),
                   None)  # fmt: skip
        if way is None:
            raise InputError(f"No channel is called “{channel}”.", f"There are: {', '.join(house.media) or 'none'}.")
        if way.why_not:
            raise InputError(way.why_not)
        _may_be_asked(house, tx, situation, way, now)
        return _request(house, tx, situation, way, now)

    return house.database.write(work)


def _may_be_asked(house: House, tx: Connection, situation: Situation, way: reach.Way, now: datetime) -> None:
    who = reach.called(situation.customer)
    right = _right(house, situation, way.medium, Purpose.MARKETING, now)
    if right.allowed and right.state is ConsentState.GRANTED and right.basis in permission.FIRM:
        raise Conflict(f"There is nothing to ask: {right.reason}")
    verdicts = gate.ask(house, situation, _asked(way), now)
    if no := next((said for said in verdicts if said.answer is Answer.NO), None):
        raise Conflict(no.reason)
    before = consents.asked_at(tx, situation.customer.id)
    if before is not None and before + ASK_AGAIN > now:
        zone = house.settings.shop.timezone
        on, again = (localtime.day(at, now, zone) for at in (before, before + ASK_AGAIN))
        raise Conflict(f"{who[:1].upper()}{who[1:]} was asked on {on}.", f"Ask again from {again} on, or leave it.")


def _asked(way: reach.Way) -> gate.Asked:
    return gate.Asked(purpose=Purpose.SERVICE, channel=way.channel or "", recipient=way.recipient, asks=True)


def _request(house: House, tx: Connection, situation: Situation, way: reach.Way, now: datetime) -> OutboxRow:
    """The question as a message that waits, in the person's language."""
    home, customer = house.settings.places.config, situation.customer
    templates = library.templates(home, "confirm")
    written = compose.write(templates, letters.letter(house, tx, situation, answering.ASKING, way))
    if not written.body:
        raise InputError("There is no text that asks for a yes.", "Write templates/en/confirm.txt beside config.toml.")
    verdicts = gate.ask(house, situation, _asked(way), now)
    until = max((said.until for said in verdicts if said.until is not None), default=None)
    undo_until = now + timedelta(seconds=house.settings.policy.undo_seconds)
    operation = operations.begin(tx, "approve", f"{reach.called(customer)} asked for a yes", now)
    count = sum(consents.asks(row.key) for row in outbox.of_customer(tx, customer.id))
    row = outbox.add(
        tx,
        customer_id=customer.id,
        channel=way.channel or "",
        purpose=Purpose.SERVICE,
        recipient=way.recipient,
        subject=written.subject if way.medium == "email" else "",
        body=written.body,
        language=written.language,
        approved_at=now,
        not_before=max(undo_until, until or undo_until),
        rehearsal=not house.settings.policy.live,
        waits_reason=next((said.reason for said in verdicts if said.answer is Answer.LATER), ""),
        key=installation.key(tx, f"{consents.ASKING}.{way.medium}.{customer.id}.{count + 1}"),
        detail=f"operation {operation}",
    )
    operations.note_new(tx, operation, "outbox", row.id)
    return row


# ---- how many -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many people advertising may go to on a medium, and why not to the others; each person is counted once."""

    medium: str
    people: int  # who have an address there
    granted: int  # said yes
    soft: int  # bought and were told
    opt_out: int  # live where nobody need be asked before, and haven't objected
    denied: int
    unknown: int
    closed: int  # left alone, or the address doesn't work

    @property
    def may(self) -> int:
        """To so many advertising may go."""
        return self.granted + self.soft + self.opt_out


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """By medium, those that are set up; "email" alone where none is."""

    by_medium: tuple[Count, ...]
    could: int  # so many more by e-mail if buyers were told at the checkout

    @property
    def email(self) -> Count | None:
        """Those of e-mail."""
        return next((count for count in self.by_medium if count.medium == "email"), None)


def may_be_written_to(house: House) -> Counts:
    """How many people advertising may go to, as everybody was last recomputed."""
    media = tuple(dict.fromkeys(house.media.values())) or ("email",)
    now = house.now()
    with house.database.read() as tx:
        found = [_count(house, tx, medium, now) for medium in media]
    return Counts(
        by_medium=tuple(count for count, _ in found),
        could=next((more for count, more in found if count.medium == "email"), 0),
    )


def may_be_written(house: House, tx: Connection, medium: str) -> set[int]:
    """Who may be written to with advertising on the medium, by id."""
    return {id_ for id_, kind, _ in _kinds(house, tx, medium, house.now()) if kind in _MAY}


def reached(house: House, tx: Connection, medium: str) -> set[int]:
    """Whom anything can reach on the medium, by id: they have an address there that works, and aren't left alone."""
    return {id_ for id_, kind, _ in _kinds(house, tx, medium, house.now()) if kind != "closed"}


_MAY = ("granted", "soft", "opt_out")


def _count(house: House, tx: Connection, medium: str, now: datetime) -> tuple[Count, int]:
    """The count of a medium, and how many more it were if all buyers had been told at the checkout."""
    tally: Counter[str] = Counter()
    could = 0
    for _, kind, more in _kinds(house, tx, medium, now):
        tally[kind] += 1
        could += more
    kinds = {kind: tally[kind] for kind in (*_MAY, "denied", "unknown", "closed")}
    return Count(medium=medium, people=tally.total(), **kinds), could


def _kinds(house: House, tx: Connection, medium: str, now: datetime) -> Iterator[tuple[int, str, bool]]:
    """What each who has an address there counts as, and whether it were "soft" had all been told at the checkout."""
    told, at = house.settings.policy.soft_opt_in, int(now.timestamp())
    told_since = date.fromisoformat(told) if told else None
    rules: dict[str, tuple[bool, float, float]] = {}
    for each in reachable.everybody(tx, medium):
        if each.country not in rules:
            rules[each.country] = _rules(house, medium, each.country, told_since, now)
        opt_out, bought_since, if_told = rules[each.country]
        kind = _kind(each, opt_out, bought_since, at)
        yield each.id, kind, kind == "unknown" and _kind(each, opt_out, if_told, at) == "soft"


def _rules(
    house: House, medium: str, country: str, told_since: date | None, now: datetime
) -> tuple[bool, float, float]:
    """Whether nobody there need be asked, since when a purchase permits, and since when it would had all been told."""
    profile, zone = library.profile(house.settings.places.config, country), house.settings.shop.timezone

    def since(told: date | None) -> float:
        found = permission.bought_since(medium, profile, told, zone, now)
        return float("inf") if found is None else found.timestamp()

    return medium in profile.opt_out, since(told_since), since(date.min)


def _kind(each: reachable.Addressee, opt_out: bool, bought_since: float, now: int) -> str:
    """What the person is to be counted as; the same as the gate's rules, over columns."""
    if each.left_alone or each.shut == "everything":
        return "closed"
    state, basis, said_at, expires_at = each.said or ("", "", 0, None)
    if state == ConsentState.DENIED:
        return "denied"
    firm = state == ConsentState.GRANTED and basis in permission.FIRM and (expires_at is None or expires_at > now)
    if each.shut == "advertising" and not (firm and said_at > each.shut_at):
        return "denied"
    if firm and said_at <= now:
        return "granted"
    if opt_out:
        return "opt_out"
    last = each.last_order_at
    if last is not None and last >= bought_since and last > each.taken_back_at and not each.refused_ever:
        return "soft"
    return "unknown"


def called(medium: str) -> str:
    """The medium as a sentence names it."""
    return reach.words(medium)


# ---- finding ------------------------------------------------------------------------------------------------


def _situation(tx: Connection, id_: int, now: datetime) -> Situation:
    return situations.load(tx, [id_], now)[id_]
