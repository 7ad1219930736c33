"""Tags: the operator's own groups of people, one word each."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from retcon import text
from retcon.desk.house import House
from retcon.errors import UsageError
from retcon.store import operations, people, tags
from retcon.store.database import Connection

LONGEST = 30


def checked(name: str) -> str:
    """The tag's name as it is kept: in small letters, without the # before it. Raises UsageError where it is none."""
    kept = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name.strip().removeprefix("#")).lower())
    if not kept or not all(map(_is_part, kept)):
        shown = text.line(text.keep(name, 40))
        raise UsageError(f"“{shown}” is no tag.", "A tag is one word of letters, digits, - and _.")
    if len(kept) > LONGEST:
        raise UsageError(f"A tag has at most {LONGEST} letters; this one has {len(kept)}.", "Say it shorter.")
    return kept


def _is_part(letter: str) -> bool:
    kind = unicodedata.category(letter)
    return letter in "-_" or kind[0] in "LM" or kind == "Nd"  # marks are the vowels of Thai and Hindi


def put(house: House, ids: Sequence[int], name: str) -> tuple[int, ...]:
    """Tag these customers, as one operation; returns those who hadn't got the tag. Raises UsageError for a bad name."""
    return _change(house, ids, checked(name), lambda now: now)


def take_off(house: House, ids: Sequence[int], name: str) -> tuple[int, ...]:
    """Take the tag off these customers, as one operation; returns those who had it."""
    return _change(house, ids, checked(name), lambda _: None)


def _change(
    house: House, ids: Sequence[int], name: str, wanted: Callable[[datetime], datetime | None]
) -> tuple[int, ...]:
    now = house.now().replace(microsecond=0)
    at = wanted(now)

    def work(tx: Connection) -> tuple[int, ...]:
        every = dict.fromkeys(people.current(tx, id_) for id_ in ids)
        changed = tuple(id_ for id_ in every if (tags.since(tx, id_, name) is None) is not (at is None))
        if not changed:
            return ()
        who = "" if len(changed) == 1 else f" {len(changed)} people"
        operation = operations.begin(tx, "tag", f"#{name} {'put on' if at else 'taken off'}{who}", now)
        for id_ in changed:
            operations.note_tag(tx, operation, id_, name)
            tags.put(tx, id_, name, at)
        return changed

    return house.database.write(work)


def known(house: House) -> tuple[str, ...]:
    """Every tag that somebody has, those that most have first."""
    with house.database.read() as tx:
        return tuple(tags.known(tx))


def offered(house: House, ids: Sequence[int], limit: int) -> tuple[tuple[str, bool], ...]:
    """At most so many tags to choose from, each with whether all of these customers have it; theirs come first."""
    with house.database.read() as tx:
        every = [set(tags.of(tx, [id_]).get(id_, ())) for id_ in ids]
        theirs = set[str]().union(*every)
        named = sorted(tags.known(tx), key=lambda name: name not in theirs)[:limit]
    return tuple((name, all(name in each for each in every)) for name in named)


def of(tx: Connection, ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Each customer's tags, by name."""
    return tags.of(tx, ids)
