"""Files made to take the reader's memory or time: each a function that gives the bytes of a file.

They are made when they are needed and never stored: a long run of one sign packs to nothing, and a hole
in a file takes no room.
"""

import gzip
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

EXPORTS = Path(__file__).parents[1] / "exports"
MIB = 2**20
BOMBS: dict[str, tuple[str, Callable[[], bytes]]] = {}
"""What it is -> the name of the file, the function that gives its bytes."""


def bomb(name: str) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    """Adds a function to the list under its own name; `name` is that of the file."""

    def add(make: Callable[[], bytes]) -> Callable[[], bytes]:
        BOMBS[make.__name__] = name, make
        return make

    return add


def zipped(members: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as box:
        for name, content in members.items():
            box.writestr(zipfile.ZipInfo(name), content, compress_type=how)
    return data.getvalue()


def replaced(data: bytes, old: bytes, new: bytes) -> bytes:
    """With one piece replaced, which must be there: else the bomb would be none."""
    assert old in data
    return data.replace(old, new)


HOLES: dict[str, tuple[str, bytes, int]] = {
    "csv_of_a_gigabyte_in_one_line": ("days_first.csv", b"", 2**30),
    "csv_of_a_hole_of_400_megabytes": ("days_first.csv", b"Project,Client\n", 400 * MIB),
    "json_of_a_hole_of_400_megabytes": ("board.json", b'{"idOrganization": "trello.com/', 400 * MIB),
    "nothing_but_a_hole": ("days_first.csv", b"", 500 * MIB),
}
"""What it is -> the name of the file, how it begins, how long it is: the rest is a hole."""


# ---- archives

ZEROS = b"0" * (300 * MIB)


@bomb("export.zip")
def zip_flat() -> bytes:
    return zipped({"visitors.csv": ZEROS, "sources.csv": b"a"})


@bomb("export.zip")
def zip_of_many_that_are_each_within_the_limit() -> bytes:
    return zipped({f"{n}.csv": b"0" * MIB for n in range(1_200)})


@bomb("export.zip")
def zip_of_a_hundred_thousand_entries() -> bytes:
    local = b"PK\x03\x04" + bytes(22) + struct.pack("<HH", 1, 0) + b"a"
    central = b"PK\x01\x02" + bytes(24) + struct.pack("<HHHHHII", 1, 0, 0, 0, 0, 0, 0) + b"a"
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 65_535, 65_535, 100_000 * len(central), len(local), 0)
    return local + 100_000 * central + end


@bomb("export.zip")
def zip_whose_entries_overlap() -> bytes:
    one = zipped({"00000.csv": b"0" * 200_000})
    start = one.index(b"PK\x01\x02")
    local, central = one[:start], one[start : one.index(b"PK\x05\x06")]
    many = b"".join(central.replace(b"00000.csv", f"{n:05}.csv".encode()) for n in range(4_000))
    return (
        local + many + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 4_000, 4_000, len(many), len(local), 0)
    )


@bomb("Export-1.zip")
def zip_nested() -> bytes:
    inner = zipped({"Plan 0123456789abcdef0123456789abcdef.csv": ZEROS})
    for n in range(5):
        inner = zipped({f"ExportBlock-{36 * 'a'}-Part-{n}.zip": inner})
    return inner


@bomb("Export-1.zip")
def zip_nested_a_hundred_deep() -> bytes:
    inner = b""
    for _ in range(100):
        inner = zipped({f"ExportBlock-{36 * 'a'}-Part-1.zip": inner}, zipfile.ZIP_STORED)
    return inner


@bomb("Export-1.zip")
def zip_wide_and_nested() -> bytes:
    inner = zipped({f"{n}.csv": b"0" * 200_000 for n in range(16)})
    for _ in range(3):
        inner = zipped({f"ExportBlock-{36 * 'a'}-Part-{n}.zip": inner for n in range(16)})
    return inner


@bomb("export.zip")
def zip_that_lies_about_its_sizes() -> bytes:
    data = zipped({"visitors.csv": b"0" * (40 * MIB), "sources.csv": b"a"})
    return replaced(data, struct.pack("<I", 40 * MIB), struct.pack("<I", 5_000))


@bomb("export.zip")
def zip_that_claims_four_gigabytes() -> bytes:
    data = zipped({"visitors.csv": b"0" * 70_001, "sources.csv": b"a"})
    return replaced(data, struct.pack("<I", 70_001), struct.pack("<I", 2**32 - 2))


@bomb("export.zip")
def zip_of_bzip2() -> bytes:
    return zipped({"visitors.csv": ZEROS[: 40 * MIB], "sources.csv": b"a"}, zipfile.ZIP_BZIP2)


@bomb("export.zip")
def zip_of_lzma_with_a_huge_dictionary() -> bytes:
    data = zipped({"visitors.csv": b"0" * 1_000, "sources.csv": b"a"}, zipfile.ZIP_LZMA)
    return replaced(data, struct.pack("<I", 8 * MIB), struct.pack("<I", 2**32 - 1))


@bomb("export.zip")
def zip_that_leads_outside() -> bytes:
    return zipped({"../../visitors.csv": b"a", "sources.csv": b"a"})


@bomb("export.zip")
def zip_of_a_link() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as box:
        link = zipfile.ZipInfo("visitors.csv")
        link.external_attr = 0o120777 << 16
        box.writestr(link, "/etc/passwd")
        box.writestr("sources.csv", "a")
    return data.getvalue()


@bomb("visitors.csv.gz")
def gzip_of_a_gigabyte() -> bytes:
    packer, piece = zlib.compressobj(9, zlib.DEFLATED, 31), b"0" * (8 * MIB)
    return b"".join(packer.compress(piece) for _ in range(128)) + packer.flush()


@bomb("visitors.csv")
def gzip_under_the_name_of_a_table() -> bytes:
    return gzip.compress(ZEROS, mtime=0)


@bomb("visitors.csv.gz")
def gzip_nested() -> bytes:
    return gzip.compress(gzip.compress(ZEROS, mtime=0), mtime=0)


# ---- XML

ITEM = "<item><title>{}</title><link>https://a.example/1</link><guid>1</guid></item>"


def feed(inside: str, doctype: str = "") -> bytes:
    head = f'<?xml version="1.0"?>{doctype}<rss version="2.0"><channel><title>a</title>'
    return f"{head}{inside}</channel></rss>".encode()


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


@bomb("feed.xml")
def xml_billion_laughs() -> bytes:
    return feed(ITEM.format("&l11;"), f'<!DOCTYPE rss [<!ENTITY l0 "ha">{LAUGHS}]>')


@bomb("feed.xml")
def xml_quadratic_blowup() -> bytes:
    return feed(ITEM.format("&a;" * 50_000), f'<!DOCTYPE rss [<!ENTITY a "{"a" * 50_000}">]>')


@bomb("feed.xml")
def xml_external_entity() -> bytes:
    return feed(ITEM.format("&a;"), '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///dev/zero">]>')


@bomb("feed.xml")
def xml_external_dtd() -> bytes:
    return feed(ITEM.format("a"), '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/a.dtd">')


@bomb("feed.xml")
def xml_parameter_entities() -> bytes:
    inside = '<!ENTITY % a "aaaaaaaaaa"><!ENTITY % b "%a;%a;%a;%a;%a;%a;%a;%a;"> %b;'
    return feed(ITEM.format("a"), f"<!DOCTYPE rss [{inside}]>")


@bomb("feed.xml")
def xml_entity_in_an_attribute() -> bytes:
    doctype = f'<!DOCTYPE rss [<!ENTITY l0 "ha">{LAUGHS}<!ATTLIST rss version CDATA "&l11;">]>'
    return feed(ITEM.format("a"), doctype)


@bomb("feed.xml")
def xml_billion_laughs_in_utf16() -> bytes:
    return xml_billion_laughs().decode().encode("utf-16")


@bomb("blog.xml")
def xml_billion_laughs_in_an_export_of_wordpress() -> bytes:
    data = (EXPORTS / "wordpress_wxr" / "blog.xml").read_bytes()
    doctype = f'<!DOCTYPE rss [<!ENTITY l0 "ha">{LAUGHS}]><rss'
    return data.replace(b"<rss", doctype.encode(), 1).replace(b"<title>", b"<title>&l11;")


@bomb("feed.xml")
def xml_nested_a_hundred_thousand_deep() -> bytes:
    return feed(ITEM.format("<b>" * 100_000 + "</b>" * 100_000))


@bomb("feed.xml")
def xml_nested_below_the_limit_of_tags() -> bytes:
    return feed(ITEM.format("<b>" * 24_000 + "a"))


@bomb("feed.xml")
def xml_of_a_hundred_thousand_attributes() -> bytes:
    return feed("<item " + " ".join(f'a{n}="b"' for n in range(100_000)) + "><title>a</title>")


@bomb("feed.xml")
def xml_of_tags_without_an_end() -> bytes:
    return feed("<item" * 60_000 + "<!--" * 60_000 + "<![CDATA[" * 60_000 + "<?" * 60_000)


@bomb("feed.xml")
def xml_of_markup_in_markup() -> bytes:
    return feed(ITEM.format("<![CDATA[" + "<a" * 400_000 + "]]>") + ITEM.format("&lt;a" * 200_000))


# ---- workbooks

NOISE = random.Random("noise")


def _noise(length: int) -> bytes:
    """Digits that hardly pack."""
    return (
        b"%d" % NOISE.randrange(10 ** (length - 1), 10**length)
        if length < 100
        else (NOISE.randbytes(length // 2).hex().encode())
    )


def workbook(**parts: Callable[[bytes], bytes]) -> bytes:
    """A workbook of ours with some parts changed, given by the end of their names."""
    with zipfile.ZipFile(EXPORTS / "hubspot" / "deals.xlsx") as box:
        members = {name: box.read(name) for name in box.namelist()}
    for end, change in parts.items():
        name = next(name for name in members if name.rpartition("/")[2] == f"{end}.xml")
        members[name] = change(members[name])
    return zipped(members)


def _sheet(cells: bytes, dimension: bytes = b"") -> Callable[[bytes], bytes]:
    """The sheet with further rows and, where said, another claim of its size."""

    def change(sheet: bytes) -> bytes:
        start, end = sheet.index(b"<dimension"), sheet.index(b"<sheetViews")
        return (sheet[:start] + dimension + sheet[end:]).replace(b"</sheetData>", cells + b"</sheetData>")

    return change


@bomb("deals.xlsx")
def xlsx_of_cells_far_apart() -> bytes:
    return workbook(sheet1=_sheet(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))


@bomb("deals.xlsx")
def xlsx_of_a_row_beyond_all_rows() -> bytes:
    return workbook(sheet1=_sheet(b'<row r="2000000000"><c r="A2000000000"><v>1</v></c></row>'))


@bomb("deals.xlsx")
def xlsx_of_wide_rows() -> bytes:
    rows = b"".join(b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (n, n) for n in range(100, 20_000))
    return workbook(sheet1=_sheet(rows))


@bomb("deals.xlsx")
def xlsx_that_claims_all_cells() -> bytes:
    return workbook(sheet1=_sheet(b"", b'<dimension ref="A1:XFD1048576"/>'))


@bomb("deals.xlsx")
def xlsx_that_inflates() -> bytes:
    return workbook(sheet1=_sheet(b" " * (300 * MIB)))


@bomb("deals.xlsx")
def xlsx_of_one_long_text() -> bytes:
    return workbook(
        sheet1=_sheet(b'<row><c t="inlineStr"><is><t>' + _noise(4 * MIB) + b"</t></is></c></row>")
    )


@bomb("deals.xlsx")
def xlsx_of_laughing_texts() -> bytes:
    head = b'<!DOCTYPE a [<!ENTITY l0 "ha">' + LAUGHS.encode() + b"]><worksheet"
    return workbook(sheet1=lambda sheet: sheet.replace(b"<worksheet", head, 1))


@bomb("deals.xlsx")
def xlsx_of_many_styles() -> bytes:
    styles = b"".join(b'<xf numFmtId="%d" fontId="%s"/>' % (n, _noise(8)) for n in range(100_000))
    return workbook(styles=lambda part: replaced(part, b"</cellXfs>", styles + b"</cellXfs>"))


@bomb("deals.xlsx")
def xlsx_of_many_names() -> bytes:
    names = b"".join(b'<definedName name="a%d">%s</definedName>' % (n, _noise(8)) for n in range(50_000))
    names = b"<definedNames>" + names + b"</definedNames></workbook>"
    return workbook(workbook=lambda part: replaced(part, b"</workbook>", names))


@bomb("deals.xlsx")
def xlsx_of_formulas_without_values() -> bytes:
    cells = (b'<row><c r="A%d"><f>%s</f></c></row>' % (n, _noise(12)) for n in range(100, 50_000))
    return workbook(sheet1=_sheet(b"".join(cells)))


@bomb("deals.xlsx")
def xlsx_whose_directory_overlaps() -> bytes:
    data = workbook()
    start = data.index(b"PK\x01\x02")
    central, end = data[start : data.index(b"PK\x05\x06")], data[data.index(b"PK\x05\x06") :]
    many = central * 300
    count = struct.unpack("<H", end[10:12])[0] * 300
    return (
        data[:start] + many + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, len(many), start, 0)
    )


def _old_workbook() -> bytes:
    return next((EXPORTS / "linkedin_page").glob("*visitors*.xls")).read_bytes()


@bomb("la-quercia_visitors_1790928000000.xls")
def xls_whose_sectors_run_in_a_ring() -> bytes:
    data = bytearray(_old_workbook())
    for at in range(512, len(data) - 4, 4):
        if data[at : at + 4] == b"\xfe\xff\xff\xff":
            data[at : at + 4] = b"\x01\x00\x00\x00"
    return bytes(data)


@bomb("la-quercia_visitors_1790928000000.xls")
def xls_with_a_password() -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(2_000)
        + "EncryptedPackage".encode("utf-16-le")
        + bytes(2_000)
    )


# ---- JSON


def _board(inside: bytes) -> bytes:
    """A board of ours with one more key, which is the last."""
    data = (EXPORTS / "trello" / "board.json").read_bytes().rstrip()
    return data.removesuffix(b"}") + b', "b": ' + inside


@bomb("board.json")
def json_nested_a_million_deep() -> bytes:
    return _board(b"[" * 10**6)


@bomb("board.json")
def json_of_objects_in_objects() -> bytes:
    return _board(b'{"a":' * 500_000 + b"1" + b"}" * 500_001)


@bomb("board.json")
def json_nested_behind_a_text_of_brackets() -> bytes:
    return _board(b'"' + b'\\"]' * 100_000 + b'", "c": ' + b"[" * 1_000 + b"]" * 1_000 + b"}")


@bomb("board.json")
def json_of_a_number_of_a_million_digits() -> bytes:
    return _board(b"9" * 10**6 + b"}")


@bomb("board.json")
def json_of_an_infinite_number() -> bytes:
    return _board(b"-Infinity}")


@bomb("board.json")
def json_that_never_ends_its_text() -> bytes:
    return _board(b'"' + b"\\\\" * 10**6)


# ---- tables of text


def _table() -> bytes:
    return (EXPORTS / "clockify" / "days_first.csv").read_bytes()


@bomb("days_first.csv")
def csv_of_rows_that_are_all_quotes() -> bytes:
    return _table().splitlines(keepends=True)[0] + b'"' * 3_000_001


@bomb("days_first.csv")
def csv_of_quotes_that_open_every_row() -> bytes:
    return _table().splitlines(keepends=True)[0] + b'"a,b\n' * 15_000


@bomb("days_first.csv")
def csv_of_rows_that_are_all_separators() -> bytes:
    return _table().splitlines(keepends=True)[0] + (b"," * 3_000_000 + b"1\n") * 2


@bomb("days_first.csv")
def csv_of_one_line() -> bytes:
    return _table().splitlines()[0] + b"a" * (129 * MIB)


@bomb("days_first.csv")
def csv_of_controls() -> bytes:
    return b"\x00\x01" * MIB


# ---- calendars, pictures


def calendar(event: str, times: int = 1) -> bytes:
    head = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//a//a//EN\r\n"
    stamps = "DTSTART:20260701T090000Z\r\nDTEND:20260701T100000Z"
    each = f"BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:a\r\n{stamps}\r\n{event}\r\nEND:VEVENT\r\n"
    return (head + each * times + "END:VCALENDAR\r\n").encode()


@bomb("work.ics")
def calendar_of_every_second() -> bytes:
    return calendar("RRULE:FREQ=SECONDLY")


@bomb("work.ics")
def calendar_of_a_thousand_million_days() -> bytes:
    return calendar("RRULE:FREQ=DAILY;COUNT=1000000000;INTERVAL=0")


@bomb("work.ics")
def calendar_of_no_day_that_ever_comes() -> bytes:
    return calendar("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")


@bomb("work.ics")
def calendar_nested_deep() -> bytes:
    return b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 10_000


@bomb("work.ics")
def calendar_of_alarms_without_number() -> bytes:
    alarm = "BEGIN:VALARM\r\nACTION:AUDIO\r\nTRIGGER:PT0S\r\nREPEAT:1000000000\r\nDURATION:PT1S\r\nEND:VALARM"
    return calendar(f"{alarm}\r\nRRULE:FREQ=MINUTELY")


@bomb("visitors.csv")
def picture_of_a_thousand_million_pixels() -> bytes:
    head = struct.pack(">IIBBBBB", 32_000, 32_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
