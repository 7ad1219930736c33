"""What holds on every screen: where keys lead, what stays when the room changes, what moves and what never does."""

from retcon.app import RetconApp
from retcon.desk import outbox
from retcon.desk.house import House
from tests.console.conftest import ticking
from tests.console.hand import Hand


async def test_figures_lead_from_screen_to_screen_and_each_stays_as_it_was_left(shop: House) -> None:
    app = RetconApp(shop, monotonic=ticking())
    async with app.run_test(size=(80, 24)) as pilot:
        hand = Hand(pilot)
        await hand.press("j", "space", "2")
        tabs = [hand.screen.TAB]
        await hand.press("j", "j", "1")
        tabs.append(hand.screen.TAB)
        marks, here = set(hand.list.list.marks), hand.here
        await hand.press("2", "1")

        assert tabs == ["Customers", "Today"]
        assert (set(hand.list.list.marks), hand.here) == (marks, here)
        assert marks


async def test_a_held_key_approves_one_and_nothing_more(shop: House) -> None:
    now = 100.0
    app = RetconApp(shop, monotonic=lambda: now)
    async with app.run_test(size=(120, 40)) as pilot:
        hand = Hand(pilot)
        await hand.press("f", "s", "j", "j")
        now += 1
        for _ in range(20):
            await pilot.press("a")
            now += 0.05
        await hand.settled()
        held = [entry.row for entry in outbox.listing(shop)]
        now += 0.3
        await hand.press("a")

        assert len(held) == 1
        assert len(outbox.listing(shop)) == 2
