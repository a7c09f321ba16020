"""The blog's own feeds: posts with their number of comments, and comments with who answered.

WordPress: `https://SITE/feed/` and `https://SITE/comments/feed/` (or a post's own `.../feed/`); Blogger:
`/feeds/posts/default` and `/feeds/comments/default`. Save the page's source, not the page. RSS 2.0, RDF or
Atom, whatever the file's ending says:

    <item>
      <title>Come si pota un ulivo</title>
      <link>https://laquercia.example/2026/09/come-si-pota-un-ulivo/</link>
      <dc:creator>Ada Neri</dc:creator>
      <pubDate>Mon, 07 Sep 2026 07:30:00 +0000</pubDate>
      <guid isPermaLink="false">https://laquercia.example/?p=1207</guid>
      <slash:comments>3</slash:comments>
    </item>

One item or entry is a post or a comment: a comment has `thr:in-reply-to`, an address that ends in
`#comment-7`, or stands in a feed called "Comments on ...". The number of comments (`slash:comments`,
`thr:total`, `thr:count` of the link to the replies) is that of the day the feed was built; a post without it
has none known. A comment of a person of client.toml is a `reply` of that person's side, any other is the
public's: its author, title and text are dropped. A post's author who is in no list leaves the side missing.

A feed holds only the last posts (WordPress 10, Blogger 25): the file speaks of the days from its oldest
entry to the day it was built, of nothing before. An entry without a readable date is put aside.
`feedburner:origLink` is the true address where `link` is a tracker. Feeds of other services (YouTube, Flickr,
SlideShare, Mastodon) and the WordPress export are not the blog's.
"""

import re
from collections.abc import Iterator

import pandas as pd

from sharedsocial_utils.reading import feeds
from sharedsocial_utils.reading.door import Claim, Export, Head, no
from sharedsocial_utils.reading.feeds import Entry, Feed, plain
from sharedsocial_utils.reading.identity import DOMAINS, domain
from sharedsocial_utils.reading.source import Rows, Source, Table, local_day

EXPORT = Export(
    service="Blog (WordPress, Blogger or any other)",
    menu="the address of the feed (/feed/, /comments/feed/, /feeds/posts/default) > save the source",
    page="https://developer.wordpress.org/advanced-administration/wordpress/feeds/",
    tables=("items", "metrics"),
    layouts={
        "rss": "RSS 2.0, 0.9x (slash, wfw and thr seen 2002-2026)",
        "rdf": "RSS 1.0, RDF",
        "atom": "Atom 1.0 and 0.3 (Blogger and FeedBurner seen 2009-2016)",
    },
    languages=("any",),
    counted_by="us",
    evidence="SEEN",
    channel="blog",
    ignores={
        "content": "the text is not needed",
        "author's mail": "personal data",
        "wfw:commentRss": "address of another feed",
        "slash:hit_parade": "counts of Slashdot's thresholds",
        "category": "the blog's own",
    },
)
_OTHERS = {
    "wordpress.org/export/": "a WordPress export",
    "<wp:wxr_version>": "a WordPress export",
    "youtube.com/xml/schemas": "a feed of YouTube",
    "slideshare.net/api": "a feed of SlideShare",
    "urn:flickr:": "a feed of Flickr",
    "tag:flickr.com,": "a feed of Flickr",
    "webfeeds.org/rss": "a feed of Mastodon",
}
COLUMNS = (
    "id", "url", "title", "published", "author", "comments", "is_comment", "reply_to", "fault",
)  # fmt: skip
_COMMENT_ADDRESS = re.compile(r"#(?:comment-|c)\d+$|[?&]showComment=")
_COMMENT_FEED = re.compile(r"(?:comments (?:on|for)|comments:|commenti (?:su|per|a|al|alla)) ?\b", re.I)
# of a WordPress comment feed, and of a post's (MEMORY)
_COMMENT_TITLES = (
    re.compile(r"Comment on (?P<title>.+) by:? (?P<name>.+)", re.I),
    re.compile(r"Comment[oi] su (?P<title>.+) di:? (?P<name>.+)", re.I),
    re.compile(r"(?:By|Di|Da): (?P<name>.+)", re.I),
)
# "In reply to <a href="...#comment-12">NAME</a>." stands before the text of an answer (MEMORY)
_ANSWERED = re.compile(r"""\W*(?:<\w[^>]*>\s*)?[^<]{0,60}<a\s[^>]*href=["']([^"'<>]+#comment-\d+)["']""")


def recognise(head: Head) -> Claim:
    """By the root element and its namespaces."""
    found = feeds.root(head.text) if head.type == "xml" else None
    if not found:
        return no("no RSS, RDF or Atom root")
    other = next((what for space, what in _OTHERS.items() if space in head.text[:8000]), "")
    if other:
        return no(f"it is {other}", 0.5)
    return Claim({"rss": "rss", "RDF": "rdf", "feed": "atom"}[found[0]])


def read(source: Source) -> Iterator[Rows]:
    """Posts and comments, and the number of comments of each post."""
    feed = feeds.parsed(source.data)
    source.belongs_to(DOMAINS, _site(feed))
    _say(source, feed)
    table = source.entries([_row(feed, entry) for entry in feed.entries], COLUMNS)
    table.put_aside(table["fault"] == "IN-FILE-03", "IN-FILE-03", "the feed ends within this entry")
    table.put_aside(table["fault"] == "IN-XML-01", "IN-XML-01", "the entry cannot be read")
    table.put_aside(table["id"].isna(), "IN-ID-02", "an entry with neither id nor address")
    done_at = feeds.instants(table["published"], source.context.timezone)
    table.put_aside(done_at.isna(), "IN-FEED-02", "an entry without a readable date", "published")
    _put_twins_aside(table)
    _set_days(source, feed, done_at.loc[table.text.index])
    yield table.keep("items", {"channel": "blog", "done_at": done_at, **_columns(source, table)})
    posts = {"comments": table.counts("comments")}
    yield table.keep_metrics("blog", posts, item_id=table["id"], kind="lifetime")


def _site(feed: Feed) -> str:
    """The host of the feed's own address, else of its first entry's, as it was before FeedBurner's."""
    first = [entry.fields.get(name) for entry in feed.entries[:1] for name in ("feedburner_origlink", "link")]
    addresses = [feed.head.get("link"), *first]
    return next((domain(found) for text in addresses if (found := _address(text))), "")


def _row(feed: Feed, entry: Entry) -> dict[str, object]:
    found = entry.fields
    url = _address(found.get("feedburner_origlink")) or _address(found.get("link"))
    link = url or str(found.get("id", ""))
    is_comment = _is_comment(feed, entry, link)
    title = plain(found.get("title_detail"))
    return {
        "id": found.get("id") or url,
        "url": url,
        "title": _title_of_post(title) if is_comment else title,
        "published": found.get("published") or found.get("created") or found.get("updated"),
        "author": _author(feed, entry, title, is_comment),
        "comments": _comments(entry),
        "is_comment": "yes" if is_comment else "",
        "reply_to": _reply_to(entry, link) if is_comment else "",
        "fault": entry.fault,
    }


def _address(text: object) -> str:
    """The text if it is an address of the web: feedparser also gives an entry's id as its link."""
    return str(text) if re.match(r"https?://\S+$", str(text), re.I) else ""


def _is_comment(feed: Feed, entry: Entry, link: str) -> bool:
    addresses = (link, str(entry.fields.get("id", "")))
    return (
        "thr_in-reply-to" in entry.fields
        or any(_COMMENT_ADDRESS.search(address) for address in addresses)
        or _COMMENT_FEED.match(plain(feed.head.get("title_detail"))) is not None
    )


def _author(feed: Feed, entry: Entry, title: str, is_comment: bool) -> str:
    """The entry's author; of a comment else the name in its title, of a post else the feed's author."""
    named = feeds.person(str(entry.fields.get("author", "")))
    if named or not is_comment:
        return named or feeds.person(str(feed.head.get("author", "")))
    found = next((match for known in _COMMENT_TITLES if (match := known.fullmatch(title))), None)
    return found["name"].strip() if found else ""


def _title_of_post(title: str) -> str:
    for known in _COMMENT_TITLES:
        if match := known.fullmatch(title):
            return match.groupdict().get("title", "")
    return title


def _comments(entry: Entry) -> str:
    links = entry.fields.get("links", [])
    replies = [link.get("thr:count", "") for link in links if link.get("rel") == "replies"]
    known = [entry.fields.get("slash_comments"), entry.fields.get("thr_total"), *replies]
    return next((str(text) for text in known if text), "")


def _reply_to(entry: Entry, link: str) -> str:
    """What a comment answers: the post or comment that it names, else the post of its own address."""
    named = entry.fields.get("thr_in-reply-to")
    if isinstance(named, dict) and (named.get("ref") or named.get("href")):
        return str(named.get("ref") or named.get("href"))
    contents = [content.get("value", "") for content in entry.fields.get("content", [])]
    for text in (*contents, str(entry.fields.get("summary", ""))):
        if match := _ANSWERED.match(text):
            return match[1]
    return link.partition("#")[0]


def _columns(source: Source, table: Table) -> dict[str, pd.Series]:
    """Everything of an item that depends on whose comment it is."""
    is_comment = table["is_comment"].notna()
    people = source.authors(table["author"])
    is_ours = people["person"].notna()
    return {
        "item_id": table["id"],
        "kind": pd.Series("post", index=table.text.index).mask(is_comment, "comment").mask(
            is_comment & is_ours, "reply"
        ),
        "author": people["person"],
        "side": people["side"].where(is_comment | is_ours),
        "title": table["title"].where(~is_comment | is_ours),
        "url": table["url"],
        "reply_to": table["reply_to"],
    }  # fmt: skip


def _put_twins_aside(table: Table) -> None:
    table.put_aside(
        table.twins(table["id"]), "IN-ID-03", "the id of an entry above, with other content", "id"
    )


def _set_days(source: Source, feed: Feed, done_at: pd.Series) -> None:
    zone = source.context.timezone
    built = pd.Series([feed.head.get("updated") or feed.head.get("published")], dtype="str")
    moments = [*feeds.instants(built, zone).dropna(), *done_at.dropna()]
    if len(done_at):
        last = local_day(max(moments), zone)
        source.as_of, source.covers = last, (local_day(done_at.min(), zone), last)


def _say(source: Source, feed: Feed) -> None:
    """What was mended, and whether the file is whole."""
    if feed.strange:
        number, line = feed.strange
        source.note("IN-ENC-01", f"{number} bytes are not UTF-8 and were read as Windows-1252", line=line)
    ill = [entry.line for entry in feed.entries if not entry.is_well_formed]
    if ill:
        found = f"{len(ill)} entries are not well-formed and were read all the same"
        source.note("IN-XML-01", found, line=ill[0])
    if feed.commented:
        next_step = "nothing to do, unless a comment swallows what it should not"
        source.note("IN-XML-01", f"{feed.commented} entries stand in comments", next_step=next_step)
    if not feed.is_closed and not any(entry.fault == "IN-FILE-03" for entry in feed.entries):
        next_step = "download it again: entries may be missing"
        source.note("IN-FILE-03", "the feed is not closed", next_step=next_step)
