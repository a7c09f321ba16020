"""What a strict report refuses: each by the number of its cell, with what to do, and without a traceback."""

from pathlib import Path
from typing import Any

import pytest
from nbconvert.utils.exceptions import ConversionException
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output, new_raw_cell
from typst_notebooks import PAGE, SVG, notebook, pdf_of, png, prose, read, shows, typed

from sharedsocial_utils.typst_export import MIME_TYPE, ExportError, TypstExporter

HEADING = typed(PAGE)


def refusal_of(nb: NotebookNode, **options: Any) -> str:
    with pytest.raises(ExportError) as caught:
        pdf_of(nb, **options)
    message = str(caught.value)
    assert "Traceback" not in message
    assert "\n" not in message
    return message


def test_error_is_a_value_error_and_a_conversion_error() -> None:
    assert issubclass(ExportError, ValueError)
    assert issubclass(ExportError, ConversionException)
    assert str(ExportError("a\u202eb\nc")) == "a⟨U+202E⟩b⟨U+000A⟩c"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (
            new_code_cell(
                "1 / 0", outputs=[new_output("error", ename="ZeroDivisionError", evalue="division by zero")]
            ),
            "cell 2 (1 / 0): it stopped with ZeroDivisionError: division by zero; "
            "a strict report does not hold that. What to do: correct the cell and run the notebook again.",
        ),
        (
            new_code_cell("print(1)", outputs=[new_output("stream", name="stdout", text="uno\n")]),
            "cell 2 (print(1)): it printed to stdout: 'uno'; a strict report does not hold that. "
            "What to do: remove the print or the warning, or tag the cell remove-cell.",
        ),
        (
            new_code_cell("warn()", outputs=[new_output("stream", name="stderr", text="UserWarning")]),
            "cell 2 (warn()): it printed to stderr: 'UserWarning'; a strict report does not hold that. "
            "What to do: remove the print or the warning, or tag the cell remove-cell.",
        ),
        (
            shows({"text/html": "<b>x</b>", "text/plain": "x"}, source="frame"),
            "cell 2 (frame): its output is text/html, text/plain; a strict report does not hold that. "
            f"What to do: put out a block of type {MIME_TYPE}, or tag the cell remove-cell.",
        ),
        (
            shows({"image/svg+xml": SVG}),
            'cell 2 (figure): the picture has no alternative text; give it in the metadata as "alt". '
            "What to do: correct the code that makes this output.",
        ),
        (
            new_raw_cell("#panic()"),
            "cell 2 (#panic()): it is a raw cell. What to do: make it Markdown, or tag it remove-cell.",
        ),
        (
            prose("Un <b>testo</b>"),
            "cell 2 (Un <b>testo</b>): its Markdown holds HTML. "
            "What to do: keep to headings, paragraphs, lists, emphasis and links.",
        ),
        (
            prose("### Troppo in basso"),
            "cell 2 (### Troppo in basso): a heading of level 3 follows a heading of level 1; "
            "levels go down one by one. What to do: correct its headings.",
        ),
    ],
)
def test_refused_cells(cell: NotebookNode, expected: str) -> None:
    assert refusal_of(notebook(HEADING, cell)) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<div>x</div>", "HTML"),
        ("```\ncode\n```", "a code block"),
        ("`code`", "inline code"),
        ("> detto", "a quotation"),
        ("![x](y.png)", "an image"),
        ("- uno\n- due `tre`", "inline code"),
        ("a\n\n---\n\nb", "a horizontal rule"),
        ("|a|b|\n|-|-|\n|1|2|", "a table"),
    ],
)
def test_refused_markdown(source: str, expected: str) -> None:
    assert f"its Markdown holds {expected}." in refusal_of(notebook(HEADING, prose(source)))


TABLE = {"kind": "table", "columns": [{"label": "A"}, {"label": "B"}], "rows": [["1", "2"]]}
FIGURE = {"kind": "figure", "svg": SVG, "alt": "Una barra"}
NUMBER = {"value": "1", "label": "uno"}


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ({"kind": "chart"}, "block 1 has the unknown kind 'chart'; known kinds: page, heading"),
        ("paragraph", "block 1 has the unknown kind None"),
        ({"kind": "paragraph"}, "block 1 (paragraph): 'text' is missing or empty"),
        ({"kind": "paragraph", "text": "  "}, "block 1 (paragraph): 'text' is missing or empty"),
        ({"kind": "paragraph", "text": 5}, "'text' is missing or empty"),
        ({"kind": "paragraph", "text": ["a", 5]}, "text holds 5, which is no text"),
        (
            {"kind": "paragraph", "text": [{"text": "a", "style": "red"}]},
            "'style' must be one of strong, emphasis",
        ),
        (
            {"kind": "paragraph", "text": [{"text": "a", "url": "https://a.example", "b": 1}]},
            "unknown key 'b'",
        ),
        ({"kind": "paragraph", "text": "a", "colour": "red"}, "unknown key 'colour'; known keys: kind, text"),
        ({"kind": "heading", "level": 1, "text": "a"}, "'level' must be 2 or 3, not 1"),
        ({"kind": "heading", "level": 3, "text": "a"}, "a heading of level 3 follows a heading of level 1"),
        ({"kind": "page", "title": "x" * 601}, "'title' is longer than 600 characters"),
        ({"kind": "list", "items": []}, "'items' must be a list of at least one item"),
        ({"kind": "list", "items": ["a"], "ordered": "yes"}, "'ordered' must be true or false, not 'yes'"),
        ({"kind": "facts", "items": [["a"]]}, "items[0] must be [label, value], not ['a']"),
        ({"kind": "numbers", "items": [{"value": 5, "label": "a"}]}, "'value' is missing or empty"),
        ({"kind": "numbers", "items": [{**NUMBER, "unit": "h"}]}, "items[0]: unknown key 'unit'"),
        ({**TABLE, "rows": [["1"]]}, "rows[0] has 1 cells, the table has 2 columns"),
        ({**TABLE, "total": ["1", "2", "3"]}, "total has 3 cells, the table has 2 columns"),
        ({**TABLE, "columns": []}, "'columns' must be a list of at least one item"),
        (
            {**TABLE, "columns": [{"label": "A", "width": "1fr; x"}, {"label": "B"}]},
            "'width' must be auto, or",
        ),
        (
            {**TABLE, "columns": [{"label": "A", "align": "up"}, {"label": "B"}]},
            "'align' must be one of left",
        ),
        ({**TABLE, "rows": [[{"badge": "A", "tone": "red"}, "2"]]}, "'tone' must be one of start, grow"),
        (
            {**TABLE, "rows": [[{"badge": "A" * 31, "tone": "keep"}, "2"]]},
            "'badge' is longer than 30 characters",
        ),
        (
            {**TABLE, "rows": [[{"bar": 1.2, "text": "a"}, "2"]]},
            "'bar' must be a number from 0 to 1, not 1.2",
        ),
        ({**TABLE, "rows": [[3, "2"]]}, "rows[0][0] holds 3, which is no text"),
        ({**FIGURE, "alt": " "}, "'alt' is empty: say in words what the picture shows"),
        ({**FIGURE, "png": png()}, "it must hold either 'svg' or 'png', as text"),
        ({**FIGURE, "width_mm": 500}, "'width_mm' must be a number from 5 to 170, not 500"),
        ({**FIGURE, "svg": "<svg"}, "block 1 (figure): the SVG is not well-formed XML"),
        ({"kind": "fields", "items": [], "count": 0}, "'count' must be a whole number from 1 to 40, not 0"),
        ({"kind": "signatures", "parties": [{"role": "a"}], "lines": ["b"]}, "'name' is missing or empty"),
        ({"kind": "cards", "cards": [{"title": "a", "tone": "x"}]}, "cards[0]: 'tone' must be one of"),
    ],
)
def test_malformed_blocks_name_cell_block_and_key(block: Any, expected: str) -> None:
    message = refusal_of(notebook(HEADING, typed(block)))
    assert message.startswith("cell 2 (show.something(review)): block 1")
    assert expected in message


def test_figure_before_any_page_is_refused() -> None:
    message = refusal_of(notebook(typed({**FIGURE, "title": "Una figura"})))
    assert "a heading of level 2 follows no page title before it" in message


def test_cells_keep_their_number_when_others_are_removed() -> None:
    removed = [new_code_cell("import os", metadata={"tags": ["remove-cell"]}) for _ in range(2)]
    message = refusal_of(notebook(*removed, HEADING, new_raw_cell("x")))
    assert message.startswith("cell 4 (x)")


def test_output_without_known_version_is_refused() -> None:
    cell = typed(PAGE)
    cell.outputs[0].data[MIME_TYPE]["version"] = 2
    assert 'the typed output is not {"version": 1, "blocks": [...]}' in refusal_of(notebook(cell))


@pytest.mark.parametrize("where", ["output", "cell"])
def test_bare_pictures_with_alternative_text_are_accepted(where: str) -> None:
    cells = [shows({"image/svg+xml": SVG, "text/plain": "<x>"}), shows({"image/png": png(40, 20)})]
    for cell in cells:
        (cell.outputs[0] if where == "output" else cell).metadata["alt"] = "Una barra verde"
    pdf = pdf_of(notebook(HEADING, *cells))
    assert "LABEL" in read(pdf).pages[0].extract_text()


def test_a_damaged_picture_names_its_cell_and_block() -> None:
    broken = png(400, 300)[:60] + png(400, 300)[64:]
    message = refusal_of(notebook(HEADING, typed({"kind": "figure", "png": broken, "alt": "x"})))
    assert message.startswith("cell 2 (show.something(review)): block 1 (figure): it is not a PNG")
    assert "damaged" in message


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"title": None}, "'typst_export.title' must be given in a strict report"),
        ({"date": None}, "'typst_export.date' must be given in a strict report"),
        ({"date": "5 ottobre"}, "'typst_export.date' must be a date such as 2026-09-30, not '5 ottobre'"),
        ({"language": "italiano"}, "'typst_export.language' must be a language code such as it or en-GB"),
        ({"strict": "yes"}, "'typst_export.strict' must be true or false, not 'yes'"),
        ({"authors": "Rossi"}, "'typst_export.authors' must be a list of texts, not 'Rossi'"),
        ({"page_words": {"page": "p"}}, "'typst_export.page_words' must be like"),
        ({"titel": "x"}, "'typst_export' has the unknown key 'titel'. Known keys: title, language"),
        ({"attachments": [{"path": "a"}]}, "'typst_export.attachments[0]' must be an object of the texts"),
        ({"attachments": {"path": "a"}}, "'typst_export.attachments' must be a list"),
        ({"title": 7}, "'typst_export.title' must be a text, not 7"),
        ({"page_words": {"page": "p" * 21, "of": "of"}}, "'typst_export.page_words' must be like"),
        ({"cover": {"titel": "x"}}, "'typst_export.cover' must be like"),
        ({"cover": {"subtitle": "x"}}, "'typst_export.cover.title' must be a text"),
        ({"paper": "a5"}, "'typst_export.paper' must be left out in a strict report"),
        ({"strict": False, "paper": "b17"}, "'typst_export.paper' must be one of"),
        ({"strict": False, "columns": 3}, "'typst_export.columns' must be 1 or 2"),
        ({"strict": False, "margins": 4}, "'typst_export.margins' must be from 5 to 100"),
        ({"strict": False, "margins": {"inner": 20}}, "'typst_export.margins' must be a number"),
    ],
)
def test_wrong_settings(settings: dict[str, Any], expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert expected in refusal_of(notebook(HEADING, **settings))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"path": "../secret.txt"}, "attachment '../secret.txt': no such file in"),
        ({"path": "/etc/hostname"}, "attachment '/etc/hostname': no such file in"),
        ({"path": "missing.csv"}, "attachment 'missing.csv': no such file in"),
        ({"path": "link.csv"}, "attachment 'link.csv': no such file in"),
        ({"name": "../x.csv"}, "must be a plain file name"),
        ({"mime": "csv"}, "must be a type such as text/csv"),
        ({"relationship": "friend"}, "must be one of source, data, alternative, supplement"),
    ],
)
def test_wrong_attachments(change: dict[str, str], expected: str, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "a.csv").write_text("a")
    (folder / "link.csv").symlink_to(tmp_path / "secret.txt")
    good = {"path": "a.csv", "name": "a.csv", "mime": "text/csv", "description": "a", "relationship": "data"}
    nb = notebook(HEADING, attachments=[{**good, **change}])
    assert expected in refusal_of(nb, attachments_dir=str(folder))


def test_attachments_of_one_name_or_too_large_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.csv").write_text("a")
    good = {"path": "a.csv", "name": "a.csv", "mime": "text/csv", "description": "a", "relationship": "data"}
    twice = notebook(HEADING, attachments=[good, {**good, "name": "A.csv"}])
    assert "must be of different names" in refusal_of(twice, attachments_dir=str(tmp_path))
    monkeypatch.setattr("sharedsocial_utils.typst_export.conversion.ATTACHMENT_BYTES_AT_MOST", 0)
    assert "larger than 0 bytes" in refusal_of(
        notebook(HEADING, attachments=[good]), attachments_dir=str(tmp_path)
    )


def test_source_is_refused_as_the_pdf_is() -> None:
    with pytest.raises(ExportError, match=r"cell 2 .*raw cell"):
        TypstExporter().from_notebook_node(notebook(HEADING, new_raw_cell("x")))
