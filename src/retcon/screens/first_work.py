"""Taking the orders in: config.toml is written, a child reads and ranks, and plain counts tell how far it is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from textual import events
from textual.app import ComposeResult
from textual.message import Message

from retcon import text
from retcon.desk import first_run, first_settle
from retcon.desk.first_run import Answers
from retcon.jobs import Ended, Job, Progress
from retcon.screens.first_step import Step
from retcon.widgets.drawing import wrap
from retcon.widgets.sheet import Rows, Sheet
from retcon.widgets.view import Row

_WHAT = {"rows": "rows read", "customers": "customers", "orders": "orders"}
_BAR = 40


@dataclass
class Further(Message):
    """The child is so far."""

    progress: Progress

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, Further) and message.progress.what == self.progress.what


@dataclass
class Worked(Message):
    """The child has ended."""

    ended: Ended


class Working(Step, can_focus=True):
    """Writes config.toml, then a child takes the orders in and ranks; plain counts tell how far it is."""

    _job: Job | None = None
    _trouble = ""
    _stopped = False

    def compose(self) -> ComposeResult:
        """The counts, each with its bar."""
        self._counts: dict[str, Progress] = {}
        self.sheet = Sheet(self._rows, fills=True)
        self.sheet.add_class("fills")
        yield self.sheet

    def keys(self) -> Sequence[tuple[str, str]]:
        again = (("Enter", "try again"),) if self._trouble else ()
        return (*again, ("Esc", "stop and go back" if not again else "back"), ("ctrl+c", "leave"))

    def before(self, answers: Answers) -> str:
        return first_run.SHOP

    def begin(self) -> None:
        self.focus()
        if self._job is None:
            self._start()

    def on_key(self, event: events.Key) -> None:
        if event.key == "enter" and self._job is None:
            event.stop()
            self._start()

    def leave(self) -> None:
        self._stopped = True
        job, self._job = self._job, None
        if job is not None:
            job.stop()

    def _start(self) -> None:
        self._trouble, self._stopped = "", False
        self._show()
        answers, where = self.answers, self.first.where

        def written(now: Answers) -> None:
            self.answers = self.first.answers = now
            self._run(now)

        self.first.do(lambda: first_settle.write(where, answers), written)

    def _run(self, answers: Answers) -> None:
        if self._stopped:
            return
        post = self.post_message
        if answers.source == first_run.IN_WOOCOMMERCE:
            name, arguments = "sync", [first_run.SOURCE]
        else:
            pairs = [f"--map={field}={column}" for field, column in answers.columns.items()]
            dates = [f"--dates={answers.dates}"] if answers.dates else []
            currency = [f"--currency={answers.currency}"] if answers.currency else []
            name, arguments = "import", [f"--preset={answers.preset}", *pairs, *dates, *currency, "--", answers.file]

        def further(progress: Progress) -> None:
            post(Further(progress))

        def ended(ended: Ended) -> None:
            post(Worked(ended))

        self._job = Job(name, self.first.command, further, ended, arguments)

    def on_further(self, event: Further) -> None:
        event.stop()
        self._counts[event.progress.what] = event.progress
        self._show()

    def on_worked(self, event: Worked) -> None:
        event.stop()
        self._job = None
        ended = event.ended
        if self._stopped:
            return
        failed = next((str(each["error"]) for each in ended.results if each.get("error")), "")
        if ended.code in (0, 3) and not failed:
            self.first.go(replace(self.answers, taken=_taken(ended), step=first_run.FOUND))
            return
        self._trouble = failed or ended.trouble or _refused(ended) or "That stopped before it was done."
        self._show()

    def _show(self) -> None:
        self.sheet.show(self._rows)
        self.first.footer.show(self.keys())

    def _rows(self, width: int) -> Rows:
        of = self.answers.shop.get("name", "")
        rows: list[Row] = [(("  Taking in the orders", "strong"), (f" of {text.line(of)}" if of else "", "strong")), ()]
        for what, progress in self._counts.items():
            total = f" of {progress.total:,}" if progress.total else ""
            rows.append(((f"  {progress.done:,}{total} {_WHAT.get(what, text.line(what))}", ""),))
            if progress.total:
                full = min(_BAR, _BAR * progress.done // progress.total)
                rows += [(("  " + "━" * full, "accent"), ("─" * (_BAR - full), "faint")), ()]
        if not self._counts and not self._trouble:
            rows.append((("  Beginning …", "muted"),))
        if self._trouble:
            said = f"{self._trouble} What came in so far stands. Enter tries again; Esc goes back."
            rows += [(), *((("  " + row, "warn"),) for row in wrap(said, width - 4))]
        else:
            rows += [(), (("  Stop it whenever you like: the next start goes on here.", "muted"),)]
        return rows


def _taken(ended: Ended) -> str:
    if "taken" in ended.result:  # a file
        refused = cast("Sequence[Any]", ended.result.get("refused") or ())
        told = f"{int(ended.result.get('read', 0)):,} rows read"
        if not refused:
            return told
        first = cast("dict[str, Any]", refused[0])
        why = f"line {first.get('line')}: {text.line(str(first.get('reason', '')))}"
        return f"{told}, {len(refused):,} not taken ({why})"
    return "The shop was read to its end; from now on only what is new is asked for"


def _refused(ended: Ended) -> str:
    refused = cast("Sequence[Any]", ended.result.get("refused") or ())
    if not refused:
        return ""
    first = cast("dict[str, Any]", refused[0])
    return f"No row could be taken; line {first.get('line')}: {text.sentence(text.line(str(first.get('reason', ''))))}"
