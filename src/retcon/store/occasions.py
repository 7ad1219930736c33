"""What rules of the playbook ask: what somebody reviewed, was given, was told; and for whom something happened."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from retcon.frozen import dataclass
from retcon.model.orders import Coupon, Review
from retcon.store import catalog
from retcon.store.database import Connection, plain
from retcon.store.values import instant, moment, seconds, words

_AMONG = "in (select value from json_each(?))"


def reviews_of(tx: Connection, ids: Iterable[int]) -> dict[int, tuple[Review, ...]]:
    """What each of these customers said of products, oldest first."""
    rows = tx.execute(
        f"select * from reviews where customer_id {_AMONG} and not removed order by created_at, source_id",
        (json.dumps(list(ids)),),
    )
    found: dict[int, tuple[Review, ...]] = {}
    for row in rows:
        found[row["customer_id"]] = (*found.get(row["customer_id"], ()), catalog.review(row))
    return found


_GIVEN = """
    from coupons c, json_each(c.given_to) g join identities i on i.kind = 'email' and i.value = g.value
    where c.given_to <> '[]' and not c.removed
"""


def coupons_of(tx: Connection, ids: Iterable[int]) -> dict[int, tuple[Coupon, ...]]:
    """The coupons that were given to each of these customers alone and that they never used, oldest first."""
    rows = tx.execute(
        f"""
        select distinct i.customer_id as given_id, c.* {_GIVEN} and i.customer_id {_AMONG}
          and not exists (
              select 1 from orders o, json_each(o.coupon_codes) u
              where o.customer_id = i.customer_id and not o.removed and o.state in ('open', 'paid', 'refunded')
                and u.value = c.code
          )
        order by c.created_at, c.source, c.source_id
        """,
        (json.dumps(list(ids)),),
    )
    found: dict[int, tuple[Coupon, ...]] = {}
    for row in rows:
        coupon = Coupon(
            source=row["source"],
            source_id=row["source_id"],
            code=row["code"],
            kind=row["kind"],
            amount=row["amount"],
            expires_at=instant(row["expires_at"]),
            used=row["used"],
            modified_at=instant(row["modified_at"]),
            given_to=words(row["given_to"]),
            created_at=instant(row["created_at"]),
        )
        found[row["given_id"]] = (*found.get(row["given_id"], ()), coupon)
    return found


def spoke_of(tx: Connection, ids: Iterable[int]) -> dict[int, datetime]:
    """When the seller last wrote to each of these customers: a message that left from here, or an answer elsewhere."""
    rows = tx.execute(
        """
        select customer_id, max(at) from (
            select o.customer_id, o.sent_at as at from outbox o
            where o.customer_id in (select value from json_each(:ids)) and not o.rehearsal
              and o.state in ('sent', 'delivered', 'read')
            union all
            select t.customer_id, t.answered_at from threads t
            where t.customer_id in (select value from json_each(:ids)) and t.answered_at is not null and exists (
                select 1 from messages m where m.thread_id = t.id and +m.direction = 'in' and not m.automatic
                  and m.at <= t.answered_at
            )
        ) group by customer_id
        """,
        {"ids": json.dumps(list(ids))},
    )
    return {row[0]: moment(row[1]) for row in rows if row[1] is not None}


# ---- for whom something happened ----------------------------------------------------------------------------


def cancelled(tx: Connection, since: datetime) -> set[int]:
    """Whose order was cancelled since the time."""
    rows = plain(
        tx,
        "select customer_id from orders where state = 'cancelled' and coalesce(modified_at, placed_at) >= ?",
        (seconds(since),),
    )
    return {row[0] for row in rows}


def reviewed(tx: Connection, since: datetime) -> set[int]:
    """Who has said something of a product since the time."""
    rows = plain(
        tx,
        "select customer_id from reviews where created_at >= ? and customer_id is not null and not removed",
        (seconds(since),),
    )
    return {row[0] for row in rows}


def let_expire(tx: Connection, since: datetime, until: datetime) -> set[int]:
    """To whom a coupon was given that ended between the times."""
    rows = plain(
        tx,
        f"select i.customer_id {_GIVEN} and c.expires_at >= ? and c.expires_at <= ?",
        (seconds(since), seconds(until)),
    )
    return {row[0] for row in rows}


def delivered(tx: Connection, since: datetime, until: datetime, under_way: timedelta) -> set[int]:
    """Whose parcel arrived between the times; none is under way for longer than that."""
    rows = plain(
        tx,
        "select customer_id from orders where placed_at >= ? and delivered_at between ? and ?",
        (seconds(since - under_way), seconds(since), seconds(until)),
    )
    return {row[0] for row in rows}


def decided(tx: Connection, rule: str, since: datetime) -> set[int]:
    """For whom something of the rule was decided since the time."""
    rows = plain(
        tx,
        "select customer_id from actions"
        " where rule = ? and decided_at >= ? and state in ('approved', 'done', 'skipped')",
        (rule, since.timestamp()),
    )
    return {row[0] for row in rows}


@dataclass(frozen=True, slots=True)
class Age:
    """How many days ago an article must have come: from `low` to `high`, and so many more for each piece of it."""

    low: int
    high: int
    per_piece: int = 0


def aged(tx: Connection, ages: Mapping[str, Age], now: datetime) -> set[int]:
    """Whose last order of one of these articles ("woo:7") arrived, or was placed, so many days ago."""
    if not ages:
        return set()
    wanted = [(*key.split(":", 1), age.low, age.high, age.per_piece) for key, age in ages.items()]
    rows = plain(
        tx,
        """
        with wanted as materialized (
            select value ->> 0 as source, value ->> 1 as product, value ->> 2 as low, value ->> 3 as high,
                value ->> 4 as piece
            from json_each(:wanted)
        ), theirs as (
            select o.customer_id, w.low, w.high, w.piece, l.quantity, max(o.placed_at),
                (:now - coalesce(o.delivered_at, o.placed_at)) / 86400.0 as days
            from order_lines l join wanted w on w.product = l.product_id
            join orders o on o.id = l.order_id and o.source = w.source
            where o.state = 'paid' and not o.removed and not o.gift and o.placed_at <= :now
            group by o.customer_id, w.source, w.product
        )
        select distinct customer_id from theirs
        where days between low + piece * (max(quantity, 1) - 1) - 1 and high + piece * max(quantity, 1) + 1
        """,
        {"wanted": json.dumps(wanted), "now": seconds(now)},
    )
    return {row[0] for row in rows}


def countries(tx: Connection) -> set[str]:
    """Where customers live."""
    return {row[0] for row in plain(tx, "select distinct country from customers where country <> ''")}


def homes(tx: Connection) -> set[tuple[str, str]]:
    """Where customers live: countries, with the part of the country where that is known."""
    return set(plain(tx, "select distinct country, subdivision from customers where country <> ''"))


def allowed_relationship(tx: Connection) -> set[int]:
    """Who has said yes to messages that are no advertising."""
    rows = plain(tx, "select customer_id from consents where purpose = 'relationship' and state = 'granted'")
    return {row[0] for row in rows}


def stakes(tx: Connection) -> dict[int, int]:
    """What is at stake with everybody."""
    return {row[0]: row[1] for row in plain(tx, "select customer_id, stake_minor from standings")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitting:
    """What a rule asks of where somebody stands; None and empty where it doesn't ask. Ranges are inclusive."""

    first_order: tuple[datetime, datetime] | None = None  # placed between
    last_order: tuple[datetime, datetime] | None = None
    silent_days: tuple[int, int | None] | None = None
    orders: tuple[int, int | None] | None = None
    tier: frozenset[str] = frozenset()
    not_tier: frozenset[str] = frozenset()
    band: frozenset[str] = frozenset()
    stage: frozenset[str] = frozenset()
    countries: frozenset[str] | None = None
    not_countries: frozenset[str] = frozenset()


def fitting(tx: Connection, asked: Fitting) -> list[int]:
    """Who stands where it is asked, those with most at stake first."""
    conditions, values = ["true"], dict[str, int | str]()

    def between(column: str, low: int, high: int | None) -> None:
        conditions.append(f"s.{column} >= :{column}_low" + (f" and s.{column} <= :{column}_high" if high else ""))
        values[f"{column}_low"] = low
        if high:
            values[f"{column}_high"] = high

    for column, times in (("first_order_at", asked.first_order), ("last_order_at", asked.last_order)):
        if times is not None:
            between(column, seconds(times[0]) or 0, seconds(times[1]))
    for column, numbers in (("silent_days", asked.silent_days), ("orders", asked.orders)):
        if numbers is not None:
            low, high = numbers
            conditions.append(f"s.{column} >= {int(low)}" + ("" if high is None else f" and s.{column} <= {int(high)}"))
    for column, said, sign in (
        ("s.tier", asked.tier, ""),
        ("s.tier", asked.not_tier, "not "),
        ("s.band", asked.band, ""),
        ("s.stage", asked.stage, ""),
        ("c.country", asked.countries, ""),
        ("c.country", asked.not_countries, "not "),
    ):
        if said or (said is not None and column == "c.country" and not sign):
            name = f"w{len(values)}"
            conditions.append(f"{column} {sign}in (select value from json_each(:{name}))")
            values[name] = json.dumps(sorted(said))
    of_country = asked.countries is not None or asked.not_countries
    people = "join customers c on c.id = s.customer_id" if of_country else ""
    where = " and ".join(conditions)
    rows = plain(
        tx, f"select s.customer_id from standings s {people} where {where} order by s.stake_minor desc, 1", values
    )
    return [row[0] for row in rows]
