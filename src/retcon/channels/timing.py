"""When a message may leave: hours, holidays and quiet days where the customer lives, absence, and its own end.

For advertising the hours are the country's or the state's, in Ramadan those of its evenings, within the law's hours of
the medium, apart from quiet days and, where the country says so, public holidays. They hold in every zone that the
person may live in. Service messages have the service hours on any day; an answer to something fresh has none.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache

from retcon import localtime
from retcon.channels import reach
from retcon.channels.question import Question, later, no
from retcon.localtime import Hours, Opening, Span
from retcon.model.people import Customer
from retcon.model.policy import Verdict

# Where nobody knows what time it is there: the middle of the seller's own day, on the days that the profile opens.
_SAFE: Span = (time(11), time(15))
_ANY_HOUR: Span = (time(), time.max)
# So far ahead an open hour is looked for: quiet days of the seller's may last.
_AHEAD_DAYS = 400
# Two zones may be further apart in one half of the year than in the other.
_SEASONS = (datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 7, 6, tzinfo=UTC))


def hours(question: Question, now: datetime) -> Verdict | None:
    """The hours in which people there may be written to; none for an answer to something fresh."""
    opening = next_open(question, now)
    if opening is None:
        return no("hours", "The country's profile has no hours for this. Give it some in your own profile.")
    if opening <= now:
        return None
    return later("hours", f"{_closed(question, now)} {leaves(question, opening, now)}", opening)


def away(question: Question, now: datetime) -> Verdict | None:
    """What isn't needed waits until the seller is there to answer what comes of it."""
    back = question.away_until
    if back is None or back <= now or question.service:
        return None
    until = next_open(question, back) or back
    return later("away", f"You are away. {leaves(question, until, now)}", until)


def muted(question: Question, now: datetime) -> Verdict | None:
    """The seller leaves the whole country in peace for some time."""
    ends = question.situation.muted_until
    if ends is None or ends <= now or question.service:
        return None
    until = next_open(question, ends) or ends
    shown = localtime.when(ends, now, question.shop.timezone)
    return later("muted", f"You leave {question.place} in peace until {shown}. {leaves(question, until, now)}", until)


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


# ---- for all rules of time --------------------------------------------------------------------------------------


def ready(question: Question, now: datetime) -> datetime:
    """When it could leave but for the caps."""
    waits = () if question.service else (question.away_until, question.situation.muted_until)
    begins = max((now, *(until for until in waits if until is not None)))
    return next_open(question, begins) or begins


def next_open(question: Question, after: datetime) -> datetime | None:
    """The first instant from then on at which hours let it leave; None where there is none within a year."""
    if question.is_fresh(after):
        return after
    return localtime.next_open(after, clocks(question), _opening(question), _AHEAD_DAYS)


def clocks(question: Question) -> tuple[str, ...]:
    """The zones that the person may live in, the likeliest first; the seller's own where nobody knows."""
    return _zones(question.customer) or (question.shop.timezone,)


def leaves(question: Question, until: datetime, now: datetime) -> str:
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


# ---- the hours of a day -----------------------------------------------------------------------------------------


def _opening(question: Question) -> Opening:
    zones = _zones(question.customer)

    def spans(zone: str, day: date) -> Sequence[Span]:
        table = _table(question, day)
        found = [(each.opens, each.closes) for each in table if each.weekday == day.weekday()]
        if not found or _quiet(question, day):
            return ()
        if not zones:
            return (_SAFE,)
        # A country so wide that its zones share no hour is taken by the zone that most people live in.
        return found if zone == zones[0] or _share_an_hour(zones, table) else (_ANY_HOUR,)

    return spans


def _table(question: Question, day: date) -> tuple[Hours, ...]:
    """The week of which the day has its hours."""
    profile, customer = question.profile, question.customer
    if question.service:
        return profile.service_hours
    if _in_ramadan(question, day):
        table = profile.ramadan_hours
    else:
        table = profile.state_hours.get(customer.subdivision, profile.hours)
    law = profile.medium_hours.get(question.kind)
    return table if law is None else _within(table, law)


def _in_ramadan(question: Question, day: date) -> bool:
    return bool(question.profile.ramadan_hours) and question.days.is_ramadan(question.customer.country, day)


def _quiet(question: Question, day: date) -> str:
    """Why nothing is advertised on that day, in a sentence; empty where one may."""
    if question.service:
        return ""
    customer = question.customer
    if why := question.days.quiet(customer.country, day):
        return f"Nothing is advertised to {question.place} on this day: {why}."
    if question.kind not in question.profile.quiet_holidays:
        return ""
    name = question.days.holiday(customer.country, customer.subdivision, day)
    return f"It is a public holiday in {question.place}: {name}." if name else ""


@lru_cache(maxsize=512)
def _within(table: tuple[Hours, ...], law: tuple[Hours, ...]) -> tuple[Hours, ...]:
    """What both have open."""
    both = (
        Hours(one.weekday, max(one.opens, other.opens), min(one.closes, other.closes))
        for one in table
        for other in law
        if one.weekday == other.weekday
    )
    return tuple(each for each in both if each.opens < each.closes)


@lru_cache(maxsize=512)
def _share_an_hour(zones: tuple[str, ...], table: tuple[Hours, ...]) -> bool:
    opening = localtime.weekly(table)
    return len(zones) == 1 or all(localtime.next_open(monday, zones, opening) is not None for monday in _SEASONS)


def _zones(customer: Customer) -> tuple[str, ...]:
    return tuple(name for name in customer.zones if localtime.is_zone(name))


def _closed(question: Question, now: datetime) -> str:
    """Why it can't leave now, in a sentence."""
    zones, opening = clocks(question), _opening(question)
    shut = next((name for name in zones if not localtime.is_open(now, (name,), opening)), zones[0])
    there = localtime.local(now, shut)
    table = _table(question, there.date())
    closed_day = all(window.weekday != there.weekday() for window in table)
    if not closed_day and (why := _quiet(question, there.date())):
        return why
    if not _zones(question.customer):
        return (
            f"No time zone is known for {reach.called(question.customer)}, so it leaves between"
            f" {_SAFE[0]:%H:%M} and {_SAFE[1]:%H:%M} yours."
        )
    fact = f"It is {there:%A} {there:%H:%M}" if closed_day else f"It is {there:%H:%M}"
    fact += f" in {localtime.place(shut)}"
    if not question.service and _in_ramadan(question, there.date()):
        fact += ", in Ramadan"
    return f"{fact}." if len(zones) == 1 else f"{fact}, where {reach.called(question.customer)} may live."
