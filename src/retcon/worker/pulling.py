"""Pulling: each source in its turn, by a child; one that fails rests longer every time."""

from datetime import datetime, timedelta
from typing import Any

from retcon import jobs
from retcon.desk import awake, freshness
from retcon.jobs import Ended
from retcon.store import cursors
from retcon.worker.state import LOOKED, REST_MOST, Turn, Worker, Working, length

_HANGS = timedelta(minutes=30)  # a child that says nothing for so long is ended
_PULL_AGAIN = timedelta(minutes=15)  # the longest rest of a source that fails, unless it is pulled more seldom


def pull(worker: Worker) -> None:
    """Follow the child at work, or start one where a source's turn has come, or a new day."""
    now = worker.house.now()
    if worker.working is not None:
        _follow(worker, worker.working, now)
        return
    _schedule(worker, now)
    most = max(worker.every, REST_MOST)
    names: tuple[str, ...] = ()
    for name, turn in worker.turns.items():
        if turn.come(now, most):
            if awake.pulling(worker.house, name):  # a console or a `retcon sync` does the work
                turn.at = now + LOOKED
            else:
                names = (*names, name)
    if names:
        worker.working = Working(worker.start("sync", names), names, now, now)
    elif worker.refresh.come(now):
        worker.refresh.at = now + LOOKED
        with worker.house.database.read() as tx:
            fresh = freshness.holds(worker.house, tx)
        if not fresh:
            worker.working = Working(worker.start("refresh", ()), (), now, now)


def _schedule(worker: Worker, now: datetime) -> None:
    """A turn for each source, the first one when what is known of it is old enough."""
    names = worker.house.source_names
    for name in worker.turns.keys() - set(names):
        del worker.turns[name]
    for name in names:
        if name not in worker.turns:
            with worker.house.database.read() as tx:
                at = cursors.synced_at(tx, [name])
            worker.turns[name] = Turn(now if at is None else min(at, now) + worker.every)


def _follow(worker: Worker, working: Working, now: datetime) -> None:
    if working.child.steps != working.steps:
        working.steps, working.heard = working.child.steps, now
    if working.child.ended is None:
        if now - working.heard < _HANGS:
            return
        worker.say(f"{', '.join(working.names) or 'Recomputing'} said nothing for {length(_HANGS)}, and was ended.")
        working.child.stop()
    ended = working.child.ended or Ended("sync", jobs.INTERRUPTED, trouble="It hung, and was ended.")
    worker.working, worker.judged, worker.news.at = None, None, now
    if not working.names:
        if ended.code == 0:
            worker.refresh.succeeded(now)
            worker.over("refresh", "Recomputing works again.")
            worker.say("Everybody was looked at again.")
        else:
            worker.refresh.failed(now, LOOKED, _PULL_AGAIN)
            worker.trouble("refresh", ended.trouble or "Recomputing did not end well.")
    for name in working.names:
        told = next((result for result in ended.results if result.get("source") == name), {})
        _settle(worker, name, told, ended, now)


def _settle(worker: Worker, name: str, told: Any, ended: Ended, now: datetime) -> None:
    """What became of one source's turn: on schedule where it went well, else after a rest."""
    turn, what = worker.turns.setdefault(name, Turn(now)), f"source {name}"
    if not told.get("ok"):
        most = REST_MOST if told.get("key_refused") else _PULL_AGAIN
        turn.failed(now, worker.every, max(worker.every, most))
        worker.trouble(what, f"{name}: {told.get('error') or ended.trouble or 'It ended before it was done.'}")
        return
    turn.succeeded(now + worker.every)
    worker.over(what, f"{name} answers again.")
    counts = ((told.get("added"), "new"), (told.get("changed"), "changed"), (told.get("removed"), "removed"))
    news = [f"{number:,} {word}" for number, word in counts if number]
    if news:
        worker.say(f"{name}: {', '.join(news)}.")
