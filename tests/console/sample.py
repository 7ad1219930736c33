"""A working list as SCREENS draws it: fictitious people in many scripts, some with names that mean harm."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from retcon.desk.today import Header, Item, Line, Today
from retcon.model.conversations import (
    Complaint,
    ComplaintSign,
    Direction,
    File,
    Message,
    Promise,
    PromiseState,
    Sign,
    Thread,
)
from retcon.model.outbox import OutboxRow, OutboxState
from retcon.model.people import Customer, Purpose
from retcon.model.playbook import Action, ActionState, Draft, Moment
from retcon.model.policy import Answer, Verdict
from retcon.model.standing import Band, Reason, Stage, Standing, Tier

NOW = datetime(2026, 11, 20, 6, 52, tzinfo=UTC)  # Friday 07:52 in Berlin

YES = Verdict(rule="consent", answer=Answer.YES, reason="Advertising by e-mail was allowed on 12 Feb.")
WROTE = Verdict(rule="purpose", answer=Answer.YES, reason="She wrote first, and an answer has no quiet hours.")
NO = Verdict(
    rule="consent", answer=Answer.NO, reason="Advertising by e-mail was not allowed. A service message may go."
)


def later(hour: int, place: str) -> Verdict:
    """A verdict that lifts on the same day at an hour of UTC."""
    return Verdict(
        rule="hours",
        answer=Answer.LATER,
        reason=f"It is early in {place}.",
        until=datetime(2026, 11, 20, hour, tzinfo=UTC),
    )


def customer(id: int, name: str, country: str, language: str, *zones: str) -> Customer:
    """A person with an address at example.com."""
    return Customer(
        id=id,
        name=name,
        emails=(f"person{id}.sample@example.com",),
        country=country,
        language=language,
        zones=zones,
    )


def standing(id: int, **changes: object) -> Standing:
    """Where a regular customer stands."""
    usual = Standing(
        customer_id=id,
        orders=4,
        first_order_at=NOW - timedelta(days=300),
        last_order_at=NOW - timedelta(days=18),
        spent_minor=23_100,
        refunded_minor=0,
        cycle_days=21.0,
        silent_days=14,
        under_way=False,
        p_churn=0.4,
        risk_score=40,
        band=Band.MEDIUM,
        next_expected_at=NOW + timedelta(days=3),
        expected_orders=2.1,
        clv_minor=9_500,
        clv_high_minor=31_000,
        stake_minor=9_500,
        tier=Tier.REGULAR,
        stage=Stage.HABIT,
    )
    return replace(usual, **changes)


def item(
    who: Customer,
    title: str,
    *,
    moment: Moment = Moment.FIRST_WEEK,
    stake: int = 6_000,
    reason: str = "First order 3 days ago.",
    verdicts: tuple[Verdict, ...] = (YES,),
    body: str = "Hello,\n\nyour parcel is on its way.",
    operator_body: str = "",
    subject: str = "Your parcel",
    operator_subject: str = "",
    rule: str = "parcel-note",
    personal: bool = False,
    facts: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
    where: Standing | None = None,
    thread: Thread | None = None,
    said: tuple[Message, ...] = (),
    promises: tuple[Promise, ...] = (),
    complaints: tuple[Complaint, ...] = (),
    urgency: int = 0,
) -> Item:
    """One due action."""
    return Item(
        said=said,
        thread=thread,
        promises=promises,
        complaints=complaints,
        action=Action(
            id=who.id,
            revision=1,
            rule=rule,
            anchor=f"woo:{who.id}",
            moment=moment,
            purpose=Purpose.MARKETING,
            stage=Stage.TRUST,
            title=title,
            customer_id=who.id,
            draft=Draft(
                channel=thread.medium if thread is not None else "email",
                recipient=thread.address if thread is not None else who.emails[0],
                language=who.language,
                subject=subject,
                body=body,
                operator_subject=operator_subject or subject,
                operator_body=operator_body or body,
            ),
            due_at=NOW - timedelta(hours=1),
            expires_at=NOW + timedelta(days=5),
            state=ActionState.DUE,
            stake_minor=stake,
            reason=reason,
            personal=personal,
            thread_id=thread.id if thread is not None else None,
            urgency=urgency,
        ),
        customer=who,
        standing=where or standing(who.id),
        reasons=(
            Reason("silent", "Silent 47 days, usually 21.", 47.0, 38),
            Reason("refunds", "1 of 12 orders refunded: €34.", 1.0, 9),
        ),
        verdicts=verdicts,
        facts=facts,
        notes=notes,
    )


def thread(id: int, who: Customer, medium: str, since: timedelta | None, unanswered: int = 1) -> Thread:
    """A conversation; its customer has waited for so long."""
    return Thread(
        id=id,
        customer_id=who.id,
        source=medium,
        name=f"chat/{who.id}",
        medium=medium,
        address=who.emails[0] if medium == "email" else f"70010020{who.id}",
        subject="",
        started_at=NOW - timedelta(days=6),
        last_at=NOW - (since or timedelta(days=1)),
        waiting_since=NOW - since if since is not None else None,
        unanswered=unanswered if since is not None else 0,
    )


def said(id: int, direction: Direction, ago: timedelta, body: str, **changes: object) -> Message:
    """A message of so long ago."""
    message = Message(id=id, thread_id=1, direction=direction, at=NOW - ago, subject="", body=body)
    return replace(message, **changes)


_LAYLA = replace(
    customer(1, "ليلى الحربي", "SA", "ar", "Asia/Riyadh"),
    emails=("layla.alharbi@example.com",),
    chats=(("telegram", "700100201"),),
)
LAYLA = item(
    _LAYLA,
    "waits for an answer",
    moment=Moment.ANSWER,
    stake=41_200,
    reason="She wrote 40 min ago",
    verdicts=(WROTE,),
    rule="unanswered",
    personal=True,
    subject="",
    body="عزيزتي ليلى،\n\nأعتذر عن التأخير. طردك في الجمارك بالرياض منذ الثلاثاء، ولا حاجة لأي إجراء من جهتك.\n"
    "سأكتب إليك قبل الأحد 18:00.",
    operator_body="Dear Ms Layla,\n\nI am sorry. Your parcel has been at customs in Riyadh since Tuesday; you need do "
    "nothing. I will write again by Sunday 18:00.",
    facts=(
        "Order 4711 on Tue 10 Nov: Tagine, cobalt, and 2 more, €86.00.",
        "Parcel Aramex 4711: shipped Thu 12 Nov, under way.",
    ),
    where=standing(1, tier=Tier.VIP, orders=9, spent_minor=124_000),
    urgency=2,
    thread=thread(1, _LAYLA, "telegram", timedelta(days=1, hours=16), unanswered=3),
    said=(
        said(11, Direction.OUT, timedelta(days=4, hours=3), "Your parcel has left Hamburg. I will write by Wednesday."),
        said(12, Direction.IN, timedelta(days=1, hours=16), "؟ أين طلبي", language="ar"),
        said(13, Direction.IN, timedelta(hours=9), "هل من أخبار عن الطرد رقم 4711؟", language="ar"),
        said(
            14,
            Direction.IN,
            timedelta(minutes=40),
            "وين الطلب؟ صار له عشرة ايام.\nالقدر وصل مكسور المرة الماضية، سأشتكي للبنك.",
            language="ar",
            sign=Sign.COMPLAINT,
            files=(
                File(name="صورة القدر.jpg", media_type="image/jpeg", size=2_140_000, path="14/photo.jpg"),
                File(name="receipt.pdf", media_type="application/pdf", size=84_000, path="14/receipt.pdf"),
                File(name="unboxing.mov", media_type="video/quicktime", size=81_000_000),
            ),
        ),
    ),
    promises=(
        Promise(
            id=1,
            customer_id=1,
            thread_id=1,
            words="an answer",
            due_at=datetime(2026, 11, 18, 17, tzinfo=UTC),
            made_at=NOW - timedelta(days=4, hours=3),
            state=PromiseState.OPEN,
        ),
        Promise(
            id=2,
            customer_id=1,
            thread_id=1,
            words="I will write again by Sunday 18:00.",
            due_at=datetime(2026, 11, 22, 17, tzinfo=UTC),
            made_at=NOW,
            state=PromiseState.OFFERED,
        ),
    ),
    complaints=(
        Complaint(
            id=1,
            customer_id=1,
            thread_id=1,
            sign=ComplaintSign.WORDS,
            words="سأشتكي",
            reference="message:14",
            at=NOW - timedelta(minutes=40),
        ),
    ),
)
_JONAS = customer(2, "Jonas Keller", "DE", "de", "Europe/Berlin")
JONAS = item(
    _JONAS,
    "waits for an answer",
    moment=Moment.ANSWER,
    stake=5_800,
    reason="He wrote 9 h ago",
    rule="unanswered",
    personal=True,
    subject="",
    body="",
    facts=("Order 4720 on Thu 19 Nov: Kettle, 1.2 l, €58.00.", "Not shipped yet."),
    thread=thread(2, _JONAS, "email", timedelta(hours=9)),
    said=(
        said(
            21,
            Direction.OUT,
            timedelta(days=1, hours=2),
            "Guten Tag Herr Keller,\n\nvielen Dank für Ihre Bestellung 4720. Wir packen sie morgen.",
            subject="Ihre Bestellung 4720",
        ),
        said(
            22,
            Direction.IN,
            timedelta(days=1),
            "Ich bin bis Montag nicht im Büro.",
            subject="AW: Ihre Bestellung 4720",
            automatic=True,
        ),
        said(
            23,
            Direction.IN,
            timedelta(hours=9),
            "Hallo,\n\nkann das Paket bitte an meine Arbeit gehen? Lindenweg 4, 04109 Leipzig.\n\nGruß\nJonas Keller",
            subject="AW: Ihre Bestellung 4720",
            quoted="On 19 Nov Northlight Goods wrote:\n> Guten Tag Herr Keller,\n> vielen Dank für Ihre Bestellung.",
            files=(File(name="Adresse.pdf", media_type="application/pdf", size=31_000, path="23/Adresse.pdf"),),
        ),
    ),
)
CHLOE = item(
    customer(3, "Chloé Martin", "FR", "fr", "Europe/Paris"),
    "personal note, no coupon",
    moment=Moment.SLIPPING,
    stake=31_000,
    reason="Silent 47 days, usually 21.",
    verdicts=(YES, later(8, "Paris")),
    rule="vip-silent",
    personal=True,
    subject="Chloé, tout allait bien avec votre commande\u00a0?",
    body="Bonjour Chloé,\n\nvous êtes revenue chez nous plus souvent que presque tout le monde, et je n'ai plus de "
    "nouvelles depuis le 4 octobre. Est-ce que quelque chose n'allait pas\u00a0?",
    operator_subject="Chloé, was everything all right with your order?",
    operator_body="Hello Chloé,\n\nyou have come back to us more often than almost anybody, and I haven't heard from "
    "you since 4 October. Was anything wrong?",
    facts=("Order 1042 on Sun 4 Oct: Vase, moss, €152, €34 refunded.",),
    where=standing(3, tier=Tier.VIP, orders=12, spent_minor=183_000, silent_days=47, risk_score=91, band=Band.HIGH),
)
MARTA = item(
    customer(4, "Marta Pérez", "ES", "es", "Europe/Madrid"),
    "“we miss you”, tips, no coupon",
    moment=Moment.SLIPPING,
    stake=9_500,
    reason="Silent 71 days, usually 30.",
    verdicts=(YES, later(9, "Madrid")),
    rule="sleepers",
    personal=True,
    where=standing(4, silent_days=71, cycle_days=30.0),
)
JIWOO = item(
    customer(5, "Ji-woo Lee", "KR", "ko", "Asia/Seoul"),
    "filter runs out in 15 days",
    moment=Moment.REASON,
    stake=3_800,
    reason="Her own rhythm: 88 days.",
    rule="refill",
    personal=True,
    subject="필터 교체 시기",
    body="안녕하세요 지우님,\n\n필터를 교체할 때가 다가옵니다.",
    operator_subject="Time for a new filter",
    operator_body="Hello Ji-woo,\n\nyour filter will soon need replacing.",
)

_FIRST_WEEK = (
    ("Anna Schmidt", "DE", "de", "Europe/Berlin", (YES,)),
    ("Bernd Vogel", "DE", "de", "Europe/Berlin", (YES, later(8, "Berlin"))),
    ("Carla Weiß", "DE", "de", "Europe/Berlin", (YES, later(8, "Berlin"))),
    ("Dörte Lange", "DE", "de", "Europe/Berlin", (YES, later(8, "Berlin"))),
    ("สมหญิง ใจดี", "TH", "th", "Asia/Bangkok", (YES,)),
    ("อนงค์ ศรีสุข", "TH", "th", "Asia/Bangkok", (YES,)),
    ("Κατερίνα Παππά", "TH", "th", "Asia/Bangkok", (YES, later(8, "Bangkok"))),
    ("Élodie Petit", "FR", "fr", "Europe/Paris", (YES, later(8, "Paris"))),
    ("Ольга Иванова", "FR", "fr", "Europe/Paris", (YES, later(8, "Paris"))),
)
_TEXTS = {
    "de": ("Ihr Paket ist unterwegs", "Guten Tag,\n\nIhr Paket ist unterwegs; hier ist der Link zur Verfolgung."),
    "th": ("พัสดุของคุณ", "สวัสดีค่ะ\n\nพัสดุของคุณกำลังเดินทาง นี่คือลิงก์สำหรับติดตาม"),
    "fr": ("Votre colis est en route", "Bonjour,\n\nvotre colis est en route ; voici le lien pour le suivre."),
}


def _parcel_note(id: int, name: str, country: str, language: str, zone: str, verdicts: tuple[Verdict, ...]) -> Item:
    subject, body = _TEXTS[language]
    return item(
        customer(id, name, country, language, zone),
        "parcel note, second of two",
        verdicts=verdicts,
        subject=subject,
        body=body,
        operator_subject="Your parcel is on its way",
        operator_body="Hello,\n\nyour parcel is on its way; here is the link to follow it.",
        facts=(f"Order 10{id}: Kettle, 1.2 l. Shipped yesterday.",),
    )


PARCEL_NOTES = tuple(_parcel_note(20 + number, *person) for number, person in enumerate(_FIRST_WEEK))
HOW_TO_USE = tuple(
    item(
        customer(40 + number, name, country, "en", zone),
        "how to use it, by product",
        moment=Moment.AFTER_DELIVERY,
        stake=3_500,
        rule="usage",
        subject="How to use your kettle",
        notes=("a field was missing",) if number == 5 else (),
        reason="Arrived yesterday.",
    )
    for number, (name, country, zone) in enumerate(
        (
            ("Amy Adams", "GB", "Europe/London"),
            ("Bob Brown", "GB", "Europe/London"),
            ("王小明", "TW", "Asia/Taipei"),
            ("שרה לוי", "IL", "Asia/Jerusalem"),
            ("田中 はるか", "JP", "Asia/Tokyo"),
            ("🎈 Zoë 👩‍👩‍👧", "IE", "Europe/Dublin"),
        )
    )
)
WISH_LIST = tuple(
    item(
        customer(60 + number, name, country, language, zone),
        "Black Friday wish list",
        moment=Moment.REASON,
        stake=1_925,
        rule="wish-list",
        verdicts=(YES, later(8, "Berlin")),
        reason="Black Friday in 7 days.",
    )
    for number, (name, country, language, zone) in enumerate(
        (
            ("Emil Fuchs", "DE", "de", "Europe/Berlin"),
            ("Frida Gold", "DE", "de", "Europe/Berlin"),
            ("Greta Horn", "DE", "de", "Europe/Berlin"),
            ("Hugo Noir", "FR", "fr", "Europe/Paris"),
        )
    )
)


def _stopped(id: int, name: str, country: str, language: str, zone: str, word: str, texts: tuple[str, str]) -> Item:
    who = customer(id, name, country, language, zone)
    return item(
        who,
        "their STOP, confirmed",
        moment=Moment.ANSWER,
        stake=1_200,
        reason=f"Wrote “{word}”: it holds already. This says so, once.",
        verdicts=(WROTE,),
        rule="stop-confirmed",
        subject=texts[0],
        body=texts[1],
        operator_subject="We won't write to you like this again",
        operator_body="Hello,\n\nthat is settled: Northlight Goods sends you no more advertising here.",
        thread=thread(id, who, "email", None),
        said=(said(id, Direction.IN, timedelta(hours=2), word, subject=word, sign=Sign.STOP),),
    )


_STOPPED = {
    "de": ("Wir schreiben Ihnen so nicht mehr", "Guten Tag,\n\nerledigt: Sie bekommen hier keine Werbung mehr."),
    "he": ("לא נכתוב לך כך שוב", "שלום,\n\nזה הוסדר: לא תקבלו כאן יותר פרסומות."),
}
STOPS = (
    _stopped(70, "Petra Sommer", "DE", "de", "Europe/Berlin", "ABMELDEN", _STOPPED["de"]),
    _stopped(71, "Uwe Winter", "AT", "de", "Europe/Vienna", "Stopp", _STOPPED["de"]),
    _stopped(72, "נועה לוי", "IL", "he", "Asia/Jerusalem", "הסר", _STOPPED["he"]),
)


RAFAEL = customer(9, "Rafael Silva", "BR", "pt-BR", "America/Sao_Paulo")
PERHAPS_SENT = OutboxRow(
    id=7,
    action_id=99,
    revision=1,
    customer_id=9,
    channel="email",
    purpose=Purpose.SERVICE,
    recipient="rafael@example.com",
    subject="O seu pedido",
    body="Olá Rafael,\n\no seu pedido chegou à alfândega.",
    language="pt-BR",
    state=OutboxState.UNCERTAIN,
    rehearsal=False,
    key="retcon-99-1",
    attempts=1,
    not_before=NOW - timedelta(hours=2),
    expires_at=None,
    waits_reason="",
    approved_at=NOW - timedelta(hours=2),
    sent_at=None,
    delivered_at=None,
    read_at=None,
    external_id="",
    error_code="",
    error_text="Perhaps sent: the line broke after it left.",
)


def line(*items: Item, key: str = "") -> Line:
    """The items as one row."""
    first = items[0].action
    return Line(
        key=key or (f"fold:{first.rule}" if len(items) > 1 else f"action:{first.id}"),
        moment=first.moment,
        title=first.title,
        items=items,
        stake_minor=sum(one.action.stake_minor for one in items),
    )


HEADER = Header(
    shop="Northlight Goods",
    currency="EUR",
    zone="Europe/Berlin",
    synced_at=NOW - timedelta(minutes=3),
    sender=True,
    live=True,
    held=False,
    waiting=9,
    worker="here",
    unanswered=2,
    unanswered_since=NOW - timedelta(days=1, hours=16),
    next_leaves_at=NOW + timedelta(hours=1),
)

LINES = (
    line(LAYLA),
    line(JONAS),
    Line(
        key="outbox:7",
        moment=Moment.DECIDE,
        title="perhaps sent",
        outbox=PERHAPS_SENT,
        customer=RAFAEL,
        stake_minor=12_000,
    ),
    line(CHLOE),
    line(MARTA),
    line(*PARCEL_NOTES),
    line(*HOW_TO_USE),
    line(JIWOO),
    line(*WISH_LIST),
)


def today(lines: tuple[Line, ...] = LINES, **changes: object) -> Today:
    """The day as drawn."""
    header = replace(HEADER, **({"worker": ""} if changes.get("sender") is False else {}) | changes)
    due = sum(len(one.items) or 1 for one in lines)
    stake = sum(one.stake_minor for one in lines)
    return Today(header=header, lines=lines, due=due, done=12, stake_minor=stake)


def by_no_native() -> Today:
    """A day on which the texts for Layla and Chloé are in languages that nobody signed."""
    arabic = replace(LAYLA, unread=True, said=(), thread=None, promises=(), complaints=())
    return today((line(arabic), line(replace(CHLOE, unread=True))))


def waiting() -> Today:
    """A day on which Layla has no answer yet."""
    unwritten = replace(LAYLA.action.draft, body="", operator_body="", subject="", operator_subject="")
    return today((line(replace(LAYLA, action=replace(LAYLA.action, draft=unwritten))), *LINES[1:]))


def stops() -> Today:
    """A day on which three people have said STOP."""
    return today((line(*STOPS), *LINES), unanswered=2)


# What buyers can put in a name, an address book or a message.
CURSED = (
    "\x1b]52;c;cHduZWQ=\x1b\\Eve",
    "\x1b[31mRed\x1b[0m \x07\x08",
    "\x9b2JCleared",
    "\u202eevil\u2066 \u2069order",
    "[b]bold[/b] [@click=app.quit]quit[/]",
    "[/] \\[x] trailing\\",
    "tab\tand\nnew line\r",
    "\x1b]0;title\x07owned",
    "\x00\x7f\x85\u2028\u2029 end",
    "A" * 5_000,
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞",
    "🏳️‍🌈👨‍👩‍👧‍👦🇩🇪🇫🇷",
    "\ud800lone",
)


def _cursed_talk(id: int, name: str) -> Item:
    """A conversation of which every word means harm."""
    who = replace(customer(id, name, name[:2], "xx-\x1b[1m", "Europe/Berlin"), emails=(name,))
    file = File(name=name, media_type=name, size=5, path=name)
    made = NOW - timedelta(days=1)
    return replace(
        item(
            who,
            name,
            moment=Moment.ANSWER,
            reason=name,
            subject="",
            body="",
            personal=True,
            thread=replace(thread(id, who, "email", timedelta(hours=2)), subject=name, address=name, medium=name),
            said=(
                said(id, Direction.OUT, timedelta(hours=3), name, subject=name, quoted=name, language=name),
                said(id + 1, Direction.IN, timedelta(hours=2), f"{name}\n{name}", quoted=name, files=(file, file)),
            ),
            promises=(
                Promise(id=1, customer_id=id, thread_id=id, words=name, due_at=made, made_at=made, state=_OPEN),
                Promise(id=2, customer_id=id, thread_id=id, words=name, due_at=NOW, made_at=made, state=_OFFERED),
            ),
            complaints=(
                Complaint(
                    id=1,
                    customer_id=id,
                    thread_id=id,
                    sign=ComplaintSign.WORDS,
                    words=name,
                    reference=name,
                    at=made,
                ),
            ),
            rule="unanswered",
        ),
        links=((name, name),),
    )


_OPEN, _OFFERED = PromiseState.OPEN, PromiseState.OFFERED


def hostile() -> Today:
    """A day on which every text from outside means harm."""
    lines = tuple(
        line(
            item(
                replace(customer(100 + number, name, name[:2], "xx-\x1b[1m", "Europe/Berlin"), emails=(name,)),
                name,
                moment=Moment.SLIPPING,
                reason=name,
                subject=name,
                body=f"{name}\n{name}",
                operator_body=f"{name} in English",
                facts=(name, name),
                notes=(name,),
                verdicts=(Verdict(rule=name, answer=Answer.NO, reason=name),),
                personal=True,
                rule=f"rule-{number}",
            )
        )
        for number, name in enumerate(CURSED)
    )
    talks = tuple(line(_cursed_talk(200 + number, name)) for number, name in enumerate(CURSED))
    cursed_row = replace(PERHAPS_SENT, subject=CURSED[0], body=CURSED[1], recipient=CURSED[2], error_text=CURSED[3])
    outbox = Line(
        key="outbox:7", moment=Moment.DECIDE, title="perhaps sent", outbox=cursed_row, customer=RAFAEL, needs=CURSED[0]
    )
    return today((*talks, outbox, *lines), shop=CURSED[0], trouble=CURSED[7], sender=False, live=False)
