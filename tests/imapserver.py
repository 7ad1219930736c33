"""For tests: a real IMAP server (pymap) on loopback, with mailboxes in memory."""

import asyncio
import ssl
import threading
from argparse import Namespace
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from proxyprotocol.sock import SocketInfo
from pymap.backend.dict import Config, DictBackend
from pymap.backend.dict.mailbox import MailboxData, MailboxSet
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials.flag import Flag
from pysasl.hashing import BuiltinHash

USER, PASSWORD = "hello@shop.example", "s3cret"


def mail(
    text: str = "Where is my parcel?",
    *,
    sender: str = "Anna Berg <anna@example.com>",
    to: str = "hello@shop.example",
    subject: str = "My parcel",
    at: datetime = datetime(2026, 11, 19, 10, tzinfo=UTC),
    id: str = "a1@example.com",
    **headers: str,
) -> bytes:
    """A plain mail; more headers with _ for -."""
    written = EmailMessage()
    written["From"], written["To"], written["Subject"] = sender, to, subject
    written["Date"], written["Message-ID"] = format_datetime(at), f"<{id}>"
    for name, value in headers.items():
        written[name.replace("_", "-")] = value
    written.set_content(text)
    return written.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


class Post:
    """The mailbox on the server, as its owner has filled it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, config: Config, port: int) -> None:
        self.port = port
        self._loop, self._config = loop, config
        self.opened = 0  # lines so far

    def put(self, *contents: bytes, folder: str = "INBOX", at: datetime | None = None) -> None:
        """Add mails to a folder, which is made where there is none; `at` is their INTERNALDATE."""
        self._run(self._put(folder, contents, at or datetime(2026, 11, 19, 12, tzinfo=UTC)))

    def make(self, folder: str) -> None:
        """Make an empty folder."""
        self._run(self._box(folder))

    def remake(self, folder: str, validity: int) -> None:
        """Give the folder another UIDVALIDITY, as a restored one has."""
        self._run(self._box(folder))._uid_validity = validity

    def flags(self, folder: str = "INBOX") -> list[frozenset[Flag]]:
        """The flags of each mail in it."""
        return [message.permanent_flags for message in self._run(self._box(folder))._messages.values()]

    def remove(self, place: int, folder: str = "INBOX") -> None:
        """Throw the mail at that place away."""
        box = self._run(self._box(folder))
        self._run(box.delete([list(box._messages)[place]]))

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _put(self, folder: str, contents: tuple[bytes, ...], at: datetime) -> None:
        box = await self._box(folder)
        for content in contents:
            await box.append(AppendMessage(content, at, frozenset()))

    async def _box(self, folder: str) -> MailboxData:
        boxes: MailboxSet = self._config.set_cache[USER][0]
        if folder not in ("INBOX", *boxes._set):
            await boxes.add_mailbox(folder)
        return await boxes.get_mailbox(folder)


@contextmanager
def serving(*, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None) -> Iterator[Post]:
    """An IMAP server on loopback with one mailbox: INBOX alone, empty."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        config, server = asyncio.run_coroutine_threadsafe(_start(starttls, tls), loop).result(10)
        yield Post(loop, config, server.sockets[0].getsockname()[1])
        asyncio.run_coroutine_threadsafe(_stop(server), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _start(starttls: ssl.SSLContext | None, tls: ssl.SSLContext | None) -> tuple[Config, asyncio.Server]:
    args = Namespace(
        host="127.0.0.1", port=0, debug=False, cert=None, key=None, tls=starttls is not None, proxy_protocol=None,
        passlib_cfg=None, demo_data=False, demo_user=USER, demo_password=PASSWORD,
    )  # fmt: skip
    backend, config = await DictBackend.init(
        args, hash_context=BuiltinHash(rounds=1), ssl_context=starttls or ssl.create_default_context()
    )
    config.apply_context()
    async with backend.login.demo_user_identity.new_session():
        pass  # makes the mailbox
    imap = IMAPServer(backend.login, config)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        config.apply_context()
        await imap(reader, writer, SocketInfo.get(writer, None, unique_id=b"test"))

    return config, await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)


async def _stop(server: asyncio.Server) -> None:
    server.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
