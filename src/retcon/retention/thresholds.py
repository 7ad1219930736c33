"""Warning and alarm levels learnt from the shop's own past, replayed week by week.

A warning is given in the week in which somebody's probability of staying away reaches the level of their tier. It is
resolved once the horizon is over: they stayed away, or came back by themselves. (Whom the seller wrote to meanwhile is
left out: nobody knows.)

- A warning is worth its contact where share who stay away × yearly value × save rate ≥ cost of a contact. The save
  rate, the part of those who would have been lost that stays because somebody wrote, is an assumption of the seller's
  until it is measured. Of the levels at which that holds the lowest is proposed.
- More than half of a tier are never marked, nor anybody of whom more than 7 in 10 come back by themselves.
- Where that would be more warnings in a week than the seller can handle, a contact has to bring more than it costs:
  one price for all tiers, the lowest at which the weeks of the past stay within the cap. So contacts go where they
  bring most.
- An alarm is meant to be right as often as our own levels say: for 5 of 10 VIPs, 7 of 10 regular customers. The
  lowest level at which the past bears that out is proposed.

The share who stay away at a level is pulled towards the level itself (which is what it should be) as by 30 people, so
that a few chances move nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from retcon.model.standing import Tier
from retcon.model.thresholds import DEFAULTS, FEWEST, HIGHEST, NEVER, Marks, Proposal, Reached, Replayed, Threshold
from retcon.retention.risk import bands
from retcon.retention.risk.bands import TIERS, Levels
from retcon.retention.risk.days import DAY, Flags, Floats, Ints
from retcon.retention.risk.weeks import ABSENT, WEEK_DAYS, Weeks

GRID: Floats = np.round(np.arange(0.05, 1.0, 0.01), 2)  # levels that are considered
LEAST = 0.3  # nobody is warned of while more than 7 of 10 like them come back by themselves
DAYS = (7, 14, 21, 30, 40, 50, 60, 75, 90, 105, 120, 150, 180, 240, 300, 365)
# A category has levels of its own where it would be warned of at one so far from that of its tier.
APART_FROM_TIER = 0.1
# Levels nearer than this to those in force are no better than these.
_SAME = 0.03
_SLIP = 1e-9
_ABOVE = 0.05  # an alarm is at least so far above its warning
_CHEAPEST = 1e-6  # where nothing costs anything, the price is searched from here
_HALVINGS = 12


@dataclass(frozen=True, slots=True)
class Terms:
    """What the seller reckons with; money in minor units. `scale`: one who was looked at stands for so many."""

    contacts_per_week: int
    cost: float
    save_rate: float
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Learnt:
    """What the past proposes, the price that a contact has to bring, and the warnings in a usual week."""

    proposals: tuple[Proposal, ...]
    price: float
    weekly_now: float
    weekly: float


@dataclass(frozen=True, slots=True, eq=False)
class _Past:
    """The replayed weeks with each customer's category (a place in `categories`), and what becomes of a mark.

    `warned` and `alarmed` are the probabilities that a warning and an alarm go by: nobody on time is alarming.
    """

    weeks: Weeks
    categories: tuple[str, ...]
    category: Ints
    warned: Floats
    alarmed: Floats

    def members(self, tier: int, places: Iterable[int] | None = None) -> Flags:
        """Who is in the tier in which week: of these categories, or of all."""
        inside = self.weeks.tier == tier
        return inside if places is None else inside & np.isin(self.category, list(places))

    def marks(self, p: Floats, level: Floats) -> Flags:
        """Who reached their level in which week after the first."""
        above = bands.reached(p, level)
        return above[1:] & ~above[:-1]

    def count(self, marks: Flags) -> Marks:
        """What became of the marks, as far as nobody wrote to them."""
        found = marks & ~self.weeks.written[1:]
        return Marks(int(found.sum()), int((found & self.weeks.away[1:]).sum()))

    def a_week(self, marks: Flags, terms: Terms) -> float:
        """How many marks there are in a usual week."""
        return float(marks.sum()) * terms.scale / (len(self.weeks.at) - 1)


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """A tier, or one category of it: what its members are worth, and who of them stays away at each level of GRID."""

    tier: int
    place: int  # of the category; 0: all of the tier
    value: float
    floor: float
    warned: Floats
    alarmed: Floats
    warnings: Floats  # how many there are at each level
    alarms: Floats

    def levels(self, price: float, terms: Terms, before: tuple[float, float]) -> tuple[float, float]:
        """Warning and alarm where a contact has to bring so much; as before where too little speaks for others."""
        need = price / (self.value * terms.save_rate) if self.value else np.inf
        pays = GRID[(self.warned >= need) & (self.floor <= GRID) & (GRID < HIGHEST)]
        # A level that nobody has reached in a year is none.
        warning = float(pays[0]) if len(pays) and _at(self.warnings, float(pays[0])) else NEVER
        if self.rests_on(warning, before[0]) < FEWEST:
            return before
        return warning, self._alarm(warning, before[1])

    def rests_on(self, warning: float, before: float) -> int:
        """On how many warnings a proposal rests: those of the level that gave more; that none pays, on those of any."""
        if warning == NEVER:
            return int(self.warnings[self.floor <= GRID].max(initial=0.0))
        return int(max(_at(self.warnings, warning), _at(self.warnings, before)))

    def _alarm(self, warning: float, before: float) -> float:
        if warning == NEVER:
            return NEVER
        least = min(round(warning + _ABOVE, 2), HIGHEST)
        right = GRID[(self.alarmed >= DEFAULTS[TIERS[self.tier]].alarm) & (least <= GRID)]
        found = float(right[0]) if len(right) else HIGHEST
        return found if max(_at(self.alarms, found), _at(self.alarms, before)) >= FEWEST else max(before, least)


def _at(numbers: Floats, level: float) -> float:
    """How many there are at the level; at NEVER there is none."""
    place = int(np.searchsorted(GRID, level))
    return float(numbers[place]) if place < len(GRID) else 0.0


def learn(
    weeks: Weeks,
    in_force: Iterable[Threshold],
    terms: Terms,
    categories: Sequence[str] = ("",),
    category: Ints | None = None,
) -> Learnt:
    """What the weeks propose in place of the levels in force; nothing where there are fewer than two weeks."""
    if len(weeks.at) < 2 or not len(weeks.customer_ids):
        return Learnt((), terms.cost, 0.0, 0.0)
    own = tuple(in_force)
    place = np.zeros(len(weeks.customer_ids), np.int64) if category is None else category
    past = _Past(weeks, tuple(categories), place, weeks.p, np.where(weeks.late, weeks.p, 0.0))
    now = bands.levels(own, past.categories)
    groups = _groups(past, now, {(threshold.tier, threshold.category) for threshold in own})
    price, then = _within_cap(past, now, groups, terms)
    split = _split(then, groups, own)
    proposals = [
        _proposal(past, now, then, terms, group, split[group.tier])
        for group in groups
        if not group.place or group.place in split[group.tier]
    ]
    weekly_now, weekly = (past.a_week(past.marks(past.warned, _of(past, which)[0]), terms) for which in (now, then))
    return Learnt(tuple(proposals), price, weekly_now, weekly)


def _of(past: _Past, levels: Levels) -> tuple[Floats, Floats]:
    """Everybody's warning and alarm level in each week; beyond reach of who isn't a customer yet."""
    tier = past.weeks.tier
    warning, alarm = levels.warning[tier, past.category], levels.alarm[tier, past.category]
    return np.where(tier == ABSENT, NEVER, warning), np.where(tier == ABSENT, NEVER, alarm)


# ---- who stays away at which level ----------------------------------------------------------------------------


def _groups(past: _Past, now: Levels, own: set[tuple[Tier, str]]) -> list[_Group]:
    """Every tier that has anybody in it, and its categories of which enough were warned, or that have own levels."""
    marks = past.marks(past.warned, _of(past, now)[0])
    groups: list[_Group] = []
    for tier, name in enumerate(TIERS):
        members = past.members(tier)
        if not members.any():
            continue
        groups.append(_group(past, tier, 0, members))
        for place, category in enumerate(past.categories):
            inside = members & (past.category == place)
            if place and ((name, category) in own or past.count(marks & inside[1:]).given >= FEWEST) and inside.any():
                groups.append(_group(past, tier, place, inside))
    return groups


def _group(past: _Past, tier: int, place: int, members: Flags) -> _Group:
    weeks = past.weeks
    # Without any amounts everybody is worth the same, and only the cap decides.
    value = float(np.median(weeks.yearly[members])) if weeks.yearly.any() else 1.0
    warned, warnings = _shares(past, past.warned, members)
    alarmed, alarms = _shares(past, past.alarmed, members)
    return _Group(
        tier=tier,
        place=place,
        value=value,
        floor=max(LEAST, float(np.median(weeks.p[members]))),
        warned=warned,
        alarmed=alarmed,
        warnings=warnings,
        alarms=alarms,
    )


def _shares(past: _Past, p: Floats, members: Flags) -> tuple[Floats, Floats]:
    """For each level of GRID the share who stay away of those who reach it, and how many reach it.

    The share is pulled towards the level itself.
    """
    reached = members[1:] & ~past.weeks.written[1:] & (p[1:] > p[:-1])
    first = np.searchsorted(GRID, p[:-1][reached], side="right")
    last = np.searchsorted(GRID, p[1:][reached], side="right")
    away = past.weeks.away[1:][reached].astype(np.float64)

    def per_level(weights: Floats) -> Floats:
        began = np.bincount(first, weights, len(GRID) + 1)
        ended = np.bincount(last, weights, len(GRID) + 1)
        return np.cumsum(began - ended)[:-1].astype(np.float64)

    number = per_level(np.ones(len(away)))
    return (per_level(away) + FEWEST * GRID) / (number + FEWEST), number


# ---- what is proposed -------------------------------------------------------------------------------------------


def _within_cap(past: _Past, now: Levels, groups: Sequence[_Group], terms: Terms) -> tuple[float, Levels]:
    """The lowest price of a contact at which the weeks stay within the cap, and the levels at that price."""

    def fits(levels: Levels) -> bool:
        marks = past.marks(past.warned, _of(past, levels)[0])
        return past.a_week(marks, terms) <= terms.contacts_per_week

    def at(price: float) -> Levels:
        return _levels(now, groups, price, terms)

    price = terms.cost if past.weeks.yearly.any() else 0.0
    if fits(at(price)):
        return price, at(price)
    dearest = 2 * max(group.value for group in groups) * terms.save_rate  # no contact brings that
    low, high = max(price, _CHEAPEST), 2 * max(price, _CHEAPEST)
    while high < dearest and not fits(at(high)):
        low, high = high, 2 * high
    for _ in range(_HALVINGS):
        middle = float(np.sqrt(low * high))
        low, high = (low, middle) if fits(at(middle)) else (middle, high)
    return high, at(high)


def _levels(now: Levels, groups: Sequence[_Group], price: float, terms: Terms) -> Levels:
    """The levels of every tier and category at the price; those in force where they are nearly the same."""
    warning, alarm = now.warning.copy(), now.alarm.copy()
    for group in groups:
        tier, place = group.tier, group.place
        before = float(now.warning[tier, place]), float(now.alarm[tier, place])
        found = group.levels(price, terms, before)
        if place == 0:
            same = all(abs(new - old) < _SAME - _SLIP for new, old in zip(found, before, strict=True))
            warning[tier], alarm[tier] = before if same else found
        elif abs(found[0] - warning[tier, 0]) > APART_FROM_TIER - _SLIP:
            warning[tier, place], alarm[tier, place] = found
    return Levels(now.categories, warning, alarm)


def _split(then: Levels, groups: Sequence[_Group], own: Sequence[Threshold]) -> dict[int, set[int]]:
    """For each tier the categories that are spoken of by themselves: with other levels than their tier's, or had."""
    had = {
        (TIERS.index(one.tier), then.categories.index(one.category)) for one in own if one.category in then.categories
    }
    found: dict[int, set[int]] = {group.tier: set() for group in groups}
    for group in groups:
        tier, place = group.tier, group.place
        differs = (then.warning[tier, place], then.alarm[tier, place]) != (then.warning[tier, 0], then.alarm[tier, 0])
        if place and (differs or (tier, place) in had):
            found[tier].add(place)
    return found


def _proposal(past: _Past, now: Levels, then: Levels, terms: Terms, group: _Group, split: set[int]) -> Proposal:
    """What is proposed for the group, and what it would have done."""
    places = [group.place] if group.place else [place for place in range(len(past.categories)) if place not in split]
    members = past.members(group.tier, places)
    before, after = (_replayed(past, which, terms, group, members) for which in (now, then))
    on_any = group.rests_on(NEVER, before.warning) if after.warning == NEVER else 0
    worth = past.weeks.yearly[members]
    return Proposal(
        tier=TIERS[group.tier],
        category=past.categories[group.place],
        now=before,
        then=after,
        resolved=max(before.warnings.given, after.warnings.given, on_any),
        people=round(int(members[-1].sum()) * terms.scale),
        yearly_minor=round(float(np.median(worth))) if len(worth) else 0,
        silence=_silence(past, members),
    )


def _replayed(past: _Past, levels: Levels, terms: Terms, group: _Group, members: Flags) -> Replayed:
    warning, alarm = _of(past, levels)
    warnings = past.marks(past.warned, warning) & members[1:]
    alarms = past.marks(past.alarmed, alarm) & members[1:]

    def after(marks: Flags) -> int:
        return round(float(np.median(past.weeks.silent_days[1:][marks]))) if marks.any() else 0

    return Replayed(
        warning=float(levels.warning[group.tier, group.place]),
        alarm=float(levels.alarm[group.tier, group.place]),
        warnings=past.count(warnings),
        alarms=past.count(alarms),
        weekly=past.a_week(warnings, terms),
        warned_after=after(warnings),
        alarmed_after=after(alarms),
    )


def _silence(past: _Past, members: Flags) -> tuple[Reached, ...]:
    """For each number of silent days, how many of the members got there, and how many of them came back after it."""
    weeks = past.weeks
    at, horizon = weeks.at[:, None], weeks.horizon_days * DAY
    found: list[Reached] = []
    for days in DAYS:
        # The last look before they got there; who stands still in between (a return is open) is looked at once.
        near = (weeks.silent_days > days - WEEK_DAYS) & (weeks.silent_days <= days) & (weeks.tier != ABSENT)
        near[1:] &= ~near[:-1]
        then = at + (days - weeks.silent_days) * DAY
        got_there = near & members & ~weeks.written & (weeks.next_at >= then) & (then <= weeks.at[-1])
        returned = got_there & (weeks.next_at < then + horizon)
        if got_there.any():
            found.append(Reached(days, int(got_there.sum()), int(returned.sum())))
    return tuple(found)
