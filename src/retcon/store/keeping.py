"""Copies of the file, made while it is in use, and bringing one back."""

import os
import sqlite3
from datetime import datetime
from pathlib import Path

from retcon.errors import StoreError
from retcon.store import installation
from retcon.store.database import SCHEMA, Database, connect, schema_version, told


def backup(database: Database, target: Path) -> int:
    """Write a whole copy to the target and return its size in bytes; a copy that is there already is replaced.

    Raises StoreError where the target is some other file or cannot be written; then nothing of it has changed.
    """
    if target.exists() and (target.is_dir() or not _is_ours(target)):
        raise StoreError(f"{target} is there already and no copy of retcon's.", "Name another file.")
    unfinished = target.with_name(f".{target.name}.unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        unfinished.touch(mode=0o600)
        with database.read() as tx, told(target):
            _copy(tx, unfinished)
        os.replace(unfinished, target)
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error.strerror}.", "Name another place.") from None
    finally:
        unfinished.unlink(missing_ok=True)
    return target.stat().st_size


def restore(copy: Path, file: Path, now: datetime) -> Path | None:
    """Put the copy in the file's place and return where the file before it went, None where there was none.

    What was queued in it needs the operator again. Raises StoreError where the copy is not whole, not ours or newer;
    then nothing has changed.
    """
    if not copy.is_file():
        raise StoreError(f"There is no file {copy}.", "Name a copy that `retcon backup` wrote.")
    version = schema_version(copy)
    if not 0 < version <= SCHEMA:
        what = "was written by a newer retcon" if version else "is empty"
        raise StoreError(f"{copy} {what}.", "Nothing was changed.")
    problems = integrity(copy)
    if problems:
        raise StoreError(f"{copy} is damaged: {problems[0]}.", "Nothing was changed; try an older copy.")
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    incoming = file.with_name(f".{file.name}.incoming")
    incoming.unlink(missing_ok=True)
    incoming.touch(mode=0o600)
    with told(copy):
        source = connect(copy)
        try:
            _copy(source, incoming)
        finally:
            source.close()
        own = connect(incoming)
        try:
            installation.disown(own)
            own.execute("pragma wal_checkpoint(truncate)")
        finally:
            own.close()
    aside = _set_aside(file, now)
    os.replace(incoming, file)
    for leftover in ("-wal", "-shm"):
        incoming.with_name(incoming.name + leftover).unlink(missing_ok=True)
    return aside


def integrity(file: Path) -> tuple[str, ...]:
    """What SQLite finds wrong with the file; empty where it is whole."""
    try:
        connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
        try:
            found = [str(row[0]) for row in connection.execute("pragma integrity_check(5)")]
            found += [f"a row of {row[0]} points to nothing" for row in connection.execute("pragma foreign_key_check")]
        finally:
            connection.close()
    except sqlite3.Error as error:
        return (str(error),)
    return tuple(problem for problem in found if problem != "ok")


def _copy(source: sqlite3.Connection, target: Path) -> None:
    destination = sqlite3.connect(target)
    try:
        source.backup(destination)
        destination.execute("pragma journal_mode = delete")
    finally:
        destination.close()


def _set_aside(file: Path, now: datetime) -> Path | None:
    if not file.exists():
        return None
    aside = file.with_name(f"{file.name}.before-{now:%Y%m%dT%H%M%S}")
    for ending in ("", "-wal", "-shm"):
        part = file.with_name(file.name + ending)
        if part.exists():
            os.replace(part, aside.with_name(aside.name + ending))
    return aside


def _is_ours(file: Path) -> bool:
    try:
        schema_version(file)
    except StoreError:
        return False
    return True
