"""WordPress, the whole blog as it exports itself (WXR): every post, and every comment with who wrote it.

Tools > Export > All content (Strumenti > Esporta > Tutti i contenuti) > Download Export File. XML, RSS 2.0
with elements of its own; values with or without CDATA in one file:

    <wp:wxr_version>1.2</wp:wxr_version>
    <wp:author><wp:author_id>1</wp:author_id><wp:author_login>ada</wp:author_login>
      <wp:author_display_name><![CDATA[Ada Neri]]></wp:author_display_name></wp:author>
    <item>
      <title>Come si pota un ulivo</title><link>https://laquercia.example/2026/09/ulivo/</link>
      <dc:creator>ada</dc:creator><guid isPermaLink="false">https://laquercia.example/?p=1207</guid>
      <wp:post_date_gmt>2026-09-07 07:30:00</wp:post_date_gmt>
      <wp:status>publish</wp:status><wp:post_type>post</wp:post_type>
      <wp:comment><wp:comment_id>7</wp:comment_id>...<wp:comment_approved>1</wp:comment_approved></wp:comment>
    </item>

One unit of the accounting is an `item` or a `wp:comment`; each comment follows its item. Items are what is
published (`publish`) of type `post`; pages, attachments, menus, drafts, planned and private posts are no
data. Comments that are approved and answer a published post or page are items too; pingbacks, trackbacks,
spam and comments that wait are no data. The number of comments of a post is that of its approved comments on
the day of the export (the file's own `pubDate`).

A comment is of the blog's own people where its user or mail is that of a `wp:author`: a `reply`, with the
side of client.toml. Any other is the public's: name, mail, address, IP and text are never kept. Ids are those
of the blog's feed, so that both exports tell of one post once.

Not read through feedparser, which makes one comment of all those of a post. Characters that XML forbids (old
posts hold them) are taken for spaces, which is said. Where the file breaks off, the items before are used and
those behind are put aside.
"""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError

import pandas as pd

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.readers import _entries
from sharedsocial_utils.readers._posts import first_words
from sharedsocial_utils.reading import cells, feeds
from sharedsocial_utils.reading.conventions import local_days
from sharedsocial_utils.reading.door import Claim, Export, Head, no
from sharedsocial_utils.reading.identity import DOMAINS, domain
from sharedsocial_utils.reading.source import Rows, Source, Table

EXPORT = Export(
    service="WordPress (export of the whole blog)",
    menu="Tools > Export > All content > Download Export File",
    page="https://wordpress.org/documentation/article/tools-export-screen/",
    tables=("items", "metrics"),
    layouts={"wxr": "RSS 2.0 with wp:wxr_version 1.0 to 1.2 (1.2 seen 2015-2023)"},
    languages=("any",),
    counted_by="us",
    evidence="SEEN",
    channel="blog",
    ignores={
        "content:encoded": "the text is not needed",
        "wp:comment_content": "text of persons",
        "wp:comment_author_email": "personal data; only compared with those of the blog's authors",
        "wp:comment_author_IP": "personal data",
        "wp:postmeta": "the blog's own",
        "category": "the blog's own",
    },
)
COLUMNS = (
    "id", "url", "title", "published", "names", "is_ours", "kind", "reply_to", "comments", "fault",
)  # fmt: skip
MAX_ITEMS = 500_000
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NOT_TAGS = re.compile(r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)", re.DOTALL)
Row = dict[str, object]


def recognise(head: Head) -> Claim:
    """By the element that says the version of the export."""
    is_wxr = head.type == "xml" and "<wp:wxr_version>" in head.text
    return Claim("wxr") if is_wxr else no("no element `wp:wxr_version`")


def read(source: Source) -> Iterator[Rows]:
    """Posts and comments, and the number of comments of each post."""
    blog = _parsed(source)
    source.belongs_to(DOMAINS, domain(blog.address) if blog.address else "")
    table = source.entries(blog.rows, COLUMNS)
    table.put_aside(table["fault"] == "IN-FILE-03", "IN-FILE-03", "the file breaks off within this item")
    table.put_aside(table["fault"] == "IN-XML-01", "IN-XML-01", "the XML is broken here, or before")
    table.no_data(table["kind"].isna())
    table.put_aside(table["id"].isna(), "IN-ID-02", "an item with neither id nor address")
    done_at = feeds.instants(table["published"], source.context.timezone)
    table.put_aside(done_at.isna(), "IN-FEED-02", "an item without a readable date", "published")
    _entries.put_twins_aside(table)
    _set_day(source, blog.built)
    yield table.keep("items", {"channel": "blog", "done_at": done_at, **_columns(source, table)})
    posts = {"comments": table.counts("comments")}
    yield table.keep_metrics("blog", posts, item_id=table["id"], kind="lifetime")


# ---- the XML


@dataclass
class _Blog:
    """What the file says of the blog's people, and its items and comments in order."""

    built: str = ""
    address: str = ""
    names: dict[str, list[str]] = field(default_factory=dict)  # login, mail or id -> names to look up
    ids: dict[str, str] = field(default_factory=dict)  # id -> address of the first item that has it
    rows: list[Row] = field(default_factory=list)
    items: int = 0
    is_below: bool = False  # whether an item has begun: a `pubDate` is then that of a post


def _parsed(source: Source) -> _Blog:
    text = cells.decode(source.data)
    clean, mended = _FORBIDDEN.subn(" ", text)
    if mended:
        line = text.count("\n", 0, _first(text)) + 1
        source.note("IN-XML-01", f"characters that XML forbids, read as spaces: {mended}", line=line)
    clean = re.sub(r"^\s*<\?xml.*?\?>", "", clean, count=1, flags=re.DOTALL)
    starts = len(re.findall(r"<item[\s>]", _NOT_TAGS.sub("", clean)))
    if starts > MAX_ITEMS:
        raise Fault("IN-XML-02", f"{starts} items", expected=f"at most {MAX_ITEMS}")
    blog = _Blog()
    try:
        _walk(clean, blog)
    except ParseError as error:
        if not blog.items:
            line, column = error.position
            raise Fault("IN-XML-01", f"not well-formed ({error})", line=line, column=column) from error
        lost = max(starts - blog.items, 0)
        source.note("IN-XML-01", f"broken ({error}); items from there on: {lost}", line=error.position[0])
        first = "IN-XML-01" if clean.rstrip().endswith("</rss>") else "IN-FILE-03"
        blog.rows += [{"fault": "IN-XML-01" if n else first} for n in range(lost)]
    return blog


def _first(text: str) -> int:
    found = _FORBIDDEN.search(text)
    return found.start() if found else 0


def _walk(text: str, blog: _Blog) -> None:
    """One pass: the authors stand above the items, and every element is dropped once it is read."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    try:
        data, events = io.BytesIO(text.encode("utf-8", "replace")), ("start", "end")
        for event, element in iterparse(data, events, forbid_dtd=True):
            name = _name(element)
            if event == "start":
                blog.is_below |= name == "item"
            elif name == "author":
                _add_author(blog, _texts(element))
            elif name == "pubDate" and not blog.is_below:
                blog.built = (element.text or "").strip()
            elif name in ("base_site_url", "base_blog_url"):  # the second, below, is of this blog alone
                blog.address = (element.text or "").strip()
            elif name == "item":
                blog.items += 1
                blog.rows += _rows(element, blog)
                element.clear()
    except DefusedXmlException as error:
        raise Fault("IN-XML-02", "the XML declares a DTD or entities") from error


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _texts(element: Element) -> dict[str, str]:
    """The texts of an element's children by name; of several alike the first."""
    found: dict[str, str] = {}
    for child in element:
        found.setdefault(_name(child), (child.text or "").strip())
    return found


def _add_author(blog: _Blog, author: Mapping[str, str]) -> None:
    first, last = author.get("author_first_name", ""), author.get("author_last_name", "")
    names = [author.get("author_display_name", ""), f"{first} {last}".strip(), author.get("author_login", "")]
    for key in ("author_login", "author_email", "author_id"):
        if author.get(key):
            blog.names[author[key].casefold()] = [name for name in names if name]


def _rows(item: Element, blog: _Blog) -> Iterator[Row]:
    """The item, then its comments; one that is no data has no `kind`."""
    post, authors = _texts(item), blog.names
    number = _id(post, blog)
    is_public = post.get("status") == "publish"
    comments = [_texts(child) for child in item if _name(child) == "comment"]
    approved = [each for each in comments if _is_approved(each)]
    yield {
        "id": number,
        "url": post.get("link"),
        "title": post.get("title"),
        "published": _moment(post, "post_date"),
        "names": "\n".join(authors.get(post.get("creator", "").casefold(), [post.get("creator", "")])),
        "kind": "post" if is_public and post.get("post_type") == "post" else "",
        "comments": len(approved),
    }
    answers_something = is_public and post.get("post_type") in ("post", "page")
    for comment in comments:
        yield _comment(comment, post, number, authors) if answers_something and _is_approved(comment) else {}


def _id(post: Mapping[str, str], blog: _Blog) -> str:
    """The item's `guid`; posts brought over from another blog can share one, and then go by address."""
    guid, link = post.get("guid", ""), post.get("link", "")
    return guid if guid and blog.ids.setdefault(guid, link) == link else link or guid


def _is_approved(comment: Mapping[str, str]) -> bool:
    return comment.get("comment_approved") == "1" and comment.get("comment_type", "") in ("", "comment")


def _comment(
    comment: Mapping[str, str], post: Mapping[str, str], answers: str, authors: Mapping[str, list[str]]
) -> Row:
    link, number = post.get("link", ""), comment.get("comment_id", "")
    parent = comment.get("comment_parent", "0")
    keys = (comment.get("comment_user_id", "0"), comment.get("comment_author_email", "").casefold())
    ours = next((authors[key] for key in keys if key not in ("", "0") and key in authors), None)
    return {
        "id": f"{answers}#comment-{number}" if number else "",
        "url": f"{link}#comment-{number}",
        "published": _moment(comment, "comment_date"),
        "names": "\n".join(ours or [comment.get("comment_author", "")]),
        "is_ours": "yes" if ours else "",
        "kind": "comment",
        "reply_to": f"{link}#comment-{parent}" if parent not in ("", "0") else link,
    }


def _moment(of: Mapping[str, str], name: str) -> str:
    """The moment in UTC; where the file has none (`0000-00-00`), that by the blog's own clock."""
    gmt = of.get(f"{name}_gmt", "")
    return f"{gmt}Z" if gmt and not gmt.startswith("0000") else of.get(name, "")


# ---- our rows


def _columns(source: Source, table: Table) -> dict[str, pd.Series]:
    """Everything of an item that depends on whose it is."""
    is_comment = table["kind"] == "comment"
    people = source.people(
        table["names"].map(lambda names: _known(source, names), na_action="ignore").astype("str")
    )
    is_ours = people["person"].notna() | table["is_ours"].notna()
    is_public = is_comment & ~is_ours
    return {
        "item_id": table["id"],
        "kind": table["kind"].mask(is_comment & is_ours, "reply"),
        "author": people["person"],
        "side": people["side"].mask(is_public, "public"),
        "title": first_words(table["title"]),
        "url": table["url"],
        "reply_to": table["reply_to"],
    }


def _known(source: Source, names: str) -> str:
    """The first of a person's names that is in client.toml; empty if none is."""
    return next((n for n in names.split("\n") if n.casefold().strip() in source.context.people), "")


def _set_day(source: Source, built: str) -> None:
    moment = feeds.instants(pd.Series([built], dtype="str"), "UTC")
    if moment.notna().all():
        source.as_of = local_days(moment, source.context.timezone).iloc[0].date()
