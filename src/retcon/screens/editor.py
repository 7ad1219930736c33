"""A text handed to the operator's own editor, and taken back as it was saved."""

import os
import shlex
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from textual.app import App, SuspendNotSupported

from retcon import keys, text
from retcon.errors import RetconError

Run = Callable[[Sequence[str]], int]


# What stands on such a line is there to be read, and never leaves.
_REMARK = "#| "


def write(
    app: App[None], subject: str | None, body: str, remarks: Sequence[str] = (), run: Run = subprocess.call
) -> tuple[str, str] | None:
    """The subject and text as the editor left them; None where nothing was changed, or the editor said no.

    Without a subject (None) none is asked for. `remarks` stand below the text on lines that are no part of it.
    Raises RetconError where there is no editor, or no terminal to give it.
    """
    command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
    with tempfile.TemporaryDirectory(prefix="retcon-") as folder:
        file = Path(folder) / "message.txt"
        first = "" if subject is None else f"Subject: {text.line(subject)}\n\n"
        before = f"{first}{text.show(body)}\n{_beside(remarks)}"
        file.touch(mode=0o600)
        file.write_text(before, encoding="utf-8")
        try:
            with app.suspend():
                code = run([*command, str(file)])
        except SuspendNotSupported:
            raise RetconError(
                "There is no terminal to give to an editor here.", f"{keys.name('edit')} edits in place."
            ) from None
        except OSError:
            raise RetconError(
                f"{command[0]} can't be started.", f"Set EDITOR, or edit in place: {keys.name('edit')}."
            ) from None
        after = file.read_text(encoding="utf-8", errors="replace")
    if code != 0 or after.strip() == before.strip():
        return None
    return _parts(_ours(after))


def _beside(remarks: Sequence[str]) -> str:
    if not remarks:
        return ""
    said = (f"Lines that begin with {_REMARK.strip()} don't leave.", "", *remarks)
    return "\n" + "".join(f"{_REMARK}{text.line(line)}".rstrip() + "\n" for line in said)


def _ours(written: str) -> str:
    return "\n".join(line for line in written.split("\n") if not line.startswith(_REMARK.rstrip()))


def _parts(written: str) -> tuple[str, str] | None:
    first, _, rest = written.partition("\n")
    head, found, subject = first.partition("Subject:")
    if found and not head.strip():
        return (text.line(subject), rest.strip()) if rest.strip() else None
    return ("", written.strip()) if written.strip() else None
