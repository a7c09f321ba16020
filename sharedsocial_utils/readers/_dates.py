"""Days in tables that may come from a workbook."""

import re
from datetime import date, timedelta

import pandas as pd

from sharedsocial_utils.reading import conventions
from sharedsocial_utils.reading.conventions import Order, Read

_SERIAL = re.compile(r"\d{5}(\.\d+)?")


def days_or_serials(cells: pd.Series, order: Order | None = None) -> Read:
    """Days as `conventions.days` reads them; a workbook may hold them as Excel's serial numbers."""
    serials = cells.str.fullmatch(_SERIAL).fillna(False).astype(bool)
    written = cells.mask(serials, cells.where(serials).map(_serial_day, na_action="ignore"))
    return conventions.days(written, order)


def _serial_day(text: str) -> str:
    return (date(1899, 12, 30) + timedelta(days=int(float(text)))).isoformat()
