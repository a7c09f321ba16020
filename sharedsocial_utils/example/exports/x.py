"""The new X analytics: posts of a quarter and the account's days (format notes, 3.3).

UTF-8 without BOM, English in every language, days as `"Sat, Sep 6, 2025"`; the overview is newest first and
has no newline at its end. All that a post brought is counted on its day.
"""

from collections import defaultdict
from datetime import timedelta

from sharedsocial_utils.example.chance import stream
from sharedsocial_utils.example.content import Item
from sharedsocial_utils.example.days import QUARTERS, english_weekday
from sharedsocial_utils.example.exports.shape import Cell, table
from sharedsocial_utils.example.spec import Cast
from sharedsocial_utils.example.world import World
from sharedsocial_utils.workspace import Quarter

_CONTENT = (
    "Post id", "Date", "Post text", "Post Link", "Impressions", "Likes", "Engagements", "Bookmarks", "Shares",
    "New follows", "Replies", "Reposts", "Profile visits", "Detail Expands", "URL Clicks", "Hashtag Clicks",
    "Permalink Clicks",
)  # fmt: skip
_OVERVIEW = (
    "Date", "Impressions", "Likes", "Engagements", "Bookmarks", "Shares", "New follows", "Unfollows",
    "Replies", "Reposts", "Profile visits", "Create Post", "Video views", "Media views",
)  # fmt: skip


def files(world: World) -> dict[str, bytes]:
    """Two files per quarter in which anything was posted."""
    found = {}
    for quarter in QUARTERS:
        posts = world.items_in(quarter, "x")
        if posts and world.cast.is_exported("x", quarter):
            period = f"{quarter.first_day}_{quarter.last_day}"
            rows = [_post(world, post) for post in reversed(posts)]
            found[f"x/{quarter}/account_analytics_content_{period}.csv"] = table([_CONTENT, *rows]).encode()
            overview = table([_OVERVIEW, *_days(world, quarter, posts)])
            found[f"x/{quarter}/account_overview_analytics.csv"] = overview.rstrip("\n").encode()
    return found


def handle(cast: Cast) -> str:
    """The account's handle, without the `@`."""
    return cast.id.replace("-", "_")


def _figures(post: Item) -> dict[str, int]:
    """A post's figures under the names of both exports; what X calls Shares is a link copied elsewhere."""
    had = post.figures
    counts = {
        "Likes": had["reactions"], "Bookmarks": had["saves"], "Replies": had["comments"],
        "Reposts": had["shares"], "Shares": 0, "New follows": had["follows"],
        "URL Clicks": had["link_clicks"],
    }  # fmt: skip
    return {"Impressions": had["views"], "Engagements": sum(counts.values()), **counts}


def _post(world: World, post: Item) -> list[Cell]:
    figures = _figures(post)
    link = f"https://x.com/{handle(world.cast)}/status/{post.id}"
    head: list[Cell] = [post.id, english_weekday(post.done_at.date()), post.text, link]
    return head + [figures.get(name, 0) for name in _CONTENT[4:]]


def _days(world: World, quarter: Quarter, posts: list[Item]) -> list[list[Cell]]:
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for post in posts:
        day = sums[english_weekday(post.done_at.date())]
        day["Create Post"] += 1
        for name, count in _figures(post).items():
            day[name] += count
    lost = stream(world.seed, world.cast.number, "unfollows", str(quarter)).random(quarter.days) < 0.03
    rows: list[list[Cell]] = []
    for number in reversed(range(quarter.days)):
        date = english_weekday(quarter.first_day + timedelta(days=number))
        figures = {**sums[date], "Unfollows": int(lost[number])}
        rows.append([date, *(figures.get(name, 0) for name in _OVERVIEW[1:])])
    return rows
