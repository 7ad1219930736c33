"""What people say is kept once, in one thread, with its person; what it is besides its words is done at once."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retcon.model.conversations import ComplaintSign, Direction, IncomingFile, Sign, SourceMessage
from retcon.model.orders import OrderState, ShopOrder
from retcon.model.outbox import OutboxRow, OutboxState
from retcon.model.people import Basis, Consent, ConsentState, Purpose
from retcon.model.sync import SyncResult
from retcon.retention import invitation
from retcon.store import consents, conversations, cursors, installation, outbox, people, suppressions, touched
from retcon.store.database import Database, open_database
from retcon.store.transitions import Event
from retcon.sync.conversations import topic
from retcon.sync.intake import Counts
from tests.talk import NOW, Talk, ago, answer, chat, mail


@pytest.fixture
def talk(database: Database, tmp_path: Path) -> Talk:
    return Talk(database, tmp_path / "home" / "files")


def bought(talk: Talk, email: str = "ada@example.com", **facts: Any) -> int:
    order = ShopOrder(
        **{
            "source_id": email,
            "number": "#1",
            "placed_at": ago(days=90),
            "state": OrderState.PAID,
            "currency": "EUR",
            "total_minor": 1000,
            "email": email,
            "name": "Ada King",
        }
        | facts
    )
    talk.keep(order, source="woo")
    owner = talk.owner("email", email)
    assert owner is not None
    return owner


def sent(talk: Talk, customer: int, key: str = "7.1.abcdef", state: str = "sent", **facts: Any) -> OutboxRow:
    """A message of ours that was handed in a day ago."""

    def put(tx: Any) -> OutboxRow:
        row = outbox.add(
            tx,
            **{
                "customer_id": customer,
                "channel": "email",
                "purpose": Purpose.SERVICE,
                "recipient": "ada@example.com",
                "subject": "Your parcel",
                "body": "It left.",
                "language": "en",
                "approved_at": ago(days=1),
                "not_before": ago(days=1),
                "key": key,
            }
            | facts,
        )
        outbox.claim(tx, row.id, "me", ago(days=1))
        if state == "uncertain":
            return outbox.move(tx, row.id, Event.LOST, ago(days=1), error_text="no answer")
        return outbox.move(
            tx, row.id, Event.SENT, ago(days=1), sent_at=ago(days=1), external_id=f"<{key}@shop.example>"
        )

    return talk.database.write(put)


def ledger(talk: Talk, customer: int) -> list[Consent]:
    return list(talk.read(consents.of, [customer]).get(customer, ()))


# ---- whose it is ------------------------------------------------------------------------------------------------


def test_a_message_belongs_to_whoever_has_the_address_however_it_is_written(talk: Talk) -> None:
    ada = bought(talk)
    talk.keep(mail(address=" Ada@Example.COM "))
    assert talk.thread().customer_id == ada
    assert talk.thread().address == "ada@example.com"


def test_who_writes_from_an_unknown_address_is_somebody_new_with_their_name(talk: Talk) -> None:
    talk.keep(mail(), chat())
    names = [each.name for each in talk.read(people.get, [thread.customer_id for thread in talk.threads()]).values()]
    assert names == ["Ada", "Bruno"]
    assert talk.owner("chat", "telegram:700100200") is not None


@pytest.mark.parametrize("kind", ["bulk", "automatic"])
def test_a_machine_makes_nobody_a_customer(talk: Talk, kind: str) -> None:
    machine = mail(**{kind: True})
    assert talk.keep(machine) == Counts(1, unchanged=1)
    assert talk.threads() == []
    bought(talk)
    assert talk.keep(machine) == Counts(1, added=1)


def test_an_address_that_is_none_is_nobodys(talk: Talk) -> None:
    assert talk.keep(mail(address="undisclosed-recipients:;"), chat(address="")) == Counts(2, unchanged=2)


def test_what_the_shop_writes_to_strangers_is_not_kept_until_they_have_written(talk: Talk) -> None:
    assert talk.keep(answer()).added == 0
    talk.keep(mail())
    assert talk.keep(answer()).added == 1


def test_what_the_shop_writes_to_another_address_is_kept_in_a_known_thread(talk: Talk) -> None:
    talk.keep(mail("1", 3))
    talk.keep(answer("a", 1, address="ada.private@example.org", references=("1@mail.example.com",)))
    assert talk.thread().waiting_since is None


def test_everybody_who_said_something_new_is_recomputed(talk: Talk) -> None:
    ada = bought(talk)
    talk.database.write(lambda tx: touched.clear(tx, touched.times(tx)))
    talk.keep(mail())
    assert list(talk.read(touched.times)) == [ada]
    talk.database.write(lambda tx: touched.clear(tx, touched.times(tx)))
    talk.keep(mail())
    assert list(talk.read(touched.times)) == []


# ---- once -------------------------------------------------------------------------------------------------------


def test_a_message_is_kept_once(talk: Talk) -> None:
    assert talk.keep(mail(), mail()) == Counts(2, added=1, unchanged=1)
    assert talk.keep(mail()) == Counts(1, unchanged=1)
    assert len(talk.messages()) == 1


def test_a_message_that_was_changed_has_its_new_words_and_is_found_by_them(talk: Talk) -> None:
    talk.keep(chat(body="my adress is 5"))
    assert talk.keep(chat(body="my address is 6")) == Counts(1, changed=1)
    (message,) = talk.messages()
    assert message.body == "my address is 6"
    assert talk.read(conversations.search, "adress") == []
    assert talk.read(conversations.search, "address") == [message.thread_id]


def test_a_message_is_changed_in_the_thread_that_it_stands_in_by_then(talk: Talk) -> None:
    talk.keep(mail("1", 4), mail("2", 3, subject="Colour"))
    both = mail("3", 2, references=("1@mail.example.com", "2@mail.example.com"))
    talk.keep(both, mail("2", 3, subject="Colour", body="I want my money back!"))
    assert [complaint.thread_id for complaint in talk.complaints()] == [talk.thread().id] * 2


def test_ids_that_are_too_long_stay_apart(talk: Talk) -> None:
    assert talk.keep(mail("x" * 400 + "1", 2), mail("x" * 400 + "2", 1)).added == 2
    assert talk.keep(mail("x" * 400 + "1", 2)).added == 0


# ---- threads ----------------------------------------------------------------------------------------------------


def test_an_answer_stands_in_the_thread_of_what_it_answers_whatever_its_subject(talk: Talk) -> None:
    talk.keep(mail("1", 3), mail("2", 2, references=("1@mail.example.com",), subject="Something else"))
    assert talk.thread().unanswered == 2


def test_what_comes_before_the_message_that_it_answers_joins_it_later(talk: Talk) -> None:
    talk.keep(mail("2", 2, references=("1@mail.example.com",), subject="Something else"))
    talk.keep(mail("1", 3))
    assert talk.thread().unanswered == 2
    assert talk.thread().subject == "Parcel"


def test_one_message_makes_two_threads_of_a_person_one(talk: Talk) -> None:
    talk.keep(mail("1", 3, subject="Parcel"), mail("2", 2, subject="Colour"))
    assert len(talk.threads()) == 2
    talk.keep(mail("3", 1, subject="Both", references=("1@mail.example.com", "2@mail.example.com")))
    assert talk.thread().unanswered == 3


def test_threads_cross_sources_of_one_medium(talk: Talk) -> None:
    talk.keep(mail("1", 3), source="hello")
    talk.keep(mail("2", 2, references=("1@mail.example.com",), subject="x"), source="orders")
    assert talk.thread().unanswered == 2


def test_threads_of_two_people_stay_apart_even_where_one_refers_to_the_other(talk: Talk) -> None:
    talk.keep(mail("1", 3), mail("2", 2, address="bob@example.com", references=("1@mail.example.com",)))
    assert [thread.address for thread in talk.threads()] == ["ada@example.com", "bob@example.com"]


def test_the_same_subject_within_sixty_days_is_one_thread(talk: Talk) -> None:
    talk.keep(
        mail("1", 24 * 70), mail("2", 24 * 5, subject="Re: parcel"), mail("3", 3, subject="AW: RE: Parcel "), chat(2)
    )
    assert [len(talk.read(conversations.messages, thread.id)) for thread in talk.threads()] == [1, 2, 1]


def test_the_sources_own_name_of_a_thread_counts_before_the_subject(talk: Talk) -> None:
    talk.keep(mail("1", 3, thread="T1"), mail("2", 2, thread="T2"), mail("3", 1, thread="T1", subject="else"))
    assert [thread.unanswered for thread in talk.threads()] == [2, 1]


@pytest.mark.parametrize(
    "subject",
    ["Re: Parcel", "RE: Fwd: parcel", "AW: Parcel", "SV: parcel", "Re[2]: Parcel", "回复：Parcel", "WG: AW: Parcel"],
)
def test_what_mail_programs_put_before_a_subject_is_no_part_of_it(subject: str) -> None:
    assert topic(subject) == "parcel"


@pytest.mark.parametrize("subject", ["Reply: parcel", "Rest: parcel", "", "Re:", "Rebecca"])
def test_only_that_is_taken_off(subject: str) -> None:
    assert topic(subject) == ("" if subject == "Re:" else subject.casefold())


def test_a_reply_goes_where_the_person_wrote_from_last(talk: Talk) -> None:
    ada = bought(talk)
    talk.database.write(lambda tx: people.claim(tx, {("email", "ada@work.example"): (ada, "ada@work.example")}))
    talk.keep(mail("2", 1, address="ada@work.example", references=("1@mail.example.com",)), mail("1", 2))
    assert talk.thread().address == "ada@work.example"


# ---- our own ----------------------------------------------------------------------------------------------------


def test_our_own_mail_in_the_sent_folder_settles_an_uncertain_row_and_is_no_second_message(talk: Talk) -> None:
    ada = bought(talk)
    row = sent(talk, ada, state="uncertain")
    seen = answer("x", 24, source_id="7.1.abcdef@shop.example")
    assert talk.keep(seen) == Counts(1, changed=1)
    assert talk.read(outbox.get, row.id).state is OutboxState.SENT
    assert talk.messages() == []
    assert talk.keep(seen) == Counts(1, unchanged=1)


def test_a_copy_of_our_own_mail_in_the_inbox_is_evidence_too(talk: Talk) -> None:
    row = sent(talk, bought(talk), state="uncertain")
    talk.keep(mail(address="me@shop.example", source_id="7.1.abcdef@shop.example"))
    assert talk.read(outbox.get, row.id).state is OutboxState.SENT
    assert talk.threads() == []


def test_an_answer_to_a_mail_of_ours_shows_what_it_answers(talk: Talk) -> None:
    ada = bought(talk)
    row = sent(talk, ada)
    talk.keep(mail("1", 2, references=("7.1.abcdef@shop.example",), subject="Re: Your parcel"))
    assert talk.read(outbox.get, row.id).thread_id == talk.thread().id
    assert [message.body for message in talk.messages()] == ["It left.", "Where is it?"]
    assert talk.thread().waiting_since == ago(hours=2)


def test_an_answer_to_a_reply_of_ours_stands_in_its_thread(talk: Talk) -> None:
    talk.keep(mail("1", 48))
    thread = talk.thread()
    sent(talk, thread.customer_id, thread_id=thread.id)
    talk.keep(mail("2", 2, references=("7.1.abcdef@shop.example",), subject="thanks but"))
    assert talk.thread().waiting_since == ago(hours=2)


def test_a_mail_of_ours_to_somebody_else_doesnt_give_its_thread_away(talk: Talk) -> None:
    row = sent(talk, bought(talk))
    talk.keep(mail("1", 2, address="mallory@example.org", references=("7.1.abcdef@shop.example",)))
    assert talk.read(outbox.get, row.id).thread_id is None


def test_an_answer_from_another_program_ends_the_waiting_and_says_so(talk: Talk) -> None:
    talk.keep(mail("1", 3))
    assert talk.thread().waiting_since == ago(hours=3)
    talk.keep(answer("a", 2, references=("1@mail.example.com",)))
    assert talk.thread().waiting_since is None
    assert talk.thread().answered_elsewhere


def test_a_machines_answer_answers_nothing(talk: Talk) -> None:
    talk.keep(mail("1", 3), answer("a", 2, automatic=True), mail("2", 1, automatic=True))
    assert (talk.thread().waiting_since, talk.thread().unanswered) == (ago(hours=3), 1)


def test_a_newsletter_of_somebody_known_waits_for_no_answer(talk: Talk) -> None:
    bought(talk)
    talk.keep(mail("1", 3, bulk=True))
    assert talk.thread().waiting_since is None


# ---- what is old ------------------------------------------------------------------------------------------------


def test_what_is_old_when_a_source_is_first_read_waits_for_no_answer_and_is_no_complaint(talk: Talk) -> None:
    talk.keep(mail("1", 24 * 31, body="I want my money back"))
    assert talk.thread().waiting_since is None
    assert talk.complaints() == []
    talk.keep(mail("2", 24 * 29))
    assert talk.thread().waiting_since == ago(days=29)


def test_what_came_since_the_source_was_last_read_waits_however_long_the_seller_was_away(talk: Talk) -> None:
    def pulled(tx: Any) -> None:
        done = SyncResult(
            source="mail", kind="imap", ok=True, pages=1, read=0, added=0, changed=0, unchanged=0, removed=0, seconds=1
        )
        cursors.end(tx, cursors.begin(tx, "mail", ago(days=50)), ago(days=50), done)

    talk.database.write(pulled)
    talk.keep(mail("1", 24 * 45))
    assert talk.thread().waiting_since == ago(days=45)


def test_a_clock_that_is_ahead_counts_as_now(talk: Talk) -> None:
    talk.keep(mail("1", -48))
    assert talk.thread().waiting_since == NOW


# ---- signs ------------------------------------------------------------------------------------------------------


def test_a_stop_is_obeyed_at_once_and_waits_for_no_answer(talk: Talk) -> None:
    ada = bought(talk)
    talk.keep(mail(body="STOP"))
    (line,) = ledger(talk, ada)
    assert (line.channel, line.purpose, line.state) == ("email", Purpose.MARKETING, ConsentState.DENIED)
    assert (line.at, line.proof, line.wording) == (ago(hours=1), "1@mail.example.com", "STOP")
    assert ("email", "ada@example.com") in talk.read(suppressions.of, [("email", "ada@example.com")])
    assert talk.thread().waiting_since is None
    assert talk.messages()[0].sign is Sign.STOP


def test_an_old_stop_is_obeyed_too(talk: Talk) -> None:
    ada = bought(talk)
    talk.keep(mail("1", 24 * 400, body="unsubscribe"))
    assert [line.state for line in ledger(talk, ada)] == [ConsentState.DENIED]


def test_what_the_shop_itself_writes_is_no_sign(talk: Talk) -> None:
    ada = bought(talk)
    talk.keep(answer(body="STOP"))
    assert ledger(talk, ada) == []


@pytest.mark.parametrize(("what", "basis"), [("news", Basis.EXPRESS), ("confirm", Basis.DOUBLE_OPT_IN)])
def test_an_invitation_in_what_they_write_is_a_yes_with_its_proof(talk: Talk, what: str, basis: Basis) -> None:
    ada = bought(talk)
    key = talk.database.write(installation.link_key)
    talk.keep(mail(subject=f"Yes {invitation.token(key, ada, what)}", body=""))
    (line,) = ledger(talk, ada)
    assert (line.state, line.basis, line.proof) == (ConsentState.GRANTED, basis, "1@mail.example.com")


def test_an_invitation_of_somebody_else_is_no_yes(talk: Talk) -> None:
    ada = bought(talk)
    bob = bought(talk, "bob@example.com")
    key = talk.database.write(installation.link_key)
    talk.keep(mail(address="bob@example.com", subject=f"Yes {invitation.token(key, ada, 'news')}"))
    assert ledger(talk, ada) == ledger(talk, bob) == []


def test_an_invitation_that_is_only_quoted_is_no_yes(talk: Talk) -> None:
    ada = bought(talk)
    key = talk.database.write(installation.link_key)
    talk.keep(mail(quoted=f"> {invitation.token(key, ada, 'news')}"))
    assert ledger(talk, ada) == []


@pytest.mark.parametrize("where", ["body", "subject"])
def test_our_own_words_in_an_answer_are_no_yes(talk: Talk, where: str) -> None:
    ada = bought(talk)
    token = invitation.token(talk.database.write(installation.link_key), ada, "confirm")
    said = (
        {"body": f"No, thank you.\n\nOn Friday you wrote: {token}"} if where == "body" else {"subject": f"Re: {token}"}
    )
    talk.keep(mail(**said))
    assert ledger(talk, ada) == []


def test_a_stop_wins_over_an_invitation(talk: Talk) -> None:
    ada = bought(talk)
    key = talk.database.write(installation.link_key)
    talk.keep(mail(subject=f"Yes {invitation.token(key, ada, 'news')}", body="STOP"))
    assert [line.state for line in ledger(talk, ada)] == [ConsentState.DENIED]


def test_a_bare_yes_is_a_yes_only_to_what_was_asked(talk: Talk) -> None:
    ada = bought(talk)
    talk.keep(mail("1", 3, body="yes"))
    assert ledger(talk, ada) == []


def test_unhappy_words_are_a_complaint_with_what_gave_them_away(talk: Talk) -> None:
    talk.keep(mail(body="Guten Tag,\n\ndas ist eine Frechheit. Ich warte seit drei Wochen.\n"))
    (complaint,) = talk.complaints()
    assert complaint.sign is ComplaintSign.WORDS
    assert "Frechheit" in complaint.words
    assert complaint.reference == f"message:{talk.messages()[0].id}"


def test_the_third_message_without_an_answer_is_a_complaint_once(talk: Talk) -> None:
    talk.keep(mail("1", 5), mail("2", 4))
    assert talk.complaints() == []
    talk.keep(mail("3", 3))
    talk.keep(mail("4", 2))
    (complaint,) = talk.complaints()
    assert (complaint.sign, complaint.at) == (ComplaintSign.THIRD, ago(hours=3))
    talk.keep(answer("a", 1))
    talk.keep(mail("5", 0.9), mail("6", 0.8), mail("7", 0.7))
    assert len(talk.complaints()) == 2


def test_it_was_none_where_the_answer_is_only_read_later(talk: Talk) -> None:
    talk.keep(mail("1", 5), mail("2", 4), mail("3", 3))
    talk.keep(answer("a", 3.5))
    assert talk.complaints() == []


def test_it_stays_one_where_the_answer_came_after_it(talk: Talk) -> None:
    talk.keep(mail("1", 5), mail("2", 4), mail("3", 3), answer("a", 2))
    talk.keep(mail("4", 1))
    assert talk.complaints() == []
    talk.keep(mail("5", 0.5), mail("6", 0.4))
    talk.keep(answer("b", 0.1))
    assert [complaint.at for complaint in talk.complaints()] == [ago(hours=0.4)]


def test_what_is_said_in_one_breath_in_a_chat_is_said_once(talk: Talk) -> None:
    talk.keep(chat(1, 1), chat(2, 0.99), chat(3, 0.98), chat(4, 0.97))
    assert talk.complaints() == []
    talk.keep(chat(5, 0.5), chat(6, 0.2))
    assert len(talk.complaints()) == 1


def test_a_machine_never_complains(talk: Talk) -> None:
    bought(talk)
    talk.keep(mail(automatic=True, body="I want my money back"))
    assert talk.complaints() == []


# ---- languages --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "told", "language"),
    [
        ("Hola, ¿podéis cambiar la dirección del envío? Me mudo el viernes.", "", "es"),
        ("先日注文した湯呑みが届きました。とても気に入っています。", "en", "ja"),
        ("สวัสดีค่ะ ถ้วยกาแฟคู่มีสีอื่นไหมคะ อยากได้สีฟ้าค่ะ", "", "th"),  # none of the shop's, and clear
        ("OK 👍", "pt-br", "pt-br"),
        ("Mug 2x, Tea 3x, order 12345 12346", "", ""),
        ("", "", ""),
    ],
)
def test_the_language_is_that_of_the_text_where_it_is_clear(talk: Talk, body: str, told: str, language: str) -> None:
    talk.keep(chat(body=body, language=told))
    assert talk.messages()[0].language == language


# ---- hostile text -----------------------------------------------------------------------------------------------


def test_wild_text_is_kept_bounded_and_without_what_breaks_a_store(talk: Talk) -> None:
    wild = "\x1b[2J\0\ud800\u202e" + "A" * 200_000
    talk.keep(mail(body=wild, subject=wild, name=wild, quoted=wild, language=wild, references=(wild,) * 500))
    (message,) = talk.messages()
    assert 99_900 < len(message.body) <= 100_000
    assert len(message.subject) <= 300
    assert "\0" not in message.body
    assert "\ud800" not in message.subject


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.text(max_size=80),
    subject=st.text(max_size=40),
    name=st.text(max_size=40),
    called=st.text(max_size=60),
    address=st.text(max_size=30) | st.just("eve@example.com"),
    words=st.text(max_size=12),
)
def test_whatever_comes_is_kept_or_left_and_search_takes_anything(
    talk: Talk, body: str, subject: str, name: str, called: str, address: str, words: str
) -> None:
    file = IncomingFile(name=called, media_type=called, size=1, content=b"x")
    told = mail(source_id=f"{hash(body)}", body=body, subject=subject, name=name, address=address, files=(file,))
    talk.keep(told)
    assert talk.keep(told).added == 0
    talk.read(conversations.search, words)
    for message in talk.messages():
        for kept in message.files:
            assert (talk.files / kept.path).resolve().is_relative_to(talk.files.resolve())
            assert "/" not in kept.name
            assert kept.name.isprintable()


# ---- any order, any page ----------------------------------------------------------------------------------------


@st.composite
def histories(draw: st.DrawFn) -> list[SourceMessage]:
    """A dozen messages of two people in mail and chat, with references to one another that may be missing."""
    told: list[SourceMessage] = []
    for number in range(draw(st.integers(1, 9))):
        hours = draw(st.sampled_from([1, 2, 5, 20, 24 * 20, 24 * 45, 24 * 80, 24 * 120])) + number / 7
        facts: dict[str, Any] = {
            "direction": draw(st.sampled_from([Direction.IN, Direction.IN, Direction.OUT])),
            "address": draw(st.sampled_from(["ada@example.com", "bob@example.com"])),
            "subject": draw(st.sampled_from(["Parcel", "Re: Parcel", "Colour", ""])),
            "body": draw(st.sampled_from(["Where is it?", "STOP", "I want my money back!"])),
            "automatic": draw(st.sampled_from([False, False, False, True])),
            "references": tuple(
                f"{each}@mail.example.com" for each in draw(st.lists(st.integers(0, 9), max_size=2, unique=True))
            ),
        }
        if draw(st.booleans()) and draw(st.booleans()):
            facts["thread"] = draw(st.sampled_from(["T1", "T2"]))
        told.append(mail(str(number), hours, **facts))
    return told


def state(talk: Talk) -> list[Any]:
    """What counts, in words that don't depend on the order of arrival."""
    found: list[Any] = []
    complaints = talk.complaints()
    for thread in talk.threads():
        said = sorted(message.source_id for message in talk.read(conversations.messages, thread.id))
        signs = sorted(each.sign for each in complaints if each.thread_id == thread.id)
        waits = (thread.waiting_since, thread.unanswered, thread.answered_at, thread.answered_elsewhere)
        found.append((said, thread.address, thread.subject, thread.started_at, thread.last_at, waits, signs))
    return sorted(found, key=lambda each: each[0])


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("orders")
    open_database(folder / "empty.db").close()
    return folder


@settings(max_examples=60, deadline=None)
@given(told=histories(), data=st.data())
def test_any_order_and_any_pages_give_the_same_threads(
    files: Path, told: list[SourceMessage], data: st.DataObject
) -> None:
    results: list[Any] = []
    shuffled = data.draw(st.permutations(told))
    cut = data.draw(st.integers(0, len(told)))
    for pages in ([told], [shuffled[:cut], shuffled[cut:]]):
        shutil.copy(files / "empty.db", files / "one.db")
        database = Database(files / "one.db")
        talk = Talk(database, files / "files")
        bought(talk, "ada@example.com")
        bought(talk, "bob@example.com")
        for page in pages:
            talk.keep(*page)
        results.append(state(talk))
        database.close()
        for left in files.glob("one.db*"):
            left.unlink()
    assert results[0] == results[1]


# ---- an id that is taken ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("together", [True, False])
def test_a_form_that_gives_all_its_mails_one_id_loses_none(talk: Talk, together: bool) -> None:
    told = [mail("form", 3), mail("form", 2, address="bob@example.com"), mail("form", 1, body="Another question.")]
    for records in [told] if together else [[each] for each in told]:
        talk.keep(*records)
    assert talk.keep(*told) == Counts(3, unchanged=3)
    assert [message.body for message in talk.messages()] == ["Where is it?", "Another question.", "Where is it?"]


def test_nobody_changes_what_the_shop_wrote_by_naming_its_id(talk: Talk) -> None:
    talk.keep(mail("q", 3), answer("a", 2, references=("q@mail.example.com",)))
    talk.keep(mail("a", 2, body="We refund you twice.", references=("q@mail.example.com",)))
    assert [(message.direction, message.body) for message in talk.messages()] == [
        (Direction.IN, "Where is it?"),
        (Direction.OUT, "On its way."),
        (Direction.IN, "We refund you twice."),
    ]


def test_a_mail_that_is_read_better_than_before_is_the_same_one(talk: Talk) -> None:
    talk.keep(mail("q", 3, body="Where is it? > quoted"))
    assert talk.keep(mail("q", 3)) == Counts(1, changed=1)
