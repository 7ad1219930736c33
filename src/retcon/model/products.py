"""What the shop sells, as rules and letters know it, and what people bought after what."""

from collections.abc import Mapping
from dataclasses import field

from retcon.frozen import dataclass
from retcon.model.orders import Order, OrderLine

# What the seller may say of an article in words, by language.
WORDS = ("tips", "care", "uses")


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """After how many days one piece is bought again: the seller's word, or the median gap of those who did.

    `low` and `high` are the quartiles of their gaps, `people` how many they were; 0 where the seller has set it.
    """

    days: int
    low: int
    high: int
    people: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What is bought after an article: `people` bought both in this order, `lift` how much more often than by chance.

    The lift is shrunk towards 1 where few did.
    """

    article: str  # its key
    lift: float
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A product with what the seller says of it. `key` is "SOURCE:PRODUCT_ID", as its order lines name it.

    `need` is the word for what it is good for: articles of one need take each other's place. Where the seller has not
    said it, it is the category. `not_for` holds countries ("SA"), festivals ("ramadan") and styles of incentive that
    it isn't for. `texts` are the seller's own lines: "tips", "care", "uses" by language or language and country.
    """

    key: str
    name: str
    link: str = ""  # empty as well where it leads away from the shop
    sku: str = ""
    category: str = ""
    price_minor: int = 0  # in the shop's currency; 0 where unknown
    need: str = ""
    durable: bool = False  # who has one needs no second
    in_stock: bool = True
    repeat: Repeat | None = None  # of what is used up
    worn_after_days: int | None = None  # after so many days it wants an accessory
    accessories: tuple[str, ...] = ()  # keys
    next_article: str = ""  # key of what follows when it is outgrown
    next_after_days: int | None = None
    not_for: frozenset[str] = frozenset()
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    sheet: str = ""  # a file of the seller's that goes with what arrives, in the folder sheets/


@dataclass(frozen=True, slots=True, kw_only=True)
class Assortment:
    """All articles by key, what is bought after each (the best first), and what most people who came back bought.

    `after_category` says the same of whole categories, `ways` into which categories people went on from one, and
    `bought` how many of those who came back bought an article.
    """

    articles: Mapping[str, Article] = field(default_factory=dict[str, Article])
    after: Mapping[str, tuple[Suggestion, ...]] = field(default_factory=dict[str, tuple[Suggestion, ...]])
    usual: tuple[str, ...] = ()
    after_category: Mapping[str, tuple[Suggestion, ...]] = field(default_factory=dict[str, tuple[Suggestion, ...]])
    ways: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    bought: Mapping[str, int] = field(default_factory=dict[str, int])

    def of(self, order: Order, line: OrderLine) -> Article | None:
        """The article that a line of an order is about; None where the shop no longer has it."""
        return self.articles.get(f"{order.source}:{line.product_id}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the seller says in products.toml of one article, or of all of a category; None is nothing said.

    `by` is "id", "sku" or "category" and `name` which one. Accessories and what comes next are ids or SKUs.
    """

    by: str
    name: str
    need: str | None = None
    durable: bool | None = None
    repeat_days: int | None = None
    worn_after_days: int | None = None
    accessories: tuple[str, ...] | None = None
    next_article: str | None = None
    next_after_days: int | None = None
    not_for: frozenset[str] | None = None
    sheet: str | None = None
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Ware:
    """A product as the store keeps it."""

    key: str
    name: str
    sku: str
    link: str
    categories: tuple[str, ...]
    price_minor: int
    in_stock: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What the shop's orders have taught, as of an Assortment, and after how many days articles are bought again."""

    after: Mapping[str, tuple[Suggestion, ...]] = field(default_factory=dict[str, tuple[Suggestion, ...]])
    after_category: Mapping[str, tuple[Suggestion, ...]] = field(default_factory=dict[str, tuple[Suggestion, ...]])
    ways: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    bought: Mapping[str, int] = field(default_factory=dict[str, int])
    repeats: Mapping[str, Repeat] = field(default_factory=dict[str, Repeat])
