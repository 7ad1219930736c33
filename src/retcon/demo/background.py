"""A thread that serves the sandbox's protocols: asyncio's servers beside a program that knows nothing of asyncio."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable


class Background:
    """An event loop in a thread of its own, begun at the first connection, which most commands never make."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def connect(self, serve: Callable[[socket.socket], Awaitable[object]], seconds: float) -> socket.socket:
        """The client's end of a new pair of sockets; `serve` is given the other, in the thread."""
        ours, theirs = socket.socketpair()
        ours.settimeout(seconds)

        async def opening() -> None:
            await serve(theirs)

        asyncio.run_coroutine_threadsafe(opening(), self._running()).result(seconds)
        return ours

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
                self._thread = threading.Thread(target=self._loop.run_forever, name=self._name, daemon=True)
                self._thread.start()
            return self._loop


async def _finish() -> None:
    """Cancel what still serves a connection and let it clean up."""
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
