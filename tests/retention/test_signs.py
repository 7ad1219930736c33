"""What customers write, in nineteen languages: who says stop, who is unhappy, who only asks."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retcon import library
from retcon.model.conversations import Sign
from retcon.model.words import Words
from retcon.retention import signs

WORDS = library.words(Path("nobody's home"))


def read(body: str, subject: str = "") -> Sign:
    return signs.read(subject, body, WORDS)


STOPS = [
    "STOP", "stop.", "Stop!!!", "  sToP  ", "stoooooop", "Stop 🙏", "Unsubscribe", "Please unsubscribe me.",
    "STOP ALL", "Hello,\n\nstop please\n\nKind regards\nAnna Berg", "Hi, stop", "Stop, thanks!",
    "STOP\n\nSent from my phone", "Abmelden", "Bitte abmelden!", "STOPP", "Keine Werbung mehr.",
    "Guten Tag,\nbitte abmelden\nMfG Jonas Klein", "Désabonnez-moi, merci", "desabonnez moi svp", "ARRÊT",
    "BAJA", "Darme de baja, por favor", "Cancellami", "Basta!", "Descadastre-me", "Sair", "Uitschrijven aub",
    "Afmelden", "Wypisz mnie", "İPTAL ABONELİK", "DURDUR", "Listeden çıkar", "توقّفوا", "إلغاء الاشتراك",
    "לא לשלוח יותר", "הסר", "配信停止お願いします", "停止", "수신거부", "그만 보내세요", "退订", "退訂", "TD",
    "ยกเลิกการรับข่าวสาร", "หยุดส่งค่ะ", "berhenti berlangganan", "jangan hantar lagi", "Từ chối QC",
    "đừng gửi nữa", "बंद करो", "band karo",
]  # fmt: skip
REFUSALS = [
    "please stop sending me mails", "Can you stop sending me emails?",
    "I don't want to receive these any more.", "I've asked for it before. Take me off your list.",
    "dont email me", "bitte keine Werbung mehr, danke",
    "Ich möchte keine Werbung von Ihnen. Melden Sie mich ab.", "Schicken Sie mir keine Mails mehr!",
    "Merci de ne plus m'envoyer de publicité", "Je ne souhaite plus recevoir vos mails.",
    "No quiero recibir más correos", "Dejen de enviarme publicidad", "Non voglio più ricevere le vostre mail",
    "Parem de me enviar mensagens", "Não quero mais receber propaganda", "Stuur mij geen mails meer",
    "Proszę przestać wysyłać mi reklamy", "Artık reklam göndermeyin", "Bana mail atmayın lütfen",
    "لا أريد رسائلكم بعد الآن", "ما ابغى رسائل", "תפסיקו לשלוח לי מיילים",
    "もう広告は不要です。送らないでください。", "メールの配信を停止してください", "더 이상 받고 싶지 않습니다",
    "광고 그만 보내주세요", "请不要再给我发广告了", "請幫我取消訂閱", "กรุณาหยุดส่งโฆษณามาที่นี่",
    "tolong jangan kirim iklan lagi", "saya tak nak terima mesej lagi", "Đừng gửi tin cho tôi nữa",
    "मुझे मैसेज भेजना बंद करें",
]  # fmt: skip
NO_STOPS = [
    "Can you stop by the post office", "Why did you stop sending me the newsletter? I liked it.",
    "Stop. Where is my parcel?", "The bus stop is next to our house, leave it there.",
    "Don't stop sending me your mails, I love them", "Please cancel my order 1042", "Cancel", "取消", "ยกเลิก",
    "hủy", "red", "No", "nein", "Ich möchte nichts abbestellen", "Wie kann ich die Farbe ändern?",
    "Warum haben Sie den Newsletter eingestellt?", "Le bouton stop ne marche pas sur ma montre",
    "La parada está en la calle Alta", "¿Cómo me doy de alta?", "いりません", "不要です", "नहीं चाहिए",
    "istemiyorum", "I'd like the stop watch in black, is it in stock?", "",
]  # fmt: skip
COMPLAINTS = [
    "The bowl arrived broken.", "This is the third time I am writing to you!",
    "I still haven't received my order.", "I want my money back.", "Refund now or I'll report you.",
    "I will open a chargeback.", "My lawyer will contact you.", "Absolutely unacceptable",
    "It does not work and nobody answers", "Never again.", "This is a scam",
    "Die Schale ist kaputt angekommen.", "Ich schreibe Ihnen jetzt zum dritten Mal.",
    "Ich warte immer noch auf mein Paket", "Ich will mein Geld zurück!", "Ich schalte meinen Anwalt ein.",
    "So eine Frechheit", "Ich bin sehr enttäuscht von Ihnen", "Le bol est arrivé cassé",
    "Toujours pas reçu ma commande", "C'est inadmissible", "Je suis très déçue", "Remboursez-moi !",
    "La taza llegó rota", "Es una estafa", "Quiero mi dinero", "Nadie me contesta", "È arrivato rotto",
    "Sono molto delusa", "Nessuno risponde", "Chegou quebrado", "Vou reclamar no Procon", "Isso é um absurdo",
    "Ninguém me responde", "Kapot aangekomen", "Dit is onacceptabel", "Niemand reageert",
    "Paczka przyszła uszkodzona", "Nikt nie odpowiada", "Ürün kırık geldi", "Rezalet bir hizmet",
    "Tüketici hakem heyetine gideceğim", "وصلت مكسورة", "هذا نصاب واحتيال", "لم أستلم حتى الآن طلبي",
    "הגיע שבור", "אני מאוד מאוכזבת", "עדיין לא קיבלתי את החבילה", "届いたら壊れていました。", "まだ届きません",
    "対応が悪い", "깨져서 왔어요", "아직도 안 왔어요", "정말 실망입니다", "收到就是坏的", "我要投诉",
    "還沒收到，太差了", "ของแตกมาค่ะ", "ยังไม่ได้รับของเลย", "แย่มาก", "barang rusak", "Saya sangat kecewa",
    "barang pecah, nak refund", "hàng bị vỡ rồi", "Tôi rất thất vọng", "सामान टूटा हुआ आया",
    "bahut bekar saaman", "पैसे वापस चाहिए",
]  # fmt: skip
NO_COMPLAINTS = [
    "Where is my parcel?", "When will it arrive?", "What happens if it arrives broken?",
    "Do you have it in blue?", "It is not broken, thank you!", "How many times a day can I use it?",
    "This is my third time ordering, I love it", "How does a refund work, in case it doesn't fit?",
    "I'm a lawyer and need an invoice with my title.", "Was passiert, wenn es kaputt angekommen ist?",
    "Bekomme ich mein Geld zurück, wenn es nicht passt?", "Ich bestelle gern zum dritten Mal",
    "Wann kommt mein Paket an?", "Haben Sie das auch in Blau?",
    "Je voudrais deux bols et un avocat en céramique", "Combien de fois par jour peut-on l'utiliser ?",
    "Que se passe-t-il si le colis est cassé ?", "¿Cuántas veces al día se usa?", "¿Qué pasa si llega roto?",
    "Quando arriva il mio pacco?", "Quando vocês vão processar o pedido?", "Wanneer komt mijn pakket?",
    "Kiedy dotrze moja paczka?", "Ürün ne zaman gelir?", "متى يصل طلبي؟", "כמה פעמים ביום משתמשים בזה?",
    "מתי מגיעה החבילה?", "最低価格はいくらですか", "3回目の購入です。とても気に入っています。",
    "사기 전에 질문이 있어요", "전화나 메일로 알려 주세요", "고소한 맛이 좋아요", "一星期能到吗？",
    "垃圾桶有黑色的吗", "第三次购买了，很喜欢", "สินค้ามีสีอะไรบ้างคะ", "Kapan barang sampai?",
    "Bila barang akan sampai?", "Kiện hàng của tôi ở đâu?", "मेरा पार्सल कब आएगा?", "Thank you, all is well.",
]  # fmt: skip


@pytest.mark.parametrize("body", STOPS)
def test_a_stop_is_the_whole_message(body: str) -> None:
    assert read(body) is Sign.STOP


@pytest.mark.parametrize("body", REFUSALS)
def test_what_can_mean_nothing_else_is_a_stop(body: str) -> None:
    assert read(body) is Sign.STOP


@pytest.mark.parametrize("body", NO_STOPS)
def test_what_only_has_the_word_is_none(body: str) -> None:
    assert read(body) is not Sign.STOP


@pytest.mark.parametrize("body", COMPLAINTS)
def test_who_is_unhappy_shows_it(body: str) -> None:
    assert read(body) is Sign.COMPLAINT
    assert signs.complaint(body, WORDS)


@pytest.mark.parametrize("body", NO_COMPLAINTS)
def test_a_plain_question_alarms_nobody(body: str) -> None:
    assert read(body) is Sign.NONE
    assert signs.complaint(body, WORDS) == ""


@pytest.mark.parametrize(
    "body",
    ["Yes", "YES!", "yes please", "Ja, gerne.", "Oui merci", "Sí", "sí, gracias", "Sim", "Tak", "Evet", "نعم", "כן",
     "はい", "네", "是的", "ตกลงค่ะ", "Ya", "Đồng ý", "हाँ", "Hello,\nyes\n\nAnna"],
)  # fmt: skip
def test_a_yes_is_the_whole_message_too(body: str) -> None:
    assert read(body) is Sign.YES


@pytest.mark.parametrize(
    "body", ["Yes, but where is my parcel?", "Yes?", "Ja, das Paket ist da, vielen Dank dafür!", "No"]
)
def test_more_than_a_yes_is_none(body: str) -> None:
    assert read(body) is not Sign.YES


def test_a_subject_of_their_own_is_enough_but_not_that_of_an_answer() -> None:
    assert read("", "unsubscribe") is Sign.STOP
    assert read("Sent by my mail program.", "Abmelden") is Sign.STOP
    assert read("Thank you. Where is my parcel?", "Re: STOP") is Sign.NONE
    assert read("Where is it?", "Stop sign, order 1042") is Sign.NONE


def test_a_long_message_is_no_stop() -> None:
    assert read("stop sending me mails. " + "I bought a bowl. " * 40) is Sign.NONE


def test_a_stop_may_be_a_complaint_besides() -> None:
    body = "Stop sending me mails, this is a scam."
    assert read(body) is Sign.STOP
    assert signs.complaint(body, WORDS) == "this is a scam"


def test_what_gave_it_away_is_told_as_it_was_written() -> None:
    assert signs.complaint("Hello, the Bowl ARRIVED   broken, a pity.", WORDS) == "the Bowl ARRIVED broken"


def test_the_sellers_own_words_count_beside_ours(tmp_path: Path) -> None:
    folder = tmp_path / "words"
    folder.mkdir()
    (folder / "sv.toml").write_text('stop = ["avsluta"]\ncomplaint = ["trasig"]\n')
    own = library.words(tmp_path)
    assert signs.read("", "Avsluta!", own) is Sign.STOP
    assert signs.read("", "Den är trasig", own) is Sign.COMPLAINT
    assert signs.read("", "STOP", own) is Sign.STOP


@given(subject=st.text(max_size=60), body=st.text(max_size=600))
def test_no_text_is_too_odd(subject: str, body: str) -> None:
    assert signs.read(subject, body, WORDS) in Sign
    found = signs.complaint(body, WORDS)
    assert len(found) <= 80
    assert "\n" not in found


@given(st.sampled_from(STOPS[:6]), st.text(alphabet=" \t\n!.🙏", max_size=6), st.text(alphabet=" \t\n!.🙏", max_size=6))
def test_what_stands_round_a_stop_changes_nothing(stop: str, before: str, after: str) -> None:
    assert read(before + stop + after) is Sign.STOP


def test_every_language_has_every_list() -> None:
    folder = Path(library.__file__).parent.parent / "data" / "words"
    languages = {file.stem for file in folder.glob("*.toml")}
    assert len(languages) == 19
    for phrases in (WORDS.stop, WORDS.yes, WORDS.complaint, WORDS.promise, WORDS.refusal, WORDS.doubt, WORDS.polite):
        assert languages == set(phrases)
    assert isinstance(WORDS, Words)
