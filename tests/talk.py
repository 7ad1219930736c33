"""For tests of conversations: messages as a source tells them, kept by a context of their own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from retcon import library
from retcon.model.conversations import Complaint, Direction, Message, SourceMessage, Thread
from retcon.store import complaints, conversations
from retcon.store.database import Database
from retcon.sync import intake
from retcon.sync.intake import Context, Counts
from retcon.sync.source import Record

NOW = datetime(2026, 11, 20, 6, 52, tzinfo=UTC)


def ago(**time: float) -> datetime:
    """So long before NOW, in whole seconds."""
    return (NOW - timedelta(**time)).replace(microsecond=0)


def mail(number: str = "1", hours: float = 1, /, **facts: Any) -> SourceMessage:
    """A mail from Ada, so many hours before NOW."""
    return SourceMessage(
        **{
            "source_id": f"{number}@mail.example.com",
            "medium": "email",
            "direction": Direction.IN,
            "address": "ada@example.com",
            "name": "Ada",
            "at": ago(hours=hours),
            "subject": "Parcel",
            "body": "Where is it?",
        }
        | facts
    )


def answer(number: str = "a", hours: float = 1, /, **facts: Any) -> SourceMessage:
    """A mail that the shop wrote to Ada in another program."""
    return mail(number, hours, **{"direction": Direction.OUT, "name": "", "body": "On its way."} | facts)


def chat(number: int = 1, hours: float = 1, /, **facts: Any) -> SourceMessage:
    """A Telegram message of the person 700100200."""
    return SourceMessage(
        **{
            "source_id": f"700100200/{number}",
            "medium": "telegram",
            "direction": Direction.IN,
            "address": "700100200",
            "thread": "700100200",
            "name": "Bruno",
            "at": ago(hours=hours),
            "body": "Hola",
        }
        | facts
    )


@dataclass
class Talk:
    """A store that conversations are kept in."""

    database: Database
    files: Path
    now: datetime = NOW
    languages: tuple[str, ...] = ("de", "en", "es", "fr", "ja", "pt")
    context: Context = field(init=False)

    def __post_init__(self) -> None:
        self.context = Context(
            words=library.words(self.files.parent), files=self.files, now=lambda: self.now, languages=self.languages
        )

    def keep(self, *records: Record, source: str = "mail") -> Counts:
        """Keep these as one page of the source."""
        return self.database.write(lambda tx: intake.keep(tx, source, records, "EUR", self.context))

    def read(self, what: Callable[..., Any], *arguments: Any) -> Any:
        """What a function of the store tells."""
        with self.database.read() as tx:
            return what(tx, *arguments)

    def threads(self) -> list[Thread]:
        """Every thread, the oldest first."""
        with self.database.read() as tx:
            ids = [row[0] for row in tx.execute("select id from threads order by id")]
            return [conversations.get(tx, id_) for id_ in ids]

    def thread(self) -> Thread:
        """The only thread."""
        (found,) = self.threads()
        return found

    def messages(self) -> list[Message]:
        """Every message of every thread."""
        with self.database.read() as tx:
            rows = tx.execute("select id from threads order by id").fetchall()
            return [message for row in rows for message in conversations.messages(tx, row[0])]

    def complaints(self) -> list[Complaint]:
        """Every open complaint."""
        with self.database.read() as tx:
            rows = [row[0] for row in tx.execute("select id from customers")]
            return [each for found in complaints.of_customers(tx, rows).values() for each in found]

    def owner(self, kind: str, value: str) -> int | None:
        """Whose an identity is."""
        with self.database.read() as tx:
            row = tx.execute(
                "select customer_id from identities where kind = ? and value = ?", (kind, value)
            ).fetchone()
        return None if row is None else row[0]
