"""A mail's bytes → what it tells: a message of a customer or to one, a bounce, a complaint, or nothing.

Whose message it is, is said by From alone. Reply-To is believed only where From can't be the person: a form on the
shop's own site or a form service writes from an address that nobody reads. Else anybody could file words under
another customer's name, and a STOP with them, by writing that customer into Reply-To.
"""

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime
from email.utils import parseaddr

from retcon import text
from retcon.frozen import dataclass
from retcon.model.conversations import Authenticated, Bounce, Direction, IncomingFile, SourceMessage
from retcon.model.people import ConsentGiven
from retcon.sync import identity, mime_html, mime_parts, mime_quotes, mime_reports
from retcon.sync.mime_parts import Mail
from retcon.sync.mime_words import ANSWER, AWAY
from retcon.sync.source import EARLIEST

Told = SourceMessage | Bounce | ConsentGiven | Authenticated

_DECORATION = 10_000  # bytes: an image in the text that is smaller is a logo, or counts who looks
_LONGEST_TEXT = 200_000
_MOST_RECIPIENTS = 10
_MOST_REFERENCES = 50
_NOBODY = re.compile(r"(?:no|do[-_.]?not)[-_.]?reply|noreply|mailer-daemon|postmaster|bounces?\b", re.IGNORECASE)
# "[Shop]: New order #1042": what WooCommerce tells the seller of an order, with the buyer in Reply-To.
_ORDER_NOTICE = re.compile(r"\[[^\]]*\]: .*#\w*\d")
_COLON = re.compile(r"\w{0,12}\s*[:：]")  # "Abwesenheitsnotiz: ", behind the word that is looked for
_SIGNATURES = ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")


@dataclass(frozen=True, slots=True)
class Own:
    """The shop's own addresses: whoever writes from one of them is the shop. "@shop.example" is all of a domain."""

    addresses: frozenset[str]

    @classmethod
    def of(cls, written: Iterable[str]) -> "Own":
        """From "Name <address>", addresses and "@domain"; what is none of these is left out."""
        plain = (each.strip().casefold() for each in written)
        return cls(
            frozenset(a for each in plain if (a := each if each[:1] == "@" else identity.address(parseaddr(each)[1])))
        )

    def __contains__(self, address: str) -> bool:
        local, _, domain = identity.address(address).rpartition("@")
        tagless = f"{local.partition('+')[0]}@{domain}"
        return bool(local) and not self.addresses.isdisjoint((f"{local}@{domain}", tagless, f"@{domain}"))

    def runs(self, name: str) -> bool:
        """Whether a mailing list of that name is the shop's own: an address that is a group."""
        return any(name.endswith(address.rpartition("@")[2]) for address in self.addresses)


def read(content: bytes, own: Own, arrived_at: datetime, *, sent: bool = False, whole: int = 0) -> Told | None:
    """What the mail tells, None where it is nothing between the shop and somebody; never raises.

    `sent` says that it lay in the Sent folder. `whole` is the mail's size where `content` is only its beginning.
    """
    mail = mime_parts.parsed(content)
    at = _came_at(mail, arrived_at)
    if not sent:
        report = mime_reports.bounce(mail, at) or mime_reports.complaint(mail, at)
        if report is not None:
            return report
    party = _party(mail, own, sent)
    if party is None:
        return _own_mail(mail, own, at)
    body, quoted = _words(mail)
    files = tuple(_files(mail, max(0, whole - len(content))))
    return SourceMessage(
        source_id=_id(mail, party.address, body),
        medium="email",
        direction=party.direction,
        address=party.address,
        name=party.name,
        at=at,
        references=_references(mail),
        subject=text.keep_name(text.header(mime_parts.header(mail, "Subject"))),
        body=body,
        quoted=quoted,
        automatic=_is_automatic(mail) and not party.by_form,
        by_form=party.by_form,
        bulk=(_is_bulk(mail, own) and not party.by_form) or party.many,
        files=files,
    )


def authentication(content: bytes) -> dict[str, str]:
    """What the receiving server found of a mail's signatures: "spf", "dkim", "dmarc", each "pass", "fail", …"""
    return mime_reports.authentication(mime_parts.parsed(content))


# ---- whose it is, and when --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Party:
    """The customer's side of a mail."""

    direction: Direction
    address: str
    name: str
    by_form: bool = False  # a web page wrote it for them
    many: bool = False


def _party(mail: Mail, own: Own, sent: bool) -> _Party | None:
    senders = mime_parts.addresses(mail, "From") or mime_parts.addresses(mail, "Sender")
    name, sender = senders[0] if senders else ("", "")
    if not sent and sender not in own:
        answers = _answers_to(mail, own) if _NOBODY.search(sender) else None
        by_form = answers is not None and not mime_parts.raw(mail, "List-Unsubscribe")
        name, address = answers if answers is not None and by_form else (name, sender)
        address = identity.address(address)
        return (
            _Party(direction=Direction.IN, address=address, name=_name(name, address), by_form=by_form)
            if address
            else None
        )
    every = mime_parts.addresses(mail, "To", "Cc", "Bcc")
    others = [(name, folded) for name, each in every if (folded := identity.address(each)) and each not in own]
    if others:
        if not sent and _is_forged(mail):
            return None
        name, address = others[0]
        many = len({address for _, address in others}) > _MOST_RECIPIENTS
        return _Party(direction=Direction.OUT, address=address, name=_name(name, address), many=many)
    answers = None if sent else _answers_to(mail, own)
    if answers is None or _ORDER_NOTICE.match(mime_parts.header(mail, "Subject")):
        return None
    name, address = answers
    return _Party(direction=Direction.IN, address=identity.address(address), name=_name(name, address), by_form=True)


def _answers_to(mail: Mail, own: Own) -> tuple[str, str] | None:
    """Who is in Reply-To, if it is a person and not the shop."""
    for name, address in mime_parts.addresses(mail, "Reply-To"):
        if identity.address(address) and address not in own and not _NOBODY.search(address):
            return name, address
    return None


def _is_forged(mail: Mail) -> bool:
    """Whether a mail in our name, found among what came in, was proved to be another's."""
    found = mime_reports.authentication(mail)
    return found.get("dmarc") == "fail" or (found.get("spf") == "fail" and found.get("dkim") != "pass")


def _name(name: str, address: str) -> str:
    return "" if identity.address(name) == identity.address(address) else name


def _own_mail(mail: Mail, own: Own, at: datetime) -> Authenticated | None:
    """A mail from us to ourselves: what its server found of our signatures."""
    senders = mime_parts.addresses(mail, "From")
    found = mime_parts.ids(mime_parts.raw(mail, "Message-ID"))
    recipients = mime_parts.addresses(mail, "To", "Cc")
    if not found or not senders or not all(address in own for _, address in (senders[0], *recipients)):
        return None
    proved = mime_reports.authentication(mail)
    return Authenticated(
        source_id=found[0],
        domain=identity.address(senders[0][1]).rpartition("@")[2],
        at=at,
        spf=proved.get("spf", ""),
        dkim=proved.get("dkim", ""),
        dmarc=proved.get("dmarc", ""),
    )


def _came_at(mail: Mail, arrived_at: datetime) -> datetime:
    """When it came to the server that took it, where that says so; else when it was written, as far as that can be.

    The writer's clock may be an hour slow, and what came after an answer must not look as if it were answered.
    """
    received = mime_parts.every(mail, "Received")
    passed = mime_parts.date(received[0].rpartition(";")[2].strip()) if received else None
    if passed is not None and EARLIEST <= passed <= arrived_at:
        return passed  # a mailbox that has moved has the day of the move
    written = mime_parts.date(mime_parts.raw(mail, "Date"))
    return written if written is not None and EARLIEST <= written <= arrived_at else arrived_at


def _id(mail: Mail, address: str, body: str) -> str:
    found = mime_parts.ids(mime_parts.raw(mail, "Message-ID"))
    if found:
        return found[0]
    bare = text.keep_name(mime_parts.raw(mail, "Message-ID").strip("<> "))
    if bare and not re.search(r"\s", bare):
        return bare
    facts = (mime_parts.raw(mail, "Date"), mime_parts.raw(mail, "From"), mime_parts.raw(mail, "Subject"), address, body)
    return hashlib.sha256("\0".join(facts).encode("utf-8", "replace")).hexdigest()[:40] + "@made.invalid"


def _references(mail: Mail) -> tuple[str, ...]:
    """What it answers, the nearest last."""
    chain = mime_parts.ids(mime_parts.raw(mail, "References"))
    nearest = mime_parts.ids(mime_parts.raw(mail, "In-Reply-To"))
    return (*(each for each in chain if each not in nearest), *nearest)[-_MOST_REFERENCES:]


# ---- a machine's words ------------------------------------------------------------------------------------------


def _is_automatic(mail: Mail) -> bool:
    submitted = mime_parts.raw(mail, "Auto-Submitted").strip().casefold()
    if submitted and submitted.partition(";")[0].strip() != "no":
        return True
    if mime_parts.raw(mail, "X-Autoreply") or mime_parts.raw(mail, "X-Autorespond"):
        return True
    if mime_parts.raw(mail, "Precedence").strip().casefold() in ("auto_reply", "auto-reply"):
        return True
    if mime_parts.raw(mail, "Return-Path").strip() == "<>":
        return True
    subject = mime_parts.header(mail, "Subject")
    if mime_parts.raw(mail, "X-Auto-Response-Suppress"):
        return AWAY.search(subject) is not None
    # Without a colon the words may be a customer's: "Abwesenheit am Freitag, bitte später liefern".
    away = AWAY.match(subject)
    return away is not None and _COLON.match(subject, away.end()) is not None


def _is_bulk(mail: Mail, own: Own) -> bool:
    if mime_parts.raw(mail, "Precedence").strip().casefold() in ("bulk", "list", "junk") or any(
        mime_parts.raw(mail, name) for name in ("List-Id", "List-Unsubscribe", "List-Post")
    ):
        # What customers write to an address of the shop that is a group comes as from a list.
        lists = f"{mime_parts.raw(mail, 'List-Id')} {mime_parts.raw(mail, 'List-Post')}".casefold()
        names = re.findall(r"[^<>\s:]+(?=>)", lists)
        if not names or not all(own.runs(name) for name in names):
            return True
    senders = mime_parts.addresses(mail, "From")
    return bool(senders) and _NOBODY.search(senders[0][1].rpartition("@")[0] + "@") is not None


# ---- words and files --------------------------------------------------------------------------------------------


def _words(mail: Mail) -> tuple[str, str]:
    written = _text(mail)[:_LONGEST_TEXT]
    answers = bool(mime_parts.raw(mail, "In-Reply-To")) or ANSWER.match(mime_parts.header(mail, "Subject")) is not None
    return mime_quotes.fold(text.keep(written, _LONGEST_TEXT), answers=answers)


def _text(part: Mail, depth: int = 0) -> str:
    """The words of a part: plain ones where there are any, else those of the HTML."""
    kind = part.get_content_type()
    if mime_parts.is_multipart(part) and depth < 25:
        inner = [each for each in mime_parts.inner(part) if not _is_file(each)][:100]
        if kind == "multipart/alternative":
            plain = [each for each in inner if each.get_content_type() == "text/plain"]
            rich = [each for each in inner if each.get_content_type() != "text/plain"]
            told = (_text(each, depth + 1) for each in (*plain, *reversed(rich)))
            return next((words for words in told if words.strip()), "")
        if kind == "multipart/related":
            inner = inner[:1]
        return "\n".join(filter(str.strip, (_text(each, depth + 1) for each in inner)))
    if _is_file(part):
        return ""
    if kind == "text/html":
        return mime_html.to_text(mime_parts.text_of(part))
    return mime_parts.text_of(part) if kind == "text/plain" else ""


def _is_file(part: Mail) -> bool:
    if part.get_content_maintype() == "multipart":
        return False
    kind = part.get_content_type()
    disposition = mime_parts.raw(part, "Content-Disposition").partition(";")[0].strip().casefold()
    return kind not in ("text/plain", "text/html") or disposition == "attachment" or bool(mime_parts.file_name(part))


def _files(mail: Mail, missing: int) -> Iterable[IncomingFile]:
    """What came with it; `missing` are the bytes of the mail that were not fetched, the last file's for the most."""
    every = [part for part in mime_parts.parts(mail) if _is_file(part)]
    for part in every:
        kind, content = part.get_content_type(), mime_parts.content(part)
        name = mime_parts.file_name(part)
        size = len(content) + (missing * 3 // 4 if part is every[-1] else 0)  # as base64 has it
        if kind in _SIGNATURES or _is_decoration(part, size) or not (size or name):
            continue
        yield IncomingFile(
            name=name or _made_name(part),
            media_type=text.keep_name(kind),
            size=size,
            content=None if missing else content,
        )


def _is_decoration(part: Mail, size: int) -> bool:
    if part.get_content_maintype() != "image" or size >= _DECORATION:
        return False
    disposition = mime_parts.raw(part, "Content-Disposition").strip().casefold()
    return disposition.startswith("inline") or (not disposition and bool(part.get("Content-ID")))


def _made_name(part: Mail) -> str:
    import mimetypes

    if part.get_content_type() == "message/rfc822":
        attached = mime_parts.inner(part)
        subject = text.header(mime_parts.header(attached[0], "Subject")) if attached else ""
        plain = text.header(re.sub(r"[^\w -]+", " ", subject))
        return f"{text.keep(plain, 80) or 'mail'}.eml"
    return f"file{mimetypes.guess_extension(part.get_content_type()) or ''}"
