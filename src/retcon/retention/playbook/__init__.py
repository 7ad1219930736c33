"""What a rule asks of a customer, when it is due for them, and whether it still is.

A rule happens once for its occasion, which is known by the source's own id of what it is about: an order, an article
of an order, a festival of a year. A module for each family of triggers finds the cases that a rule has for a customer;
here it is asked whether they are due. What `[when]` may ask stands in conditions.py; what is due because something
was said in answering.py, and `still_due` is asked of both.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from retcon import localtime, text
from retcon.frozen import dataclass
from retcon.localtime import DAY
from retcon.model.people import Purpose
from retcon.model.playbook import About, Occasion, Rule
from retcon.model.policy import Answer, Verdict
from retcon.model.shop import Shop
from retcon.model.situation import Situation
from retcon.retention import answering, told
from retcon.retention.playbook import articles, conditions, feasts, needs, orders, people
from retcon.retention.playbook.cases import ONCE as ONCE
from retcon.retention.playbook.cases import Case, Seen, Trigger, anchor_of
from retcon.retention.playbook.conditions import RANGES as RANGES
from retcon.retention.playbook.conditions import WORDS as WORDS
from retcon.retention.playbook.conditions import Range as Range

_BY_NAME: Mapping[str, Trigger] = {
    "first_order": orders.first_order,
    "silence": orders.silence,
    "first_delivery": orders.first_delivery,
    "delivery": orders.delivery,
    "order": orders.counted_order,
    "cancelled": orders.cancelled,
    "article_age": articles.age,
    "article_used_up": articles.used_up,
    "article_outgrown": articles.outgrown,
    "festival": feasts.festival,
    "season": feasts.season,
    "review": people.review,
    "coupon_expired": people.coupon_expired,
    "permission": people.permission,
}
# What makes a rule due by days; a rule's `trigger` is one of these or of SAID.
TRIGGERS = tuple(_BY_NAME)

# Why a rule with that trigger has nothing at all to say to somebody, and why not any more.
_NOTHING: Mapping[str, str] = {
    "article_age": "Nothing of theirs wants an accessory: products.toml says after how many days.",
    "article_used_up": "Nothing that they bought is used up after days that are known.",
    "article_outgrown": "Nothing that they bought is outgrown: products.toml says what comes next.",
    "festival": "No such festival lies ahead where they live.",
    "season": "No season that a letter could speak of has begun where they live.",
    "cancelled": "No order of theirs was cancelled.",
    "review": "They have left no review.",
    "coupon_expired": "No coupon of theirs alone has ended.",
}
_GONE: Mapping[str, str] = {
    "festival": "The festival is over, or on another day.",
    "season": "The season is over.",
    "cancelled": "The order isn't cancelled any more.",
    "review": "The review is gone.",
    "coupon_expired": "The coupon was used, or is gone.",
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Why a rule isn't due for somebody: in a sentence of theirs, and in words for all whom the same leaves out."""

    words: str
    group: str


def due(rules: Iterable[Rule], situation: Situation, shop: Shop, now: datetime) -> tuple[Occasion, ...]:
    """What days have made due for the customer now, in the order of the rules; what was said is answering's.

    Of several for one person only the first is to be done: see `in_order`.
    """
    if situation.customer.left_alone:
        return ()
    found = {
        (rule.id, case.anchor): _occasion(seen, case)
        for rule in rules
        if rule.trigger in _BY_NAME and not _shut(rule, situation, shop, now)
        for seen in (Seen(rule, situation, shop, now),)
        for case in _BY_NAME[rule.trigger](seen)
        if _why_not(seen, case) is None
    }
    return tuple(found.values())


def find(rule: Rule, situation: Situation, shop: Shop, anchor: str, now: datetime) -> Occasion | None:
    """The occasion of that anchor as it is told now, due or not; None where what it is about is gone."""
    if rule.trigger not in _BY_NAME:
        said = answering.due((rule,), situation, now, shop.zone, situation.away_until)
        return next((it for it in said if it.anchor == anchor), None)
    seen = Seen(rule, situation, shop, now, anchor)
    case = _case(seen)
    return None if case is None else _occasion(seen, case)


def in_order(occasions: Iterable[Occasion]) -> list[Occasion]:
    """What days made due for one person, in turn: only the first is to be done, so that nobody gets five at once."""
    return sorted(occasions, key=lambda it: (it.rule.priority, it.due_at, it.rule.id, it.anchor))


def impossible(rule: Rule, shop: Shop) -> str:
    """Why the rule can be due for nobody as long as the shop's files are as they are; empty where it can."""
    if rule.covers and rule.covers in shop.shop_mails:
        return "Your shop mails that by itself."
    return needs.nowhere(rule, shop)


def stake(situation: Situation) -> int:
    """What is at stake in twelve months, in minor units of the shop's currency."""
    return situation.standing.stake_minor


def text_of(rule: Rule, customer_id: int) -> str:
    """The template that the person gets: of a rule with variants always the same one."""
    from hashlib import sha256

    texts = (rule.template, *rule.variants)
    return texts[int.from_bytes(sha256(f"{rule.id}:{customer_id}".encode()).digest()[:4], "big") % len(texts)]


def still_due(
    rule: Rule,
    situation: Situation,
    shop: Shop,
    anchor: str,
    now: datetime,
    *,
    approved_at: datetime | None = None,
) -> Verdict:
    """Whether an action of the rule still fits; no where something happened since.

    `approved_at` of a message that waits: an answer that was approved before they wrote again comes back.
    """
    if rule.trigger not in _BY_NAME:
        changed = answering.still_due(rule, situation, anchor, now, shop.zone, approved_at)
    elif changed := _changed(rule, situation, shop, anchor, now):
        changed = f"{changed} “{called(rule)}” no longer fits."
    if changed:
        return Verdict(rule="still_due", answer=Answer.NO, reason=changed)
    return Verdict(rule="still_due", answer=Answer.YES, reason="It still fits.")


def left_out(rule: Rule, situation: Situation, shop: Shop, now: datetime) -> str:
    """Why the rule isn't due for this person, in a sentence; empty where it is."""
    found = why_left_out(rule, situation, shop, now)
    return found.words if found is not None else ""


def why_left_out(rule: Rule, situation: Situation, shop: Shop, now: datetime) -> LeftOut | None:
    """As `left_out`, with the words for all whom the same leaves out; None where it is due."""
    if rule.trigger not in _BY_NAME:
        said = answering.due((rule,), situation, now, shop.zone, situation.away_until)
        return None if said else LeftOut("Nothing was said that asks for it.", "nothing was said")
    if situation.customer.left_alone:
        return LeftOut("You leave them alone.", "left alone")
    if shut := _shut(rule, situation, shop, now):
        return shut
    seen = Seen(rule, situation, shop, now)
    reasons = [_why_not(seen, case) for case in _BY_NAME[rule.trigger](seen)]
    if not reasons:
        words = _NOTHING.get(rule.trigger, "Has no order that counts.")
        return LeftOut(words, words.split(":")[0].rstrip(".").lower())
    if None in reasons:
        return None
    return next(reason for reason in reasons if reason is not None)


def called(rule: Rule) -> str:
    """The rule's title up to its first comma, as it is quoted in a sentence."""
    title = text.line(rule.title).split(",")[0].strip("“”\"' ")
    return title[:1].upper() + title[1:]


# ---- one rule, one customer ---------------------------------------------------------------------------------


def _case(seen: Seen) -> Case | None:
    """The case of the anchor that is asked for; of a rule that happens once, one that still is an occasion."""
    found = [case for case in _BY_NAME[seen.rule.trigger](seen) if case.anchor == seen.wanted]
    good = (case for case in found if not case.ended and not conditions.failing(seen, case))
    return next(good, next(iter(found), None))


def _about(seen: Seen, case: Case) -> About:
    """What the case is about, with the article that the message speaks of, and what may be suggested beside it."""
    about = case.about
    if case.speaks and about.order is not None:
        about = replace(about, article=orders.article(seen, about.order))
    return replace(about, offers=articles.suggested(seen, about.article, about.feast)) if case.suggests else about


def _occasion(seen: Seen, case: Case) -> Occasion:
    return Occasion(
        rule=seen.rule,
        anchor=case.anchor,
        due_at=case.due_at,
        expires_at=case.expires_at,
        reason=case.reason,
        about=_about(seen, case),
    )


def _shut(rule: Rule, situation: Situation, shop: Shop, now: datetime) -> LeftOut | None:
    """Why nothing of the rule goes to anybody, or to anybody there."""
    if rule.covers and rule.covers in shop.shop_mails:
        return LeftOut("Your shop mails that by itself.", "your shop mails that by itself")
    until = shop.mutes.get(situation.customer.country)
    if rule.purpose is not Purpose.SERVICE and until is not None and now < until:
        place = shop.profile(situation.customer.country).name or situation.customer.country
        words = f"Nothing is advertised in {place} until {localtime.day(until, now, shop.zone)}."
        return LeftOut(words, "a country that you leave in peace")
    return None


def _why_not(seen: Seen, case: Case) -> LeftOut | None:
    """Why the case isn't due; None where it is."""
    if seen.now >= case.expires_at and not case.ended:
        return LeftOut("The time for it is over.", "the time for it is over")
    if case.ended:
        return LeftOut(case.ended, "there is no occasion now")
    if name := conditions.failing(seen, case):
        word = conditions.BY_NAME[name]
        return LeftOut(word.words(seen, case), word.group)
    if seen.now < case.due_at:
        return LeftOut(f"Due {localtime.at(case.due_at, seen.now, seen.shop.zone)}.", "not yet")
    decided = seen.situation.decided_at.get(seen.rule.id)
    if seen.rule.rest_days and decided is not None and seen.now < decided + seen.rule.rest_days * DAY:
        again = localtime.day(decided + seen.rule.rest_days * DAY, seen.now, seen.shop.zone)
        return LeftOut(
            f"The last one was decided {localtime.ago(decided, seen.now)}; the next from {again} on.",
            "one was decided lately",
        )
    if sent := told.covered(seen.rule, seen.situation, case.anchor, seen.now, seen.shop.zone):
        return LeftOut(sent, "your shop has mailed it")
    if seen.rule.needs and (missing := needs.missing(seen, _about(seen, case))):
        return LeftOut(missing, "something that it would say isn't known")
    return None


def _changed(rule: Rule, situation: Situation, shop: Shop, anchor: str, now: datetime) -> str:
    """What happened since that makes the rule no longer fit, in a sentence; empty where nothing did."""
    seen = Seen(rule, situation, shop, now, anchor)
    case = _case(seen)
    if case is None:
        return _gone(seen, anchor)
    if said := case.ended or told.covered(rule, situation, anchor, now, shop.zone):
        return said
    if name := conditions.failing(seen, case):
        if name == "orders" and case.about.order is not situation.orders[-1]:
            return seen.bought_again()
        return conditions.BY_NAME[name].still(seen, case)
    return ""


def _gone(seen: Seen, anchor: str) -> str:
    """Why there is no such case any more."""
    if said := _GONE.get(seen.rule.trigger):
        return said
    number = anchor.split("/")[0]
    order = next((it for it in seen.situation.orders if anchor_of(it) == number), None)
    if order is None:
        return "The order behind it was cancelled or given back."
    return "What it is about has changed." if order is seen.last else seen.bought_again()
