"""What the goldens of site, effort, spend, CRM and plan cannot show: whole clients, shapes, privacy."""

import csv
import io
import random
import tempfile
from collections import Counter, defaultdict
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pandas as pd
import pytest
from golden import CONTEXT, EXPORTS, read_sample

from sharedsocial_utils.client import load_client
from sharedsocial_utils.example.casting import cast_client
from sharedsocial_utils.example.days import QUARTERS
from sharedsocial_utils.example.demo import DEFAULT_SEED, raw_files
from sharedsocial_utils.example.world import World, make
from sharedsocial_utils.reading.file import FileReading, read_bytes
from sharedsocial_utils.reading.ingest import DATA_TABLES, context
from sharedsocial_utils.reading.merging import merge

REAL = Path(__file__).parents[3] / "shared" / "samples"
OURS = {
    "clockify", "ga4_exploration", "ga4_report", "google_ads", "hubspot", "meta_ads", "timesheet", "toggl",
    "trello",
}  # fmt: skip


def codes(reading: FileReading) -> list[str]:
    return [fault["code"] for fault in reading.faults]


# ---- whole invented clients against what was invented


class Read(NamedTuple):
    """An invented client, its files of our systems as read, and their tables merged."""

    world: World
    files: list[FileReading]
    tables: dict[str, pd.DataFrame]


@cache
def client(number: int) -> Read:
    world = make(cast_client(number, DEFAULT_SEED), DEFAULT_SEED)
    raw = raw_files(world)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "client.toml").write_bytes(raw["client.toml"])
        known = context(world.cast.id, load_client(Path(folder)))
    every = [read_bytes(path, data, known) for path, data in sorted(raw.items()) if _is_export(path)]
    files = [file for file in every if file.reader in OURS]
    return Read(world, files, merge(files, DATA_TABLES))


def _is_export(path: str) -> bool:
    return path.startswith(("ga4/", "ore-", "hours-", "google-ads/", "meta-ads/", "crm/", "trello/"))


# Italian with Toggl and a sheet by hand; Italian with both orders of Clockify's days; English in pounds
clients = pytest.mark.parametrize("number", [0, 4, 7])


@clients
def test_all_files_of_our_systems_are_ours_and_only_known_blemishes_are_put_aside(number: int) -> None:
    read = client(number)
    assert sorted(file.path for file in read.files) == sorted(filter(_is_export, raw_files(read.world)))
    sheets, blemishes = read.world.cast.time_sheets.values(), read.world.cast.blemishes
    by_hand = sum(sheet.startswith("plain") for sheet in sheets)
    known = Counter({"IN-DATE-05": sum(file.reader == "ga4_report" for file in read.files)})
    known["IN-TIME-01"] = len(sheets) - by_hand if "running" in blemishes else 0
    known["IN-DATE-02"] = by_hand if "bad-date" in blemishes else 0
    assert Counter(code for file in read.files for code in codes(file)) == +known


@clients
def test_visits_are_those_that_were_invented(number: int) -> None:
    world, _, tables = client(number)
    true: dict[tuple[date, str, str, str], int] = defaultdict(int)
    for visit in world.visits:
        if _is_exported(world, "ga4", visit.day):
            true[visit.day, visit.route.source, visit.route.medium, visit.route.campaign] += visit.sessions
    rows = tables["visits"]
    found = {
        (row.date.date(), row.source, row.medium, row.campaign): row.sessions for row in rows.itertuples()
    }
    assert found == dict(true)
    assert len(found) == len(rows)


@clients
def test_hours_are_those_that_were_invented(number: int) -> None:
    world, _, tables = client(number)
    true: dict[tuple[date, str, str], float] = defaultdict(float)
    for entry in world.entries:
        if _is_exported(world, f"{entry.side} hours", entry.day):
            true[entry.day, entry.worker or "stranger", entry.project] += entry.hours
    known = {worker.id for worker in world.cast.people}
    effort = tables["effort"].assign(person=lambda t: t["person"].where(t["person"].isin(known), "stranger"))
    found = effort.groupby([effort["date"].dt.date, "person", "project"])["hours"].sum().to_dict()
    assert found == {key: pytest.approx(hours, abs=0.02) for key, hours in true.items()}


@clients
def test_spend_is_what_was_invented(number: int) -> None:
    world, _, tables = client(number)
    true: dict[tuple[date, str, str], float] = defaultdict(float)
    for payment in world.payments:
        if _is_exported(world, payment.channel, payment.day):
            true[payment.day, payment.channel, payment.campaign] += payment.amount
    spend = tables["spend"]
    found = spend.groupby([spend["date"].dt.date, "channel", "campaign"])["amount"].sum().to_dict()
    assert found == {key: pytest.approx(amount, abs=0.005) for key, amount in true.items()}
    assert (spend["date"] == spend["end_date"]).all()


@clients
def test_contacts_opportunities_and_outcomes_are_those_that_were_invented(number: int) -> None:
    world, _, tables = client(number)
    deals = [contact.deal for contact in world.contacts if contact.deal]
    true = Counter(("contact", contact.at.date()) for contact in world.contacts)
    true += Counter(("opportunity", deal.created) for deal in deals)
    true += Counter((deal.outcome, deal.closes) for deal in deals if deal.outcome)
    rows = tables["contacts"]
    assert Counter(zip(rows["stage"], rows["date"].dt.date, strict=True)) == true
    won = rows[rows["stage"] == "won"]["value"].sum()
    assert won == sum(deal.amount for deal in deals if deal.outcome == "won")


@clients
def test_nobody_of_the_public_is_named(number: int) -> None:
    world, files, tables = client(number)
    everything = "".join(frame.to_csv() for frame in tables.values()) + str([file.faults for file in files])
    for contact in world.contacts[::7]:
        assert f"{contact.first_name} {contact.last_name}" not in everything
        assert f"{contact.id}," not in everything
    assert "@" not in everything


def _is_exported(world: World, what: str, day: date) -> bool:
    quarter = next(q for q in QUARTERS if q.first_day <= day <= q.last_day)
    return world.cast.is_exported(what, quarter)


# ---- the same rows in other shapes


def _rows(sample: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(sample.read_text("utf-8-sig"))))


def _written(rows: list[list[str]], delimiter: str, encoding: str) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


SHUFFLED = [
    "timesheet/english.csv", "toggl/detailed.csv", "clockify/days_first.csv", "meta_ads/by_day.csv",
    "hubspot/hubspot-crm-exports-tutte-le-trattative-2026-10-02.csv", "trello/board.csv",
    "google_ads/whole_period_en_us.csv", "google_ads/Time_series(2026.07.01-2026.07.03).csv",
]  # fmt: skip


@pytest.mark.parametrize("name", SHUFFLED)
@pytest.mark.parametrize(("delimiter", "encoding"), [(";", "utf-8"), ("\t", "utf-16"), (",", "utf-8-sig")])
def test_order_of_columns_separator_and_encoding_change_nothing(
    name: str, delimiter: str, encoding: str
) -> None:
    sample = EXPORTS / name
    rows = _rows(sample)
    width = max(len(row) for row in rows)
    order = list(range(width))
    # the first cell of a row of totals says so, and stays where it is
    order = [0, *random.Random(name).sample(order[1:], width - 1)]
    shuffled = [[row[n] for n in order] if len(row) == width else row for row in rows]
    found = read_bytes(sample.name, _written(shuffled, delimiter, encoding), CONTEXT)
    expected = read_sample(sample)
    assert (found.reader, found.layout, codes(found)) == (expected.reader, expected.layout, codes(expected))
    for table, frame in expected.tables.items():
        own = ["source_file", "source_row"]
        assert found.tables[table].drop(columns=own).equals(frame.drop(columns=own))


def test_an_italian_spreadsheet_that_saved_the_file_again_changes_no_amount() -> None:
    sample = EXPORTS / "google_ads" / "whole_period_en_us.csv"
    rows = _rows(sample)
    saved = [
        [cell.replace(",", "").replace(".", ",") if cell[:1].isdigit() else cell for cell in row]
        for row in rows
    ]
    found = read_bytes(sample.name, _written(saved, ";", "cp1252"), CONTEXT)
    assert found.tables["spend"]["amount"].tolist() == [1164.09, 1286.58]


# ---- what one reader alone can do wrong


@pytest.mark.parametrize(
    ("period", "days"),
    [
        ("27 January 2026 - 23 February 2026", ("2026-01-27", "2026-02-23")),
        ('"July 8, 2025 - July 31, 2025"', ("2025-07-08", "2025-07-31")),
        ("1 luglio 2026 – 30 settembre 2026", ("2026-07-01", "2026-09-30")),
        ("1 lug 2026 - 30 set 2026", ("2026-07-01", "2026-09-30")),
        ("1 de julio de 2026 - 20 de septiembre de 2026", ("2026-07-01", "2026-09-20")),
        ("1 de enero de 2026 - 30 de abril de 2026", ("2026-01-01", "2026-04-30")),
        ("2026-07-01 - 2026-09-30", ("2026-07-01", "2026-09-30")),
    ],
)
def test_google_ads_says_its_period_in_words(period: str, days: tuple[str, str]) -> None:
    text = f"Report\n{period}\nState,Campaign,Budget,Cost\nOn,a,1,2.50\n"
    found = read_bytes("a.csv", text.encode(), CONTEXT)
    assert (str(found.first_date), str(found.last_date)) == days
    spend = found.tables["spend"]
    assert [f"{value:%Y-%m-%d}" for value in (spend["date"][0], spend["end_date"][0])] == list(days)


@pytest.mark.parametrize("title", ['Campaign Report\n"Title:","x"', 'Campaign report\n"Subject:","x"'])
def test_reports_of_newsletters_that_begin_alike_are_not_google_ads(title: str) -> None:
    text = f"{title}\nState,Campaign,Budget,Cost\nOn,a,1,2.50\n"
    assert read_bytes("a.csv", text.encode(), CONTEXT).reader in ("mailchimp", "mailerlite")


def test_universal_analytics_is_not_the_new_one() -> None:
    text = (
        "# ----\n# All Web Site Data\n# Pages\n# 20220701-20220731\n# ----\n\nPage,Pageviews,Bounce Rate\n"
        '/,"1,215",96.02%\n/blog/,100,50%\n,"1,315",90%\n\nDay Index,Pageviews\n01/07/2022,40\n,40\n'
    )
    assert read_bytes("Analytics.csv", text.encode(), CONTEXT).reader == "universal_analytics"


@pytest.mark.parametrize(
    "header",
    [
        "Date,Client,Project,Project Code,Task,Notes,Hours,Billable?,Approved?,First Name,Last Name",
        "Date,Person,Project,Hours,Billable?",
        "Date,Name,Project,Hours,Issue key",
    ],
)
def test_a_plain_sheet_leaves_the_exports_of_services_alone(header: str) -> None:
    assert read_bytes("a.csv", f"{header}\n".encode(), CONTEXT).reader != "timesheet"


def test_running_and_reversed_entries_are_put_aside_and_long_ones_kept() -> None:
    header = "User,Project,Start date,Start time,End date,End time,Duration"
    rows = ["a,P,2026-07-01,09:00:00,2026-07-03,09:30:00,48:30:00", "a,P,2026-07-01,09:00:00,,,"]
    found = read_bytes("a.csv", "\n".join([header, *rows, ""]).encode(), CONTEXT)
    assert found.tables["effort"]["hours"].tolist() == [48.5]
    assert codes(found) == ["IN-TIME-01"]


@pytest.mark.parametrize(
    ("column", "good", "bad"), [("Duration (h)", "00:20:00", "01:00:00"), ("Duration (decimal)", "0.33", "1")]
)
def test_an_entry_that_ends_before_it_starts_has_no_hours_whatever_it_says(
    column: str, good: str, bad: str
) -> None:
    header = f"Project,User,Start Date,Start Time,End Date,End Time,{column}"
    rows = [f"P,a,2026-07-13,09:00,2026-07-13,09:20,{good}", f"P,a,2026-07-14,10:00,2026-07-14,09:00,{bad}"]
    found = read_bytes("a.csv", "\n".join([header, *rows, ""]).encode(), CONTEXT)
    assert found.reader == "clockify"
    assert found.tables["effort"]["hours"].round(2).tolist() == [0.33]
    assert [(fault["code"], fault["line"]) for fault in found.faults] == [("IN-TIME-01", 3)]


def test_the_key_of_a_contact_is_of_no_use_without_the_client() -> None:
    sample = EXPORTS / "hubspot" / "hubspot-crm-exports-all-contacts-2026-10-02.csv"
    ours = read_sample(sample).tables["contacts"]["contact_id"]
    theirs = read_bytes(sample.name, sample.read_bytes(), CONTEXT.__class__(salt="other"))
    assert not set(ours) & set(theirs.tables["contacts"]["contact_id"])


def test_nothing_of_a_person_leaves_the_crm() -> None:
    for sample in sorted((EXPORTS / "hubspot").glob("*.csv")):
        found = read_sample(sample)
        everything = str(found.faults) + "".join(frame.to_csv() for frame in found.tables.values())
        for name in ("Anna", "Verdi", "Bea", "Elsa", "Gialli", "posta.example", "Matrimonio", "5123456789"):
            assert name not in everything, (sample.name, name)


# ---- real files of others


@pytest.mark.skipif(not REAL.is_dir(), reason="the collection of real files is not here")
@pytest.mark.parametrize(
    ("name", "kept", "hours", "faults"),
    [
        ("toggl/toggl_time_entries_import_test_1.csv", 2, 3601 / 3600, []),
        ("clockify/clockify_time_entries_import_test_2.csv", 1, 0.5, []),
        # one day that can be 3 April or 4 March: refused, never guessed
        ("clockify/clockify_time_entries_import_test_1.csv", 0, None, ["IN-DATE-01"]),
        ("clockify/clockify_time_entries_import_test_4.csv", 0, None, ["IN-DATE-01"]),
        ("clockify/clockify_time_entries_import_test_6.csv", 0, None, ["IN-DATE-01"]),
        ("clockify/clockify_time_entries_import_test_7.csv", 0, None, ["IN-DATE-01"]),
        ("clockify/clockify_projects_import_test_1.csv", 0, None, ["IN-FILE-13"]),
    ],
)
def test_real_files_are_counted_as_they_are(
    name: str, kept: int, hours: float | None, faults: list[str]
) -> None:
    found = read_bytes(name, (REAL / name).read_bytes(), CONTEXT)
    assert found.reader == name.split("/")[0]
    assert (found.rows_kept, codes(found)) == (kept, faults)
    if hours is not None:
        assert found.tables["effort"]["hours"].sum() == pytest.approx(hours)


@pytest.mark.skipif(not REAL.is_dir(), reason="the collection of real files is not here")
@pytest.mark.parametrize("name", ["test_1", "test_4", "test_6", "test_7"])
def test_the_same_real_entries_are_read_where_one_day_decides(name: str) -> None:
    data = (REAL / "clockify" / f"clockify_time_entries_import_{name}.csv").read_bytes()
    for old, true in ((b"03/14/2024", date(2024, 3, 14)), (b"14/03/2024", date(2024, 3, 14))):
        found = read_bytes("a.csv", data.replace(b"03/04/2024", old), CONTEXT)
        rows = len(list(csv.reader(io.StringIO(data.decode())))) - 1
        assert found.rows_kept == rows
        assert {day.date() for day in found.tables["effort"]["date"]} == {true}
        assert found.tables["effort"]["hours"].max() == pytest.approx(3601 / 3600)


@pytest.mark.skipif(not REAL.is_dir(), reason="the collection of real files is not here")
def test_no_real_file_of_another_system_is_ours() -> None:
    others = [
        path for path in REAL.rglob("*") if path.is_file() and path.parent.name not in ("toggl", "clockify")
    ]
    assert len(others) > 20
    for path in others:
        found = read_bytes(path.name, path.read_bytes(), CONTEXT)
        assert found.reader not in OURS, path.name


# ---- what is left aside, and said


def test_a_breakdown_of_the_search_console_is_no_data_in_a_workbook_either() -> None:
    book = openpyxl.Workbook()
    for row in (["Top queries", "Clicks", "Impressions", "CTR", "Position"], ["olio", 3, 40, 0.075, 8.1]):
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    found = read_bytes("Queries.xlsx", data.getvalue(), CONTEXT)
    assert (found.reader, codes(found)) == ("search_console", ["IN-FILE-13"])
    assert (found.rows_read, found.rows_other) == (2, 2)


def report(header: str, row: str, end: str = "20260702") -> FileReading:
    rule = "# ----------------------------------------"
    period = ["# Start date: 20260701", f"# End date: {end}"]
    lines = [rule, "# Report", "# Property: laquercia.example", rule, "# ", "# All Users", *period]
    return read_bytes("data-export.csv", "\n".join([*lines, header, row, ""]).encode(), CONTEXT)


def test_a_preamble_of_a_day_that_does_not_exist_is_told() -> None:
    found = report("Date,Session source,Sessions", "20260701,google,3", end="20260732")
    assert [fault["code"] for fault in found.faults] == ["IN-DATE-02"]
    assert "No such day in the preamble: '20260732'" in found.faults[0]["message"]
    assert not found.tables


def test_figures_by_event_are_no_visits() -> None:
    found = report("Date,Event name,Session source,Sessions", "20260701,page_view,google,3")
    assert (found.rows_kept, found.tables.keys()) == (0, set())
    assert "figures by event" in " ".join(fault["message"].casefold() for fault in found.faults)
