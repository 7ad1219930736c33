"""Every way in which Telegram doesn't answer: what is known of the call then, and that nothing tells the token."""

import logging
import socket
import socketserver
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from retcon.demo.telegram import NAME, TOKEN, Response, no, ok
from retcon.platforms import telegram
from retcon.platforms.telegram import Failure, Why
from tests.telegram import CHAT, bot, client, serving

SECRET = TOKEN.partition(":")[2]


def failure(answer: Response, method: str = "sendMessage") -> Failure:
    """What a call comes to where Telegram says this."""
    talking = client(bot(on_request=lambda _request: answer))
    with pytest.raises(Failure) as caught:
        talking.send_message(CHAT, "Hello") if method == "sendMessage" else talking.updates(None, ["message"])
    return caught.value


ANSWERS: dict[str, tuple[Response, Why, str]] = {
    "a wrong token": (no(401, "Unauthorized"), Why.TOKEN, "is not known to Telegram (401)"),
    "a token that is none to Telegram": (no(404, "Not Found"), Why.TOKEN, "is not known to Telegram (404)"),
    "a block": (no(403, "Forbidden: bot was blocked by the user"), Why.SHUT, "bot was blocked by the user."),
    "an unknown chat": (no(400, "Bad Request: chat not found"), Why.REFUSED, "chat not found."),
    "a group that moved": (
        no(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1001),
        Why.REFUSED,
        "a supergroup under another number",
    ),
    "too fast": (no(429, "Too Many Requests: retry after 17", retry_after=17), Why.TOO_FAST, "for 17 seconds (429)"),
    "a fault": (no(500, "Internal Server Error"), Why.UNKNOWN, "a fault of its own (500)"),
    "a gateway's page": (Response(502, b"<html>Bad Gateway</html>", "text/html"), Why.UNKNOWN, "of its own (502)"),
    "half an answer": (Response(200, b'{"ok":true,"result":{"mess'), Why.UNKNOWN, "none of its answers (200)"),
    "an answer without a number": (ok({"date": 1}), Why.UNKNOWN, "none of its answers"),
    "a log-in page": (Response(302, b"", "text/html"), Why.NOT_DONE, "none of its answers (302)"),
    "a firewall": (Response(405, b"<html>No.</html>", "text/html"), Why.NOT_DONE, "none of its answers (405)"),
    "a list": (Response(200, b"[]"), Why.UNKNOWN, "none of its answers (200)"),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_each_no_says_what_is_known_of_the_call(case: str) -> None:
    answer, why, words = ANSWERS[case]
    told = failure(answer)
    assert told.why is why
    assert words in told.title
    assert told.title.endswith(".")


def test_how_long_to_wait_is_told_and_never_absurd() -> None:
    assert failure(no(429, "Too Many Requests", retry_after=17)).wait == 17
    assert failure(no(429, "Too Many Requests", retry_after=10**30)).wait == 86_400
    assert failure(no(429, "Too Many Requests")).wait == 30


def test_another_program_that_reads_is_explained() -> None:
    polls = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    told = failure(no(409, polls), "getUpdates")
    assert (told.why, "Another program reads" in told.title) == (Why.ELSEWHERE, True)
    assert "stop the other one" in told.hint
    with pytest.raises(Failure) as caught:
        client(bot(webhook="https://hook.example/telegram")).updates(None, ["message"])
    assert "by a webhook (409)" in caught.value.title
    assert "/deleteWebhook" in caught.value.hint
    assert TOKEN not in str(caught.value)


def test_what_is_no_token_is_not_asked_about() -> None:
    for token in ("", "my token", "12345", "1:a/../getMe", "1:a\nb"):
        with pytest.raises(Failure, match="is none: a bot token is"):
            client(bot(), token=token)


# ---- what is known when the line breaks -------------------------------------------------------------------------


@contextmanager
def breaking(how: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that does so with every connection; its address."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            how(self.request)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def broken(base_url: str, **told: float) -> Failure:
    with pytest.raises(Failure) as caught:
        client(bot(), base_url=base_url, transport=None, **told).send_message(CHAT, "Hello")
    return caught.value


def test_where_no_connection_comes_about_nothing_was_done() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    told = broken(f"http://127.0.0.1:{port}")
    assert (told.why, f"127.0.0.1:{port} can't be reached" in told.title) == (Why.NOT_DONE, True)


def test_a_name_that_nobody_has_is_said() -> None:
    told = broken("https://telegram.invalid")
    assert (told.why, told.title) == (
        Why.NOT_DONE,
        "telegram.invalid is not found: no network, or a wrong name.",
    )


def test_where_the_answer_is_lost_it_may_have_been_done() -> None:
    with breaking(lambda line: line.recv(65_536)) as url:
        assert broken(url).why is Why.UNKNOWN
    half = b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"ok":true'
    with breaking(lambda line: (line.recv(65_536), line.sendall(half))[0]) as url:
        assert broken(url).why is Why.UNKNOWN


def test_silence_ends_and_leaves_it_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telegram, "ANSWER", 0.2)
    with breaking(lambda line: threading.Event().wait(1) and None) as url:
        assert broken(url).why is Why.UNKNOWN


def test_a_request_that_did_not_leave_in_time_was_not_done() -> None:
    there = bot(started={CHAT})
    with serving(there) as url:
        told = broken(url, seconds=-1)
    assert (told.why, there.sent) == (Why.NOT_DONE, [])


# ---- the token ----------------------------------------------------------------------------------------------------


def test_the_token_stands_in_no_log_no_error_and_no_repr(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("retcon").propagate = True
    with serving(there := bot()) as url:
        there.start(CHAT)
        talking = client(there, base_url=url, transport=None)
        assert talking.me() == f"@{NAME}"
        there.on_request = lambda _request: no(400, f"Bad Request: /bot{TOKEN}/sendMessage is wrong")
        with pytest.raises(Failure) as caught:
            talking.send_message(CHAT, "Hello")
    assert "/bot…/sendMessage is wrong" in str(caught.value)
    with breaking(lambda line: line.recv(65_536)) as url:
        lost = broken(url)
    told = [repr(talking), str(caught.value), repr(caught.value), *traceback.format_exception(lost)]
    assert len(caplog.records) > 3
    assert not [line for line in (*told, caplog.text) if SECRET in line]


def test_the_log_names_the_method_alone(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    logging.getLogger("retcon").propagate = True
    there = bot()
    there.start(CHAT)
    client(there).send_message(CHAT, "Your parcel, dear Ada")
    lines = [record.getMessage() for record in caplog.records if record.name == "retcon.telegram"]
    assert len(lines) == 1
    assert lines[0].startswith("sendMessage 200 ")
    assert "Ada" not in caplog.text


# ---- files ----------------------------------------------------------------------------------------------------------


def test_a_file_is_fetched_where_it_can_be() -> None:
    there = bot(files={"photos/1.jpg": b"picture", "huge": b"x" * 1000})
    talking = client(there)
    assert talking.download("photos/1.jpg", 100) == b"picture"
    assert talking.download("huge", 100) is None
    assert talking.download("gone", 100) is None
    there.on_request = lambda request: Response(502, b"") if request.method == "file" else None
    with pytest.raises(Failure, match="fault of its own"):
        talking.download("photos/1.jpg", 100)


def test_a_proxy_of_this_machine_is_gone_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks5://127.0.0.1:1")
    with pytest.raises(Failure, match="no HTTP proxy"):
        client(bot(), transport=None)
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    told = broken(telegram.HOME)
    assert told.why is Why.NOT_DONE
    assert "api.telegram.org can't be reached" in told.title
