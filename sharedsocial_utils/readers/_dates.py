"""Days in tables that may come from a workbook."""

import re
from datetime import date, timedelta

import pandas as pd

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading import conventions
from sharedsocial_utils.reading.conventions import Order, Read

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


def _serial_day(text: str) -> str:
    return (date(1899, 12, 30) + timedelta(days=int(float(text)))).isoformat()
