"""Two people become one, and one two; what was moved is noted, so that undo puts exactly that back.

Whoever is merged stays as a row that names whom they are part of. What waited for either looks at the operator again:
it was approved for somebody else. A no of either is a no of the person that they become, and of both when one becomes
two. What was done for either is done: its actions come along, decided ones before others. Addresses that are never
written to again are kept by address, so nothing here touches them.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from datetime import datetime
from typing import Any

from retcon.errors import Conflict
from retcon.model.outbox import OutboxState
from retcon.model.people import Basis, Consent, ConsentState, Purpose
from retcon.store import belongings, consents, operations, outbox, people, strangers, touched
from retcon.store.belongings import Identity
from retcon.store.database import Connection
from retcon.store.transitions import Event

ONE = "Two people became one: look again."
TWO = "One person became two: look again."
# The verbs of the two operations, and the family of the note that each leaves.
MERGE, SPLIT = "merge", "split"
FAMILY = "people"

# A channel and a purpose: what one permission is about.
_About = tuple[str, Purpose]


def merge(tx: Connection, kept: int, other: int, operation: int, now: datetime) -> None:
    """Give all that is the other's to `kept`, and note it under the operation; both are to be recomputed."""
    marks = belongings.marks(tx)
    _look_again(tx, (kept, other), operation, now, ONE)
    refused = denied(tx, kept) | denied(tx, other)
    before = _marks_of_person(tx, kept)
    swapped = _settle_actions(tx, kept, other)
    moved = belongings.move(tx, belongings.all_of(tx, other), other, kept)
    wording = f"{_named(tx, kept)} and {_named(tx, other)} became one person; a no of either holds."
    lines = _deny(tx, kept, refused, "merge", wording, operation, now)
    alone = _marks_of_person(tx, other)
    tx.execute("update customers set merged_into = ? where id = ?", (kept, other))
    tx.execute(
        "update customers set left_alone = ?, wrote_as = ? where id = ?",
        (before["left_alone"] or alone["left_alone"], before["wrote_as"] or alone["wrote_as"], kept),
    )
    tx.execute("delete from standings where customer_id = ?", (other,))
    _note(tx, operation, MERGE, kept, other, moved, marks, lines, person=before, swapped=swapped)
    _settle(tx, kept, other)


def unmerge(tx: Connection, note: Mapping[str, Any], operation: int, now: datetime) -> str:
    """Make two people again of those who became one; each has what they had.

    What came since goes to the other where it came by an address or account of theirs; the rest stays. A no that was
    said since is a no of both. Raises Conflict where either has become part of somebody else since.
    """
    kept, other = note["kept"], note["other"]
    _still(tx, {other: kept, kept: None})
    stale = _look_again(tx, (kept, other), operation, now, TWO, undoing=True)
    tx.execute("update customers set merged_into = null where id = ?", (other,))
    _part_marks(tx, kept, other, note["person"])
    tx.executemany("delete from consents where id = ?", ((id_,) for id_ in note["lines"]))
    _unsettle_actions(tx, note["swapped"], kept, other)
    moved = belongings.move(tx, note["moved"], kept, other)
    owned = identities_of(tx, other)
    since = belongings.move(tx, belongings.along(tx, kept, owned, note["marks"]).rows, kept, other)
    belongings.follow_accounts(tx, (kept, other))
    _copy_lines(tx, kept, other, after=note["marks"]["consents"], denied_alone=True)
    _settle(tx, kept, other)
    return _in_words(note["moved"], moved, since, stale, "went to the other, by whose address it came")


def split(
    tx: Connection,
    customer_id: int,
    identities: Set[Identity],
    operation: int,
    now: datetime,
    *,
    anew: int | None = None,
) -> tuple[int, int]:
    """Make a person of these identities, with all that came by them, and note it under the operation.

    `anew` is a person that a split which was taken back had made: it lives again. Returns the new person's id, and how
    many orders stay because they came by an account that isn't among them.
    """
    marks = belongings.marks(tx)
    _look_again(tx, (customer_id,), operation, now, TWO)
    new = anew or people.next_id(tx)
    if anew is None:
        people.add(tx, [new])
    tx.execute(
        "update customers set merged_into = null, left_alone = (select left_alone from customers where id = ?)"
        " where id = ?",
        (customer_id, new),
    )
    along = belongings.along(tx, customer_id, identities)
    moved = belongings.move(tx, along.rows, customer_id, new)
    unsure = _said_both(tx, customer_id)
    lines = _copy_lines(tx, customer_id, new)
    wording = f"{_named(tx, customer_id)} became two people; whose the yes was is not known."
    for person in (customer_id, new):
        lines += _deny(tx, person, unsure, "split", wording, operation, now)
    strangers.add(tx, customer_id, new, now)
    _note(tx, operation, SPLIT, customer_id, new, moved, marks, lines, identities=sorted(identities))
    _settle(tx, customer_id, new)
    return new, along.held


def unsplit(tx: Connection, note: Mapping[str, Any], operation: int, now: datetime) -> str:
    """Make one person again of the two; what came since for the new one comes along.

    Raises Conflict where either has become part of somebody else since.
    """
    kept, new = note["kept"], note["other"]
    _still(tx, {new: None, kept: None})
    stale = _look_again(tx, (kept, new), operation, now, ONE, undoing=True)
    tx.executemany("delete from consents where id = ?", ((id_,) for id_ in note["lines"]))
    back = belongings.move(tx, note["moved"], new, kept)
    _settle_actions(tx, kept, new)
    since = belongings.move(tx, belongings.all_of(tx, new), new, kept)
    tx.execute(
        "update customers set left_alone = max(left_alone, (select left_alone from customers where id = ?))"
        " where id = ?",
        (new, kept),
    )
    tx.execute("update customers set merged_into = ? where id = ?", (kept, new))
    tx.execute("delete from standings where customer_id = ?", (new,))
    strangers.remove(tx, kept, new)
    _settle(tx, kept, new)
    return _in_words(note["moved"], back, since, stale, "came along")


def take_back(tx: Connection, note: Mapping[str, Any], operation: int, now: datetime) -> str:
    """Undo what the note of a merge or a split tells; what else there is to say of it, in words."""
    return (unmerge if note["verb"] == MERGE else unsplit)(tx, note, operation, now)


def again(tx: Connection, note: Mapping[str, Any], operation: int, now: datetime) -> None:
    """Do again what the note of a merge or a split tells and was taken back.

    Raises Conflict where either has become part of somebody else since, or what was named is theirs no longer.
    """
    kept, other = note["kept"], note["other"]
    _still(tx, {kept: None, other: None if note["verb"] == MERGE else kept})
    if note["verb"] == MERGE:
        merge(tx, kept, other, operation, now)
        return
    named = {(kind, value) for kind, value in note.get("identities", ())}
    missing = {identity for identity in named if identity[0] != "phone"} - identities_of(tx, kept)
    if missing or not named:
        raise Conflict(f"What was taken out of {_named(tx, kept)} is theirs no longer.", "Name it anew.")
    split(tx, kept, named, operation, now, anew=other)


def _note(
    tx: Connection,
    operation: int,
    verb: str,
    kept: int,
    other: int,
    moved: belongings.Rows,
    marks: Mapping[str, int],
    lines: list[int],
    **more: Any,
) -> None:
    note = {"verb": verb, "kept": kept, "other": other, "moved": moved, "marks": marks, "lines": lines, **more}
    operations.keep(tx, operation, FAMILY, kept, note)


def _settle(tx: Connection, *ids: int) -> None:
    """What follows from whose everything is: what they are called now, and what is to be recomputed."""
    people.describe(tx, ids)
    touched.add(tx, ids)


def _still(tx: Connection, expected: Mapping[int, int | None]) -> None:
    for id_, part_of in expected.items():
        row = tx.execute("select merged_into from customers where id = ?", (id_,)).fetchone()
        if row[0] != part_of:
            raise Conflict(
                f"{_named(tx, id_)} has become part of {_named(tx, people.current(tx, id_))} since.",
                "Take that back first: retcon undo",
            )


def _marks_of_person(tx: Connection, id_: int) -> dict[str, Any]:
    return dict(tx.execute("select left_alone, wrote_as from customers where id = ?", (id_,)).fetchone())


def _part_marks(tx: Connection, kept: int, other: int, before: Mapping[str, Any]) -> None:
    """Who is left alone when one person becomes two again: as before, and both where the operator said so since."""
    now, its = _marks_of_person(tx, kept)["left_alone"], _marks_of_person(tx, other)["left_alone"]
    changed = now != (before["left_alone"] or its)
    alone = (now, now or its) if changed else (before["left_alone"], its)
    tx.execute("update customers set left_alone = ?, wrote_as = ? where id = ?", (alone[0], before["wrote_as"], kept))
    tx.execute("update customers set left_alone = ? where id = ?", (alone[1], other))


def _named(tx: Connection, id_: int) -> str:
    """The person as a sentence names them: "Anna Berg (12)"."""
    row = tx.execute("select name from customers where id = ?", (id_,)).fetchone()
    return f"{row[0]} ({id_})" if row and row[0] else f"customer {id_}"


def identities_of(tx: Connection, id_: int) -> set[Identity]:
    return {(row[0], row[1]) for row in tx.execute("select kind, value from identities where customer_id = ?", (id_,))}


# ---- what waits ---------------------------------------------------------------------------------------------


def _look_again(
    tx: Connection, ids: Iterable[int], operation: int, now: datetime, reason: str, *, undoing: bool = False
) -> int:
    """What waits for these people needs the operator: it was approved for somebody else. How many messages that are."""
    waiting = [
        row.id
        for id_ in ids
        for row in outbox.of_customer(tx, id_)
        if row.state in (OutboxState.QUEUED, OutboxState.HELD)
    ]
    for row_id in waiting:
        if not undoing:
            operations.note(tx, operation, "outbox", row_id)
        detail = f"operation {operation}{' taken back' if undoing else ''}"
        outbox.move(tx, row_id, Event.PERSON_CHANGED, now, error_text=reason, detail=detail)
    return len(waiting)


# ---- what was allowed ---------------------------------------------------------------------------------------


def _lines(tx: Connection, id_: int) -> Iterator[tuple[_About, list[Consent]]]:
    found: dict[_About, list[Consent]] = {}
    for line in consents.of(tx, [id_]).get(id_, ()):
        found.setdefault((line.channel, line.purpose), []).append(line)
    yield from found.items()


def denied(tx: Connection, id_: int) -> set[_About]:
    """What the person has said no to last; "unknown" takes no no back."""
    return {about for about, lines in _lines(tx, id_) if _last_word(lines) is ConsentState.DENIED}


def _last_word(lines: Iterable[Consent]) -> ConsentState | None:
    said = [line for line in lines if line.state is not ConsentState.UNKNOWN]
    said.sort(key=lambda line: (line.at, line.state is ConsentState.DENIED))
    return said[-1].state if said else None


def _said_both(tx: Connection, id_: int) -> set[_About]:
    """What the ledger has a no to and, later, a yes: of whom of two people each was is not known."""
    return {
        about
        for about, lines in _lines(tx, id_)
        if _last_word(lines) is ConsentState.GRANTED and any(line.state is ConsentState.DENIED for line in lines)
    }


def _deny(
    tx: Connection, person: int, about: Set[_About], source: str, wording: str, operation: int, now: datetime
) -> list[int]:
    """Write a no to each of these into the person's ledger, unless it stands there; the ids of the lines."""
    last = tx.execute("select coalesce(max(id), 0) from consents").fetchone()[0]
    for channel, purpose in sorted(about):
        line = Consent(
            channel=channel,
            purpose=purpose,
            state=ConsentState.DENIED,
            basis=Basis.NONE,
            at=now,
            source=source,
            wording=wording,
            proof=f"operation {operation}",
        )
        consents.add(tx, person, line)
    return [row[0] for row in tx.execute("select id from consents where id > ?", (last,))]


def _copy_lines(tx: Connection, giver: int, taker: int, *, after: int = 0, denied_alone: bool = False) -> list[int]:
    """Copy the ledger, or what is newer than a line of it; the ids of the copies."""
    last = tx.execute("select coalesce(max(id), 0) from consents").fetchone()[0]
    columns = "channel, purpose, state, basis, at, source, wording, proof, expires_at"
    tx.execute(
        f"insert or ignore into consents (customer_id, {columns}) select ?, {columns} from consents"
        " where customer_id = ? and id > ? and (state = 'denied' or not ?) order by id",
        (taker, giver, after, denied_alone),
    )
    return [row[0] for row in tx.execute("select id from consents where id > ?", (last,))]


# ---- what was done ------------------------------------------------------------------------------------------

_RANK = {"done": 3, "approved": 2, "skipped": 1}


def _settle_actions(tx: Connection, kept: int, other: int) -> list[dict[str, Any]]:
    """Of two actions for one occasion keep the one that was decided; the other one rests with who is no more.

    Returns what was done with them, for `_unsettle_actions`.
    """
    settled: list[dict[str, Any]] = []
    for mine, its, my_state, its_state in tx.execute(
        """
        select a.id, b.id, a.state, b.state from actions a
        join actions b on b.rule = a.rule and b.anchor = a.anchor and b.customer_id = ?
        where a.customer_id = ?
        """,
        (other, kept),
    ).fetchall():
        swap = _RANK.get(its_state, 0) > _RANK.get(my_state, 0)
        if swap:
            _swap(tx, mine, its, kept, other)
        rests, state = (mine, my_state) if swap else (its, its_state)
        if state in ("due", "snoozed"):
            tx.execute("update actions set state = 'expired' where id = ?", (rests,))
        settled.append({"mine": mine, "its": its, "swap": swap, "rests": rests, "state": state})
    return settled


def _unsettle_actions(tx: Connection, settled: Iterable[Mapping[str, Any]], kept: int, other: int) -> None:
    for pair in settled:
        owners = dict(tx.execute("select id, customer_id from actions where id in (?, ?)", (pair["mine"], pair["its"])))
        if pair["swap"] and owners == {pair["mine"]: other, pair["its"]: kept}:
            _swap(tx, pair["its"], pair["mine"], kept, other)
        if pair["state"] in ("due", "snoozed"):
            tx.execute(
                "update actions set state = ? where id = ? and state = 'expired'", (pair["state"], pair["rests"])
            )


def _swap(tx: Connection, of_kept: int, of_other: int, kept: int, other: int) -> None:
    """Two actions for one occasion change hands; no two of one occasion may be one customer's in between."""
    anchor = tx.execute("select anchor from actions where id = ?", (of_kept,)).fetchone()[0]
    tx.execute("update actions set anchor = anchor || ' ' || id where id = ?", (of_kept,))
    tx.execute("update actions set customer_id = ? where id = ?", (kept, of_other))
    tx.execute("update actions set customer_id = ?, anchor = ? where id = ?", (other, anchor, of_kept))


# ---- in words -----------------------------------------------------------------------------------------------

_NOUNS = {"orders": "order", "threads": "conversation", "identities": "address or account"}


def _in_words(noted: belongings.Rows, back: belongings.Rows, since: belongings.Rows, stale: int, went: str) -> str:
    """What an undo did besides: "1 order that came since …", "2 had gone elsewhere since." """
    words: list[str] = []
    came = [
        f"{len(since[table])} {noun}{'s' * (len(since[table]) > 1)}"
        for table, noun in _NOUNS.items()
        if since.get(table)
    ]
    if came:
        words.append(f"What came since {went}: {', '.join(came)}.")
    elsewhere = sum(len(noted.get(table, ())) - len(back.get(table, ())) for table in ("orders", "threads"))
    if elsewhere:
        words.append(f"{elsewhere} had gone elsewhere since.")
    if stale:
        words.append(f"{stale} that waited need another look.")
    return " ".join(words)
