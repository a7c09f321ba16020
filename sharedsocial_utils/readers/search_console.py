"""Google Search Console, performance in Google's search: clicks and impressions of the site by day.

Performance > Search results > (dates) > Export > Download CSV: a zip
`<property>-Performance-on-Search-2026-10-02.zip`; its tables are read alone too. Their names and headings are
in the interface's language, also within one zip, and are known by their headings:

    Chart.csv / Grafico.csv    Date,Clicks,Impressions,CTR,Position
                               Data,Clic,Impressioni,CTR,Posizione
                               2026-07-01,12,410,2.9%,11.7
    Queries.csv / Query.csv    Top queries,Clicks,Impressions,CTR,Position
    Filters.csv / Filtri.csv   Filter,Value
                               Search type,Web

UTF-8, commas (German: semicolons), no totals; a rate has a % sign, a position a point or a comma. The table
of days (`Dates.csv` in older exports) gives metrics of the channel search. The mean position of a day when
the site was not shown is missing, not 0. Click rates follow from the two counts and are not read. The day in
the name of the zip is that of the export.

The tables by query, page, country, device and appearance are of the whole period; at most 1,000 rows are
exported and rare queries are hidden, so that they add up to less: no data. Where Filters.csv narrows the
figures to some pages, queries or countries, or to pictures or videos, the days are not the site's and are
not used. A lone table of days cannot tell this. Nor are the rows of the last 24 hours used, each
of which is an hour.

Evidence: English files were seen; Italian ones were typed for tests by others; German and Czech headings
stand in other programs. A workbook with one sheet per table is read alike.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from sharedsocial_utils.readers import _site
from sharedsocial_utils.reading.cells import DELIMITERS, heading, split
from sharedsocial_utils.reading.door import Claim, Export, Head, first_claim, no
from sharedsocial_utils.reading.identity import DOMAINS
from sharedsocial_utils.reading.source import Rows, Source, Table

FIELDS = {
    "date": ("Date", "Data", "Datum"),
    "search_clicks": ("Clicks", "Clic", "Klicks", "Kliknutí"),
    "search_impressions": ("Impressions", "Impressioni", "Impressionen", "Zobrazení"),
    "search_position": ("Position", "Average position", "Posizione", "Posizione media", "Pozice"),
}
NEED = ("date", "search_clicks", "search_impressions")
RATE = ("CTR", "Klickrate")
IGNORES = dict.fromkeys(RATE, "derived from columns that are read")
EXPORT = Export(
    service="Google Search Console",
    menu="Performance > Search results > (dates) > Export > Download CSV",
    page="https://support.google.com/webmasters/answer/12919797",
    tables=("metrics",),
    layouts={
        "archive": "the zip: Chart.csv (or Dates.csv), Queries.csv, Pages.csv ... (seen 2025; Italian 2024)",
        "days": "Chart.csv alone: Date, Clicks, Impressions, CTR, Position (seen 2025)",
        "breakdown": "by query, page, country, device; no data (seen 2025)",
    },
    languages=("en", "it", "de", "cs"),
    counted_by="platform",
    evidence="SEEN",
    channel="search",
    ignores=IGNORES,
)
# of the tables that no other service's archive has
_NAMES = frozenset(
    {"chart", "dates", "queries", "grafico", "date", "query", "diagramm", "suchanfragen", "graf", "dotazy"}
)
_PAGES = frozenset(
    {"pages", "countries", "devices", "pagine", "paesi", "dispositivi", "seiten", "länder", "geräte",
     "stránky", "země", "zařízení"}
)  # fmt: skip
_ZIP = re.compile(r"([^/]*)-performance-on-search(?:-(\d{4}-\d{2}-\d{2}))?", re.IGNORECASE)
_CLOCK = r"(?!00:00)\d\d:\d\d"  # a workbook's days may have a midnight
_PROPERTY = re.compile(r"(?:https?_{3})?([a-z\d-]+(?:\.[a-z\d-]+)+)(?:_.*)?", re.IGNORECASE)


def recognise(head: Head) -> Claim:
    """By the names in the zip; of a lone table by its headings."""
    if head.type == "zip":
        names = {name.rpartition("/")[2].removesuffix(".csv").casefold() for name in head.members}
        is_ours = bool(names & _NAMES) and bool(names & _PAGES or _ZIP.search(head.name))
        return Claim("archive") if is_ours else no("no tables of queries or days in the archive")
    figures = (FIELDS["search_clicks"], FIELDS["search_impressions"], RATE, FIELDS["search_position"])
    return first_claim(head.header("days", FIELDS["date"], *figures), head.header("breakdown", *figures))


def read(source: Source) -> Iterator[Rows]:
    """Metrics of the channel search by day."""
    if source.layout == "breakdown":
        source.note("IN-FILE-13", "figures of the whole period; the table of days has them all")
        _leave(source)
    elif source.layout == "archive":
        yield from _archive(source)
    elif source.data.startswith(b"PK"):
        yield from _workbook(source)
    else:
        yield from _by_day(source.table(FIELDS, NEED, IGNORES))


def _leave(source: Source) -> None:
    """Classes every line, or every row of a workbook, as no data."""
    if source.data.startswith(b"PK"):
        for title, rows in source.sheets().items():
            source.skip_sheet(title, rows)
    else:
        source.skip()


def _archive(source: Source) -> Iterator[Rows]:
    members = source.members()
    named = _ZIP.search(source.name)
    source.as_of = _site.day_of_words(named[2]) if named and named[2] else None
    site = _PROPERTY.fullmatch(named[1]) if named else None
    if site:
        source.belongs_to(DOMAINS, site[1])
    rows = {name: [_cells(line) for line in member.lines] for name, member in members.items()}
    filtered = _say_filtered(source, rows)
    by_day = [name for name in members if not filtered and _has_days(rows[name])]
    for name, member in members.items():
        if name in by_day:
            yield from _by_day(member.table(FIELDS, NEED, IGNORES))
        else:
            member.skip()
    if not by_day and not filtered:
        source.note("IN-FILE-13", "no table of days in the archive")


def _workbook(source: Source) -> Iterator[Rows]:
    sheets = source.sheets()
    filtered = _say_filtered(source, sheets)
    for title, rows in sheets.items():
        if _has_days(rows) and not filtered:
            yield from _by_day(source.sheet_table(title, rows, FIELDS, NEED, IGNORES))
        else:
            source.skip_sheet(title, rows)


def _say_filtered(source: Source, tables: Mapping[str, list[list[str]]]) -> bool:
    """Whether one of the tables narrows the figures to a part of the site; that it does is said."""
    filtered = [name for name, rows in tables.items() if _is_filtered(rows)]
    if filtered:
        again = "remove the filters in the report, and choose the search type Web"
        source.note("IN-FILE-13", f"{filtered[0]} narrows the figures to a part of the site", next_step=again)
    return bool(filtered)


def _is_filtered(rows: list[list[str]]) -> bool:
    """Whether a table of two columns lists more than the search type Web and the dates."""
    filled = [row for row in rows if "".join(row).strip()]
    if any(len(row) != 2 for row in filled):
        return False
    return sum(row[1].strip().casefold() != "web" for row in filled[1:]) > 1


def _cells(line: str) -> list[str]:
    return max((split(line, mark) for mark in DELIMITERS), key=len)


def _has_days(rows: list[list[str]]) -> bool:
    headers = [{heading(cell) for cell in row} for row in rows[:20]]
    return any(_has(cells, FIELDS["date"]) and _has(cells, FIELDS["search_clicks"]) for cells in headers)


def _has(present: set[str], names: Sequence[str]) -> bool:
    return bool(present & {heading(name) for name in names})


def _by_day(table: Table) -> Iterator[Rows]:
    days = table.days("date")
    if table["date"].str.contains(_CLOCK).any():
        table.source.note("IN-DATE-05", "one row is an hour", line=table.header_line)
        table.no_data(pd.Series(True, index=table.text.index))
        return
    figures = {
        "search_clicks": table.counts("search_clicks"),
        "search_impressions": table.counts("search_impressions"),
    }
    if "search_position" in table:
        position = table.numbers("search_position", profile=".")
        figures["search_position"] = position.mask(figures["search_impressions"] == 0)
    yield table.keep_metrics("search", figures, day=days)
