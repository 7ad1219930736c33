"""What is typed is understood, or refused at its place; what is understood can be written and understood again."""

from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from retcon.desk import query
from retcon.desk.query import parse
from retcon.errors import QueryError
from retcon.model.query import Amount, Days, Either, Every, Is, Not, Op, Start, Tree, Value, Word, written
from retcon.store.query_fields import BY_NAME, FIELDS, UNION
from tests import queries


def is_(field: str, *values: Value, op: Op = Op.IS) -> Is:
    return Is(field, op, values)


HIGH, VIP, TAG = is_("risk", "high"), is_("tier", "vip"), is_("tag", "fair")


@pytest.mark.parametrize(
    ("typed", "tree"),
    [
        ("", Every()),
        ("   ", Every()),
        ("anna", Word("anna")),
        ("Keller, Anna", Every((Word("Keller"), Word("Anna")))),
        ('"Anna Keller"', Word("Anna Keller")),
        ("„Anna Keller“", Word("Anna Keller")),
        (r'"a \"b\" \\ \c"', Word(r'a "b" \ \c')),
        ("risk:high tier:vip", Every((HIGH, VIP))),
        ("risk:high and tier:vip", Every((HIGH, VIP))),
        ("risk:high or tier:vip tag:fair", Either((HIGH, Every((VIP, TAG))))),
        ("(risk:high or tier:vip) tag:fair", Every((Either((HIGH, VIP)), TAG))),
        ("risk:high OR (tier:vip or tag:fair)", Either((HIGH, VIP, TAG))),
        ("!risk:high", Not(HIGH)),
        ("-risk:high -(tier:vip)", Every((Not(HIGH), Not(VIP)))),
        ("not risk:high", Not(HIGH)),
        ("not(risk:high or tier:vip)", Not(Either((HIGH, VIP)))),
        ("!!risk:high", HIGH),
        ("not !risk:high", HIGH),
        ("! anna", Word("anna")),
        ("anna !", Word("anna")),
        ("-anna", Word("-anna")),
        ("Anna-Lena", Word("Anna-Lena")),
        ("+49(171)5550101", Word("+49(171)5550101")),
        ("(anna)", Word("anna")),
        ('"or"', Word("or")),
        ("orange android nothing", Every((Word("orange"), Word("android"), Word("nothing")))),
        ("Re:hello a@b:c 12:30", Every((Word("Re:hello"), Word("a@b:c"), Word("12:30")))),
        ("Risk:HIGH", HIGH),
        ("risk=high", HIGH),
        ("risk!=high", Not(HIGH)),
        ("risk:h", HIGH),
        ("stage:r", is_("stage", "reason", "returning")),
        ("tier:one_time", is_("tier", "one-time")),
        ("risk:high,,high,low,", is_("risk", "high", "low")),
        ("country:de,Austria", is_("country", "DE", "AT")),
        ('country:"united kingdom"', is_("country", "GB")),
        ("country:eu", is_("country", *UNION)),
        ("orders>=2", is_("orders", 2.0, op=Op.AT_LEAST)),
        ("orders >= 2", is_("orders", 2.0, op=Op.AT_LEAST)),
        ("orders≥2", is_("orders", 2.0, op=Op.AT_LEAST)),
        ("orders:1,2", is_("orders", 1.0, 2.0)),
        ("p>33.3%", is_("p", 0.333, op=Op.OVER)),
        ("last>60d", is_("last", Days(60), op=Op.OVER)),
        ("last>8w", is_("last", Days(56), op=Op.OVER)),
        ("last>2m", is_("last", Days(60), op=Op.OVER)),
        ('last>"1 year"', is_("last", Days(365), op=Op.OVER)),
        ("last>60", is_("last", Days(60), op=Op.OVER)),
        ("first>=2026-06-01", is_("first", date(2026, 6, 1), op=Op.AT_LEAST)),
        ("next<-7d", is_("next", Days(-7), op=Op.UNDER)),
        ("spent>200", is_("spent", Amount(20_000, "EUR"), op=Op.OVER)),
        ("spent>200eur", is_("spent", Amount(20_000, "EUR"), op=Op.OVER)),
        ("spent>€12.50", is_("spent", Amount(1_250, "EUR"), op=Op.OVER)),
        ("spent>200JPY", is_("spent", Amount(200, "JPY"), op=Op.OVER)),
        ("tag:#fair", TAG),
        ("tag:fair*,wholesale", is_("tag", Start("fair"), "wholesale")),
        ('tag:"fair*"', is_("tag", "fair*")),
        ("coupon:*", is_("coupon", Start(""))),
        ('bought:"coffee  beans",tea', is_("bought", "coffee beans", "tea")),
        ('bought:5"', is_("bought", '5"')),
        ("risk：high", HIGH),
        ("bought:قهوة", is_("bought", "قهوة")),
    ],
)
def test_what_is_typed_means(typed: str, tree: Tree) -> None:
    assert parse(typed, "EUR") == tree
    assert parse(written(tree), "EUR") == tree


@pytest.mark.parametrize(
    ("typed", "at", "told"),
    [
        ("contry:DE", 0, "“contry:” is no filter; country: is near."),
        ("anna ordrs>2", 5, "“ordrs>” is no filter; orders is near."),
        ("zzz:1", 0, "“zzz:” is no filter. All of them: retcon segments fields"),
        ("risk:hgh", 5, "“risk:” is high, medium or low."),
        ("risk:high,hgh", 10, "“risk:” is high, medium or low."),
        ("alone:maybe", 6, "“alone:” is yes or no."),
        ("risk>high", 4, "“risk” takes a colon. For instance risk:high."),
        ("orders>=", 8, "“orders>=” needs a number. For instance orders>=2."),
        ("orders>=two", 8, "“two” is no number. For instance orders>=2."),
        (
            "spent>1,000",
            6,
            "“spent>” takes one value. Thousands without a comma (1000), decimals with a point (12.50).",
        ),
        ("spent>12.5.1", 6, "“12.5.1” is no amount. For instance spent>200EUR, or 200USD."),
        ("last>", 5, "“last>” needs days or a date. For instance last>60d."),
        ("last>soon", 5, "“soon” is no number of days. Write 60d, 8w, 2m or 1y, or a date: 2026-06-01."),
        ("silent>2026-06-01", 7, "“2026-06-01” is no number of days. Write 60d, 8w, 2m or 1y."),
        ("last>2026-02-30", 5, "There is no day 2026-02-30. A date is year, month and day: 2026-06-01."),
        ("last>999y", 5, "That is more than a hundred years. For instance last>60d."),
        ("country:Germny", 8, "A country is two letters, or its name. Germany is DE."),
        ("language:français", 9, "A language is two or three letters. For instance language:fr."),
        ("tag:", 4, "“tag:” needs a word. For instance tag:wholesale."),
        ('bought:""', 7, '“bought:” needs a word. For instance bought:"coffee beans".'),
        ('anna "sommer', 5, "This quote isn't closed."),
        ('anna ""', 5, "Nothing stands between these quotes."),
        ("anna (risk:high", 5, "This ( isn't closed."),
        ("anna )", 5, "This ) closes nothing. Leave it out, or put it in quotes."),
        ("anna ()", 5, "Nothing stands between these parentheses."),
        ("anna or", 5, "“or” stands between two things. For a word that is so, put it in quotes."),
        ("or anna", 0, "“or” stands between two things. For a word that is so, put it in quotes."),
        ("anna and", 5, "“and” stands between two things. For a word that is so, put it in quotes."),
        ("and anna", 0, "“and” stands between two things. For a word that is so, put it in quotes."),
        ("anna not", 5, "“not” stands before something. For a word that is so, put it in quotes."),
        ("anna >=2", 5, "Nothing to compare stands before this. For instance orders>=2."),
        ("state:paid", 0, "“state:” is of orders, not of people. retcon orders takes it."),
        ("x" * 4_001, 4_000, "A filter has at most 4,000 letters; this one has 4,001. Say it in fewer."),
        ("(" * 21, 20, "Parentheses go 20 deep at most. Save a part as a segment of its own."),
        ("a " * 401, 800, "A filter has at most 400 words and values. Say it in fewer."),
        ("country:" + "DE," * 401, 1_208, "A filter has at most 400 words and values. Say it in fewer."),
    ],
    ids=lambda given: given[:30] if isinstance(given, str) else "",
)
def test_what_means_nothing_is_said_at_its_place(typed: str, at: int, told: str) -> None:
    with pytest.raises(QueryError) as refused:
        parse(typed, "EUR")
    assert (refused.value.at, str(refused.value)) == (at, told)


def test_filters_of_one_order_are_understood_where_orders_are_asked_for() -> None:
    found = parse("state:paid total>100 risk:high", "EUR", of_orders=True)
    assert found == Every((is_("state", "paid"), is_("total", Amount(10_000, "EUR"), op=Op.OVER), HIGH))


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_the_example_of_each_field_is_one(field: object) -> None:
    assert field in FIELDS
    known = next(each for each in FIELDS if each is field)
    (leaf,) = query.terms(parse(known.example, "EUR", of_orders=True))
    leaf = leaf.of if isinstance(leaf, Not) else leaf
    assert isinstance(leaf, Is)
    assert leaf.field == known.name


# Pieces that mean something, so that random text is often nearly a query.
SIGNS = (":", ">", "<=", " = ")
PIECES = st.sampled_from(
    (
        *(f"{name}{sign}" for name in BY_NAME for sign in SIGNS),
        *'"“”()!-,*#\\<>=: \t\n\0',
        *("and", "or", "not ", "high", "vip", "yes", "DE", "60d", "2026-06-01", "200EUR", "€5", "12.50", "50%", "anna"),
        *("ı", "İ", "ß", "ﬁ", "e\u0301", "قهوة", "🎈", "\u202e", "\ud800", "\u3000", "：", "email", "fair*", "a(b*"),
    )
)
TYPED = st.one_of(st.text(), st.lists(st.one_of(PIECES, PIECES, st.text(max_size=3)), max_size=12).map("".join))


@given(TYPED)
@settings(max_examples=600, deadline=None)
@example("tag:##x")
@example("a,)")
@example("!(x or tag:a(b* )")
@example('(tag:5"* )')
@example("!(!(a))")
@example("p:33.33333333%")
def test_any_text_is_understood_or_refused_at_a_place_in_it(typed: str) -> None:
    wrong: QueryError | None = None
    try:
        tree = parse(typed, "EUR", of_orders=True)
    except QueryError as error:
        wrong = error
    else:
        assert parse(written(tree), "EUR", of_orders=True) == tree
    if wrong is not None:
        assert 0 <= wrong.at <= len(typed)
        assert len(wrong.query) == len(typed)
        assert wrong.title


@given(queries.trees(of_orders=True))
@settings(max_examples=200, deadline=None)
def test_what_is_written_is_understood_as_the_same(tree: Tree) -> None:
    assert parse(written(tree), "EUR", of_orders=True) == tree
