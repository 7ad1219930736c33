"""What the shop sells, as rules and letters know it, and what people bought after what."""

from collections.abc import Mapping
from dataclasses import field

from retcon.frozen import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """After how many days an article is bought again: the seller's word, or the median gap of those who did.

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

    `need` is the word for what it is good for: articles of one need take each other's place. `not_for` holds countries
    ("SA"), festivals ("ramadan") and styles of incentive that it isn't for.
    `texts` are the seller's own lines: "tips", "care", "uses" by language.
    """

    key: str
    name: str
    link: str = ""
    category: str = ""
    price_minor: int = 0
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
    """All articles by key, what is bought after each (the best first), and what most people who came back bought."""

    articles: Mapping[str, Article] = field(default_factory=dict[str, Article])
    after: Mapping[str, tuple[Suggestion, ...]] = field(default_factory=dict[str, tuple[Suggestion, ...]])
    usual: tuple[str, ...] = ()
