"""A page of records on its way in: what is kept of it, whom it touches, and what the keeping must know besides."""

from pathlib import Path

from retcon.clock import Clock
from retcon.frozen import dataclass
from retcon.model.words import Words
from retcon.store.database import Connection


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the records of a page: each that was read counts once, and what a listing changed besides."""

    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.read + other.read,
            self.added + other.added,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.removed + other.removed,
        )


@dataclass(frozen=True, slots=True)
class Context:
    """What conversations are kept by: words that are signs, the folder of kept files, the shop's languages."""

    words: Words
    files: Path
    now: Clock
    languages: tuple[str, ...] = ()  # that customers of this shop may write in, besides the source's word


@dataclass(slots=True)
class Incoming:
    """One page on its way in."""

    tx: Connection
    source: str
    currency: str  # of the shop
    touched: set[int]
    renamed: set[int]  # those among them whose name, country, language or search words may be others now
    context: Context | None = None
