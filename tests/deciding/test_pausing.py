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
            "spend": np.nan, "cost": 50.0 * hours, "contacts": np.where(PAUSED, 0.0, contacts),
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


def test_a_pause_that_no_time_sheet_covers_is_not_told_to_have_been_broken(client: Client) -> None:
    """Whether the work went on is not known: it is not told that it did."""
    silent = weekly().assign(hours_agency=lambda frame: frame["hours_agency"].mask(PAUSED))
    assert status(silent, client) == "unread"
    half = weekly(paused=False)
    half.loc[half["week"] == BEGIN, "hours_agency"] = np.nan
    assert status(half, client) == "not-kept", "the weeks known are enough to say so"


def status(work: pd.DataFrame, client: Client) -> str:
    """What is made of the pause with such a table of weeks."""
    (found,) = readings(decided(), work, contacts(10, 8), client, Q3)["status"]
    return str(found)


@pytest.mark.parametrize("week", range(PAUSE_WEEKS))
@pytest.mark.parametrize("side", ["hours_company", "hours_agency"])
def test_a_pause_is_read_only_where_each_side_that_worked_is_known_in_all_its_weeks(
    client: Client, week: int, side: str
) -> None:
    """A week that no time sheet of a side covers may have been worked."""
    both = weekly().assign(hours_company=lambda frame: frame["hours_agency"])
    assert status(both, client) == "read"
    gap = both["week"] == BEGIN + pd.Timedelta(weeks=week)
    assert status(both.assign(**{side: both[side].mask(gap)}), client) == "unread"


def test_a_side_that_never_worked_on_it_need_not_be_known(client: Client) -> None:
    nobody = weekly()["hours_agency"] * 0.0
    assert status(weekly().assign(hours_company=nobody.mask(PAUSED)), client) == "read"
    assert status(weekly().assign(hours_company=nobody.where(PAUSED)), client) == "read"


@pytest.mark.parametrize(("missing", "found"), [(2, "read"), (3, "unread")])
def test_a_pause_is_read_against_four_fifths_of_the_weeks_before(
    client: Client, missing: int, found: str
) -> None:
    """Eleven of the thirteen weeks are enough, ten are not."""
    short = weekly()
    short.loc[: missing - 1, "hours_agency"] = np.nan
    assert status(short, client) == found


def test_a_little_clearing_up_is_no_work_that_went_on(client: Client) -> None:
    """Two hours a week before: more than 1.2 hours in six weeks are more than a tenth of them."""
    for hours, found in ((1.2, "read"), (1.3, "not-kept")):
        cleared = weekly()
        cleared.loc[cleared["week"] == BEGIN, "hours_agency"] = hours
        assert status(cleared, client) == found
    unknown = weekly().assign(hours_agency=lambda frame: frame["hours_agency"].mask(PAUSED))
    unknown.loc[unknown["week"] == BEGIN, "hours_agency"] = 0.5
    assert status(unknown, client) == "unread", "one week of little work does not tell that it went on"


def paid(spend: float, bills: float = 1.0, hours: float = 0.0) -> pd.DataFrame:
    """Weeks of spend before, in the pause as given; `bills` NaN where the pause is not billed yet."""
    amount = np.where(PAUSED, spend * bills, 100.0)
    return weekly().assign(
        hours_agency=lambda frame: frame["hours_agency"].where(PAUSED, hours),
        spend=amount,
        cost=amount + 50.0 * hours,
    )


def test_what_is_paid_for_is_paused_when_the_money_stops(client: Client) -> None:
    """Nobody's hours go into it: that there are none in the pause says nothing."""
    assert status(paid(0.0), client) == "read"
    assert status(paid(100.0), client) == "not-kept"
    assert status(paid(0.0, bills=np.nan), client) == "unread"
    assert status(paid(100.0, hours=2.0), client) == "not-kept", "the hours stopped, the campaign did not"
    assert status(paid(0.0, hours=2.0), client) == "read"
    assert status(paid(0.0).assign(hours_agency=np.nan), client) == "read", "no time sheets at all"
    boosted = paid(0.0).assign(spend=lambda frame: frame["spend"].mask(PAUSED))
    assert status(boosted, client) == "read", "the cost is known, and there was no bill"


def test_where_nothing_was_done_nothing_was_paused(client: Client) -> None:
    idle = weekly().assign(hours_agency=0.0, cost=0.0)
    assert status(idle, client) == "unread"


def test_a_pause_that_is_not_over_is_not_read(client: Client) -> None:
    assert readings(decided("2026-08-28"), weekly(), contacts(10, 8), client, Q3).empty


def test_a_pause_that_ends_with_the_quarter_is_over(client: Client) -> None:
    """The last day of 2028 is a Sunday, and that of the pause."""
    later = pd.Timestamp("2028-11-20") - BEGIN
    moved, came = weekly(), contacts(10, 8)
    moved, came = moved.assign(week=moved["week"] + later), came.assign(date=came["date"] + later)
    assert len(readings(decided("2028-11-20"), moved, came, client, Quarter.parse("2028Q4"))) == 1
    assert readings(decided("2028-11-27"), moved, came, client, Quarter.parse("2028Q4")).empty


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


@pytest.mark.parametrize(
    ("columns", "proposed"),
    [
        ({"p_worth_cautious": [0.60, 0.95]}, True),
        ({"p_worth_cautious": [0.61, 0.95]}, False),
        ({"p_worth_cautious": [0.04, 0.95]}, False),
        ({"p_worth_cautious": [np.nan, 0.95]}, False),
        ({"flag": "WATCH"}, True),
        ({"flag": "GROW"}, False),
    ],
)
def test_a_test_is_for_what_hangs_on_it(client: Client, columns: dict[str, Any], proposed: bool) -> None:
    assert proposal(flags(**columns), weekly().assign(contacts=3.0), client, Q3).empty is not proposed


@pytest.mark.parametrize("phase", ["launch", "closing"])
def test_what_begins_or_ends_is_not_paused(client: Client, phase: str) -> None:
    data = client.model_dump()
    data["activities"][2]["phase"] = phase
    assert proposal(flags(), weekly().assign(contacts=3.0), Client.model_validate(data), Q3).empty


def test_a_role_that_contacts_do_not_measure_is_always_an_open_question(client: Client) -> None:
    data = client.model_dump()
    data["activities"][1]["role"] = "assist"
    both = pd.concat([weekly(), weekly(activity="facebook-posts")]).assign(contacts=3.0)
    found = proposal(flags(), both, Client.model_validate(data), Q3)
    assert found[["activity", "role"]].values.tolist() == [["facebook-posts", "assist"]], "the dearer of both"


def test_contacts_of_long_ago_promise_no_reading(client: Client) -> None:
    long_ago = weekly().assign(contacts=3.0)
    before = long_ago["week"] <= pd.Timestamp(Q3.last_day) - pd.Timedelta(weeks=WEEKS_BEFORE)
    later = long_ago.assign(week=long_ago["week"] + pd.Timedelta(weeks=20))
    assert proposal(flags(), long_ago[before], client, Q3).empty
    assert proposal(flags(), later[later["week"] > pd.Timestamp(Q3.last_day)], client, Q3).empty


@pytest.mark.parametrize("decision", ["STOP", "KEEP"])
def test_only_a_pause_that_has_a_day_is_read(client: Client, decision: str) -> None:
    other = decided().assign(decision=decision)
    assert readings(other, weekly(), contacts(10, 8), client, Q3).empty
    no_day = decided().assign(due=pd.NaT)
    assert readings(no_day, weekly(), contacts(10, 8), client, Q3).empty


def test_what_was_no_activity_yet_was_no_test(client: Client) -> None:
    row = readings(decided(activity="start-x"), weekly(), contacts(10, 8), client, Q3).iloc[0]
    assert row["status"] == "unread"
    assert pd.isna(row["role"])


def test_without_any_contact_of_the_client_nothing_was_lost(client: Client) -> None:
    row = readings(decided(), weekly(contacts=0.0), contacts(0, 0), client, Q3).iloc[0]
    assert (row["status"], row["contacts_expected"], row["contacts_lost"]) == ("read", 0.0, 0.0)


def test_outcomes_are_no_contacts_of_the_total(client: Client) -> None:
    plain = contacts(10, 8)
    won = pd.concat([plain, plain.assign(stage="won")])
    row = readings(decided(), weekly(), won, client, Q3).iloc[0]
    assert row["contacts_lost"] == pytest.approx(2.0 * PAUSE_WEEKS)


def test_the_table_holds_both(client: Client) -> None:
    table = pauses(flags(), decided(), weekly().assign(contacts=3.0), contacts(10, 8), client, Q3)
    assert table["status"].tolist() == ["read", "proposed"]
    nothing = pauses(flags(flag="GROW"), decided().iloc[:0], weekly(), contacts(10, 8), client, Q3)
    assert nothing.empty
