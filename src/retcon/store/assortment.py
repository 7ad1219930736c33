"""What the shop sells and who bought what: the catalogue, lines of orders by the hundred thousand, what they taught."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from retcon.model.products import Learnt, Repeat, Suggestion, Ware
from retcon.store.database import Connection, plain
from retcon.store.values import words

if TYPE_CHECKING:
    from retcon.retention.baskets import Lines

_LINE = ("customer", "ordered", "at", "quantity", "gift")
_LINES = """
    select o.customer_id as customer, o.id as ordered, o.placed_at as at, l.quantity as quantity, o.gift as gift,
        l.product_id as product
    from orders o cross join order_lines l on l.order_id = o.id
    where o.source = :source and o.state = 'paid' and not o.removed and o.total_minor >= 0 and o.placed_at <= :now
"""
_BREAK = "\n"  # no id has one
# In `followed`, where not an article is meant: all of a category, and whoever came back.
_CATEGORY, _ANYTHING = "#", ""


def wares(tx: Connection) -> tuple[Ware, ...]:
    """Every product that the shops have, by source and id."""
    query = """
        select source, source_id, name, sku, link, categories, price_minor, in_stock
        from products where not removed order by source, source_id
    """
    return tuple(
        Ware(
            key=f"{source}:{id_}",
            name=name,
            sku=sku,
            link=link,
            categories=words(categories),
            price_minor=price,
            in_stock=bool(in_stock),
        )
        for source, id_, name, sku, link, categories, price, in_stock in plain(tx, query)
    )


def lines(tx: Connection, now: int, articles: Sequence[str]) -> "Lines":
    """The lines of all counted orders placed until then (seconds) that are about these articles, by their place."""
    import numpy as np

    from retcon.retention.baskets import Lines
    from retcon.store.columns import columns

    places = {key: place for place, key in enumerate(articles)}
    found: list[list[Any]] = [[np.zeros(0, np.int64)] * (len(_LINE) + 1)]
    for source in dict.fromkeys(key.partition(":")[0] for key in articles):
        asked = {"source": source, "now": now}
        numbers = columns(tx, _LINE, _LINES, asked)
        ids = next(plain(tx, f"select group_concat(product, '{_BREAK}') from ({_LINES})", asked))[0]
        article = np.array([places.get(f"{source}:{id_}", -1) for id_ in (ids or "").split(_BREAK)], np.int64)[
            : len(numbers[0])
        ]
        found.append([column[article >= 0] for column in (*numbers, article)])
    customer, order, at, quantity, gift, article = map(np.concatenate, zip(*found, strict=True))
    return Lines(customer=customer, order=order, at=at, article=article, quantity=quantity, gift=gift)


def stamp(tx: Connection) -> tuple[object, ...]:
    """The catalogue and what was learnt as they are now: another one after every change."""
    query = """
        select count(*), total(modified_at), total(in_stock), total(removed), total(price_minor),
            (select value from facts where name = 'learnt') from products
    """
    return tuple(next(plain(tx, query)))


def keep(tx: Connection, learnt: Learnt, stamp: str) -> None:
    """Keep what was learnt instead of what was kept before."""
    tx.execute("delete from followed")
    tx.executemany("insert into followed (article, next, people, lift) values (?, ?, ?, ?)", _rows(learnt))
    tx.execute("delete from repeats")
    tx.executemany(
        "insert into repeats (article, days, low, high, people) values (?, ?, ?, ?, ?)",
        ((key, each.days, each.low, each.high, each.people) for key, each in learnt.repeats.items()),
    )
    tx.execute("insert or replace into facts (name, value) values ('learnt', ?)", (stamp,))


def _rows(learnt: Learnt) -> Iterator[tuple[str, str, int, float]]:
    for after, mark in ((learnt.after, ""), (learnt.after_category, _CATEGORY)):
        for first, suggestions in after.items():
            for one in suggestions:
                yield f"{mark}{first}", one.article, one.people, one.lift
    for one, others in learnt.ways.items():
        for other in others:
            yield f"{_CATEGORY}{one}", f"{_CATEGORY}{other}", 0, 1.0
    for article, people in learnt.bought.items():
        yield _ANYTHING, article, people, 1.0


def learnt(tx: Connection) -> Learnt:
    """What was learnt last."""
    after: dict[str, list[Suggestion]] = {}
    ways: dict[str, set[str]] = {}
    bought: dict[str, int] = {}
    query = "select article, next, people, lift from followed order by article, lift desc, people desc, next"
    for first, then, people, lift in plain(tx, query):
        if first == _ANYTHING:
            bought[then] = people
        elif then.startswith(_CATEGORY):
            ways.setdefault(first.removeprefix(_CATEGORY), set()).add(then.removeprefix(_CATEGORY))
        else:
            after.setdefault(first, []).append(Suggestion(article=then, lift=lift, people=people))
    repeats = plain(tx, "select article, days, low, high, people from repeats")
    return Learnt(
        after={key: tuple(found) for key, found in after.items() if not key.startswith(_CATEGORY)},
        after_category={
            key.removeprefix(_CATEGORY): tuple(found) for key, found in after.items() if key.startswith(_CATEGORY)
        },
        ways={key: frozenset(others) for key, others in ways.items()},
        bought=bought,
        repeats={key: Repeat(days=days, low=low, high=high, people=people) for key, days, low, high, people in repeats},
    )


def buyers(tx: Connection) -> dict[str, dict[str, int]]:
    """How many people bought each article, by the language that they speak ("" where unknown)."""
    query = """
        select o.source || ':' || l.product_id, c.language, count(distinct o.customer_id)
        from orders o cross join order_lines l on l.order_id = o.id join customers c on c.id = o.customer_id
        where o.state = 'paid' and not o.removed and o.total_minor >= 0 and l.product_id <> '' group by 1, 2
    """
    found: dict[str, dict[str, int]] = {}
    for key, language, people in plain(tx, query):
        found.setdefault(key, {})[language] = people
    return found
