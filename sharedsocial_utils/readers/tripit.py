r"""TripIt, the calendar of one's trips: each trip is one item, on the day it begins.

TripIt > Settings > Calendar feed > open the address and save what it gives as `.ics`:

    X-WR-CALNAME:Ada Neri (TripIt)
    X-WR-CALDESC:TripIt Calendar
    BEGIN:VEVENT
    UID:c32a5eaba2@tripit.com
    DTSTART;VALUE=DATE:20260911
    DTEND;VALUE=DATE:20260914
    SUMMARY:Imperia\, Italia\, settembre 2026
    END:VEVENT

One unit is an event. A trip is an all-day event whose UID ends in `@tripit.com` and does not begin with
`item-`; its segments (flights, nights, cars, ways: `item-...`, with times) are no data, since they would
count the trip again. Descriptions hold bookings, costs and telephones and are never read. The traveller is
the calendar's name without `(TripIt)`, kept if it is in client.toml. PRODID does not say TripIt.
"""

import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from sharedsocial_utils.readers import _entries, _trips
from sharedsocial_utils.reading import calendars
from sharedsocial_utils.reading.calendars import Event
from sharedsocial_utils.reading.door import Claim, Export, Head, no
from sharedsocial_utils.reading.source import Rows, Source

EXPORT = Export(
    service="TripIt",
    menu="Settings > Calendar feed > save the address as .ics",
    page="https://help.tripit.com",
    tables=("items",),
    layouts={"calendar": "VCALENDAR with UIDs of tripit.com (seen 2012)"},
    languages=("any",),
    counted_by="us",
    evidence="SEEN",
    channel="tripit",
    ignores={"DESCRIPTION": "personal data: bookings, costs, telephones", "GEO": "not needed"},
)


def recognise(head: Head) -> Claim:
    """By TripIt's UIDs, or the calendar's description; the product's name does not tell."""
    marks = ("@tripit.com", "X-WR-CALDESC:TripIt Calendar")
    if head.type == "calendar" and any(mark in head.text for mark in marks):
        return Claim("calendar")
    return no("no calendar with UIDs of tripit.com")


def read(source: Source) -> Iterator[Rows]:
    """Trips, one row each."""
    calendar = calendars.parsed(source.data, source.context.timezone)
    name = re.sub(r"\s*\(TripIt\)$", "", calendar.texts.get("X-WR-CALNAME", ""))
    if calendar.stamped:
        source.as_of = calendar.stamped.astimezone(ZoneInfo(source.context.timezone)).date()
    if not calendar.is_closed:
        source.note("IN-FILE-03", "the calendar is not closed", next_step="download it again")
    table = source.entries([_row(event, name) for event in calendar.events], _trips.COLUMNS)
    table.no_data(table["why_none"].notna())
    _entries.put_aside_faults(table, calendar.faults)
    yield _trips.keep_trips(table, "tripit")


def _row(event: Event, traveller: str) -> dict[str, str]:
    uid = event.text("UID")
    is_segment = uid.startswith("item-") or (event.start is not None and not event.is_all_day)
    return {
        "id": uid,
        "place": event.text("SUMMARY").rstrip("; "),
        "start": event.start.date().isoformat() if event.start else "",
        "traveller": traveller,
        "why_none": "a segment of a trip" if is_segment or event.kind != "VEVENT" else "",
    }
