"""The texts by language, and in which languages a person has read them as they are now."""

import hashlib
from collections import Counter

from retcon import library, localtime
from retcon.desk.house import House
from retcon.errors import InputError
from retcon.frozen import dataclass
from retcon.model.playbook import Template
from retcon.store import actions, facts
from retcon.store.database import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language's texts. `signed` is the day on which a person said that they have read them; "" where nobody has.

    `changed` where a text is another one since.
    """

    code: str
    texts: tuple[Template, ...]
    due: int  # messages in it that are due now
    signed: str = ""
    changed: bool = False

    @property
    def vouched(self) -> bool:
        """Whether a person has read the texts as they are now."""
        return bool(self.signed) and not self.changed


def languages(house: House) -> tuple[Language, ...]:
    """Every language that there are texts in, those with most messages due first."""
    texts = _texts(house)
    with house.database.read() as tx:
        due = Counter(action.draft.language for action in actions.due(tx, house.now()))
        found = [_language(tx, code, texts.get(code, ()), due[code]) for code in texts.keys() | set(filter(None, due))]
    return tuple(sorted(found, key=lambda language: (-language.due, language.code)))


def sign(house: House, code: str) -> Language:
    """A person has read the texts of that language as they are now. Raises InputError where there are none."""
    texts = _texts(house).get(code, ())
    if not texts:
        raise InputError(f"There are no texts in “{code[:20]}”.", "What there is: retcon templates list")
    day = localtime.local(house.now(), house.settings.shop.timezone).date().isoformat()
    house.database.write(lambda tx: facts.put(tx, _fact(code), f"{day} {_hash(texts)}"))
    return next(language for language in languages(house) if language.code == code)


def _texts(house: House) -> dict[str, tuple[Template, ...]]:
    """The texts of every rule that is switched on, by language."""
    home = house.settings.places.config
    found: dict[str, list[Template]] = {}
    for id_ in sorted({rule.template for rule in library.rules(home)}):
        for code, template in library.templates(home, id_).items():
            found.setdefault(code, []).append(template)
    return {code: tuple(texts) for code, texts in found.items()}


def _language(tx: Connection, code: str, texts: tuple[Template, ...], due: int) -> Language:
    signed, _, known = (facts.get(tx, _fact(code)) or "").partition(" ")
    return Language(code=code, texts=texts, due=due, signed=signed, changed=bool(signed) and known != _hash(texts))


def _fact(code: str) -> str:
    return f"signed:{code}"


def _hash(texts: tuple[Template, ...]) -> str:
    words = [(text.id, text.subject, text.body, text.footer) for text in texts]
    return hashlib.sha256(repr(words).encode()).hexdigest()[:16]
