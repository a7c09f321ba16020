"""The analyst's hand: what is written into the report is printed, named in the manifest and carried over."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from executed import QUARTER, audited
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from pypdf import PdfReader
from tables_for_tests import workspace

from sharedsocial_utils import cli
from sharedsocial_utils.delivering.hand import carried, export_again
from sharedsocial_utils.errors import Fault

WORDS = "La **bacheca** è stata ferma in agosto: ne abbiamo parlato il 3 settembre."
PRINTED = "La bacheca è stata ferma in agosto: ne abbiamo parlato il 3 settembre."


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of an audited workspace, by name."""
    root = tmp_path_factory.mktemp("made")
    audited(workspace(root, 3))
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


@pytest.fixture
def folder(made: dict[str, bytes], tmp_path: Path) -> Path:
    """A copy of the audited workspace's report."""
    for name, data in made.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path / "reports" / "la-quercia" / QUARTER


def edit(folder: Path, change: Callable[[Any], object]) -> None:
    notebook = read(folder / "report.ipynb")
    change(notebook)
    nbformat.write(notebook, folder / "report.ipynb")


def read(path: Path) -> Any:
    return nbformat.reads(path.read_text("utf-8"), as_version=4)


def cell(notebook: Any, name: str) -> Any:
    return next(cell for cell in notebook.cells if cell.id == name)


def write(words: str, name: str = "comment-time") -> Callable[[Any], None]:
    def change(notebook: Any) -> None:
        cell(notebook, name).source = words

    return change


def export(folder: Path) -> Any:
    return export_again("la-quercia", QUARTER, folder.parents[2])


def text_of(folder: Path) -> str:
    pages = PdfReader(folder / "report.pdf").pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_without_a_word_the_report_is_the_audits(folder: Path) -> None:
    before = (folder / "report.pdf").read_bytes()
    assert export(folder).cells == ()
    assert (folder / "report.pdf").read_bytes() == before


def test_words_stand_under_their_page_and_in_the_manifest(folder: Path) -> None:
    assert PRINTED not in text_of(folder)
    edit(folder, write(WORDS))
    (hand,) = export(folder).cells
    text = text_of(folder)
    assert text.count(PRINTED) == 1
    assert text.index("Dove è andato il tempo") < text.index(PRINTED) < text.index("Chi fa cosa")
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    sha = hashlib.sha256(WORDS.encode()).hexdigest()
    assert manifest["hand_written"] == [{"cell": "comment-time", "sha256": sha}]
    assert hand.sha256 == sha
    for name in ("report.pdf", "report.ipynb"):
        told = manifest["outputs"][f"reports/la-quercia/{QUARTER}/{name}"]
        assert told == hashlib.sha256((folder / name).read_bytes()).hexdigest()


def test_the_same_words_give_the_same_bytes(folder: Path) -> None:
    edit(folder, write(WORDS))
    export(folder)
    first = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    export(folder)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == first


def test_a_notebook_saved_again_after_it_was_run_by_hand_is_the_audits(folder: Path) -> None:
    def run_again(notebook: Any) -> None:
        for number, code in enumerate(c for c in notebook.cells if c.cell_type == "code"):
            code.execution_count = number
            code.metadata["execution"] = {"iopub.execute_input": "2026-10-02T08:00:00Z"}
            for output in code.outputs:
                output["execution_count"] = number

    edit(folder, run_again)
    assert export(folder).cells == ()


def damage(notebook: Any) -> None:
    block = cell(notebook, "bottom-line").outputs[0]["data"]["application/vnd.typst-export.blocks+json"]
    block["blocks"][0]["title"] = "Tutto bene"


def fail(notebook: Any) -> None:
    error = new_output("error", ename="KeyError", evalue="x", traceback=[])
    cell(notebook, "time").outputs.append(error)


def recode(notebook: Any) -> None:
    cell(notebook, "results").source = "show.results(other)"


def reparameter(notebook: Any) -> None:
    cell(notebook, "injected-parameters").source = 'client = "rossi"\nquarter = "2026Q3"\nlanguage = "it"'


def reveal(notebook: Any) -> None:
    cell(notebook, "open").metadata["tags"] = []


def tear(notebook: Any) -> None:
    notebook.cells.remove(cell(notebook, "unknown"))


def add(notebook: Any) -> None:
    notebook.cells.insert(4, new_code_cell("print(1)", id="mine"))


def swap(notebook: Any) -> None:
    first, second = (notebook.cells.index(cell(notebook, name)) for name in ("time", "results"))
    notebook.cells[first], notebook.cells[second] = notebook.cells[second], notebook.cells[first]


def loosen(notebook: Any) -> None:
    notebook.metadata["typst_export"]["strict"] = False


def attach(notebook: Any) -> None:
    notebook.metadata["typst_export"]["attachments"][0]["path"] = "../../../data/raw/la-quercia/client.toml"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (damage, "cell bottom-line: its output is not the audit's"),
        (fail, "cell time ended in an error"),
        (recode, "the code of cell results was changed"),
        (reparameter, "the code of cell injected-parameters was changed"),
        (reveal, "the code of cell open was changed"),
        (tear, "cell unknown is gone"),
        (add, "cell mine is new"),
        (swap, "cells changed place"),
        (loosen, "the document's metadata are not a report's"),
        (attach, "a file is not as the audit left it"),
    ],
)
def test_more_than_words_is_refused_by_name(folder: Path, change: Callable[[Any], None], said: str) -> None:
    edit(folder, change)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(Fault) as fault:
        export(folder)
    assert (fault.value.code, fault.value.found) == ("RP-04", said)
    assert fault.value.client == "la-quercia"
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_changed_table_is_not_attached(folder: Path) -> None:
    with (folder / "tables" / "flags.csv").open("a") as file:
        file.write("x\n")
    with pytest.raises(Fault, match="not as the audit left it") as fault:
        export(folder)
    assert fault.value.file == "tables/flags.csv"


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", "# Una pagina in più\n\n### salto", "| a |\n|--|"]
)
def test_markup_that_a_report_does_not_hold_is_refused_with_its_cell(folder: Path, words: str) -> None:
    edit(folder, write(words))
    with pytest.raises(Fault) as fault:
        export(folder)
    assert fault.value.code == "PDF-01"
    assert "comment-time" in fault.value.found or "cell" in fault.value.found


def test_a_notebook_that_is_none_is_refused(folder: Path) -> None:
    (folder / "report.ipynb").write_text("{}")
    with pytest.raises(Fault) as fault:
        export(folder)
    assert fault.value.code == "RP-04"


def test_a_link_is_no_notebook_of_ours(folder: Path, tmp_path: Path) -> None:
    (folder / "report.ipynb").rename(tmp_path / "elsewhere.ipynb")
    (folder / "report.ipynb").symlink_to(tmp_path / "elsewhere.ipynb")
    with pytest.raises(Fault, match="a link, or larger than") as fault:
        export(folder)
    assert fault.value.code == "RP-04"


@pytest.mark.parametrize("name", ["title", "", None])
def test_cells_without_a_name_of_their_own_are_refused(folder: Path, name: str | None) -> None:
    content = json.loads((folder / "report.ipynb").read_text("utf-8"))
    comment = next(cell for cell in content["cells"] if cell["id"] == "comment-time")
    comment.pop("id") if name is None else comment.update(id=name)
    (folder / "report.ipynb").write_text(json.dumps(content), "utf-8")
    with pytest.raises(Fault, match="a cell has no id, or two have the same") as fault:
        export(folder)
    assert (fault.value.code, fault.value.text) == ("RP-04", name or "")


def test_an_attachment_behind_a_link_is_refused_though_its_bytes_are_the_audits(
    folder: Path, tmp_path: Path
) -> None:
    (folder / "tables" / "flags.csv").rename(tmp_path / "flags.csv")
    (folder / "tables" / "flags.csv").symlink_to(tmp_path / "flags.csv")
    with pytest.raises(Fault, match="not as the audit left it"):
        export(folder)


def test_the_audits_own_notebook_must_be_as_it_was(folder: Path) -> None:
    path = folder / "notebooks" / "4_report.ipynb"
    path.write_text(path.read_text("utf-8").replace("show.results", "show.time"), "utf-8")
    with pytest.raises(Fault, match="not as the audit left it") as fault:
        export(folder)
    assert fault.value.file == "notebooks/4_report.ipynb"


@pytest.mark.parametrize("content", ["{half", "[]", "{}", '{"outputs": 1, "parameters": {}}'])
def test_a_damaged_manifest_is_one_line(folder: Path, content: str) -> None:
    (folder / "manifest.json").write_text(content, "utf-8")
    with pytest.raises(Fault, match="no manifest of an audit") as fault:
        export(folder)
    assert fault.value.code == "RP-05"


def test_without_an_audit_there_is_nothing_to_print(tmp_path: Path) -> None:
    workspace(tmp_path, 3)
    with pytest.raises(Fault) as fault:
        export_again("la-quercia", QUARTER, tmp_path)
    assert fault.value.code == "RP-05"


def test_the_command_prints_the_cells_and_the_path(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(folder, write(WORDS))
    arguments = ["report", "la-quercia", "--quarter", QUARTER, "--workspace", str(folder.parents[2])]
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code in (0, None)
    told = capsys.readouterr().out
    assert "comment-time" in told
    assert told.splitlines()[-1] == str(folder / "report.pdf")


# ---- over the next audit


def test_the_next_audit_carries_the_words_over(folder: Path, made: dict[str, bytes]) -> None:
    edit(folder, write(WORDS))
    edit(folder, write("In sintesi.", "comment-bottom-line"))
    new = nbformat.reads(made[f"reports/la-quercia/{QUARTER}/report.ipynb"].decode(), as_version=4)
    hand = carried(new, folder / "report.ipynb")
    assert cell(hand.notebook, "comment-time").source == WORDS
    assert [c.id for c in hand.cells] == ["comment-bottom-line", "comment-time"]
    assert hand.messages == (
        "comment comment-bottom-line: carried over",
        "comment comment-time: carried over",
    )
    export(folder)
    once = (folder / "report.pdf").read_bytes()
    nbformat.write(hand.notebook, folder / "report.ipynb")
    export(folder)
    assert (folder / "report.pdf").read_bytes() == once
    assert not list(folder.glob("*.kept-*"))


def test_a_cell_that_the_analyst_added_stays_behind_the_one_it_stood_behind(
    folder: Path, made: dict[str, bytes]
) -> None:
    def add_two(notebook: Any) -> None:
        place = notebook.cells.index(cell(notebook, "comment-results"))
        notebook.cells.insert(place + 1, new_markdown_cell("Uno.", id="mine-1"))
        notebook.cells.insert(place + 2, new_markdown_cell("Due.", id="mine-2"))

    edit(folder, add_two)
    new = nbformat.reads(made[f"reports/la-quercia/{QUARTER}/report.ipynb"].decode(), as_version=4)
    ids = [c.id for c in carried(new, folder / "report.ipynb").notebook.cells]
    place = ids.index("comment-results")
    assert ids[place : place + 4] == ["comment-results", "mine-1", "mine-2", "effort-against-results"]


def test_words_without_a_place_are_kept_under_another_name(folder: Path, made: dict[str, bytes]) -> None:
    edit(folder, lambda notebook: notebook.cells.insert(0, new_markdown_cell("Prima.", id="mine")))
    old = (folder / "report.ipynb").read_bytes()
    new = nbformat.reads(made[f"reports/la-quercia/{QUARTER}/report.ipynb"].decode(), as_version=4)
    hand = carried(new, folder / "report.ipynb")
    (kept,) = folder.glob("report.kept-*.ipynb")
    assert kept.read_bytes() == old
    assert hand.messages == (
        "comment mine: no place for it in the new report",
        f"the notebook is kept as {kept.name}",
    )
    assert [c.id for c in hand.cells] == []


def test_words_are_never_put_over_others(folder: Path, made: dict[str, bytes]) -> None:
    edit(folder, write(WORDS))
    new = nbformat.reads(made[f"reports/la-quercia/{QUARTER}/report.ipynb"].decode(), as_version=4)
    cell(new, "comment-time").source = "Altre parole."
    hand = carried(new, folder / "report.ipynb")
    assert cell(hand.notebook, "comment-time").source == "Altre parole."
    assert hand.messages[0] == "comment comment-time: no place for it in the new report"
    assert list(folder.glob("report.kept-*.ipynb"))


def test_a_planted_link_is_not_carried_over(folder: Path, made: dict[str, bytes], tmp_path: Path) -> None:
    edit(folder, write(WORDS))
    (folder / "report.ipynb").rename(tmp_path / "elsewhere.ipynb")
    (folder / "report.ipynb").symlink_to(tmp_path / "elsewhere.ipynb")
    new = nbformat.reads(made[f"reports/la-quercia/{QUARTER}/report.ipynb"].decode(), as_version=4)
    hand = carried(new, folder / "report.ipynb")
    assert (hand.cells, hand.messages) == ((), ())
    assert cell(hand.notebook, "comment-time").source != WORDS


def test_an_old_notebook_that_cannot_be_read_is_kept(folder: Path, made: dict[str, bytes]) -> None:
    (folder / "report.ipynb").write_bytes(b"{half")
    new = nbformat.reads(made[f"reports/la-quercia/{QUARTER}/report.ipynb"].decode(), as_version=4)
    hand = carried(new, folder / "report.ipynb")
    (kept,) = folder.glob("report.kept-*.ipynb")
    assert kept.read_bytes() == b"{half"
    assert "cannot be read" in hand.messages[0]
    assert kept.name in hand.messages[0]


def test_a_first_audit_has_nothing_to_carry(folder: Path, made: dict[str, bytes]) -> None:
    new = nbformat.reads(made[f"reports/la-quercia/{QUARTER}/report.ipynb"].decode(), as_version=4)
    assert carried(new, folder / "nothing.ipynb").messages == ()
    assert carried(new, folder / "report.ipynb").messages == ()
