"""init --from: the first run with the answers of a file, where nobody is there to ask."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import click

from retcon import clock, config, localtime, money, text, tomlfile
from retcon.cli.output import complain, interactive, print_json, say, show_progress
from retcon.config import Places, PolicySettings, ShopSettings, setting
from retcon.desk import first_run, first_settle, first_typed
from retcon.desk.first_run import Answers
from retcon.desk.first_seen import Look
from retcon.errors import InputError, RetconError, SourceError, UsageError
from retcon.frozen import dataclass
from retcon.tomlfile import Document, Reader

_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class _File:
    """`[file]`: the orders are in a file."""

    path: str = setting(help="the file, seen from the file of answers")
    preset: str = setting("", help="whose columns", allowed="orders, shopify or woocommerce")
    currency: str = setting("", help="of amounts that name none")
    dates: str = setting("", help="day or month first", allowed="dmy or mdy", check=config.one_of("", "dmy", "mdy"))


@dataclass(frozen=True, kw_only=True)
class _Shop:
    """`[woocommerce]`: the orders are in a WooCommerce shop."""

    url: str = setting(help="the shop's address", allowed="an http(s) address", check=config.is_url)
    ca_file: str = setting("", help="a private CA, where the shop's certificate is signed by one")
    consumer_key: str = setting("", help="its consumer key; else in the environment")
    consumer_secret: str = setting("", help="its consumer secret; else in the environment")


@dataclass(frozen=True, kw_only=True)
class _Given:
    """A file of answers, read."""

    file: _File | None
    woocommerce: _Shop | None
    columns: Mapping[str, str]
    shop: ShopSettings
    policy: PolicySettings | None


class _Answers(Reader):
    def given(self) -> _Given:
        tables = dict(self.document.content)
        file, woocommerce = tables.pop("file", None), tables.pop("woocommerce", None)
        if (file is None) == (woocommerce is None):
            self.wrong((), "It says nothing of where the orders are, or two things.", "Write [file] or [woocommerce].")
        columns = file.pop("columns", {}) if isinstance(file, dict) else {}
        given = _Given(
            file=self.table(_File, file, ("file",)) if file is not None else None,
            woocommerce=self.table(_Shop, woocommerce, ("woocommerce",)) if woocommerce is not None else None,
            columns=self.mapping(columns, "file.columns", str, 'columns by field, such as total = "Amount"'),
            shop=self.table(ShopSettings, tables.pop("shop", {}), ("shop",)),
            policy=self.table(PolicySettings, tables.pop("policy", {}), ("policy",)),
        )
        for name in tables:
            self.wrong((name,), f"[{name}] is unknown.", "Allowed: [file] or [woocommerce], [shop], [policy].")
        if given.policy is not None and given.policy.live:  # None where something in it is wrong
            self.wrong(("policy", "live"), "policy.live = true: nothing goes live here.", "Afterwards: retcon live")
        self.end()
        return given


def unattended(home: Path | None, file: Path, as_json: bool) -> None:
    """The first run with the answers of a file; leaves with 3 where some of the orders were refused."""
    try:
        document = tomlfile.read(file)
    except FileNotFoundError:
        raise UsageError(f"There is no file {file}.", "docs/first-run.md has one to begin with.") from None
    given = _Answers(document).given()
    where = first_run.check_home(home)
    begun = first_run.read(where).written  # by a run that did not come to its end
    if where.config_file.exists() and not begun:
        raise RetconError(f"{where.config_file} is there already, so nothing was changed.", "Go on with: retcon")
    answers = replace(_looked(where, given, document, file.parent), written=begun)
    first_settle.write(where, answers)
    _write_more(where, document)
    code, result = _take(home, answers)
    if code != 1:
        first_run.finish(where)
    _report(home, result, as_json)
    sys.exit(code)


def _looked(where: Places, given: _Given, document: Document, folder: Path) -> Answers:
    """The answers, with what was left out guessed from the orders, as on a terminal."""
    from retcon.desk import first_look
    from retcon.platforms.wiring import Transports

    here, now = first_look.machine(), clock.now
    if given.file is not None:
        source, path = first_run.IN_FILE, folder / first_typed.path_of(given.file.path)
        answers = Answers(
            source=source, file=str(path), dates=given.file.dates, currency=given.file.currency, columns=given.columns
        )
        seen = first_look.at_file(
            path, now(), here, columns=given.columns, currency=given.file.currency, date_order=given.file.dates
        )
        _insist(seen, str(path))
        answers = replace(answers, preset=given.file.preset or seen.preset, columns=seen.columns)
    else:
        assert given.woocommerce is not None
        shop = given.woocommerce
        ca_file = str((folder / shop.ca_file).absolute()) if shop.ca_file else ""
        answers = Answers(source=first_run.IN_WOOCOMMERCE, url=shop.url.rstrip("/"), ca_file=ca_file)
        if shop.consumer_key or shop.consumer_secret:
            first_settle.keep_keys(where, shop.consumer_key, shop.consumer_secret)
        seen = first_look.at_shop(where, answers.plugin, here, now, Transports())
        if seen.trouble:
            raise SourceError(seen.trouble, seen.hint)
    said: Mapping[str, str] = document.content.get("shop", {})
    chosen = {name: said.get(name) or getattr(seen.guess, name) for name in first_run.ASKED}
    return replace(answers, shop=first_typed.settings_of(chosen), step=first_run.WORK)


def _insist(seen: Look, path: str) -> None:
    """Raise where the file leaves a question open that nobody is there to answer."""
    if seen.trouble:
        raise InputError(f"{path}: {seen.trouble}", seen.hint)
    if seen.missing:
        raise InputError(
            f"{path} has no column for {', '.join(seen.missing)}; it has: {', '.join(seen.named[:40])}.",
            f'Say which: [file.columns] {seen.missing[0]} = "…"',
        )
    if seen.ambiguous is not None:
        example, day_first, month_first = seen.ambiguous
        raise InputError(
            f"{path}: {example} is {day_first} or {month_first}.", 'Say which under [file]: dates = "dmy" or "mdy".'
        )
    if seen.no_currency and not seen.guess.currency:
        raise InputError(f"{path}: its amounts name no currency.", 'Say which under [file]: currency = "EUR".')


def _write_more(where: Places, document: Document) -> None:
    """What else the answers say of [shop] and [policy], as it stands there."""
    from retcon.desk import configuring

    for table, known in (("shop", first_run.ASKED), ("policy", ("live",))):
        more = {name: value for name, value in document.content.get(table, {}).items() if name not in known}
        if more:
            configuring.put(where.config_file, table, more, "so the answers aren't all kept")


def _take(home: Path | None, answers: Answers) -> tuple[int, dict[str, object]]:
    """Take the orders in and rank; the exit code, and what it came to."""
    from retcon.desk import imports, refresh
    from retcon.desk.house import open_house

    progress: Callable[[str, int, int | None], None] | None = show_progress if interactive() else None
    house = open_house(home)
    try:
        if answers.source == first_run.IN_FILE:
            report = imports.import_file(
                house,
                Path(answers.file),
                answers.preset,
                answers.columns,
                answers.currency,
                answers.dates or None,
                progress=progress,
            )
            for line in report.refused[:_SHOWN]:
                say(f"  line {line.line}: {text.line(line.reason)}")
            return (3 if report.refused else 0), {"orders": report.added, "refused": len(report.refused)}
        (result,) = refresh.pull(house, progress=progress)
        if not result.ok:
            complain(result.error, "Go on with: retcon sync")
        return (0 if result.ok else 1), {"orders": result.added, "refused": 0}
    finally:
        house.close()


def _report(home: Path | None, result: Mapping[str, object], as_json: bool) -> None:
    from retcon.desk import first_found
    from retcon.desk.house import open_house

    house = open_house(home)
    try:
        found, steps = first_found.look(house), first_found.upcoming(house)
        currency = house.settings.shop.currency
    finally:
        house.close()
    names = [
        {
            "name": known.customer.name,
            "orders": known.standing.orders,
            "spent_minor": known.standing.spent_minor,
            "silent_days": known.standing.silent_days,
            "usual_days": known.standing.cycle_days,
            "last_order_at": localtime.stamp(known.standing.last_order_at) if known.standing.last_order_at else None,
        }
        for known in found.names
    ]
    if as_json:
        missing = [step.name for step in steps if not step.done]
        print_json(
            {
                **result,
                "customers": found.people,
                "due": found.due,
                "currency": currency,
                "names": names,
                "next": missing,
            }
        )
        return
    from retcon.widgets import words

    stake = money.show(found.stake_minor, currency)
    click.echo(f"{text.plural(found.people, 'customer')}, {found.due:,} due, {stake} at stake.")
    for known in found.names:
        spent = money.show(known.standing.spent_minor, currency)
        click.echo(
            f"  {words.whole_name(known.customer)}, {text.plural(known.standing.orders, 'order')}, {spent}: "
            f"{words.silence(known.standing)}"
        )
    say("Nothing leaves: you are not live. What is next: retcon init")
