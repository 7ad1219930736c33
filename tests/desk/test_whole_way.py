"""One message's whole way: orders in, due, approved, practised, live, sent once; and what a copy may not send."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from retcon.demo.mail import Mailroom
from retcon.desk import drafts, imports, keeping, live, operations, refresh, sending, today
from retcon.desk import outbox as desk_outbox
from retcon.desk.house import House, open_house
from retcon.errors import StoreError
from retcon.model.outbox import OutboxState
from retcon.platforms.wiring import Transports
from tests.conftest import NOW
from tests.outgoing import Clock

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
live = {live}
test_addresses = ["me@shop.example"]
undo_seconds = 10
"""
# Anna bought for the first time two days ago; 09:00 in Berlin is 08:00 UTC.
ORDERS = """order_id,customer_id,placed_at,total,currency,email,name,country,language,items
1042,7,2026-11-18,49.00,EUR,anna@example.com,Anna Berg,DE,de,Dinner plate
"""
MORNING = datetime(2026, 11, 20, 9, 30, tzinfo=NOW.tzinfo)


@pytest.fixture
def clock() -> Clock:
    return Clock(MORNING)


@pytest.fixture
def mail() -> Iterator[Mailroom]:
    room = Mailroom()
    yield room
    room.close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "config.toml").write_text(CONFIG.format(live="false"))
    (tmp_path / "orders.csv").write_text(ORDERS)
    return folder


def _open(home: Path, clock: Clock, mail: Mailroom) -> House:
    return open_house(home, now=clock, transports=Transports(connect=mail.connect), sleep=clock.sleep)


@pytest.fixture
def house(home: Path, clock: Clock, mail: Mailroom, tmp_path: Path) -> Iterator[House]:
    """A house in practice, with one order imported."""
    opened = _open(home, clock, mail)
    imports.import_file(opened, tmp_path / "orders.csv", "orders", {})
    yield opened
    opened.close()


def _picks(house: House) -> list[tuple[int, int]]:
    items = [item for line in today.load(house).lines for item in line.items]
    return [(item.action.id, item.action.revision) for item in items]


def _to(mail: Mailroom) -> list[tuple[str, str]]:
    return [(str(message["To"]), str(message["Subject"])) for message in mail.messages]


def test_a_first_order_makes_a_parcel_note_due_in_the_customers_language(house: House) -> None:
    (line,) = today.load(house).lines
    (item,) = line.items
    assert (item.action.rule, item.action.draft.recipient, item.action.draft.language) == (
        "parcel-note",
        "anna@example.com",
        "de",
    )
    assert "Northlight Goods" in item.action.draft.subject
    assert item.action.draft.operator_body != item.action.draft.body
    assert item.passes
    assert item.leaves_at is None


def test_in_practice_a_message_goes_to_the_sellers_own_address_alone(house: House, mail: Mailroom) -> None:
    drafts.approve(house, _picks(house))
    sending.send(house, until_empty=True)
    ((to, subject),) = _to(mail)
    assert to == "me@shop.example"
    assert subject.strip().startswith("[test for Anna Berg]")
    assert "anna@example.com" not in mail.messages[0].as_string()


def test_going_live_brings_practice_back_as_due_and_sends_none_of_it(
    house: House, home: Path, clock: Clock, mail: Mailroom
) -> None:
    ((before, revision),) = _picks(house)
    drafts.approve(house, [(before, revision)])
    assert live.go_live(house) == 1
    assert "live = true" in (home / "config.toml").read_text()
    house.close()

    lively = _open(home, clock, mail)
    sending.send(lively, until_empty=True)
    assert mail.messages == []
    ((again, raised),) = _picks(lively)
    assert (again, raised) == (before, revision + 1)

    drafts.approve(lively, [(again, raised)])
    sending.send(lively, until_empty=True)
    sending.send(lively, until_empty=True)
    assert [to for to, _ in _to(mail)] == ["Anna Berg <anna@example.com>"]
    assert _picks(lively) == []
    lively.close()


def test_live_written_by_hand_ends_practice_too(house: House, home: Path, clock: Clock, mail: Mailroom) -> None:
    drafts.approve(house, _picks(house))
    house.close()
    (home / "config.toml").write_text(CONFIG.format(live="true"))
    lively = _open(home, clock, mail)
    assert len(_picks(lively)) == 1
    sending.send(lively, until_empty=True)
    assert mail.messages == []
    lively.close()


def test_what_is_missing_before_going_live_is_said_with_what_to_do(house: House) -> None:
    points = {point.name: point for point in live.checklist(house)}
    assert points["address"].ok
    assert not points["test mail"].ok
    assert "retcon send" in points["test mail"].hint


def test_within_the_undo_window_nothing_leaves_and_undo_takes_it_back(house: House, mail: Mailroom) -> None:
    drafts.approve(house, _picks(house))
    report = sending.send(house)
    assert mail.messages == []
    assert report.waiting == 1
    undone = operations.undo(house)
    assert undone.back == 1
    sending.send(house, until_empty=True)
    assert mail.messages == []
    assert len(_picks(house)) == 1


def test_an_order_in_the_meantime_holds_the_message_back(
    house: House, home: Path, clock: Clock, mail: Mailroom, tmp_path: Path
) -> None:
    drafts.approve(house, _picks(house))
    (tmp_path / "more.csv").write_text(ORDERS + "1043,7,2026-11-20,20.00,EUR,anna@example.com,Anna Berg,DE,de,Cup\n")
    imports.import_file(house, tmp_path / "more.csv", "orders", {})
    sending.send(house, until_empty=True)
    assert mail.messages == []
    (line,) = [line for line in today.load(house).lines if line.outbox]
    assert line.outbox is not None
    assert line.outbox.state is OutboxState.STALE
    assert "Bought again" in line.needs


def test_a_restored_copy_sends_nothing_before_the_operator_confirms(
    house: House, home: Path, clock: Clock, mail: Mailroom, tmp_path: Path
) -> None:
    drafts.approve(house, _picks(house))
    keeping.backup(house, tmp_path / "copy.db")
    sending.send(house, until_empty=True)
    assert len(mail.messages) == 1
    house.close()

    keeping.restore(home, tmp_path / "copy.db", clock())
    restored = _open(home, clock, mail)
    sending.send(restored, until_empty=True)
    assert len(mail.messages) == 1
    (entry,) = desk_outbox.listing(restored)
    assert entry.row.state is OutboxState.STALE
    assert "copy" in entry.row.error_text
    restored.close()


def test_a_home_carried_to_another_machine_sends_nothing_either(
    house: House, home: Path, clock: Clock, mail: Mailroom, tmp_path: Path
) -> None:
    drafts.approve(house, _picks(house))
    house.close()
    there = tmp_path / "there"
    there.mkdir()
    for name in ("retcon.db", "config.toml"):
        shutil.copy(home / name, there / name)
    carried = _open(there, clock, mail)
    sending.send(carried, until_empty=True)
    assert mail.messages == []
    carried.close()


def test_nobody_restores_under_a_sender_at_work(house: House, home: Path, clock: Clock, tmp_path: Path) -> None:
    from retcon.store import leases

    keeping.backup(house, tmp_path / "copy.db")
    house.database.write(lambda tx: leases.take(tx, "sender", leases.this_process(), clock(), 60))
    with pytest.raises(StoreError, match="sender is at work"):
        keeping.restore(home, tmp_path / "copy.db", clock())


def test_a_day_later_everybody_is_looked_at_again(house: House, clock: Clock) -> None:
    assert refresh.refresh(house).everybody is False
    clock.now += timedelta(days=10)
    done = refresh.refresh(house)
    assert done.everybody is True
    assert _picks(house) == []


SHOP = """
[sources.woo]
kind = "woocommerce"
url = "http://127.0.0.1:9"
"""


def test_where_the_shop_cannot_be_pulled_messages_wait_for_the_operators_word(
    house: House, home: Path, clock: Clock, mail: Mailroom
) -> None:
    drafts.approve(house, _picks(house))
    house.close()
    (home / "config.toml").write_text(CONFIG.format(live="false") + SHOP)
    unplugged = _open(home, clock, mail)
    clock.now += timedelta(minutes=1)

    report = sending.send(unplugged)
    assert (report.kept_back, report.needs_you, mail.messages) == (1, True, [])
    assert "consumer key" in report.trouble[0]
    (entry,) = desk_outbox.listing(unplugged)
    assert entry.waits is not None
    assert "not pulled yet" in entry.waits.reason

    assert sending.send(unplugged, anyway=True).delivered_to_test == 1
    assert len(mail.messages) == 1
    unplugged.close()


def test_a_channel_that_is_new_is_noticed_without_a_pull(tmp_path: Path, clock: Clock, mail: Mailroom) -> None:
    home = tmp_path / "fresh"
    home.mkdir()
    (tmp_path / "orders.csv").write_text(ORDERS)
    bare = _open(home, clock, mail)
    imports.import_file(bare, tmp_path / "orders.csv", "orders", {})
    ((item,),) = [line.items for line in today.load(bare).lines]
    assert [verdict.reason for verdict in item.verdicts] == [
        "No channel for e-mail is set up: add [channels.email] to config.toml."
    ]
    assert today.load(bare).header.refreshed
    bare.close()

    (home / "config.toml").write_text(CONFIG.format(live="false"))
    equipped = _open(home, clock, mail)
    assert not today.load(equipped).header.refreshed
    refresh.refresh(equipped)
    ((item,),) = [line.items for line in today.load(equipped).lines]
    assert (item.action.draft.channel, item.passes) == ("email", True)
    equipped.close()


def test_a_rule_that_is_switched_off_is_noticed_without_a_pull(house: House, home: Path) -> None:
    assert len(_picks(house)) == 1
    (home / "playbooks").mkdir()
    for rule in ("parcel-note", "order-note"):
        (home / "playbooks" / f"{rule}.toml").write_text(f'id = "{rule}"\nenabled = false\n')
    assert not today.load(house).header.refreshed
    refresh.refresh(house)
    assert _picks(house) == []
