"""The list of customers: its columns, and its rows drawn by the line, read as the page comes to them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar

from textual.strip import Strip

from retcon import money
from retcon.desk.customers import Row
from retcon.frozen import dataclass
from retcon.model.people import Customer
from retcon.model.standing import Band, Tier
from retcon.widgets import words
from retcon.widgets.drawing import Part, cut, fit
from retcon.widgets.scrolled import Scrolled

# Rows that are kept read; beyond, what is far from the page is forgotten.
_KEPT = 2_000
_BAR = 5
_GOODS = {"under_way": "parcel", "not_shipped": "to ship"}
_TIERS = {**words.TIERS, Tier.HIGH: "high tier", Tier.ONE_TIME: "one order"}  # "high" alone is a risk


@dataclass(frozen=True, slots=True)
class Cells:
    """A row in words, each for one column."""

    name: str
    country: str
    tier: str
    band: Band
    score: int
    stake: str
    silent: str
    usual: str
    orders: str
    spent: str
    why: str


@dataclass(frozen=True, slots=True)
class Widths:
    """How wide each column is; 0 where it is left out. `money` is what the largest figure takes."""

    name: int
    stake: int
    silent: int
    usual: int
    bar: int
    orders: int
    spent: int
    why: int
    country: int = 3
    tier: int = 10
    risk: int = 11  # "medium 100"


def widths(width: int, money_width: int) -> Widths:
    """The columns for so many cells; the last ones go first where there is little room."""
    room = (
        width - 3 - 10 - 3 - 10 - 11
    )  # the cursor's bar, the mark, the edge; name, country, tier, risk at their least
    taken = {"stake": 0, "silent": 0, "bar": 0, "orders": 0, "spent": 0}
    for column, needs in (
        ("stake", money_width),
        ("silent", 14),
        ("bar", _BAR + 1),
        ("orders", 7),
        ("spent", money_width),
    ):
        spare = 0 if column in ("stake", "silent") else 3  # a name that can be read comes before what follows
        if needs > room - spare:
            break
        taken[column] = needs
        room -= needs
    why = room - 8 if taken["spent"] and room >= 28 else 0
    return Widths(
        name=10 + min(room - why, 14),
        stake=taken["stake"],
        silent=taken["silent"] // 2,
        usual=taken["silent"] // 2,
        bar=taken["bar"],
        orders=taken["orders"],
        spent=taken["spent"],
        why=why,
    )


def cells(row: Row, currency: str) -> Cells:
    """The row in words: a name that can stand before figures, figures with their units."""
    standing = row.standing
    usual = f"{standing.cycle_days:.0f} d" if standing.cycle_days else "–"
    return Cells(
        name=words.call_name(Customer(id=row.id, name=row.name, emails=(row.email,) if row.email else ())),
        country=row.country,
        tier=_TIERS.get(standing.tier, str(standing.tier)),
        band=standing.band,
        score=standing.risk_score,
        stake=money.show(standing.stake_minor, currency),
        silent=_GOODS.get(standing.awaits, f"{standing.silent_days} d"),
        usual=usual,
        orders=f"{standing.orders:,}",
        spent=money.show(standing.spent_minor, currency),
        why=f"Left alone. {row.besides}" if row.left_alone else row.besides,
    )


class People(Scrolled):
    """Customers by their ids; only the rows on the page are read."""

    PREFIX = "people"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "people--muted",
        "people--faint",
        "people--accent",
        "people--warn",
        "people--cursor",
        "people--mark",
    }

    def __init__(
        self,
        read: Callable[[Sequence[int]], Mapping[int, Row]],
        marked: Callable[[int], bool],
        currency: str,
        *,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._read = read
        self._marked = marked
        self._currency = currency
        self._ids: Sequence[int] = ()
        self._known: dict[int, Cells] = {}
        self._empty = ""
        self.money_width = 8

    # ---- what it shows

    @property
    def length(self) -> int:
        """How many rows there are."""
        return len(self._ids)

    @property
    def current(self) -> int | None:
        """Whose row is under the cursor; None where there is none."""
        return self._ids[self._cursor] if 0 <= self._cursor < len(self._ids) else None

    def called(self, customer_id: int) -> str:
        """What somebody on the page is called."""
        known = self._known.get(customer_id)
        return known.name if known is not None else f"customer {customer_id}"

    def show(self, ids: Sequence[int], cursor: int | None = None, *, rows: Iterable[Row] = (), empty: str = "") -> None:
        """Show these customers, the cursor on the named one or where they stood, without a name on the first.

        `rows` are read already.
        """
        self._ids, self._empty = ids, empty
        self._known = {row.id: cells(row, self._currency) for row in rows}
        place = self._place(cursor)
        self.put_cursor(place if place is not None else 0 if cursor is None else self._cursor)
        self.page_moved()
        self.refresh()

    def go_to(self, customer_id: int) -> None:
        """Put the cursor on that customer, where they are in the list."""
        place = self._place(customer_id)
        if place is not None:
            self._go(place)

    def _place(self, customer_id: int | None) -> int | None:
        try:
            return self._ids.index(customer_id) if customer_id is not None else None
        except ValueError:
            return None

    def renew(self) -> None:
        """Read again what is on the page: figures may have changed, the order stays."""
        self._known.clear()
        self.page_moved()
        self.refresh()

    def redraw(self) -> None:
        """Draw the row under the cursor again."""
        self.refresh_row(self._cursor)

    def page_moved(self) -> None:
        """Read the rows that came onto the page, and some around it."""
        height = self.size.height
        page = self._ids[self._top : self._top + height]
        if all(id_ in self._known for id_ in page):
            return
        if len(self._known) > _KEPT:
            self._known.clear()
        around = self._ids[max(0, self._top - height // 2) : self._top + height + height // 2]
        missing = [id_ for id_ in around if id_ not in self._known]
        self._known |= {id_: cells(row, self._currency) for id_, row in self._read(missing).items()}

    def on_resize(self) -> None:
        """More rows may have room."""
        self.page_moved()

    # ---- drawing

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        index = self._top + y
        if index >= len(self._ids):
            return self.row([(" " + cut(self._empty, self.size.width - 2), "muted")] if y == 1 and self._empty else [])
        id_, under = self._ids[index], index == self._cursor
        parts: list[Part] = [("▌" if under else " ", "accent"), ("•" if self._marked(id_) else " ", "mark")]
        said = self._known.get(id_)
        return self.row([*parts, *(self._line(said) if said else [("…", "muted")])], over="cursor" if under else "")

    def _line(self, said: Cells) -> list[Part]:
        wide = widths(self.size.width, self.money_width)
        grave = {Band.HIGH: "warn", Band.LOW: "muted"}.get(said.band, "")
        full = round(said.score * _BAR / 100) if wide.bar else 0
        return [
            (fit(cut(said.name, wide.name - 1), wide.name), ""),
            (fit(cut(said.country, 2), wide.country), "muted"),
            (fit(said.tier, wide.tier), "accent" if said.tier == words.TIERS[Tier.VIP] else "muted"),
            (f"{said.band:6} {said.score:3} ", grave),
            ("━" * full, grave or "accent"),
            ("─" * (wide.bar - 1 - full) + " " if wide.bar else "", "faint"),
            (fit(said.stake, wide.stake, right=True), ""),
            (fit(said.silent, wide.silent, right=True), ""),
            (fit(said.usual, wide.usual, right=True), "muted"),
            (fit(said.orders, wide.orders, right=True), ""),
            (fit(said.spent, wide.spent, right=True), ""),
            ("  " + fit(said.why, wide.why - 2) if wide.why else "", "muted"),
        ]
