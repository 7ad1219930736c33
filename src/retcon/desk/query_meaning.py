"""Whom a query means: its segments put in, its money in the shop's currency, its words looked up, then asked in SQL."""

from collections.abc import Collection, Iterator

from retcon import localtime, text
from retcon.desk import query
from retcon.desk.house import House
from retcon.errors import QueryError
from retcon.frozen import dataclass
from retcon.model.query import Amount, Either, Every, Is, Not, Op, Tree, Value, Word, written
from retcon.store import people, query_sql, segments
from retcon.store.database import Connection
from retcon.store.query_fields import BY_NAME, Kind
from retcon.store.query_sql import WORD, Around, Asked

# So deep may segments stand in segments.
DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Meaning:
    """A query as it was typed (`typed`) and as it is asked (`asked`, of the same shape at its top)."""

    typed: Tree
    asked: Tree
    around: Around

    def sql(self, tree: Tree | None = None, *, of_orders: bool = False) -> Asked:
        """The query in SQL, or a part of what is asked."""
        return query_sql.compiled(self.asked if tree is None else tree, self.around, of_orders=of_orders)


def understood(house: House, tx: Connection, typed: str, *, of_orders: bool = False) -> Meaning:
    """What the query means now. Raises QueryError, with its place, where it means nothing."""
    currency = house.settings.shop.currency
    tree = query.parse(typed, currency, of_orders=of_orders)
    expanded = _Expanding(house, tx, typed).expand(tree, (), 0)
    people_ = _looked_up(house, tx, expanded, of_orders)
    return Meaning(tree, expanded, Around(house.now(), house.settings.shop.timezone, people_))


def asked(house: House, tx: Connection, typed: str, *, of_orders: bool = False) -> Asked:
    """Whom the query means, in SQL. Raises QueryError as `understood` does."""
    return understood(house, tx, typed, of_orders=of_orders).sql(of_orders=of_orders)


def stands_for_itself(tx: Connection, name: str, typed: str, currency: str) -> tuple[str, ...]:
    """The way from the segment back to itself if it were saved so: ("a", "b", "a"); empty where there is none."""

    def way(tree: Tree, path: tuple[str, ...]) -> tuple[str, ...]:
        for other in named(tree):
            other = text.fold(other)
            if other == name:
                return (*path, other)
            if other in path or (saved := segments.get(tx, other)) is None:
                continue
            try:
                inside = query.parse(saved.query, currency)
            except QueryError:
                continue
            if found := way(inside, (*path, saved.name)):
                return found
        return ()

    return way(query.parse(typed, currency), (name,))


def named(tree: Tree) -> Iterator[str]:
    """The segments that the query names."""
    for leaf in leaves(tree):
        if isinstance(leaf, Is) and BY_NAME[leaf.field].kind is Kind.SEGMENT:
            yield from map(str, leaf.values)


def leaves(tree: Tree) -> Iterator[Word | Is]:
    """Its words and filters, in their order."""
    match tree:
        case Not(of):
            yield from leaves(of)
        case Every(of) | Either(of):
            for each in of:
                yield from leaves(each)
        case _:
            yield tree


class _Expanding:
    """Puts segments and rates into one query, and counts its parts."""

    def __init__(self, house: House, tx: Connection, typed: str) -> None:
        self._house = house
        self._tx = tx
        self._typed = typed
        self._parts = 0

    def expand(self, tree: Tree, path: tuple[str, ...], at: int) -> Tree:
        """The tree as it is asked; `path` are the segments that it stands in, `at` where the outermost was typed."""
        match tree:
            case Not(of):
                return Not(self.expand(of, path, at))
            case Every(of):
                return Every(tuple(self.expand(each, path, at) for each in of))
            case Either(of):
                return Either(tuple(self.expand(each, path, at) for each in of))
            case Is(field, _, values) if BY_NAME[field].kind is Kind.SEGMENT:
                found = tuple(self._segment(str(name), path, at if path else tree.at) for name in values)
                return found[0] if len(found) == 1 else Either(found)
            case Is(field, op, values):
                self._count(len(values), at)
                return Is(field, op, tuple(self._value(value, at if path else tree.at) for value in values), tree.at)
            case Word():
                self._count(1, at)
                return tree

    def _wrong(self, title: str, hint: str, at: int) -> QueryError:
        return QueryError(title, hint, query=self._typed, at=at)

    def _count(self, parts: int, at: int) -> None:
        self._parts += parts
        if self._parts > query.MOST_PARTS:
            title = f"With its segments this has more than {query.MOST_PARTS} words and values."
            raise self._wrong(title, "Say it in fewer.", at)

    def _segment(self, name: str, path: tuple[str, ...], at: int) -> Tree:
        saved = segments.get(self._tx, name)
        if saved is None:
            raise self._missing(name, at)
        if saved.name in path:
            way = " → ".join((*path, saved.name))
            raise self._wrong(f"The segment “{text.line(saved.name)}” stands for itself: {text.line(way)}.", "", at)
        if len(path) == DEEPEST:
            raise self._wrong(f"Segments stand in segments {DEEPEST} deep at most.", "Say it in fewer.", at)
        try:
            tree = query.parse(saved.query, self._house.settings.shop.currency)
        except QueryError as error:
            title = f"The segment “{text.line(saved.name)}” can't be read: {error.title}"
            raise self._wrong(title, f"Save it anew: retcon segments save {text.line(saved.name)} QUERY", at) from None
        return self.expand(tree, (*path, saved.name), at)

    def _missing(self, name: str, at: int) -> QueryError:
        from retcon.desk import query_values

        known = [saved.name for saved in segments.every(self._tx)]
        near = query_values.nearest(name, known)
        also = f"; {text.line(near)} is near" if near else ""
        hint = "" if near else "retcon segments lists them." if known else "None is saved yet."
        return self._wrong(f"No segment is called “{text.line(text.keep(name, 40))}”{also}.", hint, at)

    def _value(self, value: Value, at: int) -> Value:
        """Money of another currency in the shop's, at today's rate."""
        shop = self._house.settings.shop
        if not isinstance(value, Amount) or value.currency == shop.currency:
            return value
        from retcon.sync import rates

        today = localtime.local(self._house.now(), shop.timezone).date()
        minor = rates.to_base(value.minor, value.currency, shop.currency, today)
        if minor is None:
            title = f"No rate from {value.currency} to {shop.currency} is known."
            raise self._wrong(title, f"Write the amount in {shop.currency}.", at)
        return Amount(minor, shop.currency)


def _looked_up(house: House, tx: Connection, tree: Tree, of_orders: bool) -> dict[tuple[str, str], Collection[int]]:
    """Whom words mean, and filters that SQL alone can't tell. Where orders are asked for, numbers are theirs."""
    found: dict[tuple[str, str], Collection[int]] = {}
    for leaf in leaves(tree):
        if isinstance(leaf, Word):
            if (WORD, leaf.text) not in found:
                look = people.named if of_orders else people.having
                found[WORD, leaf.text] = look(tx, leaf.text)
        elif BY_NAME[leaf.field].kind is Kind.PEOPLE:
            from retcon.desk import consents

            look_up = consents.may_be_written if leaf.field == "consent" else consents.reached
            for medium in map(str, leaf.values):
                if (leaf.field, medium) not in found:
                    found[leaf.field, medium] = look_up(house, tx, medium)
    return found


def label(tree: Tree) -> str:
    """How a sentence names one part of a query: "the country", "“orders>=2”", "“anna”"."""
    inner = tree.of if isinstance(tree, Not) else tree
    if isinstance(inner, Is) and inner.op is Op.IS:
        return f"the {inner.field}"
    return f"“{written(tree)}”"
