"""Real files of Matomo and Plausible: each has one reader, and every physical line is accounted for.

The files lie beside the project and are not ours to copy: without them the tests are skipped.
"""

import re
from pathlib import Path

import pytest

from sharedsocial_utils.reading.door import Head, readers
from sharedsocial_utils.reading.file import FileReading, read_bytes
from sharedsocial_utils.reading.source import Context

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
CONTEXT = Context(timezone="UTC", currency="EUR", salt="real")
# name: reader, layout, rows kept, codes of what is said about it
EXPECTED = {
    "matomo/test_OneVisitorTwoVisits_csv__API.get_month.csv": ("matomo", "evolution", 0, ["IN-DATE-05"]),
    "matomo/test_PivotByQueryParamTest_testPivotByParamWorksWithCsvOutput__Referrers.getKeywords_week.csv": (
        "matomo", "label", 0, ["IN-FILE-13"],
    ),
    "matomo/test_TwoVisitors_twoWebsites_differentDays_schedrep_in_csv__ScheduledReports.generateReport_month"
    ".original.csv": ("matomo", "scheduled", 0, ["IN-DATE-04"]),
    "matomo/test_TwoVisitors_twoWebsites_differentDays_schedrep_in_tsv__ScheduledReports.generateReport_month"
    ".original.tsv": ("matomo", "scheduled", 0, ["IN-DATE-04"]),
    "matomo/test_csvExport__Live.getLastVisitsDetails_day.csv": ("matomo", "visits log", 2, []),
    "matomo/test_csvExport_multi__VisitsSummary.get_week.csv": ("matomo", "evolution", 0, ["IN-DATE-05"]),
    "matomo/test_csvExport_xp0__VisitsSummary.get_day.csv": ("matomo", "label", 0, ["IN-DATE-04"]),
    "matomo/test_csvExport_xp1_inner0_trans-en__Contents.getContentNames_day.csv": (
        "matomo", "sources", 0, ["IN-FILE-13"],
    ),
    "matomo/test_csvExport_xp1_inner0_trans-en__VisitsSummary.get_day.csv": (
        "matomo", "label", 0, ["IN-DATE-04"],
    ),
    "plausible/conversions.csv": ("plausible", "other", 0, ["IN-FILE-13"]),
    "plausible/pages.csv": ("plausible", "other", 0, ["IN-FILE-13"]),
    "plausible/sources.csv": ("plausible", "other", 0, ["IN-FILE-13"]),
    "plausible/visitors.csv": ("plausible", "days", 31, []),
}  # fmt: skip

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the real samples are not at hand")
every = pytest.mark.parametrize("name", EXPECTED)


def read(name: str) -> FileReading:
    return read_bytes(name, (SAMPLES / name).read_bytes(), CONTEXT)


def text_of(name: str) -> str:
    data = (SAMPLES / name).read_bytes()
    return data.decode("utf-16" if data.startswith(b"\xff\xfe") else "utf-8")


def test_no_file_is_forgotten() -> None:
    found = {
        path.relative_to(SAMPLES).as_posix()
        for system in ("matomo", "plausible")
        for path in (SAMPLES / system).iterdir()
    }
    assert found == set(EXPECTED)


@every
def test_one_reader_claims_it(name: str) -> None:
    head = Head(name, (SAMPLES / name).read_bytes())
    claims = [reader for reader, module in readers().items() if module.recognise(head).layout]
    assert claims == [EXPECTED[name][0]]


@every
def test_it_is_read_as_expected_and_every_line_is_accounted_for(name: str) -> None:
    found = read(name)
    codes = [fault["code"] for fault in found.faults]
    assert (found.reader, found.layout, found.rows_kept, codes) == EXPECTED[name]
    lines = len(re.findall(r"[^\n]*\n|[^\n]+\Z", text_of(name)))
    assert found.rows_read == lines
    assert found.rows_kept + found.rows_merged + found.rows_quarantined + found.rows_other == lines


def test_the_same_report_says_the_same_with_commas_and_with_tabs() -> None:
    name = next(name for name in EXPECTED if "schedrep_in_csv" in name)
    with_a_day = "La Quercia - 2010-01-03 - report"
    found = [
        read_bytes(f"{with_a_day}.{end}", text_of(name.replace("csv", end)).encode(), CONTEXT)
        for end in ("csv", "tsv")
    ]
    figures = [
        dict(zip(f.tables["metrics"]["metric"], f.tables["metrics"]["value"], strict=True)) for f in found
    ]
    # of the file's own tables Visits Summary and Actions - Main metrics
    assert figures == [{"sessions": 11.0, "active_users": 2.0, "page_views": 43.0}] * 2


def test_one_day_is_used_where_the_name_says_it() -> None:
    text = text_of("matomo/test_csvExport_xp1_inner0_trans-en__VisitsSummary.get_day.csv")
    data = b"\xff\xfe" + text.lstrip("\ufeff").encode("utf-16-le")
    found = read_bytes("Export _ Visits Summary _ January 3, 2010.csv", data, CONTEXT)
    metrics = found.tables["metrics"]
    assert dict(zip(metrics["metric"], metrics["value"], strict=True)) == {
        "sessions": 2.0,
        "active_users": 2.0,
    }
    assert {str(day.date()) for day in metrics["date"]} == {"2010-01-03"}


def test_nothing_of_a_visitor_is_left_of_the_visits_log() -> None:
    name = "matomo/test_csvExport__Live.getLastVisitsDetails_day.csv"
    found = read(name)
    everything = str(found.faults) + "".join(frame.to_csv() for frame in found.tables.values())
    for personal in ("111.1.1.1", "156.5.3.2", "14db763aafccd039", "e16cf2bbaeea2c88", "Firefox", "France"):
        assert personal in text_of(name)
        assert personal not in everything
    assert found.tables["visits"]["sessions"].sum() == len(text_of(name).splitlines()) - 1


def test_plausibles_days_add_up_to_the_files_own_sums() -> None:
    rows = [line.split(",") for line in text_of("plausible/visitors.csv").split("\n")[1:] if line]
    metrics = read("plausible/visitors.csv").tables["metrics"].set_index("metric")["value"]
    for metric, column in (("active_users", 1), ("page_views", 2), ("sessions", 3)):
        assert metrics[metric].sum() == sum(int(row[column]) for row in rows)
        assert len(metrics[metric]) == len(rows)  # a day with 0 is a day
