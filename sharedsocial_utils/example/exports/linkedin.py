"""LinkedIn page analytics, "content": a workbook of at most 365 days (format notes, 6.2).

Sheets `Metrics` and `All posts`, each with a line of description above the header; days as text MM/DD/YYYY,
rates as fractions. What a post brought is counted on its day. The descriptions' words are from memory.
"""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta

from sharedsocial_utils.example.content import Item
from sharedsocial_utils.example.days import END, START
from sharedsocial_utils.example.exports.shape import Cell, workbook
from sharedsocial_utils.example.world import World

_FIGURES = {"Clicks": "link_clicks", "Reactions": "reactions", "Comments": "comments", "Reposts": "shares"}
_KINDS = ("organic", "sponsored", "total")
_METRICS: tuple[str, ...] = (
    "Date", *(f"Impressions ({kind})" for kind in _KINDS), "Unique impressions (organic)",
    *(f"{name} ({kind})" for name in _FIGURES for kind in _KINDS),
    *(f"Engagement rate ({kind})" for kind in _KINDS),
)  # fmt: skip
_POSTS = (
    "Post title", "Post link", "Post type", "Campaign name", "Posted by", "Created date",
    "Campaign start date", "Campaign end date", "Audience", "Impressions",
    "Views (Excluding offsite video views)", "Offsite Views", "Clicks", "Click through rate (CTR)", "Likes",
    "Comments", "Reposts", "Follows", "Engagement rate", "Content Type",
)  # fmt: skip


def files(world: World) -> dict[str, bytes]:
    """A workbook per year of the activity, counted back from the end; none if nothing was posted."""
    posts = [item for item in world.items if item.channel == "linkedin"]
    if not posts:
        return {}
    found = {}
    last, begun = END, max(START, posts[0].done_at.date().replace(day=1))
    while last >= begun:
        first = max(begun, last - timedelta(days=364))
        found[f"linkedin/{world.cast.id}_content_{_milliseconds(last)}.xlsx"] = _book(
            world, posts, first, last
        )
        last = first - timedelta(days=1)
    return found


def _milliseconds(last: date) -> int:
    """The moment of the download, two days after the last day, as the file's name has it."""
    return int(datetime.combine(last + timedelta(days=2), time(9), UTC).timestamp()) * 1000


def _book(world: World, posts: list[Item], first: date, last: date) -> bytes:
    shown = [post for post in posts if first <= post.done_at.date() <= last]
    about: list[Cell] = ["Aggregated engagement metrics for the page's organic and sponsored posts."]
    posts_about: list[Cell] = ["Engagement metrics for each post of the page."]
    rows = [_post(world, post) for post in reversed(shown)]
    return workbook(
        {
            "Metrics": [about, list(_METRICS), *_days(shown, first, last)],
            "All posts": [posts_about, list(_POSTS), *rows],
        }
    )


def _days(posts: list[Item], first: date, last: date) -> list[list[Cell]]:
    sums: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for post in posts:
        for name, count in post.figures.items():
            sums[post.done_at.date()][name] += count
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [_day(day, sums[day]) for day in days]


def _day(day: date, figures: dict[str, int]) -> list[Cell]:
    views = figures.get("views", 0)
    counts = [figures.get(name, 0) for name in _FIGURES.values()]
    rate: Cell = round(sum(counts) / views, 6) if views else 0
    row: list[Cell] = [f"{day:%m/%d/%Y}", views, 0, views, figures.get("reach", 0)]
    for count in counts:
        row += [count, 0, count]
    return [*row, rate, 0, rate]


def _post(world: World, post: Item) -> list[Cell]:
    had = post.figures
    engaged = sum(had[name] for name in _FIGURES.values())
    return [
        post.text, f"https://www.linkedin.com/feed/update/urn:li:activity:{post.id}", "Organic", "",
        world.cast.worker(post.worker).name, f"{post.done_at:%m/%d/%Y}", "", "", "All followers",
        had["views"], "", "", had["link_clicks"], round(had["link_clicks"] / had["views"], 6),
        had["reactions"], had["comments"], had["shares"], had["follows"],
        round(engaged / had["views"], 6), "Image",
    ]  # fmt: skip
