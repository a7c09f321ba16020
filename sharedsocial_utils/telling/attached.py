"""What goes with the report: its tables as CSV, and the document's metadata for the exporter."""

import csv
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

from sharedsocial_utils.telling.review import Review
from sharedsocial_utils.workspace import write_whole

ATTACHED = (
    "channel_quarter", "activity_quarter", "people_quarter", "voice_quarter", "flags", "plan", "followup",
    "activity_weekly", "sources",
)  # fmt: skip
"""The tables that the printed numbers come from; single contacts and entries of work stay out."""
FORMULA = re.compile(r"[\s\"'\u2018-\u201f\ufeff]*[=+\-@＝＋－＠]|[\t\r]")
"""Beginnings that a spreadsheet may take for a formula, after blanks or quotes too."""


def attachments(review: Review, folder: Path) -> list[dict[str, str]]:
    """Writes `tables/*.csv` into the report's folder, each whole, and returns what describes them:
    path (relative to that folder), name, mime, description, relationship."""
    for name in ATTACHED:
        write_whole(folder / "tables" / f"{name}.csv", as_csv(review.table(name)))
    return [_described(review, name) for name in ATTACHED]


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
        "attachments": [_described(review, name) for name in ATTACHED],
    }


def _described(review: Review, name: str) -> dict[str, str]:
    return {
        "path": f"tables/{name}.csv",
        "name": f"{name}.csv",
        "mime": "text/csv",
        "description": review.say(f"table.{name}"),
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
