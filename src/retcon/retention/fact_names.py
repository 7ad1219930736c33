"""The facts that a template may name, by the thing that they are of; what each is stands in docs/translating.md."""

from collections.abc import Mapping

from retcon.model.policy import BLOCKS, NEEDS

# Articles of which the seller's own lines are told, and what goes with them.
GIVEN: Mapping[str, tuple[str, ...]] = {
    "product": ("name", "link", "tips", "care", "uses", "sheet", "until"),
    "offer": ("article", "articles", "link"),
    "festival": ("name", "day"),
    "membership": ("name", "benefits"),
    "incentive": ("words",),
    "coupon": ("code", "worth", "until"),
    "referral": ("words", "code", "link"),
    "review": ("article", "link", "rating"),
    "vote": ("question",),
}
# Every fact; a thing that is a fact itself has none.
KNOWN: Mapping[str, tuple[str, ...]] = {
    "customer": ("name", "first_name"),
    "shop": ("name", "signature", "storefront", "address", "contact"),
    "order": ("number", "date", "total", "article", "articles"),
    "parcel": ("carrier", "number", "link", "shipped", "arrives", "arrived"),
    "policy": BLOCKS,
    **GIVEN,
    "needs": NEEDS,
    "invite": ("news", "chat"),
    "confirm": ("link",),
    "season": (),
    "silent_days": (),
    "usual_days": (),
}


def is_fact(named: str) -> bool:
    """Whether "order.date" or "season" is a fact."""
    thing, _, name = named.partition(".")
    return thing in KNOWN and (name in KNOWN[thing] if name else not KNOWN[thing])
