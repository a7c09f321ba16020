"""Overlapping exports of the same thing: each key once, from the newest export by its own date."""

from typing import Any

import pandas as pd

from sharedsocial_utils.reading.file import FileReading
from sharedsocial_utils.tables import TABLES, conform, empty

ADDED_UP = ("visits", "spend")  # rows of one file with the same key are parts of one figure


def merge(files: list[FileReading], names: tuple[str, ...]) -> dict[str, pd.DataFrame]:
    """The tables of all files merged; the lines of each file that gave nothing new are counted as merged.

    The order of the files changes nothing: two exports of the same day are told apart by their bytes.
    """
    stacked = {name: _stacked(name, files) for name in names}
    _count_merged(files, [every[["_sha", "source_row", "_old"]] for every in stacked.values() if len(every)])
    return {name: _newest(name, every) for name, every in stacked.items()}


def _stacked(name: str, files: list[FileReading]) -> pd.DataFrame:
    """The rows of all files, oldest export first, with `_old` true where a newer row has the same key."""
    frames = [
        file.tables[name].assign(
            _as_of=pd.Series([file.as_of], dtype="datetime64[us]").iloc[0], _sha=file.sha256
        )
        for file in files
        if name in file.tables
    ]
    if not frames:
        return empty(name)
    every = pd.concat(frames, ignore_index=True)
    every = every.sort_values(["_as_of", "_sha"], kind="stable", na_position="first", ignore_index=True)
    return every.assign(_old=_is_old(name, every))


def _is_old(name: str, every: pd.DataFrame) -> pd.Series:
    key = list(TABLES[name].key)
    if name in ADDED_UP:
        return every["_sha"] != every.groupby(key, dropna=False)["_sha"].transform("last")
    return every.duplicated(key, keep="last")


def _newest(name: str, every: pd.DataFrame) -> pd.DataFrame:
    if not len(every):
        return every
    rows = every[~every["_old"]].drop(columns=["_as_of", "_sha", "_old"])
    return conform(name, _added_up(name, rows) if name in ADDED_UP else rows)


def _added_up(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    key = list(TABLES[name].key)
    if not rows.duplicated(key).any():
        return rows
    figures = [column.name for column in TABLES[name].columns if column.kind == "number"]
    rest = [column for column in TABLES[name].names if column not in key and column not in figures]
    grouped = rows.groupby(key, dropna=False, sort=False)
    how: dict[str, Any] = dict.fromkeys(rest, "first")
    return pd.concat([grouped[figures].sum(min_count=1), grouped.agg(how)], axis=1).reset_index()


def _count_merged(files: list[FileReading], rows: list[pd.DataFrame]) -> None:
    """Moves to `merged` the lines none of whose rows, in any table, is the newest."""
    if not rows:
        return
    old = pd.concat(rows).groupby(["_sha", "source_row"])["_old"].all()
    merged = old.index[old].to_frame(index=False)
    for file in files:
        lines = merged.loc[merged["_sha"] == file.sha256, "source_row"]
        moved = sum(file.spans.get(str(line), 1) for line in lines)
        file.rows_merged += moved
        file.rows_kept -= moved
