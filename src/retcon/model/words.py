"""Words by which a message is known to be more than its words, by language."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Words:
    """Phrases by language (ISO 639), folded: what takes a permission back, gives one, complains, promises."""

    stop: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    yes: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    complaint: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    promise: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
