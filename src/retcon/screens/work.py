"""What runs beside the screens: children that pull, recompute and send, and when the next one is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from textual.app import App
from textual.message import Message
from textual.signal import Signal

from retcon import jobs
from retcon.desk.house import House
from retcon.desk.today import Header
from retcon.jobs import Job, Progress

OLD = timedelta(minutes=10)
EVERY = timedelta(minutes=1)

_VERBS = {
    "sync": "syncing",
    "refresh": "reckoning",
    "send": "sending",
    "backtest": "replaying",
    "thresholds": "replaying",
}
# What follows the name of a child, for one that is part of a family of commands.
_ARGUMENTS = {"thresholds": ("suggest",)}


class Work:
    """The children of this console: at most one of a kind, started when due, followed, ended with it."""

    @dataclass
    class Progressed(Message):
        """A child is so far; of many of these the last one counts."""

        progress: Progress

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, Work.Progressed)

    @dataclass
    class Ended(Message):
        """A child has ended."""

        ended: jobs.Ended

    def __init__(self, app: App[None], house: House, command: Sequence[str]) -> None:
        self._app = app
        self._house = house
        self._command = tuple(command)
        self._jobs: dict[str, Job] = {}
        self._sent_at: datetime | None = None
        self._send_again = False
        self.words = ""  # what goes on, for the header
        self.sends = True  # False once a child that sends could not do its work
        self.changed: Signal[jobs.Ended | None] = Signal(app, "work")  # an end, or None for mere progress

    def running(self, name: str) -> bool:
        """Whether a child of that name is at work."""
        return name in self._jobs

    @property
    def busy(self) -> bool:
        """Whether any child is at work."""
        return bool(self._jobs)

    def start(self, name: str) -> bool:
        """Start that child; False where one is at work already."""
        if name in self._jobs or not self._command:
            return False
        post = self._app.post_message
        self.words = _VERBS[name]
        self._jobs[name] = Job(
            name,
            self._command,
            lambda progress: _ignore(post(self.Progressed(progress))),
            lambda ended: _ignore(post(self.Ended(ended))),
            _ARGUMENTS.get(name, ()),
        )
        return True

    def start_of_day(self, header: Header) -> None:
        """Pull where the data are old, recompute where nobody has today."""
        old = header.synced_at is None or self._house.now() - header.synced_at > OLD
        if self._house.settings.sources and old:
            self.start("sync")
        elif not header.refreshed:
            self.start("refresh")

    def send_when_due(self, header: Header) -> None:
        """Let what waits leave, once a minute, while this console is the one that sends."""
        now = self._house.now()
        due = header.next_leaves_at is not None and header.next_leaves_at <= now
        rested = self._sent_at is None or now - self._sent_at >= EVERY
        if due and rested and not header.held and not header.sends:
            self.send()

    def send(self) -> None:
        """Let what may leave go now; where a child is at it, once more after it."""
        self._sent_at = self._house.now()
        if not self.start("send"):
            self._send_again = True

    def progressed(self, progress: Progress) -> None:
        """Take in how far a child is."""
        of = f" of {progress.total:,}" if progress.total is not None else ""
        self.words = f"{_VERBS.get(progress.job, progress.job)} {progress.what} {progress.done:,}{of}"
        self.changed.publish(None)

    def ended(self, ended: jobs.Ended) -> None:
        """Take in that a child has ended."""
        self._jobs.pop(ended.job, None)
        self.words = _VERBS[next(iter(self._jobs))] if self._jobs else ""
        if ended.job == "send":
            self.sends = ended.code in (0, 3, 4)
            if self._send_again:
                self._send_again = False
                self.send()
        self.changed.publish(ended)

    def stop(self) -> None:
        """End the children with the console; one that sends is left to finish, so that no message is cut off."""
        for name, job in list(self._jobs.items()):
            if name != "send":
                job.stop()


def _ignore(_: bool) -> None:
    """Whether the console still listens makes no difference to the child."""
