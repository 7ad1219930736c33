"""Which zones a state is in."""

import pytest

from retcon import localtime
from retcon.library import files
from retcon.store import states
from retcon.tomlfile import read


@pytest.mark.parametrize("country", ["US", "CA", "AU", "BR", "ES"])
def test_the_states_of_a_country_are_in_all_of_its_zones_and_in_no_other(country: str) -> None:
    every = set(localtime.zones_of(country))
    told: set[str | None] = set()
    for zones in (zones for state, zones in states.KNOWN.items() if state.startswith(country)):
        assert all(map(localtime.is_zone, zones))
        told |= {localtime.alike(zone, every) for zone in zones}
    assert None not in told
    # What is left are places that belong to no state, or that nobody could be told from it.
    assert {"US": 7, "CA": 6, "AU": 5, "BR": 4, "ES": 2}[country] <= len(told)


def test_every_state_with_hours_of_its_own_has_its_zones() -> None:
    hours = read(files.OURS / "countries/us.toml").content["state_hours"]
    assert all(states.zones(state) for state in hours)
    assert (len(hours), sum(state.startswith("US") for state in states.KNOWN)) == (18, 51)


def test_of_other_parts_nothing_is_known() -> None:
    assert states.zones("DE-BY") == states.zones("") == states.zones("US-ZZ") == ()
