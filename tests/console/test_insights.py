"""Insights at the keys: the last proof at once, each date, made anew in a child, and what stands there before."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from retcon.config import RetentionSettings
from retcon.desk import ranking
from retcon.desk.house import House
from retcon.jobs import Ended, Progress
from retcon.store import backtests
from tests.console.hand import Hand
from tests.console.proposing import console, prose, text
from tests.purchases import order, take
from tests.replayed import backtest, cutoff, found

SIZES = pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)], ids=["60x20", "80x24", "120x40"])


@pytest.fixture
def replayed(house: House) -> House:
    """A shop with a backtest of three dates."""
    house.database.write(lambda tx: backtests.keep(tx, backtest()))
    return house


@SIZES
async def test_the_last_proof_stands_there_at_once(replayed: House, size: tuple[int, int]) -> None:
    async with console(replayed).run_test(size=size) as pilot:
        hand = Hand(pilot)
        await hand.press("5")

        assert "▌all 3 dates" in hand.shown()
        assert "48 of 60" in hand.shown()
        assert "48 of 60 names did not come back" in prose(hand)
        assert all(name in text(hand) for name in ("retcon", "days since last order", "Pareto/NBD"))
        assert "SAID  CAME" in text(hand)


async def test_each_date_has_its_own_sentences_and_figures(replayed: House) -> None:
    async with console(replayed).run_test(size=(80, 24)) as pilot:
        hand = Hand(pilot)
        await hand.press("5", "j")
        newest = text(hand)
        await hand.press("G")
        oldest = text(hand)
        await hand.press("g")

        assert newest.startswith(" Of the 20 names it would have shown you on 23 August 2026")
        assert oldest.startswith(" Of the 20 names it would have shown you on 24 February 2026")
        assert "SAID  CAME" not in newest
        assert "Over these 3 dates" in text(hand)


async def test_enter_reads_on_below_and_q_leads_back_to_the_dates(replayed: House) -> None:
    async with console(replayed).run_test(size=(80, 24)) as pilot:
        hand = Hand(pilot)
        await hand.press("5", "enter", "G")
        end = hand.shown()
        await hand.press("J")  # the next date, without leaving the text
        moved = text(hand)
        await hand.press("q", "k")

        assert "what came after its date." in end
        assert "Esc back" in end
        assert "23 August 2026" in moved
        assert "Over these 3 dates" in text(hand)


async def test_the_best_of_each_column_is_marked_and_what_reads_the_same_is_as_good(replayed: House) -> None:
    async with console(replayed).run_test(size=(120, 40)) as pilot:
        hand = Hand(pilot)
        await hand.press("5")
        ours, by_hand = (
            next(row for row in text(hand).splitlines() if row.startswith(name)) for name in (" retcon ", " days since")
        )

        assert ours.split()[1:] == ["48•", "31", "%•", "0.812•", "0.784•", "0.171•", "0.028•", "1.81•"]
        assert "•" not in by_hand


async def test_where_by_hand_was_better_it_is_said(house: House) -> None:
    worse = backtest(cutoff(found=found(10, 12), failed=("bg/nbd",)))
    house.database.write(lambda tx: backtests.keep(tx, worse))
    async with console(house).run_test(size=(120, 40)) as pilot:
        hand = Hand(pilot)
        await hand.press("5")
        in_all = prose(hand)
        await hand.press("j")

        assert "On these dates the ranking was no better than days since last order." in in_all
        assert "▌1 Jun 2026" in hand.shown()
        assert "days since last order would have found two more." in prose(hand)
        assert "BG/NBD gave no answer on 1 June 2026." in prose(hand)


async def test_before_the_first_one_it_says_what_it_will_show_and_what_it_needs(house: House) -> None:
    take(house.database, order("1", "2026-10-12"), order("1", "2026-11-20"))
    ranking.restand(house)
    async with console(house).run_test(size=(80, 24)) as pilot:
        hand = Hand(pilot)
        await hand.press("5")
        said = prose(hand)
        await hand.press("full_stop")

        assert "of the 20 names it would have shown you on each date" in said
        assert "Your orders reach back 40 days, and a proof for 90 days needs 180. In 140 days it can begin" in said
        assert hand.said.startswith("Your orders reach back 40 days")


async def test_without_any_order_it_says_so(house: House) -> None:
    async with console(house).run_test(size=(80, 24)) as pilot:
        hand = Hand(pilot)
        await hand.press("5", "j", "enter", "G", "J", "tab", "y", "q")

        assert "No order is here yet, and a proof for 90 days needs 180 days of them" in prose(hand)


async def test_a_proof_for_another_horizon_than_is_set_now_says_so(replayed: House) -> None:
    other = replace(replayed, settings=replace(replayed.settings, retention=RetentionSettings(horizon_days=60)))
    async with console(other).run_test(size=(80, 24)) as pilot:
        hand = Hand(pilot)
        await hand.press("5")

        assert hand.said == "This is for 90 days; config.toml says 60 now. . makes it anew."


async def test_it_is_made_anew_in_a_child_and_shown_when_it_is_there(replayed: House, tmp_path: Path) -> None:
    child = tmp_path / "child.py"
    child.write_text(
        "import sys, time\n"
        'print(\'{"what": "dates", "done": 1, "total": 3}\', flush=True)\n'
        "sys.stdin.close()\n"
        f"while not __import__('pathlib').Path({str(tmp_path / 'go')!r}).exists(): time.sleep(0.01)\n"
        'print(\'{"result": {"cutoffs": 1}}\')\n'
    )
    app = console(replayed, (sys.executable, str(child)))
    async with app.run_test(size=(80, 24)) as pilot:
        hand = Hand(pilot)
        await hand.press("5", "full_stop")
        while "1 of 3" not in hand.said:
            await pilot.pause(0.02)
        running = hand.said
        await hand.press("full_stop")
        twice = hand.said
        replayed.database.write(lambda tx: backtests.keep(tx, backtest(cutoff("2026-08-23"))))
        (tmp_path / "go").touch()
        while app.work.running("backtest"):
            await pilot.pause(0.02)
        await hand.settled()

        assert running == "Replaying your past: dates 1 of 3."
        assert twice == "It is being made already."
        assert hand.said == "Replayed: 1 date."
        assert "▌the one date" in hand.shown()


async def test_what_goes_wrong_in_the_child_is_said(replayed: House) -> None:
    app = console(replayed)
    async with app.run_test(size=(80, 24)) as pilot:
        hand = Hand(pilot)
        await hand.press("5")
        app.work.progressed(Progress("backtest", "dates", 1, 3))
        app.work.ended(Ended("backtest", 1, trouble="The orders reach back 40 days."))
        await hand.settled()

        assert hand.said == "The orders reach back 40 days."
        assert "48 of 60" in hand.shown()


async def test_the_text_is_copied_as_it_stands(replayed: House) -> None:
    app = console(replayed)
    async with app.run_test(size=(80, 24)) as pilot:
        hand = Hand(pilot)
        await hand.press("5", "y")

        assert app.clipboard.startswith(" Over these 3 dates 48 of 60 names")
        assert hand.said == "Copied, where your terminal allows it."


def test_the_console_shows_it_without_numpy() -> None:
    program = (
        "import sys, retcon.screens.insights\n"
        "print([name for name in ('numpy', 'scipy', 'httpx') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
