"""What may run beside the console, again and again until it is ended: a full sync, and everybody ranked anew.

    .venv/bin/python benchmarks/beside.py HOME

The home is one of shop.py. Each round tells 20,000 orders with other totals, page by page as a shop would, and then
recomputes everybody as `retcon refresh` does. Says "at work" once it is.
"""

import itertools
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from shop import SOURCE, changed

from retcon import clock
from retcon.desk import refresh
from retcon.desk.house import open_house
from retcon.sync import engine
from retcon.sync.source import Cursor, Kept, Page, Source

ORDERS, A_PAGE = 20_000, 100


class Again:
    """A source that tells the same orders with other totals."""

    kind = "files"
    Settings = object
    secrets = ()

    def __init__(self, round_: int) -> None:
        self._round = round_

    def pages(self, cursor: Cursor, *, full: bool, kept: Kept) -> Iterator[Page]:
        told = changed(ORDERS, self._round, clock.now())
        done = 0
        while records := tuple(itertools.islice(told, A_PAGE)):
            done += len(records)
            yield Page(records=records, cursor={"done": done}, what="orders", done=done, total=ORDERS)

    def check(self) -> str:
        return "It answers."


def main() -> None:
    """Go on until ended."""
    house = open_house(Path(sys.argv[1]))
    context = refresh.context(house)
    print("at work", flush=True)
    for round_ in itertools.count(1):
        result = engine.run(
            house.database,
            cast("Source", Again(round_)),
            name=SOURCE,
            kind="files",
            currency="EUR",
            now=house.now,
            full=True,
            context=context,
        )
        assert result.ok, result.error
        refresh.refresh(house, everybody=True)


if __name__ == "__main__":
    main()
