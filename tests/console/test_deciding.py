"""Deciding at the keys, on the sample shop's store: what is approved, left to read, taken back, put off, refused."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from textual.pilot import Pilot

from retcon import keys
from retcon.app import RetconApp
from retcon.desk import drafts, outbox
from retcon.desk import today as desk
from retcon.desk.house import House
from retcon.desk.today import Item
from retcon.model.outbox import OutboxRow, OutboxState
from retcon.model.people import Basis, Consent, ConsentState, Purpose
from retcon.screens.today import TodayScreen
from retcon.store import consents
from retcon.store import outbox as store
from retcon.store.database import Connection
from retcon.store.transitions import Event
from tests.console.conftest import ANCHOR, ticking


def screen(app: RetconApp) -> TodayScreen:
    assert isinstance(app.screen, TodayScreen)
    return app.screen


def said(app: RetconApp) -> str:
    return screen(app).status.said


def rows(house: House) -> list[OutboxRow]:
    return [entry.row for entry in outbox.listing(house)]


def first(house: House, **wanted: bool) -> Item:
    """The first personal action that passes, or doesn't."""
    lines = desk.load(house).lines
    return next(
        item for line in lines if not line.folded for item in line.items if item.passes is wanted.get("passes", True)
    )


async def settled(pilot: Pilot[None]) -> None:
    """Wait until no verb is at work any more."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def go_to(pilot: Pilot[None], item: Item) -> None:
    """Put the cursor on the row of this action."""
    here = screen(pilot.app)  # pyright: ignore[reportArgumentType]
    here.show_list(cursor=f"action:{item.action.id}")
    await pilot.pause()


async def test_a_approves_what_is_on_the_screen_and_moves_on(shop: House) -> None:
    item = first(shop)
    app = RetconApp(shop, monotonic=ticking())
    async with app.run_test(size=(120, 40)) as pilot:
        await go_to(pilot, item)
        await pilot.press("a")
        await settled(pilot)

        [row] = rows(shop)
        assert (row.action_id, row.subject, row.body) == (
            item.action.id,
            item.action.draft.subject,
            item.action.draft.body,
        )
        assert screen(app).lines.current is not None
        assert screen(app).lines.current.key != f"action:{item.action.id}"
        assert "approved: leaves" in said(app)
        assert said(app).endswith("u takes it back.")


async def test_u_takes_it_back_and_the_cursor_stands_on_it_again(shop: House) -> None:
    item = first(shop)
    app = RetconApp(shop, monotonic=ticking())
    async with app.run_test(size=(120, 40)) as pilot:
        await go_to(pilot, item)
        await pilot.press("a", "u")
        await settled(pilot)

        assert [row.state for row in rows(shop)] == [OutboxState.WITHDRAWN]
        assert said(app) == "Taken back: 1."
        assert screen(app).lines.current is not None
        assert screen(app).lines.current.key == f"action:{item.action.id}"


def withdraws(house: House, item: Item) -> None:
    """They take back what they had allowed, since the messages were planned."""
    told: dict[str, Any] = {
        "purpose": Purpose.MARKETING,
        "basis": Basis.NONE,
        "source": "woo",
        "wording": "",
        "proof": "",
    }
    line = Consent(channel=item.action.draft.channel, state=ConsentState.DENIED, at=house.now(), **told)
    house.database.write(lambda tx: consents.add(tx, item.customer.id, line))


async def test_a_message_that_may_not_leave_stays_and_says_why(shop: House) -> None:
    fold = next(line for line in desk.load(shop).lines if line.folded)
    withdraws(shop, fold.items[1])
    refused = next(line for line in desk.load(shop).lines if line.key == fold.key).items[1]
    assert not refused.passes
    app = RetconApp(shop, monotonic=ticking())
    async with app.run_test(size=(120, 40)) as pilot:
        screen(app).list.unfold(fold.key, open_=True)
        screen(app).show_list()
        await go_to(pilot, refused)
        await pilot.press("a")
        await settled(pilot)

        assert rows(shop) == []
        assert said(app).startswith("Does not leave: ")


async def test_a_fold_leaves_what_passes_and_was_read_and_keeps_the_rest(shop: House) -> None:
    fold = next(line for line in desk.load(shop).lines if line.folded)
    kinds = Counter((item.action.draft.language, item.notes) for item in fold.items if item.passes)
    kind = kinds.most_common(1)[0][0]
    read = [item for item in fold.items if item.passes and (item.action.draft.language, item.notes) == kind]
    app = RetconApp(shop, monotonic=ticking())
    async with app.run_test(size=(120, 40)) as pilot:
        screen(app).show_list(cursor=fold.key)
        await pilot.pause()
        await pilot.press("A")
        await settled(pilot)

        assert {row.action_id for row in rows(shop)} == {item.action.id for item in read}
        assert f"{len(read)} approved: " in said(app)
        assert f"u takes all {len(read)} back." in said(app)
        left = next(line for line in screen(app).list.lines if line.key == fold.key)
        assert len(left.items) == len(fold.items) - len(read)


async def test_one_undo_takes_the_whole_fold_back(shop: House) -> None:
    fold = next(line for line in desk.load(shop).lines if line.folded)
    app = RetconApp(shop, monotonic=ticking())
    async with app.run_test(size=(120, 40)) as pilot:
        screen(app).show_list(cursor=fold.key)
        await pilot.pause()
        await pilot.press("A", "u")
        await settled(pilot)

        assert {row.state for row in rows(shop)} == {OutboxState.WITHDRAWN}
        assert screen(app).list.total == desk.load(shop).due


async def test_marks_are_approved_together_as_one_operation(shop: House) -> None:
    personal = [line for line in desk.load(shop).lines if not line.folded and line.items[0].passes][:2]
    app = RetconApp(shop, monotonic=ticking())
    async with app.run_test(size=(120, 40)) as pilot:
        for line in personal:
            await go_to(pilot, line.items[0])
            await pilot.press("space")
        marked = said(app)
        await pilot.press("a")
        await settled(pilot)

        assert marked == "2 marked: a x s take them, - unmarks."
        assert len(rows(shop)) == 2
        assert said(app).startswith("2 approved: ")


async def test_x_x_drops_without_a_reason_and_x_n_never_again(shop: House) -> None:
    item = first(shop)
    app = RetconApp(shop, monotonic=ticking())
    async with app.run_test(size=(120, 40)) as pilot:
        await go_to(pilot, item)
        await pilot.press("x", "x")
        await settled(pilot)
        dropped = said(app)
        second = screen(app).lines.current
        await pilot.press("x", "n")
        await settled(pilot)

        assert dropped.endswith("skipped. u takes it back.")
        assert second is not None
        assert second.item is not None
        assert said(app).endswith("skipped, and left alone from now on. u takes it back.")
        shown = {i.customer.id for line in desk.load(shop).lines for i in line.items if i.passes}
        assert second.item.customer.id not in shown


async def test_s_puts_it_off_and_says_until_when(shop: House) -> None:
    item = first(shop)
    app = RetconApp(shop, monotonic=ticking())
    async with app.run_test(size=(120, 40)) as pilot:
        await go_to(pilot, item)
        await pilot.press("s", "m")
        await settled(pilot)

        assert said(app).endswith(": shown again Monday 09:00. u takes it back.")
        assert desk.load(shop).snoozed == 1


async def test_escape_closes_a_menu_and_nothing_happened(shop: House) -> None:
    app = RetconApp(shop, monotonic=ticking())
    async with app.run_test(size=(120, 40)) as pilot:
        before = screen(app).list.total
        await pilot.press("j", "x", "escape", "j")
        await settled(pilot)

        assert screen(app).list.total == before
        assert not screen(app).menu.display


async def test_what_is_written_is_kept_and_then_approved(shop: House) -> None:
    item = first(shop)
    app = RetconApp(shop, monotonic=ticking())
    async with app.run_test(size=(120, 40)) as pilot:
        await go_to(pilot, item)
        await pilot.press("e", *"Hi! ", "escape")
        await settled(pilot)
        kept = said(app)
        await pilot.press("a")
        await settled(pilot)

        assert kept.endswith("your words are kept. a approves them, u takes them back.")
        [row] = rows(shop)
        assert row.body == "Hi! " + item.action.draft.body.rstrip()


async def test_a_draft_that_changed_meanwhile_is_not_approved(shop: House) -> None:
    item = first(shop)
    app = RetconApp(shop, monotonic=ticking())
    async with app.run_test(size=(120, 40)) as pilot:
        await go_to(pilot, item)
        drafts.edit(shop, item.action.id, item.action.revision, "Other", "Other words.")
        await pilot.press("a")
        await settled(pilot)

        assert rows(shop) == []
        assert said(app).endswith("not approved: It changed while you looked. Look again, then approve.")
        assert f"action:{item.action.id}" in [entry.key for entry in screen(app).list.entries]


async def test_what_others_did_is_announced_and_loads_on_a_key(shop: House) -> None:
    item = first(shop)
    app = RetconApp(shop, monotonic=ticking())
    async with app.run_test(size=(120, 40)) as pilot:
        before = [entry.key for entry in screen(app).list.entries]
        drafts.skip(shop, [item.action.id], "elsewhere")
        screen(app).look()
        await settled(pilot)
        announced, unmoved = said(app), [entry.key for entry in screen(app).list.entries]
        await pilot.press(".")
        await settled(pilot)

        assert announced == "1 gone: . loads."
        assert unmoved == before
        assert f"action:{item.action.id}" not in [entry.key for entry in screen(app).list.entries]


async def test_h_holds_everything_and_lets_it_go(shop: House) -> None:
    app = RetconApp(shop, monotonic=ticking())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("H")
        await settled(pilot)
        held = screen(app).today
        await pilot.press("H")
        await settled(pilot)

        assert held is not None
        assert held.header.held
        assert said(app) == "What waits may leave again."


async def test_a_store_that_went_away_is_told_in_a_sentence(shop: House, monkeypatch: pytest.MonkeyPatch) -> None:
    item = first(shop)
    app = RetconApp(shop, monotonic=ticking())
    async with app.run_test(size=(120, 40)) as pilot:
        await go_to(pilot, item)
        shop.database.file.chmod(0o400)
        with shop.database.read() as tx:
            tx.execute("pragma query_only = on")
        shop.database.write(lambda tx: tx.execute("pragma query_only = on"))
        await pilot.press("a")
        await settled(pilot)

        assert said(app) != ""
        assert rows(shop) == []


def needing(house: House, state: OutboxState) -> OutboxRow:
    """An approved message that has come to need the operator."""
    item = first(house)
    drafts.approve(house, [(item.action.id, item.action.revision)])
    [row] = rows(house)

    def come_to(tx: Connection) -> None:
        if state is OutboxState.STALE:
            store.move(tx, row.id, Event.NO, ANCHOR, error_text="Bought again.")
            return
        store.claim(tx, row.id, "a sender", ANCHOR)
        if state is OutboxState.UNCERTAIN:
            store.move(tx, row.id, Event.LOST, ANCHOR, error_text="The line broke.")
        else:
            store.move(tx, row.id, Event.REFUSED, ANCHOR, error_code="550", error_text="No such user.")

    house.database.write(come_to)
    return row


@pytest.mark.parametrize(
    ("state", "keys", "after", "words"),
    [
        (OutboxState.UNCERTAIN, ["d"], OutboxState.SENT, "Settled: it arrived. u takes it back."),
        (OutboxState.UNCERTAIN, ["enter", "d"], OutboxState.SENT, "Settled: it arrived. u takes it back."),
        (OutboxState.UNCERTAIN, ["enter", "s", "y"], OutboxState.QUEUED, "It waits to leave again. u takes it back."),
        (OutboxState.UNCERTAIN, ["enter", "s", "escape"], OutboxState.UNCERTAIN, ""),
        (OutboxState.UNCERTAIN, ["enter", "x"], OutboxState.WITHDRAWN, "Dropped. u takes it back."),
        (OutboxState.FAILED, ["enter", "r"], OutboxState.QUEUED, "It waits again."),
        (OutboxState.FAILED, ["enter", "x"], OutboxState.WITHDRAWN, "Dropped. u takes it back."),
        (OutboxState.STALE, ["enter", "a"], OutboxState.QUEUED, "It waits to leave again. u takes it back."),
        (OutboxState.STALE, ["enter", "x"], OutboxState.WITHDRAWN, "Dropped. u takes it back."),
    ],
)
async def test_the_menu_settles_what_needs_the_operator(
    shop: House, state: OutboxState, keys: list[str], after: OutboxState, words: str
) -> None:
    row = needing(shop, state)
    app = RetconApp(shop, monotonic=ticking())
    async with app.run_test(size=(120, 40)) as pilot:
        screen(app).show_list(cursor=f"outbox:{row.id}")
        await pilot.pause()
        for key in keys:
            await pilot.press(key)
        await settled(pilot)

        [now] = rows(shop)
        assert (now.state, now.key) == (after, row.key if state is not OutboxState.STALE else now.key)
        assert said(app) == words


async def test_enter_unfolds_a_fold_and_then_goes_to_the_reader(shop: House) -> None:
    app = RetconApp(shop, monotonic=ticking())
    fold = next(line for line in desk.load(shop).lines if line.folded)
    async with app.run_test(size=(120, 40)) as pilot:
        here = screen(app)
        here.show_list(cursor=fold.key)
        await pilot.pause()
        await pilot.press("enter")
        assert here.list.is_unfolded(fold.key)
        await pilot.press("enter")
        await pilot.pause()
        assert here.reader.has_focus


def test_every_key_of_the_table_does_something() -> None:
    missing = [key.id for key in keys.TABLE if not hasattr(TodayScreen, f"action_{key.id}")]
    assert missing == []


async def test_a_console_left_open_overnight_begins_the_new_day(shop: House) -> None:
    now = ANCHOR
    app = RetconApp(replace(shop, now=lambda: now), monotonic=ticking())
    async with app.run_test(size=(120, 40)) as pilot:
        here = screen(app)
        assert here.today is not None
        assert here.today.header.refreshed
        now = ANCHOR + timedelta(days=1)
        here.look()
        await settled(pilot)
        assert not here.today.header.refreshed
