"""For tests of what leaves: a house with a channel that does as it is told, customers, and actions that are due."""

from collections.abc import Callable
from dataclasses import field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from retcon.channels.channel import Channel, Outgoing
from retcon.channels.email import Email
from retcon.config import Plugin, PolicySettings
from retcon.desk.house import House
from retcon.frozen import dataclass
from retcon.model.outbox import OutboxRow, Receipt
from retcon.model.people import Purpose
from retcon.model.playbook import Action, Draft, Moment, Rule
from retcon.model.policy import Verdict
from retcon.model.standing import Stage
from retcon.store import actions, outbox
from retcon.store.database import Connection

NOW = datetime(2026, 11, 20, 6, 52, tzinfo=UTC)
DAY = timedelta(days=1)

RULE = Rule(
    id="parcel-note",
    title="parcel note",
    moment=Moment.FIRST_WEEK,
    purpose=Purpose.SERVICE,
    stage=Stage.TRUST,
    template="parcel-note",
    trigger="first_order",
    channels=("email",),
    personal=False,
    due_days=0,
    expires_days=7,
)


class Told:
    """A channel that keeps what it was given and answers as told: each answer an error to raise, or None."""

    kind: ClassVar[str] = "email"
    medium: ClassVar[str] = "email"
    secrets: ClassVar[tuple[str, ...]] = ()
    seconds: ClassVar[float] = 90.0
    Settings: ClassVar[type] = Email.Settings

    def __init__(self) -> None:
        self.given: list[Outgoing] = []
        self.answers: list[BaseException | None] = []
        self.known: dict[str, Receipt] = {}  # what `lookup` tells
        self.on_send: Callable[[Outgoing], None] = lambda _message: None

    def send(self, message: Outgoing) -> Receipt:
        self.given.append(message)
        self.on_send(message)
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer
        return Receipt(external_id=f"<{message.key}>", at=NOW)

    def lookup(self, key: str) -> Receipt | None:
        return self.known.get(key)

    def check(self) -> str:
        return "It answers."

    @property
    def keys(self) -> list[str]:
        return [message.key for message in self.given]


@dataclass
class Clock:
    """A clock that moves when it is told, and by sleeping."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass(frozen=True, kw_only=True)
class TestHouse(House):
    """A house whose channel is the given one."""

    __test__ = False
    told: Told = field(default_factory=Told)
    clock: Clock = field(default_factory=Clock)

    def channel(self, name: str) -> Channel:
        return self.told


def furnished(house: House, **policy: Any) -> TestHouse:
    """The house with a channel of its own, live, an undo window of ten seconds, and a clock that can be moved."""
    clock = Clock()
    given = {"live": True, "undo_seconds": 10, **policy}
    email = Email.Settings(host="127.0.0.1", security="none", from_="shop@example.com")
    settings = replace(
        house.settings,
        policy=PolicySettings(**given),
        channels=(Plugin(section="channels", name="email", kind="email", settings=email),),
    )
    return TestHouse(
        settings=settings,
        database=house.database,
        now=clock,
        transports=house.transports,
        sleep=clock.sleep,
        clock=clock,
    )


def yes(*_: object) -> tuple[Verdict, ...]:
    """A gate that lets everything pass."""
    return ()


def saying(*verdicts: Verdict) -> Callable[..., tuple[Verdict, ...]]:
    """A gate that always says the same."""
    return lambda *_: verdicts


def customer(tx: Connection, id_: int, name: str = "Anna Berg") -> None:
    """A customer who may be written to."""
    tx.execute("insert or ignore into customers (id, name, country) values (?, ?, 'DE')", (id_, name))
    address = f"buyer{id_}@example.org"
    tx.execute("insert or ignore into identities values ('email', ?, ?, ?)", (address, id_, address))


def upsert(tx: Connection, id_: int = 1, anchor: str = "woo:1", rule: Rule = RULE, **draft: Any) -> int:
    """Something due for the customer of that id, as a refresh writes it; its id."""
    customer(tx, id_)
    written = Draft(
        **{
            "channel": "email",
            "recipient": f"buyer{id_}@example.org",
            "language": "en",
            "subject": "Your parcel",
            "body": "It is on its way.",
            **draft,
        }
    )
    return actions.upsert(
        tx,
        rule=rule,
        customer_id=id_,
        anchor=anchor,
        draft=written,
        due_at=NOW - DAY,
        expires_at=NOW + 7 * DAY,
        stake_minor=4900,
        reason="Their parcel left yesterday.",
    )


def due(house: House, count: int = 1, **draft: Any) -> list[Action]:
    """So many due actions, each of a customer of its own."""
    ids = house.database.write(lambda tx: [upsert(tx, number, **draft) for number in range(1, count + 1)])
    with house.database.read() as tx:
        return [actions.get(tx, id_) for id_ in ids]


def action(house: House, id_: int) -> Action:
    """The action as it is now."""
    with house.database.read() as tx:
        return actions.get(tx, id_)


def row(house: House, id_: int = 1) -> OutboxRow:
    """The message as it is now."""
    with house.database.read() as tx:
        return outbox.get(tx, id_)


def picks(found: list[Action]) -> list[tuple[int, int]]:
    """The actions as an operator picks them."""
    return [(action.id, action.revision) for action in found]
