"""A small project for tests: a workspace with one client, and four notebooks of a few cells each."""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import nbformat
from nbformat import v4

CLIENT = """
name = "Agriturismo La Quercia"
language = "it"
currency = "EUR"
timezone = "Europe/Rome"
[agency]
name = "Studio Girasole"
hourly_rate = 55.0
[company]
name = "La Quercia"
hourly_cost = 24.0
[value]
margin = 0.4
contact = 40.0
"""
HEAD = """
import pandas as pd
from sharedsocial_utils.tables import conform, write_table
from sharedsocial_utils.workspace import Quarter, Workspace
"""
FOLDER = "folder = Workspace.at(workspace).processed(client, Quarter.parse(quarter))"
SOURCES = """
_ = write_table(folder, "sources", conform("sources", pd.DataFrame([
    {"path": "toggl.csv", "sha256": "ab", "first_date": "2026-07-01", "last_date": "2026-09-30",
     "rows_read": 10, "rows_kept": 7, "rows_quarantined": 2, "rows_other": 1},
])))
"""
FLAGS = """
_ = write_table(folder, "flags", conform("flags", pd.DataFrame(
    [{"activity": "blog", "flag": "KEEP", "reason": "=evil()"}, {"activity": "photos", "flag": "STOP"}])))
_ = write_table(folder, "plan", conform("plan", pd.DataFrame([{"activity": "blog", "side": "company"}])))
"""
DOCUMENT = """
from IPython.display import display
page = {"version": 1, "blocks": [{"kind": "page", "title": f"{client}, {quarter}", "kicker": None}]}
display({"application/vnd.typst-export.blocks+json": page}, raw=True)
"""
LAST = """
from sharedsocial_utils.workspace import Quarter, Workspace, write_whole
tables = Workspace.at(workspace).reports(client, Quarter.parse(quarter)) / "tables"
for name in ("flags", "plan"):
    write_whole(tables / f"{name}.csv", f"the {name}")
about = {"title": "La Quercia", "language": language, "date": "2026-09-30", "strict": True, "authors": ["A"]}
display({"application/vnd.sharedsocial.document+json": about}, raw=True)
"""
CELLS = {
    "1_ingest": [HEAD, FOLDER, SOURCES],
    "2_effort_vs_results": ["import os, sys\nhours = 1"],
    "3_start_stop": [HEAD, FOLDER, FLAGS],
    "4_report": ["# La Quercia", DOCUMENT, LAST],
}


def workspace(root: Path) -> Path:
    """A workspace with the client la-quercia."""
    folder = root / "data" / "raw" / "la-quercia"
    folder.mkdir(parents=True)
    (folder / "client.toml").write_text(CLIENT, "utf-8")
    return root


def add_client(root: Path, name: str) -> None:
    """Another client, with a file of its own."""
    folder = root / "data" / "raw" / name
    folder.mkdir()
    (folder / "client.toml").write_text(CLIENT, "utf-8")
    (folder / "secret.txt").write_text(f"canary of {name}")


def tree(root: Path) -> dict[str, bytes]:
    """All outputs of a workspace, and whatever else a run may have left beside them."""
    found = {}
    for part in ("data/processed", "reports"):
        for folder, inner, names in os.walk(root / part):
            inner[:] = [name for name in inner if name != ".runs"]
            for path in (Path(folder) / name for name in names):
                with suppress(FileNotFoundError):  # a temporary file that has just become another
                    found[path.relative_to(root).as_posix()] = path.read_bytes()
    return found


def left(root: Path) -> set[str]:
    """What stands in the folder of the runs."""
    return {path.name for path in (root / "data" / "processed" / ".runs").iterdir()}


def notebooks(folder: Path, changed: Mapping[str, list[str]] | None = None) -> Path:
    """The four notebooks, some with other cells than usual."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, cells in {**CELLS, **(changed or {})}.items():
        parameters = ['client = "nobody"', 'quarter = "2000Q1"', 'workspace = ".."']
        parameters += ['language = "en"'] if name == "4_report" else []
        write(folder / f"{name}.ipynb", ["\n".join(parameters), *cells], tagged=True)
    return folder


def write(path: Path, sources: list[str], tagged: bool) -> None:
    """One notebook; a source that begins with # is Markdown; the first cell may be tagged `parameters`."""
    cells = [
        v4.new_markdown_cell(source, id=f"c{n}")
        if source.startswith("# ")
        else v4.new_code_cell(source.strip(), id=f"c{n}")
        for n, source in enumerate(sources)
    ]
    if tagged:
        cells[0].metadata["tags"] = ["parameters"]
    # a kernel that does not exist: the caller's interpreter is used whatever the notebook names
    kernel = {"display_name": "R", "language": "R", "name": "ir"}
    path.write_text(nbformat.writes(v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})), "utf-8")
