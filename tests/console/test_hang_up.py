"""A terminal that goes without a word: the line is cut, and nobody signals the console."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

from retcon.desk.house import House

START = """
import signal, sys
from pathlib import Path
signal.signal(signal.SIGHUP, signal.SIG_IGN)
from retcon.app import run
run(Path(sys.argv[1]))
"""


def test_the_console_ends_where_its_terminal_is_gone(house: House, tmp_path: Path) -> None:
    house.close()
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color"}
    command = [sys.executable, "-c", START, str(tmp_path / "home")]
    console = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True
    )
    os.close(theirs)
    try:
        painted = b""
        end = time.monotonic() + 20
        while b"Today" not in painted and time.monotonic() < end:
            if select.select([ours], [], [], 0.1)[0]:
                painted += os.read(ours, 65536)
        assert b"Today" in painted
        os.close(ours)
        assert console.wait(20) == 0
    finally:
        if console.poll() is None:
            os.killpg(console.pid, signal.SIGKILL)
            console.wait()
