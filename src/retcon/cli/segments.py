"""segments: groups of customers that a filter names."""

from pathlib import Path
from typing import Any

import click

from retcon import money, text
from retcon.cli.output import opened, print_json, print_table, say
from retcon.desk import query_help
from retcon.desk import segments as saved
from retcon.desk.segments import Segment


@click.group(
    "segments",
    invoke_without_command=True,
    epilog='Example: retcon segments save regulars "orders>=3 last<90d consent:email"',
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_context
def segments(context: click.Context, as_json: bool) -> None:
    """Your saved segments with how many are in each; retcon customers --filter segment:NAME shows who.

    A segment is a filter under a name: whoever matches is in it, from one hour to the next.
    """
    if context.invoked_subcommand is not None:
        return
    with opened(context.obj) as house:
        found, currency = saved.counted(house), house.settings.shop.currency
    if as_json:
        print_json([_json(each, currency) for each in found])
    elif not found:
        say('No segment is saved yet: retcon segments save NAME "risk:high country:DE"')
    else:
        print_table(
            ("NAME", "PEOPLE", "AT STAKE", "FILTER"),
            [_row(each, currency) for each in found],
            right=frozenset((1, 2)),
        )


@segments.command(epilog='Example: retcon segments save wholesale-de "tag:wholesale country:DE"')
@click.argument("name")
@click.argument("query")
@click.pass_obj
def save(home: Path | None, name: str, query: str) -> None:
    """Save a filter under a name; one that has the name already is replaced."""
    with opened(home) as house:
        before = saved.save(house, name, query)
        kept = saved.checked(name)
        with house.database.read() as tx:
            number = saved.count(house, tx, saved.asking(kept))
    who = text.plural(number, "person", "people")
    was = f" It was: {before.query}." if before is not None else ""
    say(text.line(f"{kept} is saved: {who} now.{was} Take it back with: retcon undo"))


@segments.command(epilog="Example: retcon segments remove wholesale-de")
@click.argument("name")
@click.pass_obj
def remove(home: Path | None, name: str) -> None:
    """Remove a saved segment; nobody in it is touched."""
    with opened(home) as house:
        gone = saved.remove(house, name)
    say(text.line(f"{gone.name} is removed. It was: {gone.query}. Take it back with: retcon undo"))


@segments.command(epilog="Example: retcon segments fields")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def fields(as_json: bool) -> None:
    """Everything that a filter can name, with an example of each."""
    every = query_help.described()
    if as_json:
        print_json(
            [
                {"name": each.name, "takes": each.takes, "words": each.words, "example": each.example, "of": each.of}
                for each in every
            ]
        )
        return
    for of, title in (("people", ""), ("orders", "\nOnly with retcon orders:\n")):
        click.echo(title, nl=False)
        print_table(
            ("FILTER", "FOR INSTANCE", "IS"),
            [(each.name, each.example, each.words) for each in every if each.of == of],
        )
    click.echo("\n" + query_help.GRAMMAR)


def _json(each: Segment, currency: str) -> dict[str, Any]:
    known = not each.trouble
    return {
        "name": each.saved.name,
        "query": each.saved.query,
        "saved_at": each.saved.at,
        "customers": each.customers if known else None,
        "stake_minor": each.stake_minor if known else None,
        "currency": currency,
        "error": each.trouble or None,
    }


def _row(each: Segment, currency: str) -> tuple[str, ...]:
    name, query = each.saved.name, each.saved.query
    if each.trouble:
        return name, "?", "?", f"{query} – {each.trouble}"
    return name, f"{each.customers:,}", money.show(each.stake_minor, currency), query
