"""What the shop's own system has told a buyer by itself: seen among what other programs wrote, it is done."""

import re
from collections.abc import Callable
from datetime import datetime

from retcon import localtime
from retcon.model.conversations import Message
from retcon.model.orders import Order
from retcon.model.playbook import Rule
from retcon.model.situation import Situation

# Words of the mails by which shop systems say that a parcel has left, folded.
_LEFT = (
    *("shipped", "shipping confirmation", "dispatched", "on its way", "on the way", "tracking"),
    *("versandt", "versendet", "verschickt", "unterwegs", "sendungsnummer", "sendungsverfolgung", "paketnummer"),
    *("expédié", "expédition", "en route", "numéro de suivi", "enviado", "en camino", "despachado", "rastreo"),
    *("rastreamento", "a caminho", "spedito", "spedizione", "in viaggio", "verzonden", "onderweg", "skickat"),
    *("sendt", "lähetetty", "wysłan", "nadana", "odeslán", "отправлен", "відправлен", "kargoya", "gönderildi"),
    *("発送", "出荷", "已发货", "已發貨", "发货通知", "배송", "발송", "จัดส่ง", "แจ้งเลขพัสดุ", "تم شحن", "الشحنة", "נשלח"),
    *("dikirim", "đã gửi", "đang giao"),
)
_SHORTEST_NUMBER = 6  # a shorter tracking number may stand in any mail
_PATTERN = re.compile("|".join(re.escape(word) for word in _LEFT))


def covered(rule: Rule, situation: Situation, anchor: str, now: datetime, zone: str = "UTC") -> str:
    """That the notice which the rule covers went out by itself, in a sentence; empty where it wasn't seen."""
    tells = _TELLS.get(rule.covers)
    order = next((it for it in situation.orders if f"{it.source}:{it.source_id}" == anchor), None)
    if tells is None or order is None:
        return ""
    message = next((it for it in situation.told if it.at >= order.placed_at and tells(it, order)), None)
    return f"Your shop mailed the parcel number on {localtime.day(message.at, now, zone)}." if message else ""


def _tells_of_parcel(message: Message, order: Order) -> bool:
    """Whether it has the tracking number or its link; or the order's number, and says that the parcel has left."""
    said = f"{message.subject}\n{message.body}".casefold()
    number = re.sub(r"\s", "", order.tracking_number).casefold()
    if len(number) >= _SHORTEST_NUMBER and number in re.sub(r"\s", "", said):
        return True
    if order.tracking_link and order.tracking_link.casefold() in said:
        return True
    named = order.number.lstrip("#").casefold()
    return (
        bool(named) and re.search(rf"(?<!\w){re.escape(named)}(?!\w)", said) is not None and bool(_PATTERN.search(said))
    )


_TELLS: dict[str, Callable[[Message, Order], bool]] = {"parcel": _tells_of_parcel}
