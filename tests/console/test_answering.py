"""Conversations at the keys, on a real store: answered, promised, done with, looked at, and each taken back."""

import os
import stat
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from retcon.app import RetconApp
from retcon.demo.mail import Mailroom
from retcon.desk import promises
from retcon.model.conversations import IncomingFile, PromiseState
from retcon.model.outbox import OutboxState
from retcon.model.people import Purpose
from retcon.screens import menus, opener
from retcon.screens.today import TodayScreen
from retcon.store import people
from tests.answering import CONFIG, MORNING, ORDERS, Desk, answered, open_desk, wrote
from tests.console.conftest import ticking

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ANGRY = "وين الطلب؟ القدر وصل مكسور، سأشتكي للبنك."
TELEGRAM = '\n[channels.tg]\nkind = "telegram"\n'
# A first order of yesterday, for whom a parcel note is due, in German.
CLARA = "1044,9,2026-11-18,49.00,EUR,clara@example.com,Clara Feld,DE,de,Dinner plate\n"


@pytest.fixture
def mail() -> Iterator[Mailroom]:
    room = Mailroom()
    yield room
    room.close()


@pytest.fixture
def desk(tmp_path: Path, mail: Mailroom) -> Iterator[Desk]:
    config = CONFIG.replace("undo_seconds = 0", "undo_seconds = 10") + TELEGRAM
    opened = open_desk(tmp_path, mail, config, ORDERS + CLARA)
    yield opened
    opened.house.close()


def console(desk: Desk) -> RetconApp:
    return RetconApp(desk.house, monotonic=ticking())


def screen(app: object) -> TodayScreen:
    assert isinstance(app, RetconApp)
    assert isinstance(app.screen, TodayScreen)
    return app.screen


def said(pilot: Pilot[None]) -> str:
    return screen(pilot.app).status.said


def read(pilot: Pilot[None]) -> str:
    """All that the reader holds."""
    page = screen(pilot.app).reader.page
    return "\n".join("".join(part for part, _ in row).rstrip() for row in (*page.head, *page.body, *page.foot))


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press, and wait until no verb is at work any more."""
    for key in keys:
        await pilot.press(key)
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def test_an_angry_customer_is_answered_and_promised_with_eleven_keys(desk: Desk) -> None:
    desk.hears(
        wrote("1", ago=50 * HOUR),
        wrote("2", ago=30 * HOUR, body="Hallo?"),
        wrote("3", ago=HOUR, body="Das ist die dritte Nachricht. Ich will mein Geld zurück!"),
    )
    async with console(desk).run_test(size=(80, 24)) as pilot:
        shown = read(pilot)
        text, keys = "Es tut mir leid.", ["e", "escape", "p", *"thu", "enter", "a"]
        await press(pilot, "e")
        for letter in text:
            await pilot.press("space" if letter == " " else "full_stop" if letter == "." else letter)
        await press(pilot, "escape")
        await press(pilot, "p", *"thu", "enter")
        promised = said(pilot)
        await press(pilot, "a")

        assert len(keys) <= 11
        assert "the third without an answer" in shown
        assert "Das ist die dritte Nachricht." in shown
        assert promised == "Promised to Anna, by Thursday. It comes up before. u takes it back."
        [row] = desk.rows()
        assert (row.body, row.recipient, row.purpose, row.thread_id) == (text, "anna@example.com", Purpose.SERVICE, 1)
        assert row.reply_to == "3@mail.example.com"
        assert [entry.promise.state for entry in promises.listing(desk.house)] == [PromiseState.OPEN]
        assert said(pilot).startswith("Anna B. approved: leaves in")


async def test_each_of_it_is_taken_back_by_a_key_of_its_own(desk: Desk) -> None:
    desk.hears(wrote())
    async with console(desk).run_test(size=(120, 40)) as pilot:
        await press(pilot, "e", *"Ja", "escape")
        await press(pilot, "p", *"2d", "enter")
        await press(pilot, "a")
        await press(pilot, "u")
        withdrawn = [row.state for row in desk.rows()]
        await press(pilot, "u")
        open_ = promises.listing(desk.house)
        await press(pilot, "u")

        assert withdrawn == [OutboxState.WITHDRAWN]
        assert open_ == ()
        assert desk.item().action.draft.body == ""
        assert "No answer is written yet: e writes it." in read(pilot)


async def test_nothing_leaves_that_is_not_written(desk: Desk) -> None:
    desk.hears(wrote())
    async with console(desk).run_test(size=(80, 24)) as pilot:
        await press(pilot)
        await press(pilot, "a")

        assert said(pilot) == "Anna B.: no answer is written yet. e writes it."
        assert desk.rows() == []


async def test_d_is_done_with_a_conversation_and_u_opens_it_again(desk: Desk) -> None:
    desk.hears(wrote())
    async with console(desk).run_test(size=(80, 24)) as pilot:
        await press(pilot, "d")
        told, closed = said(pilot), desk.thread().waiting_since
        await press(pilot, "u")

        assert told == "Anna B.: done. u takes it back."
        assert closed is None
        assert desk.thread().waiting_since is not None
        assert screen(pilot.app).shown_item == desk.item()


async def test_d_keeps_a_promise_and_u_makes_it_open_again(desk: Desk) -> None:
    desk.hears(wrote(), answered())
    promises.mark(desk.house, "anna@example.com", "a new plate", MORNING + 5 * HOUR)
    async with console(desk).run_test(size=(120, 40)) as pilot:
        shown = read(pilot)
        await press(pilot, "d")
        told, kept = said(pilot), promises.listing(desk.house)
        await press(pilot, "u")

        assert "You promised Anna an answer by 15:30 today: “a new plate”." in shown
        assert told == "Anna B.: promise kept. u takes it back."
        assert kept == ()
        assert len(promises.listing(desk.house)) == 1


async def test_a_broken_promise_is_told_in_a_sentence(desk: Desk) -> None:
    desk.hears(wrote(), answered())
    promises.mark(desk.house, "anna@example.com", "", MORNING + HOUR)
    desk.later(days=2)
    async with console(desk).run_test(size=(120, 40)) as pilot:
        assert "You promised Anna an answer by Friday 11:30. That was two days ago." in read(pilot)


async def test_an_offered_promise_is_taken_by_its_number(desk: Desk) -> None:
    desk.hears(
        wrote(ago=3 * HOUR), answered(body="Ich melde mich bis Montag.", language="de"), wrote("2", ago=HOUR / 2)
    )
    promises.offer(desk.house)
    async with console(desk).run_test(size=(120, 40)) as pilot:
        offered = read(pilot)
        await press(pilot, "p", "1")

        assert "p keeps “Ich melde mich bis Montag” as a promise." in offered
        assert said(pilot).startswith("Promised to Anna, by Monday")
        assert [entry.promise.state for entry in promises.listing(desk.house)] == [PromiseState.OPEN]


async def test_a_line_without_a_day_promises_nothing(desk: Desk) -> None:
    desk.hears(wrote())
    async with console(desk).run_test(size=(80, 24)) as pilot:
        await press(pilot, "p", *"soon", "enter")

        assert said(pilot) == "That names no day ahead. Say thu, 2d or 2026-12-01, then what: thu a new pot."
        assert promises.listing(desk.house) == ()


async def test_an_opened_conversation_stays_after_its_answer_until_it_is_left(desk: Desk) -> None:
    desk.hears(wrote())
    async with console(desk).run_test(size=(120, 40)) as pilot:
        await press(pilot, "enter", "e", *"Ja", "escape", "a")
        key, foot = screen(pilot.app).lines.current, read(pilot)
        await press(pilot, "p", *"thu", "enter")
        promised = [entry.promise.customer_id for entry in promises.listing(desk.house)]
        await press(pilot, "escape")

        assert key is not None
        assert key.items[0].customer.name == "Anna Berg"
        assert "Approved. p keeps a promise, d is done with it" in foot
        assert promised == [1]
        left = screen(pilot.app).lines.current
        assert left is not None
        assert left.key != key.key
        assert [row.state for row in desk.rows()] == [OutboxState.QUEUED]


async def test_d_after_an_opened_answer_is_done_with_the_complaint_and_the_answer_still_leaves(desk: Desk) -> None:
    desk.hears(wrote(body="Das ist Betrug! Ich will mein Geld zurück."))
    async with console(desk).run_test(size=(120, 40)) as pilot:
        complained = screen(pilot.app).shown_item
        await press(pilot, "enter", "e", *"Ja", "escape", "a", "a")
        twice = said(pilot)
        await press(pilot, "d")
        desk.later(minutes=1)
        desk.send()

        assert complained is not None
        assert complained.complaints
        assert twice == "Approved already: u takes it back, d is done with it."
        assert said(pilot) == "Anna B.: done, and advertising may go on. u takes that back."
        assert [row.state for row in desk.rows()] == [OutboxState.SENT]


async def test_in_the_list_an_answer_moves_on_at_once(desk: Desk) -> None:
    desk.hears(wrote())
    async with console(desk).run_test(size=(120, 40)) as pilot:
        before = screen(pilot.app).lines.current
        await press(pilot, "e", *"Ja", "escape", "a")
        after = screen(pilot.app).lines.current

        assert before is not None
        assert after is not None
        assert before.key != after.key


async def test_r_writes_first_and_the_words_wait_to_be_approved(desk: Desk) -> None:
    async with console(desk).run_test(size=(120, 40)) as pilot:
        item = screen(pilot.app).shown_item
        await press(pilot, "r", *"Hallo", "escape")
        kept, letter = said(pilot), screen(pilot.app).shown_item
        nothing = list(desk.rows())
        await press(pilot, "u")

        assert item is not None
        assert letter is not None
        assert (letter.action.rule, letter.action.draft.body) == ("reply", "Hallo")
        assert letter.customer.id == item.customer.id
        assert kept.endswith("your words are kept. a approves them, u takes them back.")
        assert nothing == []
        assert desk.items("reply") == []


async def test_r_on_another_row_of_someone_who_waits_writes_the_answer(desk: Desk) -> None:
    desk.hears(wrote(address="clara@example.com", name="Clara Feld"))
    note = desk.item("parcel-note")
    async with console(desk).run_test(size=(120, 40)) as pilot:
        screen(pilot.app).show_list(cursor=f"action:{note.action.id}")
        await press(pilot, "r", *"Ja", "escape")

        assert desk.item().action.draft.body == "Ja"
        assert desk.item("parcel-note").action.draft.body == note.action.draft.body


async def test_c_says_why_a_channel_does_not_reach_them_and_takes_the_other(desk: Desk) -> None:
    desk.hears(wrote())
    async with console(desk).run_test(size=(80, 24)) as pilot:
        await press(pilot, "c")
        menu = rows(pilot)
        await press(pilot, "t", "escape")

        assert "How to reach Anna B.:" in menu
        assert "e e-mail, as it is" in menu
        assert "t Anna Berg never wrote to you on Telegram, so Telegram can't deliver." in menu
        assert desk.item().action.draft.channel == "email"


async def test_c_sends_an_answer_by_another_channel_and_u_takes_it_back(desk: Desk) -> None:
    desk.hears(
        wrote(),
        wrote("chat/1", medium="telegram", address="700100200", thread="700100200", body="Hallo", subject=""),
    )
    chat = next(item for item in desk.items("unanswered") if item.action.draft.channel == "tg")
    address = {("email", "lin@example.org"): (chat.customer.id, "lin@example.org")}
    desk.house.database.write(lambda tx: people.claim(tx, address))
    async with console(desk).run_test(size=(120, 40)) as pilot:
        screen(pilot.app).show_list(cursor=f"action:{chat.action.id}")
        await press(pilot, "e", *"Ja", "escape", "c", "e")
        told = said(pilot)
        moved = next(item for item in desk.items() if item.action.id == chat.action.id).action.draft
        await press(pilot, "u")
        back = next(item for item in desk.items() if item.action.id == chat.action.id).action.draft

        assert told.endswith("by e-mail now. u takes it back.")
        assert (moved.channel, moved.body) == ("email", "Ja")
        assert moved.subject
        assert (back.channel, back.recipient, back.body) == ("tg", "700100200", "Ja")


def rows(pilot: Pilot[None]) -> str:
    """The screen as text."""
    strips = pilot.app.screen._compositor.render_strips()  # pyright: ignore[reportPrivateUsage]
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


async def test_what_came_with_it_is_opened_by_its_letter_or_its_path_is_copied(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = tuple(
        IncomingFile(name=name, media_type="image/jpeg", size=5, content=name.encode())
        for name in ("pot.jpg", "lid.jpg")
    )
    desk.hears(wrote(files=files))
    copied: list[str] = []
    monkeypatch.setenv("SSH_CONNECTION", "here there")
    app = console(desk)
    monkeypatch.setattr(app, "copy_to_clipboard", copied.append)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "o")
        menu = rows(pilot)
        await press(pilot, "2")

        assert "1 pot.jpg, 1 kB  2 lid.jpg, 1 kB" in menu
        [path] = copied
        assert Path(path).read_bytes() == b"lid.jpg"
        assert said(pilot).startswith("Copied, where your terminal allows it: /")


async def test_nothing_to_open_is_said(desk: Desk) -> None:
    desk.hears(wrote())
    async with console(desk).run_test(size=(80, 24)) as pilot:
        await press(pilot, "o")

        assert said(pilot) == "Nothing came with this, and no parcel of it can be followed."


async def test_what_is_quoted_is_folded_until_a_key_opens_it(desk: Desk) -> None:
    desk.hears(wrote(quoted="Am 1. schrieb Northlight:\n> Ihr Teller ist unterwegs."))
    async with console(desk).run_test(size=(120, 40)) as pilot:
        folded = read(pilot)
        await press(pilot, "greater_than_sign")

        assert "… 2 quoted lines: > shows them" in folded
        assert "Ihr Teller ist unterwegs" not in folded
        assert "> Ihr Teller ist unterwegs." in read(pilot)


async def test_who_wrote_by_what_and_when_stands_above_each_message(desk: Desk) -> None:
    desk.hears(
        wrote(ago=26 * HOUR),
        answered(ago=25 * HOUR),
        wrote("2", ago=24 * HOUR, automatic=True, body="Ich bin im Urlaub."),
        wrote("3", ago=40 * HOUR / 60),
    )
    async with console(desk).run_test(size=(120, 40)) as pilot:
        shown = read(pilot)

        assert "Anna, e-mail, yesterday 08:30" in shown
        assert "you, in another program, yesterday 09:30" in shown
        assert "Anna, e-mail, yesterday 10:30 · an automatic answer" in shown
        assert "Anna, e-mail, 40 min ago" in shown


async def test_a_message_that_comes_in_is_announced_and_nothing_moves(desk: Desk) -> None:
    desk.hears(wrote())
    async with console(desk).run_test(size=(120, 40)) as pilot:
        here = screen(pilot.app)
        before = [entry.key for entry in here.list.entries], here.lines.current, read(pilot)
        desk.hears(wrote("2", ago=HOUR / 60, body="Hallo?"), wrote("9", address="ji-woo@example.com", ago=HOUR))
        here.look()
        await press(pilot)
        after = [entry.key for entry in here.list.entries], here.lines.current, read(pilot)
        announced = said(pilot)
        await press(pilot, "full_stop")

        assert after == before
        assert announced == "1 new, 1 changed: . loads."
        assert "Hallo?" in read(pilot)


async def test_an_approval_of_what_they_have_answered_since_is_refused(desk: Desk) -> None:
    desk.hears(wrote())
    async with console(desk).run_test(size=(120, 40)) as pilot:
        await press(pilot, "e", *"Ja", "escape")
        desk.hears(answered("b", ago=timedelta(minutes=1)))
        await press(pilot, "a")

        assert desk.rows() == []
        assert "not approved" in said(pilot)


async def test_the_editor_gets_the_conversation_below_the_text_and_it_never_leaves(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    desk.hears(wrote(body="Wo ist er?\n#| mein Teller"))
    seen = tmp_path / "seen.txt"
    script = tmp_path / "editor.sh"
    script.write_text(
        f"""#!/bin/sh
cp "$1" {seen}
{{ echo 'Subject: Antwort'; echo; echo '# 1 kommt.'; grep -v '^Subject:' {seen}; }} > "$1"
"""
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("VISUAL", str(script))
    app = console(desk)
    monkeypatch.setattr(app, "suspend", nullcontext)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "E")

        assert "#| Anna, e-mail, 2 h ago\n#| Wo ist er?\n#| #| mein Teller" in seen.read_text()
        assert (desk.item().action.draft.subject, desk.item().action.draft.body) == ("Antwort", "# 1 kommt.")


async def test_arabic_has_rows_of_its_own(desk: Desk) -> None:
    desk.hears(wrote(body=ANGRY, language="ar"))
    async with console(desk).run_test(size=(80, 24)) as pilot:
        held = [row for row in rows(pilot).splitlines() if "الطلب" in row]
        listed = next(row for row in rows(pilot).splitlines() if "Anna B." in row)

        assert [row.strip() for row in held] == [ANGRY]
        assert "wrote in Arabic" in listed


@pytest.mark.parametrize(
    ("target", "harmless"),
    [
        ("/files/ab/photo.JPG", True),
        ("/files/ab/invoice.pdf", True),
        ("/files/ab/run.sh", False),
        ("/files/ab/page.html", False),
        ("/files/ab/x.desktop", False),
        ("https://track.example/4711?x=1", True),
        ("javascript:alert(1)", False),
        ("https://track.example/\x1b]52;c;x", False),
        ("--help.jpg", True),
    ],
)
def test_only_what_is_looked_at_is_opened(target: str, *, harmless: bool) -> None:
    assert opener.harmless(target) is harmless


def test_the_opener_is_started_without_a_shell_and_not_over_ssh(tmp_path: Path) -> None:
    started: list[tuple[str, ...]] = []
    program = tmp_path / "xdg-open"
    program.write_text("")
    program.chmod(0o755)
    here = {"DISPLAY": ":0", "PATH": str(tmp_path)}
    os.environ["PATH"], before = f"{tmp_path}:{os.environ['PATH']}", os.environ["PATH"]
    try:
        opened = opener.show("/files/a b;rm.jpg", lambda command: started.append(tuple(command)), here)
        relative = opener.show("--help.jpg", lambda command: started.append(tuple(command)), here)
        remote = opener.show("/files/a.jpg", lambda command: started.append(tuple(command)), here | {"SSH_TTY": "1"})
    finally:
        os.environ["PATH"] = before

    assert (opened, relative, remote) == (True, False, False)
    assert [command[1:] for command in started] == [("/files/a b;rm.jpg",)]


def test_a_letter_of_its_own_stands_for_each_channel() -> None:
    assert menus.letters(["e-mail", "Telegram", "e-mail", "Messenger"]) == ["e", "t", "m", "s"]
