"""The causes of a score as sentences with their figures. What is unknown is said, and never counted against anyone."""

from datetime import date, timedelta

from retcon import money
from retcon.model.standing import Cause, Reason, Standing
from retcon.text import plural

# True of every shop: nothing that retcon reads tells of them, and so no score counts them.
UNKNOWN = "Opens, clicks and visits unknown: mail servers and shops don't report them. Not counted."
_FIRST_DAY = date(1970, 1, 1)


def explain(standing: Standing, currency: str) -> tuple[Reason, ...]:
    """Why this customer stands where they stand, the weightiest first; at most four sentences."""
    told = ((cause, _sentence(cause, standing, currency)) for cause in standing.causes)
    return tuple(Reason(cause.code, words, cause.value, cause.weight) for cause, words in told if words)


def weighed(reason: Reason) -> str:
    """The weight as it is written behind a reason: "+38", "−12"; empty where it weighs nothing."""
    return f"{'+' if reason.weight > 0 else '−'}{abs(reason.weight)}" if reason.weight else ""


def _sentence(cause: Cause, standing: Standing, currency: str) -> str:
    value, base = round(cause.value), round(cause.base)
    match cause.code:
        case "silent":
            return _silence(value, base)
        case "one_order":
            if value < 0:
                return "One order so far, and too few people like this to tell: this rests on little."
            return f"One order so far: of people like this {value} in 100 ordered again within {base} days."
        case "steady":
            return (
                f"{plural(value, 'order')}, one every {plural(base, 'day')}." if base else f"{plural(value, 'order')}."
            )
        case "refunds":
            amount = f": {money.show(standing.refunded_minor, currency)}" if standing.refunded_minor > 0 else ""
            return f"{value} of {plural(base, 'order')} refunded{amount}."
        case "yearly":
            return f"Buys around {_date(value):%B} each year: not late yet."
        case "season":
            more = "more" if cause.weight < 0 else "fewer"
            return f"{_next_month(_date(value)):%B} is coming: {more} returns expected."
        case "unwritten":
            return f"First order {plural(value, 'day')} ago, and nothing was written from here since."
        case "vip_silent":
            return f"A VIP is looked after from {base} silent days on. {UNKNOWN}"
        case "sleeping":
            return f"{value} to {base} silent days: sleeping."
        case _:
            return awaited(cause.code) or _little(cause.code, value) or _signal(cause.code, value)


def _silence(days: int, usual: int) -> str:
    if days == 0:
        return (
            f"An order or a parcel today, usually every {plural(usual, 'day')}."
            if usual
            else "Ordered or arrived today."
        )
    return f"Silent {plural(days, 'day')}" + (f", usually {usual}." if usual else ".")


def awaited(code: str) -> str:
    """What somebody waits for, so that their silence is none; empty for other codes."""
    match code:
        case "under_way":
            return "A parcel is still under way, so this isn't silence."
        case "not_shipped":
            return "An order isn't shipped yet, so this isn't silence."
        case "return_open":
            return "A return is open: silence stands still until it is closed."
        case "unpaid":
            return "An order waits for its payment: silence stands still until then."
        case _:
            return ""


def _little(code: str, value: int) -> str:
    """That the score rests on little."""
    match code:
        case "one_gap":
            return "This rests on little: came back once so far."
        case "young_shop":
            return f"The shop's own history is {plural(value, 'day')} long: this rests on little."
        case "few_orders":
            return f"The shop has {plural(value, 'order')} so far: this rests on little."
        case "no_season":
            return f"The shop's own history is {plural(value, 'day')} long: how the seasons change it isn't known yet."
        case _:
            return ""


def _signal(code: str, value: int) -> str:
    """What they did besides ordering; empty for what another version knows."""
    match code:
        case "opened":
            return f"Opened {plural(value, 'message')} lately."
        case "clicked":
            return f"Followed {plural(value, 'link')} lately."
        case "visited":
            return f"Looked at the shop on {plural(value, 'day')} lately."
        case "coupon_unused":
            return f"{plural(value, 'coupon')} of theirs unused."
        case "no_reply":
            return f"{plural(value, 'message')} of yours without a reply or an order since."
        case "waiting":
            return f"{plural(value, 'message')} of theirs without an answer."
        case "complained":
            return f"{plural(value, 'complaint')} in the last half-year."
        case "rated_low":
            return f"Rated one or two stars: {plural(value, 'time')}."
        case _:
            return ""


def _date(day: int) -> date:
    return _FIRST_DAY + timedelta(days=day)


def _next_month(day: date) -> date:
    return day.replace(day=1) + timedelta(days=31)
