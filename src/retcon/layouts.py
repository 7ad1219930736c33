"""What a key means where the keyboard stands on another script: the Latin letter or sign on the same key.

Kana, Hangul syllables and Chinese characters stand for several keys or for none, so nobody can tell; nor can anybody
tell the capital letters of scripts that have none. What is a sign of ASCII on both layouts comes as it is typed.
"""

import unicodedata

# A layout's row of keys, and those of a US keyboard under it. The first that names a letter counts.
_ROWS: tuple[tuple[str, str], ...] = (
    # Cyrillic: Russian, and where Ukrainian and Belarusian have another letter.
    ("йцукенгшщзхъ", "qwertyuiop[]"),
    ("фывапролджэ", "asdfghjkl;'"),
    ("ячсмитьбю", "zxcvbnm,."),
    ("ЙЦУКЕНГШЩЗФЫВАПРОЛДЖЯЧСМИТЬБЮ", "QWERTYUIOPASDFGHJKL:ZXCVBNM<>"),
    ("ёіїєґўІЎ№", "`s]'\\oSO#"),
    # Greek: the last form of sigma has a key of its own.
    ("ςερτυθιοπασδφγηξκλζχψωβνμ", "wertyuiopasdfghjklzxcvbnm"),
    ("ΕΡΤΥΘΙΟΠΑΣΔΦΓΗΞΚΛΖΧΨΩΒΝΜ", "ERTYUIOPASDFGHJKLZXCVBNM"),
    # Hebrew; with shift it types Latin capitals.
    ("׳קראטוןםפשדגכעיחלךףזסבהנמצתץ", "wertyuiopasdfghjkl;zxcvbnm,."),
    # Arabic and Persian; of what they have on different keys, the one that does something here.
    ("طدی", "xnd"),
    ("ضصثقفغعهخحجد", "qwertyuiop[]"),
    ("شسيبلاتنمكط", "asdfghjkl;'"),
    ("ئءؤرﻻىةوزظ", "zxcvbnm,./"),
    ("أـ؟؛کگپذ", "HJ?;;'mb"),
    # Thai, Kedmanee; its digits stand on the same keys with shift, and so mean the signs there.
    ("ๆไำพะัีรนยบล", "qwertyuiop[]"),
    ("ฟหกดเ้่าสวง", "asdfghjkl;'"),
    ("ผปแอิืทมใฝ", "zxcvbnm,./"),
    ("ๅภถุึคตจขช", "14567890-="),
    ("๐ฎฑธํ๊ณฯญฐ", "QERTYUIOP{"),
    ("ฤฆฏโฌ็๋ษศซ", "ASDFGHJKL:"),
    ("ฉฮฺ์ฒฬฦ๒๕", "CVBN<>?#*"),
    # Hangul: letters alone, of the set with two rows; only some have another one with shift.
    ("ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ", "qwertyuiop"),
    ("ㅁㄴㅇㄹㅎㅗㅓㅏㅣ", "asdfghjkl"),
    ("ㅋㅌㅊㅍㅠㅜㅡ", "zxcvbnm"),
    ("ㅃㅉㄸㄲㅆㅒㅖ", "QWERTOP"),
    # Signs that Chinese and Japanese input methods put in place of those on the key.
    ("。、・《》「」", "." + "//<>[]"),
)
_LATIN: dict[str, str] = {}
for _row, _keys in _ROWS:
    for _letter, _key in zip(_row, _keys, strict=True):
        _LATIN.setdefault(_letter, _key)


def latin(letter: str) -> str | None:
    """The Latin letter or sign on the same key; None where nobody can tell."""
    if letter in _LATIN:
        return _LATIN[letter]
    plain = unicodedata.normalize("NFKC", letter)  # full-width letters, digits and signs
    return plain if len(plain) == 1 and plain.isascii() and plain.isprintable() else None


def is_foreign(letter: str) -> bool:
    """Whether it is a letter of another script than ours: é and ß come from a keyboard that has ours as well."""
    return letter.isalpha() and not unicodedata.name(letter, "").startswith("LATIN")
