"""Whatever program wrote the file, its rows come out as they were meant."""

import gzip
from pathlib import Path

import pytest

from retcon.errors import InputError
from retcon.sync.files.reading import Refused, open_table, rows

TABLE = [["name", "city", "total"], ["Müller", "Köln", "12"], ["Zoë", "Málaga", "7"]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "orders.csv"


def read(file: Path) -> list[list[str]]:
    table = open_table(file)
    return [list(table.columns), *(cells for _, cells in rows(table) if not isinstance(cells, Refused))]


def refused(file: Path) -> dict[int, str]:
    return {number: cells.reason for number, cells in rows(open_table(file)) if isinstance(cells, Refused)}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters_are_found_out(file: Path, encoding: str, delimiter: str) -> None:
    file.write_bytes("\r\n".join(delimiter.join(row) for row in TABLE).encode(encoding))
    assert read(file) == TABLE


@pytest.mark.parametrize("text", ["姓名,城市\n王小明,北京\n李雷,上海\n", "name,city\nWang 王,Beijing\n"])
def test_chinese_files_are_read(file: Path, text: str) -> None:
    file.write_bytes(text.encode("gb18030"))
    assert read(file) == [line.split(",") for line in text.splitlines()]


def test_a_file_that_is_ascii_for_a_megabyte_may_still_be_western(file: Path) -> None:
    file.write_bytes(b"name,total\n" + b"Ada,1\n" * 300_000 + "Müller,2\n".encode("cp1252"))
    assert read(file)[-1] == ["Müller", "2"]


def test_gzip_is_unpacked(file: Path) -> None:
    file.write_bytes(gzip.compress(b"a,b\n1,2\n"))
    assert read(file) == [["a", "b"], ["1", "2"]]


def test_quoted_cells_hold_delimiters_quotes_and_lines(file: Path) -> None:
    file.write_text('a;b\n"1;""x""\nand more";2\n3;4\n')
    assert read(file) == [["a", "b"], ['1;"x"\nand more', "2"], ["3", "4"]]
    assert [number for number, _ in rows(open_table(file))] == [2, 4]


def test_amounts_with_a_decimal_comma_do_not_hide_the_semicolon(file: Path) -> None:
    file.write_text("customer;total\n1;1.234,50\n2;7,00\n")
    assert read(file)[1] == ["1", "1.234,50"]


def test_excel_s_own_note_on_the_delimiter_is_no_row(file: Path) -> None:
    file.write_text("sep=;\na;b\n1;2\n")
    assert read(file) == [["a", "b"], ["1", "2"]]


def test_short_rows_are_filled_blank_ones_left_out_long_ones_refused(file: Path) -> None:
    file.write_text("a,b,c\n1\n\n,,\n1,2,3,,\n1,2,3,4\n")
    assert read(file)[1:] == [["1", "", ""], ["1", "2", "3"]]
    assert refused(file) == {6: "it has 4 cells, the header 3"}


def test_a_name_of_five_megabytes_is_read(file: Path) -> None:
    file.write_text(f"name,total\n{'x' * 5_000_000},1\nAda,2\n")
    assert [len(cells[0]) for cells in read(file)[1:]] == [5_000_000, 3]


def test_a_quote_that_is_never_closed_does_not_swallow_the_memory(file: Path) -> None:
    file.write_text('name,total\nAda,1\n"Bob,2\n' + "Cyd,3\n" * 3_000_000)
    table = open_table(file)
    numbered = rows(table)
    assert next(numbered) == (2, ["Ada", "1"])
    number, cells = next(numbered)
    assert number == 3
    assert isinstance(cells, Refused)


def test_json_lines_are_rows_too(file: Path) -> None:
    file.write_text(
        '{"id": 1, "total": 12.10, "customer": {"email": "ada@example.com"}, "note": null}\n\n'
        '{"id": 2, "items": ["Mug"], "paid": true}\n'
    )
    assert read(file) == [
        ["id", "total", "customer.email", "note", "items", "paid"],
        ["1", "12.10", "ada@example.com", "", "", ""],
        ["2", "", "", "", ["Mug"], "true"],
    ]


def test_a_line_that_is_no_json_is_refused_and_the_rest_read(file: Path) -> None:
    file.write_text('{"a": 1}\n{"a": \n[1]\n{"a": 2}\n')
    assert read(file)[1:] == [["1"], ["2"]]
    assert refused(file) == {2: "it is no JSON", 3: "it is no JSON object"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"PK\x03\x04" + b"\0" * 100, "spreadsheet"),
        (bytes(range(256)) * 40, "no text"),
        (b"[1, 2]", "JSON list"),
        (gzip.compress(b"a,b\n" * 1000, mtime=0)[:-20], "broken off"),
        (b"\x1f\x8bnonsense, really", "damaged"),
    ],
)
def test_what_is_no_table_is_told_in_a_sentence(file: Path, content: bytes, says: str) -> None:
    file.write_bytes(content)
    with pytest.raises(InputError, match=says):
        open_table(file)


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no file"):
        open_table(tmp_path / "nowhere.csv")
    with pytest.raises(InputError, match="is a folder"):
        open_table(tmp_path)
