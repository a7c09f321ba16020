"""What the exports of Google Analytics 4 have in common: their words, their days, and which rows add up.

The Italian names of views, users, key events, events and pages were seen in parsers of real files; those of
the days, sources, media, campaigns, landing pages and sessions are from memory.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date

import pandas as pd

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading.cells import DELIMITERS, heading, split
from sharedsocial_utils.reading.conventions import MANY
from sharedsocial_utils.reading.source import Rows, Source, Table

DIMENSIONS = {
    "date": ("Date", "Data"),
    "nth_day": ("Nth day", "N° giorno", "N-esimo giorno"),
    "source_medium": (
        "Session source / medium", "Session source/medium", "Source / medium",
        "Sorgente/mezzo sessione", "Sorgente / mezzo sessione", "Sorgente/mezzo della sessione",
    ),
    "source": ("Session source", "Source", "Sorgente sessione", "Sorgente della sessione"),
    "medium": ("Session medium", "Medium", "Mezzo sessione", "Mezzo della sessione"),
    "campaign": ("Session campaign", "Campaign", "Campagna sessione", "Campagna della sessione"),
    "group": (
        "Session default channel group", "Session default channel grouping", "Default channel group",
        "Session primary channel group (Default Channel Group)",
        "Gruppo di canali predefinito sessione", "Gruppo di canali predefinito della sessione",
        "Gruppo di canali principale sessione (Gruppo di canali predefinito)",
    ),
    "landing": (
        "Landing page", "Landing page + query string",
        "Pagina di destinazione", "Pagina di destinazione + stringa di query",
    ),
    "page": (
        "Page path and screen class", "Page path + query string and screen class", "Page path",
        "Page path + query string", "Percorso pagina e classe schermata", "Percorso pagina",
    ),
    "event": ("Event name", "Nome evento"),
}  # fmt: skip
FIGURES = {
    "sessions": ("Sessions", "Sessioni"),
    "users": ("Active users", "Users", "Utenti attivi", "Utenti"),
    "views": ("Views", "Visualizzazioni"),
    "key_events": ("Key events", "Conversions", "Eventi chiave", "Conversioni"),
    "events": ("Event count", "Conteggio eventi"),
}
FIELDS = {**DIMENSIONS, **FIGURES}
AGAIN = "download it again: the lines above the table were deleted"
MAX_DAYS = 10_000  # of a period: Google Analytics 4 began in 2020
TRAFFIC = ("source_medium", "source", "medium", "campaign", "group", "landing")
_FILLED_BY = {
    "source": ("source", "source_medium"),
    "medium": ("medium", "source_medium", "group"),
    "campaign": ("campaign",),
    "landing": ("landing",),
}
_DERIVED = "derived from columns that are read"
_UNUSED = "not used by the audit"
IGNORES = {
    "Total users": "counts people who only triggered an event; active users are read",
    "Utenti totali": "counts people who only triggered an event; active users are read",
    "New users": _UNUSED,
    "Nuovi utenti": _UNUSED,
    "Engaged sessions": _UNUSED,
    "Sessioni con coinvolgimento": _UNUSED,
    "Engagement rate": _DERIVED,
    "Bounce rate": _DERIVED,
    "Views per active user": _DERIVED,
    "Visualizzazioni per utente attivo": _DERIVED,
    "Events per session": _DERIVED,
    "Event count per user": _DERIVED,
    "Event count per active user": _DERIVED,
    "Engaged sessions per active user": _DERIVED,
    "Session key event rate": _DERIVED,
    "User key event rate": _DERIVED,
    "Views per user": _DERIVED,
    "Unique user scrolls": _UNUSED,
    "Country": _UNUSED,
    "Paese": _UNUSED,
    "Average engagement time": "seconds in some files, milliseconds in others",
    "Average engagement time per session": "seconds in some files, milliseconds in others",
    "Average engagement time per active user": "seconds in some files, milliseconds in others",
    "Durata media del coinvolgimento per utente attivo": "seconds in some files, milliseconds in others",
    "Total revenue": "outcomes come from the CRM",
    "Entrate totali": "outcomes come from the CRM",
}


def fields_of(line: str) -> set[str]:
    """The fields whose headings a line has, with whichever separator finds most."""
    found = []
    for delimiter in DELIMITERS:
        cells = {heading(cell) for cell in split(line, delimiter)}
        found.append({name for name, words in FIELDS.items() if cells & {heading(word) for word in words}})
    return max(found, key=len)


def below_preamble(lines: list[str]) -> list[str]:
    """The lines that are neither blank nor begin with #."""
    return [line for line in lines if line.strip(" ;,\t") and not line.startswith("#")]


def total_is_first(below: list[str]) -> bool:
    """Whether the first row has no dimension; where none is known, whether it is longer than the header.

    So the explorations write it; Universal Analytics writes its totals last.
    """
    return any(_is_total_first(below, mark) for mark in DELIMITERS)


def _is_total_first(below: list[str], delimiter: str) -> bool:
    header, row = (split(line, delimiter) for line in below[:2])
    dimensions = {heading(word) for words in DIMENSIONS.values() for word in words}
    places = [n for n, cell in enumerate(header) if heading(cell) in dimensions]
    if not places:
        return len(row) > len(header) > 1
    return len(row) >= len(header) and not any(row[n].strip() for n in places)


def day(text: str) -> date:
    """A day such as 20260923; raises `Fault` IN-DATE-02 for one that the calendar lacks."""
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError as error:
        raise Fault("IN-DATE-02", "no such day in the preamble", text=text) from error


def say_whose(source: Source) -> None:
    """The property in the preamble: the last line between its rules that is `words: name`, else the first."""
    lines = [line.lstrip("\ufeff# ").rstrip(' ;,\t"') for line in source.start[:12]]
    rules = [number for number, line in enumerate(lines) if line.startswith("---")]
    between = [line for line in lines[rules[0] + 1 : rules[1]] if line] if len(rules) > 1 else []
    named = [line.partition(": ")[2] for line in between[1:] if ": " in line]
    if between:
        source.belongs_to("ga4", named[-1] if named else between[0])


def days_of(table: Table, period: tuple[date, date] | None) -> pd.Series | None:
    """The day of each row: its own, the nth of the period, or the only one of the period; else None."""
    if "date" in table:
        return table.days("date")
    if "nth_day" in table and period:
        nth = table.counts("nth_day")
        length = min((period[1] - period[0]).days + 1, MAX_DAYS)
        table.put_aside(nth >= length, "IN-DATE-02", "a day beyond the period of its table", "nth_day")
        nth = nth.where(nth < length)
        return pd.Timestamp(period[0]).as_unit("us") + pd.to_timedelta(nth, unit="D").dt.as_unit("us")
    if period and period[0] == period[1]:
        return pd.Series(pd.Timestamp(period[0]), index=table.text.index, dtype="datetime64[us]")
    return None


def figures_of(table: Table) -> dict[str, pd.Series]:
    """The columns of figures that the table has. Key events can be fractions of a shared success."""
    return {
        name: table.numbers(name, profile=".") if name == "key_events" else table.counts(name)
        for name in FIGURES
        if name in table
    }


def rows_of(table: Table, days: pd.Series, figures: Mapping[str, pd.Series]) -> Iterator[Rows]:
    """Rows of `visits` where the table tells sources or landing pages; else of `metrics`, by page and day.

    Sessions by event or by page are no parts of a whole, and are not read as visits.
    """
    if "event" in table:
        leave(table, "figures by event")
    elif "page" not in table and any(name in table for name in TRAFFIC):
        yield _visits(table, days, figures)
    elif _stands_twice(table, days):
        leave(table, "figures divided by more than day and page")
    else:
        yield _metrics(table, days, figures)


def leave(table: Table, why: str) -> None:
    """Classes the rows as no data that we use, and says why."""
    table.source.note("IN-FILE-13", why, line=table.header_line)
    table.no_data(pd.Series(True, index=table.text.index))


def _stands_twice(table: Table, days: pd.Series) -> bool:
    keys = pd.DataFrame({"day": days, "page": table["page"]}, index=table.text.index)
    return bool(keys[keys["day"].notna()].duplicated().any())


def _visits(table: Table, days: pd.Series, figures: Mapping[str, pd.Series]) -> Rows:
    source, medium = table["source"], table["medium"]
    if "source_medium" in table:
        both = table.groups("source_medium", r"(?s)^(.*?)(?: / (.*))?$")
        source, medium = source.fillna(both[0]), medium.fillna(both[1])
    if "source_medium" not in table and "medium" not in table:
        medium = table["group"]
    # only what the file has: a day's visits are taken from the files that divide them by most
    named = {"source": source, "medium": medium, "campaign": table["campaign"], "landing": table["landing"]}
    has = {name for name, fields in _FILLED_BY.items() if any(field in table for field in fields)}
    key = {"date": days, **{name: values for name, values in named.items() if name in has}}
    counted = {name: values for name, values in figures.items() if name != "events"}
    if "users" in counted:  # different people: never added where rows fall on the same key
        counted["users"] = table.aligned(counted["users"]).mask(_stand_together(key))
    return table.keep("visits", {**key, **counted})


def _stand_together(key: Mapping[str, pd.Series]) -> pd.Series:
    """True for the rows whose key another row has."""
    days = key["date"]
    if len(days) >= MANY or any(not values.index.equals(days.index) for values in key.values()):
        return pd.DataFrame(key).duplicated(keep=False)
    rows = list(zip(*(values.to_numpy(dtype=object) for values in key.values()), strict=True))
    times = Counter(rows)
    return pd.Series([times[row] > 1 for row in rows], index=days.index, dtype=bool)


def _metrics(table: Table, days: pd.Series, figures: Mapping[str, pd.Series]) -> Rows:
    names = {"users": "active_users", "views": "page_views", "key_events": "key_events", "events": "events"}
    if "page" not in table:
        names["sessions"] = "sessions"
    named = {names[name]: values for name, values in figures.items() if name in names}
    return table.keep_metrics("site", named, day=days, item_id=table["page"])


def say_why_not(source: Source, period: tuple[date, date] | None, line: int) -> None:
    """Says why a table without days is not used."""
    if period is None:
        source.note("IN-DATE-04", "no period stands above this table", line=line, next_step=AGAIN)
    else:
        source.note("IN-DATE-05", f"one figure for {period[0]} to {period[1]}", line=line)
