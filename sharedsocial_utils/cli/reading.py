"""The commands that read: new, check, read, map, sanitise, readers."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sharedsocial_utils.cli.base import (
    FAILED,
    NOTHING_DONE,
    QUARANTINED,
    ClientId,
    Run,
    Strict,
    command,
    console,
    table,
)
from sharedsocial_utils.cli.checkup import (
    OTHER_ACCOUNT,
    downloads,
    files_told,
    identity_lines,
    may_touch,
    print_accounts,
    print_changes,
    print_days,
    print_faults,
    print_files,
    print_strangers,
    say,
)
from sharedsocial_utils.errors import Fault

if TYPE_CHECKING:
    from rich.table import Table

    from sharedsocial_utils.reading import FileReading

WIDE = 120  # signs of a line: on a narrower screen the list of formats leaves some columns out
KNOWN_FROM = {"DOC": "a help page", "MEMORY": "memory"}
OneFile = Annotated[Path, typer.Argument(metavar="FILE", help="A file as it was downloaded.")]


@command
def new(run: Run, client: ClientId) -> None:
    """Make a client's folder.

    In it a commented client.toml to fill in, and a README of what to download. Where the folder holds files
    already, the accounts that they carry stand in client.toml.
    """
    from sharedsocial_utils.delivering import open_client

    accounts = _accounts(run.workspace, client)
    folder = open_client(run.workspace, client, downloads(_exports()), identity_lines(accounts))
    if run.json:
        run.answer({"client": client, "folder": folder})
    else:
        print(f"{folder}\nFill in client.toml; README.md lists what to download.")


def _accounts(workspace: Path, client: str) -> dict[str, list[str]]:
    """The accounts that the files of a folder without client.toml carry."""
    from sharedsocial_utils.workspace import checked_id

    folder = workspace / "data" / "raw" / checked_id(client)
    if not folder.is_dir() or folder.is_symlink() or (folder / "client.toml").exists():
        return {}
    from sharedsocial_utils.reading import read_files
    from sharedsocial_utils.reading.identity import found_in
    from sharedsocial_utils.reading.ingest import input_files

    return found_in(read_files([folder / name for name in input_files(folder)]))


@command
def check(
    run: Run,
    client: ClientId,
    quarter: Annotated[str | None, typer.Option(help="Such as 2026Q3: which of its days are there.")] = None,
    strict: Strict = False,
) -> int:
    """Tell what is recognised, refused, missing.

    Reads the files and writes nothing; no notebook runs. Ends with 2 where a file is of another account.
    """
    from sharedsocial_utils.reading.child import started
    from sharedsocial_utils.workspace import Quarter, Workspace

    place = Workspace.at(run.workspace)
    period = Quarter.parse(quarter) if quarter else None
    root = place.raw(client)
    with started() as child:  # it imports what it needs while we do
        from sharedsocial_utils.client import load_client
        from sharedsocial_utils.reading import look_through
        from sharedsocial_utils.reading.vanishing import vanished

        about = load_client(root)
        found = look_through(client, place, child)
    files = found.files
    if run.json:
        run.answer({"files": [_file_as_dict(file) for file in files]})
        return _code(files, strict)
    out = console()
    shown = files if period is None or run.verbose else [f for f in files if may_touch(f, period)]
    rest = f", {len(files) - len(shown)} more without a day of {period}" if len(shown) < len(files) else ""
    print_files(out, f"{about.name}: {files_told(len(shown))}{rest}", shown, run.verbose)
    print_faults(out, shown, run.verbose)
    print_changes(out, files, getattr(found, "restatements", None), vanished(files, about.timezone))
    if period:
        print_days(out, period, about, files, _exports())
        print_strangers(out, period, files)
    print_accounts(out, about, files)
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
        print_files(out, files_told(len(readings)), readings, verbose=True)
        print_faults(out, readings, run.verbose)
        print_changes(out, readings)
        for reading in readings:
            for name, frame in reading.tables.items():
                out.print(_rows_table(f"{reading.path}: {len(frame)} rows of {name}", frame.head(5)))
    return NOTHING_DONE if all(reading.error for reading in readings) else _code(readings, strict)


@command
def map_(run: Run, file: OneFile) -> None:
    """Propose the section of client.toml that reads an unknown table.

    It is printed ready to paste; what the file does not decide stands below it.
    """
    from sharedsocial_utils.reading.apart import apart

    told, _ = apart("propose", file)
    if run.json:
        run.answer({"file": file, **told})
        return
    print(told["toml"])
    out = console()
    for sentence in told["undecided"]:
        say(out, "#", sentence)
    if not told["undecided"]:
        say(out, "#", "everything was decided by the file: paste it into client.toml")


@command
def sanitise(
    run: Run,
    file: OneFile,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Where the copy is written.")] = None,
) -> None:
    """Write a copy that can be shown to others, by default in the folder `sanitised`.

    It has the same shape and days; names, handles, texts and ids are invented, the same for the same.
    """
    from sharedsocial_utils.reading.apart import apart
    from sharedsocial_utils.workspace import write_whole

    told, made = apart("sanitise", file)
    place = out / told["name"] if out and out.is_dir() else out or Path("sanitised") / told["name"]
    if place.resolve() == file.resolve():
        raise Fault(
            "CL-10", "the copy would be written over the file", next_step="give another name with --out"
        )
    write_whole(place, made)
    if run.json:
        run.answer({"file": file, "copy": place, "replaced": told["replaced"]})
    else:
        print(f"{place}\n{told['said']}. Look at it before you send it.")


@command
def readers(
    run: Run,
    errors: Annotated[bool, typer.Option("--errors", help="List the error codes instead.")] = False,
) -> None:
    """List the export formats and their menus.

    Below them the services of which no export was seen: their files go through the mapped table.
    """
    if errors:
        _list_errors(run)
        return
    from sharedsocial_utils.reading.unseen import UNSEEN

    exports = _exports()
    if run.json:
        listed = [_export_as_dict(name, export) for name, export in exports.items()]
        run.answer({"readers": listed, "unseen": [service._asdict() for service in UNSEEN]})
        return
    out = console()
    out.print(_exports_table(exports, whole=run.verbose or not out.is_terminal or out.width >= WIDE))
    out.print()
    unseen = [
        (u.service, u.table, KNOWN_FROM[u.evidence], f"{u.menu}. Mind: {u.note}" if u.note else u.menu)
        for u in UNSEEN
    ]
    title = (
        f"{len(unseen)} more, of which no export was seen: `sharedsocial map FILE` says how to read theirs"
    )
    out.print(table(title, ("service", "fills", "known from", "where to download it"), unseen))


def _exports_table(exports: dict[str, Any], whole: bool) -> "Table":
    """The formats; on a narrow screen without their layouts and languages."""
    if whole:
        heads = ("reader", "service", "where to download it", "layouts", "languages", "fills")
        rows: list[tuple[str, ...]] = [
            (name, e.service, e.menu, "\n".join(e.layouts), " ".join(e.languages), " ".join(e.tables))
            for name, e in exports.items()
        ]
        return table(f"{len(rows)} formats", heads, rows, lines=True)
    rows = [(name, f"{e.service}: {e.menu}", " ".join(e.tables)) for name, e in exports.items()]
    title = f"{len(rows)} formats; -v shows their layouts and languages"
    return table(title, ("reader", "where to download it", "fills"), rows)


def _list_errors(run: Run) -> None:
    from sharedsocial_utils.errors import CATALOGUE

    if run.json:
        run.answer({"errors": [{"code": code, **kind._asdict()} for code, kind in CATALOGUE.items()]})
    else:
        rows = [(code, kind.cause, kind.cure) for code, kind in CATALOGUE.items()]
        console().print(table(f"{len(rows)} errors", ("code", "what is wrong", "what to do"), rows))


def _file_as_dict(file: "FileReading") -> dict[str, Any]:
    plain = (
        "path", "reader", "layout", "first_date", "last_date", "rows_read", "rows_kept", "rows_merged",
        "rows_quarantined", "rows_other",
    )  # fmt: skip
    error = file.error and {key: file.error[key] for key in ("code", "message", "line", "column")}
    tables = {name: len(frame) for name, frame in file.tables.items()}
    return {**{name: getattr(file, name) for name in plain}, "tables": tables, "error": error}


def _code(files: "Sequence[FileReading]", strict: bool) -> int:
    if any(file.error and file.error["code"] == OTHER_ACCOUNT for file in files):
        return FAILED
    return QUARANTINED if strict and any(file.error or file.rows_quarantined for file in files) else 0


def _rows_table(title: str, frame: Any) -> "Table":
    named = [column for column in frame.columns if frame[column].notna().any()]
    return table(title, named, frame[named].astype(str).values.tolist())


def _exports() -> dict[str, Any]:
    from sharedsocial_utils.reading import readers as all_readers

    return {name: reader.EXPORT for name, reader in all_readers().items()}


def _export_as_dict(name: str, export: Any) -> dict[str, Any]:
    return {"reader": name, **vars(export)}
