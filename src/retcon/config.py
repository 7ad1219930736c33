"""The seller's settings (config.toml) and where everything lies; secrets come from `secret`.

A setting is declared once, as a field with its meaning, what is allowed and how that is checked; reading,
refusing and docs/config.md all follow from the declarations. Every mistake is found before the first is told.
"""

import os
import re
import stat
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from retcon import localtime, tomlfile
from retcon.errors import RetconError
from retcon.frozen import dataclass
from retcon.tomlfile import Check, Document, Reader, setting


def is_url(text: str) -> bool:
    """Whether the text is an http or https address with a host."""
    return re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", text) is not None


def is_mailbox(text: str) -> bool:
    """Whether the text is "name <address>" or an address alone, on one line."""
    return re.fullmatch(r"(?:[^<>\r\n]*<)?[^\s<>@]+@[^\s<>@]+>?", text) is not None


def is_test_address(text: str) -> bool:
    """Whether the text is a mailbox, or an address on another medium with the medium's name before it."""
    return is_mailbox(text) or re.fullmatch(r"(?!email:)[a-z]+:[^\s@]+", text) is not None


def is_port(number: int) -> bool:
    """Whether the number is a TCP port."""
    return 0 < number < 65536


def one_of(*words: str) -> Check:
    """A check that a value is one of the words."""
    return lambda value: value in words


@dataclass(frozen=True, kw_only=True)
class ShopSettings:
    """`[shop]`: who sells, and in what the figures are shown."""

    name: str = setting("My shop", help="the shop's name, as customers know it")
    currency: str = setting(
        "EUR",
        help="the currency that figures are shown in",
        allowed="an ISO 4217 code such as EUR",
        check=lambda code: re.fullmatch("[A-Z]{3}", code) is not None,
    )
    timezone: str = setting(
        "UTC", help="the operator's time zone", allowed="an IANA zone such as Europe/Berlin", check=localtime.is_zone
    )
    language: str = setting(
        "en",
        help="the operator's language",
        allowed="a language code such as en or pt-BR",
        check=lambda code: re.fullmatch("[a-z]{2,3}(-[A-Za-z]{2,4})?", code) is not None,
    )
    country: str = setting(
        "",
        help="where the seller is established",
        allowed="an ISO 3166 code such as DE",
        check=lambda code: re.fullmatch("[A-Z]{2}|", code) is not None,
    )
    address: str = setting("", help="the postal address that commercial mail must carry")
    storefront: str = setting(
        "",
        help="where customers find the shop",
        allowed="an http(s) address",
        check=lambda url: not url or is_url(url),
    )
    signature: str = setting("", help="the name under a message; the shop's name where empty")
    contact: str = setting(
        "",
        help="the mail address that customers write to with questions; the channel's own where empty",
        allowed="a mail address",
        check=lambda address: not address or is_mailbox(address),
    )
    address_form: str = setting(
        "formal",
        help="how customers are addressed where a language has two ways: Sie or du, vous or tu",
        allowed="formal or informal",
        check=one_of("formal", "informal"),
    )


# The notices that a shop's own system may send; a rule covers one of them.
SHOP_MAILS = ("order", "parcel", "delivery", "review")


def _is_day(written: str) -> bool:
    try:
        date.fromisoformat(written)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, kw_only=True)
class PolicySettings:
    """`[policy]`: what may leave."""

    live: bool = setting(False, help="until true, nothing leaves but to test_addresses")
    test_addresses: tuple[str, ...] = setting(
        (),
        help="the seller's own addresses, for practice: of each medium the first is used",
        allowed="a list of e-mail addresses, and of others such as telegram:700100200",
        check=lambda addresses: all(map(is_test_address, addresses)),
    )
    cap_per_week: int = setting(
        2,
        help="messages a person gets in seven days at most, answers apart",
        allowed="1 to 50",
        check=lambda number: 1 <= number <= 50,
    )
    soft_opt_in: str = setting(
        "",
        help="since when buyers are told at the checkout that you may write to them about similar goods, and how to"
        " object; empty: they are not",
        allowed="a day such as 2024-03-01",
        check=lambda day: not day or _is_day(day),
    )
    shop_mails: tuple[str, ...] = setting(
        (),
        help="what the shop's own system mails to buyers by itself: counted as done",
        allowed=f"a list of {', '.join(SHOP_MAILS)}",
        check=lambda mails: set(mails) <= set(SHOP_MAILS),
    )
    undo_seconds: int = setting(
        10,
        help="how long an approval can be taken back before it leaves",
        allowed="0 to 3600",
        check=lambda number: 0 <= number <= 3600,
    )

    def test_address(self, medium: str) -> str | None:
        """The seller's own address on the medium, None where there is none."""
        if medium == "email":
            return next((address for address in self.test_addresses if "@" in address), None)
        own = (address.partition(":") for address in self.test_addresses if "@" not in address)
        return next((address for name, _, address in own if name == medium), None)


def _is_sum(value: float) -> bool:
    return 0 <= value < 1e12


@dataclass(frozen=True, kw_only=True)
class TierSettings:
    """`[retention.tiers]`: from which yearly value on a customer is a VIP, or high; learnt where nothing is set."""

    vip: float = setting(
        0.0,
        help="what one who stays is expected to spend in a year, in the shop's currency, to be a VIP (with three orders"
        " or more); 0: learnt, the highest 5 %",
        allowed="0 or more",
        check=_is_sum,
    )
    high: float = setting(
        0.0,
        help="the same to be high (with two orders or more); 0: learnt, the highest 20 %",
        allowed="0 or more",
        check=_is_sum,
    )


@dataclass(frozen=True, kw_only=True)
class RetentionSettings:
    """`[retention]`: how far the ranking looks ahead, and what `retcon thresholds suggest` reckons with."""

    horizon_days: int = setting(
        90,
        help="lost means: no order within so many days",
        allowed="7 to 730",
        check=lambda days: 7 <= days <= 730,
    )
    names_per_day: int = setting(
        20,
        help="names of a list that you can work through in a day: so many the backtest counts",
        allowed="1 to 1000",
        check=lambda names: 1 <= names <= 1000,
    )
    contacts_per_week: int = setting(
        25,
        help="people whom you can write to by yourself in a week: the levels that are proposed warn of no more",
        allowed="1 to 10000",
        check=lambda contacts: 1 <= contacts <= 10_000,
    )
    contact_cost: float = setting(
        1.0,
        help="what one such message costs you, your time included, in the shop's currency",
        allowed="0 or more",
        check=_is_sum,
    )
    save_rate: float = setting(
        0.1,
        help="of those who would have been lost, the part that stays because you wrote; an assumption until it is"
        " measured",
        allowed="0.01 to 1",
        check=lambda rate: 0.01 <= rate <= 1,
    )
    tiers: TierSettings = setting(factory=TierSettings, help="a table of its own")


@dataclass(frozen=True, kw_only=True)
class UiSettings:
    """`[ui]`: the console."""

    theme: str = setting("dark", help="colours", allowed="dark, light or ansi", check=one_of("dark", "light", "ansi"))
    mouse: bool = setting(True, help="whether the mouse is used")


def is_interval(text: str) -> bool:
    """Whether the text is minutes or hours, such as 5m or 1h."""
    return re.fullmatch(r"[1-9]\d{0,3}[mh]", text) is not None


def interval(text: str) -> timedelta:
    """The time that "5m" or "1h" means."""
    return timedelta(minutes=int(text[:-1]) * (1 if text.endswith("m") else 60))


@dataclass(frozen=True, kw_only=True)
class WorkerSettings:
    """`[worker]`: the resident one."""

    every: str = setting(
        "5m",
        help="how often it pulls",
        allowed="minutes or hours such as 5m or 1h",
        check=is_interval,
    )


@dataclass(frozen=True, kw_only=True)
class NoticeSettings:
    """`[notices]`: what you are told while the console is closed."""

    channel: str = setting("", help="NAME of the channel that tells you; empty: nothing is told")
    to: str = setting("", help="your own address on it: an e-mail address, or the id of your chat with the bot")


@dataclass(frozen=True, kw_only=True)
class Plugin:
    """One `[sources.NAME]` or `[channels.NAME]`: its kind, and the settings that its kind declares."""

    section: str  # "sources" or "channels"
    name: str
    kind: str
    settings: Any


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where everything lies on this machine."""

    config: Path
    data: Path
    state: Path
    logs: Path

    @property
    def config_file(self) -> Path:
        return self.config / "config.toml"

    @property
    def secrets_file(self) -> Path:
        return self.config / "secrets.toml"

    @property
    def database(self) -> Path:
        return self.data / "retcon.db"

    @property
    def exports(self) -> Path:
        return self.data / "exports"

    @property
    def first_run_file(self) -> Path:
        """What was answered in a first run that isn't over."""
        return self.state / "first_run.json"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All that config.toml says, with defaults filled in."""

    places: Places
    shop: ShopSettings = field(default_factory=ShopSettings)
    policy: PolicySettings = field(default_factory=PolicySettings)
    retention: RetentionSettings = field(default_factory=RetentionSettings)
    ui: UiSettings = field(default_factory=UiSettings)
    worker: WorkerSettings = field(default_factory=WorkerSettings)
    notices: NoticeSettings = field(default_factory=NoticeSettings)
    transit: Mapping[str, int] = field(default_factory=dict[str, int])  # days by country
    keys: Mapping[str, str] = field(default_factory=dict[str, str])  # action id → keys
    sources: tuple[Plugin, ...] = ()
    channels: tuple[Plugin, ...] = ()


# One of the program's own tables, by name.
TABLES: dict[str, type] = {
    "shop": ShopSettings,
    "policy": PolicySettings,
    "retention": RetentionSettings,
    "ui": UiSettings,
    "worker": WorkerSettings,
    "notices": NoticeSettings,
}

# A kind's declared settings, by section ("sources", "channels") and kind; None where there is no such kind.
Kinds = Callable[[str, str], type | None]


def places(home: Path | None = None) -> Places:
    """The folders: all under `home` (or RETCON_HOME) where given, else the user's own."""
    chosen = home or (Path(os.environ["RETCON_HOME"]) if os.environ.get("RETCON_HOME") else None)
    if chosen is not None:
        chosen = chosen.expanduser().absolute()
        return Places(config=chosen, data=chosen, state=chosen, logs=chosen / "logs")
    from platformdirs import PlatformDirs

    dirs = PlatformDirs("retcon", appauthor=False)
    return Places(
        config=dirs.user_config_path,
        data=dirs.user_data_path,
        state=dirs.user_state_path,
        logs=dirs.user_log_path,
    )


def load(where: Places, kinds: Kinds, known_kinds: Callable[[str], list[str]]) -> Settings:
    """The settings of config.toml; defaults where there is no file. Raises ConfigError with every mistake."""
    try:
        document = tomlfile.read(where.config_file)
    except FileNotFoundError:
        return Settings(places=where)
    return _Reader(document, kinds, known_kinds).settings(where)


class _Reader(Reader):
    """Turns a parsed document into Settings and gathers what is wrong with it."""

    def __init__(self, document: Document, kinds: Kinds, known_kinds: Callable[[str], list[str]]) -> None:
        super().__init__(document)
        self.kinds = kinds
        self.known_kinds = known_kinds

    def settings(self, where: Places) -> Settings:
        tables: dict[str, Any] = {}
        for name, value in self.document.content.items():
            if name in TABLES:
                tables[name] = self.table(TABLES[name], value, (name,))
            elif name in ("sources", "channels"):
                tables[name] = self.plugins(name, value)
            elif name == "transit":
                tables[name] = self.mapping(value, name, int, "days by country, such as US = 12")
            elif name == "keys":
                tables[name] = self.mapping(value, name, str, 'keys by action, such as approve = "a"')
            else:
                allowed = [f"[{known}]" for known in (*TABLES, "sources.NAME", "channels.NAME", "transit", "keys")]
                self.wrong((name,), f"[{name}] is unknown.", f"Allowed: {', '.join(allowed)}.")
        self.end()
        return Settings(places=where, **tables)

    def plugins(self, section: str, value: Any) -> tuple[Plugin, ...]:
        if not isinstance(value, dict):
            self.wrong((section,), f"{section} is no table.", f"Write [{section}.NAME].")
            return ()
        found: list[Plugin] = []
        for name, table in cast("dict[str, Any]", value).items():
            path = (section, name)
            if not isinstance(table, dict):
                self.wrong(path, f"{section}.{name} is no table.", f"Write [{section}.{name}].")
                continue
            options = dict(cast("dict[str, Any]", table))
            kind = options.pop("kind", None)
            declared = self.kinds(section, kind) if isinstance(kind, str) else None
            if declared is None:
                said = f"kind = {kind!r} is unknown." if kind is not None else "kind is missing."
                known = ", ".join(self.known_kinds(section))
                self.wrong((*path, "kind"), f"{section}.{name}: {said}", f"Allowed: {known}.")
                continue
            read = self.table(declared, options, path)
            if read is not None:
                found.append(Plugin(section=section, name=name, kind=cast("str", kind), settings=read))
        return tuple(found)


# ---- secrets ------------------------------------------------------------------------------------------------


def secret(where: Places, plugin: Plugin, name: str) -> str | None:
    """The secret of a source or channel: from the environment, else the keyring, else secrets.toml; None if nowhere.

    Raises RetconError where secrets.toml can be read by others, or is no TOML.
    """
    variable = f"RETCON_SECRET_{plugin.section}_{plugin.name}_{name}".upper().replace("-", "_")
    return os.environ.get(variable) or _from_keyring(plugin, name) or _from_file(where, plugin, name)


def keyring_name(plugin_section: str, plugin_name: str, name: str) -> str:
    """The user name under which the keyring's service "retcon" holds a secret."""
    return f"{plugin_section}.{plugin_name}.{name}"


def _from_keyring(plugin: Plugin, name: str) -> str | None:
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password("retcon", keyring_name(plugin.section, plugin.name, name))
    except (KeyringError, RuntimeError):
        return None  # a machine without a usable keyring: the file is the next place


def _from_file(where: Places, plugin: Plugin, name: str) -> str | None:
    table: Any = secrets_file(where)
    for part in (plugin.section, plugin.name, name):
        table = cast("dict[str, Any]", table).get(part) if isinstance(table, dict) else None
    return table if isinstance(table, str) else None


@lru_cache(maxsize=4)
def _read_secrets(file: Path, changed: int) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def secrets_file(where: Places) -> dict[str, Any]:
    """What secrets.toml holds; empty where there is none. Raises RetconError where others can read it."""
    file = where.secrets_file
    try:
        status = file.stat()
    except OSError:
        return {}
    if os.name == "posix" and status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise RetconError(f"{file} can be read by others, so it is not used.", f"Run: chmod 600 {file}")
    try:
        return _read_secrets(file, status.st_mtime_ns)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        line = re.search(r"line (\d+)", str(error))
        at = f" (line {line[1]})" if line else ""
        raise RetconError(
            f"{file} cannot be read as TOML{at}.", "Mend it; its sections are those of config.toml."
        ) from None
