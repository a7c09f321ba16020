"""What people and spreadsheets do to a table between its download and us, each way to any table."""

import csv
import io
import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from sharedsocial_utils.reading.cells import DELIMITERS, decode

_DECIMALS = re.compile(r"-?\d+\.(?:\d{1,2}|\d{4,})%?")  # three decimals may be thousands
_COUNT = re.compile(r"(?!20\d\d$)[1-9]\d{3,6}")
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(.*)")
Cells = list[list[str]]


@dataclass(frozen=True)
class Sheet:
    """A table as a spreadsheet opens it: its text, its separator, its cells and the width of its rows."""

    text: str
    delimiter: str
    rows: Cells

    @property
    def width(self) -> int:
        return max(map(len, self.rows))

    def written(self, rows: Cells, delimiter: str = "", quoting: int = csv.QUOTE_MINIMAL) -> bytes:
        made = io.StringIO(newline="")
        writer = csv.writer(made, delimiter=delimiter or self.delimiter, quoting=quoting)
        writer.writerows(rows)
        return made.getvalue().encode()

    def each(self, change: Callable[[str], str], delimiter: str = "") -> bytes:
        return self.written([[change(cell) for cell in row] for row in self.rows], delimiter)

    def each_row(self, change: Callable[[list[str]], list[str]]) -> bytes:
        """Of the rows that are as wide as the header."""
        return self.written([change(row) if len(row) == self.width else row for row in self.rows])


def opened(data: bytes) -> Sheet:
    """The table in a file: its separator is the one that stands most often in one line."""
    text = decode(data)
    most = {mark: max(line.count(mark) for line in text.splitlines()[:20]) for mark in DELIMITERS}
    delimiter = max(most, key=lambda mark: most[mark])
    return Sheet(text, delimiter, list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)))


def _italian(cell: str) -> str:
    return cell.replace(".", ",") if _DECIMALS.fullmatch(cell) else cell


def _italian_day(cell: str) -> str:
    day = _DAY.fullmatch(cell)
    return f"{day[3]}/{day[2]}/{day[1]}{day[4]}" if day else _italian(cell)


def _grouped(cell: str) -> str:
    return f"{int(cell):,}" if _COUNT.fullmatch(cell) else cell


def _italian_thousands(cell: str) -> str:
    return f"{int(cell):,}".replace(",", ".") if _COUNT.fullmatch(cell) else _italian(cell)


def _with_total(sheet: Sheet, label: str) -> bytes:
    return sheet.written([*sheet.rows, [label, *(_sum(sheet, place) for place in range(1, sheet.width))]])


def _sum(sheet: Sheet, place: int) -> str:
    cells = [row[place] for row in sheet.rows if len(row) == sheet.width]
    figures = [float(cell) for cell in cells if re.fullmatch(r"\d+(?:\.\d+)?", cell)]
    return f"{sum(figures):g}" if len(figures) > 1 else ""


def _shuffled(sheet: Sheet) -> bytes:
    header = next(n for n, row in enumerate(sheet.rows) if len(row) == sheet.width)
    below = sheet.rows[header + 1 :]
    random.Random(1).shuffle(below)
    return sheet.written(sheet.rows[: header + 1] + below)


def _upper(sheet: Sheet) -> bytes:
    header = next(row for row in sheet.rows if len(row) == sheet.width)
    return sheet.written([[cell.upper() for cell in row] if row is header else row for row in sheet.rows])


def _blank_rows(sheet: Sheet) -> bytes:
    blank = sheet.delimiter * (sheet.width - 1)
    return f"{sheet.text.rstrip()}\n{blank}\n\n{blank}\n".encode()


WAYS: dict[str, Callable[[Sheet], bytes]] = {
    "line ends of Windows": lambda sheet: re.sub(r"\r\n|\r|\n", "\r\n", sheet.text).encode(),
    "line ends of old Macs": lambda sheet: re.sub(r"\r\n|\r|\n", "\r", sheet.text).encode(),
    "UTF-16": lambda sheet: sheet.text.encode("utf-16"),
    "a byte-order mark": lambda sheet: b"\xef\xbb\xbf" + sheet.text.encode(),
    "every cell in quotes": lambda sheet: sheet.written(sheet.rows, quoting=csv.QUOTE_ALL),
    "Italian separators": lambda sheet: sheet.each(_italian, ";"),
    "Italian separators and days": lambda sheet: sheet.each(_italian_day, ";"),
    "English thousands": lambda sheet: sheet.each(_grouped),
    "Italian thousands": lambda sheet: sheet.each(_italian_thousands, ";"),
    "the last column twice": lambda sheet: sheet.each_row(lambda row: row + row[-1:]),
    "an empty column": lambda sheet: sheet.each_row(lambda row: [row[0], "", *row[1:]]),
    "a header in capitals": _upper,
    "spaces around cells": lambda sheet: sheet.each(lambda cell: f" {cell}\u00a0" if cell else ""),
    "rows in another order": _shuffled,
    "blank rows below": _blank_rows,
    "a line above": lambda sheet: f"Esportato da Rossi\n\n{sheet.text}".encode(),
}  # fmt: skip
TOTALS = {"a row of sums": "Totale", "a row of sums without a name": ""}


def resaved(way: str, data: bytes) -> bytes:
    """The file as it comes out of one of the ways."""
    sheet = opened(data)
    return _with_total(sheet, TOTALS[way]) if way in TOTALS else WAYS[way](sheet)
