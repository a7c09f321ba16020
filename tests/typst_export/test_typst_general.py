"""What a notebook of any origin holds, found again in its PDF: prose, formulas, tables, text, pictures."""

import re
import subprocess
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output
from traitlets.config import Config
from traitlets.config.loader import DeferredConfigList, DeferredConfigString
from typst_notebooks import pdf_of, png, prose, read, shows, squeezed, structure, text_of

from sharedsocial_utils.typst_export import TypstExporter, TypstPDFExporter
from sharedsocial_utils.typst_export.branding import BrandError, brand_beside, checked_brand
from sharedsocial_utils.typst_export.compiling import fonts_dir
from sharedsocial_utils.typst_export.errors import ExportError

BOMB = b"a: &a [x, x]\n" + b"".join(
    b"%c: &%c [*%c, *%c]\n" % (c, c, c - 1, c - 1) for c in range(ord("b"), ord("z") + 1)
)
"""A list of 2 ** 26 texts in 26 lines."""


def general(*cells: NotebookNode, **said: Any) -> NotebookNode:
    """A notebook of no kind in particular; `said` is what its metadata tell the exporter."""
    made: NotebookNode = new_notebook(cells=list(cells), metadata={"typst_export": said} if said else {})
    return made


def source_of(*cells: NotebookNode) -> str:
    """The Typst source without its style."""
    code, _ = TypstExporter().from_notebook_node(general(*cells))
    return str(code).partition("#show: document.with")[2]


def printed(text: str) -> NotebookNode:
    made: NotebookNode = new_code_cell("run()", outputs=[new_output("stream", name="stdout", text=text)])
    return made


def frame(rows: int, columns: int) -> NotebookNode:
    data = {f"colonna_{c:02}": [f"r{r}c{c}" for r in range(rows)] for c in range(columns)}
    return shows({"text/html": pd.DataFrame(data).to_html(), "text/plain": "table"})


def roles(pdf: bytes) -> list[str]:
    root: Any = read(pdf).trailer["/Root"]
    return [str(element["/S"]) for element in structure(root["/StructTreeRoot"])]


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("- uno\n  - due\n    1. tre\n\n- [x] fatto", "–uno–due1.tre–☒fatto"),
        ("Testo[^1].\n\n[^1]: La *nota*.", "Lanota."),
        ("Prima<br>dopo <sup>su</sup> <code>co<b>de</b></code>", "dopo su code"),
        ("<details><summary>Capo</summary>\n\nNascosto ma *mostrato*\n\n</details>", "Nascosto ma mostrato"),
        ("| a | b |\n|:-:|--:|\n| `x|` | [l](https://a.example) |", "a b"),
        ("```python\nx = '$y$ #z *q*'\n```", "x = '$y$ #z *q*'"),
        ("Costa $5 e poi $10.", "Costa $5 e poi $10."),
        ("`$ x $` resta codice", "$ x $ resta codice"),
        ("<!-- nascosto -->Visto", "Visto"),
        (
            "<iframe src='https://a.example/v'></iframe>",
            "[an embedded page is not shown: https://a.example/v]",
        ),
        ("![scritta](https://a.example/x.png)", "[image, not loaded: scritta]"),
        ("# #panic() $ \\* `\\`", "#panic() $ * \\"),
        ("漢字かな 한국어", "漢字かな 한국어"),
    ],
)
def test_markdown_arrives(markdown: str, expected: str) -> None:
    assert squeezed(expected) in squeezed(text_of(pdf_of(general(prose(markdown)))))


@pytest.mark.tool("pdftotext")
def test_scripts_whose_letters_change_their_order_are_read_in_order(tmp_path: Path) -> None:
    text = "हिन्दी देवनागरी ที่นี่ กำลัง น้ำ"
    (tmp_path / "x.pdf").write_bytes(pdf_of(general(prose(text))))
    done = subprocess.run(["pdftotext", tmp_path / "x.pdf", "-"], check=True, capture_output=True)
    assert text in unicodedata.normalize("NFC", done.stdout.decode())


@pytest.mark.parametrize(
    ("latex", "code"),
    [
        ("$x^2$", "x^2"),
        ("$ x_1 $", "x_1"),
        ("$$\\frac{a}{b}$$", "a / b"),
        ("\\begin{align} a &= b \\\\ c &= d \\end{align}", "a & = b"),
        ("\\begin{eqnarray} a &=& b \\nonumber \\end{eqnarray}", "a & = b"),
        ("$\\newcommand{\\R}{\\mathbb{R}}$ $x \\in \\R$", "x in bb(R)"),
        ("$\\def\\due#1#2{#1_{#2}} \\due{p}{q}$", "p_q"),
    ],
)
def test_formulas_are_formulas(latex: str, code: str) -> None:
    told, resources = TypstExporter().from_notebook_node(general(prose(latex)))
    assert "formulas.formula-1" in told
    written = resources["outputs"]["files/formulas.typ"].decode()
    assert re.sub(r"\s+", "", code) in re.sub(r"\s+", "", written)


def test_formula_has_its_latex_as_alternative_text_and_an_unknown_one_is_shown_as_latex() -> None:
    pdf = pdf_of(general(prose("$\\alpha+1$ e $\\unknowncommand{x}$")))
    root: Any = read(pdf).trailer["/Root"]
    alternatives = [
        str(e["/Alt"]) for e in structure(root["/StructTreeRoot"]) if e["/S"] == "/Formula" and "/Alt" in e
    ]
    assert alternatives == ["\\alpha+1"]
    assert "\\unknowncommand{x}" in text_of(pdf)


def test_long_frame_repeats_its_header_and_a_wide_one_is_split_with_its_index() -> None:
    long = read(pdf_of(general(frame(130, 3))))
    assert len(long.pages) > 2
    assert all("colonna_02" in page.extract_text() for page in long.pages)
    text = text_of(pdf_of(general(frame(3, 30))))
    parts = [tuple(map(int, part)) for part in re.findall(r"\[columns (\d+) to (\d+) of 30\]", text)]
    widths = [last - first + 1 for first, last in parts]
    assert [first for first, _ in parts] == [1, *(last + 1 for _, last in parts[:-1])]
    assert parts[-1][1] == 30
    assert max(widths) - min(widths) <= len(parts)
    printed_cells = Counter(re.findall(r"\br\d+c\d+\b", text))
    assert printed_cells == {f"r{row}c{column}": 1 for row in range(3) for column in range(30)}


def test_small_table_is_not_broken_over_pages() -> None:
    filling = prose("\n\n".join(f"Riempie {n}" for n in range(40)))
    pages = [page.extract_text() for page in read(pdf_of(general(filling, frame(9, 3)))).pages]
    (page,) = (page for page in pages if "r0c0" in page)
    assert "r8c0" in page
    assert "Riempie" not in page


def test_tables_have_headers_for_a_screen_reader() -> None:
    indexed = pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_product([["2026"], ["a", "b"]]))
    found = roles(pdf_of(general(shows({"text/html": indexed.to_html()}))))
    assert found.count("/TH") >= 4
    assert found.count("/TR") == 3


def test_styler_keeps_its_colours_and_stays_readable() -> None:
    styled = pd.DataFrame({"a": [1, 99]}).style.map(
        lambda v: "background-color: #000080; color: #000000" if v > 50 else ""
    )
    code = source_of(shows({"text/html": styled.to_html(uuid="u")}))
    assert 'rgb("#000080")' in code
    assert 'inked("#000000"' not in code


def test_terminal_text_keeps_colours_and_the_last_state_of_a_bar() -> None:
    text = text_of(
        pdf_of(
            general(printed("\x1b[31mrosso\x1b[0m\n 10%|█   |\r100%|████| 5/5\nabc\x08\x08X\x1b[2K\rfine"))
        )
    )
    assert "rosso" in text
    assert "100%|████| 5/5" in text
    assert "10%|█  " not in text
    assert "fine" in text
    assert "abc" not in text
    assert "ink: " in source_of(printed("\x1b[31mrosso\x1b[0m"))


def test_long_lines_are_folded_inside_the_page() -> None:
    line = "parola " * 60 + "x" * 300
    assert squeezed(line) in squeezed(text_of(pdf_of(general(new_code_cell(line)))))


def test_what_cannot_be_shown_is_named() -> None:
    kind = "application/vnd.jupyter.widget-view+json"
    widget = {kind: {"model_id": "a"}, "text/plain": "IntSlider(value=3)"}
    script = {"text/html": "<script>draw()</script><div></div>", "text/plain": "<Chart>"}
    text = text_of(pdf_of(general(shows(widget), shows(script))))
    assert "IntSlider(value=3)" in text
    assert f"{kind} is not shown" in text
    assert "<Chart>" in text
    assert "[a script is not run]" in text
    assert "draw()" not in text


def test_pictures_of_attachments_and_addresses_with_data_are_shown() -> None:
    cell = prose(f"![allegata](attachment:a.png) ![dentro](data:image/png;base64,{png(9, 9)})")
    cell["attachments"] = {"a.png": {"image/png": png(20, 10)}}
    assert roles(pdf_of(general(cell))).count("/Figure") == 2


def test_right_to_left_paragraphs_stand_at_the_right() -> None:
    code = source_of(prose("# עברית\n\nשלום abc\n\n- סעיף\n\nlatin שלום\n\n<div dir='rtl'>\n\n12\n\n</div>"))
    assert code.count("from-right(") == 5


def test_links_inside_the_notebook_lead_to_their_place() -> None:
    reader = read(pdf_of(general(prose("[vai](#Il-Posto) [altrove](#nessuno)"), prose("## Il Posto"))))
    links = [a.get_object() for page in reader.pages for a in page.get("/Annots", [])]
    assert len(links) == 1


def test_first_heading_is_the_title_where_nobody_says_one() -> None:
    info = read(pdf_of(general(prose("testo"), prose("# Il *mio* titolo `x`\n\n# Altro")))).metadata
    assert info is not None
    assert info.title == "Il mio titolo x"


def test_notebook_of_format_3_and_one_with_fields_missing() -> None:
    old = NotebookNode(nbformat=3, nbformat_minor=0, metadata=NotebookNode(name="vecchio"))
    cell = NotebookNode(cell_type="markdown", source=["# Vecchio\n", "testo"], metadata=NotebookNode())
    old["worksheets"] = [NotebookNode(cells=[cell], metadata=NotebookNode())]
    assert "Vecchio" in text_of(pdf_of(old))
    bare = NotebookNode(cells=[NotebookNode(cell_type="code", source="x = 1")])
    assert "x = 1" in text_of(pdf_of(bare))


# Options: from the notebook's metadata, and from the exporter's traits


@pytest.mark.parametrize(
    ("option", "size_mm"),
    [("a4", (210, 297)), ("a3", (297, 420)), ("a5", (148, 210)), ("us-letter", (215.9, 279.4))],
)
def test_paper(option: str, size_mm: tuple[float, float]) -> None:
    page = read(pdf_of(general(prose("x")), paper=option)).pages[0].mediabox
    assert (float(page.width), float(page.height)) == pytest.approx(
        [side / 25.4 * 72 for side in size_mm], 1e-3
    )
    assert read(pdf_of(general(prose("x"), paper=option))).pages[0].mediabox == page


def test_margins_and_columns_make_room_or_take_it() -> None:
    text = prose("parola " * 1300)
    options: list[dict[str, Any]] = [{"margins": 10.0}, {}, {"margins": 50.0}]
    firsts = [read(pdf_of(general(text), **said)).pages[0].extract_text() for said in options]
    most, ordinary, least = (first.count("parola") for first in firsts)
    assert most > ordinary > least
    columns = read(pdf_of(general(text), columns=2)).pages[0].extract_text()
    assert max(map(len, columns.splitlines())) < 70


def test_cover_contents_header_and_footer() -> None:
    nb = general(
        prose("# Uno\n\n## Due"),
        cover={"title": "Copertina", "subtitle": "Sotto", "lines": ["Riga"]},
        contents=True,
        header="TESTA",
        footer="PIEDE",
    )
    pages = [page.extract_text() for page in read(pdf_of(nb)).pages]
    assert [word in pages[0] for word in ("Copertina", "Sotto", "Riga", "TESTA")] == [True, True, True, False]
    assert re.search(r"Due[ .]*3", pages[1])
    assert "TESTA" in pages[2]
    assert "PIEDE" in pages[2]


def test_code_is_hidden_where_the_metadata_say_so() -> None:
    cell = new_code_cell("segreto()", outputs=[new_output("stream", name="stdout", text="visto")])
    text = text_of(pdf_of(general(cell, code=False)))
    assert "segreto" not in text
    assert "visto" in text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"color: " + b"x" * 64_000, "more than 64,000 bytes"),
        (b"color: [", "cannot be read"),
        (b"color: \xff", "cannot be read"),
        (b"[" * 20_000, "cannot be read"),
        (b"- a\n- b\n", "must hold keys and values"),
        (b"!!python/object/apply:os.system ['true']", "cannot be read"),
        (BOMB + b"color: {primary: *z}\n", "'primary' must be a text"),
        (BOMB + b"logo: *z\n", "'logo' must be a text"),
        (BOMB + b"logo: {path: *z}\n", "'path' must be a text"),
    ],
)
def test_a_brand_file_that_is_none_is_refused(tmp_path: Any, content: bytes, said: str) -> None:
    (tmp_path / "_brand.yml").write_bytes(content)
    with pytest.raises(BrandError, match=said):
        brand_beside(tmp_path)


@pytest.mark.parametrize("fonts", ["a.ttf", [1], ["a.ttf"] * 5, {"a": "b"}])
def test_fonts_are_a_short_list_of_paths(fonts: object) -> None:
    with pytest.raises(BrandError, match="'fonts' must be a list of at most 4 paths"):
        checked_brand({"fonts": fonts})


@pytest.mark.parametrize("path", ["../a.ttf", "absent.ttf"])
def test_a_font_outside_the_folder_is_refused(tmp_path: Any, path: str) -> None:
    (tmp_path / "a.ttf").write_bytes(b"x")
    (tmp_path / "in").mkdir()
    with pytest.raises(ExportError, match="no such file"):
        TypstPDFExporter(attachments_dir=str(tmp_path / "in"), fonts=[path]).from_notebook_node(
            general(prose("a"))
        )


def test_the_fonts_of_an_option_stand_before_ours(tmp_path: Any) -> None:
    """The source brings the file that its reader needs; Greek that it lacked would be in ours."""
    data = (fonts_dir() / "IBMPlexMono-Bold.ttf").read_bytes()
    (tmp_path / "a.ttf").write_bytes(data)
    options: Any = {"attachments_dir": str(tmp_path), "fonts": ["a.ttf"]}
    source, told = TypstExporter(**options).from_notebook_node(general(prose("# a\n\nb")))
    assert 'fonts: ("IBM Plex Mono", )' in source
    assert [content for name, content in told["outputs"].items() if name.endswith("font-1.ttf")] == [data]
    pdf, _ = TypstPDFExporter(**options).from_notebook_node(general(prose("# a\n\nb")))
    assert b"IBMPlexMono-Bold" in pdf
    assert b"IBMPlexMono-Bold" not in pdf_of(general(prose("# a\n\nb")))


@pytest.mark.parametrize("given", [["a.ttf"], ["a.ttf", "b.ttf"]])
def test_each_font_of_the_command_line_is_taken(given: list[str]) -> None:
    """`--TypstPDFExporter.fonts=a.ttf`, once or again: a single one was lost without a word."""
    said = DeferredConfigString(given[0]) if len(given) == 1 else DeferredConfigList(given)
    assert TypstPDFExporter(config=Config({"TypstPDFExporter": {"fonts": said}})).fonts == given


def test_brand_file_beside_the_notebook_gives_colours_and_logo(tmp_path: Any) -> None:
    (tmp_path / "_brand.yml").write_text(
        "color:\n  palette: {bosco: '#0b5c45'}\n  primary: bosco\nlogo: {path: l.svg, alt: Il marchio}\n"
    )
    (tmp_path / "l.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="20" height="10"/></svg>'
    )
    nb = general(prose("[l](https://a.example)"), cover={"title": "T"})
    pdf, _ = TypstPDFExporter(attachments_dir=str(tmp_path)).from_notebook_node(nb)
    root: Any = read(pdf).trailer["/Root"]
    alternatives = [str(e.get("/Alt")) for e in structure(root["/StructTreeRoot"]) if e["/S"] == "/Figure"]
    assert alternatives == ["Il marchio"]
    drawn = read(pdf).pages[0].get_contents()
    assert drawn is not None
    assert b"0.043" in drawn.get_data()


def test_files_are_attached_in_the_general_way_too(tmp_path: Any) -> None:
    (tmp_path / "d.csv").write_bytes(b"a\n1\n")
    said = {"path": "d.csv", "name": "d.csv", "mime": "text/csv", "description": "I dati"}
    said["relationship"] = "source"
    nb = general(prose("x"), attachments=[said])
    assert read(pdf_of(nb, attachments_dir=str(tmp_path))).attachments == {"d.csv": [b"a\n1\n"]}


def test_language_of_the_document() -> None:
    root: Any = read(pdf_of(general(prose("testo")), language="pt-BR")).trailer["/Root"]
    assert root["/Lang"] == "pt-BR"


def test_damaged_pictures_do_not_stop_the_export() -> None:
    output, inside = shows({"image/png": "AAAA"}), prose("![x](data:image/png;base64,AAAA)")
    text = text_of(pdf_of(general(output, inside)))
    assert "[an image is not shown:" in text
    assert "[image, not shown: x]" in text
