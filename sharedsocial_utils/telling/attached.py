"""What goes with the report: its tables as CSV, and the document's metadata for the exporter."""

import csv
import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

from sharedsocial_utils import __version__
from sharedsocial_utils.tables import METRICS, TABLES
from sharedsocial_utils.telling.look import Look, brand_files
from sharedsocial_utils.telling.review import Review
from sharedsocial_utils.workspace import write_whole

ATTACHED = (
    "channel_quarter", "activity_quarter", "people_quarter", "voice_quarter", "flags", "plan", "followup",
    "pauses", "activity_weekly", "sources",
)  # fmt: skip
"""The tables that the printed numbers come from; single contacts and entries of work stay out."""
CODEBOOK, MANIFEST = "tables/codebook.csv", "tables/inputs.json"
FORMULA = re.compile(r"[\s\"'\u2018-\u201f\ufeff]*[=+\-@＝＋－＠]|[\t\r]")
"""Beginnings that a spreadsheet may take for a formula, after blanks or quotes too."""


def attachments(review: Review, folder: Path) -> list[dict[str, str]]:
    """Writes `tables/*.csv`, the logo and the fonts into the report's folder, each whole, and returns what
    describes the tables: path (relative to that folder), name, mime, description, relationship."""
    for name in attached(review):
        write_whole(folder / "tables" / f"{name}.csv", as_csv(review.table(name)))
    write_whole(folder / CODEBOOK, as_csv(codebook(review)))
    write_whole(folder / MANIFEST, manifest(review))
    for name, path in brand_files(review.look).items():
        write_whole(folder / name, path.read_bytes())
    return described(review)


def attached(review: Review) -> list[str]:
    """The tables that go with the report."""
    return [*ATTACHED, *(["restatements"] if review.has("restatements") else [])]


def described(review: Review) -> list[dict[str, str]]:
    """What is attached, as the exporter wants it."""
    tables = [_described(review, f"{name}.csv", f"tables/{name}.csv") for name in attached(review)]
    others = {"codebook.csv": CODEBOOK, "manifest.json": MANIFEST}
    return [*tables, *(_described(review, name, path) for name, path in others.items())]


def codebook(review: Review) -> pd.DataFrame:
    """Every column of the attached tables, and every metric that the client's files hold."""
    rows = [
        (name, column.name, column.kind, column.unit, column.meaning)
        for name in attached(review)
        for column in TABLES[name].columns
        if column.name in review.table(name).columns
    ]
    used = sorted(review.table("metrics")["metric"].dropna().unique())
    rows += [
        ("metrics", name, METRICS[name].kind, METRICS[name].unit, review.say(f"metric.{name}.meaning"))
        for name in used
    ]
    return pd.DataFrame(rows, columns=["table", "column", "kind", "unit", "meaning"])


def manifest(review: Review) -> str:
    """What the report was made from: inputs by name, with their sha256; thresholds; fingerprint."""
    sources = review.table("sources").sort_values("path")
    content = {
        "client": review.client.name,
        "quarter": str(review.quarter),
        "language": review.language,
        "edition": review.audience,
        "as_of": review.as_of.isoformat(),
        "version": __version__,
        "fingerprint": review.fingerprint,
        "inputs": dict(zip(sources["path"], sources["sha256"], strict=True)),
        "thresholds": review.thresholds,
    }
    return f"{json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False)}\n"


def document(review: Review) -> dict[str, Any]:
    """The report's metadata: title, language, authors, date, footer, attachments, strictness."""
    title = review.say("document.title", name=review.client.name, period=review.period)
    return {
        "title": title,
        "language": review.language,
        "authors": [review.client.company.name, review.client.agency.name],
        "date": review.as_of.isoformat(),
        "strict": True,
        "footer": title,
        "subject": review.say("document.subject"),
        "keywords": [review.client.name, str(review.quarter)],
        "page_words": {"page": review.say("document.page"), "of": review.say("document.of")},
        "attachments": described(review),
        **brand_of(review.look, review.client.agency.name),
        **cover_of(review.look, title),
    }


def brand_of(look: Look, logo_alt: str) -> dict[str, Any]:
    """Colours, logo and fonts, where agency.toml or client.toml name any."""
    names = {path: name for name, path in brand_files(look).items()}
    told: dict[str, Any] = {"primary": look.primary, "accent": look.accent}
    if look.logo:
        told |= {"logo": names[look.logo], "logo_alt": look.brand.logo_alt or logo_alt}
    told["fonts"] = [names[font] for font in look.fonts]
    said = {name: value for name, value in told.items() if value}
    return {"brand": said} if said else {}


def cover_of(look: Look, title: str) -> dict[str, Any]:
    """The cover, where one is told in the report's language."""
    if look.cover is None:
        return {}
    cover = look.cover
    return {"cover": {"title": cover.title or title, "subtitle": cover.subtitle, "lines": list(cover.text)}}


def _described(review: Review, name: str, path: str) -> dict[str, str]:
    return {
        "path": path,
        "name": name,
        "mime": "text/csv" if name.endswith(".csv") else "application/json",
        "description": review.say(f"table.{Path(name).stem}"),
        "relationship": "data",
    }


def as_csv(frame: pd.DataFrame) -> str:
    """The frame as CSV: days as 2026-09-30, missing empty, and no text that a spreadsheet would compute."""
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")  # RFC 4180; with it a lone \r is quoted too
    writer.writerow(frame.columns)
    writer.writerows([_cell(value) for value in row] for row in frame.itertuples(index=False))
    return buffer.getvalue()


def _cell(value: Any) -> str:
    if pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, str):
        return f"'{value}" if FORMULA.match(value) else value
    return repr(float(value)) if isinstance(value, float) else str(value)
