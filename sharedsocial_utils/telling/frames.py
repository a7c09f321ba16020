"""Small readings of the tables that several pages share, and figures as the cells of a column."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Literal

import pandas as pd

from sharedsocial_utils.client import Side
from sharedsocial_utils.telling.blocks import Block, column
from sharedsocial_utils.telling.review import Review
from sharedsocial_utils.telling.wording import Step, Words

ORDER = ("STOP", "START", "GROW", "REDUCE", "KEEP", "WATCH")
"""The verdicts as a reader wants them: what ends and begins first, what waits last."""
CHANGES = ("STOP", "START", "GROW", "REDUCE")
SIDES: tuple[Side, Side] = ("company", "agency")
LISTED = {"activities": 6, "channels": 6, "files": 3}  # names in a sentence
Row = dict[str, Any]
"""One row of a table, by column."""


def records(frame: pd.DataFrame) -> list[Row]:
    """The frame's rows, one after the other."""
    names, columns = list(map(str, frame.columns)), [values.tolist() for _, values in frame.items()]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def known(value: Any) -> bool:
    """Whether a figure is there."""
    return not pd.isna(value)


def added(values: "pd.Series[Any]") -> float:
    """The sum; NaN if not one of them is known."""
    return float(values.astype("float64").sum(min_count=1))


def both_hours(frame: pd.DataFrame, before: str = "") -> "pd.Series[float]":
    """Hours of both sides, row by row; missing only where both are."""
    columns = [f"{before}hours_company", f"{before}hours_agency"]
    return frame[columns].astype("float64").sum(axis=1, min_count=1)


def of_different_days(frame: pd.DataFrame, ratio: str, above: str, below: str) -> "pd.Series[bool]":
    """Rows of `channel_quarter` whose two sums are known but were not divided: their files do not cover the
    same days of the quarter, or only a small part of it."""
    positive = (frame[[above, below]].astype("float64") > 0).all(axis=1)
    return positive & frame[ratio].isna()


@lru_cache(maxsize=1)  # asked for again and again by the pages of one review
def worked(review: Review) -> pd.DataFrame:
    """`channel_quarter` of the channels with work, money or an agreed activity, dearest first."""
    frame = review.table("channel_quarter")
    agreed = {activity.channel for activity in review.client.activities}
    effort = frame[["hours_company", "hours_agency", "cost"]].fillna(0).sum(axis=1) > 0
    mine = frame[effort | frame["channel"].isin(agreed)]
    return mine.sort_values(["cost", "channel"], ascending=[False, True], na_position="last")


def uncosted(review: Review) -> pd.DataFrame:
    """`channel_quarter` of the worked channels whose cost is not known, where that of others is: no sum of
    costs holds theirs."""
    frame = worked(review)
    return frame[frame["cost"].isna()] if frame["cost"].notna().any() else frame[:0]


def left_out(review: Review) -> list[str]:
    """The sentence beside a total of costs that is not of all channels."""
    names = [review.names.channel(channel) for channel in uncosted(review)["channel"]]
    return [review.say("cost.left_out", names=at_most(review, names, "channels"))] if names else []


def unworked(review: Review) -> pd.DataFrame:
    """`channel_quarter` of all the other channels."""
    frame = review.table("channel_quarter")
    return frame[~frame["channel"].isin(worked(review)["channel"])]


@lru_cache(maxsize=1)
def flags(review: Review) -> pd.DataFrame:
    """`flags` in the order of `ORDER`, within a verdict the dearest effort first."""
    frame = review.table("flags")
    rank = frame["flag"].map({flag: place for place, flag in enumerate(ORDER)})
    return (
        frame.assign(rank=rank)
        .sort_values(["rank", "cost", "activity"], ascending=[True, False, True], na_position="last")
        .drop(columns="rank")
        .reset_index(drop=True)
    )


def of_flag(review: Review, *wanted: str) -> list[str]:
    """The activities with one of these verdicts."""
    frame = flags(review)
    return list(frame.loc[frame["flag"].isin(wanted), "activity"])


def of_activity(review: Review, activity: str) -> Row | None:
    """The activity's row of `activity_quarter`; None for one that has not begun."""
    return _activities(review).get(activity)


@lru_cache(maxsize=1)
def _activities(review: Review) -> dict[str, Row]:
    return {row["activity"]: row for row in records(review.table("activity_quarter"))}


def hours_of(row: Row) -> float:
    """Hours of both sides in one row; NaN only where both are missing."""
    hours = [float(row[name]) for name in ("hours_company", "hours_agency") if known(row[name])]
    return sum(hours) if hours else float("nan")


def printed(words: Words, frame: pd.DataFrame, forms: Mapping[str, str]) -> list[list[str | None]]:
    """The frame's rows as cells; every column has its own number of decimals, a missing figure is None.

    Forms: `hours` one decimal, `money` whole amounts, `cents` two decimals, `count` as many as needed,
    `percent`, `change` (a signed percent), `day`.
    """
    columns = [_printed(words, frame[name], form) for name, form in forms.items()]
    return [list(row) for row in zip(*columns, strict=True)]


def _printed(words: Words, values: "pd.Series[Any]", form: str) -> list[str | None]:
    step = step_of(values) if form == "count" else "1"
    forms: dict[str, Callable[[Any], str]] = {
        "hours": lambda value: words.fixed(value, "0.1"),
        "money": lambda value: words.money_fixed(value, "1"),
        "cents": lambda value: words.money_fixed(value, "0.01"),
        "count": lambda value: words.fixed(value, step),
        "percent": words.percent,
        "change": words.change,
        "day": words.short_day,
    }
    return [forms[form](value) if known(value) else None for value in values]


def step_of(values: "pd.Series[Any]") -> Step:
    """One decimal only where a column has a fraction: shared contacts are counted in parts."""
    numbers = values.dropna().astype("float64")
    return "1" if (numbers == numbers.round()).all() else "0.1"


def at_most(
    review: Review, names: list[str], what: Literal["activities", "channels", "files"] = "activities"
) -> list[str]:
    """The names for a sentence, those beyond `LISTED` as a number."""
    more = len(names) - LISTED[what]
    return [*names[: LISTED[what]], review.say(f"more.{what}", n=more)] if more > 1 else names


def columns(review: Review, **widths: str) -> list[Block]:
    """A table's columns: the labels of these names, `name="27mm"` for words, `name=">15mm"` for figures."""
    return [column(review.say(f"label.{name}"), width) for name, width in widths.items()]
