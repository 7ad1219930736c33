"""The seller's own texts: a number puts one into the message that is written, or begins one with it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from retcon import text
from retcon.desk.today import Item
from retcon.errors import RetconError
from retcon.screens import menus, sayings
from retcon.screens.writing import WritingScreen
from retcon.widgets import words
from retcon.widgets.menu import Choice
from retcon.widgets.verbs import Command

if TYPE_CHECKING:
    from retcon.desk.texts import Text


class TextingScreen(WritingScreen):
    """A screen on which texts of one's own are at hand."""

    def commands(self) -> Sequence[Command]:
        """Each text by its name."""
        from retcon.desk import texts

        try:
            names = texts.names(self.house)
        except RetconError:
            return ()  # what is wrong with them is said where they are asked for
        return [Command(f"text({place})", f"your text “{text.line(name)}”") for place, name in enumerate(names)]

    def action_text(self, place: int) -> None:
        """Put the text of that place into the message."""
        item = self.written_item or self.person_shown()
        if item is not None and (self.writing or not self.approved_already()):
            self._fill(item, place)

    def action_texts(self) -> None:
        """Ask which text; on what is written, or the message that is shown."""
        from retcon.desk import texts

        item = self.written_item or self.person_shown()
        if item is None or (not self.writing and self.approved_already()):
            return
        try:
            names = texts.names(self.house)
        except RetconError as error:
            self.say(sayings.failed(error), "warn")
            return
        if not names:
            self.say("There are no texts: each is a file in texts/LANGUAGE/ beside config.toml.")
            return
        signs = menus.places(len(names))
        choices = [Choice(sign, text.line(name)) for sign, name in zip(signs, names, strict=False)]
        title = f"Your texts for {words.call_name(item.customer)}:"
        self.ask(title, choices, lambda key: self._fill(item, signs.index(key)))

    def _fill(self, item: Item, place: int) -> None:
        from retcon.desk import texts

        self.do(lambda: texts.texts(self.house, item)[place], lambda found: self._insert(item, found))

    def _insert(self, item: Item, found: "Text") -> None:
        if not self.writing:
            self.write_here(item)
        if (composer := self.composer) is not None:
            self.call_after_refresh(composer.insert, found.body, found.operator_body)
            self.say(_said(found), "warn" if found.missing else "")


def _said(found: "Text") -> str:
    """What became of the text: what it lacks, which language it is in."""
    said = f"“{text.line(found.name)}” in {words.language_name(found.language)}"
    if found.missing:
        fields = " and ".join(f"{{{field.replace(' ', '_')}}}" for field in found.missing)
        return f"{said}: nothing is known for {fields}. Write it yourself; it can't leave like this."
    if found.instead_of:
        return f"{said}: there is none in {words.language_name(found.instead_of)}."
    return f"{said}; nothing is known of {', '.join(found.left_out)}." if found.left_out else f"{said}."
