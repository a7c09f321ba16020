"""Days in tables that may come from a workbook, and rows that tell of one day twice."""

import re
from datetime import date, timedelta

import numpy as np
import pandas as pd

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading import conventions
from sharedsocial_utils.reading.conventions import Order, Read
from sharedsocial_utils.reading.source import Table

_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_TWO_NUMBERS = re.compile(r"^\s*(\d{1,2})[/.-](\d{1,2})[/.-]\d{2}")


def days_or_serials(cells: pd.Series, order: Order | None = None) -> Read:
    """Days as `conventions.days` reads them; a workbook may hold them as Excel's serial numbers."""
    serials = cells.str.fullmatch(_SERIAL).fillna(False).astype(bool)
    written = cells.mask(serials, cells.where(serials).map(_serial_day, na_action="ignore"))
    return conventions.days(written, order)


def month_first(cells: pd.Series) -> Order:
    """Months come first, as the service writes, unless the column itself shows that days do: it was saved
    again by a spreadsheet.

    A cell that only the other order can read is a bad cell where as many confirm the service's; where none
    does, it speaks for the column. Raises `Fault` IN-DATE-01 where neither has most.
    """
    found = [_TWO_NUMBERS.search(cell) if isinstance(cell, str) else None for cell in cells]
    is_day = [match is not None and int(match[1]) > 12 for match in found]
    as_days, as_months = sum(is_day), sum(match is not None and int(match[2]) > 12 for match in found)
    if as_days <= as_months:
        return "mdy"
    if not as_months and 2 * as_days >= sum(match is not None for match in found):
        return "dmy"
    line = cells.index[is_day.index(True)]
    said = "the service writes the month first, and this is none"
    raise Fault("IN-DATE-01", said, line=int(line), text=str(cells[line]))


def put_twins_aside(table: Table, *key: pd.Series) -> None:
    """A row with the day (or whatever is the `key`) of a row above, and other figures, is put aside.

    Merging would keep one of them, and not say so.
    """
    table.put_aside(told_twice(table, *key), "IN-ID-03", "the day of a row above, with other figures")


def told_twice(table: Table, *key: pd.Series) -> pd.Series:
    """True for a row with the key of a row above and other content; a second export further down in the file
    may tell its keys again."""
    starts = [line for prefix, line in table.source.ledger.blocks if prefix == table.part.prefix]
    block = pd.Series(np.searchsorted(starts, table.text.index), index=table.text.index)
    columns = [block, *(table.aligned(column) for column in key)]
    twice: pd.Series = pd.concat(columns, axis=1).duplicated() & ~table.text.duplicated()
    return twice


def _serial_day(text: str) -> str:
    return (date(1899, 12, 30) + timedelta(days=int(float(text)))).isoformat()
