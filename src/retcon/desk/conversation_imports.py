"""Take what was said elsewhere from a file: read it, keep what can be kept, say what can't."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from retcon.desk.house import House
from retcon.desk.refresh import context
from retcon.model.conversations import Direction
from retcon.store import threads
from retcon.store.database import Connection
from retcon.sync import conversations as talk
from retcon.sync import intake
from retcon.sync.files import conversations, reading
from retcon.sync.files.conversations import Said
from retcon.sync.files.mapping import Left
from retcon.sync.intake import Context, Counts

Progress = Callable[[str, int, int | None], None]  # what, done, total

# Messages in one transaction, and the bytes of their files.
_AT_ONCE, _BYTES_AT_ONCE = 500, 50_000_000
_NOBODY = "it went to an address that nobody is known by, who never wrote"
_NO_FILE = "one of its files can't be read"


def take(
    house: House,
    file: Path,
    columns: Mapping[str, str],
    date_order: str | None,
    *,
    source: str,
    progress: Progress | None = None,
) -> tuple[int, Counts, list[Left]]:
    """Keep the messages of the file: how many lines were taken, what became of them, and what was not taken.

    What customers wrote is kept first, whatever the order of the lines, so that they are known when the answers come.
    Raises AmbiguousDates, UsageError or InputError where the file can't be taken at all.
    """
    table = reading.open_table(file)
    shop = house.settings.shop
    read, total = conversations.study(table, columns, date_order=date_order, zone=shop.timezone, now=house.now())
    known = context(house)
    left: list[Left] = []
    taken, counts = 0, Counts()
    for direction in (Direction.IN, Direction.OUT):
        found = conversations.messages(table, read)
        wanted = _wanted(found, direction, left if direction is Direction.IN else [])
        for some in _pages(wanted):
            kept, became, not_kept = house.database.write(
                lambda tx, some=some: _keep(tx, source, some, shop.currency, known)
            )
            taken, counts = taken + kept, counts + became
            left += not_kept
            if progress is not None:
                progress("rows", taken + len(left), total)
    return taken, counts, sorted(left, key=lambda each: each.lines)


def _wanted(found: Iterable[Said | Left], direction: Direction, left: list[Left]) -> Iterator[Said]:
    """The messages of that direction; the rest of the lines goes to `left`."""
    for each in found:
        if isinstance(each, Left):
            left.append(each)
        elif each.message.direction is direction:
            yield each


def _pages(found: Iterator[Said]) -> Iterator[list[Said]]:
    page: list[Said] = []
    weight = 0
    for said in found:
        size = said.bytes
        if page and (len(page) == _AT_ONCE or weight + size > _BYTES_AT_ONCE):
            yield page
            page, weight = [], 0
        page.append(said)
        weight += size
    if page:
        yield page


def _keep(
    tx: Connection, source: str, said: Sequence[Said], currency: str, known: Context
) -> tuple[int, Counts, list[Left]]:
    """Keep a page: how many lines were taken, what became of them, and those that were not."""
    left: list[Left] = []
    whole = {}
    for each in said:
        try:
            whole[each.line] = each.whole()
        except OSError:
            left.append(Left((each.line,), _NO_FILE))
    counts = intake.keep(tx, source, list(whole.values()), currency, known)
    ids = {line: talk.kept_id(message.source_id) for line, message in whole.items()}
    there = threads.kept(tx, source, ids.values())
    dropped = [line for line, id_ in ids.items() if id_ not in there and talk.ours(tx, id_) is None]
    left += (Left((line,), _NOBODY) for line in dropped)
    became = Counts(counts.read - len(dropped), counts.added, counts.changed, counts.unchanged - len(dropped))
    return len(whole) - len(dropped), became, left
