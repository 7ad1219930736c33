"""The part of a country as shops write it, a code or a name, as ISO 3166-2: "US-TX"."""

import re
from functools import lru_cache

from retcon.text import fold


@lru_cache(maxsize=4096)
def code(country: str, written: str) -> str:
    """ "US-TX" of "TX", "US-TX" or "Texas", "JP-13" of "JP13"; empty where it is none, or the country isn't known.

    Whether there is such a part isn't looked up. Names are known of some thirty countries, as `holidays` has them.
    """
    country, told = country.upper(), written.strip()
    if not re.fullmatch("[A-Z]{2}", country) or not told:
        return ""
    found = re.fullmatch(rf"{country}-([A-Z0-9]{{1,3}})|{country}(\d{{1,3}})|([A-Z0-9]{{1,3}})", told.upper(), re.ASCII)
    part = next(filter(None, found.groups())) if found else _names(country).get(fold(told), "")
    return f"{country}-{part}" if part else ""


@lru_cache(maxsize=32)
def _names(country: str) -> dict[str, str]:
    import holidays

    try:
        kind = holidays.country_holidays(country)
    except NotImplementedError:
        return {}
    return {fold(name): part for name, part in kind.subdivisions_aliases.items()}
