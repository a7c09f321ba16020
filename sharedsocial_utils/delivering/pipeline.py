"""One client's audit: four notebooks, one after the other, then the PDF, then all outputs in their places."""

import json
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sharedsocial_utils.client import load_client
from sharedsocial_utils.delivering.kernels import Kernels, stop
from sharedsocial_utils.delivering.notebooks import (
    NAMES,
    Notebook,
    as_bytes,
    cleaned,
    document_of,
    find_notebooks,
    open_notebooks,
)
from sharedsocial_utils.delivering.outputs import manifest_of, pdf_of, put_in_place
from sharedsocial_utils.delivering.parameters import check_parameters
from sharedsocial_utils.delivering.running import Stopped, run
from sharedsocial_utils.errors import Fault
from sharedsocial_utils.workspace import Quarter, Workspace

if TYPE_CHECKING:
    import pandas as pd
    from nbformat import NotebookNode

STEPS = (*NAMES, "pdf")
REPORT = NAMES[-1]
DRAWING = ["matplotlib.figure", "matplotlib.font_manager"]
"""What the first figure loads, half a second; every notebook but the first draws."""
WRITTEN_BY_HAND = ("client.toml", "decisions.csv")
"""The inputs that are no exports and stand in no table of sources."""


@dataclass(frozen=True)
class AuditResult:
    """What an audit did: the report's path, seconds by step, files and rows read, verdicts by flag."""

    client: str
    quarter: str
    report: Path
    seconds: dict[str, float]
    files: int
    files_unused: int
    rows_read: int
    rows_kept: int
    rows_quarantined: int
    flags: dict[str, int]


@dataclass(frozen=True)
class _Audit:
    """What all steps of one audit share."""

    client: str
    quarter: Quarter
    place: Workspace
    language: str
    notebooks: list[Notebook]
    on_step: Callable[[str], None] | None
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def processed(self) -> Path:
        return self.place.processed(self.client, self.quarter)

    @property
    def reports(self) -> Path:
        return self.place.reports(self.client, self.quarter)

    def parameters(self, notebook: str, workspace: str) -> dict[str, str]:
        """What the notebook is told; the language is the report's alone."""
        given = {"client": self.client, "quarter": str(self.quarter), "workspace": workspace}
        return {**given, "language": self.language} if notebook == REPORT else given

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Tells that a step begins, and takes its time."""
        if self.on_step:
            self.on_step(name)
        start = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - start


def audit(
    client: str, quarter: str, workspace: str | Path, on_step: Callable[[str], None] | None = None
) -> AuditResult:
    """Audits a client's quarter and writes its report; `on_step` hears the name of each of `STEPS`.

    Raises `Fault`: those of the workspace and of client.toml, NB-01 and NB-04 before anything runs; the fault
    of a notebook's cell, NB-02, NB-03, WS-04 or PDF-01 later. Then the report that was there before stays.
    """
    place = Workspace.at(workspace)
    period = Quarter.parse(quarter)
    language = load_client(place.raw(client)).language
    this = _Audit(client, period, place, language, open_notebooks(find_notebooks()), on_step)
    for notebook in this.notebooks:
        check_parameters(notebook.name, notebook.content, this.parameters(notebook.name, str(place.root)))
    try:
        return _result(this, *_deliver(this, _executed(this)))
    except Fault as fault:
        raise fault.at(client=client) from fault


def _executed(this: _Audit) -> "dict[str, NotebookNode]":
    """The four notebooks by name, run in order; the kernel of the next starts while one runs."""
    executed: dict[str, NotebookNode] = {}
    modules = [
        notebook.modules() + (DRAWING if number else []) for number, notebook in enumerate(this.notebooks)
    ]
    with tempfile.TemporaryDirectory(prefix="audit-") as folder, Kernels(Path(folder), modules) as ahead:
        for number, notebook in enumerate(this.notebooks):
            with this.step(notebook.name):
                executed[notebook.name] = _run(this, notebook, ahead, number)
            if notebook.name == NAMES[0]:
                _require_figures(this)
    return executed


def _run(this: _Audit, notebook: Notebook, ahead: Kernels, number: int) -> "NotebookNode":
    given = this.parameters(notebook.name, str(this.place.root))
    kernel = ahead.started[number]
    try:
        return run(notebook, given, kernel, ahead.folder_of(number), ahead.start_next)
    except Stopped as stopped:
        raise _kept(this, notebook.name, stopped) from stopped
    finally:
        stop(kernel)


def _require_figures(this: _Audit) -> None:
    """Raises `Fault` WS-04 where no file speaks of the quarter."""
    from sharedsocial_utils.tables import read_table

    sources = read_table(this.processed, "sources")
    first, last = str(this.quarter.first_day), str(this.quarter.last_day)
    if not ((sources["first_date"] <= last) & (sources["last_date"] >= first)).any():
        count = "1 file" if len(sources) == 1 else f"{len(sources)} files"
        read = f"{count} read, none with a day of {this.quarter}"
        known = f", they end on {sources['last_date'].max():%Y-%m-%d}" if len(sources) else ""
        raise Fault("WS-04", f"nothing to audit: {read}{known}")


def _kept(this: _Audit, name: str, stopped: Stopped) -> Fault:
    """The fault of a notebook that stopped; what was executed of it is kept where the user can open it."""
    if stopped.notebook is None:
        return stopped.fault
    path = _save(this, name, stopped.notebook)
    return stopped.fault.at(next_step=f"{stopped.fault.cure()}; the notebook is kept in {path}")


def _save(this: _Audit, name: str, notebook: "NotebookNode") -> str:
    kept = cleaned(notebook, this.parameters(name, "../../../.."))
    put_in_place(this.reports, {f"notebooks/{name}.ipynb": as_bytes(kept)})
    return (this.reports / "notebooks" / f"{name}.ipynb").relative_to(this.place.root).as_posix()


def _deliver(this: _Audit, executed: "dict[str, NotebookNode]") -> "tuple[pd.DataFrame, pd.DataFrame]":
    """Makes the outputs and puts them in their places; returns the tables of sources and of flags."""
    from sharedsocial_utils.tables import read_tables

    with this.step("pdf"):
        document = document_of(executed[REPORT])
        report = cleaned(executed[REPORT], this.parameters(REPORT, "../../.."), typst_export=document)
        try:
            pdf = pdf_of(report, this.reports)
        except Fault as fault:
            raise _kept(this, REPORT, Stopped(fault, executed[REPORT])) from fault
        tables = read_tables(this.processed, ("sources", "flags"))
        files = {"report.pdf": pdf, "report.ipynb": as_bytes(report)}
        for name, notebook in executed.items():
            kept = cleaned(notebook, this.parameters(name, "../../../.."))
            files[f"notebooks/{name}.ipynb"] = as_bytes(kept)
        files |= {f"{name}.csv": _attached(this, name) for name in ("flags", "plan")}
        files["manifest.json"] = _manifest(this, tables["sources"], files)
        put_in_place(this.reports, files)
    return tables["sources"], tables["flags"]


def _attached(this: _Audit, name: str) -> bytes:
    """A table as 4_report attached it to the PDF: the same bytes in both places."""
    path = this.reports / "tables" / f"{name}.csv"
    if not path.is_file():
        raise Fault("PDF-01", f"4_report: the table {name} was not written", file=f"tables/{path.name}")
    return path.read_bytes()


def _manifest(this: _Audit, sources: "pd.DataFrame", files: Mapping[str, bytes]) -> bytes:
    raw = this.place.raw(this.client)
    by_hand = {name: _hash(raw / name) for name in WRITTEN_BY_HAND if (raw / name).is_file()}
    exports = dict(zip(sources["path"], sources["sha256"], strict=True))
    written = sorted([*this.processed.glob("*.parquet"), *(this.reports / "tables").glob("*.csv")])
    outputs = {path.relative_to(this.place.root).as_posix(): path.read_bytes() for path in written}
    outputs |= {f"reports/{this.client}/{this.quarter}/{name}": data for name, data in files.items()}
    return manifest_of(
        this.parameters(REPORT, "."),
        {**by_hand, **exports},
        {notebook.name: notebook.sha256 for notebook in this.notebooks},
        _thresholds(this.processed),
        outputs,
    )


def _hash(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def _thresholds(folder: Path) -> dict[str, Any]:
    path = folder / "thresholds.json"
    return dict(json.loads(path.read_bytes())) if path.is_file() else {}


def _result(this: _Audit, sources: "pd.DataFrame", flags: "pd.DataFrame") -> AuditResult:
    return AuditResult(
        this.client,
        str(this.quarter),
        this.reports / "report.pdf",
        this.seconds,
        files=len(sources),
        files_unused=int((sources["rows_kept"].fillna(0) + sources["rows_merged"].fillna(0) == 0).sum()),
        rows_read=int(sources["rows_read"].sum()),
        rows_kept=int(sources["rows_kept"].sum()),
        rows_quarantined=int(sources["rows_quarantined"].sum()),
        flags={str(flag): int(count) for flag, count in flags["flag"].value_counts(sort=False).items()},
    )
