"""Every day of our calendar from 2026 to 2030 as a line of tests/retention/calendar_days.csv, beside its source.

After a package was updated and its changes were looked at:
.venv/bin/python -m tests.calendar_days > tests/retention/calendar_days.csv
"""

import csv
import sys
from importlib.metadata import version
from pathlib import Path

from retcon.library import calendar as library_calendar
from retcon.model.calendar import Own
from retcon.retention import calendar

FILE = Path(__file__).parent / "retention" / "calendar_days.csv"
YEARS = range(2026, 2031)
# One line for the countries that share a festival's day and its source.
Line = tuple[str, str, str, str, str]
HEADS = ("festival", "day", "last_day", "source", "countries")


def lines() -> list[Line]:
    """The lines as the calendar has them now."""
    own = Own(festivals=library_calendar.ours())
    together: dict[tuple[str, str, str, str], list[str]] = {}
    for feast in calendar.table(own, YEARS, calendar.countries(own)):
        key = (feast.day.isoformat(), feast.id, feast.last_day.isoformat(), _source(feast.source, feast.certain))
        together.setdefault(key, []).append(feast.country)
    return [(id_, day, last, source, " ".join(codes)) for (day, id_, last, source), codes in together.items()]


def frozen() -> list[Line]:
    """The lines as they were frozen."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows[2:]]


def frozen_with() -> str:
    """The packages that the days were frozen with, with their versions."""
    return FILE.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")


def spread(some: list[Line]) -> dict[tuple[str, str, str], tuple[str, ...]]:
    """The days of each festival by country and year: "2027-03-09..2027-03-11 (computed: …)"."""
    found: dict[tuple[str, str, str], tuple[str, ...]] = {}
    for id_, day, last, source, codes in some:
        for code in codes.split():
            key = (id_, code, day[:4])
            found[key] = (*found.get(key, ()), f"{day}..{last} ({source})")
    return found


def _source(words: str, certain: bool) -> str:
    """Computed by a rule, of a package, or our own date; what a government has announced isn't "reckoned ahead"."""
    if "(holidays)" in words:
        known = f"package holidays: {words.replace(' (holidays)', '')}"
    elif "(hijridate)" in words:
        known = f"package hijridate: {words.replace(' (hijridate)', '')}"
    elif words.startswith(("Thai", "the moon")):
        known = f"ours: {words}"
    else:
        known = f"computed: {words}"
    return known if certain else f"{known}; may be a day off"


def packages() -> str:
    """The packages that the days are from, with their versions."""
    return ", ".join(f"{name} {version(name)}" for name in ("holidays", "hijridate"))


if __name__ == "__main__":
    print(f"# {packages()}")
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(HEADS)
    writer.writerows(lines())
