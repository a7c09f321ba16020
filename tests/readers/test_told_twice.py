"""Two rows of one file for one figure: merging keeps one of them, so that the other is never lost unsaid."""

import io
from dataclasses import replace
from typing import Any

import pytest
from golden import CONTEXT
from openpyxl import Workbook

from sharedsocial_utils.reading.file import FileReading, read_bytes
from sharedsocial_utils.reading.ingest import DATA_TABLES
from sharedsocial_utils.reading.merging import merge

OVERVIEW = "Date,Impressions,Likes,New follows,Unfollows,Create Post"
FIRST, OTHER, NEXT = (
    '"Sat, Sep 5, 2026",70,2,1,0,1',
    '"Sat, Sep 5, 2026",71,2,1,0,1',
    '"Sun, Sep 6, 2026",9,0,0,0,0',
)


def read(name: str, *lines: str, tables: tuple[dict[str, Any], ...] = ()) -> FileReading:
    return read_bytes(name, "\n".join([*lines, ""]).encode(), replace(CONTEXT, tables=tables))


def told(found: FileReading) -> tuple[list[str], int]:
    return [fault["code"] for fault in found.faults], found.rows_quarantined


@pytest.mark.parametrize(
    ("name", "header", "first", "other", "metric"),
    [
        ("overview.csv", OVERVIEW, FIRST, OTHER, "impressions"),
        (
            "days.csv",
            "Date,Tweets published,impressions",
            "2020-01-05,2,70",
            "2020-01-05,2,71",
            "impressions",
        ),
        (
            "Chart.csv",
            "Date,Clicks,Impressions,CTR,Position",
            "2026-07-01,1,70,1%,3",
            "2026-07-01,1,71,1%,3",
            "search_impressions",
        ),
        ("matomo.csv", "date,nb_visits,nb_uniq_visitors", "2026-07-01,70,60", "2026-07-01,71,60", "sessions"),
        (
            "Overview 2026-10-01.csv",
            "Date,Video Views,Profile Views",
            "July 16,70,4",
            "July 16,71,4",
            "views",
        ),
    ],
)
def test_a_day_told_twice_has_its_first_figures_and_says_so(
    name: str, header: str, first: str, other: str, metric: str
) -> None:
    found = read(name, header, first, other)
    metrics = found.tables["metrics"]
    assert metrics.loc[metrics["metric"] == metric, "value"].tolist() == [70]
    assert told(found) == (["IN-ID-03"], 1)


def test_a_row_that_stands_twice_counts_once_and_is_merged() -> None:
    found = read("overview.csv", OVERVIEW, FIRST, NEXT, FIRST)
    assert told(found) == ([], 0)
    metrics = merge([found], DATA_TABLES)["metrics"]
    assert metrics.loc[metrics["metric"] == "impressions", "value"].sum() == 79


def test_a_second_export_below_the_first_restates_its_days() -> None:
    found = read("overview.csv", OVERVIEW, FIRST, OVERVIEW, OTHER, NEXT)
    assert "IN-ID-03" not in told(found)[0]
    metrics = merge([found], DATA_TABLES)["metrics"]
    assert metrics.loc[metrics["metric"] == "impressions", "value"].tolist() == [71, 9]


def own(columns: dict[str, str], table: str = "metrics", **constants: str) -> tuple[dict[str, Any], ...]:
    return ({"name": "own", "files": ["own*"], "table": table, "columns": columns, "constants": constants},)


def test_figures_by_shop_under_one_channel_are_not_the_last_shops() -> None:
    tables = own({"date": "Giorno", "views": "Visite"}, channel="flickr")
    rows = ["Giorno;Negozio;Visite", "2026-07-01;A;10", "2026-07-01;B;20", "2026-07-02;A;5"]
    found = read("own.csv", *rows, tables=tables)
    assert found.tables["metrics"]["value"].tolist() == [10, 5]
    assert told(found) == (["IN-ID-03"], 1)


def test_figures_of_several_channels_and_items_stand_on_one_day() -> None:
    tables = own({"date": "Giorno", "channel": "Canale", "item_id": "Id", "views": "Visite"})
    rows = ["2026-07-01;blog;a;10", "2026-07-01;blog;b;20", "2026-07-01;flickr;a;5", "2026-07-02;blog;a;7"]
    found = read("own.csv", "Giorno;Canale;Id;Visite", *rows, tables=tables)
    assert (found.rows_kept, told(found)) == (4, ([], 0))


def test_a_post_that_stands_twice_in_a_table_of_the_clients_own_is_said_only_with_other_content() -> None:
    tables = own({"item_id": "Id", "done_at": "Giorno", "views": "Visite"}, "items", channel="flickr")
    rows = ["a;2026-07-01;10", "a;2026-07-01;10", "a;2026-07-01;12"]
    found = read("own.csv", "Id;Giorno;Visite", *rows, tables=tables)
    assert told(found) == (["IN-ID-03"], 1)
    assert merge([found], DATA_TABLES)["metrics"]["value"].tolist() == [10]


def test_a_header_that_stands_again_in_one_sheet_divides_no_other() -> None:
    tables = own({"date": "Giorno", "views": "Visite"}, channel="flickr")
    head, content, made = ["Giorno", "Visite"], io.BytesIO(), Workbook()
    made.remove(made.worksheets[0])
    for title, rows in {
        "A": [head, ["2026-07-01", 1], head, ["2026-07-02", 2]],
        "B": [head, ["2026-07-03", 10], ["2026-07-04", 5], ["2026-07-03", 20]],
    }.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    made.save(content)
    found = read_bytes("own.xlsx", content.getvalue(), replace(CONTEXT, tables=tables))
    assert found.tables["metrics"]["value"].tolist() == [1, 2, 10, 5]
    assert "IN-ID-03" in told(found)[0]


# ---- contacts

LIST = "Data;Contatto;Fase;Fonte;Valore"
WON = ["02/09/2026;C-1;vinto;;1.850,00", "22/09/2026;C-1;vinto;;950,00"]


@pytest.mark.parametrize(
    ("rows", "value", "aside"),
    [
        (WON, 1850, 1),
        ([WON[0], WON[0]], 1850, 0),
        ([WON[0], WON[1].replace("C-1", "C-2")], 2800, 0),
        ([WON[0], "22/09/2026;c-1;VINTO;;950,00"], 1850, 1),
        ([WON[0], "22/09/2026;C-1;opportunità;;950,00"], 2800, 0),
    ],
)
def test_a_second_sale_to_a_contact_is_not_lost_unsaid(rows: list[str], value: float, aside: int) -> None:
    found = read("lista.csv", LIST, "14/07/2026;C-1;contatto;Facebook;", *rows)
    assert found.reader == "contact_list"
    assert merge([found], DATA_TABLES)["contacts"]["value"].sum() == value
    assert told(found) == (["IN-ID-03"] * aside, aside)


def test_who_asks_twice_is_one_contact() -> None:
    found = read("lista.csv", LIST, "14/07/2026;C-1;contatto;Facebook;", "31/07/2026;C-1;contatto;Blog;")
    assert told(found) == ([], 0)
    assert len(merge([found], DATA_TABLES)["contacts"]) == 1


def test_a_second_sale_in_a_table_of_the_clients_own_is_not_lost_unsaid() -> None:
    columns = {"date": "Data", "contact_id": "Mail", "stage": "Esito", "value": "Importo"}
    rows = ["2026-09-02;a@posta.example;won;1850", "2026-09-22;a@posta.example;won;950"]
    found = read("own.csv", "Data;Mail;Esito;Importo", *rows, tables=own(columns, "contacts"))
    assert found.tables["contacts"]["value"].tolist() == [1850]
    assert told(found) == (["IN-ID-03"], 1)
    assert "posta" not in str(found.faults)


def test_a_post_listed_twice_with_other_figures_has_the_first_and_says_so() -> None:
    """Of any export: here of YouTube, whose reader knows nothing of it. The row stays kept for its title."""
    header = "Content,Video title,Video publish time,Duration,Views,Likes"
    rows = ['aB3_-xYz012,Torre,"Jul 3, 2026",61,70,5', 'aB3_-xYz012,Torre,"Jul 3, 2026",61,71,5']
    found = read("Table data.csv", header, *rows)
    assert found.reader == "youtube_studio", found.error
    metrics = found.tables["metrics"]
    assert metrics.loc[metrics["metric"] == "views", "value"].tolist() == [70]
    assert told(found) == (["IN-DATE-04", "IN-ID-03"], 0)
    assert found.faults[1]["row"] == "3"
