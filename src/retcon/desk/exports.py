"""Lists as files: for a spreadsheet, in a folder of their own, readable by the operator alone."""

import csv
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from retcon import localtime, money, text
from retcon.desk.house import House
from retcon.errors import StoreError
from retcon.retention.risk import reasons
from retcon.store import people, standings, tags
from retcon.store.database import Connection

_AT_ONCE = 500

CUSTOMERS = (
    *("id", "name", "emails", "phones", "country", "language", "tags", "tier", "stage", "risk", "risk_score"),
    *("at_stake", "expected_in_12_months", "spent", "currency", "orders", "last_order", "silent_days", "usual_days"),
    *("left_alone", "why"),
)


def customers(house: House, ids: Sequence[int]) -> Path:
    """Write these customers to a new CSV file, in this order; returns the file. Raises StoreError where it can't."""
    folder = house.settings.places.exports
    name = f"customers-{localtime.local(house.now(), house.settings.shop.timezone):%Y-%m-%d-%H%M%S}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = _free(folder, name)
        # A byte-order mark: without one, spreadsheets read é as two letters.
        with open(os.open(file, os.O_WRONLY), "w", encoding="utf-8-sig", newline="") as out:
            written = csv.writer(out)
            written.writerow(CUSTOMERS)
            with house.database.read() as tx:
                for start in range(0, len(ids), _AT_ONCE):
                    written.writerows(_rows(house, tx, ids[start : start + _AT_ONCE]))
    except OSError as error:
        raise StoreError(f"{folder} cannot be written ({error.strerror}).", "Nothing was exported.") from None
    return file


def _free(folder: Path, name: str) -> Path:
    """A new file of that name, with a number where there is one already."""
    for number in range(1, 1000):
        file = folder / (f"{name}.csv" if number == 1 else f"{name}-{number}.csv")
        try:
            os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            continue
        return file
    raise OSError(17, "a thousand files of that name")


def _rows(house: House, tx: Connection, ids: Sequence[int]) -> Iterator[list[str]]:
    shop = house.settings.shop
    known, standing_of, tags_of = people.get(tx, ids), standings.get(tx, ids), tags.of(tx, ids)
    for id_ in ids:
        if id_ not in known or id_ not in standing_of:
            continue
        customer, standing = known[id_], standing_of[id_]
        told = reasons.explain(standing, shop.currency)
        last = standing.last_order_at
        cells = (
            *(str(id_), customer.name, " ".join(customer.emails), " ".join(customer.phones), customer.country),
            *(customer.language, " ".join(tags_of.get(id_, ())), standing.tier, standing.stage, standing.band),
            *(str(standing.risk_score), str(money.major(standing.stake_minor, shop.currency))),
            *(
                str(money.major(standing.clv_minor, shop.currency)),
                str(money.major(standing.spent_minor, shop.currency)),
            ),
            *(shop.currency, str(standing.orders), f"{localtime.local(last, shop.timezone):%Y-%m-%d}" if last else ""),
            *(str(standing.silent_days), f"{standing.cycle_days:.0f}" if standing.cycle_days else ""),
            *("yes" if customer.left_alone else "", told[0].text if told else ""),
        )
        yield [_cell(cell) for cell in cells]


def _cell(words: str) -> str:
    """Harmless for a terminal that prints the file and for a spreadsheet that opens it; figures stay figures."""
    return words if words.lstrip("-").replace(".", "", 1).isdigit() else text.cell(text.line(words))
