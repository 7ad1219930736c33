"""What single cells say."""

import pytest

from retcon.errors import InputError
from retcon.model.orders import OrderLine
from retcon.model.people import ConsentState
from retcon.sync.files import cells


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("de", "DE"),
        ("UK", "GB"),
        ("DEU", "DE"),
        ("USA", "US"),
        ("United States", "US"),
        ("Deutschland", "DE"),
        ("FRANCE", "FR"),
        ("Atlantis", ""),
        ("ZZ", ""),
        ("", ""),
    ],
)
def test_a_country_is_a_code_or_a_name(written: str, code: str) -> None:
    assert cells.country(written) == code


def test_a_currency_is_an_iso_code() -> None:
    assert cells.currency("eur") == "EUR"
    with pytest.raises(InputError, match="no currency"):
        cells.currency("EURO")


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        ("Mug x 2; Tea", [("Mug", 2), ("Tea", 1)]),
        ("3 x Mug | Pot ×4", [("Mug", 3), ("Pot", 4)]),
        ("Matrix", [("Matrix", 1)]),
        ('["Mug", {"name": "Tea", "quantity": "2"}]', [("Mug", 1), ("Tea", 2)]),
        (" ; ", []),
        ("", []),
    ],
)
def test_items_are_names_with_how_many(written: str, lines: list[tuple[str, int]]) -> None:
    assert [(line.name, line.quantity) for line in cells.items(written, "EUR")] == lines


def test_items_as_objects_say_what_one_costs() -> None:
    (line,) = cells.items('[{"title": "Mug", "quantity": 2, "price": "4.50", "sku": "M"}]', "EUR")
    assert line == OrderLine(name="Mug", quantity=2, sku="M", total_minor=900)


@pytest.mark.parametrize("written", ['["Mug"', "[" * 100_000])
def test_a_broken_list_is_refused(written: str) -> None:
    with pytest.raises(InputError):
        cells.items(written, "EUR")


def test_consent_is_yes_no_or_nothing_said() -> None:
    assert cells.consent("Yes") is cells.consent("granted") is ConsentState.GRANTED
    assert cells.consent("NO") is cells.consent("nein") is ConsentState.DENIED
    assert cells.consent("") is ConsentState.UNKNOWN
    with pytest.raises(InputError):
        cells.consent("perhaps")


def test_a_quantity_is_a_number() -> None:
    assert (cells.quantity(""), cells.quantity("3"), cells.quantity("2.0")) == (1, 3, 2)
    for written in ("many", "nan", "inf"):
        with pytest.raises(InputError):
            cells.quantity(written)
