"""Numbers, days and instants: the convention of a column is decided from all its cells, never cell by cell.

Each function takes a Series of text and returns a Series of the same index, with faults beside it: a mapping
from index label to `Fault` for the cells that are no such value. A column that nothing decides raises.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache, lru_cache
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute

from sharedsocial_utils.errors import Fault

MISSING = frozenset({"", "-", "--", "—", "n/a", "n/d", "n.d.", "nan", "undefined"})
"""What stands for "no value" in the exports seen; never 0. A word such as `None` or `NA` stays a word."""

Order = Literal["dmy", "mdy"]
MANY = 10_000
CACHED = 20_000  # texts: the same small numbers and days stand in file after file
_EPOCH = date(1970, 1, 1).toordinal()
_NEVER = np.iinfo(np.int64).min  # what numpy reads as a missing day
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_CURRENCY = re.compile(r"^(?:US\$|CA\$|A\$|[€$£]|EUR|USD|GBP|CHF)|(?:[€$£]|EUR|USD|GBP|CHF)$")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,'’]\d+)*|[.,]\d+)")
_SCALE = re.compile(r"(?<=\d)(k|mila|mln|mio|m|mrd|b)\.?$", re.IGNORECASE)  # 1.2K, 1,2 Mln
_FACTORS = {"k": 1e3, "mila": 1e3, "m": 1e6, "mln": 1e6, "mio": 1e6, "b": 1e9, "mrd": 1e9}
_AMOUNT = r"\d[\d.,'’]*+(?: \d{3})*+(?:k|m|mila|mln|mio)?\.?+\s*+%?+"
_CENSORED = re.compile(  # < 10, > 1,000, less than 10, 99+, 1K+: the figure is not told
    rf"(?:[<>≤≥]=?|(?:less|fewer|more) than|(?:meno|più) di)\s*+{_AMOUNT}|{_AMOUNT}\s*+\+", re.IGNORECASE
)
CENSORED = "IN-NUM-04"
_BAD_ID = re.compile(r"\d+(?:[.,]\d+)?[eE]\+?\d+")


class Read(NamedTuple):
    """The values of a column and the faults of the cells that have none."""

    values: pd.Series
    faults: dict[object, Fault]


def _by_word(cells: pd.Series, read: Callable[[pd.Series], Read]) -> Read:
    """What `read` makes of a column; of many cells, which mostly say the same few things, of each text
    once."""
    if len(cells) < MANY:
        return read(cells)
    places, words = pd.factorize(cells, use_na_sentinel=False)
    of_words = read(pd.Series(words))
    bad = pd.Series(places).isin(list(of_words.faults)).to_numpy()
    faults: dict[object, Fault] = {
        label: of_words.faults[place]
        for label, place in zip(cells.index[bad], places[bad].tolist(), strict=True)
    }
    return Read(of_words.values.take(places).set_axis(cells.index), faults)


def _each(cells: pd.Series, parse: Callable[[str], object], dtype: str, code: str, expected: str) -> Read:
    """Parses each different text once; `parse` returns None for missing and raises ValueError for a fault."""
    texts = _texts(cells)
    parsed: dict[str, object] = {}
    bad: dict[str, Fault] = {}
    for text in dict.fromkeys(texts):
        try:
            parsed[text] = None if text.casefold() in MISSING else parse(text)
        except Fault as fault:
            parsed[text], bad[text] = None, fault
        except (ValueError, OverflowError):
            parsed[text], bad[text] = None, Fault(code, f"not {expected}", text=text, expected=expected)
    faults: dict[object, Fault] = {}
    if bad:
        faults = {label: bad[text] for label, text in zip(cells.index, texts, strict=True) if text in bad}
    return Read(_typed([parsed[text] for text in texts], cells.index, dtype), faults)


def _distinct(cells: pd.Series) -> list[str]:
    """The different texts of a column, in the order of their first."""
    return list(dict.fromkeys(_texts(pd.Series(cells.unique()) if len(cells) >= MANY else cells)))


def _texts(cells: pd.Series) -> list[str]:
    """The cells without the spaces around them; a missing one is empty."""
    return [cell.strip() if isinstance(cell, str) else "" for cell in cells.to_numpy(dtype=object)]


def _typed(values: list[Any], index: pd.Index, dtype: str) -> pd.Series:
    if dtype == "datetime64[us, UTC]":
        moments = _since_epoch(values, _second).view("M8[s]").astype("M8[us]")
        return pd.Series(pd.DatetimeIndex(moments, tz="UTC").array, index=index)
    if dtype == "datetime64[us]":
        return pd.Series(_since_epoch(values, _day_number).view("M8[D]").astype("M8[us]"), index=index)
    made = pd.array(values, dtype=text_type()) if dtype == "str" else np.array(values, dtype=dtype)
    return pd.Series(made, index=index)


def _since_epoch(values: list[Any], number: Callable[[Any], int]) -> "np.ndarray[Any, np.dtype[np.int64]]":
    """Days or moments as numbers since 1970; of these numpy makes a column ten times faster."""
    return np.array([_NEVER if value is None else number(value) for value in values], dtype=np.int64)


def _day_number(day: date) -> int:
    return day.toordinal() - _EPOCH


def _second(moment: datetime) -> int:
    days = moment.toordinal() - _EPOCH
    return ((days * 24 + moment.hour) * 60 + moment.minute) * 60 + moment.second


def text_type() -> Any:
    """The type of columns of text, without the search for its name that each use of "str" costs."""
    return _text_type(pd.get_option("mode.string_storage"))


@cache
def _text_type(_storage: str) -> Any:
    return pd.Series(dtype="str").dtype


# ---- numbers


def number_mark(cells: pd.Series, whole: bool, profile: str | None) -> str:
    """The decimal mark of a column, "." or ",": what the cells prove, else the exporter's profile.

    `whole` says that the column holds counts, where a lone `1.234` can only be thousands. Raises `Fault`
    IN-NUM-01 where cells contradict each other or nothing decides.
    """
    proofs: dict[str, str] = {}
    doubtful = ""
    for text in _distinct(cells):
        mark = _proof(_bare(text))
        if mark in (".", ","):
            proofs.setdefault(mark, text)
        elif mark == "?":
            doubtful = doubtful or text
    if len(proofs) == 2:
        raise Fault(
            "IN-NUM-01", f"{proofs['.']!r} and {proofs[',']!r} stand in one column", expected="one convention"
        )
    if proofs:
        return next(iter(proofs))
    if doubtful and whole:  # a count has no decimals, so that its lone mark groups thousands
        return "," if "." in doubtful else "."
    if doubtful and not profile:
        found = "it can be thousands or decimals; no row of the column decides"
        raise Fault("IN-NUM-01", found, text=doubtful)
    return profile or "."


@lru_cache(CACHED)
def _proof(text: str) -> str:
    """The decimal mark that one number proves; "?" for a lone `1.234`; "" where nothing can be learned."""
    marks = re.findall(r"[.,]", text)
    if not marks or not _NUMBER.fullmatch(text):
        return ""
    if len(set(marks)) == 2:
        return str(marks[-1])
    if len(marks) > 1:
        return "," if marks[0] == "." else "."
    head, tail = re.split(r"[.,]", text.lstrip("+-"))
    if len(tail) != 3 or len(head) > 3 or head in ("", "0"):
        return str(marks[0])
    return "?"


@lru_cache(CACHED)
def _bare(text: str) -> str:
    return _SCALE.sub("", _CURRENCY.sub("", _SPACES.sub("", text)).rstrip("%").replace("−", "-"))


def numbers(
    cells: pd.Series, *, whole: bool = False, profile: str | None = None, minimum: float | None = 0
) -> Read:
    """A column of numbers as float64. Currency signs and a trailing % are dropped (12% => 12.0), a word for
    thousands or millions is counted in (1,2 Mln => 1200000.0).

    `profile` is the decimal mark that the exporter is known to write; cells that prove another win.
    Faults: IN-NUM-02 not a number, IN-NUM-03 below `minimum`, not finite or not whole, IN-NUM-04 a bound such
    as `< 10`, which is neither missing nor zero.
    """
    if len(cells) >= MANY and (plain := _plain_counts(cells, minimum)) is not None:
        return Read(plain, {})
    return _by_word(cells, lambda words: _numbers(words, whole, profile, minimum))


def _numbers(cells: pd.Series, whole: bool, profile: str | None, minimum: float | None) -> Read:
    mark = number_mark(cells, whole, profile)
    return _each(cells, lambda text: _number(text, mark, whole, minimum), "float64", "IN-NUM-02", "a number")


def _plain_counts(cells: pd.Series, minimum: float | None) -> pd.Series | None:
    """Many cells that are nothing but digits, as float64; None where one is anything else."""
    try:
        counts = pa.array(cells.array).cast(pa.int64()).cast(pa.float64())
    except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError):
        return None
    least = pa.compute.min(counts).as_py()
    if minimum is not None and least is not None and least < minimum:
        return None
    return pd.Series(counts.to_numpy(zero_copy_only=False), index=cells.index)


def number(text: str, mark: str) -> float:
    """One number of a column with this decimal mark; raises ValueError or `Fault` for anything else."""
    return _number(text, mark, whole=False, minimum=None)


@lru_cache(CACHED)
def _number(text: str, mark: str, whole: bool, minimum: float | None) -> float:
    if _CENSORED.fullmatch(text):
        raise Fault(CENSORED, "a bound, not a figure", text=text, expected="the figure itself")
    bare = _bare(text)
    if not _NUMBER.fullmatch(bare):
        raise ValueError(text)
    whole_part, _, decimals = bare.rpartition(mark) if mark in bare else (bare, "", "")
    groups = re.split(r"[.,'’]", whole_part.lstrip("+-"))
    if any(len(group) != 3 for group in groups[1:]) or (len(groups) > 1 and not 1 <= len(groups[0]) <= 3):
        raise ValueError(text)
    sign = -1 if bare.startswith("-") else 1
    value = sign * round(float(f"{''.join(groups) or '0'}.{decimals or '0'}") * _factor(text), 9)
    if value == float("inf") or (minimum is not None and value < minimum):
        raise Fault("IN-NUM-03", "an impossible number", text=text, expected=f"at least {minimum}")
    if whole and value != int(value):
        raise Fault("IN-NUM-03", "not a whole number", text=text, expected="a count")
    return value


def _factor(text: str) -> float:
    """What a word behind a number multiplies it by: 1.2K => 1000."""
    scale = _SCALE.search(_SPACES.sub("", text))
    return _FACTORS[scale[1].casefold()] if scale else 1.0


def ids(cells: pd.Series) -> Read:
    """A column of ids as text. Fault IN-ID-01 for one in scientific notation, IN-ID-02 for an empty one."""
    return _by_word(cells, _ids)


def _ids(cells: pd.Series) -> Read:
    read = _each(cells, _id, "str", "IN-ID-02", "an id")
    gone = read.values.index[read.values.isna()]
    return Read(
        read.values, {label: Fault("IN-ID-02", "a row without its id") for label in gone} | read.faults
    )


def _id(text: str) -> str:
    if _BAD_ID.fullmatch(text):
        raise Fault("IN-ID-01", "digits of the id are lost", text=text, expected="all its digits")
    return text


def hours(cells: pd.Series) -> Read:
    """Durations `4:30:00` or `4:30` as hours, 4.5; may exceed 24 h. Fault IN-NUM-02."""
    return _by_word(
        cells, lambda words: _each(words, clock_hours, "float64", "IN-NUM-02", "a duration as H:MM:SS")
    )


def clock_hours(text: str) -> float:
    """One duration as hours; raises ValueError for anything else."""
    match = re.fullmatch(r"(\d{1,5}):([0-5]?\d)(?::([0-5]?\d)(?:\.\d+)?)?", text)
    if not match:
        raise ValueError(text)
    return int(match[1]) + int(match[2]) / 60 + int(match[3] or 0) / 3600


# ---- days and instants

_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ITALIAN = ("gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic")
_SPANISH = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
_MONTHS = {
    # English as the platforms write it in every language; Italian and Spanish as people and their exports do
    **{m: n for n, m in enumerate(_ENGLISH, start=1)},
    **{m: n for n, m in enumerate(_ITALIAN, start=1)},
    **{m: n for n, m in enumerate(_SPANISH, start=1)},
}
_NUMERIC = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})(?!\d)(.*)")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?!\d)(.*)")
_SOLID = re.compile(r"(\d{4})(\d{2})(\d{2})()")
_MONTH_FIRST = re.compile(r"(?:[a-z]{3,9}\.?,? )?([a-z]{3,10})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(.*)")
_DAY_FIRST = re.compile(r"(?:[a-zì]{3,9}\.?,? )?(\d{1,2}) ([a-z]{3,10})\.? (\d{4})(.*)")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)? ?(am|pm)?")
_OFFSET = re.compile(r"(?:z|utc|gmt|([+-])(\d{2}):?(\d{2}))$")


def day_order(cells: pd.Series) -> Order:
    """Whether days or months come first in a column such as `13/04/2026`.

    Raises `Fault` IN-DATE-01 where no cell decides or two contradict each other.
    """
    firsts, seconds, sample = 0, 0, ""
    for text in _distinct(cells):
        match = _NUMERIC.fullmatch(text)
        if match:
            firsts, seconds, sample = max(firsts, int(match[1])), max(seconds, int(match[2])), sample or text
    if firsts > 12 and seconds > 12:
        raise Fault("IN-DATE-01", "days and months change places within the column", text=sample)
    if sample and firsts <= 12 and seconds <= 12:
        raise Fault("IN-DATE-01", "day or month may come first; no row of the column decides", text=sample)
    return "mdy" if seconds > 12 else "dmy"


def days(cells: pd.Series, order: Order | None = None) -> Read:
    """A column of days (a time of day is dropped) as datetime64[us].

    Reads ISO, `20260926`, `Mar 30, 2026`, `Sat, Sep 6, 2025`, `5 Feb 2026`, `13/04/2026`; for the last,
    `order` is the exporter's, else the column's evidence. Faults: IN-DATE-02 no such day, IN-DATE-03 no date.
    """
    return _by_word(cells, lambda words: _days(words, order or day_order(words)))


def _days(cells: pd.Series, order: Order) -> Read:
    return _each(cells, lambda text: _parts(text, order)[0], "datetime64[us]", "IN-DATE-03", "a date")


def plain_day(text: str) -> date | None:
    """One day that says itself which of its numbers is the month; None for any other text."""
    if _NUMERIC.fullmatch(text.strip()):
        return None
    try:
        return None if text.casefold() in MISSING else _parts(text.strip(), "dmy")[0]
    except (Fault, ValueError, OverflowError):
        return None


@lru_cache(CACHED)
def _parts(text: str, order: Order) -> tuple[date, re.Match[str] | None, re.Match[str] | None]:
    """The day, the clock and the offset of a text; anything else behind the day (`- 31 July`) is no date."""
    day, rest = _day(text, order)
    offset = _OFFSET.search(rest)
    clock = _CLOCK.fullmatch(rest[: offset.start()].strip() if offset else rest)
    if rest and not clock:
        raise ValueError(text)
    return day, clock, offset


def _day(text: str, order: Order) -> tuple[date, str]:
    """The day that a text begins with, and what follows it."""
    low = _SPACES.sub(" ", text.casefold())
    year, month, number, rest = _day_parts(low, order)
    try:
        if not 1900 <= year <= 2100:  # 0001-01-01 and 9999-12-31 stand for no day
            raise ValueError(text)
        return date(year, month, number), rest.lstrip(" ,t").rstrip(" ,")
    except ValueError as error:
        raise Fault("IN-DATE-02", "no such day", text=text, expected="a day of the calendar") from error


def _day_parts(low: str, order: Order) -> tuple[int, int, int, str]:
    if match := _ISO.fullmatch(low) or _SOLID.fullmatch(low):
        return int(match[1]), int(match[2]), int(match[3]), match[4]
    if match := _NUMERIC.fullmatch(low):
        day_at, month_at = (1, 2) if order == "dmy" else (2, 1)
        year = int(match[3]) + (2000 if len(match[3]) == 2 else 0)
        return year, int(match[month_at]), int(match[day_at]), match[4]
    if (match := _MONTH_FIRST.fullmatch(low)) and match[1][:3] in _MONTHS:
        return int(match[3]), _MONTHS[match[1][:3]], int(match[2]), match[4]
    if (match := _DAY_FIRST.fullmatch(low)) and match[2][:3] in _MONTHS:
        return int(match[3]), _MONTHS[match[2][:3]], int(match[1]), match[4]
    raise ValueError(low)


def instants(cells: pd.Series, zone: str, order: Order | None = None) -> Read:
    """A column of days with times of day as instants in UTC, datetime64[us, UTC].

    A text with an offset (`+0200`, `Z`) keeps it; any other is a wall clock of `zone`. An hour that the clock
    shows twice is its first; one that it skips moves on by the gap. Faults as `days`.
    """
    return _by_word(cells, lambda words: _instants(words, _zone(zone), order or day_order(words)))


def _instants(cells: pd.Series, zone: Any, order: Order) -> Read:
    return _each(
        cells, lambda text: _instant(text, order, zone), "datetime64[us, UTC]", "IN-DATE-03", "a time"
    )


@cache
def _zone(name: str) -> Any:
    return ZoneInfo(name)


def _instant(text: str, order: Order, zone: Any) -> datetime:
    day, clock, offset = _parts(text, order)
    hour, minute, second = _time_of_day(clock) if clock else (0, 0, 0)
    local = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=zone)
    if offset:
        delta = timedelta(hours=int(offset[2] or 0), minutes=int(offset[3] or 0))
        local = local.replace(tzinfo=timezone(-delta if offset[1] == "-" else delta))
    return local.astimezone(UTC)


def _time_of_day(clock: re.Match[str]) -> tuple[int, int, int]:
    hour = int(clock[1])
    if clock[4]:
        if not 1 <= hour <= 12:
            raise ValueError(clock[0])
        hour = hour % 12 + (12 if clock[4] == "pm" else 0)
    return hour, int(clock[2]), int(clock[3] or 0)


def local_days(values: pd.Series, zone: str) -> pd.Series:
    """The day of each instant in a time zone, datetime64[us] without zone."""
    days: pd.Series = values.dt.tz_convert(zone).dt.tz_localize(None).dt.normalize()
    return days
