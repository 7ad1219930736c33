"""Telegram's updates as records: what people write to the bot in private, and whether they shut it out.

An edited message comes under its own id with the text that it has now: the kept text follows it, and an edit after an
answer asks nothing anew. Several pictures
sent at once are several messages to Telegram and one to us. Groups, channels and other bots are passed over.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

from retcon.model.conversations import Blocked, Direction, IncomingFile, Joined, SourceMessage
from retcon.sync.source import Record

MEDIUM = "telegram"
Json = dict[str, Any]
Fetch = Callable[[str, datetime], bytes | None]  # a file by its id, of then; None where it is not to be had

# t.me/BOT?start=TOKEN sends "/start TOKEN"; the button of a new chat sends "/start".
_START = re.compile(r"/start(?:@\w+)?(?:\s+([A-Za-z0-9_-]{1,64}))?\s*")
# What holds a file, with the name and type that it has where Telegram tells none. An animation is a document as well.
_FILES = {
    "animation": ("animation.mp4", "video/mp4"),
    "document": ("document", "application/octet-stream"),
    "audio": ("audio.mp3", "audio/mpeg"),
    "voice": ("voice.ogg", "audio/ogg"),
    "video": ("video.mp4", "video/mp4"),
    "video_note": ("video.mp4", "video/mp4"),
}
_OTHERS = "Groups, channels and bots wrote to the bot as well: retcon reads private chats alone."
_UNREAD = "Telegram sent an update that can't be read; it was passed over."
_NO_FILE = "A file could not be fetched from Telegram; its name is kept."


def last(updates: Sequence[Json]) -> int:
    """The highest id among the updates."""
    return max((each["update_id"] for each in updates if isinstance(each.get("update_id"), int)), default=0)


def read(updates: Sequence[Json], fetch: Fetch, largest: int) -> tuple[tuple[Record, ...], tuple[str, ...]]:
    """The records of a page of updates, and what was odd in it; files above `largest` bytes are not fetched."""
    records: list[Record] = []
    notes: dict[str, None] = {}
    albums: dict[tuple[str, str], int] = {}  # where the first picture of each is

    def fetched(file_id: str, sent_at: datetime) -> bytes | None:
        content = fetch(file_id, sent_at)
        if content is None:
            notes[_NO_FILE] = None
        return content

    for update in updates:
        try:
            told = _update(update, fetched, largest)
            album = update["message"].get("media_group_id") if "message" in update else None
        except (KeyError, TypeError, ValueError, OverflowError, OSError, AttributeError):
            notes[_UNREAD] = None
            continue
        if told is None:
            notes[_OTHERS] = None
            continue
        for record in told:
            at = albums.get((record.address, str(album))) if album and isinstance(record, SourceMessage) else None
            if at is not None and isinstance(record, SourceMessage):
                records[at] = _together(cast("SourceMessage", records[at]), record)
                continue
            if album and isinstance(record, SourceMessage):
                albums[record.address, str(album)] = len(records)
            records.append(record)
    return tuple(records), tuple(notes)


def _together(first: SourceMessage, more: SourceMessage) -> SourceMessage:
    body = "\n".join(filter(None, (first.body, more.body)))
    return replace(first, body=body, files=first.files + more.files)


def _update(update: Json, fetch: Fetch, largest: int) -> Sequence[SourceMessage | Joined | Blocked] | None:
    """Its records; None where it is of no private chat with a person."""
    if "my_chat_member" in update:
        return _membership(update["my_chat_member"])
    if "message" in update:
        return _message(update["message"], fetch, largest)
    if "edited_message" in update:
        edited: Json = update["edited_message"]
        # A moving location is "edited" every few seconds.
        return _message(edited, fetch, largest) if "text" in edited or "caption" in edited else ()
    return ()


def _membership(told: Json) -> Sequence[Blocked] | None:
    if told["chat"]["type"] != "private":
        return None
    status = told["new_chat_member"]["status"]
    if status not in ("kicked", "member"):
        return ()
    return (Blocked(medium=MEDIUM, address=_id(told), at=_at(told), blocked=status == "kicked"),)


def _message(told: Json, fetch: Fetch, largest: int) -> Sequence[SourceMessage | Joined | Blocked] | None:
    sender: Json = told.get("from") or {}
    if told["chat"]["type"] != "private" or sender.get("is_bot"):
        return None
    chat, at = _id(told), _at(told)
    source_id = f"{chat}/{int(told['message_id'])}"
    name = " ".join(filter(None, (_words(sender, "first_name"), _words(sender, "last_name"))))
    text = _words(told, "text") or _words(told, "caption")
    start = _START.fullmatch(text)
    answered: Json = told.get("reply_to_message") or {}
    message = SourceMessage(
        source_id=source_id,
        medium=MEDIUM,
        direction=Direction.IN,
        address=chat,
        at=at,
        body="\n".join(filter(None, (text, *_besides(told)))),
        name=name,
        thread=chat,
        references=(f"{chat}/{int(answered['message_id'])}",) if answered else (),
        quoted=_words(told.get("quote") or {}, "text") or _words(answered, "text"),
        automatic=start is not None or bool(told.get("is_from_offline")),
        files=_files(told, fetch, largest),
    )
    if start is None:
        return (message,)
    # Who presses Start opens the chat, whatever was before. The person comes first, then what they said.
    opened = Blocked(medium=MEDIUM, address=chat, at=at, blocked=False)
    if not start[1]:
        return (message, opened)
    joined = Joined(medium=MEDIUM, address=chat, token=start[1], at=at, name=name, source_id=source_id)
    return (joined, message, opened)


def _besides(told: Json) -> list[str]:
    """What is no text and no file, in words."""
    found: list[str] = []
    if sticker := told.get("sticker"):
        found.append(f"[sticker {_words(sticker, 'emoji')}]".replace(" ]", "]"))
    if contact := told.get("contact"):
        name = " ".join(filter(None, (_words(contact, "first_name"), _words(contact, "last_name"))))
        found.append(f"[contact: {name}, {_words(contact, 'phone_number')}]")
    if venue := told.get("venue"):
        found.append(f"[place: {_words(venue, 'title')}, {_words(venue, 'address')}]")
    elif location := told.get("location"):
        found.append(f"[location: {float(location['latitude']):.5f}, {float(location['longitude']):.5f}]")
    if poll := told.get("poll"):
        found.append(f"[poll: {_words(poll, 'question')}]")
    if dice := told.get("dice"):
        found.append(f"[{_words(dice, 'emoji')} {int(dice['value'])}]")
    known = {"text", "caption", "photo", *_FILES}
    if not found and not known & told.keys():
        found.append("[something that can't be shown here]")
    return found


def _files(told: Json, fetch: Fetch, largest: int) -> tuple[IncomingFile, ...]:
    found: list[IncomingFile] = []
    sent_at = _at(told)
    photos: list[Json] = told.get("photo") or []
    if photos:
        biggest = max(photos, key=lambda size: int(size.get("width", 0)) * int(size.get("height", 0)))
        found.append(_file(biggest, sent_at, "photo.jpg", "image/jpeg", fetch, largest))
    for kind, (name, media_type) in _FILES.items():
        if kind in told and not (kind == "document" and "animation" in told):
            found.append(_file(told[kind], sent_at, name, media_type, fetch, largest))
    return tuple(found)


def _file(told: Json, sent_at: datetime, name: str, media_type: str, fetch: Fetch, largest: int) -> IncomingFile:
    size = int(told.get("file_size") or 0)
    content = fetch(str(told["file_id"]), sent_at) if size <= largest else None
    return IncomingFile(
        name=_words(told, "file_name") or name,
        media_type=_words(told, "mime_type") or media_type,
        size=size if content is None else len(content),
        content=content,
    )


def _id(told: Json) -> str:
    return str(int(told["chat"]["id"]))


def _at(told: Json) -> datetime:
    return datetime.fromtimestamp(int(told["date"]), UTC)


def _words(told: Json, name: str) -> str:
    found = told.get(name)
    return found if isinstance(found, str) else ""
