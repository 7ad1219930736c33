"""A backtest in words that a seller understands: what each date would have shown, the sum of it, what it rests on."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta

from retcon import localtime, money, text
from retcon.frozen import dataclass
from retcon.model.backtest import OURS, SILENCE, Backtest, Cutoff, Figures, Found, means

NAMES = {
    OURS: "retcon",
    SILENCE: "days since last order",
    "recency/interval": "days ÷ own usual gap",
    "rfm": "RFM quintiles",
    "bg/nbd": "BG/NBD",
    "pareto/nbd": "Pareto/NBD",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a ranking: the head of its column, what it means, and whether more of it is better."""

    id: str
    head: str
    meaning: str
    pattern: str
    more: bool = True

    def shown(self, value: float) -> str:
        """The figure as it is written; a dash where it can't be told."""
        return "–" if math.isnan(value) else percent(value) if self.pattern == "%" else format(value, self.pattern)


FIGURES = (
    Figure("names", "NAMES", "of all names shown, how many did not come back", ",.0f"),
    Figure("money", "MONEY", "the part of all the money lost that these had spent in the year before", "%"),
    Figure(
        "auc",
        "AUC",
        "of one who stayed away and one who came back, how often the first stands higher; 0.5: chance",
        ".3f",
    ),
    Figure("auc2", "AUC 2+", "the same among customers with two orders or more", ".3f"),
    Figure("brier", "BRIER", "the squared miss of what was said, on average; less is better", ".3f", more=False),
    Figure("ece", "ECE", "how far what was said lay from what came, on average; less is better", ".3f", more=False),
    Figure("lift10", "LIFT", "how many times more of the first tenth (of 2+ orders) stayed away than of all", ".2f"),
)
# On fewer names than this, one more or less is chance.
FEW_NAMES = 30
YEAR_DAYS = 365


def day(at: datetime, zone: str) -> str:
    """The day of a date replayed, with its year: "1 June 2026"."""
    there = localtime.local(at, zone)
    return f"{there.day} {there:%B %Y}"


def short_day(at: datetime, zone: str) -> str:
    """The same in few cells: "1 Jun 2026"."""
    there = localtime.local(at, zone)
    return f"{there.day} {localtime.MONTHS[there.month - 1]} {there.year}"


# ---- one date


def named(cutoff: Cutoff, horizon_days: int, zone: str) -> str:
    """Of so many names so many did not come back, beside days since last order."""
    on = day(cutoff.as_of, zone)
    if not cutoff.named:
        return f"On {on} nobody had ordered twice and within a year, so it would have shown no name."
    ours, silence = cutoff.found.get(OURS), cutoff.found.get(SILENCE)
    if ours is None:
        return f"On {on} it had no answer, so it would have shown no name."
    within = f"within {text.plural(horizon_days, 'day')}"
    if cutoff.named == 1:
        fate = "did not come back" if ours.right else "came back"
        return f"The one name it would have shown you on {on} {fate} {within}."
    fate = f"{ours.right:,} did not come back" if ours.right else "every one came back"
    fate = "not one came back" if ours.right == cutoff.named else fate
    said = f"Of the {cutoff.named:,} names it would have shown you on {on}, {fate} {within}"
    if silence is None:
        return f"{said}."
    if silence.right > ours.right:
        return f"{said}; days since last order would have found {_more(silence.right - ours.right)}."
    same = " as well" if silence.right == ours.right else ""
    return f"{said}; by days since last order it would have been {silence.right or 'none'}{same}."


def worth(cutoff: Cutoff, currency: str) -> str:
    """What those who did not come back had spent; empty where no amounts are known or all came back."""
    ours, silence = cutoff.found.get(OURS), cutoff.found.get(SILENCE)
    if ours is None or not ours.right or not cutoff.lost_minor:
        return ""
    who = "They" if ours.right > 1 else "That one"
    spent = money.show(ours.value_minor, currency)
    said = f"{who} had spent {spent} in the year before: {_share(ours, cutoff)} of all that was lost"
    if silence is None:
        return f"{said}."
    other = money.show(silence.value_minor, currency)
    return f"{said}; by days since last order it would have been {other}, {_share(silence, cutoff)}."


def others(cutoff: Cutoff) -> str:
    """Which of the other rankings would have found more names, or more money; empty where none would."""
    ours = cutoff.found.get(OURS)
    rest = {name: found for name, found in cutoff.found.items() if name not in (OURS, SILENCE)}
    if ours is None or not rest:
        return ""
    name, best = max(rest.items(), key=lambda pair: (pair[1].right, pair[1].value_minor))
    if best.right > ours.right:
        return f"{NAMES.get(name, name)} would have found {_more(best.right - ours.right)}."
    name, best = max(rest.items(), key=lambda pair: pair[1].value_minor)
    if cutoff.lost_minor and best.value_minor > ours.value_minor and _share(best, cutoff) != _share(ours, cutoff):
        return f"{NAMES.get(name, name)} would have held more of the money: {_share(best, cutoff)}."
    return ""


def longest_silent(cutoff: Cutoff, currency: str) -> str:
    """What the longest silent alone would have come to; empty where they all came back, or nobody was named."""
    silent = cutoff.longest_silent
    if not silent.right:
        return ""
    said = f"The longest silent first, whatever they spent: {silent.right:,} of {cutoff.named:,} did not come back"
    if not cutoff.lost_minor:
        return f"{said}."
    return f"{said}, with {money.show(silent.value_minor, currency)}: {_share(silent, cutoff)} of all that was lost."


def failed(cutoff: Cutoff, zone: str) -> str:
    """Which rankings had no answer on the date; empty where all had."""
    names = [NAMES.get(name, name) for name in cutoff.failed]
    return f"{_and(names)} gave no answer on {day(cutoff.as_of, zone)}." if names else ""


def of_date(cutoff: Cutoff, backtest: Backtest, zone: str) -> tuple[str, ...]:
    """All that is to be said of one date, the first sentence first."""
    currency = backtest.currency
    said = (
        named(cutoff, backtest.horizon_days, zone),
        worth(cutoff, currency),
        others(cutoff),
        longest_silent(cutoff, currency),
        failed(cutoff, zone),
    )
    return tuple(filter(None, said))


# ---- all dates


def total(backtest: Backtest, ranking: str) -> Found:
    """What the lists of one ranking came to over all dates on which we and it had an answer."""
    both = [cutoff.found[ranking] for cutoff in backtest.cutoffs if {OURS, ranking} <= cutoff.found.keys()]
    return Found(sum(found.right for found in both), sum(found.value_minor for found in both))


def in_all(backtest: Backtest, zone: str) -> tuple[str, ...]:
    """What all dates come to: names, money, order, calibration; then whether it was worth it."""
    shown = [cutoff for cutoff in backtest.cutoffs if cutoff.named and OURS in cutoff.found]
    names, lost = sum(cutoff.named for cutoff in shown), sum(cutoff.lost_minor for cutoff in shown)
    if not names:
        return ("No date had a name to show, so nothing is proved.",)
    dates = f"Over these {len(shown)} dates" if len(shown) > 1 else f"On {day(shown[0].as_of, zone)}"
    return tuple(
        filter(None, (_names(backtest, dates, names), _money(backtest, lost), _order(backtest), _off(backtest)))
    )


def _names(backtest: Backtest, dates: str, names: int) -> str:
    ours, silence = total(backtest, OURS), total(backtest, SILENCE)
    of = text.plural(names, "name")
    said = f"{dates} {f'{ours.right:,} of {of} did not come back' if ours.right else f'every one of {of} came back'}"
    if silence.right > ours.right:
        said = f"{said}; days since last order would have found {_more(silence.right - ours.right)}"
    else:
        said += f"; by days since last order it would have been {silence.right or 'none'}"
        said += " as well" if silence.right == ours.right else ""
    other = _best_other(backtest)
    right = total(backtest, other).right if other else 0
    return f"{said}, by {NAMES.get(other, other)} {right:,}." if right else f"{said}."


def _money(backtest: Backtest, lost: int) -> str:
    ours, silence = total(backtest, OURS).value_minor, total(backtest, SILENCE).value_minor
    if not lost or not ours:
        return ""
    said = f"They held {percent(ours / lost)} of all the money that was lost"
    if silence > ours:
        return f"{said}; days since last order would have held more: {percent(silence / lost)}."
    return f"{said}; by days since last order it would have been {percent(silence / lost)}."


def _order(backtest: Backtest) -> str:
    """The AUC in words, beside silence and the best of all others."""
    order = {name: figures.auc for name, figures in means(backtest.cutoffs).items() if not math.isnan(figures.auc)}
    if OURS not in order:
        return ""
    said = "Of one who stayed away and one who came back, it puts the first higher in "
    said += f"{_of_100(order.pop(OURS))} of 100 cases"
    if SILENCE in order:
        said = f"{said}; days since last order does in {_of_100(order.pop(SILENCE))}"
    best = max(order, key=lambda name: order[name], default="")
    return f"{said}{f', {NAMES.get(best, best)} in {_of_100(order[best])}' if best else ''}."


def _off(backtest: Backtest) -> str:
    """How far what was said lay from what came."""
    groups = backtest.calibration
    if not groups:
        return ""
    customers = sum(group.customers for group in groups)
    off = sum(group.customers * abs(group.said - group.came) for group in groups) / customers
    worst = max(groups, key=lambda group: abs(group.said - group.came))
    said = f"Its percentages were off by {_of_100(off) if off >= 0.005 else 'less than 1'} in 100 on average"
    if abs(worst.said - worst.came) < 0.01:
        return f"{said}."
    return f"{said}, most where it said {_of_100(worst.said)} in 100 would stay away and {_of_100(worst.came)} did."


def _best_other(backtest: Backtest) -> str:
    """The best of the rankings that are neither ours nor silence, by names and then by money."""
    rest = {name for cutoff in backtest.cutoffs for name in cutoff.found} - {OURS, SILENCE}
    return max(
        sorted(rest), key=lambda name: (total(backtest, name).right, total(backtest, name).value_minor), default=""
    )


# ---- what it rests on


def cautions(backtest: Backtest, zone: str) -> tuple[str, ...]:
    """What the proof can't tell: little, short, no season, no better than by hand; empty where there is nothing."""
    return tuple(_cautions(backtest, zone))


def _cautions(backtest: Backtest, zone: str) -> Iterator[str]:
    names = sum(cutoff.named for cutoff in backtest.cutoffs)
    if _no_better(total(backtest, OURS), total(backtest, SILENCE)):
        yield "On these dates the ranking was no better than days since last order."
    if 0 < names < FEW_NAMES:
        yield f"This rests on {text.plural(names, 'name')}: one more or less is chance."
    if backtest.customers < backtest.of:
        yield f"{backtest.customers:,} of {backtest.of:,} customers were looked at, drawn evenly: every date is theirs."
    first = backtest.cutoffs[0]
    if first.history_days < YEAR_DAYS:
        yield (
            f"Before {day(first.as_of, zone)} there were {text.plural(first.history_days, 'day')} of orders, less than "
            "a year: it had seen no season then."
        )
    yield from _season(backtest, zone)


def _no_better(ours: Found, silence: Found) -> bool:
    """Whether silence found as many names and as much money; where neither found any, there was nothing to find."""
    return silence.right > 0 and ours.right <= silence.right and ours.value_minor <= silence.value_minor


def _season(backtest: Backtest, zone: str) -> Iterator[str]:
    """Which part of the year no date covers, and whether there are orders for more."""
    horizon = timedelta(days=backtest.horizon_days)
    begin, end = backtest.cutoffs[0].as_of, backtest.cutoffs[-1].as_of + horizon
    if end - begin >= timedelta(days=YEAR_DAYS - 7):
        return
    # The same days a year later are the ones that come next.
    missing = f"{_day_of_year(end, zone)} to {_day_of_year(begin - timedelta(days=1), zone)}"
    said = f"These dates cover {day(begin, zone)} to {day(end - timedelta(days=1), zone)}, not {missing}"
    number = math.ceil(YEAR_DAYS / backtest.horizon_days)
    possible = backtest.history_days // backtest.horizon_days - 1
    yield f"{said}; retcon backtest --cutoffs {number} covers a year." if possible >= number else f"{said}."


def _day_of_year(at: datetime, zone: str) -> str:
    return day(at, zone).rpartition(" ")[0]


def counted(backtest: Backtest) -> str:
    """How the names were counted, in a sentence."""
    return (
        "Names are of customers with two orders or more, most money at risk first: the risk times what they spent in "
        f"the year before, for every ranking; {backtest.names_per_day:,} of them (names_per_day in config.toml), at "
        "most a quarter of all. No ranking knows what came after its date."
    )


# ---- figures


def values(name: str, figures: Mapping[str, Figures], found: Mapping[str, Found], lost_minor: int) -> dict[str, float]:
    """All figures of one ranking by the ids of FIGURES; NaN where there is none."""
    list_ = found.get(name)
    return {
        "names": math.nan if list_ is None else list_.right,
        "money": math.nan if list_ is None or not lost_minor else list_.value_minor / lost_minor,
        **asdict(figures[name]),
    }


def _share(found: Found, cutoff: Cutoff) -> str:
    return percent(found.value_minor / cutoff.lost_minor)


def percent(part: float) -> str:
    """A part in per cent, in two figures: "31 %", "2.4 %", "0.14 %"."""
    decimals = 0 if part >= 0.0995 or part == 0 else 1 if part >= 0.00995 else 2
    return f"{max(100 * part, 0.01 if part else 0):.{decimals}f} %"


def _of_100(part: float) -> str:
    return f"{100 * part:.0f}"


def _more(number: int) -> str:
    words = ("", "one", "two", "three", "four", "five", "six")
    return f"{words[number] if number < len(words) else number} more"


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
