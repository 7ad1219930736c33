"""The console over a shop that has asked its past: what Insights and the Playbook are tested with."""

from retcon.app import RetconApp
from retcon.desk.house import House
from retcon.screens.rows_and_text import RowsAndText
from tests.console.conftest import ticking
from tests.console.hand import Hand


def console(house: House, command: tuple[str, ...] = ()) -> RetconApp:
    return RetconApp(house, command=command, monotonic=ticking())


def text(hand: Hand) -> str:
    """All that the text below holds, row by row."""
    assert isinstance(hand.screen, RowsAndText)
    return "\n".join("".join(part for part, _ in row).rstrip() for row in hand.screen.reader.page.body)


def prose(hand: Hand) -> str:
    """The same with its sentences whole."""
    return " ".join(text(hand).split())
