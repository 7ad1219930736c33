"""An outbox with a message in every state, made of what is due in the sample shop."""

from datetime import timedelta
from typing import Any

from retcon.desk import drafts, today
from retcon.desk.house import House
from retcon.desk.today import Item
from retcon.store import outbox
from retcon.store.transitions import Event
from tests.outgoing import yes

HOUR = timedelta(hours=1)


def approve(house: House, count: int) -> list[Item]:
    """Approve so many of what is due, one after the other."""
    items = [item for line in today.load(house).lines for item in line.items if item.passes][:count]
    assert len(items) == count
    for item in items:
        drafts.approve(house, [(item.action.id, item.action.revision)], judge=yes)
    return items


def comes_to(house: House, row_id: int, *events: Event, hours: float = 0.0, **what: Any) -> None:
    """Let this happen to the message, so many hours from now; the last event writes `what`."""
    at = house.now() + hours * HOUR
    for event in events:
        given: dict[str, Any] = what if event is events[-1] else {"owner": "me"} if event is Event.CLAIM else {}
        if event is Event.SENT and not given:
            given = {"sent_at": at}
        house.database.write(lambda tx, event=event, given=given: outbox.move(tx, row_id, event, at, **given))


def every_state(house: House) -> list[Item]:
    """Nine messages: two to decide, three that wait, one that failed, three that left."""
    items = approve(house, 9)
    now = house.now()
    lost = "Perhaps sent: the line to the mail server broke after it left."
    comes_to(house, 1, Event.CLAIM, Event.LOST, error_text=lost)
    comes_to(house, 2, Event.NO, error_text="They bought again at 09:41.")
    comes_to(house, 3, Event.LATER, not_before=now + 9 * HOUR, waits_reason="It is night there.")
    comes_to(house, 4, Event.HOLD)
    comes_to(
        house,
        6,
        Event.CLAIM,
        Event.REFUSED,
        error_code="550",
        error_text="The address doesn't exist.",
        address_gone=1,
    )
    for number, ago in ((7, 1.5), (8, 3.0), (9, 26.0)):
        at = now - ago * HOUR
        comes_to(house, number, Event.CLAIM, Event.SENT, hours=-ago, sent_at=at, external_id=f"<{number}@example.com>")
    comes_to(house, 8, Event.DELIVERED, hours=-2.9, delivered_at=now - 2.9 * HOUR)
    comes_to(house, 9, Event.READ, hours=-2, read_at=now - 2 * HOUR)
    return items
