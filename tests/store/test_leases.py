"""A lease has one living owner; a dead one frees it at once."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from retcon.store import leases
from retcon.store.database import Database
from retcon.store.leases import Owner

NOW = datetime(2026, 11, 20, 6, 52, tzinfo=UTC)
ELSEWHERE = Owner("another-host", "boot", 17, "start")


def take(database: Database, owner: Owner, now: datetime = NOW) -> int | None:
    return database.write(lambda tx: leases.take(tx, "sender", owner, now, 60))


def test_one_owner_at_a_time(database: Database) -> None:
    assert take(database, leases.this_process()) == 1
    assert take(database, ELSEWHERE) is None
    assert take(database, leases.this_process()) is None
    with database.read() as tx:
        held = leases.holder(tx, "sender", NOW)
    assert held is not None
    assert held.owner == leases.this_process()
    assert held.until == NOW + timedelta(seconds=60)


def test_what_is_given_back_or_over_is_free_and_the_token_rises(database: Database) -> None:
    assert take(database, ELSEWHERE) == 1
    database.write(lambda tx: leases.release(tx, "sender", 1))
    assert take(database, ELSEWHERE) == 2
    assert take(database, ELSEWHERE, NOW + timedelta(seconds=59)) is None
    assert take(database, leases.this_process(), NOW + timedelta(seconds=60)) == 3


def test_who_has_lost_the_lease_can_neither_keep_nor_free_it(database: Database) -> None:
    take(database, ELSEWHERE)
    later = NOW + timedelta(seconds=61)
    assert take(database, leases.this_process(), later) == 2
    assert not database.write(lambda tx: leases.renew(tx, "sender", 1, later, 60))
    database.write(lambda tx: leases.release(tx, "sender", 1))
    with database.read() as tx:
        assert leases.holder(tx, "sender", later) is not None


def test_a_lease_that_is_kept_lasts_longer(database: Database) -> None:
    take(database, ELSEWHERE)
    assert database.write(lambda tx: leases.renew(tx, "sender", 1, NOW + timedelta(seconds=50), 60))
    assert take(database, leases.this_process(), NOW + timedelta(seconds=100)) is None


def test_the_lease_of_a_process_that_died_is_free_at_once(database: Database) -> None:
    child = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    dead = replace(leases.this_process(), pid=int(child.stdout), start="1")
    assert dead.is_dead()
    take(database, dead)
    assert take(database, leases.this_process()) == 2


def test_a_process_that_only_waits_to_be_reaped_is_dead(database: Database) -> None:
    child = subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.DEVNULL)
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert replace(leases.this_process(), pid=child.pid, start="").is_dead()
    child.wait()


def test_a_process_number_that_was_given_to_another_is_no_sign_of_life() -> None:
    here = leases.this_process()
    assert not here.is_dead()
    assert replace(here, start="12345").is_dead()


def test_of_another_machine_or_boot_nothing_is_known() -> None:
    here = leases.this_process()
    assert not replace(here, host="another", start="12345").is_dead()
    assert not replace(here, boot="another", start="12345").is_dead()


def test_an_owner_is_written_and_read_back() -> None:
    assert Owner.read(str(ELSEWHERE)) == ELSEWHERE
