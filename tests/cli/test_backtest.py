import json

import pytest

from retcon.cli.main import main

RANKINGS = {"retcon", "recency", "recency/interval", "rfm", "bg/nbd", "pareto/nbd"}


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    return left.value.code


def test_as_json_every_ranking_has_every_figure(forty, capsys):
    assert run("backtest", "--horizon", "60", "--cutoffs", "2", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert len(found["cutoffs"]) == 2
    for models in (found["means"], found["cutoffs"][0]["models"]):
        assert set(models) == RANKINGS
        for figures in models.values():
            assert set(figures) == {"auc", "auc2", "brier", "ece", "lift10", "value_caught"}
    assert sum(group["customers"] for group in found["calibration"]) == sum(
        cutoff["customers"] for cutoff in found["cutoffs"]
    )


def test_in_words_it_says_what_it_would_have_shown_and_what_each_figure_means(forty, capsys):
    assert run("backtest", "--horizon", "60", "--cutoffs", "1") == 0
    said = capsys.readouterr().out
    assert "names it would have shown you on" in said
    assert "AUC: of one who stayed away and one who came back" in said
    assert "Names are of customers with two orders or more" in said
    assert "SAID" not in said


def test_what_was_said_stands_beside_what_came_where_it_is_asked_for(forty, capsys):
    assert run("backtest", "--horizon", "60", "--cutoffs", "1", "--calibration") == 0
    _, _, table = capsys.readouterr().out.partition("SAID")
    assert table.split()[:2] == ["CAME", "CUSTOMERS"]


def test_the_console_follows_it_line_by_line(forty, capsys):
    assert run("backtest", "--cutoffs", "2", "--progress") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[1] == {"what": "dates", "done": 1, "total": 2}
    assert lines[-1] == {"result": {"cutoffs": 2}}


def test_a_past_that_is_too_short_is_said_in_a_sentence(forty, capsys):
    assert run("backtest", "--horizon", "3000") == 1
    assert "a proof for 3000 days needs 6000" in capsys.readouterr().err
