"""A hand at the console that counts: keys pressed, and beside them the words of one's own that are typed."""

from dataclasses import dataclass

from textual import events
from textual.pilot import Pilot

from retcon.app import RetconApp
from retcon.screens.console import ConsoleScreen
from retcon.screens.listing import ListScreen


@dataclass
class Hand:
    """Presses keys of one console. What is typed into a text is not a key press of the journey, and not counted."""

    pilot: Pilot[None]
    presses: int = 0

    async def press(self, *keys: str) -> None:
        """Press these, each counted, and wait until no verb is at work any more."""
        for key in keys:
            self.presses += 1
            await self.pilot.press(key)
            await self.pilot.pause()  # until it is painted: what was not on the screen is not approved
        await self.settled()

    async def types(self, words: str) -> None:
        """Words of one's own, into whatever is being written."""
        self.pilot.app.post_message(events.Paste(words))
        await self.pilot.pause()

    async def settled(self) -> None:
        """Wait until nothing is at work."""
        await self.pilot.pause()
        await self.pilot.app.workers.wait_for_complete()
        await self.pilot.pause()

    @property
    def screen(self) -> ConsoleScreen:
        """The screen that is shown."""
        assert isinstance(self.pilot.app, RetconApp)
        assert isinstance(self.pilot.app.screen, ConsoleScreen)
        return self.pilot.app.screen

    @property
    def list(self) -> ListScreen:
        """The screen that is shown, where it is a list with a reader."""
        assert isinstance(self.screen, ListScreen)
        return self.screen

    @property
    def here(self) -> str:
        """The key of the row under the cursor."""
        entry = self.list.lines.current
        return entry.key if entry is not None else ""

    @property
    def said(self) -> str:
        """What the status row says."""
        return self.screen.status.said

    def shown(self) -> str:
        """The screen as text."""
        return shown(self.pilot.app.screen)


def shown(screen: object) -> str:
    """A screen as text, row by row."""
    strips = screen._compositor.render_strips()  # type: ignore[attr-defined]
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)
