"""What a notebook says about the document that it becomes: the key `typst_export` of its metadata.

title        str, needed in strict
language     "it", "en-GB"; decides on hyphenation
authors      [str]
date         ISO date of the document, and the PDF's time stamp; without it the environment's
             SOURCE_DATE_EPOCH decides, never the clock
strict       bool
header       str, at the head of each page; the title if there is none
footer       str, left; the page number stands right
page_words   {"page": "pagina", "of": "di"}
subject      str
keywords     [str]
attachments  [{"path", "name", "mime", "description", "relationship"}]; a path lies in the folder of
             attachments, a relationship is source, data, alternative or supplement
brand        {"primary": "#rrggbb", "accent": "#rrggbb", "logo": path, "logo_alt": str,
              "fonts": [path]}; see `branding`
cover        {"title": str, "subtitle": str, "lines": [str]}: a page of its own before the others
contents     bool: a table of contents with page numbers
code         bool: whether the code of cells is shown; never in strict

and, not in strict, where the pages are designed for A4:

paper        "a4", "a3", "a5", "us-letter" or "us-legal"
margins      millimetres, for all sides or as {"top", "right", "bottom", "left"}
columns      1 or 2

What the exporter's own options say (`--TypstPDFExporter.paper=us-letter`) goes before the metadata.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from .branding import Brand, BrandError, checked_brand
from .errors import ExportError
from .measures import Page

KEY = "typst_export"
LANGUAGE = re.compile(r"([a-z]{2,3})(?:-([A-Za-z]{2}))?")
ATTACHMENT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}")
MIME_NAME = re.compile(r"[a-z]+/[a-z0-9.+-]+")
RELATIONSHIPS = ("source", "data", "alternative", "supplement")
PAPERS_MM = {
    "a4": (210.0, 297.0),
    "a3": (297.0, 420.0),
    "a5": (148.0, 210.0),
    "us-letter": (215.9, 279.4),
    "us-legal": (215.9, 355.6),
}
SIDES = ("top", "right", "bottom", "left")
MARGINS_MM = (26.0, 20.0, 21.0, 20.0)
GUTTER_MM = 7.0
NARROWEST_MM = 60.0


@dataclass(frozen=True)
class Attachment:
    """A file that goes into the PDF. The path is relative to the folder of attachments."""

    path: str
    name: str
    mime: str
    description: str
    relationship: str


@dataclass(frozen=True)
class Cover:
    """The words of the first page."""

    title: str
    subtitle: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """The paper, its margins (top, right, bottom, left, in mm) and how many columns of text it holds."""

    paper: str = "a4"
    margins_mm: tuple[float, float, float, float] = MARGINS_MM
    columns: int = 1

    @property
    def page(self) -> Page:
        """The room that is left for text."""
        width, height = PAPERS_MM[self.paper]
        top, right, bottom, left = self.margins_mm
        text_mm = width - left - right
        column_mm = (text_mm - GUTTER_MM * (self.columns - 1)) / self.columns
        return Page(column_mm, height - left - right, 0.76 * (height - top - bottom))


@dataclass(frozen=True)
class Settings:
    """The checked metadata of a document."""

    title: str
    strict: bool = False
    language: str = "en"
    region: str | None = None
    authors: list[str] = field(default_factory=list)
    date: date = date(1970, 1, 1)
    header: str = ""
    footer: str = ""
    page_word: str | None = None
    of_word: str | None = None
    subject: str | None = None
    keywords: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    brand: Brand = field(default_factory=Brand)
    cover: Cover | None = None
    contents: bool = False
    code: bool = True
    sheet: Sheet = field(default_factory=Sheet)

    @property
    def timestamp(self) -> datetime:
        return datetime(self.date.year, self.date.month, self.date.day, tzinfo=UTC)


def settings_of(
    metadata: Mapping[str, object], name: str, options: Mapping[str, object] | None = None
) -> Settings:
    """Read and check the metadata of a notebook called `name`; options of the same keys go before them.

    Raises ExportError.
    """
    said = metadata.get(KEY) or {}
    if not isinstance(said, Mapping):
        raise _wrong("", "an object", said)
    values = {**said, **(options or {})}
    _refuse_unknown(values)
    strict = _boolean(values, "strict")
    language, region = _language(values)
    words = _words(values)
    return Settings(
        title=_title(values, metadata, name, strict),
        strict=strict,
        language=language,
        region=region,
        authors=_strings(values, "authors") or _notebook_authors(metadata),
        date=_date(values, strict),
        header=_string(values, "header") or "",
        footer=_string(values, "footer") or "",
        page_word=words and words[0],
        of_word=words and words[1],
        subject=_string(values, "subject"),
        keywords=_strings(values, "keywords"),
        attachments=_attachments(values),
        brand=_brand(values),
        cover=_cover(values),
        contents=_boolean(values, "contents"),
        code=_boolean(values, "code", True),
        sheet=_sheet(values, strict),
    )


KEYS = (
    "title",
    "language",
    "authors",
    "date",
    "strict",
    "header",
    "footer",
    "page_words",
    "subject",
    "keywords",
    "attachments",
    "brand",
    "cover",
    "contents",
    "code",
    "paper",
    "margins",
    "columns",
)


def _refuse_unknown(values: Mapping[str, object]) -> None:
    unknown = sorted(set(values) - set(KEYS))
    if unknown:
        raise ExportError(
            f"notebook metadata: {KEY!r} has the unknown key {unknown[0]!r}. Known keys: {', '.join(KEYS)}."
        )


def _wrong(key: str, expected: str, found: object) -> ExportError:
    place = f"{KEY}.{key}" if key else KEY
    return ExportError(
        f"notebook metadata: {place!r} must be {expected}, not {found!r:.80}. Correct it and export again."
    )


def _string(values: Mapping[str, object], key: str) -> str | None:
    """A text of one line."""
    value = values.get(key)
    if value is not None and not isinstance(value, str):
        raise _wrong(key, "a text", value)
    return value and " ".join(value.split())


def _strings(values: Mapping[str, object], key: str) -> list[str]:
    value = values.get(key) or []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _wrong(key, "a list of texts", value)
    return list(value)


def _boolean(values: Mapping[str, object], key: str, default: bool = False) -> bool:
    value = values.get(key, default)
    if not isinstance(value, bool):
        raise _wrong(key, "true or false", value)
    return value


def _title(values: Mapping[str, object], metadata: Mapping[str, object], name: str, strict: bool) -> str:
    title = _string(values, "title")
    if strict and not title:
        raise _wrong("title", "given in a strict report", title)
    of_notebook = metadata.get("title")
    return title or (of_notebook if isinstance(of_notebook, str) else "").strip() or name


def _notebook_authors(metadata: Mapping[str, object]) -> list[str]:
    """The authors in the notebook format's own place."""
    authors = metadata.get("authors")
    names = [a.get("name") for a in authors if isinstance(a, Mapping)] if isinstance(authors, list) else []
    return [name for name in names if isinstance(name, str)]


def _language(values: Mapping[str, object]) -> tuple[str, str | None]:
    language = _string(values, "language") or "en"
    match = LANGUAGE.fullmatch(language)
    if match is None:
        raise _wrong("language", "a language code such as it or en-GB", language)
    return match[1], match[2]


def _date(values: Mapping[str, object], strict: bool) -> date:
    text = _string(values, "date")
    if text is not None:
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise _wrong("date", "a date such as 2026-09-30", text) from None
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if strict and not epoch:
        raise _wrong("date", "given in a strict report, as 2026-09-30", text)
    try:
        return datetime.fromtimestamp(int(epoch or 0), UTC).date()
    except (ValueError, OverflowError, OSError):
        raise ExportError(
            f"the environment's SOURCE_DATE_EPOCH must be a number of seconds, not {epoch!r:.40}."
        ) from None


def _words(values: Mapping[str, object]) -> tuple[str, str] | None:
    words = values.get("page_words")
    if words is None:
        return None
    if (
        not isinstance(words, Mapping)
        or set(words) != {"page", "of"}
        or not all(isinstance(word, str) and len(word) <= 20 for word in words.values())
    ):
        raise _wrong("page_words", 'like {"page": "page", "of": "of"}, short', words)
    return str(words["page"]), str(words["of"])


def _attachments(values: Mapping[str, object]) -> list[Attachment]:
    items = values.get("attachments") or []
    if not isinstance(items, list):
        raise _wrong("attachments", "a list", items)
    attachments = [_attachment(item, f"attachments[{place}]") for place, item in enumerate(items)]
    names = [attachment.name.casefold() for attachment in attachments]
    if len(set(names)) < len(names):
        raise _wrong("attachments", "of different names", [attachment.name for attachment in attachments])
    return attachments


def _attachment(item: object, place: str) -> Attachment:
    fields = {"path", "name", "mime", "description", "relationship"}
    if (
        not isinstance(item, Mapping)
        or set(item) != fields
        or not all(isinstance(v, str) for v in item.values())
    ):
        raise _wrong(place, f"an object of the texts {', '.join(sorted(fields))}", item)
    attachment = Attachment(**{str(key): str(value) for key, value in item.items()})
    if not ATTACHMENT_NAME.fullmatch(attachment.name):
        raise _wrong(
            f"{place}.name", "a plain file name of letters, digits, dot, dash, underscore", attachment.name
        )
    if not MIME_NAME.fullmatch(attachment.mime):
        raise _wrong(f"{place}.mime", "a type such as text/csv", attachment.mime)
    if attachment.relationship not in RELATIONSHIPS:
        raise _wrong(f"{place}.relationship", f"one of {', '.join(RELATIONSHIPS)}", attachment.relationship)
    return attachment


def _brand(values: Mapping[str, object]) -> Brand:
    try:
        return checked_brand(values.get("brand") or {})
    except BrandError as error:
        raise ExportError(f"notebook metadata: '{KEY}.brand': {error}") from None


def _cover(values: Mapping[str, object]) -> Cover | None:
    cover = values.get("cover")
    if cover is None:
        return None
    if not isinstance(cover, Mapping) or set(cover) - {"title", "subtitle", "lines"}:
        raise _wrong("cover", 'like {"title", "subtitle", "lines": [...]}', cover)
    title = _string(cover, "title")
    if not title:
        raise _wrong("cover.title", "a text", cover.get("title"))
    return Cover(title, _string(cover, "subtitle") or "", tuple(_strings(cover, "lines")))


def _sheet(values: Mapping[str, object], strict: bool) -> Sheet:
    given = [key for key in ("paper", "margins", "columns") if values.get(key) is not None]
    if strict and given:
        raise _wrong(
            given[0], "left out in a strict report, whose pages are designed for A4", values[given[0]]
        )
    paper, columns = values.get("paper") or "a4", values.get("columns") or 1
    if paper not in PAPERS_MM:
        raise _wrong("paper", f"one of {', '.join(PAPERS_MM)}", paper)
    if columns not in (1, 2):
        raise _wrong("columns", "1 or 2", columns)
    sheet = Sheet(str(paper), _margins(values.get("margins")), 2 if columns == 2 else 1)
    if min(sheet.page) < NARROWEST_MM:
        raise _wrong(
            "margins", f"small enough to leave {NARROWEST_MM:.0f} mm for the text", values.get("margins")
        )
    return sheet


def _margins(value: object) -> tuple[float, float, float, float]:
    if value is None:
        return MARGINS_MM
    sides = dict.fromkeys(SIDES, value) if isinstance(value, int | float) else value
    if not isinstance(sides, Mapping) or set(sides) - set(SIDES):
        raise _wrong("margins", "a number of millimetres, or an object of top, right, bottom, left", value)
    found = {**dict(zip(SIDES, MARGINS_MM, strict=True)), **sides}
    if not all(isinstance(side, int | float) and 5 <= side <= 100 for side in found.values()):
        raise _wrong("margins", "from 5 to 100 millimetres", value)
    return float(found["top"]), float(found["right"]), float(found["bottom"]), float(found["left"])
