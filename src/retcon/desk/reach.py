"""By which channels a person can be reached now, what may go there, and why not."""

from datetime import datetime

from retcon import library
from retcon.channels import policy, reach
from retcon.desk import gate, situations
from retcon.desk.house import House
from retcon.frozen import dataclass
from retcon.model.people import Purpose
from retcon.model.policy import Answer, Verdict
from retcon.model.situation import Situation


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """One channel that is set up, and the person's address on it. Each reason is empty where the answer is yes."""

    channel: str
    medium: str
    address: str
    why_not: str  # nothing can go there
    advertising: Answer
    advertising_reason: str
    advertising_until: datetime | None = None

    @property
    def called(self) -> str:
        """The medium as a sentence names it."""
        return reach.words(self.medium)


def of(house: House, reference: str) -> tuple[Reach, ...]:
    """Every channel that is set up, those that people there read first first. Raises InputError for nobody known."""
    now = house.now()
    with house.database.read() as tx:
        id_ = situations.find(tx, reference)
        situation = situations.load(tx, [id_], now)[id_]
    return of_situation(house, situation, now)


def of_situation(house: House, situation: Situation, now: datetime) -> tuple[Reach, ...]:
    """As `of`, for somebody who has been loaded already."""
    profile = library.profile(house.settings.places.config, situation.customer.country)
    return tuple(_reach(house, situation, way, now) for way in reach.ways(situation, profile, house.media))


def _reach(house: House, situation: Situation, way: reach.Way, now: datetime) -> Reach:
    channel = way.channel or ""
    service, advertising = (
        gate.ask(house, situation, gate.Asked(purpose=purpose, channel=channel, recipient=way.recipient), now)
        for purpose in (Purpose.SERVICE, Purpose.MARKETING)
    )
    answer, until = policy.answer(advertising)
    return Reach(
        channel=channel,
        medium=way.medium,
        address=way.recipient,
        why_not=way.why_not or _reason(service, Answer.NO),
        advertising=answer,
        advertising_reason=_reason(advertising, answer) if answer is not Answer.YES else "",
        advertising_until=until,
    )


def _reason(verdicts: tuple[Verdict, ...], answer: Answer) -> str:
    return next((verdict.reason for verdict in verdicts if verdict.answer is answer), "")
