"""What stands in a message and may not, or is missing: and what is harmless in many languages."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retcon import library
from retcon.channels import wording
from retcon.channels.policy import Question
from retcon.model.people import Purpose
from retcon.model.policy import Answer
from tests.asked import NOON, question, said, verdict
from tests.situations import PROFILE, order, situation

TEXTS = Path(__file__).parent.parent.parent / "src" / "retcon" / "data"
FOOTER = "Northlight Goods, Kastanienallee 1, 10435 Berlin\nReply STOP and we won't write to you like this again."
KOREA = replace(
    PROFILE,
    country="KR",
    name="South Korea",
    labels={"email": "(광고)", "sms": "(광고)"},
    forbids=frozenset({"benefit_in_service"}),
)
EMIRATES = replace(PROFILE, country="AE", name="the United Arab Emirates", forbids=frozenset({"link_in_sms"}))


def advertising(words: str = "Our new bowls are here.", footer: str = FOOTER, **changes: Any) -> Question:
    return question(**{"subject": "New bowls", "body": f"{words}\n\n{footer}", **changes})


def service(words: str, **changes: Any) -> Question:
    return question(**{"purpose": Purpose.SERVICE, "subject": "Your order", "body": words, **changes})


def says(asked: Question) -> str:
    """What is said of the words; empty where nothing is."""
    return said(asked, "wording") if verdict(asked, "wording") else ""


def test_a_message_with_all_that_it_needs_is_let_through() -> None:
    assert says(advertising()) == ""
    assert says(service("Your parcel is on its way.")) == ""


# ---- what must stand in it ---------------------------------------------------------------------------------------


def test_a_footer_that_was_deleted_is_missed() -> None:
    assert says(advertising(footer="")) == (
        "no: Your postal address isn't in the text, and advertising must carry it. Put it back."
        " The text doesn't say how to get no more of these. Put back a line such as: Reply STOP."
    )
    assert says(advertising(footer="", profile=replace(PROFILE, marketing_needs=()))) == ""
    assert says(service("Your parcel is on its way.", profile=PROFILE)) == ""


def test_an_address_may_be_broken_into_lines() -> None:
    broken = "Northlight Goods\nKastanienallee 1\n10435 BERLIN\n\nReply STOP to end this."
    assert says(advertising(footer=broken)) == ""
    assert "postal address" in says(advertising(footer=broken.replace("10435", "10436")))


@pytest.mark.parametrize(
    "line",
    [
        "Antworten Sie mit STOP.",
        "Répondez « stop » pour ne plus rien recevoir.",
        "Unsubscribe: https://shop.example/leave",
        "‘STOP’이라고 답장해 주세요.",
        "不要な場合は「STOP」とご返信ください。",
        "Hier können Sie sich abmelden.",
        "수신거부",
    ],
)
def test_a_way_out_is_seen_in_many_languages(line: str) -> None:
    assert says(advertising(footer=FOOTER.replace("Reply STOP and we won't write to you like this again.", line))) == ""


def test_nothing_stops_is_no_way_out() -> None:
    asked = advertising("We never stop looking for good clay.", footer=FOOTER.partition("\n")[0])
    assert "how to get no more" in says(asked)


def test_the_notice_that_one_may_object_is_missed_in_a_mail() -> None:
    germany = replace(PROFILE, name="Germany", marketing_needs=("objection_notice",))
    assert says(advertising(profile=germany)) == (
        "no: Advertising to Germany must say that one may object to it at any time. Put the sentence back."
    )
    assert says(advertising(footer="Sie können jederzeit widersprechen.", profile=germany)) == ""
    assert says(advertising(footer="", profile=germany, kind="telegram", channel="bot")) == ""


def test_every_footer_of_ours_passes() -> None:
    for file in TEXTS.glob("templates/*/footer.txt"):
        mail, _, chat = file.read_text("utf-8").partition("=== chat ===")
        needs = replace(PROFILE, marketing_needs=("unsubscribe", "objection_notice"))
        assert says(advertising(footer=mail, profile=needs)) == "", file
        assert says(advertising(footer=chat, profile=needs, kind="telegram", channel="bot")) == "", file


def test_advertising_begins_with_its_label() -> None:
    asked = advertising(profile=KOREA)
    assert says(asked) == ("no: Advertising to South Korea must begin with (광고). Put it at the start of the subject.")
    assert says(replace(asked, subject="(광고) 새 그릇")) == ""
    assert says(replace(asked, subject="（광고）새 그릇")) == ""  # full-width brackets
    by_sms = replace(asked, kind="sms", channel="sms", subject="(광고)")
    assert says(by_sms).endswith("Put it at the start of the text.")
    assert says(replace(by_sms, body=f"(광고) {asked.body}")) == ""
    assert says(replace(asked, kind="telegram", channel="bot")) == ""  # none is asked for there
    assert says(service("Your parcel is on its way.", profile=KOREA)) == ""


# ---- share and win ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "Share this post and win a bowl!",
        "Like and share for a chance to win one of three bowls.",
        "Tag two friends to enter the giveaway.",
        "Teilen Sie den Beitrag und gewinnen Sie eine Schale.",
        "Teile unseren Beitrag, um eine Schale zu gewinnen.",
        "Partagez cette publication et gagnez un bol.",
        "Likez et tentez votre chance.",
        "Comparte esta publicación y gana un cuenco.",
        "Etiqueta a dos amigos y participa en el sorteo.",
        "Condividi il post e vinci una ciotola.",
        "Compartilhe e ganhe uma tigela.",
        "Deel dit bericht en win een kom.",
        "Udostępnij post i wygraj miskę.",
        "Gönderiyi paylaş, bir kase kazan!",
        "شاركوا المنشور واربحوا وعاء.",
        "שתפו את הפוסט ותזכו בקערה.",
        "この投稿をシェアすると抽選で器が当たります。",
        "게시물을 공유하시면 추첨을 통해 그릇을 드립니다.",
        "分享本帖，即可参加抽奖。",
        "分享貼文就有機會抽獎。",
        "แชร์โพสต์นี้ลุ้นรับชามฟรี",
        "Bagikan postingan ini dan menangkan mangkuk.",
        "Kongsi hantaran ini dan menangi mangkuk.",
        "Chia sẻ bài viết để có cơ hội trúng một chiếc bát.",
        "इस पोस्ट को शेयर करें और एक कटोरा जीतें।",
    ],
)
def test_prizes_for_sharing_are_refused(words: str) -> None:
    refused = says(advertising(words))
    assert refused.startswith("no: “")
    assert refused.endswith(": Facebook and Instagram forbid prizes for sharing. Say it without.")


@pytest.mark.parametrize(
    "words",
    [
        "Please share your thoughts with us. We won a design prize in May.",
        "I wanted to share that our studio won an award.",
        "If you like it, tell us; if not, tell us too.",
        "Follow the parcel here. It should arrive by Friday.",
        "If you know somebody it would suit: your friend gets 10 % off, and you get 5 euros.",
        "Wir teilen Ihre Freude und möchten Ihr Vertrauen nicht verlieren.",
        "Folgen Sie der Anleitung, um Zeit zu gewinnen.",
        "Teilen Sie uns mit, ob alles passt.",
        "Partagez votre adresse pour gagner du temps.",
        "Nous partageons votre avis et gagnons à vous écouter.",
        "Comparta con nosotros su opinión: nos ayuda mucho.",
        "Comparta su dirección para ganar tiempo.",
        "Condividi con noi la tua opinione, e grazie.",
        "Partilhe connosco a sua opinião para ganhar tempo.",
        "Deel uw ervaring met ons; wij lezen elk bericht.",
        "Obserwuj przesyłkę tutaj.",
        "Paketinizi buradan takip edebilirsiniz.",
        "شاركونا رأيكم، فهو يهمنا كثيرا.",
        "שתפו אותנו בדעתכם.",
        "プレゼント選びもしっかりフォローいたします。",
        "의견을 공유해 주시면 큰 도움이 됩니다.",
        "欢迎与我们分享您的使用感受。",
        "แชร์ความคิดเห็นกับเราได้เลย",
        "Bagikan pendapat Anda kepada kami.",
        "Hãy chia sẻ ý kiến với chúng tôi.",
        "अपनी राय हमसे साझा करें।",
    ],
)
def test_sharing_a_thought_is_harmless(words: str) -> None:
    assert says(advertising(words)) == ""


def test_no_text_of_ours_asks_to_share() -> None:
    files = [*TEXTS.glob("templates/*/*.txt"), *TEXTS.glob("phrases/*.toml")]
    assert files
    for file in files:
        assert says(advertising(file.read_text("utf-8"))) == "", file


# ---- a benefit in a service message -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Use the coupon BOWL10 next time.", "coupon"),
        ("You get 20 % off your next order.", "20 % off"),
        ("Ihr Rabattcode: SCHALE10", "Rabattcode"),
        ("Voici un code promo pour vous.", "code promo"),
        ("Le regalamos un cupón.", "cupón"),
        ("다음 주문에 쓰실 쿠폰을 드립니다.", "쿠폰"),
        ("次回使える割引コードです。", "割引"),
        ("随信附上优惠券一张。", "优惠券"),
        ("هذا كوبون لطلبكم القادم.", "كوبون"),
        ("Oto kod rabatowy.", "rabatowy"),
    ],
)
def test_a_benefit_in_a_service_message_is_told_and_forbidden_where_the_country_says_so(words: str, found: str) -> None:
    assert says(service(words)) == (
        f"yes: “{found}” stands in a service message: in many countries that makes it advertising."
    )
    assert says(service(words, profile=KOREA)) == (
        f"no: “{found}” makes a service message to South Korea advertising. Take it out."
    )
    assert says(service(words, profile=KOREA, answers_at=NOON - timedelta(days=2))) == ""  # they asked about it


@pytest.mark.parametrize(
    "words",
    [
        "The scarf is 100 % wool; wash it at 30 °C.",
        "La remise du colis se fait en main propre.",
        "Laden Sie den Akku vor dem ersten Gebrauch auf 80 %.",
        "Il corriere è un buono a sapersi.",
        "Kullanım kılavuzunu buradan indirin.",
        "कोई सामान छूट गया हो तो हमें लिखें।",
        "Your refund of 20.00 € is on its way.",
        "면 100% 소재입니다.",
        "The temperature is -5 °C there.",
    ],
)
def test_what_is_no_benefit_is_harmless(words: str) -> None:
    assert says(service(words, profile=KOREA)) == ""


def test_no_service_message_of_ours_gives_a_benefit() -> None:
    home = Path("nobody's home")
    rules = [rule for rule in library.all_rules(home) if rule.purpose is Purpose.SERVICE and rule.template]
    assert rules
    for rule in rules:
        for text in library.templates(home, rule.template).values():
            assert says(service(f"{text.subject}\n{text.body}\n{text.chat}\n{text.invite}")) == "", text.file


# ---- links ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("Look: https://shop.example/sale.", "https://shop.example/sale"),
        ("Look at www.shop.example", "www.shop.example"),
        ("Write to wa.me/15550100", "wa.me/15550100"),
        ("See bit.ly/x1", "bit.ly/x1"),
        ("Call +971 4 555 0100", "+971 4 555 0100"),
        ("Call 04 555 0100 2", "04 555 0100 2"),
    ],
)
@pytest.mark.parametrize("purpose", [Purpose.MARKETING, Purpose.SERVICE])
def test_an_sms_to_the_emirates_holds_no_link_and_no_number(purpose: Purpose, words: str, found: str) -> None:
    asked = advertising(words, profile=EMIRATES, kind="sms", channel="sms", purpose=purpose)
    assert says(asked) == (
        f"no: No link and no number may stand in an SMS to the United Arab Emirates. Take out “{found}”."
    )
    assert says(replace(asked, kind="email")) == ""
    assert says(replace(asked, profile=PROFILE)) == ""


def test_what_leads_off_a_marketplace_is_refused() -> None:
    lent = service("", recipient="x1@marketplace.amazon.de", situation=situation(order("305-1234567-1234567")))
    refused = "no: A marketplace lends this address and forbids to lead buyers away. Take out “{}”."
    assert says(replace(lent, body="See shop.example.com.")) == refused.format("shop.example.com")
    assert says(replace(lent, body="Write to hello@shop.example now")) == refused.format("hello@shop.example")
    assert says(replace(lent, body="Call (030) 123 45 67.")) == refused.format("(030) 123 45 67")
    assert says(replace(lent, recipient="ada@example.org", body="See shop.example.com.")) == ""


@pytest.mark.parametrize(
    "words",
    [
        "Your order 305-1234567-1234567 left on 2026-11-20, parcel 6A1234.",
        "Order 028-7654321-7654321 of 03.05.2026 or 03/05/2026, 05-12-2026.",
        "Parcel number 00340434161094015902 or 1Z999AA10123456784.",
        "It costs 1,299.00 € at 10:30. It fits e.g. 20-30 cm.",
        "Thank you.It is on its way... all good!",
    ],
)
def test_numbers_and_dates_are_no_phone_numbers(words: str) -> None:
    lent = service(words, recipient="x1@marketplace.amazon.de", situation=situation(order("305-1234567-1234567")))
    assert says(lent) == ""


def test_one_link_is_enough_in_a_chat_that_goes_to_many() -> None:
    many = advertising("https://shop.example/a or https://shop.example/b", kind="telegram", channel="bot", mass=True)
    assert says(many) == "yes: It has 2 links and goes to many: networks take that for spam. One is enough."
    assert says(replace(many, mass=False)) == ""
    assert says(replace(many, kind="email")) == ""


def test_what_is_unwise_holds_nothing_back() -> None:
    found = verdict(service("Here is a coupon."), "wording")
    assert found is not None
    assert found.answer is Answer.YES


@given(words=st.text(max_size=400), purpose=st.sampled_from(Purpose), kind=st.sampled_from(["email", "sms"]))
def test_whatever_is_written_is_judged_in_one_short_harmless_line(words: str, purpose: Purpose, kind: str) -> None:
    found = wording.wording(advertising(words, "", profile=KOREA, kind=kind, purpose=purpose), NOON)
    if found is not None:
        assert len(found.reason) < 500
        assert not {"\n", "\x1b", "\u202e"} & set(found.reason)
