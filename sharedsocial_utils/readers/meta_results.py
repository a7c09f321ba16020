"""Meta Business Suite, Results: one metric of the page or the account, day by day.

Business Suite > Insights > Results > the chart of a metric > Export > CSV. UTF-16 with a byte-order mark,
commas told by a first line for spreadsheets, the metric's name alone on a line, then a row per day; the
file is named after the metric, `Follows.csv`, `Link clicks (1).csv`:

    sep=,
    "Facebook follows"
    "Date","Primary"
    "2026-07-01T00:00:00","20"

Both headings and the metric's name are in the account's language: the columns are known by their place, the
metric by its name in English or Italian (the Italian names but Visualizzazioni and Copertura are not
confirmed), else by the file's name. `Views` or `Viewers` may be of Facebook or of Instagram: then the name
of the file or of a folder above must hold the word, or the file is refused. Figures are of the day; viewers
and reach are different people of one day and are never added up.

`Audience.csv` has blocks by age, place and page, and a second copy of the follows: no data for us.
"""

import re
from collections.abc import Iterator

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading import cells
from sharedsocial_utils.reading.cells import heading
from sharedsocial_utils.reading.door import Claim, Export, Head, no
from sharedsocial_utils.reading.source import Rows, Source

METRICS = {
    "follows": ("follows", "new follows", "follower", "nuovi follower"),
    "unfollows": ("unfollows",),
    "engagements": ("content interactions", "interactions", "interazioni con i contenuti", "interazioni"),
    "link_clicks": ("link clicks", "clic sul link", "clic sui link"),
    "views": ("views", "visualizzazioni"),
    "impressions": ("impressions",),
    "reach": ("viewers", "reach", "copertura"),
    "profile_visits": ("visits", "profile visits", "page visits", "visite", "visite al profilo"),
}
EXPORT = Export(
    service="Facebook and Instagram results (Meta Business Suite)",
    menu="Insights > Results > a metric's chart > Export > CSV",
    tables=("metrics",),
    layouts={
        "days": "the metric's name, then one row per day (two parsers of 2025)",
        "audience": "Audience.csv, stacked blocks by age, place and page: no data (parser of 2025)",
    },
    languages=("en", "it"),
    counted_by="platform",
    evidence="PARSER",
)
_DAY = re.compile(r'"?\d{4}-\d{2}-\d{2}T00:00:00"?(?=[,;\t])')
_AUDIENCE = {"age & gender", "top cities", "top countries", "top pages", "età e genere", "città principali"}
_CHANNELS = ("facebook", "instagram")


def recognise(head: Head) -> Claim:
    """By a lone name, two headings and a day at midnight; the audience by the name of its first block."""
    if head.type != "text":
        return no("not a text")
    start = _content(head.lines)
    names = [heading(line.strip().strip('"')) for line in head.lines[start : start + 1]]
    if names and names[0] in _AUDIENCE:
        return Claim("audience")
    if _is_daily(head.lines, start):
        return Claim("days")
    return no("no name of a metric above two columns", 0.3 if start else 0)


def _content(lines: list[str]) -> int:
    """The first line that is neither the hint for spreadsheets nor empty."""
    is_hint = [not line.strip() or line.strip().casefold().startswith("sep=") for line in lines[:4]]
    return is_hint.index(False) if False in is_hint else 0


def _is_daily(lines: list[str], start: int) -> bool:
    if len(lines) < start + 2:
        return False
    title, header, *rows = lines[start : start + 3]
    is_title = _width(title) == 1 and title.strip().strip('"') != ""
    is_first_row = not rows or _DAY.match(rows[0]) is not None or not rows[0].strip()
    by_hint = start > 0 or bool(rows and rows[0].strip())
    return is_title and _width(header) == 2 and is_first_row and by_hint


def _width(line: str) -> int:
    return max(len(cells.split(line, mark)) for mark in cells.DELIMITERS)


def read(source: Source) -> Iterator[Rows]:
    """The metric's figure of each day."""
    if source.layout == "audience":
        source.skip()
        next_step = "export the charts of follows, views and interactions"
        source.note("IN-FILE-13", "who follows, by age and place: not used", next_step=next_step)
        return
    start = _content(source.lines)
    title = source.lines[start].strip().strip('"')
    metric, channel = _metric(source, title, start + 1), _channel(source, title, start + 1)
    source.channel = channel
    source.skip(1, start + 1)
    header = source.lines[start + 1]
    mark = max(cells.DELIMITERS, key=header.count)
    day, value = cells.split(header, mark)[:2]
    table = source.table({"day": (day,), "value": (value,)}, need=("day", "value"), first=start + 2)
    days = table.days("day")
    if days.notna().any():
        source.covers = (days.min().date(), days.max().date())
    figures = {metric: table.counts("value", minimum=None if metric == "follows" else 0)}
    yield table.keep_metrics(channel, figures, day=days)


def _metric(source: Source, title: str, line: int) -> str:
    for words in (title, re.sub(r"(?: \(\d+\))?\.\w+$", "", source.name.rpartition("/")[2])):
        plain = re.sub(r"\b(?:facebook|instagram)\b", "", heading(words)).strip()
        found = next((name for name, known in METRICS.items() if plain in known), None)
        if found:
            return found
    next_step = "name the file after its metric: Follows.csv, Interactions.csv, Link clicks.csv, Views.csv"
    raise Fault("IN-CSV-04", "a metric nobody knows", line=line, text=title, next_step=next_step)


def _channel(source: Source, title: str, line: int) -> str:
    """The one channel that the metric's name, the file's or a folder's tells, the nearest first."""
    for words in (title, *reversed(source.name.split("/"))):
        found = [channel for channel in _CHANNELS if channel in words.casefold()]
        if len(found) == 1:
            return found[0]
    next_step = "put the file into a folder named facebook or instagram"
    found_is = "the file does not say whether it is of Facebook or of Instagram"
    raise Fault("IN-ACC-02", found_is, line=line, text=title, next_step=next_step)
