"""What a filter may name: one table, from which the parser, its errors, the help, the completion and the docs follow.

In `sql` stand s (standings), c (customers) and o (the order, where orders are asked for); {id} is the customer's id.
It is what is compared, or, with a ? in it, the whole condition for one value, bound as often as there are marks.
`within` is what stands around the comparison, {is}.
"""

from enum import Enum

from retcon.frozen import dataclass
from retcon.model.orders import OrderState
from retcon.model.standing import Band, Stage, Tier


class Kind(Enum):
    """What a field is compared with."""

    CHOICE = "one of a few words"
    FLAG = "yes or no"
    COUNTRY = "a country, two letters or its name"
    LANGUAGE = "a language, with or without its region"
    WORD = "a word, * at its end for all that begin so"
    PART = "words, or a part of them"
    NUMBER = "a number"
    DAYS = "a number of days"
    AGO = "days ago, or a date"
    AHEAD = "days from now, or a date"
    MONEY = "an amount of money"
    PEOPLE = "one of a few words, looked up before"
    SEGMENT = "the name of a saved segment"


COMPARED = frozenset((Kind.NUMBER, Kind.DAYS, Kind.AGO, Kind.AHEAD, Kind.MONEY))


@dataclass(frozen=True, slots=True)
class Field:
    """One filter: its name, what it is compared with, and one line of words on it."""

    name: str
    kind: Kind
    words: str
    example: str
    sql: str = ""
    within: str = "{is}"
    choices: tuple[str, ...] = ()
    of_order: bool = False  # of one order: only where orders are asked for

    @property
    def compared(self) -> bool:
        """Whether it takes > >= < and <=."""
        return self.kind in COMPARED


_MEDIA = ("email", "telegram", "whatsapp", "line", "messenger", "instagram")


def _folded(column: str) -> str:
    """The column without regard to capitals; `fold` is called for what isn't ASCII alone, as a call takes long."""
    return f"case when length({column}) = length(cast({column} as blob)) then lower({column}) else fold({column}) end"


_BOUGHT = "not b.removed and b.state in ('paid', 'refunded')"
_OF_LINE = f"""
    instr({_folded("l.name")}, ?) or l.sku <> '' and instr({_folded("l.sku")}, ?)
    or l.product_id <> '' and (b.source, l.product_id) in (
        select p.source, p.source_id from products p, json_each(p.categories) j where instr(fold(j.value), ?))
"""


def _choices(of: type[Enum]) -> tuple[str, ...]:
    return tuple(str(member.value).replace("_", "-") for member in of)


FIELDS: tuple[Field, ...] = (
    # Risk
    Field(
        "risk", Kind.CHOICE, "how likely you are to lose them, in a word", "risk:high", "s.band", choices=_choices(Band)
    ),
    Field("score", Kind.NUMBER, "the risk from 0 to 100", "score>=70", "s.risk_score"),
    Field(
        "p",
        Kind.NUMBER,
        "the probability of no further order within the horizon, from 0 to 1 or in %",
        "p>50%",
        "s.p_churn",
    ),
    Field("silent", Kind.DAYS, "days without an order since the last one arrived", "silent>45d", "s.silent_days"),
    Field(
        "cycle",
        Kind.DAYS,
        "the usual days between two orders; of nobody who ordered once",
        "cycle<30d",
        "round(s.cycle_days)",
    ),
    Field(
        "next",
        Kind.AHEAD,
        "days until the next order is expected; below 0 it is overdue",
        "next<=2w",
        "s.next_expected_at",
    ),
    # Value
    Field("tier", Kind.CHOICE, "what they are worth to you", "tier:vip,high", "s.tier", choices=_choices(Tier)),
    Field("stage", Kind.CHOICE, "where they are on the way", "stage:drifting", "s.stage", choices=_choices(Stage)),
    Field("spent", Kind.MONEY, "what they spent, less what was given back", "spent>200EUR", "s.spent_minor"),
    Field(
        "average",
        Kind.MONEY,
        "what they spent by order",
        "average>=50",
        "case when s.orders > 0 then s.spent_minor * 1.0 / s.orders end",
    ),
    Field("refunded", Kind.MONEY, "what was given back to them in all", "refunded>0", "s.refunded_minor"),
    Field("clv", Kind.MONEY, "what they will probably spend in 12 months", "clv>500", "s.clv_minor"),
    Field("stake", Kind.MONEY, "what is at stake with them in 12 months", "stake>100", "s.stake_minor"),
    # Orders
    Field("orders", Kind.NUMBER, "how many orders count", "orders>=2", "s.orders"),
    Field("first", Kind.AGO, "days since the first order, or its date", "first<30d", "s.first_order_at"),
    Field("last", Kind.AGO, "days since the last order, or its date", "last>60d", "s.last_order_at"),
    Field(
        "bought",
        Kind.PART,
        "bought a product with this in its name, number or category",
        'bought:"coffee beans"',
        _OF_LINE,
        within="{id} in (select b.customer_id from orders b join order_lines l on l.order_id = b.id"
        f" where {_BOUGHT} and ({{is}}))",
    ),
    Field(
        "category",
        Kind.PART,
        "most of what they bought is of this category",
        "category:coffee",
        f"instr({_folded('s.category')}, ?)",
    ),
    Field(
        "coupon",
        Kind.WORD,
        "used this code; coupon:* any",
        "coupon:WELCOME*",
        "fold(j.value)",
        within="{id} in (select b.customer_id from orders b, json_each(b.coupon_codes) j"
        f" where b.coupon_codes <> '[]' and {_BOUGHT} and ({{is}}))",
    ),
    Field(
        "source",
        Kind.WORD,
        "ordered in this shop, as config.toml calls it",
        "source:woo",
        "lower(b.source)",
        within="{id} in (select b.customer_id from orders b where not b.removed and ({is}))",
    ),
    Field("parcel", Kind.FLAG, "a parcel is under way to them", "parcel:yes", "s.under_way"),
    # The person
    Field("country", Kind.COUNTRY, "where they live; EU is all of the Union", "country:DE,AT", "c.country"),
    Field(
        "language",
        Kind.LANGUAGE,
        "what they read; language:pt is pt-BR as well",
        "language:fr",
        "(c.language = ? collate nocase or c.language like ? || '-%')",
    ),
    Field(
        "tag",
        Kind.WORD,
        "has this tag of yours; tag:* any",
        "tag:wholesale",
        "fold(t.name)",
        within="{id} in (select t.customer_id from tags t where {is})",
    ),
    Field("alone", Kind.FLAG, "you leave them alone", "alone:no", "c.left_alone"),
    # Writing to them
    Field("consent", Kind.PEOPLE, "may be written to with advertising there", "consent:email", choices=_MEDIA),
    Field(
        "reach",
        Kind.PEOPLE,
        "can be written to there at all: an address that works, and not left alone",
        "reach:telegram",
        choices=_MEDIA,
    ),
    Field(
        "waits",
        Kind.FLAG,
        "wrote, and has no answer yet",
        "waits:yes",
        "{id} in (select w.customer_id from threads w where w.waiting_since is not null)",
    ),
    Field(
        "wrote",
        Kind.AGO,
        "days since they last wrote to you, or the date",
        "wrote<7d",
        "(select max(w.last_in_at) from threads w where w.customer_id = {id})",
    ),
    Field(
        "written",
        Kind.AGO,
        "days since something last left to them from here, or the date",
        "!written<30d",
        "(select max(coalesce(m.sent_at, m.approved_at)) from outbox m where m.customer_id = {id}"
        " and not m.rehearsal and m.state in ('sent', 'delivered', 'read', 'uncertain'))",
    ),
    Field(
        "complained",
        Kind.FLAG,
        "has ever complained",
        "complained:yes",
        "{id} in (select u.customer_id from complaints u)",
    ),
    Field(
        "unhappy",
        Kind.FLAG,
        "complained, and it isn't settled",
        "unhappy:no",
        "{id} in (select u.customer_id from complaints u where u.closed_at is null)",
    ),
    Field(
        "rating",
        Kind.NUMBER,
        "stars of their last review",
        "rating>=5",
        "(select r.rating from reviews r where r.customer_id = {id} and not r.removed and r.rating > 0"
        " order by r.created_at desc, r.source_id desc limit 1)",
    ),
    Field(
        "promised",
        Kind.FLAG,
        "you promised them something and haven't kept it yet",
        "promised:yes",
        "{id} in (select v.customer_id from promises v where v.state = 'open')",
    ),
    Field("segment", Kind.SEGMENT, "is in this saved segment", "segment:regulars"),
    # Orders, where orders are asked for
    Field(
        "state",
        Kind.CHOICE,
        "what became of the order",
        "state:refunded",
        "o.state",
        choices=_choices(OrderState),
        of_order=True,
    ),
    Field("placed", Kind.AGO, "days since it was placed, or the date", "placed<7d", "o.placed_at", of_order=True),
    Field("total", Kind.MONEY, "its total in your currency", "total>100", "o.total_base_minor", of_order=True),
    Field(
        "item",
        Kind.PART,
        "a product in it has this in its name, number or category",
        "item:mug",
        _OF_LINE.replace("b.source", "o.source"),
        within="exists (select 1 from order_lines l where l.order_id = o.id and ({is}))",
        of_order=True,
    ),
    Field("currency", Kind.WORD, "what it was paid in", "currency:USD", "lower(o.currency)", of_order=True),
)
BY_NAME = {field.name: field for field in FIELDS}

# The member states of the European Union, by ISO 3166-1.
UNION = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
    *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
)
