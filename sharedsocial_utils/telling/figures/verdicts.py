"""Figure of the evidence behind the verdicts: an interval each, against the line where effort pays."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from sharedsocial_utils.telling.figures.dress import FAINT, GREY, INK, ROW, WIDTH, Sheet, drawn

HEAD = 12.0
MARKERS = {"START": "^", "GROW": "^", "KEEP": "o", "REDUCE": "v", "STOP": "X", "WATCH": "D"}


class Interval(NamedTuple):
    """One activity: its verdict, the interval and the middle of what a unit of cost brings back."""

    name: str
    flag: str
    label: str
    low: float
    middle: float
    high: float


@drawn
def evidence(rows: Sequence[Interval], threshold: str, number: dict[float, str]) -> Sheet:
    """Intervals on a logarithmic scale; `threshold` names the line at 1, `number` the ticks."""
    sheet = Sheet(HEAD + ROW * len(rows) + 7)
    names = [sheet.fitted(row.name, 52) for row in rows]
    start = max(sheet.width_of(name) for name in names) + 4
    end = WIDTH - max(sheet.width_of(row.label, bold=True) for row in rows) - 5
    low, high = _span(rows, list(number))
    bottom = HEAD + ROW * len(rows)

    def place(value: float) -> float:
        share = (math.log(min(max(value, low), high)) - math.log(low)) / (math.log(high) - math.log(low))
        return start + share * (end - start)

    for tick, name in number.items():
        if low <= tick <= high:
            sheet.line([place(tick), place(tick)], [HEAD, bottom], FAINT, 0.5)
            sheet.text(place(tick), bottom + 3.5, name, align="center", colour=GREY)
    sheet.line([place(1), place(1)], [HEAD - 3, bottom], INK, 1.0, dashed=True)
    _over(sheet, place(1), threshold)
    for position, (name, row) in enumerate(zip(names, rows, strict=True)):
        y = HEAD + ROW * (position + 0.5)
        sheet.text(0.5, y, name)
        sheet.line([place(row.low), place(row.high)], [y, y], GREY, 1.8)
        sheet.line([place(row.middle)], [y], INK, marker=MARKERS[row.flag], size=4.6)
        sheet.text(end + 4, y, row.label, bold=True)
    return sheet


def _over(sheet: Sheet, x: float, words: str) -> None:
    """Words centred over x, moved inside the sheet where they would leave it."""
    half = sheet.width_of(words) / 2
    sheet.text(min(max(x, half + 0.5), WIDTH - half - 0.5), 4, words, align="center")


def _span(rows: Sequence[Interval], ticks: list[float]) -> tuple[float, float]:
    """The ticks that hold all the intervals, and 1 among them."""
    least, most = min(1.0, *(row.low for row in rows)), max(1.0, *(row.high for row in rows))
    low = max((tick for tick in ticks if tick <= least), default=ticks[0])
    high = min((tick for tick in ticks if tick >= most), default=ticks[-1])
    return low, high
