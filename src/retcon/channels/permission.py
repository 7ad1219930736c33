"""What the person allowed: the ledger, what follows from a purchase where a country lets it, addresses that said no.

A no stands until a new yes, "unknown" takes a yes back but never a no, and a yes counts until it runs out.
"""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime

from retcon import localtime, text
from retcon.channels import reach
from retcon.channels.question import Question, no, yes
from retcon.model.people import Basis, Consent, ConsentState, Purpose
from retcon.model.policy import CountryProfile, Verdict
from retcon.model.situation import Situation

# Bases that are a yes before anything is sent; the others are good only where a country lets mail go without one.
FIRM = (Basis.EXPRESS, Basis.DOUBLE_OPT_IN)


def barred(question: Question, now: datetime) -> Verdict | None:
    """No advertising may go by this medium there, whoever allowed it."""
    why = "" if question.service else question.profile.barred.get(question.kind, "")
    if not why:
        return None
    file = f"regions/{question.profile.country}.toml" if question.profile.country else "a profile of your own"
    return no("barred", f"{text.sentence(why)} Where that is settled, lift it in {file}: [barred].")


def consent(question: Question, now: datetime) -> Verdict | None:
    """What the ledger says, and the country where it says nothing."""
    line = in_force(question.situation.consents, (question.kind, question.channel), question.purpose, now)
    zone = question.shop.timezone
    what = {Purpose.MARKETING: "advertising ", Purpose.RELATIONSHIP: "such messages "}.get(
        question.purpose, "messages "
    )
    about = f"{what}by {question.on}"
    other = "" if question.service else " A service message may go."
    if line is not None and line.state is ConsentState.DENIED:
        said = localtime.day(line.at, now, zone)
        return no("consent", f"{question.who} said no to {about} on {said}. Only a new yes lifts that.{other}")
    if question.service:
        return _asking(question, now) if question.asks else None
    if line is not None and line.basis in FIRM and not _over(line, now):
        said = localtime.day(line.at, now, zone)
        proof = ", confirmed by link" if line.basis is Basis.DOUBLE_OPT_IN else ""
        return yes("consent", f"{question.who} allowed {about} on {said}{proof}.")
    if question.kind in question.profile.opt_out:
        called = reach.called(question.customer)
        return yes("consent", f"Nobody there need be asked before {about}, and {called} hasn't objected.")
    if bought := soft(question.situation, question.kind, question.profile, question.told_since, zone, now):
        return yes("consent", _bought(question, bought, now))
    if line is not None and line.expires_at is not None and _over(line, now):
        return no("consent", f"The yes to {about} ran out on {localtime.day(line.expires_at, now, zone)}.{other}")
    if line is not None:
        return no("consent", f"{question.who} bought, but hasn't said yes to {about}.{other}")
    return no("consent", f"{question.who} hasn't allowed {about}.{other}")


def _asking(question: Question, now: datetime) -> Verdict | None:
    """Nobody who said no to advertising is asked for it."""
    on = (question.kind, question.channel)
    line = in_force(question.situation.consents, on, Purpose.MARKETING, now)
    if line is None or line.state is not ConsentState.DENIED:
        return None
    said = localtime.day(line.at, now, question.shop.timezone)
    return no("consent", f"{question.who} said no to advertising by {question.on} on {said}, so nobody asks again.")


def _bought(question: Question, bought: Consent, now: datetime) -> str:
    zone = question.shop.timezone
    until = f" Good until {localtime.day(bought.expires_at, now, zone)}." if bought.expires_at else ""
    on = localtime.day(bought.at, now, zone)
    return f"Bought similar goods on {on} ({bought.proof}) and was told; may object at any time.{until}"


def suppressed(question: Question, now: datetime) -> Verdict | None:
    """An address that doesn't work, or that asked to be left out of advertising, whoever it belongs to now."""
    address = question.recipient.strip().casefold()
    known = question.situation.suppressed.items()
    what, since = next(
        (found for (medium, its), found in known if medium == question.kind and its.casefold() == address), ("", now)
    )
    on = localtime.day(since, now, question.shop.timezone)
    shown = text.line(text.keep(question.recipient, 60))
    if what == "everything":
        if question.kind == "email":
            return no(
                "suppressed", f"Mail to “{shown}” came back on {on}. Nothing goes there until they write from it."
            )
        return no("suppressed", f"{question.who} shut {question.on} to you on {on}. Only they can open it again.")
    if not what or (question.service and not question.asks):
        return None
    line = in_force(question.situation.consents, (question.kind, question.channel), question.purpose, now)
    if line is not None and line.state is ConsentState.GRANTED and line.basis in FIRM and line.at > since:
        return None
    return no("suppressed", f"“{shown}” asked on {on} for no more advertising. Only a new yes lifts that.")


# ---- the ledger ---------------------------------------------------------------------------------------------


def in_force(ledger: Sequence[Consent], channels: Sequence[str], purpose: Purpose, now: datetime) -> Consent | None:
    """The line that counts on these channels: the latest yes or no, even one that has run out. None where unknown."""
    purposes = {purpose} if purpose is Purpose.SERVICE else {purpose, Purpose.MARKETING}
    force: Consent | None = None
    # Of a yes and a no at the same second the no is the later.
    for line in sorted(ledger, key=lambda line: (line.at, line.state is ConsentState.DENIED)):
        if line.channel not in channels or line.purpose not in purposes:
            continue
        if line.state is ConsentState.DENIED or (line.state is ConsentState.GRANTED and line.at <= now):
            force = line
        elif force is not None and force.state is not ConsentState.DENIED:
            force = None
    return force


def soft(
    situation: Situation,
    medium: str,
    profile: CountryProfile,
    told_since: date | None,
    zone: str,
    now: datetime,
) -> Consent | None:
    """The permission that follows from a purchase, where the country knows one; `proof` names the order.

    Buyers must have been told at the checkout, since `told_since`. A no ends it for good; so does an "unknown" that
    was written down after the order. A line in the ledger with this basis counts as well.
    """
    if medium not in profile.soft_opt_in:
        return None
    lines = [line for line in situation.consents if line.channel == medium and line.purpose is not Purpose.SERVICE]
    if any(line.state is ConsentState.DENIED for line in lines):
        return None
    found = [line for line in lines if line.state is ConsentState.GRANTED and line.basis is Basis.SOFT_OPT_IN]
    if told_since is not None:
        since = localtime.start_of_day(told_since, zone)
        found += [
            _of_order(medium, order.placed_at, order.number, profile)
            for order in situation.orders[-1:]
            if order.placed_at >= since
        ]
    taken_back = max((line.at for line in lines if line.state is ConsentState.UNKNOWN), default=None)
    good = [
        line
        for line in found
        if line.at <= now and not _over(line, now) and (taken_back is None or line.at > taken_back)
    ]
    return max(good, key=lambda line: line.at, default=None)


def bought_since(
    medium: str, profile: CountryProfile, told_since: date | None, zone: str, now: datetime
) -> datetime | None:
    """Since when an order must have been placed for `soft` to rest on it; None where none can."""
    if medium not in profile.soft_opt_in or told_since is None:
        return None
    told = (
        localtime.start_of_day(told_since, zone) if told_since > date.min else datetime.min.replace(tzinfo=now.tzinfo)
    )
    months = profile.soft_opt_in_months
    return max(told, _later(now, -months)) if months else told


def _of_order(medium: str, at: datetime, number: str, profile: CountryProfile) -> Consent:
    months = profile.soft_opt_in_months
    return Consent(
        channel=medium,
        purpose=Purpose.MARKETING,
        state=ConsentState.GRANTED,
        basis=Basis.SOFT_OPT_IN,
        at=at,
        source="order",
        wording="told at the checkout",
        proof=f"order {text.line(text.keep(number, 40))}",
        expires_at=_later(at, months) if months else None,
    )


def _later(at: datetime, months: int) -> datetime:
    """The same day so many months later, or the last one of its month."""
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))


def _over(line: Consent, now: datetime) -> bool:
    return line.expires_at is not None and line.expires_at <= now
