"""Messages as they would leave: languages, formats, what is missing, and what people call themselves."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retcon import library
from retcon.model.orders import OrderLine
from retcon.model.playbook import Rule, Template
from retcon.model.situation import Situation
from retcon.retention import compose, formats
from retcon.retention.compose import Written
from retcon.retention.letter import Letter
from retcon.retention.names import names
from tests.situations import DAY, NOW, PROFILE, SHOP, about, customer, order, situation, standing

HOME = Path("nobody's home")
RULES = {rule.id: rule for rule in library.rules(HOME)}
NOTE, SLEEPERS, VIP = RULES["parcel-note"], RULES["sleepers"], RULES["vip-silent"]
GERMANY = library.profile(HOME, "DE")
SHIPPED = order(ago=2 * DAY, delivered_at=None, carrier="DHL")


def german(*orders: Any, **changes: Any) -> Situation:
    return situation(*orders, customer=customer(**({"language": "de", "country": "DE"} | changes)))


def write(found: Situation, rule: Rule = NOTE, templates: Mapping[str, Template] | None = None, **shop: Any) -> Written:
    texts = library.templates(HOME, rule.template) if templates is None else templates
    profile = library.profile(HOME, found.customer.country)
    return compose.write(texts, Letter(found, rule, replace(SHOP, **shop), profile, NOW))


def own(body: str, subject: str = "Hello", language: str = "en", **changes: Any) -> dict[str, Template]:
    return {language: Template(id="own", language=language, subject=subject, body=body, file="own.txt", **changes)}


# ---- the three texts --------------------------------------------------------------------------------------------


def test_a_german_customer_reads_german_and_the_operator_english() -> None:
    written = write(german(SHIPPED))
    assert written.language == "de"
    assert written.subject == "Ihr Paket von Northlight Goods ist unterwegs"
    assert written.body.startswith("Guten Tag Chloé Martin,\n\nvielen Dank für Ihre erste Bestellung")
    assert "seit dem 19. November mit DHL unterwegs. Die Sendungsnummer lautet 6A1234." in written.body
    assert "um den 22. November bei Ihnen" in written.body
    assert "Sendungsverfolgung von DHL: https://track.example/6A1234" in written.body
    assert "antworten Sie einfach auf diese Nachricht" in written.body
    assert written.body.endswith("Freundliche Grüße\nNorthlight Goods")
    assert written.operator_subject == "Your parcel from Northlight Goods is on its way"
    assert written.operator_body.startswith("Hello Chloé,")
    assert written.notes == ()


def test_nothing_stands_beside_what_the_operator_reads_anyway() -> None:
    written = write(german(SHIPPED), language="de")
    assert (written.operator_subject, written.operator_body) == ("", "")


@pytest.mark.parametrize("rule", [NOTE, SLEEPERS, VIP])
@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("country", ["DE", "US", "KR"])
@pytest.mark.parametrize("bare", [False, True])
def test_our_texts_are_whole_whatever_is_unknown(rule: Rule, language: str, country: str, bare: bool) -> None:
    found = german(SHIPPED, language=language, country=country)
    if bare:
        nothing = {"lines": (), "carrier": "", "tracking_number": "", "tracking_link": "", "shipped_at": None}
        found = german(order(**nothing, delivered_at=None), language=language, country=country, name="", zones=())
    written = write(found, rule, contact="hello@shop.example", **({"storefront": ""} if bare else {}))
    assert written.notes == ()
    assert written.language == language
    assert written.subject
    for text in (written.subject, written.body):
        assert "!" not in text
        assert "  " not in text
        assert "{" not in text
        assert "\n\n\n" not in text
    assert all(line == line.strip() for line in written.body.splitlines())


def test_advertising_carries_the_address_and_the_way_out_and_a_service_message_doesnt() -> None:
    advert = write(german(), SLEEPERS)
    assert "Kastanienallee 1, 10435 Berlin" in advert.body
    assert "antworten Sie mit STOP" in advert.body
    assert "jederzeit widersprechen" in advert.body  # Germany's objection notice
    american = write(german(language="en", country="US"), SLEEPERS)
    assert "Reply STOP" in american.body
    assert "object" not in american.body
    assert "STOP" not in write(german(SHIPPED)).body


def test_a_parcel_that_arrived_is_not_announced() -> None:
    arrived = write(german(order(ago=5 * DAY), language="en"))
    assert arrived.subject == "Your first order from Northlight Goods"
    assert "By now your parcel should be with you." in arrived.body


# ---- language and formats ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "country", "written", "note"),
    [
        ("de-AT", "AT", "de", ()),
        ("de_CH", "CH", "de", ()),
        ("", "AT", "de", ()),
        ("", "DE", "de", ()),
        ("", "US", "en", ()),
        ("", "", "en", ()),
        ("", "CH", "en", ()),  # four languages: nobody knows
        ("sv", "SE", "en", ("There is no text in the language “sv”: this one is in “en”.",)),
        ("zh-TW", "TW", "zh-Hant", ()),
        ("pt-PT", "PT", "pt-BR", ()),
        ("'; drop table", "DE", "de", ()),
        ("x" * 100_000, "", "en", ()),
    ],
)
def test_the_language_is_the_persons_else_the_countrys_else_english(
    language: str, country: str, written: str, note: tuple[str, ...]
) -> None:
    found = write(german(SHIPPED, language=language, country=country))
    assert (found.language, found.notes) == (written, note)


def test_dates_are_the_varietys_own() -> None:
    assert "on 19 November with" in write(german(SHIPPED, language="en-GB")).body
    assert "on November 19 with" in write(german(SHIPPED, language="en-US")).body


@pytest.mark.parametrize(
    ("units", "currency", "language", "said"),
    [
        (123450, "EUR", "de", "1.234,50 €"),
        (123450, "EUR", "en", "€1,234.50"),
        (123450, "EUR", "fr", "1 234,50 €"),
        (15_000_000, "IDR", "id", "Rp150.000"),
        (15_000_000, "IDR", "en", "IDR 150,000"),
        (59900, "TWD", "zh-TW", "$599"),
        (499_000, "HUF", "hu", "4 990 Ft"),
        (1980, "JPY", "en", "¥1,980"),
        (12_500, "KWD", "en", "KWD 12.500"),
        (100, "EUR", "nonsense", "€1.00"),
    ],
)
def test_money_is_written_as_people_write_it(units: int, currency: str, language: str, said: str) -> None:
    assert formats.amount(units, currency, language) == said


def test_a_day_of_another_year_has_its_year() -> None:
    assert formats.day(NOW.date(), "de", 2026) == "20. November"
    assert formats.day(NOW.date(), "de", 2027) == "20. November 2026"


# ---- names ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Chloé Martin", "Chloé"),
        ("Martin, Chloé", "Chloé"),
        ("Dr. Chloé Martin", "Chloé"),
        ("C. Martin", "Martin"),
        ("김지우", "김지우"),
        ("山田 太郎", "山田 太郎"),
        ("Cher", "Cher"),
        ("{{7*7}}", ""),
        ("Win money at http://evil.example", ""),
        ("evil.com", ""),
        ("ada@example.org", ""),
        ("12345", ""),
        ("   ", ""),
    ],
)
def test_a_person_is_called_by_a_name_or_not_at_all(name: str, first: str) -> None:
    assert names(name)["first_name"] == first


@pytest.mark.parametrize(
    "name",
    [
        "{{7*7}}",
        "{% for x in y %}",
        "\x1b[31mAda",
        "Ada\u202ecilA",
        "Ada\r\nBcc: x",
        "[bold]Ada[/bold]",
        "\ue000Ada\ue001",
    ],
)
def test_a_hostile_name_is_data(name: str) -> None:
    written = write(german(SHIPPED, name=name))
    for text in (written.subject, written.body, written.operator_body):
        assert "49" not in text
        assert not {"\x1b", "\u202e", "\r", "\ue000", "\ue001"} & set(text)
    assert "\n" not in written.subject
    assert len(written.body.splitlines()) == len(write(german(SHIPPED)).body.splitlines())


def test_five_megabytes_of_name_and_article_make_a_short_message() -> None:
    huge = replace(SHIPPED, lines=(OrderLine(name="bowl " * 1_000_000),), carrier="x" * 5_000_000)
    written = write(german(huge, name="Ada " * 1_250_000))
    assert len(written.body) < 3000


@given(st.text(max_size=400), st.text(max_size=200), st.text(max_size=100))
def test_whatever_outside_text_says_the_message_stays_one(name: str, article: str, link: str) -> None:
    lines = (OrderLine(name=article),)
    written = write(german(replace(SHIPPED, lines=lines, tracking_link=link), name=name))
    assert written.body.startswith("Guten Tag")
    assert written.body.endswith("Freundliche Grüße\nNorthlight Goods")
    assert not {"\x1b", "\x00", "\u202e", "\u2066", "\ue000"} & set(written.body)


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "ftp://files.example/x",
        "https://",
        "https://user:secret@evil.example/",
        "https://evil.example/\nBcc: x@example.org",
        "https://a\u202eb.example",
        "http://[broken",
        "https://a.example/" + "x" * 3000,
    ],
)
def test_only_a_web_address_is_put_into_a_text(link: str) -> None:
    written = write(german(replace(SHIPPED, tracking_link=link)))
    assert "://" not in written.body
    assert written.notes == ("The tracking link is no web address, so it is left out.",)


# ---- what a seller may get wrong ---------------------------------------------------------------------------------


def test_a_sentence_whose_fact_is_unknown_is_left_out_and_noted() -> None:
    body = "Hello.\n\nIt left on {{ parcel.shipped }}. Its number is {{ parcel.number }}. Bye."
    written = write(german(order(tracking_number=""), language="en"), templates=own(body))
    assert written.body == "Hello.\n\nIt left on September 22. Bye."
    assert written.notes == ("parcel.number isn't known, so its sentence is left out.",)


def test_a_subject_whose_fact_is_unknown_is_the_shops_name() -> None:
    written = write(german(order(lines=()), language="en"), templates=own("x", subject="Enjoy {{ order.article }}"))
    assert written.subject == "Northlight Goods"
    assert written.notes == ("order.article isn't known, so its sentence is left out.",)


def test_an_unknown_fact_is_false_and_has_a_default() -> None:
    body = "{% if parcel.link %}{{ parcel.link }}{% else %}no link{% endif %}, {{ usual_days | default('no rhythm') }}"
    written = write(german(order(tracking_link=""), language="en"), templates=own(body))
    assert (written.body, written.notes) == ("no link, no rhythm", ())


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("Hello {{ customer.frist_name }}", "customer.frist_name is no fact; there are name, first_name."),
        ("{{ rebate }}", "'rebate' is undefined"),
        ("\n\n{% if %}", "own.txt, line 3 can't be used"),
        ("{{ usual_days + 1 }}", "'usual_days' is undefined"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{{ customer._values }}", "unsafe"),
        ("{{ ''.__class__.__mro__ }}", "unsafe"),
        ("{% include '/etc/passwd' %}", "own.txt can't be used"),
        ("{% for n in range(10 ** 9) %}{{ n }}{% endfor %}", "own.txt can't be used"),
    ],
)
def test_a_broken_text_gives_way_to_english_and_says_why(body: str, said: str) -> None:
    both = own(body, language="de") | own("Hello.")
    written = write(german(), templates=both)
    assert (written.language, written.body) == ("en", "Hello.")
    assert said in written.notes[0]


def test_where_no_text_can_be_used_the_operator_is_asked_to_write() -> None:
    for templates in ({}, own("{{ nothing }}")):
        written = write(german(), templates=templates)
        assert (written.subject, written.body) == ("", "")
        assert written.notes[-1] == "No text could be written."


def test_a_missing_postal_address_is_noted() -> None:
    written = write(german(language="en"), SLEEPERS, address="")
    assert written.notes == ("shop.address isn't known, so its sentence is left out.",)


def test_a_second_language_stands_beside_where_the_sellers_own_has_no_text() -> None:
    written = write(german(SHIPPED), language="sv")
    assert written.operator_body.startswith("Hello Chloé")
    assert PROFILE.country == "FR"


def test_a_messenger_gets_the_short_form_and_a_mail_the_long_one() -> None:
    texts = own("A long letter.", chat="Short.", footer="The long way out.", footer_chat="STOP")
    mail = compose.write(texts, Letter(german(language="en"), SLEEPERS, SHOP, PROFILE, NOW))
    chat = compose.write(texts, Letter(german(language="en"), SLEEPERS, SHOP, PROFILE, NOW, medium="telegram"))
    assert (mail.body, chat.body) == ("A long letter.\n\nThe long way out.", "Short.\n\nSTOP")


def test_a_seller_without_a_short_form_has_their_long_one_everywhere() -> None:
    letter = Letter(german(language="en"), NOTE, SHOP, PROFILE, NOW, medium="telegram")
    assert compose.write(own("A long letter."), letter).body == "A long letter."


def test_whom_the_shop_calls_du_is_called_du_where_there_is_such_a_text() -> None:
    texts = own("Sie", language="de") | own("du", language="de-informal") | own("vous", language="fr")
    informal = replace(SHOP, address_form="informal")
    for language, body in (("de", "du"), ("fr", "vous")):
        written = compose.write(texts, Letter(german(language=language), NOTE, informal, PROFILE, NOW))
        assert (written.language, written.body) == (language, body)
    # A country whose profile says so is addressed formally all the same.
    japan = replace(PROFILE, address_form="formal")
    assert compose.write(texts, Letter(german(), NOTE, informal, japan, NOW)).body == "Sie"


def test_advertising_begins_with_the_countrys_label_and_a_service_message_doesnt() -> None:
    korea = replace(PROFILE, labels={"email": "(광고)", "sms": "(광고)"})
    texts = own("Body.")
    found = german(language="en")
    assert compose.write(texts, Letter(found, SLEEPERS, SHOP, korea, NOW)).subject == "(광고) Hello"
    assert compose.write(texts, Letter(found, SLEEPERS, SHOP, korea, NOW, medium="sms")).body == "(광고) Body."
    assert compose.write(texts, Letter(found, NOTE, SHOP, korea, NOW)).subject == "Hello"


def test_a_name_that_the_reader_cant_read_is_left_out() -> None:
    texts = own("Hello{% if customer.first_name %} {{ customer.first_name }}{% endif %},") | own(
        "مرحباً {{ customer.first_name }}،", language="ar"
    )
    for language, body in (("en", "Hello,"), ("ar", "مرحباً سلطان،")):
        found = german(language=language, name="سلطان الحربي")
        assert compose.write(texts, Letter(found, NOTE, SHOP, PROFILE, NOW)).body == body


def test_nothing_leads_away_from_a_marketplace() -> None:
    texts = own(
        "{{ parcel.number }} {% if parcel.link %}{{ parcel.link }}{% endif %}{% if shop.storefront %}x{% endif %}"
    )
    shop = replace(SHOP, contact="hello@shop.example")
    open_, enclosed = (
        compose.write(texts, Letter(german(SHIPPED, language="en"), NOTE, shop, PROFILE, NOW, enclosed=each)).body
        for each in (False, True)
    )
    assert open_ == "6A1234 https://track.example/6A1234x"
    assert enclosed == "6A1234"


def test_japan_and_korea_are_told_where_to_write_with_a_question() -> None:
    shop = replace(SHOP, contact="Northlight <hello@shop.example>")
    for country, language in (("JP", "ja"), ("KR", "ko")):
        found = german(language=language, country=country)
        texts, profile = library.templates(HOME, "sleepers"), library.profile(HOME, country)
        body = compose.write(texts, Letter(found, SLEEPERS, shop, profile, NOW)).body
        assert "\nhello@shop.example" in body


def test_a_list_is_told_apart_where_a_name_holds_a_comma() -> None:
    goods = replace(SHIPPED, lines=(OrderLine(name="Bowl, moss"), OrderLine(name="Mug")))
    assert write(german(goods, language="en"), templates=own("{{ order.articles }}")).body == "Bowl, moss; Mug"


def test_a_customer_without_an_order_still_gets_a_text() -> None:
    written = write(replace(about(situation(), language="en"), orders=(), standing=standing(orders=0)), SLEEPERS)
    assert "Your last order" not in written.body
    assert "order.date isn't known, so its sentence is left out." in written.notes
