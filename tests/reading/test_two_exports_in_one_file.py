"""Two exports in one file merge as in two files, and rows that stand there twice count once."""

import random
from pathlib import Path

import pandas as pd
import pytest
from exports_for_tests import books, exploration, google_ads, merged, read, toggl
from openpyxl import Workbook

from sharedsocial_utils.reading.blocks import COPIED, copies
from sharedsocial_utils.reading.file import FileReading, read_bytes
from sharedsocial_utils.reading.source import LARGE_BYTES, Context

HEADER = "Data;Persona;Progetto;Ore\n"
JULY = HEADER + "13/07/2026;Ada;Blog;1,5\n14/07/2026;Rita;Facebook;2\n"
AUGUST = HEADER + "13/08/2026;Ada;Blog;3\n14/08/2026;Rita;Facebook;4\n"


def totals(*files: FileReading) -> dict[str, float]:
    """The sum of every column of figures in every table, of the files merged."""
    frames = merged(*files)
    return {
        f"{table}.{name}": frame[name].sum()
        for table, frame in frames.items()
        for name in ("hours", "sessions", "amount", "value")
        if name in frame and table != "restatements"
    }


def rows_of(*files: FileReading) -> dict[str, pd.DataFrame]:
    every = {name: frame.drop(columns=["source_file", "source_row"], errors="ignore")
             for name, frame in merged(*files).items() if name != "restatements"}  # fmt: skip
    return {name: frame for name, frame in every.items() if len(frame)}


def assert_alike(one: dict[str, pd.DataFrame], other: dict[str, pd.DataFrame]) -> None:
    assert one.keys() == other.keys()
    for name, frame in one.items():
        order = list(frame.columns)
        left, right = (f.sort_values(order, ignore_index=True) for f in (frame, other[name]))
        pd.testing.assert_frame_equal(left, right)


# ---- a header that stands again

PAIRS = {
    "months of a time sheet": (JULY, AUGUST),
    "the same entry in both": (JULY, JULY + "15/07/2026;Ada;Blog;1\n"),
    "time entries": (
        toggl(("2026-07-01", "09", "Blog"), ("2026-07-02", "10", "Blog")),
        toggl(("2026-07-02", "10", "Facebook"), ("2026-07-03", "09", "Blog")),
    ),
    "explorations": (
        exploration(["20260701,google,organic,a,5", "20260702,google,organic,a,7"]),
        exploration(["20260701,google,organic,a,5", "20260702,google,organic,a,8"]),
    ),
}


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS.keys())
def test_two_exports_in_one_file_are_as_two_files(pair: tuple[str, str]) -> None:
    one, two = pair
    apart = rows_of(read("1.csv", one), read("2.csv", two))
    assert_alike(rows_of(read("both.csv", one + two)), apart)


def test_a_header_that_stands_again_is_no_data_and_is_told() -> None:
    file = read("ore.csv", JULY + "\n" + AUGUST)
    assert books(file) == (4, 0, 0, 3)
    assert [(fault["code"], fault["line"]) for fault in file.faults] == [("IN-CSV-09", 5)]


def test_a_file_that_was_appended_brings_its_mark() -> None:
    assert_alike(rows_of(read("a.csv", JULY + "\ufeff" + AUGUST)), rows_of(read("a.csv", JULY + AUGUST)))


def test_the_export_with_the_later_days_wins_wherever_it_stands() -> None:
    def export(*rows: str) -> str:
        return exploration(["20260702,google,organic,a," + rows[0], *rows[1:]])

    old = export("5").replace("20260702-20260702", "20260701-20260703")
    new = export("8", "20260703,google,organic,a,1").replace("20260702-20260703", "20260701-20260703")
    for text in (old + new, new + old):
        frames = merged(read("a.csv", text))
        assert frames["visits"]["sessions"].tolist() == [8, 1]
        assert frames["restatements"][["old", "new"]].to_numpy().tolist() == [["5", "8"]]


def test_the_lines_merged_are_counted() -> None:
    file = read("a.csv", JULY + JULY + "15/07/2026;Ada;Blog;1\n")
    merged(file)
    assert books(file) == (3, 2, 0, 2)


def test_titles_above_sheets_that_people_keep_are_no_data() -> None:
    file = read("ore.csv", "Ore di luglio 2026\n" + JULY + "\nOre di agosto 2027\n" + AUGUST)
    assert file.tables["effort"]["hours"].tolist() == [1.5, 2.0, 3.0, 4.0]


DAY = "Campaign,Budget,Cost"


def test_an_export_of_another_period_below_is_put_aside() -> None:
    first = google_ads("1 July 2026 - 31 July 2026", DAY, "a,1,10.50", "b,1,4.00")
    other = google_ads("1 August 2026 - 31 August 2026", DAY, "a,1,7.50", "b,1,6.00")
    file = read("ads.csv", first + other)
    assert totals(file)["spend.amount"] == 14.5
    assert file.tables["spend"]["end_date"].max() == pd.Timestamp("2026-07-31")
    aside = [fault["row"] for fault in file.faults if fault["code"] == "IN-CSV-09"]
    lines = (first + other).splitlines()
    assert [lines[int(row) - 1] for row in aside] == ["a,1,7.50", "b,1,6.00"]


def test_blank_lines_of_the_export_put_aside_are_no_data() -> None:
    first = google_ads("1 July 2026 - 31 July 2026", DAY, "a,1,10.50", "b,1,4.00")
    other = google_ads("1 August 2026 - 31 August 2026", DAY, "a,1,7.50", ",,", "b,1,6.00")
    file = read("ads.csv", first + other)
    aside = [fault["row"] for fault in file.faults if fault["code"] == "IN-CSV-09"]
    lines = (first + other).splitlines()
    assert [lines[int(row) - 1] for row in aside] == ["a,1,7.50", "b,1,6.00"]
    assert (file.error, file.rows_kept) == (None, 2)


def test_a_sheet_of_a_workbook_too(tmp_path: Path) -> None:
    book = Workbook()
    assert book.active
    for line in (JULY + AUGUST).replace(",", ".").splitlines():
        book.active.append([float(c) if c[0].isdigit() and "/" not in c else c for c in line.split(";")])
    book.save(tmp_path / "ore.xlsx")
    file = read_bytes("ore.xlsx", (tmp_path / "ore.xlsx").read_bytes(), Context("Europe/Rome", "EUR"))
    assert file.tables["effort"]["hours"].tolist() == [1.5, 2.0, 3.0, 4.0]
    assert books(file) == (4, 0, 0, 2)


# ---- rows that stand again

VISITS = [f"202607{day:02},google,organic,a,{day}" for day in range(1, 9)]


@pytest.mark.parametrize("pasted", [VISITS, VISITS[:COPIED], VISITS[-COPIED:]], ids=["all", "first", "last"])
def test_rows_pasted_twice_count_once(pasted: list[str]) -> None:
    once = read("a.csv", exploration(VISITS))
    twice = read("a.csv", exploration(VISITS) + "\n".join(pasted) + "\n")
    assert_alike(rows_of(twice), rows_of(once))
    assert books(twice)[:2] == (8, len(pasted))
    assert [fault["code"] for fault in twice.faults] == ["IN-CSV-09"]


def test_a_few_alike_are_entries_of_one_day() -> None:
    assert totals(read("ore.csv", JULY + JULY.splitlines()[1] + "\n"))["effort.hours"] == 5.0
    assert totals(read("ore.csv", JULY + JULY[len(HEADER) :]))["effort.hours"] == 3.5


def test_copies_are_found_wherever_rows_of_their_own_stand() -> None:
    chance = random.Random(3)
    for _ in range(200):
        rows = chance.sample(range(1_000), chance.randrange(COPIED, 40))
        first = chance.randrange(len(rows) - COPIED + 1)
        length = chance.randrange(COPIED, len(rows) - first + 1)
        at = chance.choice([len(rows), chance.randrange(first + length, len(rows) + 1)])
        pasted = [*rows[:at], *rows[first : first + length], *rows[at:]]
        assert copies(pasted) == [(at, at + length)]
        assert copies(rows) == []


def test_many_rows_alike_take_no_time() -> None:
    assert copies([0, 1] * 100_000 + [2]) == []
    assert copies(list(range(4)) * 50_000 + [9]) == []


def test_a_large_export_that_stands_there_twice() -> None:
    rows = [f"20260701,site-{n}.example,referral,a,{n % 90}" for n in range(LARGE_BYTES // 30)]
    once = exploration(rows)
    whole = sum(n % 90 for n in range(len(rows)))
    appended, pasted = read("a.csv", once + once), read("b.csv", once + "\n".join(rows[:-7]) + "\n")
    for file, copied in ((appended, len(rows)), (pasted, len(rows) - 7)):
        assert merged(file)["visits"]["sessions"].sum() == whole
        assert books(file)[:3] == (len(rows), copied, 0)
