"""How much room texts take on the page, estimated: enough to share out columns and to keep things together.

Typst alone gives a long text in an `auto` column the whole width, and the `fr` columns none; and it could
tell the height of a table only by laying it out twice.
"""

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

CHARACTER_MM = 1.75  # mean advance of IBM Plex Sans at 9 pt, with a little air
WIDE = re.compile("[A-Zmw@%&]|[^\x00-\u024f]")
WIDE_MORE_MM = 1.1
PADDING_MM = 4.0
REST_MM = 26.0  # what a column that takes the rest of the width should have at least
LINE_MM, ROW_MM = 3.6, 3.5


class Page(NamedTuple):
    """The room for text on a page, on a turned page, and the height for a picture. The defaults are A4's."""

    width_mm: float = 170.0
    turned_mm: float = 257.0
    picture_mm: float = 190.0


class Width(NamedTuple):
    """A column's width as Typst reads it, and the room in it for text."""

    typst: str
    room_mm: float


class Room(NamedTuple):
    """What the texts of a column ask for, padding included: for the longest line, for the longest word.

    `body_mm` is for the longest line below the header, which may well take several; None where it is all one.
    """

    line_mm: float
    word_mm: float
    body_mm: float | None = None


def text_mm(text: str) -> float:
    """The length of the longest line at 9 pt."""
    return max(len(line) * CHARACTER_MM + len(WIDE.findall(line)) * WIDE_MORE_MM for line in text.split("\n"))


def lines_of(text: str, room_mm: float) -> int:
    """How many lines a text fills in that room."""
    return sum(max(1, math.ceil(text_mm(line) / room_mm)) for line in text.split("\n"))


def has_wide_word(text: str, room_mm: float) -> bool:
    """Whether a word may be wider than the room."""
    return text_mm(text) > room_mm and any(text_mm(word) > room_mm for word in text.split())


def word_mm(text: str) -> float:
    """The length of the longest word at 9 pt."""
    return max(map(text_mm, text.split()), default=0.0)


def column_widths(asked: Sequence[str], texts: Sequence[Room], page_mm: float, scale: float) -> list[Width]:
    """The widths asked for (auto, 2fr, 30mm) if there is room for all, else shares by what the columns hold.

    `scale` is the size of the type against 9 pt; all reckoning is done at 9 pt.
    """
    page_mm /= scale
    needed = [_needed_mm(width, room.line_mm, scale) for width, room in zip(asked, texts, strict=True)]
    if sum(needed) > page_mm:
        return [Width(f"{share * scale:.2f}mm", share - PADDING_MM) for share in _shares(texts, page_mm)]
    weights = [float(width.removesuffix("fr")) if width.endswith("fr") else 0.0 for width in asked]
    rest = page_mm - sum(need for need, weight in zip(needed, weights, strict=True) if not weight)
    rooms = [
        rest * weight / sum(weights) if weight else need for need, weight in zip(needed, weights, strict=True)
    ]
    return [Width(width, room - PADDING_MM) for width, room in zip(asked, rooms, strict=True)]


def _needed_mm(width: str, line_mm: float, scale: float) -> float:
    if width == "auto":
        return line_mm
    return REST_MM if width.endswith("fr") else float(width.removesuffix("mm")) / scale


def _shares(texts: Sequence[Room], available: float) -> list[float]:
    """Each column gets its longest word if all can, and an even share of the rest up to its longest line.

    First come the lines below the header, then those of the header.
    """
    least = [room.word_mm for room in texts]
    if sum(least) > available:
        return _evenly([room.line_mm for room in texts], available)
    bodies = [room.line_mm if room.body_mm is None else max(room.body_mm, room.word_mm) for room in texts]
    shares = _more(least, bodies, available)
    return _more(shares, [room.line_mm for room in texts], available)


def _more(shares: Sequence[float], wanted: Sequence[float], available: float) -> list[float]:
    """The shares, raised evenly towards what is wanted."""
    more = _evenly(
        [want - share for want, share in zip(wanted, shares, strict=True)], available - sum(shares)
    )
    return [share + rest for share, rest in zip(shares, more, strict=True)]


def _evenly(wanted: Sequence[float], available: float) -> list[float]:
    """Who wants little gets it, the others share what remains."""
    shares = dict.fromkeys(range(len(wanted)), 0.0)
    for done, place in enumerate(sorted(shares, key=wanted.__getitem__)):
        shares[place] = min(wanted[place], available / (len(wanted) - done))
        available -= shares[place]
    return list(shares.values())
