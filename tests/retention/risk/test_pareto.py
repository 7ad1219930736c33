import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from retcon.retention.risk import pareto
from retcon.retention.risk.pareto import ParetoModel

MODEL = ParetoModel(r=0.8, alpha=2.5, s=0.6, beta=4.0, gap_days=25.0)


def likelihood(model: ParetoModel, repeats: int, last: float, until: float) -> float:
    """The chance of a history, apart from what time leaves as it is: rates integrated out, the loss by quadrature."""

    def lost(at: float) -> float:
        return model.s * (model.alpha + at) ** -(model.r + repeats) * (model.beta + at) ** -(model.s + 1)

    there = (model.alpha + until) ** -(model.r + repeats) * (model.beta + until) ** -model.s
    return there + quad(lost, last, until, epsabs=0, epsrel=1e-10, limit=500)[0]


@pytest.mark.parametrize(
    ("repeats", "last", "silent"), [(0, 0, 40), (1, 30, 10), (4, 120, 5), (4, 120, 900), (12, 250, 47), (60, 700, 300)]
)
def test_no_order_is_the_ratio_of_two_likelihoods(repeats, last, silent):
    unit = MODEL.gap_days
    now, then = (last + silent) / unit, (last + silent + 90) / unit
    expected = likelihood(MODEL, repeats, last / unit, then) / likelihood(MODEL, repeats, last / unit, now)
    found = pareto.no_order(MODEL, np.array([repeats]), np.array([last]), np.array([last + silent]), 90)
    assert found[0] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("s", [0.05, 1.0, 3.0])
def test_expected_orders_are_those_of_many_lives_played_out(s):
    model = ParetoModel(r=0.8, alpha=2.5, s=s, beta=4.0, gap_days=25.0)
    draw = np.random.default_rng(3)
    repeats, until, number = 3, 160, 400_000
    rate = draw.gamma(model.r + repeats, 1 / (model.alpha + until / 25), number)
    leaving = draw.gamma(model.s, 1 / (model.beta + until / 25), number)
    stays = np.minimum(draw.exponential(1, number) / np.maximum(leaving, 1e-300), 90 / 25)
    found = pareto.orders_if_alive(model, np.array([repeats]), np.array([until]), 90)
    assert found[0] == pytest.approx(float((rate * stays).mean()), rel=0.02)


@settings(max_examples=80, deadline=None)
@given(
    repeats=st.integers(0, 3000),
    last=st.integers(0, 4000),
    silent=st.integers(0, 4000),
    longer=st.integers(0, 2000),
    parameters=st.tuples(*[st.floats(-6, 6)] * 4),
)
def test_every_history_has_a_probability_that_rises_with_silence(repeats, last, silent, longer, parameters):
    model = ParetoModel(*np.exp(parameters), 20.0)
    last = last if repeats else 0
    x, t = np.array([repeats, repeats]), np.array([last, last])
    until = np.array([last + silent, last + silent + longer])
    found = pareto.outlook(model, x, t, until, 90, 365)
    for p in (found.alive, *found.no_order):
        assert np.all((p >= 0) & (p <= 1))
    assert found.no_order[0][1] >= found.no_order[0][0] - 1e-4
    assert np.all(found.no_order[1] <= found.no_order[0] + 1e-9)
    assert np.all(np.isfinite(pareto.orders_if_alive(model, x, until, 90)))


def test_the_fit_finds_the_rate_that_made_the_shop():
    draw = np.random.default_rng(5)
    number, until = 6000, 24.0
    rate, leaving = draw.gamma(0.8, 1 / 2.5, number), draw.gamma(0.6, 1 / 4.0, number)
    stays = np.minimum(draw.exponential(1, number) / leaving, until)
    repeats = draw.poisson(rate * stays)
    # The last of so many points spread evenly over a span.
    last = np.where(repeats > 0, stays * draw.random(number) ** (1 / np.maximum(repeats, 1)), 0.0)
    found = pareto.fit(repeats, np.rint(last * 1000).astype(int), np.full(number, int(until * 1000)), 1000.0)
    assert found.r == pytest.approx(0.8, rel=0.15)
    assert found.alpha == pytest.approx(2.5, rel=0.2)
    assert found.s / found.beta == pytest.approx(0.15, rel=0.3)


def test_nobody_at_all_gives_what_is_usual_in_other_shops():
    nobody = np.zeros(0, np.int64)
    found = pareto.fit(nobody, nobody, nobody, 30.0)
    assert np.allclose(np.log((found.r, found.alpha, found.s, found.beta)), pareto.PRIOR_MEAN)
