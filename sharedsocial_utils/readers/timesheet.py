"""A plain time sheet, kept by hand in a spreadsheet: one row is one piece of work of one person.

No service writes it: save the sheet as CSV, or hand over the workbook (every visible sheet with these
headings is read, so one sheet a month is fine). Any encoding and separator; headings in English or Italian:

    Data;Persona;Progetto;Attività;Ore;Note;Tag
    13/07/2026;Ada;Blog;Scrittura;1,5;;
    14/07/2026;Rita;Facebook;Risposte;0:45;;urgente

Needed are the day, the person, the hours and the project or the task. Hours are decimal or H:MM, each cell as
it is. Decimal marks and the order of day and month are decided over the whole column; where no row decides,
the file is refused. A row of totals is no data; one that says more than that is put aside, as is more
than 24 hours on one day. Notes are free text and not read. A file with headings of a service's own export is
left to its reader.
"""

import re
from collections.abc import Iterator

import pandas as pd

from sharedsocial_utils.readers._effort import FREE_TEXT, hours_worked, keep_effort
from sharedsocial_utils.reading.door import Claim, Export, Head, first_claim, no
from sharedsocial_utils.reading.source import Rows, Source, Table

FIELDS = {
    "date": ("Date", "Day", "Data", "Giorno"),
    "person": (
        "Person", "Who", "Name", "Employee", "Staff", "Team member", "User",
        "Persona", "Chi", "Nome", "Dipendente", "Collaboratore", "Addetto", "Risorsa", "Utente",
    ),
    "project": ("Project", "Progetto", "Commessa"),
    "task": ("Task", "Activity", "Attività", "Compito", "Lavorazione"),
    "hours": (
        "Hours", "Hours worked", "Time spent", "Duration", "Ore", "Ore lavorate", "Tempo", "Durata", "N. ore",
    ),
    "tags": ("Tags", "Tag", "Labels", "Etichette", "Etichetta"),
}  # fmt: skip
NEED = ("date", "person", "hours")
IGNORES = {
    "Notes": FREE_TEXT,
    "Note": FREE_TEXT,
    "Description": FREE_TEXT,
    "Descrizione": FREE_TEXT,
    "Client": "the folder is the client",
    "Cliente": "the folder is the client",
}
# each stands in the export of a service that has, or may get, a reader of its own
FOREIGN = (
    "Billable?", "Billable", "Start date", "Start time", "Issue key", "Work date", "Duration (h)",
    "Decimal hours", "Task ID", "Card ID",
)  # fmt: skip
_TOTAL = re.compile(r"(?i)(sub)?total[ei]?\b")
EXPORT = Export(
    service="Plain time sheet",
    menu="Save the sheet as CSV, or hand over the workbook",
    tables=("effort",),
    layouts={"sheet": "Date, Person, Project, Task, Hours, Notes, Tags in any order (ours, 2026)"},
    languages=("en", "it"),
    counted_by="person",
    evidence="MEMORY",
    ignores=IGNORES,
)


def recognise(head: Head) -> Claim:
    """By its headings, unless one of them is a service's own."""
    needed = [FIELDS[name] for name in NEED]
    claim = first_claim(*(head.header("sheet", *needed, FIELDS[what]) for what in ("project", "task")))
    if claim.layout and any(head.header("foreign", name).layout for name in FOREIGN):
        return no("its headings are those of a service's own export", claim.nearness)
    return claim


def read(source: Source) -> Iterator[Rows]:
    """Effort, one row per row of the sheet."""
    for table in source.tables(FIELDS, NEED, IGNORES):
        yield _effort(table)


def _effort(table: Table) -> Rows:
    table.leave_totals(_is_total(table), ["hours"])
    days = table.days("date")
    hours = hours_worked(table)
    return keep_effort(table, days, hours)


def _is_total(table: Table) -> pd.Series:
    """Rows that say so in one of their texts, and name nobody or no day."""
    rows = zip(*(table[name].fillna("") for name in ("date", "person", "project", "task")), strict=True)
    says_so = pd.Series([any(map(_TOTAL.match, row)) for row in rows], index=table.text.index, dtype=bool)
    lacks_one = table["date"].isna() | table["person"].isna() | table["date"].str.match(r"\D").fillna(False)
    totals: pd.Series = says_so & lacks_one
    return totals
