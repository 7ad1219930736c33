"""What a letter gives and suggests: articles, festivals, benefits, rewards, codes, as facts of a template."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from retcon.frozen import dataclass
from retcon.model.offers import Code, Offers, Style, Worth
from retcon.model.phrases import Phrases
from retcon.model.playbook import About
from retcon.model.products import Article
from retcon.retention import assortment, formats, languages
from retcon.retention.fact_names import GIVEN
from retcon.retention.filling import AsNamed
from retcon.retention.names import clean

_LONGEST = 80
_LONGEST_TEXT = 1500
# Articles of which the seller's own lines are told, by the name of the fact.
_LINES = ("tips", "care", "uses")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """All that these facts are made of."""

    about: About
    offers: Offers
    phrases: Phrases
    country: str
    style: Style
    referral_code: str
    today: date


def facts(given: Callable[[], Given], language: str) -> dict[str, Mapping[str, str]]:
    """The facts of GIVEN in the language, empty where nothing is known; each thing worked out when it is named."""
    found: dict[str, Mapping[str, str]] = {}
    for thing, work in _THINGS.items():
        found[thing] = AsNamed(GIVEN[thing], lambda work=work: work(given(), language))
    return found


def _product(given: Given, language: str) -> dict[str, str]:
    article, day = given.about.article, given.about.used_up
    found = dict.fromkeys(GIVEN["product"], "")
    if article is not None:
        found |= {"name": clean(article.name, _LONGEST), "link": article.link, "sheet": article.sheet}
        found |= {name: _lines(article, name, language, given.country) for name in _LINES}
    if day is not None:
        found["until"] = formats.day(day, language, given.today.year)
    return found


def _lines(article: Article, name: str, language: str, country: str) -> str:
    written = assortment.said(article, name, language, country)
    kept = (clean(line, _LONGEST_TEXT) for line in written[:_LONGEST_TEXT].splitlines())
    return "\n".join(line for line in kept if line)


def _offer(given: Given, language: str) -> dict[str, str]:
    articles = given.about.offers
    if not articles:
        return dict.fromkeys(GIVEN["offer"], "")
    every = [clean(article.name, _LONGEST) for article in articles]
    return {"article": every[0], "articles": listed(every), "link": articles[0].link}


def listed(names: Sequence[str]) -> str:
    """The names one after the other, told apart even where one of them holds a comma: "Bowl, moss; Mug"."""
    return ("; " if any("," in name for name in names) else ", ").join(names)


def _festival(given: Given, language: str) -> dict[str, str]:
    feast = given.about.feast
    if feast is None:
        return {"name": "", "day": ""}
    own = clean(feast.name, _LONGEST) if feast.id == feast.name else ""  # of the seller's calendar.toml
    name = given.phrases.festivals.get(feast.id) or own
    return {"name": name, "day": formats.day(feast.day, language, given.today.year)}


def _membership(given: Given, language: str) -> dict[str, str]:
    named = given.offers.benefits.get(given.style, ())
    said = (_filled(given.phrases.benefits.get(name, ""), given, language) for name in named)
    return {
        "name": clean(given.offers.membership, _LONGEST),
        "benefits": "\n".join(f"- {sentence}" for sentence in said if sentence),
    }


def _incentive(given: Given, language: str) -> dict[str, str]:
    return {"words": _words(given.phrases.incentives, given.offers.win_back, given, language)}


def _vote(given: Given, language: str) -> dict[str, str]:
    return {"question": clean(languages.own(given.offers.vote, language) or "", 500)}


def _words(sentences: Mapping[str, str], named: Mapping[Style, str], given: Given, language: str) -> str:
    """The sentence that the seller has named for the style of the country."""
    return _filled(sentences.get(named.get(given.style, ""), ""), given, language)


def _filled(sentence: str, given: Given, language: str) -> str:
    """The sentence with its amounts; empty where the seller hasn't said one of them."""
    for field in ("amount", "percent", "yours", "friends"):
        if f"{{{field}}}" not in sentence:
            continue
        value = given.offers.worth(field, given.country)
        if value is None:
            return ""
        sentence = sentence.replace(f"{{{field}}}", worth(value, language))
    return sentence


def worth(value: Worth, language: str) -> str:
    """What something is worth as people write it: "15 %", "5,00 €"."""
    if value.percent:
        return formats.percent(value.percent, language)
    return formats.amount(value.amount_minor, value.currency, language)


def _coupon(given: Given, language: str) -> dict[str, str]:
    code: Code | None = given.offers.restock if given.about.used_up is not None else given.offers.coupon
    if code is None or given.style not in code.styles or (code.until is not None and code.until < given.today):
        return dict.fromkeys(GIVEN["coupon"], "")
    until = code.until or (given.today + timedelta(days=code.days) if code.days else None)
    day = formats.day(until, language, given.today.year) if until is not None else ""
    return {"code": clean(code.code, 40), "worth": worth(code.worth, language), "until": day}


def _referral(given: Given, language: str) -> dict[str, str]:
    words = _words(given.phrases.referral, given.offers.referral, given, language)
    return {"words": words, "code": given.referral_code if words else "", "link": given.offers.referral_link}


def _review(given: Given, language: str) -> dict[str, str]:
    article, review = given.about.article, given.about.review
    return {
        "article": clean(article.name, _LONGEST) if article is not None else "",
        "link": article.link if article is not None else "",
        "rating": str(review.rating) if review is not None and review.rating else "",
    }


_THINGS: Mapping[str, Callable[[Given, str], Mapping[str, str]]] = {
    "product": _product,
    "offer": _offer,
    "festival": _festival,
    "membership": _membership,
    "incentive": _incentive,
    "coupon": _coupon,
    "referral": _referral,
    "review": _review,
    "vote": _vote,
}


# ---- what is missing ----------------------------------------------------------------------------------------


_MISSING: Mapping[str, str] = {
    "product.tips": "No tips for {name} are written in “{language}”: products.toml.",
    "product.uses": "No other uses of {name} are written in “{language}”: products.toml.",
    "product.care": "Nothing on how to treat {name} is written in “{language}”: products.toml.",
    "offer.article": "Nothing in your shop goes with what they bought.",
    "review.link": "{name} has no page where it can be reviewed.",
    "membership.name": "You have no circle of regular customers: offers.toml, [membership].",
    "membership.benefits": "You give regular customers nothing of the style “{style}”: offers.toml.",
    "incentive.words": "You give nothing of the style “{style}” to who comes back: offers.toml, [win_back].",
    "coupon.code": "You have no coupon that suits the style “{style}”: offers.toml, [coupon].",
    "referral.words": "You have no reward of the style “{style}” for friends: offers.toml, [referral].",
    "festival.name": "Nobody has said what the festival is called in “{language}”: phrases/{language}.toml.",
}


def why_missing(fact: str, about: About, language: str, style: Style) -> str:
    """That the fact isn't known, and where the seller writes it, in a sentence."""
    name = clean(about.article.name, 40) if about.article is not None else "the article"
    said = _MISSING.get(fact, f"{fact} isn't known.")
    return said.format(name=name, language=language, style=style)
