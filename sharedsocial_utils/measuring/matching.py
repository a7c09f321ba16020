"""Whose work it is: time entries, planned pieces, published items and money => activities of client.toml.

A time entry is an activity's if

- its project fits one of `match.projects` and, where the activity names `match.tasks`, its task fits one of
  them (in time sheets a task is a part of its project), or
- the activity names tasks but no projects and the task fits, or
- one of its tags fits one of `match.tags`.

Where several activities fit, the one with more of its kinds of pattern fitting wins, then the one with fewer
left unfitted, then the one whose fitting patterns are the most specific (letters besides `*` and `?`), then
the first in client.toml. An entry is never split: nobody wrote down how, and the first activity in the file
is where both sides look first.
"""

from collections.abc import Callable

import pandas as pd

from sharedsocial_utils.client import Activity, Client, Match, matches
from sharedsocial_utils.measuring.attribution import activity_of_campaign, literals

Score = tuple[int, int, int]


def fill_effort(effort: pd.DataFrame, client: Client) -> pd.DataFrame:
    """The table `effort` with `activity`, `channel` (missing where none fits) and `cost` (hours at the rate
    of the side; missing for a person of neither side)."""
    texts = _texts(effort, ["project", "task", "tags"])
    activity = _looked_up(texts, lambda project, task, tags: activity_of_entry(client, project, task, tags))
    rate = effort["side"].map(rates(client)).astype("float64")
    return effort.assign(
        activity=activity, channel=channel_of_activity(activity, client), cost=effort["hours"] * rate
    )


def rates(client: Client) -> dict[str, float]:
    """What an hour of each side costs the client, in its currency."""
    return {"company": client.company.hourly_cost, "agency": client.agency.hourly_rate}


def channel_of_activity(activity: pd.Series, client: Client) -> pd.Series:
    """The channel of each activity's id; missing stays missing."""
    return activity.map({known.id: known.channel for known in client.activities}).astype("str")


def activity_of_entry(client: Client, project: str, task: str, tags: str) -> str | None:
    """The id of the activity that an entry is work for, by the module's rule; None if none fits."""
    best: tuple[Score, str | None] = ((0, 0, 0), None)
    for activity in client.activities:
        score = _score(activity.match, project, task, tags)
        if score > best[0]:
            best = (score, activity.id)
    return best[1]


def _score(match: Match, project: str, task: str, tags: str) -> Score:
    """How well an entry fits: kinds of pattern that fit, minus those that do not, how specific they are."""
    by_tag = _best_literals(match.tags, _split(tags))
    by_project = _best_literals(match.projects, [project])
    by_task = _best_literals(match.tasks, [task])
    if match.projects and match.tasks and (by_project is None or by_task is None):
        by_project = by_task = None
    fitted = [found for found in (by_project, by_task, by_tag) if found is not None]
    declared = sum(bool(patterns) for patterns in (match.projects, match.tasks, match.tags))
    return len(fitted), len(fitted) - declared, sum(fitted)


def _best_literals(patterns: tuple[str, ...], texts: list[str]) -> int | None:
    known = [text for text in texts if text.strip()]
    return max((literals(p) for p in patterns if any(matches((p,), t) for t in known)), default=None)


def _split(tags: str) -> list[str]:
    return [tag.strip() for tag in tags.split(",")]


def fill_plan_items(plan_items: pd.DataFrame, client: Client) -> pd.DataFrame:
    """The table `plan_items` with `activity` and `channel`.

    Labels and the list are read like tags, then labels like projects, then the title like a task; where no
    activity fits, a label or a word of the title that is a channel's name gives the channel, and the activity
    if the channel has only one.
    """
    texts = _texts(plan_items, ["tags", "title"])
    activity = _looked_up(texts, lambda tags, title: _activity_of_piece(client, tags, title))
    channel = channel_of_activity(activity, client)
    named = _looked_up(texts, lambda tags, title: _channel_named(client, tags, title))
    only = {a.channel: a.id for a in client.activities if _alone(client, a.channel)}
    return plan_items.assign(
        activity=activity.fillna(named.map(only)).astype("str"), channel=channel.fillna(named).astype("str")
    )


def _activity_of_piece(client: Client, tags: str, title: str) -> str | None:
    for label in [*_split(tags), title]:
        found = activity_of_entry(client, label, title, tags)
        if found:
            return found
    return activity_of_entry(client, "", title, tags)


def _channel_named(client: Client, tags: str, title: str) -> str | None:
    words = [*(tag.casefold() for tag in _split(tags)), *title.casefold().replace(":", " ").split()]
    names = {activity.channel for activity in client.activities}
    return next((word for word in words if word in names), None)


def _alone(client: Client, channel: str) -> bool:
    return len(on_channel(client, channel)) == 1


def on_channel(client: Client, channel: str) -> list[Activity]:
    """The activities on a channel, in the order of client.toml."""
    return [activity for activity in client.activities if activity.channel == channel]


def activity_of_item(client: Client, channel: str, kind: str, side: str) -> str | None:
    """The activity that a published item belongs to.

    The activity of its channel and kind (a comment of one of us is a reply); of several, the one whose voice
    is the item's side; where the channel has none of the kind, its only activity that publishes.
    """
    kind = "reply" if kind == "comment" else kind
    publishing = [a for a in on_channel(client, channel) if a.kind not in ("monitoring", "ads")]
    same = [activity for activity in publishing if activity.kind == kind]
    same = [activity for activity in same if activity.voice == side] or same
    if not same and kind != "reply":
        same = [activity for activity in publishing if activity.kind != "reply"]
    return same[0].id if len(same) == 1 else None


def activity_of_spend(client: Client, channel: str, campaign: str) -> str | None:
    """Whose money it is: by campaign, else the channel's first of kind ads, else first."""
    known = on_channel(client, channel)
    by_campaign = activity_of_campaign(client, [campaign])
    if by_campaign in {activity.id for activity in known}:
        return by_campaign
    known.sort(key=lambda activity: activity.kind != "ads")
    return known[0].id if known else None


def looked_up_items(items: pd.DataFrame, client: Client) -> pd.Series:
    """The activity of each row of `items`; missing where it is not one activity's."""
    texts = _texts(items, ["channel", "kind", "side"])
    return _looked_up(texts, lambda channel, kind, side: activity_of_item(client, channel, kind, side))


def looked_up_spend(spend: pd.DataFrame, client: Client) -> pd.Series:
    """The activity of each row of `spend`; missing where the channel has none."""
    texts = _texts(spend, ["channel", "campaign"])
    return _looked_up(texts, lambda channel, campaign: activity_of_spend(client, channel, campaign))


def _texts(frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    texts = frame[names].astype("object")
    return texts.where(texts.notna(), "")


def _looked_up(texts: pd.DataFrame, look_up: Callable[..., str | None]) -> pd.Series:
    found = {row: look_up(*row) for row in set(texts.itertuples(index=False, name=None))}
    values = [found[row] for row in texts.itertuples(index=False, name=None)]
    return pd.Series(values, index=texts.index, dtype="str")
