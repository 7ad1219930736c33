"""What retcon asks once, when the first customers are there, and keeps in config.toml: it can't be known otherwise."""

from collections.abc import Sequence
from datetime import date

from retcon import text, tomlfile
from retcon.channels import reach
from retcon.config import SHOP_MAILS
from retcon.desk import configuring, consents
from retcon.desk.consents import Count, Counts
from retcon.desk.house import House
from retcon.errors import InputError
from retcon.store import facts
from retcon.store.database import Connection

SOFT_OPT_IN, MAILS = "soft_opt_in", "shop_mails"
_ASKED = "asked:"


def pending(house: House, counts: Counts) -> tuple[str, ...]:
    """Which questions are still to be asked; none before there are customers."""
    if not any(count.people for count in counts.by_medium):
        return ()
    try:
        answered = tomlfile.read(house.settings.places.config_file).content.get("policy", {})
    except FileNotFoundError:
        answered = {}
    with house.database.read() as tx:
        asked = {name for name in (SOFT_OPT_IN, MAILS) if facts.get(tx, _ASKED + name)}
    open_ = [name for name in (SOFT_OPT_IN, MAILS) if name not in answered and name not in asked]
    return tuple(name for name in open_ if name != SOFT_OPT_IN or counts.could > 0)


def remember(house: House, names: Sequence[str]) -> None:
    """These have been asked, whatever came of it: they aren't asked again."""

    def work(tx: Connection) -> None:
        for name in names:
            facts.put(tx, _ASKED + name, "1")

    house.database.write(work)


def told_since(house: House, since: date | None) -> None:
    """Keep since when buyers are told at the checkout that they may be written to; None: they aren't."""
    if since is not None and since > house.now().date():
        raise InputError("That day is still ahead.", "Say since when buyers are told, such as 2024-03-01.")
    _put(house, {SOFT_OPT_IN: since.isoformat() if since else ""})


def mails(house: House, chosen: Sequence[str]) -> None:
    """Keep what the shop's own system mails to buyers by itself; rules that do the same are done by that."""
    unknown = [name for name in chosen if name not in SHOP_MAILS]
    if unknown:
        raise InputError(f"“{text.line(unknown[0][:40])}” is none of them.", f"There are: {', '.join(SHOP_MAILS)}.")
    _put(house, {MAILS: list(dict.fromkeys(chosen))})


def _put(house: House, values: dict[str, object]) -> None:
    configuring.put(house.settings.places.config_file, "policy", values, "so the answer isn't kept")
    remember(house, list(values))


def words(counts: Counts) -> str:
    """How many may be written to, in a sentence for each medium."""
    return " ".join(_words(count) for count in counts.by_medium)


def _words(count: Count) -> str:
    parts = [
        f"{number:,} {what}"
        for number, what in (
            (count.granted, "said yes"),
            (count.soft, "bought and were told"),
            (count.opt_out, "live where nobody need be asked before"),
        )
        if number
    ]
    told = f": {', '.join(parts)}" if parts else ""
    refused = f" {count.denied:,} said no." if count.denied else ""
    return f"May be written to by {reach.words(count.medium)}: {count.may:,} of {count.people:,}{told}.{refused}"


def counts(house: House) -> Counts:
    """How many people advertising may go to."""
    return consents.may_be_written_to(house)
