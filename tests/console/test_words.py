"""Rows that always fit, and the words on them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from retcon import text
from retcon.desk.today import Line
from retcon.model.policy import Answer
from retcon.screens import menus, sayings
from retcon.widgets import words
from retcon.widgets.drawing import cut, fit, wrap
from retcon.widgets.worklist import Worklist
from tests.console import sample

MIXED = "ab \t\n漢字ไทยعربيé\u0301\u200d\ufe0f🏳🌈👨👩👧🇩🇪"
WILD = st.one_of(st.text(max_size=80), st.sampled_from(sample.CURSED), st.text(MIXED, max_size=60))


@given(WILD, st.integers(1, 60), st.booleans())
@example("\u200d", 1, False)
@example("ok\u200d", 9, True)
def test_a_cell_is_exactly_as_wide_as_its_column(words_: str, width: int, right: bool) -> None:
    assert cell_len(fit(words_, width, right=right)) == width


@given(WILD, st.integers(0, 60))
def test_what_is_cut_fits_and_says_so(words_: str, width: int) -> None:
    shown = cut(words_, width)

    assert cell_len(shown) <= width
    assert shown == text.line(words_) or shown.endswith("…") or width == 0


@given(WILD, st.integers(2, 60))
def test_wrapped_rows_fit_lose_no_letter_and_hold_nothing_harmful(words_: str, width: int) -> None:
    rows = wrap(words_, width)

    assert all(cell_len(row) <= width for row in rows)
    assert "".join("".join(rows).split()) == "".join(text.show(words_).split())
    assert all(row == text.show(row) and "\n" not in row for row in rows)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Layla Alharbi", "Layla A."),
        ("Chloé de la Tour", "Chloé T."),
        ("Κατερίνα Παππά", "Κατερίνα Π."),
        ("田中 はるか", "田中 はるか"),
        ("Madonna", "Madonna"),
        ("X Æ", "X Æ"),
        ("ليلى الحربي", "Person C."),  # her address is person.cafe@…
        ("", "Person C."),
    ],
)
def test_a_call_name_can_stand_before_figures(name: str, shown: str) -> None:
    assert words.call_name(replace(sample.RAFAEL, name=name, emails=("person.cafe@example.com",))) == shown


def test_what_is_written_from_right_to_left_leaves_a_row_with_figures() -> None:
    assert words.one_way("Bought زعتر بري 15 days ago") == "Bought … 15 days ago"


def test_a_verdict_begins_with_the_fact_and_ends_with_the_hour() -> None:
    said, answer = words.verdict(
        (sample.YES, sample.later(8, "Seoul")), sample.JIWOO.customer, "Europe/Berlin", sample.NOW
    )

    assert (said, answer) == ("It is early in Seoul. Leaves 17:00 there, 09:00 yours.", Answer.LATER)


def test_a_refusal_wins_over_an_hour() -> None:
    said, answer = words.verdict(
        (sample.later(8, "Seoul"), sample.NO), sample.JIWOO.customer, "Europe/Berlin", sample.NOW
    )

    assert answer == Answer.NO
    assert said == "Does not leave: Advertising by e-mail was not allowed. A service message may go."


def test_an_approval_says_how_many_leave_when() -> None:
    german = sample.PARCEL_NOTES[:4]
    said = sayings.approved(german, 1, 3, 10, sample.NOW, "Europe/Berlin")

    assert said == "4 approved: 1 leaves in 10 s, 3 at 09:00 their time. u takes all 4 back."


@pytest.mark.parametrize(
    ("key", "until"),
    [
        ("s", datetime(2026, 11, 20, 7, 52, tzinfo=UTC)),
        ("e", datetime(2026, 11, 20, 17, 0, tzinfo=UTC)),
        ("t", datetime(2026, 11, 21, 8, 0, tzinfo=UTC)),
        ("m", datetime(2026, 11, 23, 8, 0, tzinfo=UTC)),
        ("w", datetime(2026, 11, 27, 8, 0, tzinfo=UTC)),
    ],
)
def test_a_letter_of_the_snooze_menu_is_an_hour_on_the_operators_clock(key: str, until: datetime) -> None:
    assert menus.until(key, sample.NOW, "Europe/Berlin") == until


def test_what_was_taken_off_and_is_still_there_comes_back_at_its_place() -> None:
    rows = Worklist()
    rows.load(sample.LINES)
    rows.remove([sample.JONAS.action.id])

    rows.follow(sample.LINES)

    assert [line.key for line in rows.lines] == [line.key for line in sample.LINES]


def test_the_last_of_a_fold_stands_where_the_fold_stood() -> None:
    rows = Worklist()
    rows.load(sample.LINES)
    alone = sample.line(sample.PARCEL_NOTES[3])
    after: list[Line] = [line for line in sample.LINES if line.key != "fold:parcel-note"]
    after.insert(0, alone)

    rows.follow(after)

    assert [line.key for line in rows.lines].index(alone.key) == 5


def test_what_others_brought_is_counted_by_messages_and_not_shown() -> None:
    rows = Worklist()
    rows.load(sample.LINES[:3])

    news = rows.news(sample.LINES[1:])

    assert str(news) == "22 new, 1 gone"
    assert len(rows.lines) == 3
