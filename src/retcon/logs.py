"""The log: what the program did, by ids and codes; no bodies, names, addresses or secrets."""

import logging
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path

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
