"""Whether the facts are known without which a rule's message would say nothing."""

from collections.abc import Mapping

from retcon.config import ShopSettings
from retcon.model.playbook import About, Rule
from retcon.model.shop import Shop
from retcon.retention import languages
from retcon.retention.playbook.cases import Seen


def nowhere(rule: Rule, shop: Shop) -> str:
    """That a fact which the rule needs is known of nothing in the shop; empty where each is known of something."""
    offers, articles = shop.offers, shop.assortment.articles.values()
    coupon = offers.restock if rule.trigger == "article_used_up" else offers.coupon
    lines = {f"product.{line}": any(each.texts.get(line) for each in articles) for line in ("tips", "uses", "care")}
    known: Mapping[str, object] = {
        "membership.name": offers.membership,
        "membership.benefits": offers.benefits,
        "incentive.words": offers.win_back,
        "coupon.code": coupon,
        "referral.words": offers.referral,
        "referral.code": offers.referral,
        "vote.question": offers.vote,
        "review.link": any(each.link for each in articles),
        "offer.article": any(each.link and each.in_stock for each in articles),
        **lines,
    }
    lacking = next((need for need in rule.needs if need in known and not known[need]), "")
    return _NOWHERE.get(lacking, "")


_NOWHERE: Mapping[str, str] = {
    "membership.name": "You have no circle of regular customers: offers.toml, [membership].",
    "membership.benefits": "You give regular customers nothing: offers.toml, [membership].",
    "incentive.words": "You give nothing to who comes back: offers.toml, [win_back].",
    "coupon.code": "You have no such coupon: offers.toml.",
    "referral.words": "You have no reward for friends: offers.toml, [referral].",
    "referral.code": "You have no reward for friends: offers.toml, [referral].",
    "vote.question": "You ask nothing: offers.toml, [vote].",
    "review.link": "No article of your shop has a page where it can be reviewed.",
    "offer.article": "Nothing in your shop can be suggested: it has no article with a page and in stock.",
    "product.tips": "No tips are written for any article: products.toml.",
    "product.uses": "No other uses are written for any article: products.toml.",
    "product.care": "Nothing is written on how to treat any article: products.toml.",
}


def missing(seen: Seen, about: About) -> str:
    """That one of the facts isn't known, in a sentence that says where it is written; empty where all are."""
    if not seen.rule.needs:
        return ""
    from retcon.retention.letter import Letter, Links  # what is only looked at needs no letters

    letter = Letter(
        seen.situation,
        seen.rule,
        ShopSettings(name=".", timezone=seen.shop.zone),
        seen.profile,
        seen.now,
        links=Links(referral="."),  # made with the message, for everybody
        about=about,
        offers=seen.shop.offers,
        phrases=seen.shop.phrases,
    )
    wanted = languages.language_of(seen.situation.customer, seen.profile)
    written = wanted if any(languages.alike(wanted, ours) for ours in languages.OURS) else languages.FALLBACK
    return letter.missing(seen.rule.needs, written)
