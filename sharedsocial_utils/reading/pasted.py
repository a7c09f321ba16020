"""What people put into an export: sums of its rows below them, and a second export below the first.

`blocks` and `totals` know them; here they leave the rows, and the books say what became of them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading import blocks, plain, totals
from sharedsocial_utils.reading.cells import BadRecord, Record
from sharedsocial_utils.reading.ledger import MERGED, OTHER, Part

if TYPE_CHECKING:
    from sharedsocial_utils.reading.source import Source

NOTHING = "nothing to do"
Row = TypeVar("Row", Record, Record | BadRecord)


def in_blocks(
    source: "Source",
    part: Part,
    rows: list[Row],
    header: list[str],
    lines: Sequence[str],
    first: int,
    at: int,
    has_days: bool,
) -> list[Row]:
    """The rows without headers that stand again, and without those of an export with other lines above it.

    `has_days` says that the rows have a day of their own, whatever period stands above them.
    """
    place = next((n for n, cell in enumerate(header) if cell.strip()), 0)
    name = header[place].strip().casefold()
    alike = [row for row in rows if isinstance(row, Record) and _begins(row.cells, place, name)]
    again = [row.line for row in alike if blocks.is_again(row.cells, header)]
    if not again:
        return rows
    left = _taken_out(source, part, blocks.blocks(lines, first, at, again), lines, has_days)
    return [row for row in rows if row.line not in left]


def _begins(cells: list[str], place: int, name: str) -> bool:
    return place < len(cells) and cells[place].strip("\ufeff ").casefold() == name


def _taken_out(
    source: "Source", part: Part, every: Sequence[blocks.Block], lines: Sequence[str], has_days: bool
) -> set[int]:
    """The lines of headers that stand again, classed and told, and those of other exports, put aside."""
    ends = [*(block.first for block in every[1:]), len(lines) + 1]
    left: set[int] = set()
    merged: list[int] = []
    for block, end in zip(every, ends, strict=True):
        is_aside = not source.is_by_hand and (block.is_other or (block.is_later and not has_days))
        part.mark(range(block.first, block.header + 1), OTHER)
        left.update(range(block.first, end if is_aside else block.header + 1))
        if is_aside:
            _put_aside(source, part, lines, range(block.header + 1, end))
        else:
            merged.append(block.header)
    source.ledger.blocks.extend((part.prefix, line) for line in merged)
    if merged:
        times = f", {len(merged)} times" if len(merged) > 1 else ""
        _say(source, part, merged[0], f"the header stands again{times}: what is below was merged by key")
    return left


def _put_aside(source: "Source", part: Part, lines: Sequence[str], of_other: range) -> None:
    """Quarantines the lines of an export whose period or account nobody reads."""
    for line in of_other:
        if not lines[line - 1].strip(" ,;\t"):
            part.mark([line], OTHER)
            continue
        text = source.shown(lines[line - 1])
        fault = Fault("IN-CSV-09", "a row of a second export, which has other lines above it", text=text)
        source.ledger.quarantine(part, line, fault.at(line=line, sheet=part.prefix.rstrip("!: ")))


def _say(source: "Source", part: Part, line: int, found: str) -> None:
    source.note("IN-CSV-09", found, line=line, sheet=part.prefix.rstrip("!: "), next_step=NOTHING)


def rows_that_count(source: "Source", part: Part, rows: list[Record]) -> tuple[list[Record], frozenset[int]]:
    """The rows without copies of rows above and without sums of them; and the lines of which nobody knows
    whether they are sums."""
    rows = _without_copies(source, part, rows)
    every = totals.candidates([(row.line, row.cells) for row in rows])
    if not every:
        return rows, frozenset()

    def texts(column: int, first: int, end: int) -> Mapping[str, int]:
        return Counter(row.cells[column] for row in rows[first:end] if column < len(row.cells))

    found = totals.judged(every, texts)
    part.mark(found.sums, OTHER)
    return [row for row in rows if row.line not in found.sums], frozenset(found.doubtful)


def _without_copies(source: "Source", part: Part, rows: list[Record]) -> list[Record]:
    twice = blocks.copies([tuple(row.cells) for row in rows])
    if not twice:
        return rows
    places = [place for first, end in twice for place in range(first, end)]
    _merge(source, part, [rows[place].line for place in places])
    left = set(places)
    return [row for place, row in enumerate(rows) if place not in left]


def _merge(source: "Source", part: Part, lines: Sequence[int]) -> None:
    part.mark(lines, MERGED)
    _say(source, part, lines[0], f"{len(lines)} rows stand above in the same order, and count once")


def body_that_counts(
    source: "Source", body: plain.Body, header: list[str], first: int, at: int, has_days: bool
) -> plain.Body:
    """As `in_blocks` and `rows_that_count` for a large table, of whose copies those are known that begin with
    its first row, and of whose totals the last."""
    again = plain.lines_of(body, header)
    if again:
        every = blocks.blocks(source.lines, first, at, again)
        left = _taken_out(source, source.part, every, source.lines, has_days)
        body = plain.without(body, np.array(sorted(left), dtype="int64"))
    twice = plain.copied(body)
    if len(twice):
        _merge(source, source.part, twice.tolist())
        body = plain.without(body, twice)
    last = [totals.Candidate(*row) for row in plain.last_rows(body)]
    found = totals.judged(last, partial(plain.counts, body)) if last else totals.NONE
    source.part.mark(found.sums, OTHER)
    body = plain.without(body, np.array(found.sums, dtype="int64")) if found.sums else body
    return body._replace(doubtful=frozenset(found.doubtful))
