"""Texts of the seller's own: texts/LANGUAGE/NAME.txt, ours and theirs; a number before the name sets its place."""

import re
from collections.abc import Mapping
from pathlib import Path

from retcon.errors import Mistake
from retcon.library import files
from retcon.library.texts import text_of
from retcon.model.snippets import Snippet
from retcon.retention import snippets

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def read(home: Path) -> Mapping[str, Mapping[str, Snippet]]:
    """The texts by id in their order, each by language; theirs win, and an empty file takes ours away.

    Raises ConfigError with all mistakes.
    """
    found: dict[str, dict[str, Snippet]] = {}
    places: dict[str, tuple[float, str]] = {}
    mistakes: list[Mistake] = []
    for folder in (files.OURS, home):
        for file in sorted((folder / "texts").glob("*/*.txt")):
            language = file.parent.name
            if not _LANGUAGE.fullmatch(language):
                continue
            place, id_ = _named(file.stem)
            with files.gathering(mistakes):
                body = text_of(file).strip()
                if flaw := snippets.flaw(body):
                    mistakes.append(Mistake(str(file), flaw[0], flaw[1], ""))
                texts = found.setdefault(id_, {})
                texts.pop(language, None)
                if body:
                    texts[language] = Snippet(id=id_, language=language, body=body, file=str(file))
                    ours = places.get(id_, (place, id_))
                    places[id_] = ours if place == float("inf") else (place, id_)
    files.end(mistakes)
    return {id_: found[id_] for id_ in sorted(places, key=lambda id_: places[id_]) if found[id_]}


def _named(stem: str) -> tuple[float, str]:
    """The place that the number in front gives, else the last; and the name behind it."""
    found = re.fullmatch(r"(\d{1,4})[\s._-]+(.+)", stem)
    place, name = (float(found[1]), found[2]) if found else (float("inf"), stem)
    return place, re.sub(r"[\s_]+", "-", name.strip()).lower()
