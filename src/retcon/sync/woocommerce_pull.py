"""One pull from a WooCommerce shop: what to ask for, in which order, and where that leaves the cursor.

Two ways of reading, each sure where the other is quick. *Changes* asks for what was modified since the newest stamp
seen, less an overlap; it is quick, and trusts the shop's stamps. A *survey*, at first, once a day, on --full and when
a clock was changed, walks all ids and compares: it finds what left without a trace (deleted orders and refunds), and
whatever the stamps did not tell. Both may be cut off anywhere: a survey that begins again skips what is kept.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import UTC, datetime, timedelta
from typing import Any

from retcon import localtime
from retcon.errors import SourceError
from retcon.frozen import dataclass
from retcon.platforms.wiring import Wiring
from retcon.platforms.woocommerce import Client, NotAllowed
from retcon.sync.crawl import PER_PAGE, Batch, crawl
from retcon.sync.source import Cursor, Family, Kept, Listing, Page, Record, Removed, Version
from retcon.sync.woocommerce_parcels import instant
from retcon.sync.woocommerce_records import Json, Reader, date, identifier, refund_ids, stamp

_OVERLAP = timedelta(minutes=5)  # for what was saved with an older stamp, or in the second that was being read
_CLOCK_CHANGED = timedelta(minutes=2)  # less is hidden by the overlap
_SURVEY_AFTER = timedelta(hours=20)
_FEW = 20  # orders; a shop with more that suddenly lists less than half of them is rather broken than emptied
_NOTICE = "The shop prints a notice of PHP before its data (a plugin's fault); read all the same."


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """One of the shop's collections."""

    family: Family
    path: str
    what: str  # in a sentence
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    by_stamp: bool = False  # whether it can be asked for what was modified


ORDERS = Collection(family=Family.ORDER, path="/orders", what="orders", query={"status": "any"}, by_stamp=True)
ACCOUNTS = Collection(family=Family.ACCOUNT, path="/customers", what="customers", query={"role": "all"})
REVIEWS = Collection(family=Family.REVIEW, path="/products/reviews", what="reviews")
COLLECTIONS = (
    ACCOUNTS,
    ORDERS,
    Collection(family=Family.PRODUCT, path="/products", what="products", by_stamp=True),
    Collection(family=Family.COUPON, path="/coupons", what="coupons", by_stamp=True),
    REVIEWS,
)


class Pull:
    """One pull. The cursor holds, by collection, the newest stamp seen ("orders") and the day of its last survey
    ("surveyed"), and by how much the shop's clock is ahead of ours ("ahead", in seconds).
    """

    def __init__(self, client: Client, wiring: Wiring, cursor: Cursor, *, full: bool, kept: Kept) -> None:
        self.client, self.full, self.kept = client, full, kept
        self.now = wiring.clock()
        self.cursor: dict[str, Any] = {**cursor, "surveyed": dict(cursor.get("surveyed", {}))}
        # A wrong key is told by one request, not by three at once; and it brings the shop's time.
        self.shop_now = self._meet(client.page(ORDERS.path, per_page=1, _fields="id").at)
        self.reader = Reader(
            source=wiring.name,
            currency=wiring.shop.currency,
            now=self.shop_now,
            consent_meta=wiring.settings.consent_meta,
        )
        self.refunded: dict[str, datetime] = {}  # by the refund's id
        self.refunds_asked: set[str] = set()
        self.noticed = False

    def pages(self) -> Iterator[Page]:
        """The pull, page by page."""
        for collection in COLLECTIONS:
            try:
                if self._is_due(collection):
                    yield from self._survey(collection)
                yield from self._changes(collection)
            except NotAllowed as refusal:
                if collection is ORDERS:
                    raise
                yield self._page(collection, (), notes=[str(refusal)])

    def _meet(self, there: datetime | None) -> datetime:
        """The shop's time, ours where it doesn't tell.

        Where a clock was changed since the last pull, surveys are due: stamps from before and after don't compare.
        """
        if there is None:
            return self.now
        ahead = int((there - self.now).total_seconds())
        before = self.cursor.get("ahead", ahead)
        newest = [mark for name in ("orders", "products", "coupons") if (mark := instant(self.cursor.get(name)))]
        turned_back = any(mark > there + _CLOCK_CHANGED for mark in newest)
        if turned_back or abs(ahead - before) > _CLOCK_CHANGED.total_seconds():
            self.cursor["surveyed"] = {}
        self.cursor["ahead"] = ahead
        return there

    def _is_due(self, collection: Collection) -> bool:
        last = instant(self.cursor["surveyed"].get(collection.what))
        return self.full or last is None or abs(self.now - last) > _SURVEY_AFTER

    # ---- surveys ------------------------------------------------------------------------------------------------

    def _survey(self, collection: Collection) -> Iterator[Page]:
        """Walk all of a collection, take what is new in it, and say at the end what there is."""
        known = self.kept() if collection is ORDERS and not self.full else {}
        if collection is ORDERS and not known:
            self._date_all_refunds()
        ids: set[str] = set()
        newest, done = "", 0
        for batch in crawl(self._asking(collection, known), identifier_of):
            ids.update(filter(None, map(identifier, batch.rows)))
            newest = max(newest, *map(stamp, batch.rows), "")
            done += len(batch.rows)
            yield self._page(collection, self._records(collection, batch.whole), done, batch)
        marks: dict[str, Any] = {}
        if collection.by_stamp:
            marks[collection.what] = self._no_later(newest)
        elif collection is ACCOUNTS:
            marks["customers"] = max(map(int, ids), default=0)
        if collection is ORDERS:
            marks["trash"] = marks["orders"]
        self.cursor |= marks
        self.cursor["surveyed"][collection.what] = localtime.stamp(self.now)
        if len(known) >= _FEW and len(known.keys() & ids) < len(known) / 2:
            note = f"The shop lists only {len(ids):,} of {len(known):,} orders, so none was taken for deleted."
            yield self._page(collection, (), done, notes=[f"{note} If that is right: retcon sync --full"])
            return
        yield self._page(collection, (Listing(collection.family, frozenset(ids)),), done)

    def _asking(self, collection: Collection, known: Mapping[str, Version]) -> Callable[[int], Batch]:
        """Fetches a page of the survey: whole where nothing is kept yet, else ids first and then what differs."""
        query = {**collection.query, "orderby": "id", "order": "asc"}
        if not known:
            return lambda offset: self._whole(collection, offset, query)

        def ask(offset: int) -> Batch:
            listed = self.client.page(
                collection.path, per_page=PER_PAGE, offset=offset, _fields="id,date_modified_gmt,refunds", **query
            )
            other = [order for row in listed.rows if (order := identifier(row)) and _version(row) != known.get(order)]
            whole: Sequence[Json] = ()
            if other:
                asked = {**query, "include": ",".join(other)}
                whole = self.client.page(collection.path, per_page=PER_PAGE, **asked).rows
                self._date_refunds(whole)
            return Batch(listed.rows, tuple(whole), listed.total, listed.noisy)

        return ask

    def _whole(self, collection: Collection, offset: int, query: Mapping[str, str]) -> Batch:
        answer = self.client.page(collection.path, per_page=PER_PAGE, offset=offset, **query)
        if collection is ORDERS:
            self._date_refunds(answer.rows)
        return Batch(answer.rows, answer.rows, answer.total, answer.noisy)

    def _date_all_refunds(self) -> None:
        """Read every refund's date at once, where the shop has that collection; older ones are asked order by order."""
        refunds = Collection(family=Family.ORDER, path="/refunds", what="refunds")
        query = {"orderby": "id", "order": "asc", "_fields": "id,date_created,date_created_gmt"}
        try:
            for batch in crawl(lambda offset: self._whole(refunds, offset, query), identifier_of):
                self._note_dates(batch.rows)
        except SourceError:
            return  # the orders are asked for one by one; if the shop is down, the next request says so

    def _note_dates(self, refunds: Sequence[Json]) -> None:
        self.refunded.update({identifier(row): at for row in refunds if (at := date(row, "date_created"))})

    def _date_refunds(self, orders: Sequence[Json]) -> None:
        """An order tells its refunds without their dates: ask for those of each order that has any."""
        for row in orders:
            order, undated = identifier(row), refund_ids(row) - self.refunded.keys() - self.refunds_asked
            if order and undated:
                self.refunds_asked |= undated
                try:
                    self._note_dates(self.client.page(f"/orders/{order}/refunds", per_page=PER_PAGE).rows)
                except NotAllowed:
                    continue  # deleted in the meantime

    # ---- changes ------------------------------------------------------------------------------------------------

    def _changes(self, collection: Collection) -> Iterator[Page]:
        """Ask for what has come or changed since the newest that was seen."""
        if collection is ACCOUNTS:
            yield from self._new_accounts()
        elif collection is REVIEWS:
            yield from self._new_reviews()
        else:
            yield from self._modified(collection)
        if collection is ORDERS:
            yield from self._trashed()

    def _modified(self, collection: Collection) -> Iterator[Page]:
        query = {**collection.query, "orderby": "modified", "order": "asc", **self._since(collection.what)}
        done = 0
        for batch in crawl(lambda offset: self._whole(collection, offset, query), place_of):
            self._advance(collection.what, batch.rows)
            done += len(batch.rows)
            yield self._page(collection, self._records(collection, batch.whole), done, batch)

    def _trashed(self) -> Iterator[Page]:
        query = {"status": "trash", "orderby": "modified", "order": "asc", **self._since("trash")}

        def ask(offset: int) -> Batch:
            fields = "id,date_modified_gmt"
            answer = self.client.page(ORDERS.path, per_page=PER_PAGE, offset=offset, _fields=fields, **query)
            return Batch(answer.rows, answer.rows, answer.total, answer.noisy)

        for batch in crawl(ask, place_of):
            self._advance("trash", batch.rows)
            gone = tuple(Removed(Family.ORDER, order) for row in batch.rows if (order := identifier(row)))
            yield self._page(ORDERS, gone, len(gone), batch)

    def _new_accounts(self) -> Iterator[Page]:
        """Customers cannot be asked for by stamp; the newest ids come first here, until one is known."""
        known = int(self.cursor.get("customers", 0))
        query = {**ACCOUNTS.query, "orderby": "id", "order": "desc"}
        newest = known
        for batch in crawl(lambda offset: self._whole(ACCOUNTS, offset, query), identifier_of, at_once=1):
            fresh = {int(account): row for row in batch.rows if int(account := identifier(row) or 0) > known}
            newest = max((newest, *fresh))
            if fresh:
                yield self._page(ACCOUNTS, self._records(ACCOUNTS, tuple(fresh.values())), len(fresh))
            if len(fresh) < len(batch.rows):
                break
        # Not before all of them are kept: they came newest first.
        self.cursor["customers"] = newest

    def _new_reviews(self) -> Iterator[Page]:
        """Reviews know the day of their creation alone, in the shop's time: a day's overlap covers every zone."""
        query = {"orderby": "id", "order": "asc"}
        newest = instant(self.cursor.get("reviews"))
        if newest:
            query["after"] = _written(newest - timedelta(days=1))
        done = 0
        for batch in crawl(lambda offset: self._whole(REVIEWS, offset, query), identifier_of):
            done += len(batch.rows)
            created = [at for row in batch.rows if (at := instant(row.get("date_created")))]
            newest = max((*created, *([newest] if newest else ())), default=None)
            if newest:
                self.cursor["reviews"] = self._no_later(_written(newest))
            yield self._page(REVIEWS, self._records(REVIEWS, batch.whole), done, batch)

    def _since(self, mark: str) -> dict[str, str]:
        """The filter for what was modified after the mark, less the overlap: without a zone and a fraction, which
        together with dates_are_gmt ask another question.
        """
        seen = instant(self.cursor.get(mark))
        return {"modified_after": _written(seen - _OVERLAP), "dates_are_gmt": "true"} if seen else {}

    def _advance(self, mark: str, rows: Sequence[Json]) -> None:
        newest = max((*map(stamp, rows), self.cursor.get(mark) or ""), default="")
        self.cursor[mark] = self._no_later(newest)

    def _no_later(self, newest: str) -> str:
        """The mark, unless it lies in the future: one absurd stamp must not hide all that comes after it."""
        return min(newest, _written(self.shop_now))

    # ---- both ---------------------------------------------------------------------------------------------------

    def _records(self, collection: Collection, rows: Sequence[Json]) -> tuple[Record, ...]:
        if collection is ORDERS:
            return tuple(self.reader.orders(rows, self.refunded))
        readers: dict[Family, Callable[[Sequence[Json]], Sequence[Record]]] = {
            Family.ACCOUNT: self.reader.accounts,
            Family.PRODUCT: self.reader.products,
            Family.COUPON: self.reader.coupons,
            Family.REVIEW: self.reader.reviews,
        }
        return tuple(readers[collection.family](rows))

    def _page(
        self,
        collection: Collection,
        records: Sequence[Record],
        done: int = 0,
        batch: Batch | None = None,
        notes: Sequence[str] = (),
    ) -> Page:
        odd = [*notes, *self.reader.notes]
        self.reader.notes.clear()
        if batch and batch.noisy and not self.noticed:
            self.noticed = True
            odd.append(_NOTICE)
        cursor = {**self.cursor, "surveyed": dict(self.cursor["surveyed"])}
        total = batch.total if batch else None
        return Page(
            records=tuple(records), cursor=cursor, what=collection.what, done=done, total=total, notes=tuple(odd)
        )


def identifier_of(row: Json) -> str:
    """A row of a list sorted by id, told from the others."""
    return str(row.get("id"))


def place_of(row: Json) -> tuple[str, str]:
    """A row of a list sorted by stamp, told from itself in another place."""
    return str(row.get("id")), str(row.get("date_modified_gmt"))


def _version(row: Json) -> Version:
    return Version(date(row, "date_modified"), refund_ids(row))


def _written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
