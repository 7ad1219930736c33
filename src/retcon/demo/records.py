"""The sample shop's records apart from orders, and what orders share with them, in WooCommerce's JSON.

Money has the shop's two decimals whatever the currency; dates stand in the shop's own time and in UTC, both without
a zone.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from retcon import localtime
from retcon.demo.buyers import Buyer
from retcon.demo.catalog import PRAISE, TIMEZONE, URL, Article, Voucher
from retcon.demo.people import Person

Json = dict[str, Any]

FIRST_REVIEW = 7001


def customer(number: int, buyer: Buyer, anchor: datetime) -> Json:
    """One of /customers."""
    person = buyer.person
    registered = anchor - timedelta(days=buyer.days_ago[0], minutes=25)
    return {
        "id": number,
        **dated("date_created", registered),
        **dated("date_modified", registered if number % 40 else None),
        "email": person.email,
        "first_name": person.first,
        "last_name": person.last,
        "role": "customer",
        "username": person.email.partition("@")[0],
        "billing": address(person, email=person.email, own_script=True),
        "shipping": address(person),
        "is_paying_customer": True,
        "avatar_url": "",
        "meta_data": [],
    }


def product(article: Article, anchor: datetime) -> Json:
    """One of /products."""
    made = anchor - timedelta(days=article.days_ago)
    slug = article.sku.lower()
    return {
        "id": article.id,
        "name": article.name,
        "slug": slug,
        "permalink": f"{URL}/product/{slug}/",
        **dated("date_created", made),
        **dated("date_modified", made),
        "type": "simple",
        "status": "publish",
        "sku": article.sku,
        "price": str(article.euros),
        "regular_price": str(article.euros),
        "sale_price": "",
        "purchasable": True,
        "catalog_visibility": "visible",
        "stock_status": "instock" if article.in_stock else "outofstock",
        "categories": [{"id": 1, "name": article.category, "slug": article.category.lower().replace(" ", "-")}],
        "meta_data": [],
    }


def coupon(voucher: Voucher, anchor: datetime) -> Json:
    """One of /coupons."""
    made = anchor - timedelta(days=500)
    ends = None if voucher.ends_in_days is None else anchor + timedelta(days=voucher.ends_in_days)
    return {
        "id": voucher.id,
        "code": voucher.code,
        "amount": money(voucher.percent),
        "status": "publish",
        **dated("date_created", made),
        **dated("date_modified", made),
        "discount_type": "percent",
        "description": "",
        **dated("date_expires", ends),
        "usage_count": 0,
        "individual_use": True,
        "usage_limit": None,
        "used_by": [],
        "meta_data": [],
    }


def reviews(orders: list[Json], anchor: datetime) -> list[Json]:
    """What some buyers said three weeks after their order."""
    found: list[Json] = []
    for order in orders:
        at = from_stamp(order["date_created_gmt"]) + timedelta(days=21, hours=2)
        item = order["line_items"][0]
        if order["id"] % 23 or order["status"] != "completed" or not item["product_id"] or at > anchor:
            continue
        rating, words = PRAISE[len(found) % len(PRAISE)]
        billing = order["billing"]
        found.append(
            {
                "id": FIRST_REVIEW + len(found),
                **dated("date_created", at),
                "product_id": item["product_id"],
                "product_name": item["name"],
                "status": "approved",
                "reviewer": billing["first_name"],
                "reviewer_email": billing["email"],
                "review": f"<p>{words}</p>\n",
                "rating": rating,
                "verified": True,
            }
        )
    return found


def dated(key: str, instant: datetime | None) -> Json:
    """The instant under the key in the shop's time, and under key_gmt in UTC."""
    if instant is None:
        return {key: None, f"{key}_gmt": None}
    return {key: _stamp(localtime.local(instant, TIMEZONE)), f"{key}_gmt": _stamp(instant)}


def _stamp(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%S")


def from_stamp(text: str) -> datetime:
    """The instant that a `_gmt` field says."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def money(amount: float) -> str:
    """The amount as the shop writes it."""
    return f"{amount:.2f}"


def address(person: Person, *, email: str | None = None, own_script: bool = False) -> Json:
    """Billing (with an e-mail) as people write themselves; shipping in Latin letters, as a label abroad needs it."""
    country = person.country
    written = {
        "first_name": person.first if own_script else person.latin_first,
        "last_name": person.last if own_script else person.latin_last,
        "company": "",
        "address_1": person.street,
        "address_2": "",
        "city": country.city,
        "state": country.state,
        "postcode": country.postcode,
        "country": country.code,
        "phone": person.phone,
    }
    return written if email is None else {**written, "email": email}
