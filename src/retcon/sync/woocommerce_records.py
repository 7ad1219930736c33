"""WooCommerce's records as ours. Nothing in them is trusted: what has another shape than it should counts as absent.

An order that cannot be counted honestly (no amount, a date from before online shops or from the future) is kept as a
draft, one that cannot even be kept (no id, no date) is left out; both are said in a note.
"""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Any, cast

from retcon import money, text
from retcon.errors import InputError
from retcon.frozen import dataclass
from retcon.model.orders import Coupon, OrderLine, OrderState, Product, Refund, Review, ShopOrder
from retcon.model.people import Account, ConsentGiven
from retcon.sync import identity, marks, newsletters, subdivision
from retcon.sync import woocommerce_parcels as parcels
from retcon.sync.source import AHEAD, EARLIEST

Json = dict[str, Any]

_STATES = {
    "pending": OrderState.OPEN,
    "on-hold": OrderState.OPEN,
    "processing": OrderState.PAID,
    "completed": OrderState.PAID,
    "cancelled": OrderState.CANCELLED,
    "refunded": OrderState.REFUNDED,
    "failed": OrderState.FAILED,
    "checkout-draft": OrderState.DRAFT,
    "auto-draft": OrderState.DRAFT,
}
# Where plugins write an order's language: WPML, TranslatePress, Weglot, Polylang, and WordPress itself.
_LANGUAGE = ("wpml_language", "trp_language", "weglot_language", "pll_language", "_locale", "locale")
_STAFF = frozenset(("administrator", "shop_manager", "editor", "author", "contributor"))
_NO_CURRENCY = "XXX"  # ISO 4217's own code for it


@dataclass(frozen=True, slots=True)
class Reader:
    """What is needed to read the records of one shop; `notes` gathers what was odd in them."""

    source: str
    currency: str  # that products are priced in
    now: datetime
    consent_meta: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list[str])

    def orders(self, rows: Sequence[Json], refunded: Mapping[str, datetime]) -> list[ShopOrder | ConsentGiven]:
        """The orders, each followed by the consent that was given with it; `refunded` dates refunds by their ids."""
        found: list[ShopOrder | ConsentGiven] = []
        for row in rows:
            order = self.order(row, refunded)
            if order is not None:
                found.append(order)
                found += self.consents(order, _meta(row))
        return found

    def order(self, row: Json, refunded: Mapping[str, datetime]) -> ShopOrder | None:
        """One order; None where it has no id or no date at all."""
        order_id = identifier(row)
        if not order_id:
            self.notes.append("An order without an id was left out.")
            return None
        dates = ("date_created", "date_paid", "date_completed", "date_modified")
        placed = next((found for name in dates if (found := date(row, name))), None)
        if placed is None:
            self.notes.append(f"Order {order_id} has no date and was left out.")
            return None
        currency = self._currency(row, order_id)
        billing, shipping, meta = _object(row, "billing"), _object(row, "shipping"), _meta(row)
        refunds = tuple(self._refunds(row, currency, refunded))
        total = _money(row.get("total"), currency)
        parcel = parcels.read(meta, placed, self.now + AHEAD)
        status = _string(row, "status")
        return ShopOrder(
            source_id=order_id,
            number=_string(row, "number") or order_id,
            placed_at=placed,
            modified_at=date(row, "date_modified"),
            state=self._state(order_id, status, placed, total, refunds, paid=date(row, "date_paid") is not None),
            source_status=status,
            currency=currency,
            total_minor=total or 0,
            account_id=_number(row.get("customer_id")) or None,
            email=_string(billing, "email"),
            phone=_string(billing, "phone") or _string(shipping, "phone"),
            name=_name(billing) or _name(shipping) or _string(billing, "company"),
            country=_country(shipping) or _country(billing),
            subdivision=_subdivision(shipping if _country(shipping) else billing),
            language=_language(row, meta),
            lines=tuple(_line(item, currency) for item in _objects(row, "line_items")),
            refunds=refunds,
            coupon_codes=tuple(
                code.lower() for item in _objects(row, "coupon_lines") if (code := _string(item, "code"))
            ),
            shipped_at=date(row, "date_completed") or parcel.shipped_at,
            delivered_at=parcel.delivered_at,
            carrier=parcel.carrier,
            tracking_number=parcel.number,
            tracking_link=parcel.link,
            gift=marks.gift(meta) or _went_to_somebody_else(billing, shipping),
            preorder=marks.preorder(status, meta),
            return_open=marks.returning(status),
        )

    def _state(
        self,
        order_id: str,
        status: str,
        placed: datetime,
        total: int | None,
        refunds: Sequence[Refund],
        *,
        paid: bool,
    ) -> OrderState:
        if total is None:
            self.notes.append(f"Order {order_id} has no amount; kept as a draft, not counted.")
            return OrderState.DRAFT
        if not EARLIEST <= placed <= self.now + AHEAD:
            self.notes.append(f"Order {order_id} is dated {placed.date()}; kept as a draft, not counted.")
            return OrderState.DRAFT
        # A status of a plugin's own says little; whether money came says enough.
        state = _STATES.get(status, OrderState.PAID if paid or marks.returning(status) else OrderState.OPEN)
        back = sum(refund.amount_minor for refund in refunds)
        return OrderState.REFUNDED if state is OrderState.PAID and 0 < total <= back else state

    def _currency(self, row: Json, order_id: str) -> str:
        code = _string(row, "currency").upper()
        if re.fullmatch("[A-Z]{3}", code):
            return code
        self.notes.append(f"Order {order_id} names no currency; its amount counts in no total.")
        return _NO_CURRENCY

    def _refunds(self, row: Json, currency: str, refunded: Mapping[str, datetime]) -> list[Refund]:
        found: list[Refund] = []
        for item in _objects(row, "refunds"):
            amount, refund_id = _money(item.get("total"), currency), identifier(item)
            if refund_id and amount is not None:
                reason = html.unescape(_string(item, "reason"))
                at = refunded.get(refund_id)
                found.append(Refund(source_id=refund_id, amount_minor=abs(amount), refunded_at=at, reason=reason))
        return found

    def consents(self, order: ShopOrder, meta: Mapping[str, Any]) -> list[ConsentGiven]:
        """The consent that the buyer gave with the order, as the shop's newsletter plugin or its settings name it."""
        return newsletters.of_order(order, meta, self.source, self.consent_meta)

    def accounts(self, rows: Sequence[Json]) -> list[Account | ConsentGiven]:
        """The customers' accounts, each followed by the consent that is kept with it.

        Those who keep the shop are left out, unless they have bought.
        """
        found: list[Account | ConsentGiven] = []
        for row in rows:
            account_id = identifier(row)
            if not account_id or (_string(row, "role") in _STAFF and row.get("is_paying_customer") is not True):
                continue
            billing, shipping = _object(row, "billing"), _object(row, "shipping")
            meta = _meta(row)
            account = Account(
                source_id=account_id,
                name=_name(row) or _name(billing) or _name(shipping),
                email=_string(row, "email") or _string(billing, "email"),
                phone=_string(billing, "phone"),
                country=_country(shipping) or _country(billing),
                language=_language(row, meta),
                registered_at=date(row, "date_created"),
            )
            found += [account, *newsletters.of_account(account, meta, self.source, self.now)]
        return found

    def products(self, rows: Sequence[Json]) -> list[Product]:
        """The articles."""
        return [
            Product(
                source_id=product_id,
                name=html.unescape(_string(row, "name")),
                sku=_string(row, "sku"),
                link=_string(row, "permalink"),
                categories=tuple(html.unescape(_string(item, "name")) for item in _objects(row, "categories")),
                price_minor=_money(row.get("price") or "0", self.currency) or 0,
                modified_at=date(row, "date_modified"),
                in_stock=_on_offer(row),
            )
            for row in rows
            if (product_id := identifier(row))
        ]

    def coupons(self, rows: Sequence[Json]) -> list[Coupon]:
        """The coupons."""
        return [
            Coupon(
                source_id=coupon_id,
                code=html.unescape(_string(row, "code")),
                kind=_string(row, "discount_type"),
                amount=_string(row, "amount"),
                expires_at=date(row, "date_expires"),
                used=int(_number(row.get("usage_count")) or 0),
                modified_at=date(row, "date_modified"),
                given_to=_given_to(row.get("email_restrictions")),
                created_at=date(row, "date_created"),
            )
            for row in rows
            if (coupon_id := identifier(row))
        ]

    def reviews(self, rows: Sequence[Json]) -> list[Review]:
        """What buyers said, without HTML; one without a date is left out."""
        found: list[Review] = []
        for row in rows:
            review_id, created = identifier(row), date(row, "date_created")
            if not review_id or created is None:
                self.notes.append(f"A review has no {'date' if review_id else 'id'} and was left out.")
                continue
            found.append(
                Review(
                    source_id=review_id,
                    product_id=_number(row.get("product_id")),
                    email=_string(row, "reviewer_email"),
                    name=html.unescape(_string(row, "reviewer")),
                    rating=min(5, int(_number(row.get("rating")) or 0)),
                    body=plain(_string(row, "review", text.BODY_LENGTH)),
                    created_at=created,
                )
            )
        return found


def identifier(row: Json) -> str:
    """The record's id in the shop; empty where it has none."""
    return _number(row.get("id"))


def refund_ids(row: Json) -> frozenset[str]:
    """The ids of the order's refunds, those that are kept."""
    items = _objects(row, "refunds")
    return frozenset(identifier(item) for item in items if _money(item.get("total"), _NO_CURRENCY) is not None) - {""}


def stamp(row: Json) -> str:
    """When the record was last saved, as the shop wrote it (UTC, without a zone); empty where it doesn't say."""
    written = row.get("date_modified_gmt")
    return written if isinstance(written, str) and parcels.instant(written) else ""


def date(row: Json, name: str) -> datetime | None:
    """The date of that name in UTC, from its twin `_gmt`; None where there is none that can be read.

    Where only the local one is there it is taken for UTC: the API doesn't tell the shop's zone.
    """
    return parcels.instant(row.get(f"{name}_gmt")) or parcels.instant(row.get(name))


def plain(markup: str) -> str:
    """The text of a little HTML, a paragraph a line."""
    broken = re.sub(r"(?i)</p>\s*|<br\s*/?>\n?", "\n", markup)
    return html.unescape(re.sub(r"<[^<>]{0,500}>", "", broken)).strip()


def _string(row: Mapping[str, Any], name: str, limit: int = 5_000) -> str:
    value = row.get(name)
    if isinstance(value, str):
        return text.keep(value[:limit]).strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _object(row: Mapping[str, Any], name: str) -> Json:
    value = row.get(name)
    return cast("Json", value) if isinstance(value, dict) else {}


def _objects(row: Mapping[str, Any], name: str) -> list[Json]:
    """The objects of a list, which PHP may have written as an object with numbered keys."""
    return parcels.objects(row.get(name))


def _meta(row: Mapping[str, Any]) -> dict[str, Any]:
    """The record's metadata by key, the last of a name counts."""
    return {key: item.get("value") for item in _objects(row, "meta_data") if isinstance(key := item.get("key"), str)}


def _number(value: object) -> str:
    """A whole number above zero as text; empty for everything else."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    if isinstance(value, int):
        return str(value) if 0 < value < 10**18 else ""
    digits = value.strip()
    return digits.lstrip("0") if re.fullmatch("[0-9]{1,18}", digits) else ""


def _money(value: object, currency: str) -> int | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        return money.minor(value if not isinstance(value, str) else value[:60], currency)
    except (InputError, ValueError):
        return None


def _name(row: Mapping[str, Any]) -> str:
    return html.unescape(f"{_string(row, 'first_name')} {_string(row, 'last_name')}".strip())


def _went_to_somebody_else(billing: Mapping[str, Any], shipping: Mapping[str, Any]) -> bool:
    where = ("address_1", "postcode", "city")
    elsewhere = any(_bare(shipping, name) and _bare(shipping, name) != _bare(billing, name) for name in where)
    return marks.somebody_else(_name(billing), _name(shipping), elsewhere=elsewhere)


def _given_to(restrictions: object) -> tuple[str, ...]:
    """The addresses that a coupon is for; the list may be an object, and "*@example.org" is nobody's own."""
    found: object = list(cast("Json", restrictions).values()) if isinstance(restrictions, dict) else restrictions
    if not isinstance(found, list):
        return ()
    addresses = (identity.address(each) for each in cast("list[object]", found) if isinstance(each, str))
    return tuple(dict.fromkeys(each for each in addresses if each and "*" not in each))


def _on_offer(product: Json) -> bool:
    """Whether anybody can order it now: published, not hidden, and there is some, or its stock isn't managed."""
    return (
        _string(product, "stock_status") != "outofstock"
        and _string(product, "status") in ("", "publish")
        and _string(product, "catalog_visibility") != "hidden"
        and product.get("purchasable") is not False
    )


def _bare(address: Mapping[str, Any], name: str) -> str:
    return re.sub(r"\W+", "", _string(address, name)).casefold()


def _country(address: Mapping[str, Any]) -> str:
    code = _string(address, "country").upper()
    return code if re.fullmatch("[A-Z]{2}", code) else ""


def _subdivision(address: Mapping[str, Any]) -> str:
    return subdivision.code(_country(address), _string(address, "state"))


def _language(row: Json, meta: Mapping[str, Any]) -> str:
    """The language as retcon writes it: "de" of "de_DE_formal", but "pt-BR" and "zh-TW"; empty where none is told."""
    for value in (*(meta.get(name) for name in _LANGUAGE), row.get("lang")):
        found = re.match(r"([A-Za-z]{2,3})(?:[_-]([A-Za-z]{2}))?(?:[_-]|$)", value) if isinstance(value, str) else None
        if found:
            language, region = found[1].lower(), (found[2] or "").upper()
            return (
                f"{language}-{region}" if (language, region) in (("pt", "BR"), ("zh", "TW"), ("zh", "HK")) else language
            )
    return ""


def _line(item: Json, currency: str) -> OrderLine:
    quantity = item.get("quantity")
    return OrderLine(
        name=html.unescape(_string(item, "name")),
        quantity=quantity if isinstance(quantity, int) and not isinstance(quantity, bool) else 1,
        product_id=_number(item.get("product_id")),
        sku=_string(item, "sku"),
        total_minor=_money(item.get("total"), currency) or 0,
    )
