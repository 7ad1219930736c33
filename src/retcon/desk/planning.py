"""Writes what is due for a customer, with its draft, and closes what no longer is."""

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from retcon import library, text
from retcon.channels import reach
from retcon.desk import letters, permitted, sheets, situations
from retcon.desk import shop as house_shop
from retcon.desk.house import House
from retcon.frozen import dataclass
from retcon.model.conversations import Direction, Thread
from retcon.model.playbook import SAID, About, Action, Draft, Occasion, Rule
from retcon.model.policy import CountryProfile
from retcon.model.shop import Shop
from retcon.model.situation import Situation
from retcon.retention import answering, compose, languages, playbook, told
from retcon.store import actions, conversations, facts
from retcon.store.database import Connection


def plan(house: House, tx: Connection, ids: Iterable[int]) -> None:
    """Plan anew for these customers, because of something that the operator has just done."""
    Planner.of(house, tx).plan(tx, list(ids))


def answer_to(subject: str, shop: str) -> str:
    """The subject of an answer: "Re: Where is my order?", once however often it went to and fro."""
    from retcon.sync import conversations as said

    bare = text.header(said.bare(subject))
    return f"Re: {bare}" if bare else shop


def is_open(tx: Connection, customer_id: int, occasion: Occasion) -> bool:
    """Whether nothing was decided on it yet."""
    rule = occasion.rule
    first = rule.once or rule.trigger in ("first_order", "first_delivery", "permission")
    return actions.is_open(tx, rule.id, customer_id, occasion.anchor, once=first)


def _priority(rule: Rule) -> int:
    return rule.priority


# In which language they write is told by so many of the last messages.
_LAST = 50


@dataclass(frozen=True, slots=True)
class Planner:
    """The rules and texts of one pass, read once."""

    house: House
    rules: tuple[Rule, ...]
    now: datetime
    channels: dict[str, str]  # name → medium
    shop: Shop
    rooms: dict[str, int]  # rule → how many more may be due, of those with a cap
    touched: Mapping[str, Set[int]] | None = None  # rule → whom alone it could touch; None: nobody has looked

    @staticmethod
    def of(house: House, tx: Connection) -> "Planner":
        """With the house's rules and channels as they are now."""
        rules = library.rules(house.settings.places.config)
        capped = {rule.id: rule.cap for rule in rules if rule.cap}
        taken = actions.count_open(tx, capped)
        rooms = {id_: cap - taken.get(id_, 0) for id_, cap in capped.items()}
        return Planner(house, rules, house.now(), house.media, house_shop.load(house, tx), rooms)

    def plan(self, tx: Connection, ids: Sequence[int]) -> None:
        """Write what is due for these customers, close what was done elsewhere, drop what no longer holds."""
        with library.held():
            self._plan(tx, ids)

    def _plan(self, tx: Connection, ids: Sequence[int]) -> None:
        zone, away = self.house.settings.shop.timezone, facts.away_until(tx)
        opened, begun = actions.open_of(tx, ids), actions.begun_of(tx, ids)
        chosen = actions.chosen_channels(tx, ids)
        for id_, situation in situations.load(tx, ids, self.now).items():
            was_open = opened.get(id_, {})
            said = answering.due(self.rules, situation, self.now, zone, away)
            days = self._of_days(tx, situation, was_open, begun.get(id_, ()))
            kept: set[actions.Key] = set()
            for occasion in (*(it for it in said if is_open(tx, id_, it)), *days):
                key = (occasion.rule.id, occasion.anchor)
                kept.add(key)
                if occasion.rule.id in self.rooms and key not in was_open:
                    self.rooms[occasion.rule.id] -= 1
                self._write(tx, situation, occasion, chosen.get((id_, key), ""))
            for key, action in was_open.items():
                if key not in kept:
                    if key[0] in self.rooms:
                        self.rooms[key[0]] += 1
                    self._let_go(tx, situation, actions.get(tx, action))

    def _of_days(
        self, tx: Connection, situation: Situation, opened: Collection[actions.Key], begun: Collection[actions.Key]
    ) -> tuple[Occasion, ...]:
        """What days have made due for the customer: what was begun, else the first that isn't decided and may leave."""
        open_rules = {key[0] for key in opened}
        with_room = [
            rule
            for rule in self._touching(situation.customer.id)
            if self.rooms.get(rule.id, 1) > 0 or rule.id in open_rules
        ]
        if begun:
            due = playbook.due(with_room, situation, self.shop, self.now)
            kept = [it for it in due if (it.rule.id, it.anchor) in begun]
            if kept:
                return tuple(kept)
        refused: dict[tuple[object, ...], str] = {}
        for _, group in groupby(sorted(with_room, key=_priority), key=_priority):
            for occasion in playbook.in_order(playbook.due(group, situation, self.shop, self.now)):
                if self._has_room(occasion, opened) and self._may(tx, situation, occasion, refused):
                    return (occasion,)
        return ()

    def _touching(self, customer_id: int) -> Iterable[Rule]:
        """The rules that could be due for the customer."""
        touched = self.touched
        return self.rules if touched is None else (it for it in self.rules if customer_id in touched.get(it.id, ()))

    def _may(
        self, tx: Connection, situation: Situation, occasion: Occasion, refused: dict[tuple[object, ...], str]
    ) -> bool:
        """Whether it isn't decided yet and may leave; `refused` is what was found of other rules for this person."""
        rule = occasion.rule
        if not is_open(tx, situation.customer.id, occasion):
            return False
        alike = (rule.purpose, rule.channels, rule.asks, permitted.asks_consent(rule))
        if alike not in refused:
            refused[alike] = permitted.why_never(self.house, tx, situation, rule, self.now)
        return not refused[alike]

    def _has_room(self, occasion: Occasion, opened: Collection[actions.Key]) -> bool:
        rule = occasion.rule
        return (rule.id, occasion.anchor) in opened or self.rooms.get(rule.id, 1) > 0

    def _write(self, tx: Connection, situation: Situation, occasion: Occasion, chosen: str) -> None:
        actions.upsert(
            tx,
            rule=occasion.rule,
            customer_id=situation.customer.id,
            anchor=occasion.anchor,
            draft=self.draft(tx, situation, occasion.rule, occasion.thread_id, chosen, occasion.about),
            due_at=occasion.due_at,
            expires_at=occasion.expires_at,
            stake_minor=playbook.stake(situation),
            reason=occasion.reason,
            thread_id=occasion.thread_id,
            urgency=occasion.urgency,
        )

    def _let_go(self, tx: Connection, situation: Situation, action: Action) -> None:
        """What came to its end without retcon is done, and says so; what the operator began stays."""
        if action.rule == answering.REPLY.id:
            return
        if ended := self._ended(situation, action):
            actions.close(tx, action.id, *ended)
        else:
            actions.drop(tx, action.id)

    def _ended(self, situation: Situation, action: Action) -> tuple[str, datetime] | None:
        """How it was done without this action, in a sentence, and when; None where it wasn't."""
        rule = next((rule for rule in self.rules if rule.id == action.rule), None)
        zone = self.house.settings.shop.timezone
        if rule is None:
            return None
        if rule.trigger == "unanswered":
            thread = situation.thread(action.thread_id)
            at = max(filter(None, (thread.answered_at, thread.closed_at)), default=None) if thread else None
            words = answering.answered(situation, action.anchor, self.now, zone)
            return (words, at) if at is not None and words else None
        words = told.covered(rule, situation, action.anchor, self.now, zone)
        return (words, self.now) if words else None

    # ---- the message ----------------------------------------------------------------------------------------

    def draft(
        self,
        tx: Connection,
        situation: Situation,
        rule: Rule,
        thread_id: int | None = None,
        chosen: str = "",
        about: About | None = None,
    ) -> Draft:
        """The message of the rule: written by its template, or left for the operator to write.

        It goes by the channel that the operator has chosen, where that reaches the person.
        """
        profile = letters.profile_of(self.house, situation.customer.country)
        thread = situation.thread(thread_id)
        way = self._way(situation, rule, profile, thread, chosen)
        if rule.trigger in (*SAID, answering.REPLY.trigger) and not rule.template:
            return self._unwritten(tx, situation, profile, way, thread)
        about, files, missing = sheets.attached(self.house, rule, about or About())
        name = playbook.text_of(rule, situation.customer.id)
        templates = library.templates(self.house.settings.places.config, name)
        written = compose.write(templates, letters.letter(self.house, tx, situation, rule, way, about))
        return Draft(
            channel=way.channel or "",
            recipient=way.recipient,
            language=written.language,
            subject=written.subject,
            body=written.body,
            operator_subject=written.operator_subject,
            operator_body=written.operator_body,
            notes=(*written.notes, *filter(None, (way.why_not, missing))),
            files=files,
        )

    def _way(
        self, situation: Situation, rule: Rule, profile: CountryProfile, thread: Thread | None, chosen: str
    ) -> reach.Way:
        """The operator's choice; else where it was said; else the rule's channels, or whatever is set up."""
        said = self.channel_of(thread) if thread is not None else ""
        if chosen not in ("", said):
            ways = reach.ways(situation, profile, self.channels)
            if wanted := next((way for way in ways if way.channel == chosen and not way.why_not), None):
                return wanted
        if thread is not None and said and not reach.shut(situation, thread.medium, thread.address):
            return reach.Way(channel=said, recipient=thread.address, medium=thread.medium)
        if thread is None:
            return permitted.way(self.house, situation, rule, self.now)
        found = reach.choose(situation, rule.channels or self.channels.values(), profile, self.channels)
        if found.channel is None:  # why not where it was said is what there is to know
            ways = reach.ways(situation, profile, self.channels)
            return next((replace(way, channel=None) for way in ways if way.medium == thread.medium), found)
        return found

    def channel_of(self, thread: Thread) -> str:
        """The channel by which the thread is answered: its own account's, else one of its medium; "" for none."""
        names = [name for name, medium in self.channels.items() if medium == thread.medium]
        plugins = {plugin.name: plugin for plugin in self.house.settings.channels}
        own = (name for name in names if getattr(plugins[name].settings, "account", "") == thread.source)
        return next(own, names[0] if names else "")

    def _unwritten(
        self, tx: Connection, situation: Situation, profile: CountryProfile, way: reach.Way, thread: Thread | None
    ) -> Draft:
        messages = conversations.messages(tx, thread.id, _LAST) if thread is not None else ()
        theirs = (it.language for it in reversed(messages) if it.direction is Direction.IN and it.language)
        shop = self.house.settings.shop
        mail = self.channels.get(way.channel or "") == "email"
        return Draft(
            channel=way.channel or "",
            recipient=way.recipient,
            language=next(theirs, "") or languages.language_of(situation.customer, profile) or shop.language,
            subject=answer_to(thread.subject if thread is not None else "", shop.name) if mail else "",
            body="",
            notes=tuple(filter(None, (way.why_not,))),
        )
