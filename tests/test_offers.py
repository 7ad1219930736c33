"""offers.toml and phrases: what the seller really gives, in the customer's words."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from retcon import library
from retcon.errors import ConfigError
from retcon.model.offers import Code, Offers, Style, Worth
from retcon.model.playbook import About
from retcon.retention.letter import Letter, Links
from tests import situations
from tests.outgoing import RULE

WHOLE = """
[membership]
name = "Circle"
personal = ["free_returns"]
cash_back = ["cash_back"]

[win_back]
personal = "early_look"

[referral]
link = "https://shop.example/friends"
personal = "two_way"

[amounts]
yours = "20 EUR"
friends = "10 %"

[amounts.TH]
percent = "5 %"

[coupon]
code = "BACK15"
worth = "15 %"
until = 2026-12-31
styles = ["cash_back"]
"""


def given(
    home: Path, language: str, offers: Offers, country: str = "DE", style: Style = Style.PERSONAL
) -> dict[str, Any]:

    letter = Letter(
        situations.about(situations.situation(), country=country),
        RULE,
        situations.SHOP,
        replace(situations.PROFILE, style=style),
        situations.NOW,
        links=Links(referral="F1-K3QM"),
        about=About(),
        offers=offers,
        phrases=library.phrases(home),
    )
    facts = letter.facts(language)
    return {
        f"{thing}.{name}": str(facts[thing][name]) if facts[thing][name] else ""
        for thing, name in (
            ("membership", "benefits"),
            ("incentive", "words"),
            ("referral", "words"),
            ("referral", "code"),
            ("coupon", "code"),
            ("coupon", "worth"),
            ("coupon", "until"),
        )
    }


def test_whoever_says_nothing_gives_nothing(tmp_path: Path) -> None:
    assert library.offers(tmp_path) == Offers()
    assert set(given(tmp_path, "en", Offers()).values()) == {""}


def test_what_is_given_is_said_in_the_customers_words_and_money(tmp_path: Path) -> None:
    (tmp_path / "offers.toml").write_text(WHOLE)
    said = given(tmp_path, "de", library.offers(tmp_path))
    assert said["membership.benefits"].startswith("- ")
    assert "20,00 €" in said["referral.words"]
    assert "10 %" in said["referral.words"]
    assert said["referral.code"] == "F1-K3QM"
    assert said["coupon.code"] == ""  # not in good taste there


def test_a_coupon_is_for_the_styles_in_which_it_is_in_good_taste(tmp_path: Path) -> None:
    (tmp_path / "offers.toml").write_text(WHOLE)
    said = given(tmp_path, "en", library.offers(tmp_path), "TH", Style.CASH_BACK)
    assert (said["coupon.code"], said["coupon.worth"], said["coupon.until"]) == ("BACK15", "15%", "December 31")
    assert "5%" in said["membership.benefits"]
    assert said["incentive.words"] == ""  # nothing is said for that style


def test_a_sentence_whose_amount_the_seller_hasnt_said_isnt_promised(tmp_path: Path) -> None:
    (tmp_path / "offers.toml").write_text(WHOLE.replace('yours = "20 EUR"', ""))
    said = given(tmp_path, "en", library.offers(tmp_path))
    assert (said["referral.words"], said["referral.code"]) == ("", "")


def test_a_coupon_that_is_over_is_none() -> None:
    code = Code(code="OLD", worth=Worth(percent=15), until=date(2026, 11, 1))
    assert given(Path("nobody's home"), "en", Offers(coupon=code))["coupon.code"] == ""


def test_a_sellers_own_sentence_wins_and_the_others_stay(tmp_path: Path) -> None:
    (tmp_path / "phrases").mkdir()
    (tmp_path / "phrases" / "en.toml").write_text('[benefits]\nfree_returns = "Send it back, we pay."\n')
    found = library.phrases(tmp_path)["en"]
    assert found.benefits["free_returns"] == "Send it back, we pay."
    assert found.festivals["tet"] == library.phrases(Path("nobody's home"))["en"].festivals["tet"]


@pytest.mark.parametrize(
    ("written", "line", "said"),
    [
        ('[membership]\npersonal = ["free_returns"]\n', 1, "membership: name is missing."),
        ('[membership]\nname = "C"\npersonal = ["gold"]\n', 3, "membership.personal: “gold” is no sentence."),
        ('[amounts]\nyours = "20 euros"\n', 2, "amounts.yours is no amount."),
        ('[amounts.ID]\ngold = "5 EUR"\n', 2, "amounts.ID.gold is unknown."),
        ('[coupon]\ncode = "A B"\nworth = "15 %"\n', 2, 'coupon.code = "A B" is not allowed.'),
        ("[gold]\n", 1, "[gold] is unknown."),
        ('[vote]\n"1" = "?"\n', 2, "vote.1 is no language."),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, written: str, line: int, said: str) -> None:
    (tmp_path / "offers.toml").write_text(written)
    with pytest.raises(ConfigError) as raised:
        library.offers(tmp_path)
    (mistake, *_) = raised.value.mistakes
    assert mistake.what.startswith(said)
    assert mistake.line == line


def test_a_field_that_there_isnt_is_told(tmp_path: Path) -> None:
    (tmp_path / "phrases").mkdir()
    (tmp_path / "phrases" / "en.toml").write_text('[benefits]\nfree_returns = "{gold} back."\n')
    with pytest.raises(ConfigError) as raised:
        library.phrases(tmp_path)
    assert raised.value.mistakes[0].what == "benefits.free_returns holds {gold}."
