"""What people did or let be makes due: a review, a coupon that ended unused, a permission that nobody asked for."""

from collections.abc import Iterator

from retcon import localtime, text
from retcon.localtime import DAY
from retcon.model.people import ConsentState, Purpose
from retcon.model.playbook import About
from retcon.retention.playbook.cases import Case, Seen

PERMISSION = "permission"


def review(seen: Seen) -> Iterator[Case]:
    """So many days since they left a review."""
    for found in seen.situation.reviews:
        due_at, expires_at = seen.window(found.created_at)
        article = seen.shop.assortment.articles.get(f"{found.source}:{found.product_id}")
        stars = f"{found.rating} of 5" if found.rating else "A review"
        of = f" for {text.line(text.keep(article.name, 60))}" if article is not None else ""
        yield Case(
            anchor=seen.anchor(f"review:{found.source}:{found.source_id}"),
            due_at=due_at,
            expires_at=expires_at,
            reason=f"{stars}{of}, {localtime.ago(found.created_at, seen.now)}.",
            about=About(order=seen.last, article=article, review=found),
        )


def coupon_expired(seen: Seen) -> Iterator[Case]:
    """So many days since a coupon that was theirs alone ended unused."""
    for coupon in seen.situation.coupons:
        if coupon.expires_at is None:
            continue
        due_at, expires_at = seen.window(coupon.expires_at)
        since = coupon.created_at or coupon.expires_at
        bought = next((it for it in seen.situation.orders if it.placed_at >= since), None)
        on = localtime.day(coupon.expires_at, seen.now, seen.shop.zone)
        yield Case(
            anchor=seen.anchor(f"coupon:{coupon.source}:{coupon.source_id}"),
            due_at=due_at,
            expires_at=expires_at,
            reason=f"Their code {text.line(text.keep(coupon.code, 40)).upper()} ended unused on {on}.",
            about=About(order=seen.last),
            ended=f"Bought without it {localtime.at(bought.placed_at, seen.now, seen.shop.zone)}." if bought else "",
        )


def permission(seen: Seen) -> Iterator[Case]:
    """So many days since the last parcel arrived, where the country lets a shop ask and nobody knows what they say."""
    order = seen.last
    if order is None:
        return
    arrived = order.delivered_at or (order.shipped_at or order.placed_at) + seen.profile.transit_days * DAY
    due_at, expires_at = seen.window(arrived)
    yield Case(
        anchor=seen.anchor(PERMISSION),
        due_at=due_at,
        expires_at=expires_at,
        reason="Nobody knows whether they want to hear of you, and one may ask there.",
        about=About(order=order),
        ended=_why_not_ask(seen),
    )


def _why_not_ask(seen: Seen) -> str:
    said = [line for line in seen.situation.consents if line.purpose is not Purpose.SERVICE]
    if said and said[-1].state is not ConsentState.UNKNOWN:
        on = localtime.day(said[-1].at, seen.now, seen.shop.zone)
        return f"Said {'yes' if said[-1].state is ConsentState.GRANTED else 'no'} on {on}."
    if seen.situation.suppressed:
        return "An address of theirs asked for no more advertising."
    if "email" in seen.profile.opt_out:
        return "Nobody need be asked there before advertising by e-mail."
    return "" if seen.profile.invites else "One may not ask there without being asked."
