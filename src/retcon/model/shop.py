"""The shop as rules and letters see it: what it sells, offers and keeps quiet about; read once for a whole pass."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from retcon.frozen import dataclass
from retcon.model.calendar import Own
from retcon.model.offers import Offers
from retcon.model.phrases import Phrases
from retcon.model.policy import CountryProfile
from retcon.model.products import Assortment

# Of a country that nobody told anything of.
_NOWHERE = CountryProfile(
    country="",
    name="",
    languages=(),
    channels=("email",),
    hours=(),
    service_hours=(),
    opt_out=frozenset(),
    marketing_needs=(),
    transit_days=12,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """What rules need beside the customer. `zone` is the operator's."""

    assortment: Assortment = field(default_factory=Assortment)
    offers: Offers = field(default_factory=Offers)
    phrases: Mapping[str, Phrases] = field(default_factory=dict[str, Phrases])  # by language
    own: Own = field(default_factory=Own)
    mutes: Mapping[str, datetime] = field(default_factory=dict[str, datetime])  # country → until when it is left alone
    shop_mails: frozenset[str] = frozenset()  # notices that the shop mails by itself: order, parcel, delivery, review
    profiles: Mapping[str, CountryProfile] = field(default_factory=dict[str, CountryProfile])  # "" is the strict one
    segments: Mapping[str, frozenset[int]] = field(default_factory=dict[str, frozenset[int]])  # those that rules name
    zone: str = "UTC"

    def profile(self, country: str) -> CountryProfile:
        """What may be sent to the country; the strict profile where it has none of its own."""
        code = country.upper()
        return self.profiles.get(code) or self.profiles.get("") or _NOWHERE
