"""X archive: what the account wrote, from `tweets.js` alone or in the zip, or as the API lists it.

x.com > Settings > Your account > Download an archive of your data: a zip with `data/tweets.js`, in parts
`data/tweets-part1.js` ... where it is long (older: `data/tweet.js`, `tweet.js`). It is JavaScript whose only
statement assigns a list: the list is read as JSON, nothing is ever executed.

    window.YTD.tweets.part0 = [ {"tweet": {"id_str": "1226000000000000001", "full_text": "La torre",
      "created_at": "Mon Feb 10 18:00:00 +0000 2020", "favorite_count": "12", "retweet_count": "3", ...}} ]

The API's list has the tweets without the wrapper, each with its `user`; tweets of several accounts are
refused. Favourites and retweets to the day of the download are all the results there are. A retweet
(`RT @...`) is another's text with the other's figures: no data. A text that begins with `@` is a reply; the
names it is addressed to are dropped.

Every other file of the archive (messages, followers, contacts, addresses ...) is personal: in the zip they
are counted, alone they are refused. Of an archive with many pictures put `data/tweets.js` here, not the
zip.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.readers import _posts, _x
from sharedsocial_utils.reading import containers
from sharedsocial_utils.reading.door import Claim, Export, Head, no
from sharedsocial_utils.reading.source import Rows, Source, Table

EXPORT = Export(
    service="X archive",
    menu="Settings > Your account > Download an archive of your data",
    tables=("items", "metrics"),
    layouts={
        "archive": "the zip; only its lists of tweets (parsers of 2018-2025)",
        "tweets": "tweets.js, tweets-part1.js, tweet.js (the assignment seen 2019; parsers of the content)",
        "api": "a JSON list of tweets as version 1.1 of the API gave it (a fixture of 2019)",
        "private": "any other file of the archive: refused (seen 2019)",
    },
    languages=("any",),
    counted_by="platform",
    evidence="FIXTURE",
    channel="x",
    ignores={
        "entities": "in the text already",
        "user": "personal",
        "all files but tweets.js": "personal data, never read",
    },
)
COLUMNS = ("id", "text", "time", "reply_to", "reactions", "shares")
_MEMBER = re.compile(r"(?:^|/)tweets?(?:-part\d+)?\.js$")
_ASSIGNED = re.compile(r"\ufeff?\s*window\.YTD\.(\w+)\.part\d+\s*=\s*(?=[\[{])")
_WHEN = re.compile(r"\w{3} (\w{3}) (\d{1,2}) (\d{2}:\d{2}:\d{2}) ([+-]\d{4}) (\d{4})")
_API = ('"id_str"', '"created_at"', '"retweet_count"', '"user"')


def recognise(head: Head) -> Claim:
    """By the assignment that only this archive has, by the names in the zip, or by the API's keys."""
    if head.type == "zip":
        ours = any(_MEMBER.search(name) for name in head.members)
        return Claim("archive") if ours else no("no tweets.js in the archive")
    if head.type == "json":
        found = [key in head.text for key in _API]
        is_list = head.text.lstrip("\ufeff \t\r\n").startswith("[")
        return Claim("api") if all(found) and is_list else no("no list of tweets", sum(found) / 5)
    named = _ASSIGNED.match(head.text) if head.type == "text" else None
    if named:
        return Claim("tweets" if named[1] in ("tweet", "tweets") else "private")
    return no("no `window.YTD.` at its beginning")


def read(source: Source) -> Iterator[Rows]:
    """Tweets and replies with their favourites and retweets."""
    if source.layout == "private":
        next_step = "delete it: of the archive only tweets.js is read"
        raise Fault("IN-PRIV-01", "personal data of the archive", next_step=next_step)
    for file in _lists(source) if source.layout == "archive" else [source]:
        yield from _tweets_of(file, _listed(file, source.layout))


def _lists(source: Source) -> list[Source]:
    """The lists of tweets in the archive; the other files are only counted."""
    members = source.members()
    lists = [member for name, member in members.items() if _MEMBER.search(name)]
    left = len(members) - len(lists)
    if left:
        source.note("IN-PRIV-01", f"{left} other files of the archive: not read", next_step="nothing to do")
    return lists


def _listed(file: Source, layout: str) -> list[Any]:
    value = file.json() if layout == "api" else containers.json_value(_assigned(file.text))
    if not isinstance(value, list):
        raise Fault("IN-JSON-01", "no list of tweets", expected="a list")
    return value


def _assigned(text: str) -> bytes:
    """The JSON behind `window.YTD.tweets.part0 =`, without the semicolon that may end the statement."""
    start = _ASSIGNED.match(text)
    if not start:
        raise Fault("IN-JSON-01", "no list is assigned", line=1, expected="window.YTD.tweets.part0 = [")
    blank = "\n" * text.count("\n", 0, start.end())  # so that a fault names the line of the file
    return (blank + text[start.end() :].rstrip().removesuffix(";")).encode("utf-8", "backslashreplace")


def _tweets_of(file: Source, tweets: list[Any]) -> Iterator[Rows]:
    try:
        inner = [each.get("tweet", each) for each in tweets]
        users = [tweet["user"] for tweet in inner if isinstance(tweet.get("user"), dict)]
        accounts = {(_words(user.get("screen_name")), _words(user.get("id_str"))) for user in users}
        rows = [_row(tweet) for tweet in inner]
    except (AttributeError, TypeError) as error:
        raise Fault("IN-JSON-01", f"a tweet has another shape ({type(error).__name__})") from error
    if len(accounts) > 1:
        next_step = "ask for the tweets of one account"
        raise Fault("IN-ACC-02", f"tweets of {len(accounts)} accounts", next_step=next_step)
    for name, number in accounts:
        file.belongs_to("x", name and f"@{name}", number)
    table = file.entries(rows, COLUMNS)
    table.no_data(table["text"].str.startswith("RT @"))
    yield from _rows(table)


def _rows(table: Table) -> Iterator[Rows]:
    ids = _posts.ids(table, "id", "id")
    moments = table.instants("time", "UTC")
    columns = _x.tweets(table["text"], ids, moments, "https://x.com/i/web/status/" + ids)
    reply_to = table["reply_to"].where(columns["kind"] == "reply")
    yield table.keep("items", {**columns, "reply_to": reply_to})
    figures = _posts.figures(table, ("reactions", "shares"))
    yield table.keep_metrics("x", figures, item_id=ids, kind="lifetime")


def _row(tweet: Mapping[str, Any]) -> dict[str, str | None]:
    text = tweet.get("full_text") or tweet.get("text")
    return {
        "id": tweet.get("id_str"),  # a number of so many digits is rounded by many programs
        "text": None if text is None else html.unescape(str(text)),
        "time": _instant(tweet.get("created_at")),
        "reply_to": _words(tweet.get("in_reply_to_status_id_str")),
        "reactions": _words(tweet.get("favorite_count")),
        "shares": _words(tweet.get("retweet_count")),
    }


def _words(value: object) -> str | None:
    return None if value is None else value if isinstance(value, str) else json.dumps(value)


def _instant(text: object) -> str | None:
    """`Mon Feb 10 18:00:00 +0000 2020` => "10 Feb 2020 18:00:00 +0000"; anything else stays as it is."""
    found = _WHEN.fullmatch(text) if isinstance(text, str) else None
    return f"{found[2]} {found[1]} {found[5]} {found[3]} {found[4]}" if found else _words(text)
