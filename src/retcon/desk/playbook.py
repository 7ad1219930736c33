"""The rules to look at: what each asks and what it has due, whom it would touch today, and why an action is there."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from retcon import library, text
from retcon.channels import policy
from retcon.desk import candidates, gate, permitted, planning, situations, today
from retcon.desk import shop as house_shop
from retcon.desk.house import House
from retcon.errors import Conflict, UsageError
from retcon.frozen import dataclass
from retcon.model.people import Customer
from retcon.model.playbook import Action, ActionState, Draft, Occasion, Rule
from retcon.model.policy import Answer, Verdict
from retcon.model.shop import Shop
from retcon.model.situation import Situation
from retcon.retention import answering, playbook
from retcon.retention.playbook import words
from retcon.store import actions, occasions, standings
from retcon.store.database import Connection

# So many people are looked at for a dry run, those with most at stake first; and so many names are told of a group.
LOOKED_AT = 2000
NAMES = 3
_AT_ONCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """A rule in words. `due` is how much of it is due or put off now; where nothing is, `why_none` may say why."""

    rule: Rule
    when: str
    who: str
    due: int = 0
    why_none: str = ""

    @property
    def state(self) -> str:
        """ "on" or "off"."""
        return "on" if self.rule.enabled else "off"

    @property
    def whose(self) -> str:
        """ "ours" or "yours"."""
        return "yours" if self.rule.own else "ours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """Somebody whom the rule would touch now: why, with what message, and what the gate says of it."""

    customer: Customer
    occasion: Occasion
    draft: Draft
    verdicts: tuple[Verdict, ...]
    waits_for: str = ""  # another message to them comes first: its title

    @property
    def verdict(self) -> tuple[Answer, str]:
        """The worst of the answers, with its reason."""
        answer, _ = policy.answer(self.verdicts)
        reason = next((said.reason for said in self.verdicts if said.answer is answer), "")
        return answer, "" if answer is Answer.YES else reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Those whom the same leaves out: how many, what it is of the first of them, and some names."""

    group: str
    count: int
    example: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """A dry run. Of `people` in the shop `looked_at` were looked at, those with most at stake first."""

    line: RuleLine
    touched: tuple[Touched, ...]
    left_out: tuple[Left, ...]  # the largest group first
    looked_at: int
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """Why an action is there: its rule (None where there is none of that id any more), its facts, what ends it."""

    action: Action
    customer: Customer
    line: RuleLine | None
    facts: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    ends: tuple[str, ...]
    decided: str = ""  # what became of it, where it isn't open


def rules(house: House) -> tuple[RuleLine, ...]:
    """All rules, those that are switched off too, in the order of Today."""
    every = library.all_rules(house.settings.places.config)
    with house.database.read() as tx:
        shop = house_shop.load(house, tx)
        due = actions.count_open(tx, (rule.id for rule in every))
    return tuple(_line(rule, shop, due.get(rule.id, 0)) for rule in every)


def test(house: House, rule_id: str) -> Tested:
    """Whom the rule would touch now, were it switched on, and whom it leaves out; nothing is planned or decided.

    Raises UsageError where there is no such rule.
    """
    rule = _rule(house, rule_id)
    found: list[tuple[Situation, Occasion, str]] = []
    left: dict[str, Left] = {}
    with house.database.read() as tx:
        planner = planning.Planner.of(house, tx)
        others = tuple(each for each in planner.rules if each.id != rule.id)
        planner = replace(planner, rules=(*others, replace(rule, enabled=True)))
        line = _line(rule, planner.shop, actions.count_open(tx, [rule.id]).get(rule.id, 0))
        ids = _looked_at(house, tx, rule, planner.shop)
        for start in range(0, len(ids), _AT_ONCE):
            for situation in situations.load(tx, ids[start : start + _AT_ONCE], house.now()).values():
                _look(planner, tx, rule, situation, found, left)
        people = standings.count(tx)
    touched = tuple(_touched(house, planner, *each) for each in found)
    groups = sorted(left.values(), key=lambda each: (-each.count, each.group))
    return Tested(line=line, touched=touched, left_out=tuple(groups), looked_at=len(ids), people=max(people, len(ids)))


def explain(house: House, action_id: int) -> Explained:
    """Why the action is there. Raises Conflict where there is none of that id, or the customer is gone."""
    now = house.now()
    with house.database.read() as tx:
        action = actions.get(tx, action_id)
        situation = situations.load(tx, [action.customer_id], now).get(action.customer_id)
        if situation is None:
            raise Conflict("This customer is no longer there: merged, or erased.", "Look for them: retcon customers")
        item = today.item(house, tx, action, situation, now)
        shop = house_shop.load(house, tx)
        due = actions.count_open(tx, [action.rule]).get(action.rule, 0)
    every = (*library.all_rules(house.settings.places.config), answering.REPLY)
    rule = next((each for each in every if each.id == action.rule), None)
    occasion = playbook.find(rule, situation, shop, action.anchor, now) if rule is not None else None
    return Explained(
        action=item.action,
        customer=situation.customer,
        line=_line(rule, shop, due) if rule is not None and rule is not answering.REPLY else None,
        facts=(*item.facts, *_about(occasion)),
        verdicts=item.verdicts,
        ends=words.ends(rule) if rule is not None and rule is not answering.REPLY else (),
        decided="" if action.state in (ActionState.DUE, ActionState.SNOOZED) else action.state.value,
    )


# ---- one rule -----------------------------------------------------------------------------------------------


def _rule(house: House, rule_id: str) -> Rule:
    every = {rule.id: rule for rule in library.all_rules(house.settings.places.config)}
    if rule_id not in every:
        shown = text.line(text.keep(rule_id, 60))
        raise UsageError(f"No rule is called “{shown}”.", f"There are: {', '.join(sorted(every))}.")
    return every[rule_id]


def _line(rule: Rule, shop: Shop, due: int) -> RuleLine:
    why = ""
    if not due:
        why = "Switched off." if not rule.enabled else playbook.impossible(rule, shop)
    return RuleLine(rule=rule, when=words.when(rule), who=words.who(rule), due=due, why_none=why)


def _looked_at(house: House, tx: Connection, rule: Rule, shop: Shop) -> list[int]:
    """Whom the rule could touch, then everybody else, those with most at stake first."""
    stake = occasions.stakes(tx)
    likely = candidates.of_rule(house, tx, rule, shop)
    rest = sorted(stake, key=lambda id_: (-stake[id_], id_))
    return list(dict.fromkeys((*likely, *rest)))[:LOOKED_AT]


def _look(
    planner: planning.Planner,
    tx: Connection,
    rule: Rule,
    situation: Situation,
    found: list[tuple[Situation, Occasion, str]],
    left: dict[str, Left],
) -> None:
    """Put the person among those whom the rule touches, or those whom it leaves out."""
    if rule.trigger not in playbook.TRIGGERS:
        away, zone = situation.away_until, planner.shop.zone
        said = answering.due((rule,), situation, planner.now, zone, away)
        theirs = [it for it in said if planning.is_open(tx, situation.customer.id, it)]
        found += [(situation, it, "") for it in theirs]
    else:
        due = playbook.in_order(playbook.due((rule,), situation, planner.shop, planner.now))
        theirs = [it for it in due if _may(planner, tx, situation, it)][:1]  # the next when that is decided
        found += [(situation, it, _waits_for(planner, tx, situation, it)) for it in theirs]
    if not theirs:
        why = _why_left_out(planner, tx, rule, situation)
        known = left.get(why.group, Left(group=why.group, count=0, example=why.words, names=()))
        names = (*known.names, text.line(text.keep(situation.customer.name, 40)) or "no name")[:NAMES]
        left[why.group] = replace(known, count=known.count + 1, names=names)


def _may(planner: planning.Planner, tx: Connection, situation: Situation, occasion: Occasion) -> bool:
    """Whether it isn't decided yet, and may leave."""
    if not planning.is_open(tx, situation.customer.id, occasion):
        return False
    return not permitted.why_never(planner.house, tx, situation, occasion.rule, planner.now)


def _waits_for(planner: planning.Planner, tx: Connection, situation: Situation, occasion: Occasion) -> str:
    """The title of another message to them that comes first; empty where none does."""
    every = playbook.due(planner.rules, situation, planner.shop, planner.now)
    first = next((it for it in playbook.in_order(every) if _may(planner, tx, situation, it)), occasion)
    return "" if first.rule.id == occasion.rule.id else first.rule.title


def _why_left_out(planner: planning.Planner, tx: Connection, rule: Rule, situation: Situation) -> playbook.LeftOut:
    why = playbook.why_left_out(rule, situation, planner.shop, planner.now)
    if why is not None:
        return why
    due = playbook.due((rule,), situation, planner.shop, planner.now)
    if not any(planning.is_open(tx, situation.customer.id, it) for it in due):
        return playbook.LeftOut("Decided already.", "decided already")
    return playbook.LeftOut(
        permitted.why_never(planner.house, tx, situation, rule, planner.now),
        "may not be written to, or can't be reached",
    )


def _touched(
    house: House, planner: planning.Planner, situation: Situation, occasion: Occasion, waits_for: str
) -> Touched:
    """With the message as it would be written: in a transaction that writes, for links carry a key of the house."""
    draft = house.database.write(
        lambda tx: planner.draft(tx, situation, occasion.rule, occasion.thread_id, about=occasion.about)
    )
    rule = occasion.rule
    action = Action(
        id=0,
        revision=0,
        rule=rule.id,
        anchor=occasion.anchor,
        moment=rule.moment,
        purpose=rule.purpose,
        stage=rule.stage,
        title=rule.title,
        customer_id=situation.customer.id,
        draft=draft,
        due_at=occasion.due_at,
        expires_at=occasion.expires_at,
        state=ActionState.DUE,
        stake_minor=playbook.stake(situation),
        reason=occasion.reason,
        personal=rule.personal,
        thread_id=occasion.thread_id,
        urgency=occasion.urgency,
    )
    verdicts = gate.judge_known(house, action, situation, house.now())
    return Touched(customer=situation.customer, occasion=occasion, draft=draft, verdicts=verdicts, waits_for=waits_for)


def _about(occasion: Occasion | None) -> Iterable[str]:
    """What the occasion is about, in sentences."""
    if occasion is None:
        return ()
    about, said = occasion.about, list[str]()
    if about.feast is not None:
        said.append(f"{about.feast.name or about.feast.id} is on {about.feast.day:%a} {about.feast.day.day} "
                    f"{about.feast.day:%b %Y}.")  # fmt: skip
    if about.article is not None:
        said.append(f"About {text.line(text.keep(about.article.name, 60))}.")
    if about.offers:
        said.append(f"Suggests {_named([article.name for article in about.offers])}.")
    if about.used_up is not None:
        said.append(f"Probably used up on {about.used_up:%a} {about.used_up.day} {about.used_up:%b}.")
    return said


def _named(names: Sequence[str]) -> str:
    return ", ".join(text.line(text.keep(name, 60)) for name in names)
