"""What an article's age makes due: it is used up, outgrown, or wants an accessory; and what is suggested beside it."""

from collections.abc import Iterator
from datetime import date

from retcon import localtime, text
from retcon.model.calendar import Feast
from retcon.model.orders import Order
from retcon.model.people import Purpose
from retcon.model.playbook import About
from retcon.model.products import Article
from retcon.retention import recommend
from retcon.retention.playbook.cases import Case, Seen, anchor_of, short


def age(seen: Seen) -> Iterator[Case]:
    """So many days after the age at which an article wants an accessory."""
    shop, situation = seen.shop, seen.situation
    for article, order, day in recommend.worn(shop.assortment, situation, seen.now):
        offers = recommend.accessories(shop.assortment, situation, seen.profile, article, seen.now)
        named = [shop.assortment.articles[key] for key in article.accessories if key in shop.assortment.articles]
        yield _case(
            seen,
            article,
            order,
            day,
            about=About(order=order, article=article, offers=offers or suggested(seen, article)),
            reason=f"{short(article)} {_arrived(order, seen)}.",
            ended="" if offers or not named else _none(named[0], seen),
        )


def used_up(seen: Seen) -> Iterator[Case]:
    """So many days before or after the day on which an article is probably used up."""
    shop, situation = seen.shop, seen.situation
    for article, order, day in recommend.used_up(shop.assortment, situation, seen.now):
        offers = recommend.again(shop.assortment, situation, seen.profile, article, seen.now)
        yield _case(
            seen,
            article,
            order,
            day,
            about=About(order=order, article=article, offers=offers[:1], used_up=day),
            reason=_used_up_in_words(article, day, seen),
            ended="" if offers else _none(article, seen),
        )


def outgrown(seen: Seen) -> Iterator[Case]:
    """So many days before or after the day on which an article is outgrown and another one follows."""
    shop, situation = seen.shop, seen.situation
    for article, order, day in recommend.outgrown(shop.assortment, situation, seen.now):
        following = shop.assortment.articles.get(article.next_article)
        if following is None:
            continue
        offers = recommend.following(shop.assortment, situation, seen.profile, article, seen.now)
        yield _case(
            seen,
            article,
            order,
            day,
            about=About(order=order, article=article, offers=offers),
            reason=f"{short(article)} {_arrived(order, seen)}; {short(following)} comes next.",
            ended="" if offers else _none(following, seen),
        )


def suggested(seen: Seen, article: Article | None = None, feast: Feast | None = None) -> tuple[Article, ...]:
    """What may be suggested to them, the best first; nothing in a service message."""
    if seen.rule.purpose is Purpose.SERVICE:
        return ()
    key = article.key if article is not None else None
    return recommend.suggest(seen.shop.assortment, seen.situation, seen.profile, key, feast, seen.now)


# ---- parts --------------------------------------------------------------------------------------------------


def _case(seen: Seen, article: Article, order: Order, day: date, *, about: About, reason: str, ended: str) -> Case:
    due_at, expires_at = seen.window(seen.at(day))
    product = article.key.partition(":")[2]
    return Case(
        anchor=seen.anchor(f"{anchor_of(order)}/{product}"),
        due_at=due_at,
        expires_at=expires_at,
        reason=reason,
        about=about,
        ended=ended,
    )


def _none(article: Article, seen: Seen) -> str:
    """Why the article can't be offered now."""
    if not article.in_stock:
        return f"{short(article)} is out of stock now."
    if article.not_for & {seen.country, seen.profile.style.value}:
        return f"{short(article)} isn't for where they live."
    if not article.link:
        return f"{short(article)} has no page in your shop."
    return f"They have {short(article)} already, or it isn't in the shop that they buy at."


def _arrived(order: Order, seen: Seen) -> str:
    if order.delivered_at is None:
        return f"was ordered {localtime.ago(order.placed_at, seen.now)}"
    return f"arrived {localtime.ago(order.delivered_at, seen.now)}"


def _used_up_in_words(article: Article, day: date, seen: Seen) -> str:
    left = (day - seen.today).days
    when = f"in {text.plural(left, 'day')}" if left > 0 else "by now"
    assert article.repeat is not None
    days, people = text.plural(article.repeat.days, "day"), article.repeat.people
    ground = f"{people} people bought it again after {days}" if people else f"you say that one lasts {days}"
    return f"{short(article)} is probably used up {when}: {ground}."
