"""The texts by language, and in which languages a person has read them as they are now."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from retcon import library, localtime
from retcon.desk.house import House
from retcon.errors import InputError
from retcon.frozen import dataclass
from retcon.model.playbook import Template
from retcon.retention import languages as languages_of_texts
from retcon.store import actions, facts
from retcon.store.database import Connection

if TYPE_CHECKING:
    from retcon.retention.proofreading import Finding


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
        found = [
            _language(house, tx, code, texts.get(code, ()), due[code]) for code in texts.keys() | set(filter(None, due))
        ]
    return tuple(sorted(found, key=lambda language: (-language.due, language.code)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What looking through the texts came to: the forms ("mail", "chat") of each text by language, and what to mend."""

    languages: tuple[str, ...]
    forms: Mapping[str, Mapping[str, tuple[str, ...]]]  # text → language → forms
    findings: "tuple[Finding, ...]"


def check(house: House, wanted: Sequence[str] = ()) -> Proof:
    """Look through the texts of these languages, or of ours and all others that there are."""
    from retcon.retention import proofreading

    home = house.settings.places.config
    texts = {id_: library.templates(home, id_) for id_ in library.template_ids(home)}
    known = {language for by_language in texts.values() for language in by_language}
    for language in wanted:
        if language not in known:
            raise InputError(f"There are no texts in “{language[:20]}”.", "What there is: retcon templates list")
    others = sorted(known - set(languages_of_texts.OURS))
    chosen = tuple(wanted) or (*languages_of_texts.OURS, *others)
    forms = {id_: {code: proofreading.forms(texts, id_, code) for code in chosen} for id_ in texts}
    return Proof(languages=chosen, forms=forms, findings=proofreading.proofread(texts, library.phrases(home), chosen))


def sign(house: House, code: str) -> Language:
    """A person has read the texts of that language as they are now. Raises InputError where there are none."""
    texts = _texts(house).get(code, ())
    if not texts:
        raise InputError(f"There are no texts in “{code[:20]}”.", "What there is: retcon templates list")
    day = localtime.local(house.now(), house.settings.shop.timezone).date().isoformat()
    house.database.write(
        lambda tx: facts.put(tx, _fact(code), f"{day} {library.fingerprint(house.settings.places.config, code)}")
    )
    return next(language for language in languages(house) if language.code == code)


def is_read(house: House, tx: Connection, id_: str, language: str, form: str) -> bool:
    """Whether a person has read the text by which one in that form is addressed in the language, as it is now.

    What the operator reads anyway, or has put there, needs nobody else.
    """
    codes = languages_of_texts.spoken(language, form)
    if languages_of_texts.alike(language, house.settings.shop.language):
        return True
    if library.is_own_text(house.settings.places.config, id_, codes):
        return True
    for code in codes:
        if now := library.fingerprint(house.settings.places.config, code):
            return (facts.get(tx, _fact(code)) or "").partition(" ")[2] == now
    return False


def _texts(house: House) -> dict[str, tuple[Template, ...]]:
    """Every text, by language."""
    home = house.settings.places.config
    found: dict[str, list[Template]] = {}
    for id_ in library.template_ids(home):
        for code, template in library.templates(home, id_).items():
            found.setdefault(code, []).append(template)
    return {code: tuple(texts) for code, texts in found.items()}


def _language(house: House, tx: Connection, code: str, texts: tuple[Template, ...], due: int) -> Language:
    signed, _, known = (facts.get(tx, _fact(code)) or "").partition(" ")
    changed = bool(signed) and known != library.fingerprint(house.settings.places.config, code)
    return Language(code=code, texts=texts, due=due, signed=signed, changed=changed)


def _fact(code: str) -> str:
    return f"signed:{code}"
