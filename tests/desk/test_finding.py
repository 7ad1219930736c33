from retcon.desk import finding, identities
from retcon.desk.house import House
from tests import persons


def test_persons_come_first_but_for_an_order_of_exactly_that_number_and_both_lead_to_a_person(house: House) -> None:
    persons.take(house.database, persons.order("1042", "ada@example.com", name="Ada Lindqvist"))

    assert [found.order is None for found in finding.find(house, "104")] == [False]
    order, person = finding.find(house, "1042")

    assert (person.customer.name, person.order) == ("Ada Lindqvist", None)
    assert order.order is not None
    assert (order.order.number, order.customer_id) == ("1042", person.customer_id)


def test_who_became_part_of_another_is_found_once_as_that_person(house: House) -> None:
    persons.take(
        house.database,
        persons.order("1042", "ada@example.com", name="Ada Lindqvist"),
        persons.order("1043", "lindqvist@example.org", name="Ada Lindqvist"),
    )
    assert len(finding.find(house, "lindqvist")) == 2

    merged = identities.merge(house, "ada@example.com", "lindqvist@example.org")

    assert [found.customer_id for found in finding.find(house, "lindqvist")] == [merged.person.id]
