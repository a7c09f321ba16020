"""Sums that people write below a table are told from rows that happen to be called so."""

import random
from collections import Counter
from collections.abc import Mapping

import pytest
from exports_for_tests import books, exploration, read
from openpyxl import Workbook

from sharedsocial_utils.reading.file import read_bytes
from sharedsocial_utils.reading.source import LARGE_BYTES, Context
from sharedsocial_utils.reading.totals import Totals, candidates, judged, says_total


def found(*rows: str) -> Totals:
    """What the rows of a table are, numbered from 1; cells are divided by bars."""
    cells = [row.split("|") for row in rows]

    def texts(column: int, first: int, end: int) -> Mapping[str, int]:
        return Counter(row[column] for row in cells[first:end])

    return judged(candidates(list(enumerate(cells, 1))), texts)


def sums(*rows: str) -> list[int]:
    return found(*rows).sums


@pytest.mark.parametrize(
    "word",
    ["Total", "TOTALE", "totali:", "Grand total", "Totale generale", "Subtotal", "Sub-total", "Tot.", "Somma",
     "Gesamt", "Gesamtsumme", "Zwischensumme", "Summe", "Insgesamt", "Totaal", "Totaux", "Totale ore luglio"],
)  # fmt: skip
def test_words_for_a_total(word: str) -> None:
    assert says_total([word])
    assert says_total(["", " ", word])
    assert sums("a|2", "b|3", f"{word}|5") == [3]


@pytest.mark.parametrize(
    "word", ["Totally Baked", "Summer", "Gesamtwerk", "Tota", "20260701", "Sumo", "a total"]
)
def test_words_for_something_else(word: str) -> None:
    assert not says_total([word])
    assert sums("a|2", "b|3", f"{word}|5") == []


def test_a_row_called_total_that_is_smaller_than_one_above_can_be_none() -> None:
    assert found("a|20|2", "b|30|3", "Total|4|1") == Totals([], [])


def test_a_row_that_might_be_a_total_and_is_no_sum_is_doubtful() -> None:
    assert found("a|20|2", "b|30|3", "Total|51|5") == Totals([], [3])
    assert found("a|20|2", "b|30|3", "Total of Oaks|51|5") == Totals([], [])


def test_a_row_without_a_first_cell_must_be_the_last_and_below_several() -> None:
    assert sums("a|2", "b|3", "|5") == [3]
    assert sums("a|2", "|2", "b|3") == []
    assert sums("a|2", "|2") == []
    assert found("a|2", "b|3", "|6") == Totals([], [])


def test_totals_of_parts_and_of_everything() -> None:
    parts = ["a|2", "b|3", "Totale luglio|5", "c|4", "d|6", "Totale agosto|10", "Totale|15"]
    assert sums(*parts) == [3, 6, 7]


def test_rates_below_sums_may_be_means() -> None:
    assert sums("a|2|10%", "b|3|20%", "Totale|5|16%") == [3]
    assert sums("a|2|10%", "b|3|20%", "Totale|5|46%") == []


def test_a_total_that_a_service_prints_first_is_no_part_of_the_sum() -> None:
    assert sums("|5", "a|2", "b|3", "Totale|5") == [4]
    assert sums("Total|5", "a|2", "b|3") == []


def test_texts_beside_the_figures_make_a_row() -> None:
    assert sums("a|x|2", "b|y|3", "Total|z|5") == []
    assert sums("a|2026-07-01|2", "b|2026-07-02|3", "Total|2026-07-03|5") == []


def test_figures_of_any_convention_add_up() -> None:
    chance = random.Random(5)
    for mark, group in ((",", "."), (".", ","), (",", " "), (".", "'")):
        cents = [chance.randrange(1, 900_000) for _ in range(30)]
        texts = [f"{n / 100:,.2f}" for n in (*cents, sum(cents), sum(cents) + 900_000)]
        shown = [text.translate(str.maketrans({",": group, ".": mark})) for text in texts]
        rows = [f"r{n}|{text}" for n, text in enumerate(shown[:-2])]
        assert sums(*rows, f"Totale|{shown[-2]}") == [31]
        assert found(*rows, f"Totale|{shown[-1]}") == Totals([], [31])


def test_hours_on_the_clock_add_up() -> None:
    assert sums("Ada|1:30", "Rita|0:45", "Totale|2:15") == [3]
    assert sums("Ada|1:30", "Rita|0,75", "Totale|2,25") == [3]


def test_a_row_that_happens_to_be_called_so_is_a_part_of_the_sum() -> None:
    assert sums("a|20", "Total care|4", "b|30", "Totale|54") == [4]
    assert found("a|20", "Total|4", "b|30", "Totale|54") == Totals([4], [])
    assert found("a|20", "b|30", "Totale|51", "c|5", "Totale|55") == Totals([5], [3])


def test_a_column_of_such_words_has_no_totals() -> None:
    assert sums(*["Total|0"] * 200) == []


# ---- in files

DAY = """# ----------------------------------------
# Traffic acquisition
# Account: La Quercia
# Property: laquercia.example
# ----------------------------------------
#
# All Users
# Start date: 20260701
# End date: 20260701
Session source / medium,Sessions,Key events
google / organic,20,2
facebook / social,30,1
"""


@pytest.mark.parametrize("total", ["Totale,50,3", ",50,3", "Totale:,50,", "Gesamt,50,3\n,,"])
def test_a_total_below_a_report_of_one_day_is_no_data(total: str) -> None:
    file = read("a.csv", DAY + total + "\n")
    assert file.tables["visits"]["sessions"].tolist() == [20, 30]
    assert books(file)[:3] == (2, 0, 0)
    assert file.rows_read == DAY.count("\n") + total.count("\n") + 1


def test_a_source_called_total_that_is_no_sum_is_kept() -> None:
    file = read("a.csv", DAY + "Total / referral,7,0\n" + "total,9,0\n")
    assert file.tables["visits"]["sessions"].tolist() == [20, 30, 7, 9]


def test_a_total_that_was_not_brought_up_to_date_is_put_aside_with_its_line() -> None:
    file = read("a.csv", DAY + "Totale,48,3\n")
    assert file.tables["visits"]["sessions"].sum() == 50
    assert [(fault["code"], fault["row"], fault["line"]) for fault in file.faults] == [
        ("IN-CSV-06", "13", 13)
    ]


def test_a_stale_total_does_not_make_an_exploration_overlap() -> None:
    text = exploration(["20260701,google,organic,a,20", "20260702,bing,organic,a,30"])
    file = read("a.csv", text + "Totale,,,,48\n")
    assert file.tables["visits"]["sessions"].sum() == 50


HOURS = "Data;Persona;Progetto;Ore\n13/07/2026;Ada;Blog;1,5\n14/07/2026;Rita;Facebook;2\n"


@pytest.mark.parametrize(
    ("row", "quarantined"),
    [
        ("Totale;;;3,5", 0),
        (";;;3,5", 0),
        ("Totale;;;", 0),
        ("Totale;;;4", 0),
        (";;Totale ore di Ada;4", 1),
        ("15/07/2026;;Total rebrand;5", 1),
    ],
)
def test_a_row_of_hours_that_says_total_is_told_or_its_sum(row: str, quarantined: int) -> None:
    file = read("ore.csv", HOURS + row + "\n")
    assert file.tables["effort"]["hours"].tolist() == [1.5, 2.0]
    assert (file.rows_quarantined, file.rows_other) == (quarantined, 2 - quarantined)


def test_a_total_in_a_sheet_of_a_workbook(tmp_path_factory: pytest.TempPathFactory) -> None:
    book = Workbook()
    assert book.active
    for row in (["Data", "Persona", "Progetto", "Ore"], ["13/07/2026", "Ada", "Blog", 1.5],
                ["14/07/2026", "Rita", "Blog", 2], ["Totale", None, None, 3.5]):  # fmt: skip
        book.active.append(row)
    path = tmp_path_factory.mktemp("book") / "ore.xlsx"
    book.save(path)
    file = read_bytes("ore.xlsx", path.read_bytes(), Context("Europe/Rome", "EUR"))
    assert file.tables["effort"]["hours"].tolist() == [1.5, 2.0]
    assert books(file) == (2, 0, 0, 2)


def large() -> list[str]:
    rows = [f"20260701,site-{n}.example,referral,a,{n % 90}" for n in range(LARGE_BYTES // 30)]
    assert len("\n".join(rows)) > LARGE_BYTES
    return rows


@pytest.mark.parametrize("word", ["Totale", ""])
def test_a_total_below_a_large_table(word: str) -> None:
    rows = large()
    whole = sum(int(row.rpartition(",")[2]) for row in rows)
    file = read("a.csv", exploration(rows) + f"{word},,,,{whole}\n")
    assert file.tables["visits"]["sessions"].sum() == whole
    assert books(file)[:3] == (len(rows), 0, 0)
    stale = read("a.csv", exploration(rows) + f"Totale,,,,{whole - 1}\n")
    assert stale.tables["visits"]["sessions"].sum() == whole
    assert [(fault["code"], fault["row"]) for fault in stale.faults] == [("IN-DATE-03", str(len(rows) + 9))]
