"""Texts of all languages, looked through by machine before a person reads them."""

from dataclasses import replace
from pathlib import Path

import pytest

from retcon import library
from retcon.model.phrases import Phrases
from retcon.model.playbook import Template
from retcon.retention import languages, proofreading
from retcon.retention.proofreading import CHAT, MAIL

HOME = Path("nobody's home")
ENGLISH = Template(
    id="own",
    language="en",
    subject="Hello",
    body="\nYour {{ order.article }}: {{ offer.link }}\n",
    chat="See {{ offer.link }}",
)
GERMAN = replace(ENGLISH, language="de", body="\nIhr Artikel {{ order.article }}: {{ offer.link }}\n")


def found(german: Template) -> list[tuple[str, str]]:
    texts = {"own": {"en": ENGLISH, "de": german}}
    return [(one.form, one.what) for one in proofreading.proofread(texts, {}, ("de",))]


def test_a_text_that_says_the_same_in_both_forms_is_in_order() -> None:
    assert found(GERMAN) == []


def test_a_missing_short_form_is_a_hole() -> None:
    assert found(replace(GERMAN, chat="")) == [(CHAT, "missing")]
    assert proofreading.forms({"own": {"de": replace(GERMAN, chat="")}}, "own", "de") == (MAIL,)


def test_a_fact_that_the_english_text_names_is_missed() -> None:
    assert found(replace(GERMAN, body="\nIhr Artikel.\n")) == [(MAIL, "doesn't name order.article")]


def test_a_fact_that_there_isnt_is_told() -> None:
    assert [what for _, what in found(replace(GERMAN, body="\n{{ order.artikel }} {{ order.article }}\n"))] == [
        "names order.artikel, the English text doesn't",
        "can't be used: order.artikel is no fact; there are number, date, total, article, articles.",
    ]


def test_what_is_too_long_for_a_messenger_is_told() -> None:
    assert found(replace(GERMAN, chat="{{ offer.link }} " + "lang " * 100)) == [(CHAT, "524 letters, at most 450")]


def test_a_comma_that_hangs_in_the_air_where_the_name_is_unknown_is_told() -> None:
    body = "\nHallo {{ customer.first_name or '' }} , {{ order.article }} {{ offer.link }}\n"
    assert (MAIL, "a space before a comma") in found(replace(GERMAN, body=body))


def test_phrases_that_a_language_lacks_are_named() -> None:
    english = Phrases(festivals={"tet": "Tet", "holi": "Holi"})
    lacking = proofreading.proofread({}, {"en": english, "vi": Phrases(festivals={"tet": "Tết"})}, ("vi",))
    assert [(one.form, one.what) for one in lacking] == [("festivals", "lacks holi")]


INFORMAL = tuple(f"{language}{languages.INFORMAL}" for language in ("de", "fr", "es", "it", "nl"))


@pytest.mark.parametrize("language", [*languages.OURS, *INFORMAL])
def test_our_texts_have_no_hole_and_nothing_to_mend(language: str) -> None:
    texts = {id_: library.templates(HOME, id_) for id_ in library.template_ids(HOME)}
    assert len(texts) >= 29
    assert proofreading.proofread(texts, library.phrases(HOME), (language,)) == ()
