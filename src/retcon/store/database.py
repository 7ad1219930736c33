"""The one file: opening it, reading it, and the one thread of a process that writes it."""

import os
import queue
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from retcon import text
from retcon.errors import StoreError

Connection = sqlite3.Connection
Row = sqlite3.Row
T = TypeVar("T")

# How many steps store/migrations.py has; kept in the file as user_version.
SCHEMA = 5
# SQLite's application_id of our files: "rtcn".
APPLICATION = 0x7274636E
BUSY_SECONDS = 10
# What a reader keeps of the file, in kilobytes: each thread has one, and the system keeps the file anyway.
_CACHE = 400


class Database:
    """One open file. Reads run on a connection per thread, writes one after the other on a thread of their own."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._local = threading.local()
        self._readers: list[Connection] = []
        self._work: queue.SimpleQueue[tuple[Callable[[Connection], Any], Future[Any]] | None] = queue.SimpleQueue()
        self._writer: threading.Thread | None = None
        self._watcher: Connection | None = None
        self._lock = threading.Lock()

    @contextmanager
    def read(self) -> Generator[Connection]:
        """A connection for this thread, for reading alone. Raises StoreError where the file cannot be read."""
        with told(self.file):
            connection = getattr(self._local, "connection", None)
            if connection is None:
                connection = self._local.connection = _reader(self.file)
                with self._lock:
                    self._readers.append(connection)
            yield connection

    @contextmanager
    def read_apart(self) -> Generator[Connection]:
        """As `read`, on a connection that is closed afterwards: for threads that end long before the program."""
        with told(self.file), closing(_reader(self.file)) as connection:
            yield connection

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run the work in one transaction and return what it returns; all of it is kept, or nothing.

        Raises what the work raises, and StoreError where the file cannot be written.
        """
        with self._lock:
            if self._writer is None:
                self._writer = threading.Thread(target=self._write_all, name="retcon-writer", daemon=True)
                self._writer.start()
        done: Future[T] = Future()
        self._work.put((work, done))
        with told(self.file):
            return done.result()

    def data_version(self) -> int:
        """A number that changes whenever somebody has written; in every thread the same."""
        with told(self.file), self._lock:
            if self._watcher is None:  # SQLite counts by the connection, so one of its own tells all threads
                self._watcher = connect(self.file)
            return self._watcher.execute("pragma data_version").fetchone()[0]

    def close(self) -> None:
        """Finish what is being written and let the file go."""
        if self._writer is not None:
            self._work.put(None)
            self._writer.join()
            self._writer = None
        for connection in (*self._readers, self._watcher):
            if connection is not None:
                connection.close()
        self._readers.clear()
        self._watcher = None
        self._local = threading.local()

    def _write_all(self) -> None:
        connection: Connection | None = None
        while (item := self._work.get()) is not None:
            work, done = item
            try:
                connection = connection or _writer(self.file)
                done.set_result(_transaction(connection, work))
            except BaseException as error:
                done.set_exception(error)
        if connection is not None:
            connection.close()


def _transaction(connection: Connection, work: Callable[[Connection], T]) -> T:
    connection.execute("begin immediate")
    try:
        result = work(connection)
        connection.execute("commit")
    except BaseException:
        if connection.in_transaction:
            connection.execute("rollback")
        raise
    return result


def _reader(file: Path) -> Connection:
    connection = connect(file)
    connection.execute("pragma query_only = on")
    connection.execute(f"pragma cache_size = -{_CACHE}")
    return connection


def _writer(file: Path) -> Connection:
    connection = connect(file)
    connection.execute("pragma journal_mode = wal")
    return connection


def connect(file: Path) -> Connection:
    """A connection with our pragmas: foreign keys, WAL, a busy timeout; rows by name."""
    connection = sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.row_factory = Row
    connection.execute("pragma foreign_keys = on")
    connection.execute("pragma synchronous = full")
    connection.execute("pragma temp_store = memory")
    connection.create_function("fold", 1, _fold, deterministic=True)
    return connection


def _fold(words: str | None) -> str:
    return text.fold(words or "")


def plain(tx: Connection, query: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> Iterator[tuple[Any, ...]]:
    """The rows as tuples: for whole shops, where rows by name take twice as long."""
    cursor = tx.cursor()
    cursor.row_factory = None
    return cursor.execute(query, values)


def open_database(file: Path, *, migrate_in_child: bool = False) -> Database:
    """The file, at this version's schema; made where there is none, with rights for its owner alone.

    `migrate_in_child` keeps sqlite-utils out of this process. Raises StoreError where the file is newer, no
    database, or in a place that cannot be written.
    """
    version = schema_version(file)
    if version > SCHEMA:
        raise StoreError(
            f"{file} was written by a newer retcon (schema {version}, this one knows {SCHEMA}).",
            "Update retcon; nothing was changed.",
        )
    if version < SCHEMA:
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            file.touch(mode=0o600)
        except OSError as error:
            raise StoreError(
                f"{file.parent} cannot be written ({error.strerror}), so nothing can be kept there.",
                "Name another folder with --home or RETCON_HOME.",
            ) from None
        with told(file):
            _migrate(file, migrate_in_child)
    return Database(file)


def schema_version(file: Path) -> int:
    """The schema that the file has, 0 where there is none yet. Raises StoreError where it is not ours."""
    if not file.exists() or file.stat().st_size == 0:
        return 0
    with told(file):
        connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_SECONDS)
        try:
            application = connection.execute("pragma application_id").fetchone()[0]
            version = connection.execute("pragma user_version").fetchone()[0]
            tables = connection.execute("select count(*) from sqlite_master").fetchone()[0]
        finally:
            connection.close()
    if application != APPLICATION and tables:
        raise StoreError(f"{file} is a database, but none of retcon's.", "Name another folder with --home.")
    return version


def _migrate(file: Path, in_child: bool) -> None:
    if in_child:
        command = [sys.executable, "-m", "retcon.store.migrations", str(file)]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if run.returncode:
            raise StoreError(f"{file} could not be brought up to date.", "Run: retcon doctor")
        return
    from retcon.store.migrations import migrate

    migrate(file)


@contextmanager
def told(file: Path) -> Generator[None]:
    """What SQLite says of a file, as a StoreError in a sentence with what to do."""
    try:
        yield
    except sqlite3.Error as error:
        raise _in_words(file, error) from error


def _in_words(file: Path, error: sqlite3.Error) -> StoreError:
    code = getattr(error, "sqlite_errorcode", None)
    primary = code & 0xFF if code is not None else None
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreError(
            f"Another program has held {file} for {BUSY_SECONDS} seconds.",
            "Close it, then try again; nothing was lost.",
        )
    if primary == sqlite3.SQLITE_FULL:
        return StoreError("The disk is full, so nothing more can be kept.", "Free some space; what was kept stands.")
    if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return StoreError(
            f"{file} is damaged or no database of retcon.", "Bring a backup back with: retcon restore FILE"
        )
    if primary in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        rights = "" if os.access(file.parent, os.W_OK) else f" {file.parent} cannot be written."
        return StoreError(f"{file} cannot be opened for writing.{rights}", "Look at its rights: retcon doctor")
    if primary == sqlite3.SQLITE_IOERR:
        return StoreError(f"The disk did not read or write {file}.", "Look at the disk, then try again.")
    return StoreError(f"The database refused: {error}.", "Run: retcon doctor")
