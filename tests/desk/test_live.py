"""What going live takes: each point says whether it is well and what to do."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from retcon.demo.mail import Mailroom
from retcon.desk import live, sending, templates, today
from retcon.desk.doctor import Check
from retcon.desk.house import House, open_house
from retcon.errors import InputError
from retcon.model.people import Purpose
from retcon.platforms.dns import Resolve
from retcon.platforms.wiring import Transports
from retcon.store import facts, outbox
from retcon.store.database import Connection
from tests import outgoing
from tests.conftest import NOW

CONFIG = """
[shop]
name = "Northlight Goods"
timezone = "Europe/Berlin"

[channels.email]
kind = "email"
host = "127.0.0.1"
security = "none"
from = "Northlight Goods <hello@shop.example>"
"""
MAILBOX = """
[sources.mail]
kind = "imap"
host = "imap.shop.example"
user = "{user}"
"""


def names(*records: str) -> Resolve:
    """A name system that knows these words of every domain."""
    return lambda _name, _seconds: records


@pytest.fixture
def room() -> Iterator[Mailroom]:
    mail = Mailroom()
    yield mail
    mail.close()


class Home:
    """A home whose config.toml is written anew, and its checklist."""

    def __init__(self, folder: Path, room: Mailroom) -> None:
        self.folder, self.room = folder, room
        folder.mkdir()
        self.txt: Resolve = names("v=spf1 include:mail.example -all")

    def open(self, config: str = CONFIG) -> House:
        (self.folder / "config.toml").write_text(config)
        transports = Transports(connect=self.room.connect, txt=self.txt)
        return open_house(self.folder, now=lambda: NOW, transports=transports)

    def points(self, config: str = CONFIG) -> dict[str, Check]:
        house = self.open(config)
        try:
            return {point.name: point for point in live.checklist(house)}
        finally:
            house.close()


@pytest.fixture
def home(tmp_path: Path, room: Mailroom) -> Home:
    return Home(tmp_path / "home", room)


def test_all_that_is_missing_says_what_to_do(home: Home) -> None:
    points = home.points('[shop]\nname = "x"\n')
    missing = {name: point.hint for name, point in points.items() if not point.ok}
    assert missing.keys() >= {"address", "channel", "test address", "test mail", "soft opt-in"}
    assert all(missing.values())


def test_every_channel_is_asked(home: Home) -> None:
    points = home.points(CONFIG + '\n[channels.bot]\nkind = "telegram"\n')
    assert points["channel email"].ok
    assert not points["channel bot"].ok
    assert "bot token" in points["channel bot"].words


@pytest.mark.parametrize(
    ("user", "ok"), [("hello@shop.example", True), ("HELLO@Shop.Example", True), ("me@other.example", False)]
)
def test_somebody_has_to_read_what_unsubscribers_write(home: Home, user: str, ok: bool) -> None:
    assert home.points(CONFIG + MAILBOX.format(user=user))["unsubscribe"].ok is ok


def test_another_address_of_the_mailbox_counts_where_it_is_named(home: Home) -> None:
    mailbox = MAILBOX.format(user="me@other.example")
    assert 'own = ["hello@shop.example"]' in home.points(CONFIG + mailbox)["unsubscribe"].hint
    assert home.points(CONFIG + mailbox + 'own = ["hello@shop.example"]\n')["unsubscribe"].ok
    assert home.points(CONFIG + mailbox + 'own = ["@shop.example"]\n')["unsubscribe"].ok


def test_without_a_mailbox_it_is_said_how_to_hear_of_them(home: Home) -> None:
    point = home.points()["unsubscribe"]
    assert not point.ok
    assert "retcon consent" in point.hint


def test_the_domain_has_to_name_its_servers_once(home: Home) -> None:
    assert home.points()["spf"].ok
    home.txt = names("google-site-verification=1", "v=spf10 x")
    assert "names no servers" in home.points()["spf"].words
    home.txt = names("v=spf1 -all", "v=spf1 ~all")
    assert "twice" in home.points()["spf"].words


def test_offline_nothing_is_said_against_the_domain(home: Home) -> None:
    home.txt = lambda _name, _seconds: None
    point = home.points()["spf"]
    assert point.ok
    assert "not known" in point.words


@pytest.mark.parametrize(("dkim", "ok"), [("pass", True), ("fail", False), ("none", False)])
def test_a_mail_that_came_back_says_whether_it_was_signed(home: Home, dkim: str, ok: bool) -> None:
    found = {"source_id": "1@shop.example", "domain": "shop.example", "at": "2026-11-20T06:00:00Z", "spf": "pass"}
    house = home.open()
    house.database.write(
        lambda tx: facts.put(tx, "mail_authentication", json.dumps({**found, "dkim": dkim, "dmarc": ""}))
    )
    house.close()
    point = home.points()["dkim"]
    assert point.ok is ok
    assert f"DKIM {dkim}, SPF pass, DMARC not told" in point.words


def test_where_a_mailbox_could_tell_it_is_waited_for_and_else_it_is_a_hint(home: Home) -> None:
    assert home.points()["dkim"].ok
    assert not home.points(CONFIG + MAILBOX.format(user="hello@shop.example"))["dkim"].ok


def test_whether_buyers_are_told_has_to_be_answered_yes_or_no(home: Home) -> None:
    assert not home.points()["soft opt-in"].ok
    assert home.points(CONFIG + '[policy]\nsoft_opt_in = ""\n')["soft opt-in"].ok
    assert "since 2024-03-01" in home.points(CONFIG + '[policy]\nsoft_opt_in = "2024-03-01"\n')["soft opt-in"].words


# ---- texts that a person has read ---------------------------------------------------------------------------


def test_the_languages_of_what_is_due_have_to_be_read(home: Home) -> None:
    house = home.open()
    assert home.points()["languages"].ok  # nothing is due
    outgoing.due(house, 2, language="de")
    point = {point.name: point for point in live.checklist(house)}["languages"]
    assert not point.ok
    assert "de (2 due)" in point.words
    assert "retcon templates sign de" in point.hint
    templates.sign(house, "de")
    assert {point.name: point for point in live.checklist(house)}["languages"].ok
    house.close()


def test_a_text_that_changes_is_asked_for_again(home: Home) -> None:
    house = home.open()
    assert templates.sign(house, "en").signed == "2026-11-20"
    assert vouched(house)["en"]
    own = home.folder / "templates" / "en"
    own.mkdir(parents=True)
    (own / "parcel-note.txt").write_text("Subject: Your parcel\n\nIt has left.\n")
    assert not vouched(house)["en"]
    templates.sign(house, "en")
    assert vouched(house)["en"]
    assert not vouched(house)["de"]
    house.close()


def test_nobody_signs_a_language_that_there_are_no_texts_in(home: Home) -> None:
    house = home.open()
    with pytest.raises(InputError, match="no texts"):
        templates.sign(house, "tlh")
    outgoing.due(house, 1, language="tlh")
    assert {language.code: language.texts for language in templates.languages(house)}["tlh"] == ()
    house.close()


def vouched(house: House) -> dict[str, bool]:
    return {language.code: language.vouched for language in templates.languages(house)}


def test_the_flip_keeps_comments_and_rights(home: Home) -> None:
    house = home.open(CONFIG + "\n[policy]  # mine\nlive = false\n")
    (home.folder / "config.toml").chmod(0o600)
    assert live.go_live(house) == 0
    written = (home.folder / "config.toml").read_text()
    assert "[policy]  # mine" in written
    assert "live = true" in written
    assert (home.folder / "config.toml").stat().st_mode & 0o777 == 0o600
    house.close()


@pytest.mark.parametrize("medium", ["email", "telegram"])
def test_answers_of_practice_never_reach_anybody_later(house: House, medium: str) -> None:
    """A reply has no action of its own that could come back: its practice row is withdrawn, on any medium."""
    made = outgoing.furnished(house, live=False, test_addresses=("me@shop.example", "telegram:700100200"))
    channel = replace(made.settings.channels[0], name=medium)
    practice = replace(made, settings=replace(made.settings, channels=(channel,)))

    def work(tx: Connection) -> int:
        outgoing.customer(tx, 1)
        row = outbox.add(
            tx,
            customer_id=1,
            channel=medium,
            purpose=Purpose.SERVICE,
            recipient="buyer1@example.org" if medium == "email" else "700100201",
            subject="",
            body="It is on its way.",
            language="en",
            approved_at=NOW,
            not_before=NOW + timedelta(hours=1),
            rehearsal=True,
            key=f"reply.{medium}",
        )
        return row.id

    row = house.database.write(work)
    live.end_practice(practice)
    lively = replace(practice, settings=replace(practice.settings, policy=replace(practice.settings.policy, live=True)))
    lively.clock.now += timedelta(days=1)
    sending.send(lively, until_empty=True)
    assert lively.told.given == []
    assert outgoing.row(lively, row).state == "withdrawn"


def test_today_says_which_texts_no_person_has_read_yet(home: Home) -> None:
    house = home.open()
    outgoing.due(house, 1, language="de")
    assert [item.unread for line in today.load(house).lines for item in line.items] == [True]
    templates.sign(house, "de")
    assert [item.unread for line in today.load(house).lines for item in line.items] == [False]
    house.close()


def test_what_the_seller_reads_anyway_needs_nobody_else(home: Home) -> None:
    house = home.open()
    outgoing.due(house, 1, language="en")
    assert [item.unread for line in today.load(house).lines for item in line.items] == [False]
    house.close()
