"""One client's run: four notebooks, one after the other, then the PDF, then all outputs in their places."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sharedsocial_utils.client import house_files, load_client
from sharedsocial_utils.delivering import events
from sharedsocial_utils.delivering.hand import Carried, carried, listed
from sharedsocial_utils.delivering.internal import refuse_internal_figures
from sharedsocial_utils.delivering.kernels import MEMORY_MB, Home, Kernels, stop
from sharedsocial_utils.delivering.notebooks import (
    NAMES,
    Notebook,
    as_bytes,
    cleaned,
    document_of,
    open_notebooks,
)
from sharedsocial_utils.delivering.outputs import manifest_of, pdf_of
from sharedsocial_utils.delivering.parameters import check_parameters
from sharedsocial_utils.delivering.running import SECONDS, Stopped, run
from sharedsocial_utils.delivering.staging import (
    MANIFEST,
    put_in_place,
    put_one_in_place,
    readable,
    staged,
    write_flushed,
)
from sharedsocial_utils.errors import Fault
from sharedsocial_utils.workspace import Quarter, Workspace

if TYPE_CHECKING:
    import pandas as pd
    from nbformat import NotebookNode

STEPS = (*NAMES, "pdf")
REPORT = NAMES[-1]
DRAWING = ("matplotlib.figure", "matplotlib.font_manager")
"""What the first figure loads, half a second; every notebook but the first draws."""
WRITTEN_BY_HAND = ("client.toml", "decisions.csv")
"""The inputs that are no exports and stand in no table of sources."""


@dataclass(frozen=True)
class Job:
    """What to run, with its private workspace in `folder`, on the workspace's disk.

    `first` is the number of the first notebook that is not taken over from the run before; `kept_tables` are
    those that stood in data/processed before it. The limits are of a notebook and of its kernel. `code` is
    the fingerprint of the code that the job was made by: a worker elsewhere must have the same.
    """

    client: str
    quarter: str
    workspace: str
    notebooks: str
    folder: str
    first: int = 0
    kept_tables: tuple[str, ...] = ()
    seconds: float = SECONDS
    memory_mb: int = MEMORY_MB
    code: str = ""


@dataclass(frozen=True)
class AuditResult:
    """What an audit did: the report's path, seconds by step, files and rows read, verdicts by flag.

    `outputs` are the sha256 of all files by their path in the workspace, `tables` those in data/processed
    after each notebook; `messages` tell what became of the words that were written into the last report.
    """

    client: str
    quarter: str
    report: Path | str
    seconds: dict[str, float]
    files: int
    files_unused: int
    rows_read: int
    rows_kept: int
    rows_quarantined: int
    flags: dict[str, int]
    outputs: dict[str, str] = field(default_factory=dict, repr=False)
    tables: tuple[tuple[str, ...], ...] = field(default=(), repr=False)
    messages: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Run:
    """What all steps of one run share: the private workspace, and the one where the outputs will be."""

    job: Job
    quarter: Quarter
    place: Workspace
    stage: Workspace
    language: str
    notebooks: list[Notebook]
    seconds: dict[str, float] = field(default_factory=dict)
    tables: list[tuple[str, ...]] = field(default_factory=list)

    @property
    def client(self) -> str:
        return self.job.client

    @property
    def processed(self) -> Path:
        return self.stage.processed(self.client, self.quarter)

    @property
    def reports(self) -> Path:
        return self.stage.reports(self.client, self.quarter)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Tells that a step begins, and takes its time."""
        events.tell(self.client, name)
        start = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - start

    def parameters(self, notebook: str, workspace: str) -> dict[str, str]:
        """What the notebook is told."""
        return parameters_of(notebook, self.client, self.quarter, self.language, workspace)


def parameters_of(
    notebook: str, client: str, quarter: Quarter, language: str, workspace: str
) -> dict[str, str]:
    """What a notebook is told; the language is the report's alone."""
    given = {"client": client, "quarter": str(quarter), "workspace": workspace}
    return {**given, "language": language} if notebook == REPORT else given


def run_client(job: Job) -> AuditResult:
    """Runs a client's quarter and writes its report.

    Raises `Fault`: those of `checked` before anything runs; the fault of a notebook's cell, NB-02, NB-03,
    WS-02, WS-04 or PDF-01 later. Then nothing is changed, but that the notebook which failed is kept.
    """
    place, quarter = Workspace.at(job.workspace), Quarter.parse(job.quarter)
    language, notebooks = checked(place, job.client, quarter, Path(job.notebooks))
    try:
        with staged(place, job.client, quarter, Path(job.folder)) as stage:
            this = _Run(job, quarter, place, stage, language, notebooks)
            return _delivered(this, {**_taken_over(this), **_executed(this)})
    except Fault as fault:
        raise fault.at(client=job.client) from fault


def checked(place: Workspace, client: str, quarter: Quarter, notebooks: Path) -> tuple[str, list[Notebook]]:
    """The report's language and the four notebooks, if the client can be run.

    Raises `Fault`: those of client.toml, CL-01 and CL-05 for a folder that is none, NB-01, NB-04.
    """
    language = load_client(place.raw(client)).language
    opened = open_notebooks(notebooks)
    for notebook in opened:
        given = parameters_of(notebook.name, client, quarter, language, str(place.root))
        check_parameters(notebook.name, notebook.content, given)
    return language, opened


def _taken_over(this: _Run) -> dict[str, bytes]:
    """The executed notebooks of the steps that need not run again; their tables come to the private place."""
    for name in this.job.kept_tables:
        data = (this.place.processed(this.client, this.quarter) / name).read_bytes()
        write_flushed(this.processed / name, data)
        this.tables[:] = [this.job.kept_tables] * this.job.first
    kept = this.place.reports(this.client, this.quarter) / "notebooks"
    return {name: (kept / f"{name}.ipynb").read_bytes() for name in NAMES[: this.job.first]}


def _executed(this: _Run) -> "dict[str, NotebookNode]":
    """The notebooks by name, run in order; the kernel of the next starts while one runs."""
    executed: dict[str, NotebookNode] = {}
    left = this.notebooks[this.job.first :]
    modules = {n.name: n.modules() + ([] if n.name == NAMES[0] else list(DRAWING)) for n in left}
    home = Home(
        this.stage.root / "kernels",
        readable(this.place, this.client, this.quarter),
        [str(this.stage.root)],
        this.job.memory_mb,
    )
    with Kernels(home, modules) as ahead:
        for notebook in left:
            with this.step(notebook.name):
                executed[notebook.name] = _run(this, notebook, ahead)
            this.tables.append(tuple(sorted(path.name for path in this.processed.iterdir())))
            if notebook.name == NAMES[0]:
                _require_figures(this)
    return executed


def _run(this: _Run, notebook: Notebook, ahead: Kernels) -> "NotebookNode":
    given = this.parameters(notebook.name, str(this.stage.root))
    kernel = ahead.coming[notebook.name].result()
    try:
        return run(notebook, given, kernel, ahead.log_of(notebook.name), ahead.start_next, this.job.seconds)
    except Stopped as stopped:
        raise _kept(this, notebook.name, stopped) from stopped
    finally:
        stop(kernel)


def _require_figures(this: _Run) -> None:
    """Raises `Fault` WS-04 where no file speaks of the quarter."""
    from sharedsocial_utils.tables import read_table

    sources = read_table(this.processed, "sources")
    first, last = str(this.quarter.first_day), str(this.quarter.last_day)
    if not ((sources["first_date"] <= last) & (sources["last_date"] >= first)).any():
        count = "1 file" if len(sources) == 1 else f"{len(sources)} files"
        read = f"{count} read, none with a day of {this.quarter}"
        known = f", they end on {sources['last_date'].max():%Y-%m-%d}" if len(sources) else ""
        raise Fault("WS-04", f"nothing to audit: {read}{known}")


def _kept(this: _Run, name: str, stopped: Stopped) -> Fault:
    """The fault of a notebook that stopped; what was executed of it is kept where the user can open it."""
    if stopped.notebook is None:
        return stopped.fault
    path = this.reports / "notebooks" / f"{name}.ipynb"
    write_flushed(path, as_bytes(cleaned(stopped.notebook, this.parameters(name, "../../../.."))))
    kept = path.relative_to(this.stage.root).as_posix()
    put_one_in_place(this.stage, this.place, kept)
    return stopped.fault.at(next_step=f"{stopped.fault.cure()}; the notebook is kept in {kept}")


def _delivered(this: _Run, executed: "Mapping[str, NotebookNode | bytes]") -> AuditResult:
    """Makes the outputs and puts them in their places."""
    from sharedsocial_utils.tables import read_tables

    with this.step("pdf"):
        report = _report(this, executed[REPORT])
        files = _report_files(this, executed, report)
        tables = read_tables(this.processed, ("sources", "flags"))
        inputs = _inputs(this, tables["sources"])
        outputs = {path.relative_to(this.stage.root).as_posix(): _hash(path) for path in _written(this)}
        for name, data in files.items():
            write_flushed(this.reports / name, data)
            outputs[f"reports/{this.client}/{this.quarter}/{name}"] = sha256(data).hexdigest()
        manifest = manifest_of(
            this.parameters(REPORT, "."),
            inputs,
            {notebook.name: notebook.sha256 for notebook in this.notebooks},
            _thresholds(this.processed),
            outputs,
            listed(report.cells),
        )
        write_flushed(this.reports / MANIFEST, manifest)
        outputs[f"reports/{this.client}/{this.quarter}/{MANIFEST}"] = sha256(manifest).hexdigest()
        put_in_place(this.stage, this.place, this.client, this.quarter)
    return _result(this, tables["sources"], tables["flags"], outputs, report.messages)


def _report(this: _Run, last: "NotebookNode | bytes") -> Carried:
    """The report as it is printed: with the words that the analyst wrote into the one before."""
    assert not isinstance(last, bytes)  # a run whose every notebook is taken over is not begun
    report = cleaned(last, this.parameters(REPORT, "../../.."), typst_export=document_of(last))
    return carried(report, this.place.reports(this.client, this.quarter) / "report.ipynb")


def _report_files(
    this: _Run, executed: "Mapping[str, NotebookNode | bytes]", report: Carried
) -> dict[str, bytes]:
    try:
        about = load_client(this.place.raw(this.client))
        refuse_internal_figures(report.notebook, this.reports, this.processed, about)
        pdf = pdf_of(report.notebook, this.reports)
    except Fault as fault:
        raise _kept(this, REPORT, Stopped(fault, report.notebook)) from fault
    files = {"report.pdf": pdf, "report.ipynb": as_bytes(report.notebook)}
    for name, notebook in executed.items():
        kept = notebook
        if not isinstance(kept, bytes):
            kept = as_bytes(cleaned(kept, this.parameters(name, "../../../..")))
        files[f"notebooks/{name}.ipynb"] = kept
    return files | {f"{name}.csv": _attached(this, name) for name in ("flags", "plan")}


def _attached(this: _Run, name: str) -> bytes:
    """A table as 4_report attached it to the PDF: the same bytes in both places."""
    path = this.reports / "tables" / f"{name}.csv"
    if not path.is_file():
        raise Fault("PDF-01", f"4_report: the table {name} was not written", file=f"tables/{path.name}")
    return path.read_bytes()


def _inputs(this: _Run, sources: "pd.DataFrame") -> dict[str, str]:
    """sha256 of every input by its name."""
    raw = this.place.raw(this.client)
    own = (*WRITTEN_BY_HAND, *load_client(raw).brand.files)
    by_hand = {name: _hash(raw / name) for name in own if (raw / name).is_file()}
    by_hand |= {path.name: _hash(path) for path in house_files(this.place.root) if path.is_file()}
    return {**by_hand, **dict(zip(sources["path"], sources["sha256"], strict=True))}


def _written(this: _Run) -> list[Path]:
    """The files that the notebooks themselves wrote."""
    found = [*this.processed.rglob("*"), *this.reports.rglob("*")]
    return sorted(path for path in found if path.is_file())


def _hash(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def _thresholds(folder: Path) -> dict[str, Any]:
    path = folder / "thresholds.json"
    return dict(json.loads(path.read_bytes())) if path.is_file() else {}


def _result(
    this: _Run,
    sources: "pd.DataFrame",
    flags: "pd.DataFrame",
    outputs: dict[str, str],
    messages: tuple[str, ...],
) -> AuditResult:
    return AuditResult(
        this.client,
        str(this.quarter),
        this.place.reports(this.client, this.quarter) / "report.pdf",
        this.seconds,
        files=len(sources),
        files_unused=int((sources["rows_kept"].fillna(0) + sources["rows_merged"].fillna(0) == 0).sum()),
        rows_read=int(sources["rows_read"].sum()),
        rows_kept=int(sources["rows_kept"].sum()),
        rows_quarantined=int(sources["rows_quarantined"].sum()),
        flags={str(flag): int(count) for flag, count in flags["flag"].value_counts(sort=False).items()},
        outputs=outputs,
        tables=tuple(this.tables),
        messages=messages,
    )
