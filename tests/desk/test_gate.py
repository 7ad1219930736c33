"""What the gate is told at the desk: the frozen words, the country left in peace, what left by which channel."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from retcon.desk import drafts, gate, situations, today
from retcon.desk.house import House
from retcon.model.people import Purpose
from retcon.model.policy import Answer, Verdict
from retcon.model.situation import Contact
from retcon.store import mutes
from retcon.store.mutes import Mute
from tests.outgoing import DAY, NOW, RULE, TestHouse, action, due, furnished, picks, row, upsert, yes

ADDRESS = "Harbour Lane 1, 20095 Hamburg"
FOOTER = f"{ADDRESS}\nReply STOP to end this. You may object at any time."
ADVERTISING = replace(RULE, purpose=Purpose.MARKETING)


@pytest.fixture
def ours(house: House) -> TestHouse:
    """A shop whose address is known."""
    found = furnished(house)
    return replace(found, settings=replace(found.settings, shop=replace(found.settings.shop, address=ADDRESS)))


def advertising(ours: TestHouse, body: str) -> None:
    """Advertising to customer 1 that was approved by a gate which looked away."""
    ours.database.write(lambda tx: upsert(tx, rule=ADVERTISING, body=body))
    drafts.approve(ours, [(1, 1)], judge=yes)


def said_of_row(ours: TestHouse, rule: str) -> Verdict | None:
    """What the gate says of the frozen message at the hour of leaving."""
    with ours.database.read() as tx:
        return next((it for it in gate.judge_row(ours, tx, row(ours), ours.now()) if it.rule == rule), None)


def test_the_words_are_read_again_before_they_leave(ours: TestHouse) -> None:
    advertising(ours, "New bowls are here.")
    refused = said_of_row(ours, "wording")
    assert refused is not None
    assert refused.answer is Answer.NO
    assert "Your postal address isn't in the text" in refused.reason


def test_words_with_all_that_is_needed_leave(ours: TestHouse) -> None:
    advertising(ours, f"New bowls are here.\n\n{FOOTER}")
    assert said_of_row(ours, "wording") is None


def test_a_country_that_is_left_in_peace_holds_back_what_was_approved(ours: TestHouse) -> None:
    advertising(ours, f"New bowls are here.\n\n{FOOTER}")
    ours.database.write(lambda tx: mutes.put(tx, Mute("DE", NOW + 3 * DAY, "mourning")))
    held = said_of_row(ours, "muted")
    assert held is not None
    assert held.reason.startswith("You leave Germany in peace until Monday")
    ours.clock.now = NOW + 3 * DAY
    assert said_of_row(ours, "muted") is None


def test_a_draft_says_what_is_unwise_below_it(ours: TestHouse) -> None:
    due(ours, body="Your parcel left. Here is a coupon for you: BOWL10.")
    item = next(item for line in today.load(ours).lines for item in line.items)
    assert [it.answer for it in item.verdicts if it.rule == "wording"] == [Answer.YES]
    assert item.notes == ("“coupon” stands in a service message: in many countries that makes it advertising.",)


def test_what_left_is_known_with_its_channel_and_whether_it_was_advertising(ours: TestHouse) -> None:
    def known(**besides: Any) -> tuple[Contact, ...]:
        with ours.database.read() as tx:
            return situations.load(tx, [1], ours.now(), **besides)[1].written

    advertising(ours, "New bowls are here.")
    ours.database.write(lambda tx: upsert(tx, anchor="woo:2"))
    drafts.approve(ours, picks([action(ours, 2)]), judge=yes)
    at = NOW + timedelta(seconds=10)
    assert known() == (Contact(at=at, on="email"), Contact(at=at, on="email", advertising=False))
    assert known(besides=1) == (Contact(at=at, on="email", advertising=False),)
