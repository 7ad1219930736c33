"""A conversation of the inbox in words: as a row of the list, and how it stands, for the reader."""

from datetime import datetime

from retcon import keys, localtime, text
from retcon.desk.inbox import THEIRS, YOURS, Conversation
from retcon.desk.today import Item, Line
from retcon.model.conversations import Direction
from retcon.model.outbox import LEFT, NEEDS_OPERATOR, OutboxState
from retcon.model.standing import Tier
from retcon.widgets import words
from retcon.widgets.rows import WORSE, Around, Cells, first_words, stake
from retcon.widgets.view import View

_OPEN = {OutboxState.UNCERTAIN: "perhaps left", OutboxState.FAILED: "failed to leave"}


def cells(line: Conversation, item: Item, around: Around) -> Cells:
    """The row in words: who, what was said last, how it stands, and since when."""
    now = around.now()
    thread, (says, brief) = item.thread, _says(line, around.zone, now)
    medium = words.channel(thread.medium) if thread is not None else ""
    waits = thread is not None and thread.waiting_since is not None
    what = first_words(item) if waits or line.heading != YOURS else item.action.title
    why = says or " · ".join(filter(None, (medium, words.hour_there(item.customer, now))))
    if not says and not waits:
        why = item.action.reason.rstrip(".")
    worse = WORSE[min(item.action.urgency, 2)] if line.heading == YOURS else ""
    return Cells(
        name=words.call_name(item.customer),
        country=item.customer.country,
        tier="VIP" if item.standing.tier == Tier.VIP else "",
        what=words.one_way(_yours(item) if line.heading == THEIRS else what),
        why=words.one_way(why),
        why_short=words.one_way(brief or worse or medium),
        tail=worse,
        leaves=words.age(line.since, now),
        stake=stake(line.stake_minor, around),
    )


def _yours(item: Item) -> str:
    """The first words of what the shop wrote last."""
    newest = next((message for message in reversed(item.said) if message.direction is Direction.OUT), None)
    if newest is None:
        return first_words(item)
    said = text.line((newest.body or newest.subject)[:200])
    if words.rtl(said):
        return f"you, in {words.language_name(newest.language)}" if newest.language else "you wrote"
    return f"you: {said}"


def _says(line: Conversation, zone: str, now: datetime) -> tuple[str, str]:
    """How it stands, and briefly; empty where they wait for the operator and nothing hinders that."""
    answer = line.answer
    if answer is not None and answer.state in NEEDS_OPERATOR:
        said = _OPEN.get(answer.state, "was changed since")
        return f"your answer {said}", said
    if answer is not None and answer.rehearsal and answer.state in LEFT:
        return "answered in practice", "in practice"
    if answer is not None:
        if answer.state is OutboxState.HELD:
            return "you hold your answer", "you hold it"
        said = "leaves now" if answer.not_before <= now else f"leaves {words.clock(answer.not_before, zone, now)}"
        return f"your answer {said}", said
    if line.until is not None:
        day = words.clock(line.until, zone, now)
        return f"until {'they write, or ' if line.until_answer else ''}{day}", f"until {day}"
    if line.heading == THEIRS:
        return ("answered in another program", "elsewhere") if line.elsewhere else ("answered", "answered")
    return "", ""


def stands(line: Line, view: View) -> str:
    """How a conversation stands, in a sentence with what to press; empty where nothing is to be said of it."""
    if not isinstance(line, Conversation):
        return ""
    answer, outbox = line.answer, f"{keys.name('outbox')} Outbox"
    if answer is not None and answer.state in NEEDS_OPERATOR:
        return f"Your answer {_OPEN.get(answer.state, 'was changed since')}: {outbox} settles it."
    if answer is not None and answer.rehearsal and answer.state in LEFT:
        return "Your answer went to your own address: practice. They have heard nothing yet."
    if answer is not None:
        held = answer.state is OutboxState.HELD
        at = "at once" if answer.not_before <= view.now else localtime.at(answer.not_before, view.now, view.zone)
        return f"{'You hold your answer' if held else f'Your answer leaves {at}'}: {outbox} shows it."
    if line.until is not None:
        day = localtime.at(line.until, view.now, view.zone)
        return f"Put off until {'they write, or ' if line.until_answer else ''}{day}."
    if line.heading == THEIRS:
        where = " in another program" if line.elsewhere else ""
        return f"You answered {words.said_at(line.since, view.now, view.zone)}{where}. Nothing of theirs waits."
    return ""
