"""What a source tells is kept: who it belongs to, what is new in it, whom it touches.

Records are taken one after the other, so that the same records in the same order give the same rows and ids,
however they are cut into pages.
"""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

from retcon import text
from retcon.model.conversations import Authenticated, Blocked, Bounce, Joined, SourceMessage
from retcon.model.orders import Coupon, Product, Review, ShopOrder
from retcon.model.people import Account, ConsentGiven
from retcon.store import catalog, consents, facts, orders, people, records, touched
from retcon.store.database import Connection
from retcon.sync import authenticated, conversations, identity, rates, reached
from retcon.sync.identity import Identity, Register
from retcon.sync.incoming import Context as Context
from retcon.sync.incoming import Counts, Incoming
from retcon.sync.source import Family, Listing, Record, Removed

_BASE = "base_currency"  # what total_base_minor is in


def keep(
    tx: Connection, source: str, records: Sequence[Record], currency: str, context: Context | None = None
) -> Counts:
    """Keep the records of one page in the caller's transaction; `currency` is the shop's.

    Every customer whom something new concerns is marked as touched. What people say is kept by the context.
    """
    rebase(tx, currency)
    intake = Incoming(tx, source, currency, set(), set(), context)
    counts = Counts()
    for kind, run in itertools.groupby(records, key=type):
        counts += _KEEPERS[kind](intake, list(run))
    people.describe(tx, sorted(intake.renamed))
    touched.add(tx, sorted(intake.touched))
    return counts


def rebase(tx: Connection, currency: str) -> bool:
    """Work out all amounts in the shop's currency anew where the settings name another one than they are in.

    Whether that was so; everybody who ordered is touched then.
    """
    if facts.get(tx, _BASE) == currency:
        return False
    facts.put(tx, _BASE, currency)
    rebased = [
        (
            rates.to_base(amount.total_minor, amount.currency, currency, amount.day),
            rates.to_base(amount.refunded_minor, amount.currency, currency, amount.day),
            amount.order_id,
        )
        for amount in orders.amounts(tx)
    ]
    orders.set_base(tx, rebased)
    touched.add(tx, orders.everybody(tx))
    return bool(rebased)


def _keep_orders(intake: Incoming, told: Sequence[ShopOrder]) -> Counts:
    tx, source = intake.tx, intake.source
    known = orders.kept(tx, source, {text.keep_name(order.source_id) for order in told})
    before = dict(known)
    register = _register(
        intake,
        ((identity.by_account(source, order.account_id), identity.by_email(order.email)) for order in told),
        (order.customer_id for order in known.values()),
    )
    next_id = orders.next_id(tx)
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    for order in told:
        source_id = text.keep_name(order.source_id)
        kept = known.get(source_id)
        person = register.person(
            identity.by_account(source, order.account_id),
            order.email,
            kept.customer_id if kept else None,
            same_address=kept is not None and identity.address(kept.told.email) == identity.address(order.email),
        )
        now_told = orders.told(order, *_in_base(order, intake.currency))
        now = orders.Kept(kept.id if kept else next_id, source_id, person, now_told)
        if kept is None:
            next_id += 1
        counts["added" if kept is None else "unchanged" if now == kept else "changed"] += 1
        if now != kept:
            known[source_id] = now
            intake.touched.add(person)
            if kept is not None:
                intake.touched.add(kept.customer_id)
                intake.renamed.update((person, kept.customer_id))
    _write_register(intake, register)
    added = [order for order in known.values() if order.source_id not in before]
    changed = [order for key, order in known.items() if key in before and order is not before[key]]
    orders.save(tx, source, added, changed)
    described = people.described(tx, {order.customer_id for order in added} - intake.renamed)
    intake.renamed.update(order.customer_id for order in added if not _says_nothing_new(order, described))
    return Counts(len(told), **counts)


def _says_nothing_new(order: orders.Kept, described: Mapping[int, people.Described]) -> bool:
    """Whether its buyer is called what the order calls them: of most orders, and the rest is dear to work out."""
    known = described.get(order.customer_id)
    return known is not None and known.covers(*order.told.person)


def _in_base(order: ShopOrder, currency: str) -> tuple[int | None, int | None]:
    day = order.placed_at.date()
    return (
        rates.to_base(order.total_minor, order.currency, currency, day),
        rates.to_base(order.refunded_minor, order.currency, currency, day) if order.refunds else 0,
    )


def _keep_accounts(intake: Incoming, told: Sequence[Account]) -> Counts:
    register = _register(
        intake,
        ((identity.by_account(intake.source, account.source_id), identity.by_email(account.email)) for account in told),
    )
    rows: list[tuple[str, records.Facts]] = []
    for account in told:
        person = register.person(identity.by_account(intake.source, account.source_id), account.email)
        rows.append((account.source_id, people.account_facts(account, person)))
    _write_register(intake, register)
    counts, news = _keep_rows(intake, "accounts", people.ACCOUNT, rows)
    concerned = {facts[0] for facts in news}
    intake.touched |= concerned
    intake.renamed |= concerned
    return counts


def _keep_products(intake: Incoming, told: Sequence[Product]) -> Counts:
    rows = [(product.source_id, catalog.product_facts(product)) for product in told]
    return _keep_rows(intake, "products", catalog.PRODUCT, rows)[0]


def _keep_coupons(intake: Incoming, told: Sequence[Coupon]) -> Counts:
    rows = [(coupon.source_id, catalog.coupon_facts(coupon)) for coupon in told]
    return _keep_rows(intake, "coupons", catalog.COUPON, rows)[0]


def _keep_reviews(intake: Incoming, told: Sequence[Review]) -> Counts:
    owners = people.owners(intake.tx, filter(None, (identity.by_email(review.email) for review in told)))
    rows: list[tuple[str, records.Facts]] = []
    for review in told:
        address = identity.address(review.email)
        rows.append((review.source_id, catalog.review_facts(review, owners.get(("email", address)), address)))
    counts, news = _keep_rows(intake, "reviews", catalog.REVIEW, rows)
    intake.touched.update(facts[1] for facts in news if facts[1] is not None)
    return counts


def _keep_consents(intake: Incoming, told: Sequence[ConsentGiven]) -> Counts:
    given = [consent for consent in told if identity.by_email(consent.address)]
    register = _register(intake, ((None, identity.by_email(consent.address)) for consent in given))
    people_of = [register.person(None, consent.address) for consent in given]
    _write_register(intake, register)
    news = consents.add_all(intake.tx, ((person, each.consent) for person, each in zip(people_of, given, strict=True)))
    intake.touched.update(news)
    return Counts(len(told), added=len(news), unchanged=len(told) - len(news))


def _keep_rows(
    intake: Incoming, table: str, columns: Sequence[str], rows: Sequence[tuple[str, records.Facts]]
) -> tuple[Counts, list[records.Facts]]:
    """Keep those rows that differ from what stands there; returns the counts, and what is new."""
    rows = [(text.keep_name(source_id), facts) for source_id, facts in rows]
    known = records.kept(intake.tx, table, columns, intake.source, {source_id for source_id, _ in rows})
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    news: dict[str, records.Facts] = {}
    for source_id, told in rows:
        before = known.get(source_id)
        same = before == (told, False)
        counts["added" if before is None else "unchanged" if same else "changed"] += 1
        if not same:
            news[source_id] = told
            known[source_id] = (told, False)
    records.save(intake.tx, table, columns, intake.source, news.items())
    return Counts(len(rows), **counts), list(news.values())


_TABLES = {
    Family.ORDER: "orders",
    Family.ACCOUNT: "accounts",
    Family.PRODUCT: "products",
    Family.COUPON: "coupons",
    Family.REVIEW: "reviews",
}
_CONCERNED: dict[Family, Callable[[Connection, str, Iterable[str]], set[int]]] = {
    Family.ORDER: orders.buyers,
    Family.ACCOUNT: people.accounts_of,
    Family.REVIEW: catalog.reviewers,
}


def _remove(intake: Incoming, told: Sequence[Removed]) -> Counts:
    gone = 0
    for family in Family:
        gone += _mark(intake, family, [record.source_id for record in told if record.family is family], True)
    return Counts(len(told), removed=gone, unchanged=len(told) - gone)


def _compare(intake: Incoming, told: Sequence[Listing]) -> Counts:
    gone = back = 0
    for listing in told:
        missing = records.missing(intake.tx, _TABLES[listing.family], intake.source, listing.ids)
        gone += _mark(intake, listing.family, missing, True)
        back += _mark(intake, listing.family, listing.ids, False)
    return Counts(changed=back, removed=gone)


def _mark(intake: Incoming, family: Family, ids: Iterable[str], removed: bool) -> int:
    news = records.mark_removed(intake.tx, _TABLES[family], intake.source, ids, removed)
    if family in _CONCERNED:
        intake.touched |= _CONCERNED[family](intake.tx, intake.source, news)
    return len(news)


_KEEPERS = cast(
    "dict[type, Callable[[Incoming, Sequence[Any]], Counts]]",
    {
        ShopOrder: _keep_orders,
        Account: _keep_accounts,
        Product: _keep_products,
        Coupon: _keep_coupons,
        Review: _keep_reviews,
        ConsentGiven: _keep_consents,
        SourceMessage: conversations.keep_messages,
        Bounce: reached.keep_bounces,
        Joined: reached.keep_joined,
        Blocked: reached.keep_blocked,
        Authenticated: authenticated.keep_authenticated,
        Removed: _remove,
        Listing: _compare,
    },
)


def _register(
    intake: Incoming, pairs: Iterable[tuple[Identity | None, Identity | None]], current: Iterable[int] = ()
) -> Register:
    identities = {each for pair in pairs for each in pair if each is not None}
    owners = people.owners(intake.tx, identities)
    candidates = {*owners.values(), *current}
    holders = people.account_holders(intake.tx, intake.source, candidates)
    return Register(owners, holders, people.next_id(intake.tx))


def _write_register(intake: Incoming, register: Register) -> None:
    people.add(intake.tx, register.strangers)
    people.claim(intake.tx, register.claims)
    concerned = {*register.strangers, *(person for person, _ in register.claims.values())}
    intake.touched |= concerned
    intake.renamed |= concerned
    addresses = [value for kind, value in register.claims if kind == "email"]
    if addresses:
        catalog.name_reviewers(intake.tx, addresses)
