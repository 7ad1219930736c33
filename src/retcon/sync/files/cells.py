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
_CONSENTS = {
    **dict.fromkeys(["granted", "yes", "true", "1", "y", "subscribed"], ConsentState.GRANTED),
    **dict.fromkeys(["denied", "no", "false", "0", "n", "unsubscribed"], ConsentState.DENIED),
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
    """The ISO 3166 code of a country that is written as a code or by its English name; empty where it is neither."""
    if not written:
        return ""
    code = "GB" if written.upper() == "UK" else written.upper()
    return code if code in _countries().values() else _countries().get(written.casefold(), "")


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
def _countries() -> dict[str, str]:
    """Codes by English name in small letters; what is longer than two letters is a continent or a group."""
    from babel import Locale

    named = Locale("en").territories.items()
    return {name.casefold(): code for code, name in named if len(code) == 2 and code.isalpha()}
