"""What is known of the shop's articles: its catalogue, what the seller says of them, and what its orders teach."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from retcon.model.products import Article, Assortment, Learnt, Repeat, Told, Ware
from retcon.retention import languages

# What WooCommerce files an article under that nobody has filed.
_NO_CATEGORY = frozenset(("uncategorized", "uncategorised", "unkategorisiert", "non classé", "sin categorizar"))
# A host is the shop's where at least one in so many of a source's articles lie there: shops have hosts by language.
_ONE_IN = 20
# So many of what most people come back for are thought of where nothing else speaks for an article.
_USUAL = 30
_SAID = ("need", "durable", "worn_after_days", "next_after_days", "not_for", "sheet")


def assemble(wares: Sequence[Ware], told: Sequence[Told], learnt: Learnt) -> Assortment:
    """Every article with all that is known of it; what is said of an id holds before its SKU, that before a category.

    A durable article isn't bought again, whatever a few did. A link that leads away from the shop is left out.
    """
    hosts = _hosts(wares)
    find = _Finder(wares)
    by_key = find.told(told)
    articles = {ware.key: _article(ware, by_key.get(ware.key, ()), learnt, hosts, find) for ware in wares}
    usual = sorted(learnt.bought, key=lambda key: (-learnt.bought[key], key))
    return Assortment(
        articles=articles,
        after=learnt.after,
        usual=tuple(key for key in usual if key in articles)[:_USUAL],
        after_category=learnt.after_category,
        ways=learnt.ways,
        bought=learnt.bought,
    )


def unknown(wares: Sequence[Ware], told: Sequence[Told]) -> tuple[str, ...]:
    """What products.toml speaks of and the shop doesn't have, in sentences."""
    find = _Finder(wares)
    found: list[str] = []
    for one in told:
        table = f"[{one.by}.{one.name}]"
        if not find.keys(one):
            found.append(f"{table} is about nothing that the shop has.")
        following = (one.next_article,) if one.next_article else ()
        for name, references in (("accessories", one.accessories or ()), ("next", following)):
            found += [
                f"{table} {name}: the shop has no “{each}”." for each in references if not find.reference(each, "")
            ]
    return tuple(dict.fromkeys(found))


def needs(wares: Sequence[Ware], told: Sequence[Told]) -> dict[str, str]:
    """The need of each article of which the seller has named one, by key."""
    by_key = _Finder(wares).told(told)
    return {key: one.need for key, said in by_key.items() for one in said if one.need}


def category(ware: Ware) -> str:
    """The category that the article is filed under first; "" where it is in none."""
    return next((each for each in ware.categories if each and each.casefold() not in _NO_CATEGORY), "")


def said(article: Article, what: str, language: str, country: str) -> str:
    """The seller's lines, "tips", "care" or "uses", in that language; in that of the country where they differ there.

    "" where there are none: what is said for another country is never taken, a voltage least of all.
    """
    fit = {tag: text for tag, text in article.texts.get(what, {}).items() if _region(tag) in ("", country.upper())}
    exact = {tag.lower(): text for tag, text in article.texts.get(what, {}).items()}
    wanted = (f"{languages.plain(language)}-{country}", f"{languages.family(language)}-{country}", language)
    return next((exact[tag.lower()] for tag in wanted if tag.lower() in exact), languages.own(fit, language) or "")


def _region(tag: str) -> str:
    """The country of a tag such as "en-US"; "" of one without."""
    return next((part for part in tag.split("-")[1:] if len(part) == 2 and part.isupper()), "")


class _Finder:
    """Finds articles by what the seller calls them."""

    def __init__(self, wares: Sequence[Ware]) -> None:
        self._by: dict[str, dict[str, list[str]]] = {"id": {}, "sku": {}, "category": {}}
        for ware in wares:
            self._add("id", ware.key, ware.key)
            self._add("id", ware.key.partition(":")[2], ware.key)
            if ware.sku:
                self._add("sku", ware.sku.casefold(), ware.key)
            for name in {each.casefold() for each in ware.categories}:
                self._add("category", name, ware.key)

    def _add(self, by: str, name: str, key: str) -> None:
        self._by[by].setdefault(name, []).append(key)

    def keys(self, told: Told) -> Sequence[str]:
        """The articles that it is said of."""
        name = told.name if told.by == "id" else told.name.casefold()
        return self._by[told.by].get(name, ())

    def told(self, told: Iterable[Told]) -> dict[str, list[Told]]:
        """All that is said of each article, what holds most last."""
        found: dict[str, list[Told]] = {}
        for one in told:
            for key in self.keys(one):
                found.setdefault(key, []).append(one)
        return found

    def reference(self, name: str, source: str) -> str:
        """The key of an article by its SKU or id, of that source where there are several; "" for none."""
        found = self._by["sku"].get(name.casefold()) or self._by["id"].get(name) or []
        return next((key for key in found if key.startswith(f"{source}:")), found[0] if found else "")


def _article(
    ware: Ware, told: Sequence[Told], learnt: Learnt, hosts: Mapping[str, frozenset[str]], find: _Finder
) -> Article:
    source = ware.key.partition(":")[0]
    filed = category(ware)
    facts: dict[str, Any] = {"need": filed, "repeat": learnt.repeats.get(ware.key)}
    texts: dict[str, Mapping[str, str]] = {}
    days: int | None = None
    for one in told:
        facts |= {name: value for name in _SAID if (value := getattr(one, name)) is not None}
        days = one.repeat_days or days
        if one.accessories is not None:
            found = (find.reference(each, source) for each in one.accessories)
            facts["accessories"] = tuple(dict.fromkeys(key for key in found if key and key != ware.key))
        if one.next_article is not None:
            facts["next_article"] = find.reference(one.next_article, source)
        texts |= {what: {**texts.get(what, {}), **lines} for what, lines in one.texts.items()}
    if days is not None:
        facts["repeat"] = Repeat(days=days, low=days, high=days)
    elif facts.get("durable"):
        facts["repeat"] = None
    if facts.get("next_article") == ware.key:
        facts["next_article"] = ""
    link = ware.link if _host(ware.link) in hosts.get(source, frozenset()) else ""
    plain = Article(
        key=ware.key,
        name=ware.name,
        link=link,
        sku=ware.sku,
        category=filed,
        price_minor=ware.price_minor,
        in_stock=ware.in_stock,
        texts=texts,
    )
    return replace(plain, **facts)


def _hosts(wares: Sequence[Ware]) -> dict[str, frozenset[str]]:
    """The hosts of each source's shop, by where its articles lie."""
    counts: dict[str, Counter[str]] = {}
    for ware in wares:
        if host := _host(ware.link):
            counts.setdefault(ware.key.partition(":")[0], Counter())[host] += 1
    return {
        source: frozenset(host for host, count in found.items() if count * _ONE_IN >= found.total())
        for source, found in counts.items()
    }


def _host(link: str) -> str:
    try:
        return (urlsplit(link).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
