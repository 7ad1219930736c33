"""Ten thousand random people, times and messages against what every country asks, said a second time in plain words.

Nothing here asks the gate's own code what it thinks of a day: hours are read off the clock, holidays and Ramadan come
from their packages, and what a handful of laws want is written down as sentences that can be read beside the sources.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import holidays
from hijridate import Gregorian
from hypothesis import given, settings
from hypothesis import strategies as st

from retcon import library, localtime
from retcon.channels import policy
from retcon.channels.policy import Question
from retcon.model.calendar import KeptDays
from retcon.model.people import Basis, Consent, ConsentState, Purpose
from retcon.model.policy import MEDIA, Answer, CountryProfile
from retcon.model.situation import Contact
from retcon.retention.days import Days, place, work_out
from tests.asked import question
from tests.situations import DAY, SHOP, consent, customer, order, situation

HOME = Path("nobody's home")
PROFILES = library.profiles(HOME)
OWN = library.own_days(HOME)
COUNTRIES = (*PROFILES, "RU", "KZ", "EG", "ZA")  # some without a profile of their own
MINUTE, WEEK = timedelta(minutes=1), 7 * DAY
CONTACT = "hello@shop.example"
TOLD = date(2025, 1, 1)
CHANNELS = {f"by-{medium}": medium for medium in MEDIA}

# ---- the laws, in plain words ------------------------------------------------------------------------------------

Law = Callable[[Question, datetime], bool]  # whether it allows the message at that hour, on the customer's clock
CHATS_AND_SMS = set(MEDIA) - {"email"}


def never(asked: Question, there: datetime) -> bool:
    return False


def between(opens: int, closes: int, *weekdays: int, on: set[str] | None = None) -> Law:
    """From one full hour to another on these days, all where none are named; for these media, or for all."""

    def law(asked: Question, there: datetime) -> bool:
        if on is not None and asked.kind not in on:
            return True
        return opens <= there.hour < closes and (not weekdays or there.weekday() in weekdays)

    return law


def no_sunday(*media: str) -> Law:
    return lambda asked, there: asked.kind not in media or there.weekday() != 6


def no_holiday(*media: str) -> Law:
    return lambda asked, there: (media and asked.kind not in media) or not is_holiday(asked, there.date())


def begins_with(label: str) -> Law:
    def law(asked: Question, there: datetime) -> bool:
        return (asked.subject if asked.kind == "email" else asked.body).startswith(label)

    return law


def colombian_saturday(asked: Question, there: datetime) -> bool:
    return there.weekday() != 5 or 8 <= there.hour < 15


def by_state(asked: Question, there: datetime) -> bool:
    """Texas from 9 (Sundays from 12) to 21; Rhode Island 9–18, at weekends 10–17; unknown, what all have in common."""
    sunday = there.weekday() == 6
    match asked.customer.subdivision:
        case "US-TX":
            return (12 if sunday else 9) <= there.hour < 21
        case "US-RI":
            return 10 <= there.hour < 17 if there.weekday() > 4 else 9 <= there.hour < 18
        case "US-FL":
            return 8 <= there.hour < 20
        case "":
            return not sunday and 10 <= there.hour < 18
        case _:
            return 8 <= there.hour < 21


def israel_rests(asked: Question, there: datetime) -> bool:
    """Nothing from Friday 14:00 to the end of Saturday, on Yom Kippur or its eve."""
    rests = {"2026-09-20", "2026-09-21", "2027-10-10", "2027-10-11", "2028-09-29", "2028-09-30"}
    sabbath = there.weekday() == 5 or (there.weekday() == 4 and there.hour >= 14)
    return not sabbath and there.date().isoformat() not in rests


LAWS: dict[str, tuple[Law, ...]] = {
    "US": (between(8, 21), by_state, lambda asked, there: asked.kind != "whatsapp"),
    "CO": (between(7, 19), colombian_saturday, no_sunday(*MEDIA), no_holiday()),
    "FR": (between(8, 22, on={"sms"}), no_sunday("sms"), no_holiday("sms")),
    "DE": (no_holiday(),),
    "KR": (between(8, 21, on=CHATS_AND_SMS), begins_with("(광고)")),
    "VN": (between(7, 22), begins_with("[QC]"), lambda asked, there: asked.kind != "sms"),
    "IN": (between(10, 21, on={"sms"}),),
    "BR": (no_sunday("sms"),),
    "IL": (israel_rests, begins_with("פרסומת")),
    "SA": (between(7, 22, on={"sms"}), lambda asked, there: asked.kind != "sms"),
    "AE": (between(7, 21, on={"sms"}), lambda asked, there: asked.kind != "sms"),
    "TR": (never,),
}
# Advertising a day, and whether one channel alone a week.
CAPS = {"CO": (1, True), "VN": (3, False)}
# Where the zones of a country share no hour of the day, or none of the evening, most people's zone decides.
WIDE, WIDE_IN_RAMADAN = {"RU"}, {"ID"}


@lru_cache(maxsize=4096)
def public_holidays(country: str, part: str, year: int) -> frozenset[date]:
    """By the package, of the part where it knows it, else of the whole country."""
    known = holidays.list_supported_countries(include_aliases=False).get(country)
    if known is None:
        return frozenset()
    return frozenset(holidays.country_holidays(country, subdiv=part if part in known else None, years=year))


def is_holiday(asked: Question, day: date) -> bool:
    part = asked.customer.subdivision.partition("-")[2]
    return day in public_holidays(asked.customer.country, part, day.year)


def surely_ramadan(day: date) -> bool:
    """Within it by the civil calendar of Mecca, apart from its edges, where the moon may be seen a day later."""
    hijri = Gregorian(day.year, day.month, day.day).to_hijri()
    return hijri.month == 9 and 2 < hijri.day < 28


def perhaps_ramadan(day: date) -> bool:
    """Within it or near it."""
    return any(surely_ramadan(day + timedelta(days=each)) for each in (-4, 0, 4))


def zones(asked: Question, in_ramadan: bool) -> tuple[str, ...]:
    known = asked.customer.zones
    wide = WIDE | (WIDE_IN_RAMADAN if in_ramadan else set())
    return known[:1] if asked.customer.country in wide else known


def broken(asked: Question, at: datetime) -> Iterator[str]:
    """The laws and the limits of the profile that a message which leaves then would break."""
    profile, country = asked.profile, asked.customer.country
    ramadan = any(perhaps_ramadan(at.astimezone(ZoneInfo(name)).date()) for name in asked.customer.zones)
    for name in zones(asked, ramadan):
        there = at.astimezone(ZoneInfo(name))
        if asked.service:
            if not asked.is_fresh(at) and not shown(profile.service_hours, there):
                yield f"service hours in {name}"
            continue
        evening = profile.ramadan_hours and surely_ramadan(there.date())
        usual = profile.state_hours.get(asked.customer.subdivision) or profile.hours
        if evening and not shown(profile.ramadan_hours, there):
            yield f"the evenings of Ramadan in {name}"
        either = (*usual, *profile.ramadan_hours) if perhaps_ramadan(there.date()) else usual
        if not evening and not shown(either, there):
            yield f"hours in {name}"
        if asked.kind in profile.medium_hours and not shown(profile.medium_hours[asked.kind], there):
            yield f"the medium's hours in {name}"
        if asked.kind in profile.quiet_holidays and is_holiday(asked, there.date()):
            yield f"a public holiday in {name}"
        if not all(law(asked, there) for law in LAWS.get(country, ())):
            yield f"the law of {country} in {name}"
        yield from over(asked, at, name)
    if not asked.service:
        yield from without(asked, at)
    elif "benefit_in_service" in profile.forbids and "쿠폰" in asked.body and asked.answers_at is None:
        yield "a benefit in a service message"


def shown(table: tuple[localtime.Hours, ...], there: datetime) -> bool:
    return any(each.weekday == there.weekday() and each.opens <= there.time() < each.closes for each in table)


def over(asked: Question, at: datetime, zone: str) -> Iterator[str]:
    """Caps of the country."""
    most, one_channel = CAPS.get(asked.customer.country, (None, False))
    left = [each for each in asked.situation.counted if each.advertising and at - WEEK < each.at <= at]
    today = at.astimezone(ZoneInfo(zone)).date()
    if most is not None and sum(each.at.astimezone(ZoneInfo(zone)).date() == today for each in left) >= most:
        yield "the day's cap"
    if one_channel and {CHANNELS.get(each.on, each.on) for each in left} - {asked.kind}:
        yield "one channel a week"


def without(asked: Question, at: datetime) -> Iterator[str]:
    """What advertising must rest on, and carry."""
    profile, words = asked.profile, asked.body
    lines = [line for line in asked.situation.consents if line.channel == asked.kind]
    last = max((line for line in lines if line.at <= at), key=lambda line: line.at, default=None)
    said_yes = (
        last is not None
        and last.state is ConsentState.GRANTED
        and last.basis in (Basis.EXPRESS, Basis.DOUBLE_OPT_IN)
        and (last.expires_at is None or last.expires_at > at)
    )
    said_no = last is not None and last.state is ConsentState.DENIED
    bought = asked.kind in profile.soft_opt_in and any(it.placed_at.date() >= TOLD for it in asked.situation.orders)
    if profile.soft_opt_in_months and bought:
        age = at - asked.situation.orders[-1].placed_at
        bought = age < timedelta(days=31 * profile.soft_opt_in_months)
    if said_no or not (said_yes or asked.kind in profile.opt_out or bought):
        yield "a permission"
    if asked.kind in profile.barred:
        yield "a medium that is closed to it"
    if asked.situation.muted_until is not None and asked.situation.muted_until > at:
        yield "peace"
    if SHOP.address not in words and "address" in profile.marketing_needs:
        yield "the postal address"
    if CONTACT not in words and "contact" in profile.marketing_needs:
        yield "an address for questions"
    if "STOP" not in words and "unsubscribe" in profile.marketing_needs:
        yield "a way out"
    if "objection_notice" in profile.marketing_needs and asked.kind == "email" and "object at any time" not in words:
        yield "the notice"
    if "win a bowl" in words:
        yield "no prizes for sharing"
    counted = sum(1 for each in asked.situation.counted if at - WEEK < each.at <= at)
    if counted >= asked.cap_per_week:
        yield "the seller's cap"


# ---- random people, times and messages ---------------------------------------------------------------------------


@lru_cache(maxsize=64)
def changes_of(zone: str) -> tuple[datetime, ...]:
    """The days before whose noon the zone's clock is put on or back, 2026 to 2029."""
    place = ZoneInfo(zone)
    noons = [datetime(2026, 1, 1, 12, tzinfo=UTC) + DAY * each for each in range(4 * 365)]
    offsets = [noon.astimezone(place).utcoffset() for noon in noons]
    return tuple(noon for noon, before, then in zip(noons[1:], offsets, offsets[1:], strict=False) if before != then)


def instant(chance: Random, zone: str) -> datetime:
    """Any second of four years; often at the turn of a clock, of the year, in Ramadan, or right at a full hour."""
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=chance.randrange(4 * 365 * 86_400))
    kind = chance.randrange(8)
    if kind == 0 and changes_of(zone):
        at = chance.choice(changes_of(zone)) + timedelta(minutes=chance.randrange(-1440, 240))
    elif kind == 1:
        at = datetime(chance.randrange(2026, 2030), 12, 31, 12, tzinfo=UTC) + timedelta(minutes=chance.randrange(2880))
    elif kind == 2:
        at = chance.choice(RAMADANS) + timedelta(minutes=chance.randrange(-2880, 32 * 1440))
    if chance.random() < 0.4:
        there = at.astimezone(ZoneInfo(zone)).replace(hour=chance.randrange(6, 23), minute=0, second=0, microsecond=0)
        at = there.astimezone(UTC) + timedelta(seconds=chance.choice((-1, 0, 1)), minutes=chance.choice((0, 0, 30, 45)))
    return at


# From sunset before the first day, by Umm al-Qura.
RAMADANS = tuple(
    datetime(year, month, day, tzinfo=UTC)
    for year, month, day in ((2026, 2, 18), (2027, 2, 8), (2028, 1, 28), (2029, 1, 16))
)


def zones_of_somebody(chance: Random, country: str) -> tuple[str, ...]:
    all_of_it = localtime.zones_of(country)
    if not all_of_it:
        return (chance.choice(("Asia/Tokyo", "America/Havana", "Africa/Cairo")),)
    kind = chance.randrange(10)
    if kind < 4:
        return all_of_it
    return ("Australia/Lord_Howe",) if kind == 9 else (chance.choice(all_of_it),)


@lru_cache(maxsize=128)
def parts(country: str) -> tuple[str, ...]:
    ours = tuple(PROFILES[country].state_hours) if country in PROFILES else ()
    theirs = tuple(f"{country}-{part}" for part in holidays.list_supported_countries().get(country, ())[:4])
    return ("", *(part for part in (*ours, *theirs)))


def ledger(chance: Random, medium: str, at: datetime) -> tuple[Consent, ...]:
    """No line, or some: mostly a yes, now and then a no, or one that runs out."""
    lines = [
        consent(
            chance.choice(("granted", "granted", "granted", "granted", "denied", "unknown")),
            channel=medium if chance.random() < 0.9 else chance.choice(MEDIA),
            at=at - timedelta(days=chance.randrange(1, 900), seconds=chance.randrange(86_400)),
            basis=chance.choice((Basis.EXPRESS, Basis.DOUBLE_OPT_IN, Basis.EXPRESS, Basis.IMPLIED)),
            expires_at=at + timedelta(days=chance.randrange(-30, 300)) if chance.random() < 0.3 else None,
        )
        for _ in range(chance.choice((0, 1, 1, 1, 1, 1, 1, 2, 3)))
    ]
    return tuple(sorted(lines, key=lambda line: line.at))


def history(chance: Random, medium: str, at: datetime) -> tuple[Contact, ...]:
    """What left in the days before or waits to leave, by this medium and others."""
    found = [
        Contact(
            at=at - timedelta(minutes=chance.choice((chance.randrange(-3 * 1440, 8 * 1440), chance.randrange(900)))),
            on=f"by-{medium if chance.random() < 0.7 else chance.choice(MEDIA)}",
            advertising=chance.random() < 0.8,
        )
        for _ in range(chance.choice((0, 0, 0, 1, 1, 3, 5)))
    ]
    return tuple(found)


def message(chance: Random, profile: CountryProfile, medium: str) -> dict[str, str]:
    """Mostly as it should be; now and then the label, the footer, the address or the notice are gone."""

    def stays() -> bool:
        return chance.random() < 0.96

    label = profile.labels.get(medium, "") if stays() else ""
    lines = ["Our new bowls are here."]
    lines += ["Share this post and win a bowl!"] if not stays() else []
    lines += ["쿠폰 10%"] if not stays() else []
    lines += [SHOP.address] if stays() else []
    lines += [CONTACT] if "contact" in profile.marketing_needs and stays() else []
    lines += ["Reply STOP and we won't write like this again."] if stays() else []
    lines += ["You may object at any time."] if stays() else []
    body = "\n".join(lines)
    return {"subject": f"{label} New bowls".strip(), "body": body if medium == "email" else f"{label} {body}".strip()}


@lru_cache(maxsize=128)
def kept(country: str) -> KeptDays:
    """What a refresh keeps of the days there; those of other months are worked out when they are asked for."""
    places = {place(country, part) for part in parts(country)}
    return work_out(OWN, date(2026, 12, 1), date(2027, 3, 31), {country}, places, {country})


def somebody(chance: Random) -> tuple[Question, datetime]:
    """A random message to a random person, and the second at which the gate is asked."""
    country = chance.choice(COUNTRIES if chance.random() < 0.6 else tuple(LAWS))
    profile = library.profile(HOME, country)
    medium = chance.choice(MEDIA)
    person = customer(
        country=country,
        zones=zones_of_somebody(chance, country),
        subdivision=chance.choice(parts(country)),
        chats=((medium, "+15550100"),),
    )
    at = instant(chance, person.zones[0])
    purpose = chance.choice((Purpose.MARKETING, Purpose.MARKETING, Purpose.RELATIONSHIP, Purpose.SERVICE))
    answered = at - timedelta(hours=chance.randrange(60)) if purpose is Purpose.SERVICE else None
    placed = at - timedelta(days=chance.randrange(1, 900))
    facts: dict[str, Any] = {
        "situation": situation(
            replace(order(), placed_at=placed),
            customer=person,
            consents=ledger(chance, medium, at),
            written=history(chance, medium, at),
            muted_until=at + timedelta(hours=chance.randrange(1, 90)) if chance.random() < 0.05 else None,
        ),
        "purpose": purpose,
        "channel": f"by-{medium}",
        "kind": medium,
        "recipient": "chloe@example.org" if medium == "email" else "+15550100",
        "profile": profile,
        "cap_per_week": chance.choice((1, 2, 5, 9)),
        "answers_at": answered if chance.random() < 0.5 else None,
        "told_since": TOLD if chance.random() < 0.5 else None,
        "days": Days(lambda: OWN, kept(country)),
        "media": CHANNELS,
        **message(chance, profile, medium),
    }
    return question(**facts), at


seeds = st.integers(0, 2**48)


@settings(max_examples=10_000, deadline=None, derandomize=True)
@given(seed=seeds)
def test_nothing_leaves_outside_the_hours_over_a_cap_or_without_what_the_country_asks(seed: int) -> None:
    asked, at = somebody(Random(seed))
    if policy.answer(policy.judge(asked, at))[0] is Answer.YES:
        assert list(broken(asked, at)) == []


@settings(max_examples=1_500, deadline=None, derandomize=True)
@given(seed=seeds)
def test_later_is_never_earlier_than_allowed_and_never_later_than_needed(seed: int) -> None:
    chance = Random(seed)
    asked, at = somebody(chance)
    said = {verdict.rule: verdict for verdict in policy.judge(asked, at)}
    for rule, others in (("hours", {"hours"}), ("cap", {"hours", "cap", "muted"}), ("muted", {"hours", "muted"})):
        until = said[rule].until if rule in said else None
        if until is None:
            continue
        assert until > at
        assert not {verdict.rule for verdict in policy.judge(asked, until)} & (others - {"cap"} | {rule})
        for before in (until - MINUTE, at + (until - at) * chance.random()):
            if at <= before < until:
                assert {verdict.rule for verdict in policy.judge(asked, before)} & (others | {"cap"} & {rule})


@settings(max_examples=1_500, deadline=None, derandomize=True)
@given(seed=seeds)
def test_what_may_leave_later_may_leave_then(seed: int) -> None:
    asked, at = somebody(Random(seed))
    answer, until = policy.answer(policy.judge(asked, at))
    if answer is Answer.LATER:
        assert until is not None
        then, _ = policy.answer(policy.judge(asked, until))
        assert then is Answer.YES or "consent" in {it.rule for it in policy.judge(asked, until)}  # it ran out meanwhile
        if then is Answer.YES:
            assert list(broken(asked, until)) == []


def test_the_plain_words_see_what_is_wrong_and_let_through_what_is_right() -> None:
    """Else the tests above could hold because nothing ever leaves, or because nothing is ever looked at."""
    seen: set[str] = set()
    left: set[str] = set()
    for seed in range(3000):
        asked, at = somebody(Random(seed))
        wrong = list(broken(asked, at))
        seen |= {law.partition(" in ")[0] for law in wrong}
        if not wrong and not asked.service and asked.customer.country in LAWS:
            leaves = policy.answer(policy.judge(asked, at))[0] is Answer.YES
            left |= {asked.customer.country} if leaves else set()
    assert {"hours", "the evenings of Ramadan", "the medium's hours", "a public holiday", "service hours"} <= seen
    assert {f"the law of {country}" for country in LAWS if country != "BR"} <= seen
    assert {"the day's cap", "one channel a week", "the seller's cap", "a permission", "peace", "a way out"} <= seen
    assert {
        "the postal address",
        "an address for questions",
        "the notice",
        "a medium that is closed to it",
        "no prizes for sharing",
    } <= seen
    assert left == set(LAWS) - {"TR"}
