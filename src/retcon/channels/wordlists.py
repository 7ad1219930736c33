"""Words by which `wording` sees what a text says, in the languages of the texts.

Each looks for what nearly always means it: "gagner du temps" wins no prize, "remise" is a parcel handed over.
"""

import re

# Up to here two words belong together: not past the end of the sentence, nor far.
_NEAR = r"[^.!?\n。！？]{0,50}?"


def _any(*expressions: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{each})" for each in expressions), re.IGNORECASE)


def _share(share: str, win: str) -> str:
    """A word of sharing, and near behind it one of winning."""
    return rf"\b(?:{share})\b{_NEAR}(?<!\w)(?:{win})"


def _share_joined(share: str, win: str) -> str:
    """The same in languages that set no spaces, or join "and" to the word."""
    return rf"(?:{share}){_NEAR}(?:{win})"


# Share, tag, like or follow, and win: what networks forbid to ask for.
SHARE_TO_WIN = _any(
    _share(
        r"share|tag|like|follow|repost|retweet|forward",
        r"(?:and|to|&|\+)\s+(?:you\s+(?:can|could)\s+)?win\b|chance\s+(?:to\s+win|of\s+winning)\b|enter\s+(?:the|our|a)\s+"
        r"(?:giveaway|raffle|prize|draw)",
    ),
    _share(
        r"teilen|teile|teilt|liken|like|markieren|markiere|markiert|verlinken|verlinke|folgen|folge|folgt|weiterleiten",
        r"(?:und|um|&|\+)\b(?:(?!zeit)[^.!?\n]){0,40}?\bgewinn(?:en|e|t|st)\b|(?:an der )?verlosung",
    ),
    _share(
        r"partage[zr]?|likez|aimez|identifie[zr]?|taguez|taggez|abonnez-vous",
        r"(?:et|pour|&)\s+(?:tente[zr]? de\s+)?gagne[zr]?\b(?!\s+(?:du temps|de la place))"
        r"|tente[zr]? (?:votre|ta) chance",
    ),
    _share(
        r"comparte|comparta|compartan|compartid|compartir|etiqueta|etiquete|etiquetad|s[ií]guenos|s[ií]ganos",
        r"(?:y|para|&)\s+(?:gana|gane|ganad|ganen|ganar)\b(?!\s+tiempo)|sorteo",
    ),
    _share(
        r"condividi|condivida|condividete|tagga|taggate|seguici|seguiteci",
        r"(?:e|per|&)\s+(?:vinci|vinca|vincete|vincere)\b",
    ),
    _share(
        r"compartilhe|compartilha|partilhe|partilha|marque|curta|siga",
        r"(?:e|para|&)\s+(?:ganhe|ganhar|ganha|concorra|concorrer)\b(?!\s+tempo)|sorteio",
    ),
    _share(r"deel|deelt|like|tag|volg", r"(?:en|om(?: te)?|&)\s+(?:win|wint|winnen)\b|maak kans op"),
    _share(r"udostępnij|udostępnijcie|polub|oznacz|obserwuj", r"(?:i|by|aby|żeby|&)\s+(?:wygraj|wygrajcie|wygrać)\b"),
    _share(r"paylaş|paylaşın|etiketle|etiketleyin|beğen|beğenin|takip et|takip edin", r"(?:kazan|kazanın)\b|çekiliş"),
    _share_joined(r"شارك|شاركوا|انشر|انشروا|تابعونا", r"\bواربح|\bلتربح|\bوفز\b|\bلتفوز|\bوفوزوا|السحب على"),
    _share_joined(r"שתפו|שתף|שתפי|תייגו|תייג", r"\bוזכו\b|\bותזכו\b|\bלזכות\b|\bוזכה\b|הגרלה"),
    _share_joined(
        r"シェア|リツイート|リポスト|フォロー|いいね|拡散",
        r"抽選|当たる|当たります|当選|プレゼント企画|プレゼントキャンペーン",
    ),
    _share_joined(r"공유|리그램|리포스트|팔로우|좋아요|태그", r"당첨|경품|추첨"),
    _share_joined(
        r"分享|转发|轉發|转贴|點讚|点赞|关注我们|關注我們|追蹤我們",
        r"抽奖|抽獎|赢取|贏取|赢得|贏得|中奖|中獎|领奖|領獎",
    ),
    _share_joined(r"แชร์|กดไลก์|กดไลค์|แท็ก", r"ลุ้น|ชิงรางวัล|รับรางวัล"),
    _share(
        r"bagikan|sebarkan|kongsi|kongsikan|share|tag|ikuti",
        r"(?:dan|untuk|&)\s+(?:menang|menangi|menangkan)\b|undian|cabutan bertuah",
    ),
    _share(r"chia sẻ|theo dõi|gắn thẻ|tag", r"trúng thưởng|bốc thăm|rút thăm|cơ hội trúng"),
    _share_joined(r"शेयर कर|साझा कर|फॉलो कर|टैग कर", r"जीत|इनाम"),
)

# A coupon, a discount, a price that is less.
BENEFIT = _any(
    r"\b(?:coupons?|vouchers?|discounts?|promo(?:tion(?:al)?)? codes?|gift cards?)\b",
    r"\d+ ?(?:%|percent) (?:off|discount)\b|(?<![\w\d])[-−–]\d{1,2} ?%",
    r"\b(?:gutschein\w*|rabatt\w*|preisnachlass\w*|aktionscode)\b",
    r"\bcodes? promo\b|\bbons? d['’](?:achat|réduction)|\b(?:code|bon) de réduction\b|% de (?:remise|réduction)\b",
    r"\b(?:descuentos?|cup[oó]n|cupones|descontos?|cupom|cupons|cupão)\b",
    r"\b(?:sconto|sconti|codice promozionale|buono acquisto)\b",
    r"\b(?:korting\w*|waardebon|tegoedbon)\b",
    r"\b(?:rabat|rabat[uy]|rabatem|rabatów|rabatow\w+|zniżk[aęiąo]\w*|kupon\w*)\b",
    r"\bindirim\w*|\b(?:diskon|diskaun|baucar|potongan harga)\b",
    r"giảm giá|mã giảm|phiếu giảm|khuyến mãi",
    r"\b(?:خصم|الخصم|كوبون|قسيمة شراء|تخفيض)\b|\b(?:הנחה|ההנחה|קופון)\b",
    r"割引|クーポン|値引き|할인|쿠폰|优惠券|優惠券|优惠码|優惠碼|折扣|打折",
    r"ส่วนลด|คูปอง|कूपन|डिस्काउंट|(?:%|प्रतिशत) (?:की )?छूट",
)

# How to get no more: the word STOP, or words for leaving a list.
WAY_OUT = re.compile(
    r"(?<![A-Za-z])STOP(?![A-Za-z])|[\"“„‘'«「『]\s?stop\s?[\"”“’'»」』]"
    r"|(?i:unsubscribe|opt[- ]?out|abmelden|abbestell|austragen"
    r"|désabonn|désinscri|dar(?:se|te|me) de baja|cancelar (?:la|tu|su) suscripci|disiscri|annulla\w* l['’]iscrizione"
    r"|descadastr|cancelar (?:a )?(?:inscri|subscri)|afmelden|uitschrijven|wypisa|rezygn|abonelikten|إلغاء الاشتراك"
    r"|avregistrera|afmeld|avmeld|peruuta|odhlás|leiratkoz|dezabon|отписва|odjav|loobu|atrakst|atsisak|διαγραφ"
    r"|להסרה|הסר|配信停止|수신 ?거부|退订|退訂|取消订阅|取消訂閱|ยกเลิก|berhenti|h[uủ][yỷ] đăng ký|सदस्यता)"
)

# That one may object to advertising; in the other languages of Europe too, for texts of the seller's own.
MAY_OBJECT = _any(
    r"\bwiderspr[eu]ch",
    r"\bobject(?:ion)?\b",
    r"\boppos(?:er|ition)|\bobjection",
    r"\bopon(?:er|ga)|\boposici[oó]n|\bopor-|\bopor\b|\boposição|\boponha",
    r"\boppo(?:rsi|rti|rvi|rre|ne|sizione)",
    r"\bbezwaar",
    r"\bsprzeciw",
    r"\bitiraz",
    r"اعتراض|تعترض|تعترضوا|الاعتراض",
    r"להתנגד|התנגדות",
    r"異議|反対|이의|거부|反对|反對|拒绝|拒絕|异议|คัดค้าน|ปฏิเสธ",
    r"\bkeberatan|\bmenolak|\bmembantah|\bbantahan",
    r"phản đối|từ chối",
    r"आपत्ति|विरोध",
    r"\binvänd|\bmotsätta|\bindsigelse|\bmodsætte|\binnvend|\bmotsette|\bvastust|\bvastuväi",
    r"αντιταχ|αντιτάσσ|αντίρρηση|εναντιω|възраз|заперечи|возраж|\bnamít|\bnámit|\bnámiet|\bnamiet|\bprigovor|\bugovarja",
    r"\btiltakoz|\bopune|\bopoziți|\bobiecți|\biebil|\bprieštara|\bnesutik",
)
