"""The first run as a person meets it: three answers to the first queue, wrong ones refused, always resumed."""

import asyncio
import json
import os
import signal
import stat
import subprocess
import sys
import threading
import tomllib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from retcon import clock, config, jobs
from retcon.demo import shop
from retcon.demo.woocommerce import KEY, SECRET, Shop
from retcon.desk import first_run
from retcon.desk.first_run import Answers
from retcon.desk.house import open_house
from retcon.desk.today import load
from retcon.screens.first_outcome import Coming, Finding
from retcon.screens.first_run import CONSOLE, SAMPLE, FirstRunApp
from tests import firstorders
from tests.console.conftest import ticking
from tests.console.first import Run, through

MODULES = """
import asyncio, sys
from pathlib import Path
from retcon import config, jobs
from retcon.desk import first_run
from retcon.screens.first_run import FirstRunApp
from tests.console.first import Run, through

home, orders = Path(sys.argv[1]), Path(sys.argv[2])

async def use():
    app = FirstRunApp(home, first_run.read(config.places(home)), jobs.command_for(home))
    async with app.run_test(size=(80, 24)) as pilot:
        await through(Run(app, pilot), orders)
        print(*{name.split(".")[0] for name in sys.modules})

asyncio.run(use())
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "fresh"


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    return firstorders.write(tmp_path / "orders.csv", clock.now())


@asynccontextmanager
async def first(home: Path, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Run]:
    answers = first_run.read(config.places(home))
    app = FirstRunApp(home, answers, jobs.command_for(home), ticking())
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield Run(app, pilot)
    assert app._exception is None


async def test_the_first_queue_after_three_answers(home: Path, orders: Path) -> None:
    async with first(home) as run:
        await through(run, orders)
        assert run.answers == 3
        assert "Ada Berg, 9 orders" in run.shown()
        assert "usually 30" in run.shown()
        assert "WRITTEN FOR Ada Berg  in German" in run.shown()
        await run.pilot.press("enter")
        await run.until_shown("What is next")
        await run.pilot.press("enter")
        await run.pilot.pause()
    assert run.app.return_value == CONSOLE
    assert not first_run.is_open(home)
    house = open_house(home)
    today = load(house)
    assert (house.settings.shop.name, house.settings.policy.live) == ("Northlight Goods", False)
    assert any(item.customer.name == "Ada Berg" for line in today.lines for item in line.items)
    house.close()
    assert stat.S_IMODE((home / "config.toml").stat().st_mode) == 0o600


async def test_the_sample_shop_is_one_key_away_and_nothing_is_written(home: Path) -> None:
    async with first(home) as run:
        await run.pilot.press("3")
        await run.pilot.pause()
    assert run.app.return_value == SAMPLE
    assert not (home / "config.toml").exists()


def test_its_process_stays_as_light_as_the_console(home: Path, orders: Path) -> None:
    root = Path(__file__).parent.parent.parent
    done = subprocess.run(
        [sys.executable, "-c", MODULES, str(home), str(orders)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert "retcon" in loaded
    assert not loaded & {"httpx", "numpy", "scipy", "sqlite_utils"}


# ---- a file -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("none.csv", None, "There is no such file."),
        ("", None, "This is a folder."),
        ("picture.csv", b"\x89PNG\1\2\3\4" * 99, "This is no text."),
    ],
)
async def test_a_wrong_file_is_said_under_its_path_and_not_taken(
    home: Path, tmp_path: Path, name: str, content: bytes | None, says: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    async with first(home) as run:
        await run.pilot.press("1")
        await run.type(str(tmp_path / name))
        await run.until_shown(says)
        await run.pilot.press("enter")
        await run.pilot.pause()
        assert "Which file?" in run.shown()
        assert run.said


async def test_tab_completes_a_path(home: Path, orders: Path) -> None:
    async with first(home) as run:
        await run.pilot.press("1")
        await run.type(str(orders)[:-8])
        await run.pilot.press("tab")
        await run.until_shown("19 rows")


async def test_enter_waits_for_the_look_that_is_under_way(home: Path, orders: Path) -> None:
    async with first(home) as run:
        await run.pilot.press("1")
        await run.type(str(orders))
        await run.pilot.press("enter")
        await run.until_shown("Whose shop is it?")


async def test_what_a_file_leaves_open_is_asked_under_it(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "odd.csv"
    file.write_text("wer,wann,wieviel\nada@example.com,03/04/2026,12.50\n")
    async with first(home) as run:
        await run.pilot.press("1")
        await run.type(str(file))
        await run.until_shown("It doesn't say which column is what")
        await run.pilot.press("enter")
        await run.until_shown("Which column says who bought")
        await run.type("4")
        await run.pilot.press("enter")
        await run.until(lambda: "no such column" in run.said)
        await run.pilot.press("backspace")
        await run.type("wer")
        await run.pilot.press("enter")
        await run.until_shown("Which column says when?")
        await run.type("2")
        await run.pilot.press("enter")
        await run.until_shown("Which column says how much?")
        await run.type("WIEVIEL")
        await run.pilot.press("enter")
        await run.until_shown("03/04/2026 is:")
        await run.pilot.press("m")
        await run.until_shown("The amounts name no currency")
        await run.pilot.press("ctrl+u")
        await run.type("chf")
        await run.pilot.press("enter")
        await run.until_shown("Whose shop is it?")
        answers = run.app.screen.answers
    assert dict(answers.columns) == {"email": "wer", "placed_at": "wann", "total": "wieviel"}
    assert (answers.dates, answers.currency, answers.guess["currency"]) == ("mdy", "CHF", "CHF")


async def test_an_answer_that_does_not_fit_is_asked_for_again(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "bare.csv"
    file.write_text("customer_id,placed_at,total\n7,2026-10-01,12.50\n")
    async with first(home) as run:
        await run.pilot.press("1")
        await run.type(str(file))
        await run.until_shown("1 row")
        await run.pilot.press("enter")
        await run.until_shown("name no currency")
        await run.pilot.press("ctrl+u")
        await run.type("gold")
        await run.pilot.press("enter")
        await run.until_shown("“GOLD” is no currency")
        assert "Enter asks again" in run.said
        await run.pilot.press("enter")
        await run.until_shown("name no currency")
        await run.pilot.press("ctrl+u")
        await run.type("chf")
        await run.pilot.press("enter")
        await run.until_shown("Whose shop is it?")


async def test_a_path_with_control_codes_reaches_no_terminal(home: Path) -> None:
    async with first(home) as run:
        await run.pilot.press("1")
        await run.type("/tmp/\x1b]52;c;AAAA\x07x")
        await run.until_shown("There is no such file.")
        assert "\x1b" not in run.shown()


# ---- a shop -------------------------------------------------------------------------------------------------


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@contextmanager
def served(**options: Any) -> Iterator[str]:
    """The sample shop on loopback; its address."""
    goods = shop.build(clock.now())
    records = {"orders": goods.orders[-40:], "customers": goods.customers, "products": goods.products}
    app = Shop(**{**records, "now": clock.now, **options})
    with make_server("127.0.0.1", 0, app, handler_class=_Quiet) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


async def enter_shop(run: Run, url: str, key: str, secret: str) -> None:
    await run.pilot.press("2")
    for words in (url, key, secret):
        await run.type(words)
        await run.pilot.press("enter")
        await run.pilot.pause()


async def test_a_shop_is_checked_as_it_is_entered_and_then_read(home: Path) -> None:
    with served() as url:
        async with first(home) as run:
            await enter_shop(run, url, KEY, "cs_wrong")
            await run.until_shown("the consumer secret is wrong")
            assert KEY not in run.shown()
            assert "cs_" not in run.shown().replace("cs_…", "")
            for words in (KEY, SECRET):
                await run.type(words)
                await run.pilot.press("enter")
                await run.pilot.pause()
            await run.until_shown("Whose shop is it?")
            assert "The key reads 40 orders" in run.said
            await run.type("Northlight")
            await run.pilot.press("enter")
            await run.until(lambda: isinstance(run.step, Finding), 30)
            await run.until_shown("bought here")
    written = (home / "config.toml").read_text()
    assert tomllib.loads(written)["sources"]["woo"] == {"kind": "woocommerce", "url": url}
    assert KEY not in written
    assert KEY not in (home / "first_run.json").read_text()
    assert tomllib.loads((home / "secrets.toml").read_text())["sources"]["woo"]["consumer_secret"] == SECRET
    assert stat.S_IMODE((home / "secrets.toml").stat().st_mode) == 0o600


async def test_an_address_that_everybody_can_read_along_is_asked_about(home: Path) -> None:
    async with first(home) as run:
        await run.pilot.press("2")
        await run.type("http://shop.example")
        await run.pilot.press("enter")
        await run.until_shown("everybody on the way")
        assert run.step.fields()[0].line.has_focus
        await run.pilot.press("enter")
        await run.pilot.pause()
        assert run.step.fields()[1].line.has_focus


# ---- left and begun again -----------------------------------------------------------------------------------


async def test_whatever_was_answered_is_there_at_the_next_start(home: Path, orders: Path) -> None:
    async with first(home) as run:
        await run.answer("1")
        await run.type(str(orders))
        await run.until_shown("19 rows")
        await run.answer("enter")
        await run.until_shown("Whose shop is it?")
        await run.pilot.press("ctrl+c")
    assert run.app.return_value is None
    assert first_run.is_open(home)
    async with first(home) as run:
        await run.until_shown("Whose shop is it?")
        await run.pilot.press("escape")
        await run.until_shown("19 rows")
        await run.pilot.press("escape")
        await run.until_shown("Where are your orders?")
        await run.pilot.press("q")
        await run.pilot.pause()
    assert run.app.return_value is None


async def test_a_killed_import_goes_on_at_the_next_start(home: Path, orders: Path) -> None:
    shop_ = {"name": "Northlight", "currency": "EUR", "timezone": "UTC", "country": "DE", "language": "en"}
    columns = {"name": "Customer name", "placed_at": "Date", "order_id": "Order number"}
    answers = Answers(
        step=first_run.WORK, source=first_run.IN_FILE, file=str(orders), preset="orders", columns=columns, shop=shop_
    )
    first_run.keep(config.places(home), answers)
    async with first(home) as run:
        job = await run.job()
        while job._process is None:
            await asyncio.sleep(0.005)
        os.kill(job._process.pid, signal.SIGKILL)
        await run.until_shown("stopped before it was done")
        await run.pilot.press("ctrl+c")
    assert json.loads((home / "first_run.json").read_text())["step"] == "work"
    async with first(home) as run:
        await run.until_shown("YOU KNOW THEM")


async def test_leaving_ends_the_child_that_reads(home: Path, orders: Path) -> None:
    async with first(home) as run:
        await run.pilot.press("1")
        await run.type(str(orders))
        job = await run.job()
        await run.pilot.press("ctrl+c")
    assert job.wait(2)


async def test_settings_of_somebody_else_are_not_written_over(home: Path, orders: Path) -> None:
    async with first(home) as run:
        await run.pilot.press("1")
        await run.type(str(orders))
        await run.until_shown("19 rows")
        await run.pilot.press("enter")
        await run.until_shown("Whose shop is it?")
        (home / "config.toml").write_text("# mine\n")
        await run.type("Northlight")
        await run.pilot.press("enter")
        await run.until(lambda: "is there already" in run.said)
    assert (home / "config.toml").read_text() == "# mine\n"


# ---- what is next -------------------------------------------------------------------------------------------


async def test_what_one_line_answers_is_answered_there(home: Path) -> None:
    shop_ = {"name": "Northlight", "currency": "EUR", "timezone": "UTC", "country": "DE", "language": "en"}
    from retcon.desk import first_settle

    first_settle.write(config.places(home), Answers(step=first_run.NEXT, shop=shop_))
    async with first(home) as run:
        await run.until_shown("your own address, for practice")
        await run.pilot.press("1")
        await run.pilot.pause()
        await run.type("nora@example.com")
        await run.pilot.press("enter")
        await run.until_shown("practice messages go to nora@example.com")
        await run.pilot.press("6")
        await run.pilot.pause()
        assert "retcon doctor" in run.said
        assert isinstance(run.step, Coming)
    written = tomllib.loads((home / "config.toml").read_text())
    assert written["policy"] == {"live": False, "test_addresses": ["nora@example.com"]}
