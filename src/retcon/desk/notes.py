"""Notes on a person, in the operator's own words; no customer ever sees them."""

from collections.abc import Iterable, Sequence

from retcon import text
from retcon.desk.house import House
from retcon.errors import Conflict, InputError
from retcon.model.people import Note
from retcon.store import notes, operations, people
from retcon.store.database import Connection


def add(house: House, customer_id: int, words: str) -> int:
    """Write a note on the customer and return its id; one operation. Raises InputError where it has no words."""
    return add_all(house, [customer_id], words)[0]


def add_all(house: House, ids: Sequence[int], words: str) -> tuple[int, ...]:
    """Write the same note on each of these customers, as one operation; returns the notes' ids. Raises as `add`."""
    kept = text.keep_link(words)
    if not kept:
        raise InputError("A note without words says nothing.", "Write something.")
    now = house.now()

    def work(tx: Connection) -> tuple[int, ...]:
        every = dict.fromkeys(people.current(tx, id_) for id_ in ids)
        operation = operations.begin(tx, "note", text.plural(len(every), "note"), now)
        made = tuple(notes.add(tx, id_, kept, now) for id_ in every)
        for note in made:
            operations.note_new(tx, operation, "notes", note)
        return made

    return house.database.write(work)


def remove(house: House, note_id: int) -> int:
    """Remove a note; one operation, returned. Raises Conflict where there is none."""
    now = house.now()

    def work(tx: Connection) -> int:
        if notes.find(tx, note_id) is None:
            raise Conflict(f"There is no note {note_id}.", "A customer's notes: retcon note CUSTOMER")
        operation = operations.begin(tx, "note", "1 note removed", now)
        operations.note(tx, operation, "notes", note_id)
        notes.remove(tx, note_id, now)
        return operation

    return house.database.write(work)


def of(tx: Connection, ids: Iterable[int]) -> dict[int, tuple[Note, ...]]:
    """Each customer's notes, the newest first."""
    return notes.of(tx, ids)
