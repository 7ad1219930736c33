"""Reading a collection that moves while it is read: pages by offset, three fetched at once, given in order."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from retcon.errors import SourceError
from retcon.frozen import dataclass

Json = dict[str, Any]

PER_PAGE = 100
# Each page begins with the last row of the one before. Where it doesn't, a row has left and others have moved up.
STEP = PER_PAGE - 1
AT_ONCE = 3  # more gains nothing on a small shop
_IDLE = 10  # pages with nothing new in them, one after the other


@dataclass(frozen=True, slots=True)
class Batch:
    """One page: its rows as listed, and the same or some of them with all that there is (`whole`)."""

    rows: tuple[Json, ...]
    whole: tuple[Json, ...]
    total: int | None  # of the collection, as far as the source says
    noisy: bool = False


def crawl(ask: Callable[[int], Batch], key: Callable[[Json], Any], *, at_once: int = AT_ONCE) -> Iterator[Batch]:
    """Every row of a collection that is sorted so that new places come last; `ask(offset)` fetches one page.

    `key` tells a row in its place from the same row in another. A page that doesn't begin with a row seen before is
    read again from a page earlier, so that no row is lost to those that leave while we read. Rows come once.
    """
    seen: set[Any] = set()
    ahead: deque[tuple[int, Future[Batch]]] = deque()
    following, end, idle, went_back = 0, 1, 0, False
    pool = ThreadPoolExecutor(at_once, thread_name_prefix="retcon-page")
    try:
        while True:
            while len(ahead) < at_once and (not ahead or following + 1 < end):
                ahead.append((following, pool.submit(ask, following)))
                following += STEP
            offset, page = ahead.popleft()
            batch = page.result()
            if offset and (not batch.rows or key(batch.rows[0]) not in seen):
                ahead.clear()
                following, went_back = max(0, offset - STEP), True
                continue
            fresh = {key(row): row for row in batch.rows if key(row) not in seen}
            idle = 0 if fresh else idle + 1
            if idle > _IDLE or (offset and not fresh and len(batch.rows) > 1 and not went_back):
                raise SourceError(
                    "The shop gives the same page again and again, so the rest could not be read.",
                    "Keep caches away from /wp-json/, then: retcon sync",
                )
            went_back = False
            seen.update(fresh)
            ids = {str(row.get("id")) for row in fresh.values()}
            whole = {number: row for row in batch.whole if (number := str(row.get("id"))) in ids}
            yield replace(batch, rows=tuple(fresh.values()), whole=tuple(whole.values()))
            last = offset + len(batch.rows)
            end = batch.total if batch.total is not None else last + 1
            if len(batch.rows) < PER_PAGE or last >= end:
                return
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
