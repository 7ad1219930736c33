"""The console as a terminal sees it: what it imports, what it writes, and what it refuses to be drawn on."""

import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from retcon.app import run
from retcon.desk.house import House, open_house
from retcon.errors import ConfigError, RetconError

ROOT = Path(__file__).parent.parent.parent

HOSTILE = """
import sys
from dataclasses import replace
from pathlib import Path
from retcon.app import show
from retcon.app import RetconApp
from retcon.desk.house import open_house
from tests.console import sample

house = open_house(Path(sys.argv[1]), now=lambda: sample.NOW)
RetconApp(house, load=lambda _: sample.hostile()).run()
"""

MODULES = """
import asyncio, json, sys
from pathlib import Path
from retcon.app import RetconApp
from retcon.desk.house import open_house

house = open_house(Path(sys.argv[1]), migrate_in_child=True)

async def use():
    app = RetconApp(house)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("j", "j", "a", "x", "x", "u", "l", "!", "/", "a", "escape", "H", ".")
        for keys in ("2 j enter", "J j ! n escape q", "3 j", "4 j", "1 L escape", "? escape", ": a escape", "f escape"):
            await app.workers.wait_for_complete()
            await pilot.press(*keys.split())
        await app.workers.wait_for_complete()
    assert app.return_code in (0, None), app.return_code

asyncio.run(use())
house.close()
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""


FIRST = """
import json, sys
from pathlib import Path
from retcon.app import RetconApp
from retcon.desk import first_page
from retcon.desk.house import open_house

house = open_house(Path(sys.argv[1]), migrate_in_child=True)
seen = []

def after():
    seen.extend(sys.modules)
    app.exit()

app = RetconApp(house, first=first_page.load, after=after)
app.run(headless=True, size=(120, 40))
house.close()
print(json.dumps(sorted(seen)))
"""
# What the first picture does without: start-up is felt, and each of these is.
LATER = {
    "": "click jinja2 smtplib imaplib phonenumbers",
    "babel.": "core",
    "email.": "message",
    "importlib.": "metadata",
    "textual.widgets.": "_markdown _text_area _data_table",
    "retcon.cli.": "main output",
    "retcon.desk.": "operations drafts planning conversations customers card leaving inbox refresh sending",
    "retcon.retention.": "letter compose signs",
    "retcon.store.": "merging migrations",
    "retcon.sync.": "engine intake conversations",
    "retcon.screens.": "customers card inbox outbox first_run",
    "retcon.channels.": "email_message",
    "retcon.platforms.": "mail",
}


class Terminal:
    """A child on a pseudo-terminal of its own, and all that it wrote."""

    def __init__(self, command: list[str], size: tuple[int, int] = (24, 80), **environment: str) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        given = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "PYTHONPATH": str(ROOT)}
        self.child = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=ROOT,
            env={**os.environ, **given, **environment},
            start_new_session=True,
        )
        os.close(slave)
        self.written = b""

    def until(self, *words: bytes, seconds: float = 20.0) -> bool:
        """Read until one of the words was written since this was asked; False where it never is."""
        start, end = len(self.written), time.monotonic() + seconds
        while time.monotonic() < end:
            if any(word in self.written[start:] for word in words):
                return True
            if select.select([self.master], [], [], 0.05)[0]:
                try:
                    self.written += os.read(self.master, 65536)
                except OSError:
                    return any(word in self.written[start:] for word in words)
        return False

    def quiet(self, seconds: float = 0.3) -> int:
        """Read until nothing was written for so long; how many bytes came."""
        before = len(self.written)
        while select.select([self.master], [], [], seconds)[0]:
            try:
                self.written += os.read(self.master, 65536)
            except OSError:
                break
        return len(self.written) - before

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self.master, keys.encode())

    def close(self) -> int:
        """Its exit code, after it ended by itself or was ended."""
        try:
            return self.child.wait(10)
        except subprocess.TimeoutExpired:
            self.child.kill()
            return self.child.wait(10)
        finally:
            os.close(self.master)


def test_nothing_that_a_customer_writes_reaches_the_terminal_as_a_command(tmp_path: Path) -> None:
    terminal = Terminal([sys.executable, "-c", HOSTILE, str(tmp_path / "home")], size=(40, 120))
    assert terminal.until(b"ANSWER")
    talk = (">", "e", "\x1b", "p", "n", "thu x\x1b", "o", "\x1b", "\t", "k", "\t", "j")
    for keys in (
        *(talk * 2),
        *("j" * 12),
        "j",
        "j",
        "t",
        "!",
        "!",
        *("j" * 11),
        "e",
        "\x1b",
        "/eve\r",
        "x",
        "q",
        "?",
        "q",
        ":skip",
        "\x1b",
    ):
        terminal.press(keys)
        terminal.quiet(0.04)
    terminal.quiet(0.3)
    terminal.child.kill()
    terminal.close()

    for command in ("\x1b]52", "\x1b]0;", "\x1b[31m", "\x9b2J", "\x07owned", "\u202e", "\u2066", "\u2069", "\u2028"):
        assert command.encode() not in terminal.written, repr(command)
    assert "�]52;c;cHduZWQ=" in terminal.written.decode(errors="replace")
    assert "[b]bold[/b]" in terminal.written.decode(errors="replace")


def test_the_console_imports_nothing_heavy(shop: House) -> None:
    home = str(shop.settings.places.config)
    done = subprocess.run([sys.executable, "-c", MODULES, home], capture_output=True, text=True, check=False, cwd=ROOT)

    assert done.returncode == 0, done.stderr[-2000:]
    assert {"httpx", "sqlite_utils", "numpy", "scipy", "click"}.isdisjoint(json.loads(done.stdout))


def test_the_first_picture_waits_for_nothing_that_it_does_not_show(shop: House) -> None:
    home = str(shop.settings.places.config)
    done = subprocess.run([sys.executable, "-c", FIRST, home], capture_output=True, text=True, check=False, cwd=ROOT)

    assert done.returncode == 0, done.stderr[-2000:]
    later = {f"{package}{name}" for package, names in LATER.items() for name in names.split()}
    assert sorted(later & set(json.loads(done.stdout))) == []


def test_an_idle_console_writes_nothing_and_q_ends_it(shop: House) -> None:
    shop.database.write(lambda tx: tx.execute("delete from actions"))
    home = shop.settings.places.config
    (home / "config.toml").write_text('[shop]\nname = "Northlight Goods"\n')
    (home / "demo.json").unlink()
    terminal = Terminal([sys.executable, "-m", "retcon", "--home", str(home)])
    assert terminal.until(b"Nothing is due.")

    # Each longer than it takes to look for what others did; what it recomputes at the start is shown in the first ones.
    idle = next((spell for spell in range(10) if terminal.quiet(2.2) == 0), None)
    terminal.press("q")

    assert idle is not None
    assert terminal.close() == 0


def test_a_terminal_that_cannot_be_drawn_on_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TERM", "dumb")

    with pytest.raises(RetconError, match="can't be drawn on"):
        run(tmp_path / "home")


def test_keys_that_clash_are_refused_before_anything_is_drawn(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    home = tmp_path / "home"
    home.mkdir()
    (home / "config.toml").write_text('[keys]\nskip = "a"\n')

    with pytest.raises(ConfigError, match="the key a stands for both approve and skip"):
        run(home)


def test_a_store_that_cannot_be_read_is_told_in_a_sentence(tmp_path: Path) -> None:
    home = tmp_path / "home"
    open_house(home).close()
    with (home / "retcon.db").open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 200_000)
    terminal = Terminal([sys.executable, "-m", "retcon", "--home", str(home)])

    assert terminal.until(b"is damaged")
    terminal.quiet(0.3)
    assert terminal.close() == 1
    assert b"Traceback" not in terminal.written
