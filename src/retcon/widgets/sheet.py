"""The first run's paper: rows drawn for the width there is, choices with a cursor, and lines to type into."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Input

from retcon import text
from retcon.frozen import dataclass
from retcon.widgets.drawing import Drawn, Part, cut, fit, width_of, wrap

Rows = Sequence[Sequence[Part]]
Build = Callable[[int], Rows]

_LABEL = 19
_NOTHING = "nothing is sent to anybody"


def nothing(_: int) -> Rows:
    """No rows."""
    return ()


class Sheet(Drawn):
    """Rows that are built anew for every width; as high as they are, or as high as there is room (`fills`)."""

    PREFIX = "sheet"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "sheet--strong",
        "sheet--muted",
        "sheet--faint",
        "sheet--accent",
        "sheet--warn",
    }

    def __init__(self, build: Build = nothing, *, fills: bool = False, id: str | None = None) -> None:
        super().__init__(id=id)
        self._build = build
        self._fills = fills
        self._rows: Rows = ()

    def show(self, build: Build) -> None:
        """Show these rows."""
        self._build = build
        self._lay()

    def on_resize(self) -> None:
        """Build the rows for the new width."""
        self._lay()

    def on_mount(self) -> None:
        """As high as it is, at once."""
        self._lay()

    def _lay(self) -> None:
        self._rows = self._build(self.size.width or self.app.size.width)
        if not self._fills:
            self.styles.height = len(self._rows)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        return self.row(self._rows[y] if y < len(self._rows) else ())


class Top(Drawn):
    """The first row: what this is, how far it is, and that nothing is sent."""

    PREFIX = "sheet"
    COMPONENT_CLASSES: ClassVar[set[str]] = Sheet.COMPONENT_CLASSES

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._far = ""

    def say(self, far: str) -> None:
        """How far it is: "1 of 3"."""
        self._far = far
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        left = " retcon · first run"
        room = self.size.width - width_of(left) - 2
        far = " · ".join(filter(None, (self._far, _NOTHING)))
        far = far if width_of(far) <= room else self._far or cut(_NOTHING, room)
        space = self.size.width - width_of(left) - width_of(far) - 1
        return self.row([(" retcon", "strong"), (" · first run", "muted"), (" " * space, ""), (far, "muted")])


@dataclass(frozen=True, slots=True)
class Offer:
    """One choice: its key, its words, and a sentence on it."""

    key: str
    words: str
    about: str


class Choices(Sheet, can_focus=True):
    """Choices with a cursor: a key takes its choice, Enter the one under the cursor."""

    @dataclass
    class Chosen(Message):
        """A choice was taken."""

        key: str

    def __init__(self, offers: Sequence[Offer], *, id: str | None = None) -> None:
        super().__init__(self._offered, id=id)
        self._offers = offers
        self._cursor = 0

    def on_key(self, event: events.Key) -> None:
        """Move, or take one."""
        pressed = event.character or event.key
        step = {"j": 1, "down": 1, "tab": 1, "k": -1, "up": -1, "shift+tab": -1}.get(event.key, 0)
        if step:
            self._cursor = (self._cursor + step) % len(self._offers)
            self.show(self._offered)
        elif event.key == "enter":
            self.post_message(self.Chosen(self._offers[self._cursor].key))
        elif any(pressed == offer.key for offer in self._offers):
            self.post_message(self.Chosen(pressed))
        else:
            return
        event.stop()
        event.prevent_default()

    def _offered(self, width: int) -> Rows:
        rows: list[Sequence[Part]] = []
        for place, offer in enumerate(self._offers):
            mark = "▌" if place == self._cursor else " "
            rows.append(((f"{mark} ", "accent"), (f"{offer.key}  ", "accent"), (cut(offer.words, width - 7), "strong")))
            rows += [((f"{mark} ", "accent"), (f"   {row}", "muted")) for row in wrap(offer.about, width - 7)]
            rows.append(())
        return rows


class Line(Input):
    """One line to type into; what is pasted into it is made harmless first."""

    def __init__(self, value: str = "", *, placeholder: str = "", hidden: bool = False, id: str | None = None) -> None:
        super().__init__(
            text.show(value).replace("\n", " "),
            placeholder=placeholder,
            password=hidden,
            compact=True,
            select_on_focus=False,
            max_length=4000,
            id=id,
        )
        self.cursor_blink = False

    def _on_paste(self, event: events.Paste) -> None:
        # Textual calls the handler of every class: Input's own comes after this one.
        event.text = text.show(event.text).strip().replace("\n", " ")


class Field(Horizontal):
    """A label, a line, and where its value comes from."""

    def __init__(
        self, name: str, label: str, value: str, note: str = "", *, hint: str = "", hidden: bool = False
    ) -> None:
        super().__init__(classes="field")
        self.named = name
        self._label = label
        self._note = note
        self.line = Line(value, placeholder=hint, hidden=hidden)

    def compose(self) -> ComposeResult:
        """Side by side."""
        yield Sheet(lambda width: ((("  " + fit(self._label, _LABEL - 2), "muted"),),), id="label")
        yield self.line
        yield Sheet(lambda width: (((" " + cut(self._note, width - 2), "muted"),),), id="note")

    @property
    def value(self) -> str:
        """What stands in it."""
        return self.line.value
