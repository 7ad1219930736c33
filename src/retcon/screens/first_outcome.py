"""What the answers come to: the orders taken in, three names with a note, and what is next."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from textual import events
from textual.app import ComposeResult
from textual.message import Message

from retcon import money, text
from retcon.desk import first_found, first_run
from retcon.desk.first_found import Found, Known, Next, Note
from retcon.desk.first_run import Answers
from retcon.desk.house import House, open_house
from retcon.jobs import Ended, Job, Progress
from retcon.model.people import Customer
from retcon.screens.first_step import Step
from retcon.widgets import words
from retcon.widgets.drawing import cut, wrap
from retcon.widgets.oneline import OneLine
from retcon.widgets.reader import Reader
from retcon.widgets.sheet import Rows, Sheet
from retcon.widgets.view import Page, Row

T = TypeVar("T")

_WHAT = {"rows": "rows read", "customers": "people ranked", "orders": "orders"}
_BAR = 40


class InHouse(Step):
    """A step over the new home."""

    def in_house(self, verb: Callable[[House], T], done: Callable[[T], None]) -> None:
        """Open the house beside the screen, do something in it, close it, and take the result."""
        home = self.first.home

        def work() -> T:
            house = open_house(home, migrate_in_child=True)
            try:
                return verb(house)
            finally:
                house.close()

        self.first.do(work, done)

    def ask_line(self, question: str, example: str) -> None:
        """Ask for a line in the bottom rows."""
        for open_ in self.first.query(OneLine):
            open_.remove()
        self.first.mount(OneLine(question, example, lambda _: ""))

    def undone(self) -> bool:
        for open_ in self.first.query(OneLine):
            open_.remove()
            self.begin()
            return True
        return False


# ---- at work ------------------------------------------------------------------------------------------------


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
        self._began = time.monotonic()
        self.sheet = Sheet(self._rows, fills=True)
        self.sheet.add_class("fills")
        yield self.sheet

    def keys(self) -> Sequence[tuple[str, str]]:
        return (("Enter", "again, where it stopped"), ("Esc", "stop and go back"), ("ctrl+c", "leave"))

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
        self.sheet.show(self._rows)
        answers, where = self.answers, self.first.where

        def written(now: Answers) -> None:
            self.answers = self.first.answers = now
            self._run(now)

        self.first.do(lambda: first_run.write(where, answers), written)

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
        self.sheet.show(self._rows)

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
        self.sheet.show(self._rows)

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
    read = sum(int(each.get("read", 0)) for each in ended.results)
    return f"{read:,} records read"


def _refused(ended: Ended) -> str:
    refused = cast("Sequence[Any]", ended.result.get("refused") or ())
    if not refused:
        return ""
    first = cast("dict[str, Any]", refused[0])
    return f"No row could be taken; line {first.get('line')}: {text.sentence(text.line(str(first.get('reason', ''))))}"


# ---- three names --------------------------------------------------------------------------------------------


class Finding(InHouse, can_focus=True):
    """Three people whom the seller knows, and the note for the first of them."""

    _found: Found | None = None
    _own_language = False
    _approves = False  # once the address is known

    def compose(self) -> ComposeResult:
        """Head and foot stand, the note between them scrolls."""
        self.reader = Reader(id="reader")
        yield self.reader

    def keys(self) -> Sequence[tuple[str, str]]:
        return (("a", "approve it to yourself"), ("t", "in your language"), ("Esc", "back"), ("Enter", "what is next"))

    def before(self, answers: Answers) -> str:
        return first_run.SHOP

    def begin(self) -> None:
        self.focus()
        if self._found is None:
            self._load()

    def press(self, key: str) -> None:
        if key == "t":
            self._own_language = not self._own_language
            self._show()
        elif key == "a":
            self._approve()
        elif key in ("j", "k"):
            self.reader.scroll(1 if key == "j" else -1)

    def on_key(self, event: events.Key) -> None:
        key = {"down": "j", "up": "k"}.get(event.key, event.key)
        if key in ("a", "t", "j", "k"):
            event.stop()
            self.press(key)
        elif key == "enter":
            event.stop()
            self.first.go(replace(self.answers, step=first_run.NEXT))

    def on_resize(self) -> None:
        """Break the lines for the new width."""
        self._show()

    def _load(self) -> None:
        self.in_house(first_found.look, self._loaded)

    def _loaded(self, found: Found) -> None:
        self._found = found
        self._show()

    def _show(self) -> None:
        if self._found is not None:
            shop = self.answers.shop
            self.reader.show(
                _page(self._found, self.size.width or 80, shop.get("currency", "EUR"), self.answers, self._own_language)
            )

    def _approve(self) -> None:
        found = self._found
        if found is None or found.note is None:
            return
        if found.own_address:
            self._approved(found.note)
            return
        self._approves = True
        self.ask_line("Your own e-mail address: until you go live, every message goes there.", "you@shop.example")

    def _approved(self, note: Note) -> None:
        def done(said: str) -> None:
            self._load()
            self.first.status.say(said)

        self.in_house(lambda house: first_found.approve(house, note), done)

    def given(self, line: str) -> None:
        """The address was given."""
        note = self._found.note if self._found is not None else None
        if not self._approves or note is None:
            return
        self.in_house(lambda house: first_found.practise(house, line), lambda _: self._approved(note))


def _page(found: Found, width: int, currency: str, answers: Answers, own_language: bool) -> Page:
    said = f"{text.plural(found.people, 'person', 'people')} bought here"
    many = text.plural(found.due, "message is", "messages are")
    due = f"{many} due, {money.show(found.stake_minor, currency)} at stake."
    head: list[Row] = [((f" {said}, ", ""), (due, ""))]
    if answers.taken:
        head.append(((" " + cut(text.sentence(answers.taken), width - 2), "muted"),))
    if found.old and found.newest is not None:
        words_ = (
            f"The newest order is of {found.newest.day} {found.newest:%b %Y}: a newer export says who is silent now."
        )
        head += [((" " + row, "warn"),) for row in wrap(words_, width - 2)]
    if not found.names:
        return Page(head=tuple(head), body=(((" Nobody is known yet.", "muted"),),))
    head += [(), ((" YOU KNOW THEM", "muted"),)]
    head += [row for known in found.names for row in _name(known, width, currency)]
    note = found.note
    if note is None:
        return Page(head=tuple(head))
    body = [(), *_written(note, found.names[0], width, own_language)]
    return Page(head=tuple(head), body=tuple(body), foot=tuple(_may(note, found, width)))


def _name(known: Known, width: int, currency: str) -> list[Row]:
    """One of the three: "Ada Berg, 9 orders, €1,240: silent 71 days, usually 30"."""
    standing = known.standing
    name = _called(known.customer)
    facts = f", {text.plural(standing.orders, 'order')}, {money.show(standing.spent_minor, currency)}: "
    silence = words.silence(standing)
    first = cut(name, max(8, width - 2 - len(facts) - len(silence)))
    return [((" " + first, "strong"), (facts, "muted"), (silence, ""))]


def _written(note: Note, known: Known, width: int, own_language: bool) -> list[Row]:
    draft = note.draft
    subject, body = (draft.operator_subject, draft.operator_body) if own_language else (draft.subject, draft.body)
    language = words.language_name(draft.language) if draft.language else ""
    shown = "in your language" if own_language else f"in {language}" if language else ""
    rows: list[Row] = [((f" WRITTEN FOR {_called(known.customer)}", "muted"), (f"  {shown}" if shown else "", "muted"))]
    if not body.strip():
        return [*rows, ((" Nothing is written in that language.", "muted"),)]
    rows += [((" " + row, "strong"),) for row in wrap(subject, width - 2)] if subject else []
    rows += [((" " + row, ""),) for row in wrap(body, width - 2)]
    return rows


def _may(note: Note, found: Found, width: int) -> list[Row]:
    """What approving it would do."""
    if note.action is None:
        said = "Nothing is due for them today; this is how such a note looks."
    elif not found.channel:
        said = "It can't leave yet, not even to you: no mailbox is set up. It waits in Today."
    else:
        to = found.own_address or "your own address"
        said = f"Practice: approved, it goes to {to} and to nobody else."
    return [((" " + row, "muted"),) for row in wrap(said, width - 2)]


def _called(customer: Customer) -> str:
    """The name that the seller knows them by: whole where it can stand before figures."""
    if customer.name and not words.rtl(customer.name):
        return text.line(customer.name)
    if customer.name or not customer.source_ids:
        return words.call_name(customer)
    return customer.emails[0] if customer.emails else f"customer {customer.source_ids[0].partition(':')[2]}"


# ---- what is next -------------------------------------------------------------------------------------------


class Coming(InHouse, can_focus=True):
    """What is next: what one line answers is answered here, the rest says which command does it."""

    _steps: tuple[Next, ...] = ()
    _asked: Next | None = None

    def compose(self) -> ComposeResult:
        """The list."""
        self.sheet = Sheet(self._rows, fills=True)
        self.sheet.add_class("fills")
        yield self.sheet

    def keys(self) -> Sequence[tuple[str, str]]:
        return (("1–7", "answer it now"), ("Esc", "back"), ("q", "leave"), ("Enter", "Today"))

    def before(self, answers: Answers) -> str:
        return first_run.FOUND if answers.taken else ""

    def begin(self) -> None:
        self.focus()
        if not self._steps:
            self._load()

    def on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            event.stop()
            self.first.end("console")
        elif event.character is not None and any(step.key == event.character for step in self._steps):
            event.stop()
            self.press(event.character)

    def press(self, key: str) -> None:
        step = next((step for step in self._steps if step.key == key), None)
        if step is None:
            return
        if step.question:
            self._asked = step
            self.ask_line(step.question, step.example)
        else:
            self.first.status.say(f"Later, in a shell: {step.command}")

    def given(self, line: str) -> None:
        """A line was given."""
        step, self._asked = self._asked, None
        if step is None:
            return

        def done(said: str) -> None:
            self._load()
            self.first.status.say(said)

        self.in_house(lambda house: first_found.answer(house, step.name, line), done)

    def _load(self) -> None:
        def done(steps: tuple[Next, ...]) -> None:
            self._steps = steps
            self.sheet.show(self._rows)

        self.in_house(first_found.upcoming, done)

    def _rows(self, width: int) -> Rows:
        rows: list[Row] = [(("  What is next", "strong"),)]
        said = "None of it is needed today: each is asked again when it is first needed. retcon init comes back here."
        rows += [*((("  " + row, "muted"),) for row in wrap(said, width - 4)), ()]
        for step in self._steps:
            mark, style = ("✓", "accent") if step.done else ("·", "muted")
            first, *others = wrap(step.words, width - 11)
            rows.append(((f"  {step.key}  ", "accent"), (f"{mark} ", style), (first, "muted" if step.done else "")))
            rows += [(("       " + row, "muted"),) for row in others]
            if step.command and not step.done:
                rows += [(("       " + row, "muted"),) for row in wrap(step.command, width - 9)]
        if self._steps:
            rows += [(), (("  Enter opens Today.", ""),)]
        return rows
