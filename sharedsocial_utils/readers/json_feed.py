"""The blog's feed as JSON Feed: posts, without any count.

The address of the feed (`/feed.json`, `/feed/json/`) > save the source. Version 1 or 1.1, UTF-8:

    {"version": "https://jsonfeed.org/version/1.1", "title": "La Quercia",
     "items": [{"id": "https://laquercia.example/?p=1207", "title": "Come si pota un ulivo",
                "url": "https://laquercia.example/2026/09/come-si-pota-un-ulivo/",
                "date_published": "2026-09-07T09:30:00+02:00", "authors": [{"name": "Ada Neri"}]}]}

One item is one post. The standard has no number of comments: none is known. The author is the item's, else
the feed's (`authors`, in version 1 `author`); one who is in no list leaves the side missing. `external_url`
is what a post speaks of, not its address. An item without `date_published` is put aside, since
`date_modified` would move it to a later quarter. The feed holds only the last posts: it speaks of the days
from its oldest item on.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sharedsocial_utils.readers import _entries
from sharedsocial_utils.readers._entries import at, objects
from sharedsocial_utils.readers._posts import first_words
from sharedsocial_utils.reading import feeds
from sharedsocial_utils.reading.door import Claim, Export, Head, no
from sharedsocial_utils.reading.identity import DOMAINS, domain
from sharedsocial_utils.reading.source import Rows, Source

EXPORT = Export(
    service="Blog (JSON Feed)",
    menu="the address of the feed (/feed.json) > save the source",
    page="https://www.jsonfeed.org/version/1.1/",
    tables=("items",),
    layouts={"json": "version 1 (seen in a test of feedparser) and 1.1 (from the standard)"},
    languages=("any",),
    counted_by="us",
    evidence="SEEN",
    channel="blog",
    ignores={
        "content_html": "the text is not needed",
        "content_text": "the text is not needed",
        "tags": "the blog's own",
        "date_modified": "when it was edited, not when it was published",
        "attachments": "not a measure of effort",
    },
)
COLUMNS = ("id", "url", "title", "published", "author")


def recognise(head: Head) -> Claim:
    """By the address of the standard."""
    if head.type == "json" and "://jsonfeed.org/version/" in head.text.replace("\\/", "/"):
        return Claim("json")
    return no("it names no version of jsonfeed.org")


def read(source: Source) -> Iterator[Rows]:
    """Posts, one row per item."""
    feed = source.json()
    items = _entries.listed(feed, "items")
    source.belongs_to(DOMAINS, domain(at(feed, "home_page_url")) if at(feed, "home_page_url") else "")
    table = _entries.table(source, items, lambda item: _row(item, feed), COLUMNS)
    table.put_aside(table["id"].isna(), "IN-ID-02", "an item with neither id nor address")
    done_at = feeds.instants(table["published"], source.context.timezone)
    table.put_aside(done_at.isna(), "IN-FEED-02", "an item without a readable date", "published")
    _entries.put_twins_aside(table)
    people = source.people(table["author"])
    yield table.keep(
        "items",
        {
            "channel": "blog",
            "item_id": table["id"],
            "done_at": done_at,
            "kind": "post",
            "author": people["person"],
            "side": people["side"],
            "title": first_words(table["title"]),
            "url": table["url"],
        },
    )


def _row(item: Mapping[str, Any], feed: Any) -> dict[str, str]:
    return {
        "id": at(item, "id") or at(item, "url"),
        "url": at(item, "url"),
        "title": at(item, "title"),
        "published": at(item, "date_published"),
        "author": _author(item) or _author(feed),
    }


def _author(of: Mapping[str, Any]) -> str:
    names = [at(author, "name") for author in (*objects(of.get("authors")), of.get("author"))]
    return next((name for name in names if name), "")
