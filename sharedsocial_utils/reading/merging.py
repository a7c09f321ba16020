"""Overlapping exports of the same thing: each key once, from the newest export by its own date.

Where exports of different grain tell the same visits or the same money, the finer is used, and of two tools
that count the same visits one (see `overlaps`). Figures that a newer export tells otherwise are listed (see
`restating`).
"""

from typing import Any

import numpy as np
import pandas as pd

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading import frames
from sharedsocial_utils.reading.file import FileReading
from sharedsocial_utils.reading.overlaps import overlap
from sharedsocial_utils.reading.restating import ADDED_UP, restated
from sharedsocial_utils.tables import TABLES, conform, empty


def merge(files: list[FileReading], names: tuple[str, ...]) -> dict[str, pd.DataFrame]:
    """The tables of all files merged, and `restatements`; the lines of each file that gave nothing new are
    counted as merged.

    The order of the files changes nothing: two exports of the same day are told apart by their bytes.
    """
    having = {name: [file for file in files if name in file.tables] for name in names}
    stacked = {name: _stacked(name, having[name]) for name in names if having[name]}
    _count_merged(files, [every[["_sha", "source_row", "_old"]] for every in stacked.values()])
    for name, every in stacked.items():
        _put_aside(files, every, stacked)
        _say_instead(files, name, every)
    tables = {name: _newest(name, stacked[name]) if name in stacked else empty(name) for name in names}
    return {**tables, "restatements": restated(stacked)}


def _stacked(name: str, having: list[FileReading]) -> pd.DataFrame:
    """The rows of all files, oldest export first, with `_old` true where a newer row has the same key or a
    finer or another file is used for what it tells."""
    every = frames.frame(name, (file.tables.arrow[name] for file in having))
    every = pd.concat([every, _origins(name, having)], axis=1)
    order = ["_as_of", "_sha", "_block"]
    every = every.sort_values(order, kind="stable", na_position="first", ignore_index=True)
    found = overlap(name, every)
    aside = found.whole | found.instead.notna()
    old = aside.mask(~aside, _is_old(name, every[~aside] if aside.any() else every))
    return every.assign(_aside=aside, _old=old.astype(bool), _doubtful=found.part, _instead=found.instead)


def _origins(name: str, files: list[FileReading]) -> pd.DataFrame:
    """Export day, hash, grain and service of the file of each row, in the files' order; and the rank in time
    of the row's block in its file."""
    facts = pd.DataFrame(
        {
            "_as_of": pd.Series([file.as_of for file in files], dtype="datetime64[us]"),
            "_sha": [file.sha256 for file in files],
            "_grain": [file.grain.get(name, "") for file in files],
            "_service": [file.service for file in files],
            "_begins": pd.Series(
                [file.first_date if file.of_period else None for file in files], dtype="datetime64[us]"
            ),
        }
    )
    rows = [file.tables.rows[name] for file in files]
    origins = facts.loc[np.repeat(facts.index, rows)].reset_index(drop=True)
    blocks = [_blocks(file, name) if file.blocks else np.zeros(file.tables.rows[name]) for file in files]
    return origins.assign(_block=np.concatenate(blocks))


def _blocks(file: FileReading, name: str) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """For each row of a file of several exports the rank of its own: by its last day, then by its place."""
    rows = file.tables[name]
    units = rows["source_row"].str.extract(r"^(.*?)(\d+)$")
    number = pd.Series(0, index=rows.index)
    for prefix in dict.fromkeys(prefix for prefix, _ in file.blocks):
        lines = units.loc[units[0] == prefix, 1].astype("int64")
        number[lines.index] = np.searchsorted([line for of, line in file.blocks if of == prefix], lines)
    day = rows["date"] if "date" in rows else pd.Series(pd.NaT, index=rows.index)
    last = day.groupby(number).max().fillna(pd.Timestamp.min).sort_values(kind="stable")
    rank = {block: place for place, block in enumerate(last.index)}
    return number.map(rank).to_numpy(dtype="float64")


def _is_old(name: str, every: pd.DataFrame) -> pd.Series:
    key = list(TABLES[name].key)
    if name in ADDED_UP:
        newest = every.groupby(key, dropna=False)[["_sha", "_block"]].transform("last")
        return (every[["_sha", "_block"]] != newest).any(axis=1)
    return every.duplicated(key, keep="last")


def _put_aside(files: list[FileReading], every: pd.DataFrame, stacked: dict[str, pd.DataFrame]) -> None:
    """Tells figures of whose days other files tell some; their line, if it gives no more, is quarantined."""
    doubtful = every[every["_doubtful"] & ~every["_old"]].drop_duplicates(["_sha", "source_row"])
    used = _lines_used(stacked) if len(doubtful) else set()
    for file in files if len(doubtful) else []:
        for _, row in doubtful[doubtful["_sha"] == file.sha256].iterrows():
            file.faults.append({**_crossed(row, file.path).as_dict(), "row": row["source_row"]})
            lines = 0 if (file.sha256, row["source_row"]) in used else file.spans.get(row["source_row"], 1)
            file.rows_kept -= lines
            file.rows_quarantined += lines


def _crossed(row: pd.Series, path: str) -> Fault:
    is_spend = "end_date" in row
    first, last = (row["date"], row["end_date"]) if is_spend else (row["_begins"], row["date"])
    found = f"one figure for {first:%Y-%m-%d} to {last:%Y-%m-%d}"
    again = "" if is_spend else "export periods that do not overlap"
    return Fault("IN-DATE-06", found, file=path, next_step=again)


def _lines_used(stacked: dict[str, pd.DataFrame]) -> set[tuple[str, str]]:
    used = [every[~every["_old"] & ~every["_doubtful"]] for every in stacked.values()]
    return {line for rows in used for line in zip(rows["_sha"], rows["source_row"], strict=True)}


def _say_instead(files: list[FileReading], name: str, every: pd.DataFrame) -> None:
    """Tells a file of how many of its rows another tool's are used."""
    aside = every[every["_instead"].notna()]
    for (sha, tool), rows in aside.groupby(["_sha", "_instead"]) if len(aside) else ():
        first, last = rows["date"].min(), rows["date"].max()
        found = f"{len(rows)} rows of {name}, {first:%Y-%m-%d} to {last:%Y-%m-%d} are taken from another tool"
        for file in files:
            if file.sha256 == sha:
                fault = Fault("IN-DATE-08", found, file=file.path, text=str(tool))
                file.faults.append({**fault.as_dict(), "row": ""})


def _newest(name: str, every: pd.DataFrame) -> pd.DataFrame:
    rows = every.loc[~every["_old"] & ~every["_doubtful"], TABLES[name].names]
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
