"""The language in which customers and orders are asked for: what is typed, understood as a tree of `model.query`.

Words stand in a name, an address or an order number; filters name a fact (`risk:high`, `orders>=2`, `country:DE,AT`).
All must hold; `or` joins what may, `!` and `not` exclude (before a filter also `-`), parentheses group, quotes keep
words together.
"""

import re

from retcon import text
from retcon.desk import query_values
from retcon.errors import QueryError
from retcon.frozen import dataclass
from retcon.model.query import Either, Every, Is, Not, Op, Tree, Word
from retcon.store.query_fields import BY_NAME

LONGEST = 4_000
MOST_PARTS = 400
DEEPEST = 20

_OPS = {
    ":": Op.IS,
    "=": Op.IS,
    "==": Op.IS,
    "!=": Op.IS,
    "≠": Op.IS,
    ">": Op.OVER,
    ">=": Op.AT_LEAST,
    "≥": Op.AT_LEAST,
    "<": Op.UNDER,
    "<=": Op.AT_MOST,
    "≤": Op.AT_MOST,
}
_UNLIKE = ("!=", "≠")
_FILTER = re.compile(r"([A-Za-z]+)(:|[<>=!]=|[<>=≠≥≤])")
# Around a comparison there may be room: "orders >= 2".
_SPACED = re.compile(r"([A-Za-z]+)\s*([<>=!]=|[<>=≠≥≤])\s*")
_SPACES = re.compile(r"\s*")
_CLOSES = {'"': '"', **dict.fromkeys("“”„«»", "“”«»")}
# What an input method writes for the signs of the language; letter for letter, so that places stay.
_WIDE = str.maketrans("：，＞＜＝！（）＂\0", ':,><=!()"\N{REPLACEMENT CHARACTER}')


@dataclass(slots=True)
class _Reader:
    """What is being read, and how far it was."""

    query: str
    currency: str
    of_orders: bool
    at: int = 0
    parts: int = 0
    depth: int = 0

    def wrong(self, title: str, hint: str = "", at: int | None = None) -> QueryError:
        """The error at that place."""
        return QueryError(title, hint, query=self.query, at=self.at if at is None else at)

    def next(self) -> str:
        """The letter to be read, empty at the end."""
        return self.query[self.at : self.at + 1]

    def skip(self) -> None:
        """Go on to the next word."""
        found = _SPACES.match(self.query, self.at)
        self.at = found.end() if found else self.at

    def count(self, at: int) -> None:
        """One more word, or one more value."""
        self.parts += 1
        if self.parts > MOST_PARTS:
            raise self.wrong(f"A filter has at most {MOST_PARTS} words and values.", "Say it in fewer.", at)


def parse(query: str, currency: str, *, of_orders: bool = False) -> Tree:
    """What the query means; amounts without a currency are in this one. Filters of one order need `of_orders`.

    Raises QueryError, which says where, for a filter that is unknown, isn't complete or compares what can't be.
    """
    if len(query) > LONGEST:
        title = f"A filter has at most {LONGEST:,} letters; this one has {len(query):,}."
        raise QueryError(title, "Say it in fewer.", query=query, at=LONGEST)
    reader = _Reader(text.keep(query.translate(_WIDE)), currency, of_orders)
    tree = _either(reader)
    reader.skip()
    if reader.next():
        raise reader.wrong("This ) closes nothing.", "Leave it out, or put it in quotes.")
    return tree or Every()


def terms(tree: Tree) -> tuple[Tree, ...]:
    """The parts that must all hold."""
    return tree.of if isinstance(tree, Every) else (tree,)


def _either(reader: _Reader) -> Tree | None:
    """What `or` joins; None where nothing stands here."""
    found = [_every(reader)]
    while (at := _keyword(reader, "or")) is not None:
        found.append(_every(reader))
        if found[-2] is None or found[-1] is None:
            raise reader.wrong("“or” stands between two things.", "For a word that is so, put it in quotes.", at)
    every = [tree for tree in found if tree is not None]
    flat = [each for tree in every for each in (tree.of if isinstance(tree, Either) else (tree,))]
    return Either(tuple(flat)) if len(flat) > 1 else flat[0] if flat else None


def _every(reader: _Reader) -> Tree | None:
    """What stands side by side, or joined by `and`; None where nothing stands here."""
    found: list[Tree] = []
    joined: int | None = None
    while True:
        tree = _one(reader)
        if tree is not None:
            found += tree.of if isinstance(tree, Every) else (tree,)
        elif joined is not None:
            raise reader.wrong("“and” stands between two things.", "For a word that is so, put it in quotes.", joined)
        joined = _keyword(reader, "and")
        if joined is not None and not found:
            raise reader.wrong("“and” stands between two things.", "For a word that is so, put it in quotes.", joined)
        if joined is None and tree is None:
            return Every(tuple(found)) if len(found) > 1 else found[0] if found else None


def _one(reader: _Reader) -> Tree | None:
    """A word, a filter or a group, perhaps excluded; None where none stands here."""
    excluded = False
    while True:
        reader.skip()
        begins = reader.at
        if reader.next() == "!":
            reader.at += 1
            excluded = not excluded
            if not reader.next() or reader.next().isspace() or reader.next() == ")":
                excluded = False  # somebody is about to exclude something
        elif reader.next() == "-" and _excludes(reader):
            reader.at += 1
            excluded = not excluded
        elif _keyword(reader, "not") is not None:
            excluded = not excluded
            reader.skip()
            if not reader.next() or reader.next() == ")":
                raise reader.wrong("“not” stands before something.", "For a word that is so, put it in quotes.", begins)
        else:
            break
    if not reader.next() or reader.next() == ")" or _ahead(reader, "or") or _ahead(reader, "and"):
        return None
    tree = _group(reader) if reader.next() == "(" else _filter(reader) or _word(reader)
    if not excluded:
        return tree
    return tree.of if isinstance(tree, Not) else Not(tree)


def _excludes(reader: _Reader) -> bool:
    """Whether the minus here excludes: before a filter or a group, while "-x" is a word."""
    after = reader.at + 1
    found = _FILTER.match(reader.query, after)
    return reader.query[after : after + 1] == "(" or (found is not None and found.group(1).lower() in BY_NAME)


def _keyword(reader: _Reader, keyword: str) -> int | None:
    """Where the keyword stood, and go past it; None where it doesn't stand here."""
    reader.skip()
    if not _ahead(reader, keyword):
        return None
    at, reader.at = reader.at, reader.at + len(keyword)
    return at


def _ahead(reader: _Reader, keyword: str) -> bool:
    end = reader.at + len(keyword)
    if reader.query[reader.at : end].lower() != keyword:
        return False
    after = reader.query[end : end + 1]
    return not after or after.isspace() or after in "()"


def _group(reader: _Reader) -> Tree:
    begins = reader.at
    if reader.depth == DEEPEST:
        raise reader.wrong(f"Parentheses go {DEEPEST} deep at most.", "Save a part as a segment of its own.")
    reader.at += 1
    reader.depth += 1
    tree = _either(reader)
    reader.skip()
    if reader.next() != ")":
        raise reader.wrong("This ( isn't closed.", "", begins)
    if tree is None:
        raise reader.wrong("Nothing stands between these parentheses.", "", begins)
    reader.at += 1
    reader.depth -= 1
    return tree


def _filter(reader: _Reader) -> Tree | None:
    """A field and what it is compared with; None where a word stands here."""
    begins = reader.at
    spaced = _SPACED.match(reader.query, begins)
    known = spaced is not None and spaced.group(1).lower() in BY_NAME
    found = spaced if known else _FILTER.match(reader.query, begins)
    if found is None:
        return None
    name, sign = found.groups()
    field = BY_NAME.get(name.lower())
    if field is None:
        ends = _bare(reader, commas=True)
        reader.at = begins
        if "@" in ends or not name.islower():  # an address, "Re:hello"
            return None
        raise query_values.unknown(reader.query, name, sign, begins)
    if field.of_order and not reader.of_orders:
        raise reader.wrong(f"“{field.name}{sign}” is of orders, not of people.", "retcon orders takes it.", begins)
    op = _OPS[sign]
    if op is not Op.IS and not field.compared:
        raise reader.wrong(f"“{field.name}” takes a colon.", f"For instance {field.example}.", found.start(2))
    reader.at = found.end()
    typed = _values(reader)
    if not typed or (op is not Op.IS and len(typed) > 1):
        raise query_values.incomplete(field, sign, reader.query, found.end(), many=bool(typed))
    values = (query_values.values(field, each, reader.query, reader.currency) for each in typed)
    distinct = tuple(dict.fromkeys(each for several in values for each in several))
    tree = Is(field.name, op, distinct, typed[0].at)
    return Not(tree) if sign in _UNLIKE else tree


def _values(reader: _Reader) -> list[query_values.Typed]:
    """What stands behind the sign, separated by commas; what was left out between two is left out."""
    found: list[query_values.Typed] = []
    while reader.next() and not reader.next().isspace():
        at = reader.at
        if reader.next() == ",":
            reader.at += 1
            continue
        if found and reader.query[at - 1] != ",":
            break
        words, quoted = (_quoted(reader), True) if reader.next() in _CLOSES else (_bare(reader), False)
        if not words and not quoted:
            break
        reader.count(at)
        found.append(query_values.Typed(" ".join(words.split()), quoted, at))
    return found


def _word(reader: _Reader) -> Tree:
    at = reader.at
    reader.count(at)
    if reader.next() in _CLOSES:
        words = " ".join(_quoted(reader).split())
        if not words:
            raise reader.wrong("Nothing stands between these quotes.", "", at)
        return Word(words, at)
    if reader.next() in "<>=≠≥≤":
        raise reader.wrong("Nothing to compare stands before this.", "For instance orders>=2.")
    word = _bare(reader, commas=True)
    return Word(word.rstrip(",") or word, at)


def _quoted(reader: _Reader) -> str:
    """What stands between the quotes, and go past them; a backslash keeps a quote from closing."""
    begins = reader.at
    closes = _CLOSES[reader.next()]
    letters: list[str] = []
    reader.at += 1
    while (letter := reader.next()) and letter not in closes:
        follows = reader.query[reader.at + 1 : reader.at + 2]
        escaped = letter == "\\" and follows != "" and follows in f"\\{closes}"
        letters.append(follows if escaped else letter)
        reader.at += 2 if escaped else 1
    if not reader.next():
        raise reader.wrong("This quote isn't closed.", "", begins)
    reader.at += 1
    return "".join(letters)


def _bare(reader: _Reader, *, commas: bool = False) -> str:
    """What stands up to the next space, or to the comma; its own parentheses belong to it."""
    begins, own = reader.at, 0
    while (letter := reader.next()) and not letter.isspace() and (commas or letter != ","):
        if letter == ")":
            if not own:
                break
            own -= 1
        own += letter == "("
        reader.at += 1
    return reader.query[begins : reader.at]
