"""Files that came with messages, kept in a folder: named by what is in them, never by what somebody called them."""

import hashlib
import os
import re
from collections.abc import Sequence
from pathlib import Path

from retcon import text
from retcon.errors import StoreError
from retcon.model.conversations import File, IncomingFile

LARGEST, LARGEST_TOGETHER = 10_000_000, 25_000_000
_MOST = 50
_NAME_LENGTH = 120
# What a program that shows pictures and papers opens; anything else would be opened by who knows what.
_SHOWN = re.compile(
    "jpe?g|png|gif|webp|heic|bmp|tiff?|pdf|txt|csv|rtf|docx?|xlsx?|pptx?|od[tsp]|ics|vcf|eml"
    "|mp3|m4a|ogg|oga|opus|wav|mp4|mov|webm|m4v|zip"
)


def keep(folder: Path, files: Sequence[IncomingFile]) -> tuple[File, ...]:
    """Write what is small enough below the folder and return all of it; what is larger is kept by its name alone.

    Raises StoreError where the folder can't be written.
    """
    kept: list[File] = []
    room = LARGEST_TOGETHER
    for file in files[:_MOST]:
        content = file.content
        path = ""
        if content is not None and len(content) <= min(LARGEST, room):
            room -= len(content)
            path = _write(folder, content, name(file.name))
        size = len(content) if content is not None else max(0, min(file.size, 2**62))
        media_type = text.keep(text.header(file.media_type), 100)
        kept.append(File(name=name(file.name), media_type=media_type, size=size, path=path))
    return tuple(kept)


def name(told: str) -> str:
    """What somebody called a file, as it may be shown and saved: no folders, no control codes, 120 characters."""
    last = re.split(r"[/\\]", text.keep(told, 1_000))[-1]
    seen = "".join(filter(str.isprintable, text.header(last)))
    plain = re.sub(r'[<>:"|?*]', "_", seen).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if len(plain) > _NAME_LENGTH and dot and len(ending) <= 8:
        plain = f"{stem[: _NAME_LENGTH - len(ending) - 1].rstrip()}.{ending}"
    return plain[:_NAME_LENGTH].strip() or "file"


def _write(folder: Path, content: bytes, called: str) -> str:
    """Write it under what is in it, once; its path below the folder."""
    ending = called.rpartition(".")[2].lower()
    digest = hashlib.sha256(content).hexdigest()
    path = f"{digest[:2]}/{digest}.{ending if _SHOWN.fullmatch(ending) else 'bin'}"
    target = folder / path
    try:
        if target.is_file() and target.stat().st_size == len(content):
            return path
        for each in (folder, target.parent):
            each.mkdir(mode=0o700, exist_ok=True)
        begun = target.with_name(f".{target.name}.{os.getpid()}")
        with os.fdopen(os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            stream.write(content)
        begun.replace(target)
    except OSError as error:
        raise StoreError(
            f"{folder} cannot be written ({error.strerror}), so a file that came with a message can't be kept.",
            "Make room, or make the folder writable, and pull again.",
        ) from None
    return path
