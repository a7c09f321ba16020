"""Exports overlap, come twice and in any order: the tables are the same, and nothing counts twice."""

import random
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharedsocial_utils.reading.file import FileReading, read_bytes
from sharedsocial_utils.reading.ingest import DATA_TABLES
from sharedsocial_utils.reading.merging import merge
from sharedsocial_utils.reading.source import Context
from sharedsocial_utils.tables import ordered

CONTEXT = Context("Europe/Rome", "EUR", salt="x")


def read(name: str, text: str) -> FileReading:
    found = read_bytes(name, text.encode(), CONTEXT)
    assert not found.error, found.error
    return found


def merged(*files: FileReading) -> dict[str, pd.DataFrame]:
    return {name: ordered(name, frame) for name, frame in merge(list(files), DATA_TABLES).items()}


def books(file: FileReading) -> tuple[int, int, int, int]:
    assert file.rows_read == file.rows_kept + file.rows_merged + file.rows_quarantined + file.rows_other
    return file.rows_kept, file.rows_merged, file.rows_quarantined, file.rows_other


def toggl(
    *entries: tuple[str, str, str],
    header: str = "User,Project,Start date,Start time,End date,End time,Duration",
) -> str:
    """Entries of one person: day, hour of the start, project; each takes an hour."""
    rows = [f"Ada,{project},{day},{hour}:00,{day},{hour}:59,01:00:00" for day, hour, project in entries]
    return "\n".join([header, *rows]) + "\n"


def exploration(rows: list[str], dimensions: str = "Session source,Session medium,Session campaign") -> str:
    total = sum(int(row.rsplit(",", 1)[1]) for row in rows)
    days = sorted(row[:8] for row in rows)
    head = f"# ---\n# Client\n# Tab\n# {days[0]}-{days[-1]}\n# ---\n\nDate,{dimensions},Sessions\n"
    commas = "," * (dimensions.count(",") + 2)
    return head + f"{commas}{total},Grand total\n" + "\n".join(rows) + "\n"


def google_ads(period: str, header: str, *rows: str) -> str:
    return "\n".join(["Campaign report", period, header, *rows]) + "\n"


# ---- invariance


ENTRIES = [
    (f"2026-07-{day:02d}", f"{hour:02d}", f"P{(day + hour) % 3}")
    for day in range(1, 9)
    for hour in (9, 11, 11)
]


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False))
def test_order_overlap_and_repetition_change_nothing(chance: random.Random) -> None:
    days = sorted({day for day, _, _ in ENTRIES})
    whole = merged(read("whole.csv", toggl(*ENTRIES)))["effort"]
    parts = []
    for number in range(4):
        first = chance.randrange(len(days))
        chosen = days[first : first + chance.randrange(1, 6)]
        parts.append(read(f"{number}.csv", toggl(*(e for e in ENTRIES if e[0] in chosen))))
    rest = read("rest.csv", toggl(*ENTRIES))
    files = [*parts, rest]
    chance.shuffle(files)
    found = merged(*files)["effort"]
    own = ["source_file", "source_row"]
    assert found.drop(columns=own).equals(whole.drop(columns=own))
    assert sum(file.rows_kept for file in files) == len(whole)
    for file in files:
        books(file)


@settings(max_examples=12, deadline=None)
@given(st.permutations(range(4)))
def test_the_order_of_files_changes_no_byte(order: list[int]) -> None:
    texts = [
        exploration(["20260701,google,organic,a,5", "20260702,google,organic,a,7"]),
        exploration(["20260702,google,organic,a,8", "20260703,google,organic,a,9"]),
        exploration(["20260702,/,99"], "Landing page"),
        exploration(["20260704,/,3"], "Landing page"),
    ]
    files = [read(f"{n}.csv", text) for n, text in enumerate(texts)]
    assert merged(*(files[n] for n in order))["visits"].equals(
        merged(*(read(f"{n}.csv", text) for n, text in enumerate(texts)))["visits"]
    )


def test_a_restated_figure_is_that_of_the_newest_export() -> None:
    old = read("b.csv", exploration(["20260701,google,organic,a,5", "20260702,google,organic,a,7"]))
    new = read("a.csv", exploration(["20260702,google,organic,a,8", "20260703,google,organic,a,9"]))
    visits = merged(old, new)["visits"]
    assert visits["sessions"].tolist() == [5, 8, 9]
    assert (books(old), books(new)) == ((1, 1, 0, 8), (2, 0, 0, 8))


def test_rows_of_one_file_with_one_key_are_added_up() -> None:
    rows = ["20260701,google,organic,mobile,5", "20260701,google,organic,desktop,7"]
    file = read("a.csv", exploration(rows, "Session source,Session medium,Device category"))
    assert merged(file)["visits"]["sessions"].tolist() == [12]
    assert books(file)[:2] == (2, 0)


def test_an_entry_that_was_edited_between_two_exports_counts_once() -> None:
    old = read("old.csv", toggl(("2026-07-01", "09", "Blog")))
    new = read("new.csv", toggl(("2026-07-01", "09", "Facebook"), ("2026-07-02", "09", "Blog")))
    assert merged(old, new)["effort"]["project"].tolist().count("Blog") == 1
    assert books(old)[:2] == (0, 1)


# ---- grain


def test_the_same_visits_by_source_and_by_landing_page_count_once() -> None:
    by_source = read("a.csv", exploration(["20260701,google,organic,a,5", "20260701,x,social,b,2"]))
    by_page = read(
        "b.csv", exploration(["20260701,/,4", "20260701,/blog/,3", "20260702,/,6"], "Landing page")
    )
    visits = merged(by_source, by_page)["visits"]
    assert visits.groupby("date")["sessions"].sum().tolist() == [7, 6]
    assert (books(by_source)[:2], books(by_page)[:2]) == ((2, 0), (1, 2))


DAILY = google_ads(
    "1 July 2026 - 3 July 2026", "Day,Campaign,Budget,Cost",
    "2026-07-01,a,1,10.50", "2026-07-01,b,1,4.00", "2026-07-03,a,1,2.25",
)  # fmt: skip


@pytest.mark.parametrize(
    "coarser",
    [
        google_ads("1 July 2026 - 3 July 2026", "State,Campaign,Budget,Cost", "on,a,1,12.75", "on,b,1,4.00"),
        google_ads("2 July 2026 - 3 July 2026", "State,Campaign,Budget,Cost", "on,a,1,2.25"),
        google_ads("1 July 2026 - 3 July 2026", "Week,Campaign,Budget,Cost", "2026-06-29,a,1,12.75"),
        google_ads("1 July 2026 - 3 July 2026", "Day,Account,Budget,Cost", "2026-07-01,x,1,14.50"),
    ],
    ids=["the period", "a part of the period", "weeks", "days without campaign"],
)
def test_the_same_money_at_two_grains_counts_once(coarser: str) -> None:
    fine, coarse = read("a.csv", DAILY), read("b.csv", coarser)
    spend = merged(fine, coarse)["spend"]
    assert spend["amount"].sum() == pytest.approx(16.75)
    assert (spend["source_file"] == "a.csv").all()
    assert books(fine)[:3] == (3, 0, 0)
    assert books(coarse)[0] == 0
    assert books(coarse)[1] > 0


def test_an_amount_of_which_finer_figures_tell_some_days_is_put_aside_with_the_reason() -> None:
    fine = read("a.csv", DAILY)
    header = "State,Campaign,Budget,Cost"
    coarse = read("b.csv", google_ads("1 July 2026 - 30 September 2026", header, "on,a,1,99.00"))
    spend = merged(fine, coarse)["spend"]
    assert spend["amount"].sum() == pytest.approx(16.75)
    assert [(fault["code"], fault["row"]) for fault in coarse.faults] == [("IN-DATE-06", "4")]
    assert books(coarse) == (0, 0, 1, 3)


META = "Reporting starts,Reporting ends,Campaign name,Amount spent (EUR)"


def test_periods_beside_each_other_and_other_channels_stay() -> None:
    header = "State,Campaign,Budget,Cost"
    files = [
        read("a.csv", DAILY),
        read("b.csv", google_ads("4 July 2026 - 31 July 2026", header, "on,a,1,5.00")),
        read("c.csv", f"{META}\n2026-07-01,2026-07-31,m,8\n"),
    ]
    assert merged(*files)["spend"]["amount"].sum() == pytest.approx(16.75 + 5 + 8)


def test_the_newest_export_is_known_by_its_own_day_and_not_by_its_name() -> None:
    header = "Record ID,Create Date,Original Source,Email"
    old = read("hubspot-crm-exports-a-2026-07-02.csv", f"{header}\n7,2026-07-01 10:00,Direct Traffic,\n")
    new = read("hubspot-crm-exports-a-2026-07-03.csv", f"{header}\n7,2026-07-01 10:00,Organic Search,\n")
    assert (old.as_of, new.as_of) == (date(2026, 7, 2), date(2026, 7, 3))
    for files in ((old, new), (new, old)):
        assert merged(*files)["contacts"]["medium"].tolist() == ["Organic Search"]
