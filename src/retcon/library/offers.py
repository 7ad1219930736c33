"""Offers: the seller's offers.toml beside config.toml. What it may hold stands in docs/offers.md."""

import re
from datetime import date
from pathlib import Path
from typing import Any

from retcon import money, tomlfile
from retcon.config import is_url
from retcon.errors import InputError
from retcon.frozen import dataclass
from retcon.library.phrases import FIELDS
from retcon.library.phrases import read as read_phrases
from retcon.model.offers import Code, Offers, Style, Worth
from retcon.tomlfile import Reader, setting

FILE = "offers.toml"
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_WORTH = 'such as "15 %" or "5 EUR"'
_TABLES = ("membership", "win_back", "referral", "amounts", "coupon", "restock", "vote")


def _is_code(written: str) -> bool:
    return re.fullmatch(r"[\w-]{1,40}", written) is not None


@dataclass(frozen=True, kw_only=True)
class _Membership:
    """`[membership]`: the circle of regular customers, and what it gives by style of incentive."""

    name: str = setting(help="what the circle is called, the same everywhere")
    personal: tuple[str, ...] = setting((), help="what it gives, of phrases' [benefits]")
    cash_back: tuple[str, ...] = setting((), help="what it gives, of phrases' [benefits]")
    cultural: tuple[str, ...] = setting((), help="what it gives, of phrases' [benefits]")


@dataclass(frozen=True, kw_only=True)
class _ByStyle:
    """`[win_back]`: one name by style."""

    personal: str = setting("", help="of phrases' [incentives]")
    cash_back: str = setting("", help="of phrases' [incentives]")
    cultural: str = setting("", help="of phrases' [incentives]")


@dataclass(frozen=True, kw_only=True)
class _Referral:
    """`[referral]`: what a friend's first order gives to both, and where it is told."""

    link: str = setting("", help="where it is explained", allowed="an http(s) address", check=lambda it: is_url(it))
    personal: str = setting("", help="of phrases' [referral]")
    cash_back: str = setting("", help="of phrases' [referral]")
    cultural: str = setting("", help="of phrases' [referral]")


@dataclass(frozen=True, kw_only=True)
class _Code:
    """`[coupon]`, `[restock]`: a code that the shop takes."""

    code: str = setting(help="the code", allowed="letters and digits", check=_is_code)
    worth: str = setting(help="what it is worth", allowed=_WORTH, check=lambda written: worth(written) is not None)
    until: date | None = setting(None, help="its last day", allowed="a date such as 2027-01-31")
    days: int = setting(0, help="else for so many days", allowed="1 to 365", check=lambda days: 1 <= days <= 365)
    styles: tuple[str, ...] = setting(
        tuple(Style),
        help="the styles of incentive of which it is in good taste",
        allowed=f"a list of {', '.join(Style)}",
        check=lambda given: set(given) <= set(Style),
    )


def read(home: Path) -> Offers:
    """What the seller gives; nothing where there is no file. Raises ConfigError with every mistake."""
    try:
        document = tomlfile.read(home / FILE)
    except FileNotFoundError:
        return Offers()
    reader = Reader(document)
    tables: dict[str, Any] = {}
    given: Any
    for name, given in document.content.items():
        if name not in _TABLES:
            reader.wrong((name,), f"[{name}] is unknown.", f"Allowed: {', '.join(f'[{it}]' for it in _TABLES)}.")
        elif name == "amounts":
            tables[name] = _amounts(given, reader)
        elif name == "vote":
            tables[name] = _vote(given, reader)
        else:
            tables[name] = reader.table(_DECLARED[name], given, (name,))
    known = read_phrases(home).get("en")
    for name, table in (("membership", "benefits"), ("win_back", "incentives"), ("referral", "referral")):
        if tables.get(name) is not None and known is not None:
            _check(tables[name], name, tuple(getattr(known, table)), reader)
    reader.end()
    return _offers(tables)


_DECLARED: dict[str, type] = {
    "membership": _Membership,
    "win_back": _ByStyle,
    "referral": _Referral,
    "coupon": _Code,
    "restock": _Code,
}


def _offers(tables: dict[str, Any]) -> Offers:
    membership: _Membership | None = tables.get("membership")
    referral: _Referral | None = tables.get("referral")
    return Offers(
        membership=membership.name if membership is not None else "",
        benefits=_by_style(membership),
        win_back=_by_style(tables.get("win_back")),
        referral=_by_style(referral),
        referral_link=referral.link if referral is not None else "",
        amounts=tables.get("amounts", {}),
        coupon=_code(tables.get("coupon")),
        restock=_code(tables.get("restock")),
        vote=tables.get("vote", {}),
    )


def _by_style(table: Any) -> dict[Style, Any]:
    return {style: given for style in Style if (given := getattr(table, style, None))}


def _code(given: _Code | None) -> Code | None:
    if given is None:
        return None
    value = worth(given.worth)
    assert value is not None
    styles = frozenset(map(Style, given.styles))
    return Code(code=given.code, worth=value, until=given.until, days=given.days, styles=styles)


def _check(table: Any, name: str, known: tuple[str, ...], reader: Reader) -> None:
    """The sentences that are named are there."""
    for style in Style:
        given = getattr(table, style)
        for one in (given,) if isinstance(given, str) else given:
            if one and one not in known:
                reader.wrong((name, style), f"{name}.{style}: “{one}” is no sentence.", f"There is {', '.join(known)}.")


def _amounts(given: Any, reader: Reader) -> dict[str, dict[str, Worth]]:
    """What fields stand for, those of a country in a table of its own: [amounts.ID]."""
    if not isinstance(given, dict):
        reader.wrong(("amounts",), "amounts is no table.", "Write [amounts].")
        return {}
    found: dict[str, dict[str, Worth]] = {}
    entry: Any
    for name, entry in given.items():  # pyright: ignore[reportUnknownVariableType]
        country, fields = (str(name), entry) if isinstance(entry, dict) else ("", {str(name): entry})  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        for field, written in fields.items():  # pyright: ignore[reportUnknownVariableType]
            path = ("amounts", *filter(None, (country,)), str(field))  # pyright: ignore[reportUnknownArgumentType]
            if field not in FIELDS:
                reader.wrong(path, f"{'.'.join(path)} is unknown.", f"Allowed: {', '.join(FIELDS)}.")
            elif (value := worth(written)) is None:
                reader.wrong(path, f"{'.'.join(path)} is no amount.", f"Allowed: {_WORTH}.")
            else:
                found.setdefault(country, {})[str(field)] = value  # pyright: ignore[reportUnknownArgumentType]
    return found


def _vote(given: Any, reader: Reader) -> dict[str, str]:
    found: dict[str, str] = reader.mapping(given, "vote", str, 'the question by language, such as en = "…"')
    for language in found:
        if not _LANGUAGE.fullmatch(language):
            reader.wrong(("vote", language), f"vote.{language} is no language.", "Allowed: such as en, pt-BR.")
    return found


def worth(written: object) -> Worth | None:
    """What "15 %" or "5 EUR" says; None where it is neither."""
    said = re.fullmatch(r"\s*(\d{1,9}(?:\.\d{1,3})?)\s*(%|[A-Z]{3})\s*", written) if isinstance(written, str) else None
    if said is None:
        return None
    if said[2] == "%":
        return Worth(percent=int(said[1])) if said[1].isdigit() and 0 < int(said[1]) <= 100 else None
    try:
        return Worth(amount_minor=money.minor(said[1], said[2]), currency=said[2])
    except InputError:
        return None
