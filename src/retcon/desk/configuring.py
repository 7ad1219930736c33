"""Settings that the program writes into config.toml: comments and order kept, the file replaced whole or not at all."""

import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retcon.errors import RetconError

if TYPE_CHECKING:
    from tomlkit.items import Table


def put(file: Path, table: str, values: Mapping[str, Any], otherwise: str) -> None:
    """Write the values under [table]. Raises RetconError where the file can't be written: `otherwise` says what then.

    `otherwise` is a clause: "so retcon is not live".
    """

    def change(section: "Table") -> None:
        for name, value in values.items():
            section[name] = value

    import tomlkit

    lines = "; ".join(f"{name} = {tomlkit.item(value).as_string()}" for name, value in values.items())
    _change(file, table, change, otherwise, f"Write {lines} under [{table}].")


def take_out(file: Path, table: str, name: str, otherwise: str) -> None:
    """Take a setting out of [table], if it is there. Raises as `put`."""

    def change(section: "Table") -> None:
        section.pop(name, None)

    _change(file, table, change, otherwise, f"Take {name} out of [{table}].")


def _change(file: Path, table: str, change: "Callable[[Table], None]", otherwise: str, by_hand: str) -> None:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError
    from tomlkit.items import Table

    try:
        document = tomlkit.parse(file.read_text(encoding="utf-8-sig")) if file.exists() else tomlkit.document()
        section = document.setdefault(table, tomlkit.table())
        assert isinstance(section, Table)
        change(section)
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, unfinished = tempfile.mkstemp(dir=file.parent, prefix=".config")
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(tomlkit.dumps(document))
        if file.exists():
            os.chmod(unfinished, file.stat().st_mode & 0o777)
        os.replace(unfinished, file)
    except (OSError, TOMLKitError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no TOML"
        raise RetconError(f"{file} can't be written ({reason}), {otherwise}.", by_hand) from None
