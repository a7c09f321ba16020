"""Pandoc's tree as Typst code: every text an escaped literal, every structure a call of style.typ.

Only formulas come as code that pandoc wrote. What has no counterpart is named in its place.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol

from . import highlighting
from .blocks import array, boolean, call, lines, number
from .gate import Gate, Typst, literal, text_of
from .measures import Page
from .pandoc import Node
from .pieces import MONO, NOTE, formula_of, plain
from .tables import table

SHARE = re.compile(r"(\d{1,3}(?:\.\d+)?)%")
PIXELS = re.compile(r"(\d{1,5}(?:\.\d+)?)(?:px)?")
MM_PER_PIXEL = 25.4 / 144
NUMBERINGS = {"LowerAlpha": "a", "UpperAlpha": "A", "LowerRoman": "i", "UpperRoman": "I"}


class Surroundings(Protocol):
    """What a tree needs from the document that it stands in."""

    gate: Gate
    page: Page

    @property
    def styles(self) -> Mapping[str, str]:
        """The CSS of a Styler's cells, by their ids."""

    def heading(self, level: int) -> int:
        """Take note of a heading, and return the level that it has in this document."""

    def anchor(self, names: Iterable[str]) -> Typst | None:
        """The labels of a place that links of the notebook lead to; None if none does, or all have one."""

    def jump(self, address: str) -> Typst | None:
        """The label that a link such as `#title` leads to."""

    def formula(self, source: str, alone: bool) -> Typst:
        """A formula in LaTeX."""

    def image(self, address: str, alt: str, width_mm: float | None) -> Typst:
        """An image that the notebook carries, or a note that it is not shown."""


def render(tree: Iterable[Node], document: Surroundings) -> Iterator[Typst]:
    """Turn blocks into calls, one for each."""
    for block in tree:
        yield from _block(block, document)


def _block(block: Node, document: Surroundings) -> Iterator[Typst]:
    kind, content = block["t"], block.get("c")
    if kind in SEVERAL:
        yield from SEVERAL[kind](content, document)
    elif kind in CALLS:
        made = CALLS[kind](content, document)
        yield call("from-right", made) if kind in DIRECTED and _is_right_to_left(content) else made
    elif kind != "Null":
        yield call("unshown", literal(f"[{kind} is not shown]"))


def _inside(tree: Iterable[Node], document: Surroundings) -> Typst:
    """Blocks as one piece of content."""
    return text_of(render(tree, document))


DIRECTED = {"Header", "BulletList", "OrderedList", "DefinitionList", "BlockQuote"}


def _is_right_to_left(content: Any) -> bool:
    """By its first letter, as a browser tells it where the author says nothing."""
    directions = map(unicodedata.bidirectional, plain(content))
    return next((way for way in directions if way in ("L", "R", "AL")), "L") != "L"


def _paragraph(content: Any, document: Surroundings) -> Iterator[Typst]:
    if content:
        made = call("flowing", inlines(content, document))
        yield call("from-right", made) if _is_right_to_left(content) else made


def _division(content: Any, document: Surroundings) -> Iterator[Typst]:
    (name, _, pairs), inside = content
    yield from _mark(name, document)
    if dict(pairs).get("dir", "").lower() == "rtl":
        yield call("from-right", _inside(inside, document))
    else:
        yield from render(inside, document)


def _mark(name: str, document: Surroundings) -> Iterator[Typst]:
    labels = document.anchor([name]) if name else None
    if labels:
        yield call("mark", labels)


def _figure(content: Any, document: Surroundings) -> Iterator[Typst]:
    _, (_, caption), inside = content
    yield from render(inside, document)
    if caption:
        yield call("foot-note", _inside(caption, document))


def _table(content: Any, document: Surroundings) -> Iterator[Typst]:
    page = document.page

    def write(body: list[Node], room_mm: float) -> Typst:
        document.page = page._replace(width_mm=room_mm)  # for pictures in the cell
        return _cell(body, document)

    yield from table(content, page, document.styles, write)
    document.page = page
    if content[1][1]:
        yield call("foot-note", _inside(content[1][1], document))


def _cell(body: list[Node], document: Surroundings) -> Typst:
    if len(body) == 1 and body[0]["t"] in ("Plain", "Para"):
        return inlines(body[0]["c"], document)
    return _inside((_without_heading(block) for block in body), document)


def _without_heading(block: Node) -> Node:
    """A heading inside a table is no part of the outline."""
    if block["t"] != "Header":
        return block
    return {"t": "Para", "c": [{"t": "Strong", "c": block["c"][2]}]}


def _header(content: Any, document: Surroundings) -> Typst:
    level, (name, _, _), body = content
    if not plain(body).strip():
        return call("rule") if not body else call("flowing", inlines(body, document))
    level = document.heading(int(level))
    labels = document.anchor([name, plain(body), *_names(body)]) or array(())
    shown = inlines([_unnamed(node) for node in body], document)
    if level == 1:
        return call("page-title", shown, new_page=boolean(False), labels=labels)
    return call("titled", number(level), shown, labels=labels)


def _names(nodes: Iterable[Node]) -> list[str]:
    return [node["c"][0][0] for node in nodes if node["t"] in ("Span", "Link") and node["c"][0][0]]


def _unnamed(node: Node) -> Node:
    """A heading stands in the contents too: its anchors belong to the heading itself, and notes stay out."""
    if node["t"] in ("Span", "Link"):
        return {"t": "Span", "c": [["", [], []], [_unnamed(inner) for inner in node["c"][1]]]}
    return {"t": "Str", "c": ""} if node["t"] == "Note" else node


def _code_block(content: Any, document: Surroundings) -> Typst:
    (_, classes, _), text = content
    return highlighting.code(text, next(iter(classes), ""), document.gate)


def _raw_block(content: Any, document: Surroundings) -> Typst:
    return call("printed", document.gate.code(content[1]))


def _bullets(content: Any, document: Surroundings) -> Typst:
    return call("bullets", *(_inside(item, document) for item in content))


def _steps(content: Any, document: Surroundings) -> Typst:
    (start, style, _), items = content
    named = {"start": number(max(int(start), 0))}
    if style["t"] in NUMBERINGS:
        named["pattern"] = literal(f"{NUMBERINGS[style['t']]}.")
    return call("steps", *(_inside(item, document) for item in items), **named)


def _definitions(content: Any, document: Surroundings) -> Typst:
    terms = []
    for term, bodies in content:
        meaning = text_of([_inside(body, document) for body in bodies])
        terms.append(array((inlines(term, document), meaning)))
    return call("definitions", *terms)


def _quotation(content: Any, document: Surroundings) -> Typst:
    return call("quoted", _inside(content, document))


def _line_block(content: Any, document: Surroundings) -> Typst:
    rows = [inlines(row, document) for row in content]
    return call("flowing", text_of(piece for row in rows for piece in (row, Typst("linebreak()"))))


SEVERAL: dict[str, Callable[[Any, Surroundings], Iterator[Typst]]] = {
    "Para": _paragraph,
    "Plain": _paragraph,
    "Div": _division,
    "Figure": _figure,
    "Table": _table,
}
CALLS: dict[str, Callable[[Any, Surroundings], Typst]] = {
    "Header": _header,
    "CodeBlock": _code_block,
    "RawBlock": _raw_block,
    "BulletList": _bullets,
    "OrderedList": _steps,
    "DefinitionList": _definitions,
    "BlockQuote": _quotation,
    "LineBlock": _line_block,
    "HorizontalRule": lambda _, __: call("rule"),
}


# Within a line


def inlines(nodes: Iterable[Node], document: Surroundings) -> Typst:
    """Inlines as content; neighbouring words become one literal."""
    return text_of(_runs(nodes, document))


def _runs(nodes: Iterable[Node], document: Surroundings) -> Iterator[Typst]:
    words = ""
    for node in nodes:
        if node["t"] in WORDS:
            words += WORDS[node["t"]] or node["c"]
            continue
        if words:
            yield lines(document.gate, words)
            words = ""
        yield _inline(node, document)
    if words:
        yield lines(document.gate, words)


WORDS = {"Str": "", "Space": " ", "SoftBreak": " "}


def _inline(node: Node, document: Surroundings) -> Typst:
    kind, content = node["t"], node.get("c")
    if kind in INLINE:
        return INLINE[kind](content, document)
    if kind in STYLED:
        return call(STYLED[kind], inlines(content or (), document))
    return call("mute", literal(f"[{kind} is not shown]"))


STYLED = {
    "Emph": "emph",
    "Strong": "strong",
    "Strikeout": "strike",
    "Superscript": "super",
    "Subscript": "sub",
    "SmallCaps": "smallcaps",
    "Underline": "underline",
}


def _span(content: Any, document: Surroundings) -> Typst:
    (name, classes, _), body = content
    shown = text_of([*_mark(name, document), inlines(body, document)])
    function = {NOTE: "mute", MONO: "mono-words"}.get(next(iter(classes), ""))
    return call(function, shown) if function else shown


def _quoted(content: Any, document: Surroundings) -> Typst:
    marks = ("‘", "’") if content[0]["t"] == "SingleQuote" else ("“", "”")
    return text_of([literal(marks[0]), inlines(content[1], document), literal(marks[1])])


def _link(content: Any, document: Surroundings) -> Typst:
    (name, _, _), body, (url, _) = content
    shown = text_of([*_mark(name, document), inlines(body, document) if body else document.gate.literal(url)])
    if not (plain(body).strip() if body else url.strip()):
        return shown
    if url.startswith("#"):
        label = document.jump(url)
        return call("jump", label, shown) if label else shown
    address = document.gate.link(url) if ":" in url.split("/")[0] else None
    return call("link", address, shown) if address else shown


def _image(content: Any, document: Surroundings) -> Typst:
    (_, _, pairs), body, (address, title) = content
    return document.image(
        address, plain(body).strip() or title, _asked_mm(dict(pairs), document.page.width_mm)
    )


def _asked_mm(attributes: Mapping[str, str], page_mm: float) -> float | None:
    """The width that a picture asks for: `50%` of the text, or pixels of the screen."""
    width = attributes.get("width", "").strip()
    share, pixels = SHARE.fullmatch(width), PIXELS.fullmatch(width)
    if share:
        return min(float(share[1]), 100) / 100 * page_mm or None
    return float(pixels[1]) * MM_PER_PIXEL or None if pixels else None


INLINE: dict[str, Callable[[Any, Surroundings], Typst]] = {
    "Span": _span,
    "Cite": lambda content, document: inlines(content[1], document),
    "Quoted": _quoted,
    "LineBreak": lambda _, __: call("linebreak"),
    "Code": lambda content, document: call("raw", document.gate.literal(content[1])),
    "RawInline": lambda content, document: call("raw", document.gate.literal(content[1])),
    "Math": lambda content, document: document.formula(*formula_of(content)),
    "Link": _link,
    "Image": _image,
    "Note": lambda content, document: call("footnote", _cell(content, document)),
    "TypstExportBlock": lambda content, document: text_of(_block(content, document)),
}
