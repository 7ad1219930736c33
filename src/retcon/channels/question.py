"""What the gate is asked of one message, and how its answers are put in words."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime, timedelta

from retcon.channels import reach
from retcon.config import ShopSettings
from retcon.frozen import dataclass
from retcon.model.people import Customer, Purpose
from retcon.model.policy import Answer, CountryProfile, Verdict
from retcon.model.situation import Situation
from retcon.retention.days import Days

# An answer to something so fresh has no quiet hours.
FRESH = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """All that the gate is asked of one message. `channel` is its NAME, `kind` the medium that it writes to ("email").

    The situation's `written` must not hold the message itself. Without a `body` nobody asks for its words.
    """

    situation: Situation
    purpose: Purpose
    channel: str
    kind: str
    recipient: str
    profile: CountryProfile
    shop: ShopSettings
    cap_per_week: int
    expires_at: datetime | None = None
    answers_at: datetime | None = None  # when the message that it answers was written; None where it answers none
    away_until: datetime | None = None  # the seller is away until then
    told_since: date | None = None  # since when buyers are told at the checkout that they may be written to
    letters: int = 1  # how long it is; 0 where nothing is written yet
    with_file: bool = False
    gaps: tuple[str, ...] = ()  # fields that stand in it unfilled
    asks: bool = False  # it asks for a permission
    subject: str = ""
    body: str = ""
    mass: bool = False  # a rule writes it to many, none of whom is decided on alone
    days: Days = Days()  # what each day is there
    media: Mapping[str, str] = field(default_factory=dict[str, str])  # of each channel by name, the medium

    @property
    def customer(self) -> Customer:
        """Whom it goes to."""
        return self.situation.customer

    @property
    def service(self) -> bool:
        """Whether it is an answer or a fact about an order."""
        return self.purpose is Purpose.SERVICE

    @property
    def who(self) -> str:
        """The person at the start of a sentence."""
        called = reach.called(self.customer)
        return called[:1].upper() + called[1:]

    @property
    def on(self) -> str:
        """The channel as a sentence names it."""
        return reach.words(self.kind)

    @property
    def place(self) -> str:
        """The country within a sentence."""
        return self.profile.name or "this country"

    @property
    def place_first(self) -> str:
        """The country at the start of a sentence."""
        return self.place[:1].upper() + self.place[1:]

    def medium(self, channel: str) -> str:
        """The medium that a channel of that name writes to; a medium is itself."""
        return self.kind if channel == self.channel else self.media.get(channel, channel)

    def is_fresh(self, now: datetime) -> bool:
        """Whether it answers something under a day old."""
        return self.answers_at is not None and now - self.answers_at < FRESH


def yes(rule: str, reason: str) -> Verdict:
    """It may leave, and why."""
    return Verdict(rule=rule, answer=Answer.YES, reason=reason)


def no(rule: str, reason: str) -> Verdict:
    """It can't leave."""
    return Verdict(rule=rule, answer=Answer.NO, reason=reason)


def later(rule: str, reason: str, until: datetime | None = None) -> Verdict:
    """It waits: until the instant, or where none is known, until something happens."""
    return Verdict(rule=rule, answer=Answer.LATER, reason=reason, until=until)
