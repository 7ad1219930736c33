"""retcon playbook: the rules, a dry run of one, and why an action is there."""

import json

import pytest

from retcon import clock
from retcon.desk.house import House
from retcon.localtime import DAY
from tests.cli.conftest import Run
from tests.purchases import order, take


@pytest.fixture
def bought(house: House) -> House:
    """Somebody ordered for the first time yesterday; somebody else long ago."""
    now = clock.now()
    take(house.database, order("new", (now - DAY).isoformat(), name="Ada Lind", email="ada@example.com", country="SE"))
    take(
        house.database, order("old", (now - 400 * DAY).isoformat(), name="Bo Ek", email="bo@example.com", country="SE")
    )
    return house


@pytest.mark.usefixtures("house")
def test_every_rule_is_listed_with_when_and_for_whom(run: Run) -> None:
    code, out, err = run("playbook", "list")
    assert code == 0
    assert "FIRST WEEK\n" in out
    assert "  sleepers · “we miss you”, tips, no coupon\n    60 to 90 days of silence; not VIP\n" in out
    assert "You have no circle of regular customers" in out or "offers.toml" in out
    assert err.startswith("32 rules of 32 on, ")


def test_a_rule_that_is_switched_off_is_listed_all_the_same(run: Run, house: House) -> None:
    folder = house.settings.places.config / "playbooks"
    folder.mkdir()
    (folder / "mine.toml").write_text('id = "sleepers"\nenabled = false\n')
    listed = {rule["id"]: rule for rule in json.loads(run("playbook", "list", "--json")[1])}
    assert (listed["sleepers"]["enabled"], listed["sleepers"]["why_none"]) == (False, "Switched off.")


@pytest.mark.usefixtures("bought")
def test_a_dry_run_says_whom_it_touches_and_who_is_left_out_by_what(run: Run) -> None:
    run("refresh")
    code, out, _ = run("playbook", "test", "order-note")
    assert code == 0
    assert "1 person would be touched now:\n  Ada L. · SE" in out
    assert "── English, by no way, to Ada Lind" in out or "Ada Lind" in out
    assert "Left out:\n       1  the time for it is over, such as Bo Ek" in out
    told = json.loads(run("playbook", "test", "order-note", "--json")[1])
    assert [each["customer_name"] for each in told["touched"]] == ["Ada Lind"]
    assert (told["looked_at"], told["people"]) == (2, 2)


@pytest.mark.usefixtures("house")
def test_a_rule_that_there_isnt_is_told_with_those_that_there_are(run: Run) -> None:
    code, _, err = run("playbook", "test", "nonsense")
    assert code == 2
    assert err.startswith("retcon: No rule is called “nonsense”.\n  There are: accessories, ")


@pytest.mark.usefixtures("bought")
def test_an_action_explains_itself(run: Run) -> None:
    run("refresh")
    due = json.loads(run("today", "--json")[1])
    actions = due["actions"] if isinstance(due, dict) else due
    (note,) = [action for action in actions if action["rule"] == "order-note"]
    code, out, _ = run("playbook", "explain", str(note["id"]))
    assert code == 0
    assert out.startswith("Ada L.: thank you, and what happens next. First order 1 day ago")
    assert "Rule order-note, ours: up to 2 days after the first order; 1 order; parcel waiting." in out
    assert "It ends when:\n" in out


@pytest.mark.usefixtures("house")
def test_an_action_that_there_isnt_is_told(run: Run) -> None:
    code, _, err = run("playbook", "explain", "77")
    assert code == 1
    assert "77" in err or "no" in err.lower()
