"""A made-up customer of whom everything is known, or next to nothing: by them texts are tried before anybody is."""

from dataclasses import replace
from datetime import UTC, date, datetime

from retcon.config import ShopSettings
from retcon.localtime import DAY
from retcon.model.calendar import Feast
from retcon.model.offers import Code, Offers, Style, Worth
from retcon.model.orders import Order, OrderLine, OrderState, Review
from retcon.model.people import Customer, Purpose
from retcon.model.phrases import Phrases
from retcon.model.playbook import About, Moment, Rule
from retcon.model.policy import BLOCKS, NEEDS, CountryProfile
from retcon.model.products import Article
from retcon.model.situation import Situation
from retcon.model.standing import Stage, Standing
from retcon.retention.letter import Letter, Links

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
_SHOP = ShopSettings(
    name="Northlight Goods",
    timezone="Europe/Berlin",
    address="Northlight Goods, 1 Example Street, 10435 Berlin",
    storefront="https://shop.example",
    contact="hello@shop.example",
)
_LINES = "One line of the seller's own.\nAnd another one."
_NAMES = {
    **dict.fromkeys(("ar",), "ليلى الحربي"),
    "he": "נועה לוי",
    "ja": "佐藤 花子",
    "ko": "김하늘",
    "zh": "王小明",
    "th": "สมหญิง ใจดี",
    "hi": "आशा वर्मा",
}


def letter(
    language: str, phrases: Phrases, *, purpose: Purpose, medium: str, season: str = "", bare: bool = False
) -> Letter:
    """The letter of a message for a reader of the language; `bare`: of whom no more is known than that they ordered."""
    order = _order(bare)
    situation = Situation(
        customer=Customer(
            id=1, name="" if bare else _NAMES.get(language.split("-")[0], "Alex Sample"), emails=("a@example.com",)
        ),
        standing=replace(Standing.none(1), orders=1, silent_days=70, cycle_days=None if bare else 30.0),
        orders=(order,),
    )
    return Letter(
        situation,
        _rule(purpose),
        _SHOP if not bare else replace(_SHOP, storefront="", contact=""),
        _profile(language, bare),
        NOW,
        links=Links(referral="F1-K3QM", confirm="mailto:hello@shop.example?subject=yes"),
        about=_about(order, season, bare),
        offers=_offers(language, phrases),
        phrases={language: phrases},
        medium=medium,
    )


def _rule(purpose: Purpose) -> Rule:
    return Rule(
        id="specimen",
        title="specimen",
        moment=Moment.REASON,
        purpose=purpose,
        stage=Stage.REASON,
        template="",
        trigger="silence",
        channels=(),
        personal=False,
        due_days=0,
        expires_days=1,
    )


def _order(bare: bool) -> Order:
    return Order(
        id=1,
        source="woo",
        source_id="1042",
        number="1042",
        customer_id=1,
        placed_at=NOW - 70 * DAY,
        modified_at=None,
        state=OrderState.PAID,
        source_status="completed",
        currency="EUR",
        total_minor=5800,
        refunded_minor=0,
        total_base_minor=5800,
        country="",
        coupon_codes=(),
        shipped_at=None if bare else NOW - DAY,
        delivered_at=None,
        delivered_estimated=False,
        carrier="" if bare else "DHL",
        tracking_number="" if bare else "6A1234567",
        tracking_link="" if bare else "https://track.example/6A1234567",
        lines=(OrderLine(name="Breakfast bowl, moss"), OrderLine(name="Mug, tall")),
    )


def _about(order: Order, season: str, bare: bool) -> About:
    bowl = Article(
        key="woo:25",
        name="Breakfast bowl, moss",
        link="https://shop.example/bowl",
        texts={} if bare else {name: _every_language(_LINES) for name in ("tips", "care", "uses")},
        sheet="" if bare else "bowl.pdf",
    )
    mug = Article(key="woo:36", name="Mug, tall", link="https://shop.example/mug")
    day = date(2026, 12, 25)
    return About(
        order=order,
        article=bowl,
        offers=() if bare else (mug, replace(mug, name="Tea cup without handle")),
        feast=Feast(id="christmas", kind="gift", country="", day=day, last_day=day, lead_days=28),
        season=season,
        review=Review(
            source_id="1", product_id="25", email="", name="", rating=5, body="Lovely.", created_at=NOW - DAY
        ),
        used_up=date(2026, 12, 5),
    )


def _every_language(words: str) -> dict[str, str]:
    from retcon.retention import languages

    return {**dict.fromkeys(languages.OURS, words), "pt": words, "zh": words}


def _offers(language: str, phrases: Phrases) -> Offers:
    code = Code(code="BACK15", worth=Worth(percent=15), until=date(2026, 12, 31))
    amount = Worth(amount_minor=500, currency="EUR")
    style = Style.PERSONAL
    return Offers(
        membership="Northlight Circle",
        benefits={style: ("free_returns", "priority")},
        win_back={style: "early_look"},
        referral={style: "two_way"},
        referral_link="https://shop.example/friends",
        amounts={"": {"amount": amount, "yours": amount, "friends": Worth(percent=10), "percent": Worth(percent=5)}},
        coupon=code,
        restock=code,
        vote={language: "…?"},
    )


def _profile(language: str, bare: bool) -> CountryProfile:
    said: dict[str, str] = {} if bare else dict.fromkeys(BLOCKS, "A sentence of the seller's own.")
    return CountryProfile(
        country="",
        name="",
        languages=(language,),
        channels=("email",),
        hours=(),
        service_hours=(),
        opt_out=frozenset(),
        marketing_needs=NEEDS[:3],
        transit_days=7,
        blocks={language: said},
        address_form="informal" if language.endswith("-informal") else "formal",
    )
