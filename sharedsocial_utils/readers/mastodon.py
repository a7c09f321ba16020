"""Mastodon: what the account has published, from its archive.

Preferences > Import and export > Data export > Request your archive: a zip (older: a `.tar.gz`; unpack it and
hand over `outbox.json`) with `outbox.json`, `actor.json`, likes, bookmarks and media; only these two are
opened, `outbox.json` alone too:

    {"@context": "https://www.w3.org/ns/activitystreams", "id": "outbox.json", "type": "OrderedCollection",
     "totalItems": 190, "orderedItems": [{"type": "Create", "to": ["https://www.w3.org/ns/activitystreams#Public"],
       "object": {"id": "https://social.example/users/laquercia/statuses/1093",
                  "url": "https://social.example/@laquercia/1093", "published": "2026-07-14T17:33:26Z",
                  "inReplyTo": null, "content": "<p>La vendemmia</p>", "attachment": []}}]}

One unit is an activity. `Create` is a post, or a reply where it answers anybody else's; with a film it is a
video, with a picture a photo. Boosts (`Announce`) are others' posts and no data; so is everything that is not
public or unlisted: private posts and direct messages are never kept. `totalItems` leaves boosts out and is no
check. There are no counts of likes or boosts. The side is that of the account in client.toml
(`laquercia`, `@laquercia@social.example` or the shown name).
"""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

import pandas as pd

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.readers import _entries
from sharedsocial_utils.readers._entries import at, objects
from sharedsocial_utils.readers._posts import first_words
from sharedsocial_utils.reading.door import Claim, Export, Head, no
from sharedsocial_utils.reading.source import Rows, Source

EXPORT = Export(
    service="Mastodon",
    menu="Preferences > Import and export > Data export > Request your archive",
    page="https://docs.joinmastodon.org/user/moving/#export",
    tables=("items",),
    layouts={
        "outbox": "outbox.json alone (seen 2022)",
        "archive": "the zip that holds it (parsers)",
    },
    languages=("any",),
    counted_by="us",
    evidence="SEEN",
    channel="mastodon",
    ignores={"cc": "only tells whether it is public", "tag": "not needed", "replies": "holds no counts"},
)
COLUMNS = ("id", "url", "title", "published", "reply_to", "kind", "why_none")
_PUBLIC = ("https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public")
_OUTBOX = re.compile(r"(?:.*/)?outbox\.json")
_ACTOR = re.compile(r"(?P<actor>https?://(?P<host>[^/]+)/users/(?P<user>[^/]+))")


def recognise(head: Head) -> Claim:
    """By the collection's keys; of a zip by the names in it."""
    if head.type == "zip":
        is_ours = any(_OUTBOX.fullmatch(name) for name in head.members)
        return Claim("archive") if is_ours else no("no outbox.json in the archive")
    found = [mark in head.text for mark in ("ns/activitystreams", '"orderedItems"', '"outbox.json"')]
    if head.type == "json" and all(found):
        return Claim("outbox")
    return no("no orderedItems of an outbox.json", sum(found) / 4)


def read(source: Source) -> Iterator[Rows]:
    """Posts and replies, one row each."""
    if source.layout == "outbox":
        yield _posts(source, {})
        return
    members = source.members()
    actors = [member for name, member in members.items() if name.rpartition("/")[2] == "actor.json"]
    actor = _actor(actors[0]) if actors else {}
    for name, member in members.items():
        if _OUTBOX.fullmatch(name):
            yield _posts(member, actor)
        else:
            _entries.leave(member)


def _actor(member: Source) -> Any:
    try:
        return member.json()
    except Fault:  # whose archive it is stands in the posts too
        return {}


def _posts(source: Source, actor: Any) -> Rows:
    activities = _entries.listed(source.json(), "orderedItems")
    found = [_ACTOR.match(at(each, "actor")) for each in activities if isinstance(each, dict)]
    account = next((match for match in found if match), None)
    address = account["actor"] if account else ""
    names = [at(actor, "name"), at(actor, "preferredUsername")]
    if account:
        names += [account["user"], f"@{account['user']}", f"@{account['user']}@{account['host']}"]
        source.belongs_to("mastodon", f"{account['user']}@{account['host']}")
    table = _entries.table(source, activities, lambda each: _row(each, address), COLUMNS)
    table.no_data(table["why_none"].notna())
    ids = table.ids("id")
    done_at = table.instants("published", "UTC")
    _entries.put_twins_aside(table)
    person = source.people(pd.Series([_known(source, names)], dtype="str")).iloc[0]
    return table.keep(
        "items",
        {
            "channel": "mastodon",
            "item_id": ids,
            "done_at": done_at,
            "kind": table["kind"],
            "author": pd.Series(person["person"], index=table.text.index, dtype="str"),
            "side": pd.Series(person["side"], index=table.text.index, dtype="str"),
            "title": first_words(table["title"]),
            "url": table["url"],
            "reply_to": table["reply_to"],
        },
    )


def _known(source: Source, names: list[str]) -> str:
    return next((name for name in names if name.casefold() in source.context.people), "")


def _row(activity: Mapping[str, Any], account: str) -> dict[str, str]:
    post = activity.get("object")
    if activity.get("type") != "Create" or not isinstance(post, dict):
        return {"why_none": "no post of its own"}
    seen_by = [to for key in ("to", "cc") for to in _texts(activity.get(key) or post.get(key))]
    if not any(to in _PUBLIC for to in seen_by):
        return {"why_none": "not public"}
    answers = at(post, "inReplyTo")
    return {
        "id": at(post, "id"),
        "url": at(post, "url"),
        "title": _plain(at(post, "summary") or at(post, "content")),
        "published": at(post, "published"),
        "reply_to": answers,
        "kind": "reply" if answers and not (account and answers.startswith(f"{account}/")) else _kind(post),
    }


def _texts(value: Any) -> list[str]:
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]


def _kind(post: Mapping[str, Any]) -> str:
    media = {at(each, "mediaType").partition("/")[0] for each in objects(post.get("attachment"))}
    return "video" if "video" in media else "photo" if "image" in media else "post"


def _plain(markup: str) -> str:
    """`<p>La vendemmia</p><p>Oggi</p>` => "La vendemmia Oggi"."""
    spaced = re.sub(r"</?(?:p|br)\b[^<>]*>", " ", markup)
    return " ".join(unescape(re.sub(r"<[^<>]*>", "", spaced)).split())
