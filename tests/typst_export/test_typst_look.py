"""The look: contrast of the colours, room for columns, what stays together on a page."""

import re

import pytest
from typst_notebooks import PAGE, SVG, notebook, operands, pdf_of, read, typed

from sharedsocial_utils.typst_export.conversion import PRIMARY
from sharedsocial_utils.typst_export.exporter import SHARE
from sharedsocial_utils.typst_export.measures import (
    PADDING_MM,
    Page,
    Room,
    column_widths,
    has_wide_word,
    lines_of,
    text_mm,
    word_mm,
)

STYLE = (SHARE / "nbconvert" / "templates" / "typst" / "style.typ").read_text(encoding="utf-8")
COLOURS = dict(re.findall(r'#let ([\w-]+) = rgb\("(#[0-9a-f]{6})"\)', STYLE))
TONES = re.findall(r'(\w+): \(colour: (?:rgb\("(#\w+)"\)|grey), tint: rgb\("(#\w+)"\), solid: (\w+)', STYLE)


WIDTH_MM = Page().width_mm


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2."""
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted([luminance(one), luminance(other)], reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_formula() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_texts_stand_out_from_their_ground() -> None:
    for colour in (COLOURS["ink"], COLOURS["grey"], PRIMARY):
        for ground in ("#ffffff", COLOURS["paper-tint"]):
            assert contrast(colour, ground) >= 4.5
    assert contrast(COLOURS["ink"], "#fdf3e6") >= 4.5


def test_badges_stand_out_and_differ_in_shape() -> None:
    assert len(TONES) == 8
    for _, colour, tint, solid in TONES:
        colour = colour or COLOURS["grey"]
        assert contrast(colour, "#ffffff" if solid == "true" else tint) >= 4.5
    shapes = re.findall(r'shape: "(\w+)"', STYLE)
    assert len(set(shapes)) == 8


def test_widths_are_kept_where_there_is_room() -> None:
    widths = column_widths(
        ["auto", "1fr", "30mm"], [Room(20, 15), Room(400, 30), Room(10, 10)], WIDTH_MM, 1.0
    )
    assert [width.typst for width in widths] == ["auto", "1fr", "30mm"]
    assert [width.room_mm for width in widths] == [20 - PADDING_MM, 120 - PADDING_MM, 30 - PADDING_MM]


def test_page_is_shared_out_where_columns_ask_for_too_much() -> None:
    widths = column_widths(
        ["auto", "auto", "1fr"], [Room(20, 20), Room(400, 30), Room(300, 20)], WIDTH_MM, 1.0
    )
    assert [width.typst for width in widths] == ["20.00mm", "80.00mm", "70.00mm"]
    endless = column_widths(["auto", "1fr"], [Room(500, 500), Room(500, 500)], WIDTH_MM, 1.0)
    assert [width.typst for width in endless] == ["85.00mm", "85.00mm"]


def test_lines_below_the_header_come_before_those_of_the_header() -> None:
    widths = column_widths(["auto", "auto"], [Room(150, 30, 40), Room(150, 30, 100)], WIDTH_MM, 1.0)
    assert [width.typst for width in widths] == ["55.00mm", "115.00mm"]
    narrow = column_widths(["auto", "auto"], [Room(200, 30, 0), Room(200, 30, 170)], WIDTH_MM, 1.0)
    assert [width.typst for width in narrow] == ["30.00mm", "140.00mm"]


def test_small_type_needs_less() -> None:
    widths = column_widths(["auto", "auto"], [Room(100, 20), Room(90, 20)], WIDTH_MM, 7.8 / 9)
    assert [width.typst for width in widths] == ["auto", "auto"]


def test_estimates() -> None:
    assert text_mm("abcd") == pytest.approx(7.0)
    assert text_mm("ab\nabcd") == text_mm("abcd")
    assert text_mm("WWWW") > text_mm("abcd")
    assert word_mm("ab abcd a") == text_mm("abcd")
    assert word_mm("") == 0
    assert lines_of("abcd\nab", 3.6) == 3
    assert has_wide_word("ab abcdefgh", 10.0)
    assert not has_wide_word("ab ab ab ab ab", 10.0)


def test_figure_and_small_table_are_not_broken_over_pages() -> None:
    rows = [[f"riga {place}"] for place in range(18)]
    table = {"kind": "table", "title": "Tabella", "columns": [{"label": "A"}], "rows": rows, "note": "Nota T"}
    figure = {"kind": "figure", "title": "Figura", "svg": SVG, "alt": "x", "note": "Nota F"}
    filling = [{"kind": "paragraph", "text": f"Riempie {place}"} for place in range(29)]
    reader = read(
        pdf_of(notebook(typed(PAGE, *filling, table, {**PAGE, "title": "B"}, *filling, *filling[:6], figure)))
    )
    pages = [page.extract_text() for page in reader.pages]
    for title, note in (("Tabella", "Nota T"), ("Figura", "Nota F")):
        (place,) = (number for number, page in enumerate(pages) if note in page)
        assert title in pages[place]
        assert "Riempie" not in pages[place]


@pytest.mark.parametrize("count", [20, 23])
def test_what_is_signed_stands_above_the_signature(count: int) -> None:
    """Where there is room for the lines to be filled in alone, they go over with the signatures."""
    filling = [{"kind": "paragraph", "text": f"Riempie {place}"} for place in range(count)]
    form = [
        {"kind": "heading", "level": 2, "text": "Concordato"},
        {"kind": "fields", "items": ["Impegno"], "count": 4},
        {"kind": "heading", "level": 2, "text": "Firme"},
        {"kind": "signatures", "parties": [{"role": "Per", "name": "Il cliente"}], "lines": ["Nome", "Data"]},
    ]
    pages = [page.extract_text() for page in read(pdf_of(notebook(typed(PAGE, *filling, *form)))).pages]
    (place,) = (number for number, page in enumerate(pages) if "Il cliente" in page)
    assert place == (0 if count == 20 else 1)
    for text in ("Concordato", "Impegno", "Firme"):
        assert [number for number, page in enumerate(pages) if text in page] == [place]


def test_cards_on_a_further_page_have_the_colour_of_their_own_tone() -> None:
    tones = ["stop", "stop", *["keep"] * 18]
    cards = [{"title": f"Scheda {n}", "tone": tone, "lead": "parola " * 40} for n, tone in enumerate(tones)]
    reader = read(pdf_of(notebook(typed(PAGE, {"kind": "cards", "cards": cards}))))
    drawn = [page.get_contents().get_data().decode("latin-1") for page in reader.pages]  # type: ignore[union-attr]
    colours = {name: colour for name, colour, *_ in TONES}
    stop, keep = (operands(colours[tone]) for tone in ("stop", "keep"))
    assert len(drawn) > 1
    assert re.search(stop, drawn[0])
    for page in drawn[1:]:
        assert re.search(keep, page)
        assert not re.search(stop, page)


def test_no_word_of_a_small_table_is_divided() -> None:
    """Each column is as wide as its longest word, in small type too."""
    words = ["company", "ripagherebbero", "competenze", "concordate", "entrambe", "trimestre", "attività"]
    columns = [{"label": "x"}, *({"label": f"{word} / {word}"} for word in words)]
    rows = [[f"Blog · risposte ai commenti {n}", *(f"{word} {word}" for word in words)] for n in range(6)]
    table = {"kind": "table", "columns": columns, "rows": rows, "small": True}
    lines = "\n".join(page.extract_text() for page in read(pdf_of(notebook(typed(PAGE, table)))).pages)
    for word in words:
        assert len(re.findall(rf"\b{word}\b", lines)) == 2 * len(rows) + 2, word


def test_a_name_of_two_parts_is_not_divided_in_a_title() -> None:
    for start in range(6):
        title = f"{'x' * start} Chiudere X, avviare Pinterest, potenziare Blog\u00a0· articoli e ridurre"
        text = read(pdf_of(notebook(typed({"kind": "page", "title": title})))).pages[0].extract_text()
        assert any("Blog\u00a0·\u00a0articoli" in line for line in text.split("\n")), text
