"""Making one of two and two of one, knowing better, and who may be one: as the operator does it."""

from pathlib import Path

import pytest

from retcon.desk import drafts, identities, imports, operations, people, refresh
from retcon.desk import outbox as outboxes
from retcon.desk.house import House
from retcon.desk.situations import load
from retcon.errors import Conflict, InputError, UsageError
from retcon.model.orders import OrderState
from retcon.model.outbox import OutboxState
from retcon.model.people import Customer
from retcon.store import actions
from tests.conftest import NOW
from tests.outgoing import due, furnished, picks, row
from tests.persons import account, order, owner, take, wrote
from tests.talk import Talk, chat

# Anna bought as a guest with two addresses; Bob is somebody else.
ORDERS = """order_id,placed_at,total,currency,email,phone,name,country,language
1,2026-11-18,49.00,EUR,anna@example.com,0171 1234567,Anna Berg,DE,de
2,2026-11-17,20.00,EUR,anna.berg@example.org,0171 1234567,Anna Berg,DE,de
3,2026-11-16,20.00,EUR,bob@example.com,,Bob Stone,GB,en
"""


def bought(house: House, folder: Path, orders: str = ORDERS) -> None:
    (folder / "orders.csv").write_text(orders)
    imports.import_file(house, folder / "orders.csv", "orders", {})


def notes(house: House) -> list[tuple[int, str]]:
    """Whose notes on a first order are due, and for which order."""
    with house.database.read() as tx:
        due = [action for action in actions.due(tx, house.now()) if action.rule in ("order-note", "parcel-note")]
    return sorted((action.customer_id, action.anchor) for action in due)


def known(house: House, id_: int) -> Customer:
    return people.one(house, str(id_)).person.customer


# ---- one of two ------------------------------------------------------------------------------------------------


def test_two_become_one_and_two_again(house: House, tmp_path: Path) -> None:
    bought(house, tmp_path)
    assert notes(house) == [(1, "csv:1"), (2, "csv:2"), (3, "csv:3")]
    merged = identities.merge(house, "anna@example.com", "2")
    refresh.refresh(house)
    assert (merged.person.id, merged.other) == (1, 2)
    dossier = people.one(house, "2")
    assert (dossier.person.customer.id, dossier.person.standing.orders, dossier.parts) == (1, 2, (2,))
    assert notes(house) == [(3, "csv:3")]  # they have ordered twice: no first week any more
    assert [person.customer.id for person in people.listing(house)] == [1, 3]

    undone = operations.undo(house)
    assert undone.recompute
    assert undone.words == "Taken back: Anna Berg (2) became one with Anna Berg (1)."
    refresh.refresh(house)
    assert notes(house) == [(1, "csv:1"), (2, "csv:2"), (3, "csv:3")]


def test_nobody_becomes_one_with_themselves_or_with_nobody(house: House, tmp_path: Path) -> None:
    bought(house, tmp_path)
    identities.merge(house, "1", "2")
    for kept, other in (("1", "1"), ("1", "2"), ("2", "1"), ("anna@example.com", "anna.berg@example.org")):
        with pytest.raises(Conflict, match="are one person already"):
            identities.merge(house, kept, other)
    with pytest.raises(InputError, match="Nobody is known as “99”"):
        identities.merge(house, "1", "99")


def test_what_waited_is_back_where_it_waited_after_undo(house: House) -> None:
    ours = furnished(house, undo_seconds=600)
    found = due(ours, 2)
    drafts.approve(ours, picks(found), judge=lambda *_: ())
    outboxes.hold(ours, 2)
    before = [row(ours, number) for number in (1, 2)]
    merged = identities.merge(ours, "1", "2")
    assert merged.waiting == 2
    assert [row(ours, number).state for number in (1, 2)] == [OutboxState.STALE, OutboxState.STALE]
    operations.undo(ours)
    assert [row(ours, number) for number in (1, 2)] == before


def test_what_was_dealt_with_since_stays_as_it_is_and_undo_says_so(house: House) -> None:
    ours = furnished(house, undo_seconds=600)
    drafts.approve(ours, picks(due(ours, 2)), judge=lambda *_: ())
    operation = identities.merge(ours, "1", "2").operation_id
    outboxes.resolve(ours, 1, "drop", judge=lambda *_: ())
    undone = operations.undo(ours, operation)
    assert "One had moved on." in undone.words
    assert [row(ours, number).state for number in (1, 2)] == [OutboxState.WITHDRAWN, OutboxState.QUEUED]


def test_a_first_week_that_was_had_is_not_had_again(house: House) -> None:
    """Bob's earlier order makes another first order of the one person; the note was written for Ada's."""
    take(house.database, order("1", "ada@example.com", days=17, country="DE"))
    take(house.database, order("2", "bob@example.com", days=16, country="DE"))
    refresh.refresh(house)
    assert notes(house) == [(1, "woo:1"), (2, "woo:2")]
    house.database.write(
        lambda tx: [actions.skip(tx, action.id, "", NOW) for action in actions.due(tx, NOW) if action.customer_id == 1]
    )
    identities.merge(house, "1", "2")
    take(house.database, order("1", "ada@example.com", days=17, country="DE", state=OrderState.CANCELLED))
    refresh.refresh(house)
    with house.database.read() as tx:
        (left,) = load(tx, [1], NOW)[1].orders  # Bob's alone: their first order now
    assert left.source_id == "2"
    assert notes(house) == []


def test_what_came_by_a_pull_in_between_goes_to_whose_address_it_came_by(house: House, tmp_path: Path) -> None:
    bought(house, tmp_path)
    identities.merge(house, "1", "2")
    bought(house, tmp_path, f"{ORDERS}4,2026-11-19,5.00,EUR,anna.berg@example.org,,Anna Berg,DE,de\n")
    undone = operations.undo(house)
    assert undone.words.endswith("What came since went to the other, by whose address it came: 1 order.")
    assert owner(house.database, "orders", "4") == 2


# ---- two of one ------------------------------------------------------------------------------------------------


def test_an_address_becomes_a_person_of_its_own_and_is_put_back(house: House, tmp_path: Path) -> None:
    bought(house, tmp_path)
    identities.merge(house, "1", "2")
    split = identities.split(house, "1", [("email", "ANNA.BERG@example.org")])
    refresh.refresh(house)
    assert (split.orders, split.held, split.new.emails) == (1, 0, ("anna.berg@example.org",))
    assert notes(house) == [(1, "csv:1"), (3, "csv:3"), (split.new.id, "csv:2")]
    bought(house, tmp_path)
    assert owner(house.database, "orders", "2") == split.new.id
    assert identities.alike(house) == ()
    operations.undo(house)
    assert owner(house.database, "orders", "2") == 1
    assert known(house, split.new.id).id == 1


def test_what_can_t_be_taken_out_is_said(house: House) -> None:
    take(house.database, account("17", "ada@example.com"), order("1", account_id="17", phone="+491711234567"))
    with pytest.raises(InputError, match="is no email of"):
        identities.split(house, "1", [("email", "bob@example.com")])
    with pytest.raises(UsageError, match="Nothing is named"):
        identities.split(house, "1", [])
    with pytest.raises(Conflict, match="nobody would be left"):
        identities.split(house, "1", [("email", "ada@example.com"), ("account", "woo:17")])
    with pytest.raises(Conflict, match="nothing would go") as told:
        identities.split(house, "1", [("phone", "+49 171 1234567")])
    assert "1 order came by an account" in told.value.hint


def test_a_chat_becomes_a_person_of_its_own(house: House) -> None:
    take(house.database, order("1"))
    house.database.write(lambda tx: tx.execute("insert into identities values ('chat', 'telegram:7', 1, 'telegram:7')"))
    house.database.write(lambda tx: wrote(tx, 1, "7", medium="telegram", language="es"))
    new = identities.split(house, "1", [("chat", "telegram:7")]).new
    assert (new.chats, new.language) == ((("telegram", "7"),), "es")
    assert people.one(house, "telegram:7").person.standing.orders == 0
    assert owner(house.database, "threads", 1) == new.id


# ---- knowing better --------------------------------------------------------------------------------------------


def test_what_the_operator_knows_better_holds_until_it_is_taken_back(house: House, tmp_path: Path) -> None:
    bought(house, tmp_path)
    said = {"language": "en", "country": "at", "zone": "Europe/Vienna", "name": "Anna"}
    anna = identities.know(house, "1", said)
    assert (anna.name, anna.language, anna.country, anna.zones) == ("Anna", "en", "AT", ("Europe/Vienna",))
    assert {anna.language_from, anna.country_from, anna.zones_from} == {"you said so"}
    bought(house, tmp_path, f"{ORDERS}4,2026-11-19,5.00,EUR,anna@example.com,,Anna Berg,FR,fr\n")
    assert known(house, 1).country == "AT"
    assert identities.know(house, "1", {"country": ""}).country == "FR"
    operations.undo(house)
    assert known(house, 1).country == "AT"
    operations.undo(house)
    assert (known(house, 1).name, known(house, 1).language) == ("Anna Berg", "fr")


@pytest.mark.parametrize(
    ("field", "value"), [("country", "XX"), ("country", "Germany"), ("language", "g"), ("zone", "Vienna"), ("age", "7")]
)
def test_what_is_no_country_language_or_zone_is_refused(house: House, tmp_path: Path, field: str, value: str) -> None:
    bought(house, tmp_path)
    with pytest.raises(UsageError):
        identities.know(house, "1", {field: value})


# ---- who may be one --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (
            {"email": "a@example.com", "phone": "0171 1234567"},
            {"email": "b@example.com", "phone": "+49 171 1234567"},
            "The same phone number, +491711234567.",
        ),
        (
            {"email": "ada.king@gmail.com"},
            {"email": "adaking+shop@googlemail.com"},
            "One mailbox, ada.king@gmail.com and adaking+shop@googlemail.com.",
        ),
        (
            {"email": "ada@outlook.com"},
            {"email": "ada+shop@outlook.com"},
            "One mailbox, ada+shop@outlook.com and ada@outlook.com.",
        ),
        (
            {"email": "annamuller@example.com", "name": "Anna Müller"},
            {"email": "anna.muller@example.org", "name": "Mueller, Anna"},
            "The same name and country, and annamuller@example.com is like anna.muller@example.org.",
        ),
        (
            {"email": "a@example.com", "name": "Anna Berg", "phone": "+49 30 123456"},
            {"email": "b@example.com", "name": "Anna Bergs", "phone": "+49 30 129999"},
            "The same name and country, and numbers of one place, +4930123456 and +4930129999.",
        ),
    ],
)
def test_who_looks_like_one_person_is_proposed_with_the_reason(
    house: House, one: dict[str, str], other: dict[str, str], reason: str
) -> None:
    take(house.database, order("1", country="DE", **one), order("2", country="DE", **other))
    (pair,) = identities.alike(house)
    assert (pair.one.id, pair.other.id, pair.reason) == (1, 2, reason)
    identities.not_alike(house, "2", "1")
    assert identities.alike(house) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"email": "info@example.com", "name": "Anna Berg"}, {"email": "info@example.org", "name": "Anna Berg"}),
        ({"email": "anna@example.com", "name": "Anna"}, {"email": "anna@example.org", "name": "Anna"}),
        (
            {"email": "anna@example.com", "name": "Anna Berg"},
            {"email": "anna@example.org", "name": "Anna Berg", "country": "US"},
        ),
        ({"email": "a.b@example.com"}, {"email": "ab@example.com"}),
        (
            {"email": "x7k2a@marketplace.amazon.com", "name": "Anna Berg"},
            {"email": "x7k2b@marketplace.amazon.com", "name": "Anna Berg"},
        ),
    ],
)
def test_who_only_shares_what_many_share_is_not_proposed(
    house: House, one: dict[str, str], other: dict[str, str]
) -> None:
    take(house.database, order("1", **{"country": "DE", **one}), order("2", **{"country": "DE", **other}))
    assert identities.alike(house) == ()


@pytest.mark.parametrize(("buyers", "proposed"), [(1, [(1, 2)]), (2, [])])
def test_who_came_to_a_chat_alone_is_proposed_to_the_one_buyer_of_that_name(
    house: House, tmp_path: Path, buyers: int, proposed: list[tuple[int, int]]
) -> None:
    take(house.database, *(order(str(n), f"bruno{n}x@example.com", name="Bruno Campo") for n in range(buyers)))
    Talk(house.database, tmp_path).keep(chat(name="Bruno Campo"), source="bot")
    assert [(pair.one.id, pair.other.id) for pair in identities.alike(house)] == proposed


def test_a_number_that_everybody_has_tells_nothing(house: House) -> None:
    take(house.database, *(order(str(n), f"buyer{n}@example.com", phone="+491711234567") for n in range(1, 6)))
    assert identities.alike(house) == ()


def test_who_was_merged_is_not_proposed_and_keeps_what_was_said_of_them(house: House) -> None:
    take(house.database, *(order(str(n), f"buyer{n}@example.com", phone="+491711234567") for n in (1, 2, 3)))
    identities.not_alike(house, "1", "3")
    assert [(pair.one.id, pair.other.id) for pair in identities.alike(house)] == [(1, 2), (2, 3)]
    identities.merge(house, "2", "1")
    assert identities.alike(house) == ()  # 3 is not 1, who is part of 2
    with pytest.raises(Conflict, match="are one person"):
        identities.not_alike(house, "1", "2")


def test_people_who_wrote_and_never_bought_are_shown(house: House) -> None:
    house.database.write(
        lambda tx: tx.execute("insert into customers (id, name, wrote_as) values (1, 'Bo', 'Bo')") and None
    )
    dossier = people.one(house, "1")
    assert (dossier.person.standing.orders, dossier.person.reasons, dossier.came_by) == (0, (), ())
