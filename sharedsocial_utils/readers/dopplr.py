"""Dopplr (closed in 2013): trips from its interface's answer, its calendar, or a sheet typed from them.

The interface (`trips_info`) answered in JSON; one unit is a trip, an item on the day it begins:

    {"trip": [{"id": 90210, "start": "2012-09-11", "finish": "2012-09-14",
               "city": {"name": "Imperia", "country": "Italy", "geoname_id": 3175532},
               "outgoing_transport_type": "train", "url": "http://www.dopplr.com/trip/laquercia/90210"}]}

The calendar is an `.ics` whose events name addresses of `dopplr.com/trip/` (from memory; all-day events are
trips, the others no data). The sheet is a CSV with the headings `start,finish,city,country,note` in any order
(ours). A trip is known by the number of its address, else by its day and city. Notes are not read.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sharedsocial_utils.readers import _entries, _trips
from sharedsocial_utils.readers._entries import at
from sharedsocial_utils.reading import calendars
from sharedsocial_utils.reading.calendars import Event
from sharedsocial_utils.reading.door import Claim, Export, Head, no
from sharedsocial_utils.reading.source import Rows, Source

FIELDS = {
    "start": ("start", "inizio"),
    "finish": ("finish", "fine"),
    "city": ("city", "città"),
    "country": ("country", "paese"),
    "traveller": ("traveller", "viaggiatore"),
}
EXPORT = Export(
    service="Dopplr",
    menu="closed in 2013: an archived answer of trips_info, calendar, or a sheet",
    tables=("items",),
    layouts={
        "answer": "trips_info as JSON (four parsers, before 2013)",
        "calendar": "VCALENDAR that names dopplr.com/trip/ (from memory)",
        "sheet": "start, finish, city, country, note (ours, 2026)",
    },
    languages=("en", "it"),
    counted_by="us",
    evidence="PARSER",
    channel="dopplr",
    ignores={"note": "free text", "latitude": "not needed", "longitude": "not needed"},
)
_ADDRESS = re.compile(r"https?://(?:www\.)?dopplr\.com/trip/[^/\s]+/(\d+)")


def recognise(head: Head) -> Claim:
    """By Dopplr's addresses and keys; of a sheet by its five headings."""
    if head.type == "calendar":
        is_ours = "dopplr.com/trip/" in head.text and "@tripit.com" not in head.text
        return Claim("calendar") if is_ours else no("no address of dopplr.com")
    if head.type == "json":
        found = [key in head.text for key in ('"outgoing_transport_type"', '"geoname_id"', '"finish"')]
        return Claim("answer") if all(found) else no("no trips of Dopplr", sum(found) / 4)
    return head.header("sheet", *(FIELDS[name] for name in ("start", "finish", "city", "country")), "note")


def read(source: Source) -> Iterator[Rows]:
    """Trips, one row each."""
    if source.layout == "sheet":
        table = source.table(FIELDS, need=("start", "city"), ignores={"note": "free text"})
        places = table["city"].str.cat(table["country"], sep=", ", na_rep="").str.strip(", ")
        table.text["place"], table.text["id"] = places, table["start"] + " " + places
    elif source.layout == "answer":
        table = _entries.table(source, _trips_of(source.json()), _row, _trips.COLUMNS)
    else:
        calendar = calendars.parsed(source.data, source.context.timezone)
        table = source.entries([_event(event) for event in calendar.events], _trips.COLUMNS)
        table.no_data(table["why_none"].notna())
        _entries.put_aside_faults(table, calendar.faults)
    yield _trips.keep_trips(table, "dopplr")


def _trips_of(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    key = next((key for key in ("trip", "trips") if isinstance(value, dict) and key in value), "trip")
    return _entries.listed(value, key)


def _row(trip: Mapping[str, Any]) -> dict[str, str]:
    place = ", ".join(filter(None, (at(trip, "city", "name"), at(trip, "city", "country"))))
    number = _ADDRESS.search(at(trip, "url"))
    return {
        "id": number[1] if number else at(trip, "id") or f"{at(trip, 'start')} {place}".strip(),
        "place": place,
        "start": at(trip, "start"),
        "url": at(trip, "url"),
    }


def _event(event: Event) -> dict[str, str]:
    address = _ADDRESS.search(event.text("URL") or event.text("DESCRIPTION"))
    is_trip = event.kind == "VEVENT" and event.is_all_day
    return {
        "id": address[1] if address else event.text("UID"),
        "place": event.text("SUMMARY"),
        "start": event.start.date().isoformat() if event.start else "",
        "url": address[0] if address else "",
        "why_none": "" if is_trip or event.fault else "no trip",
    }
