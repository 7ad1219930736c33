"""May this message leave? Each rule says what it has to say about the facts and a time; the worst answer decides.

A verdict begins with the fact and ends with what lifts it. Cap and hours are "later"; later than the message is
of use is "no". A country's hours hold in every zone that the person may live in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from retcon import localtime, text
from retcon.channels import reach
from retcon.config import ShopSettings
from retcon.localtime import DAY, Hours
from retcon.model.people import Basis, Consent, ConsentState, Customer, Purpose
from retcon.model.policy import Answer, CountryProfile, Verdict
from retcon.model.situation import Situation

# Where nobody knows what time it is there: the middle of the seller's own day, on the days that the profile opens.
_SAFE_OPENS, _SAFE_CLOSES = time(11), time(15)
_WEEK = 7 * DAY
# Bases that are a yes before anything is sent; the others are good only where a country lets mail go without one.
_FIRM = (Basis.EXPRESS, Basis.DOUBLE_OPT_IN)
# Addresses that a marketplace lends to its buyers: answers and facts about the order alone may go there.
_MARKETPLACES = ("marketplace.amazon.", "members.ebay.", "message.etsy.", "relay.walmart.")
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """All that the gate is asked of one message. `channel` is its NAME, `kind` what it is ("email").

    The situation's `written_at` must not hold the message itself. `answer` is a reply to what the person wrote: it
    has no quiet hours and isn't counted.
    """

    situation: Situation
    purpose: Purpose
    channel: str
    kind: str
    recipient: str
    profile: CountryProfile
    shop: ShopSettings
    cap_per_week: int
    expires_at: datetime | None = None
    answer: bool = False

    @property
    def customer(self) -> Customer:
        """Whom it goes to."""
        return self.situation.customer

    @property
    def who(self) -> str:
        """The person at the start of a sentence."""
        called = reach.called(self.customer)
        return called[:1].upper() + called[1:]

    @property
    def on(self) -> str:
        """The channel as a sentence names it."""
        return reach.words(self.kind)


def judge(question: Question, now: datetime) -> tuple[Verdict, ...]:
    """What every rule that has something to say says of the message at that time."""
    said = [
        verdict
        for rule in (_left_alone, _address, _closed, _consent, _wording, _hours, _cap)
        if (verdict := rule(question, now)) is not None
    ]
    late = _expires(question, answer(said)[1], now)
    return (*said, late) if late is not None else tuple(said)


def answer(verdicts: Iterable[Verdict]) -> tuple[Answer, datetime | None]:
    """The worst of the answers, and for "later" the instant at which the last of them lifts."""
    every = tuple(verdicts)
    if any(verdict.answer is Answer.NO for verdict in every):
        return Answer.NO, None
    until = max((verdict.until for verdict in every if verdict.until is not None), default=None)
    later = any(verdict.answer is Answer.LATER for verdict in every)
    return (Answer.LATER, until) if later else (Answer.YES, None)


# ---- the person and the address -----------------------------------------------------------------------------


def _left_alone(question: Question, now: datetime) -> Verdict | None:
    if not question.customer.left_alone:
        return None
    return _no("left_alone", f"You leave {reach.called(question.customer)} alone. Nothing goes until you end that.")


def _address(question: Question, now: datetime) -> Verdict | None:
    shown = text.line(text.keep(question.recipient, 60))
    if not shown:
        return _no("address", f"No usable {question.on} address of {reach.called(question.customer)} is known.")
    if question.kind != "email":
        return None
    if not reach.is_address(question.recipient):
        return _no("address", f"“{shown}” is no {question.on} address. A new order or import can bring a better one.")
    domain = question.recipient.rpartition("@")[2].casefold()
    if question.purpose is not Purpose.SERVICE and domain.startswith(_MARKETPLACES):
        return _no("address", f"“{shown}” is lent by a marketplace. Only a service message may go there.")
    return None


def _closed(question: Question, now: datetime) -> Verdict | None:
    if not question.situation.closed & {question.channel, question.kind}:
        return None
    return _no("closed", f"The address doesn't exist any more: closed for {question.on}. A new one opens it again.")


# ---- consent ------------------------------------------------------------------------------------------------


def _consent(question: Question, now: datetime) -> Verdict | None:
    line = _in_force(question, now)
    what = {Purpose.MARKETING: "advertising ", Purpose.RELATIONSHIP: "such messages "}.get(
        question.purpose, "messages "
    )
    about = f"{what}by {question.on}"
    other = "" if _service(question) else " A service message may go."
    if line is not None and line.state is ConsentState.DENIED:
        said = localtime.day(line.at, now, question.shop.timezone)
        return _no("consent", f"{question.who} said no to {about} on {said}. Only a new yes lifts that.{other}")
    if _service(question):
        return None
    expired = line is not None and line.expires_at is not None and line.expires_at <= now
    if line is not None and not expired and line.basis in _FIRM:
        said = localtime.day(line.at, now, question.shop.timezone)
        proof = ", confirmed by link" if line.basis is Basis.DOUBLE_OPT_IN else ""
        return Verdict(rule="consent", answer=Answer.YES, reason=f"{question.who} allowed {about} on {said}{proof}.")
    if question.kind in question.profile.opt_out:
        reason = f"Nobody there need be asked before {about}, and {reach.called(question.customer)} hasn't objected."
        return Verdict(rule="consent", answer=Answer.YES, reason=reason)
    if line is not None and line.expires_at is not None and expired:
        ran_out = localtime.day(line.expires_at, now, question.shop.timezone)
        return _no("consent", f"The yes to {about} ran out on {ran_out}.{other}")
    if line is not None:
        return _no("consent", f"{question.who} bought, but hasn't said yes to {about}.{other}")
    return _no("consent", f"{question.who} hasn't allowed {about}.{other}")


def _in_force(question: Question, now: datetime) -> Consent | None:
    """The line that counts: the latest yes or no. "Unknown" takes a yes back, never a no."""
    purposes = {question.purpose} if _service(question) else {question.purpose, Purpose.MARKETING}
    force: Consent | None = None
    # Of a yes and a no at the same second the no is the later.
    for line in sorted(question.situation.consents, key=lambda line: (line.at, line.state is ConsentState.DENIED)):
        if line.channel not in (question.kind, question.channel) or line.purpose not in purposes:
            continue
        if line.state is ConsentState.DENIED or (line.state is ConsentState.GRANTED and line.at <= now):
            force = line
        elif force is not None and force.state is not ConsentState.DENIED:
            force = None
    return force


def _service(question: Question) -> bool:
    return question.purpose is Purpose.SERVICE


# ---- words that must be there -------------------------------------------------------------------------------


def _wording(question: Question, now: datetime) -> Verdict | None:
    if _service(question) or "address" not in question.profile.marketing_needs or question.shop.address.strip():
        return None
    return _no(
        "wording",
        "Your postal address is missing in [shop], and advertising must carry it. Write it there: address = …",
    )


# ---- time ---------------------------------------------------------------------------------------------------


def _hours(question: Question, now: datetime) -> Verdict | None:
    if question.answer:
        return None
    opening = _next_open(question, now)
    if opening is None:
        return _no("hours", "The country's profile has no hours for this. Give it some in your own profile.")
    if opening <= now:
        return None
    zones, table = _clocks(question)
    if not _zones(question.customer):
        fact = (
            f"No time zone is known for {reach.called(question.customer)}, so it leaves between"
            f" {_SAFE_OPENS:%H:%M} and {_SAFE_CLOSES:%H:%M} yours."
        )
    else:
        shut = next((name for name in zones if localtime.next_open(now, (name,), table) != now), zones[0])
        there = localtime.local(now, shut)
        closed_day = all(window.weekday != there.weekday() for window in table)
        fact = f"It is {there:%A} {there:%H:%M}" if closed_day else f"It is {there:%H:%M}"
        fact += f" in {localtime.place(shut)}"
        fact += "." if len(zones) == 1 else f", where {reach.called(question.customer)} may live."
    return _later("hours", f"{fact} {_leaves(question, opening, now)}", opening)


def _cap(question: Question, now: datetime) -> Verdict | None:
    if question.answer:
        return None
    counted = sorted(at for at in question.situation.written_at if now - at < _WEEK)
    if len(counted) < question.cap_per_week:
        return None
    free = counted[len(counted) - question.cap_per_week] + _WEEK
    until = _next_open(question, free) or free
    fact = f"{_ordinal(len(counted) + 1)} message this week; you allow {_number(question.cap_per_week)}."
    return _later("cap", f"{fact} {_leaves(question, until, now)}", until)


def _expires(question: Question, until: datetime | None, now: datetime) -> Verdict | None:
    end = question.expires_at
    if end is None:
        return None
    shown = localtime.when(end, now, question.shop.timezone)
    if now >= end:
        return _no("expires", f"Too late: it was of use until {shown}.")
    if until is not None and until >= end:
        could = localtime.at(until, now, question.shop.timezone)
        return _no("expires", f"Too late: it could leave {could} and is of use until {shown}.")
    return None


def _next_open(question: Question, after: datetime) -> datetime | None:
    """The first instant from then on at which hours let it leave; None where the profile has none."""
    if question.answer:
        return after
    zones, table = _clocks(question)
    # A country so wide that its zones share no hour is taken by the zone that most people live in.
    return localtime.next_open(after, zones, table) or localtime.next_open(after, zones[:1], table)


def _clocks(question: Question) -> tuple[tuple[str, ...], tuple[Hours, ...]]:
    """The zones that it must be open in, and the hours."""
    table = question.profile.service_hours if _service(question) else question.profile.hours
    if zones := _zones(question.customer):
        return zones, table
    days = sorted({window.weekday for window in table})
    return (question.shop.timezone,), tuple(Hours(day, _SAFE_OPENS, _SAFE_CLOSES) for day in days)


def _zones(customer: Customer) -> tuple[str, ...]:
    return tuple(name for name in customer.zones if _known(name))


def _known(name: str) -> bool:
    try:
        localtime.zone(name)
    except ValueError:
        return False
    return True


def _leaves(question: Question, until: datetime, now: datetime) -> str:
    """ "Leaves at 09:00 there, 01:00 yours." """
    mine = question.shop.timezone
    zones = _zones(question.customer)
    here = localtime.local(until, mine)
    if not zones:
        return f"Leaves {localtime.at(until, now, mine)}."
    there = localtime.local(until, zones[0])
    said = localtime.at(until, now, zones[0])
    if there.replace(tzinfo=None) == here.replace(tzinfo=None):
        return f"Leaves {said}."
    place = "there" if len(zones) == 1 else f"in {localtime.place(zones[0])}"
    yours = f"{here:%H:%M}" if here.date() == there.date() else localtime.when(until, now, mine)
    return f"Leaves {said} {place}, {yours} yours."


def _number(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def _ordinal(number: int) -> str:
    if number <= len(_ORDINALS):
        return _ORDINALS[number - 1]
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _no(rule: str, reason: str) -> Verdict:
    return Verdict(rule=rule, answer=Answer.NO, reason=reason)


def _later(rule: str, reason: str, until: datetime) -> Verdict:
    return Verdict(rule=rule, answer=Answer.LATER, reason=reason, until=until)
