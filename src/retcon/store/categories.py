"""On what each customer's money went: the product category of most of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retcon.store.among import among
from retcon.store.columns import columns
from retcon.store.database import Connection

# A product's first category is the one it is filed under; by place in their names. Sums are in the shop's currency.
_KINDS = """
    kinds as materialized (
        select source, source_id, json_extract(categories, '$[0]') as name,
            dense_rank() over (order by json_extract(categories, '$[0]')) as place
        from products where coalesce(json_extract(categories, '$[0]'), '') <> ''
    )
"""
# The joins are crossed in this order so that a whole shop is read from end to end, not looked up line by line.
_WHOLE = "order_lines l cross join orders o on o.id = l.order_id"
_SOME = "orders o cross join order_lines l on l.order_id = o.id"
_BOUGHT = """
    with {kinds} select o.customer_id as customer, k.place as place,
        cast(round(l.total_minor * coalesce(o.total_base_minor * 1.0 / nullif(o.total_minor, 0), 1.0)) as integer)
            as spent
    from {joined} cross join kinds k on k.source = o.source and k.source_id = l.product_id
    where o.state = 'paid' and not o.removed {chosen}
"""


@dataclass(frozen=True, slots=True, eq=False)
class Bought:
    """Customers by ascending id, each with the place of their category in `names`; the first name is empty."""

    names: tuple[str, ...]
    customer_ids: NDArray[np.int64]
    place: NDArray[np.int64]

    def of(self, customer_ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """The place in `names` of each of these; 0 for one of whom no product tells."""
        if not len(self.customer_ids):
            return np.zeros(len(customer_ids), np.int64)
        at = np.minimum(np.searchsorted(self.customer_ids, customer_ids), len(self.customer_ids) - 1)
        return np.where(self.customer_ids[at] == customer_ids, self.place[at], 0)


def bought(tx: Connection, customer_ids: Sequence[int] | None = None) -> Bought:
    """The category of most of what these customers spent, or all; of two alike the first by name."""
    found = tx.execute(f"with {_KINDS} select distinct place, name from kinds order by place")
    names = ("", *(name for _, name in found))
    if len(names) == 1:
        return Bought(names, np.zeros(0, np.int64), np.zeros(0, np.int64))
    chosen, asked = among(customer_ids)
    query = _BOUGHT.format(kinds=_KINDS, joined=_WHOLE if customer_ids is None else _SOME, chosen=chosen)
    customer, place, spent = columns(tx, ("customer", "place", "spent"), query, asked)
    # What each spent on each category, then the category of most of it.
    pair, of = np.unique(customer * len(names) + place, return_inverse=True)
    spent = np.bincount(of, spent, len(pair))
    customer, place = np.divmod(pair, len(names))
    order = np.lexsort((place, -spent, customer))
    most = order[np.flatnonzero(np.diff(customer[order], prepend=-1))]
    return Bought(names, customer[most], place[most])
