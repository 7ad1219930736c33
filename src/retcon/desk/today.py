"""What is due today, in working order, as rows: what is one decision is one row."""

from dataclasses import dataclass, field
from datetime import datetime

from retcon.model.outbox import OutboxRow
from retcon.model.people import Customer
from retcon.model.playbook import Action, Moment
from retcon.model.policy import Verdict
from retcon.model.standing import Reason, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One due action with all that the reader shows of it. `verdicts` are the gate's at the time of reading."""

    action: Action
    customer: Customer
    standing: Standing
    reasons: tuple[Reason, ...]
    verdicts: tuple[Verdict, ...]
    facts: tuple[str, ...]  # sentences on parcel and last orders, outside text in them as it came
    notes: tuple[str, ...]  # what to know of the text: "machine translation", "a field was missing"

    @property
    def passes(self) -> bool:
        """Whether approving it would let it leave, now or later."""
        return all(verdict.answer != "no" for verdict in self.verdicts)

    @property
    def leaves_at(self) -> datetime | None:
        """None where it may leave at once; else the hour at which the last verdict lifts. Ask `passes` first."""
        return max((verdict.until for verdict in self.verdicts if verdict.until), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of Today: a due action, a fold of alike ones, or an outbox row that needs the operator."""

    key: str  # stable over reloads: "action:12", "fold:parcel-note", "outbox:3"
    moment: Moment
    title: str
    items: tuple[Item, ...] = ()  # one, or the fold's
    outbox: OutboxRow | None = None  # moment DECIDE only
    customer: Customer | None = None  # of the outbox row
    needs: str = ""  # the outbox row in words: what happened, what settles it
    stake_minor: int = 0

    @property
    def folded(self) -> bool:
        """Whether the row stands for several."""
        return len(self.items) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What the top line says."""

    shop: str
    currency: str
    zone: str
    synced_at: datetime | None
    sender: bool  # whether one is awake
    live: bool
    held: bool
    waiting: int  # outbox rows that wait
    trouble: str = ""  # a source or channel that fails, in a sentence
    refreshed: bool = True  # whether everybody was recomputed on the operator's today
    next_leaves_at: datetime | None = None  # the earliest hour of what waits and may leave; None: nothing waits


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """The working list, ordered."""

    header: Header
    lines: tuple[Line, ...]
    due: int
    done: int  # decided since local midnight
    stake_minor: int
    next_at: datetime | None = None  # where nothing is due: when something will be
    next_words: str = ""
    snoozed: int = 0
    version: int = field(default=0)  # Database.data_version() when it was read
