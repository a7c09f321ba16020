"""Asana, a project: one task is one planned piece of work.

Project > arrow beside its name > Export / Print > CSV. UTF-8, commas, notes over several lines:

    Task ID,Created At,Completed At,Last Modified,Name,Section/Column,Assignee,...,Due Date,Tags,Projects
    1211430000000101,2026-07-01,2026-07-20,2026-07-20,The harvest,Blog,Ada Neri,...,2026-07-19,"blog",Plan

Older files say `Column` for `Section/Column`; custom fields follow with any heading. The table that Asana
keeps in Google Sheets has three lines above the header. The section is the status, tags and projects are the
tags; a task is done on the day of `Completed At`. The assignee is kept only if client.toml has the name or
the mail address. Dates are ISO; where a spreadsheet saved them again (22/9/2025) their order is decided over
the column. It also ruins ids (1.21143E+15): such rows are put aside, since nothing else tells the id. Notes
are free text and not read.
"""

from collections.abc import Iterator

from sharedsocial_utils.readers._effort import FREE_TEXT
from sharedsocial_utils.readers._plan import keep_plan
from sharedsocial_utils.reading.door import Claim, Export, Head
from sharedsocial_utils.reading.source import Rows, Source

FIELDS = {
    "id": ("Task ID",),
    "created": ("Created At",),
    "completed": ("Completed At",),
    "modified": ("Last Modified",),
    "title": ("Name",),
    "status": ("Section/Column", "Column", "Section"),
    "person": ("Assignee",),
    "mail": ("Assignee Email",),
    "due": ("Due Date",),
    "tags": ("Tags",),
    "projects": ("Projects",),
}
IGNORES = {
    "Notes": FREE_TEXT,
    "Start Date": "the due date is read",
    "Parent task": "a subtask is a task",
    "Blocked By (Dependencies)": "not a measure of effort",
    "Blocking (Dependencies)": "not a measure of effort",
}
EXPORT = Export(
    service="Asana",
    menu="Project > Export / Print > CSV",
    page="https://help.asana.com",
    tables=("plan_items",),
    layouts={"csv": "Task ID, Created At, Completed At ... (header as in nine sources, to 2025)"},
    languages=("en",),
    counted_by="person",
    evidence="PARSER",
    ignores=IGNORES,
)


def recognise(head: Head) -> Claim:
    """By its first three headings and the name."""
    return head.header("csv", "Task ID", "Created At", "Completed At", "Name")


def read(source: Source) -> Iterator[Rows]:
    """Planned pieces, one row per task."""
    table = source.table(FIELDS, need=("id", "created", "completed", "title"), ignores=IGNORES)
    ids = table.ids("id")
    due = table.days("due", needed=False)
    done = table.days("completed", needed=False)
    changed = table.days("modified", needed=False).dropna()
    if len(changed):
        source.as_of = changed.max().date()
    yield keep_plan(table, ids, due, done, tags=("tags", "projects"))
