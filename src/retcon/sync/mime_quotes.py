"""What somebody wrote, apart from what they quoted below it and from the signature.

Folding hides what is old, never what is new: a tail is cut where a mail program's own words say that the old begins,
and quotes with answers between them stay as they are.
"""

import re
from collections.abc import Sequence

from retcon.sync.mime_html import CUT
from retcon.sync.mime_words import BLOCK_BEGINS, BLOCK_GOES_ON, BLOCK_SUBJECT, CLOSINGS, DATED, DEVICE, SENT_FROM, WROTE

_PROBE_LINES, _PROBE_WIDTH = 200, 200
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_QUOTED = re.compile(r"\s*[>＞]")
_ADDRESS = re.compile(r"[^\s<>@\"(),;:]+@[^\s<>@\"(),;:]+\.[^\s<>@\"(),;:]+")
_IN_BRACKETS = re.compile(rf"[<＜]\s*(?:mailto:)?{_ADDRESS.pattern}\s*[>＞]")
_WHEN = re.compile(r"(?:19|20|25)\d\d|\d{1,2}[:.]\d\d|\d{1,2}[./-]\d{1,2}")  # 25xx is the Buddhist year
_DASHED = re.compile(r"[-_—]{4,}\s*[^\W\d_][^-_—]{2,60}[^\W_]\s*[-_—]{4,}")


def fold(written: str, *, answers: bool) -> tuple[str, str]:
    """What was written, and the folded tail. `answers` says that the mail is an answer to another.

    A mail that is no answer and would be all tail (a forwarded one) keeps it as its words.
    """
    lines = [line.rstrip() for line in written.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    head, tail = _unquoted(lines)
    if not answers and not any(line.strip() for line in head):
        head, tail = [line for line in lines if line != CUT], []
    head, signature = _signed(head)
    folded = "\n\n".join(filter(None, (_joined(signature), _joined(tail))))
    return _joined(head), folded


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(line for line in lines if line != CUT).strip("\n")


def _unquoted(lines: list[str]) -> tuple[list[str], list[str]]:
    """What stands before the old, or around it; and the old."""
    start = _old(lines)
    if start is None:
        end = len(lines)
        while end and (not lines[end - 1].strip() or _QUOTED.match(lines[end - 1])):
            end -= 1
        if any(_QUOTED.match(line) for line in lines[end:]):
            return lines[:end], lines[end:]
        return lines, []
    begin, follows = start
    end = follows
    while end < len(lines) and (not lines[end].strip() or _QUOTED.match(lines[end])):
        end += 1
    below = lines[end:]
    if end == len(lines) or not any(_QUOTED.match(line) for line in lines[follows:end]):
        return lines[:begin], lines[begin:]  # answered above, or the old isn't marked line by line
    # Answers stand below or between what is quoted.
    if any(_QUOTED.match(line) for line in below):
        under, tail = _unquoted(below)
        return [*lines[:begin], *lines[follows:end], *under], tail
    return [*lines[:begin], *below], lines[begin:end]


def _old(lines: Sequence[str]) -> tuple[int, int] | None:
    """Where the old begins: the first line of what announces it, and the line behind that; None where nowhere."""
    for number, line in enumerate(lines):
        plain = _INVISIBLE.sub("", line).strip().strip("*").strip()
        if line == CUT:
            return number, number + 1
        if not plain or len(plain) > 400 or _QUOTED.match(plain):
            continue
        if _is_separator(plain, lines, number) or _is_block(lines, number):
            return number, number + 1
        for more in (1, 2, 3):
            joined = _INVISIBLE.sub("", " ".join(lines[number : number + more])).strip()
            if more > 1 and (not lines[min(number + more, len(lines)) - 1].strip() or _QUOTED.match(joined)):
                break
            if _announces(joined):
                return number, number + more
    return _by_library(lines)


def _announces(line: str) -> bool:
    """Whether it is "On 3 May, Nora wrote:" in some language."""
    if len(line) > 400 or not _WHEN.search(line):
        return False
    ends = line.rstrip("* ")
    closes, wrote = ends.endswith((":", "：")), WROTE.search(line) is not None
    if _IN_BRACKETS.search(line):
        return closes or WROTE.search(ends[-40:]) is not None
    return closes and wrote and (_ADDRESS.search(line) is not None or DATED.match(line) is not None)


def _is_separator(plain: str, lines: Sequence[str], number: int) -> bool:
    if re.fullmatch(r"[_-]{10,}", plain):
        return any(_is_block(lines, after) for after in range(number + 1, min(number + 3, len(lines))))
    return len(plain) <= 100 and plain[:2] in ("--", "__", "——") and _DASHED.fullmatch(plain) is not None


def _is_block(lines: Sequence[str], number: int) -> bool:
    """Whether a block "From: … Sent: … To: … Subject: …" begins here."""
    if not BLOCK_BEGINS.match(_INVISIBLE.sub("", lines[number])):
        return False
    following = [_INVISIBLE.sub("", line) for line in lines[number + 1 : number + 9] if line.strip()][:5]
    fields = [line for line in following if BLOCK_GOES_ON.match(line)]
    return len(fields) >= 2 and any(BLOCK_SUBJECT.match(line) for line in fields)


def _by_library(lines: Sequence[str]) -> tuple[int, int] | None:
    """What mail-parser-reply knows besides; its other findings cut too much to be followed."""
    from mailparser_reply import EmailReplyParser

    probe = [line.strip()[:_PROBE_WIDTH] for line in lines[:_PROBE_LINES]]
    if not any(line.endswith((":", "：")) and _WHEN.search(line) for line in probe):
        return None
    replies = EmailReplyParser(languages=["en", *_LIBRARY_LANGUAGES]).read("\n".join(probe)).replies
    for reply in replies[1:2]:
        announced = (reply.headers or "").split("\n")
        if announced[0] in probe and announced[-1].endswith((":", "：")) and _WHEN.search(announced[0]):
            begin = probe.index(announced[0])
            return begin, begin + len(announced)
    return None


_LIBRARY_LANGUAGES = ("de", "cs", "da", "es", "fr", "it", "ja", "ko", "nl", "pl", "sv", "zh")


def _signed(lines: list[str]) -> tuple[list[str], list[str]]:
    """What was written, and the signature under it."""
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    for number, line in enumerate(lines):
        if line.strip() in ("--", "—") and number and any(before.strip() for before in lines[:number]):
            if len(lines) - number <= 25 and not any(_QUOTED.match(after) for after in lines[number:]):
                return lines[:number], lines[number:]
            break
    signature: list[str] = []
    last = lines[-1].strip() if lines else ""
    if len(lines) > 1 and len(last) <= 80 and SENT_FROM.fullmatch(last) and DEVICE.search(last):
        lines, signature = lines[:-1], lines[-1:]
        while lines and not lines[-1].strip():
            lines = lines[:-1]
    for number in range(max(1, len(lines) - 8), len(lines)):
        if lines[number].strip().strip(",.!，。 ").casefold() in CLOSINGS:
            if all(len(after) <= 60 and "?" not in after for after in lines[number:]):
                return lines[:number], [*lines[number:], *signature]
            break
    return lines, signature
