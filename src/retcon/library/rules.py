"""Rules: playbooks/*.toml, one rule a file; what each line means stands in data/playbooks/parcel-note.toml."""

import re
from collections.abc import Iterable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from retcon import tomlfile
from retcon.config import SHOP_MAILS
from retcon.errors import Mistake
from retcon.frozen import dataclass
from retcon.library import files, texts
from retcon.model.people import Purpose
from retcon.model.playbook import SAID, Moment, Rule
from retcon.model.standing import Stage
from retcon.retention import playbook
from retcon.retention.fact_names import is_fact
from retcon.tomlfile import Document, Reader, setting

_NAME = "small letters, digits and hyphens"
_CODES = 'a list of codes such as ["DE", "AT"]'


def _words(name: str, help: str) -> Any:
    known = playbook.WORDS[name]
    return setting(
        (),
        help=help,
        allowed=f"a list of {', '.join(known)}",
        check=lambda given: len(given) > 0 and set(given) <= set(known),
    )


def _list(help: str, allowed: str, pattern: str) -> Any:
    """A list of words of the pattern, at least one where it is written."""
    return setting(
        (),
        help=help,
        allowed=allowed,
        check=lambda given: len(given) > 0 and all(re.fullmatch(pattern, each) for each in given),
    )


def _range_of(help: str) -> Any:
    return setting(None, help=help, allowed='a number, "2+" or "60-90"', check=lambda given: _range(given) is not None)


def _word(words: Iterable[str], help: str) -> Any:
    known = tuple(words)
    return setting(help=help, allowed=f"one of {', '.join(known)}", check=lambda word: word in known)


def _is_name(name: str) -> bool:
    return re.fullmatch("[a-z0-9][a-z0-9-]{0,59}", name) is not None


def _number(default: int | None, low: int, high: int, help: str) -> Any:
    return setting(
        default,
        help=help,
        allowed=f"{low} to {high}",
        check=lambda number: isinstance(number, int) and not isinstance(number, bool) and low <= number <= high,
    )


@dataclass(frozen=True, kw_only=True)
class _WhenSaid:
    """`[when]` of a rule that something said makes due."""

    hours: int = _number(0, 0, 720, "due after so many hours; of a promise, so many before it")
    expires_days: int = _number(30, 1, 365, "too late after so many days")


@dataclass(frozen=True, kw_only=True)
class _When:
    """`[when]` of a rule that days make due: its days, and whom it is for."""

    days_since_first_order: int | str | None = _range_of("days since the first order")
    silent_days: int | str | None = _range_of("days of silence")
    days: int | str | None = _range_of("days since what triggers it")
    before_days: int | None = _number(None, 0, 120, "due so many days before")
    after_days: int | None = _number(None, 0, 120, "and until so many days after")
    due_when_shipped: bool = setting(False, help="or as soon as the first order's parcel leaves")
    orders: int | str | None = _range_of("how many counted orders")
    delivered_days: int | str | None = _range_of("days since the order's parcel arrived")
    rating: int | str | None = _range_of("the stars of the review")
    tier: tuple[str, ...] = _words("tier", "the customer's tier")
    not_tier: tuple[str, ...] = _words("not_tier", "not these tiers")
    band: tuple[str, ...] = _words("band", "the risk")
    stage: tuple[str, ...] = _words("stage", "the customer's stage")
    parcel: tuple[str, ...] = _words("parcel", "the order's parcel")
    styles: tuple[str, ...] = _words("styles", "what moves people in the country")
    kinds: tuple[str, ...] = _words("kinds", "the kind of festival")
    festivals: tuple[str, ...] = _list("the festivals", 'a list of ids such as ["eid-al-fitr"]', ".{1,60}")
    countries: tuple[str, ...] = _list("the countries", _CODES, "[A-Z]{2}")
    not_countries: tuple[str, ...] = _list("not these countries", _CODES, "[A-Z]{2}")
    segment: str = setting("", help="a saved segment", allowed="its name", check=lambda name: 0 < len(name) <= 60)
    no_contact: bool = setting(False, help="whether you have not written to them since the order")


# The words of [when] that say from when until when a rule with the trigger is due.
_WINDOWS = {
    "first_order": ("days_since_first_order",),
    "silence": ("silent_days",),
    "article_used_up": ("before_days", "after_days"),
    "article_outgrown": ("before_days", "after_days"),
    "festival": ("before_days",),
}
_DAYS = ("days",)
_ALL_WINDOWS = ("days_since_first_order", "silent_days", "days", "before_days", "after_days")
# Words that speak of one thing alone, and the triggers that are about it.
_OF_TRIGGER = {"kinds": ("festival",), "festivals": ("festival",), "rating": ("review",)}
# Without a word of their own.
_AFTER_DAYS = 14


@dataclass(frozen=True, kw_only=True)
class _RuleFile:
    """A rule as its file says it, apart from `[when]`."""

    id: str = setting(help="the rule's own name", allowed=_NAME, check=_is_name)
    enabled: bool = setting(True, help="whether it is used")
    title: str = setting(
        help="what its row says", allowed="1 to 80 characters", check=lambda title: 0 < len(title.strip()) <= 80
    )
    moment: str = _word(Moment, "the group of Today")
    stage: str = _word(Stage, "what it is good for")
    purpose: str = _word(Purpose, "why it is written")
    template: str = setting(
        "", help="the name of its text", allowed=_NAME, check=lambda name: not name or _is_name(name)
    )
    variants: tuple[str, ...] = setting(
        (),
        help="other texts, one for each person",
        allowed="a list of names",
        check=lambda all_: all(map(_is_name, all_)),
    )
    channels: tuple[str, ...] = setting(
        (), help="the kinds of channel", allowed='a list such as ["email"]', check=lambda kinds: len(kinds) > 0
    )
    trigger: str = setting(
        "",
        help="what makes it due",
        allowed=f"one of {', '.join((*SAID, *playbook.TRIGGERS))}",
        check=lambda it: it in SAID or it in playbook.TRIGGERS,
    )
    needs: tuple[str, ...] = setting(
        (),
        help="facts without which it isn't due",
        allowed='a list of facts such as ["product.tips"]',
        check=lambda facts: all(map(is_fact, facts)),
    )
    priority: int = _number(5, 1, 9, "which of two messages to one person comes first, 1 before 9")
    cap: int = _number(0, 0, 10_000, "how many are due at once; 0: no end")
    rest_days: int = _number(0, 0, 365, "not within so many days of the last one to the person")
    once: bool = setting(False, help="whether it happens once for a person")
    asks: bool = setting(False, help="whether its message asks for a permission")
    invites: bool = setting(False, help="whether its message may ask for a permission in a line of its own")
    covers: str = setting(
        "",
        help="the notice that it is, not due where the shop mails it",
        allowed=f"one of {', '.join(SHOP_MAILS)}",
        check=lambda notice: notice in SHOP_MAILS,
    )
    personal: bool = setting(False, help="whether each person is a decision of its own")


def read(home: Path, id_: str = "*") -> tuple[Rule, ...]:
    """All rules, the seller's instead of ours, in the order of Today; those that are switched off too.

    With an id of ours alone the one, which the file of its name says, and the seller's. Raises ConfigError with the
    mistakes of all files.
    """
    found: dict[str, Rule] = {}
    mistakes: list[Mistake] = []
    for folder, names, own in ((files.OURS / "playbooks", id_, False), (home / "playbooks", "*", True)):
        seen: dict[str, str] = {}
        for file in sorted(folder.glob(f"{names}.toml")):
            with files.gathering(mistakes):
                document = tomlfile.read(file)
                id_ = _switched_off(document, found)
                if not id_:
                    rule = replace(_rule(document, home), own=own)
                    id_ = rule.id
                    if id_ not in seen:
                        found[id_] = rule
                if id_ in seen:
                    mistakes.append(Mistake(str(file), 0, f"Its id “{id_}” is that of {seen[id_]} too.", "Change one."))
                seen.setdefault(id_, file.name)
    files.end(mistakes)
    moments = list(Moment)
    return tuple(sorted(found.values(), key=lambda rule: (moments.index(rule.moment), rule.id)))


def _switched_off(document: Document, found: dict[str, Rule]) -> str:
    """The id of a rule that the file switches off, whatever else it says; empty where it doesn't."""
    given = document.content
    id_ = given.get("id")
    if given.get("enabled") is not False or not isinstance(id_, str):
        return ""
    if id_ in found:
        found[id_] = replace(found[id_], enabled=False, file=document.file)
        return id_
    return "" if "title" in given else id_


def _rule(document: Document, home: Path) -> Rule:
    given = dict(document.content)
    reader = Reader(document)
    when: _When | _WhenSaid | None = reader.table(
        _WhenSaid if given.get("trigger") in SAID else _When, given.pop("when", {}), ("when",)
    )
    said: _RuleFile | None = reader.table(_RuleFile, given)
    trigger, named = given.get("trigger", ""), "trigger" in given
    if isinstance(when, _When) and (not named or trigger in playbook.TRIGGERS):
        trigger = trigger or ("first_order" if when.days_since_first_order is not None else "silence")
        _check_window(trigger, when, reader, named=named)
    if said is not None:
        _check_words(said, reader, home)
    reader.end()
    assert said is not None
    assert when is not None
    return Rule(
        id=said.id,
        title=said.title.strip(),
        moment=Moment(said.moment),
        purpose=Purpose(said.purpose),
        stage=Stage(said.stage),
        template=said.template,
        variants=said.variants,
        channels=said.channels,
        personal=said.personal,
        invites=said.invites,
        asks=said.asks,
        covers=said.covers,
        needs=said.needs,
        priority=said.priority,
        cap=said.cap,
        rest_days=said.rest_days,
        once=said.once,
        enabled=said.enabled,
        file=document.file,
        trigger=trigger,
        **(_of_days(trigger, when) if isinstance(when, _When) else _of_said(when)),
    )


def _check_words(said: _RuleFile, reader: Reader, home: Path) -> None:
    """A rule has a text and channels; one for what was said may leave both out."""
    for name in (said.template, *said.variants):
        with files.gathering(reader.mistakes):
            if name and not texts.known(home, name):
                field = "template" if name == said.template else "variants"
                reader.wrong((field,), f"{field} = “{name}” has no text.", f"Write one: templates/en/{name}.txt")
    for name in ("template", "channels"):
        if said.trigger not in SAID and not getattr(said, name):
            reader.wrong((), f"{name} is missing.", f"It is {_HELP[name]}.")


_HELP = {"template": "the name of its text", "channels": "the kinds of channel"}


def _check_window(trigger: str, when: _When, reader: Reader, *, named: bool) -> None:
    """From when until when it is due is said in the trigger's own words, and ends."""
    own = _WINDOWS.get(trigger, _DAYS)
    if not named and getattr(when, own[0]) is None:
        reader.wrong(("when",), "when: nothing says when it is due.", "Give days_since_first_order or silent_days.")
    elif trigger != "festival" and all(getattr(when, name) is None for name in own):
        reader.wrong(("when",), "when: nothing says when it is due.", f"Give {' or '.join(own)}.")
    for name in _ALL_WINDOWS:
        given = getattr(when, name)
        if given is None or (name == "silent_days" and trigger != "silence"):
            continue
        if name not in own:
            of = f" of the trigger “{trigger}”" if named else ""
            reader.wrong(("when", name), f"when.{name} is no day{of}.", f"Allowed: {' and '.join(own)}.")
        elif not name.endswith(("before_days", "after_days")) and (_range(given) or (0, None))[1] is None:
            reader.wrong(("when", name), f"when.{name} has no end.", 'What is due must end; write such as "45-365".')
    if when.due_when_shipped and trigger != "first_order":
        reader.wrong(("when", "due_when_shipped"), "when.due_when_shipped is for first orders.", "Leave it out.")
    for name, triggers in _OF_TRIGGER.items():
        if getattr(when, name) not in ((), None) and trigger not in triggers:
            reader.wrong(("when", name), f"when.{name} is for the trigger “{triggers[0]}”.", "Leave it out.")


def _of_days(trigger: str, when: _When) -> dict[str, Any]:
    own = _WINDOWS.get(trigger, _DAYS)
    if "before_days" in own:
        low, high = -(when.before_days or 0), _AFTER_DAYS if when.after_days is None else when.after_days
    else:
        low, high = _range(getattr(when, own[0])) or (0, None)
    assert high is not None
    return {
        "due_days": low,
        "expires_days": high,
        "due_when_shipped": when.due_when_shipped,
        "when": _conditions(when, own),
    }


def _of_said(when: _WhenSaid) -> dict[str, Any]:
    return {"due_days": 0, "due_hours": when.hours, "expires_days": when.expires_days}


def _conditions(when: _When, window: tuple[str, ...]) -> dict[str, object]:
    """What holds beside the window."""
    found: dict[str, object] = {}
    for name in (each.name for each in fields(_When)):
        value = getattr(when, name)
        if name in window or value in (None, (), "", False):
            continue
        if name in playbook.RANGES:
            found[name] = _range(value)
        elif name in playbook.WORDS:
            found[name] = frozenset(value)
        elif name in ("segment", "no_contact"):
            found[name] = value
    return found


def _range(given: object) -> playbook.Range | None:
    """The range that was written: 3, "3", "2+", "60-90"; None where it is none."""
    if isinstance(given, int) and not isinstance(given, bool):
        return (given, given) if given >= 0 else None
    found = re.fullmatch(r"\s*(\d{1,5})\s*(\+|[-–]\s*(\d{1,5}))?\s*", given) if isinstance(given, str) else None
    if found is None:
        return None
    low = int(found[1])
    high = None if found[2] == "+" else int(found[3] or low)
    return (low, high) if high is None or low <= high else None
