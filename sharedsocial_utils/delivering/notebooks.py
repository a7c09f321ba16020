"""The project's four notebooks: found, and, once executed, stripped of what belongs to the machine."""

import ast
import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sharedsocial_utils.errors import Fault

if TYPE_CHECKING:
    from nbformat import NotebookNode

NAMES = ("1_ingest", "2_effort_vs_results", "3_start_stop", "4_report")
DOCUMENT = "application/vnd.sharedsocial.document+json"
"""The output by which 4_report says what the exporter must know of the document."""
FAULT = "application/vnd.sharedsocial.fault+json"
"""The output that stands before a cell's error if that error is a `Fault`: all its parts."""

NOT_PRINTED = frozenset({"parameters", "injected-parameters", "remove-cell"})
"""The tags of cells that stand in the notebook alone."""
WIDGET = "application/vnd.jupyter.widget-view+json"
"""Shows something only while the kernel that made it runs, and its id differs from run to run."""


@dataclass(frozen=True)
class Notebook:
    """One notebook as it lies in the project."""

    name: str
    content: dict[str, Any]
    sha256: str

    def modules(self) -> list[str]:
        """The modules that its cells import, in order."""
        code = ("".join(cell["source"]) for cell in self.content["cells"] if cell["cell_type"] == "code")
        return list(dict.fromkeys(name for source in code for name in _imported(source)))


def find_notebooks() -> Path:
    """The project's folder of notebooks, beside the package; raises `Fault` NB-04 where it is not."""
    folder = Path(__file__).resolve().parents[2] / "notebooks"
    if not all((folder / f"{name}.ipynb").is_file() for name in NAMES):
        raise Fault("NB-04", "the project's notebooks were not found", file=str(folder))
    return folder


def open_notebooks(folder: Path) -> list[Notebook]:
    """The four notebooks in their order; raises `Fault` NB-04 for one that is missing or damaged."""
    return [open_notebook(folder / f"{name}.ipynb") for name in NAMES]


def open_notebook(path: Path) -> Notebook:
    """One notebook of the project; raises `Fault` NB-04."""
    try:
        data = path.read_bytes()
        content = json.loads(data)
        return Notebook(path.stem, {**content, "cells": content["cells"]}, sha256(data).hexdigest())
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Fault("NB-04", f"the notebook cannot be read: {error}", file=path.name) from error


def _imported(source: str) -> list[str]:
    try:
        nodes = ast.parse(source).body
    except SyntaxError:  # a magic; the kernel will tell
        return []
    plain = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    return plain + [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]


def document_of(notebook: "NotebookNode") -> dict[str, Any]:
    """Takes the document's metadata out of the outputs of an executed 4_report.

    Raises `Fault` PDF-01 if no cell displayed it.
    """
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if DOCUMENT in output.get("data", {}):
                cell["outputs"] = [other for other in cell["outputs"] if other is not output]
                return dict(output["data"][DOCUMENT])
    raise Fault("PDF-01", "4_report: no cell shows the document", expected="show.document(review)")


def cleaned(notebook: "NotebookNode", parameters: Mapping[str, str], **metadata: Any) -> "NotebookNode":
    """A copy of an executed notebook without times, paths and environment.

    `parameters` are those it shall be run with by hand, from the folder where it will lie.
    """
    from nbformat import from_dict

    kept: NotebookNode = from_dict({
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            **metadata,
        },
        "cells": [_cleaned_cell(number, cell, parameters) for number, cell in enumerate(notebook.cells, 1)],
    })  # fmt: skip
    return kept


def _cleaned_cell(number: int, cell: "NotebookNode", parameters: Mapping[str, str]) -> dict[str, Any]:
    tags = list(cell.metadata.get("tags", []))
    kept = {**cell, "id": cell.get("id") or f"cell-{number}", "metadata": {"tags": tags} if tags else {}}
    if "injected-parameters" in tags:
        kept |= {"id": "injected-parameters", "source": source_of(parameters)}
    for output in kept.get("outputs", ()):
        output.get("data", {}).pop(WIDGET, None)
    return kept


def source_of(parameters: Mapping[str, str]) -> str:
    """The cell that papermill writes for the parameters."""
    from papermill.translators import PythonTranslator

    return str(PythonTranslator.codify(dict(parameters))).strip()


def as_bytes(notebook: "NotebookNode") -> bytes:
    """The notebook as a file."""
    import nbformat

    return f"{nbformat.writes(notebook)}\n".encode()
