"""Sprout Social, Post Performance: one row is one post of any network with its figures to the export's day.

Sprout Social > Reports > Post Performance > (period) > Export > CSV. Commas, English; the columns vary with
the networks chosen:

    Date,Post ID,Network,Post Type,Content Type,Profile,Sent by,Link,Post,Linked Content,Impressions,Reach,
      Engagement Rate (per Impression),Engagements,Reactions,Likes,...,Comments,Shares,Saves,Post Link Clicks,
      Post Clicks (All),Video Views,Follows from Post,Tags
    9/30/2026 7:05 am,101_901,Facebook,Post,Photo,La Quercia,Rita Bosco,https://www.facebook.com/...,Torre,,
      "1,210",640,3.2%,39,21,19,...,4,2,,9,33,,,

(each of the two is one line). `Date` is month first, in the time zone of the profile, which stands nowhere:
the client's is taken. Numbers are texts with thousands, rates have a `%`. A post whose figures are all
empty has none yet. `Sent by` is looked up in client.toml and else dropped. A Facebook post's id is what
stands behind the page's, as in Meta's own exports. A network that is no channel of ours puts its rows
aside, each with its name.
"""

from collections.abc import Iterator

import pandas as pd

from sharedsocial_utils.readers import _dates, _meta, _posts
from sharedsocial_utils.reading.door import Claim, Export, Head
from sharedsocial_utils.reading.source import Rows, Source, Table

FIGURES = {
    "impressions": ("Impressions",),
    "reach": ("Reach",),
    "engagements": ("Engagements",),
    "reactions": ("Reactions",),
    "comments": ("Comments",),
    "shares": ("Shares",),
    "saves": ("Saves",),
    "link_clicks": ("Post Link Clicks",),
    "clicks": ("Post Clicks (All)",),
    "views": ("Video Views",),
    "follows": ("Follows from Post",),
}
RATES = {
    "engagement_rate": ("Engagement Rate (per Impression)",),
    "click_rate": ("Click-Through Rate",),
}
FIELDS = {
    "time": ("Date",),
    "id": ("Post ID",),
    "network": ("Network",),
    "type": ("Content Type",),
    "account": ("Profile",),
    "author": ("Sent by",),
    "url": ("Link",),
    "text": ("Post",),
    **FIGURES,
    **RATES,
}
IGNORES = {
    "Post Type": "post, story or reply: Content Type tells the kind",
    "Linked Content": "not ours",
    "Tags": "Sprout's own labels",
    "Negative Feedback": "not in the codebook",
    "Other Post Clicks": "a part of Post Clicks (All)",
    **{f"{kind} Impressions": "a part of Impressions" for kind in ("Organic", "Viral", "Paid", "Fan")},
    **{f"{kind} Reach": "a part of Reach" for kind in ("Organic", "Viral", "Paid")},
    **{f"{kind} Video Views": "a part of Video Views" for kind in ("Organic", "Paid")},
    **{f"{kind} Reactions": "a part of Reactions" for kind in ("Love", "Haha", "Wow", "Sad", "Angry")},
    "Likes": "a part of Reactions",
}
NETWORKS = {
    "facebook": "facebook", "instagram": "instagram", "x": "x", "twitter": "x", "x (twitter)": "x",
    "linkedin": "linkedin", "youtube": "youtube", "tiktok": "tiktok", "pinterest": "pinterest",
    "google my business": "google-business", "google business profile": "google-business",
}  # fmt: skip
EXPORT = Export(
    service="Sprout Social",
    menu="Reports > Post Performance > Export > CSV",
    tables=("items", "metrics"),
    layouts={"posts": "Date, Post ID, Network ... (three parsers of 2020-2025)"},
    languages=("en",),
    counted_by="platform",
    evidence="PARSER",
    ignores=IGNORES,
)


def recognise(head: Head) -> Claim:
    """By headings that no network's own export has together."""
    return head.header("posts", "Network", "Sent by", "Post ID", ("Post Clicks (All)", "Engagements"))


def read(source: Source) -> Iterator[Rows]:
    """Posts of all networks and their figures."""
    table = source.table(FIELDS, need=("time", "id", "network"), ignores=IGNORES)
    channels = table["network"].str.casefold().map(NETWORKS)
    table.put_aside(channels.isna(), "IN-FILE-13", "a network that is no channel of ours", "network")
    channels = channels.reindex(table.text.index).astype("str")
    _name_accounts(source, table, channels)
    is_page = channels == "facebook"
    table.text["id"] = table["id"].mask(is_page, table["id"].str.replace(r"^\d+_(?=\d)", "", regex=True))
    people = source.people(table["author"])
    ids = _posts.ids(table, "id", "url")
    moments = table.instants("time", source.context.timezone, _dates.month_first(table["time"]))
    yield table.keep(
        "items",
        {
            "channel": channels,
            "item_id": ids,
            "done_at": moments,
            "kind": table["type"].fillna("").map(_meta.kind),
            "author": people["person"],
            "side": people["side"],
            "title": _posts.first_words(table["text"]),
            "url": table["url"],
        },
    )
    yield table.keep_metrics(channels, _figures(table), item_id=ids, kind="lifetime")


def _name_accounts(source: Source, table: Table, channels: pd.Series) -> None:
    """Says of each network whose posts they are."""
    pairs = pd.DataFrame({"channel": channels, "account": table["account"]}).dropna().drop_duplicates()
    for line, channel, account in pairs.itertuples():
        source.belongs_to(channel, account, line=int(line))


def _figures(table: Table) -> dict[str, pd.Series]:
    """The counts, and the rates as shares of 1."""
    rates = {name: table.numbers(name, profile=".") / 100 for name in RATES if name in table}
    return _posts.figures(table, FIGURES) | rates
