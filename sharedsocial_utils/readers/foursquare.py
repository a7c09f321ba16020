"""Foursquare and Swarm: check-ins of the account, with the likes and comments that they received.

Foursquare > Settings > Privacy > Download your data: a zip with `checkins1.json`, `checkins2.json` ... of
1,000 each (read alone too) among lists, devices, visits and payments, which are not opened:

    {"count": 1000, "items": [{"id": "6742ab01f1", "createdAt": "2026-07-24 04:28:50.000000",
      "type": "checkin", "timeZoneOffset": 120, "venue": {"id": "4b0588", "name": "Frantoio"},
      "comments": {"count": 0}}]}

An answer of the interface (one check-in, or `{"response": {"checkins": {"items": [...]}}}`) is read too: its
`createdAt` is seconds since 1970. Either is UTC. One unit is a check-in. Those marked private are no data;
the words (`shout`), the companions, the likers and the place's position are not read. Counts are of the
check-in's life to the day of the export: that on which the zip was made, as its entries say. A file alone
does not tell it; then the last check-in's day stands for it, since the file is no older.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sharedsocial_utils.readers import _entries
from sharedsocial_utils.readers._entries import at
from sharedsocial_utils.readers._posts import first_words
from sharedsocial_utils.reading.door import Claim, Export, Head, no
from sharedsocial_utils.reading.source import Rows, Source

EXPORT = Export(
    service="Foursquare / Swarm",
    menu="Settings > Privacy > Download your data",
    page="https://support.foursquare.com",
    tables=("items", "metrics"),
    layouts={
        "export": "checkins1.json: count and items, createdAt as text (seen 2024)",
        "archive": "the zip that holds them (parsers)",
        "answer": "one check-in or a page of them from the interface, createdAt in seconds (seen 2017)",
    },
    languages=("any",),
    counted_by="platform",
    evidence="SEEN",
    channel="foursquare",
    ignores={
        "shout": "the text is not needed",
        "with": "personal data",
        "likes.groups": "personal data; their number is read",
        "venue.location": "where it is is not needed",
    },
)
COLUMNS = ("id", "place", "published", "reactions", "comments", "is_private")
_CHECKINS = re.compile(r"(?:.*/)?checkins\d*\.json")


def recognise(head: Head) -> Claim:
    """By keys that a check-in has; of a zip by the names in it."""
    if head.type == "zip":
        is_ours = any(_CHECKINS.fullmatch(name) for name in head.members)
        return Claim("archive") if is_ours else no("no checkins1.json in the archive")
    found = [f'"{key}"' in head.text for key in ("timeZoneOffset", "venue", "createdAt")]
    if head.type != "json" or not all(found):
        return no("no venue with createdAt and timeZoneOffset", sum(found) / 4)
    is_export = re.search(r'"createdAt"\s*:\s*"', head.text)
    return Claim("export" if is_export else "answer")


def read(source: Source) -> Iterator[Rows]:
    """Check-ins, and the likes and comments of each."""
    if source.layout == "archive":
        source.as_of = source.archive_day()
        for name, member in source.members().items():
            if _CHECKINS.fullmatch(name):
                yield from _checkins(member)
            else:
                _entries.leave(member)
    else:
        yield from _checkins(source)


def _checkins(source: Source) -> Iterator[Rows]:
    table = _entries.table(source, _listed(source.json()), _row, COLUMNS)
    table.no_data(table["is_private"].notna())
    ids = table.ids("id")
    done_at = table.instants("published", "UTC")
    _entries.put_twins_aside(table)
    figures = {name: table.counts(name) for name in ("reactions", "comments")}
    yield table.keep(
        "items",
        {
            "channel": "foursquare",
            "item_id": ids,
            "done_at": done_at,
            "kind": "checkin",
            "title": first_words(table["place"]),
        },
    )
    yield table.keep_metrics("foursquare", figures, item_id=ids, kind="lifetime")


def _listed(value: Any) -> list[Any]:
    if isinstance(value, dict) and "venue" in value:
        return [value]
    if isinstance(value, dict) and "response" in value:
        return _entries.listed(value, "response", "checkins", "items")
    return value if isinstance(value, list) else _entries.listed(value, "items")


def _row(checkin: Mapping[str, Any]) -> dict[str, str]:
    is_private = checkin.get("private") is True or at(checkin, "visibility") == "private"
    return {
        "id": at(checkin, "id"),
        "place": at(checkin, "venue", "name"),
        "published": _entries.from_seconds(at(checkin, "createdAt")),
        "reactions": at(checkin, "likes", "count"),
        "comments": at(checkin, "comments", "count"),
        "is_private": "yes" if is_private else "",
    }
