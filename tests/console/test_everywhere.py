"""What holds on every screen: where keys lead, what stays when the room changes, what moves and what never does."""



from retcon.app import RetconApp
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
