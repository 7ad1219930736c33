"""Conversations from files: what is taken, what is refused and why, and that a second time nothing changes."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retcon.desk.house import House
from retcon.desk.imports import AmbiguousDates, ImportReport, import_file, take
from retcon.errors import InputError, UsageError
from retcon.model.conversations import Direction, Message, Thread
from retcon.store import complaints, conversations, people

Take = Callable[..., ImportReport]


def row(**changes: Any) -> dict[str, Any]:
    return {"email": "ada@example.com", "at": "2026-11-18T09:30:00Z", "text": "Where is my parcel?"} | changes


@pytest.fixture
def write(house: House, tmp_path: Path) -> Take:
    """Write the rows to a JSON lines file, or the text to a CSV, and take its messages."""

    def write(*rows: dict[str, Any] | str, **options: Any) -> ImportReport:
        if len(rows) == 1 and isinstance(rows[0], str):
            file = tmp_path / "talk.csv"
            file.write_text(rows[0], encoding="utf-8")
        else:
            file = tmp_path / "talk.jsonl"
            file.write_text("\n".join(each if isinstance(each, str) else json.dumps(each) for each in rows), "utf-8")
        return take(house, file, "conversations", options.pop("columns", {}), **options)

    return write


def threads(house: House) -> list[Thread]:
    with house.database.read() as tx:
        return [conversations.get(tx, each[0]) for each in tx.execute("select id from threads order by id")]


def said(house: House) -> list[Message]:
    with house.database.read() as tx:
        return [each for thread in threads(house) for each in conversations.messages(tx, thread.id)]


def reasons(report: ImportReport) -> dict[int, str]:
    return {line.line: line.reason for line in report.refused}


# ---- what is taken ----------------------------------------------------------------------------------------------


def test_three_columns_are_enough_and_a_second_import_changes_nothing(house: House, write: Take) -> None:
    text = "email,at,text\nada@example.com,2026-11-18 09:30,Hello\nada@example.com,2026-11-18 09:30,Hello\n"
    first = write(text)
    assert (first.read, first.taken, first.added, first.customers, first.what) == (2, 2, 2, 1, "messages")
    again = write(text)
    assert (again.read, again.taken, again.added, again.changed, again.unchanged) == (2, 2, 0, 0, 2)
    (one, two) = said(house)
    assert (one.body, one.direction, one.source_id[-2:], two.source_id[-2:]) == ("Hello", Direction.IN, "-1", "-2")
    assert one.at.isoformat() == "2026-11-18T09:30:00+00:00"  # in the shop's zone


def test_every_column_is_used_where_it_exists(house: House, write: Take, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "box.jpg").write_bytes(b"jpeg")
    write(
        row(
            id="<m1@example.org>",
            thread="t1",
            channel="E-Mail",
            direction="Inbound",
            name="Ada King",
            subject="Parcel",
            text="Danke!",
            language="de_AT",
            attachments=["photos/box.jpg"],
        )
    )
    (thread,), (message,) = threads(house), said(house)
    assert (thread.name, thread.medium, thread.address, thread.subject) == ("t1", "email", "ada@example.com", "Parcel")
    assert (message.source_id, message.language) == ("m1@example.org", "de-AT")
    (file,) = message.files
    assert (file.name, file.media_type, file.size) == ("box.jpg", "image/jpeg", 4)
    assert (house.files / file.path).read_bytes() == b"jpeg"
    with house.database.read() as tx:
        assert people.get(tx, [thread.customer_id])[thread.customer_id].name == "Ada King"


def test_columns_may_be_called_otherwise(house: House, write: Take) -> None:
    write({"Message": "Hi", "Sent at": "2026-11-18T09:30:00Z", "from": "ada@example.com"}, columns={"email": "from"})
    assert said(house)[0].body == "Hi"


@pytest.mark.parametrize(
    ("facts", "medium", "address"),
    [
        ({"channel": "WhatsApp", "phone": "+1 555 010 0123"}, "whatsapp", "+15550100123"),
        ({"channel": "wa", "address": "0044 20 7946 0018"}, "whatsapp", "+442079460018"),
        ({"channel": "telegram", "address": "700100200"}, "telegram", "700100200"),
        ({"channel": "line", "address": "U4af4980629"}, "line", "U4af4980629"),
        ({"channel": "livechat"}, "livechat", "ada@example.com"),
    ],
)
def test_each_channel_has_its_address(house: House, write: Take, facts: Any, medium: str, address: str) -> None:
    assert write(row(**facts)).refused == ()
    assert (threads(house)[0].medium, threads(house)[0].address) == (medium, address)


def test_a_chat_that_knows_people_by_their_mail_address_is_the_same_persons(house: House, write: Take) -> None:
    write(row(), row(channel="livechat"))
    assert len({thread.customer_id for thread in threads(house)}) == 1


def test_a_gzipped_file_is_taken(house: House, tmp_path: Path) -> None:
    file = tmp_path / "talk.jsonl.gz"
    file.write_bytes(gzip.compress(json.dumps(row()).encode()))
    assert import_file(house, file, "conversations", {}).added == 1


def test_the_newest_may_stand_first(house: House, write: Take) -> None:
    report = write(
        row(id="2", direction="out", at="2026-11-18T10:00:00Z", text="On its way."),
        row(id="1", at="2026-11-18T09:00:00Z"),
    )
    assert report.refused == ()
    assert (threads(house)[0].waiting_since, threads(house)[0].answered_elsewhere) == (None, True)


def test_more_than_a_page_is_taken(house: House, write: Take) -> None:
    rows = [row(id=str(number), direction="out" if number % 3 else "in") for number in range(1300)]
    assert (write(*rows).added, len(said(house))) == (1300, 1300)


def test_a_message_whose_words_were_corrected_is_changed(house: House, write: Take) -> None:
    write(row(id="1"))
    assert write(row(id="1", text="Where is my other parcel?")).changed == 1
    assert said(house)[0].body == "Where is my other parcel?"


def test_what_a_mail_quotes_is_folded(house: House, write: Take) -> None:
    write(row(subject="Re: Parcel", text="Thanks!\n\nOn 17 Nov 2026, at 10:00, Shop <me@shop.example> wrote:\n> STOP"))
    (message,) = said(house)
    assert message.body == "Thanks!"
    assert "STOP" in message.quoted


def test_old_conversations_wait_for_no_answer_and_complain_no_more(house: House, write: Take) -> None:
    angry = "I want my money back!"
    write(row(at="2026-10-01T09:00:00Z", text=angry), row(email="bo@example.com", text=angry))
    assert [thread.waiting_since is None for thread in threads(house)] == [True, False]
    with house.database.read() as tx:
        found = complaints.of_customers(tx, [thread.customer_id for thread in threads(house)])
    assert list(found) == [threads(house)[1].customer_id]


# ---- what is refused --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"email": ""}, "it names no channel"),
        ({"email": "", "channel": "email"}, "it names no e-mail address"),
        ({"email": "nope", "channel": "email"}, "“nope” is no e-mail address"),
        ({"channel": "mail pigeon"}, "“mail pigeon” is no channel"),
        ({"channel": "whatsapp", "phone": "0151 123"}, "“0151 123” is no phone number with its country (+49 …)"),
        ({"channel": "telegram", "email": ""}, "it names no address on telegram"),
        ({"direction": "up"}, "the direction is “up”; it can be in or out"),
        ({"at": "soon"}, "“soon” is no date"),
        ({"at": "2031-01-01"}, "2031-01-01 is in the future"),
        ({"at": ""}, "the date is empty"),
        ({"text": " "}, "it says nothing"),
        ({"attachments": "no.jpg"}, "there is no file “no.jpg” beside the import"),
        ({"attachments": "/etc/passwd"}, "there is no file “/etc/passwd” beside the import"),
        ({"attachments": "../home/retcon.db"}, "there is no file “../home/retcon.db” beside the import"),
        ({"attachments": "[oops"}, "its attachments are no list"),
        ({"direction": "out"}, "it went to an address that nobody is known by, who never wrote"),
    ],
)
def test_a_row_that_cannot_be_taken_is_refused_with_its_line(
    house: House, write: Take, facts: dict[str, Any], reason: str
) -> None:
    (house.database.file.parent / "talk").mkdir(exist_ok=True)
    report = write(row(email="bo@example.com"), row(**facts))
    assert reasons(report) == {2: reason}
    assert (report.read, report.taken, len(said(house))) == (2, 1, 1)


def test_a_link_out_of_the_folder_is_not_followed(house: House, write: Take, tmp_path: Path) -> None:
    (tmp_path / "out.jpg").symlink_to("/etc/hostname")
    assert list(reasons(write(row(attachments="out.jpg")))) == [1]


def test_one_id_with_two_contents_is_refused(house: House, write: Take) -> None:
    report = write(row(id="1"), row(id="1", text="Other"), row(id="1"))
    assert reasons(report) == {2: "message 1 stands on line 1 already, with other content"}
    assert (report.added, report.unchanged) == (1, 1)


def test_a_file_without_what_a_message_needs_is_refused_whole(write: Take) -> None:
    with pytest.raises(InputError, match="no column for text, email"):
        write("at,who\n2026-11-18,Ada\n")


def test_an_unknown_field_is_told(write: Take) -> None:
    with pytest.raises(UsageError, match="there is no field “total”"):
        write(row(), columns={"total": "text"})


def test_dates_that_can_be_read_two_ways_are_asked_about(house: House, write: Take) -> None:
    text = "email,at,text\nada@example.com,03/04/2026,Hello\n"
    with pytest.raises(AmbiguousDates):
        write(text)
    write(text, date_order="dmy")
    assert said(house)[0].at.month == 4


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                name: st.text(max_size=20) | st.none() | st.integers() | st.lists(st.text(max_size=5), max_size=2)
                for name in ("id", "thread", "channel", "direction", "name", "subject", "text", "attachments", "phone")
            },
        ),
        max_size=5,
    )
)
def test_whatever_stands_in_a_file_is_taken_or_refused_and_the_second_time_nothing_is_new(
    write: Take, rows: list[dict[str, Any]]
) -> None:
    told = [row(), *(row() | each for each in rows)]
    first = write(*told)
    assert first.read == len(told) == first.taken + len(first.refused)
    again = write(*told)
    assert (again.added, again.changed, again.taken) == (0, 0, first.taken)
