"""Rules: playbooks/*.toml, one rule a file; what each line means stands in data/playbooks/parcel-note.toml."""

import re
from collections.abc import Iterable
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
from retcon.tomlfile import Document, Reader, setting


def _words(name: str, help: str) -> Any:
    known = playbook.WORDS[name]
    return setting(
        (),
        help=help,
        allowed=f"a list of {', '.join(known)}",
        check=lambda given: len(given) > 0 and set(given) <= set(known),
    )


def _range_of(help: str) -> Any:
    return setting(None, help=help, allowed='a number, "2+" or "60-90"', check=lambda given: _range(given) is not None)


def _word(words: Iterable[str], help: str) -> Any:
    known = tuple(words)
    return setting(help=help, allowed=f"one of {', '.join(known)}", check=lambda word: word in known)


_NAME = "small letters, digits and hyphens"


def _is_name(name: str) -> bool:
    return re.fullmatch("[a-z0-9][a-z0-9-]{0,59}", name) is not None


def _number(default: int, low: int, high: int, help: str) -> Any:
    return setting(default, help=help, allowed=f"{low} to {high}", check=lambda number: low <= number <= high)


@dataclass(frozen=True, kw_only=True)
class _WhenSaid:
    """`[when]` of a rule with a trigger."""

    hours: int = _number(0, 0, 720, "due after so many hours; of a promise, so many before it")
    expires_days: int = _number(30, 1, 365, "too late after so many days")


@dataclass(frozen=True, kw_only=True)
class _When:
    """`[when]` of a rule that days make due."""

    days_since_first_order: int | str | None = _range_of("days since the first order")
    silent_days: int | str | None = _range_of("days of silence")
    due_when_shipped: bool = setting(False, help="or as soon as the first order's parcel leaves")
    orders: int | str | None = _range_of("how many counted orders")
    tier: tuple[str, ...] = _words("tier", "the customer's tier")
    not_tier: tuple[str, ...] = _words("not_tier", "not these tiers")
    band: tuple[str, ...] = _words("band", "the risk")
    stage: tuple[str, ...] = _words("stage", "the customer's stage")
    parcel: tuple[str, ...] = _words("parcel", "the order's parcel")


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
    channels: tuple[str, ...] = setting(
        (), help="the kinds of channel", allowed='a list such as ["email"]', check=lambda kinds: len(kinds) > 0
    )
    trigger: str = setting("", help="what was said", allowed=f"one of {', '.join(SAID)}", check=lambda it: it in SAID)
    invites: bool = setting(False, help="whether its message may ask for a permission in a line of its own")
    covers: str = setting(
        "",
        help="the notice that it is, not due where the shop mails it",
        allowed=f"one of {', '.join(SHOP_MAILS)}",
        check=lambda notice: notice in SHOP_MAILS,
    )
    personal: bool = setting(False, help="whether each person is a decision of its own")


def read(home: Path) -> tuple[Rule, ...]:
    """The rules that are switched on, the seller's instead of ours, in the order of Today.

    Raises ConfigError with the mistakes of all files.
    """
    found: dict[str, Rule | None] = {}
    mistakes: list[Mistake] = []
    for folder in (files.OURS / "playbooks", home / "playbooks"):
        seen: dict[str, str] = {}
        for file in sorted(folder.glob("*.toml")):
            with files.gathering(mistakes):
                id_, rule = _rule(tomlfile.read(file), home)
                if id_ in seen:
                    mistakes.append(Mistake(str(file), 0, f"Its id “{id_}” is that of {seen[id_]} too.", "Change one."))
                seen[id_] = file.name
                found[id_] = rule
    files.end(mistakes)
    moments = list(Moment)
    on = [rule for rule in found.values() if rule is not None]
    return tuple(sorted(on, key=lambda rule: (moments.index(rule.moment), rule.id)))


def _rule(document: Document, home: Path) -> tuple[str, Rule | None]:
    """The rule and its id; None in its place where it is switched off."""
    given = dict(document.content)
    if given.get("enabled") is False and isinstance(given.get("id"), str):
        return given["id"], None
    reader = Reader(document)
    table = _WhenSaid if "trigger" in given else _When
    when: _When | _WhenSaid | None = reader.table(table, given.pop("when", {}), ("when",))
    said: _RuleFile | None = reader.table(_RuleFile, given)
    if isinstance(when, _When):
        _check_window(when, reader)
    if said is not None:
        _check_words(said, reader, home)
    reader.end()
    assert said is not None
    assert when is not None
    return said.id, Rule(
        id=said.id,
        title=said.title.strip(),
        moment=Moment(said.moment),
        purpose=Purpose(said.purpose),
        stage=Stage(said.stage),
        template=said.template,
        channels=said.channels,
        personal=said.personal,
        invites=said.invites,
        covers=said.covers,
        file=document.file,
        **(_of_days(when) if isinstance(when, _When) else _of_said(said.trigger, when)),
    )


def _check_words(said: _RuleFile, reader: Reader, home: Path) -> None:
    """A rule has a text and channels; one for what was said may leave both out."""
    if said.template:
        with files.gathering(reader.mistakes):
            if not texts.read(home, said.template):
                name = f"templates/en/{said.template}.txt"
                reader.wrong(("template",), f"template = “{said.template}” has no text.", f"Write one: {name}")
    for name in ("template", "channels"):
        if not said.trigger and not getattr(said, name):
            reader.wrong((), f"{name} is missing.", f"It is {_HELP[name]}.")


_HELP = {"template": "the name of its text", "channels": "the kinds of channel"}


def _of_days(when: _When) -> dict[str, Any]:
    first, (low, high) = _window(when)
    assert high is not None
    return {
        "trigger": "first_order" if first else "silence",
        "due_days": low,
        "expires_days": high,
        "due_when_shipped": when.due_when_shipped,
        "when": _conditions(when, first),
    }


def _of_said(trigger: str, when: _WhenSaid) -> dict[str, Any]:
    return {"trigger": trigger, "due_days": 0, "due_hours": when.hours, "expires_days": when.expires_days}


def _check_window(when: _When, reader: Reader) -> None:
    first, (_, high) = _window(when)
    name = "days_since_first_order" if first else "silent_days"
    if getattr(when, name) is None:
        reader.wrong(("when",), "when: nothing says when it is due.", "Give days_since_first_order or silent_days.")
    elif high is None:
        reader.wrong(("when", name), f"when.{name} has no end.", 'What is due must end; write such as "45-365".')
    if when.due_when_shipped and not first:
        reader.wrong(("when", "due_when_shipped"), "when.due_when_shipped is for first orders.", "Leave it out.")


def _window(when: _When) -> tuple[bool, playbook.Range]:
    """Whether the days count from the first order (else they are days of silence), and from when until when."""
    first = when.days_since_first_order is not None
    return first, _range(when.days_since_first_order if first else when.silent_days) or (0, None)


def _conditions(when: _When, first: bool) -> dict[str, object]:
    """What holds beside the window."""
    found: dict[str, object] = {}
    for name in playbook.RANGES:
        value = _range(getattr(when, name))
        if value is not None and (first or name != "silent_days"):
            found[name] = value
    for name in playbook.WORDS:
        if words := getattr(when, name):
            found[name] = frozenset(words)
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
