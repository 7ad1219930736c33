"""Notes and tags of whoever is chosen; the desk's verbs for both are imported when they are asked for first."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from retcon import text
from retcon.errors import RetconError
from retcon.screens import menus, sayings
from retcon.screens.console import ConsoleScreen
from retcon.widgets.menu import Choice

T = TypeVar("T")
_NEW = "n"
_OFFERED = 8


class NotingScreen(ConsoleScreen):
    """A screen on which people are chosen. Who they are is its subclass's."""

    def whom(self) -> tuple[list[int], str]:
        """Who is chosen, by id, and how they are called; where nobody is, says why."""
        return [], ""

    def action_note(self) -> None:
        """Write a note on whoever is chosen."""
        ids, who = self.whom()
        if not ids:
            return

        def write(words: str) -> None:
            from retcon.desk import notes

            self.undoable(lambda: notes.add_all(self.house, ids, words), lambda _: text.sentence(f"Noted on {who}"))

        self.ask_line(f"Note on {who}   Esc back", "your own words; no customer sees them", lambda _: "", write)

    def action_tag(self) -> None:
        """Put a tag on whoever is chosen, or take off one that they have."""
        ids, who = self.whom()
        if not ids:
            return

        def offered() -> tuple[tuple[str, bool], ...]:
            from retcon.desk import tags

            return tags.offered(self.house, ids, _OFFERED)

        self.do(offered, lambda found: self._ask_tag(ids, who, found))

    def _ask_tag(self, ids: Sequence[int], who: str, found: Sequence[tuple[str, bool]]) -> None:
        if not found:
            self._ask_new_tag(ids, who)
            return
        letters = dict(zip(menus.letters([_NEW, *(name for name, _ in found)])[1:], found, strict=True))
        choices = [Choice(key, f"take off #{name}" if on else f"#{name}") for key, (name, on) in letters.items()]
        self.ask(f"Tag {who}:", [*choices, Choice(_NEW, "a new one")], lambda key: self._tagged(ids, who, letters, key))

    def _tagged(self, ids: Sequence[int], who: str, letters: dict[str, tuple[str, bool]], key: str) -> None:
        if key == _NEW:
            self._ask_new_tag(ids, who)
        else:
            name, on = letters[key]
            self._tag(ids, who, name, off=on)

    def _ask_new_tag(self, ids: Sequence[int], who: str) -> None:
        def understood(line: str) -> str:
            from retcon.desk import tags

            try:
                return f"Enter puts #{tags.checked(line)} on {who}." if line.strip() else ""
            except RetconError as error:
                return str(error)

        self.ask_line(
            f"Tag {who}   Esc back", "one word", understood, lambda line: self._tag(ids, who, line, off=False)
        )

    def _tag(self, ids: Sequence[int], who: str, name: str, *, off: bool) -> None:
        from retcon.desk import tags

        try:
            name = tags.checked(name)
        except RetconError as error:
            self.say(sayings.failed(error), "warn")
            return

        def said(changed: Sequence[int]) -> str:
            if not changed:
                return f"{who}: #{name} was {'off' if off else 'on'} already."
            some = who if len(changed) == len(ids) else text.plural(len(changed), "person", "people")
            return text.sentence(f"#{name} taken off {some}" if off else f"#{name} put on {some}")

        change = tags.take_off if off else tags.put
        self.undoable(lambda: change(self.house, ids, name), said)

    def undoable(self, verb: Callable[[], T], said: Callable[[T], str]) -> None:
        """Run a verb that can be taken back, and say what became of it."""

        def done(result: T) -> None:
            self.say(f"{said(result)} {sayings.taken_back()}" if result else said(result))
            self.reload()

        self.do(verb, done)
