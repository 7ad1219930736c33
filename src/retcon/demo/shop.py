"""Northlight Goods, the sample shop: its records as WooCommerce's REST v3 tells them, counted back from an anchor.

The same anchor gives the same records to the byte.
"""

import random
from datetime import UTC, datetime, timedelta

from retcon.demo import catalog, parcels, records
from retcon.demo.buyers import SEED, Buyer, buyers
from retcon.demo.catalog import ARTICLES, SIGNS, VOUCHERS, Article
from retcon.demo.habits import Habits
from retcon.demo.people import Person
from retcon.demo.records import Json
from retcon.frozen import dataclass

FIRST_CUSTOMER, FIRST_ORDER, FIRST_REFUND = 101, 1001, 9001
AT_ANY_TIME = ARTICLES[:30]  # what people buy without having anything that asks for it
HONEY_POT = "Honey pot, acorn"  # taken out of the catalogue: its lines point at no product


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleShop:
    """The shop's records, by collection. `refunds` carry `parent_id`, the order that they belong to."""

    orders: list[Json]
    customers: list[Json]
    products: list[Json]
    coupons: list[Json]
    reviews: list[Json]
    refunds: list[Json]


def build(anchor: datetime) -> SampleShop:
    """The shop as it stands at the anchor (aware)."""
    return _Builder(anchor.astimezone(UTC).replace(microsecond=0)).shop()


@dataclass(frozen=True, slots=True)
class _Purchase:
    buyer: Buyer
    customer_id: int  # 0 for a guest
    placed: datetime
    first: bool
    last: bool


class _Builder:
    def __init__(self, anchor: datetime) -> None:
        self.anchor = anchor
        self.dice = random.Random(SEED + 1)
        self.refunds: list[Json] = []
        self.habits = Habits()
        self.lines = 0
        self.fresh = 0

    def shop(self) -> SampleShop:
        people = buyers()
        accounts: list[tuple[int, Buyer]] = []
        purchases: list[_Purchase] = []
        for buyer in sorted(people, key=lambda buyer: -buyer.days_ago[0]):
            if buyer.account:
                accounts.append((FIRST_CUSTOMER + len(accounts), buyer))
            number = accounts[-1][0] if buyer.account else 0
            for place, days in enumerate(buyer.days_ago):
                purchases.append(
                    _Purchase(
                        buyer=buyer,
                        customer_id=number,
                        placed=self.placed(days, buyer.person),
                        first=place == 0,
                        last=place == len(buyer.days_ago) - 1,
                    )
                )
        purchases.sort(key=lambda purchase: (purchase.placed, purchase.buyer.person.email))
        orders = [self.order(FIRST_ORDER + place, purchase) for place, purchase in enumerate(purchases)]
        return SampleShop(
            orders=orders,
            customers=[records.customer(number, buyer, self.anchor) for number, buyer in accounts],
            products=[records.product(article, self.anchor) for article in ARTICLES],
            coupons=[records.coupon(voucher, self.anchor) for voucher in VOUCHERS],
            reviews=records.reviews(orders, self.anchor),
            refunds=self.refunds,
        )

    def placed(self, days: float, person: Person) -> datetime:
        """When an order of so many days ago was placed: in the buyer's waking hours, never within the last minutes."""
        instant = self.anchor - timedelta(days=days)
        there = instant + timedelta(hours=person.country.hours_ahead)
        if days > 2:
            there = there.replace(hour=self.dice.choice((8, 9, 11, 12, 13, 15, 17, 18, 19, 20, 20, 21, 21, 22)))
        return min(there - timedelta(hours=person.country.hours_ahead), self.anchor - timedelta(minutes=20))

    # ---- orders -----------------------------------------------------------------------------------------------

    def order(self, number: int, purchase: _Purchase) -> Json:
        buyer, person = purchase.buyer, purchase.buyer.person
        currency = person.country.currency
        items = [self.item(article, count, currency) for article, count in self.basket(buyer, purchase.placed)]
        goods = sum(float(item["subtotal"]) for item in items)
        vouchers = self.voucher(purchase, goods)
        discount = sum(float(line["discount"]) for line in vouchers)
        for item in items:
            item["total"] = records.money(float(item["subtotal"]) * (1 - discount / goods))
        shipping = self.shipping(goods, person)
        paid_total = sum(float(item["total"]) for item in items) + shipping
        status = self.status(purchase)
        parcel = parcels.parcel(number, person.country.code, purchase.placed, self.anchor, self.dice)
        if status == "completed" and parcel is None:
            status = "processing"
        paid = purchase.placed + timedelta(minutes=2) if status in ("completed", "processing", "refunded") else None
        shipped = parcel.shipped if parcel and status in ("completed", "refunded") else None
        refunds = self.give_back(number, purchase, status, paid_total, items, shipped)
        changed = [purchase.placed, paid, shipped, *(records.from_stamp(each["date_created_gmt"]) for each in refunds)]
        guest = not purchase.customer_id or (purchase.last and not purchase.first and number % 17 == 0)
        return {
            "id": number,
            "parent_id": 0,
            "status": status,
            "currency": currency,
            "version": "11.0.1",
            "prices_include_tax": True,
            **records.dated("date_created", purchase.placed),
            **records.dated("date_modified", max(each for each in changed if each)),
            "discount_total": records.money(discount),
            "discount_tax": "0.00",
            "shipping_total": records.money(shipping),
            "shipping_tax": "0.00",
            "cart_tax": "0.00",
            "total": records.money(paid_total),
            "total_tax": "0.00",
            "customer_id": 0 if guest else purchase.customer_id,
            "order_key": f"wc_order_{number}",
            # Who buys as a guest beside an account types the address as it comes.
            "billing": records.address(
                person, email=person.email.title() if guest and purchase.customer_id else person.email, own_script=True
            ),
            "shipping": records.address(person),
            "payment_method": "card",
            "payment_method_title": "Card",
            "transaction_id": "",
            "created_via": "checkout",
            "customer_note": "",
            **records.dated("date_completed", shipped),
            **records.dated("date_paid", paid),
            "number": str(number),
            "meta_data": [
                {"id": number * 10 + place, "key": key, "value": value}
                for place, (key, value) in enumerate(
                    (
                        ("wpml_language", person.country.language),
                        ("_newsletter_optin", "yes" if buyer.opted_in else "no"),
                        *(parcel.metadata() if parcel and shipped else ()),
                    )
                )
            ],
            "line_items": items,
            "tax_lines": [],
            "shipping_lines": [],
            "fee_lines": [],
            "coupon_lines": vouchers,
            "refunds": [
                {"id": each["id"], "reason": each["reason"], "total": f"-{each['amount']}", "total_tax": "-0.00"}
                for each in refunds
            ],
            "currency_symbol": SIGNS[currency],
        }

    def status(self, purchase: _Purchase) -> str:
        """Most orders go well; a few end otherwise, or have not been paid yet."""
        if purchase.buyer.steady:
            return "completed"
        if self.anchor - purchase.placed < timedelta(days=5):
            self.fresh += 1
            return ("completed", "on-hold", "completed", "completed", "pending")[self.fresh % 5]
        throw = self.dice.random()
        odd = (("cancelled", 0.025), ("failed", 0.045), ("refunded", 0.06))
        return next((status for status, up_to in odd if throw < up_to), "completed")

    def basket(self, buyer: Buyer, placed: datetime) -> list[tuple[Article, int]]:
        on_sale = [article for article in AT_ANY_TIME if placed > self.anchor - timedelta(days=article.days_ago)]
        chosen = self.dice.sample(on_sale, self.dice.randint(1, buyer.articles))
        if self.dice.random() < 0.03 and placed < self.anchor - timedelta(days=200):
            chosen.append(Article(0, HONEY_POT, "", "", 31))
        basket = [(article, 2 if self.dice.random() < 0.15 else 1) for article in chosen]
        return self.habits.join(buyer.person.email, placed, basket)

    def item(self, article: Article, count: int, currency: str) -> Json:
        self.lines += 1
        each = catalog.price(article.euros, currency)
        return {
            "id": self.lines,
            "name": article.name,
            "product_id": article.id,
            "variation_id": 0,
            "quantity": count,
            "tax_class": "",
            "subtotal": records.money(each * count),
            "subtotal_tax": "0.00",
            "total": records.money(each * count),
            "total_tax": "0.00",
            "taxes": [],
            "meta_data": [],
            "sku": article.sku or None,
            "price": float(each),
            "parent_name": None,
        }

    def voucher(self, purchase: _Purchase, goods: float) -> list[Json]:
        for voucher in VOUCHERS:
            ends = None if voucher.ends_in_days is None else self.anchor + timedelta(days=voucher.ends_in_days)
            if (ends and purchase.placed > ends) or (voucher.code == "welcome10") != purchase.first:
                continue
            if self.dice.random() < 0.08:
                line = {
                    "code": voucher.code,
                    "discount": records.money(goods * voucher.percent / 100),
                    "discount_tax": "0.00",
                }
                return [{"id": 0, **line, "discount_type": "percent", "nominal_amount": voucher.percent}]
        return []

    def shipping(self, goods: float, person: Person) -> float:
        country = person.country
        if goods >= catalog.price(catalog.SHIPPING_FREE_FROM, country.currency):
            return 0.0
        return float(catalog.price(catalog.SHIPPING.get(country.code, catalog.SHIPPING_ELSEWHERE), country.currency))

    def give_back(
        self, number: int, purchase: _Purchase, status: str, total: float, items: list[Json], shipped: datetime | None
    ) -> list[Json]:
        """The order's refunds: all of it where it was refunded, now and then a part."""
        amount, reason = 0.0, ""
        if status == "refunded":
            amount, reason = total, "Sent back"
        elif shipped and not purchase.buyer.steady and self.dice.random() < 0.03:
            amount = float(items[0]["total"]) if len(items) > 1 else total // 2
            reason = "Arrived chipped"
        at = (shipped or purchase.placed) + timedelta(days=9, hours=3)
        if amount <= 0 or at > self.anchor:
            return []
        refund = {
            "id": FIRST_REFUND + len(self.refunds),
            "parent_id": number,
            **records.dated("date_created", at),
            "amount": records.money(amount),
            "reason": reason,
            "refunded_by": 1,
            "refunded_payment": True,
            "meta_data": [],
            "line_items": [],
            "shipping_lines": [],
            "tax_lines": [],
            "fee_lines": [],
        }
        self.refunds.append(refund)
        return [refund]
