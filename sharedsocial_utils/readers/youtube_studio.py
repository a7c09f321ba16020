"""YouTube Studio, advanced mode: what the videos brought in a period, and the channel's figure of each day.

Studio > Analytics > Advanced mode > (period, Content) > Export current view > CSV: a zip
`Content 2026-07-01_2026-10-01 CHANNEL.zip` with three files, which are read alone too if their folder or name
still says the period:

    Table data.csv  Content,Video title,Video publish time,Duration,Views,Watch time (hours),Subscribers,Likes
                    Total,,,,15,0.5025,-1,3
                    AbCdEfGhIj1,La vendemmia,"Sep 14, 2026",212,15,0.5025,-1,3
    Totals.csv      Date,Views
                    2026-07-01,4
    Chart data.csv  Date,Content,Video title,Video publish time,Duration,Views

UTF-8 without mark, commas, decimal points and English days in every language; headings may hold soft hyphens.
The name's second day is the day after the last. The member is known by its headings, not its name.

The figures of `Table data.csv` are those of the period, not of a video's life: each is a flow of its video on
the period's last day, so that exports of periods which follow each other add up; of periods that overlap one
is used. Of a period longer than a quarter, the figures of a video published in it are those of its life to
that day, and those of older ones are not used: export quarter by quarter. Where nothing tells the period the
figures have no day (and this is noted).
`Subscribers` is gained less lost and may be negative. Ids that begin with a hyphen have a space before them.
A video without a publish time is private, unlisted or deleted: its figures count, it is no item. The day of
publication has no time: midnight of the client's zone stands for it.

The row `Total` is compared with the sum of the views and never counted. A table of more than 500 rows is cut
by YouTube and ends with a note. `Chart data.csv` has only the videos drawn, and other breakdowns (geography,
traffic source, age ...) say nothing of effort or results: both are classed as no data.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pandas as pd

from sharedsocial_utils.readers import _periods, _posts
from sharedsocial_utils.readers._posts import headings
from sharedsocial_utils.reading import cells, conventions
from sharedsocial_utils.reading.cells import heading
from sharedsocial_utils.reading.door import Claim, Export, Head, first_claim, no
from sharedsocial_utils.reading.source import Rows, Source, Table

CONTENT = ("Content", "Video", "Contenuti", "Inhalte")
DAY = ("Date", "Data", "Datum")
WATCH_TIME = ("Watch time (hours)", "Tempo di visualizzazione (ore)", "Wiedergabezeit (Stunden)")
PUBLISHED = ("Video publish time", "Ora pubblicazione video")
COUNTS = {
    "views": ("Views", "Video views", "Visualizzazioni", "Aufrufe"),
    "impressions": ("Thumbnail impressions", "Impressions", "Impressioni", "Impressionen"),
    "reach": ("Unique viewers",),
    "reactions": ("Likes",),
    "comments": ("Comments added",),
    "shares": ("Shares",),
    "net_follows": ("Subscribers", "Iscritti", "Abonnenten"),
    "follows": ("Subscribers gained",),
    "unfollows": ("Subscribers lost",),
}
BREAKDOWNS = (
    "Geography", "Traffic source", "Cities", "City name", "Subscription status", "Viewer age",
    "Viewer gender",
)  # fmt: skip
RATE = (
    "Thumbnail click-through rate (%)", "Impressions click-through rate (%)",
    "Klickrate der Impressionen (%)",
)  # fmt: skip
FIELDS = {
    "id": CONTENT,
    "title": ("Video title", "Titolo video", "Videotitel"),
    "published": PUBLISHED,
    "date": DAY,
    "watch_time_hours": WATCH_TIME,
    "click_rate_pct": RATE,
    **COUNTS,
}
IGNORES = {
    "Duration": "not a result",
    "Average view duration": "watch time by views",
    "Average percentage viewed (%)": "not in the codebook",
    "Stayed to watch (%)": "not in the codebook",
    "New viewers": "a part of Unique viewers",
    "Returning viewers": "a part of Unique viewers",
    "Casual viewers": "a part of Unique viewers",
    "Engaged views": "a part of Views",
    "Dislikes": "hidden by YouTube since 2021",
    "Estimated revenue (USD)": "money from YouTube, not from the client's customers",
    "Estimated revenue (EUR)": "money from YouTube, not from the client's customers",
    "RPM (USD)": "money from YouTube, not from the client's customers",
    "CPM (USD)": "money from YouTube, not from the client's customers",
}
EXPORT = Export(
    service="YouTube Studio",
    menu="Analytics > Advanced mode > Content > Export current view > Comma-separated values (.csv)",
    tables=("items", "metrics"),
    layouts={
        "archive": "the zip of three files (seen 2021-2026)",
        "content": "Table data.csv by video (seen 2021-2026; German with soft hyphens 2021)",
        "days": "Totals.csv, or Table data.csv by date (seen 2021-2026; Italian name `Totali.csv`)",
        "chart": "Chart data.csv: only what is drawn, no data (seen 2025)",
        "breakdown": "Table data.csv by anything but videos or days: no data (seen 2021-2025)",
    },
    languages=("en", "it", "de"),
    counted_by="platform",
    evidence="SEEN",
    channel="youtube",
    ignores=IGNORES,
)
_NAMES = re.compile(
    r"(?:table data|chart data|totals|tabellendaten|diagrammdaten|gesamtwerte|totali)(?: \(\d+\))?\.csv"
)
_CHANNEL_IN_NAME = re.compile(r"\d{4}-\d\d-\d\d_\d{4}-\d\d-\d\d (.+?)(?: \(\d+\))?\.zip$")
_SHARES = ("Views (%)", "Watch time (hours) (%)", "Watch time (%)")  # of breakdowns by age and gender
_ENGLISH_DAY = re.compile(r"[A-Z][a-z]{2} \d{1,2}, \d{4}")
_TOTALS = {"total", "gesamt", "totale"}


def recognise(head: Head) -> Claim:
    """By the names in the zip; of a lone file by its name or by headings that only YouTube has."""
    if head.type == "zip":
        is_ours = any(_NAMES.fullmatch(_base(name)) for name in head.members)
        return Claim("archive") if is_ours else no("no `Table data.csv` in the archive")
    if head.type == "text" and _NAMES.fullmatch(_base(head.name)):
        return Claim(_layout(head.lines))
    by_headings = first_claim(
        head.header("content", CONTENT, PUBLISHED, COUNTS["views"]),
        head.header("content", CONTENT, WATCH_TIME),
        head.header("days", DAY, WATCH_TIME, COUNTS["views"]),
        head.header("breakdown", WATCH_TIME, COUNTS["views"]),
        head.header("breakdown", BREAKDOWNS, (*COUNTS["views"], *WATCH_TIME, *_SHARES)),
    )
    return by_headings._replace(layout=_layout(head.lines)) if by_headings.layout else by_headings


def _base(name: str) -> str:
    return name.rpartition("/")[2].casefold()


def _layout(lines: list[str]) -> str:
    """What a table is of, by its first headings."""
    every = headings(name for names in (*FIELDS.values(), IGNORES) for name in names)
    for delimiter in cells.DELIMITERS:
        header = [heading(cell) for cell in cells.split(lines[0], delimiter)] if lines else []
        if len(header) > 1:
            if header[0] in headings(CONTENT):
                return "content"
            if header[0] in headings(DAY):
                return "days" if header[1] in every - headings(CONTENT) else "chart"
    return "breakdown"


def read(source: Source) -> Iterator[Rows]:
    """Items and figures of the videos, and the channel's figures of each day."""
    _posts.speak_of(source, _period(source.name))
    channel = _CHANNEL_IN_NAME.search(source.name)
    source.belongs_to("youtube", channel and channel[1])
    if source.layout == "archive":
        for table in _members(source):
            yield from _rows(source, table)
    else:
        yield from _rows(source, source)


def _members(source: Source) -> list[Source]:
    """The tables of the archive; that of the days comes first, for it tells the period."""
    tables = []
    for name, member in source.members().items():
        if name.casefold().endswith(".csv"):
            member.layout = _layout(member.lines)
            tables.append(member)
        else:
            source.note("IN-FILE-13", f"{name} is no table of YouTube Studio", next_step="nothing to do")
    return sorted(tables, key=lambda table: table.layout != "days")


def _period(name: str) -> tuple[date, date] | None:
    """`Content 2026-07-01_2026-10-01 CHANNEL.zip` => 1 July and 30 September."""
    found = _posts.days_in_name(name)
    return (found[0], found[1] - timedelta(days=1)) if found and found[0] < found[1] else None


def _rows(source: Source, table: Source) -> Iterator[Rows]:
    """What one table gives; `source` is the whole file."""
    if table.layout == "content":
        yield from _videos(source, table)
    elif table.layout == "days":
        yield from _days(source, table)
    else:
        table.skip()
        if source is table:
            why = "only what the chart draws" if table.layout == "chart" else "a breakdown that is not used"
            source.note("IN-FILE-13", why, next_step="export the breakdown by content")


def _days(source: Source, file: Source) -> Iterator[Rows]:
    table = file.table(FIELDS, need=("date",), ignores=IGNORES)
    table.no_data(table["date"].map(_is_total).astype(bool))
    days = table.days("date")
    if days.notna().any():
        _posts.speak_of(source, (days.min().date(), days.max().date()))
    yield table.keep_metrics("youtube", _figures(table), day=days)


def _videos(source: Source, file: Source) -> Iterator[Rows]:
    fields = _posts.found_by_content(file, FIELDS, "id", {"published": _ENGLISH_DAY}, IGNORES)
    note = _note_line(file)
    table = file.table(fields, need=("id",), ignores=IGNORES, last=note and note - 1)
    if note:
        file.skip(note)
    _check_total(source, table)
    table.no_data(table["id"].map(_is_total).astype(bool))
    ids = table.ids("id")
    published = table.days("published", needed=False)
    items = {
        "channel": "youtube",
        "item_id": ids,
        "done_at": _posts.midnight(published, source.context.timezone),
        "kind": "video",
        "title": _posts.first_words(table["title"]),
        "url": "https://www.youtube.com/watch?v=" + ids,
    }
    yield table.keep_frame("items", pd.DataFrame(items)[published.notna()])
    if source.covers is None:
        source.note("IN-DATE-04", "nothing says the period of the videos' figures")
    if first := _periods.too_long(source):
        young = _periods.of_lifetime(source, first, published)
        lived = {name: values.where(table.aligned(young)) for name, values in _figures(table).items()}
        yield table.keep_metrics("youtube", lived, item_id=ids, kind="lifetime")
        return
    source.of_period = source.covers is not None
    last = pd.Series(source.covers and source.covers[1], index=ids.index, dtype="datetime64[us]")
    yield table.keep_metrics("youtube", _figures(table), day=last, item_id=ids)


def _figures(table: Table) -> dict[str, pd.Series]:
    figures = {
        name: table.counts(name, minimum=None if name == "net_follows" else 0)
        for name in COUNTS
        if name in table
    }
    mark = _posts.decimal_mark(table)
    if "watch_time_hours" in table:
        figures["watch_time_hours"] = table.numbers("watch_time_hours", profile=mark)
    if "click_rate_pct" in table:
        figures["click_rate"] = table.numbers("click_rate_pct", profile=mark) / 100
    return figures


def _note_line(source: Source) -> int | None:
    """The last line, where it is one cell of words: YouTube's note that it cut the table."""
    last = len(source.lines)
    while last > 1 and not source.lines[last - 1].strip():
        last -= 1
    words = source.lines[last - 1].strip().strip('"')
    is_note = last > 1 and " " in words and not any(mark in words for mark in cells.DELIMITERS)
    return last if is_note else None


def _is_total(cell: object) -> bool:
    return isinstance(cell, str) and heading(cell) in _TOTALS


def _check_total(source: Source, table: Table) -> None:
    """Notes where the views printed as the total are not the sum of the rows."""
    is_total = table["id"].map(_is_total).astype(bool)
    views = conventions.numbers(table["views"], whole=True, profile=".").values
    if is_total.sum() == 1 and views.notna().any():
        printed, summed = views[is_total].iloc[0], views[~is_total].sum()
        if printed != summed:
            found = f"the total says {printed:.0f} views, the rows have {summed:.0f}"
            source.note("IN-CSV-06", found, line=is_total.index[is_total][0])
