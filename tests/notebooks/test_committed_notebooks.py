"""The four notebooks as they are committed: thin, known tags, equal parameters, no outputs."""

import ast
import json
from pathlib import Path
from typing import Any

import nbformat
import pytest

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
NAMES = ("1_ingest", "2_effort_vs_results", "3_start_stop", "4_report")
TAGS = {"parameters", "remove-cell", "comment"}  # papermill adds injected-parameters to the executed copy
PARAMETERS = {"client": "la-quercia", "quarter": "2026Q3", "workspace": ".."}
PAGES = [
    "bottom_line",
    "promises",
    "time",
    "who_does_what",
    "results",
    "effort_against_results",
    "verdicts",
    "next_quarter",
    "unknown",
    "appendix",
]


def notebook(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text("utf-8"))
    return content


def cells(name: str, kind: str = "code") -> list[dict[str, Any]]:
    return [cell for cell in notebook(name)["cells"] if cell["cell_type"] == kind]


def source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def tags(cell: dict[str, Any]) -> list[str]:
    return list(cell["metadata"].get("tags", []))


def parameters(name: str) -> str:
    (cell,) = (cell for cell in cells(name) if "parameters" in tags(cell))
    return source(cell)


@pytest.mark.parametrize("name", NAMES)
def test_valid_and_as_nbformat_writes_it(name: str) -> None:
    text = (NOTEBOOKS / f"{name}.ipynb").read_text("utf-8")
    opened = nbformat.reads(text, as_version=4)
    nbformat.validate(opened)
    assert nbformat.writes(opened) + "\n" == text


@pytest.mark.parametrize("name", NAMES)
def test_committed_without_outputs_and_traces_of_a_run(name: str) -> None:
    assert notebook(name)["metadata"] == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in cells(name):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None
        assert cell["metadata"].keys() <= {"tags"}


@pytest.mark.parametrize("name", NAMES)
def test_only_known_tags(name: str) -> None:
    used = [tag for cell in notebook(name)["cells"] for tag in tags(cell)]
    assert set(used) <= TAGS
    assert used.count("parameters") == 1


@pytest.mark.parametrize("name", NAMES)
def test_thin(name: str) -> None:
    """A cell is one to three lines that call the library; the cell of parameters has a line for each."""
    for cell in cells(name):
        lines = source(cell).splitlines()
        assert 1 <= len(lines) <= (4 if "parameters" in tags(cell) else 3)
        tree = ast.parse(source(cell))
        defined = (ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.If, ast.Import)
        assert not [node for node in ast.walk(tree) if isinstance(node, defined)]
        imported = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        assert all(str(module).startswith("sharedsocial_utils.") for module in imported)


@pytest.mark.parametrize("name", NAMES)
def test_parameters_are_alike_and_each_says_what_it_is(name: str) -> None:
    lines = parameters(name).splitlines()
    assert lines[:3] == parameters("1_ingest").splitlines()
    own = PARAMETERS | ({"language": "it"} if name == "4_report" else {})
    assigned = {line.split(" = ")[0]: ast.literal_eval(line.split(" = ")[1].split("#")[0]) for line in lines}
    assert assigned == own
    assert all(len(line.partition("  # ")[2]) > 10 for line in lines)


@pytest.mark.parametrize("name", NAMES)
def test_papermill_finds_the_parameters_with_their_help(name: str) -> None:
    from papermill import inspect_notebook

    found = inspect_notebook(str(NOTEBOOKS / f"{name}.ipynb"))
    assert list(found)[:3] == list(PARAMETERS)
    assert all(parameter["help"] for parameter in found.values())


def test_each_notebook_calls_its_room_and_the_report_only_tells() -> None:
    calls = {name: "\n".join(map(source, cells(name))) for name in NAMES}
    assert "read_client(client, quarter, workspace)" in calls["1_ingest"]
    assert "measure(client, quarter, workspace)" in calls["2_effort_vs_results"]
    assert "judge(client, quarter, workspace)" in calls["3_start_stop"]
    rooms = ("reading", "measuring", "deciding")
    assert not [room for room in rooms if f"sharedsocial_utils.{room}" in calls["4_report"]]


def test_the_report_has_the_ten_pages_in_their_order_and_hands_over_the_document_last() -> None:
    told = [source(cell) for cell in cells("4_report") if not tags(cell)]
    assert told == [f"show.{page}(review)" for page in PAGES]
    last = cells("4_report")[-1]
    assert (source(last), tags(last)) == ("show.document(review)", ["remove-cell"])


def test_the_report_prints_no_fixed_prose_which_would_be_in_one_language_only() -> None:
    for cell in cells("4_report", "markdown"):
        assert tags(cell) in (["remove-cell"], ["comment"])
        assert source(cell) == "" or tags(cell) == ["remove-cell"]


def test_behind_every_page_waits_a_cell_for_the_analysts_words() -> None:
    ids = [(cell["id"], cell["cell_type"]) for cell in notebook("4_report")["cells"]]
    pages = [cell["id"] for cell in cells("4_report") if not tags(cell)]
    assert len(pages) == len(PAGES)
    for page in pages:
        assert ids[ids.index((page, "code")) + 1] == (f"comment-{page}", "markdown")


@pytest.mark.parametrize("name", NAMES)
def test_an_analyst_finds_a_title_first(name: str) -> None:
    first = notebook(name)["cells"][0]
    assert first["cell_type"] == "markdown"
    assert source(first).startswith(f"# {name[0]}. ")
