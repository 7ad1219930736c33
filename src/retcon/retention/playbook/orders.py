"""What orders make due, by days: the first one, its arrival, the last one, its arrival, silence, a cancellation."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from retcon import localtime, text
from retcon.localtime import DAY
from retcon.model.orders import Order, OrderState
from retcon.model.playbook import About
from retcon.model.products import Article
from retcon.model.standing import Standing
from retcon.retention.playbook.cases import Case, Seen, anchor_of
from retcon.retention.risk import reasons

# A cancellation of an order that is older than this tells nobody anything: a shop that cleans up.
_CANCELLED_LATE = timedelta(days=60)
# The facts of an article that its own lines give, by the name of the fact.
_LINES = {"product.tips": "tips", "product.uses": "uses", "product.care": "care"}


def first_order(seen: Seen) -> Iterator[Case]:
    """So many days since the first order was placed."""
    orders = seen.situation.orders
    order = seen.order(orders[0] if orders else None)
    if order is None:
        return
    due_at, expires_at = seen.window(order.placed_at)
    if seen.rule.due_when_shipped and order.shipped_at is not None:
        due_at = min(due_at, order.shipped_at)
    yield Case(
        anchor=seen.anchor(anchor_of(order)),
        due_at=due_at,
        expires_at=expires_at,
        reason=_since_first_order(order, seen.now),
        about=About(order=order),
        speaks=True,
        suggests=True,
        ended="" if order is orders[0] else "An earlier order is known now.",
    )


def silence(seen: Seen) -> Iterator[Case]:
    """So many days of silence, which begins when the last parcel has arrived."""
    order, standing = seen.order(seen.last), seen.situation.standing
    if order is None:
        return
    due_at, expires_at = seen.window(_silence_began(order, standing, seen.now))
    ended = ""
    if order is not seen.last:
        ended = seen.bought_again()
    elif standing.under_way:
        ended = reasons.awaited(standing.awaits) or "They buy in the same weeks each year, so this isn't silence."
    elif seen.wanted is not None and standing.silent_days < seen.rule.due_days:
        ended = f"Silent {text.plural(standing.silent_days, 'day')} only: the parcel came later than thought."
    yield Case(
        anchor=seen.anchor(anchor_of(order)),
        due_at=due_at,
        expires_at=expires_at,
        reason=_silence(standing),
        about=About(order=order),
        speaks=True,
        suggests=True,
        ended=ended,
    )


def first_delivery(seen: Seen) -> Iterator[Case]:
    """So many days since the first parcel arrived."""
    orders = seen.situation.orders
    order = seen.order(orders[0] if orders else None)
    if order is not None:
        yield _arrived(seen, order, "" if order is orders[0] else "An earlier order is known now.")


def delivery(seen: Seen) -> Iterator[Case]:
    """So many days since the last parcel arrived."""
    order = seen.order(seen.last)
    if order is not None:
        yield _arrived(seen, order, "" if order is seen.last else seen.bought_again())


def counted_order(seen: Seen) -> Iterator[Case]:
    """So many days since the last order was placed; with `orders`, since the order of that number was."""
    order = seen.order(seen.last)
    if order is None:
        return
    due_at, expires_at = seen.window(order.placed_at)
    number = 1 + next(place for place, each in enumerate(seen.situation.orders) if each is order)
    yield Case(
        anchor=seen.anchor(anchor_of(order)),
        due_at=due_at,
        expires_at=expires_at,
        reason=f"{_ordinal(number)} order {localtime.ago(order.placed_at, seen.now)}.",
        about=About(order=order),
        speaks=True,
        suggests=True,
        ended="" if order is seen.last else seen.bought_again(),
    )


def cancelled(seen: Seen) -> Iterator[Case]:
    """So many days since an order was cancelled; nothing is counted of it, so they may have no other."""
    for order in seen.situation.lost:
        at = order.modified_at or order.placed_at
        if order.state is not OrderState.CANCELLED or at - order.placed_at > _CANCELLED_LATE:
            continue
        due_at, expires_at = seen.window(at)
        again = next((it for it in seen.situation.orders if it.placed_at > order.placed_at), None)
        yield Case(
            anchor=seen.anchor(anchor_of(order)),
            due_at=due_at,
            expires_at=expires_at,
            reason=f"Order {text.line(text.keep(order.number, 40))} was cancelled {localtime.ago(at, seen.now)}.",
            about=About(order=order),
            ended=f"Ordered again {localtime.at(again.placed_at, seen.now, seen.shop.zone)}." if again else "",
        )


# ---- arrivals -----------------------------------------------------------------------------------------------


def _arrived(seen: Seen, order: Order, ended: str) -> Case:
    anchor, about = seen.anchor(anchor_of(order)), About(order=order)
    if order.delivered_at is None:
        still = "The parcel is under way." if order.shipped_at is not None else "The parcel hasn't left."
        return Case(anchor=anchor, due_at=seen.now, expires_at=seen.now, about=about, speaks=True, ended=ended or still)
    due_at, expires_at = seen.window(order.delivered_at)
    how = "should have arrived" if order.delivered_estimated else "arrived"
    return Case(
        anchor=anchor,
        due_at=due_at,
        expires_at=expires_at,
        reason=f"The parcel {how} {localtime.ago(order.delivered_at, seen.now)}.",
        about=about,
        speaks=True,
        suggests=True,
        ended=ended,
    )


def article(seen: Seen, order: Order) -> Article | None:
    """The article of the order that the message speaks of: one that has what the message needs, new ones first."""
    assortment, needs = seen.shop.assortment, seen.rule.needs
    theirs = (assortment.of(order, line) for line in order.lines)
    known = list({article.key: article for article in theirs if article is not None}.values())
    if lines := [_LINES[need] for need in needs if need in _LINES]:
        known = [article for article in known if all(article.texts.get(line) for line in lines)]
    if any(need.startswith("review.") for need in needs):
        reviewed = {f"{it.source}:{it.product_id}" for it in seen.situation.reviews}
        return next((article for article in known if article.key not in reviewed and article.link), None)
    if "product.tips" in needs:  # who buys the same again knows how it is used
        earlier = (it for it in seen.situation.orders if it.placed_at < order.placed_at)
        before = {f"{it.source}:{line.product_id}" for it in earlier for line in it.lines}
        return next((article for article in known if article.key not in before), None)
    cared = (article for article in known if article.sheet or article.texts.get("care"))
    return next(cared, next(iter(known), None))


# ---- in words -----------------------------------------------------------------------------------------------


def _silence_began(order: Order, standing: Standing, now: datetime) -> datetime:
    """The instant that the standing's silent days count from, as exactly as the order tells it."""
    began = order.delivered_at or order.placed_at
    exact = localtime.days_between(began, now) == standing.silent_days
    return began if exact else now - standing.silent_days * DAY


def _silence(standing: Standing) -> str:
    silent = f"Silent {text.plural(standing.silent_days, 'day')}"
    if standing.cycle_days is not None:
        return f"{silent}, usually {round(standing.cycle_days)}."
    return f"{silent} after {text.plural(standing.orders, 'order')}."


def _since_first_order(order: Order, now: datetime) -> str:
    if order.shipped_at is None:
        where = "nothing known of its parcel"
    elif order.delivered_at is None:
        where = f"its parcel left {localtime.ago(order.shipped_at, now)}"
    else:
        where = "its parcel should have arrived" if order.delivered_estimated else "its parcel has arrived"
    return f"First order {localtime.ago(order.placed_at, now)}, {where}."


_ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth")


def _ordinal(number: int) -> str:
    if number <= len(_ORDINALS):
        return _ORDINALS[number - 1]
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
