"""Bytes to text to records: every physical line is told, with its number as an editor shows it."""

import csv
import io
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading import cells
from sharedsocial_utils.reading.cells import (
    MAX_SPAN,
    BadRecord,
    Record,
    decode,
    decoded,
    find_header,
    heading,
    line_count,
    physical_lines,
    records,
    shape,
    wide_encoding,
)


@pytest.mark.parametrize(
    "data",
    [
        "città,7\n".encode(),
        "città,7\n".encode("utf-8-sig"),
        "città,7\n".encode("cp1252"),
        "città,7\n".encode("utf-16"),
        b"\xfe\xff" + "città,7\n".encode("utf-16-be"),
        "città,7\n".encode("utf-32"),
    ],
    ids=["utf-8", "utf-8 with mark", "cp1252", "utf-16 le", "utf-16 be", "utf-32"],
)
def test_every_encoding_gives_the_same_text(data: bytes) -> None:
    assert decode(data) == "città,7\n"


@pytest.mark.parametrize(
    ("data", "line"),
    [(b"a\nb\nc\x81d\n", 3), (b"\xff\xfea\x00\n\x00" + b"\x00\xdc" * 9, 2)],
    ids=["cp1252", "utf-16"],
)
def test_bytes_of_no_encoding_are_refused_at_their_line(data: bytes, line: int) -> None:
    with pytest.raises(Fault) as fault:
        decode(data)
    assert (fault.value.code, fault.value.line) == ("IN-ENC-01", line)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_final_line_end_opens_no_line(end: str) -> None:
    assert physical_lines(end.join(["a", "", "b", ""])) == ["a", "", "b"]
    assert physical_lines(end.join(["a", "", "b"])) == ["a", "", "b"]
    assert physical_lines("") == []


def test_headings_differ_by_nothing_but_their_letters() -> None:
    assert heading("\ufeffPost\u00a0publish\u00ad  Date ") == heading("post publish date")
    assert heading("Nome dell’account") == heading("NOME DELL'ACCOUNT")
    assert heading("Attivita\u0300") == heading("Attività")
    assert heading("Post ID") != heading("Post-ID")
    assert heading("\u200bPost\u200d \u202dID\u2060") == heading("Post ID")


def read(text: str, width: int, delimiter: str = ",") -> list[Record | BadRecord]:
    return list(records(physical_lines(text), 1, delimiter, width))


def test_a_quoted_line_end_belongs_to_its_record() -> None:
    found = read('a,b\n"x\ny\n\nz",2\n3,4\n', 2)
    assert found == [Record(1, 1, ["a", "b"]), Record(2, 4, ["x\ny\n\nz", "2"]), Record(6, 1, ["3", "4"])]


def test_a_quote_that_is_never_closed_costs_its_own_line() -> None:
    found = read('1,a,x\n2,"b,x\n3,c,x\n4,d,x\n', 3)
    assert found[1] == BadRecord(2, '2,"b,x')
    assert [item.line for item in found] == [1, 2, 3, 4]
    assert [item.cells for item in found if isinstance(item, Record)] == [
        ["1", "a", "x"], ["3", "c", "x"], ["4", "d", "x"],
    ]  # fmt: skip


def test_a_quote_that_swallows_rows_is_found_by_the_rows_it_swallows() -> None:
    found = read('1,"a,x\n2,b,x\n3,c,x\n4,d",x\n5,e,x\n', 3)
    assert found[0] == BadRecord(1, '1,"a,x')
    assert [item.cells[0] for item in found[1:] if isinstance(item, Record)] == ["2", "3", "5"]
    assert BadRecord(4, '4,d",x') in found


def test_a_stray_quote_inside_a_cell_costs_its_own_line() -> None:
    found = read('1,"a"b,x\n2,b,x\n', 3)
    assert found == [BadRecord(1, '1,"a"b,x'), Record(2, 1, ["2", "b", "x"])]


def test_a_record_of_too_many_lines_is_an_open_quote() -> None:
    found = read('1,"a\n' + "line\n" * MAX_SPAN + 'end",x\n2,b,x\n', 3)
    assert isinstance(found[0], BadRecord)
    assert found[-1] == Record(MAX_SPAN + 3, 1, ["2", "b", "x"])


cell = st.text(string.ascii_letters + string.digits + ' ,;"\n', max_size=12)
row = st.lists(cell, min_size=3, max_size=3)


@given(st.lists(row, min_size=1, max_size=12), st.sampled_from(["\n", "\r\n", "\r"]))
def test_what_csv_writes_is_read_back_with_every_line_told_once(rows: list[list[str]], end: str) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    lines = physical_lines(text.getvalue().replace("\n", end))
    found = list(records(lines, 1, ",", 3))
    starts = [item.line for item in found]
    spans = [item.span if isinstance(item, Record) else 1 for item in found]
    assert starts == [1 + sum(spans[:n]) for n in range(len(spans))]
    assert sum(spans) == len(lines)
    good = [item.cells for item in found if isinstance(item, Record)]
    if not any(isinstance(item, BadRecord) for item in found):
        assert good == rows
    # a cell whose own line looks like a whole row may be doubted, and is then told; nothing is invented
    assert all(cells in rows or len(cells) != 3 or '"' in "".join(lines) for cells in good)


@given(st.lists(st.text('ab,"\n', max_size=20), max_size=8))
def test_any_text_is_accounted_for_line_by_line(pieces: list[str]) -> None:
    lines = physical_lines("\n".join(pieces))
    found = list(records(lines, 1, ",", 3))
    covered = [item.line + n for item in found for n in range(item.span if isinstance(item, Record) else 1)]
    assert covered == list(range(1, len(lines) + 1))


def test_the_header_is_found_below_a_preamble_with_its_own_separator() -> None:
    lines = ["Report, of July", "1 July - 31 July", "", "Day;Cost, net;Campaign", "2026-07-01;1,5;a"]
    assert find_header(lines, [{"campaign"}, {"cost", "cost, net"}]) == (
        4, ";", ["Day", "Cost, net", "Campaign"],
    )  # fmt: skip
    assert find_header(lines, [{"campaign"}, {"spend"}]) is None


def test_two_separators_that_fit_the_header_alike_are_no_guess() -> None:
    with pytest.raises(Fault) as fault:
        find_header(["Report", "Views;a,Views"], [{"views"}])
    assert (fault.value.code, fault.value.line, fault.value.text) == ("IN-CSV-03", 2, "Views;a,Views")
    assert find_header(["Views"], [{"views"}]) == (1, ",", ["Views"])


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_needs_no_mark(encoding: str) -> None:
    assert decode("Giorno;Città\n2026-07-01;Siena\n".encode(encoding)).splitlines()[0] == "Giorno;Città"


def told(data: bytes) -> list[tuple[str, int | None, str]]:
    return [(fault.code, fault.line, fault.found) for fault in decoded(data)[1]]


def test_one_byte_of_another_encoding_garbles_no_other_letter() -> None:
    data = "Città\nPerché\n".encode() + b"x\xffy\n"
    assert decode(data) == "Città\nPerché\nxÿy\n"
    assert told(data) == [("IN-ENC-01", 3, "1 byte is not UTF-8, as all others are")]


def test_a_file_that_ends_within_a_letter_says_so() -> None:
    assert decode(b"a,b\n1,Citt" + b"\xc3") == "a,b\n1,Citt\ufffd"
    assert told(b"a,b\n1,Citt" + b"\xc3") == [("IN-ENC-01", 2, "the file ends within a letter")]
    assert told("a,b\nCittà".encode("utf-16") + b"\x0a") == [
        ("IN-ENC-01", 2, "1 letter cannot be read as utf-16")
    ]


def test_letters_misread_or_lost_by_others_are_told() -> None:
    assert told("a\ncittÃ\u00a0 è perchÃ©\n".encode()) == [
        ("IN-ENC-02", 2, "2 letters were misread by whoever saved the file")
    ]
    assert told("a\nb\ncitt\ufffd\n".encode())[0][:2] == ("IN-ENC-02", 3)
    assert told("São Paulo, ÂNGULO, Ã, “”€".encode()) == []


def test_control_characters_are_told_and_a_name_of_a_mac_is_the_same_name() -> None:
    assert told(b"a\nb\x00c\x1a\n") == [("IN-ENC-03", 2, "2 control characters")]
    assert decode("Citta\u0300".encode()) == "Città"


@given(st.binary(max_size=60))
def test_lines_are_counted_as_they_are_split(data: bytes) -> None:
    try:
        text = decode(data.removeprefix(b"\xef\xbb\xbf"))
    except Fault:
        return
    if not wide_encoding(data):
        assert line_count(data.removeprefix(b"\xef\xbb\xbf")) == len(physical_lines(text))


def test_a_quote_that_encloses_nothing_costs_its_own_line() -> None:
    assert isinstance(read('a"1,5",2,x\n', 3)[0], BadRecord)
    assert read('5" x 7",a,b\n', 3) == [Record(1, 1, ['5" x 7"', "a", "b"])]
    assert isinstance(read("x,'1,5'\n", 3)[0], BadRecord)
    assert read("'Na sera,un po',x\n", 3)[0] == BadRecord(1, "'Na sera,un po',x")
    assert read("L'olio,un po' di,x\n", 3) == [Record(1, 1, ["L'olio", "un po' di", "x"])]


def test_two_rows_joined_by_stray_quotes_are_no_record() -> None:
    found = read('1,"a,x\n2,b",x\n3,c,x\n', 3)
    assert found[:1] == [BadRecord(1, '1,"a,x')]
    assert found[-1] == Record(3, 1, ["3", "c", "x"])
    assert isinstance(read('2026-07-01,"a\n2026-07-02,b"\n', 2)[0], BadRecord)
    assert read('title,"a\nb, c"\n', 2) == [Record(1, 2, ["title", "a\nb, c"])]


def test_a_line_longer_than_any_row_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "MAX_LINE", 5)
    found = list(records(["1,2", "," * 6, "3,4"], 1, ",", 2))
    assert [(type(row), row.line) for row in found] == [(Record, 1), (BadRecord, 2), (Record, 3)]


@pytest.mark.parametrize("text", ["Salve,\nuno, due, tre\ngrazie", "a, b, c\nd, e, f\ng, h, i", "x\n, ,\ny"])
def test_a_text_with_as_many_commas_as_a_row_is_one_cell(text: str) -> None:
    lines = ['1,"ciao",5', *f'2,"{text}",6'.split("\n"), '3,"ciao",7']
    found = list(records(lines, 1, ",", 3))
    assert [row.cells for row in found if isinstance(row, Record)] == [
        ["1", "ciao", "5"], ["2", text, "6"], ["3", "ciao", "7"],
    ]  # fmt: skip
    assert found[1].line == 2


def test_a_stray_quote_that_swallows_rows_costs_its_own_line() -> None:
    lines = ["1,ciao,5", '2,"ciao,6', "3,salve,7", '4,ciao",8', "5,ciao,9"]
    found = list(records(lines, 1, ",", 3))
    assert [row.line for row in found if isinstance(row, BadRecord)] == [2, 4]
    assert [row.cells[0] for row in found if isinstance(row, Record)] == ["1", "3", "5"]


def test_the_shape_of_a_text_says_nothing_of_it() -> None:
    assert (
        shape("Anna Rossi <a.rossi1@posta.example>, +39 055")
        == "Xxxx Xxxxx <x.xxxxx9@xxxxx.xxxxxxx>, +99 999"
    )
    assert shape("Ärger 三 ½") == "Xxxxx x 9"
