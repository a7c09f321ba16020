"""Overlapping exports of the same thing: each key once, from the newest export by its own date.

Where exports of different grain tell the same visits or the same money, the finer is used (see `overlaps`).
"""

from typing import Any

import numpy as np
import pandas as pd

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading import frames
from sharedsocial_utils.reading.file import FileReading
from sharedsocial_utils.reading.overlaps import overlap
from sharedsocial_utils.tables import TABLES, conform, empty

ADDED_UP = ("visits", "spend")  # rows of one file with the same key are parts of one figure


def merge(files: list[FileReading], names: tuple[str, ...]) -> dict[str, pd.DataFrame]:
    """The tables of all files merged; the lines of each file that gave nothing new are counted as merged.

    The order of the files changes nothing: two exports of the same day are told apart by their bytes.
    """
    stacked = {name: _stacked(name, files) for name in names}
    _count_merged(files, [every[["_sha", "source_row", "_old"]] for every in stacked.values() if len(every)])
    for every in stacked.values():
        _put_aside(files, every)
    return {name: _newest(name, every) for name, every in stacked.items()}


def _stacked(name: str, files: list[FileReading]) -> pd.DataFrame:
    """The rows of all files, oldest export first, with `_old` true where a newer row has the same key."""
    having = [file for file in files if name in file.tables]
    if not having:
        return empty(name)
    every = frames.frame(name, (file.tables.arrow[name] for file in having))
    every = pd.concat([every, _origins(name, having)], axis=1)
    every = every.sort_values(["_as_of", "_sha"], kind="stable", na_position="first", ignore_index=True)
    coarser = overlap(name, every)
    return every.assign(_old=_is_old(name, every) | coarser.whole, _doubtful=coarser.part)


def _origins(name: str, files: list[FileReading]) -> pd.DataFrame:
    """Export day, hash and grain of the file of each row, in the files' order."""
    facts = pd.DataFrame(
        {
            "_as_of": pd.Series([file.as_of for file in files], dtype="datetime64[us]"),
            "_sha": [file.sha256 for file in files],
            "_grain": [file.grain.get(name, "") for file in files],
        }
    )
    rows = [file.tables.rows[name] for file in files]
    return facts.loc[np.repeat(facts.index, rows)].reset_index(drop=True)


def _is_old(name: str, every: pd.DataFrame) -> pd.Series:
    key = list(TABLES[name].key)
    if name in ADDED_UP:
        return every["_sha"] != every.groupby(key, dropna=False)["_sha"].transform("last")
    return every.duplicated(key, keep="last")


def _put_aside(files: list[FileReading], every: pd.DataFrame) -> None:
    """Quarantines the amounts of whose days finer files tell some."""
    if not len(every):
        return
    doubtful = every[every["_doubtful"] & ~every["_old"]]
    for file in files if len(doubtful) else []:
        for row in doubtful[doubtful["_sha"] == file.sha256].itertuples():
            found = f"one amount for {row.date:%Y-%m-%d} to {row.end_date:%Y-%m-%d}"
            fault = Fault("IN-DATE-06", found, file=file.path)
            file.faults.append({**fault.as_dict(), "row": row.source_row})
            file.rows_kept -= 1
            file.rows_quarantined += 1


def _newest(name: str, every: pd.DataFrame) -> pd.DataFrame:
    if not len(every):
        return every
    rows = every[~every["_old"] & ~every["_doubtful"]]
    rows = rows.drop(columns=["_as_of", "_sha", "_grain", "_old", "_doubtful"])
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
    lines = old.index[old].to_frame(index=False).groupby("_sha")["source_row"].agg(list).to_dict()
    for file in files:
        moved = sum(file.spans.get(line, 1) for line in lines.get(file.sha256, []))
        file.rows_merged += moved
        file.rows_kept -= moved
