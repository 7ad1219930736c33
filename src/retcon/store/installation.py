"""Whether this file is where it was: a copy may hold what has left since, so its queue needs the operator.

An installation id stands in the file and, with the machine it belongs to, in the state folder. Where they differ
(a restored backup, a file carried to another machine) the file is a copy; it then gets an id of its own.
"""

import hashlib
import hmac
import json
import secrets
import uuid
from pathlib import Path

from retcon.errors import StoreError
from retcon.store import facts
from retcon.store.database import Connection, Database

_NAME = "installation"
_LINK_KEY = "link_key"
# What `disown` writes: no installation has this id, so the next opening sees a copy.
_NOBODY = "nobody"


def is_copy(database: Database, state: Path) -> bool:
    """Whether the file came from elsewhere; a new file is given its id here."""
    with database.read() as tx:
        known = facts.get(tx, _NAME)
    if known is None:
        adopt(database, state)
        return False
    return _beside(state) != (known, _machine())


def adopt(database: Database, state: Path) -> None:
    """Give the file an id of its own on this machine."""
    name = uuid.uuid4().hex[:12]
    database.write(lambda tx: facts.put(tx, _NAME, name))
    try:
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        written = json.dumps({"installation": name, "machine": _machine()})
        (state / "installation.json").write_text(written, encoding="utf-8")
    except OSError as error:
        raise StoreError(
            f"{state} cannot be written ({error.strerror}), so this installation cannot be told from a copy.",
            "Make the folder writable, or name another with --home.",
        ) from None


def disown(tx: Connection) -> None:
    """Mark the file as nobody's: the next opening takes it for the copy that it is."""
    facts.put(tx, _NAME, _NOBODY)


def name(tx: Connection) -> str:
    """The installation's id; part of every idempotency key."""
    return facts.get(tx, _NAME) or _NOBODY


def key(tx: Connection, what: str) -> str:
    """The idempotency key of that: no other installation makes the same one, and nobody guesses it.

    Customers see theirs in the Message-ID, and whoever names one is believed that its message arrived, or came back.
    """
    named = f"{what}.{name(tx)}"
    seal = hmac.digest(link_key(tx).encode(), f"retcon message {named}".encode(), "sha256")
    return f"{what}.{seal[:8].hex()}.{name(tx)}"


def link_key(tx: Connection) -> str:
    """The key that seals what stands in links; made once, in the first writing transaction that asks.

    A copy of the file keeps it, so links that were sent before a restore still hold.
    """
    key = facts.get(tx, _LINK_KEY)
    if key is None:
        key = secrets.token_hex(32)
        facts.put(tx, _LINK_KEY, key)
    return key


def _beside(state: Path) -> tuple[str, str] | None:
    try:
        known = json.loads((state / "installation.json").read_text(encoding="utf-8"))
        return known["installation"], known["machine"]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _machine() -> str:
    """The machine in a word that tells nothing of it; empty where the system has none (two such look alike)."""
    try:
        found = Path("/etc/machine-id").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return hashlib.sha256(f"retcon {found}".encode()).hexdigest()[:12]
