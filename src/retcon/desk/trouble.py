"""What does not work at the moment, in a sentence for the screen: no network, a refused key, a channel in trouble."""

import re
from datetime import datetime

from retcon import localtime, text
from retcon.desk.house import House
from retcon.store import channel_states, cursors
from retcon.store.database import Connection

_KEYS = {
    "woocommerce": ("WooCommerce refuses the key", "Orders stand"),
    "imap": ("The mailbox refuses the password", "Mail stands"),
    "telegram": ("Telegram refuses the token", "Chats stand"),
}


def words(house: House, tx: Connection, offline: datetime | None, waiting: int, now: datetime) -> str:
    """What does not work at the moment and what that means, in a sentence; empty where all does."""
    zone = house.settings.shop.timezone
    if offline is not None:
        one = "waits here and is checked again before it leaves."
        many = "wait here and are checked again before they leave."
        waits = f" {waiting} {one if waiting == 1 else many}" if waiting else ""
        return f"Offline since {localtime.when(offline, now, zone)}.{waits}"
    for name in house.source_names:
        run = cursors.last(tx, name)
        if run is None or run.ok:
            continue
        well = cursors.synced_at(tx, [name])
        if not run.key_refused or well is None:
            return _first(run.error)
        who, what = _KEYS.get(run.kind, (f"{text.line(name)} refuses the key", "What is known stands"))
        code = re.search(r" \(\d{3}\)", run.error)
        return f"{who}{code[0] if code else ''}. {what} as of {localtime.when(well, now, zone)}."
    return next((_first(trouble.reason) for trouble in channel_states.every(tx).values()), "")


def _first(told: str) -> str:
    """What happened, of all that is told; the rest is in the log."""
    return text.sentence(text.line(told).partition(". ")[0])
