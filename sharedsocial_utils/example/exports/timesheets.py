"""The time sheets of both sides, one file per quarter, in the system that each side uses.

- `toggl`: Toggl Track's detailed report (format notes, 4.1): UTF-8 with BOM, ISO days, 24 hours.
- `clockify-mdy`, `clockify-dmy`, `clockify-iso`: Clockify's detailed report (4.2): every cell quoted, days
  and hours as the exporter's profile has them.
- `plain-it`: a sheet kept by hand and saved by an Italian Excel: Windows-1252, CRLF, semicolons,
  `Data;Persona;Progetto;Attività;Ore;Note`: day dd/mm/yyyy, first name of the person, project, what was done,
  hours with a decimal comma, free text.
- `plain-en`: the same in English: UTF-8, commas, `Date,Person,Project,Task,Hours,Notes`, ISO days.

A running timer has neither end nor duration; a sheet kept by hand may hold a day that does not exist.
"""

from datetime import date, datetime, time, timedelta

from sharedsocial_utils.example.days import LAST_QUARTER, QUARTERS
from sharedsocial_utils.example.effort import STRANGER, Entry
from sharedsocial_utils.example.exports.shape import Cell, table
from sharedsocial_utils.example.spec import Cast
from sharedsocial_utils.example.world import World
from sharedsocial_utils.workspace import Quarter

_TOGGL = (
    "User", "Email", "Client", "Project", "Task", "Description", "Billable", "Start date", "Start time",
    "End date", "End time", "Duration", "Tags", "Amount ({})",
)  # fmt: skip
_CLOCKIFY = (
    "Project", "Client", "Description", "Task", "User", "Group", "Email", "Tags", "Billable", "Start Date",
    "Start Time", "End Date", "End Time", "Duration (h)", "Duration (decimal)", "Billable Rate ({})",
    "Billable Amount ({})",
)  # fmt: skip
_CLOCKIFY_DAY = {"mdy": "%m/%d/%Y", "dmy": "%d/%m/%Y", "iso": "%Y-%m-%d"}
_PLAIN = {
    "it": ("Data", "Persona", "Progetto", "Attività", "Ore", "Note"),
    "en": ("Date", "Person", "Project", "Task", "Hours", "Notes"),
}
_TAGS = {"it": ("ufficio", "in sede", "ufficio, urgente"), "en": ("office", "on site", "office, rush")}
_FOLDER = {
    "company": {"it": "ore-azienda", "en": "hours-company"},
    "agency": {"it": "ore-agenzia", "en": "hours-agency"},
}
OVERLAP_FROM = date(2026, 6, 15)


def files(world: World) -> dict[str, bytes]:
    """Both sides' sheets; with the blemish `overlap`, a second file of the same fortnight."""
    found = {}
    for side in ("company", "agency"):
        folder = _FOLDER[side][world.cast.export_language]
        for quarter in QUARTERS:
            if world.cast.is_exported(f"{side} hours", quarter):
                name, content = _sheet(world, side, quarter.first_day, quarter.last_day)
                found[f"{folder}/{name}"] = content
        if "overlap" in world.cast.blemishes and not world.cast.time_sheets[side].startswith("plain"):
            name, content = _sheet(world, side, OVERLAP_FROM, Quarter(2026, 2).last_day)
            found[f"{folder}/{name}"] = content
    return found


def _sheet(world: World, side: str, first: date, last: date) -> tuple[str, bytes]:
    system, _, dialect = world.cast.time_sheets[side].partition("-")
    entries = [e for e in world.entries if e.side == side and first <= e.day <= last]
    has_last_day = last == LAST_QUARTER.last_day
    if system == "toggl":
        return f"Toggl_time_entries_{first}_to_{last}.csv", _toggl(world.cast, entries, has_last_day)
    if system == "clockify":
        name = f"Clockify_Time_Report_Detailed_{first:%d_%m_%Y}-{last:%d_%m_%Y}.csv"
        return name, _clockify(world.cast, entries, has_last_day, _CLOCKIFY_DAY[dialect])
    quarter = Quarter(first.year, (first.month + 2) // 3)
    name = f"ore-{quarter.year}-T{quarter.number}.csv" if dialect == "it" else f"hours-{quarter}.csv"
    return name, _plain(world.cast, entries, has_last_day, dialect)


def _toggl(cast: Cast, entries: list[Entry], has_last_day: bool) -> bytes:
    rows = [_toggl_row(cast, entry) for entry in entries]
    if has_last_day and "running" in cast.blemishes:
        rows.append([*_toggl_row(cast, entries[-1]._replace(start_minute=18 * 60))[:9], "", "", "", "", ""])
    header = [*_TOGGL[:-1], _TOGGL[-1].format(cast.currency)]
    return table([header, *rows]).encode("utf-8-sig")


def _toggl_row(cast: Cast, entry: Entry) -> list[Cell]:
    start, end = _times(entry)
    name, email = _who(cast, entry)
    is_paid = "Yes" if entry.activity and entry.side == "agency" else "No"
    amount = f"{entry.hours * cast.hourly_rate:.2f}" if is_paid == "Yes" else ""
    return [
        name, email, cast.company, entry.project, entry.task, entry.note, is_paid, f"{start:%Y-%m-%d}",
        f"{start:%H:%M:%S}", f"{end:%Y-%m-%d}", f"{end:%H:%M:%S}", _clock(entry.minutes), _tag(cast, entry),
        amount,
    ]  # fmt: skip


def _clockify(cast: Cast, entries: list[Entry], has_last_day: bool, day_format: str) -> bytes:
    rows = [_clockify_row(cast, entry, day_format) for entry in entries]
    if has_last_day and "running" in cast.blemishes:
        running = _clockify_row(cast, entries[-1]._replace(start_minute=18 * 60), day_format)
        rows.append([*running[:11], "", "", "", "", "", ""])
    header = [cell.format(cast.currency) for cell in _CLOCKIFY]
    return table([header, *rows], quote_all=True).encode()


def _clockify_row(cast: Cast, entry: Entry, day_format: str) -> list[Cell]:
    start, end = _times(entry)
    name, email = _who(cast, entry)
    is_paid = bool(entry.activity and entry.side == "agency")
    rate = cast.hourly_rate if is_paid else 0.0
    hour_format = "%I:%M:%S %p" if day_format == _CLOCKIFY_DAY["mdy"] else "%H:%M:%S"
    return [
        entry.project, cast.company, entry.note, entry.task, name, "", email, _tag(cast, entry),
        "Yes" if is_paid else "No", start.strftime(day_format), _hour(start, hour_format),
        end.strftime(day_format), _hour(end, hour_format), _clock(entry.minutes), f"{entry.hours:.2f}",
        f"{rate:.2f}", f"{rate * entry.hours:.2f}",
    ]  # fmt: skip


def _hour(moment: datetime, hour_format: str) -> str:
    half = "AM" if moment.hour < 12 else "PM"  # the %p of strftime follows the machine's locale
    return moment.strftime(hour_format.replace("%p", half))


def _plain(cast: Cast, entries: list[Entry], has_last_day: bool, dialect: str) -> bytes:
    rows = [_plain_row(cast, entry, dialect) for entry in entries]
    if has_last_day and "bad-date" in cast.blemishes:
        wrong = "31/09/2026" if dialect == "it" else "2026-09-31"
        rows.append([wrong, *rows[-1][1:]])
    if dialect == "it":
        return table([_PLAIN["it"], *rows], delimiter=";", line_end="\r\n").encode("cp1252")
    return table([_PLAIN["en"], *rows]).encode()


def _plain_row(cast: Cast, entry: Entry, dialect: str) -> list[Cell]:
    name = _who(cast, entry)[0]
    person = name.split()[0] if entry.worker else name
    if dialect == "it":
        hours = f"{entry.hours:g}".replace(".", ",")
        return [f"{entry.day:%d/%m/%Y}", person, entry.project, entry.task, hours, entry.note]
    return [str(entry.day), person, entry.project, entry.task, f"{entry.hours:g}", entry.note]


def _who(cast: Cast, entry: Entry) -> tuple[str, str]:
    if not entry.worker:
        return STRANGER
    worker = cast.worker(entry.worker)
    return worker.name, worker.email


def _times(entry: Entry) -> tuple[datetime, datetime]:
    start = datetime.combine(entry.day, time()) + timedelta(minutes=entry.start_minute)
    return start, start + timedelta(minutes=entry.minutes)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}:00"


def _tag(cast: Cast, entry: Entry) -> str:
    """A tag that says nothing about the activity; the comma inside one is Toggl's own trap."""
    return _TAGS[cast.export_language][entry.minutes // 5 % 3]
