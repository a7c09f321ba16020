"""Plausible: the dashboard's download, and the whole history of the site by day and source.

Site settings > Imports & exports > Export your data: a zip of `imported_<what>_20260701_20260930.csv`, one
row per day and dimension. This is the export to choose: it alone tells visits by source and day.

    imported_sources_...   date,source,referrer,utm_source,utm_medium,utm_campaign,utm_content,utm_term,
                           pageviews,visitors,visits,visit_duration,bounces          (one line)
                           2026-07-01,Google,google.com,,,,,,12,6,7,120,2
    imported_visitors_...  date,visitors,pageviews,bounces,visits,visit_duration
    imported_pages_...     date,hostname,page,visits,visitors,pageviews,...

Sources give visits: a row's tags where it has them, else the source's name as referral, as organic search for
the search engines; a row without any source is direct. Visitors give metrics of the site, pages metrics of
the pages. The other members say nothing about effort or results.

Dashboard > (period) > Download: a zip `Plausible export <site> <from> to <to>.zip` of

    visitors.csv           date,visitors,pageviews,visits,views_per_visit,bounce_rate,visit_duration
                           2026-07-01,1,1,1,1.0,100,0
    sources.csv            name,visitors,bounce_rate,visit_duration                  (and 20 others)

Only `visitors.csv` has days: metrics of the site. Where its rows are months, weeks or hours (Plausible
chooses by the period) it is no data and the file says so; so are tables by name, which are people of the
whole period and no visits, and tables of a goal. UTF-8, commas, English in every language. A rate is empty on
a day without visits; the visits themselves are 0. A download filtered by page or place looks like the whole
site: remove the filters before.

Evidence: the dashboard's tables were seen; the others in programs that read and write them.
"""

import re
from collections.abc import Iterator

import pandas as pd

from sharedsocial_utils.reading.door import Claim, Export, Head, first_claim, no
from sharedsocial_utils.reading.identity import DOMAINS
from sharedsocial_utils.reading.source import Rows, Source, Table

FIELDS = {
    "date": ("date",),
    "visits": ("visits",),
    "visitors": ("visitors",),
    "pageviews": ("pageviews",),
    "source": ("source",),
    "referrer": ("referrer",),
    "utm_source": ("utm_source",),
    "utm_medium": ("utm_medium",),
    "utm_campaign": ("utm_campaign",),
    "hostname": ("hostname",),
    "page": ("page",),
}
_DERIVED = "derived from columns that are read"
_UNUSED = "not used by the audit"
IGNORES = {
    "views_per_visit": _DERIVED, "bounce_rate": _DERIVED, "visit_duration": _UNUSED, "bounces": _UNUSED,
    "utm_content": _UNUSED, "utm_term": _UNUSED, "exits": _UNUSED, "time_on_page": _UNUSED,
    "total_scroll_depth": _UNUSED, "total_scroll_depth_visits": _UNUSED, "total_time_on_page": _UNUSED,
    "total_time_on_page_visits": _UNUSED,
}  # fmt: skip
EXPORT = Export(
    service="Plausible",
    menu="Site settings > Imports & exports > Export your data (zip)",
    page="https://plausible.io/docs/export-stats",
    tables=("visits", "metrics"),
    layouts={
        "history": "zip of imported_*_YYYYMMDD_YYYYMMDD.csv (seen in programs 2024 to 2026)",
        "dashboard": "zip of visitors.csv, sources.csv ... (seen 2023 to 2025)",
        "days": "visitors.csv or imported_visitors alone: date, visitors, pageviews (seen 2021 to 2026)",
        "sources": "imported_sources alone (seen in programs 2024 to 2026)",
        "pages": "imported_pages alone (seen in programs 2024 to 2026)",
        "other": "a table by name, narrowed by a filter, or another imported_*; no data (seen 2021 to 2026)",
    },
    languages=("en",),
    counted_by="platform",
    evidence="SEEN",
    ignores=IGNORES,
)
_IMPORTED = re.compile(r"(?:.*/)?imported_([a-z_]+?)_\d{8}_\d{8}\.csv", re.DOTALL)
_SITE = re.compile(r"Plausible export (\S+) \d{4}-\d\d-\d\d to ", re.IGNORECASE)
_KINDS = {"visitors": "days", "sources": "sources", "pages": "pages"}
_DIMENSIONS = ("device", "browser", "operating_system", "country", "entry_page", "exit_page")
_ENGINES = (
    "google", "bing", "duckduckgo", "yahoo!", "yahoo", "ecosia", "qwant", "yandex", "brave", "brave search",
    "startpage", "baidu", "kagi",
)  # fmt: skip


def recognise(head: Head) -> Claim:
    """By the names in the zip; of a lone file by headings that only Plausible has."""
    if head.type == "zip":
        names = {name.rpartition("/")[2] for name in head.members}
        if any(_IMPORTED.fullmatch(name) for name in names):
            return Claim("history")
        is_ours = {"visitors.csv", "sources.csv"} <= names
        return Claim("dashboard") if is_ours else no("no `visitors.csv` with `sources.csv` in the archive")
    imported = _IMPORTED.fullmatch(head.name)
    if imported and head.type == "text":
        return Claim(_KINDS.get(imported[1], "other"))
    if any(head.header("other", "date", name, "visitors", exact=True).layout for name in _DIMENSIONS):
        return Claim("other")
    return first_claim(
        head.header("sources", "date", "source", "utm_source", "utm_medium", "visits", exact=True),
        head.header("pages", "date", "hostname", "page", "visitors", "pageviews", exact=True),
        head.header("days", "date", "visitors", "pageviews", "visits", "views_per_visit", exact=True),
        head.header("days", "date", "visitors", "pageviews", "visits", "bounces", exact=True),
        head.header(
            "other", "name", "visitors", ("bounce_rate", "visit_duration", "time_on_page"), exact=True
        ),
        head.header("other", "name", "unique_conversions", "total_conversions", exact=True),
        head.header("other", ("date", "name"), "visitors", "conversions", "conversion_rate", exact=True),
    )


def read(source: Source) -> Iterator[Rows]:
    """Visits by day and source; metrics of the site and of its pages by day."""
    if source.layout not in ("history", "dashboard"):
        if source.layout == "other":
            source.note("IN-FILE-13", "people of a whole period, by name, place, device or filter")
        yield from _rows(source, source)
        return
    named = _SITE.search(source.name)
    if named:
        source.belongs_to(DOMAINS, named[1])
    for name, member in source.members().items():
        member.layout = _layout(source.layout, name)
        yield from _rows(source, member)


def _layout(of_zip: str, name: str) -> str:
    if of_zip == "dashboard":
        return "days" if name.rpartition("/")[2] == "visitors.csv" else "other"
    found = _IMPORTED.fullmatch(name)
    return _KINDS.get(found[1], "other") if found else "other"


def _rows(source: Source, file: Source) -> Iterator[Rows]:
    """What one table gives; `source` is the whole file."""
    if file.layout == "days":
        yield from _site(source, file)
    elif file.layout == "sources":
        yield _visits(file.table(FIELDS, ("date", "source", "visits"), IGNORES))
    elif file.layout == "pages":
        yield _pages(file.table(FIELDS, ("date", "page", "pageviews"), IGNORES))
    else:
        file.skip()


def _site(source: Source, file: Source) -> Iterator[Rows]:
    table = file.table(FIELDS, ("date", "visitors", "pageviews", "visits"), IGNORES)
    days = table.days("date")
    figures = {
        "sessions": table.counts("visits"),
        "active_users": table.counts("visitors"),
        "page_views": table.counts("pageviews"),
    }
    longer = _step(days)
    if longer:
        source.note("IN-DATE-05", f"one row is {longer}", line=table.header_line)
        table.no_data(pd.Series(True, index=table.text.index))
        return
    yield table.keep_metrics("site", figures, day=days)


def _step(days: pd.Series) -> str:
    """ "" where every row is a day of its own and none is missing between two of them; else what a row is."""
    apart = days.dropna().sort_values().diff().dropna().dt.days
    if (apart == 0).any():
        return "an hour"
    return "longer than a day" if apart.min() > 1 else ""


def _visits(table: Table) -> Rows:
    days = table.days("date")
    figures = {
        "sessions": table.counts("visits"),
        "users": table.counts("visitors"),
        "views": table.counts("pageviews"),
    }
    named = table["utm_source"].fillna(
        table["source"].mask(table["source"].str.casefold() == "direct / none")
    )
    source = named.fillna(table["referrer"])
    medium = table["utm_medium"].fillna(source.map(_medium, na_action="ignore").astype("str"))
    is_direct = medium.isna()  # every source has one
    key = {
        "date": days,
        "source": source.mask(is_direct, "(direct)"),
        "medium": medium.mask(is_direct, "(none)").astype("str"),
        "campaign": table["utm_campaign"],
    }
    # different people: never added where rows fall on the same key
    figures["users"] = figures["users"].mask(pd.DataFrame(key).duplicated(keep=False))
    return table.keep("visits", {**key, **figures})


def _medium(source: str) -> str:
    return "organic" if source.casefold() in _ENGINES else "referral"


def _pages(table: Table) -> Rows:
    days = table.days("date")
    figures = {"page_views": table.counts("pageviews"), "active_users": table.counts("visitors")}
    page = table["page"]
    if table["hostname"].nunique() > 1:
        page = table["hostname"].fillna("") + page
    return table.keep_metrics("site", figures, day=days, item_id=page)
