"""playbook: the rules, whom one would touch today, and why an action is there."""

from itertools import groupby
from pathlib import Path
from typing import Any

import click

from retcon import text
from retcon.cli.output import opened, print_json, say, verdict_json
from retcon.desk import playbook as desk
from retcon.desk.house import House
from retcon.desk.playbook import Explained, RuleLine, Tested, Touched
from retcon.model.policy import Answer
from retcon.widgets import words

_SHOWN = 20


@click.group(epilog="Example: retcon playbook test sleepers")
def playbook() -> None:
    """The rules: what makes something due, for whom, and why."""


@playbook.command("list", epilog="Example: retcon playbook list --json")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def list_(home: Path | None, as_json: bool) -> None:
    """Every rule, those that are switched off too: for whom, when, and how much of it is due."""
    with opened(home) as house:
        found = desk.rules(house)
    if as_json:
        print_json([_rule_json(line) for line in found])
        return
    for moment, lines in groupby(found, key=lambda line: line.rule.moment):
        click.echo(words.MOMENTS[moment])
        for line in lines:
            click.echo(_title(line))
            click.echo(text.show(f"    {line.when}; {line.who}"))
            if line.why_none:
                click.echo(f"    {line.why_none}")
    on = sum(line.rule.enabled for line in found)
    due = sum(line.due for line in found)
    say(f"{text.plural(on, 'rule')} of {len(found)} on, {text.plural(due, 'action')} due or put off.")


@playbook.command(epilog="Example: retcon playbook test festival-gift")
@click.argument("rule")
@click.option("--all", "every", is_flag=True, help=f"Everybody whom it touches, not the first {_SHOWN}.")
@click.option("--messages", is_flag=True, help="Each message as well, not one of each language.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def test(home: Path | None, rule: str, every: bool, messages: bool, as_json: bool) -> None:
    """Whom a rule would touch today, with what message, and who is left out by what. Nothing is planned by it."""
    with opened(home) as house:
        tested = desk.test(house, rule)
        if as_json:
            print_json(_tested_json(tested))
            return
        _print_tested(house, tested, every=every, messages=messages)


@playbook.command(epilog="Example: retcon playbook explain 12")
@click.argument("action", type=int)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def explain(home: Path | None, action: int, as_json: bool) -> None:
    """Why an action is there: its rule, what it rests on, what the gate says, what would end it."""
    with opened(home) as house:
        explained = desk.explain(house, action)
    if as_json:
        print_json(_explained_json(explained))
        return
    _print_explained(explained)


# ---- in words -----------------------------------------------------------------------------------------------


def _title(line: RuleLine) -> str:
    state = ", ".join(filter(None, ("" if line.rule.enabled else "off", "yours" if line.rule.own else "")))
    due = f"{line.due:,} due" if line.due else ""
    return text.show("  " + " · ".join(filter(None, (line.rule.id, line.rule.title, state, due))))


def _print_tested(house: House, tested: Tested, *, every: bool, messages: bool) -> None:
    line = tested.line
    click.echo(_title(line).strip())
    click.echo(text.show(f"{line.when}; {line.who}; a {line.rule.purpose} message"))
    if line.rule.file:
        click.echo(text.show(f"{line.whose}: {line.rule.file}"))
    click.echo(
        f"\n{text.plural(len(tested.touched), 'person', 'people')} would be touched now:" if tested.touched else ""
    )
    shown = tested.touched if every else tested.touched[:_SHOWN]
    for touched in shown:
        click.echo(_row(touched))
    if len(shown) < len(tested.touched):
        click.echo(f"  and {len(tested.touched) - len(shown)} more: --all")
    _print_messages(tested, each=messages)
    _print_left_out(tested)
    if tested.looked_at < tested.people:
        say(f"{tested.looked_at:,} of {tested.people:,} people were looked at, those with most at stake first.")


def _row(touched: Touched) -> str:
    answer, why = touched.verdict
    waits = f"waits for “{touched.waits_for}”" if touched.waits_for else ""
    said = {Answer.YES: "may leave", Answer.LATER: f"later: {why}", Answer.NO: f"no: {why}"}[answer]
    customer, draft = touched.customer, touched.draft
    by = words.channel(draft.channel) or "no way"
    parts = (
        words.call_name(customer),
        customer.country,
        f"{by}, {draft.language}",
        touched.occasion.reason,
        waits or said,
    )
    return text.show("  " + " · ".join(text.line(part) for part in parts if part))


def _print_messages(tested: Tested, *, each: bool) -> None:
    seen: set[tuple[str, str]] = set()
    for touched in tested.touched:
        draft = touched.draft
        key = (draft.language, draft.channel)
        if not draft.body or (key in seen and not each):
            continue
        seen.add(key)
        head = f"{words.language_name(draft.language)}, by {words.channel(draft.channel) or 'no way'}"
        click.echo(text.show(f"\n── {head}, to {text.line(touched.customer.name) or 'somebody'}"))
        click.echo(text.show("\n".join(filter(None, (draft.subject, draft.body)))))
        for note in draft.notes:
            click.echo(text.show(f"({text.line(note)})"))


def _print_left_out(tested: Tested) -> None:
    if not tested.left_out:
        return
    click.echo("\nLeft out:")
    for left in tested.left_out:
        names = ", ".join(left.names)
        click.echo(text.show(f"  {left.count:>6,}  {left.group}, such as {names}: {text.line(left.example)}"))


def _print_explained(explained: Explained) -> None:
    action = explained.action
    click.echo(text.show(f"{words.call_name(explained.customer)}: {action.title}. {action.reason}"))
    if explained.line is not None:
        line = explained.line
        click.echo(text.show(f"Rule {line.rule.id}, {line.whose}: {line.when}; {line.who}."))
        click.echo(f"A {action.purpose} message.")
    for fact in explained.facts:
        click.echo(text.show(text.line(fact)))
    if explained.verdicts:
        click.echo("\nThe gate says:")
    for verdict in explained.verdicts:
        click.echo(text.show(f"  {verdict.answer}: {text.line(verdict.reason)}"))
    if explained.ends:
        click.echo("\nIt ends when:")
    for end in explained.ends:
        click.echo(f"  {end}")
    if explained.decided:
        click.echo(f"\nIt is {explained.decided}.")


# ---- as JSON ------------------------------------------------------------------------------------------------


def _rule_json(line: RuleLine) -> dict[str, Any]:
    rule = line.rule
    return {
        "id": rule.id,
        "title": rule.title,
        "moment": rule.moment,
        "stage": rule.stage,
        "purpose": rule.purpose,
        "enabled": rule.enabled,
        "own": rule.own,
        "file": rule.file,
        "when": line.when,
        "who": line.who,
        "due": line.due,
        "why_none": line.why_none or None,
    }


def _tested_json(tested: Tested) -> dict[str, Any]:
    return {
        "rule": _rule_json(tested.line),
        "touched": [
            {
                "customer_id": each.customer.id,
                "customer_name": each.customer.name,
                "country": each.customer.country,
                "anchor": each.occasion.anchor,
                "reason": each.occasion.reason,
                "due_at": each.occasion.due_at,
                "expires_at": each.occasion.expires_at,
                "channel": each.draft.channel,
                "language": each.draft.language,
                "subject": each.draft.subject,
                "body": each.draft.body,
                "operator_body": each.draft.operator_body,
                "waits_for": each.waits_for or None,
                "verdicts": [verdict_json(verdict) for verdict in each.verdicts],
            }
            for each in tested.touched
        ],
        "left_out": [
            {"why": left.group, "count": left.count, "example": left.example, "names": left.names}
            for left in tested.left_out
        ],
        "looked_at": tested.looked_at,
        "people": tested.people,
    }


def _explained_json(explained: Explained) -> dict[str, Any]:
    action = explained.action
    return {
        "id": action.id,
        "customer_id": action.customer_id,
        "title": action.title,
        "reason": action.reason,
        "purpose": action.purpose,
        "state": action.state,
        "rule": _rule_json(explained.line) if explained.line is not None else None,
        "facts": explained.facts,
        "verdicts": [verdict_json(verdict) for verdict in explained.verdicts],
        "ends": explained.ends,
    }
