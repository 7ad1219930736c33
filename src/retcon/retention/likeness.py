"""Whether two names, or the first halves of two addresses, look like one person's."""

import re
import unicodedata
from functools import lru_cache

# How alike two of them are that pass for one, 0 to 100: a slip of a letter or two in a name of usual length.
_NAMES, _LOCALS = 90.0, 85.0
_SHORTEST_LOCAL = 4
_NO_LETTER = re.compile(r"[^\w]+|[\d_]+")
# Umlauts as they are written out.
_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "å": "aa", "æ": "ae"})
# Who answers at these is an office, not a person.
_OFFICES = frozenset(
    ("admin", "contact", "hello", "info", "kontakt", "mail", "office", "order", "orders", "sales", "shop", "support")
)


@lru_cache(maxsize=16_384)
def words_of(name: str) -> tuple[str, ...]:
    """The words of a name as they compare, in order of the alphabet: without case, accents, digits and points."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", name).casefold().translate(_WRITTEN_OUT))
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return tuple(sorted(word for word in _NO_LETTER.split(bare) if word))


def same_name(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two names, as `words_of` gives them, are one but for a slip; both of two words at least."""
    from rapidfuzz import fuzz

    return min(len(one), len(other)) >= 2 and fuzz.ratio(" ".join(one), " ".join(other)) >= _NAMES


def close_addresses(one: str, other: str) -> bool:
    """Whether what stands before the @ of two addresses is nearly the same, and no office's."""
    from rapidfuzz import fuzz

    first, second = _local(one), _local(other)
    if min(len(first), len(second)) < _SHORTEST_LOCAL or first in _OFFICES or second in _OFFICES:
        return False
    return fuzz.ratio(first, second) >= _LOCALS


@lru_cache(maxsize=16_384)
def _local(address: str) -> str:
    return re.sub(r"[^\w]|_", "", address.rpartition("@")[0].partition("+")[0])
