"""Mails that machines write about mails: what came back (RFC 3464), who complained (RFC 5965), what was proved."""

import re
from collections.abc import Sequence
from datetime import datetime

from retcon import text
from retcon.model.conversations import Bounce
from retcon.model.people import Basis, Consent, ConsentGiven, ConsentState, Purpose
from retcon.platforms.mail import is_gone
from retcon.sync import identity, mime_parts
from retcon.sync.mime_parts import Mail
from retcon.sync.mime_words import FAILED

_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_CODE = re.compile(r"\b([45]\d\d)\b[ -]")
_DAEMON = re.compile(r"(?:mailer-daemon|postmaster|mail-daemon|maildaemon)@|<>", re.IGNORECASE)
_DELAYED = re.compile(r"delay|warning|still being retried|will be retried|verzögert", re.IGNORECASE)
_BELOW = re.compile(
    r"(?im)^[- ]*(?:below this line|this is a copy|original message|included is a copy|the following).*$"
)
_MESSAGE_ID = re.compile(r"(?im)^\s*message-id:\s*<([^<>\s]+)>")
_QMAIL = re.compile(r"(?m)^<([^<>\s@]+@[^<>\s@]+)>:?\s*\n((?:[^\n]+\n?){1,6})")
# The lengths are bounded: a long word without an @ would be looked through from each of its letters.
_ADDRESS = re.compile(r"[^\s<>@\"(),;:]{1,64}@[^\s<>@\"(),;:]{1,250}\.[^\s<>@\"(),;:]{1,63}")


def bounce(mail: Mail, at: datetime) -> Bounce | None:
    """What came back and why; None where the mail is no bounce."""
    kind = mail.get_content_type()
    every = list(mime_parts.parts(mail))
    status = next((part for part in every if part.get_content_type() == "message/delivery-status"), None)
    if status is not None and kind in ("multipart/report", "multipart/mixed"):
        return _standard(every, status, at)
    return _old_style(mail, every, at)


def _standard(every: Sequence[Mail], status: Mail, at: datetime) -> Bounce | None:
    recipients = [block for block in _blocks(status) if block.get("final-recipient") or block.get("original-recipient")]
    bad = next((block for block in recipients if _action(block) == "failed"), None) or next(
        (block for block in recipients if _action(block) in ("delayed", "")), None
    )
    if bad is None:
        return None  # it arrived, and somebody wanted to be told
    said = mime_parts.header(bad, "Diagnostic-Code").partition(";")[2].strip() or mime_parts.header(
        bad, "Diagnostic-Code"
    )
    found = _STATUS.search(mime_parts.raw(bad, "Status"))
    code = _precise(found[1] if found else "", said)
    final = _action(bad) == "failed" or (_action(bad) == "" and code.startswith("5"))
    original = _returned(every)
    address = _recipient(bad) or _first_address(original)
    return _bounce(_id_of(original), address, at, final, code, said)


def _blocks(status: Mail) -> list[Mail]:
    """The groups of fields of a delivery status; the parser makes a message of each, old servers plain text."""
    if isinstance(status.get_payload(), list):
        return mime_parts.inner(status)
    groups = re.split(rb"\r?\n\s*\r?\n", mime_parts.content(status))
    return [mime_parts.parsed(group) for group in groups if group.strip()]


def _action(block: Mail) -> str:
    return mime_parts.raw(block, "Action").strip().casefold().partition(" ")[0]


def _recipient(block: Mail) -> str:
    # What we wrote to; the final one may be where they have it forwarded.
    for name in ("Original-Recipient", "Final-Recipient"):
        written = mime_parts.raw(block, name).rpartition(";")[2].strip().strip("<>")
        if identity.address(written):
            return written
    return ""


def _precise(status: str, said: str) -> str:
    """The enhanced code that says most: what the far server said, where ours only said that it failed."""
    found = _STATUS.search(said)
    if found and (not status or status.endswith(".0.0")):
        return found[1]
    plain = _CODE.search(f"{said} ")
    return status or (plain[1] if plain else "")


def _old_style(mail: Mail, every: Sequence[Mail], at: datetime) -> Bounce | None:
    """Bounces of servers that know no RFC 3464: Exim's older ones, qmail's, and what looks like them."""
    failed = mime_parts.raw(mail, "X-Failed-Recipients")
    subject = mime_parts.header(mail, "Subject")
    sender = f"{mime_parts.raw(mail, 'From')} {mime_parts.raw(mail, 'Return-Path')}"
    if not failed and not (_DAEMON.search(sender) and FAILED.search(subject)):
        return None
    words = "\n".join(mime_parts.text_of(part) for part in every[:3] if part.get_content_maintype() == "text")[:50_000]
    told = _BELOW.split(words, maxsplit=1)[0]
    qmail = _QMAIL.search(told)
    address = next(iter(_ADDRESS.findall(failed)), "") or (qmail[1] if qmail else "")
    said = qmail[2] if qmail else ""
    if not address:
        lines = [line for line in told.split("\n") if _ADDRESS.search(line)]
        address = _ADDRESS.findall(lines[0])[0].strip(".'") if lines else ""
    if not said:
        said = next((line for line in told.split("\n") if _STATUS.search(line) or _CODE.search(f"{line} ")), "")
    if not identity.address(address):
        return None
    returned = _id_of(_returned(every))
    found = _MESSAGE_ID.findall(words)
    final = not (_DELAYED.search(subject) and not failed)
    code = _precise("", said)
    return _bounce(
        returned or (found[-1] if found else ""), address, at, final and not code.startswith("4."), code, said
    )


def _returned(every: Sequence[Mail]) -> "Mail | None":
    """The mail that came back, or what is left of it."""
    for part in every:
        if part.get_content_type() == "message/rfc822":
            attached = mime_parts.inner(part)
            return attached[0] if attached else mime_parts.parsed(mime_parts.content(part))
        if part.get_content_type() in ("text/rfc822-headers", "message/rfc822-headers"):
            return mime_parts.parsed(mime_parts.content(part))
    return None


def _id_of(original: "Mail | None") -> str:
    found = mime_parts.ids(mime_parts.raw(original, "Message-ID")) if original is not None else ()
    return found[0] if found else ""


def _first_address(original: "Mail | None") -> str:
    if original is None:
        return ""
    found = mime_parts.addresses(original, "To")
    return found[0][1] if found else ""


def _bounce(source_id: str, address: str, at: datetime, final: bool, code: str, said: str) -> Bounce:
    words = text.header(said)
    precise = code if code.count(".") == 2 and not code.endswith(".0.0") else ""
    # Microsoft says so of a mailbox that isn't there.
    refused = code == "5.4.1" and "recipient address rejected" in words.casefold()
    return Bounce(
        source_id=source_id,
        medium="email",
        address=identity.address(address),
        at=at,
        final=final,
        gone=final and not code.startswith("4") and (refused or is_gone(precise, words)),
        code=text.keep_name(code),
        text=text.sentence(text.keep(words, 300)),
    )


def complaint(mail: Mail, at: datetime) -> ConsentGiven | None:
    """Somebody pressed "this is spam": a no to advertising at that address; None where the mail is no such report."""
    every = list(mime_parts.parts(mail))
    report = next((part for part in every if part.get_content_type() == "message/feedback-report"), None)
    if report is None:
        return None
    inner = mime_parts.inner(report)
    fields = inner[0] if inner else mime_parts.parsed(mime_parts.content(report))
    kind = mime_parts.raw(fields, "Feedback-Type").strip().casefold()
    if kind not in ("abuse", "opt-out", "opt-out-list"):
        return None
    original = _returned(every)
    told = mime_parts.addresses(fields, "Original-Rcpt-To")
    address = identity.address(told[0][1] if told else _first_address(original))
    if not address:
        return None  # whose complaint it is has been blacked out
    reporter = text.keep_name(mime_parts.header(mail, "From")) or "the provider"
    return ConsentGiven(
        address=address,
        consent=Consent(
            channel="email",
            purpose=Purpose.MARKETING,
            state=ConsentState.DENIED,
            basis=Basis.NONE,
            at=at,
            source="spam report",
            wording="marked your mail as spam",
            proof=text.keep_name(f"{reporter}, {kind}, {_id_of(original)}"),
        ),
    )


def authentication(mail: Mail) -> dict[str, str]:
    """What the receiving server found: "spf", "dkim" and "dmarc" as "pass", "fail", "none" …; empty where it is untold.

    The topmost Authentication-Results (RFC 8601) alone counts: those below may be the sender's own words.
    """
    results = mime_parts.every(mail, "Authentication-Results")
    if not results:
        return {}
    plain = re.sub(r"\([^()]*\)", "", results[0][:5_000])
    found: dict[str, str] = {}
    for method, result in re.findall(r"(?i)[;\s](spf|dkim|dmarc)\s*=\s*([a-z]+)", plain):
        name, verdict = method.casefold(), result.casefold()
        if found.get(name) != "pass":  # of several signatures one is enough
            found[name] = verdict
    return found
