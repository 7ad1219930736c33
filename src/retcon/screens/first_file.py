"""Which file? Looked into while its path is typed; what it leaves open is asked for under it."""

from collections.abc import Sequence
from dataclasses import replace

from textual import events, on
from textual.app import ComposeResult
from textual.timer import Timer
from textual.widgets import Input

from retcon import text
from retcon.desk import first_run, first_typed
from retcon.desk.first_run import Answers
from retcon.desk.first_seen import Look
from retcon.screens.first_step import Asking, Looking, title
from retcon.widgets import words
from retcon.widgets.drawing import cut, fit, wrap
from retcon.widgets.menu import Choice
from retcon.widgets.sheet import Line, Rows, Sheet

# Typing rests so long before a file is looked into.
_REST = 0.2
# What the fields that matter most say.
_MEANS = {
    "email": "who bought (e-mail)",
    "customer_id": "who bought",
    "placed_at": "when",
    "total": "how much",
    "currency": "in which currency",
    "name": "the name",
    "country": "the country",
    "items": "what",
    "order_id": "the order's number",
}


class File(Looking):
    """Which file? Looked into while its path is typed."""

    _seen: Look | None = None
    _rest: Timer | None = None
    _entered = False  # Enter was pressed while the child was at it
    _asked = ""  # the field or "currency" that the second line asks for

    def compose(self) -> ComposeResult:
        """The path, and under it what is understood."""
        yield title("Which file?", "Its path; Tab completes it. You can also drop the file here.")
        self.path = Line(self.answers.file, placeholder="~/Downloads/orders_export.csv")
        self.path.add_class("wide")
        yield self.path
        self.question = Sheet()
        yield self.question
        self.line = Line()
        self.line.add_class("wide")
        self.line.display = False
        yield self.line
        self.sheet = Sheet(fills=True)
        self.sheet.add_class("fills")
        yield self.sheet

    def keys(self) -> Sequence[tuple[str, str]]:
        return (("Enter", "take it"), ("Tab", "complete"), ("Esc", "back"), ("ctrl+c", "leave"))

    def before(self, answers: Answers) -> str:
        return first_run.WHERE

    def begin(self) -> None:
        (self.line if self._asked else self.path).focus()
        if self._seen is None:
            self._typed_path()

    def undone(self) -> bool:
        if not self._asked:
            return False
        self._ask("", "", "")
        return True

    def on_key(self, event: events.Key) -> None:
        if event.key == "tab":
            event.stop()
            event.prevent_default()
            if self.path.has_focus:
                self.path.value = first_typed.completed(self.path.value)
                self.path.cursor_position = len(self.path.value)

    # ---- the path

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if event.input is self.path:
            self.answers = replace(self.answers, columns={}, dates="", currency="")
            self._ask("", "", "")
            self._typed_path()

    def _typed_path(self) -> None:
        self._seen, self._entered = None, False
        self.leave()
        if self._rest is not None:
            self._rest.stop()
        typed = self.path.value
        why = first_typed.refusal(typed)
        if why or not typed.strip():
            self.sheet.show(lambda width: ((("  " + why, "warn"),),) if why else ())
            return
        self.sheet.show(lambda width: ((("  Looking into it …", "muted"),),))
        self._rest = self.set_timer(_REST, self._look)

    def _look(self) -> None:
        if self._rest is not None:
            self._rest.stop()
        answers = self.answers
        file = first_typed.path_of(self.path.value).absolute()
        pairs = [f"--map={name}={column}" for name, column in answers.columns.items()]
        self.look(f"--look={file}", *pairs, f"--currency={answers.currency}", f"--dates={answers.dates}")

    def saw(self, look: Look) -> None:
        self._seen = look
        self.sheet.show(lambda width: _shown(look, width))
        answers = self.answers
        if look.trouble and (answers.columns or answers.dates or answers.currency):
            # What was answered doesn't fit the file: it is asked for anew.
            self.answers = replace(answers, columns={}, dates="", currency="")
            self._seen, self._entered = None, False
            self.first.status.say("That answer doesn't fit this file. Enter asks again.", "warn")
        if self._entered:
            self._entered = False
            self._take()

    # ---- taking it

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.input is self.line and self._asked:
            self._answer(event.value.strip())
        elif not self.path.value.strip():
            self.first.status.say("No file was named. Type its path, or Esc to go back.", "warn")
        elif why := first_typed.refusal(self.path.value):
            self.first.status.say(why, "warn")
        elif self._seen is None:
            self._entered = True
            if not self.looks:
                self._look()
        else:
            self._take()

    def _take(self) -> None:
        """Ask what is still open, or go on."""
        look = self._seen
        if look is None:
            return
        if look.trouble:
            self.first.status.say("This file can't be taken. Name another one.", "warn")
        elif look.missing:
            self._ask(look.missing[0], *_column_question(look.missing[0]))
        elif look.ambiguous is not None and not self.answers.dates:
            example, day_first, month_first = look.ambiguous
            choices = (Choice("d", day_first), Choice("m", month_first))
            self.first.ask(Asking(f"The dates can be read two ways. {example} is:", choices, self._dated))
        elif look.no_currency and not self.answers.currency:
            self._ask("currency", "The amounts name no currency. Which is it?", look.guess.currency or "EUR")
        else:
            self._done(look)

    def _done(self, look: Look) -> None:
        guess = {name: getattr(look.guess, name) for name in first_run.ASKED}
        guess |= {f"why {name}": why for name, why in look.guess.why.items()}
        if self.answers.currency:
            guess |= {"currency": self.answers.currency, "why currency": "as you said"}
        file = first_typed.path_of(self.path.value).absolute()
        kept = self.first.answers.shop if str(file) == self.first.answers.file else {}
        self.first.go(
            replace(
                self.answers,
                file=str(file),
                preset=look.preset,
                columns=look.columns,
                guess=guess,
                shop=kept,
                step=first_run.SHOP,
            )
        )

    # ---- what the file leaves open

    def _ask(self, asked: str, question: str, value: str) -> None:
        self._asked = asked
        self.line.display = bool(asked)
        self.question.show(lambda width: [(("  " + cut(question, width - 4), "strong"),)] if asked else ())
        if asked:
            self.line.value = value
            self.line.focus()
        else:
            self.path.focus()

    def _dated(self, key: str) -> None:
        self.answers = replace(self.answers, dates={"d": "dmy", "m": "mdy"}[key])
        self._again()

    def _answer(self, written: str) -> None:
        if self._asked == "currency":
            self.answers = replace(self.answers, currency=written.upper())
        else:
            column = _column(written, self._seen.named if self._seen is not None else ())
            if column is None:
                self.first.status.say("The file has no such column. Type its name or its number.", "warn")
                return
            self.answers = replace(self.answers, columns={**self.answers.columns, self._asked: column})
        self.first.status.say("")
        self._ask("", "", "")
        self._again()

    def _again(self) -> None:
        self._seen, self._entered = None, True
        self._look()


def _column_question(name: str) -> tuple[str, str]:
    return f"Which column says {_MEANS.get(name, name)}? Its name or number.", ""


def _column(written: str, named: Sequence[str]) -> str | None:
    if written.isdecimal() and 0 < int(written[:6]) <= len(named):
        return named[int(written[:6]) - 1]
    return (
        next((column for column in named if column.strip().casefold() == written.casefold()), None) if written else None
    )


def _shown(look: Look, width: int) -> Rows:
    """What is understood of the file."""
    if look.trouble:
        said = wrap(f"{look.trouble} {look.hint}", width - 4)
        return [(("  " + row, "warn"),) for row in said]
    if look.missing:
        columns = wrap(
            "   ".join(f"{number} {text.line(name)}" for number, name in enumerate(look.named[:40], 1)), width - 4
        )
        return [
            (("  " + look.what, ""), (". It doesn't say which column is what.", "muted")),
            (),
            *((("  " + row, "muted"),) for row in columns),
        ]
    room = max(10, (width - 30) // 2)
    head = (("  " + fit("CUSTOMER", room) + fit("ORDERED", 14) + fit("PAID", 12, right=True) + "  ITEM", "muted"),)
    rows = [
        (
            ("  " + fit(each.known_by if words.rtl(each.customer) else each.customer, room), ""),
            (fit(each.day, 14), "muted"),
            (fit(each.total, 12, right=True), ""),
            ("  " + cut(each.item, room - 4), "muted"),
        )
        for each in look.orders
    ]
    first = [(("  " + look.what, ""), (f", {text.plural(look.rows, 'row')}. As they are understood:", "muted"))]
    usual = ", ".join(
        f"“{text.line(column)}” {_MEANS[name]}" for name, column in look.columns.items() if name in _MEANS
    )
    below = [f"Taken for it by their names: {usual}."] if usual else []
    below += [f"Some can't be taken: {look.refused}. They are named, the rest is taken."] if look.refused else []
    if look.ambiguous is not None:
        below.append(f"{look.ambiguous[0]} can be read two ways; Enter asks which.")
    return [*first, (), head, *rows, (), *((("  " + row, "muted"),) for each in below for row in wrap(each, width - 4))]
