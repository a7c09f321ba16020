"""Pilots for channels on which nobody works."""

import numpy as np
import pandas as pd
import pytest

from sharedsocial_utils.client import Client
from sharedsocial_utils.deciding import RULES
from sharedsocial_utils.deciding.posterior import REFERENCE_PRIOR
from sharedsocial_utils.deciding.starting import candidates, of_whole_quarter, pilot_hours, starts


def channels(*rows: tuple[object, ...]) -> pd.DataFrame:
    names = ["channel", "visits", "contacts", "hours_company", "hours_agency"]
    return pd.DataFrame(list(rows), columns=names).astype(dict.fromkeys(names[1:], float))


SEEN = channels(
    ("blog", 1000, 40, 30, 20),
    ("pinterest", 500, 7, 0, 0),
    ("tiktok", 80, np.nan, 0, 0),
    ("flickr", 90, 3, 0, 0),
    ("tripit", 5, 1, 0, 0),
    ("slideshare", 900, 9, 2, 0),
    ("search", 3000, 60, 0, 0),
    ("linkedin-ads", 300, 6, 0, 0),
)


def test_candidates_have_visits_or_contacts_and_nobodys_hours(client: Client) -> None:
    found = candidates(SEEN, client, RULES)
    # 126 contacts of 5795 visits: 80 visits are worth about two contacts
    assert found["channel"].tolist() == ["pinterest", "flickr"]
    assert found["expected"].tolist() == [7.0, 3.0]
    without = candidates(SEEN[SEEN["channel"] != "flickr"], client, RULES)
    assert without["channel"].tolist() == ["pinterest", "tiktok"]
    assert without["expected"].iloc[1] == pytest.approx(80 * 123 / 5705), (
        "of the channels whose both are known"
    )


def test_a_pilot_has_a_stop_criterion(client: Client) -> None:
    rows = starts(SEEN, client, (100.0, 0.3), REFERENCE_PRIOR, RULES).set_index("activity")
    pilot = rows.loc["start-pinterest"]
    # a twentieth of 14 agreed hours, at least one: 13 h at (20 + 50) / 2 = 455; a contact is worth 100 x .8
    assert pilot_hours(client, RULES) == 1.0
    assert pilot["quarter_cost"] == 455.0
    assert pilot["break_even_contacts"] == pytest.approx(455 / 80)
    assert pilot["pilot_contacts"] == 13, "7 come anyway and 5.7 pay for it"
    assert (pilot["pilot_weeks"], pilot["flag"], pilot["reason"]) == (13, "START", "contacts-without-effort")
    assert 0 < pilot["p_worth"] < 1
    assert pilot["roi_low"] < pilot["roi_median"] < pilot["roi_high"]


def test_visits_alone_are_said_to_be_visits(client: Client) -> None:
    rows = starts(SEEN[SEEN["channel"] != "flickr"], client, (100.0, 0.3), REFERENCE_PRIOR, RULES)
    reasons = dict(zip(rows["activity"], rows["reason"], strict=True))
    assert reasons["start-tiktok"] == "visits-without-effort"


@pytest.mark.parametrize(
    ("visits", "contacts", "found"), [(30, 0, True), (29, 0, False), (0, 2, True), (29, 1, False)]
)
def test_a_few_visits_are_chance(client: Client, visits: float, contacts: float, found: bool) -> None:
    assert candidates(channels(("pinterest", visits, contacts, 0, 0)), client, RULES).empty is not found


def test_no_more_than_two_pilots_at_once(client: Client) -> None:
    three = channels(*[(name, 500, 7, 0, 0) for name in ("pinterest", "tiktok", "flickr")])
    assert len(candidates(three, client, RULES)) == 2


def test_no_pilot_without_a_value_or_without_candidates(client: Client) -> None:
    assert starts(SEEN, client, (np.nan, 0.3), REFERENCE_PRIOR, RULES).empty
    assert starts(SEEN, client, (0.0, 0.3), REFERENCE_PRIOR, RULES).empty
    assert starts(SEEN.iloc[:1], client, (100.0, 0.3), REFERENCE_PRIOR, RULES).empty


def test_no_pilot_whose_contacts_cannot_be_expected(client: Client) -> None:
    """Contacts come anyway, but how many nobody knows: a criterion without them would be too low."""
    without_contacts = SEEN.assign(contacts=np.nan)
    assert candidates(without_contacts, client, RULES).empty
    assert starts(without_contacts, client, (100.0, 0.3), REFERENCE_PRIOR, RULES).empty
    elsewhere = channels(("blog", np.nan, 40, 30, 20), ("tiktok", 80, np.nan, 0, 0))
    assert candidates(elsewhere, client, RULES).empty, "no visits to give a rate"
    nobody_came = channels(("blog", 0, 0, 30, 20), ("tiktok", 80, np.nan, 0, 0))
    assert candidates(nobody_came, client, RULES).empty


def test_contacts_known_to_be_none_are_expected_to_be_none(client: Client) -> None:
    one = channels(("blog", 1000, 40, 30, 20), ("tiktok", 80, 0, 0, 0))
    assert candidates(one, client, RULES)["expected"].tolist() == [0.0]
    pilot = starts(one, client, (100.0, 0.3), REFERENCE_PRIOR, RULES).iloc[0]
    assert pilot["pilot_contacts"] == 6, "those that pay for 455: 5.7"
    unseen = channels(("blog", 1000, 0, 30, 20), ("tiktok", 80, np.nan, 0, 0))
    assert candidates(unseen, client, RULES)["expected"].tolist() == [0.0], "no visit became a contact"
    named = channels(("tiktok", np.nan, 7, 0, 0))
    assert candidates(named, client, RULES)["expected"].tolist() == [7.0], "seen, whatever was visited"


@pytest.mark.parametrize(("known", "pilots"), [(13, 2), (11, 2), (10, 0), (0, 0)])
def test_contacts_of_some_weeks_alone_write_no_criterion(client: Client, known: int, pilots: int) -> None:
    """11 of 13 weeks are more than four in five, 10 are fewer; weeks before the quarter do not count."""
    weeks = pd.date_range("2026-04-06", periods=26, freq="W-MON")
    contacts = [1.0] * 13 + [0.0] * known + [np.nan] * (13 - known)
    both = [pd.DataFrame({"week": weeks, "activity": name, "contacts": contacts}) for name in ("a", "b")]
    both[0]["contacts"] = np.nan
    seen = of_whole_quarter(SEEN, pd.concat(both))
    assert len(candidates(seen, client, RULES)) == pilots
    assert seen["visits"].equals(SEEN["visits"])


def test_without_activities_no_week_can_be_told(client: Client) -> None:
    nobody = pd.DataFrame({"week": pd.to_datetime([]), "contacts": []})
    assert of_whole_quarter(SEEN, nobody) is SEEN
