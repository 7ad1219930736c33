"""What a person is called in a message; what comes from outside is cleaned before it stands in one."""

import re

from retcon import text
from retcon.retention import languages

# Stand round the name of an unknown fact where it was written out; outside text is rid of them.
OPEN, CLOSE = "\ue000", "\ue001"
MARKS = re.compile(f"[{OPEN}{CLOSE}]")
_LINK_LIKE = re.compile(r"://|www\.|[@/\\<>{}]|\.(?:com|net|org|info|biz|ru|cn|xyz)\b", re.IGNORECASE)
_TITLES = frozenset(
    (
        *("mr", "mrs", "ms", "dr", "prof", "herr", "frau", "mme", "sr", "sra", "señor", "señora", "sig", "pan", "pani"),
        *("shri", "smt", "श्री", "श्रीमती", "bapak", "ibu", "encik", "puan", "นาย", "นาง", "นางสาว", "السيد", "السيدة"),
    )
)
_FAMILY_FIRST = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def names(name: str, language: str = "") -> dict[str, str]:
    """The person's name and first name; empty where it looks like a link or like no name at all.

    Empty, too, where the readers of the language can't read its letters: "Hello," rather than "Hello سلطان,".
    """
    whole = clean(name, text.NAME_LENGTH)
    if language and not languages.can_write(language, whole):
        return {"name": "", "first_name": ""}
    if _LINK_LIKE.search(whole) or not any(character.isalpha() for character in whole):
        return {"name": "", "first_name": ""}
    return {"name": whole, "first_name": _first_name(whole)}


def _first_name(name: str) -> str:
    family, _, given = name.partition(",")
    if given.strip():
        name = f"{given.strip()} {family.strip()}"
    if _FAMILY_FIRST.search(name):
        return name
    words = [word for word in name.split() if word.lower().rstrip(".") not in _TITLES]
    return next((word for word in words if len(word.rstrip(".")) > 1), name)


def clean(value: str, limit: int) -> str:
    """Outside text for a message: one short line without control codes and without our own marks."""
    return text.header(MARKS.sub("", text.keep(value[: 10 * limit], limit)))
