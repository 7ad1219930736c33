"""For tests of answering: a house with a mailbox and a chat to write from, two customers, and people who write."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from retcon.demo.mail import Mailroom
from retcon.desk import imports, refresh, sending, today
from retcon.desk.house import House, open_house
from retcon.desk.today import Item
from retcon.model.conversations import Direction, SourceMessage, Thread
from retcon.model.outbox import OutboxRow
from retcon.model.playbook import Action
from retcon.platforms.wiring import Transports
from retcon.store import actions, conversations, outbox
from retcon.sync import intake
from retcon.sync.source import Record
from tests.outgoing import Clock

MORNING = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)  # Friday, 10:30 in Berlin

CONFIG = """
[shop]
name = "Northlight Goods"
timezone = "Europe/Berlin"
address = "Harbour Lane 1, 20095 Hamburg"

[channels.email]
kind = "email"
host = "127.0.0.1"
security = "none"
from = "Northlight Goods <hello@shop.example>"

[policy]
live = true
undo_seconds = 0
"""
ORDERS = """order_id,customer_id,placed_at,total,currency,email,name,country,language,items
1042,7,2026-10-20,49.00,EUR,anna@example.com,Anna Berg,DE,de,Dinner plate
1043,8,2026-10-21,99.00,EUR,ji-woo@example.com,Ji-woo Lim,KR,ko,Tea bowl
"""


@dataclass
class Desk:
    """A house, its clock and what left it by mail."""

    house: House
    clock: Clock
    mail: Mailroom

    def hears(self, *records: Record) -> None:
        """Take in what a source tells, and plan."""
        house = self.house
        context = refresh.context(house)
        house.database.write(lambda tx: intake.keep(tx, "mail", records, house.settings.shop.currency, context))
        refresh.refresh(house)

    def items(self, rule: str = "") -> list[Item]:
        """What is due, in the order of Today."""
        found = [item for line in today.load(self.house).lines for item in line.items]
        return [item for item in found if rule in ("", item.action.rule)]

    def item(self, rule: str = "unanswered") -> Item:
        """The only thing that this rule made due."""
        (found,) = self.items(rule)
        return found

    def thread(self, id_: int = 1) -> Thread:
        """The conversation as it is now."""
        with self.house.database.read() as tx:
            return conversations.get(tx, id_)

    def actions(self, customer_id: int = 1) -> Sequence[Action]:
        """The customer's actions, newest first."""
        with self.house.database.read() as tx:
            return actions.of_customer(tx, customer_id)

    def rows(self) -> Sequence[OutboxRow]:
        """What is in the outbox, oldest first."""
        with self.house.database.read() as tx:
            return sorted(outbox.listing(tx), key=lambda row: row.id)

    def send(self) -> None:
        """Let leave what may leave."""
        sending.send(self.house, until_empty=True, pull=False)

    def later(self, **time: float) -> None:
        """The clock goes on."""
        self.clock.now += timedelta(**time)


def open_desk(folder: Path, mail: Mailroom, config: str = CONFIG, orders: str = ORDERS) -> Desk:
    """A desk on which two people bought a month ago, and nothing is due."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    (home / "config.toml").write_text(config)
    (folder / "orders.csv").write_text(orders)
    clock = Clock(MORNING)
    house = open_house(home, now=clock, transports=Transports(connect=mail.connect), sleep=clock.sleep)
    imports.import_file(house, folder / "orders.csv", "orders", {})
    return Desk(house, clock, mail)


def wrote(number: str = "1", *, ago: timedelta = timedelta(hours=2), **facts: Any) -> SourceMessage:
    """A mail from Anna, so long before the morning."""
    return SourceMessage(
        **{
            "source_id": f"{number}@mail.example.com",
            "medium": "email",
            "direction": Direction.IN,
            "address": "anna@example.com",
            "name": "Anna Berg",
            "at": MORNING - ago,
            "subject": "Where is my plate?",
            "body": "Guten Tag, wo ist mein Teller? Ich warte seit einer Woche.",
            "language": "de",
        }
        | facts
    )


def answered(number: str = "a", *, ago: timedelta = timedelta(hours=1), **facts: Any) -> SourceMessage:
    """A mail that the shop wrote to Anna in another program."""
    return wrote(
        number,
        ago=ago,
        **{"direction": Direction.OUT, "name": "", "subject": "Re: Where is my plate?", "body": "Unterwegs!"} | facts,
    )
