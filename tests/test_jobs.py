import sys
import textwrap
import threading
from pathlib import Path

import pytest

from retcon import jobs
from retcon.jobs import Ended, Job, Progress


def follow(tmp_path: Path, script: str) -> tuple[list[Progress], Ended]:
    """Run the script as a job would be run, to its end."""
    seen: list[Progress] = []
    ended: list[Ended] = []
    over = threading.Event()

    def on_end(news: Ended) -> None:
        ended.append(news)
        over.set()

    file = tmp_path / "child.py"
    file.write_text(textwrap.dedent(script))
    Job("sync", (sys.executable, str(file)), seen.append, on_end)
    assert over.wait(20)
    return seen, ended[0]


def test_progress_is_followed_line_by_line_and_the_last_line_is_the_result(tmp_path: Path) -> None:
    seen, ended = follow(
        tmp_path,
        """
        from retcon import jobs
        jobs.emit("orders", 400, 1496)
        jobs.emit("customers", 12)
        jobs.emit_result({"added": 7})
        """,
    )

    assert seen == [Progress("sync", "orders", 400, 1496), Progress("sync", "customers", 12, None)]
    assert ended == Ended("sync", 0, {"added": 7}, "", ({"added": 7},))


def test_a_child_that_prints_nonsense_and_dies_is_told_in_a_sentence(tmp_path: Path) -> None:
    seen, ended = follow(
        tmp_path,
        """
        import os, signal
        print("no json")
        print("[1, 2]")
        print('{"what": 3}', flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
        """,
    )

    assert seen == []
    assert (ended.code, ended.trouble) == (-9, "sync stopped before it was done.")


def test_the_childs_own_sentence_is_passed_on_and_its_traceback_is_not(tmp_path: Path) -> None:
    _, refused = follow(
        tmp_path, "import sys; sys.exit(print('retcon: The shop refuses the key (401).', file=sys.stderr) or 3)"
    )
    _, crashed = follow(tmp_path, "raise ValueError('layla@example.com')")

    assert (refused.code, refused.trouble) == (3, "The shop refuses the key (401).")
    assert crashed.trouble == "sync did not end well (code 1)."


def test_the_error_of_a_result_is_told(tmp_path: Path) -> None:
    _, ended = follow(tmp_path, "from retcon import jobs\njobs.emit_result({'error': 'Refused.'})\nraise SystemExit(1)")

    assert (ended.code, ended.trouble) == (1, "Refused.")


def test_work_that_needs_the_operator_is_no_trouble(tmp_path: Path) -> None:
    _, ended = follow(tmp_path, "from retcon import jobs\njobs.emit_result({'failed': 1})\nraise SystemExit(4)")

    assert (ended.code, ended.result, ended.trouble) == (4, {"failed": 1}, "")


def test_stopping_ends_the_child_even_when_it_will_not_listen(tmp_path: Path) -> None:
    file = tmp_path / "child.py"
    file.write_text(
        "import signal, sys, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        'print(\'{"what": "orders", "done": 1}\', flush=True)\ntime.sleep(60)\n'
    )
    started, ended = threading.Event(), list[Ended]()
    job = Job("sync", (sys.executable, str(file)), lambda _: started.set(), ended.append)
    assert started.wait(20)

    job.stop(0.2)

    assert job.wait(5)
    assert ended == [Ended("sync", jobs.INTERRUPTED, {}, "")]


def test_a_console_that_went_away_does_not_end_the_work(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    import subprocess

    child = subprocess.Popen(
        [sys.executable, "-c", "from retcon import jobs\ninput()\njobs.emit('sent', 1)\njobs.emit('sent', 2)"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    child.stdout.close()

    child.communicate("go on\n")

    assert child.returncode == 0
    assert "BrokenPipe" not in capfd.readouterr().err
