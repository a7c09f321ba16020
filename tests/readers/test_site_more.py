"""What the goldens of site analytics besides Google Analytics 4 cannot show: conventions, sums, channels."""

import csv
import io
import random
import zipfile
from datetime import date

import pandas as pd
import pytest
from golden import CONTEXT, EXPORTS, read_sample

from sharedsocial_utils.measuring.attribution import channel_of
from sharedsocial_utils.readers.matomo import day_in_name
from sharedsocial_utils.reading.file import FileReading, read_bytes

UA = EXPORTS / "universal_analytics"
RULE = "# ----------------------------------------"


def codes(found: FileReading) -> list[str]:
    return [fault["code"] for fault in found.faults]


def values(found: FileReading, metric: str) -> dict[str, float]:
    """The site's figures of a metric by day."""
    rows = found.tables["metrics"]
    rows = rows[(rows["metric"] == metric) & rows["item_id"].isna()]
    return dict(zip(rows["date"].dt.strftime("%Y-%m-%d"), rows["value"], strict=True))


def channels(found: FileReading) -> dict[str, float]:
    """Sessions by the channel to which measuring attributes them."""
    rows = found.tables["visits"].fillna({"source": "", "medium": "", "campaign": ""})
    named = [channel_of(*key) for key in zip(rows["source"], rows["medium"], rows["campaign"], strict=True)]
    return rows["sessions"].groupby(named).sum().to_dict()


# ---- Universal Analytics


def universal(period: str, *days: str) -> FileReading:
    chart = "".join(f'{day},"1,{n:03}"\n' for n, day in enumerate(days))
    preamble = f"{RULE}\n# View\n# Report\n# {period}\n{RULE}\n\n"
    text = f"{preamble}Page,Pageviews\n/,10\n,10\n\nDay Index,Pageviews\n{chart}"
    return read_bytes("Analytics.csv", text.encode(), CONTEXT)


@pytest.mark.parametrize(
    ("period", "written", "true"),
    [
        ("20150416-20150416", ["16/04/2015"], ["2015-04-16"]),
        ("20150416-20150416", ["4/16/15"], ["2015-04-16"]),
        ("20220301-20220304", ["01/03/2022", "02/03/2022"], ["2022-03-01", "2022-03-02"]),
        ("20220301-20220304", ["3/1/22", "3/2/22"], ["2022-03-01", "2022-03-02"]),
        ("20220505-20220505", ["5/5/22"], ["2022-05-05"]),
        ("20220301-20220302", ["2022-03-01", "2022-03-02"], ["2022-03-01", "2022-03-02"]),
    ],
)
def test_the_period_decides_the_order_of_days(period: str, written: list[str], true: list[str]) -> None:
    assert list(values(universal(period, *written), "page_views")) == true


def test_an_order_that_the_period_leaves_open_is_not_guessed() -> None:
    found = universal("20220101-20221231", "02/01/2022", "03/01/2022")
    assert codes(found)[-1] == "IN-DATE-01"
    assert not found.tables


@pytest.mark.parametrize("name", ["Landing Pages 20150401-20150405.csv", "20190912-20190914.csv"])
def test_the_days_of_the_chart_add_up_to_its_printed_total(name: str) -> None:
    sample = next(path for path in UA.iterdir() if path.name.endswith(name))
    total = next(csv.reader([sample.read_text().strip().splitlines()[-1]]))
    rows = read_sample(sample).tables["metrics"]
    assert rows["value"].sum() == float(total[-1].replace(",", "").replace(".", ""))


def test_saved_again_by_a_spreadsheet_it_says_the_same() -> None:
    sample = UA / "date_as_dimension.csv"
    rows = list(csv.reader(io.StringIO(sample.read_text())))
    width = max(len(row) for row in rows)
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([[*row, *[""] * (width - len(row))] for row in rows])
    found, expected = read_bytes("a.csv", text.getvalue().encode("utf-16"), CONTEXT), read_sample(sample)
    for table, frame in expected.tables.items():
        own = ["source_file", "source_row"]
        assert found.tables[table].drop(columns=own).equals(frame.drop(columns=own))


def test_a_row_that_begins_like_a_comment_is_a_row() -> None:
    text = f"{RULE}\n# View\n# Report\n# 20150416-20150416\n{RULE}\n\nCampaign,Sessions\n#olio,3\nb,2\n,5\n"
    found = read_bytes("Analytics.csv", text.encode(), CONTEXT)
    assert found.tables["visits"]["campaign"].tolist() == ["#olio", "b"]
    assert codes(found) == []


def test_visits_of_one_day_go_to_their_channels() -> None:
    found = read_sample(UA / "one_day_us.csv")
    assert channels(found) == {"search": 80.0, "facebook": 9.0, "direct": 22.0}


def test_the_workbook_takes_its_period_from_the_name_alone() -> None:
    data = next(UA.glob("*.xlsx")).read_bytes()
    named = read_bytes("Analytics A Pages 20220701-20220703.xlsx", data, CONTEXT)
    unnamed = read_bytes("Pages.xlsx", data, CONTEXT)
    assert values(named, "page_views") == values(unnamed, "page_views")
    assert (codes(named), codes(unnamed)) == (["IN-DATE-05"], ["IN-DATE-04"])


# ---- Matomo


def matomo(rows: list[list[str]], delimiter: str, encoding: str) -> FileReading:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return read_bytes("report.csv", text.getvalue().rstrip("\n").encode(encoding), CONTEXT)


@pytest.mark.parametrize(("delimiter", "encoding"), [(",", "utf-16"), ("\t", "utf-8"), (";", "utf-8-sig")])
def test_matomo_in_any_order_separator_and_encoding(delimiter: str, encoding: str) -> None:
    sample = next((EXPORTS / "matomo").glob("Esporta*.csv"))
    rows = list(csv.reader(io.StringIO(sample.read_bytes().decode("utf-16"))))
    order = random.Random(1).sample(range(len(rows[0])), len(rows[0]))
    found = matomo([[row[n] for n in order] for row in rows], delimiter, encoding)
    for metric, true in (
        ("sessions", {"2026-07-01": 52.0, "2026-07-02": 1044.0}),
        ("key_events", {"2026-07-01": 2.0}),  # an empty cell is missing, not 0
    ):
        assert values(found, metric) == true


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("Export _ Channel Type _ July 1, 2026.csv", date(2026, 7, 1)),
        ("Esporta _ Tipo di canale _ 1 luglio 2026.csv", date(2026, 7, 1)),
        ("q3/La Quercia - 2026-07-01.csv", date(2026, 7, 1)),
        ("Export _ Channel Type _ July 2026.csv", None),
        ("Export _ Visits _ 2026-07-01,2026-07-31.csv", None),
        ("report.csv", None),
    ],
)
def test_the_day_in_a_name(name: str, day: date | None) -> None:
    assert day_in_name(name) == day


def test_referrers_of_matomo_go_to_their_channels() -> None:
    by_type = read_sample(EXPORTS / "matomo" / "channel_type_by_day.tsv")
    assert channels(by_type) == {"search": 31.0, "direct": 9.0, "ai-assistant": 2.0, "referral": 6.0}
    by_name = read_sample(EXPORTS / "matomo" / "Export _ All Channels _ July 1, 2026.csv")
    assert channels(by_name) == {"facebook": 11.0, "referral": 5.0, "other": 8.0}
    assert by_name.tables["visits"]["campaign"].dropna().tolist() == ["olio-nuovo"]


def test_a_visit_of_the_log_is_of_the_day_in_the_clients_zone() -> None:
    sample = EXPORTS / "matomo" / "visits_log.csv"
    for zone, days in (("Europe/Rome", [30, 1, 1]), ("UTC", [30, 30, 1]), ("Asia/Tokyo", [1, 1, 1])):
        found = read_bytes(sample.name, sample.read_bytes(), CONTEXT.__class__(timezone=zone))
        assert found.tables["visits"]["date"].dt.day.tolist() == days


def test_nothing_of_a_visitor_leaves_the_log() -> None:
    found = read_sample(EXPORTS / "matomo" / "visits_log.csv")
    everything = str(found.faults) + "".join(frame.to_csv() for frame in found.tables.values())
    for personal in ("192.0.2", "14db763a", "anna@", "Siena", "Linz", "cookie"):
        assert personal not in everything


# ---- Plausible


def test_visits_by_source_are_all_visits_of_the_day() -> None:
    found = read_sample(EXPORTS / "plausible" / "laquercia_example_20260701_20260702.zip")
    visits = found.tables["visits"]
    by_day = visits.groupby(visits["date"].dt.strftime("%Y-%m-%d"))["sessions"].sum().to_dict()
    assert by_day == values(found, "sessions")
    assert channels(found) == {
        "search": 7.0, "facebook": 3.0, "direct": 6.0, "newsletter": 6.0, "google-ads": 2.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("days", "kept"),
    [
        (["2026-07-01", "2026-07-02", "2026-07-03"], 3),
        (["2026-07-03", "2026-07-01", "2026-07-02"], 3),
        (["2026-07-01"], 1),
        (["2026-05-01", "2026-06-01"], 0),
        (["2026-06-29", "2026-07-06"], 0),
        (["2026-07-01 00:00:00", "2026-07-01 01:00:00"], 0),
    ],
)
def test_rows_of_plausible_that_are_no_days_are_not_taken_for_days(days: list[str], kept: int) -> None:
    header = "date,visitors,pageviews,visits,views_per_visit,bounce_rate,visit_duration"
    text = "\n".join([header, *(f"{day},1,2,1,2.0,0,60" for day in days), ""])
    found = read_bytes("visitors.csv", text.encode(), CONTEXT)
    assert found.rows_kept == kept
    assert ("IN-DATE-05" in codes(found)) == (kept == 0)


# ---- Search Console


def zipped(files: dict[str, str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as box:
        for name, text in files.items():
            box.writestr(name, text)
    return content.getvalue()


CHART = "Date,Clicks,Impressions,CTR,Position\n2026-07-01,12,410,2.93%,11.7\n2026-07-02,0,0,0%,0"
QUERIES = "Top queries,Clicks,Impressions,CTR,Position\nolio nuovo,2,40,5%,9.11"


@pytest.mark.parametrize(
    ("filters", "used"),
    [
        (["Search type,Web", "Date,1 Jul 2026-3 Jul 2026"], True),
        (["Tipo di ricerca,Web", "Data,Ultimi 3 mesi"], True),
        (["Search type,Web", "Date,Last 3 months", "Page,+/blog/"], False),
        (["Search type,Web", "Date,Last 3 months", 'Query,"-olio, nuovo"'], False),
        (["Search type,Image", "Date,Last 3 months"], False),
    ],
)
def test_figures_of_a_part_of_the_site_are_not_the_sites(filters: list[str], used: bool) -> None:
    files = {"Chart.csv": CHART, "Queries.csv": QUERIES, "Filters.csv": "\n".join(["Filter,Value", *filters])}
    found = read_bytes("a.zip", zipped({**files, "Pages.csv": QUERIES}), CONTEXT)
    assert bool(found.tables) == used
    assert codes(found) == ([] if used else ["IN-FILE-13"])


def test_a_day_without_impressions_has_no_position() -> None:
    metrics = read_bytes("Chart.csv", CHART.encode(), CONTEXT).tables["metrics"]
    by_day = metrics.pivot(index="date", columns="metric", values="value")
    assert by_day["search_clicks"].tolist() == [12.0, 0.0]
    assert by_day["search_position"].isna().tolist() == [False, True]


def test_the_tables_of_a_zip_are_never_added_to_its_days() -> None:
    sample = next((EXPORTS / "search_console").glob("laquercia*.zip"))
    with zipfile.ZipFile(sample) as box:
        days = list(csv.DictReader(io.StringIO(box.read("Chart.csv").decode())))
    metrics = read_sample(sample).tables["metrics"]
    clicks = metrics.loc[metrics["metric"] == "search_clicks", "value"].sum()
    assert clicks == sum(int(day["Clicks"]) for day in days)
    assert str(read_sample(sample).as_of) == "2026-10-02"


def test_an_archive_of_another_site_is_refused() -> None:
    own = CONTEXT.__class__(timezone="UTC", identity={"domains": ("laquercia.example",)})
    files = zipped({"Chart.csv": CHART, "Queries.csv": QUERIES, "Pages.csv": QUERIES})
    ours = read_bytes("laquercia.example-Performance-on-Search-2026-10-02.zip", files, own)
    theirs = read_bytes("colline.example-Performance-on-Search-2026-10-02.zip", files, own)
    assert ours.error is None
    assert theirs.error is not None
    assert theirs.error["code"] == "IN-ACC-01"


# ---- archives are told apart


@pytest.mark.parametrize(
    ("members", "reader"),
    [
        (["Chart.csv", "Pages.csv", "Queries.csv"], "search_console"),
        (["visitors.csv", "sources.csv", "pages.csv", "countries.csv", "devices.csv"], "plausible"),
        (["events.csv", "pages.csv", "referrers.csv", "browsers.csv", "os.csv", "devices.csv"], "umami"),
        (["pages.csv", "countries.csv", "devices.csv"], None),
    ],
)
def test_archives_with_the_same_names_in_them(members: list[str], reader: str | None) -> None:
    found = read_bytes("a.zip", zipped(dict.fromkeys(members, "x,y\n1,2\n")), CONTEXT)
    assert found.reader == reader


def test_a_comparison_of_two_periods_puts_each_on_its_own_days() -> None:
    found = read_sample(EXPORTS / "ga4_report" / "snapshot_stripped_and_compared.csv")
    assert values(found, "sessions") == {
        "2026-07-01": 30.0, "2026-07-02": 31.0, "2025-07-01": 20.0, "2025-07-02": 0.0,
    }  # fmt: skip
    assert not found.tables["metrics"].duplicated(["date", "metric"]).any()
    assert pd.api.types.is_float_dtype(found.tables["metrics"]["value"])
