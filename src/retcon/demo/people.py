"""The people of the sample shop: invented, in fourteen countries, each written in their own script.

Addresses are at example.com, example.org and example.net, numbers in the range that is kept for fiction.
"""

import unicodedata

from retcon.frozen import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """A country of buyers. `given` and `family` are "own script|Latin", or Latin alone; their counts share no factor,
    so that walking both together meets every pair once."""

    code: str
    language: str
    currency: str
    hours_ahead: int  # of UTC, in winter: near enough for the hour at which somebody orders
    share: int  # of a hundred buyers
    city: str
    state: str
    postcode: str
    street: str
    given: tuple[str, ...]
    family: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who buys: the name as they write it, and as a parcel label from abroad needs it."""

    country: Country
    first: str
    last: str
    latin_first: str
    latin_last: str
    email: str
    phone: str
    street: str


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split(", "))


COUNTRIES = (
    Country(
        code="DE", language="de", currency="EUR", hours_ahead=1, share=21,
        city="Leipzig", state="", postcode="04109", street="Töpfergasse",
        given=_names("Anke, Birte, Carsten, Dörte, Elke, Frauke, Gesa, Henning, Ina, Jonas, Käthe, Lars"),
        family=_names(
            "Apfelstedt, Brotbeck, Dünenfeld, Eichwasser, Kornrade, Lindenkrug, Mühlenhoff, Ofenloch, Quellenau, "
            "Rabenow, Sandforth, Tonhäuser, Weidenau"
        ),
    ),
    Country(
        code="US", language="en", currency="USD", hours_ahead=-6, share=16,
        city="Springfield", state="IL", postcode="62701", street="Kiln Street",
        given=_names("Abby, Brent, Casey, Dana, Ellis, Faye, Grant, Hollis, Ivy, June, Kendall, Lyle"),
        family=_names(
            "Appleford, Birchwater, Cedarholm, Dovecote, Elmsworth, Fernhollow, Goldfinchley, Hearthstone, Ironwell, "
            "Juniperson, Larkmeadow, Mapleton, Oatfield"
        ),
    ),
    Country(
        code="FR", language="fr", currency="EUR", hours_ahead=1, share=11,
        city="Lyon", state="", postcode="69001", street="rue des Potiers",
        given=_names("Agathe, Bastien, Chloé, Didier, Élodie, Fleur, Gaëlle, Hervé, Inès"),
        family=_names("Belassiette, Boisclair, Chantefour, Doucemer, Grandpain, Montargile, Pierrevent, Terrebrune"),
    ),
    Country(
        code="GB", language="en", currency="GBP", hours_ahead=0, share=10,
        city="Stoke", state="", postcode="ST1 1AA", street="Potters Row",
        given=_names("Alfie, Beth, Clive, Dilys, Euan, Fiona, Gwen, Hamish, Isla"),
        family=_names("Ashkiln, Brackwater, Crumpetley, Hearthley, Kettlewick, Puddingdale, Saltmarshe, Wrenfold"),
    ),
    Country(
        code="ES", language="es", currency="EUR", hours_ahead=1, share=7,
        city="Talavera", state="TO", postcode="45600", street="calle del Barro",
        given=_names("Alba, Bruno, Carmela, Dolores, Eneko, Marta, Nuria"),
        family=_names("Barroblanco, Campovivo, Hornalba, Mesaluz, Pandorado, Vallehondo"),
    ),
    Country(
        code="IT", language="it", currency="EUR", hours_ahead=1, share=7,
        city="Faenza", state="RA", postcode="48018", street="via dei Vasai",
        given=_names("Ada, Bruna, Corrado, Daria, Elio, Fosca, Gino"),
        family=_names("Belforno, Casalbrocca, Granoduro, Montepane, Terrachiara, Zuppalenta"),
    ),
    Country(
        code="NL", language="nl", currency="EUR", hours_ahead=1, share=6,
        city="Delft", state="", postcode="2611 AA", street="Tegelstraat",
        given=_names("Anouk, Bram, Cato, Daan, Elsje, Femke, Gijs"),
        family=_names("van Aardewerk, de Bakvorm, Kopjesman, Lepelaar, van der Soep, Theekist"),
    ),
    Country(
        code="PL", language="pl", currency="PLN", hours_ahead=1, share=5,
        city="Bolesławiec", state="", postcode="59-700", street="ulica Garncarska",
        given=_names("Agata, Bogna, Czesława, Danuta, Ewelina, Grażyna, Łucja"),
        family=_names("Chlebna, Gliniana, Miska, Piecowa, Talerz, Złotoczarka"),
    ),
    Country(
        code="SA", language="ar", currency="SAR", hours_ahead=3, share=4,
        city="Riyadh", state="", postcode="12211", street="Pottery Street",
        given=_names("ليلى|Layla, هند|Hind, فهد|Fahd, سارة|Sara, ماجد|Majid"),
        family=_names("الفخاري|Alfakhari, الطيني|Altini, القهوجي|Alqahwaji, النخلي|Alnakhli"),
    ),
    Country(
        code="AE", language="ar", currency="AED", hours_ahead=4, share=3,
        city="Dubai", state="", postcode="00000", street="Creek Road",
        given=_names("نورة|Noura, سلطان|Sultan, مريم|Maryam, راشد|Rashid, عائشة|Aisha"),
        family=_names("البحري|Albahri, الفنجان|Alfinjan, الورد|Alward, الساحلي|Alsahili"),
    ),
    Country(
        code="TH", language="th", currency="THB", hours_ahead=7, share=3,
        city="Chiang Mai", state="", postcode="50000", street="Din Phao Road",
        given=_names("อนงค์|Anong, ประภา|Prapha, สมใจ|Somjai, กานดา|Kanda, วิชัย|Wichai"),
        family=_names("ดินเผา|Dinphao, ชามทอง|Chamthong, ถ้วยแก้ว|Thuaikaeo, ครัวสุข|Khruasuk"),
    ),
    Country(
        code="KR", language="ko", currency="KRW", hours_ahead=9, share=2,
        city="Icheon", state="", postcode="17379", street="Dojagi-ro",
        given=_names("지우|Ji-woo, 하린|Ha-rin, 도윤|Do-yun, 서아|Seo-a, 민재|Min-jae"),
        family=_names("옹|Ong, 도|Do, 기|Gi, 백|Baek"),
    ),
    Country(
        code="JP", language="ja", currency="JPY", hours_ahead=9, share=3,
        city="Mashiko", state="JP09", postcode="321-4217", street="Yakimono-dori",
        given=_names("はるか|Haruka, 陶子|Toko, 健一|Kenichi, 茜|Akane, 直人|Naoto"),
        family=_names("土器屋|Dokiya, 茶碗谷|Chawandani, 窯元|Kamamoto, 皿井|Sarai"),
    ),
    Country(
        code="BR", language="pt", currency="BRL", hours_ahead=-3, share=2,
        city="Cunha", state="SP", postcode="12530-000", street="rua da Cerâmica",
        given=_names("Aline, Benício, Conceição, Davi, Rafael"),
        family=_names("Barroverde, Casaforno, Panelinha, Telharoxa"),
    ),
)  # fmt: skip

BY_CODE = {country.code: country for country in COUNTRIES}

# What a stranger may type into a name field; the console, the letters and the logs must show it harmlessly.
HOSTILE = (
    ("<b>Robin</b>", "[bold red]Bracket[/]"),
    ("Escher\x1b]52;c;cmV0Y29u\x1b\\", "\x1b[31mReed\u202e"),
)

_HOSTS = ("example.com", "example.org", "example.net")


def person(country: Country, number: int) -> Person:
    """The country's buyer of that number; no two numbers of a country share a name below their product."""
    first, latin_first = _written(country.given[number % len(country.given)])
    last, latin_last = _written(country.family[number % len(country.family)])
    # Only the fictional numbers of North America are known to belong to nobody.
    phone = f"+1 {201 + number // 100} 555 01{number % 100:02}" if country.code == "US" else ""
    return Person(
        country=country,
        first=first,
        last=last,
        latin_first=latin_first,
        latin_last=latin_last,
        email=f"{_plain(latin_first)}.{_plain(latin_last)}@{_HOSTS[number % len(_HOSTS)]}",
        phone=phone,
        street=f"{country.street} {number % 89 + 1}",
    )


def _written(name: str) -> tuple[str, str]:
    own, _, latin = name.partition("|")
    return own, latin or own


def _plain(name: str) -> str:
    """The name as the local part of an address: ASCII letters alone."""
    letters = unicodedata.normalize("NFKD", name.lower().replace("ł", "l"))
    return "".join(letter for letter in letters if letter.isascii() and letter.isalpha())
