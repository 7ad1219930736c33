"""Evidence that our mail arrives signed: one of ours, seen in our own mailbox, and what its server found of it."""

import json
from collections.abc import Sequence

from retcon import localtime
from retcon.model.conversations import Authenticated
from retcon.store import facts, outbox
from retcon.store.transitions import Event
from retcon.sync import conversations
from retcon.sync.incoming import Counts, Incoming

# In the facts: the newest one as JSON with source_id, domain, at (ISO 8601), spf, dkim and dmarc.
FACT = "mail_authentication"


def keep_authenticated(intake: Incoming, told: Sequence[Authenticated]) -> Counts:
    """Keep the newest of those that retcon sent, and that they arrived.

    Others are passed over: anybody can write a mail that says it is ours.
    """
    changed = sum(_arrived(intake, each) for each in told)
    return Counts(len(told), changed=changed, unchanged=len(told) - changed)


def _arrived(intake: Incoming, seen: Authenticated) -> bool:
    tx = intake.tx
    row = conversations.ours(tx, seen.source_id)
    if row is None:
        return False
    assert intake.context is not None
    external_id = row.external_id or f"<{seen.source_id}>"
    after = outbox.receipt(tx, row.key, Event.ARRIVED, intake.context.now(), at=seen.at, external_id=external_id)
    before = facts.get(tx, FACT)
    at = localtime.stamp(seen.at)
    newer = before is None or localtime.instant(json.loads(before)["at"]) < localtime.instant(at)
    if newer:
        found = {"spf": seen.spf, "dkim": seen.dkim, "dmarc": seen.dmarc}
        facts.put(tx, FACT, json.dumps({"source_id": seen.source_id, "domain": seen.domain, "at": at, **found}))
    return newer or (after is not None and after.state is not row.state)
