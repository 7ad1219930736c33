"""When a message may leave: the hours at the customer's place, the weekly cap, and its own end.

A country's hours hold in every zone that the person may live in.
"""

from datetime import datetime, time

from retcon import localtime
from retcon.channels import reach
from retcon.channels.question import Question, later, no
from retcon.localtime import DAY, Hours
from retcon.model.people import Customer
from retcon.model.policy import Verdict

# Where nobody knows what time it is there: the middle of the seller's own day, on the days that the profile opens.
_SAFE_OPENS, _SAFE_CLOSES = time(11), time(15)
_WEEK = 7 * DAY
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth")


def hours(question: Question, now: datetime) -> Verdict | None:
    """The hours in which people there may be written to; none for an answer to something fresh."""
    opening = _next_open(question, now)
    if opening is None:
        return no("hours", "The country's profile has no hours for this. Give it some in your own profile.")
    if opening <= now:
        return None
    zones, table = _clocks(question)
    if not _zones(question.customer):
        fact = (
            f"No time zone is known for {reach.called(question.customer)}, so it leaves between"
            f" {_SAFE_OPENS:%H:%M} and {_SAFE_CLOSES:%H:%M} yours."
        )
    else:
        shut = next((name for name in zones if localtime.next_open(now, (name,), table) != now), zones[0])
        there = localtime.local(now, shut)
        closed_day = all(window.weekday != there.weekday() for window in table)
        fact = f"It is {there:%A} {there:%H:%M}" if closed_day else f"It is {there:%H:%M}"
        fact += f" in {localtime.place(shut)}"
        fact += "." if len(zones) == 1 else f", where {reach.called(question.customer)} may live."
    return later("hours", f"{fact} {_leaves(question, opening, now)}", opening)


def cap(question: Question, now: datetime) -> Verdict | None:
    """So many messages in any seven days, over all channels, by whatever program; answers apart."""
    if question.answers_at is not None:
        return None
    counted = sorted(at for at in question.situation.counted_at if now - at < _WEEK)
    if len(counted) < question.cap_per_week:
        return None
    free = counted[len(counted) - question.cap_per_week] + _WEEK
    until = _next_open(question, free) or free
    fact = f"{_ordinal(len(counted) + 1)} message this week; you allow {_number(question.cap_per_week)}."
    return later("cap", f"{fact} {_leaves(question, until, now)}", until)


def away(question: Question, now: datetime) -> Verdict | None:
    """What isn't needed waits until the seller is there to answer what comes of it."""
    back = question.away_until
    if back is None or back <= now or question.service:
        return None
    until = _next_open(question, back) or back
    return later("away", f"You are away. {_leaves(question, until, now)}", until)


def expires(question: Question, until: datetime | None, now: datetime) -> Verdict | None:
    """Whether it is too late, now or at the hour at which it could leave."""
    end = question.expires_at
    if end is None:
        return None
    shown = localtime.when(end, now, question.shop.timezone)
    if now >= end:
        return no("expires", f"Too late: it was of use until {shown}.")
    if until is not None and until >= end:
        could = localtime.at(until, now, question.shop.timezone)
        return no("expires", f"Too late: it could leave {could} and is of use until {shown}.")
    return None


def _next_open(question: Question, after: datetime) -> datetime | None:
    """The first instant from then on at which hours let it leave; None where the profile has none."""
    if question.is_fresh(after):
        return after
    zones, table = _clocks(question)
    # A country so wide that its zones share no hour is taken by the zone that most people live in.
    return localtime.next_open(after, zones, table) or localtime.next_open(after, zones[:1], table)


def _clocks(question: Question) -> tuple[tuple[str, ...], tuple[Hours, ...]]:
    """The zones that it must be open in, and the hours."""
    table = question.profile.service_hours if question.service else question.profile.hours
    if zones := _zones(question.customer):
        return zones, table
    days = sorted({window.weekday for window in table})
    return (question.shop.timezone,), tuple(Hours(day, _SAFE_OPENS, _SAFE_CLOSES) for day in days)


def _zones(customer: Customer) -> tuple[str, ...]:
    return tuple(name for name in customer.zones if localtime.is_zone(name))


def _leaves(question: Question, until: datetime, now: datetime) -> str:
    """ "Leaves at 09:00 there, 01:00 yours." """
    mine = question.shop.timezone
    zones = _zones(question.customer)
    here = localtime.local(until, mine)
    if not zones:
        return f"Leaves {localtime.at(until, now, mine)}."
    there = localtime.local(until, zones[0])
    said = localtime.at(until, now, zones[0])
    if there.replace(tzinfo=None) == here.replace(tzinfo=None):
        return f"Leaves {said}."
    place = "there" if len(zones) == 1 else f"in {localtime.place(zones[0])}"
    yours = f"{here:%H:%M}" if here.date() == there.date() else localtime.when(until, now, mine)
    return f"Leaves {said} {place}, {yours} yours."


def _number(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def _ordinal(number: int) -> str:
    if number <= len(_ORDINALS):
        return _ORDINALS[number - 1]
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
