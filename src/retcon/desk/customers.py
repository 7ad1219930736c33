"""The customers as a list: a page of it, its order, how many and what is at stake, an export."""

from collections.abc import Sequence
from pathlib import Path

from retcon import text
from retcon.desk import query_meaning
from retcon.desk.house import House
from retcon.desk.query import terms
from retcon.errors import UsageError
from retcon.frozen import dataclass
from retcon.model.query import Every
from retcon.model.standing import Reason, Standing
from retcon.retention.risk import reasons
from retcon.store import customer_list, operations, people, standings
from retcon.store.customer_list import SORTS, Key
from retcon.store.database import Connection
from retcon.store.query_sql import Asked


@dataclass(frozen=True, slots=True)
class View:
    """Which customers, and in which order: what is typed to narrow them, and a name of SORTS."""

    query: str = ""
    sort: str = "stake"


EVERYBODY = View()


@dataclass(frozen=True, slots=True)
class Row:
    """One customer as the list shows them; `why` is the weightiest reason for their risk, empty for none."""

    id: int
    name: str
    email: str
    country: str
    left_alone: bool
    standing: Standing
    why: str
    besides: str = ""  # the same without the figures of silence, which have columns of their own


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows that follow each other, with the keys of the first and the last of them.

    `largest_minor` is the largest sum that any row of the whole list shows: as wide as its column must be.
    """

    rows: tuple[Row, ...] = ()
    first: Key | None = None
    last: Key | None = None
    largest_minor: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """How many the view shows of how many, and what is at stake with those shown, in minor units."""

    shown: int
    total: int
    stake_minor: int


@dataclass(frozen=True, slots=True)
class Listing:
    """Everybody the view shows, in its order: a ranking that stands still while it is looked at."""

    ids: Sequence[int]
    counts: Counts


def page(house: House, view: View, after: Key | None, count: int, *, back: bool = False) -> Page:
    """The rows behind the key, or the first; with `back` those before the key, or the last.

    Costs as much as its rows, however many customers there are. Raises UsageError where the view means nothing.
    """
    with house.database.read() as tx:
        asked = _asked(house, tx, view)
        keys = customer_list.page(tx, asked, view.sort, count, after=after, back=back)
        found = _rows(house, tx, [id_ for _, id_ in keys])
        largest = customer_list.largest(tx)
    if not keys:
        return Page(largest_minor=largest)
    return Page(tuple(found[id_] for _, id_ in keys if id_ in found), keys[0], keys[-1], largest)


def rows(house: House, ids: Sequence[int]) -> dict[int, Row]:
    """These customers as rows, by id; who isn't there any more is left out."""
    with house.database.read() as tx:
        return _rows(house, tx, ids)


def listing(house: House, view: View) -> Listing:
    """The whole order with its counts; takes as long as the shop is large. Raises UsageError as `page` does."""
    with house.database.read() as tx:
        ids, stake = customer_list.order(tx, _asked(house, tx, view), view.sort)
        return Listing(ids, Counts(shown=len(ids), total=standings.count(tx), stake_minor=stake))


def counts(house: House, view: View) -> Counts:
    """How many are shown of how many, and what is at stake. Raises UsageError as `page` does."""
    with house.database.read() as tx:
        shown, stake = customer_list.sums(tx, _asked(house, tx, view))
        return Counts(shown=shown, total=standings.count(tx), stake_minor=stake)


def nearest(house: House, query: str) -> tuple[str, int] | None:
    """Where nobody matches: the last typed word or filter without which somebody does, and how many then do."""
    with house.database.read() as tx:
        meaning = query_meaning.understood(house, tx, query)
        typed, asked = terms(meaning.typed), terms(meaning.asked)
        for place in reversed(range(len(typed) if len(typed) > 1 else 0)):
            others = meaning.sql(Every(asked[:place] + asked[place + 1 :]))
            found, _ = customer_list.sums(tx, others)
            if found:
                return query_meaning.label(typed[place]), found
    return None


def leave_alone(house: House, ids: Sequence[int], alone: bool = True) -> int:
    """Write nothing more to these people, or end that; one operation. Returns for how many that is new.

    What waits is judged again when it would leave.
    """
    now = house.now()

    def work(tx: Connection) -> int:
        known = customer_list.rows(tx, ids)
        changed = [id_ for id_ in ids if id_ in known and known[id_].left_alone is not alone]
        if changed:
            words = "left alone" if alone else "may be written to again"
            operation = operations.begin(tx, "leave_alone", f"{len(changed)} {words}", now)
            for id_ in changed:
                operations.note(tx, operation, "customers", id_)
            people.set_left_alone(tx, changed, alone)
        return len(changed)

    return house.database.write(work)


def export(house: House, view: View, ids: Sequence[int] | None = None) -> Path:
    """Write the customers of the view, or those named, to a CSV file of the exports folder; returns the file.

    Only the operator may read it. Raises StoreError where it cannot be written.
    """
    from retcon.desk import exports

    return exports.customers(house, listing(house, view).ids if ids is None else ids)


_IN_COLUMNS = ("silent", "under_way", "not_shipped")


def _asked(house: House, tx: Connection, view: View) -> Asked:
    if view.sort not in SORTS:
        raise UsageError(f"Customers are not sorted by “{text.line(view.sort)}”.", f"Allowed: {', '.join(SORTS)}.")
    return query_meaning.asked(house, tx, view.query)


def _rows(house: House, tx: Connection, ids: Sequence[int]) -> dict[int, Row]:
    listed, standing_of = customer_list.rows(tx, ids), standings.get(tx, ids)
    currency = house.settings.shop.currency
    found: dict[int, Row] = {}
    for id_ in ids:
        if id_ in listed and id_ in standing_of:
            one, standing = listed[id_], standing_of[id_]
            told = reasons.explain(standing, currency)
            found[id_] = Row(
                id=id_,
                name=one.name,
                email=one.emails[0] if one.emails else "",
                country=one.country,
                left_alone=one.left_alone,
                standing=standing,
                why=_with_weight(told[0]) if told else "",
                besides=_besides(told),
            )
    return found


def _besides(told: Sequence[Reason]) -> str:
    """What silence weighs, whose figures have columns, and the weightiest of the others that raises the risk."""
    silence = [f"{reasons.weighed(reason)} silence" for reason in told if reason.code == "silent" and reason.weight]
    others = [reason for reason in told if reason.code not in _IN_COLUMNS]
    found = next((reason for reason in others if reason.weight >= 0), others[0] if others else None)
    return " · ".join([*silence, *([_with_weight(found)] if found else [])])


def _with_weight(reason: Reason) -> str:
    """The weight first, for it says how much the rest matters."""
    return f"{reasons.weighed(reason)} {reason.text}".lstrip()
