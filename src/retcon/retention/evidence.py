"""What the shop's past says of warning and alarm levels, in sentences with their figures."""

from datetime import datetime
from types import MappingProxyType

from retcon import localtime, money
from retcon.model.standing import Tier
from retcon.model.thresholds import FEWEST, NEVER, Origin, Proposal, Reached, Suggestion, Threshold, needed_days

# Whom a tier is made of, as sentences name them.
PEOPLE = MappingProxyType(
    {
        Tier.VIP: "VIPs",
        Tier.HIGH: "customers of high value",
        Tier.PROMISING: "promising customers",
        Tier.REGULAR: "regular customers",
        Tier.NEW: "new customers",
        Tier.ONE_TIME: "one-time buyers",
    }
)


def name(tier: Tier, category: str = "") -> str:
    """The tier as lists name it, with the product category where it is of one: "VIP · Coffee"."""
    word = "VIP" if tier is Tier.VIP else tier.value.replace("_", "-")
    return f"{word} · {category}" if category else word


def people(tier: Tier, category: str = "") -> str:
    """Who they are, for a sentence: "VIPs who buy mostly Coffee"."""
    return f"{PEOPLE[tier]} who buy mostly {category}" if category else PEOPLE[tier]


def percent(level: float) -> str:
    """A level as a share: "36 %"; "never" where nobody reaches it."""
    return f"{100 * level:.3g} %" if level < NEVER else "never"


def share(part: int, whole: int) -> str:
    """A share of people: "31 %"."""
    return f"{100 * part / whole:.0f} %" if whole else "–"


def origin(threshold: Threshold, now: datetime, zone: str) -> str:
    """Where levels come from, and since when: "learnt on 12 Feb"."""
    if threshold.at is None:
        return "ours"
    word = "learnt" if threshold.origin is Origin.LEARNT else "set by you"
    return f"{word} on {localtime.day(threshold.at, now, zone)}"


# ---- one proposal -----------------------------------------------------------------------------------------------


def proposed(proposal: Proposal, holds: tuple[float, float] | None = None) -> str:
    """What is proposed, in a sentence; `holds` are the levels of now, where they are others than those of then."""
    if not proposal.enough:
        return f"Too few to tell: {proposal.resolved} resolved, {FEWEST} are needed."
    then = proposal.then.warning, proposal.then.alarm
    now = holds or (proposal.now.warning, proposal.now.alarm)
    if then == now or not proposal.changes:
        return f"As it is: {_levels(*now)}."
    before = f"now {percent(now[0])} and {percent(now[1])}"
    if not proposal.warns:
        return f"No warnings of them, elsewhere a contact brings more; {before}."
    return f"Warn from {percent(then[0])} on, {_alarm(then[1]).removeprefix('an ')}; {before}."


def _levels(warning: float, alarm: float) -> str:
    if warning >= NEVER:
        return "no warnings of them"
    return f"a warning from {percent(warning)} on, {_alarm(alarm)}"


def _alarm(alarm: float) -> str:
    return f"an alarm from {percent(alarm)}" if alarm < NEVER else "never an alarm"


def outcome(proposal: Proposal, suggestion: Suggestion) -> str:
    """What the warnings of the past came to, with the proposed levels and with those in force."""
    if not proposal.enough:
        return ""
    now, then = proposal.now.warnings, proposal.then.warnings
    within = f"by themselves within {suggestion.horizon_days} days"
    if proposal.changes and not then.given:
        it_was = (
            f"it was {now.given:,}, and {now.stayed:,} of them did not come back" if now.given else "nor was anybody"
        )
        said = f"Nobody would have been warned; {it_was}."
        return said + f" At no level a contact pays: that rests on {proposal.resolved:,} warnings."
    if now == then or not proposal.changes:
        return f"{now.stayed:,} of {now.given:,} warned did not come back {within}."
    if not now.given:
        return f"{then.stayed:,} of {then.given:,} warned did not come back {within}; nobody was newly warned as it is."
    return (
        f"{then.stayed:,} of {then.given:,} warned did not come back {within}, it was {now.stayed:,} of {now.given:,}."
    )


def alarms(proposal: Proposal) -> str:
    """What the alarms came to."""
    now, then = proposal.now.alarms, proposal.then.alarms
    if not proposal.enough or not then.given:
        return ""
    before = f", it was {now.stayed:,} of {now.given:,}" if now != then and now.given else ""
    return f"Of the alarms {then.stayed:,} of {then.given:,} did not come back{before}."


def week(proposal: Proposal) -> str:
    """How many warnings a week would bring."""
    if not proposal.enough:
        return ""
    now, then = _often(proposal.now.weekly), _often(proposal.then.weekly)
    return f"New warnings in a usual week: {then}" + (f", it was {now}." if now != then else ".")


def days(proposal: Proposal) -> str:
    """After how many silent days a warning and an alarm come."""
    then = proposal.then
    if not proposal.enough or not then.warnings.given:
        return ""
    alarm = f", half of the alarms before {then.alarmed_after}" if then.alarms.given else ""
    return f"Half of the warnings come before {then.warned_after} silent days{alarm}."


def silence(proposal: Proposal, suggestion: Suggestion) -> str:
    """Who came back by themselves after so many silent days: the evidence, at two lengths of silence."""
    told = _two(proposal)
    if not told:
        return ""
    first, who = told[0], people(proposal.tier, proposal.category)
    said = (
        f"Of {who} silent for {first.days} days {share(first.returned, first.people)} came back by themselves"
        f" within {suggestion.horizon_days} days"
    )
    return said + "".join(f", after {row.days} days {share(row.returned, row.people)}" for row in told[1:]) + "."


def _two(proposal: Proposal) -> tuple[Reached, ...]:
    """The lengths of silence at which warnings and alarms come, as far as enough people got there."""
    rows = [row for row in proposal.silence if row.people >= FEWEST]
    if not rows:
        return ()
    marks = proposal.then if proposal.then.alarms.given else proposal.now
    first = min(rows, key=lambda row: abs(row.days - marks.warned_after))
    later = [row for row in rows if row.days > first.days]
    if not later:
        return (first,)
    return first, min(later, key=lambda row: abs(row.days - max(marks.alarmed_after, first.days + 1)))


def sentences(proposal: Proposal, suggestion: Suggestion, holds: tuple[float, float] | None = None) -> tuple[str, ...]:
    """All that is said of a proposal, the weightiest first; `holds` as for `proposed`."""
    told = (
        proposed(proposal, holds),
        outcome(proposal, suggestion),
        silence(proposal, suggestion),
        alarms(proposal),
        days(proposal),
        week(proposal),
    )
    return tuple(filter(None, told))


# ---- all of them -----------------------------------------------------------------------------------------------


def replayed(suggestion: Suggestion, zone: str) -> str:
    """What was looked at."""
    if not suggestion.weeks or suggestion.since is None or suggestion.until is None:
        return missing(suggestion.history_days, suggestion.horizon_days)
    since, until = (_date(at, zone) for at in (suggestion.since, suggestion.until))
    some = f", {suggestion.customers:,} of {suggestion.of:,} customers" if suggestion.customers < suggestion.of else ""
    return f"The {suggestion.weeks} weeks from {since} to {until} were replayed{some}."


def missing(history_days: int, horizon_days: int) -> str:
    """What the past lacks."""
    reach = f"The orders reach back {history_days} days" if history_days else "No order is here yet"
    return (
        f"{reach}. A warning is resolved after {horizon_days} days, and the ranking learns from as many before it:"
        f" {needed_days(horizon_days)} days are needed."
    )


def capacity(suggestion: Suggestion) -> str:
    """How much there would be to do in a week."""
    now, then, cap = _often(suggestion.weekly_now), _often(suggestion.weekly), suggestion.contacts_per_week
    return f"All together {then} new warnings in a usual week; it was {now}. You can write to {cap}."


def assumed(suggestion: Suggestion) -> str:
    """What was reckoned with that nobody has measured."""
    saved = percent(suggestion.save_rate)
    cost = money.show(suggestion.cost_minor, suggestion.currency, cents=True)
    said = (
        f"Reckoned with: a contact costs {cost}, and {saved} of those who would have been lost stay because you wrote,"
        " which is an assumption until it is measured."
    )
    if suggestion.price_minor > suggestion.cost_minor:
        price = money.show(suggestion.price_minor, suggestion.currency, cents=True)
        said += f" More people are worth a contact than you can write to, so each has to bring {price}."
    return said


def _often(weekly: float) -> str:
    return f"{weekly:.0f}" if weekly >= 9.5 else f"{weekly:.1f}".removesuffix(".0")


def _date(at: datetime, zone: str) -> str:
    there = localtime.local(at, zone)
    return f"{there.day} {there:%b %Y}"
