"""Every hour of 2026 in twelve zones: the sums of days and quarters stay, also of days of 23 and 25 hours."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from sharedsocial_utils.reading import conventions

ZONES = (
    "UTC", "Europe/Rome", "Europe/London", "Atlantic/Azores", "America/New_York", "America/Los_Angeles",
    "America/Sao_Paulo", "Africa/Casablanca", "Asia/Kathmandu", "Asia/Beirut", "Australia/Sydney",
    "Australia/Lord_Howe",
)  # fmt: skip
FAST = ("Europe/Rome", "Australia/Lord_Howe")  # of each way of writing; the others with the long tests
EVERY = [pytest.param(zone, marks=() if zone in FAST else pytest.mark.slow) for zone in ZONES]
FIRST = datetime(2025, 12, 31, tzinfo=UTC)
HOURS = [FIRST + timedelta(hours=n) for n in range(24 * 367)]  # all days of the year, in every zone
CHANGES = {
    "Europe/Rome": {"2026-03-29": 23, "2026-10-25": 25},
    "America/New_York": {"2026-03-08": 23, "2026-11-01": 25},
    "Asia/Kathmandu": {},
}


def _written(zone: str, layout: str) -> list[str]:
    return [hour.astimezone(ZoneInfo(zone)).strftime(layout) for hour in HOURS]


def _truth(zone: str) -> pd.DataFrame:
    """Each hour's own number as its value, with the day that its clock shows."""
    days = [hour.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d") for hour in HOURS]
    return pd.DataFrame({"day": days, "value": [n * n % 1_009 + 1 for n in range(len(HOURS))]})


@pytest.mark.parametrize("zone", EVERY)
@pytest.mark.parametrize("layout", ["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M"])
def test_sums_of_days_and_quarters_stay(zone: str, layout: str) -> None:
    truth = _truth(zone)
    read = conventions.instants(pd.Series(_written(zone, layout), dtype="str"), zone)
    assert not read.faults
    days = conventions.local_days(read.values, zone)
    found = truth["value"].groupby(days.dt.strftime("%Y-%m-%d").to_numpy()).sum()
    assert found.to_dict() == truth.groupby("day")["value"].sum().to_dict()
    quarters = truth["value"].groupby(days.dt.to_period("Q").to_numpy()).sum()
    expected = truth["value"].groupby(pd.PeriodIndex(truth["day"], freq="Q")).sum()
    assert quarters.tolist() == expected.tolist()
    assert found.sum() == truth["value"].sum()


@pytest.mark.parametrize("zone", CHANGES)
def test_days_have_as_many_hours_as_their_clock(zone: str) -> None:
    read = conventions.instants(pd.Series(_written(zone, "%Y-%m-%dT%H:%M:%S%z"), dtype="str"), zone)
    hours = conventions.local_days(read.values, zone).dt.strftime("%Y-%m-%d").value_counts()
    assert {
        day: n for day, n in hours.items() if n != 24 and "2026-01-01" <= str(day) <= "2026-12-30"
    } == CHANGES[zone]


@pytest.mark.parametrize("zone", EVERY)
def test_a_time_with_its_offset_is_that_very_instant(zone: str) -> None:
    read = conventions.instants(pd.Series(_written(zone, "%Y-%m-%dT%H:%M:%S%z"), dtype="str"), zone)
    assert [value.to_pydatetime() for value in read.values] == HOURS
