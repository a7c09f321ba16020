"""Exports of one thing at several grains: the finer is used, the coarser stands aside, nothing counts twice.

Visits by source and campaign, and the same visits by landing page; what a channel cost by day, and again as
one amount for the quarter: keys differ, yet these are the same visits and the same money. So a day's visits
come from the files that divide them by most, and an amount is left where finer files tell all of its days.
An amount of whose days finer files tell only some can be neither used nor left without a fault: it is put
aside with that reason.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd


class Overlap(NamedTuple):
    """Rows whose figures finer rows hold wholly, and rows of whose days finer rows hold some."""

    whole: pd.Series
    part: pd.Series


def overlap(name: str, every: pd.DataFrame) -> Overlap:
    """The overlaps among the rows of a table; `_grain` names the key columns that a row's file has."""
    nothing = pd.Series(False, index=every.index)
    if name == "visits":
        return Overlap(_coarser_visits(every), nothing)
    if name == "spend":
        return _coarser_spend(every)
    return Overlap(nothing, nothing)


def _coarser_visits(every: pd.DataFrame) -> pd.Series:
    grains = sorted(
        every["_grain"].unique(), key=lambda grain: (grain.count(","), "campaign" in grain, grain)
    )
    rank = every["_grain"].map({grain: n for n, grain in enumerate(grains)})
    best: pd.Series = rank.groupby(every["date"]).transform("max")
    return rank < best


def _coarser_spend(every: pd.DataFrame) -> Overlap:
    """Amounts by campaign before those without; of these, days before weeks before longer periods."""
    spans = _spans(every)
    shares = pd.Series(0.0, index=every.index)
    for _, of_channel in spans.groupby("channel"):
        told = np.zeros(int(spans["ends"].max()) + 1, dtype=bool)
        for _, rows in of_channel.groupby(["lacks_campaign", "length"]):
            pairs = zip(rows["begins"].tolist(), rows["ends"].tolist(), strict=True)
            shares.loc[rows.index] = np.array([told[first : last + 1].mean() for first, last in pairs])
            for _, file in rows.groupby("_sha"):  # a file tells every day between its first and its last
                told[int(file["begins"].min()) : int(file["ends"].max()) + 1] = True
    return Overlap(shares == 1, (shares > 0) & (shares < 1))


def _spans(every: pd.DataFrame) -> pd.DataFrame:
    """First and last day of each row, counted from the first of all; `length` is the longest of its file."""
    origin = every["date"].min()
    spans = every[["_sha", "channel"]].assign(
        begins=(every["date"] - origin).dt.days,
        ends=(every["end_date"].fillna(every["date"]) - origin).dt.days,
        lacks_campaign=~every["_grain"].str.contains("campaign"),
    )
    length = (spans["ends"] - spans["begins"]).groupby([spans["_sha"], spans["channel"]]).transform("max")
    # the weeks at both ends of a report are cut, and are weeks all the same
    return spans.assign(length=length.mask(length.between(1, 6), 6))
