"""What strangers wrote, on every screen: it is drawn as text, within its row, and acts on nothing."""

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from retcon.app import RetconApp
from retcon.desk.house import House, open_house
from tests.console import hostile
from tests.console.conftest import ticking
from tests.console.hand import Hand
from tests.console.test_terminal import Terminal

# From Today through every screen and back; a letter is a key, the others by their names.
WALK = (
    *("j", "j", ">", "t", "!", "!", "o", "escape", "p", "escape", "c", "escape", "e", "escape", "tab", "G", "tab"),
    *("x", "escape", "s", "escape", "f", "escape", "G", "k", "k", "/", "e", "v", "escape", "escape"),
    *("2", "j", "G", "!", "f", "escape", "/", "e", "v", "e", "escape", "space", "#", "escape", "n", "escape"),
    *("g", "enter", "j", "j", "enter", "G", "!", "!", "J", "l", "j", "l", "j", "K", "f", "escape", "n", "escape", "q"),
    *("4", "j", "enter", "escape", "j", "j", "!", "j", "G", "/", "b", "escape", "escape"),
    *("1", "?", "j", "G", "q", ":", "e", "v", "e", "escape", "L", "j", "f", "q"),
)

RUN = """
import sys
from pathlib import Path
from retcon.app import RetconApp
from retcon.desk.house import open_house
from tests.console import hostile

RetconApp(open_house(Path(sys.argv[1]), now=lambda: hostile.NOW)).run()
"""


@pytest.fixture(scope="session")
def _filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    hostile.open_shop(folder).close()
    return folder / "hostile"


@pytest.fixture
def home(_filled: Path, tmp_path: Path) -> Path:
    """The shop to which nobody means well, with a store of its own."""
    return Path(shutil.copytree(_filled, tmp_path / "ill"))


@pytest.fixture
def ill_meant(home: Path) -> Iterator[House]:
    opened = open_house(home, now=lambda: hostile.NOW)
    yield opened
    opened.close()


# What no row may hold: text.HARMFUL, and what moves the cursor.
_OBEYED = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]")


def broken_rows(pilot: Pilot[None]) -> list[str]:
    """The rows of the screen that are not as wide as it is, or hold what a terminal would obey."""
    strips = pilot.app.screen._compositor.render_strips()  # pyright: ignore[reportPrivateUsage]
    rows = ["".join(segment.text for segment in strip) for strip in strips]
    width = pilot.app.size.width
    return [row for row in rows if cell_len(row) != width or _OBEYED.search(row)]


@pytest.mark.parametrize("size", [(120, 40), (45, 20)], ids=["120x40", "45x20"])
async def test_every_row_of_every_screen_stays_within_its_frame(ill_meant: House, size: tuple[int, int]) -> None:
    app = RetconApp(ill_meant, monotonic=ticking())
    tabs: set[str] = set()
    async with app.run_test(size=size) as pilot:
        hand = Hand(pilot)
        await hand.settled()
        broken: list[tuple[str, str]] = []
        for key in WALK:
            await pilot.press(key)
            tabs.add(type(app.screen).__name__)
            broken += [(f"{key} on {app.screen}", row) for row in broken_rows(pilot)]

        assert broken == []
        assert app.is_running
    assert tabs >= {"TodayScreen", "CustomersScreen", "CardScreen", "LogScreen"}


async def test_a_click_on_what_looks_like_markup_only_moves_the_cursor(ill_meant: House) -> None:
    app = RetconApp(ill_meant, monotonic=ticking())
    clicked = 0
    async with app.run_test(size=(120, 40)) as pilot:
        hand = Hand(pilot)
        for key in ("1", "2"):
            await hand.press(key)
            for number, row in enumerate(hand.shown().splitlines()):
                if "[b]bold" in row:
                    await pilot.click(offset=(row.index("[b]bold") + 4, number))
                    clicked += 1

        assert app.is_running
    assert clicked >= 2


# What Textual writes to draw: colours, the cursor and the mouse's, modes, what it asks of the terminal.
_DRAWING = re.compile(rb"\x1b(\[[0-?]*[ -/]*[@-~]|\]22;[a-z-]*\x07)")


def test_no_byte_of_what_strangers_wrote_reaches_the_terminal_as_a_command(home: Path) -> None:
    terminal = Terminal([sys.executable, "-c", RUN, str(home)], size=(40, 120))
    assert terminal.until(b"ANSWER")
    names = {"escape": "\x1b", "tab": "\t", "space": " "}
    for key in WALK:
        terminal.press(names.get(key, key))
        terminal.quiet(0.15 if key == "escape" else 0.03)
    terminal.quiet(0.3)
    alive = terminal.child.poll() is None
    terminal.child.kill()
    terminal.close()

    assert alive
    assert b"\x1b[31mRed" not in terminal.written
    left = _DRAWING.sub(b"", terminal.written).decode()
    assert set(_OBEYED.findall(left.replace("\r\n", ""))) == set()
    assert "[b]bold[/b]" in left
