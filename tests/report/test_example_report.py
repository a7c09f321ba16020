"""The example client from raw exports to the PDF: what is printed is what the files hold."""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from babel.numbers import format_decimal
from pypdf import PdfReader

from sharedsocial_utils.example import write_demo
from sharedsocial_utils.tables import read_tables

RAW = Path(__file__).parents[2] / "data" / "raw"
QUARTER = "2026Q3"
NAMES = {
    "blog": "Blog", "facebook": "Facebook", "google-ads": "Google Ads", "google-business": "Google Business",
    "instagram": "Instagram", "linkedin": "LinkedIn", "meta-ads": "Meta Ads", "pinterest": "Pinterest",
    "x": "X", "youtube": "YouTube",
}  # fmt: skip


def audit(client: str, workspace: Path) -> Path:
    """The folder of the client's report, made by the command."""
    command = [sys.executable, "-m", "sharedsocial_utils", "audit", client, "--quarter", QUARTER]
    done = subprocess.run(
        [*command, "--workspace", str(workspace)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    report = Path(done.stdout.strip().splitlines()[-1])
    assert report == workspace / "reports" / client / QUARTER / "report.pdf"
    return report.parent


def quercia(workspace: Path) -> Path:
    shutil.copytree(RAW / "la-quercia", workspace / "data" / "raw" / "la-quercia")
    return audit("la-quercia", workspace)


def text_of(report: Path) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(report / "report.pdf").pages)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example client's report folder."""
    return quercia(tmp_path_factory.mktemp("first"))


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, float]]:
    """What the invented world holds of the quarter, by channel."""
    root = tmp_path_factory.mktemp("truth")
    write_demo(root)
    totals = json.loads((root / "truth" / "la-quercia" / "totals.json").read_text("utf-8"))
    found: dict[str, dict[str, float]] = totals["quarters"][QUARTER]
    return found


def row_of(report: Path, name: str) -> list[str]:
    """The cells of a channel's row on page one, as text shows them."""
    lines = PdfReader(report / "report.pdf").pages[0].extract_text().splitlines()
    at = next(n for n, line in enumerate(lines) if line.strip() == name or line.startswith(f"{name} "))
    return " ".join(lines[at : at + 10]).split()


def test_page_one_prints_each_channels_true_sums(report: Path, truth: dict[str, dict[str, float]]) -> None:
    shapes = {"hours_company": "#,##0.0", "hours_agency": "#,##0.0", "sessions": "#,##0", "contacts": "#,##0"}
    for channel, shown in NAMES.items():
        cells = row_of(report, shown)
        for name, shape in shapes.items():
            printed = format_decimal(truth[channel].get(name, 0), shape, locale="it")
            assert printed in cells, (channel, name, printed, cells)


def test_the_tables_hold_the_true_sums_of_all_channels(
    report: Path, truth: dict[str, dict[str, float]]
) -> None:
    folder = report.parents[2] / "data" / "processed" / "la-quercia" / QUARTER
    table = read_tables(folder, ["channel_quarter"])["channel_quarter"].set_index("channel")
    columns = {"sessions": "visits"} | {
        name: name
        for name in ("hours_company", "hours_agency", "spend", "contacts", "opportunities", "won_value")
    }
    for channel, true in truth.items():
        if channel == "none":
            continue
        for name, column in columns.items():
            found = table.at[channel, column]
            assert found == pytest.approx(true.get(name, 0), abs=0.01) or (
                found != found and name not in true
            )


def test_every_row_of_every_file_is_accounted_for(report: Path) -> None:
    folder = report.parents[2] / "data" / "processed" / "la-quercia" / QUARTER
    sources = read_tables(folder, ["sources"])["sources"]
    classes = ["rows_kept", "rows_merged", "rows_quarantined", "rows_other"]
    assert (sources["rows_read"] == sources[classes].sum(axis=1)).all()
    inputs = [p for p in (RAW / "la-quercia").rglob("*") if p.is_file()]
    assert len(sources) == len(inputs) - 2  # client.toml and decisions.csv are no exports


def test_lines_are_counted_as_an_editor_counts_them(report: Path) -> None:
    folder = report.parents[2] / "data" / "processed" / "la-quercia" / QUARTER
    sources = read_tables(folder, ["sources"])["sources"].set_index("path")
    counted = 0
    for path in (RAW / "la-quercia").rglob("*.csv"):
        name = path.relative_to(RAW / "la-quercia").as_posix()
        data = path.read_bytes()
        if name in sources.index and not data.startswith(b"\xff\xfe"):
            lines = data.count(b"\n") + (not data.endswith(b"\n"))
            assert sources.at[name, "rows_read"] == lines, name
            counted += 1
    assert counted > 60


def test_the_pdf_is_tagged_titled_and_in_its_language(report: Path) -> None:
    catalog: Any = PdfReader(report / "report.pdf").trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalog
    assert str(catalog["/Lang"]).startswith("it")
    title = str(PdfReader(report / "report.pdf").metadata.title)  # type: ignore[union-attr]
    assert "Agriturismo La Quercia" in title


def test_no_code_and_no_path_is_printed(report: Path) -> None:
    text = text_of(report)
    for forbidden in ("import ", "Traceback", "review =", "show.", "sharedsocial_utils", str(report)):
        assert forbidden not in text


def test_page_one_says_what_to_start_and_what_to_stop(report: Path) -> None:
    page = " ".join(PdfReader(report / "report.pdf").pages[0].extract_text().split())
    assert "Chiudere X" in page
    assert "avviare Pinterest" in page


def test_no_english_label_stands_in_the_italian_report(report: Path) -> None:
    words = set(text_of(report).split())
    english = {
        "START",
        "GROW",
        "KEEP",
        "REDUCE",
        "STOP",
        "WATCH",
        "hours",
        "weeks",
        "the",
        "and",
        "with",
        "cost",
    }
    assert not words & english


def test_the_tables_are_attached(report: Path) -> None:
    attached = PdfReader(report / "report.pdf").attachments
    assert any("channel_quarter" in name for name in attached)
    for name, contents in attached.items():
        if name.endswith(".csv"):
            assert contents[0] == (report / "tables" / name.split("/")[-1]).read_bytes()


def test_the_manifest_holds_the_hashes_of_what_went_in_and_came_out(report: Path) -> None:
    manifest = json.loads((report / "manifest.json").read_text("utf-8"))
    flat = json.dumps(manifest)
    for path in (report / "report.pdf", RAW / "la-quercia" / "decisions.csv"):
        assert hashlib.sha256(path.read_bytes()).hexdigest() in flat, path.name


@pytest.mark.slow
def test_two_audits_give_the_same_bytes(report: Path, tmp_path: Path) -> None:
    again = quercia(tmp_path / "second")
    names = sorted(p.relative_to(report) for p in report.rglob("*") if p.is_file())
    assert sorted(p.relative_to(again) for p in again.rglob("*") if p.is_file()) == names
    assert [n for n in names if (report / n).read_bytes() != (again / n).read_bytes()] == []


@pytest.mark.slow
def test_an_english_clients_report_is_english(tmp_path: Path) -> None:
    root = tmp_path / "demo"
    clients = write_demo(root, clients=2)
    text = text_of(audit(clients[1], root))
    assert "What we do not know" in text
    assert not set(text.split()) & {"CHIUDERE", "MANTENERE", "ore", "della", "trimestre", "contatti"}


@pytest.mark.tool("qpdf", "pdfinfo")
def test_qpdf_and_poppler_find_no_fault(report: Path) -> None:
    checked = subprocess.run(
        ["qpdf", "--check", report / "report.pdf"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    seen = subprocess.run(
        ["pdfinfo", report / "report.pdf"], capture_output=True, text=True, check=True
    ).stdout
    assert "Tagged:          yes" in seen
