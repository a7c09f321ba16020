"""What stays in the agency: no page for the client can read it, nothing that the client gets holds it."""

import ast
import re
from collections.abc import Callable
from copy import deepcopy
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import pytest
from executed import QUARTER, audited, executed
from pypdf import PdfReader
from tables_for_tests import change, workspace

from sharedsocial_utils import telling
from sharedsocial_utils.client import load_client
from sharedsocial_utils.delivering.hand import export_again
from sharedsocial_utils.delivering.internal import figures_of, printed, refuse_internal_figures
from sharedsocial_utils.delivering.outputs import pdf_of
from sharedsocial_utils.errors import Fault
from sharedsocial_utils.tables import TABLES, read_table
from sharedsocial_utils.telling import attachments, blocks, document, open_review, show
from sharedsocial_utils.telling.review import Audience, Review

RATE = 37.65  # what an hour costs the agency; no other figure of the invented client is like it


def root_of(folder: Path, rate: float = RATE) -> Path:
    """A workspace whose agency has told what its hours cost it."""
    root = workspace(folder, 3)
    path = root / "data/raw/la-quercia/client.toml"
    text = path.read_text("utf-8").replace(
        "hourly_rate = 55.0", f"hourly_rate = 55.0\ninternal_cost = {rate}"
    )
    path.write_text(text, "utf-8")
    frame = read_table(root / "data/processed/la-quercia" / QUARTER, "activity_quarter")
    change(root, "activity_quarter", frame.assign(internal_cost=frame["hours_agency"] * rate))
    return root


def opened(root: Path, audience: Audience = "client") -> Review:
    return open_review("la-quercia", QUARTER, root, "it", audience)


def asks_for_a_column(review: Review) -> list[blocks.Block]:
    return [blocks.paragraph(str(review.table("activity_quarter")["internal_cost"].sum()))]


def asks_for_two_columns(review: Review) -> list[blocks.Block]:
    return [blocks.paragraph(str(review.table("activity_quarter")[["hours_agency", "internal_cost"]].sum()))]


def asks_for_a_row(review: Review) -> list[blocks.Block]:
    rows = review.table("activity_quarter").to_dict("records")
    return [blocks.paragraph(str(rows[0]["internal_cost"]))]


def asks_for_a_key(review: Review) -> list[blocks.Block]:
    return [blocks.paragraph(str(review.client.agency.internal_cost))]


@pytest.mark.parametrize("page", [asks_for_a_column, asks_for_two_columns, asks_for_a_row, asks_for_a_key])
def test_a_page_for_the_client_that_asks_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: Callable[[Review], Any]
) -> None:
    module = ModuleType("page")
    module.curious = page  # type: ignore[attr-defined]
    monkeypatch.setattr(show, "import_module", lambda name: module)
    root = root_of(tmp_path)
    with pytest.raises(Fault, match="page curious asks for internal_cost") as fault:
        show._page(opened(root), "curious")
    assert (fault.value.code, fault.value.client) == ("RP-01", "la-quercia")
    assert "37" in show._page(opened(root, "agency"), "curious").plain() or page is not asks_for_a_key


def test_an_error_that_has_nothing_to_do_with_it_stays_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = ModuleType("page")
    module.wrong = lambda review: review.table("flags")["flagg"]  # type: ignore[attr-defined]
    monkeypatch.setattr(show, "import_module", lambda name: module)
    with pytest.raises(KeyError, match="flagg"):
        show._page(opened(root_of(tmp_path)), "wrong")


def test_pages_reach_tables_and_the_clients_file_through_the_review_only() -> None:
    """So that nothing in a page can go around it."""
    around = {"read_table", "read_tables", "load_client", "read_parquet"}
    for path in sorted((Path(telling.__file__).parent / "pages").glob("*.py")):
        names = {n.id for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Name)}
        names |= {
            n.attr for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Attribute)
        }
        assert not names & around, path.name


def test_every_column_says_who_may_see_it() -> None:
    internal = {(name, column) for name, table in TABLES.items() for column in table.internal}
    assert internal == {("activity_quarter", "internal_cost")}
    assert {column.audience for table in TABLES.values() for column in table.columns} == {"both", "agency"}


def test_attachments_for_the_client_lack_it_and_for_the_agency_have_it(tmp_path: Path) -> None:
    root = root_of(tmp_path)
    for audience, there in (("client", False), ("agency", True)):
        attachments(opened(root, audience), tmp_path / audience)  # type: ignore[arg-type]
        head = (tmp_path / audience / "tables" / "activity_quarter.csv").read_text("utf-8").splitlines()[0]
        assert ("internal_cost" in head.split(",")) is there


# ---- the last guard


def guard(root: Path, notebook: Any) -> None:
    processed = root / "data/processed/la-quercia" / QUARTER
    folder = root / "reports/la-quercia" / QUARTER
    refuse_internal_figures(notebook, folder, processed, load_client(root / "data/raw/la-quercia"))


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """A workspace and its executed report."""
    root = root_of(tmp_path_factory.mktemp("guard"))
    review = opened(root)
    notebook = executed(review)
    notebook.metadata["typst_export"] = document(review)
    return root, notebook


@pytest.fixture(scope="module")
def pdf(report: tuple[Path, Any]) -> PdfReader:
    """What the client gets of it."""
    root, notebook = report
    return PdfReader(BytesIO(pdf_of(notebook, root / "reports/la-quercia" / QUARTER)))


def copy(notebook: Any) -> Any:
    """What the tests change: one page with its comment, and the document, which attaches nothing."""
    kept = [cell for cell in notebook.cells if cell.id in ("time", "comment-time")]
    document = {**notebook.metadata["typst_export"], "attachments": []}
    changed = {**notebook, "cells": kept, "metadata": {"typst_export": document}}
    return nbformat.from_dict(deepcopy(changed))


def cell(notebook: Any, name: str) -> Any:
    return next(cell for cell in notebook.cells if cell.id == name)


def page_of(notebook: Any) -> Any:
    return cell(notebook, "time").outputs[0]["data"][blocks.MIME]["blocks"]


def test_an_honest_report_passes(report: tuple[Path, Any]) -> None:
    guard(*report)


def test_nothing_that_the_client_gets_holds_the_rate_or_what_is_reckoned_with_it(
    report: tuple[Path, Any], pdf: PdfReader
) -> None:
    root, notebook = report
    frame = read_table(root / "data/processed/la-quercia" / QUARTER, "activity_quarter")
    figures = [RATE, *frame["internal_cost"].dropna(), frame["internal_cost"].sum()]
    forms = {form for figure in figures for form in (f"{figure:.2f}", f"{figure:.2f}".replace(".", ","))}
    attached = {name: files[0].decode("utf-8") for name, files in pdf.attachments.items()}
    assert any(name.endswith("activity_quarter.csv") for name in attached)
    catalog: Any = pdf.trailer["/Root"]
    given = {
        "pages": " ".join(page.extract_text() for page in pdf.pages),
        "metadata": f"{pdf.metadata} {catalog['/Metadata'].get_object().get_data().decode('utf-8')}",
        "notebook": nbformat.writes(notebook),
        **attached,
    }
    assert "Agriturismo La Quercia" in given["metadata"]
    assert {(name, form) for name, text in given.items() for form in forms if form in text} == set()
    assert [name for name, text in given.items() if "internal_cost" in text] == []


@pytest.mark.parametrize(
    "block",
    [
        blocks.paragraph("Un’ora costa 37,65 €."),
        blocks.note(["grigio: ", blocks.mute("37.65")]),
        blocks.table([blocks.column("Costo", "1fr")], [["€ 37,65"]]),
        blocks.numbers([("37,65\u00a0€", "costo", None)]),
        blocks.figure("<svg><text>37,65 €</text></svg>", "una figura", subtitle="x"),
        blocks.figure("<svg></svg>", "un’ora costa 37,65 €", subtitle="x"),
        blocks.paragraph("３７,６５ €"),
        blocks.paragraph("37\u200b,65 €"),
    ],
)
def test_a_page_that_holds_one_is_refused(report: tuple[Path, Any], block: Any) -> None:
    notebook = copy(report[1])
    page_of(notebook).append(block)
    with pytest.raises(Fault, match="cell time") as fault:
        guard(report[0], notebook)
    assert fault.value.code == "RP-02"


@pytest.mark.parametrize(
    "words", ["Ci costa 37,65 l’ora", "38 euro l’ora", "circa € 38", "un margine su 37.65", "EUR 37,65"]
)
def test_a_comment_that_holds_one_is_refused_rounded_too(report: tuple[Path, Any], words: str) -> None:
    notebook = copy(report[1])
    cell(notebook, "comment-time").source = words
    with pytest.raises(Fault, match="cell comment-time"):
        guard(report[0], notebook)


@pytest.mark.parametrize(
    "words", ["38 settimane", "137,65 €", "37,651 €", "il 37%", "55 € l’ora", "1.237,65"]
)
def test_a_comment_with_other_figures_passes(report: tuple[Path, Any], words: str) -> None:
    notebook = copy(report[1])
    cell(notebook, "comment-time").source = words
    guard(report[0], notebook)


def test_a_reckoned_figure_in_a_comment_is_refused(report: tuple[Path, Any]) -> None:
    frame = read_table(report[0] / "data/processed/la-quercia" / QUARTER, "activity_quarter")
    total = round(float(frame["internal_cost"].sum()))
    notebook = copy(report[1])
    cell(notebook, "comment-time").source = f"A noi è costato {total:,} €".replace(",", ".")
    with pytest.raises(Fault, match=r"activity_quarter\.internal_cost"):
        guard(report[0], notebook)


def test_what_one_activity_costs_the_agency_is_refused_on_a_page_and_in_a_table(
    report: tuple[Path, Any],
) -> None:
    """Though it stands in a table whose other amounts the client may see."""
    frame = read_table(report[0] / "data/processed/la-quercia" / QUARTER, "activity_quarter")
    cost = next(value for value in frame["internal_cost"].dropna() if value > 0)
    notebook = copy(report[1])
    page_of(notebook).append(blocks.paragraph(f"{cost:.2f} €"))
    with pytest.raises(Fault, match=r"activity_quarter\.internal_cost stands in cell time"):
        guard(report[0], notebook)
    notebook = copy(report[1])
    path = report[0] / "reports/la-quercia" / QUARTER / "tables" / "planted.csv"
    path.write_text(f"x\r\n{cost:.2f}", "utf-8")
    notebook.metadata["typst_export"]["attachments"].append({"path": "tables/planted.csv"})
    try:
        with pytest.raises(Fault, match=r"planted\.csv, line 2"):
            guard(report[0], notebook)
    finally:
        path.unlink()


@pytest.mark.parametrize(
    ("table", "column"),
    [("channel_quarter", "covered_days"), ("activity_quarter", "planned_hours_company"), ("flags", "weeks")],
)
def test_a_number_of_days_or_hours_that_equals_the_rate_does_not_let_it_through(
    tmp_path: Path, report: tuple[Path, Any], table: str, column: str
) -> None:
    """Only what the client sees as money hides an amount of money."""
    root = root_of(tmp_path, 97.0)
    frame = read_table(root / "data/processed/la-quercia" / QUARTER, table)
    change(root, table, frame.assign(**{column: 97}))
    for words in ("97,00 €", "97 €"):
        notebook = copy(report[1])
        page_of(notebook).append(blocks.paragraph(f"Un’ora costa {words}"))
        with pytest.raises(Fault, match=r"agency\.internal_cost stands in cell time"):
            guard(root, notebook)


def test_an_amount_that_the_client_sees_in_a_table_is_let_through(
    tmp_path: Path, report: tuple[Path, Any]
) -> None:
    root = root_of(tmp_path, 38.0)
    frame = read_table(root / "data/processed/la-quercia" / QUARTER, "channel_quarter")
    change(root, "channel_quarter", frame.assign(won_value=38.0))
    notebook = copy(report[1])
    page_of(notebook).append(blocks.paragraph("Affari vinti: 38,00 €"))
    guard(root, notebook)


def test_figures_are_those_of_the_tables_that_are_there(tmp_path: Path) -> None:
    """Before an audit has written them the rate alone is searched; without a rate nothing is."""
    root = root_of(tmp_path)
    client = load_client(root / "data/raw/la-quercia")
    processed = root / "data/processed/la-quercia" / QUARTER
    frame = read_table(processed, "activity_quarter")
    change(root, "activity_quarter", frame.assign(internal_cost=[0.0, 75.3, None]))
    found = figures_of(processed, client)
    told = {(figure.name, round(figure.value, 2)) for figure in found.figures}
    of_activity = "activity_quarter.internal_cost"
    assert told == {("agency.internal_cost", RATE), (of_activity, 75.3)}, "what is zero is no secret"
    assert {24.0, 55.0, 40.0} <= found.amounts, "the rates and the value that the client agreed to"
    assert not {RATE, 75.3} & found.amounts
    (processed / "activity_quarter.parquet").unlink()
    assert [figure.name for figure in figures_of(processed, client).figures] == ["agency.internal_cost"]
    text = (root / "data/raw/la-quercia/client.toml").read_text("utf-8")
    (root / "data/raw/la-quercia/client.toml").write_text(
        text.replace(f"internal_cost = {RATE}", ""), "utf-8"
    )
    assert figures_of(processed, load_client(root / "data/raw/la-quercia")).figures == ()


def test_the_documents_metadata_are_searched(report: tuple[Path, Any]) -> None:
    notebook = copy(report[1])
    notebook.metadata["typst_export"]["subject"] = "37,65 €"
    with pytest.raises(Fault, match="the document"):
        guard(report[0], notebook)


@pytest.mark.parametrize("line", ["internal_cost\r\n1", "x\r\n37.65", "nota\r\ncosta 37.65"])
def test_an_attachment_that_holds_one_is_refused(report: tuple[Path, Any], line: str) -> None:
    notebook = copy(report[1])
    path = report[0] / "reports/la-quercia" / QUARTER / "tables" / "planted.csv"
    path.write_text(line, "utf-8")
    notebook.metadata["typst_export"]["attachments"].append({"path": "tables/planted.csv"})
    try:
        with pytest.raises(Fault) as fault:
            guard(report[0], notebook)
    finally:
        path.unlink()
    assert fault.value.code == "RP-02"
    assert "planted.csv" in fault.value.found + fault.value.file


def test_what_the_client_knows_is_not_the_agencys_alone(tmp_path: Path) -> None:
    """An internal cost equal to the client's own rate hides nothing."""
    root = root_of(tmp_path, 24.0)
    notebook = executed(opened(root))
    cell(notebook, "comment-time").source = "Un’ora dell’azienda costa 24 €."
    notebook.metadata["typst_export"] = document(opened(root))
    guard(root, notebook)


def test_without_internal_figures_nothing_is_searched(report: tuple[Path, Any], tmp_path: Path) -> None:
    notebook = copy(report[1])
    cell(notebook, "comment-time").source = "37,65 €"
    guard(workspace(tmp_path, 3), notebook)


def test_exporting_again_is_guarded(tmp_path: Path) -> None:
    folder = audited(root_of(tmp_path))
    notebook = nbformat.reads((folder / "report.ipynb").read_text("utf-8"), as_version=4)
    cell(notebook, "comment-verdicts").source = "Per noi un’ora costa 37,65 €."
    nbformat.write(notebook, folder / "report.ipynb")
    before = (folder / "report.pdf").read_bytes()
    with pytest.raises(Fault) as fault:
        export_again("la-quercia", QUARTER, tmp_path)
    assert (fault.value.code, fault.value.text) == ("RP-02", "37,65")
    assert (folder / "report.pdf").read_bytes() == before


def test_what_is_searched_is_what_is_printed(report: tuple[Path, Any], pdf: PdfReader) -> None:
    """Every word of the PDF stands in the texts that the guard looks at."""
    searched = set(re.findall(r"[\d.,]{3,}", " ".join(text.words for text in printed(report[1]))))
    seen = " ".join(page.extract_text() for page in pdf.pages)
    figures = set(re.findall(r"\d+[.,]\d{2}\b", seen))
    assert figures
    joined = " ".join(searched)
    assert not [figure for figure in figures if figure not in joined]
