"""Telegram: what a channel has published, with its reactions, from Telegram Desktop.

Channel > ... > Export chat history > format JSON (Machine-readable): `ChatExport_2026-10-02/result.json`.

    {"name": "La Quercia", "type": "public_channel", "id": 1500000001, "messages": [
      {"id": 12, "type": "message", "date": "2026-07-14T19:33:26", "date_unixtime": "1784050406",
       "from": "La Quercia", "from_id": "channel1500000001", "text": ["La vendemmia ", {"type": "bold",
       "text": "oggi"}], "reactions": [{"type": "emoji", "count": 3, "emoji": "+"}]}]}

One unit is a message. `date` is the exporter's clock, `date_unixtime` counts. Service messages (the photo
was changed, a message was pinned) are no data. Only channels are read: chats and groups are texts of persons,
and are no data whether they stand alone or, with the whole account, in `chats.list`. Reactions are of the
message's life to the day of the export, which the folder's name tells (`ChatExport_...` or `DataExport_...`,
from memory); where the file was taken out of it, the last message's day stands for it, since the file is no
older. A message without the key has no reactions known. There are no views. Whose channel it is stands in its
name, looked up in client.toml.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pandas as pd

from sharedsocial_utils.readers import _entries
from sharedsocial_utils.readers._entries import at, objects
from sharedsocial_utils.readers._posts import first_words
from sharedsocial_utils.reading.door import Claim, Export, Head, no
from sharedsocial_utils.reading.source import Rows, Source

EXPORT = Export(
    service="Telegram (a channel)",
    menu="Telegram Desktop: channel > ... > Export chat history > JSON",
    page="https://telegram.org/blog/export-and-more",
    tables=("items", "metrics"),
    layouts={
        "channel": "one chat: name, type, id, messages (three parsers, 2022)",
        "account": "the whole account: chats.list (parsers, 2022)",
    },
    languages=("any",),
    counted_by="platform",
    evidence="PARSER",
    channel="telegram",
    ignores={"from": "the channel's own name", "file": "not needed", "date": "the exporter's own clock"},
)
CHANNELS = ("public_channel", "private_channel")
_FOLDER = re.compile(r"(?:^|/)(?:Chat|Data)Export_(\d{4}-\d{2}-\d{2})(?: \(\d+\))?/")
COLUMNS = ("id", "title", "published", "kind", "reactions", "reply_to", "channel", "why_none")


def recognise(head: Head) -> Claim:
    """By keys that no other export has together."""
    found = [f'"{key}"' in head.text for key in ("messages", "date_unixtime", "from_id")]
    if head.type == "json" and found[0] and found[1]:
        return Claim("account" if '"chats"' in head.text.partition('"messages"')[0] else "channel")
    return no("no messages with date_unixtime", sum(found) / 4)


def read(source: Source) -> Iterator[Rows]:
    """Posts, and the reactions to each."""
    value = source.json()
    source.as_of = _day_in_folder(source.name)
    chats = _entries.listed(value, "chats", "list") if source.layout == "account" else [value]
    pairs = [(chat, message) for chat in objects(chats) for message in _entries.listed(chat, "messages")]
    for chat in objects(chats):
        if at(chat, "type") in CHANNELS:
            source.belongs_to("telegram", at(chat, "name"), at(chat, "id"))
    rows = [_row(message, chat) for chat, message in pairs]
    table = source.entries(rows, COLUMNS)
    table.no_data(table["why_none"].notna())
    table.put_aside(table["kind"].isna(), "IN-JSON-01", "a message of another shape")
    ids = table.ids("id")
    done_at = table.instants("published", "UTC")
    _entries.put_twins_aside(table)
    people = source.people(table["channel"])
    figures = {"reactions": table.counts("reactions")}
    yield table.keep("items", _columns(ids, done_at, people) | {
        "kind": table["kind"], "title": first_words(table["title"]), "reply_to": table["reply_to"],
    })  # fmt: skip
    yield table.keep_metrics("telegram", figures, item_id=ids, kind="lifetime")


def _day_in_folder(name: str) -> date | None:
    found = _FOLDER.search(name)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def _columns(ids: pd.Series, done_at: pd.Series, people: pd.DataFrame) -> dict[str, object]:
    return {
        "channel": "telegram", "item_id": ids, "done_at": done_at, "author": people["person"],
        "side": people["side"],
    }  # fmt: skip


def _row(message: Any, chat: Mapping[str, Any]) -> dict[str, str]:
    if at(chat, "type") not in CHANNELS:
        return {"why_none": "not of a channel"}
    if not isinstance(message, dict):
        return {}
    if message.get("type") == "service":
        return {"why_none": "a service message"}
    number = at(message, "id")
    answers = at(message, "reply_to_message_id")
    counts = [at(each, "count") for each in objects(message.get("reactions"))]
    known = bool(counts) and all(count.isdigit() for count in counts)
    return {
        "id": f"{at(chat, 'id')}/{number}" if number else "",
        "title": _text(message.get("text")),
        "published": _entries.from_seconds(at(message, "date_unixtime")),
        "kind": _kind(message),
        "reactions": str(sum(int(count) for count in counts)) if known else "",
        "reply_to": f"{at(chat, 'id')}/{answers}" if answers else "",
        "channel": at(chat, "name"),
    }


def _kind(message: Mapping[str, Any]) -> str:
    if at(message, "media_type") in ("video_file", "video_message"):
        return "video"
    return "photo" if "photo" in message else "post"


def _text(value: Any) -> str:
    """A text, or a list of texts and of pieces with a form, as one."""
    pieces = value if isinstance(value, list) else [value]
    return "".join(piece if isinstance(piece, str) else at(piece, "text") for piece in pieces if piece)
