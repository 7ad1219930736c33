"""A mail's headers and parts as text, whatever they were written in; nothing here raises over a broken mail."""

import binascii
import codecs
import quopri
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.utils import collapse_rfc2231_value, getaddresses, parsedate_to_datetime
from typing import Any, TypeAlias, cast

from retcon import text

Mail: TypeAlias = "Message[Any, Any]"

_DEEPEST, _MOST_PARTS = 25, 300
_SAMPLE = 50_000
# What mail programs write, and what they mean.
_CHARSETS = {
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "ansi_x3.4-1968": "utf-8",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "cp-850": "cp850",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
}
# Codecs that are no charsets of mail; some of them are slow on purpose-made input.
_NO_CHARSETS = frozenset(("idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"))
# The length is bounded: a long word without an @ would be looked through from each of its letters.
_ADDRESS = re.compile(r"[^\s<>@\"(),;:]{1,250}@[^\s<>@\"(),;:]{1,250}")
_BARE_BYTES = re.compile("[\udc80-\udcff]")
_ID = re.compile(r"<\s*([^<>\s]+)\s*>")


def decoded(content: bytes, charset: str = "") -> str:
    """The bytes as text: by the charset that is told, by UTF-8, by what they look like, in this order."""
    if b"\0" in content[:100] and not charset:
        charset = "utf-16"
    for name in (charset, "utf-8"):
        if (codec := _codec(name)) is not None:
            try:
                return content.decode(codec).removeprefix("\ufeff")
            except (ValueError, LookupError):
                continue
    from charset_normalizer import from_bytes

    guess = from_bytes(content[:_SAMPLE]).best()
    codec = _codec(guess.encoding) if guess is not None else None
    return content.decode(codec or _codec(charset) or "cp1252", "replace")


def _codec(charset: str) -> str | None:
    name = charset.strip().strip("\"'").casefold()
    try:
        found = codecs.lookup(_CHARSETS.get(name, name)) if name else None
    except (LookupError, ValueError):
        return None
    if found is None or found.name.replace("_", "-") in _NO_CHARSETS or not getattr(found, "_is_text_encoding", True):
        return None
    return found.name


def parsed(content: bytes) -> Mail:
    """The bytes as a mail, whatever they are."""
    try:
        return message_from_bytes(content, policy=policy.compat32)
    except RecursionError:  # parts within parts without end
        return BytesParser(policy=policy.compat32).parsebytes(content, headersonly=True)


def raw(mail: Mail, name: str) -> str:
    """A header as it stands there, unfolded, bytes beyond ASCII decoded; "" where there is none."""
    return next(iter(every(mail, name)), "")


def every(mail: Mail, name: str) -> list[str]:
    """All headers of that name, the topmost first."""
    wanted = name.casefold()
    return [_plain(str(value)) for key, value in mail.raw_items() if key.casefold() == wanted]


def header(mail: Mail, name: str) -> str:
    """A header as people read it: encoded words decoded."""
    return words(raw(mail, name))


def words(value: str) -> str:
    """RFC 2047: "=?utf-8?q?J=C3=BCrgen?=" in words."""
    if "=?" not in value:
        return value.strip()
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError, LookupError, AssertionError):
        return value.strip()
    return "".join(
        piece if isinstance(piece, str) else decoded(piece, charset or "") for piece, charset in pieces
    ).strip()


def _plain(written: str) -> str:
    if not written.isascii() and _BARE_BYTES.search(written):
        written = decoded(written.encode("utf-8", "surrogateescape"))
    return re.sub(r"[\r\n]+\s*", " ", written.replace("\0", ""))


def addresses(mail: Mail, *names: str) -> list[tuple[str, str]]:
    """The names and addresses of these headers, in order."""
    found: list[tuple[str, str]] = []
    for value in (value for name in names for value in every(mail, name)):
        value = value[:20_000]
        try:
            pairs = [(name, address) for name, address in getaddresses([value]) if _ADDRESS.fullmatch(address.strip())]
        except (ValueError, IndexError, TypeError):
            pairs = []
        if not pairs:
            pairs = [("", address) for address in _ADDRESS.findall(value)]
        found.extend((text.keep_name(text.header(words(name))), address.strip()) for name, address in pairs)
    return found


def ids(value: str) -> tuple[str, ...]:
    """The message ids in a header, without their brackets, each once."""
    return tuple(dict.fromkeys(text.keep_name(each) for each in _ID.findall(value[:20_000])))


def date(value: str) -> datetime | None:
    """The instant in a header, None where it can't be read."""
    try:
        at = parsedate_to_datetime(value)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None


def parts(mail: Mail) -> Iterator[Mail]:
    """Every part that holds something, in order; what is inside an attached mail stays in it."""
    waiting = [(mail, 0)]
    for _ in range(_MOST_PARTS):
        if not waiting:
            return
        part, depth = waiting.pop()
        if is_multipart(part) and depth < _DEEPEST:
            waiting.extend((each, depth + 1) for each in reversed(inner(part)))
        else:
            yield part


def is_multipart(part: Mail) -> bool:
    """Whether the part is a row of parts, not an attached mail."""
    return part.get_content_maintype() == "multipart" and part.is_multipart()


def inner(part: Mail) -> list[Mail]:
    """The parts of a row of parts, the mail in an attached one; none where the part is neither."""
    payload: Any = part.get_payload() if part.is_multipart() else []
    return [cast("Mail", each) for each in cast("list[Any]", payload) if isinstance(each, Message)]


def content(part: Mail) -> bytes:
    """What the part holds, its transfer encoding undone; an attached mail as it was."""
    if part.is_multipart():
        return b"\r\n".join(map(_written, inner(part)))
    charset = parameter(part, "charset")
    if not charset or _codec(charset):
        taken = part.get_payload(decode=True)
        return taken if isinstance(taken, bytes) else b""
    # The library would decode it by what is no charset, which can fail or take for ever.
    held = str(getattr(part, "_payload", None) or "").encode("utf-8", "surrogateescape")
    transfer = raw(part, "Content-Transfer-Encoding").strip().casefold()
    with suppress(ValueError):
        held = binascii.a2b_base64(held) if transfer == "base64" else held
    return quopri.decodestring(held) if transfer == "quoted-printable" else held


def _written(mail: Mail) -> bytes:
    try:
        return mail.as_bytes()
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return b""


def text_of(part: Mail) -> str:
    """The text of a text part, unflowed (RFC 3676) where it is flowed."""
    written = decoded(content(part), parameter(part, "charset"))
    if parameter(part, "format").casefold() == "flowed":
        return _unflowed(written, delete=parameter(part, "delsp").casefold() == "yes")
    return written


def parameter(part: Mail, name: str, header: str = "content-type") -> str:
    """A parameter of a header; "" where it is not there or can't be read."""
    alone: Mail = Message()
    alone[header] = raw(part, header)  # with bare bytes decoded, which the library would lose
    try:
        found = alone.get_param(name, "", header)
        value = collapse_rfc2231_value(cast("Any", found), errors="replace") if found else ""
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""
    return words(_plain(value))


def file_name(part: Mail) -> str:
    """What the attachment is called, without folders; "" where it has no name."""
    name = parameter(part, "filename", "content-disposition") or parameter(part, "name")
    return text.keep_name(re.split(r"[/\\]", text.header(name))[-1])


def _unflowed(written: str, *, delete: bool) -> str:
    lines: list[str] = []
    open_depth: int | None = None  # the depth of quoting of a line that goes on
    for line in written.replace("\r\n", "\n").split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        rest = line[depth:].removeprefix(" ")
        flows = rest.endswith(" ") and rest != "-- "
        kept = rest[:-1] if flows and delete else rest
        if open_depth == depth and rest != "-- ":
            lines[-1] += kept
        else:
            lines.append(f"{'>' * depth} {kept}" if depth else kept)
        open_depth = depth if flows else None
    return "\n".join(lines)
