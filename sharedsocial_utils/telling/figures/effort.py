"""Figures of effort: hours by channel, what a contact costs, protected time."""

from collections.abc import Sequence
from typing import NamedTuple

from sharedsocial_utils.telling.figures.dress import (
    FAINT,
    GREY,
    INK,
    PALE,
    ROW,
    WIDTH,
    Sheet,
    drawn,
)

NAMES_ROOM = 52.0
HEAD = 9.0
INTERVAL_SHOWN = 1.5  # times the dearest contact


class Hours(NamedTuple):
    """One bar: its name, hours of company and agency, the total of the quarter before (None: unknown)."""

    name: str
    company: float
    agency: float
    before: float | None
    total: str  # the total as the table prints it


class Costs(NamedTuple):
    """One channel: what a contact cost (None: no contact) with its interval, and the hours of both sides."""

    name: str
    per_contact: float | None
    interval: tuple[float, float] | None
    words: str
    company: float
    agency: float
    hours: str


class Protected(NamedTuple):
    """One person's protected hours."""

    name: str
    side: str
    kept: float
    lost: float
    words: str


@drawn
def hours_by_channel(bars: Sequence[Hours], sides: tuple[str, str], before: str) -> Sheet:
    """Stacked bars of both sides' hours; a thin mark stands where the quarter before ended.

    `sides` are the names of company and agency, `before` names the mark.
    """
    sheet = Sheet(HEAD + ROW * len(bars) + 1)
    start = _names(sheet, [bar.name for bar in bars])
    end = WIDTH - max(sheet.width_of(bar.total) for bar in bars) - 3
    most = max(max(bar.company + bar.agency, bar.before or 0) for bar in bars) or 1
    scale = (end - start) / most
    _head(sheet, start, sides, before if any(bar.before is not None for bar in bars) else None)
    for row, bar in enumerate(bars):
        y = HEAD + ROW * (row + 0.5)
        reach = _stacked(sheet, start, y, bar.company, bar.agency, scale)
        mark = start + (bar.before or 0) * scale
        if bar.before is not None:
            sheet.line([mark, mark], [y - 2.6, y + 2.6], INK, 1.1)
        sheet.text(max(reach, mark) + 2, y, bar.total)
    _baseline(sheet, start, len(bars))
    return sheet


@drawn
def cost_and_hours(rows: Sequence[Costs], heads: tuple[str, str], sides: tuple[str, str]) -> Sheet:
    """Two bars a channel on one line: what a contact cost, and the hours of both sides behind it.

    `heads` stand over the two halves. An interval that would make the bars small is cut, with an arrow.
    """
    top = HEAD + 5
    sheet = Sheet(top + ROW * len(rows) + 1)
    start = _names(sheet, [row.name for row in rows], top)
    half = (WIDTH - start - 6) / 2
    second = start + half + 6
    sheet.text(start, 3, sheet.fitted(heads[0], half, bold=True), bold=True)
    sheet.text(second, 3, sheet.fitted(heads[1], half, bold=True), bold=True)
    left = max(start, min(second, WIDTH - sheet.key_width(sides)))  # long names reach under the first half
    sheet.key(left, 8.6, [("company", sides[0]), ("agency", sides[1])], WIDTH - left)
    cost_room = half - max(sheet.width_of(row.words) for row in rows) - 4
    hour_room = half - max(sheet.width_of(row.hours) for row in rows) - 3
    dearest = max((row.per_contact or 0 for row in rows), default=0) or 1
    highest = max(row.interval[1] if row.interval else 0 for row in rows)
    cost_scale = cost_room / min(max(highest, dearest), INTERVAL_SHOWN * dearest)
    hour_scale = hour_room / (max(row.company + row.agency for row in rows) or 1)
    for place, row in enumerate(rows):
        y = top + ROW * (place + 0.5)
        reach = start + (row.per_contact or 0) * cost_scale
        if row.per_contact is not None:
            sheet.bar(start, y, reach - start, PALE)
        if row.interval:
            reach = _interval(sheet, start, y, row.interval, cost_scale, start + cost_room)
        sheet.text(reach + 2, y, row.words, colour=INK if row.per_contact is not None else GREY)
        sheet.text(_stacked(sheet, second, y, row.company, row.agency, hour_scale) + 2, y, row.hours)
    for x in (start, second):
        sheet.line([x, x], [top, top + ROW * len(rows)], GREY, 0.7)
    return sheet


@drawn
def protected_time(people: Sequence[Protected], heads: tuple[str, str]) -> Sheet:
    """One bar a person: protected hours kept (filled) and lost (empty). `heads` name the two."""
    sheet = Sheet(HEAD + ROW * len(people) + 1)
    start = _names(sheet, [person.name for person in people])
    end = WIDTH - max(sheet.width_of(person.words) for person in people) - 3
    scale = (end - start) / (max(person.kept + person.lost for person in people) or 1)
    sheet.key(start, 4, [("company", heads[0]), ("lost", heads[1])], 70)
    for row, person in enumerate(people):
        y = HEAD + ROW * (row + 0.5)
        sheet.bar(start, y, person.kept * scale, person.side)
        sheet.bar(start + person.kept * scale, y, person.lost * scale, "lost")
        sheet.text(start + (person.kept + person.lost) * scale + 2, y, person.words)
    _baseline(sheet, start, len(people))
    return sheet


def _names(sheet: Sheet, names: list[str], top: float = HEAD) -> float:
    """Writes the rows' names at the left and returns where the bars start."""
    fitted = [sheet.fitted(name, NAMES_ROOM) for name in names]
    for row, name in enumerate(fitted):
        sheet.text(0.5, top + ROW * (row + 0.5), name)
    return max(sheet.width_of(name) for name in fitted) + 4


def _interval(sheet: Sheet, x: float, y: float, span: tuple[float, float], scale: float, end: float) -> float:
    """The line of an interval, with an arrow where it goes on beyond `end`; returns where it ends."""
    low, high = (x + value * scale for value in span)
    last = min(high, end)
    sheet.line([low, last], [y, y], INK, 0.9)
    sheet.line([low, low], [y - 1, y + 1], INK, 0.9)
    if high > end:
        sheet.line([last], [y], INK, marker=">", size=3.2)
        return last + 1
    sheet.line([last, last], [y - 1, y + 1], INK, 0.9)
    return last


def _stacked(sheet: Sheet, x: float, y: float, company: float, agency: float, scale: float) -> float:
    """The bars of both sides, one after the other; returns where they end."""
    middle, end = x + company * scale, x + (company + agency) * scale
    sheet.bar(x, y, middle - x, "company")
    if agency:
        sheet.bar(middle, y, end - middle, "agency")
    return end


def _head(sheet: Sheet, start: float, sides: tuple[str, str], before: str | None) -> None:
    room = WIDTH - start
    width = sheet.width_of(before) + 4 if before else 0
    sheet.key(start, 4, [("company", sides[0]), ("agency", sides[1])], room - width - 4)
    if before:
        sheet.line([WIDTH - width, WIDTH - width], [1.4, 6.6], INK, 1.1)
        sheet.text(WIDTH - width + 2, 4, before, colour=GREY)


def _baseline(sheet: Sheet, x: float, rows: int) -> None:
    sheet.line([x, x], [HEAD, HEAD + ROW * rows], GREY, 0.7)
    sheet.line([0, WIDTH], [HEAD - 1, HEAD - 1], FAINT, 0.4)
