"""The commands on one person: what they print, and how they end."""

import json
from pathlib import Path

import pytest

from retcon.desk import refresh
from retcon.desk.house import open_house
from tests.cli.conftest import Run
from tests.persons import account, order, take, wrote

EVIDENCE = {"country_from", "language_from", "timezone_from", "timezones", "chats", "identities", "merged"}


@pytest.fixture
def run(tmp_path: Path, run: Run) -> Run:
    """Run a command over a home with Ada (an account), Ada again (a guest, the same number) and somebody who wrote."""
    (tmp_path / "home").mkdir()
    house = open_house(tmp_path / "home")
    take(
        house.database,
        account("17", "ada@example.com"),
        order("1", account_id="17", name="Ada King", country="DE", language="de", phone="0171 1234567"),
        order("2", "aking@example.org", name="Ada King", country="DE", phone="+49 171 1234567", days=1),
        order("3", "cyd@example.com", name="Cyd \x1b[31mRed", country="US"),
    )
    house.database.write(lambda tx: tx.execute("insert into customers (id, wrote_as, name) values (4, 'Bo', 'Bo')"))
    house.database.write(lambda tx: tx.execute("insert into identities values ('chat', 'telegram:7', 4, 'telegram:7')"))
    house.database.write(lambda tx: wrote(tx, 4, "7", medium="telegram", language="es"))
    house.close()

    return run


def test_a_customer_is_shown_with_what_each_fact_rests_on(run: Run) -> None:
    code, out, _ = run("customer", "+49 171 1234567")
    assert (code, out) == (1, "")  # two have it
    code, out, _ = run("customer", "woo:17")
    assert code == 0
    assert "Lives and speaks: DE (the latest order), de (the latest order), Europe/Berlin (the country)" in out
    assert "  account woo:17   1 order\n  email   ada@example.com   1 order\n  phone   +491711234567   1 order" in out


def test_json_has_the_evidence_and_the_identities(run: Run) -> None:
    _, out, _ = run("customer", "ada@example.com", "--json")
    document = json.loads(out)
    assert document.keys() >= EVIDENCE
    assert (document["country"], document["country_from"]) == ("DE", "the latest order")
    assert document["identities"][0] == {
        "kind": "account",
        "value": "woo:17",
        "shown": "woo:17",
        "orders": 1,
        "conversations": 0,
    }


def test_who_wrote_and_never_bought_is_shown(run: Run) -> None:
    code, out, _ = run("customer", "telegram:7")
    assert code == 0
    assert out.startswith("Bo (4)\nNo counted order yet.\n")
    assert "chat    telegram:7   1 conversation" in out
    assert "es (wrote it on 1 Nov 2026)" in out
    _, out, _ = run("customer", "4", "--json")
    assert json.loads(out)["orders"] == 0


def test_hostile_names_reach_no_terminal(run: Run) -> None:
    for words in (("customer", "cyd@example.com"), ("customer", "cyd@example.com", "set", "--language", "en")):
        _, out, err = run(*words)
        assert "\x1b" not in out + err


def test_two_are_merged_by_the_command_that_alike_names_and_undone(run: Run) -> None:
    code, out, _ = run("alike", "--json")
    (pair,) = json.loads(out)
    assert (code, pair["reasons"]) == (0, ["the same phone number, +491711234567"])
    code, out, err = run(*pair["command"].split()[1:])
    assert (code, out) == (0, "")
    assert err == "Ada King (1) and customer 2 are one person now. Not right? retcon undo\n"
    _, out, _ = run("customer", "2", "--json")
    assert (json.loads(out)["id"], json.loads(out)["orders"], json.loads(out)["merged"]) == (1, 2, [2])
    code, _, err = run("undo")
    assert (code, err) == (0, "Taken back: Ada King (2) became one with Ada King (1).\n")
    _, out, _ = run("customer", "2", "--json")
    assert (json.loads(out)["id"], json.loads(out)["orders"]) == (2, 1)


def test_an_address_is_taken_out(run: Run) -> None:
    run("customer", "1", "merge", "2")
    code, out, err = run("customer", "1", "split", "--email", "aking@example.org", "--json")
    assert code == 0
    assert "Ada King (5) is a person of their own now, with 1 order." in err
    assert [each["value"] for each in json.loads(out)["identities"]] == ["woo:17", "ada@example.com", "+491711234567"]


def test_what_is_known_better_is_set_and_taken_back(run: Run) -> None:
    code, _, err = run("customer", "1", "set", "--language", "en", "--zone", "Europe/Vienna")
    assert code == 0
    assert "DE (the latest order), en (you said so), Europe/Vienna (you said so)" in err
    code, _, err = run("customer", "1", "set", "--language", "")
    assert "de (the latest order), Europe/Vienna (you said so)" in err


def test_two_are_kept_apart_for_good(run: Run) -> None:
    code, _, err = run("alike", "--not", "1", "2")
    assert (code, err) == (0, "Ada King (1) and Ada King (2) are two people.\n")
    code, out, err = run("alike")
    assert (code, out, err) == (0, "", "Nobody looks like somebody else.\n")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("1", "merge"), 2, "merge takes two customers."),
        (("1", "merge", "1"), 1, "are one person already"),
        (("1", "merge", "nobody@example.com"), 1, "Nobody is known as"),
        (("1", "split"), 2, "Nothing is named"),
        (("1", "split", "2", "--email", "x@example.com"), 2, "one word too many"),
        (("1", "split", "--email", "x@example.com"), 1, "is no email of"),
        (("1", "set"), 2, "Nothing is said of them"),
        (("1", "set", "--zone", "Mars"), 2, "is no time zone"),
        (("1", "--language", "de"), 2, "--language goes with set."),
        (("1", "merge", "2", "--email", "x@example.com"), 2, "--email goes with split."),
        (("1", "set", "--off", "--language", "de"), 2, "--off goes with leave-alone."),
        (("1", "divorce"), 2, "divorce"),
    ],
)
def test_wrong_words_are_said_in_a_sentence(run: Run, words: tuple[str, ...], code: int, said: str) -> None:
    ended, out, err = run("customer", *words)
    assert (ended, out) == (code, "")
    assert said in err
    assert "Traceback" not in err


def test_reasons_come_with_what_each_weighs_and_the_next_order_with_its_days(run: Run, tmp_path: Path) -> None:
    house = open_house(tmp_path / "home")
    refresh.refresh(house, everybody=True)
    house.close()
    document = json.loads(run("customer", "woo:17", "--json")[1])
    assert {"next_expected_at", "next_from_at", "next_until_at"} <= document.keys()
    assert document["reasons"]
    assert all(reason.keys() == {"code", "text", "value", "weight"} for reason in document["reasons"])
    weights = [abs(reason["weight"]) for reason in document["reasons"]]
    assert weights == sorted(weights, reverse=True)
    first = next(reason for reason in document["reasons"] if reason["weight"])
    sign = "+" if first["weight"] > 0 else "−"
    assert f"{sign}{abs(first['weight'])}  {first['text']}" in run("customer", "woo:17")[1]


def test_those_who_bought_once_are_shown_as_groups(run: Run) -> None:
    code, out, _ = run("customers", "--one-time")
    assert code == 0
    assert out.splitlines()[0].split("  ")[0] == "ONLY ORDER"
    assert "3 people bought once." in out
    document = json.loads(run("customers", "--one-time", "--json")[1])
    assert sum(group["people"] for group in document["groups"]) == document["people"] == 3
    code, _, said = run("customers", "--one-time", "--filter", "risk:high")
    assert (code, "--one-time shows groups, not customers." in said) == (2, True)
