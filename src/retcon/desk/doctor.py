"""Look at everything that has to work, and say of what doesn't what to do."""

import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from retcon import config, library, localtime, text
from retcon.desk import awake, country
from retcon.desk.house import House
from retcon.errors import ConfigError, RetconError
from retcon.frozen import dataclass
from retcon.store import cursors, keeping, leases, outbox, people, standings

_LITTLE_SPACE = 200 * 1024 * 1024
_OLD = timedelta(days=1)
# One customer with more than this share of all orders, in a shop of at least so many.
_ONE_HOLDS, _CROWD = 0.05, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at; `hint` says what to do where it is not well."""

    name: str
    ok: bool
    words: str
    hint: str = ""


def examine(open_it: Callable[[], House], home: Path | None = None) -> tuple[Check, ...]:
    """Every check, in order; one that fails keeps no other from being made. Asks the network, changes nothing."""
    where = config.places(home)
    checks = [_python(), *_terminal(), *_folders(where), *_rights(where)]
    try:
        library.check(where.config)
        library.own_texts(where.config)
        house = open_it()
    except ConfigError as error:
        return (*checks, *(Check(name="config", ok=False, words=str(mistake)) for mistake in error.mistakes))
    except RetconError as error:
        return (*checks, Check(name="database", ok=False, words=error.title, hint=error.hint))
    try:
        return (*checks, Check(name="config", ok=True, words=str(where.config_file)), *_of_house(house))
    finally:
        house.close()


def _of_house(house: House) -> Iterator[Check]:
    yield _database(house)
    yield _queue(house)
    yield from _crowd(house)
    yield _countries(house)
    yield from _articles(house)
    yield _sender(house)
    for plugin in house.settings.sources:
        yield _answers(f"source {plugin.name}", lambda name=plugin.name: house.source(name).check())
        yield _pulled(house, plugin.name)
    for plugin in house.settings.channels:
        yield _answers(f"channel {plugin.name}", lambda name=plugin.name: house.channel(name).check())
    if not house.settings.sources:
        yield Check(
            name="sources",
            ok=True,
            words="None are set up; orders come from files alone.",
            hint="Add [sources.NAME] to config.toml, or: retcon import FILE",
        )
    if not house.settings.channels:
        yield Check(
            name="channels",
            ok=True,
            words="None are set up; nothing can leave.",
            hint="Add [channels.NAME] to config.toml.",
        )

    if house.settings.notices.channel:
        yield _notices(house)


def _python() -> Check:
    return Check(
        name="python", ok=sys.version_info >= (3, 11), words=sys.version.split()[0], hint="3.11 or newer is needed."
    )


def _terminal() -> Iterator[Check]:
    term = os.environ.get("TERM", "")
    if not sys.stdout.isatty():
        yield Check(name="terminal", ok=True, words="none; commands work, the console needs one")
        return
    size = shutil.get_terminal_size()
    large = size.columns >= 45 and size.lines >= 16
    words = f"{term}, {size.columns}×{size.lines}, {sys.stdout.encoding}"
    yield Check(
        name="terminal",
        ok=term not in ("", "dumb") and large and sys.stdout.encoding.lower().startswith("utf"),
        words=words,
        hint="The console wants UTF-8, at least 45×16, and a TERM other than dumb.",
    )


def _folders(where: config.Places) -> Iterator[Check]:
    for folder in dict.fromkeys((where.config, where.data, where.state)):
        nearest = next(parent for parent in (folder, *folder.parents) if parent.exists())
        yield Check(
            name="folder",
            ok=os.access(nearest, os.W_OK),
            words=str(folder),
            hint=f"{nearest} cannot be written; name another folder with --home.",
        )
    nearest = next(parent for parent in (where.data, *where.data.parents) if parent.exists())
    free = shutil.disk_usage(nearest).free
    words = f"{free // 1024**2:,} MB free"
    yield Check(name="disk", ok=free > _LITTLE_SPACE, words=words, hint="Free some space before the next sync.")


def _rights(where: config.Places) -> Iterator[Check]:
    if os.name != "posix":
        return
    for file in (where.secrets_file, where.database, where.data / "files"):
        if file.exists():
            open_to_others = file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
            yield Check(
                name="rights",
                ok=not open_to_others,
                words=f"{file} is {'open to others' if open_to_others else 'yours alone'}",
                hint=f"Run: chmod {'700' if file.is_dir() else '600'} {file}",
            )


def _database(house: House) -> Check:
    problems = keeping.integrity(house.database.file)
    size = house.database.file.stat().st_size // 1024
    words = problems[0] if problems else f"{house.database.file}, {size:,} kB, whole"
    return Check(name="database", ok=not problems, words=words, hint="Bring a backup back: retcon restore FILE")


def _crowd(house: House) -> Iterator[Check]:
    """Whether one id holds so many orders that it is hardly a person; the ranking sees it cut to its share."""
    with house.database.read() as tx:
        largest = standings.largest(tx)
        if largest is None:
            return
        id_, orders, every = largest
        known = people.get(tx, [id_]).get(id_)
    if every >= _CROWD and orders > _ONE_HOLDS * every:
        name = text.line(known.name) if known is not None and known.name else "One customer"
        holds = f"{name} ({id_}) holds {orders:,} of {every:,} orders"
        words = f"{holds}: a till, a reseller or a test? The ranking counts them less."
        yield Check(name="orders", ok=True, words=words)


def _countries(house: House) -> Check:
    """Whether somebody has looked within a year at what the countries of the customers ask."""
    old = list(country.old(house))
    if not old:
        return Check(name="countries", ok=True, words="what your customers' countries ask was looked at within a year")
    named = ", ".join(each.code for each in old[:10]) + (", …" if len(old) > 10 else "")
    words = f"{text.plural(len(old), 'profile')} last looked at over a year ago, or nobody says when: {named}"
    code, today = old[0].code, localtime.local(house.now(), house.settings.shop.timezone).date()
    hint = (
        f"Read it: retcon country {code}. Where it still holds, write so into regions/{code.lower()}.toml:"
        f' country = "{code}", and on the next line checked = {today}'
    )
    return Check(name="countries", ok=False, words=words, hint=hint)


def _articles(house: House) -> Iterator[Check]:
    """What products.toml speaks of and isn't there: shops change, so nothing is refused for it."""
    from retcon.desk import products

    found = products.troubles(house)
    for sentence in found:
        yield Check(name="products", ok=True, words=sentence)


def _queue(house: House) -> Check:
    with house.database.read() as tx:
        counts = outbox.counts(tx)
    needs = sum(counts.get(state, 0) for state in ("uncertain", "stale", "failed"))
    words = f"{text.plural(counts.get('queued', 0), 'message')} waiting, {needs} need you"
    return Check(name="queue", ok=not needs, words=words, hint="See: retcon outbox")


def _sender(house: House) -> Check:
    """Who sends while the console is closed."""
    now, zone = house.now(), house.settings.shop.timezone
    with house.database.read() as tx:
        waiting = outbox.counts(tx).get("queued", 0)
        found, sending = awake.worker(tx, now), leases.holder(tx, "sender", now)
    if found is not None:
        since = localtime.local(found.since, zone)
        where = "here" if found.here else f"on {found.host}"
        words = f"retcon run is awake {where} since {since:%a} {since.day} {since:%b %H:%M}"
    elif sending is not None:
        words = f"asleep, and something sends at this moment on {sending.owner.host}"
    elif waiting:
        many = text.plural(waiting, "message waits", "messages wait")
        words = f"asleep: {many} and nobody sends {'it' if waiting == 1 else 'them'}"
    else:
        words = "asleep; nothing waits"
    return Check(
        name="sender",
        ok=found is not None or sending is not None or not waiting,
        words=words,
        hint="Start: retcon run. To keep it running: retcon run --unit",
    )


def _pulled(house: House, name: str) -> Check:
    """How long ago a source was last pulled without a failure."""
    with house.database.read() as tx:
        at = cursors.synced_at(tx, [name])
    ago = house.now() - at if at is not None else None
    minutes = max(0, round(ago.total_seconds() / 60)) if ago is not None else 0
    long = text.plural(minutes, "minute") if minutes < 120 else text.plural(round(minutes / 60), "hour")
    return Check(
        name=f"pull {name}",
        ok=ago is not None and ago <= _OLD,
        words=f"pulled {long} ago" if ago is not None else "never pulled",
        hint=f"Pull it: retcon sync {name}. To have that done: retcon run",
    )


def _notices(house: House) -> Check:
    """Whether notices have somewhere to go."""
    wanted = house.settings.notices
    if house.plugin("channels", wanted.channel) is None:
        words, hint = f"There is no [channels.{wanted.channel}].", "Correct channel under [notices]."
    elif not wanted.to:
        words, hint = f"to {wanted.channel}, but no address of yours", "Write to = under [notices]."
    else:
        return Check(name="notices", ok=True, words=f"by {wanted.channel} to {wanted.to}")
    return Check(name="notices", ok=False, words=words, hint=hint)


def _answers(name: str, check: Callable[[], str]) -> Check:
    try:
        return Check(name=name, ok=True, words=check())
    except RetconError as error:
        return Check(name=name, ok=False, words=error.title, hint=error.hint)
