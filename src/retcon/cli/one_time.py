"""customers --one-time."""

import click

from retcon import text
from retcon.cli.output import print_json, print_table, say
from retcon.desk import one_time
from retcon.desk.house import House
from retcon.retention.risk.one_time import Group


def show(house: House, *, as_json: bool) -> None:
    """Those who bought once, in groups by the age of their order, with how many of such came back before."""
    found = one_time.groups(house)
    if as_json:
        print_json(
            {
                "horizon_days": found.horizon_days,
                "people": found.people,
                "groups": [
                    {
                        "since_days": group.since_days,
                        "until_days": group.until_days,
                        "people": group.people,
                        "watched": group.watched,
                        "returned": group.returned,
                        "in_a_hundred": None if group.in_a_hundred is None else round(group.in_a_hundred, 1),
                    }
                    for group in found.groups
                ],
            }
        )
        return
    if not found.people:
        say("Nobody has bought exactly once.")
        return
    print_table(
        ("ONLY ORDER", "PEOPLE", f"CAME BACK WITHIN {found.horizon_days} DAYS", "SEEN BEFORE"),
        [_row(group) for group in found.groups],
        right=frozenset((1, 2, 3)),
    )
    click.echo(
        f"\n{text.plural(found.people, 'person', 'people')} bought once. Within a group hardly anything tells who "
        "comes back: write to a group, not to the likeliest of it."
    )


def _row(group: Group) -> tuple[str, ...]:
    if group.until_days is None:
        age = f"more than {group.since_days - 1} days ago"
    else:
        age = f"{group.since_days}–{group.until_days} days ago"
    rate = group.in_a_hundred
    return (
        age,
        f"{group.people:,}",
        "too few to tell" if rate is None else f"{rate:.0f} in 100",
        f"{group.returned:,} of {group.watched:,}" if group.watched else "nobody",
    )
