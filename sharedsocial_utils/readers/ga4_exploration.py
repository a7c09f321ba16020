"""Google Analytics 4, exploration of free form: one row is one day of one source (or landing page, or page).

Explore > Free form > rows Date, Session source, Session medium, Session campaign; values Sessions, Active
users, Views, Key events > Export data > CSV. UTF-8, commas, a preamble with the period:

    # ----------------------------------------
    # Agriturismo La Quercia
    # Free form-Free form 1
    # 20260701-20260930
    # ----------------------------------------

    Date,Session source,Session medium,Session campaign,Sessions,Active users,Views,Key events
    ,,,,1480,1102,3310,22,Grand total
    20260701,google,organic,(organic),12,11,30,0

Dimensions come in any order and number; `Session source / medium` is split in two; the default channel group
stands for the medium where nothing else does. The first row is the total: no dimension, one cell too long,
the words in the language of the interface. It is never added: where the rows do not add up to it, that is
said; where they add up to clearly more, the rows overlap (a session counted under each of its pages, say) and
the file is refused. Active users are different people and not kept where rows fall on the same key. With a
page's path instead of a source the figures are metrics of the pages. Without a day in the rows only a file of
a single day is used: figures of a longer period cannot be put on days. Rates and times are not read.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date

import numpy as np
import pandas as pd

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.readers import _ga4
from sharedsocial_utils.reading.door import Claim, Export, Head, no
from sharedsocial_utils.reading.source import Rows, Source, Table

EXPORT = Export(
    service="Google Analytics 4",
    menu="Explore > Free form > rows Date, Session source, medium, campaign > Export data > CSV",
    page="https://support.google.com/analytics/answer/7579450",
    tables=("visits", "metrics"),
    layouts={"free form": "preamble with the period, the total first and one cell too long (seen in 2026)"},
    languages=("en", "it"),
    counted_by="platform",
    evidence="FIXTURE",
    ignores=_ga4.IGNORES,
)
_PERIOD = re.compile(r"# ?(\d{8})-(\d{8})[;,\t ]*")
OVERLAP_SHARE = 0.05  # estimates of sessions differ by a few percent; overlapping rows by far more


def recognise(head: Head) -> Claim:
    """By the preamble's period, and a total that comes first (Universal Analytics writes it last)."""
    if not head.text.lstrip("\ufeff\r\n").startswith("# ---"):
        return no("its first line is not a rule of dashes behind a #")
    if not any(_PERIOD.fullmatch(line) for line in head.lines[:12]):
        return no("no line of its preamble is a period", 0.5)
    below = _ga4.below_preamble(head.lines)
    if not below:
        return no("no header below its preamble", 0.8)
    if len(below) > 1 and not _ga4.total_is_first(below):
        return no("its first row is not the total", 0.8)
    return Claim("free form")


def read(source: Source) -> Iterator[Rows]:
    """Visits by day and source, or metrics by day and page."""
    _ga4.say_whose(source)
    period = source.covers = _period(source.start)
    fields = _ga4.fields_of(_ga4.below_preamble(source.start)[0])
    if not fields & set(_ga4.FIGURES):
        source.note("IN-FILE-13", "none of its columns is read")
        source.skip()
        return
    table = source.table(_ga4.FIELDS, sorted(fields), _ga4.IGNORES, extra_cells=True)
    figures = _ga4.figures_of(table)
    _take_total(table, figures)
    table.put_aside(table["_extra"].notna(), "IN-CSV-01", "more fields than the header has")
    days = _ga4.days_of(table, period)
    if days is None:
        _ga4.say_why_not(source, period, table.header_line)
        source.skip()
        return
    yield from _ga4.rows_of(table, days, figures)


def _period(lines: list[str]) -> tuple[date, date]:
    found = next(match for line in lines[:12] if (match := _PERIOD.fullmatch(line)))
    return _ga4.day(found[1]), _ga4.day(found[2])


def _take_total(table: Table, figures: Mapping[str, pd.Series]) -> None:
    """Checks the printed total, and takes it out of the rows."""
    dimensions = [table[name] for name in _ga4.DIMENSIONS if name in table]
    if not dimensions:
        table.no_data(table["_extra"].notna())
        return
    is_total = np.logical_and.reduce([column.isna().to_numpy() for column in dimensions])
    is_row = ~is_total
    if table.doubtful:
        is_row &= ~table.text.index.isin(table.doubtful)
    for name, values in figures.items():
        if name != "users" and np.count_nonzero(is_total) == 1:
            printed = values.to_numpy()[is_total][0]
            _check(table, name, printed, np.nansum(values.to_numpy(), where=is_row))
    table.no_data(pd.Series(is_total, index=table.text.index))


def _check(table: Table, name: str, printed: float, added: float) -> None:
    if pd.isna(printed) or abs(printed - added) < 0.5:
        return
    found = f"{name}: the printed total is {printed:g}, the rows add up to {added:g}"
    if name == "sessions" and added > printed * (1 + OVERLAP_SHARE):
        raise Fault(
            "IN-CSV-06",
            found,
            expected="rows that do not overlap",
            line=table.header_line + 1,
            next_step="leave out the dimension under which a session stands several times",
        )
    table.source.note("IN-CSV-06", found, line=table.header_line + 1)
