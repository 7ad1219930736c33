"""OAuth 1.0a without tokens (RFC 5849, HMAC-SHA256): a request signed by key and secret, for a shop without TLS."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote


def signed(
    method: str, address: str, query: Mapping[str, str], *, key: str, secret: str, at: int, nonce: str
) -> dict[str, str]:
    """The query with the signature's parameters added. `address` is without a query, `at` in Unix seconds."""
    asked = {
        **query,
        "oauth_consumer_key": key,
        "oauth_nonce": nonce,
        "oauth_signature_method": "HMAC-SHA256",
        "oauth_timestamp": str(at),
    }
    pairs = sorted((_encoded(name), _encoded(value)) for name, value in asked.items())
    joined = "&".join(f"{name}={value}" for name, value in pairs)
    base = "&".join((method, _encoded(address), _encoded(joined)))
    digest = hmac.new(f"{_encoded(secret)}&".encode(), base.encode(), hashlib.sha256).digest()
    return {**asked, "oauth_signature": base64.b64encode(digest).decode()}


def _encoded(text: str) -> str:
    return quote(text, safe="~")
