"""The first run: which answers were given so far, where they are kept, and what they are kept in.

Every answer is kept as soon as it is given, so that whatever ends the program, the next start goes on there. Keys
of a shop never stand among the answers: they go into secrets.toml at once.
"""

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, field, fields, replace
from pathlib import Path
from typing import Any, cast

from retcon import config
from retcon.config import Places, Plugin
from retcon.errors import InputError, RetconError
from retcon.frozen import dataclass

# The steps, in their order; orders in a file have no KEYS, those in a shop no FILE.
WHERE, FILE, KEYS, SHOP, WORK, FOUND, NEXT = "where", "file", "keys", "shop", "work", "found", "next"
IN_FILE, IN_WOOCOMMERCE = "file", "woocommerce"
SOURCE = "woo"  # what config.toml calls the shop
ASKED = ("name", "currency", "timezone", "country", "language")  # of [shop], in the order of the form

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
        if not where.config_file.exists() or read(where).written:
            return True
        finish(where)  # config.toml was written by hand since
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
        answers = _answers(kept)
    except (OSError, ValueError, RecursionError):
        return Answers()
    if answers.written and not where.config_file.exists():
        # Somebody took it away: what was answered is written once more.
        return replace(answers, written=False, taken="", step=WORK if answers.step in (FOUND, NEXT) else answers.step)
    return answers


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
    put(where.first_run_file, json.dumps(plain, indent=1), "so the next start begins anew")
    return answers


def _as_json(value: Any) -> Any:
    return dict(cast("Mapping[str, str]", value)) if isinstance(value, Mapping) else value


def finish(where: Places) -> None:
    """The first run is over."""
    where.first_run_file.unlink(missing_ok=True)


def put(file: Path, written: str, otherwise: str) -> None:
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
