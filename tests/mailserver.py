"""For tests: an SMTP server on loopback that keeps what it takes."""

import email
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope


class Inbox:
    """What aiosmtpd took, and what it says of a recipient or a message."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.to_recipient: str | None = None
        self.to_message = "250 taken"

    async def handle_RCPT(self, _s: Any, _n: Any, envelope: Envelope, address: str, _o: Any) -> str:
        envelope.rcpt_tos.append(address)
        return self.to_recipient or "250 ok"

    async def handle_DATA(self, _s: Any, _n: Any, envelope: Envelope) -> str:
        self.envelopes.append(envelope)
        return self.to_message

    def last(self) -> EmailMessage:
        """The message that came last."""
        content = self.envelopes[-1].original_content
        assert content is not None
        parsed = email.message_from_bytes(content, policy=default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    def text(self) -> str:
        """The words of the message that came last."""
        return self.last().get_content().replace("\r\n", "\n")


@contextmanager
def serving(inbox: Inbox, **options: Any) -> Iterator[int]:
    """An SMTP server on loopback; its port."""
    controller = Controller(inbox, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]
