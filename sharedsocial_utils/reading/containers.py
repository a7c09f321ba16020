"""Archives, workbooks, JSON and XML of others: every limit is checked before anything is expanded."""

import functools
import io
import json
import re
import stat
import unicodedata
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, ParseError

import numpy as np

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading.cells import decode

MAX_FILE_BYTES = 512 * 2**20  # the largest export seen is a 60 MB archive; 8 times that
MAX_EXPANDED_BYTES = 1024 * 2**20
MAX_RATIO = 200  # text of exports packs 5 to 30 times; 42.zip 1,000 and more
MAX_MEMBERS = 5_000
MAX_WORKBOOK_BYTES = 256 * 2**20  # unpacked: five million cells take about 200 MiB
SMALL_BYTES = 2**20  # a workbook that is read once, and known by what was read
MAX_SHEET_CELLS = 5_000_000
MAX_SHEET_ROWS = 2**20  # Excel's own limit
MAX_TEXT_RUN = 100_000  # bytes without a tag: Excel's own limit of a cell is 32,767 characters
MAX_STYLE_TAGS = 50_000  # in a part that is neither sheet nor text; the largest seen has 3,000
MAX_JSON_DEPTH = 60  # Trello's and Meta's exports nest less than 15 deep
MAX_XML_DEPTH = 200
_DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(10))}
_CLUTTER = {".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini", ".localized"}
_NESTING = np.zeros(256, dtype=np.int8)
_NESTING[[ord(char) for char in "[{]}"]] = (1, 1, -1, -1)
_QUOTE = 2
_NESTING[ord('"')] = _QUOTE


def archive(data: bytes) -> dict[str, bytes]:
    """The files of a zip archive by name, without what computers put there (see `clutter`).

    Raises `Fault` IN-ZIP-01 for a bomb, a password or damage, IN-ZIP-02 for a name that leads outside or
    stands twice.
    """
    with _opened(data) as zipped:
        return {info.filename: _member(zipped, info) for info in _checked(zipped, len(data))}


def check_archive(data: bytes) -> None:
    """Raises `Fault` as `archive` for what can be seen without unpacking."""
    with _opened(data) as zipped:
        _checked(zipped, len(data))


def member_names(data: bytes) -> list[str]:
    """The names in a zip archive, in its order, without what computers put there; empty if it is none."""
    try:
        with _opened(data) as zipped:
            return [name for name in zipped.namelist() if not _is_clutter(name)]
    except Fault:
        return []


def member_starts(data: bytes, size: int, most: int) -> dict[str, bytes]:
    """The first bytes of the first files of a zip archive by name, in the order of the names.

    Raises `Fault` as `archive`.
    """
    with _opened(data) as zipped:
        infos = sorted(_checked(zipped, len(data)), key=lambda info: info.filename)[:most]
        return {info.filename: zipped.open(info).read(size) for info in infos}


def clutter(data: bytes) -> list[str]:
    """The names of an archive's files that no service and no person put there."""
    with _opened(data) as zipped:
        return [name for name in zipped.namelist() if _is_clutter(name) and not name.endswith("/")]


def _is_clutter(name: str) -> bool:
    """Whether a file manager wrote it beside the files: `__MACOSX/._a.csv`, `.DS_Store`, `Thumbs.db`."""
    *folders, last = name.rstrip("/").split("/")
    return "__MACOSX" in (*folders, last) or last.startswith("._") or last.casefold() in _CLUTTER


def archive_day(data: bytes) -> date | None:
    """The newest day that an archive's entries carry: when it was made; None where they carry none."""
    with _opened(data) as zipped:
        written = [info.date_time[:3] for info in zipped.infolist()]
    try:
        newest = date(*max(written, default=(1980, 1, 1)))
    except ValueError:
        return None
    return newest if newest.year > 1980 else None  # where nobody wrote a day, zip says 1 January 1980


@contextmanager
def _opened(data: bytes) -> Iterator[zipfile.ZipFile]:
    # counted before zipfile makes an object of each
    if data.count(b"PK\x01\x02") > 2 * MAX_MEMBERS:
        raise Fault("IN-ZIP-01", "too many entries", expected=f"at most {MAX_MEMBERS}")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as zipped:
            yield zipped
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        EOFError,
        ValueError,
        OSError,
        RuntimeError,
        zlib.error,
    ) as error:
        raise Fault("IN-ZIP-01", f"damaged archive ({error})") from error


def _checked(zipped: zipfile.ZipFile, size: int) -> list[zipfile.ZipInfo]:
    infos = [info for info in zipped.infolist() if not _is_clutter(info.filename)]
    if len(infos) > MAX_MEMBERS:
        raise Fault("IN-ZIP-01", f"{len(infos)} entries", expected=f"at most {MAX_MEMBERS}")
    for info in infos:
        _check_name(info)
        if info.flag_bits & 1:
            raise Fault("IN-ZIP-01", "an entry has a password", text=info.filename)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Fault("IN-ZIP-01", "an entry is packed in a way that no export uses", text=info.filename)
        if info.file_size > MAX_RATIO * max(info.compress_size, 1) + 2**20:
            raise Fault("IN-ZIP-01", "an entry expands beyond the limit", text=info.filename)
    _check_twins(infos)
    _check_overlaps(infos, zipped.start_dir)
    limit = min(MAX_EXPANDED_BYTES, MAX_RATIO * size + 16 * 2**20)
    if sum(info.file_size for info in infos) > limit:
        raise Fault("IN-ZIP-01", "the archive expands beyond the limit", expected=f"at most {limit} bytes")
    return [info for info in infos if not info.is_dir()]


def _check_name(info: zipfile.ZipInfo) -> None:
    name = info.orig_filename
    parts = name.replace("\\", "/").rstrip("/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\x00" in name:
        raise Fault("IN-ZIP-02", "an entry's name leads outside the archive", text=name)
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Fault("IN-ZIP-02", "an entry is a link or a device, not a file", text=name)
    if any(part.split(".")[0].strip().upper() in _DEVICES for part in parts) or parts[-1] != parts[-1].rstrip(
        ". "
    ):
        raise Fault("IN-ZIP-02", "an entry's name is none for a file", text=name)


def _check_twins(infos: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for info in infos:
        name = unicodedata.normalize("NFC", info.filename).casefold()
        if name in seen:
            raise Fault("IN-ZIP-02", "two entries have one name", text=info.filename)
        seen.add(name)


def _check_overlaps(infos: list[zipfile.ZipInfo], directory: int) -> None:
    """Entries that share their bytes are a bomb, however small each of them is."""
    spans = sorted((info.header_offset, info.compress_size, info.filename) for info in infos)
    ends = [*(start for start, _, _ in spans[1:]), directory]
    for (start, size, name), end in zip(spans, ends, strict=False):
        if start + 30 + size > end:
            raise Fault("IN-ZIP-01", "entries lie over each other", text=name)


def _member(zipped: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with zipped.open(info) as file:
        data = file.read(info.file_size + 1)
    if len(data) != info.file_size:
        raise Fault("IN-ZIP-01", "an entry's size is not the one it states", text=info.filename)
    return data


class Workbook(NamedTuple):
    """The visible sheets of a workbook by name, each as rows of text cells; the names of the hidden, and of
    those that are a chart."""

    sheets: dict[str, list[list[str]]]
    hidden: list[str]
    charts: list[str]


def sheets(data: bytes) -> dict[str, list[list[str]]]:
    """The sheets of an xlsx or xls workbook by name, each as rows of text cells, as the service wrote them.

    Numbers come as Python prints them (`3.0` as `3`), days as ISO. Raises `Fault` IN-XLS-01, IN-XLS-02.
    """
    return workbook(data).sheets


def workbook(data: bytes) -> Workbook:
    """As `sheets`, with the names of the sheets that are hidden and were not read."""
    return _small_workbook(data) if len(data) <= SMALL_BYTES else _workbook(data)


@functools.lru_cache(maxsize=1)
def _small_workbook(data: bytes) -> Workbook:
    return _workbook(data)


def _workbook(data: bytes) -> Workbook:
    return _xls(data) if data.startswith(b"\xd0\xcf\x11\xe0") else _xlsx(data)


def sheet_names(data: bytes) -> list[str]:
    """The names of a workbook's sheets in order; empty if it is none or cannot be opened."""
    try:
        if data.startswith(b"\xd0\xcf\x11\xe0"):
            return list(_xls_book(data, on_demand=True).sheet_names())
        tags = xml(archive(data).get("xl/workbook.xml", b"")).iter()
        return [tag.attrib.get("name", "") for tag in tags if tag.tag.endswith("}sheet")]
    except Fault:
        return []


def sheet_starts(data: bytes, rows: int = 20) -> dict[str, list[list[str]]]:
    """The first rows of each visible sheet as text cells; empty if it is no workbook or cannot be opened."""
    with suppress(Fault):
        if data.startswith(b"\xd0\xcf\x11\xe0") or len(data) <= SMALL_BYTES:  # to be read whole anyway
            return {title: cells[:rows] for title, cells in workbook(data).sheets.items()}
    with suppress(Fault):
        return _xlsx_starts(data, rows)
    return {}


def _xlsx_starts(data: bytes, rows: int) -> dict[str, list[list[str]]]:
    with _xlsx_book(data) as (book, _):
        starts = {}
        for sheet in _visible(book):
            sheet.reset_dimensions()
            cells = sheet.iter_rows(max_row=rows, values_only=True)
            starts[sheet.title] = [[_cell_text(cell) for cell in row] for row in cells]
        return starts


def _xlsx(data: bytes) -> Workbook:
    with _xlsx_book(data) as (book, members):
        sheets = {}
        for sheet in _visible(book):
            _check_formulas(sheet.title, members.get(sheet._worksheet_path.lstrip("/"), b""))
            sheets[sheet.title] = _xlsx_rows(sheet)
        charts = [chart.title for chart in book.chartsheets]
        hidden = [name for name in book.sheetnames if name not in sheets and name not in charts]
        if not sheets and not hidden:
            raise Fault("IN-XLS-01", "no sheet of the workbook can be read")
        return Workbook(sheets, hidden, charts)


# a cell's text is escaped in the XML, so that "<f" can only open a formula; a text that is empty is a value
_BARE_FORMULA = re.compile(
    rb"<(?:\w+:)?c\s(?![^<>]*\bt=.str)([^<>]*)>\s*<(?:\w+:)?f(?:\s[^<>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)


def _check_formulas(title: str, content: bytes) -> None:
    found = _BARE_FORMULA.search(content)
    if found:
        fault = Fault("IN-XLS-02", "a formula without its value", sheet=title)
        cell = re.search(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""", found[1])
        raise fault.at(line=int(cell[2]), column=_column(cell[1].decode())) if cell else fault


def _column(letters: str) -> int:
    return functools.reduce(lambda number, letter: 26 * number + ord(letter) - 64, letters, 0)


@contextmanager
def _xlsx_book(data: bytes) -> Iterator[tuple[Any, dict[str, bytes]]]:
    import openpyxl

    members = archive(data)  # the limits, before the parser sees a byte
    _check_parts(members)
    known = _sized(_transitional(members))
    file = io.BytesIO(data if known == members else _packed(known))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what openpyxl does without: charts, names, styles
            yield openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False), members
    except Fault:
        raise
    except Exception as error:  # openpyxl raises nearly anything on damage
        raise Fault("IN-XLS-01", f"the workbook cannot be read ({type(error).__name__})") from error


_STRICT = b"http://purl.oclc.org/ooxml/"


def _transitional(members: dict[str, bytes]) -> dict[str, bytes]:
    """A workbook saved as "Strict Open XML" with the names of the usual kind, which openpyxl knows."""
    if _STRICT not in members.get("xl/workbook.xml", b""):
        return members
    usual = b"http://schemas.openxmlformats.org/"
    main = (_STRICT + b"spreadsheetml/main", usual + b"spreadsheetml/2006/main")
    other = (_STRICT + b"officeDocument/", usual + b"officeDocument/2006/")
    return {name: content.replace(*main).replace(*other) for name, content in members.items()}


def _sized(members: dict[str, bytes]) -> dict[str, bytes]:
    """The parts, where a sheet that does not state its size states one: openpyxl would parse it all for that,
    and again for its rows. The size is not believed (see `_xlsx_rows`)."""
    sized = {}
    for name, content in members.items():
        rows = content.find(b"<sheetData") if "/worksheets/" in name else -1
        if rows >= 0 and content.find(b"<dimension", 0, rows) < 0:
            sized[name] = b'%b<dimension ref="A1"/>%b' % (content[:rows], content[rows:])
    return {**members, **sized} if sized else members


def _packed(members: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as box:
        for name, content in members.items():
            box.writestr(name, content)
    return data.getvalue()


def _visible(book: Any) -> list[Any]:
    return [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]


def _check_parts(members: dict[str, bytes]) -> None:
    if sum(map(len, members.values())) > MAX_WORKBOOK_BYTES:
        raise Fault(
            "IN-XLS-01", "the workbook expands beyond the limit", expected=f"{MAX_WORKBOOK_BYTES} bytes"
        )
    for name, content in members.items():
        if not name.endswith((".xml", ".rels")):
            continue
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise Fault("IN-XLS-01", "a part of the workbook is not UTF-8", text=name)
        if _has_run(content, MAX_TEXT_RUN):
            raise Fault("IN-XLS-01", "a cell is longer than Excel allows", text=name)
        is_cells = "/worksheets/" in name or name.endswith("sharedStrings.xml")
        if not is_cells and content.count(b"<") > MAX_STYLE_TAGS:
            raise Fault("IN-XLS-01", "a part of the workbook is larger than any seen", text=name)


def _has_run(content: bytes, length: int) -> bool:
    """Whether so many bytes, or up to twice as many, follow each other without a tag."""
    windows = range(0, len(content) - length, length)
    return any(content.find(b"<", at, at + length) < 0 for at in windows)


def _xlsx_rows(sheet: Any) -> list[list[str]]:
    """The rows that are there, whatever size the sheet claims; openpyxl fills in those between them."""
    _check_size(sheet.title, sheet.max_row or 1, sheet.max_column or 1)
    sheet.reset_dimensions()
    rows: list[list[str]] = []
    cells = 0
    for row in sheet.iter_rows(values_only=True):
        cells += len(row)
        if cells > MAX_SHEET_CELLS or len(rows) == MAX_SHEET_ROWS:
            _check_size(sheet.title, len(rows), MAX_SHEET_CELLS)
        rows.append([_cell_text(value) for value in row])
    return _padded(sheet.title, rows)


def _padded(title: str, rows: list[list[str]]) -> list[list[str]]:
    width = max(map(len, rows), default=0)
    _check_size(title, len(rows), width)
    return [row + [""] * (width - len(row)) for row in rows]


def _check_size(title: str, rows: int, columns: int) -> None:
    if rows * columns > MAX_SHEET_CELLS:
        raise Fault(
            "IN-XLS-01", f"{rows} rows with cells far apart", sheet=title, expected=f"{MAX_SHEET_CELLS} cells"
        )


def _xls(data: bytes) -> Workbook:
    book = _xls_book(data)
    try:
        visible = [sheet for sheet in book.sheets() if sheet.visibility == 0]
        sheets = {sheet.name: _xls_rows(sheet, book.datemode) for sheet in visible}
        return Workbook(sheets, [name for name in book.sheet_names() if name not in sheets], [])
    except Fault:
        raise
    except Exception as error:  # xlrd raises nearly anything on damage
        raise Fault("IN-XLS-01", f"the workbook cannot be read ({type(error).__name__})") from error


def _xls_book(data: bytes, on_demand: bool = False) -> Any:
    import xlrd

    if "EncryptedPackage".encode("utf-16-le") in data[:MAX_TEXT_RUN] + data[-MAX_TEXT_RUN:]:
        raise Fault("IN-XLS-01", "the workbook has a password")
    try:
        return xlrd.open_workbook(
            file_contents=data, logfile=io.StringIO(), ragged_rows=True, on_demand=on_demand
        )
    except Exception as error:  # xlrd raises nearly anything on damage
        raise Fault("IN-XLS-01", f"the workbook cannot be read ({type(error).__name__})") from error


def _xls_rows(sheet: Any, datemode: int) -> list[list[str]]:
    _check_size(sheet.name, sheet.nrows, max(map(sheet.row_len, range(sheet.nrows)), default=0))
    return _padded(
        sheet.name,
        [
            [_xls_text(sheet.cell(r, c), datemode) for c in range(sheet.row_len(r))]
            for r in range(sheet.nrows)
        ],
    )


def _xls_text(cell: Any, datemode: int) -> str:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_DATE:
        return str(xlrd.xldate.xldate_as_datetime(cell.value, datemode).isoformat(sep=" "))
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#ERROR"))
    return _cell_text(cell.value)


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, float) and np.isfinite(value):
        return np.format_float_positional(value, trim="-")  # never 9e-05
    return str(value)


def json_value(data: bytes) -> Any:
    """The value of a JSON file; `Fault` IN-JSON-01 with line and column, IN-JSON-02 if nested too deep."""
    text = decode(data)
    _check_depth(text)
    try:
        return json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise Fault("IN-JSON-01", error.msg, line=error.lineno, column=error.colno) from error
    except ValueError as error:  # a whole number of more than 4,300 digits, or one that JSON does not know
        found = _STRANGE_NUMBER.search(text)
        line = text.count("\n", 0, found.start(1)) + 1 if found else None
        shown = found[1] if found else ""
        raise Fault("IN-JSON-01", "a number that cannot be read", line=line, text=shown) from error


# behind any number of texts and other signs
_STRANGE_NUMBER = re.compile(
    r'(?:"(?:[^"\\]++|\\.)*+"|[^"NI\d-]++|-?\d{1,4300}+(?!\d))*+(NaN|-?Infinity|-?\d+)', re.DOTALL
)


def _check_depth(text: str) -> None:
    """Raises where brackets outside of strings nest too deep."""
    plain = text.encode().replace(rb"\\", b"..").replace(rb"\"", b"..")
    marks = _NESTING[np.frombuffer(plain, dtype=np.uint8)]
    places = np.flatnonzero(marks)
    marks = marks[places]
    is_inside = np.cumsum(marks == _QUOTE) % 2 == 1
    depth = np.cumsum(np.where(is_inside | (marks == _QUOTE), 0, marks), dtype=np.int32)
    too_deep = np.flatnonzero(depth > MAX_JSON_DEPTH)
    if len(too_deep):
        line = plain.count(b"\n", 0, int(places[too_deep[0]])) + 1
        raise Fault(
            "IN-JSON-02", f"nested {depth.max()} deep", line=line, expected=f"at most {MAX_JSON_DEPTH}"
        )


def _no_constant(name: str) -> float:
    raise ValueError(name)


def xml(data: bytes) -> Element:
    """The root of an XML file; `Fault` IN-XML-02 for a DTD or entities, IN-XML-01 with line and column."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise Fault("IN-XML-02", "the XML declares a DTD or entities") from error
    except (ParseError, ValueError, LookupError) as error:
        line, column = getattr(error, "position", (None, -1))
        raise Fault(
            "IN-XML-01", f"not well-formed ({error})", line=line, column=column + 1 or None
        ) from error
    level = [root]
    for _ in range(MAX_XML_DEPTH):
        level = [child for element in level for child in element]
    if level:
        raise Fault("IN-XML-01", "elements nest too deep", expected=f"at most {MAX_XML_DEPTH}")
    return root
