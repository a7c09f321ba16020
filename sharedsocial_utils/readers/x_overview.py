"""X analytics, account overview: one row is one day of the account.

x.com > Premium > Analytics > Overview > (period) > Export data. UTF-8 without mark, commas, English in every
language, newest day first, no last line end, `account_overview_analytics.csv`:

    Date,Impressions,Likes,Engagements,Bookmarks,Shares,New follows,Unfollows,Replies,Reposts,Profile visits,
      Create Post,Video views,Media views
    "Sat, Sep 6, 2025",70,2,4,0,0,1,0,1,1,3,1,0,0

(each of the two is one line). The days are those of X, whose zone it does not say. `Reposts` are the shares;
what X calls `Shares` is a link copied elsewhere.
"""

from collections.abc import Iterator

from sharedsocial_utils.readers import _posts
from sharedsocial_utils.reading.door import Claim, Export, Head
from sharedsocial_utils.reading.source import Rows, Source

FIGURES = {
    "impressions": ("Impressions",),
    "reactions": ("Likes",),
    "engagements": ("Engagements",),
    "saves": ("Bookmarks",),
    "follows": ("New follows",),
    "unfollows": ("Unfollows",),
    "comments": ("Replies",),
    "shares": ("Reposts",),
    "profile_visits": ("Profile visits",),
    "posts": ("Create Post",),
    "views": ("Video views",),
}
FIELDS = {"day": ("Date",), **FIGURES}
IGNORES = {
    "Shares": "a link copied elsewhere; whether it includes Reposts is documented nowhere",
    "Media views": "views of pictures too; Video views are read",
}
EXPORT = Export(
    service="X",
    menu="Premium > Analytics > Overview > Export data",
    tables=("metrics",),
    layouts={"days": "Date, Impressions ... New follows, Unfollows ... Create Post (seen 2025)"},
    languages=("en",),
    counted_by="platform",
    evidence="SEEN",
    channel="x",
    ignores=IGNORES,
)


def recognise(head: Head) -> Claim:
    """By its headings."""
    return head.header("days", "Date", "New follows", "Unfollows", "Create Post")


def read(source: Source) -> Iterator[Rows]:
    """The account's figures of each day."""
    table = source.table(FIELDS, need=("day", "follows", "unfollows"), ignores=IGNORES)
    yield table.keep_metrics("x", _posts.figures(table, FIGURES), day=table.days("day"))
