"""What the gate is asked in tests: an advertising mail that may leave at noon, and what it says of one."""

from datetime import datetime
from typing import Any

from retcon.channels import policy
from retcon.channels.policy import Question
from retcon.model.people import Purpose
from retcon.model.policy import Answer, Verdict
from retcon.model.situation import Contact
from tests.situations import NOW, PROFILE, SHOP, consent, situation

NOON = NOW.replace(hour=11, minute=0)  # 12:00 in Paris and Berlin


def question(**changes: Any) -> Question:
    """An advertising mail to Chloé that may leave at noon."""
    facts = {
        "situation": situation(consents=(consent(),)),
        "purpose": Purpose.MARKETING,
        "channel": "mail",
        "kind": "email",
        "recipient": "chloe@example.org",
        "profile": PROFILE,
        "shop": SHOP,
        "cap_per_week": 2,
    }
    return Question(**{**facts, **changes})


def sent(*times: datetime, on: str = "mail", **changes: Any) -> tuple[Contact, ...]:
    """Advertising that left at these times, or waits to."""
    return tuple(Contact(at=at, on=on, **changes) for at in times)


def verdict(asked: Question, rule: str, now: datetime = NOON) -> Verdict | None:
    return next((verdict for verdict in policy.judge(asked, now) if verdict.rule == rule), None)


def answer_of(asked: Question, rule: str) -> Answer | None:
    found = verdict(asked, rule)
    return None if found is None else found.answer


def said(asked: Question, rule: str, now: datetime = NOON) -> str:
    found = verdict(asked, rule, now)
    assert found is not None
    return f"{found.answer}: {found.reason}"
