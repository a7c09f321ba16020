"""Two exports in one file: a header that stands again below, or rows that do.

A header that stands again, with the lines above it that stand above the first one, begins a second block:
its rows merge with those above by key, as those of two files would (see `merging`). Where the lines above it
are others, what they say (an account; a period, of rows without a day of their own) would be taken from the
first: its rows are put aside, save in sheets that people keep, whose lines above are titles. Rows that stand
again in the same order, without a header, are copies and hold nothing new.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from sharedsocial_utils.reading.cells import heading

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?:[01]\d[0-3]\d)?(?!\d)")
_AROUND = "\ufeff ,;\t"  # what a spreadsheet fills a line of one cell with, and what a file begins with
COPIED = 5  # rows in one order: a few alike can be true entries of one day


class Block(NamedTuple):
    """A header that stands again: the first line of what belongs to it, its own line, and whether the lines
    above it are others than above the first: in those with a year alone (a period), or in any."""

    first: int
    header: int
    is_later: bool
    is_other: bool


def is_again(cells: Sequence[str], header: Sequence[str]) -> bool:
    """Whether a row is the header once more; a file that was appended brings its byte-order mark."""
    return len(cells) == len(header) and [heading(cell) for cell in cells] == [heading(c) for c in header]


def blocks(lines: Sequence[str], first: int, header: int, again: Sequence[int]) -> list[Block]:
    """The blocks that begin with the header's lines `again`; `first` to `header` are the file's own first.

    Lines above a header belong to it where they look like one above the first, whatever their digits.
    """
    above = [line.strip(_AROUND) for line in lines[first - 1 : header - 1]]
    shapes = {_shape(line) for line in above}
    found = []
    for at in again:
        start = at
        while start > at - len(above) and _shape(lines[start - 2].strip(_AROUND)) in shapes:
            start -= 1
        own = [line.strip(_AROUND) for line in lines[start - 1 : at - 1]]
        ours, theirs = ([line for line in of if line] for of in (above, own))
        is_later = ours != theirs and _timeless(ours) == _timeless(theirs)
        found.append(Block(start, at, is_later, is_other=ours != theirs and not is_later))
    return found


def _timeless(lines: Sequence[str]) -> list[str]:
    return ["" if _YEAR.search(line) else line for line in lines]


def _shape(line: str) -> str:
    return re.sub(r"\d", "9", line)


def copies(rows: Sequence[object]) -> list[tuple[int, int]]:
    """First place and end of the rows that stand above in the same order: `COPIED` different ones or more,
    or the whole table."""
    whole = _period(rows)
    if whole:
        return [(whole, len(rows))]
    first: dict[object, int] = {}
    found: list[tuple[int, int]] = []
    place = 0
    while place < len(rows):
        origin = first.setdefault(rows[place], place)
        length = _length(rows, origin, place) if origin < place else 0
        if length >= COPIED and len(set(rows[place : place + length])) >= COPIED:
            found.append((place, place + length))
        place += length or 1
    return found


def _length(rows: Sequence[object], origin: int, place: int) -> int:
    """How many rows from `place` on stand in the same order from `origin` on, above `place`."""
    most = min(place - origin, len(rows) - place)
    alike = (n for n in range(most) if rows[origin + n] != rows[place + n])
    return next(alike, most)


def _period(rows: Sequence[object]) -> int:
    """How many rows are the whole table, where it stands there several times; else 0."""
    place = next((n for n in range(1, len(rows) // 2 + 1) if rows[n] == rows[0]), 0)
    is_whole = place > 1 and len(rows) % place == 0 and len(set(rows[:place])) > 1
    return place if is_whole and all(rows[n] == rows[n % place] for n in range(len(rows))) else 0
