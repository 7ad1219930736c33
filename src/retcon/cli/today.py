"""today, approve, skip, snooze."""

import re
import sys
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import click

from retcon import localtime, money, text
from retcon.cli.output import ID, interactive, opened, print_json, print_table, say, show_progress, verdict_json
from retcon.desk import drafts, hours, ways
from retcon.desk import today as todays
from retcon.desk.house import House
from retcon.desk.today import Item, Line, Today
from retcon.errors import UsageError
from retcon.widgets import words


@click.command(epilog="Example: retcon today --json")
@click.option("--rule", help="Only what this rule made due.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def today(home: Path | None, rule: str | None = None, as_json: bool = False) -> None:
    """What is due, in working order."""
    with opened(home) as house:
        found = _load(house)
        items = [item for line in found.lines for item in line.items if rule in (None, item.action.rule)]
        if as_json:
            print_json([_json(item) for item in items])
        else:
            _print(house, found, rule)


@click.command(epilog="Example: retcon approve --all --rule parcel-note")
@click.argument("ids", nargs=-1, type=ID, metavar="[ID…]")
@click.option("--all", "everything", is_flag=True, help="All that is due and passes.")
@click.option("--rule", help="With --all: only what this rule made due.")
@click.option("--channel", metavar="NAME", help="By this channel, not by the one that was chosen.")
@click.option("--when", metavar="HOUR", help="Not before this hour there: 9, 18:30, tomorrow, “mon 9”, 2026-12-01.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def approve(
    home: Path | None,
    ids: tuple[int, ...],
    everything: bool,
    rule: str | None,
    channel: str | None,
    when: str | None,
    as_json: bool,
) -> None:
    """Let due messages leave; each is judged again when it does.

    An hour that you choose is the hour where the customer is, or yours where that is unknown.
    """
    if bool(ids) == everything:
        raise UsageError("Name the actions, or say --all.", "Their ids: retcon today")
    if channel and everything:
        raise UsageError("--channel goes with the actions that you name.", "retcon approve ID --channel NAME")
    with opened(home) as house:
        found = {item.action.id: item for line in _load(house).lines for item in line.items}
        if everything:
            picks = [item for item in found.values() if item.passes and rule in (None, item.action.rule)]
        else:
            missing = [id_ for id_ in ids if id_ not in found]
            if missing:
                raise UsageError(f"Not due: {', '.join(map(str, missing))}.", "What is due: retcon today")
            picks = [found[id_] for id_ in ids]
        chosen = [(item.action.id, item.action.revision) for item in picks]
        if channel:
            taken = [ways.take(house, *pick, channel) for pick in chosen]
            chosen = [(action.id, action.revision) for action in taken]
        at = {item.action.id: _hour(house, item, when) for item in picks} if when else None
        approved = drafts.approve(house, chosen, not_before=at)
        if as_json:
            print_json(
                {
                    "operation": approved.operation_id,
                    "approved": [row.action_id for row in approved.rows],
                    "refused": [{"id": id_, "reason": reason} for id_, reason in approved.refused],
                    "now": approved.now,
                    "later": approved.later,
                }
            )
        for id_, reason in approved.refused:
            say(f"{id_}: {reason}")
        if not as_json:
            say(_approved(approved))
        if when and len(approved.rows) == 1 and not as_json:
            (row,) = approved.rows
            zone = hours.there(found[row.action_id or 0].customer)
            said = hours.on_both_clocks(row.not_before, house.now(), zone, house.settings.shop.timezone)
            say(f"It leaves {said} at the earliest.")
        sys.exit(0 if not approved.refused else 3 if approved.rows else 1)


@click.command(epilog="Example: retcon snooze 12 --until tomorrow")
@click.argument("ids", nargs=-1, type=ID, required=True, metavar="ID…")
@click.option("--until", required=True, help="2026-11-23, 2026-11-23T09:00, tomorrow, monday, 3d, 4h, or: answer.")
@click.pass_obj
def snooze(home: Path | None, ids: tuple[int, ...], until: str) -> None:
    """Put due actions off; a day alone means 9 o'clock. “answer”: until they write, 30 days at most."""
    with opened(home) as house:
        if until.strip().lower() == "answer":
            decided = drafts.snooze(house, ids, house.now() + drafts.UNTIL_ANSWER, wakes_on_answer=True)
            _decided(decided, f"put off until they answer, {drafts.UNTIL_ANSWER.days} days at most")
        when = parse_until(until, house.now(), house.settings.shop.timezone)
        decided = drafts.snooze(house, ids, when)
        there = localtime.local(when, house.settings.shop.timezone)
        _decided(decided, f"put off until {there:%a %d %b %H:%M}")


@click.command(epilog='Example: retcon skip 12 --why "spoke on the phone"')
@click.argument("ids", nargs=-1, type=ID, required=True, metavar="ID…")
@click.option("--why", required=True, help="Kept with the action.")
@click.option("--never", is_flag=True, help="And never write to this person again.")
@click.pass_obj
def skip(home: Path | None, ids: tuple[int, ...], why: str, never: bool) -> None:
    """Drop due actions, with a reason."""
    with opened(home) as house:
        _decided(drafts.skip(house, ids, why, never=never), "dropped")


def _hour(house: House, item: Item, said: str) -> datetime:
    shop = house.settings.shop
    return hours.parse_hour(said, house.now(), hours.there(item.customer) or shop.timezone, shop.language)


def _load(house: House) -> Today:
    """Today; recomputed first where the day, the settings or the rules have changed."""
    found = todays.load(house)
    if found.header.refreshed:
        return found
    from retcon.desk import refresh

    refresh.refresh(house, progress=show_progress if interactive() else None)
    return todays.load(house)


def _decided(decided: drafts.Decided, what: str) -> None:
    for id_, reason in decided.refused:
        say(f"{id_}: {reason}")
    say(f"{text.plural(len(decided.ids), 'action')} {what}. Take it back with: retcon undo")
    sys.exit(3 if decided.refused else 0)


_AHEAD = re.compile(r"(\d{1,3})([hd])")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MORNING = time(9)


def parse_until(said: str, now: datetime, zone: str) -> datetime:
    """The instant that was said at the operator's place; UsageError where it is none ahead."""
    here = localtime.local(now, zone)
    word = said.strip().lower()
    if ahead := _AHEAD.fullmatch(word):
        return now + (timedelta(hours=int(ahead[1])) if ahead[2] == "h" else timedelta(days=int(ahead[1])))
    if word == "tomorrow":
        when = datetime.combine(here.date() + timedelta(days=1), _MORNING, here.tzinfo)
    elif word in _WEEKDAYS:
        days = (_WEEKDAYS.index(word) - here.weekday() - 1) % 7 + 1
        when = datetime.combine(here.date() + timedelta(days=days), _MORNING, here.tzinfo)
    else:
        try:
            when = datetime.fromisoformat(said.strip())
        except ValueError:
            raise UsageError(f"“{said}” is no time.", "Say 2026-11-23, tomorrow, monday, 3d or 4h.") from None
        if when.tzinfo is None:
            hour = _MORNING if len(said.strip()) == 10 else when.time()
            when = datetime.combine(when.date(), hour, here.tzinfo)
    if when <= now:
        raise UsageError(f"“{said}” is over.", "Say a time ahead.")
    return when


def _json(item: Item) -> dict[str, Any]:
    action, draft = item.action, item.action.draft
    return {
        "id": action.id,
        "revision": action.revision,
        "rule": action.rule,
        "purpose": action.purpose,
        "stage": action.stage,
        "title": action.title,
        "thread": action.thread_id,
        "customer_id": action.customer_id,
        "customer_name": item.customer.name,
        "channel": draft.channel,
        "language": draft.language,
        "subject": draft.subject,
        "body": draft.body,
        "operator_body": draft.operator_body,
        "due_at": action.due_at,
        "expires_at": action.expires_at,
        "state": action.state,
        "stake_minor": action.stake_minor,
        "reason": action.reason,
        "verdicts": [verdict_json(verdict) for verdict in item.verdicts],
    }


def _print(house: House, found: Today, rule: str | None) -> None:
    rows: list[tuple[str, ...]] = []
    for line in found.lines:
        for item in line.items:
            if rule in (None, item.action.rule):
                rows.append(_row(house, line, item))
        if line.outbox is not None and rule is None:
            name = line.customer.name if line.customer else ""
            rows.append(
                (f"outbox {line.outbox.id}", words.MOMENTS[line.moment], name, "", line.title, line.needs, "–", "")
            )
    if found.elsewhere:
        count = text.plural(found.elsewhere, "was", "were")
        say(f"{count} done today without retcon: answered in another program, or mailed by your shop.")
    if not rows:
        say(_nothing(house, found))
        return
    print_table(("ID", "MOMENT", "CUSTOMER", "", "WHAT", "WHY", "LEAVES", "AT STAKE"), rows, right=frozenset((6, 7)))
    stake = money.show(found.stake_minor, found.header.currency)
    say(f"{found.due} due, {stake} at stake. Approve with: retcon approve ID, or --all")


def _row(house: House, line: Line, item: Item) -> tuple[str, ...]:
    action = item.action
    return (
        str(action.id),
        words.MOMENTS[line.moment],
        item.customer.name or action.draft.recipient,
        item.customer.country,
        action.title,
        action.reason,
        words.leaves(item, house.settings.shop.timezone, house.now()),
        money.show(action.stake_minor, house.settings.shop.currency),
    )


def _nothing(house: House, found: Today) -> str:
    if found.next_at is None:
        return "Nothing is due."
    there = localtime.local(found.next_at, house.settings.shop.timezone)
    return f"Nothing is due. Next: {found.next_words} on {there:%a %d %b at %H:%M}."


def _approved(approved: drafts.Approved) -> str:
    count = len(approved.rows)
    if not count:
        return "Nothing was approved."
    parts = [f"{approved.now} may leave now"] if approved.now else []
    parts += [f"{approved.later} later"] if approved.later else []
    return f"{text.plural(count, 'message')} approved: {', '.join(parts)}. Send with: retcon send"
