"""What is said to a customer, with all that the house knows for it: offers, sentences, links."""

from dataclasses import replace

from retcon import library
from retcon.channels import reach
from retcon.desk import invitations
from retcon.desk.house import House
from retcon.model.playbook import About, Rule
from retcon.model.policy import CountryProfile
from retcon.model.situation import Situation
from retcon.retention.letter import Letter, Links
from retcon.store import addresses
from retcon.store.database import Connection

_REFERS = "referral."


def letter(
    house: House, tx: Connection, situation: Situation, rule: Rule, way: reach.Way, about: About | None = None
) -> Letter:
    """The letter of the rule to the customer by that way; in a writing transaction where it leads to something."""
    home, settings = house.settings.places.config, house.settings
    profile = profile_of(house, situation.customer.country)
    enclosed = way.medium == "email" and addresses.is_lent(addresses.email(way.recipient))
    return Letter(
        situation,
        rule,
        settings.shop if settings.shop.contact else replace(settings.shop, contact=_contact(house)),
        profile,
        house.now(),
        links=Links() if enclosed else _links(house, tx, situation, rule, profile, way),
        about=about or About(),
        offers=library.offers(home),
        phrases=library.phrases(home),
        medium=way.medium or "email",
        enclosed=enclosed,
    )


def profile_of(house: House, country: str) -> CountryProfile:
    """The country's profile, with the days that parcels take by the seller's own word."""
    profile, days = library.profile(house.settings.places.config, country), house.settings.transit.get(country)
    return profile if days in (None, profile.transit_days) else replace(profile, transit_days=days)


def _links(
    house: House, tx: Connection, situation: Situation, rule: Rule, profile: CountryProfile, way: reach.Way
) -> Links:
    if rule.asks:
        return invitations.to_confirm(house, tx, situation.customer.id, way)
    if rule.invites:
        return invitations.links(house, tx, situation, profile, way)
    if any(need.startswith(_REFERS) for need in rule.needs):
        return Links(referral=invitations.referral_code(tx, situation.customer.id))
    return Links()


def _contact(house: House) -> str:
    """The address that mail comes from, where there is a channel for it."""
    mail = (plugin.settings for plugin in house.settings.channels if plugin.kind == "email")
    return next((str(getattr(it, "reply_to", "") or getattr(it, "from_", "")) for it in mail), "")
