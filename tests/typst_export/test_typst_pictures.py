"""Pictures: text stays text, what could act or fetch is refused, what XML cannot hold is shown."""

import base64
import re
from xml.etree.ElementTree import Element
from zlib import crc32

import pytest
from defusedxml.ElementTree import fromstring
from typst_notebooks import PAGE, notebook, pdf_of, png, text_of, typed

from sharedsocial_utils.typst_export.gate import Gate
from sharedsocial_utils.typst_export.pictures import PictureError, clean_svg, read_pixels

MATPLOTLIB = """<?xml version="1.0" encoding="utf-8" standalone="no"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN"
  "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="144pt" height="72pt" viewBox="0 0 144 72"
 xmlns="http://www.w3.org/2000/svg" version="1.1">
 <metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><x rdf:resource="http://a.example"/>
 </rdf:RDF></metadata>
 <defs><style type="text/css">*{stroke-linejoin: round; stroke-linecap: butt}</style>
  <path id="m1" d="M 0 0 L 0 3"/><clipPath id="p1"><rect width="10" height="10"/></clipPath></defs>
 <g clip-path="url(#p1)"><use xlink:href="#m1" x="5" y="5" style="stroke: #000000"/></g>
 <!-- a label -->
 <text style="font: 600 9px 'IBM Plex Sans', sans-serif; text-anchor: middle" x="20" y="30">%s</text>
 <text style="font: 9px 'DejaVu Sans'" x="20" y="50">due</text>
 <text style="font-family: Arial; font-size: 9px" x="20" y="60">tre</text>
</svg>
"""


def cleaned(text: str) -> Element:
    root: Element = fromstring(clean_svg(text, Gate()).data)
    return root


def svg(inside: str, attributes: str = "") -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="10" height="10" {attributes}>{inside}</svg>'
    )


def texts(root: Element) -> list[str]:
    return ["".join(e.itertext()) for e in root.iter("{http://www.w3.org/2000/svg}text")]


def test_matplotlibs_file_is_accepted_and_its_size_read() -> None:
    picture = clean_svg(MATPLOTLIB % "uno &lt;b&gt; è", Gate())
    assert (round(picture.width_mm, 1), round(picture.height_mm, 1)) == (50.8, 25.4)
    assert texts(fromstring(picture.data)) == ["uno <b> è", "due", "tre"]
    assert b"metadata" not in picture.data
    assert b"DOCTYPE" not in picture.data


def test_every_text_has_one_of_our_families() -> None:
    styles = [e.get("style") for e in cleaned(MATPLOTLIB % "x").iter("{http://www.w3.org/2000/svg}text")]
    assert styles == [
        "font: 600 9px 'IBM Plex Sans SmBld', 'IBM Plex Sans', sans-serif; text-anchor: middle",
        "font: 9px 'DejaVu Sans', 'IBM Plex Sans'",
        "font-family: Arial, 'IBM Plex Sans'; font-size: 9px",
    ]


def test_labels_pass_the_gate() -> None:
    gate = Gate()
    data = clean_svg(MATPLOTLIB % "a\u202eb ᠠ \x07 😀", gate).data
    assert texts(fromstring(data))[0] == "a⟨U+202E⟩b ⟨U+1820⟩ ⟨U+0007⟩ 😀"
    assert gate.replaced == 3


@pytest.mark.parametrize(
    ("label", "expected", "replaced"),
    [
        ("caffe\u0301 à ễ", "caffé à ễ", 0),
        ("x\u0301", "x⟨U+0301⟩", 1),
        ("Ẹ\u0301kọ\u0301", "Ẹ⟨U+0301⟩kọ⟨U+0301⟩", 2),
        ("ที่", "ท⟨U+0E35⟩⟨U+0E48⟩", 2),
        ("हिन्दी", "ह⟨U+093F⟩न⟨U+094D⟩द⟨U+0940⟩", 3),
        ("مُحمد", "م⟨U+064F⟩حمد", 1),
        ("1\ufe0f\u20e3 Z\u0351 x\u0489", "1⟨U+20E3⟩ Z⟨U+0351⟩ x⟨U+0489⟩", 3),
    ],
)
def test_labels_with_marks_do_not_stop_the_report(label: str, expected: str, replaced: int) -> None:
    """Typst cannot set a letter that has a mark inside a picture; on the page it can."""
    gate = Gate()
    shown = texts(fromstring(clean_svg(MATPLOTLIB % label, gate).data))[0]
    assert re.sub("[\u2067\u2069]", "", shown) == expected
    assert gate.replaced == replaced
    figure = {"kind": "figure", "svg": MATPLOTLIB % label, "alt": label}
    assert pdf_of(notebook(typed(PAGE, figure, {"kind": "note", "text": label})))


def test_labels_are_text_in_the_pdf() -> None:
    label = "Perché #let $x$ *y* ő ⁠ᠠ"
    figure = {"kind": "figure", "svg": MATPLOTLIB % label, "alt": "Tre parole"}
    text = text_of(pdf_of(notebook(typed(PAGE, figure))))
    assert "Perché #let $x$ *y* ő ⟨U+2060⟩⟨U+1820⟩" in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (svg("<script>alert(1)</script>"), "holds <script>"),
        (svg('<g onclick="alert(1)"/>'), "event handler onclick"),
        (svg("<foreignObject/>"), "holds <foreignObject>"),
        (svg('<animate attributeName="x"/>'), "holds <animate>"),
        (svg('<animateTransform attributeName="transform"/>'), "holds <animateTransform>"),
        (svg('<use xlink:href="javascript:alert(1)"/>'), "outside itself"),
        (svg('<image xlink:href="http://a.example/x.png"/>'), "outside itself: 'http://a.example/x.png'"),
        (svg('<image href="file:///etc/passwd"/>'), "outside itself"),
        (svg('<use href="other.svg#a"/>'), "outside itself"),
        (svg('<image href="data:image/svg+xml;base64,PHN2Zy8+"/>'), "outside itself"),
        (svg('<rect style="fill: url(http://a.example/#x)"/>'), "outside itself"),
        (svg("<rect fill=\"url( 'file:///x' )\"/>"), "outside itself"),
        (svg("<style>@import 'http://a.example/x.css';</style>"), "outside it"),
        ('<!DOCTYPE svg [<!ENTITY x "y">]>' + svg("<text>&x;</text>"), "declares entities"),
        ('<!DOCTYPE svg SYSTEM "file:///x" [<!ENTITY a "b">]>' + svg(""), "declares entities"),
        (svg("<g>" * 200 + "</g>" * 200), "nested deeper than 100 levels"),
        (svg("<g>"), "not well-formed"),
        ("<html xmlns='http://www.w3.org/1999/xhtml'/>", "its root is <html>"),
        ('<svg xmlns="http://www.w3.org/2000/svg" width="0" height="5"/>', None),
        ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 0 5"/>', "has no size"),
    ],
)
def test_refused_svgs(text: str, expected: str | None) -> None:
    if expected is None:
        assert clean_svg(text, Gate()).height_mm > 0
        return
    with pytest.raises(PictureError, match=expected.replace("(", r"\(").replace("+", r"\+")):
        clean_svg(text, Gate())


def test_embedded_raster_and_own_references_stay() -> None:
    root = cleaned(svg(f'<image href="data:image/png;base64,{png()}"/><use xlink:href="#a"/>'))
    assert len(root) == 2
    assert cleaned(svg("<style/><text/>")) is not None


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("no base64!", "not valid base64"),
        (base64.b64encode(b"GIF89a" + b"\0" * 60).decode(), "not a PNG"),
        (base64.b64encode(base64.b64decode(png())[:20]).decode(), "not a PNG"),
        (png(1, 1)[:20], "not a PNG"),
    ],
)
def test_refused_pngs(data: str, expected: str) -> None:
    with pytest.raises(PictureError, match=expected):
        read_pixels(data)


def test_a_picture_larger_than_the_limit_is_refused_before_it_is_parsed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sharedsocial_utils.typst_export.pictures.BYTES_AT_MOST", 60)
    with pytest.raises(PictureError, match=r"the SVG has [\d,]+ characters, the limit is 60"):
        clean_svg("<" * 61, Gate())
    with pytest.raises(PictureError, match="the image has 61 bytes, the limit is 60"):
        read_pixels(base64.b64encode(b"x" * 61).decode())


@pytest.mark.parametrize(
    ("side", "said"),
    [(8_000, "8000 x 8000 pixels"), (10_000, "10000 x 10000 pixels"), (100_000, "10000000000 pixels")],
)
def test_huge_png_is_refused_by_its_header(side: int, said: str) -> None:
    header = bytearray(base64.b64decode(png()))
    header[16:24] = side.to_bytes(4, "big") * 2
    header[29:33] = crc32(header[12:29]).to_bytes(4, "big")
    with pytest.raises(PictureError, match=said):
        read_pixels(base64.b64encode(bytes(header)).decode())
