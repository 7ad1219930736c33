"""What a past proposes, for tests: VIPs sooner, high customers as they are, regular ones nowhere near enough."""

from dataclasses import replace
from datetime import UTC, datetime

from retcon.model.standing import Tier
from retcon.model.thresholds import DEFAULTS, NEVER, Marks, Proposal, Reached, Replayed, Suggestion

SILENCE = (
    Reached(7, 420, 386),
    Reached(21, 260, 208),
    Reached(30, 180, 104),
    Reached(40, 100, 31),
    Reached(60, 76, 7),
    Reached(90, 31, 2),
    Reached(180, 12, 0),
)


def replayed(warning: float, alarm: float, warned: int, stayed: int, **changes: object) -> Replayed:
    """A pair of levels that warned of so many, of whom so many stayed away."""
    usual = Replayed(
        warning=warning,
        alarm=alarm,
        warnings=Marks(warned, stayed),
        alarms=Marks(warned // 2, stayed // 2),
        weekly=warned / 51,
        warned_after=41,
        alarmed_after=58,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def proposal(tier: Tier = Tier.VIP, category: str = "", **changes: object) -> Proposal:
    """For VIPs 16 of 20 warned instead of 11 of 20, on sixty warnings."""
    ours = DEFAULTS[tier]
    usual = Proposal(
        tier=tier,
        category=category,
        now=replayed(ours.warning, ours.alarm, 60, 33),
        then=replayed(0.45, 0.62, 40, 32),
        resolved=60,
        people=44,
        yearly_minor=84_000,
        silence=SILENCE,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def as_it_is(tier: Tier) -> Proposal:
    """The levels in force are as good as any."""
    same = replayed(DEFAULTS[tier].warning, DEFAULTS[tier].alarm, 80, 44)
    return proposal(tier, now=same, then=same, resolved=80)


def too_few(tier: Tier, resolved: int = 12) -> Proposal:
    """So few warnings are over that nothing is said."""
    few = replayed(DEFAULTS[tier].warning, DEFAULTS[tier].alarm, resolved, resolved // 2)
    return proposal(tier, now=few, then=few, resolved=resolved)


def nobody(tier: Tier) -> Proposal:
    """A contact brings more elsewhere."""
    ours = DEFAULTS[tier]
    none = replayed(NEVER, NEVER, 0, 0, warned_after=0, alarmed_after=0)
    return proposal(tier, now=replayed(ours.warning, ours.alarm, 300, 240), then=none, resolved=300)


def suggestion(*proposals: Proposal, **changes: object) -> Suggestion:
    """These, or one of each kind, asked on the day of the tests."""
    each = (
        proposal(),
        as_it_is(Tier.HIGH),
        proposal(Tier.PROMISING, then=replayed(0.62, 0.8, 50, 41)),
        too_few(Tier.REGULAR),
        proposal(Tier.REGULAR, "Tea and coffee", then=replayed(0.66, 0.78, 55, 42)),
        nobody(Tier.ONE_TIME),
    )
    usual = Suggestion(
        made_at=datetime(2026, 11, 20, 6, 12, tzinfo=UTC),
        horizon_days=90,
        history_days=700,
        weeks=52,
        since=datetime(2025, 8, 31, tzinfo=UTC),
        until=datetime(2026, 8, 22, tzinfo=UTC),
        contacts_per_week=25,
        save_rate=0.1,
        cost_minor=100,
        price_minor=1_640,
        currency="EUR",
        customers=410,
        of=410,
        weekly_now=31.4,
        weekly=24.2,
        proposals=proposals or each,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]
