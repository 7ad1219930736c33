"""The seller's own texts, for one person."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from retcon import library
from retcon.config import Plugin
from retcon.desk import gate, person, texts
from retcon.desk.house import House
from retcon.desk.today import Item
from retcon.errors import ConfigError, Conflict
from retcon.library import files
from retcon.model.orders import OrderLine
from retcon.model.playbook import Draft
from retcon.retention import answering, snippets
from retcon.retention.letter import Letter
from tests import persons, situations

LANGUAGES = ("de", "en", "es", "fr")


def _item(house: House, **facts: Any) -> Item:
    """A message to the buyer of an order that is two days old."""
    told: dict[str, Any] = {
        "name": "Chloé Martin",
        "country": "FR",
        "language": "fr",
        "placed_at": house.now() - timedelta(days=2),
        **facts,
    }
    persons.take(house.database, persons.order("1042", "chloe@example.org", **told))
    return person.letter(house, 1)


def _write(house: House, name: str, body: str) -> None:
    file = house.settings.places.config / "texts" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(body, encoding="utf-8")


def _letters() -> tuple[Letter, ...]:
    """One with everything known, one with nothing."""
    nobody = situations.situation(customer=situations.customer(name="", country="", zones=()), orders=())
    known = situations.situation(situations.order(ago=2 * situations.DAY, delivered_at=None))
    return tuple(
        Letter(situation, answering.REPLY, situations.SHOP, situations.PROFILE, situations.NOW)
        for situation in (known, nobody)
    )


def test_ours_come_filled_in_the_persons_language_with_the_operators_beside(house: House) -> None:
    late = texts.texts(house, _item(house))[0]

    assert (late.name, late.language) == ("late parcel", "fr")
    assert late.body.startswith("Bonjour Chloé Martin,\n\nje regrette que votre commande 1042 ne soit pas")
    assert late.operator_body.startswith("Hello Chloé,\n\nI am sorry that your order 1042 isn't with you yet.")
    assert late.left_out == ("shipped", "tracking link")
    assert late.missing == ()


def test_the_same_language_needs_nothing_beside_it(house: House) -> None:
    late = texts.texts(house, _item(house, language="en-GB", country="GB"))[0]

    assert (late.language, late.operator_body) == ("en", "")


def test_where_there_is_no_text_in_the_language_it_is_in_english_and_says_so(house: House) -> None:
    late = texts.texts(house, _item(house, language="ja", country="JP"))[0]

    assert (late.language, late.instead_of) == ("en", "ja")


def test_a_field_that_is_not_known_stays_and_the_message_cannot_leave(house: House) -> None:
    _write(house, "en/0-where.txt", "Your parcel {parcel} left on {shipped}. {signature}")
    item = _item(house, language="en", country="GB")

    where = texts.texts(house, item)[0]

    assert where.missing == ("parcel", "shipped")
    assert where.body.startswith("Your parcel {parcel} left on {shipped}.")
    assert snippets.gaps(where.body) == ("parcel", "shipped")


def test_theirs_win_add_and_take_away_and_a_number_sets_the_place(house: House) -> None:
    _write(house, "en/late-parcel.txt", "Mine, {first_name}.")
    _write(house, "en/0 Gift wrap.txt", "Wrapped.")
    for language in LANGUAGES:
        _write(house, f"{language}/4-thank-you.txt", "")

    found = texts.texts(house, _item(house, language="en", country="GB"))

    assert [text.name for text in found] == [
        "gift wrap",
        "late parcel",
        "customs",
        "refund or send again",
        "broken item",
    ]
    assert found[1].body == "Mine, Chloé."
    assert texts.names(house) == tuple(text.name for text in found)


def test_a_field_that_there_is_not_is_told_with_its_line_and_what_there_is(house: House) -> None:
    _write(house, "en/mine.txt", "Hello\n{parcell}")

    with pytest.raises(ConfigError) as told:
        texts.texts(house, _item(house))
    assert "mine.txt:2: {parcell} is no field. Allowed: {first_name}, " in str(told.value)
    # What is due is written and leaves without these texts.
    library.check(house.settings.places.config)


def test_what_is_filled_in_is_nobodys_to_fill_in(house: House) -> None:
    _write(house, "en/0-hi.txt", "About[ {article}], order {order_number}.")
    item = _item(house, lines=(OrderLine(name="Mug [{name}]", quantity=1),), language="en", country="GB")

    assert texts.texts(house, item)[0].body == "About Mug [{name}], order 1042."


def test_who_is_gone_gets_no_text(house: House) -> None:
    item = _item(house)

    with pytest.raises(Conflict, match="no longer there"):
        texts.texts(house, replace(item, customer=replace(item.customer, id=99)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_ours_are_there_in_every_language_and_fit_with_all_known_and_with_nothing_known(language: str) -> None:
    ours = sorted(file.name for file in (files.OURS / "texts" / language).glob("*.txt"))

    assert ours == [
        "1-late-parcel.txt",
        "2-customs.txt",
        "3-refund-or-send-again.txt",
        "4-thank-you.txt",
        "5-broken-item.txt",
    ]
    for name in ours:
        body = (files.OURS / "texts" / language / name).read_text(encoding="utf-8")
        assert snippets.flaw(body) is None
        for letter in _letters():
            filled = snippets.fill(body, letter, language)
            assert not filled.missing
            assert not set(filled.body) & set("{}[]"), filled.body
            assert "  " not in filled.body
            assert "\n\n\n" not in filled.body


def test_our_texts_have_the_same_fields_in_every_language() -> None:
    def fields(file: Path) -> set[str]:
        # A first name is a name: which of them is said is the language's own.
        return {name.replace("first_name", "name") for name in snippets.gaps(file.read_text(encoding="utf-8"))}

    for file in (files.OURS / "texts" / "en").glob("*.txt"):
        for language in LANGUAGES:
            assert fields(files.OURS / "texts" / language / file.name) == fields(file), (language, file.name)


def test_what_stands_unfilled_holds_a_message_back(house: House) -> None:
    settings = replace(
        house.settings, channels=(Plugin(section="channels", name="email", kind="email", settings=None),)
    )
    item = _item(house)
    draft = Draft(channel="email", recipient="chloe@example.org", language="en", subject="", body="It is {parcel}.")

    with house.database.read() as tx:
        said = gate.judge(replace(house, settings=settings), tx, replace(item.action, draft=draft), house.now())

    assert [verdict.reason for verdict in said if verdict.rule == "words"] == ["{parcel} still stands in the text."]


def test_the_documentation_names_every_field() -> None:
    page = (Path(__file__).parents[2] / "docs" / "texts.md").read_text(encoding="utf-8")

    assert snippets.gaps(page.partition("| field |")[2]) == tuple(snippets.FIELDS)
    assert snippets.flaw(page) is None
