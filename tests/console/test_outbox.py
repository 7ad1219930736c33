"""Outbox at the keys, on the sample shop's store: settled, held, taken back, sent another way, and each undone."""

from datetime import timedelta

from textual.pilot import Pilot

from retcon.app import RetconApp
from retcon.desk import leaving
from retcon.desk.house import House
from retcon.model.outbox import OutboxRow, OutboxState
from retcon.screens.outbox import OutboxScreen
from retcon.store import channel_states, outbox
from retcon.store.transitions import Event
from tests.console.conftest import ticking
from tests.console.leaving import approve, comes_to, every_state

HOUR = timedelta(hours=1)


def screen(pilot: Pilot[None]) -> OutboxScreen:
    assert isinstance(pilot.app.screen, OutboxScreen)
    return pilot.app.screen


def said(pilot: Pilot[None]) -> str:
    return screen(pilot).status.said


def read(pilot: Pilot[None]) -> str:
    """All that the reader holds."""
    page = screen(pilot).reader.page
    return "\n".join("".join(part for part, _ in row).rstrip() for row in (*page.head, *page.body, *page.foot))


def head(pilot: Pilot[None]) -> str:
    """What the top line says of the list."""
    facts = screen(pilot).facts
    assert facts is not None
    return screen(pilot).header_state(facts).said


def rows(house: House) -> dict[int, OutboxRow]:
    with house.database.read() as tx:
        return {row.id: row for row in outbox.listing(tx)}


def listed(pilot: Pilot[None]) -> dict[str, list[int]]:
    """The messages of each group, in the order of the list."""
    found: dict[str, list[int]] = {}
    for line in screen(pilot).list.lines:
        assert line.outbox is not None
        found.setdefault(line.heading, []).append(line.outbox.id)
    return found


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press, and wait until no verb and no reading is at work any more."""
    for key in keys:
        await pilot.press(key)
    await settled(pilot)


async def settled(pilot: Pilot[None]) -> None:
    for _ in range(2):  # a verb is followed by a reading
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def at(pilot: Pilot[None], row_id: int) -> None:
    """On the Outbox, with the cursor on that message."""
    await press(pilot, "4")
    screen(pilot).show_list(cursor=f"outbox:{row_id}")
    await settled(pilot)


def console(house: House) -> RetconApp:
    return RetconApp(house, monotonic=ticking())


async def test_four_groups_and_of_each_row_its_state_text_log_and_keys(shop: House) -> None:
    every_state(shop)
    async with console(shop).run_test(size=(120, 40)) as pilot:
        await press(pilot, "4")

        assert listed(pilot) == {"DECIDE": [2, 1], "WAITS": [5, 3, 4], "FAILED": [6], "SENT": [7, 8, 9]}
        assert head(pilot) == "2 to decide · 3 wait · 1 failed · 2 left today"
        await at(pilot, 6)
        told = read(pilot)
        await at(pilot, 9)
        left = read(pilot)

        assert "Failed: The address doesn't exist (550)." in told
        assert "The channel refuses it: The address doesn't exist." in told
        assert "c next way, Enter tries again, x drops it." in told
        assert "Left Thursday 08:00, read at 08:00." in left
        assert "Read." in left
        for code in ("queued", "claim", "operation", "refused", "external"):
            assert code not in told + left


async def test_what_a_key_doesnt_do_here_it_says(shop: House) -> None:
    every_state(shop)
    async with console(shop).run_test(size=(80, 24)) as pilot:
        await at(pilot, 1)
        await press(pilot, "a")
        uncertain = said(pilot)
        await at(pilot, 5)
        await press(pilot, "a")

        assert uncertain == "Perhaps sent: a does nothing here. Enter shows what settles it."
        assert said(pilot) == "Waits: a does nothing here. Enter shows what can be done with it."
        await press(pilot, "e")
        assert said(pilot).startswith("An approved text stays as it is: x takes it back")
        await at(pilot, 7)
        await press(pilot, "x")
        assert said(pilot) == "It has left, and nothing takes that back."
        await at(pilot, 6)
        await press(pilot, "c")
        assert "can't be reached by anything else: x drops it." in said(pilot)


async def test_what_perhaps_left_arrived_and_u_opens_it_again(shop: House) -> None:
    every_state(shop)
    async with console(shop).run_test(size=(80, 24)) as pilot:
        await at(pilot, 1)
        await press(pilot, "d")
        groups = listed(pilot)
        await press(pilot, "u")

        assert groups["DECIDE"] == [2]
        assert 1 in groups["SENT"]
        assert rows(shop)[1].state is OutboxState.UNCERTAIN
        assert listed(pilot)["DECIDE"] == [2, 1]


async def test_sending_again_asks_and_dropping_doesnt(shop: House) -> None:
    every_state(shop)
    async with console(shop).run_test(size=(80, 24)) as pilot:
        await at(pilot, 1)
        await press(pilot, "enter", "s")
        asked = rows(shop)[1].state
        await press(pilot, "y")
        again = rows(shop)[1].state
        await at(pilot, 2)
        await press(pilot, "x")

        assert (asked, again) == (OutboxState.UNCERTAIN, OutboxState.QUEUED)
        assert rows(shop)[2].state is OutboxState.WITHDRAWN
        assert said(pilot) == "Dropped. u takes it back."


async def test_x_takes_a_waiting_one_back_and_u_lets_it_wait_again(shop: House) -> None:
    items = every_state(shop)
    name = items[4].customer.name.split()[0]
    async with console(shop).run_test(size=(80, 24)) as pilot:
        await at(pilot, 5)
        await press(pilot, "x")
        told, withdrawn = said(pilot), rows(shop)[5].state
        await press(pilot, "1")
        due = {item.action.id for line in pilot.app.screen.list.lines for item in line.items}  # type: ignore[attr-defined]
        await press(pilot, "4", "u")

        assert told.startswith(name)
        assert told.endswith("taken back, and due again: 1 Today. u undoes it.")
        assert withdrawn is OutboxState.WITHDRAWN
        assert items[4].action.id in due
        assert rows(shop)[5].state is OutboxState.QUEUED


async def test_marked_ones_are_taken_back_together(shop: House) -> None:
    every_state(shop)
    async with console(shop).run_test(size=(80, 24)) as pilot:
        await at(pilot, 5)
        await press(pilot, "space", "space", "space", "x")
        gone = [rows(shop)[id_].state for id_ in (5, 3, 4)]
        told = said(pilot)
        await press(pilot, "u")

        assert gone == [OutboxState.WITHDRAWN] * 3
        assert told == "3 taken back, and due again: 1 Today. u undoes it."
        assert [rows(shop)[id_].state for id_ in (5, 3, 4)] == [
            OutboxState.QUEUED,
            OutboxState.QUEUED,
            OutboxState.HELD,
        ]


async def test_one_is_held_and_let_go_by_its_menu(shop: House) -> None:
    every_state(shop)
    async with console(shop).run_test(size=(80, 24)) as pilot:
        await at(pilot, 5)
        await press(pilot, "enter", "h")
        held = rows(shop)[5].state
        await at(pilot, 4)
        await press(pilot, "enter", "r")

        assert held is OutboxState.HELD
        assert rows(shop)[4].state is OutboxState.QUEUED


async def test_h_holds_everything_and_every_row_says_so(shop: House) -> None:
    every_state(shop)
    async with console(shop).run_test(size=(120, 40)) as pilot:
        await at(pilot, 5)
        await press(pilot, "H")
        on_hold = read(pilot)
        screen(pilot).quiet()
        standing = said(pilot)
        await press(pilot, "H")

        assert "Waits: Everything is on hold." in on_hold
        assert standing == "Everything is on hold: 2 wait. H lets go."
        assert "Everything is on hold" not in read(pilot)


async def test_w_chooses_another_hour_at_their_place(shop: House) -> None:
    every_state(shop)
    async with console(shop).run_test(size=(120, 40)) as pilot:
        await at(pilot, 5)
        await press(pilot, "w", *"mon", "space", *"9", "enter")

        assert rows(shop)[5].not_before > shop.now() + 24 * HOUR
        assert said(pilot).startswith("Leaves Monday 09:00")
        await press(pilot, "u")
        assert rows(shop)[5].not_before < shop.now() + HOUR


async def test_r_writes_to_the_person_and_the_words_are_kept(shop: House) -> None:
    every_state(shop)
    async with console(shop).run_test(size=(80, 24)) as pilot:
        await at(pilot, 7)
        await press(pilot, "r", *"Danke", "escape")

        assert "your words are kept. 3 Inbox shows them" in said(pilot)


async def test_what_leaves_meanwhile_stays_at_its_place_until_it_is_loaded(shop: House) -> None:
    every_state(shop)
    async with console(shop).run_test(size=(120, 40)) as pilot:
        await at(pilot, 5)
        comes_to(shop, 5, Event.CLAIM, Event.SENT, sent_at=shop.now())
        screen(pilot).changed()
        await settled(pilot)
        stays, told, standing = listed(pilot)["WAITS"], read(pilot), said(pilot)
        await press(pilot, "full_stop")

        assert stays == [5, 3, 4]
        assert "Left: the channel took it." in told
        assert standing == "1 changed: . loads."
        assert listed(pilot)["SENT"][0] == 5


async def test_a_channel_that_cant_send_is_named_with_what_waits(shop: House) -> None:
    every_state(shop)
    shop.database.write(
        lambda tx: channel_states.suffers(tx, "email", "The mail server refuses the password.", None, shop.now())
    )
    async with console(shop).run_test(size=(120, 40)) as pilot:
        await press(pilot, "4")

        assert said(pilot) == ("The mail server refuses the password: 2 wait and are checked again before they leave.")


async def test_nothing_waits(shop: House) -> None:
    async with console(shop).run_test(size=(80, 24)) as pilot:
        await press(pilot, "4")

        assert screen(pilot).empty_words() == (
            "Nothing waits to leave, and nothing has left yet. 1 Today has what is due; a approves it."
        )


async def test_a_hundred_thousand_sent_ones_cost_no_more_than_the_last(shop: House) -> None:
    approve(shop, 1)
    fill(shop, 1000)
    board = leaving.load(shop)

    assert board.older
    assert sum(line.heading == leaving.SENT for line in board.lines) == leaving.MOST_SENT


def fill(house: House, count: int) -> None:
    """So many messages that have left."""
    house.database.write(
        lambda tx: tx.execute(
            """
            with recursive n(i) as (select 1 union all select i + 1 from n where i < :count)
            insert into outbox (action_id, revision, customer_id, channel, purpose, recipient, subject, body, language,
                state, key, not_before, approved_at, sent_at)
            select action_id, revision, customer_id, channel, purpose, recipient, subject, body, language,
                'sent', 'sent ' || i, not_before, approved_at, approved_at - i * 600
            from outbox, n where id = 1
            """,
            {"count": count},
        )
    )
