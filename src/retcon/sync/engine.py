"""Runs one source: each page is kept in one transaction with the cursor behind it, so a run may end anywhere."""

import errno
import logging
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import field

from retcon.clock import Clock
from retcon.errors import KeyRefused, RetconError, SourceError, StoreError
from retcon.frozen import dataclass
from retcon.model.sync import SyncResult
from retcon.store import cursors, leases
from retcon.store.database import Connection, Database
from retcon.sync import intake
from retcon.sync.intake import Context, Counts
from retcon.sync.source import Cursor, Page, Source, Version

# Longer than the slowest page with all its attempts; a run whose process has died frees its lease at once.
_LEASE_SECONDS = 900.0
_NOTES = 20
_log = logging.getLogger("retcon.sync")


@dataclass(slots=True)
class _Tally:
    pages: int = 0
    counts: Counts = field(default_factory=Counts)
    notes: dict[str, None] = field(default_factory=dict[str, None])  # each once, in the order in which they came

    def add(self, page: Page, counts: Counts) -> None:
        self.pages += 1
        self.counts += counts
        self.notes.update(dict.fromkeys(page.notes))

    def told(self) -> tuple[str, ...]:
        more = len(self.notes) - _NOTES
        return (*list(self.notes)[:_NOTES], *((f"{more:,} more of this kind.",) if more > 0 else ()))


@dataclass(frozen=True, slots=True)
class _Run:
    id: int
    lease: int
    cursor: Cursor


def run(
    database: Database,
    source: Source,
    *,
    name: str,
    kind: str,
    currency: str,
    now: Clock,
    full: bool = False,
    progress: Callable[[Page], None] | None = None,
    context: Context | None = None,
) -> SyncResult:
    """Pull what is new, or all of it, page by page; `currency` is the shop's, the context for what people say.

    What a source cannot give ends the run with a sentence; what was kept before stands. One run of a source at a
    time: a second one is told so. Raises StoreError where the database cannot be written.
    """
    began = time.perf_counter()
    started = database.write(lambda tx: _begin(tx, name, now))
    if started is None:
        return SyncResult.failed(name, kind, f"Another sync of {name} is running, so this one left it the work.")
    tally, error, key_refused, no_network = _Tally(), "", False, False

    def kept() -> Mapping[str, Version]:
        with database.read() as tx:
            found = cursors.versions(tx, name)
        return {order: Version(*version) for order, version in found.items()}

    def result() -> SyncResult:
        return SyncResult(
            source=name,
            kind=kind,
            ok=not error,
            pages=tally.pages,
            read=tally.counts.read,
            added=tally.counts.added,
            changed=tally.counts.changed,
            unchanged=tally.counts.unchanged,
            removed=tally.counts.removed,
            seconds=round(time.perf_counter() - began, 3),
            error=error,
            notes=tally.told(),
            key_refused=key_refused,
            no_network=no_network,
        )

    try:
        for page in source.pages(started.cursor, full=full, kept=kept):
            tally.add(
                page, database.write(lambda tx, page=page: _keep(tx, started, name, page, currency, now, context))
            )
            for note in page.notes:
                _log.warning("%s: %s", name, note)
            if progress is not None:
                progress(page)
    except StoreError:
        raise
    except RetconError as trouble:
        error, key_refused, no_network = str(trouble), isinstance(trouble, KeyRefused), _no_network(trouble)
        _log.error("sync of %s ended: %s", name, error)
    except Exception:  # one record that nobody foresaw must not keep the other sources out
        error = "A mistake of retcon's own ended it; it is in the log. What was kept before stands."
        _log.exception("sync of %s ended", name)
    finally:
        with suppress(StoreError):
            database.write(lambda tx: leases.release(tx, lease(name), started.lease))
    told = result()
    database.write(lambda tx: cursors.end(tx, started.id, now(), told))
    return told


_UNREACHED = (errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTUNREACH)


def _no_network(trouble: BaseException) -> bool:
    """Whether it comes from a name that nobody could be asked for, or from there being no way out."""
    cause: BaseException | None = trouble
    while cause is not None:
        if isinstance(cause, socket.gaierror) or (isinstance(cause, OSError) and cause.errno in _UNREACHED):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def closed(database: Database, name: str, kind: str, error: str, now: Clock) -> SyncResult:
    """Write down that the source could not even be opened (its key is nowhere, its settings don't go together)."""
    told = SyncResult.failed(name, kind, error, key_refused=True)
    database.write(lambda tx: cursors.end(tx, cursors.begin(tx, name, now()), now(), told))
    return told


def _begin(tx: Connection, name: str, now: Clock) -> _Run | None:
    token = leases.take(tx, lease(name), leases.this_process(), now(), _LEASE_SECONDS)
    return None if token is None else _Run(cursors.begin(tx, name, now()), token, cursors.get(tx, name))


def _keep(
    tx: Connection, run: _Run, name: str, page: Page, currency: str, now: Clock, context: Context | None
) -> Counts:
    if not leases.renew(tx, lease(name), run.lease, now(), _LEASE_SECONDS):
        raise SourceError(f"Another sync of {name} has taken over, so this one left it the rest.")
    counts = intake.keep(tx, name, page.records, currency, context)
    cursors.put(tx, name, page.cursor)
    return counts


def lease(name: str) -> str:
    """What a run of the source holds while it pulls."""
    return f"sync:{name}"
