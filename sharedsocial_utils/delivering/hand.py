"""The analyst's hand: comments written into the executed report, kept over audits and exported again.

What a person may write into `reports/<client>/<quarter>/report.ipynb` are Markdown cells: those tagged
`comment`, which wait empty behind every page, and others put between them. Code cells and their outputs are
the audit's. An audit carries the words over into the new report; where it cannot, the old notebook stays
under another name.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sharedsocial_utils.client import load_client
from sharedsocial_utils.delivering.internal import refuse_internal_figures
from sharedsocial_utils.delivering.locking import one_client, whole_workspace
from sharedsocial_utils.delivering.notebooks import DOCUMENT, NAMES, NOT_PRINTED
from sharedsocial_utils.delivering.outputs import pdf_of
from sharedsocial_utils.delivering.parameters import assigned
from sharedsocial_utils.delivering.staging import MANIFEST
from sharedsocial_utils.errors import Fault
from sharedsocial_utils.workspace import Quarter, Workspace, write_whole

if TYPE_CHECKING:
    from nbformat import NotebookNode

REPORT = NAMES[-1]
COMMENT = "comment"
BYTES_AT_MOST = 200_000_000


@dataclass(frozen=True)
class HandCell:
    """One cell that a person wrote: its id, the sha256 of its words, the cell before it."""

    id: str
    sha256: str
    source: str
    before: str | None


@dataclass(frozen=True)
class Carried:
    """The new report with the words of the old one, the cells that hold them, what to tell the analyst."""

    notebook: "NotebookNode"
    cells: tuple[HandCell, ...]
    messages: tuple[str, ...]


@dataclass(frozen=True)
class Exported:
    """What was exported again: the PDF, and the cells that were written by hand."""

    report: Path
    cells: tuple[HandCell, ...]


def hand_written(notebook: "NotebookNode", audits: "NotebookNode") -> list[HandCell]:
    """The Markdown cells that will be printed, are not empty and do not stand so in the audit's notebook."""
    own = {(str(cell.get("id")), cell.source) for cell in audits.cells}
    found, before = [], None
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and not _removed(cell) and cell.source.strip():
            told = sha256(cell.source.encode()).hexdigest()
            found.append(HandCell(str(cell.id), told, cell.source, before))
        before = str(cell.id)
    return [cell for cell in found if (cell.id, cell.source) not in own]


def listed(cells: Iterable[HandCell]) -> list[dict[str, str]]:
    """As the manifest lists them."""
    return [{"cell": cell.id, "sha256": cell.sha256} for cell in cells]


def carried(new: "NotebookNode", old: Path) -> Carried:
    """The new report, in which the words of the old one, `report.ipynb` of the audit before, are put.

    A cell's words go into the new cell of the same id; a cell that the analyst added goes behind the one that
    it stood behind. Where that is not possible, or the old notebook cannot be read, it is kept beside the
    report as `report.kept-<hash>.ipynb`.
    """
    if not old.exists() or old.is_symlink():
        return Carried(new, (), ())
    try:
        cells = hand_written(opened(old), new)
    except Fault as fault:
        return Carried(new, (), (f"{fault.message()}; {_kept_aside(old)}",))
    lost = [cell for cell in cells if not _put(new, cell)]
    kept = tuple(cell for cell in cells if cell not in lost)
    told = [f"comment {cell.id}: carried over" for cell in kept]
    told += [f"comment {cell.id}: no place for it in the new report" for cell in lost]
    return Carried(new, kept, (*told, _kept_aside(old)) if lost else tuple(told))


def _put(new: "NotebookNode", cell: HandCell) -> bool:
    """Puts the words into the notebook; False if no cell of it tells where."""
    from nbformat.v4 import new_markdown_cell

    places = {str(other.id): place for place, other in enumerate(new.cells)}
    if cell.id in places:
        there = new.cells[places[cell.id]]
        if there.cell_type != "markdown" or there.source.strip():
            return False
        there.source = cell.source
        return True
    if cell.before not in places:
        return False
    own = new_markdown_cell(cell.source, id=cell.id, metadata={"tags": [COMMENT]})
    new.cells.insert(places[str(cell.before)] + 1, own)
    return True


def _kept_aside(old: Path) -> str:
    """Keeps the old notebook under a name that no audit writes, and says so."""
    data = old.read_bytes()
    path = old.with_name(f"{old.stem}.kept-{sha256(data).hexdigest()[:8]}.ipynb")
    return f"the notebook is kept as {write_whole(path, data).name}"


def opened(path: Path) -> "NotebookNode":
    """A notebook of format 4; raises `Fault` RP-04 for anything else, and for an id that stands twice."""
    import nbformat
    from nbformat.reader import NotJSONError

    damaged = (NotJSONError, nbformat.ValidationError, RecursionError, KeyError, AttributeError, TypeError)
    try:
        if path.is_symlink() or path.stat().st_size > BYTES_AT_MOST:
            raise ValueError("a link, or larger than 200 MB")
        text = path.read_text("utf-8")
        # before nbformat, which gives such cells ids of chance and goes on
        _require_ids([str(cell.get("id", "")) for cell in json.loads(text)["cells"]], path.name)
        notebook: NotebookNode = nbformat.reads(text, as_version=4)
        nbformat.validate(notebook)
    except (OSError, ValueError, *damaged) as error:
        said = str(error).partition("\n")[0][:120]
        raise Fault("RP-04", f"the notebook cannot be read: {said}", file=path.name) from error
    return notebook


def _require_ids(ids: list[str], file: str) -> None:
    twice = sorted({id_ for id_ in ids if not id_ or ids.count(id_) > 1})
    if twice:
        raise Fault("RP-04", "a cell has no id, or two have the same", file=file, text=twice[0])


def export_again(client: str, quarter: str, workspace: str | Path) -> Exported:
    """Makes the PDF of the report's notebook as it is now, without running it, and writes both its hash and
    the cells written by hand into the manifest.

    Raises `Fault`: RP-05 where there is no report; RP-04 where more than words was changed; RP-02 for a
    figure of the agency; PDF-01 where it cannot be printed; RUN-01, WS-01, WS-02, CL-01 to CL-07. Then
    nothing is changed.
    """
    place, period = Workspace.at(workspace), Quarter.parse(quarter)
    about = load_client(place.raw(client))
    folder = place.reports(client, period)
    try:
        with whole_workspace(place, shared=True), one_client(place, client, quarter):
            manifest = _manifest(folder)
            edited = opened(folder / "report.ipynb")
            audits = _audited(folder, manifest)
            _require_the_audits(edited, audits, folder, manifest)
            refuse_internal_figures(edited, folder, place.processed(client, period), about)
            pdf, cells = pdf_of(edited, folder), hand_written(edited, audits)
            write_whole(folder / "report.pdf", pdf)
            write_whole(folder / MANIFEST, _renewed(manifest, folder, cells))
    except Fault as fault:
        raise fault.at(client=client) from fault
    return Exported(folder / "report.pdf", tuple(cells))


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads((folder / MANIFEST).read_bytes())
        return {**content, "outputs": dict(content["outputs"]), "parameters": dict(content["parameters"])}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Fault("RP-05", "no manifest of an audit", file=MANIFEST) from error


def _renewed(manifest: Mapping[str, Any], folder: Path, cells: list[HandCell]) -> bytes:
    """The manifest with the hashes of the report and the cells written by hand."""
    prefix = f"reports/{folder.parent.name}/{folder.name}"
    own = {f"{prefix}/{name}": _hash(folder / name) for name in ("report.ipynb", "report.pdf")}
    content = {**manifest, "outputs": {**manifest["outputs"], **own}, "hand_written": listed(cells)}
    return f"{json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False)}\n".encode()


def _hash(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def _audited(folder: Path, manifest: Mapping[str, Any]) -> "NotebookNode":
    """The report's notebook as the audit ran it."""
    _require_same_file(folder, f"notebooks/{REPORT}.ipynb", manifest)
    return opened(folder / "notebooks" / f"{REPORT}.ipynb")


def _require_the_audits(
    edited: "NotebookNode", audited: "NotebookNode", folder: Path, manifest: Mapping[str, Any]
) -> None:
    """Raises `Fault` RP-04 unless code, outputs and attachments are those of the audit, in its order."""
    _require_no_error(edited)
    own, theirs = ([cell for cell in nb.cells if cell.cell_type == "code"] for nb in (edited, audited))
    _require_same_cells([str(cell.id) for cell in own], [str(cell.id) for cell in theirs])
    for cell, audits in zip(own, theirs, strict=True):
        _require_same_code(cell, audits, manifest["parameters"])
        if _outputs(cell) != _outputs(audits):
            raise Fault("RP-04", f"cell {cell.id}: its output is not the audit's", file="report.ipynb")
    _require_document(edited, folder, manifest)


def _require_no_error(edited: "NotebookNode") -> None:
    for cell in edited.cells:
        if any(output.output_type == "error" for output in cell.get("outputs", [])):
            raise Fault("RP-04", f"cell {cell.id} ended in an error", file="report.ipynb")


def _require_same_cells(own: list[str], audits: list[str]) -> None:
    if own == audits:
        return
    added, gone = sorted(set(own) - set(audits)), sorted(set(audits) - set(own))
    moved = "cells changed place"
    what = f"cell {added[0]} is new" if added else f"cell {gone[0]} is gone" if gone else moved
    raise Fault("RP-04", what, file="report.ipynb", expected="the audit's cells of code, in their order")


def _require_same_code(cell: "NotebookNode", audits: "NotebookNode", parameters: Mapping[str, str]) -> None:
    if "injected-parameters" in audits.metadata.get("tags", []):
        given = assigned(REPORT, cell.source)
        same = {**given, "workspace": "."} == {**parameters, "workspace": "."}
    else:
        same = cell.source == audits.source
    if not same or _removed(cell) != _removed(audits):
        raise Fault("RP-04", f"the code of cell {cell.id} was changed", file="report.ipynb", text=cell.source)


def _outputs(cell: "NotebookNode") -> list[dict[str, Any]]:
    """The outputs without the counts of a run; the document's is moved to the metadata by the audit."""
    kept = [output for output in cell.outputs if DOCUMENT not in output.get("data", {})]
    return [{key: value for key, value in output.items() if key != "execution_count"} for output in kept]


def _require_document(edited: "NotebookNode", folder: Path, manifest: Mapping[str, Any]) -> None:
    """The document is a strict one, and attaches the audit's files as they are."""
    document = edited.metadata.get("typst_export", {})
    if document.get("strict") is not True:
        raise Fault("RP-04", "the document's metadata are not a report's", file="report.ipynb")
    for item in document.get("attachments", []):
        _require_same_file(folder, str(item["path"]), manifest)


def _require_same_file(folder: Path, name: str, manifest: Mapping[str, Any]) -> None:
    known = manifest["outputs"].get(f"reports/{folder.parent.name}/{folder.name}/{name}")
    path = folder / name
    if known is None or path.is_symlink() or not path.is_file() or _hash(path) != known:
        raise Fault("RP-04", "a file is not as the audit left it", file=name)


def _removed(cell: "NotebookNode") -> bool:
    """Whether the cell is not printed."""
    return not NOT_PRINTED.isdisjoint(cell.metadata.get("tags", []))
