"""init: the first run, on a terminal or from a file of answers."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import click

from retcon import clock, config, jobs, localtime, logs, money, text, tomlfile
from retcon.cli.output import complain, interactive, print_json, say, show_progress
from retcon.config import Places, PolicySettings, ShopSettings, setting
from retcon.desk import first_run, first_settle, first_typed
from retcon.desk.first_run import Answers
from retcon.desk.first_seen import Look
from retcon.errors import InputError, RetconError, SourceError, UsageError
from retcon.tomlfile import Document, Reader

LEFT = "Kept as far as you were. Go on with: retcon"
_SHOWN = 5


@click.command(epilog="Example: retcon init --from answers.toml --json")
@click.option("--from", "answers", type=click.Path(path_type=Path), help="A TOML file with the answers; asks nothing.")
@click.option("--json", "as_json", is_flag=True, help="With --from: one JSON document on stdout.")
@click.option("--look", type=click.Path(path_type=Path), hidden=True, help="What a file is, for the console.")
@click.option("--check", is_flag=True, hidden=True, help="Whether the shop lets us in, for the console.")
@click.option("--map", "pairs", multiple=True, hidden=True)
@click.option("--currency", default="", hidden=True)
@click.option("--dates", default="", hidden=True)
@click.option("--progress", is_flag=True, hidden=True)
@click.pass_obj
def init(
    home: Path | None,
    answers: Path | None,
    as_json: bool,
    look: Path | None,
    check: bool,
    pairs: tuple[str, ...],
    currency: str,
    dates: str,
    progress: bool,
) -> None:
    """The first run: where your orders are, whose shop it is, and the first queue. Nothing is sent to anybody.

    On a terminal it asks; what was answered is kept, so that it goes on where it was left. --from FILE takes the
    answers from a TOML file: docs/first-run.md has one.
    """
    del progress
    if look is not None or check:
        _tell(home, look, _columns(pairs), currency, dates)
    elif answers is not None:
        unattended(home, answers, as_json)
    elif not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "The first run asks, and there is no terminal to ask on.", "Give the answers: retcon init --from FILE"
        )
    else:
        begin(home, again=True)


def _columns(pairs: Sequence[str]) -> dict[str, str]:
    return {name: column for name, _, column in (pair.partition("=") for pair in pairs)}


def _tell(home: Path | None, look: Path | None, columns: Mapping[str, str], currency: str, dates: str) -> None:
    """One look, as a line to the parent."""
    from retcon.desk import first_look
    from retcon.platforms.wiring import Transports

    here = first_look.machine()
    if look is not None:
        seen = first_look.at_file(look, clock.now(), here, columns=columns, currency=currency, date_order=dates)
    else:
        where = config.places(home)
        plugin = first_run.read(where).plugin
        seen = first_look.at_shop(where, plugin, here, clock.now, Transports())
    jobs.emit_result(asdict(seen))


# ---- on a terminal ------------------------------------------------------------------------------------------


def begin(home: Path | None, *, again: bool = False) -> None:
    """The first run in the console, and then the console itself, or the sample shop's.

    `again` opens it where everything is set up as well: at what is next. Raises RetconError where it can't be drawn,
    or nothing can be kept.
    """
    if os.environ.get("TERM", "") in ("", "dumb"):
        raise RetconError("This terminal can't be drawn on (TERM=dumb).", "Give the answers: retcon init --from FILE")
    where = first_run.check_home(home)
    answers = first_run.read(where)
    if again and not first_run.is_open(home):
        answers = replace(answers, step=first_run.NEXT, written=where.config_file.exists())
    from retcon.screens.first_run import CONSOLE, SAMPLE, FirstRunApp

    logs.start(where.logs)
    app = FirstRunApp(home, answers, jobs.command_for(home))
    ended = app.run()
    if app.refusal is not None:
        raise app.refusal
    if app.return_code:
        raise RetconError(
            "The first run stopped over a mistake of its own; what you answered is kept.", "Again: retcon"
        )
    if ended == CONSOLE:
        from retcon.app import run

        run(home)
    elif ended == SAMPLE:
        from retcon.cli.demo import demo

        click.get_current_context().invoke(demo, keep=None, as_json=False)
        say("Your own shop is set up with: retcon")
    elif first_run.is_open(home):
        say(LEFT if home is None else f"{LEFT} --home {home}")


# ---- unattended ---------------------------------------------------------------------------------------------


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
