"""The Playbook at the keys: what holds, what the past proposes, taken with one key and taken back with another."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from retcon.config import RetentionSettings
from retcon.desk import ranking, thresholds
from retcon.desk.house import House
from retcon.model.standing import Tier
from retcon.store import thresholds as stored
from tests.console.hand import Hand
from tests.console.proposing import console, prose
from tests.purchases import order, take
from tests.suggested import proposal, suggestion, too_few

SIZES = pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)], ids=["60x20", "80x24", "120x40"])


@pytest.fixture
def asked(house: House) -> House:
    """A shop whose past was asked."""
    house.database.write(lambda tx: stored.keep_suggestion(tx, suggestion()))
    return house


def vip(house: House) -> tuple[float, float]:
    found = thresholds.kept(house).of((Tier.VIP, ""))
    return found.warning, found.alarm


@SIZES
async def test_what_holds_and_what_is_proposed_stand_side_by_side(asked: House, size: tuple[int, int]) -> None:
    async with console(asked).run_test(size=size) as pilot:
        hand = Hand(pilot)
        await hand.press("6")
        rows = [row.split() for row in hand.shown().splitlines()]

        vips = next(row for row in rows if row[:1] == ["▌VIP"])
        assert (vips[1:5], vips[-5:]) == (["30", "%", "50", "%"], ["45", "%", "and", "62", "%"])
        assert any(row[:1] == ["high"] and row[-1] == "these" for row in rows)
        assert "too few: 12 of 30" in hand.shown()
        assert "32 of 40 warned did not come back by themselves within 90 days, it was 33 of 60." in prose(hand)
        assert "Of VIPs silent for 40 days 31 % came back by themselves" in prose(hand)


async def test_one_key_takes_it_and_u_takes_it_back(asked: House) -> None:
    async with console(asked).run_test(size=(80, 24)) as pilot:
        hand = Hand(pilot)
        await hand.press("6", "a")
        assert hand.said == "Levels of VIP taken. u takes it back."
        assert vip(asked) == (0.45, 0.62)
        assert "As it is: a warning from 45 % on" in prose(hand)
        assert "When these levels were taken: 32 of 40 warned" in prose(hand)
        await hand.press("a")
        assert hand.said == "VIP: these are the levels that your past proposes."

        await hand.press("u")
        assert hand.said == "Taken back: new levels of VIP."
        assert vip(asked) == (0.3, 0.5)
        assert "a takes it." in prose(hand)


async def test_all_are_taken_with_one_key(asked: House) -> None:
    async with console(asked).run_test(size=(80, 24)) as pilot:
        hand = Hand(pilot)
        await hand.press("6", "A")

        assert hand.said == "Levels of 4 tiers taken. u takes it back."
        assert "nothing to take" in hand.shown()
        await hand.press("A")
        assert hand.said == "Nothing is proposed that doesn't hold already."


async def test_too_few_are_not_taken_and_say_why(house: House) -> None:
    house.database.write(lambda tx: stored.keep_suggestion(tx, suggestion(too_few(Tier.VIP, 12))))
    async with console(house).run_test(size=(80, 24)) as pilot:
        hand = Hand(pilot)
        await hand.press("6", "a")

        assert hand.said == "VIP: too few to tell, 12 resolved, 30 are needed."
        assert vip(house) == (0.3, 0.5)
        await hand.press("j", "a")
        assert hand.said == "Your past says nothing of high."


async def test_enter_shows_who_came_back_after_how_many_days_of_silence(asked: House) -> None:
    async with console(asked).run_test(size=(80, 24)) as pilot:
        hand = Hand(pilot)
        await hand.press("6", "enter")

        below = hand.shown().splitlines()[10:]
        assert "Of VIPs, by days of silence: who came back by themselves within 90 days" in below[0]
        assert any(row.split()[:5] == ["40", "d", "100", "31", "31"] for row in below)
        assert any("too few to tell" in row for row in below)  # twelve were silent for half a year
        await hand.press("q")
        assert "Warn from 45 % on" in hand.shown()


async def test_levels_are_set_by_hand_and_ours_come_back(asked: House) -> None:
    async with console(asked).run_test(size=(80, 24)) as pilot:
        hand = Hand(pilot)
        await hand.press("6", "e")
        await hand.types("20 35,5 %")
        await hand.press("enter")
        assert hand.said == "Levels of VIP set. u takes it back."
        assert vip(asked) == (0.2, 0.355)
        await hand.press("x")
        assert hand.said == "Levels of VIP are ours again. u takes it back."
        assert vip(asked) == (0.3, 0.5)
        await hand.press("x")
        assert hand.said == "Of VIP our own levels hold already."


async def test_what_is_no_pair_of_levels_is_said(asked: House) -> None:
    async with console(asked).run_test(size=(80, 24)) as pilot:
        hand = Hand(pilot)
        await hand.press("6", "e")
        await hand.types("a third")
        await hand.press("enter")
        assert hand.said == "“a third” is no pair of levels. Write the warning and the alarm in %: 30 50"
        await hand.press("e")
        await hand.types("50 30")
        await hand.press("enter")
        assert hand.said.startswith("A warning at 50 % and an alarm at 30 % don't go together.")
        assert vip(asked) == (0.3, 0.5)


async def test_before_the_past_is_asked_it_says_what_it_needs(house: House) -> None:
    take(house.database, order("1", "2026-10-12"), order("1", "2026-11-20"))
    ranking.restand(house)
    async with console(house).run_test(size=(80, 24)) as pilot:
        hand = Hand(pilot)
        await hand.press("6")
        assert "Here will stand which levels that speaks for" in prose(hand)
        assert "The orders reach back 40 days." in prose(hand)
        assert "187 days are needed." in prose(hand)
        await hand.press("full_stop")
        assert hand.said == "Your past needs 187 days of orders, and has 40."
        await hand.press("a")
        assert hand.said == "Your past wasn't asked yet: . asks it."


async def test_without_any_order_nothing_breaks(house: House) -> None:
    async with console(house).run_test(size=(60, 20)) as pilot:
        hand = Hand(pilot)
        await hand.press("6", "j", "G", "enter", "J", "tab", "ctrl+d", "y", "A", "x", "question_mark", "escape", "q")

        assert "No order is here yet." in prose(hand)


async def test_a_proposal_for_another_horizon_isnt_taken(asked: House) -> None:
    other = replace(asked, settings=replace(asked.settings, retention=RetentionSettings(horizon_days=60)))
    async with console(other).run_test(size=(80, 24)) as pilot:
        hand = Hand(pilot)
        await hand.press("6")
        assert hand.said == "This is for 90 days; config.toml says 60 now. . asks anew."
        await hand.press("a")
        assert vip(other) == (0.3, 0.5)


async def test_the_past_is_asked_in_a_child_and_shown_when_it_answered(house: House, tmp_path: Path) -> None:
    take(house.database, order("1", "2025-10-12"), order("1", "2026-11-19"))
    ranking.restand(house)
    child = tmp_path / "child.py"
    child.write_text(
        "import sys, time, pathlib\n"
        "assert sys.argv[1:] == ['thresholds', '--progress', 'suggest'], sys.argv\n"
        'print(\'{"what": "weeks", "done": 3, "total": 52}\', flush=True)\n'
        f"while not pathlib.Path({str(tmp_path / 'go')!r}).exists(): time.sleep(0.01)\n"
        'print(\'{"result": {"proposals": 1}}\')\n'
    )
    app = console(house, (sys.executable, str(child)))
    async with app.run_test(size=(80, 24)) as pilot:
        hand = Hand(pilot)
        await hand.press("6", "full_stop")
        while "3 of 52" not in hand.said:
            await pilot.pause(0.02)
        running = hand.said
        house.database.write(lambda tx: stored.keep_suggestion(tx, suggestion(proposal())))
        (tmp_path / "go").touch()
        while app.work.running("thresholds"):
            await pilot.pause(0.02)
        await hand.settled()

        assert running == "Asking your past: weeks 3 of 52."
        assert hand.said == "Asked: your past proposes other levels for 1 tier."
        assert "45 % and 62 %" in hand.shown()


async def test_a_name_that_means_harm_is_drawn_harmless(house: House) -> None:
    evil = "Tea\x1b[31m\u202e"
    house.database.write(lambda tx: stored.keep_suggestion(tx, suggestion(proposal(Tier.VIP, evil))))
    async with console(house).run_test(size=(80, 24)) as pilot:
        hand = Hand(pilot)
        await hand.press("6", "j", "a")

        assert "\x1b[31m" not in hand.shown()
        assert "\u202e" not in hand.shown()
