"""Notes and tags: written, taken back, and staying with whom they were written of."""

import pytest

from retcon.desk import identities, notes, operations, people, tags
from retcon.desk.house import House
from retcon.errors import Conflict, InputError, UsageError
from tests.outgoing import TestHouse, customer, furnished


@pytest.fixture
def ours(house: House) -> TestHouse:
    """A house in which Anna (1), Ben (2) and Cleo (3) are known."""
    found = furnished(house)
    for id_, name in ((1, "Anna Berg"), (2, "Ben Hall"), (3, "Cleo Wu")):
        found.database.write(lambda tx, id_=id_, name=name: customer(tx, id_, name))
    return found


def words(house: House, id_: int = 1) -> list[str]:
    with house.database.read() as tx:
        return [note.words for note in notes.of(tx, [id_]).get(id_, ())]


def tagged(house: House, id_: int = 1) -> tuple[str, ...]:
    with house.database.read() as tx:
        return tags.of(tx, [id_]).get(id_, ())


# ---- notes ----------------------------------------------------------------------------------------------------


def test_the_newest_note_comes_first(ours: TestHouse) -> None:
    notes.add(ours, 1, "  dislikes blue ")
    ours.clock.sleep(60)
    notes.add(ours, 1, "sister in Nantes")
    assert words(ours) == ["sister in Nantes", "dislikes blue"]


def test_a_note_is_taken_back_and_a_removed_one_comes_back(ours: TestHouse) -> None:
    note = notes.add(ours, 1, "dislikes blue")
    notes.remove(ours, note)
    assert words(ours) == []
    assert operations.undo(ours).words == "Taken back: 1 note removed."
    assert words(ours) == ["dislikes blue"]
    operations.undo(ours)
    assert words(ours) == []


def test_a_note_needs_words_and_only_one_that_is_there_is_removed(ours: TestHouse) -> None:
    with pytest.raises(InputError, match="without words"):
        notes.add(ours, 1, " \n ")
    with pytest.raises(Conflict, match="no note 7"):
        notes.remove(ours, 7)
    note = notes.add(ours, 1, "dislikes blue")
    notes.remove(ours, note)
    with pytest.raises(Conflict, match="no note"):
        notes.remove(ours, note)


# ---- tags -----------------------------------------------------------------------------------------------------


def test_several_people_are_tagged_by_one_operation(ours: TestHouse) -> None:
    tags.put(ours, [2], "wholesale")
    assert tags.put(ours, [1, 2, 3], "#Wholesale") == (1, 3)
    assert [tagged(ours, id_) for id_ in (1, 2, 3)] == [("wholesale",)] * 3
    assert operations.undo(ours).words == "Taken back: #wholesale put on 2 people."
    assert [tagged(ours, id_) for id_ in (1, 2, 3)] == [(), ("wholesale",), ()]


def test_a_tag_that_is_taken_off_comes_back(ours: TestHouse) -> None:
    tags.put(ours, [1], "vip")
    assert tags.take_off(ours, [1, 2], "VIP") == (1,)
    assert tagged(ours) == ()
    operations.undo(ours)
    assert tagged(ours) == ("vip",)


def test_what_changes_nothing_is_no_operation(ours: TestHouse) -> None:
    assert tags.take_off(ours, [1], "vip") == ()
    with pytest.raises(Conflict, match="nothing to take back"):
        operations.undo(ours)


@pytest.mark.parametrize("name", ["vip", "B2B", "blue-glaze", "haute_saison", "größe", "ลูกค้า", "卸売", "a" * 30])
def test_one_word_is_a_tag(name: str) -> None:
    assert tags.checked(f" #{name} ") == name.lower()


@pytest.mark.parametrize("name", ["", "#", "two words", "a,b", "a" * 31, "x\x1b[31m", "½", "a\u202eb", "[/b]"])
def test_anything_else_is_refused_in_a_sentence(name: str) -> None:
    with pytest.raises(UsageError, match="tag") as refused:
        tags.checked(name)
    assert "\x1b" not in str(refused.value)
    assert "\u202e" not in str(refused.value)


def test_known_tags_are_those_that_somebody_has_the_commonest_first(ours: TestHouse) -> None:
    tags.put(ours, [1], "blue")
    tags.put(ours, [1, 2], "vip")
    tags.put(ours, [3], "gone")
    tags.take_off(ours, [3], "gone")
    assert tags.known(ours) == ("vip", "blue")


# ---- with the person ------------------------------------------------------------------------------------------


def test_both_follow_when_two_become_one_and_two_again(ours: TestHouse) -> None:
    notes.add(ours, 1, "of Anna")
    notes.add(ours, 2, "of Ben")
    tags.put(ours, [1], "both")
    tags.put(ours, [2], "both")
    tags.put(ours, [2], "his")
    merge = identities.merge(ours, "1", "2").operation_id
    assert sorted(words(ours)) == ["of Anna", "of Ben"]
    assert tagged(ours) == ("both", "his")
    assert tags.known(ours) == ("both", "his")
    notes.add(ours, 1, "since")
    operations.undo(ours, merge)
    assert (sorted(words(ours)), words(ours, 2)) == (["of Anna", "since"], ["of Ben"])
    assert (tagged(ours), tagged(ours, 2)) == (("both",), ("both", "his"))


def test_both_stay_when_one_becomes_two_and_what_the_new_one_got_comes_along(ours: TestHouse) -> None:
    notes.add(ours, 1, "of Anna")
    tags.put(ours, [1], "vip")
    ours.database.write(
        lambda tx: tx.execute("insert into identities values ('email', 'b@example.org', 1, 'b@example.org')")
    )
    split = identities.split(ours, "1", [("email", "b@example.org")])
    assert (words(ours), tagged(ours)) == (["of Anna"], ("vip",))
    notes.add(ours, split.new.id, "of the other")
    tags.put(ours, [split.new.id], "new")
    operations.undo(ours, split.operation_id)
    assert sorted(words(ours)) == ["of Anna", "of the other"]
    assert tagged(ours) == ("new", "vip")


def test_a_tag_of_who_became_another_is_taken_off_that_one_unless_it_was_its_own(ours: TestHouse) -> None:
    tags.put(ours, [2], "his")
    identities.merge(ours, "1", "2")
    operations.undo(ours, 1)
    assert tagged(ours) == ()
    ours.clock.sleep(60)
    tags.put(ours, [3], "hers")
    ours.clock.sleep(60)
    put = 4
    tags.put(ours, [1], "hers")
    identities.merge(ours, "3", "1")
    assert operations.undo(ours, put).words == "Nothing came back. One had moved on."
    assert tagged(ours, 3) == ("hers",)


def test_a_dossier_has_both(ours: TestHouse) -> None:
    notes.add(ours, 1, "dislikes blue")
    tags.put(ours, [1], "vip")
    dossier = people.one(ours, "1")
    assert ([note.words for note in dossier.notes], dossier.tags) == (["dislikes blue"], ("vip",))
