"""Where our files lie, how a change of the seller's is noticed, and how mistakes are gathered over several files."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from retcon.errors import ConfigError, Mistake

OURS = Path(__file__).parent.parent / "data"

# The files of a folder as they are now: path, time of change, size.
Stamp = tuple[tuple[str, int, int], ...]


# The stamps of a pass that looks once: see `held`.
_held: ContextVar[dict[tuple[Path, str], Stamp] | None] = ContextVar("held", default=None)


@contextmanager
def held() -> Generator[None]:
    """Within it every folder is looked at once: thousands of letters are written by the same files."""
    token = _held.set({})
    try:
        yield
    finally:
        _held.reset(token)


def stamp(folder: Path, pattern: str) -> Stamp:
    """The folder's files as they are now; empty where there is no such folder."""
    known = _held.get()
    if known is None:
        return _stamp(folder, pattern)
    if (folder, pattern) not in known:
        known[folder, pattern] = _stamp(folder, pattern)
    return known[folder, pattern]


def _stamp(folder: Path, pattern: str) -> Stamp:
    if not folder.is_dir():
        return ()
    return tuple((str(file), *_changed(file)) for file in sorted(folder.glob(pattern)))


def _changed(file: Path) -> tuple[int, int]:
    try:
        status = file.stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size


@contextmanager
def gathering(mistakes: list[Mistake]) -> Generator[None]:
    """Put the mistakes of a file on the list and go on with the next."""
    try:
        yield
    except ConfigError as error:
        mistakes.extend(error.mistakes)


def end(mistakes: list[Mistake]) -> None:
    """Raise ConfigError with all of the mistakes, if there are any."""
    if mistakes:
        raise ConfigError(tuple(dict.fromkeys(mistakes)))
