"""Whether mail in the shop's name is believed where it arrives, and whether somebody reads what comes back."""

import json
from email.utils import parseaddr
from typing import Any

from retcon import localtime
from retcon.config import Plugin
from retcon.desk.doctor import Check
from retcon.desk.house import House
from retcon.platforms.dns import Resolve
from retcon.store import facts
from retcon.store.database import Connection

# Written by the intake (sync/authenticated.py): what our own mailbox's server found of a mail that retcon sent.
_FOUND = "mail_authentication"
_SECONDS = 3.0


def seen(tx: Connection) -> dict[str, Any] | None:
    """What was found of our newest mail that came back into our own mailbox; None where none was seen."""
    known = facts.get(tx, _FOUND)
    return json.loads(known) if known else None


def spf(channel: Plugin, resolve: Resolve) -> Check:
    """Whether the sender's domain names the servers that may send for it (RFC 7208)."""
    domain = _address(channel.settings.from_).rpartition("@")[2]
    records = resolve(domain, _SECONDS)
    if records is None:
        return Check(name="spf", ok=True, words=f"SPF of {domain}: not known, nobody could be asked from here.")
    named = [record for record in records if record.lower().split(" ")[0] == "v=spf1"]
    if len(named) == 1:
        return Check(name="spf", ok=True, words=f"SPF: {domain} names the servers that may send for it.")
    what = "names them twice, so neither counts" if named else "names no servers that may send for it"
    return Check(
        name="spf",
        ok=False,
        words=f"SPF: {domain} {what}.",
        hint=f"Ask your mail provider for its SPF line, a TXT record of {domain} that begins with v=spf1.",
    )


def signed(house: House, tx: Connection, channel: Plugin) -> Check:
    """Whether our mail arrives signed (DKIM, RFC 6376), by what our own mailbox saw of it."""
    domain = _address(channel.settings.from_).rpartition("@")[2].lower()
    found = seen(tx)
    if found is None or str(found.get("domain", "")).lower() != domain:
        reads = any(plugin.kind == "imap" for plugin in house.settings.sources)
        return Check(
            name="dkim",
            ok=not reads,
            words=f"DKIM: not known yet whether mail of {domain} arrives signed."
            + ("" if reads else " Look for dkim=pass in the source of a practice mail."),
            hint="Send a practice mail to an address that lands in your own mailbox, then: retcon sync",
        )
    day = localtime.local(localtime.instant(found["at"]), house.settings.shop.timezone)
    said = ", ".join(f"{name.upper()} {found.get(name) or 'not told'}" for name in ("dkim", "spf", "dmarc"))
    ok = found.get("dkim") in ("pass", "")
    return Check(
        name="dkim",
        ok=ok,
        words=f"Your mail of {day:%a} {day.day} {day:%b} arrived with {said}.",
        hint=f"Switch DKIM on for {domain} at your mail provider; else much of your mail is taken for spam.",
    )


def unsubscribe(house: House, channel: Plugin) -> Check:
    """Whether retcon reads the mailbox that answers and unsubscriptions go to."""
    address = _address(channel.settings.reply_to or channel.settings.from_)
    mailboxes = [plugin for plugin in house.settings.sources if plugin.kind == "imap"]
    reader = next((plugin for plugin in mailboxes if _reads(plugin, address)), None)
    if reader is not None:
        words = f"Who unsubscribes writes to {address}, and [sources.{reader.name}] reads that."
        return Check(name="unsubscribe", ok=True, words=words)
    hint = (
        f'If its mail arrives there, write own = ["{address}"] under [sources.{mailboxes[0].name}].'
        if mailboxes
        else 'Add [sources.NAME] with kind = "imap"; else look there each day, and write each no down: retcon consent'
    )
    words = f"Who unsubscribes writes to {address}, and retcon doesn't read that mailbox."
    return Check(name="unsubscribe", ok=False, words=words, hint=hint)


def _reads(mailbox: Plugin, address: str) -> bool:
    """Whether mail to the address arrives in the mailbox, by its settings."""
    written = (mailbox.settings.user, *getattr(mailbox.settings, "own", ()))
    known = {_address(each).lower() for each in written}
    return address.lower() in known or f"@{address.rpartition('@')[2].lower()}" in known


def _address(written: str) -> str:
    return parseaddr(written)[1] or written.strip()
