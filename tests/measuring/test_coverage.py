"""Which days the files cover: counted day by day."""

import pandas as pd
import pytest
from pioppo import frame

from sharedsocial_utils.measuring import coverage
from sharedsocial_utils.measuring.coverage import Calendar, Days
from sharedsocial_utils.workspace import Quarter

CALENDAR = Calendar(Quarter(2026, 3))  # Monday 7 October 2024 to Wednesday 30 September 2026
SPAN = "path reader layout channel as_of first_date last_date"


def files(*rows: tuple[object, ...]) -> pd.DataFrame:
    return frame("sources", SPAN, *rows).astype({"as_of": "datetime64[us]"})


def rows_of(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """Side, file and day of each row."""
    table = pd.DataFrame(rows, columns=["side", "source_file", "date"])
    return table.assign(date=pd.to_datetime(table["date"]).dt.as_unit("us"))


def told(days: Days) -> list[str]:
    """The days covered as spans: first..last."""
    mine = CALENDAR.days[days]
    starts = [day for day in mine if day - pd.Timedelta(days=1) not in mine]
    ends = [day for day in mine if day + pd.Timedelta(days=1) not in mine]
    return [f"{first:%m-%d}..{last:%m-%d}" for first, last in zip(starts, ends, strict=True)]


def test_the_calendar_is_104_weeks_to_the_quarters_end() -> None:
    assert (str(CALENDAR.first_day), str(CALENDAR.last_day)) == ("2024-10-07", "2026-09-30")
    assert len(CALENDAR.weeks) == 104
    assert set(CALENDAR.weeks.day_of_week) == {0}
    assert len(CALENDAR.days) == 103 * 7 + 3
    assert told(CALENDAR.of_quarter(Quarter(2026, 2))) == ["04-01..06-30"]
    assert told(CALENDAR.of_quarter(Quarter(2024, 3))) == [], "before the look-back"
    assert told(CALENDAR.nothing()) == []


@pytest.mark.parametrize(
    ("first", "last", "weeks"),
    [
        ("2026-09-14", "2026-09-27", ["09-14", "09-21"]),
        ("2026-09-15", "2026-09-27", ["09-21"]),
        ("2026-09-14", "2026-09-26", ["09-14"]),
        ("2026-09-14", "2026-09-30", ["09-14", "09-21", "09-28"]),  # the last week is cut by the quarter
        ("2026-09-14", "2026-09-29", ["09-14", "09-21"]),
        ("2026-09-15", "2026-09-20", []),
    ],
)
def test_a_week_is_whole_where_each_of_its_days_is(first: str, last: str, weeks: list[str]) -> None:
    days = CALENDAR.within(pd.Timestamp(first), pd.Timestamp(last))
    assert [f"{week:%m-%d}" for week in CALENDAR.whole_weeks(days)] == weeks


def test_a_file_covers_the_days_it_says_else_those_from_its_first_to_its_last_row() -> None:
    sources = files(
        ("says.csv", "a", "1", None, None, "2026-07-01", "2026-07-31"),
        ("silent.csv", "a", "1", None, None, None, None),
        ("begins.csv", "a", "1", None, None, "2026-09-01", None),
        ("ends.csv", "a", "1", None, None, None, "2026-09-20"),
        ("empty.csv", "a", "1", None, None, "2026-05-01", "2026-05-31"),
    )
    rows = rows_of(
        ("company", "says.csv", "2026-07-10"),
        ("company", "silent.csv", "2026-08-03"),
        ("company", "silent.csv", "2026-08-05"),
        ("agency", "silent.csv", "2026-08-20"),
        ("agency", "begins.csv", "2026-09-03"),
        ("company", "ends.csv", "2026-09-18"),
        ("agency", "unlisted.csv", "2026-06-01"),
    )
    found = coverage.covered_by(sources, rows, CALENDAR, "side")
    assert {side: told(days) for side, days in found.items()} == {
        "agency": ["08-20..08-20", "09-01..09-03"],
        "company": ["07-01..07-31", "08-03..08-05", "09-18..09-20"],
    }


def test_all_files_of_a_layout_cover_their_days_with_rows_or_without() -> None:
    sources = files(
        ("july.csv", "ga4", "traffic", None, None, "2026-07-01", "2026-07-31"),
        ("august.csv", "ga4", "traffic", None, None, "2026-08-01", "2026-08-31"),
        ("pages.csv", "ga4", "pages", None, None, "2026-09-01", "2026-09-30"),
        ("other.csv", "matomo", "traffic", None, None, "2026-06-01", "2026-06-30"),
        ("half.csv", "ga4", "traffic", None, None, "2026-05-01", None),
        ("end.csv", "ga4", "traffic", None, None, None, "2026-05-01"),
    )
    rows = rows_of(("company", "july.csv", "2026-07-10"))
    assert told(coverage.covered_alike(sources, rows, CALENDAR)) == ["07-01..08-31"]
    assert told(coverage.covered_alike(sources, rows.iloc[:0], CALENDAR)) == []
    dated = rows_of(("company", "half.csv", "2026-05-09"), ("company", "end.csv", "2026-04-20"))
    assert told(coverage.covered_alike(sources, dated, CALENDAR)) == ["04-20..05-09", "07-01..08-31"]


@pytest.mark.parametrize(
    ("as_of", "last", "covered"),
    [
        ("2026-08-10", "2026-07-20", "07-01..08-09"),
        ("2026-07-21", "2026-07-20", "07-01..07-20"),
        ("2026-07-10", "2026-07-20", "07-01..07-20"),
        (None, "2026-07-20", "07-01..07-20"),
        ("2027-01-10", "2026-07-20", "07-01..09-30"),
    ],
)
def test_a_snapshot_covers_the_days_to_the_one_before_its_export(
    as_of: str | None, last: str, covered: str
) -> None:
    sources = files(("crm.csv", "hubspot", "contacts", None, as_of, "2026-07-01", last))
    rows = rows_of(("company", "crm.csv", "2026-07-05"))
    assert told(coverage.covered_to_export(sources, rows, CALENDAR)) == [covered]


def test_days_of_a_channel_are_those_of_any_of_its_files() -> None:
    sources = files(
        ("a.csv", "a", "1", "blog", None, "2026-07-01", "2026-07-05"),
        ("b.csv", "b", "1", "blog", None, "2026-07-04", "2026-07-09"),
        ("c.csv", "b", "1", "x", None, "2026-08-01", "2026-08-01"),
        ("d.csv", "b", "1", None, None, "2026-09-01", "2026-09-01"),
    )
    named = coverage.named_by_channel(sources, CALENDAR)
    assert {channel: told(days) for channel, days in named.items()} == {
        "blog": ["07-01..07-09"],
        "x": ["08-01..08-01"],
    }
    more = {"x": CALENDAR.within(pd.Timestamp("2026-08-02"), pd.Timestamp("2026-08-02"))}
    both = coverage.joined(CALENDAR, named, more)
    assert list(both) == ["blog", "x"]
    assert told(both["x"]) == ["08-01..08-02"]
    assert told(named["x"]) == ["08-01..08-01"], "the parts stay as they are"
