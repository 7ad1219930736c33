"""What newsletter plugins for WooCommerce write down of a yes, by the names that their source has for it.

Only a word that the buyer's own tick leaves behind counts. An unticked box is no refusal: who said yes before has not
taken it back. Plugins that write the same where the box is hidden, or ticked for everybody by the shop (MailerLite,
Kit), are left out; Klaviyo, MailPoet and Newsletter keep the answer to themselves. `consent_meta` names others.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from retcon.model.orders import ShopOrder
from retcon.model.people import Account, Basis, Consent, ConsentGiven, ConsentState, Purpose

_YES = frozenset(("1", "yes", "true", "on", "subscribed"))
# Of an order: the metadata's name, and what stands there where the box was ticked.
_OF_ORDER: Mapping[str, frozenset[str]] = {
    "mailchimp_woocommerce_is_subscribed": _YES,  # Mailchimp for WooCommerce
    "_mc4wp_optin": _YES,  # MC4WP: Mailchimp for WordPress
    "ss_wc_mailchimp_opt_in": _YES,  # WP WooCommerce Mailchimp
    "ws_opt_in": _YES,  # Brevo (Sendinblue)
    "_wc_other/SendinblueWoocommerce/newsletter_opt_in": _YES,  # Brevo in the checkout of blocks
    "_wc_order/SendinblueWoocommerce/newsletter_opt_in": _YES,
    "activecampaign_for_woocommerce_accepts_marketing": _YES,  # ActiveCampaign
    "marketing_opt_in_consent": frozenset(("checkout",)),  # Omnisend
    "drip_woocommerce_accepts_marketing": _YES,  # Drip
    "_wc_other/drip-woocommerce/accepts-marketing": _YES,
}
# Of an account; Mailchimp writes there what its list says since, so "unsubscribed" is meant.
_OF_ACCOUNT: Mapping[str, frozenset[str]] = {
    "mailchimp_woocommerce_is_subscribed": _YES,
    "gr_marketing_consent": _YES,  # GetResponse
}
_REFUSED = {"mailchimp_woocommerce_is_subscribed": frozenset(("unsubscribed",))}


def of_order(order: ShopOrder, meta: Mapping[str, Any], source: str, others: Iterable[str]) -> list[ConsentGiven]:
    """The consent that the buyer gave with the order; `others` are names besides ours."""
    wanted = {**dict.fromkeys(others, _YES), **_OF_ORDER}
    given = next((name for name, words in wanted.items() if _word(meta, name) in words), None)
    if given is None or not order.email:
        return []
    return [_given(order.email, ConsentState.GRANTED, order.placed_at, source, f"order {order.number}: {given}")]


def of_account(account: Account, meta: Mapping[str, Any], source: str, now: datetime) -> list[ConsentGiven]:
    """What is kept with a customer's account: a yes as old as the account, or a no of now."""
    proof = f"account {account.source_id}: "
    if not account.email:
        return []
    refused = next((name for name, words in _REFUSED.items() if _word(meta, name) in words), None)
    if refused is not None:
        return [_given(account.email, ConsentState.DENIED, now, source, proof + refused)]
    given = next((name for name, words in _OF_ACCOUNT.items() if _word(meta, name) in words), None)
    if given is None or account.registered_at is None:
        return []
    return [_given(account.email, ConsentState.GRANTED, account.registered_at, source, proof + given)]


def _word(meta: Mapping[str, Any], name: str) -> str:
    value = meta.get(name)
    return str(value).strip().lower() if isinstance(value, str | int | bool) else ""


def _given(email: str, state: ConsentState, at: datetime, source: str, proof: str) -> ConsentGiven:
    granted = state is ConsentState.GRANTED
    consent = Consent(
        channel="email",
        purpose=Purpose.MARKETING,
        state=state,
        basis=Basis.EXPRESS if granted else Basis.NONE,
        at=at,
        source=source,
        wording="ticked the newsletter box" if granted else "unsubscribed",
        proof=proof,
    )
    return ConsentGiven(address=email, consent=consent)
