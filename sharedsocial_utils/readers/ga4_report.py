"""Google Analytics 4, standard reports and the reports snapshot: figures of a period, seldom of its days.

Reports > Life cycle > (Pages and screens, Traffic acquisition, Events ...) > Share this report > Download
file > Download CSV. UTF-8, commas, a preamble in the language of the interface:

    # ----------------------------------------
    # Pages and screens: Page path and screen class
    # Account: La Quercia
    # Property: laquercia.example
    # ----------------------------------------
    #
    # All Users
    # Start date: 20260701
    # End date: 20260930
    Page path and screen class,Views,Active users,Event count,Key events
    /,1840,1102,9200,11

Whatever the language, two lines that begin with # and end in eight digits are the first and the last day.

Layout `report` has one table. Its figures are of the whole period: they are used only where that is one day
(visits by source, or metrics of the pages), or where the rows have a date. Else every row is no data and the
file says so: a quarter's figures cannot be put on days, and are never spread over them. For visits, download
the exploration of free form with the date instead.

Layout `snapshot` has many tables, each with its own period. Used are those with `Nth day` (0000 is the first
day of that table's own period) and sessions, users, views, key events or events: metrics of the whole site.
The others are no data: they repeat figures of a period, or cannot be added. Rows by day under a heading that
is not known, or without the period of their table, are put aside: the heading or the period was damaged, or
is in another language.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import pandas as pd

from sharedsocial_utils.readers import _ga4
from sharedsocial_utils.reading.cells import DELIMITERS, heading, split
from sharedsocial_utils.reading.door import Claim, Export, Head, no
from sharedsocial_utils.reading.source import Rows, Source

_REPEATED = "figures of the days before are in it"
IGNORES = {
    **_ga4.IGNORES,
    "30 days": _REPEATED, "7 days": _REPEATED, "1 day": _REPEATED,
    "ARPU": "outcomes come from the CRM", "ARPPU": "outcomes come from the CRM",
    "Purchaser conversion": "outcomes come from the CRM",
    "Engaged sessions per user": "derived from columns that are read",
}  # fmt: skip
EXPORT = Export(
    service="Google Analytics 4",
    menu="Reports > (a report) > Share this report > Download file > Download CSV",
    page="https://support.google.com/analytics/answer/9317657",
    tables=("visits", "metrics"),
    layouts={
        "report": "one table under a preamble with start and end (seen 2021, 2023, 2025, 2026)",
        "snapshot": "many tables, each with its own period, some by Nth day (seen 2022 to 2024)",
    },
    languages=("any",),
    counted_by="platform",
    evidence="SEEN",
    ignores=IGNORES,
)
_DAY_LINE = re.compile(r"#.*:\s*(\d{8})[;,\t\" ]*")
_LONGER = frozenset({"nth week", "nth month"})
_NTH = _LONGER | {heading(word) for word in _ga4.DIMENSIONS["nth_day"]}


_KNOWN = frozenset(
    heading(word) for word in (*(w for words in _ga4.FIELDS.values() for w in words), *IGNORES)
)
_ROW = re.compile(r'"?\d{4}"?[,;\t].*')


class _Block(NamedTuple):
    """One table: its period if it states one, the line of its header and its last line."""

    period: tuple[date, date] | None
    first: int
    last: int


def recognise(head: Head) -> Claim:
    """By the shape of the preamble, in any language; more than one period makes a snapshot."""
    lines = [line for line in head.lines if line.strip(" ;,\t")]
    days = sum(bool(_DAY_LINE.fullmatch(line)) for line in lines)
    by_nth_day = any(_is_nth(line) for line in lines)
    if days > 2 or by_nth_day:
        return Claim("snapshot")
    if not lines or not lines[0].lstrip("\ufeff").startswith("# ---"):
        return no("its first line is not a rule of dashes behind a #")
    return Claim("report") if days == 2 else no("its preamble does not end in a first and a last day", 0.5)


def _is_nth(line: str) -> bool:
    if line[:1].isdigit() or line[:1] == "#":  # most lines
        return False
    return heading(re.split("[,;\t]", line, maxsplit=1)[0].strip('"')) in _NTH


def read(source: Source) -> Iterator[Rows]:
    """Visits or metrics of the tables that can be put on days."""
    _ga4.say_whose(source)
    several = source.layout == "snapshot"
    used = 0
    for block in _blocks(source.lines, several):
        fields = _ga4.fields_of(source.lines[block.first - 1])
        if fields & set(_ga4.FIGURES) and (not several or "nth_day" in fields):
            used += 1
            yield from _rows(source, block, fields)
        elif several:
            _leave(source, block)
    if not used:
        source.note("IN-FILE-13", "no table with a figure that is read")
    source.skip()


def _leave(source: Source, block: _Block) -> None:
    """A table of the snapshot that is not used: no data if its headings are known, or if it is not by day."""
    header, *rows = source.lines[block.first - 1 : block.last]
    by_day = any(_ROW.fullmatch(line) for line in (header, *rows)) or _is_nth(header)
    if by_day and not any(_is_known(header, mark) for mark in DELIMITERS):
        first = block.first if _ROW.fullmatch(header) else block.first + 1
        found = "a row by day under a heading that is not known"
        source.put_lines_aside(range(first, block.last + 1), "IN-CSV-08", found)


def _is_known(header: str, mark: str) -> bool:
    first, *others = (heading(cell) for cell in split(header, mark))
    return first in _LONGER or (first in _NTH and bool(others) and _KNOWN.issuperset(others))


def _rows(source: Source, block: _Block, fields: set[str]) -> Iterator[Rows]:
    table = source.table(_ga4.FIELDS, sorted(fields), IGNORES, block.first, block.last)
    days = _ga4.days_of(table, block.period)
    if days is not None:
        figures = _ga4.figures_of(table)
        if source.layout == "snapshot" and table.unknown:
            none = pd.DataFrame(figures).isna().all(axis=1)
            table.put_aside(none, "IN-CSV-08", "a row without a figure under a heading that is known")
        yield from _ga4.rows_of(table, days, figures)
        return
    _ga4.say_why_not(source, block.period, block.first)
    if block.period is None:
        found = "no period stands above this table"
        source.put_lines_aside(table.text.index, "IN-DATE-04", found, _ga4.AGAIN)


def _blocks(lines: list[str], several: bool) -> Iterator[_Block]:
    """The tables: each begins below a preamble or a blank line, and ends before the next."""
    days: list[date] = []
    last = 0
    for number, line in enumerate(lines, start=1):
        if number <= last or not line.strip(" ;,\t"):
            continue
        if line.startswith("#"):
            match = _DAY_LINE.fullmatch(line)
            days += [_ga4.day(match[1])] if match else []
            continue
        last = _end(lines, number) if several else len(lines)
        yield _Block((days[-2], days[-1]) if len(days) > 1 else None, number, last)
        days = []


def _end(lines: list[str], first: int) -> int:
    rest = enumerate(lines[first:], start=first)
    return next((n for n, line in rest if line.startswith("#") or not line.strip(" ;,\t")), len(lines))
