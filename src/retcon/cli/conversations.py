"""inbox, thread, reply, done, promise, promises, away."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from retcon import localtime, money, text
from retcon.channels import reach
from retcon.cli.output import ID, opened, print_json, print_table, say
from retcon.desk import away as aways
from retcon.desk import conversations, refresh
from retcon.desk import promises as desk_promises
from retcon.desk.conversations import Conversation, Entry
from retcon.desk.house import House
from retcon.errors import RetconError, UsageError
from retcon.model.conversations import Direction, File, Message, Promise, PromiseState
from retcon.model.standing import Tier
from retcon.retention import answering

_VERBS = ("keep", "drop", "take")


@click.command(epilog="Example: retcon inbox --json")
@click.option("--all", "everything", is_flag=True, help="Also who wrote more than thirty days ago.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def inbox(home: Path | None, everything: bool, as_json: bool) -> None:
    """Who waits for an answer: the unhappy first, then who is awake, then who has waited longest."""
    with opened(home) as house:
        found = conversations.inbox(house)
        shown = [entry for entry in found if everything or not entry.old]
        if as_json:
            print_json([_entry_json(entry, house.settings.shop.currency) for entry in shown])
            return
        if shown:
            heads = ("THREAD", "CUSTOMER", "", "", "WAITS", "THERE", "AT STAKE", "SAYS")
            print_table(heads, [_row(house, entry) for entry in shown], right=frozenset((0, 6)))
            say("Read one: retcon thread ID. Answer: retcon reply thread:ID --text …")
        else:
            say("Nobody waits for an answer.")
        if len(found) > len(shown):
            say(f"{len(found) - len(shown)} more wrote over thirty days ago: retcon inbox --all")


@click.command(epilog="Example: retcon thread 12")
@click.argument("thread_id", type=ID, metavar="ID")
@click.option("--all", "everything", is_flag=True, help="Quoted text and signatures too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def thread(home: Path | None, thread_id: int, everything: bool, as_json: bool) -> None:
    """One conversation, whole, in the words in which it was written."""
    with opened(home) as house:
        found = conversations.thread(house, thread_id)
        if as_json:
            print_json(_conversation_json(house, found))
        else:
            _print_conversation(house, found, everything)


@click.command(epilog='Example: retcon reply thread:12 --text "It left this morning." --attach label.pdf')
@click.argument("reference", metavar="CUSTOMER|thread:ID")
@click.option(
    "--channel", default="", help="A channel's name or what it writes to; left out: that of the conversation."
)
@click.option("--text", "words", required=True, help="What to write; - reads it from stdin.")
@click.option("--subject", default="", help="Of a mail; left out: that of the conversation.")
@click.option(
    "--attach",
    "files",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file that goes with it.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def reply(
    home: Path | None,
    reference: str,
    channel: str,
    words: str,
    subject: str,
    files: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Write to somebody, or answer in a conversation; it leaves with the next sending."""
    if words == "-":
        words = sys.stdin.read()
    with opened(home) as house:
        approved = conversations.reply(house, reference, channel, words, files, subject)
        if as_json:
            print_json(
                {
                    "operation": approved.operation_id,
                    "approved": [row.id for row in approved.rows],
                    "refused": [{"id": id_, "reason": reason} for id_, reason in approved.refused],
                    "now": approved.now,
                    "later": approved.later,
                }
            )
        for id_, reason in approved.refused:
            say(f"Not approved: {reason} The words are kept: retcon today shows them as {id_}.")
        for row in approved.rows:
            say(_leaves(house, row.waits_reason, row.channel, row.rehearsal))
        sys.exit(0 if approved.rows else 1)


@click.command(epilog="Example: retcon done 12")
@click.argument("reference", metavar="THREAD|complaint:ID")
@click.pass_obj
def done(home: Path | None, reference: str) -> None:
    """Be done with a conversation, or with a complaint, until something new comes."""
    kind, _, number = reference.rpartition(":")
    if kind not in ("", "thread", "complaint") or not _is_number(number):
        raise UsageError(f"“{reference[:40]}” is no conversation.", "Say its number: retcon inbox")
    with opened(home) as house:
        if kind == "complaint":
            conversations.close_complaint(house, int(number))
        else:
            conversations.close(house, int(number))
        say("Done. Take it back with: retcon undo")


@click.command(epilog='Example: retcon promise anna@example.com --by friday --words "a new lid"')
@click.argument("what", nargs=-1, required=True, metavar="CUSTOMER | keep ID | drop ID | take ID")
@click.option("--by", help="Until when: thu, “friday 18:00”, tomorrow, 3d, 2026-12-01.")
@click.option("--words", default="", help="What was promised.")
@click.option("--thread", "thread_id", type=ID, help="In which conversation; left out: the latest.")
@click.pass_obj
def promise(home: Path | None, what: tuple[str, ...], by: str | None, words: str, thread_id: int | None) -> None:
    """Write down what you promised somebody, and say what became of it. `take` makes an offered one a promise."""
    with opened(home) as house:
        now, shop = house.now(), house.settings.shop
        day = desk_promises.parse_day(by, now, shop.timezone, shop.language) if by else None
        first, *rest = what
        if first in _VERBS:
            if len(rest) != 1 or not _is_number(rest[0]):
                raise UsageError(f"{first} takes the number of a promise.", "Look at: retcon promises")
            _settle(house, first, int(rest[0]), words, day)
        elif rest:
            raise UsageError(
                "One customer at a time.", "Put a name with spaces in quotes, or say keep, drop or take ID."
            )
        elif day is None:
            raise UsageError("Until when isn't said.", "Say it: --by friday")
        else:
            made = desk_promises.mark(house, first, words, day, thread_id)
            until = answering.by(made.due_at, now, shop.timezone)
            say(f"Promise {made.id}, by {until}. It is due before that. Take it back with: retcon undo")


@click.command(epilog="Example: retcon promises")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def promises(home: Path | None, as_json: bool) -> None:
    """What you promised and haven't kept yet, and what you wrote that may be a promise."""
    with opened(home) as house:
        found = desk_promises.listing(house)
        if as_json:
            print_json([_promise_json(entry.promise, entry.customer_name, entry.broken) for entry in found])
        elif not found:
            say("No promise is open.")
        else:
            zone, now = house.settings.shop.timezone, house.now()
            rows = [
                (
                    str(entry.promise.id),
                    entry.customer_name,
                    answering.by(entry.promise.due_at, now, zone),
                    "broken" if entry.broken else _state(entry.promise),
                    entry.promise.words,
                )
                for entry in found
            ]
            print_table(("ID", "CUSTOMER", "BY", "STATE", "WORDS"), rows, right=frozenset((0,)))


@click.command(epilog="Example: retcon away 2026-12-01")
@click.argument("until", required=False, metavar="[DAY]")
@click.option("--back", is_flag=True, help="You are back.")
@click.pass_obj
def away(home: Path | None, until: str | None, back: bool) -> None:
    """Say until when you are away: promises that fall before that are due now."""
    if until and back:
        raise UsageError("Away or back?", "Say a day, or --back.")
    with opened(home) as house:
        now, shop = house.now(), house.settings.shop
        if until or back:
            aways.set_until(house, desk_promises.parse_day(until, now, shop.timezone, shop.language) if until else None)
            refresh.refresh(house)
        with house.database.read() as tx:
            when = aways.until(tx)
        if when is None or when <= now:
            say("You are here.")
        else:
            say(f"You are away until {answering.by(when, now, shop.timezone)}. Back before that: retcon away --back")


# ---- words --------------------------------------------------------------------------------------------------


def _settle(house: House, verb: str, id_: int, words: str, day: datetime | None) -> None:
    match verb:
        case "keep":
            desk_promises.keep(house, id_)
            say(f"Promise {id_} is kept. Take it back with: retcon undo")
        case "drop":
            desk_promises.drop(house, id_)
            say(f"Promise {id_} is dropped. Take it back with: retcon undo")
        case _:
            taken = desk_promises.take_up(house, id_, words, day)
            until = answering.by(taken.due_at, house.now(), house.settings.shop.timezone)
            say(f"Promise {id_}, by {until}. Take it back with: retcon undo")


def _is_number(written: str) -> bool:
    return written.isascii() and written.isdigit() and len(written) < 19


def _state(promise: Promise) -> str:
    return "offered" if promise.state is PromiseState.OFFERED else "open"


def _leaves(house: House, reason: str, channel: str, rehearsal: bool) -> str:
    on = reach.words(house.media.get(channel, channel))
    practice = " It is practice: it goes to your own address." if rehearsal else ""
    return f"Approved, by {on}. {reason or 'It leaves with the next sending.'}{practice} Send with: retcon send"


def _row(house: House, entry: Entry) -> tuple[str, ...]:
    thread, now = entry.thread, house.now()
    assert thread.waiting_since is not None
    there = f"{entry.local_time:%H:%M}" + ("" if entry.awake else " night") if entry.local_time else ""
    signs = [answering.complaint_in_words(entry.complaint)] if entry.complaint else []
    if entry.broken:
        signs.append(f"Broken promise: {answering.by(entry.broken.due_at, now, house.settings.shop.timezone)}.")
    if thread.unanswered > 1:
        signs.append(f"{thread.unanswered} messages.")
    return (
        str(thread.id),
        entry.customer.name or thread.address,
        entry.customer.country,
        "VIP" if entry.standing.tier is Tier.VIP else "",
        localtime.ago(thread.waiting_since, now).removesuffix(" ago"),
        there,
        money.show(entry.stake_minor, house.settings.shop.currency),
        " ".join((*signs, entry.words)),
    )


def _print_conversation(house: House, found: Conversation, everything: bool) -> None:
    thread, zone = found.thread, house.settings.shop.timezone
    name = text.line(found.customer.name) or text.line(thread.address)
    click.echo(f"{name} · {reach.words(thread.medium)} · {text.line(thread.address)}")
    if thread.subject:
        click.echo(text.line(thread.subject))
    for complaint in found.complaints:
        click.echo(f"complaint {complaint.id}: {answering.complaint_in_words(complaint)}")
    for promise in found.promises:
        until = answering.by(promise.due_at, house.now(), zone)
        click.echo(f"promise {promise.id}, {_state(promise)}, by {until}: {text.line(promise.words)}")
    for message in found.messages:
        click.echo()
        click.echo(_heading(message, name, zone))
        click.echo(text.show(message.body.strip()))
        if message.quoted.strip():
            lines = len(message.quoted.strip().splitlines())
            quoted = (
                text.show(message.quoted.strip()) if everything else f"[{text.plural(lines, 'quoted line')}: --all]"
            )
            click.echo(quoted)
        for file in message.files:
            click.echo(f"[{text.line(file.name)}, {_size(file)}: {_place(house, file) or 'too large to keep'}]")
    if thread.waiting_since is not None:
        since = localtime.when(thread.waiting_since, house.now(), zone)
        say(f"\nIt waits since {since}. Answer: retcon reply thread:{thread.id} --text …")


def _heading(message: Message, name: str, zone: str) -> str:
    there = localtime.local(message.at, zone)
    who = name if message.direction is Direction.IN else "you, in another program" if message.elsewhere else "you"
    how = " (automatic)" if message.automatic else ""
    return f"{there:%a %d %b %Y %H:%M}  {who}{how}"


def _size(file: File) -> str:
    return f"{file.size / 1e6:.1f} MB" if file.size >= 100_000 else f"{max(file.size, 1) / 1e3:.1f} kB"


def _place(house: House, file: File) -> str:
    try:
        return str(conversations.kept_file(house, file))
    except RetconError:
        return ""


# ---- JSON ---------------------------------------------------------------------------------------------------


def _entry_json(entry: Entry, currency: str) -> dict[str, Any]:
    thread = entry.thread
    return {
        "thread": thread.id,
        "customer_id": entry.customer.id,
        "customer_name": entry.customer.name,
        "country": entry.customer.country,
        "tier": entry.standing.tier,
        "medium": thread.medium,
        "address": thread.address,
        "subject": thread.subject,
        "waiting_since": thread.waiting_since,
        "unanswered": thread.unanswered,
        "local_time": entry.local_time.strftime("%Y-%m-%dT%H:%M") if entry.local_time else None,
        "awake": entry.awake,
        "stake_minor": entry.stake_minor,
        "currency": currency,
        "action_id": entry.action_id,
        "complaint": answering.complaint_in_words(entry.complaint) if entry.complaint else None,
        "broken_promise": entry.broken.id if entry.broken else None,
        "words": entry.words,
        "old": entry.old,
    }


def _conversation_json(house: House, found: Conversation) -> dict[str, Any]:
    thread, now = found.thread, house.now()
    name = found.customer.name
    return {
        "thread": thread.id,
        "customer_id": found.customer.id,
        "customer_name": name,
        "source": thread.source,
        "medium": thread.medium,
        "address": thread.address,
        "subject": thread.subject,
        "started_at": thread.started_at,
        "waiting_since": thread.waiting_since,
        "unanswered": thread.unanswered,
        "answered_at": thread.answered_at,
        "answered_elsewhere": thread.answered_elsewhere,
        "closed_at": thread.closed_at,
        "action_id": found.action.id if found.action is not None else None,
        "messages": [_message_json(house, message) for message in found.messages],
        "promises": [_promise_json(it, name, answering.broken(it, now)) for it in found.promises],
        "complaints": [
            {
                "id": it.id,
                "thread": it.thread_id,
                "sign": it.sign,
                "words": it.words,
                "at": it.at,
            }
            for it in found.complaints
        ],
    }


def _message_json(house: House, message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "at": message.at,
        "direction": message.direction,
        "elsewhere": message.elsewhere,
        "subject": message.subject,
        "body": message.body,
        "quoted": message.quoted,
        "language": message.language,
        "automatic": message.automatic,
        "sign": message.sign,
        "outbox_id": message.outbox_id,
        "files": [
            {
                "name": file.name,
                "media_type": file.media_type,
                "size": file.size,
                "path": _place(house, file) or None,
            }
            for file in message.files
        ],
    }


def _promise_json(promise: Promise, name: str, broken: bool) -> dict[str, Any]:
    return {
        "id": promise.id,
        "customer_id": promise.customer_id,
        "customer_name": name,
        "thread": promise.thread_id,
        "words": promise.words,
        "due_at": promise.due_at,
        "made_at": promise.made_at,
        "state": promise.state,
        "broken": broken,
    }
