"""Sentences name keys as the user has them: no letter of ours stands in one."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

import retcon
from retcon import keys
from retcon.app import RetconApp
from retcon.desk.house import House
from retcon.screens.console import ConsoleScreen
from retcon.widgets.drawing import Drawn
from tests.console import sample
from tests.console.conftest import ticking

ROOT = Path(retcon.__file__).parent
ROOMS = ("screens", "widgets", "desk", "retention", "channels", "library", "model")
# The first run has keys of its own, before there are settings; these files hold words of other languages.
APART = re.compile(r"/first_|/daywords\.py|/signs\.py")
# A letter alone is no English word but "a" and "I"; after a figure it is a unit: "3 h". Of signs, those with a verb.
LONE = re.compile(
    r"(?<![\w{}'’“”\-–&.@/<%\[])(?<!\{\} )(?<!\d )"
    r"(?:[b-zB-HJ-Z]|[aA](?= (?:[a-z] )*(?:approves|does|sends|takes?|drops)\b))"
    r"(?![\w'’}.)@/&=\-\]])|: [a-zA-Z]\.(?:$| )|\bc e\b"
)
SIGN = re.compile(r"(?:^|(?<=[ :·…]) ?)[;#*!?/.>:\-](?= [a-z]+s\b)|\bTab(?= [a-z]|:)")


def literals(source: str) -> Iterator[tuple[int, str]]:
    """The sentences of a module, `{}` for what is filled in; documentation is none."""
    tree = ast.parse(source)
    inside = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            inside.update(id(value) for value in node.values)
            yield (
                node.lineno,
                "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values),
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.lineno, node.value


def pairs(source: str) -> Iterator[tuple[int, str]]:
    """A key and its word, as the bottom of a screen shows them."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Tuple) and len(node.elts) == 2:
            said = [part.value for part in node.elts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
            if len(said) == 2 and len(said[0]) == 1 and len(said[1]) > 2:
                yield node.lineno, " ".join(said)


def names_a_key(said: str) -> bool:
    """Whether a letter of ours stands in the sentence."""
    return (
        " " in said and not re.search(r"%[a-zA-Z]|\\|Callable\[", said) and bool(LONE.search(said) or SIGN.search(said))
    )


@pytest.mark.parametrize(
    "said",
    [
        "u takes it back.",
        "Nothing is due: S syncs.",
        "{} for you to read: J shows them",
        "E-mail can: c e.",
        "a approves it now.",
        "{} marked: a x s take them",
        "{} need you: . shows it",
        "Tab: 3 rows",
        "Everything waits until you let it go: H.",
        "… 3 quoted lines: > shows them",
    ],
)
def test_a_letter_in_a_sentence_is_noticed(said: str) -> None:
    assert names_a_key(said)


@pytest.mark.parametrize(
    "said",
    ["a photo and I", "{} h ago", "in {} s", "it isn't there", "“x” is no key", "an e-mail or {}", "3 d", "Re: a mug"],
)
def test_words_and_units_are_no_keys(said: str) -> None:
    assert not names_a_key(said)


def test_no_sentence_and_no_row_of_keys_has_a_letter_of_ours() -> None:
    found: list[str] = []
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            if not APART.search(str(file)):
                source = file.read_text(encoding="utf-8")
                said = [(line, words) for line, words in literals(source) if names_a_key(words)]
                said += pairs(source) if room == "screens" else ()
                found += [f"{file.relative_to(ROOT)}:{line}: {words}" for line, words in said]

    assert found == []


# ---- with other keys for everything


_OTHERS = [f"{held}f{number}" for held in ("", "ctrl+", "alt+", "shift+", "ctrl+alt+") for number in range(1, 13)]
OTHER = {
    key.id: {"open": "enter", "back": "escape"}.get(key.id, other)
    for key, other in zip(keys.TABLE, _OTHERS, strict=False)
}
FIXED = {"Enter", "Esc", "Tab", "↑ ↓"}  # of what is written into, and answered


@pytest.fixture
def remapped(house: House) -> Iterator[Callable[[], RetconApp]]:
    """The console over the sample's day, every key another one."""

    def make() -> RetconApp:
        house_ = replace(house, settings=replace(house.settings, keys=OTHER))
        loaded = replace(sample.waiting(), version=house.database.data_version())
        return RetconApp(house_, load=lambda _: loaded, monotonic=ticking())

    yield make
    keys.use(keys.TABLE)


def drawn(pilot: Pilot[None]) -> Iterator[tuple[str, str]]:
    """Every piece that is drawn, and whether it is drawn as a key."""
    for widget in pilot.app.screen.query(Drawn):
        if widget.display and widget.id in ("status", "footer", "menu", "verbs", "rule"):
            key = widget.look("key") if f"{widget.PREFIX}--key" in widget.COMPONENT_CLASSES else None
            for y in range(widget.size.height):
                strip = widget.render_line(y)
                if widget.id != "footer":
                    yield "", strip.text
                for segment in strip:
                    if key is not None and segment.style is not None and segment.style.color == key.color:
                        yield "key", segment.text.strip()


STATES = (
    (),
    ("approve",),
    ("down", "approve"),
    ("done",),
    ("mark", "down", "mark"),
    ("open",),
    ("filter",),
    ("edit",),
    ("help",),
    ("palette",),
    ("hold",),
    ("load",),
    ("last", "open"),
    ("why",),
)


@pytest.mark.parametrize("actions", STATES, ids="-".join)
async def test_with_other_keys_for_everything_no_letter_of_ours_is_shown(
    remapped: Callable[[], RetconApp], actions: tuple[str, ...]
) -> None:
    async with remapped().run_test(size=(120, 40)) as pilot:
        await look(pilot, actions)


async def look(pilot: Pilot[None], actions: tuple[str, ...]) -> None:
    """Do these, and look at every sentence and key that is shown after each."""
    theirs = {keys.shown(key) for names in OTHER.values() for key in names.split(",")} | FIXED
    for action in ("", *actions):
        if action:
            assert isinstance(pilot.app.screen, ConsoleScreen)
            await pilot.app.screen.action_verb(action)
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        shown = list(drawn(pilot))
        assert [words for kind, words in shown if not kind and names_a_key(words)] == []
        assert {words for kind, words in shown if kind and re.search(r"[^\W\d]", words)} <= theirs


SCREENS = (
    ("customers",),
    ("customers", "mark", "tag"),
    ("customers", "filter"),
    ("customers", "approve"),
    ("customers", "open"),
    ("customers", "open", "note"),
    ("customers", "open", "mark"),
    ("customers", "open", "write"),
    ("inbox",),
    ("inbox", "open"),
    ("outbox",),
    ("outbox", "approve"),
    ("log",),
    ("log", "note"),
    ("customers", "help"),
)


@pytest.mark.parametrize("actions", SCREENS, ids="-".join)
async def test_nor_on_any_other_screen(shop: House, actions: tuple[str, ...]) -> None:
    app = RetconApp(replace(shop, settings=replace(shop.settings, keys=OTHER)), monotonic=ticking())
    try:
        async with app.run_test(size=(120, 40)) as pilot:
            await look(pilot, actions)
    finally:
        keys.use(keys.TABLE)
