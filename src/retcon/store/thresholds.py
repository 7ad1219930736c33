"""Warning and alarm levels that the shop has of its own, by tier and product category, and what the past proposes."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from retcon.model.standing import Tier
from retcon.model.thresholds import Suggestion, Threshold
from retcon.store import facts
from retcon.store.database import Connection
from retcon.store.values import moment, seconds

_PLACES = {tier: place for place, tier in enumerate(Tier)}


def every(tx: Connection) -> tuple[Threshold, ...]:
    """All of them, tier by tier, what holds for all categories first."""
    rows = tx.execute("select tier, category, warning, alarm, evidence, at from thresholds").fetchall()
    found = (
        Threshold(tier=Tier(tier), category=category, warning=warning, alarm=alarm, evidence=evidence, at=moment(at))
        for tier, category, warning, alarm, evidence, at in rows
    )
    return tuple(sorted(found, key=lambda one: (_PLACES[one.tier], one.category)))


def find(tx: Connection, tier: Tier, category: str) -> Threshold | None:
    """The levels of exactly this tier and category, None where there are none of their own."""
    return next((one for one in every(tx) if (one.tier, one.category) == (tier, category)), None)


def put(tx: Connection, threshold: Threshold, now: datetime) -> None:
    """Let these levels hold for their tier and category from now on."""
    tx.execute(
        "insert or replace into thresholds (tier, category, warning, alarm, evidence, at) values (?, ?, ?, ?, ?, ?)",
        (
            threshold.tier.value,
            threshold.category,
            threshold.warning,
            threshold.alarm,
            threshold.evidence,
            seconds(now),
        ),
    )


def drop(tx: Connection, tier: Tier, category: str) -> None:
    """The tier and category have no levels of their own any more."""
    tx.execute("delete from thresholds where tier = ? and category = ?", (tier.value, category))


def row(tx: Connection, tier: str, category: str) -> dict[str, Any]:
    """As it is kept, in the form that `restore` takes; without levels where there are none of their own."""
    found = tx.execute("select * from thresholds where tier = ? and category = ?", (tier, category)).fetchone()
    return {"tier": tier, "category": category} if found is None else dict(found)


def restore(tx: Connection, kept: Mapping[str, Any]) -> None:
    """Put back what `row` gave."""
    drop(tx, Tier(kept["tier"]), kept["category"])
    if "at" in kept:
        columns = ("tier", "category", "warning", "alarm", "evidence", "at")
        tx.execute(
            "insert into thresholds (tier, category, warning, alarm, evidence, at) values (?, ?, ?, ?, ?, ?)",
            [kept[name] for name in columns],
        )


_SUGGESTION = "thresholds_suggestion"
# Messages that ask somebody back; a parcel note or an answer asks nobody.
_ASKED = """
    select customer_id, coalesce(sent_at, approved_at) from outbox
    where purpose = 'marketing' and not rehearsal and state in ('sent', 'delivered', 'read', 'uncertain')
    order by customer_id
"""


def keep_suggestion(tx: Connection, suggestion: Suggestion) -> None:
    """Keep this one in place of the last."""
    facts.put(tx, _SUGGESTION, json.dumps(suggestion.as_dict()))


def suggestion(tx: Connection) -> Suggestion | None:
    """The last one; None where there is none, or only another version's."""
    written = facts.get(tx, _SUGGESTION)
    if written is None:
        return None
    try:
        return Suggestion.from_dict(json.loads(written))
    except (KeyError, TypeError, ValueError):
        return None


def asked_back(tx: Connection) -> tuple[list[int], list[int]]:
    """Who was sent advertising from here, and when (seconds): who comes back after it doesn't come by themselves."""
    rows = tx.execute(_ASKED).fetchall()
    return [row[0] for row in rows], [row[1] for row in rows]
