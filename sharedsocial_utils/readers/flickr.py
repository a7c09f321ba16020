"""Flickr: the photos of an account with what they brought, from the account's data or its feed.

Settings > Your Flickr Data > Request my Flickr data: zips `72157..._part1.zip` with one `photo_ID.json` per
photo (read alone too) among albums, contacts, mails and comments, which are not opened:

    {"id": "51000000001", "name": "La vendemmia", "count_views": "312", "count_faves": "7",
     "count_comments": "2", "date_taken": "2026-09-12 07:10:00", "date_imported": "2026-09-13 18:02:11",
     "photopage": "https://www.flickr.com/photos/laquercia/51000000001/", "privacy": "public"}

One unit is a photo, in the order of the files' names. A photo was put up on `date_imported` (`date_taken` is
the camera's clock), which has no zone and is read as UTC. Counts are texts, of the photo's whole life to the
day of the export: that on which the zip was made, as its entries say. A photo alone does not tell it; then
the day it was put up stands for it, since no count is older. `99+` is a count that was cut: it is not known,
which is said of each. Photos that are not public are no data, as are comments, tags, places and people.

The feed (`https://www.flickr.com/services/feeds/photos_public.gne?id=NSID`, Atom or RSS, 20 photos, from
memory) has no counts; its photos are the same by their number.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

import pandas as pd

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.readers import _entries
from sharedsocial_utils.readers._entries import at
from sharedsocial_utils.readers._posts import first_words
from sharedsocial_utils.reading import feeds
from sharedsocial_utils.reading.door import Claim, Export, Head, no
from sharedsocial_utils.reading.source import Rows, Source, Table

EXPORT = Export(
    service="Flickr",
    menu="Settings > Your Flickr Data > Request my Flickr data",
    page="https://www.flickrhelp.com",
    tables=("items", "metrics"),
    layouts={
        "archive": "the zip of the account's data (parsers)",
        "photo": "one photo_ID.json of it (seen once, year unknown)",
        "feed": "Atom or RSS of the public photos (from memory)",
    },
    languages=("any",),
    counted_by="platform",
    evidence="SEEN",
    channel="flickr",
    ignores={
        "description": "the text is not needed",
        "exif": "not needed",
        "geo": "where it was taken is not needed",
        "people": "personal data",
        "comments": "texts of persons; their number is read",
    },
)
COLUMNS = ("id", "url", "title", "published", "views", "reactions", "comments", "privacy")
_PHOTO = re.compile(r"(?:.*/)?photo_\d+\.json")
_IN_ADDRESS = re.compile(r"flickr\.com/photos/(?P<user>[^/]+)/(?P<id>\d+)")


def recognise(head: Head) -> Claim:
    """By the names in the zip; by keys of a photo; by Flickr's ids in a feed."""
    if head.type == "zip":
        is_ours = any(_PHOTO.fullmatch(name) for name in head.members)
        return Claim("archive") if is_ours else no("no photo_ID.json in the archive")
    if head.type == "json":
        found = [f'"{key}"' in head.text for key in ("count_views", "photopage", "date_imported")]
        return (
            Claim("photo")
            if all(found)
            else no("no count_views, photopage and date_imported", sum(found) / 4)
        )
    is_feed = head.type == "xml" and feeds.root(head.text) is not None
    marks = ("urn:flickr:", "tag:flickr.com,")
    return Claim("feed") if is_feed and any(m in head.text[:8000] for m in marks) else no("no feed of Flickr")


def read(source: Source) -> Iterator[Rows]:
    """Photos, and views, faves and comments of each."""
    if source.layout == "feed":
        yield from _feed(source)
        return
    faults: dict[int, Fault] = {}
    photos = [source.json()] if source.layout == "photo" else list(_photos(source, faults))
    source.as_of = source.archive_day() if source.layout == "archive" else None
    table = _entries.table(source, photos, _row, COLUMNS)
    table.no_data(table["privacy"].notna() & (table["privacy"] != "public"))
    _entries.put_aside_faults(table, faults)
    yield from _rows(source, table)


def _photos(source: Source, faults: dict[int, Fault]) -> Iterator[Any]:
    """The photos of an archive by name; of one whose JSON is damaged the fault is written down."""
    members = source.members()
    for member in (member for name, member in members.items() if not _PHOTO.fullmatch(name)):
        _entries.leave(member)
    photos = {name: member for name, member in members.items() if _PHOTO.fullmatch(name)}
    for number, (name, member) in enumerate(photos.items(), start=1):
        try:
            yield member.json()
        except Fault as fault:
            faults[number] = Fault("IN-JSON-01", f"{PurePosixPath(name).name}: {fault.found}")
            yield {}


def _row(photo: Mapping[str, Any]) -> dict[str, str]:
    return {
        "id": at(photo, "id"),
        "url": at(photo, "photopage"),
        "title": at(photo, "name"),
        "published": at(photo, "date_imported"),
        "views": at(photo, "count_views"),
        "reactions": at(photo, "count_faves"),
        "comments": at(photo, "count_comments"),
        "privacy": at(photo, "privacy"),
    }


def _rows(source: Source, table: Table) -> Iterator[Rows]:
    _say_whose(source, table["url"])
    ids = table.ids("id")
    _entries.put_twins_aside(table)
    done_at = table.instants("published", "UTC")
    figures = {name: table.counts(name) for name in ("views", "reactions", "comments")}
    yield table.keep("items", _columns(table, ids, done_at))
    yield table.keep_metrics("flickr", figures, item_id=ids, kind="lifetime")


def _columns(table: Table, ids: pd.Series, done_at: pd.Series) -> dict[str, object]:
    return {
        "channel": "flickr", "item_id": ids, "done_at": done_at, "kind": "photo",
        "title": first_words(table["title"]), "url": table["url"],
    }  # fmt: skip


def _say_whose(source: Source, addresses: pd.Series) -> None:
    found = addresses.str.extract(_IN_ADDRESS)["user"].dropna().unique()
    for user in found[:2]:
        source.belongs_to("flickr", user)


def _feed(source: Source) -> Iterator[Rows]:
    feed = feeds.parsed(source.data)
    rows = [_entry(entry.fields) | {"privacy": entry.fault} for entry in feed.entries]
    table = source.entries(rows, COLUMNS)
    table.put_aside(table["privacy"].notna(), "IN-XML-01", "the entry cannot be read", "privacy")
    done_at = feeds.instants(table["published"], "UTC")
    table.put_aside(done_at.isna(), "IN-FEED-02", "an entry without a readable date", "published")
    ids = table.ids("id")
    _say_whose(source, table["url"])
    yield table.keep("items", _columns(table, ids, done_at))


def _entry(found: Mapping[str, Any]) -> dict[str, str]:
    url = str(found.get("link") or "")
    number = _IN_ADDRESS.search(url) or re.search(r"photo/(?P<id>\d+)", str(found.get("id")))
    return {
        "id": number["id"] if number else "",
        "url": url,
        "title": feeds.plain(found.get("title_detail")),
        "published": str(found.get("published") or found.get("updated") or ""),
    }
