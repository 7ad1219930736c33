"""The card of one person: their rhythm with its range, and what is due, open and allowed."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from retcon.desk import card
from retcon.desk.house import House
from retcon.errors import InputError
from retcon.model.people import ConsentState
from retcon.model.standing import Standing
from retcon.model.timeline import Kind
from tests.lives import NOW, Life


def days(*gaps: int) -> list[datetime]:
    """Orders with these gaps between them, the last one today."""
    found = [NOW]
    for gap in reversed(gaps):
        found.append(found[-1] - timedelta(days=gap))
    return found


def test_the_usual_gap_has_the_range_in_which_half_of_all_gaps_lie() -> None:
    rhythm = card.rhythm(days(18, 19, 21, 22, 40), Standing.none(1), "Europe/Berlin")

    assert (rhythm.usual, rhythm.range) == (21, (19, 22))
    assert rhythm.expected == (date(2026, 12, 9), date(2026, 12, 12))


def test_gifts_are_shown_and_make_no_rhythm() -> None:
    own = days(20, 20, 20)
    gift = own[-1] - timedelta(days=3)
    rhythm = card.rhythm([*own, gift], Standing.none(1), "Europe/Berlin", {gift})

    assert (len(rhythm.bought), rhythm.usual) == (5, 20)


def test_the_next_order_comes_between_the_days_that_the_ranking_expects() -> None:
    between = NOW + timedelta(days=9), NOW + timedelta(days=16)
    standing = replace(Standing.none(1), cycle_days=12.0, next_from_at=between[0], next_until_at=between[1])
    rhythm = card.rhythm(days(12, 12), standing, "Europe/Berlin")

    assert rhythm.expected == (date(2026, 11, 29), date(2026, 12, 6))


def test_two_orders_have_a_gap_and_no_range() -> None:
    rhythm = card.rhythm(days(21), Standing.none(1), "Europe/Berlin")

    assert (rhythm.usual, rhythm.range) == (21, None)
    assert rhythm.expected == (date(2026, 12, 11), date(2026, 12, 11))


def test_two_orders_on_one_day_are_one() -> None:
    rhythm = card.rhythm([NOW, NOW - timedelta(hours=2)], Standing.none(1), "Europe/Berlin")

    assert (len(rhythm.bought), rhythm.usual, rhythm.expected) == (1, None, None)


def test_who_never_bought_has_no_rhythm() -> None:
    assert card.rhythm([], Standing.none(1), "Europe/Berlin") == card.Rhythm()


def test_the_card_holds_notes_tags_and_how_much_happened(house: House) -> None:
    life = Life(house.database)
    life.live()
    life.tag("wholesale")

    known = card.load(house, life.id)

    assert [note.words for note in known.notes] == ["dislikes blue"]
    assert known.tags == ("wholesale",)
    assert known.counts[Kind.ORDER] == 1
    assert known.count("everything") == len(card.page(house, life.id, "everything", count=1_000))
    assert known.count("parcels") == 2


def test_nobody_has_a_card_who_became_one_with_another(house: House) -> None:
    life, other = Life(house.database), Life(house.database)
    house.database.write(
        lambda tx: tx.execute("update customers set merged_into = ? where id = ?", (other.id, life.id))
    )

    with pytest.raises(InputError, match="no customer"):
        card.load(house, life.id)


def test_what_is_allowed_names_the_line_that_it_rests_on(house: House) -> None:
    life = Life(house.database)
    life.consent(ConsentState.GRANTED, wording="newsletter form", proof="link of 12 Feb")

    (email,) = card.matters(house, life.id).permissions

    assert email.right.allowed
    assert email.line is not None
    assert (email.line.wording, email.line.proof) == ("newsletter form", "link of 12 Feb")


def test_what_is_due_and_open_stands_on_it(house: House) -> None:
    life = Life(house.database)
    life.order(shipped=0.5)
    life.action("personal note")
    life.action("put off", "snoozed", snoozed_until=int((NOW + timedelta(days=3)).timestamp()))
    life.promise("a new pot")
    life.complaint()

    known = card.matters(house, life.id)

    assert [item.action.title for item in known.due] == ["personal note"]
    assert [promise.words for promise in known.promises] == ["a new pot"]
    assert len(known.complaints) == 1
    assert len(known.under_way) == 1
    assert [came.kind for came in known.came_by] == ["email"]
    assert known.letter.action.id == 0
