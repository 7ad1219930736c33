"""How quick the console is, against the least that Textual can do: ready, key latency, bytes; prints one table.

    .venv/bin/python benchmarks/console.py [--rounds 5] [--shop FOLDER] [--beside]

Each round runs a Textual program of one line and the console one after the other, so that a busy machine slows both;
the ratios are medians over the rounds. The console is measured on the sample shop and on a large one (shop.py; made
where FOLDER has none): on Today, on Customers, and on the card of somebody with 5,000 entries. `--beside` measures the
large one again while another process pulls and ranks (beside.py). Needs ptybench.py, which plays the terminal, by
--ptybench or in PTYBENCH, and pyte and psutil for the Python that is named in PTYBENCH_PYTHON (this one by default).
"""

import argparse
import compileall
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rich
import shop
import textual

import retcon
from retcon import clock, config
from retcon.demo import MARKER, sandbox

HELLO = """
from textual.app import App
from textual.widgets import Static

class Hello(App[None]):
    BINDINGS = [("j", "turn", ""), ("k", "turn", "")]
    turned = 0

    def compose(self):
        yield Static("hello")

    def action_turn(self):
        self.turned += 1
        self.query_one(Static).update(f"hello {self.turned}")

Hello().run()
"""
LEAST = "the least that Textual can do"


@dataclass(frozen=True)
class Program:
    """What is run, when it is ready, and the keys that lead to where others are measured."""

    name: str
    ready: str
    command: Sequence[str]
    before: str = "wait:2000"
    keys: str = "j,k"


def measure(tool: Path, program: Program, keys: int) -> dict[str, Any]:
    """One run on a terminal of 120 by 40."""
    python = os.environ.get("PTYBENCH_PYTHON", sys.executable)
    options = ["--ready", program.ready, "--pre", program.before, "--key", program.keys, "--n", str(keys)]
    options += ["--idle", "5"]
    done = subprocess.run(
        [python, str(tool), *options, "--", *program.command], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr.strip() or done.stdout[-500:])
    return json.loads(done.stdout)


def furnish(folder: Path) -> None:
    """A home with the sample shop's data and no shop to pull from, so that nothing but the console runs."""
    sandbox.furnish(folder, clock.now())
    subprocess.run([sys.executable, "-m", "retcon", "--home", str(folder), "sync"], check=True, capture_output=True)
    (folder / MARKER).unlink()
    file = config.places(folder).config_file
    file.write_text(re.sub(r"(?ms)^\[sources\.woo\].*?(?=^\[)", "", file.read_text(encoding="utf-8")), encoding="utf-8")


def console(home: Path) -> list[str]:
    return [sys.executable, "-m", "retcon", "--home", str(home)]


def programs(folder: Path, large: Path) -> list[Program]:
    """All that is measured without anything beside it, the least first."""
    return [
        Program(LEAST, "hello", [sys.executable, str(folder / "hello.py")], "wait:300"),
        Program("Today on the sample shop", "SLIPPING AWAY", console(folder / "home")),
        *on_large(large),
    ]


def on_large(large: Path, suffix: str = "") -> list[Program]:
    """The large shop's screens."""
    find = "2 wait:1500 / longtalk enter wait:1500"
    return [
        Program(f"Today{suffix}", "ANSWER", console(large)),
        Program(f"Customers{suffix}", "ANSWER", console(large), "2 wait:2000"),
        Program(f"a card with 5,000 entries{suffix}", "ANSWER", console(large), f"{find} enter wait:2000"),
    ]


@contextmanager
def beside(home: Path) -> Generator[None]:
    """A full sync and a re-rank are at work in another process."""
    file = Path(__file__).with_name("beside.py")
    child = subprocess.Popen([sys.executable, str(file), str(home)], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        child.stdout.readline()
        yield
    finally:
        child.terminate()
        child.wait()


def table(rounds: list[dict[str, dict[str, Any]]]) -> None:
    """Medians over the rounds."""
    heads = f"{'ready ms':>9} {'x least':>8} {'key p50':>8} {'p95':>6} {'bytes/key':>10} {'idle':>5} {'MB':>4}"
    print(f"{'program':58} {heads}")
    for name in rounds[0]:

        def median(*path: str, name: str = name) -> float:
            values: list[Any] = [one[name] for one in rounds]
            for step in path:
                values = [value[step] for value in values]
            return statistics.median(values)

        ratio = statistics.median(one[name]["start"]["ready_ms"] / one[LEAST]["start"]["ready_ms"] for one in rounds)
        print(
            f"{name:58} {median('start', 'ready_ms'):9.0f} {ratio:8.2f} {median('keys', 'paint_ms', 'p50'):8.1f} "
            f"{median('keys', 'paint_ms', 'p95'):6.1f} {median('keys', 'bytes', 'p50'):10.0f} "
            f"{median('idle', 'bytes_s'):5.0f} {median('end', 'rss_mb'):4.0f}"
        )


def main() -> None:
    """Run the rounds and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--keys", type=int, default=60)
    parser.add_argument("--shop", type=Path, help="a large shop made before, or where to make one and keep it")
    parser.add_argument("--beside", action="store_true", help="measure it also while another process pulls and ranks")
    parser.add_argument("--ptybench", type=Path, default=Path(os.environ.get("PTYBENCH", "ptybench.py")))
    given = parser.parse_args()
    if not given.ptybench.is_file():
        print(f"Skipped: {given.ptybench} is not there; name ptybench.py with --ptybench.")
        return
    for package in (retcon, textual, rich):  # an installer that doesn't compile makes every start four times as long
        compileall.compile_dir(Path(package.__file__ or "").parent, quiet=1)
    folder = Path(tempfile.mkdtemp(prefix="retcon-bench-"))
    large: Path = given.shop or folder / "large"
    try:
        (folder / "hello.py").write_text(HELLO, encoding="utf-8")
        furnish(folder / "home")
        if not large.exists():
            shop.furnish(large)
        rounds: list[dict[str, dict[str, Any]]] = []
        for _ in range(given.rounds):
            found = {each.name: measure(given.ptybench, each, given.keys) for each in programs(folder, large)}
            if given.beside:
                with beside(large):
                    for each in on_large(large, ", a sync and a rank beside it"):
                        found[each.name] = measure(given.ptybench, each, given.keys)
            rounds.append(found)
    finally:
        shutil.rmtree(folder)
    table(rounds)


if __name__ == "__main__":
    main()
