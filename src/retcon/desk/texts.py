"""The seller's own texts, filled in for one person, with the operator's language beside it."""

from collections.abc import Mapping

from retcon import library
from retcon.desk import situations
from retcon.desk.house import House
from retcon.desk.today import Item
from retcon.errors import Conflict
from retcon.frozen import dataclass
from retcon.model.snippets import Snippet
from retcon.retention import answering, languages, snippets
from retcon.retention.letter import Letter


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text for one person; `operator_body` is empty where it is in the same language, or there is none.

    `missing` are the fields that still stand in it and hold it back, `left_out` those whose part is left out.
    `instead_of` is the person's language where there is no text in it.
    """

    id: str
    name: str
    language: str
    body: str
    operator_body: str = ""
    missing: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    instead_of: str = ""


def texts(house: House, item: Item) -> tuple[Text, ...]:
    """The texts for the person of the item, in their order and the item's language.

    Raises ConfigError with what is wrong in the seller's files, Conflict where the person is gone.
    """
    shop, home, now = house.settings.shop, house.settings.places.config, house.now()
    with house.database.read() as tx:
        situation = situations.load(tx, [item.customer.id], now).get(item.customer.id)
    if situation is None:
        raise Conflict("This customer is no longer there: merged, or erased.")
    profile = library.profile(home, situation.customer.country)
    wanted = item.action.draft.language or languages.language_of(situation.customer, profile) or languages.FALLBACK
    letter = Letter(situation, answering.REPLY, shop, profile, now)
    every = library.own_texts(home)
    return tuple(_filled(by_language, letter, wanted, shop.language) for by_language in every.values())


def _filled(by_language: Mapping[str, Snippet], letter: Letter, wanted: str, own: str) -> Text:
    snippet = next(languages.in_order(by_language, wanted))
    there = languages.alike(snippet.language, wanted)
    # The formats of the variety that is asked for: "en-GB" of a text in "en".
    filled = snippets.fill(snippet.body, letter, wanted if there else snippet.language)
    beside = next((text for text in languages.in_order(by_language, own) if languages.alike(text.language, own)), None)
    same = beside is None or languages.alike(beside.language, snippet.language)
    return Text(
        id=snippet.id,
        name=snippet.name,
        language=snippet.language,
        body=filled.body,
        operator_body="" if same or beside is None else snippets.fill(beside.body, letter, own).body,
        missing=tuple(map(snippets.called, filled.missing)),
        left_out=tuple(map(snippets.called, filled.left_out)),
        instead_of="" if there else wanted,
    )


def names(house: House) -> tuple[str, ...]:
    """What the texts are called, in their order. Raises ConfigError as `texts` does."""
    every = library.own_texts(house.settings.places.config)
    return tuple(next(iter(by_language.values())).name for by_language in every.values())
