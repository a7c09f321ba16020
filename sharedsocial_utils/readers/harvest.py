"""Harvest, detailed time report: one row is the time of one person on one task on one day.

Reports > Detailed time (or Reports > Time > Detailed report) > (period) > Export > CSV. UTF-8, commas, a day
as ISO; numbers as the account's settings write them, so that a decimal comma stands in quotes:

    Date,Client,Project,Project Code,Task,Notes,Hours,Billable?,Invoiced?,Approved?,First Name,Last Name,...
    2026-07-13,La Quercia,Blog,,Writing,"","1,5",Yes,No,No,Ada,Neri,,Yes,"60,0","90,0","0,0","0,0",Euro - EUR,

Which mark is the decimal one is decided over hours, rates and amounts together, for one setting writes them
all: `1,250` hours alone can be 1.25 or 1,250, beside `60,0` it is 1.25. Accounts that show hours as H:MM are
read too (from the service's help, not seen). Rates and amounts are confidential: they decide the mark and are
dropped. An entry is known again by its day, person, project and task, so that one that was edited between two
exports counts once. Start and end, which some accounts track, are not needed.

The exports of projects (hours by project, without days and people) and of clients (names and addresses) are
recognised and not used.
"""

from collections.abc import Iterator

import pandas as pd

from sharedsocial_utils.readers._effort import FREE_TEXT, PRICED, hours_worked, keep_effort, say_whose
from sharedsocial_utils.reading import conventions
from sharedsocial_utils.reading.door import Claim, Export, Head, first_claim
from sharedsocial_utils.reading.source import Rows, Source, Table

MONEY = {
    "billable_rate": ("Billable Rate",),
    "billable_amount": ("Billable Amount",),
    "cost_rate": ("Cost Rate",),
    "cost_amount": ("Cost Amount",),
}
FIELDS = {
    "date": ("Date",),
    "client": ("Client",),
    "project": ("Project",),
    "task": ("Task",),
    "hours": ("Hours",),
    "first_name": ("First Name",),
    "last_name": ("Last Name",),
    **MONEY,
}
_UNUSED = "not a measure of effort"
IGNORES = {
    "Project Code": "the project is read",
    "Notes": FREE_TEXT,
    "Billable?": _UNUSED,
    "Invoiced?": _UNUSED,
    "Approved?": _UNUSED,
    "Roles": "sides stand in client.toml",
    "Department": "sides stand in client.toml",
    "Employee?": "sides stand in client.toml",
    "Currency": PRICED,
    "External Reference URL": "not needed",
    "Hours Rounded": "the hours as worked are read",
    "Started At": "the hours are read",
    "Ended At": "the hours are read",
}
EXPORT = Export(
    service="Harvest",
    menu="Reports > Detailed time > Export > CSV",
    page="https://support.getharvest.com",
    tables=("effort",),
    layouts={
        "detailed": "Date ... Hours, Billable?, Invoiced?, Approved?, First Name, Last Name ... (seen 2024)",
        "projects": "Budget By, Budget Spent: hours by project without days; not used (seen 2024)",
        "clients": "Client Name, Address; not used (seen 2024)",
    },
    languages=("en",),
    counted_by="person",
    evidence="SEEN",
    ignores={**IGNORES, **{names[0]: "only decides the decimal mark" for names in MONEY.values()}},
)
NOT_USED = {
    "projects": "hours by project, without days and people",
    "clients": "names and addresses of clients",
}


def recognise(head: Head) -> Claim:
    """By its headings, three of which are questions."""
    return first_claim(
        head.header("detailed", "Date", "Project", "Hours", "Billable?", "First Name", "Last Name"),
        head.header("projects", "Project", "Budget By", "Budget Spent"),
        Claim("clients" if head.lines[:1] == ["Client Name,Address"] else None, 0.0),
    )


def read(source: Source) -> Iterator[Rows]:
    """Effort, one row per row of the report."""
    if source.layout in NOT_USED:
        source.note("IN-FILE-13", NOT_USED[source.layout])
        source.skip()
        return
    table = source.table(FIELDS, need=("date", "project", "hours"), ignores=IGNORES)
    say_whose(table, "harvest")
    names = (table["first_name"].fillna("") + " " + table["last_name"].fillna("")).str.strip()
    table.text["person"] = names.mask(names == "")
    days = table.days("date")
    hours = hours_worked(table, _mark(table))
    ids = table.entry_ids([table[name] for name in ("date", "person", "project", "task")])
    yield keep_effort(table, days, hours, ids)


def _mark(table: Table) -> str | None:
    """The decimal mark that any of the file's numbers proves; None where none does."""
    of_all = pd.concat([table[name] for name in ("hours", *MONEY)])
    proven = {conventions.number_mark(of_all, whole=False, profile=mark) for mark in (".", ",")}
    return proven.pop() if len(proven) == 1 else None
