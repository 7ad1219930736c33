"""How addresses compare: e-mail addresses and phone numbers, whatever way they were written."""

import re
import unicodedata
from functools import lru_cache

_ADDRESS = re.compile(r"[^\s@<>\"(),;:]+@[^\s@<>\"(),;:]+")
_LONGEST_ADDRESS = 254  # RFC 5321, errata 1690
# Domains under which marketplaces lend addresses to their buyers; they lead to one person, and prove nothing else.
_LENT = ("marketplace.amazon.", "members.ebay.", "message.etsy.", "relay.walmart.")
# Where what follows a plus leads to the same mailbox; at the first two, dots mean nothing either.
_DOTLESS = frozenset(("gmail.com", "googlemail.com"))
_TAGGED = _DOTLESS | frozenset(
    ("outlook.com", "hotmail.com", "live.com", "icloud.com", "me.com", "fastmail.com", "proton.me", "protonmail.com")
)

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_PLAIN = re.compile(r"\+[\d ./-]+(?:\(\d+\)[\d ./-]+)?")
_SEPARATORS = str.maketrans("", "", " ./-()")
# Country codes of two digits (ITU-T E.164); 1 and 7 have one, the rest three.
_TWO_DIGITS = re.compile("2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]")
_KEEP_ZERO = frozenset(("39", "225", "241", "242", "378", "379"))  # a zero after the code belongs to the number there


@lru_cache(maxsize=65_536)
def email(text: str) -> str:
    """The e-mail address as it compares; "" where it is none.

    Trimmed, in one Unicode form (NFKC), case folded, the domain as mail carries it (IDNA). Dots and +tags stay: that
    they mean nothing is one provider's rule, and no proof.
    """
    folded = text.strip()
    folded = folded.lower() if folded.isascii() else _international(folded)
    return folded if len(folded) <= _LONGEST_ADDRESS and _ADDRESS.fullmatch(folded) else ""


def _international(text: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).strip()
    local, at, domain = folded.rpartition("@")
    try:
        return f"{local}{at}{domain.encode('idna').decode('ascii')}"
    except UnicodeError:  # no domain that mail could carry; it still compares with itself
        return folded


def is_lent(address: str) -> bool:
    """Whether a marketplace lends this address to its buyer; takes one that `email` gave."""
    return address.rpartition("@")[2].startswith(_LENT)


def mailbox(address: str) -> str:
    """The address without what its provider ignores: "ada.king+shop@gmail.com" is "adaking@gmail.com"."""
    local, _, domain = address.rpartition("@")
    if domain not in _TAGGED:
        return address
    local = local.partition("+")[0] or local
    if domain in _DOTLESS:
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain}"


@lru_cache(maxsize=65_536)
def phone(text: str, country: str = "") -> str:
    """The number in E.164 ("+491711234567"), read as people of the country write it; "" where it is none.

    Without a country only numbers that begin with + (or 00) can be read.
    """
    text = text.strip()
    if _PLAIN.fullmatch(text) and (number := _international_number(text.translate(_SEPARATORS))):
        return number
    return _parsed(text, country)


def _international_number(number: str) -> str:
    """What nearly all numbers with a + are, at once; "" where it takes the library."""
    code = number[1:2] if number[1:2] in ("1", "7") else number[1:3]
    code = code if len(code) == 1 or _TWO_DIGITS.fullmatch(code) else number[1:4]
    national = number[1 + len(code) :]
    if national.startswith("0") and code not in _KEEP_ZERO:
        return ""
    return _without_old_one(number) if _E164.fullmatch(number) and len(national) >= 6 else ""


def _without_old_one(number: str) -> str:
    """Mexico dialled mobiles with a 1 after the country's code until 2019; the number is the same without it."""
    return f"+52{number[4:]}" if number.startswith("+521") and len(number) == 14 else number


def _parsed(text: str, country: str) -> str:
    if sum(letter.isdigit() for letter in text) < 5:
        return ""
    import phonenumbers

    text = f"+{text[2:]}" if text.startswith("00") else text
    for known in (text, f"+52{text.translate(_SEPARATORS)[4:]}" if text.startswith("+52") else ""):
        try:
            number = phonenumbers.parse(known, country or None)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number):
            return _without_old_one(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return ""


def is_number(number: str) -> bool:
    """Whether it is a number as `phone` gives it."""
    return _E164.fullmatch(number) is not None


@lru_cache(maxsize=4_096)
def country_of_number(number: str) -> str:
    """The country that a number of E.164 was given out in; "" where that is nobody's.

    Codes that several countries share tell the largest, but for +1 and +7, where the digits that follow tell.
    """
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return ""
    main = phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    if number[1] in "17":
        main = phonenumbers.region_code_for_number(parsed) or main
    return main if main and len(main) == 2 and main.isalpha() and main != "ZZ" else ""


@lru_cache(maxsize=65_536)
def zones_of_number(number: str) -> tuple[str, ...]:
    """The time zones that a number of E.164 was given out in; empty where the number doesn't tell.

    Numbers of North America move with their people, so they tell nothing.
    """
    import phonenumbers
    from phonenumbers import timezone

    if number.startswith("+1"):
        return ()
    try:
        zones = timezone.time_zones_for_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return ()
    return tuple(zone for zone in zones if not zone.startswith("Etc/"))
