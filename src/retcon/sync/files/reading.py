"""A file of rows, whatever wrote it: CSV, TSV or JSON lines, gzipped or not, in the encodings that exports have.

The file is read as a stream, and may be read more than once. Nothing of it is held but the row at hand.
"""

import codecs
import csv
import gzip
import io
import json
import string
import zlib
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from retcon import text
from retcon.errors import InputError
from retcon.frozen import dataclass

# One field may be so long (a 5 MB name); beyond it a quotation mark was never closed.
_LONGEST_FIELD = 16 * 1024 * 1024
_BLOCK = 1024 * 1024
_SAMPLE = 256 * 1024
_DELIMITERS = ",;\t|"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Table:
    """A file whose shape is known. `delimiter` is empty for JSON lines."""

    file: Path
    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    zipped: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a line cannot be taken."""

    reason: str


# A line's number, counted from 1, and its cells in the order of the columns.
Line = tuple[int, Sequence[Any] | Refused]


def open_table(file: Path) -> Table:
    """Find out how the file is written. Raises InputError where it is no table of rows."""
    with _told(file):
        if file.is_dir():
            raise InputError(f"{file} is a folder, not a file.", "Name the file in it.")
        if not file.is_file():
            raise InputError(f"There is no file {file}.", "Look at the name, and at the folder you are in.")
        zipped = _starts(file, b"\x1f\x8b")
        encoding = _encoding(file, zipped)
        with _text(file, zipped, encoding) as stream:
            start = stream.read(_SAMPLE).lstrip("\ufeff" + string.whitespace)
        if not start:
            raise InputError(f"{file} is empty.", "Export it again, or name another file.")
        if start[0] == "[":
            raise InputError(
                f"{file} is one JSON list; a list cannot be read row by row.",
                "Write one object a line, for example with: jq -c '.[]'",
            )
        if start[0] == "{":
            return Table(file, encoding, "", _json_columns(file, zipped, encoding), zipped)
        delimiter = _delimiter(start)
        with _text(file, zipped, encoding) as stream:
            _, header = next(_records(stream, delimiter), (1, Refused("there is none")))
        if isinstance(header, Refused):
            raise InputError(f"The first line of {file} names no columns: {header.reason}.")
        return Table(file, encoding, delimiter, tuple(text.keep_name(name) for name in header), zipped)


def rows(table: Table) -> Iterator[Line]:
    """The rows under the header, blank ones left out. Raises InputError where the file breaks off."""
    with _told(table.file), _text(table.file, table.zipped, table.encoding) as stream:
        if not table.delimiter:
            yield from _json_rows(stream, table.columns)
            return
        records = _records(stream, table.delimiter)
        next(records)
        width = len(table.columns)
        for number, cells in records:
            if isinstance(cells, Refused) or len(cells) == width:
                yield number, cells
            elif len(cells) < width:
                yield number, [*cells, *[""] * (width - len(cells))]
            elif any(cell.strip() for cell in cells[width:]):
                yield number, Refused(f"it has {len(cells)} cells, the header {width}")
            else:
                yield number, cells[:width]


# ---- delimited text -----------------------------------------------------------------------------------------


def _records(stream: io.TextIOBase, delimiter: str) -> Iterator[tuple[int, list[str] | Refused]]:
    csv.field_size_limit(_LONGEST_FIELD)
    reader = csv.reader(stream, delimiter=delimiter)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield number, Refused("a quotation mark that opens in it is never closed")
            continue
        if number == 1 and len(cells) <= 2 and cells and cells[0].lower().startswith("sep="):
            continue  # Excel's note to itself
        if "".join(cells).strip():
            yield number, cells


def _delimiter(start: str) -> str:
    """The delimiter that cuts the first rows most evenly into the most cells."""
    first = start.split("\n", 1)[0].strip()
    if first.lower().startswith("sep=") and len(first) == 5:
        return first[4]

    def evenness(delimiter: str) -> tuple[int, int]:
        sample = csv.reader(io.StringIO(start), delimiter=delimiter)
        widths: list[int] = []
        try:
            for cells in sample:
                if cells:
                    widths.append(len(cells))
                if len(widths) == 30:
                    break
        except csv.Error:
            return 0, 0
        width = widths[0]
        return (sum(other == width for other in widths) if width > 1 else 0), width

    csv.field_size_limit(_LONGEST_FIELD)
    return max(_DELIMITERS, key=evenness)


# ---- JSON lines ---------------------------------------------------------------------------------------------


def _json_columns(file: Path, zipped: bool, encoding: str) -> tuple[str, ...]:
    with _text(file, zipped, encoding) as stream:
        names: dict[str, None] = {}
        for _, fields in _objects(stream):
            if not isinstance(fields, Refused):
                names.update(dict.fromkeys(fields))
        return tuple(names)


def _json_rows(stream: io.TextIOBase, columns: Sequence[str]) -> Iterator[Line]:
    for number, fields in _objects(stream):
        yield number, fields if isinstance(fields, Refused) else [fields.get(name, "") for name in columns]


def _objects(stream: io.TextIOBase) -> Iterator[tuple[int, dict[str, Any] | Refused]]:
    for number, written in enumerate(stream, 1):
        if not written.strip():
            continue
        try:
            fields = json.loads(written.lstrip("\ufeff"), parse_float=str, parse_int=str)
        except (ValueError, RecursionError):
            yield number, Refused("it is no JSON")
            continue
        if isinstance(fields, dict):
            yield number, _flat(cast("dict[str, Any]", fields))
        else:
            yield number, Refused("it is no JSON object")


def _flat(fields: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """The object's values as cells; a nested object's are named "outer.inner", lists stay as they are."""
    cells: dict[str, Any] = {}
    for name, value in fields.items():
        if isinstance(value, dict):
            cells.update(_flat(cast("dict[str, Any]", value), f"{prefix}{name}."))
        elif value is None:
            cells[prefix + name] = ""
        elif isinstance(value, bool):
            cells[prefix + name] = "true" if value else "false"
        else:
            cells[prefix + name] = value
    return cells


# ---- bytes --------------------------------------------------------------------------------------------------


def _encoding(file: Path, zipped: bool) -> str:
    """A mark at the start, else UTF-8 where all of it is, else what the lines beyond ASCII look like."""
    with _bytes(file, zipped) as stream:
        start = stream.read(_SAMPLE)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise InputError(f"{file} is a spreadsheet or an archive, not a text.", "Save it as CSV (UTF-8) and try again.")
    if (nuls := start.count(0)) > len(start) // 4:
        # Half of the bytes of Western text in UTF-16 are zero: the even ones where the big end comes first.
        return "utf-16-be" if start[0::2].count(0) * 2 > nuls else "utf-16-le"
    if nuls > 8 or sum(byte < 9 for byte in start) > len(start) // 100 + 8:
        raise InputError(f"{file} is no text.", "Export the orders as CSV or JSON lines.")
    foreign = _not_utf8(file, zipped)
    if foreign is None:
        return "utf-8"
    from charset_normalizer import from_bytes

    found = from_bytes(foreign, cp_isolation=["cp1252", "gb18030"]).best()
    return "gb18030" if found is not None and found.encoding == "gb18030" else "cp1252"


def _not_utf8(file: Path, zipped: bool) -> bytes | None:
    """Some of the lines beyond ASCII where the file is not UTF-8, None where it is."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines: list[bytes] = []
    valid = True
    with _bytes(file, zipped) as stream:
        while block := stream.read(_BLOCK):
            if sum(map(len, lines)) < _SAMPLE:
                lines += [line for line in block.splitlines() if not line.isascii()][: _SAMPLE // 64]
            if valid:
                try:
                    decoder.decode(block)
                except UnicodeDecodeError:
                    valid = False
            if not valid and lines:
                return b"\n".join(lines)[:_SAMPLE]
    return None if valid else b"\n".join(lines)


def _starts(file: Path, mark: bytes) -> bool:
    with file.open("rb") as stream:
        return stream.read(len(mark)) == mark


@contextmanager
def _bytes(file: Path, zipped: bool) -> Generator[BinaryIO]:
    with gzip.open(file) if zipped else file.open("rb") as stream:
        yield cast("BinaryIO", stream)


@contextmanager
def _text(file: Path, zipped: bool, encoding: str) -> Generator[io.TextIOWrapper]:
    with _bytes(file, zipped) as stream:
        yield io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")


@contextmanager
def _told(file: Path) -> Generator[None]:
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise InputError(f"{file} is gzipped and broken off or damaged.", "Fetch it again.") from None
    except OSError as error:
        raise InputError(f"{file} cannot be read ({error.strerror}).", "Look at its rights.") from None
