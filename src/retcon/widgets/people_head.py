"""The two rows above the customers: which they are, how many and what is at stake, and the columns' titles."""

from typing import ClassVar

from textual.strip import Strip

from retcon.frozen import dataclass
from retcon.widgets.drawing import Drawn, Part, cut, fit, width_of
from retcon.widgets.people import widths


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What the rows above the list say."""

    who: str  # the filter, or "everybody"
    order: str  # "by money at stake"
    count: str  # "23 of 4,812 · €9,410 at stake"
    sort: str  # the column's id
    money_width: int
    narrowed: bool = False


class PeopleHead(Drawn):
    """Which customers, and the titles of what is known of them."""

    PREFIX = "peoplehead"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "peoplehead--strong",
        "peoplehead--muted",
        "peoplehead--accent",
    }

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._said: Summary | None = None

    def show(self, said: Summary) -> None:
        """Say this; nothing is drawn where it says the same already."""
        if said != self._said:
            self._said = said
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        if self._said is None:
            return self.row([])
        return self._summary(self._said) if y == 0 else self._titles(self._said)

    def _summary(self, said: Summary) -> Strip:
        room = self.size.width - 2
        count = cut(said.count, room)
        left = room - width_of(count) - 2
        order = f" · {said.order}"
        who = cut(said.who, max(0, left))
        if width_of(who) + width_of(order) > left:
            order = ""
        space = " " * max(0, room - width_of(who) - width_of(order) - width_of(count))
        style = "accent" if said.narrowed else "strong"
        return self.row([(" ", ""), (who, style), (order, "muted"), (space, ""), (count, "")])

    def _titles(self, said: Summary) -> Strip:
        wide = widths(self.size.width, said.money_width)
        risk = wide.risk + wide.bar

        def title(sort: str, name: str, width: int, *, right: bool = True) -> Part:
            return (fit(name, width, right=right), "accent" if sort == said.sort else "muted")

        return self.row(
            [
                ("  ", ""),
                title("name", "NAME", wide.name, right=False),
                (" " * wide.country, ""),
                title("", "TIER", wide.tier, right=False),
                title("risk", "RISK", risk, right=False),
                title("stake", "AT STAKE", wide.stake),
                title("silent", "SILENT", wide.silent),
                title("", "USUAL", wide.usual),
                title("orders", "ORDERS", wide.orders),
                title("spent", "SPENT", wide.spent),
                ("  " if wide.why else "", ""),
                title("", "WHY", max(0, wide.why - 2), right=False),
            ]
        )
