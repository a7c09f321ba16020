"""Matomo (once Piwik): visits by day, reports by label, the visits log, and the reports it sends by mail.

(a report) > Export this dataset > CSV or TSV. UTF-16 with a byte-order mark or UTF-8, commas or tabs, no line
end after the last row; headings are Matomo's own (`nb_visits`) or in the interface's language:

    evolution   date,nb_uniq_visitors,nb_visits,nb_actions,bounce_rate        (Visits summary, range by day)
                2026-07-01,41,52,130,40%
    sources     date,label,nb_visits,nb_uniq_visitors,metadata_segment        (a report of referrers, by day)
                2026-07-01,Search Engines,31,28,referrerType==search
    visits log  idSite,idVisit,visitIp,...,lastActionTimestamp,...,referrerType,...,referrerName,...
                1,2,111.1.1.1,...,1782900000,...,search,...,Google,...
    scheduled   Visits Summary                         (about 60 tables, each below its title)
                nb_uniq_visitors,nb_visits,nb_actions
                2,11,43

`evolution` gives metrics of the site by day. Weeks (`2026-06-29,2026-07-05`), months and years are no data.
A report by label gives visits by source where its column of segments says that the labels are referrers
(`referrerType==website`, `referrerName==...`) and a column or the file's name says the day
(`Export _ Channel Type _ July 1, 2026.csv`); its type of referrer becomes the medium: search is organic,
website referral, direct (none). Other reports (pages, contents, keywords by country) are no data.

In the visits log each row is one visit: it gives its day (of the last action, in the client's time zone),
its source and the goals it reached. Addresses, ids, places and devices of the visitors are dropped, and no
message shows a row. Matomo cuts the log at the number of rows chosen: choose All.

A scheduled report does not say its period: it is used where the file's name says one day; of its tables
only `Visits Summary` and the main metrics of actions, which are those of the whole site. Tables by label are
no data; lines under any other heading are put aside, since it may be one of these two, damaged. A cell that
begins with an apostrophe before = + - @ loses it. Rates, times and money are not read.

Evidence: outputs of Matomo's own renderer were seen, and its list of Italian names; the Italian for
conversions is from memory. Segments of referrers by day were seen in other programs.
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import PurePosixPath

import pandas as pd

from sharedsocial_utils.readers import _site
from sharedsocial_utils.readers._effort import PERSONAL
from sharedsocial_utils.reading import conventions
from sharedsocial_utils.reading.cells import DELIMITERS, split
from sharedsocial_utils.reading.conventions import Read
from sharedsocial_utils.reading.door import Claim, Export, Head, first_claim, no
from sharedsocial_utils.reading.source import Rows, Source, Table

FIGURES = {
    "sessions": ("nb_visits", "Visits", "Visite"),
    "active_users": ("nb_uniq_visitors", "Unique visitors", "Visitatori unici"),
    "page_views": ("nb_pageviews", "Pageviews", "Visualizzazioni pagina"),
    "key_events": ("nb_conversions", "Conversions", "Conversioni"),
}
FIELDS = {
    "date": ("Date", "Data"),
    "label": ("Label", "Etichetta"),
    "segment": ("metadata_segment", "Metadata: segment"),
    **FIGURES,
}
LOG = {
    "site": ("siteName",),
    "at": ("lastActionTimestamp",),
    "type": ("referrerType",),
    "name": ("referrerName",),
    "key_events": ("goalConversions",),
}
_DERIVED = "derived from columns that are read"
_UNUSED = "not used by the audit"
IGNORES = {
    "nb_users": _UNUSED, "Users": _UNUSED, "Utenti": _UNUSED,
    "nb_actions": "downloads and outlinks too", "Actions": "downloads and outlinks too",
    "Azioni nel sito": "downloads and outlinks too",
    "nb_visits_converted": _UNUSED, "Visits with Conversions": _UNUSED, "Visite con Conversioni": _UNUSED,
    "bounce_count": _UNUSED, "Bounces": _UNUSED, "Rimbalzi": _UNUSED,
    "sum_visit_length": _UNUSED, "Total time spent by visitors (in seconds)": _UNUSED,
    "Durata totale delle visite (in secondi)": _UNUSED,
    "max_actions": _UNUSED, "Maximum actions in one visit": _UNUSED,
    "Numero massimo di azioni in una visita": _UNUSED,
    "bounce_rate": _DERIVED, "Bounce Rate": _DERIVED, "% rimbalzi": _DERIVED,
    "nb_actions_per_visit": _DERIVED, "Actions per Visit": _DERIVED, "Azioni per visita": _DERIVED,
    "avg_time_on_site": _DERIVED, "Avg. Visit Duration (in seconds)": _DERIVED,
    "Durata delle visite (in secondi)": _DERIVED, "conversion_rate": _DERIVED, "Conversion Rate": _DERIVED,
    "Tasso di conversione": _DERIVED, "revenue": "outcomes come from the CRM",
    "Revenue": "outcomes come from the CRM", "Ricavo": "outcomes come from the CRM",
    "nb_uniq_pageviews": _UNUSED, "Unique Pageviews": _UNUSED, "nb_downloads": _UNUSED,
    "nb_uniq_downloads": _UNUSED, "nb_outlinks": _UNUSED, "nb_uniq_outlinks": _UNUSED,
    "nb_searches": _UNUSED, "nb_keywords": _UNUSED, "metadata_url": _UNUSED,
}  # fmt: skip
EXPORT = Export(
    service="Matomo",
    menu="Visitors > Overview, range by day > Export this dataset > CSV (and Acquisition > Channel Type)",
    page="https://matomo.org/faq/general/exporting-matomo-reports/",
    tables=("visits", "metrics"),
    layouts={
        "evolution": "date, nb_visits ... by day; or Date, Visits ... (seen 2026)",
        "sources": "label, nb_visits ... metadata_segment of referrers (seen 2026)",
        "label": "other reports by label, or without one; no data (seen 2026)",
        "visits log": "idVisit, visitIp, lastActionTimestamp, referrerType ... (seen 2026)",
        "scheduled": "titles and tables, as sent by mail, CSV or TSV (seen 2026)",
    },
    languages=("en", "it"),
    counted_by="platform",
    evidence="SEEN",
    ignores={**IGNORES, "visitIp": PERSONAL, "userId": PERSONAL, "fingerprint": PERSONAL, "city": PERSONAL},
)
MEDIUM = {
    "direct": "(none)", "search": "organic", "website": "referral", "social": "social",
    "campaign": "campaign", "aiassistant": "ai-assistant",
}  # fmt: skip
# no other service has one of these beside its visits
_MARKS = (
    "nb_uniq_visitors", "nb_actions", "nb_actions_per_visit", "nb_visits_percentage", "Unique visitors",
    "Actions per Visit", "Visitatori unici", "Azioni per visita",
)  # fmt: skip
_OF_ONE_ROW = ("nb_actions_per_visit", "Actions per Visit", "Azioni per visita")
# headings of tables without a label that are not read; plugins name theirs by a family
_OTHER_HEADINGS = frozenset(
    {
        "max_actions",
        "avg_time_on_site",
        "avg_page_load_time",
        "nb_conversions",
        "nb_visits_converted",
        *IGNORES,
    }
)
_FAMILIES = re.compile(r"Referrers_\w+|\w+_bandwidth|avg_time_\w+|\w+_(?:new|returning)")
_SUMMARY = re.compile("nb_uniq_visitors[,;\t](nb_users[,;\t])?nb_visits[,;\t].*|nb_pageviews[,;\t].*")
_NOTHING = "No data available"
_TABLE = re.compile(r"(label[,;\t])?(nb|entry_nb|exit_nb)_\w+[,;\t].*")
_LONGER = re.compile(r"\d{4}-\d\d-\d\d,\d{4}-\d\d-\d\d|\d{4}(-\d\d)?")
_IN_NAME = re.compile(r"(?<!\d)\d{4}-\d\d-\d\d(?!\d)")
_EPOCH = re.compile(r"\d{9,10}")
AGAIN = "export the range by day, or one day with the name that Matomo gives the file"


def recognise(head: Head) -> Claim:
    """By headings that no other service has, or by a title above them."""
    if head.type != "text" or not head.lines:
        return no("it is not text")
    log = head.header("visits log", "idVisit", "visitIp", LOG["at"], LOG["type"], exact=True)
    if log.layout or _is_scheduled(head.lines):
        return log if log.layout else Claim("scheduled")
    evolution = head.header("evolution", FIELDS["date"], FIGURES["sessions"], _MARKS)
    label = head.header("label", FIELDS["label"], FIGURES["sessions"], _MARKS)
    if label.layout:
        return Claim("sources") if head.header("segment", FIELDS["segment"]).layout else label
    one_row = head.header("label", FIGURES["sessions"], FIGURES["active_users"], _OF_ONE_ROW)
    return first_claim(evolution, one_row, _by_mark_and_label(head))


def _is_scheduled(lines: list[str]) -> bool:
    """Whether a header of Matomo's own names stands below the first line: of a title, or of another table."""
    return any(map(_TABLE.fullmatch, [line for line in lines if line.strip()][1:]))


def _by_mark_and_label(head: Head) -> Claim:
    """A pivot has other labels for headings: it is known by its first cell and UTF-16's mark."""
    is_ours = head.data.startswith(b"\xff\xfe") and re.match("label[,\t]", head.lines[0].lstrip("\ufeff"))
    return Claim("label") if is_ours else no("no column of visits")


def read(source: Source) -> Iterator[Rows]:
    """Metrics of the site by day, and visits by day and source."""
    if source.layout == "evolution":
        yield _by_day(source.table(FIELDS, ("date", "sessions"), IGNORES))
    elif source.layout == "sources":
        yield from _by_source(source.table(FIELDS, ("label", "sessions", "segment"), IGNORES))
    elif source.layout == "visits log":
        yield from _log(source)
    elif source.layout == "scheduled":
        yield from _scheduled(source)
    else:
        yield from _of_one_row(source)


def _figures(table: Table) -> dict[str, pd.Series]:
    return {
        name: table.numbers(name, profile=".") if name == "key_events" else table.counts(name)
        for name in FIGURES
        if name in table
    }


def _by_day(table: Table) -> Rows:
    _leave_longer(table)
    days = table.days("date")
    return table.keep_metrics("site", _figures(table), day=days)


def _days_of(table: Table) -> pd.Series | None:
    """The day of each row: its own, or the one that the file's name says; else None."""
    if "date" in table:
        _leave_longer(table)
        return table.days("date")
    day = day_in_name(table.source.name)
    return None if day is None else _site.on_day(table, day)


def _leave_longer(table: Table) -> None:
    """Weeks, months and years are no data."""
    longer = table["date"].str.fullmatch(_LONGER).fillna(False).astype(bool)
    if longer.any():
        line = int(longer.index[longer][0])
        found = f"figures of longer than a day, such as {table['date'][line]}"
        table.source.note("IN-DATE-05", found, line=line, next_step="export the range by day")
        table.no_data(longer)


def _by_source(table: Table) -> Iterator[Rows]:
    source = table.source
    segment = table["segment"].fillna("")
    kind = segment.str.extract(r"referrerType==(\w+)")[0].str.casefold()
    named = segment.str.contains("referrerName==")
    if not (kind.notna() | named).any():
        source.note("IN-FILE-13", "a report that does not divide visits by source", line=table.header_line)
        source.skip()
        return
    days = _days_of(table)
    if days is None:
        _site.say_why_not(source, None, table.header_line, AGAIN)
        source.skip()
        return
    figures = _figures(table)
    names = table["label"].str.replace(r"^'(?=[=+\-@])", "", regex=True).where(named)
    yield _visits(table, days, kind, names, figures)


def _visits(
    table: Table, days: pd.Series, kind: pd.Series, names: pd.Series, figures: dict[str, pd.Series]
) -> Rows:
    """Visits of which the type of referrer, and the name of some, is known."""
    of_campaign = kind == "campaign"
    ours = {"active_users": "users", "page_views": "views"}
    return table.keep(
        "visits",
        {
            "date": days,
            "source": names.mask(of_campaign),
            "medium": kind.map(lambda word: MEDIUM.get(word, word), na_action="ignore").astype("str"),
            "campaign": names.where(of_campaign),
            **{ours.get(name, name): values for name, values in figures.items()},
        },
    )


def _log(source: Source) -> Iterator[Rows]:
    source.is_private = True
    table = source.table(LOG, ("at", "type"), _every_heading(source.lines[0]))
    table.belongs_to("matomo", "site")
    days = table.read("at", lambda cells: _days_of_epochs(cells, source.context.timezone))
    table.put_aside(days.isna(), "IN-DATE-03", "no time of the visit")
    goals = table.numbers("key_events", profile=".")
    figures = {"sessions": pd.Series(1.0, index=table.text.index), "key_events": goals}
    yield _visits(table, days, table["type"].str.casefold(), table["name"], figures)


def _every_heading(line: str) -> dict[str, str]:
    return {name: PERSONAL for mark in DELIMITERS for name in split(line, mark)}


def _days_of_epochs(cells: pd.Series, zone: str) -> Read:
    """Seconds since 1970 as days of the zone; anything else is missing."""
    seconds = pd.to_numeric(cells.where(cells.str.fullmatch(_EPOCH).fillna(False).astype(bool)))
    instants = pd.to_datetime(seconds, unit="s", utc=True).dt.as_unit("us")
    return Read(conventions.local_days(instants, zone), {})


def _scheduled(source: Source) -> Iterator[Rows]:
    day = day_in_name(source.name)
    if day is None:
        _site.say_why_not(source, None, None, AGAIN)
        source.skip()
        return
    strange = []
    for number, is_summary in _headers(source.lines):
        if not is_summary:
            strange.append(number)
            continue
        first = re.split("[,;\t]", source.lines[number - 1])[0]
        table = source.table({**FIELDS, "first": (first,)}, ("first",), IGNORES, number, number + 1)
        yield table.keep_metrics("site", _figures(table), day=_site.on_day(table, day))
    source.put_lines_aside(strange, "IN-CSV-08", "a line of no table whose heading is known")
    source.skip()


def _headers(lines: list[str]) -> Iterator[tuple[int, bool]]:
    """The numbers of the headers of visits and of actions, as figures of the whole site, with True; and of
    the lines that stand under no heading that is known, with False."""
    place = "between"
    for number, line in enumerate(lines, start=1):
        below = lines[number] if number < len(lines) else ""
        if not line.strip():
            place = "between"
        elif _SUMMARY.fullmatch(line):
            place = "summary"
            yield number, True
        elif _is_other_table(line):
            place = "list"
        elif place == "summary":
            place = "strange"  # a summary has one row
        elif place == "between" or _SUMMARY.fullmatch(below) or _is_other_table(below):
            place = "title"
            if re.search("[,;\t]", line) and not (_SUMMARY.fullmatch(below) or _is_other_table(below)):
                yield number, False
        elif place in ("title", "strange"):
            place = "strange"
            yield number, False


def _is_other_table(line: str) -> bool:
    """Whether a line is the header of a table that is no data, or says that there is none."""
    cells = re.split("[,;\t]", line)
    known = (cell in _OTHER_HEADINGS or bool(_FAMILIES.fullmatch(cell)) for cell in cells)
    return line == _NOTHING or cells[0] == "label" or all(known)


def _of_one_row(source: Source) -> Iterator[Rows]:
    """The summary of one day; a report by label is no data."""
    first = re.split("[,;\t]", source.lines[0])[0].strip('"')
    table = source.table({**FIELDS, "first": (first,)}, ("first",), IGNORES)
    day = day_in_name(source.name)
    if "label" in table:
        source.note("IN-FILE-13", "a report that does not divide visits by source", line=table.header_line)
    elif day is None:
        _site.say_why_not(source, None, table.header_line, AGAIN)
    else:
        yield table.keep_metrics("site", _figures(table), day=_site.on_day(table, day))
    source.skip()


def day_in_name(name: str) -> date | None:
    """`Export _ Channel Type _ July 1, 2026.csv` => 1 July 2026; None where it names no day, or several."""
    stem = PurePosixPath(name).stem
    days = set(_IN_NAME.findall(stem))
    if days:
        return _site.day_of_words(days.pop()) if len(days) == 1 else None
    return _site.day_of_words(stem.rpartition(" _ ")[2])
