"""outbox, hold, release, retry, resolve, undo, redo, send."""

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import click

from retcon import jobs, localtime, text
from retcon.cli.output import ID, complain, interactive, opened, print_json, print_table, say
from retcon.desk import operations, refresh, sending
from retcon.desk import outbox as outboxes
from retcon.desk.outbox import Entry
from retcon.desk.sending import SendReport
from retcon.errors import Conflict, UsageError
from retcon.model.outbox import OutboxRow, OutboxState

_STATES = [state.value for state in OutboxState]


@click.command(epilog="Example: retcon outbox --state uncertain --json")
@click.option("--state", type=click.Choice(_STATES), help="Only those in this state.")
@click.option("--limit", type=click.IntRange(1), help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def outbox(home: Path | None, state: str | None, limit: int | None, as_json: bool) -> None:
    """What waits, left, failed or needs you; what needs you stands first."""
    with opened(home) as house:
        entries = outboxes.listing(house, state, limit)
        if as_json:
            print_json([_json(entry) for entry in entries])
        elif not entries:
            say("Nothing is in the outbox." if state is None else f"Nothing is {state}.")
        else:
            zone = house.settings.shop.timezone
            print_table(
                ("ID", "STATE", "TO", "BY", "SUBJECT", "WHEN", "WHY, AND WHAT TO DO"),
                [_row(entry, zone) for entry in entries],
                right=frozenset((0,)),
            )


@click.command(epilog="Example: retcon hold")
@click.argument("message", metavar="[ID]", type=ID, required=False)
@click.pass_obj
def hold(home: Path | None, message: int | None) -> None:
    """Hold one message, or everything."""
    with opened(home) as house:
        done = outboxes.hold(house, message)
    what = "Everything" if message is None else f"Message {message}"
    say(f"{what} is on hold{' already' if done is None else ''}. Let go with: retcon release{_id(message)}")


@click.command(epilog="Example: retcon release 12")
@click.argument("message", metavar="[ID]", type=ID, required=False)
@click.pass_obj
def release(home: Path | None, message: int | None) -> None:
    """Let a held message go, or everything; each is judged again before it leaves."""
    with opened(home) as house:
        done = outboxes.release(house, message)
    if done is None:
        say("Nothing was on hold.")
    else:
        say(f"{'Everything' if message is None else f'Message {message}'} may leave again.")


@click.command(epilog="Example: retcon retry 12")
@click.argument("message", metavar="ID", type=ID)
@click.pass_obj
def retry(home: Path | None, message: int) -> None:
    """Try a failed message again."""
    with opened(home) as house:
        outboxes.retry(house, message)
    say(f"Message {message} is tried again with the next: retcon send")


@click.command(epilog="Example: retcon resolve 12 --arrived")
@click.argument("messages", metavar="ID…", type=ID, nargs=-1, required=True)
@click.option("--arrived", "how", flag_value="arrived", help="It arrived.")
@click.option("--again", "how", flag_value="again", help="It didn't: send it again, under the same key.")
@click.option("--drop", "how", flag_value="drop", help="Neither matters any more.")
@click.pass_obj
def resolve(home: Path | None, messages: tuple[int, ...], how: str | None) -> None:
    """Say what became of messages that perhaps left, or that changed since."""
    if how is None:
        raise UsageError("Say --arrived, --again or --drop.", f"Example: retcon resolve {messages[0]} --arrived")
    said = {"arrived": "arrived", "again": "leaves again with the next: retcon send", "drop": "is dropped"}[how]
    refused = 0
    with opened(home) as house:
        for message in messages:
            try:
                outboxes.resolve(house, message, how)
            except Conflict as conflict:
                refused += 1
                complain(conflict.title, conflict.hint)
            else:
                say(f"Message {message} {said}. Take it back with: retcon undo")
    sys.exit(0 if not refused else 1 if refused == len(messages) else 3)


@click.command(epilog="Example: retcon undo")
@click.argument("operation", metavar="[ID]", type=ID, required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def undo(home: Path | None, operation: int | None, as_json: bool) -> None:
    """Take the last operation back, or the one of that number."""
    with opened(home) as house:
        undone = operations.undo(house, operation)
        if undone.recompute:
            refresh.refresh(house)
    if as_json:
        print_json({"operation": undone.operation_id, "back": undone.back, "gone": undone.gone})
    else:
        say(undone.words)
    sys.exit(0 if undone.back or not undone.gone else 1)


@click.command(epilog="Example: retcon redo")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def redo(home: Path | None, as_json: bool) -> None:
    """Do again what undo took back last, as long as nothing else was done since."""
    with opened(home) as house:
        done = operations.redo(house)
        if done.recompute:
            refresh.refresh(house)
    if as_json:
        print_json({"operation": done.operation_id, "back": done.back, "gone": done.gone})
    else:
        say(done.words)
    sys.exit(3 if done.gone else 0)


@click.command(epilog="Example: retcon send --until-empty")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--until-empty", is_flag=True, help="Go on until nothing can leave within the undo window.")
@click.option("--no-sync", is_flag=True, help="Don't pull first, however old the data are.")
@click.option("--dry-run", is_flag=True, help="Say what would leave, and change nothing.")
@click.option("--anyway", is_flag=True, help="Send on what was last known of the shop, however old that is.")
@click.option("--progress", is_flag=True, hidden=True, help="One JSON object a line on stdout, for the console.")
@click.pass_obj
def send(
    home: Path | None, as_json: bool, until_empty: bool, no_sync: bool, dry_run: bool, anyway: bool, progress: bool
) -> None:
    """Send what may leave now, pulling first where the data are older than ten minutes.

    Exit code 4 where this brought something that needs you.
    """
    with opened(home) as house:
        report = sending.send(
            house,
            until_empty=until_empty,
            dry_run=dry_run,
            pull=not no_sync and not dry_run,
            anyway=anyway,
            progress=jobs.emit if progress else _show_progress if interactive() and not as_json else None,
        )
        document = _report_json(report)
        reasons = Counter(entry.waits.reason for entry in outboxes.listing(house, "queued") if entry.waits)
    if progress:
        jobs.emit_result(document)
    elif as_json:
        print_json(document)
    else:
        _print_report(report, reasons)
        if report.kept_back:
            waits = text.plural(report.kept_back, "message waits", "messages wait")
            say(f"{waits} because the shop was not pulled. Pull, or send all the same: retcon send --anyway")
    for trouble in report.trouble:
        complain(text.line(trouble))
    sys.exit(4 if report.needs_you else 0)


def _show_progress(what: str, done: int, total: int | None) -> None:
    click.echo(f"\r{what} {done:,}{f' of {total:,}' if total else ''} ", err=True, nl=False)


def row_json(row: OutboxRow) -> dict[str, Any]:
    """An outbox row in the words of INTERFACE, apart from `waits` and `next`."""
    return {
        "id": row.id,
        "action_id": row.action_id,
        "revision": row.revision,
        "customer_id": row.customer_id,
        "channel": row.channel,
        "to": row.recipient,
        "state": row.state,
        "rehearsal": row.rehearsal,
        "idempotency_key": row.key,
        "attempts": row.attempts,
        "not_before": row.not_before,
        "approved_at": row.approved_at,
        "sent_at": row.sent_at,
        "delivered_at": row.delivered_at,
        "read_at": row.read_at,
        "external_id": row.external_id,
        "error": {"code": row.error_code, "text": row.error_text} if row.error_code or row.error_text else None,
    }


def _json(entry: Entry) -> dict[str, Any]:
    waits = {"reason": entry.waits.reason, "until": entry.waits.until} if entry.waits else None
    return row_json(entry.row) | {"waits": waits, "next": entry.next}


def _row(entry: Entry, zone: str) -> tuple[str, ...]:
    row = entry.row
    instant = row.read_at or row.delivered_at or row.sent_at
    why = " ".join(filter(None, (outboxes.happened(row), entry.next)))
    if entry.waits is not None:
        instant, why = entry.waits.until, entry.waits.reason
    when = f"{localtime.local(instant, zone):%a %d %b %H:%M}" if instant else ""
    state = outboxes.words(row.state) + (" (practice)" if row.rehearsal else "")
    return str(row.id), state, entry.customer_name or row.recipient, row.channel, _short(row.subject), when, why


def _short(subject: str) -> str:
    return subject if len(subject) <= 40 else subject[:39] + "…"


def _report_json(report: SendReport) -> dict[str, Any]:
    return {
        "sent": report.sent,
        "delivered_to_test": report.delivered_to_test,
        "waiting": report.waiting,
        "failed": report.failed,
        "uncertain": report.uncertain,
        "stale": report.stale,
        "held": report.held,
        "on_hold": report.on_hold,
        "kept_back": report.kept_back,
        "needs_you": report.needs_you,
        "seconds": round(report.seconds, 3),
        "trouble": list(report.trouble),
        "elsewhere": report.elsewhere,
        "dry_run": report.dry_run,
        "rows": [row_json(row) | {"next": outboxes.next_steps(row)} for row in report.rows],
    }


def _print_report(report: SendReport, reasons: Counter[str]) -> None:
    if report.elsewhere:
        say(report.elsewhere)
        return
    if report.dry_run:
        say(f"{text.plural(len(report.rows), 'message')} would leave now.")
        return
    parts = [f"{report.sent} sent"]
    parts += [f"{report.delivered_to_test} to your own address (practice)"] if report.delivered_to_test else []
    parts += [f"{report.waiting} {'on hold' if report.on_hold else 'waiting'}"] if report.waiting else []
    for number, words in (
        (report.failed, "failed"),
        (report.uncertain, "perhaps sent"),
        (report.stale, "changed since"),
    ):
        parts += [f"{number} {words}"] if number else []
    say(", ".join(parts) + ".")
    if report.failed or report.uncertain or report.stale:
        say("What needs you: retcon outbox")
    for reason, count in () if report.on_hold else reasons.most_common(3):
        say(f"{count} {'waits' if count == 1 else 'wait'}: {text.line(reason)}")


def _id(message: int | None) -> str:
    return "" if message is None else f" {message}"
