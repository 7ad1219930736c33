"""note, tag."""

from pathlib import Path

import click

from retcon import localtime, text
from retcon.cli.output import ID, opened, print_json, say
from retcon.desk import notes, people, tags
from retcon.desk.house import House
from retcon.desk.people import Dossier
from retcon.errors import UsageError


@click.command(epilog='Example: retcon note anna@example.com "dislikes blue; sister in Nantes"')
@click.argument("reference", metavar="CUSTOMER")
@click.argument("words", metavar="[TEXT…]", nargs=-1)
@click.option("--remove", type=ID, metavar="NOTE", help="Remove the note of that number.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout: their notes as they are then.")
@click.pass_obj
def note(home: Path | None, reference: str, words: tuple[str, ...], remove: int | None, as_json: bool) -> None:
    """Write a note on a customer; without words, read their notes. No customer ever sees one."""
    if words and remove is not None:
        raise UsageError("Write a note or remove one?", "One at a time.")
    with opened(home) as house:
        known = people.one(house, reference)
        if words:
            notes.add(house, known.person.customer.id, " ".join(words))
            said = f"Noted of {_name(known)}."
        elif remove is not None:
            if remove not in {each.id for each in known.notes}:
                raise UsageError(f"{_name(known)} has no note {remove}.", f"Their notes: retcon note {reference}")
            notes.remove(house, remove)
            said = f"Note {remove} is removed."
        else:
            said = ""
        _tell(house, reference, said, as_json)


def _tell(house: House, reference: str, said: str, as_json: bool) -> None:
    """The notes as they are now, or what was done."""
    known = people.one(house, reference)
    if as_json:
        print_json([{"id": each.id, "at": each.at, "words": each.words} for each in known.notes])
    if said:
        say(f"{said} Take it back with: retcon undo")
    elif not as_json and not known.notes:
        say(f"Nothing is noted of {_name(known)}.")
    elif not as_json:
        zone, now = house.settings.shop.timezone, house.now()
        for each in known.notes:
            click.echo(text.line(f"{each.id}  {localtime.day(each.at, now, zone)}  {each.words}"))


@click.command(epilog="Example: retcon tag anna@example.com wholesale")
@click.argument("reference", metavar="[CUSTOMER]", required=False)
@click.argument("name", metavar="[NAME]", required=False)
@click.option("--off", is_flag=True, help="Take the tag off.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout: the tags as they are then.")
@click.pass_obj
def tag(home: Path | None, reference: str | None, name: str | None, off: bool, as_json: bool) -> None:
    """Tag a customer, or take a tag off. Without a name: their tags; without a customer: every tag."""
    if off and name is None:
        raise UsageError("Which tag isn't said.", "Say: retcon tag CUSTOMER NAME --off")
    with opened(home) as house:
        if reference is None:
            found, nobody = tags.known(house), "Nobody has a tag."
        else:
            known = people.one(house, reference)
            if name is not None:
                _change(house, known, tags.checked(name), off)
                known = people.one(house, reference)
            found, nobody = known.tags, f"{_name(known)} has no tag."
    if as_json:
        print_json(list(found))
    elif name is None and not found:
        say(nobody)
    elif name is None:
        click.echo(text.line(", ".join(found)))


def _change(house: House, known: Dossier, name: str, off: bool) -> None:
    change = tags.take_off if off else tags.put
    who = _name(known)
    if change(house, [known.person.customer.id], name):
        say(f"{who}: {name} is {'taken off' if off else 'put on'}. Take it back with: retcon undo")
    else:
        say(f"{who} doesn't have the tag {name}." if off else f"{who} has the tag {name} already.")


def _name(known: Dossier) -> str:
    customer = known.person.customer
    return text.line(customer.name or next(iter(customer.emails), f"Customer {customer.id}"))
