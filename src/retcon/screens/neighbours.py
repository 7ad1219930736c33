"""Who stands beside a person in the list from which their card was opened."""

from collections.abc import Sequence
from typing import Protocol

from retcon.frozen import dataclass


class Neighbours(Protocol):
    """A list of people as the card goes through it; positions count from 1."""

    @property
    def total(self) -> int:
        """How many people the list has."""
        ...

    def position(self, customer_id: int) -> int | None:
        """Where the person stands in it; None where they are no longer there."""
        ...

    def beside(self, customer_id: int, step: int) -> int | None:
        """Who stands one further (1) or one before (-1); None at the ends."""
        ...


@dataclass(frozen=True, slots=True)
class Listed:
    """Neighbours of a list that is at hand whole."""

    ids: Sequence[int]

    @property
    def total(self) -> int:
        """How many people the list has."""
        return len(self.ids)

    def position(self, customer_id: int) -> int | None:
        """Where the person stands in it; None where they are not in it."""
        return self.ids.index(customer_id) + 1 if customer_id in self.ids else None

    def beside(self, customer_id: int, step: int) -> int | None:
        """Who stands one further (1) or one before (-1); None at the ends."""
        position = self.position(customer_id)
        if position is None:
            return None
        place = position - 1 + step
        return self.ids[place] if 0 <= place < len(self.ids) else None
