"""The first run: which answers were given so far, where they are kept, and what is written from them.

Every answer is kept as soon as it is given, so that whatever ends the program, the next start goes on there. Keys
of a shop never stand among the answers: they go into secrets.toml at once.
"""

import json
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, cast

from retcon import config, text
from retcon.config import Places, Plugin, ShopSettings
from retcon.errors import InputError, RetconError

# The steps, in their order; a file has no SHOP_KEYS and a shop no FILE.
WHERE, FILE, KEYS, SHOP, WORK, FOUND, NEXT = "where", "file", "keys", "shop", "work", "found", "next"
IN_FILE, IN_WOOCOMMERCE = "file", "woocommerce"
SOURCE = "woo"  # what config.toml calls the shop
ASKED = ("name", "currency", "timezone", "country", "language")  # of [shop], in the order of the form

_SECRET = ("consumer_key", "consumer_secret")
_LARGEST = 1_000_000  # bytes of answers; more is no file of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What was answered so far, and the step that comes now."""

    step: str = WHERE
    source: str = ""  # where the orders are: IN_FILE or IN_WOOCOMMERCE
    file: str = ""
    preset: str = ""
    columns: Mapping[str, str] = field(default_factory=dict[str, str])
    dates: str = ""  # "dmy" or "mdy" where the file doesn't tell
    currency: str = ""  # of amounts that name none
    url: str = ""
    ca_file: str = ""
    guess: Mapping[str, str] = field(default_factory=dict[str, str])  # of [shop], until it was answered
    shop: Mapping[str, str] = field(default_factory=dict[str, str])
    written: bool = False  # config.toml is ours
    taken: str = ""  # what the import came to, in a sentence

    @property
    def plugin(self) -> Plugin:
        """The shop as a source of config.toml. Raises InputError where its address is none."""
        from retcon.sync.woocommerce import WooCommerceSettings

        if not config.is_url(self.url):
            raise InputError("That is no address of a shop.", "Write it as https://shop.example")
        settings = WooCommerceSettings(url=self.url, ca_file=self.ca_file)
        return Plugin(section="sources", name=SOURCE, kind="woocommerce", settings=settings)


def is_open(home: Path | None) -> bool:
    """Whether the first run is still to be done: nothing is set up and nobody known, or it was left half-way."""
    where = config.places(home)
    if where.first_run_file.is_file():
        return True
    return not where.config_file.exists() and not _knows_somebody(where)


def _knows_somebody(where: Places) -> bool:
    """Whether orders were taken in without any settings."""
    from retcon.store import standings
    from retcon.store.database import SCHEMA, Database, schema_version

    if schema_version(where.database) != SCHEMA:
        return where.database.exists() and where.database.stat().st_size > 0
    database = Database(where.database)
    try:
        with database.read() as tx:
            return standings.count(tx) > 0
    finally:
        database.close()


def check_home(home: Path | None) -> Places:
    """The folders. Raises RetconError where nothing can be kept in them."""
    where = config.places(home)
    for folder in dict.fromkeys((where.config, where.data, where.state)):
        nearest = next(parent for parent in (folder, *folder.parents) if parent.exists())
        if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
            raise RetconError(
                f"{nearest} cannot be written, so nothing can be kept there.",
                "Name another folder: retcon --home DIR. To look around without one: retcon demo",
            )
    return where


# ---- the answers --------------------------------------------------------------------------------------------


def read(where: Places) -> Answers:
    """The answers so far; none where there are none, or they can't be read."""
    file = where.first_run_file
    try:
        if file.stat().st_size > _LARGEST:
            return Answers()
        kept: Any = json.loads(file.read_text(encoding="utf-8"))
        return _answers(kept)
    except (OSError, ValueError, RecursionError):
        return Answers()


def _answers(kept: Any) -> Answers:
    if not isinstance(kept, dict):
        return Answers()
    values = cast("dict[str, Any]", kept)
    usual = asdict(Answers())
    known = {name: values[name] for name in usual if isinstance(values.get(name), type(usual[name]))}
    found = Answers(**{name: _plain_words(value) for name, value in known.items()})
    return found if found.step in (WHERE, FILE, KEYS, SHOP, WORK, FOUND, NEXT) else replace(found, step=WHERE)


def _plain_words(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): str(each) for name, each in cast("dict[Any, Any]", value).items()}
    return value


def keep(where: Places, answers: Answers) -> Answers:
    """Keep the answers for the next start, and return them. Raises RetconError where they can't be."""
    plain = {entry.name: _as_json(getattr(answers, entry.name)) for entry in fields(answers)}
    _write(where.first_run_file, json.dumps(plain, indent=1), "so the next start begins anew")
    return answers


def _as_json(value: Any) -> Any:
    return dict(cast("Mapping[str, str]", value)) if isinstance(value, Mapping) else value


def finish(where: Places) -> None:
    """The first run is over."""
    where.first_run_file.unlink(missing_ok=True)


# ---- what is typed ------------------------------------------------------------------------------------------


def path_of(typed: str) -> Path:
    """The file that was typed, pasted or dropped on the terminal: with quotes, backslashes or as file://."""
    written = typed.strip()
    if written.startswith("file://"):
        from urllib.parse import unquote, urlsplit

        written = unquote(urlsplit(written).path)
    elif len(written) > 1 and written[0] == written[-1] and written[0] in "'\"":
        written = written[1:-1]
    elif "\\" in written and os.sep != "\\" and not os.path.lexists(os.path.expanduser(written)):
        written = re.sub(r"\\(.)", r"\1", written)
    try:
        return Path(written).expanduser()
    except RuntimeError:  # ~nobody
        return Path(written)


def refusal(typed: str) -> str:
    """Why there is no such file to look into, in a sentence; "" where there is one, or nothing was typed yet."""
    if not typed.strip():
        return ""
    file = path_of(typed)
    try:
        if file.is_dir():
            return "This is a folder. Tab completes to a file in it."
        if file.is_file():
            return "" if os.access(file, os.R_OK) else "You may not read this file. Look at its rights."
        return "This is no file of orders." if file.exists() else "There is no such file."
    except (OSError, ValueError):
        return "There is no such file."


def completed(typed: str) -> str:
    """What Tab makes of a path: as much as all names that begin so share, a slash after a folder."""
    folder, name = os.path.split(typed.strip().lstrip("'\""))
    try:
        with os.scandir(os.path.expanduser(folder) or ".") as entries:
            found = [
                entry.name + (os.sep if entry.is_dir() else "")
                for entry in entries
                if entry.name.startswith(name) and (name.startswith(".") or not entry.name.startswith("."))
            ]
    except (OSError, ValueError):
        return typed
    shared = os.path.commonprefix(found)  # noqa: RUF071 (of names, letter by letter)
    return os.path.join(folder, shared) if found else typed


def address_of(typed: str) -> str:
    """The shop's address, with https:// where no scheme was typed."""
    written = typed.strip().rstrip("/")
    return written if not written or re.match(r"[a-z]+://", written) else f"https://{written}"


def is_near(url: str) -> bool:
    """Whether the address is this machine's own, where nobody is on the way."""
    from urllib.parse import urlsplit

    from retcon.platforms.wiring import is_loopback

    return is_loopback(urlsplit(url).hostname or "")


def settings_of(given: Mapping[str, str]) -> dict[str, str]:
    """The [shop] as it was typed, put right where nobody could mean anything else. Raises InputError in a sentence."""
    values = {name: text.keep_name(given.get(name, "")) for name in ASKED}
    values["currency"], values["country"] = values["currency"].upper(), values["country"].upper()
    if not values["name"]:
        raise InputError("Your shop's name is missing.", "It stands under every message.")
    for entry in fields(ShopSettings):
        check = entry.metadata.get("check")
        if entry.name in values and check and not check(values[entry.name]):
            said = {"timezone": "time zone"}.get(entry.name, entry.name)
            wrong = (
                f"“{text.line(values[entry.name])}” is no {said}." if values[entry.name] else f"The {said} is missing."
            )
            raise InputError(wrong, f"It is {entry.metadata['allowed']}.")
    return values


# ---- what is written ----------------------------------------------------------------------------------------

_CONFIG = """\
# Written by the first run, yours from now on. All that may stand here: docs/config.md, or retcon doctor.
# Secrets never do: they are in secrets.toml beside this file.
#
# To write to customers and to read what they answer, retcon needs your mailbox. Take the # away and fill in:
#
# [channels.email]
# kind = "email"
# host = "smtp.example"             # your mail server; port 587 with starttls unless you say otherwise
# user = "you@shop.example"
# from = "Your shop <you@shop.example>"
#
# [sources.mail]
# kind = "imap"
# host = "imap.example"
# user = "you@shop.example"
#
# The passwords go into secrets.toml under the same headings: password = "…". Then try them: retcon doctor

[shop]
name = {name}
currency = {currency}               # that figures are shown in
timezone = {timezone}               # yours
country = {country}                 # where you are established
language = {language}               # yours; messages show in it beside the customer's
{source}
[policy]
live = false                        # until true, nothing leaves but to your own test_addresses
"""
_SOURCE = """
[sources.{source}]
kind = "woocommerce"
url = {url}
"""


def write(where: Places, answers: Answers) -> Answers:
    """Write config.toml from the answers; one that isn't ours stays as it is, and is a RetconError."""
    if answers.written and where.config_file.exists():
        return _rewrite(where, answers)
    if where.config_file.exists():
        raise RetconError(
            f"{where.config_file} is there already, so nothing was written.",
            "Go on with: retcon. To begin anew, move it away first.",
        )
    values = {name: _quoted(answers.shop.get(name, "")) for name in ASKED}
    shop = ""
    if answers.source == IN_WOOCOMMERCE:
        shop = _SOURCE.format(source=SOURCE, url=_quoted(answers.url))
        if answers.ca_file:
            shop += f"ca_file = {_quoted(answers.ca_file)}\n"
    written = _aligned(_CONFIG.format(**values, source=shop))
    _write(where.config_file, written, "so nothing is set up")
    return keep(where, replace(answers, written=True))


def _rewrite(where: Places, answers: Answers) -> Answers:
    """The same where the seller went back and answered otherwise."""
    from retcon.desk import configuring

    file, otherwise = where.config_file, "so the answer isn't kept"
    configuring.put(file, "shop", answers.shop, otherwise)
    if answers.source == IN_WOOCOMMERCE:
        shop = {"kind": "woocommerce", "url": answers.url} | ({"ca_file": answers.ca_file} if answers.ca_file else {})
        configuring.put(file, "sources", {SOURCE: shop}, otherwise)
    else:
        configuring.take_out(file, "sources", SOURCE, otherwise)
    return answers


def _aligned(written: str) -> str:
    """The same with the remarks behind values under each other."""
    lines = written.split("\n")
    for number, line in enumerate(lines):
        value, mark, remark = line.rpartition("  # ")
        if mark and not line.startswith("#"):
            lines[number] = (
                f"{value.rstrip():<36}# {remark}" if len(value.rstrip()) < 36 else f"{value.rstrip()}  # {remark}"
            )
    return "\n".join(lines)


def _quoted(value: str) -> str:
    import tomlkit

    return tomlkit.item(text.show(value)).as_string()


def keep_keys(where: Places, key: str, secret: str) -> None:
    """Keep the shop's keys in secrets.toml, which only the seller can read. Raises RetconError where it can't be."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    config.secrets_file(where)  # one that others can read is refused
    file = where.secrets_file
    try:
        document = tomlkit.parse(file.read_text(encoding="utf-8")) if file.exists() else tomlkit.document()
        sources = cast("dict[str, Any]", document.setdefault("sources", tomlkit.table(is_super_table=True)))
        sources[SOURCE] = dict(zip(_SECRET, (key.strip(), secret.strip()), strict=True))
        written = tomlkit.dumps(document)
    except (OSError, UnicodeDecodeError, TOMLKitError):
        raise RetconError(
            f"{file} cannot be read as TOML, so the keys were not kept.", "Mend it, or move it."
        ) from None
    _write(file, written, "so the keys were not kept")
    plugin = Plugin(section="sources", name=SOURCE, kind="woocommerce", settings=None)
    if config.secret(where, plugin, _SECRET[0]) != key.strip():
        raise RetconError(
            "Another key comes first: of the environment (RETCON_SECRET_SOURCES_WOO_CONSUMER_KEY) or the keyring.",
            "Take it away there, then type it again.",
        )


def has_keys(where: Places) -> bool:
    """Whether secrets.toml has the shop's keys already."""
    sources = config.secrets_file(where).get("sources")
    shop: Any = cast("dict[str, Any]", sources).get(SOURCE) if isinstance(sources, dict) else None
    return isinstance(shop, dict) and all(shop.get(name) for name in _SECRET)


def _write(file: Path, written: str, otherwise: str) -> None:
    """Put the file in its place whole, for its owner alone."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, unfinished = tempfile.mkstemp(dir=file.parent, prefix=f".{file.stem}")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                out.write(written)
                out.flush()
                os.fsync(out.fileno())
            os.replace(unfinished, file)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise RetconError(
            f"{file} can't be written ({error.strerror}), {otherwise}.",
            "Free some space or mend its rights, then again.",
        ) from None
