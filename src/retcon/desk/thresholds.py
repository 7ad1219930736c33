"""From which risk on somebody is warned of: what holds, what the past proposes, taking it, setting it, going back.

Each change is one operation. Where customers stand changes with the next refresh, which then recomputes everybody.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from retcon import localtime, money, text
from retcon.desk.house import House
from retcon.errors import Conflict, UsageError
from retcon.frozen import dataclass
from retcon.model.standing import Tier
from retcon.model.thresholds import (
    APART,
    DEFAULTS,
    HIGHEST,
    LOWEST,
    NEVER,
    Proposal,
    Suggestion,
    Threshold,
    needed_days,
)
from retcon.retention import evidence
from retcon.store import backtests, catalog, operations, thresholds
from retcon.store.database import Connection

Progress = Callable[[str, int, int | None], None]  # what, done, total
Pick = tuple[Tier, str]  # a tier and a product category, empty for all

# So many customers are replayed at most, drawn evenly; a share among so many is known to a hair.
MOST_CUSTOMERS = 20_000
_SLIP = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What holds, tier by tier, and what the past proposes beside it, if it was asked."""

    in_force: tuple[Threshold, ...]
    suggestion: Suggestion | None
    horizon_days: int
    history_days: int

    @property
    def stale(self) -> bool:
        """Whether the past was asked for another horizon than the shop's."""
        return self.suggestion is not None and self.suggestion.horizon_days != self.horizon_days

    @property
    def possible(self) -> bool:
        """Whether the past is long enough to be asked: two weeks to compare, each with a horizon before and after."""
        return self.history_days >= needed_days(self.horizon_days)

    def of(self, pick: Pick) -> Threshold:
        """The levels that hold for a tier and category: its own, or its tier's."""
        by_pick = {(one.tier, one.category): one for one in self.in_force}
        return by_pick.get(pick) or by_pick[pick[0], ""]

    def proposal(self, pick: Pick) -> Proposal | None:
        """What the past says of the tier and category; None where it says nothing."""
        proposals = self.suggestion.proposals if self.suggestion is not None else ()
        return next((one for one in proposals if (one.tier, one.category) == pick), None)

    def offers(self, pick: Pick) -> bool:
        """Whether there is something to take: levels that the past proposes and that don't hold yet."""
        found, holds = self.proposal(pick), self.of(pick)
        return (
            found is not None
            and found.changes
            and not self.stale
            and (found.then.warning, found.then.alarm) != (holds.warning, holds.alarm)
        )

    @property
    def picks(self) -> tuple[Pick, ...]:
        """Every tier, with the categories that have levels or proposals of their own after it."""
        own = {(one.tier, one.category) for one in self.in_force}
        own |= {(one.tier, one.category) for one in (self.suggestion.proposals if self.suggestion is not None else ())}
        order = list(Tier)
        return tuple(sorted(own, key=lambda pick: (order.index(pick[0]), pick[1])))


def in_force(tx: Connection) -> tuple[Threshold, ...]:
    """The levels that hold: of every tier, and of the categories that have their own after it."""
    own = thresholds.every(tx)
    of_all = {one.tier: one for one in own if not one.category}
    found = [of_all.get(tier, DEFAULTS[tier]) for tier in Tier] + [one for one in own if one.category]
    order = list(Tier)
    return tuple(sorted(found, key=lambda one: (order.index(one.tier), one.category)))


def kept(house: House) -> Kept:
    """What the console and the command show."""
    with house.database.read() as tx:
        holds, suggestion, reach = in_force(tx), thresholds.suggestion(tx), backtests.reach(tx)
    days = 0
    if reach is not None:
        first, newest = (localtime.local(at, house.settings.shop.timezone).date() for at in reach)
        days = (newest - first).days + 1
    return Kept(
        in_force=holds,
        suggestion=suggestion,
        horizon_days=house.settings.retention.horizon_days,
        history_days=days,
    )


# ---- what the past proposes -------------------------------------------------------------------------------------


def suggest(house: House, progress: Progress | None = None) -> Suggestion:
    """Replay the last year week by week, and keep what it proposes. Heavy: for a command or a child alone."""
    from retcon.desk.measuring import measuring
    from retcon.retention import thresholds as learning
    from retcon.retention.risk.weeks import weeks as replay
    from retcon.store import purchases

    now, settings = house.now(), house.settings
    retention, currency = settings.retention, settings.shop.currency
    with house.database.read() as tx:
        chosen = purchases.sample(tx, MOST_CUSTOMERS)
        log = purchases.log(tx, int(now.timestamp()), settings.shop.timezone, chosen)
        customers = len(log.customer_ids) if chosen is None else backtests.customers(tx)
        measures, own = measuring(tx, settings, chosen), in_force(tx)
        asked_back = thresholds.asked_back(tx)
    weeks = replay(
        log,
        int(now.timestamp()),
        retention.horizon_days,
        measured=measures.of,
        written=asked_back,
        told=None if progress is None else lambda done, of: progress("weeks", done, of),
    )
    scale = customers / max(len(log.customer_ids), 1)
    cost = retention.contact_cost * 10 ** money.exponent(currency)
    terms = learning.Terms(retention.contacts_per_week, cost, retention.save_rate, scale)
    learnt = learning.learn(weeks, own, terms, measures.bought.names, measures.bought.of(weeks.customer_ids))
    found = Suggestion(
        made_at=now,
        horizon_days=retention.horizon_days,
        history_days=int(log.day.max() - log.day.min()) + 1 if len(log) else 0,
        weeks=len(weeks.at),
        since=_instant(weeks.at[0]) if len(weeks.at) else None,
        until=_instant(weeks.at[-1]) if len(weeks.at) else None,
        contacts_per_week=retention.contacts_per_week,
        save_rate=retention.save_rate,
        cost_minor=round(cost),
        price_minor=round(learnt.price),
        currency=currency,
        customers=len(log.customer_ids),
        of=customers,
        weekly_now=learnt.weekly_now,
        weekly=learnt.weekly,
        proposals=learnt.proposals,
    )
    house.database.write(lambda tx: thresholds.keep_suggestion(tx, found))
    return found


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)


# ---- changing what holds ----------------------------------------------------------------------------------------


def take(house: House, picks: Sequence[Pick] | None = None) -> tuple[Threshold, ...]:
    """Let what the past proposes hold: for these, or wherever it proposes something; one operation.

    Raises Conflict where there is nothing to take.
    """
    known = kept(house)
    suggestion = known.suggestion
    if suggestion is None:
        raise Conflict("The past has not been asked yet.", "Ask it with: retcon thresholds suggest")
    if known.stale:
        raise Conflict(
            f"What was proposed is for {suggestion.horizon_days} days, and the horizon is {known.horizon_days} now.",
            "Ask the past anew with: retcon thresholds suggest",
        )
    wanted = known.picks if picks is None else picks
    taken = [
        Threshold(
            tier=found.tier,
            category=found.category,
            warning=found.then.warning,
            alarm=found.then.alarm,
            evidence=" ".join(filter(None, (evidence.outcome(found, suggestion), evidence.silence(found, suggestion)))),
        )
        for pick in wanted
        if known.offers(pick) and (found := known.proposal(pick)) is not None
    ]
    if not taken:
        raise Conflict(_nothing(known, wanted), "What the past says: retcon thresholds suggest")
    return _change(house, "take_levels", f"new levels of {_named(taken)}", taken)


def _nothing(known: Kept, wanted: Sequence[Pick]) -> str:
    """Why there is nothing to take."""
    if len(wanted) == 1:
        found, name = known.proposal(wanted[0]), evidence.name(*wanted[0])
        if found is None:
            return f"The past says nothing of {name}."
        if not found.enough:
            return f"{name}: {evidence.proposed(found)}"
    return "The levels in force are those that the past proposes."


def put(house: House, tier: Tier, warning: float, alarm: float, category: str = "") -> Threshold:
    """Set the levels of a tier, or of one product category of it; one operation.

    Raises UsageError where they are no probabilities with the warning below the alarm, or no product has the category.
    """
    if not _are_levels(warning, alarm):
        raise UsageError(
            f"A warning at {evidence.percent(warning)} and an alarm at {evidence.percent(alarm)} don't go together.",
            f"Both are parts of 1, from {LOWEST} to {HIGHEST}, the warning below the alarm: 0.3 and 0.5; 1 is never.",
        )
    threshold = Threshold(tier=tier, category=_known(house, category), warning=warning, alarm=alarm)
    return _change(house, "set_levels", f"new levels of {_named([threshold])}", [threshold])[0]


def _are_levels(warning: float, alarm: float) -> bool:
    if warning == alarm == NEVER:
        return True
    return LOWEST <= warning <= HIGHEST and (alarm == NEVER or warning + APART - _SLIP <= alarm <= HIGHEST)


def reset(house: House, picks: Sequence[Pick] | None = None) -> tuple[Threshold, ...]:
    """Go back to our own levels for these, or for all; one operation. Raises Conflict where they hold already."""
    now = house.now()

    def work(tx: Connection) -> tuple[Threshold, ...]:
        own = thresholds.every(tx)
        gone = tuple(one for one in own if picks is None or (one.tier, one.category) in picks)
        if not gone:
            raise Conflict("Our own levels hold there already.", "What holds: retcon thresholds")
        operation = operations.begin(tx, "reset_levels", f"our own levels of {_named(gone)}", now)
        for one in gone:
            operations.note_threshold(tx, operation, one.tier.value, one.category)
            thresholds.drop(tx, one.tier, one.category)
        return gone

    return house.database.write(work)


def _named(some: Sequence[Threshold]) -> str:
    return evidence.name(some[0].tier, some[0].category) if len(some) == 1 else text.plural(len(some), "tier")


def _change(house: House, verb: str, words: str, wanted: Sequence[Threshold]) -> tuple[Threshold, ...]:
    now = house.now()

    def work(tx: Connection) -> tuple[Threshold, ...]:
        operation = operations.begin(tx, verb, words, now)
        for one in wanted:
            operations.note_threshold(tx, operation, one.tier.value, one.category)
            thresholds.put(tx, one, now)
        return tuple(replace(one, at=now) for one in wanted)

    return house.database.write(work)


def _known(house: House, category: str) -> str:
    """The category as the shop writes it, empty for none. Raises UsageError where no product has it."""
    if not category:
        return ""
    with house.database.read() as tx:
        known = catalog.categories(tx)
    found = next((name for name in known if text.fold(name) == text.fold(category)), None)
    if found is None:
        some = ", ".join(map(text.line, known[:12])) or "none: no product came with one"
        raise UsageError(f"No product has the category “{text.line(category)}”.", f"The shop has: {some}.")
    return found
