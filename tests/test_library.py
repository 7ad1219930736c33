"""Rules, countries and texts: ours, the seller's instead of them, and what is said of mistakes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest

from retcon import library
from retcon.errors import ConfigError
from retcon.library import territories
from retcon.model.people import Purpose
from retcon.model.playbook import Moment
from retcon.retention import languages

RULE = """
id = "tea-lovers"
title = "tea"
moment = "habit"
stage = "habit"
purpose = "relationship"
template = "tea"
channels = ["email"]

[when]
silent_days = "30-40"
orders = "3+"
tier = ["vip", "high"]
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A seller's folder with one text of their own."""
    write(tmp_path / "templates/en/tea.txt", "Subject: Tea\n\nHello {{ customer.name }}.\n")
    return tmp_path


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def mistakes(home: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        library.check(home)
    return [str(mistake).removeprefix(f"{home}/") for mistake in caught.value.mistakes]


# ---- rules ------------------------------------------------------------------------------------------------------


OURS = {
    "answer": ["complaint", "promise", "stop-confirmed", "unanswered"],
    "slipping": ["coupon-expired", "drifting", "sleepers", "vip-silent"],
    "first_week": ["cancelled-order", "first-contact", "order-note", "parcel-note"],
    "after_delivery": ["arrived", "permission", "review-answer", "review-request", "trouble-check", "usage-tips"],
    "reason": [
        *("accessories", "festival-gift", "festival-sale", "new-uses"),
        *("next-size", "reason-to-return", "replenishment"),
    ],
    "habit": ["membership", "value-letter"],
    "friends": ["co-creation", "referral", "story"],
    "come_back": ["win-back", "win-back-coupon"],
}
IDS = [id_ for ids in OURS.values() for id_ in ids]


def test_our_rules_come_in_the_order_of_today(home: Path) -> None:
    found = library.rules(home)
    assert [rule.id for rule in found] == IDS
    assert {rule.id: rule.moment for rule in found} == {id_: at for at, ids in OURS.items() for id_ in ids}
    note = next(rule for rule in found if rule.id == "parcel-note")
    assert (note.moment, note.purpose, note.trigger) == (Moment.FIRST_WEEK, Purpose.SERVICE, "first_order")
    assert (note.due_days, note.expires_days, note.due_when_shipped) == (2, 7, True)
    assert note.covers == "parcel"
    personal = {"complaint", "promise", "unanswered", "vip-silent", "first-contact", "story"}
    assert {rule.id for rule in found if rule.personal} == personal


def test_whatever_sells_to_everybody_is_capped(home: Path) -> None:
    """A shop of a hundred thousand doesn't write a hundred thousand festival letters in a night."""
    uncapped = {rule.id for rule in library.rules(home) if rule.purpose is not Purpose.SERVICE and not rule.cap}
    assert uncapped == {"sleepers", "vip-silent"}


def test_service_is_for_facts_on_an_order_and_answers_alone(home: Path) -> None:
    service = {rule.id for rule in library.rules(home) if rule.purpose is Purpose.SERVICE}
    assert service == {
        *OURS["answer"],
        *OURS["first_week"],
        *("arrived", "trouble-check", "review-answer", "permission"),
    }


def test_a_rule_with_a_trigger_waits_for_something_said(home: Path) -> None:
    promise = next(rule for rule in library.rules(home) if rule.id == "promise")
    assert (promise.trigger, promise.due_hours, promise.expires_days) == ("promise", 24, 60)
    assert (promise.template, promise.channels, promise.purpose) == ("", (), Purpose.SERVICE)


SAID = """
id = "angry"
title = "angry"
moment = "answer"
stage = "trust"
purpose = "service"
trigger = "unanswered"
"""


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("[when]\nhours = 2\nsilent_days = 3", "when: silent_days is unknown. Allowed: hours, expires_days."),
        ("[when]\nexpires_days = 0", "when.expires_days = 0 is not allowed. Allowed: 1 to 365."),
        ("[when]\nhours = -1", "when.hours = -1 is not allowed."),
        ('template = "nowhere"', "template = “nowhere” has no text."),
    ],
)
def test_a_trigger_has_hours_and_days_of_its_own(home: Path, given: str, said: str) -> None:
    write(home / "playbooks/angry.toml", SAID)
    assert next(rule for rule in library.rules(home) if rule.id == "angry").trigger == "unanswered"
    write(home / "playbooks/angry.toml", f"{SAID}{given}\n")
    assert any(said in mistake for mistake in mistakes(home))


def test_without_a_trigger_a_rule_needs_a_text_and_channels(home: Path) -> None:
    write(home / "playbooks/tea.toml", RULE.replace('template = "tea"\nchannels = ["email"]\n', 'covers = "order"\n'))
    assert mistakes(home) == [
        "playbooks/tea.toml: template is missing. It is the name of its text.",
        "playbooks/tea.toml: channels is missing. It is the kinds of channel.",
    ]
    write(home / "playbooks/tea.toml", RULE.replace('template = "tea"', 'template = "tea"\ncovers = "tax"'))
    assert "Allowed: one of order, parcel, delivery, review." in mistakes(home)[0]
    write(home / "playbooks/tea.toml", SAID.replace('"unanswered"', '"sunrise"'))
    assert "Allowed: one of unanswered, promise, complaint, stop, first_order, silence," in mistakes(home)[0]


def test_a_rule_of_the_sellers_own_is_one_of_them(home: Path) -> None:
    write(home / "playbooks/tea.toml", RULE)
    rule = next(rule for rule in library.rules(home) if rule.id == "tea-lovers")
    assert (rule.trigger, rule.due_days, rule.expires_days) == ("silence", 30, 40)
    assert rule.when == {"orders": (3, None), "tier": frozenset({"vip", "high"})}
    assert rule.file == str(home / "playbooks/tea.toml")


def test_the_sellers_rule_takes_the_place_of_ours(home: Path) -> None:
    write(home / "playbooks/mine.toml", RULE.replace("tea-lovers", "sleepers"))
    assert [rule.title for rule in library.rules(home) if rule.id == "sleepers"] == ["tea"]


def test_a_rule_is_switched_off_by_its_id(home: Path) -> None:
    write(home / "playbooks/off.toml", 'id = "sleepers"\nenabled = false\n')
    assert [rule.id for rule in library.rules(home)] == [id_ for id_ in IDS if id_ != "sleepers"]
    off = next(rule for rule in library.all_rules(home) if rule.id == "sleepers")
    assert (off.enabled, off.title, off.file) == (
        False,
        "“we miss you”, tips, no coupon",
        str(home / "playbooks/off.toml"),
    )


def test_a_change_is_noticed_at_once(home: Path) -> None:
    file = home / "playbooks/tea.toml"
    write(file, RULE)
    first = library.rules(home)
    assert library.rules(home) is first
    write(file, RULE.replace('"tea"\nmoment', '"green tea"\nmoment'))
    assert "green tea" in [rule.title for rule in library.rules(home)]
    file.unlink()
    assert "tea-lovers" not in [rule.id for rule in library.rules(home)]


def test_a_home_that_was_moved_is_the_same(home: Path) -> None:
    write(home / "regions/fr.toml", 'country = "FR"')
    moved = shutil.copytree(home, home / "elsewhere" / "home")

    assert library.stamp(home)
    assert library.stamp(moved) == library.stamp(home)


def test_all_mistakes_of_all_files_are_told_at_once_with_their_lines(home: Path) -> None:
    write(
        home / "playbooks/a.toml",
        'id = "Big Name"\ntitel = "x"\nmoment = "never"\npersonal = "yes"\n\n[when]\norders = "many"\ntier = "vip"\n',
    )
    write(home / "playbooks/b.toml", "id = ")
    write(home / "playbooks/c.toml", RULE.replace('"tea"\nchannels', '"coffee"\nchannels'))
    write(home / "regions/fr.toml", 'country = "France"\n[hours]\nmonday = "9-18"\nfri = "18:00-09:00"\n')
    write(home / "templates/en/tea.txt", "Hello.\n")
    found = mistakes(home)
    for said in (
        'playbooks/a.toml:1: id = "Big Name" is not allowed. Allowed: small letters, digits and hyphens.',
        "playbooks/a.toml:2: titel is unknown.",
        'playbooks/a.toml:3: moment = "never" is not allowed. Allowed: one of answer, decide, slipping,',
        "playbooks/a.toml:4: personal is text. Allowed: true or false.",
        'playbooks/a.toml:7: when.orders = "many" is not allowed. Allowed: a number, "2+" or "60-90".',
        "playbooks/a.toml:8: when.tier is text. Allowed: a list of vip, high,",
        "playbooks/a.toml: purpose is missing.",
        "playbooks/b.toml:1: ",
        "playbooks/c.toml:7: template = “coffee” has no text. Write one: templates/en/coffee.txt",
        'regions/fr.toml:1: country = "France" is not allowed. Allowed: a code such as "DE".',
        "regions/fr.toml:3: hours.monday is no day.",
        'regions/fr.toml:4: hours.fri holds no hours. Allowed: such as "10:00-18:00".',
        "templates/en/tea.txt:1: The first line is no subject. Write: Subject: your words",
    ):
        assert any(mistake.startswith(said) for mistake in found), (said, found)


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("", "when: nothing says when it is due. Give days_since_first_order or silent_days."),
        ('silent_days = "45+"', "when.silent_days has no end."),
        ('silent_days = "90-60"', 'when.silent_days = "90-60" is not allowed.'),
        ("silent_days = -3", "when.silent_days = -3 is not allowed."),
        ("silent_days = true", "when.silent_days = True is not allowed."),
        ('silent_days = "1-2"\ndue_when_shipped = true', "when.due_when_shipped is for first orders."),
        ("silent_days = 5\nspent = 3", "when: spent is unknown."),
        ("silent_days = 5\ntier = []", "when.tier = [] is not allowed."),
    ],
)
def test_a_rule_must_say_when_it_is_due_and_when_it_ends(home: Path, when: str, said: str) -> None:
    write(home / "playbooks/tea.toml", f"{RULE[: RULE.index('[when]')]}[when]\n{when}\n")
    assert any(said in mistake for mistake in mistakes(home))


DAYS = """
id = "days"
title = "days"
moment = "habit"
stage = "habit"
purpose = "marketing"
template = "tea"
channels = ["email"]
"""


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ('trigger = "delivery"\n[when]', "days.toml:10: when: nothing says when it is due. Give days."),
        ('trigger = "delivery"\n[when]\ndays = "3+"', "when.days has no end."),
        ('trigger = "festival"\n[when]\ndays = "3-4"', "when.days is no day of the trigger “festival”."),
        ('trigger = "article_used_up"\n[when]\nbefore_days = 400', "when.before_days = 400 is not allowed."),
        ('trigger = "delivery"\n[when]\ndays = "1-2"\nkinds = ["gift"]', "when.kinds is for the trigger “festival”."),
        ('trigger = "review"\n[when]\ndays = "1-2"\nrating = "good"', 'when.rating = "good" is not allowed.'),
        ('[when]\nsilent_days = "1-2"\ncountries = ["Germany"]', 'when.countries = ["Germany"] is not allowed.'),
        ('[when]\nsilent_days = "1-2"\nstyles = ["rich"]', "Allowed: a list of personal, cash_back, cultural."),
        ('[when]\nsilent_days = "1-2"\nsegment = ""', 'when.segment = "" is not allowed.'),
        (
            'needs = ["product.colour"]\n[when]\nsilent_days = "1-2"',
            'Allowed: a list of facts such as ["product.tips"].',
        ),
        ('variants = ["coffee"]\n[when]\nsilent_days = "1-2"', "variants = “coffee” has no text."),
        ('priority = 12\n[when]\nsilent_days = "1-2"', "priority = 12 is not allowed. Allowed: 1 to 9."),
        ('cap = -1\n[when]\nsilent_days = "1-2"', "cap = -1 is not allowed."),
    ],
)
def test_what_a_rule_cannot_say_is_told_with_what_it_can(home: Path, given: str, said: str) -> None:
    write(home / "playbooks/days.toml", f"{DAYS}{given}\n")
    found = mistakes(home)
    assert any(said in mistake for mistake in found), found
    assert all(mistake.startswith("playbooks/days.toml:") for mistake in found)


def test_a_rule_says_all_that_it_can(home: Path) -> None:
    words = """
trigger = "festival"
needs = ["festival.name", "season"]
priority = 2
cap = 50
rest_days = 30
once = true
[when]
before_days = 30
kinds = ["gift"]
festivals = ["eid-al-fitr"]
countries = ["SA", "AE"]
styles = ["cultural"]
segment = "regulars"
silent_days = "0-365"
"""
    write(home / "playbooks/days.toml", DAYS + words)
    rule = next(rule for rule in library.rules(home) if rule.id == "days")
    assert (rule.trigger, rule.due_days, rule.priority, rule.cap, rule.rest_days) == ("festival", -30, 2, 50, 30)
    assert (rule.once, rule.own, rule.needs) == (True, True, ("festival.name", "season"))
    assert rule.when == {
        "silent_days": (0, 365),
        "kinds": frozenset({"gift"}),
        "festivals": frozenset({"eid-al-fitr"}),
        "countries": frozenset({"SA", "AE"}),
        "styles": frozenset({"cultural"}),
        "segment": "regulars",
    }


def test_two_files_of_one_folder_cannot_be_the_same_rule(home: Path) -> None:
    write(home / "playbooks/a.toml", RULE)
    write(home / "playbooks/b.toml", RULE)
    assert mistakes(home) == ["playbooks/b.toml: Its id “tea-lovers” is that of a.toml too. Change one."]


def test_a_file_that_cannot_be_read_is_named(home: Path) -> None:
    (home / "playbooks").mkdir()
    (home / "playbooks/latin.toml").write_bytes(b'id = "caf\xe9"')
    (home / "templates/en/coffee.txt").write_bytes(b"Subject: caf\xe9\n\nx")
    assert mistakes(home) == [
        "playbooks/latin.toml: cannot be read: it is not UTF-8.",
        "templates/en/coffee.txt: cannot be read: it is not UTF-8.",
    ]


def test_a_fact_that_there_is_not_is_told_with_those_that_there_are(home: Path) -> None:
    write(home / "templates/en/tea.txt", "Subject: Tea\n\nHello.\n{{ customer.fist_name }}\n{{ user }}\n")
    (mistake,) = mistakes(home)
    assert mistake.startswith("templates/en/tea.txt:")
    assert "Allowed: customer, shop, order" in mistake
    write(home / "templates/en/tea.txt", "Subject: Tea\n\nHello.\n{{ customer.fist_name }}\n")
    assert mistakes(home) == ["templates/en/tea.txt:4: customer.fist_name is no fact. Allowed: name, first_name."]


def test_the_grammar_of_a_text_is_checked_with_its_line(home: Path) -> None:
    write(home / "templates/en/tea.txt", "Subject: Tea\n\nHello.\n{% if customer.name %}\nx\n")
    (mistake,) = mistakes(home)
    assert mistake.startswith("templates/en/tea.txt:5: Unexpected end of template.")
    assert mistake.endswith("Jinja2 is expected.")


# ---- texts ------------------------------------------------------------------------------------------------------


def test_our_texts_are_there_in_every_language_each_with_its_footer(home: Path) -> None:
    for rule in library.rules(home):
        if not rule.template:
            continue
        texts = library.templates(home, rule.template)
        assert set(texts) >= set(languages.OURS)
        assert "Werbung" in texts["de"].footer
        assert "STOP" in texts["en"].footer


def test_the_sellers_text_wins_and_a_new_language_takes_the_english_footer(home: Path) -> None:
    write(home / "templates/de/sleepers.txt", "\ufeffSubject: Mein Betreff\n\nMein Text.\n")
    write(home / "templates/sv/sleepers.txt", "Subject: Objekt\n\nText.\n")
    write(home / "templates/notes/sleepers.txt", "no text of ours")
    texts = library.templates(home, "sleepers")
    assert "sv" in texts
    assert "notes" not in texts
    assert texts["de"].subject == "Mein Betreff"
    assert "Mein Text." in texts["de"].body
    assert texts["sv"].footer == texts["en"].footer


def test_a_text_that_nobody_wrote_is_no_mistake(home: Path) -> None:
    assert library.templates(home, "nothing") == {}


def test_the_library_is_read_without_the_template_engine() -> None:
    code = (
        "import sys; from pathlib import Path; from retcon import library; library.rules(Path('x'));"
        "library.profile(Path('x'), 'DE'); sys.exit(bool({'jinja2', 'babel', 'email_validator'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, env=dict(os.environ)).returncode == 0


def test_the_names_of_countries_are_those_of_cldr() -> None:
    from babel import Locale

    known: dict[str, str] = dict(cast("Any", Locale.parse("en").territories))
    assert {code: known[code] for code in territories.names()} == territories.names()
    assert {code for code in known if len(code) == 2 and code.isalpha()} == set(territories.names())
