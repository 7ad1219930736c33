"""What the menus over the customers offer, and the words for views and orders."""

from collections.abc import Mapping, Sequence

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

KEEP, REMOVE = "k", "x"
# What the views and orders leave free, for saved segments.
_SIGNS = "123456789cfghijptuwyz"

HINT = "words, !word excludes · risk: tier: country: tag: orders> last> spent> bought: …"

ALONE = (Choice("l", "leave alone: nothing is written to them"), Choice("w", "write to them again"))


def views(now: View, names: Sequence[str] = (), sizes: Mapping[str, int] | None = None) -> tuple[Choice, ...]:
    """The views, the saved segments with their sizes where these are known, and the orders; those of now so named."""

    def of_now(yes: bool) -> str:
        return " (now)" if yes else ""

    def size(name: str) -> str:
        return f" {sizes[name]:,}" if sizes and name in sizes else ""

    query = now.query.strip()
    of_views = [Choice(key, f"{name}{of_now(its == query)}") for key, name, its in _VIEWS]
    of_segments = [
        Choice(key, f"{name}{size(name)}{of_now(_segment(name) == query)}", begins=name == names[0])
        for key, name in signed(names)
    ]
    of_orders = [
        Choice(key, f"{name}{of_now(sort == now.sort)}", begins=sort == _ORDERS[0][2]) for key, name, sort, _ in _ORDERS
    ]
    keep = [Choice(KEEP, "keep this filter as a segment", begins=True)] if query else []
    remove = [Choice(REMOVE, "remove a segment", begins=not keep)] if names else []
    return (*of_views, *of_segments, *keep, *remove, *of_orders)


def signed(names: Sequence[str]) -> list[tuple[str, str]]:
    """A sign for each saved segment; those that find none are left to be typed."""
    return list(zip(_SIGNS, names, strict=False))


def chosen(key: str, now: View, names: Sequence[str] = ()) -> View:
    """The view that a letter of the menu stands for: other people in the same order, or the same in another."""
    segments = {sign: _segment(name) for sign, name in signed(names)}
    if key in segments:
        return View(segments[key], now.sort)
    return View(_QUERIES[key], now.sort) if key in _QUERIES else View(now.query, _SORTS[key])


def _segment(name: str) -> str:
    return f"segment:{name}"


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
