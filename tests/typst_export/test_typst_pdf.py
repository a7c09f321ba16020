"""The PDF of a strict notebook: every slot shown, nothing else; tagged; the same bytes each time."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import nbformat
import pytest
from typst_notebooks import (
    PAGE,
    body_of,
    bookmarks,
    every_block,
    notebook,
    pdf_of,
    prose,
    read,
    shows,
    squeezed,
    strings,
    structure,
    text_of,
    typed,
)

from sharedsocial_utils.typst_export import TypstPDFExporter
from sharedsocial_utils.typst_export.blocks import TONES
from sharedsocial_utils.typst_export.gate import shown

ROOT = Path(__file__).parents[2]
BLNS = ROOT.parent / "shared" / "corpora" / "blns" / "blns.json"

HOSTILE = {
    "italian": "Perché la città è già così: «più» d’acqua — 1.234,5 €",
    "typst markup": '#let x = $y$ *a* _b_ <c> @d = e / f: g ~ h \\ i // j /* k */ `l` [m] {n} #eval("1+1")',
    "string end": '") #panic("x") \\" \\\\" \\u{41} \\n #"',
    "jinja": "{{ nb }} {% for x in y %} {# z #} <script>alert(1)</script> &amp; &#0;",
    "line breaks": "prima\nseconda\r\nterza\u2028quarta",
    "controls": "a\x00b\x07c\x1bd\x7fe\u0085f",
    "bidi and zero width": "a\u202eb\u2066c\u200bd\u200de\ufefff\u00adg",
    "emoji": "😀 👩\u200d💻 ❤\ufe0f 🇮🇹 👍🏽 1\ufe0f\u20e3",
    "not covered": "ᠠᠡ 𒀀 \ue000\U000e0041",
    "link": "https://esempio.example/percorso-lungo/altro-percorso?a=b&c=d#e",
    "spaces": "a  b   c",
}
ENDLESS = {
    "letters": "W" * 130,
    "marks": "ᠠ" * 16,
    "address": "https://esempio.example/" + "percorso_lungo/" * 7,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_every_slot_shows_its_text(text: str) -> None:
    blocks = every_block(text)
    extracted = body_of(pdf_of(notebook(typed(*blocks))))
    slots = list(strings(blocks))
    assert len(slots) > 60
    missing = [slot for slot in slots if squeezed(shown(slot)[0]) not in extracted]
    assert missing == []


@pytest.mark.parametrize("text", ENDLESS.values(), ids=ENDLESS)
def test_no_character_of_endless_words_is_lost(text: str) -> None:
    """Cells that go on on the next page are read in turns, so only their characters are counted."""
    blocks = every_block(text)
    extracted = body_of(pdf_of(notebook(typed(*blocks))))
    expected = shown("".join(strings(blocks)))[0]
    for character in sorted(set(shown(text)[0])):
        assert extracted.count(character) >= expected.count(character)


@pytest.mark.parametrize("text", ["مرحبا بالعالم", "שלום עולם (12) abc"])
def test_right_to_left_text_is_in_every_slot(text: str) -> None:
    blocks = every_block(text)
    extracted = text_of(pdf_of(notebook(typed(*blocks))))
    letters = [character for character in text if character.isalpha()]
    slots = len(list(strings(blocks)))
    assert all(extracted.count(letter) >= slots for letter in letters)


@pytest.mark.tool("pdftotext")
@pytest.mark.parametrize("text", [*HOSTILE.values(), *ENDLESS.values()], ids=[*HOSTILE, *ENDLESS])
def test_no_word_leaves_the_page(text: str, tmp_path: Path) -> None:
    pdf = tmp_path / "report.pdf"
    pdf.write_bytes(
        pdf_of(notebook(typed(*every_block(text)), title=f"Titolo {text}", footer=f"Piede {text}"))
    )
    program = ["pdftotext", "-bbox", str(pdf), "-"]
    boxes = subprocess.run(
        program, check=True, capture_output=True, encoding="utf-8", errors="replace"
    ).stdout
    margin, words = 20 * 72 / 25.4 - 2.0, 0
    for page in re.findall("<page .*?</page>", boxes, re.DOTALL):
        width, height = map(float, re.findall(r'<page width="([\d.]+)" height="([\d.]+)"', page)[0])
        for found in re.findall(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">', page):
            left, top, right, bottom = map(float, found)
            assert left >= margin
            assert right <= width - margin
            assert 0 <= top <= bottom <= height
            words += 1
    assert words > 60


def test_replaced_characters_are_counted_and_refused_links_too() -> None:
    nb = notebook(
        typed(
            PAGE,
            {"kind": "paragraph", "text": "ᠠ\u202e"},
            {"kind": "paragraph", "text": [{"text": "qui", "url": "javascript:alert(1)"}]},
        )
    )
    pdf, resources = TypstPDFExporter().from_notebook_node(nb)
    assert resources["typst_export"] == {"replaced_characters": 2, "refused_links": 1}
    assert b"javascript" not in pdf


def test_document_is_tagged_and_names_its_standards() -> None:
    reader = read(pdf_of(notebook(typed(*every_block("parola")))))
    root: Any = reader.trailer["/Root"]
    xmp = root["/Metadata"].get_data().decode()
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 - a PDF object
    assert root["/Lang"] == "it"
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert "<pdfaid:part>3</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in xmp
    info = reader.metadata
    assert info is not None
    assert info.title == "Revisione 2026Q3"
    assert info.author == "Studio Girasole, La Quercia"
    assert str(info["/CreationDate"]).startswith("D:20261005000000")


def test_structure_tells_what_a_screen_reader_needs() -> None:
    reader = read(pdf_of(notebook(typed(*every_block("parola")))))
    root: Any = reader.trailer["/Root"]
    elements = list(structure(root["/StructTreeRoot"]))
    roles = [str(element["/S"]) for element in elements]
    assert roles.count("/H1") == 1
    assert roles.count("/H2") == 4
    assert roles.count("/TH") == 8
    assert roles.count("/L") == 2
    assert [str(element["/Alt"]) for element in elements if element["/S"] == "/Figure"] == ["parola"] * 2


def test_every_tone_has_its_badge() -> None:
    rows = [[{"badge": tone.upper(), "tone": tone}] for tone in TONES]
    table = {"kind": "table", "columns": [{"label": "Verdetto"}], "rows": rows}
    text = text_of(pdf_of(notebook(typed(PAGE, table))))
    assert all(tone.upper() in text for tone in TONES)


def test_titles_are_bookmarks_and_pages_are_counted() -> None:
    nb = notebook(
        typed(PAGE, {"kind": "heading", "level": 2, "text": ["Due ", {"text": "parole", "style": "strong"}]}),
        typed({**PAGE, "title": "Seconda pagina"}),
    )
    reader = read(pdf_of(nb))
    assert list(bookmarks(reader.outline)) == [PAGE["title"], "Due parole", "Seconda pagina"]
    assert "pagina 1 di 2" in reader.pages[0].extract_text()
    assert "Seconda pagina" in reader.pages[1].extract_text()
    assert "pagina 2 di 2" in reader.pages[1].extract_text()


def test_long_table_repeats_its_header_and_loses_no_row() -> None:
    rows = [[f"riga {place}", str(place)] for place in range(300)]
    table = {
        "kind": "table",
        "columns": [{"label": "INTESTAZIONE"}, {"label": "N", "align": "right"}],
        "rows": rows,
    }
    reader = read(pdf_of(notebook(typed(PAGE, table))))
    pages = [page.extract_text() for page in reader.pages]
    assert len(pages) > 5
    assert all("INTESTAZIONE" in page for page in pages)
    printed = re.findall(r"riga (\d+)", "\n".join(pages))
    assert list(map(int, printed)) == list(range(300))


def test_table_without_rows_and_turned_page() -> None:
    columns = [{"label": f"Colonna {place}"} for place in range(14)]
    empty = {"kind": "table", "columns": columns[:2], "rows": []}
    wide = {"kind": "table", "columns": columns, "rows": [["1"] * 14], "turned": True}
    reader = read(pdf_of(notebook(typed(PAGE, empty, wide, {"kind": "paragraph", "text": "Dopo"}))))
    sizes = [page.mediabox.width > page.mediabox.height for page in reader.pages]
    assert sizes == [False, True, False]
    assert "Colonna 13" in reader.pages[1].extract_text()


def test_fixed_prose_is_shown_and_cells_with_tags_are_not() -> None:
    hidden = typed({"kind": "paragraph", "text": "SEGRETO"}, source="import os")
    hidden.metadata["tags"] = ["remove-cell"]
    parameters = shows({"text/html": "<b>SEGRETO</b>"}, source="client = 'x'")
    parameters.metadata["tags"] = ["injected-parameters"]
    nb = notebook(
        parameters,
        hidden,
        prose(
            "# Metodo & altro\n\nUn *testo* **fisso**, [un link](https://esempio.example).\n\n1. uno\n2. due"
        ),
        typed({"kind": "paragraph", "text": "Trovato"}, source="import this\nprint('codice')"),
    )
    text = text_of(pdf_of(nb))
    assert "Metodo & altro" in text
    assert "Un testo fisso, un link." in text
    assert "Trovato" in text
    for word in ("import", "SEGRETO", "codice", "client", "Traceback"):
        assert word not in text


def test_attachments_are_found_in_the_pdf(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "visits.csv").write_bytes(b"channel,visits\nblog,12\n")
    attached = {
        "path": "tables/visits.csv",
        "name": "visite.csv",
        "mime": "text/csv",
        "description": "Le visite per canale",
        "relationship": "data",
    }
    nb = notebook(typed(PAGE), attachments=[attached])
    reader = read(pdf_of(nb, attachments_dir=str(tmp_path)))
    assert reader.attachments == {"visite.csv": [b"channel,visits\nblog,12\n"]}
    (tmp_path / "nb.ipynb").write_text(nbformat.writes(nb), encoding="utf-8")
    beside: Any = TypstPDFExporter().from_filename(str(tmp_path / "nb.ipynb"))[0]
    assert list(read(beside).attachments) == ["visite.csv"]


def test_same_notebook_same_bytes() -> None:
    nb = notebook(typed(*every_block(HOSTILE["emoji"])))
    assert pdf_of(nb) == pdf_of(nb)


def test_date_comes_from_the_environment_where_the_notebook_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    info = read(pdf_of(notebook(typed(PAGE), date=None))).metadata
    assert info is not None
    assert str(info["/CreationDate"]).startswith("D:20010909")


@pytest.mark.skipif(not BLNS.exists(), reason="the list of naughty strings is not here")
@pytest.mark.slow
def test_naughty_strings_are_shown() -> None:
    naughty = [text for text in json.loads(BLNS.read_text(encoding="utf-8")) if text.strip()]
    blocks = [
        {"kind": "table", "columns": [{"label": "N"}, {"label": "Testo", "width": "1fr"}], "rows": rows}
        for rows in [[[f"N{place}", text] for place, text in enumerate(naughty)]]
    ]
    texts = [{"kind": "paragraph", "text": [f"P{place} ", text]} for place, text in enumerate(naughty)]
    extracted = body_of(pdf_of(notebook(typed(PAGE, *blocks, *texts))))
    assert len(naughty) > 500
    plain = [text for text in naughty if shown(text)[0].isascii()]
    assert len(plain) > 350
    missing = [text for text in plain if extracted.count(squeezed(shown(text)[0])) < 2]
    assert missing == []
