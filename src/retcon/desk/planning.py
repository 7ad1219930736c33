"""Writes what is due for a customer, with its draft, and closes what no longer is."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from retcon import library, text
from retcon.channels import reach
from retcon.desk import letters, situations
from retcon.desk.house import House
from retcon.frozen import dataclass
from retcon.model.conversations import Direction, Thread
from retcon.model.playbook import SAID, Action, Draft, Occasion, Rule
from retcon.model.policy import CountryProfile
from retcon.model.situation import Situation
from retcon.retention import answering, compose, playbook, told
from retcon.store import actions, conversations, facts
from retcon.store.database import Connection


def plan(house: House, tx: Connection, ids: Iterable[int]) -> None:
    """Plan anew for these customers, because of something that the operator has just done."""
    Planner.of(house).plan(tx, list(ids))


def answer_to(subject: str, shop: str) -> str:
    """The subject of an answer: "Re: Where is my order?", once however often it went to and fro."""
    from retcon.sync import conversations as said

    bare = text.header(said.bare(subject))
    return f"Re: {bare}" if bare else shop


# In which language they write is told by so many of the last messages.
_LAST = 50


@dataclass(frozen=True, slots=True)
class Planner:
    """The rules and texts of one pass, read once."""

    house: House
    rules: tuple[Rule, ...]
    now: datetime
    channels: dict[str, str]  # name → medium

    @staticmethod
    def of(house: House) -> "Planner":
        """With the house's rules and channels as they are now."""
        home = house.settings.places.config
        return Planner(house, library.rules(home), house.now(), house.media)

    def plan(self, tx: Connection, ids: Sequence[int]) -> None:
        """Write what is due for these customers, close what was done elsewhere, drop what no longer holds."""
        settings, away = self.house.settings, facts.away_until(tx)
        zone = settings.shop.timezone
        opened, chosen = actions.open_of(tx, ids), actions.chosen_channels(tx, ids)
        for id_, situation in situations.load(tx, ids, self.now).items():
            kept: set[actions.Key] = set()
            for occasion in (
                *answering.due(self.rules, situation, self.now, zone, away),
                *playbook.due(self.rules, situation, self.now, settings.policy.shop_mails),
            ):
                first = occasion.rule.trigger == "first_order"
                if actions.is_open(tx, occasion.rule.id, id_, occasion.anchor, once=first):
                    key = (occasion.rule.id, occasion.anchor)
                    kept.add(key)
                    self._write(tx, situation, occasion, chosen.get((id_, key), ""))
            for key, action in opened.get(id_, {}).items():
                if key not in kept:
                    self._let_go(tx, situation, actions.get(tx, action))

    def _write(self, tx: Connection, situation: Situation, occasion: Occasion, chosen: str) -> None:
        actions.upsert(
            tx,
            rule=occasion.rule,
            customer_id=situation.customer.id,
            anchor=occasion.anchor,
            draft=self.draft(tx, situation, occasion.rule, occasion.thread_id, chosen),
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
        self, tx: Connection, situation: Situation, rule: Rule, thread_id: int | None = None, chosen: str = ""
    ) -> Draft:
        """The message of the rule: written by its template, or left for the operator to write.

        It goes by the channel that the operator has chosen, where that reaches the person.
        """
        profile = letters.profile_of(self.house, situation.customer.country)
        thread = situation.thread(thread_id)
        way = self._way(situation, rule, profile, thread, chosen)
        if rule.trigger in (*SAID, answering.REPLY.trigger) and not rule.template:
            return self._unwritten(tx, situation, profile, way, thread)
        templates = library.templates(self.house.settings.places.config, rule.template)
        written = compose.write(templates, letters.letter(self.house, tx, situation, rule, way))
        return Draft(
            channel=way.channel or "",
            recipient=way.recipient,
            language=written.language,
            subject=written.subject,
            body=written.body,
            operator_subject=written.operator_subject,
            operator_body=written.operator_body,
            notes=(*written.notes, *filter(None, (way.why_not,))),
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
        found = reach.choose(situation, rule.channels or self.channels.values(), profile, self.channels)
        if found.channel is None and thread is not None:  # why not where it was said is what there is to know
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
            language=next(theirs, "") or compose.language_of(situation.customer, profile) or shop.language,
            subject=answer_to(thread.subject if thread is not None else "", shop.name) if mail else "",
            body="",
            notes=tuple(filter(None, (way.why_not,))),
        )
