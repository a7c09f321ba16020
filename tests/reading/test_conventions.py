"""Numbers, days and instants: a column is read by what all its cells prove, or not at all."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading import conventions


def column(*cells: str | None) -> pd.Series:
    return pd.Series(list(cells), index=range(10, 10 + len(cells)), dtype="str")


def numbers(*cells: str | None, whole: bool = False, profile: str | None = None) -> list[float | None]:
    read = conventions.numbers(column(*cells), whole=whole, profile=profile)
    assert not read.faults
    return [None if pd.isna(value) else value for value in read.values]


# ---- numbers


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("1.234,56", "1.234"), [1234.56, 1234]),
        (("1,234.56", "1,234"), [1234.56, 1234]),
        (("1.234", "1.234.567"), [1234, 1234567]),
        (("12,5%", "3,25 %"), [12.5, 3.25]),
        (("€ 1.200,00", "1.250,50 €", "US$ 3,10"), [1200, 1250.5, 3.1]),
        (("1'234.5", "1 234.5", "1\u00a0234.5", "1\u202f234.5"), [1234.5] * 4),
        ((".75", "2"), [0.75, 2]),
        (("0.123", "1.5"), [0.123, 1.5]),
        (("", "-", "--", " --", "—", "n/a", "n.d.", None, "7"), [None] * 8 + [7]),
    ],
)
def test_the_cells_of_a_column_decide_its_decimal_mark(
    cells: tuple[str, ...], expected: list[float | None]
) -> None:
    assert numbers(*cells) == expected


def test_one_ambiguous_number_is_read_as_the_rest_of_its_column_proves() -> None:
    assert numbers("1.234", "0,5") == [1234, 0.5]
    assert numbers("1.234", "0.5") == [1.234, 0.5]


def test_a_column_that_nothing_decides_is_refused() -> None:
    with pytest.raises(Fault) as fault:
        numbers("1.234", "7")
    assert (fault.value.code, fault.value.text) == ("IN-NUM-01", "1.234")


def test_a_column_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(Fault) as fault:
        numbers("1.234,5", "1,234.5", profile=".")
    assert fault.value.code == "IN-NUM-01"


def test_the_profile_decides_only_where_no_cell_does() -> None:
    assert numbers("1.234", profile=".") == [1.234]
    assert numbers("1.234", "1,5", profile=".") == [1234, 1.5]


def test_a_lone_mark_in_a_column_of_counts_groups_thousands() -> None:
    assert numbers("1.234", whole=True) == [1234]
    assert numbers("1,234", whole=True) == [1234]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("abc", "IN-NUM-02"), ("<10", "IN-NUM-04"), ("1.2Q", "IN-NUM-02"), ("1e999", "IN-NUM-02"),
        ("inf", "IN-NUM-02"), ("Infinity", "IN-NUM-02"), ("99+", "IN-NUM-04"), ("1.23.456", "IN-NUM-02"),
        ("< 1%", "IN-NUM-04"), ("≥1.000", "IN-NUM-04"), ("K", "IN-NUM-02"),
        ("> 1,000", "IN-NUM-04"), ("<=10", "IN-NUM-04"), ("Less than 10", "IN-NUM-04"), ("1K+", "IN-NUM-04"),
        ("meno di 10", "IN-NUM-04"), ("> 1 000", "IN-NUM-04"), ("1.2K +", "IN-NUM-04"), ("<", "IN-NUM-02"),
        ("1" + " " * 50_000 + "x", "IN-NUM-02"), ("+", "IN-NUM-02"), ("10+2", "IN-NUM-02"),
        ("0x1A", "IN-NUM-02"), ("١٢٣x", "IN-NUM-02"), ("-3", "IN-NUM-03"), ("9" * 400, "IN-NUM-03"),
    ],
)  # fmt: skip
def test_what_is_no_number_is_told_with_its_cell(cell: str, code: str) -> None:
    read = conventions.numbers(column("1", cell, "2"), profile=".")
    assert {label: fault.code for label, fault in read.faults.items()} == {11: code}
    assert read.values.isna().tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1.2K", 1200), ("1,1 mila", 1100), ("1,2 Mln", 1_200_000), ("3M", 3_000_000), ("2.5 Mrd.",
        2_500_000_000),
        ("€ 1.200,00", 1200), ("1.234,5k", 1_234_500),
    ],
)  # fmt: skip
def test_a_word_behind_a_number_is_counted_in(cell: str, value: float) -> None:
    assert numbers(cell) == [value]
    assert numbers(cell, whole=True) == [value]


def test_missing_is_never_zero() -> None:
    assert conventions.numbers(column("", "0")).values.isna().tolist() == [True, False]


@st.composite
def printed(draw: st.DrawFn) -> tuple[list[float], list[str]]:
    """Amounts and how one country prints them; at least one of them proves the mark."""
    mark, group = draw(st.sampled_from([(".", ","), (",", "."), (".", "'"), (",", " "), (",", "\u202f")]))
    cents = draw(st.lists(st.integers(0, 10**11), min_size=1, max_size=8))
    texts = [f"{cent / 100:,.2f}".replace(",", "_").replace(".", mark).replace("_", group) for cent in cents]
    return [cent / 100 for cent in cents], texts


@given(printed())
def test_amounts_are_read_back_as_they_were_printed(pair: tuple[list[float], list[str]]) -> None:
    amounts, texts = pair
    assert numbers(*texts) == pytest.approx(amounts)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=8), st.sampled_from([",", ".", " ", "'", ""]))
def test_counts_are_read_back_as_they_were_printed(counts: list[int], group: str) -> None:
    assert numbers(*(f"{count:,}".replace(",", group) for count in counts), whole=True) == counts


def test_ids_are_text_and_lost_digits_are_told() -> None:
    read = conventions.ids(column("17841400008460056", "0000123", "", "6.49E+17", "1,22158E+17"))
    assert read.values.tolist()[:2] == ["17841400008460056", "0000123"]
    codes = {label: fault.code for label, fault in read.faults.items()}
    assert codes == {12: "IN-ID-02", 13: "IN-ID-01", 14: "IN-ID-01"}


# ---- days


def days(*cells: str | None) -> list[date | None]:
    read = conventions.days(column(*cells))
    assert not read.faults
    return [None if pd.isna(value) else value.date() for value in read.values]


@pytest.mark.parametrize(
    "cell",
    ["2026-07-03", "20260703", "Jul 3, 2026", "Fri, Jul 3, 2026", "3 July 2026", "3 lug 2026", "3 julio 2026",
     "venerdì 3 luglio 2026", "2026-07-03 23:59", "2026-07-03T23:59:00"],
)  # fmt: skip
def test_a_day_in_words_or_iso_needs_no_other_row(cell: str) -> None:
    assert days(cell) == [date(2026, 7, 3)]


def test_the_rows_of_a_column_decide_whether_the_day_comes_first() -> None:
    assert days("03/04/2026", "13/04/2026") == [date(2026, 4, 3), date(2026, 4, 13)]
    assert days("03/04/2026", "04/13/2026") == [date(2026, 3, 4), date(2026, 4, 13)]


@pytest.mark.parametrize("cells", [("03/04/2026", "05/06/2026"), ("13/04/2026", "04/13/2026")])
def test_a_column_of_days_that_nothing_decides_is_refused(cells: tuple[str, ...]) -> None:
    with pytest.raises(Fault) as fault:
        conventions.days(column(*cells))
    assert fault.value.code == "IN-DATE-01"


@pytest.mark.parametrize(
    ("cell", "code"),
    [("2026-02-30", "IN-DATE-02"), ("31/09/2026", "IN-DATE-02"), ("Lifetime", "IN-DATE-03"),
     ("45000", "IN-DATE-03"),
     ("2026", "IN-DATE-03"), ("0000-00-00", "IN-DATE-02"), ("0001-01-01", "IN-DATE-02"),
     ("9999-12-31", "IN-DATE-02"), ("2026-07-03x", "IN-DATE-03"),
     ("2026-07-03 - 2026-07-09", "IN-DATE-03")],
)  # fmt: skip
def test_what_is_no_day_is_told(cell: str, code: str) -> None:
    read = conventions.days(column("13/04/2026", cell))
    assert [fault.code for fault in read.faults.values()] == [code]


@given(st.lists(st.dates(date(2000, 1, 1), date(2049, 12, 31)), min_size=1, max_size=9), st.booleans())
def test_days_are_read_back_as_they_were_printed(true: list[date], day_first: bool) -> None:
    assume(any(day.day > 12 for day in true))
    assert days(*(f"{day:%d/%m/%Y}" if day_first else f"{day:%m/%d/%Y}" for day in true)) == true


# ---- instants


def test_a_wall_clock_is_of_its_zone_and_an_offset_stays() -> None:
    read = conventions.instants(
        column("2026-07-01 10:00", "2026-01-01 10:00", "2026-07-01 10:00:00 +0000", "2026-07-01T10:00:00Z"),
        "Europe/Rome",
    )
    assert [f"{value:%Y-%m-%d %H:%M}" for value in read.values] == [
        "2026-07-01 08:00", "2026-01-01 09:00", "2026-07-01 10:00", "2026-07-01 10:00",
    ]  # fmt: skip


def test_twelve_hour_clocks_know_noon_and_midnight() -> None:
    read = conventions.instants(column("2026-07-01 12:05 AM", "2026-07-01 12:05 PM"), "UTC")
    assert [value.hour for value in read.values] == [0, 12]
    assert conventions.instants(column("2026-07-01 13:05 PM"), "UTC").faults


@pytest.mark.parametrize(
    "zone", ["Europe/Rome", "America/Los_Angeles", "Asia/Kolkata", "Australia/Lord_Howe"]
)
@pytest.mark.parametrize("first", ["2026-03-07", "2026-03-28", "2026-10-24", "2026-10-31", "2026-04-04"])
def test_no_hour_of_a_clock_change_loses_its_day(zone: str, first: str) -> None:
    begin = datetime.fromisoformat(first).replace(tzinfo=ZoneInfo("UTC"))
    true = [begin + timedelta(minutes=30 * n) for n in range(96)]
    written = column(*(f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M:%S%z}" for moment in true))
    read = conventions.instants(written, zone)
    assert [value.to_pydatetime() for value in read.values] == true
    local = conventions.local_days(read.values, zone)
    assert [value.date() for value in local] == [m.astimezone(ZoneInfo(zone)).date() for m in true]


@pytest.mark.parametrize(
    ("text", "day"),
    [("20260701", "2026-07-01"), ("2026-07-01", "2026-07-01"), (" 1 luglio 2026", "2026-07-01"),
     ("July 1, 2026", "2026-07-01"), ("01/07/2026", None), ("20260231", None), ("-", None), ("x", None)],
)  # fmt: skip
def test_a_day_that_needs_no_column_to_be_read(text: str, day: str | None) -> None:
    assert str(conventions.plain_day(text)) == str(day)


def test_days_and_moments_of_all_times_are_those_of_the_calendar() -> None:
    first = datetime(1900, 1, 1, 23, 59, 59, tzinfo=UTC)
    moments = [first + timedelta(days=401 * n, seconds=7919 * n) for n in range(180)]
    texts = pd.Series([*(f"{moment:%Y-%m-%d %H:%M:%S}" for moment in moments), ""])
    days, instants = conventions.days(texts).values, conventions.instants(texts, "UTC").values
    assert (str(days.dtype), str(instants.dtype)) == ("datetime64[us]", "datetime64[us, UTC]")
    assert [day.date() for day in days[:-1]] == [moment.date() for moment in moments]
    assert [instant.to_pydatetime() for instant in instants[:-1]] == moments
    assert days.isna().tolist() == instants.isna().tolist() == [False] * 180 + [True]
