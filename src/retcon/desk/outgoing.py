"""A row of the outbox as its channel takes it: with the conversation that it answers, and in practice to the seller."""

from dataclasses import replace

from retcon.channels.channel import Attached, Outgoing
from retcon.desk.house import House
from retcon.desk.outbox import test_address
from retcon.model.outbox import OutboxRow
from retcon.store import conversations, people


def build(house: House, row: OutboxRow) -> Outgoing:
    """The row as its channel takes it; one of practice goes to the seller."""
    with house.database.read() as tx:
        customer = people.get(tx, [row.customer_id]).get(row.customer_id)
        thread = conversations.get(tx, row.thread_id) if row.thread_id is not None else None
        # An answer on another channel than the question's can't refer to it.
        there = thread is not None and thread.medium == house.media.get(row.channel)
        said = conversations.messages(tx, thread.id) if thread is not None and there else ()
    name = customer.name if customer is not None else ""
    references = tuple(message.source_id for message in said if message.source_id)
    outgoing = Outgoing(
        key=row.key,
        recipient=row.recipient,
        recipient_name=name,
        subject=row.subject,
        body=row.body,
        language=row.language,
        purpose=row.purpose,
        reply_to=row.reply_to,
        references=references,
        files=tuple(
            Attached(name=file.name, media_type=file.media_type, path=house.files / file.path) for file in row.files
        ),
    )
    if not row.rehearsal:
        return outgoing
    return _in_practice(house, row, outgoing)


def _in_practice(house: House, row: OutboxRow, outgoing: Outgoing) -> Outgoing:
    """The message to the seller instead: the customer's address in no header, though a name may be one."""
    name, medium = outgoing.recipient_name, house.media.get(row.channel, row.channel)
    whom = name if name and "@" not in name and row.recipient not in name else f"customer {row.customer_id}"
    mark = f"[test for {whom}]"
    own = replace(outgoing, recipient=test_address(house, row) or "", recipient_name="", reply_to="", references=())
    if medium == "email":
        return replace(own, subject=f"{mark} {row.subject}")
    return replace(own, body=f"{mark}\n\n{row.body}")
