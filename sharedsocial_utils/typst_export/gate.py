"""The text gate: every text of a notebook passes here once, and comes out as a Typst string literal.

What no reader could see, or what would reorder its neighbours, is written as a visible mark such as
`⟨U+202E⟩` and counted: control and format characters, bidirectional overrides, zero-width characters, and
every character that the bundled fonts lack. Line breaks stay, tabs become spaces, the selector between the
coloured and the plain form of an emoji is dropped (the fonts have one form), the rest is normalised to NFC. A
run of right-to-left text is put into an isolate, so that it cannot reorder what stands beside it.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import NewType, TypeVar
from urllib.parse import quote, urlsplit

from .coverage import families

Look = TypeVar("Look")
Typst = NewType("Typst", str)
"""A finished piece of Typst code. Only this module makes one out of foreign text."""

NONE = Typst("none")

ZWNJ, ZWJ = "\u200c", "\u200d"

LINE_BREAKS = re.compile("\r\n|[\r\u2028\u2029]")
UNPRINTABLE = re.compile('[\\\\"\x00-\x1f\x7f-\xa0\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]')

_RTL = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]"
RTL_RUN = re.compile(f"{_RTL}+(?:(?:[^\\w\n]|[0-9_])*{_RTL}+)*")

SUMMED_AT_MOST = 40
CODE_COLUMNS = 96  # of preformatted text, on the ordinary page
EARLIEST_SPACE = 0.7  # of a folded line

LINK_SCHEMES = ("http", "https", "mailto")


def literal(text: str) -> Typst:
    r"""Write a text that is fit to be shown as a Typst string literal: 'say "hi"' => "say \"hi\""."""
    return Typst(f'"{UNPRINTABLE.sub(_escaped, text)}"')


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    if character in '\\"':
        return f"\\{character}"
    return "\\n" if character == "\n" else f"\\u{{{ord(character):x}}}"


@dataclass
class Gate:
    """Lets texts through in their shown form, and counts what it replaced."""

    replaced: int = 0
    links_refused: int = 0
    columns: int = CODE_COLUMNS

    def literal(self, text: str) -> Typst:
        """The literal of the shown form of a text."""
        return literal(isolated(self.shown(text)))

    def unheard(self, text: str) -> Typst:
        """The literal of a text that is not printed (alternative text, metadata): not counted."""
        return literal(shown(text)[0])

    def code(self, text: str) -> Typst:
        """The literal of preformatted text, its long lines folded."""
        return literal("\n".join(_folded(line, self.columns) for line in self.preformatted(text).split("\n")))

    def preformatted(self, text: str) -> str:
        """The shown form of preformatted text: tabs expanded, no isolates."""
        return self.shown(LINE_BREAKS.sub("\n", text).expandtabs(8).rstrip("\n"))

    def shown(self, text: str) -> str:
        """The shown form of a text; what it replaced is added to the count."""
        result, replaced = shown(text)
        self.replaced += replaced
        return result

    def in_picture(self, text: str) -> str:
        """The shown form of a text in an SVG, in which Typst cannot set a letter that has a mark."""
        shown_text = self.shown(text)
        pieces = [_mark(letter) if _is_mark(letter) else letter for letter in shown_text]
        self.replaced += sum(map(_is_mark, shown_text))
        return isolated("".join(pieces))

    def link(self, url: str) -> Typst | None:
        """The literal of an address, or None if it is not a clean http, https or mailto address."""
        address = clean_url(url)
        if address is None:
            self.links_refused += 1
            return None
        return literal(address)


def shown(text: str) -> tuple[str, int]:
    """The shown form of a text, and how many characters were replaced by a mark.

    >>> shown("caff\\u00e8 \\u202e")
    ('caffè ⟨U+202E⟩', 1)
    """
    text = unicodedata.normalize("NFC", LINE_BREAKS.sub("\n", text).replace("\t", " "))
    if _ordinary().fullmatch(text):
        return text, 0
    units = _units().findall(_emoji_selector().sub("", text))
    pieces = [piece for place, unit in enumerate(units) for piece in _shown_unit(units, place, unit)]
    return "".join(pieces), sum(piece.startswith("⟨U+") for piece in pieces)


def isolated(text: str) -> str:
    """Put each right-to-left run into an isolate."""
    return RTL_RUN.sub("\u2067\\g<0>\u2069", text)


def clean_url(url: str) -> str | None:
    """The address in ASCII, or None if its scheme is not allowed or it holds anything invisible.

    >>> clean_url("https://esempio.example/caffè")
    'https://esempio.example/caff%C3%A8'
    >>> clean_url("javascript:alert(1)") is None
    True
    """
    if not url.isprintable() or " " in url:
        return None
    try:
        parts = urlsplit(url)
        host = parts.netloc.encode("idna").decode("ascii") if not parts.netloc.isascii() else parts.netloc
    except ValueError:
        return None
    if parts.scheme not in LINK_SCHEMES or bool(host) == (parts.scheme == "mailto"):
        return None
    return quote(parts._replace(netloc=host).geturl(), safe=":/?#[]@!$&'()*+,;=%~-._")


def text_of(texts: Iterable[Typst]) -> Typst:
    """Join pieces of content: ("a", strong("b")) => ("a" + strong("b"))."""
    pieces = list(texts)
    if len(pieces) > SUMMED_AT_MOST:  # Typst reads a longer sum as deeper and deeper brackets
        return Typst(f"({', '.join(pieces)}).join()")
    return pieces[0] if len(pieces) == 1 else Typst(f"({' + '.join(pieces)})" if pieces else '""')


@cache
def _ordinary() -> re.Pattern[str]:
    """Texts of one family without combining marks: they need no second look."""
    return re.compile(f"[\n{_class(c for c in families()['IBM Plex Sans'] if not _is_mark(c))}]*")


@cache
def _units() -> re.Pattern[str]:
    """What a font must have as a whole: a character with its marks, or an emoji sequence."""
    marks = _class(c for characters in families().values() for c in characters if _is_mark(c))
    emoji = f"[{_class(c for c in families()['Noto Emoji'] if c > ZWJ)}][\U0001f3fb-\U0001f3ff]?"
    return re.compile(f"(?:{emoji}(?:{ZWJ}{emoji})*|[^\n])[{marks}]*|\n")


@cache
def _emoji_selector() -> re.Pattern[str]:
    return re.compile(f"(?<=[{_class(families()['Noto Emoji'])}])[\ufe0e\ufe0f]")


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M"


def _class(characters: Iterable[str]) -> str:
    return "".join(map(re.escape, sorted(set(characters))))


def _shown_unit(units: list[str], place: int, unit: str) -> list[str]:
    """The unit itself if one font shows it whole, else its characters one by one."""
    if unit == "\n" or _is_shown_whole(unit) or _joins_arabic(units, place, unit):
        return [unit]
    first = unit[0] if _is_shown_whole(unit[0]) else _mark(unit[0])
    return [first, *map(_mark, unit[1:])]


def _is_shown_whole(unit: str) -> bool:
    needed = set(unit) - ({ZWJ} if len(unit) > 1 else set())
    return any(needed <= characters for characters in families().values())


def _joins_arabic(units: list[str], place: int, unit: str) -> bool:
    """A joiner or non-joiner between two Arabic letters is orthography, not a hidden character."""
    if unit not in (ZWNJ, ZWJ) or not 0 < place < len(units) - 1:
        return False
    arabic = families()["Noto Sans Arabic"]
    return all(
        units[beside][-1] in arabic and units[beside][-1] > "\u0600" for beside in (place - 1, place + 1)
    )


def _mark(character: str) -> str:
    return f"⟨U+{ord(character):04X}⟩"


def folds(line: str, columns: int = CODE_COLUMNS) -> list[int]:
    """Where a preformatted line breaks at the page's width, after a space if there is one near.

    What is not ASCII counts twice, since some is wide.
    """
    if len(line) * 2 <= columns or (len(line) <= columns and line.isascii()):
        return []
    places, start, used = [], 0, 0
    for place, character in enumerate(line):
        used += 1 if character.isascii() else 2
        if used > columns:
            space = line.rfind(" ", start + int(EARLIEST_SPACE * (place - start)), place) + 1
            start = space or place
            places.append(start)
            used = sum(1 if c.isascii() else 2 for c in line[start : place + 1])
    return places


def _folded(line: str, columns: int) -> str:
    places = [0, *folds(line, columns), len(line)]
    return "\n".join(line[start:end] for start, end in itertools.pairwise(places))


def rows_of(line: list[tuple[Look, str]], columns: int) -> Iterator[list[tuple[Look, str]]]:
    """The rows of a preformatted line that is made of runs of one look each."""
    places = [0, *folds("".join(words for _, words in line), columns), sum(len(words) for _, words in line)]
    for start, end in itertools.pairwise(places):
        yield list(_between(line, start, end))


def _between(line: list[tuple[Look, str]], start: int, end: int) -> Iterator[tuple[Look, str]]:
    place = 0
    for look, words in line:
        part = words[max(start - place, 0) : max(end - place, 0)]
        if part:
            yield look, part
        place += len(words)
