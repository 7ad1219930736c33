"""The card of one person at the keys, on a real store: what is due is read before it leaves, all else has an undo."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot

from retcon.app import RetconApp
from retcon.config import PolicySettings, ShopSettings
from retcon.desk.house import House, open_house
from retcon.model.timeline import Kind
from retcon.screens.card import CardScreen
from retcon.screens.neighbours import Listed
from retcon.widgets import words
from tests.console import lives
from tests.console.conftest import ticking
from tests.lives import NOW, WAY_OUT, Life

Card = Callable[..., RetconApp]
HOME = """
[shop]
name = "Northlight Goods"
timezone = "Europe/Berlin"
country = "DE"
address = "1 Example Road, Leipzig"

[channels.email]
kind = "email"
host = "127.0.0.1"
security = "none"
from = "shop@example.com"

[channels.tg]
kind = "telegram"

[policy]
live = true
"""


@pytest.fixture
def home(house: House) -> House:
    """A house with two channels."""
    house.settings.places.config_file.write_text(HOME)
    return open_house(house.settings.places.config, now=lambda: NOW)


async def opened(pilot: Pilot[None], *ids: int) -> CardScreen:
    """The card of the first of these people, the others beside it."""
    assert isinstance(pilot.app, RetconApp)
    pilot.app.push_screen(CardScreen(pilot.app.shared, ids[0], Listed(ids)))
    await settled(pilot)
    assert isinstance(pilot.app.screen, CardScreen)
    return pilot.app.screen


async def settled(pilot: Pilot[None]) -> None:
    """Wait until no verb and no reading is at work."""
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settled(pilot)


def drawn(app: App[Any]) -> list[str]:
    """The rows of the screen."""
    strips = app.screen._compositor.render_strips()  # pyright: ignore[reportPrivateUsage]
    return ["".join(segment.text for segment in row).rstrip() for row in strips]


def app_of(house: House, monotonic: Callable[[], float] | None = None) -> RetconApp:
    return RetconApp(house, monotonic=monotonic or ticking())


async def test_a_text_that_nobody_read_is_shown_first_and_approved_then(home: House) -> None:
    id_ = lives.chloe(home.database)
    async with app_of(home).run_test(size=(80, 24)) as pilot:
        card = await opened(pilot, id_)

        await press(pilot, "a")
        assert card.status.said.startswith("Nobody has read this yet")
        assert any("I haven't heard from you since 4 October." in row for row in drawn(card.app))
        await press(pilot, "a")

        assert card.status.said.startswith("Chloé M. approved: leaves at 09:00 their time.")
        assert card.matters is not None
        assert card.matters.due == ()
        assert card.timeline.current is not None
        assert card.timeline.current.event is not None
        assert card.timeline.current.event.kind is Kind.OUTBOX


async def test_where_there_is_room_it_is_read_already(home: House) -> None:
    id_ = lives.chloe(home.database)
    async with app_of(home).run_test(size=(120, 40)) as pilot:
        card = await opened(pilot, id_)

        await press(pilot, "a")

        assert card.status.said.startswith("Chloé M. approved")


async def test_a_held_key_approves_nothing_that_was_there_for_a_blink(home: House) -> None:
    id_ = lives.chloe(home.database)
    clock = 100.0
    async with app_of(home, monotonic=lambda: clock).run_test(size=(80, 24)) as pilot:
        card = await opened(pilot, id_)
        await press(pilot, "a")
        clock += 0.2

        await press(pilot, "a")

        assert card.status.said.startswith("That was on the screen for a blink only")
        assert card.matters is not None
        assert len(card.matters.due) == 1


async def test_a_text_longer_than_the_screen_is_read_to_its_end(home: House) -> None:
    life = Life(home.database)
    life.at = NOW - timedelta(days=47)
    order = life.order()
    life.stands()
    life.consent()
    body = "\n".join((*(f"Line {number}." for number in range(60)), WAY_OUT))
    life.action("a long note", anchor=f"woo:{order}", body=body, operator_body=body)
    async with app_of(home).run_test(size=(80, 24)) as pilot:
        card = await opened(pilot, life.id)

        presses = 0
        while not card.status.said.startswith("Chloé M. approved"):
            await press(pilot, "a")
            presses += 1
            assert presses < 20, card.status.said

        assert presses > 3


async def test_what_is_approved_comes_back(home: House) -> None:
    id_ = lives.chloe(home.database)
    async with app_of(home).run_test(size=(120, 40)) as pilot:
        card = await opened(pilot, id_)
        await press(pilot, "a", "u")

        assert card.status.said.startswith("Taken back: 1.")
        assert card.matters is not None
        assert [item.action.title for item in card.matters.due] == ["personal note, no coupon"]


async def test_next_and_previous_go_through_the_list(home: House) -> None:
    ids = (lives.chloe(home.database), lives.once(home.database), lives.layla(home.database))
    async with app_of(home).run_test(size=(80, 24)) as pilot:
        card = await opened(pilot, *ids)
        places: list[str] = []
        for key in ("", "J", "J", "K"):
            if key:
                await press(pilot, key)
            places.append(drawn(card.app)[0].split("   ")[-1].strip())

        assert places == ["1 of 3 · J K", "2 of 3 · J K", "3 of 3 · J K", "2 of 3 · J K"]
        assert card.customer_id == ids[1]
        await press(pilot, "K", "K")
        assert card.status.said == "That was the first one."


async def test_a_message_unfolds_whole_and_folds_again(home: House) -> None:
    id_ = lives.layla(home.database)
    async with app_of(home).run_test(size=(80, 24)) as pilot:
        card = await opened(pilot, id_)
        await press(pilot, "j", "enter")

        rows = drawn(card.app)
        assert "          وهل يمكن التوصيل إلى الرياض قبل 24 ديسمبر؟ الهدية لأختي." in rows
        await press(pilot, "h")
        assert not card.timeline.unfolded
        await press(pilot, "h")
        assert not isinstance(pilot.app.screen, CardScreen)


async def test_what_is_written_from_right_to_left_stands_on_rows_of_its_own(home: House) -> None:
    id_ = lives.layla(home.database)
    async with app_of(home).run_test(size=(120, 40)) as pilot:
        card = await opened(pilot, id_)
        await press(pilot, "j", "enter", "j", "j", "j", "enter", "j", "enter")

        mixed = [
            row
            for row in drawn(card.app)
            if words.rtl(row) and any(letter.isascii() and letter.isalpha() for letter in row)
        ]
        assert mixed == []


async def test_the_timeline_is_narrowed_and_says_how_many(home: House) -> None:
    id_ = lives.chloe(home.database)
    async with app_of(home).run_test(size=(80, 24)) as pilot:
        card = await opened(pilot, id_)
        await press(pilot, "f", "o")

        assert card.status.said == "Only orders: 13 of 43. Esc shows everything."
        kinds = {entry.event.kind for entry in card.timeline.entries if entry.event is not None}
        assert kinds == {Kind.ORDER, Kind.REFUND}
        await press(pilot, "q")
        assert card.group == "everything"


async def test_two_become_one_and_two_again(home: House) -> None:
    one, other = Life(home.database), Life(home.database, "Chloe Martinez", "chloe@work.example.com")
    one.order()
    other.order()
    one.describe()
    other.describe()
    async with app_of(home).run_test(size=(80, 24)) as pilot:
        card = await opened(pilot, one.id)
        await card.run_action("merge")
        await settled(pilot)
        await press(pilot, *str(other.id))
        assert any("Enter makes one of Chloé M. and Chloe M." in row for row in drawn(card.app))
        await press(pilot, "enter")

        assert "is one with Chloe M. now" in card.status.said
        assert card.card is not None
        assert card.card.counts[Kind.ORDER] == 2
        await press(pilot, "u")
        assert card.card.counts[Kind.ORDER] == 1


async def test_nobody_is_merged_who_is_not_meant_alone(home: House) -> None:
    ids = [Life(home.database, f"Chloe Martin {number}", f"{number}@example.org").id for number in range(3)]
    async with app_of(home).run_test(size=(80, 24)) as pilot:
        card = await opened(pilot, ids[0])
        await card.run_action("merge")
        await settled(pilot)
        await press(pilot, *"chloe", "enter")

        assert card.status.said.startswith("2 people are meant by “chloe”.")


async def test_one_becomes_two_by_an_address(home: House) -> None:
    life = Life(home.database)
    life.order()
    life.insert("identities", kind="email", value="work@example.org", customer_id=life.id, shown="work@example.org")
    life.order(email="work@example.org")
    life.describe()
    async with app_of(home).run_test(size=(80, 24)) as pilot:
        card = await opened(pilot, life.id)
        await card.run_action("split")
        await settled(pilot)
        assert any("2 work@example.org · 1 order" in row for row in drawn(card.app))
        await press(pilot, "2")

        assert "is a person of their own now, with 1 order" in card.status.said
        assert card.card is not None
        assert card.card.counts[Kind.ORDER] == 1


async def test_the_card_of_somebody_who_is_gone_closes_with_a_word(home: House) -> None:
    ids = (lives.once(home.database), lives.chloe(home.database))
    async with app_of(home).run_test(size=(80, 24)) as pilot:
        card = await opened(pilot, *ids)
        home.database.write(
            lambda tx: tx.execute("update customers set merged_into = ? where id = ?", (ids[1], ids[0]))
        )
        card.reload()
        await settled(pilot)

        assert not isinstance(pilot.app.screen, CardScreen)


async def test_the_number_of_the_order_under_the_cursor_is_copied(home: House) -> None:
    id_ = lives.chloe(home.database)
    async with app_of(home).run_test(size=(80, 24)) as pilot:
        card = await opened(pilot, id_)
        await press(pilot, "f", "m", "j", "y", "o")

        assert card.status.said == "The order number is copied, where your terminal allows it: 1042."


async def test_the_last_row_is_the_oldest_and_the_first_the_newest(home: House) -> None:
    life = Life(home.database)
    for number in range(150):
        life.at = NOW - timedelta(days=number)
        life.note(f"note {number}")
    async with app_of(home).run_test(size=(80, 24)) as pilot:
        card = await opened(pilot, life.id)

        def under() -> str:
            assert card.timeline.current is not None
            return card.timeline.current.key

        first = under()
        await press(pilot, "G")
        oldest = under()
        assert next(row for row in drawn(card.app) if row.startswith("▌")).endswith("“note 149”")
        await pilot.press(*["pageup"] * 40)
        await settled(pilot)
        assert under() == first
        await pilot.press(*["pagedown"] * 40)
        await settled(pilot)
        assert under() == oldest
        await press(pilot, "g")
        assert under() == first


async def test_hostile_words_are_harmless_everywhere(home: House) -> None:
    bad = "\x1b]0;owned\x07 [red]x[/] [/b] \u202e evil \x9b31m"
    life = Life(home.database, f"Mallory {bad}", "mallory@example.org")
    life.at = NOW - timedelta(days=3)
    life.order(5_000, refunded=100, reason=bad, shipped=1, delivered=2, items=(bad,), number=bad, carrier=bad)
    life.note(bad)
    life.tag("bad[/]")
    life.promise(bad)
    life.complaint(bad)
    life.review(bad, product=bad)
    life.consent(wording=bad, proof=bad)
    life.sent(bad, title=bad)
    life.wrote(life.thread(), bad, hours=2, subject=bad, quoted=bad)
    life.became_one(bad)
    async with app_of(home).run_test(size=(120, 40)) as pilot:
        card = await opened(pilot, life.id)
        for _ in range(card.timeline.cursor, len(card.timeline.entries)):
            await press(pilot, "enter", "j")
            rows = "\n".join(drawn(card.app))
            assert not any(letter in rows for letter in "\x1b\x07\u202e\x9b")
        await press(pilot, "!")
        assert not any(letter in "\n".join(drawn(card.app)) for letter in "\x1b\x07\u202e\x9b")


@pytest.mark.parametrize("size", [(120, 40), (100, 30), (80, 24), (60, 20), (45, 20)])
async def test_every_size_shows_who_it_is_and_what_happened(
    home: House, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    from textual.geometry import Size

    from retcon.screens import console

    monkeypatch.setattr(console, "LEAST", Size(45, 20), raising=False)
    ids = (lives.chloe(home.database), lives.layla(home.database))
    async with app_of(home).run_test(size=size) as pilot:
        card = await opened(pilot, *ids)
        rows = "\n".join(drawn(card.app))
        assert "Chloé M." in rows
        assert "risk 91 high" in rows
        assert "New glaz" in rows
        assert all(len(row) <= size[0] for row in drawn(card.app))


async def test_the_house_settings_are_kept(home: House) -> None:
    """A shop whose currency has no cents shows none."""
    settings = replace(home.settings, shop=ShopSettings(currency="JPY", timezone="Asia/Tokyo"), policy=PolicySettings())
    id_ = lives.once(home.database)
    async with app_of(replace(home, settings=settings)).run_test(size=(80, 24)) as pilot:
        card = await opened(pilot, id_)
        assert any("¥4,200" in row for row in drawn(card.app))


async def test_a_note_and_a_tag_stand_on_the_card_at_once_and_are_taken_back(home: House) -> None:
    id_ = lives.once(home.database)
    async with app_of(home).run_test(size=(80, 24)) as pilot:
        card = await opened(pilot, id_)
        await press(pilot, "n", *"likes green", "enter")
        assert any("NOTE   “likes green”" in row for row in drawn(card.app))
        assert any(row.startswith("     today note     “likes green”") for row in drawn(card.app))
        await press(pilot, "#", *"wholesale", "enter")
        assert "#wholesale" in drawn(card.app)[0]

        await press(pilot, "u", "u")
        rows = "\n".join(drawn(card.app))
        assert "likes green" not in rows
        assert "wholesale" not in drawn(card.app)[0]


async def test_an_order_that_was_looked_for_is_under_the_cursor(home: House) -> None:
    id_ = lives.chloe(home.database)
    with home.database.read() as tx:
        at, order = tx.execute("select placed_at, id from orders order by placed_at limit 1").fetchone()
    async with app_of(home).run_test(size=(80, 24)) as pilot:
        card = await opened(pilot, id_)
        card.show_event((at, Kind.ORDER.value, order))
        await settled(pilot)

        assert card.timeline.current is not None
        assert card.timeline.current.key == f"order:{order}"


async def test_writing_keeps_the_timeline_in_sight_and_what_is_written_is_due(home: House) -> None:
    id_ = lives.layla(home.database)
    async with app_of(home).run_test(size=(80, 24)) as pilot:
        card = await opened(pilot, id_)
        await press(pilot, "r")
        assert any("wrote in Arabic" in row for row in drawn(card.app))
        await press(pilot, *"Yes.", "escape")

        assert card.matters is not None
        assert [item.action.draft.body for item in card.matters.due] == ["Yes."]
        assert card.timeline.current is not None
        assert card.timeline.current.item is not None


async def test_reasons_asked_for_before_they_are_read_come_when_they_are(home: House) -> None:
    life = Life(home.database)
    for number in range(80):
        life.at = NOW - timedelta(days=number)
        life.note(f"note {number}")
    async with app_of(home).run_test(size=(80, 24)) as pilot:
        assert isinstance(pilot.app, RetconApp)
        card = CardScreen(pilot.app.shared, life.id)
        await pilot.app.push_screen(card)
        card.action_why()
        await settled(pilot)

        assert card.why_shown
        assert any(row.startswith(" WHY") for row in drawn(pilot.app))
