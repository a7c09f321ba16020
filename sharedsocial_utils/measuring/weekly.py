"""`activity_weekly`: what each activity took and what came back, week by week, on a complete calendar.

A week without effort is a true zero only where the time sheets of that side cover the whole week; else it is
missing. A side that never recorded anything leaves its hours missing and the cost is the other side's.
"""

import numpy as np
import pandas as pd

from sharedsocial_utils.client import Activity, Client
from sharedsocial_utils.measuring.books import Books
from sharedsocial_utils.measuring.coverage import Calendar, Days, week_of
from sharedsocial_utils.measuring.matching import rates

COST_WINDOW_WEEKS = 8
"""Contacts that a channel's activities have in common are shared by the cost of so many weeks, the contact's
own and those before it: about two months pass between a first look and a request."""
SIDES = ("company", "agency")


def activity_weekly(books: Books) -> pd.DataFrame:
    """The table of that name."""
    grid = calendar_of(books.client, books.effort, books.calendar)
    grid = with_effort(grid, books)
    grid["known_cost"] = known_cost(grid, books.client)
    for name, rows in (("visits", books.visits), ("contacts", _stage(books.contacts, "contact"))):
        grid = with_results(grid, name, rows, books)
    grid = with_items(grid, books)
    grid = with_interactions(grid, books)
    return grid.drop(columns=["known_cost", "visits_low", "visits_high"])


def calendar_of(client: Client, effort: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    """`activity, channel, week`: every Monday from the activity's beginning to the quarter's end."""
    first_effort = effort.groupby("activity")["date"].min()
    frames = [
        pd.DataFrame({"activity": activity.id, "channel": activity.channel, "week": weeks})
        for activity in client.activities
        for weeks in [_weeks_of(activity, first_effort.get(activity.id), calendar)]
    ]
    columns = {"activity": "str", "channel": "str", "week": "datetime64[us]"}
    return pd.concat([*frames, pd.DataFrame(columns=list(columns))]).astype(columns).reset_index(drop=True)


def _weeks_of(activity: Activity, first_effort: pd.Timestamp | None, calendar: Calendar) -> pd.DatetimeIndex:
    known = [pd.Timestamp(day) for day in (activity.since, first_effort) if day is not None]
    begin = min(known, default=pd.Timestamp(calendar.quarter.first_day))
    monday = begin - pd.Timedelta(days=begin.weekday())
    return calendar.weeks[calendar.weeks >= monday]


def with_effort(grid: pd.DataFrame, books: Books) -> pd.DataFrame:
    """Adds `hours_company, hours_agency, spend, cost`."""
    effort = _in_look_back(books.effort.dropna(subset=["activity"]), books.calendar)
    cost = np.zeros(len(grid))
    for side in SIDES:
        rows = effort[effort["side"] == side]
        grid = grid.assign(**{f"hours_{side}": np.nan})
        if side in books.effort_days:
            zero = _whole(grid, books.effort_days[side], books.calendar)
            grid[f"hours_{side}"] = _zeros(_weekly(rows, "hours", grid), zero)
            cost = cost + _zeros(_weekly(rows, "cost", grid), zero).to_numpy()
    grid["spend"] = _spend(grid, books)
    paid = grid["channel"].map(is_paid).astype(bool)
    cost = cost + np.where(paid, grid["spend"], grid["spend"].fillna(0))
    unpriced = _weekly(effort[effort["cost"].isna()], "hours", grid).notna()
    recorded = bool(books.effort_days) | paid
    return grid.assign(cost=pd.Series(cost, index=grid.index).where(recorded & ~unpriced))


def is_paid(channel: str) -> bool:
    """Whether a channel is bought: its cost is unknown without its bills."""
    return channel.endswith("-ads")


def _spend(grid: pd.DataFrame, books: Books) -> pd.Series:
    spent = _weekly(_in_look_back(books.daily_spend, books.calendar), "amount", grid)
    paid = grid["channel"].map(is_paid).astype(bool)
    return _zeros(spent, paid & _channel_whole(grid, books.spend_days, books.calendar))


def with_results(grid: pd.DataFrame, name: str, rows: pd.DataFrame, books: Books) -> pd.DataFrame:
    """Adds `{name}_low, {name}, {name}_high` for visits or contacts; missing in weeks that no file covers."""
    days = books.visit_days if name == "visits" else books.contact_days
    rows = _in_look_back(rows, books.calendar)
    low, middle, high = shared(grid, rows, "sessions" if name == "visits" else None)
    known = _whole(grid, days, books.calendar) | (high > 0)
    return grid.assign(
        **{f"{name}_low": low.where(known), name: middle.where(known), f"{name}_high": high.where(known)}
    )


def shared(
    grid: pd.DataFrame, rows: pd.DataFrame, amount: str | None
) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Low, middle and high count of each activity and week.

    `grid` has `activity, channel, week, known_cost`; `rows` has `date, channel, activity` and the amount
    (without, each row counts one). Rows that name the activity, and those of a channel with a single running
    activity, are certain. Those of a channel with several are common: low leaves them out, high takes them
    all, and the middle takes the activity's share of the channel's cost in the last 8 weeks (nobody's, where
    none was).
    """
    counted = rows.assign(amount=1.0 if amount is None else rows[amount], week=week_of(rows["date"]))
    certain = _weekly(counted.dropna(subset=["activity"]), "amount", grid).fillna(0.0)
    common = counted[counted["activity"].isna()].groupby(["channel", "week"])["amount"].sum()
    of_channel = common.reindex(pd.MultiIndex.from_frame(grid[["channel", "week"]])).fillna(0.0).to_numpy()
    running = grid.groupby(["channel", "week"])["activity"].transform("size")
    alone = of_channel * (running == 1)
    return certain + alone, certain + of_channel * cost_share(grid), certain + of_channel


def known_cost(grid: pd.DataFrame, client: Client) -> pd.Series:
    """The cost of what is recorded, even where a part is missing: for the shares of common results only."""
    hours = sum(grid[f"hours_{side}"].fillna(0.0) * rate for side, rate in rates(client).items())
    return grid["spend"].fillna(0.0) + hours


def cost_share(grid: pd.DataFrame) -> pd.Series:
    """Each activity's share of its channel's cost in the 8 weeks to that week; 1 where it runs alone."""
    by_activity = grid.sort_values(["activity", "week"]).groupby("activity")["known_cost"]
    recent = by_activity.transform(lambda cost: cost.rolling(COST_WINDOW_WEEKS, min_periods=1).sum())
    together = grid.assign(recent=recent).groupby(["channel", "week"])["recent"]
    total = together.transform("sum")
    share = (recent.reindex(grid.index) / total.where(total > 0)).fillna(0.0)
    return share.where(together.transform("size") > 1, 1.0)


def with_items(grid: pd.DataFrame, books: Books) -> pd.DataFrame:
    """Adds `items`: what was published or answered for the activity."""
    rows = books.items[books.items["side"].fillna("") != "public"].dropna(subset=["activity", "date"])
    rows = _in_look_back(rows.assign(number=1.0), books.calendar)
    counted = _weekly(rows, "number", grid)
    posts, replies = (
        _channel_whole(grid, days, books.calendar) for days in (books.post_days, books.reply_days)
    )
    answers = {activity.id for activity in books.client.activities if activity.kind == "reply"}
    zero = posts.where(~grid["activity"].isin(answers), replies)
    return grid.assign(items=_zeros(counted, zero).astype("Int64"))


def with_interactions(grid: pd.DataFrame, books: Books) -> pd.DataFrame:
    """Adds `interactions`, see `Books.activity_interactions`."""
    rows = _in_look_back(books.activity_interactions, books.calendar)
    return grid.assign(interactions=_weekly(rows, "interactions", grid))


def _whole(grid: pd.DataFrame, days: Days, calendar: Calendar) -> pd.Series:
    """For each row of the grid whether the days hold its whole week."""
    return grid["week"].isin(calendar.whole_weeks(days))


def _channel_whole(grid: pd.DataFrame, days: dict[str, Days], calendar: Calendar) -> pd.Series:
    """The same with the days of each row's own channel."""
    whole = pd.Series(False, index=grid.index)
    for channel in sorted(set(grid["channel"]) & set(days)):
        whole |= (grid["channel"] == channel) & _whole(grid, days[channel], calendar)
    return whole


def _zeros(counted: pd.Series, where: pd.Series) -> pd.Series:
    return counted.where(counted.notna() | ~where, 0.0)


def _stage(contacts: pd.DataFrame, stage: str) -> pd.DataFrame:
    return contacts[contacts["stage"] == stage]


def _in_look_back(rows: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    first, last = pd.Timestamp(calendar.first_day), pd.Timestamp(calendar.last_day)
    return rows[(rows["date"] >= first) & (rows["date"] <= last)]


def _weekly(rows: pd.DataFrame, value: str, grid: pd.DataFrame) -> pd.Series:
    """The sum of a column by activity and week on the grid; missing where there is no row with a value."""
    keys = [rows["activity"], week_of(rows["date"]).rename("week")]
    sums = rows[value].groupby(keys).sum(min_count=1)
    on_grid = sums.reindex(pd.MultiIndex.from_frame(grid[["activity", "week"]]))
    return pd.Series(on_grid.to_numpy(dtype="float64"), index=grid.index)
