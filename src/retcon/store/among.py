"""Whose rows are asked for: those of some customers, of all within a range of ids, or of everybody."""

import json
from collections.abc import Sequence
from typing import Any


def among(customer_ids: Sequence[int] | None) -> tuple[str, dict[str, Any]]:
    """One condition more on `o.customer_id`, and what is bound to it.

    A range without gaps is walked along an index; any other sequence is looked up id by id; None is everybody.
    """
    if customer_ids is None:
        return "", {}
    if isinstance(customer_ids, range) and customer_ids.step == 1:
        return " and o.customer_id between :first and :last", {
            "first": customer_ids.start,
            "last": customer_ids.stop - 1,
        }
    return " and o.customer_id in (select value from json_each(:ids))", {"ids": json.dumps(list(customer_ids))}
