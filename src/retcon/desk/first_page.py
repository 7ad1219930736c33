"""Today as far as its first page goes: what is painted first takes as long however much is due below it."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

from retcon.desk import today
from retcon.desk.house import House
from retcon.desk.today import Line, Rank, Today
from retcon.model.playbook import Moment
from retcon.retention import answering
from retcon.store import actions
from retcon.store import due as dues
from retcon.store.due import Due


class _Row(NamedTuple):
    """A row of Today before anything but its place is known."""

    rank: Rank
    due: Sequence[Due] = ()
    line: Line | None = None  # of an outbox row, which is known whole


def load(house: House, rows: int) -> Today:
    """The first rows of Today, as many as were asked for and fewer where a fold is large; all of it if that is all.

    `unread` and `unread_minor` tell what is left out; `today.load` reads it.
    """
    now, version = house.now(), house.database.data_version()
    with house.database.read() as tx:
        due = dues.briefly(tx, now, today.MOST)
        every = sorted((*_rows(due, now), *_outbox(today.needs_you(tx))), key=itemgetter(0))
        shown = list(_first(every, rows))
        ids = [one.id for row in shown for one in row.due]
        known = actions.by_ids(tx, ids)
        found = today.items(house, tx, [known[id_] for id_ in ids], now)
        lines = today.in_order((*today.folded(found), *(row.line for row in shown if row.line is not None)), now)
        below = every[len(shown) :]
        return today.board(
            house,
            tx,
            now,
            lines,
            version,
            unread=sum(len(row.due) or 1 for row in below),
            unread_minor=sum(one.stake_minor for row in below for one in row.due),
        )


def _first(every: Sequence[_Row], rows: int) -> Iterator[_Row]:
    """The rows from the top on; a fold of more people than there are rows ends them."""
    room = 2 * rows
    for row in every[:rows]:
        room -= len(row.due) or 1
        if room < 0:
            return
        yield row


def _rows(due: Sequence[Due], now: datetime) -> Iterator[_Row]:
    """As `today.folded` makes rows of them."""
    by_rule: dict[str, list[Due]] = {}
    for one in due:
        if one.personal:
            yield _row([one], now)
        else:
            by_rule.setdefault(one.rule, []).append(one)
    for alike in by_rule.values():
        yield _row(alike, now)


def _row(due: Sequence[Due], now: datetime) -> _Row:
    first, folded = due[0], len(due) > 1
    moment = Moment(first.moment)
    stake = sum(one.stake_minor for one in due) if folded else first.stake_minor
    key = f"fold:{first.rule}" if folded else f"action:{first.id}"
    if moment is not Moment.ANSWER:
        return _Row(today.rank(moment, key, stake), due)
    asleep = answering.daytime(json.loads(first.zones), now) is False
    placed = today.rank(
        moment, key, stake, urgency=first.urgency, folded=folded, asleep=asleep, since=float(first.since)
    )
    return _Row(placed, due)


def _outbox(lines: Iterator[Line]) -> Iterator[_Row]:
    return (_Row(today.rank(line.moment, line.key, line.stake_minor), line=line) for line in lines)
