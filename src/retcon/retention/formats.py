"""Money and days as people write them in a language; ordinary spaces, which every terminal and mail counts alike."""

import re
from copy import copy
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from retcon import money

if TYPE_CHECKING:
    from babel import Locale


def amount(units: int, currency: str, language: str) -> str:
    """The minor units as an amount: "58,00 €", "Rp150.000" (CLDR would give the rupiah decimals that nobody writes)."""
    locale, decimals = _locale(language), money.decimals_written(currency)
    pattern: Any = copy(locale.currency_formats["standard"])
    pattern.frac_prec = (decimals, decimals)
    written = pattern.apply(money.major(units, currency), locale, currency=currency, currency_digits=False)
    return re.sub(r"([A-Z]{3})(?=\d)", r"\1 ", _plain(written))


def percent(number: int, language: str) -> str:
    """The percentage: "15 %", "15%", "%15"."""
    from babel.numbers import format_percent

    return _plain(format_percent(number / 100, locale=_locale(language)))


@lru_cache(maxsize=4096)
def day(when: date, language: str, this_year: int) -> str:
    """The day, with its year where that isn't this one: "26. November"."""
    from babel.dates import format_date, format_skeleton

    locale = _locale(language)
    if when.year != this_year:
        return _plain(format_date(when, "long", locale))
    return _plain(format_skeleton("MMMMd", when, locale=locale))


@lru_cache(maxsize=64)
def _locale(language: str) -> "Locale":
    """The language's formats, or English ones where nobody knows the language."""
    from babel import Locale, UnknownLocaleError

    for tag in (language.replace("-", "_"), language.split("-")[0]):
        try:
            return Locale.parse(tag)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")


def _plain(formatted: str) -> str:
    return formatted.replace("\u00a0", " ").replace("\u202f", " ")
