"""What the top says where nothing can be pulled: no network since when, or a key that is refused."""

from dataclasses import asdict, replace
from datetime import timedelta

import pytest

from retcon.config import Plugin
from retcon.desk import today
from retcon.desk.house import House
from retcon.errors import SourceError
from retcon.model.sync import SyncResult
from retcon.store import cursors
from retcon.sync import engine
from tests.conftest import NOW

MINUTE = timedelta(minutes=1)


@pytest.fixture
def shop(house: House) -> House:
    """A house with two sources."""
    sources = tuple(Plugin(section="sources", name=name, kind="none", settings=None) for name in ("woo", "mail"))
    return replace(house, settings=replace(house.settings, sources=sources))


def ran(house: House, name: str, minutes: int, **result: object) -> None:
    """A run of the source, so many minutes before now."""
    at = NOW - minutes * MINUTE
    done = SyncResult(**{**asdict(SyncResult.failed(name, "none", "")), "ok": True, **result})  # type: ignore[arg-type]
    house.database.write(lambda tx: cursors.end(tx, cursors.begin(tx, name, at), at, done))


def test_offline_is_told_with_its_hour_once_no_source_can_be_reached(shop: House) -> None:
    for name in shop.source_names:
        ran(shop, name, 60)
    ran(shop, "woo", 30, ok=False, error="No machine called shop.example was found.", no_network=True)
    one_of_two = today.header(shop)
    ran(shop, "mail", 29, ok=False, error="No machine called mail.example was found.", no_network=True)
    ran(shop, "woo", 15, ok=False, error="No machine called shop.example was found.", no_network=True)
    both = today.header(shop)
    ran(shop, "woo", 1)

    assert (one_of_two.offline_since, one_of_two.trouble) == (None, "No machine called shop.example was found.")
    assert (both.offline_since, both.trouble) == (NOW - 29 * MINUTE, "Offline since 06:23.")
    assert today.header(shop).offline_since is None


def test_who_never_reached_a_source_is_told_what_is_wrong_with_it(shop: House) -> None:
    for name in shop.source_names:
        ran(shop, name, 5, ok=False, error="No machine called typo.example was found.", no_network=True)

    assert today.header(shop).trouble == "No machine called typo.example was found."


def test_a_refused_key_is_told_with_the_hour_as_of_which_things_stand(shop: House) -> None:
    ran(shop, "woo", 60)
    refused = "WooCommerce at shop.example doesn't know the consumer key (401); orders stand as they were. Mend it."
    ran(shop, "woo", 5, ok=False, kind="woocommerce", error=refused, key_refused=True)

    assert today.header(shop).trouble == ("WooCommerce refuses the key (401). Orders stand as of 05:52.")


@pytest.mark.parametrize(
    ("cause", "offline"),
    [(OSError(101, "Network is unreachable"), True), (ConnectionRefusedError(111, "refused"), False), (None, False)],
)
def test_no_network_is_known_by_what_the_system_said(cause: OSError | None, *, offline: bool) -> None:
    def attempt() -> None:
        try:
            raise SourceError("The line broke.") from cause
        except SourceError:
            raise SourceError("After three attempts, the line broke.") from None

    with pytest.raises(SourceError) as told:
        attempt()
    assert engine._no_network(told.value) is offline  # pyright: ignore[reportPrivateUsage]
