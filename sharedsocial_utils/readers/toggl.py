"""Toggl Track, detailed report: one row is one time entry.

Reports > Detailed > (choose the period) > Export > Download CSV. UTF-8 with a byte-order mark, commas:

    User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags
    Ada Neri,ada@girasole.example,La Quercia,Blog,,Post,No,2026-07-01,09:00:00,2026-07-01,10:30:00,01:30:00,

The second family (columns chosen by the user) says `Stop date` instead of `End date` and may lack the user,
the project and the duration. Times are wall clocks of the person's own zone, so the day is the start's day as
written. The duration is the file's own, else what lies between the clocks. An entry without an end is still
running and is put aside. The mail address only serves to know the person and is not kept; descriptions (free
text) and amounts (priced by client.toml) are not read.
"""

from collections.abc import Iterator

from sharedsocial_utils.readers._effort import (
    FREE_TEXT,
    PRICED,
    elapsed_hours,
    keep_effort,
    put_aside_impossible,
    put_aside_running,
    say_whose,
)
from sharedsocial_utils.reading.door import Claim, Export, Head, first_claim
from sharedsocial_utils.reading.source import Rows, Source

FIELDS = {
    "person": ("User",),
    "client": ("Client",),
    "mail": ("Email",),
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
    "Description": FREE_TEXT,
    "Billable": "not a measure of effort",
    "Amount": PRICED,
    "Amount (EUR)": PRICED,
    "Amount (USD)": PRICED,
    "Amount (GBP)": PRICED,
}
EXPORT = Export(
    service="Toggl Track",
    menu="Reports > Detailed > Export > Download CSV",
    page="https://support.toggl.com/en/articles/2564936-exporting-data",
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
        head.header("entries", "Start date", "Start time", "Stop date", "Stop time", exact=True),
    )


def read(source: Source) -> Iterator[Rows]:
    """Effort, one row per entry."""
    table = source.table(FIELDS, need=("start_date", "start_time", "end_date"), ignores=IGNORES)
    say_whose(table, "toggl")
    put_aside_running(table)
    days = table.days("start_date")
    hours = table.hours("duration") if "duration" in table else elapsed_hours(table)
    put_aside_impossible(table, hours)
    yield keep_effort(table, days, hours)
