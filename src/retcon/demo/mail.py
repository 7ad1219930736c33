"""The sandbox's mail server: real SMTP over a socket pair inside the process, no port, nothing leaves."""

import asyncio
import mailbox
import socket
import threading
from collections import Counter
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

HOSTNAME = "mail.shop.example"


class Mailroom:
    """Takes every mail and keeps it; `file` (an mbox) keeps it beyond the process as well."""

    def __init__(self, file: Path | None = None) -> None:
        self.messages: list[EmailMessage] = []
        self._file = file
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def connect(self, host: str, port: int, seconds: float) -> socket.socket:
        """The client's end of a connection to the sandbox, whatever the host."""
        ours, theirs = socket.socketpair()
        ours.settimeout(seconds)
        loop = self._running()
        opening = loop.connect_accepted_socket(lambda: SMTP(self, hostname=HOSTNAME, enable_SMTPUTF8=True), theirs)
        asyncio.run_coroutine_threadsafe(opening, loop).result(seconds)
        return ours

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
        with self._lock:
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is None or thread is None:
            return
        asyncio.run_coroutine_threadsafe(_finish(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, name="retcon-mailroom", daemon=True)
                self._thread.start()
            return self._loop


async def _finish() -> None:
    """Cancel what still serves a connection and let it clean up."""
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def _append(file: Path, message: EmailMessage) -> None:
    box = mailbox.mbox(file)
    box.lock()
    try:
        box.add(cast("Any", message))
        box.flush()
    finally:
        box.unlock()
        box.close()
