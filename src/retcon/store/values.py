"""How facts are written in columns and read back: instants as seconds, tuples as JSON."""

import json
from datetime import UTC, datetime
from typing import Any

from retcon.model.conversations import File


def seconds(instant: datetime | None) -> int | None:
    """The instant as whole seconds since 1970, rounded down."""
    return None if instant is None else int(instant.timestamp() // 1)


def instant(value: int | None) -> datetime | None:
    """The instant of the seconds; aware, UTC."""
    return None if value is None else datetime.fromtimestamp(value, UTC)


def moment(value: int) -> datetime:
    """As `instant`, of a column that is never null."""
    return datetime.fromtimestamp(value, UTC)


def packed(values: tuple[Any, ...]) -> str:
    """The tuple as JSON."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def words(value: str) -> tuple[str, ...]:
    """The tuple of texts that `packed` wrote."""
    return tuple(json.loads(value)) if value != "[]" else ()


def packed_files(files: tuple[File, ...]) -> str:
    """The files as JSON."""
    return packed(tuple([file.name, file.media_type, file.size, file.path] for file in files))


def files(value: str) -> tuple[File, ...]:
    """The files that `packed_files` wrote."""
    return tuple(
        File(name=name, media_type=media_type, size=size, path=path)
        for name, media_type, size, path in json.loads(value)
    )
