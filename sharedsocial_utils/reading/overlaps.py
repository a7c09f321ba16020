"""Exports of one thing at several grains or by several tools: one is used, the others stand aside.

Visits by source and campaign, and the same visits by landing page; what a channel cost by day, and again as
one amount for the quarter: keys differ, yet these are the same visits and the same money. So a day's visits
come from the files that divide them by most, and an amount is left where finer files tell all of its days.
An amount of whose days finer files tell only some can be neither used nor left without a fault: it is put
aside with that reason. Of two weeks (or longer periods) that share days, one that lies within the other is
part of it, and is left; where neither does, that of the older file is put aside. The same holds for the
figures that a video or a post had in a period: of a month and of the quarter around it one is used, the month
where other months tell the rest of the quarter.

Two tools for the analytics of one site count the same visits, each in its own way: their figures are neither
added nor mixed within a day. A day's visits come from one of them, and so does each figure of the site on a
day: from the one that tells most days of all that was read (of visits: most days by source), so that the
quarters stay comparable; where that is equal, from the first in `TOOLS`. A day that it does not tell is the
other's. The rows left out count as merged, and their file says whose figures are used instead.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

TOOLS = ("Google Analytics 4", "Matomo", "Plausible", "Umami", "Universal Analytics")


class Overlap(NamedTuple):
    """Rows whose figures finer or longer rows hold wholly, rows of whose days other rows hold some, and of
    each row that stands aside for another tool the name of that tool."""

    whole: pd.Series
    part: pd.Series
    instead: pd.Series


def overlap(name: str, every: pd.DataFrame) -> Overlap:
    """The overlaps among the rows of a table.

    Of a row's file, `_grain` names the key columns that it has, `_service` the service that it comes from.
    """
    nothing = pd.Series(False, index=every.index)
    instead = _instead(name, every)
    if name == "visits":
        whole = nothing.copy()
        whole[instead.isna()] = _coarser_visits(every[instead.isna()])
        return Overlap(whole, nothing, instead)
    if name == "spend":
        return Overlap(*_coarser_spend(every), instead)
    if name == "metrics" and every["_begins"].notna().any():
        return Overlap(*_same_periods(every), instead)
    return Overlap(nothing, nothing, instead)


def _instead(name: str, every: pd.DataFrame) -> pd.Series:
    """The tool that is used instead of a row's own; missing where its own is used."""
    instead = pd.Series(index=every.index, dtype="str")
    if name not in ("visits", "metrics") or every["_service"].nunique() < 2:
        return instead
    counted = every if name == "visits" else every[(every["channel"] == "site") & every["date"].notna()]
    if counted["_service"].nunique() < 2:
        return instead
    facts = counted[["date", "_service"]].assign(lacks=~counted["_grain"].str.contains("source|medium"))
    if name == "metrics":
        facts = facts.assign(lacks=False, metric=counted["metric"], of_page=counted["item_id"].notna())
    used = _used_tools(facts)
    instead[counted.index] = used.where(used != counted["_service"])
    return instead


def _used_tools(facts: pd.DataFrame) -> pd.Series:
    """For each row the tool whose figures are used; `facts` has its tool, whether it lacks the sources, and
    what it tells: day, and metric."""
    what = [name for name in facts.columns if name not in ("_service", "lacks")]
    best = facts.assign(rank=facts["_service"].map(_ranks(facts))).drop_duplicates()
    best = best.sort_values(["lacks", "rank"], kind="stable").drop_duplicates(what)
    return facts[what].merge(best, on=what, how="left").set_index(facts.index)["_service"]


def _ranks(facts: pd.DataFrame) -> dict[str, int]:
    """The tools by how many days they tell, most first."""
    days = facts[["_service", "lacks", "date"]].drop_duplicates()
    told = {str(tool): (-int((~own["lacks"]).sum()), -len(own)) for tool, own in days.groupby("_service")}
    order = {tool: n for n, tool in enumerate(TOOLS)}
    ranked = sorted(told, key=lambda tool: (*told[tool], order.get(tool, len(TOOLS)), tool))
    return {tool: n for n, tool in enumerate(ranked)}


def _coarser_visits(every: pd.DataFrame) -> pd.Series:
    grains = sorted(
        every["_grain"].unique(), key=lambda grain: (grain.count(","), "campaign" in grain, grain)
    )
    if len(grains) < 2:
        return pd.Series(False, index=every.index)
    rank = every["_grain"].map({grain: n for n, grain in enumerate(grains)})
    best: pd.Series = rank.groupby(every["date"]).transform("max")
    return rank < best


def _coarser_spend(every: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Amounts by campaign before those without; of these, days before weeks before longer periods; of equal
    ones the longer row, else that of the newer file."""
    spans = _spans(every)
    shares = pd.Series(0.0, index=every.index)
    for _, of_channel in spans.groupby("channel"):
        told = np.zeros(int(spans["ends"].max()) + 1, dtype=bool)
        for _, rows in of_channel.groupby(["lacks_campaign", "length"]):
            pairs = zip(rows["begins"].tolist(), rows["ends"].tolist(), strict=True)
            shares.loc[rows.index] = np.array([told[first : last + 1].mean() for first, last in pairs])
            for _, file in rows.groupby("_sha"):  # a file tells every day between its first and its last
                told[int(file["begins"].min()) : int(file["ends"].max()) + 1] = True
    within, across = _same_days(spans[spans["length"] > 0])
    whole = (shares == 1) | spans.index.isin(within)
    return whole, ~whole & ((shares > 0) | spans.index.isin(across))


def _same_days(spans: pd.DataFrame) -> tuple[pd.Index, pd.Index]:
    """Rows of a campaign whose days lie within those of another file's row, such as a week that its export
    cut; and those that share only some of their days with a row of a newer file."""
    key = ["channel", "lacks_campaign", "length", "campaign"]
    named = spans.assign(campaign=spans["campaign"].fillna(""), row=spans.index)
    one = named.drop_duplicates([*key, "_sha", "begins", "ends"])
    pairs = one.merge(one, on=key, suffixes=("", "_2"))
    pairs = pairs[(pairs["begins"] <= pairs["ends_2"]) & (pairs["begins_2"] <= pairs["ends"])]
    ends_apart = (pairs["begins"] != pairs["begins_2"]) | (pairs["ends"] != pairs["ends_2"])
    pairs = pairs[(pairs["_sha"] != pairs["_sha_2"]) & ends_apart]
    lies_in = (pairs["begins"] >= pairs["begins_2"]) & (pairs["ends"] <= pairs["ends_2"])
    holds = (pairs["begins"] <= pairs["begins_2"]) & (pairs["ends"] >= pairs["ends_2"])
    is_older = pairs["row"] < pairs["row_2"]
    same = named.groupby([*key, "_sha", "begins", "ends"], sort=False)["row"].transform("first")
    within, across = pairs.loc[lies_in, "row"], pairs.loc[~lies_in & ~holds & is_older, "row"]
    return same.index[same.isin(within)], same.index[same.isin(across)]


def _same_periods(every: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Figures of a period of which other files of the service tell all the days, or some."""
    whole, part = (pd.Series(False, index=every.index) for _ in range(2))
    rows = every[every["_begins"].notna() & every["date"].notna()]
    rows = rows.assign(item_id=rows["item_id"].fillna(""))
    days_told = rows.groupby(["_sha", "channel", "item_id"])["date"].transform("nunique")
    rows = rows[days_told == 1]  # more days are not of a period
    origin = rows["_begins"].min()
    rows = rows.assign(begins=(rows["_begins"] - origin).dt.days, ends=(rows["date"] - origin).dt.days)
    group = rows.groupby(["_service", "channel", "item_id", "metric"], sort=False).ngroup()
    for _, figures in rows[group.isin(_groups_that_overlap(group, rows))].groupby(group):
        spans = list(zip(figures["begins"], figures["ends"], strict=True))
        told_whole, told_part = _settled(list(dict.fromkeys(reversed(spans))))
        whole[figures.index] = np.array([span in told_whole for span in spans])
        part[figures.index] = np.array([span in told_part for span in spans])
    return whole, part


def _groups_that_overlap(group: pd.Series, rows: pd.DataFrame) -> pd.Series:
    """The numbers of the groups of which two different spans share days."""
    spans = rows[["begins", "ends"]].assign(group=group).drop_duplicates()
    spans = spans.sort_values(["group", "begins", "ends"])
    reached = spans.groupby("group")["ends"].cummax().groupby(spans["group"]).shift()
    return spans.loc[spans["begins"] <= reached, "group"]


def _settled(spans: list[tuple[int, int]]) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """Of different spans, newest first, those that others hold wholly, and those that newer ones cross."""
    whole: set[tuple[int, int]] = set()
    for first, last in sorted(spans, key=lambda span: span[1] - span[0]):
        shorter = [
            s for s in spans if s not in whole and first <= s[0] and s[1] <= last and s != (first, last)
        ]
        shorter.sort()
        follow = all(a[1] + 1 == b[0] for a, b in pairwise(shorter))
        if shorter and follow and (shorter[0][0], shorter[-1][1]) == (first, last):
            whole.add((first, last))
    left = [span for span in spans if span not in whole]
    within = {a for a in left for b in left if a != b and b[0] <= a[0] and a[1] <= b[1]}
    used: list[tuple[int, int]] = []
    for span in left:
        if span not in within and all(span[1] < b[0] or b[1] < span[0] for b in used):
            used.append(span)
    return whole | within, set(left) - within - set(used)


def _spans(every: pd.DataFrame) -> pd.DataFrame:
    """First and last day of each row, counted from the first of all; `length` is the longest of its file."""
    origin = every["date"].min()
    spans = every[["_sha", "channel", "campaign"]].assign(
        begins=(every["date"] - origin).dt.days,
        ends=(every["end_date"].fillna(every["date"]) - origin).dt.days,
        lacks_campaign=~every["_grain"].str.contains("campaign"),
    )
    length = (spans["ends"] - spans["begins"]).groupby([spans["_sha"], spans["channel"]]).transform("max")
    # the weeks at both ends of a report are cut, and are weeks all the same; months are of 28 to 31 days
    return spans.assign(length=length.mask(length.between(1, 6), 6).mask(length.between(27, 30), 30))
