"""What a correction looks at: everything known of a customer as columns of numbers.

Each column is a function of the summary's arrays alone, so that "as if they had been silent for a week" is a summary
with another silence. Times stand in units of the horizon or of the shop's gap, money in units of a usual purchase:
neither the currency nor the length of a year changes what is learnt. What is unknown is 0 in its column and has a
flag beside it.
"""

from dataclasses import dataclass

import numpy as np

from retcon.retention.risk import mbg, pareto
from retcon.retention.risk.days import Floats
from retcon.retention.risk.mbg import MbgModel
from retcon.retention.risk.pareto import Outlook, ParetoModel
from retcon.retention.risk.summary import HALF_LIVES, Summary

# Where the slope may change: logarithms of silence over the horizon, and over the customer's own gap.
_SILENCE_BENDS = (-3.0, -2.0, -1.0, 0.0, 1.0)
_RHYTHM_BENDS = (-1.0, 0.0, 0.7, 1.4)
_MISSED_BENDS = (0.0, 1.0, 2.0)
_USUAL_SPREAD = 0.7  # of the logarithms of a customer's gaps
# A customer's own gap is pulled towards the shop's as by so many gaps more.
_GAPS_OF_SHOP = 2
_LARGEST_RATIO = 8.0  # of money, as a logarithm
_MOST_IN_SEASON = 3
# So long before the season's anniversary a customer may have begun and still tell of it.
_ALMOST_A_YEAR = 335


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What everything is measured in: the models of the shop, and what a purchase is usually worth there."""

    pareto: ParetoModel
    mbg: MbgModel
    usual_value: float  # minor units; 0 where no amount is known


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """Customers as the correction sees them: log-odds of no order by Pareto/NBD, and customers × columns."""

    model: Floats
    columns: Floats
    outlook: Outlook  # within the horizon, and within the further horizons that were asked for


def log_odds(probability: Floats) -> Floats:
    """The logarithm of p : 1 − p, kept finite."""
    p = np.clip(probability, 1e-9, 1 - 1e-9)
    return np.log(p) - np.log1p(-p)


def probability(log_odds: Floats) -> Floats:
    """The probability whose odds these are."""
    return 0.5 * (1 + np.tanh(0.5 * log_odds))


def see(summary: Summary, by: Yardstick, *further_days: float) -> Seen:
    """The customers of the summary in columns, with the models' outlook for its horizon and others."""
    history = (summary.repeats, summary.repeat_days, summary.observed_days)
    outlook = pareto.outlook(by.pareto, *history, summary.horizon_days, *further_days)
    model = log_odds(outlook.no_order[0])
    other = log_odds(mbg.no_order(by.mbg, *history, summary.horizon_days))
    columns = [model - other, *_rhythm(summary, by.pareto.gap_days), *_money(summary, by.usual_value)]
    columns += [*_season(summary), *_signals(summary)]
    return Seen(model, np.stack(columns, axis=1) if len(summary) else np.zeros((0, len(columns))), outlook)


def _rhythm(summary: Summary, gap_days: float) -> list[Floats]:
    again = (summary.repeats > 0).astype(np.float64)
    gaps = np.where(summary.own_gaps > 0, summary.own_gaps, 0)
    silence = np.log((summary.silent_days + 1) / summary.horizon_days)
    own = (gaps * np.nan_to_num(summary.gap_log) + _GAPS_OF_SHOP * np.log(gap_days)) / (gaps + _GAPS_OF_SHOP)
    overdue = (np.log(summary.silent_days + 1) - own) * again
    spread = (gaps * np.nan_to_num(summary.gap_spread) ** 2 + _GAPS_OF_SHOP * _USUAL_SPREAD**2) / (gaps + _GAPS_OF_SHOP)
    missed = overdue / np.sqrt(spread)  # who keeps to a day is missed the sooner
    often = np.log1p(summary.repeats)
    half_lives = np.array(HALF_LIVES) * summary.horizon_days
    lately = summary.decayed * np.exp2(-summary.silent_days[:, None] / half_lives)
    return [
        often,
        often * silence,
        again,
        (summary.repeats > 1).astype(np.float64),
        silence,
        silence * again,
        *(np.maximum(silence - bend, 0) for bend in _SILENCE_BENDS),
        overdue,
        *(np.maximum(overdue - bend, 0) * again for bend in _RHYTHM_BENDS),
        missed,
        *(np.maximum(missed - bend, 0) for bend in _MISSED_BENDS),
        (own - np.log(gap_days)) * again,
        np.nan_to_num(summary.gap_spread),
        np.where(np.isnan(summary.last_gap_log), 0.0, summary.last_gap_log - own),
        np.log((summary.observed_days + 1) / summary.horizon_days),
        *np.log(lately + 0.05).T,
    ]


def _money(summary: Summary, usual_value: float) -> list[Floats]:
    known = ~np.isnan(summary.purchase_value) & ~np.isnan(summary.last_value) & (usual_value > 0)
    unit = usual_value if usual_value > 0 else 1.0

    def ratio(minor: Floats) -> Floats:
        measured = np.log(0.02 + np.where(known, minor, unit) / unit)
        return np.where(known, np.clip(measured, -_LARGEST_RATIO, _LARGEST_RATIO), 0.0)

    back = summary.refunded_orders + summary.returned_orders
    return [
        ratio(summary.purchase_value),
        ratio(summary.spent),
        ratio(summary.last_value) - ratio(summary.purchase_value),
        (back > 0).astype(np.float64),
        back / (summary.orders + summary.returned_orders),
    ]


def _season(summary: Summary) -> list[Floats]:
    known = (summary.observed_days >= _ALMOST_A_YEAR).astype(np.float64)
    inside, around = (
        np.minimum(orders, most) for orders, most in ((summary.season_orders, 3), (summary.around_season, 4))
    )
    return [known, inside, around]


def _signals(summary: Summary) -> list[Floats]:
    values, known = summary.signals.matrix()
    return [*np.log1p(values).T, *known.astype(np.float64).T]
