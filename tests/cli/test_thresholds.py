"""retcon thresholds: what it prints, and how it ends."""

import json
from pathlib import Path

import pytest

from retcon.desk.house import open_house
from retcon.store import thresholds
from tests.cli.conftest import Run
from tests.suggested import suggestion


@pytest.fixture
def run(tmp_path: Path, run: Run) -> Run:
    """Run a command over a home whose past was asked."""
    house = open_house(tmp_path / "home")
    house.database.write(lambda tx: thresholds.keep_suggestion(tx, suggestion()))
    house.close()

    return run


def test_what_holds_stands_in_a_table_with_where_it_comes_from(run: Run) -> None:
    code, out, err = run("thresholds")
    assert code == 0
    assert out.splitlines()[:2] == ["TIER       WARNING  ALARM  FROM", "VIP           30 %   50 %  ours"]
    assert "The past proposes others for VIP, promising, regular · Tea and coffee, one-time." in err


def test_it_is_taken_shown_with_its_evidence_and_taken_back(run: Run) -> None:
    code, out, err = run("thresholds", "take", "VIP")
    assert (code, out) == (0, "")
    assert err == "Levels of VIP taken, and everybody ranked by them. Take it back with: retcon undo\n"
    _, out, err = run("thresholds")
    assert "VIP           45 %   62 %  learnt on" in out
    assert "VIP: 32 of 40 warned did not come back by themselves within 90 days, it was 33 of 60." in err
    assert run("undo")[2] == "Taken back: new levels of VIP.\n"
    assert "VIP           30 %   50 %  ours" in run("thresholds")[1]


def test_a_tier_is_taken_with_its_categories_and_all_at_once(run: Run) -> None:
    assert "Levels of regular · Tea and coffee taken" in run("thresholds", "take", "regular")[2]
    assert run("thresholds", "take", "regular", "--category", "")[2].startswith("retcon: regular: Too few to tell: 12")
    assert "Levels of VIP, promising, one-time taken" in run("thresholds", "take", "all")[2]
    code, _, err = run("thresholds", "take", "all")
    assert (code, err.splitlines()[0]) == (1, "retcon: The levels in force are those that the past proposes.")
    assert "Levels of VIP, promising, regular · Tea and coffee, one-time reset" in run("thresholds", "reset", "all")[2]


def test_levels_are_set_by_hand(run: Run) -> None:
    assert run("thresholds", "set", "one-time", "--warning", "0.5", "--alarm", "0.9")[0] == 0
    _, out, _ = run("thresholds", "--json")
    last = json.loads(out)[-1]
    assert (last["tier"], last["warning"], last["alarm"], last["from"]) == ("one_time", 0.5, 0.9, "set")
    assert run("thresholds", "reset", "one-time")[0] == 0


@pytest.mark.parametrize(
    ("words", "said", "ends"),
    [
        (("set", "vip", "--warning", "30", "--alarm", "50"), "don't go together", 2),
        (("set", "vip", "--warning", "0.3"), "--alarm", 2),
        (("set", "gold", "--warning", "0.3", "--alarm", "0.5"), "'gold' is not one of", 2),
        (("set", "vip", "--category", "Tea", "--warning", "0.3", "--alarm", "0.5"), "No product has the category", 2),
        (("take", "high"), "those that the past proposes", 1),
        (("reset", "vip"), "hold there already", 1),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(run: Run, words: tuple[str, ...], said: str, ends: int) -> None:
    code, out, err = run("thresholds", *words)
    assert (code, out) == (ends, "")
    assert said in err


def test_the_past_is_asked_and_says_what_it_lacks(run: Run) -> None:
    code, out, _ = run("thresholds", "suggest")
    assert code == 0
    assert out == (
        "No order is here yet. A warning is resolved after 90 days, and the ranking learns from as many before it: 187"
        " days are needed.\n"
    )
    document = json.loads(run("thresholds", "suggest", "--json")[1])
    assert (document["weeks"], document["proposals"]) == (0, [])


def test_a_child_tells_how_far_it_is_in_lines(run: Run) -> None:
    _, out, _ = run("thresholds", "--progress", "suggest")
    assert [json.loads(line) for line in out.splitlines()][-1] == {"result": {"proposals": 0}}
