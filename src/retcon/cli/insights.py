"""insights: how first orders are looked after, and what becomes of their buyers."""

from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

import click

from retcon import localtime, text
from retcon.cli.output import opened, print_json, print_table, say
from retcon.desk import first_orders
from retcon.desk.first_orders import Looked
from retcon.model.first_orders import FirstOrders

_FEW = 10  # under so many there is nothing to compare
_SHOWN = 10


@click.command(epilog="Example: retcon insights --json")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def insights(home: Path | None, as_json: bool) -> None:
    """The share of first orders whose buyers got a personal word within 7 days, by country, and who came back."""
    with opened(home) as house:
        looked, now = first_orders.look(house), house.now()
    if as_json:
        print_json(_json(looked))
        return
    if not looked.total.orders:
        say("No first order in the last 12 months.")
        return
    click.echo(f"{_served(looked.total)} {_came_back(looked.total)}\n")
    rows = [(one.country or "?", str(one.orders), _of(one.served, one.old), *_back(one)) for one in looked.countries]
    heads = ("COUNTRY", "FIRST ORDERS", "SERVED WITHIN 7 DAYS", "OF THOSE BACK IN 90", "OF THE OTHERS")
    print_table(heads, rows, right=frozenset((1, 2, 3, 4)))
    _print_unserved(looked, now)


def _served(total: FirstOrders) -> str:
    if not total.old:
        return f"{text.plural(total.orders, 'first order')} in the last 12 months, all of the last 7 days."
    return (
        f"Of {text.plural(total.old, 'first order')} in the last 12 months {total.served} had a personal word within"
        f" 7 days ({_percent(total.served, total.old)})."
    )


def _came_back(total: FirstOrders) -> str:
    if total.served_known < _FEW or total.others_known < _FEW:
        back, known = total.served_back + total.others_back, total.served_known + total.others_known
        return f"{back} of {known} ordered again within 90 days; too few to tell the served from the others." * bool(
            known
        )
    return (
        f"Of those served {_of(total.served_back, total.served_known)} ordered again within 90 days, of the others"
        f" {_of(total.others_back, total.others_known)}. Whom you wrote to wasn't drawn by lot, so this is no proof."
    )


def _print_unserved(looked: Looked, now: datetime) -> None:
    if not looked.unserved:
        return
    click.echo(f"\n{text.plural(len(looked.unserved), 'first order')} of this week without a personal word yet:")
    for one in looked.unserved[:_SHOWN]:
        left = _left(one.until - now)
        who = f"{text.line(one.name) or '(no name)'} · {one.country or '?'}"
        click.echo(f"  {who} · {left} left · retcon customer {one.customer_id}")
    if len(looked.unserved) > _SHOWN:
        click.echo(f"  and {len(looked.unserved) - _SHOWN} more.")


def _left(time: timedelta) -> str:
    hours = max(1, time // timedelta(hours=1))
    return text.plural(hours, "hour") if hours < 48 else text.plural(hours // 24, "day")


def _back(one: FirstOrders) -> tuple[str, str]:
    return _of(one.served_back, one.served_known), _of(one.others_back, one.others_known)


def _of(number: int, base: int) -> str:
    return f"{number} of {base} ({_percent(number, base)})" if base else "–"


def _percent(number: int, base: int) -> str:
    return f"{round(100 * number / base)} %"


def _json(looked: Looked) -> dict[str, object]:
    return {
        "first_orders": asdict(looked.total),
        "countries": [asdict(one) for one in looked.countries],
        "unserved": [
            {
                "customer_id": one.customer_id,
                "name": one.name,
                "country": one.country,
                "until": localtime.stamp(one.until),
            }
            for one in looked.unserved
        ],
    }
