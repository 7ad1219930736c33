"""What the answers come to: the orders taken in, three names with a note, and what is next."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from textual import events
from textual.app import ComposeResult

from retcon import money, text
from retcon.desk import first_found, first_run
from retcon.desk.first_found import Found, Known, Next, Note
from retcon.desk.first_run import Answers
from retcon.desk.house import House, open_house
from retcon.screens.first_step import Step
from retcon.widgets import words
from retcon.widgets.drawing import cut, wrap
from retcon.widgets.oneline import OneLine
from retcon.widgets.reader import Reader
from retcon.widgets.sheet import Rows, Sheet
from retcon.widgets.view import Page, Row

T = TypeVar("T")


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
            self._turn()
        elif key == "a":
            self._approve()
        elif key in ("j", "k"):
            self.reader.scroll(1 if key == "j" else -1)
            self._say_hidden()

    def on_key(self, event: events.Key) -> None:
        key = {"down": "j", "up": "k"}.get(event.key, event.key)
        if key in ("a", "t", "j", "k"):
            event.stop()
            self.press(key)
        elif key == "enter":
            event.stop()
            if self.first.seen:
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

            self.call_after_refresh(self._say_hidden)

    def _say_hidden(self) -> None:
        hidden = self.reader.below
        self.first.say_beside(f"{text.plural(hidden, 'row')} of it below: j" if hidden else "")

    def _turn(self) -> None:
        note = self._found.note if self._found is not None else None
        if note is None:
            return
        if not note.draft.operator_body.strip() or note.draft.language == self.answers.shop.get("language"):
            self.first.status.say("It is in your language as it stands.")
            return
        self._own_language = not self._own_language
        self._show()

    def _approve(self) -> None:
        found = self._found
        if found is None or found.note is None:
            return
        if found.own_address:
            self._approved(found.note)
            return
        self._approves = True
        self.ask_line("Your own e-mail address: all messages go there until you go live.", "you@shop.example")

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
    name = words.whole_name(known.customer)
    facts = f", {text.plural(standing.orders, 'order')}, {money.show(standing.spent_minor, currency)}: "
    silence = words.silence(standing)
    first = cut(name, max(8, width - 2 - len(facts) - len(silence)))
    return [((" " + first, "strong"), (facts, "muted"), (silence, ""))]


def _written(note: Note, known: Known, width: int, own_language: bool) -> list[Row]:
    draft = note.draft
    subject, body = (draft.operator_subject, draft.operator_body) if own_language else (draft.subject, draft.body)
    language = words.language_name(draft.language) if draft.language else ""
    shown = "in your language" if own_language else f"in {language}" if language else ""
    rows: list[Row] = [
        ((f" WRITTEN FOR {words.whole_name(known.customer)}", "muted"), (f"  {shown}" if shown else "", "muted"))
    ]
    rows += [((" " + row, "strong"),) for row in wrap(subject, width - 2)] if subject else []
    rows += [((" " + row, ""),) for row in wrap(body, width - 2)]
    return rows


def _may(note: Note, found: Found, width: int) -> list[Row]:
    """What approving it would do."""
    if note.action is None:
        said = "Nothing is due for them today; this is how such a note looks."
    elif not found.channel:
        said = "It can't leave yet, not even to you: no mailbox is set up. It waits in Today."
        said += f" In practice it will go to {text.line(found.own_address)} alone." if found.own_address else ""
    else:
        to = found.own_address or "your own address"
        said = f"Practice: approved, it goes to {to} and to nobody else."
    other = next((each for each in note.draft.notes if "in the language" in each), "")
    return [((" " + row, "muted"),) for each in (other, said) if each for row in wrap(each, width - 2)]


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
            if self.first.seen:
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
