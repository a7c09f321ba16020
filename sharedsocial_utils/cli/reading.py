"""The commands that read: new, check, read, readers."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sharedsocial_utils.cli.base import (
    NOTHING_DONE,
    QUARANTINED,
    ClientId,
    Run,
    Strict,
    command,
    console,
    table,
)
from sharedsocial_utils.errors import visible

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from sharedsocial_utils.client import Client
    from sharedsocial_utils.reading import FileReading
    from sharedsocial_utils.workspace import Quarter


@command
def new(run: Run, client: ClientId) -> None:
    """Make a client's folder.

    In it a commented client.toml to fill in, and a README of what to download.
    """
    from sharedsocial_utils.delivering import open_client

    folder = open_client(run.workspace, client, _downloads(_exports()))
    if run.json:
        run.answer({"client": client, "folder": folder})
    else:
        print(f"{folder}\nFill in client.toml; README.md lists what to download.")


@command
def check(
    run: Run,
    client: ClientId,
    quarter: Annotated[str | None, typer.Option(help="Such as 2026Q3: which of its days are there.")] = None,
    strict: Strict = False,
) -> int:
    """Tell what is recognised, refused, missing.

    Reads the files and writes nothing; no notebook runs.
    """
    from sharedsocial_utils.reading.child import started
    from sharedsocial_utils.workspace import Quarter, Workspace

    place = Workspace.at(run.workspace)
    period = Quarter.parse(quarter) if quarter else None
    root = place.raw(client)
    with started() as child:  # it imports what it needs while we do
        from sharedsocial_utils.client import load_client
        from sharedsocial_utils.reading import look_through

        about = load_client(root)
        files = look_through(client, place, child).files
    if run.json:
        run.answer({"files": [_file_as_dict(file) for file in files]})
        return _code(files, strict)
    out = console()
    shown = files if period is None or run.verbose else [f for f in files if _may_touch(f, period)]
    rest = f", {len(files) - len(shown)} more without a day of {period}" if len(shown) < len(files) else ""
    out.print(_file_table(shown, f"{about.name}: {_files(len(shown))}{rest}"))
    _print_faults(out, files, run.verbose)
    if period:
        _print_coverage(out, period, about, files)
    return _code(files, strict)


@command
def read(
    run: Run,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files as they were downloaded.")],
    strict: Strict = False,
) -> int:
    """Read files that belong to no client.

    Tells which reader claims each, its accounting and its first rows.
    """
    from sharedsocial_utils.reading import read_files

    readings = [
        replace(reading, path=str(path)) for path, reading in zip(files, read_files(files), strict=True)
    ]
    if run.json:
        run.answer({"files": [_file_as_dict(reading) for reading in readings]})
    else:
        out = console()
        out.print(_file_table(readings, _files(len(readings))))
        _print_faults(out, readings, run.verbose)
        for reading in readings:
            for name, frame in reading.tables.items():
                out.print(_rows_table(f"{reading.path}: {len(frame)} rows of {name}", frame.head(5)))
    return NOTHING_DONE if all(reading.error for reading in readings) else _code(readings, strict)


@command
def readers(run: Run) -> None:
    """List the export formats and their menus."""
    exports = _exports()
    if run.json:
        run.answer({"readers": [_export_as_dict(name, export) for name, export in exports.items()]})
        return
    rows = [
        (name, e.service, e.menu, "\n".join(e.layouts), " ".join(e.languages), " ".join(e.tables))
        for name, e in exports.items()
    ]
    heads = ("reader", "service", "where to download it", "layouts", "languages", "fills")
    console().print(table(f"{len(rows)} formats", heads, rows, lines=True))


# ---- files


def _file_as_dict(file: "FileReading") -> dict[str, Any]:
    plain = (
        "path", "reader", "layout", "first_date", "last_date", "rows_read", "rows_kept", "rows_merged",
        "rows_quarantined", "rows_other",
    )  # fmt: skip
    error = file.error and {key: file.error[key] for key in ("code", "message", "line", "column")}
    tables = {name: len(frame) for name, frame in file.tables.items()}
    return {**{name: getattr(file, name) for name in plain}, "tables": tables, "error": error}


def _files(number: int) -> str:
    return "1 file" if number == 1 else f"{number} files"


def _code(files: "Sequence[FileReading]", strict: bool) -> int:
    return QUARANTINED if strict and any(file.error or file.rows_quarantined for file in files) else 0


def _file_table(files: "Sequence[FileReading]", title: str) -> "Table":
    rows = [
        (
            f.path, f.reader or ("refused" if f.error else ""), f.first_date, f.last_date, f.rows_read,
            f.rows_kept, f.rows_merged, f.rows_quarantined, f.rows_other,
        )
        for f in files
    ]  # fmt: skip
    heads = ("file", "reader", "from", "to", "read", "kept", "merged", "not used", "no data")
    return table(title, heads, rows, numbers=5)


def _may_touch(file: "FileReading", quarter: "Quarter") -> bool:
    """Whether the file has days of the quarter, or says nothing of its days."""
    if not file.first_date or not file.last_date:
        return True
    return file.first_date <= quarter.last_day and file.last_date >= quarter.first_day


def _print_faults(out: "Console", files: "Sequence[FileReading]", verbose: bool) -> None:
    """Each refused file with its reason; of the other faults the first of each kind (all with -v)."""
    others: dict[str, list[str]] = {}
    for file in files:
        for fault in file.faults:
            line = _fault_line(file.path, fault)
            if verbose or (file.error and not fault["row"]):
                out.print(line, soft_wrap=True)
            else:
                others.setdefault(fault["code"], []).append(line)
    for lines in others.values():
        more = f" And {len(lines) - 1} more like it; -v lists them." if len(lines) > 1 else ""
        out.print(lines[0] + more, soft_wrap=True)


def _fault_line(path: str, fault: dict[str, Any]) -> str:
    row = f" {fault['row']}" if fault["row"] else ""
    return visible(f"{fault['code']}  {path}{row}: {fault['message']}")


def _rows_table(title: str, frame: Any) -> "Table":
    named = [column for column in frame.columns if frame[column].notna().any()]
    return table(title, named, frame[named].astype(str).values.tolist())


# ---- days


@dataclass(frozen=True)
class _Days:
    """What the files cover of a quarter, for one channel or one kind of table."""

    subject: str
    files: int
    covered: int
    gaps: list[tuple[date, date]]


def _print_coverage(
    out: "Console", quarter: "Quarter", about: "Client", files: "Sequence[FileReading]"
) -> None:
    subjects = list(dict.fromkeys(activity.channel for activity in about.activities))
    days = [_days(quarter, subject, files) for subject in (*subjects, "visits", "contacts", "effort")]
    rows = [(d.subject, d.files, f"{d.covered} of {quarter.days}", _gaps(d.gaps)) for d in days]
    out.print(table(f"days of {quarter}", ("channel or table", "files", "covered", "missing"), rows))
    for d in days:
        exports = {name: e for name, e in _exports().items() if d.subject in (e.channel, *e.tables)}
        if not d.covered and exports:
            out.print(table(f"to download: {d.subject}", None, [(line,) for line in _downloads(exports)]))


def _days(quarter: "Quarter", subject: str, files: "Sequence[FileReading]") -> _Days:
    spans = [
        (f.first_date, f.last_date) for f in files if f.first_date and f.last_date and _about(f, subject)
    ]
    every = (quarter.first_day + timedelta(days=n) for n in range(quarter.days))
    missing = [day for day in every if not any(first <= day <= last for first, last in spans)]
    return _Days(subject, len(spans), quarter.days - len(missing), list(_runs(missing)))


def _about(file: "FileReading", subject: str) -> bool:
    """Whether the file has rows of the table or, in whatever table, of the channel."""
    frames = (frame for frame in file.tables.values() if "channel" in frame)
    return subject in file.tables or any((frame["channel"] == subject).any() for frame in frames)


def _runs(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    """Days in order => first and last of each unbroken run."""
    run: list[date] = []
    for day in days:
        if run and day - run[-1] > timedelta(days=1):
            yield run[0], run[-1]
            run = []
        run.append(day)
    if run:
        yield run[0], run[-1]


def _gaps(gaps: Sequence[tuple[date, date]]) -> str:
    shown = [f"{first}" if first == last else f"{first} to {last}" for first, last in gaps[:4]]
    return ", ".join(shown) + (f" and {len(gaps) - 4} more gaps" if len(gaps) > 4 else "")


# ---- formats


def _exports() -> dict[str, Any]:
    from sharedsocial_utils.reading import readers as all_readers

    return {name: reader.EXPORT for name, reader in all_readers().items()}


def _downloads(exports: dict[str, Any]) -> list[str]:
    """One line for each export: `Toggl Track: Reports > Detailed > ...`."""
    return [f"{export.service}: {export.menu}" for export in exports.values()]


def _export_as_dict(name: str, export: Any) -> dict[str, Any]:
    return {"reader": name, **vars(export)}
