"""Figures that a newer export of the same service tells otherwise: the newer one counts, both are listed.

Each change from one export to the next is listed by itself. A figure of an item's lifetime is compared only
between exports of one day: to a later day it grows, and both are true. A figure that one of the exports lacks
was not corrected.
"""

from collections.abc import Iterator, Mapping

import pandas as pd

from sharedsocial_utils.tables import TABLES, conform

ADDED_UP = ("visits", "spend")  # rows of one file with the same key are parts of one figure
READABLE = {"effort": ["date", "person", "project"], "metrics": ["channel", "date", "item_id"]}
"""What a person knows a row by where its key is none to read: a hash, or the figure's own name."""
SMALL = 1e-9  # of a sum of parts, what the order of adding changes


def restated(stacked: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The table `restatements`, from the rows of all files, oldest export first (see `merging`)."""
    found = [rows for name, every in stacked.items() for rows in _of_table(name, every)]
    return conform("restatements", pd.concat(found) if found else pd.DataFrame())


def _of_table(name: str, every: pd.DataFrame) -> Iterator[pd.DataFrame]:
    figures = [column.name for column in TABLES[name].columns if column.kind == "number"]
    if not figures or not (every["_old"] & ~every["_aside"]).any():
        return
    rows = _told_again(name, every[~every["_aside"]])
    key = [*TABLES[name].key, "_service"]
    if name == "metrics":
        rows = rows.assign(_lifetime_to=rows["as_of"].where(rows["kind"] == "lifetime"))
        key.append("_lifetime_to")
    exports = _by_export(name, rows, key, figures)
    older = exports.groupby(key, dropna=False, sort=False)[[*figures, "_as_of", "source_file"]].shift()
    for figure in figures:
        differs = (exports[figure] - older[figure]).abs() > SMALL
        if differs.any():
            yield _listed(name, figure, older[differs], exports[differs])


def _told_again(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of the keys that several exports tell."""
    key = list(TABLES[name].key)
    return rows.merge(rows.loc[rows["_old"], key].drop_duplicates(), on=key)


def _by_export(name: str, rows: pd.DataFrame, key: list[str], figures: list[str]) -> pd.DataFrame:
    """One row per key and export, oldest first."""
    grouped = rows.groupby([*key, "_as_of", "_sha", "_block"], dropna=False, sort=False)
    sums = grouped[figures].sum(min_count=1) if name in ADDED_UP else grouped[figures].last()
    named = [column for column in (*READABLE.get(name, ()), "source_file") if column not in key]
    return pd.concat([sums, grouped[named].first()], axis=1).reset_index()


def _listed(name: str, figure: str, older: pd.DataFrame, newer: pd.DataFrame) -> pd.DataFrame:
    labels = newer[READABLE.get(name, list(TABLES[name].key))]
    return pd.DataFrame(
        {
            "table": name,
            "key": [_label(row) for row in labels.itertuples(index=False, name=None)],
            "column": newer["metric"] if name == "metrics" else figure,
            "old": [f"{value:.12g}" for value in older[figure]],
            "new": [f"{value:.12g}" for value in newer[figure]],
            "old_file": older["source_file"],
            "new_file": newer["source_file"],
            "old_as_of": older["_as_of"],
            "new_as_of": newer["_as_of"],
        }
    )


def _label(parts: tuple[object, ...]) -> str:
    """`2026-07-01, google, organic`: what is known of a row."""
    return ", ".join(
        part.date().isoformat() if isinstance(part, pd.Timestamp) else str(part)
        for part in parts
        if not pd.isna(part)  # type: ignore[call-overload]
    )
