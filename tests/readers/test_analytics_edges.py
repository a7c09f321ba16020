"""Site analytics as people export them: filtered, of the last hours, of longer periods, damaged, unnamed."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

import pytest
from golden import CONTEXT
from openpyxl import Workbook

from sharedsocial_utils.readers._site import solid_period
from sharedsocial_utils.reading.file import FileReading, read_bytes

CHART = "Date,Clicks,Impressions,CTR,Position\n2026-07-01,12,410,2.93%,11.7\n2026-07-02,3,90,3.33%,9\n"
QUERIES = 'Top queries,Clicks,Impressions,CTR,Position\nolio nuovo,"1,204","40,100",3%,9.11\n'


def codes(found: FileReading) -> list[str]:
    return [fault["code"] for fault in found.faults]


def total(found: FileReading, metric: str) -> float:
    rows = found.tables["metrics"]
    return float(rows.loc[rows["metric"] == metric, "value"].sum())


# ---- Search Console


def archive(filters: str = "Filter,Value\nSearch type,Web\nDate,Last 3 months\n", **files: str) -> bytes:
    content = io.BytesIO()
    every = {"Chart": CHART, "Queries": QUERIES, "Pages": QUERIES, "Filters": filters, **files}
    with zipfile.ZipFile(content, "w") as box:
        for name, text in every.items():
            box.writestr(f"{name}.csv", text)
    return content.getvalue()


def workbook(filters: Sequence[tuple[str, str]], day: object = "2026-07-01") -> bytes:
    content, book = io.BytesIO(), Workbook()
    sheets: Mapping[str, list[list[object]]] = {
        "Chart": [["Date", "Clicks", "Impressions", "CTR", "Position"], [day, 12, 410, 0.03, 11.7]],
        "Queries": [["Top queries", "Clicks", "Impressions", "CTR", "Position"], ["olio", 2, 30, 0.07, 4]],
        "Filters": [["Filter", "Value"], *map(list, filters)],
    }
    book.remove(book.active)  # type: ignore[arg-type]
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(content)
    return content.getvalue()


WEB = [("Search type", "Web"), ("Date", "Last 3 months")]


@pytest.mark.parametrize(("more", "used"), [([], True), ([("Page", "+/blog/")], False)])
def test_a_workbook_of_a_part_of_the_site_is_not_the_sites(more: list[tuple[str, str]], used: bool) -> None:
    found = read_bytes("a.xlsx", workbook([*WEB, *more]), CONTEXT)
    assert found.reader == "search_console"
    assert (bool(found.tables), codes(found)) == (used, [] if used else ["IN-FILE-13"])
    assert (found.rows_kept, found.rows_read) == (used, 7 + len(more))


@pytest.mark.parametrize("day", ["2026-07-01", date(2026, 7, 1), datetime.fromisoformat("2026-07-01")])
def test_the_days_of_a_workbook_may_be_of_any_type(day: object) -> None:
    metrics = read_bytes("a.xlsx", workbook(WEB, day), CONTEXT).tables["metrics"]
    assert metrics["date"].astype("str").tolist() == ["2026-07-01"] * 3


@pytest.mark.parametrize(
    ("filters", "used"),
    [
        ("Filter,Value\n", True),
        ("Filter,Value\nSearch type, Web \n\nDate,Last 3 months\n , \n", True),
        ("Filter,Value\nSearch type,Web\n\nDate,Last 3 months\n\nPage,+/blog/\n\n", False),
    ],
)
def test_blank_lines_among_the_filters_change_nothing(filters: str, used: bool) -> None:
    found = read_bytes("a.zip", archive(filters), CONTEXT)
    assert (bool(found.tables), found.error) == (used, None)


def test_an_archive_without_a_table_of_days_says_so() -> None:
    found = read_bytes(
        "a.zip", archive(Chart="Country,Clicks,Impressions,CTR,Position\nItaly,1,2,50%,3\n"), CONTEXT
    )
    assert (found.tables, codes(found)) == ({}, ["IN-FILE-13"])


def test_a_table_of_days_without_clicks_is_no_data() -> None:
    found = read_bytes("a.zip", archive(Notes="Date,Note,Who\n2026-07-01,fair,Ada\n"), CONTEXT)
    assert (found.rows_kept, codes(found)) == (2, [])


@pytest.mark.parametrize(
    "name", ["colline.example", "https___colline.example_", "https___www.colline.example_olio_"]
)
def test_an_archive_of_another_property_is_refused(name: str) -> None:
    for site, refused in ((name, True), (name.replace("colline", "laquercia"), False)):
        own = replace(CONTEXT, identity={"domains": ("laquercia.example",)})
        found = read_bytes(f"{site}-Performance-on-Search-2026-10-02.zip", archive(), own)
        assert (found.error is not None and found.error["code"] == "IN-ACC-01") == refused


@pytest.mark.parametrize("name", ["Performance.zip", "Olio nuovo-Performance-on-Search-2026-10-02.zip"])
def test_a_name_that_is_no_property_tells_nothing(name: str) -> None:
    own = replace(CONTEXT, identity={"domains": ("laquercia.example",)})
    assert read_bytes(name, archive(), own).rows_kept == 2


def test_hours_of_the_last_day_are_no_days() -> None:
    rows = "".join(f"2026-07-01T{hour:02}:00:00-07:00,1,10,10%,3\n" for hour in range(24))
    found = read_bytes("Chart.csv", (CHART.splitlines()[0] + "\n" + rows).encode(), CONTEXT)
    assert (found.tables, codes(found), found.rows_quarantined) == ({}, ["IN-DATE-05"], 0)


# ---- periods in names


@pytest.mark.parametrize(
    ("name", "true"),
    [
        ("Pages 20220701-20220731.csv", (date(2022, 7, 1), date(2022, 7, 31))),
        ("Pages 20229901-20220731.csv", None),
        ("Pages 20220701-20229931.csv", None),
        ("Pages 120220701-20220731.csv", None),
    ],
)
def test_the_solid_period_in_a_name(name: str, true: tuple[date, date] | None) -> None:
    assert solid_period(name) == true


# ---- Matomo


def matomo(name: str, *lines: str) -> FileReading:
    return read_bytes(name, "\n".join(lines).encode(), CONTEXT)


SOURCES = "label,nb_visits,nb_uniq_visitors,metadata_segment"


def test_referrers_of_a_week_are_on_no_day() -> None:
    found = matomo(
        "a.csv", f"date,{SOURCES}", '"2026-06-29,2026-07-05",Search Engines,31,28,referrerType==search'
    )
    assert (found.tables, codes(found), found.rows_quarantined) == ({}, ["IN-DATE-05"], 0)


def test_referrers_of_a_period_that_nothing_says_are_not_used() -> None:
    found = matomo("report.csv", SOURCES, "Search Engines,31,28,referrerType==search")
    assert (found.tables, codes(found)) == ({}, ["IN-DATE-04"])


def test_a_list_of_referrers_by_name_alone_is_one() -> None:
    name = "Export _ Websites _ July 1, 2026.csv"
    found = matomo(name, SOURCES, "colline.example,5,4,referrerName==colline.example")
    assert found.tables["visits"][["source", "sessions"]].values.tolist() == [["colline.example", 5]]


def test_a_visit_without_a_readable_time_costs_only_itself() -> None:
    header = "idSite,idVisit,visitIp,lastActionTimestamp,referrerType,referrerName"
    good, bad = "1,2,192.0.2.1,1782900000,search,Google", "1,3,192.0.2.1,2026-07-01 10:00:00,search,Google"
    found = matomo("log.csv", header, good, bad)
    assert (found.rows_kept, codes(found)) == (1, ["IN-DATE-03"])


def test_visits_are_whole_and_conversions_may_be_shared() -> None:
    header = "date,nb_visits,nb_uniq_visitors,nb_conversions"
    found = matomo("a.csv", header, "2026-07-01,1.044,3.215,2.5")
    metrics = found.tables["metrics"]
    true = {"sessions": 1044, "active_users": 3215, "key_events": 2.5}
    assert dict(zip(metrics["metric"], metrics["value"], strict=True)) == true


def test_a_summary_with_every_cell_quoted_is_one() -> None:
    header, row = '"nb_visits","nb_uniq_visitors","nb_actions_per_visit"', '"50","41","2.5"'
    assert total(matomo("Visits _ July 1, 2026.csv", header, row), "sessions") == 50


PAGES = "label,nb_visits,nb_uniq_visitors,nb_actions_per_visit"


@pytest.mark.parametrize(
    ("name", "lines", "code"),
    [
        ("Export _ Countries _ July 1, 2026.csv", [PAGES, "Italy,50,41,2.5"], "IN-FILE-13"),
        ("Visits.csv", [PAGES.removeprefix("label,"), "50,41,2.5"], "IN-DATE-04"),
        ("Visits _ July 2026.csv", [PAGES.removeprefix("label,"), "50,41,2.5"], "IN-DATE-04"),
    ],
)
def test_one_row_is_the_sites_only_without_a_label_and_with_a_day(
    name: str, lines: list[str], code: str
) -> None:
    found = matomo(name, *lines)
    assert (found.reader, found.tables, codes(found)) == ("matomo", {}, [code])


VISITS = ["Visits Summary", "nb_uniq_visitors,nb_visits,nb_actions", "41,52,130", ""]
COUNTRIES = ["Country", "label,nb_visits,nb_actions", "Italy,50,127", "Austria,2,3", ""]
GOALS = ["Goals, all", "nb_conversions,nb_visits_converted,revenue", "2,2,$0", ""]
REFERRERS = ["Referrers", "Referrers_visitorsFromSearch,nb_conversions", "31,2", ""]


@pytest.mark.parametrize(
    ("lines", "sessions", "aside"),
    [
        ([*VISITS, *COUNTRIES, *GOALS, *REFERRERS], 52, 0),
        ([*COUNTRIES, *GOALS, *VISITS], 52, 0),
        ([*COUNTRIES[:-1], *VISITS[:-1], *GOALS], 52, 0),  # the blank lines between are gone
        ([*VISITS[:3], "39,50,120", "", *COUNTRIES], 52, 1),  # the site has one row
        ([*VISITS[:1], "nb_uniq_vxsitors,nb_visits,nb_actions", "41,52,130", "", *COUNTRIES], 0, 2),
        ([*COUNTRIES, "nb_uniq_vxsitors,nb_visits,nb_actions", "41,52,130", "", *COUNTRIES], 0, 2),
        ([*COUNTRIES, "Goals", "nb_conversionx,nb_visits_converted", "2,2", "", *VISITS], 52, 2),
        ([*COUNTRIES, "Visits, all", *VISITS[1:]], 52, 0),
        ([*COUNTRIES, "Country, city", *COUNTRIES[1:], *VISITS], 52, 0),  # a title may have a comma
    ],
)
def test_the_tables_of_a_scheduled_report(lines: list[str], sessions: float, aside: int) -> None:
    found = matomo("La Quercia - 2026-07-01.csv", *lines)
    assert (total(found, "sessions") if found.tables else 0) == sessions
    assert (found.rows_quarantined, set(codes(found))) == (aside, {"IN-CSV-08"} if aside else set())


# ---- Plausible

IMPORTED = (
    "date,source,referrer,utm_source,utm_medium,utm_campaign,utm_content,utm_term,pageviews,visitors,visits,"
    "visit_duration,bounces"
)


@pytest.mark.parametrize(
    ("row", "source", "medium"),
    [
        ("Direct / None,,,,,,", "(direct)", "(none)"),
        (",,,,,,", "(direct)", "(none)"),
        (",,,email,,,", None, "email"),
        ("Google,google.com,,,,,", "Google", "organic"),
        (",colline.example,,,,,", "colline.example", "referral"),
        ("Google,google.com,olio,cpc,,,", "olio", "cpc"),
    ],
)
def test_what_a_visit_of_plausible_came_by(row: str, source: str | None, medium: str) -> None:
    found = read_bytes("a.csv", f"{IMPORTED}\n2026-07-01,{row},12,6,7,120,2\n".encode(), CONTEXT)
    visits = found.tables["visits"].astype(object).where(found.tables["visits"].notna(), None)
    assert visits[["source", "medium", "sessions"]].values.tolist() == [[source, medium, 7]]


@pytest.mark.parametrize(
    ("hosts", "pages"),
    [
        (("laquercia.example", "laquercia.example"), ["/a", "/b"]),
        (("laquercia.example", "blog.example"), ["laquercia.example/a", "blog.example/b"]),
        (("laquercia.example", ""), ["/a", "/b"]),
        (("", ""), ["/a", "/b"]),
    ],
)
def test_pages_of_several_sites_are_told_apart(hosts: tuple[str, str], pages: list[str]) -> None:
    rows = [f"2026-07-01,{host},{page},3,2,5" for host, page in zip(hosts, ("/a", "/b"), strict=True)]
    text = "\n".join(["date,hostname,page,visits,visitors,pageviews", *rows, ""])
    metrics = read_bytes("a.csv", text.encode(), CONTEXT).tables["metrics"]
    assert metrics.loc[metrics["metric"] == "page_views", "item_id"].tolist() == pages


def test_months_that_stand_newest_first_are_no_days() -> None:
    header = "date,visitors,pageviews,visits,views_per_visit,bounce_rate,visit_duration"
    rows = [f"2026-{month:02}-01,1,2,1,2.0,0,60" for month in (9, 8, 7)]
    found = read_bytes("visitors.csv", "\n".join([header, *rows, ""]).encode(), CONTEXT)
    assert (found.tables, codes(found)) == ({}, ["IN-DATE-05"])


# ---- Universal Analytics


def universal(*lines: str, period: str = "20220701-20220731") -> FileReading:
    rule = "# ----------------------------------------"
    preamble = [rule, "# All Web Site Data", "", "# Landing Pages", f"# {period}", rule, ""]
    return read_bytes("Analytics.csv", "\n".join([*preamble, *lines, ""]).encode(), CONTEXT)


DAY_INDEX = ["Day Index,Sessions", "01/07/2022,97", "31/07/2022,104", ",201"]


@pytest.mark.parametrize("header", ["Browser,Bounce Rate", "Page,Bounce Rate"])
def test_a_table_without_a_figure_that_is_read_says_so(header: str) -> None:
    found = universal(header, "Chrome,40%", ",40%", "", *DAY_INDEX)
    assert (total(found, "sessions"), codes(found)) == (201, ["IN-FILE-13"])


@pytest.mark.parametrize("index", ["Hour Index", "Week Index", "Month Index", "Indice settimanale"])
@pytest.mark.parametrize("period", ["20220701-20220731", "20220701-20220701"])
def test_hours_weeks_and_months_of_a_chart_are_no_days(index: str, period: str) -> None:
    found = universal(f"{index},Sessions", "0,97", "1,104", ",201", period=period)
    assert (found.tables, codes(found), found.rows_quarantined) == ({}, ["IN-FILE-02"], 0)


def test_a_day_that_is_none_costs_its_row() -> None:
    found = universal(DAY_INDEX[0], "01/07/2022,97", "99/99/2022,5", "31/07/2022,104", ",206")
    assert (total(found, "sessions"), found.rows_quarantined) == (201, 1)
    rows = ["01/07/2022,google,97", ",google,5", "31/07/2022,bing,104", ",,206"]
    found = universal("Date,Source,Sessions", *rows)
    assert found.tables["visits"]["sessions"].sum() == 201
    assert (codes(found), found.rows_quarantined) == (["IN-DATE-03"], 1)


def test_the_day_that_is_asked_about_is_a_doubtful_one() -> None:
    found = universal(DAY_INDEX[0], "05/05/2022,97", "02/01/2022,104", ",201", period="20220101-20221231")
    assert codes(found) == ["IN-DATE-01"]
    assert "02/01/2022" in str(found.faults)
