"""Take orders from a file: read it, keep what can be kept, say what can't, then recompute."""

import gc
import re
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from retcon.desk import conversation_imports
from retcon.desk.house import House
from retcon.desk.refresh import refresh
from retcon.errors import InputError, UsageError
from retcon.frozen import dataclass
from retcon.store import touched
from retcon.store.database import Connection
from retcon.sync.files import cells, conversations, mapping, presets, reading
from retcon.sync.files.dates import AmbiguousDates as AmbiguousDates
from retcon.sync.files.mapping import Left, Taken
from retcon.sync.intake import Counts, keep

Progress = Callable[[str, int, int | None], None]  # what, done, total

PRESETS = (*presets.PRESETS, conversations.PRESET)
SOURCE = "csv"
# Orders in one transaction: long enough to be quick, short enough to let others write.
_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line of the file that was not taken, counted from 1, and why."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of a file: its rows (read, taken, refused), its orders or messages, and whom they changed."""

    read: int
    taken: int
    refused: tuple[RefusedLine, ...]
    added: int
    changed: int
    unchanged: int
    customers: int
    what: str = "orders"


def import_file(
    house: House,
    file: Path,
    preset: str,
    columns: Mapping[str, str],
    currency: str = "",
    date_order: str | None = None,
    *,
    source: str = SOURCE,
    progress: Progress | None = None,
) -> ImportReport:
    """Take the orders or the conversations of a CSV, TSV or JSON lines file, then recompute whom they concern.

    A second import of the same file changes nothing. `columns` (field → column) wins over the preset, `currency` is
    that of amounts that name none (the shop's where empty), `date_order` is "dmy", "mdy", or None to find out.
    Raises AmbiguousDates where it can't be found out, InputError or UsageError where the file can't be taken at all.
    """
    report = take(house, file, preset, columns, currency, date_order, source=source, progress=progress)
    refresh(house, progress=progress)
    return report


def take(
    house: House,
    file: Path,
    preset: str,
    columns: Mapping[str, str],
    currency: str = "",
    date_order: str | None = None,
    *,
    source: str = SOURCE,
    progress: Progress | None = None,
) -> ImportReport:
    """As `import_file`, with nothing recomputed yet."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", source):
        raise UsageError(f"“{source[:40]}” cannot be a source's name.", "Allowed: letters, digits, - and _.")
    if preset == conversations.PRESET:
        return _take_conversations(house, file, columns, date_order, source, progress)
    shop = house.settings.shop
    table = reading.open_table(file)
    habits, total = mapping.study(
        table,
        presets.plan(preset, columns, table.columns),
        date_order=date_order,
        zone=shop.timezone,
        currency=_currency(currency or shop.currency),
        now=house.now(),
    )
    refused: list[RefusedLine] = []
    taken = 0
    counts = Counts()
    found = mapping.orders(table, habits)
    with _no_cycles():
        while page := list(islice(found, _AT_ONCE)):
            refused += _refused(page)
            orders = [each for each in page if isinstance(each, Taken)]
            taken += sum(len(order.lines) for order in orders)
            counts += house.database.write(lambda tx, orders=orders: _keep(tx, source, orders, shop.currency))
            if progress is not None:
                progress("rows", taken + len(refused), total)
    with house.database.read() as tx:
        customers = len(touched.times(tx))
    return ImportReport(
        read=taken + len(refused),
        taken=taken,
        refused=tuple(refused),
        added=counts.added,
        changed=counts.changed,
        unchanged=counts.unchanged,
        customers=customers,
    )


def _take_conversations(
    house: House,
    file: Path,
    columns: Mapping[str, str],
    date_order: str | None,
    source: str,
    progress: Progress | None,
) -> ImportReport:
    taken, counts, left = conversation_imports.take(house, file, columns, date_order, source=source, progress=progress)
    with house.database.read() as tx:
        customers = len(touched.times(tx))
    return ImportReport(
        read=taken + len(left),
        taken=taken,
        refused=tuple(_refused(left)),
        added=counts.added,
        changed=counts.changed,
        unchanged=counts.unchanged,
        customers=customers,
        what="messages",
    )


def _currency(code: str) -> str:
    try:
        return cells.currency(code)
    except InputError as error:
        raise UsageError(f"--currency: {error.title}.", "Give a code such as EUR.") from None


@contextmanager
def _no_cycles() -> Generator[None]:
    """Without the collector of cycles: rows make none, and walking all that are kept takes a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _refused(page: Sequence[Taken | Left]) -> Iterator[RefusedLine]:
    for each in page:
        if isinstance(each, Left):
            yield from (RefusedLine(line, each.reason) for line in each.lines)


def _keep(tx: Connection, source: str, taken: Sequence[Taken], currency: str) -> Counts:
    counts = keep(tx, source, [each.order for each in taken], currency)
    keep(tx, source, [consent for each in taken for consent in each.consents], currency)
    return counts
