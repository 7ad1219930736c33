"""What is said of levels, sentence by sentence."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from retcon.model.standing import Tier
from retcon.model.thresholds import Reached, Suggestion, Threshold
from retcon.retention import evidence
from tests.suggested import as_it_is, nobody, proposal, replayed, suggestion, too_few

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def test_a_proposal_says_what_it_would_have_done_on_the_past():
    assert evidence.sentences(proposal(), suggestion()) == (
        "Warn from 45 % on, alarm from 62 %; now 30 % and 50 %.",
        "32 of 40 warned did not come back by themselves within 90 days, it was 33 of 60.",
        "Of VIPs silent for 40 days 31 % came back by themselves within 90 days, after 60 days 9 %.",
        "Of the alarms 16 of 20 did not come back, it was 16 of 30.",
        "Half of the warnings come before 41 silent days, half of the alarms before 58.",
        "New warnings in a usual week: 0.8, it was 1.2.",
    )


def test_too_few_are_said_with_how_many_there_are():
    few = evidence.sentences(too_few(Tier.VIP, 12), suggestion())
    assert few[0] == "Too few to tell: 12 resolved, 30 are needed."
    assert not any("warned" in sentence for sentence in few)


def test_levels_that_stay_are_not_compared_with_themselves():
    said = evidence.sentences(as_it_is(Tier.HIGH), suggestion())
    assert said[0] == "As it is: a warning from 30 % on, an alarm from 50 %."
    assert not any("it was" in sentence for sentence in said)


def test_where_nobody_is_warned_of_it_says_whom_that_misses():
    said = evidence.sentences(nobody(Tier.ONE_TIME), suggestion())
    assert said[0] == "No warnings of them, elsewhere a contact brings more; now 65 % and 85 %."
    assert said[1] == (
        "Nobody would have been warned; it was 300, and 240 of them did not come back."
        " At no level a contact pays: that rests on 300 warnings."
    )


def test_once_taken_it_is_as_it_is_and_after_another_change_the_levels_of_now_are_named():
    found = proposal()
    assert evidence.proposed(found, (0.45, 0.62)).startswith("As it is")
    assert evidence.proposed(found, (0.2, 0.4)).endswith("now 20 % and 40 %.")


def test_silence_is_told_of_enough_people_alone():
    assert evidence.silence(proposal(silence=()), suggestion()) == ""
    assert evidence.silence(proposal(silence=(Reached(40, 29, 3),)), suggestion()) == ""
    one = evidence.silence(proposal(silence=(Reached(40, 100, 31), Reached(60, 29, 3))), suggestion())
    assert one == "Of VIPs silent for 40 days 31 % came back by themselves within 90 days."


def test_a_category_is_named_by_what_they_buy():
    said = evidence.silence(proposal(Tier.REGULAR, "Tea"), suggestion())
    assert said.startswith("Of regular customers who buy mostly Tea silent for 40 days")
    assert evidence.name(Tier.ONE_TIME, "Tea") == "one-time · Tea"


def test_an_assumption_is_called_one_and_a_price_above_the_cost_is_explained():
    assert evidence.assumed(suggestion(price_minor=100)) == (
        "Reckoned with: a contact costs €1.00, and 10 % of those who would have been lost stay because you wrote, which"
        " is an assumption until it is measured."
    )
    assert evidence.assumed(suggestion()).endswith(
        "More people are worth a contact than you can write to, so each has to bring €16.40."
    )
    assert evidence.capacity(suggestion()) == (
        "All together 24 new warnings in a usual week; it was 31. You can write to 25."
    )


def test_a_past_that_is_too_short_says_what_it_lacks():
    short = suggestion(weeks=0, since=None, until=None, history_days=120)
    assert evidence.replayed(short, "UTC") == (
        "The orders reach back 120 days. A warning is resolved after 90 days, and the ranking learns from as many"
        " before it: 187 days are needed."
    )
    sampled = evidence.replayed(suggestion(customers=20_000, of=61_000), "Europe/Berlin")
    assert sampled == "The 52 weeks from 31 Aug 2025 to 22 Aug 2026 were replayed, 20,000 of 61,000 customers."


def test_where_levels_come_from():
    ours = Threshold(tier=Tier.VIP, warning=0.3, alarm=0.5)
    by_hand = replace(ours, at=datetime(2026, 11, 3, tzinfo=UTC))
    assert evidence.origin(ours, NOW, "UTC") == "ours"
    assert evidence.origin(by_hand, NOW, "UTC") == "set by you on 3 Nov"
    assert evidence.origin(replace(by_hand, evidence="16 of 20"), NOW, "UTC") == "learnt on 3 Nov"


@pytest.mark.parametrize("found", [suggestion(), suggestion(weeks=0, since=None, until=None, proposals=())])
def test_a_suggestion_is_kept_as_it_was(found):
    assert Suggestion.from_dict(found.as_dict()) == found


def test_the_weekly_numbers_are_short():
    many = proposal(now=replayed(0.3, 0.5, 60, 33, weekly=31.4), then=replayed(0.4, 0.5, 50, 33, weekly=0.04))
    assert evidence.week(many) == "New warnings in a usual week: 0, it was 31."
