"""What a rule asks of a customer, when it is due for them, and whether it still is.

A rule happens once for its occasion. For "first_order" its days count from that order; for "silence" they are
days of silence, which begins when the parcel has arrived. `[when]` narrows it down, in these words alone:

    orders       how many counted orders: (from, to), `to` None where there is no end
    silent_days  days of silence: (from, to)
    tier, not_tier, band, stage   one of a set of words
    parcel       of the occasion's order: "waiting", "under_way" or "arrived"

What is due because something was said stands in answering.py; `still_due` is asked of both kinds of rule.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from retcon import localtime, text
from retcon.localtime import DAY
from retcon.model.orders import Order
from retcon.model.playbook import SAID, Occasion, Rule
from retcon.model.policy import Answer, Verdict
from retcon.model.situation import Situation
from retcon.model.standing import Band, Stage, Standing, Tier
from retcon.retention import answering, told
from retcon.retention.risk import reasons

Range = tuple[int, int | None]

# What may stand in a rule's `when`: ranges, and sets of words with the words allowed.
RANGES = ("orders", "silent_days")
WORDS: dict[str, tuple[str, ...]] = {
    "tier": tuple(Tier),
    "not_tier": tuple(Tier),
    "band": tuple(Band),
    "stage": tuple(Stage),
    "parcel": ("waiting", "under_way", "arrived"),
}


def could_apply(rules: Iterable[Rule], standing: Standing, now: datetime) -> bool:
    """Whether a rule may be due for this customer, by the standing alone; never no where `due` finds one."""
    return any(_in_window(rule, standing, now) and _fits(rule, standing) for rule in rules)


def window(rules: Iterable[Rule], now: datetime) -> tuple[datetime, int, int]:
    """Since when they ordered first, or from how many silent days to how many: nobody else could be due anything."""
    since, least, most = now, 0, -1
    for rule in rules:
        if rule.trigger == "first_order":
            since = min(since, now - (rule.expires_days + 1) * DAY)
        elif rule.trigger not in SAID:
            least = rule.due_days if most < 0 else min(least, rule.due_days)
            most = max(most, rule.expires_days)
    return since, least, most


def due(
    rules: Iterable[Rule], situation: Situation, now: datetime, shop_mails: Collection[str] = ()
) -> tuple[Occasion, ...]:
    """What days have made due for the customer now, in the order of the rules.

    `shop_mails` are the notices that the shop mails by itself: what covers one of them is not due.
    """
    return tuple(
        found
        for rule in rules
        if not (rule.covers and rule.covers in shop_mails)
        if (found := _occasion(rule, situation, now)) is not None
        if not told.covered(rule, situation, found.anchor, now)
    )


def stake(situation: Situation) -> int:
    """What is at stake in twelve months, in minor units of the shop's currency."""
    return situation.standing.stake_minor


def still_due(
    rule: Rule,
    situation: Situation,
    anchor: str,
    now: datetime,
    zone: str = "UTC",
    *,
    approved_at: datetime | None = None,
) -> Verdict:
    """Whether an action of the rule still fits; no where something happened since. Hours are shown in `zone`.

    `approved_at` of a message that waits: an answer that was approved before they wrote again comes back.
    """
    if rule.trigger in (*SAID, answering.REPLY.trigger):
        changed = answering.still_due(rule, situation, anchor, now, zone, approved_at)
        if changed:
            return Verdict(rule="still_due", answer=Answer.NO, reason=changed)
    elif changed := _changed(rule, situation, anchor, now, zone) or told.covered(rule, situation, anchor, now, zone):
        reason = f"{changed} “{_called(rule)}” no longer fits."
        return Verdict(rule="still_due", answer=Answer.NO, reason=reason)
    return Verdict(rule="still_due", answer=Answer.YES, reason="It still fits.")


# ---- when it is due -----------------------------------------------------------------------------------------


def _occasion(rule: Rule, situation: Situation, now: datetime) -> Occasion | None:
    standing = situation.standing
    if not situation.orders or not (_in_window(rule, standing, now) and _fits(rule, standing)):
        return None
    order = _order_of(rule, situation)
    if not _parcel_fits(rule, order):
        return None
    began = order.placed_at if rule.trigger == "first_order" else _silence_began(order, standing, now)
    due_at = began + rule.due_days * DAY
    if rule.due_when_shipped and order.shipped_at is not None:
        due_at = min(due_at, order.shipped_at)
    expires_at = began + (rule.expires_days + 1) * DAY
    if not due_at <= now < expires_at:
        return None
    reason = _since_first_order(order, now) if rule.trigger == "first_order" else _silence(standing)
    return Occasion(rule=rule, anchor=_anchor(order), due_at=due_at, expires_at=expires_at, reason=reason)


def _in_window(rule: Rule, standing: Standing, now: datetime) -> bool:
    if rule.trigger in SAID:
        return False
    if rule.trigger == "first_order":
        if standing.first_order_at is None:
            return False
        age = now - standing.first_order_at
        earliest = 0 if rule.due_when_shipped else rule.due_days
        # A second of grace: the store keeps whole seconds.
        return earliest * DAY <= age + timedelta(seconds=1) and age < (rule.expires_days + 1) * DAY
    return not standing.under_way and rule.due_days <= standing.silent_days <= rule.expires_days


_OF_STANDING: dict[str, Callable[[Standing, Any], bool]] = {
    "orders": lambda standing, wanted: _within(standing.orders, wanted),
    "silent_days": lambda standing, wanted: _within(standing.silent_days, wanted),
    "tier": lambda standing, wanted: standing.tier in wanted,
    "not_tier": lambda standing, wanted: standing.tier not in wanted,
    "band": lambda standing, wanted: standing.band in wanted,
    "stage": lambda standing, wanted: standing.stage in wanted,
    "parcel": lambda standing, wanted: True,  # asked of the order itself
}


def _fits(rule: Rule, standing: Standing) -> bool:
    return all(_OF_STANDING[name](standing, wanted) for name, wanted in rule.when.items())


def _parcel_fits(rule: Rule, order: Order) -> bool:
    wanted: Any = rule.when.get("parcel")
    return wanted is None or _parcel(order) in wanted


def _within(number: int, wanted: Range) -> bool:
    low, high = wanted
    return low <= number and (high is None or number <= high)


def _parcel(order: Order) -> str:
    if order.delivered_at is not None:
        return "arrived"
    return "under_way" if order.shipped_at is not None else "waiting"


def _order_of(rule: Rule, situation: Situation) -> Order:
    return situation.orders[0 if rule.trigger == "first_order" else -1]


def _anchor(order: Order) -> str:
    return f"{order.source}:{order.source_id}"


def _silence_began(order: Order, standing: Standing, now: datetime) -> datetime:
    """The instant that the standing's silent days count from, as exactly as the order tells it."""
    began = order.delivered_at or order.placed_at
    exact = localtime.days_between(began, now) == standing.silent_days
    return began if exact else now - standing.silent_days * DAY


# ---- in words -----------------------------------------------------------------------------------------------


def _silence(standing: Standing) -> str:
    silent = f"Silent {text.plural(standing.silent_days, 'day')}"
    if standing.cycle_days is not None:
        return f"{silent}, usually {round(standing.cycle_days)}."
    return f"{silent} after {text.plural(standing.orders, 'order')}."


def _since_first_order(order: Order, now: datetime) -> str:
    if order.shipped_at is None:
        parcel = "nothing known of its parcel"
    elif order.delivered_at is None:
        parcel = f"its parcel left {localtime.ago(order.shipped_at, now)}"
    else:
        parcel = "its parcel should have arrived" if order.delivered_estimated else "its parcel has arrived"
    return f"First order {localtime.ago(order.placed_at, now)}, {parcel}."


def _called(rule: Rule) -> str:
    """The rule's title up to its first comma, as it is quoted in a sentence."""
    title = text.line(rule.title).split(",")[0].strip("“”\"' ")
    return title[:1].upper() + title[1:]


def _changed(rule: Rule, situation: Situation, anchor: str, now: datetime, zone: str) -> str:
    """What happened since that makes the rule no longer fit, in a sentence; empty where nothing did."""
    order = next((order for order in situation.orders if _anchor(order) == anchor), None)
    if order is None:
        return "The order behind it was cancelled or given back."
    last, standing = situation.orders[-1], situation.standing
    again = f"Bought again {localtime.at(last.placed_at, now, zone)}."
    if rule.trigger == "silence":
        if order is not last:
            return again
        if standing.under_way:
            return reasons.awaited(standing.awaits) or "They buy in the same weeks each year, so this isn't silence."
        if standing.silent_days < rule.due_days:
            return f"Silent {text.plural(standing.silent_days, 'day')} only: the parcel came later than thought."
    elif order is not situation.orders[0]:
        return "An earlier order is known now."
    wanted: Any
    for name, wanted in rule.when.items():
        if _OF_STANDING[name](standing, wanted) and (name != "parcel" or _parcel_fits(rule, order)):
            continue
        if name == "orders" and order is not last:
            return again
        return _no_longer(name, situation, order)
    return ""


def _no_longer(condition: str, situation: Situation, order: Order) -> str:
    standing = situation.standing
    words = {
        "orders": f"{text.plural(standing.orders, 'order')} now.",
        "silent_days": f"Silent {text.plural(standing.silent_days, 'day')} now.",
        "tier": f"Now {_word(standing.tier)}.",
        "not_tier": f"Now {_word(standing.tier)}.",
        "band": f"The risk is {standing.band} now.",
        "stage": f"Now in the stage “{_word(standing.stage)}”.",
        "parcel": {
            "waiting": "The parcel hasn't left.",
            "under_way": "The parcel is under way.",
            "arrived": "The parcel has arrived.",
        }[_parcel(order)],
    }
    return words[condition]


def _word(value: str) -> str:
    return "VIP" if value == Tier.VIP else value.replace("_", " ")
