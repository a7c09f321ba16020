"""Bytes to text to records, with the number of the physical line kept.

A physical line ends at LF, CRLF or CR, as an editor shows it. A record is one row of a delimited table: one
physical line, or several where a quoted cell holds line ends.
"""

import csv
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from sharedsocial_utils.errors import Fault

DELIMITERS = (",", ";", "\t", "|")
_LINE_END = re.compile(r"\r\n|\n|\r")
# what nobody sees: soft hyphen, byte-order mark, zero-width and bidirectional marks
_UNSEEN = (0xAD, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A))
_PLAIN = str.maketrans({"’": "'", "‘": "'"} | dict.fromkeys(_UNSEEN))
_SURROGATE = re.compile("[\udc80-\udcff]")
_PIECE = 2**20  # a second copy of a large file costs more than looking at it
_CONTROLS = bytes(n for n in range(32) if n not in b"\t\n\r") + b"\x7f"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# UTF-8 that was read as Windows-1252: a first byte shown as one of these, then one to three further bytes
_MOJIBAKE = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u2122]{1,3}")
LOST = "\ufffd"

MAX_SPAN = 1_000  # lines of one record: the longest post seen has 60
MAX_LINE = 4_000_000  # characters: a row of separators alone would fill the memory with empty cells

# csv counts characters per cell: no export seen holds a cell of more than 100,000
csv.field_size_limit(1_000_000)


class Record(NamedTuple):
    """One row: the physical line where it begins, how many lines it spans, and its cells."""

    line: int
    span: int
    cells: list[str]


class BadRecord(NamedTuple):
    """A line that is no record: an unclosed or stray quote."""

    line: int
    text: str


def decode(data: bytes) -> str:
    """The text of a file, as `decoded`."""
    return decoded(data)[0]


def decoded(data: bytes) -> tuple[str, list[Fault]]:
    """The text of a file, and what is to be told of it: bytes of a second encoding, lost or garbled letters.

    The byte-order mark decides, else the zeros of UTF-16, else UTF-8 if it is, else Windows-1252. Where most
    of a file is UTF-8, single other bytes are read as Windows-1252; what can be no letter becomes `LOST`.
    The text is in NFC, so that a name written on a Mac is the same name.

    Raises `Fault` IN-ENC-01 with the line of the first byte that fits no encoding.
    """
    text, told = _decoded(data)
    if text.isascii() and not _has_controls(data):
        return text, told
    # a combining mark is rare, and the Greek question mark would become a semicolon
    if re.search("[\u0300-\u036f]", text):
        text = unicodedata.normalize("NFC", text.replace("\u037e", "?"))
    return text, [*told, *_garbled(text, has_lost=bool(told)), *_controls(text)]


def _has_controls(data: bytes) -> bool:
    pieces = (data[start : start + _PIECE] for start in range(0, len(data), _PIECE))
    return any(len(piece.translate(None, _CONTROLS)) < len(piece) for piece in pieces)


def _decoded(data: bytes) -> tuple[str, list[Fault]]:
    if encoding := wide_encoding(data):
        return _wide(data, encoding)
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        text, strange = mended(data)
        is_cut = error.reason == "unexpected end of data" and strange == len(data) - error.start
        # by chance two letters of Windows-1252 look like one of UTF-8, but not one in five
        if not is_cut and _letters_of_utf8(data) * 4 < strange:
            return _strict(data), []
        line = data.count(b"\n", 0, error.start) + 1
        if is_cut:
            return text[:-strange] + LOST, [Fault("IN-ENC-01", "the file ends within a letter", line=line)]
        found = f"{strange} {'byte is' if strange == 1 else 'bytes are'} not UTF-8, as all others are"
        return text, [Fault("IN-ENC-01", found, line=line, expected="one encoding")]


def wide_encoding(data: bytes) -> str:
    """`utf-16` or `utf-32` with the order of its bytes, by the mark or by where the zeros stand; else ""."""
    for mark, encoding in ((b"\xff\xfe\x00\x00", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return encoding
    start = data[:4096]
    zeros = start[0::2].count(0), start[1::2].count(0)
    if len(start) >= 8 and min(zeros) * 10 < max(zeros) and max(zeros) * 4 > len(start):
        return "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"
    return ""


def _wide(data: bytes, encoding: str) -> tuple[str, list[Fault]]:
    try:
        return data.decode(encoding), []
    except UnicodeDecodeError as error:
        text = data.decode(encoding, "replace")
        lost = text.count(LOST)
        line = len(physical_lines(text[: text.index(LOST)] + "."))
        if lost > max(1, len(text) // 100):
            raise Fault("IN-ENC-01", f"{lost} letters are not {encoding}", line=line) from error
        found = f"{lost} {'letter' if lost == 1 else 'letters'} cannot be read as {encoding}"
        return text, [Fault("IN-ENC-01", found, line=line)]


def mended(data: bytes) -> tuple[str, int]:
    """UTF-8 with every byte that is none read as Windows-1252, or as `LOST`; and how many those were."""
    text = data.decode("utf-8-sig", "surrogateescape")
    return _SURROGATE.subn(lambda m: bytes([ord(m[0]) - 0xDC00]).decode("cp1252", "replace"), text)


def _letters_of_utf8(data: bytes) -> int:
    return len(re.findall("[^\x00-\x7f\udc80-\udcff]", data.decode("utf-8-sig", "surrogateescape")))


def _strict(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        bad = data[error.start : error.start + 8].hex(" ")
        raise Fault("IN-ENC-01", f"byte {error.start + 1} fits no encoding", line=line, text=bad) from error


def _garbled(text: str, has_lost: bool) -> Iterator[Fault]:
    """Letters that were lost or misread before the file came to us."""
    if LOST in text and not has_lost:
        found = f"{text.count(LOST)} letters were lost by whoever saved the file"
        yield Fault("IN-ENC-02", found, line=_line_of(text, text.index(LOST)))
    if any(sign in text for sign in "ÃÂâ"):
        places = [match for match in _MOJIBAKE.finditer(text) if _is_mojibake(match[0])]
        if places:
            found = f"{len(places)} letters were misread by whoever saved the file"
            line = _line_of(text, places[0].start())
            yield Fault("IN-ENC-02", found, line=line, text=places[0][0])


def _is_mojibake(text: str) -> bool:
    try:
        return any(len(text[:n].encode("cp1252").decode()) == 1 for n in range(2, len(text) + 1))
    except ValueError:
        return False


def _controls(text: str) -> Iterator[Fault]:
    if first := _CONTROL.search(text):
        number = len(_CONTROL.findall(text))
        found = f"{number} control {'character' if number == 1 else 'characters'}"
        yield Fault("IN-ENC-03", found, line=_line_of(text, first.start()), text=first[0])


def _line_of(text: str, place: int) -> int:
    return len(_LINE_END.findall(text, 0, place)) + 1


def line_count(data: bytes) -> int:
    """The number of physical lines of a text, without holding it as text."""
    if encoding := wide_encoding(data):
        return len(physical_lines(data.decode(encoding, "replace")))
    ends = data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")
    return ends + (not data.endswith((b"\n", b"\r")) and bool(data))


def physical_lines(text: str) -> list[str]:
    """The lines of a text without their ends; a final line end opens no further line."""
    lines = _LINE_END.split(text) if "\r" in text else text.split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    return lines


@lru_cache(maxsize=50_000)
def heading(cell: str) -> str:
    """A header cell as it is compared: nothing unseen, plain spaces and apostrophes, any case, NFC."""
    text = unicodedata.normalize("NFC", cell).translate(_PLAIN)
    return " ".join(text.split()).casefold()


def split(line: str, delimiter: str) -> list[str]:
    """The cells of one line taken alone, however its quotes stand."""
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:  # a cell of a million characters is no heading
        return line.split(delimiter)


def records(lines: list[str], first: int, delimiter: str, width: int) -> Iterator[Record | BadRecord]:
    """The records from line `first` (counted from 1) on.

    A quote that is never closed, or that swallows whole rows, costs its own line only: reading goes on with
    the next. `width` is the header's number of cells, by which swallowed rows are known.
    """
    start = first - 1
    while start < len(lines):
        for item in _records_until_fault(lines, start, delimiter, width):
            yield item
            if isinstance(item, BadRecord):
                start = item.line
                break
        else:
            return


def _records_until_fault(
    lines: list[str], start: int, delimiter: str, width: int
) -> Iterator[Record | BadRecord]:
    done = start

    def fed() -> Iterator[str]:
        for number in range(start, len(lines)):
            if number - done > MAX_SPAN or len(lines[number]) > MAX_LINE:
                raise csv.Error("a quote that is never closed, or no row")
            # the line end is put back, since csv needs it inside quoted cells
            yield lines[number] + "\n"

    reader = csv.reader(fed(), delimiter=delimiter, strict=True)
    model: list[str] = []
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            yield BadRecord(done + 1, lines[done])
            return
        if cells is None:
            return
        end = start + reader.line_num
        quoted, line = '"' in lines[done], lines[done]
        if (quoted and _is_doubtful(lines[done:end], delimiter, width, cells, model or cells)) or (
            "'" in line and _is_split_by_apostrophes(cells)
        ):
            yield BadRecord(done + 1, lines[done])
            return
        yield Record(done + 1, end - done, cells)
        model = cells if len(cells) == width else model
        done = end


def _is_doubtful(lines: list[str], delimiter: str, width: int, cells: list[str], model: list[str]) -> bool:
    """Whether a quote of the record is a stray one: it stands in a cell that it does not enclose.

    In a cell without quotes around it they may come in pairs. Of several lines none may be a row by itself:
    as many cells, and figures where `model`, a row of the table, has figures. A line of a text may have as
    many commas.
    """
    if len(lines) == 1:
        return not _regular(delimiter).fullmatch(lines[0]) and any(
            cell.count('"') % 2 for cell in lines[0].split(delimiter)
        )
    if not _regular(delimiter).fullmatch("\n".join(lines)):
        return True
    if len(cells) != width:
        return True
    if width < 3:
        return width == 2 and any(_begin_alike(lines[0], line, delimiter) for line in lines[1:])
    whole = [_is_row(line.split(delimiter), model) for line in lines]
    return any(whole[1:-1]) or (whole[0] and whole[-1])


def _is_row(cells: list[str], model: list[str]) -> bool:
    """Whether cells are as many as a row's, with figures where that has figures."""
    if len(cells) != len(model):
        return False
    places = [place for place, ours in enumerate(model) if _is_figure(ours)]
    theirs = [cells[place].strip('" ') for place in places]
    has_any = not places or any(map(_is_figure, theirs))
    return has_any and all(_is_figure(cell) or not cell for cell in theirs)


def _is_figure(cell: str) -> bool:
    """Whether a cell is a number, a day or a time: digits, and no letters."""
    return any(char.isdigit() for char in cell) and not any(char.isalpha() for char in cell)


def shape(text: str) -> str:
    """What a text looks like without what it says: letters as `x` or `X`, digits as `9`."""
    return "".join(
        ("X" if char.isupper() else "x") if char.isalpha() else "9" if char.isnumeric() else char
        for char in text
    )


def _is_split_by_apostrophes(cells: list[str]) -> bool:
    """Whether apostrophes stand for quotes: one opens a cell that another one behind it closes."""
    opened = [cell.startswith("'") and not cell.endswith("'") for cell in cells]
    closed = [cell.endswith("'") and not cell.startswith("'") for cell in cells]
    return any(opened) and any(closed[opened.index(True) :])


@lru_cache
def _regular(delimiter: str) -> re.Pattern[str]:
    # possessive: a line of nothing but quotes must not fill the memory with ways to go back
    cell = rf'(?:"(?:[^"]++|"")*+"|[^"{re.escape(delimiter)}]*+)'
    return re.compile(rf"{cell}(?:{re.escape(delimiter)}{cell})*+")


def _begin_alike(first: str, other: str, delimiter: str) -> bool:
    """Whether both lines begin with a cell of the same shape, such as a date."""
    if delimiter not in other:
        return False
    ours, theirs = (re.sub(r"\d", "9", line.split(delimiter)[0]) for line in (first, other))
    return "9" in ours and ours == theirs


def is_like_row(cells: list[str], header: list[str]) -> bool:
    """Whether cells above a header are a row of its table: as many, a third of them filled, with a figure."""
    filled, named = (sum(bool(cell.strip()) for cell in row) for row in (cells, header))
    return (
        len(cells) == len(header) > 1
        and (filled == named or filled >= max(3, named / 3))
        and any(char.isdigit() for cell in cells for char in cell)
        and not cells[0].startswith("#")
    )


def find_header(
    lines: list[str], wanted: list[set[str]], within: int = 80
) -> tuple[int, str, list[str]] | None:
    """The first line (from 1) with a cell for each set of wanted headings, its delimiter and its cells.

    Raises `Fault` IN-CSV-03 where two delimiters give such cells.
    """
    for number, line in enumerate(lines[:within], start=1):
        marks = [mark for mark in DELIMITERS if mark in line] or list(DELIMITERS[: len(wanted) == 1])
        splits = {mark: split(line, mark) for mark in marks}
        fits = [mark for mark, cells in splits.items() if _has_all(cells, wanted)]
        if len(fits) > 1:
            found = f"both {fits[0]!r} and {fits[1]!r} split the header"
            raise Fault("IN-CSV-03", found, line=number, text=line, expected="one separator")
        if fits:
            return number, fits[0], splits[fits[0]]
    return None


def _has_all(cells: list[str], wanted: list[set[str]]) -> bool:
    present = {heading(cell) for cell in cells}
    return all(present & names for names in wanted)
