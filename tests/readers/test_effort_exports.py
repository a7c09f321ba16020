"""What the goldens of Harvest, Tempo and calendars cannot show: edited entries, conventions, whole series."""

from datetime import date

import pytest
from golden import CONTEXT, EXPORTS, read_sample

from sharedsocial_utils.reading.file import FileReading, read_bytes
from sharedsocial_utils.reading.merging import merge

HARVEST = (
    "Date,Project,Task,Notes,Hours,Billable?,Invoiced?,Approved?,First Name,Last Name,Billable Rate,Cost Rate"
)


def codes(reading: FileReading) -> list[str]:
    return [fault["code"] for fault in reading.faults]


def harvest(*rows: str, name: str = "a.csv") -> FileReading:
    return read_bytes(name, "\n".join([HARVEST, *rows, ""]).encode(), CONTEXT)


@pytest.mark.parametrize(
    ("hours", "rate", "expected"),
    [
        ('"1,250"', '"60,0"', 1.25),
        ('"1,250"', '"1,060.0"', 1250),
        ("1.250", '"60,5"', 1250),
        ("1.250", "60.5", 1.25),
        ("1:15", '"60,0"', 1.25),
    ],
)
def test_the_rates_tell_what_a_mark_of_the_hours_means(hours: str, rate: str, expected: float) -> None:
    found = harvest(f"2026-07-13,Blog,,,{hours},No,No,No,Ada,Neri,{rate},0")
    if expected > 24:
        assert codes(found) == ["IN-NUM-03"]
    else:
        assert found.tables["effort"]["hours"].tolist() == [expected]


def test_a_lone_mark_that_nothing_explains_is_asked() -> None:
    found = harvest('2026-07-13,Blog,,,"1,250",No,No,No,Ada,Neri,60,0')
    assert codes(found) == ["IN-NUM-01"]


def test_marks_that_contradict_each_other_are_refused() -> None:
    found = harvest(
        '2026-07-13,Blog,,,"1,25",No,No,No,Ada,Neri,60.5,0', "2026-07-13,Blog,,,1.5,No,No,No,Ada,Neri,60.5,0"
    )
    assert codes(found) == ["IN-NUM-01"]


def test_an_entry_that_was_edited_counts_once() -> None:
    old = harvest("2026-07-13,Blog,Writing,a,1.5,No,No,No,Ada,Neri,60.5,0", name="old.csv")
    new = harvest(
        "2026-07-13,Blog,Writing,b,2.5,Yes,Yes,Yes,Ada,Neri,60.5,0",
        "2026-07-14,Blog,Writing,b,1,No,No,No,Ada,Neri,60.5,0",
        name="new.csv",
    )
    effort = merge([new, old], ("effort",))["effort"]
    assert sorted(effort["hours"]) == [1, 2.5]


def test_rates_notes_and_strangers_marks_stay_in_harvest() -> None:
    found = harvest("2026-07-13,Blog,Writing,call Segreta,1.5,No,No,No,Ada,Neri,61.25,33.75")
    everything = found.tables["effort"].to_csv()
    assert not [secret for secret in ("Segreta", "61.25", "33.75") if secret in everything]


@pytest.mark.parametrize("gone", ["Issue Key", "Hours", "Work date", "Full name"])
def test_tempo_is_not_guessed_without_all_its_headings(gone: str) -> None:
    header = "Issue Key,Hours,Work date,Full name,Project Name".replace(gone, "Other")
    assert read_bytes("a.csv", f"{header}\n".encode(), CONTEXT).reader is None


# ---- calendars


def calendar(*events: str, name: str = "a.ics", about: str = "X-WR-CALNAME:Ada Neri") -> FileReading:
    inside = "".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events)
    return read_bytes(name, f"BEGIN:VCALENDAR\n{about}\n{inside}END:VCALENDAR\n".encode(), CONTEXT)


MONDAYS = "UID:1\nDTSTART;TZID=Europe/Rome:20260706T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY"


def test_a_series_without_end_goes_to_the_last_day_named() -> None:
    found = calendar(MONDAYS, "UID:2\nDTSTART:20260801T080000Z\nDURATION:PT1H")
    days = [day.date() for day in found.tables["effort"]["date"]]
    assert days == [*(date(2026, 7, day) for day in (6, 13, 20, 27)), date(2026, 8, 1)]


def test_a_published_calendar_does_not_count_what_is_to_come() -> None:
    single = "UID:2\nDTSTAMP:20260720T200000Z\nDTSTART:20260801T080000Z\nDURATION:PT1H"
    about = "METHOD:PUBLISH\nX-WR-CALNAME:Ada Neri"
    found = calendar(f"{MONDAYS};COUNT=9", single, about=about)
    assert [day.day for day in found.tables["effort"]["date"]] == [6, 13, 20]
    assert (found.rows_kept, found.rows_other, str(found.as_of)) == (1, 1, "2026-07-20")


def test_an_occurrence_that_was_moved_between_two_exports_counts_once() -> None:
    stamp = "\nDTSTAMP:20260727T200000Z"
    old = calendar(f"{MONDAYS};COUNT=3", name="old.ics")
    moved = "UID:1\nRECURRENCE-ID;TZID=Europe/Rome:20260713T090000\nDTSTART:20260715T080000Z\nDURATION:PT3H"
    new = calendar(f"{MONDAYS};COUNT=3{stamp}", f"{moved}{stamp}", name="new.ics")
    effort = merge([old, new], ("effort",))["effort"].sort_values("date")
    assert [(row.date.day, row.hours) for row in effort.itertuples()] == [(6, 1), (15, 3), (20, 1)]


@pytest.mark.parametrize(
    ("about", "name", "person"),
    [
        ("X-WR-CALNAME:Rita Bosco", "a.ics", "rita"),
        ("X-WR-CALNAME:Lavoro", "ore/rita_bosco.ics", "rita"),
        ("X-WR-CALNAME:Zoe Altra", "a.ics", "Zoe Altra"),
        ("X-WR-CALNAME:zoe@posta.example", "a.ics", None),
        ("VERSION:2.0", "a.ics", None),
    ],
)
def test_whose_calendar_it_is(about: str, name: str, person: str | None) -> None:
    found = calendar("UID:2\nDTSTART:20260801T080000Z\nDURATION:PT1H", name=name, about=about)
    people = found.tables["effort"]["person"]
    assert (None if people.isna().all() else people[0]) == person


@pytest.mark.parametrize(
    ("summary", "categories", "expected"),
    [
        ("[Blog] Scrittura #foto", "", ("Blog", "Scrittura", "foto")),
        ("Scrittura", "Blog,Foto", ("Blog", "Scrittura", "Foto")),
        ("[Blog] Scrittura", "Foto", ("Blog", "Scrittura", "Foto")),
        ("C# e #uno #due", "", (None, "C# e", "uno, due")),
    ],
)
def test_what_an_event_was_for(summary: str, categories: str, expected: tuple[str | None, ...]) -> None:
    found = calendar(
        f"UID:2\nDTSTART:20260801T080000Z\nDURATION:PT1H\nSUMMARY:{summary}\nCATEGORIES:{categories}"
    )
    row = found.tables["effort"].astype(object).where(found.tables["effort"].notna(), None).iloc[0]
    assert (row["project"], row["task"], row["tags"]) == expected


def test_nothing_private_leaves_a_calendar() -> None:
    for sample in sorted((EXPORTS / "calendar_log").glob("*.ics")):
        found = read_sample(sample)
        everything = str(found.faults) + "".join(frame.to_csv() for frame in found.tables.values())
        assert not [secret for secret in ("egret", "posta.example", "medico", "@") if secret in everything]


def test_a_calendar_of_bombs_is_refused_as_a_whole() -> None:
    about = "DTSTART:19900101T090000Z\nDTSTAMP:20991231T000000Z\nDURATION:PT1H"
    rule = f"{about}\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
    found = calendar(*[f"UID:{n}\n{rule}" for n in range(50)])
    assert (codes(found), found.tables, found.rows_quarantined) == (["IN-ICS-02"], {}, 50)
