"""A morning at a small shop, as SCREENS draws it: twenty-five things to decide on, in nine rows.

All of it is the program's own work: orders come in by a file, letters by a mailbox, a note was approved yesterday and
its line broke; the rules are retcon's, and three of the seller's own with texts in the languages of the customers. What
of ours would say the same beside them, or more than the seller writes, is switched off.
"""

import csv
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from retcon.desk import drafts, imports, refresh, sending, today
from retcon.desk.house import open_house
from retcon.errors import Uncertain
from retcon.model.conversations import Direction, SourceMessage
from retcon.sync import intake
from tests.outgoing import Clock, TestHouse, Told

NOW = datetime(2026, 11, 20, 6, 52, tzinfo=UTC)  # Friday, 07:52 in Berlin

CONFIG = """
[shop]
name = "Northlight Goods"
timezone = "Europe/Berlin"
country = "DE"
address = "Harbour Lane 1, 20095 Hamburg"
signature = "Nora"

[channels.email]
kind = "email"
host = "127.0.0.1"
security = "none"
from = "Northlight Goods <hello@shop.example>"

[policy]
live = true
undo_seconds = 10
"""

RULES = {
    "usage": """
id = "usage"
title = "how to use it, by product"
moment = "after_delivery"
stage = "settling"
purpose = "service"
template = "usage"
channels = ["email"]
[when]
orders = 1
days_since_first_order = "9-30"
parcel = ["arrived"]
""",
    "refill": """
id = "refill"
title = "filter runs out in 15 days"
moment = "reason"
stage = "reason"
purpose = "marketing"
template = "refill"
channels = ["email"]
personal = true
[when]
silent_days = "91-110"
orders = "2+"
""",
    "wish-list": """
id = "wish-list"
title = "Black Friday wish list"
moment = "reason"
stage = "reason"
purpose = "marketing"
template = "wish-list"
channels = ["email"]
[when]
silent_days = "20-40"
orders = "2+"
""",
}

OFF = ("trouble-check", "festival-sale", "value-letter")

# In France her mails may leave from nine on.
FRANCE = """
country = "FR"
name = "France"
languages = ["fr"]
checked = 2026-11-20
[hours]
mon-fri = "09:00-18:00"
"""

TEXTS = {
    "en/usage": "Subject: How to use it\n\nHello,\n\nthree things about your {{ order.article }}.\n",
    "en/refill": "Subject: Time for a new filter\n\nHello,\n\nyour filter will soon need replacing.\n",
    "ko/refill": "Subject: 필터 교체 시기\n\n안녕하세요,\n\n필터를 교체할 때가 다가옵니다.\n",
    "en/wish-list": "Subject: What do you wish for?\n\nHello,\n\nin a week there are fair prices.\n",
    "de/wish-list": "Subject: Was wünschen Sie sich?\n\nGuten Tag,\n\nin einer Woche gibt es faire Preise.\n",
    "fr/wish-list": "Subject: Que souhaitez-vous ?\n\nBonjour,\n\ndans une semaine, des prix justes.\n",
    "th/parcel-note": "Subject: พัสดุของคุณ\n\nสวัสดีค่ะ\n\nพัสดุของคุณกำลังเดินทาง\n",
    "fr/parcel-note": "Subject: Votre colis\n\nBonjour,\n\nvotre colis est en route.\n",
    "fr/vip-silent": "Subject: Tout allait bien ?\n\nBonjour,\n\nest-ce que quelque chose n'allait pas ?\n",
    "es/sleepers": "Subject: Ha pasado un tiempo\n\nHola,\n\nla echamos de menos.\n",
}


@dataclass
class _Orders:
    """The rows of the orders file."""

    rows: list[dict[str, object]] = field(default_factory=list[dict[str, object]])

    def bought(
        self, email: str, name: str, country: str, language: str, *days: int, total: int = 40, **more: object
    ) -> None:
        """Somebody has bought so many days ago; each parcel left a day later and arrived after two more."""
        for ago in days:
            at = NOW - timedelta(days=ago)
            shipped, arrived = at + timedelta(days=1), at + timedelta(days=3)
            self.rows.append(
                {
                    "order_id": len(self.rows) + 1000,
                    "customer_id": email,
                    "placed_at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
                    "total": total,
                    "currency": "EUR",
                    "email": email,
                    "name": name,
                    "country": country,
                    "language": language,
                    "items": "Kettle, 1.2 l",
                    "shipped_at": f"{shipped:%Y-%m-%dT%H:%M:%SZ}" if shipped < NOW else "",
                    "delivered_at": f"{arrived:%Y-%m-%dT%H:%M:%SZ}" if arrived < NOW else "",
                    "consent_email": "granted",
                    "consent_source": "checkout",
                }
                | more
            )

    def write(self, file: Path) -> None:
        with file.open("w", newline="") as out:
            writer = csv.DictWriter(out, list(self.rows[0]))
            writer.writeheader()
            writer.writerows(self.rows)


_FIRST_WEEK = (
    *(
        ("anna schmidt", "DE", "de"),
        ("bernd vogel", "DE", "de"),
        ("carla weiss", "DE", "de"),
        ("doerte lange", "DE", "de"),
    ),
    *(("สมหญิง ใจดี", "TH", "th"), ("อนงค์ ศรีสุข", "TH", "th"), ("มานี มานะ", "TH", "th")),
    *(("élodie petit", "FR", "fr"), ("hugo noir", "FR", "fr")),
)
_DELIVERED = (
    ("amy adams", "GB"),
    ("bob brown", "GB"),
    ("王小明", "TW"),
    ("שרה לוי", "IL"),
    ("田中 はるか", "JP"),
    ("zoë byrne", "IE"),
)


def _orders() -> _Orders:
    orders = _Orders()
    orders.bought("layla.alharbi@example.com", "ليلى الحربي", "SA", "ar", *range(144, 20, -21), 2, total=44)
    orders.bought("jonas@example.com", "Jonas Keller", "DE", "de", 90, 1)
    orders.bought("chloe@example.com", "Chloé Martin", "FR", "fr", *range(50 + 11 * 21, 49, -21), total=150)
    orders.bought("marta@example.com", "Marta Pérez", "ES", "es", 164, 134, 104, 74)
    orders.bought("ji-woo@example.com", "Ji-woo Lee", "KR", "ko", 274, 186, 98)
    for number, (name, country, language) in enumerate(_FIRST_WEEK):
        orders.bought(f"first{number}@example.com", name.title(), country, language, 3, delivered_at="")
    for number, (name, country) in enumerate(_DELIVERED):
        items = "" if number == 5 else "Kettle, 1.2 l"
        orders.bought(f"used{number}@example.com", name.title(), country, "en", 10, items=items)
    for number, (name, language) in enumerate((("Emil", "de"), ("Frida", "de"), ("Greta", "de"), ("Louise", "fr"))):
        orders.bought(f"wish{number}@example.com", f"{name} Horn", language.upper(), language, 120, 30)
    return orders


def _letter(address: str, name: str, ago: timedelta, body: str, language: str) -> SourceMessage:
    return SourceMessage(
        source_id=f"{address}/1",
        medium="email",
        direction=Direction.IN,
        address=address,
        name=name,
        at=NOW - ago,
        subject="",
        body=body,
        language=language,
    )


def open_shop(home: Path, at: datetime = NOW) -> TestHouse:
    """The shop of that home at 07:52; what leaves it is kept by `told`."""
    clock, told = Clock(at), Told()
    opened = open_house(home, now=clock, sleep=clock.sleep)
    return TestHouse(
        settings=opened.settings,
        database=opened.database,
        now=clock,
        transports=opened.transports,
        sleep=clock.sleep,
        told=told,
        clock=clock,
    )


def furnish(folder: Path) -> Path:
    """A home for the shop in the folder, with all that has come in by 07:52."""
    home = folder / "morning"
    (home / "playbooks").mkdir(parents=True)
    (home / "config.toml").write_text(CONFIG)
    (home / "regions").mkdir()
    (home / "regions" / "fr.toml").write_text(FRANCE)
    for name, rule in RULES.items():
        (home / "playbooks" / f"{name}.toml").write_text(rule)
    for name in OFF:
        (home / "playbooks" / f"{name}.toml").write_text(f'id = "{name}"\nenabled = false\n')
    for name, words in TEXTS.items():
        file = home / "templates" / f"{name}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(words)
    house = open_shop(home, NOW - timedelta(hours=22))
    _yesterday(house, folder)
    house.clock.now = NOW
    orders = _orders()
    orders.write(folder / "orders.csv")
    imports.take(house, folder / "orders.csv", "orders", {})
    letters = (
        _letter("layla.alharbi@example.com", "ليلى", timedelta(minutes=40), "وين الطلب؟ صار له عشرة ايام", "ar"),
        _letter("jonas@example.com", "Jonas Keller", timedelta(hours=9), "Bitte an Lindenweg 4, Leipzig.", "de"),
    )
    context = refresh.context(house)
    house.database.write(lambda tx: intake.keep(tx, "mail", letters, "EUR", context))
    refresh.refresh(house)
    house.close()
    return home


def _yesterday(house: TestHouse, folder: Path) -> None:
    """Rafael's parcel note was approved, and the line broke when it left."""
    orders = _Orders()
    orders.bought("rafael@example.com", "Rafael Silva", "BR", "pt-BR", 4, delivered_at="")
    orders.write(folder / "rafael.csv")
    imports.import_file(house, folder / "rafael.csv", "orders", {}, source="first")
    (line,) = today.load(house).lines
    drafts.approve(house, [(item.action.id, item.action.revision) for item in line.items])
    house.clock.now += timedelta(hours=8)  # by day in Brazil
    house.told.answers.append(Uncertain("The line broke after it left."))
    sending.send(house, until_empty=True, pull=False)
