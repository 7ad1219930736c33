"""products: what the shop sells, what was learnt of it, and what is missing to write of it."""

from pathlib import Path
from typing import Any

import click

from retcon import money, text
from retcon.cli.output import opened, print_json, print_table, say
from retcon.desk import products as desk
from retcon.desk.products import Known
from retcon.model.products import WORDS, Article


@click.command(epilog="Example: retcon products OIL-BOARD")
@click.argument("article", required=False, metavar="[ID]")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_obj
def products(home: Path | None, article: str | None, as_json: bool) -> None:
    """What each article is good for, how long it lasts, what is bought after it, and what is missing to write of it.

    ID is an article's id in the shop, its SKU or its name. What you say of them stands in products.toml.
    """
    with opened(home) as house:
        currency = house.settings.shop.currency
        if article is not None:
            known = desk.one(house, article)
            if as_json:
                print_json(_json(known))
            else:
                _show(known, currency)
            return
        found = desk.listing(house)
    if as_json:
        print_json({"articles": [_json(known) for known in found.articles], "unknown": list(found.unknown)})
        return
    if not found.articles:
        say("No articles are known: they come from a shop such as WooCommerce. See: retcon sync")
    else:
        heads = ("ID", "ARTICLE", "NEED", "LASTS", "AGAIN AFTER", "BOUGHT BY", "NEXT", "STOCK", "MISSING")
        print_table(heads, [_row(known) for known in found.articles], right=frozenset((5,)))
    for sentence in found.unknown:
        say(f"products.toml: {sentence}")


def _row(known: Known) -> tuple[str, ...]:
    article = known.article
    return (
        article.key,
        article.name,
        article.need,
        "durable" if article.durable else "",
        _again(article),
        f"{known.people:,}",
        known.after[0][0].name if known.after else "",
        "yes" if article.in_stock else "none",
        ", ".join(known.missing),
    )


def _again(article: Article) -> str:
    """After how many days it is bought again, with the spread, or that the seller says so."""
    if article.repeat is None:
        return ""
    days = text.plural(article.repeat.days, "day")
    return f"{days} ({article.repeat.low}–{article.repeat.high})" if article.repeat.people else f"{days}, said"


def _show(known: Known, currency: str) -> None:
    article = known.article
    click.echo(text.line(f"{article.name} ({article.key}{', ' + article.sku if article.sku else ''})"))
    for name, value in _facts(known, currency):
        if value:
            click.echo(f"  {name:16} {text.line(value)}")
    if known.after:
        click.echo("  bought after it, more often than by chance:")
        for other, evidence in known.after:
            people = text.plural(evidence.people, "person", "people")
            click.echo(f"    {text.line(other.name)} ({text.line(other.key)}): {people}, {evidence.lift:.1f} × chance")
    for what in WORDS:
        for language, written in sorted(article.texts.get(what, {}).items()):
            click.echo(f"  {f'{what}.{language}':16} {text.line(' '.join(written.split()))}")
    if known.missing:
        click.echo(f"  {'missing':16} {text.line(', '.join(known.missing))}")


def _facts(known: Known, currency: str) -> tuple[tuple[str, str], ...]:
    article = known.article
    named = "" if article.need in ("", article.category) else ", as you say"
    repeat = article.repeat
    lasts = ""
    if repeat is not None and repeat.people:
        spread = f"half of them after {repeat.low} to {repeat.high}"
        lasts = f"{text.plural(repeat.days, 'day')} a piece, by {repeat.people} people who bought it again; {spread}"
    elif repeat is not None:
        lasts = f"{text.plural(repeat.days, 'day')} a piece, as you say"
    goes_with = ", ".join(each.name for each in known.accessories)
    worn = f"after {text.plural(article.worn_after_days, 'day')}: " if article.worn_after_days else ""
    outgrown = f"after {text.plural(article.next_after_days, 'day')}; then " if article.next_after_days else ""
    following = known.following.name if known.following is not None else ""
    return (
        ("category", article.category),
        ("need", f"{article.need}{named}" if article.need else ""),
        ("price", money.show(article.price_minor, currency) if article.price_minor else ""),
        ("link", article.link),
        ("stock", "in stock" if article.in_stock else "none; it is not suggested"),
        ("bought by", text.plural(known.people, "person", "people")),
        ("durable", "who has one needs no second" if article.durable else ""),
        ("lasts", lasts),
        ("wants", f"{worn}{goes_with}" if goes_with else ""),
        ("outgrown", f"{outgrown}{following}" if following else ""),
        ("not for", ", ".join(sorted(article.not_for))),
        ("sheet", article.sheet),
    )


def _json(known: Known) -> dict[str, Any]:
    article, repeat = known.article, known.article.repeat
    return {
        "id": article.key,
        "sku": article.sku,
        "name": article.name,
        "link": article.link,
        "category": article.category,
        "price_minor": article.price_minor,
        "need": article.need,
        "durable": article.durable,
        "in_stock": article.in_stock,
        "people": known.people,
        "repeat": None
        if repeat is None
        else {
            "days": repeat.days,
            "low": repeat.low,
            "high": repeat.high,
            "people": repeat.people,
            "from": "orders" if repeat.people else "products.toml",
        },
        "after": [{"id": other.key, "people": each.people, "lift": each.lift} for other, each in known.after],
        "worn_after_days": article.worn_after_days,
        "accessories": article.accessories,
        "next": article.next_article,
        "next_after_days": article.next_after_days,
        "not_for": sorted(article.not_for),
        "sheet": article.sheet,
        **{what: dict(article.texts.get(what, {})) for what in WORDS},
        "missing": known.missing,
    }
