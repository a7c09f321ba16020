"""RSS, RDF and Atom to entries: one that is ill-formed costs only itself.

Entries are parsed by the hundred, so that the time grows with their number and no faster; of a hundred that
is ill-formed, or gives another number of entries than our own count, each entry is parsed alone.

feedparser is given bytes that we have cut and encoded, never an address. The start tags `<item` and `<entry`,
counted before it sees anything, are the independent witness of how many entries there are.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from itertools import accumulate, pairwise, zip_longest
from typing import Any

import feedparser
import pandas as pd

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading import conventions
from sharedsocial_utils.reading.cells import mended, wide_encoding
from sharedsocial_utils.reading.conventions import Order

MAX_TAGS = 50_000  # in what is parsed at once; the longest post seen has 900
TOGETHER = 100  # entries
MAX_AUTHOR = 300  # characters; a date is shorter
_ATOM = ("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#")
_SPACES = (
    *_ATOM,
    "http://purl.org/rss/1.0/",
    "http://my.netscape.com/rdf/simple/0.9/",
    "http://channel.netscape.com/rdf/simple/0.9/",
)
# CDATA that is never closed ends with its entry, an instruction with the next tag: they cost no other entry
_CDATA_OR_INSTRUCTION = r"<!\[CDATA\[.*?(?:\]\]>|(?=</(?:item|entry)>)|\Z)|<\?[^<]*?(?:\?>|(?=<)|\Z)"
_NOT_TEXT = re.compile(rf"<!--.*?(?:-->|\Z)|{_CDATA_OR_INSTRUCTION}", re.DOTALL)
_NOT_TEXT_AND_NO_COMMENT = re.compile(_CDATA_OR_INSTRUCTION, re.DOTALL)
_ROOT = re.compile(r"<((?:[\w.-]+:)?)(rss|RDF|feed)(?=[\s/>])[^<>]*>")
_CHANNEL = re.compile(r"\s*<channel(?:\s[^>]*)?>")
_DECLARED = re.compile(
    rb"""^\s*<\?xml[^>]*encoding=["'](iso-8859-(?:[1-9]|1[0-13-6])|windows-125[0-8])["']""", re.IGNORECASE
)
_FRAME = '<?xml version="1.0" encoding="utf-8"?>'


@dataclass(frozen=True)
class Entry:
    """One entry: the line of its start tag, what feedparser found in it, and whether the XML was well-formed.

    `fault` is "" or the code for which it cannot be used.
    """

    line: int
    fields: dict[str, Any] = field(default_factory=dict)
    is_well_formed: bool = True
    fault: str = ""


@dataclass(frozen=True)
class Feed:
    """A feed: what stands around its entries, its entries in order, and whether its root is closed."""

    head: dict[str, Any]
    entries: list[Entry]
    is_closed: bool
    strange: tuple[int, int] | None  # bytes that are no UTF-8: how many, and the line of the first
    commented: int  # entries inside comments


def root(text: str) -> tuple[str, str] | None:
    """Name and whole start tag of the root if this begins like a feed: `("rss", "<rss version=...>")`."""
    blank = _blank(text)
    first = re.search(r"<[\w:]", blank)
    found = _ROOT.match(blank, first.start()) if first else None
    if not found or (found[2] == "feed" and not any(space in found[0] for space in _ATOM)):
        return None
    return found[2], found[0]


def parsed(data: bytes) -> Feed:
    """The feed in a file.

    Raises `Fault`: IN-FEED-01 not a feed, IN-XML-02 for a DTD, IN-ENC-01.
    """
    text, strange = decoded(data)
    blank = _blank(text)
    if doctype := re.search(r"<!(?:DOCTYPE|ENTITY)", blank, re.IGNORECASE):
        raise Fault("IN-XML-02", "the feed declares a DTD", line=_line(text, doctype.start()))
    found = root(text)
    if not found:
        raise Fault("IN-FEED-01", "no RSS, RDF or Atom root")
    name, opening = found[0], _opening(blank, found[1])
    pieces = list(_pieces(blank, _prefixes(opening), "entry" if name == "feed" else "item"))
    closing = "".join(f"</{tag}>" for tag in reversed(re.findall(r"<([\w:.-]+)", opening)))
    lines = accumulate(text.count("\n", *span) for span in pairwise([0, *(start for start, _, _ in pieces)]))
    placed = [(line + 1, piece) for line, piece in zip(lines, pieces, strict=True)]
    entries = [
        entry
        for first in range(0, len(placed), TOGETHER)
        for entry in _entries(text, opening, closing, placed[first : first + TOGETHER])
    ]
    is_closed = re.search(rf"</(?:[\w.-]+:)?{name}\s*>", blank) is not None
    return Feed(_head(text, pieces), entries, is_closed, strange, _commented(text))


def decoded(data: bytes) -> tuple[str, tuple[int, int] | None]:
    """The text: its byte-order mark decides, else UTF-8 if it is, else what the XML declares.

    Bytes that are no UTF-8 in a file that declares nothing else are read as Windows-1252, and counted with
    the line of the first.
    """
    if wide := wide_encoding(data):
        return _strict(data, wide), None
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        declared = _DECLARED.match(data[:200])
        if declared:
            return _strict(data, declared[1].decode()), None
        text, strange = mended(data)
        return text, (strange, data.count(b"\n", 0, error.start) + 1)


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Fault("IN-ENC-01", f"not {encoding}, as it says", line=line) from error


def _blank(text: str) -> str:
    """The text with comments, CDATA and instructions blanked out, every other character in its place."""
    ends = [0]
    for start, end in _hidden(text):
        ends += start, end
    parts = [text[start:end] for start, end in pairwise([*ends, len(text)])]
    return "".join(part if n % 2 == 0 else " " * len(part) for n, part in enumerate(parts))


def _hidden(text: str) -> Iterator[tuple[int, int]]:
    """Where comments, CDATA and instructions begin and end; a comment that is never closed is none."""
    for match in _NOT_TEXT.finditer(text):
        if match[0].startswith("<!--") and not match[0].endswith("-->"):
            yield match.start(), match.start() + 4
            yield from (m.span() for m in _NOT_TEXT_AND_NO_COMMENT.finditer(text, match.start() + 4))
            return
        yield match.span()


def _commented(text: str) -> int:
    comments = (text[start:end] for start, end in _hidden(text) if text.startswith("<!--", start))
    return sum(len(re.findall(r"<(?:item|entry)[\s/>]", comment)) for comment in comments)


def _opening(blank: str, tag: str) -> str:
    channel = _CHANNEL.match(blank, blank.index(tag) + len(tag))
    return tag + (channel[0] if channel and "<rss" in tag else "")


def _prefixes(opening: str) -> str:
    """A pattern of the prefixes that the root gives to the names of a feed."""
    bound = re.findall(r"""\sxmlns:([\w.-]+)\s*=\s*["']([^"']*)["']""", opening)
    return "|".join(re.escape(prefix) for prefix, space in bound if space in _SPACES)


def _pieces(blank: str, prefixes: str, name: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and fault of each entry.

    One whose end tag is missing ends at the next start; an end tag without its start is one that lost it.
    """
    marks = list(re.finditer(rf"<(/?)(?:(?:{prefixes or 'rss'}):)?{name}(?=[\s/>])[^<>]*>?", blank))
    is_open, unfinished = False, 0
    for mark, following in zip_longest(marks, marks[1:]):
        if mark[1]:
            if not is_open and not unfinished:
                yield mark.start(), mark.end(), "IN-XML-01"
            unfinished -= not is_open and unfinished > 0
            is_open = False
        elif mark[0].endswith("/>"):
            yield mark.start(), mark.end(), ""
        elif following and following[1]:
            is_open = True
            yield mark.start(), following.end(), ""
        else:
            unfinished += 1  # or it holds another entry, and its own end is still to come
            yield (
                mark.start(),
                *((following.start(), "IN-XML-01") if following else (len(blank), "IN-FILE-03")),
            )


def _entries(
    text: str, opening: str, closing: str, placed: list[tuple[int, tuple[int, int, str]]]
) -> list[Entry]:
    """Some entries: those without a fault from one parsing if it gives as many, else from one each."""
    whole = [text[start:end] for _, (start, end, fault) in placed if not fault]
    document = _read(f"{_FRAME}{opening}{''.join(whole)}{closing}") if len(whole) > 1 else None
    if document is None or document["bozo"] or len(document["entries"]) != len(whole):
        return [_entry(text, opening, closing, line, piece) for line, piece in placed]
    found = iter(document["entries"])
    return [
        Entry(line, fault=fault) if fault else Entry(line, dict(next(found)))
        for line, (_, _, fault) in placed
    ]


def _entry(text: str, opening: str, closing: str, line: int, piece: tuple[int, int, str]) -> Entry:
    start, end, fault = piece
    if fault:
        return Entry(line, fault=fault)
    document = _read(f"{_FRAME}{opening}{text[start:end]}{closing}")
    if document is None or len(document["entries"]) != 1:
        return Entry(line, fault="IN-XML-01")
    return Entry(line, dict(document["entries"][0]), is_well_formed=not document["bozo"])


def _head(text: str, pieces: list[tuple[int, int, str]]) -> dict[str, Any]:
    starts = [0, *(end for _, end, _ in pieces)]
    ends = [*(start for start, _, _ in pieces), len(text)]
    around = "".join(text[start:end] for start, end in zip(starts, ends, strict=True))
    document = _read(_FRAME + re.sub(r"^\s*<\?xml.*?\?>", "", around, flags=re.DOTALL))
    return dict(document["feed"]) if document else {}


def _read(xml: str) -> Any:
    """What feedparser makes of a document of one entry or none; None where it raises or is not let near."""
    if xml.count("<") > MAX_TAGS:
        return None
    try:
        return feedparser.parse(
            io.BytesIO(xml.encode()),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            resolve_relative_uris=False,
            sanitize_html=False,  # what we take is turned into plain text here
        )
    except Exception:  # it raises nearly anything on damage, from seven known places
        return None


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


# ---- what entries hold


def plain(detail: Any) -> str:
    """A title or text of feedparser as plain text: markup and entities resolved where it is HTML."""
    value = str((detail or {}).get("value", ""))
    if (detail or {}).get("type") not in (None, "text/plain"):
        value = unescape(re.sub(r"<[/a-zA-Z!][^<>]*>", "", value))
    return " ".join(value.split())


def person(author: str) -> str:
    """The name in `mail@site (Name)`, `Name <mail@site>` or `Name`; "" where there is only an address."""
    author = author[:MAX_AUTHOR]
    inside = re.search(r"\S+@\S+\s*\((.+)\)\s*$", author)
    name = inside[1] if inside else re.sub(r"<?\S+@\S+>?", "", author)
    return " ".join(name.split())


_OFFSETS = {
    "ut": "+0000", "wet": "+0000", "west": "+0100", "bst": "+0100", "cet": "+0100", "cest": "+0200",
    "met": "+0100", "mest": "+0200", "eet": "+0200", "eest": "+0300", "est": "-0500", "edt": "-0400",
    "cst": "-0600", "cdt": "-0500", "mst": "-0700", "mdt": "-0600", "pst": "-0800", "pdt": "-0700",
}  # fmt: skip


def instants(texts: pd.Series, zone: str) -> pd.Series:
    """Dates of entries in UTC, missing where they cannot be read.

    RFC 822 (English or Italian names, zones by name) and ISO 8601; a date without zone is of `zone`. A date
    such as 03/04/2026 is read only if the column decides whether the day comes first.
    """
    plain_zone = texts.fillna("").map(_with_offset)
    order: Order | None = None
    try:
        order = conventions.day_order(plain_zone)
    except Fault:
        plain_zone = plain_zone.mask(plain_zone.str.match(r"\d{1,2}[/.-]\d{1,2}[/.-]"), "")
    return conventions.instants(plain_zone, zone, order).values


def _with_offset(text: str) -> str:
    text = re.sub(r"\s*\([^)]*\)\s*$", "", text[:MAX_AUTHOR].strip())
    text = re.sub(r"(\d{1,2} [A-Za-z]{3,9}) (\d{2})(?= \d{1,2}:)", _whole_year, text)
    return re.sub(r"(?<=[\d ])[A-Za-z]{2,4}$", lambda m: _OFFSETS.get(m[0].lower(), m[0]), text)


def _whole_year(match: re.Match[str]) -> str:
    # RFC 822 wrote years with two digits; the first feeds are of the 1990s
    return f"{match[1]} {'19' if int(match[2]) >= 90 else '20'}{match[2]}"
