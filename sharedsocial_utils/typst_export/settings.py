"""What a notebook says about the document that it becomes: the key `typst_export` of its metadata.

title        str, needed in strict
language     "it", "en-GB"; decides on hyphenation
authors      [str]
date         ISO date of the document, and the PDF's time stamp; without it the environment's
             SOURCE_DATE_EPOCH decides, never the clock
strict       bool
footer       str, left; the page number stands right
page_words   {"page": "pagina", "of": "di"}
subject      str
keywords     [str]
attachments  [{"path", "name", "mime", "description", "relationship"}]; a path lies in the folder of
             attachments, a relationship is source, data, alternative or supplement
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from .errors import ExportError

KEY = "typst_export"
LANGUAGE = re.compile(r"([a-z]{2,3})(?:-([A-Za-z]{2}))?")
ATTACHMENT_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}")
MIME_NAME = re.compile(r"[a-z]+/[a-z0-9.+-]+")
RELATIONSHIPS = ("source", "data", "alternative", "supplement")


@dataclass(frozen=True)
class Attachment:
    """A file that goes into the PDF. The path is relative to the folder of attachments."""

    path: str
    name: str
    mime: str
    description: str
    relationship: str


@dataclass(frozen=True)
class Settings:
    """The checked metadata of a document."""

    title: str
    strict: bool = False
    language: str = "en"
    region: str | None = None
    authors: list[str] = field(default_factory=list)
    date: date = date(1970, 1, 1)
    footer: str = ""
    page_word: str | None = None
    of_word: str | None = None
    subject: str | None = None
    keywords: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)

    @property
    def timestamp(self) -> datetime:
        return datetime(self.date.year, self.date.month, self.date.day, tzinfo=UTC)


def settings_of(metadata: Mapping[str, object], name: str) -> Settings:
    """Read and check the metadata of a notebook called `name`. Raises ExportError."""
    values = metadata.get(KEY) or {}
    if not isinstance(values, Mapping):
        raise _wrong("", "an object", values)
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
        footer=_string(values, "footer") or "",
        page_word=words and words[0],
        of_word=words and words[1],
        subject=_string(values, "subject"),
        keywords=_strings(values, "keywords"),
        attachments=_attachments(values),
    )


KEYS = (
    "title",
    "language",
    "authors",
    "date",
    "strict",
    "footer",
    "page_words",
    "subject",
    "keywords",
    "attachments",
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


def _boolean(values: Mapping[str, object], key: str) -> bool:
    value = values.get(key, False)
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
