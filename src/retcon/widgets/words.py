"""Facts in the words of the screen: times with a place, people by a name that can stand on any row, verdicts."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from retcon import keys, localtime, text
from retcon.desk.today import Item
from retcon.library import territories
from retcon.model.people import Customer
from retcon.model.playbook import Moment
from retcon.model.policy import Answer, Verdict
from retcon.model.standing import Standing, Tier
from retcon.retention import answering

MOMENTS = {
    Moment.ANSWER: "ANSWER",
    Moment.DECIDE: "DECIDE",
    Moment.SLIPPING: "SLIPPING AWAY",
    Moment.FIRST_WEEK: "FIRST WEEK",
    Moment.AFTER_DELIVERY: "AFTER DELIVERY",
    Moment.REASON: "REASON TO RETURN",
    Moment.HABIT: "HABIT",
    Moment.FRIENDS: "FRIENDS",
    Moment.COME_BACK: "COME BACK",
}

_CHANNELS = {
    "email": "e-mail",
    "telegram": "Telegram",
    "wa": "WhatsApp",
    "whatsapp": "WhatsApp",
    "sms": "SMS",
    "line": "LINE",
    "messenger": "Messenger",
    "instagram": "Instagram",
}

TIERS = {Tier.VIP: "VIP", Tier.NEW: "new"}


def rtl(words: str) -> bool:
    """Whether some of it is written from right to left: it needs a row of its own."""
    return not words.isascii() and any(unicodedata.bidirectional(letter) in ("R", "AL", "AN") for letter in words)


def one_way(words: str) -> str:
    """The text for a row that holds figures as well: what is written from right to left is left out, "…" for it."""
    if not rtl(words):
        return words
    kept = (word if not rtl(word) else "…" for word in text.line(words).split(" "))
    return re.sub(r"…(?: …)+", "…", " ".join(kept))


def call_name(customer: Customer | None) -> str:
    """A short name that may stand before figures: "Layla A."; never one written from right to left."""
    if customer is None:
        return "somebody"
    name = text.line(customer.name)
    if name and not rtl(name):
        first, *rest = name.split()
        last = rest[-1] if rest else ""
        # Only scripts with capitals have initials; a name in another one stays whole.
        short = rest and last[0].upper() != last[0].lower() and len(first) > 1
        return f"{first} {last[0].upper()}." if short else name
    parts = (
        [part for part in re.split(r"[^a-z]+", customer.emails[0].split("@")[0].lower()) if part]
        if customer.emails
        else []
    )
    if parts and len(parts[0]) > 1:
        return parts[0].capitalize() + (f" {parts[1][0].upper()}." if len(parts) > 1 else "")
    return f"customer {customer.id}"


def whole_name(customer: Customer) -> str:
    """The name that the seller knows them by, whole where it can stand before figures; else what else names them."""
    name = text.line(customer.name)
    if name and not rtl(name):
        return name
    if name or not customer.source_ids:
        return call_name(customer)
    return text.line(customer.emails[0]) if customer.emails else f"customer {customer.source_ids[0].partition(':')[2]}"


def first_name(customer: Customer) -> str:
    """What a sentence calls them: "Layla" of "Layla A."; a name without an initial stays whole."""
    name = call_name(customer)
    first, _, initial = name.rpartition(" ")
    return first if first and len(initial) == 2 and initial.endswith(".") else name


def channel(name: str) -> str:
    """A channel or medium as a sentence names it: "e-mail"."""
    return _CHANNELS.get(name, text.line(name))


def clock(instant: datetime, zone: str, now: datetime) -> str:
    """The hour in the zone for a narrow column: "09:00", "Mon 09:00", "4 Dec 09:00"."""
    day, _, hour = localtime.when(instant, now, zone).rpartition(" ")
    return f"{day[:3] if day.isalpha() else day} {hour}".lstrip()


def ago(then: datetime | None, now: datetime) -> str:
    """How long ago, in the largest unit that says enough: "3 min ago"; "never" where there was none."""
    if then is None:
        return "never"
    minutes = max(0, int((now - then) / timedelta(minutes=1)))
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    if minutes < 48 * 60:
        return f"{minutes // 60} h ago"
    return f"{minutes // (24 * 60)} days ago"


def age(then: datetime, now: datetime) -> str:
    """How long it is, for a narrow column: "40 min", "9 h", "2 d"."""
    minutes = max(0, int((now - then) / timedelta(minutes=1)))
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} d"


def said_at(instant: datetime, now: datetime, zone: str) -> str:
    """When something was said, on the zone's clock: "40 min ago", "yesterday 14:02", "Monday 14:02", "3 May 14:02"."""
    if now - instant < timedelta(hours=12):
        return ago(instant, now)
    there, here = localtime.local(instant, zone), localtime.local(now, zone)
    days = (here.date() - there.date()).days
    if days <= 1:
        return f"{'yesterday' if days == 1 else 'today'} {there:%H:%M}"
    return localtime.when(instant, now, zone)


def hour_there(customer: Customer, now: datetime) -> str:
    """The likeliest hour where they are: "09:52 there", "02:10 night"; empty where nobody knows."""
    awake = answering.awake(customer, now)
    if awake is None:
        return ""
    return f"{localtime.local(now, customer.zones[0]):%H:%M} {'there' if awake else 'night'}"


def size(number: int) -> str:
    """A file's size: "340 kB", "2.1 MB"."""
    if number < 1_000_000:
        return f"{max(1, round(number / 1000))} kB"
    return f"{number / 1_000_000:.1f} MB"


def zone_of(customer: Customer, fallback: str) -> str:
    """The likeliest zone of the customer, else the fallback."""
    return customer.zones[0] if customer.zones else fallback


def place_and_time(customer: Customer, now: datetime, *, day: bool) -> str:
    """Where they are and what time it is there: "Riyadh 09:52, Friday"; a country has several clocks at times."""
    if not customer.zones:
        return country_name(customer.country) or "nobody knows where"
    times = sorted(
        (localtime.local(now, zone) for zone in customer.zones), key=lambda time: time.utcoffset() or timedelta()
    )
    if len(times) == 1:
        return f"{localtime.place(customer.zones[0])} {times[0]:%H:%M}" + (f", {times[0]:%A}" if day else "")
    return f"{country_name(customer.country)} {times[0]:%H:%M}–{times[-1]:%H:%M}"


# Those that most customers write; Babel knows the others, and takes longer to open than a screen to paint.
_LANGUAGES = {
    "ar": "Arabic",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "sv": "Swedish",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
}


@lru_cache(maxsize=64)
def language_name(code: str) -> str:
    """The language in English: "ar" is Arabic; the code itself where it has no name."""
    if code in _LANGUAGES:
        return _LANGUAGES[code]
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(code, sep="-").get_display_name("en") or code
    except (ValueError, UnknownLocaleError):
        return text.line(code) or "unknown"


def country_name(code: str) -> str:
    """The country in English: "SA" is Saudi Arabia; the code itself where it has no name."""
    return territories.names().get(code.upper(), text.line(code)) if code else ""


AWAITS = {
    "under_way": "a parcel is under way",
    "not_shipped": "an order isn't shipped yet",
    "return_open": "a return is open",
    "unpaid": "an order isn't paid yet",
    "yearly": "buys in the same weeks each year",
}


def silence(standing: Standing, *, short: bool = False) -> str:
    """How long nothing came, against what is usual: "silent 47 days, usually 21"; "47 d, not 21"."""
    if standing.under_way:
        return AWAITS[standing.awaits]
    usual = round(standing.cycle_days) if standing.cycle_days else None
    if short:
        return f"{standing.silent_days} d" + (f", not {usual}" if usual else "")
    return f"silent {text.plural(standing.silent_days, 'day')}" + (f", usually {usual}" if usual else "")


def verdict(verdicts: Sequence[Verdict], customer: Customer, operator_zone: str, now: datetime) -> tuple[str, Answer]:
    """What approving would do, in a sentence, and the answer it comes from."""
    refusal = next((said for said in verdicts if said.answer == Answer.NO), None)
    if refusal is not None:
        return _with_key(text.sentence(f"Does not leave: {refusal.reason}"), refusal), Answer.NO
    waits = [said for said in verdicts if said.answer == Answer.LATER]
    if waits:
        last = max(waits, key=lambda said: said.until or now)
        told = last.until is None or "Leaves" in last.reason
        when = "" if told or last.until is None else f" Leaves {both_clocks(last.until, customer, operator_zone, now)}."
        return text.sentence(last.reason) + when, Answer.LATER
    reason = next((said.reason for said in reversed(verdicts) if said.reason), "")
    return text.sentence(f"Leaves now: {reason}" if reason else "Leaves now"), Answer.YES


def _with_key(said: str, refusal: Verdict) -> str:
    """What was said and the key that helps."""
    if refusal.other:
        return f"{said.removesuffix('.')}: {keys.name('how')} {channel(refusal.other)[0].lower()}."
    if refusal.rule == "still_due":
        return f"{said} {keys.name('skip')} drops it."
    return f"{said} {keys.name('edit')} edits it." if refusal.rule == "words" else said


def both_clocks(instant: datetime, customer: Customer, operator_zone: str, now: datetime) -> str:
    """The hour at their place and at the operator's: "Monday 09:00 there, 15:00 yours"; once where it is the same."""
    theirs = zone_of(customer, operator_zone)
    there, here = localtime.when(instant, now, theirs), localtime.when(instant, now, operator_zone)
    if localtime.local(instant, theirs).utcoffset() == localtime.local(instant, operator_zone).utcoffset():
        return there
    day, _, hour = here.rpartition(" ")
    return f"{there} there, {hour if there.startswith(day) else here} yours"


def leaves(item: Item, operator_zone: str, now: datetime) -> str:
    """What the column LEAVES says of one message: "now", the hour at their place, or "–" where it does not."""
    if not item.passes:
        return "–"
    if item.waits:
        return "waits"
    at = item.leaves_at
    return "now" if at is None or at <= now else clock(at, zone_of(item.customer, operator_zone), now)
