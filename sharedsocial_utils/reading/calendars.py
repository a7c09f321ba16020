"""Calendars (RFC 5545) to events and their occurrences: one that is ill-formed costs only itself.

Lines are unfolded and components cut before any value is looked at; of each only the properties named in
`WANTED` are read, so that attendees, mail addresses and alarms never leave the file. A series is expanded day
by day with a budget: what is tried counts, not only what is found.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading import cells

MAX_LINES = 2_000_000
MAX_VALUE_BYTES = 1_000_000  # one unfolded line: the longest description seen has 4,000
MAX_COMPONENTS = 100_000
MAX_DEPTH = 8  # VCALENDAR, VEVENT, VALARM
MAX_ZONE_LINES = 500
MAX_TRIED_DAYS = 250_000  # of all series of a file; 200 series of three years try 220,000
FIRST_YEAR, LAST_YEAR = 1990, 2100
WANTED = frozenset({
    "UID", "SUMMARY", "LOCATION", "DESCRIPTION", "URL", "CATEGORIES", "STATUS", "TRANSP", "CLASS", "DTSTART",
    "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "DTSTAMP", "LAST-MODIFIED", "CREATED",
})  # fmt: skip
ENTRIES = ("VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY")
_LINE_END = re.compile(rb"\r\n|\n|\r")
_PROPERTY = re.compile(
    r'([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^",;:]*)(?:,(?:"[^"]*"|[^",;:]*))*)*):(.*)'
)
_PARAMETER = re.compile(r';([A-Za-z0-9-]+)=("[^"]*"|[^";:]*)')
_MOMENT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(Z)?)?")
_DURATION = re.compile(
    r"([+-])?P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?"
)
_ESCAPED = re.compile(r"\\(.)")
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BY_DAY = re.compile(rf"([+-]?\d{{1,2}})?({'|'.join(_WEEKDAYS)})")


class Property(NamedTuple):
    """One property: its time zone, if it names one, whether it is of whole days, and its value as written."""

    zone: str
    is_day: bool
    value: str


@dataclass
class Event:
    """One component of a calendar; `fault` is the reason for which it cannot be used."""

    kind: str
    line: int
    texts: dict[str, str] = field(default_factory=dict)  # UID, SUMMARY, LOCATION ... in plain text
    start: datetime | None = None  # with its zone
    end: datetime | None = None
    is_all_day: bool = False
    rule: dict[str, str] = field(default_factory=dict)
    further: list[datetime] = field(default_factory=list)  # RDATE
    exceptions: set[datetime] = field(default_factory=set)  # EXDATE and changed occurrences, in UTC
    replaces: datetime | None = None  # RECURRENCE-ID: the occurrence that this one changes, in UTC
    stamps: list[datetime] = field(default_factory=list)
    unknown_zones: set[str] = field(default_factory=set)
    fault: Fault | None = None

    def text(self, name: str) -> str:
        """A text property; empty if the component lacks it."""
        return self.texts.get(name, "")


@dataclass
class Calendar:
    """What a file says of itself, and its components in order."""

    texts: dict[str, str]
    events: list[Event]
    is_closed: bool

    @property
    def faults(self) -> dict[int, Fault]:
        """Why components cannot be used, by their number from 1."""
        return {n: event.fault for n, event in enumerate(self.events, start=1) if event.fault}

    @property
    def stamped(self) -> datetime | None:
        """The newest moment at which anything in the file was written or changed."""
        return max((stamp for event in self.events for stamp in event.stamps), default=None)


class _Line(NamedTuple):
    number: int
    name: str
    parameters: str
    value: str


class _Piece(NamedTuple):
    kind: str
    line: int
    lines: list[_Line]
    is_closed: bool


def parsed(data: bytes, zone: str) -> Calendar:
    """The calendar in a file; wall clocks without a known zone are of its own (X-WR-TIMEZONE), else `zone`.

    Raises `Fault` IN-ICS-01 where it is none or damaged beyond its entries, IN-ICS-02 beyond the limits.
    """
    lines = _unfolded(data)
    about, pieces, is_closed = _cut(lines)
    own = _zone(about.get("X-WR-TIMEZONE", "")) or ZoneInfo(zone)
    zones = _Zones(dict(_own_zone(piece) for piece in pieces if piece.kind == "VTIMEZONE"), own)
    events = [_event(piece, zones) for piece in pieces if piece.kind in ENTRIES]
    _leave_out_changed(events)
    return Calendar(about, events, is_closed)


# ---- lines and components


def _unfolded(data: bytes) -> list[_Line]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = cells.decode(data).encode()
    physical = _LINE_END.split(data.removeprefix(b"\xef\xbb\xbf"))
    if len(physical) > MAX_LINES:
        raise Fault("IN-ICS-02", f"{len(physical)} lines", expected=f"at most {MAX_LINES}")
    numbers: list[int] = []
    whole: list[list[bytes]] = []
    for number, line in enumerate(physical, start=1):
        if line[:1] in (b" ", b"\t") and whole:
            whole[-1].append(line[1:])  # joined as bytes: a fold may cut a character in two
        elif line.strip():
            numbers.append(number)
            whole.append([line])
    joined = [b"".join(parts) for parts in whole]
    longest = max((len(line) for line in joined), default=0)
    if longest > MAX_VALUE_BYTES:
        raise Fault("IN-ICS-02", f"a line of {longest} bytes", expected=f"at most {MAX_VALUE_BYTES}")
    texts = cells.decode(b"\n".join(joined)).split("\n")
    return [_line(number, text) for number, text in zip(numbers, texts, strict=True)]


def _line(number: int, text: str) -> _Line:
    found = _PROPERTY.fullmatch(text.rstrip("\r\n"))
    return _Line(number, found[1].upper(), found[2], found[3]) if found else _Line(number, "", "", text)


def _cut(lines: list[_Line]) -> tuple[dict[str, str], list[_Piece], bool]:
    """What stands around the components, the components, and whether the calendar is closed.

    A file may begin with a component, its calendar cut off; one not closed ends where the next begins.
    """
    about: dict[str, str] = {}
    pieces: list[_Piece] = []
    within: list[str] = []
    for line in lines:
        kind = line.value.strip().upper()
        if line.name == "BEGIN" and kind in (*ENTRIES, "VTIMEZONE"):
            pieces.append(_Piece(kind, line.number, [], False))
            within = [*within[: within[:1] == ["VCALENDAR"]], kind]
        elif line.name == "END" and within[-1:] == [kind]:
            within.pop()
            if pieces and kind == pieces[-1].kind:
                pieces[-1] = pieces[-1]._replace(is_closed=True)
            elif pieces and "VTIMEZONE" in within:
                pieces[-1].lines.append(line)
        elif line.name == "BEGIN":
            within.append(kind)
            if "VTIMEZONE" in within:
                pieces[-1].lines.append(line)
        elif within in ([], ["VCALENDAR"]):
            about.setdefault(line.name, _plain(line.value))
        elif pieces and (within[-1] == pieces[-1].kind or "VTIMEZONE" in within):
            pieces[-1].lines.append(line)
        if len(within) > MAX_DEPTH or len(pieces) > MAX_COMPONENTS:
            expected = f"at most {MAX_COMPONENTS} entries, {MAX_DEPTH} deep"
            raise Fault(
                "IN-ICS-02", "too many entries, or one within another", line=line.number, expected=expected
            )
    return about, pieces, not within


def _plain(value: str) -> str:
    """A text value without its escapes, on one line."""
    return " ".join(_ESCAPED.sub(lambda m: "\n" if m[1] in "nN" else m[1], value).split())


# ---- zones


@cache
def _zone(name: str) -> tzinfo | None:
    """A zone by its name: IANA's, one that ends in IANA's, or that of Windows."""
    return next((zone for known in _iana_names(name) if (zone := _iana_zone(known))), None)


def _iana_names(name: str) -> Iterator[str]:
    yield name
    if ends := re.search(r"[A-Za-z_]+/[A-Za-z_/-]+$", name):
        yield ends[0]
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON  # only where it is needed

    yield WINDOWS_TO_OLSON.get(name, "")


def _iana_zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name and not name.startswith(("/", ".")) else None
    except (ValueError, OSError, KeyError):  # no such zone, or a folder of zones
        return None


@dataclass(frozen=True)
class _Zones:
    """The zones that the file defines, and the one of clocks without any."""

    defined: Mapping[str, tzinfo | None]
    own: tzinfo

    def moments(self, found: Iterable[Property], unknown: set[str]) -> list[datetime]:
        """The moments of properties that may hold several; names of unknown zones are added to `unknown`."""
        return [self._moment(each, one, unknown) for each in found for one in each.value.split(",")]

    def _moment(self, of: Property, value: str, unknown: set[str]) -> datetime:
        clock, is_utc = _clock(value)
        zone = UTC if is_utc else self.defined.get(of.zone) or _zone(of.zone)
        if of.zone and not zone:
            unknown.add(of.zone)
        return clock.replace(tzinfo=zone or self.own)


def _clock(value: str) -> tuple[datetime, bool]:
    """The clock that a value shows, and whether it is that of UTC."""
    match = _MOMENT.fullmatch(value.strip())
    if not match:
        raise Fault("IN-DATE-03", "not a moment of a calendar", text=value)
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    try:
        clock = datetime(year, month, day, hour, minute, min(second, 59))  # noqa: DTZ001 - its zone follows
    except ValueError as error:
        raise Fault("IN-DATE-02", "no such moment", text=value) from error
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Fault("IN-DATE-02", f"not between {FIRST_YEAR} and {LAST_YEAR}", text=value)
    return clock, match[7] is not None


def _own_zone(piece: _Piece) -> tuple[str, tzinfo | None]:
    """The zone that a file defines itself, by the name it gives it."""
    name = next((line.value.strip() for line in piece.lines if line.name == "TZID"), "")
    return name, _zone(name) or _defined(piece)


def _defined(piece: _Piece) -> tzinfo | None:
    from icalendar import Timezone

    rules = [line.value.upper().replace(" ", "") for line in piece.lines if line.name == "RRULE"]
    if len(piece.lines) > MAX_ZONE_LINES or any("FREQ=YEARLY" not in rule for rule in rules):
        return None
    inside = [f"{line.name}{line.parameters}:{line.value}" for line in piece.lines if line.name]
    text = "\n".join(["BEGIN:VTIMEZONE", *inside, "END:VTIMEZONE", ""])
    try:
        made = Timezone.from_ical(text).to_tz(lookup_tzid=False)  # type: ignore[attr-defined]
    except Exception:  # it raises nearly anything on damage
        return None
    return made if isinstance(made, tzinfo) else None


# ---- events


def _event(piece: _Piece, zones: _Zones) -> Event:
    event = Event(piece.kind, piece.line)
    try:
        _fill(event, piece, zones)
    except Fault as fault:
        event.fault = fault
    if not piece.is_closed and not event.fault:
        event.fault = Fault("IN-FILE-03", "the file ends within this entry, or another begins in it")
    return event


def _fill(event: Event, piece: _Piece, zones: _Zones) -> None:
    found: dict[str, list[Property]] = {}
    for line in piece.lines:
        if line.name in WANTED:
            found.setdefault(line.name, []).append(_property(line))

    def moments(*names: str) -> list[datetime]:
        return zones.moments((each for name in names for each in found.get(name, [])), event.unknown_zones)

    event.texts = {name: _plain(found[name][0].value) for name in WANTED & found.keys()}
    event.texts["CATEGORIES"] = ", ".join(_plain(each.value) for each in found.get("CATEGORIES", []))
    event.is_all_day = any(each.is_day for each in found.get("DTSTART", []))
    event.start = next(iter(moments("DTSTART")), None)
    event.replaces = next((moment.astimezone(UTC) for moment in moments("RECURRENCE-ID")), None)
    event.rule = _rule(found["RRULE"][0].value) if "RRULE" in found else {}
    event.further = moments("RDATE")
    event.exceptions = {moment.astimezone(UTC) for moment in moments("EXDATE")}
    event.stamps = moments("DTSTAMP", "LAST-MODIFIED", "CREATED")
    event.end = next(iter(moments("DTEND")), None)
    if event.start and event.end is None and "DURATION" in found:
        event.end = event.start.astimezone(UTC) + duration(found["DURATION"][0].value)


def _property(line: _Line) -> Property:
    parameters = {name.upper(): value.strip('"') for name, value in _PARAMETER.findall(line.parameters)}
    value = line.value if line.name in ("SUMMARY", "DESCRIPTION") else line.value.strip()
    is_day = parameters.get("VALUE", "").upper() == "DATE" or re.fullmatch(r"\d{8}", value) is not None
    return Property(parameters.get("TZID", ""), is_day, value)


def duration(text: str) -> timedelta:
    """A DURATION such as `PT1H30M`; raises `Fault` IN-ICS-01 for none, or one of more than 100 years."""
    match = _DURATION.fullmatch(text.strip().upper())
    if not match or not any(match.groups()[1:]):
        raise Fault("IN-ICS-01", "not a duration that a calendar can hold", text=text)
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    length = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    if length > timedelta(days=36_525):
        raise Fault("IN-ICS-01", "not a duration that a calendar can hold", text=text)
    return -length if match[1] == "-" else length


def _rule(text: str) -> dict[str, str]:
    """`FREQ=WEEKLY;BYDAY=MO, TU` as a mapping, without spaces."""
    pairs = (part.partition("=") for part in re.sub(r"\s", "", text).upper().split(";") if part)
    return {name: value for name, _, value in pairs}


def _leave_out_changed(events: list[Event]) -> None:
    """A changed occurrence stands in for that of its series."""
    changed: dict[str, set[datetime]] = {}
    for event in events:
        if event.replaces and event.text("UID"):
            changed.setdefault(event.text("UID"), set()).add(event.replaces)
    for event in events:
        if not event.replaces:
            event.exceptions |= changed.get(event.text("UID"), set())


# ---- series


@dataclass
class Budget:
    """How many days the series of one file may still try."""

    days: int = MAX_TRIED_DAYS

    def spend(self, days: int) -> None:
        """Raises `Fault` IN-ICS-02 where nothing is left."""
        self.days -= days
        if self.days < 0:
            raise Fault("IN-ICS-02", f"its series try more than {MAX_TRIED_DAYS} days")


def occurrences(event: Event, last: date, budget: Budget) -> list[datetime]:
    """The starts of an event, of a series up to day `last`; exceptions left out.

    Raises `Fault` IN-ICS-01 for a rule that is none, IN-ICS-02 for one by the hour or beyond the budget.
    """
    if event.start is None:
        return []
    if not event.rule or event.replaces:
        starts = [event.start, *(event.further if not event.replaces else [])]
    else:
        clock = event.start.time()
        days = _series(event.rule, event.start, last, budget)
        starts = [datetime.combine(day, clock, event.start.tzinfo) for day in days]
        starts += [moment for moment in event.further if moment.date() <= last]
    known = {moment.astimezone(UTC): moment for moment in starts}
    return [known[at] for at in sorted(known) if at not in event.exceptions]


_PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"}


def _series(rule: Mapping[str, str], start: datetime, last: date, budget: Budget) -> Iterator[date]:
    strange = {name for name in rule if name not in _PARTS and not name.startswith("X-")}
    if rule.get("FREQ") not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY") or strange:
        text = ";".join(f"{name}={value}" for name, value in rule.items())
        raise Fault("IN-ICS-02", "a series that is not by days, weeks, months or years", text=text)
    until = _until(rule, start)
    count, interval = _number(rule, "COUNT", 10**9), _number(rule, "INTERVAL", 1)
    weekdays, month_days = _by_days(rule), _numbers(rule, "BYMONTHDAY")
    months, places = _numbers(rule, "BYMONTH"), _numbers(rule, "BYSETPOS")
    found = 0
    for days in _periods(rule, start.date(), interval, last):
        budget.spend(len(days))
        fitting = [d for d in days if _fits(d, rule, start.date(), weekdays, month_days, months)]
        for day in _at_places(fitting, places):
            if day < start.date():
                continue
            if day > last or found >= count or (until and _after(day, start, until)):
                return
            found += 1
            yield day


def _number(rule: Mapping[str, str], name: str, default: int) -> int:
    text = rule.get(name, str(default))
    if not re.fullmatch(r"[1-9]\d{0,9}", text):
        raise Fault("IN-ICS-01", f"not a number of a series: {name}", text=text)
    return int(text)


def _numbers(rule: Mapping[str, str], name: str) -> list[int]:
    texts = [text for text in rule.get(name, "").split(",") if text]
    if not all(re.fullmatch(r"[+-]?\d{1,3}", text) for text in texts) or len(texts) > 400:
        raise Fault("IN-ICS-01", f"not the numbers of a series: {name}", text=rule[name])
    return [int(text) for text in texts]


def _by_days(rule: Mapping[str, str]) -> list[tuple[int, int]]:
    """Weekdays from 0, each with the place that it must have in its month or year (0: any)."""
    found = [_BY_DAY.fullmatch(text) for text in rule.get("BYDAY", "").split(",") if text]
    if not all(found) or len(found) > 400:
        raise Fault("IN-ICS-01", "not the weekdays of a series", text=rule["BYDAY"])
    return [(int(match[1] or 0), _WEEKDAYS.index(match[2])) for match in found if match]


def _until(rule: Mapping[str, str], start: datetime) -> datetime | None:
    if "UNTIL" not in rule:
        return None
    match = _MOMENT.fullmatch(rule["UNTIL"])
    if not match:
        raise Fault("IN-ICS-01", "not the end of a series", text=rule["UNTIL"])
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError as error:
        raise Fault("IN-ICS-01", "not the end of a series", text=rule["UNTIL"]) from error
    if match[4] is None:
        return datetime.combine(day, time.max, start.tzinfo)
    clock = time(min(int(match[4]), 23), min(int(match[5]), 59), min(int(match[6] or 0), 59))
    return datetime.combine(day, clock, UTC if match[7] else start.tzinfo)


def _after(day: date, start: datetime, until: datetime) -> bool:
    return datetime.combine(day, start.time(), start.tzinfo).astimezone(UTC) > until.astimezone(UTC)


def _periods(rule: Mapping[str, str], first: date, interval: int, last: date) -> Iterator[list[date]]:
    """The days of each period of the series, from that of its first day to that of day `last`."""
    at = _period_start(rule, first)
    # days that all stand for themselves go faster together
    together = 31 if rule["FREQ"] == "DAILY" and interval == 1 and "BYSETPOS" not in rule else 1
    while at <= last:
        following = _step(rule["FREQ"], at, together)
        yield [at + timedelta(days=n) for n in range((following - at).days)]
        try:
            at = _step(rule["FREQ"], at, interval * together)
        except (OverflowError, ValueError):  # beyond the calendar's last year
            return


def _period_start(rule: Mapping[str, str], day: date) -> date:
    if rule["FREQ"] == "WEEKLY":
        begins = _WEEKDAYS.index(rule["WKST"]) if rule.get("WKST") in _WEEKDAYS else 0
        return day - timedelta(days=(day.weekday() - begins) % 7)
    return {"DAILY": day, "MONTHLY": day.replace(day=1), "YEARLY": day.replace(month=1, day=1)}[rule["FREQ"]]


def _step(freq: str, at: date, times: int) -> date:
    if freq in ("DAILY", "WEEKLY"):
        return at + timedelta(days=times * (7 if freq == "WEEKLY" else 1))
    months = at.year * 12 + at.month - 1 + times * (12 if freq == "YEARLY" else 1)
    return date(months // 12, months % 12 + 1, 1)


def _fits(
    day: date,
    rule: Mapping[str, str],
    first: date,
    weekdays: list[tuple[int, int]],
    month_days: list[int],
    months: list[int],
) -> bool:
    freq = rule["FREQ"]
    if months and day.month not in months:
        return False
    if freq == "YEARLY" and not months and not weekdays and not month_days and day.month != first.month:
        return False
    if month_days and not any(_is_month_day(day, number) for number in month_days):
        return False
    if weekdays:
        in_month = freq == "MONTHLY" or bool(months)
        return any(day.weekday() == w and (not n or _is_nth(day, n, in_month)) for n, w in weekdays)
    if month_days or freq == "DAILY":
        return True
    return day.weekday() == first.weekday() if freq == "WEEKLY" else day.day == first.day


def _is_month_day(day: date, number: int) -> bool:
    return (
        day.day == number if number > 0 else (_step("MONTHLY", day.replace(day=1), 1) - day).days == -number
    )


def _is_nth(day: date, number: int, in_month: bool) -> bool:
    """Whether a day is its period's nth such weekday, from the end where the number is below zero."""
    begins = day.replace(day=1) if in_month else day.replace(month=1, day=1)
    ends = _step("MONTHLY" if in_month else "YEARLY", begins, 1)
    return (
        ((day - begins).days // 7 + 1 == number)
        if number > 0
        else ((ends - day).days - 1) // 7 + 1 == -number
    )


def _at_places(days: list[date], places: list[int]) -> list[date]:
    """Those of a period's days that BYSETPOS names; all where it names none."""
    if not places:
        return days
    chosen = {days[n - 1 if n > 0 else n] for n in places if n and -len(days) <= n <= len(days)}
    return sorted(chosen)
