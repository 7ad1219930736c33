"""What is known of a country, in plain words: what may be sent there, when, and the day on which that was looked at."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time, timedelta

from retcon import library, localtime, text
from retcon.channels import reach
from retcon.desk.house import House
from retcon.errors import InputError
from retcon.frozen import dataclass
from retcon.library import territories
from retcon.localtime import Hours
from retcon.model.offers import Style
from retcon.model.policy import BLOCKS, MEDIA, CountryProfile
from retcon.store import customer_list

# A profile is old when nobody has looked at it for longer.
_OLD = timedelta(days=365)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NEEDS = {
    "address": "your postal address",
    "contact": "an address for questions",
    "unsubscribe": "a way out",
    "objection_notice": "that one may object",
}
_FORBIDS = {
    "link_in_sms": "a link in an SMS",
    "benefit_in_service": "a coupon or a gift in a message about an order: it would be advertising",
}
_STYLES = {
    Style.PERSONAL: "a personal word, an early look, service; bargains do little",
    Style.CASH_BACK: "a little money back",
    Style.CULTURAL: "what fits faith and custom, gifts",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """A country with the profile that holds there; `known` is false where that is the strict one for all others."""

    code: str
    name: str
    profile: CountryProfile
    known: bool
    old: bool
    lived_in: bool  # customers live there

    @property
    def checked(self) -> str:
        """When it was looked at, in words."""
        if not self.known:
            return "no profile: the strict one holds"
        if self.profile.checked is None:
            return "no day is told"
        return f"{self.profile.checked}{', over a year ago: look again' if self.old else ''}"


def every(house: House) -> tuple[Country, ...]:
    """Every country with a profile and every one that customers live in; those first, by how many do."""
    with house.database.read() as tx:
        lived_in = customer_list.countries(tx)
    codes = sorted(code for code in library.profiles(house.settings.places.config) if code)
    return tuple(_country(house, code, lived_in) for code in dict.fromkeys((*lived_in, *codes)))


def one(house: House, asked: str) -> Country:
    """The country of a code or an English name. Raises InputError where there is none."""
    names = territories.names()
    by_name = {text.fold(name): code for code, name in names.items()}
    code = by_name.get(text.fold(asked.strip()), asked.strip().upper())
    code = {"UK": "GB"}.get(code, code)
    if code not in names:
        shown = text.line(text.keep(asked, 30))
        near = [f"{name} is {its}" for its, name in names.items() if text.fold(asked.strip()) in text.fold(name)]
        hint = f"{_and(near)}." if 0 < len(near) < 4 else "Name it by its ISO code or in English: retcon country DE"
        raise InputError(f"“{shown}” is no country.", hint)
    with house.database.read() as tx:
        return _country(house, code, customer_list.countries(tx))


def old(house: House) -> tuple[Country, ...]:
    """Countries of customers whose profile was looked at over a year ago, or nobody says when."""
    return tuple(each for each in every(house) if each.lived_in and each.known and each.old)


def _country(house: House, code: str, lived_in: Sequence[str]) -> Country:
    profile = library.profile(house.settings.places.config, code)
    today = localtime.local(house.now(), house.settings.shop.timezone).date()
    return Country(
        code=code,
        name=profile.name or territories.names().get(code, code),
        profile=profile,
        known=profile.country == code,
        old=is_old(profile, today),
        lived_in=code in lived_in,
    )


def is_old(profile: CountryProfile, today: date) -> bool:
    """Whether it was looked at over a year ago, or on no day that is told."""
    return profile.checked is None or today - profile.checked > _OLD


# ---- in words -----------------------------------------------------------------------------------------------------


def sentences(country: Country, days_on_the_way: int) -> tuple[tuple[str, str], ...]:
    """The profile in plain words, each line under its title; a title that goes on is empty. Law and sources apart."""
    profile = country.profile
    lines = [
        ("Languages", ", ".join(profile.languages) or "unknown"),
        ("Reached by", _media(profile.channels, "and")),
        *_titled("Permission", _permission(profile)),
        *_titled("Advertising", _hours(profile)),
        ("Service", hours(profile.service_hours)),
        *_titled("Not by", (f"{on}: {why}" for why, on in _by_media(profile.barred))),
        *_titled("Begins with", (f"{label} on {on}" for label, on in _by_media(profile.labels))),
        ("Must carry", _and([_NEEDS[need] for need in profile.marketing_needs])),
        *_titled("Never holds", (_FORBIDS[word] for word in sorted(profile.forbids))),
        *_titled("At most", _caps(profile)),
        ("Moved by", _STYLES[profile.style]),
        *_titled("Address", [profile.address_form] if profile.address_form else []),
        *_titled("Mind", [profile.mind] if profile.mind else []),
        ("Weekend", _and([_DAYS[day] for day in profile.weekend])),
        ("On the way", text.plural(days_on_the_way, "day")),
        *_titled("Their data", _answer(profile)),
        ("You say", _said(profile.blocks, country.code)),
    ]
    return tuple(lines)


def hours(table: Iterable[Hours]) -> str:
    """Hours in words: "Monday to Thursday and Saturday 09:00–20:00; Friday 09:00–11:30 and 14:00–20:00"."""
    windows: dict[int, list[str]] = {}
    for each in sorted(table, key=lambda each: (each.weekday, each.opens)):
        closes = "24:00" if each.closes == time.max else f"{each.closes:%H:%M}"
        windows.setdefault(each.weekday, []).append(f"{each.opens:%H:%M}–{closes}")
    days: dict[str, list[int]] = {}
    for day, open_at in windows.items():
        days.setdefault(_and(open_at), []).append(day)
    return "; ".join(f"{_spans(on)} {open_at}" for open_at, on in days.items()) or "never"


def _spans(days: Sequence[int]) -> str:
    """ "Monday to Thursday and Saturday" of ascending days."""
    if len(days) == len(_DAYS):
        return "every day"
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    whole = [[f"{_DAYS[run[0]]} to {_DAYS[run[-1]]}"] if len(run) > 2 else [_DAYS[day] for day in run] for run in runs]
    return _and([words for run in whole for words in run])


def _permission(profile: CountryProfile) -> Iterable[str]:
    if profile.opt_out:
        yield f"anybody, by {_media(profile.opt_out, 'or')}, until they object"
    if profile.soft_opt_in:
        months = profile.soft_opt_in_months
        long = f" for {text.plural(months, 'month')} after their last order" if months else ""
        yield f"buyers who were told at the checkout, by {_media(profile.soft_opt_in, 'or')}{long}, until they object"
    yield "all else wants a yes before" if profile.opt_out or profile.soft_opt_in else "advertising wants a yes before"
    if profile.invites:
        yield "a service message may ask for that yes in a line of its own"


def _hours(profile: CountryProfile) -> Iterable[str]:
    yield hours(profile.hours)
    by_law: dict[str, list[str]] = {}
    for medium, table in profile.medium_hours.items():
        by_law.setdefault(hours(table), []).append(medium)
    yield from (f"{_media(media, 'and')} by law {when}, and within the hours above" for when, media in by_law.items())
    yield from (f"{part}: {hours(table)}" for part, table in sorted(profile.state_hours.items()))
    if profile.ramadan_hours:
        yield f"in Ramadan: {hours(profile.ramadan_hours)}"
    if profile.quiet_holidays:
        yield f"none by {_media(profile.quiet_holidays, 'or')} on public holidays"


def _caps(profile: CountryProfile) -> Iterable[str]:
    if profile.most_per_day is not None:
        yield f"{text.plural(profile.most_per_day, 'advertising message')} a day to one person"
    if profile.one_channel_per_week:
        yield "one channel to one person within a week"


def _answer(profile: CountryProfile) -> Iterable[str]:
    if profile.answer_days is not None:
        yield f"a request is answered within {text.plural(profile.answer_days, 'day')}"


def _said(blocks: Mapping[str, Mapping[str, str]], code: str) -> str:
    """Which blocks the seller has filled, by language, and where they are filled."""
    filled = "; ".join(f"{language}: {', '.join(texts)}" for language, texts in sorted(blocks.items()))
    return filled or f"nothing yet of {_and(BLOCKS)}: write [blocks.LANGUAGE] in regions/{code.lower()}.toml"


def _by_media(table: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """Each text of a table once, with the media that it is of."""
    return (
        (words, _media([each for each in table if table[each] == words], "and"))
        for words in dict.fromkeys(table.values())
    )


def _media(media: Iterable[str], joined: str) -> str:
    given = list(media)
    if set(given) >= set(MEDIA):
        return "any channel"
    if set(given) >= set(MEDIA[1:]):
        return f"messengers {joined} SMS"
    ordered = given if isinstance(media, tuple) else [medium for medium in MEDIA if medium in given]
    return _and([reach.words(medium) for medium in ordered], joined)


def _and(words: Sequence[str], joined: str = "and") -> str:
    return f"{', '.join(words[:-1])} {joined} {words[-1]}" if len(words) > 1 else "".join(words)


def _titled(title: str, lines: Iterable[str]) -> Iterable[tuple[str, str]]:
    return ((title if first == 0 else "", line) for first, line in enumerate(lines))
