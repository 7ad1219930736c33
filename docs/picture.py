"""Draws docs/today.svg: the console on the sample shop, on a Friday morning in Berlin. `python docs/picture.py`."""

import asyncio
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from retcon.app import RetconApp
from retcon.demo import sandbox
from retcon.desk import refresh, today
from retcon.desk.house import House
from retcon.model.playbook import Draft

FILE = Path(__file__).with_name("today.svg")
ANCHOR = datetime(2026, 11, 20, 6, 49, tzinfo=UTC)
LANGUAGE = "de"  # a message in the customer's language, with ours beside it


async def draw(house: House) -> str:
    """The screen with the cursor on the first personal message in the language, as SVG."""
    lines = today.load(house).lines
    down = next(
        place
        for place, line in enumerate(lines)
        if not line.folded and line.items and _is_written(line.items[0].action.draft)
    )
    app = RetconApp(house)
    async with app.run_test(size=(120, 40)) as pilot:
        await app.workers.wait_for_complete()
        for _ in range(down):
            await pilot.press("j")
            await pilot.pause(0.3)
        await app.workers.wait_for_complete()
        await pilot.pause()
        return app.export_screenshot(title="retcon")


def _is_written(draft: Draft) -> bool:
    return draft.language == LANGUAGE and bool(draft.body)


def main() -> None:
    """Pull the sample shop into a folder that goes again, and draw it."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "demo"
        sandbox.furnish(home, ANCHOR)
        house = sandbox.open_demo(home, now=lambda: ANCHOR + timedelta(minutes=3))
        try:
            refresh.pull(house)
            sandbox.stage(house, home)
            refresh.refresh(house)
            FILE.write_text(asyncio.run(draw(house)), encoding="utf-8")
        finally:
            house.close()


if __name__ == "__main__":
    main()
