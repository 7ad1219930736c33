"""What is typed in the first run, understood: a path, a shop's address, the settings of [shop]."""

import os
import re
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

from retcon import text
from retcon.config import ShopSettings
from retcon.desk.first_run import ASKED
from retcon.errors import InputError


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
                if entry.name.startswith(name)
                and (name.startswith(".") or not entry.name.startswith("."))
                and not text.HARMFUL.search(entry.name)
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
