"""Colours on paper: how well one reads on another, and foreign colours made dark or light enough to be read.

The contrast is that of WCAG 2.2, "contrast ratio" and "relative luminance"; 4.5 is its level AA for text.
"""

import re
from typing import NamedTuple

HEX = re.compile(r"#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")
RGB = re.compile(r"rgba?\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*(?:,\s*1(?:\.0*)?\s*)?\)")
LEAST_CONTRAST = 4.5
ON_TINT = 5.2  # against white, so that 4.5 remains on the grey of a code block

# A terminal's sixteen colours, dark enough for text on paper; the bright ones are the same.
TERMINAL = (
    "#1c2430", "#9c2424", "#1f6a38", "#7a5200", "#1d4f9c", "#7b2d82", "#0f6b6b", "#5d6671",
)  # fmt: skip
NAMED = {"red": "#ff0000", "green": "#008000", "blue": "#0000ff", "yellow": "#ffff00", "black": "#000000",
         "white": "#ffffff", "orange": "#ffa500", "purple": "#800080", "gray": "#808080", "grey": "#808080",
         "lightgreen": "#90ee90", "lightblue": "#add8e6", "pink": "#ffc0cb", "darkorange": "#ff8c00",
         "lightgray": "#d3d3d3", "lightgrey": "#d3d3d3", "cyan": "#00ffff", "magenta": "#ff00ff",
         "navy": "#000080", "teal": "#008080", "gold": "#ffd700", "brown": "#a52a2a"}  # fmt: skip


class Colour(NamedTuple):
    """Red, green and blue, 0 to 255."""

    red: int
    green: int
    blue: int

    @property
    def hex(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"

    @property
    def luminance(self) -> float:
        linear = [c / 3294.6 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in self]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    def towards(self, other: "Colour", share: float) -> "Colour":
        """This colour mixed with a share of another."""
        return Colour(*(round(a + (b - a) * share) for a, b in zip(self, other, strict=True)))


WHITE, BLACK = Colour(255, 255, 255), Colour(0, 0, 0)


def parsed(text: str) -> Colour | None:
    """`#0f6b6b`, `#abc`, `rgb(1, 2, 3)` or one of a few names; None if it is nothing of these."""
    text = NAMED.get(text.strip().lower(), text.strip())
    if HEX.fullmatch(text):
        digits = text[1:] if len(text) == 7 else "".join(2 * digit for digit in text[1:])
        return Colour(*bytes.fromhex(digits))
    match = RGB.fullmatch(text)
    return Colour(*(min(int(part), 255) for part in match.groups())) if match else None


def contrast(one: Colour, other: Colour) -> float:
    """From 1, the same, to 21, black on white."""
    lighter, darker = sorted((one.luminance, other.luminance), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: Colour, ground: Colour = WHITE, least: float = ON_TINT) -> Colour:
    """The colour, darkened or lightened step by step until text in it can be read on that ground."""
    end = BLACK if contrast(BLACK, ground) >= contrast(WHITE, ground) else WHITE
    steps = (colour.towards(end, step / 10) for step in range(11))
    return next((c for c in steps if contrast(c, ground) >= least), end)


def tint(colour: Colour) -> Colour:
    """A light form of the colour, behind dark text."""
    steps = (colour.towards(WHITE, step / 10) for step in range(11))
    return next(c for c in steps if c.luminance >= 0.75)


def of_terminal(number: int) -> Colour:
    """Number 0 to 255 of a terminal's palette: 16 named ones, a cube of 6 x 6 x 6, 24 greys."""
    if number < 16:
        return parsed(TERMINAL[number % 8]) or BLACK
    if number >= 232:
        return Colour(*[8 + 10 * (min(number, 255) - 232)] * 3)
    number -= 16
    levels = (0, 95, 135, 175, 215, 255)
    return Colour(levels[number // 36], levels[number // 6 % 6], levels[number % 6])
