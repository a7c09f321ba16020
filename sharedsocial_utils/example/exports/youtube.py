"""YouTube Studio, advanced mode, "Export current view": a zip per quarter (format notes, 4.1).

English headers and dates, as an Italian channel's real file has them too. `Table data.csv` begins with the
Total; `Totals.csv` has the views of each day; `Chart data.csv` the plotted video's. A space stands before an
id that begins with a hyphen.
"""

from datetime import timedelta

import numpy as np

from sharedsocial_utils.example.content import Video
from sharedsocial_utils.example.days import DAYS, QUARTERS, START, english_day
from sharedsocial_utils.example.exports.shape import Cell, archive, table
from sharedsocial_utils.example.world import World
from sharedsocial_utils.workspace import Quarter

_HEADER = (
    "Content", "Video title", "Video publish time", "Duration", "Views", "Watch time (hours)", "Subscribers",
    "Likes", "Comments added", "Shares", "Thumbnail impressions", "Thumbnail click-through rate (%)",
)  # fmt: skip
_SUMMED = ("views", "watch_seconds", "subscribers", "reactions", "comments", "shares", "impressions")


def files(world: World) -> dict[str, bytes]:
    """A zip per quarter in which any video was seen."""
    found = {}
    for quarter in QUARTERS:
        seen = [video for video in world.videos if video.figures[quarter]["views"]]
        if seen and world.cast.is_exported("youtube", quarter):
            end = quarter.last_day + timedelta(days=1)
            name = f"youtube/Content {quarter.first_day}_{end} {world.cast.company}.zip"
            found[name] = archive(_members(quarter, seen))
    return found


def _members(quarter: Quarter, seen: list[Video]) -> dict[str, str]:
    ranked = sorted(seen, key=lambda video: (-video.figures[quarter]["views"], video.item.id))
    rows = [_table_row(_id(v), v.item.title, _published(v), v.seconds, v.figures[quarter]) for v in ranked]
    total = {name: sum(video.figures[quarter][name] for video in seen) for name in _SUMMED}
    return {
        "Table data.csv": table([_HEADER, _table_row("Total", "", "", "", total), *rows]),
        "Chart data.csv": table(_chart(quarter, ranked[0])),
        "Totals.csv": table(_totals(quarter, seen)),
    }


def _table_row(key: str, title: str, published: str, seconds: Cell, figures: dict[str, int]) -> list[Cell]:
    rate = f"{100 * figures['views'] * 0.55 / figures['impressions']:.2f}" if figures["impressions"] else ""
    return [
        key, title, published, seconds, figures["views"], f"{figures['watch_seconds'] / 3600:.4f}",
        figures["subscribers"], figures["reactions"], figures["comments"], figures["shares"],
        figures["impressions"], rate,
    ]  # fmt: skip


def _id(video: Video) -> str:
    return f" {video.item.id}" if video.item.id.startswith("-") else video.item.id


def _published(video: Video) -> str:
    return english_day(video.item.done_at.date())


def _chart(quarter: Quarter, video: Video) -> list[list[Cell]]:
    header: list[Cell] = ["Date", "Content", "Video title", "Video publish time", "Views"]
    title, published = video.item.title, _published(video)
    return [header] + [
        [str(DAYS[n]), _id(video), title, published, int(video.daily_views[n])] for n in _days(quarter)
    ]


def _totals(quarter: Quarter, seen: list[Video]) -> list[list[Cell]]:
    daily = np.sum([video.daily_views for video in seen], axis=0).tolist()
    rows: list[list[Cell]] = [[str(DAYS[n]), daily[n]] for n in _days(quarter)]
    return [["Date", "Views"], *rows]


def _days(quarter: Quarter) -> range:
    first = (quarter.first_day - START).days
    return range(first, first + quarter.days)
