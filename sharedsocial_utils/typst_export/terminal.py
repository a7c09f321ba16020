"""What a terminal would show of a stream: colours, carriage returns, progress bars, moves of the cursor.

A progress bar writes its line again and again; only what stands there at the end is shown, as on the screen.
Colours stay, dark enough for paper.
"""

import re
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import NamedTuple

from .colours import Colour, of_terminal, readable, tint

TOKENS = re.compile(
    r"\x1b\[(?P<numbers>[0-9;:?]*)[ -/]*(?P<control>[@-~])"
    r"|(?P<ignored>\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][A-Za-z0-9])"
    r"|(?P<move>\r\n|[\r\n\b])|(?P<text>[^\x1b\r\n\b]+|\x1b)"
)
MOVES = re.compile(r"\r(?!\n)|\x08|\x1b\[[0-9;?]*[A-LP-Zf]")
INVERTED = "#d7dbe0"
COLUMNS_AT_MOST, LINES_AT_MOST = 100_000, 100_000


class Look(NamedTuple):
    """How text looks; colours as `#rrggbb`, None for the ordinary."""

    ink: str | None = None
    ground: str | None = None
    bold: bool = False
    italic: bool = False
    underlined: bool = False


Run = tuple[Look, str]
PLAIN = Look()


def screen(text: str) -> list[list[Run]]:
    """The lines that remain, each as runs of one look."""
    return _replayed(text) if MOVES.search(text) else _in_order(text)


def plain(text: str) -> str:
    """The characters that remain."""
    return "\n".join("".join(run for _, run in line) for line in screen(text))


def _in_order(text: str) -> list[list[Run]]:
    lines: list[list[Run]] = [[]]
    look = PLAIN
    for match in TOKENS.finditer(text):
        if match["move"]:
            lines.append([])
        elif match["control"] == "m":
            look = _changed(look, match["numbers"])
        elif match["text"]:
            lines[-1].append((look, match["text"]))
    return lines


def _replayed(text: str) -> list[list[Run]]:
    """Written character by character on a screen of as many lines as it takes."""
    cells: list[list[tuple[Look, str]]] = [[]]
    row = column = 0
    look = PLAIN
    for match in TOKENS.finditer(text):
        if match["text"]:
            _write(cells, row, column, look, match["text"])
            column += len(match["text"])
        elif match["move"]:
            row, column = _moved(match["move"], row, column)
        elif match["control"] == "m":
            look = _changed(look, match["numbers"])
        elif match["control"]:
            row, column = _steered(cells, match["control"], match["numbers"], row, column)
        while len(cells) <= row:
            cells.append([])
    return [list(_runs(line)) for line in cells]


def _write(cells: list[list[Run]], row: int, column: int, look: Look, text: str) -> None:
    line = cells[row]
    line += [(PLAIN, " ")] * (column - len(line))
    line[column : column + len(text)] = [(look, character) for character in text]


def _moved(move: str, row: int, column: int) -> tuple[int, int]:
    if move == "\b":
        return row, max(column - 1, 0)
    return (row, 0) if move == "\r" else (row + 1, 0)


def _steered(cells: list[list[Run]], control: str, numbers: str, row: int, column: int) -> tuple[int, int]:
    """A control sequence: the cursor goes up, down, right, left, to a column; a line is erased."""
    count = int(re.sub(r"\D.*", "", numbers) or 0)
    step = min(max(count, 1), COLUMNS_AT_MOST)
    if control == "K":
        _erase(cells[row], column, count)
    elif control == "J" and count == 2:
        cells[:] = [[]]
        return 0, 0
    elif control in "AF":
        row = max(row - step, 0)
    elif control in "BE":
        row = min(row + step, len(cells) + 100, LINES_AT_MOST)
    elif control in "CD":
        column = min(max(column + (step if control == "C" else -step), 0), COLUMNS_AT_MOST)
    if control in "EFG":
        column = step - 1 if control == "G" else 0
    return row, column


def _erase(line: list[Run], column: int, part: int) -> None:
    """To the end (0), from the beginning (1), or all (2)."""
    if part == 1:
        line[:column] = [(PLAIN, " ")] * min(column, len(line))
    else:
        del line[0 if part == 2 else column :]


def _runs(line: list[Run]) -> Iterator[Run]:
    for look, characters in groupby(line, key=lambda cell: cell[0]):
        yield look, "".join(character for _, character in characters)


def _changed(look: Look, numbers: str) -> Look:
    """The look after `ESC [ 1 ; 31 m` and the like."""
    codes = [int(code or 0) for code in re.split("[;:]", numbers.strip("?")) if len(code) <= 6]
    while codes:
        code = codes.pop(0)
        if code in (38, 48):
            colour = _long_colour(codes)
            look = _coloured(look, colour, is_ground=code == 48) if colour else look
        else:
            look = _after(look, code)
    return look


def _after(look: Look, code: int) -> Look:
    if code in SWITCHES:
        return SWITCHES[code](look)
    if 30 <= code <= 37 or 90 <= code <= 97:
        return _coloured(look, of_terminal(code % 10), is_ground=False)
    if 40 <= code <= 47 or 100 <= code <= 107:
        return _coloured(look, of_terminal(code % 10), is_ground=True)
    return PLAIN if code == 0 else look


SWITCHES: dict[int, Callable[[Look], Look]] = {
    1: lambda look: look._replace(bold=True),
    3: lambda look: look._replace(italic=True),
    4: lambda look: look._replace(underlined=True),
    7: lambda look: look._replace(ground=INVERTED),
    22: lambda look: look._replace(bold=False),
    23: lambda look: look._replace(italic=False),
    24: lambda look: look._replace(underlined=False),
    27: lambda look: look._replace(ground=None),
    39: lambda look: look._replace(ink=None),
    49: lambda look: look._replace(ground=None),
}


def _coloured(look: Look, colour: Colour, is_ground: bool) -> Look:
    if is_ground:
        return look._replace(ground=tint(colour).hex)
    return look._replace(ink=readable(colour).hex)


def _long_colour(codes: list[int]) -> Colour | None:
    """`5;n` of the palette or `2;r;g;b`, taken off the codes."""
    kind = codes.pop(0) if codes else 0
    if kind == 5 and codes:
        return of_terminal(min(codes.pop(0), 255))
    if kind == 2 and len(codes) >= 3:
        parts = [min(codes.pop(0), 255) for _ in range(3)]
        return Colour(*parts)
    return None
