"""Invitations: a word in a link by which we know again whom we sent it to, and for what.

The word says the customer's number and what they would say yes to, sealed with the installation's key (HMAC-SHA-256,
120 bits), so that nobody can make one for somebody else. It has letters, digits and one hyphen, is read whatever the
case of its letters, and fits what t.me/BOT?start= takes (64 of A-Z a-z 0-9 _ -).
"""

import base64
import hmac
import re

# What a token may be for, and the letter that says so in it.
_LETTERS = {"news": "n", "chat": "c", "confirm": "f"}
_WHAT = {letter: what for what, letter in _LETTERS.items()}
_TOKEN = re.compile(r"(?<![a-z0-9])([ncf])([0-9]{1,18})-([a-z2-7]{24})(?![a-z0-9])", re.ASCII | re.IGNORECASE)


def token(key: str, customer_id: int, what: str) -> str:
    """The customer's token for "news", "chat" or "confirm"; always the same one. At most 44 characters."""
    return f"{_LETTERS[what]}{customer_id}-{_seal(key, customer_id, what)}"


def referral_code(key: str, customer_id: int) -> str:
    """The code by which a customer's friends are known: always the same one, such as "F7-K3QM"."""
    return f"F{customer_id}-{_seal(key, customer_id, 'referral')[:4].upper()}"


def read(key: str, text: str) -> tuple[int, str] | None:
    """The first true token in the text: the customer's id, and what it is for; None where there is none."""
    for letter, number, seal in _TOKEN.findall(text):
        customer_id, what = int(number), _WHAT[letter.lower()]
        if hmac.compare_digest(seal.lower(), _seal(key, customer_id, what)):
            return customer_id, what
    return None


def _seal(key: str, customer_id: int, what: str) -> str:
    digest = hmac.digest(key.encode(), f"retcon {what} {customer_id}".encode(), "sha256")
    return base64.b32encode(digest[:15]).decode().lower()
