"""May this message leave? Each rule says what it has to say about the facts and a time; the worst answer decides.

A verdict begins with the fact and ends with what lifts it. Hours, the cap, absence and something open are "later".
Later than the message is of use is "no", where its hours are the reason: a cap only delays it. What every rule says,
and the test that proves it, stands in docs/policy.md.
"""

from collections.abc import Iterable
from datetime import datetime

from retcon import localtime, text
from retcon.channels import caps, permission, reach, timing, wording
from retcon.channels.question import Question as Question
from retcon.channels.question import later, no
from retcon.model.policy import Answer, Verdict
from retcon.store import addresses

# Rules that speak of one channel alone: another one may do.
OF_THE_CHANNEL = frozenset(("address", "reach", "closed", "barred", "consent", "suppressed"))


def judge(question: Question, now: datetime) -> tuple[Verdict, ...]:
    """What every rule that has something to say says of the message at that time."""
    said = [verdict for rule in RULES if (verdict := rule(question, now)) is not None]
    until = answer(verdict for verdict in said if verdict.rule != "cap")[1]
    late = timing.expires(question, until, now)
    return (*said, late) if late is not None else tuple(said)


def answer(verdicts: Iterable[Verdict]) -> tuple[Answer, datetime | None]:
    """The worst of the answers, and for "later" the instant at which the last of them lifts."""
    every = tuple(verdicts)
    if any(verdict.answer is Answer.NO for verdict in every):
        return Answer.NO, None
    until = max((verdict.until for verdict in every if verdict.until is not None), default=None)
    later = any(verdict.answer is Answer.LATER for verdict in every)
    return (Answer.LATER, until) if later else (Answer.YES, None)


def unwise(verdicts: Iterable[Verdict]) -> tuple[str, ...]:
    """What is unwise in the words, and holds nothing back."""
    return tuple(each.reason for each in verdicts if each.rule == "wording" and each.answer is Answer.YES)


# ---- the message, the person and the address ----------------------------------------------------------------


def words(question: Question, now: datetime) -> Verdict | None:
    """Nothing leaves without words, or with more than the channel takes."""
    if question.gaps:
        stand = " and ".join(f"{{{field}}}" for field in question.gaps)
        return no("words", f"{stand} still stand{'' if question.gaps[1:] else 's'} in the text.")
    if not question.letters:
        what = "No answer" if question.answers_at is not None else "Nothing"
        return no("words", f"{what} is written yet.")
    most = reach.most_letters(question.kind, question.with_file)
    if most is None or question.letters <= most:
        return None
    beside = " beside a file" if question.with_file else ""
    return no("words", f"{question.letters:,} letters; {question.on} takes {most:,}{beside}.")


def left_alone(question: Question, now: datetime) -> Verdict | None:
    """The operator said so."""
    if not question.customer.left_alone:
        return None
    return no("left_alone", f"You leave {reach.called(question.customer)} alone. Nothing goes until you end that.")


def address(question: Question, now: datetime) -> Verdict | None:
    """There is an address, and it is one."""
    shown = text.line(text.keep(question.recipient, 60))
    if not shown:
        if question.kind in reach.CHATS:
            return no("reach", reach.never_wrote(question.customer, question.kind))
        return no("address", f"No usable {question.on} address of {reach.called(question.customer)} is known.")
    if question.kind != "email":
        return None
    if not reach.is_address(question.recipient):
        return no("address", f"“{shown}” is no {question.on} address. A new order or import can bring a better one.")
    if not question.service and addresses.is_lent(addresses.email(question.recipient)):
        return no("address", f"“{shown}” is lent by a marketplace. Only a service message may go there.")
    return None


def closed(question: Question, now: datetime) -> Verdict | None:
    """An address that doesn't exist isn't tried again."""
    if question.recipient.casefold() not in question.situation.closed:
        return None
    return no("closed", f"The address doesn't exist any more: closed for {question.on}. A new one opens it again.")


def paused(question: Question, now: datetime) -> Verdict | None:
    """No advertising while somebody is unhappy, or waits for an answer."""
    if question.service:
        return None
    situation, zone = question.situation, question.shop.timezone
    if situation.complaints:
        since = localtime.day(situation.complaints[0].at, now, zone)
        return later("paused", f"{question.who} has been unhappy since {since}. Leaves when that is settled.")
    waiting = [thread.waiting_since for thread in situation.threads if thread.waiting_since is not None]
    if not waiting:
        return None
    since = localtime.when(min(waiting), now, zone)
    return later("paused", f"{question.who} has waited for your answer since {since}. Leaves when you have answered.")


# In the order in which the operator reads them. "expires" comes last, and asks when the others would let it leave.
RULES = (
    left_alone,
    address,
    closed,
    permission.barred,
    permission.consent,
    permission.suppressed,
    wording.wording,
    words,
    paused,
    timing.away,
    timing.muted,
    timing.hours,
    caps.cap,
)
