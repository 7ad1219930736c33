"""The door for text from outside: kept as it came, made harmless where it is used.

Terminals obey control codes wherever they stand in a stream, and bidirectional overrides reorder a whole row;
both are replaced by U+FFFD before anything is drawn. Of marks over one letter only a few are.
"""

import re
import unicodedata

# C0 without tab and newline, DEL, C1, and the bidirectional embeddings, overrides and isolates.
HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]")
_UNENCODABLE = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"\s+")
# A zero-width joiner with nothing to join takes the cell of whatever is drawn beside it.
_DANGLING = re.compile("(?<!\\S)\u200d+|\u200d+(?!\\S)")
# No script sets more than a few marks over a letter; hundreds of them are drawn over the rows around it.
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_STORM = re.compile(f"({_MARK}{{4}}){_MARK}+")
_FORMULA = re.compile(r"^[\s]*[=+\-@]")

NAME_LENGTH = 200
LINK_LENGTH = 2_000
BODY_LENGTH = 100_000
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def keep(text: str, limit: int = BODY_LENGTH) -> str:
    """The text as it may be stored: at most `limit` characters, no NUL, no lone surrogates."""
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    text = text.replace("\0", "")
    return text if text.isascii() else _UNENCODABLE.sub(REPLACEMENT, text)


def keep_name(text: str) -> str:
    """A name, number or code as it may be stored: surrounding space gone, at most 200 characters."""
    if not text:
        return ""
    text = text.strip()
    # What nearly all of them are is let through at once: a hundred thousand orders have millions.
    return text if len(text) <= NAME_LENGTH and text.isascii() and "\0" not in text else keep(text, NAME_LENGTH)


def keep_link(text: str) -> str:
    """A link or remark as it may be stored: surrounding space gone, at most 2,000 characters."""
    return keep(text.strip(), LINK_LENGTH) if text else ""


def show(text: str) -> str:
    """The text as it may be drawn over several rows: newlines and tabs stay, what a terminal obeys goes."""
    if text.isascii() and text.isprintable():
        return text  # nearly all that is drawn
    text = text.replace("\r\n", "\n")
    if not text.isascii():
        text = _STORM.sub(r"\1", _UNENCODABLE.sub(REPLACEMENT, text))
    return HARMFUL.sub(REPLACEMENT, text).expandtabs(4)


def line(text: str) -> str:
    """The text as it may be drawn on one row."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return _DANGLING.sub("", show(_SPACES.sub(" ", text).strip()))


def header(text: str) -> str:
    """The text as it may stand in a mail header: one line, no control codes."""
    return _SPACES.sub(" ", HARMFUL.sub(" ", _UNENCODABLE.sub(REPLACEMENT, text))).strip()


def cell(text: str) -> str:
    """The text as it may stand in a CSV cell: a spreadsheet must not take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def sentence(text: str) -> str:
    """The text with one full stop at its end."""
    return text if not text or text[-1] in ".!?…" else f"{text}."


def fold(words: str) -> str:
    """The text as it is compared where capitals don't count."""
    return words.lower() if words.isascii() else unicodedata.normalize("NFC", words.casefold())


def plural(number: int, one: str, many: str = "") -> str:
    """The number with its noun: "1 order", "3 orders"; thousands are set off with commas."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
