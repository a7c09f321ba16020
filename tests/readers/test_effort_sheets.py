"""Time sheets as people hand them in: totals, rows without names, durations without clocks, other clients."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from golden import CONTEXT

from sharedsocial_utils.reading.file import FileReading, read_bytes

CLOCKIFY = "Project,Client,User,Start Date,Start Time,End Date,End Time"
HARVEST = "Date,Client,Project,Task,Hours,Billable?,First Name,Last Name"
TEMPO = "Issue Key,Issue summary,Hours,Work date,Username,Full name,Account Customer,Project Name"
TOGGL = "User,Client,Project,Start date,Start time,End date,End time,Duration"


def codes(found: FileReading) -> list[str]:
    return [fault["code"] for fault in found.faults]


def read(header: str, *rows: str, identity: Mapping[str, Sequence[str]] = {}) -> FileReading:
    text = "\n".join([header, *rows, ""])
    return read_bytes("a.csv", text.encode(), replace(CONTEXT, identity=identity))


# ---- plain sheets


def sheet(*rows: str) -> FileReading:
    return read("Data;Persona;Progetto;Ore", "13/07/2026;Ada;Blog;1,5", *rows)


def test_a_piece_of_work_may_be_called_a_total() -> None:
    found = sheet("14/07/2026;Ada;Totale restyling;2")
    assert found.tables["effort"]["hours"].tolist() == [1.5, 2]
    assert codes(found) == []


def test_hours_of_nobody_are_hours() -> None:
    found = sheet("14/07/2026;;Blog;2")
    assert found.tables["effort"]["hours"].tolist() == [1.5, 2]
    assert found.tables["effort"]["person"].isna().tolist() == [False, True]


@pytest.mark.parametrize("row", ["Totale luglio;Ada;Blog;12", ";Ada;Totale;12", "14/07/2026;;Totale blog;12"])
def test_a_total_of_a_part_is_put_aside_as_one(row: str) -> None:
    found = sheet(row)
    assert found.tables["effort"]["hours"].tolist() == [1.5]
    assert (codes(found), found.rows_quarantined) == (["IN-CSV-06"], 1)


def test_a_day_has_24_hours_and_no_work_may_be_written_down() -> None:
    found = sheet("14/07/2026;Ada;Blog;24", "15/07/2026;Ada;Blog;24,5", "16/07/2026;Ada;Blog;0")
    assert found.tables["effort"]["hours"].tolist() == [1.5, 24, 0]
    assert codes(found) == ["IN-NUM-03"]
    found = read(TOGGL, "Ada,,Blog,2026-07-13,09:00:00,2026-07-13,09:00:00,00:00:00")
    assert found.tables["effort"]["hours"].tolist() == [0]


# ---- Clockify


@pytest.mark.parametrize(
    ("more", "cells", "hours"),
    [
        (",Duration (h),Duration (decimal)", ",00:20:24,0.34", 0.34),
        (",Duration (decimal)", ",0.34", 0.34),
        ("", "", 1 / 3),
    ],
)
def test_the_duration_is_finer_than_clocks_without_seconds(more: str, cells: str, hours: float) -> None:
    found = read(CLOCKIFY + more, f"Blog,,Ada,07/13/2026,09:00 AM,07/13/2026,09:20 AM{cells}")
    assert found.tables["effort"]["hours"].tolist() == [pytest.approx(hours)]


@pytest.mark.parametrize(("heading", "cell"), [("Duration (h)", "00:00:36"), ("Duration (decimal)", "0.01")])
def test_work_that_ends_in_the_minute_it_began_has_its_duration(heading: str, cell: str) -> None:
    found = read(f"{CLOCKIFY},{heading}", f"Blog,,Ada,07/13/2026,09:00 AM,07/13/2026,09:00 AM,{cell}")
    assert found.tables["effort"]["hours"].tolist() == [pytest.approx(0.01)]


@pytest.mark.parametrize(("heading", "cell"), [("Duration (h)", "02:00:00"), ("Duration (decimal)", "2.00")])
def test_a_night_tells_whether_months_come_first(heading: str, cell: str) -> None:
    found = read(f"{CLOCKIFY},{heading}", f"Blog,,Ada,03/04/2026,23:00:00,03/05/2026,01:00:00,{cell}")
    assert [str(day.date()) for day in found.tables["effort"]["date"]] == ["2026-03-04"]


@pytest.mark.parametrize("more", ["", ",Duration (h)", ",Duration (decimal)"])
def test_an_entry_that_ends_before_it_starts_is_no_work(more: str) -> None:
    cell = {"": "", ",Duration (h)": ",01:00:00", ",Duration (decimal)": ",1.00"}[more]
    good = f"Blog,,Ada,07/13/2026,09:00:00,07/13/2026,10:00:00{cell}"
    found = read(CLOCKIFY + more, good, f"Blog,,Ada,07/14/2026,09:00:00,07/14/2026,08:00:00{cell}")
    assert found.tables["effort"]["hours"].tolist() == [1]
    assert codes(found) == ["IN-TIME-01"]


# ---- Harvest and Tempo


def test_hours_of_nobody_in_harvest_have_no_person() -> None:
    found = read(HARVEST, "2026-07-13,,Blog,Post,1.5,No,,", "2026-07-13,,Blog,Post,1.5,No,Ada,Neri")
    assert found.tables["effort"]["person"].isna().tolist() == [True, False]


def test_harvest_may_know_one_name_of_a_person_and_tempo_one_of_a_project() -> None:
    found = read(HARVEST, "2026-07-13,,Blog,Post,1.5,No,Ada,", "2026-07-13,,Blog,Post,1.5,No,,Rita")
    assert found.tables["effort"]["person"].tolist() == ["ada", "rita"]
    header = "Issue Key,Hours,Work date,Full name,Project Name,Project Key,Account Name"
    rows = [
        f"OAK-{n},1,2026-07-13,Ada,{named}"
        for n, named in enumerate(("Blog,OAK,Olio", ",OAK,Olio", ",,Olio"))
    ]
    assert read(header, *rows).tables["effort"]["project"].tolist() == ["Blog", "OAK", "Olio"]


def test_hours_of_an_issue_that_is_gone_and_of_a_user_that_is_gone_are_hours() -> None:
    found = read(
        TEMPO,
        "OAK-1,Post,1.5,2026-07-13 09:00,aneri,Ada Neri,,Blog",
        "OAK-2,Post,2,2026-07-13 11:00,former,,,Blog",
        ",,3,2026-07-13 14:00,aneri,Ada Neri,,Blog",
        ",,7,,,,,",  # what the service says it adds up to
    )
    assert found.tables["effort"]["hours"].tolist() == [1.5, 2, 3]
    assert found.tables["effort"]["person"].tolist() == ["ada", "former", "ada"]
    assert (codes(found), found.rows_other) == ([], 2)


@pytest.mark.parametrize(
    ("system", "header", "row"),
    [
        ("toggl", TOGGL, "Ada,{},Blog,2026-07-13,09:00:00,2026-07-13,10:00:00,01:00:00"),
        ("clockify", CLOCKIFY, "Blog,{},Ada,07/13/2026,09:00 AM,07/13/2026,10:00 AM"),
        ("harvest", HARVEST, "2026-07-13,{},Blog,Post,1.5,No,Ada,Neri"),
        ("tempo", TEMPO, "OAK-1,Post,1.5,2026-07-13 09:00,aneri,Ada Neri,{},Blog"),
    ],
)
def test_the_hours_of_another_client_are_refused(system: str, header: str, row: str) -> None:
    own = {system: ["La Quercia"]}
    assert read(header, row.format("La Quercia"), identity=own).rows_kept == 1
    theirs = read(header, row.format("Le Colline"), identity=own)
    assert theirs.error is not None
    assert theirs.error["code"] == "IN-ACC-01"
