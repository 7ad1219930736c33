"""Shops that are hardly shops, and what must hold of any: finite figures, no warning, a sane order, a sentence."""

import csv
import gzip
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from retcon.cli.main import main
from retcon.retention.risk import scores
from retcon.retention.risk.summary import summarise
from tests.pictures import DAY, log_of, picture

# A division by zero, an overflow or a mean of nothing is a mistake, also where the figures come out well.
pytestmark = pytest.mark.filterwarnings("error")

NOW = int(datetime(2026, 6, 1, tzinfo=UTC).timestamp())
HORIZONS = (1, 30, 365, 730)
UNKNOWN = float("nan")


def days_ago(customer, days, amount=5_000):
    return [(customer, NOW - int(day * DAY), amount) for day in days]


def everyone(customers, days, amount=5_000):
    return [row for customer in range(1, customers + 1) for row in days_ago(customer, days, amount)]


def crowd(customers=60, seed=1, amount=5_000, until=0, age=900):
    draw = np.random.default_rng(seed)
    return [
        row
        for customer in range(1, customers + 1)
        for row in days_ago(customer, until + draw.uniform(0.1, age, draw.integers(1, 7)), amount)
    ]


SHOPS = {
    "nobody": [],
    "one order": days_ago(1, [40]),
    "one customer": days_ago(1, [200, 150, 100, 40]),
    "two customers": days_ago(1, [40]) + days_ago(2, [90, 10]),
    "an order this second": days_ago(1, [1 / DAY]),
    "one order each": [row for customer in range(50) for row in days_ago(customer, [customer * 7 + 1])],
    "5000 with one order": [row for customer in range(5_000) for row in days_ago(customer, [customer / 8 + 1])],
    "all on one day": everyone(40, [30]),
    "all in the same second": everyone(40, [30, 30, 30]),
    "all on two days": everyone(40, [400, 30]),
    "everybody each day": everyone(12, range(1, 120)),
    "four days old": [row for customer in range(30) for row in days_ago(customer, [customer % 4 + 0.5])],
    "half of all orders by one": crowd() + days_ago(9_999, np.linspace(1, 800, 250)),
    "one id with nearly all": days_ago(9_999, np.linspace(1, 800, 900)) + days_ago(1, [30]) + days_ago(2, [90, 60]),
    "an hour between orders": days_ago(1, np.arange(3_000) / 24 + 1) + days_ago(2, [50, 20]),
    "a gap of five years": crowd(until=5 * 365) + crowd(until=0, age=60, seed=2),
    "asleep for five years": crowd(until=5 * 365),
    "far past and future": [*crowd(), (9_999, -(2**31), 100), (9_998, 0, 100), (9_997, NOW + 80 * 365 * DAY, 100)],
    "only the future": [(1, NOW + DAY, 100), (2, NOW, 100)],
    "free of charge": crowd(amount=0),
    "one paid at all": [*crowd(amount=0), *days_ago(9_999, [20, 60], 100)],
    "10^15 each": crowd(amount=10**15),
    "10^15 and one cent": [*crowd(amount=1), *days_ago(9_999, [20, 60], 10**15)],
    "no amount known": crowd(amount=UNKNOWN),
    "some amounts known": crowd(amount=UNKNOWN) + [(row[0] + 30, *row[1:]) for row in crowd(seed=3)],
    "nobody ever left": [row for customer in range(60) for row in days_ago(customer, np.arange(customer % 5, 700, 10))],
    "everybody left": [row for customer in range(60) for row in days_ago(customer, [900 - customer, 880 - customer])],
}


def known(orders):
    return [row for row in orders if row[1] < NOW]


def given_back(orders, days_later=1):
    """Each order given back whole, so many days after it."""
    back = [at + days_later * DAY for _, at, _ in orders]
    return (
        [(*row, at) for row, at in zip(orders, back, strict=True)],
        [(who, place, at, amount, at) for place, ((who, _, amount), at) in enumerate(zip(orders, back, strict=True))],
    )


def assert_sane(orders, horizon, refunds=()):
    told = picture(log_of(orders, refunds), NOW, horizon)
    for one in told.values():
        assert 0 <= one["p_churn"] <= 1
        assert 0 <= one["risk_score"] <= 100
        for name in ("expected_orders", "expected_spend", "purchase_value", "clv", "stake"):
            assert np.isfinite(one[name]), name
            assert one[name] >= 0, name
        for name, value in one.items():
            assert name == "causes" or name.endswith(("_at", "_days")) or np.isfinite(value), name
        assert len(one["causes"]) <= 4
        assert all(np.isfinite(value) for cause in one["causes"].values() for value in cause.values())
    return told


@pytest.mark.parametrize("name", SHOPS)
def test_any_shop_is_told_without_a_warning_in_finite_figures(name):
    for horizon in (7, 90, 730):
        told = assert_sane(SHOPS[name], horizon)
        assert len(told) == len({row[0] for row in known(SHOPS[name])})


def test_orders_that_were_all_given_back_make_no_customer():
    orders, refunds = given_back(crowd(until=2))
    assert assert_sane(orders, 90, refunds) == {}


def test_a_shop_whose_last_customers_gave_everything_back_lately_has_none():
    """It had some at every date of the past that it could learn from."""
    orders = [(*row, NOW - 5 * DAY) for row in crowd(until=10)]
    assert assert_sane(orders, 30) == {}


def test_a_shop_that_began_anew_since_a_year_ago_is_told_in_finite_figures():
    """Thirty customers a year ago, all given back since: no date but that one has enough to learn from."""
    gone = [(customer, NOW - days * DAY, 100, NOW - 330 * DAY) for customer in range(30) for days in (500, 400)]
    assert len(assert_sane(gone + [(100 + place, NOW - (place + 1) * 9 * DAY, 100) for place in range(5)], 90)) == 5


def test_refunds_without_an_order_make_no_customer():
    assert picture(log_of([], [(1, 1, NOW - DAY, 500)]), NOW) == {}


def test_more_given_back_than_was_ever_paid_is_worth_nothing_and_no_less():
    refunds = [(who, 10_000 + who, NOW - 20 * DAY, 10**9) for who in range(1, 61)]
    told = assert_sane(crowd(), 60, refunds)
    assert {one["clv"] for one in told.values()} == {0}


@pytest.mark.parametrize("name", SHOPS)
def test_who_just_bought_is_never_riskier_than_who_is_silent_for_ten_times_their_gap(name):
    gaps, rhythm = (3, 20, 90), np.arange(5)
    here = [row for gap in gaps for row in days_ago(20_000 + gap, rhythm * gap + 0.5)]
    gone = [row for gap in gaps for row in days_ago(30_000 + gap, rhythm * gap + 10 * gap)]
    for horizon in (30, 365):
        told = picture(log_of([*SHOPS[name], *here, *gone]), NOW, horizon)
        for gap in gaps:
            assert told[20_000 + gap]["p_churn"] <= told[30_000 + gap]["p_churn"], (gap, horizon)
            assert told[20_000 + gap]["expected_orders"] >= told[30_000 + gap]["expected_orders"], (gap, horizon)


@pytest.mark.parametrize(
    "name", ["two customers", "half of all orders by one", "a gap of five years", "free of charge"]
)
def test_a_longer_horizon_makes_nobody_less_likely_to_come_back(name):
    """On the mean: what is learnt for each horizon is learnt from other windows."""
    month, year = picture(log_of(SHOPS[name]), NOW, 30), picture(log_of(SHOPS[name]), NOW, 365)
    assert np.mean([year[id_]["p_churn"] - month[id_]["p_churn"] for id_ in month]) <= 0.02


def test_a_fit_of_nothing_scores_a_shop_that_has_opened_since():
    """The fit is kept for a week: a young shop's first customers are scored by one that knew nobody."""
    fit = scores.fit_shop(log_of([]), NOW, 90)
    summary = summarise(log_of(crowd()), NOW, 90)
    p = scores.score(summary, fit).p_churn
    assert np.all((p >= 0) & (p <= 1))


@settings(max_examples=25, deadline=None)
@given(
    some.lists(
        some.tuples(
            some.integers(1, 12),
            some.integers(-4_000, 3),
            some.sampled_from([0, 1, 10**15, UNKNOWN]) | some.floats(1e-3, 1e12),
        ),
        max_size=60,
    ),
    some.sampled_from(HORIZONS),
)
def test_wild_rows_are_told_in_finite_figures(rows, horizon):
    assert_sane([(who, NOW + day * DAY, amount) for who, day, amount in rows], horizon)


# The same through the commands, from a file as a seller has it.


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    return left.value.code


def write(file, orders):
    """Rows as a seller's own table has them; those without an amount are left out, as the file needs one."""
    with gzip.open(file, "wt", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(("customer_id", "placed_at", "total"))
        for who, at, amount in orders:
            if not np.isnan(amount):
                rows.writerow((who, datetime.fromtimestamp(at, UTC).isoformat(), f"{amount / 100:.2f}"))


COMMANDED = (
    "one order",
    "all in the same second",
    "four days old",
    "half of all orders by one",
    "only the future",
    "10^15 each",
)


@pytest.mark.parametrize("name", COMMANDED)
def test_the_commands_answer_in_rows_or_in_a_sentence(name, tmp_path, capsys):
    file, out = tmp_path / "orders.csv.gz", tmp_path / "risk.csv"
    write(file, SHOPS[name])
    assert run("import", str(file), "--preset", "orders") == 0
    assert run("rank", "--as-of", "2026-06-01", "--horizon", "30", "--csv", str(out)) == 0
    with out.open() as written:
        rows = list(csv.DictReader(written))
    assert {int(row["customer_id"]) for row in rows} == {who for who, _, _ in known(SHOPS[name])}
    for row in rows:
        assert 0 <= float(row["p_churn"]) <= 1
        assert min(float(row["expected_orders"]), float(row["expected_spend"])) >= 0
    assert run("rank", "--as-of", "1990-01-01", "--csv", str(out)) == 0
    capsys.readouterr()
    code = run("backtest", "--horizon", "30", "--cutoffs", "2")
    told = capsys.readouterr()
    assert code in (0, 1)
    assert "Traceback" not in told.err + told.out
    assert told.err.count("\n") <= 3
    assert bool(told.err) == (code == 1)


def test_the_commands_say_that_there_is_nobody(database, capsys):
    database.close()
    assert run("rank", "--as-of", "2026-06-01") == 0
    told = capsys.readouterr()
    assert told.out == "customer_id,p_churn,expected_orders,expected_spend\n"
    assert told.err == "Nobody had ordered before that date.\n"
    assert run("backtest") == 1
    assert "reach back 0 days" in capsys.readouterr().err


@pytest.mark.parametrize(("currency", "digits"), [("JPY", 0), ("KWD", 3)])
def test_a_currency_with_other_decimals_ranks_alike(currency, digits, tmp_path, capsys):
    home = tmp_path / "home"
    home.mkdir(parents=True, exist_ok=True)
    (home / "config.toml").write_text(f'[shop]\ncurrency = "{currency}"\ntimezone = "UTC"\n')
    file = tmp_path / "orders.csv"
    rows = [f"{who},{datetime.fromtimestamp(at, UTC).isoformat()},{amount * 3 // 100}" for who, at, amount in crowd()]
    file.write_text("\n".join(("customer_id,placed_at,total", *rows)) + "\n")
    assert run("import", str(file), "--preset", "orders", "--currency", currency) == 0
    capsys.readouterr()
    assert run("rank", "--as-of", "2026-06-01", "--horizon", "60") == 0
    ranked = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    told = picture(log_of([(who, at, amount * 3 // 100 * 10**digits) for who, at, amount in crowd()]), NOW, 60)
    for row in ranked:
        one = told[int(row["customer_id"])]
        assert float(row["p_churn"]) == pytest.approx(one["p_churn"], abs=1e-8)
        assert float(row["expected_spend"]) == pytest.approx(one["expected_spend"] / 10**digits, rel=1e-5, abs=1e-4)
