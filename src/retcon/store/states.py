"""Time zones of the states of countries so wide that the country tells too little."""

from collections.abc import Mapping

# The zone that most people of the state live in comes first. After the IANA time zone database, 2026.
_EAST, _CENTRAL, _MOUNTAIN, _PACIFIC = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"
_STATES: Mapping[str, Mapping[tuple[str, ...], str]] = {
    "US": {
        (_EAST,): "CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV",
        (_EAST, _CENTRAL): "FL IN KY MI",
        (_CENTRAL,): "AL AR IA IL LA MN MO MS OK WI",
        (_CENTRAL, _EAST): "TN",
        (_CENTRAL, _MOUNTAIN): "KS ND NE SD TX",
        (_MOUNTAIN,): "CO MT NM UT WY",
        (_MOUNTAIN, _PACIFIC): "ID",
        (_PACIFIC,): "CA WA",
        (_PACIFIC, _MOUNTAIN): "NV OR",
        ("America/Phoenix", _MOUNTAIN): "AZ",
        ("America/Anchorage", "America/Adak"): "AK",
        ("Pacific/Honolulu",): "HI",
    },
    "CA": {
        ("America/St_Johns", "America/Halifax"): "NL",
        ("America/Halifax",): "NB NS PE",
        ("America/Toronto", "America/Halifax"): "QC",
        ("America/Toronto", "America/Winnipeg"): "ON",
        ("America/Winnipeg",): "MB",
        ("America/Regina", "America/Edmonton"): "SK",
        ("America/Edmonton",): "AB NT",
        ("America/Vancouver", "America/Edmonton"): "BC",
        ("America/Whitehorse",): "YT",
        ("America/Toronto", "America/Winnipeg", "America/Edmonton"): "NU",
    },
    "AU": {
        ("Australia/Sydney",): "ACT NSW TAS VIC",
        ("Australia/Brisbane",): "QLD",
        ("Australia/Adelaide",): "SA",
        ("Australia/Darwin",): "NT",
        ("Australia/Perth",): "WA",
    },
    "BR": {
        ("America/Sao_Paulo",): "AL AP BA CE DF ES GO MA MG PA PB PI PR RJ RN RS SC SE SP TO",
        ("America/Sao_Paulo", "America/Noronha"): "PE",
        ("America/Cuiaba",): "MS MT RO RR",
        ("America/Cuiaba", "America/Eirunepe"): "AM",
        ("America/Eirunepe",): "AC",
    },
    # Provinces, as shops write them, and autonomous communities.
    "ES": {
        ("Atlantic/Canary",): "CN GC TF",
        ("Europe/Madrid",): (
            "A AB AL AN AR AS AV B BA BI BU C CA CB CC CE CL CM CO CR CS CT CU EX GA GI GR GU H HU IB J L LE LO LU M MA"
            " MC MD ML MU NA NC O OR P PM PO PV RI S SA SE SG SO SS T TE TO V VA VC VI Z ZA"
        ),
    },
}
KNOWN: Mapping[str, tuple[str, ...]] = {
    f"{country}-{state}": zones
    for country, of_country in _STATES.items()
    for zones, states in of_country.items()
    for state in states.split()
}


def zones(subdivision: str) -> tuple[str, ...]:
    """The zones of a part of a country ("US-TX"), the likeliest first; empty where this isn't known."""
    return KNOWN.get(subdivision, ())
