"""Posts that a newer export of the same days has no more: deleted, merged away, or made private.

Two exports are only compared where they are of one reader and layout and the newer has most of the older's
posts of those days: stories, or the comments of one post, come in files of their own that look alike.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute

from sharedsocial_utils.reading.file import FileReading

SAME_LIST = 0.5  # share of the older's posts of the common days that the newer must have


class Vanished(NamedTuple):
    """An item, the day it was published, the export that has it and the newer one that has it no more."""

    channel: str
    item_id: str
    day: date
    file: str
    missing_in: str


Items = dict[tuple[str, str], date]


def vanished(files: Sequence[FileReading], zone: str) -> list[Vanished]:
    """The items that have vanished; `zone` is the client's, whose days count."""
    having = [file for file in files if "items" in file.tables and file.first_date and file.as_of]
    ordered = sorted(having, key=lambda file: (str(file.as_of), file.sha256))
    known = {file.sha256: _items(file, zone) for file in ordered}
    found: dict[tuple[str, str], Vanished] = {}
    for number, file in enumerate(ordered):
        newer = ordered[number + 1 :]
        still = {item for other in newer for item in known[other.sha256]}
        for other in newer:
            if (other.reader, other.layout) == (file.reader, file.layout) and other.as_of != file.as_of:
                gone = _gone(known[file.sha256], known[other.sha256], file, other)
                found |= {(each.channel, each.item_id): each for each in gone if each[:2] not in still}
    return sorted(found.values())


def _items(file: FileReading, zone: str) -> Items:
    """The day of each item by channel and id."""
    items = file.tables.arrow["items"].select(["channel", "item_id", "done_at"]).drop_null()
    moments = pa.compute.local_timestamp(items["done_at"].cast(pa.timestamp("us", tz=zone)))
    days = moments.cast(pa.date32(), safe=False).to_pylist()
    return dict(
        zip(zip(*(items[n].to_pylist() for n in ("channel", "item_id")), strict=True), days, strict=True)
    )


def _gone(older: Items, newer: Items, file: FileReading, other: FileReading) -> Iterator[Vanished]:
    first, last = other.first_date, other.last_date
    # a feed is cut anywhere in its first day
    common = {item: day for item, day in older.items() if first and last and first < day <= last}
    gone = {item: day for item, day in common.items() if item not in newer}
    if len(gone) <= (1 - SAME_LIST) * len(common):
        yield from (Vanished(*item, day, file.path, other.path) for item, day in gone.items())
