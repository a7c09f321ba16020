"""Rows that somebody wrote below a table: the sum of the rows above, in a row that says so or names nothing.

Added up with the others such a row would count everything twice, and where a file says its day in its name or
above its table, nothing else tells it from a row. So it must say that it is a total in its first cell, or
have no first cell and be the last; and its figures must be the sums of the figures above, or of those below
the last total (totals of months). A row that says so and is no such sum may be a total that was not brought
up to date, or a row that happens to be called so: where each figure is at least the largest above, nobody can
know, and it is doubtful; else it can be no total.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading import conventions
from sharedsocial_utils.reading.conventions import MISSING

MAX_TOTALS = 100  # rows; a table with more of them has none, but a column of such words
MAX_WORK = 3_000_000  # totals times rows: what a second is enough for
MAX_UNNAMED = 3  # rows without a first cell at the end: below the sum perhaps a mean and a share
_WORD = (
    r"(?:(?:grand|sub|zwischen|gesamt)[ -]?)?"
    r"(?:tot(?:al|ale|ali|als|aux|ales|aal)?|summe|sum|somma|suma|somme|insgesamt|gesamt|gesamtergebnis)"
)
_SAYS_TOTAL = re.compile(rf"\W*{_WORD}\b.{{0,60}}", re.IGNORECASE | re.DOTALL)
_SAYS_NO_MORE = re.compile(rf"\W*{_WORD}(?:e? (?:general|generale|complessivo|général))?\W*", re.IGNORECASE)
_INITIALS = frozenset("tTgGsSzZiI")
_UNIT = 0.005  # of each figure of two decimals, what rounding takes from a sum


class Totals(NamedTuple):
    """Lines that are sums of what stands above, and lines that say so, are none, and might have been."""

    sums: list[int]
    doubtful: list[int]


NONE = Totals([], [])


class Candidate(NamedTuple):
    """A row that may be a total: its place among the rows, its line and its cells."""

    place: int
    line: int
    cells: Sequence[str]


Texts = Callable[[int, int, int], Mapping[str, int]]
"""`(column, first, end)` => how often each text stands in a column between two places of the rows."""


def candidates(rows: Sequence[tuple[int, Sequence[str]]]) -> list[Candidate]:
    """The rows, given as line and cells, that say they are totals, and the last ones without a first cell.

    The first row too if it has none: a service may have printed its total there.
    """
    places = {place for place, (_, cells) in enumerate(rows) if says_total(cells)}
    for place in range(len(rows) - 1, max(len(rows) - 1 - MAX_UNNAMED, 0), -1):
        if place not in places and not _has_no_first(rows[place][1]):
            break
        places.add(place)
    places.update([0] if rows and _has_no_first(rows[0][1]) else [])
    if len(places) > MAX_TOTALS or len(places) * len(rows) > MAX_WORK:
        return []
    return [Candidate(place, *rows[place]) for place in sorted(places)]


def says_total(cells: Sequence[str]) -> bool:
    """Whether the first cell that has a text begins with a word for a total."""
    first = cells[0] if cells else ""
    if not first or first.isspace():
        first = next((cell for cell in cells if cell and not cell.isspace()), "")
    # most cells are told by their first letter
    return (first[:1] in _INITIALS or not first[:1].isalnum()) and _SAYS_TOTAL.fullmatch(first) is not None


def says_no_more(cell: str) -> bool:
    """Whether a cell says that its row is a total, and nothing else."""
    return _SAYS_NO_MORE.fullmatch(cell) is not None


def _has_no_first(cells: Sequence[str]) -> bool:
    return not cells[0] or cells[0].isspace()


def judged(every: Sequence[Candidate], texts: Texts) -> Totals:
    """What the candidates are, by the figures above them."""
    totals = Totals([], [])
    last = 0
    apart: set[int] = set()  # the rows that are no parts of a sum
    for candidate in (one for one in every if one.place):
        says_so = says_total(candidate.cells)
        figures = _figures(candidate.cells, says_so)
        if not figures or not (says_so or _has_no_first(candidate.cells)):
            continue
        spans = [_without(apart, first, candidate.place) for first in (0, last)]
        spans += [_without(apart | {0}, 0, candidate.place)] if every[0].place == 0 else []
        above = [[_Column(texts, column, span) for column in figures] for span in spans]
        if any(_are_sums(figures, columns, says_so) for columns in above):
            totals.sums.append(candidate.line)
            apart.add(candidate.place)
            last = candidate.place + 1
        elif says_so and any(_could_be(candidate.cells, figures, columns) for columns in above):
            totals.doubtful.append(candidate.line)
            apart.add(candidate.place)
    return totals


def _figures(cells: Sequence[str], says_so: bool) -> dict[int, str]:
    """The figures of a row by column, where it has nothing besides but words for a total; else nothing."""
    filled = {
        at: cell.strip() for at, cell in enumerate(cells) if cell and cell.strip().casefold() not in MISSING
    }
    words = {at for at, cell in filled.items() if says_so and says_total([cell])}
    figures = {at: cell for at, cell in filled.items() if at not in words}
    readable = all(any(_value(cell, mark) is not None for mark in ".,") for cell in figures.values())
    return figures if readable else {}


def _without(apart: Collection[int], first: int, end: int) -> list[tuple[int, int]]:
    """The pieces between two places that hold none of those apart."""
    marks = [first - 1, *sorted(place for place in apart if first <= place < end), end]
    return [(a + 1, b) for a, b in pairwise(marks) if b > a + 1]


class _Column:
    """The figures of a column above a row, read with either decimal mark."""

    def __init__(self, texts: Texts, column: int, span: list[tuple[int, int]]) -> None:
        counts: Counter[str] = Counter()
        for first, end in span:
            counts.update(texts(column, first, end))
        self.counts = {text: n for text, n in counts.items() if text.strip().casefold() not in MISSING}

    def readings(self, cell: str) -> Iterator[tuple[float, list[tuple[float, int]]]]:
        """The cell's own value and those above with how often each stands there, for either mark."""
        for mark in ".,":
            own = _value(cell, mark)
            values = [(_value(text, mark), n) for text, n in self.counts.items()]
            known = [(value, n) for value, n in values if value is not None]
            if own is not None and known:
                yield own, known


def _are_sums(figures: Mapping[int, str], above: Sequence[_Column], says_so: bool) -> bool:
    """Whether the figures are the sums of what stands above; a rate may be their mean."""
    pairs = list(zip(figures.values(), above, strict=True))
    sums = [_is_sum(cell, column) for cell, column in pairs]
    means = [_is_between(cell, column) for cell, column in pairs]
    # a figure alone, below a single one like it, is no evidence of a sum
    is_evident = says_so or any(_has_several(cell, column) for cell, column in pairs)
    return is_evident and 2 * sum(sums) >= len(sums) and all(map(any, zip(sums, means, strict=True)))


def _has_several(cell: str, column: _Column) -> bool:
    return any(sum(n for _, n in known) > 1 for _, known in column.readings(cell))


def _is_between(cell: str, column: _Column) -> bool:
    """Whether a figure lies between the least and the largest above, as every mean does."""
    return any(
        min(value for value, _ in known) <= own <= max(value for value, _ in known)
        for own, known in column.readings(cell)
    )


def _is_sum(cell: str, column: _Column) -> bool:
    for own, known in column.readings(cell):
        added = sum(value * n for value, n in known)
        is_whole = own.is_integer() and all(value.is_integer() for value, _ in known)
        slack = 0.0 if is_whole else _UNIT * sum(n for _, n in known)
        if abs(own - added) <= slack + 1e-9 * abs(added):
            return True
    return False


def _could_be(cells: Sequence[str], figures: Mapping[int, str], above: Sequence[_Column]) -> bool:
    """Whether a row says that it is a total and no more, and no figure above is larger than its own."""
    first = next(cell for cell in cells if cell and not cell.isspace())
    return says_no_more(first) and all(
        any(own >= max(value for value, _ in known) > 0 for own, known in column.readings(cell))
        for cell, column in zip(figures.values(), above, strict=True)
    )


def _value(text: str, mark: str) -> float | None:
    """A number with this decimal mark, or a duration in hours; None for anything else."""
    bare = text.strip()
    try:
        return conventions.clock_hours(bare) if ":" in bare else conventions.number(bare, mark)
    except (Fault, ValueError, OverflowError):
        return None
