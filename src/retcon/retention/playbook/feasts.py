"""What the calendar of the customer's country makes due: festivals, and the seasons."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from retcon import text
from retcon.localtime import DAY
from retcon.model.calendar import Feast
from retcon.model.playbook import About, Rule
from retcon.retention import calendar
from retcon.retention.playbook.cases import ONCE, Case, Seen

# No festival is spoken of earlier, and no season is longer.
AHEAD = 120
_LONGEST_SEASON = 250
_SEASONS = {"winter": "Winter", "summer": "Summer", "rain": "The rainy season"}


def festival(seen: Seen) -> Iterator[Case]:
    """So long before a festival where the customer lives, until nothing would arrive in time, or until it is over."""
    if not seen.country:
        return
    asked = "" if seen.wanted in (None, ONCE) else seen.wanted.rpartition(":")[0]
    for feast in calendar.feasts(seen.shop.own, seen.country, seen.today, AHEAD, asked):
        if meant(seen.rule, feast) and seen.wanted in (None, seen.anchor(_anchor(feast))):
            yield _case(seen, feast)


def season(seen: Seen) -> Iterator[Case]:
    """So many days since a season began where the customer lives."""
    if not seen.country:
        return
    called, began = season_of(seen.country, seen.today)
    if not called:
        return
    due_at, expires_at = seen.window(seen.at(began))
    yield Case(
        anchor=seen.anchor(f"{called}:{began.year}"),
        due_at=due_at,
        expires_at=expires_at,
        reason=f"{_SEASONS[called]} has begun in {seen.place}.",
        about=About(order=seen.last, season=called),
    )


def meant(rule: Rule, feast: Feast) -> bool:
    """Whether the rule is for that festival: named, or of a kind that is; else any for gifts or shopping."""
    wanted: Any = rule.when.get("festivals")
    kinds: Any = rule.when.get("kinds")
    if wanted is not None and feast.id not in wanted:
        return False
    return feast.kind in kinds if kinds is not None else wanted is not None or feast.kind in ("gift", "sale")


def lead_days(rule: Rule, feast: Feast) -> int:
    """So long before the festival the rule is due: the rule's own days, else the festival's."""
    return -rule.due_days or feast.lead_days


@lru_cache(maxsize=2048)
def season_of(country: str, on: date) -> tuple[str, date]:
    """The season there, and its first day; "" between the seasons."""
    called, day = calendar.season(country, on), on
    while called and (on - day).days < _LONGEST_SEASON and calendar.season(country, day - timedelta(days=1)) == called:
        day -= timedelta(days=1)
    return called, day


def due_days(rule: Rule, feast: Feast, transit_days: int) -> tuple[int, int]:
    """From how many days before the festival (negative), or after it, until how many the rule is due.

    A gift must still arrive in time; a day of shopping is spoken of until it is over.
    """
    first = -lead_days(rule, feast)
    return first, max(-transit_days if feast.kind == "gift" else 1, first + 1)


def _anchor(feast: Feast) -> str:
    return f"{feast.id}:{feast.day.year}"


def _case(seen: Seen, feast: Feast) -> Case:
    day = seen.at(feast.day)
    first, last = due_days(seen.rule, feast, seen.profile.transit_days)
    name = feast.name or feast.id
    days = (feast.day - seen.today).days
    when = f"in {text.plural(days, 'day')}" if days else "today"
    return Case(
        anchor=seen.anchor(_anchor(feast)),
        due_at=day + first * DAY,
        expires_at=day + last * DAY,
        reason=f"{name} is {when} in {seen.place}{'' if feast.certain else ', give or take a day'}.",
        about=About(order=seen.last, feast=feast),
        suggests=True,
    )
