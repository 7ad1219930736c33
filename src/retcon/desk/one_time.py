"""Those who bought once, in groups, with how many of each came back in the shop's own past."""

from retcon.desk.house import House
from retcon.frozen import dataclass
from retcon.retention.risk import one_time
from retcon.retention.risk.one_time import Group
from retcon.retention.risk.summary import summarise
from retcon.store import purchases
from retcon.store.values import seconds


@dataclass(frozen=True, slots=True)
class OneTime:
    """The groups, youngest first; "came back" means within so many days."""

    horizon_days: int
    groups: tuple[Group, ...]

    @property
    def people(self) -> int:
        """How many bought once."""
        return sum(group.people for group in self.groups)


def groups(house: House) -> OneTime:
    """The shop's one-time buyers as of now. Reads all orders."""
    now, horizon_days = seconds(house.now()), house.settings.retention.horizon_days
    assert now is not None
    with house.database.read() as tx:
        log = purchases.log(tx, now, house.settings.shop.timezone)
    return OneTime(horizon_days, one_time.groups(summarise(log, now, horizon_days), horizon_days))
