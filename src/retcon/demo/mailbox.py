"""The sandbox's mailbox: a real IMAP server over a socket pair inside the process, no port, nothing leaves."""

import asyncio
import socket
import ssl
from argparse import Namespace
from collections.abc import Awaitable, Callable, Mapping, Sequence

from retcon.demo.background import Background
from retcon.demo.conversations import SHOP

PASSWORD = "sample-mailbox"
# The folders are the same ones in every process, so what was read once is not read again.
_VALIDITY = 1

# The mails of each folder, oldest first, as they lie on the server.
Mails = Mapping[str, Sequence[bytes]]
# Talks IMAP on one line until its end.
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Mailbox:
    """Serves the shop's mailbox, filled at the first connection, which most commands never make."""

    def __init__(self, mails: Callable[[], Mails]) -> None:
        self._mails = mails
        self._talk: Talk | None = None
        self._background = Background("retcon-mailbox")

    def connect(self, host: str, port: int, seconds: float) -> socket.socket:
        """The client's end of a connection to the mailbox, whatever the host."""
        return self._background.connect(self._serve, seconds)

    def close(self) -> None:
        """End open connections and the thread."""
        self._background.close()
        self._talk = None

    async def _serve(self, theirs: socket.socket) -> None:
        """Let the server talk on this end of the pair."""
        if self._talk is None:
            self._talk = await _server(self._mails())
        talk, loop = self._talk, asyncio.get_running_loop()
        await loop.connect_accepted_socket(
            lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader(loop=loop), talk, loop=loop), theirs
        )


async def _server(mails: Mails) -> Talk:
    """An IMAP server with one mailbox that has these mails."""
    from proxyprotocol.sock import SocketInfo
    from pymap.backend.dict import DictBackend
    from pymap.imap import IMAPServer
    from pymap.parsing.message import AppendMessage
    from pysasl.hashing import BuiltinHash

    from retcon import clock

    args = Namespace(
        host="localhost", port=0, debug=False, cert=None, key=None, tls=False, proxy_protocol=None, passlib_cfg=None,
        demo_data=False, demo_user=SHOP, demo_password=PASSWORD,
    )  # fmt: skip
    # One round: the password of a sandbox is no secret, and every process signs in anew.
    backend, config = await DictBackend.init(
        args, ssl_context=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), hash_context=BuiltinHash(rounds=1)
    )
    config.apply_context()
    async with backend.login.demo_user_identity.new_session():
        pass  # makes the mailbox
    boxes = config.set_cache[SHOP][0]
    for folder, contents in mails.items():
        if folder != "INBOX":
            await boxes.add_mailbox(folder)
        box = await boxes.get_mailbox(folder)
        box._uid_validity = _VALIDITY  # pyright: ignore[reportPrivateUsage]
        for content in contents:
            lines = content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
            await box.append(AppendMessage(lines, clock.now(), frozenset()))
    server = IMAPServer(backend.login, config)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        config.apply_context()
        await server(reader, writer, SocketInfo.get(writer, None, unique_id=b"sandbox"))

    return talk
