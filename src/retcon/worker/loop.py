"""The loop: one look at all that may be due, a rest, and the next look; what comes between is put right."""

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from retcon import jobs, library, localtime
from retcon.desk import awake
from retcon.desk.house import House
from retcon.errors import ConfigError, RetconError, StoreError
from retcon.store import outbox
from retcon.worker import leaving, pulling, telling
from retcon.worker.state import RENEWED, Start, TakenOver, Tell, Terminated, Turn, Worker, length, renew

SLICE = timedelta(seconds=10)  # between two looks at the clock, at most
_JUMP = timedelta(minutes=1)
_LAST_WORD = 10.0  # seconds that the notice of our end may take

_log = logging.getLogger("retcon.worker")


def run(
    open_it: Callable[[], House],
    command: Sequence[str] = (),
    *,
    every: timedelta | None = None,
    start: Start | None = None,
    tell: Tell = lambda _at, _line: None,
    slice: timedelta = SLICE,
) -> None:
    """Stay awake until interrupted; KeyboardInterrupt is raised again once everything is put down in order.

    `command` starts retcon's children, `every` wins over the settings, `tell` is given a line for what happens.
    Raises ConfigError where the settings can't be used at the start, RetconError where a worker is awake already.
    """
    house = open_it()
    try:
        library.check(house.settings.places.config)
        with house.database.read() as tx:
            seen = awake.last_seen(tx)
        token = _take(house)
    except BaseException:
        house.close()
        raise
    now = house.now()
    worker = Worker(
        open_it=open_it,
        house=house,
        token=token,
        start=start or (lambda name, arguments: jobs.Child(command, name, arguments)),
        tell=tell,
        own_every=every,
        slice=slice,
        files=_files(house),
        expected=now,
        renewed=now,
        news=Turn(now),
        refresh=Turn(now),
    )
    try:
        worker.say(telling.greeting(worker, now))
        telling.awoken(worker, seen, now)
        while True:
            _look(worker)
            _rest(worker)
    except KeyboardInterrupt as interrupt:
        _end(worker, tell=isinstance(interrupt, Terminated))
        raise
    finally:
        if worker.working is not None:
            worker.working.child.stop()
        with suppress(RetconError):
            awake.release(worker.house, worker.token)
        worker.house.close()


def _take(house: House) -> int:
    token = awake.take(house)
    if token is None:
        with house.database.read() as tx:
            other = awake.worker(tx, house.now())
        since = localtime.local(other.since, house.settings.shop.timezone) if other else None
        where = f"on {other.host} since {since:%a %H:%M}" if other else "elsewhere"
        raise TakenOver(f"retcon run is awake already, {where}.", "It does the work; one is enough.")
    return token


# ---- one look -----------------------------------------------------------------------------------------------


def _look(worker: Worker) -> None:
    """Do all that is due; what fails keeps nothing else from being done, and is told once."""
    _clock(worker)
    if _step(worker, "settings", _reopen) and _step(worker, "database", renew) and worker.usable:
        _step(worker, "pull", pulling.pull)
        _step(worker, "send", leaving.send)
        _step(worker, "notices", telling.news)
    with suppress(StoreError):
        worker.version = worker.house.database.data_version()


def _step(worker: Worker, name: str, step: Callable[[Worker], None]) -> bool:
    try:
        step(worker)
    except TakenOver:
        raise
    except RetconError as error:
        worker.trouble(name, f"{error} It is tried again.")
        return False
    except Exception:
        _log.exception("a mistake in %s", name)
        worker.trouble(name, "A mistake of retcon's own; it is in the log. It is tried again.")
        return False
    worker.over(name, "That works again.")
    return True


def _clock(worker: Worker) -> None:
    """Notice that the machine slept or its clock was set: everything is looked at again, once."""
    now = worker.house.now()
    late = now - worker.expected
    if abs(late) < _JUMP:
        return
    worker.say(f"The clock went {'on' if late > timedelta() else 'back'} by {length(abs(late))}.")
    worker.judged = None
    worker.renewed = now - RENEWED
    worker.news.at = now
    for turn in (*worker.turns.values(), worker.refresh):
        turn.at = min(turn.at, now + worker.every)
    if worker.working is not None:
        worker.working.heard = worker.working.since = now
    telling.awoken(worker, worker.expected, now)


def _reopen(worker: Worker) -> None:
    """Read the settings again where a file has changed; with mistakes in them nothing is pulled and nothing leaves."""
    files = _files(worker.house)
    if files == worker.files:
        return
    where = worker.house.settings.places
    if files[0] is None:
        raise StoreError(f"{where.database} is not there any more.", "Bring it back: retcon restore FILE")
    try:
        library.check(where.config)
        fresh = worker.open_it()
    except ConfigError as error:
        worker.files, worker.usable = files, False
        worker.over("mistakes")
        worker.trouble("mistakes", f"Nothing leaves until this is mended: {error}")
        telling.tell(
            worker,
            f"settings:{localtime.stamp(worker.house.now())}",
            "Nothing leaves: the settings have mistakes",
            str(error),
        )
        return
    before, worker.house = worker.house, fresh
    if files[0] != worker.files[0]:  # another file stands in its place: the lease was in the one before
        worker.token = -1
        worker.token = _take(fresh)
    before.close()
    worker.files, worker.usable, worker.judged = files, True, None
    worker.resting.clear()
    worker.turns.clear()
    now = fresh.now()
    worker.news.at = worker.refresh.at = now
    worker.over("mistakes")
    worker.say("The settings have changed and hold from now on.")


def _files(house: House) -> tuple[Any, ...]:
    """What the settings and the database are read from; another value once one of them is another file."""
    where = house.settings.places
    return (
        _known(where.database, content=False),
        _known(where.config_file),
        _known(where.secrets_file),
        library.stamp(where.config),
    )


def _known(file: Path, *, content: bool = True) -> tuple[int, ...] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino, *((found.st_mtime_ns, found.st_size) if content else ()))


# ---- rest, and the end --------------------------------------------------------------------------------------


def _rest(worker: Worker) -> None:
    """Sleep until the next thing that is known of, and never for long."""
    house, now = worker.house, worker.house.now()
    ahead = [turn.at for turn in worker.turns.values() if turn.at > now]
    with suppress(StoreError), house.database.read() as tx:
        later = outbox.next_time(tx, after=max(now, worker.judged or now))
        ahead += [later] if later is not None else []
    seconds = max(min((worker.slice, *(instant - now for instant in ahead))).total_seconds(), 0.05)
    worker.expected = now + timedelta(seconds=seconds)
    if worker.working is not None:
        if worker.working.child.wait(seconds):
            worker.expected = min(worker.expected, house.now())
    else:
        house.sleep(seconds)


def _end(worker: Worker, *, tell: bool) -> None:
    """Put everything down: the child ends, the lease is free, and it is said what waits."""
    if worker.working is not None:
        worker.working.child.stop()
        worker.working = None
    with suppress(RetconError):
        awake.release(worker.house, worker.token)
        now = worker.house.now()
        waits, words = telling.waiting(worker.house, now)
        worker.say(f"Ended; {words}." + (" Start again: retcon run" if waits else ""))
        if tell and waits:
            key, subject = f"ended:{localtime.stamp(now)}", f"retcon run has ended; {words}"
            body = f"{subject}. Nobody sends until it is started again: retcon run"
            last = threading.Thread(target=telling.tell, args=(worker, key, subject, body), daemon=True)
            last.start()
            last.join(_LAST_WORD)
