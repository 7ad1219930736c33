"""What a seller reads of a backtest, case by case."""

import math
from dataclasses import replace

import pytest

from retcon.model.backtest import Figures, Found, Group
from retcon.retention.risk import backtest_words as words
from tests.replayed import FOUND, MODELS, backtest, cutoff, found

BERLIN = "Europe/Berlin"


def named(**changes: object) -> str:
    return words.named(cutoff(**changes), 90, BERLIN)  # type: ignore[arg-type]


def test_of_so_many_names_so_many_did_not_come_back():
    assert named() == (
        "Of the 20 names it would have shown you on 1 June 2026, 16 did not come back within 90 days; by days since "
        "last order it would have been 11."
    )


@pytest.mark.parametrize(
    ("lists", "end"),
    [
        (found(13, 15), "13 did not come back within 90 days; days since last order would have found two more."),
        (found(13, 14), "13 did not come back within 90 days; days since last order would have found one more."),
        (found(1, 13), "1 did not come back within 90 days; days since last order would have found 12 more."),
        (found(13, 13), "13 did not come back within 90 days; by days since last order it would have been 13 as well."),
        (found(3, 0), "3 did not come back within 90 days; by days since last order it would have been none."),
        (found(0, 0), "every one came back within 90 days; by days since last order it would have been none as well."),
        (found(20, 13), "not one came back within 90 days; by days since last order it would have been 13."),
        ({"retcon": Found(13, 9)}, "13 did not come back within 90 days."),
    ],
)
def test_where_ours_is_not_better_it_says_so(lists, end):
    assert named(found=lists).endswith(end)


def test_a_date_without_names_says_why():
    assert named(named=0) == (
        "On 1 June 2026 nobody had ordered twice and within a year, so it would have shown no name."
    )
    assert named(found={"recency": Found(3, 9)}) == "On 1 June 2026 it had no answer, so it would have shown no name."


def test_one_name_is_told_as_one():
    assert named(named=1, found=found(1, 0)).startswith("The one name it would have shown you on 1 June 2026 did not")
    assert named(named=1, found=found(0, 1)).startswith("The one name it would have shown you on 1 June 2026 came back")


def test_a_day_is_the_shops_not_utcs():
    late = replace(cutoff(), as_of=cutoff("2026-05-31T22:00").as_of)
    assert "on 1 June 2026" in words.named(late, 90, BERLIN)


def test_what_the_names_were_worth():
    assert words.worth(cutoff(), "EUR") == (
        "They had spent €1,240 in the year before: 31 % of all that was lost; by days since last order it would have "
        "been €960, 24 %."
    )
    assert words.worth(cutoff(found=found(1, 0)), "EUR").startswith("That one had spent €10 in the year before: 0.25 %")


@pytest.mark.parametrize("changes", [{"lost_minor": 0}, {"found": found(0, 3)}, {"found": {}}])
def test_without_amounts_or_names_nothing_is_said_of_money(changes):
    assert words.worth(cutoff(**changes), "EUR") == ""


def test_another_ranking_that_found_more_is_named():
    assert words.others(cutoff(found=found(12, 9, **{"bg/nbd": 13}))) == "BG/NBD would have found one more."
    richer = {**FOUND, "pareto/nbd": Found(16, 130_000)}
    assert words.others(cutoff(found=richer)) == "Pareto/NBD would have held more of the money: 32 %."
    assert words.others(cutoff()) == ""


def test_the_longest_silent_alone_are_told_with_what_they_were_worth():
    assert words.longest_silent(cutoff(), "EUR") == (
        "The longest silent first, whatever they spent: 18 of 20 did not come back, with €24: 0.60 % of all that was "
        "lost."
    )


def test_a_ranking_without_an_answer_is_said():
    assert words.failed(cutoff(failed=("bg/nbd", "pareto/nbd")), BERLIN) == (
        "BG/NBD and Pareto/NBD gave no answer on 1 June 2026."
    )
    assert (
        words.of_date(cutoff(failed=("rfm",)), backtest(), BERLIN)[-1] == "RFM quintiles gave no answer on 1 June 2026."
    )
    assert words.failed(cutoff(), BERLIN) == ""


def test_all_dates_are_summed_up():
    assert words.in_all(backtest(), BERLIN) == (
        "Over these 3 dates 48 of 60 names did not come back; by days since last order it would have been 33, by "
        "Pareto/NBD 45.",
        "They held 31 % of all the money that was lost; by days since last order it would have been 24 %.",
        "Of one who stayed away and one who came back, it puts the first higher in 81 of 100 cases; days since last "
        "order does in 75, BG/NBD in 80.",
        "Its percentages were off by 2 in 100 on average, most where it said 42 in 100 would stay away and 38 did.",
    )


def test_one_date_is_no_dates():
    assert words.in_all(backtest(cutoff()), BERLIN)[0].startswith("On 1 June 2026 16 of 20 names did not come back")


def test_in_all_no_better_than_by_hand_is_said_in_both_places():
    worse = backtest(cutoff(found=found(10, 12)), cutoff("2026-08-30", found=found(11, 11)))
    assert words.in_all(worse, BERLIN)[0].endswith("days since last order would have found two more.")
    assert words.in_all(worse, BERLIN)[1].endswith("days since last order would have held more: 2.9 %.")
    assert words.cautions(worse, BERLIN)[0] == "On these dates the ranking was no better than days since last order."


def test_where_nothing_can_be_told_nothing_is_made_up():
    unknown = {name: Figures() for name in MODELS}
    empty = backtest(cutoff(named=0, found={}, models=unknown), calibration=())
    assert words.in_all(empty, BERLIN) == ("No date had a name to show, so nothing is proved.",)
    told = words.in_all(backtest(cutoff(models=unknown), calibration=()), BERLIN)
    assert len(told) == 2


def test_what_rests_on_little_is_said():
    assert words.cautions(backtest(cutoff(named=12)), BERLIN)[0] == (
        "This rests on 12 names: one more or less is chance."
    )


def test_a_short_past_and_a_season_that_is_not_covered_are_said():
    short = backtest(cutoff(history_days=240), cutoff("2026-08-30", history_days=330), history_days=420)
    assert words.cautions(short, BERLIN) == (
        "Before 1 June 2026 there were 240 days of orders, less than a year: it had seen no season then.",
        "These dates cover 1 June 2026 to 27 November 2026, not 28 November to 31 May.",
    )
    assert words.cautions(backtest(), BERLIN)[-1] == (
        "These dates cover 24 February 2026 to 20 November 2026, not 21 November to 23 February; retcon backtest "
        "--cutoffs 5 covers a year."
    )


def test_a_whole_year_of_dates_covers_every_season():
    dates = ("2025-11-26", "2026-02-24", "2026-05-25", "2026-08-23")
    assert words.cautions(backtest(*map(cutoff, dates)), BERLIN) == ()


def test_a_sample_is_said():
    assert words.cautions(backtest(customers=100_000, of=400_000), BERLIN)[0] == (
        "100,000 of 400,000 customers were looked at, drawn evenly: every date is theirs."
    )


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (0, "0 %"),
        (0.00001, "0.01 %"),
        (0.0014, "0.14 %"),
        (0.024, "2.4 %"),
        (0.0996, "10 %"),
        (0.31, "31 %"),
        (1, "100 %"),
    ],
)
def test_small_parts_have_a_decimal(part, said):
    assert words.percent(part) == said


def test_a_figure_that_cannot_be_told_is_a_dash():
    values = words.values("rfm", {"rfm": Figures()}, {}, 0)
    assert {figure.shown(values[figure.id]) for figure in words.FIGURES} == {"–"}
    assert words.FIGURES[0].shown(1_204) == "1,204"
    assert math.isnan(words.values("rfm", MODELS, {"rfm": Found(3, 0)}, 0)["money"])


def test_the_worst_group_is_named_not_the_mean_alone():
    found_ = backtest(calibration=(Group(100, 0.1, 0.1), Group(100, 0.9, 0.6)))
    assert words.in_all(found_, BERLIN)[-1] == (
        "Its percentages were off by 15 in 100 on average, most where it said 90 in 100 would stay away and 60 did."
    )


def test_a_percentage_that_holds_everywhere_is_said_without_a_worst_place():
    held = backtest(calibration=(Group(100, 0.101, 0.1), Group(100, 0.9, 0.904)))
    assert words.in_all(held, BERLIN)[-1] == "Its percentages were off by less than 1 in 100 on average."


def test_where_nobody_was_lost_nothing_is_said_of_money_or_of_who_was_better():
    loyal = backtest(*(cutoff(day, found=found(0, 0), lost_minor=0) for day in ("2026-05-25", "2026-08-23")))
    assert words.in_all(loyal, BERLIN)[0] == (
        "Over these 2 dates every one of 40 names came back; by days since last order it would have been none as well."
    )
    assert not any(
        "held" in said or "no better" in said for said in (*words.in_all(loyal, BERLIN), *words.cautions(loyal, BERLIN))
    )
    assert words.longest_silent(cutoff(longest_silent=Found(0, 0)), "EUR") == ""
