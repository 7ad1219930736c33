"""What is painted first is a page; what comes below it moves nothing that is on the screen."""

import threading
from collections.abc import Callable
from dataclasses import replace

from textual.pilot import Pilot

from retcon.app import RetconApp
from retcon.desk import first_page
from retcon.desk import today as desk
from retcon.desk.house import House
from retcon.desk.today import Today
from retcon.screens.board import First
from retcon.screens.today import TodayScreen
from tests.console.conftest import ticking


class Rest:
    """The whole of Today, read when the test lets it be."""

    def __init__(self) -> None:
        self.may = threading.Event()
        self.asked = 0

    def __call__(self, house: House) -> Today:
        self.asked += 1
        found = desk.load(house)
        self.may.wait(10)
        return found


def here(app: RetconApp) -> TodayScreen:
    assert isinstance(app.screen, TodayScreen)
    return app.screen


def keys(app: RetconApp) -> list[str]:
    return [line.key for line in here(app).list.lines]


def page(rows: int) -> Callable[[House, int], Today]:
    return lambda house, _: first_page.load(house, rows)


async def filled(pilot: Pilot[None], rest: Rest) -> None:
    """Let the rest be read."""
    rest.may.set()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def test_the_rest_comes_below_what_is_shown(shop: House) -> None:
    whole, rest = desk.load(shop), Rest()
    app = RetconApp(shop, load=rest, first=page(4), monotonic=ticking())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("j", "j")
        before, shown = here(app).lines.current, here(app).reader.page
        assert keys(app) == [line.key for line in whole.lines[:4]]
        assert here(app).list.unread > 0
        await filled(pilot, rest)

        assert keys(app) == [line.key for line in whole.lines]
        assert here(app).list.unread == 0
        assert (now := here(app).lines.current) is not None
        assert before is not None
        assert now.key == before.key
        assert here(app).reader.page == shown
        assert not here(app).news


async def test_the_figures_at_the_top_are_right_from_the_first_picture(shop: House) -> None:
    async def told(first: First | None) -> str:
        rest = Rest()
        if first is None:
            rest.may.set()
        app = RetconApp(shop, load=rest, first=first)
        async with app.run_test(size=(120, 40)) as pilot:
            facts = here(app).facts
            assert facts is not None
            said = here(app).header_state(facts).said
            await filled(pilot, rest)
            assert here(app).header_state(facts).said == said
        return said

    assert await told(page(3)) == await told(None)


async def test_what_was_decided_meanwhile_stays_off(shop: House) -> None:
    rest = Rest()
    app = RetconApp(shop, load=rest, first=page(4), monotonic=ticking())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("j", "j", "x", "n")
        assert here(app).list.unread > 0
        await filled(pilot, rest)

        assert here(app).list.unread == 0
        assert sorted(keys(app)) == sorted(line.key for line in desk.load(shop).lines)


async def test_nothing_read_yet_is_said(shop: House) -> None:
    def nothing(house: House, rows: int) -> Today:
        whole = desk.load(house)
        return replace(whole, lines=(), unread=sum(len(line.items) or 1 for line in whole.lines))

    rest = Rest()
    app = RetconApp(shop, load=rest, first=nothing)
    async with app.run_test(size=(120, 40)) as pilot:
        assert here(app).empty_words().startswith("Reading what is due: ")
        await filled(pilot, rest)

        assert keys(app) == [line.key for line in desk.load(shop).lines]
        assert here(app).shown_item is not None


async def test_one_change_is_read_once(shop: House) -> None:
    rest = Rest()
    rest.may.set()
    app = RetconApp(shop, load=rest)
    async with app.run_test(size=(120, 40)) as pilot:
        await filled(pilot, rest)
        before = rest.asked
        shop.database.write(lambda tx: tx.execute("update customers set name = name"))
        for _ in range(4):
            here(app).look()
            await filled(pilot, rest)

        assert rest.asked == before + 1
