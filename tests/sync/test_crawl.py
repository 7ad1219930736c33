"""Reading a list that moves: whatever leaves or changes place meanwhile, no other row is lost, and each comes once."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retcon.errors import SourceError
from retcon.sync.crawl import PER_PAGE, STEP, Batch, crawl


class Moving:
    """A collection whose rows leave, or move to its end, just before a request is answered."""

    def __init__(self, size: int, moves: dict[int, list[tuple[str, int]]], *, tells_total: bool = True) -> None:
        self.rows = [{"id": number, "stamp": 0} for number in range(size)]
        self.moves, self.tells_total, self.asked = moves, tells_total, 0
        self.untouched = set(range(size))

    def ask(self, offset: int) -> Batch:
        for what, place in self.moves.get(self.asked, []):
            if self.rows:
                row = self.rows.pop(place % len(self.rows))
                self.untouched.discard(row["id"])
                if what == "edit":
                    self.rows.append({"id": row["id"], "stamp": self.asked + 1})
        self.asked += 1
        rows = tuple(self.rows[offset : offset + PER_PAGE])
        return Batch(rows, rows, len(self.rows) if self.tells_total else None)

    def read(self) -> list[dict[str, Any]]:
        pages = crawl(self.ask, lambda row: (row["id"], row["stamp"]), at_once=1)
        return [row for page in pages for row in page.rows]


moves = st.dictionaries(
    st.integers(0, 12),
    st.lists(st.tuples(st.sampled_from(["delete", "edit"]), st.integers(0, 600)), max_size=120),
    max_size=6,
)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 620), moves, st.booleans())
def test_no_row_that_stayed_is_lost_and_none_comes_twice_in_its_place(
    size: int, moves: dict[int, list[tuple[str, int]]], tells_total: bool
) -> None:
    collection = Moving(size, moves, tells_total=tells_total)

    read = [(row["id"], row["stamp"]) for row in collection.read()]

    assert collection.untouched <= {number for number, _ in read}
    assert len(read) == len(set(read))


def test_three_pages_are_on_the_way_at_once_and_come_in_order() -> None:
    collection = Moving(1000, {})
    read = [row["id"] for page in crawl(collection.ask, lambda row: row["id"]) for row in page.rows]
    assert read == list(range(1000))
    assert collection.asked == -(-(1000 - 1) // STEP)


def test_a_server_that_never_gets_on_is_left_after_a_while() -> None:
    rows = tuple({"id": number} for number in range(PER_PAGE))
    with pytest.raises(SourceError, match="same page again"):
        list(crawl(lambda _: Batch(rows, rows, None), lambda row: row["id"]))


def test_a_server_whose_pages_never_join_is_left_after_a_while() -> None:
    def ask(offset: int) -> Batch:
        rows = tuple({"id": offset * 1000 + number} for number in range(PER_PAGE))
        return Batch(rows, rows, None)

    with pytest.raises(SourceError, match="same page again"):
        list(crawl(ask, lambda row: row["id"]))


def test_a_failure_of_one_page_is_told_after_the_pages_before_it() -> None:
    def ask(offset: int) -> Batch:
        if offset == 2 * STEP:
            raise SourceError("The line broke.")
        rows = tuple({"id": number} for number in range(offset, offset + PER_PAGE))
        return Batch(rows, rows, 1000)

    pages = crawl(ask, lambda row: row["id"])
    assert len(next(pages).rows) == PER_PAGE
    assert len(next(pages).rows) == STEP
    with pytest.raises(SourceError, match="broke"):
        next(pages)
