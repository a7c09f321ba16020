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
by their headings. In other languages than English nobody has shown us the headings: where the file's name
says content or followers and a sheet has as many columns as the English one, with days below, its columns are
taken by their place, which is noted. Competitor analytics are of other companies: no data.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise

import pandas as pd

from sharedsocial_utils.readers import _dates, _posts
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
        "competitors": "other companies' followers and posts: no data (parsers)",
    },
    languages=("en",),
    counted_by="platform",
    evidence="PARSER",
    channel="linkedin",
    ignores=IGNORES,
)
_KINDS = {"video": "video", "image": "photo", "multi-image": "photo"}
_NAME = re.compile(r"([^/]+)_(content|followers|visitors|competitor_analytics)_(1\d{12})(?!\d)")
_SPLIT = ("organic", "sponsored", "total")
BY_PLACE = {  # the file's kind -> the English headings of each width that its sheets have
    "content": (
        ("Date", *(f"Impressions ({part})" for part in _SPLIT), "Unique impressions (organic)",
         *(f"{name} ({part})" for name in ("Clicks", "Reactions", "Comments", "Reposts", "Engagement rate")
           for part in _SPLIT)),
        ("Post title", "Post link", "Post type", "Campaign name", "Posted by", "Created date",
         "Campaign start date", "Campaign end date", "Audience", "Impressions",
         "Views (Excluding offsite video views)", "Offsite Views", "Clicks", "Click through rate (CTR)",
         "Likes", "Comments", "Reposts", "Follows", "Engagement rate", "Content Type"),
    ),
    "followers": (
        ("Date", "Sponsored followers", "Organic followers", "Total followers"),
        ("Date", "Sponsored followers", "Organic followers", "Auto-invited followers", "Total followers"),
    ),
}  # fmt: skip
_DAY = re.compile(r"\d{1,2}/\d{1,2}/\d{4}")


def recognise(head: Head) -> Claim:
    """By the headings of its sheets."""
    if head.type not in ("xls", "xlsx"):
        return no("not a workbook")
    claim = first_claim(
        head.header("content", "Post link", "Created date", "Impressions"),
        head.header("content", "Date", "Impressions (total)", "Engagement rate (total)"),
        head.header("followers", "Date", "Organic followers", "Total followers"),
        head.header("visitors", "Date", "Total page views (total)"),
        head.header("competitors", "Page", "Total Followers", "New Followers", "Total posts"),
    )
    named = _NAME.search(head.name)
    return Claim(named[2]) if named and named[2] in BY_PLACE and not claim.layout else claim


def read(source: Source) -> Iterator[Rows]:
    """The posts with their figures, and the page's figures of each day."""
    named = _NAME.search(source.name)
    if named:
        source.belongs_to("linkedin", named[1])
        source.as_of = source.exported_on = datetime.fromtimestamp(int(named[3]) / 1000, UTC).date()
    if source.layout == "competitors":
        next_step = "export Content, Followers or Visitors"
        source.note("IN-FILE-13", "figures of other companies: not used", next_step=next_step)
    for title, shown in source.sheets().items():
        rows = _in_english(source, title, shown)
        if _has_header(rows, POST_FIELDS["url"], POST_FIELDS["day"]):
            yield from _posts_of(
                source, source.sheet_table(title, rows, POST_FIELDS, ("url", "day"), IGNORES)
            )
        elif _has_header(rows, DAILY_FIELDS["day"]):
            yield _days_of(source, source.sheet_table(title, rows, DAILY_FIELDS, ("day",), IGNORES))
        else:
            source.skip_sheet(title, rows)


def _in_english(source: Source, title: str, rows: list[list[str]]) -> list[list[str]]:
    """The rows with English headings where those of another language stand above days; else as they are."""
    known = BY_PLACE.get(source.layout, ())
    if any(headings(row) & headings(name for names in known for name in names) for row in rows[:3]):
        return rows
    for at, (row, below) in enumerate(pairwise(rows[:4])):
        english = next((names for names in known if _fits(names, row, below)), None)
        if english:
            found = f"headings in a language nobody has shown us: columns of {title} taken by their place"
            next_step = "compare a figure with LinkedIn's own page"
            source.note("IN-CSV-04", found, line=at + 1, sheet=title, next_step=next_step)
            return [*rows[:at], list(english), *rows[at + 1 :]]
    return rows


def _fits(english: tuple[str, ...], header: list[str], below: list[str]) -> bool:
    """Whether a row has as many headings as the English one and no day, and the next a day in its place."""
    day = next(n for n, name in enumerate(english) if name in ("Date", "Created date"))
    is_full = len(header) == len(english) and all(cell.strip() for cell in header)
    days = [_DAY.fullmatch(row[day].strip()) is not None for row in (header, below) if len(row) > day]
    return is_full and days == [False, True]


def _has_header(rows: list[list[str]], *columns: tuple[str, ...]) -> bool:
    return any(all(headings(names) & headings(row) for names in columns) for row in rows[:20])


def _days_of(source: Source, table: Table) -> Rows:
    days = table.days("day", _dates.month_first(table["day"]))
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
            "done_at": _posts.midnight(
                table.days("day", _dates.month_first(table["day"])), source.context.timezone
            ),
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
