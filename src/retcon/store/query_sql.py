"""A query as SQL: conditions made of our own words alone, with every value of the operator's bound.

Each condition is true or false, never null, so that "not" means everybody else.
"""

import json
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from retcon import localtime, text
from retcon.frozen import dataclass
from retcon.model.query import Amount, Days, Either, Every, Is, Not, Op, Start, Tree, Value, Word
from retcon.store.query_fields import BY_NAME, Field, Kind

# Who was looked up beforehand, by field and value: ("consent", "email"), ("word", "anna").
People = Mapping[tuple[str, str], Collection[int]]
WORD = "word"

Bound = str | int | float


@dataclass(frozen=True, slots=True)
class Around:
    """What a query is understood in: the instant, the shop's zone, and whom words and looked-up filters mean."""

    now: datetime
    zone: str
    people: People


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked for, in SQL over s (standings) and c (customers), with the values that are bound."""

    where: str = "true"
    values: tuple[Bound, ...] = ()

    @property
    def of_customers(self) -> bool:
        """Whether c is needed."""
        return "c." in self.where


EVERYBODY = Asked()


def compiled(tree: Tree, around: Around, *, of_orders: bool = False) -> Asked:
    """The query in SQL; its amounts are in the shop's currency, and its segments have been put in."""
    if tree == Every():
        return EVERYBODY
    where, values = _sql(tree, around, "o.customer_id" if of_orders else "s.customer_id", of_orders)
    return Asked(where, tuple(values))


def _sql(tree: Tree, around: Around, id_: str, of_orders: bool) -> tuple[str, list[Bound]]:
    match tree:
        case Word(word):
            where, values = _among(id_, around.people[WORD, word])
            if of_orders:
                begins = "o.number >= ? and o.number < ? || char(1114111)"
                number = word.removeprefix("#")
                where = f"({begins} or {begins} or {where})"
                values = [number, number, f"#{number}", f"#{number}", *values]
            return where, values
        case Is():
            return _is(tree, around, id_)
        case Not(of):
            where, values = _sql(of, around, id_, of_orders)
            return f"not {where}", values
        case Every(of) | Either(of):
            joined = " and " if isinstance(tree, Every) else " or "
            parts = [_sql(each, around, id_, of_orders) for each in of]
            where = joined.join(part for part, _ in parts) or "true"
            return f"({where})", [value for _, values in parts for value in values]


def _among(id_: str, ids: Collection[int]) -> tuple[str, list[Bound]]:
    return f"({id_} in (select value from json_each(?)))", [json.dumps(list(ids))]


def _is(asked: Is, around: Around, id_: str) -> tuple[str, list[Bound]]:
    field = BY_NAME[asked.field]
    if field.kind is Kind.PEOPLE:
        every = {id_ for value in asked.values for id_ in around.people[asked.field, str(value)]}
        return _among(id_, every)
    conditions: list[str] = []
    values: list[Bound] = []
    for value in asked.values:
        condition, bound = _condition(field, asked.op, value, around)
        conditions.append(condition)
        values += bound
    condition = field.within.replace("{is}", " or ".join(conditions)).replace("{id}", id_)
    return f"(({condition}) is true)", values


def _condition(field: Field, op: Op, value: Value, around: Around) -> tuple[str, list[Bound]]:
    """The field compared with one value."""
    column = field.sql
    match value:
        case Start(start):
            return f"instr({column}, ?) = 1", [text.fold(start)]
        case str() if "?" in column:
            return column, [text.fold(value)] * column.count("?")
        case str() if field.kind is Kind.FLAG:
            return column if value == "yes" else f"({column}) is not true", []
        case str():
            known = value.replace("-", "_") if field.kind is Kind.CHOICE else value
            return f"{column} = ?", [text.fold(known) if field.kind is Kind.WORD else known]
        case Days(days) if field.kind in (Kind.AGO, Kind.AHEAD):
            today = localtime.local(around.now, around.zone).date()
            ago = field.kind is Kind.AGO
            day = today + timedelta(days=-days if ago else days)
            return _on_day(column, _BACK[op] if ago else op, day, around.zone)
        case date():
            return _on_day(column, op, value, around.zone)
        case Days(number) | Amount(number):
            return f"{column} {op} ?", [number]
        case _:
            return f"{column} {op} ?", [value]


# More days ago is an earlier day.
_BACK = {
    Op.IS: Op.IS,
    Op.OVER: Op.UNDER,
    Op.AT_LEAST: Op.AT_MOST,
    Op.UNDER: Op.OVER,
    Op.AT_MOST: Op.AT_LEAST,
}


def _on_day(column: str, op: Op, day: date, zone: str) -> tuple[str, list[Bound]]:
    """An instant compared with a day of the shop's."""
    begins = int(localtime.start_of_day(day, zone).timestamp())
    ends = int(localtime.start_of_day(day + localtime.DAY, zone).timestamp())
    match op:
        case Op.IS:
            return f"{column} >= ? and {column} < ?", [begins, ends]
        case Op.UNDER:
            return f"{column} < ?", [begins]
        case Op.AT_LEAST:
            return f"{column} >= ?", [begins]
        case Op.AT_MOST:
            return f"{column} < ?", [ends]
        case Op.OVER:
            return f"{column} >= ?", [ends]
