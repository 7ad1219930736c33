"""Where our files lie, how a change of the seller's is noticed, and how mistakes are gathered over several files."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from retcon.errors import ConfigError, Mistake

OURS = Path(__file__).parent.parent / "data"

# The files of a folder as they are now: path, time of change, size.
Stamp = tuple[tuple[str, int, int], ...]


def stamp(folder: Path, pattern: str) -> Stamp:
    """The folder's files as they are now; empty where there is no such folder."""
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
