"""What the first run ends with: names that the seller knows, a note, herself as the first reader, and what is next."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from retcon.config import Places, places
from retcon.desk import consents, first_found, first_run, first_settle, imports, outbox, refresh
from retcon.desk.first_run import Answers
from retcon.desk.house import House, open_house
from retcon.errors import InputError
from retcon.model.people import ConsentState, Purpose
from retcon.model.policy import Answer
from tests import firstorders
from tests.conftest import NOW

SHOP = {"name": "Northlight Goods", "currency": "EUR", "timezone": "Europe/Berlin", "country": "DE", "language": "en"}
MAILBOX = '[channels.email]\nkind = "email"\nhost = "127.0.0.1"\nsecurity = "none"\nfrom = "shop@example.com"\n'
COLUMNS = {"name": "Customer name", "placed_at": "Date", "order_id": "Order number"}


@pytest.fixture
def where(tmp_path: Path) -> Places:
    return places(tmp_path / "new")


@pytest.fixture
def opened(where: Places, tmp_path: Path) -> Iterator[Callable[[], House]]:
    """The new home with its orders in, opened as often as settings have changed."""
    houses: list[House] = []

    def again() -> House:
        houses.append(open_house(where.config, now=lambda: NOW))
        return houses[-1]

    first_settle.write(where, Answers(source=first_run.IN_FILE, shop=SHOP))
    file = firstorders.write(tmp_path / "orders.csv", NOW)
    imports.import_file(again(), file, "orders", COLUMNS)
    yield again
    for house in houses:
        house.close()


def test_three_names_come_with_what_the_seller_can_check(opened: Callable[[], House]) -> None:
    found = first_found.look(opened())
    assert found.people == len(firstorders.PEOPLE)
    names = [known.customer.name for known in found.names]
    assert names[0] == "Ada Berg"  # whom a note is written to in her own language
    assert set(names[1:]) == {"Chloé Martin", "Bruno Rossi"}
    ada = found.names[0].standing
    assert (ada.orders, ada.silent_days > 60, round(ada.cycle_days or 0)) == (9, True, 30)
    assert not found.old


def test_a_note_is_written_for_the_first_of_them_in_their_language(opened: Callable[[], House]) -> None:
    note = first_found.look(opened()).note
    assert note is not None
    assert note.action is not None
    assert note.draft.language == "de"
    assert "Ada" in note.draft.body
    assert note.draft.operator_body
    assert any(verdict.answer is Answer.NO for verdict in note.verdicts)


def test_without_a_mailbox_practice_says_what_is_missing(opened: Callable[[], House]) -> None:
    house = opened()
    note = first_found.look(house).note
    assert note is not None
    first_found.practise(house, " nora@example.com ")
    house = opened()
    assert first_found.look(house).own_address == "nora@example.com"
    assert first_found.approve(house, note) == (
        "Practice goes to nora@example.com. This waits in Today until a mailbox is set up."
    )


def test_with_a_mailbox_the_note_is_approved_to_the_seller_alone(where: Places, opened: Callable[[], House]) -> None:
    where.config_file.write_text(where.config_file.read_text() + MAILBOX)
    first_found.answer(opened(), "address", "Street 1, 04109 Town")
    first_found.practise(opened(), "nora@example.com")
    house = opened()
    consents.write(
        house,
        "ada@example.com",
        channel="email",
        purpose=Purpose.MARKETING,
        state=ConsentState.GRANTED,
        how="newsletter form",
    )
    refresh.refresh(house, everybody=True)
    note = first_found.look(house).note
    assert note is not None
    assert first_found.approve(house, note).startswith("Approved, to nora@example.com alone")
    (entry,) = outbox.listing(house)
    assert entry.row.rehearsal
    assert not house.settings.policy.live


def test_nobody_is_late_in_a_file_of_long_ago_and_that_is_said(where: Places, tmp_path: Path) -> None:
    first_settle.write(where, Answers(source=first_run.IN_FILE, shop=SHOP))
    house = open_house(where.config, now=lambda: NOW)
    imports.import_file(house, firstorders.write(tmp_path / "old.csv", NOW - timedelta(days=3000)), "orders", COLUMNS)
    found = first_found.look(house)
    house.close()
    assert found.old
    assert len(found.names) == 3
    assert found.note is not None
    assert found.note.action is None
    assert found.note.draft.body


def test_an_empty_home_has_no_names(where: Places) -> None:
    house = open_house(where.config, now=lambda: NOW)
    found = first_found.look(house)
    house.close()
    assert (found.people, found.names, found.note) == (0, (), None)


# ---- what is next -------------------------------------------------------------------------------------------


def open_steps(house: House) -> list[str]:
    return [step.name for step in first_found.upcoming(house) if not step.done]


def test_what_is_next_is_all_that_was_not_asked(opened: Callable[[], House]) -> None:
    assert open_steps(opened()) == ["practice", "signature", "address", "told", "mails", "mailbox", "live"]


@pytest.mark.parametrize(
    ("name", "line", "says"),
    [
        ("practice", "nora@example.com", "Practice messages go to nora@example.com."),
        ("signature", "Nora", "Messages are signed “Nora”."),
        ("address", "Street 1, 04109 Town", "Kept."),
        ("told", "no", "Not told, so nobody gets advertising who hasn't said yes."),
        ("told", "2024-03-01", "Told since 2024-03-01:"),
        ("mails", "order, Parcel", "retcon won't do these again."),
        ("mails", "none", "Your shop mails nothing by itself."),
    ],
)
def test_what_one_line_answers_is_answered_here(opened: Callable[[], House], name: str, line: str, says: str) -> None:
    assert first_found.answer(opened(), name, line).startswith(says)
    assert name not in open_steps(opened())


@pytest.mark.parametrize(
    ("name", "line"), [("practice", "nora"), ("told", "yes"), ("told", "2999-01-01"), ("mails", "birthday")]
)
def test_what_is_no_answer_is_refused_and_stays_open(opened: Callable[[], House], name: str, line: str) -> None:
    with pytest.raises(InputError):
        first_found.answer(opened(), name, line)
    assert name in open_steps(opened())
