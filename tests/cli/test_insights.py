"""retcon insights: how first orders are looked after."""

import json

import pytest

from retcon import clock
from tests.cli.conftest import Run
from tests.purchases import order, take


@pytest.mark.usefixtures("house")
def test_a_shop_without_orders_says_so(run: Run) -> None:
    assert run("insights") == (0, "", "No first order in the last 12 months.\n")


def test_the_share_is_said_with_its_base_and_what_is_too_few_to_compare(database, run: Run) -> None:
    now = clock.now()
    take(database, order("a", now.replace(month=now.month % 12 + 1, year=now.year - (now.month < 12)).isoformat()))
    take(database, order("b", now.isoformat(), name="Ada Lind", country="SE"))
    database.close()
    code, out, _ = run("insights")
    assert code == 0
    assert out.startswith(
        "Of 1 first order in the last 12 months 0 had a personal word within 7 days (0 %). 0 of 1 ordered"
    )
    assert "Ada Lind · SE · 6 days left · retcon customer" in out
    told = json.loads(run("insights", "--json")[1])
    assert (told["first_orders"]["orders"], told["first_orders"]["old"], len(told["unserved"])) == (2, 1, 1)
