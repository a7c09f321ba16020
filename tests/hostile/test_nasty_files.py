"""Files as people make them, one by one: no wrong number, nothing lost in silence.

Each was written by hand after something that happens: two exports pasted together, a workbook with a chart, a
column of days saved with the day first, a download that ended in zeros.
"""

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from sharedsocial_utils.reading.file import FileReading, read_bytes
from sharedsocial_utils.reading.source import Context

EXPORTS = Path(__file__).parents[1] / "exports"
PEOPLE = {"ada": ("ada", "agency"), "rita": ("rita", "company")}
CONTEXT = Context("Europe/Rome", "EUR", people=PEOPLE, salt="nasty")
HOURS = "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration"
FIRST, SECOND, THIRD = (dt.date(2026, 7, day) for day in (1, 2, 3))
SHEET = ["Data", "Persona", "Progetto", "Ore"]


def text(*lines: str, end: str = "\n") -> bytes:
    return "".join(line + end for line in lines).encode()


def work(day: object) -> str:
    day = f"2026-07-{day:02}" if isinstance(day, int) else day
    return f"Ada,,,Blog,,Post,No,{day},09:00:00,{day},10:00:00,01:00:00"


def sample(path: str) -> bytes:
    return (EXPORTS / path).read_bytes()


def read(name: str, data: bytes) -> FileReading:
    found = read_bytes(name, data, CONTEXT)
    classed = found.rows_kept + found.rows_merged + found.rows_quarantined + found.rows_other
    assert found.rows_read == classed
    assert not [fault["message"] for fault in found.faults if fault["code"] == "IN-FILE-11"]
    return found


def codes(found: FileReading) -> list[tuple[str, str]]:
    return [(fault["code"], fault["row"]) for fault in found.faults]


def days(found: FileReading, table: str, column: str = "date") -> list[str]:
    return [str(day)[:10] for day in found.tables[table][column]]


# ---- days


AD = "{},La Quercia,EUR,olio-nuovo,{}"
AD_HEAD = [
    "Campaign Performance Report (in UTC)",
    "",
    "Start Date (in UTC),Account Name,Currency,Campaign Name,Total Spent",
]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (("7/1/2026", "7/13/2026"), ["2026-07-01", "2026-07-13"]),
        (("1/7/2026", "13/7/2026"), ["2026-07-01", "2026-07-13"]),  # saved again where days come first
        (("7/1/2026", "7/2/2026"), ["2026-07-01", "2026-07-02"]),  # nothing decides: as the service writes
    ],
)
def test_a_column_of_days_says_itself_which_comes_first(written: tuple[str, str], meant: list[str]) -> None:
    found = read("ads.csv", text(*AD_HEAD, *(AD.format(day, 2.5) for day in written)))
    assert found.reader == "linkedin_ads"
    assert days(found, "spend") == meant


def test_a_bad_day_among_good_ones_is_put_aside_and_speaks_for_no_other() -> None:
    found = read(
        "ads.csv", text(*AD_HEAD, *(AD.format(day, 1) for day in ("7/1/2026", "7/13/2026", "13/7/2026")))
    )
    assert (days(found, "spend"), codes(found)) == (["2026-07-01", "2026-07-13"], [("IN-DATE-02", "6")])


def test_days_of_which_most_decide_nothing_and_one_contradicts_are_asked() -> None:
    found = read(
        "ads.csv", text(*AD_HEAD, *(AD.format(day, 1) for day in ("1/7/2026", "2/7/2026", "13/7/2026")))
    )
    assert found.error is not None
    assert (found.error["code"], found.error["line"], found.error["text"]) == ("IN-DATE-01", 6, "13/7/2026")


@pytest.mark.parametrize(
    "path",
    [
        "meta_facebook/Jul-01-2026_Nov-30-2026_1723676025555044.csv",
        "meta_instagram/Sep-01-2026_Sep-30-2026_99.csv",
    ],
)
def test_posts_saved_with_the_day_first_keep_their_days(path: str) -> None:
    import re

    turned = re.sub(rb"(\d\d)/(\d\d)/(20\d\d)", rb"\2/\1/\3", sample(path))
    name = path.partition("/")[2]
    assert turned != sample(path)
    assert days(read(name, turned), "items", "done_at") == days(read(name, sample(path)), "items", "done_at")


def test_of_two_orders_in_one_column_none_is_chosen() -> None:
    found = read("hours.csv", text(HOURS, work("13/04/2026"), work("04/13/2026")))
    assert found.error is not None
    assert (found.error["code"], found.rows_quarantined) == ("IN-DATE-01", 2)


def test_days_without_a_year_that_were_sorted_otherwise_have_none() -> None:
    lines = sample("tiktok_studio/2027-01-03/Overview.csv").decode("utf-8-sig").splitlines()
    in_order = read("2027-01-03/Overview.csv", text(*lines))
    assert days(in_order, "metrics")[-1] == "2027-01-02"
    for order in ([0, 1, 3, 2, 4], [0, 4, 2, 1, 3]):
        found = read("2027-01-03/Overview.csv", text(*(lines[n] for n in order)))
        assert found.error is not None
        assert (found.error["code"], found.error["next"]) == ("IN-DATE-04", "export again, do not sort")


# ---- numbers


def test_thousands_of_an_italian_spreadsheet_are_no_decimals() -> None:
    lines = sample("hubspot/stage_history.csv").decode("utf-8-sig").splitlines()
    saved = [
        line.replace(",", ";").replace(";1850;", ";1.850;").replace(";1900;", ";1.900;") for line in lines
    ]
    contacts = read("stage_history.csv", text(*saved)).tables["contacts"]
    assert set(contacts["value"].dropna()) >= {1850.0, 1900.0}
    assert not (contacts["value"] < 2).any()


def test_a_row_without_a_campaign_is_no_campaign() -> None:
    report = sample("google_ads/whole_period_en_us.csv").decode().splitlines()
    whole = read("r.csv", text(*report)).tables["spend"]["amount"].sum()
    turned = [line.replace("Total: ", "") for line in report]  # the name of the sums lost with their column
    assert read("r.csv", text(*turned)).tables["spend"]["amount"].sum() == whole
    added = [*report[:5], "Totale" + "," * 10 + "2450.67" + "," * 5]
    assert read("r.csv", text(*added)).tables["spend"]["amount"].sum() == whole
    nameless = [*report[:5], "," * 11 + "99" + "," * 5]
    found = read("r.csv", text(*nameless))
    assert found.tables["spend"]["amount"].sum() == whole
    assert ("IN-ID-02", "6") in codes(found)


def test_sums_below_the_locations_are_of_no_location() -> None:
    name = "GMB insights (Performance Report) - 2026-7-1 - 2026-7-31 - 0a1b2c.csv"
    lines = sample(f"google_business/{name}").decode("utf-8-sig").splitlines()
    figures = ",412,103,640,21,12,0,3,55,31,0,0,"
    for label in ("Totale", "Total", "Grand total"):
        found = read(name, text(*lines, f"{label},,,{figures}"))
        assert (
            found.tables["metrics"]["value"].sum()
            == read(name, text(*lines)).tables["metrics"]["value"].sum()
        )
        assert codes(found) == []
    found = read(name, text(*lines, f",,,{figures}"))
    assert codes(found) == [("IN-ID-02", str(len(lines) + 1))]


def test_an_id_that_nothing_tells_from_another_is_not_guessed() -> None:
    lines = sample("meta_instagram/italian.csv").decode("utf-8-sig").splitlines()
    assert read("italian.csv", text(*lines)).tables["items"]["item_id"].str.startswith("1801").all()
    one = read("italian.csv", text(*lines[:2]))  # two columns hold an id, each a single one
    assert one.error is not None
    assert (one.error["code"], one.tables) == ("IN-CSV-04", {})


# ---- texts


def test_two_exports_pasted_together_give_the_rows_of_both() -> None:
    data = text(HOURS, work(1), work(2)) + b"\xef\xbb\xbf" + text(HOURS, work(3), work(4))
    found = read("hours.csv", data)
    assert (found.rows_kept, codes(found)) == (4, [("IN-CSV-09", "")])
    assert days(found, "effort") == ["2026-07-01", "2026-07-02", "2026-07-03", "2026-07-04"]


def test_two_reports_pasted_together_are_read_if_their_rows_say_their_days() -> None:
    one = sample("ga4_exploration/english.csv")
    found = read("e.csv", one + one.replace(b"202607", b"202604"))
    assert found.rows_kept == 2 * read("e.csv", one).rows_kept
    assert (codes(found), str(found.first_date)) == ([("IN-CSV-09", "")], "2026-04-01")
    other = read("e.csv", one + one.replace(b"Agriturismo", b"Osteria"))
    assert other.tables["visits"].equals(read("e.csv", one).tables["visits"])
    assert {row for code, row in codes(other) if code == "IN-CSV-09"} == {"19", "20", "21", "22"}


@pytest.mark.parametrize("end", ["\r", "\n\r", "\r\r\n"])
def test_line_ends_of_any_kind_end_lines(end: str) -> None:
    found = read("hours.csv", text(HOURS, work(1), work(2), end=end))
    assert (found.rows_kept, found.rows_quarantined) == (2, 0)


def test_a_separator_of_lines_within_a_cell_ends_none() -> None:
    found = read("hours.csv", text(HOURS, work(1).replace("Post", "a\u2028b\x0b\x85c"), work(2)))
    assert (found.rows_kept, found.rows_quarantined) == (2, 0)


def test_zeros_are_told() -> None:
    found = read("hours.csv", text(HOURS, work(1), work(2)).replace(b"Blog", b"Bl\x00og", 1))
    assert (found.rows_kept, codes(found)) == (2, [("IN-ENC-03", "")])
    preallocated = read("hours.csv", text(HOURS, work(1)) + bytes(4096))
    assert preallocated.error is not None
    assert preallocated.error["code"] == "IN-FILE-04"


def test_rows_and_headers_of_10_000_cells() -> None:
    wide = read("hours.csv", text(HOURS, work(1), ",".join(["x"] * 10_000), work(2)))
    assert (wide.rows_kept, codes(wide)) == (2, [("IN-CSV-01", "3")])
    header = read("hours.csv", text(HOURS + ",c" * 10_000, work(1) + ",1" * 10_000))
    assert (header.rows_kept, header.unknown) == (1, ["c"])


@pytest.mark.parametrize(
    "name", ["a\nb.csv", "\U0001f600.csv", "../../x.csv", "CON.csv", "a\u202egpj.csv", "x" * 300]
)
def test_a_name_changes_nothing(name: str) -> None:
    assert read(name, text(HOURS, work(1))).rows_kept == 1


# ---- workbooks


def workbook(change: Callable[[Any], None] = lambda _: None, rows: list[list[object]] | None = None) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Luglio"
    july = [[FIRST, "Ada", "Blog", 1.5], [SECOND, "Ada", "Blog", 2.25]]
    for row in [SHEET, *(rows or july)]:
        book.active.append(row)
    change(book)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def of_1904(book: Any) -> None:
    book.epoch = CALENDAR_MAC_1904


def with_hidden_rows(book: Any) -> None:
    book.active.row_dimensions[3].hidden = True


def with_a_very_hidden_sheet(book: Any) -> None:
    sheet = book.create_sheet("Agosto")
    for row in (SHEET, [dt.date(2026, 8, 1), "Ada", "Blog", 9]):
        sheet.append(row)
    sheet.sheet_state = "veryHidden"


def with_a_chart(book: Any) -> None:
    chart = BarChart()
    chart.add_data(Reference(book["Luglio"], min_col=4, min_row=1, max_row=3))
    book.create_chartsheet("Grafico").add_chart(chart)


@pytest.mark.parametrize("change", [of_1904, with_hidden_rows, with_a_very_hidden_sheet, with_a_chart])
def test_a_workbook_gives_the_days_and_hours_that_it_shows(change: Callable[[Any], None]) -> None:
    found = read("ore.xlsx", workbook(change))
    assert days(found, "effort") == ["2026-07-01", "2026-07-02"]
    assert found.tables["effort"]["hours"].tolist() == [1.5, 2.25]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["", "Ada", "Facebook", 2], "IN-DATE-03"),  # below a cell that spans rows
        ([THIRD, "Ada", "Blog", "#REF!"], "IN-NUM-02"),
        ([THIRD, "Ada", "Blog", True], "IN-NUM-02"),
        ([46208, "Ada", "Blog", 1], "IN-DATE-03"),  # a day that lost its format
        ([THIRD, "Ada", "Blog", 26], "IN-NUM-03"),
        (["", "", "", 3.75], "IN-DATE-03"),  # a sum without a name
    ],
)
def test_a_cell_that_says_nothing_costs_its_row(row: list[object], code: str) -> None:
    good: list[list[object]] = [[FIRST, "Ada", "Blog", 1.5]]
    found = read("ore.xlsx", workbook(rows=[*good, row]))
    assert (found.rows_kept, codes(found)) == (1, [(code, "Luglio!3")])


def test_a_named_sum_of_a_workbook_is_not_added() -> None:
    found = read("ore.xlsx", workbook(rows=[[FIRST, "Ada", "Blog", 1.5], ["Totale", "", "", 1.5]]))
    assert (found.tables["effort"]["hours"].sum(), found.rows_other) == (1.5, 2)


# ---- archives


def archive(members: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in members.items():
            zipped.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


CONSOLE = "laquercia.example-Performance-on-Search-2026-10-02.zip"


@pytest.fixture(scope="module")
def inside() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(sample(f"search_console/{CONSOLE}"))) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


@pytest.mark.parametrize("folder", ["cartella/", "a/b/c/", "a\n\U0001f600/"])
def test_an_archive_packed_again_with_its_folder_is_the_same(folder: str, inside: dict[str, bytes]) -> None:
    mac = {f"__MACOSX/{folder}._{name}": b"\x00\x05\x16\x07" + bytes(50) for name in inside}
    found = read(CONSOLE, archive({folder + name: data for name, data in inside.items()} | mac))
    plain = read(CONSOLE, archive(inside))
    assert (
        found.tables["metrics"]
        .drop(columns="source_row")
        .equals(plain.tables["metrics"].drop(columns="source_row"))
    )
    more = found.rows_read - plain.rows_read, found.rows_other - plain.rows_other
    assert (*more, found.error) == (len(mac), len(mac), None)


def test_archives_of_other_things_are_refused(inside: dict[str, bytes]) -> None:
    for members in ({"inner.zip": archive(inside)}, {"a/hours.csv": text(HOURS, work(1))}):
        found = read("unknown.zip", archive(members))
        assert found.error is not None
        assert found.error["code"] == "IN-FILE-05"
        assert "a zip archive" in found.error["message"].lower()
