"""What the shop's own orders teach of its articles: what is bought after what, and after how many days again.

Articles, categories and needs are numbers here; `desk/learning.py` names them. Every person counts once for a pair,
however often they bought it: a shop's resellers teach no more than anybody else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retcon.model.products import Learnt, Repeat, Suggestion

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

DAY = 86_400
# What was bought next counts within so many further articles and days; in the same basket it counts less.
_NEXT_ARTICLES, _NEXT_DAYS = 10, 365
_SAME_BASKET = 0.5
# So many people must have bought a pair; so many pairs, as many as chance gives, are added to what was seen.
FEWEST, _DOUBT = 5, 5.0
# And they must be more than chance gives by one and so many times its usual spread.
_SPREAD = 1.5
_BEST = 12  # suggestions kept for an article
_FEWEST_WAYS = 2  # people who went on from one category to another
_FEWEST_BOUGHT = 3

# An article is used up where so many people bought it again, that share of those who came back at all; where it is in
# their later orders so many times as often as in those of others; and where they do it about as regularly as this: the
# upper quartile of their gaps beside the lower.
FEWEST_REPEATS = 8
_SHARE, _OFTENER, _REGULAR = 0.1, 2.0, 4.0
_ONE_ORDER = 2 * DAY  # what is ordered again so soon was forgotten, not used up
MOST_PIECES = 24  # more at once is no household


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Lines of counted orders, one entry each; `at` in seconds, `article` from 0 on, `gift`: went to somebody else."""

    customer: Ints
    order: Ints
    at: Ints
    article: Ints
    quantity: Ints
    gift: Ints

    def sorted(self) -> "Lines":
        """By customer, then in the order in which they bought."""
        along = np.lexsort((self.article, self.order, self.at, self.customer))
        return Lines(*(getattr(self, name)[along] for name in self.__slots__))


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """What is bought after what, the best of each `first` first; `lift` is shrunk towards 1."""

    first: Ints
    then: Ints
    people: Ints
    lift: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Taught:
    """What orders teach. `ways` are pairs of categories; `bought` what those who came back bought."""

    after: Followed
    after_category: Followed
    ways: list[tuple[int, int, int]]  # category, category, people
    bought: list[tuple[int, int]]  # article, people
    repeats: dict[int, Repeat]


def learn(lines: Lines, category: Ints, need: Ints) -> Taught:
    """All that the lines teach. `category` and `need` are by article, -1 where it has none of its own.

    A need is one that the seller has named: what its articles teach together holds for those that few bought.
    """
    lines = lines.sorted()
    articles = len(category)
    pairs = _pairs(lines)
    return Taught(
        after=_followed(pairs, pairs.first, pairs.then, articles),
        after_category=_after_category(pairs, category, articles),
        ways=_ways(pairs, category),
        bought=_bought(lines),
        repeats=_repeats(lines, need),
    )


# ---- what follows what --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """Who bought `then` for the first time after `first`, or with it; one entry a person and pair."""

    customer: Ints
    first: Ints
    then: Ints
    weight: Floats


def _pairs(lines: Lines) -> _Pairs:
    """From each person's first purchase of each article to those of the articles that came next."""
    new = _first_of(lines)
    customer, order, at, article = lines.customer[new], lines.order[new], lines.at[new], lines.article[new]
    found: list[tuple[Ints, Ints, Ints, Floats]] = []
    for ahead in range(1, min(_NEXT_ARTICLES, len(customer) - 1) + 1):
        theirs = (customer[:-ahead] == customer[ahead:]) & (at[ahead:] - at[:-ahead] <= _NEXT_DAYS * DAY)
        here = np.flatnonzero(theirs)
        if not len(here):
            break
        there = here + ahead
        together = order[here] == order[there]
        weight = np.where(together, _SAME_BASKET, 1.0)
        found.append((customer[here], article[here], article[there], weight))
        with_it = np.flatnonzero(together)
        here, there = here[with_it], there[with_it]
        found.append((customer[here], article[there], article[here], weight[with_it]))
    if not found:
        none = np.zeros(0, np.int64)
        return _Pairs(none, none, none, np.zeros(0))
    return _Pairs(*(np.concatenate(parts) for parts in zip(*found, strict=True)))  # type: ignore[arg-type]


def _first_of(lines: Lines) -> Ints:
    """Where in the sorted lines each person buys each article for the first time."""
    return np.sort(np.unique(_code(lines.customer, lines.article), return_index=True)[1])


def _code(one: Ints, other: Ints) -> Ints:
    return one * (int(other.max(initial=0)) + 1) + other


def _followed(pairs: _Pairs, first: Ints, then: Ints, width: int, *, apart: Any = None) -> Followed:
    """The pairs that are bought more often than by chance, by what they begin with; only those of `apart` where given.

    Chance is what the two sides' shares of all pairs come to: whoever buys much makes both sides larger alike.
    """
    code, at, inverse = np.unique(first * width + then, return_index=True, return_inverse=True)
    weight = np.bincount(inverse, pairs.weight, len(code))
    people = np.bincount(inverse, minlength=len(code))
    begins, ends = first[at], then[at]
    total = weight.sum()
    of_first = np.bincount(begins, weight, int(begins.max(initial=-1)) + 1)
    of_then = np.bincount(ends, weight, width)
    chance = of_first[begins] * of_then[ends] / max(total, 1.0)
    lift = (weight + _DOUBT) / (chance + _DOUBT)
    keep = (people >= FEWEST) & (weight - chance >= 1 + _SPREAD * np.sqrt(chance))
    if apart is not None:
        keep &= apart[at]
    begins, ends, people, lift = begins[keep], ends[keep], people[keep], lift[keep]
    along = np.lexsort((ends, -people, -lift, begins))
    along = along[_place(begins[along]) < _BEST]
    return Followed(begins[along], ends[along], people[along], lift[along])


def _place(groups: Ints) -> Ints:
    """The place of each entry within its group; the groups stand together."""
    starts = np.flatnonzero(np.diff(groups, prepend=-1))
    lengths = np.diff(starts, append=len(groups))
    return np.arange(len(groups)) - np.repeat(starts, lengths)


def _after_category(pairs: _Pairs, category: Ints, articles: int) -> Followed:
    """What people bought after anything of a category, from other categories."""
    of = category[pairs.first]
    known = np.flatnonzero(of >= 0)
    _, at = np.unique(
        (pairs.customer[known] * (int(category.max(initial=0)) + 1) + of[known]) * articles + pairs.then[known],
        return_index=True,
    )
    some = known[at]
    chosen = _Pairs(pairs.customer[some], of[some], pairs.then[some], pairs.weight[some])
    apart = category[chosen.then] != chosen.first
    return _followed(chosen, chosen.first, chosen.then, articles, apart=apart)


def _ways(pairs: _Pairs, category: Ints) -> list[tuple[int, int, int]]:
    """From which category people went on to which, and how many did."""
    one, other = category[pairs.first], category[pairs.then]
    width = int(category.max(initial=0)) + 1
    some = np.flatnonzero((one >= 0) & (other >= 0) & (pairs.weight == 1.0))
    way = one[some] * width + other[some]
    each = np.sort(pairs.customer[some] * width * width + way)  # sorting is quicker than np.unique's table
    each = each[np.diff(each, prepend=-1) != 0] % (width * width)
    ways, people = np.unique(each, return_counts=True)
    return [
        (way // width, way % width, count)
        for way, count in zip(ways.tolist(), people.tolist(), strict=True)
        if count >= _FEWEST_WAYS
    ]


def _bought(lines: Lines) -> list[tuple[int, int]]:
    """How many of the people who came back bought an article."""
    new = _first_of(lines)
    _, orders = _places(lines)
    articles, people = np.unique(lines.article[new][orders[lines.customer[new]] > 1], return_counts=True)
    return [each for each in zip(articles.tolist(), people.tolist(), strict=True) if each[1] >= _FEWEST_BOUGHT]


# ---- after how many days again ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Purchases:
    """Who bought a thing, when, in which of their orders and how many pieces; sorted by thing, person and time."""

    thing: Ints
    customer: Ints
    at: Ints
    place: Ints  # 0: their first order
    pieces: Ints

    @property
    def again(self) -> Ints:
        """Those after which the same person bought the same thing again, which is the entry behind."""
        return np.flatnonzero((self.thing[1:] == self.thing[:-1]) & (self.customer[1:] == self.customer[:-1]))


def _repeats(lines: Lines, need: Ints) -> dict[int, Repeat]:
    """After how many days one piece is bought again; of a need where too few bought one of its articles again."""
    place, orders = _places(lines)
    own = lines.gift == 0
    of_need = np.flatnonzero(own & (need[lines.article] >= 0))
    by_need = _again(_purchases(lines, of_need, need[lines.article], place), orders)
    found = {article: by_need[word] for article, word in enumerate(need.tolist()) if word in by_need}
    return found | _again(_purchases(lines, np.flatnonzero(own), lines.article, place), orders)


def _places(lines: Lines) -> tuple[Ints, Ints]:
    """In which order of their customer each line is, 0 the first; and how many orders each customer has, by number."""
    begins = np.diff(lines.order, prepend=-1) != 0
    so_far = np.cumsum(begins)
    first = np.unique(lines.customer, return_index=True)[1]
    lengths = np.diff(first, append=len(lines.customer))
    place = so_far - np.repeat(so_far[first], lengths)
    orders = np.zeros(int(lines.customer.max(initial=-1)) + 1, np.int64)
    np.maximum.at(orders, lines.customer, place + 1)
    return place, orders


def _purchases(lines: Lines, some: Ints, thing: Ints, place: Ints) -> _Purchases:
    """These lines as purchases of things; lines of one order, or of two that belong together, are one."""
    along = some[np.lexsort((lines.at[some], lines.customer[some], thing[some]))]
    what, who, at = thing[along], lines.customer[along], lines.at[along]
    same = (what[1:] == what[:-1]) & (who[1:] == who[:-1]) & (at[1:] - at[:-1] <= _ONE_ORDER)
    begins = np.flatnonzero(np.concatenate(([True], ~same))[: len(what)])
    pieces = np.add.reduceat(np.maximum(lines.quantity[along], 1), begins) if len(begins) else begins
    places = place[along]
    return _Purchases(what[begins], who[begins], at[begins], places[begins], np.minimum(pieces, MOST_PIECES))


def _again(bought: _Purchases, orders: Ints) -> dict[int, Repeat]:
    """By thing that is used up: each person's median gap for one piece, of all people the median and the quartiles."""
    again = bought.again
    gap = (bought.at[again + 1] - bought.at[again]) / (DAY * bought.pieces[again])
    along = np.lexsort((gap, bought.customer[again], bought.thing[again]))
    thing, who, gap = bought.thing[again][along], bought.customer[again][along], gap[along]
    first = np.flatnonzero(np.diff(_code(thing, who), prepend=-1))
    count = np.diff(first, append=len(gap))
    median = (gap[first + (count - 1) // 2] + gap[first + count // 2]) / 2
    thing = thing[first]
    found: dict[int, Repeat] = {}
    for one in _used_up(bought, orders).tolist():
        gaps = median[thing == one]
        low, days, high = np.quantile(gaps, (0.25, 0.5, 0.75))
        if high <= _REGULAR * max(low, 1.0):
            days, low, high = (max(round(each), 1) for each in (days, low, high))
            found[one] = Repeat(days=days, low=low, high=high, people=len(gaps))
    return found


def _used_up(bought: _Purchases, orders: Ints) -> Ints:
    """The things that those who have one buy in their later orders far more often than others in theirs."""
    begins = np.flatnonzero(np.diff(_code(bought.thing, bought.customer), prepend=-1))
    thing, place = bought.thing[begins], bought.place[begins]
    times = np.diff(begins, append=len(bought.thing)) - 1
    later = orders[bought.customer[begins]] - 1 - place
    width = int(thing.max(initial=-1)) + 1

    def by_thing(values: Any) -> Any:
        return np.bincount(thing, values, width)

    people, could = by_thing(times > 0), by_thing(later > 0)
    theirs = by_thing(times) / np.maximum(by_thing(later), 1)
    of_others = np.maximum(orders - 1, 0).sum() - by_thing(later)
    others = by_thing(place > 0) / np.maximum(of_others, 1)
    return np.flatnonzero(
        (people >= FEWEST_REPEATS) & (people >= _SHARE * np.maximum(could, 1)) & (theirs >= _OFTENER * others)
    )


# ---- by name ------------------------------------------------------------------------------------------------


def named(taught: Taught, articles: Sequence[str], categories: Sequence[str]) -> Learnt:
    """What was taught, by the keys of articles and the names of categories."""
    ways: dict[str, set[str]] = {}
    for one, other, _ in taught.ways:
        ways.setdefault(categories[one], set()).add(categories[other])
    return Learnt(
        after=_named(taught.after, articles, articles),
        after_category=_named(taught.after_category, categories, articles),
        ways={one: frozenset(others) for one, others in ways.items()},
        bought={articles[article]: people for article, people in taught.bought},
        repeats={articles[article]: repeat for article, repeat in taught.repeats.items()},
    )


def _named(found: Followed, firsts: Sequence[str], articles: Sequence[str]) -> dict[str, tuple[Suggestion, ...]]:
    by: dict[str, list[Suggestion]] = {}
    for place, lift in enumerate(found.lift.tolist()):
        first, then = int(found.first[place]), int(found.then[place])
        one = Suggestion(article=articles[then], lift=round(lift, 2), people=int(found.people[place]))
        by.setdefault(firsts[first], []).append(one)
    return {first: tuple(suggestions) for first, suggestions in by.items()}
