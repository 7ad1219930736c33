"""The sandbox's mail server: real SMTP over a socket pair inside the process, no port, nothing leaves."""

import asyncio
import mailbox
import socket
from collections import Counter
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from retcon.demo.background import Background

HOSTNAME = "mail.shop.example"


class Mailroom:
    """Takes every mail and keeps it; `file` (an mbox) keeps it beyond the process as well."""

    def __init__(self, file: Path | None = None) -> None:
        self.messages: list[EmailMessage] = []
        self._file = file
        self._background = Background("retcon-mailroom")

    def connect(self, host: str, port: int, seconds: float) -> socket.socket:
        """The client's end of a connection to the sandbox, whatever the host."""
        return self._background.connect(self._serve, seconds)

    def copies(self) -> Counter[str]:
        """How often each Message-ID came."""
        return Counter(str(message["Message-ID"]) for message in self.messages)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the mail, then say so (aiosmtpd calls this by its name)."""
        message = message_from_bytes(cast("bytes", envelope.content), policy=policy.default)
        self.messages.append(message)
        if self._file is not None:
            _append(self._file, message)
        return "250 kept in the sandbox"

    def close(self) -> None:
        """End open connections and the thread."""
        self._background.close()

    async def _serve(self, theirs: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        await loop.connect_accepted_socket(lambda: SMTP(self, hostname=HOSTNAME, enable_SMTPUTF8=True), theirs)


def _append(file: Path, message: EmailMessage) -> None:
    box = mailbox.mbox(file)
    box.lock()
    try:
        box.add(cast("Any", message))
        box.flush()
    finally:
        box.unlock()
        box.close()
