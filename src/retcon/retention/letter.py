"""What a template may name, and how it is filled in.

    customer.name  customer.first_name
    shop.name  shop.signature  shop.storefront  shop.address
    order.number  order.date  order.total  order.article  order.articles    of the order that the rule is about
    parcel.carrier  parcel.number  parcel.link  parcel.shipped  parcel.arrives  parcel.arrived
    silent_days  usual_days
    needs.address  needs.unsubscribe  needs.objection_notice    what the country asks of advertising; for footers
    invite.news  invite.chat    links by which one allows advertising, begins a chat; for invite.txt
    confirm.link    by which one says yes to being written to; for confirm.txt

Templates are Jinja2 in its sandbox with strict undefined: a name that isn't here is an error. A fact that is here
but isn't known for this customer is false in `{% if %}`, and where it is written out its sentence is left out.
What comes from outside is data: cleaned, one line, never read as a template.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from retcon import localtime, text
from retcon.config import ShopSettings
from retcon.frozen import dataclass
from retcon.localtime import DAY
from retcon.model.orders import Order
from retcon.model.playbook import Rule
from retcon.model.policy import NEEDS, CountryProfile
from retcon.model.situation import Situation
from retcon.retention import formats
from retcon.retention.names import CLOSE, MARKS, OPEN, clean, names

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2 import Template as Compiled

_CUSTOMER = ("name", "first_name")
_SHOP = ("name", "signature", "storefront", "address")
_ORDER = ("number", "date", "total", "article", "articles")
_INVITE = ("news", "chat")
_CONFIRM = ("link",)
_PARCEL = ("carrier", "number", "link", "shipped", "arrives", "arrived")
_KNOWN: Mapping[str, tuple[str, ...]] = {
    "customer": _CUSTOMER,
    "shop": _SHOP,
    "order": _ORDER,
    "parcel": _PARCEL,
    "needs": NEEDS,
    "invite": _INVITE,
    "confirm": _CONFIRM,
    "silent_days": (),
    "usual_days": (),
}
_ARTICLES = 3
_LONGEST_ARTICLE = 80
_LONGEST_LINK = 2000

_GAP = re.compile(f"{OPEN}(.*?){CLOSE}")
_SENTENCE_END = re.compile(r"(?<=[.!?…。！？])\s+")


class _NoSuchFact(Exception):
    """A template names a fact that there isn't."""


class _Facts:
    """Named facts of one thing. A value that is empty is not known."""

    __slots__ = ("_title", "_values")

    def __init__(self, title: str, values: Mapping[str, Any]) -> None:
        self._title = title
        self._values = values

    def __getitem__(self, name: str) -> Any:
        if name not in self._values:
            raise _NoSuchFact(f"{self._title}.{name} is no fact; there are {', '.join(self._values)}.")
        value = self._values[name]
        return unknown(f"{self._title}.{name}") if value == "" else value

    def __str__(self) -> str:
        return self._title


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """What a message may lead to, made for this person; empty where it doesn't."""

    news: str = ""
    chat: str = ""
    confirm: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is said to one customer, before it is said in a language."""

    situation: Situation
    rule: Rule
    shop: ShopSettings
    profile: CountryProfile
    now: datetime
    links: Links = Links()

    def known(self, language: str) -> dict[str, Mapping[str, str]]:
        """What is known of the customer, the shop, the order and its parcel, empty where nothing is."""
        order = self._order()
        return {
            "customer": names(self.situation.customer.name),
            "shop": self._shop(),
            "order": self._order_facts(order, language),
            "parcel": self._parcel_facts(order, language),
        }

    def facts(self, language: str) -> dict[str, Any]:
        """What a template of that language may name."""
        standing, needs = self.situation.standing, self.profile.marketing_needs
        cycle = standing.cycle_days
        return {
            **{name: _Facts(name, facts) for name, facts in self.known(language).items()},
            "needs": _Facts("needs", {need: need in needs for need in NEEDS}),
            "invite": _Facts("invite", {"news": self.links.news, "chat": self.links.chat}),
            "confirm": _Facts("confirm", {"link": self.links.confirm}),
            "silent_days": standing.silent_days,
            "usual_days": unknown("usual_days") if cycle is None else round(cycle),
        }

    def notes(self) -> list[str]:
        """What was wrong with the facts themselves, in sentences."""
        found: list[str] = []
        name, order = self.situation.customer.name, self._order()
        if name.strip() and not names(name)["name"]:
            found.append("The name looks like no name, so it is left out.")
        if order is not None and order.tracking_link and not link(order.tracking_link):
            found.append("The tracking link is no web address, so it is left out.")
        return found

    def _shop(self) -> dict[str, str]:
        shop = self.shop
        return {
            "name": text.header(shop.name),
            "signature": text.header(shop.signature or shop.name),
            "storefront": link(shop.storefront),
            "address": text.header(shop.address),
        }

    def _order(self) -> Order | None:
        orders = self.situation.orders
        return orders[0 if self.rule.trigger == "first_order" else -1] if orders else None

    def _order_facts(self, order: Order | None, language: str) -> dict[str, str]:
        if order is None:
            return dict.fromkeys(_ORDER, "")
        articles = list(dict.fromkeys(name for line in order.lines if (name := clean(line.name, _LONGEST_ARTICLE))))
        return {
            "number": clean(order.number, 40),
            "date": self._day(order.placed_at, language),
            "total": formats.amount(order.total_minor, order.currency, language),
            "article": articles[0] if articles else "",
            "articles": ", ".join(articles[:_ARTICLES]),
        }

    def _parcel_facts(self, order: Order | None, language: str) -> dict[str, str]:
        facts: dict[str, str] = dict.fromkeys(_PARCEL, "")
        if order is None:
            return facts
        facts |= {
            "carrier": clean(order.carrier, 60),
            "number": clean(order.tracking_number, 60),
            "link": link(order.tracking_link),
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
        for zone in (*self.situation.customer.zones[:1], self.shop.timezone):
            try:
                return formats.day(localtime.local(instant, zone).date(), language, self.now.year)
            except ValueError:
                continue
        return formats.day(instant.date(), language, self.now.year)


# ---- outside text -------------------------------------------------------------------------------------------


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


# ---- filling in ---------------------------------------------------------------------------------------------


def fill(source: str, facts: Mapping[str, Any], notes: list[str]) -> str:
    """The template filled in, without the sentences that miss a fact; what was left out is noted.

    Raises whatever Jinja2 does of a template that is broken.
    """
    written = _compiled(source).render(facts)
    notes.extend(f"{missing} isn't known, so its sentence is left out." for missing in _GAP.findall(written))
    lines: list[str] = []
    for line in written.splitlines():
        if OPEN not in line:
            lines.append(line.rstrip())
            continue
        kept = [sentence for sentence in _SENTENCE_END.split(line) if OPEN not in sentence]
        if kept:
            lines.append(" ".join(kept).rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def flaw(source: str) -> tuple[int, str] | None:
    """Where and what is wrong with a template: its grammar, or a fact that there isn't; None where nothing is."""
    from jinja2 import TemplateSyntaxError, meta, nodes

    try:
        parsed = _environment().parse(source)
    except TemplateSyntaxError as error:
        return error.lineno, f"{text.sentence(text.line(error.message or 'cannot be read'))} Jinja2 is expected."
    own = meta.find_undeclared_variables(parsed)  # apart from what the template itself sets
    for named in parsed.find_all(nodes.Name):
        if named.name in own and named.name not in _KNOWN:
            return named.lineno, f"{named.name} is no fact. Allowed: {', '.join(_KNOWN)}."
    for asked in parsed.find_all(nodes.Getattr):
        if isinstance(asked.node, nodes.Name) and asked.node.name in own:
            known = _KNOWN[asked.node.name]
            if asked.attr not in known:
                there_are = f"Allowed: {', '.join(known)}." if known else "It is a number."
                return asked.lineno, f"{asked.node.name}.{asked.attr} is no fact. {there_are}"
    return None


@lru_cache(maxsize=256)
def _compiled(source: str) -> "Compiled":
    return _environment().from_string(source)


@lru_cache(maxsize=1)
def _environment() -> "Environment":
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )


def unknown(name: str) -> Any:
    """A fact that isn't known: false in a condition, a mark where it is written out, an error in any other use."""
    return _unknown_class()(name=name)


@lru_cache(maxsize=1)
def _unknown_class() -> Any:
    from jinja2 import StrictUndefined

    class Unknown(StrictUndefined):
        __slots__ = ()

        def __str__(self) -> str:
            return f"{OPEN}{self._undefined_name}{CLOSE}"

        def __bool__(self) -> bool:
            return False

    return Unknown
