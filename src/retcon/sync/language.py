"""In which language a text is written, as far as its letters tell; nobody is asked."""

import re
from copy import copy
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_LETTERS = 20  # fewer tell too little; one of these scripts says as much as two or three of ours
_DENSE = re.compile("[\u0e00-\u0eff\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_LONGEST = 2_000
_SURE, _VERY_SURE = 0.8, 0.9
_CODE = re.compile(r"[a-z]{2}")


def of(text: str, told: str, languages: tuple[str, ...]) -> str:
    """The text's language (ISO 639-1): one of these where it is clear, or another where that is very clear.

    Else what the source told, in its own form.
    """
    beginning = text[:_LONGEST]
    letters = sum(map(str.isalpha, beginning)) + 2 * len(_DENSE.findall(beginning))
    if letters < _LETTERS:
        return told
    for few, enough in ((tuple(sorted({each[:2].lower() for each in languages})), _SURE), ((), _VERY_SURE)):
        found, probability = _identifier(few).classify(beginning)
        if probability >= enough and _CODE.fullmatch(found):
            return found
    return told


@lru_cache(maxsize=8)
def _identifier(languages: tuple[str, ...]) -> "LanguageIdentifier":
    """One that knows these languages alone; all where there are none that it knows."""
    every = _model()
    known = set(every.labels) & set(languages)
    if len(known) < 2:
        return every
    some = copy(every)  # it shares the model's arrays, which take a third of a second to load
    some.set_languages(known)
    return some


@lru_cache(maxsize=1)
def _model() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
