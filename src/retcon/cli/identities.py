"""alike, and the verbs of `customer` by which people become one, become two, or are better known."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from retcon import text
from retcon.cli.output import opened, print_json, print_table, say
from retcon.desk import identities, refresh
from retcon.desk.house import House
from retcon.desk.people import Dossier
from retcon.errors import UsageError
from retcon.model.people import Customer

VERBS = ("merge", "split", "set")
_KINDS = ("email", "phone", "account", "chat")
_FIELDS = ("name", "country", "language", "zone")
_Said = Mapping[str, tuple[str, ...] | str | None]


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of `split` and `set`."""
    for kind in reversed(_KINDS):
        command = click.option(f"--{kind}", multiple=True, help=f"With split: this {kind} becomes a person's own.")(
            command
        )
    for field, example in zip(_FIELDS, ("", "AT", "de", "Europe/Vienna"), strict=True):
        told = f"With set: their {field}{f', such as {example}' if example else ''}; empty takes it back."
        command = click.option(f"--{field}", help=told)(command)
    return command


def check(verb: str | None, other: str | None, off: bool, said: _Said) -> None:
    """Raises UsageError where options don't go with the verb."""
    if off and verb != "leave-alone":
        raise UsageError("--off goes with leave-alone.", "Say: retcon customer ID leave-alone --off")
    if (other is not None) != (verb == "merge"):
        title = "merge takes two customers." if verb == "merge" else f"“{other}” is one word too many."
        raise UsageError(title, "Say: retcon customer ID merge OTHER")
    for names, needed in ((_KINDS, "split"), (_FIELDS, "set")):
        given = [name for name in names if said.get(name) not in (None, ())]
        if given and verb != needed:
            raise UsageError(f"--{given[0]} goes with {needed}.", f"Say: retcon customer ID {needed} --{given[0]} …")


def run(house: House, reference: str, verb: str, other: str | None, said: _Said) -> None:
    """Do it, say what came of it, and recompute whom it touched."""
    match verb:
        case "merge":
            say(_merge(house, reference, other or ""))
        case "split":
            say(_split(house, reference, said))
        case _:
            known = identities.know(
                house, reference, {field: str(said[field]) for field in _FIELDS if said[field] is not None}
            )
            say(f"{_called(known)}: {_known(known)}.")
    refresh.refresh(house)


def _merge(house: House, reference: str, other: str) -> str:
    merged = identities.merge(house, reference, other)
    again = f" {_look_again(merged.waiting)}" if merged.waiting else ""
    return f"{_called(merged.person)} and customer {merged.other} are one person now.{again} Not right? retcon undo"


def _split(house: House, reference: str, said: _Said) -> str:
    named = [(kind, value) for kind in _KINDS for value in said[kind] or ()]
    split = identities.split(house, reference, named)
    parts = [f"{_called(split.new)} is a person of their own now, with {text.plural(split.orders, 'order')}."]
    if split.held:
        parts.append(f"{text.plural(split.held, 'order')} stayed, placed with an account: name it with --account.")
    if split.waiting:
        parts.append(_look_again(split.waiting))
    return " ".join((*parts, "Not right? retcon undo"))


def _look_again(waiting: int) -> str:
    return f"{text.plural(waiting, 'message')} that waited {'needs' if waiting == 1 else 'need'} another look."


def _called(customer: Customer) -> str:
    return f"{customer.name or next(iter(customer.emails), 'Customer')} ({customer.id})"


def _known(customer: Customer) -> str:
    """Country, language and zones, each with what it rests on."""
    facts = (
        (customer.country, customer.country_from),
        (customer.language, customer.language_from),
        (" or ".join(customer.zones[:3]) + (" …" if len(customer.zones) > 3 else ""), customer.zones_from),
    )
    return ", ".join(f"{fact} ({why})" if why else fact for fact, why in facts if fact) or "nothing is known of where"


def print_known(dossier: Dossier) -> None:
    """Where the person lives and what they speak, by what they are recognised, and what that rests on."""
    click.echo(text.line(f"Lives and speaks: {_known(dossier.person.customer)}"))
    if not dossier.came_by:
        click.echo("Reach: no address known")
    for each in dossier.came_by:
        came = [
            text.plural(count, noun)
            for count, noun in ((each.orders, "order"), (each.conversations, "conversation"))
            if count
        ]
        click.echo(f"  {each.kind:8}{text.line(each.shown)}{'   ' + ', '.join(came) if came else ''}")
    if dossier.parts:
        click.echo(f"Merged into them: {', '.join(map(str, dossier.parts))}")


@click.command(epilog="Example: retcon alike --limit 20")
@click.option("--limit", type=click.IntRange(1), help="At most so many.")
@click.option("--not", "apart", nargs=2, metavar="A B", help="These are two people for good: never ask again.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def alike(home: Path | None, limit: int | None, apart: tuple[str, str] | None, as_json: bool) -> None:
    """Customers who may be one person, why, and the command that makes them one."""
    with opened(home) as house:
        if apart is not None:
            one, other = identities.not_alike(house, *apart)
            say(f"{_called(one)} and {_called(other)} are two people.")
            return
        pairs = identities.alike(house, limit)
    if as_json:
        print_json(
            [
                {
                    "one": pair.one.id,
                    "one_name": pair.one.name,
                    "other": pair.other.id,
                    "other_name": pair.other.name,
                    "reasons": list(pair.reasons),
                    "command": _command(pair),
                }
                for pair in pairs
            ]
        )
    elif not pairs:
        say("Nobody looks like somebody else.")
    else:
        print_table(
            ("ONE", "OTHER", "MAKES THEM ONE", "WHY"),
            [(_called(pair.one), _called(pair.other), _command(pair), pair.reason) for pair in pairs],
        )


def _command(pair: identities.Pair) -> str:
    return f"retcon customer {pair.one.id} merge {pair.other.id}"
