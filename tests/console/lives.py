"""People whose cards are drawn: a VIP slipping away, somebody who bought once, somebody who only wrote."""

from datetime import timedelta

from retcon.model.people import ConsentState, Purpose
from retcon.store.database import Database
from tests.lives import NOW, Life, seconds

GAPS = (21, 20, 24, 18, 22, 21, 17, 24, 21, 19, 23)


def chloe(database: Database) -> int:
    """A VIP who bought twelve times and is silent for 47 days; something is due for her."""
    life = Life(database)
    life.at = NOW - timedelta(days=281)
    life.consent(at=NOW - timedelta(days=281))
    life.consent(ConsentState.DENIED, "sms", wording="a text message: no SMS")
    day = NOW - timedelta(days=47 + sum(GAPS))
    goods = (("Speckled mug", "Teapot, two cups"), ("Soup bowl",), ("Vase, moss", "Linen cloth", "Salad servers"))
    order = 0
    for number, gap in enumerate((*GAPS, 0)):
        life.at = day
        last = gap == 0
        order = life.order(
            15_200 if last else 6_000 + 900 * number,
            number="1042" if last else str(900 + 13 * number),
            refunded=3_400 if last else 0,
            shipped=1.5,
            delivered=7 if last else 4,
            items=goods[number % 3],
        )
        day += timedelta(days=gap)
    life.stands(last_order_at=seconds(NOW - timedelta(days=47)))
    thread = life.thread()
    life.wrote(thread, "the lid is chipped, a pity, it is a present", hours=37 * 24, subject="Commande 1042")
    life.wrote(thread, "I am sorry. I give you the lid back.", hours=37 * 24 - 3, out=True, subject="Re: Commande 1042")
    life.at = NOW - timedelta(days=18)
    life.sent("New glazes for autumn", title="reason to return", state="delivered", delivered_at=seconds(life.at))
    life.at = NOW - timedelta(days=201)
    life.note("dislikes blue; sister in Nantes")
    life.tag("ceramics")
    life.at = NOW - timedelta(hours=2)
    life.action("personal note, no coupon", anchor=f"woo:{order}")
    return life.id


def once(database: Database) -> int:
    """Somebody who bought once, a month ago."""
    life = Life(database, "Bernd Vogel", "bernd.vogel@example.com", "DE", "de", "Europe/Berlin")
    life.at = NOW - timedelta(days=29)
    life.order(4_200, shipped=1, delivered=3)
    life.stands(
        orders=1,
        first_order_at=seconds(life.at),
        spent_minor=4_200,
        refunded_minor=0,
        cycle_days=None,
        silent_days=26,
        p_churn=0.71,
        risk_score=64,
        band="medium",
        next_expected_at=None,
        stake_minor=1_900,
        clv_minor=900,
        clv_high_minor=4_200,
        tier="one_time",
        stage="reason",
        causes='[["silent",26,0,-4],["one_order",21,90,3]]',
    )
    return life.id


def layla(database: Database) -> int:
    """Somebody who has written, in Arabic, and not bought; nobody has answered."""
    life = Life(database, "ليلى الحربي", "layla.alharbi@example.com", "SA", "ar", "Asia/Riyadh")
    thread = life.thread("telegram", "700100201")
    life.insert("identities", kind="chat", value="telegram:700100201", customer_id=life.id, shown="telegram:700100201")
    life.wrote(thread, "مرحبا، هل الأباريق متوفرة باللون الأزرق؟", hours=30, language="ar", address="700100201")
    life.wrote(thread, "Yes, from December on.", hours=28, out=True)
    life.wrote(
        thread,
        "شكرا جزيلا.\nوهل يمكن التوصيل إلى الرياض قبل 24 ديسمبر؟ الهدية لأختي.\n\nرقم الهاتف: +966 55 555 0100",
        hours=9,
        language="ar",
        address="700100201",
    )
    life.at = NOW - timedelta(days=2)
    life.consent(ConsentState.GRANTED, "telegram", purpose=Purpose.MARKETING, wording="نعم، أرسلوا لي العروض")
    life.promise("an answer", made=28, due=4)
    return life.id
