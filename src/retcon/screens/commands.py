"""What can be run on a screen, by its key or by name: what it has, what does nothing there and why."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Protocol

from retcon import keys, text
from retcon.keys import Key
from retcon.widgets.verbs import Command

# Verbs without a key, on every screen.
EVERYWHERE = (
    Command("live", "go live: what is still missing"),
    Command("theme('dark')", "colours: dark"),
    Command("theme('light')", "colours: light"),
    Command("theme('ansi')", "colours: those of the terminal"),
    Command("leave", "quit: close the console"),
)


class Runs(Protocol):
    """A screen, as far as its verbs go."""

    TAB: ClassVar[str]
    NAME: ClassVar[str]
    HOLDS: ClassVar[str]
    MEANS: ClassVar[Mapping[str, str]]

    def useless(self, action: str) -> str:
        """Why a verb that it has does nothing now."""
        ...

    def commands(self) -> Sequence[Command]:
        """Its verbs without a key."""
        ...


def name_of(screen: Runs) -> str:
    """What the screen is called."""
    return screen.NAME or screen.TAB


def has(screen: Runs, action: str) -> bool:
    """Whether the screen has that verb."""
    return hasattr(screen, f"action_{action}")


def with_keys(screen: Runs, table: Sequence[Key]) -> list[Command]:
    """The verbs of the table that the screen has, by group."""
    grouped = [key for group in keys.Group for key in table if key.group == group and has(screen, key.id)]
    return [
        Command(
            key.id,
            screen.MEANS.get(key.id, key.words),
            key.keys,
            why_not=screen.useless(key.id),
            about=key.group.value,
        )
        for key in grouped
    ]


def every(screen: Runs, table: Sequence[Key]) -> list[Command]:
    """All verbs: those of the screen, those without a key, and those that other screens have, with why not here."""
    others = [Command(key.id, key.words, key.keys, why_not=_why_not(screen, key)) for key in table]
    missing = [command for command in others if not has(screen, command.id)]
    return [*with_keys(screen, table), *screen.commands(), *EVERYWHERE, *missing]


def _why_not(screen: Runs, key: Key) -> str:
    about = f"for {key.of}" if key.of else "not here"
    return f"{about}; {screen.HOLDS}" if screen.HOLDS else about


def missing(screen: Runs, key: Key) -> str:
    """What a key says on a screen that lacks its verb."""
    name = keys.shown(key.keys[0])
    for_ = f"{name} is for {key.of}" if key.of else f"{name} does nothing here"
    here = f": {screen.HOLDS}" if screen.HOLDS and key.of else ""
    return text.sentence(f"{for_}{here}") + f" {keys.name('help')} shows the keys of {name_of(screen)}."
