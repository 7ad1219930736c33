"""A day from the command line, against a mailbox and a mail server on loopback; `pytest -s` prints what was seen.

A question comes in, is answered and sent once; the answer bounces; somebody says STOP; two become one, and two again.
"""

import re
import shlex
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from retcon import clock
from retcon.cli.main import main
from tests import imapserver, mailserver
from tests.imapserver import PASSWORD, USER, Post, mail
from tests.mailserver import Inbox

CONFIG = """
[shop]
name = "Northlight Goods"
timezone = "Europe/Berlin"
address = "Harbour Lane 1, 20095 Hamburg"

[sources.mail]
kind = "imap"
host = "127.0.0.1"
port = {imap}
security = "none"
user = "{user}"

[channels.email]
kind = "email"
host = "127.0.0.1"
port = {smtp}
security = "none"
from = "Northlight Goods <{user}>"

[policy]
live = true
undo_seconds = 0
"""


class Day:
    """The shop's morning: its home, its mailbox, its outgoing mail, and a prompt."""

    def __init__(self, home: Path, post: Post, out: Inbox, capsys: pytest.CaptureFixture[str]) -> None:
        self.home, self.post, self.out, self._capsys = home, post, out, capsys

    def run(self, line: str, code: int = 0) -> str:
        """Type a command; what it printed, on stdout and stderr."""
        with pytest.raises(SystemExit) as ended:
            main(shlex.split(line))
        out, err = self._capsys.readouterr()
        with self._capsys.disabled():
            print(f"$ retcon {line}\n{out}{err}", end="")
        assert int(str(ended.value.code)) == code, err
        return out + err

    def arrives(self, content: bytes, folder: str = "INBOX") -> None:
        self.post.put(content, folder=folder, at=clock.now())


@pytest.fixture
def day(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Day]:
    home = tmp_path / "home"
    home.mkdir()
    out = Inbox()
    with imapserver.serving() as post, mailserver.serving(out) as smtp:
        post.make("Sent")
        (home / "config.toml").write_text(CONFIG.format(imap=post.port, smtp=smtp, user=USER))
        secrets = home / "secrets.toml"
        secrets.write_text(f'[sources.mail]\npassword = "{PASSWORD}"\n')
        secrets.chmod(0o600)
        yield Day(home, post, out, capsys)


def _ago(**time: float) -> datetime:
    return clock.now() - timedelta(**time)


def _orders(tmp_path: Path) -> Path:
    rows = [
        ("1040", _ago(days=40), "anna@example.com", "Anna Berg", "DE", "+49 30 23125 001"),
        ("1041", _ago(days=9), "anna.berg@example.org", "Anna Berg", "DE", "030 23125001"),
        ("1042", _ago(days=20), "ben@example.net", "Ben Hill", "US", ""),
    ]
    head = "order_id,customer_id,placed_at,total,currency,email,name,country,phone,items"
    lines = [
        f"{number},,{at:%Y-%m-%d},49.00,EUR,{email},{name},{country},{phone},Teapot"
        for number, at, email, name, country, phone in rows
    ]
    file = tmp_path / "orders.csv"
    file.write_text("\n".join((head, *lines)) + "\n")
    return file


def _bounce(sent: EmailMessage) -> bytes:
    """What a mail server sends back for a mailbox that isn't there (RFC 3464)."""
    id_ = str(sent["Message-ID"])
    return (
        "From: MAILER-DAEMON@mx.example.com\r\n"
        f"To: {USER}\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\n"
        f"Date: {clock.now():%a, %d %b %Y %H:%M:%S} +0000\r\n"
        "Message-ID: <dsn1@mx.example.com>\r\n"
        "Auto-Submitted: auto-replied\r\n"
        "MIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nYour mail could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example.com\r\n\r\n"
        "Final-Recipient: rfc822; anna@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 User unknown\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {id_}\r\nTo: anna@example.com\r\n\r\n"
        "--b--\r\n"
    ).encode()


def test_a_day_at_the_prompt(day: Day, tmp_path: Path) -> None:
    day.run(f"import {_orders(tmp_path)} --preset orders")

    # A question comes in, is read, answered and sent: once, in its thread.
    asked = mail("Wo bleibt mein Paket?\n\nAnna", subject="Bestellung 1040", at=_ago(hours=1))
    day.arrives(asked)
    assert "1 new" in day.run("sync")
    assert "Wo bleibt mein Paket?" in day.run("inbox")
    day.run("thread 1")
    day.run('reply thread:1 --text "Hallo Anna, es ist seit heute unterwegs."')
    day.run("send --until-empty")
    sent = day.out.last()
    assert (sent["In-Reply-To"], sent["To"], sent["Subject"]) == (
        "<a1@example.com>",
        "Anna Berg <anna@example.com>",
        "Re: Bestellung 1040",
    )
    assert "Nobody waits" in day.run("inbox")

    # The mail program's copy is known as ours; nothing is said twice.
    day.arrives(sent.as_bytes(), folder="Sent")
    day.run("sync")
    assert day.run("thread 1").count("es ist seit heute unterwegs") == 1

    # It comes back: the row has failed, the address is closed, and nothing is sent there again.
    day.arrives(_bounce(sent))
    day.run("sync")
    assert "failed" in day.run("outbox")
    assert "doesn't exist" in day.run("customer anna@example.com")
    day.run("send --until-empty")
    assert len(day.out.envelopes) == 1

    # STOP holds from the moment it is read; its confirmation is the operator's to send, once.
    day.arrives(
        mail("STOP", sender="Ben Hill <ben@example.net>", subject="Re: news", id="b1@example.net", at=_ago(minutes=5))
    )
    day.run("sync")
    assert "denied" in day.run("consent ben@example.net")
    today = day.run("today --rule stop-confirmed")
    action = re.search(r"^\s*(\d+)", today, re.MULTILINE)
    assert action, today
    day.run(f"approve {action[1]}")
    day.run("send --until-empty")
    assert (len(day.out.envelopes), str(day.out.last()["To"])) == (2, "Ben Hill <ben@example.net>")
    assert day.run("today --rule stop-confirmed").count("STOP") == 0

    # The same phone: two who may be one. They become one, and two again.
    assert "same phone" in day.run("alike")
    one, other = "anna@example.com", "anna.berg@example.org"
    day.run(f"customer {one} merge {other}")
    assert "1041" in day.run(f"customer {one}")
    day.run("undo")
    assert "1041" not in day.run(f"customer {one}")
    assert "1041" in day.run(f"customer {other}")
