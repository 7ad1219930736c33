"""What of a timeline is at hand: some hundreds of events around the cursor, read on in pages from either end."""

from retcon.desk import card
from retcon.desk.house import House
from retcon.model.timeline import Event, Key

# So many events are read at once, and so many are kept.
PAGE, MOST = 40, 400


class Happened:
    """Events of one person and one group, newest first. `start` is which of all of them is the first at hand."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.customer_id = 0
        self.group = "everything"
        self.events: list[Event] = []
        self.start = 0

    def begin(self, customer_id: int, group: str) -> None:
        """Begin with the newest of that person and group."""
        found = card.page(self._house, customer_id, group, count=PAGE)
        self.customer_id, self.group = customer_id, group
        self.events, self.start = list(found), 0

    def again(self) -> None:
        """Read again what is at hand, where that begins with the newest."""
        if self.start == 0:
            count = max(PAGE, len(self.events))
            self.events = list(card.page(self._house, self.customer_id, self.group, count=count))

    def further(self, cursor: int, total: int) -> bool:
        """Read on where the cursor, an index of the events, comes near an end of them; whether anything came."""
        if cursor > len(self.events) - PAGE // 2 and self.start + len(self.events) < total:
            more = card.page(self._house, self.customer_id, self.group, before=self.events[-1].key, count=PAGE)
            gone = max(0, len(self.events) + len(more) - MOST)
            self.events = [*self.events[gone:], *more]
            self.start += gone
            return bool(more)
        if cursor < PAGE // 2 and self.start > 0:
            more = card.newer(self._house, self.customer_id, self.group, after=self.events[0].key, count=PAGE)
            self.events = [*more, *self.events][:MOST]
            self.start = max(0, self.start - len(more)) if len(more) == PAGE else 0
            return bool(more)
        return False

    def end(self, total: int) -> bool:
        """Have the oldest at hand; whether they weren't."""
        if self.start + len(self.events) >= total:
            return False
        self.events = list(card.newer(self._house, self.customer_id, self.group, count=PAGE))
        self.start = total - len(self.events)
        return True

    def around(self, key: Key) -> Event | None:
        """Have this event at hand, and return it; None where more has happened since than is kept."""
        newer = card.newer(self._house, self.customer_id, self.group, after=key, count=MOST - PAGE)
        before = newer[-1].key if newer else None
        older = card.page(self._house, self.customer_id, self.group, before=before, count=PAGE)
        found = next((event for event in older if event.key == key), None)
        if found is None or len(newer) == MOST - PAGE:
            return None
        self.events, self.start = [*newer, *older], 0
        return found
