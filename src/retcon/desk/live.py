"""Going live: what is missing, and the flip; nothing approved in practice ever reaches a customer."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from retcon import text, tomlfile
from retcon.desk import believed, configuring, templates
from retcon.desk.doctor import Check
from retcon.desk.house import House
from retcon.errors import RetconError
from retcon.store import outbox, rehearsal
from retcon.store.database import Connection


def checklist(house: House) -> tuple[Check, ...]:
    """What going live takes, each with what is still to do. Asks the network, changes nothing."""
    return tuple(_points(house))


def missing(points: Iterable[Check]) -> tuple[Check, ...]:
    """What is still to do."""
    return tuple(point for point in points if not point.ok)


def _points(house: House) -> Iterator[Check]:
    settings = house.settings
    yield _point(
        "address",
        bool(settings.shop.address.strip()),
        "Your postal address stands in [shop].",
        "Your postal address is missing; advertising must carry it.",
        "Write address = under [shop].",
    )
    yield from _channels(house)
    yield _point(
        "test address",
        bool(settings.policy.test_addresses),
        "Your own address for practice stands in [policy].",
        "No address of your own for practice is known.",
        'Write test_addresses = ["you@…"] under [policy].',
    )
    with house.database.read() as tx:
        yield _practised(tx)
        mail = next((plugin for plugin in settings.channels if plugin.kind == "email"), None)
        if mail is not None:
            yield believed.unsubscribe(house, mail)
            yield believed.spf(mail, house.transports.txt)
            yield believed.signed(house, tx, mail)
        yield _zones(tx)
        needs = sum(outbox.counts(tx).get(state, 0) for state in ("uncertain", "stale"))
    yield _languages(house)
    yield _soft_opt_in(house)
    many = f"Messages that need you first: {needs}."
    yield _point("queue", not needs, many, many, "See: retcon outbox")


def go_live(house: House) -> int:
    """Write live = true into config.toml and return how many practice actions came back as due."""
    configuring.put(house.settings.places.config_file, "policy", {"live": True}, "so retcon is not live")
    return end_practice(house)


def end_practice(house: House) -> int:
    """Bring back what was approved in practice: its messages never go to a customer, its actions are due again."""
    return house.database.write(lambda tx: rehearsal.end(tx, house.now()))


def _channels(house: House) -> Iterator[Check]:
    """Whether each channel's account works."""
    if not house.settings.channels:
        yield _point("channel", False, "", "Nothing can leave: no channel is set up.", "Add [channels.email].")
    for plugin in house.settings.channels:
        try:
            yield Check(name=f"channel {plugin.name}", ok=True, words=house.channel(plugin.name).check())
        except RetconError as error:
            yield Check(name=f"channel {plugin.name}", ok=False, words=error.title, hint=error.hint)


def _practised(tx: Connection) -> Check:
    practised, came_back = rehearsal.seen(tx), believed.seen(tx) is not None
    many = text.plural(practised, "practice message")
    return _point(
        "test mail",
        practised > 0,
        f"{many} reached you{', and your own mailbox saw one' if came_back else ''}.",
        "No practice message has reached you yet.",
        "Approve one action and run: retcon send. Then read it as a customer would.",
    )


def _zones(tx: Connection) -> Check:
    zones_known, customers = rehearsal.zones_known(tx)
    share = round(100 * zones_known / customers) if customers else 0
    words = f"Time zones known: {share} of 100 customers."
    return _point("zones", share >= 90, words, words, "Who has none is written to at 11:00–15:00 of your own zone.")


def _languages(house: House) -> Check:
    """Whether a person has read the texts of what is due."""
    due = [language for language in templates.languages(house) if language.due]
    unread = [language for language in due if not language.vouched]
    codes = ", ".join(language.code for language in due)
    named = ", ".join(f"{language.code} ({language.due} due)" for language in unread)
    first = unread[0].code if unread else ""
    return _point(
        "languages",
        not unread,
        f"The texts of what is due were read by a person: {codes}." if due else "Nothing is due in any language.",
        f"Nobody has read the texts as they are now in: {named}.",
        f"Read them: retcon templates show {first}. Then: retcon templates sign {first}",
    )


def _soft_opt_in(house: House) -> Check:
    """Whether the seller has said if buyers are told at the checkout that they may be written to."""
    since = house.settings.policy.soft_opt_in
    told = f"You said that buyers are told at the checkout since {since}." if since else "You said that they aren't."
    return _point(
        "soft opt-in",
        bool(since) or _is_written(house.settings.places.config_file, "policy", "soft_opt_in"),
        told if since else f"Are buyers told at the checkout that you may write to them? {told}",
        "Are buyers told at the checkout that you may write to them about similar goods, and how to object?",
        'Write under [policy]: soft_opt_in = "2024-03-01", the day since when, or soft_opt_in = "" if they are not.',
    )


def _is_written(file: Path, table: str, name: str) -> bool:
    try:
        return name in tomlfile.read(file).content.get(table, {})
    except FileNotFoundError:
        return False


def _point(name: str, ok: bool, well: str, not_well: str, hint: str) -> Check:
    return Check(name=name, ok=ok, words=well if ok else not_well, hint=hint)
