"""The causes of a score as sentences with their figures. What is unknown is said, and never counted against anyone."""

from retcon import money
from retcon.model.standing import Cause, Reason, Standing
from retcon.text import plural


def explain(standing: Standing, currency: str) -> tuple[Reason, ...]:
    """Why this customer stands where they stand, the weightiest first; at most four sentences."""
    told = ((cause, _sentence(cause, standing, currency)) for cause in standing.causes)
    return tuple(Reason(cause.code, words, cause.value) for cause, words in told if words)


def _sentence(cause: Cause, standing: Standing, currency: str) -> str:
    value, base = round(cause.value), round(cause.base)
    match cause.code:
        case "under_way":
            return "A parcel is still under way, so this isn't silence."
        case "silent":
            return _silence(value, base)
        case "vip_silent":
            return f"A VIP is looked after from {base} silent days on. Opens unknown: not counted."
        case "sleeping":
            return f"{value} to {base} silent days: sleeping."
        case "one_order":
            if value < 0:
                return "One order so far, and too few people like this to tell: this rests on little."
            return f"One order so far: of people like this {value} in 100 ordered again within {base} days."
        case "unwritten":
            return f"First order {plural(value, 'day')} ago, and nothing was written from here since."
        case "refunds":
            amount = f": {money.show(standing.refunded_minor, currency)}" if standing.refunded_minor > 0 else ""
            return f"{value} of {plural(base, 'order')} refunded{amount}."
        case "steady":
            return (
                f"{plural(value, 'order')}, one every {plural(base, 'day')}." if base else f"{plural(value, 'order')}."
            )
        case "one_gap":
            return "This rests on little: came back once so far."
        case "young_shop":
            return f"The shop's own history is {plural(value, 'day')} long: this rests on little."
        case _:
            return ""  # of a newer version


def _silence(days: int, usual: int) -> str:
    if days == 0:
        return (
            f"An order or a parcel today, usually every {plural(usual, 'day')}."
            if usual
            else "Ordered or arrived today."
        )
    return f"Silent {plural(days, 'day')}" + (f", usually {usual}." if usual else ".")
