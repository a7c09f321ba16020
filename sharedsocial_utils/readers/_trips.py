"""What the readers of trips have in common: one trip is one item, on the day it begins."""

from sharedsocial_utils.readers import _entries
from sharedsocial_utils.readers._posts import first_words, midnight
from sharedsocial_utils.reading.source import Rows, Table

COLUMNS = ("id", "place", "start", "url", "traveller", "why_none")


def keep_trips(table: Table, channel: str) -> Rows:
    """Rows of `items` from the fields id, place, start (a day), url and traveller."""
    days = table.days("start")
    table.put_aside(table["id"].isna(), "IN-ID-02", "a trip without anything that tells it from others")
    _entries.put_twins_aside(table)
    people = table.source.people(table["traveller"])
    return table.keep(
        "items",
        {
            "channel": channel,
            "item_id": table["id"],
            "done_at": midnight(days, table.source.context.timezone),
            "kind": "checkin",
            "author": people["person"],
            "side": people["side"],
            "title": first_words(table["place"]),
            "url": table["url"],
        },
    )
