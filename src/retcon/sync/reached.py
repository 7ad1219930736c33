"""What is heard of addresses: mail that came back, invitations that were followed, channels that were shut."""

from collections.abc import Sequence

from retcon import text
from retcon.model.conversations import Blocked, Bounce, Joined
from retcon.model.outbox import OutboxRow
from retcon.retention import invitation
from retcon.store import belongings, catalog, installation, orders, outbox, people
from retcon.store.transitions import Event
from retcon.sync import conversations as talk
from retcon.sync import heard, permissions
from retcon.sync.incoming import Counts, Incoming

_REASON_LENGTH = 300
_DELAYED = "evidence_delayed"
_OF_BOUNCES = frozenset((Event.BOUNCED.value, f"evidence_{Event.BOUNCED}", _DELAYED))


def keep_bounces(intake: Incoming, told: Sequence[Bounce]) -> Counts:
    """Move what came back, each once, and close addresses that don't exist.

    Only a mail that is known to be the shop's can come back: anybody can write a bounce.
    """
    changed = sum(_bounced(intake, bounce) for bounce in told)
    return Counts(len(told), changed=changed, unchanged=len(told) - changed)


def _bounced(intake: Incoming, bounce: Bounce) -> bool:
    tx = intake.tx
    row = talk.ours(tx, bounce.source_id) if bounce.source_id else None
    reason = _reason(bounce)
    news = row is not None and _move(intake, row, bounce, reason)
    if not (bounce.final and bounce.gone) or (row is not None and row.rehearsal):
        return news
    address = row.recipient if row is not None else bounce.address
    owner = people.current(tx, row.customer_id) if row is not None else _owner(intake, bounce.medium, address)
    if owner is None or (row is None and owner not in talk.written_to(tx, bounce.medium, bounce.source_id)):
        return news
    closed = permissions.gone(tx, owner, bounce.medium, address, bounce.at, reason)
    intake.touched.add(owner)
    return news or bool(closed)


def _reason(bounce: Bounce) -> str:
    """What came back, in words: what it means first, then what the server said."""
    said = text.keep(text.line(bounce.text) or bounce.code, _REASON_LENGTH).rstrip(".")
    if not bounce.final:
        return said
    meaning = "The address doesn't exist" if bounce.gone else "It came back"
    return f"{meaning} ({said})"


def _move(intake: Incoming, row: OutboxRow, bounce: Bounce, reason: str) -> bool:
    """Tell the row, unless it knows: the same notice may be read again after the row was tried once more."""
    tx = intake.tx
    assert intake.context is not None
    known = (line for line in outbox.history(tx, row.id) if line.event in _OF_BOUNCES)
    if any(line.at >= bounce.at.replace(microsecond=0) and line.detail == reason for line in known):
        return False
    now = intake.context.now()
    if not bounce.final:
        outbox.note(tx, row.id, now, _DELAYED, reason)
        return True
    outbox.receipt(
        tx,
        row.key,
        Event.BOUNCED,
        now,
        at=bounce.at,
        external_id=row.external_id or f"<{bounce.source_id}>",
        error_code=text.keep_name(bounce.code),
        error_text=reason,
        address_gone=bounce.gone,
    )
    intake.touched.add(people.current(tx, row.customer_id))
    return True


def keep_joined(intake: Incoming, told: Sequence[Joined]) -> Counts:
    """Give addresses to those whom the invitations named."""
    changed = sum(_joined(intake, joined) for joined in told)
    return Counts(len(told), changed=changed, unchanged=len(told) - changed)


def _joined(intake: Incoming, joined: Joined) -> bool:
    """Whether the invitation is news: the address is theirs from now on, and what it says is allowed."""
    tx = intake.tx
    invited = invitation.read(installation.link_key(tx), joined.token)
    who = talk.identity_of(joined.medium, joined.address)
    if invited is None or who is None:
        return False
    person = people.current(tx, invited[0])
    customer = people.get(tx, [person]).get(person)
    if customer is None:
        return False
    owner = people.owners(tx, [who]).get(who)
    owner = None if owner is None else people.current(tx, owner)
    news = owner != person
    if news and any(medium == joined.medium for medium, _ in customer.chats):
        return False  # the link was handed on: who came by it first is whom it was for
    if owner is None:
        people.claim(tx, {who: (person, who[1])})
        if who[0] == talk.EMAIL:
            catalog.name_reviewers(tx, [who[1]])
    elif owner != person:
        if not _is_prospect(intake, owner):
            return False
        belongings.move(tx, belongings.along(tx, owner, {who}).rows, owner, person)
        permissions.move(tx, joined.medium, owner, person)
        if not any(belongings.all_of(tx, owner).values()):
            people.absorb(tx, owner, person)
        intake.touched.add(owner)
        intake.renamed.add(owner)
    if invited[1] in heard.BASIS:
        said = {"source": intake.source, "proof": joined.source_id, "wording": ""}
        basis = heard.BASIS[invited[1]]
        given = permissions.allow(tx, person, joined.medium, joined.address, joined.at, basis=basis, **said)
        news = news or bool(given)
    people.name_writers(tx, {person: joined.name})
    if news:
        intake.touched.add(person)
        intake.renamed.add(person)
    return news


def _owner(intake: Incoming, medium: str, address: str) -> int | None:
    """The customer whose address it is."""
    who = talk.identity_of(medium, address)
    owner = None if who is None else people.owners(intake.tx, [who]).get(who)
    return None if owner is None else people.current(intake.tx, owner)


def _is_prospect(intake: Incoming, person: int) -> bool:
    """Whether they have never ordered, so that an address of theirs may turn out to be somebody else's."""
    return not orders.of_customers(intake.tx, [person])


def keep_blocked(intake: Incoming, told: Sequence[Blocked]) -> Counts:
    """Write down who shut a channel from their side, or opened it again."""
    changed = 0
    for each in told:
        owner = _owner(intake, each.medium, each.address)
        if owner is None:
            continue
        if permissions.block(intake.tx, owner, each.medium, each.address, each.at, each.blocked, source=intake.source):
            changed += 1
            intake.touched.add(owner)
    return Counts(len(told), changed=changed, unchanged=len(told) - changed)
