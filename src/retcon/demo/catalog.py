"""The sample shop itself, what it sells, in which currencies, and its coupons."""

from retcon.frozen import dataclass

NAME = "Northlight Goods"
URL = "https://shop.example"
TIMEZONE = "Europe/Berlin"
COUNTRY = "DE"
CURRENCY = "EUR"


@dataclass(frozen=True, slots=True)
class Article:
    """An article; `euros` is its price at home, `days_ago` when it was put on sale."""

    id: int
    name: str
    sku: str
    category: str
    euros: int
    days_ago: int = 600
    in_stock: bool = True


ARTICLES = (
    Article(21, "Salt pig, ash glaze", "POT-SALT-ASH", "Storage", 28),
    Article(22, "Bread bin, beech lid", "POT-BREAD", "Storage", 74),
    Article(23, "Butter dish, speckled", "POT-BUTTER", "Storage", 36),
    Article(24, "Spice jars, set of six", "POT-SPICE-6", "Storage", 42),
    Article(25, "Breakfast bowl, moss", "BOWL-MOSS", "Bowls", 19),
    Article(26, "Breakfast bowl, chalk", "BOWL-CHALK", "Bowls", 19),
    Article(27, "Ramen bowl, tenmoku", "BOWL-RAMEN", "Bowls", 29),
    Article(28, "Mixing bowls, nest of three", "BOWL-NEST-3", "Bowls", 68),
    Article(29, "Serving bowl, wide rim", "BOWL-SERVE", "Bowls", 54),
    Article(30, "Dinner plate, chalk", "PLATE-L-CHALK", "Plates", 26),
    Article(31, "Side plate, chalk", "PLATE-S-CHALK", "Plates", 17),
    Article(32, "Dinner plates, set of four", "PLATE-L-4", "Plates", 96),
    Article(33, "Espresso cups, pair", "CUP-ESP-2", "Cups", 24),
    Article(34, "Tea cup without handle", "CUP-TEA", "Cups", 16),
    Article(35, "Mug, thumb rest", "MUG-THUMB", "Cups", 22),
    Article(36, "Mug, tall", "MUG-TALL", "Cups", 24),
    Article(37, "Teapot, side handle", "TEA-POT", "Tea and coffee", 78),
    Article(38, "Pour-over dripper", "COF-DRIP", "Tea and coffee", 34),
    Article(39, "Paper filters, one hundred", "COF-FILTER-100", "Tea and coffee", 9),
    Article(40, "Coffee server, glass", "COF-SERVER", "Tea and coffee", 39),
    Article(41, "Hand grinder", "COF-GRIND", "Tea and coffee", 89, 380),
    Article(42, "Paring knife, pear wood", "KNIFE-PARE", "Tools", 38),
    Article(43, "Whetstone, 1000/6000", "KNIFE-STONE", "Tools", 47),
    Article(44, "Mortar, granite", "TOOL-MORTAR", "Tools", 52),
    Article(45, "Wooden spoons, set of three", "TOOL-SPOON-3", "Tools", 21),
    Article(46, "Linen tea towels, pair", "TOWEL-2", "Linen", 23),
    Article(47, "Apron, washed linen", "APRON", "Linen", 59, 300, in_stock=False),
    Article(48, "Sourdough starter crock", "CROCK-SOUR", "Baking", 33, 250),
    Article(49, "Proofing basket", "BAKE-PROOF", "Baking", 27),
    Article(50, "Baking stone", "BAKE-STONE", "Baking", 45),
    Article(51, "Cutting board, walnut", "BOARD-WALNUT", "Tools", 64),
    Article(52, "Board oil with beeswax", "OIL-BOARD", "Care", 14),
    Article(53, "Children's bowl, first spoonfuls", "KID-BOWL", "Children", 21),
    Article(54, "Children's set: plate, bowl, cup", "KID-SET", "Children", 46),
    Article(55, "Gooseneck kettle, electric", "KETTLE-E", "Tea and coffee", 92),
    Article(56, "Sake set, flask and two cups", "CUP-SAKE-3", "Cups", 48),
)

# Euros to the currency, and the step that prices there are rounded to.
RATES = {
    "EUR": (1.0, 1),
    "USD": (1.1, 1),
    "GBP": (0.87, 1),
    "PLN": (4.3, 1),
    "SAR": (4.1, 1),
    "AED": (4.0, 1),
    "THB": (38.0, 10),
    "KRW": (1500.0, 100),
    "JPY": (165.0, 10),
    "BRL": (6.2, 1),
}
SIGNS = {
    "EUR": "€", "USD": "$", "GBP": "£", "PLN": "zł", "SAR": "ر.س", "AED": "د.إ", "THB": "฿", "KRW": "₩", "JPY": "¥",
    "BRL": "R$",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Voucher:
    """A coupon of the shop: `percent` off; it ran out, or will, so many days from now (None: never)."""

    id: int
    code: str
    percent: int
    ends_in_days: int | None


VOUCHERS = (
    Voucher(61, "welcome10", 10, None),
    Voucher(62, "spring-glaze", 15, -190),
    Voucher(63, "seconds-sale", 20, -45),
    Voucher(64, "thankyou5", 5, 60),
)


@dataclass(frozen=True, slots=True)
class Carrier:
    """Who brings parcels to a country, and where a parcel can be followed."""

    name: str
    link: str


DEFAULT_CARRIER = Carrier("Northmail", "https://parcels.example.com/north/{number}")
CARRIERS = {
    "DE": Carrier("Hauspost", "https://parcels.example.com/haus/{number}"),
    "US": Carrier("Prairie Parcel", "https://parcels.example.com/prairie/{number}"),
    "SA": Carrier("Gulf Courier", "https://parcels.example.com/gulf/{number}"),
    "AE": Carrier("Gulf Courier", "https://parcels.example.com/gulf/{number}"),
}

# What shipping costs in euros: at home, in Europe, elsewhere; nothing from so many euros on.
SHIPPING = {"DE": 5, "FR": 9, "ES": 9, "IT": 9, "NL": 9, "PL": 9, "GB": 12}
SHIPPING_ELSEWHERE = 19
SHIPPING_FREE_FROM = 120

PRAISE = (
    (5, "Heavier than it looks in the picture, and exactly right."),
    (5, "Second one I bought; the first went to my sister."),
    (4, "Lovely glaze. The parcel took its time."),
    (4, "A little smaller than I thought, but I use it every day."),
    (3, "One of the two had a rough rim. The shop sent another."),
    (2, "Arrived chipped."),
    (5, "It pours without a drop beside the cup."),
)


def price(euros: float, currency: str) -> int:
    """The price in whole units of the currency."""
    rate, step = RATES[currency]
    return max(step, round(euros * rate / step) * step)
