"""Which characters of a text the report cannot print: it shows each as its code, and page nine counts them.

The exporter's table of what its letters hold is read here as a file, like the letters themselves. It prints a
letter with its marks, or a joined emoji, only if one family of letters holds it whole; else its parts one by
one, and of these a mark alone is shown as a code.
"""

import json
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

TABLE = files("sharedsocial_utils") / "typst_export" / "fonts" / "coverage.json"
EMOJI, ARABIC = "Noto Emoji", "Noto Sans Arabic"
JOINER = "\u200d"
JOINERS = "\u200c\u200d"
BREAKS = re.compile("\r\n|[\r\u2028\u2029]")


def unprintable(text: str) -> int:
    """How many characters of the text are shown as a code: control and format characters, what no family of
    letters holds, and marks on a letter that no family has with them."""
    text = unicodedata.normalize("NFC", BREAKS.sub("\n", text).replace("\t", " "))
    units = _units().findall(_selectors().sub("", text))
    return sum(_lost(units, place) for place in range(len(units)))


def _lost(units: list[str], place: int) -> int:
    unit = units[place]
    if unit == "\n" or _whole(unit) or _joins_arabic(units, place):
        return 0
    return len(unit) - _whole(unit[0])


def _whole(unit: str) -> bool:
    """Whether one family of letters holds all of it."""
    needed = set(unit) - ({JOINER} if len(unit) > 1 else set())
    return any(needed <= letters for letters in _families().values())


def _joins_arabic(units: list[str], place: int) -> bool:
    """Between two Arabic letters a joiner is orthography."""
    if units[place] not in JOINERS or not 0 < place < len(units) - 1:
        return False
    beside = (units[place - 1][-1], units[place + 1][-1])
    return all(letter in _families()[ARABIC] and letter > "\u0600" for letter in beside)


@cache
def _families() -> dict[str, frozenset[str]]:
    table = json.loads(TABLE.read_text("ascii"))
    return {
        name: frozenset(chr(code) for first, last in ranges for code in range(first, last + 1))
        for name, ranges in table.items()
    }


@cache
def _units() -> re.Pattern[str]:
    """A letter with its marks, or a sequence of emoji."""
    marks = _class(c for held in _families().values() for c in held if unicodedata.category(c)[0] == "M")
    emoji = f"[{_class(c for c in _families()[EMOJI] if c > JOINER)}][\U0001f3fb-\U0001f3ff]?"
    return re.compile(f"(?:{emoji}(?:{JOINER}{emoji})*|[^\n])[{marks}]*|\n")


@cache
def _selectors() -> re.Pattern[str]:
    """What chooses the coloured or the plain form of an emoji; there is one form."""
    return re.compile(f"(?<=[{_class(_families()[EMOJI])}])[\ufe0e\ufe0f]")


def _class(letters: Iterable[str]) -> str:
    return "".join(map(re.escape, sorted(set(letters))))
