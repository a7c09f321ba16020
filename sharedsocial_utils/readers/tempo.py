"""Tempo (Jira), the report of logged time: one row is the time of one person on one issue on one day.

Tempo > Reports > Logged time > (period, grouped by issue and worklog) > Export > Excel or CSV. No file was
seen: headings and menu are from the service's help, so that only a table with all of `Issue Key`, `Hours`,
`Work date` and `Full name` is taken for it; any other goes through a table of client.toml. Case of the
headings varies:

    Issue Key,Issue summary,Hours,Work date,Username,Full name,...,Account Name,...,Project Name,...
    OAK-12,Post on the olive harvest,1.5,2026-07-13 09:00,aneri,Ada Neri,...,La Quercia,...,Blog,...

The project is the `Project Name`, else the key, else the account; the task is the issue's summary, the tags
are activity, component and labels. The hours are those worked, not those billed. The day is that of `Work
date` as written. A row of totals has neither issue nor person and is no data. An entry is known again by its
person, moment and issue.
"""

from collections.abc import Iterator

import pandas as pd

from sharedsocial_utils.readers._effort import FREE_TEXT, hours_worked, keep_effort, say_whose
from sharedsocial_utils.reading.door import Claim, Export, Head
from sharedsocial_utils.reading.source import Rows, Source, Table

FIELDS = {
    "issue": ("Issue Key",),
    "task": ("Issue summary",),
    "hours": ("Hours",),
    "work_date": ("Work date",),
    "person": ("Full name",),
    "user": ("Username",),
    "project_name": ("Project Name",),
    "project_key": ("Project Key",),
    "account": ("Account Name",),
    "client": ("Account Customer", "Customer"),
    "activity": ("Activity Name",),
    "component": ("Component",),
    "labels": ("Labels",),
}
NEED = ("issue", "hours", "work_date", "person")
_UNUSED = "not a measure of effort"
IGNORES = {
    "Work Description": FREE_TEXT, "Billed Hours": "the hours worked are read", "External Hours": _UNUSED,
    "Period": "the day is read", "Account Key": "its name is read", "Account Lead": "may not have worked",
    "Account Category": _UNUSED, "All Components": _UNUSED,
    "Version Name": _UNUSED, "Issue Type": _UNUSED, "Issue Status": _UNUSED, "Epic": _UNUSED,
    "Epic Link": _UNUSED, "Parent Key": _UNUSED, "Reporter": "a person who may not work",
    "Issue Original Estimate": _UNUSED, "Issue Remaining Estimate": _UNUSED, "Location Name": _UNUSED,
}  # fmt: skip
EXPORT = Export(
    service="Tempo (Jira)",
    menu="Tempo > Reports > Logged time > Export > CSV or Excel",
    page="https://help.tempo.io/timesheets-dc/latest/",
    tables=("effort",),
    layouts={"logged time": "Issue Key, Hours, Work date, Full name ... (from the service's help, 2026)"},
    languages=("en",),
    counted_by="person",
    evidence="DOC",
    ignores=IGNORES,
)


def recognise(head: Head) -> Claim:
    """By the four headings that the report cannot lack."""
    return head.header("logged time", *(FIELDS[name][0] for name in NEED))


def read(source: Source) -> Iterator[Rows]:
    """Effort, one row per work log."""
    for table in source.tables(FIELDS, NEED, IGNORES):
        yield _effort(table)


def _effort(table: Table) -> Rows:
    say_whose(table, "tempo")
    table.no_data(table["issue"].isna() & table["person"].isna())
    table.text["project"] = table["project_name"].fillna(table["project_key"]).fillna(table["account"])
    table.text["tags"] = _joined(table, ("activity", "component", "labels"))
    table.text["person"] = table["person"].fillna(table["user"])
    days = table.days("work_date")
    hours = hours_worked(table)
    return keep_effort(
        table, days, hours, table.entry_ids([table[name] for name in ("person", "work_date", "issue")])
    )


def _joined(table: Table, fields: tuple[str, ...]) -> pd.Series:
    rows = zip(*(table[name].fillna("") for name in fields), strict=True)
    texts = [", ".join(filter(None, row)) or None for row in rows]
    return pd.Series(texts, index=table.text.index, dtype="str")
