"""Hand-made notebooks for the tests of the exporter, and what is read back out of their PDFs."""

import base64
import io
import re
import struct
import zlib
from collections.abc import Iterator
from typing import Any

import pypdf
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from sharedsocial_utils.typst_export import MIME_TYPE, TypstPDFExporter

SETTINGS: dict[str, Any] = {
    "strict": True,
    "title": "Revisione 2026Q3",
    "language": "it",
    "authors": ["Studio Girasole", "La Quercia"],
    "date": "2026-10-05",
    "footer": "Agriturismo La Quercia",
    "page_words": {"page": "pagina", "of": "di"},
    "subject": "Lavoro comune sui social",
    "keywords": ["social", "trimestre"],
}
PAGE = {"kind": "page", "title": "Chiudere Flickr, tenere il resto", "kicker": "1 · In sintesi"}
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="200pt" height="60pt" viewBox="0 0 200 60">'
    '<rect x="10" y="10" width="80" height="20" fill="#0f6b6b"/>'
    '<text x="10" y="50" style="font: 600 9px \'IBM Plex Sans\'">LABEL</text></svg>'
)


def notebook(*cells: NotebookNode, **settings: Any) -> NotebookNode:
    """A strict notebook of these cells; settings overrule or, where None, leave out."""
    chosen = {key: value for key, value in {**SETTINGS, **settings}.items() if value is not None}
    made: NotebookNode = new_notebook(cells=list(cells), metadata={"typst_export": chosen})
    return made


def typed(*blocks: Any, source: str = "show.something(review)") -> NotebookNode:
    """A code cell whose output holds typed blocks."""
    data = {MIME_TYPE: {"version": 1, "blocks": list(blocks)}, "text/plain": "<Shown>"}
    return shows(data, source)


def shows(data: dict[str, Any], source: str = "figure", **metadata: Any) -> NotebookNode:
    """A code cell with an ordinary output."""
    output = new_output("display_data", data=data, metadata=metadata)
    made: NotebookNode = new_code_cell(source, outputs=[output])
    return made


def prose(source: str) -> NotebookNode:
    made: NotebookNode = new_markdown_cell(source)
    return made


def png(width: int = 3, height: int = 2) -> str:
    """A grey PNG in base64."""
    rows = b"".join(b"\0" + b"\x80" * width for _ in range(height))
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    framed = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(framed)).decode()


def pdf_of(nb: NotebookNode, **options: Any) -> bytes:
    pdf, _ = TypstPDFExporter(**options).from_notebook_node(nb)
    assert isinstance(pdf, bytes)
    return pdf


def read(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    """The text of all pages, in the order of the document."""
    return "\n".join(page.extract_text() for page in read(pdf).pages)


def body_of(pdf: bytes) -> str:
    """The text of all pages, squeezed, without the heads and feet of `SETTINGS`."""
    frame = "|".join(re.escape(squeezed(SETTINGS[key])) for key in ("title", "footer"))
    frame += "|" + re.escape(squeezed("Studio Girasole · La Quercia")) + r"|pagina\d+di\d+"
    return "".join(re.sub(frame, "", squeezed(page.extract_text())) for page in read(pdf).pages)


def squeezed(text: str) -> str:
    """A text without what line breaking adds or drops: white space, hyphens, isolates."""
    return re.sub("[\\s\u00a0\u2066-\u2069\u00ad-]+", "", text)


def bookmarks(outline: list[Any]) -> Iterator[str]:
    for item in outline:
        if isinstance(item, list):
            yield from bookmarks(item)
        else:
            yield str(item.title)


def structure(node: Any) -> Iterator[Any]:
    """Every element of the structure tree, in reading order."""
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from structure(child)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from structure(node["/K"])


def every_block(word: str) -> list[dict[str, Any]]:
    """Each kind of block, with the word in each of its slots: `S01 word`, `S02 word` and so on."""
    count = 0

    def slot() -> str:
        nonlocal count
        count += 1
        return f"S{count:02} {word}"

    def spans() -> list[Any]:
        return [
            slot(),
            {"text": slot(), "style": "strong"},
            {"text": slot(), "style": "emphasis"},
            {"text": slot(), "style": "mute"},
            {"text": slot(), "url": "https://esempio.example/a?b=c&d=%20"},
        ]

    return [
        {"kind": "page", "title": slot(), "kicker": slot()},
        {"kind": "heading", "level": 2, "text": slot()},
        {"kind": "heading", "level": 3, "text": slot()},
        {"kind": "lead", "text": spans()},
        {"kind": "paragraph", "text": spans()},
        {"kind": "note", "text": spans()},
        {"kind": "warning", "text": spans()},
        {"kind": "list", "items": [slot(), spans()], "ordered": False},
        {"kind": "list", "items": [slot(), slot()], "ordered": True},
        {"kind": "facts", "items": [[slot(), slot()], [slot(), spans()]]},
        {"kind": "numbers", "items": [{"value": slot(), "label": slot(), "note": slot()} for _ in range(3)]},
        {
            "kind": "table",
            "title": slot(),
            "subtitle": slot(),
            "columns": [
                {"label": slot()[:200], "align": "left", "width": "auto"},
                {"label": "Verdetto", "align": "left", "width": "auto"},
                {"label": "Quota", "align": "right", "width": "auto"},
                {"label": slot()[:200], "align": "center", "width": "1fr"},
            ],
            "rows": [
                [slot(), {"badge": "KEEP", "tone": "keep"}, {"bar": 0.5, "text": "50%"}, None],
                [spans(), {"badge": "STOP", "tone": "stop"}, slot(), slot()],
            ],
            "total": [slot(), None, "100%", slot()],
            "note": slot(),
            "small": False,
            "turned": False,
        },
        {
            "kind": "figure",
            "title": slot(),
            "subtitle": slot(),
            "svg": SVG,
            "alt": word,
            "width_mm": 80,
            "note": slot(),
        },
        {"kind": "figure", "title": None, "subtitle": None, "png": png(), "alt": word, "note": None},
        {
            "kind": "cards",
            "cards": [
                {
                    "title": slot(),
                    "badge": "WATCH",
                    "tone": tone,
                    "lead": slot(),
                    "facts": [[slot(), slot()]],
                    "lines": [slot(), spans()],
                }
                for tone in ("start", "watch", "alert")
            ],
        },
        {"kind": "fields", "items": [slot(), slot()], "count": 3},
        {"kind": "signatures", "parties": [{"role": slot(), "name": slot()}], "lines": [slot(), slot()]},
        {
            "kind": "table",
            "title": slot(),
            "columns": [{"label": "A"}, {"label": "B"}],
            "rows": [[slot(), slot()]],
            "small": True,
            "turned": True,
        },
    ]


def strings(blocks: Any) -> Iterator[str]:
    """Every string of a slot, wherever it stands in the blocks."""
    if isinstance(blocks, str):
        if re.match(r"S\d\d ", blocks):
            yield blocks
    elif isinstance(blocks, dict):
        for value in blocks.values():
            yield from strings(value)
    elif isinstance(blocks, list):
        for value in blocks:
            yield from strings(value)


def operands(colour: str) -> str:
    """The colour as a PDF writes it, to three decimals."""
    shares = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return r"\d* ".join(re.escape(f"{int(share * 1000) / 1000:.3f}") for share in shares)
