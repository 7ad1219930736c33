"""The log: what the program did, by ids and codes; no bodies, names, addresses or secrets."""

import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from retcon.frozen import dataclass

_PERSONAL = (
    (re.compile(r"[^\s<>@\"'=&?]+@[^\s<>@\"'&]+"), "<address>"),
    (re.compile(r"\b(ck|cs)_[0-9a-zA-Z]+"), "<key>"),
    (re.compile(r"\d{5,}:[A-Za-z0-9_-]{20,}"), "<token>"),  # a Telegram bot's
    (
        re.compile(r"(?i)(consumer_secret|consumer_key|password|token|authorization)(=|: ?)[^\s&\"']+"),
        r"\1\2<secret>",
    ),
    (re.compile(r"\+\d[\d ()-]{6,}\d"), "<number>"),
)


def masked(line: str) -> str:
    """The line without addresses, numbers, keys and secrets."""
    for pattern, instead in _PERSONAL:
        line = pattern.sub(instead, line)
    return line


class _WithoutPersonalData(logging.Formatter):
    """A second lock on the door: our own lines carry no personal data, an exception's text might."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the log; of an exception only its kind is told, for its words may be a customer's."""

    at: datetime
    level: str  # "INFO", "WARNING", "ERROR"
    where: str  # the part of the program: "sync.engine"
    words: str


_LINE = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d),\d{3} ([A-Z]+) (?:retcon\.)?(\S+) (.*)")
_KIND = re.compile(r"([A-Za-z_][\w.]*(?:Error|Exception|Exit|Interrupt|Warning|Refused|Conflict))(?::|$)")
_TAIL = 200_000  # bytes


def tail(folder: Path) -> Iterator[Line]:
    """The last entries of the program's log, oldest first; none where it cannot be read."""
    before: re.Match[str] | None = None
    kind = ""
    for line in _last_lines(folder):
        found = _LINE.fullmatch(line)
        if found is None:
            kind = named[1].rpartition(".")[2] if (named := _KIND.match(line)) else kind
            continue
        if before is not None:
            yield _entry(before, kind)
        before, kind = found, ""
    if before is not None:
        yield _entry(before, kind)


def _entry(found: re.Match[str], kind: str) -> Line:
    at = datetime.strptime(found[1], "%Y-%m-%d %H:%M:%S").astimezone(UTC)  # written on this machine's clock
    return Line(at, found[2], found[3], f"{found[4]} ({kind})" if kind else found[4])


def _last_lines(folder: Path) -> Iterator[str]:
    left = _TAIL
    pieces: list[str] = []
    for name in ("retcon.log", "retcon.log.1"):
        try:
            with (folder / name).open("rb") as file:
                size = file.seek(0, 2)
                file.seek(max(0, size - left))
                pieces.insert(0, file.read(left).decode("utf-8", errors="replace"))
        except OSError:
            break
        left -= size
        if left <= 0:
            break
    yield from "".join(pieces).splitlines()


def start(folder: Path) -> None:
    """Write the program's log to retcon.log in the folder, a megabyte at a time, five kept; silent if it can't."""
    logger = logging.getLogger("retcon")
    if logger.handlers:
        return
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handler: logging.Handler = RotatingFileHandler(
            folder / "retcon.log", maxBytes=1_000_000, backupCount=5, encoding="utf-8", delay=True
        )
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(_WithoutPersonalData("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logger.addHandler(handler)
