"""customers, customer, orders."""

import csv
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from retcon import localtime, money, text
from retcon.cli import identities, one_time
from retcon.cli.output import opened, print_json, print_table, say
from retcon.desk import people, reach
from retcon.desk.customers import View, nearest
from retcon.desk.house import House
from retcon.errors import UsageError
from retcon.retention.risk.reasons import UNKNOWN, weighed


@click.command(epilog='Example: retcon customers --filter "risk:high country:DE" --limit 20')
@click.option(
    "--filter", "query", default="", help="Words and filters: risk:high orders>=2; all of them: retcon segments fields."
)
@click.option("--sort", default="stake", help="stake, risk, spent, silent, orders or name.")
@click.option("--limit", type=click.IntRange(1), help="At most so many.")
@click.option("--one-time", "once", is_flag=True, help="Groups of those who bought once, and how many come back.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV on stdout.")
@click.pass_obj
def customers(
    home: Path | None, query: str, sort: str, limit: int | None, once: bool, as_json: bool, as_csv: bool
) -> None:
    """The customers, those most at stake first."""
    if once and (query or limit or as_csv):
        raise UsageError("--one-time shows groups, not customers.", "Leave --filter, --limit and --csv out.")
    with opened(home) as house:
        if once:
            one_time.show(house, as_json=as_json)
            return
        found = people.listing(house, View(query, sort), limit)
        currency = house.settings.shop.currency
        if as_json:
            print_json([_json(person, currency) for person in found])
        elif as_csv:
            _print_csv([_json(person, currency) for person in found])
        elif not found:
            say(_nobody(house, query))
        else:
            print_table(
                ("ID", "NAME", "", "TIER", "RISK", "AT STAKE", "SILENT", "USUALLY", "ORDERS", "SPENT", "WHY"),
                [_row(person, currency) for person in found],
                right=frozenset((5, 6, 7, 8, 9)),
            )


def _nobody(house: House, query: str) -> str:
    if not query.strip():
        return "No customers yet. Pull them in: retcon sync, or retcon import FILE"
    near = nearest(house, query)
    return "Nobody matches" + (f"; {near[1]:,} without {near[0]}." if near else ".")


@click.command(epilog="Example: retcon customer anna@example.com --json")
@click.argument("reference", metavar="ID")
@click.argument("verb", required=False, type=click.Choice(["leave-alone", *identities.VERBS]))
@click.argument("other", metavar="[OTHER]", required=False)
@click.option("--off", is_flag=True, help="With leave-alone: end it.")
@identities.options
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def customer(
    home: Path | None,
    reference: str,
    verb: str | None,
    other: str | None,
    off: bool,
    as_json: bool,
    **said: tuple[str, ...] | str | None,
) -> None:
    """One customer, by our id, an e-mail, a phone with +, a chat (telegram:ID) or a source's id (woo:17).

    \b
    leave-alone     write nothing to them; --off ends that
    merge OTHER     make one person of the two; what is OTHER's becomes theirs
    split           take an --email, --phone, --account or --chat out as a person of its own
    set             what you know better: --name, --country, --language, --zone
    """
    identities.check(verb, other, off, said)
    with opened(home) as house:
        if verb == "leave-alone":
            left = people.leave_alone(house, reference, not off)
            what = "nothing is written to them any more" if left.left_alone else "may be written to again"
            say(f"{left.name or reference}: {what}.")
            return
        if verb is not None:
            identities.run(house, reference, verb, other, said)
            if not as_json:
                return
        dossier = people.one(house, reference)
        ways, currency = reach.of(house, str(dossier.person.customer.id)), house.settings.shop.currency
        if as_json:
            print_json(_dossier_json(dossier, ways, currency))
        else:
            _print_dossier(dossier, ways, currency)


def _dossier_json(dossier: people.Dossier, ways: Sequence[reach.Reach], currency: str) -> dict[str, Any]:
    document = _json(dossier.person, currency)
    document["reach"] = [
        {
            "channel": way.channel,
            "medium": way.medium,
            "address": way.address,
            "why_not": way.why_not,
            "advertising": way.advertising,
            "advertising_reason": way.advertising_reason,
            "advertising_until": way.advertising_until,
        }
        for way in ways
    ]
    document["identities"] = [
        {
            "kind": each.kind,
            "value": each.value,
            "shown": each.shown,
            "orders": each.orders,
            "conversations": each.conversations,
        }
        for each in dossier.came_by
    ]
    document["merged"] = list(dossier.parts)
    document["notes"] = [{"id": note.id, "at": note.at, "words": note.words} for note in dossier.notes]
    document["tags"] = list(dossier.tags)
    document["order_list"] = [order_json(order) for order in dossier.orders]
    document["ledger"] = [
        {
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
        for line in dossier.consents
    ]
    return document


@click.command(epilog='Example: retcon orders --filter "state:refunded placed<30d country:DE"')
@click.option(
    "--filter", "query", default="", help="An order number, and filters of the order and of who placed it: total>100."
)
@click.option("--limit", type=click.IntRange(1), help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV on stdout.")
@click.pass_obj
def orders(home: Path | None, query: str, limit: int | None, as_json: bool, as_csv: bool) -> None:
    """The orders as they are kept, newest first."""
    with opened(home) as house:
        found = [order_json(order) for order in people.all_orders(house, query, limit)]
    if as_json:
        print_json(found)
    elif as_csv:
        _print_csv(found)
    else:
        print_table(
            ("ORDER", "PLACED", "STATE", "TOTAL", "REFUNDED", "", "CUSTOMER", "SHIPPED", "DELIVERED"),
            [
                (
                    order["number"],
                    f"{order['placed_at']:%Y-%m-%d}",
                    order["state"],
                    money.show(order["total_minor"], order["currency"], cents=True),
                    money.show(order["refunded_minor"], order["currency"], cents=True)
                    if order["refunded_minor"]
                    else "",
                    order["country"],
                    str(order["customer_id"]),
                    f"{order['shipped_at']:%Y-%m-%d}" if order["shipped_at"] else "",
                    _delivered(order),
                )
                for order in found
            ],
            right=frozenset((3, 4, 6)),
        )


def _json(person: people.Person, currency: str) -> dict[str, Any]:
    customer, standing = person.customer, person.standing
    zone = customer.zones[0] if customer.zones else None
    return {
        "id": customer.id,
        "source_ids": list(customer.source_ids),
        "name": customer.name,
        "emails": list(customer.emails),
        "phones": list(customer.phones),
        "country": customer.country,
        "language": customer.language,
        "timezone": zone,
        "timezones": list(customer.zones),
        "country_from": customer.country_from,
        "subdivision": customer.subdivision,
        "language_from": customer.language_from,
        "timezone_from": customer.zones_from,
        "chats": [":".join(chat) for chat in customer.chats],
        "local_time": localtime.local(person.now, zone).isoformat(timespec="minutes") if zone else None,
        "orders": standing.orders,
        "first_order_at": standing.first_order_at,
        "last_order_at": standing.last_order_at,
        "cycle_days": standing.cycle_days,
        "silent_days": standing.silent_days,
        "next_expected_at": standing.next_expected_at,
        "next_from_at": standing.next_from_at,
        "next_until_at": standing.next_until_at,
        "p_churn": standing.p_churn,
        "risk_score": standing.risk_score,
        "risk_band": standing.band,
        "reasons": [
            {"code": reason.code, "text": reason.text, "value": reason.value, "weight": reason.weight}
            for reason in person.reasons
        ],
        "tier": standing.tier,
        "category": standing.category,
        "stage": standing.stage,
        "spent_minor": standing.spent_minor,
        "expected_orders": standing.expected_orders,
        "clv_minor": standing.clv_minor,
        "clv_low_minor": standing.clv_low_minor,
        "clv_high_minor": standing.clv_high_minor,
        "yearly_minor": standing.yearly_minor,
        "stake_minor": standing.stake_minor,
        "currency": currency,
        "consent": {channel: state.value for channel, state in person.consent.items()},
        "left_alone": customer.left_alone,
    }


def order_json(order: Any) -> dict[str, Any]:
    """An order in the words of INTERFACE: every field of the kept order."""
    names = (
        "id source source_id number customer_id placed_at modified_at state source_status total_minor refunded_minor "
        "currency total_base_minor coupon_codes shipped_at delivered_at delivered_estimated carrier tracking_number "
        "tracking_link country gift preorder return_open"
    )
    document = {name: getattr(order, name) for name in names.split()}
    document["lines"] = [
        {
            "name": line.name,
            "quantity": line.quantity,
            "product_id": line.product_id,
            "sku": line.sku,
            "total_minor": line.total_minor,
        }
        for line in order.lines
    ]
    return document


def _row(person: people.Person, currency: str) -> tuple[str, ...]:
    standing = person.standing
    return (
        str(person.customer.id),
        person.customer.name or next(iter(person.customer.emails), "no name"),
        person.customer.country,
        standing.tier.replace("_", "-"),
        f"{standing.band} {standing.risk_score}",
        money.show(standing.stake_minor, currency),
        f"{standing.silent_days} d",
        f"{standing.cycle_days:.0f} d" if standing.cycle_days else "",
        str(standing.orders),
        money.show(standing.spent_minor, currency),
        f"{weighed(person.reasons[0])} {person.reasons[0].text}".lstrip() if person.reasons else "",
    )


def _print_dossier(dossier: people.Dossier, ways: Sequence[reach.Reach], currency: str) -> None:
    person, standing = dossier.person, dossier.person.standing
    customer = person.customer
    stands = f"   {standing.tier}   risk {standing.risk_score} {standing.band}" if standing.orders else ""
    click.echo(text.line(f"{customer.name or 'No name'} ({customer.id}){stands}"))
    spent, expected = money.show(standing.spent_minor, currency), money.show(standing.clv_minor, currency)
    if standing.orders:
        orders_ = text.plural(standing.orders, "order")
        between = money.span(standing.clv_low_minor, standing.clv_high_minor, currency)
        click.echo(text.line(f"{orders_}, {spent}, {expected} expected in 12 months ({between} four times in five)"))
        click.echo(f"Will order again within the horizon: {round(100 * (1 - standing.p_churn))} in 100.")
    else:
        click.echo("No counted order yet.")
    for reason in person.reasons:
        click.echo(f"  {weighed(reason):>4}  {text.line(reason.text)}")
    if standing.orders and not any(UNKNOWN in reason.text for reason in person.reasons):
        click.echo(f"        {UNKNOWN}")
    identities.print_known(dossier)
    if dossier.tags:
        click.echo(text.line("Tags: " + ", ".join(dossier.tags)))
    for note in dossier.notes:
        click.echo(text.line(f"Note {note.id}, {note.at:%Y-%m-%d}: {note.words}"))
    for way in ways:
        click.echo(text.line(f"By {way.called}: {way.why_not or way.address}"))
        if not way.why_not:
            click.echo("  " + text.line(f"advertising: {way.advertising}. {way.advertising_reason}"))
    for order in reversed(dossier.orders):
        total = money.show(order.total_minor, order.currency, cents=True)
        items = ", ".join(line.name for line in order.lines)
        click.echo(text.line(f"{order.placed_at:%Y-%m-%d}  order {order.number}  {order.state}  {total}  {items}"))
    for row in dossier.messages:
        click.echo(text.line(f"{row.approved_at:%Y-%m-%d}  message {row.id}  {row.state}  {row.subject}"))


def _delivered(order: dict[str, Any]) -> str:
    if not order["delivered_at"]:
        return "under way" if order["shipped_at"] else ""
    return f"{order['delivered_at']:%Y-%m-%d}{' (estimated)' if order['delivered_estimated'] else ''}"


def _print_csv(documents: list[dict[str, Any]]) -> None:
    if not documents:
        return
    writer = csv.writer(sys.stdout)
    names = [
        name for name, value in documents[0].items() if not isinstance(value, dict) and name not in ("reasons", "lines")
    ]
    writer.writerow(names)
    for document in documents:
        writer.writerow([_csv_cell(document[name]) for name in names])


def _csv_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return text.cell(" ".join(str(item) for item in value))
    if hasattr(value, "astimezone"):
        return localtime.stamp(value)
    return text.cell(str(value)) if isinstance(value, str) else str(value)
