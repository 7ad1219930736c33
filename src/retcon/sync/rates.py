"""What an amount is worth in the shop's currency, without a network: the European Central Bank's daily rates.

The rates come with the `currencyconverter` package. A day without a rate takes the last one known before it, a day
beyond the history its first or last. Currencies that the Bank doesn't quote but that are pegged to the dollar go
by their peg.
"""

from datetime import date
from functools import lru_cache
from typing import Any

from retcon import money

# Units for one US dollar, as the central banks have kept them since before 2003.
_PEGS = {"AED": 3.6725, "SAR": 3.75, "QAR": 3.64, "OMR": 0.3845, "BHD": 0.376, "JOD": 0.709}


def to_base(minor: int, currency: str, base: str, day: date) -> int | None:
    """The amount in minor units of `base` at the day's rate; None where no rate is known."""
    if currency == base:
        return minor
    factor = _factor(currency, base, day)
    return None if factor is None else round(minor * factor)


@lru_cache(maxsize=65_536)
def _factor(currency: str, base: str, day: date) -> float | None:
    """Minor units of `base` for one minor unit of `currency`."""
    here, there = _per_euro(currency, day), _per_euro(base, day)
    if here is None or there is None:
        return None
    return there / here * 10.0 ** (money.exponent(base) - money.exponent(currency))


def _per_euro(currency: str, day: date) -> float | None:
    if currency in _PEGS:
        return _PEGS[currency] * _history().convert(1, "EUR", "USD", date=day)
    if currency not in _history().currencies:
        return None
    return _history().convert(1, "EUR", currency, date=day)


@lru_cache(maxsize=1)
def _history() -> Any:
    from currency_converter import CurrencyConverter

    return CurrencyConverter(
        fallback_on_wrong_date=True, fallback_on_missing_rate=True, fallback_on_missing_rate_method="last_known"
    )
