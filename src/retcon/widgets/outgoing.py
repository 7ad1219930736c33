"""A message of the outbox in words: as a row of the list, and as the reader's page with all that happened to it."""

import re
from datetime import datetime

from retcon import keys, localtime, text
from retcon.desk import outbox
from retcon.desk.leaving import Leaving
from retcon.desk.today import Line
from retcon.model.outbox import LEFT, OutboxRow, OutboxState
from retcon.model.people import Customer
from retcon.model.playbook import Moment
from retcon.widgets import words
from retcon.widgets.drawing import cut, fit, wrap
from retcon.widgets.lines import Columns
from retcon.widgets.rows import Cells
from retcon.widgets.view import BLANK, Page, Row, View, letter, named, own_name, sentences

_CLOCK = re.compile(r"It is (\w+ )?\d\d:\d\d in ")
# The hours of the log stand in a column.
_STAMP = 17


# ---- the row ------------------------------------------------------------------------------------------------


def columns(width: int) -> Columns:
    """The columns for so many cells; as it gets narrow, what it is goes before why it waits."""
    margin = 3  # the cursor's bar, the mark, the edge
    name, country, leaves = (14, 4, 12) if width >= 100 else (12, 3 if width >= 54 else 0, 11)
    rest = max(0, width - margin - name - country - leaves)
    what = rest * 42 // 100 if width >= 70 else 0
    return Columns(name, country, 0, what, rest - what, leaves, 0, long=True)


def cells(line: Leaving, row: OutboxRow, zone: str, now: datetime) -> Cells:
    """The row in words."""
    return Cells(
        name=words.call_name(line.customer),
        country=line.customer.country if line.customer is not None else "",
        what=words.one_way(what(line, row)),
        why=words.one_way(why(line, row, zone, now)),
        leaves=when(line, row, zone, now),
    )


def what(line: Line, row: OutboxRow) -> str:
    """What it is: the title of what was due; of an answer its first words."""
    if line.moment is not Moment.ANSWER:
        return line.title
    first = text.line((row.body.strip() or row.subject)[:200])
    if not words.rtl(first):
        return f"“{first}”"
    return f"an answer in {words.language_name(row.language)}" if row.language else "an answer"


def why(line: Leaving, row: OutboxRow, zone: str, now: datetime) -> str:
    """Why it waits, is open or failed; of what has left, what was heard since."""
    if row.state in LEFT:
        return " · ".join((words.channel(row.channel), _heard(row, zone, now)))
    if line.waits is None:
        said = (line.needs or outbox.words(row.state)).rstrip(".")
        if row.state is OutboxState.FAILED:  # its group says so already
            said = said.removeprefix("Failed: ") + _code(row)
        return said[:1].upper() + said[1:]
    reason = _reason(line.waits).partition(" Leaves ")[0].partition(", where ")[0].rstrip(".")
    yours = _yours(line.waits.until, line.customer, zone, now)
    return f"{reason} · {yours} yours" if yours else reason


def when(line: Leaving, row: OutboxRow, zone: str, now: datetime) -> str:
    """The hour at which it may leave, at their place, or at which it left, here; "–" where nobody knows."""
    if row.state in LEFT:
        return words.clock(row.sent_at, zone, now) if row.sent_at is not None else "–"
    if line.waits is None or line.waits.until is None:
        return "–"
    if line.waits.until <= now:
        return "now"
    theirs = words.zone_of(line.customer, zone) if line.customer is not None else zone
    return words.clock(line.waits.until, theirs, now)


def _reason(waits: outbox.Waits) -> str:
    """Why it waits, told as of when that was found: the clock has gone on since."""
    reason = text.sentence(text.line(waits.reason))
    return f"It was {reason.removeprefix('It is ')}" if _CLOCK.match(reason) else reason


def _yours(until: datetime | None, customer: Customer | None, zone: str, now: datetime) -> str:
    """The operator's hour, where it isn't theirs."""
    if until is None or until <= now or customer is None:
        return ""
    theirs = localtime.local(until, words.zone_of(customer, zone))
    return words.clock(until, zone, now) if theirs.utcoffset() != localtime.local(until, zone).utcoffset() else ""


def _heard(row: OutboxRow, zone: str, now: datetime) -> str:
    if row.rehearsal:
        return "practice, to your own address"
    if row.read_at is not None:
        return f"read {words.clock(row.read_at, zone, now)}"
    if row.delivered_at is not None:
        return f"arrived {words.clock(row.delivered_at, zone, now)}"
    return "read" if row.state is OutboxState.READ else "left, nothing heard since"


# ---- the reader's page --------------------------------------------------------------------------------------


def page(line: Line, row: OutboxRow, view: View) -> Page:
    """The message as it leaves or left, its state, what the channel said, its log, and what the keys do with it."""
    customer = line.customer
    channel = words.channel(row.channel)
    head = [named(customer, _to(row, view, customer), view)]
    if customer is not None:
        head += own_name(customer, view)
    state = sentences(_state(line, row, view), view, "warn" if row.state in _OPEN else "")
    language = words.language_name(row.language) if row.language else ""
    message = letter(channel, row.subject, row.body, language if row.language != view.language else "", view)
    log = [_logged(moved.at, moved.words, moved.times, view) for moved in view.log]
    if view.why:
        return Page((*state, BLANK, *log, BLANK, *_rules(view)), _keys(line, row, view), tuple(head))
    return Page(
        (*state, BLANK, *message, *_files(row, view), *([BLANK, *log] if log else ())),
        _keys(line, row, view),
        tuple(head),
    )


def _rules(view: View) -> list[Row]:
    """What the rules say now."""
    if not view.judged:
        return []
    said = [f"{verdict.answer}: {verdict.reason}" for verdict in view.judged]
    return [
        *sentences(("What the rules say now:",), view, ""),
        *(row for one in said for row in sentences((one,), view)),
    ]


_OPEN = frozenset((OutboxState.UNCERTAIN, OutboxState.STALE, OutboxState.FAILED))


def _to(row: OutboxRow, view: View, customer: Customer | None) -> str:
    said = [f"{words.channel(row.channel)} to {text.line(row.recipient)}"]
    if view.wide and customer is not None:
        said.insert(0, words.place_and_time(customer, view.now, day=True))
    said.append(f"approved {localtime.at(row.approved_at, view.now, view.zone)}")
    return words.one_way(" · ".join(said))


def _state(line: Line, row: OutboxRow, view: View) -> list[str]:
    """What became of it, in sentences; the channel's own code and name of it among them."""
    named_so = text.line(row.external_id)
    if row.state in LEFT:
        said = f"Left {_at(row.sent_at, view)}" if row.sent_at is not None else "Left"
        if row.rehearsal:
            return [f"{said}, to your own address: practice."]
        heard = [f"arrived {_at(row.delivered_at, view)}"] if row.delivered_at is not None else []
        heard += [f"read {_at(row.read_at, view)}"] if row.read_at is not None else []
        known = [f"The channel calls it {named_so}."] if named_so and view.tall else []
        return [f"{', '.join((said, *heard))}{'' if heard else '. Nothing was heard of it since'}.", *known]
    code = _code(row)
    if row.state in _OPEN:
        return [f"{outbox.happened(row).rstrip('.')}{code}."]
    if row.state is OutboxState.HELD:
        return ["You hold it: it leaves when you let it go."]
    waits = line.waits if isinstance(line, Leaving) else None
    if waits is None:
        return [f"{outbox.words(row.state).capitalize()}."]
    tried = [f"Tried {text.plural(row.attempts, 'time')}: {text.line(row.error_text).rstrip('.')}{code}."]
    return [_waits(waits, line.customer, view), *(tried if row.attempts and row.error_text else ())]


def _code(row: OutboxRow) -> str:
    """The channel's own code, where its words don't name it."""
    return f" ({row.error_code})" if row.error_code and row.error_code not in row.error_text else ""


def _waits(waits: outbox.Waits, customer: Customer | None, view: View) -> str:
    reason = _reason(waits)
    if waits.until is None or waits.until <= view.now or "Leaves" in reason:
        return f"Waits: {reason}"
    if customer is None:
        return f"Waits: {reason} Leaves {localtime.at(waits.until, view.now, view.zone)}."
    return f"Waits: {reason} Leaves {words.both_clocks(waits.until, customer, view.zone, view.now)}."


def _at(instant: datetime | None, view: View) -> str:
    return localtime.at(instant, view.now, view.zone) if instant is not None else ""


def _files(row: OutboxRow, view: View) -> list[Row]:
    return [
        (
            (" " * view.label, ""),
            (cut(text.line(file.name), view.width - view.label - 12), "accent"),
            (f", {words.size(file.size)}", "muted"),
        )
        for file in row.files
    ]


def _logged(at: datetime, said: str, times: int, view: View) -> Row:
    stamp = fit(localtime.when(at, view.now, view.zone), _STAMP)
    often = f" ({times} times, last then)" if times > 1 else ""
    room = view.width - _STAMP - 2
    return (" ", ""), (stamp, "faint"), (cut(words.one_way(text.line(said)) + often, room), "muted")


def _keys(line: Line, row: OutboxRow, view: View) -> tuple[Row, ...]:
    said = text.sentence(", ".join(_can(row)))
    return tuple(((" ", ""), (part, "warn" if row.state in _OPEN else "muted")) for part in wrap(said, view.width - 2))


def _can(row: OutboxRow) -> list[str]:
    """What the operator can do with it, by keys."""
    enter, drop, done = keys.name("open"), keys.name("skip"), keys.name("done")
    way, later = keys.name("how"), keys.name("when")
    match row.state:
        case OutboxState.UNCERTAIN:
            return [f"{done} it arrived", f"{enter} asks before sending it again", f"{drop} drops it"]
        case OutboxState.STALE:
            return [f"{enter} approves it as it is", f"{drop} drops it"]
        case OutboxState.FAILED:
            return [f"{way} next way", f"{enter} tries again", f"{drop} drops it"]
        case OutboxState.QUEUED:
            return [f"{drop} takes it back", f"{later} another hour", f"{enter} holds it"]
        case OutboxState.HELD:
            return [f"{enter} lets it go", f"{drop} takes it back"]
        case OutboxState.SENDING:
            return ["It is leaving now, so nothing takes it back"]
        case _:
            return [f"{keys.name('write')} writes to them again", f"{keys.name('copy')} copies the text"]
