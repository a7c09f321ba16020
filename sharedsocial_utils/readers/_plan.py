"""What the readers of plans have in common: when a piece is done, whose it is, and our row for it."""

import re
from collections.abc import Iterable

import pandas as pd

from sharedsocial_utils.reading.source import Rows, Source, Table

DONE = (
    "done", "completed", "complete", "finished", "published", "closed", "fatto", "fatti", "fatta", "finito",
    "finiti", "completato", "completati", "concluso", "conclusi", "pubblicato", "pubblicati", "chiuso",
)  # fmt: skip
_YEAR_FIRST = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})")


def is_done_status(status: pd.Series) -> pd.Series:
    """Whether a status, list or section is called so in English or Italian."""
    done: pd.Series = status.str.casefold().str.strip().isin(DONE)
    return done


def keep_plan(
    table: Table, ids: pd.Series, due: pd.Series, done: pd.Series, tags: Iterable[str] = ("tags",)
) -> Rows:
    """Rows of `plan_items` from the fields title, status, person, mail and those of the tags."""
    people = table.source.people(
        table["person"].map(lambda text: _known(table.source, text), na_action="ignore").astype("str")
    )
    by_mail = table.source.people(table["mail"])
    return table.keep(
        "plan_items",
        {
            "item_id": ids,
            "due_date": due,
            "done_date": done,
            "person": people["person"].fillna(by_mail["person"]),
            "side": people["side"].fillna(by_mail["side"]),
            "title": table["title"],
            "status": table["status"],
            "tags": joined([table[name] for name in tags]),
        },
    )


def _known(source: Source, names: str) -> str:
    """The first of several names that is in client.toml; empty if none is."""
    each = (name.strip() for name in re.split(r"[,;]", names.strip("[] ")))
    return next((name for name in each if name.casefold() in source.context.people), "")


def joined(columns: list[pd.Series]) -> pd.Series:
    """Several columns of labels as one, each label once, `[a, b]` without its brackets."""
    rows = zip(*(column.fillna("") for column in columns), strict=True)
    texts = [
        ", ".join(dict.fromkeys(label for cell in row for label in _labels(cell))) or None for row in rows
    ]
    return pd.Series(texts, index=columns[0].index, dtype="str")


def _labels(cell: str) -> list[str]:
    return [label.strip() for label in cell.strip("[] ").split(",") if label.strip()]


def year_first(text: str) -> str:
    """`2026/07/05` as ISO; any other text as it is."""
    return _YEAR_FIRST.sub(lambda m: f"{m[1]}-{int(m[2]):02}-{int(m[3]):02}", text)
