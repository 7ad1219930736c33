"""What newsletter plugins keep with orders and accounts: only a tick counts, and only a refusal that is meant."""

from datetime import UTC, datetime
from typing import Any

import pytest

from retcon.model.orders import OrderState, ShopOrder
from retcon.model.people import Account, Basis, ConsentState
from retcon.sync import newsletters

NOW = datetime(2026, 11, 20, tzinfo=UTC)
PLACED = datetime(2026, 5, 3, tzinfo=UTC)
ORDER = ShopOrder(
    source_id="1",
    number="1042",
    placed_at=PLACED,
    state=OrderState.PAID,
    currency="EUR",
    total_minor=100,
    email="ada@example.com",
)
ACCOUNT = Account(source_id="17", email="ada@example.com", registered_at=PLACED)


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("mailchimp_woocommerce_is_subscribed", "1"),
        ("_mc4wp_optin", 1),
        ("ss_wc_mailchimp_opt_in", "yes"),
        ("ws_opt_in", "yes"),
        ("_wc_other/SendinblueWoocommerce/newsletter_opt_in", "1"),
        ("activecampaign_for_woocommerce_accepts_marketing", 1),
        ("marketing_opt_in_consent", "checkout"),
        ("drip_woocommerce_accepts_marketing", True),
        ("my_own_box", "on"),
    ],
)
def test_a_ticked_box_is_an_express_yes_with_the_order_as_its_proof(name: str, word: object) -> None:
    (given,) = newsletters.of_order(ORDER, {name: word}, "woo", ("my_own_box",))
    line = given.consent
    assert (given.address, line.state, line.basis, line.at) == (
        "ada@example.com",
        ConsentState.GRANTED,
        Basis.EXPRESS,
        PLACED,
    )
    assert line.proof == f"order 1042: {name}"


@pytest.mark.parametrize(
    "meta",
    [
        {},
        {"mailchimp_woocommerce_is_subscribed": "0"},
        {"ss_wc_mailchimp_opt_in": "no"},
        {"ws_opt_in": ""},
        {"marketing_opt_in_consent": "1"},
        {"_mc4wp_optin": None},
        {"_mc4wp_optin": ["1"]},
        {"_woo_ml_subscribe": "1"},  # MailerLite writes it where the box is hidden, too
        {"my_own_box": "on"},  # not named in the settings
        {"mailchimp_woocommerce_is_subscribed": "unsubscribed"},
    ],
)
def test_whatever_else_stands_with_an_order_is_neither_a_yes_nor_a_no(meta: dict[str, Any]) -> None:
    assert newsletters.of_order(ORDER, meta, "woo", ()) == []


def test_an_account_keeps_a_yes_as_old_as_itself_and_a_no_of_now() -> None:
    (yes,) = newsletters.of_account(ACCOUNT, {"mailchimp_woocommerce_is_subscribed": "1"}, "woo", NOW)
    assert (yes.consent.state, yes.consent.at, yes.consent.proof) == (
        ConsentState.GRANTED,
        PLACED,
        "account 17: mailchimp_woocommerce_is_subscribed",
    )
    (no,) = newsletters.of_account(ACCOUNT, {"mailchimp_woocommerce_is_subscribed": "unsubscribed"}, "woo", NOW)
    assert (no.consent.state, no.consent.at) == (ConsentState.DENIED, NOW)
    assert newsletters.of_account(ACCOUNT, {"mailchimp_woocommerce_is_subscribed": "0"}, "woo", NOW) == []
