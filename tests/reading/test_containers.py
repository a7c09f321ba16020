"""Archives, workbooks, JSON and XML: what is hostile is refused before it is expanded."""

import io
import re
import resource
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlrd
from openpyxl.chart import BarChart

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading import containers
from sharedsocial_utils.reading.door import Head
from sharedsocial_utils.reading.file import read_bytes
from sharedsocial_utils.reading.ledger import OTHER
from sharedsocial_utils.reading.source import Context, Source


def zipped(members: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", how) as box:
        for name, content in members.items():
            box.writestr(zipfile.ZipInfo(name), content, compress_type=how)
    return data.getvalue()


def code(call: Callable[[], object]) -> str:
    with pytest.raises(Fault) as fault:
        call()
    return fault.value.code


# ---- archives


CLUTTER = (
    "__MACOSX/._a.csv",
    ".DS_Store",
    "x/.DS_Store",
    "Thumbs.db",
    "x/thumbs.db",
    "desktop.ini",
    "._b.csv",
)


def test_an_archive_gives_its_files_without_what_file_managers_put_there() -> None:
    data = zipped({"b.csv": b"2", "a.csv": b"1", **dict.fromkeys(CLUTTER, b"\x00\x05x\n")})
    assert containers.archive(data) == {"b.csv": b"2", "a.csv": b"1"}
    assert containers.member_names(data) == ["b.csv", "a.csv"]
    assert containers.clutter(data) == list(CLUTTER)
    source = Source("a.zip", data)
    assert list(source.members()) == ["a.csv", "b.csv"]
    assert (source.ledger.count(OTHER), source.ledger.units()) == (len(CLUTTER), len(CLUTTER))


def test_a_file_that_is_only_called_alike_is_read() -> None:
    names = ["DS_Store", "my.DS_Store.csv", "a__MACOSX.csv", "_.csv", "Thumbs.db.csv"]
    assert list(containers.archive(zipped(dict.fromkeys(names, b"1")))) == names


TIMES = b"User,Project,Start date,Start time,End date,End time,Duration\n"


def test_exports_that_somebody_packed_are_to_be_unpacked() -> None:
    members = {f"mese {n}/ore.csv": TIMES for n in range(7)} | {"nota.txt": b"ciao\n", ".DS_Store": b"\x00"}
    file = read_bytes("tutto.zip", zipped(members), Context())
    assert file.error
    assert file.error["message"] == (
        f"A zip archive of exports: {', '.join(['ore.csv (toggl)'] * 5)} and 2 more. "
        "Unpack it, and put its files into the folder."
    )
    nothing = read_bytes("tutto.zip", zipped({"nota.txt": b"ciao\n"}), Context())
    assert nothing.error
    assert "No reader knows it" in nothing.error["message"]


@pytest.mark.parametrize(
    "name", ["../a.csv", "x/../../a.csv", "/etc/passwd", "\\\\server\\a.csv", "C:\\a.csv", "x\\..\\..\\a"]
)
def test_a_name_that_leads_outside_refuses_the_archive(name: str) -> None:
    with pytest.raises(Fault) as fault:
        containers.archive(zipped({"good.csv": b"1", name: b"2"}))
    assert (fault.value.code, fault.value.text) == ("IN-ZIP-02", name)


def test_a_bomb_is_refused_before_it_expands() -> None:
    bomb = zipped({"a.csv": b"0" * (300 * 2**20)})
    assert len(bomb) < 400_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert code(lambda: containers.archive(bomb)) == "IN-ZIP-01"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    true = len(b"0" * 2**20)
    data = zipped({"a.csv": b"0" * true})
    lying = data.replace(struct.pack("<I", true), struct.pack("<I", 10))
    assert code(lambda: containers.archive(lying)) == "IN-ZIP-01"


def test_too_many_entries_are_refused() -> None:
    assert code(lambda: containers.archive(zipped({f"{n}": b"" for n in range(5_001)}))) == "IN-ZIP-01"


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.9, 0.99])
def test_a_cut_archive_is_refused(cut: float) -> None:
    data = zipped({"a.csv": bytes(range(256)) * 40}, zipfile.ZIP_STORED)
    assert code(lambda: containers.archive(data[: int(len(data) * cut)])) == "IN-ZIP-01"


def test_a_password_is_refused() -> None:
    data = bytearray(zipped({"a.csv": b"1"}))
    for header, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(header) + at] |= 1
    assert code(lambda: containers.archive(bytes(data))) == "IN-ZIP-01"


# ---- workbooks


def book(rows: list[list[object]], **sheets: list[list[object]]) -> bytes:
    made = openpyxl.Workbook()
    first = made.active
    assert first is not None
    first.title = "Data"
    for row in rows:
        first.append(row)
    for title, other in sheets.items():
        sheet = made.create_sheet(title)
        for row in other:
            sheet.append(row)
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


def test_cells_are_text_as_the_service_wrote_them() -> None:
    rows = containers.sheets(book([["Id", "Rate"], [17841400008460, 0.00009], ["0007", 3.0], [None, True]]))
    assert rows == {"Data": [["Id", "Rate"], ["17841400008460", "0.00009"], ["0007", "3"], ["", "True"]]}


def test_a_formula_without_its_value_is_no_blank() -> None:
    with pytest.raises(Fault) as fault:
        containers.sheets(book([["Views"], ["=1+1"]]))
    assert (fault.value.code, fault.value.sheet, fault.value.line) == ("IN-XLS-02", "Data", 2)


def test_the_beginning_of_each_sheet_serves_to_recognise_it() -> None:
    data = book([[n] for n in range(50)], Other=[["x", "y"]])
    starts = containers.sheet_starts(data, rows=3)
    assert starts == {"Data": [["0"], ["1"], ["2"]], "Other": [["x", "y"]]}
    assert Head("a.xlsx", data).header("found", "x", "y").layout == "found"
    assert containers.sheet_starts(b"PK\x03\x04 no workbook") == {}


def test_a_workbook_that_is_a_bomb_is_refused() -> None:
    plain = book([["Id"]])
    with zipfile.ZipFile(io.BytesIO(plain)) as box:
        members = {name: box.read(name) for name in box.namelist()}
    bomb = zipped({**members, "xl/sharedStrings.xml": b"<a>" + b" " * (40 * 2**20)})
    assert code(lambda: containers.sheets(bomb)) == "IN-ZIP-01"


def test_a_sheet_that_claims_to_be_huge_is_refused() -> None:
    plain = book([["Id"]])
    with zipfile.ZipFile(io.BytesIO(plain)) as box:
        members = {name: box.read(name) for name in box.namelist()}
    name = "xl/worksheets/sheet1.xml"
    members[name] = members[name].replace(b'<dimension ref="A1:A1"', b'<dimension ref="A1:XFD1048576"')
    assert code(lambda: containers.sheets(zipped(members))) == "IN-XLS-01"


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.95])
def test_a_cut_workbook_is_refused(cut: float) -> None:
    data = book([["Id"], [1]])
    with pytest.raises(Fault):
        containers.sheets(data[: int(len(data) * cut)])


def test_an_old_workbook_that_is_none_is_refused() -> None:
    assert code(lambda: containers.sheets(b"\xd0\xcf\x11\xe0" + b"\x00" * 600)) == "IN-XLS-01"


# ---- JSON and XML


def test_json_says_its_line_and_column() -> None:
    with pytest.raises(Fault) as fault:
        containers.json_value(b'{"a": 1,\n "b": }')
    assert (fault.value.code, fault.value.line, fault.value.column) == ("IN-JSON-01", 2, 7)


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_json_knows_no_infinity(word: str) -> None:
    assert code(lambda: containers.json_value(f'{{"views": {word}}}'.encode())) == "IN-JSON-01"


def test_a_number_of_many_digits_is_refused() -> None:
    assert code(lambda: containers.json_value(b'{"views": ' + b"9" * 5_000 + b"}")) == "IN-JSON-01"


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"b":'])
def test_deep_json_is_refused_and_brackets_in_text_are_not_counted(opening: str) -> None:
    assert code(lambda: containers.json_value((opening * 100_000).encode())) == "IN-JSON-02"
    assert containers.json_value(('["' + "[{" * 5_000 + '", "\\"[["]').encode())[1] == '"[['


@pytest.mark.parametrize(
    "head",
    ['<!DOCTYPE a SYSTEM "http://x.example/a.dtd">', '<!DOCTYPE a [<!ENTITY b "b">]>',
     '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
     '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'],
)  # fmt: skip
def test_xml_with_a_dtd_or_entities_is_refused(head: str) -> None:
    assert code(lambda: containers.xml(f"{head}<a>&b;</a>".encode())) == "IN-XML-02"


def test_xml_says_its_line_and_column() -> None:
    with pytest.raises(Fault) as fault:
        containers.xml(b"<a>\n<b></a>")
    assert (fault.value.code, fault.value.line) == ("IN-XML-01", 2)


# ---- archives that no service writes


@pytest.mark.parametrize("name", ["CON", "aux.csv", "a/nul.txt", "a.csv.", "a.csv ", "..."])
def test_a_name_that_is_none_for_a_file_refuses_the_archive(name: str) -> None:
    assert code(lambda: containers.archive(zipped({"good.csv": b"1", name: b"2"}))) == "IN-ZIP-02"


def test_a_folder_of_a_company_may_end_in_a_point() -> None:
    assert list(containers.archive(zipped({"La Quercia S.p.A./a.csv": b"1"}))) == ["La Quercia S.p.A./a.csv"]


@pytest.mark.parametrize("twin", ["A.CSV", "a.csv", "Citta\u0300.csv"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_entries_of_one_name_refuse_the_archive(twin: str) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as box:
        for name in ("a.csv", "Città.csv", twin):
            box.writestr(name, name)
    assert code(lambda: containers.archive(data.getvalue())) == "IN-ZIP-02"


@pytest.mark.parametrize("kind", [0o120777, 0o010644, 0o060644])
def test_a_link_or_a_device_in_an_archive_refuses_it(kind: int) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as box:
        link = zipfile.ZipInfo("a.csv")
        link.external_attr = kind << 16
        box.writestr(link, "/etc/passwd")
    assert code(lambda: containers.archive(data.getvalue())) == "IN-ZIP-02"


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_of_packing_are_refused(how: int) -> None:
    assert code(lambda: containers.archive(zipped({"a.csv": b"1"}, how))) == "IN-ZIP-01"


# ---- workbooks as they are


def part_changed(data: bytes, end: str, old: bytes, new: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as box:
        members = {name: box.read(name) for name in box.namelist()}
    name = next(name for name in members if name.endswith(end))
    assert old in members[name]
    return zipped({**members, name: members[name].replace(old, new)})


def test_a_sheet_that_claims_to_be_small_is_read_whole() -> None:
    data = book([["Id", "Views"], [1, 2], [3]])
    lying = part_changed(data, "sheet1.xml", b'<dimension ref="A1:B3"', b'<dimension ref="A1:A1"')
    assert containers.sheets(lying) == {"Data": [["Id", "Views"], ["1", "2"], ["3", ""]]}
    assert containers.sheet_starts(lying)["Data"][0] == ["Id", "Views"]


def test_a_formula_says_its_cell_and_an_empty_text_is_a_value() -> None:
    data = book([["Views", "Note"], [1, "=A2+1"]])
    with pytest.raises(Fault) as fault:
        containers.sheets(data)
    assert (fault.value.line, fault.value.column) == (2, 2)
    kept = part_changed(
        data, "sheet1.xml", b'<c r="B2"><f>A2+1</f><v /></c>', b'<c r="B2" t="str"><f>A2</f><v></v></c>'
    )
    assert containers.sheets(kept)["Data"] == [["Views", "Note"], ["1", ""]]


def test_a_hidden_sheet_is_named_and_not_read() -> None:
    made = openpyxl.load_workbook(io.BytesIO(book([["Id"], [1]], Old=[["Id"], [2]])))
    made["Old"].sheet_state = "hidden"
    data = io.BytesIO()
    made.save(data)
    found = containers.workbook(data.getvalue())
    assert (list(found.sheets), found.hidden) == (["Data"], ["Old"])
    source = Source("a.xlsx", data.getvalue())
    assert list(source.sheets()) == ["Data"]
    assert [(fault.code, fault.sheet) for _, fault in source.ledger.faults] == [("IN-XLS-03", "Old")]


def test_a_sheet_that_is_a_chart_is_told_as_one_and_not_as_hidden() -> None:
    made = openpyxl.load_workbook(io.BytesIO(book([["Id"], [1]])))
    made.create_chartsheet("Grafico").add_chart(BarChart())
    data = io.BytesIO()
    made.save(data)
    found = containers.workbook(data.getvalue())
    assert (list(found.sheets), found.hidden, found.charts) == (["Data"], [], ["Grafico"])
    source = Source("a.xlsx", data.getvalue())
    assert list(source.sheets()) == ["Data"]
    assert [(fault.code, fault.sheet) for _, fault in source.ledger.faults] == [("IN-XLS-04", "Grafico")]


@pytest.mark.parametrize("stated", [b"", b'<dimension ref="A1"/>', b'<dimension ref="A1:XFD1048576"/>'])
def test_a_sheet_is_read_whatever_size_it_states(stated: bytes) -> None:
    data = book([["Id", "Note"], *([n, f"<sheetData {n}"] for n in range(50))])
    members = containers.archive(data)
    sheet = "xl/worksheets/sheet1.xml"
    content, number = re.subn(rb"<dimension[^>]*>", stated, members[sheet])
    assert number == 1
    if b"XFD" in stated:
        assert code(lambda: containers.workbook(zipped({**members, sheet: content}))) == "IN-XLS-01"
    else:
        assert containers.workbook(zipped({**members, sheet: content})) == containers.workbook(data)


def test_a_workbook_with_a_password_says_so() -> None:
    data = b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    with pytest.raises(Fault) as fault:
        containers.sheets(data)
    assert (fault.value.code, fault.value.found) == ("IN-XLS-01", "the workbook has a password")


def test_an_error_in_a_cell_is_no_blank() -> None:
    data = book([["Views"], [1]])
    broken = part_changed(
        data, "sheet1.xml", b'<c r="A2" t="n"><v>1</v></c>', b'<c r="A2" t="e"><v>#REF!</v></c>'
    )
    assert containers.sheets(broken)["Data"] == [["Views"], ["#REF!"]]


# ---- where a fault stands


def test_what_json_does_not_know_is_found_behind_texts_that_look_like_it() -> None:
    with pytest.raises(Fault) as fault:
        containers.json_value(b'{"a": "NaN \\" Infinity",\n"b": [1e-5, -2, null],\n"c": -Infinity}')
    assert (fault.value.line, fault.value.text) == (3, "-Infinity")
    with pytest.raises(Fault) as fault:
        containers.json_value(b'{"a":\n' + b"[" * 100 + b"]" * 100 + b"}")
    assert (fault.value.code, fault.value.line) == ("IN-JSON-02", 2)


def test_xml_of_a_hundred_thousand_levels_is_refused() -> None:
    assert code(lambda: containers.xml(b"<a>" * 100_000 + b"</a>" * 100_000)) == "IN-XML-01"
    assert containers.xml(b"<a>" * 200 + b"</a>" * 200).tag == "a"


def test_a_strict_workbook_is_read_like_any_other() -> None:
    data = book([["Id", "Day"], [1, "2026-07-01"]])
    with zipfile.ZipFile(io.BytesIO(data)) as box:
        members = {name: box.read(name) for name in box.namelist()}
    for name, content in members.items():
        for part in (b"spreadsheetml/2006/main", b"officeDocument/2006/relationships"):
            strict = b"http://purl.oclc.org/ooxml/" + part.replace(b"/2006", b"")
            content = content.replace(b"http://schemas.openxmlformats.org/" + part, strict)
        members[name] = content
    assert containers.sheets(zipped(members)) == {"Data": [["Id", "Day"], ["1", "2026-07-01"]]}


# ---- each limit for itself


def refused(call: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(Fault) as fault:
        call()
    return fault.value.code, fault.value.found


def test_a_directory_of_too_many_entries_is_not_even_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "MAX_MEMBERS", 3)
    few, many = (zipped({f"{n}": b"" for n in range(number)}) for number in (4, 7))
    assert refused(lambda: containers.check_archive(few)) == ("IN-ZIP-01", "4 entries")
    assert refused(lambda: containers.check_archive(many)) == ("IN-ZIP-01", "too many entries")


def test_what_an_archive_expands_to_is_one_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    data = zipped({f"{n}.csv": bytes(100) for n in range(3)})
    monkeypatch.setattr(containers, "MAX_EXPANDED_BYTES", 300)
    containers.check_archive(data)
    monkeypatch.setattr(containers, "MAX_EXPANDED_BYTES", 299)
    assert refused(lambda: containers.check_archive(data)) == (
        "IN-ZIP-01",
        "the archive expands beyond the limit",
    )


def test_an_entry_with_a_password_is_named() -> None:
    data = bytearray(zipped({"a.csv": b"1"}))
    for header, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(header) + at] |= 1
    assert refused(lambda: containers.check_archive(bytes(data))) == (
        "IN-ZIP-01",
        "an entry has a password",
    )


def test_an_entry_that_holds_less_than_it_states_is_refused() -> None:
    data = zipped({"a.csv": bytes(1_000)}).replace(struct.pack("<I", 1_000), struct.pack("<I", 1_001))
    assert refused(lambda: containers.archive(data)) == (
        "IN-ZIP-01",
        "an entry's size is not the one it states",
    )


def test_entries_that_share_their_bytes_are_refused() -> None:
    data = zipped({"a.csv": b"1" * 40, "b.csv": b"2" * 40}, zipfile.ZIP_STORED)
    second = data.index(b"PK\x03\x04", 4)
    at = data.rindex(b"PK\x01\x02") + 42
    assert data[at : at + 4] == struct.pack("<I", second)
    over = data[:at] + struct.pack("<I", 1) + data[at + 4 :]
    containers.check_archive(data)
    assert refused(lambda: containers.check_archive(over)) == ("IN-ZIP-01", "entries lie over each other")


def with_part(name: str, change: Callable[[bytes], bytes]) -> bytes:
    members = containers.archive(book([["Id"], [1]]))
    return zipped({**members, name: change(members.get(name, b""))})


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        (
            "xl/styles.xml",
            lambda old: old.decode().encode("utf-16"),
            "a part of the workbook is not UTF-8",
        ),
        (
            "xl/sharedStrings.xml",
            lambda _: b"<sst><si><t>" + b"x" * 200_001 + b"</t></si></sst>",
            "a cell is longer than Excel allows",
        ),
        (
            "xl/styles.xml",
            lambda _: b"<styleSheet>" + b"<a/>" * 50_001 + b"</styleSheet>",
            "a part of the workbook is larger than any seen",
        ),
        ("xl/workbook.xml", lambda old: old[:-20], "the workbook cannot be read (ParseError)"),
    ],
)
def test_a_part_that_no_service_writes_refuses_the_workbook(
    name: str, change: Callable[[bytes], bytes], says: str
) -> None:
    assert refused(lambda: containers.sheets(with_part(name, change))) == ("IN-XLS-01", says)


def test_a_workbook_is_not_unpacked_beyond_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    data = book([["Id"], [1]])
    monkeypatch.setattr(containers, "MAX_WORKBOOK_BYTES", 1_000)
    assert refused(lambda: containers.sheets(data)) == (
        "IN-XLS-01",
        "the workbook expands beyond the limit",
    )


def test_a_workbook_without_any_sheet_is_refused() -> None:
    made = openpyxl.Workbook()
    made.create_chartsheet("Grafico").add_chart(BarChart())
    del made["Sheet"]
    data = io.BytesIO()
    made.save(data)
    assert refused(lambda: containers.sheets(data.getvalue())) == (
        "IN-XLS-01",
        "no sheet of the workbook can be read",
    )


@pytest.mark.parametrize(("limit", "most"), [("MAX_SHEET_CELLS", 10), ("MAX_SHEET_ROWS", 5)])
def test_the_cells_of_a_sheet_are_counted_while_they_are_read(
    limit: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    stated = part_changed(
        book([[n, n] for n in range(50)]), "sheet1.xml", b'<dimension ref="A1:B50"', b'<dimension ref="A1"'
    )
    assert len(containers.sheets(stated)["Data"]) == 50
    containers._small_workbook.cache_clear()
    monkeypatch.setattr(containers, limit, most)
    assert refused(lambda: containers.sheets(stated)) == ("IN-XLS-01", "5 rows with cells far apart")


OLD_WORKBOOK = (
    Path(__file__).parents[1] / "exports" / "linkedin_page" / "la-quercia_visitors_1790928000000.xls"
)


def unreadable(*_: object) -> str:
    raise xlrd.xldate.XLDateError(-1)


def test_the_cells_of_an_old_workbook_are_counted_before_they_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = OLD_WORKBOOK.read_bytes()
    rows = len(next(iter(containers.sheets(data).values())))
    containers._small_workbook.cache_clear()
    monkeypatch.setattr(containers, "MAX_SHEET_CELLS", 10)
    monkeypatch.setattr(containers, "_xls_text", unreadable)
    says = f"{rows} rows with cells far apart"
    assert refused(lambda: containers.sheets(data)) == ("IN-XLS-01", says)


def test_a_cell_that_cannot_be_read_refuses_an_old_workbook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "_xls_text", unreadable)
    containers._small_workbook.cache_clear()
    assert refused(lambda: containers.sheets(OLD_WORKBOOK.read_bytes())) == (
        "IN-XLS-01",
        "the workbook cannot be read (XLDateError)",
    )


def test_one_wide_row_does_not_make_all_rows_wide(monkeypatch: pytest.MonkeyPatch) -> None:
    data = book([*([n] for n in range(30)), list(range(20))])
    loose = part_changed(data, "sheet1.xml", b'<dimension ref="A1:T31"', b'<dimension ref="A1"')
    monkeypatch.setattr(containers, "MAX_SHEET_CELLS", 100)
    assert refused(lambda: containers.sheets(loose)) == ("IN-XLS-01", "31 rows with cells far apart")


def test_a_bomb_that_no_reader_knows_is_told_as_one() -> None:
    found = read_bytes("x.zip", zipped({"x.bin": bytes(3 * 2**20)}), Context())
    assert found.error
    assert found.error["code"] == "IN-ZIP-01"
    assert found.error["message"].startswith("An entry expands beyond the limit")
