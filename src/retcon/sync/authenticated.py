"""Evidence that our mail arrives signed: one of ours, seen in our own mailbox, and what its server found of it."""

import json
from collections.abc import Sequence

from retcon import localtime
from retcon.model.conversations import Authenticated
from retcon.store import facts, outbox
from retcon.sync.incoming import Counts, Incoming

# In the facts: the newest one as JSON with source_id, domain, at (ISO 8601), spf, dkim and dmarc.
FACT = "mail_authentication"


def keep_authenticated(intake: Incoming, told: Sequence[Authenticated]) -> Counts:
    """Keep the newest of those that retcon sent: anybody can write a mail that says it is ours."""
    keys = {each.source_id: each.source_id.rpartition("@")[0] for each in told}
    sent = outbox.by_keys(intake.tx, filter(None, keys.values()))
    ours = sorted((each for each in told if keys[each.source_id] in sent), key=lambda each: each.at)
    newest = ours[-1] if ours else None
    if newest is None:
        return Counts(len(told), unchanged=len(told))
    before = facts.get(intake.tx, FACT)
    now = {
        "source_id": newest.source_id,
        "domain": newest.domain,
        "at": localtime.stamp(newest.at),
        "spf": newest.spf,
        "dkim": newest.dkim,
        "dmarc": newest.dmarc,
    }
    if before is not None and json.loads(before)["at"] >= now["at"]:
        return Counts(len(told), unchanged=len(told))
    facts.put(intake.tx, FACT, json.dumps(now))
    return Counts(len(told), changed=1, unchanged=len(told) - 1)
