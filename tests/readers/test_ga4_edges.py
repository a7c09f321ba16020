"""Exports of Google Analytics divided by too much or too little, or damaged: nothing counts twice."""

import pytest
from golden import CONTEXT

from sharedsocial_utils.reading.file import FileReading, read_bytes

RULE = "# ----------------------------------------"


def codes(found: FileReading) -> list[str]:
    return [fault["code"] for fault in found.faults]


def exploration(
    header: str, *rows: str, dimensions: int = 2, about: str = "# Agriturismo La Quercia\n# Free form"
) -> FileReading:
    figures = [row.split(",")[dimensions:] for row in rows]
    total = ",".join(str(sum(map(int, column))) for column in zip(*figures, strict=True))
    preamble = f"{RULE}\n{about}\n# 20260701-20260930\n{RULE}\n\n"
    text = "\n".join([header, "," * dimensions + f"{total},Grand total", *rows, ""])
    return read_bytes("a.csv", (preamble + text).encode(), CONTEXT)


SOURCES = "Date,Session source,Sessions"


@pytest.mark.parametrize(
    ("about", "account"),
    [
        ("# Agriturismo La Quercia\n# Free form", "Agriturismo La Quercia"),
        ("#\n# Agriturismo La Quercia\n# Free form", "Agriturismo La Quercia"),
        ("# Free form: sources\n# Account: La Quercia\n# Property: laquercia.example", "laquercia.example"),
    ],
)
def test_whose_an_exploration_is(about: str, account: str) -> None:
    found = exploration(SOURCES, "20260701,google,5", about=about)
    assert (found.accounts, found.rows_kept) == ([["ga4", account]], 1)


def test_visits_are_divided_by_what_the_file_has() -> None:
    assert exploration(SOURCES, "20260701,google,5").grain["visits"] == "date,source"
    header = "Date,Session source / medium,Sessions"
    assert exploration(header, "20260701,google / cpc,5").grain["visits"] == "date,source,medium"


@pytest.mark.parametrize(
    ("header", "rows", "dimensions"),
    [
        ("Date,Page path,Session source,Views", ["20260701,/,google,3", "20260701,/olio,google,2"], 3),
        ("Date,Page path,Device category,Views", ["20260701,/,mobile,3", "20260701,/,desktop,2"], 3),
        ("Date,Device category,Sessions", ["20260701,mobile,3", "20260701,desktop,2"], 2),
        ("Date,Event name,Sessions", ["20260701,scroll,3", "20260701,click,2"], 2),
    ],
)
def test_parts_of_a_days_figure_are_not_its_figure(header: str, rows: list[str], dimensions: int) -> None:
    found = exploration(header, *rows, dimensions=dimensions)
    if "Session source" in header:  # each row is a page, and stands once
        assert set(found.tables) <= {"metrics"}
    else:
        assert (found.tables, codes(found)) == ({}, ["IN-FILE-13"])
    assert "visits" not in found.tables


def test_pages_by_source_are_not_the_pages() -> None:
    rows = ["20260701,/,google,3", "20260701,/,bing,2"]
    found = exploration("Date,Page path,Session source,Views", *rows, dimensions=3)
    assert (found.tables, codes(found)) == ({}, ["IN-FILE-13"])


def test_two_rows_without_a_readable_day_cost_only_themselves() -> None:
    rows = ["20260701,/,3", "20260231,/,2", "20260231,/,4"]
    found = exploration("Date,Page path,Views", *rows)
    assert found.tables["metrics"]["value"].tolist() == [3]
    assert (set(codes(found)), found.rows_quarantined) == ({"IN-DATE-02"}, 2)


@pytest.mark.parametrize("row", ["5", ",", "20260701", "5,20260701,google,x,y,z"])
def test_a_first_row_of_another_length_is_no_fault_of_ours(row: str) -> None:
    for header in (SOURCES, "Sessions,Date,Session source"):
        text = f"{RULE}\n# La Quercia\n# 20260701-20260930\n{RULE}\n\n{header}\n{row}\n"
        assert "IN-FILE-11" not in codes(read_bytes("a.csv", text.encode(), CONTEXT))


# ---- snapshots


def snapshot(first: str, last: str, *rows: str) -> FileReading:
    period = f"# Start date: {first}\n# End date: {last}\n"
    text = f"{RULE}\n# Reports snapshot\n{RULE}\n{period}Nth day,Sessions\n" + "".join(f"{r}\n" for r in rows)
    return read_bytes("a.csv", f"{text}\n{period}Country,Active users\nItaly,7\n".encode(), CONTEXT)


def test_a_day_beyond_its_period_is_put_aside() -> None:
    found = snapshot("20260701", "20260703", "0000,5", "0002,6", "0003,7")
    assert found.tables["metrics"]["date"].dt.day.tolist() == [1, 3]
    assert (codes(found), found.rows_quarantined) == (["IN-DATE-02"], 1)


@pytest.mark.parametrize("nth", ["3600000", "999999999999999"])
def test_a_period_of_thousands_of_years_ends_with_the_calendar(nth: str) -> None:
    found = snapshot("00010101", "99991231", "0000,5", f"{nth},6")
    assert (found.error, found.rows_quarantined) == (None, 1)


def test_a_snapshot_of_one_day_has_its_hours_nowhere() -> None:
    found = snapshot("20260701", "20260701", "0000,5")
    assert [str(day.date()) for day in found.tables["metrics"]["date"]] == ["2026-07-01"]


@pytest.mark.parametrize(
    ("header", "rows", "aside"),
    [
        ("Nth day", ["0000,5", "0001,6"], 2),  # the rest of the heading was cut off
        ("Nth day,Sessionx", ["0000,5"], 1),
        ("Nth day,Sessions,Vixws", ["0000,,5", "0001,6,7"], 1),
        ("Nth day,Sessions,Views", ["0000,,", "0001,6,7"], 0),
        ("Nth day,30 days,7 days,1 day", ["0000,5,6,7"], 0),
        ("Nth week,Sessions", ["0000,5"], 0),
        ("Country,Active users", ["Italy,5"], 0),
    ],
)
def test_rows_by_day_under_a_damaged_heading_are_put_aside(header: str, rows: list[str], aside: int) -> None:
    found = read_bytes("a.csv", _snapshot_of([header, *rows]).encode(), CONTEXT)
    assert (found.layout, found.rows_quarantined, found.error) == ("snapshot", aside, None)
    assert sum(code == "IN-CSV-08" for code in codes(found)) == aside
    assert found.tables["metrics"]["value"].sum() == 9 + sum(
        6 + 7 * ("Views" in header) for _ in rows[1:] if aside < 2
    )


def _snapshot_of(table: list[str], blank: str = "\n") -> str:
    period = "# Start date: 20260701\n# End date: 20260703\n"
    first = f"{RULE}\n# Reports snapshot\n{RULE}\n{period}Nth day,Sessions\n0000,9\n{blank}"
    return first + period + "\n".join([*table, ""])


@pytest.mark.parametrize("blank", ["\n", "", " ,\n"])
def test_a_table_of_a_snapshot_ends_where_the_next_begins(blank: str) -> None:
    found = read_bytes("a.csv", _snapshot_of(["Nth day,Views", "0000,5"], blank).encode(), CONTEXT)
    metrics = found.tables["metrics"]
    assert dict(zip(metrics["metric"], metrics["value"], strict=True)) == {"sessions": 9, "page_views": 5}
    assert codes(found) == []


@pytest.mark.parametrize(
    "table",
    ["Country,Active users\nItaly,5", "Nth week,Sessions\n0000,5", "Event name,Total revenue\nscroll,5"],
)
def test_a_snapshot_without_days_says_so(table: str) -> None:
    period = "# Start date: 20260701\n# End date: 20260703\n"
    other = f"{period}Country,Total revenue\nItaly,5\n"
    text = f"{RULE}\n# Reports\n{RULE}\n{other}\n{period}{table}\n"
    found = read_bytes("a.csv", text.encode(), CONTEXT)
    assert (found.tables, codes(found), found.rows_quarantined) == ({}, ["IN-FILE-13"], 0)


def test_a_report_without_a_figure_that_is_read_says_so() -> None:
    period = "# Start date: 20260701\n# End date: 20260701\n"
    text = f"{RULE}\n# Pages\n{RULE}\n{period}Page path,Bounce rate\n/,0.5\n"
    found = read_bytes("a.csv", text.encode(), CONTEXT)
    assert (found.layout, found.tables, codes(found)) == ("report", {}, ["IN-FILE-13"])


# ---- the total of an exploration


def with_total(total: str, *rows: str, header: str = SOURCES) -> FileReading:
    text = f"{RULE}\n# La Quercia\n# 20260701-20260930\n{RULE}\n\n{header}\n{total},Grand total\n"
    return read_bytes("a.csv", (text + "\n".join([*rows, ""])).encode(), CONTEXT)


@pytest.mark.parametrize(
    ("total", "told", "kept"),
    [
        ("100", [], 2),
        ("", [], 2),
        ("103", ["IN-CSV-06"], 2),  # some rows were not exported
        ("97", ["IN-CSV-06"], 2),  # Google's estimates
        ("94", ["IN-CSV-06"], 0),  # sessions stand under several rows
    ],
)
def test_sessions_that_add_up_to_clearly_more_than_their_total_overlap(
    total: str, told: list[str], kept: int
) -> None:
    found = with_total(f",,{total}", "20260701,google,60", "20260701,bing,40")
    assert (codes(found), found.rows_kept, found.error is None) == (told, kept, kept > 0)


def test_views_that_add_up_to_more_than_their_total_are_said() -> None:
    rows = ["20260701,google,60,300", "20260701,bing,40,200"]
    found = with_total(",,100,400", *rows, header=f"{SOURCES},Views")
    assert (codes(found), found.tables["visits"]["views"].sum()) == (["IN-CSV-06"], 500)


def test_a_row_that_is_too_long_is_put_aside() -> None:
    found = with_total(",,7", "20260701,google,5", "20260701,bing,2,x")
    assert found.tables["visits"]["sessions"].tolist() == [5]
    assert "IN-CSV-01" in codes(found)


def test_an_exploration_without_a_dimension_or_figure_that_is_known_is_no_data() -> None:
    found = with_total(",5", "mobile,3", "desktop,2", header="Device category,Sessions")
    assert (found.tables, codes(found)) == ({}, ["IN-DATE-05"])
    assert found.rows_read == found.rows_other == 9
    found = with_total(",0.5", "20260701,0.5", header="Date,Bounce rate")
    assert (found.tables, codes(found)) == ({}, ["IN-FILE-13"])
    assert found.rows_read == found.rows_other == 8


@pytest.mark.parametrize("bad", [[], ["20260231,bing,1,1"]])
def test_people_of_rows_on_one_key_are_not_added_beside_a_row_put_aside(bad: list[str]) -> None:
    rows = ["20260701,google,5,3", "20260701,google,6,4", "20260702,google,2,1", *bad]
    visits = exploration(f"{SOURCES},Active users", *rows).tables["visits"]
    assert visits["sessions"].tolist() == [5, 6, 2]
    assert visits["users"].fillna(-1).tolist() == [-1, -1, 1]


def test_a_table_of_a_snapshot_may_stand_below_a_blank_line_alone() -> None:
    text = _snapshot_of(["Nth day,Views", "0000,5", "", "Country,Active users", "Italy,7"])
    found = read_bytes("a.csv", text.encode(), CONTEXT)
    assert (found.tables["metrics"]["value"].sum(), found.rows_quarantined) == (14, 0)
