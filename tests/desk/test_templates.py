"""Whose texts a person has read: ours when they are signed, the seller's own as they come."""

from retcon.desk import templates
from retcon.desk.house import House


def is_read(house: House, id_: str, language: str, form: str = "formal") -> bool:
    with house.database.read() as tx:
        return templates.is_read(house, tx, id_, language, form)


def own(house: House, language: str, id_: str) -> None:
    """The seller writes a text of that name."""
    file = house.settings.places.config / "templates" / language / f"{id_}.txt"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("Subject: Titel\n\nText.\n")


def test_ours_are_read_by_nobody_until_they_are_signed(house: House) -> None:
    before = is_read(house, "sleepers", "fr")
    templates.sign(house, "fr")

    assert not before
    assert is_read(house, "sleepers", "fr")
    assert not is_read(house, "sleepers", "ja")


def test_both_ways_to_address_somebody_are_signed_for_themselves(house: House) -> None:
    templates.sign(house, "fr")

    assert not is_read(house, "sleepers", "fr", "informal")


def test_what_the_operator_reads_anyway_needs_nobody_else(house: House) -> None:
    assert is_read(house, "sleepers", house.settings.shop.language)


def test_what_the_seller_wrote_needs_nobody_else(house: House) -> None:
    own(house, "fr", "sleepers")

    assert is_read(house, "sleepers", "fr")
    assert not is_read(house, "sleepers", "fr", "informal")  # there the text is ours
    assert not is_read(house, "drifting", "fr")
    assert not is_read(house, "sleepers", "ja")
