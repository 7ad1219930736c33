"""A shop's orders as a file, counted back from an hour: people whose silence shows, and people who just bought."""

import csv
from datetime import datetime, timedelta
from pathlib import Path

# Name, address, country, and the days before the hour at which they ordered, the last one first.
PEOPLE = (
    ("Ada Berg", "ada@example.com", "DE", (71, 101, 131, 160, 191, 221, 251, 281, 311)),
    ("Chloé Martin", "chloe@example.com", "FR", (68, 90, 111, 133)),
    ("Bruno Rossi", "bruno@example.com", "IT", (64, 95, 124)),
    ("Ji-woo Lee", "jiwoo@example.com", "KR", (3,)),
    ("Marta Pérez", "marta@example.com", "ES", (12, 40)),
)


def write(file: Path, now: datetime, *, currency: str = "EUR") -> Path:
    """Write them as a spreadsheet would: the columns are called as people call them."""
    with file.open("w", newline="", encoding="utf-8") as out:
        rows = csv.writer(out)
        rows.writerow(("Order number", "Customer name", "E-mail", "Date", "Total", "Currency", "Country", "Items"))
        orders = [
            (now - timedelta(days=days), name, mail, country)
            for name, mail, country, all_days in PEOPLE
            for days in all_days
        ]
        for number, (at, name, mail, country) in enumerate(sorted(orders), 1001):
            paid = f"{90 + number % 7 * 20}.50"
            rows.writerow((number, name, mail, f"{at:%Y-%m-%d %H:%M}", paid, currency, country, "Kettle, 1.2 l x 1"))
    return file
