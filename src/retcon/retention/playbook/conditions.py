"""The words of a rule's `[when]` beside its days: what each asks of a customer and a case, and how it is said.

orders, silent_days, delivered_days, rating   a range: (from, to), `to` None where there is no end
tier, not_tier, band, stage, parcel, styles, kinds, festivals, countries, not_countries   one of a set of words
segment      the name of a saved segment
no_contact   true: the seller has not written to them since the order
"""

from collections.abc import Callable, Mapping
from typing import Any

from retcon import localtime, text
from retcon.frozen import dataclass
from retcon.model.offers import Style
from retcon.model.standing import Band, Stage, Standing, Tier
from retcon.retention.playbook.cases import Case, Seen, parcel

Range = tuple[int, int | None]

RANGES = ("orders", "silent_days", "delivered_days", "rating")
# Sets of words, with the words allowed; any where none are named.
WORDS: Mapping[str, tuple[str, ...]] = {
    "tier": tuple(Tier),
    "not_tier": tuple(Tier),
    "band": tuple(Band),
    "stage": tuple(Stage),
    "parcel": ("waiting", "under_way", "arrived"),
    "styles": tuple(Style),
    "kinds": ("gift", "sale", "fast"),
    "festivals": (),
    "countries": (),
    "not_countries": (),
}


@dataclass(frozen=True, slots=True)
class Word:
    """One word of `[when]`: whether it holds, and in a sentence what is the case where it doesn't.

    `still` is what is said of somebody for whom it held, `group` names those for whom it doesn't.
    """

    holds: Callable[[Seen, Case, Any], bool]
    words: Callable[[Seen, Case], str]
    still: Callable[[Seen, Case], str]
    group: str


def failing(seen: Seen, case: Case) -> str:
    """The first word of the rule that doesn't hold of the case; empty where all do."""
    return next((name for name, wanted in seen.rule.when.items() if not BY_NAME[name].holds(seen, case, wanted)), "")


def within(number: int, wanted: Range) -> bool:
    """Whether the number is in the range."""
    low, high = wanted
    return low <= number and (high is None or number <= high)


def _of_standing(field: str, *, other: bool = False) -> Callable[[Seen, Case, Any], bool]:
    return lambda seen, case, wanted: (getattr(seen.situation.standing, field) in wanted) is not other


def _parcel(seen: Seen, case: Case, wanted: Any) -> bool:
    order = case.about.order
    return order is not None and parcel(order) in wanted


def _delivered_days(seen: Seen, case: Case, wanted: Any) -> bool:
    order = case.about.order
    if order is None or order.delivered_at is None:
        return False
    return within(localtime.days_between(order.delivered_at, seen.now), wanted)


def _no_contact(seen: Seen, case: Case, wanted: Any) -> bool:
    order, spoke_at = case.about.order, seen.situation.spoke_at
    return not wanted or order is None or spoke_at is None or spoke_at < order.placed_at


def _rating(seen: Seen, case: Case, wanted: Any) -> bool:
    return case.about.review is not None and within(case.about.review.rating, wanted)


def _in_segment(seen: Seen, case: Case, wanted: Any) -> bool:
    return seen.situation.customer.id in seen.shop.segments.get(wanted, ())


def _feast(seen: Seen, case: Case, wanted: Any) -> bool:
    return True  # asked when the festivals are looked for


def called(value: str) -> str:
    """A word of ours as a sentence says it."""
    return "VIP" if value == Tier.VIP else value.replace("_", " ")


def _stands(seen: Seen) -> Standing:
    return seen.situation.standing


def _where_is_it(seen: Seen, case: Case) -> str:
    order = case.about.order
    if order is None:
        return "There is no parcel."
    return {
        "waiting": "The parcel hasn't left.",
        "under_way": "The parcel is under way.",
        "arrived": "The parcel has arrived.",
    }[parcel(order)]


def _lives(seen: Seen, case: Case) -> str:
    return f"Lives in {seen.place}." if seen.country else "Nobody knows where they live."


def _spoke(seen: Seen, case: Case) -> str:
    at = seen.situation.spoke_at
    return f"You have written to them on {localtime.day(at, seen.now, seen.shop.zone)}." if at else ""


def _rated(seen: Seen, case: Case) -> str:
    review = case.about.review
    return f"Gave {review.rating} of 5." if review is not None and review.rating else "Gave no stars."


def _segment(seen: Seen, case: Case) -> str:
    return f"Not in the segment “{text.line(str(seen.rule.when.get('segment', '')))}”."


def _arrived_ago(seen: Seen, case: Case) -> str:
    order = case.about.order
    if order is None or order.delivered_at is None:
        return _where_is_it(seen, case)
    return f"The parcel arrived {localtime.ago(order.delivered_at, seen.now)}."


def _same(words: Callable[[Seen, Case], str], group: str, holds: Callable[[Seen, Case, Any], bool]) -> Word:
    return Word(holds, words, words, group)


def _tier(seen: Seen, case: Case) -> str:
    return f"Counts as {called(_stands(seen).tier)}."


def _now_tier(seen: Seen, case: Case) -> str:
    return f"Now {called(_stands(seen).tier)}."


BY_NAME: Mapping[str, Word] = {
    "orders": Word(
        lambda seen, case, wanted: within(_stands(seen).orders, wanted),
        lambda seen, case: f"Has {text.plural(_stands(seen).orders, 'order')}.",
        lambda seen, case: f"{text.plural(_stands(seen).orders, 'order')} now.",
        "another number of orders",
    ),
    "silent_days": Word(
        lambda seen, case, wanted: within(_stands(seen).silent_days, wanted),
        lambda seen, case: f"Silent for {text.plural(_stands(seen).silent_days, 'day')}.",
        lambda seen, case: f"Silent {text.plural(_stands(seen).silent_days, 'day')} now.",
        "not silent for so long, or longer",
    ),
    "tier": Word(_of_standing("tier"), _tier, _now_tier, "another tier"),
    "not_tier": Word(_of_standing("tier", other=True), _tier, _now_tier, "a tier that is left out"),
    "band": Word(
        _of_standing("band"),
        lambda seen, case: f"The risk is {_stands(seen).band}.",
        lambda seen, case: f"The risk is {_stands(seen).band} now.",
        "another risk",
    ),
    "stage": Word(
        _of_standing("stage"),
        lambda seen, case: f"In the stage “{called(_stands(seen).stage)}”.",
        lambda seen, case: f"Now in the stage “{called(_stands(seen).stage)}”.",
        "another stage",
    ),
    "parcel": _same(_where_is_it, "the parcel is elsewhere", _parcel),
    "delivered_days": _same(_arrived_ago, "the parcel arrived at another time", _delivered_days),
    "styles": _same(
        lambda seen, case: f"The style in {seen.place or 'their country'} is “{called(seen.profile.style)}”.",
        "another style of country",
        lambda seen, case, wanted: seen.profile.style in wanted,
    ),
    "countries": _same(_lives, "another country", lambda seen, case, wanted: seen.country in wanted),
    "not_countries": _same(_lives, "a country that is left out", lambda seen, case, wanted: seen.country not in wanted),
    "segment": _same(_segment, "not in the segment", _in_segment),
    "no_contact": _same(_spoke, "you have written to them", _no_contact),
    "rating": _same(_rated, "other stars", _rating),
    "festivals": _same(lambda seen, case: "", "another festival", _feast),
    "kinds": _same(lambda seen, case: "", "another festival", _feast),
}
