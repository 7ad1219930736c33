"""The log: what went wrong lately, the newest first."""

from textual import work
from textual.app import ComposeResult

from retcon import localtime, text
from retcon.desk import log
from retcon.desk.log import Event
from retcon.errors import RetconError
from retcon.screens import menus, sayings
from retcon.screens.console import ConsoleScreen, Shared
from retcon.screens.moving import Moving
from retcon.widgets.drawing import Part, wrap
from retcon.widgets.reader import Reader
from retcon.widgets.view import BLANK, Page, Row


class LogScreen(Moving, ConsoleScreen):
    """Lies over the screen from which it was opened."""

    NAME = "the log"
    ABOUT = "What went wrong lately: pulls, channels, and retcon itself. Nothing that a customer wrote stands here."
    HOLDS = "here is what went wrong"

    def __init__(self, shared: Shared) -> None:
        super().__init__(shared)
        self.reader = Reader(id="reader")
        self.events: tuple[Event, ...] = ()
        self._everything = False

    def compose(self) -> ComposeResult:
        """The page, what happened, and the keys."""
        yield self.reader
        yield from self.bottom()

    def on_mount(self) -> None:
        """Read it."""
        self.reader.focus()
        self._read()

    def focus_main(self) -> None:
        """The keys scroll the page."""
        self.reader.focus()

    def reload(self) -> None:
        """Read it again."""
        self._read()

    @work(thread=True, exclusive=True, exit_on_error=False, group="read")
    def _read(self) -> None:
        try:
            events = log.read(self.house, everything=self._everything)
        except RetconError as error:
            self.app.call_from_thread(self.say, sayings.failed(error), "warn")
        else:
            self.app.call_from_thread(self._show, events)

    def _show(self, events: tuple[Event, ...]) -> None:
        self.events = events
        self._draw()

    def _draw(self) -> None:
        width = self.app.size.width
        what = "Everything" if self._everything else "What went wrong"
        title: Row = ((f" {what} in the last two weeks", "strong"),)
        folder = text.line(str(self.house.settings.places.logs))
        where = tuple(((f" {row}", "faint"),) for row in wrap(f"All of it is in {folder}", width - 2))
        views = "what went wrong" if self._everything else "everything"
        shown = (("quit", "back"), ("down", "down"), ("views", views), ("copy", "copy"), ("help", "keys"))
        self.footer.show(menus.footer(*shown))
        rows: list[Row] = []
        for event in self.events:
            rows += self._event(event, width)
        if not rows:
            rows = [((" Nothing went wrong.", "muted"),)]
        self.reader.show(Page(tuple(rows), where, (title, BLANK)), keep=True)

    def _event(self, event: Event, width: int) -> list[Row]:
        """When and where, and below it what, as long as it is."""
        now = self.house.now()
        when = localtime.when(event.at, now, self.zone)
        often = ""
        if event.times > 1 or event.first_at != event.at:
            since = localtime.when(event.first_at, now, self.zone)
            often = f" · {text.plural(event.times, 'time')} since {since}" if event.times > 1 else f" · since {since}"
        head: tuple[Part, ...] = ((f" {when}", "label"), (f"  {event.where}", "accent"), (often, "faint"))
        style = "warn" if event.trouble else "muted"
        return [head, *(((f"   {row}", style),) for row in wrap(event.words, width - 4)), BLANK]

    def on_resize(self) -> None:
        """Wrap it anew."""
        self._draw()

    # ---- keys

    def move_by(self, steps: int, *, half: bool = False) -> None:
        """Scroll."""
        self.reader.scroll(steps * (self.reader.half if half else 1))

    def action_first(self) -> None:
        """To the newest."""
        self.reader.scroll(-len(self.reader.page.body))

    def action_last(self) -> None:
        """To the oldest."""
        self.reader.scroll(len(self.reader.page.body))

    def action_views(self) -> None:
        """Everything, or what went wrong."""
        self._everything = not self._everything
        self._read()

    def action_load(self) -> None:
        """Read it again."""
        self._read()

    def action_copy(self) -> None:
        """Copy what is shown, to ask somebody about it."""
        lines = [f"{event.at:%Y-%m-%d %H:%M} {event.times}x {event.where} {event.words}" for event in self.events]
        self.app.copy_to_clipboard("\n".join(lines))
        self.say("Copied, where your terminal allows it.")

    def action_log(self) -> None:
        """Back."""
        self.app.pop_screen()

    def step_back(self) -> bool:
        """To the screen from which it was opened."""
        self.app.pop_screen()
        return True
