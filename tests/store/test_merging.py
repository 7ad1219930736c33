"""Two people become one and one two, whatever else happens: everything stays with exactly one living person."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from retcon.errors import Conflict
from retcon.model.conversations import ComplaintSign, PromiseState
from retcon.model.orders import Review
from retcon.model.outbox import OutboxState
from retcon.model.people import ConsentState, Purpose
from retcon.model.playbook import ActionState
from retcon.store import (
    actions,
    belongings,
    complaints,
    consents,
    merging,
    operations,
    outbox,
    overrides,
    people,
    promises,
    strangers,
    suppressions,
    touched,
)
from retcon.store.database import Connection, Database, open_database
from retcon.store.transitions import Event
from retcon.sync.intake import Counts, keep
from tests.outgoing import upsert
from tests.persons import T, account, everything, having, order, owner, said, take, wrote

NOW = datetime(2026, 11, 20, 6, 52, tzinfo=UTC)
GRANTED, DENIED, UNKNOWN = ConsentState.GRANTED, ConsentState.DENIED, ConsentState.UNKNOWN
MARKETING = ("email", Purpose.MARKETING)


def merge(database: Database, kept: int, other: int, at: datetime = NOW) -> int:
    def work(tx: Connection) -> int:
        operation = operations.begin(tx, merging.MERGE, "merged", at)
        merging.merge(tx, kept, other, operation, at)
        return operation

    return database.write(work)


def split(database: Database, id_: int, *identities: tuple[str, str]) -> tuple[int, int]:
    """The operation, and the new person."""

    def work(tx: Connection) -> tuple[int, int]:
        operation = operations.begin(tx, merging.SPLIT, "split", NOW)
        return operation, merging.split(tx, id_, set(identities), operation, NOW)[0]

    return database.write(work)


def undo(database: Database, operation: int) -> str:
    """Take back whose everything is, as `desk.operations.undo` does it first of all."""

    def work(tx: Connection) -> str:
        (note,) = [each for each in operations.changes(tx, operation) if each.family == merging.FAMILY]
        assert note.before is not None
        words = merging.take_back(tx, note.before, operation, NOW)
        operations.mark_undone(tx, operation, NOW)
        return words

    return database.write(work)


def two(database: Database) -> None:
    """Ada, with an account, and Bob, a guest; each with an order and a word of their own."""
    take(
        database,
        account("17", "ada@example.com", name="Ada King"),
        order("1", account_id="17", name="Ada King", country="DE", phone="+491711234567"),
        order("2", "bob@example.com", days=1, name="A. King", country="AT"),
        Review(source_id="5", product_id="3", email="bob@example.com", name="A. King", rating=2, body="", created_at=T),
    )
    database.write(lambda tx: [wrote(tx, 1, "ada@example.com"), wrote(tx, 2, "bob@example.com", language="de")])


def write(database: Database, work: Callable[[Connection], Any]) -> Any:
    return database.write(work)


# ---- merging --------------------------------------------------------------------------------------------------


def test_every_table_with_a_customer_is_known_here(database: Database) -> None:
    with database.read() as tx:
        tables = [row[0] for row in tx.execute("select name from sqlite_master where type = 'table'")]
        columns = {table: [row[1] for row in tx.execute(f"pragma table_info({table})")] for table in tables}
    theirs = {table for table, names in columns.items() if "customer_id" in names}
    assert theirs - {"phones", "standings", "touched"} == set(belongings.TABLES)


def test_all_that_is_one_s_is_the_other_s(database: Database) -> None:
    two(database)
    for_bob = write(database, lambda tx: upsert(tx, 2, anchor="woo:2"))

    def more(tx: Connection) -> None:
        consents.add(tx, 2, said(GRANTED))
        overrides.put(tx, 2, "language", "fr", NOW)
        promises.add(
            tx,
            customer_id=2,
            thread_id=2,
            reference="message:2",
            words="tomorrow",
            due_at=NOW,
            made_at=NOW,
            state=PromiseState.OPEN,
        )
        complaints.add(
            tx, customer_id=2, thread_id=2, sign=ComplaintSign.WORDS, words="broken", reference="message:2", at=NOW
        )

    write(database, more)
    merge(database, 1, 2)
    with database.read() as tx:
        ada = people.get(tx, [1])[1]
        assert (ada.name, ada.country, ada.language) == ("A. King", "AT", "fr")
        assert ada.emails == ("ada@example.com", "bob@example.com", "buyer2@example.org")
        assert ada.phones == ("+491711234567",)
        assert all(not rows for rows in belongings.all_of(tx, 2).values())
        assert actions.get(tx, for_bob).customer_id == 1
        assert having(tx, "bob@example") == [1]
        assert touched.times(tx).keys() >= {1, 2}
    assert owner(database, "reviews", "5") == 1


def test_what_comes_later_for_either_is_the_one_s(database: Database) -> None:
    two(database)
    merge(database, 1, 2)
    take(database, order("3", "bob@example.com"), order("4", "new@example.com", account_id="17"))
    take(database, order("2", "bob@example.com", days=1, name="A. King", country="AT", total_minor=900))
    assert {owner(database, "orders", number) for number in "1234"} == {1}


def test_what_waits_for_either_needs_another_look_and_what_is_leaving_is_left_alone(database: Database) -> None:
    two(database)

    def approve(tx: Connection) -> dict[str, int]:
        rows: dict[str, int] = {}
        for number, name in enumerate(("queued", "held", "sending", "uncertain"), 1):
            made = outbox.add(
                tx,
                customer_id=1 + number % 2,
                channel="email",
                purpose=Purpose.SERVICE,
                recipient="bob@example.com",
                subject="",
                body="",
                language="",
                approved_at=NOW,
                not_before=NOW,
                key=name,
            )
            rows[name] = made.id
        outbox.move(tx, rows["held"], Event.HOLD, NOW)
        outbox.claim(tx, rows["sending"], "me", NOW)
        outbox.claim(tx, rows["uncertain"], "me", NOW)
        outbox.move(tx, rows["uncertain"], Event.LOST, NOW)
        return rows

    rows = write(database, approve)
    merge(database, 1, 2)
    with database.read() as tx:
        now = {name: outbox.get(tx, id_) for name, id_ in rows.items()}
    assert [row.state.value for row in now.values()] == ["stale", "stale", "sending", "uncertain"]
    assert now["queued"].error_text == "Two people became one: look again."
    assert {row.customer_id for row in now.values()} == {1}


@pytest.mark.parametrize(
    ("ada", "bob", "denied"),
    [
        ([(DENIED, 1)], [(GRANTED, 2)], True),
        ([(GRANTED, 2)], [(DENIED, 1)], True),
        ([(DENIED, 1), (UNKNOWN, 2)], [(GRANTED, 3)], True),  # "unknown" takes no no back
        ([(DENIED, 1), (GRANTED, 2)], [(GRANTED, 3)], False),
        ([(GRANTED, 1)], [], False),
        ([(DENIED, 1)], [(DENIED, 1)], True),
    ],
)
def test_a_no_of_either_is_a_no_of_the_one(
    database: Database, ada: list[tuple[ConsentState, int]], bob: list[tuple[ConsentState, int]], denied: bool
) -> None:
    two(database)
    for id_, lines in ((1, ada), (2, bob)):
        for state, days in lines:
            write(database, lambda tx, id_=id_, state=state, days=days: consents.add(tx, id_, said(state, days=days)))
    merge(database, 1, 2)
    with database.read() as tx:
        assert (MARKETING in merging.denied(tx, 1)) is denied


def test_the_line_that_says_no_names_both_and_a_later_yes_lifts_it(database: Database) -> None:
    two(database)
    write(database, lambda tx: [consents.add(tx, 1, said(DENIED)), consents.add(tx, 2, said(GRANTED, days=1))])
    merge(database, 1, 2)
    with database.read() as tx:
        line = consents.of(tx, [1])[1][-1]
    assert (line.source, line.state) == ("merge", DENIED)
    assert "Ada King (1)" in line.wording
    assert "A. King (2)" in line.wording
    write(database, lambda tx: consents.add(tx, 1, said(GRANTED, days=30)))
    with database.read() as tx:
        assert merging.denied(tx, 1) == set()


def test_who_is_left_alone_stays_so_and_addresses_never_written_to_stay_too(database: Database) -> None:
    two(database)
    write(database, lambda tx: people.set_left_alone(tx, [2], True))
    write(database, lambda tx: suppressions.add(tx, "email", "bob@example.com", "advertising", "asked", NOW))
    operation = merge(database, 1, 2)
    with database.read() as tx:
        assert people.get(tx, [1])[1].left_alone
        assert suppressions.of(tx, [("email", "bob@example.com")])
    undo(database, operation)
    with database.read() as tx:
        assert [people.get(tx, [id_])[id_].left_alone for id_ in (1, 2)] == [False, True]
        assert suppressions.of(tx, [("email", "bob@example.com")])


def test_left_alone_while_they_were_one_is_left_alone_as_two(database: Database) -> None:
    two(database)
    operation = merge(database, 1, 2)
    write(database, lambda tx: people.set_left_alone(tx, [1], True))
    undo(database, operation)
    with database.read() as tx:
        assert [people.get(tx, [id_])[id_].left_alone for id_ in (1, 2)] == [True, True]


@pytest.mark.parametrize("decided_for", [1, 2])
def test_of_two_actions_for_one_occasion_the_decided_one_counts(database: Database, decided_for: int) -> None:
    two(database)
    festival = {id_: write(database, lambda tx, id_=id_: upsert(tx, id_, anchor="new-year:2026")) for id_ in (1, 2)}
    write(database, lambda tx: actions.skip(tx, festival[decided_for], "", NOW))
    before = everything(database, "customer_search")
    operation = merge(database, 1, 2)
    with database.read() as tx:
        assert actions.get(tx, festival[decided_for]).customer_id == 1
        assert not actions.is_open(tx, "parcel-note", 1, "new-year:2026")
        assert actions.due(tx, NOW) == ()
    undo(database, operation)
    assert everything(database, "customer_search") == before


def test_what_was_done_once_for_either_is_not_done_again_for_the_one(database: Database) -> None:
    two(database)
    note = write(database, lambda tx: upsert(tx, 2, anchor="woo:2"))
    write(database, lambda tx: actions.skip(tx, note, "", NOW))
    merge(database, 1, 2)
    with database.read() as tx:
        assert actions.is_open(tx, "parcel-note", 1, "woo:1")
        assert not actions.is_open(tx, "parcel-note", 1, "woo:1", once=True)


# ---- taking a merge back ---------------------------------------------------------------------------------------


def test_taking_back_restores_exactly_what_was(database: Database) -> None:
    two(database)
    write(
        database,
        lambda tx: [
            consents.add(tx, 1, said(DENIED)),
            consents.add(tx, 1, said(GRANTED, channel="sms")),
            consents.add(tx, 2, said(GRANTED, days=1)),
            consents.add(tx, 2, said(GRANTED, channel="sms")),  # the same line in both ledgers
            overrides.put(tx, 1, "language", "en", NOW),
            overrides.put(tx, 2, "language", "de", NOW),
            people.name_writers(tx, {2: "Ada"}),
            people.describe(tx, [1, 2]),
        ],
    )
    before = everything(database)
    operation = merge(database, 1, 2)
    assert everything(database) != before
    assert undo(database, operation) == ""
    assert everything(database) == before


def test_what_came_since_goes_to_whose_address_it_came_by(database: Database) -> None:
    two(database)
    operation = merge(database, 1, 2)
    take(
        database,
        order("3", "bob@example.com"),
        order("4", "ada@example.com"),
        order("5", "x@y.example", account_id="17"),
    )
    write(database, lambda tx: [wrote(tx, 1, "bob@example.com"), wrote(tx, 1, "ada@example.com")])
    write(database, lambda tx: consents.add(tx, 1, said(DENIED, days=9)))
    words = undo(database, operation)
    assert words == "What came since went to the other, by whose address it came: 1 order, 1 conversation."
    assert [owner(database, "orders", number) for number in "12345"] == [1, 2, 2, 1, 1]
    assert [owner(database, "threads", number) for number in (1, 2, 3, 4)] == [1, 2, 2, 1]
    with database.read() as tx:  # of whom the no was is not known: it is a no of both
        assert merging.denied(tx, 1) == merging.denied(tx, 2) == {MARKETING}


def test_an_order_that_was_given_to_another_account_since_is_whose_account_that_is(database: Database) -> None:
    two(database)
    operation = merge(database, 1, 2)
    take(database, order("2", "bob@example.com", days=1, account_id="17"))
    undo(database, operation)
    assert owner(database, "orders", "2") == 1


def test_a_merge_under_another_is_taken_back_after_it(database: Database) -> None:
    two(database)
    take(database, order("3", "cyd@example.com"))
    first = merge(database, 1, 2)
    before = everything(database)
    second = merge(database, 3, 1)
    with pytest.raises(Conflict, match="has become part of"):
        undo(database, first)
    undo(database, second)
    assert everything(database) == before
    undo(database, first)
    assert owner(database, "orders", "2") == 2


# ---- splitting -------------------------------------------------------------------------------------------------


def test_an_address_takes_along_what_came_by_it(database: Database) -> None:
    two(database)
    merge(database, 1, 2)
    done = write(database, lambda tx: upsert(tx, 1, anchor="woo:2"))
    _, new = split(database, 1, ("email", "bob@example.com"))
    assert [owner(database, "orders", number) for number in "12"] == [1, new]
    assert [owner(database, "threads", number) for number in (1, 2)] == [1, new]
    assert owner(database, "reviews", "5") == new
    assert owner(database, "actions", done) == new
    with database.read() as tx:
        assert people.get(tx, [new])[new].name == "A. King"
        assert strangers.every(tx) == {(1, new)}


def test_later_pulls_don_t_join_them_again(database: Database) -> None:
    two(database)
    merge(database, 1, 2)
    _, new = split(database, 1, ("email", "bob@example.com"))
    take(database, order("2", "bob@example.com", days=1, total_minor=5), order("3", "bob@example.com"))
    assert [owner(database, "orders", number) for number in "123"] == [1, new, new]


def test_an_account_keeps_its_orders_when_only_the_address_is_taken_out(database: Database) -> None:
    two(database)

    def work(tx: Connection) -> tuple[int, int]:
        operation = operations.begin(tx, merging.SPLIT, "", NOW)
        return merging.split(tx, 1, {("email", "ada@example.com")}, operation, NOW)

    _, held = write(database, work)
    assert held == 1
    assert owner(database, "orders", "1") == 1


def test_a_number_takes_along_the_guest_orders_that_came_with_it(database: Database) -> None:
    take(database, order("1", phone="+491711234567"), order("2", phone="+49301234567"))
    _, new = split(database, 1, ("phone", "+49301234567"))
    take(database, order("2", phone="+49301234567", total_minor=5))
    assert [owner(database, "orders", number) for number in "12"] == [1, new]
    with database.read() as tx:
        assert people.get(tx, [new])[new].phones == ("+49301234567",)


def test_permissions_are_both_s_and_where_a_no_was_said_it_is_both_s(database: Database) -> None:
    two(database)
    write(
        database,
        lambda tx: [
            consents.add(tx, 1, said(GRANTED)),
            consents.add(tx, 2, said(DENIED)),
            consents.add(tx, 2, said(GRANTED, days=3)),
            consents.add(tx, 1, said(GRANTED, channel="sms")),
        ],
    )
    merge(database, 1, 2)
    _, new = split(database, 1, ("email", "bob@example.com"))
    with database.read() as tx:
        assert merging.denied(tx, 1) == merging.denied(tx, new) == {MARKETING}
        assert consents.of(tx, [new])[new][-1].source == "split"


def test_taking_a_split_back_makes_them_one_with_what_came_since(database: Database) -> None:
    two(database)
    merge(database, 1, 2)
    before = everything(database, "customers", "customer_search")
    operation, new = split(database, 1, ("email", "bob@example.com"))
    undo(database, operation)
    assert everything(database, "customers", "customer_search") == before
    operation, new = split(database, 1, ("email", "bob@example.com"))
    take(database, order("3", "bob@example.com"))
    write(database, lambda tx: consents.add(tx, new, said(DENIED, days=9)))
    assert undo(database, operation) == "What came since came along: 1 order."
    assert owner(database, "orders", "3") == 1
    with database.read() as tx:
        assert people.current(tx, new) == 1
        assert merging.denied(tx, 1) == {MARKETING}
        assert strangers.every(tx) == set()


# ---- whatever happens ------------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.permutations([(1, 2), (2, 3), (3, 4)]), turned=st.lists(st.booleans(), min_size=3, max_size=3))
def test_in_whatever_order_people_become_one_the_same_is_theirs(
    database: Database, tmp_path: Path, steps: list[tuple[int, int]], turned: list[bool]
) -> None:
    """Merging is associative: who owns what doesn't depend on the order of the merges."""
    file = tmp_path / "copy.db"
    shutil.copy(database.file, file)
    copy = Database(file)
    take(copy, *(order(str(number), f"{number}@example.com") for number in (1, 2, 3, 4)))
    for (one, other), turn in zip(steps, turned, strict=True):
        with copy.read() as tx:
            ends = [people.current(tx, one), people.current(tx, other)]
        merge(copy, *(ends[::-1] if turn else ends))
    with copy.read() as tx:
        living = {people.current(tx, id_) for id_ in (1, 2, 3, 4)}
        (one_left,) = living
        assert len(belongings.all_of(tx, one_left)["orders"]) == 4
    assert {owner(copy, "orders", number) for number in "1234"} == living
    copy.close()


_EMAILS = [f"{name}@example.com" for name in ("ada", "bob", "cyd", "dan")]


class OnePerson(RuleBasedStateMachine):
    """Merges, splits, undos, pulls and words in any order."""

    empty: Path

    @initialize()
    def open(self) -> None:
        self.file = self.empty.with_name("trial.db")
        shutil.copy(self.empty, self.file)
        self.database = Database(self.file)
        self.told: dict[str, Any] = {}
        self.now = NOW
        for number, email in enumerate(_EMAILS, 1):
            self.pull(str(number), email, "17" if number == 1 else None)
        self.pull("9", "", None)

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()

    def pull(self, number: str, email: str, account_id: str | None) -> None:
        self.told[number] = order(number, email, account_id=account_id, phone="+491711234567")
        take(self.database, self.told[number])

    def living(self) -> list[int]:
        with self.database.read() as tx:
            return [row[0] for row in tx.execute("select id from customers where merged_into is null order by id")]

    def done(self) -> list[operations.Operation]:
        with self.database.read() as tx:
            rows = tx.execute("select id from operations where undone_at is null")
            return [found for row in rows if (found := operations.get(tx, row[0])) is not None]

    @rule(data=st.data())
    def merge_two(self, data: st.DataObject) -> None:
        if len(self.living()) < 2:
            return
        kept, other = data.draw(st.permutations(self.living()))[:2]
        with self.database.read() as tx:
            denied = merging.denied(tx, kept) | merging.denied(tx, other)
        before = everything(self.database)
        operation = merge(self.database, kept, other, self.now)
        with self.database.read() as tx:
            assert merging.denied(tx, kept) >= denied
        if data.draw(st.booleans()):
            self.undo_desk(operation)
            assert everything(self.database, "outbox") == {key: rows for key, rows in before.items() if key != "outbox"}

    @rule(data=st.data())
    def split_one(self, data: st.DataObject) -> None:
        id_ = data.draw(st.sampled_from(self.living()))
        with self.database.read() as tx:
            theirs = sorted(merging.identities_of(tx, id_))
        if len(theirs) < 2:
            return
        named = data.draw(st.lists(st.sampled_from(theirs), min_size=1, max_size=len(theirs) - 1, unique=True))
        _, new = split(self.database, id_, *named)
        with self.database.read() as tx:
            assert merging.identities_of(tx, new) == set(named)
            assert merging.denied(tx, new) == merging.denied(tx, id_)

    @rule(data=st.data())
    def undo_any(self, data: st.DataObject) -> None:
        if self.done():
            with suppress(Conflict):
                self.undo_desk(data.draw(st.sampled_from(self.done())).id)

    def undo_desk(self, operation: int) -> None:
        undo(self.database, operation)

    @rule(
        number=st.integers(1, 12).map(str),
        email=st.sampled_from([*_EMAILS, "new@example.com", ""]),
        account_id=st.sampled_from([None, None, "17", "18"]),
    )
    def an_order_comes(self, number: str, email: str, account_id: str | None) -> None:
        self.pull(number, email, account_id)

    @rule(data=st.data(), state=st.sampled_from([GRANTED, DENIED]))
    def they_say_something(self, data: st.DataObject, state: ConsentState) -> None:
        id_ = data.draw(st.sampled_from(self.living()))
        self.now += timedelta(seconds=1)
        line = said(state, source=str(self.now))
        self.database.write(lambda tx: consents.add(tx, id_, line))

    @rule(data=st.data(), anchor=st.sampled_from(["woo:1", "woo:2", "festival:2026"]), approved=st.booleans())
    def something_is_due(self, data: st.DataObject, anchor: str, approved: bool) -> None:
        id_ = data.draw(st.sampled_from(self.living()))

        def work(tx: Connection) -> None:
            with suppress(Conflict):
                action = actions.get(tx, upsert_for(tx, id_, anchor))
                if approved and action.state is ActionState.DUE:
                    actions.approve(tx, action.id, NOW)
                    outbox_row(tx, action.id, id_)

        self.database.write(work)

    @rule(data=st.data())
    def they_write(self, data: st.DataObject) -> None:
        id_ = data.draw(st.sampled_from(self.living()))
        with self.database.read() as tx:
            emails = people.get(tx, [id_])[id_].emails
        if emails:
            address = data.draw(st.sampled_from(emails))
            self.database.write(lambda tx: wrote(tx, id_, address, language="de"))

    @invariant()
    def everything_is_one_living_person_s(self) -> None:
        with self.database.read() as tx:
            for table in belongings.TABLES:
                for row in tx.execute(f"select customer_id from {table} where customer_id is not null"):
                    living = people.current(tx, row[0])
                    assert tx.execute("select merged_into from customers where id = ?", (living,)).fetchone()[0] is None
                    if table in ("orders", "threads", "identities", "accounts", "outbox", "reviews"):
                        assert living == row[0]

    @invariant()
    def no_message_waits_for_somebody_who_is_no_more(self) -> None:
        with self.database.read() as tx:
            due = "select 1 from actions a join customers c on c.id = a.customer_id where a.state = 'due'"
            assert tx.execute(f"{due} and c.merged_into is not null").fetchone() is None

    @invariant()
    def pulling_the_same_again_changes_nothing(self) -> None:
        records = list(self.told.values())
        count: Iterator[Counts] = iter((self.database.write(lambda tx: keep(tx, "woo", records, "EUR")),))
        assert next(count).unchanged == len(records)


def upsert_for(tx: Connection, id_: int, anchor: str) -> int:
    """Something due for a customer who is there already."""
    before = tx.execute("select count(*) from identities").fetchone()[0]
    made = upsert(tx, id_, anchor=anchor)
    tx.execute("delete from identities where value like 'buyer%'")
    assert tx.execute("select count(*) from identities").fetchone()[0] == before
    return made


def outbox_row(tx: Connection, action: int, id_: int) -> None:
    """The message of an approved action."""
    outbox.add(
        tx,
        action_id=action,
        customer_id=id_,
        channel="email",
        purpose=Purpose.SERVICE,
        recipient="ada@example.com",
        subject="",
        body="",
        language="",
        approved_at=NOW,
        not_before=NOW,
    )
    assert outbox.counts(tx)[OutboxState.QUEUED]


def test_whatever_happens_everything_is_one_living_person_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_database(tmp_path / "empty.db").close()
    monkeypatch.setattr(OnePerson, "empty", tmp_path / "empty.db", raising=False)
    run_state_machine_as_test(
        OnePerson,
        settings=settings(
            max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
