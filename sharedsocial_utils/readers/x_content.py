"""X analytics, content: one row is one post or reply with its figures to the export's day.

x.com > Premium > Analytics > Content > (period) > Export data. UTF-8 without mark, commas, English in every
language, often without a last line end; the name says the period,
`account_analytics_content_2026-07-01_2026-09-30.csv`:

    Post id,Date,Post text,Post Link,Impressions,Likes,Engagements,Bookmarks,Shares,New follows,Replies,
      Reposts,Profile visits,Detail Expands,URL Clicks,Hashtag Clicks,Permalink Clicks
    1971000000000000001,"Sat, Sep 6, 2025",La torre,https://x.com/la_quercia/status/1971000000000000001,70,2,
      4,0,0,0,1,1,0,3,1,0,0

(each of the two is one line). Newest first. A post that starts with `@` is a reply; the names it is addressed
to are dropped from its first words. A day without a time: midnight of the client's zone stands for it. A row
without an id cannot be merged and is put aside. `Reposts` are the shares; what X calls `Shares` is a link
copied elsewhere. Who wrote a post is not in the file. The old export (`Tweet id`, until mid 2024) is another
format.
"""

from collections.abc import Iterator

import pandas as pd

from sharedsocial_utils.readers import _posts, _x
from sharedsocial_utils.reading.door import Claim, Export, Head
from sharedsocial_utils.reading.source import Rows, Source

FIGURES = {
    "impressions": ("Impressions",),
    "reactions": ("Likes",),
    "engagements": ("Engagements",),
    "saves": ("Bookmarks",),
    "follows": ("New follows",),
    "comments": ("Replies",),
    "shares": ("Reposts",),
    "profile_visits": ("Profile visits",),
    "link_clicks": ("URL Clicks",),
}
FIELDS = {
    "id": ("Post id",),
    "day": ("Date",),
    "text": ("Post text",),
    "url": ("Post Link",),
    **FIGURES,
}
IGNORES = {
    "Shares": "a link copied elsewhere; whether it includes Reposts is documented nowhere",
    "Detail Expands": "a part of Engagements",
    "Hashtag Clicks": "a part of Engagements",
    "Permalink Clicks": "a part of Engagements",
}
EXPORT = Export(
    service="X",
    menu="Premium > Analytics > Content > Export data",
    tables=("items", "metrics"),
    layouts={
        "posts": "Post id, Date, Post text, Post Link ... (a fixture cut down from a real file of 2026)"
    },
    languages=("en",),
    counted_by="platform",
    evidence="FIXTURE",
    channel="x",
    ignores=IGNORES,
)


def recognise(head: Head) -> Claim:
    """By its headings."""
    return head.header("posts", "Post id", "Post Link", "Date")


def read(source: Source) -> Iterator[Rows]:
    """Posts, replies and their figures."""
    _posts.speak_of(source, _posts.days_in_name(source.name))
    table = source.table(FIELDS, need=("id", "url", "day"), ignores=IGNORES)
    ids = _posts.ids(table, "id", "url")
    source.belongs_to("x", _handle(table["url"]))
    moments = _posts.midnight(table.days("day"), source.context.timezone)
    yield table.keep("items", _x.tweets(table["text"], ids, moments, table["url"]))
    yield table.keep_metrics("x", _posts.figures(table, FIGURES), item_id=ids, kind="lifetime")


def _handle(addresses: pd.Series) -> str:
    """The handle in most of the posts' addresses; "" where none has one."""
    handles = addresses.str.extract(r"(?i)//(?:www\.)?(?:x|twitter)\.com/(\w{1,50})/status/")[0].dropna()
    named = handles[handles.str.casefold() != "i"]  # x.com/i/... is the address of nobody
    return f"@{named.mode().iloc[0]}" if len(named) else ""
