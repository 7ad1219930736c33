"""Phrases with a date in what the shop wrote: each may be a promise."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retcon import library, localtime
from retcon.retention import promising
from tests.situations import NOW  # a Friday, 07:52 in Berlin

WORDS = library.words(Path("nobody's home"))
BERLIN = "Europe/Berlin"


def found(body: str, language: str = "en") -> list[tuple[str, str]]:
    """The sentences, and until when each is."""
    return [
        (phrase.words, f"{localtime.local(phrase.due_at, BERLIN):%d %b %H:%M}")
        for phrase in promising.find(body, language, WORDS, NOW, BERLIN)
    ]


@pytest.mark.parametrize(
    ("language", "body", "sentence", "until"),
    [
        (
            "en",
            "I am sorry. I will write again by Sunday 18:00. Yours",
            "I will write again by Sunday 18:00.",
            "22 Nov 18:00",
        ),
        ("en-GB", "We send it within 3 days", "We send it within 3 days", "23 Nov 23:59"),
        ("de", "Hallo! Ich melde mich bis Freitag. Danke!", "Ich melde mich bis Freitag.", "27 Nov 23:59"),
        ("fr", "Bonjour,\nje reviens vers vous avant lundi.\n", "je reviens vers vous avant lundi.", "23 Nov 23:59"),
        ("es", "Le escribo antes del viernes.", "Le escribo antes del viernes.", "27 Nov 23:59"),
        ("ar", "سأكتب لك قبل يوم الأحد", "سأكتب لك قبل يوم الأحد", "22 Nov 23:59"),
        ("th", "เราจะตอบภายในวันศุกร์", "เราจะตอบภายในวันศุกร์", "27 Nov 23:59"),
        ("ja", "お待ちください。金曜日までに返信します。", "金曜日までに返信します。", "27 Nov 23:59"),
        ("zh", "您好。我们会在3天内回复您。", "我们会在3天内回复您。", "23 Nov 23:59"),
        ("ko", "금요일까지 보내드리겠습니다.", "금요일까지 보내드리겠습니다.", "27 Nov 23:59"),
    ],
)
def test_a_day_that_something_leads_to_is_offered_with_its_sentence(
    language: str, body: str, sentence: str, until: str
) -> None:
    assert found(body, language) == [(sentence, until)]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "Your parcel has been at customs since Tuesday.",
        "Thanks for 3 days of patience.",
        "Order 1042 by DHL.",
        "by",
    ],
)
def test_a_day_that_nothing_leads_to_is_none(body: str) -> None:
    assert found(body) == []


def test_a_sentence_is_offered_once_and_three_at_most() -> None:
    assert len(found("By Monday or by Tuesday.")) == 1
    assert len(found("By Monday. By Tuesday. By Wednesday. By Thursday. By Friday.")) == 3


@given(st.text(max_size=300), st.sampled_from(("en", "de", "ja", "ar", "xx", "")))
def test_any_text_is_read(body: str, language: str) -> None:
    for phrase in promising.find(body, language, WORDS, NOW, BERLIN):
        assert phrase.due_at > NOW
        assert len(phrase.words) <= 160
        assert "\n" not in phrase.words
