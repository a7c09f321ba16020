"""Archives, workbooks, JSON and XML of others: every limit is checked before anything is expanded."""

import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import numpy as np

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading.cells import decode

MAX_FILE_BYTES = 512 * 2**20  # the largest export seen is a 60 MB archive; 8 times that
MAX_EXPANDED_BYTES = 1024 * 2**20
MAX_RATIO = 200  # text of exports packs 5 to 30 times; 42.zip 1,000 and more
MAX_MEMBERS = 5_000
MAX_SHEET_CELLS = 20_000_000
MAX_JSON_DEPTH = 60  # Trello's and Meta's exports nest less than 15 deep


def archive(data: bytes) -> dict[str, bytes]:
    """The files of a zip archive by name, macOS twins left out.

    Raises `Fault` IN-ZIP-01 for a bomb, a password or damage, IN-ZIP-02 for a name that leads outside.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as zipped:
            infos = _checked(zipped)
            return {info.filename: _member(zipped, info) for info in infos}
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        EOFError,
        ValueError,
        OSError,
        zlib.error,
    ) as error:
        raise Fault("IN-ZIP-01", f"damaged archive ({error})") from error


def member_names(data: bytes) -> list[str]:
    """The names in a zip archive, in its order; empty if it is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as zipped:
            return [info.filename for info in zipped.infolist()[:MAX_MEMBERS]]
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return []


def _checked(zipped: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    infos = [info for info in zipped.infolist() if not info.is_dir() and "__MACOSX/" not in info.filename]
    if len(infos) > MAX_MEMBERS:
        raise Fault("IN-ZIP-01", f"{len(infos)} entries", expected=f"at most {MAX_MEMBERS}")
    for info in infos:
        _check_name(info.filename)
        if info.flag_bits & 1:
            raise Fault("IN-ZIP-01", "an entry has a password", text=info.filename)
        if info.file_size > MAX_RATIO * max(info.compress_size, 1) + 2**20:
            raise Fault("IN-ZIP-01", "an entry expands beyond the limit", text=info.filename)
    if sum(info.file_size for info in infos) > MAX_EXPANDED_BYTES:
        raise Fault(
            "IN-ZIP-01", "the archive expands beyond the limit", expected=f"{MAX_EXPANDED_BYTES} bytes"
        )
    return infos


def _check_name(name: str) -> None:
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\x00" in name:
        raise Fault("IN-ZIP-02", "an entry's name leads outside the archive", text=name)


def _member(zipped: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with zipped.open(info) as file:
        data = file.read(info.file_size + 1)
    if len(data) != info.file_size:
        raise Fault("IN-ZIP-01", "an entry's size is not the one it states", text=info.filename)
    return data


def sheets(data: bytes) -> dict[str, list[list[str]]]:
    """The sheets of an xlsx or xls workbook by name, each as rows of text cells, as the service wrote them.

    Numbers come as Python prints them (`3.0` as `3`), days as ISO. Raises `Fault` IN-XLS-01, IN-XLS-02.
    """
    return _xls(data) if data.startswith(b"\xd0\xcf\x11\xe0") else _xlsx(data)


def sheet_names(data: bytes) -> list[str]:
    """The names of a workbook's sheets in order; empty if it is none or cannot be opened."""
    try:
        if data.startswith(b"\xd0\xcf\x11\xe0"):
            import xlrd

            return list(
                xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), on_demand=True).sheet_names()
            )
        members = archive(data)
        tags = xml(members.get("xl/workbook.xml", b"")).iter()
        return [tag.attrib.get("name", "") for tag in tags if tag.tag.endswith("}sheet")]
    except (Fault, OSError, ValueError, KeyError, IndexError, AssertionError):
        return []
    except Exception as error:  # xlrd raises its own XLRDError and, on damage, nearly anything
        if type(error).__module__.startswith(("xlrd", "struct", "builtins")):
            return []
        raise


def sheet_starts(data: bytes, rows: int = 20) -> dict[str, list[list[str]]]:
    """The first rows of each visible sheet as text cells; empty if it is no workbook or cannot be opened."""
    try:
        if data.startswith(b"\xd0\xcf\x11\xe0"):
            return {title: cells[:rows] for title, cells in _xls(data).items()}
        return _xlsx_starts(data, rows)
    except Fault:
        return {}


def _xlsx_starts(data: bytes, rows: int) -> dict[str, list[list[str]]]:
    import openpyxl

    archive(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        return {
            sheet.title: [
                [_cell_text(cell) for cell in row] for row in sheet.iter_rows(max_row=rows, values_only=True)
            ]
            for sheet in book.worksheets
            if sheet.sheet_state == "visible"
        }
    except Exception as error:  # openpyxl raises nearly anything on damage
        raise Fault("IN-XLS-01", f"the workbook cannot be read ({type(error).__name__})") from error


def _xlsx(data: bytes) -> dict[str, list[list[str]]]:
    import openpyxl

    members = archive(data)  # the limits, before the parser sees a byte
    # a cell's text is escaped in the XML, so that "<f" can only open a formula
    has_formulas = any(b"<f" in content for name, content in members.items() if "/worksheets/" in name)
    try:
        values = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        formulas = openpyxl.load_workbook(io.BytesIO(data), read_only=True) if has_formulas else values
        return {
            sheet.title: list(_xlsx_rows(sheet, formulas[sheet.title] if has_formulas else None))
            for sheet in values.worksheets
            if sheet.sheet_state == "visible"
        }
    except Fault:
        raise
    except Exception as error:  # openpyxl raises nearly anything on damage
        raise Fault("IN-XLS-01", f"the workbook cannot be read ({type(error).__name__})") from error


def _xlsx_rows(values: Any, formulas: Any | None) -> Iterator[list[str]]:
    """The rows of a sheet; beside its formulas, to tell a blank cell from one without its value."""
    _check_size(values.title, values.max_row or 1, values.max_column or 1)
    if formulas is None:
        yield from ([_cell_text(value) for value in row] for row in values.iter_rows(values_only=True))
        return
    for number, (cells, sources) in enumerate(
        zip(values.iter_rows(values_only=True), formulas.iter_rows(values_only=True), strict=True), start=1
    ):
        for value, source in zip(cells, sources, strict=True):
            if value is None and isinstance(source, str) and source.startswith("="):
                raise Fault("IN-XLS-02", "a formula without its value", sheet=values.title, line=number)
        yield [_cell_text(value) for value in cells]


def _check_size(title: str, rows: int, columns: int) -> None:
    if rows * columns > MAX_SHEET_CELLS:
        raise Fault(
            "IN-XLS-01", f"{rows} rows x {columns} columns", sheet=title, expected=f"{MAX_SHEET_CELLS} cells"
        )


def _xls(data: bytes) -> dict[str, list[list[str]]]:
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO())
        return {
            sheet.name: [
                [_xls_text(sheet.cell(r, c), book.datemode) for c in range(sheet.ncols)]
                for r in range(sheet.nrows)
            ]
            for sheet in book.sheets()
            if sheet.visibility == 0
        }
    except Exception as error:  # xlrd raises nearly anything on damage
        raise Fault("IN-XLS-01", f"the workbook cannot be read ({type(error).__name__})") from error


def _xls_text(cell: Any, datemode: int) -> str:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_DATE:
        return str(xlrd.xldate.xldate_as_datetime(cell.value, datemode).isoformat(sep=" "))
    return "" if cell.ctype == xlrd.XL_CELL_ERROR else _cell_text(cell.value)


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
    depth = deepest = 0
    inside = escaped = False
    for char in text if text.count("[") + text.count("{") > MAX_JSON_DEPTH else "":
        if inside:
            inside = escaped or char != '"'
            escaped = char == "\\" and not escaped
        elif char == '"':
            inside = True
        elif char in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in "]}":
            depth -= 1
    if deepest > MAX_JSON_DEPTH:
        raise Fault("IN-JSON-02", f"nested {deepest} deep", expected=f"at most {MAX_JSON_DEPTH}")
    try:
        return json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise Fault("IN-JSON-01", error.msg, line=error.lineno, column=error.colno) from error
    except ValueError as error:  # a whole number of more than 4,300 digits
        raise Fault("IN-JSON-01", str(error)) from error


def _no_constant(name: str) -> float:
    raise Fault("IN-JSON-01", "a number that JSON does not know", text=name)


def xml(data: bytes) -> Element:
    """The root of an XML file; `Fault` IN-XML-02 for a DTD or entities, IN-XML-01 with line and column."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise Fault("IN-XML-02", "the XML declares a DTD or entities") from error
    except (ParseError, ValueError, LookupError) as error:
        line, column = getattr(error, "position", (None, None))
        raise Fault("IN-XML-01", f"not well-formed ({error})", line=line, column=column) from error
    return root
