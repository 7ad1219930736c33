"""Keys in their order: what a key opens has the keys that follow, however quickly they come.

Over a slow line several keys arrive at once. Textual hands them all to the widget that has the focus at that moment;
what is typed after the key that begins a text would be taken for verbs.
"""

import time
from collections import deque
from typing import ClassVar, Protocol, runtime_checkable

from textual import events
from textual._path import CSSPathType
from textual.app import App
from textual.message_pump import MessagePump

# Longer than this no key waits for the one before it, in seconds.
MOST = 0.5
_STEP = 0.01


@runtime_checkable
class Opens(Protocol):
    """A screen that tells whether something that will have the keys is still being opened."""

    @property
    def opening(self) -> bool:
        """Whether it is."""
        ...


class KeysInOrder(App[None]):
    """An app that hands out a key when the one before it has done its work."""

    # What may come after a key by way of the app itself: another screen, a focus that is given.
    _HOPS: ClassVar[int] = 3

    def __init__(self, *, css_path: CSSPathType) -> None:
        super().__init__(css_path=css_path)
        self._typed: deque[events.Key] = deque()
        self._at_work = False
        self._since = 0.0  # when the key at work was handed out

    async def on_event(self, event: events.Event) -> None:
        """Keep a key that comes while another is at work."""
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
        elif self._at_work:
            self._typed.append(event)
            if len(self._typed) == 1:
                self.set_timer(MOST, self._go_on)
        else:
            await self._hand_out(event)

    async def _go_on(self) -> None:
        """Whatever became of the key at work, and of the widget that had it: the others come to their turn."""
        if self._typed and time.monotonic() - self._since >= MOST:
            await self._hand_out(self._typed.popleft())
        if self._typed:
            self.set_timer(MOST, self._go_on)

    async def _hand_out(self, event: events.Key) -> None:
        self._at_work, self._since = True, time.monotonic()
        target = self.focused or self.screen
        await super().on_event(event)
        self._follow(target)

    def _follow(self, node: MessagePump | None) -> None:
        """Go after the key, from the widget that has it to each that it bubbles to."""
        if node is None or node is self or not node.call_later(self._follow, node._parent):
            self.call_later(self._worked, self._HOPS, MOST)

    async def _worked(self, hops: int, left: float) -> None:
        """The key has done its work, once what it opened is there."""
        if hops:
            self.call_later(self._worked, hops - 1, left)
            return
        if self._typed and left > 0 and isinstance(self.screen, Opens) and self.screen.opening:
            self.set_timer(_STEP, lambda: self.call_later(self._worked, 0, left - _STEP))
            return
        self._at_work = False
        if self._typed:
            await self._hand_out(self._typed.popleft())
