"""What single cells say: currencies, countries, lists of articles, yes and no."""

import json
import re
from functools import lru_cache
from typing import Any, cast

from retcon import money
from retcon.errors import InputError
from retcon.model.orders import OrderLine
from retcon.model.people import ConsentState

_ITEM = re.compile(r"(?:(?P<before>\d{1,6})\s*[x×*]\s+)?(?P<name>.+?)(?:\s+[x×*]\s*(?P<after>\d{1,6}))?", re.DOTALL)
_MOST_ITEMS = 200
_NO_COUNTRY = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}  # unions and placeholders in CLDR
_CONSENTS = {
    **dict.fromkeys(["granted", "yes", "true", "1", "y", "subscribed", "ja", "oui", "si", "sí"], ConsentState.GRANTED),
    **dict.fromkeys(["denied", "no", "false", "0", "n", "unsubscribed", "nein", "non"], ConsentState.DENIED),
    **dict.fromkeys(["", "unknown"], ConsentState.UNKNOWN),
}


def consent(written: str) -> ConsentState:
    """Whether something was allowed; unknown where the cell is empty. Raises InputError for other words."""
    state = _CONSENTS.get(written.lower())
    if state is None:
        raise InputError(f"the consent is “{written[:40]}”; it can be granted or denied")
    return state


@lru_cache(maxsize=1024)
def currency(written: str) -> str:
    """The ISO 4217 code. Raises InputError where there is none of that name."""
    code = written.upper()
    if code not in _currencies():
        raise InputError(f"“{written[:40]}” is no currency (ISO 4217)")
    return code


@lru_cache(maxsize=1024)
def country(written: str) -> str:
    """The ISO 3166 code of a country that is written as a code or by its name; empty where it is neither."""
    code = {"UK": "GB"}.get(written.upper(), written.upper())
    return code if code in _countries() else _countries_by_name().get(written.casefold(), "")


def items(written: str, currency: str) -> tuple[OrderLine, ...]:
    """The articles of "Mug x 2; Tea", or of a JSON list of names or of objects with name, quantity and price."""
    if not written.startswith("["):
        parts: list[Any] = re.split(r"[;|\n]", written)
    else:
        try:
            parts = json.loads(written)
        except (ValueError, RecursionError):
            raise InputError("the items are no list") from None
    lines = (_item(part, currency) for part in parts[:_MOST_ITEMS])
    return tuple(line for line in lines if line is not None)


def quantity(written: str) -> int:
    """How many; 1 where nothing is said. Raises InputError where it is no number."""
    try:
        return round(float(written)) if written else 1
    except (ValueError, OverflowError):
        raise InputError(f"“{written[:40]}” is no quantity") from None


def _item(part: Any, currency: str) -> OrderLine | None:
    if isinstance(part, dict):
        fields = {key: str(value) for key, value in cast("dict[str, Any]", part).items() if value is not None}
        pieces = quantity(fields.get("quantity", ""))
        return OrderLine(
            name=fields.get("name", fields.get("title", "")),
            quantity=pieces,
            sku=fields.get("sku", ""),
            product_id=fields.get("product_id", ""),
            total_minor=money.minor(fields.get("price", "0") or "0", currency) * pieces,
        )
    return _article(str(part).strip())


@lru_cache(maxsize=16_384)
def _article(written: str) -> OrderLine | None:
    found = _ITEM.fullmatch(written)
    return OrderLine(name=found["name"], quantity=int(found["before"] or found["after"] or 1)) if found else None


@lru_cache(maxsize=1)
def _currencies() -> frozenset[str]:
    from babel.core import get_global

    return frozenset(get_global("all_currencies"))


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    # What is longer than two letters is a continent or a group.
    return frozenset(code for code in _names_of_countries("en") if len(code) == 2 and code.isalpha()) - _NO_COUNTRY


@lru_cache(maxsize=1)
def _countries_by_name() -> dict[str, str]:
    """Codes by three letters (ISO 3166-1 alpha-3) and by name in the languages of the usual exports."""
    from babel.core import get_global

    names = {str(old).casefold(): str(new[0]) for old, new in get_global("territory_aliases").items() if len(new) == 1}
    for language in ("pl", "nl", "pt", "it", "es", "fr", "de", "en"):
        told = _names_of_countries(language)
        names |= {name.casefold(): code for code, name in told.items() if code in _countries()}
    return names


def _names_of_countries(language: str) -> dict[str, str]:
    from babel import Locale

    return {str(code): str(name) for code, name in dict(Locale(language).territories).items()}
