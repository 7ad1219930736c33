"""What a country is like: its weather in a month, whether the fast is kept there."""


def _codes(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Where the day goes by Ramadan while it lasts. By the country alone: what somebody believes isn't guessed.
FASTING = _codes("AE AF BD BH BN DJ DZ EG ID IQ IR JO KM KW LB LY MA MR MV MY OM PK PS QA SA SD SO SY TN TR YE")

# Where winter is cold, by the sun: November to February, or June to August.
_NORTH = _codes(
    """
    AD AL AM AT AZ BA BE BG BY CA CH CN CY CZ DE DK EE ES FI FO FR GB GE GG GI GL GR HR HU IE IL IM IS IT JE JO JP KG
    KR KZ LB LI LT LU LV MC MD ME MK MN MT NL NO PL PT RO RS RU SE SI SK SM TJ TM TN TR TW UA US UZ VA XK
    """
)
_SOUTH = _codes("AR AU BR CL LS NZ PY SZ UY ZA")
# Where there is no winter to speak of, but a long summer.
_DESERT = _codes("AE BH DZ EG IQ IR KW LY MA OM QA SA YE")
# The months of the monsoon.
_RAIN = {
    **dict.fromkeys(("IN", "BD", "NP", "BT"), frozenset((6, 7, 8, 9))),
    **dict.fromkeys(("TH", "KH", "LA", "MM", "VN"), frozenset((5, 6, 7, 8, 9, 10))),
    "PH": frozenset((6, 7, 8, 9, 10, 11)),
    "LK": frozenset((5, 6, 10, 11, 12)),
    **dict.fromkeys(("MY", "SG", "BN"), frozenset((11, 12, 1))),
    **dict.fromkeys(("ID", "TL"), frozenset((11, 12, 1, 2, 3))),
}
# The hot months before the monsoon breaks.
_HOT = {
    **dict.fromkeys(("IN", "BD"), frozenset((4, 5))),
    **dict.fromkeys(("TH", "KH", "LA", "MM"), frozenset((3, 4))),
    "PH": frozenset((3, 4, 5)),
}
_COLD_NORTH, _COLD_SOUTH = frozenset((11, 12, 1, 2)), frozenset((6, 7, 8))
_WARM_NORTH, _WARM_SOUTH = frozenset((6, 7, 8)), frozenset((12, 1, 2))
_WARM_DESERT = frozenset((5, 6, 7, 8, 9))


def season(country: str, month: int) -> str:
    """ "winter", "summer", "rain", or empty where nothing is to be said, in a month from 1 to 12."""
    code = country.upper()
    if month in _RAIN.get(code, ()):
        return "rain"
    if (code in _NORTH and month in _COLD_NORTH) or (code in _SOUTH and month in _COLD_SOUTH):
        return "winter"
    warm = _WARM_NORTH if code in _NORTH else _WARM_SOUTH if code in _SOUTH else _HOT.get(code, frozenset[int]())
    return "summer" if month in (_WARM_DESERT if code in _DESERT else warm) else ""
