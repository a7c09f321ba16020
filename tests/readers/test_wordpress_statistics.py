"""Statistics of WordPress.com as browsers and spreadsheets leave them: names, periods, quoted addresses."""

import pytest
from golden import CONTEXT

from sharedsocial_utils.reading.file import FileReading, read_bytes

MONTH = "laquercia.example-posts-month-01_09_2026-30_09_2026.csv"
PAGES = '"Home page / Archivi",1378,https://laquercia.example/\n'


def codes(found: FileReading) -> list[str]:
    return [fault["code"] for fault in found.faults]


def views(found: FileReading) -> dict[str, float]:
    rows = found.tables["metrics"]
    return dict(zip(rows["item_id"], rows["value"], strict=True))


@pytest.mark.parametrize("name", [MONTH, "top-posts.csv"])
@pytest.mark.parametrize("mark", ["", '"'])
def test_an_address_in_quotation_marks_is_one(mark: str, name: str) -> None:
    text = f'{PAGES}"Un "ulivo"",34,{mark}https://laquercia.example/ulivo/{mark}\n'
    found = read_bytes(name, text.encode(), CONTEXT)
    assert views(found) == {"https://laquercia.example/": 1378, "https://laquercia.example/ulivo/": 34}


def test_a_row_with_another_address_is_said_and_one_without_is_no_page() -> None:
    text = f'{PAGES}"Un ulivo",34,/2026/09/ulivo/\n"Cancellato",3\n"Vuoto",2,\n'
    found = read_bytes(MONTH, text.encode(), CONTEXT)
    assert list(views(found)) == ["https://laquercia.example/"]
    assert (codes(found), found.rows_quarantined, found.rows_other) == (["IN-ID-02"], 1, 2)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("a-posts-month-01_09_2026-30_09_2026.csv", "2026-09-01", "2026-09-30"),
        ("a-posts-month-09_01_2026-09_30_2026.csv", "2026-09-01", "2026-09-30"),
        ("a-posts-month-2026-09-01-2026-09-30.csv", "2026-09-01", "2026-09-30"),
        ("a-posts-month-01.09.2026-30.09.2026 (1).csv", "2026-09-01", "2026-09-30"),
        ("a-posts-week-06_07_2026-12_07_2026.csv", "2026-07-06", "2026-07-12"),
        ("a-posts-day-03_04_2026-03_04_2026.csv", None, None),  # 3 April or 4 March
        ("a-posts-day-05_05_2026-05_05_2026.csv", "2026-05-05", "2026-05-05"),
        ("a-posts-month-02_09_2026-01_10_2026.csv", None, None),  # no month
        ("a-posts-month-01_09_2026-29_09_2026.csv", None, None),
        ("a-posts-month-01_07_2026-30_09_2026.csv", None, None),  # a quarter is no month
        ("a-posts-quarter-01_07_2026-30_09_2026.csv", "2026-07-01", "2026-09-30"),
        ("a-posts-quarter-02_07_2026-30_09_2026.csv", None, None),
        ("a-posts-week-06_07_2026-11_07_2026.csv", None, None),
        ("a-posts-month-31_09_2026-30_09_2026.csv", None, None),
        ("a-posts-month-01_09_26-30_09_26.csv", None, None),
    ],
)
def test_the_period_in_a_name_must_be_such_a_period(name: str, first: str | None, last: str | None) -> None:
    found = read_bytes(name, PAGES.encode(), CONTEXT)
    day = found.tables["metrics"]["date"].dropna().astype("str").tolist()
    assert day == ([last] if last else [])
    assert (found.of_period, "IN-DATE-04" in codes(found)) == (last is not None, last is None)
    assert found.first_date is None if first is None else str(found.first_date) == first


def test_a_page_without_a_title_is_a_page() -> None:
    found = read_bytes(MONTH, f'{PAGES}"",34,https://laquercia.example/b/\n'.encode(), CONTEXT)
    assert (list(views(found).values()), codes(found)) == ([1378, 34], [])


@pytest.mark.parametrize(
    ("name", "accounts"), [(MONTH, [["domains", "laquercia.example"]]), (MONTH.replace(".example", ""), [])]
)
def test_the_site_is_the_one_of_the_name(name: str, accounts: list[list[str]]) -> None:
    assert read_bytes(name, PAGES.encode(), CONTEXT).accounts == accounts


def test_views_of_a_year_are_of_no_quarter() -> None:
    found = read_bytes("a-posts-year-01_01_2025-31_12_2025.csv", PAGES.encode(), CONTEXT)
    assert (found.tables, codes(found), found.rows_other) == ({}, ["IN-DATE-05"], 1)


def test_a_line_that_is_none_costs_only_itself() -> None:
    found = read_bytes(MONTH, f'{PAGES}Un ulivo;34\n\n"B",3,https://laquercia.example/b\n'.encode(), CONTEXT)
    assert (len(views(found)), codes(found), found.rows_quarantined) == (2, ["IN-CSV-01"], 1)


@pytest.mark.parametrize("name", ["terms.csv", MONTH.replace("posts", "searchterms")])
def test_views_by_term_are_no_pages(name: str) -> None:
    found = read_bytes(name, b'"olio nuovo",12\n"vino",3\n', CONTEXT)
    assert (found.layout, codes(found), found.rows_other) == ("other", ["IN-FILE-13"], 2)
    assert not found.tables
