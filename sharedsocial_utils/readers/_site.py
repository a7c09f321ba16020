"""What the readers of web analytics besides Google's newer ones have in common: days, periods, notes."""

import re
from datetime import date

import pandas as pd

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading import conventions
from sharedsocial_utils.reading.source import Source, Table

Period = tuple[date, date]

_SOLID_PERIOD = re.compile(r"(?<!\d)(\d{8})[-_](\d{8})(?!\d)")


def solid_period(text: str) -> Period | None:
    """`Analytics All Web Site Data Pages 20220701-20220731.csv` => 1 and 31 July 2022; None without one."""
    found = _SOLID_PERIOD.search(text)
    if not found:
        return None
    first, last = conventions.plain_day(found[1]), conventions.plain_day(found[2])
    return (first, last) if first and last else None


def day_of_words(text: str) -> date | None:
    """`July 1, 2026` or `1 luglio 2026` => that day; None for anything else."""
    try:
        day = conventions.days(pd.Series([text], dtype="str")).values[0]
    except Fault:
        return None
    return None if pd.isna(day) else day.date()


def on_day(table: Table, day: date) -> pd.Series:
    """The same day for every row."""
    return pd.Series(pd.Timestamp(day).as_unit("us"), index=table.text.index, dtype="datetime64[us]")


def say_why_not(source: Source, period: Period | None, line: int | None, again: str) -> None:
    """Says why a table without days is not used: nothing says its period, or it is longer than a day."""
    if period is None:
        source.note("IN-DATE-04", "neither rows nor file say the days", line=line, next_step=again)
    else:
        found = f"one figure for {period[0]} to {period[1]}"
        source.note("IN-DATE-05", found, line=line, next_step=again)
