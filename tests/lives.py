"""For tests of one person's card: what happens in somebody's life with the shop, written straight into the store."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from retcon.model.people import Basis, Consent, ConsentState, Purpose
from retcon.store import consents, conversations, people
from retcon.store.database import Connection, Database

NOW = datetime(2026, 11, 20, 6, 52, tzinfo=UTC)
# What advertising to France carries: who writes, how it ends, that one may object.
WAY_OUT = """
1 Example Road, Leipzig
Si vous ne souhaitez plus en recevoir, répondez STOP. Vous pouvez à tout moment vous opposer à ces messages."""
# What is written into a store is numbered from 1, whatever other tests write into theirs.
_NUMBERS: WeakKeyDictionary[Database, Iterator[int]] = WeakKeyDictionary()


def seconds(instant: datetime | None) -> int | None:
    """As the store keeps it."""
    return None if instant is None else int(instant.timestamp())


@dataclass
class Life:
    """A person; `at` is when the next thing happens."""

    database: Database
    name: str = "Chloé Martin"
    email: str = "chloe.martin@example.com"
    country: str = "FR"
    language: str = "fr"
    zone: str = "Europe/Paris"
    at: datetime = NOW - timedelta(days=1)
    id: int = field(init=False)

    def __post_init__(self) -> None:
        self.id = self.number()
        self.insert(
            "customers",
            id=self.id,
            name=self.name,
            country=self.country,
            language=self.language,
            zones=json.dumps([self.zone]),
        )
        self.insert("customer_search", rowid=self.id, words=f"{self.name}\n{self.email}")
        if self.email:
            address = self.email if self.id == 1 else f"{self.id}.{self.email}"
            self.insert("identities", kind="email", value=address, customer_id=self.id, shown=address)

    def number(self) -> int:
        """A number that nothing in this store has yet."""
        return next(_NUMBERS.setdefault(self.database, count(1)))

    def insert(self, table: str, **columns: Any) -> int:
        """A row of these columns; its id."""

        def work(tx: Connection) -> int:
            names, marks = ", ".join(columns), ", ".join(f":{name}" for name in columns)
            return tx.execute(f"insert into {table} ({names}) values ({marks})", columns).lastrowid or 0

        return self.database.write(work)

    # ---- what they buy

    def order(
        self,
        total: int = 9_800,
        *,
        number: str = "",
        refunded: int = 0,
        reason: str = "lid chipped",
        shipped: float | None = None,
        delivered: float | None = None,
        items: tuple[str, ...] = ("Speckled mug", "Teapot, two cups"),
        removed: bool = False,
        **columns: Any,
    ) -> int:
        """An order that was paid; it was shipped and arrived so many days later."""
        id_ = self.number()
        self.insert(
            "orders",
            **{
                "id": id_,
                "source": "woo",
                "source_id": str(id_),
                "number": number or str(1_000 + id_),
                "customer_id": self.id,
                "email": self.email,
                "name": self.name,
                "country": self.country,
                "language": self.language,
                "placed_at": seconds(self.at),
                "state": "paid",
                "currency": "EUR",
                "total_minor": total,
                "total_base_minor": total,
                "refunded_minor": refunded,
                "refunded_base_minor": refunded,
                "shipped_at": self._later(shipped),
                "delivered_at": self._later(delivered),
                "carrier": "Colissimo" if shipped is not None else "",
                "tracking_number": f"8R{id_:08}" if shipped is not None else "",
                "tracking_link": f"https://parcels.example.com/8R{id_:08}" if shipped is not None else "",
                "removed": removed,
                **columns,
            },
        )
        for position, item in enumerate(items):
            self.insert("order_lines", order_id=id_, position=position, name=item, quantity=1, total_minor=total // 2)
        if refunded:
            at = seconds(self.at + timedelta(days=5))
            self.insert(
                "refunds", order_id=id_, source_id=f"r{id_}", amount_minor=refunded, refunded_at=at, reason=reason
            )
        return id_

    def _later(self, days: float | None) -> int | None:
        return None if days is None else seconds(self.at + timedelta(days=days))

    def review(self, words: str = "Lovely", *, rating: int = 5, product: str = "") -> None:
        """A review, of a product where it has a name."""
        number = str(self.number())
        if product:
            self.insert("products", source="woo", source_id=number, name=product)
        self.insert(
            "reviews",
            source="woo",
            source_id=number,
            product_id=number,
            customer_id=self.id,
            email=self.email,
            rating=rating,
            body=words,
            created_at=seconds(self.at),
        )

    def stands(self, **columns: Any) -> None:
        """Where they stand."""
        self.insert(
            "standings",
            **{
                "customer_id": self.id,
                "orders": 12,
                "first_order_at": seconds(NOW - timedelta(days=290)),
                "last_order_at": seconds(self.at),
                "spent_minor": 183_000,
                "refunded_minor": 3_400,
                "cycle_days": 21.0,
                "silent_days": 47,
                "under_way": 0,
                "p_churn": 0.91,
                "risk_score": 91,
                "band": "high",
                "next_expected_at": seconds(self.at + timedelta(days=21)),
                "expected_orders": 0.4,
                "clv_minor": 12_000,
                "clv_low_minor": 4_000,
                "clv_high_minor": 31_000,
                "stake_minor": 31_000,
                "tier": "vip",
                "stage": "win_back",
                "causes": '[["silent",47,21,38],["refunds",1,12,9],["vip_silent",47,45,0]]',
                **columns,
            },
        )

    # ---- what is said

    def thread(self, medium: str = "email", address: str = "") -> int:
        """A conversation."""
        number = self.number()
        return self.insert(
            "threads",
            customer_id=self.id,
            source="mail",
            name=f"t{number}",
            medium=medium,
            address=address or self.email,
            started_at=seconds(self.at),
            last_at=seconds(self.at),
        )

    def wrote(self, thread: int, body: str, *, hours: float, out: bool = False, **columns: Any) -> int:
        """A message of so many hours before NOW."""
        at = seconds(NOW - timedelta(hours=hours))
        written = {
            "thread_id": thread,
            "source": "mail",
            "source_id": f"m{self.number()}@example.com",
            "direction": "out" if out else "in",
            "at": at,
            "heard_at": at,
            "body": body,
            "address": self.email,
        }
        id_ = self.insert("messages", **(written | columns))
        self.database.write(lambda tx: conversations.recount(tx, [thread]))
        return id_

    def action(self, title: str, state: str = "due", **columns: Any) -> int:
        """Something due."""
        number = self.number()
        return self.insert(
            "actions",
            **{
                "rule": "vip-silent",
                "customer_id": self.id,
                "anchor": f"order:{number}",
                "moment": "slipping",
                "purpose": "marketing",
                "stage": "win_back",
                "title": title,
                "channel": "email",
                "recipient": self.email,
                "language": self.language,
                "subject": "Tout allait bien ?",
                "body": f"Bonjour Chloé,\n\nje n'ai plus de nouvelles depuis le 4 octobre.\n{WAY_OUT}",
                "operator_subject": "Was everything all right?",
                "operator_body": "Hello Chloé,\n\nI haven't heard from you since 4 October.",
                "due_at": seconds(self.at),
                "expires_at": seconds(NOW + timedelta(days=5)),
                "state": state,
                "stake_minor": 31_000,
                "reason": "Silent 47 days, usually 21.",
                "personal": 1,
                **columns,
            },
        )

    def sent(self, subject: str, *, title: str = "personal note", state: str = "sent", **columns: Any) -> int:
        """A message of ours that has left."""
        number = self.number()
        action = self.action(title, "done", decided_at=seconds(self.at)) if title else None
        row = self.insert(
            "outbox",
            **{
                "action_id": action,
                "revision": 1,
                "customer_id": self.id,
                "channel": "email",
                "purpose": "marketing",
                "recipient": self.email,
                "subject": subject,
                "body": "Bonjour Chloé,\n\nvoici les nouvelles couleurs de l'automne.",
                "language": self.language,
                "state": state,
                "key": f"key{number}",
                "not_before": seconds(self.at),
                "approved_at": seconds(self.at - timedelta(hours=1)),
                "sent_at": seconds(self.at),
                **columns,
            },
        )
        for before, after in (("", "queued"), ("queued", "sending"), ("sending", "sent")):
            event = {"queued": "approved", "sending": "claim"}.get(after, "sent")
            at = seconds(self.at)
            self.insert("outbox_log", outbox_id=row, at=at, event=event, before=before, after=after, detail="")
        return row

    def promise(
        self, words: str, *, state: str = "open", made: float = 50, due: float = -20, over: float | None = None
    ) -> int:
        """A promise: made, due and over so many hours before NOW."""
        return self.insert(
            "promises",
            customer_id=self.id,
            reference=f"message:{self.number()}",
            words=words,
            made_at=seconds(NOW - timedelta(hours=made)),
            due_at=seconds(NOW - timedelta(hours=due)),
            state=state,
            decided_at=None if over is None else seconds(NOW - timedelta(hours=over)),
        )

    def complaint(self, words: str = "the lid is chipped", **columns: Any) -> int:
        """They are unhappy."""
        written = {"customer_id": self.id, "sign": "words", "words": words, "at": seconds(self.at)}
        return self.insert("complaints", **(written | {"reference": f"message:{self.number()}"} | columns))

    # ---- what is known of them

    def consent(self, state: ConsentState = ConsentState.GRANTED, channel: str = "email", **facts: Any) -> None:
        """A line of the ledger."""
        told: dict[str, Any] = {
            "purpose": Purpose.MARKETING,
            "basis": Basis.DOUBLE_OPT_IN if state is ConsentState.GRANTED else Basis.NONE,
            "at": self.at,
            "source": "woo",
            "wording": "newsletter form",
            "proof": "link of 12 Feb 10:14",
        } | facts
        line = Consent(channel=channel, state=state, **told)
        self.database.write(lambda tx: consents.add(tx, self.id, line))

    def note(self, words: str = "dislikes blue", *, removed: bool = False) -> int:
        """A note of the operator."""
        gone = seconds(NOW) if removed else None
        return self.insert("notes", customer_id=self.id, at=seconds(self.at), words=words, removed_at=gone)

    def tag(self, name: str) -> None:
        """A tag."""
        self.insert("tags", customer_id=self.id, name=name, at=seconds(self.at))

    def became_one(self, words: str = "Chloe (88) became one with Chloé Martin (1)") -> None:
        """Made one with somebody."""
        operation = self.insert("operations", verb="merge", words=words, at=seconds(self.at))
        self.insert(
            "operation_changes",
            operation_id=operation,
            position=1,
            family="people",
            reference=self.id,
            before="{}",
        )

    def describe(self) -> None:
        """What they are called follows from what they did."""
        self.database.write(lambda tx: people.describe(tx, [self.id]))

    def live(self) -> None:
        """Something of every kind."""
        self.at = NOW - timedelta(days=250)
        self.consent()
        self.at = NOW - timedelta(days=47)
        self.order(15_200, refunded=3_400, shipped=2, delivered=7)
        self.review(product="Speckled mug")
        self.complaint()
        self.at = NOW - timedelta(days=18)
        self.sent("New glazes for autumn")
        self.action("come back", "skipped", decided_at=seconds(self.at), skip_reason="wrong time")
        self.note()
        self.became_one()
        self.promise("a new lid", state="kept", made=900, due=700, over=720)
        self.wrote(self.thread(), "the lid is chipped", hours=37 * 24)
