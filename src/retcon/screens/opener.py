"""Handing a file or a link to the program that the system opens it with."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence

Start = Callable[[Sequence[str]], object]

# What comes from strangers may be a program: only what is looked at or listened to is opened.
_HARMLESS = re.compile("jpe?g|png|gif|webp|hei[cf]|bmp|tiff?|pdf|txt|mp[34]|m4a|og[ag]|opus|wav|mov|webm|mkv|3gp")


def harmless(target: str) -> bool:
    """Whether it may be opened: a link of the web, or a picture, PDF, text, sound or film."""
    return is_link(target) or _HARMLESS.fullmatch(target.rpartition(".")[2].lower()) is not None


def is_link(target: str) -> bool:
    """Whether it is a link of the web, without anything that a shell or a terminal would obey."""
    return re.fullmatch(r"https?://[!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~]{3,2000}", target) is not None


def program(environment: Mapping[str, str] = os.environ) -> str | None:
    """What opens things here; None over SSH and where nothing can be shown."""
    if environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"):
        return None
    if sys.platform == "darwin":
        return shutil.which("open")
    shown = environment.get("WAYLAND_DISPLAY") or environment.get("DISPLAY")
    return shutil.which("xdg-open") if shown else None


def _start(command: Sequence[str]) -> object:
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)


def show(target: str, start: Start = _start, environment: Mapping[str, str] = os.environ) -> bool:
    """Open the link or the file of this absolute path; False where it may not be opened, or nothing here can."""
    opener = program(environment)
    if opener is None or not harmless(target) or not (is_link(target) or target.startswith("/")):
        return False
    try:
        start((opener, target))
    except OSError:
        return False
    return True
