"""LinkedIn beyond the goldens: a person's workbook beside the page's, and those that are no data."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from golden import CONTEXT, EXPORTS, read_sample

from sharedsocial_utils.reading.file import FileReading, read_bytes

PERSONAL = EXPORTS / "linkedin_personal" / "Content_2026-07-01_2026-09-30_RitaBosco.xlsx"
PAGE = EXPORTS / "linkedin_page" / "la-quercia_content_1790928000000.xlsx"
Sheets = dict[str, list[list[Any]]]


def book(sheets: Sheets) -> bytes:
    made, content = openpyxl.Workbook(), io.BytesIO()
    made.remove(made.worksheets[0])
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    made.save(content)
    return content.getvalue()


def read(name: str, sheets: Sheets) -> FileReading:
    return read_bytes(name, book(sheets), CONTEXT)


def post(number: int) -> str:
    return f"https://www.linkedin.com/feed/update/urn:li:activity:72000000000000000{number:02}"


def workbook(top: Sequence[list[Any]], days: Sequence[list[Any]] = ()) -> Sheets:
    header = [
        "Post URL",
        "Post publish date",
        "Engagements",
        None,
        "Post URL",
        "Post publish date",
        "Impressions",
    ]
    return {
        "DISCOVERY": [["Overall Performance", "7/1/2026 - 9/30/2026"], ["Impressions", 5400]],
        "ENGAGEMENT": [["Date", "Impressions", "Engagements"], *days],
        "TOP POSTS": [["Maximum of 50 posts available to include in this list"], [], header, *top],
    }


def test_two_rankings_side_by_side_are_joined_by_address() -> None:
    # by engagements 1, 2, 3; by impressions 3, 4, 1: a post may be in one only, at any height
    top: list[list[Any]] = [
        [post(1), "7/13/2026", 31, None, post(3), "7/5/2026", 900],
        [post(2), "7/2/2026", "12", None, post(4), "8/1/2026", "1,300"],
        [post(3), "7/5/2026", 5, None, post(1), "7/13/2026", 80],
    ]
    found = read("a.xlsx", workbook(top))
    metrics = found.tables["metrics"]
    truth = {
        ("1", "engagements"): 31, ("2", "engagements"): 12, ("3", "engagements"): 5,
        ("3", "impressions"): 900, ("4", "impressions"): 1300, ("1", "impressions"): 80,
    }  # fmt: skip
    keys = zip(metrics["item_id"].str[-1], metrics["metric"], strict=True)
    assert dict(zip(keys, metrics["value"], strict=True)) == truth
    assert sorted(found.tables["items"]["item_id"].str[-1]) == ["1", "2", "3", "4"]
    assert set(metrics["date"].astype("str")) == {"2026-09-30"}
    assert set(metrics["kind"]) == {"flow"}


@pytest.mark.parametrize("side", [0, 4])
def test_one_ranking_may_be_longer(side: int) -> None:
    row: list[Any] = [None] * 7
    row[side : side + 3] = [post(5), "8/1/2026", 7]
    found = read("a.xlsx", workbook([[post(1), "7/1/2026", 3, None, post(1), "7/1/2026", 9], row]))
    assert sorted(found.tables["items"]["item_id"].str[-1]) == ["1", "5"]
    assert len(found.tables["metrics"]) == 3


def test_addresses_with_names_and_traces_are_one_post() -> None:
    address = "https://www.linkedin.com/posts/ada-neri-1_share-7362000000000000001-AbC1"
    top = [[f"{address}?trk=x", "7/1/2026", 3, None, f"{address}?utm_source=y2", "7/1/2026", 9]]
    found = read("a.xlsx", workbook(top))
    assert found.tables["items"]["item_id"].tolist() == ["7362000000000000001"]
    assert found.tables["metrics"]["item_id"].tolist() == ["7362000000000000001"] * 2


@pytest.mark.parametrize("gone", ["DISCOVERY", "ENGAGEMENT"])
def test_a_sheet_may_be_missing(gone: str) -> None:
    sheets = workbook([[post(1), "7/1/2026", 3, None, post(1), "7/1/2026", 9]], [["7/1/2026", 118, 4]])
    del sheets[gone]
    found = read("a.xlsx", sheets)
    assert found.reader == "linkedin_personal"
    assert ("IN-DATE-04" in [fault["code"] for fault in found.faults]) is (gone == "DISCOVERY")


def test_a_persons_days_never_stand_for_the_pages() -> None:
    personal, page = read_sample(PERSONAL).tables["metrics"], read_sample(PAGE).tables["metrics"]
    assert personal["item_id"].notna().all()
    days = personal[personal["item_id"].str.startswith("profile-")]
    assert len(days)
    key = ["date", "item_id", "metric"]
    assert not set(days[key].itertuples(index=False)) & set(page[key].itertuples(index=False))


def test_two_persons_have_two_pseudonyms_and_one_has_one() -> None:
    days = [["7/1/2026", 118, 4]]
    names = ("AdaNeri", "Ada_Neri", "Bruno Conti")
    ids = [
        read(f"Content_2026-07-01_2026-09-30_{name}.xlsx", workbook([], days)).tables["metrics"]["item_id"][0]
        for name in names
    ]
    assert ids[0] == ids[1] != ids[2]
    assert not any("ada" in each or "bruno" in each for each in ids)


def test_posts_are_of_the_person_the_files_name_says() -> None:
    items = read_sample(PERSONAL).tables["items"]
    assert set(zip(items["author"], items["side"], strict=True)) == {("rita", "company")}
    unknown = read("Content_2026-07-01_2026-09-30_OspiteIgnoto.xlsx", workbook([[post(1), "7/1/2026", 3]]))
    assert unknown.tables["items"]["author"].isna().all()
    assert "OspiteIgnoto" not in unknown.tables["items"].drop(columns="source_file").to_csv()


def test_every_row_of_the_workbook_is_accounted_for() -> None:
    sheets = openpyxl.load_workbook(io.BytesIO(PERSONAL.read_bytes()))
    rows = sum(sum(1 for _ in sheet.iter_rows()) for sheet in sheets.worksheets)
    found = read_sample(PERSONAL)
    assert found.rows_read == rows == found.rows_kept + found.rows_quarantined + found.rows_other


@pytest.mark.parametrize("kind", ["followers", "visitors"])
def test_followers_and_visitors_are_of_the_day(kind: str) -> None:
    path = next((EXPORTS / "linkedin_page").glob(f"la-quercia_{kind}_*[sx]"))
    metrics = read_sample(path).tables["metrics"]
    assert set(metrics["metric"]) == {{"followers": "follows", "visitors": "profile_visits"}[kind]}
    assert set(metrics["kind"]) == {"flow"}
    assert metrics["date"].notna().all()


def _headings_lost(path: Path, at: int) -> Sheets:
    """The workbook with the headings of its first sheets in a language that nobody knows."""
    made: Sheets = {}
    for sheet in openpyxl.load_workbook(io.BytesIO(path.read_bytes())).worksheets:
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
        if len(rows) > at:
            rows[at] = [cell and f"Titolo {n}" for n, cell in enumerate(rows[at])]
        made[f"Foglio {len(made)}"] = rows
    return made


@pytest.mark.parametrize(("kind", "at"), [("content", 1), ("followers", 0)])
def test_headings_of_another_language_are_taken_by_their_place(kind: str, at: int) -> None:
    path = next((EXPORTS / "linkedin_page").glob(f"la-quercia_{kind}_*.xlsx"))
    english = read_sample(path)
    found = read(path.name, _headings_lost(path, at))
    columns = ["date", "item_id", "metric", "value"]
    before, after = (each.tables["metrics"][columns].sort_values(columns) for each in (english, found))
    assert after.to_dict("records") == before.to_dict("records")
    assert "IN-CSV-04" in [fault["code"] for fault in found.faults]


def test_headings_of_another_language_under_another_name_are_not_guessed() -> None:
    path = next((EXPORTS / "linkedin_page").glob("la-quercia_followers_*.xlsx"))
    assert read("export.xlsx", _headings_lost(path, 0)).reader is None


def test_competitors_are_no_data() -> None:
    path = next((EXPORTS / "linkedin_page").glob("*competitor*.xlsx"))
    found = read_sample(path)
    assert (found.layout, found.rows_kept) == ("competitors", 0)
    assert [fault["code"] for fault in found.faults] == ["IN-FILE-13"]
    assert "Il Cerro" not in str(found.faults)


def with_period(period: str, top: Sequence[list[Any]]) -> Sheets:
    return {**workbook(top), "DISCOVERY": [["Overall Performance", period], ["Impressions", 5400]]}


@pytest.mark.parametrize(
    "period", ["9/30/2026 - 7/1/2026", "13/45/2026 - 9/30/2026", "7/1/2026 - 9/31/2026", ""]
)
def test_a_period_that_cannot_be_is_none(period: str) -> None:
    found = read("a.xlsx", with_period(period, [[post(1), "7/13/2026", 31, None, post(1), "7/13/2026", 80]]))
    assert ([fault["code"] for fault in found.faults], found.of_period) == (["IN-DATE-04"], False)
    assert found.tables["metrics"]["date"].isna().all()


def test_the_period_is_the_one_of_the_discovery() -> None:
    top = [[post(1), "7/13/2026", 31, None, post(1), "7/13/2026", 80]]
    found = read("a.xlsx", {"NOTES": [["as of 1/1/2020 - 1/31/2020"]], **workbook(top)})
    assert (str(found.first_date), str(found.last_date), found.of_period) == (
        "2026-07-01",
        "2026-09-30",
        True,
    )


def test_figures_of_a_year_are_those_of_the_life_of_a_post_published_in_it() -> None:
    top = [
        [post(1), "2/13/2026", 31, None, post(2), "2/1/2025", 80],
        [post(2), "2/1/2025", 5, None, post(1), "2/13/2026", 300],
    ]
    found = read("a.xlsx", with_period("10/1/2025 - 9/30/2026", top))
    metrics = found.tables["metrics"]
    assert sorted(metrics["value"]) == [31, 300]
    assert (set(metrics["kind"]), metrics["date"].isna().all(), found.of_period) == (
        {"lifetime"},
        True,
        False,
    )
    assert [fault["code"] for fault in found.faults] == ["IN-DATE-05"]


def test_a_post_without_a_day_or_figure_has_what_it_has() -> None:
    top: list[list[Any]] = [
        [post(1), None, 31, None, post(2), "7/13/2026", None],
        [post(1) + "?trk=again", "7/1/2026", 99, None, None, None, None],  # the same post again
        [None, None, None, None, None, "7/13/2026", 12],  # of no post
    ]
    found = read("a.xlsx", workbook(top))
    assert found.tables["items"]["item_id"].str[-1].tolist() == ["1", "2"]
    metrics = found.tables["metrics"]
    assert metrics[["item_id", "value"]].assign(item_id=metrics["item_id"].str[-1]).values.tolist() == [
        ["1", 31]
    ]
    assert [fault["code"] for fault in found.faults] == ["IN-ID-03"]
    assert (found.rows_kept, found.rows_quarantined) == (2, 0)


def test_a_sheet_of_days_without_a_figure_is_no_data() -> None:
    sheets = {**workbook([], [["7/1/2026", 118, 4]]), "NOTES": [["Date", "Text"], ["one day", "x"]]}
    found = read("a.xlsx", sheets)
    assert (found.faults, found.rows_quarantined) == ([], 0)
    assert sorted(found.tables["metrics"]["value"]) == [4, 118]
