"""consent: what a customer allowed."""

from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import click

from retcon import localtime, text
from retcon.cli.output import opened, print_json, print_table, say
from retcon.desk import consents
from retcon.desk.consents import Ledger, Right
from retcon.errors import UsageError
from retcon.model.people import Basis, Consent, ConsentState, Purpose

_A_MOMENT = timedelta(seconds=1)  # what ends with a day ends as the next one begins


@click.command(epilog='Example: retcon consent 17 --channel email --purpose marketing --state granted --how "by phone"')
@click.argument("reference", metavar="CUSTOMER")
@click.option("--channel", help="email, telegram, whatsapp, line, sms …, or the NAME of a channel.")
@click.option("--purpose", type=click.Choice([purpose.value for purpose in Purpose]))
@click.option("--state", type=click.Choice([state.value for state in ConsentState]))
@click.option("--how", default="", help="How it is known; kept as it is written.")
@click.option("--basis", type=click.Choice([basis.value for basis in Basis]), help="What a yes rests on; else express.")
@click.option("--proof", default="", help="Where it can be seen: a form's number, a file.")
@click.option("--at", "at", metavar="TIME", help="When it was said, such as 2026-05-03 or 2026-05-03T14:00; else now.")
@click.option("--expires", metavar="DAY", help="Until when it counts, such as 2028-05-03.")
@click.option("--ask", is_flag=True, help="Ask this person for a yes: one message, and their answer is the proof.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def consent(
    home: Path | None,
    reference: str,
    channel: str | None,
    purpose: str | None,
    state: str | None,
    how: str,
    basis: str | None,
    proof: str,
    at: str | None,
    expires: str | None,
    ask: bool,
    as_json: bool,
) -> None:
    """What a customer allowed, or with --state a line more; with --ask a message that asks for a yes."""
    with opened(home) as house:
        zone, now = house.settings.shop.timezone, house.now()
        if ask:
            if state or purpose:
                raise UsageError("--ask goes with --channel alone.", "retcon consent CUSTOMER --ask --channel email")
            row = consents.ask(house, reference, channel or "email")
            if as_json:
                print_json({"message": row.id, "channel": row.channel, "to": row.recipient, "language": row.language})
            else:
                practice = ", in practice to your own address" if row.rehearsal else ""
                say(f"They are asked by message {row.id}{practice}. It leaves with: retcon send. Back: retcon undo")
            return
        if state is None:
            if any((channel, purpose, how, basis, proof, at, expires)):
                raise UsageError("A line needs --state.", "Say granted, denied or unknown.")
            found = consents.of(house, reference)
            print_json(_json(found)) if as_json else _print(found, now, zone)
            return
        if channel is None or purpose is None:
            raise UsageError("A line needs --channel and --purpose.", "--channel email --purpose marketing")
        line = consents.write(
            house,
            reference,
            channel=channel,
            purpose=Purpose(purpose),
            state=ConsentState(state),
            how=how,
            basis=Basis(basis) if basis else None,
            proof=proof,
            at=_instant(at, zone, "--at") if at else None,
            expires_at=_instant(expires, zone, "--expires", days=1) if expires else None,
        )
        if as_json:
            print_json(_line_json(line))
        else:
            say(f"Kept: {line.purpose} by {line.channel}: {line.state}.")


def _instant(written: str, zone: str, flag: str, *, days: int = 0) -> datetime:
    """The instant that was written, at the operator's place; of a day alone its beginning, or so many days later."""
    try:
        when = datetime.fromisoformat(written.strip())
    except ValueError:
        raise UsageError(f"{flag} {written}: that is no time.", "Write it as 2026-05-03 or 2026-05-03T14:00.") from None
    if len(written.strip()) == 10:
        when = datetime.combine(when.date() + timedelta(days=days), time())
    return when if when.tzinfo is not None else when.replace(tzinfo=localtime.zone(zone))


def _print(found: Ledger, now: datetime, zone: str) -> None:
    customer = found.customer
    click.echo(text.line(customer.name or next(iter(customer.emails), f"Customer {customer.id}")))
    if customer.left_alone:
        click.echo("You leave them alone: nothing goes.")
    for right in found.rights:
        click.echo("  " + text.line(f"{_called(right)}: {'yes' if right.allowed else 'no'}. {right.reason}"))
    if found.asked_at is not None:
        click.echo(f"Asked for a yes on {localtime.day(found.asked_at, now, zone)}.")
    if not found.lines:
        click.echo("Nothing stands in the ledger.")
        return
    click.echo("")
    print_table(
        ("WHEN", "CHANNEL", "PURPOSE", "SAID", "BASIS", "UNTIL", "FROM", "PROOF", "HOW"),
        [_row(line, zone) for line in reversed(found.lines)],
    )


def _called(right: Right) -> str:
    what = {Purpose.MARKETING: "Advertising", Purpose.RELATIONSHIP: "Tips and reviews", Purpose.SERVICE: "Service"}
    derived = " (derived)" if right.derived else ""
    return f"{what[right.purpose]} by {consents.called(right.medium)}{derived}"


def _row(line: Consent, zone: str) -> tuple[str, ...]:
    return (
        f"{localtime.local(line.at, zone):%Y-%m-%d %H:%M}",
        line.channel,
        line.purpose,
        line.state,
        line.basis.replace("_", " ") if line.basis is not Basis.NONE else "",
        f"{localtime.local(line.expires_at - _A_MOMENT, zone):%Y-%m-%d}" if line.expires_at else "",
        line.source,
        line.proof,
        line.wording,
    )


def _json(found: Ledger) -> dict[str, Any]:
    return {
        "customer_id": found.customer.id,
        "name": found.customer.name,
        "left_alone": found.customer.left_alone,
        "asked_at": found.asked_at,
        "in_force": [
            {
                "channel": right.medium,
                "purpose": right.purpose,
                "state": right.state,
                "allowed": right.allowed,
                "reason": right.reason,
                "basis": right.basis,
                "expires_at": right.expires_at,
                "derived": right.derived,
            }
            for right in found.rights
        ],
        "ledger": [_line_json(line) for line in found.lines],
    }


def _line_json(line: Consent) -> dict[str, Any]:
    return {
        "channel": line.channel,
        "purpose": line.purpose,
        "state": line.state,
        "basis": line.basis,
        "at": line.at,
        "source": line.source,
        "wording": line.wording,
        "proof": line.proof,
        "expires_at": line.expires_at,
    }
