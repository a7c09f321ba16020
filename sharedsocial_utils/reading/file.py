"""One file, from bytes to rows with the books closed. Runs in the sandbox's child, never in the parent."""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute

from sharedsocial_utils.errors import Fault, visible
from sharedsocial_utils.reading import cells, door, frames
from sharedsocial_utils.reading.frames import Frames
from sharedsocial_utils.reading.ledger import KEPT, MERGED, OTHER, QUARANTINED, Ledger
from sharedsocial_utils.reading.source import LARGE_BYTES, Context, Rows, Source, local_day
from sharedsocial_utils.tables import METRICS, TABLES

_Days = tuple[date, date] | tuple[None, None]
LEFT_ASIDE = frozenset({"IN-DATE-05", "IN-FILE-13"})
"""What is noted of a file none of whose figures can be used."""


@dataclass
class FileReading:
    """What became of one file: its rows per table, its books, and the fault that refused it, if any."""

    path: str
    sha256: str = ""
    bytes: int = 0
    reader: str | None = None
    layout: str | None = None
    channel: str | None = None
    service: str | None = None
    as_of: date | None = None
    first_date: date | None = None
    last_date: date | None = None
    rows_read: int = 0
    rows_kept: int = 0
    rows_merged: int = 0
    rows_quarantined: int = 0
    rows_other: int = 0
    tables: Frames = field(default_factory=Frames)
    faults: list[dict[str, Any]] = field(default_factory=list)
    error: dict[str, Any] | None = None
    grain: dict[str, str] = field(default_factory=dict)  # table -> the columns of its key that the file has
    spans: dict[str, int] = field(default_factory=dict)  # source_row -> lines, where a record has several
    unknown: list[str] = field(default_factory=list)  # headings that no reader expects
    accounts: list[list[str]] = field(default_factory=list)  # a system and the names of one account in it
    blocks: list[tuple[str, int]] = field(default_factory=list)  # part and unit where a header stands again
    of_period: bool = False  # figures of all its days stand on the last


def read_bytes(path: str, data: bytes, context: Context) -> FileReading:
    """Recognises and reads the bytes of one file; a fault becomes part of the answer, never an exception."""
    reading = FileReading(path, hashlib.sha256(data).hexdigest(), len(data))
    ledger = Ledger()
    try:
        # of few rows, Arrow's texts cost double
        storage = "pyarrow" if len(data) >= LARGE_BYTES else "python"
        with pd.option_context("mode.string_storage", storage):
            _read(reading, data, context, ledger)
    except Fault as fault:
        _refuse(reading, fault, data, ledger)
    except RecursionError:
        _refuse(reading, Fault("IN-JSON-02", "nested too deep"), data, ledger)
    except MemoryError:
        _refuse(reading, Fault("IN-FILE-10", "the memory limit was reached"), data, ledger)
    except Exception as error:  # a fault of ours must cost one file, not the client's audit
        found = f"the reader failed ({type(error).__name__}: {error})"
        _refuse(reading, Fault("IN-FILE-11", found), data, ledger)
    _close(reading, ledger)
    return reading


def _read(reading: FileReading, data: bytes, context: Context, ledger: Ledger) -> None:
    name, layout = door.identify(door.Head(reading.path, data, context.tables))
    reader = door.readers()[name]
    reading.reader, reading.layout = name, layout
    reading.channel, reading.service = reader.EXPORT.channel, reader.EXPORT.service
    source = Source(reading.path, data, layout, context, ledger)
    source.is_by_hand = reader.EXPORT.counted_by == "person"
    rows = list(reader.read(source))
    pending = ledger.first_pending()
    if pending:
        raise Fault("IN-FILE-11", f"the reader {name} left {pending} without a class")
    tables, reading.grain = _by_table(reading.path, rows), _grain(rows)
    reading.channel = source.channel or reading.channel
    reading.first_date, reading.last_date = _covered(source, _days_covered(tables, context.timezone))
    reading.as_of = source.as_of or reading.last_date or (source.covers and source.covers[1])
    reading.of_period = source.of_period
    _say_partial(source, tables, ledger)
    if "metrics" in tables:
        tables["metrics"] = frames.with_constant(tables["metrics"], "as_of", reading.as_of)
    reading.tables = Frames(tables)
    if not reading.tables and not ledger.faults:
        ledger.note(Fault("IN-FILE-02", "no data rows"))


def _covered(source: Source, days: _Days) -> _Days:
    """The days that the file says it covers, else those of its rows; of several exports in it, both.

    A file whose figures were left aside tells of no day: where nothing else covers it, it is missing, not 0.
    """
    if days[0] is None and any(fault.code in LEFT_ASIDE for _, fault in source.ledger.faults):
        return None, None
    if not source.covers:
        return days
    if not source.ledger.blocks or days[0] is None:
        return source.covers
    return min(source.covers[0], days[0]), max(source.covers[1], days[1])


def _say_partial(source: Source, tables: dict[str, pa.Table], ledger: Ledger) -> None:
    """Notes that the day of the export is among the days with figures: it was not over."""
    day = source.exported_on
    having = [tables[name] for name in ("metrics", "visits") if name in tables] if day else []
    if any(
        pa.compute.any(pa.compute.equal(t["date"].cast(pa.date32()), pa.scalar(day))).as_py() for t in having
    ):
        ledger.note(Fault("IN-DATE-07", f"{day} is partial: the file was exported on that day"))


def _by_table(path: str, rows: list[Rows]) -> dict[str, pa.Table]:
    parts: dict[str, list[pa.Table]] = {}
    for each in rows:
        if each.height:
            parts.setdefault(each.table, []).append(frames.arrow(each.table, each.columns, each.height, path))
    tables = {table: pa.concat_tables(of_table) for table, of_table in parts.items()}
    _check_words(tables)
    return tables


def _grain(rows: list[Rows]) -> dict[str, str]:
    """The key columns that the reader filled, even where no row has a value."""
    return {table: ",".join(c for c in TABLES[table].key if c in columns) for table, columns in rows}


def _days_covered(tables: dict[str, pa.Table], zone: str) -> _Days:
    """The first and the last day that any of the tables holds; of an instant its day in `zone`."""
    found = [
        local_day(end, zone)
        for table in tables.values()
        for name in ("date", "end_date", "done_at", "done_date")
        if name in table.column_names
        for end in pa.compute.min_max(table[name]).as_py().values()
        if end is not None
    ]
    return (min(found), max(found)) if found else (None, None)


def _check_words(tables: dict[str, pa.Table]) -> None:
    for table, rows in tables.items():
        if any(rows[c].null_count for c in TABLES[table].key if c in _NEVER_MISSING):
            raise Fault("IN-FILE-11", f"the reader left a key of {table} empty")
    if "metrics" in tables:
        unknown = set(tables["metrics"]["metric"].unique().to_pylist()) - set(METRICS)
        if unknown:
            raise Fault("IN-FILE-11", f"metrics not in the codebook: {', '.join(sorted(unknown))}")


_NEVER_MISSING = {"item_id", "contact_id", "stage", "entry_id", "channel", "metric"} - {"channel", "item_id"}


def _refuse(reading: FileReading, fault: Fault, data: bytes, ledger: Ledger) -> None:
    reading.tables = Frames()
    if not ledger.parts:
        ledger.part("", _line_count(data))
    ledger.refuse()
    reading.error = fault.at(file=reading.path).as_dict()
    ledger.note(fault)


def _line_count(data: bytes) -> int:
    return cells.line_count(data) if door.Head("", data).text else 0


def _close(reading: FileReading, ledger: Ledger) -> None:
    reading.rows_read = ledger.units()
    reading.rows_kept = ledger.count(KEPT)
    reading.rows_merged = ledger.count(MERGED)
    reading.rows_quarantined = ledger.count(QUARANTINED)
    reading.rows_other = ledger.count(OTHER)
    reading.faults = [{**fault.at(file=reading.path).as_dict(), "row": row} for row, fault in ledger.told()]
    reading.unknown = list(dict.fromkeys(visible(name[:80]) for name in ledger.unknown if name.strip()))
    reading.accounts = [list(account) for account in ledger.accounts]
    reading.blocks = list(ledger.blocks)
    reading.spans = {
        part.name(unit): span for part in ledger.parts for unit, span in part.spans.items() if span > 1
    }
