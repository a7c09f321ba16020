"""Notebooks: found, asked what they import, and stripped once they have run."""

import json
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

import project
from sharedsocial_utils.delivering import notebooks
from sharedsocial_utils.errors import Fault


def executed() -> nbformat.NotebookNode:
    """A notebook as papermill leaves it."""
    cells = [
        v4.new_code_cell("client = 'a'", metadata={"tags": ["parameters"], "papermill": {"duration": 1.5}}),
        v4.new_code_cell("client = '/home/ada'", metadata={"tags": ["injected-parameters"]}),
        v4.new_code_cell("show()", metadata={"execution": {"iopub.status.busy": "2026-10-01T10:00:00Z"}}),
    ]
    for cell in cells:
        cell["outputs"] = []
    metadata = {
        "papermill": {"start_time": "2026-10-01"},
        "language_info": {"name": "python", "version": "3.11"},
    }
    return v4.new_notebook(cells=cells, metadata=metadata)


def test_the_imports_of_all_cells_are_known(tmp_path: Path) -> None:
    folder = project.notebooks(
        tmp_path, {"1_ingest": ["import os.path", "%magic", "from json import dumps\nx = 1"]}
    )
    first = notebooks.open_notebooks(folder)[0]
    assert first.name == "1_ingest"
    assert first.modules() == ["os.path", "json"]


def test_a_damaged_notebook_is_named(tmp_path: Path) -> None:
    folder = project.notebooks(tmp_path)
    (folder / "3_start_stop.ipynb").write_text('{"cells": ')
    with pytest.raises(Fault, match="cannot be read") as caught:
        notebooks.open_notebooks(folder)
    assert (caught.value.code, caught.value.file) == ("NB-04", "3_start_stop.ipynb")


def test_a_cleaned_notebook_says_nothing_of_the_machine() -> None:
    kept = notebooks.cleaned(executed(), {"client": "rossi", "workspace": "../.."})
    text = notebooks.as_bytes(kept).decode()
    for word in ("papermill", "2026-10-01", "/home/ada", "3.11", "iopub"):
        assert word not in text
    assert kept.cells[1].source == '# Parameters\nclient = "rossi"\nworkspace = "../.."'
    assert kept.cells[0].metadata == {"tags": ["parameters"]}


def test_two_runs_give_the_same_bytes() -> None:
    first, second = executed(), executed()
    for a, b in zip(first.cells, second.cells, strict=True):
        if a.metadata.get("tags") != ["injected-parameters"]:
            b["id"] = a["id"]  # a notebook's own; papermill gives its cell another at every run
    parameters = {"client": "rossi", "workspace": ".."}
    assert notebooks.as_bytes(notebooks.cleaned(first, parameters)) == notebooks.as_bytes(
        notebooks.cleaned(second, parameters)
    )


def test_the_document_is_taken_out_of_the_outputs() -> None:
    notebook = executed()
    about = {"title": "La Quercia"}
    shown = v4.new_output("display_data", data={notebooks.DOCUMENT: about})
    notebook.cells[2]["outputs"] = [v4.new_output("stream", text="x"), shown]
    assert notebooks.document_of(notebook) == about
    assert json.dumps(notebook).count(notebooks.DOCUMENT) == 0
    assert len(notebook.cells[2].outputs) == 1


def test_a_report_without_a_document_is_refused() -> None:
    with pytest.raises(Fault, match="no cell shows the document") as caught:
        notebooks.document_of(executed())
    assert caught.value.code == "PDF-01"
