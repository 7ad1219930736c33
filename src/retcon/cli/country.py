"""country: what may be sent to a country, when, and the day on which that was looked at."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import time
from pathlib import Path
from typing import Any

import click

from retcon import text
from retcon.cli.output import opened, print_json, print_table, say
from retcon.desk import country as desk
from retcon.desk.country import Country
from retcon.localtime import Hours

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TITLE = 13


@click.command(epilog="Example: retcon country DE")
@click.argument("name", metavar="[COUNTRY]", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def country(home: Path | None, name: str | None, as_json: bool) -> None:
    """What may be sent to a country, by code or name; without one: all countries, those of your customers first.

    Defaults for a tool, not legal advice. Change a line with a file of your own in regions/.
    """
    with opened(home) as house:
        found = desk.every(house) if name is None else (desk.one(house, name),)
        transit = house.settings.transit
    if as_json:
        documents = [_json(each, _days(each, transit)) for each in found]
        print_json(documents if name is None else documents[0])
    elif name is None:
        _list(found)
    else:
        _show(found[0], _days(found[0], transit))


def _days(country: Country, transit: Mapping[str, int]) -> int:
    return transit.get(country.code, country.profile.transit_days)


def _list(found: Iterable[Country]) -> None:
    every = tuple(found)
    rows = [
        (each.code, each.name, ", ".join(each.profile.languages), "yes" if each.lived_in else "", each.checked)
        for each in every
    ]
    print_table(("CODE", "COUNTRY", "LANGUAGES", "CUSTOMERS", "CHECKED"), rows)
    old = sum(each.known and each.old for each in every)
    say(f"{text.plural(len(every), 'country', 'countries')}; {old or 'none'} last looked at over a year ago.")


def _show(country: Country, days: int) -> None:
    checked = f"looked at on {country.checked}" if country.known and country.profile.checked else country.checked
    click.echo(text.line(f"{country.name[:1].upper()}{country.name[1:]} ({country.code}), {checked}"))
    click.echo("Defaults for a tool, not legal advice.\n")
    for title, words in desk.sentences(country, days):
        click.echo(f"{title:<{_TITLE}}{text.line(words)}")
    if country.profile.law:
        click.echo("\nThe law, each line to be confirmed by your counsel:")
        for sentence in country.profile.law:
            click.echo(f"  - {text.line(sentence)}")
    if country.profile.sources:
        click.echo(f"\nRead in: {text.line('; '.join(country.profile.sources))}")


def _json(country: Country, days: int) -> dict[str, Any]:
    profile = country.profile
    document = asdict(profile)
    for name in ("hours", "service_hours", "ramadan_hours"):
        document[name] = _hours(getattr(profile, name))
    for name in ("medium_hours", "state_hours"):
        document[name] = {key: _hours(table) for key, table in getattr(profile, name).items()}
    for name in ("opt_out", "soft_opt_in", "quiet_holidays", "forbids"):
        document[name] = sorted(getattr(profile, name))
    return document | {
        "country": country.code,
        "name": country.name,
        "transit_days": days,
        "weekend": [_DAYS[day] for day in profile.weekend],
        "checked": profile.checked.isoformat() if profile.checked else None,
        "known": country.known,
        "old": country.old,
        "customers": country.lived_in,
        "law_is": "to be confirmed by your counsel",
    }


def _hours(table: Iterable[Hours]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in sorted(table, key=lambda each: (each.weekday, each.opens)):
        closes = "24:00" if each.closes == time.max else f"{each.closes:%H:%M}"
        found.setdefault(_DAYS[each.weekday], []).append(f"{each.opens:%H:%M}-{closes}")
    return found
