"""Whom a rule could touch, found by columns of the store without loading everybody: a few too many, never too few."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import UTC, datetime, timedelta
from typing import Any

from retcon import localtime
from retcon.desk import consents, permitted
from retcon.desk.house import House
from retcon.frozen import dataclass
from retcon.localtime import DAY
from retcon.model.calendar import Feast
from retcon.model.people import Purpose
from retcon.model.playbook import Rule
from retcon.model.products import Article
from retcon.model.shop import Shop
from retcon.retention import calendar, playbook
from retcon.retention.playbook import feasts
from retcon.store import occasions
from retcon.store.database import Connection
from retcon.store.occasions import Age, Fitting

# A parcel is under way for so many days at most.
_UNDER_WAY = timedelta(days=120)


def of_rule(house: House, tx: Connection, rule: Rule, shop: Shop) -> list[int]:
    """Whom the rule could touch now, those with most at stake first where it asks where they stand."""
    if playbook.impossible(rule, shop):
        return []
    now = house.now()
    since = now - (rule.expires_days + 1) * DAY
    match rule.trigger:
        case "cancelled":
            return sorted(occasions.cancelled(tx, since))
        case "review":
            return sorted(occasions.reviewed(tx, since))
        case "coupon_expired":
            return sorted(occasions.let_expire(tx, since, now))
        case "first_delivery" | "delivery":
            latest = now - rule.due_days * DAY + timedelta(seconds=1)
            return sorted(occasions.delivered(tx, since, latest, _UNDER_WAY))
        case "article_age" | "article_used_up" | "article_outgrown":
            return sorted(occasions.aged(tx, _ages(rule, shop), now))
        case _:
            asked = _fitting(house, tx, rule, shop)
            return occasions.fitting(tx, asked) if asked is not None else []


@dataclass(frozen=True, slots=True)
class Queue:
    """Who is to be planned for, those with most at stake first, and by which capped rules alone somebody is there.

    `touched` is whom each rule that days make due could touch, who may not be written to as well; None: nobody asked.
    """

    order: Sequence[int]
    only: Mapping[int, frozenset[str]]
    touched: Mapping[str, Set[int]] | None = None

    def batches(self, rooms: Mapping[str, int], size: int) -> Iterator[list[int]]:
        """So many at a time; whom only rules without room could touch is passed over."""
        batch: list[int] = []
        for id_ in self.order:
            rules = self.only.get(id_)
            if rules is not None and all(rooms.get(rule, 1) <= 0 for rule in rules):
                continue
            batch.append(id_)
            if len(batch) == size:
                yield batch
                batch = []
        if batch:
            yield batch


def queue(house: House, tx: Connection, rules: Iterable[Rule], shop: Shop, besides: set[int]) -> Queue:
    """Whom one of the rules could touch and may be written to, with `besides`, who are planned for whatever happens."""
    certain, capped, touched = set(besides), dict[int, set[str]](), dict[str, set[int]]()
    may = _May(house, tx)
    for rule in rules:
        if rule.trigger not in playbook.TRIGGERS:
            continue
        found = of_rule(house, tx, rule, shop)
        touched[rule.id] = set(found)
        if found and permitted.asks_consent(rule):
            allowed = may.be_written_to(rule)
            found = [id_ for id_ in found if id_ in allowed]
        elif found and rule.asks:
            asked_in_vain = may.be_written_to(rule)
            found = [id_ for id_ in found if id_ not in asked_in_vain]
        if found and (rule.once or rule.rest_days):
            since = datetime.min.replace(tzinfo=UTC) if rule.once else house.now() - rule.rest_days * DAY
            decided = occasions.decided(tx, rule.id, since)
            found = [id_ for id_ in found if id_ not in decided]
        if not rule.cap:
            certain.update(found)
            continue
        for id_ in found:
            capped.setdefault(id_, set()).add(rule.id)
    only = {id_: frozenset(names) for id_, names in capped.items() if id_ not in certain}
    stake = occasions.stakes(tx)
    everybody = sorted(certain | only.keys(), key=lambda id_: (-stake.get(id_, 0), id_))
    return Queue(everybody, only, touched)


class _May:
    """To whom messages of a purpose may go on a medium; worked out once for a pass, and only where it is asked."""

    def __init__(self, house: House, tx: Connection) -> None:
        self._house, self._tx = house, tx
        self._known: dict[str, set[int]] = {}

    def be_written_to(self, rule: Rule) -> set[int]:
        """By one of the rule's channels."""
        media = set(self._house.media.values())
        wanted = set(rule.channels) & media or {"email"}
        found = set[int]().union(*(self._of(medium) for medium in wanted))
        return found | self._also() if rule.purpose is Purpose.RELATIONSHIP else found

    def _of(self, medium: str) -> set[int]:
        if medium not in self._known:
            self._known[medium] = consents.may_be_written(self._house, self._tx, medium)
        return self._known[medium]

    def _also(self) -> set[int]:
        if "relationship" not in self._known:
            self._known["relationship"] = occasions.allowed_relationship(self._tx)
        return self._known["relationship"]


# ---- what a rule asks, as columns ---------------------------------------------------------------------------


def _fitting(house: House, tx: Connection, rule: Rule, shop: Shop) -> Fitting | None:
    """What the rule asks of where somebody stands; None where nobody anywhere can be meant today."""
    now, when = house.now(), rule.when
    latest = now - rule.due_days * DAY + timedelta(seconds=1)
    since = now - (rule.expires_days + 1) * DAY
    window: dict[str, Any] = {}
    match rule.trigger:
        case "first_order":
            window["first_order"] = (since, now if rule.due_when_shipped else latest)
        case "silence":
            window["silent_days"] = (rule.due_days, rule.expires_days)
        case "permission":
            window["last_order"] = (since - _UNDER_WAY, now)
        case "order":
            window["last_order"] = (since, latest)
        case _:
            window["countries"] = _celebrating(tx, rule, shop, house)
    if rule.trigger == "permission":
        window["countries"] = frozenset(code for code in occasions.countries(tx) if shop.profile(code).invites)
    asked: dict[str, Any] = {
        name: when[name]
        for name in ("orders", "silent_days", "tier", "not_tier", "band", "stage", "countries", "not_countries")
        if name in when
    }
    if "countries" in asked and "countries" in window:
        window["countries"] &= asked["countries"]
    if window.get("countries") == frozenset():
        return None
    return Fitting(**{**asked, **window})


def _celebrating(tx: Connection, rule: Rule, shop: Shop, house: House) -> frozenset[str]:
    """The countries where a festival of the rule is near, or a season has begun, on whatever day it is there."""
    today = localtime.local(house.now(), shop.zone).date()
    days = (today - timedelta(days=1), today, today + timedelta(days=1))

    def near(country: str) -> bool:
        if rule.trigger == "season":
            seasons = (feasts.season_of(country, day) for day in days)
            return any(
                called and rule.due_days - 1 <= (today - began).days <= rule.expires_days + 1
                for called, began in seasons
            )
        transit = shop.profile(country).transit_days

        def is_due(feast: Feast) -> bool:
            first, last = feasts.due_days(rule, feast, transit)
            return first - 1 <= (today - feast.day).days <= last

        ahead = calendar.feasts(shop.own, country, days[0], feasts.AHEAD)
        return any(feasts.meant(rule, feast) and is_due(feast) for feast in ahead)

    return frozenset(country for country in occasions.countries(tx) if near(country))


def _ages(rule: Rule, shop: Shop) -> dict[str, Age]:
    """How long ago the articles must have come for the rule to be due."""
    found: dict[str, Age] = {}
    for article in shop.assortment.articles.values():
        if (age := _age(rule, article)) is None:
            continue
        # The days of what wears begin anew with an accessory.
        for key in (article.key, *(article.accessories if rule.trigger == "article_age" else ())):
            known = found.get(key)
            found[key] = age if known is None else Age(
                min(age.low, known.low), max(age.high, known.high), max(age.per_piece, known.per_piece)
            )  # fmt: skip
    return found


def _age(rule: Rule, article: Article) -> Age | None:
    per_piece = 0
    if rule.trigger == "article_age":
        days = article.worn_after_days
    elif rule.trigger == "article_outgrown":
        days = article.next_after_days if article.next_article else None
    else:
        days = article.repeat.days if article.repeat is not None else None
        per_piece = days or 0
    if days is None:
        return None
    return Age(days + rule.due_days, days + rule.expires_days, per_piece)
