"""What the shop sells and what is said of it: products, coupons, reviews."""

import json
from collections.abc import Iterable

from retcon.model.orders import Coupon, Product, Review
from retcon.store.database import Connection, Row
from retcon.store.records import Facts
from retcon.store.values import moment, packed, seconds
from retcon.text import keep, keep_link, keep_name

PRODUCT = ("name", "sku", "link", "categories", "price_minor", "modified_at", "in_stock")
COUPON = ("code", "kind", "amount", "expires_at", "used", "modified_at", "given_to", "created_at")
REVIEW = ("product_id", "customer_id", "email", "name", "rating", "body", "created_at")


def product_facts(product: Product) -> Facts:
    """The columns that the product fills, as PRODUCT names them."""
    return (
        keep_name(product.name),
        keep_name(product.sku),
        keep_link(product.link),
        packed(tuple(map(keep_name, product.categories))),
        product.price_minor,
        seconds(product.modified_at),
        int(product.in_stock),
    )


def coupon_facts(coupon: Coupon) -> Facts:
    """The columns that the coupon fills, as COUPON names them."""
    return (
        keep_name(coupon.code).lower(),
        keep_name(coupon.kind),
        keep_name(coupon.amount),
        seconds(coupon.expires_at),
        coupon.used,
        seconds(coupon.modified_at),
        packed(tuple(map(keep_name, coupon.given_to))),
        seconds(coupon.created_at),
    )


def review_facts(review: Review, customer_id: int | None, address: str) -> Facts:
    """The columns that the review fills, as REVIEW names them; `address` is its e-mail as it compares."""
    return (
        keep_name(review.product_id),
        customer_id,
        address,
        keep_name(review.name),
        review.rating,
        keep(review.body),
        seconds(review.created_at),
    )


def review(row: Row) -> Review:
    """The review of a row of the table."""
    return Review(
        source=row["source"],
        source_id=row["source_id"],
        product_id=row["product_id"],
        email=row["email"],
        name=row["name"],
        rating=row["rating"],
        body=row["body"],
        created_at=moment(row["created_at"]),
    )


def name_reviewers(tx: Connection, addresses: Iterable[str]) -> None:
    """Give reviews of strangers to the customers to whom these addresses now belong."""
    tx.execute(
        """
        update reviews set customer_id =
            (select customer_id from identities where kind = 'email' and value = reviews.email)
        where customer_id is null and email in (select value from json_each(?))
        """,
        (json.dumps(list(addresses)),),
    )


def reviewers(tx: Connection, source: str, source_ids: Iterable[str]) -> set[int]:
    """The customers who wrote these reviews."""
    rows = tx.execute(
        "select distinct customer_id from reviews where customer_id is not null and source = ?"
        " and source_id in (select value from json_each(?))",
        (source, json.dumps(list(source_ids))),
    )
    return {row[0] for row in rows}


def categories(tx: Connection) -> tuple[str, ...]:
    """Every category that a product is filed under, by name."""
    rows = tx.execute("select distinct json_extract(categories, '$[0]') from products")
    return tuple(sorted({row[0] for row in rows} - {None, ""}))
