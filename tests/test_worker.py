"""The one that stays awake, with a clock and a sleep of the test's own: a week passes in a second."""

import itertools
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from retcon import worker
from retcon.desk import awake, drafts, imports, refresh, today
from retcon.desk import outbox as outboxes
from retcon.desk.house import House, open_house
from retcon.errors import ChannelTrouble, RetconError
from retcon.jobs import Ended
from retcon.model.outbox import OutboxState
from retcon.model.sync import SyncResult
from retcon.store import database as databases
from retcon.store import facts, leases
from tests.outgoing import TestHouse, Told

START = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)  # a Friday, 21:00 in Berlin
HOUR = timedelta(hours=1)

CONFIG = """
[shop]
name = "Northlight Goods"
timezone = "Europe/Berlin"
address = "Harbour Lane 1, 20095 Hamburg"

[channels.email]
kind = "email"
host = "127.0.0.1"
security = "none"
from = "Northlight Goods <hello@shop.example>"

[policy]
live = true
undo_seconds = 10
"""
SHOP = """
[sources.woo]
kind = "woocommerce"
url = "https://shop.example"
"""
NOTICES = """
[notices]
channel = "email"
to = "me@shop.example"
"""
ORDERS = """order_id,customer_id,placed_at,total,currency,email,name,country,language,items
1042,7,2026-11-19,49.00,EUR,anna@example.com,Anna Berg,DE,de,Dinner plate
1043,8,2026-11-19,49.00,EUR,somchai@example.com,Somchai Jai,TH,th,Dinner plate
1044,9,2026-11-19,49.00,EUR,joe@example.com,Joe Hill,US,en,Dinner plate
"""


class Clock:
    """A clock that sleeping moves; things happen at their hour, and at the end somebody presses ctrl+c."""

    def __init__(self) -> None:
        self.now = START
        self.end = START + HOUR
        self.interrupt: type[BaseException] = KeyboardInterrupt
        self.ahead: list[tuple[datetime, Callable[[], None]]] = []

    def __call__(self) -> datetime:
        return self.now

    def at(self, instant: datetime, what: Callable[[], None]) -> None:
        self.ahead.append((instant, what))

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        for entry in [entry for entry in self.ahead if entry[0] <= self.now]:
            self.ahead.remove(entry)
            entry[1]()
        if self.now >= self.end:
            raise self.interrupt

    def jump(self, by: timedelta) -> None:
        self.now += by


class Scene:
    """A home, its clock, its channel, and what the worker said and pulled."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.clock = Clock()
        self.told = Told()
        self.lines: list[str] = []
        self.pulls: list[tuple[datetime, tuple[str, ...]]] = []
        self.errors: dict[str, str] = {}  # by source: what a pull of it says now
        self.sent: list[tuple[datetime, str]] = []
        self.told.on_send = lambda message: self.sent.append((self.clock.now, message.recipient))

    def configure(self, text: str) -> None:
        (self.home / "config.toml").write_text(text)

    def open(self) -> House:
        opened = open_house(self.home, now=self.clock, sleep=self.clock.sleep)
        known = {entry.name: getattr(opened, entry.name) for entry in fields(opened)}
        return TestHouse(**known, told=self.told)

    def start(self, name: str, names: Sequence[str]) -> worker.Child:
        self.pulls.append((self.clock.now, tuple(names) if name == "sync" else ("",)))
        return Pull(self, name, names)

    def run(self, for_: timedelta, *, slice: timedelta = timedelta(minutes=10), every: str = "") -> None:
        self.clock.end = self.clock.now + for_
        with pytest.raises(self.clock.interrupt):
            worker.run(
                self.open,
                start=self.start,
                tell=lambda _at, line: self.lines.append(line),
                slice=slice,
                every=timedelta(minutes=int(every)) if every else None,
            )

    def said(self, words: str) -> int:
        return sum(words in line for line in self.lines)


class Pull:
    """A child that is done at once: it marks the sources as pulled, or as failed, and recomputes."""

    def __init__(self, scene: Scene, name: str, names: Sequence[str]) -> None:
        self.ended: Ended | None = None
        self.steps = 0
        self._hangs = bool(scene.errors.get("hangs"))
        self._scene = scene
        if self._hangs:
            return
        house = scene.open()
        results = [_result(source, scene.errors.get(source, "")) for source in names]
        for result in results:
            house.database.write(lambda tx, result=result: _write_down(tx, result, scene.clock.now))
        refresh.refresh(house, everybody=name == "refresh")
        house.close()
        self.ended = Ended(name, 0, {}, "", tuple(asdict(result) for result in results))

    def wait(self, seconds: float) -> bool:
        if self._hangs:
            self._scene.clock.sleep(seconds)
        return not self._hangs

    def stop(self) -> None:
        self._scene.lines.append("(stopped)")


def _result(source: str, error: str) -> SyncResult:
    done = SyncResult.failed(source, "woocommerce", error)
    return SyncResult(**{**asdict(done), "ok": not error, "key_refused": "key" in error})


def _write_down(tx: databases.Connection, result: SyncResult, now: datetime) -> None:
    from retcon.store import cursors

    cursors.end(tx, cursors.begin(tx, result.source, now), now, result)


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which three people on three continents have ordered for the first time."""
    home = tmp_path_factory.mktemp("furnished")
    (home / "config.toml").write_text(CONFIG)
    (home / "orders.csv").write_text(ORDERS)
    house = open_house(home, now=lambda: START)
    imports.import_file(house, home / "orders.csv", "orders", {})
    house.close()
    return home


@pytest.fixture
def scene(furnished: Path, tmp_path: Path) -> Scene:
    home = tmp_path / "home"
    shutil.copytree(furnished, home)
    return Scene(home)


def approve(scene: Scene) -> None:
    """Let the notes on first orders leave."""
    house = scene.open()
    items = [
        item
        for line in today.load(house).lines
        for item in line.items
        if item.action.rule in ("order-note", "parcel-note")
    ]
    drafts.approve(house, [(item.action.id, item.action.revision) for item in items])
    house.close()


def states(scene: Scene) -> Counter[str]:
    house = scene.open()
    found = Counter(str(entry.row.state) for entry in outboxes.listing(house))
    house.close()
    return found


# ---- the hours ----------------------------------------------------------------------------------------------


def test_each_message_leaves_once_at_the_hour_of_its_place(scene: Scene) -> None:
    approve(scene)
    scene.run(timedelta(days=7), slice=HOUR)
    hours = {to: f"{at:%a %H:%M}" for at, to in scene.sent}
    # At 08:00 in Berlin and in Bangkok; where it is the afternoon already, at once.
    assert hours["anna@example.com"] == "Sat 07:00"
    assert hours["somchai@example.com"] == "Sat 01:00"
    assert hours["joe@example.com"] == "Fri 20:00"
    assert len(scene.sent) == 3


def test_a_week_of_pulls_keeps_to_the_schedule_and_each_day_begins_anew(scene: Scene) -> None:
    scene.configure(CONFIG + SHOP)
    scene.run(timedelta(days=7), slice=HOUR, every="60")
    gaps = {after - before for (before, _), (after, _) in zip(scene.pulls, scene.pulls[1:], strict=False)}
    assert len(scene.pulls) in (168, 169)
    assert gaps <= {HOUR, HOUR + timedelta(seconds=10)}
    house = scene.open()
    with house.database.read() as tx:
        assert (facts.get(tx, facts.REFRESHED_UNDER) or "").startswith("2026-11-27")
    house.close()


def test_where_nothing_can_be_pulled_a_new_day_is_recomputed_all_the_same(scene: Scene) -> None:
    scene.run(timedelta(days=2), slice=HOUR)
    assert [f"{at:%a}" for at, _ in scene.pulls if at > START + HOUR] == ["Fri", "Sat"]
    assert {names for _, names in scene.pulls} == {("",)}


def test_a_source_that_was_pulled_a_moment_ago_is_not_pulled_by_every_restart(scene: Scene) -> None:
    scene.configure(CONFIG + SHOP)
    for _ in range(5):
        scene.run(timedelta(seconds=30), slice=timedelta(seconds=10))
    assert len(scene.pulls) == 1


# ---- clocks, sleep, networks --------------------------------------------------------------------------------


def test_a_machine_that_slept_pulls_once_and_then_sends_what_its_hour_had_passed_for(scene: Scene) -> None:
    scene.configure(CONFIG + SHOP + NOTICES)
    approve(scene)
    scene.clock.at(START + HOUR / 2, lambda: scene.clock.jump(14 * HOUR))
    scene.run(16 * HOUR)
    woken = START + HOUR / 2 + 14 * HOUR
    assert scene.said("The clock went on by 14 hours") == 1
    assert [at for at, _ in scene.pulls if woken <= at < woken + timedelta(minutes=4)] == [woken]
    late = [at for at, to in scene.sent if to in ("anna@example.com", "somchai@example.com")]
    assert late
    assert all(woken <= at <= woken + timedelta(minutes=1) for at in late)
    assert scene.said("retcon was asleep from Fri 20 Nov 21:30 to Sat 21 Nov 11:30; 2 messages waited.") == 1
    assert [message.subject for message in scene.told.given if message.recipient == "me@shop.example"] == [
        "retcon: retcon was asleep from Fri 20 Nov 21:30 to Sat 21 Nov 11:30; 2 messages waited."
    ]


def test_a_clock_that_goes_back_stops_neither_pulls_nor_messages(scene: Scene) -> None:
    scene.configure(CONFIG + SHOP)
    scene.clock.at(START + HOUR / 2, lambda: scene.clock.jump(-24 * HOUR))
    scene.run(HOUR)  # until it is 22:00 for the second time
    assert scene.said("The clock went back by 24 hours") == 1
    back = [at for at, _ in scene.pulls if at < START]
    assert len(back) > 100
    assert all(after - before <= timedelta(minutes=6) for before, after in itertools.pairwise(back))


def test_a_source_that_fails_rests_longer_each_time_and_is_told_once(scene: Scene) -> None:
    scene.configure(CONFIG + SHOP)
    scene.errors["woo"] = "The line to shop.example broke."
    scene.clock.at(START + 3 * HOUR, scene.errors.clear)
    scene.run(4 * HOUR)
    failing = [at for at, _ in scene.pulls if at < START + 3 * HOUR]
    assert 12 <= len(failing) <= 14  # after 5, 10, 15, 15 … minutes
    assert scene.said("The line to shop.example broke.") == 1
    assert scene.said("woo answers again.") == 1


def test_a_pull_that_hangs_holds_no_message_up_and_is_ended(scene: Scene) -> None:
    scene.configure(CONFIG + SHOP)
    scene.errors["hangs"] = "yes"
    house = scene.open()
    house.database.write(lambda tx: _write_down(tx, _result("woo", ""), START - timedelta(minutes=20)))
    house.close()
    approve(scene)
    scene.run(HOUR, slice=timedelta(seconds=30))
    assert [(to, at - START < timedelta(minutes=5)) for at, to in scene.sent] == [("joe@example.com", True)]
    assert scene.said("said nothing for 30 minutes") == 1
    assert len(scene.pulls) == 2


def test_a_pull_that_somebody_else_does_is_left_to_them(scene: Scene) -> None:
    scene.configure(CONFIG + SHOP)
    house = scene.open()
    token = house.database.write(lambda tx: leases.take(tx, "sync:woo", leases.this_process(), START, 3600))
    assert token is not None
    scene.clock.at(START + HOUR / 2, lambda: house.database.write(lambda tx: leases.release(tx, "sync:woo", token)))
    scene.run(HOUR)
    assert START + HOUR / 2 <= scene.pulls[0][0] <= START + HOUR / 2 + timedelta(minutes=2)
    assert not scene.said("woo:")
    house.close()


def test_a_mistake_of_our_own_in_one_thing_leaves_the_others_going(scene: Scene) -> None:
    scene.configure(CONFIG + SHOP)
    house = scene.open()
    house.database.write(lambda tx: _write_down(tx, _result("woo", ""), START - timedelta(minutes=20)))
    house.close()

    def broken(_name: str, _names: Sequence[str]) -> worker.Child:
        raise ZeroDivisionError

    scene.start = broken
    approve(scene)
    scene.run(HOUR)
    assert [to for _, to in scene.sent] == ["joe@example.com"]
    assert scene.said("A mistake of retcon's own; it is in the log.") == 1


def test_a_channel_that_only_the_operator_can_mend_is_not_asked_all_the_time(scene: Scene) -> None:
    scene.told.answers = [ChannelTrouble("The server refuses the password.") for _ in range(100)]
    approve(scene)
    scene.clock.at(START + 5 * HOUR, scene.told.answers.clear)
    scene.run(6 * HOUR + timedelta(minutes=5))
    asked = [at for at, _ in scene.sent]
    assert 5 <= len([at for at in asked if at < START + 5 * HOUR]) <= 9  # after 5, 10, 20, 40, 60, 60 … minutes
    assert scene.said("email: The server refuses the password.") == 1
    assert scene.said("email sends again.") == 1
    assert states(scene)["sent"] == 2


# ---- files that change --------------------------------------------------------------------------------------


def test_with_mistakes_in_the_settings_nothing_leaves_until_they_are_mended(scene: Scene) -> None:
    approve(scene)
    scene.clock.at(START + HOUR, lambda: scene.configure(CONFIG.replace("live", "lively")))
    scene.clock.at(START + 14 * HOUR, lambda: scene.configure(CONFIG))
    scene.run(15 * HOUR)
    assert [to for at, to in scene.sent if at < START + HOUR] == ["joe@example.com"]
    assert [at >= START + 14 * HOUR for at, _ in scene.sent[1:]] == [True, True]
    assert scene.said("Nothing leaves until this is mended") == 1
    assert "lively" in next(line for line in scene.lines if "mended" in line)


def test_a_playbook_with_mistakes_stops_it_as_well(scene: Scene) -> None:
    approve(scene)

    def spoil() -> None:
        (scene.home / "playbooks").mkdir()
        (scene.home / "playbooks" / "mine.toml").write_text("nonsense")

    scene.clock.at(START + HOUR, spoil)
    scene.run(24 * HOUR)
    assert [to for _, to in scene.sent] == ["joe@example.com"]


def test_going_live_while_it_runs_sends_nothing_of_what_was_practice(scene: Scene) -> None:
    practice = CONFIG.replace("live = true", 'live = false\ntest_addresses = ["me@shop.example"]')
    scene.configure(practice)
    approve(scene)
    scene.clock.at(START + HOUR, lambda: scene.configure(CONFIG))
    scene.run(24 * HOUR)
    assert {to for _, to in scene.sent} == {"me@shop.example"}
    assert states(scene)["queued"] == 0


def test_another_database_in_its_place_is_opened_anew_and_sends_nothing(scene: Scene) -> None:
    shutil.copy(scene.home / "retcon.db", scene.home / "copy.db")
    approve(scene)

    def put_back() -> None:
        for ending in ("", "-wal", "-shm"):
            (scene.home / f"retcon.db{ending}").unlink(missing_ok=True)
        shutil.copy(scene.home / "copy.db", scene.home / "retcon.db")

    scene.clock.at(START + HOUR, put_back)
    scene.run(24 * HOUR)
    assert [to for _, to in scene.sent] == ["joe@example.com"]
    assert not [line for line in scene.lines if "mistake" in line]


# ---- others beside it ---------------------------------------------------------------------------------------


def test_a_second_worker_says_where_the_first_is(scene: Scene) -> None:
    house = scene.open()
    assert awake.take(house) is not None
    with pytest.raises(RetconError, match=r"awake already, on .* since Fri 21:00"):
        worker.run(scene.open, start=scene.start)
    assert today.load(house).header.worker == "here"
    house.close()


def test_a_worker_whose_lease_was_taken_ends(scene: Scene) -> None:
    def take_over() -> None:
        house = scene.open()
        scene.clock.jump(HOUR)
        assert awake.take(house) is not None
        house.close()

    scene.clock.at(START + HOUR, take_over)
    scene.clock.end = START + 10 * HOUR
    with pytest.raises(worker.TakenOver):
        worker.run(scene.open, start=scene.start, tell=lambda _at, line: scene.lines.append(line))


def test_another_sender_at_work_is_left_the_work(scene: Scene) -> None:
    approve(scene)
    house = scene.open()
    token = house.database.write(lambda tx: leases.take(tx, "sender", leases.this_process(), START, 3600))
    assert token is not None
    scene.clock.at(
        START + HOUR / 2, lambda: house.database.write(lambda tx: leases.release(tx, "sender", token)) or None
    )
    scene.run(HOUR)
    assert [at >= START + HOUR / 2 for at, _ in scene.sent] == [True]
    house.close()


def test_what_is_approved_while_it_runs_leaves_when_it_may_be_taken_back_no_longer(scene: Scene) -> None:
    scene.clock.at(START + timedelta(minutes=7), lambda: approve(scene))
    scene.run(HOUR, slice=timedelta(seconds=10))
    ((at, to),) = scene.sent
    assert to == "joe@example.com"
    assert timedelta(seconds=10) <= at - (START + timedelta(minutes=7)) <= timedelta(seconds=31)


def test_what_was_on_hold_leaves_soon_after_it_is_let_go(scene: Scene) -> None:
    approve(scene)
    house = scene.open()
    outboxes.hold(house)
    scene.clock.at(START + timedelta(minutes=31), lambda: outboxes.release(house) and None)
    scene.run(HOUR, slice=timedelta(seconds=10))
    assert [at - START < timedelta(minutes=32) for at, _ in scene.sent] == [True]
    house.close()


def test_a_locked_database_is_told_once_and_waited_for(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "BUSY_SECONDS", 0.01)
    approve(scene)
    rival = databases.connect(scene.home / "retcon.db")
    scene.clock.at(START + HOUR, lambda: rival.execute("begin immediate") and None)
    scene.clock.at(START + 14 * HOUR, lambda: rival.execute("rollback") and None)
    scene.run(15 * HOUR)
    assert scene.said("Another program has held") in (1, 2)  # the lease, and what would leave
    assert [at >= START + 14 * HOUR for at, to in scene.sent if to == "anna@example.com"] == [True]
    rival.close()


# ---- the end ------------------------------------------------------------------------------------------------


def test_the_end_says_what_waits_tells_the_seller_and_frees_the_lease(scene: Scene) -> None:
    scene.configure(CONFIG + NOTICES)
    approve(scene)
    scene.clock.interrupt = worker.Terminated
    scene.run(HOUR)
    assert scene.lines[-1] == ("Ended; 2 messages wait, the next may leave at 02:00. Start again: retcon run")
    notice = scene.told.given[-1]
    assert (notice.recipient, notice.subject) == (
        "me@shop.example",
        "retcon: retcon run has ended; 2 messages wait, the next may leave at 02:00",
    )
    house = scene.open()
    assert today.load(house).header.worker == ""
    assert awake.take(house) is not None
    house.close()


def test_an_interruption_during_a_message_lets_it_finish(scene: Scene) -> None:
    import os
    import signal

    approve(scene)
    before = scene.told.on_send

    def interrupted(message: object) -> None:
        before(message)  # type: ignore[arg-type]
        os.kill(os.getpid(), signal.SIGINT)

    scene.told.on_send = interrupted
    scene.run(HOUR)
    assert states(scene) == {"sent": 1, "queued": 2}


def test_lines_carry_no_addresses(scene: Scene) -> None:
    scene.told.answers = [ChannelTrouble("No relay for anna@example.com.")]
    approve(scene)
    scene.run(HOUR)
    assert scene.said("<address>") == 1
    assert "anna@example.com" not in "".join(scene.lines)
    assert OutboxState.QUEUED in states(scene)
