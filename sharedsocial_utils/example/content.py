"""What was published: posts, photos, videos and answers, and how people took part."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from sharedsocial_utils.example import words
from sharedsocial_utils.example.chance import digits, letters, pick, stream
from sharedsocial_utils.example.days import DAYS, END, QUARTERS, START
from sharedsocial_utils.example.effort import Entry
from sharedsocial_utils.example.spec import Activity, Cast
from sharedsocial_utils.workspace import Quarter

MEDIAN_VIEWS = {"blog": 0, "facebook": 620, "instagram": 900, "x": 70, "linkedin": 260, "youtube": 0}


class Item(NamedTuple):
    """One thing published; `done_at` is in the client's time zone. Figures are those of the export day."""

    activity: str
    channel: str
    id: str
    done_at: datetime
    worker: str
    kind: str
    title: str
    text: str
    figures: dict[str, int]


class Comment(NamedTuple):
    """One comment on the blog; `worker` is empty for the public, `answers` the comment it replies to."""

    id: int
    post: Item
    at: datetime
    author: str
    worker: str
    answers: int
    text: str


class Video(NamedTuple):
    """A video with its views of every day of the demo."""

    item: Item
    seconds: int
    daily_views: NDArray[np.int64]
    figures: dict[Quarter, dict[str, int]]


def items(cast: Cast, seed: int, work: list[Entry]) -> list[Item]:
    """All posts, photos and videos, in order of time: one whenever enough hours have gone into it."""
    found = [
        item
        for activity in cast.activities
        if activity.hours_per_item
        for item in _activity_items(cast, seed, activity, [e for e in work if e.activity == activity.id])
    ]
    return sorted(found, key=lambda item: (item.done_at, item.channel, item.id))


def _activity_items(cast: Cast, seed: int, activity: Activity, work: list[Entry]) -> Iterator[Item]:
    chance = stream(seed, cast.number, "items", activity.id)
    titles = words.titles(cast.export_language, cast.industry, chance)
    hours = float(chance.uniform(0, activity.hours_per_item))
    count = 0
    for entry in work:
        hours += entry.hours
        if hours >= activity.hours_per_item:
            hours -= activity.hours_per_item
            count += 1
            yield _item(cast, activity, chance, entry, titles[count % len(titles)], count)


def _item(cast: Cast, activity: Activity, chance: Generator, entry: Entry, title: str, count: int) -> Item:
    minute = int(chance.integers(8 * 60, 21 * 60))
    done_at = datetime.combine(entry.day, time(), ZoneInfo(cast.timezone)) + timedelta(minutes=minute)
    kind = "reply" if activity.channel == "x" and count % 6 == 0 else activity.kind
    text = f"@ospite_{int(chance.integers(10, 99))} {title}" if kind == "reply" else title
    figures = _figures(activity, chance)
    return Item(
        activity.id, activity.channel, _item_id(activity, chance, count), done_at, entry.worker, kind,
        title, text, figures,
    )  # fmt: skip


def _item_id(activity: Activity, chance: Generator, count: int) -> str:
    if activity.channel == "youtube":
        found = letters(chance, 11)
        return f"-{found[1:]}" if count == 3 else found.replace("-", "a", 1)
    if activity.channel == "blog":
        return str(1200 + 7 * count)
    return digits(chance, 19 if activity.channel in ("x", "linkedin") else 17)


def _figures(activity: Activity, chance: Generator) -> dict[str, int]:
    median = MEDIAN_VIEWS[activity.channel]
    if not median:
        return {}
    views = int(chance.lognormal(np.log(median * (1.6 if activity.kind == "video" else 1.0)), 0.45))
    shares = {"reactions": 0.032, "comments": 0.006, "shares": 0.004, "saves": 0.005, "link_clicks": 0.012}
    if activity.channel == "x":
        shares = {name: share / 4 for name, share in shares.items()}
    figures = {name: int(chance.poisson(views * share)) for name, share in shares.items()}
    reach = int(views * chance.uniform(0.68, 0.9))
    return {"views": views, "reach": reach, "follows": int(chance.poisson(views / 900)), **figures}


def comments(cast: Cast, seed: int, posts: list[Item]) -> list[Comment]:
    """The comments on the blog and the answers to them, in order of time."""
    chance = stream(seed, cast.number, "comments")
    drafts: list[Comment] = []
    for post in posts:
        for _ in range(int(chance.poisson(1.3))):
            drafts += _comment_and_answer(cast, chance, post, 2 * len(drafts) + 1)
    end = datetime.combine(END + timedelta(days=1), time(), ZoneInfo(cast.timezone))
    return _numbered([draft for draft in drafts if draft.at < end])


def _comment_and_answer(cast: Cast, chance: Generator, post: Item, number: int) -> Iterator[Comment]:
    name = f"{pick(chance, words.FIRST_NAMES)} {pick(chance, words.LAST_NAMES)}"
    at = post.done_at + timedelta(minutes=int(chance.exponential(6 * 24 * 60)) + 7)
    text = pick(chance, words.COMMENTS[cast.export_language])
    yield Comment(number, post, at, name, "", 0, text)
    answered_at = at + timedelta(minutes=int(chance.exponential(30 * 60)) + 45)
    speaker = _who_answers(cast, chance, answered_at.date())
    if speaker:
        worker = cast.worker(speaker)
        text = pick(chance, words.ANSWERS[cast.export_language])
        yield Comment(number + 1, post, answered_at, worker.name, worker.id, number, text)


def _who_answers(cast: Cast, chance: Generator, day: date) -> str:
    luck, whose = chance.random(2)
    replies = [a for a in cast.on_channel("blog") if a.kind == "reply" and a.level(day)]
    is_urgent = any(urgency.first <= day <= urgency.last for urgency in cast.urgencies)
    if not replies or luck > (0.3 if is_urgent else 0.8):
        return ""
    company = [worker for worker in replies[0].workers if cast.worker(worker).side == "company"]
    agency = [worker.id for worker in cast.side_of("agency")]
    return company[0] if company and whose < 0.85 else agency[0]


def _numbered(drafts: list[Comment]) -> list[Comment]:
    """The comments in order of time under rising ids."""
    in_order = sorted(drafts, key=lambda comment: (comment.at, comment.id))
    ids = {comment.id: 300 + number for number, comment in enumerate(in_order)}
    return [c._replace(id=ids[c.id], answers=ids.get(c.answers, 0)) for c in in_order]


def videos(cast: Cast, seed: int, published: list[Item]) -> list[Video]:
    """The videos with their views per day: a peak after publication that fades to a small rest."""
    return [
        _video(item, stream(seed, cast.number, "video", item.id))
        for item in published
        if item.channel == "youtube"
    ]


def _video(item: Item, chance: Generator) -> Video:
    age = np.arange(len(DAYS)) - (item.done_at.date() - START).days
    peak = float(chance.lognormal(np.log(14), 0.5))
    expected = np.where(age >= 0, peak * np.exp(-np.maximum(age, 0) / 18) + 0.35, 0.0)
    daily = chance.poisson(expected)
    figures = {}
    for quarter in QUARTERS:
        views = _in_quarter(daily, quarter)
        figures[quarter] = {
            "views": views,
            "watch_seconds": int(views * chance.uniform(60, 110)),
            "impressions": int(views * chance.uniform(9, 14)),
            "reactions": int(chance.poisson(views * 0.025)),
            "comments": int(chance.poisson(views * 0.004)),
            "shares": int(chance.poisson(views * 0.008)),
            "subscribers": int(chance.poisson(views * 0.004)) - int(chance.poisson(views * 0.001)),
        }
    return Video(item, int(chance.integers(70, 420)), daily.astype(np.int64), figures)


def _in_quarter(daily: NDArray[np.int64], quarter: Quarter) -> int:
    return int(daily[(quarter.first_day - START).days : (quarter.last_day - START).days + 1].sum())
