"""What people allowed, at the desk: what is in force, lines written, a yes asked for, how many may be written to."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest

from retcon.demo.mail import Mailroom
from retcon.desk import consents, gate, imports, operations, questions, reach, refresh, sending, today
from retcon.desk.house import House, open_house
from retcon.errors import Conflict, InputError, UsageError
from retcon.model.conversations import Direction, SourceMessage
from retcon.model.outbox import OutboxState
from retcon.model.people import Basis, ConsentState, Purpose
from retcon.model.policy import Answer
from retcon.platforms.wiring import Transports
from retcon.retention import invitation
from retcon.store import installation, suppressions
from retcon.sync import intake, permissions
from tests.conftest import NOW
from tests.outgoing import Clock

DAY = timedelta(days=1)
MORNING = datetime(2026, 11, 20, 9, 30, tzinfo=NOW.tzinfo)
CONFIG = """
# kept
[shop]
name = "Northlight Goods"
timezone = "Europe/Berlin"
address = "Harbour Lane 1, 20095 Hamburg"

[channels.email]
kind = "email"
host = "127.0.0.1"
security = "none"
from = "Northlight Goods <hello@shop.example>"

[policy]
live = true  # since May
undo_seconds = 10
"""
TELEGRAM = """
[sources.bot]
kind = "telegram"
bot = "northlight_bot"

[channels.telegram]
kind = "telegram"
account = "bot"
"""
ORDERS = """order_id,customer_id,placed_at,total,currency,email,name,country,language,consent_email,consent_at
1042,7,2026-11-18,49.00,EUR,anna@example.com,Anna Berg,DE,de,,
1043,8,2026-11-18,49.00,USD,bob@example.com,Bob Hill,US,en,,
1044,9,2026-11-17,30.00,EUR,chloe@example.com,Chloé Martin,FR,fr,granted,2026-05-03
1045,10,2026-11-17,30.00,EUR,dora@example.com,Dora Kranz,DE,de,denied,
1046,11,2023-01-17,30.00,EUR,emil@example.com,Emil Voss,DE,de,,
"""


@pytest.fixture
def mail() -> Iterator[Mailroom]:
    room = Mailroom()
    yield room
    room.close()


@pytest.fixture
def clock() -> Clock:
    return Clock(MORNING)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir(exist_ok=True)
    (folder / "config.toml").write_text(CONFIG)
    (tmp_path / "orders.csv").write_text(ORDERS)
    return folder


def opened(home: Path, clock: Clock, mail: Mailroom) -> House:
    return open_house(home, now=clock, transports=Transports(connect=mail.connect), sleep=clock.sleep)


@pytest.fixture
def house(home: Path, clock: Clock, mail: Mailroom, tmp_path: Path) -> Iterator[House]:
    """A live house with five buyers."""
    found = opened(home, clock, mail)
    imports.import_file(found, tmp_path / "orders.csv", "orders", {})
    yield found
    found.close()


def told_since(house: House, day: str) -> House:
    """The same house where buyers are told at the checkout since that day."""
    policy = replace(house.settings.policy, soft_opt_in=day)
    return replace(house, settings=replace(house.settings, policy=policy))


def advertising(house: House, reference: str) -> consents.Right:
    """What holds for advertising by e-mail."""
    rights = consents.of(house, reference).rights
    return next(right for right in rights if (right.medium, right.purpose) == ("email", Purpose.MARKETING))


def allow(house: House, reference: str = "anna@example.com", **more: object) -> None:
    line = {"channel": "email", "purpose": Purpose.MARKETING, "state": ConsentState.GRANTED, "how": "at the fair"}
    consents.write(house, reference, **{**line, **more})  # type: ignore[arg-type]


# ---- what is in force -------------------------------------------------------------------------------------------


def test_what_is_in_force_is_what_the_gate_says_with_its_reason(house: House) -> None:
    anna, bob, chloe, dora = (advertising(house, f"{it}@example.com") for it in ("anna", "bob", "chloe", "dora"))
    assert (anna.allowed, anna.state, anna.derived) == (False, ConsentState.UNKNOWN, False)
    assert (bob.allowed, bob.state, bob.derived) == (True, ConsentState.UNKNOWN, True)
    assert (chloe.allowed, chloe.basis, chloe.derived) == (True, Basis.EXPRESS, False)
    assert chloe.reason == "Chloé Martin allowed advertising by e-mail on 3 May."
    assert (dora.allowed, dora.state) == (False, ConsentState.DENIED)


def test_what_follows_from_a_purchase_is_shown_as_derived_with_its_order_and_its_end(house: House) -> None:
    anna = advertising(told_since(house, "2024-03-01"), "anna@example.com")
    assert (anna.allowed, anna.basis, anna.derived) == (True, Basis.SOFT_OPT_IN, True)
    assert "(order 1042)" in anna.reason
    assert anna.expires_at is not None
    assert anna.expires_at.year == 2028
    emil = advertising(told_since(house, "2024-03-01"), "emil@example.com")  # bought before buyers were told
    assert not emil.allowed


def test_a_stop_ends_what_a_purchase_permits(house: House) -> None:
    told = told_since(house, "2024-03-01")
    house.database.write(
        lambda tx: permissions.stop(tx, 1, "email", "anna@example.com", MORNING, source="mail", wording="STOP")
    )
    anna = advertising(told, "anna@example.com")
    assert (anna.allowed, anna.state) == (False, ConsentState.DENIED)


# ---- writing it down --------------------------------------------------------------------------------------------


def test_a_line_is_kept_in_full(house: House) -> None:
    given = MORNING - 40 * DAY
    allow(
        house,
        channel="email",
        basis=Basis.DOUBLE_OPT_IN,
        proof="form 12",
        at=given,
        expires_at=MORNING + DAY,
    )
    (line,) = consents.of(house, "anna@example.com").lines
    assert (line.basis, line.proof, line.at, line.expires_at) == (
        Basis.DOUBLE_OPT_IN,
        "form 12",
        given,
        MORNING + DAY,
    )
    assert (line.source, line.wording) == ("operator", "at the fair")
    assert advertising(house, "anna@example.com").allowed


def test_a_no_also_shuts_the_address_and_a_later_yes_of_the_operators_opens_it(house: House, clock: Clock) -> None:
    allow(house, state=ConsentState.DENIED, how="on the phone")
    with house.database.read() as tx:
        address = ("email", "anna@example.com")
        assert suppressions.of(tx, [address])[address][0] == "advertising"
    clock.now += DAY
    allow(house)
    assert advertising(house, "anna@example.com").allowed


def test_a_channel_s_name_means_its_medium(house: House) -> None:
    allow(house, channel="EMAIL")
    assert [line.channel for line in consents.of(house, "1").lines] == ["email"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"how": " "},
        {"at": MORNING + DAY},
        {"expires_at": MORNING - DAY},
        {"basis": Basis.NONE},
        {"state": ConsentState.DENIED, "basis": Basis.EXPRESS},
    ],
)
def test_a_line_that_proves_nothing_is_refused(house: House, wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        allow(house, **wrong)
    assert consents.of(house, "1").lines == ()


# ---- asking for a yes -------------------------------------------------------------------------------------------


def test_a_request_goes_out_in_the_persons_language_and_carries_a_word_that_is_theirs(
    house: House, mail: Mailroom
) -> None:
    consents.ask(house, "anna@example.com")
    sending.send(house, until_empty=True)
    (message,) = mail.messages
    assert str(message["To"]) == "Anna Berg <anna@example.com>"
    body = message.get_content()
    assert "antworten Sie auf diese Nachricht mit JA" in body
    (link,) = re.findall(r"mailto:hello@shop\.example\?subject=(\S+)", body)
    with house.database.read() as tx:
        key = installation.link_key(tx)
    assert invitation.read(key, unquote(link)) == (1, "confirm")


def test_their_yes_is_a_double_opt_in(house: House, clock: Clock) -> None:
    consents.ask(house, "anna@example.com")
    sending.send(house, until_empty=True)
    clock.now += DAY
    said = house.database.write(
        lambda tx: permissions.answer(tx, 1, "email", "anna@example.com", clock.now, source="mail", proof="m1")
    )
    assert said
    anna = advertising(house, "anna@example.com")
    assert (anna.allowed, anna.basis) == (True, Basis.DOUBLE_OPT_IN)
    assert anna.reason.endswith(", confirmed by link.")


@pytest.mark.parametrize(("by_form", "allowed"), [(False, True), (True, False)])
def test_a_yes_that_came_by_a_form_is_nobodys(house: House, clock: Clock, by_form: bool, allowed: bool) -> None:
    consents.ask(house, "anna@example.com")
    sending.send(house, until_empty=True)
    clock.now += DAY
    yes = SourceMessage(
        source_id="1@mail.example.com",
        medium="email",
        direction=Direction.IN,
        address="anna@example.com",
        at=clock.now,
        body="JA",
        by_form=by_form,
    )
    context = refresh.context(house)
    house.database.write(lambda tx: intake.keep(tx, "mail", [yes], "EUR", context))
    assert advertising(house, "anna@example.com").allowed is allowed


def test_nobody_is_asked_twice_within_thirty_days(house: House, clock: Clock) -> None:
    consents.ask(house, "anna@example.com")
    with pytest.raises(Conflict, match="Anna Berg was asked on 20 Nov"):
        consents.ask(house, "anna@example.com")
    clock.now += 31 * DAY
    assert consents.ask(house, "anna@example.com").key.startswith("confirm.email.1.2.")


def test_a_request_that_was_taken_back_was_none(house: House) -> None:
    consents.ask(house, "anna@example.com")
    assert operations.undo(house).back == 1
    assert consents.of(house, "anna@example.com").asked_at is None
    assert consents.ask(house, "anna@example.com").state is OutboxState.QUEUED


def test_who_said_yes_or_no_is_not_asked(house: House) -> None:
    with pytest.raises(Conflict, match="nothing to ask"):
        consents.ask(house, "chloe@example.com")
    with pytest.raises(Conflict, match="nobody asks again"):
        consents.ask(house, "dora@example.com")
    with pytest.raises(InputError, match="No channel is called"):
        consents.ask(house, "anna@example.com", "pigeon")


def test_a_no_that_comes_meanwhile_holds_the_request_back(house: House, mail: Mailroom, clock: Clock) -> None:
    consents.ask(house, "anna@example.com")
    house.database.write(lambda tx: permissions.stop(tx, 1, "email", "anna@example.com", clock.now, source="mail"))
    sending.send(house, until_empty=True)
    assert mail.messages == []


# ---- how many ---------------------------------------------------------------------------------------------------


def test_how_many_may_be_written_to_is_counted_as_the_gate_judges(house: House) -> None:
    email = consents.may_be_written_to(house).email
    assert email is not None
    assert (email.people, email.granted, email.soft, email.opt_out, email.denied, email.unknown) == (5, 1, 0, 1, 1, 2)
    assert questions.words(consents.may_be_written_to(house)) == (
        "May be written to by e-mail: 2 of 5: 1 said yes, 1 live where nobody need be asked before. 1 said no."
    )


def test_the_figure_says_what_the_checkout_would_add(house: House) -> None:
    assert consents.may_be_written_to(house).could == 1
    told = consents.may_be_written_to(told_since(house, "2024-03-01"))
    assert told.could == 0
    assert told.email is not None
    assert told.email.soft == 1


def test_the_count_agrees_with_the_ledger_of_each(house: House, clock: Clock) -> None:
    house.database.write(lambda tx: permissions.stop(tx, 2, "email", "bob@example.com", clock.now, source="mail"))
    house.database.write(
        lambda tx: permissions.gone(tx, 3, "email", "chloe@example.com", clock.now, "550 no such user")
    )
    told = told_since(house, "2022-01-01")
    one_by_one = sum(advertising(told, str(id_)).allowed for id_ in range(1, 6))
    email = consents.may_be_written_to(told).email
    assert email is not None
    assert (email.may, email.closed) == (one_by_one, 1)


# ---- the questions ----------------------------------------------------------------------------------------------


def test_answers_are_kept_in_the_file_with_its_comments(house: House, home: Path) -> None:
    counts = consents.may_be_written_to(house)
    assert questions.pending(house, counts) == ("soft_opt_in", "shop_mails")
    questions.told_since(house, date(2024, 3, 1))
    questions.mails(house, ["parcel", "order", "parcel"])
    written = (home / "config.toml").read_text()
    assert "# kept" in written
    assert "live = true  # since May" in written
    assert 'soft_opt_in = "2024-03-01"' in written
    assert 'shop_mails = ["parcel", "order"]' in written
    assert questions.pending(house, counts) == ()


def test_no_is_an_answer_and_what_was_asked_is_not_asked_again(house: House, home: Path) -> None:
    counts = consents.may_be_written_to(house)
    questions.told_since(house, None)
    assert 'soft_opt_in = ""' in (home / "config.toml").read_text()
    questions.remember(house, ["shop_mails"])
    assert questions.pending(house, counts) == ()


def test_what_cannot_be_is_refused(house: House) -> None:
    with pytest.raises(InputError, match="still ahead"):
        questions.told_since(house, date(2027, 1, 1))
    with pytest.raises(InputError, match="none of them"):
        questions.mails(house, ["parcel", "pigeon"])


# ---- the gate at the desk ---------------------------------------------------------------------------------------


@pytest.fixture
def chatty(home: Path, clock: Clock, mail: Mailroom, tmp_path: Path) -> Iterator[House]:
    """The same house with Telegram beside e-mail."""
    (home / "config.toml").write_text(CONFIG + TELEGRAM)
    found = opened(home, clock, mail)
    imports.import_file(found, tmp_path / "orders.csv", "orders", {})
    yield found
    found.close()


def test_every_channel_says_whether_it_reaches_somebody_and_what_may_go(chatty: House) -> None:
    mail, telegram = reach.of(chatty, "anna@example.com")
    assert (mail.channel, mail.address, mail.why_not, mail.advertising) == (
        "email",
        "anna@example.com",
        "",
        Answer.NO,
    )
    assert mail.advertising_reason.startswith("Anna Berg hasn't allowed advertising by e-mail.")
    assert telegram.why_not == "Anna Berg never wrote to you on Telegram, so Telegram can't deliver."


def test_the_next_best_way_is_named_where_a_channel_cannot(chatty: House) -> None:
    chatty.database.write(
        lambda tx: tx.execute(
            "insert into identities (kind, value, customer_id, shown) values ('chat', ?, 1, ?)",
            ("telegram:700100200", "telegram:700100200"),
        )
    )
    chatty.database.write(lambda tx: permissions.gone(tx, 1, "email", "anna@example.com", MORNING, "550 no such user"))
    items = [item for line in today.load(chatty).lines for item in line.items if item.customer.id == 1]
    refused = [said.reason for item in items for said in item.verdicts if said.answer == "no"]
    assert refused == [
        "Mail to “anna@example.com” came back on 20 Nov. Nothing goes there until they write from it. Telegram can."
    ]


def test_a_service_message_leads_to_the_chat_and_asks_for_a_yes_where_the_country_lets_it(chatty: House) -> None:
    refresh.refresh(chatty, everybody=True)
    bodies = {
        item.customer.name: item.action.draft.body
        for line in today.load(chatty).lines
        for item in line.items
        if item.action.rule == "parcel-note"
    }
    assert "PS: Would you like to hear from us" in bodies["Bob Hill"]
    assert "mailto:hello@shop.example?subject=news%20n2-" in bodies["Bob Hill"]
    assert "https://t.me/northlight_bot?start=c2-" in bodies["Bob Hill"]
    assert "PS:" not in bodies["Anna Berg"]
    assert "über Telegram: https://t.me/northlight_bot?start=c1-" in bodies["Anna Berg"]


def test_who_said_no_is_asked_for_nothing(chatty: House, clock: Clock) -> None:
    chatty.database.write(lambda tx: permissions.stop(tx, 2, "email", "bob@example.com", clock.now, source="mail"))
    refresh.refresh(chatty, everybody=True)
    (body,) = [
        item.action.draft.body
        for line in today.load(chatty).lines
        for item in line.items
        if (item.action.rule, item.customer.name) == ("parcel-note", "Bob Hill")
    ]
    assert "PS:" not in body


def test_nothing_goes_to_somebody_who_is_no_longer_there(house: House) -> None:
    items = [item for line in today.load(house).lines for item in line.items]
    gone = replace(items[0].action, customer_id=999)
    with house.database.read() as tx:
        (verdict,) = gate.judge(house, tx, gone, MORNING)
    assert (verdict.rule, verdict.answer) == ("customer", Answer.NO)
