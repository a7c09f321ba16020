"""Meta Business Suite, Content, Instagram posts and stories: one row is one post with its lifetime figures.

Business Suite > Insights > Content > Export data > Instagram > Post level > Lifetime; stories come as a file
of their own with the same columns. UTF-8 with a byte-order mark, commas; the name says the days of
publication, `Nov-01-2025_Nov-30-2025_1723676025555044.csv`:

    Post ID,Account ID,Account username,Account name,Description,Duration (sec),Publish time,Permalink,
      Post type,Data comment,Date,Views,Reach,Likes,Shares,Follows,Comments,Saves
    18010000000000001,17841400000000002,la.quercia,La Quercia,La torre,0,11/07/2025 01:30,
      https://www.instagram.com/p/AbC1dEf2GhI/,IG image,,Lifetime,900,700,31,4,1,6,5

(each of the two is one line). English and Italian headings; the columns' order changes. `Publish time` is US
Pacific time, month first, for Italian accounts too. Until 2025 `Impressions` stood for `Views`.

Posts that another account made together with the client's are in the file under that account's name. The
client's account is the one with most rows; the others' posts are left aside as no data of the client, and
their number is noted. Where two accounts have most rows alike, the file is refused: it does not say whose it
is. The file's last day stands for the day of the export: the true one is not in it.
"""

from collections.abc import Iterator

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.readers import _meta
from sharedsocial_utils.reading.door import Claim, Export, Head
from sharedsocial_utils.reading.source import Rows, Source, Table

FIELDS = {
    "account": _meta.ACCOUNT,
    "account_id": ("Account ID", "ID dell'account"),
    "reactions": ("Likes", "Mi piace"),
    "saves": ("Saves", "Salvataggi"),
    "follows": ("Follows", "Follower"),
}
IGNORES = {
    "Account name": "the user name tells the account",
    "Nome dell'account": "the user name tells the account",
}
EXPORT = Export(
    service="Instagram (Meta Business Suite)",
    menu="Insights > Content > Export data > Instagram, post level, lifetime",
    tables=("items", "metrics"),
    layouts={
        "posts": "one row per post or story, figures to the export's day (parsers of 2025 and 2026)",
        "daily": "one row per post and day (as Facebook's, parser of 2025)",
    },
    languages=("en", "it"),
    counted_by="platform",
    evidence="PARSER",
    channel="instagram",
    ignores=_meta.IGNORES | IGNORES,
)


def recognise(head: Head) -> Claim:
    """By the time of publication and the account's user name."""
    claim = head.header("posts", _meta.PUBLISHED, _meta.ACCOUNT)
    return claim._replace(layout=_meta.layout(head)) if claim.layout else claim


def read(source: Source) -> Iterator[Rows]:
    """The client's own posts and their figures."""
    posts = _meta.table(source, FIELDS, IGNORES, "instagram.com")
    _leave_others(source, posts)
    posts.belongs_to("instagram", "account", "account_id")
    yield from _meta.rows(source, posts, "instagram")


def _leave_others(source: Source, posts: Table) -> None:
    accounts = posts["account"].str.casefold()
    counts = accounts.value_counts()
    if len(counts) < 2:
        return
    if counts.iloc[0] == counts.iloc[1]:
        found = "two accounts have most posts alike: the file does not say whose it is"
        raise Fault("IN-ACC-02", found)
    others = accounts.notna() & (accounts != counts.index[0])
    found = f"posts of other accounts, made together with the client's, left aside: {others.sum()}"
    source.note("IN-ACC-01", found, line=others.index[others][0], next_step="nothing to do")
    posts.no_data(others)
