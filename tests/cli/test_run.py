"""`retcon run` as a process of its own: it sends at the hour, ends when told to; another takes over from a dead one."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from retcon import clock
from retcon.desk import drafts, imports, today
from retcon.desk.house import open_house
from tests.mailserver import Inbox, serving

CONFIG = """
[shop]
name = "Northlight Goods"
timezone = "UTC"
address = "Harbour Lane 1, 20095 Hamburg"

[channels.email]
kind = "email"
host = "127.0.0.1"
port = {port}
security = "none"
from = "Northlight Goods <hello@shop.example>"

[policy]
live = false
test_addresses = ["me@shop.example"]
undo_seconds = {undo}
"""
# So that the hour at which the tests run matters to nobody.
ALWAYS = """
country = "US"

[service_hours]
mon-sun = "00:00-24:00"
"""
PATIENCE = 20.0


def furnish(home: Path, port: int, undo: int = 1) -> None:
    """A home with one message that is approved and may leave when it can be taken back no longer."""
    home.mkdir()
    (home / "config.toml").write_text(CONFIG.format(port=port, undo=undo))
    (home / "regions").mkdir()
    (home / "regions" / "us.toml").write_text(ALWAYS)
    placed = f"{clock.now() - timedelta(days=2):%Y-%m-%d}"
    orders = (
        f"order_id,customer_id,placed_at,total,currency,email,name,country\n1,7,{placed},49,EUR,a@example.com,Anna,US\n"
    )
    (home / "orders.csv").write_text(orders)
    house = open_house(home)
    imports.import_file(house, home / "orders.csv", "orders", {})
    items = [item for line in today.load(house).lines for item in line.items if item.action.rule == "parcel-note"]
    drafts.approve(house, [(item.action.id, item.action.revision) for item in items])
    house.close()


@contextmanager
def running(home: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """`retcon run` over the home, ended with the test."""
    process = subprocess.Popen(
        [sys.executable, "-m", "retcon", "--home", str(home), "run", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def until(holds: Callable[[], bool]) -> bool:
    """Whether it comes to hold within a while."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        if holds():
            return True
        time.sleep(0.05)
    return False


def awake(process: subprocess.Popen[str]) -> str:
    """The worker's first line."""
    assert process.stderr is not None
    return process.stderr.readline()


def retcon(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "retcon", "--home", str(home), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


def test_it_sends_at_the_hour_and_ends_well_when_the_system_asks(tmp_path: Path) -> None:
    inbox = Inbox()
    with serving(inbox) as port:
        furnish(tmp_path / "home", port, undo=3)
        with running(tmp_path / "home") as process:
            assert "1 message waits" in awake(process)
            assert inbox.envelopes == []
            assert until(lambda: len(inbox.envelopes) == 1)
            assert process.stderr is not None
            assert any("1 to your own address (practice)" in line for line in process.stderr)  # it has written it down
            process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said
    assert said.splitlines()[-1] == "Ended; nothing waits."
    assert inbox.last()["To"] == "me@shop.example"


def test_interrupted_by_hand_it_says_what_waits(tmp_path: Path) -> None:
    furnish(tmp_path / "home", 1, undo=3600)
    with running(tmp_path / "home") as process:
        awake(process)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert "Ended; 1 message waits" in said
    assert "Traceback" not in said


def test_a_second_one_is_refused_and_takes_over_from_one_that_was_killed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    furnish(home, 1, undo=3600)
    with running(home) as first:
        awake(first)
        second = retcon(home, "run")
        assert second.returncode == 1
        assert "awake already, on" in second.stderr
        checks = {check["name"]: check for check in json.loads(retcon(home, "doctor", "--json").stdout)["checks"]}
        assert checks["sender"]["ok"]
        assert "awake here since" in checks["sender"]["words"]
        first.kill()
        first.wait()
        checks = {check["name"]: check for check in json.loads(retcon(home, "doctor", "--json").stdout)["checks"]}
        assert checks["sender"]["words"] == "asleep: 1 message waits and nobody sends it"
        with running(home) as third:
            assert awake(third).startswith("Awake")


def test_the_one_that_waits_is_small() -> None:
    program = (
        "import sys, retcon.worker; print([n for n in ('numpy', 'httpx', 'babel', 'textual') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("every", ["5", "0m", "5 m", "m", "-5m", "5s"])
def test_a_time_that_is_none_is_refused(every: str, tmp_path: Path) -> None:
    done = retcon(tmp_path / "home", "run", f"--every={every}")
    assert done.returncode == 2
    assert "no time" in done.stderr


def test_mistakes_in_the_settings_end_it_at_the_start(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "config.toml").write_text("[shop]\nnam = 1\n")
    done = retcon(home, "run")
    assert done.returncode == 2
    assert "config.toml:2" in done.stderr


def test_the_unit_starts_this_very_retcon_over_this_home(tmp_path: Path) -> None:
    home = tmp_path / 'a home "of" mine, 100%'
    unit = retcon(home, "run", "--unit", "--every", "7m").stdout
    assert f'ExecStart="{sys.executable}" "-P" "-m" "retcon" "run" "--every" "7m"' in unit
    assert 'a home \\"of\\" mine, 100%%"' in unit
    assert "Type=exec" in unit
    assert "WantedBy=default.target" in unit
    assert not home.exists()


def test_going_live_without_a_terminal_is_refused_while_something_is_missing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    furnish(home, 1)
    done = retcon(home, "live")
    assert done.returncode == 1
    assert "are missing, so retcon is not live" in done.stderr
    assert "live = false" in (home / "config.toml").read_text()
    assert retcon(home, "live", "--check").returncode == 1
    assert json.loads(retcon(home, "live", "--check", "--json").stdout)[0]["name"] == "address"
    assert retcon(home, "live", "--anyway").returncode == 0
    assert "live = true" in (home / "config.toml").read_text()


def test_texts_are_listed_and_signed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert retcon(home, "templates", "sign", "de").returncode == 0
    listed = {each["language"]: each for each in json.loads(retcon(home, "templates", "list", "--json").stdout)}
    assert listed["de"]["signed"]
    assert listed["en"]["signed"] is None
    assert retcon(home, "templates", "sign", "tlh").returncode == 1
    assert "parcel-note (de)" in retcon(home, "templates", "show", "de").stdout
