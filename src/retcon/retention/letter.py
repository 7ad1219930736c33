"""What is said to one customer: the facts that a template may name. What each is stands in docs/translating.md."""

import re
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from retcon import localtime, text
from retcon.config import ShopSettings
from retcon.frozen import dataclass
from retcon.localtime import DAY
from retcon.model.offers import Offers
from retcon.model.orders import Order
from retcon.model.phrases import Phrases
from retcon.model.playbook import About, Rule
from retcon.model.policy import BLOCKS, NEEDS, CountryProfile
from retcon.model.situation import Situation
from retcon.retention import formats, given, languages
from retcon.retention.fact_names import KNOWN
from retcon.retention.filling import AsNamed, Facts, unknown
from retcon.retention.names import MARKS, clean, names

_ARTICLES = 3
_LONGEST_ARTICLE = 80
_LONGEST_LINK = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """What a message may lead to, made for this person; empty where it doesn't."""

    news: str = ""
    chat: str = ""
    confirm: str = ""
    referral: str = ""  # the code that a friend of theirs names


@dataclass(frozen=True, slots=True)
class Letter:
    """What is said to one customer, before it is said in a language."""

    situation: Situation
    rule: Rule
    shop: ShopSettings
    profile: CountryProfile
    now: datetime
    links: Links = Links()
    about: About = About()
    offers: Offers = Offers()
    phrases: Mapping[str, Phrases] = field(default_factory=dict[str, Phrases])
    medium: str = "email"
    enclosed: bool = False  # a marketplace lends the address: nothing in it may lead away

    @property
    def form(self) -> str:
        """How the customer is addressed: "formal" or "informal"."""
        return self.profile.address_form or self.shop.address_form

    def known(self, language: str) -> dict[str, Mapping[str, str]]:
        """What is known of the customer, the shop, the order and its parcel, empty where nothing is."""
        order = self._order()
        return {
            "customer": AsNamed(KNOWN["customer"], lambda: names(self.situation.customer.name, language)),
            "shop": AsNamed(KNOWN["shop"], self._shop),
            "order": AsNamed(KNOWN["order"], lambda: self._order_facts(order, language)),
            "parcel": AsNamed(KNOWN["parcel"], lambda: self._parcel_facts(order, language)),
        }

    def facts(self, language: str) -> dict[str, Any]:
        """What a template of that language may name."""
        standing, needs = self.situation.standing, self.profile.marketing_needs
        cycle = standing.cycle_days
        return {
            **{name: Facts(name, facts) for name, facts in self.known(language).items()},
            **{name: Facts(name, facts) for name, facts in self._given(language).items()},
            "policy": Facts("policy", self._policy(language)),
            "needs": Facts("needs", {need: need in needs for need in NEEDS}),
            "invite": Facts("invite", {"news": self.links.news, "chat": self.links.chat}),
            "confirm": Facts("confirm", {"link": self.links.confirm}),
            "season": self.about.season or unknown("season"),
            "silent_days": standing.silent_days,
            "usual_days": unknown("usual_days") if cycle is None else round(cycle),
        }

    def lacks(self, needs: tuple[str, ...], language: str) -> str:
        """The first of these facts ("product.tips") that isn't known in the language; empty where all are."""
        if not needs:
            return ""
        every: Mapping[str, Mapping[str, str]] = self._given(language)
        for need in needs:
            thing, _, name = need.partition(".")
            if name and thing not in every:
                every = {**every, **self.known(language), "policy": self._policy(language)}
            if not (every[thing][name] if name else self.about.season):
                return need
        return ""

    def missing(self, needs: tuple[str, ...], language: str) -> str:
        """That one of these facts isn't known, in a sentence that says where it is written; empty where all are."""
        lacked = self.lacks(needs, language)
        return given.why_missing(lacked, self.about, language, self.profile.style) if lacked else ""

    def notes(self) -> list[str]:
        """What was wrong with the facts themselves, in sentences."""
        found: list[str] = []
        name, order = self.situation.customer.name, self._order()
        if name.strip() and not names(name)["name"]:
            found.append("The name looks like no name, so it is left out.")
        if order is not None and order.tracking_link and not link(order.tracking_link):
            found.append("The tracking link is no web address, so it is left out.")
        return found

    def _given(self, language: str) -> dict[str, Mapping[str, str]]:
        def known() -> given.Given:
            return given.Given(
                about=self.about,
                offers=self.offers,
                phrases=languages.best(self.phrases, languages.spoken(language, self.form), self.form) or Phrases(),
                country=self.situation.customer.country,
                style=self.profile.style,
                referral_code=self.links.referral,
                today=self._local(self.now),
            )

        return given.facts(known, language)

    def _policy(self, language: str) -> Mapping[str, str]:
        def known() -> dict[str, str]:
            said = languages.own(self.profile.blocks, language) or {}
            return {block: clean(said.get(block, ""), 1000) for block in BLOCKS}

        return AsNamed(BLOCKS, known)

    def _shop(self) -> dict[str, str]:
        shop = self.shop
        return {
            "name": text.header(shop.name),
            "signature": text.header(shop.signature or shop.name),
            "storefront": "" if self.enclosed else link(shop.storefront),
            "address": text.header(shop.address),
            "contact": "" if self.enclosed else text.header(shop.contact.rpartition("<")[2].removesuffix(">")),
        }

    def _order(self) -> Order | None:
        if self.about.order is not None:
            return self.about.order
        orders = self.situation.orders
        return orders[0 if self.rule.trigger == "first_order" else -1] if orders else None

    def _order_facts(self, order: Order | None, language: str) -> Mapping[str, str | Callable[[], str]]:
        if order is None:
            return dict.fromkeys(KNOWN["order"], "")
        articles = list(dict.fromkeys(name for line in order.lines if (name := clean(line.name, _LONGEST_ARTICLE))))
        return {
            "number": clean(order.number, 40),
            "date": self._day(order.placed_at, language),
            "total": lambda: formats.amount(order.total_minor, order.currency, language),
            "article": articles[0] if articles else "",
            "articles": given.listed(articles[:_ARTICLES]),
        }

    def _parcel_facts(self, order: Order | None, language: str) -> dict[str, str]:
        facts: dict[str, str] = dict.fromkeys(KNOWN["parcel"], "")
        if order is None:
            return facts
        facts |= {
            "carrier": clean(order.carrier, 60),
            "number": clean(order.tracking_number, 60),
            "link": "" if self.enclosed else link(order.tracking_link),
        }
        if order.shipped_at is not None:
            facts["shipped"] = self._day(order.shipped_at, language)
            arrives = order.shipped_at + self.profile.transit_days * DAY
            if order.delivered_at is None and arrives > self.now:
                facts["arrives"] = self._day(arrives, language)
        if order.delivered_at is not None:
            facts["arrived"] = self._day(order.delivered_at, language)
        return facts

    def _day(self, instant: datetime, language: str) -> str:
        return formats.day(self._local(instant), language, self._local(self.now).year)

    def _local(self, instant: datetime) -> date:
        """The day that it is then where the customer lives, else where the shop is."""
        for zone in (*self.situation.customer.zones[:1], self.shop.timezone):
            try:
                return localtime.local(instant, zone).date()
            except ValueError:
                continue
        return instant.date()


def link(url: str) -> str:
    """The address where it is http or https with a host and nothing hidden in it, else nothing."""
    if len(url) > _LONGEST_LINK or not url.isprintable() or re.search(r"[\s<>\"']", url) or MARKS.search(url):
        return ""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return ""
    return url if parts.scheme.lower() in ("http", "https") and host and "@" not in parts.netloc else ""
