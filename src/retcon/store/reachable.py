"""How many people may be written to: read in one go over everybody, for a hundred thousand of them."""

from collections.abc import Iterator, Mapping

from retcon.frozen import dataclass
from retcon.store.database import Connection
from retcon.store.suppressions import hashed

# A customer's last word on a medium: what, on what grounds, when, until when.
Said = tuple[str, str, int, int | None]


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody with an address on a medium. `shut` is "advertising" or "everything" where no address of theirs may be
    written to for it, since `shut_at`; `refused_ever` whether they ever said no."""

    id: int
    country: str
    left_alone: bool
    last_order_at: int | None
    said: Said | None
    refused_ever: bool
    taken_back_at: int
    shut: str
    shut_at: int


def everybody(tx: Connection, medium: str) -> Iterator[Addressee]:
    """Everybody who has an address on the medium, merged ones apart."""
    words, refused, taken_back = _ledger(tx, medium)
    shut = _shut(tx, medium)
    kind, prefix = ("email", "") if medium == "email" else ("chat", f"{medium}:")
    rows = tx.execute(
        """
        select c.id, c.country, c.left_alone, s.last_order_at from customers c
        left join standings s on s.customer_id = c.id
        where c.merged_into is null and exists (
            select 1 from identities i where i.customer_id = c.id and i.kind = :kind
              and substr(i.value, 1, :length) = :prefix
        )
        """,
        {"kind": kind, "prefix": prefix, "length": len(prefix)},
    )
    for id_, country, left_alone, last_order_at in rows:
        what, at = shut.get(id_, ("", 0))
        yield Addressee(
            id_,
            country,
            bool(left_alone),
            last_order_at,
            words.get(id_),
            id_ in refused,
            taken_back.get(id_, 0),
            what,
            at,
        )


def _ledger(tx: Connection, medium: str) -> tuple[dict[int, Said], set[int], dict[int, int]]:
    """The word in force of everybody who said one on advertising, who ever said no, and who took a yes back when."""
    words: dict[int, Said] = {}
    refused: set[int] = set()
    taken_back: dict[int, int] = {}
    rows = tx.execute(
        """
        select customer_id, state, basis, at, expires_at from consents
        where channel = ? and purpose = 'marketing' order by at, state = 'denied'
        """,
        (medium,),
    )
    for id_, state, basis, at, expires_at in rows:
        if state != "unknown":
            words[id_] = (state, basis, at, expires_at)
            if state == "denied":
                refused.add(id_)
            continue
        taken_back[id_] = at
        if id_ in words and words[id_][0] != "denied":
            del words[id_]
    return words, refused, taken_back


def _shut(tx: Connection, medium: str) -> Mapping[int, tuple[str, int]]:
    """Whose addresses are all shut; the mildest where they have several."""
    strict = {
        row[0]: (row[1], row[2])
        for row in tx.execute(
            "select hash, what, at from suppressions where medium = ? and lifted_at is null order by what", (medium,)
        )
    }
    if not strict:
        return {}
    kind, prefix = ("email", "") if medium == "email" else ("chat", f"{medium}:")
    found: dict[int, tuple[str, int]] = {}
    open_: set[int] = set()
    for id_, value in tx.execute("select customer_id, value from identities where kind = ?", (kind,)):
        if not value.startswith(prefix):
            continue
        known = strict.get(hashed(medium, value.removeprefix(prefix)))
        if known is None:
            open_.add(id_)
        elif id_ not in found or known[0] == "advertising":
            found[id_] = known
    return {id_: known for id_, known in found.items() if id_ not in open_}
