"""Clockify, detailed report: one row is one time entry.

Reports > Time > Detailed > (choose the period, at most a year) > Export > Save as CSV. UTF-8, commas, every
cell in quotes:

    "Project","Client","Description","Task","User","Group","Email","Tags","Billable","Start Date",...
    "Blog","La Quercia","Post","Writing","Ada Neri","","ada@girasole.example","","No","13/07/2026",...

`Activity` stands for `Task` in some workspaces; client, billable, durations and amounts may be absent; files
were seen whose header is one cell longer than the rows (layout `longer header`: the last heading is empty).

Days and times are written as the exporter's profile says: 07/13/2026 with 09:00 AM, 13/07/2026 or 2026-07-13.
The order is decided over all start and end days of the file: by one above 12, else by the only order in which
end less start is the duration; where both fit, the file is refused rather than guessed. The hours are
`Duration (h)`, since `Duration (decimal)` is rounded; without either, what lies between the clocks. Breaks,
holidays and time off (column `Type`) are no work. The mail address only serves to know the person.
The export of projects (budget against tracked hours, no days) is recognised and not used.
"""

from collections.abc import Iterator

import pandas as pd

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.readers._effort import (
    FREE_TEXT,
    PERSONAL,
    PRICED,
    elapsed_hours,
    keep_effort,
    put_aside_impossible,
    put_aside_running,
    say_whose,
)
from sharedsocial_utils.reading import conventions
from sharedsocial_utils.reading.cells import split
from sharedsocial_utils.reading.conventions import Order
from sharedsocial_utils.reading.door import Claim, Export, Head, first_claim
from sharedsocial_utils.reading.source import Rows, Source, Table

FIELDS = {
    "person": ("User",),
    "client": ("Client",),
    "mail": ("Email",),
    "project": ("Project",),
    "task": ("Task", "Activity"),
    "tags": ("Tags",),
    "type": ("Type",),
    "start_date": ("Start Date",),
    "start_time": ("Start Time",),
    "end_date": ("End Date",),
    "end_time": ("End Time",),
    "duration": ("Duration (h)",),
    "decimal_hours": ("Duration (decimal)",),
}
IGNORES = {
    "Description": FREE_TEXT,
    "Group": "sides stand in client.toml",
    "Billable": "not a measure of effort",
    "Invoiced": "not a measure of effort",
    "Invoice ID": "not a measure of effort",
    "Date of creation": "when it was typed, not when it was done",
    "Kiosk": PERSONAL,
    "Billable Rate (EUR)": PRICED,
    "Billable Rate (USD)": PRICED,
    "Billable Amount (EUR)": PRICED,
    "Billable Amount (USD)": PRICED,
}
NO_WORK = ("Break", "Holiday", "Time off", "Time Off")  # from the service's help; not seen in a file
EXPORT = Export(
    service="Clockify",
    menu="Reports > Time > Detailed > Export > Save as CSV",
    page="https://clockify.me/help/reports/exporting-reports",
    tables=("effort",),
    layouts={
        "detailed": "Start Date, Start Time, End Date, End Time, Duration (h) ... (seen 2024)",
        "longer header": "the same with one heading too many at the end (seen 2024)",
        "projects": "Tracked (h), Estimated (h): hours by project without days; not used (seen 2024)",
    },
    languages=("en",),
    counted_by="person",
    evidence="SEEN",
    ignores=IGNORES,
)


def recognise(head: Head) -> Claim:
    """By its headings; the large D of `Start Date` tells it from Toggl."""
    detailed = head.header(
        "detailed", "Project", "User", "Start Date", "Start Time", "End Date", "End Time", exact=True
    )
    if detailed.layout and _longer_header(head.lines):
        return Claim("longer header")
    return first_claim(
        detailed, head.header("projects", "Project", "Tracked (h)", "Estimated (h)", exact=True)
    )


def _longer_header(lines: list[str]) -> bool:
    return len(lines) > 1 and len(split(lines[1], ",")) == len(split(lines[0], ",")) - 1


def read(source: Source) -> Iterator[Rows]:
    """Effort, one row per entry."""
    if source.layout == "projects":
        source.note("IN-FILE-13", "hours by project, without days and people")
        source.skip()
        return
    table = source.table(
        FIELDS,
        need=("start_date", "start_time", "end_date", "end_time"),
        ignores=IGNORES,
        missing_cells=source.layout == "longer header",
    )
    say_whose(table, "clockify")
    table.no_data(table["type"].isin(NO_WORK))
    put_aside_running(table)
    order = _order(table)
    days = table.days("start_date", order)
    hours = _hours(table, order)
    put_aside_impossible(table, hours)
    yield keep_effort(table, days, hours)


def _hours(table: Table, order: Order | None) -> pd.Series:
    elapsed = elapsed_hours(table, order)
    if "duration" in table:
        return table.hours("duration").mask(elapsed < 0, elapsed)
    if "decimal_hours" in table:
        return table.numbers("decimal_hours", profile=".").mask(elapsed < 0, elapsed)
    return elapsed


def _order(table: Table) -> Order | None:
    """The order of day and month; None where the file's own days show it, or nothing does."""
    try:
        return conventions.day_order(pd.concat([table["start_date"], table["end_date"]]))
    except Fault:
        orders: tuple[Order, Order] = ("dmy", "mdy")
        fitting = [order for order in orders if _clocks_agree(table, order)]
        return fitting[0] if len(fitting) == 1 else None


def _clocks_agree(table: Table, order: Order) -> bool:
    """Whether end less start is the duration; a report may round durations to half an hour."""
    decimal = conventions.numbers(table["decimal_hours"], profile=".").values
    stated = conventions.hours(table["duration"]).values.fillna(decimal)
    return bool(((elapsed_hours(table, order) - stated).abs() <= 0.51).all())
