"""Files that tell one figure for all the days they cover."""

from datetime import date

import pandas as pd

from sharedsocial_utils.reading.source import Source, Table

LONGEST_DAYS = 100  # a quarter, and the days by which people miss its ends


def too_long(source: Source) -> date | None:
    """The first day of a period longer than a quarter: its figures, put on its last day, would all be of that
    day's quarter. None for a shorter one."""
    if source.covers is None or (source.covers[1] - source.covers[0]).days < LONGEST_DAYS:
        return None
    return source.covers[0]


def of_lifetime(source: Source, first: date, published: pd.Series) -> pd.Series:
    """True for the items of a long period that were published in it: their figures are of their lifetime.

    That those of the others are not used is said.
    """
    young: pd.Series = published >= pd.Timestamp(first)
    if not young.all():
        _say_too_long(source)
    return young


def leave(table: Table) -> None:
    """Classes the rows of a long period as no data, and says why."""
    _say_too_long(table.source)
    table.no_data(pd.Series(True, index=table.text.index))


def _say_too_long(source: Source) -> None:
    found = "one figure for {} to {}".format(*source.covers or ())
    source.note("IN-DATE-05", found, next_step="export one quarter at a time")
