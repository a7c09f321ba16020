"""The exporters as nbconvert uses them: entry points, flags, templates; the general way for any notebook."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jinja2 import Environment
from nbconvert.exporters import get_exporter
from nbconvert.nbconvertapp import NbConvertApp
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output, new_raw_cell
from traitlets.config import Config
from typst_notebooks import PAGE, SVG, notebook, pdf_of, png, prose, read, shows, text_of, typed

from sharedsocial_utils.typst_export import TypstExporter, TypstPDFExporter, __main__, fonts_dir
from sharedsocial_utils.typst_export.exporter import SHARE


def general(*cells: NotebookNode, **metadata: Any) -> NotebookNode:
    """A notebook that knows nothing of this exporter."""
    made: NotebookNode = new_notebook(cells=list(cells), metadata=metadata)
    return made


def test_entry_points_lead_to_the_exporters() -> None:
    assert get_exporter("typst") is TypstExporter
    assert get_exporter("typstpdf") is TypstPDFExporter


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a notebook, where nbconvert finds nothing of the machine's own settings."""
    nb = notebook(typed(PAGE, {"kind": "figure", "svg": SVG, "alt": "Una barra"}))
    (tmp_path / "report.ipynb").write_text(nbformat.writes(nb), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    monkeypatch.setenv("JUPYTER_NO_CONFIG", "1")
    return tmp_path


def files_of(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_command_writes_the_source_and_its_pictures(place: Path) -> None:
    app = NbConvertApp()
    app.initialize(["--to", "typst", "report.ipynb", "--log-level=ERROR"])
    app.start()
    assert files_of(place) == ["report.ipynb", "report.typ", "report_files/figure-001.svg"]
    assert 'image("report_files/figure-001.svg"' in (place / "report.typ").read_text(encoding="utf-8")


def test_command_writes_the_pdf_alone_with_options(place: Path) -> None:
    app = NbConvertApp()
    options = ["--output=other", "--TypstPDFExporter.footer=IN FONDO"]
    app.initialize(["--to", "typstpdf", "report.ipynb", "--log-level=ERROR", *options])
    app.start()
    assert files_of(place) == ["other.pdf", "report.ipynb"]
    text = text_of((place / "other.pdf").read_bytes())
    assert PAGE["title"] in text
    assert "IN FONDO" in text


@pytest.mark.slow
def test_command_line_in_a_process_of_its_own(place: Path) -> None:
    command = [sys.executable, "-m", "nbconvert", "--to", "typstpdf", "report.ipynb", "--log-level=ERROR"]
    subprocess.run(command, cwd=place, check=True)
    assert PAGE["title"] in text_of((place / "report.pdf").read_bytes())


def test_own_command_gives_the_same_bytes_and_leaves_the_slow_start_out(place: Path) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "sharedsocial_utils.typst_export", "report.ipynb"]
    done = subprocess.run(command, cwd=place, check=True, capture_output=True, text=True)
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert {"nbconvert.exporters.templateexporter", "jsonschema"} <= imported
    assert "lark" not in imported  # what compiles the grammar
    assert (place / "report.pdf").read_bytes() == TypstPDFExporter().from_filename("report.ipynb")[0]


def test_own_command_takes_all_options_and_leaves_the_process_as_it_was(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["typst_export", "--to", "typst", "--output=other", "report.ipynb"])
    before = dict(os.environ), sys.modules.get("rfc3987_syntax")
    __main__.main()
    assert files_of(place) == ["other.typ", "other_files/figure-001.svg", "report.ipynb"]
    assert (dict(os.environ), sys.modules.get("rfc3987_syntax")) == before
    NbConvertApp.clear_instance()


def test_a_folder_called_typst_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nb = notebook(typed(PAGE))
    before = TypstExporter().from_notebook_node(nb)[0]
    (tmp_path / "typst").mkdir()
    (tmp_path / "typst" / "index.typ.j2").write_text("planted")
    monkeypatch.chdir(tmp_path)
    assert TypstExporter().from_notebook_node(nb)[0] == before


def test_style_passes_through_the_template_unchanged() -> None:
    style = (SHARE / "nbconvert" / "templates" / "typst" / "style.typ").read_text(encoding="utf-8")
    assert Environment(autoescape=True, keep_trailing_newline=True).from_string(style).render() == style
    assert style.strip() in TypstExporter().from_notebook_node(notebook(typed(PAGE)))[0]


def test_fonts_folder_holds_the_sans() -> None:
    assert {"IBMPlexSans-Regular.ttf", "IBMPlexSans-SemiBold.ttf"} <= {
        path.name for path in fonts_dir().iterdir()
    }


def test_general_notebook_is_converted_or_named() -> None:
    nb = general(
        prose("# Un quaderno\n\ntesto `codice` <b>html</b> ~~no~~ $x^2$\n\n> detto\n\n```python\nx = 1\n```"),
        prose(
            "### Tre sotto uno\n\n---\n\n| a | b |\n|--:|---|\n| 1 | **2** |\n\n![una foto](http://a.example/x.png)"
        ),
        prose("<div>blocco</div>"),
        new_code_cell(
            "print('ciao')", outputs=[new_output("stream", name="stdout", text="\x1b[31mciao\x1b[0m #x\n")]
        ),
        new_code_cell(
            "1 / 0",
            outputs=[
                new_output(
                    "error",
                    ename="ZeroDivisionError",
                    evalue="division",
                    traceback=["\x1b[0;31mZero", "line 1"],
                )
            ],
        ),
        shows({"text/html": "<b>x</b>", "text/plain": "   a\n0  1"}),
        shows({"text/html": "<b>x</b>"}),
        shows({"application/x-unknown": "1", "text/latex": "$x$"}),
        shows({"image/svg+xml": SVG}),
        shows({"image/png": png(40, 20)}),
        shows({"image/svg+xml": "<svg><script/></svg>"}),
        new_raw_cell("grezzo #panic()"),
        typed({"kind": "paragraph", "text": "Tipato"}),
    )
    text = text_of(pdf_of(nb))
    for expected in (
        "Un quaderno",
        "testo codice html no 𝑥2",
        "detto",
        "x = 1",
        "Tre sotto uno",
        "[image, not loaded: una foto]",
        "blocco",
        "print('ciao')",
        "ciao #x",
        "Zero\nline 1",
        "figure\nx\nfigure\nx\nfigure\n𝑥\n",
        "LABEL",
        "[an image is not shown: the SVG holds <script>, which has no place in a printed picture]",
        "grezzo #panic()",
        "Tipato",
    ):
        assert expected in text, expected


def test_general_notebook_without_any_heading_or_title() -> None:
    reader = read(pdf_of(general(shows({"image/png": png()}), prose("#### solo questo"))))
    info = reader.metadata
    assert info is not None
    assert info.title == "Notebook"
    assert str(info["/CreationDate"]).startswith("D:1970")


def test_title_and_authors_of_the_notebook_format_are_used() -> None:
    info = read(pdf_of(general(prose("x"), title="Titolo", authors=[{"name": "A. Uno"}]))).metadata
    assert info is not None
    assert (info.title, info.author) == ("Titolo", "A. Uno")


def test_ordinary_settings_of_nbconvert_work() -> None:
    nb = general(
        new_code_cell("CODICE", outputs=[new_output("stream", name="stdout", text="USCITA")]),
        new_code_cell("X", metadata={"tags": ["parameters"]}),
        new_code_cell(
            "Y", metadata={"tags": ["mio"]}, outputs=[new_output("stream", name="stdout", text="VIA")]
        ),
        prose("PROSA"),
    )
    assert "CODICE" in text_of(pdf_of(nb))
    no_input = text_of(pdf_of(nb, exclude_input=True))
    assert "CODICE" not in no_input
    assert "USCITA" in no_input
    assert "USCITA" not in text_of(pdf_of(nb, exclude_output=True))
    assert "PROSA" not in text_of(pdf_of(nb, exclude_markdown=True))
    config = Config({"TagRemovePreprocessor": {"remove_cell_tags": {"mio"}}})
    removed = text_of(pdf_of(nb, config=config))
    assert "VIA" not in removed
    assert "VIA" in text_of(pdf_of(nb))


def test_missing_alternative_text_is_told_in_the_general_way(caplog: pytest.LogCaptureFixture) -> None:
    exporter = TypstPDFExporter()
    exporter.log.propagate = True
    with caplog.at_level("WARNING"):
        pdf, _ = exporter.from_notebook_node(general(prose("# A"), shows({"image/png": png()})))
    assert "cell 2: a picture has no alternative text; 'Figure 1 of cell 2' stands for it" in caplog.text
    assert pdf.startswith(b"%PDF-1.7")


def test_notebook_is_left_as_it_was() -> None:
    nb = notebook(typed(PAGE))
    before = nbformat.writes(nb)
    pdf_of(nb)
    assert nbformat.writes(nb) == before
