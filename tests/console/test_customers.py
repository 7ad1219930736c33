"""Customers: narrowed as it is typed, ordered, marked, tagged, left alone, copied, exported; still under the hand."""

from collections.abc import Callable

import pytest
from textual import events
from textual.pilot import Pilot

from retcon.app import RetconApp
from retcon.desk.house import House
from retcon.screens.customers import CustomersScreen
from retcon.store.database import Connection
from retcon.text import keep_name
from retcon.widgets.drawing import width_of
from tests.console.sample import CURSED
from tests.console.test_today import shown
from tests.listed import stand

Console = Callable[..., RetconApp]
Compare = Callable[..., bool]

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
FAMILY = ("Keller", "Sommer", "Dubois", "Vidal", "Olsen", "Thal")
GIVEN = ("Jonas", "Anna", "Lucie", "Marta", "Nils", "Greta", "Bernd")


def write(tx: Connection) -> None:
    """Forty people: six by name, in scripts of their own, then those with less at stake."""
    high = {"band": "high", "risk_score": 91, "p_churn": 0.91}
    slipping = {**high, "causes": [["silent", 47, 21, 38], ["refunds", 1, 12, 9]]}
    stand(tx, 1, "Layla Al-Otaibi", "SA", stake_minor=41_200, tier="vip", orders=9, spent_minor=124_000, under_way=1)
    stand(tx, 2, "Chloé Martin", "FR", stake_minor=31_000, tier="vip", orders=12, silent_days=47, **slipping)
    stand(tx, 3, "ليلى العتيبي", "SA", stake_minor=30_500, email="layla.otaibi@example.org", **slipping)
    stand(tx, 4, "直人 茶碗谷", "JP", stake_minor=22_000, cycle_days=None, orders=1, tier="one_time", **high)
    stand(tx, 5, "🎈 Zoë 👩‍👩‍👧 Ortega", "ES", stake_minor=12_050, tier="promising", left_alone=True)
    stand(tx, 6, "สมชาย ใจดี", "TH", stake_minor=9_900, tier="high", band="low", risk_score=8, p_churn=0.08)
    for id_ in range(7, 41):
        name = f"{GIVEN[id_ % 7]} {FAMILY[id_ % 6]}"
        facts = {"band": "low", "risk_score": 30 - id_ % 9, "p_churn": 0.3 - id_ / 1000, "silent_days": id_}
        stand(tx, id_, name, "DE" if id_ % 3 else "FR", stake_minor=9_000 - id_ * 100, **facts)


@pytest.fixture
def people(house: House) -> House:
    """The forty."""
    house.database.write(write)
    return house


def screen(app: RetconApp) -> CustomersScreen:
    assert isinstance(app.screen, CustomersScreen)
    return app.screen


async def settled(pilot: Pilot[None]) -> None:
    """Wait until no reading and no verb is at work."""
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press the keys and let what they began come to its end."""
    await pilot.press(*keys)
    await settled(pilot)


async def paste(pilot: Pilot[None], words: str) -> None:
    """Put words into the line that is being typed, all at once."""
    focused = pilot.app.screen.focused
    assert focused is not None
    focused.post_message(events.Paste(words))
    await pilot.pause()
    await settled(pilot)


async def narrow(pilot: Pilot[None], query: str) -> None:
    """Type a filter and keep it."""
    await pilot.press("slash")
    await paste(pilot, query)
    await press(pilot, "enter")


def at(app: RetconApp) -> int | None:
    """Who is under the cursor."""
    return screen(app).people.current


async def test_those_with_most_at_stake_stand_first_and_the_line_above_says_how_many(
    console: Console, people: House
) -> None:
    app = console()
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "2")
        rows = shown(app).splitlines()

        assert "Everybody · by money at stake" in rows[3]
        assert rows[3].rstrip().endswith("40 · €3,728 at stake")
        assert rows[5].split() == [
            *("▌", "Layla", "A.", "SA", "VIP", "medium", "40", "━━───", "€412", "parcel", "21", "d", "9", "€1,240"),
        ]
        assert "47 d   21 d" in rows[6]
        assert "Silent" not in rows[6]  # the columns tell it


async def test_a_filter_hides_as_it_is_typed_and_stays_until_escape(console: Console, people: House) -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "2", "/", *"risk:high !jp")
        await press(pilot, "enter", "j")
        narrowed = list(screen(app).listing.ids)
        head = shown(app).splitlines()[1]
        await press(pilot, "1", "2")
        kept = shown(app).splitlines()[1]
        await press(pilot, "escape")

        assert narrowed == [2, 3, 4]
        assert head.startswith(" risk:high !jp")
        assert head.rstrip().endswith("3 of 40 · €835 at stake")
        assert kept == head
        assert at(app) == 3
        assert screen(app).listing.counts.shown == 40


async def test_an_unknown_filter_is_said_at_its_place_and_changes_nothing(console: Console, people: House) -> None:
    app = console()
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "2", "/")
        await paste(pilot, "layla ")
        await paste(pilot, "rsk:")
        rows = shown(app).splitlines()

        assert rows[-3].rstrip() == " layla rsk:"
        assert rows[-2].rstrip() == "       ↑ “rsk:” is no filter; risk: is near."
        assert list(screen(app).listing.ids) == [1, 3]


async def test_what_is_wrong_at_the_lines_end_is_said_before_it(console: Console, people: House) -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "2", "/")
        await paste(pilot, "one two three four five six seven eight nine ten eleven rsk:")
        rows = shown(app).splitlines()

        assert "“rsk:” is no filter; risk: is near. ↑" in rows[-2]
        assert rows[-3].index("rsk:") == rows[-2].index("↑")


async def test_where_nothing_matches_the_way_out_is_said(console: Console, people: House) -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "2")
        await narrow(pilot, "risk:high country:NO")

        assert "Nothing matches risk:high country:NO. Esc clears; 3 match without the country." in shown(app)


async def test_views_and_orders_are_a_letter_each(console: Console, people: House) -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "2", "f", "v")
        vips = list(screen(app).listing.ids)
        await press(pilot, "f", "b")
        named = list(screen(app).listing.ids)
        await press(pilot, "f", "e", "f", "d")

        assert vips == [1, 2]
        assert named == [2, 1]
        assert at(app) == 2  # silent for 47 days
        assert "by silence" in shown(app).splitlines()[1]


async def test_marks_survive_filter_order_and_reload(console: Console, people: House) -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "2", "j", "space", "space")
        said = screen(app).status.said
        await narrow(pilot, "tier:vip")
        hidden = screen(app).status.said
        await press(pilot, "escape", "f", "r", ".")

        assert said == "2 marked: n # x y take them, - unmarks."
        assert hidden == "2 marked, 1 of them shown: n # x y take those 1, - unmarks."
        assert screen(app).chosen() == [2, 3]
        await press(pilot, "-")
        assert screen(app).status.said == ""


async def test_star_marks_all_that_the_filter_shows_and_nobody_else(console: Console, people: House) -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "2")
        await narrow(pilot, "country:SA")
        await press(pilot, "*")
        said = screen(app).status.said

        assert said == "2 marked: n # x y take them, - unmarks."
        assert screen(app).marks == {1, 3}


async def test_leaving_the_marked_alone_is_taken_back_as_one(console: Console, people: House) -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "2", "space", "space", "x", "l")
        said = screen(app).status.said
        with people.database.read() as tx:
            alone = [row[0] for row in tx.execute("select id from customers where left_alone order by id")]
        await press(pilot, "u")

        assert said == "2 people: nothing is written to them. u takes it back."
        assert alone == [1, 2, 5]
        assert screen(app).status.said == "Taken back: 2 left alone."
        with people.database.read() as tx:
            assert tx.execute("select count(*) from customers where left_alone").fetchone()[0] == 1


async def test_a_tag_is_put_on_the_marked_and_can_be_filtered(console: Console, people: House) -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "2", "space", "space", "#")
        await paste(pilot, "fair")
        await press(pilot, "enter")
        put = screen(app).status.said
        await press(pilot, "-")
        await narrow(pilot, "tag:fair")
        tagged = list(screen(app).listing.ids)
        await press(pilot, "#")
        await press(pilot, "f")

        assert put == "#fair put on 2 people. u takes it back."
        assert tagged == [1, 2]
        assert screen(app).status.said == "#fair taken off Layla A. u takes it back."
        # What is shown doesn't leave under the hand.
        assert list(screen(app).listing.ids) == [1, 2]


async def test_a_note_is_written_on_each_of_the_marked(console: Console, people: House) -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "2", "space", "space", "n")
        await paste(pilot, "met")
        await press(pilot, "enter")

        assert screen(app).status.said == "Noted on 2 people. u takes it back."
        with people.database.read() as tx:
            assert [tuple(row) for row in tx.execute("select customer_id, words from notes")] == [
                (1, "met"),
                (2, "met"),
            ]


async def test_e_mails_of_the_marked_are_copied_one_a_line(console: Console, people: House) -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "2", "j", "space", "space", "y", "e")

        assert app.clipboard == "person2.sample@example.com\nlayla.otaibi@example.org"
        assert screen(app).status.said == "2 e-mails copied, where your terminal allows it."


async def test_the_list_goes_to_a_file_that_is_named(console: Console, people: House) -> None:
    app = console()
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "2")
        await narrow(pilot, "risk:high")
        await press(pilot, "y", "f")
        files = list(people.settings.places.exports.iterdir())

        assert len(files) == 1
        assert screen(app).status.said == f"3 people in {files[0]}"
        assert len(files[0].read_text(encoding="utf-8-sig").splitlines()) == 4


async def test_what_is_shown_keeps_its_order_when_the_ranking_changes(console: Console, people: House) -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "2", "j")
        before = list(screen(app).listing.ids)
        people.database.write(
            lambda tx: tx.execute("update standings set stake_minor = 99900, orders = 77 where customer_id = 4")
        )
        screen(app).look()
        await pilot.pause()
        await settled(pilot)
        still, said, rows = list(screen(app).listing.ids), screen(app).status.said, shown(app)
        await press(pilot, ".")

        assert still == before
        assert said == "The ranking has changed: . loads."
        assert "€999" in rows  # figures are those of now, at their old place
        assert at(app) == 2
        assert screen(app).listing.ids[0] == 4


async def test_the_cursor_keeps_its_place_where_its_customer_has_gone(console: Console, people: House) -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "2", "j", "j")
        people.database.write(lambda tx: tx.execute("delete from standings where customer_id = 3"))
        await press(pilot, ".")

        assert at(app) == 4


async def test_somebody_new_is_announced(console: Console, people: House) -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "2")
        people.database.write(lambda tx: stand(tx, 99, "New Person", stake_minor=1))
        screen(app).look()
        await pilot.pause()
        await settled(pilot)

        assert screen(app).status.said == "1 new, and the ranking has changed: . loads."
        assert 99 not in screen(app).listing.ids


async def test_only_the_rows_of_the_page_are_read(console: Console, house: House) -> None:
    house.database.write(lambda tx: [stand(tx, id_, f"Ada {id_}") for id_ in range(1, 1_001)])
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "2")
        read: list[int] = []
        inner = screen(app).people._read
        screen(app).people._read = lambda ids: (read.append(len(ids)), inner(ids))[1]
        await press(pilot, "G")
        last = at(app)
        await press(pilot, "g", "ctrl+d", "ctrl+u", "j", "k")

        assert last == 1_000
        assert at(app) == 1
        assert sum(read) < 60
        assert max(read) <= 40


async def test_the_card_walks_this_list_and_the_cursor_comes_along(console: Console, people: House) -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "2", "j", "enter")
        await press(pilot, "J", "J")
        card = app.screen
        walked = getattr(card, "customer_id", None)
        await press(pilot, "q")

        assert walked == 4
        assert at(app) == 4


async def test_writing_and_promising_open_the_card_for_it(console: Console, people: House) -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "2", "p")

        assert type(app.screen).__name__ == "CardScreen"
        assert "by when and what?" in shown(app)


async def test_an_empty_shop_says_what_to_press(console: Console) -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "2", "j", "space", "x", "y", "enter", "n", "#")

        assert "Nobody has bought yet. S syncs; for orders of a file: retcon import FILE" in shown(app)


async def test_a_database_that_cannot_be_read_is_told(console: Console, people: House) -> None:
    people.database.write(lambda tx: tx.execute("drop table standings"))
    app = console()
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "2")

        assert "The database refused: no such table: standings. Run: retcon doctor" in shown(app)


async def test_the_mouse_puts_the_cursor(console: Console, people: House) -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "2")
        await pilot.click("#people", offset=(10, 4))
        clicked = at(app)
        screen(app).people.move(3)

        assert clicked == 5
        assert at(app) == 8


async def test_hostile_names_reach_no_terminal_and_move_no_column(console: Console, house: House) -> None:
    names = [*CURSED, "ليلى 1", "直人 茶碗谷", "👩‍👩‍👧 Zoë"]

    def write(tx: Connection) -> None:
        for id_, name in enumerate(names, 1):
            stand(tx, id_, keep_name(name), country=keep_name(name[:2]), stake_minor=0)

    house.database.write(write)
    app = console()
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "2", "j", "space", "x", "escape")
        people = screen(app).people
        for width in (45, 60, 80, 100, 120, 200):
            await pilot.resize_terminal(width, 40)
            await pilot.pause()
            rows = [people.render_line(y) for y in range(len(names))]
            text = "".join(strip.text for strip in rows)

            assert {strip.cell_length for strip in rows} == {width}
            assert not {"\x1b", "\x9b", "\x07", "\u202e", "\u2066"} & set(text)
            assert len({width_of(strip.text.partition("medium")[0]) for strip in rows}) == 1


@SIZES
def test_everybody(snap_compare: Compare, console: Console, people: House, size: tuple[int, int]) -> None:
    assert snap_compare(console(), terminal_size=size, run_before=lambda pilot: press(pilot, "2", "j"))


@SIZES
def test_narrowed(snap_compare: Compare, console: Console, people: House, size: tuple[int, int]) -> None:
    async def typed(pilot: Pilot[None]) -> None:
        await press(pilot, "2", "/")
        await paste(pilot, "risk:h ")
        await paste(pilot, "rsk:")

    assert snap_compare(console(), terminal_size=size, run_before=typed)


@SIZES
def test_marked(snap_compare: Compare, console: Console, people: House, size: tuple[int, int]) -> None:
    def marked(pilot: Pilot[None]) -> object:
        return press(pilot, "2", "j", "space", "space", "f", "n", "f", "e", "x")

    assert snap_compare(console(), terminal_size=size, run_before=marked)


@SIZES
def test_nothing_matches(snap_compare: Compare, console: Console, people: House, size: tuple[int, int]) -> None:
    async def typed(pilot: Pilot[None]) -> None:
        await press(pilot, "2")
        await narrow(pilot, "risk:high country:NO")

    assert snap_compare(console(), terminal_size=size, run_before=typed)


@SIZES
def test_nobody_yet(snap_compare: Compare, console: Console, size: tuple[int, int]) -> None:
    assert snap_compare(console(), terminal_size=size, run_before=lambda pilot: press(pilot, "2"))


def test_a_narrow_terminal_with_the_views(snap_compare: Compare, console: Console, people: House) -> None:
    assert snap_compare(console(), terminal_size=(60, 20), run_before=lambda pilot: press(pilot, "2", "j", "f"))
