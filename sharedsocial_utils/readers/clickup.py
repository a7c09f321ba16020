"""ClickUp, a list: one task is one planned piece of work.

List or table view > ... > Export view > CSV. The name begins with the moment of the export,
`2026-10-02T07_10_00.000Z La Quercia - Social - Plan.csv`; UTF-8, commas, every cell in quotes:

    "Task ID","Task Name","Assignee","Due Date","Priority","Status","Channel (drop down)","Themes (labels)"
    "86a1","Post on the harvest","[Ada Neri]","Tuesday, July 14th 2026","","to do","Blog","[oil, harvest]"

Columns are chosen by the user; `Task ID` may be missing: then a task is known by its name. Dates are in
English words, with or without a time and its zone. Tags are `Tags` and every custom column of labels or of a
drop-down list. A task is done on `Date Closed` or `Date Done` (both from the service's help) where its status
says so; without them the status alone tells it. Assignees are kept only if they are in client.toml.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import PurePosixPath

import pandas as pd

from sharedsocial_utils.readers._effort import FREE_TEXT
from sharedsocial_utils.readers._plan import is_done_status, keep_plan
from sharedsocial_utils.reading import cells
from sharedsocial_utils.reading.cells import heading
from sharedsocial_utils.reading.conventions import local_days
from sharedsocial_utils.reading.door import Claim, Export, Head, first_claim, no
from sharedsocial_utils.reading.source import Rows, Source, Table

FIELDS: dict[str, tuple[str, ...]] = {
    "id": ("Task ID",),
    "title": ("Task Name",),
    "person": ("Assignee", "Assignees"),
    "due": ("Due Date",),
    "status": ("Status",),
    "tags": ("Tags",),
    "closed": ("Date Closed",),
    "finished": ("Date Done",),
}
IGNORES = {
    "Priority": "not a measure of effort",
    "Task Content": FREE_TEXT,
    "Start Date": "the due date is read",
    "Date Created": "the due date is read",
    "Date Updated": "the due date is read",
    "Time Estimate": "not the hours worked",
    "Latest Comment": FREE_TEXT,
}
EXPORT = Export(
    service="ClickUp",
    menu="List view > ... > Export view > CSV",
    page="https://help.clickup.com",
    tables=("plan_items",),
    layouts={
        "tasks": "Task ID, Task Name and columns of the user's choice (seen 2023)",
        "names": "Task Name alone (seen 2023)",
    },
    languages=("en",),
    counted_by="person",
    evidence="SEEN",
    ignores=IGNORES,
)
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})T\d{2}[_:-]\d{2}[_:-]\d{2}")
_LABELS = re.compile(r".*\((?:labels|drop down)\)", re.I)


def recognise(head: Head) -> Claim:
    """By its first headings; of a lone column also by the moment in the name."""
    if head.lines[:1] and head.lines[0].strip('\ufeff" ').casefold() == "task name":
        is_ours = _MOMENT.match(PurePosixPath(head.name).name)
        return Claim("names") if is_ours else no("the name does not begin with the moment of an export", 0.5)
    return first_claim(head.header("tasks", "Task ID", "Task Name"))


def read(source: Source) -> Iterator[Rows]:
    """Planned pieces, one row per task."""
    custom = _custom(source)
    table = source.table({**FIELDS, **custom}, need=("title",), ignores=IGNORES)
    table.put_aside(table["title"].isna(), "IN-ID-02", "a task without its name", "title")
    moment = _MOMENT.match(PurePosixPath(source.name).name)
    source.as_of = _day(moment[1]) if moment else None
    ids = table.ids("id") if "id" in table else table.entry_ids([table["title"]])
    due, closed, finished = (_local_days(table, name) for name in ("due", "closed", "finished"))
    done = finished.fillna(closed).where(is_done_status(table["status"]))
    yield keep_plan(table, ids, due, done, tags=("tags", *custom))


def _custom(source: Source) -> Mapping[str, Sequence[str]]:
    """The user's own columns of labels, each heading that stands once."""
    found = cells.find_header(source.lines, [{heading(FIELDS["title"][0])}])
    names = [cell for cell in (found[2] if found else []) if _LABELS.fullmatch(cell.strip())]
    return {f"label {n}": (name,) for n, name in enumerate(names) if names.count(name) == 1}


def _local_days(table: Table, field: str) -> pd.Series:
    zone = table.source.context.timezone
    return local_days(table.instants(field, zone, needed=False), zone)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
