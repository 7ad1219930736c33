"""What the shop's orders teach of its articles, learnt in the full refresh; and the articles as a pass needs them."""

from pathlib import Path

from retcon import library, localtime
from retcon.desk.house import House
from retcon.model.products import Assortment
from retcon.retention import assortment as shelf
from retcon.store import assortment
from retcon.store.database import Connection
from retcon.store.values import seconds

# The articles as they were read last, under what they were read: a pass after each of the operator's decisions
# would read the same again.
_read: dict[tuple[str, Path], tuple[object, Assortment]] = {}


def learn(house: House) -> None:
    """Learn what is bought after what, and after how many days again; keep it instead of what was kept before."""
    import numpy as np

    from retcon.retention import baskets

    told, now = library.articles(house.settings.places.config), house.now()
    with house.database.read_apart() as tx:
        tx.execute("begin")  # nothing is written between one question and the next
        wares = assortment.wares(tx)
        keys = [ware.key for ware in wares]
        lines = assortment.lines(tx, seconds(now) or 0, keys)
    filed = [shelf.category(ware) for ware in wares]
    categories = sorted({*filed} - {""})
    needs = shelf.needs(wares, told)
    named = sorted(set(needs.values()))
    taught = baskets.learn(
        lines,
        np.array([categories.index(each) if each else -1 for each in filed], np.int64),
        np.array([named.index(needs[key]) if key in needs else -1 for key in keys], np.int64),
    )
    learnt = baskets.named(taught, keys, categories)
    house.database.write(lambda tx: assortment.keep(tx, learnt, localtime.stamp(now)))


def load_assortment(tx: Connection, home: Path) -> Assortment:
    """Every article with what is said of it and what was learnt. Raises ConfigError for the seller's mistakes."""
    told = library.articles(home)
    file = tx.execute("select file from pragma_database_list where name = 'main'").fetchone()[0]
    under = (assortment.stamp(tx), told)
    known, found = _read.get((file, home), (None, None))
    if found is not None and known == under:
        return found
    found = shelf.assemble(assortment.wares(tx), told, assortment.learnt(tx))
    _read.clear()
    _read[file, home] = (under, found)
    return found
