"""Meta Business Suite, Content, Facebook posts: one row is one post with its figures to the export's day.

Business Suite > Insights > Content > Export data > Facebook > Post level > Lifetime. UTF-8 with a byte-order
mark, commas; the name says the days of publication, `Nov-01-2025_Nov-30-2025_1723676025555044.csv`:

    Post ID,Page ID,Page name,Title,Description,Duration (sec),Publish time,Permalink,Post type,Date,Views,
      Reach,"Reactions, Comments and Shares",Reactions,Comments,Shares,Total clicks,Link Clicks
    122158000000000001,101000000000001,La Quercia,,Si apre la torre,0,11/07/2025 01:30,
      https://www.facebook.com/101000000000001/posts/122158000000000001,Photos,Lifetime,640,512,27,21,4,2,33,9

(each of the two is one line). English and Italian headings; 26 to 40 columns whose names and order change.
`Publish time` is US Pacific time, month first, for Italian pages too. `Views` was `Impressions` until 2025.
The daily breakdown has one row per post and day: its figures are of that day. Who wrote a post is not in the
file. The file's last day stands for the day of the export: the true one is not in it.
"""

from collections.abc import Iterator

from sharedsocial_utils.readers import _meta
from sharedsocial_utils.reading.door import Claim, Export, Head, no
from sharedsocial_utils.reading.source import Rows, Source

FIELDS = {
    "page_id": ("Page ID", "ID della Pagina"),
    "page": ("Page name", "Nome della Pagina"),
    "reactions": ("Reactions", "Reazioni"),
    "engagements": ("Reactions, Comments and Shares", "Reazioni, commenti e condivisioni"),
    "clicks": ("Total clicks", "Clic totali"),
    "link_clicks": ("Link Clicks", "Clic sul link"),
    "seconds_viewed": ("Seconds viewed",),
}
IGNORES = {
    "Caption type": "not a result",
    "Is crosspost": "not a result",
    "Is share": "not a result",
    "Views from Organic posts": "a part of Views",
    "Views from Boosted posts": "a part of Views",
    "Reach from Organic posts": "a part of Reach",
    "Reach from Boosted posts": "a part of Reach",
    "Other Clicks": "a part of Total clicks",
    "Matched Audience Targeting Consumption (Photo Click)": "a part of Total clicks",
    "Average Seconds viewed": "Seconds viewed by Views",
    "3-Second Video Views": "a part of Views",
    "1-Minute Video Views": "a part of Views",
    "Qualified Views": "a part of Views",
    "Negative feedback from users: Hide": "not in the codebook",
    "Negative feedback from users: Hide all": "not in the codebook",
    "Estimated earnings (USD)": "not a result of the client's work",
}
EXPORT = Export(
    service="Facebook (Meta Business Suite)",
    menu="Insights > Content > Export data > Facebook, post level, lifetime",
    tables=("items", "metrics"),
    layouts={
        "posts": "one row per post, figures to the export's day (parsers of 2025 and of August 2026)",
        "daily": "one row per post and day, without Views (parser of 2025)",
    },
    languages=("en", "it"),
    counted_by="platform",
    evidence="PARSER",
    channel="facebook",
    ignores=_meta.IGNORES | IGNORES,
)
_SIGNS = (
    *FIELDS["page_id"],
    *FIELDS["page"],
    *FIELDS["reactions"],
    *FIELDS["engagements"],
)


def recognise(head: Head) -> Claim:
    """By the time of publication and a column that Instagram's export lacks."""
    if head.header("posts", _meta.ACCOUNT).layout:
        return no("it has Instagram's account", 0.5)
    claim = head.header("posts", _meta.PUBLISHED, _SIGNS)
    return claim._replace(layout=_meta.layout(head)) if claim.layout else claim


def read(source: Source) -> Iterator[Rows]:
    """Posts and their figures."""
    posts = _meta.table(source, FIELDS, IGNORES, "facebook.com")
    posts.belongs_to("facebook", "page_id", "page")
    yield from _meta.rows(source, posts, "facebook")
