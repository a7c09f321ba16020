"""All clients side by side, for the agency: sums of their tables, reasons without, who stands apart."""

import csv
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_output
from pypdf import PdfReader
from tables_for_tests import QUARTER, workspace

from sharedsocial_utils.delivering.notebooks import document_of
from sharedsocial_utils.delivering.outputs import pdf_of
from sharedsocial_utils.tables import read_table, write_table
from sharedsocial_utils.telling import across
from sharedsocial_utils.telling.across.clients import ROW

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "portfolio.ipynb"
PAGES = ("bottom_line", "verdicts", "hours", "quality", "outliers")


def portfolio(root: Path, ids: list[str], activities: int = 3, **toml: str) -> Path:
    """A workspace of clients alike; `toml` replaces lines of their files."""
    workspace(root, activities)
    raw, processed = root / "data" / "raw", root / "data" / "processed"
    text = (raw / "la-quercia/client.toml").read_text("utf-8")
    files = {path.name: path.read_bytes() for path in (processed / "la-quercia" / QUARTER).iterdir()}
    for number, name in enumerate(ids):
        (raw / name).mkdir()
        own = text.replace("Agriturismo La Quercia", f"Cliente {number:04}")
        for old, new in toml.items():
            own = own.replace(old, new)
        (raw / name / "client.toml").write_text(own, "utf-8")
        folder = processed / name / QUARTER
        folder.mkdir(parents=True)
        for file in ("flags", "channel_quarter", "activity_quarter", "sources"):
            (folder / f"{file}.parquet").write_bytes(files[f"{file}.parquet"])
    return root


def change(root: Path, client: str, name: str, **columns: Any) -> None:
    folder = root / "data" / "processed" / client / QUARTER
    write_table(folder, name, read_table(folder, name).assign(**columns))


def told(clients: across.Clients) -> str:
    return "\n".join(getattr(across, page)(clients).plain() for page in PAGES).replace("\xa0", " ")


def executed(clients: across.Clients) -> Any:
    notebook = nbformat.reads(NOTEBOOK.read_text("utf-8"), as_version=4)
    for cell in notebook.cells:
        if cell.source.startswith("across."):
            name = cell.source.removeprefix("across.").removesuffix("(clients)")
            bundle = getattr(across, name)(clients)._repr_mimebundle_()
            cell.outputs = [new_output("execute_result", data=bundle, execution_count=1)]
    notebook.metadata["typst_export"] = document_of(notebook)
    return notebook


def test_a_row_holds_the_sums_of_the_clients_tables(tmp_path: Path) -> None:
    root = portfolio(tmp_path, [], activities=10)
    path = root / "data/raw/la-quercia/client.toml"
    path.write_text(
        path.read_text("utf-8").replace("hourly_rate = 55.0", "hourly_rate = 55.0\ninternal_cost = 31.0")
    )
    row = across.open_clients(QUARTER, root).frame.iloc[0]
    folder = root / "data/processed/la-quercia" / QUARTER
    channels, flags = read_table(folder, "channel_quarter"), read_table(folder, "flags")
    worked = channels[channels[["hours_company", "hours_agency", "cost"]].fillna(0).sum(axis=1) > 0]
    assert row["cost"] == pytest.approx(worked["cost"].sum())
    assert row["hours_agency"] == pytest.approx(worked["hours_agency"].sum())
    assert row["margin"] == pytest.approx(worked["hours_agency"].sum() * 24.0)
    assert row["fees"] - row["internal_cost"] == pytest.approx(row["margin"])
    assert row["stop"] == (flags["flag"] == "STOP").sum()
    assert row["at_stake"] == pytest.approx(
        flags.loc[flags["flag"].isin(["START", "GROW", "REDUCE", "STOP"]), "quarter_cost"].sum()
    )
    assert row["agreed_hours_agency"] == pytest.approx(
        read_table(folder, "activity_quarter")["planned_hours_agency"].sum()
    )
    assert pd.isna(row["reason"])


def test_a_contact_has_no_cost_where_the_two_are_of_different_days(tmp_path: Path) -> None:
    root = portfolio(tmp_path, [])
    folder = root / "data/processed/la-quercia" / QUARTER
    frame = read_table(folder, "channel_quarter")
    worked = frame[frame["cost"] > 0]
    whole = across.open_clients(QUARTER, root).frame.iloc[0]
    assert whole["cost_per_contact"] == pytest.approx(worked["cost"].sum() / worked["contacts"].sum())
    change(root, "la-quercia", "channel_quarter", cost_per_contact=float("nan"))
    part = across.open_clients(QUARTER, root).frame.iloc[0]
    assert pd.isna(part["cost_per_contact"])
    assert part[["cost", "contacts"]].tolist() == whole[["cost", "contacts"]].tolist()


def test_a_client_without_figures_is_a_line_with_its_reason(tmp_path: Path) -> None:
    root = portfolio(tmp_path, ["guasto", "sbagliato", "muto"])
    (root / "data/processed/guasto" / QUARTER / "flags.parquet").write_bytes(b"PAR1 not")
    (root / "data/raw/sbagliato/client.toml").write_text("name = 3\n")
    for path in (root / "data/processed/muto" / QUARTER).iterdir():
        path.unlink()
    clients = across.open_clients(QUARTER, root)
    reasons = dict(zip(clients.frame["client"], clients.frame["reason"], strict=True))
    assert {name: None if pd.isna(reason) else reason for name, reason in reasons.items()} == {
        "guasto": "WS-03", "la-quercia": None, "muto": "not-audited", "sbagliato": "CL-04",
    }  # fmt: skip
    text = told(clients)
    assert "3 clienti senza cifre" in text
    assert "nessun rapporto del trimestre" in text
    assert "guasto WS-03" in text


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("count", [0, 1, 11])
def test_every_page_is_printed_for_no_client_one_and_many(tmp_path: Path, count: int, language: str) -> None:
    root = portfolio(tmp_path, [f"c{number:02}" for number in range(count - 1)])
    if not count:
        (root / "data/raw/la-quercia/client.toml").unlink()
        (root / "data/raw/la-quercia").rmdir()
    clients = across.open_clients(QUARTER, root, language)
    assert len(clients.audited) == count
    pdf = pdf_of(executed(clients), clients.folder)
    (tmp_path / "portfolio.pdf").write_bytes(pdf)
    reader = PdfReader(tmp_path / "portfolio.pdf")
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for name in clients.audited["name"]:
        assert name in text
    assert pdf == pdf_of(executed(across.open_clients(QUARTER, root, language)), clients.folder)


def test_who_stands_apart_is_named_with_the_median(tmp_path: Path) -> None:
    ids = [f"c{number:02}" for number in range(12)]
    root = portfolio(tmp_path, ids)
    for number, name in enumerate([*ids, "la-quercia"]):
        change(root, name, "activity_quarter", planned_hours_agency=100.0 + number)
    change(root, "c05", "activity_quarter", planned_hours_agency=10.0)
    clients = across.open_clients(QUARTER, root, "en")
    page = across.outliers(clients)
    (table,) = (block for block in page.blocks if block["kind"] == "table")
    assert [row[0] for row in table["rows"]] == ["Cliente 0005"]
    assert table["rows"][0][1] == "Agency hours of those agreed"


def test_a_few_clients_have_no_outliers(tmp_path: Path) -> None:
    clients = across.open_clients(QUARTER, portfolio(tmp_path, ["a", "b"]), "en")
    assert "fewer than 8 clients" in across.outliers(clients).plain()


def test_amounts_of_different_currencies_are_never_added(tmp_path: Path) -> None:
    root = portfolio(tmp_path, ["a", "b"])
    path = root / "data/raw/a/client.toml"
    path.write_text(path.read_text("utf-8").replace('"EUR"', '"GBP"'), "utf-8")
    clients = across.open_clients(QUARTER, root, "en")
    (numbers,) = (block for block in across.bottom_line(clients).blocks if block["kind"] == "numbers")
    assert not [item for item in numbers["items"] if "£" in item["value"] or "€" in item["value"]]
    text = told(clients)
    assert "£" in text
    assert "€" in text
    assert "amounts are not added up" in text


def test_hours_outside_the_contract_are_counted(tmp_path: Path) -> None:
    limit = "hourly_rate = 55.0\nmax_hours_per_week = 0.5"
    clients = across.open_clients(QUARTER, portfolio(tmp_path, ["a"], **{"hourly_rate = 55.0": limit}), "en")
    assert across.hours(clients).blocks[0]["title"] == "Above the contract 1 of 2 clients, below it 0"


def test_the_attached_table_holds_every_client_and_says_what_is_internal(tmp_path: Path) -> None:
    clients = across.open_clients(QUARTER, portfolio(tmp_path, ["a", "b"]))
    across.document(clients)
    rows = list(csv.DictReader((clients.folder / "tables/portfolio.csv").read_text("utf-8").splitlines()))
    assert [row["client"] for row in rows] == ["a", "b", "la-quercia"]
    codebook = list(csv.DictReader((clients.folder / "tables/codebook.csv").read_text("utf-8").splitlines()))
    assert {row["column"] for row in codebook if row["audience"] == "agency"} == set(ROW.internal)


def test_the_document_says_that_it_is_internal(tmp_path: Path) -> None:
    clients = across.open_clients(QUARTER, portfolio(tmp_path, []))
    assert "documento interno" in across.document(clients).metadata["footer"]


def test_the_notebook_is_committed_thin_and_without_outputs() -> None:
    text = NOTEBOOK.read_text("utf-8")
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    assert nbformat.writes(notebook) + "\n" == text
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    assert [cell.source for cell in code if not cell.metadata.get("tags")] == [
        f"across.{page}(clients)" for page in PAGES
    ]
    assert notebook.metadata.keys() == {"kernelspec", "language_info"}


@pytest.mark.slow
def test_the_command_runs_the_notebook_and_prints_the_path(tmp_path: Path) -> None:
    root = portfolio(tmp_path, ["a", "b"])
    command = [sys.executable, "-m", "sharedsocial_utils", "portfolio", "--quarter", QUARTER]
    done = subprocess.run(
        [*command, "--workspace", str(root)], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stdout + done.stderr
    report = root / "reports/portfolio" / QUARTER / "portfolio.pdf"
    assert done.stdout.splitlines()[-1] == str(report)
    assert report.read_bytes().startswith(b"%PDF")
    names = {
        path.relative_to(report.parent).as_posix() for path in report.parent.rglob("*") if path.is_file()
    }
    assert names == {"portfolio.pdf", "portfolio.ipynb", "tables/portfolio.csv", "tables/codebook.csv"}
    assert str(tmp_path) not in (report.parent / "portfolio.ipynb").read_text("utf-8")


@pytest.mark.slow
def test_a_thousand_clients_take_less_than_half_a_minute(tmp_path: Path) -> None:
    root = portfolio(tmp_path, [f"c{number:04}" for number in range(1000)])
    before = resource.getrusage(resource.RUSAGE_SELF)
    clients = across.open_clients(QUARTER, root, "en")
    pdf = pdf_of(executed(clients), clients.folder)
    after = resource.getrusage(resource.RUSAGE_SELF)
    (tmp_path / "p.pdf").write_bytes(pdf)
    text = " ".join(page.extract_text() for page in PdfReader(tmp_path / "p.pdf").pages)
    assert "Cliente 0999" in text
    assert after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime < 30
