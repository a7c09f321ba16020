"""Google Takeout, YouTube: the comments that the account wrote, which are its work of answering.

takeout.google.com > YouTube and YouTube Music > comments: a zip with, among much else, `Takeout/YouTube and
YouTube Music/comments/comments.csv` (folders and files are named in the account's language: German
`Kommentare/Kommentare.csv`), read alone too. The list is known by its headings:

    Channel ID,Comment Create Timestamp,Price,Comment ID,Parent Comment ID,Video ID,Comment Text
    UC1,2026-09-19T17:42:53.434647+00:00,0,UgxA,,AbCdEfGhIj1,"{""takeoutSegments"":[{""text"":""Grazie""}]}"

Until June 2024 `Comment ID` came first. UTF-8, instants with an offset, empty lines at the end. The text is
JSON in a cell, with or without the wrapper, or plain; a segment that mentions a channel is dropped. Every
comment is the account's own, so that each is a reply: to the comment it answers, else to the video. The
archive has no figures; subscriptions, histories and all other files are personal and not read.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from sharedsocial_utils.readers import _posts
from sharedsocial_utils.reading.cells import find_header, heading
from sharedsocial_utils.reading.door import Claim, Export, Head, no
from sharedsocial_utils.reading.source import Rows, Source

FIELDS = {
    "id": ("Comment ID",),
    "time": ("Comment Create Timestamp",),
    "video": ("Video ID",),
    "parent": ("Parent Comment ID",),
    "text": ("Comment Text",),
}
IGNORES = {
    "Channel ID": "the account's own",
    "Price": "money paid to others",
    "Post ID": "not a video",
    "Top-Level Comment ID": "Parent Comment ID tells what is answered",
}
EXPORT = Export(
    service="Google Takeout (YouTube)",
    menu="takeout.google.com > YouTube and YouTube Music > comments",
    tables=("items",),
    layouts={
        "archive": "the zip; only its comments (parsers of 2021-2026)",
        "comments": "comments.csv, Comment ID first (until June 2024) or third (parsers)",
    },
    languages=("any",),
    counted_by="platform",
    evidence="PARSER",
    channel="youtube",
    ignores=IGNORES,
)
_FOLDER = re.compile(r"(?:^|/)YouTube [^/]+ YouTube Music/")


def recognise(head: Head) -> Claim:
    """By the folder in the archive; of a lone list by its headings."""
    if head.type == "zip":
        ours = any(_FOLDER.search(name) for name in head.members)
        return Claim("archive") if ours else no("no folder `YouTube and YouTube Music`")
    return head.header("comments", "Comment Create Timestamp", "Video ID", "Comment ID")


def read(source: Source) -> Iterator[Rows]:
    """Comments that the account wrote; no figures."""
    for file in _lists(source) if source.layout == "archive" else [source]:
        yield _comments(file)


def _lists(source: Source) -> list[Source]:
    """The lists of comments in the archive; the other files are only counted."""
    members = source.members()
    wanted = [{heading(FIELDS[name][0])} for name in ("id", "time", "video")]
    lists = [
        member
        for name, member in members.items()
        if name.casefold().endswith(".csv") and find_header(member.lines, wanted, within=5)
    ]
    left = len(members) - len(lists)
    if left:
        source.note("IN-PRIV-01", f"{left} other files of the archive: not read", next_step="nothing to do")
    return lists


def _comments(file: Source) -> Rows:
    table = file.table(FIELDS, need=("id", "time", "video"), ignores=IGNORES)
    texts = table["text"].map(_words, na_action="ignore").astype("str")
    return table.keep(
        "items",
        {
            "channel": "youtube",
            "item_id": table.ids("id"),
            "done_at": table.instants("time", "UTC"),
            "kind": "reply",
            "title": _posts.first_words(texts.where(texts != "")),
            "url": _address(table["video"], table["id"]),
            "reply_to": table["parent"].fillna(table["video"]),
        },
    )


def _address(videos: pd.Series, comments: pd.Series) -> pd.Series:
    addresses: pd.Series = "https://www.youtube.com/watch?v=" + videos + "&lc=" + comments
    return addresses


def _words(text: str) -> str:
    """`{"takeoutSegments":[{"text":"Grazie"}]}` => "Grazie"; a text that is no JSON stays as it is."""
    try:
        value = json.loads(f"[{text}]") if text.startswith(("{", "[")) else None
    except (ValueError, RecursionError):
        return text
    return text if value is None else "".join(_segments(value)).strip()


def _segments(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for each in value:
            yield from _segments(each)
    elif isinstance(value, dict):
        yield from _segments(value.get("takeoutSegments"))
        if isinstance(value.get("text"), str) and "mention" not in value:
            yield value["text"]
