"""How much one person gets: caps of the seller's and of the law."""

from dataclasses import replace
from datetime import timedelta

from retcon.channels import policy
from retcon.model.people import Purpose
from retcon.model.policy import Answer
from tests.asked import NOON, question, said, sent, verdict
from tests.situations import DAY, PROFILE, about, consent, days, situation

HOUR = timedelta(hours=1)
COLOMBIA = replace(PROFILE, country="CO", name="Colombia", most_per_day=1, one_channel_per_week=True)
VIETNAM = replace(PROFILE, country="VN", name="Vietnam", most_per_day=3, hours=days(7, 22, *range(7)))


def test_a_country_may_allow_one_message_a_day() -> None:
    full = situation(consents=(consent(),), written=sent(NOON - 2 * HOUR))
    assert said(question(situation=full, profile=COLOMBIA), "cap") == (
        "later: Second advertising message that day; Colombia allows one. Leaves Monday 09:00."
    )
    yesterday = replace(full, written=sent(NOON - DAY))
    assert verdict(question(situation=yesterday, profile=COLOMBIA), "cap") is None


def test_a_day_is_the_day_of_every_zone_that_they_may_live_in() -> None:
    three = sent(NOON - HOUR, NOON - 2 * HOUR, NOON - 20 * HOUR)  # 15:00 the day before, in Paris
    full = about(situation(consents=(consent(),), written=three), zones=("Europe/Paris",))
    assert verdict(question(situation=full, profile=VIETNAM, cap_per_week=9), "cap") is None
    wide = about(full, zones=("Europe/Paris", "Asia/Tokyo"))  # 00:00 of the same day, in Tokyo
    assert said(question(situation=wide, profile=VIETNAM, cap_per_week=9), "cap") == (
        "later: Fourth advertising message that day; Vietnam allows three. Leaves Saturday 07:00."
    )


def test_only_advertising_counts_in_the_laws_caps() -> None:
    parcel = situation(consents=(consent(),), written=sent(NOON - HOUR, advertising=False))
    assert verdict(question(situation=parcel, profile=COLOMBIA), "cap") is None
    service = question(
        situation=situation(written=sent(NOON - HOUR, on="telegram")), profile=COLOMBIA, purpose=Purpose.SERVICE
    )
    assert verdict(service, "cap") is None


def test_a_country_may_allow_one_channel_a_week() -> None:
    by_chat = situation(consents=(consent(),), written=sent(NOON - 4 * DAY, on="bot"))
    asked = question(situation=by_chat, profile=COLOMBIA, media={"mail": "email", "bot": "telegram"})
    assert said(asked, "cap") == (
        "later: Colombia allows advertising by one channel a week, and Telegram was taken on 16 Nov."
        " Leaves Monday 12:00."
    )
    second_mail = replace(asked, media={"mail": "email", "bot": "email"})
    assert verdict(second_mail, "cap") is None


def test_what_another_program_sent_counts_by_its_medium() -> None:
    told = situation(consents=(consent(),), unasked=sent(NOON - 4 * DAY, on="whatsapp"))
    assert "WhatsApp was taken on 16 Nov" in said(question(situation=told, profile=COLOMBIA), "cap")


def test_a_cap_that_lifts_where_another_holds_lifts_with_that() -> None:
    both = situation(consents=(consent(),), written=sent(NOON - 6 * DAY - 20 * HOUR, on="bot") + sent(NOON - HOUR))
    asked = question(situation=both, profile=replace(COLOMBIA, hours=days(9, 23, *range(7))), media={"bot": "telegram"})
    found = verdict(asked, "cap")
    assert found is not None
    assert found.until == (NOON + DAY).replace(hour=8)  # not 16:00 today, when the other channel is a week ago


def test_a_cap_is_asked_for_the_hour_at_which_it_could_leave() -> None:
    night = NOON - 5 * HOUR
    asked = question(situation=situation(consents=(consent(),), written=sent(night + 3 * HOUR)), profile=COLOMBIA)
    assert verdict(asked, "cap", night) is not None  # what leaves in the morning is that day's one
    asked = question(situation=situation(consents=(consent(),), written=sent(night - 7 * DAY + HOUR)), cap_per_week=1)
    assert verdict(asked, "cap", night) is None  # by the morning it is a week ago


def test_of_two_that_wait_for_one_place_the_first_leaves() -> None:
    """The second was put off by the cap already, so it holds nothing back."""
    first = situation(consents=(consent(),), written=sent(NOON, NOON + 7 * DAY))
    assert policy.answer(policy.judge(question(situation=first), NOON)) == (Answer.YES, None)
