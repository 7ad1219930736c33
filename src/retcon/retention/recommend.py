"""What may be suggested to a person, and what of theirs is used up, worn or outgrown; rather nothing than absurd.

Something must speak for a suggestion: the seller names it as an accessory; people bought it after these very articles,
or after others of their category; or it is what most people come back for, and some have gone on to it from that
category. The seller's word comes first. Among the others those are the best that are likeliest to be bought: how many
of those who came back bought it, times how much more often than by chance after what this person has.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta

from retcon.frozen import dataclass
from retcon.localtime import DAY
from retcon.model.calendar import Feast
from retcon.model.orders import Order
from retcon.model.policy import CountryProfile
from retcon.model.products import Article, Assortment, Repeat, Suggestion
from retcon.model.situation import Situation
from retcon.retention import calendar

MOST = 3
# What was bought an order earlier says so much less of what comes next.
_FADES = 0.8
# A price is in reach up to so many times the dearest order.
_REACH = 1.5
# What people bought after a whole category tells half as much as what they bought after the article.
_OF_CATEGORY = 0.5
_MOST_PIECES = 24  # more at once is no household

# An article, the order it came with, and the day on which it happens.
Happening = tuple[Article, Order, date]


# ---- what to suggest ----------------------------------------------------------------------------------------


def suggest(
    assortment: Assortment,
    situation: Situation,
    profile: CountryProfile,
    about_article: str | None,
    feast: Feast | None,
    now: datetime,
) -> tuple[Article, ...]:
    """What goes with the article of that key, else with all that they bought, the best first; at most three."""
    buyer = _Buyer.of(assortment, situation, profile, feast, now)
    bought = {about_article: 1.0} if about_article and about_article in assortment.articles else buyer.weights
    named = list(dict.fromkeys(key for owned in bought for key in assortment.articles[owned].accessories))
    found: list[Article] = []
    gift = feast is not None and feast.kind == "gift"
    # What they had before and have used up comes after what is new to them: they are reminded of it anyway. Before a
    # festival what lasts comes before what is used up: paper filters are no present.
    likeliest = sorted(
        _likeliest(assortment, bought),
        key=lambda key: (gift and assortment.articles[key].repeat is not None, key in buyer.owned),
    )
    for key in (*named, *likeliest):
        article = assortment.articles.get(key)
        if article is None or not buyer.may_have(article) or not buyer.lacks(article, named=key in named):
            continue
        if not any(article.key == other.key or _same_need(article, other) for other in found):
            found.append(article)
        if len(found) == MOST:
            break
    return tuple(found)


def accessories(
    assortment: Assortment, situation: Situation, profile: CountryProfile, article: Article, now: datetime
) -> tuple[Article, ...]:
    """The accessories that the seller names for the article, those that may be offered now; at most three."""
    buyer = _Buyer.of(assortment, situation, profile, None, now)
    named = (assortment.articles[key] for key in article.accessories if key in assortment.articles)
    return tuple(each for each in named if buyer.may_have(each) and not buyer.has_durable(each))[:MOST]


def following(
    assortment: Assortment, situation: Situation, profile: CountryProfile, article: Article, now: datetime
) -> tuple[Article, ...]:
    """What comes next when the article is outgrown, where it may be offered now."""
    buyer = _Buyer.of(assortment, situation, profile, None, now)
    found = assortment.articles.get(article.next_article)
    return (found,) if found is not None and buyer.may_have(found) and found.key not in buyer.owned else ()


def again(
    assortment: Assortment, situation: Situation, profile: CountryProfile, article: Article, now: datetime
) -> tuple[Article, ...]:
    """The article that is used up, first; where the seller has named its need, others of that need; at most three."""
    buyer = _Buyer.of(assortment, situation, profile, None, now)
    others = sorted(
        (each for each in assortment.articles.values() if each.key != article.key and _same_need(each, article)),
        key=lambda each: (each.key not in buyer.owned, abs(each.price_minor - article.price_minor), each.key),
    )
    return tuple(each for each in (article, *others) if buyer.may_have(each))[:MOST]


def _likeliest(assortment: Assortment, bought: Mapping[str, float]) -> list[str]:
    """Keys of what may come next, the likeliest first; `bought` says how much each article tells of it."""
    categories: dict[str, float] = {}
    for key, weight in bought.items():
        if filed := assortment.articles[key].category:
            categories[filed] = max(categories.get(filed, 0.0), weight)
    speaks = _evidence(assortment.after_category, categories, _OF_CATEGORY) | _evidence(assortment.after, bought)
    reached = {way for name in categories for way in assortment.ways.get(name, ())}
    for key in assortment.usual:
        if key in assortment.articles and assortment.articles[key].category in reached:
            speaks.setdefault(key, 0.0)
    scores = {key: math.log(assortment.bought.get(key, 0) + 1) + evidence for key, evidence in speaks.items()}
    return sorted(scores, key=lambda key: (-scores[key], key))


def _evidence(
    after: Mapping[str, tuple[Suggestion, ...]], bought: Mapping[str, float], share: float = 1.0
) -> dict[str, float]:
    """By article, what speaks for it: the logarithm of how much oftener it is bought after these."""
    # What somebody has many articles from tells the same several times over.
    share /= math.sqrt(max(sum(bought.values()), 1.0))
    found: dict[str, float] = {}
    for key, weight in bought.items():
        for one in after.get(key, ()):
            found[one.article] = found.get(one.article, 0.0) + share * weight * math.log(one.lift)
    return found


def _same_need(one: Article, other: Article) -> bool:
    """Whether one takes the other's place: a need that the seller has named; a category alone tells too little."""
    return one.need == other.need and _named(one)


def _named(article: Article) -> bool:
    """Whether the seller has named its need."""
    return article.need not in ("", article.category)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Buyer:
    """What of a person bears on what may be suggested to them."""

    owned: Mapping[str, Article]
    weights: Mapping[str, float]  # how much each article that they bought says of what comes next
    in_use: frozenset[str]  # what they have and haven't used up
    source: str  # the shop that they bought at last
    reach_minor: int  # 0: nothing is known
    country: str
    today: date
    not_for: frozenset[str]  # the words for where they live and what is written for

    @staticmethod
    def of(
        assortment: Assortment, situation: Situation, profile: CountryProfile, feast: Feast | None, now: datetime
    ) -> "_Buyer":
        owned: dict[str, Article] = {}
        weights: dict[str, float] = {}
        for age, order in enumerate(reversed(situation.orders)):
            for line in order.lines:
                if (article := assortment.of(order, line)) is not None:
                    owned[article.key] = article
                    weights[article.key] = max(weights.get(article.key, 0.0), _FADES**age)
        orders = situation.orders
        dearest = max((order.total_base_minor or 0 for order in orders), default=0)
        country = profile.country or situation.customer.country
        words = (country, profile.style.value, feast.id if feast is not None else "")
        return _Buyer(
            owned=owned,
            weights=weights,
            in_use=frozenset(
                article.key for article, _, day in used_up(assortment, situation, now) if day > now.date()
            ),
            source=orders[-1].source if orders else "",
            reach_minor=round(dearest * _REACH),
            country=country,
            today=now.date(),
            not_for=frozenset(filter(None, words)),
        )

    def may_have(self, article: Article) -> bool:
        """Whether it may be offered at all: there is some, at their shop, for their country and the festival."""
        here = article.key.startswith(f"{self.source}:")
        if not (here and article.in_stock and article.link) or article.not_for & self.not_for:
            return False
        return "ramadan" not in article.not_for or not calendar.is_ramadan(self.country, self.today)

    def has_durable(self, article: Article) -> bool:
        """Whether they have it, or what takes its place, and need no second."""
        return article.durable and any(
            article.key == other.key or _same_need(article, other) for other in self.owned.values()
        )

    def lacks(self, article: Article, *, named: bool) -> bool:
        """Whether it is new to them, in reach, and no second of what they have, unless that is used up.

        `named`: the seller names it as an accessory of what they have.
        """
        if article.key in self.in_use or self.has_durable(article):
            return False
        if not named and self.reach_minor and article.price_minor > self.reach_minor:
            return False
        if article.repeat is not None or named:
            return True
        return article.key not in self.owned and not any(_same_need(article, other) for other in self.owned.values())


# ---- what happens to what they have -------------------------------------------------------------------------


def used_up(assortment: Assortment, situation: Situation, now: datetime) -> tuple[Happening, ...]:
    """What they use up, with the last order that brought some and the day on which the last of it is gone.

    Pieces last one after the other, from the day on which they arrived; gifts are somebody else's. Articles of one
    need that the seller has named are one stock. The earliest day first.
    """
    stocks: dict[str, tuple[Article, Order, datetime]] = {}
    for order in situation.orders:
        for article, pieces, repeat in _used(assortment, order, now):
            stock = f"need {article.need}" if _named(article) else article.key
            until = arrived = order.delivered_at or order.placed_at
            if stock in stocks:
                # Who buys long before the end uses more than others: no more than one piece is taken for left.
                until = max(arrived, min(stocks[stock][2], arrived + repeat.days * DAY))
            stocks[stock] = (article, order, until + repeat.days * pieces * DAY)
    return _by_day((article, order, until.date()) for article, order, until in stocks.values())


def _used(assortment: Assortment, order: Order, now: datetime) -> Iterator[tuple[Article, int, Repeat]]:
    """The articles of an order that its buyer uses up, and how many pieces."""
    if order.gift or order.placed_at > now:
        return
    pieces: dict[str, int] = {}
    for line in order.lines:
        if (article := assortment.of(order, line)) is not None:
            pieces[article.key] = pieces.get(article.key, 0) + max(line.quantity, 1)
    for key, count in pieces.items():
        article = assortment.articles[key]
        if article.repeat is not None:
            yield article, min(count, _MOST_PIECES), article.repeat


def worn(assortment: Assortment, situation: Situation, now: datetime) -> tuple[Happening, ...]:
    """What of theirs wants an accessory, and the day; the days begin anew with the order that brought one."""
    found: dict[str, Happening] = {}
    for article, order in _theirs(assortment, situation, now):
        if article.worn_after_days is not None:
            found[article.key] = (article, order, _day(order, article.worn_after_days))
        for owner, _, _ in tuple(found.values()):
            if article.key in owner.accessories:
                found[owner.key] = (owner, order, _day(order, owner.worn_after_days or 0))
    return _by_day(found.values())


def outgrown(assortment: Assortment, situation: Situation, now: datetime) -> tuple[Happening, ...]:
    """What of theirs is outgrown, and the day; not where they have what comes next."""
    theirs = list(_theirs(assortment, situation, now))
    owned = {article.key for article, _ in theirs}
    found = {
        article.key: (article, order, _day(order, article.next_after_days))
        for article, order in theirs
        if article.next_after_days is not None and article.next_article and article.next_article not in owned
    }
    return _by_day(found.values())


def _theirs(assortment: Assortment, situation: Situation, now: datetime) -> Iterator[tuple[Article, Order]]:
    """What they bought for themselves, the oldest first."""
    for order in situation.orders:
        if not order.gift and order.placed_at <= now:
            for line in order.lines:
                if (article := assortment.of(order, line)) is not None:
                    yield article, order


def _day(order: Order, days: int) -> date:
    return ((order.delivered_at or order.placed_at) + timedelta(days)).date()


def _by_day(happenings: Iterable[Happening]) -> tuple[Happening, ...]:
    return tuple(sorted(happenings, key=lambda each: (each[2], each[0].key)))
