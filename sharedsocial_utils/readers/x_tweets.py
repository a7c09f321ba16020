"""Twitter Analytics, by tweet (2014 to mid 2024): one row is one tweet with its figures to the export's day.

analytics.twitter.com > Tweets > (period) > Export data > By tweet. UTF-8, commas, every cell quoted, texts
with commas and line ends inside, English headings in every language; at most 91 days, from October 2013 on:
`tweet_activity_metrics_laquercia_20200101_20200401_en.csv`

    "Tweet id","Tweet permalink","Tweet text","time","impressions","engagements","engagement rate","retweets",
      "replies","likes","user profile clicks","url clicks","hashtag clicks",... "promoted media engagements"
    "1226000000000000001","https://twitter.com/laquercia/status/1226000000000000001","La torre",
      "2020-02-10 18:00 +0000","1203.0","39","0.0324","4.0","1.0","21.0","3.0","9.0","0.0",...,"-"

(each of the two is one line). Instants are UTC. Counts may end in `.0`; `-` is no figure. Until November
2015 `favorites` stood for `likes`. Of a file that a spreadsheet has saved, the ids are ruined (`6.49E+17`):
they are taken from the permalinks, and a row whose permalink does not hold its id is put aside. Such a file
often has fewer columns. What was promoted is a paid part and is not read. A tweet that starts with `@` is a
reply; the names it is addressed to are dropped. Retweets of others are not in the file.
"""

from collections.abc import Iterator

from sharedsocial_utils.readers import _posts, _x
from sharedsocial_utils.reading.door import Claim, Export, Head
from sharedsocial_utils.reading.source import Rows, Source

FIGURES = {
    "impressions": ("impressions",),
    "engagements": ("engagements",),
    "shares": ("retweets",),
    "comments": ("replies",),
    "reactions": ("likes", "favorites"),
    "link_clicks": ("url clicks",),
    "follows": ("follows",),
}
FIELDS = {
    "id": ("Tweet id",),
    "url": ("Tweet permalink",),
    "text": ("Tweet text",),
    "time": ("time",),
    **FIGURES,
}
ENGAGEMENTS = (
    "user profile clicks", "hashtag clicks", "detail expands", "permalink clicks", "app opens",
    "app installs", "email tweet", "dial phone", "media engagements",
)  # fmt: skip
IGNORES = {
    "engagement rate": "engagements by impressions",
    "media views": "views of pictures too",
    **dict.fromkeys(ENGAGEMENTS, "a part of engagements"),
    **{
        f"promoted {name}": "a paid part"
        for name in (
            "engagement rate",
            "media views",
            *ENGAGEMENTS,
            *(n for ns in FIGURES.values() for n in ns),
        )
    },
}
EXPORT = Export(
    service="Twitter Analytics (until 2024)",
    menu="analytics.twitter.com > Tweets > Export data > By tweet, By day (closed in 2024; archives)",
    tables=("items", "metrics"),
    layouts={
        "tweets": "Tweet id, Tweet permalink ... likes (seen 2016-2020)",
        "favorites": "the same with favorites for likes (parser of 2014, until November 2015)",
    },
    languages=("en",),
    counted_by="platform",
    evidence="SEEN",
    channel="x",
    ignores=IGNORES,
)


def recognise(head: Head) -> Claim:
    """By its headings."""
    claim = head.header("tweets", "Tweet id", "Tweet permalink", "time")
    is_old = claim.layout and head.header("favorites", "Tweet id", "favorites").layout
    return claim._replace(layout="favorites") if is_old else claim


def read(source: Source) -> Iterator[Rows]:
    """Tweets, replies and their figures."""
    _posts.speak_of(source, _x.period(source.name))
    source.belongs_to("x", _x.handle(source.name))
    table = source.table(FIELDS, need=("id", "url", "time"), ignores=IGNORES)
    ids = _posts.ids(table, "id", "url")
    moments = table.instants("time", "UTC")
    yield table.keep("items", _x.tweets(table["text"], ids, moments, table["url"]))
    yield table.keep_metrics("x", _posts.figures(table, FIGURES), item_id=ids, kind="lifetime")
