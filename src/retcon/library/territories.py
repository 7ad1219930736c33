"""The countries' names in English: territories.txt, one a line; all that CLDR knows of English takes five megabytes."""

from collections.abc import Mapping
from functools import cache

from retcon.library import files


@cache
def names() -> Mapping[str, str]:
    """The name of each country by its ISO 3166-1 code, as CLDR has it."""
    lines = (files.OURS / "territories.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split(" ", 1) for line in lines)
