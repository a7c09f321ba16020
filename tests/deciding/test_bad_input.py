"""What no verdict can rest on: "cannot tell" with its reason, or an error; never a number that looks sure."""

import numpy as np
import pandas as pd
import pytest
from invented import CLIENT, DEALS, FUNNEL, steady

from sharedsocial_utils import tables
from sharedsocial_utils.client import load_client
from sharedsocial_utils.deciding import Judgement, decide, judge, plan
from sharedsocial_utils.errors import Fault
from sharedsocial_utils.workspace import Quarter, Workspace

QUARTER = Quarter(2026, 3)
ROI = ["p_worth", "roi_low", "roi_median", "roi_high", "expected_net", "p_worth_cautious"]
OTHER = steady("x-posts", 80, 60)


def weekly(*activities: pd.DataFrame) -> pd.DataFrame:
    """As the table `activity_weekly` holds it."""
    frame = pd.concat(activities, ignore_index=True)
    return frame.assign(channel="blog", contacts_low=frame["contacts"], contacts_high=frame["contacts"])


def contacts(number: int = 400) -> pd.DataFrame:
    stages = ["contact"] * number + ["won"] * (number // 6)
    value = np.where(np.array(stages, dtype=object) == "won", 1000.0, np.nan)
    return pd.DataFrame(
        {"contact_id": [f"k{n}" for n in range(len(stages))], "date": pd.Timestamp("2026-05-01"),
         "stage": stages, "value": value}
    )  # fmt: skip


def judged(place: Workspace, frame: pd.DataFrame, came: pd.DataFrame) -> Judgement:
    folder = place.processed("pioppo", QUARTER)
    names = [name for name in tables.TABLES["activity_weekly"].names if name in frame]
    tables.write_table(folder, "activity_weekly", frame[names] if len(frame) else frame)
    tables.write_table(folder, "channel_quarter", tables.empty("channel_quarter"))
    tables.write_table(folder, "contacts", came)
    return judge("pioppo", QUARTER, place)


def finite_or_missing(found: Judgement) -> None:
    for frame in (found.flags, found.plan, found.followup, found.pauses):
        numbers = frame.select_dtypes("number").astype(float).to_numpy(na_value=np.nan)
        assert not np.isinf(numbers).any()
    assert found.plan["hours_per_week"].notna().all()


BLOG = steady("blog-posts", 80, 60)
BAD = {
    "no effort recorded": (BLOG.assign(cost=np.nan, hours_company=np.nan, hours_agency=np.nan), "no-effort"),
    "one week of data": (steady("blog-posts", 80, 5, weeks=1), "few-weeks"),
    "negative hours": (BLOG.assign(hours_agency=-4.0), "bad-data"),
    "infinite cost": (BLOG.assign(cost=np.inf), "bad-data"),
    "contacts that no file counts": (BLOG.assign(contacts=np.nan), "contacts-unknown"),
    "all work is over": (BLOG.assign(cost=np.where(BLOG.index < 30, 80.0, 0.0)), "no-effort-now"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_bad_is_watched_with_its_reason(place: Workspace, name: str) -> None:
    activity, reason = BAD[name]
    found = judged(place, weekly(activity, OTHER), contacts())
    row = found.flags.set_index("activity").loc["blog-posts"]
    assert (row["flag"], row["reason"]) == ("WATCH", reason)
    finite_or_missing(found)


def test_no_contact_from_anywhere(place: Workspace) -> None:
    frame = weekly(BLOG.assign(contacts=0.0), OTHER.assign(contacts=0.0))
    found = judged(place, frame, tables.empty("contacts"))
    assert set(found.flags["flag"]) == {"WATCH"}
    assert set(found.flags["reason"]) == {"no-contacts-at-all"}
    finite_or_missing(found)


def test_an_activity_that_no_time_sheet_knows_has_no_verdict_but_a_plan(place: Workspace) -> None:
    found = judged(place, weekly(OTHER), contacts())
    assert "blog-posts" not in set(found.flags["activity"])
    assert "blog-posts" in set(found.plan["activity"]), "what was agreed stands"
    finite_or_missing(found)


@pytest.mark.parametrize("line", ["hourly_rate = 50.0\n", "hourly_cost = 20.0\n"])
def test_a_client_without_rates_is_an_error(place: Workspace, line: str) -> None:
    path = place.raw("pioppo") / "client.toml"
    path.write_text(CLIENT.replace(line, ""), "utf-8")
    with pytest.raises(Fault) as fault:
        judged(place, weekly(BLOG, OTHER), contacts())
    assert fault.value.code.startswith("CL-")
    assert line.split()[0] in str(fault.value)
    assert not (place.processed("pioppo", QUARTER) / "flags.parquet").exists()


@pytest.mark.parametrize("rate", ["-50.0", "nan"])
def test_an_impossible_rate_is_an_error(place: Workspace, rate: str) -> None:
    path = place.raw("pioppo") / "client.toml"
    path.write_text(CLIENT.replace("hourly_rate = 50.0", f"hourly_rate = {rate}"), "utf-8")
    with pytest.raises(Fault) as fault:
        load_client(place.raw("pioppo"))
    assert fault.value.code.startswith("CL-")


def began_late(before: float, since: float, idle: int = 30, weeks: int = 80) -> pd.DataFrame:
    """Nobody worked on it in its first weeks, but contacts were credited to it there."""
    frame = steady("blog-posts", 80, 0, weeks=weeks)
    worked = frame.index >= idle
    return frame.assign(
        cost=np.where(worked, 80.0, 0.0), hours_company=np.where(worked, 1.6, 0.0),
        hours_agency=np.where(worked, 0.8, 0.0), contacts=np.where(worked, since, before),
    )  # fmt: skip


def test_contacts_before_the_activity_existed_are_not_its_own() -> None:
    other = steady("x-posts", 80, 60, weeks=80)
    plain = decide(pd.concat([began_late(0.0, 0.4), other]), FUNNEL, DEALS).iloc[0]
    early = decide(pd.concat([began_late(0.15, 0.4), other]), FUNNEL, DEALS).iloc[0]
    assert plain["activity"] == "blog-posts"
    assert early[["flag", *ROI]].equals(plain[["flag", *ROI]]), "fewer than since: left out, no doubt"
    assert early["evidence_contacts"] == plain["evidence_contacts"]


@pytest.mark.parametrize("before", [0.2, 1.0, 5.0])
def test_as_many_contacts_before_the_work_as_since_leave_it_open(before: float) -> None:
    other = steady("x-posts", 80, 60, weeks=80)
    row = decide(pd.concat([began_late(before, 0.4), other]), FUNNEL, DEALS).iloc[0]
    assert (row["activity"], row["flag"], row["reason"]) == ("blog-posts", "WATCH", "early-contacts")


def test_a_week_or_two_without_work_are_a_pause() -> None:
    other = steady("x-posts", 80, 60, weeks=80)
    row = decide(pd.concat([began_late(1.0, 0.4, idle=3), other]), FUNNEL, DEALS).iloc[0]
    assert row["activity"] == "blog-posts"
    assert row["reason"] != "early-contacts"


def test_a_plan_is_finite_whatever_the_verdicts_lack(place: Workspace) -> None:
    client = load_client(place.raw("pioppo"))
    flags = pd.DataFrame(
        {"client": "pioppo", "activity": [a.id for a in client.activities], "flag": "WATCH"}
    ).assign(p_worth=np.nan, expected_net=np.nan, quarter_cost=np.nan)
    hours = plan(flags, client)["hours_per_week"].astype(float)
    assert np.isfinite(hours).all()
