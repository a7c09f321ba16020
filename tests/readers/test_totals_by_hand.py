"""A row of totals that somebody writes below any export is never counted, in no reader.

The independent truth: the sample as it is. The sums are made here, from the text alone.
"""

import csv
import io
import re
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest
from golden import CONTEXT, EXPORTS, samples

from sharedsocial_utils.reading.file import FileReading, read_bytes

WORDS = ("Totale", "TOTAL", "Gesamt", "Somma:", "")
_FIGURE = re.compile(r"-?\d{1,9}(?:[.,]\d{1,2})?|\d+:\d\d(?::\d\d)?")


class Sheet(NamedTuple):
    """The last table of a text: its lines, its separator, its header and its rows."""

    text: str
    encoding: str
    delimiter: str
    header: list[str]
    rows: list[list[str]]


@cache
def sheet(path: Path) -> Sheet | None:
    """The table that a text ends with; None where it ends with none, or has rows of several lines."""
    data = path.read_bytes()
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    for delimiter in ",;\t":
        rows = list(csv.reader(io.StringIO(text.rstrip()), delimiter=delimiter))
        width = len(rows[-1]) if rows else 0
        first = next((n for n in range(len(rows), 0, -1) if len(rows[n - 1]) != width), 0)
        if first and len(rows[first - 1]) == width + 1:  # the total of an exploration, one cell too long
            first -= 2
        if width > 1 and len(rows) - first > 2 and len(text.rstrip().splitlines()) == len(rows):
            below = [row for row in rows[first + 1 :] if len(row) == width]
            return Sheet(text, encoding, delimiter, rows[first], below)
    return None


def sums(rows: list[list[str]]) -> list[str]:
    """The sum of each column that holds figures and no ids, empty for any other."""
    return [_sum([row[at] for row in rows]) for at in range(1, len(rows[0]))]


def _sum(cells: list[str]) -> str:
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled or not all(_FIGURE.fullmatch(cell) for cell in filled) or not any(map(_is_small, filled)):
        return ""
    if all(":" in cell for cell in filled):
        parts = [[int(part) for part in cell.split(":")] + [0] for cell in filled]
        seconds = sum(part[0] * 3600 + part[1] * 60 + part[2] for part in parts)
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if any(":" in cell for cell in filled) or (
        any("." in c for c in filled) and any("," in c for c in filled)
    ):
        return ""
    mark = "," if any("," in cell for cell in filled) else "."
    return str(sum(Decimal(cell.replace(",", ".")) for cell in filled)).replace(".", mark)


def _is_small(cell: str) -> bool:
    return len(cell) < 8


def with_rows(found: Sheet, *rows: list[str]) -> bytes:
    """The text with some rows more below."""
    out = io.StringIO()
    csv.writer(out, delimiter=found.delimiter, lineterminator="\n").writerows(rows)
    return (found.text.rstrip("\r\n") + "\n" + out.getvalue()).encode(found.encoding)


SAMPLES = [
    path for path in samples() if (found := sheet(path)) and any(sums(found.rows)) and len(found.rows) > 1
]


def rows_of(found: FileReading) -> dict[str, pd.DataFrame]:
    return {name: frame.drop(columns="source_row") for name, frame in found.tables.items()}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.relative_to(EXPORTS).as_posix())
def test_a_row_of_totals_changes_no_table(path: Path) -> None:
    found = sheet(path)
    assert found
    name = path.relative_to(EXPORTS).as_posix()
    total = [WORDS[SAMPLES.index(path) % len(WORDS)], *sums(found.rows)]
    before, after = (read_bytes(name, with_rows(found, *more), CONTEXT) for more in ([], [total]))
    assert after.error == before.error
    want, have = rows_of(before), rows_of(after)
    assert want.keys() == have.keys()
    for table, frame in want.items():
        pd.testing.assert_frame_equal(frame, have[table])
    assert after.rows_read == before.rows_read + 1
