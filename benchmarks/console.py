"""How quick the console is, against the least that Textual can do: ready, key latency, bytes; prints one table.

    .venv/bin/python benchmarks/console.py [--rounds 5]

Each round runs a Textual program of one line and the console on the sample shop, one after the other, so that a busy
machine slows both; the ratios are medians over the rounds. Needs ptybench.py, which plays the terminal, by
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
from pathlib import Path
from typing import Any

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


def measure(tool: Path, ready: str, command: list[str]) -> dict[str, Any]:
    """One run on a terminal of 120 by 40."""
    python = os.environ.get("PTYBENCH_PYTHON", sys.executable)
    options = ["--ready", ready, "--key", "j,k", "--n", "60"]
    done = subprocess.run([python, str(tool), *options, "--", *command], capture_output=True, text=True, check=False)
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


def main() -> None:
    """Run the rounds and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--ptybench", type=Path, default=Path(os.environ.get("PTYBENCH", "ptybench.py")))
    given = parser.parse_args()
    if not given.ptybench.is_file():
        print(f"Skipped: {given.ptybench} is not there; name ptybench.py with --ptybench.")
        return
    compileall.compile_dir(Path(sys.modules["retcon"].__file__ or "").parent, quiet=1)
    folder = Path(tempfile.mkdtemp(prefix="retcon-bench-"))
    try:
        (folder / "hello.py").write_text(HELLO, encoding="utf-8")
        furnish(folder / "home")
        programs = {
            "textual hello": ("hello", [sys.executable, str(folder / "hello.py")]),
            "retcon": ("SLIPPING AWAY", [sys.executable, "-m", "retcon", "--home", str(folder / "home")]),
        }
        rounds = [
            {name: measure(given.ptybench, ready, command) for name, (ready, command) in programs.items()}
            for _ in range(given.rounds)
        ]
    finally:
        shutil.rmtree(folder)
    print(f"{'program':15} {'ready ms':>9} {'x hello':>8} {'key p50':>8} {'p95':>6} {'bytes/key':>10} {'MB':>4}")
    for name in programs:

        def median(*path: str, name: str = name) -> float:
            values = [one[name] for one in rounds]
            for step in path:
                values = [value[step] for value in values]
            return statistics.median(values)

        ratio = statistics.median(
            one[name]["start"]["ready_ms"] / one["textual hello"]["start"]["ready_ms"] for one in rounds
        )
        print(
            f"{name:15} {median('start', 'ready_ms'):9.0f} {ratio:8.2f} {median('keys', 'paint_ms', 'p50'):8.1f} "
            f"{median('keys', 'paint_ms', 'p95'):6.1f} {median('keys', 'bytes', 'p50'):10.0f} "
            f"{median('end', 'rss_mb'):4.0f}"
        )


if __name__ == "__main__":
    main()
