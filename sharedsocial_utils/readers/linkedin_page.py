"""LinkedIn page analytics: workbooks of the page's content, its new followers and its visitors.

Page admin view > Analytics > Content (or Followers, Visitors) > (period) > Export: an .xls (older: true BIFF)
or .xlsx named `PAGE_content_1790928000000.xls`, where the number is the moment of the download. At most 365
days. Content has a line of description above the header of each of its two sheets:

    Metrics    Date, Impressions (organic), Impressions (sponsored), Impressions (total), Unique impressions
                 (organic), Clicks (organic), ... Engagement rate (total)
               07/01/2026, 118, 0, 118, 90, 4, ... 0.05
    All posts  Post title, Post link, Post type, Campaign name, Posted by, Created date, ... Impressions, ...
                 Clicks, Click through rate (CTR), Likes, Comments, Reposts, Follows, Engagement rate, ...
               La torre, https://www.linkedin.com/feed/update/urn:li:activity:7200000000000000001, ...

`Metrics` has one row per day, `All posts` one per post with its figures to the download. Days are written
month first in every language; rates are fractions. Counts may be negative: LinkedIn takes back reactions and
clicks that were removed later, on the day of the removal, so they are read as they are. Reposts were called
Shares until 2022. A post's id is the number in its address. `Posted by` is looked up in client.toml and, if
it is nobody's there, dropped. A day without a time: midnight of the client's zone stands for it.

Followers: the first sheet has the new followers of each day (not their number). Visitors: the first sheet has
page views. Their other sheets are counts by place, function, seniority ...: no data for us. Sheets are known
by their headings; those of other languages than English are not confirmed.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pandas as pd

from sharedsocial_utils.readers import _posts
from sharedsocial_utils.readers._posts import headings
from sharedsocial_utils.reading.door import Claim, Export, Head, first_claim, no
from sharedsocial_utils.reading.source import Rows, Source, Table

DAILY = {
    "impressions": ("Impressions (total)",),
    "reach": ("Unique impressions (organic)",),
    "clicks": ("Clicks (total)",),
    "reactions": ("Reactions (total)",),
    "comments": ("Comments (total)",),
    "shares": ("Reposts (total)", "Shares (total)"),
    "follows": ("Total followers",),
    "profile_visits": ("Total page views (total)",),
}
DAILY_FIELDS = {"day": ("Date",), "engagement_rate": ("Engagement rate (total)",), **DAILY}
POST = {
    "impressions": ("Impressions",),
    "views": ("Views (Excluding offsite video views)", "Views"),
    "clicks": ("Clicks",),
    "reactions": ("Likes",),
    "comments": ("Comments",),
    "shares": ("Reposts", "Shares"),
    "follows": ("Follows",),
}
POST_FIELDS = {
    "title": ("Post title",),
    "url": ("Post link",),
    "author": ("Posted by",),
    "day": ("Created date",),
    "content": ("Content Type",),
    "click_rate": ("Click through rate (CTR)",),
    "engagement_rate": ("Engagement rate",),
    **POST,
}
_PARTS = ("Impressions", "Clicks", "Reactions", "Comments", "Reposts", "Shares", "Engagement rate")
IGNORES = {
    **{f"{name} ({kind})": "a part of the total" for name in _PARTS for kind in ("organic", "sponsored")},
    "Sponsored followers": "a part of the total",
    "Organic followers": "a part of the total",
    "Auto-invited followers": "a part of the total",
    **{
        f"{page} {what} ({device})": "a part of the total, or not in the codebook"
        for page in ("Overview", "Life", "Jobs", "Total")
        for what in ("page views", "unique visitors")
        for device in ("desktop", "mobile", "total")
        if (page, what, device) != ("Total", "page views", "total")
    },
    "Post type": "organic or sponsored: the figures are of both",
    "Campaign name": "spend comes from Campaign Manager",
    "Campaign start date": "spend comes from Campaign Manager",
    "Campaign end date": "spend comes from Campaign Manager",
    "Audience": "not a result",
    "Offsite Views": "views elsewhere",
}
EXPORT = Export(
    service="LinkedIn page",
    menu="Page admin view > Analytics > Content, Followers or Visitors > Export",
    tables=("items", "metrics"),
    layouts={
        "content": "sheets Metrics and All posts (four parsers, 2022-2025)",
        "followers": "new followers per day, then sheets by place and function (parsers)",
        "visitors": "page views per day, then sheets by place and function (parsers)",
    },
    languages=("en",),
    counted_by="platform",
    evidence="PARSER",
    channel="linkedin",
    ignores=IGNORES,
)
_KINDS = {"video": "video", "image": "photo", "multi-image": "photo"}


def recognise(head: Head) -> Claim:
    """By the headings of its sheets."""
    if head.type not in ("xls", "xlsx"):
        return no("not a workbook")
    return first_claim(
        head.header("content", "Post link", "Created date", "Impressions"),
        head.header("content", "Date", "Impressions (total)", "Engagement rate (total)"),
        head.header("followers", "Date", "Organic followers", "Total followers"),
        head.header("visitors", "Date", "Total page views (total)"),
    )


def read(source: Source) -> Iterator[Rows]:
    """The posts with their figures, and the page's figures of each day."""
    moment = re.search(r"_(1\d{12})(?!\d)", source.name)
    if moment:
        source.as_of = datetime.fromtimestamp(int(moment[1]) / 1000, UTC).date()
    for title, rows in source.sheets().items():
        if _has_header(rows, POST_FIELDS["url"], POST_FIELDS["day"]):
            yield from _posts_of(
                source, source.sheet_table(title, rows, POST_FIELDS, ("url", "day"), IGNORES)
            )
        elif _has_header(rows, DAILY_FIELDS["day"]):
            yield _days_of(source, source.sheet_table(title, rows, DAILY_FIELDS, ("day",), IGNORES))
        else:
            source.skip_sheet(title, rows)


def _has_header(rows: list[list[str]], *columns: tuple[str, ...]) -> bool:
    return any(all(headings(names) & headings(row) for names in columns) for row in rows[:20])


def _days_of(source: Source, table: Table) -> Rows:
    days = table.days("day", "mdy")
    if days.notna().any():
        source.covers = (days.min().date(), days.max().date())
    figures = _posts.figures(table, DAILY, minimum=None)
    return table.keep_metrics("linkedin", figures | _rates(table), day=days)


def _posts_of(source: Source, table: Table) -> Iterator[Rows]:
    # no column of ids: the number stands in the address
    table.text["id"] = table["url"].str.extract(r"(\d{15,20})(?:\D*$)")[0].fillna(table["url"]).fillna("")
    ids = _posts.ids(table, "id", "url")
    people = source.people(table["author"])
    yield table.keep(
        "items",
        {
            "channel": "linkedin",
            "item_id": ids,
            "done_at": _posts.midnight(table.days("day", "mdy"), source.context.timezone),
            "kind": table["content"].str.casefold().map(_KINDS).fillna("post"),
            "author": people["person"],
            "side": people["side"],
            "title": _posts.first_words(table["title"]),
            "url": table["url"],
        },
    )
    figures = _posts.figures(table, POST, minimum=None)
    yield table.keep_metrics("linkedin", figures | _rates(table), item_id=ids, kind="lifetime")


def _rates(table: Table) -> dict[str, pd.Series]:
    names = ("click_rate", "engagement_rate")
    return {name: table.numbers(name, profile=".") for name in names if name in table}
