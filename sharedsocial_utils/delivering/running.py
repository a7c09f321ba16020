"""One notebook run through papermill in one kernel, within a time limit."""

import logging
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sharedsocial_utils.delivering.kernels import Kernel, last_words
from sharedsocial_utils.delivering.notebooks import FAULT, Notebook
from sharedsocial_utils.errors import CATALOGUE, Fault

if TYPE_CHECKING:
    from nbformat import NotebookNode

SECONDS = 600
"""Time limit of a notebook; the example client's slowest takes about two."""


class Stopped(Exception):
    """A notebook that did not run to its end: why, and as much of it as was executed."""

    def __init__(self, fault: Fault, notebook: "NotebookNode | None") -> None:
        super().__init__(fault)
        self.fault = fault
        self.notebook = notebook


def run(
    notebook: Notebook,
    parameters: Mapping[str, str],
    kernel: Kernel,
    log: Path,
    when_ready: Callable[[], None],
    seconds: float = SECONDS,
) -> "NotebookNode":
    """The executed notebook; `when_ready` is called once its kernel answers.

    `log` is the kernel's. Raises `Stopped` when a cell fails (the cell's own `Fault` if it is one, else
    NB-02), when the time is over or when the kernel dies (NB-03).
    """
    papermill = import_papermill()
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from nbformat import from_dict

    started: list[NotebookNode] = []

    def ready(notebook: "NotebookNode") -> None:
        started.append(notebook)
        when_ready()

    end = time.monotonic() + seconds
    try:
        executed: NotebookNode = papermill.execute_notebook(
            from_dict(notebook.content), None, dict(parameters), kernel_name="python3", language="python",
            km=kernel, on_notebook_start=ready, record_timing=False, progress_bar=False,
            timeout_func=lambda _: max(1, round(end - time.monotonic())), start_timeout=round(seconds),
        )  # fmt: skip
    except papermill.PapermillExecutionError as error:
        papermill.execute.remove_error_markers(started[0])
        raise _failed(notebook.name, started[0], error.ename, error.evalue) from error
    except CellTimeoutError as error:
        raise _out_of_time(notebook.name, started[0], seconds) from error
    except (DeadKernelError, RuntimeError) as error:  # RuntimeError: it died before its first answer
        raise _dead(notebook.name, started, last_words(log)) from error
    return executed


def import_papermill() -> Any:
    """papermill, without the 1.5 seconds in which jsonschema compiles a grammar of web addresses.

    Notebooks have no address to be checked by it, and jsonschema does without where it is not installed.
    """
    grammar = sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    try:
        import papermill
    finally:
        if grammar is None:
            del sys.modules["rfc3987_syntax"]
    logging.getLogger("papermill").setLevel(logging.CRITICAL)  # what it would say is in our faults
    return papermill


def _failed(name: str, notebook: "NotebookNode", ename: str, evalue: str) -> Stopped:
    cell = _last_run(notebook)
    handed = [o["data"][FAULT] for o in cell.outputs if FAULT in o.get("data", {})]
    where = f"in {name}, cell {notebook.cells.index(cell) + 1}"
    if handed and handed[0]["code"] in CATALOGUE:
        return Stopped(_rebuilt(handed[0], where), notebook)
    return Stopped(Fault("NB-02", f"{where}: {ename}: {evalue}"), notebook)


def _rebuilt(parts: Mapping[str, Any], where: str) -> Fault:
    """The kernel's fault, with the cell where it arose."""
    told = ("code", "file", "sheet", "line", "column", "text", "expected", "client")
    known = {name: parts[name] for name in told if parts[name] is not None}
    return Fault(**known, found=f"{parts['found']} ({where})", next_step=parts["next"])


def _out_of_time(name: str, notebook: "NotebookNode", seconds: float) -> Stopped:
    cell = notebook.cells.index(_last_run(notebook)) + 1
    return Stopped(Fault("NB-03", f"in {name}, cell {cell}: not done after {seconds:.0f} seconds"), notebook)


def _dead(name: str, started: "list[NotebookNode]", words: str) -> Stopped:
    where = f"in {name}, cell {started[0].cells.index(_last_run(started[0])) + 1}" if started else name
    return Stopped(Fault("NB-03", f"{where}: the kernel died", text=words), started[0] if started else None)


def _last_run(notebook: "NotebookNode") -> "NotebookNode":
    """The last cell that was begun."""
    begun: list[NotebookNode] = [c for c in notebook.cells if c.metadata.papermill.get("start_time")]
    return begun[-1]
