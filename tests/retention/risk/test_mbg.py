import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retcon.retention.risk import mbg
from retcon.retention.risk.mbg import MbgModel
from retcon.retention.risk.summary import summarise

MODEL = MbgModel(r=0.8, alpha=2.5, a=0.3, b=1.2, gap_days=25.0)


def likelihood(model: MbgModel, repeats: int, last: float, until: float) -> float:
    """The chance of a history by brute force: integrated over the rate and the drop-out of the customer."""
    nodes, weights = np.polynomial.legendre.leggauss(200)
    u = (nodes + 1) / 2
    rate = u / (1 - u)  # 0 to infinity
    rate_weight = weights / 2 / (1 - u) ** 2
    p = u ** (1 / model.a)  # takes the pole at 0 out
    p_weight = weights / 2
    rates = rate ** (model.r + repeats - 1) * np.exp(-model.alpha * rate) * rate_weight
    drops = (1 - p) ** (model.b - 1) * p_weight
    stays = np.sum(rates * np.exp(-rate * until)) * np.sum(drops * (1 - p) ** (repeats + 1))
    left = np.sum(rates * np.exp(-rate * last)) * np.sum(drops * p * (1 - p) ** repeats)
    return float(stays + left)


@pytest.mark.parametrize(("repeats", "last", "silent"), [(1, 30, 10), (4, 120, 5), (4, 120, 200), (12, 250, 47)])
def test_no_order_is_the_ratio_of_two_likelihoods(repeats, last, silent):
    unit = MODEL.gap_days
    now, then = (last + silent) / unit, (last + silent + 90) / unit
    expected = likelihood(MODEL, repeats, last / unit, then) / likelihood(MODEL, repeats, last / unit, now)
    found = mbg.no_order(MODEL, np.array([repeats]), np.array([last]), np.array([last + silent]), 90)
    assert found[0] == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("repeats", [0, 1, 7])
def test_without_a_loss_after_the_first_order_it_is_bg_nbd(repeats):
    model = MbgModel(r=0.8, alpha=2.5, a=0.3, b=1.2, gap_days=25.0, lost_at_first=False)
    t, now = np.array([100 * (repeats > 0)]), np.array([160])

    def likelihood(until: float) -> float:  # Fader, Hardie, Lee 2005, equation 3, apart from what time doesn't change
        staying = (model.alpha + until) ** -(model.r + repeats)
        lost = model.a / (model.b + repeats - 1) * (model.alpha + t[0] / 25) ** -(model.r + repeats) if repeats else 0.0
        return staying + lost

    expected = likelihood(250 / 25) / likelihood(160 / 25)
    assert mbg.no_order(model, np.array([repeats]), t, now, 90)[0] == pytest.approx(expected, rel=1e-9)


def test_who_bought_once_is_not_called_safe():
    once = mbg.no_order(MODEL, np.array([0]), np.array([0]), np.array([60]), 90)[0]
    often = mbg.no_order(MODEL, np.array([8]), np.array([200]), np.array([210]), 90)[0]
    assert once > often


@settings(max_examples=60, deadline=None)
@given(
    repeats=st.integers(0, 3000),
    last=st.integers(0, 4000),
    silent=st.integers(0, 4000),
    longer=st.integers(0, 2000),
    parameters=st.tuples(*[st.floats(-4, 4)] * 4),
)
def test_every_history_has_a_probability_that_rises_with_silence(repeats, last, silent, longer, parameters):
    r, alpha, a, b = np.exp(parameters)
    model = MbgModel(r, alpha, a, b, 20.0)
    last = last if repeats else 0
    x, t = np.array([repeats, repeats]), np.array([last, last])
    until = np.array([last + silent, last + silent + longer])
    p = mbg.no_order(model, x, t, until, 90)
    assert np.all((p >= 0) & (p <= 1))
    assert p[1] >= p[0] - 1e-9


def test_the_fit_finds_the_parameters_that_made_the_shop():
    draw = np.random.default_rng(5)
    number, until = 6000, 24.0
    truth = {"r": 0.8, "alpha": 2.5, "a": 0.6, "b": 1.5}
    rate, p = draw.gamma(truth["r"], 1 / truth["alpha"], number), draw.beta(truth["a"], truth["b"], number)
    repeats, last = np.zeros(number, np.int64), np.zeros(number)
    for one in range(number):
        day = 0.0
        while draw.random() >= p[one]:
            day += draw.exponential(1 / rate[one])
            if day >= until:
                break
            repeats[one] += 1
            last[one] = day
    found = mbg.fit(repeats, np.rint(last * 1000).astype(int), np.full(number, int(until * 1000)), 1000.0)
    for name, value in truth.items():
        assert getattr(found, name) == pytest.approx(value, rel=0.25), name


@pytest.mark.parametrize("customers", [0, 1, 2, 15])
def test_a_handful_of_customers_gives_a_sane_answer(log_of, made_up, instant, customers):
    orders = made_up(customers) if customers else [(1, "2030-01-01", 1)]
    found = summarise(log_of(orders), instant("2026-08-01"))
    model = mbg.fit(found.repeats, found.repeat_days, found.observed_days, found.gap_days)
    logs = np.log((model.r, model.alpha, model.a, model.b))
    assert np.all(np.abs(logs - mbg.PRIOR_MEAN) < 3 * mbg.PRIOR_SPREAD)


def test_one_id_with_half_the_orders_does_not_bend_the_shop(log_of, made_up, instant):
    orders = made_up(200)
    till = [(9_999, f"2026-{month:02}-{day:02}", 100) for month in range(1, 8) for day in range(1, 29)]
    then = instant("2026-08-01")

    def fitted(rows):
        found = summarise(log_of(rows), then)
        return mbg.fit(found.repeats, found.repeat_days, found.observed_days, 25.0)

    with_till, without = fitted([*orders, *till * 2]), fitted(orders)
    assert with_till.r == pytest.approx(without.r, rel=0.25)
    assert with_till.alpha == pytest.approx(without.alpha, rel=0.35)
