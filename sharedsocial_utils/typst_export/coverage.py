"""Which characters the bundled fonts can show, family by family.

The table is `fonts/coverage.json`, since reading it is faster than opening all fonts. After changing a
font file call `write_table`; a test compares the table with the files.
"""

import json
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

FONTS = Path(__file__).with_name("fonts")
TABLE = FONTS / "coverage.json"

# In the order in which style.typ names them: the first family that has a character shows it.
FAMILIES = (
    "IBM Plex Sans",
    "Noto Sans",
    "Noto Sans Arabic",
    "Noto Sans Hebrew",
    "Noto Sans Thai",
    "Noto Sans Devanagari",
    "Noto Sans Symbols",
    "Noto Sans Symbols2",
    "Noto Sans Math",
    "Noto Emoji",
    "IBM Plex Mono",
    "Noto Sans CJK SC",
)
FILES = {
    "IBM Plex Sans": ("Regular", "Italic", "Medium", "SemiBold", "Bold", "BoldItalic"),
    "Noto Sans": ("Regular", "Bold"),
    "IBM Plex Mono": ("Regular", "Bold"),
}

# Default ignorables that are not of category Cf: fillers, Khmer inherent vowels, variation selectors.
INVISIBLE_MARKS = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0" + "".join(
    map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])
)


@cache
def families() -> dict[str, frozenset[str]]:
    """The visible characters of each family, in the order of `FAMILIES`."""
    table = json.loads(TABLE.read_text(encoding="ascii"))
    return {family: frozenset(_characters(table[family])) for family in FAMILIES}


def measure() -> dict[str, list[list[int]]]:
    """Read the ranges of visible characters out of the font files: what `coverage.json` holds."""
    return {family: _ranges(filter(_is_visible, _common_characters(family))) for family in FAMILIES}


def write_table() -> None:
    """Write `coverage.json` from the font files."""
    TABLE.write_text(json.dumps(measure(), separators=(",", ":")) + "\n", encoding="ascii")


def _common_characters(family: str) -> set[str]:
    from fontTools.ttLib import TTFont

    found = []
    for style in FILES.get(family, ("Regular",)):
        (file,) = FONTS.glob(f"{family.replace(' ', '')}-{style}.[ot]tf")
        with TTFont(file, lazy=True) as font:
            found.append(set(map(chr, font.getBestCmap())))
    return set.intersection(*found)


def _is_visible(character: str) -> bool:
    """Neither control, format, surrogate, private or unassigned, nor another character without a shape."""
    return unicodedata.category(character)[0] != "C" and character not in INVISIBLE_MARKS + "\u2028\u2029"


def _ranges(characters: Iterable[str]) -> list[list[int]]:
    ranges: list[list[int]] = []
    for code in sorted(map(ord, characters)):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return ranges


def _characters(ranges: Iterable[tuple[int, int]]) -> Iterator[str]:
    for first, last in ranges:
        yield from map(chr, range(first, last + 1))
