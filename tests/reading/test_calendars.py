"""Calendars: series against dateutil's, lines and zones, limits before anything is expanded."""

import random
import resource
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading import calendars
from sharedsocial_utils.reading.calendars import Budget, Event, duration, occurrences, parsed

ROME = ZoneInfo("Europe/Rome")
LAST = date(2028, 12, 31)


def event(lines: str, zone: str = "Europe/Rome") -> Event:
    return parsed(
        f"BEGIN:VCALENDAR\nBEGIN:VEVENT\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n".encode(), zone
    ).events[0]


def series(rule: str, start: datetime) -> list[datetime]:
    found = event(f"DTSTART:{start:%Y%m%dT%H%M%S}\nRRULE:{rule}")
    return [moment.replace(tzinfo=None) for moment in occurrences(found, LAST, Budget())]


def _rule(chance: random.Random) -> str:
    """A rule of any of the shapes that calendars write."""
    freq = chance.choice(("DAILY", "WEEKLY", "MONTHLY", "YEARLY"))
    parts = [f"FREQ={freq}", f"INTERVAL={chance.choice((1, 1, 1, 2, 3, 5))}"]
    days = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
    if chance.random() < 0.5:
        # dateutil wants every day of a mixed list (`SU,5TU`) to be both: no such list is made
        nth = (
            ("1", "-1", "2", "-2", "5") if freq in ("MONTHLY", "YEARLY") and chance.random() < 0.5 else ("",)
        )
        chosen = chance.sample(days, chance.randint(1, 3))
        parts.append("BYDAY=" + ",".join(chance.choice(nth) + day for day in chosen))
    if chance.random() < 0.3 and freq != "WEEKLY":
        parts.append("BYMONTHDAY=" + ",".join(str(chance.choice((1, 13, 29, 31, -1, -3))) for _ in range(2)))
    if chance.random() < 0.3:
        parts.append("BYMONTH=" + ",".join(map(str, sorted(chance.sample(range(1, 13), 3)))))
    if chance.random() < 0.2 and freq in ("MONTHLY", "YEARLY") and len(parts) > 2:
        parts.append(f"BYSETPOS={chance.choice((1, -1, 2))}")
    if freq == "WEEKLY" and chance.random() < 0.3:
        parts.append("WKST=SU")
    ends = chance.random()
    if ends < 0.3:
        parts.append(f"COUNT={chance.randint(1, 40)}")
    elif ends < 0.6:
        parts.append(f"UNTIL=2027{chance.randint(1, 12):02}15T120000")
    return ";".join(parts)


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (0, 2, 3, 4))])
def test_series_are_those_of_dateutil(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(40):
        rule = _rule(chance)
        start = datetime(2026, chance.randint(1, 12), chance.randint(1, 28), 9, 30)  # noqa: DTZ001 - a clock
        theirs = rrulestr(rule, dtstart=start).between(start - timedelta(days=1), datetime(2029, 1, 1))  # noqa: DTZ001
        assert series(rule, start) == theirs, (rule, start)


def test_a_series_keeps_its_clock_when_summer_time_begins() -> None:
    found = event("DTSTART;TZID=Europe/Rome:20260322T090000\nRRULE:FREQ=WEEKLY;COUNT=3")
    starts = [moment.astimezone(UTC).hour for moment in occurrences(found, LAST, Budget())]
    assert starts == [8, 7, 7]  # 29 March 2026


def test_until_is_a_moment_in_utc() -> None:
    of = "DTSTART;TZID=Europe/Vienna:20120327T100000\nRRULE:FREQ=WEEKLY;UNTIL={};BYDAY=TU"
    assert len(occurrences(event(of.format("20120703T080000Z")), LAST, Budget())) == 15
    assert len(occurrences(event(of.format("20120703T075959Z")), LAST, Budget())) == 14


def test_exceptions_and_further_days() -> None:
    found = event(
        "DTSTART;TZID=Europe/Rome:20260706T090000\nRRULE:FREQ=DAILY;COUNT=4\n"
        "EXDATE;TZID=Europe/Rome:20260707T090000,20260708T090000\nRDATE;TZID=Europe/Rome:20260720T150000"
    )
    starts = [f"{moment:%d %H}" for moment in occurrences(found, LAST, Budget())]
    assert starts == ["06 09", "09 09", "20 15"]


def test_a_fold_may_cut_a_character_in_two() -> None:
    text = "SUMMARY:Il più bello".encode()
    cut = text.index("ù".encode()) + 1
    data = b"BEGIN:VEVENT\r\n" + text[:cut] + b"\r\n " + text[cut:] + b"\r\nEND:VEVENT\r\n"
    assert parsed(data, "UTC").events[0].text("SUMMARY") == "Il più bello"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_entries_know_their_line(end: str) -> None:
    text = "BEGIN:VCALENDAR\nX-A:1\n 2\nBEGIN:VEVENT\nEND:VEVENT\n\nBEGIN:VTODO\nEND:VTODO\nEND:VCALENDAR\n"
    assert [e.line for e in parsed(text.replace("\n", end).encode(), "UTC").events] == [4, 7]


@pytest.mark.parametrize(
    ("zone", "hour"),
    [
        ("Europe/Rome", 7),
        ("W. Europe Standard Time", 7),
        ("/example.org/20260101/America/New_York", 13),
        ("America/Argentina/Buenos_Aires", 12),
    ],
)
def test_zones_go_by_several_names(zone: str, hour: int) -> None:
    start = event(f"DTSTART;TZID={zone}:20260713T090000").start
    assert start is not None
    assert start.astimezone(UTC).hour == hour


def test_an_unknown_zone_is_the_calendars_own() -> None:
    found = event("DTSTART;TZID=Atlantis/Center:20260713T090000", "America/New_York")
    assert found.unknown_zones == {"Atlantis/Center"}
    assert found.start is not None
    assert found.start.astimezone(UTC).hour == 13


def test_what_an_alarm_says_is_not_the_events() -> None:
    alarm = "BEGIN:VALARM\nDURATION:PT9H\nSUMMARY:x\nEND:VALARM"
    found = event(f"DTSTART:20260713T090000Z\nDURATION:PT1H\n{alarm}\nSUMMARY:y")
    assert (found.text("SUMMARY"), found.end) == ("y", datetime(2026, 7, 13, 10, tzinfo=UTC))


def test_persons_are_not_read() -> None:
    found = event("ATTENDEE;CN=Segreta:mailto:segreta@posta.example\nORGANIZER:mailto:x@posta.example\nUID:1")
    assert "egreta" not in str(found)
    assert "posta" not in str(found)


@pytest.mark.parametrize(
    ("text", "hours"),
    [("PT45M", 0.75), ("P1D", 24), ("P1DT2H", 26), ("P2W", 336), ("-PT1H", -1), ("PT90S", 0.025)],
)
def test_durations(text: str, hours: float) -> None:
    assert duration(text).total_seconds() / 3600 == pytest.approx(hours)


@pytest.mark.parametrize("text", ["P", "PT", "1H", "P999999999999999999W", "P99999W", "PT1H30", ""])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(Fault) as raised:
        duration(text)
    assert raised.value.code == "IN-ICS-01"


BOMBS = {
    "by the second": ("RRULE:FREQ=SECONDLY",),
    "by the hour": ("RRULE:FREQ=HOURLY;INTERVAL=1",),
    "at a clock of its own": ("RRULE:FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=1,2",),
    "by numbers that are none": ("RRULE:FREQ=DAILY;COUNT=99999999999999999999",),
    "by no weekday": ("RRULE:FREQ=WEEKLY;BYDAY=XX",),
    "on days that no month has": ("RRULE:FREQ=MONTHLY;BYMONTHDAY=1,1234",),
    "until no day": ("RRULE:FREQ=DAILY;UNTIL=soon",),
    "until a day that does not exist": ("RRULE:FREQ=DAILY;UNTIL=20260231",),
}


@pytest.mark.parametrize("what", BOMBS)
def test_series_that_no_work_follows_are_refused(what: str) -> None:
    found = event("\n".join(("DTSTART:20260713T090000Z", *BOMBS[what])))
    with pytest.raises(Fault) as raised:
        occurrences(found, LAST, Budget())
    assert raised.value.code in ("IN-ICS-01", "IN-ICS-02")


def _spend(found: Event, budget: Budget) -> None:
    while True:
        occurrences(found, date(2100, 12, 31), budget)


@pytest.mark.parametrize("rule", ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY", "FREQ=DAILY"])
def test_many_series_spend_one_budget(rule: str) -> None:
    found = event(f"DTSTART:19900101T090000Z\nRRULE:{rule}")
    budget, before = Budget(), resource.getrusage(resource.RUSAGE_SELF).ru_utime
    with pytest.raises(Fault) as raised:
        _spend(found, budget)
    assert raised.value.code == "IN-ICS-02"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_utime - before < 6  # 1 s on a quiet machine


def test_a_line_without_end_and_entries_within_entries_are_refused() -> None:
    long = b"BEGIN:VEVENT\nSUMMARY:" + b"x\n " * (calendars.MAX_VALUE_BYTES + 1)
    deep = b"BEGIN:VCALENDAR\n" * 20
    for data in (long, deep):
        with pytest.raises(Fault) as raised:
            parsed(data, "UTC")
        assert raised.value.code == "IN-ICS-02"


def test_a_zone_of_its_own_cannot_be_a_bomb() -> None:
    times = "DTSTART:16010101T000000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0200\nRRULE:FREQ=SECONDLY\n"
    zone = f"BEGIN:VTIMEZONE\nTZID:Ours\nBEGIN:STANDARD\n{times}END:STANDARD\nEND:VTIMEZONE\n"
    inside = "BEGIN:VEVENT\nDTSTART;TZID=Ours:20260713T090000\nEND:VEVENT\n"
    text = f"BEGIN:VCALENDAR\n{zone}{inside}END:VCALENDAR\n"
    assert parsed(text.encode(), "UTC").events[0].unknown_zones == {"Ours"}
    plain = parsed(text.replace("RRULE:FREQ=SECONDLY\n", "").encode(), "UTC").events[0]
    assert plain.start is not None
    assert plain.start.utcoffset() == timedelta(hours=2)


def test_more_lines_than_any_calendar_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendars, "MAX_LINES", 5)
    kept = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VEVENT\nEND:VCALENDAR\n"
    assert len(parsed(kept, "UTC").events) == 1
    with pytest.raises(Fault) as raised:
        parsed(kept + b"\n", "UTC")
    assert (raised.value.code, raised.value.expected) == ("IN-ICS-02", "at most 5")


@pytest.mark.parametrize("year", [1601, 2101])
def test_an_entry_of_another_age_has_no_day(year: int) -> None:
    fault = event(f"DTSTART:{year}0101T090000Z").fault
    assert fault
    assert (fault.code, fault.text) == ("IN-DATE-02", f"{year}0101T090000Z")
