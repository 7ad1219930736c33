"""Texts of the seller's own, put into a message by a key."""

from retcon.frozen import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """One text in one language, not yet filled in."""

    id: str  # "late-parcel"
    language: str
    body: str
    file: str = ""

    @property
    def name(self) -> str:
        """What it is called: "late parcel"."""
        return self.id.replace("-", " ").replace("_", " ")
