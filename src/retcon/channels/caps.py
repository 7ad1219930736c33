"""How much one person gets: the seller's cap a week, and what a country says of advertising a day and of its channels.

A cap delays and drops nothing. It is asked for the hour at which the message could leave otherwise, and lifts at an
open hour at which no other cap holds.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from retcon import localtime
from retcon.channels import reach, timing
from retcon.channels.question import Question, later
from retcon.localtime import DAY
from retcon.model.policy import Verdict
from retcon.model.situation import Contact

_WEEK = 7 * DAY
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth")


def cap(question: Question, now: datetime) -> Verdict | None:
    """What holds it back by what the person has got or will get, by whatever program; answers apart."""
    if question.answers_at is not None:
        return None
    ready = timing.ready(question, now)
    holds = max(_holds(question, ready, now), key=lambda hold: hold[0], default=None)
    if holds is None:
        return None
    until = _free(question, holds[0], now)
    return later("cap", f"{holds[1]} {timing.leaves(question, until, now)}", until)


def _free(question: Question, after: datetime, now: datetime) -> datetime:
    """The first open instant from then on at which no cap holds."""
    until = timing.next_open(question, after) or after
    while lifts := [lift for lift, _ in _holds(question, until, now)]:
        until = timing.next_open(question, max(lifts)) or max(lifts)
    return until


def _holds(question: Question, at: datetime, now: datetime) -> Iterator[tuple[datetime, str]]:
    """Each cap that would hold it at that instant: when that lifts at the earliest, and the fact.

    What waits for a later day isn't counted: it is held in its turn.
    """
    sent = sorted((each for each in question.situation.counted if -DAY < at - each.at < _WEEK), key=lambda it: it.at)
    if len(sent) >= question.cap_per_week:
        lifts = sent[len(sent) - question.cap_per_week].at + _WEEK
        yield lifts, f"{_ordinal(len(sent) + 1)} message this week; you allow {_number(question.cap_per_week)}."
    if question.service:
        return
    advertising = [each for each in sent if each.advertising]
    yield from _a_day(question, advertising, at)
    others = [each for each in advertising if question.medium(each.on) != question.kind]
    if question.profile.one_channel_per_week and others:
        last = others[-1]
        medium = reach.words(question.medium(last.on))
        on = localtime.day(last.at, now, question.shop.timezone)
        fact = f"{question.place_first} allows advertising by one channel a week, and {medium} was taken on {on}."
        yield last.at + _WEEK, fact


def _a_day(question: Question, advertising: list[Contact], at: datetime) -> Iterator[tuple[datetime, str]]:
    """The country's cap of a day, by the calendar of every zone that the person may live in."""
    most = question.profile.most_per_day
    if most is None:
        return
    for zone in timing.clocks(question):
        day = localtime.local(at, zone).date()
        count = sum(localtime.local(each.at, zone).date() == day for each in advertising)
        if count >= most:
            fact = f"{_ordinal(count + 1)} advertising message that day; {question.place} allows {_number(most)}."
            yield localtime.start_of_day(day + timedelta(days=1), zone), fact


def _number(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def _ordinal(number: int) -> str:
    if number <= len(_ORDINALS):
        return _ORDINALS[number - 1]
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
