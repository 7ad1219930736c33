"""Heavy work in processes of its own: `python -m retcon sync|refresh|send --progress`, followed line by line.

The child prints one JSON object a line on stdout: first any number of progress lines, by `emit`,

    {"what": "orders", "done": 400, "total": 1496}

(`total` is null where the source doesn't tell), and as the last one what it did, by `emit_result`,

    {"result": {...}}

What goes wrong it says in a sentence, as "error" of its result or on stderr, and by its exit code. Parent and child
meet in the store alone, so the death of either loses nothing.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import Any, cast

from retcon.frozen import dataclass

INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is: so many of so many orders; `total` None where nobody knows."""

    job: str
    what: str
    done: int
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """How a job ended. `trouble` is its sentence on stderr; `code` is its exit code, negative where it was killed.

    `results` are all that it told (a sync tells one for each source), `result` is the last of them.
    """

    job: str
    code: int
    result: Mapping[str, Any] = field(default_factory=dict[str, Any])
    trouble: str = ""
    results: tuple[Mapping[str, Any], ...] = ()


def emit(what: str, done: int, total: int | None = None) -> None:
    """Say on stdout how far the work is; for the commands' --progress."""
    _print({"what": what, "done": done, "total": total})


def emit_result(result: Mapping[str, Any]) -> None:
    """Say on stdout what was done; the last line of --progress."""
    _print({"result": dict(result)})


def _print(document: Mapping[str, Any]) -> None:
    try:
        print(json.dumps(document, ensure_ascii=True, default=str), flush=True)
    except BrokenPipeError:
        # The console was closed; the work goes on to its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def command_for(home: Path | None) -> tuple[str, ...]:
    """How this very retcon is started again, over the same home."""
    return (sys.executable, "-P", "-m", "retcon", *(("--home", str(home)) if home is not None else ()))


class Job:
    """One child at work. `on_progress` and `on_end` are called from a thread; `on_end` exactly once."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        on_progress: Callable[[Progress], None],
        on_end: Callable[[Ended], None],
        arguments: Sequence[str] = (),
    ) -> None:
        self.name = name
        self._command = [*command, name, "--progress", *arguments]
        self._on_progress = on_progress
        self._on_end = on_end
        self._process: subprocess.Popen[str] | None = None
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name=f"retcon-{name}", daemon=True)
        self._thread.start()

    def stop(self, seconds: float = 2.0) -> None:
        """End the child, kindly at first, and wait until it is gone."""
        self._stopped = True
        process = self._process
        if process is not None and process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                process.kill()
        self._thread.join(seconds)

    def wait(self, seconds: float) -> bool:
        """Whether it ended by itself within so many seconds."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        results: list[Mapping[str, Any]] = []
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as talk:
            try:
                # A session of its own: neither ctrl+c nor a closed terminal ends a message half-way.
                process = subprocess.Popen(
                    self._command,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=talk,
                    text=True,
                    encoding="utf-8",
                    errors="replace",
                    start_new_session=True,
                )
            except OSError as error:
                self._on_end(Ended(self.name, 1, trouble=f"{self.name} can't be started: {error.strerror}."))
                return
            self._process = process
            if self._stopped:
                process.terminate()
            assert process.stdout is not None
            with process.stdout as lines:
                for line in lines:
                    said = _read(self.name, line)
                    if isinstance(said, Progress):
                        self._on_progress(said)
                    elif said is not None:
                        results.append(said)
            code = process.wait()
            talk.seek(0)
            result = results[-1] if results else {}
            trouble = "" if self._stopped else _trouble(self.name, code, talk.read(), result)
        self._on_end(Ended(self.name, INTERRUPTED if self._stopped else code, result, trouble, tuple(results)))


class Child:
    """A job that is waited for from time to time: how often it told how far it is, and how it ended."""

    def __init__(self, command: Sequence[str], name: str, arguments: Sequence[str] = ()) -> None:
        self.ended: Ended | None = None
        self.steps = 0
        self._job = Job(name, command, self._step, self._end, arguments)

    def _step(self, _: Progress) -> None:
        self.steps += 1

    def _end(self, ended: Ended) -> None:
        self.ended = ended

    def wait(self, seconds: float) -> bool:
        """Whether it ended within so many seconds."""
        return self._job.wait(seconds)

    def stop(self) -> None:
        """End it, kindly at first, and wait until it is gone."""
        self._job.stop()


def _read(job: str, line: str) -> Progress | Mapping[str, Any] | None:
    try:
        document = json.loads(line)
    except ValueError:
        return None
    if not isinstance(document, dict):
        return None
    said = cast("dict[str, Any]", document)
    if isinstance(said.get("result"), dict):
        return cast("dict[str, Any]", said["result"])
    what, done, total = said.get("what"), said.get("done"), said.get("total")
    if isinstance(what, str) and isinstance(done, int):
        return Progress(job, what, done, total if isinstance(total, int) else None)
    return None


def _trouble(job: str, code: int, talk: str, result: Mapping[str, Any]) -> str:
    """The child's own sentence where it has one, in its result or on stderr; a traceback is none."""
    if code == 0:
        return ""
    if isinstance(result.get("error"), str) and result["error"]:
        return result["error"]
    for line in talk.splitlines():
        if line.startswith("retcon: "):
            return line.removeprefix("retcon: ")
    if result:
        return ""  # 3 and 4: done in part, or done and the operator is needed; the result says so
    return f"{job} stopped before it was done." if code < 0 else f"{job} did not end well (code {code})."
