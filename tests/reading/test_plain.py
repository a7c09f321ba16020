"""The quick way through a large table gives what reading it line by line gives, or is not taken."""

import random

import pytest

from sharedsocial_utils.reading import cells, plain
from sharedsocial_utils.reading.cells import Record

PIECES = [
    "a",
    "b c",
    "",
    " x",
    "y ",
    '"',
    '""',
    '"q"',
    '"d,e"',
    '"l\nm"',
    "é",
    "\xa0n",
    "1.5",
    "\t",
    "\u3000w",
]


def rows_of(text: str, header_line: int, delimiter: str, width: int) -> list[tuple[int, list[str | None]]]:
    """Line and stripped cells of every record, blank ones as no cells."""
    found = []
    for record in cells.records(cells.physical_lines(text), header_line + 1, delimiter, width):
        assert isinstance(record, Record)
        assert record.span == 1
        stripped = [cell.strip() or None for cell in record.cells]
        found.append((record.line, stripped if any(stripped) else []))
    return found


def quick_rows_of(
    text: str, header_line: int, delimiter: str, width: int
) -> list[tuple[int, list[str | None]]] | None:
    data = text.encode()
    lines = plain.line_count(data)
    body = None if lines is None else plain.body(text, data, lines, header_line, delimiter, width)
    if body is None:
        return None
    rows = zip(*(column.to_pylist() for column in body.columns), strict=True)
    found = [*zip(body.lines.tolist(), map(list, rows), strict=True)]
    found += [(row.line, [cell.strip() or None for cell in row.cells]) for row in body.odd]
    return [(line, row if any(row) else []) for line, row in sorted(found)]


def random_text(chance: random.Random, delimiter: str, width: int) -> str:
    regular = [piece for piece in PIECES if '"' not in piece or chance.random() < 0.02]
    rows = [
        delimiter.join(chance.choice(regular) for _ in range(width + (chance.random() < 0.05)))
        for _ in range(chance.randrange(12))
    ]
    ends = chance.choice(["\n", "\n", "\r\n", "\r"] if chance.random() < 0.3 else ["\n"])
    return delimiter.join("h" * width) + ends + ends.join(rows) + chance.choice(["", ends])


def test_the_rows_are_those_of_reading_line_by_line() -> None:
    chance = random.Random(3)
    taken = 0
    for _ in range(1_500):
        delimiter, width = chance.choice(",;\t"), chance.randrange(2, 5)
        text = random_text(chance, delimiter, width)
        quick = quick_rows_of(text, 1, delimiter, width)
        if quick is not None:
            taken += 1
            assert quick == rows_of(text, 1, delimiter, width), text
    assert taken > 700


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('a,b\n1,"x\ny"\n', "a quoted line end"),
        ('a,b\n1,"x\n2,y\n', "a quote that is not closed"),
        ('a,b\n1,x"y\n', "a quote within a cell"),
        ('a,b\n1,"x"y\n', "letters behind a quote"),
        ("a,b\r1,2\r", "lines that end in CR alone"),
        ("a,b\n1,\0\n", "a NUL"),
        ("a\n1\n", "one column"),
        ("a,b\n" + "1,2,3\n" * (plain.MAX_ODD + 1), "too many rows of another width"),
        ("a,b\n1," + "x" * cells.MAX_LINE + "\n", "a line that is too long"),
        ("a,b\n1," + "x" * (cells.MAX_LINE // 4) + ",2\n", "a line that is too long, of another width"),
    ],
)
def test_whatever_is_not_plain_is_left_to_reading_line_by_line(text: str, why: str) -> None:
    width = text.partition("\n")[0].count(",") + 1
    assert quick_rows_of(text, 1, ",", width) is None, why
