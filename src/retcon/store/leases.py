"""Leases: who is at a piece of work that only one may do, until when; a dead owner frees it at once."""

import json
import os
import socket
import subprocess
from dataclasses import astuple
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from retcon.frozen import dataclass
from retcon.store.database import Connection
from retcon.store.values import moment, seconds


@dataclass(frozen=True, slots=True)
class Owner:
    """A process, told from every other: `boot` from those before the machine started, `start` from a reused pid.

    `boot` and `start` are empty where the system doesn't tell them.
    """

    host: str
    boot: str
    pid: int
    start: str

    def __str__(self) -> str:
        return json.dumps(astuple(self), ensure_ascii=False)

    @staticmethod
    def read(written: str) -> "Owner":
        """The owner that `str` wrote."""
        host, boot, pid, start = json.loads(written)
        return Owner(host, boot, pid, start)

    def is_dead(self) -> bool:
        """Whether the process has certainly ended: it was of this machine and boot, and is gone or another's now."""
        here = this_process()
        if (self.host, self.boot) != (here.host, here.boot) or os.name != "posix":
            return False
        return not _runs(self.pid) or (self.start != "" and _start_of(self.pid) != self.start)


@dataclass(frozen=True, slots=True)
class Held:
    """Who has a lease, and until when (UTC)."""

    owner: Owner
    until: datetime


def take(tx: Connection, name: str, owner: Owner, now: datetime, length: float) -> int | None:
    """Take the lease for so many seconds; its token, higher each time, or None where a living owner has it.

    An owner that has it already doesn't get it twice.
    """
    if holder(tx, name, now) is not None:
        return None
    row = tx.execute(
        """
        insert into leases (name, owner, token, until) values (?, ?, 1, ?)
        on conflict (name) do update set owner = excluded.owner, token = token + 1, until = excluded.until
        returning token
        """,
        (name, str(owner), seconds(now + timedelta(seconds=length))),
    )
    return row.fetchone()[0]


def renew(tx: Connection, name: str, token: int, now: datetime, length: float) -> bool:
    """Keep the lease for so many seconds more; False where somebody else has taken it since."""
    until = seconds(now + timedelta(seconds=length))
    return tx.execute("update leases set until = ? where name = ? and token = ?", (until, name, token)).rowcount == 1


def release(tx: Connection, name: str, token: int) -> None:
    """Give the lease back; nothing happens where somebody else has taken it since."""
    tx.execute("update leases set until = 0 where name = ? and token = ?", (name, token))


def holder(tx: Connection, name: str, now: datetime) -> Held | None:
    """Who has the lease; None where nobody does, its time is over, or its owner is dead."""
    row = tx.execute("select owner, until from leases where name = ?", (name,)).fetchone()
    if row is None or moment(row["until"]) <= now:
        return None
    owner = Owner.read(row["owner"])
    return None if owner.is_dead() else Held(owner, moment(row["until"]))


def this_process() -> Owner:
    """The process that asks."""
    return _owner_of(os.getpid())


@cache
def _owner_of(pid: int) -> Owner:
    return Owner(socket.gethostname(), _boot(), pid, _start_of(pid))


@cache
def _boot() -> str:
    """This start of the machine, and the pid namespace within it: containers count their own pids."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {os.readlink('/proc/self/ns/pid')}"
    except OSError:
        return ""


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # somebody else's process
    return _start_of(pid) != _ENDED


_ENDED = "ended"


def _start_of(pid: int) -> str:
    """When the process started, in the system's own words; "ended" for one that only waits to be reaped."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return _start_by_ps(pid)
    # proc(5): the state is the first field after the name, the start time the twentieth.
    return _ENDED if fields[0] in "ZX" else fields[19]


def _start_by_ps(pid: int) -> str:
    if os.name != "posix" or Path("/proc/self/stat").exists():
        return ""
    try:
        asked = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return asked.stdout.strip()
