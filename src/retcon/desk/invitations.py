"""Links in messages that may go anyway: by which somebody allows advertising, begins a chat, confirms a yes."""

from urllib.parse import quote

from retcon.channels import permission, reach
from retcon.desk.house import House
from retcon.model.people import ConsentState, Purpose
from retcon.model.policy import CountryProfile
from retcon.model.situation import Situation
from retcon.retention import invitation
from retcon.retention.letter import Links
from retcon.store import installation
from retcon.store.database import Connection

_EMAIL, _TELEGRAM = "email", "telegram"


def links(house: House, tx: Connection, situation: Situation, profile: CountryProfile, way: reach.Way) -> Links:
    """What a service message to this person may lead to; in a writing transaction.

    A yes to advertising is asked for where the country's profile lets a service message do so, of people who have
    neither given nor refused one. A chat is offered to whoever has none yet.
    """
    customer = situation.customer
    news = ""
    if profile.invites and way.medium == _EMAIL and _is_open(situation, way):
        news = _mail_to_us(house, way, f"news {_token(tx, customer.id, 'news')}")
    bot = _bot(house)
    if not bot or way.medium == _TELEGRAM or any(medium == _TELEGRAM for medium, _ in customer.chats):
        return Links(news=news)
    return Links(news=news, chat=f"https://t.me/{bot}?start={_token(tx, customer.id, 'chat')}")


def to_confirm(house: House, tx: Connection, customer_id: int, way: reach.Way) -> Links:
    """What a request for a confirmation carries; in a writing transaction."""
    if way.medium != _EMAIL:
        return Links()
    return Links(confirm=_mail_to_us(house, way, f"yes {_token(tx, customer_id, 'confirm')}"))


def referral_code(tx: Connection, customer_id: int) -> str:
    """The code that friends of the customer name; in a writing transaction."""
    return invitation.referral_code(installation.link_key(tx), customer_id)


def _token(tx: Connection, customer_id: int, what: str) -> str:
    return invitation.token(installation.link_key(tx), customer_id, what)


def _is_open(situation: Situation, way: reach.Way) -> bool:
    """Whether the person has neither said yes nor no, and this address has not either."""
    on = (way.medium, way.channel or "")
    said = [line for line in situation.consents if line.channel in on and line.purpose is not Purpose.SERVICE]
    refused = any(line.state is ConsentState.DENIED for line in said)
    allowed = any(line.state is ConsentState.GRANTED and line.basis in permission.FIRM for line in said)
    return not refused and not allowed and (way.medium, way.recipient) not in situation.suppressed


def _mail_to_us(house: House, way: reach.Way, subject: str) -> str:
    """A link that opens a mail to the shop with that subject; empty where the channel has no address of its own."""
    plugin = house.plugin("channels", way.channel or "")
    settings = plugin.settings if plugin is not None else None
    written = getattr(settings, "reply_to", "") or getattr(settings, "from_", "")
    address = written.rpartition("<")[2].removesuffix(">").strip()
    return f"mailto:{quote(address, safe='@')}?subject={quote(subject)}" if address else ""


def _bot(house: House) -> str:
    """The name of the bot that takes chats in; empty where no source has one."""
    bots = (str(getattr(plugin.settings, "bot", "")) for plugin in house.settings.sources if plugin.kind == _TELEGRAM)
    return next((bot for bot in bots if bot), "")
