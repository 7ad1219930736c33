"""What a mail tells: whose it is, what they wrote, what came back. Mails as they come, and broken ones."""

import email.mime.multipart
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retcon.model.conversations import Authenticated, Bounce, Direction, SourceMessage
from retcon.model.people import ConsentGiven, ConsentState
from retcon.sync import mime
from retcon.sync.mime import Own

OWN = Own.of(("Northlight <hello@shop.example>", "nora@shop.example", "@northlight.example"))
ARRIVED = datetime(2026, 11, 19, 10, 5, tzinfo=UTC)
WRITTEN = datetime(2026, 11, 19, 10, tzinfo=UTC)


def raw(headers: str, body: str | bytes = "Where is my parcel?\n") -> bytes:
    """A mail by its headers, a line each, and its body."""
    content = body if isinstance(body, bytes) else body.encode()
    return (
        headers.strip().replace("\n", "\r\n").encode()
        + b"\r\n\r\n"
        + content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    )


def from_anna(body: str | bytes = "Where is my parcel?\n", **headers: str) -> bytes:
    """A mail of Anna's to the shop; more headers with _ for -."""
    every = {
        "From": "Anna Berg <anna@example.com>",
        "To": "hello@shop.example",
        "Subject": "My parcel",
        "Date": format_datetime(WRITTEN),
        "Message-ID": "<a1@example.com>",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return raw("\n".join(f"{name}: {value}" for name, value in every.items()), body)


def told(content: bytes, **how: Any) -> Any:
    return mime.read(content, OWN, ARRIVED, **how)


def message(content: bytes, **how: Any) -> SourceMessage:
    found = told(content, **how)
    assert isinstance(found, SourceMessage), found
    return found


# ---- whose it is ------------------------------------------------------------------------------------------------


def test_a_customer_writes_to_the_shop() -> None:
    read = message(from_anna())
    assert (read.direction, read.address, read.name) == (Direction.IN, "anna@example.com", "Anna Berg")
    assert (read.source_id, read.subject, read.at) == ("a1@example.com", "My parcel", WRITTEN)
    assert (read.body, read.quoted, read.files) == ("Where is my parcel?", "", ())
    assert not read.automatic
    assert not read.bulk


@pytest.mark.parametrize(
    "sender", ["hello@shop.example", "NORA@Shop.example", "hello+orders@shop.example", "any@northlight.example"]
)
def test_what_an_address_of_the_shop_writes_goes_out(sender: str) -> None:
    read = message(
        from_anna(From=f"Nora <{sender}>", To="nora@shop.example, Anna <Anna@example.com>", Cc="x@example.org")
    )
    assert (read.direction, read.address, read.name) == (Direction.OUT, "anna@example.com", "Anna")


def test_what_lies_in_the_sent_folder_goes_out_whoever_wrote_it() -> None:
    read = message(from_anna(From="alias@other.example", To="anna@example.com"), sent=True)
    assert (read.direction, read.address) == (Direction.OUT, "anna@example.com")
    assert told(from_anna(From="alias@other.example", To="undisclosed-recipients:;"), sent=True) is None


def test_a_copy_to_hidden_recipients_is_to_the_first_of_them() -> None:
    assert (
        message(from_anna(From="hello@shop.example", To="", Bcc="anna@example.com"), sent=True).address
        == "anna@example.com"
    )


def test_a_mail_to_very_many_is_bulk() -> None:
    many = ", ".join(f"c{number}@example.com" for number in range(20))
    assert message(from_anna(From="hello@shop.example", To=many), sent=True).bulk


def test_nobody_files_words_under_another_customer_by_reply_to() -> None:
    read = message(from_anna("STOP\n", From="mallory@example.org", Reply_To="anna@example.com"))
    assert read.address == "mallory@example.org"


def test_a_form_on_the_shops_site_speaks_for_whom_it_names() -> None:
    read = message(from_anna(From="WordPress <hello@shop.example>", Reply_To="Ben Ode <ben@example.com>"))
    assert (read.direction, read.address, read.name) == (Direction.IN, "ben@example.com", "Ben Ode")
    read = message(from_anna(From="Forms <noreply@forms.example>", Reply_To="ben@example.com"))
    assert (read.address, read.bulk) == ("ben@example.com", False)


def test_what_the_shop_system_tells_the_seller_of_an_order_is_nobodys_word() -> None:
    notice = from_anna(
        From="Shop <hello@shop.example>", Subject="[Northlight]: New order #1042", Reply_To="Ben <ben@example.com>"
    )
    assert not isinstance(told(notice), SourceMessage)


def test_a_newsletter_with_a_reply_to_stays_bulk() -> None:
    letter = from_anna(
        From="noreply@brand.example", Reply_To="care@brand.example", List_Unsubscribe="<https://x.example>"
    )
    read = message(letter)
    assert (read.address, read.bulk) == ("noreply@brand.example", True)


def test_a_mail_in_our_name_that_was_proved_to_be_anothers_is_no_answer_of_ours() -> None:
    forged = from_anna(
        From="hello@shop.example", To="anna@example.com", Authentication_Results="mx.example; spf=fail; dkim=none"
    )
    assert told(forged) is None


def test_our_own_mail_in_our_own_mailbox_tells_of_our_signatures() -> None:
    results = (
        "mx.example; dkim=fail header.i=@old; dkim=pass (2048 bit) header.i=@shop.example;\n spf=softfail; dmarc=pass"
    )
    seen = told(
        from_anna(From="hello@shop.example", Authentication_Results=results, Message_ID="<12.1.k@shop.example>")
    )
    assert isinstance(seen, Authenticated)
    assert (seen.source_id, seen.domain, seen.spf, seen.dkim, seen.dmarc) == (
        "12.1.k@shop.example", "shop.example", "softfail", "pass", "pass",
    )  # fmt: skip


def test_the_topmost_authentication_results_alone_count() -> None:
    written = raw(
        "Authentication-Results: mx.example; spf=fail\nAuthentication-Results: evil.example; spf=pass; dkim=pass"
    )
    assert mime.authentication(written) == {"spf": "fail"}
    assert mime.authentication(b"") == {}


# ---- when, and in which conversation ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("date", "at"),
    [
        ("Thu, 19 Nov 2026 11:00:00 +0100", WRITTEN),
        ("19 Nov 2026 10:00 GMT", WRITTEN),
        ("nonsense", ARRIVED),
        ("", ARRIVED),
        ("Thu, 01 Jan 1970 00:00:00 +0000", ARRIVED),
        ("Mon, 01 Jan 2035 00:00:00 +0000", ARRIVED),
        ("Thu, 99 Nov 999999 99:99:99 +9999999", ARRIVED),
        ("Fri, 1 Jan 10000 00:00:00 +0000", ARRIVED),
    ],
)
def test_a_date_that_cannot_be_is_the_day_of_arrival(date: str, at: datetime) -> None:
    assert message(from_anna(Date=date)).at == at


def test_a_clock_years_behind_is_known_by_the_server_that_took_the_mail() -> None:
    received = f"from x by mx.example; {format_datetime(WRITTEN)}"
    assert message(from_anna(Date="Tue, 01 Mar 2016 10:00:00 +0000", Received=received)).at == WRITTEN
    moved = mime.read(from_anna(Date="bad", Received=received), OWN, ARRIVED + timedelta(days=300))
    assert isinstance(moved, SourceMessage)
    assert moved.at == WRITTEN


def test_a_clock_that_is_an_hour_slow_puts_nothing_before_our_answer() -> None:
    received = f"from x by mx.example; {format_datetime(WRITTEN)}"
    slow = format_datetime(WRITTEN - timedelta(hours=1))
    assert message(from_anna(Date=slow, Received=received)).at == WRITTEN


def test_an_answer_names_what_it_answers_the_nearest_last() -> None:
    read = message(from_anna(References="<r1@x>\n <r2@x> <r3@x>", In_Reply_To="<r2@x>"))
    assert read.references == ("r1@x", "r3@x", "r2@x")
    assert message(from_anna(In_Reply_To="your mail of Tuesday")).references == ()


def test_a_mail_without_an_id_has_the_same_made_one_every_time() -> None:
    one, two = message(from_anna(Message_ID="")), message(from_anna(Message_ID="", Subject="Another"))
    assert one.source_id == message(from_anna(Message_ID="")).source_id
    assert one.source_id != two.source_id
    assert message(from_anna(Message_ID="bare@example.com")).source_id == "bare@example.com"


# ---- letters ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "charset", "named"),
    [
        ("注文した茶碗が届きません。いつ届きますか。", "iso-2022-jp", "iso-2022-jp"),
        ("注文した茶碗が届きません。①番です。", "cp932", "shift_jis"),
        ("我的包裹在哪里？谢谢。", "gb18030", "gb2312"),
        ("제 소포는 어디에 있나요?", "cp949", "ks_c_5601-1987"),
        ("أين طردي؟", "cp1256", "windows-1256"),
        ("איפה החבילה שלי?", "iso-8859-8", "iso-8859-8-i"),
        ("พัสดุของฉันอยู่ที่ไหน", "cp874", "tis-620"),
        ("“Größe” – 10 €", "cp1252", "iso-8859-1"),
        ("Wo ist mein Päckchen?", "utf-8", "us-ascii"),
        ("Wo ist mein Päckchen?", "utf-8", "x-unknown"),
        ("Где моя посылка? Я жду её уже две недели.", "utf-8", ""),
        ("Wo ist mein Päckchen?", "utf-8", "idna"),
    ],
)
def test_letters_of_every_charset_are_read_also_under_a_wrong_name(text: str, charset: str, named: str) -> None:
    kind = f"text/plain; charset={named}" if named else "text/plain"
    assert message(from_anna(text.encode(charset), Content_Type=kind)).body == text


def test_letters_under_no_name_are_guessed() -> None:
    text = "Где моя посылка? Я жду её уже две недели, и никто мне не отвечает. Пожалуйста, напишите мне."
    assert message(from_anna(text.encode("cp1251"), Content_Type="text/plain")).body == text


def test_headers_are_read_encoded_and_as_bare_bytes() -> None:
    encoded = "=?iso-2022-jp?B?GyRCQ2NPUhsoQg==?="
    read = message(from_anna(Subject=encoded, From="=?utf-8?q?J=C3=BCrgen_O?= =?utf-8?q?tt?= <j@example.com>"))
    assert (read.subject, read.name) == ("茶碗", "Jürgen Ott")
    assert message(from_anna(Subject="Päckchen", From="Jürgen <j@example.com>")).name == "Jürgen"
    assert message(from_anna(Subject="=?utf-8?b?broken?= rest")).subject


def test_flowed_lines_are_joined() -> None:
    flowed = "The bowl \nhas a crack.\n> it was \n> whole\nStill \n-- \nAnna\n"
    read = message(from_anna(flowed, Content_Type="text/plain; charset=utf-8; format=flowed"))
    assert read.body.startswith("The bowl has a crack.\n")
    assert read.quoted == "-- \nAnna".rstrip() or "Anna" in read.quoted


def alternative(plain: str | None, html: str) -> bytes:
    written = EmailMessage()
    written["From"], written["To"], written["Message-ID"] = "anna@example.com", "hello@shop.example", "<a1@example.com>"
    written["Subject"] = "My parcel"
    if plain is None:
        written.set_content(html, subtype="html")
    else:
        written.set_content(plain)
        written.add_alternative(html, subtype="html")
    return written.as_bytes()


def test_plain_words_are_taken_before_html_but_not_where_there_are_none() -> None:
    assert message(alternative("plain", "<p>rich</p>")).body == "plain"
    assert message(alternative(" \n", "<p>rich</p>")).body == "rich"


def test_of_html_only_what_a_reader_sees_is_told() -> None:
    html = """<!doctype html><html><head><title>t</title><style>p {color: red}</style></head><body>
    <div style="display: none; max-height:0">preheader</div><span style="font-size:0px">hidden</span>
    <p>Hello&nbsp;there,<br>see <a href="https://shop.example/p/7">the bowl</a> and
    <a href="https://shop.example/">shop.example</a></p><script>alert(1)</script><!-- comment -->
    <img src="https://track.example/x.gif" width=1 height=1 alt="pixel"><table><tr><td>Size</td><td>10</td></tr></table>
    </body></html>"""
    body = message(alternative(None, html)).body
    assert "Hello there,\nsee the bowl (https://shop.example/p/7) and shop.example" in body
    assert "Size" in body
    for hidden in ("preheader", "hidden", "alert", "comment", "track", "pixel", "red", "(https://shop.example/)"):
        assert hidden not in body


# ---- what is old ------------------------------------------------------------------------------------------------

ANNOUNCED = [
    "On Wed, 18 Nov 2026 at 10:00, Nora <hello@shop.example> wrote:",
    "On Wed, 18 Nov 2026 at 10:00, Northlight Goods & Company <\nhello@shop.example> wrote:",
    "On 18 Nov 2026, at 10:00, Nora wrote:",
    "Am 18.11.2026 um 10:00 schrieb Nora:",
    "Am Mi., 18. Nov. 2026 um 10:00 Uhr schrieb Nora <hello@shop.example>:",
    "Le mer. 18 nov. 2026 à 10:00, Nora <hello@shop.example> a écrit :",
    "El mié, 18 nov 2026 a las 10:00, Nora (<hello@shop.example>) escribió:",
    "Em qua., 18 de nov. de 2026 às 10:00, Nora <hello@shop.example> escreveu:",
    "Il giorno mer 18 nov 2026 alle ore 10:00 Nora <hello@shop.example> ha scritto:",
    "Op wo 18 nov 2026 om 10:00 schreef Nora <hello@shop.example>:",
    "śr., 18 lis 2026 o 10:00 Nora <hello@shop.example> napisał(a):",
    "2026年11月18日(水) 10:00 Nora <hello@shop.example>:",
    "2026年11月18日(水) 10:00、Nora <hello@shop.example> のメール:",
    "Nora <hello@shop.example> 于2026年11月18日周三 10:00写道：",
    "2026년 11월 18일 (수) 오전 10:00, Nora <hello@shop.example>님이 작성:",
    "‫في الأربعاء، 18 نوفمبر 2026 في 10:00 ص تمت كتابة ما يلي بواسطة ‪Nora‬‏ <‪hello@shop.example‬‏>:‬",
    "‫בתאריך יום ד׳, 18 בנוב׳ 2026 ב-10:00 מאת ‪Nora‬‏ <‪hello@shop.example‬‏>:‬",
    "ในวันที่ พ. 18 พ.ย. 2569 เวลา 10:00 Nora <hello@shop.example> เขียนว่า:",
    "ср, 18 нояб. 2026 г. в 10:00, Nora <hello@shop.example>:",
    "-----Original Message-----",
    "-----Ursprüngliche Nachricht-----",
    "------------------ 原始邮件 ------------------",
    "From: Nora <hello@shop.example>\nSent: Wednesday, 18 November 2026\nTo: anna@example.com\nSubject: Parcel",
    "Von: Nora\nGesendet: Mittwoch, 18. November 2026 10:00\nAn: anna@example.com\nBetreff: Paket",
    "差出人: Nora\n送信日時: 2026年11月18日\n宛先: anna@example.com\n件名: 荷物",
    "发件人: Nora\n发送时间: 2026年11月18日\n收件人: anna@example.com\n主题: 包裹",
    "________________________________\nDe : Nora\nEnvoyé : mercredi 18 novembre\nÀ : anna@example.com\nObjet : colis",
]


@pytest.mark.parametrize("announced", ANNOUNCED)
def test_what_was_answered_is_folded(announced: str) -> None:
    for quoted in ("> Your parcel has left.\n> Nora", "Your parcel has left.\nNora"):
        read = message(from_anna(f"It never came!\n\n{announced}\n{quoted}\n", In_Reply_To="<n1@shop.example>"))
        assert read.body == "It never came!"
        assert read.quoted.startswith(announced.split("\n")[0])
        assert read.quoted.endswith("Nora")


def test_an_answer_below_the_quote_is_what_was_written() -> None:
    written = f"{ANNOUNCED[0]}\n> Has it come?\n> Nora\n\nNo, it never came.\n"
    read = message(from_anna(written, In_Reply_To="<n1@shop.example>"))
    assert read.body == "No, it never came."
    assert "> Has it come?" in read.quoted


def test_answers_between_quotes_keep_what_they_answer() -> None:
    written = f"Hi,\n\n{ANNOUNCED[0]}\n> Has it come?\nNo.\n> Is the address right?\nYes.\n> Nora\n"
    read = message(from_anna(written, In_Reply_To="<n1@shop.example>"))
    assert read.body == "Hi,\n\n> Has it come?\nNo.\n> Is the address right?\nYes."
    assert read.quoted == "> Nora"


def test_a_tail_of_quoted_lines_without_a_word_on_it_is_folded() -> None:
    read = message(from_anna("No.\n\n> Has it come?\n> Nora\n"))
    assert (read.body, read.quoted) == ("No.", "> Has it come?\n> Nora")


@pytest.mark.parametrize(
    "html",
    [
        '<p>It never came!</p><div class="gmail_quote"><div class="gmail_attr">On Wed Nora wrote:</div>'
        "<blockquote>Stop worrying</blockquote></div>",
        '<p>It never came!</p><blockquote type="cite"><p>Stop worrying</p></blockquote>',
        '<p>It never came!</p><div id="appendonsend"></div><hr><div><b>From:</b> Nora</div><p>Stop worrying</p>',
        '<p>It never came!</p><div class="yahoo_quoted"><div>Stop worrying</div></div>',
    ],
)
def test_what_html_mail_quotes_is_folded_by_its_marks(html: str) -> None:
    read = message(alternative(None, html))
    assert read.body == "It never came!"
    assert "Stop worrying" in read.quoted


def test_answers_below_a_quote_in_html_stay() -> None:
    html = '<div class="gmail_quote"><blockquote>Has it come?</blockquote></div><p>No, never.</p>'
    assert "No, never." in message(alternative(None, html)).body


@pytest.mark.parametrize(
    "end",
    ["-- \nAnna Berg\nBergstr. 1", "Sent from my iPhone", "Von meinem iPhone gesendet", "iPhoneから送信",
     "나의 iPhone에서 보냄", "发自我的iPhone", "Best regards,\nAnna", "Mit freundlichen Grüßen\nAnna Berg",
     "Get Outlook for iOS"],
)  # fmt: skip
def test_a_signature_is_folded(end: str) -> None:
    read = message(from_anna(f"It never came!\n\n{end}\n"))
    assert (read.body, read.quoted) == ("It never came!", end.replace("-- ", "--"))


@pytest.mark.parametrize(
    "written",
    [
        "Take it back please, the bowl is broken.",
        "Thanks, I got it. But where is the lid?",
        "Hello\n- one bowl\n- two cups\nWhen will they come?",
        "On Monday I wrote: where is it? And on Tuesday again.",
        "My iPhone is broken",
        "Best regards are not enough!\nSend me the bowl.",
        "Thanks in advance\nbest\nCan you also tell me where the second parcel is, which I ordered on 3 May?",
        "From: Berlin\nMy parcel went to Hamburg.",
        "The code is --- 12 --- as on the label",
        "> is greater than\nwhat do you mean?",
        "-- IMPORTANT --\nDo not send to the old address",
        "Deliver at 10:00:\nLong Street 5",
        "Send the invoice of 12.11.2026 to anna.new@example.com:\nLong Street 5",
        "From: Berlin\nTo: Hamburg\nDate: 3 May\nWhat does that cost?",
        "You wrote on 3 May 2026 that it would come within a week:\nit has not.",
    ],
)
def test_what_only_looks_old_stays(written: str) -> None:
    read = message(from_anna(f"Hi\n{written}\n"))
    assert read.body == f"Hi\n{written}"
    assert read.quoted == ""


def test_a_forwarded_mail_keeps_its_words_but_an_empty_answer_has_none() -> None:
    forwarded = "---------- Forwarded message ---------\nFrom: Shop\nYour parcel has left.\n"
    assert "Your parcel has left." in message(from_anna(forwarded, Subject="Fwd: parcel")).body
    empty = message(from_anna(f"\n{ANNOUNCED[0]}\n> To unsubscribe answer STOP\n", Subject="Re: Tea"))
    assert (empty.body, "STOP" in empty.quoted) == ("", True)


# ---- a machine's words ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; owner=x"},
        {"X_Autoreply": "yes"},
        {"Precedence": "auto_reply"},
        {"Return_Path": "<>"},
        {"Subject": "Automatic reply: Your parcel"},
        {"Subject": "Abwesenheitsnotiz: Ihr Paket"},
        {"Subject": "自动回复: 您的包裹"},
        {"X_Auto_Response_Suppress": "All", "Subject": "Re: parcel (out of office)"},
    ],
)
def test_a_machines_answer_answers_nothing(headers: dict[str, str]) -> None:
    assert message(from_anna(**headers)).automatic


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "no"},
        {"X_Auto_Response_Suppress": "All"},
        {"Subject": "Is your office out of the old cups?"},
        {"Subject": "Abwesenheit am Freitag, bitte später liefern"},
        {"Subject": "不在通知が届きました"},
    ],
)
def test_a_persons_answer_is_none_of_a_machine(headers: dict[str, str]) -> None:
    assert not message(from_anna(**headers)).automatic


@pytest.mark.parametrize(
    "headers",
    [
        {"List_Id": "News <news.brand.example>"},
        {"List_Unsubscribe": "<mailto:off@brand.example>"},
        {"Precedence": "bulk"},
        {"From": "no-reply@brand.example"},
        {"From": "DoNotReply@brand.example"},
    ],
)
def test_what_goes_to_many_is_bulk(headers: dict[str, str]) -> None:
    assert message(from_anna(**headers)).bulk


def test_a_customer_who_writes_to_a_group_of_the_shop_is_not() -> None:
    group = {"List_Id": "<hello.shop.example>", "Precedence": "list", "List_Unsubscribe": "<mailto:x@shop.example>"}
    assert not message(from_anna(**group)).bulk


# ---- files ------------------------------------------------------------------------------------------------------


def with_files() -> EmailMessage:
    written = EmailMessage()
    written["From"], written["To"], written["Message-ID"] = "anna@example.com", "hello@shop.example", "<a1@example.com>"
    written["Subject"] = "The crack"
    written.set_content("See the picture.")
    return written


def test_files_come_with_their_names_in_every_script() -> None:
    written = with_files()
    written.add_attachment(b"\xff\xd8" * 9_000, maintype="image", subtype="jpeg", filename="ひび/割れ.jpg")
    written.add_attachment("notes", filename="notes.txt")
    files = message(written.as_bytes()).files
    assert [(file.name, file.media_type, file.size) for file in files] == [
        ("割れ.jpg", "image/jpeg", 18_000), ("notes.txt", "text/plain", 6),
    ]  # fmt: skip
    assert files[0].content == b"\xff\xd8" * 9_000
    assert message(written.as_bytes()).body == "See the picture."


@pytest.mark.parametrize(
    "disposition",
    [
        'attachment; filename="=?utf-8?q?Gr=C3=B6=C3=9Fe.pdf?="',
        "attachment; filename*=utf-8''Gr%C3%B6%C3%9Fe.pdf",
        "attachment; filename*0*=utf-8''Gr%C3%B6; filename*1*=%C3%9Fe.pdf",
        'attachment; filename="Größe.pdf"',
    ],
)
def test_a_files_name_is_read_in_every_way_of_writing_it(disposition: str) -> None:
    read = message(from_anna("JVBERi0=\n", Content_Type="application/pdf", Content_Disposition=disposition,
                             Content_Transfer_Encoding="base64"))  # fmt: skip
    assert [(file.name, file.content) for file in read.files] == [("Größe.pdf", b"%PDF-")]


def test_the_logo_in_a_signature_is_no_file_but_a_picture_in_the_text_is() -> None:
    written = with_files()
    written.add_alternative("<p>See <img src='cid:logo'><img src='cid:crack'></p>", subtype="html")
    rich = written.get_payload(1)
    rich.add_related(b"x" * 900, "image", "png", cid="<logo>")
    rich.add_related(b"y" * 20_000, "image", "png", cid="<crack>", filename="crack.png")
    assert [file.name for file in message(written.as_bytes()).files] == ["crack.png"]


def test_an_attached_mail_is_a_file() -> None:
    written, inner = with_files(), EmailMessage()
    inner["Subject"] = "Your parcel: left!"
    inner.set_content("inner words")
    written.add_attachment(inner)
    read = message(written.as_bytes())
    assert (read.files[0].name, read.files[0].media_type) == ("Your parcel left.eml", "message/rfc822")
    assert b"inner words" in (read.files[0].content or b"")
    assert read.body == "See the picture."


def test_of_a_mail_too_large_to_fetch_the_words_are_told_and_the_file_is_named() -> None:
    written = with_files()
    written.add_attachment(b"\xff\xd8" * 90_000, maintype="image", subtype="jpeg", filename="crack.jpg")
    content = written.as_bytes()
    read = message(content[: len(content) // 2], whole=len(content))
    assert read.body == "See the picture."
    assert [(file.name, file.content) for file in read.files] == [("crack.jpg", None)]
    assert abs(read.files[0].size - 180_000) < 5_000


# ---- what came back ---------------------------------------------------------------------------------------------


def report(
    status: str, returned: str = "Message-ID: <12.1.k@shop.example>\nTo: anna@example.com", **headers: str
) -> bytes:
    body = f"""--b
Content-Type: text/plain

I could not deliver it.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

{status}

--b
Content-Type: text/rfc822-headers

{returned}

--b--
"""
    kind = 'multipart/report; report-type=delivery-status; boundary="b"'
    return from_anna(body, From="Mailer <MAILER-DAEMON@mx.example>", Content_Type=kind, **headers)


@pytest.mark.parametrize(
    ("status", "final", "gone", "code"),
    [
        ("Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown", True, True, "5.1.1"),
        ("Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 No such user here", True, True, "5.0.0"),
        ("Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 5.1.10 Recipient not found", True, True, "5.1.10"),
        ("Action: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 Mailbox full", True, False, "5.2.2"),
        ("Action: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp; 550 looks like spam", True, False, "5.7.1"),
        ("Action: failed\nStatus: 5.4.1\nDiagnostic-Code: smtp; 550 5.4.1 Recipient address rejected: Access denied",
         True, True, "5.4.1"),
        ("Action: failed\nStatus: 4.4.7\nDiagnostic-Code: smtp; 421 4.4.7 expired", True, False, "4.4.7"),
        ("Action: delayed\nStatus: 4.4.1\nDiagnostic-Code: smtp; 421 no answer", False, False, "4.4.1"),
        ("Status: 5.1.1", True, True, "5.1.1"),
    ],
)  # fmt: skip
def test_a_mail_that_came_back(status: str, final: bool, gone: bool, code: str) -> None:
    back = told(report(f"Final-Recipient: rfc822; Anna@Example.com\n{status}"))
    assert isinstance(back, Bounce)
    assert (back.source_id, back.address, back.medium) == ("12.1.k@shop.example", "anna@example.com", "email")
    assert (back.final, back.gone, back.code) == (final, gone, code)


def test_word_of_a_delivery_is_no_bounce() -> None:
    assert not isinstance(
        told(report("Final-Recipient: rfc822; anna@example.com\nAction: delivered\nStatus: 2.0.0")), Bounce
    )


def test_a_forwarded_address_bounces_as_the_one_we_wrote_to() -> None:
    back = told(report(
        "Original-Recipient: rfc822;anna@example.com\nFinal-Recipient: rfc822;a.berg@other.example\n"
        "Action: failed\nStatus: 5.1.1"
    ))  # fmt: skip
    assert back.address == "anna@example.com"


def test_what_came_back_whole_is_known_by_its_id() -> None:
    written = report("Final-Recipient: rfc822; anna@example.com\nAction: failed\nStatus: 5.1.1")
    assert told(written.replace(b"text/rfc822-headers", b"message/rfc822")).source_id == "12.1.k@shop.example"


def test_bounces_of_old_servers() -> None:
    exim = from_anna(
        "A message that you sent could not be delivered.\n\n  anna@example.com\n    550 5.1.1 no such user\n\n"
        "------ This is a copy of the message ------\n\nMessage-ID: <12.1.k@shop.example>\n",
        From="Mail Delivery System <Mailer-Daemon@mx.example>",
        X_Failed_Recipients="anna@example.com",
        Subject="Mail delivery failed: returning message to sender",
    )
    qmail = from_anna(
        "Hi. This is the qmail-send program at mx.example.\n\n<anna@example.com>:\nSorry, no mailbox here. (#5.1.1)\n\n"
        "--- Below this line is a copy of the message.\n\nMessage-ID: <12.1.k@shop.example>\n",
        From="MAILER-DAEMON@mx.example",
        Subject="failure notice",
    )
    for content in (exim, qmail):
        back = told(content)
        assert isinstance(back, Bounce)
        assert (back.source_id, back.address, back.final, back.gone) == (
            "12.1.k@shop.example", "anna@example.com", True, True,
        )  # fmt: skip


def test_a_customer_who_writes_of_a_failure_notice_is_no_bounce() -> None:
    assert isinstance(
        told(from_anna("I got a failure notice for a@example.com", Subject="failure notice")), SourceMessage
    )


def test_who_presses_this_is_spam_has_said_no() -> None:
    body = """--b
Content-Type: text/plain

A user complained.
--b
Content-Type: message/feedback-report

Feedback-Type: KIND
User-Agent: X/1
Version: 1
Original-Rcpt-To: <Anna@example.com>

--b
Content-Type: message/rfc822

From: hello@shop.example
To: anna@example.com
Message-ID: <12.1.k@shop.example>

hello
--b--
"""
    kind = 'multipart/report; report-type=feedback-report; boundary="b"'
    said = told(from_anna(body.replace("KIND", "abuse"), From="feedback@isp.example", Content_Type=kind))
    assert isinstance(said, ConsentGiven)
    assert (said.address, said.medium, said.consent.state) == ("anna@example.com", "email", ConsentState.DENIED)
    assert "12.1.k@shop.example" in said.consent.proof
    other = told(from_anna(body.replace("KIND", "not-spam"), From="feedback@isp.example", Content_Type=kind))
    assert not isinstance(other, ConsentGiven)


# ---- whatever comes ---------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    rb"""
From: a@example.com | From: =?utf-8?q? | From: <<>>@@,;: | From: hello@shop.example | To: | To: x@y.example
| Reply-To: \xff\xfe | Subject: =?x-none?b?////?= | Subject: Re: =?utf-7?q?+?= | Date: 99 99 | Message-ID: <
| Message-ID: <a@b> | References: <a> <b | Content-Type: text/html; charset=unicode_escape | Content-Type: text/html
| Content-Type: multipart/mixed; boundary=b | Content-Type: multipart/mixed | Content-Type: message/rfc822
| Content-Type: multipart/report; report-type=delivery-status; boundary=b | Content-Type: message/delivery-status
| Content-Type: message/feedback-report | Content-Type: \xe9/\xe9 | Content-Type: text/plain; charset=punycode
| Content-Type: text/plain; charset*0*=x''%ff; charset*9=; format=flowed; delsp=yes
| Content-Type: application/x; name*=utf-8''%E0%; name*0*=a | Content-Transfer-Encoding: base64
| Content-Transfer-Encoding: quoted-printable | Content-Transfer-Encoding: x-uuencode | begin 666 x
| Content-Disposition: attachment; filename*1*=x; filename= | Content-Disposition: inline;;; | --b | --b-- |
| Final-Recipient: rfc822; | Action: failed | Status: 5.1.1 | Feedback-Type: abuse | > > > | -- | On 1:1 a@b.cc wrote:
| <blockquote type=cite><a href=http://x><table><td> | <?xml version='1.0' encoding='utf-16'?> | </div></div><p hidden>
| X-Failed-Recipients: , | Received: ; | Received: x; 1 Jan 0001 00:00:00 +9999 | Authentication-Results: ;;spf=
| = | =E | Auto-Submitted: ; | List-Id: <> | Date: Fri, 1 Jan 10000 00:00:00 +0000 | X-Autoreply: \udc80
""".replace(b"\\xe9", b"\xe9")
    .replace(b"\\xff\\xfe", b"\xff\xfe")
    .replace(b"\n", b"")
    .split(b"|")
).map(bytes.strip)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines=st.lists(st.one_of(PIECES, st.binary(max_size=40)), max_size=30), sent=st.booleans(), part=st.booleans())
def test_no_mail_is_too_broken_to_be_read(lines: list[bytes], sent: bool, part: bool) -> None:
    content = b"\r\n".join(lines)
    read = mime.read(content, OWN, ARRIVED, sent=sent, whole=len(content) * 2 if part else 0)
    if isinstance(read, SourceMessage):
        assert read.address
        assert read.source_id
        assert read.at <= ARRIVED
        assert "\0" not in read.body + read.quoted + read.subject + read.name
        (read.body + read.quoted + read.subject + read.name).encode()


@settings(max_examples=150, deadline=None)
@given(content=st.binary(max_size=400))
def test_no_bytes_are_too_broken_to_be_read(content: bytes) -> None:
    mime.read(content, OWN, ARRIVED)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(body=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200))
def test_no_word_of_a_plain_mail_is_lost(body: str) -> None:
    read = message(from_anna(body, Content_Type="text/plain; charset=utf-8"))
    kept = "".join((read.body + read.quoted).split())
    assert sorted(kept) == sorted("".join(body.split()))


@pytest.mark.parametrize(
    "body",
    ["<div>" * 5_000 + "words", "<p style='margin-top: 99999999em'>words",
     "<table><tr><td>" * 300 + "words", "<a href='http://x'>" * 3_000 + "words",
     "On 1:1 " * 20_000 + "wrote:", "From: x\n" * 8_000, "> " * 30_000, "-" * 60_000, "Sent: " * 20_000,
     "On 10:00 " + "a " * 200 + "\n" * 3 + "wrote:\n" + "On 1 x\n" * 9_000, "<" * 200_000,
     "<table><tr><td>" + "a" * 300_000 + "</tr>" + "<tr><td>x</tr>" * 10_000 + "</table>",
     "<table><tr><td>" + "a" * 300_000 + "<td>" + "x<br>" * 10_000 + "</table>",
     "<table><tr><td>" + "a" * 300_000 + "<td><pre>" + "x\n" * 10_000 + "</pre></table>"],
)  # fmt: skip
def test_purpose_made_mails_take_no_long_time(body: str) -> None:
    began = datetime.now(UTC)  # noqa: TID251
    for kind in ("text/html", "text/plain"):
        message(from_anna(body, Content_Type=kind))
    assert datetime.now(UTC) - began < timedelta(seconds=2)  # noqa: TID251


def test_purpose_made_headers_take_no_long_time() -> None:
    began = datetime.now(UTC)  # noqa: TID251
    told(from_anna("a" * 50_000, From="mailer-daemon@example.com", Subject="Undeliverable"))
    told(from_anna("x", X_Failed_Recipients="a" * 200_000))
    told(from_anna("x", From="a" * 200_000))
    assert datetime.now(UTC) - began < timedelta(seconds=2)  # noqa: TID251


def test_parts_within_parts_without_end_are_no_trouble() -> None:
    written: Any = EmailMessage()
    written.set_content("deep")
    for _ in range(60):
        outer = email.mime.multipart.MIMEMultipart()
        outer.attach(written)
        written = outer
    written["From"], written["To"], written["Message-ID"] = "anna@example.com", "hello@shop.example", "<a1@example.com>"
    assert message(written.as_bytes()).source_id == "a1@example.com"
    endless = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3_000))
    told(b"From: anna@example.com\nTo: hello@shop.example\n" + endless)
