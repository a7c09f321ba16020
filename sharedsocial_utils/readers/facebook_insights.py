"""Facebook Page Insights, the export of 2011 to 2021: the page's figures by day, or posts with theirs.

Facebook page > Insights > Export data > Page data or Post data: `.xls`, `.xlsx`, `.csv` or a spreadsheet
`.xml`, `Facebook Insights Data Export - PAGE - 2015-04-01.xls` or `... Data Export (Post Level) - PAGE -
...`. The day in the name is that of the export. Below the header a row of descriptions, then the rows:

    Key Metrics   Date, Lifetime Total Likes, Daily New Likes, Daily Unlikes, Daily Total Reach, ...
                  , Lifetime: The total number of people who have liked your Page. (Unique Users), ...
                  2015-03-01, 412, 3, 1, 640, ...
    Key Metrics   Post ID, Permalink, Post Message, Type, Countries, Languages, Posted, Audience Targeting,
                  Lifetime Post Total Reach, Lifetime Post Total Impressions, ...
                  101000000000001_901000000000001, https://www.facebook.com/..., La torre, Photo, , ,
                  03/14/2015 05:12:00 AM, , 512, 640, ...

The other sheets are breakdowns. Of a post-level workbook the one of stories by action is read: its `like`,
`comment` and `share`, where an empty cell is 0 (Facebook writes no zeros there); the others are no data.
Weekly and 28-day figures overlap and are not read, nor are parts of a total. `Lifetime Total Likes` are the
followers at the day's end. A day is that of the export: 24 hours to midnight in California. `Posted` is US
Pacific time. A post's id is what stands behind the page's, as in today's exports, so that both name one
post alike. Who wrote a post is not in the file. Some exports have names such as
`post_impressions_unique:lifetime` for headings.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.readers import _dates, _meta, _posts
from sharedsocial_utils.readers._posts import headings
from sharedsocial_utils.reading import cells
from sharedsocial_utils.reading.door import Claim, Export, Head, first_claim, no
from sharedsocial_utils.reading.source import Rows, Source, Table

PAGE = {
    "followers": ("Lifetime Total Likes",),
    "follows": ("Daily New Likes",),
    "unfollows": ("Daily Unlikes",),
    "reach": ("Daily Total Reach",),
    "impressions": ("Daily Total Impressions",),
    "clicks": ("Daily Total Consumptions",),
}
PAGE_FIELDS = {"day": ("Date",), **PAGE}
POST = {
    "reach": ("Lifetime Post Total Reach", "post_impressions_unique:lifetime"),
    "impressions": ("Lifetime Post Total Impressions", "post_impressions:lifetime"),
    "clicks": ("Lifetime Post Consumptions", "post_consumptions:lifetime"),
}
POST_FIELDS = {
    "id": ("Post ID",),
    "url": ("Permalink",),
    "text": ("Post Message",),
    "type": ("Type",),
    "published": ("Posted",),
    **POST,
}
ACTIONS = {"reactions": ("like",), "comments": ("comment",), "shares": ("share",)}
ACTION_FIELDS = {"id": ("Post ID",), **ACTIONS}
EXPORT = Export(
    service="Facebook Page Insights (2011-2021)",
    menu="Insights > Export data > Page data or Post data (closed in 2021; archives)",
    tables=("items", "metrics"),
    layouts={
        "page": "one row per day below a row of descriptions (parsers of exports 2011-2021)",
        "posts": "one row per post below a row of descriptions (parsers of exports 2013-2021)",
    },
    languages=("en",),
    counted_by="platform",
    evidence="PARSER",
    channel="facebook",
    ignores={
        "Weekly ...": "overlaps with the days",
        "28 Days ...": "overlaps with the days",
        "Daily Organic Reach, Daily Viral Reach, Daily Paid Reach": "parts of the total",
        "Daily Page Engaged Users, Lifetime Engaged Users": "not in the codebook",
        "Lifetime Negative feedback": "not in the codebook",
        "Countries": "not a result",
        "Languages": "not a result",
        "Audience Targeting": "not a result",
    },
)
_SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
_STORIES = "lifetime post stories by act"
_PAGE_IN_NAME = re.compile(r"Facebook Insights Data Export(?: \(Post Level\))? - (.+) - \d{4}-\d{2}-\d{2}")
_DAY_IN_NAME = re.compile(r"(\d{4})[-_](\d{2})[-_](\d{2})(?=\.\w+$|$| \(\d+\))")
_FIGURE = re.compile(
    r"\s*(?:daily|weekly|28 days|lifetime)\b|\w+:(?:day|week|days_28|lifetime)$", re.IGNORECASE
)
MAX_GAP = 20_000  # cells or rows that a spreadsheet's index may skip: the widest export has 3,000 columns


def recognise(head: Head) -> Claim:
    """By headings that only these exports have."""
    if head.type == "xml":
        return _spreadsheet(head)
    if head.type not in ("xls", "xlsx", "text"):
        return no("neither a table nor a workbook")
    return first_claim(
        head.header("posts", "Post ID", "Permalink", "Posted", POST["reach"] + POST["impressions"]),
        head.header("page", "Date", PAGE["followers"] + PAGE["follows"], "Daily Total Reach"),
        head.header("page", "Date", PAGE["followers"], PAGE["follows"]),
    )


def _spreadsheet(head: Head) -> Claim:
    if _SPREADSHEET not in head.text:
        return no("no spreadsheet")
    if any(name in head.text for name in POST["reach"]):
        return Claim("posts")
    return Claim("page") if PAGE["followers"][0] in head.text else no("no `Lifetime Total Likes`", 0.3)


def read(source: Source) -> Iterator[Rows]:
    """The page's figures of each day, or the posts with theirs."""
    source.as_of = _day_in_name(source.name)
    page = _PAGE_IN_NAME.search(source.name)
    source.belongs_to("facebook", page and page[1])
    if source.data.startswith((b"PK", b"\xd0\xcf")):
        yield from _sheets(source, source.sheets())
    elif source.text.lstrip("\ufeff \t\r\n").startswith("<"):
        yield from _sheets(source, _spreadsheet_rows(source))
    elif source.layout == "posts":
        ignores = _ignores(_first_rows(source))
        yield from _posts_of(source.table(POST_FIELDS, ("id", "published"), ignores))
    else:
        ignores = _ignores(_first_rows(source))
        yield _days_of(source, source.table(PAGE_FIELDS, ("day",), ignores))


def _first_rows(source: Source) -> list[list[str]]:
    return [cells.split(line, mark) for line in source.lines[:5] for mark in cells.DELIMITERS if mark in line]


def _ignores(rows: list[list[str]]) -> dict[str, str]:
    """The headings of other figures, of which the widest exports have thousands."""
    every = [*EXPORT.ignores, *(cell for row in rows[:5] for cell in row if _FIGURE.match(cell))]
    return dict.fromkeys(every, "a part, another window or not in the codebook")


def _day_in_name(name: str) -> date | None:
    found = _DAY_IN_NAME.search(name)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def _sheets(source: Source, sheets: dict[str, list[list[str]]]) -> Iterator[Rows]:
    """Each sheet by its header; the sheet of stories by its title too, since others have its headings."""
    for title, rows in sheets.items():
        ignores = _ignores(rows)
        if _has(rows, POST_FIELDS["id"], POST_FIELDS["published"], POST["reach"] + POST["impressions"]):
            table = source.sheet_table(title, rows, POST_FIELDS, ("id", "published"), ignores)
            yield from _posts_of(table)
        elif source.layout == "posts" and title.casefold().startswith(_STORIES) and _has(rows, ("Post ID",)):
            yield _actions_of(source.sheet_table(title, rows, ACTION_FIELDS, ("id",), ignores))
        elif _has(rows, PAGE_FIELDS["day"], tuple(name for names in PAGE.values() for name in names)):
            yield _days_of(source, source.sheet_table(title, rows, PAGE_FIELDS, ("day",), ignores))
        else:
            source.skip_sheet(title, rows)


def _has(rows: list[list[str]], *columns: tuple[str, ...]) -> bool:
    return any(all(headings(names) & headings(row) for names in columns) for row in rows[:5])


def _days_of(source: Source, table: Table) -> Rows:
    _leave_descriptions(table, "day", PAGE)
    days = table.days("day")
    if days.notna().any():
        source.covers = (days.min().date(), days.max().date())
    return table.keep_metrics("facebook", _posts.figures(table, PAGE), day=days)


def _posts_of(table: Table) -> Iterator[Rows]:
    _leave_descriptions(table, "id", POST)
    _leave_pages(table)
    ids = _posts.ids(table, "id", "url")
    yield table.keep(
        "items",
        {
            "channel": "facebook",
            "item_id": ids,
            "done_at": table.instants("published", _meta.ZONE, _dates.month_first(table["published"])),
            "kind": table["type"].fillna("").map(_meta.kind),
            "title": _posts.first_words(table["text"]),
            "url": table["url"],
        },
    )
    yield table.keep_metrics("facebook", _posts.figures(table, POST), item_id=ids, kind="lifetime")


def _actions_of(table: Table) -> Rows:
    _leave_descriptions(table, "id", {})
    _leave_pages(table)
    figures = {name: table.counts(name).fillna(0) for name in ACTIONS if name in table}
    return table.keep_metrics("facebook", figures, item_id=table.ids("id"), kind="lifetime")


def _leave_pages(table: Table) -> None:
    """`101000000000001_901000000000001` => "901000000000001"."""
    table.text["id"] = table["id"].str.replace(r"^\d+_(?=\d)", "", regex=True)


def _leave_descriptions(table: Table, key: str, figures: Mapping[str, Sequence[str]]) -> None:
    """Classes the row below the header as no data where it has words for figures, or no key."""
    if not len(table):
        return
    first = table.text.index[0]
    words = [str(table[name].fillna("").at[first]) for name in figures if name in table]
    is_described = any(re.search(r"[A-Za-z]{4}", word) for word in words)
    if is_described or table[key].isna().at[first]:
        table.no_data(pd.Series(table.text.index == first, index=table.text.index))


# ---- the spreadsheet as XML


def _spreadsheet_rows(source: Source) -> dict[str, list[list[str]]]:
    """The sheets of a SpreadsheetML file as rows of text cells."""
    sheets = source.xml().iter(f"{{{_SPREADSHEET}}}Worksheet")
    return {_attribute(sheet, "Name") or f"Sheet{n}": _rows(sheet) for n, sheet in enumerate(sheets, 1)}


def _rows(sheet: Any) -> list[list[str]]:
    rows: list[list[str]] = []
    for row in sheet.iter(f"{{{_SPREADSHEET}}}Row"):
        rows += [[] for _ in range(_skipped(row, len(rows)))]
        found: list[str] = []
        for cell in row.iter(f"{{{_SPREADSHEET}}}Cell"):
            found += [""] * _skipped(cell, len(found))
            data = cell.find(f"{{{_SPREADSHEET}}}Data")
            found.append("" if data is None else "".join(data.itertext()))
        rows.append(found)
    return rows


def _skipped(element: Any, done: int) -> int:
    """The empty cells (or rows) that an index leaves out before this one."""
    index = _attribute(element, "Index")
    gap = int(index) - 1 - done if index.isascii() and index.isdigit() and len(index) < 9 else 0
    if gap > MAX_GAP:
        raise Fault("IN-XLS-01", f"{gap} cells or rows left out", expected=f"at most {MAX_GAP}")
    return max(gap, 0)


def _attribute(element: Any, name: str) -> str:
    return str(element.attrib.get(f"{{{_SPREADSHEET}}}{name}", ""))
