"""The nine quarters of the demo, and days as the exports write them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from sharedsocial_utils.workspace import Quarter

FIRST_QUARTER = Quarter(2024, 3)
LAST_QUARTER = Quarter(2026, 3)
START = FIRST_QUARTER.first_day  # a Monday
END = LAST_QUARTER.last_day
EXPORTED = END + timedelta(days=2)
"""The day on which the last exports were downloaded."""
DAYS = [START + timedelta(days=n) for n in range((END - START).days + 1)]
WEEKS = (len(DAYS) + 6) // 7

ENGLISH_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ENGLISH_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
ENGLISH_FULL_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
ITALIAN_MONTHS = (
    "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre",
    "novembre", "dicembre",
)  # fmt: skip


def _quarters() -> tuple[Quarter, ...]:
    found = [FIRST_QUARTER]
    while found[-1] < LAST_QUARTER:
        found.append(found[-1].next)
    return tuple(found)


QUARTERS = _quarters()


@cache
def quarter_of(day: date) -> Quarter:
    """The quarter of a day."""
    return Quarter(day.year, (day.month + 2) // 3)


def week_of(day: date) -> int:
    """The week of a day, counted from the first Monday of the demo; negative before it."""
    return (day - START).days // 7


def english_day(day: date) -> str:
    """`Sep 6, 2025`."""
    return f"{ENGLISH_MONTHS[day.month - 1]} {day.day}, {day.year}"


def english_weekday(day: date) -> str:
    """`Sat, Sep 6, 2025`."""
    return f"{ENGLISH_DAYS[day.weekday()]}, {english_day(day)}"


def day_in_words(day: date, months: Sequence[str]) -> str:
    """`30 settembre 2026`."""
    return f"{day.day} {months[day.month - 1]} {day.year}"


def pacific(moment: datetime) -> datetime:
    """A moment in US Pacific time, in which Meta writes the hours of posts."""
    return moment.astimezone(ZoneInfo("America/Los_Angeles"))
