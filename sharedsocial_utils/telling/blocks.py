"""The typed blocks that a page is made of, as the exporter to PDF reads them from a notebook's output.

A text is a string, or a list of strings and spans (`strong`, `mute`). A cell of a table is a text, a `badge`,
or None for a value that is not known.
"""

from collections.abc import Iterable, Sequence
from typing import Any

MIME = "application/vnd.typst-export.blocks+json"
DOCUMENT_MIME = "application/vnd.sharedsocial.document+json"

Block = dict[str, Any]
Span = dict[str, str]
Text = str | Sequence[str | Span]
Cell = Text | Span | None
TONES = {
    "START": "start",
    "GROW": "grow",
    "KEEP": "keep",
    "REDUCE": "reduce",
    "STOP": "stop",
    "WATCH": "watch",
}


def strong(text: str) -> Span:
    """Bold words within a text."""
    return {"text": text, "style": "strong"}


def mute(text: str) -> Span:
    """Grey words within a text."""
    return {"text": text, "style": "mute"}


def badge(text: str, tone: str) -> Span:
    """A coloured label in a cell; `tone` is a flag or a tone of the exporter."""
    return {"badge": text, "tone": TONES.get(tone, tone)}


def page(title: str, kicker: str) -> Block:
    """A page's heading, with its topic as a small line above."""
    return {"kind": "page", "title": title, "kicker": kicker}


def heading(text: str, level: int = 2) -> Block:
    """A heading inside a page."""
    return {"kind": "heading", "level": level, "text": text}


def paragraph(text: Text) -> Block:
    """A paragraph."""
    return {"kind": "paragraph", "text": text}


def lead(text: Text) -> Block:
    """The paragraph that says the finding, larger than the others."""
    return {"kind": "lead", "text": text}


def note(text: Text) -> Block:
    """Small grey text: a source or a caveat."""
    return {"kind": "note", "text": text}


def warning(text: Text) -> Block:
    """A boxed banner."""
    return {"kind": "warning", "text": text}


def listing(items: Iterable[Text]) -> Block:
    """A list with bullets."""
    return {"kind": "list", "items": list(items), "ordered": False}


def facts(items: Iterable[tuple[str, Text]]) -> Block:
    """Pairs of a label and what it says."""
    return {"kind": "facts", "items": [list(item) for item in items]}


def numbers(items: Iterable[tuple[str, str, str | None]]) -> Block:
    """A row of key figures: value, label and, where there is one, a note."""
    return {"kind": "numbers", "items": [{"value": v, "label": lb, "note": n} for v, lb, n in items]}


def column(label: str, width: str) -> Block:
    """A table's column; ">15mm" is one of figures: at the right, two words on two lines."""
    if not width.startswith(">"):
        return {"label": label, "align": "left", "width": width}
    narrow = label.count(" ") == 1 and float(width[1:].removesuffix("mm")) <= 20
    label = label.replace(" ", "\n") if narrow else label
    return {"label": label, "align": "right", "width": width[1:]}


def table(
    columns: list[Block],
    rows: Iterable[Sequence[Cell]],
    *,
    title: str | None = None,
    subtitle: str | None = None,
    total: Sequence[Cell] | None = None,
    note: Text | None = None,
    small: bool = False,
    turned: bool = False,
) -> Block:
    """A table; `turned` lays it along the long side of a page."""
    return {
        "kind": "table",
        "title": title,
        "subtitle": subtitle,
        "columns": columns,
        "rows": [list(row) for row in rows],
        "total": None if total is None else list(total),
        "note": note,
        "small": small,
        "turned": turned,
    }


def figure(svg: str, alt: str, *, title: str | None = None, subtitle: str, note: Text | None = None) -> Block:
    """A figure as SVG at its printed width; its title is its finding, where the page's title is not."""
    return {
        "kind": "figure",
        "title": title,
        "subtitle": subtitle,
        "svg": svg,
        "alt": alt,
        "width_mm": None,
        "note": note,
    }


def card(
    title: str, flag: str, label: str, lead: Text, facts: list[tuple[str, str]], lines: list[Text]
) -> Block:
    """One activity's verdict with its evidence."""
    return {
        "title": title,
        "badge": label,
        "tone": TONES[flag],
        "lead": lead,
        "facts": [list(fact) for fact in facts],
        "lines": lines,
    }


def cards(items: Iterable[Block]) -> Block:
    """Cards side by side."""
    return {"kind": "cards", "cards": list(items)}


def fields(labels: list[str], count: int) -> Block:
    """Empty ruled lines under these headings, for the meeting."""
    return {"kind": "fields", "items": labels, "count": count}


def signatures(parties: Iterable[tuple[str, str]], lines: list[str]) -> Block:
    """The parties' sign-off: role and name, with a ruled line for each of `lines`."""
    return {
        "kind": "signatures",
        "parties": [{"role": role, "name": name} for role, name in parties],
        "lines": lines,
    }
