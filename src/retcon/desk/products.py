"""The articles as the seller looks at them: what each is good for, what was learnt of it, and what is missing."""

from retcon import library, text
from retcon.desk import learning
from retcon.desk.house import House
from retcon.errors import InputError
from retcon.frozen import dataclass
from retcon.model.products import Article, Assortment, Suggestion
from retcon.retention import assortment as shelf
from retcon.retention import languages
from retcon.store import assortment

# Tips are missed in a language that at least one in so many of an article's buyers speak.
_ONE_IN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An article, how many bought it, what is bought after it, and what is missing to write of it, in words."""

    article: Article
    people: int
    after: tuple[tuple[Article, Suggestion], ...]
    accessories: tuple[Article, ...]
    following: Article | None
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """All articles, those that most people bought first, and what in products.toml is about nothing, in sentences."""

    articles: tuple[Known, ...]
    unknown: tuple[str, ...]


def listing(house: House) -> Range:
    """Every article of the shops. Raises ConfigError for mistakes in products.toml."""
    home = house.settings.places.config
    with house.database.read() as tx:
        known = learning.load_assortment(tx, home)
        buyers = assortment.buyers(tx)
        unknown = shelf.unknown(assortment.wares(tx), library.articles(home))
    found = [
        Known(
            article=article,
            people=sum(buyers.get(key, {}).values()),
            after=_after(known, key),
            accessories=tuple(known.articles[each] for each in article.accessories if each in known.articles),
            following=known.articles.get(article.next_article),
            missing=_missing(house, article, buyers.get(key, {})),
        )
        for key, article in known.articles.items()
    ]
    found.sort(key=lambda each: (-each.people, each.article.key))
    return Range(articles=tuple(found), unknown=unknown)


def one(house: House, reference: str) -> Known:
    """The article of that id, SKU or name. Raises InputError for none, or where several have that name."""
    every = listing(house).articles
    wanted = reference.strip().casefold()
    for of in (_ids, _skus, _names):
        found = [known for known in every if wanted in of(known.article)]
        if len(found) == 1:
            return found[0]
        if found:
            keys = ", ".join(known.article.key for known in found[:5])
            raise InputError(f"“{text.line(reference[:80])}” may be {keys}.", "Name one of these.")
    raise InputError(f"No article is known as “{text.line(reference[:80])}”.", "See all: retcon products")


def troubles(house: House) -> tuple[str, ...]:
    """What products.toml speaks of and isn't there: articles and sheets, in sentences."""
    found = listing(house)
    folder = house.settings.places.config / "sheets"
    sheets = sorted({known.article.sheet for known in found.articles} - {""})
    return (*found.unknown, *(f"There is no {folder / name}." for name in sheets if not (folder / name).is_file()))


def _ids(article: Article) -> tuple[str, ...]:
    return article.key.casefold(), article.key.partition(":")[2].casefold()


def _skus(article: Article) -> tuple[str, ...]:
    return (article.sku.casefold(),) if article.sku else ()


def _names(article: Article) -> tuple[str, ...]:
    return (article.name.casefold(),)


def _after(known: Assortment, key: str) -> tuple[tuple[Article, Suggestion], ...]:
    return tuple(
        (known.articles[each.article], each) for each in known.after.get(key, ()) if each.article in known.articles
    )


def _missing(house: House, article: Article, buyers: dict[str, int]) -> tuple[str, ...]:
    tips, people = article.texts.get("tips", {}), sum(buyers.values())
    found: list[str] = []
    if not tips:
        found.append("tips")
    else:
        spoken = sorted(language for language, count in buyers.items() if language and count * _ONE_IN >= people)
        found += [f"tips.{language}" for language in spoken if not languages.own(tips, language)]
    if article.worn_after_days is not None and not article.accessories:
        found.append("accessories")
    if article.next_after_days is not None and not article.next_article:
        found.append("next")
    if article.sheet and not (house.settings.places.config / "sheets" / article.sheet).is_file():
        found.append(f"sheets/{article.sheet}")
    if not article.link:
        found.append("link")
    if not article.category and not article.need:
        found.append("category")
    return tuple(found)
