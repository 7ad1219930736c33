"""Every request that we make of Telegram is one that its published API knows: method, parameters, their types."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from retcon.channels.channel import Attached
from retcon.demo.telegram import Bot
from retcon.sync.telegram import KINDS
from tests.telegram import CHAT, bot, channel, message, source

SPEC = Path(__file__).parents[3] / "shared" / "specs" / "telegram" / "api.json"
pytestmark = pytest.mark.skipif(not SPEC.is_file(), reason="the published API is not on this machine")


@cache
def spec() -> dict[str, Any]:
    return json.loads(SPEC.read_text(encoding="utf-8"))


def fields(told: Mapping[str, Any]) -> dict[str, Any]:
    return {field["name"]: field for field in told.get("fields", [])}


def wrong(value: Any, types: list[str]) -> str:
    """What is wrong with the value as one of the types; "" where it is one."""
    said = [_wrong(value, kind) for kind in types]
    return "" if "" in said else said[0]


def _wrong(value: Any, kind: str) -> str:
    if kind.startswith("Array of "):
        inner = kind.removeprefix("Array of ")
        problems = [_wrong(each, inner) for each in value] if isinstance(value, list) else [f"{value!r} is no list"]
        return next(filter(None, problems), "")
    if kind == "InputFile":
        return "" if isinstance(value, tuple) else f"{value!r} is no file"
    simple = {"Integer": int, "String": str, "Boolean": bool, "Float": (int, float)}.get(kind)
    if simple is not None:
        boolean = isinstance(value, bool)
        return "" if isinstance(value, simple) and boolean == (kind == "Boolean") else f"{value!r} is no {kind}"
    known = fields(spec()["types"][kind])
    if not isinstance(value, dict):
        return f"{value!r} is no {kind}"
    return mistakes(value, known)


def mistakes(asked: Mapping[str, Any], known: Mapping[str, Any]) -> str:
    """What is wrong with the parameters; "" where all is well."""
    for name, value in asked.items():
        if name not in known:
            return f"{name} is unknown"
        if said := wrong(value, known[name]["types"]):
            return f"{name}: {said}"
    return ", ".join(name for name, field in known.items() if field["required"] and name not in asked)


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Bot:
    """A bot of which everything was asked that we ever ask."""
    made = bot()
    made.start(CHAT, "c17-abcdefghijklmnopqrstuvwx")
    made.write(CHAT, document=made.keep("d", b"%PDF"))
    list(source(made).pages({}, full=False, kept=dict))
    source(made).check()
    paper = tmp_path_factory.mktemp("files") / "a.pdf"
    paper.write_bytes(b"%PDF")
    file = Attached(name="a.pdf", media_type="application/pdf", path=paper)
    ours = channel(made)
    ours.check()
    ours.send(message())
    ours.send(message(reply_to=f"{CHAT}/1"))
    ours.send(message(files=(file,), reply_to=f"{CHAT}/1"))
    return made


def test_every_method_is_asked_here(there: Bot) -> None:
    asked = {request.method for request in there.requests}
    assert asked == {"getMe", "getUpdates", "getWebhookInfo", "getFile", "file", "sendMessage", "sendDocument"}


def test_every_request_is_one_that_the_api_knows(there: Bot) -> None:
    for request in there.requests:
        if request.method == "file":
            continue
        known = fields(spec()["methods"][request.method])
        asked = dict(request.asked)
        if request.method == "sendDocument":  # a form: all is text, structures are JSON (Making requests)
            asked["reply_parameters"] = json.loads(asked.get("reply_parameters", '{"message_id": 1}'))
        assert mistakes(asked, known) == "", request


def test_the_check_finds_what_is_wrong() -> None:
    known = fields(spec()["methods"]["sendMessage"])
    assert mistakes({"chat_id": 1, "text": "x"}, known) == ""
    assert mistakes({"chat_id": 1}, known) == "text"
    assert mistakes({"chat_id": 1, "text": 7}, known) == "text: 7 is no String"
    assert mistakes({"chat_id": True, "text": "x"}, known) == "chat_id: True is no Integer"
    assert "disable_web_page_preview" in mistakes({"chat_id": 1, "text": "x", "disable_web_page_preview": True}, known)
    no_number = {"allow_sending_without_reply": True}
    assert "message_id" in mistakes({"chat_id": 1, "text": "x", "reply_parameters": no_number}, known)


def test_the_updates_that_we_ask_for_are_ones_that_there_are() -> None:
    assert set(KINDS) <= fields(spec()["types"]["Update"]).keys()


def test_what_we_read_of_a_message_is_there() -> None:
    names = fields(spec()["types"]["Message"]).keys()
    read = (
        "from chat date message_id text caption photo document voice video video_note audio animation sticker contact"
    )
    assert (
        set(f"{read} venue location poll dice quote reply_to_message media_group_id is_from_offline".split()) <= names
    )
    assert {"file_id", "file_size", "file_name", "mime_type"} <= fields(spec()["types"]["Document"]).keys()
    assert "retry_after" in fields(spec()["types"]["ResponseParameters"])
