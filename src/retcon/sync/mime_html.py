"""The text of an HTML mail: what a reader sees of it, quoted parts marked with ">", links with where they lead."""

import re
from typing import Any, cast

_LONGEST = 1_000_000
_LONGEST_LINK = 300
_MOST_DRAWN = 20_000_000  # lines times characters: in a table each line is filled up to the width of the widest
_BREAKS = ("tr", "br", "p", "div", "li", "dd", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote")
# A mark before and behind what was quoted, and before an answered mail whose end is not marked.
_OPEN, _CLOSE, CUT = "\ue000", "\ue001", "\ue002"
_MARKS = re.compile(f"[{_OPEN}{_CLOSE}{CUT}]")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*>")
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_BLANK_LINES = re.compile(r"\n{3,}")
_HIDDEN = re.compile(
    r"display:none|visibility:hidden|mso-hide:all|font-size:0(?:px|pt|em|%)?(?:;|$|!)|max-height:0|opacity:0(?:\.0+)?(?:;|$|!)"
)
_DROPPED = ("script", "style", "head", "title", "noscript", "template", "object", "svg", "iframe", "select", "textarea")
_QUOTED = (
    "//blockquote[@type='cite' or contains(@class, 'gmail_quote')]"
    " | //*[self::div or self::section][contains(@class, 'gmail_quote') or contains(@class, 'yahoo_quoted')"
    " or contains(@class, 'protonmail_quote') or contains(@class, 'zmail_extra')]"
    " | //*[contains(@class, 'moz-cite-prefix')]"
)
_CUTS = (
    "//*[@id='appendonsend' or @id='divRplyFwdMsg' or @id='x_divRplyFwdMsg'"
    " or @id='mail-editor-reference-message-container']"
)
_SIGNATURES = "//*[contains(@class, 'moz-signature') or contains(@class, 'gmail_signature')]"


def to_text(html: str) -> str:
    """The mail's words; "" where it has none. Never raises."""
    from lxml import html as parser
    from lxml.etree import LxmlError

    html = _DECLARATION.sub("", _MARKS.sub("", _UNSEEN.sub("", html[:_LONGEST])))
    if not html.strip():
        return ""
    try:
        tree: Any = parser.document_fromstring(html)
    except (LxmlError, ValueError, AssertionError):
        return _without_tags(html)
    _drop(tree)
    _flatten(tree)
    _show_links(tree)
    _mark(tree)
    return _quoted(_drawn(tree, html))


def _drawn(tree: Any, html: str) -> str:
    from inscriptis.css_profiles import CSS_PROFILES
    from inscriptis.html_engine import Inscriptis
    from inscriptis.model.config import ParserConfig

    try:
        return str(Inscriptis(tree, ParserConfig(css=CSS_PROFILES["strict"].copy())).get_text())
    except (RecursionError, ValueError, KeyError, IndexError, TypeError, AttributeError):
        # The library draws tables; what breaks it is told without them.
        return _without_tags(html)


def _without_tags(html: str) -> str:
    return re.sub(r"<[^<>]*>", " ", re.sub(r"(?i)<br[^<>]*>|</(?:p|div|tr|li|h\d)>", "\n", html))


def _drop(tree: Any) -> None:
    """Take out what no reader sees: hidden elements, scripts, comments."""
    for element in list(tree.iter()):
        if element.getparent() is None:
            continue
        if not isinstance(element.tag, str) or element.tag in _DROPPED or _is_hidden(element):
            tail, parent, before = element.tail, element.getparent(), element.getprevious()
            if tail:
                if before is not None:
                    before.tail = (before.tail or "") + tail
                else:
                    parent.text = (parent.text or "") + tail
            element.tail = None
            parent.remove(element)
        else:
            element.attrib.pop("style", None)  # a margin of a million lines would be drawn


def _flatten(tree: Any) -> None:
    """Tables that would be drawn for ever, or fill the memory, become lines."""
    words = tree.text_content()
    lines = sum(1 for _ in tree.iter(*_BREAKS)) + sum(pre.text_content().count("\n") for pre in tree.iter("pre"))
    if lines * len(words) <= _MOST_DRAWN:
        return
    for element in tree.iter("table", "thead", "tbody", "tfoot", "tr"):
        element.tag = "div"
    for cell in tree.iter("td", "th"):
        cell.tag = "span"
        cell.tail = f" {cell.tail or ''}"


def _is_hidden(element: Any) -> bool:
    if element.get("hidden") is not None:
        return True
    style = element.get("style")
    return bool(style) and _HIDDEN.search(re.sub(r"\s+", "", style.lower())) is not None


def _show_links(tree: Any) -> None:
    """Write behind a link's words where it leads, where they don't say so themselves."""
    for link in tree.iter("a"):
        target = str(link.get("href") or "").strip()
        words = " ".join(link.text_content().split())
        if not words or not re.match(r"(?i)https?://[^\s]", target) or len(target) > _LONGEST_LINK:
            continue
        if _bare(target) != _bare(words):
            link.tail = f" ({target}){link.tail or ''}"


def _bare(link: str) -> str:
    return re.sub(r"^(?:https?://)?(?:www\.)?|/$", "", link.casefold())


def _mark(tree: Any) -> None:
    for element in tree.xpath(_QUOTED):
        if element.getparent() is not None and element.tag != "body":
            element.addprevious(_line(_OPEN))
            element.addnext(_line(_CLOSE))
    for element in tree.xpath(_CUTS)[:1]:
        if element.getparent() is not None:
            element.addprevious(_line(CUT))
    for element in tree.xpath(_SIGNATURES):
        words = element.text_content().strip()
        if element.getparent() is not None and words and not words.startswith("--"):
            element.addprevious(_line("-- "))


def _line(mark: str) -> Any:
    """An element that puts the mark on a line of its own."""
    from lxml import html

    line: Any = html.Element("div")
    line.text = mark
    return line


def _quoted(drawn: str) -> str:
    """Every line between the marks begins with ">"."""
    depth, lines = 0, cast("list[str]", [])
    for line in drawn.split("\n"):
        opened, closed = line.count(_OPEN), line.count(_CLOSE)
        rest = line.replace(_OPEN, "").replace(_CLOSE, "").rstrip()
        depth += opened
        if rest or not (opened or closed):
            lines.append("> " + rest.lstrip() if depth > 0 else rest)
        depth = max(0, depth - closed)
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n")
