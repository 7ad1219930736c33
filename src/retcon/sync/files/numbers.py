"""Amounts as people and programs write them: "1.234,56", "1,234.56", "1 234,56", "1'234.50", "(12.00)", "€ 12".

Where one amount alone could be read two ways ("1.234"), all amounts of the file decide together.
"""

import re
import unicodedata
from collections.abc import Iterable

from retcon.errors import InputError
from retcon.frozen import dataclass

_PLAIN = re.compile(r"-?\d+(\.\d{1,2})?", re.ASCII)
_PARTS = re.compile(r"([^\d.,]*)([\d.,\s'’`_]*)([^\d.,]*)", re.ASCII)
_GAPS = re.compile(r"(?<=\d)[\s'’`_]+(?=\d)", re.ASCII)
_GROUPED = {mark: re.compile(rf"\d{{1,3}}(?:\{mark}\d{{2,3}})*\{mark}\d{{3}}", re.ASCII) for mark in ".,"}
_NOT_THE_CURRENCY = re.compile(r"[\s()+−-]")
_NO_CENTS = re.compile(r"[.,][-–—]+$")  # "12,-"
_OTHER = {".": ",", ",": "."}
# What stands beside amounts. A sign of several currencies names none.
_SIGNS = {
    "": "",
    "$": "",
    "¥": "",
    "kr": "",
    "kr.": "",
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "₩": "KRW",
    "₪": "ILS",
    "₫": "VND",
    "฿": "THB",
    "₺": "TRY",
    "₴": "UAH",
    "₱": "PHP",
    "zł": "PLN",
    "Kč": "CZK",
    "Ft": "HUF",
    "R$": "BRL",
    "US$": "USD",
    "A$": "AUD",
    "CA$": "CAD",
    "HK$": "HKD",
    "NT$": "TWD",
    "S$": "SGD",
}


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount as written: digits with "." before the decimals, and the currency where one is named."""

    number: str
    currency: str = ""


def decimal_mark(amounts: Iterable[str], decimals: int = 2) -> str:
    """The mark before the decimals in all of these amounts: "." or ","; empty where they contradict each other.

    `decimals` are the currency's own: where nothing but "1.234" is found, the mark groups thousands, unless the
    currency has three decimals.
    """
    votes: set[str] = set()
    doubts: set[str] = set()
    for written in amounts:
        if _PLAIN.fullmatch(written):
            if "." in written:
                votes.add(".")
            continue
        try:
            bare = _bare(written)[0]
        except InputError:
            continue  # refused when its line is read
        vote = _vote(bare)
        if vote:
            votes.add(vote)
        elif "." in bare or "," in bare:
            doubts.add("." if "." in bare else ",")
    if not votes:
        votes = doubts if decimals == 3 else {_OTHER[mark] for mark in doubts}
    return "" if len(votes) > 1 else next(iter(votes), ".")


def parse(written: str, mark: str) -> Amount:
    """The amount, given the file's decimal mark (empty where unknown). Raises InputError where it is none."""
    if mark == "." and _PLAIN.fullmatch(written):
        return Amount(written)
    bare, currency, negative = _bare(written)
    decimal = _vote(bare) or mark
    if not decimal:
        if "." in bare or "," in bare:
            raise InputError(f"“{written[:40]}” can be read two ways")
        decimal = "."
    grouping = _OTHER[decimal]
    whole, _, fraction = bare.partition(decimal)
    if grouping in whole and not _GROUPED[grouping].fullmatch(whole):
        raise _no_amount(written)
    whole = whole.replace(grouping, "")
    if not (whole + fraction).isdecimal():
        raise _no_amount(written)
    return Amount(f"{'-' if negative else ''}{whole or '0'}{'.' if fraction else ''}{fraction}", currency)


def _vote(bare: str) -> str:
    """The mark that must stand before the decimals here; empty where there is none, or it could be either."""
    points, commas = bare.count("."), bare.count(",")
    if points and commas:
        return max(".,", key=bare.rfind)
    if points + commas == 0:
        return ""
    mark = "." if points else ","
    if points + commas > 1:
        return _OTHER[mark]
    whole, _, rest = bare.partition(mark)
    doubtful = len(rest) == 3 and 1 <= len(whole) <= 3 and whole[0] != "0"
    return "" if doubtful else mark


def _bare(written: str) -> tuple[str, str, bool]:
    """Digits and marks alone, the currency that stands beside them, and whether the amount is negative."""
    value = _NO_CENTS.sub("", (written if written.isascii() else _western(written)).strip())
    parts = _PARTS.fullmatch(value)
    if parts is None:
        raise _no_amount(written)
    around = parts[1] + parts[3]
    label = _NOT_THE_CURRENCY.sub("", around)
    if label not in _SIGNS and not re.fullmatch("[A-Za-z]{3}", label):
        raise _no_amount(written)
    negative = "-" in around or "−" in around or ("(" in parts[1] and ")" in parts[3])
    return _GAPS.sub("", parts[2].strip()), _SIGNS.get(label, label.upper()), negative


def _western(written: str) -> str:
    """The same with digits 0–9, common spaces, and "." and "'" for the Arabic marks."""
    plain = written.replace("٫", ".").replace("٬", "'")
    return "".join(
        str(unicodedata.decimal(sign)) if sign.isdecimal() else " " if sign.isspace() else sign for sign in plain
    )


def _no_amount(written: str) -> InputError:
    return InputError(f"“{written[:40]}” is no amount" if written.strip() else "the amount is empty")
