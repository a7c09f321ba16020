"""The faults F01 to F55 of the reliability catalogue, each brought about in a file, met at the public door.

Every case names its guard: the function that sees the fault. For some of them the guard is taken away below,
and the fault is then not seen.
"""

import io
import os
import re
import socket
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import feedparser
import openpyxl
import pandas as pd
import pytest

from sharedsocial_utils.cli import checkup
from sharedsocial_utils.client import load_client
from sharedsocial_utils.errors import CATALOGUE, Fault
from sharedsocial_utils.readers import blog_feed
from sharedsocial_utils.reading import (
    FileReading,
    Ingest,
    cells,
    containers,
    conventions,
    door,
    identity,
    look_through,
    read_files,
)
from sharedsocial_utils.reading import source as sources
from sharedsocial_utils.reading.file import read_bytes
from sharedsocial_utils.reading.source import Context
from sharedsocial_utils.reading.vanishing import vanished
from sharedsocial_utils.workspace import Quarter, Workspace

NUMBERS = {
    *range(1, 13), *range(20, 29), *range(30, 38), *range(40, 48), *range(50, 56),
}  # fmt: skip
PACKAGE = Path(door.__file__).parents[1]

HOURS = "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration"
WORK = "Ada,,,Blog,,Post,No,2026-07-{:02},09:00:00,2026-07-{:02},10:00:00,01:00:00"
POSTS = "Post ID,Page ID,Page name,Publish time,Permalink,Date,Views,Reach,Reactions"
POST = "{},101000000000001,La Quercia,07/{:02}/2026 01:30,https://www.facebook.com/x,Lifetime,{},5,1"
SHEET = "Data;Persona;Progetto;Ore"
ITEM = (
    "<item><title>{title}</title><link>https://rossi.example/{id}</link><guid>{id}</guid>"
    "<pubDate>{day}</pubDate></item>"
)
DAY = "Wed, 01 Jul 2026 10:00:00 +0200"


def text(*lines: str, end: str = "\n") -> bytes:
    return ("\n".join(lines) + end).encode()


def work(*days: int) -> list[str]:
    return [WORK.format(day, day) for day in days]


def post(number: int, day: int, views: object = 9) -> str:
    return POST.format(f"1221580000000000{number:02}", day, views)


def item(id_: str, title: str = "Olio", day: str = DAY) -> str:
    return ITEM.format(id=id_, title=title, day=day)


def feed(*entries: str, head: str = "", tail: str = "</channel></rss>") -> bytes:
    link = "<link>https://rossi.example</link>"
    return text(
        f'<?xml version="1.0" encoding="utf-8"?>{head}<rss version="2.0"><channel>{link}', *entries, tail
    )


def visits(period: str, total: int, *rows: str) -> bytes:
    head = ["# ----", "# rossi.example", "# Free form-Free form 1", f"# {period}", "# ----", ""]
    return text(*head, "Date,Session source,Session campaign,Sessions", f",,,{total},Grand total", *rows)


def archive(members: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", how) as zipped:
        for name, content in members.items():
            zipped.writestr(zipfile.ZipInfo(name), content, how)
    return made.getvalue()


def workbook(change: Callable[[Any], None] = lambda _: None) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Luglio"
    for row in (["Data", "Persona", "Progetto", "Ore"], ["2026-07-01", "Ada", "Blog", 1.5]):
        book.active.append(row)
    change(book)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def with_formula(book: Any) -> None:
    book.active["D3"] = "=D2*2"


def with_hidden_sheet(book: Any) -> None:
    book.create_sheet("Agosto").sheet_state = "hidden"


def linkedin() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["Date", "Impressions (total)", "Clicks (total)", "Engagement rate (total)"])
    book.active.append(["09/30/2026", 10, 1, 0.1])
    book.active.append(["10/01/2026", 3, 0, 0.0])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@dataclass(frozen=True)
class Case:
    """A file, the fault that must be told of it, and the function that sees it."""

    number: int
    guard: str
    name: str
    data: bytes
    code: str
    says: str
    row: str = ""
    column: int | None = None
    kept: int = 0
    cure: str = ""
    line: int | None = None

    def __str__(self) -> str:
        return f"F{self.number:02} {self.name} {self.code}"


CASES = [
    Case(1, "door.identify", "empty.csv", b"", "IN-FILE-01", "The file is empty"),
    Case(1, "file._read", "header.csv", text(HOURS), "IN-FILE-02", "No data rows", cure="period"),
    Case(
        2,
        "Source._is_cut",
        "cut.csv",
        text(HOURS, *work(1), work(2)[0][:50], end=""),
        "IN-FILE-03",
        "10 fields: ",
        row="3",
        kept=1,
        cure="Download it again",
    ),
    Case(
        2,
        "containers._opened",
        "cut.zip",
        archive({"Table data.csv": b"Date,Views\n" * 99})[:90],
        "IN-ZIP-01",
        "damaged archive",
        cure="Download it again",
    ),
    Case(
        2,
        "feeds._pieces",
        "cut.xml",
        feed(item("a"), item("b"))[:-90],
        "IN-FILE-03",
        "the feed ends within this entry",
        row="entry 2",
        kept=1,
    ),
    Case(
        3,
        "source._fits",
        "long.csv",
        text(HOURS, *work(1), work(2)[0] + ",x", *work(3)),
        "IN-CSV-01",
        "13 fields",
        row="3",
        kept=2,
        cure="stray separator",
    ),
    Case(
        3,
        "source._fits",
        "short.csv",
        text(HOURS, *work(1), work(2)[0].replace(",,", ",", 1)),
        "IN-CSV-01",
        "11 fields: ",
        row="3",
        kept=1,
    ),
    Case(
        4,
        "cells._is_doubtful",
        "quote.csv",
        text(HOURS, *work(1), work(2)[0].replace("Post", '"Post'), *work(3)),
        "IN-CSV-02",
        "a quote is not closed",
        row="3",
        kept=2,
        cure="quotation mark",
    ),
    Case(
        4,
        "cells._is_doubtful",
        "quotes.csv",
        text(HOURS, work(1)[0].replace("Post", '"Post'), work(2)[0].replace("Post", 'Post"'), *work(3)),
        "IN-CSV-02",
        "a quote is not closed",
        row="2",
        kept=1,
    ),
    Case(
        5,
        "ga4_exploration._check",
        "total.csv",
        visits("20260701-20260702", 30, "20260701,a,x,10", "20260702,a,x,11"),
        "IN-CSV-06",
        "sessions: the printed total is 30, the rows add up to 21",
        kept=2,
        cure="rows may be missing",
    ),
    Case(
        6,
        "source._positions",
        "twice.csv",
        text(HOURS + ",Project", work(1)[0] + ",x"),
        "IN-CSV-05",
        "columns 'Project' and 'Project' both fit project",
        column=13,
        line=1,
    ),
    Case(
        6,
        "door.Head.header",
        "renamed.csv",
        text(HOURS.replace("End date", "Finish"), *work(1)),
        "IN-FILE-05",
        "nearest: toggl, but no column 'End date'",
        cure="`sharedsocial readers`",
    ),
    Case(
        8,
        "cells.find_header",
        "both.csv",
        text(HOURS + ",x;" + HOURS.replace(",", ";") + ";y", *work(1)),
        "IN-CSV-03",
        "split the header",
        line=1,
        cure="without re-saving",
    ),
    Case(
        9,
        "identity.require",
        "another.xml",
        feed(item("a")).replace(b"rossi", b"colline"),
        "IN-ACC-01",
        'carries the domain "colline.example", the client\'s is "rossi.example"',
        cure="[identity]",
    ),
    Case(
        10,
        "door._lie",
        "report.csv",
        b"%PDF-1.7 ...",
        "IN-FILE-04",
        "the name ends in .csv, the content is a PDF",
        cure="true ending",
    ),
    Case(
        10,
        "door._lie",
        "login.csv",
        b"<!doctype html><title>Log in</title>",
        "IN-FILE-04",
        "a web page",
        cure="download the export again",
    ),
    Case(
        11,
        "cells._decoded",
        "mixed.csv",
        text(HOURS, *work(1)).replace(b"Post", "Città è più".encode() * 3 + b"\xe8"),
        "IN-ENC-01",
        "1 byte is not UTF-8, as all others are",
        kept=1,
        line=2,
        cure="UTF-8",
    ),
    Case(
        11,
        "cells._garbled",
        "moji.csv",
        text(HOURS, *work(1)).replace(b"Post", "CittÃ\u00a0".encode()),
        "IN-ENC-02",
        "1 letters were misread by whoever saved the file",
        kept=1,
        line=2,
        cure="do not re-save",
    ),
    Case(
        12,
        "cells._controls",
        "nul.csv",
        text(HOURS, *work(1)).replace(b"Post", b"P\x01ost"),
        "IN-ENC-03",
        r"1 control character: '\\x01'",
        kept=1,
        line=2,
    ),
    Case(
        20,
        "conventions.number_mark",
        "marks.csv",
        text(SHEET, "2026-07-01;Ada;Blog;1,250"),
        "IN-NUM-01",
        "it can be thousands or decimals; no row of the column decides: '1,250'",
        column=4,
        line=2,
        cure="other locale",
    ),
    Case(
        21,
        "conventions._number",
        "bound.csv",
        text(POSTS, post(1, 1), post(2, 2, "< 10"), post(3, 3, "--")),
        "IN-NUM-04",
        "A bound, not a figure: '< 10'",
        row="3",
        column=7,
        kept=3,
    ),
    Case(
        22,
        "conventions._id",
        "rounded.csv",
        text(POSTS, post(1, 1), POST.format("1.22E+17", 2, 9)),
        "IN-ID-01",
        "Digits of the id are lost: '1.22E+17'; expected all its digits",
        row="3",
        column=1,
        kept=1,
        cure="do not re-save",
    ),
    Case(
        24,
        "conventions.day_order",
        "order.csv",
        text(SHEET, "03/04/2026;Ada;Blog;1,5"),
        "IN-DATE-01",
        "day or month may come first; no row of the column decides: '03/04/2026'",
        column=1,
        line=2,
        cure="YYYY-MM-DD",
    ),
    Case(
        24,
        "conventions._day",
        "noday.csv",
        text(SHEET, "2026-02-30;Ada;Blog;1,5", "2026-03-01;Ada;Blog;1"),
        "IN-DATE-02",
        "No such day: '2026-02-30'",
        row="2",
        column=1,
        kept=1,
    ),
    Case(
        26,
        "conventions._number",
        "negative.csv",
        text(POSTS, post(1, 1), post(2, 2, -5)),
        "IN-NUM-03",
        "An impossible number: '-5'; expected at least 0",
        row="3",
        column=7,
        kept=2,
    ),
    Case(
        26,
        "conventions._number",
        "overflow.csv",
        text(POSTS, post(1, 1), post(2, 2, "1e999")),
        "IN-NUM-02",
        "Not a number: '1e999'",
        row="3",
        column=7,
        kept=2,
    ),
    Case(
        27,
        "Source.require_currency",
        "dollars.csv",
        text(
            "Reporting starts,Reporting ends,Campaign name,Day,Amount spent (USD)",
            "2026-07-01,2026-07-01,olio,2026-07-01,3",
        ),
        "IN-CUR-01",
        "Amounts in USD; expected EUR",
        line=1,
        cure="the client's currency",
    ),
    Case(
        28,
        "file._say_partial",
        "rossi_content_1790850600000.xlsx",
        linkedin(),
        "IN-DATE-07",
        "2026-10-01 is partial: the file was exported on that day",
        kept=2,
        cure="later day",
    ),
    Case(
        35,
        "blog_feed._put_twins_aside",
        "guids.xml",
        feed(item("a"), item("a", "Pane")),
        "IN-ID-03",
        "The id of an entry above, with other content: 'a'",
        row="entry 2",
        column=1,
        kept=1,
    ),
    Case(
        37,
        "feeds.instants",
        "undated.xml",
        feed(item("a"), item("b", day="31 February"), item("c", day="boh")),
        "IN-FEED-02",
        "An entry without a readable date: '31 February'",
        row="entry 2",
        column=4,
        kept=1,
        cure="Correct the entry in the blog",
    ),
    Case(
        40,
        "feeds._together",
        "broken.xml",
        feed(item("a"), item("b", "Pane & <olio"), item("c")),
        "IN-XML-01",
        "entries are not well-formed and were read all the same",
        kept=3,
    ),
    Case(
        42,
        "feeds.parsed",
        "laughs.xml",
        feed(item("a", "&b;"), head=LAUGHS),
        "IN-XML-02",
        "the feed declares a DTD",
        cure="Do not use this file",
    ),
    Case(
        42,
        "containers.json_value",
        "deep.json",
        b'{"idOrganization":"o","url":"https://trello.com/b/x","x":' + b"[" * 100 + b"]" * 100 + b"}",
        "IN-JSON-02",
        "nested",
    ),
    Case(
        43,
        "door._lie",
        "page.xml",
        b"<!DOCTYPE html><html><title>404</title>",
        "IN-FILE-04",
        "the name ends in .xml, the content is a web page",
        cure="download the export again",
    ),
    Case(
        45,
        "door.identify",
        "bomb.gz",
        b"\x1f\x8b\x08\x00" + b"\x00" * 99,
        "IN-FILE-05",
        "it is a gzip archive",
    ),
    Case(
        50,
        "containers._checked",
        "bomb.zip",
        archive({"Table data.csv": b"0" * 30_000_000}),
        "IN-ZIP-01",
        "An entry expands beyond the limit: 'Table data.csv'",
    ),
    Case(
        51,
        "containers._check_name",
        "slip.zip",
        archive({"../Table data.csv": b"Date,Views\n"}),
        "IN-ZIP-02",
        "An entry's name leads outside the archive: '../Table data.csv'",
        cure="Do not use this archive",
    ),
    Case(
        53,
        "containers._check_formulas",
        "formula.xlsx",
        workbook(with_formula),
        "IN-XLS-02",
        "A formula without its value",
        column=4,
        line=3,
        cure="save it",
    ),
    Case(
        53,
        "containers.workbook",
        "hidden.xlsx",
        workbook(with_hidden_sheet),
        "IN-XLS-03",
        "The sheet is hidden",
        kept=1,
    ),
    Case(
        53,
        "containers._xls_book",
        "locked.xls",
        b"\xd0\xcf\x11\xe0" + b"\x00" * 2000,
        "IN-XLS-01",
        "The workbook cannot be read",
        cure="without a password",
    ),
]
CLIENT = """name = "Rossi"
language = "it"
currency = "EUR"
timezone = "Europe/Rome"
[agency]
name = "Studio"
hourly_rate = 55.0
[company]
name = "Rossi"
hourly_cost = 24.0
[value]
margin = 0.4
contact = 40.0
[[activities]]
id = "hours"
channel = "blog"
kind = "post"
[identity]
domains = ["rossi.example"]
"""


def a_client(root: Path, files: dict[str, bytes]) -> Workspace:
    folder = root / "data" / "raw" / "rossi"
    folder.mkdir(parents=True)
    (folder / "client.toml").write_text(CLIENT, "utf-8")
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return Workspace.at(root)


@pytest.fixture(scope="module")
def met(tmp_path_factory: pytest.TempPathFactory) -> dict[str, FileReading]:
    """All files of the cases, in one client's folder, as `check` reads them."""
    place = a_client(tmp_path_factory.mktemp("faults"), {case.name: case.data for case in CASES})
    return {file.path: file for file in look_through("rossi", place).files}


WITH_OTHER_CURES = ("IN-ACC-01", "IN-CSV-06", "IN-FILE-04", "IN-XML-01")
"""Codes whose cure hangs on what was found; their cases say it."""


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_fault_is_told_with_its_place_and_its_cure(case: Case, met: dict[str, FileReading]) -> None:
    file = met[case.name]
    told = [fault for fault in file.faults if fault["code"] == case.code]
    assert told, file.faults
    fault = next((fault for fault in told if case.says.casefold() in fault["message"].casefold()), None)
    assert fault, told
    line = case.line or (int(case.row.split()[-1]) if case.row else None)
    assert (fault["file"], fault["row"], fault["column"]) == (case.name, case.row, case.column)
    assert fault["line"] in (line, None) if case.row else fault["line"] == line or case.line is None
    assert fault["message"].endswith(f"{fault['next'][:1].upper()}{fault['next'][1:]}.")
    assert case.cure.casefold() in fault["next"].casefold()
    assert fault["next"] == CATALOGUE[case.code].cure or case.code in WITH_OTHER_CURES
    assert file.rows_kept + file.rows_merged == case.kept
    assert file.rows_read == file.rows_kept + file.rows_merged + file.rows_quarantined + file.rows_other
    assert (file.error is None) == bool(case.kept or case.code == "IN-FILE-02")


def test_every_number_of_the_catalogue_has_its_test() -> None:
    of_cases = {case.number for case in CASES}
    names = {int(number) for number in re.findall(r"def test_f(\d\d)_", Path(__file__).read_text("utf-8"))}
    assert of_cases | names == NUMBERS


# ---- without its guard a fault would not be seen


def _every_row_fits(*_: object) -> bool:
    return True


def _any_minimum(given: pd.Series, **how: Any) -> conventions.Read:
    return REAL_NUMBERS(given, **{**how, "minimum": None})


REAL_NUMBERS = conventions.numbers
GUARDS: dict[str, list[tuple[Any, str, Any]]] = {
    "cut.csv": [(sources.Source, "_is_cut", lambda *_: False)],
    "long.csv": [(sources, "_fits", _every_row_fits)],
    "quotes.csv": [(cells, "_is_doubtful", lambda *_: False)],
    "another.xml": [(identity, "require", lambda *_: None)],
    "report.csv": [(door, "_lie", lambda _: None)],
    "moji.csv": [(cells, "_garbled", lambda *_, **__: iter(()))],
    "nul.csv": [(cells, "_controls", lambda _: iter(()))],
    "marks.csv": [(conventions, "number_mark", lambda *_: ".")],
    "rounded.csv": [(conventions, "_id", lambda given: given)],
    "order.csv": [(conventions, "day_order", lambda _: "dmy")],
    "negative.csv": [(conventions, "numbers", _any_minimum)],
    "dollars.csv": [(sources.Source, "require_currency", lambda *_: None)],
    "guids.xml": [(blog_feed, "_put_twins_aside", lambda _: None)],
    "deep.json": [(containers, "MAX_JSON_DEPTH", 10**9)],
    "bomb.zip": [(containers, "MAX_RATIO", 10**9)],
    "slip.zip": [(containers, "_check_name", lambda _: None)],
    "formula.xlsx": [(containers, "_check_formulas", lambda *_: None)],
}


@pytest.mark.parametrize("name", GUARDS)
def test_the_guard_is_what_sees_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    case = next(case for case in CASES if case.name == name)
    context = Context("Europe/Rome", "EUR", identity={"domains": ["rossi.example"]})
    guarded = read_bytes(case.name, case.data, context)
    assert case.code in {fault["code"] for fault in guarded.faults}
    for home, guard, without in GUARDS[name]:
        monkeypatch.setattr(home, guard, without)
    unguarded = read_bytes(case.name, case.data, context)
    assert case.code not in {fault["code"] for fault in unguarded.faults}


# ---- faults of another shape


def read_alone(name: str, data: bytes) -> FileReading:
    return read_bytes(name, data, Context("Europe/Rome"))


def test_f07_a_column_that_the_service_added_is_told_once() -> None:
    """Guard: `Table.unknown`, kept in `FileReading.unknown`."""
    found = read_alone("a.csv", text(HOURS + ",Mood", work(1)[0] + ",fine", work(2)[0] + ",fine"))
    assert (found.unknown, found.rows_kept) == (["Mood"], 2)


def test_f23_words_that_mean_nothing_elsewhere_stay_words() -> None:
    """Guard: `conventions.MISSING` is asked for values only, never for names."""
    words = ["NA", "None", "null", "true", "none", "NaN"]
    rows = [f"20260701,a,{word},1" for word in words]
    found = read_alone("a.csv", visits("20260701-20260701", 6, *rows))
    assert sorted(found.tables["visits"]["campaign"]) == sorted(words)


def test_f25_the_day_is_that_of_the_client_s_zone(tmp_path: Path) -> None:
    """Guard: `conventions.local_days`; in UTC the first post would be of the day before."""
    days = ["Sat, 24 Oct 2026 22:30:00 +0000", "Sun, 25 Oct 2026 22:59:00 +0000"]
    place = a_client(tmp_path, {"feed.xml": feed(*(item(str(n), day=day) for n, day in enumerate(days)))})
    found = look_through("rossi", place).files[0]
    assert (str(found.first_date), str(found.last_date)) == ("2026-10-25", "2026-10-25")


def test_logo_and_fonts_that_the_client_names_are_no_exports(tmp_path: Path) -> None:
    """Guard: `ingest.look_through`; they would make the report incomplete."""
    files = {"logo.png": b"\x89PNG\r\n\x1a\n", "letters.ttf": b"\0\1\0\0" + bytes(90)}
    assert len(look_through("rossi", a_client(tmp_path / "unnamed", files)).files) == 2
    place = a_client(tmp_path / "named", files)
    with (place.raw("rossi") / "client.toml").open("a", encoding="utf-8") as about:
        about.write('\n[brand]\nlogo = "./logo.png"\nfonts = ["letters.ttf"]\n')
    found = look_through("rossi", place)
    assert found.files == []
    assert found.quarantine.empty


@pytest.fixture
def merged(tmp_path: Path) -> Callable[..., Ingest]:
    numbers = iter(range(100))

    def read(*files: bytes) -> Ingest:
        named = {f"{number}.csv": data for number, data in enumerate(files)}
        return look_through("rossi", a_client(tmp_path / str(next(numbers)), named))

    return read


def test_f30_overlapping_exports_merge_in_any_order(merged: Callable[..., Ingest]) -> None:
    """Guard: `merging._is_old`."""
    one, two = text(HOURS, *work(1, 2)), text(HOURS, *work(2, 3))
    for files in ((one, two), (two, one)):
        found = merged(*files)
        assert len(found.tables["effort"]) == 3
        assert sum(file.rows_merged for file in found.files) == 1


def test_f31_of_a_restated_figure_the_newest_export_wins(merged: Callable[..., Ingest]) -> None:
    """Guard: `merging._stacked` sorts by the exports' own days."""
    old = visits("20260701-20260701", 5, "20260701,a,x,5")
    new = visits("20260701-20260702", 15, "20260701,a,x,8", "20260702,a,x,7")
    for files in ((old, new), (new, old)):
        assert merged(*files).tables["visits"]["sessions"].sum() == 15


def test_f32_the_same_bytes_under_two_names_count_once(merged: Callable[..., Ingest]) -> None:
    """Guard: `ingest._without_doubles`."""
    found = merged(text(HOURS, *work(1)), text(HOURS, *work(1)))
    assert [fault["code"] for file in found.files for fault in file.faults] == ["IN-FILE-09"]
    assert "the same bytes as 0.csv" in found.files[1].faults[0]["message"].casefold()
    assert found.tables["effort"]["hours"].sum() == 1


def test_f33_a_post_that_a_newer_export_has_no_more_is_listed(merged: Callable[..., Ingest]) -> None:
    """Guard: `vanishing.vanished`."""
    old = text(POSTS, *(post(number, number) for number in (1, 2, 3)))
    new = text(POSTS, *(post(number, number) for number in (1, 3, 4)))
    gone = vanished(merged(old, new).files, "Europe/Rome")
    assert [(one.item_id[-2:], str(one.day), one.file, one.missing_in) for one in gone] == [
        ("02", "2026-07-02", "0.csv", "1.csv")
    ]
    other_list = text(POSTS, *(post(number, number) for number in (11, 14)))  # such as stories
    assert not vanished(merged(old, other_list).files, "Europe/Rome")


def test_f34_missing_days_are_listed_and_nothing_is_drawn_across(tmp_path: Path) -> None:
    """Guard: `checkup._days`."""
    place = a_client(tmp_path, {"a.csv": text(HOURS, *work(1, 2)), "b.csv": text(HOURS, *work(5))})
    files = look_through("rossi", place).files
    days = checkup._days(Quarter.parse("2026Q3"), "effort", files)
    assert (days.covered, days.weeks[:2]) == (3, "+.")
    assert [(str(first), str(last)) for first, last in days.gaps] == [
        ("2026-07-03", "2026-07-04"),
        ("2026-07-06", "2026-09-30"),
    ]


def test_f36_a_feed_says_nothing_of_the_days_before_its_oldest_entry() -> None:
    """Guard: `blog_feed._set_days`."""
    entries = [item(str(day), day=f"{day} Jul 2026 10:00:00 +0200") for day in (21, 11)]
    found = read_alone("feed.xml", feed(*entries))
    assert (str(found.first_date), str(found.last_date)) == ("2026-07-11", "2026-07-21")


def test_f41_where_the_parser_raises_the_entry_alone_is_put_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guard: `feeds._read` catches what feedparser raises."""
    real = feedparser.parse

    def raising(stream: io.BytesIO, **how: Any) -> Any:
        if b"trap" in stream.getvalue():
            raise KeyError("where")
        return real(stream, **how)

    monkeypatch.setattr(feedparser, "parse", raising)
    found = read_bytes("feed.xml", feed(item("a"), item("b", "trap"), item("c")), Context())
    assert (found.error, found.rows_kept, found.rows_quarantined) == (None, 2, 1)
    assert [(fault["code"], fault["row"]) for fault in found.faults] == [("IN-XML-01", "entry 2")]


@pytest.mark.parametrize(
    "address", ["http://169.254.169.254/x", "file:///etc/passwd", "https://rossi.example/x.dtd"]
)
def test_f44_no_address_in_a_file_is_ever_asked(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guard: readers are handed bytes, never an address; no parser resolves one."""

    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", forbidden)
    monkeypatch.setattr(socket, "getaddrinfo", forbidden)
    entry = item("a", f'&lt;img src="{address}"&gt;').replace("https://rossi.example/a", address)
    found = read_bytes("feed.xml", feed(entry, head=f'<?xml-stylesheet href="{address}"?>'), Context())
    assert (found.error, found.rows_kept) == (None, 1)
    external = feed(item("a"), head=f'<!DOCTYPE rss SYSTEM "{address}">')
    assert read_bytes("feed.xml", external, Context()).error["code"] == "IN-XML-02"  # type: ignore[index]


def test_f46_the_rooms_that_read_can_open_no_connection() -> None:
    """Guard: no module of theirs imports one that connects, so there is no verification to switch off."""
    connecting = re.compile(
        r"^\s*(?:import|from) (?:socket|ssl|http|urllib\.request|ftplib|smtplib|requests|httpx|aiohttp)\b",
        re.M,
    )
    for path in (*(PACKAGE / "reading").rglob("*.py"), *(PACKAGE / "readers").rglob("*.py")):
        assert not connecting.search(path.read_text("utf-8")), path.name


def test_f47_what_is_markup_in_an_entry_is_text_here() -> None:
    """Guard: `blog_feed._address` for links, `feeds.plain` for titles that say that they are markup."""
    title = "&lt;script&gt;alert(1)&lt;/script&gt;Olio"
    entry = item("a", title).replace("<link>https://rossi.example/a", "<link>javascript:alert(1)")
    items = read_alone("feed.xml", feed(entry)).tables["items"]
    assert items["url"].isna().all()
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>a</id><updated>2026-07-01T10:00:00Z</updated>'
        '<title type="html">&lt;img src=x onerror=alert(1)&gt;Olio &lt;b&gt;nuovo&lt;/b&gt;</title>'
        "</entry></feed>"
    )
    found = read_alone("atom.xml", atom.encode())
    assert found.tables["items"]["title"].tolist() == ["Olio nuovo"]


def test_f52_links_and_devices_are_refused_unopened(tmp_path: Path) -> None:
    """Guard: `sandbox._bytes`."""
    (tmp_path / "secret.csv").write_bytes(text(HOURS, *work(1)))
    (tmp_path / "link.csv").symlink_to(tmp_path / "secret.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    found = read_files([tmp_path / "link.csv", tmp_path / "pipe.csv"])
    assert [file.error and file.error["code"] for file in found] == ["IN-FILE-08", "IN-FILE-08"]
    assert all("put the file itself there" in file.faults[0]["next"] for file in found)


def test_f54_a_reader_that_dies_costs_its_file_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guard: `sandbox._run_workers` replaces the worker, `sandbox._result` tells of the file."""
    (tmp_path / "python").mkdir()
    (tmp_path / "python" / "sitecustomize.py").write_text(
        "import os\nfrom sharedsocial_utils.reading import sandbox\nread = sandbox.read_bytes\n"
        "def dying(path, data, context):\n"
        "    return os.abort() if b'ABORT' in data else read(path, data, context)\n"
        "sandbox.read_bytes = dying\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "python"))
    for name, word in (("a.csv", b"ABORT"), ("b.csv", b"Blog")):
        (tmp_path / name).write_bytes(text(HOURS, *work(1)).replace(b"Blog", word))
    died, lived = read_files([tmp_path / "a.csv", tmp_path / "b.csv"])
    assert (died.error["code"], died.rows_kept) == ("IN-FILE-10", 0)  # type: ignore[index]
    assert (lived.error, lived.rows_kept) == (None, 1)


@pytest.mark.parametrize("name", ["../x", "a/b", "..", "A", "aux ", "x" * 300, "é", "🙂", "", "-a", "a\n"])
def test_f55_no_path_is_made_of_a_client_s_name(name: str, tmp_path: Path) -> None:
    """Guard: `workspace.checked_id`."""
    place = a_client(tmp_path, {})
    with pytest.raises(Fault) as refused:
        place.raw(name)
    assert refused.value.code == "CL-05"
    assert "[a-z0-9]" in refused.value.expected
    assert load_client(place.raw("rossi")).name == "Rossi"
