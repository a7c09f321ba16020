"""Bytes to text to records, with the number of the physical line kept.

A physical line ends at LF, CRLF or CR, as an editor shows it. A record is one row of a delimited table: one
physical line, or several where a quoted cell holds line ends.
"""

import csv
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from sharedsocial_utils.errors import Fault

DELIMITERS = (",", ";", "\t", "|")
_LINE_END = re.compile(r"\r\n|\n|\r")
_APOSTROPHES = str.maketrans(
    {"’": "'", "‘": "'", "\u00ad": None, "\ufeff": None, "\u00a0": " ", "\u202f": " "}
)

MAX_SPAN = 1_000  # lines of one record: the longest post seen has 60
MAX_LINE = 4_000_000  # characters: a row of separators alone would fill the memory with empty cells

# csv counts characters per cell: no export seen holds a cell of more than 100,000
csv.field_size_limit(1_000_000)


class Record(NamedTuple):
    """One row: the physical line where it begins, how many lines it spans, and its cells."""

    line: int
    span: int
    cells: list[str]


class BadRecord(NamedTuple):
    """A line that is no record: an unclosed or stray quote."""

    line: int
    text: str


def decode(data: bytes) -> str:
    """The text of a file: its byte-order mark decides, else UTF-8, else Windows-1252.

    Raises `Fault` IN-ENC-01 with the line of the first byte that fits neither.
    """
    for mark, encoding in ((b"\xff\xfe\x00\x00", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _strict(data, encoding)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _strict(data, "cp1252")


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        bad = data[error.start : error.start + 8].hex(" ")
        raise Fault("IN-ENC-01", f"byte {error.start + 1} fits no encoding", line=line, text=bad) from error


def physical_lines(text: str) -> list[str]:
    """The lines of a text without their ends; a final line end opens no further line."""
    lines = _LINE_END.split(text) if "\r" in text else text.split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    return lines


@lru_cache(maxsize=50_000)
def heading(cell: str) -> str:
    """A header cell as it is compared: no soft hyphens, plain spaces and apostrophes, any case, NFC."""
    text = unicodedata.normalize("NFC", cell).translate(_APOSTROPHES)
    return " ".join(text.split()).casefold()


def split(line: str, delimiter: str) -> list[str]:
    """The cells of one line taken alone, however its quotes stand."""
    if '"' not in line:
        return line.split(delimiter)
    return next(csv.reader([line], delimiter=delimiter), [])


def records(lines: list[str], first: int, delimiter: str, width: int) -> Iterator[Record | BadRecord]:
    """The records from line `first` (counted from 1) on.

    A quote that is never closed, or that swallows whole rows, costs its own line only: reading goes on with
    the next. `width` is the header's number of cells, by which swallowed rows are known.
    """
    start = first - 1
    while start < len(lines):
        for item in _records_until_fault(lines, start, delimiter, width):
            yield item
            if isinstance(item, BadRecord):
                start = item.line
                break
        else:
            return


def _records_until_fault(
    lines: list[str], start: int, delimiter: str, width: int
) -> Iterator[Record | BadRecord]:
    done = start

    def fed() -> Iterator[str]:
        for number in range(start, len(lines)):
            if number - done > MAX_SPAN or len(lines[number]) > MAX_LINE:
                raise csv.Error("a quote that is never closed, or no row")
            # the line end is put back, since csv needs it inside quoted cells
            yield lines[number] + "\n"

    reader = csv.reader(fed(), delimiter=delimiter, strict=True)
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            yield BadRecord(done + 1, lines[done])
            return
        if cells is None:
            return
        end = start + reader.line_num
        if end - done > 1 and _swallows_rows(lines[done:end], delimiter, width, len(cells)):
            yield BadRecord(done + 1, lines[done])
            return
        yield Record(done + 1, end - done, cells)
        done = end


def _swallows_rows(lines: list[str], delimiter: str, width: int, found: int) -> bool:
    if found != width:
        return True
    return width > 2 and any(line.count(delimiter) == width - 1 for line in lines[1:-1])


def find_header(
    lines: list[str], wanted: list[set[str]], within: int = 80
) -> tuple[int, str, list[str]] | None:
    """The first line (from 1) with a cell for each set of wanted headings, its delimiter and its cells."""
    for number, line in enumerate(lines[:within], start=1):
        for delimiter in DELIMITERS:
            if delimiter in line or len(wanted) == 1:
                cells = split(line, delimiter)
                present = {heading(cell) for cell in cells}
                if all(present & names for names in wanted):
                    return number, delimiter, cells
    return None
