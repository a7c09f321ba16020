"""Toggl Track, detailed report: one row is one time entry.

Reports > Detailed > (choose the period) > Export > Download CSV. UTF-8 with a byte-order mark, commas:

    User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags
    Ada Neri,ada@girasole.example,La Quercia,Blog,,Post,No,2026-07-01,09:00:00,2026-07-01,10:30:00,01:30:00,blog

The second family (columns chosen by the user) says `Stop date` instead of `End date` and may lack the user.
Times are wall clocks of the person's own zone, so the day is the start's day as written; the duration is the
file's own. An entry without an end is still running and is put aside. Mail addresses
(personal), descriptions (free text) and amounts (priced by client.toml) are not read.
"""

from collections.abc import Iterator

import pandas as pd

from sharedsocial_utils.reading.door import Claim, Export, Head, first_claim
from sharedsocial_utils.reading.source import Rows, Source, Table

FIELDS = {
    "person": ("User",),
    "project": ("Project",),
    "task": ("Task",),
    "tags": ("Tags",),
    "start_date": ("Start date",),
    "start_time": ("Start time",),
    "end_date": ("End date", "Stop date"),
    "end_time": ("End time", "Stop time"),
    "duration": ("Duration",),
}
IGNORES = {
    "Email": "personal data",
    "Client": "the folder is the client",
    "Description": "free text",
    "Billable": "not a measure of effort",
    "Amount": "priced by client.toml",
}
EXPORT = Export(
    service="Toggl Track",
    menu="Reports > Detailed > Export > Download CSV",
    page="https://support.toggl.com/en/articles/2219352-reports",
    tables=("effort",),
    layouts={
        "detailed": "User, Email, Client, Project ... Start date, End date (seen 2024)",
        "entries": "chosen columns with Start date, Stop date (seen in parsers)",
    },
    languages=("en",),
    counted_by="person",
    evidence="SEEN",
    ignores=IGNORES,
)


def recognise(head: Head) -> Claim:
    """By its headings; the small d of `Start date` tells it from Clockify."""
    return first_claim(
        head.header(
            "detailed", "User", "Project", "Start date", "Start time", "End date", "Duration", exact=True
        ),
        head.header(
            "entries", "Description", "Start date", "Start time", "Stop date", "Stop time", exact=True
        ),
    )


def read(source: Source) -> Iterator[Rows]:
    """Effort, one row per entry."""
    table = source.table(FIELDS, need=("start_date", "start_time", "end_date"), ignores=IGNORES)
    table.put_aside(table["end_date"].isna(), "IN-TIME-01", "a time entry that is still running")
    days = table.days("start_date")
    hours = table.hours("duration") if "duration" in table else _elapsed(table)
    table.put_aside(hours < 0, "IN-TIME-01", "the entry ends before it starts", "end_time")
    people = source.people(table["person"])
    yield table.keep(
        "effort",
        {
            "entry_id": table.entry_ids(),
            "date": days,
            "person": people["person"].fillna(table["person"]),
            "side": people["side"],
            "project": table["project"],
            "task": table["task"],
            "tags": table["tags"],
            "hours": hours,
        },
    )


def _elapsed(table: Table) -> pd.Series:
    starts = pd.to_datetime(table["start_date"] + " " + table["start_time"], errors="coerce")
    ends = pd.to_datetime(table["end_date"] + " " + table["end_time"], errors="coerce")
    return (ends - starts).dt.total_seconds() / 3600
