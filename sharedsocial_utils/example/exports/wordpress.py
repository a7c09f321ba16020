"""Snapshots of a WordPress blog's feeds at the end of each quarter: posts and comments.

RSS 2.0 as WordPress writes it (format notes, blog): `slash:comments` and `wfw:commentRss` per post; comment
titles "Commenti su TITLE di NAME" on an Italian site, "Comment on TITLE by: NAME" on an English one (from
memory, like the `In risposta a` line before an answer's text). Posts and comments of the last 18 and 30.
"""

from datetime import UTC, datetime, time
from email.utils import format_datetime
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from sharedsocial_utils.example import words
from sharedsocial_utils.example.content import Comment, Item
from sharedsocial_utils.example.days import QUARTERS
from sharedsocial_utils.example.world import World
from sharedsocial_utils.workspace import Quarter

POSTS_SHOWN, COMMENTS_SHOWN = 18, 30
_SPACES = """
\txmlns:content="http://purl.org/rss/1.0/modules/content/"
\txmlns:wfw="http://wellformedweb.org/CommentAPI/"
\txmlns:dc="http://purl.org/dc/elements/1.1/"
\txmlns:atom="http://www.w3.org/2005/Atom"
\txmlns:sy="http://purl.org/rss/1.0/modules/syndication/"
\txmlns:slash="http://purl.org/rss/1.0/modules/slash/"
\t"""
_WORDS = {
    "it": ("Commenti per {}", "Commenti su {} di {}", "In risposta a", "it-IT"),
    "en": ("Comments for {}", "Comment on {} by: {}", "In reply to", "en-GB"),
}


def files(world: World) -> dict[str, bytes]:
    """Two feeds per quarter."""
    found = {}
    for quarter in QUARTERS:
        if world.cast.is_exported("blog", quarter):
            found[f"blog/feed-{quarter.last_day}.xml"] = _post_feed(world, quarter).encode()
            found[f"blog/comments-{quarter.last_day}.xml"] = _comment_feed(world, quarter).encode()
    return found


def posts_shown(world: World, quarter: Quarter) -> list[Item]:
    """The posts that the feed holds at the quarter's end, newest first."""
    moment = _taken_at(world, quarter)
    posts = [item for item in world.items if item.channel == "blog" and item.done_at <= moment]
    return posts[::-1][:POSTS_SHOWN]


def comments_shown(world: World, quarter: Quarter) -> list[Comment]:
    """The comments that the comment feed holds at the quarter's end, newest first."""
    moment = _taken_at(world, quarter)
    return [comment for comment in world.comments if comment.at <= moment][::-1][:COMMENTS_SHOWN]


def _taken_at(world: World, quarter: Quarter) -> datetime:
    return datetime.combine(quarter.last_day, time(23, 30), ZoneInfo(world.cast.timezone))


def _post_feed(world: World, quarter: Quarter) -> str:
    moment = _taken_at(world, quarter)
    counts: dict[str, int] = {}
    for comment in world.comments:
        if comment.at <= moment:
            counts[comment.post.id] = counts.get(comment.post.id, 0) + 1
    entries = [_post(world, post, counts.get(post.id, 0)) for post in posts_shown(world, quarter)]
    return _feed(world, world.cast.name, "/feed/", moment, entries)


def _post(world: World, post: Item, comments: int) -> str:
    link = post_link(world, post)
    return f"""\t<item>
\t\t<title>{escape(post.title)}</title>
\t\t<link>{link}</link>
\t\t<comments>{link}#comments</comments>
\t\t<dc:creator><![CDATA[{world.cast.worker(post.worker).name}]]></dc:creator>
\t\t<pubDate>{_rfc822(post.done_at)}</pubDate>
\t\t<category><![CDATA[{_CATEGORY[world.cast.export_language]}]]></category>
\t\t<guid isPermaLink="false">{world.cast.site}/?p={post.id}</guid>
\t\t<description><![CDATA[{post.text} [&#8230;]]]></description>
\t\t<wfw:commentRss>{link}feed/</wfw:commentRss>
\t\t<slash:comments>{comments}</slash:comments>
\t</item>
"""


_CATEGORY = {"it": "Diario", "en": "Diary"}


def _comment_feed(world: World, quarter: Quarter) -> str:
    shown = comments_shown(world, quarter)
    title = _WORDS[world.cast.export_language][0].format(world.cast.name)
    entries = [_comment(world, comment) for comment in shown]
    return _feed(world, title, "/comments/feed/", _taken_at(world, quarter), entries)


def _comment(world: World, comment: Comment) -> str:
    _, title, in_reply, _ = _WORDS[world.cast.export_language]
    link = f"{post_link(world, comment.post)}#comment-{comment.id}"
    text = comment.text
    if comment.answers:
        asked = next(c for c in world.comments if c.id == comment.answers)
        href = f"{post_link(world, comment.post)}#comment-{asked.id}"
        text = f'{in_reply} <a href="{href}">{asked.author}</a>.\n\n{text}'
    return f"""\t<item>
\t\t<title>{escape(title.format(comment.post.title, comment.author))}</title>
\t\t<link>{link}</link>
\t\t<dc:creator><![CDATA[{comment.author}]]></dc:creator>
\t\t<pubDate>{_rfc822(comment.at)}</pubDate>
\t\t<guid isPermaLink="false">{world.cast.site}/?p={comment.post.id}#comment-{comment.id}</guid>
\t\t<description><![CDATA[{text}]]></description>
\t</item>
"""


def _feed(world: World, title: str, path: str, built: datetime, entries: list[str]) -> str:
    language = _WORDS[world.cast.export_language][3]
    return f"""<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"{_SPACES}>

<channel>
\t<title>{escape(title)}</title>
\t<atom:link href="{world.cast.site}{path}" rel="self" type="application/rss+xml" />
\t<link>{world.cast.site}</link>
\t<description></description>
\t<lastBuildDate>{_rfc822(built)}</lastBuildDate>
\t<language>{language}</language>
\t<sy:updatePeriod>hourly</sy:updatePeriod>
\t<sy:updateFrequency>1</sy:updateFrequency>
\t<generator>https://wordpress.org/?v=6.8.2</generator>
{"".join(entries)}</channel>
</rss>
"""


def post_link(world: World, post: Item) -> str:
    """Address of a post: `https://site/2026/09/come-nasce-la-vendemmia-1207/`."""
    return f"{world.cast.site}/{post.done_at:%Y/%m}/{words.slug(post.title)}-{post.id}/"


def _rfc822(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC))
