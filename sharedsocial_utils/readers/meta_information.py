"""Meta "Download your information", JSON: the posts of a Facebook or Instagram account, without any result.

Accounts Center > Your information and permissions > Download your information > JSON: a zip. Of it only the
lists of posts are read, alone too; all else in it is personal and is not opened further than the archive
asks:

    your_facebook_activity/posts/your_posts__check_ins__photos_and_videos_1.json
      (older: posts/your_posts_1.json)
        [{"timestamp": 1783000000, "data": [{"post": "La torre \\u00c3\\u00a8 aperta"}], "title": "...",
          "attachments": [...]}]
    your_instagram_activity/media/posts_1.json, stories.json, reels.json   (older: content/, media/)
        [{"media": [{"uri": "....jpg", "creation_timestamp": 1783000000, "title": "..."}]}]

Instants are seconds since 1970. Meta writes each byte of the text's UTF-8 as a character of its own; this
is undone where the whole text allows it. Facebook's `title` names persons and is dropped. A post with a
film is a video, one with pictures a photo.

A post has no id here: one is made of its time and text, so that two downloads of one account merge. The same
posts in a content export of Business Suite have other ids and would count twice, which is noted: keep the
download for the years that no content export covers. The archive has neither likes nor reach.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.readers import _posts
from sharedsocial_utils.reading.door import Claim, Export, Head, no
from sharedsocial_utils.reading.source import Rows, Source

EXPORT = Export(
    service="Facebook and Instagram downloads (Download your information)",
    menu="Accounts Center > Your information and permissions > Download your information > JSON",
    tables=("items",),
    layouts={
        "archive": "the zip; only its lists of posts (parsers of 2021-2024)",
        "facebook": "your_posts_1.json and its later names (parsers of 2018-2024)",
        "instagram": "posts_1.json, stories.json, reels.json (parsers of 2021-2024)",
    },
    languages=("any",),
    counted_by="platform",
    evidence="PARSER",
    ignores={
        "title": "Facebook: names of persons",
        "media_metadata": "the camera's place and settings: personal",
        "messages, friends, ads, ...": "personal data, never read",
    },
)
_FACEBOOK = re.compile(r"(?:^|/)posts/your_posts[^/]*\.json$")
_INSTAGRAM = re.compile(r"(?:^|/)(?:media|content)/(?:posts_\d+|stories|reels)\.json$")
_FILMS = {".mp4", ".mov", ".webm"}
COLUMNS = ("second", "text", "uris")


def recognise(head: Head) -> Claim:
    """By the paths in the archive; of a lone list by its first keys."""
    if head.type == "zip":
        ours = any(_FACEBOOK.search(name) or _INSTAGRAM.search(name) for name in head.members)
        return Claim("archive") if ours else no("no list of posts of Facebook or Instagram in the archive")
    if head.type != "json":
        return no("not JSON")
    start = head.text[:4000]
    has_post = re.search(r'"(?:data|attachments)"\s*:\s*\[', start)
    if has_post and re.search(r'"timestamp"\s*:\s*\d', start):
        return Claim("facebook") if re.match(r"\ufeff?\s*\[", start) else no("no list of posts", 0.5)
    if '"uri"' in start and re.search(r'"creation_timestamp"\s*:\s*\d', start):
        return Claim("instagram")
    return no("no time with a text or a picture")


def read(source: Source) -> Iterator[Rows]:
    """What was published and when; no figures."""
    lists = _lists(source) if source.layout == "archive" else [(source.layout, source)]
    channels = {channel for channel, _ in lists}
    source.channel = channels.pop() if len(channels) == 1 else None
    rows = [_posts_of(file, channel) for channel, file in lists]
    if any(each.height for each in rows):
        found = "posts without ids: in a content export of the same days they would count twice"
        source.note("IN-ID-02", found, next_step="keep one of the two")
    yield from rows


def _lists(source: Source) -> list[tuple[str, Source]]:
    """The lists of posts in the archive, each with its channel."""
    lists, left = [], 0
    for name, member in source.members().items():
        channel = "facebook" if _FACEBOOK.search(name) else "instagram" if _INSTAGRAM.search(name) else None
        if channel:
            lists.append((channel, member))
        else:
            left += 1
    if left:
        source.note("IN-PRIV-01", f"{left} other files of the archive: not read", next_step="nothing to do")
    return lists


def _posts_of(file: Source, channel: str) -> Rows:
    posts = _listed(file.json())
    try:
        rows = [_facebook(post) if channel == "facebook" else _instagram(post) for post in posts]
    except (AttributeError, TypeError, KeyError, IndexError) as error:
        raise Fault("IN-JSON-01", f"a post has another shape ({type(error).__name__})") from error
    table = file.entries(rows, COLUMNS)
    made = table.entry_ids([table["second"], table["text"]])
    return table.keep(
        "items",
        {
            "channel": channel,
            "item_id": "download-" + made,
            "done_at": table.instants("second", "UTC"),
            "kind": table["uris"].fillna("").map(_kind),
            "title": _posts.first_words(table["text"]),
        },
    )


def _listed(value: Any) -> list[dict[str, Any]]:
    """The posts: the list itself, or the one list inside an object."""
    if isinstance(value, dict):
        lists = [each for each in value.values() if isinstance(each, list)]
        value = lists[0] if len(lists) == 1 else None
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise Fault("IN-JSON-01", "no list of posts", expected="a list of objects")
    return value


def _facebook(post: Mapping[str, Any]) -> dict[str, str | None]:
    texts = [str(part["post"]) for part in post.get("data") or [] if isinstance(part.get("post"), str)]
    parts = [part for each in post.get("attachments") or [] for part in each.get("data") or []]
    media = [part["media"] for part in parts if isinstance(part.get("media"), dict)]
    words = texts or [str(each["description"]) for each in media if each.get("description")][:1]
    return _row(post.get("timestamp"), words, media)


def _instagram(post: Mapping[str, Any]) -> dict[str, str | None]:
    media = [each for each in post.get("media") or [post] if isinstance(each, dict)]
    first = media[0] if media else {}
    words = [str(text) for text in (post.get("title"), first.get("title")) if text][:1]
    return _row(post.get("creation_timestamp") or first.get("creation_timestamp"), words, media)


def _row(second: Any, texts: list[str], media: list[dict[str, Any]]) -> dict[str, str | None]:
    uris = " ".join(str(each.get("uri") or "") for each in media)
    return {"second": _instant(second), "text": _mended("\n".join(texts)), "uris": uris}


def _instant(second: Any) -> str | None:
    """1783000000 => "2026-07-02 13:46:40"; anything else as it is, to be put aside with its reason."""
    if isinstance(second, int) and 0 < second < 2**32:
        return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%d %H:%M:%S")
    return None if second is None else str(second)


def _mended(text: str) -> str:
    """The text whose UTF-8 was written byte by byte; one that was not stays as it is."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _kind(uris: str) -> str:
    endings = {PurePosixPath(uri).suffix.casefold() for uri in uris.split()}
    if endings & _FILMS:
        return "video"
    return "photo" if endings else "post"
