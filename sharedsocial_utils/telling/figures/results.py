"""Figure of results: small multiples on one calendar, each kind of result on one scale."""

from collections.abc import Sequence
from typing import NamedTuple

from sharedsocial_utils.telling.figures.dress import (
    FAINT,
    GREY,
    INK,
    SHADE,
    WIDTH,
    Sheet,
    drawn,
)

HEAD = 7.0
FOOT = 6.0
STRIP, STRIPS_ROOM, LEAST_STRIP = 9.5, 60.0, 6.4  # mm: of a row, of all rows, of a row where they are many
GAP = 7.0


class Strip(NamedTuple):
    """One channel: weekly figures for each column (NaN: no data) and in words the highest of each."""

    name: str
    weekly: tuple[Sequence[float], ...]
    highest: tuple[str, ...]


@drawn
def small_multiples(
    strips: Sequence[Strip],
    heads: Sequence[str],
    quarter_weeks: tuple[int, int],
    ticks: Sequence[tuple[int, str]],
) -> Sheet:
    """A row a channel, a column a kind of result; the quarter under review is shaded.

    `quarter_weeks` are the first week of the quarter and the first after it; `ticks` weeks with their names.
    """
    strip = max(min(STRIP, STRIPS_ROOM / len(strips)), LEAST_STRIP)
    sheet = Sheet(HEAD + strip * len(strips) + FOOT)
    names = [sheet.fitted(strip.name, 36) for strip in strips]
    start = max(sheet.width_of(name) for name in names) + 4
    room = (WIDTH - start - GAP * (len(heads) - 1)) / len(heads)
    weeks = max(len(series) for strip in strips for series in strip.weekly)
    for column, head in enumerate(heads):
        x = start + column * (room + GAP)
        label = max(sheet.width_of(strip.highest[column]) for strip in strips)
        width = room - label - 2.5
        most = max((v for s in strips for v in s.weekly[column] if v == v), default=0) or 1
        sheet.text(x, 3, sheet.fitted(head, room, bold=True), bold=True)
        _shade(sheet, x, width / weeks, quarter_weeks, strip * len(strips))
        _months(sheet, x, width / weeks, ticks, HEAD + strip * len(strips))
        for row, one in enumerate(strips):
            base = HEAD + strip * (row + 1) - 1.2
            _curve(sheet, x, base, width, one.weekly[column], weeks, (strip - 2.4) / most)
            sheet.text(x + width + 2, base - strip / 2 + 2, one.highest[column], colour=GREY)
    for row, name in enumerate(names):
        sheet.text(0.5, HEAD + strip * (row + 0.5) + 0.8, name)
    return sheet


def _shade(sheet: Sheet, x: float, step: float, weeks: tuple[int, int], height: float) -> None:
    sheet.bar(x + weeks[0] * step, HEAD + height / 2, (weeks[1] - weeks[0]) * step, SHADE, height)


def _months(sheet: Sheet, x: float, step: float, ticks: Sequence[tuple[int, str]], y: float) -> None:
    """A tick for each month, and a name for each, or for every second, third, ... as room allows."""
    room = max(sheet.width_of(name) for _, name in ticks) + 2
    every = next(n for n in range(1, len(ticks) + 1) if n * step * 52 / 12 >= room or n == len(ticks))
    for place, (week, name) in enumerate(ticks):
        middle = x + week * step
        sheet.line([middle, middle], [y, y + 1], GREY, 0.5)
        if place % every == 0:
            sheet.text(middle, y + 3.2, name, align="center", colour=GREY)


def _curve(
    sheet: Sheet, x: float, base: float, width: float, values: Sequence[float], weeks: int, scale: float
) -> None:
    """One line over its zero line; a week without data is a gap, a lone week a dot."""
    sheet.line([x, x + width], [base, base], FAINT, 0.5)
    xs = [x + (week + 0.5) * width / weeks for week in range(len(values))]
    sheet.line(xs, [base - value * scale for value in values], sheet.palette.company, 1.1)
    for week, value in enumerate(values):
        before = values[week - 1] if week else float("nan")
        after = values[week + 1] if week + 1 < len(values) else float("nan")
        if value == value and before != before and after != after:
            sheet.line([xs[week]], [base - value * scale], INK, marker="o", size=1.6)
