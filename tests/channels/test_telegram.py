"""A message to a chat: what leaves, what Telegram would not take, and what is known when it doesn't answer."""

from datetime import timedelta
from pathlib import Path

import pytest

from retcon.channels.channel import Attached
from retcon.demo.telegram import Bot, Request, Response, Sent, no
from retcon.desk.house import House, open_house
from retcon.errors import ChannelTrouble, ConfigError, Refused, RetconError, Uncertain
from retcon.platforms.wiring import Transports
from tests.telegram import CHAT, NOW, TOKEN, bot, channel, message


@pytest.fixture
def there() -> Bot:
    """A bot that Ada has written to: message 1 of her chat."""
    made = bot()
    made.start(CHAT)
    return made


def answering(there: Bot, answer: Response, method: str = "sendMessage") -> None:
    """From now on that method is answered so."""
    there.on_request = lambda request: answer if request.method == method else None


def test_the_text_leaves_as_it_is_and_the_receipt_names_the_message(there: Bot) -> None:
    body = "Hi *Ada* <b>&</b> _you_,\r\nit is on its way 📦\x1b[31m.\n"
    receipt = channel(there).send(message(body=body))
    assert there.sent == [Sent(CHAT, 2, "Hi *Ada* <b>&</b> _you_,\nit is on its way 📦[31m.\n")]
    assert (receipt.external_id, receipt.at) == (f"{CHAT}/2", NOW)
    assert "Your parcel" not in str(there.requests)
    assert there.requests[-1].asked["link_preview_options"] == {"is_disabled": True}


@pytest.mark.parametrize(
    ("reply_to", "number"),
    [(f"{CHAT}/1", 1), ("", None), ("700/1", None), ("<mail@example.org>", None), (f"{CHAT}/x", None)],
)
def test_it_answers_the_message_where_that_is_of_the_chat(there: Bot, reply_to: str, number: int | None) -> None:
    channel(there).send(message(reply_to=reply_to))
    assert there.sent[0].answers == number


def attached(tmp_path: Path, *names: str, content: bytes = b"%PDF") -> tuple[Attached, ...]:
    for name in names:
        (tmp_path / name).write_bytes(content)
    return tuple(Attached(name=name, media_type="application/pdf", path=tmp_path / name) for name in names)


def test_one_file_leaves_with_the_text_below_it_in_one_message(there: Bot, tmp_path: Path) -> None:
    files = attached(tmp_path, "größe.pdf")
    receipt = channel(there).send(message(files=files, reply_to=f"{CHAT}/1"))
    assert there.sent == [Sent(CHAT, 2, "It is on its way.", 1, ("größe.pdf", b"%PDF"))]
    assert receipt.external_id == f"{CHAT}/2"
    channel(there).send(message(files=files, body=""))
    assert (there.sent[1].text, there.sent[1].file) == ("", ("größe.pdf", b"%PDF"))


def test_what_telegram_would_not_take_is_refused_before_anything_is_asked(there: Bot, tmp_path: Path) -> None:
    def no_to(code: str, **told: object) -> str:
        before = len(there.requests)
        with pytest.raises(Refused) as caught:
            channel(there).send(message(**told))
        assert (caught.value.code, len(there.requests)) == (code, before)
        assert not caught.value.blocked
        return caught.value.title

    assert "holds 4,096 characters, and this text has 4,097" in no_to("length", body="x" * 4097)
    assert "this text has 4,098" in no_to("length", body="📦" * 2049)
    assert "with a file holds 1,024" in no_to("length", body="x" * 1025, files=attached(tmp_path, "a.pdf"))
    assert "One file per Telegram message" in no_to("files", files=attached(tmp_path, "a.pdf", "b.pdf"))
    assert "is empty" in no_to("empty", body=" \n")
    assert "“a.pdf” is empty" in no_to("file", files=attached(tmp_path, "a.pdf", content=b""))
    gone = (Attached(name="gone.pdf", media_type="application/pdf", path=tmp_path / "gone.pdf"),)
    assert "can't be read" in no_to("file", files=gone)
    for recipient in ("ada@example.org", "@ada", "", "٣", "1" * 30):
        assert "no chat of Telegram's" in no_to("address", recipient=recipient)
    channel(there).send(message(body="📦" * 2048))


# ---- what Telegram says -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "blocked", "gone", "words"),
    [
        (no(403, "Forbidden: bot was blocked by the user"), True, False, "They have blocked the bot (403)."),
        (no(403, "Forbidden: bot can't initiate conversation with a user"), False, False, "not pressed Start"),
        (no(403, "Forbidden: user is deactivated"), False, True, "account no longer exists"),
        (no(403, "Forbidden: something new"), True, False, "something new."),
        (no(400, "Bad Request: chat not found"), False, False, "no chat with them (400)"),
        (no(400, "Bad Request: message is too long"), False, False, "message is too long."),
        (no(400, "Bad Request: something new"), False, False, "something new."),
    ],
)
def test_a_final_no_says_whether_the_person_has_shut_the_chat(
    there: Bot, said: Response, blocked: bool, gone: bool, words: str
) -> None:
    answering(there, said)
    with pytest.raises(Refused) as caught:
        channel(there).send(message())
    assert (caught.value.blocked, caught.value.address_gone) == (blocked, gone)
    assert words in caught.value.title


def test_somebody_who_blocked_the_bot_gets_nothing(there: Bot) -> None:
    there.block(CHAT)
    with pytest.raises(Refused, match="blocked the bot"):
        channel(there).send(message())
    assert there.sent == []


def test_trouble_of_the_bot_is_no_messages_fault(there: Bot) -> None:
    with pytest.raises(ChannelTrouble, match="is not known to Telegram") as wrong:
        channel(there, token="1:wrong").send(message())
    assert wrong.value.retry_at is None
    answering(there, no(429, "Too Many Requests: retry after 40", retry_after=40))
    with pytest.raises(ChannelTrouble, match="slow down") as fast:
        channel(there).send(message())
    assert fast.value.retry_at == NOW + timedelta(seconds=40)
    answering(there, Response(302, b"", "text/html"))
    with pytest.raises(ChannelTrouble, match="none of its answers"):
        channel(there).send(message())


def test_a_lost_answer_leaves_it_open_and_the_next_message_asks_first_whether_the_bot_is_there(there: Bot) -> None:
    def drops(request: Request) -> Response | None:
        if request.method == "sendMessage":
            there.sent.append(Sent(CHAT, 2, request.asked["text"]))
        return Response(502, b"<html>Bad Gateway</html>", "text/html")

    ours = channel(there)
    ours.send(message())
    there.on_request = drops
    with pytest.raises(Uncertain, match="Perhaps sent"):
        ours.send(message())
    with pytest.raises(ChannelTrouble) as trouble:
        ours.send(message())
    assert trouble.value.retry_at == NOW + timedelta(minutes=1)
    assert len(there.sent) == 2
    there.on_request = None
    ours.send(message())
    asked = [request.method for request in there.requests]
    assert asked == ["getMe", "sendMessage", "sendMessage", "getMe", "getMe", "sendMessage"]
    assert ours.lookup("1.1.here") is None


def test_check_says_whether_the_bot_answers(there: Bot) -> None:
    assert channel(there).check() == "@northlight_bot answers."
    with pytest.raises(ChannelTrouble, match="is not known to Telegram"):
        channel(there, token="1:wrong").check()


# ---- the token stands once --------------------------------------------------------------------------------------


def opened(tmp_path: Path, channel_says: str, source: str = "telegram") -> House:
    import httpx

    home = tmp_path / "shared"
    home.mkdir()
    url = '\nbase_url = "https://proxy.example/tg"' if source == "telegram" else '\nurl = "https://shop.example"'
    (home / "config.toml").write_text(
        f'[sources.bot]\nkind = "{source}"{url}\n[channels.tg]\nkind = "telegram"\n{channel_says}\n'
    )
    (home / "secrets.toml").write_text(f'[sources.bot]\nbot_token = "{TOKEN}"\n')
    (home / "secrets.toml").chmod(0o600)
    there = bot()
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url))
        return httpx.Response(200, json={"ok": True, "result": {"username": there.name}})

    opened = open_house(home, transports=Transports(http=httpx.MockTransport(answer)))
    object.__setattr__(opened, "seen", seen)
    return opened


def test_a_channel_shares_the_account_of_its_source(tmp_path: Path) -> None:
    house = opened(tmp_path, 'account = "bot"')
    assert house.channel("tg").check() == "@northlight_bot answers."
    assert house.seen == [f"https://proxy.example/tg/bot{TOKEN}/getMe"]  # type: ignore[attr-defined]
    house.close()


@pytest.mark.parametrize(
    ("says", "source", "words"),
    [
        ('account = "other"', "telegram", "account = “other”, and there is no [sources.other]"),
        ('account = "bot"', "woocommerce", "telegram can't share the keys of [sources.bot]"),
        ("", "telegram", "The bot token of [channels.tg] is nowhere"),
    ],
)
def test_an_account_that_has_no_token_is_said(tmp_path: Path, says: str, source: str, words: str) -> None:
    house = opened(tmp_path, says, source)
    with pytest.raises(RetconError) as caught:
        house.channel("tg").check()
    assert words in caught.value.title
    house.close()


def test_settings_that_are_wrong_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="base_url"):
        opened(tmp_path, 'base_url = "api.telegram.org"')
