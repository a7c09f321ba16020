"""Which days the files cover: a day without rows is a true zero only where a file speaks of that day."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sharedsocial_utils.workspace import Quarter

LOOK_BACK_WEEKS = 104
Days = NDArray[np.bool_]


@dataclass(frozen=True)
class Calendar:
    """The days of the look-back: at most 104 whole weeks from a Monday, cut at the quarter's last day."""

    quarter: Quarter

    @property
    def last_day(self) -> date:
        """The quarter's last day."""
        return self.quarter.last_day

    @property
    def first_day(self) -> date:
        """The Monday on which the look-back begins."""
        last_monday = self.last_day - timedelta(days=self.last_day.weekday())
        return last_monday - timedelta(weeks=LOOK_BACK_WEEKS - 1)

    @cached_property
    def days(self) -> pd.DatetimeIndex:
        """All days of the look-back."""
        return pd.date_range(self.first_day, self.last_day, unit="us")

    @cached_property
    def weeks(self) -> pd.DatetimeIndex:
        """All Mondays of the look-back."""
        return pd.date_range(self.first_day, self.last_day, freq="7D", unit="us")

    def nothing(self) -> Days:
        """No day covered."""
        return np.zeros(len(self.days), dtype=bool)

    def within(self, first: date | pd.Timestamp, last: date | pd.Timestamp) -> Days:
        """The days from the first to the last, both included."""
        return np.asarray((self.days >= pd.Timestamp(first)) & (self.days <= pd.Timestamp(last)))

    def of_quarter(self, quarter: Quarter) -> Days:
        """The days of a quarter, as far as they lie in the look-back."""
        return self.within(quarter.first_day, quarter.last_day)

    def whole_weeks(self, covered: Days) -> pd.Index:
        """The Mondays of the weeks whose every day, up to the look-back's end, is covered."""
        week = week_of(pd.Series(self.days))
        whole: pd.Index = pd.Index(week.unique()).difference(pd.Index(week[~covered]))
        return whole


def week_of(days: pd.Series) -> pd.Series:
    """The Monday of each day."""
    mondays: pd.Series = days - pd.to_timedelta(days.dt.day_of_week, unit="D")
    return mondays


def covered_by(sources: pd.DataFrame, rows: pd.DataFrame, calendar: Calendar, key: str) -> dict[str, Days]:
    """For each value of the column `key`, the days covered by the files that its rows come from.

    `rows` has `source_file`, `date` and the key. A file covers the days from its first to its last; one that
    does not say its days, those from its first to its last row.
    """
    spans = rows.groupby([key, "source_file"])["date"].agg(["min", "max"]).reset_index()
    spans = spans.merge(sources[["path", "first_date", "last_date"]], left_on="source_file", right_on="path")
    first, last = spans["first_date"].fillna(spans["min"]), spans["last_date"].fillna(spans["max"])
    return {
        str(value): _union(first[own.index], last[own.index], calendar) for value, own in spans.groupby(key)
    }


def covered_alike(sources: pd.DataFrame, rows: pd.DataFrame, calendar: Calendar) -> Days:
    """The days of all files of the readers and layouts that the rows come from, with rows or without."""
    known = sources[sources["path"].isin(rows["source_file"].unique())]
    layouts = set(zip(known["reader"], known["layout"], strict=True))
    same = [pair in layouts for pair in zip(sources["reader"], sources["layout"], strict=True)]
    days = _union(sources["first_date"][same], sources["last_date"][same], calendar)
    by_row = covered_by(sources, rows.assign(all="all"), calendar, "all")
    return days | by_row.get("all", calendar.nothing())


def covered_to_export(sources: pd.DataFrame, rows: pd.DataFrame, calendar: Calendar) -> Days:
    """The days of snapshots such as a CRM's: they also cover the days after the last row, to the export.

    The day of the export itself was not over.
    """
    exported = sources["as_of"] - pd.Timedelta(days=1)
    longer = sources["last_date"].where(~(exported > sources["last_date"]), exported)
    return covered_alike(sources.assign(last_date=longer), rows, calendar)


def named_by_channel(sources: pd.DataFrame, calendar: Calendar) -> dict[str, Days]:
    """For each channel the days covered by the files that speak of it."""
    return {
        str(channel): _union(own["first_date"], own["last_date"], calendar)
        for channel, own in sources.groupby("channel")
    }


def joined(calendar: Calendar, *parts: dict[str, Days]) -> dict[str, Days]:
    """For each key the days covered in any of the parts."""
    keys = sorted({key for part in parts for key in part})
    return {key: np.logical_or.reduce([part.get(key, calendar.nothing()) for part in parts]) for key in keys}


def _union(first: pd.Series, last: pd.Series, calendar: Calendar) -> Days:
    days = calendar.nothing()
    for span in set(zip(first, last, strict=True)):
        days |= calendar.within(*span)  # none where an end is missing
    return days
