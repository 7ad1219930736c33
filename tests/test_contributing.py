"""The source and the channel of CONTRIBUTING.md work as they stand there."""

import re
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from retcon.channels.channel import Outgoing
from retcon.config import ShopSettings
from retcon.errors import SourceError
from retcon.model.people import Purpose
from retcon.platforms.wiring import Transports, Wiring
from retcon.store.database import Database
from retcon.sync import engine
from tests.talk import Talk

NOW = datetime(2026, 11, 20, 6, 52, tzinfo=UTC)
SHOWN = re.findall("```python\n(.*?)```", (Path(__file__).parent.parent / "CONTRIBUTING.md").read_text(), re.DOTALL)


def shown(name: str, file: Path) -> Any:
    """The class of that name, opened on the file."""
    module = ModuleType("recipe")
    exec(next(code for code in SHOWN if f"class {name}:" in code), module.__dict__)
    opened = getattr(module, name)
    return opened(
        Wiring(
            name="town",
            settings=opened.Settings(file=str(file)),
            shop=ShopSettings(),
            secret=lambda field: field,
            transports=Transports(),
            clock=lambda: NOW,
            sleep=lambda _seconds: None,
        )
    )


def test_the_source_brings_its_orders_once(database: Database, tmp_path: Path) -> None:
    (tmp_path / "till").write_text(
        '{"no": 1, "who": "ada@example.com", "at": "2026-11-19T10:00:00Z", "sum": "12.50"}\n'
    )

    def pull() -> int:
        till = shown("Till", tmp_path / "till")
        done = engine.run(database, till, name="town", kind="till", currency="EUR", now=lambda: NOW)
        assert done.ok, done.error
        return done.added

    assert (pull(), pull()) == (1, 0)


def test_the_source_says_what_is_wrong_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "till").write_text("no order\n")
    with pytest.raises(SourceError, match="has a line that is no order"):
        list(shown("Till", tmp_path / "till").pages({}, full=False, kept=dict))


def test_what_a_form_tells_is_a_conversation_that_waits(database: Database, tmp_path: Path) -> None:
    talk = Talk(database, tmp_path / "files")
    module = ModuleType("recipe")
    exec(next(code for code in SHOWN if "def message(" in code), module.__dict__)
    line = '{"id": 7, "from": "ada@example.com", "at": "2026-11-19T10:00:00Z", "text": "Where is it?"}'
    talk.keep(module.message(line))
    thread = talk.thread()
    assert (thread.address, thread.unanswered) == ("ada@example.com", 1)


def test_the_channel_writes_a_message_down_and_finds_it_again(tmp_path: Path) -> None:
    notebook = shown("Notebook", tmp_path / "letters")
    message = Outgoing(
        key="1.1.ab",
        recipient="ada@example.com",
        recipient_name="Ada",
        subject="Your parcel",
        body="It is on its way.",
        language="en",
        purpose=Purpose.SERVICE,
    )
    assert notebook.lookup("1.1.ab") is None
    notebook.send(message)
    assert notebook.lookup("1.1.ab") is not None
    assert "It is on its way." in (tmp_path / "letters").read_text()
