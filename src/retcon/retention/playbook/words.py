"""A rule in plain words: when it is due, for whom, and what ends it."""

from collections.abc import Callable, Mapping
from typing import Any

from retcon import text
from retcon.model.playbook import Rule
from retcon.retention.playbook.conditions import Range, called


def when(rule: Rule) -> str:
    """From when until when it is due: "60 to 90 days of silence"."""
    if said := _SAID.get(rule.trigger):
        return said if not rule.due_hours or rule.trigger == "promise" else f"{rule.due_hours} hours after {said}"
    if rule.trigger == "silence":
        return f"{_range((rule.due_days, rule.expires_days))} days of silence"
    if rule.trigger == "festival":
        lead = f"{-rule.due_days} days" if rule.due_days else "as long as is usual"
        if rule.when.get("kinds") == frozenset({"sale"}):
            return f"{lead} before a day of shopping where they live, until it is over"
        return f"{lead} before a festival where they live, while a parcel would still arrive"
    if rule.trigger == "season":
        return f"in the first {rule.expires_days} days of winter, of summer or of the rains where they live"
    what = _AFTER[rule.trigger]
    if rule.due_days < 0:
        return f"from {text.plural(-rule.due_days, 'day')} before {what} until {rule.expires_days} after it"
    days = f"{rule.due_days} to {rule.expires_days}" if rule.due_days else f"up to {rule.expires_days}"
    sooner = ", or sooner, as its parcel leaves" if rule.due_when_shipped else ""
    return f"{days} days after {what}{sooner}"


def who(rule: Rule) -> str:
    """For whom it is, beside its days: "one order; not VIP"; "everybody" where it asks nothing."""
    said = [_WHO[name](wanted) for name, wanted in rule.when.items() if name in _WHO]
    if rule.once:
        said.append("once for a person")
    if rule.needs:
        said.append(f"only with {' and '.join(rule.needs)}")
    return "; ".join(said) or "everybody"


def ends(rule: Rule) -> tuple[str, ...]:
    """What would end it before it is decided, in sentences."""
    said = [_ENDS.get(rule.trigger, "Whatever it is about ends.")]
    if rule.when:
        said.append(f"Somebody is no longer what it asks for: {who(rule)}.")
    if rule.covers:
        said.append("Your shop mails it by itself.")
    said.append("Another message to the same person comes first.")
    return tuple(said)


_SAID: Mapping[str, str] = {
    "unanswered": "somebody waits for an answer",
    "promise": "a promise of yours is due",
    "complaint": "somebody is unhappy and hasn't written",
    "stop": "somebody wrote STOP",
}
_AFTER: Mapping[str, str] = {
    "first_order": "the first order",
    "first_delivery": "the first parcel arrived",
    "delivery": "the last parcel arrived",
    "order": "the last order",
    "article_age": "an article begins to want an accessory",
    "article_used_up": "an article is used up",
    "article_outgrown": "an article is outgrown",
    "cancelled": "an order was cancelled",
    "review": "they left a review",
    "coupon_expired": "their own coupon ended unused",
    "permission": "the last parcel arrived, where one may ask and nobody knows what they say",
}
_ENDS: Mapping[str, str] = {
    "first_order": "The order is cancelled or given back, or an earlier one becomes known.",
    "first_delivery": "The order is cancelled or given back, or an earlier one becomes known.",
    "silence": "They buy again, or wait for a parcel.",
    "delivery": "They buy again.",
    "order": "They buy again.",
    "article_age": "They buy what it suggests, or it is out of stock.",
    "article_used_up": "They buy it again, or it is out of stock.",
    "article_outgrown": "They buy what comes next, or it is out of stock.",
    "festival": "The festival is over, or nothing would arrive before it.",
    "season": "The season is over.",
    "cancelled": "They order again.",
    "review": "The review is gone.",
    "coupon_expired": "They buy.",
    "permission": "They say yes or no.",
    "unanswered": "You answer, here or elsewhere.",
    "promise": "You keep it, or drop it.",
    "complaint": "You are done with it.",
    "stop": "They allow it again.",
}


def _range(wanted: Range) -> str:
    low, high = wanted
    if high is None:
        return f"{low} and more"
    return str(low) if low == high else f"{low} to {high}" if low else f"up to {high}"


def _counted(wanted: Any, unit: str) -> str:
    if wanted[0] == wanted[1]:
        return text.plural(wanted[0], unit)
    return f"{_range(wanted)} {unit}s" if wanted[1] is not None else f"{wanted[0]} {unit}s and more"


def _listed(wanted: Any) -> str:
    return ", ".join(called(each) for each in sorted(wanted))


_FEW = 4  # so many names are told; more are counted
_KINDS = {"gift": "festivals of gifts and family", "sale": "days of shopping", "fast": "Ramadan"}
_WHO: Mapping[str, Callable[[Any], str]] = {
    "orders": lambda wanted: _counted(wanted, "order"),
    "silent_days": lambda wanted: f"silent for {_counted(wanted, 'day')}",
    "delivered_days": lambda wanted: f"arrived {_counted(wanted, 'day')} ago",
    "rating": lambda wanted: f"{_range(wanted)} stars",
    "tier": _listed,
    "not_tier": lambda wanted: f"not {_listed(wanted)}",
    "band": lambda wanted: f"risk {_listed(wanted)}",
    "stage": lambda wanted: f"in the stage {_listed(wanted)}",
    "parcel": lambda wanted: f"parcel {_listed(wanted)}",
    "styles": lambda wanted: f"where the style is {_listed(wanted)}",
    "countries": lambda wanted: f"in {_listed(wanted)}",
    "not_countries": lambda wanted: f"not in {_listed(wanted)}",
    "segment": lambda wanted: f"in the segment “{wanted}”",
    "no_contact": lambda wanted: "not written to since the order",
    "kinds": lambda wanted: " or ".join(_KINDS[kind] for kind in sorted(wanted)),
    "festivals": lambda wanted: (
        f"{len(wanted)} named festivals" if len(wanted) > _FEW else f"the festival {_listed(wanted)}"
    ),
}
