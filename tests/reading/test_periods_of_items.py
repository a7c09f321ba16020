"""Figures that a video or a post had in a period: of periods that share days none counts twice."""

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from exports_for_tests import CONTEXT, books, merged, read

from sharedsocial_utils.reading.file import FileReading, read_bytes

EXPORTS = Path(__file__).parents[1] / "exports"
PERIODS = {"jul": ("07-01", "08-01"), "aug": ("08-01", "09-01"), "sep": ("09-01", "10-01")}
PERIODS |= {"jul-aug": ("07-01", "09-01"), "aug-sep": ("08-01", "10-01"), "quarter": ("07-01", "10-01")}


def studio(period: str, **likes: int) -> FileReading:
    """YouTube's table of videos of a period: likes by video; a day of the name is the first not told."""
    first, after = PERIODS[period]
    rows = [f'{video * 11},Torre,"Jan 5, 2026",{count}' for video, count in likes.items()]
    name = f"Content 2026-{first}_2026-{after} La Quercia/Table data.csv"
    return read(name, "\n".join(["Content,Video title,Video publish time,Likes", *rows]) + "\n")


def likes(*files: FileReading) -> list[tuple[str, str, float]]:
    """Day, video and likes of what is used, which the order of the files does not change."""
    found = []
    for order in (files, files[::-1]):
        metrics = merged(*order)["metrics"]
        days = metrics["date"].dt.strftime("%m-%d")
        found.append(list(zip(days, metrics["item_id"].str[0], metrics["value"], strict=True)))
    assert all(each == found[0] for each in found)
    return found[0]


def test_a_period_within_another_is_part_of_it() -> None:
    """Each month the quarter so far was downloaded: the last holds all; none is a correction of another."""
    files = [studio("jul", a=10), studio("jul-aug", a=25), studio("quarter", a=40)]
    assert likes(*files) == [("09-30", "a", 40)]
    assert merged(*files)["restatements"].empty
    again = [studio("jul", a=10), studio("jul-aug", a=25), studio("quarter", a=40)]
    merged(*again)
    assert [books(file)[:3] for file in again] == [(0, 1, 0), (0, 1, 0), (1, 0, 0)]


def test_periods_that_end_on_one_day_are_no_two_tellings_of_it() -> None:
    """September and the quarter stand on 30 September: the bytes of the files must not choose."""
    for count in range(3):
        files = [studio("sep", a=count), studio("quarter", a=40)]
        assert likes(*files) == [("09-30", "a", 40)]
        assert merged(*files)["restatements"].empty


def test_months_that_tell_the_whole_quarter_are_used_rather_than_it() -> None:
    months = [studio("jul", a=10), studio("aug", a=15), studio("sep", a=16)]
    assert likes(*months, studio("quarter", a=41)) == [
        ("07-31", "a", 10),
        ("08-31", "a", 15),
        ("09-30", "a", 16),
    ]


def test_a_video_that_a_month_leaves_out_has_the_figure_of_the_quarter() -> None:
    files = [studio("jul", a=10), studio("aug", a=15, b=1), studio("sep", a=15, b=2)]
    assert likes(*files, studio("quarter", a=40, b=7)) == [
        ("07-31", "a", 10), ("08-31", "a", 15), ("09-30", "a", 15), ("09-30", "b", 7),
    ]  # fmt: skip


def test_months_with_a_gap_do_not_tell_the_quarter() -> None:
    assert likes(studio("jul", a=10), studio("sep", a=15), studio("quarter", a=40)) == [("09-30", "a", 40)]


def test_a_line_that_still_gives_its_video_is_kept_where_its_figure_is_put_aside() -> None:
    older = studio("jul-aug", a=25)
    text = f"Content,Video title,Likes\n{'a' * 11},Torre,30\n"
    newer = read("Content 2026-08-01_2026-10-01 La Quercia/Table data.csv", text)
    tables = merged(older, newer)
    assert (tables["metrics"]["value"].tolist(), len(tables["items"])) == ([30], 1)
    assert [fault["code"] for fault in older.faults] == ["IN-DATE-06"]
    assert books(older)[:3] == (1, 0, 0)


def test_of_periods_that_cross_the_newer_is_used_and_the_older_put_aside_with_its_line() -> None:
    older, newer = studio("jul-aug", a=25), studio("aug-sep", a=30)
    assert merged(older, newer)["metrics"]["value"].tolist() == [30]
    assert [(fault["code"], fault["row"]) for fault in older.faults] == [("IN-DATE-06", "2")]
    assert older.faults[0]["message"].startswith("One figure for 2026-07-01 to 2026-08-31. Export periods")
    assert newer.faults == []
    assert (books(older)[:3], books(newer)[:3]) == ((0, 0, 1), (1, 0, 0))


def profile(first: str, last: str, days: list[str], engagements: int) -> FileReading:
    """LinkedIn's workbook of a person: days with 2 impressions each, and one post."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "ENGAGEMENT"
    sheet.append(["Date", "Impressions"])
    for day in days:
        sheet.append([day, 2])
    top = book.create_sheet("TOP POSTS")
    top.append(
        ("Post URL", "Post publish date", "Engagements", "", "Post URL", "Post publish date", "Impressions")
    )
    url = "https://www.linkedin.com/feed/update/urn:li:activity:7200000000000000001"
    top.append((url, "1/5/2026", engagements, "", url, "1/5/2026", 100 * engagements))
    content = io.BytesIO()
    book.save(content)
    found = read_bytes(f"Content_2026-{first}_2026-{last}_AdaNeri.xlsx", content.getvalue(), CONTEXT)
    assert found.error is None
    return found


def test_the_posts_of_a_profile_count_once_and_its_days_stay() -> None:
    july = profile("07-01", "07-31", ["7/1/2026", "7/31/2026"], 3)
    both = profile("07-01", "08-31", ["7/1/2026", "7/31/2026", "8/31/2026"], 5)
    metrics = merged(july, both)["metrics"]
    posts = metrics["item_id"].str.isdigit()
    figures = zip(metrics.loc[posts, "metric"], metrics.loc[posts, "value"], strict=True)
    assert sorted(figures) == [("engagements", 5), ("impressions", 500)]
    assert metrics.loc[~posts, "value"].tolist() == [2, 2, 2]


@pytest.mark.parametrize("likes_then", [10, 12])
def test_a_period_told_again_is_that_of_the_newest_file(likes_then: int) -> None:
    assert len(likes(studio("jul", a=10), studio("aug", a=1))) == 2
    same = merged(studio("jul", a=10), studio("jul", a=likes_then))["metrics"]
    assert len(same) == 1


def wordpress(period: str, first: str, last: str, views: int) -> FileReading:
    name = f"laquercia.example-posts-{period}-{first}_2026-{last}_2026.csv"
    return read(name, f'"La torre",{views},https://laquercia.example/torre/\n')


def test_the_views_of_a_post_by_month_and_by_week_count_once() -> None:
    week, month = wordpress("week", "07_09", "13_09", 9), wordpress("month", "01_09", "30_09", 31)
    for files in ((week, month), (month, week)):
        metrics = merged(*files)["metrics"]
        assert metrics["value"].tolist() == [31]
    assert (week.faults, month.faults) == ([], [])


def google_business(first: str, last: str, calls: int) -> FileReading:
    sample = next((EXPORTS / "google_business").glob("GMB*.csv")).read_text("utf-8")
    heading, explained = list(csv.reader(io.StringIO(sample)))[:2]
    row = [str(calls) if cell == "Calls" else "0" for cell in heading]
    row[0], row[1] = "1", "La Quercia"
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([heading, explained, row])
    name = f"GMB insights (Business Profile Insights) - 2026-{first} - 2026-{last}.csv"
    return read(name, out.getvalue())


def test_the_calls_of_a_place_by_month_and_by_quarter_count_once() -> None:
    files = [google_business("7-1", "7-31", 3), google_business("7-1", "9-30", 8)]
    metrics = merged(*files)["metrics"]
    assert metrics.loc[metrics["metric"] == "calls", "value"].tolist() == [8]


def studio_of_year(*rows: str) -> FileReading:
    name = "Content 2025-10-01_2026-10-01 La Quercia/Table data.csv"
    return read(name, "\n".join(["Content,Video title,Video publish time,Likes", *rows]) + "\n")


def test_the_figures_of_a_year_are_not_those_of_its_last_quarter() -> None:
    """A video published within the year has its lifetime's; of an older one nobody knows which were when."""
    year = studio_of_year(f'{"a" * 11},Torre,"Jan 5, 2026",90', f'{"b" * 11},Vigna,"Jan 5, 2024",70')
    metrics = merged(year)["metrics"]
    assert metrics[["value", "kind"]].to_numpy().tolist() == [[90, "lifetime"]]
    assert metrics["date"].isna().all()
    assert str(metrics["as_of"].iloc[0].date()) == "2026-09-30"
    assert len(merged(year)["items"]) == 2
    assert [fault["code"] for fault in year.faults] == ["IN-DATE-05"]
    assert "one figure for 2025-10-01 to 2026-09-30" in year.faults[0]["message"].casefold()


def test_a_year_of_young_videos_leaves_nothing_to_say() -> None:
    year = studio_of_year(f'{"a" * 11},Torre,"Oct 1, 2025",90')
    assert (merged(year)["metrics"]["kind"].tolist(), year.faults) == (["lifetime"], [])


@pytest.mark.parametrize(
    ("name", "used"),
    [
        ("laquercia.example-posts-month-01_09_2026-30_09_2026.csv", 1),
        ("laquercia.example-posts-year-01_01_2026-31_12_2026.csv", 0),
    ],
)
def test_views_of_a_year_are_not_those_of_its_last_quarter(name: str, used: int) -> None:
    found = read(name, '"Torre",12,https://laquercia.example/torre/\n')
    assert books(found)[:3] == (used, 0, 0)
    assert [fault["code"] for fault in found.faults] == ["IN-DATE-05"] * (1 - used)
    assert (found.first_date is not None) == bool(used), "a day of which nothing is told is not covered"


def test_posts_of_a_profile_s_year_have_what_they_brought_since_they_were_published() -> None:
    year = profile("01-01", "09-30", ["7/1/2026"], 3)
    metrics = merged(year)["metrics"]
    posts = metrics[metrics["item_id"].str.contains("7200")]
    assert posts.groupby("kind")["value"].sum().to_dict() == {"lifetime": 303.0}
    assert posts["date"].isna().all()


@pytest.mark.parametrize(
    ("header", "row", "code"),
    [
        ("Session source,Session medium,Sessions", "google,organic,3", "IN-DATE-05"),
        ("Date,Session source,Total revenue", "20260701,google,3", "IN-FILE-13"),
    ],
)
def test_a_file_whose_figures_are_left_aside_covers_no_day(header: str, row: str, code: str) -> None:
    """Beside an export by day it would turn the days that only it covers into days without a visit."""
    rule = "# " + "-" * 40
    lines = [rule, "# La Quercia", "# Free form", "# 20260701-20260930", rule, "", header, ",,3,Total", row]
    found = read("explore.csv", "\n".join(lines) + "\n")
    assert [fault["code"] for fault in found.faults] == [code]
    assert (found.first_date, found.last_date, found.error) == (None, None, None)
