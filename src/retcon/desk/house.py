"""The house: settings, store, clock and the way to the network, opened once and passed around."""

import time
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from retcon import clock, config, logs
from retcon.clock import Clock
from retcon.config import Plugin, Settings
from retcon.errors import RetconError
from retcon.frozen import dataclass
from retcon.store import installation
from retcon.store.database import Database, open_database

if TYPE_CHECKING:
    from retcon.channels.channel import Channel
    from retcon.platforms.wiring import Transports
    from retcon.sync.source import Source

# Our own kinds of source and channel, where they are; others' are found by their entry points, which takes a while.
OURS: Mapping[str, Mapping[str, str]] = {
    "sources": {
        "imap": "retcon.sync.imap:Imap",
        "telegram": "retcon.sync.telegram:Telegram",
        "woocommerce": "retcon.sync.woocommerce:WooCommerce",
    },
    "channels": {
        "email": "retcon.channels.email:Email",
        "telegram": "retcon.channels.telegram:Telegram",
    },
}


@dataclass(frozen=True, kw_only=True)
class House:
    """All that a verb needs."""

    settings: Settings
    database: Database
    now: Clock
    transports: "Transports"
    sleep: Callable[[float], None] = time.sleep

    def source(self, name: str) -> "Source":
        """The source of that name, opened. Raises RetconError where config.toml has none."""
        return cast("Source", self._open("sources", name))

    def channel(self, name: str) -> "Channel":
        """The channel of that name, opened. Raises RetconError where config.toml has none."""
        return cast("Channel", self._open("channels", name))

    @property
    def source_names(self) -> list[str]:
        """The sources that config.toml names, in its order."""
        return [plugin.name for plugin in self.settings.sources]

    @property
    def media(self) -> dict[str, str]:
        """What each channel writes to, by the channel's name: several kinds of channel may write to "email"."""
        return {plugin.name: kind_class("channels", plugin.kind).medium for plugin in self.settings.channels}

    @property
    def files(self) -> Path:
        """The folder of kept files; a kept file's path is relative to it."""
        return self.database.file.parent / "files"

    def plugin(self, section: str, name: str) -> Plugin | None:
        """The settings of a source or channel by name."""
        every = self.settings.sources if section == "sources" else self.settings.channels
        return next((plugin for plugin in every if plugin.name == name), None)

    def _open(self, section: str, name: str) -> object:
        plugin = self.plugin(section, name)
        if plugin is None:
            raise RetconError(
                f"config.toml has no [{section}.{name}].", f"Add it in {self.settings.places.config_file}."
            )
        from retcon.platforms.wiring import Wiring

        opened = kind_class(section, plugin.kind)
        return opened(
            Wiring(
                name=plugin.name,
                settings=plugin.settings,
                shop=self.settings.shop,
                secret=lambda field: self._secret(plugin, field),
                transports=self.transports,
                clock=self.now,
                sleep=self.sleep,
                folder=self.settings.places.config,
                account=owner.settings if (owner := self._account(plugin)) is not None else None,
                own=self._senders,
            )
        )

    @property
    def _senders(self) -> tuple[str, ...]:
        """The addresses that the channels write from and take answers at: who writes from one is the shop."""
        names = ("from_", "reply_to")
        return tuple(
            filter(None, (getattr(plugin.settings, name, "") for plugin in self.settings.channels for name in names))
        )

    def _account(self, plugin: Plugin) -> Plugin | None:
        """The source whose credentials the channel shares, None where it has its own: the token stands once."""
        name = getattr(plugin.settings, "account", "") if plugin.section == "channels" else ""
        if not name:
            return None
        owner = self.plugin("sources", name)
        shared = set(kind_class("channels", plugin.kind).secrets)
        if owner is None or not shared <= set(kind_class("sources", owner.kind).secrets):
            what = "there is no" if owner is None else f"{plugin.kind} can't share the keys of"
            raise RetconError(
                f"[channels.{plugin.name}]: account = “{name}”, and {what} [sources.{name}].",
                f"Correct it in {self.settings.places.config_file}, or leave account out.",
            )
        return owner

    def _secret(self, plugin: Plugin, field: str) -> str:
        plugin = self._account(plugin) or plugin
        value = config.secret(self.settings.places, plugin, field)
        if value is None:
            section = f"{plugin.section}.{plugin.name}"
            raise RetconError(
                f"The {field.replace('_', ' ')} of [{section}] is nowhere.",
                f"Put {field} under [{section}] in {self.settings.places.secrets_file} (chmod 600).",
            )
        return value

    def close(self) -> None:
        """Finish writing and let the file go."""
        self.database.close()


def open_house(
    home: Path | None = None,
    *,
    now: Clock = clock.now,
    transports: "Transports | None" = None,
    sleep: Callable[[float], None] = time.sleep,
    migrate_in_child: bool = False,
) -> House:
    """Read the settings and open the store. Raises ConfigError or StoreError in sentences."""
    from retcon.platforms.wiring import Transports

    settings = config.load(config.places(home), _settings_of, known_kinds)
    logs.start(settings.places.logs)
    database = open_database(settings.places.database, migrate_in_child=migrate_in_child)
    _settle(settings, database, now)
    return House(settings=settings, database=database, now=now, transports=transports or Transports(), sleep=sleep)


def _settle(settings: Settings, database: Database, now: Clock) -> None:
    """What has to be put right before anything is decided: a copy's queue, and the end of practice."""
    if installation.is_copy(database, settings.places.state):
        from retcon.store import outbox

        reason = "This database is a copy: its original may have sent this since."
        database.write(lambda tx: outbox.copied(tx, now(), reason))
        installation.adopt(database, settings.places.state)
    if settings.policy.live:
        from retcon.store import rehearsal

        with database.read() as tx:
            practised = rehearsal.unfinished(tx)
        if practised:
            database.write(lambda tx: rehearsal.end(tx, now()))


def known_kinds(section: str) -> list[str]:
    """The kinds of source or channel that are installed, ours and others'."""
    return sorted({*OURS[section], *_others(section)})


@cache
def kind_class(section: str, kind: str) -> Any:
    """The class of a kind of source or channel. Raises KeyError where none of that name is installed."""
    place = OURS[section].get(kind) or _others(section)[kind]
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


@cache
def _others(section: str) -> dict[str, str]:
    """Where each kind is that another package has brought."""
    from importlib.metadata import entry_points

    return {
        entry.name: entry.value for entry in entry_points(group=f"retcon.{section}") if entry.name not in OURS[section]
    }


def _settings_of(section: str, kind: str) -> type | None:
    known = kind in OURS[section] or kind in _others(section)
    return kind_class(section, kind).Settings if known else None
