"""`channel_quarter` and `activity_quarter`: the quarter's sums, beside the quarter before and the targets.

A sum is missing where no file covers any day of the quarter; where files cover a part, it is the sum of that
part, and `covered_days` says how much. Cost is missing as soon as a part of it is: an hour of a person whose
side nobody knows, or a paid channel without its bills. What is divided by each other must be of the same
days: a ratio is missing unless the files of both its sums cover most of the quarter's.
"""

import numpy as np
import pandas as pd

from sharedsocial_utils.client import Activity, Client, Target
from sharedsocial_utils.measuring.attribution import UNWORKED
from sharedsocial_utils.measuring.books import Books
from sharedsocial_utils.measuring.coverage import Days
from sharedsocial_utils.measuring.weekly import SIDES, is_paid, known_cost, shared
from sharedsocial_utils.tables import CHANNELS, ENOUGH_KNOWN, METRICS
from sharedsocial_utils.workspace import Quarter

MEASURES = (
    "hours_company", "hours_agency", "spend", "cost", "items", "interactions", "visits", "contacts",
    "opportunities", "won_value",
)  # fmt: skip


def channel_quarter(books: Books) -> pd.DataFrame:
    """The table of that name, for channels with an activity, a target or anything in the two quarters."""
    quarter = books.calendar.quarter
    now, before = (_measures(books, q, "channel") for q in (quarter, quarter.previous))
    channels = _seen(books, now, before)
    now, before = now.reindex(channels), before.reindex(channels)
    table = now.join(_ratios(books, now)).join(_targets(books, now)).join(before.add_prefix("previous_"))
    covered = [int(_channel_days(books, c)[books.calendar.of_quarter(quarter)].sum()) for c in channels]
    return table.assign(covered_days=covered, expected_days=quarter.days).rename_axis("channel").reset_index()


def _seen(books: Books, *measures: pd.DataFrame) -> list[str]:
    """The channels to show, in the codebook's order."""
    known = {activity.channel for activity in books.client.activities}
    known |= {target.channel for target in books.client.targets}
    for frame in measures:
        some = frame.drop(columns=["cost"])
        known |= set(frame.index[(some.fillna(0) != 0).any(axis=1)])
    return [channel for channel in CHANNELS if channel in known]


def _channel_days(books: Books, channel: str) -> Days:
    """Days that the channel's files cover; for channels without work, the site's analytics."""
    known = books.visit_days if channel in UNWORKED else books.channel_days.get(channel)
    return books.calendar.nothing() if known is None else known


def _ratios(books: Books, now: pd.DataFrame) -> pd.DataFrame:
    """What each channel's results cost: `cost_per_visit, cost_per_interaction, cost_per_contact` with its
    interval, `hours_per_contact`."""
    sheets = all(_most(books, days) for days in books.effort_days.values())
    billed = [not is_paid(channel) or _most(books, books.spend_days.get(channel)) for channel in now.index]
    told = [_most(books, _channel_days(books, channel)) for channel in now.index]
    cost = _known(_known(now["cost"], sheets), billed)
    contacts = _known(now["contacts"], _most(books, books.contact_days))
    fewest, most = _in_the_long_run(contacts)
    return pd.DataFrame(
        {
            "cost_per_visit": _ratio(cost, _known(now["visits"], _most(books, books.visit_days))),
            "cost_per_interaction": _ratio(cost, _known(now["interactions"], told)),
            "cost_per_contact": _ratio(cost, contacts),
            "cost_per_contact_low": _ratio(cost, most),
            "cost_per_contact_high": _ratio(cost, fewest),
            "hours_per_contact": _ratio(_known(_hours(books, now), sheets), contacts),
        }
    )


def _in_the_long_run(contacts: pd.Series) -> tuple[pd.Series, pd.Series]:
    """The fewest and the most contacts a quarter that a channel may bring in the long run: the 90% interval
    that their number leaves open where each comes by itself (Garwood 1936, "Fiducial limits for the Poisson
    distribution"). Missing where none came."""
    from scipy.special import gammaincinv

    some = contacts.where(contacts > 0).to_numpy(dtype="float64")
    fewest, most = gammaincinv(some, 0.05), gammaincinv(some + 1, 0.95)
    return pd.Series(fewest, index=contacts.index), pd.Series(most, index=contacts.index)


def _known(figures: pd.Series, known: bool | list[bool]) -> pd.Series:
    return figures.where(np.broadcast_to(np.asarray(known, dtype=bool), len(figures)))


def _most(books: Books, days: Days | None) -> bool:
    """Whether the days covered are enough of the quarter's."""
    inside = books.calendar.of_quarter(books.calendar.quarter)
    return days is not None and bool((days & inside).sum() >= ENOUGH_KNOWN * inside.sum())


def _hours(books: Books, now: pd.DataFrame) -> pd.Series:
    """Hours by channel; missing as soon as a part is: a side that records, or somebody of neither side."""
    sides = [f"hours_{side}" for side in SIDES if side in books.effort_days]
    effort = _of(books.effort, books.calendar.quarter)
    strangers = now.index.isin(effort.loc[effort["side"].isna(), "channel"])
    return now[sides].sum(axis=1, min_count=max(1, len(sides))).where(~strangers)


def _ratio(above: pd.Series, below: pd.Series) -> pd.Series:
    """Missing where nothing came back, and where nobody worked: no work has no price."""
    return above.where(above > 0) / below.where(below > 0)


def _measures(books: Books, quarter: Quarter, by: str) -> pd.DataFrame:
    """The measures of a quarter by channel or activity, missing where no file speaks of the quarter."""
    keys = list(CHANNELS) if by == "channel" else [activity.id for activity in books.client.activities]
    table = pd.DataFrame(index=pd.Index(keys, dtype="str"), columns=list(MEASURES), dtype="float64")
    days = books.calendar.of_quarter(quarter)
    _add_effort(table, books, quarter, by)
    table["items"] = _items(books, quarter, by, table.index)
    table["interactions"] = _interactions(books, quarter, by, table.index)
    contacts = _of(books.contacts, quarter)
    has_contacts = bool((books.contact_days & days).any())
    if (books.visit_days & days).any():
        table["visits"] = _sum(_of(books.visits, quarter), "sessions", by, table.index).fillna(0.0)
    if has_contacts:
        table["contacts"] = _count(contacts[contacts["stage"] == "contact"], by, table.index)
        table["opportunities"] = _count(contacts[contacts["stage"] == "opportunity"], by, table.index)
        table["won_value"] = _won_value(contacts[contacts["stage"] == "won"], by, table.index)
    return table


def _won_value(won: pd.DataFrame, by: str, keys: pd.Index) -> pd.Series:
    """The amounts of what was won: 0 where nothing was, missing where no amount is known."""
    return _sum(won, "value", by, keys).where(_count(won, by, keys) > 0, 0.0)


def _add_effort(table: pd.DataFrame, books: Books, quarter: Quarter, by: str) -> None:
    """Fills hours, spend and cost."""
    effort = _of(books.effort.dropna(subset=["activity"]), quarter)
    days = books.calendar.of_quarter(quarter)
    cost = pd.Series(0.0, index=table.index)
    for side in SIDES:
        if side not in books.effort_days:
            continue
        covered = bool((books.effort_days[side] & days).any())
        rows = effort[effort["side"] == side]
        table[f"hours_{side}"] = _sum(rows, "hours", by, table.index).fillna(0.0) if covered else np.nan
        cost = cost + (_sum(rows, "cost", by, table.index).fillna(0.0) if covered else np.nan)
    spend = _sum(_of(books.daily_spend, quarter), "amount", by, table.index)
    channels = pd.Series(_channels(books, by, table.index), index=table.index, dtype="str")
    paid = channels.map(is_paid).astype(bool)
    billed = channels.isin(_touching(books.spend_days, days))
    table["spend"] = spend.where(spend.notna() | ~(paid & billed), 0.0)
    unpriced = _count(effort[effort["cost"].isna()], by, table.index) > 0
    known = (bool(books.effort_days) | paid) & ~unpriced
    table["cost"] = (cost + table["spend"].where(paid, table["spend"].fillna(0.0))).where(known)


def _touching(known: dict[str, Days], days: Days) -> list[str]:
    """The keys with any covered day among the days."""
    return [key for key, covered in known.items() if (covered & days).any()]


def _channels(books: Books, by: str, keys: pd.Index) -> list[str]:
    if by == "channel":
        return list(keys)
    return [activity.channel for activity in books.client.activities]


def _items(books: Books, quarter: Quarter, by: str, keys: pd.Index) -> pd.Series:
    """What was published or answered, the public's comments left out."""
    ours = books.items[books.items["side"].fillna("") != "public"]
    counted = _count(_of(ours, quarter), by, keys)
    days = books.calendar.of_quarter(quarter)
    posts, replies = _touching(books.post_days, days), _touching(books.reply_days, days)
    if by == "channel":
        known = [key in posts or key in replies for key in keys]
    else:
        known = [a.channel in (replies if a.kind == "reply" else posts) for a in books.client.activities]
    return counted.where(pd.Series(known, index=keys, dtype=bool) | (counted > 0))


def _interactions(books: Books, quarter: Quarter, by: str, keys: pd.Index) -> pd.Series:
    """The channels' daily figures; where there are none, those of their items (see `Books`)."""
    if by == "activity":
        return _sum(_of(books.activity_interactions, quarter), "interactions", by, keys)
    of_items = _sum(_of(books.item_interactions, quarter), "interactions", by, keys)
    of_days = _sum(_of(books.daily_interactions, quarter), "interactions", by, keys)
    return of_days.fillna(of_items)


def _of(rows: pd.DataFrame, quarter: Quarter) -> pd.DataFrame:
    first, last = pd.Timestamp(quarter.first_day), pd.Timestamp(quarter.last_day)
    return rows[(rows["date"] >= first) & (rows["date"] <= last)]


def _sum(rows: pd.DataFrame, value: str, by: str, keys: pd.Index) -> pd.Series:
    return rows.groupby(by)[value].sum(min_count=1).reindex(keys).astype("float64")


def _count(rows: pd.DataFrame, by: str, keys: pd.Index) -> pd.Series:
    return rows.groupby(by).size().reindex(keys).fillna(0).astype("float64")


def _targets(books: Books, now: pd.DataFrame) -> pd.DataFrame:
    """`target_metric, target, target_share` of each channel's first target."""
    rows = {}
    for target in reversed(books.client.targets):
        reached = _reached(books, now, target)
        rows[target.channel] = (target.metric, target.value, reached / target.value)
    columns = ["target_metric", "target", "target_share"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).reindex(now.index)
    return table.astype({"target_metric": "str", "target": "float64", "target_share": "float64"})


def _reached(books: Books, now: pd.DataFrame, target: Target) -> float:
    """What the channel reached of the target's metric in the quarter; NaN where nothing tells."""
    if target.metric in now.columns:
        return float(now[target.metric].get(target.channel, np.nan))
    metrics = books.metrics
    rows = metrics[(metrics["channel"] == target.channel) & (metrics["metric"] == target.metric)]
    rows = rows[rows["item_id"].isna() & rows["value"].notna()]
    daily = _of(rows, books.calendar.quarter)
    if daily.empty:
        return float("nan")
    if METRICS[target.metric].kind == "stock":
        return float(daily.sort_values("date")["value"].iloc[-1])
    return float(daily["value"].sum()) if METRICS[target.metric].summable else float("nan")


def activity_quarter(books: Books, weekly: pd.DataFrame) -> pd.DataFrame:
    """The table of that name. `weekly`: `activity_weekly`, whose cost splits the common results."""
    quarter = books.calendar.quarter
    now, before = (
        _with_shared(_measures(books, q, "activity"), books, weekly, q) for q in (quarter, quarter.previous)
    )
    facts = pd.DataFrame([_facts(activity, books.client, quarter) for activity in books.client.activities])
    previous = before[["hours_company", "hours_agency", "contacts"]].add_prefix("previous_")
    table = now.drop(columns=["opportunities", "won_value"]).join(previous)
    own_cost = books.client.agency.internal_cost
    table["internal_cost"] = now["hours_agency"] * (np.nan if own_cost is None else own_cost)
    if facts.empty:
        return table.rename_axis("activity").reset_index()
    return facts.join(table, on="activity")


def _facts(activity: Activity, client: Client, quarter: Quarter) -> dict[str, object]:
    begun = max(quarter.first_day, activity.since or quarter.first_day)
    weeks = max((quarter.last_day - begun).days + 1, 0) / 7
    facts = activity.model_dump(include={"channel", "kind", "role", "phase", "importance", "voice"})
    return {
        "activity": activity.id,
        **facts,
        "planned_hours_company": activity.planned.company * weeks,
        "planned_hours_agency": activity.planned.agency * weeks,
        **{f"skill_{side}": _best_skill(client, side, activity.channel) for side in SIDES},
    }


def _best_skill(client: Client, side: str, channel: str) -> object:
    """The best skill of a side's people on a channel; missing where the side has nobody."""
    skills = [person.skills.get(channel, 0) for person in client.people if person.side == side]
    return max(skills) if skills else pd.NA


def _with_shared(table: pd.DataFrame, books: Books, weekly: pd.DataFrame, quarter: Quarter) -> pd.DataFrame:
    """Visits and contacts as in `activity_weekly`, of the quarter's days only."""
    contacts = books.contacts[books.contacts["stage"] == "contact"]
    grid = weekly.assign(known_cost=known_cost(weekly, books.client))
    ids = grid["activity"]
    sums = {
        name: [
            side.groupby(ids).sum().reindex(table.index) for side in shared(grid, _of(rows, quarter), amount)
        ]
        for name, rows, amount in (("visits", books.visits, "sessions"), ("contacts", contacts, None))
    }
    known = table["contacts"].notna()
    low, middle, high = (side.where(known) for side in sums["contacts"])
    visits = sums["visits"][1].where(table["visits"].notna())
    return table.assign(visits=visits, contacts_low=low, contacts=middle, contacts_high=high)
