"""What the first run writes: config.toml from the answers, and the shop's keys into secrets.toml."""

import os
from dataclasses import replace
from typing import Any, cast

from retcon import config, text
from retcon.config import Places, Plugin
from retcon.desk.first_run import ASKED, IN_WOOCOMMERCE, SOURCE, Answers, keep, put
from retcon.errors import RetconError

_SECRET = ("consumer_key", "consumer_secret")

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
    put(where.config_file, written, "so nothing is set up")
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
    _put_keys(where, dict(zip(_SECRET, (key.strip(), secret.strip()), strict=True)))
    plugin = Plugin(section="sources", name=SOURCE, kind="woocommerce", settings=None)
    if config.secret(where, plugin, _SECRET[0]) != key.strip():
        raise RetconError(
            "Another key comes first: of the environment (RETCON_SECRET_SOURCES_WOO_CONSUMER_KEY) or the keyring.",
            "Take it away there, then type it again.",
        )


def drop_keys(where: Places) -> None:
    """Take the shop's keys out again: the shop refused them."""
    _put_keys(where, {})


def _put_keys(where: Places, keys: dict[str, str]) -> None:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    config.secrets_file(where)  # one that others can read is refused
    file = where.secrets_file
    try:
        document = tomlkit.parse(file.read_text(encoding="utf-8")) if file.exists() else tomlkit.document()
        sources = cast("dict[str, Any]", document.setdefault("sources", tomlkit.table(is_super_table=True)))
        sources[SOURCE] = keys
        written = tomlkit.dumps(document)
    except (OSError, UnicodeDecodeError, TOMLKitError):
        raise RetconError(f"{file} can't be read as TOML, so the keys were not kept.", "Mend it, or move it.") from None
    put(file, written, "so the keys were not kept")


def has_keys(where: Places) -> bool:
    """Whether the environment or secrets.toml has the shop's keys already."""
    if all(os.environ.get(f"RETCON_SECRET_SOURCES_{SOURCE}_{name}".upper()) for name in _SECRET):
        return True
    sources = config.secrets_file(where).get("sources")
    shop: Any = cast("dict[str, Any]", sources).get(SOURCE) if isinstance(sources, dict) else None
    return isinstance(shop, dict) and all(shop.get(name) for name in _SECRET)
