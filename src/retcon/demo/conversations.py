"""What the people of the sample shop have written, by mail and on Telegram, counted back from an anchor.

One is angry and was promised an answer that never came, one says STOP, one was answered in another program, one has
never bought. The rest ask what customers ask.
"""

import struct
import zlib
from dataclasses import field
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from retcon.demo.catalog import NAME
from retcon.frozen import dataclass

SHOP = "hello@shop.example"
ANGRY = "layla.alfakhari@example.com"
PROMISED_HOURS = 117  # so long ago she was promised an answer
BROKEN_PROMISE_DAYS = 2  # and so long ago it was due


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One message; `hours` before the anchor. `ours` was written by the shop, in another program."""

    hours: float
    text: str
    ours: bool = False
    photo: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """A conversation by mail."""

    name: str
    email: str
    subject: str
    lines: tuple[Line, ...]
    headers: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A conversation on Telegram. `email` of the customer who came by the link in a mail, "" for whoever came alone."""

    id: int
    first_name: str
    last_name: str
    language: str
    email: str
    lines: tuple[Line, ...]


LETTERS = (
    Letters(
        name="ليلى الفخاري",
        email=ANGRY,
        subject="طلبي وصل مكسوراً",
        lines=(
            Line(
                hours=122,
                text="مرحباً،\n\nوصل طلبي اليوم وإبريق الشاي مكسور من المقبض. ماذا أفعل الآن؟\n\nليلى",
                photo="teapot.png",
            ),
            Line(
                hours=PROMISED_HOURS,
                text=(
                    "عزيزتي ليلى،\n\nأعتذر كثيراً عن ذلك. سأتحقق من المخزن وأكتب لك خلال ثلاثة أيام بحل واضح.\n\nنورا"
                ),
                ours=True,
            ),
            Line(hours=30, text="مرت أربعة أيام ولم يصلني أي رد منكم."),
            Line(hours=7, text="هل قرأتم رسالتي؟ أنتظر جوابكم."),
            Line(
                hours=0.7,
                text=(
                    "هذه هي المرة الثالثة التي أكتب فيها. الإبريق مكسور ولا أحد يرد."
                    " إذا لم أستلم جواباً اليوم فسأطلب من البنك استرداد المبلغ.\n\nليلى"
                ),
            ),
        ),
    ),
    Letters(
        name="Gesa Mühlenhoff",
        email="gesa.muhlenhoff@example.com",
        subject="Frage zum Becher",
        lines=(
            Line(
                hours=3.2,
                text=(
                    "Guten Tag,\n\nist der Becher mit der Daumenmulde für die Spülmaschine geeignet?"
                    " Und kann ich einen zweiten dazubestellen, bevor das Paket losgeht?"
                    "\n\nViele Grüße\nGesa Mühlenhoff"
                ),
            ),
        ),
    ),
    Letters(
        name="Chloé Chantefour",
        email="chloe.chantefour@example.net",
        subject="Ma commande",
        lines=(
            Line(
                hours=29,
                text="Bonjour,\n\nest-il possible d'ajouter un petit mot pour un cadeau ?\n\nMerci,\nChloé",
            ),
            Line(
                hours=26,
                text="Bonjour Chloé,\n\nbien sûr, le mot est dans le colis.\n\nBelle journée,\nNora",
                ours=True,
            ),
        ),
    ),
    Letters(
        name="茶碗谷 陶子",
        email="toko.chawandani@example.org",
        subject="急須の注ぎ口について",
        lines=(
            Line(
                hours=5.5,
                text=(
                    "はじめまして。\n\n先日注文した湯呑みが届きました。とても気に入っています。"
                    "同じ釉薬の急須は左利き用もありますか。\n\n茶碗谷"
                ),
            ),
        ),
    ),
    Letters(
        name="Clive Crumpetley",
        email="clive.crumpetley@example.net",
        subject="Re: New from the kiln",
        lines=(Line(hours=9, text="STOP\n\nSent from my phone"),),
    ),
    Letters(
        name="Livia Ombraverde",
        email="livia.ombraverde@example.org",
        subject="Spedizione in Svizzera",
        lines=(
            Line(
                hours=20,
                text=(
                    "Buongiorno,\n\nspedite anche in Svizzera? Vorrei il servizio di piatti per un matrimonio a marzo"
                    " e mi serve sapere quanto costa il trasporto.\n\nGrazie,\nLivia"
                ),
            ),
        ),
    ),
    Letters(
        name="Lars Tonhäuser",
        email="lars.tonhauser@example.net",
        subject="Abwesenheitsnotiz",
        lines=(Line(hours=12, text="Ich bin bis Montag nicht im Büro und lese keine E-Mails."),),
        headers={"Auto-Submitted": "auto-replied"},
    ),
    Letters(
        name="Parcel News",
        email="news@carrier.example.net",
        subject="Our new tariffs",
        lines=(Line(hours=40, text="Read all about our tariffs."),),
        headers={"List-Id": "<news.carrier.example.net>", "List-Unsubscribe": "<mailto:off@carrier.example.net>"},
    ),
)

CHATS = (
    Chat(
        id=700100201,
        first_name="Bruno",
        last_name="Campovivo",
        language="es",
        email="bruno.campovivo@example.org",
        lines=(
            Line(
                hours=2.1,
                text="Hola, ¿podéis cambiar la dirección del envío? Me mudo el viernes y no quiero perder el paquete.",
            ),
        ),
    ),
    Chat(
        id=700100202,
        first_name="Conceição",
        last_name="Panelinha",
        language="pt",
        email="conceicao.panelinha@example.net",
        lines=(Line(hours=10.5, text="Oi! Quanto tempo demora para chegar em Cunha? É um presente de aniversário."),),
    ),
    Chat(
        id=700100203,
        first_name="สมใจ",
        last_name="ถ้วยแก้ว",
        language="th",
        email="",
        lines=(Line(hours=6.3, text="สวัสดีค่ะ ถ้วยกาแฟคู่มีสีอื่นไหมคะ อยากได้สีฟ้าค่ะ"),),
    ),
)


def mails(anchor: datetime) -> dict[str, list[bytes]]:
    """The mailbox at the anchor (aware): messages by folder, oldest first, each as it lies on the server."""
    found: list[tuple[datetime, str, bytes]] = []
    for number, letters in enumerate(LETTERS, 1):
        ids: list[str] = []
        for place, line in enumerate(letters.lines, 1):
            at = anchor - timedelta(hours=line.hours)
            ids.append(f"<{number}.{place}@{(SHOP if line.ours else letters.email).rpartition('@')[2]}>")
            found.append((at, "Sent" if line.ours else "INBOX", _mail(letters, line, ids, at)))
    found.sort(key=lambda each: each[0])
    return {folder: [mail for _, where, mail in found if where == folder] for folder in ("INBOX", "Sent")}


def _mail(letters: Letters, line: Line, ids: list[str], at: datetime) -> bytes:
    message = EmailMessage()
    theirs, ours = f"{letters.name} <{letters.email}>", f"{NAME} <{SHOP}>"
    message["From"], message["To"] = (ours, theirs) if line.ours else (theirs, ours)
    answers = len(ids) > 1
    message["Subject"] = f"Re: {letters.subject}" if answers else letters.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = ids[-1]
    if answers:
        message["In-Reply-To"] = ids[-2]
        message["References"] = " ".join(ids[:-1])
    for name, value in letters.headers.items():
        message[name] = value
    message.set_content(line.text)
    if line.photo:
        message.add_attachment(_photo(), maintype="image", subtype="png", filename=line.photo)
    return message.as_bytes()


def _photo() -> bytes:
    """A small grey picture (PNG), larger than what mail programs put under a signature."""
    side = 160
    rows = b"".join(b"\0" + bytes((x * y * 7919) % 251 for x in range(side)) for y in range(side))
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
