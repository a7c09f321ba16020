"""WordPress.com and Jetpack, statistics: how often each post and page was viewed in a period.

Jetpack > Stats > Posts & pages > View all > (period) > Download data as CSV. No header; UTF-8, commas:

    "Home page / Archives",1378,https://laquercia.example/
    "Come si pota un ulivo",34,https://laquercia.example/2026/09/come-si-pota-un-ulivo/

The period stands only in the name, `SITE-PATH-PERIOD-START-END.csv`, with days as the reader's language
writes them (`laquercia.example-posts-month-01_09_2026-30_09_2026.csv`; the browser turns slashes into `_` or
`-`): their order is the one in which start and end make such a period. The views are a flow of the page on
the period's last day, so that periods that follow each other add up; export month by month. Views of a year
are of no quarter, and are not used. Where the name does not say the period, the figures have no day (and this
is noted).

A page is known by its address. Only the first quotation mark of a label is doubled, so lines are read by
their end. Pages without a view are not in the file: that they had none is not known from their absence.
Files of other paths (referrers, search terms, countries, clicks, authors: labels such as
`Search Engines > Google Search`, parents beside their children) say nothing that other exports do not say
better, and are not used; nor are rows without an address. An address in quotation marks, as a spreadsheet may
write it, is the same.
"""

import calendar
import re
from collections.abc import Iterator
from datetime import date
from pathlib import PurePosixPath

import pandas as pd

from sharedsocial_utils.readers import _periods
from sharedsocial_utils.reading.cells import Record
from sharedsocial_utils.reading.door import Claim, Export, Head, no
from sharedsocial_utils.reading.identity import DOMAINS
from sharedsocial_utils.reading.source import Rows, Source, Table

EXPORT = Export(
    service="WordPress.com / Jetpack Stats",
    menu="Stats > Posts & pages > View all > Download data as CSV",
    page="https://wordpress.com/support/stats/",
    tables=("metrics",),
    layouts={
        "posts": "label, views, address without a header (from the writer's own code)",
        "other": "referrers, search terms, countries ...: not used (from the writer's own code)",
    },
    languages=("en", "it"),
    counted_by="platform",
    evidence="PARSER",
    channel="blog",
)
PATHS = (
    "posts", "referrers", "countryviews", "authors", "clicks", "videoplays", "searchterms", "filedownloads",
    "emails", "utm", "devices", "locations",
)  # fmt: skip
_LINE = re.compile(r'"(?P<label>.{0,1000})",(?P<views>\d{1,12})(?:,"?(?P<url>[^\s"]{0,2000})"?)?')
_NAME = re.compile(
    rf"-(?P<path>{'|'.join(PATHS)})-(?P<period>day|week|month|quarter|year)s?-"
    r"(?P<start>[\d._-]{8,10})-(?P<end>[\d._-]{8,10})(?: \(\d+\))?\.csv$"
)
_DAYS = {"day": (1, 1), "week": (7, 7), "month": (28, 31), "quarter": (90, 92), "year": (365, 366)}
FIELDS = ("label", "views", "url")


def recognise(head: Head) -> Claim:
    """By its lines: a quoted label and a whole number, perhaps an address; the name tells the path."""
    lines = [line for line in head.lines[:-1] or head.lines if line.strip()]
    strange = sum(not _LINE.fullmatch(line) for line in lines)
    if (
        head.type != "text"
        or not lines
        or not _LINE.fullmatch(lines[0])
        or strange > max(len(lines) // 10, 1)
    ):
        return no("its lines are not a quoted label and a whole number")
    named = _NAME.search(PurePosixPath(head.name).name)
    has_pages = any(_is_address(line) for line in lines)
    is_posts = named["path"] == "posts" if named else has_pages
    return Claim("posts" if is_posts else "other", is_guess=True)


def _is_address(line: str) -> bool:
    found = _LINE.fullmatch(line)
    return bool(found and re.match(r"https?://", found["url"] or ""))


def read(source: Source) -> Iterator[Rows]:
    """Views of each post and page."""
    if source.layout == "other":
        source.note("IN-FILE-13", "views by referrer, term or country")
        source.skip()
        return
    table = _table(source)
    source.belongs_to(DOMAINS, _site(source.name))
    period = _period(source.name)
    if period:
        source.covers, source.as_of, source.of_period = period, period[1], True
    else:
        source.note("IN-DATE-04", "no period in the name")
    day = (
        pd.Series([period[1]] * len(table), index=table.text.index, dtype="datetime64[us]")
        if period
        else None
    )
    if _periods.too_long(source):
        _periods.leave(table)
        return
    yield table.keep_metrics("blog", {"views": table.counts("views")}, day=day, item_id=table["url"])


def _table(source: Source) -> Table:
    found = [_LINE.fullmatch(line) for line in source.lines]
    rows = [
        Record(n, 1, [match[name] or "" for name in FIELDS] if match else [line])
        for n, (line, match) in enumerate(zip(source.lines, found, strict=True), start=1)
    ]
    table = Table.of(source, source.part, {name: (name,) for name in FIELDS}, list(FIELDS), rows, {}, 0)
    table.no_data(table["label"].isna() & table["views"].isna())
    table.put_aside(table["views"].isna(), "IN-CSV-01", "not a quoted label and a number", "label")
    table.no_data(table["url"].isna())
    strange = ~table["url"].str.match(r"https?://").astype(bool)
    table.put_aside(strange, "IN-ID-02", "no address of a page", "url")
    return table


def _site(name: str) -> str:
    """`laquercia.example-posts-day-01_09_2026-01_09_2026.csv` => `laquercia.example`."""
    base = PurePosixPath(name).name
    found = _NAME.search(base)
    return base[: found.start()] if found and "." in base[: found.start()] else ""


def _period(name: str) -> tuple[date, date] | None:
    """The first and the last day that the name says; None where it says none, or two orders fit."""
    found = _NAME.search(PurePosixPath(name).name)
    if not found:
        return None
    orders = ("ymd",) if re.match(r"\d{4}", found["start"]) else ("dmy", "mdy")
    spans = [(_day(found["start"], order), _day(found["end"], order)) for order in orders]
    fitting = {span for span in spans if _is_period(span, found["period"])}
    first, last = fitting.pop() if len(fitting) == 1 else (None, None)
    return (first, last) if first and last else None


def _day(text: str, order: str) -> date | None:
    parts = dict(zip(order, re.split(r"[._-]", text), strict=False))
    try:
        return date(int(parts["y"]), int(parts["m"]), int(parts["d"])) if len(parts["y"]) == 4 else None
    except (KeyError, ValueError):
        return None


def _is_period(span: tuple[date | None, date | None], period: str) -> bool:
    first, last = span
    if not first or not last:
        return False
    shortest, longest = _DAYS[period]
    whole = period in ("day", "week") or (
        first.day == 1 and last.day == calendar.monthrange(last.year, last.month)[1]
    )
    return shortest <= (last - first).days + 1 <= longest and whole
