"""A calendar kept as a time log: an event is a piece of work, from its start to its end.

Google Calendar: Settings > (calendar) > Export calendar; Apple Calendar: File > Export; Outlook: File > Save
calendar; Nextcloud and others: download the calendar as `.ics`. One file a person:

    BEGIN:VCALENDAR
    PRODID:-//Google Inc//Google Calendar 70.9054//EN
    X-WR-CALNAME:Ada Neri
    BEGIN:VEVENT
    UID:7kq2@google.com
    DTSTART;TZID=Europe/Rome:20260713T090000
    DTEND;TZID=Europe/Rome:20260713T103000
    RRULE:FREQ=WEEKLY;BYDAY=MO
    SUMMARY:[Blog] Scrittura #urgente
    END:VEVENT
    END:VCALENDAR

The rule by which an event says what it was for: the project stands in brackets in the title, `[Blog]`, else
it is the event's first category; words behind `#` and further categories are tags; what is left of the title
is the task. The person is the calendar's name, or that of the file (`ada.ics`), if it is in client.toml; else
the calendar's name as written, unless it is a mail address.

One unit of the accounting is a component (VEVENT, VTODO, VJOURNAL, VFREEBUSY); a series is one unit and as
many rows of effort as it has occurrences: changed and cancelled ones and EXDATE are minded. A series without
end is expanded to the last day that the file names anywhere; one with an end, at most a year beyond. A file
that says METHOD:PUBLISH was written at its newest DTSTAMP (RFC 5545, 3.8.7.2): what lies behind that day was
not worked yet and is no data, as are all-day events, cancelled ones, those shown as free (TRANSPARENT), tasks
and notes. An event without end, or of more than 24 hours, is put aside. Times are wall clocks of their
zone: IANA's, Windows', or the file's own; a zone that nobody knows is taken for the calendar's, which is
said. Of a private event (CLASS) the hours count and the title is dropped. Attendees, places, descriptions and
alarms are never read.
"""

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import PurePosixPath
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pandas as pd

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.readers import _entries
from sharedsocial_utils.reading import calendars
from sharedsocial_utils.reading.calendars import Budget, Calendar, Event
from sharedsocial_utils.reading.door import Claim, Export, Head, no
from sharedsocial_utils.reading.source import Rows, Source, Table

EXPORT = Export(
    service="Calendar (iCalendar)",
    menu="the calendar's settings > Export",
    page="https://support.google.com/calendar/answer/37111",
    tables=("effort",),
    layouts={
        "calendar": "VCALENDAR with events (seen 2015-2024)",
        "events": "events alone, the calendar around them cut off (seen 2012)",
    },
    languages=("any",),
    counted_by="person",
    evidence="SEEN",
    ignores={
        "ATTENDEE": "personal data",
        "ORGANIZER": "personal data",
        "DESCRIPTION": "free text",
        "LOCATION": "not needed",
        "VALARM": "not needed",
    },
)
COLUMNS = ("project", "task", "tags", "why_none")
_PROJECT = re.compile(r"\[([^\[\]]{1,60})\]")
_TAG = re.compile(r"(?<!\S)#([\w-]{1,60})")
_ITS_OWN_READER = ("@tripit.com", "X-WR-CALDESC:TripIt Calendar", "dopplr.com/trip/")


def recognise(head: Head) -> Claim:
    """Any calendar, or events alone, unless it is one of trips."""
    start = head.text.lstrip("\ufeff \r\n\t").upper()
    layout = "calendar" if head.type == "calendar" else "events" if start.startswith("BEGIN:VEVENT") else ""
    if not layout:
        return no("it does not begin with BEGIN:VCALENDAR")
    if any(mark in head.text for mark in _ITS_OWN_READER):
        return no("it is a calendar of trips", 0.5)
    return Claim(layout, is_guess=layout == "events")


class _Work(NamedTuple):
    """One occurrence: the entry it is of, its id, its day and its hours."""

    entry: int
    entry_id: str
    day: date
    hours: float


def read(source: Source) -> Iterator[Rows]:
    """Effort, one row per occurrence of an event."""
    calendar = calendars.parsed(source.data, source.context.timezone)
    _say(source, calendar)
    table = source.entries([_row(event) for event in calendar.events], COLUMNS)
    table.no_data(table["why_none"].notna())
    _entries.put_aside_faults(table, _faults(calendar))
    faults: dict[int, Fault] = {}
    work = pd.DataFrame(_work(source, table, calendar, faults), columns=_Work._fields).set_index("entry")
    _entries.put_aside_faults(table, faults)
    table.no_data(~table.text.index.to_series().isin(work.index))
    yield _kept(source, table, work, calendar)


def _row(event: Event) -> dict[str, str]:
    title = "" if event.text("CLASS").upper() in ("PRIVATE", "CONFIDENTIAL") else event.text("SUMMARY")
    bracket = _PROJECT.search(title)
    categories = [each.strip() for each in event.text("CATEGORIES").split(",") if each.strip()]
    project = bracket[1].strip() if bracket else "".join(categories[:1])
    tags = [*_TAG.findall(title), *categories[0 if bracket else 1 :]]
    return {
        "project": project,
        "task": " ".join(_TAG.sub("", _PROJECT.sub("", title, count=1)).split()),
        "tags": ", ".join(dict.fromkeys(tags)),
        "why_none": _why_none(event),
    }


def _why_none(event: Event) -> str:
    """Why an event is no work; empty if it is."""
    if event.kind != "VEVENT":
        return "no event"
    if event.is_all_day:
        return "all day"
    if event.text("STATUS").upper() == "CANCELLED":
        return "cancelled"
    return "shown as free" if event.text("TRANSP").upper() == "TRANSPARENT" else ""


def _faults(calendar: Calendar) -> dict[int, Fault]:
    """Why events cannot be counted, by their number."""
    found = {n: _fault_of(event) for n, event in enumerate(calendar.events, start=1)}
    return {n: fault for n, fault in found.items() if fault} | calendar.faults


def _fault_of(event: Event) -> Fault | None:
    if event.start is None:
        return Fault("IN-DATE-03", "an event without its start")
    hours = _hours(event)
    if hours is None or hours <= 0:
        return Fault("IN-TIME-01", "an event that does not end after it starts")
    return Fault("IN-NUM-03", "more hours than a day has") if hours > 24 else None


def _hours(event: Event) -> float | None:
    """From start to end as time passes, also where the clocks change between."""
    if event.start is None or event.end is None:
        return None
    return (event.end.astimezone(UTC) - event.start.astimezone(UTC)).total_seconds() / 3600


def _work(source: Source, table: Table, calendar: Calendar, faults: dict[int, Fault]) -> Iterator[_Work]:
    """The occurrences of the table's events; series that are none are added to `faults`."""
    zone, budget = ZoneInfo(source.context.timezone), Budget()
    last, written = _last_named(calendar), _written(calendar)
    for entry in table.text.index:
        event = calendar.events[entry - 1]
        try:
            starts = calendars.occurrences(event, _horizon(event, last), budget)
        except Fault as fault:
            if budget.days < 0:
                raise
            faults[entry] = fault
            continue
        for start in starts:
            day = start.astimezone(zone).date()
            if written is None or day <= written.astimezone(zone).date():
                yield _Work(entry, _id(event, start), day, _hours(event) or 0.0)


def _last_named(calendar: Calendar) -> date:
    """The last day that the file names anywhere."""
    starts = [event.start for event in calendar.events if event.start]
    named = [*starts, *(event.replaces for event in calendar.events if event.replaces)]
    return max([*named, *([calendar.stamped] if calendar.stamped else [])], key=_utc, default=_NEVER).date()


_NEVER = datetime(calendars.FIRST_YEAR, 1, 1, tzinfo=UTC)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _horizon(event: Event, last: date) -> date:
    """How far a series is expanded: one that ends, at most a year beyond the last day named."""
    ends = "UNTIL" in event.rule or "COUNT" in event.rule
    return last + timedelta(days=366) if ends else last


def _written(calendar: Calendar) -> datetime | None:
    return calendar.stamped if calendar.texts.get("METHOD", "").upper() == "PUBLISH" else None


def _id(event: Event, start: datetime) -> str:
    """What makes an occurrence itself, wherever it was moved: its event, and in a series its first start."""
    name = event.text("UID") or f"{event.text('SUMMARY')}\x1f{event.start}"
    at = event.replaces or (_utc(start) if event.rule or event.further else "")
    return hashlib.sha256(f"{name}\x1f{at}".encode("utf-8", "replace")).hexdigest()[:16]


def _kept(source: Source, table: Table, work: pd.DataFrame, calendar: Calendar) -> Rows:
    name = _person(source, calendar)
    person = source.people(pd.Series([name], dtype="str")).iloc[0]
    known = person["person"] if pd.notna(person["person"]) else (None if "@" in name else name or None)
    if calendar.stamped:
        source.as_of = calendar.stamped.astimezone(ZoneInfo(source.context.timezone)).date()
    cells = table.text.reindex(work.index)
    frame = pd.DataFrame(
        {
            "entry_id": work["entry_id"].astype("str"),
            "date": work["day"].astype("datetime64[us]"),
            "person": pd.Series(known, index=work.index, dtype="str"),
            "side": pd.Series(person["side"], index=work.index, dtype="str"),
            "project": cells["project"],
            "task": cells["task"],
            "tags": cells["tags"],
            "hours": work["hours"].astype("float64"),
        },
        index=work.index,
    )
    return table.keep_frame("effort", frame)


def _person(source: Source, calendar: Calendar) -> str:
    """The calendar's name or the file's, whichever client.toml knows; else the calendar's."""
    name = calendar.texts.get("X-WR-CALNAME", "")
    stem = PurePosixPath(source.name).stem.replace("_", " ").strip()
    return next((each for each in (name, stem) if each.casefold() in source.context.people), name)


def _say(source: Source, calendar: Calendar) -> None:
    """What was mended, and whether the file is whole."""
    unknown = sorted({zone for event in calendar.events for zone in event.unknown_zones})
    if unknown:
        found = f"zones that nobody knows, read as the calendar's own: {len(unknown)}"
        source.note("IN-ZONE-01", found, text=unknown[0])
    if not calendar.is_closed and not any(event.fault for event in calendar.events[-1:]):
        next_step = "download it again: entries may be missing"
        source.note("IN-FILE-03", "the calendar is not closed", next_step=next_step)
