"""Money as integer minor units with its ISO 4217 currency."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from retcon.errors import InputError

# ISO 4217 exponents that are not 2; everything else has two decimals.
_EXPONENTS = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
}
# Currencies whose minor unit nobody writes.
_WRITTEN_WHOLE = frozenset(("IDR", "TWD", "HUF", "COP", "KHR", "LAK", "MMK"))
_SIGNS = {
    "EUR": "€",
    "USD": "$",
    "GBP": "£",
    "JPY": "¥",
    "INR": "₹",
    "KRW": "₩",
    "ILS": "₪",
    "VND": "₫",
    "THB": "฿",
}
# SQLite keeps 64-bit integers; no order is a tenth of that.
_LARGEST = 10**17


def exponent(currency: str) -> int:
    """How many decimals the currency's minor unit stands for (EUR 2, JPY 0, KWD 3)."""
    return _EXPONENTS.get(currency, 2)


def of_sign(sign: str) -> str | None:
    """The currency of a sign such as "€", None where none is known by it."""
    return next((currency for currency, its in _SIGNS.items() if its == sign), None)


def decimals_written(currency: str) -> int:
    """How many decimals people write (EUR 2, IDR 0 though its minor unit has two)."""
    return 0 if currency in _WRITTEN_WHOLE else exponent(currency)


def minor(amount: str | int | float | Decimal, currency: str) -> int:
    """The amount in minor units, halves away from zero: minor("12.345", "EUR") == 1235.

    Raises InputError where the amount is no number or beyond any order.
    """
    try:
        value = Decimal(str(amount).strip())
        units = int(value.scaleb(exponent(currency)).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    except (InvalidOperation, ValueError, OverflowError):
        raise InputError(f"“{str(amount)[:40]}” is no amount of money.") from None
    if abs(units) > _LARGEST:
        raise InputError(f"“{str(amount)[:40]}” is too large to be an order.")
    return units


def major(units: int, currency: str) -> Decimal:
    """The minor units as a decimal amount: major(1235, "EUR") == Decimal("12.35")."""
    return Decimal(units).scaleb(-exponent(currency))


def show(units: int, currency: str, *, cents: bool = False) -> str:
    """The amount as the console writes it: "€1,240", "CHF 92"; with `cents` to the minor unit."""
    decimals = decimals_written(currency) if cents else 0
    value = major(abs(units), currency).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    sign = _SIGNS.get(currency, f"{currency} ")
    return f"{'-' if units < 0 else ''}{sign}{value:,}"


def span(low: int, high: int, currency: str) -> str:
    """Two sums as the ends of a range: €0–€310."""
    return f"{show(low, currency)}–{show(high, currency)}"
