"""SlideShare: decks with what they brought, from its interface's answers or the account's feed.

The interface (API v2, `get_slideshow` and `get_slideshows_by_user`) answers in XML:

    <Slideshow><ID>12176916</ID><Title>Olive oil, explained</Title>
      <URL>http://www.slideshare.net/laquercia/olive-oil-explained-12176916</URL>
      <Created>Tue Mar 27 10:10:11 -0500 2012</Created>
      <NumDownloads>4</NumDownloads><NumViews>337</NumViews><NumComments>0</NumComments>
      <NumFavorites>2</NumFavorites><NumSlides>48</NumSlides></Slideshow>

The feed (`http://www.slideshare.net/rss/user/NAME`, closed since) is RSS with `slideshare:views` and
`slideshare:comments` within `slideshare:meta`. One unit is a deck. Counts are of its whole life to the day of
the answer, which the XML does not tell (and this is noted). A deck is known by the number at the end of its
address, in both. SlideShare's own statistics were not found: map a table typed from them in client.toml.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element

import pandas as pd

from sharedsocial_utils.readers import _entries
from sharedsocial_utils.readers._posts import first_words
from sharedsocial_utils.reading import feeds
from sharedsocial_utils.reading.conventions import local_days
from sharedsocial_utils.reading.door import Claim, Export, Head, no
from sharedsocial_utils.reading.source import Rows, Source, Table

EXPORT = Export(
    service="SlideShare",
    menu="API v2: get_slideshow or get_slideshows_by_user, or the account's feed > save the source",
    tables=("items", "metrics"),
    layouts={
        "answer": "Slideshow elements of the API v2 (seen 2012)",
        "feed": "RSS with slideshare:meta (from three parsers)",
    },
    languages=("any",),
    counted_by="platform",
    evidence="SEEN",
    channel="slideshare",
    ignores={
        "Description": "the text is not needed",
        "Embed": "markup",
        "NumSlides": "not a result",
        "DownloadUrl": "holds keys of access",
        "Tags": "not needed",
    },
)
COUNTS = {
    "views": "NumViews",
    "downloads": "NumDownloads",
    "comments": "NumComments",
    "reactions": "NumFavorites",
}
COLUMNS = ("id", "url", "title", "published", "fault", *COUNTS)
_SPACE = "slideshare.net/api/1"
_NUMBER = re.compile(r"-(\d{5,})/?$")
_CREATED = re.compile(r"\w{3} (\w{3}) (\d{1,2}) ([\d:]{8}) ([+-]\d{4}|UTC) (\d{4})")


def recognise(head: Head) -> Claim:
    """By the elements of the answer, or the feed's namespace."""
    if head.type != "xml":
        return no("it is no XML")
    if _SPACE in head.text[:8000] and feeds.root(head.text):
        return Claim("feed")
    found = ["<Slideshow>" in head.text, "<NumViews>" in head.text]
    return Claim("answer") if all(found) else no("no element Slideshow with NumViews", sum(found) / 4)


def read(source: Source) -> Iterator[Rows]:
    """Decks, and the counts of each."""
    table = _feed(source) if source.layout == "feed" else _answer(source)
    table.put_aside(table["fault"].notna(), "IN-XML-01", "the entry cannot be read", "fault")
    table.put_aside(table["id"].isna(), "IN-ID-02", "a deck with neither number nor address")
    done_at = feeds.instants(table["published"], source.context.timezone)
    table.put_aside(done_at.isna(), "IN-FEED-02", "a deck without a readable date", "published")
    _entries.put_twins_aside(table)
    figures = {name: table.counts(name) for name in COUNTS}
    yield table.keep(
        "items",
        {
            "channel": "slideshare",
            "item_id": table["id"],
            "done_at": done_at,
            "kind": "deck",
            "title": first_words(table["title"]),
            "url": table["url"],
        },
    )
    yield table.keep_metrics("slideshare", figures, item_id=table["id"], kind="lifetime")


def _answer(source: Source) -> Table:
    root = source.xml()
    decks = [root] if root.tag == "Slideshow" else list(root.iter("Slideshow"))
    next_step = "nothing to do; save the answer again in every quarter"
    source.note("IN-DATE-04", "the answer does not say on which day it was given", next_step=next_step)
    rows = [_deck(deck) for deck in decks]
    for user in sorted({str(row["user"]) for row in rows if row["user"]})[:2]:
        source.belongs_to("slideshare", user)
    return source.entries(rows, COLUMNS)


def _deck(deck: Element) -> dict[str, str]:
    texts = {str(child.tag): (child.text or "").strip() for child in deck}
    counts = {name: texts.get(tag, "") for name, tag in COUNTS.items()}
    return {
        "id": texts.get("ID") or _id(texts.get("URL", "")),
        "url": texts.get("URL", ""),
        "title": texts.get("Title", ""),
        "published": _CREATED.sub(r"\2 \1 \5 \3 \4", texts.get("Created", "")),
        "user": texts.get("Username", ""),
        **counts,
    }


def _id(url: str) -> str:
    """`.../laquercia/olive-oil-explained-12176916` => "12176916"; the address itself without a number."""
    found = _NUMBER.search(url)
    return found[1] if found else url


def _feed(source: Source) -> Table:
    feed = feeds.parsed(source.data)
    built = pd.Series([feed.head.get("updated") or feed.head.get("published")], dtype="str")
    day = local_days(feeds.instants(built, source.context.timezone), source.context.timezone).dropna()
    if len(day):
        source.as_of = day.iloc[0].date()
    return source.entries([_item(entry.fields) | {"fault": entry.fault} for entry in feed.entries], COLUMNS)


def _item(found: Mapping[str, Any]) -> dict[str, str]:
    url = str(found.get("link") or "")
    return {
        "id": _id(url),
        "url": url,
        "title": feeds.plain(found.get("title_detail")),
        "published": str(found.get("published") or ""),
        "views": str(found.get("slideshare_views") or ""),
        "comments": str(found.get("slideshare_comments") or ""),
    }
