"""The sample shop from end to end: with real SMTP and the real source, and nothing outside the process."""

import json
import mailbox
import os
import resource
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from retcon.cli.demo import walk
from retcon.demo import sandbox
from retcon.demo.mail import Mailroom


def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "retcon", "demo", *arguments],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **more},
    )


def _processor_seconds() -> float:
    """What ended child processes have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_it_sums_up_what_it_did_as_json_and_every_mail_stands_in_the_mailbox_once(tmp_path: Path) -> None:
    own_key = {"RETCON_SECRET_SOURCES_WOO_CONSUMER_KEY": "ck_of_a_real_shop"}  # has no part in it
    before = _processor_seconds()
    done = run("--json", "--keep", str(tmp_path / "kept"), **own_key)
    took = _processor_seconds() - before
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told.keys() == {"orders", "customers", "due", "approved", "sent", "waiting", "needs_you", "seconds"}
    assert told["customers"] == 400
    assert told["sent"] + told["waiting"] + told["needs_you"] == told["approved"] > 0
    assert told["seconds"] > 0
    assert took < 10  # of the processor: the same however much else it has to do
    mails = Counter(str(mail["Message-ID"]) for mail in mailbox.mbox(tmp_path / "kept" / "sent.mbox"))
    assert len(mails) == told["sent"] > 0
    assert set(mails.values()) == {1}


def test_it_says_in_words_what_leaves_and_leaves_nothing_behind(tmp_path: Path) -> None:
    done = run(TMPDIR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "a sample shop:" in done.stdout
    assert "FIRST WEEK" in done.stdout
    assert "nothing left this machine" in done.stdout
    assert list(tmp_path.glob("retcon-demo-*")) == []


def test_a_folder_of_somebody_elses_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[shop]\nname = "Mine"\n')
    done = run("--keep", str(tmp_path))
    assert done.returncode == 1
    assert "is not empty" in done.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["config.toml"]


# A Sunday in London: advertising rests, so what leaves are notes to where it is day.
@pytest.mark.parametrize("hour", [1, 9, 17])
def test_somewhere_it_is_day(tmp_path: Path, hour: int) -> None:
    now = datetime(2026, 11, 22, hour, 30, tzinfo=UTC)
    sandbox.furnish(tmp_path / "demo", now)
    post = Mailroom()
    house = sandbox.open_demo(tmp_path / "demo", now=lambda: now + timedelta(seconds=5), mailroom=post)
    tour = walk(house, quiet=True)
    house.close()
    assert tour.sent == len(post.messages) >= 2
