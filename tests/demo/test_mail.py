"""The sandbox's mail server speaks SMTP to a real client, and keeps what it gets."""

import mailbox
import smtplib
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from retcon.demo.mail import Mailroom

MAIL = "Subject: Your parcel\r\nMessage-ID: <1@shop.example>\r\n\r\nIt is on its way.\r\n"


@pytest.fixture
def mailroom(tmp_path: Path) -> Iterator[Mailroom]:
    room = Mailroom(tmp_path / "sent.mbox")
    yield room
    room.close()


class Client(smtplib.SMTP):
    """smtplib with the sandbox's way to connect."""

    def __init__(self, room: Mailroom) -> None:
        self.room = room
        super().__init__("mail.example", 25, timeout=5)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self.room.connect(host, port, timeout)


def send(room: Mailroom, times: int = 1) -> None:
    with Client(room) as client:
        for _ in range(times):
            client.sendmail("hello@shop.example", ["layla@example.com"], MAIL)


def test_a_mail_is_kept_as_it_came(mailroom: Mailroom) -> None:
    send(mailroom)
    (kept,) = mailroom.messages
    assert kept["Subject"] == "Your parcel"
    assert kept.get_content().strip() == "It is on its way."


def test_a_mail_that_came_twice_is_counted_twice(mailroom: Mailroom) -> None:
    send(mailroom, times=2)
    assert mailroom.copies() == {"<1@shop.example>": 2}


def test_mails_outlive_the_process_in_a_file(mailroom: Mailroom, tmp_path: Path) -> None:
    send(mailroom)
    send(mailroom)
    assert len(mailbox.mbox(tmp_path / "sent.mbox")) == 2


def test_closing_ends_a_connection_that_is_still_open(mailroom: Mailroom) -> None:
    client = Client(mailroom)
    client.ehlo()
    mailroom.close()
    with pytest.raises(smtplib.SMTPServerDisconnected):
        client.docmd("noop")
    client.close()


def test_closing_without_a_mail_is_nothing(mailroom: Mailroom) -> None:
    mailroom.close()
    mailroom.close()
    assert mailroom.messages == []
