"""Markdown cells: mistune reads them, and every text of the tree becomes an escaped literal.

A strict report holds headings, paragraphs, lists, emphasis and links only; `refused` names anything else. The
general way shows all that plain Markdown knows; HTML inside it is shown as the text that it is.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from html import unescape
from typing import Any, Protocol

import mistune

from .blocks import array, boolean, call, lines, number
from .gate import Gate, Typst, literal, text_of

Token = Mapping[str, Any]  # a node of mistune's tree, of which each type has keys of its own

STRICT_TOKENS = {
    "blank_line",
    "block_text",
    "emphasis",
    "heading",
    "linebreak",
    "link",
    "list",
    "list_item",
    "paragraph",
    "softbreak",
    "strong",
    "text",
}
NAMES = {
    "block_code": "a code block",
    "block_html": "HTML",
    "block_quote": "a quotation",
    "codespan": "inline code",
    "image": "an image",
    "inline_html": "HTML",
    "table": "a table",
    "thematic_break": "a horizontal rule",
}


class Surroundings(Protocol):
    """What Markdown needs from the document that it stands in."""

    gate: Gate
    strict: bool

    def heading(self, level: int) -> int:
        """Take note of a heading, and return the level that it has in this document."""


def parse(source: str) -> list[Token]:
    """The tree of a Markdown text."""
    tokens, _ = mistune.create_markdown(renderer=None, plugins=["table", "strikethrough"]).parse(source)
    return list(tokens) if isinstance(tokens, list) else []


def is_page_title(token: Token) -> bool:
    """Whether it begins a page."""
    return bool(token["type"] == "heading" and token["attrs"]["level"] == 1)


def refused(tokens: Iterable[Token], inside: bool = False) -> str | None:
    """The name of the first thing that a strict report does not hold, or None."""
    for token in tokens:
        if token["type"] not in STRICT_TOKENS:
            return NAMES.get(token["type"], token["type"])
        if inside and is_page_title(token):
            return "a page title in a list"
        below = refused(token.get("children", ()), inside=True)
        if below is not None:
            return below
    return None


def render(tokens: Iterable[Token], document: Surroundings) -> Iterator[Typst]:
    """Turn block tokens into calls of the functions of style.typ."""
    for token in tokens:
        if token["type"] != "blank_line":
            yield BLOCKS.get(token["type"], _unknown)(token, document)


def _children(token: Token, document: Surroundings) -> Typst:
    return text_of(
        INLINE.get(child["type"], _unknown)(child, document) for child in token.get("children", ())
    )


def _heading(token: Token, document: Surroundings) -> Typst:
    level = document.heading(int(token["attrs"]["level"]))
    if level == 1:
        return call("page-title", _children(token, document), new_page=boolean(document.strict))
    return call("heading", _children(token, document), level=number(level))


def _paragraph(token: Token, document: Surroundings) -> Typst:
    return call("paragraph", _children(token, document))


def _list(token: Token, document: Surroundings) -> Typst:
    items = [text_of(render(item["children"], document)) for item in token["children"]]
    if not token["attrs"].get("ordered"):
        return call("bullets", *items)
    return call("steps", *items, start=number(token["attrs"].get("start", 1)))


def _block_code(token: Token, document: Surroundings) -> Typst:
    return call("code", document.gate.code(token["raw"]))


def _block_html(token: Token, document: Surroundings) -> Typst:
    return call("printed", document.gate.code(token["raw"]))


def _quotation(token: Token, document: Surroundings) -> Typst:
    return call("quoted", text_of(render(token["children"], document)))


def _rule(_: Token, __: Surroundings) -> Typst:
    return call("rule")


def _table(token: Token, document: Surroundings) -> Typst:
    head, *bodies = token["children"]
    rows = [
        array(_children(cell, document) for cell in row["children"])
        for body in bodies
        for row in body["children"]
    ]
    columns = head["children"]
    return call(
        "data-table",
        columns=array(Typst("1fr") for _ in columns),
        align=array(Typst(column["attrs"].get("align") or "left") for column in columns),
        head=array(_children(column, document) for column in columns),
        rows=array(rows),
    )


def _text(token: Token, document: Surroundings) -> Typst:
    return lines(document.gate, unescape(token["raw"]))


def _softbreak(_: Token, __: Surroundings) -> Typst:
    return literal(" ")


def _linebreak(_: Token, __: Surroundings) -> Typst:
    return call("linebreak")


def _styled(function: str) -> Callable[[Token, Surroundings], Typst]:
    return lambda token, document: call(function, _children(token, document))


def _link(token: Token, document: Surroundings) -> Typst:
    address = document.gate.link(token["attrs"]["url"])
    shown = _children(token, document)
    return call("link", address, shown) if address else shown


def _image(token: Token, document: Surroundings) -> Typst:
    name = text_of([literal("[image "), _children(token, document), literal(" is not shown]")])
    return call("mute", name)


def _inline_code(token: Token, document: Surroundings) -> Typst:
    return call("raw", document.gate.literal(token["raw"]))


def _unknown(token: Token, document: Surroundings) -> Typst:
    return call("unshown", lines(document.gate, f"[Markdown of type {token['type']} is not shown]"))


BLOCKS: dict[str, Callable[[Token, Surroundings], Typst]] = {
    "heading": _heading,
    "paragraph": _paragraph,
    "block_text": _children,
    "list": _list,
    "block_code": _block_code,
    "block_html": _block_html,
    "block_quote": _quotation,
    "thematic_break": _rule,
    "table": _table,
}
INLINE: dict[str, Callable[[Token, Surroundings], Typst]] = {
    "text": _text,
    "softbreak": _softbreak,
    "linebreak": _linebreak,
    "strong": _styled("strong"),
    "emphasis": _styled("emph"),
    "strikethrough": _styled("strike"),
    "link": _link,
    "image": _image,
    "codespan": _inline_code,
    "inline_html": _inline_code,
}
