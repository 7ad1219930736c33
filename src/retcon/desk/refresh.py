"""Pull what is new, then recompute whoever was touched; the only way in, so nobody pulls without understanding."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from retcon import library
from retcon.desk import candidates, days, freshness, learning, planning, promises, ranking
from retcon.desk.candidates import Queue
from retcon.desk.house import House
from retcon.errors import RetconError
from retcon.frozen import dataclass
from retcon.model.sync import SyncResult
from retcon.store import actions, complaints, cursors, deliveries, facts, people, touched, waiting
from retcon.store.database import Connection
from retcon.sync import engine, intake
from retcon.sync.source import Page

Progress = Callable[[str, int, int | None], None]  # what, done, total

# How many customers are planned for in one transaction: long enough to be quick, short enough to let others write.
_AT_ONCE = 400
# How far back low ratings, disputes and the STOPs that are still to be confirmed are looked for.
_RATED = timedelta(days=30)
_DISPUTED = timedelta(days=90)
_STOPPED = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """What a recomputation came to."""

    customers: int
    due: int
    everybody: bool


def pull(
    house: House, names: Sequence[str] = (), *, full: bool = False, progress: Progress | None = None
) -> tuple[SyncResult, ...]:
    """Pull from the named sources or all, one after the other, then recompute; one that fails stops no other."""
    known = house.source_names
    for name in names:
        if name not in known:
            raise RetconError(f"config.toml has no [sources.{name}].", f"It has: {', '.join(known) or 'none'}.")
    results = tuple(_pull_one(house, name, full, progress) for name in names or known)
    refresh(house, progress=progress)
    return results


def _pull_one(house: House, name: str, full: bool, progress: Progress | None) -> SyncResult:
    plugin = house.plugin("sources", name)
    assert plugin is not None

    def on_page(page: Page) -> None:
        if progress is not None:
            progress(page.what, page.done, page.total)

    try:
        source = house.source(name)
    except RetconError as error:
        return engine.closed(house.database, name, plugin.kind, str(error), house.now)
    return engine.run(
        house.database,
        source,
        name=name,
        kind=plugin.kind,
        currency=house.settings.shop.currency,
        now=house.now,
        full=full,
        progress=on_page,
        context=context(house),
    )


def context(house: House) -> intake.Context:
    """What conversations are kept by in this house."""
    words = library.words(house.settings.places.config)
    languages = {house.settings.shop.language, *words.stop}
    return intake.Context(words=words, files=house.files, now=house.now, languages=tuple(sorted(languages)))


def synced_at(house: House) -> datetime | None:
    """When every source was last pulled without a failure, the oldest of them; None where one never was."""
    with house.database.read() as tx:
        return cursors.synced_at(tx, house.source_names)


def refresh(house: House, *, everybody: bool = False, progress: Progress | None = None) -> Refreshed:
    """Recompute the customers that were touched; everybody once a day, and where settings or rules have changed."""
    with house.database.read() as tx:
        under = freshness.mark(house, tx)
    house.database.write(people.catch_up)
    house.database.write(lambda tx: intake.rebase(tx, house.settings.shop.currency))
    with house.database.read() as tx:
        everybody = everybody or not freshness.holds(house, tx)
    house.database.write(lambda tx: _hear(tx, None if everybody else touched.times(tx), house.now()))
    with house.database.read() as tx:
        changed = touched.times(tx)
    chosen = None if everybody else list(changed)
    if chosen is not None and not chosen:
        return Refreshed(customers=0, due=_close(house), everybody=False)
    _estimate_deliveries(house, chosen)
    ranking.restand(house, chosen)
    if everybody:
        learning.learn(house)
        days.keep(house)
    promises.offer(house, chosen)
    library.check(house.settings.places.config)
    with house.database.read() as tx:
        planner = planning.Planner.of(house, tx)
        planned = _candidates(house, tx, planner, chosen)
    due = _plan(house, replace(planner, touched=planned.touched), planned, progress)

    def finish(tx: Connection) -> None:
        touched.clear(tx, changed)
        if everybody:
            facts.put(tx, facts.REFRESHED_UNDER, under)

    house.database.write(finish)
    return Refreshed(customers=len(planned.order) if chosen is None else len(chosen), due=due, everybody=everybody)


def _estimate_deliveries(house: House, chosen: Sequence[int] | None) -> None:
    home, now = house.settings.places.config, house.now()
    days = {**library.transit(home), **house.settings.transit}
    usual = library.profile(home, "").transit_days
    house.database.write(lambda tx: deliveries.estimate(tx, days, usual, now, chosen))


def _hear(tx: Connection, chosen: Iterable[int] | None, now: datetime) -> None:
    """Write down who of these, or of all, is unhappy by what the shop's own records tell, each once."""
    for grievance in waiting.grievances(tx, now - _RATED, now - _DISPUTED, chosen):
        if complaints.add(
            tx,
            customer_id=grievance.customer_id,
            thread_id=None,
            sign=grievance.sign,
            words=grievance.words,
            reference=grievance.reference,
            at=grievance.at,
        ):
            touched.add(tx, [grievance.customer_id])
    away = facts.away_until(tx)
    if away is not None and away <= now:
        facts.put(tx, facts.AWAY_UNTIL, None)


def _candidates(house: House, tx: Connection, planner: planning.Planner, chosen: Sequence[int] | None) -> Queue:
    """Whom a rule could touch, with whom something was said, and who has something due that may no longer hold."""
    if chosen is not None:
        return Queue(list(chosen), {})
    besides = waiting.customers(tx, house.now() - _STOPPED) | set(actions.customers_with_due(tx))
    return candidates.queue(house, tx, planner.rules, planner.shop, besides)


def _plan(house: House, planner: planning.Planner, planned: Queue, progress: Progress | None) -> int:
    """Write what is due for these customers, drop what no longer is, and return how many actions are due in all."""
    done = 0
    for some in planned.batches(planner.rooms, _AT_ONCE):
        house.database.write(lambda tx, some=some: planner.plan(tx, some))
        done += len(some)
        if progress is not None:
            progress("customers", done, len(planned.order))
    return _close(house)


def _close(house: House) -> int:
    """What is too late is no longer due; returns how many actions are due in all."""
    now = house.now()

    def close(tx: Connection) -> int:
        actions.expire(tx, now)
        return actions.count_due(tx, now)[0]

    return house.database.write(close)
