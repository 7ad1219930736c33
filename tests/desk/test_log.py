from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from retcon import logs
from retcon.desk import log
from retcon.desk.house import House
from retcon.model.sync import SyncResult
from retcon.store import channel_states, cursors


def _write(house: House, *lines: str) -> None:
    folder = house.settings.places.logs
    folder.mkdir(parents=True, exist_ok=True)
    here = house.now().astimezone()
    stamped = [line.replace("NOW", f"{here:%Y-%m-%d %H:%M:%S},123") for line in lines]
    (folder / "retcon.log").write_text("\n".join(stamped) + "\n", encoding="utf-8")


def test_nothing_went_wrong_in_a_new_house(house: House) -> None:
    assert log.read(house) == ()


def test_a_pull_that_fails_again_and_again_is_told_once_with_its_number(house: House) -> None:
    def work(tx: cursors.Connection) -> None:
        for hours in (30, 20, 10):
            at = house.now() - timedelta(hours=hours)
            run = cursors.begin(tx, "woo", at)
            cursors.end(tx, run, at, SyncResult.failed("woo", "woocommerce", "woo: the shop refuses the key (401)."))
        well = cursors.begin(tx, "woo", house.now())
        cursors.end(tx, well, house.now(), replace(SyncResult.failed("woo", "woocommerce", ""), ok=True))

    house.database.write(work)

    (event,) = log.read(house)

    assert (event.where, event.words, event.times) == ("woo", "woo: the shop refuses the key (401).", 3)
    assert (event.at, event.first_at) == (house.now() - timedelta(hours=10), house.now() - timedelta(hours=30))


def test_a_channel_that_is_down_stands_there_since_it_is(house: House) -> None:
    since = house.now() - timedelta(hours=2)
    house.database.write(lambda tx: channel_states.suffers(tx, "email", "The password is refused.", None, since))

    (event,) = log.read(house)

    assert (event.where, event.words, event.first_at) == ("email", "The password is refused.", since)


def test_of_the_programs_log_what_went_wrong_stands_there_and_the_rest_on_demand(house: House) -> None:
    _write(
        house,
        "NOW INFO retcon.platforms.woocommerce GET /orders 200 4012 bytes",
        "NOW WARNING retcon.notices a notice could not be told by email: refused",
        "NOW WARNING retcon.notices a notice could not be told by email: refused",
    )

    assert [(event.where, event.times) for event in log.read(house)] == [("notices", 2)]
    assert [event.where for event in log.read(house, everything=True)] == ["platforms", "notices"]


def test_of_an_exception_the_kind_is_told_and_none_of_its_words(house: House) -> None:
    _write(
        house,
        "NOW ERROR retcon.screens.console a verb failed",
        "Traceback (most recent call last):",
        '  File "drafts.py", line 12, in approve',
        "ValueError: Dear Ms Layla, I am sorry",
    )

    (event,) = log.read(house)

    assert event.words == "a verb failed (ValueError)"


def test_addresses_and_keys_never_stand_in_it(house: House) -> None:
    _write(house, "NOW ERROR retcon.x refused for ada@example.com with ck_0123456789abcdef \x1b]52;c;aGk=\x07")

    (event,) = log.read(house)

    assert "ada" not in event.words
    assert "ck_" not in event.words
    assert "\x1b" not in event.words


def test_what_is_written_is_what_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import logging

    logger = logging.getLogger("retcon")
    monkeypatch.setattr(logger, "handlers", [])
    logs.start(tmp_path)
    logging.getLogger("retcon.worker.loop").error("it stopped")
    for handler in logger.handlers:
        handler.close()

    (line,) = logs.tail(tmp_path)

    assert (line.level, line.where, line.words) == ("ERROR", "worker.loop", "it stopped")


def test_the_end_of_a_large_log_is_read_and_the_one_before_where_it_is_short(tmp_path: Path) -> None:
    old = "".join(f"2026-11-19 07:00:00,000 ERROR retcon.x old {number}\n" for number in range(9_000))
    (tmp_path / "retcon.log.1").write_text(old)
    (tmp_path / "retcon.log").write_text("2026-11-20 07:00:00,000 ERROR retcon.x new\n")

    read = [line.words for line in logs.tail(tmp_path)]

    assert read[-2:] == ["old 8999", "new"]
    assert 3_000 < len(read) < 9_000
