"""The agency's view across all its clients: notebooks/portfolio.ipynb run, printed and put in its place."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sharedsocial_utils.client import house_file, house_files
from sharedsocial_utils.delivering.kernels import Home, start, stop
from sharedsocial_utils.delivering.locking import one_client, whole_workspace
from sharedsocial_utils.delivering.notebooks import (
    Notebook,
    as_bytes,
    cleaned,
    document_of,
    find_notebooks,
    open_notebook,
)
from sharedsocial_utils.delivering.outputs import pdf_of
from sharedsocial_utils.delivering.parameters import check_parameters
from sharedsocial_utils.delivering.running import Stopped, run
from sharedsocial_utils.workspace import PORTFOLIO as NAME
from sharedsocial_utils.workspace import Quarter, Workspace, write_whole

if TYPE_CHECKING:
    from nbformat import NotebookNode


@dataclass(frozen=True)
class Portfolio:
    """What was written."""

    report: Path
    notebook: Path


def make_portfolio(quarter: str, workspace: str | Path, language: str = "it") -> Portfolio:
    """Writes reports/portfolio/<quarter>/: portfolio.pdf, the executed portfolio.ipynb, tables/*.csv.

    Raises `Fault`: WS-01, CL-07, NB-01, NB-04 and RUN-01 before anything runs; NB-02, NB-03, PDF-01 or WS-02
    later. Then the last document stays.
    """
    place, period = Workspace.at(workspace), Quarter.parse(quarter)
    notebook = open_notebook(find_notebooks() / f"{NAME}.ipynb")
    given = {"quarter": quarter, "workspace": str(place.root), "language": language}
    check_parameters(NAME, notebook.content, given)
    with whole_workspace(place, shared=True), one_client(place, NAME, quarter) as folder:
        stage = _staged(place, folder / "workspace")
        executed = _executed(notebook, {**given, "workspace": str(stage.root)}, place, stage)
        made = stage.reports(NAME, period)
        report = cleaned(executed, {**given, "workspace": "../../.."}, typst_export=document_of(executed))
        files = {f"{NAME}.pdf": pdf_of(report, made), f"{NAME}.ipynb": as_bytes(report)}
        tables = {path.relative_to(made).as_posix(): path.read_bytes() for path in made.glob("tables/*.csv")}
        target = place.reports(NAME, period)
        for name, data in sorted({**tables, **files}.items()):
            write_whole(target / name, data)
    return Portfolio(target / f"{NAME}.pdf", target / f"{NAME}.ipynb")


def _staged(place: Workspace, folder: Path) -> Workspace:
    """A private workspace: the data are the place's own, to be read only."""
    folder.mkdir()
    (folder / "data").symlink_to(place.root / "data", target_is_directory=True)
    house = house_file(place.root)
    if house and (place.root / house.name).is_file():
        (folder / house.name).symlink_to(house)
    return Workspace(folder)


def _executed(
    notebook: Notebook, given: dict[str, str], place: Workspace, stage: Workspace
) -> "NotebookNode":
    readable = [str(place.root / "data"), *map(str, house_files(place.root))]
    home = Home(stage.root / "kernels", readable, [str(stage.root)])
    kernel = start(home, NAME, notebook.modules())
    try:
        return run(notebook, given, kernel, home.folder / NAME / "log", lambda: None)
    except Stopped as stopped:
        raise stopped.fault from stopped
    finally:
        stop(kernel)
