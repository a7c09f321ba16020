"""Tables out of HTML and Markdown: DataFrames with indexes of several levels, Stylers, tables of any page.

A table wider than the page is set small, then turned, then split by columns, each part with the columns of
the index again. One longer than the page is broken between rows, and Typst repeats its header.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from .blocks import array, boolean, call, number
from .colours import WHITE, Colour, parsed, readable
from .gate import Typst, literal
from .measures import Page, Room, Width, column_widths, text_mm, word_mm
from .pandoc import Node
from .pieces import plain

SMALL_SCALE = 7.8 / 9
PADDING_MM = 4.0
TIGHT = 0.8  # of the page for the longest words: then the lines can be broken well
COMFORTABLE_MM = 45.0  # of a column in a split table
INDEX_AT_MOST = 0.45  # of the page
PICTURE_MM = 40.0
FEW_ROWS = 24  # of a table that stays on one page, if there is room
MANY_ROWS = 200  # Typst would lay out each twice to find the widths
DIGITS_MORE = 1.12  # digits of one width are wider than the mean letter
ALIGN = {"AlignLeft": "left", "AlignRight": "right", "AlignCenter": "center"}
FIGURE = re.compile(r"[+\-−–]?[$€£]?[+\-−]?[\d.,'_ \u00a0]*\d[\d.,]*(?:[eE][+\-−]?\d+)?[%jKMB]?|[+-]?inf|")
NO_FIGURE = {"NaN", "nan", "None", "NaT", "<NA>", "...", "…", "-", "–"}

Writer = Callable[[list[Node], float], Typst]


class Cell(NamedTuple):
    """A cell at its place; `down` and `across` are its spans."""

    column: int
    down: int
    across: int
    align: str | None
    look: str
    body: list[Node]


class Grid(NamedTuple):
    """A table: the first rows are its head, the first columns its index."""

    columns: int
    head_rows: int
    index_columns: int
    rows: list[list[Cell]]


class Layout(NamedTuple):
    """How a table, or a part of it, stands on the page."""

    page_mm: float
    small: bool
    turned: bool
    columns: list[int]


def table(content: Any, page: Page, styles: Mapping[str, str], write: Writer) -> Iterator[Typst]:
    """The calls for a table of pandoc's tree; `styles` is the CSS of cells by their ids."""
    grid = _grid(content, styles)
    if not grid.columns or not grid.rows:
        return
    aligns = _aligns(content[2], grid)
    rooms = _rooms(grid)
    parts = _layouts(grid, rooms, page)
    for part in parts:
        if len(parts) > 1:
            yield call("part-note", literal(_part_name(part, grid)))
        yield _part(grid, part, aligns, rooms, write)


def _part_name(part: Layout, grid: Grid) -> str:
    shown = [column - grid.index_columns + 1 for column in part.columns if column >= grid.index_columns]
    total = grid.columns - grid.index_columns
    if len(shown) == 1:
        return f"[column {shown[0]} of {total}]"
    return f"[columns {shown[0]} to {shown[-1]} of {total}]"


def _part(grid: Grid, part: Layout, aligns: list[str], rooms: list[Room], write: Writer) -> Typst:
    scale = SMALL_SCALE if part.small else 1.0
    mine = [rooms[column] for column in part.columns]
    widths = column_widths(["auto"] * len(mine), mine, part.page_mm, scale)
    if len(grid.rows) > MANY_ROWS:
        widths = [
            Width(f"{(width.room_mm + PADDING_MM) * DIGITS_MORE * scale:.2f}mm", width.room_mm)
            for width in widths
        ]
    narrow = [width.room_mm for width in widths]
    rows = [list(_cells(row, part, narrow, write)) for row in grid.rows]
    return call(
        "html-table",
        columns=array(Typst(width.typst) for width in widths),
        align=array(Typst(aligns[column]) for column in part.columns),
        head=array(cell for row in rows[: grid.head_rows] for cell in row),
        head_rows=number(grid.head_rows),
        index=number(sum(column < grid.index_columns for column in part.columns)),
        rows=array(cell for row in rows[grid.head_rows :] for cell in row),
        small=boolean(part.small),
        turned=boolean(part.turned),
        whole=boolean(len(grid.rows) <= FEW_ROWS and not part.turned),
    )


# The grid


def _grid(content: Any, styles: Mapping[str, str]) -> Grid:
    """Each cell at its column: a row has no cell where one of a row above reaches down."""
    _, _, specs, head, bodies, foot = content
    top = [*head[1], *(row for body in bodies[:1] for row in body[2])]
    rest = [row for place, body in enumerate(bodies) for row in (*(body[2] if place else ()), *body[3])]
    columns = len(specs)
    taken: dict[int, int] = {}
    rows = [list(_row(row[1], columns, taken, styles)) for row in (*top, *rest, *foot[1])]
    index = max((body[1] for body in bodies), default=0)
    return Grid(columns, len(top), min(int(index), columns - 1), rows)


def _row(cells: list[Any], columns: int, taken: dict[int, int], styles: Mapping[str, str]) -> Iterator[Cell]:
    column, beyond = 0, {place: left - 1 for place, left in taken.items() if left > 1}
    for (name, _, pairs), align, down, across, body in cells:
        while taken.get(column, 0) > 0:
            column += 1
        across = min(across, columns - column)
        if across < 1:
            break
        if down > 1:
            beyond |= dict.fromkeys(range(column, column + across), down - 1)
        look = f"{styles.get(name, '')};{dict(pairs).get('style', '')}"
        yield Cell(column, down, across, ALIGN.get(align["t"]), look, body)
        column += across
    taken.clear()
    taken |= beyond


def _aligns(specs: list[Any], grid: Grid) -> list[str]:
    """As the table says; if it does not, figures stand at the right, as in a DataFrame."""
    texts: list[list[str]] = [[] for _ in specs]
    for cell in (cell for row in grid.rows[grid.head_rows :] for cell in row if cell.across == 1):
        texts[cell.column].append(plain(cell.body).strip())
    found = []
    for column, spec in enumerate(specs):
        figures = column >= grid.index_columns and any(texts[column]) and all(map(_is_figure, texts[column]))
        found.append(ALIGN.get(spec[0]["t"]) or ("right" if figures else "left"))
    return found


def _is_figure(text: str) -> bool:
    return text in NO_FIGURE or FIGURE.fullmatch(text) is not None


# Room


def _picture_mm(body: Any) -> float:
    """The room for a picture in a cell."""
    if isinstance(body, list):
        return max(map(_picture_mm, body), default=0.0)
    if not isinstance(body, Mapping):
        return 0.0
    return PICTURE_MM if body["t"] == "Image" else _picture_mm(body.get("c"))


def _rooms(grid: Grid) -> list[Room]:
    """What the cells of each column ask for; a cell over several columns asks for nothing."""
    lines, words = [1.0] * grid.columns, [1.0] * grid.columns
    for cell in (cell for row in grid.rows for cell in row if cell.across == 1):
        text, picture_mm = plain(cell.body), _picture_mm(cell.body)
        lines[cell.column] = max(lines[cell.column], text_mm(text), picture_mm)
        words[cell.column] = max(words[cell.column], word_mm(text), picture_mm)
    return [Room(line + PADDING_MM, word + PADDING_MM) for line, word in zip(lines, words, strict=True)]


def _layouts(grid: Grid, rooms: list[Room], page: Page) -> list[Layout]:
    """The first of: as it is, small, turned, split, that holds the longest words of all columns."""
    line, word = sum(room.line_mm for room in rooms), sum(room.word_mm for room in rooms)
    every = list(range(grid.columns))
    if line <= page.width_mm or (word <= TIGHT * page.width_mm and grid.columns <= 6):
        return [Layout(page.width_mm, False, False, every)]
    if line * SMALL_SCALE <= page.width_mm or word * SMALL_SCALE <= TIGHT * page.width_mm:
        return [Layout(page.width_mm, True, False, every)]
    if word * SMALL_SCALE <= page.turned_mm or grid.columns - grid.index_columns < 2:
        return [Layout(page.turned_mm, True, True, every)]
    return _split(grid, rooms, page.width_mm)


def _split(grid: Grid, rooms: list[Room], width_mm: float) -> list[Layout]:
    page_mm = width_mm / SMALL_SCALE
    needs = [max(room.word_mm, min(room.line_mm, COMFORTABLE_MM)) for room in rooms]
    index = list(range(grid.index_columns))
    if sum(needs[column] for column in index) > INDEX_AT_MOST * page_mm:
        index = []
    most = grid.columns
    parts = _filled(index, needs, page_mm, most)
    while len(fewer := _filled(index, needs, page_mm, most - 1)) == len(parts):
        parts, most = fewer, most - 1
    return [Layout(width_mm, True, False, part) for part in parts]


def _filled(index: list[int], needs: list[float], page_mm: float, most: int) -> list[list[int]]:
    """Columns in turn, as many in each part as there is room for, and `most` at the most."""
    parts: list[list[int]] = [index.copy()]
    for column in range(len(index), len(needs)):
        room_mm = page_mm - sum(needs[place] for place in parts[-1])
        if len(parts[-1]) > len(index) and (needs[column] > room_mm or len(parts[-1]) >= most):
            parts.append(index.copy())
        parts[-1].append(column)
    return parts


# Cells


def _cells(row: Iterable[Cell], part: Layout, narrow: list[float], write: Writer) -> Iterator[Typst]:
    """The cells of a row that have a column in this part."""
    for cell in row:
        across = sum(cell.column <= column < cell.column + cell.across for column in part.columns)
        if across:
            first = next(place for place, column in enumerate(part.columns) if column >= cell.column)
            yield _cell(cell, across, narrow[first], write)


def _cell(cell: Cell, across: int, room_mm: float, write: Writer) -> Typst:
    content = write(cell.body, room_mm)
    if across == 1 and word_mm(plain(cell.body)) > room_mm:
        content = call("fit", content)
    fill, ink, bold = _look(cell.look)
    if bold:
        content = call("strong", content)
    if ink:
        content = call("inked", literal(ink), content)
    named = {"rowspan": number(cell.down)} if cell.down > 1 else {}
    named |= {"colspan": number(across)} if across > 1 else {}
    named |= {"align": Typst(cell.align)} if cell.align else {}
    named |= {"fill": call("rgb", literal(fill))} if fill else {}
    return call("table.cell", content, **named) if named else content


def _look(css: str) -> tuple[str | None, str | None, bool]:
    """Background and text colour of a Styler's cell; the text is made to be read on it."""
    if css == ";":
        return None, None, False
    said = dict(re.findall(r"(?:^|;)\s*(background-color|color|font-weight)\s*:\s*([^;]+)", css))
    fill, ink = parsed(said.get("background-color", "")), parsed(said.get("color", ""))
    ground = fill or WHITE
    text = readable(ink or Colour(28, 36, 48), ground, 4.5)
    shown = text.hex if ink or (fill and text != Colour(28, 36, 48)) else None
    return fill.hex if fill else None, shown, said.get("font-weight", "").strip() in ("bold", "700")
