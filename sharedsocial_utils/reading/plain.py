"""The rows of a large table whose every line is a row, parsed by Arrow: the same cells as `cells.records`
gives.

Large exports are plain: no quoted line end, no stray quote. What is taken for granted here is proved first,
and where it cannot be, nothing is returned and the table is read line by line.
"""

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from sharedsocial_utils.reading.blocks import COPIED, is_again
from sharedsocial_utils.reading.cells import MAX_LINE, Record, split

PIECE = 2**20
BLOCK = MAX_LINE // 8  # a row may reach into a second block and no further: longer ones Arrow refuses
MAX_ODD = 10_000  # rows of another width; more of them, and the table is not plain
MAX_STARTS = 100  # rows like the first: so many are looked at for a copy of the table
MAX_LAST = 10  # rows at the end: where totals stand
_RARE_SPACES = "\t\x0b\x0c\x1c\x1d\x1e\x1f"


class Body(NamedTuple):
    """Rows by column, stripped and with nothing for an empty cell; the line of each; rows of another width;
    and the lines of totals that might be none."""

    columns: list[pa.ChunkedArray]
    lines: "np.ndarray[tuple[int], np.dtype[np.int64]]"
    odd: list[Record]
    doubtful: frozenset[int] = frozenset()


def line_count(data: bytes) -> int | None:
    """The physical lines of bytes whose lines end in LF or CRLF; None if one ends in CR alone."""
    if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
        return None
    octets = np.frombuffer(data, dtype=np.uint8)
    pieces = (octets[start : start + PIECE] for start in range(0, len(data), PIECE))
    ends = sum(int(np.count_nonzero(piece == ord("\n"))) for piece in pieces)
    return ends + (not data.endswith(b"\n") if data else 0)


def body(text: str, data: bytes, lines: int, header_line: int, delimiter: str, width: int) -> Body | None:
    """The rows below a header; None where a line might be no row.

    `data` is the text in UTF-8, `lines` the number of its lines as `line_count` gives it.
    """
    if width < 2 or "\0" in text or not _quotes_are_regular(text, header_line, delimiter):
        return None
    found = _parsed(data, header_line, delimiter, width)
    if found is None or len(found.odd) > MAX_ODD:
        return None
    if found.table.num_rows + len(found.odd) != lines - header_line:
        return None
    is_plain = text.isascii() and not any(space in text for space in _RARE_SPACES if space != delimiter)
    is_trimmed = is_plain and not _has_outer_spaces(data, _start_of_body(text, header_line), delimiter)
    rest = [Record(line, 1, split(row.rstrip("\r\n"), delimiter)) for line, row in found.odd]
    at = np.delete(np.arange(header_line + 1, lines + 1), [row.line - header_line - 1 for row in rest])
    columns = found.table.columns
    return Body(columns if is_trimmed else [_trimmed(column, is_plain) for column in columns], at, rest)


class _Parsed(NamedTuple):
    """Rows of the right width; line and text of the others."""

    table: pa.Table
    odd: list[tuple[int, str]]


def _parsed(data: bytes, skip: int, delimiter: str, width: int) -> _Parsed | None:
    """What Arrow makes of the lines below the skipped ones; None where it gives up.

    The lines are parsed in two parts at a time. Arrow's own threads would not live on in a process that
    forks, and rows of another width would lose their numbers.
    """
    parts = _halves(data, skip)
    with ThreadPoolExecutor(len(parts)) as pool:
        try:
            parsed = list(pool.map(lambda part: _part(part, delimiter, width), parts))
        except pa.ArrowInvalid:
            return None
    odd, before = [], skip
    for part in parsed:
        odd += [(before + line, text) for line, text in part.odd]
        before += part.table.num_rows + len(part.odd)
    return _Parsed(pa.concat_tables([part.table for part in parsed]), odd)


def _halves(data: bytes, skip: int) -> list[memoryview]:
    """The lines below the skipped ones, in two parts that are about as long."""
    start = 0
    for _ in range(skip):
        start = data.find(b"\n", start) + 1 or len(data)
    middle = data.find(b"\n", (start + len(data)) // 2) + 1 or len(data)
    whole = memoryview(data)
    return [part for part in (whole[start:middle], whole[middle:]) if part] or [whole[start:]]


def _part(data: memoryview, delimiter: str, width: int) -> _Parsed:
    odd: list[tuple[int, str]] = []

    def put_aside(row: csv.InvalidRow) -> str:
        odd.append((row.number, row.text))
        return "skip" if len(odd) <= MAX_ODD else "error"

    names = [str(n) for n in range(width)]
    table = csv.read_csv(
        pa.BufferReader(pa.py_buffer(data)),
        read_options=csv.ReadOptions(column_names=names, use_threads=False, block_size=BLOCK),
        parse_options=csv.ParseOptions(
            delimiter=delimiter, ignore_empty_lines=False, invalid_row_handler=put_aside
        ),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.large_string()), strings_can_be_null=True, null_values=[""]
        ),
    )
    return _Parsed(table, odd)


def _quotes_are_regular(text: str, header_line: int, delimiter: str) -> bool:
    """Whether every line with a quote is a whole row: its quoted cells end in it, and no other cell has
    one."""
    if "'" in text and (f"{delimiter}'" in text or "\n'" in text):  # apostrophes may stand for quotes
        return False
    regular, place = _regular(delimiter), _start_of_body(text, header_line)
    while (place := text.find('"', place)) >= 0:
        start, end = text.rfind("\n", 0, place) + 1, text.find("\n", place)
        end = len(text) if end < 0 else end
        if not regular.fullmatch(text, start, end):
            return False
        place = end
    return True


def _start_of_body(text: str, header_line: int) -> int:
    place = 0
    for _ in range(header_line):
        place = text.find("\n", place) + 1 or len(text)
    return place


@cache
def _regular(delimiter: str) -> re.Pattern[str]:
    # possessive: a line of nothing but quotes must not fill the memory with ways to go back
    cell = rf'(?:"(?:[^"]++|"")*+"|[^"{re.escape(delimiter)}]*+)'
    return re.compile(rf"{cell}(?:{re.escape(delimiter)}{cell})*\r?")


def _has_outer_spaces(data: bytes, body: int, delimiter: str) -> bool:
    """Whether a cell of the body may begin or end with a space: one stands beside a mark, or at an end."""
    octets = np.frombuffer(data, dtype=np.uint8)[body:]
    marks = np.frombuffer(f'{delimiter}"\r\n '.encode(), dtype=np.uint8)
    for start in range(0, len(octets), PIECE):
        spaces = np.flatnonzero(octets[start : start + PIECE] == ord(" ")) + start
        if len(spaces) and (spaces[0] == 0 or spaces[-1] == len(octets) - 1):
            return True
        if np.isin(octets[spaces - 1], marks).any() or np.isin(octets[spaces + 1], marks).any():
            return True
    return False


def _trimmed(column: pa.ChunkedArray, is_plain: bool) -> pa.ChunkedArray:
    """The cells without the spaces around them, empty ones missing."""
    if is_plain and not any(pc.any(edge(column, " ")).as_py() for edge in (pc.starts_with, pc.ends_with)):
        return column
    encoded = column.combine_chunks().dictionary_encode()
    words = [word.strip() or None for word in encoded.dictionary.to_pylist()]
    return pa.chunked_array([pa.array(words, pa.large_string()).take(encoded.indices)])


# ---- what stands in it that is no row of an export, see `pasted`


def lines_of(table: Body, header: Sequence[str]) -> list[int]:
    """The lines that are the header once more."""
    at = next(place for place, cell in enumerate(header) if cell.strip())
    name = header[at].strip()
    places = np.flatnonzero(_is_one_of(table.columns[at], [name, "\ufeff" + name]))
    return [int(table.lines[n]) for n in places.tolist() if is_again(_row(table, n), header)]


def _is_one_of(column: pa.ChunkedArray, texts: Sequence[str | None]) -> "np.ndarray[Any, Any]":
    found: np.ndarray[Any, Any] = pc.is_in(column, value_set=pa.array(texts, column.type)).to_numpy()
    return found


def _row(table: Body, place: int) -> list[str]:
    return [column[place].as_py() or "" for column in table.columns]


def without(table: Body, lines: "np.ndarray[Any, Any]") -> Body:
    """The table without some of its lines."""
    left = ~np.isin(table.lines, lines)
    gone = set(lines.tolist())
    columns = [column.filter(pa.array(left)) for column in table.columns]
    odd = [row for row in table.odd if row.line not in gone]
    return table._replace(columns=columns, lines=table.lines[left], odd=odd)


def copied(table: Body) -> "np.ndarray[Any, Any]":
    """The lines of a table that stands there a second time, or the beginning of it."""
    if len(table.lines) < 2 * COPIED:
        return table.lines[:0]
    first = _row(table, 0)
    again = np.flatnonzero(_is_one_of(table.columns[0], [first[0] or None]))[1:]
    for column, text in zip(table.columns[1:], first[1:], strict=True):
        again = again[_is_one_of(column.take(pa.array(again)), [text or None])]
    starts = (place for place in again[:MAX_STARTS].tolist() if _stands_above(table, place))
    return table.lines[next(starts, len(table.lines)) :]


def _stands_above(table: Body, place: int) -> bool:
    """Whether all from a place on is what the table begins with."""
    length = len(table.lines) - place
    return COPIED <= length <= place and all(
        column.slice(place).equals(column.slice(0, length)) for column in table.columns
    )


def last_rows(table: Body) -> list[tuple[int, int, list[str]]]:
    """Place, line and cells of the last rows whose first cell has no digit: there totals stand."""
    found = []
    for place in range(len(table.lines) - 1, max(len(table.lines) - 1 - MAX_LAST, 0), -1):
        cells = _row(table, place)
        if any(char.isdigit() for char in cells[0]):
            break
        found.append((place, int(table.lines[place]), cells))
    return found[::-1]


def counts(table: Body, column: int, first: int, end: int) -> dict[str, int]:
    """How often each text stands in a column between two places."""
    pairs = table.columns[column].slice(first, end - first).drop_null().value_counts()
    values, numbers = pairs.field("values").to_pylist(), pairs.field("counts").to_pylist()
    return dict(zip(values, numbers, strict=True))
