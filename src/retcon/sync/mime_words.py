"""What mail programs write by themselves, in the languages of those who write: "On … wrote:", "Sent from my …"."""

import re


def _words(listed: str) -> tuple[str, ...]:
    """The words between bars; a line break is nothing."""
    return tuple(word for each in listed.split("|") if (word := each.strip()))


def _folded(listed: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in _words(listed))


def _any(listed: str) -> str:
    """A pattern of any of the words; they are patterns themselves."""
    return f"(?:{'|'.join(_words(listed))})"


# The last part of the name of the Sent folder, where the server doesn't say which it is.
SENT_FOLDERS = _folded("""
    sent | sent items | sent mail | sent messages | gesendet | gesendete elemente | gesendete objekte | envoyés
    | éléments envoyés | messages envoyés | enviados | elementos enviados | itens enviados | posta inviata | inviata
    | inviati | verzonden | verzonden items | wysłane | elementy wysłane | skickat | sendt | sendte elementer
    | lähetetyt | odeslané | odeslaná pošta | отправленные | gönderilmiş | gönderilenler | terkirim | 已发送
    | 已发送邮件 | 已傳送 | 寄件備份 | 送信済み | 送信済みアイテム | 送信済みメール | 보낸편지함 | 보낸 편지함
    | الرسائل المرسلة | נשלח | פריטים שנשלחו | จดหมายที่ส่ง
    """)

# How the subject of an automatic answer begins.
AWAY = re.compile(
    _any(r"""
    automatic reply | auto(?:matic|mated)?[- ]?(?:reply|response) | out of (?:the )?office | automatische antwort
    | abwesenheit | réponse automatique | absence du bureau | respuesta automática | fuera de la oficina
    | resposta automática | risposta automatica | automatisch antwoord | afwezigheid | automatyczna odpowiedź | autosvar
    | automatiskt svar | automaattinen vastaus | автоматический ответ | автоответ | otomatik yanıt | balasan otomatis
    | 自动回复 | 自動回覆 | 自動返信 | 自動応答 | 不在通知 | 자동 회신 | 부재중 | رد تلقائي | תשובה אוטומטית
    | מענה אוטומטי | ตอบกลับอัตโนมัติ
    """),
    re.IGNORECASE,
)

# How the subject of an answer begins.
ANSWER = re.compile(
    r"\s*(?:\[[^\]]*\]\s*)?"
    + _any("re | res | aw | sv | vs | ref | rif | odp | ynt | antw | 回复 | 回覆 | 答复 | 返信 | 답장 | תגובה | رد")
    + r"\s*(?:\[\d+\])?[:：]",
    re.IGNORECASE,
)

# How the subject of a mail that came back begins or what is in it.
FAILED = re.compile(
    _any(r"""
    undeliver | delivery (?:status|failure|has failed|failed|incomplete|delayed) | returned mail | failure notice
    | mail delivery | could(?: not|n't) be delivered | unzustellbar | nicht zugestellt | non remis
    | no se pudo entregar | mancata consegna | onbestelbaar | 退信 | 配信できません | 配信不能
    """),
    re.IGNORECASE,
)

# In a line that names who wrote what is quoted under it.
WROTE = re.compile(
    _any(r"""
    \bwrote | \bschrieb | \ba écrit | \bescribió | \bescreveu | \bha scritto | \bschreef | \bnapisał\S* | \bskrev
    | \bkirjoitti | \bnapsal\S* | \bnapísal\S* | \bírta | \ba scris | \byazdı | \bписал\S* | \bнаписал\S* | \bпише
    | \bέγραψε | \bmenulis | \bđã viết | のメール | が書きました | さんは書きました | 님이 작성 | 님이 쓴 글 | 写道
    | 寫道 | كتب\S* | تمت كتابة ما يلي | כתב\S* | มีเขียน | เขียนว่า | เขียน
    """),
    re.IGNORECASE,
)

# How such a line begins.
DATED = re.compile(
    _any(r"""
    (?:On|Am|Le|El|Em|Il|Op|W\sdniu|Dnia|Den|Dne|La|Pe|Pada|Vào)\s | ในวันที่ | เมื่อ | في\s | בתאריך\s | ב-
    | \d | [^\W\d_]{2,12}[.,]?,?\s\d
    """),
    re.IGNORECASE,
)

# The block that Outlook writes above what it quotes: who, then when, to whom, about what.
BLOCK_BEGINS = re.compile(
    r"[*\s]*"
    + _any("""
    from | von | de | da | van | od | fra | från | lähettäjä | от | від | kimden | gönderen | dari | từ | feladó | από
    | 差出人 | 送信者 | 发件人 | 寄件者 | 보낸 사람 | 보낸사람 | من | מאת | จาก
    """)
    + r"\s*\**\s*[:：]\s*\S",
    re.IGNORECASE,
)
_SUBJECT = """
    subject | betreff | objet | asunto | assunto | oggetto | onderwerp | temat | emne | ämne | předmět | aihe | тема
    | konu | subjek | 件名 | 主题 | 主旨 | 제목 | الموضوع | נושא | เรื่อง
    """
BLOCK_SUBJECT = re.compile(rf"[*\s]*{_any(_SUBJECT)}\s*\**\s*[:：]", re.IGNORECASE)
BLOCK_GOES_ON = re.compile(
    r"[*\s]*"
    + _any(
        """
    sent | date | to | cc | gesendet | datum | an | envoyé | à | enviado | enviada | fecha | data | para | inviato | a
    | verzonden | aan | wysłano | do | sendt | til | skickat | till | odesláno | komu | lähetetty | отправлено | дата
    | кому | gönderildi | tarih | kime | dikirim | kepada | 送信日時 | 日時 | 宛先 | 发送时间 | 發送時間 | 日期 | 收件人
    | 寄件日期 | 보낸 날짜 | 날짜 | 받는 사람 | تم الإرسال | التاريخ | إلى | נשלח | תאריך | אל | ส่ง | วันที่ | ถึง |
    """
        + _SUBJECT
    )
    + r"\s*\**\s*[:：]",
    re.IGNORECASE,
)

# "Sent from my iPhone": a verb at one end of the line, a device or program in it.
SENT_FROM = re.compile(
    _any("""
    sent | gesendet | von meinem | envoyé | enviado | enviada | inviato | verzonden | wysłan[eo] | sendt | skickat
    | odesláno | lähetetty | отправлено | надіслано | gönderildi | dikirim | được gửi | get outlook | outlook für
    | téléchargez outlook | obtener outlook | 发自 | 發自 | 从我的 | مُ?رسل | أُرسل | نُشر | נשלח | ส่งจาก
    """)
    + r".*|.*"
    + _any("から送信 | 에서 보냄 | 发送 | 傳送 | gönderildi"),
    re.IGNORECASE,
)
DEVICE = re.compile(
    _any("""
    iphone | ipad | ios | android | outlook | samsung | galaxy | huawei | xiaomi | redmi | oppo | mobile | handy | yahoo
    | gmail | proton | smartphone | téléphone | móvil | celular | mobil | telefon | 携帯 | 手机 | 手機 | 휴대 | الهاتف
    | הנייד | โทรศัพท์
    """),
    re.IGNORECASE,
)

# A line that is one of these, and nothing else, begins the end of a letter.
CLOSINGS = _folded("""
    best regards | kind regards | warm regards | regards | best wishes | all the best | sincerely | yours sincerely
    | cheers | best | mit freundlichen grüßen | mit freundlichen gruessen | mit freundlichem gruß | freundliche grüße
    | viele grüße | liebe grüße | beste grüße | herzliche grüße | schöne grüße | mfg | lg | vg | cordialement
    | bien cordialement | bien à vous | salutations | meilleures salutations | saludos | un saludo | saludos cordiales
    | atentamente | cordialmente | atenciosamente | abraços | cumprimentos | com os melhores cumprimentos
    | cordiali saluti | distinti saluti | saluti | met vriendelijke groet | met vriendelijke groeten
    | vriendelijke groet | groetjes | pozdrawiam | z poważaniem | med venlig hilsen | mvh | med vänliga hälsningar
    | ystävällisin terveisin | с уважением | saygılarımla | 敬具 | 此致敬礼 | 此致 | 祝好 | مع التحية | تحياتي
    | مع أطيب التحيات | בברכה | ขอแสดงความนับถือ
    """)
