"""What the first run sees before anything is kept: a file of orders, a shop at the other end, the machine itself.

It runs in a child, so that the console stays as light as it is and a look at the wrong file can be ended.
"""

import os
import re
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path

from retcon import config, localtime, money, text
from retcon.clock import Clock
from retcon.config import Places, Plugin
from retcon.desk.first_seen import Guess, Look, Understood
from retcon.errors import InputError, KeyRefused, RetconError
from retcon.frozen import dataclass
from retcon.platforms.wiring import Transports, Wiring
from retcon.sync.files import dates, mapping, presets, reading
from retcon.sync.files.mapping import Left, Taken
from retcon.sync.files.reading import Table
from retcon.sync.woocommerce import WooCommerce

# So many orders are read to show what is understood, and to guess from.
_LOOKED_AT = 500
_SHOWN = 3
# ISO 4217's "no currency": what amounts come out with that name none.
_NONE = "XXX"
_NEEDED = ("placed_at", "total")

# How the columns of other shops and spreadsheets are called, where they say nothing of whose file it is.
_USUAL = {
    "placed_at": "date orderdate createdat created orderedat purchasedate purchasedat timestamp ts day datum"
    " bestelldatum fecha data datecommande 日期 注文日",
    "total": "amount ordertotal totalprice grandtotal totalamount sum price revenue value paid betrag gesamt"
    " gesamtbetrag summe importe montant totale bedrag kwota valor 金額 金额",
    "email": "mail emailaddress customeremail buyeremail contactemail correo",
    "customer_id": "customer client clientid buyer buyerid userid user kundennummer kunde cliente",
    "name": "customername buyername fullname clientname kundenname nombre nom",
    "order_id": "order ordernumber orderno orderref invoice invoiceno bestellnummer id",
    "country": "shippingcountry countrycode deliverycountry land pais pays paese",
    "currency": "currencycode waehrung währung moneda devise",
    "phone": "phonenumber mobile telephone telefon telefono",
    "items": "products product articles article item description artikel productos",
    "language": "lang locale sprache",
    "status": "orderstatus state",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What the machine says of its user: a time zone, a language and a country, each "" where it says nothing."""

    timezone: str = ""
    language: str = ""
    country: str = ""


def machine(environment: Mapping[str, str] = os.environ, etc: Path = Path("/etc")) -> Machine:
    """What this machine is set to; UTC is what servers are set to, and says nothing of anybody."""
    zone = environment.get("TZ", "").removeprefix(":") or _system_zone(etc)
    written = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    found = re.match(r"([a-z]{2,3})(?:_([A-Z]{2}))?\b", written)
    return Machine(
        timezone=zone if localtime.is_zone(zone) and not re.search("UTC|GMT|UCT|Zulu|Universal", zone) else "",
        language=found[1] if found else "",
        country=(found[2] or "") if found else "",
    )


def _system_zone(etc: Path) -> str:
    try:
        return os.readlink(etc / "localtime").partition("zoneinfo/")[2]
    except OSError:
        pass
    try:
        return (etc / "timezone").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


# ---- a file -------------------------------------------------------------------------------------------------


def at_file(
    file: Path,
    now: datetime,
    here: Machine,
    *,
    columns: Mapping[str, str] | None = None,
    currency: str = "",
    date_order: str = "",
) -> Look:
    """What the file is and how its first orders are understood; `columns`, `currency`, `date_order` as answered."""
    try:
        return _file(file, now, here, dict(columns or {}), currency, date_order)
    except InputError as error:
        return Look(trouble=_relative(error.title, file), hint=error.hint)


def _file(file: Path, now: datetime, here: Machine, answered: dict[str, str], currency: str, date_order: str) -> Look:
    table = reading.open_table(file)
    preset = _preset(table.columns)
    columns = _by_id_or_address(table, {**(_usual(table) if preset == "orders" else {}), **answered})
    positions = presets.find(presets.PRESETS[preset].columns, columns, table.columns, presets.FIELDS)
    missing = [name for name in _NEEDED if name not in positions]
    if not positions.keys() & {"customer_id", "email"}:
        missing.insert(0, "email")
    seen = Look(what=_called(preset, table), preset=preset, columns=columns, named=table.columns)
    if missing:
        if preset == "orders" and _is_talk(table):
            raise InputError(
                "These are messages, not orders.", "They come in later: retcon import --preset conversations"
            )
        if len(table.columns) < 2 or any(_is_noise(column) for column in table.columns):
            raise InputError("This holds no table of orders.", "Export the orders as CSV, TSV or JSON lines.")
        return replace(seen, missing=tuple(missing))
    zone = here.timezone or "UTC"
    plan = presets.plan(preset, columns, table.columns)
    ambiguous: dates.AmbiguousDates | None = None
    try:
        habits, count = mapping.study(
            table, plan, date_order=date_order or None, zone=zone, currency=currency or _NONE, now=now
        )
    except dates.AmbiguousDates as error:
        ambiguous = error
        habits, count = mapping.study(
            table, plan, date_order=dates.DAY_FIRST, zone=zone, currency=currency or _NONE, now=now
        )
    found = list(islice(mapping.orders(table, habits), _LOOKED_AT))
    taken = [each for each in found if isinstance(each, Taken)]
    refused = next((each for each in found if isinstance(each, Left)), None)
    why = f"line {refused.lines[0]}: {text.line(refused.reason)}" if refused else ""
    if not count:
        raise InputError("The file has column names and no row under them.", "Export it again, or name another file.")
    if not taken:
        raise InputError(f"Not one of its first {len(found):,} orders can be taken; {why}.", "Name another file.")
    return replace(
        seen,
        rows=count,
        orders=tuple(_understood(each, zone) for each in taken[:_SHOWN]),
        refused=why,
        ambiguous=(ambiguous.example, ambiguous.day_first, ambiguous.month_first) if ambiguous else None,
        no_currency=any(each.order.currency == _NONE for each in taken),
        guess=_from_file(taken, here),
    )


def _preset(columns: Sequence[str]) -> str:
    """Whose export file it is, by the columns that no other has; else one of our own."""
    plain = {_plain(column) for column in columns}
    if {"name", "createdat", "total"} <= plain and plain & {"financialstatus", "lineitemname", "acceptsmarketing"}:
        return "shopify"
    if any("billing" in column for column in plain) or "ordertotal" in plain:
        found = presets.find(presets.PRESETS["woocommerce"].columns, {}, columns, presets.FIELDS)
        if {*_NEEDED} <= found.keys() and found.keys() & {"customer_id", "email"}:
            return "woocommerce"
    return "orders"


def _usual(table: Table) -> dict[str, str]:
    """Which column is what by its usual name, where the file doesn't use ours."""
    by_name = {_plain(column): column for column in reversed(table.columns)}
    found: dict[str, str] = {}
    for name, usual in _USUAL.items():
        if _plain(name) not in by_name:
            column = next((by_name[each] for each in usual.split() if each in by_name), None)
            if column is not None and column not in found.values():
                found[name] = column
    return found


def _by_id_or_address(table: Table, columns: dict[str, str]) -> dict[str, str]:
    """The same, where one column says who bought: as an address where that is what stands in it, else as an id."""
    named = [name for name in ("email", "customer_id") if name in columns]
    if len(named) != 1 or columns[named[0]] not in table.columns:
        return columns
    at = table.columns.index(columns[named[0]])
    first = [str(row[at]) for _, row in islice(reading.rows(table), 20) if not isinstance(row, reading.Refused)]
    addresses = sum("@" in cell for cell in first)
    name = "email" if addresses * 2 > len(first) else "customer_id"
    others = {_plain(column) for column in table.columns if column != columns[named[0]]}
    if _plain(name) in others or not first:
        return columns  # the file has a column of that very name
    return {name if field == named[0] else field: column for field, column in columns.items()}


def _is_talk(table: Table) -> bool:
    plain = {_plain(column) for column in table.columns}
    return bool(plain & {"text", "body", "message", "content"}) and bool(plain & {"direction", "channel", "thread"})


def _is_noise(column: str) -> bool:
    """Whether that can't be what somebody called a column: a picture or a program read as text."""
    return len(column) > 80 or text.REPLACEMENT in column or text.HARMFUL.search(column) is not None


def _called(preset: str, table: Table) -> str:
    kind = "JSON lines" if not table.delimiter else "TSV" if table.delimiter == "\t" else "CSV"
    whose = {"shopify": "Shopify's export", "woocommerce": "a WooCommerce export", "orders": "a file of orders"}[preset]
    return f"{whose}, {kind}{', gzipped' if table.zipped else ''}"


def _understood(taken: Taken, zone: str) -> Understood:
    order = taken.order
    day = localtime.local(order.placed_at, zone)
    amount = money.show(order.total_minor, order.currency, cents=True)
    return Understood(
        customer=text.line(order.name or order.email or order.account_id or ""),
        known_by=text.line(order.email or order.account_id or ""),
        day=f"{day.day} {day:%b %Y}",
        total=amount.replace(_NONE, "").strip(),
        item=text.line(order.lines[0].name) if order.lines else "",
    )


def _from_file(taken: Sequence[Taken], here: Machine) -> Guess:
    orders = [each.order for each in taken]
    currency = _most(order.currency for order in orders if order.currency != _NONE)
    return _guess(here, currency=currency, country=_most(order.country for order in orders))


# ---- a shop at the other end --------------------------------------------------------------------------------


def at_shop(where: Places, plugin: Plugin, here: Machine, now: Clock, transports: Transports) -> Look:
    """Whether the shop lets us in with the keys that are kept for it, and what it tells of itself."""

    def secret(name: str) -> str:
        found = config.secret(where, plugin, name)
        if found is None:
            raise InputError(f"The {name.replace('_', ' ')} is missing.", "Type it again.")
        return found

    wiring = Wiring(
        name=plugin.name,
        settings=plugin.settings,
        shop=config.ShopSettings(),
        secret=secret,
        transports=transports,
        clock=now,
        sleep=time.sleep,
        folder=where.config,
    )
    try:
        words = WooCommerce(wiring).check()
    except RetconError as error:
        title, hint = _plainly(error, f"[{plugin.section}.{plugin.name}]")
        return Look(trouble=title, hint=hint, key_refused=isinstance(error, KeyRefused))
    try:
        told = WooCommerce(wiring).told()
    except RetconError:
        told = {}  # guesses are all that it is for
    return Look(what=words, guess=_guess(here, **told))


def _plainly(error: RetconError, section: str) -> tuple[str, str]:
    """The sentence and what to do, for somebody who has no config.toml yet."""
    title = error.title.replace(f" of {section}", "").replace("; orders stand as they were", "")
    if isinstance(error, KeyRefused) and "may only write" not in title:
        return (
            title,
            "Type both again, or make a new key: WooCommerce → Settings → Advanced → REST API, permission Read.",
        )
    hint = re.sub(r'write url = "([^"]*)" under .*', r"write \1 as its address.", error.hint)
    hint = re.sub(r"[Ll]ook at url under \[[^]]*\]", "Look at the address", hint)
    hint = re.sub(r"name its CA: ca_file under .*", "name its CA in a file of answers: retcon init --from FILE", hint)
    return title, re.sub(
        r"Try again( [^:;.]*)?: retcon sync( --full)?|, then: retcon sync", r"Enter tries again\1", hint
    )


# ---- guesses ------------------------------------------------------------------------------------------------


def _guess(here: Machine, *, name: str = "", currency: str = "", timezone: str = "", country: str = "") -> Guess:
    """The shop's settings from what its orders and the machine say."""
    lives_in = _country_of(here.timezone)
    home = lives_in or country or here.country
    zone = timezone or here.timezone or next(iter(localtime.zones_of(home)), "UTC")
    spent_in = currency or _currency_of(home)
    return Guess(
        name=name,
        currency=spent_in,
        timezone=zone,
        country=home,
        language=here.language or "en",
        why={
            "name": "as the shop calls itself" if name else "",
            "currency": "most orders are in it" if currency else "that country's" if spent_in else "",
            "timezone": "the shop's" if timezone else "this machine's" if here.timezone else "that country's",
            "country": "by this machine's time zone" if lives_in else "most orders go there" if country else "",
            "language": "this machine's" if here.language else "",
        },
    )


def _most(values: Iterable[str]) -> str:
    counted = Counter(value for value in values if value)
    return counted.most_common(1)[0][0] if counted else ""


def _country_of(zone: str) -> str:
    from babel.core import get_global

    found = str(get_global("zone_territories").get(zone, ""))
    return found if re.fullmatch("[A-Z]{2}", found) else ""


def _currency_of(country: str) -> str:
    from babel.numbers import get_territory_currencies

    found = get_territory_currencies(country) if country else []
    return str(found[0]) if found else ""


def _plain(column: str) -> str:
    return re.sub(r"[\s_-]+", "", column.strip().casefold())


def _relative(title: str, file: Path) -> str:
    """The sentence without the path, which stands right above it."""
    if title.startswith("There is no file "):
        return "There is no such file."
    return title.replace(str(file), "This" if title.startswith(str(file)) else "it")
