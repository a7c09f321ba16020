"""Hootsuite Analytics: posts of Facebook pages with their figures.

Hootsuite > Analytics > a report > Export > CSV: a zip
`NAME_2018-07-01_to_2018-09-19_created_on_20180920T0140Z.zip` of tables with the same name and the report's,
which are read alone too. UTF-8, commas, English, instants in GMT:

    ..._facebook_posts.csv
        Date (GMT),Facebook Page,Post ID,Post Permalink,Post Type,Post Message,Tags,Reactions,Comments,Shares,
          Ow.ly Clicks
        2018-07-01 06:00:00,La Quercia,101_901,https://www.facebook.com/...,Photo,La torre,,4,1,0,
    ..._facebook_post_performance.csv
        Date (GMT),Facebook Page,Post ID,Post Permalink,Post Type,Post Message,Tags,Campaign,Author,Clicks,
          Comments,Engaged Fans,Engaged Users,Engagement Rate,Impressions,Link Clicks,... Shares, ...
    ..._account_metrics.csv
        Date (GMT),"Page Reactions by Type - Love (Daily aggregated values for Facebook pages: A, B)", ...
        2018-07-01 00:00:00,82.0, ...
    ..._facebook_inbound_messages.csv
        Date (GMT),Facebook Page,Message Author,Type,Message ID, ...

An empty cell was not measured. `Reactions` is the platform's figure and not the sum of its kinds. A post's
id is what stands behind the page's, as in Meta's own exports, so that both name one post alike (an id that
stands twice is taken from the address). Figures are to the day of the export, which the name says. `Author`
is looked up in client.toml and else dropped.

The account metrics have daily reactions of several pages together, without comments and shares, and figures
of the whole period in columns of nearly the same name: the posts say more, and nothing of theirs is used.
Inbound messages are texts of persons: only their number is told.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date

import pandas as pd

from sharedsocial_utils.readers import _meta, _posts
from sharedsocial_utils.reading import cells
from sharedsocial_utils.reading.door import Claim, Export, Head, first_claim, no
from sharedsocial_utils.reading.source import Rows, Source, Table

TIME = ("Date (GMT)",)
FIGURES = {
    "reactions": ("Reactions",),
    "comments": ("Comments",),
    "shares": ("Shares",),
    "clicks": ("Clicks",),
    "link_clicks": ("Link Clicks", "Ow.ly Clicks"),
    "impressions": ("Impressions",),
    "reach": ("Reach",),
    "views": ("Video Views",),
}
FIELDS = {
    "time": TIME,
    "page": ("Facebook Page",),
    "id": ("Post ID",),
    "url": ("Post Permalink",),
    "type": ("Post Type",),
    "text": ("Post Message",),
    "author": ("Author",),
    "engagement_rate": ("Engagement Rate",),
    **FIGURES,
}
_KINDS = ("Anger", "Haha", "Like", "Love", "Other", "Sorry", "Wow")
IGNORES = {
    "Tags": "Hootsuite's own labels",
    "Campaign": "Hootsuite's own labels",
    "Engaged Fans": "not in the codebook",
    "Engaged Users": "not in the codebook",
    "Other Actions": "a part of Clicks",
    "Photo Views": "a part of Clicks",
    "Organic Impressions": "a part of Impressions",
    "Viral Impressions": "a part of Impressions",
    "Organic Reach": "a part of Reach",
    "Viral Reach": "a part of Reach",
    **{f"Reactions: {kind}": "a part of Reactions, which is not their sum" for kind in _KINDS},
}
EXPORT = Export(
    service="Hootsuite",
    menu="Analytics > a report > Export > CSV",
    tables=("items", "metrics"),
    layouts={
        "archive": "the zip of a report's tables (seen 2018)",
        "posts": "facebook_posts, facebook_post_performance: one row per post (seen 2018)",
        "account": "account_metrics: pages pooled, days and whole periods side by side: no data (seen 2018)",
        "messages": "facebook_inbound_messages: only counted (seen 2018)",
    },
    languages=("en",),
    counted_by="platform",
    evidence="SEEN",
    channel="facebook",
    ignores=IGNORES,
)
_MEMBER = re.compile(
    r"_created_on_\d{8}T\d{4}Z_(?:facebook_posts|facebook_post_performance|account_metrics"
    r"|facebook_inbound_messages)(?: \(\d+\))?\.csv$"
)
_NAME = re.compile(r"_(\d{4}-\d{2}-\d{2})_to_(\d{4}-\d{2}-\d{2})_created_on_(\d{4})(\d{2})(\d{2})T")
NO_WORDS = "(Post with no description)"


def recognise(head: Head) -> Claim:
    """By the heading `Date (GMT)` and what stands beside it; the zip by its tables' names."""
    if head.type == "zip":
        ours = any(_MEMBER.search(name) for name in head.members)
        return Claim("archive") if ours else no("no table of Hootsuite in the archive")
    return _layout(head)


def _layout(head: Head) -> Claim:
    by_cells = first_claim(
        head.header("posts", TIME, "Post ID", "Post Permalink"),
        head.header("messages", TIME, "Message Author", "Message ID"),
    )
    # a header of account metrics may be longer than what a head holds
    starts = head.lines[0].lstrip("\ufeff") if head.type == "text" and head.lines else ""
    is_account = starts.startswith(TIME[0]) and "aggregated value" in starts
    return Claim("account") if is_account and not by_cells.layout else by_cells


def read(source: Source) -> Iterator[Rows]:
    """Posts with their figures."""
    _take_days(source)
    if source.layout != "archive":
        yield from _rows(source, source)
        return
    for name, member in source.members().items():
        layout = _layout(Head(name, member.data)).layout
        if layout:
            member.layout = layout
            yield from _rows(source, member)
        else:
            source.note("IN-FILE-13", f"{name} is no table of Hootsuite", next_step="nothing to do")


def _take_days(source: Source) -> None:
    found = _NAME.search(source.name)
    try:
        if found:
            source.covers = (date.fromisoformat(found[1]), date.fromisoformat(found[2]))
            source.as_of = date(int(found[3]), int(found[4]), int(found[5]))
    except ValueError:
        source.covers = source.as_of = None


def _rows(source: Source, file: Source) -> Iterator[Rows]:
    """What one table gives; `source` is the whole file."""
    if file.layout == "posts":
        yield from _posts_of(source, file.table(FIELDS, ("time", "id"), IGNORES))
    elif file.layout == "account":
        file.skip()
        if file is source:
            found = "figures of several pages and periods together: not used"
            source.note("IN-FILE-13", found, next_step="export the posts")
    else:
        file.is_private = True
        table = file.table({"time": TIME, "id": ("Message ID",)}, ("time", "id"), _others(file))
        number = len(table)
        table.no_data(pd.Series(True, index=table.text.index))
        next_step = "" if file is source else "nothing to do"
        source.note("IN-PRIV-01", f"{number} messages of persons: counted, not read", next_step=next_step)


def _posts_of(source: Source, table: Table) -> Iterator[Rows]:
    table.belongs_to("facebook", "page")
    table.text["id"] = _own_ids(table)
    ids = _posts.ids(table, "id", "url")
    people = source.people(table["author"])
    yield table.keep(
        "items",
        {
            "channel": "facebook",
            "item_id": ids,
            "done_at": table.instants("time", "UTC"),
            "kind": table["type"].fillna("").map(_meta.kind),
            "author": people["person"],
            "side": people["side"],
            "title": _posts.first_words(table["text"].where(table["text"] != NO_WORDS)),
            "url": table["url"],
        },
    )
    figures = _posts.figures(table, FIGURES)
    rates = {name: table.numbers(name, profile=".") for name in ("engagement_rate",) if name in table}
    yield table.keep_metrics("facebook", figures | rates, item_id=ids, kind="lifetime")


def _own_ids(table: Table) -> pd.Series:
    """The ids without the page's. A photo added to an album repeats the id of the album's first post: then
    the one in its own address counts."""
    ids = table["id"].str.replace(r"^\d+_(?=\d)", "", regex=True)
    in_address = table["url"].str.extract(r"/(\d{10,})/?$")[0]
    return ids.mask(ids.duplicated() & in_address.notna(), in_address)


def _others(file: Source) -> Mapping[str, str]:
    return dict.fromkeys(cells.split(file.lines[0], ","), "of persons") if file.lines else {}
