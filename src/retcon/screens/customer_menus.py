"""What the menus over the customers offer, and the words for views and orders."""

from retcon import keys, text
from retcon.desk.customers import Counts, View
from retcon.widgets.menu import Choice

# Letter, name, and what is typed for it.
_VIEWS = (
    ("e", "everybody", ""),
    ("a", "slipping away: high risk", "risk:high"),
    ("v", "VIPs", "tier:vip"),
    ("n", "new", "tier:new"),
    ("l", "left alone", "alone:yes"),
)
# Letter, name in the menu, the order's id, and how the list says it.
_ORDERS = (
    ("s", "by what is at stake", "stake", "by money at stake"),
    ("r", "by risk", "risk", "by risk"),
    ("d", "by days of silence", "silent", "by silence"),
    ("m", "by money spent", "spent", "by money spent"),
    ("o", "by orders", "orders", "by orders"),
    ("b", "by name", "name", "by name"),
)
_QUERIES = {letter: query for letter, _, query in _VIEWS}
_SORTS = {letter: sort for letter, _, sort, _ in _ORDERS}

HINT = "words, !word excludes · risk: country: tier: stage: language: tag: alone:"

ALONE = (Choice("l", "leave alone: nothing is written to them"), Choice("w", "write to them again"))


def views(now: View) -> tuple[Choice, ...]:
    """The views and orders, those of now named as such."""
    at_query, at_sort = " (now)", " (now)"
    return (
        *(Choice(key, f"{name}{at_query if query == now.query else ''}") for key, name, query in _VIEWS),
        *(Choice(key, f"{name}{at_sort if sort == now.sort else ''}") for key, name, sort, _ in _ORDERS),
    )


def chosen(key: str, now: View) -> View:
    """The view that a letter of the menu stands for: other people in the same order, or the same in another."""
    return View(_QUERIES[key], now.sort) if key in _QUERIES else View(now.query, _SORTS[key])


def order(sort: str) -> str:
    """How the list says that it is in this order: "by money at stake"."""
    return next(said for _, _, known, said in _ORDERS if known == sort)


def copying(many: bool, list_: str) -> tuple[Choice, ...]:
    """What can be copied, and that all can go to a file instead."""
    s = "s" if many else ""
    return (
        Choice("n", f"name{s}"),
        Choice("e", f"e-mail{s}"),
        Choice("i", f"id{s}"),
        Choice("f", f"{list_} to a file"),
    )


def people(number: int) -> str:
    """So many people: "1 person", "4,812 people"."""
    return text.plural(number, "person", "people")


def nobody(view: View, counts: Counts | None, nearest: tuple[str, int] | None = None) -> str:
    """What stands where there are no rows."""
    if view.query.strip():
        near = f"; {nearest[1]:,} match{'es' if nearest[1] == 1 else ''} without {nearest[0]}" if nearest else ""
        return f"Nothing matches {text.line(view.query)}. {keys.name('back')} clears{near}."
    if counts is None:
        return "Reading …"
    return f"Nobody has bought yet. {keys.name('sync')} syncs; for orders of a file: retcon import FILE"
