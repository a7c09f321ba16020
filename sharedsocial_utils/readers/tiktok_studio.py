"""TikTok Studio: the account's figures of each day, its followers, and its videos with theirs.

TikTok Studio > Analytics > Overview, Content, Viewers or Followers > (period) > Download data: a CSV, a
workbook with one sheet of texts, or a zip of `Overview.csv`, `Content.csv`, `Viewers.csv`,
`FollowerHistory.csv`, `FollowerActivity.csv`, `FollowerGender.csv`, `FollowerTopTerritories.csv`. UTF-8
with a byte-order mark, every cell quoted, English headings whatever the language of the days:

    "Date","Video Views","Profile Views","Likes","Comments","Shares"
    "July 16","120","4","9","1","0"
    "Time","Video title","Video link","Post time","Total likes","Total comments","Total shares","Total views"
    "1 ottobre","La torre","https://www.tiktok.com/@laquercia/video/73...","16 luglio","9","1","0","120"
    "Date","Followers","Difference in followers from previous day"

Days have no year (`July 16`, `16 luglio`, `8 de marzo`), and nothing in the file has one. It is taken from
the last day in the name of the file or of a folder above, which must be the day of the export or the
period's last (`tiktok 2026-10-01/Overview.csv`): the last row is the nearest such day not after it, the
rows before it go back day by day, over New Year too; a video is taken to be at most a year old. Without
such a name, or sorted otherwise, the file is refused.

`undefined` is no figure. A day's likes, comments and shares may be negative: what was taken back that day.
`Time` is the day of the export, `Post time` that of the video, without a time: midnight of the client's
zone stands for it. The figures of a video are those of its life. Active followers by hour, genders and
territories say nothing of effort or results: no data.
"""

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

import pandas as pd

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.readers import _posts
from sharedsocial_utils.reading import conventions
from sharedsocial_utils.reading.conventions import Read
from sharedsocial_utils.reading.door import Claim, Export, Head, first_claim, no
from sharedsocial_utils.reading.source import Rows, Source, Table

DAYS = {
    "views": ("Video Views",),
    "profile_visits": ("Profile Views",),
    "reactions": ("Likes",),
    "comments": ("Comments",),
    "shares": ("Shares",),
    "reach": ("Total Viewers",),
    "followers": ("Followers",),
    "net_follows": ("Difference in followers from previous day",),
}
SIGNED = ("reactions", "comments", "shares", "net_follows")  # what was taken back counts on that day
DAY_FIELDS = {"day": ("Date",), **DAYS}
VIDEO = {
    "reactions": ("Total likes",),
    "comments": ("Total comments",),
    "shares": ("Total shares",),
    "views": ("Total views",),
    "saves": ("Add to favorites",),
}
VIDEO_FIELDS = {
    "exported": ("Time",),
    "title": ("Video title",),
    "url": ("Video link",),
    "day": ("Post time",),
    **VIDEO,
}
MAX_STEP_DAYS = 62  # between two rows: the service writes every day, damage takes some away
IGNORES = {
    "New Viewers": "a part of Total Viewers",
    "Returning Viewers": "a part of Total Viewers",
    "Total play time": "its unit is documented nowhere",
    "Average watch time": "not in the codebook",
    "Watched full video": "not in the codebook",
}
EXPORT = Export(
    service="TikTok Studio",
    menu="Analytics > Overview, Content, Viewers or Followers > Download data",
    tables=("items", "metrics"),
    layouts={
        "archive": "the zip of several tables (seen 2026)",
        "overview": "Date, Video Views, Profile Views ... (seen 2025-2026; Italian days by a parser)",
        "content": "Time, Video title, Video link, Post time ... (seen 2025; more columns 2026)",
        "viewers": "Date, Total Viewers, New Viewers, Returning Viewers (seen 2026)",
        "followers": "Date, Followers, Difference in followers from previous day (seen 2026)",
        "audience": "hours, genders or territories of followers: no data (seen 2026)",
    },
    languages=("en", "it", "es"),
    counted_by="platform",
    evidence="SEEN",
    channel="tiktok",
    ignores=IGNORES,
)
_MEMBERS = {
    "Overview.csv", "Content.csv", "Viewers.csv", "FollowerHistory.csv", "FollowerActivity.csv",
    "FollowerGender.csv", "FollowerTopTerritories.csv",
}  # fmt: skip
_ISO_DAY = re.compile(r"(?<!\d)(20\d{2})-?(\d{2})-?(\d{2})(?!\d)")
_VIDEO = re.compile(r"tiktok\.com/@([\w.]+)/(?:video|photo)/(\d{15,20})")


def recognise(head: Head) -> Claim:
    """By headings that only TikTok has; the zip by names of which it has no others."""
    if head.type == "zip":
        names = {name.rpartition("/")[2] for name in head.members if not name.endswith("/")}
        is_ours = bool(names) and names <= _MEMBERS
        return Claim("archive") if is_ours else no("other names than TikTok's in the archive")
    return _layout(head)


def _layout(head: Head) -> Claim:
    return first_claim(
        head.header("overview", "Date", "Video Views", "Profile Views"),
        head.header("content", "Video link", "Post time"),
        head.header("viewers", "Date", "Total Viewers", "Returning Viewers"),
        head.header("followers", "Date", "Difference in followers from previous day"),
        head.header("audience", "Hour", "Active followers"),
        head.header("audience", ("Gender", "Top territories"), "Distribution"),
    )


def read(source: Source) -> Iterator[Rows]:
    """The account's figures of each day, and the videos with theirs."""
    if source.layout != "archive":
        yield from _rows(source, source)
        return
    for name, member in source.members().items():
        known = _layout(Head(name, member.data)).layout
        if not known:
            next_step = "download this table alone, in English"
            source.note("IN-CSV-04", f"no headings of {name} are known: not used", next_step=next_step)
        member.layout = known or "audience"
        yield from _rows(source, member)


def _rows(source: Source, file: Source) -> Iterator[Rows]:
    """What one table gives; `source` is the whole file."""
    if file.layout == "audience":
        _skip(file)
        if file is source:
            next_step = "download Overview, Content and Followers"
            source.note("IN-FILE-13", "who follows and when: not used", next_step=next_step)
    elif file.layout == "content":
        for table in file.tables(VIDEO_FIELDS, ("url", "day"), IGNORES):
            yield from _videos(source, table)
    else:
        for table in file.tables(DAY_FIELDS, ("day",), IGNORES):
            yield _days(source, table)


def _skip(file: Source) -> None:
    if file.data.startswith(b"PK"):
        for title, rows in file.sheets().items():
            file.skip_sheet(title, rows)
    else:
        file.skip()


def _days(source: Source, table: Table) -> Rows:
    days = table.read("day", lambda cells: _dated(source, cells, in_order=True))
    table.put_aside(table["day"].isna(), "IN-DATE-03", "no date", "day")
    days = days.reindex(table.text.index)
    known = [day.date() for day in days.dropna()] + list(source.covers or ())
    source.covers = (min(known), max(known)) if known else None
    figures = {
        name: table.counts(name, minimum=None if name in SIGNED else 0) for name in DAYS if name in table
    }
    return table.keep_metrics("tiktok", figures, day=days)


def _videos(source: Source, table: Table) -> Iterator[Rows]:
    exported = table.read("exported", lambda cells: _dated(source, cells, in_order=False)).dropna()
    source.as_of = exported.max().date() if len(exported) else source.as_of
    days = table.read("day", lambda cells: _dated(source, cells, in_order=False))
    table.put_aside(table["day"].isna(), "IN-DATE-03", "no date", "day")
    found = table["url"].str.extract(_VIDEO)
    table.text["id"] = found[1]
    ids = table.ids("id")
    for handle in found[0].dropna().unique()[:20]:
        source.belongs_to("tiktok", f"@{handle}")
    yield table.keep(
        "items",
        {
            "channel": "tiktok",
            "item_id": ids,
            "done_at": _posts.midnight(days, source.context.timezone),
            "kind": "video",
            "title": _posts.first_words(table["title"]),
            "url": table["url"],
        },
    )
    yield table.keep_metrics("tiktok", _posts.figures(table, VIDEO), item_id=ids, kind="lifetime")


# ---- days without a year


def _dated(source: Source, cells: pd.Series, in_order: bool) -> Read:
    """Days whose year is not written, at most the day in the file's name; with one written, as they are."""
    if cells.str.contains(r"\d{4}").any():
        return conventions.days(cells)
    words = cells.str.replace(r"\bde\b", " ", regex=True)
    read = conventions.days(words.where(words.isna(), words + " 2000"))  # a leap year: it has all days
    texts = {label: str(text) for label, text in cells.items()}
    faults = {label: fault.at(text=texts[label]) for label, fault in read.faults.items()}
    known = read.values.dropna()
    if known.empty:
        return Read(read.values, faults)
    years = _years(known, _last_day(source), in_order)
    dated = [_day(year, day) for year, day in zip(years, known, strict=True)]
    values = pd.Series(dated, index=known.index, dtype="datetime64[us]").reindex(cells.index)
    for label in known.index[values[known.index].isna()]:
        faults[label] = Fault("IN-DATE-02", "no such day in its year", text=texts[label])
    return Read(values, faults)


def _last_day(source: Source) -> date:
    """The last day that the file's name, or else a folder's, has."""
    for part in reversed(source.name.split("/")):
        for year, month, day in reversed(_ISO_DAY.findall(part)):
            try:
                return date(int(year), int(month), int(day))
            except ValueError:
                continue
    next_step = "put the file into a folder named after the day of the export, such as 2026-10-01"
    raise Fault("IN-DATE-04", "its days have no year, and no name tells it", next_step=next_step)


def _years(days: pd.Series, last: date, in_order: bool) -> list[int]:
    if not in_order:
        return [_year(day, last) for day in days]
    steps = days.diff().dropna().dt.days
    newest_first = (steps < 0).sum() > (steps > 0).sum()
    ordered = days[::-1] if newest_first else days
    turns = (ordered.diff().dt.days < 0).cumsum()  # each step back is a New Year
    last_year = _year(ordered.iloc[-1], last)
    years = [last_year - int(turns.iloc[-1] - turn) for turn in turns]
    _require_order(ordered, years)
    return years[::-1] if newest_first else years


def _require_order(days: pd.Series, years: list[int]) -> None:
    """Raises `Fault` IN-DATE-04 where the days were sorted otherwise: each step back would be a New Year."""
    nth = [year * 366 + day.day_of_year for year, day in zip(years, days, strict=True)]
    if any(later - earlier > MAX_STEP_DAYS for earlier, later in pairwise(nth)):
        found = "its days have no year, and do not stand in the order of the days"
        raise Fault("IN-DATE-04", found, next_step="export again, do not sort")


def _year(day: pd.Timestamp, last: date) -> int:
    """The last year in which the day is not after `last`."""
    return last.year if (day.month, day.day) <= (last.month, last.day) else last.year - 1


def _day(year: int, day: pd.Timestamp) -> pd.Timestamp | None:
    try:
        return pd.Timestamp(year=year, month=day.month, day=day.day)
    except ValueError:
        return None
