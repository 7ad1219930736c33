"""How the first run looks, step by step, at both sizes; looked at by a person whenever one of these changes."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from textual.pilot import Pilot

from retcon.desk import first_run, first_typed
from retcon.desk.first_found import Found, Known, Next, Note
from retcon.desk.first_run import Answers
from retcon.desk.first_seen import Look, Understood
from retcon.jobs import Progress
from retcon.screens.first_file import File
from retcon.screens.first_outcome import Coming, Finding
from retcon.screens.first_run import FirstRunApp
from retcon.screens.first_step import Step
from retcon.screens.first_work import Further, Working
from tests.console import sample
from tests.console.conftest import ticking

Compare = Callable[..., bool]
SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
HOME = Path("/home/nora/.config/retcon")
GUESS = {
    "currency": "EUR",
    "timezone": "Europe/Berlin",
    "country": "DE",
    "language": "en",
    "why currency": "most orders are in it",
    "why timezone": "this machine's",
    "why country": "by this machine's time zone",
    "why language": "this machine's",
}
SHOP = {"name": "Northlight Goods", "currency": "EUR", "timezone": "Europe/Berlin", "country": "DE", "language": "en"}
LOOK = Look(
    what="a file of orders, CSV",
    preset="orders",
    columns={"placed_at": "Date", "name": "Customer name"},
    rows=10_000,
    orders=(
        Understood(
            customer="Ada Berg", known_by="ada@example.com", day="14 Jul 2024", total="€96.88", item="Vase, moss"
        ),
        Understood(
            customer="ليلى الحربي", known_by="layla@example.com", day="15 Jul 2024", total="SAR 143.46", item="طاجين"
        ),
        Understood(
            customer="王小明 with a name that goes on and on",
            known_by="88",
            day="19 Jul 2024",
            total="NT$1,171",
            item="[b]x[/b]",
        ),
    ),
    refused="line 77: “soon” is no date",
)


def app(step: str, **answers: object) -> FirstRunApp:
    return FirstRunApp(HOME, Answers(step=step, shop=SHOP, guess=GUESS, **answers), (), ticking())  # type: ignore[arg-type]


def at(act: Callable[[Step], object]) -> Callable[[Pilot[str]], Awaitable[None]]:
    """Do that on the step before the picture is taken."""

    async def run(pilot: Pilot[str]) -> None:
        await pilot.pause()
        act(pilot.app.screen.query_one(Step))
        await pilot.pause()

    return run


@pytest.fixture
def _any_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_typed, "refusal", lambda _: "")
    monkeypatch.setattr(File, "_look", lambda _: None)


def looked(look: Look, path: str = "~/Downloads/orders_export.csv") -> Callable[[Pilot[str]], Awaitable[None]]:
    """The child has looked into the file."""

    async def run(pilot: Pilot[str]) -> None:
        await pilot.pause()
        step = pilot.app.screen.query_one(Step)
        step.path.value = path
        await pilot.pause()
        step.saw(look)
        await pilot.pause()

    return run


@SIZES
def test_where(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(app(first_run.WHERE), terminal_size=size, press=["j"])


@SIZES
@pytest.mark.usefixtures("_any_file")
def test_a_file(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(app(first_run.FILE), terminal_size=size, run_before=looked(LOOK))


def test_a_file_that_is_not_there(snap_compare: Compare) -> None:
    before = at(lambda step: setattr(step.path, "value", "~/Downloads/none.csv"))
    assert snap_compare(app(first_run.FILE), terminal_size=(80, 24), run_before=before)


@pytest.mark.usefixtures("_any_file")
def test_a_file_whose_columns_nobody_knows(snap_compare: Compare) -> None:
    look = Look(what="a file of orders, CSV", missing=("email",), named=("wer", "wann", "wieviel", "womit"))

    async def asked(pilot: Pilot[str]) -> None:
        await looked(look)(pilot)
        await pilot.press("enter")
        await pilot.pause()

    assert snap_compare(app(first_run.FILE), terminal_size=(80, 24), run_before=asked)


@pytest.mark.usefixtures("_any_file")
def test_dates_that_can_be_read_two_ways(snap_compare: Compare) -> None:
    look = replace(LOOK, ambiguous=("03/04/2026", "3 April", "4 March"))

    async def asked(pilot: Pilot[str]) -> None:
        await looked(look)(pilot)
        await pilot.press("enter")
        await pilot.pause()

    assert snap_compare(app(first_run.FILE), terminal_size=(80, 24), run_before=asked)


@SIZES
def test_a_shop_that_refuses_the_key(snap_compare: Compare, size: tuple[int, int]) -> None:
    look = Look(
        trouble="WooCommerce at shop.example doesn't know the consumer key (401).",
        hint="Type both again, or make a new key: WooCommerce → Settings → Advanced → REST API, permission Read.",
    )
    before = at(lambda step: step.saw(look))
    assert snap_compare(app(first_run.KEYS, url="https://shop.example"), terminal_size=size, run_before=before)


@SIZES
def test_whose_shop(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(app(first_run.SHOP), terminal_size=size)


@SIZES
def test_at_work(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]) -> None:
    monkeypatch.setattr(Working, "_start", lambda _: None)

    def further(step: Step) -> None:
        for progress in (Progress("import", "rows", 10_000, 10_000), Progress("import", "customers", 1_200, 3_208)):
            step.on_further(Further(progress))

    assert snap_compare(app(first_run.WORK), terminal_size=size, run_before=at(further))


def found(**changes: object) -> Found:
    items = (sample.CHLOE, sample.MARTA, sample.LAYLA)
    usual = Found(
        people=3_208,
        due=494,
        stake_minor=7_573_000,
        names=tuple(Known(customer=item.customer, standing=item.standing) for item in items),
        note=Note(draft=sample.CHLOE.action.draft, action=sample.CHLOE.action),
        newest=date(2026, 11, 19),
        old=False,
        own_address="",
        channel=False,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


@SIZES
def test_three_names(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]) -> None:
    monkeypatch.setattr(Finding, "_load", lambda step: step._loaded(found()))
    assert snap_compare(app(first_run.FOUND, taken="10,000 rows read"), terminal_size=size)


def test_names_of_an_old_file(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    old = found(old=True, newest=date(2011, 12, 9), due=0, note=Note(draft=sample.CHLOE.action.draft, action=None))
    monkeypatch.setattr(Finding, "_load", lambda step: step._loaded(old))
    assert snap_compare(app(first_run.FOUND, taken="10,000 rows read"), terminal_size=(80, 24))


@SIZES
def test_what_is_next(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]) -> None:
    steps = (
        Next(key="1", name="practice", words="practice messages go to nora@shop.example", done=True, question="?"),
        Next(key="3", name="address", words="your postal address: advertising must carry it", question="?"),
        Next(
            key="4",
            name="told",
            words="are buyers told at the checkout that you may write to them? (then 1,433 more may be written to)",
            question="Told at the checkout, and how to object? Since when, or: no",
            example="no, or 2024-03-01",
        ),
        Next(
            key="6",
            name="mailbox",
            words="your mailbox, so that anything can leave",
            command=f"{HOME}/config.toml, then: retcon doctor",
        ),
        Next(key="7", name="live", words="what is missing before going live", command="retcon live --check"),
    )

    def load(step: Coming) -> None:
        step._steps = steps
        step.sheet.show(step._rows)

    monkeypatch.setattr(Coming, "_load", load)
    assert snap_compare(app(first_run.NEXT), terminal_size=size, press=["4"])


def test_whose_shop_in_a_narrow_place(snap_compare: Compare) -> None:
    assert snap_compare(app(first_run.SHOP), terminal_size=(48, 18))


def test_too_small_a_terminal(snap_compare: Compare) -> None:
    assert snap_compare(app(first_run.WHERE), terminal_size=(40, 12))


def test_light_colours(snap_compare: Compare) -> None:
    light = app(first_run.WHERE)
    light.theme = "light"
    assert snap_compare(light, terminal_size=(80, 24))
