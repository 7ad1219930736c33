"""What strangers wrote, on every screen: it is drawn as text, within its row, and acts on nothing."""

import base64
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from retcon import text
from retcon.app import RetconApp
from retcon.desk.house import House, open_house
from retcon.store.database import Connection
from retcon.widgets import words
from tests.console import hostile
from tests.console.conftest import ticking
from tests.console.hand import Hand
from tests.console.test_terminal import ROOT, Terminal

# From Today through every screen and back; a letter is a key, the others by their names.
WALK = (
    *("j", "j", ">", "t", "!", "!", "o", "escape", "p", "escape", "c", "escape", "e", "escape", "tab", "G", "tab"),
    *("x", "escape", "s", "escape", "f", "escape", "G", "k", "k", "/", "e", "v", "escape", "escape"),
    *("2", "j", "G", "!", "f", "escape", "/", "e", "v", "e", "escape", "space", "#", "escape", "n", "escape"),
    *("g", "enter", "j", "j", "enter", "G", "!", "!", "J", "l", "j", "l", "j", "K", "f", "escape", "n", "escape", "q"),
    *("3", "j", "j", "enter", "escape", "!", "!", "G", "k", "/", "e", "v", "escape", "escape"),
    *("4", "j", "enter", "escape", "j", "j", "!", "j", "G", "/", "b", "escape", "escape"),
    *("1", "?", "j", "G", "q", ":", "e", "v", "e", "escape", "L", "j", "f", "q"),
)

# The same on a phone, with a look at each.
STROLL = (
    *("j", "e", "escape", "x", "escape", "2", "j", "enter", "j", "!", "q"),
    *("3", "j", "enter", "4", "j", "j", "1", "?", "q", ":", "e", "v", "escape", "L", "q"),
)

RUN = """
import sys
from pathlib import Path
from retcon import text
from retcon.app import RetconApp
from retcon.desk.house import open_house
from tests.console import hostile

RetconApp(open_house(Path(sys.argv[1]), now=lambda: hostile.NOW)).run()
"""


ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", "")))}


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


@pytest.mark.parametrize(("size", "walk"), [((120, 40), WALK), ((45, 20), STROLL)], ids=["120x40", "45x20"])
async def test_every_row_of_every_screen_stays_within_its_frame(
    ill_meant: House, size: tuple[int, int], walk: tuple[str, ...]
) -> None:
    app = RetconApp(ill_meant, monotonic=ticking())
    tabs: set[str] = set()
    async with app.run_test(size=size) as pilot:
        hand = Hand(pilot)
        await hand.settled()
        broken: list[tuple[str, str]] = []
        for key in walk:
            await pilot.press(key)
            tabs.add(type(app.screen).__name__)
            broken += [(f"{key} on {app.screen}", row) for row in broken_rows(pilot)]

        assert broken == []
        assert app.is_running
    assert tabs >= {"TodayScreen", "CustomersScreen", "CardScreen", "InboxScreen", "OutboxScreen", "LogScreen"}


# Names of many scripts, each as wide as it says; where they stand before figures, those from right to left are not.
NAMES = (
    *(
        "Anna Berg",
        "田中 はるか",
        "สมหญิง ใจดี",
        "नेहा शर्मा",
        "ليلى الحربي",
        "שרה לוי",
        "지우 이",
        "🎈 Zoë 👩‍👩‍👧",
        "🇩🇪 Flagge",
    ),
    *("Ｆｕｌｌ Ｗｉｄｔｈ", "é" * 30, "漢" * 30, "กำ" * 20, "कि" * 20, "👩🏽‍🍳" * 12, "x"),
)


@pytest.fixture
def of_many_scripts(home: Path) -> Iterator[House]:
    """The same shop, its customers called as people are in many countries."""
    opened = open_house(home, now=lambda: hostile.NOW)

    def rename(tx: Connection) -> None:
        for (id_,) in tx.execute("select id from customers").fetchall():
            tx.execute("update customers set name = ?, country = 'DE' where id = ?", (NAMES[id_ % len(NAMES)], id_))

    opened.database.write(rename)
    yield opened
    opened.close()


async def test_columns_stand_at_the_same_cell_whatever_a_name_is_written_in(of_many_scripts: House) -> None:
    app = RetconApp(of_many_scripts, monotonic=ticking())
    async with app.run_test(size=(120, 40)) as pilot:
        hand = Hand(pilot)
        for width, height in ((120, 40), (80, 24), (60, 20), (45, 20)):
            await pilot.resize_terminal(width, height)
            for key in ("1", "2", "3", "4"):
                await hand.press(key)
                rows = [row for row in listed(hand) if " DE " in row]
                edges = {cell_len(row[: row.index(" DE ")]) for row in rows}

                assert len(edges) == (1 if rows else 0), (width, key, rows)
                assert rows or width < 54
                assert not [row for row in listed(hand) if words.rtl(row)]


def listed(hand: Hand) -> list[str]:
    """The rows of the list that is shown, below what stands at its top."""
    rows = hand.shown().splitlines()
    first = next(place for place, row in enumerate(rows) if row.startswith("▌"))
    end = next(
        (place for place, row in enumerate(rows) if place > first and row.startswith((" ─", "──"))), len(rows) - 2
    )
    return rows[first:end]


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


def test_a_copy_is_one_sequence_with_clean_text(home: Path) -> None:
    terminal = Terminal([sys.executable, "-c", RUN, str(home)], size=(40, 120))
    assert terminal.until(b"ANSWER")
    copied: list[str] = []
    # How each is come to, what says that it is there, and what copies; of people it is asked what: e is their e-mail.
    for way, there, copy in (("G", b"", "y"), ("2", b"NAME", "ye"), ("\r", b"EVERYTHING", "ye"), ("4G", b"SENT", "y")):
        terminal.press(way)
        assert terminal.until(there)
        terminal.quiet(0.25)
        before = len(terminal.written)
        terminal.press(copy)
        assert terminal.until(b"opied")
        found = re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07", terminal.written[before:])
        assert terminal.written[before:].count(b"\x1b]52") == len(found) == 1
        copied.append(base64.b64decode(found[0]).decode())
    terminal.child.kill()
    terminal.close()

    assert all(copied)
    assert not any(text.HARMFUL.search(words) for words in copied)


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
def test_a_copy_reaches_the_buffer_of_tmux_and_nothing_else_does(home: Path, tmp_path: Path) -> None:
    script = tmp_path / "run.py"
    script.write_text(RUN)

    def tmux(*words: str) -> str:
        command = ["tmux", "-S", str(tmp_path / "tmux"), "-f", "/dev/null", *words]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=ENVIRONMENT).stdout

    def until(wanted: Callable[[], bool]) -> bool:
        end = time.monotonic() + 20
        while time.monotonic() < end and not wanted():
            time.sleep(0.05)
        return wanted()

    tmux("new-session", "-d", "-x", "120", "-y", "40", f"{sys.executable} {script} {home}")
    try:
        tmux("set-option", "-g", "set-clipboard", "on")
        assert until(lambda: "ANSWER" in tmux("capture-pane", "-p"))
        for key, shown in (("j", "ANSWER"), ("2", "NAME"), ("Enter", "EVERYTHING"), ("q", "NAME")):
            tmux("send-keys", key)
            assert until(lambda shown=shown: shown in tmux("capture-pane", "-p"))
        nothing = tmux("list-buffers")
        tmux("send-keys", "y")
        assert until(lambda: "e-mail" in tmux("capture-pane", "-p"))
        tmux("send-keys", "e")

        assert nothing == ""
        assert until(lambda: "@example.com" in tmux("show-buffer"))
    finally:
        tmux("kill-server")
