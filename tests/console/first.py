"""A first run under test, driven as a person drives it; imports no more than the console does."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from textual.events import Paste
from textual.pilot import Pilot

from retcon import jobs
from retcon.screens.first_outcome import Finding
from retcon.screens.first_run import FirstRunApp
from retcon.screens.first_step import Step


class Run:
    """A first run under test: what it shows, and how to wait for its children."""

    def __init__(self, app: FirstRunApp, pilot: Pilot[str]) -> None:
        self.app, self.pilot = app, pilot
        self.answers = 0  # Enter on a question

    @property
    def step(self) -> Step | None:
        return next(iter(self.app.screen.query(Step)), None)  # none while one takes the place of another

    @property
    def said(self) -> str:
        return self.app.screen.status.said

    def shown(self) -> str:
        """All that stands on the screen."""
        width, height = self.app.size
        return "\n".join(
            "".join(segment.text for segment in strip) for strip in self.app.screen._compositor.render_strips()
        )[: (width + 1) * height]

    async def until(self, true: Callable[[], bool], seconds: float = 15.0) -> None:
        """Wait for what a child brings."""
        try:
            async with asyncio.timeout(seconds):
                while not true():
                    await self.pilot.pause(0.02)
        except TimeoutError:
            raise AssertionError(f"It never came; the screen shows:\n{self.shown()}") from None
        await self.pilot.pause()

    async def until_shown(self, words: str) -> None:
        await self.until(lambda: words in " ".join(self.shown().split()))

    async def job(self) -> jobs.Job:
        """The child of the step, as soon as there is one."""
        async with asyncio.timeout(15):
            while (job := getattr(self.step, "_job", None)) is None:
                await asyncio.sleep(0.005)
        return job

    async def answer(self, *keys: str) -> None:
        """Give one answer."""
        self.answers += 1
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type(self, words: str) -> None:
        """Put that into the line that has the keys, as a paste does."""
        self.app.post_message(Paste(words))
        await self.pilot.pause()


async def through(run: Run, orders: Path) -> None:
    """The three answers, up to the names."""
    await run.answer("1")
    await run.type(str(orders))
    await run.until_shown("19 rows")
    assert "Ada Berg" in run.shown()
    await run.answer("enter")
    await run.until_shown("Whose shop is it?")
    await run.type("Northlight Goods")
    await run.answer("enter")
    await run.until(lambda: isinstance(run.step, Finding))
    await run.until_shown("YOU KNOW THEM")
