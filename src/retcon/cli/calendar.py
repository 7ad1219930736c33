"""calendar, mute: festivals and quiet days where customers live, and countries that are left alone for a while."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from retcon import text
from retcon.cli.output import opened, print_json, print_table, say
from retcon.desk import calendar as days
from retcon.desk import promises
from retcon.errors import UsageError
from retcon.model.calendar import Feast
from retcon.retention import answering
from retcon.store.mutes import Mute

# So many countries stand in a row; the rest are counted.
_SHOWN = 6
_KINDS = {"gift": "gifts", "sale": "shopping", "fast": "fast", "quiet": "no advertising"}


@click.command("calendar", epilog="Example: retcon calendar --country TH --year 2027")
@click.option("--country", "countries", metavar="C", multiple=True, help="TH, or Thailand; may be given several times.")
@click.option("--year", type=int, metavar="Y", help="That year; else the next twelve months.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def calendar(home: Path | None, countries: Sequence[str], year: int | None, as_json: bool) -> None:
    """Festivals and quiet days where your customers live, from when each is spoken of, and how its day is known.

    A day marked “about” may be another by a day or so: the moon is watched, or somebody decides each year.
    """
    with opened(home) as house:
        found, muted = days.days(house, countries, year), days.muted(house)
        now, zone = house.now(), house.settings.shop.timezone
    if as_json:
        print_json([_json(feast) for feast in found])
        return
    if found:
        heads = ("DAY", "", "FESTIVAL", "KIND", "SPOKEN OF", "WHERE", "KNOWN BY")
        print_table(heads, [_row(together) for together in _together(found)])
    else:
        say("The calendar has nothing there.")
    for mute in muted:
        say(_said(mute, answering.by(mute.until, now, zone)))


@click.command(epilog='Example: retcon mute TH --until 2026-12-05 --why "national mourning"')
@click.argument("country", required=False, metavar="[COUNTRY]")
@click.option("--until", metavar="DAY", help="To the end of that day: 2026-12-05, friday, 3d.")
@click.option("--why", default="", help="Said where a message waits for it.")
@click.option("--off", is_flag=True, help="Advertising may go there again.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def mute(home: Path | None, country: str | None, until: str | None, why: str, off: bool, as_json: bool) -> None:
    """Advertise nothing to a country until a day; answers and what concerns an order still leave.

    Without a country: which are muted.
    """
    if off and (until or why):
        raise UsageError("Muted or not?", "Say --until DAY, or --off.")
    if country is None and (off or until or why):
        raise UsageError("Which country?", "retcon mute TH --until 2026-12-05")
    with opened(home) as house:
        now, shop = house.now(), house.settings.shop
        if country is not None and off:
            gone = days.unmute(house, country)
            say(f"{days.named(gone.country)} is no longer muted. Take it back with: retcon undo")
        elif country is not None and until:
            when = promises.parse_day(until, now, shop.timezone, shop.language)
            made = days.mute(house, country, when, why)
            say(f"{_said(made, answering.by(made.until, now, shop.timezone))} Take it back with: retcon undo")
        elif country is not None:
            raise UsageError("Until when?", f"retcon mute {text.line(country[:40])} --until 2026-12-05")
        found = days.muted(house)
        if as_json:
            print_json([{"country": each.country, "until": each.until, "why": each.why} for each in found])
        elif country is None:
            for each in found:
                say(_said(each, answering.by(each.until, now, shop.timezone)))
            if not found:
                say("No country is muted.")


def _said(mute: Mute, until: str) -> str:
    why = f": {text.line(mute.why)}" if mute.why else ""
    return f"Nothing is advertised to {days.named(mute.country)} until {until}{why}."


def _together(found: Iterable[Feast]) -> list[list[Feast]]:
    """What differs by the country alone stands in one row."""
    rows: dict[tuple[object, ...], list[Feast]] = {}
    for feast in found:
        key = (feast.day, feast.last_day, feast.id, feast.certain, feast.source)
        rows.setdefault(key, []).append(feast)
    return list(rows.values())


def _row(together: Sequence[Feast]) -> tuple[str, ...]:
    feast = together[0]
    codes = [each.country for each in together]
    where = ", ".join(codes[:_SHOWN]) + (f" +{len(codes) - _SHOWN}" if len(codes) > _SHOWN else "")
    last = f"–{feast.last_day:%m-%d}" if feast.last_day != feast.day else ""
    spoken = "" if feast.kind == "quiet" else f"{feast.day - timedelta(days=feast.lead_days)}"
    day = f"{feast.day}{last}"
    return day, "" if feast.certain else "about", feast.name, _KINDS[feast.kind], spoken, where, feast.source


def _json(feast: Feast) -> dict[str, Any]:
    return {
        "festival": feast.id,
        "name": feast.name,
        "kind": feast.kind,
        "country": feast.country,
        "day": feast.day.isoformat(),
        "last_day": feast.last_day.isoformat(),
        "lead_days": feast.lead_days,
        "certain": feast.certain,
        "source": feast.source,
    }
