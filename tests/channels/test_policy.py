"""What the gate says of a message, in the words that the operator reads."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retcon import library, localtime
from retcon.channels import policy
from retcon.channels.policy import Question
from retcon.model.people import Basis, Consent, Purpose
from retcon.model.policy import Answer
from retcon.model.situation import Situation
from retcon.retention import compose
from retcon.retention.letter import Letter
from tests.asked import NOON, answer_of, question, said, sent, verdict
from tests.situations import DAY, NOW, PROFILE, SHOP, about, complaint, consent, days, order, situation, thread


def test_a_message_that_was_allowed_leaves_in_open_hours() -> None:
    verdicts = policy.judge(question(), NOON)
    assert policy.answer(verdicts) == (Answer.YES, None)
    assert [verdict.reason for verdict in verdicts] == ["Chloé Martin allowed advertising by e-mail on 12 Aug."]


# ---- hours ----------------------------------------------------------------------------------------------------


def test_at_night_it_leaves_when_it_is_morning_there() -> None:
    seoul = about(situation(consents=(consent(),)), zones=("Asia/Seoul",))
    late = datetime(2026, 11, 19, 14, 40, tzinfo=UTC)
    assert said(question(situation=seoul), "hours", late) == (
        "later: It is 23:40 in Seoul. Leaves at 09:00 there, 01:00 yours."
    )


def test_one_clock_is_named_where_both_show_the_same() -> None:
    assert said(question(), "hours", NOW) == "later: It is 07:52 in Paris. Leaves at 09:00."


def test_a_day_without_hours_is_named() -> None:
    sunday = datetime(2026, 11, 22, 9, tzinfo=UTC)
    assert said(question(), "hours", sunday) == "later: It is Sunday 10:00 in Paris. Leaves Monday 09:00."


def test_a_service_message_has_wider_hours() -> None:
    sunday = datetime(2026, 11, 22, 9, tzinfo=UTC)
    assert verdict(question(purpose=Purpose.SERVICE), "hours", sunday) is None


def test_an_answer_to_something_fresh_has_neither_quiet_hours_nor_a_cap() -> None:
    asked = question(
        purpose=Purpose.SERVICE,
        answers_at=datetime(2026, 11, 21, 20, tzinfo=UTC),
        situation=situation(written=sent(NOW - DAY, NOW - 2 * DAY)),
    )
    assert policy.answer(policy.judge(asked, datetime(2026, 11, 22, 2, tzinfo=UTC))) == (Answer.YES, None)


def test_an_answer_to_something_a_day_old_keeps_the_hours_of_service_but_is_not_counted() -> None:
    night = datetime(2026, 11, 22, 2, tzinfo=UTC)
    full = situation(written=sent(NOW - DAY, NOW - 2 * DAY))
    asked = question(purpose=Purpose.SERVICE, answers_at=night - DAY, situation=full)
    assert said(asked, "hours", night) == "later: It is 03:00 in Paris. Leaves at 08:00."
    assert verdict(asked, "cap", night) is None


def test_it_must_be_open_in_every_zone_that_the_person_may_live_in() -> None:
    american = about(situation(consents=(consent(),)), zones=localtime.zones_of("US"), name="Ada L.")
    assert said(question(situation=american), "hours", datetime(2026, 11, 20, 16, tzinfo=UTC)) == (
        "later: It is 06:00 in Adak, where Ada L. may live. Leaves at 14:00 in New York, 20:00 yours."
    )


def test_a_country_without_an_hour_in_common_goes_by_its_likeliest_zone() -> None:
    russian = about(situation(consents=(consent(),)), zones=localtime.zones_of("RU"))
    found = verdict(question(situation=russian, profile=replace(PROFILE, hours=days(10, 18))), "hours", NOW - DAY / 4)
    assert found is not None
    assert found.until == datetime(2026, 11, 20, 7, tzinfo=UTC)  # 10:00 in Moscow


def test_without_a_zone_it_leaves_in_the_middle_of_the_sellers_day() -> None:
    unknown = about(situation(consents=(consent(),)), zones=(), name="")
    early = NOON.replace(hour=9)
    assert said(question(situation=unknown), "hours", early) == (
        "later: No time zone is known for this person, so it leaves between 11:00 and 15:00 yours. Leaves at 11:00."
    )
    assert verdict(question(situation=unknown), "hours", NOON) is None
    assert verdict(question(situation=unknown), "hours", NOON.replace(hour=14)) is not None


def test_a_zone_that_does_not_exist_counts_as_unknown() -> None:
    lost = about(situation(), zones=("Moon/Tycho",))
    assert "No time zone is known" in said(question(situation=lost), "hours", NOW)


# ---- consent --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("purpose", [Purpose.MARKETING, Purpose.RELATIONSHIP])
def test_advertising_needs_a_yes_before(purpose: Purpose) -> None:
    found = verdict(question(situation=situation(), purpose=purpose), "consent")
    assert found is not None
    assert found.answer is Answer.NO


def test_the_refusal_names_the_person_and_what_may_still_go() -> None:
    assert said(question(situation=situation()), "consent") == (
        "no: Chloé Martin hasn't allowed advertising by e-mail. A service message may go."
    )


def test_a_service_message_needs_no_yes() -> None:
    assert verdict(question(situation=situation(), purpose=Purpose.SERVICE), "consent") is None


@pytest.mark.parametrize(
    ("ledger", "allowed"),
    [
        ((consent(basis=Basis.DOUBLE_OPT_IN),), True),
        ((consent(basis=Basis.SOFT_OPT_IN),), False),
        ((consent(basis=Basis.IMPLIED),), False),
        ((consent(), consent("denied", at=NOW - DAY)), False),
        ((consent("denied"), consent(at=NOW - DAY)), True),
        ((consent("denied"), consent()), False),  # at the same second
        ((consent("denied"), consent("unknown", at=NOW - DAY)), False),
        ((consent(), consent("unknown", at=NOW - DAY)), False),
        ((consent(expires_at=NOW - DAY),), False),
        ((consent(expires_at=NOW + DAY),), True),
        ((consent(at=NOON + DAY),), False),  # not yet given
        ((consent(channel="whatsapp"),), False),
        ((consent(channel="mail"),), True),  # the channel's own name
        ((consent(purpose=Purpose.RELATIONSHIP),), False),
    ],
)
def test_the_latest_line_of_the_ledger_decides(ledger: tuple[Any, ...], allowed: bool) -> None:
    found = verdict(question(situation=situation(consents=ledger)), "consent")
    assert found is not None
    assert found.answer is (Answer.YES if allowed else Answer.NO)


def test_where_a_way_out_is_enough_nobody_is_asked_before_but_a_no_still_counts() -> None:
    american = replace(PROFILE, opt_out=frozenset({"email"}))
    asked = question(situation=situation(), profile=american)
    assert answer_of(asked, "consent") is Answer.YES
    refused = replace(asked, situation=situation(consents=(consent("denied"),)))
    assert said(refused, "consent") == (
        "no: Chloé Martin said no to advertising by e-mail on 12 Aug. Only a new yes lifts that."
        " A service message may go."
    )


def test_a_no_to_messages_of_any_kind_holds_back_service_too() -> None:
    refused = situation(consents=(consent("denied", purpose=Purpose.SERVICE),))
    assert answer_of(question(situation=refused, purpose=Purpose.SERVICE), "consent") is Answer.NO


def test_a_barred_medium_takes_no_advertising_whoever_allowed_it() -> None:
    closed = replace(PROFILE, country="TR", barred={"email": "There nobody may be written to by mail"})
    assert said(question(profile=closed), "barred") == (
        "no: There nobody may be written to by mail. Where that is settled, lift it in regions/TR.toml: [barred]."
    )
    assert verdict(question(profile=closed, kind="telegram"), "barred") is None
    assert verdict(question(profile=closed, purpose=Purpose.SERVICE), "barred") is None
    assert "barred" in policy.OF_THE_CHANNEL  # so that another way is named


# ---- what follows from a purchase --------------------------------------------------------------------------------

TOLD = date(2024, 3, 1)
BUYERS = replace(PROFILE, soft_opt_in=frozenset({"email"}), soft_opt_in_months=24)


def bought(**changes: Any) -> Question:
    """An advertising mail to somebody who bought sixty days ago, where buyers may be written to."""
    facts = {"situation": situation(), "profile": BUYERS, "told_since": TOLD}
    return question(**{**facts, **changes})


def test_who_bought_and_was_told_may_be_written_to_until_they_object() -> None:
    assert said(bought(), "consent") == (
        "yes: Bought similar goods on 21 Sep (order 1042) and was told; may object at any time. Good until 21 Sep 2028."
    )


def test_a_purchase_permits_nothing_where_nobody_was_told_or_the_country_knows_no_such_thing() -> None:
    assert answer_of(bought(told_since=None), "consent") is Answer.NO
    assert answer_of(bought(told_since=date(2026, 10, 1)), "consent") is Answer.NO
    assert answer_of(bought(profile=PROFILE), "consent") is Answer.NO
    assert answer_of(bought(kind="telegram", recipient="7"), "consent") is Answer.NO
    assert answer_of(bought(situation=situation(order(ago=800 * DAY))), "consent") is Answer.NO


@pytest.mark.parametrize(
    "line",
    [
        consent("denied", at=NOW - 300 * DAY),  # before the order
        consent("denied", at=NOW - DAY),
        consent("denied", purpose=Purpose.RELATIONSHIP),
        consent("unknown", at=NOW - DAY),
    ],
)
def test_an_objection_ends_what_a_purchase_permits_for_good(line: Consent) -> None:
    assert answer_of(bought(situation=situation(consents=(line,))), "consent") is Answer.NO


def test_a_line_that_says_so_counts_like_the_purchase_itself() -> None:
    line = consent(basis=Basis.SOFT_OPT_IN, expires_at=NOW + DAY)
    asked = bought(situation=situation(consents=(line,)), told_since=None)
    assert answer_of(asked, "consent") is Answer.YES
    assert verdict(asked, "consent", NOW + 2 * DAY) != verdict(asked, "consent")


def test_the_words_that_germany_wants_stand_in_what_rests_on_a_purchase() -> None:
    home = Path("nobody's home")
    germany = library.profile(home, "DE")
    assert germany.soft_opt_in == {"email"}
    assert "objection_notice" in germany.marketing_needs
    rule = next(rule for rule in library.rules(home) if rule.id == "sleepers")
    german = about(situation(), country="DE", language="de")
    written = compose.write(library.templates(home, rule.template), Letter(german, rule, SHOP, germany, NOW))
    assert "jederzeit widersprechen" in written.body


# ---- asking for a yes --------------------------------------------------------------------------------------------


def test_nobody_who_said_no_is_asked_for_a_yes() -> None:
    asked = question(purpose=Purpose.SERVICE, asks=True, situation=situation(consents=(consent("denied"),)))
    assert said(asked, "consent") == (
        "no: Chloé Martin said no to advertising by e-mail on 12 Aug, so nobody asks again."
    )
    assert verdict(replace(asked, situation=situation()), "consent") is None
    assert verdict(replace(asked, asks=False), "consent") is None


# ---- addresses that are shut -------------------------------------------------------------------------------------


def shut(what: str, medium: str = "email", address: str = "chloe@example.org", **changes: Any) -> Situation:
    return situation(suppressed={(medium, address): (what, NOW - 10 * DAY)}, **changes)


def test_an_address_that_asked_for_no_advertising_gets_none_whoever_has_it_now() -> None:
    asked = question(situation=shut("advertising"), recipient="Chloe@Example.org")
    assert said(asked, "suppressed") == (
        "no: “Chloe@Example.org” asked on 10 Nov for no more advertising. Only a new yes lifts that."
    )
    assert verdict(replace(asked, purpose=Purpose.SERVICE), "suppressed") is None
    assert answer_of(replace(asked, purpose=Purpose.SERVICE, asks=True), "suppressed") is Answer.NO


def test_only_an_express_yes_that_came_later_lifts_that() -> None:
    later, before = consent(at=NOW - DAY), consent(at=NOW - 11 * DAY)
    assert verdict(question(situation=shut("advertising", consents=(later,))), "suppressed") is None
    assert answer_of(question(situation=shut("advertising", consents=(before,))), "suppressed") is Answer.NO
    soft = replace(later, basis=Basis.SOFT_OPT_IN)
    assert answer_of(question(situation=shut("advertising", consents=(soft,))), "suppressed") is Answer.NO


def test_where_mail_came_back_or_a_chat_was_shut_nothing_goes() -> None:
    asked = question(situation=shut("everything"), purpose=Purpose.SERVICE)
    assert said(asked, "suppressed") == (
        "no: Mail to “chloe@example.org” came back on 10 Nov. Nothing goes there until they write from it."
    )
    chat = question(
        situation=shut("everything", "telegram", "700100200"),
        kind="telegram",
        recipient="700100200",
        purpose=Purpose.SERVICE,
    )
    assert said(chat, "suppressed") == ("no: Chloé Martin shut Telegram to you on 10 Nov. Only they can open it again.")


# ---- what waits for something else ------------------------------------------------------------------------------


def test_advertising_rests_while_a_complaint_is_open() -> None:
    unhappy = situation(consents=(consent(),), complaints=(complaint(),))
    asked = question(situation=unhappy)
    assert said(asked, "paused") == ("later: Chloé Martin has been unhappy since 18 Nov. Leaves when that is settled.")
    assert policy.answer(policy.judge(asked, NOON)) == (Answer.LATER, None)
    assert verdict(replace(asked, purpose=Purpose.SERVICE), "paused") is None
    assert answer_of(replace(asked, purpose=Purpose.RELATIONSHIP), "paused") is Answer.LATER


def test_advertising_rests_while_they_wait_for_an_answer() -> None:
    waits = situation(consents=(consent(),), threads=(thread(waiting_since=NOON - timedelta(hours=3)),))
    assert said(question(situation=waits), "paused") == (
        "later: Chloé Martin has waited for your answer since 09:00. Leaves when you have answered."
    )
    answered = situation(consents=(consent(),), threads=(thread(),))
    assert verdict(question(situation=answered), "paused") is None


def test_while_the_seller_is_away_only_service_leaves() -> None:
    asked = question(away_until=datetime(2026, 11, 23, 6, tzinfo=UTC))
    assert said(asked, "away") == "later: You are away. Leaves Monday 09:00."
    assert verdict(replace(asked, purpose=Purpose.SERVICE), "away") is None
    assert verdict(replace(asked, away_until=NOON - DAY), "away") is None


def test_what_has_no_words_yet_leaves_not() -> None:
    asked = question(letters=0, purpose=Purpose.SERVICE, answers_at=NOON)
    assert said(asked, "words") == "no: No answer is written yet."
    assert said(replace(asked, answers_at=None), "words") == "no: Nothing is written yet."


def test_a_chat_takes_so_many_letters_and_fewer_beside_a_file() -> None:
    long = question(kind="telegram", letters=4097, purpose=Purpose.SERVICE)
    assert said(long, "words") == "no: 4,097 letters; Telegram takes 4,096."
    assert verdict(replace(long, letters=4096), "words") is None
    beside = replace(long, letters=1025, with_file=True)
    assert said(beside, "words") == "no: 1,025 letters; Telegram takes 1,024 beside a file."
    assert verdict(replace(long, kind="email"), "words") is None


def test_a_field_that_nobody_filled_in_holds_it_back() -> None:
    asked = question(gaps=("parcel",), purpose=Purpose.SERVICE)
    assert said(asked, "words") == "no: {parcel} still stands in the text."
    assert said(replace(asked, gaps=("parcel", "shipped")), "words") == (
        "no: {parcel} and {shipped} still stand in the text."
    )


# ---- the person, the address, the words -------------------------------------------------------------------------


def test_nothing_goes_to_somebody_left_alone() -> None:
    alone = about(situation(), left_alone=True)
    asked = question(situation=alone, purpose=Purpose.SERVICE)
    assert policy.answer(policy.judge(asked, NOON)) == (Answer.NO, None)


@pytest.mark.parametrize(
    "recipient",
    ["", "nobody", "a b@example.org", "a@example.org\r\nBcc: b@example.org", "deleted@site.invalid", "x" * 5_000_000],
)
def test_what_is_no_address_is_told_before_it_is_tried(recipient: str) -> None:
    found = verdict(question(recipient=recipient), "address")
    assert found is not None
    assert found.answer is Answer.NO
    assert len(found.reason) < 200
    assert "\n" not in found.reason


def test_a_marketplaces_address_takes_service_messages_only() -> None:
    lent = "x7@marketplace.amazon.de"
    assert answer_of(question(recipient=lent), "address") is Answer.NO
    assert verdict(question(recipient=lent, purpose=Purpose.SERVICE), "address") is None


def test_an_address_that_does_not_exist_is_not_tried_again() -> None:
    gone = situation(closed=frozenset({"chloe@example.org"}))
    assert answer_of(question(situation=gone, recipient="Chloe@example.org"), "closed") is Answer.NO
    assert verdict(question(situation=gone, recipient="chloe@example.com"), "closed") is None


def test_advertising_waits_for_the_postal_address_of_the_shop() -> None:
    nameless = replace(SHOP, address=" ")
    assert answer_of(question(shop=nameless), "wording") is Answer.NO
    assert verdict(question(shop=nameless, purpose=Purpose.SERVICE), "wording") is None
    assert verdict(question(shop=nameless, profile=replace(PROFILE, marketing_needs=())), "wording") is None


@pytest.mark.parametrize(("medium", "called"), [("telegram", "Telegram"), ("line", "LINE"), ("messenger", "Messenger")])
def test_a_chat_can_only_be_begun_by_the_customer(medium: str, called: str) -> None:
    asked = question(kind=medium, recipient="", purpose=Purpose.SERVICE)
    assert said(asked, "reach") == (f"no: Chloé Martin never wrote to you on {called}, so {called} can't deliver.")


# ---- cap and end ------------------------------------------------------------------------------------------------


def test_the_third_message_of_a_week_waits_until_the_first_is_a_week_old() -> None:
    full = situation(consents=(consent(),), written=sent(NOON - 4 * DAY, NOON - 6 * DAY - timedelta(hours=20)))
    assert said(question(situation=full), "cap") == ("later: Third message this week; you allow two. Leaves at 16:00.")
    fuller = replace(full, written=sent(NOON, NOON - DAY, NOON - 5 * DAY))
    assert said(question(situation=fuller), "cap") == (
        "later: Fourth message this week; you allow two. Leaves Thursday 12:00."
    )


def test_a_cap_that_lifts_at_night_lifts_in_the_morning() -> None:
    full = situation(consents=(consent(),), written=sent(NOON - 5 * DAY + timedelta(hours=12)))
    asked = question(situation=full, cap_per_week=1)
    assert said(asked, "cap") == "later: Second message this week; you allow one. Leaves Monday 09:00."


def test_what_other_programs_sent_without_being_asked_counts_too() -> None:
    full = situation(consents=(consent(),), written=sent(NOON - 4 * DAY), unasked=sent(NOON - DAY))
    assert said(question(situation=full), "cap") == (
        "later: Third message this week; you allow two. Leaves Monday 12:00."
    )


def test_a_cap_delays_and_never_drops_before_it_is_too_late() -> None:
    full = situation(consents=(consent(),), written=sent(NOON - DAY, NOON - 2 * DAY))
    asked = question(situation=full, expires_at=NOON + 2 * DAY)
    assert policy.answer(policy.judge(asked, NOON))[0] is Answer.LATER
    assert said(asked, "expires", NOON + 2 * DAY).startswith("no: Too late")


def test_later_than_it_is_of_use_is_no() -> None:
    asked = question(expires_at=NOW + timedelta(hours=1))
    assert said(asked, "expires", NOW) == "no: Too late: it could leave at 09:00 and is of use until 08:52."
    assert policy.answer(policy.judge(asked, NOW)) == (Answer.NO, None)
    assert said(asked, "expires", NOON) == "no: Too late: it was of use until 08:52."
    assert verdict(replace(asked, expires_at=NOON + DAY), "expires", NOON) is None


instants = st.integers(0, 400 * 86_400).map(lambda seconds: NOW + timedelta(seconds=seconds))
zones = st.sampled_from(
    [(), ("Europe/Paris",), ("Asia/Seoul",), *(localtime.zones_of(country) for country in ("US", "RU", "AU", "CL"))]
)


@given(
    now=instants,
    where=zones,
    purpose=st.sampled_from(Purpose),
    cap=st.integers(1, 4),
    ages=st.lists(st.integers(-2 * 86_400, 8 * 86_400), max_size=6),
)
def test_what_leaves_later_leaves_at_the_hour_that_was_said(
    now: datetime, where: tuple[str, ...], purpose: Purpose, cap: int, ages: list[int]
) -> None:
    written = sent(*(now - timedelta(seconds=age) for age in ages))
    asked = question(
        situation=about(situation(consents=(consent(at=NOW - DAY),), written=written), zones=where),
        purpose=purpose,
        cap_per_week=cap,
    )
    answer, until = policy.answer(policy.judge(asked, now))
    if answer is Answer.LATER:
        assert until is not None
        assert until > now
        assert policy.answer(policy.judge(asked, until)) == (Answer.YES, None)
    else:
        assert answer is Answer.YES


@given(name=st.text(max_size=300), at=instants)
def test_a_verdict_is_one_short_harmless_line_whatever_the_name(name: str, at: datetime) -> None:
    hostile = about(situation(), name=name, zones=("Asia/Seoul", "Europe/Paris"))
    for found in policy.judge(question(situation=hostile), at):
        assert len(found.reason) < 260
        assert not {"\n", "\x1b", "\u202e"} & set(found.reason)
