"""A home of the sample shop: furnished once, opened by any process, and nobody else's folder is touched."""

import smtplib
import stat
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from retcon.demo import is_demo, open_home, sandbox, shop, woocommerce
from retcon.demo.mail import Mailroom
from retcon.errors import RetconError

ANCHOR = datetime(2026, 11, 20, 6, 52, tzinfo=UTC)


def test_the_folder_is_live_inside_itself_and_its_secrets_are_the_owners(tmp_path: Path) -> None:
    sandbox.furnish(tmp_path / "demo", ANCHOR)
    house = sandbox.open_demo(tmp_path / "demo", now=lambda: ANCHOR)
    house.close()
    assert house.settings.policy.live
    assert house.settings.policy.undo_seconds == 0
    assert stat.S_IMODE((tmp_path / "demo" / "secrets.toml").stat().st_mode) == 0o600


def test_the_shop_answers_inside_the_process(tmp_path: Path) -> None:
    sandbox.furnish(tmp_path / "demo", ANCHOR)
    house = sandbox.open_demo(tmp_path / "demo", now=lambda: ANCHOR)
    with httpx.Client(transport=house.transports.http, auth=(woocommerce.KEY, woocommerce.SECRET)) as client:
        answer = client.get("https://shop.example/wp-json/wc/v3/orders")
    house.close()
    assert answer.headers["X-WP-Total"] == str(len(shop.build(ANCHOR).orders))


def test_a_later_process_finds_the_shop_as_it_was(tmp_path: Path) -> None:
    sandbox.furnish(tmp_path / "demo", ANCHOR)
    sandbox.furnish(tmp_path / "demo", ANCHOR.replace(year=2027))
    assert '"2026-11-20T06:52:00Z"' in (tmp_path / "demo" / "demo.json").read_text()


def test_commands_open_such_a_home_with_its_sandbox_and_others_without(tmp_path: Path) -> None:
    sandbox.furnish(tmp_path / "demo", ANCHOR)
    sample, own = open_home(tmp_path / "demo"), open_home(tmp_path / "own")
    sample.close()
    own.close()
    assert sample.transports.http is not None
    assert own.transports.http is None


def test_mail_goes_to_the_sandbox_whatever_the_host(tmp_path: Path) -> None:
    sandbox.furnish(tmp_path / "demo", ANCHOR)
    post = Mailroom()
    house = sandbox.open_demo(tmp_path / "demo", now=lambda: ANCHOR, mailroom=post)
    with smtplib.SMTP() as client:
        client.sock = house.transports.connect("smtp.gmail.example", 587, 5)
        client.getreply()
        client.sendmail("hello@shop.example", ["layla@example.com"], "Subject: hello\r\n\r\nhello")
    house.close()
    assert [message["Subject"] for message in post.messages] == ["hello"]


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[shop]\n")
    with pytest.raises(RetconError, match="is not empty"):
        sandbox.furnish(tmp_path, ANCHOR)
    assert not is_demo(tmp_path)


def test_a_damaged_marker_is_said(tmp_path: Path) -> None:
    sandbox.furnish(tmp_path / "demo", ANCHOR)
    (tmp_path / "demo" / "demo.json").write_text("{")
    with pytest.raises(RetconError, match="is damaged"):
        sandbox.open_demo(tmp_path / "demo")
