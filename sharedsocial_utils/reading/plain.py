"""The rows of a large table whose every line is a row, parsed by Arrow: the same cells as `cells.records`
gives.

Large exports are plain: no quoted line end, no stray quote. What is taken for granted here is proved first,
and where it cannot be, nothing is returned and the table is read line by line.
"""

import re
from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from sharedsocial_utils.reading.cells import MAX_LINE, Record, split

PIECE = 2**20
BLOCK = MAX_LINE // 8  # a row may reach into a second block and no further: longer ones Arrow refuses
MAX_ODD = 10_000  # rows of another width; more of them, and the table is not plain
_RARE_SPACES = "\t\x0b\x0c\x1c\x1d\x1e\x1f"


class Body(NamedTuple):
    """Rows by column, stripped and with nothing for an empty cell; the line of each; and rows of another
    width."""

    columns: list[pa.ChunkedArray]
    lines: "np.ndarray[tuple[int], np.dtype[np.int64]]"
    odd: list[Record]


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
    odd: list[csv.InvalidRow] = []
    found = _parsed(data, header_line, delimiter, width, odd)
    if found is None or found.num_rows + len(odd) != lines - header_line:
        return None
    if any(len(row.text) > MAX_LINE // 4 for row in odd):
        return None
    is_plain = text.isascii() and not any(space in text for space in _RARE_SPACES if space != delimiter)
    is_trimmed = is_plain and not _has_outer_spaces(data, _start_of_body(text, header_line), delimiter)
    at = np.setdiff1d(np.arange(header_line + 1, lines + 1), [row.number for row in odd], assume_unique=True)
    rest = [Record(row.number, 1, split(row.text.rstrip("\r\n"), delimiter)) for row in odd]
    columns = found.columns if is_trimmed else [_trimmed(column, is_plain) for column in found.columns]
    return Body(columns, at, rest)


def _parsed(data: bytes, skip: int, delimiter: str, width: int, odd: list[csv.InvalidRow]) -> pa.Table | None:
    """What Arrow makes of the lines; rows of another width go to `odd`. None where it gives up."""

    def put_aside(row: csv.InvalidRow) -> str:
        odd.append(row)
        return "skip" if len(odd) <= MAX_ODD else "error"

    names = [str(n) for n in range(width)]
    try:
        return csv.read_csv(
            pa.BufferReader(data),
            # no threads: they do not live on in a process that forks, and rows would lose their numbers
            read_options=csv.ReadOptions(
                skip_rows=skip, column_names=names, use_threads=False, block_size=BLOCK
            ),
            parse_options=csv.ParseOptions(
                delimiter=delimiter, ignore_empty_lines=False, invalid_row_handler=put_aside
            ),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()),
                strings_can_be_null=True,
                null_values=[""],
            ),
        )
    except pa.ArrowInvalid:
        return None


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
