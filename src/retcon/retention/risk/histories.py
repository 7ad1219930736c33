"""Histories as the purchase models see them: how often a customer came back, when last, and for how long we watch."""

import numpy as np

from retcon.retention.risk.days import Floats, Ints

# A fit looks at so many customers at most, drawn evenly from all kinds of them.
SAMPLE = 8_000
# One id with more than this share of all orders is a till or a reseller; a fit sees it cut to that.
LARGEST_SHARE = 0.05
_FEWEST_REPEATS_CUT = 20


def grouped(
    repeats: Ints, repeat_days: Ints, observed_days: Ints, gap_days: float
) -> tuple[Floats, Floats, Floats, Floats]:
    """Equal histories once: repeats, then times in units of the shop's gap, and how many customers have each.

    Of all customers, or of a sample drawn evenly along the sorted histories: neither the order of the rows nor the
    customers' ids change what is drawn.
    """
    largest = max(_FEWEST_REPEATS_CUT, int(LARGEST_SHARE * (repeats.sum() + len(repeats))))
    x = np.minimum(repeats, largest)
    order = np.lexsort((observed_days, repeat_days, x))
    if len(order) > SAMPLE:
        order = order[(np.arange(SAMPLE) * len(order)) // SAMPLE]
    rows, number = np.unique(np.stack((x[order], repeat_days[order], observed_days[order])), axis=1, return_counts=True)
    kinds = rows.astype(np.float64)
    return kinds[0], kinds[1] / gap_days, kinds[2] / gap_days, number.astype(np.float64)


def distinct(repeats: Ints, repeat_days: Ints, observed_days: Ints) -> tuple[Ints, Ints]:
    """The row of each different history, and for every row the place of its history among them.

    Half of a shop's customers, and nearly all of "as if they had ordered once", share theirs with others.
    """
    days = max(int(repeat_days.max(initial=0)), int(observed_days.max(initial=0))) + 1
    history = (repeats * days + repeat_days) * days + observed_days
    _, rows, place = np.unique(history, return_index=True, return_inverse=True)
    return rows, place
