"""What must not stop half-way finishes first, then an interruption is obeyed."""

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

# SIGHUP: the terminal was closed. Windows has none.
INTERRUPTIONS = (signal.SIGINT, signal.SIGTERM, *((signal.SIGHUP,) if hasattr(signal, "SIGHUP") else ()))


@contextmanager
def uninterrupted() -> Generator[None]:
    """Hold SIGINT, SIGTERM and SIGHUP back until the end, then let them interrupt; a second one is obeyed at once.

    Whoever listens for the signal hears it then; where nobody does, KeyboardInterrupt is raised.

    Signals come to the main thread alone; in others this does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []

    def hear(number: int, _frame: FrameType | None) -> None:
        if heard:
            raise KeyboardInterrupt
        heard.append(number)

    ours = [number for number in INTERRUPTIONS if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, hear) for number in ours}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if heard:
        handler = before[signal.Signals(heard[0])]
        if callable(handler):
            handler(heard[0], None)
        raise KeyboardInterrupt
