"""What was said elsewhere, from a file: a row is a message."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from mimetypes import guess_type
from pathlib import Path
from typing import Any, cast

from retcon.errors import InputError
from retcon.frozen import dataclass
from retcon.model.conversations import Direction, IncomingFile, SourceMessage
from retcon.sync import attachments, identity, mime_quotes
from retcon.sync.conversations import EMAIL, topic
from retcon.sync.files import dates, mapping, presets
from retcon.sync.files.mapping import Left
from retcon.sync.files.reading import Refused, Table, rows

PRESET = "conversations"

# Everything that a column can mean, with what it is.
FIELDS = {
    "channel": "where it was said: email, telegram, whatsapp, sms, …; email where the row has an e-mail address",
    "direction": "in (the customer wrote, also where nothing is said) or out (you did)",
    "address": "the customer's address on that channel, whoever wrote",
    "email": "the customer's e-mail address",
    "phone": "the customer's phone number, with the code of its country",
    "name": "the customer's name",
    "at": "when it was written",
    "subject": "its subject",
    "text": "what was written",
    "thread": "the conversation's id there; else subject and address tell what belongs together",
    "id": "the message's id there; a mail's is best its Message-ID",
    "language": "the customer's language, where the text is too short to tell",
    "attachments": "names of files, apart by ; or as a list, beside this file or in folders there",
}
_COLUMNS = {
    **{name: (name,) for name in FIELDS},
    "channel": ("channel", "medium"),
    "at": ("at", "date", "sent_at", "created_at", "timestamp"),
    "text": ("text", "body", "message", "content"),
    "thread": ("thread", "thread_id", "conversation", "conversation_id", "ticket_id"),
    "id": ("id", "message_id"),
    "attachments": ("attachments", "files"),
}
_CHANNELS = {
    **dict.fromkeys(("email", "e-mail", "mail"), EMAIL),
    **dict.fromkeys(("wa", "whats app"), "whatsapp"),
    **dict.fromkeys(("fb", "facebook", "facebook messenger"), "messenger"),
    "ig": "instagram",
    "text message": "sms",
}
_CHANNEL = re.compile(r"[a-z][a-z0-9_-]{0,29}")
_BY_NUMBER = frozenset(("whatsapp", "sms", "signal", "viber", "phone"))
_DIRECTIONS = {
    **dict.fromkeys(("", "in", "inbound", "incoming", "received", "customer"), Direction.IN),
    **dict.fromkeys(("out", "outbound", "outgoing", "sent", "shop", "agent"), Direction.OUT),
}
_MOST_FILES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How the rows of one file are to be read."""

    positions: Mapping[str, tuple[int, ...]]
    date_order: str
    zone: str  # of dates that name none
    now: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """One message as a line tells it, and the files that it names."""

    line: int
    message: SourceMessage
    files: tuple[Path, ...]

    @property
    def bytes(self) -> int:
        """What its files weigh, as far as they are kept."""
        sizes = (file.stat().st_size for file in self.files)
        return sum(size for size in sizes if size <= attachments.LARGEST)

    def whole(self) -> SourceMessage:
        """The message with what is in its files. Raises OSError where one can't be read."""
        fetched = tuple(
            IncomingFile(
                name=file.name,
                media_type=guess_type(file.name)[0] or "application/octet-stream",
                size=file.stat().st_size,
                content=file.read_bytes() if file.stat().st_size <= attachments.LARGEST else None,
            )
            for file in self.files
        )
        return replace(self.message, files=fetched)


def study(
    table: Table, columns: Mapping[str, str], *, date_order: str | None, zone: str, now: datetime
) -> tuple[Reading, int]:
    """Find the fields and how the file writes dates; also counts its rows.

    Raises UsageError or InputError where the file lacks what a message needs, AmbiguousDates where day and month
    can't be told apart and `date_order` is None.
    """
    positions = presets.find(_COLUMNS, columns, table.columns, FIELDS)
    missing = [name for name in ("at", "text") if name not in positions]
    if not positions.keys() & {"address", "email", "phone"}:
        missing.append("email (or address, phone)")
    if missing:
        flags = " ".join(f"--map {name.split()[0]}=COLUMN" for name in missing)
        raise InputError(
            f"The file has no column for {', '.join(missing)}; it has: {presets.named(table.columns)}.",
            f"Say which columns they are: {flags}.",
        )
    order = date_order or dates.order_of(mapping.values(table, positions, ["at"]))
    return Reading(positions=positions, date_order=order, zone=zone, now=now), sum(1 for _ in rows(table))


def messages(table: Table, reading: Reading) -> Iterator[Said | Left]:
    """Everything in the file, in its order."""
    seen = mapping.Seen({}, {}, "message")
    for number, row in rows(table):
        if isinstance(row, Refused):
            yield Left((number,), row.reason)
            continue
        try:
            yield _said(number, mapping.cells_of(reading.positions, row), reading, seen, table.file.parent)
        except InputError as error:
            yield Left((number,), error.title.rstrip("."))


def _said(line: int, fields: mapping.Fields, reading: Reading, seen: mapping.Seen, folder: Path) -> Said:
    get = fields.get
    direction = _DIRECTIONS.get(get("direction", "").lower())
    if direction is None:
        raise InputError(f"the direction is “{fields['direction'][:40]}”; it can be in or out")
    channel = _channel(fields)
    address = _address(fields, channel)
    at = dates.instant(dates.parse(get("at", ""), reading.date_order), reading.zone, reading.now)
    files = _files(get("attachments", ""), folder)
    written, subject = get("text", ""), get("subject", "")
    if not written and not files and not subject:
        raise InputError("it says nothing")
    body, quoted = written, ""
    if channel == EMAIL:
        body, quoted = mime_quotes.fold(written, answers=topic(subject) != " ".join(subject.split()).casefold())
    own = get("id", "").strip("<>")
    message = SourceMessage(
        source_id=seen.once(own, (line, fields))
        if own
        else seen.made_of(channel, direction, address, at.isoformat(), written),
        medium=channel,
        direction=direction,
        address=address,
        at=at,
        body=body,
        quoted=quoted,
        name=get("name", ""),
        thread=get("thread", ""),
        subject=subject,
        language=get("language", "").replace("_", "-"),
    )
    return Said(line, message, files)


def _channel(fields: mapping.Fields) -> str:
    told = fields.get("channel", "").lower()
    if not told and identity.address(fields.get("email", "")):
        return EMAIL
    channel = _CHANNELS.get(told, told)
    if not _CHANNEL.fullmatch(channel):
        raise InputError(f"“{told[:40]}” is no channel" if told else "it names no channel")
    return channel


def _address(fields: mapping.Fields, channel: str) -> str:
    """The customer's address on the channel."""
    if channel == EMAIL:
        told = fields.get("email") or fields.get("address", "")
        if not identity.address(told):
            raise InputError(f"“{told[:40]}” is no e-mail address" if told else "it names no e-mail address")
        return told
    if channel in _BY_NUMBER:
        told = fields.get("phone") or fields.get("address", "")
        number = identity.by_phone(told)
        if number is None or not number[1].startswith("+"):
            raise InputError(f"“{told[:40]}” is no phone number with its country (+49 …)")
        return number[1]
    told = fields.get("address") or fields.get("email") or fields.get("phone", "")
    if not told:
        raise InputError(f"it names no address on {channel}")
    return told


def _files(told: str, folder: Path) -> tuple[Path, ...]:
    """The files that are named, none of them outside the folder."""
    if told.startswith("["):
        try:
            names = [str(name) for name in cast("list[Any]", json.loads(told))]
        except (ValueError, RecursionError):
            raise InputError("its attachments are no list") from None
    else:
        names = re.split(r"[;|\n]", told)
    return tuple(_file(name.strip(), folder) for name in names[:_MOST_FILES] if name.strip())


def _file(name: str, folder: Path) -> Path:
    try:
        file = (folder / name).resolve()
        inside = file.is_relative_to(folder.resolve()) and file.is_file()
    except (OSError, ValueError):
        inside = False
        file = folder
    if not inside:
        raise InputError(f"there is no file “{name[:60]}” beside the import")
    return file
