"""Who reads this file: the readers are asked in turn; one claimant reads, two are a fault, none is told why.

A reader is a module in `sharedsocial_utils/readers/` with `EXPORT` (what it reads and where it comes from),
`recognise(head)` (from the name and the first bytes only) and `read(source)`.
"""

import pkgutil
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import import_module
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from sharedsocial_utils.errors import Fault, visible
from sharedsocial_utils.reading import containers
from sharedsocial_utils.reading.cells import (
    DELIMITERS,
    decode,
    heading,
    physical_lines,
    split,
    wide_encoding,
)

if TYPE_CHECKING:
    from sharedsocial_utils.reading.source import Rows, Source

HEAD_BYTES = 64 * 1024
MAX_HEADING = 300  # characters; the longest seen has 70
MAX_PACKED = 50  # files of an unknown archive that are looked at
SHOWN_MEMBERS = 5  # of these, told by name
FileType = Literal[
    "empty", "text", "json", "xml", "html", "calendar", "zip", "xlsx", "xls", "gzip", "pdf", "image", "binary"
]


@dataclass(frozen=True)
class Export:
    """What a reader reads: where it is downloaded, its layouts, who counted, what is left aside and why."""

    service: str
    menu: str
    tables: tuple[str, ...]
    layouts: Mapping[str, str]  # name -> what it is, when it was seen
    languages: tuple[str, ...]
    counted_by: Literal["platform", "person", "us"]
    evidence: Literal["SEEN", "FIXTURE", "PARSER", "DOC", "MEMORY"]
    channel: str | None = None
    page: str = ""  # the service's page that documents the export
    ignores: Mapping[str, str] = field(default_factory=dict)  # column -> why it is not read


class Claim(NamedTuple):
    """A reader's answer: the layout it recognised, or how near the file came (0 to 1) and what is missing."""

    layout: str | None
    nearness: float = 1.0
    why: str = ""
    is_told: bool = False  # client.toml names the file: whoever else would read it is not asked
    is_guess: bool = False  # by the shape of its lines alone: any other claim wins


@dataclass(frozen=True)
class Head:
    """The name and the beginning of a file; all that recognising may look at."""

    name: str
    data: bytes
    tables: Sequence[Mapping[str, Any]] = ()  # the sections `[[tables]]` of client.toml

    @cached_property
    def type(self) -> FileType:
        """What the bytes are, whatever the name says."""
        return _type_of(self.data)

    @cached_property
    def text(self) -> str:
        """The first 64 KiB as text; empty for binary files."""
        if self.type in ("zip", "xlsx", "xls", "gzip", "pdf", "image", "binary", "empty"):
            return ""
        return _decode_start(self.data[:HEAD_BYTES])

    @cached_property
    def lines(self) -> list[str]:
        """Its first lines."""
        return physical_lines(self.text)[:200]

    @cached_property
    def members(self) -> list[str]:
        """The names in a zip archive."""
        return containers.member_names(self.data) if self.type == "zip" else []

    @cached_property
    def sheets(self) -> list[str]:
        """The names of a workbook's sheets."""
        return containers.sheet_names(self.data) if self.type in ("xlsx", "xls") else []

    @cached_property
    def _rows(self) -> list[list[str]]:
        if self.type in ("xlsx", "xls"):
            return [row for rows in containers.sheet_starts(self.data).values() for row in rows]
        if self.type in ("xml", "html", "calendar"):
            return []
        return [split(line, mark) for line in self.lines[:80] for mark in DELIMITERS if mark in line]

    @cached_property
    def _cells(self) -> dict[str, list[int]]:
        """In which of the first rows each cell stands that is no longer than a heading can be."""
        places: dict[str, list[int]] = {}
        is_any = bool(self.tables)  # a client's headings may be years; a service's begin with no digit
        for number, row in enumerate(self._rows or [[line] for line in self.lines[:80]]):
            for cell in row:
                if cell and len(cell) <= MAX_HEADING and (is_any or not "0" <= cell[0] <= "9"):
                    places.setdefault(cell, []).append(number)
        return places

    @cached_property
    def _headings(self) -> dict[str, set[int]]:
        """In which of the first rows each cell stands, as they are compared."""
        return _places(self._cells, heading)

    @cached_property
    def _exact_cells(self) -> dict[str, set[int]]:
        """In which of the first rows each cell stands, with upper and lower case as written."""
        return _places(self._cells, _plain)

    def header(self, layout: str, *names: str | tuple[str, ...], exact: bool = False) -> Claim:
        """Claims `layout` if one of the first 80 lines has a cell for every name.

        A tuple is a set of names of which one must be there. `exact` minds upper and lower case (Toggl's
        `Start date` is not Clockify's `Start Date`).
        """
        sought = _choices(names, exact)
        places = self._exact_cells if exact else self._headings
        if places.keys().isdisjoint(sought.every):
            return sought.none
        having = [{row for name in choice for row in places.get(name, ())} for choice in sought.compared]
        if all(having) and set.intersection(*having):
            return Claim(layout)
        met = Counter(row for rows in having for row in rows)
        best = min(met, key=lambda row: (-met[row], row), default=-1)
        lacking = [name for name, rows in zip(sought.first, having, strict=True) if best not in rows]
        return _lacking(lacking, len(having))


def _lacking(names: Sequence[str], of: int) -> Claim:
    missing = ", ".join(repr(name) for name in names[:4])
    return Claim(None, 1 - len(names) / of, f"no column {missing}")


def no(why: str, nearness: float = 0.0) -> Claim:
    """A reader's "not mine"."""
    return Claim(None, nearness, why)


def first_claim(*claims: Claim) -> Claim:
    """The first claim that names a layout, else the nearest miss."""
    for claim in claims:
        if claim.layout:
            return claim
    return max(claims, key=lambda claim: claim.nearness)


class Reader(Protocol):
    """The module of a reader."""

    EXPORT: Export
    __name__: str

    def recognise(self, head: Head) -> Claim:
        """Whether the file is this reader's, by its name and first bytes."""
        ...

    def read(self, source: "Source") -> Iterator["Rows"]:
        """The rows of the file for our tables."""
        ...


@cache
def readers() -> dict[str, Reader]:
    """All readers by name, in alphabetical order; the folder is the register."""
    package = import_module("sharedsocial_utils.readers")
    names = sorted(
        info.name for info in pkgutil.iter_modules(package.__path__) if not info.name.startswith("_")
    )
    return {name: import_module(f"sharedsocial_utils.readers.{name}") for name in names}


def identify(head: Head) -> tuple[str, str]:
    """The reader and the layout of a file.

    Raises `Fault`: IN-FILE-01 empty, IN-FILE-05 nobody's (with the nearest reader and why not), IN-FILE-06
    two claim it.
    """
    if head.type == "empty":
        raise Fault("IN-FILE-01", "the file is empty")
    claims = {name: reader.recognise(head) for name, reader in readers().items()}
    claimants = [name for name, claim in claims.items() if claim.is_told]
    claimants = claimants or [name for name, claim in claims.items() if claim.layout and not claim.is_guess]
    claimants = claimants or [name for name, claim in claims.items() if claim.layout]
    if len(claimants) > 1:
        raise Fault("IN-FILE-06", f"claimed by {' and '.join(claimants)}")
    if not claimants:
        raise _nobody(head, claims)
    return claimants[0], claims[claimants[0]].layout or ""


def _nobody(head: Head, claims: Mapping[str, Claim]) -> Fault:
    nearest = max(claims, key=lambda name: claims[name].nearness, default="")
    fault = _lie(head) or _damage(head) or _packed(head)
    if fault:
        return fault
    found = f"no reader knows it (it is {_ARTICLE[head.type]})"
    if nearest and claims[nearest].nearness > 0:
        found += f"; nearest: {nearest}, but {claims[nearest].why}"
    return Fault("IN-FILE-05", found, text=next((line for line in head.lines if line.strip()), ""))


_ARTICLE: dict[str, str] = {
    "empty": "empty", "text": "text", "json": "JSON", "xml": "XML", "html": "a web page", "binary": "binary",
    "calendar": "a calendar", "zip": "a zip archive", "gzip": "a gzip archive", "pdf": "a PDF",
    "xlsx": "an Excel workbook", "xls": "an old Excel workbook", "image": "a picture",
}  # fmt: skip
_ENDINGS: dict[str, set[str]] = {
    "csv": {"text"}, "tsv": {"text"}, "json": {"json"}, "zip": {"zip"}, "xlsx": {"xlsx"},
    "xls": {"xls", "xlsx"}, "xml": {"xml"}, "rss": {"xml"}, "atom": {"xml"}, "ics": {"calendar"},
}  # fmt: skip


def _lie(head: Head) -> Fault | None:
    ending = PurePosixPath(head.name).suffix.lstrip(".").lower()
    if ending in _ENDINGS and head.type not in _ENDINGS[ending]:
        found = f"the name ends in .{ending}, the content is {_ARTICLE[head.type]}"
        cure = SAVED_PAGE if head.type == "html" else ""
        return Fault("IN-FILE-04", found, text=_page_title(head), next_step=cure)
    return None


SAVED_PAGE = "log in to the service and download the export again"


def _page_title(head: Head) -> str:
    """The title of a web page, which says what was saved instead: a log-in, an error."""
    title = re.search(r"<title[^<>]*>([^<]*)", head.text, re.IGNORECASE) if head.type == "html" else None
    return " ".join(title[1].split()) if title else ""


def _damage(head: Head) -> Fault | None:
    """Why an archive or a workbook cannot be opened, if it is for that that nobody knows it."""
    try:
        if head.type in ("zip", "xlsx"):
            containers.check_archive(head.data)
        if head.type in ("xlsx", "xls") and not head._rows:
            containers.workbook(head.data)
    except Fault as fault:
        return fault
    return None


def _packed(head: Head) -> Fault | None:
    """Exports of any services that somebody packed together: each is a file of its own."""
    if head.type != "zip":
        return None
    known = [f"{_display(name)} ({reader})" for name, reader in _readers_of_members(head)]
    if not known:
        return None
    more = f" and {len(known) - SHOWN_MEMBERS} more" if len(known) > SHOWN_MEMBERS else ""
    found = f"a zip archive of exports: {', '.join(known[:SHOWN_MEMBERS])}{more}"
    return Fault("IN-FILE-05", found, next_step="unpack it, and put its files into the folder")


def _readers_of_members(head: Head) -> Iterator[tuple[str, str]]:
    """The name and the reader of each file in an archive that is known by its beginning."""
    for name, start in containers.member_starts(head.data, HEAD_BYTES, MAX_PACKED).items():
        inner = Head(name, start, head.tables)
        if inner.type in ("text", "json", "xml", "calendar"):
            with suppress(Fault):
                yield name, identify(inner)[0]


def _display(name: str) -> str:
    return visible(PurePosixPath(name).name[:80])


class _Sought(NamedTuple):
    """Headings that a header must have: of each choice the first name as written and all as compared."""

    first: list[str]
    compared: list[list[str]]
    every: frozenset[str]
    none: Claim  # the answer to a file that has none of them


@cache
def _choices(names: tuple[str | tuple[str, ...], ...], exact: bool) -> _Sought:
    choices = [(name,) if isinstance(name, str) else name for name in names]
    alike = _plain if exact else heading
    compared = [[alike(name) for name in choice] for choice in choices]
    first = [choice[0] for choice in choices]
    every = frozenset(name for choice in compared for name in choice)
    return _Sought(first, compared, every, _lacking(first, len(first)))


def _places(cells: Mapping[str, list[int]], alike: Callable[[str], str]) -> dict[str, set[int]]:
    places: dict[str, set[int]] = {}
    for cell, rows in cells.items():
        places.setdefault(alike(cell), set()).update(rows)
    return places


def _plain(cell: str) -> str:
    return cell.strip().strip("\ufeff").replace("\u00ad", "").replace("\u00a0", " ")


def _decode_start(data: bytes) -> str:
    """The text of a file's beginning, where the last character may be cut."""
    try:
        return decode(data)
    except Fault:
        return data.decode("latin-1")


def _type_of(data: bytes) -> FileType:
    if not re.search(rb"[^\x00 \t\r\n\xef\xbb\xbf\xfe\xff]", data):
        return "empty"
    if data.startswith(b"PK\x03\x04") or data.startswith(b"PK\x05\x06"):
        return "xlsx" if "xl/workbook.xml" in containers.member_names(data) else "zip"
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    # a stray zero makes no binary of a table
    if data[:4096].count(0) * 100 > len(data[:4096]) and not wide_encoding(data):
        return "binary"
    return _type_of_text(_decode_start(data[:4096]).lstrip("\ufeff \t\r\n"))


_MAGIC: tuple[tuple[bytes, FileType], ...] = (
    (b"\xd0\xcf\x11\xe0", "xls"),
    (b"\x1f\x8b", "gzip"),
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
)


_WEB_PAGE = re.compile(
    r"(?:<\?xml.*?\?>|<!--.*?-->|\s)*+<(?:!doctype\s+html|html)\b", re.DOTALL | re.IGNORECASE
)


def _type_of_text(start: str) -> FileType:
    low = start[:200].casefold()
    if _WEB_PAGE.match(start):
        return "html"
    if low.startswith("<"):
        return "xml"
    if low.startswith("begin:vcalendar"):
        return "calendar"
    if low.startswith(("{", "[")):
        return "json"
    return "text"
