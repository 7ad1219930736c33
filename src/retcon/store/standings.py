"""Where customers stand: written whole for a million, read a few at a time."""

import fcntl
import json
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from retcon.model.standing import Band, Cause, Stage, Standing, Tier
from retcon.store.database import Connection, Row, connect, told
from retcon.store.values import instant, moment, seconds

if TYPE_CHECKING:
    from retcon.retention.risk.days import Codes
    from retcon.retention.risk.standings import Standings

T = TypeVar("T")

_COLUMNS = (
    "customer_id",
    "orders",
    "first_order_at",
    "last_order_at",
    "spent_minor",
    "refunded_minor",
    "cycle_days",
    "silent_days",
    "under_way",
    "p_churn",
    "risk_score",
    "band",
    "next_expected_at",
    "next_from_at",
    "next_until_at",
    "expected_orders",
    "clv_minor",
    "clv_low_minor",
    "clv_high_minor",
    "yearly_minor",
    "category",
    "stake_minor",
    "tier",
    "stage",
    "causes",
)
# Where a pass over everybody gathers its rows, and how every other pass names its indexes: SQLite renames none.
_NEXT, _OTHER = "standings_next", "_2"
_AMONG = "customer_id in (select value from json_each(?))"


@contextmanager
def turn(file: Path) -> Generator[None]:
    """Those who write standings take turns, by a lock beside the file that the system frees when one dies."""
    with file.with_name(f".{file.name}.standings.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def save(tx: Connection, standings: "Standings", customer_ids: Sequence[int]) -> None:
    """Write the standings in place of those of these customers; who is not among them stands nowhere."""
    tx.execute(f"delete from standings where {_AMONG}", (json.dumps(list(customer_ids)),))
    _insert(tx, "standings", standings)


def rewrite(file: Path, parts: "Iterable[Standings]") -> int:
    """Write where everybody stands in place of all that stood, one part after the other; returns how many stand.

    The parts gather in a table that nobody reads, and the last step puts it in the place of the old one: until then
    everybody sees the old standings, and others can write between two steps. What a writer that died left is dropped
    by the next one. Raises StoreError where the file cannot be written.
    """
    with told(file), closing(connect(file)) as own:
        own.execute("pragma temp_store = file")  # SQLite sorts for an index three times as quickly as in memory
        own.execute("pragma synchronous = normal")  # what is lost with the machine's power is written again
        own.execute("pragma foreign_keys = off")  # whoever has ordered is a customer
        _step(own, _begin)
        number = 0
        for part in parts:
            _step(own, lambda tx, part=part: _insert(tx, _NEXT, part))
            number += len(part.summary)
        for sort in _step(own, _sorts):
            _step(own, sort)
        _step(own, _publish)
        return number


def _step(own: Connection, work: Callable[[Connection], T]) -> T:
    """One transaction."""
    own.execute("begin immediate")
    with own:
        return work(own)


def _begin(tx: Connection) -> None:
    """An empty table beside the standings, made like them; without an index, so that rows come in quickly."""
    tx.execute(f"drop table if exists {_NEXT}")
    made = tx.execute("select sql from sqlite_master where name = 'standings'").fetchone()[0]
    tx.execute(f"create table {_NEXT} {made[made.index('(') :]}")


def _sorts(tx: Connection) -> list[Callable[[Connection], Any]]:
    """What makes each index of the standings on the table beside them, under one of two names in turn."""
    made = tx.execute("select name, sql from sqlite_master where type = 'index' and tbl_name = 'standings'").fetchall()
    return [
        lambda tx, name=name, sql=sql: tx.execute(
            f"create index {name.removesuffix(_OTHER) if name.endswith(_OTHER) else name + _OTHER} on {_NEXT}"
            f" {sql[sql.index('(') :]}"
        )
        for name, sql in made
    ]


def _publish(tx: Connection) -> None:
    # Somebody may have become a part of somebody else meanwhile.
    tx.execute(f"delete from {_NEXT} where customer_id in (select id from customers where merged_into is not null)")
    tx.execute("drop table standings")
    tx.execute(f"alter table {_NEXT} rename to standings")


def _insert(tx: Connection, table: str, standings: "Standings") -> None:
    tx.executemany(
        f"insert into {table} ({', '.join(_COLUMNS)}) values ({', '.join('?' * len(_COLUMNS))})", _rows(standings)
    )


def get(tx: Connection, ids: Sequence[int]) -> dict[int, Standing]:
    """The standing of each of these customers that has one, by id."""
    rows = tx.execute(f"select * from standings where {_AMONG}", (json.dumps(list(ids)),))
    return {row["customer_id"]: _standing(row) for row in rows}


def every(tx: Connection) -> Iterator[Standing]:
    """All standings, one at a time."""
    return (_standing(row) for row in tx.execute("select * from standings order by customer_id"))


def within(tx: Connection, first_since: datetime, least: int, most: int) -> Iterator[Standing]:
    """Those whose first order was placed since then, or who have been silent for so many days, one at a time."""
    asked = (seconds(first_since), least, most)
    rows = tx.execute("select * from standings where first_order_at >= ? or silent_days between ? and ?", asked)
    return map(_standing, rows)


def largest(tx: Connection) -> tuple[int, int, int] | None:
    """Who has ordered most, how often, and how often all together; None where nobody did."""
    row = tx.execute(
        "select customer_id, orders, (select sum(orders) from standings) from standings order by orders desc limit 1"
    ).fetchone()
    return None if row is None else (row[0], row[1], row[2])


def count(tx: Connection) -> int:
    """How many customers stand somewhere."""
    return tx.execute("select count(*) from standings").fetchone()[0]


def _rows(standings: "Standings") -> Iterator[tuple[Any, ...]]:
    """The columns as rows of the table; plain Python values, the only ones that SQLite takes."""
    from retcon.retention.lifecycle import STAGES
    from retcon.retention.risk.bands import BANDS
    from retcon.retention.tiers import TIERS

    summary, scores, expected = standings.summary, standings.scores, standings.next
    return zip(
        summary.customer_ids.tolist(),
        summary.orders.tolist(),
        summary.first_at.tolist(),
        summary.last_at.tolist(),
        summary.spent.astype(int).tolist(),
        summary.refunded.astype(int).tolist(),
        summary.cycle_days.tolist(),  # SQLite writes NaN as NULL
        summary.silent_days.tolist(),
        summary.under_way.astype(int).tolist(),
        scores.p_churn.tolist(),
        standings.risk_score.tolist(),
        _words(BANDS, standings.band),
        *([at or None for at in times.tolist()] for times in (expected.at, expected.earliest, expected.latest)),
        scores.expected_orders.tolist(),
        standings.clv.tolist(),
        standings.clv_low.tolist(),
        standings.clv_high.tolist(),
        standings.yearly.tolist(),
        standings.category,
        standings.stake.tolist(),
        _words(TIERS, standings.tier),
        _words(STAGES, standings.stage),
        _causes(standings),
        strict=True,
    )


def _words(words: Iterable[StrEnum], codes: "Codes") -> list[str]:
    values = [word.value for word in words]  # an enum's value is a call
    return [values[code] for code in codes.tolist()]


def _causes(standings: "Standings") -> list[str]:
    """The causes of each customer as JSON; their figures are whole numbers."""
    import numpy as np

    written = np.full(len(standings.summary), "", object)
    for column in standings.causes:
        start = f',["{column.code}",'
        figures = zip(column.value.tolist(), column.base.tolist(), column.weight.tolist(), strict=True)
        written[column.rows] += np.array(
            [f"{start}{value},{base},{weight}]" for value, base, weight in figures], object
        )
    return [f"[{causes[1:]}]" for causes in written.tolist()]


def _standing(row: Row) -> Standing:
    return Standing(
        customer_id=row["customer_id"],
        orders=row["orders"],
        first_order_at=instant(row["first_order_at"]),
        last_order_at=instant(row["last_order_at"]),
        spent_minor=row["spent_minor"],
        refunded_minor=row["refunded_minor"],
        cycle_days=row["cycle_days"],
        silent_days=row["silent_days"],
        under_way=bool(row["under_way"]),
        p_churn=row["p_churn"],
        risk_score=row["risk_score"],
        band=Band(row["band"]),
        next_expected_at=None if row["next_expected_at"] is None else moment(row["next_expected_at"]),
        next_from_at=instant(row["next_from_at"]),
        next_until_at=instant(row["next_until_at"]),
        expected_orders=row["expected_orders"],
        clv_minor=row["clv_minor"],
        clv_low_minor=row["clv_low_minor"],
        clv_high_minor=row["clv_high_minor"],
        yearly_minor=row["yearly_minor"],
        category=row["category"],
        stake_minor=row["stake_minor"],
        tier=Tier(row["tier"]),
        stage=Stage(row["stage"]),
        causes=tuple(Cause(*cause) for cause in json.loads(row["causes"])),
    )
