"""Reports of generated clients, in both languages, held against the standards that they claim.

SHAREDSOCIAL_REPORTS clients are made (3 if it is not set). Needs the system tools `qpdf` and `verapdf`, the
command of veraPDF's own applications; see `.ci/run`.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sharedsocial_utils.deciding import judge
from sharedsocial_utils.delivering.outputs import pdf_of
from sharedsocial_utils.example import write_demo
from sharedsocial_utils.measuring import measure
from sharedsocial_utils.reading import read_client
from sharedsocial_utils.telling import document, open_review
from sharedsocial_utils.telling.wording import languages

sys.path.append(str(Path(__file__).parents[1] / "telling"))
from executed import executed

QUARTER = "2026Q3"
CLIENTS = int(os.environ.get("SHAREDSOCIAL_REPORTS", "3"))
STANDARDS = ("ua1", "3a")


def reports(root: Path, client: str) -> Iterator[bytes]:
    """The client's PDF in each language, from its raw files, without kernels."""
    for room in (read_client, measure, judge):
        room(client, QUARTER, root)
    for language in languages():
        review = open_review(client, QUARTER, root, language)
        notebook = executed(review)
        notebook.metadata["typst_export"] = document(review)
        yield pdf_of(notebook, review.reports)


@pytest.fixture(scope="module")
def pdfs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The reports as files."""
    root = tmp_path_factory.mktemp("reports")
    paths = []
    for client in write_demo(root, clients=CLIENTS, seed=5):
        for number, pdf in enumerate(reports(root, client)):
            paths.append(root / f"{client}-{number}.pdf")
            paths[-1].write_bytes(pdf)
    return paths


def told(*command: str | Path) -> tuple[int, str]:
    """The exit code of a program and what it says."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.tool("verapdf")
@pytest.mark.parametrize("standard", STANDARDS)
def test_verapdf_finds_no_fault(pdfs: list[Path], standard: str) -> None:
    assert len(pdfs) == CLIENTS * len(languages())
    code, said = told("verapdf", "--flavour", standard, "--format", "text", *pdfs)
    lines = [line for line in said.splitlines() if line.startswith(("PASS", "FAIL"))]
    assert [line for line in lines if not line.startswith("PASS")] == []
    assert (code, len(lines)) == (0, len(pdfs)), said


@pytest.mark.slow
@pytest.mark.tool("verapdf")
def test_verapdf_finds_a_fault_that_is_there(pdfs: list[Path], tmp_path: Path) -> None:
    """The claim of the standard taken out of the metadata: the check above can fail."""
    damaged = tmp_path / "damaged.pdf"
    damaged.write_bytes(pdfs[0].read_bytes().replace(b"pdfuaid:part", b"pdfuaid:trap"))
    code, said = told("verapdf", "--flavour", "ua1", "--format", "text", damaged)
    assert code != 0
    assert "FAIL" in said


@pytest.mark.slow
@pytest.mark.tool("qpdf")
def test_qpdf_finds_no_fault(pdfs: list[Path]) -> None:
    found = {path.name: told("qpdf", "--check", path) for path in pdfs}
    assert {name: said for name, (code, said) in found.items() if code} == {}
