"""The command `sharedsocial`.

Everything but typer is imported where it is used, so that help answers at once. A `Fault` is told after the
error contract and ends with the code of architecture: 1 quarantine under `--strict`, 2 the client's audit
failed, 3 nothing done or bad configuration, 4 a fault of ours.
"""

import inspect
import io
import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from sharedsocial_utils.errors import Fault, visible

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from sharedsocial_utils.client import Client
    from sharedsocial_utils.reading import FileReading
    from sharedsocial_utils.workspace import Quarter

QUARANTINED, FAILED, NOTHING_DONE, OUR_FAULT, INTERRUPTED, ENDED = 1, 2, 3, 4, 130, 143
STEP_WORDS = {
    "1_ingest": "reading the exports",
    "2_effort_vs_results": "setting effort against results",
    "3_start_stop": "weighing what to start and stop",
    "4_report": "telling",
    "pdf": "making the PDF",
}
app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="The quarterly review of the social media work that a company and its agency do together.",
)


@dataclass(frozen=True)
class Run:
    """What every command is told."""

    workspace: Path
    json: bool
    verbose: bool
    debug: bool

    def answer(self, content: Any) -> None:
        """Prints the machine's answer."""
        print(json.dumps(content, indent=2, default=str))


_OPTIONS = (
    (
        "workspace",
        Annotated[Path, typer.Option(help="Folder with data/raw, data/processed, reports.")],
        Path(),
    ),
    ("json", Annotated[bool, typer.Option("--json", help="Answer as JSON.")], False),
    ("verbose", Annotated[bool, typer.Option("--verbose", "-v", help="Tell more.")], False),
    ("debug", Annotated[bool, typer.Option("--debug", help="Show tracebacks.")], False),
)
ClientId = Annotated[str, typer.Argument(metavar="CLIENT", help="Name of a folder in data/raw.")]
Strict = Annotated[bool, typer.Option("--strict", help="End with 1 if a row or a file was not used.")]


def command(function: Callable[..., int | None]) -> Callable[..., int | None]:
    """Registers a command: its first argument, `run`, holds the options that all commands take."""

    @wraps(function)
    def with_options(workspace: Path, json: bool, verbose: bool, debug: bool, **own: Any) -> int | None:
        return function(Run(workspace, json, verbose, debug), **own)

    options = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
        for name, kind, default in _OPTIONS
    ]
    own = list(inspect.signature(function).parameters.values())[1:]
    parameters = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own] + options
    with_options.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    with_options.__annotations__ = {p.name: p.annotation for p in parameters}
    app.command()(with_options)
    return function


# ---- the commands


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
    out = _console()
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
        out = _console()
        out.print(_file_table(readings, _files(len(readings))))
        _print_faults(out, readings, run.verbose)
        for reading in readings:
            for name, frame in reading.tables.items():
                out.print(_rows_table(f"{reading.path}: {len(frame)} rows of {name}", frame.head(5)))
    return NOTHING_DONE if all(reading.error for reading in readings) else _code(readings, strict)


@command
def audit(
    run: Run,
    client: ClientId,
    quarter: Annotated[str, typer.Option(help="The quarter to audit, such as 2026Q3.")],
    strict: Strict = False,
) -> int:
    """Run the notebooks and write the report.

    The last line printed is the report's path.
    """
    from sharedsocial_utils.delivering import audit as run_audit

    begun: list[str] = []
    try:
        with _progress(begun) as on_step:
            result = run_audit(client, quarter, run.workspace, on_step)
    except Fault as fault:
        _tell(fault, run.json, client=client, quarter=quarter, status="failed", report=None)
        return FAILED if begun else NOTHING_DONE
    if run.json:
        seconds = round(sum(result.seconds.values()), 2)
        run.answer(
            {**vars(result), "status": "done", "seconds": seconds, "steps": result.seconds, "error": None}
        )
    else:
        _print_audit(_console(), result)
        print(result.report)
    return QUARANTINED if strict and (result.rows_quarantined or result.files_unused) else 0


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
    _console().print(_table(f"{len(rows)} formats", heads, rows, lines=True))


@command
def demo(
    run: Run,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the workspace shall be.")],
    clients: Annotated[int, typer.Option(min=1, help="How many invented clients.")] = 1,
    seed: Annotated[int, typer.Option(help="Another seed, other clients.")] = 2010,
) -> None:
    """Write a workspace of invented clients.

    Their exports have the true formats; the truth lies beside them.
    """
    from sharedsocial_utils.example import write_demo

    ids = write_demo(folder, clients, seed)
    if run.json:
        run.answer({"workspace": folder, "clients": ids})
    else:
        print(f"{', '.join(ids)}\nsharedsocial audit {ids[0]} --quarter 2026Q3 --workspace {folder}")


@command
def lab(run: Run) -> int:  # noqa: ARG001 - takes the options of all commands
    """Open JupyterLab on the project's notebooks."""
    import subprocess

    from sharedsocial_utils.delivering import find_notebooks

    folder = find_notebooks()
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder.parent}"]
    return subprocess.run([*command, f"--LabApp.default_url=/lab/tree/{folder.name}"], check=False).returncode  # noqa: S603 - our own interpreter


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
    return _table(title, heads, rows, numbers=5)


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
    return _table(title, named, frame[named].astype(str).values.tolist())


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
    out.print(_table(f"days of {quarter}", ("channel or table", "files", "covered", "missing"), rows))
    for d in days:
        exports = {name: e for name, e in _exports().items() if d.subject in (e.channel, *e.tables)}
        if not d.covered and exports:
            out.print(_table(f"to download: {d.subject}", None, [(line,) for line in _downloads(exports)]))


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


# ---- the audit


@contextmanager
def _progress(begun: list[str]) -> Iterator[Callable[[str], None]]:
    """Names each step as it begins: one live line on a terminal, a line for each elsewhere."""
    from rich.console import Console

    console = Console(stderr=True, markup=False, highlight=False)
    status = console.status("") if console.is_terminal else None

    def on_step(name: str) -> None:
        begun.append(name)
        words = f"{len(begun)}/{len(STEP_WORDS)} {STEP_WORDS[name]} ({name})"
        status.update(words) if status else console.print(words)

    if status:
        with status:
            yield on_step
    else:
        yield on_step


def _print_audit(out: "Console", result: Any) -> None:
    flags = ", ".join(f"{count} {flag}" for flag, count in result.flags.items()) or "none"
    unused = f", {result.files_unused} without a usable row" if result.files_unused else ""
    rows = [(name, f"{seconds:.1f} s") for name, seconds in result.seconds.items()]
    rows += [
        ("all steps", f"{sum(result.seconds.values()):.1f} s"),
        ("files", f"{result.files}{unused}"),
        ("rows read", f"{result.rows_read:,}"),
        ("rows kept", f"{result.rows_kept:,}"),
        ("rows not used", f"{result.rows_quarantined:,}"),
        ("verdicts", flags),
    ]
    out.print(_table(f"{result.client} {result.quarter}", None, rows))


# ---- on the screen


def _console() -> "Console":
    """Prints text as it is: nothing in a file is markup."""
    from rich.console import Console

    console = Console(markup=False, highlight=False, emoji=False)
    return console if console.is_terminal else Console(markup=False, highlight=False, emoji=False, width=160)


def _table(
    title: str,
    heads: Sequence[str] | None,
    rows: Iterable[Sequence[object]],
    numbers: int = 0,
    lines: bool = False,
) -> "Table":
    """A table whose last `numbers` columns are figures; control characters in its cells are shown."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=Text(visible(title), "bold"), title_justify="left", box=box.SIMPLE_HEAD, show_lines=lines,
        show_header=heads is not None, show_edge=False,
    )  # fmt: skip
    content = [["" if cell is None else str(cell) for cell in row] for row in rows]
    width = len(heads) if heads is not None else max((len(row) for row in content), default=1)
    for place in range(width):
        is_number = place >= width - numbers
        head = Text(heads[place]) if heads is not None else ""
        table.add_column(head, justify="right" if is_number else "left", overflow="fold", no_wrap=is_number)
    for row in content:
        table.add_row(*(Text(_shown(cell)) for cell in row))
    return table


def _shown(cell: str) -> str:
    return "\n".join(visible(line) for line in cell.split("\n"))


def _tell(fault: Fault, as_json: bool, **about: Any) -> None:
    """The fault after the contract: to the person on one line, or as JSON."""
    if as_json:
        print(json.dumps({**about, "error": fault.as_dict()}, indent=2, default=str))
        return
    from rich.console import Console
    from rich.text import Text

    parts = ((fault.code, "bold red"), (visible(fault.place()), "bold"), (visible(fault.message()), ""))
    told = Text("  ").join(Text(*part) for part in parts if part[0])
    Console(stderr=True).print(told + Text(f". {visible(fault.cure())}.", "green"), soft_wrap=True)


# ---- the way in


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Runs the command line; ends the process with the exit code of the contract."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # an old Windows console cannot print every name
            stream.reconfigure(errors="backslashreplace")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(ENDED))  # kernels and temporaries go too
    logging.getLogger("asyncio").disabled = True  # what a kernel says that was ended is no news
    if "--debug" in given:
        os.environ["SHAREDSOCIAL_DEBUG"] = "1"  # for the children
    try:
        code = app(given, standalone_mode=False, prog_name="sharedsocial") or 0
    except Fault as fault:
        _tell(fault, "--json" in given)
        code = NOTHING_DONE
    except typer.Abort:
        code = INTERRUPTED
    except typer.TyperException as usage:
        code = _usage(usage, given)
    except Exception as error:
        if "--debug" in given:
            raise
        _tell(Fault("XX-01", f"{type(error).__name__}: {error}"), "--json" in given)
        code = OUR_FAULT
    sys.exit(code)


def _usage(usage: typer.TyperException, given: Sequence[str]) -> int:
    if not given:  # the help was asked for
        print(usage.format_message())
        return 0
    _tell(Fault("CL-10", usage.format_message().rstrip(".?")), "--json" in given)
    return NOTHING_DONE
