"""Words by which it is seen what a message is."""

from collections.abc import Mapping
from dataclasses import field

from retcon.frozen import dataclass

# Phrases by language.
Phrases = Mapping[str, tuple[str, ...]]


def _none() -> dict[str, tuple[str, ...]]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Phrases by language; what each list is for stands in data/words/en.toml."""

    stop: Phrases
    yes: Phrases
    complaint: Phrases
    promise: Phrases
    refusal: Phrases = field(default_factory=_none)
    doubt: Phrases = field(default_factory=_none)
    polite: Phrases = field(default_factory=_none)
