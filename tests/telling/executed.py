"""A report's notebook executed without a kernel, and the folder that an audit leaves of it."""

import hashlib
import json
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_output

from sharedsocial_utils.delivering.notebooks import as_bytes, cleaned
from sharedsocial_utils.delivering.outputs import pdf_of
from sharedsocial_utils.telling import Review, document, open_review, show
from sharedsocial_utils.workspace import Quarter, Workspace, write_whole

REPORT = Path(__file__).parents[2] / "notebooks" / "4_report.ipynb"
CLIENT, QUARTER = "la-quercia", "2026Q3"


def executed(review: Review) -> Any:
    """4_report with the outputs that a kernel would give it; the attachments are written."""
    notebook = nbformat.reads(REPORT.read_text("utf-8"), as_version=4)
    show.document(review)
    for cell in notebook.cells:
        if cell.cell_type == "code" and not cell.metadata.get("tags"):
            name = cell.source.removeprefix("show.").removesuffix("(review)")
            bundle = getattr(show, name)(review)._repr_mimebundle_()
            cell.outputs = [new_output("execute_result", data=bundle, execution_count=1)]
    given = new_code_cell("", id="injected-parameters", metadata={"tags": ["injected-parameters"]})
    notebook.cells.insert(2, given)
    return notebook


def parameters(workspace: str, language: str = "it") -> dict[str, str]:
    return {"client": CLIENT, "quarter": QUARTER, "workspace": workspace, "language": language}


def audited(root: Path, language: str = "it") -> Path:
    """The report's folder as an audit leaves it."""
    review = open_review(CLIENT, QUARTER, root, language)
    ran = executed(review)
    folder = Workspace.at(root).reports(CLIENT, Quarter.parse(QUARTER))
    report = cleaned(ran, parameters("../../..", language), typst_export=document(review))
    files = {
        "report.pdf": pdf_of(report, folder),
        "report.ipynb": as_bytes(report),
        "notebooks/4_report.ipynb": as_bytes(cleaned(ran, parameters("../../../..", language))),
    }
    for name, data in files.items():
        write_whole(folder / name, data)
    every = [path for path in folder.rglob("*") if path.is_file() and path != folder / "manifest.json"]
    outputs = {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in every
    }
    manifest = {"parameters": parameters(".", language), "outputs": outputs}
    write_whole(folder / "manifest.json", json.dumps(manifest))
    return folder
