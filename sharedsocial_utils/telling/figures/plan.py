"""Figure of the plan: who does what, in hours per week."""

from collections.abc import Sequence
from typing import NamedTuple

from sharedsocial_utils.telling.figures.dress import FAINT, GREY, ROW, WIDTH, Sheet, drawn

HEAD = 13.0


class Doer(NamedTuple):
    """One column: a person and its side."""

    name: str
    side: str


@drawn
def plan_grid(
    activities: Sequence[str],
    doers: Sequence[Doer],
    hours: Sequence[Sequence[float]],
    words: Sequence[Sequence[str]],
) -> Sheet:
    """A row an activity, a column a person; the bar and the figure in a cell are hours per week.

    `hours` and `words` have a row an activity and a column a person; 0 leaves the cell empty.
    """
    sheet = Sheet(HEAD + ROW * len(activities) + 1)
    names = [sheet.fitted(name, 50) for name in activities]
    start = max(sheet.width_of(name) for name in names) + 4
    room = (WIDTH - start) / len(doers)
    most = max((value for row in hours for value in row), default=0) or 1
    figures = max((sheet.width_of(text) for row in words for text in row), default=0) + 2
    for column, doer in enumerate(doers):
        x = start + column * room
        sheet.bar(x, HEAD - 2, min(5, room - 2), doer.side, 1.6)
        for line, part in enumerate(_two_lines(doer.name)):
            sheet.text(x, 3 + 4 * line, sheet.fitted(part, room - 2, bold=True), bold=True)
    for row, name in enumerate(names):
        y = HEAD + ROW * (row + 0.5)
        sheet.line([0, WIDTH], [y + ROW / 2, y + ROW / 2], FAINT, 0.4)
        sheet.text(0.5, y, name)
        for column, doer in enumerate(doers):
            _cell(sheet, start + column * room, y, (room - figures - 3) / most, hours[row][column], doer.side,
                  words[row][column])  # fmt: skip
    return sheet


def _two_lines(name: str) -> list[str]:
    """A name's first word, and the rest under it."""
    return [words for words in name.partition(" ")[::2] if words]


def _cell(sheet: Sheet, x: float, y: float, scale: float, hours: float, side: str, words: str) -> None:
    if not hours:
        sheet.text(x, y, "·", colour=GREY)
        return
    sheet.bar(x, y, hours * scale, side)
    sheet.text(x + hours * scale + 1.5, y, words)
