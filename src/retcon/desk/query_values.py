"""What stands behind a filter's sign: each kind of value, and what is said where it is none."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from retcon import money, text
from retcon.errors import QueryError
from retcon.frozen import dataclass
from retcon.library import territories
from retcon.model.query import Amount, Days, Start, Value
from retcon.store.query_fields import BY_NAME, UNION, Field, Kind

FLAGS = ("yes", "no")

_NUMBER = re.compile(r"(-?\d{1,12}(?:\.\d{1,8})?)(%?)", re.ASCII)
_DAYS = re.compile(r"(-?\d{1,6})\s*(?:(d|w|m|y)|(?:(day|week|month|year)s?))?", re.ASCII | re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MONEY = re.compile(r"([^\d\s.-]{0,3})\s*(-?\d{1,12}(?:\.\d{1,6})?)\s*([^\d\s.-]{0,3})", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{1,8}(-[a-z0-9]{1,8}){0,4}", re.ASCII | re.IGNORECASE)
# Makes the error at the value's place, of a title and a hint.
_Wrong = Callable[..., QueryError]
_STARTS = re.compile(r"[^\s\"(),\\]*\*")
_LENGTHS = {"d": 1, "w": 7, "m": 30, "y": 365}
_MOST_DAYS = 36_500
_YEARS = range(1900, 2200)
_NEEDS = {
    Kind.NUMBER: "a number",
    Kind.DAYS: "days",
    Kind.AGO: "days or a date",
    Kind.AHEAD: "days or a date",
    Kind.MONEY: "an amount",
}


@dataclass(frozen=True, slots=True)
class Typed:
    """A value as it was typed, without its quotes, and where it begins."""

    words: str
    quoted: bool
    at: int


def values(field: Field, typed: Typed, query: str, currency: str) -> tuple[Value, ...]:
    """What the value means: several where it is the beginning of several. Raises QueryError where it means nothing."""

    def wrong(title: str, hint: str = "") -> QueryError:
        return QueryError(title, hint, query=query, at=typed.at)

    match field.kind:
        case Kind.CHOICE | Kind.PEOPLE:
            return _of_choices(field, typed, field.choices, wrong)
        case Kind.FLAG:
            return _of_choices(field, typed, FLAGS, wrong)
        case Kind.COUNTRY:
            return _countries(typed, wrong)
        case Kind.LANGUAGE:
            if not _LANGUAGE.fullmatch(typed.words):
                raise wrong("A language is two or three letters.", f"For instance {field.example}.")
            return (typed.words,)
        case Kind.WORD | Kind.PART | Kind.SEGMENT:
            return (_word(field, typed, wrong),)
        case Kind.NUMBER:
            return (_number(field, typed, wrong),)
        case Kind.DAYS | Kind.AGO | Kind.AHEAD:
            return (_day(field, typed, wrong),)
        case Kind.MONEY:
            return (_amount(field, typed, currency, wrong),)


def unknown(query: str, name: str, sign: str, at: int) -> QueryError:
    """The error for a filter that there isn't, with the nearest that there is."""
    near = nearest(name, BY_NAME)
    also = f"; {near}{sign if sign == ':' and not BY_NAME[near].compared else ''} is near" if near else ""
    hint = "" if near else "All of them: retcon segments fields"
    return QueryError(f"“{text.line(text.keep(name, 30))}{sign}” is no filter{also}.", hint, query=query, at=at)


def incomplete(field: Field, sign: str, query: str, at: int, *, many: bool = False) -> QueryError:
    """The error for a filter without a value, or with several where it takes one."""
    if many:
        hint = "Thousands without a comma (1000), decimals with a point (12.50)."
        return QueryError(f"“{field.name}{sign}” takes one value.", hint, query=query, at=at)
    if field.kind in (Kind.CHOICE, Kind.PEOPLE, Kind.FLAG):
        return QueryError(_allowed(field.name, field.choices or FLAGS), query=query, at=at)
    if field.kind is Kind.COUNTRY:
        return QueryError("A country is two letters, or its name.", "For instance country:DE.", query=query, at=at)
    needs = _NEEDS.get(field.kind, "a word")
    hint = f"For instance {field.example}."
    return QueryError(f"“{field.name}{sign}” needs {needs}.", hint, query=query, at=at)


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that is most like this one, empty where none is near."""
    from difflib import get_close_matches

    found = get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)
    return found[0] if found else ""


def _of_choices(field: Field, typed: Typed, every: Sequence[str], wrong: _Wrong) -> tuple[str, ...]:
    """The one that is written out, else all that begin so: a filter is typed a letter at a time."""
    asked = typed.words.lower().replace("_", "-")
    found = (asked,) if asked in every else tuple(one for one in every if asked and one.startswith(asked))
    if not found:
        raise wrong(_allowed(field.name, every))
    return found


def _allowed(name: str, every: Sequence[str]) -> str:
    *some, last = every
    return f"“{name}:” is {', '.join(some)} or {last}."


def _countries(typed: Typed, wrong: _Wrong) -> tuple[str, ...]:
    asked = typed.words
    if asked.upper() == "EU":
        return UNION
    if len(asked) == 2 and asked.isascii() and asked.isalpha():
        return (asked.upper(),)
    by_name = {text.fold(name): code for code, name in territories.names().items()}
    if (folded := text.fold(asked)) in by_name:
        return (by_name[folded],)
    near = nearest(folded, by_name) if len(folded) > 3 else ""
    also = f" {territories.names()[by_name[near]]} is {by_name[near]}." if near else " For instance country:DE."
    raise wrong("A country is two letters, or its name.", also.strip())


def _word(field: Field, typed: Typed, wrong: _Wrong) -> Value:
    words = typed.words.lstrip("#") if field.name == "tag" else typed.words
    if not words:
        raise wrong(f"“{field.name}:” needs a word.", f"For instance {field.example}.")
    begins = field.kind is Kind.WORD and not typed.quoted and _STARTS.fullmatch(words)
    return Start(words[:-1]) if begins else words


def _number(field: Field, typed: Typed, wrong: _Wrong) -> float:
    found = _NUMBER.fullmatch(typed.words)
    if found is None:
        raise wrong(f"“{_shown(typed)}” is no number.", f"For instance {field.example}.")
    value = float(found.group(1))
    return round(value / 100, 8) if found.group(2) else value


def _day(field: Field, typed: Typed, wrong: _Wrong) -> Value:
    dated = field.kind is not Kind.DAYS
    if dated and _DATE.fullmatch(typed.words):
        try:
            day = date.fromisoformat(typed.words)
        except ValueError:
            raise wrong(f"There is no day {typed.words}.", "A date is year, month and day: 2026-06-01.") from None
        if day.year not in _YEARS:
            raise wrong("No shop is that old, or will be.", "A date is year, month and day: 2026-06-01.")
        return day
    found = _DAYS.fullmatch(typed.words)
    if found is None:
        also = ", or a date: 2026-06-01" if dated else ""
        raise wrong(f"“{_shown(typed)}” is no number of days.", f"Write 60d, 8w, 2m or 1y{also}.")
    number, letter, word = found.groups()
    days = int(number) * _LENGTHS[(letter or word or "d")[0].lower()]
    if abs(days) > _MOST_DAYS:
        raise wrong("That is more than a hundred years.", f"For instance {field.example}.")
    return Days(days)


def _amount(field: Field, typed: Typed, currency: str, wrong: _Wrong) -> Amount:
    found = _MONEY.fullmatch(typed.words)
    before, number, after = found.groups() if found else ("", "", "")
    sign = before or after
    code = currency if not sign else money.of_sign(sign) or sign.upper()
    if not number or (before and after) or not (len(code) == 3 and code.isascii() and code.isalpha()):
        raise wrong(f"“{_shown(typed)}” is no amount.", f"For instance {field.example}, or 200USD.")
    return Amount(money.minor(number, code), code)


def _shown(typed: Typed) -> str:
    return text.line(text.keep(typed.words, 30))
