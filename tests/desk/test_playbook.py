"""Rules at work in a house: what is planned, once, one message at a time; the dry run, and why an action is there."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from retcon.desk import drafts, planning, playbook, refresh, segments
from retcon.errors import Conflict, UsageError
from retcon.model.playbook import Action, ActionState
from retcon.retention import playbook as engine
from retcon.store import actions
from retcon.store.database import Connection
from tests.conftest import NOW
from tests.outgoing import TestHouse, furnished

DAY = timedelta(days=1)


@pytest.fixture
def ours(house: Any) -> TestHouse:
    """A house that can send mail."""
    return furnished(house)


def buy(tx: Connection, person: int, *ago: int, country: str = "US", allowed: bool = True, **changes: Any) -> None:
    """A customer who ordered so many days ago, each time arrived after four days; who may be written to."""
    tx.execute(
        "insert into customers (id, name, country, language) values (?, ?, ?, 'en')",
        (person, f"Person {person}", country),
    )
    address = f"person{person}@example.org"
    tx.execute("insert into identities values ('email', ?, ?, ?)", (address, person, address))
    for place, days in enumerate(sorted(ago, reverse=True)):
        at = int((NOW - days * DAY).timestamp())
        facts = {
            "source": "woo",
            "source_id": f"{person}.{place}",
            "number": f"{person}.{place}",
            "customer_id": person,
            "email": address,
            "country": country,
            "placed_at": at,
            "modified_at": at,
            "state": "paid",
            "currency": "EUR",
            "total_minor": 5800,
            "total_base_minor": 5800,
            "shipped_at": at + 86400 if days >= 1 else None,
            "delivered_at": at + 4 * 86400 if days >= 4 else None,
            **changes,
        }
        made = tx.execute(
            f"insert into orders ({', '.join(facts)}) values ({', '.join('?' * len(facts))})", tuple(facts.values())
        )
        tx.execute("insert into order_lines values (?, 0, 'Stoneware bowl', 1, '7', '', 5800)", (made.lastrowid,))
    if allowed:
        tx.execute(
            "insert into consents (customer_id, channel, purpose, state, basis, at, source) values"
            " (?, 'email', 'marketing', 'granted', 'express', ?, 'operator')",
            (person, int((NOW - 500 * DAY).timestamp())),
        )


def write(house: TestHouse, file: str, words: str) -> Path:
    path = house.settings.places.config / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(words, encoding="utf-8")
    return path


def planned(house: TestHouse) -> dict[int, list[str]]:
    """What is due for whom, after a pass over everybody."""
    refresh.refresh(house, everybody=True)
    found: dict[int, list[str]] = {}
    for action in due(house):
        found.setdefault(action.customer_id, []).append(action.rule)
    return found


def due(house: TestHouse) -> tuple[Action, ...]:
    with house.database.read() as tx:
        return actions.due(tx, house.now())


MINE = """
id = "mine"
title = "{title}"
moment = "habit"
stage = "habit"
purpose = "{purpose}"
template = "mine"
channels = ["email"]
priority = 1
{more}
[when]
{when}
"""


def mine(
    house: TestHouse, *, title: str = "mine", when: str = 'silent_days = "10-20"', more: str = "", file: str = "mine",
    purpose: str = "relationship",
) -> Path:  # fmt: skip
    """A rule of the seller's own with a text."""
    write(house, "templates/en/mine.txt", "Subject: Hello\n\nHello {{ customer.first_name }}.\n")
    words = MINE.format(title=title, when=when, more=more, purpose=purpose)
    return write(house, f"playbooks/{file}.toml", words)


# ---- one message at a time ----------------------------------------------------------------------------------------


def test_each_person_has_one_message_due_and_the_next_when_that_is_decided(ours: TestHouse) -> None:
    ours.database.write(lambda tx: buy(tx, 1, 5))
    assert planned(ours) == {1: ["arrived"]}
    (action,) = due(ours)
    drafts.skip(ours, [action.id], "not now")
    assert planned(ours) == {1: ["first-contact"]}


def test_what_the_operator_has_begun_stays_whatever_comes_after(ours: TestHouse) -> None:
    ours.database.write(lambda tx: buy(tx, 1, 5))
    planned(ours)
    (action,) = due(ours)
    drafts.edit(ours, action.id, action.revision, "Mine", "In my own words.")
    mine(ours, when='silent_days = "0-30"')
    assert planned(ours) == {1: ["arrived"]}
    assert due(ours)[0].draft.body == "In my own words."


def test_nothing_is_due_that_can_never_leave(ours: TestHouse) -> None:
    ours.database.write(lambda tx: buy(tx, 1, 70, country="DE", allowed=False))
    ours.database.write(lambda tx: buy(tx, 2, 70, country="DE"))
    assert planned(ours) == {2: ["sleepers"]}
    tested = playbook.test(ours, "sleepers")
    (refused,) = [left for left in tested.left_out if left.group == "may not be written to, or can't be reached"]
    assert (refused.count, refused.names) == (1, ("Person 1",))
    assert refused.example == "Person 1 hasn't allowed advertising by e-mail. A service message may go."


# ---- once, and edited ---------------------------------------------------------------------------------------------


def test_a_rule_survives_its_own_edit(ours: TestHouse) -> None:
    ours.database.write(lambda tx: buy(tx, 1, 19))
    file = mine(ours)
    assert planned(ours) == {1: ["mine"]}
    (before,) = due(ours)
    file.unlink()
    mine(ours, title="something else", when='silent_days = "5-30"', file="renamed")
    assert planned(ours) == {1: ["mine"]}
    (after,) = due(ours)
    assert (after.id, after.title) == (before.id, "something else")
    assert after.expires_at > before.expires_at
    drafts.skip(ours, [after.id], "not now")
    mine(ours, title="a third name", when='silent_days = "1-90"', file="renamed")
    assert planned(ours) == {}


def test_a_changed_text_is_written_anew_into_what_is_open(ours: TestHouse) -> None:
    ours.database.write(lambda tx: buy(tx, 1, 19))
    mine(ours)
    planned(ours)
    (before,) = due(ours)
    write(ours, "templates/en/mine.txt", "Subject: Hello\n\nGood day {{ customer.first_name }}.\n")
    planned(ours)
    (after,) = due(ours)
    assert (after.id, after.revision) == (before.id, before.revision + 1)
    assert after.draft.body.startswith("Good day Person")


def test_a_rule_that_is_switched_off_takes_its_rows_with_it(ours: TestHouse) -> None:
    ours.database.write(lambda tx: buy(tx, 1, 70))
    assert planned(ours) == {1: ["sleepers"]}
    write(ours, "playbooks/off.toml", 'id = "sleepers"\nenabled = false\n')
    assert planned(ours) == {}
    (line,) = [line for line in playbook.rules(ours) if line.rule.id == "sleepers"]
    assert (line.state, line.why_none) == ("off", "Switched off.")


# ---- whom it touches ----------------------------------------------------------------------------------------------


def test_a_cap_takes_those_with_most_at_stake_and_the_next_when_there_is_room(ours: TestHouse) -> None:
    for person in range(1, 8):
        ours.database.write(lambda tx, it=person: buy(tx, it, 19, *range(60, 60 + 40 * it, 40)))
    mine(ours, more="cap = 3")
    first = planned(ours)
    with ours.database.read() as tx:
        stakes = dict(tx.execute("select customer_id, stake_minor from standings").fetchall())
    chosen = sorted(person for person, rules in first.items() if rules == ["mine"])
    assert chosen == sorted(sorted(stakes, key=lambda it: (-stakes[it], it))[:3])
    assert planned(ours) == first
    taken = next(action for action in due(ours) if action.rule == "mine")
    drafts.skip(ours, [taken.id], "not now")
    again = [action.customer_id for action in due(ours) if action.rule == "mine"]
    assert len(again) == 2
    planned(ours)
    assert len([action for action in due(ours) if action.rule == "mine"]) == 3


def test_a_cap_holds_for_those_who_come_one_by_one(ours: TestHouse) -> None:
    for person in range(1, 4):
        ours.database.write(lambda tx, it=person: buy(tx, it, 19))
    mine(ours, more="cap = 1")
    planned(ours)
    for person in range(1, 4):
        ours.database.write(lambda tx, it=person: planning.plan(ours, tx, [it]))
    assert [action.rule for action in due(ours)].count("mine") == 1


def test_a_rule_may_be_for_a_saved_segment(ours: TestHouse) -> None:
    ours.database.write(lambda tx: buy(tx, 1, 19, country="US"))
    ours.database.write(lambda tx: buy(tx, 2, 19, country="GB"))
    segments.save(ours, "british", "country:GB")
    mine(ours, when='silent_days = "10-20"\nsegment = "british"')
    assert planned(ours) == {2: ["mine"]}
    mine(ours, when='silent_days = "10-20"\nsegment = "nobody-has-saved-it"')
    assert planned(ours) == {}


def test_a_festival_is_written_for_before_it_where_people_live(ours: TestHouse) -> None:
    ours.database.write(lambda tx: buy(tx, 1, 30, 90, country="US"))
    ours.database.write(lambda tx: buy(tx, 2, 30, 90, country="JP"))
    refresh.refresh(ours, everybody=True)
    touched = [it.customer.id for it in playbook.test(ours, "festival-sale").touched]
    assert sorted(touched) == sorted(set(touched))
    assert planned(ours)[1] == ["festival-sale"]
    explained = playbook.explain(ours, next(action.id for action in due(ours) if action.customer_id == 1))
    assert "Black Friday is on Fri 27 Nov 2026." in explained.facts


def test_a_cancelled_order_of_somebody_without_any_other_is_seen(ours: TestHouse) -> None:
    ours.database.write(lambda tx: buy(tx, 1, 1, state="cancelled", shipped_at=None, delivered_at=None))
    assert planned(ours) == {1: ["cancelled-order"]}
    (action,) = due(ours)
    assert "1.0" in action.draft.subject + action.draft.body


def test_a_coupon_that_ended_unused_is_seen(ours: TestHouse) -> None:
    def work(tx: Connection) -> None:
        buy(tx, 1, 45)
        ended, made = (int((NOW - days * DAY).timestamp()) for days in (1, 30))
        tx.execute(
            "insert into coupons (source, source_id, code, expires_at, given_to, created_at)"
            " values ('woo', '5', 'welcome', ?, ?, ?)",
            (ended, json.dumps(["person1@example.org"]), made),
        )

    ours.database.write(work)
    assert planned(ours) == {1: ["coupon-expired"]}
    assert due(ours)[0].anchor == "coupon:woo:5"


AGES = [0, 1, 3, 5, 6, 9, 13, 17, 25, 33, 50, 62, 74, 88, 95, 130, 160, 300, 420]


def test_the_columns_never_pass_over_somebody_for_whom_a_rule_is_due(ours: TestHouse) -> None:
    def work(tx: Connection) -> None:
        for person, ago in enumerate(AGES, 1):
            before = [ago + 40 * place for place in range(person % 6)]
            buy(tx, person, *sorted({ago, *before}), country=("US", "DE", "SA", "JP")[person % 4])

    ours.database.write(work)
    refresh.refresh(ours, everybody=True)
    from retcon.desk import candidates, situations

    with ours.database.read() as tx:
        planner = planning.Planner.of(ours, tx)
        everybody = situations.load(tx, range(1, len(AGES) + 1), NOW)
        found = 0
        for rule in planner.rules:
            if rule.trigger not in engine.TRIGGERS:
                continue
            touched = {id_ for id_, it in everybody.items() if engine.due((rule,), it, planner.shop, NOW)}
            assert touched <= set(candidates.of_rule(ours, tx, rule, planner.shop)), rule.id
            found += len(touched)
    assert found > len(AGES)


# ---- the dry run and the explanation ------------------------------------------------------------------------------


def test_every_rule_says_when_and_for_whom(ours: TestHouse) -> None:
    mine(ours)
    lines = {line.rule.id: line for line in playbook.rules(ours)}
    assert (lines["sleepers"].when, lines["sleepers"].who) == ("60 to 90 days of silence", "not VIP")
    assert lines["parcel-note"].when == "2 to 7 days after the first order, or sooner, as its parcel leaves"
    assert lines["replenishment"].when == "from 15 days before an article is used up until 10 after it"
    assert lines["membership"].why_none == "You have no circle of regular customers: offers.toml, [membership]."
    assert (lines["mine"].whose, lines["sleepers"].whose) == ("yours", "ours")
    assert all(line.when and line.who for line in lines.values())


def test_a_dry_run_shows_whom_it_would_touch_with_the_message_and_decides_nothing(ours: TestHouse) -> None:
    ours.database.write(lambda tx: buy(tx, 1, 70))
    ours.database.write(lambda tx: buy(tx, 2, 20))
    write(ours, "playbooks/off.toml", 'id = "sleepers"\nenabled = false\n')
    refresh.refresh(ours, everybody=True)
    tested = playbook.test(ours, "sleepers")
    (touched,) = tested.touched
    assert (touched.customer.name, touched.occasion.reason) == ("Person 1", "Silent 66 days after 1 order.")
    assert touched.draft.body.startswith("Hello Person")
    assert touched.waits_for == ""
    assert [(left.group, left.count) for left in tested.left_out] == [("not yet", 1)]
    assert (tested.looked_at, tested.people) == (2, 2)
    assert [action.rule for action in due(ours) if action.rule == "sleepers"] == []
    for line in playbook.rules(ours):
        playbook.test(ours, line.rule.id)


def test_a_dry_run_says_what_comes_first(ours: TestHouse) -> None:
    ours.database.write(lambda tx: buy(tx, 1, 70))
    mine(ours, title="my own", when='silent_days = "60-80"')
    refresh.refresh(ours, everybody=True)
    (touched,) = playbook.test(ours, "sleepers").touched
    assert touched.waits_for == "my own"


def test_an_action_is_explained_by_its_rule_its_facts_and_what_ends_it(ours: TestHouse) -> None:
    ours.database.write(lambda tx: buy(tx, 1, 70))
    refresh.refresh(ours, everybody=True)
    (action,) = due(ours)
    found = playbook.explain(ours, action.id)
    assert found.line is not None
    assert found.line.rule.id == "sleepers"
    assert found.action.reason == "Silent 66 days after 1 order."
    assert "They buy again, or wait for a parcel." in found.ends
    assert found.verdicts[0].reason == "It still fits."
    drafts.skip(ours, [action.id], "not now")
    assert playbook.explain(ours, action.id).decided == ActionState.SKIPPED.value


def test_what_there_isnt_is_said(ours: TestHouse) -> None:
    with pytest.raises(UsageError, match="No rule is called “teapots”"):
        playbook.test(ours, "teapots")
    with pytest.raises(Conflict, match="There is no action 77"):
        playbook.explain(ours, 77)


def test_asking_for_a_permission_is_answered_by_a_yes(ours: TestHouse) -> None:
    write(ours, "regions/fr.toml", 'country = "FR"\ninvites = true\n')
    ours.database.write(lambda tx: buy(tx, 1, 17, 60, country="FR", allowed=False))
    assert planned(ours) == {1: ["permission"]}
    (action,) = due(ours)
    approved = drafts.approve(ours, [(action.id, action.revision)])
    assert approved.rows, approved.refused
    assert approved.rows[0].key.startswith("confirm.email.1.")


def test_a_sheet_goes_with_the_word_on_what_arrived(ours: TestHouse) -> None:
    def work(tx: Connection) -> None:
        buy(tx, 1, 5)
        tx.execute(
            "insert into products (source, source_id, name, link) values ('woo', '7', 'Bowl', 'https://x.example')"
        )

    ours.database.write(work)
    write(ours, "products.toml", '[id.7]\nsheet = "bowl.pdf"\n')
    planned(ours)
    (action,) = due(ours)
    assert (action.rule, action.draft.files) == ("arrived", ())
    assert "sheets/bowl.pdf isn't there, so nothing is attached." in action.draft.notes
    write(ours, "sheets/bowl.pdf", "%PDF-1.4 how to treat it")
    planned(ours)
    (again,) = due(ours)
    assert [file.name for file in again.draft.files] == ["bowl.pdf"]
    assert (ours.files / again.draft.files[0].path).read_text(encoding="utf-8").startswith("%PDF")
    planned(ours)
    assert due(ours)[0].revision == again.revision
