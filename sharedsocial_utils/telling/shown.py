"""What `show` returns: a page as HTML or text for a notebook, as blocks for the exporter."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from sharedsocial_utils.telling.blocks import DOCUMENT_MIME, MIME, Block, Cell, Text

GREY = "color:#5b6670;font-size:90%"


@dataclass(frozen=True)
class Shown:
    """Blocks of one page. In a notebook: HTML with inline SVG; in a terminal: plain text."""

    blocks: tuple[Block, ...]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:  # noqa: ARG002
        return {
            MIME: {"version": 1, "blocks": list(self.blocks)},
            "text/html": self.html(),
            "text/plain": self.plain(),
        }

    def __repr__(self) -> str:
        return self.plain()

    def plain(self) -> str:
        """The page as lines of text."""
        return "\n".join(line for block in self.blocks for line in _lines(block))

    def html(self) -> str:
        """The page as HTML: every text escaped, figures inline."""
        return "\n".join(_html(block) for block in self.blocks)


@dataclass(frozen=True)
class DocumentShown:
    """The document's metadata, for whoever exports the notebook."""

    metadata: dict[str, Any]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:  # noqa: ARG002
        return {DOCUMENT_MIME: self.metadata, "text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"{self.metadata['title']} ({self.metadata['date']})"


def plain(cell: Cell) -> str:
    """A text or a cell without its styles; what is not known is a dash."""
    if cell is None:
        return "–"
    if isinstance(cell, str):
        return cell
    if isinstance(cell, dict):
        return cell.get("badge") or cell["text"]
    return "".join(span if isinstance(span, str) else span["text"] for span in cell)


def _lines(block: Block) -> list[str]:
    match block["kind"]:
        case "page":
            return [block["kicker"], block["title"], ""]
        case "heading":
            return ["", plain(block["text"])]
        case "list":
            return [f"- {plain(item)}" for item in block["items"]]
        case "facts":
            return [f"{label}: {plain(value)}" for label, value in block["items"]]
        case "numbers":
            return [f"{item['value']} {item['label']}" for item in block["items"]]
        case "table":
            return _table_lines(block)
        case "figure":
            return ["", f"[{block['alt']}]"]
        case "cards":
            return [line for card in block["cards"] for line in _card_lines(card)]
        case "fields":
            return [" | ".join(block["items"])]
        case "signatures":
            return [f"{party['role']}: {party['name']}" for party in block["parties"]]
        case _:
            return [plain(block["text"])]


def _table_lines(block: Block) -> list[str]:
    rows = [*block["rows"], *([block["total"]] if block["total"] else [])]
    cells = [
        [c["label"].replace("\n", " ") for c in block["columns"]],
        *([plain(cell) for cell in row] for row in rows),
    ]
    widths = [max(len(row[i]) for row in cells) for i in range(len(block["columns"]))]
    lines = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in cells]
    return ["", *([block["title"]] if block["title"] else []), *lines]


def _card_lines(card: Block) -> list[str]:
    head = ["", f"{card['title']}: {card['badge']}", plain(card["lead"])]
    return head + [f"{label}: {plain(v)}" for label, v in card["facts"]] + [plain(x) for x in card["lines"]]


def _html(block: Block) -> str:
    match block["kind"]:
        case "page":
            return f'<p style="{GREY}">{escape(block["kicker"])}</p><h2>{escape(block["title"])}</h2>'
        case "heading":
            return f"<h{block['level'] + 1}>{_text(block['text'])}</h{block['level'] + 1}>"
        case "list":
            return f"<ul>{''.join(f'<li>{_text(item)}</li>' for item in block['items'])}</ul>"
        case "facts":
            return _pairs(block["items"])
        case "numbers":
            items = (f"<b>{escape(i['value'])}</b> {escape(i['label'])}" for i in block["items"])
            return f"<p>{' &nbsp;·&nbsp; '.join(items)}</p>"
        case "table":
            return _table_html(block)
        case "figure":
            return (
                f"<p><b>{escape(block['title'] or '')}</b><br>"
                f'<span style="{GREY}">{escape(block["subtitle"])}</span></p>'
                f'<div role="img" aria-label="{escape(block["alt"])}">{block["svg"]}</div>' + _note(block)
            )
        case "cards":
            return "".join(_card_html(card) for card in block["cards"])
        case "fields":
            return f'<p style="{GREY}">{escape(" | ".join(block["items"]))}</p>'
        case "signatures":
            return _pairs([(p["role"], p["name"]) for p in block["parties"]])
        case "warning":
            return f'<p style="border:2px solid #a3341f;padding:.5em"><b>{_text(block["text"])}</b></p>'
        case "note":
            return f'<p style="{GREY}">{_text(block["text"])}</p>'
        case _:
            return f"<p>{_text(block['text'])}</p>"


def _text(text: Text) -> str:
    if isinstance(text, str):
        return escape(text)
    return "".join(
        escape(span)
        if isinstance(span, str)
        else (f"<b>{escape(span['text'])}</b>" if span.get("style") == "strong" else escape(span["text"]))
        for span in text
    )


def _cell(cell: Cell) -> str:
    return (
        f"<b>{escape(plain(cell))}</b>"
        if isinstance(cell, dict)
        else _text(cell or ("–" if cell is None else ""))
    )


def _pairs(items: Sequence[tuple[str, Text]]) -> str:
    rows = (f"<tr><th style='text-align:left'>{escape(a)}</th><td>{_text(b)}</td></tr>" for a, b in items)
    return f"<table>{''.join(rows)}</table>"


def _table_html(block: Block) -> str:
    aligns = [f' style="text-align:{column["align"]}"' for column in block["columns"]]
    head = "".join(f"<th{a}>{escape(c['label'])}</th>" for a, c in zip(aligns, block["columns"], strict=True))
    rows = [*block["rows"], *([block["total"]] if block["total"] else [])]
    body = "".join(
        f"<tr>{''.join(f'<td{a}>{_cell(cell)}</td>' for a, cell in zip(aligns, row, strict=True))}</tr>"
        for row in rows
    )
    title = f"<p><b>{escape(block['title'])}</b></p>" if block["title"] else ""
    return f"{title}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{_note(block)}"


def _note(block: Block) -> str:
    return f'<p style="{GREY}">{_text(block["note"])}</p>' if block["note"] else ""


def _card_html(card: Block) -> str:
    lines = "".join(f"<p>{_text(line)}</p>" for line in card["lines"])
    head = f"<h4>{escape(card['title'])} — {escape(card['badge'])}</h4><p>{_text(card['lead'])}</p>"
    return head + _pairs(card["facts"]) + lines
