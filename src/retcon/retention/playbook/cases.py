"""What every trigger is given and what it finds: the cases that a rule has for a customer, due or not."""

from collections.abc import Callable, Iterator
from datetime import date, datetime

from retcon import localtime, text
from retcon.frozen import dataclass
from retcon.localtime import DAY
from retcon.model.orders import Order
from retcon.model.playbook import About, Rule
from retcon.model.policy import CountryProfile
from retcon.model.products import Article
from retcon.model.shop import Shop
from retcon.model.situation import Situation

# The anchor of a rule that happens once for a person.
ONCE = "once"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An occasion that a rule has for a customer, whether or not it is due.

    `ended` says in a sentence why it isn't an occasion any more, or not yet, whatever the day; empty where it is one.
    """

    anchor: str
    due_at: datetime
    expires_at: datetime
    reason: str = ""
    about: About = About()
    ended: str = ""
    speaks: bool = False  # what it is about is to be joined by the article of the order that the message speaks of
    suggests: bool = False  # what it is about is to be joined by what may be suggested beside it


@dataclass(frozen=True, slots=True)
class Seen:
    """A rule and a customer at an instant. `wanted` is the anchor that is asked for, None for whatever is now."""

    rule: Rule
    situation: Situation
    shop: Shop
    now: datetime
    wanted: str | None = None

    @property
    def zone(self) -> str:
        """The customer's time zone, else the shop's."""
        zones = self.situation.customer.zones[:1]
        return zones[0] if zones and localtime.is_zone(zones[0]) else self.shop.zone

    @property
    def today(self) -> date:
        """The day where the customer lives."""
        return localtime.local(self.now, self.zone).date()

    @property
    def country(self) -> str:
        """Where the customer lives, "" where nobody knows."""
        return self.situation.customer.country

    @property
    def profile(self) -> CountryProfile:
        """What holds there."""
        return self.shop.profile(self.country)

    @property
    def place(self) -> str:
        """That country in a sentence."""
        return self.profile.name or self.country

    @property
    def last(self) -> Order | None:
        """Their last counted order."""
        return self.situation.orders[-1] if self.situation.orders else None

    def order(self, usual: Order | None) -> Order | None:
        """The order that is asked for, else the usual one; None where it isn't counted any more."""
        if self.wanted in (None, ONCE):
            return usual
        return next((order for order in self.situation.orders if anchor_of(order) == self.wanted), None)

    def anchor(self, natural: str) -> str:
        """The anchor of a case: its own, or that of a rule which happens once."""
        return ONCE if self.rule.once else natural

    def at(self, day: date) -> datetime:
        """The instant at which the day begins where the customer lives."""
        return localtime.start_of_day(day, self.zone)

    def window(self, began: datetime) -> tuple[datetime, datetime]:
        """From when until when the rule is due for what began then."""
        return began + self.rule.due_days * DAY, began + (self.rule.expires_days + 1) * DAY

    def bought_again(self) -> str:
        """That they have, and when."""
        assert self.last is not None
        return f"Bought again {localtime.at(self.last.placed_at, self.now, self.shop.zone)}."


Trigger = Callable[[Seen], Iterator[Case]]


def anchor_of(order: Order) -> str:
    """The source's own name of an order: "woo:1042"."""
    return f"{order.source}:{order.source_id}"


def parcel(order: Order) -> str:
    """Where its parcel is: "waiting", "under_way" or "arrived"."""
    if order.delivered_at is not None:
        return "arrived"
    return "under_way" if order.shipped_at is not None else "waiting"


def short(article: Article) -> str:
    """The article's name, one short line."""
    return text.line(text.keep(article.name, 60)) or "it"
