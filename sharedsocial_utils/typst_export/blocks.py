r"""The typed blocks of an output, and how each becomes a call of a function of style.typ.

An output that carries the MIME type `application/vnd.typst-export.blocks+json` holds

    {"version": 1, "blocks": [block, ...]}

with

    TEXT = "string" | [span, ...]
    span = "string" | {"text": str, "style": "strong" | "emphasis" | "mute"} | {"text": str, "url": str}
    TONE = "start" | "grow" | "keep" | "reduce" | "stop" | "watch" | "mute" | "alert"
    CELL = TEXT | {"badge": str, "tone": TONE} | {"bar": 0..1, "text": str} | null   (null prints an en dash)

    {"kind": "page", "title": TEXT, "kicker": str | null}        level-1 heading, on a new page
    {"kind": "heading", "level": 2 | 3, "text": TEXT}
    {"kind": "paragraph", "text": TEXT}
    {"kind": "lead", "text": TEXT}                               larger introduction
    {"kind": "note", "text": TEXT}                               small and grey: source, caveat
    {"kind": "list", "items": [TEXT], "ordered": bool}
    {"kind": "facts", "items": [[TEXT, TEXT], ...]}              labels and values in a compact grid
    {"kind": "numbers", "items": [{"value": str, "label": str, "note": str | null}, ...]}
    {"kind": "table", "title": TEXT | null, "subtitle": str | null,
        "columns": [{"label": str, "align": "left" | "right" | "center", "width": "auto" | "2fr" | "30mm"}],
        "rows": [[CELL, ...], ...], "total": [CELL, ...] | null, "note": TEXT | null,
        "small": bool, "turned": bool}
    {"kind": "figure", "title": TEXT | null, "subtitle": str | null, "svg": str or "png": base64, "alt": str,
        "width_mm": number | null, "note": TEXT | null}
    {"kind": "cards", "cards": [{"title": str, "badge": str, "tone": TONE, "lead": TEXT,
        "facts": [[TEXT, TEXT], ...], "lines": [TEXT]}]}
    {"kind": "fields", "items": [str], "count": int}             labels over that many empty ruled lines,
                                                                 on the page of what follows
    {"kind": "signatures", "parties": [{"role": str, "name": str}], "lines": [str]}   a ruled line per label
    {"kind": "warning", "text": TEXT}

What may be null may be left out; so may `ordered`, `small`, `turned`, `align`, `width` and all of a card but
its title. Titles of tables and figures are level-2 headings, so that they are bookmarks too. A link whose
address is not http, https or mailto is printed as plain text. Everything else that does not fit is refused.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from .gate import NONE, Gate, Typst, isolated, literal, shown, text_of
from .measures import (
    LINE_MM,
    PADDING_MM,
    ROW_MM,
    Page,
    Room,
    Width,
    column_widths,
    has_wide_word,
    lines_of,
    text_mm,
    word_mm,
)
from .pictures import PictureError

MIME_TYPE = "application/vnd.typst-export.blocks+json"

TONES = ("start", "grow", "keep", "reduce", "stop", "watch", "mute", "alert")
STYLES = {"strong": "strong", "emphasis": "emph", "mute": "mute"}
WIDTH = re.compile(r"auto|\d{1,3}(\.\d{1,2})?(fr|mm)")

# Not broken over pages if lower than this; a page has 250.
WHOLE_ROW_MM, WHOLE_TABLE_MM, WHOLE_PAGE_MM = 60.0, 140.0, 225.0
CROWDED_TABLE_MM = 60.0  # where a comment took the room that the page had for its table
FEW_ROWS = 18  # a table of no more stays whole even if it takes nearly a page
SMALL_TYPE = 7.8 / 9.0
ORNAMENT_MM = {"badge": 6.0, "bar": 22.0}
FACT_MM, CARD_MM, CARD_HALF_MM = 32.0, 64.0, 32.0  # the room for a word, at the size of its type
TITLE_AT_MOST, LABEL_AT_MOST, BADGE_AT_MOST = 600, 200, 30
ENDLESS_WORD = re.compile(r"\S{40}")

Json = object


class BlockError(ValueError):
    """What is wrong with a block; the caller adds the cell."""


class HeadingError(ValueError):
    """A heading at a level where none may stand."""


class Surroundings(Protocol):
    """What blocks need from the document that they stand in."""

    gate: Gate
    page: Page
    is_crowded: bool

    def heading(self, level: int) -> int:
        """Take note of a heading, and return the level that it has in this document. Raises HeadingError."""

    def picture(self, kind: str, data: str, alt: str, width_mm: float | None = None) -> tuple[Typst, float]:
        """Put an SVG or PNG into the bundle; the code that shows it, and its height. Raises PictureError."""


def blocks(data: Json, document: Surroundings) -> Iterable[Typst]:
    """Turn the data of an output into calls, one per block. Raises BlockError."""
    if not isinstance(data, Mapping) or data.get("version") != 1 or not isinstance(data.get("blocks"), list):
        raise BlockError('the typed output is not {"version": 1, "blocks": [...]}')
    for number, block in enumerate(data["blocks"], 1):
        kind = block.get("kind") if isinstance(block, Mapping) else None
        if not isinstance(kind, str) or kind not in KINDS:
            raise BlockError(f"block {number} has the unknown kind {kind!r}; known kinds: {', '.join(KINDS)}")
        part = Part(block, f"block {number} ({kind})", document)
        part.read.add("kind")
        yield KINDS[kind](part)
        part.refuse_unread()


class Part:
    """One JSON object of a block, read key by key; every key must have been read at the end."""

    def __init__(self, data: Mapping[str, Json], where: str, document: Surroundings) -> None:
        self.data, self.where, self.document = data, where, document
        self.read: set[str] = set()

    def refuse_unread(self) -> None:
        unknown = sorted(map(str, self.data.keys() - self.read))
        if unknown:
            raise self.error(f"unknown key {unknown[0]!r}; known keys: {', '.join(sorted(self.read))}")

    def error(self, what: str) -> BlockError:
        return BlockError(f"{self.where}: {what}")

    def heading(self, level: int) -> int:
        """Take note of a heading; see `Surroundings`."""
        try:
            return self.document.heading(level)
        except HeadingError as error:
            raise self.error(str(error)) from None

    def get(self, key: str) -> Json:
        self.read.add(key)
        return self.data.get(key)

    def text(self, key: str, room_mm: float = math.inf) -> Typst:
        """A TEXT that must say something."""
        value = self.get(key)
        if not plain(value).strip():
            raise self.error(f"{key!r} is missing or empty")
        return self.content(value, key, room_mm)

    def optional_text(self, key: str, room_mm: float = math.inf) -> Typst:
        """A TEXT, or none where it is null or empty."""
        return NONE if self.get(key) in (None, "", []) else self.text(key, room_mm)

    def short_text(self, key: str) -> Typst:
        """A text that stands on one line, or none."""
        if len(plain(self.get(key))) > BADGE_AT_MOST:
            raise self.error(f"{key!r} is longer than {BADGE_AT_MOST} characters")
        return self.optional_text(key)

    def string(self, key: str) -> str:
        value = self.get(key)
        if not isinstance(value, str):
            raise self.error(f"{key!r} must be a text, not {value!r:.60}")
        return value

    def flag(self, key: str) -> bool:
        value = self.get(key)
        if value not in (None, True, False):
            raise self.error(f"{key!r} must be true or false, not {value!r:.60}")
        return bool(value)

    def choice(self, key: str, allowed: Sequence[str], default: str | None = None) -> str:
        value = self.get(key)
        if value is None and default is not None:
            return default
        if value not in allowed:
            raise self.error(f"{key!r} must be one of {', '.join(allowed)}, not {value!r:.60}")
        return str(value)

    def items(self, key: str, optional: bool = False) -> list[Json]:
        value = self.get(key)
        if value is None and optional:
            return []
        if not isinstance(value, list) or not (value or optional):
            raise self.error(f"{key!r} must be a list of at least one item")
        return value

    def parts(self, key: str) -> list["Part"]:
        """The objects of a list."""
        return [self.part(value, f"{key}[{place}]") for place, value in enumerate(self.items(key))]

    def part(self, value: Json, place: str) -> "Part":
        if not isinstance(value, Mapping):
            raise self.error(f"{place} must be an object, not {value!r:.60}")
        return Part(value, f"{self.where}, {place}", self.document)

    def pairs(self, key: str, room_mm: float, optional: bool = False) -> Typst:
        """A list of [label, value]."""
        pairs = []
        for place, pair in enumerate(self.items(key, optional)):
            if not isinstance(pair, list) or len(pair) != 2:
                raise self.error(f"{key}[{place}] must be [label, value], not {pair!r:.60}")
            pairs.append(array(self.content(value, f"{key}[{place}]", room_mm) for value in pair))
        return array(pairs)

    def contents(self, key: str, room_mm: float = math.inf, optional: bool = False) -> list[Typst]:
        """The TEXTs of a list."""
        return [
            self.content(item, f"{key}[{place}]", room_mm)
            for place, item in enumerate(self.items(key, optional))
        ]

    def content(self, text: Json, place: str, room_mm: float = math.inf) -> Typst:
        """A TEXT as Typst content; in a narrow room, a word wider than it breaks anywhere."""
        spans = text if isinstance(text, list) else [text]
        content = text_of(self.span(span, place) for span in spans)
        return call("fit", content) if has_wide_word(seen(text), room_mm) else content

    def span(self, span: Json, place: str) -> Typst:
        if isinstance(span, str):
            return lines(self.document.gate, span)
        if not isinstance(span, Mapping):
            raise self.error(f"{place} holds {span!r:.60}, which is no text")
        part = self.part(span, place)
        content = lines(self.document.gate, part.string("text"))
        if "url" in part.data:
            address = self.document.gate.link(part.string("url"))
            content = call("link", address, content) if address else content
        else:
            content = call(STYLES[part.choice("style", tuple(STYLES))], content)
        part.refuse_unread()
        return content


def page(block: Part) -> Typst:
    if len(plain(block.get("title"))) > TITLE_AT_MOST:
        raise block.error(f"'title' is longer than {TITLE_AT_MOST} characters")
    block.heading(1)
    return call("page-title", block.text("title"), kicker=block.optional_text("kicker"))


def heading(block: Part) -> Typst:
    level = block.get("level")
    if level != 2 and level != 3:
        raise block.error(f"'level' must be 2 or 3, not {level!r:.60}")
    return call("heading", block.text("text"), level=number(block.heading(3 if level == 3 else 2)))


def paragraph(block: Part) -> Typst:
    return call("paragraph", block.text("text"))


def lead(block: Part) -> Typst:
    return call("lead", block.text("text"))


def note(block: Part) -> Typst:
    return call("foot-note", block.text("text"))


def warning(block: Part) -> Typst:
    return call("warning", block.text("text"))


def bullets(block: Part) -> Typst:
    return call("steps" if block.flag("ordered") else "bullets", *block.contents("items"))


def facts(block: Part) -> Typst:
    pairs = block.pairs("items", FACT_MM)
    longest = max(lines_of(seen(pair), FACT_MM) for pair in block.items("items"))
    return call("facts", spread(pairs), whole_rows=boolean(LINE_MM * longest < WHOLE_ROW_MM))


def numbers(block: Part) -> Typst:
    parts = block.parts("items")
    room_mm = block.document.page.width_mm / min(len(parts), 5) - 8
    widest_mm = max(text_mm(seen(part.get("value"))) for part in parts)
    size_pt = min(22.0, max(10.0, 9 * room_mm / (1.1 * widest_mm + 1)))
    items = [
        dictionary(
            value=item.text("value", room_mm * 9 / size_pt),
            label=item.text("label", room_mm / 1.1),
            note=item.optional_text("note", room_mm),
        )
        for item in all_read(parts)
    ]
    return call("numbers", *items, size=Typst(f"{size_pt:.1f}pt"))


def table(block: Part) -> Typst:
    columns = [_column(part) for part in all_read(block.parts("columns"))]
    rows = [
        _row(block, row, f"rows[{place}]", len(columns))
        for place, row in enumerate(block.items("rows", True))
    ]
    total = None if block.get("total") is None else _row(block, block.get("total"), "total", len(columns))
    turned, small = block.flag("turned"), block.flag("small")
    labels: list[Json] = [column.label for column in columns]
    printed = [labels, *rows] if total is None else [labels, *rows, total]
    scale = SMALL_TYPE if small else 1.0
    widths = column_widths(
        [column.width for column in columns],
        [_room([row[place] for row in printed], scale) for place in range(len(columns))],
        block.document.page.turned_mm if turned else block.document.page.width_mm,
        scale,
    )
    heights = [_row_mm(row, widths) * scale for row in printed]
    most_mm = WHOLE_PAGE_MM if len(rows) <= FEW_ROWS else WHOLE_TABLE_MM
    most_mm = CROWDED_TABLE_MM if block.document.is_crowded else most_mm
    return call(
        "data-table",
        **caption(block),
        columns=array(Typst(width.typst) for width in widths),
        align=array(Typst(column.align) for column in columns),
        head=_cells(block, labels, "columns", widths),
        rows=array(_cells(block, row, f"rows[{place}]", widths) for place, row in enumerate(rows)),
        total=NONE if total is None else _cells(block, total, "total", widths),
        note=block.optional_text("note"),
        small=boolean(small),
        turned=boolean(turned),
        whole=boolean(sum(heights) + _frame_mm(block) < most_mm),
        whole_rows=boolean(max(heights) < WHOLE_ROW_MM),
    )


def figure(block: Part) -> Typst:
    svg, png, width_mm = block.get("svg"), block.get("png"), block.get("width_mm")
    if isinstance(svg, str) == isinstance(png, str):
        raise block.error("it must hold either 'svg' or 'png', as text")
    most_mm = block.document.page.width_mm
    if width_mm is not None and not (isinstance(width_mm, int | float) and 5 <= width_mm <= most_mm):
        raise block.error(f"'width_mm' must be a number from 5 to {most_mm:.0f}, not {width_mm!r:.60}")
    alt = block.string("alt")
    if not alt.strip():
        raise block.error("'alt' is empty: say in words what the picture shows")
    heads = caption(block)
    try:
        picture, height_mm = block.document.picture(
            "svg" if isinstance(svg, str) else "png", str(svg or png), alt, width_mm and float(width_mm)
        )
    except PictureError as error:
        raise block.error(str(error)) from None
    whole = boolean(height_mm + _frame_mm(block) < WHOLE_PAGE_MM)
    return call("chart", picture, **heads, note=block.optional_text("note"), whole=whole)


def caption(block: Part) -> dict[str, Typst]:
    """Title, its level, and subtitle of a table or figure."""
    title = block.optional_text("title")
    level = 2 if title == NONE else block.heading(2)
    return {"title": title, "level": number(level), "subtitle": block.optional_text("subtitle")}


def cards(block: Part) -> Typst:
    items = [
        array(
            (
                card.text("title", CARD_HALF_MM),
                literal(card.choice("tone", TONES, "mute")),
                card.short_text("badge"),
                card.optional_text("lead", CARD_MM),
                card.pairs("facts", CARD_HALF_MM, optional=True),
                array(card.contents("lines", CARD_MM, optional=True)),
            )
        )
        for card in all_read(block.parts("cards"))
    ]
    return call("cards", *items)


def fields(block: Part) -> Typst:
    count = block.get("count")
    if not isinstance(count, int) or not 1 <= count <= 40:
        raise block.error(f"'count' must be a whole number from 1 to 40, not {count!r:.60}")
    labels = block.contents("items", FACT_MM, optional=True)
    return call("fields", array(labels), Typst(str(count)))


def signatures(block: Part) -> Typst:
    parties = [
        array((party.text("role", CARD_MM), party.text("name", CARD_HALF_MM)))
        for party in all_read(block.parts("parties"))
    ]
    return call("signatures", array(parties), array(block.contents("lines", CARD_MM)))


KINDS: dict[str, Callable[[Part], Typst]] = {
    "page": page,
    "heading": heading,
    "paragraph": paragraph,
    "lead": lead,
    "note": note,
    "list": bullets,
    "facts": facts,
    "numbers": numbers,
    "table": table,
    "figure": figure,
    "cards": cards,
    "fields": fields,
    "signatures": signatures,
    "warning": warning,
}


def all_read(parts: Iterable[Part]) -> Iterator[Part]:
    """Hand out parts one by one; each must have been read whole when the next is asked for."""
    for part in parts:
        yield part
        part.refuse_unread()


def plain(text: Json) -> str:
    """The words of a TEXT or CELL, without styles."""
    if isinstance(text, str):
        return text
    if isinstance(text, Mapping):
        return str(text.get("text", text.get("badge", "")))
    return "".join(map(plain, text)) if isinstance(text, list) else ""


def seen(text: Json) -> str:
    """The words of a TEXT or CELL in their shown form."""
    return shown(plain(text))[0]


# Tables


class Column(NamedTuple):
    label: str
    align: str
    width: str


def _column(part: Part) -> Column:
    width = part.get("width")
    if width is not None and not (isinstance(width, str) and WIDTH.fullmatch(width)):
        raise part.error(f"'width' must be auto, or a number with fr or mm such as 2fr, not {width!r:.60}")
    label = part.string("label")
    if len(label) > LABEL_AT_MOST:
        raise part.error(f"'label' is longer than {LABEL_AT_MOST} characters")
    return Column(label, part.choice("align", ("left", "right", "center"), "left"), str(width or "auto"))


def _row(block: Part, row: Json, place: str, columns: int) -> list[Json]:
    if not isinstance(row, list):
        raise block.error(f"{place} must be a list of cells, not {row!r:.60}")
    if len(row) != columns:
        raise block.error(f"{place} has {len(row)} cells, the table has {columns} columns")
    return row


def _cells(block: Part, row: list[Json], place: str, widths: list[Width]) -> Typst:
    return array(
        _cell(block, cell, f"{place}[{column}]", widths[column].room_mm) for column, cell in enumerate(row)
    )


def _cell(block: Part, cell: Json, place: str, room_mm: float) -> Typst:
    if cell is None:
        return literal("–")
    if isinstance(cell, Mapping) and not cell.keys().isdisjoint(ORNAMENT_MM):
        return _badge_or_bar(block.part(cell, place))
    return block.content(cell, place, room_mm)


def _badge_or_bar(cell: Part) -> Typst:
    if "badge" in cell.data:
        content = call("badge", literal(cell.choice("tone", TONES)), cell.short_text("badge"))
    else:
        share = cell.get("bar")
        if not isinstance(share, int | float) or not 0 <= share <= 1:
            raise cell.error(f"'bar' must be a number from 0 to 1, not {share!r:.60}")
        content = call("bar", Typst(f"{share:.4f}"), cell.short_text("text"))
    cell.refuse_unread()
    return content


def _room(cells: list[Json], scale: float) -> Room:
    """What the cells of a column ask for, the header first. The padding does not shrink with the type."""
    texts = [(seen(cell), _ornament_mm(cell) + PADDING_MM / scale) for cell in cells]
    lines_mm = [text_mm(text) + beside_mm for text, beside_mm in texts]
    words_mm = [word_mm(text) + beside_mm for text, beside_mm in texts]
    return Room(max(lines_mm), max(words_mm), max(lines_mm[1:], default=0.0))


def _ornament_mm(cell: Json) -> float:
    return sum(ORNAMENT_MM.get(key, 0.0) for key in cell) if isinstance(cell, Mapping) else 0.0


def _row_mm(row: list[Json], widths: list[Width]) -> float:
    """The height of a row."""
    rows = [lines_of(seen(cell), width.room_mm) for cell, width in zip(row, widths, strict=True)]
    return ROW_MM + LINE_MM * max(rows)


def _frame_mm(block: Part) -> float:
    """The height of what stands above and below a table or picture."""
    return sum(
        LINE_MM + LINE_MM * lines_of(seen(block.get(key)), 100.0) for key in ("title", "subtitle", "note")
    )


# Typst code


def lines(gate: Gate, text: str) -> Typst:
    """A text with its line breaks, as content. A word that no line can hold breaks anywhere."""
    visible = gate.shown(text)
    content = text_of(
        Typst("linebreak()") if line is None else literal(isolated(line))
        for line in _broken(visible.split("\n"))
    )
    return call("long", content) if ENDLESS_WORD.search(visible) else content


def _broken(rows: list[str]) -> Iterator[str | None]:
    """The rows of a text, with None for each line break between them."""
    for place, row in enumerate(rows):
        if place:
            yield None
        yield row


def call(function: str, *arguments: Typst, **named: Typst) -> Typst:
    """call("badge", "keep") => badge("keep"); call("chart", level=2) => chart(level: 2)"""
    return Typst(f"{function}({', '.join([*arguments, *_named(named)])})")


def dictionary(**values: Typst) -> Typst:
    return Typst(f"({', '.join(_named(values))})")


def array(items: Iterable[Typst]) -> Typst:
    return Typst(f"({''.join(f'{item}, ' for item in items)})")


def spread(items: Typst) -> Typst:
    return Typst(f"..{items}")


def number(value: float) -> Typst:
    return Typst(str(value))


def boolean(value: bool) -> Typst:
    return Typst("true" if value else "false")


def _named(values: Mapping[str, Typst]) -> list[str]:
    return [f"{name.replace('_', '-')}: {value}" for name, value in values.items()]
