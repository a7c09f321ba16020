"""Figure of voices: who publishes and who answers on each channel."""

from collections.abc import Sequence
from typing import NamedTuple

from sharedsocial_utils.telling.figures.dress import GREY, PALE, ROW, WIDTH, Sheet, drawn

HEAD = 14.0


class Voice(NamedTuple):
    """One channel: what each side published and answered, and in words what nobody answered."""

    name: str
    posts: tuple[int, ...]  # company, agency, nobody named
    replies: tuple[int, ...]
    unanswered: str


@drawn
def voice_shares(rows: Sequence[Voice], heads: tuple[str, str, str], looks: tuple[str, str, str]) -> Sheet:
    """Bars of 100% a channel: posts at the left, answers in the middle, comments without an answer in words.

    `heads` stand over the three columns; `looks` name company, agency and "nobody named".
    """
    sheet = Sheet(HEAD + ROW * len(rows) + 1)
    names = [sheet.fitted(row.name, 40) for row in rows]
    start = max(sheet.width_of(name) for name in names) + 4
    last = max(sheet.width_of(text) for text in (heads[2], *(row.unanswered for row in rows)))
    half = (WIDTH - start - last - 12) / 2
    second = start + half + 6
    for x, head in ((start, heads[0]), (second, heads[1])):
        sheet.text(x, 8.8, sheet.fitted(head, half, bold=True), bold=True)
    sheet.text(WIDTH, 8.8, heads[2], bold=True, align="right")
    sheet.key(start, 3, list(zip(("company", "agency", PALE), looks, strict=True)), WIDTH - start)
    for place, (name, row) in enumerate(zip(names, rows, strict=True)):
        y = HEAD + ROW * (place + 0.5)
        sheet.text(0.5, y, name)
        _whole(sheet, start, y, half, row.posts)
        _whole(sheet, second, y, half, row.replies)
        sheet.text(WIDTH, y, row.unanswered, align="right")
    return sheet


def _whole(sheet: Sheet, x: float, y: float, room: float, counts: tuple[int, ...]) -> None:
    """A bar of 100% with the number of things at its right; no bar where there is none."""
    total = sum(counts)
    if not total:
        sheet.text(x, y, "–", colour=GREY)
        return
    width = room - 9
    for look, count in zip(("company", "agency", PALE), counts, strict=True):
        if count:
            sheet.bar(x, y, width * count / total, look)
            x += width * count / total
    sheet.text(x + 2, y, str(total), colour=GREY)
