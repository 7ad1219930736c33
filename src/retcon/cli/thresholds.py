"""thresholds: from which risk on somebody is warned of, by tier and product category."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from retcon import jobs, text
from retcon.cli.output import interactive, opened, print_json, print_table, say, show_progress
from retcon.desk import thresholds as desk
from retcon.desk.house import House
from retcon.desk.thresholds import Kept, Pick
from retcon.model.standing import Tier
from retcon.model.thresholds import Suggestion, Threshold
from retcon.retention import evidence

_ALL = "all"
_TIERS = tuple(tier.value.replace("_", "-") for tier in Tier)
_TIER = click.Choice(_TIERS, case_sensitive=False)
_TIER_OR_ALL = click.Choice((*_TIERS, _ALL), case_sensitive=False)
_category = click.option("--category", default="", metavar="C", help="Of those who buy mostly this product category.")


@click.group(invoke_without_command=True, epilog="Example: retcon thresholds suggest")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--progress", is_flag=True, hidden=True, help="Progress as JSON lines on stdout, for the console.")
@click.pass_context
def thresholds(context: click.Context, as_json: bool, progress: bool) -> None:
    """From which risk on somebody is medium (warning) and high (alarm), and where these levels come from.

    The risk is the probability of no order within the horizon. Levels are of a tier, or of one product category in it.
    """
    context.meta["progress"] = progress
    if context.invoked_subcommand is not None:
        return
    with opened(context.obj) as house:
        known = desk.kept(house)
        if as_json:
            print_json([_json(one) for one in known.in_force])
        else:
            _show(known, house)


def _show(known: Kept, house: House) -> None:
    now, zone = house.now(), house.settings.shop.timezone
    rows = [
        (
            evidence.name(one.tier, one.category),
            evidence.percent(one.warning),
            evidence.percent(one.alarm),
            evidence.origin(one, now, zone),
        )
        for one in known.in_force
    ]
    print_table(("TIER", "WARNING", "ALARM", "FROM"), rows, right=frozenset((1, 2)))
    for one in known.in_force:
        if one.evidence:
            say(f"{evidence.name(one.tier, one.category)}: {one.evidence}")
    offered = [evidence.name(*pick) for pick in known.picks if known.offers(pick)]
    if offered:
        say(f"The past proposes others for {', '.join(offered)}. See: retcon thresholds suggest")
    elif known.suggestion is None:
        say("What your own past proposes: retcon thresholds suggest")


@thresholds.command(epilog="Example: retcon thresholds suggest --json")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_context
def suggest(context: click.Context, as_json: bool) -> None:
    """Replay your last year week by week, and propose levels with what they would have done.

    Nothing changes until you take them. Never on fewer than 30 warnings whose horizon is over.
    """
    progress = context.meta["progress"]
    told = jobs.emit if progress else show_progress if interactive() and not as_json else None
    with opened(context.obj) as house:
        found = desk.suggest(house, told)
        known = desk.kept(house)
        zone = house.settings.shop.timezone
    offered = [pick for pick in known.picks if known.offers(pick)]
    if progress:
        jobs.emit_result({"proposals": len(offered)})
    elif as_json:
        print_json(_suggestion(found, zone))
    else:
        _say(found, offered, zone)


def _say(found: Suggestion, offered: Sequence[Pick], zone: str) -> None:
    click.echo(evidence.replayed(found, zone))
    if not found.proposals:
        return
    click.echo(evidence.capacity(found))
    click.echo(evidence.assumed(found))
    for proposal in found.proposals:
        who = text.plural(proposal.people, "person", "people")
        click.echo(f"\n{text.line(evidence.name(proposal.tier, proposal.category))}: {who}")
        for sentence in evidence.sentences(proposal, found):
            click.echo(f"  {text.line(sentence)}")
    if offered:
        first = offered[0][0].value.replace("_", "-")
        say(f"Take them with: retcon thresholds take {first}, or: retcon thresholds take {_ALL}")


@thresholds.command(epilog="Example: retcon thresholds take vip")
@click.argument("tier", type=_TIER_OR_ALL)
@click.option("--category", metavar="C", help="Only of those who buy mostly this product category.")
@click.pass_obj
def take(home: Path | None, tier: str, category: str | None) -> None:
    """Let the levels hold that the past proposes for a tier and its product categories, or for all."""
    with opened(home) as house:
        taken = desk.take(house, _picks(desk.kept(house).picks, tier, category))
        _tell(house, taken, "taken")


@thresholds.command("set", epilog="Example: retcon thresholds set vip --warning 0.3 --alarm 0.5")
@click.argument("tier", type=_TIER)
@_category
@click.option("--warning", type=float, required=True, metavar="P", help="Medium from this probability on: 0.3.")
@click.option("--alarm", type=float, required=True, metavar="P", help="High from this probability on: 0.5.")
@click.pass_obj
def set_(home: Path | None, tier: str, category: str, warning: float, alarm: float) -> None:
    """Set the levels of a tier by hand, or of one product category of it."""
    with opened(home) as house:
        _tell(house, (desk.put(house, _tier(tier), warning, alarm, category),), "set")


@thresholds.command(epilog="Example: retcon thresholds reset vip")
@click.argument("tier", type=_TIER_OR_ALL)
@click.option("--category", metavar="C", help="Only of those who buy mostly this product category.")
@click.pass_obj
def reset(home: Path | None, tier: str, category: str | None) -> None:
    """Go back to our own levels for a tier and its product categories, or for all."""
    with opened(home) as house:
        own = [(one.tier, one.category) for one in desk.kept(house).in_force]
        _tell(house, desk.reset(house, _picks(own, tier, category)), "reset")


def _picks(known: Sequence[Pick], tier: str, category: str | None) -> list[Pick] | None:
    """The tier with its categories, or the one category that is named; None for all."""
    if tier == _ALL and category is None:
        return None
    wanted = set(Tier) if tier == _ALL else {_tier(tier)}
    found = [pick for pick in known if pick[0] in wanted and category in (None, pick[1])]
    return found or [(each, category or "") for each in wanted]


def _tier(name: str) -> Tier:
    return Tier(name.replace("-", "_"))


def _tell(house: House, changed: Sequence[Threshold], verb: str) -> None:
    """What was done; then everybody stands by it."""
    from retcon.desk import refresh

    names = ", ".join(evidence.name(one.tier, one.category) for one in changed)
    refresh.refresh(house)
    say(text.line(f"Levels of {names} {verb}, and everybody ranked by them. Take it back with: retcon undo"))


def _json(one: Threshold) -> dict[str, Any]:
    return {
        "tier": one.tier,
        "category": one.category,
        "warning": one.warning,
        "alarm": one.alarm,
        "from": one.origin,
        "since": one.at,
        "evidence": one.evidence,
    }


def _suggestion(found: Suggestion, zone: str) -> dict[str, Any]:
    """The suggestion in plain values, with the sentences that are said of it."""
    document = found.as_dict()
    document["words"] = [evidence.replayed(found, zone)]
    if found.proposals:
        document["words"] += [evidence.capacity(found), evidence.assumed(found)]
    for proposal, plain in zip(found.proposals, document["proposals"], strict=True):
        plain |= {"enough": proposal.enough, "changes": proposal.changes}
        plain["words"] = list(evidence.sentences(proposal, found))
    return document
