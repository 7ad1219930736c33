"""retcon segments, and filters on the command line: what is printed, where a mark stands, how it ends."""

import csv
import io
import json

import pytest

from retcon.cli.main import main
from retcon.desk.house import House
from tests.listed import stand


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    printed = capsys.readouterr()
    return int(ended.value.code or 0), printed.out, printed.err


@pytest.fixture(autouse=True)
def shop(house: House) -> House:
    """Two people; one has a name that a spreadsheet would obey."""
    house.database.write(lambda tx: stand(tx, 1, "Chloé Martin", "FR", band="high", stake_minor=31_000))
    house.database.write(lambda tx: stand(tx, 2, "=Jonas", "DE", stake_minor=9_000))
    return house


def test_segments_are_saved_listed_counted_and_removed(capsys: pytest.CaptureFixture[str]) -> None:
    saved = run(capsys, "segments", "save", "French Ones", "country:FR")
    changed = run(capsys, "segments", "save", "french-ones", "country:FR,BE")
    table = run(capsys, "segments")
    (listed,) = json.loads(run(capsys, "segments", "--json")[1])
    removed = run(capsys, "segments", "remove", "french-ones")
    back = run(capsys, "undo")

    assert saved == (0, "", "french-ones is saved: 1 person now. Take it back with: retcon undo\n")
    assert "It was: country:FR. Take it back" in changed[2]
    assert table[1].splitlines() == [
        "NAME         PEOPLE  AT STAKE  FILTER",
        "french-ones       1      €310  country:FR,BE",
    ]
    assert listed.pop("saved_at")
    assert listed == {
        "name": "french-ones",
        "query": "country:FR,BE",
        "customers": 1,
        "stake_minor": 31_000,
        "currency": "EUR",
        "error": None,
    }
    assert removed[0] == back[0] == 0
    assert "french-ones is removed. It was: country:FR,BE." in removed[2]
    assert "french-ones" in run(capsys, "segments")[1]


def test_without_segments_the_way_to_one_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "segments")[2].startswith("No segment is saved yet: retcon segments save NAME")
    assert json.loads(run(capsys, "segments", "--json")[1]) == []


def test_a_segment_is_handed_over(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "segments", "save", "germans", "country:germany")
    _, out, _ = run(capsys, "customers", "--filter", "segment:germans", "--csv")
    (row,) = csv.DictReader(io.StringIO(out))
    assert (row["id"], row["name"]) == ("2", "'=Jonas")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (
            "anna contry:DE spent>3",
            ["retcon: “contry:” is no filter; country: is near.", "  anna contry:DE spent>3", "       ^"],
        ),
        (
            "ليلى 直人 risk:purple",
            ["retcon: “risk:” is high, medium or low.", "  ليلى 直人 risk:purple", "                 ^"],
        ),
        ("orders>", ["retcon: “orders>” needs a number.", "  orders>", "         ^", "  For instance orders>=2."]),
        (
            "anna\t\x1b[31m\nzzz:1",
            [
                "retcon: “zzz:” is no filter.",
                "  anna �[31m zzz:1",
                "             ^",
                "  All of them: retcon segments fields",
            ],
        ),
        (
            "x" * 10_000,
            [
                "retcon: A filter has at most 4,000 letters; this one has 10,000.",
                f"  …{'x' * 60}…",
                f"  {' ' * 31}^",
                "  Say it in fewer.",
            ],
        ),
    ],
    ids=lambda given: given[:20] if isinstance(given, str) else "",
)
def test_what_is_wrong_is_marked(capsys: pytest.CaptureFixture[str], typed: str, told: list[str]) -> None:
    for command in ("customers", "orders"):
        code, out, err = run(capsys, command, "--filter", typed)
        assert (code, out) == (2, "")
        assert err.splitlines() == told


def test_where_nobody_matches_the_way_out_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "customers", "--filter", "risk:high country:DE")[2] == "Nobody matches; 1 without the country.\n"
    assert run(capsys, "customers", "--filter", "nobody")[2] == "Nobody matches.\n"


def test_fields_are_told_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "segments", "fields")
    described = json.loads(run(capsys, "segments", "fields", "--json")[1])
    assert "orders  " in out
    assert "country:DE,AT" in out
    assert {"name": "risk", "takes": "high, medium, low", "of": "people"}.items() <= described[0].items()
    assert described[-1]["of"] == "orders"
