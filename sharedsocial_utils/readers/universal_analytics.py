"""Universal Analytics, the Google Analytics before 2023: one report of a period, and one figure of its days.

(a report) > Export > CSV, or Excel (XLSX); `Analytics <view> <report> 20220701-20220731.csv`. UTF-8, commas,
a preamble, the report with its totals last, a blank line, then what the chart showed:

    # ----------------------------------------
    # All Web Site Data
    # Landing Pages
    # 20220701-20220731
    # ----------------------------------------

    Landing Page,Sessions,Bounce Rate
    /,"3,215",96.02%
    ,"3,215",96.02%

    Day Index,Sessions
    01/07/2022,97
    31/07/2022,104
    ,"3,215"

Headings, numbers and days are written as in the user's country. Of days such as 04/07 the order is the one by
which all of them lie in the file's period; if both orders fit, the file is refused.

The figures of the chart are metrics of the site by day: sessions, users, pageviews or completed goals, told
by the heading. Hours, weeks and months are no data. The report's rows are used where they have a date or the
period is one day: as visits where they tell sources or landing pages, as metrics of the pages where they name
pages. Else they are no data, and the file says so. Totals are never added; where rows that are used do not
add up to them, that is said (only the rows shown on the screen were exported).

A workbook has the sheets `Summary`, `Dataset1` (the report) and `Dataset2` (the chart), with days as Excel's
serial numbers; its period stands in the file's name. Rates, times and money are not read.

Evidence: English and Dutch files were seen; the Italian headings are from memory.
"""

from collections.abc import Iterator, Mapping

import pandas as pd

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.readers import _ga4, _site
from sharedsocial_utils.readers._dates import days_or_serials
from sharedsocial_utils.readers._site import Period
from sharedsocial_utils.reading.cells import DELIMITERS, heading, split
from sharedsocial_utils.reading.conventions import Order, Read
from sharedsocial_utils.reading.door import Claim, Export, Head, no
from sharedsocial_utils.reading.source import Rows, Source, Table

DIMENSIONS = {
    "date": ("Date", "Data", "Datum"),
    "source_medium": (
        "Source / Medium", "Source/Medium", "Sorgente/Mezzo", "Sorgente / Mezzo", "Bron/medium",
    ),
    "source": ("Source", "Sorgente", "Bron"),
    "medium": ("Medium", "Mezzo"),
    "campaign": ("Campaign", "Campagna", "Campagne"),
    "group": (
        "Default Channel Grouping", "Default Channel Group", "Raggruppamento dei canali predefinito",
        "Raggruppamento canali predefinito", "Standaardgroep met kanalen",
    ),
    "landing": ("Landing Page", "Pagina di destinazione", "Bestemmingspagina"),
    "page": ("Page", "Pagina"),
}  # fmt: skip
FIGURES = {
    "sessions": ("Sessions", "Sessioni", "Sessies"),
    "users": ("Users", "Utenti", "Gebruikers"),
    "views": ("Pageviews", "Visualizzazioni di pagina", "Paginaweergaven"),
    "key_events": ("Goal Completions", "Completamenti obiettivo", "Doelvoltooiingen"),
}
INDEX = {
    "day_index": ("Day Index", "Indice giornaliero", "Indice giorno", "Dagindex"),
    "other_index": (
        "Hour Index", "Week Index", "Month Index", "Indice orario", "Indice settimanale", "Indice mensile",
        "Uurindex", "Weekindex", "Maandindex",
    ),
}  # fmt: skip
FIELDS = {**DIMENSIONS, **INDEX, **FIGURES}
_DERIVED = "derived from columns that are read"
_UNUSED = "not used by the audit"
IGNORES = {
    "Unique Pageviews": _UNUSED, "Avg. Time on Page": _UNUSED, "Entrances": _UNUSED, "% Exit": _DERIVED,
    "Page Value": "outcomes come from the CRM", "Device Category": _UNUSED, "% New Sessions": _DERIVED,
    "New Users": _UNUSED, "Bounce Rate": _DERIVED, "Pages / Session": _DERIVED, "Pages/Session": _DERIVED,
    "Avg. Session Duration": _DERIVED, "Goal Conversion Rate": _DERIVED, "Goal Value": _UNUSED,
    "Transactions": _UNUSED, "Revenue": "outcomes come from the CRM", "Browser": _UNUSED,
    "Nuovi utenti": _UNUSED, "Frequenza di rimbalzo": _DERIVED, "Pagine/sessione": _DERIVED,
    "Durata sessione media": _DERIVED, "% nuove sessioni": _DERIVED,
}  # fmt: skip
EXPORT = Export(
    service="Universal Analytics",
    menu="(a report, by day) > Export > CSV, or Excel (XLSX)",
    tables=("visits", "metrics"),
    layouts={
        "csv": "preamble with the period, report, Day Index (en-GB seen 2015, nl seen 2019)",
        "workbook": "sheets Summary, Dataset1, Dataset2 (seen July 2022)",
    },
    languages=("en", "it", "nl"),
    counted_by="platform",
    evidence="SEEN",
    ignores=IGNORES,
)
AGAIN = "add Date as a second dimension, or choose one day"
_BLANK = " ;,\t"
_SHEETS = {"summary", "dataset1"}


def recognise(head: Head) -> Claim:
    """By the preamble's period, and totals that do not come first (as in GA4's explorations)."""
    if {name.casefold() for name in head.sheets} >= _SHEETS:
        return Claim("workbook")
    if not head.text.lstrip("\ufeff\r\n").startswith("# ---"):
        return no("its first line is not a rule of dashes behind a #")
    if not any(line.startswith("#") and _site.solid_period(line) for line in head.lines[:12]):
        return no("no line of its preamble is a period", 0.5)
    below = _ga4.below_preamble(head.lines)
    if len(below) < 2 or _ga4.total_is_first(below):
        return no("its first row is the total", 0.8)
    return Claim("csv")


def read(source: Source) -> Iterator[Rows]:
    """Metrics of the days the chart showed; visits, or metrics of pages, of a report that has days."""
    if source.layout == "workbook":
        period = _site.solid_period(source.name)
        tables = _sheets(source)
    else:
        period = next(found for line in source.lines[:12] if (found := _site.solid_period(line)))
        tables = _blocks(source)
    for table in tables:
        yield from _rows(table, period)
    if source.layout == "csv":
        source.skip()


def _sheets(source: Source) -> Iterator[Table]:
    for title, rows in source.sheets().items():
        fields = _fields(rows[0]) if rows else set()
        if fields & set(FIGURES):
            yield source.sheet_table(title, rows, FIELDS, sorted(fields), IGNORES)
        else:
            source.skip_sheet(title, rows)


def _fields(header: list[str]) -> set[str]:
    present = {heading(cell) for cell in header}
    return {name for name, words in FIELDS.items() if present & {heading(word) for word in words}}


def _blocks(source: Source) -> Iterator[Table]:
    """The tables with a figure that is read: runs of lines between blank ones, below the preamble."""
    first, is_preamble = 0, True
    for number, line in enumerate([*source.lines, ""], start=1):
        is_preamble = is_preamble and (line.lstrip("\ufeff").startswith("#") or not line.strip(_BLANK))
        is_row = not is_preamble and bool(line.strip(_BLANK))
        if is_row and not first:
            first = number
        elif not is_row and first:
            fields = max((_fields(split(source.lines[first - 1], mark)) for mark in DELIMITERS), key=len)
            if fields & set(FIGURES):
                yield source.table(FIELDS, sorted(fields), IGNORES, first, number - 1)
            else:
                source.note("IN-FILE-13", "a table without a figure that is read", line=first)
            first = 0


def _rows(table: Table, period: Period | None) -> Iterator[Rows]:
    if "day_index" in table:
        table.no_data(table["day_index"].isna())
        days = table.read("day_index", lambda cells: _days(cells, period))
        yield from _ga4.rows_of(table, days, _ga4.figures_of(table))
    else:
        yield from _report(table, period)


def _report(table: Table, period: Period | None) -> Iterator[Rows]:
    dimensions = [name for name in DIMENSIONS if name in table]
    figures = _ga4.figures_of(table)
    days = _days_of(table, period)
    if days is None or not dimensions:
        if dimensions:
            _site.say_why_not(table.source, period, table.header_line, AGAIN)
        table.no_data(pd.Series(True, index=table.text.index))
        return
    is_total = table.text[dimensions].isna().all(axis=1)
    _check(table, figures, is_total)
    table.no_data(is_total)
    table.put_aside(days.isna(), "IN-DATE-03", "no date", "date")
    yield from _ga4.rows_of(table, days, figures)


def _days_of(table: Table, period: Period | None) -> pd.Series | None:
    """The day of each row: its own, or the only one of the period; else None."""
    if "date" in table:
        return table.read("date", lambda cells: _days(cells, period))
    return _site.on_day(table, period[0]) if period and period[0] == period[1] else None


def _check(table: Table, figures: Mapping[str, pd.Series], is_total: pd.Series) -> None:
    for name, values in figures.items():
        printed, added = values[is_total].sum(), values[~is_total].sum()
        if name != "users" and is_total.any() and abs(printed - added) >= 0.5:
            found = f"{name}: the printed total is {printed:g}, the rows add up to {added:g}"
            table.source.note("IN-CSV-06", found, line=int(is_total.index[is_total][0]))


def _days(cells: pd.Series, period: Period | None) -> Read:
    """The days, in the order by which all of them lie in the period.

    Raises `Fault` IN-DATE-01 where both orders do and differ.
    """
    orders: tuple[Order, ...] = ("dmy", "mdy")
    reads = [days_or_serials(cells, order) for order in orders] if period else []
    fewest = min((len(read.faults) for read in reads), default=0)
    fits = [read for read in reads if period and len(read.faults) == fewest and _all_within(read, period)]
    if len(fits) == 2 and not fits[0].values.equals(fits[1].values):
        sample = str(cells[fits[0].values != fits[1].values].iloc[0])
        raise Fault("IN-DATE-01", "day or month may come first; both fit the period", text=sample)
    return fits[0] if fits else days_or_serials(cells)


def _all_within(read: Read, period: Period) -> bool:
    days = read.values.dropna()
    first, last = (pd.Timestamp(day) for day in period)
    return bool(days.between(first, last).all())
