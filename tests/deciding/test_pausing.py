"""Pause tests: proposed where they are worth most, read against the client's total."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sharedsocial_utils.client import Client
from sharedsocial_utils.deciding.followup import HEADER, PAUSE_WEEKS, WEEKS_BEFORE
from sharedsocial_utils.deciding.pausing import monday_of, pauses, proposal, readings
from sharedsocial_utils.workspace import Quarter

Q3 = Quarter.parse("2026Q3")
BEGIN = pd.Timestamp("2026-07-13")
MONDAYS = pd.date_range("2026-04-13", periods=13 + 11, freq="7D")
PAUSED = (MONDAYS >= BEGIN) & (BEGIN + pd.Timedelta(weeks=PAUSE_WEEKS) > MONDAYS)


def decided(day: str = "2026-07-10", activity: str = "x-posts") -> pd.DataFrame:
    line = ["2026Q2", activity, "REDUCE", "PAUSE", "bruno", "anna", pd.Timestamp(day), ""]
    return pd.DataFrame([line], columns=HEADER)


def weekly(paused: bool = True, contacts: float = 3.0, activity: str = "x-posts") -> pd.DataFrame:
    hours = np.where(PAUSED & paused, 0.0, 2.0)
    return pd.DataFrame(
        {
            "activity": activity, "week": MONDAYS, "hours_company": np.nan, "hours_agency": hours,
            "contacts": np.where(PAUSED, 0.0, contacts),
        }
    )  # fmt: skip


def contacts(before: int, during: int) -> pd.DataFrame:
    """So many contacts of the client each Wednesday."""
    number = np.where(PAUSED, during, before)
    days = np.repeat(MONDAYS + pd.Timedelta(days=2), number)
    return pd.DataFrame({"date": days, "stage": "contact"})


def test_a_pause_begins_on_a_monday() -> None:
    assert monday_of(pd.Timestamp("2026-07-10")) == BEGIN
    assert monday_of(BEGIN) == BEGIN


def test_a_test_is_read_against_the_clients_total(client: Client) -> None:
    row = readings(decided(), weekly(), contacts(10, 8), client, Q3).iloc[0]
    assert row[["activity", "begin", "status", "role"]].tolist() == ["x-posts", BEGIN, "read", "direct"]
    assert row["contacts_expected"] == pytest.approx(3.0 * PAUSE_WEEKS)
    assert row["contacts_lost"] == pytest.approx(2.0 * PAUSE_WEEKS)
    assert row["error"] == pytest.approx(np.sqrt(1.5 * 10 * PAUSE_WEEKS * (1 + PAUSE_WEEKS / WEEKS_BEFORE)))


def test_a_week_without_any_contact_counts_as_none(client: Client) -> None:
    row = readings(decided(), weekly(), contacts(10, 0), client, Q3).iloc[0]
    assert row["contacts_lost"] == pytest.approx(10.0 * PAUSE_WEEKS)


@pytest.mark.parametrize("week", [-WEEKS_BEFORE, PAUSE_WEEKS - 1])
def test_a_week_whose_contacts_are_not_known_is_no_loss(client: Client, week: int) -> None:
    known = weekly()
    known.loc[known["week"] == BEGIN + pd.Timedelta(weeks=week), "contacts"] = np.nan
    row = readings(decided(), known, contacts(10, 0), client, Q3).iloc[0]
    assert row["status"] == "unread"
    assert row[["contacts_expected", "contacts_lost", "error"]].isna().all()


def test_work_that_went_on_is_no_test(client: Client) -> None:
    assert readings(decided(), weekly(paused=False), contacts(10, 8), client, Q3)["status"].tolist() == [
        "not-kept"
    ]


def test_a_pause_that_is_not_over_is_not_read(client: Client) -> None:
    assert readings(decided("2026-08-28"), weekly(), contacts(10, 8), client, Q3).empty


def flags(**columns: Any) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "activity": ["x-posts", "facebook-posts"], "flag": "KEEP", "p_worth_cautious": [0.3, 0.95],
            "quarter_cost": [900.0, 2000.0],
        }
    )  # fmt: skip
    return frame.assign(**columns)


def test_a_test_is_proposed_where_the_verdict_hangs_on_it(client: Client) -> None:
    both = pd.concat([weekly(), weekly(activity="facebook-posts")])
    later = both.assign(contacts=3.0)
    row = proposal(flags(), later, client, Q3).iloc[0]
    # facebook is sure to be worth it; x may or may not be: 18 contacts would be missed, .8 of them its own
    assert row["activity"] == "x-posts"
    assert (row["begin"], row["status"]) == (pd.Timestamp("2026-10-12"), "proposed")
    assert row["contacts_expected"] == pytest.approx(18.0)


def test_none_is_proposed_where_it_could_not_be_read(client: Client) -> None:
    assert proposal(flags(), weekly().assign(contacts=1.0), client, Q3).empty


def test_the_table_holds_both(client: Client) -> None:
    table = pauses(flags(), decided(), weekly().assign(contacts=3.0), contacts(10, 8), client, Q3)
    assert table["status"].tolist() == ["read", "proposed"]
    nothing = pauses(flags(flag="GROW"), decided().iloc[:0], weekly(), contacts(10, 8), client, Q3)
    assert nothing.empty
