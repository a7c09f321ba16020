"""The room's door: measured tables in, verdicts, plan and follow-up out."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from invented import LAST_MONDAY, WEEK

from sharedsocial_utils import tables
from sharedsocial_utils.client import load_client
from sharedsocial_utils.deciding import judge
from sharedsocial_utils.deciding.judging import funnel_of, with_demand
from sharedsocial_utils.errors import Fault
from sharedsocial_utils.workspace import Quarter, Workspace

QUARTER = Quarter(2026, 3)


def weekly(activity: str, channel: str, hours: float, contacts: float) -> pd.DataFrame:
    counts = np.diff(np.floor(np.linspace(0, contacts, 105)))
    return pd.DataFrame(
        {
            "activity": activity,
            "channel": channel,
            "week": pd.date_range(LAST_MONDAY - 103 * WEEK, periods=104, freq="7D", unit="us"),
            "hours_company": 0.0,
            "hours_agency": hours,
            "cost": hours * 50,
            "contacts_low": counts,
            "contacts": counts,
            "contacts_high": counts,
        }
    )


@pytest.fixture
def folder(place: Workspace) -> Path:
    """The processed folder with what measuring writes."""
    folder = place.processed("pioppo", QUARTER)
    by_week = [weekly("blog-posts", "blog", 5, 900), weekly("x-posts", "x", 2, 2)]
    tables.write_table(folder, "activity_weekly", pd.concat(by_week))
    channels = pd.DataFrame(
        {"channel": ["blog", "pinterest"], "visits": [900.0, 300.0], "contacts": [110.0, 6.0],
         "hours_company": [0.0, 0.0], "hours_agency": [60.0, 0.0]}
    )  # fmt: skip
    tables.write_table(folder, "channel_quarter", channels)
    tables.write_table(folder, "contacts", outcomes())
    return folder


def outcomes() -> pd.DataFrame:
    """300 contacts, 60 won and 60 lost opportunities of 1000 each."""
    stages = ["contact"] * 300 + ["won"] * 60 + ["lost"] * 60
    return pd.DataFrame(
        {
            "contact_id": [f"k{n}" for n in range(420)],
            "date": pd.to_datetime("2026-05-01"),
            "stage": stages,
            "value": np.where(np.array(stages) == "won", 1000.0, np.nan),
        }
    ).astype({"date": "datetime64[us]"})


def test_tables_are_written_and_judging_twice_changes_no_byte(place: Workspace, folder: Path) -> None:
    log = "quarter,activity,flag,decision,decided_by_agency,decided_by_company,due,note\n"
    (place.raw("pioppo") / "decisions.csv").write_text(log + "2026Q2,x-posts,STOP,STOP,bruno,anna,,\n")
    found = judge("pioppo", "2026Q3", place.root)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    judge("pioppo", QUARTER, place)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    flags = found.flags.set_index("activity")["flag"]
    assert flags.to_dict() == {"blog-posts": "GROW", "start-pinterest": "START", "x-posts": "STOP"}
    assert found.flags["client"].unique().tolist() == ["pioppo"]
    assert found.followup[["activity", "status"]].values.tolist() == [["x-posts", "dropped"]]
    assert tables.read_table(folder, "flags").equals(found.flags)
    assert tables.read_table(folder, "plan").equals(found.plan)
    planned = found.plan.set_index("activity")["level"]
    assert planned["x-posts"] == 0.0
    assert {"blog-posts", "start-pinterest", "youtube-videos"} <= set(planned.index)


def test_every_outcome_was_an_opportunity_and_a_deal_is_worth_its_margin(place: Workspace) -> None:
    client = load_client(place.raw("pioppo"))
    old = outcomes().assign(date=pd.Timestamp("2024-09-30"))
    late = outcomes().assign(date=pd.Timestamp("2026-10-01"))
    edges = (
        outcomes()
        .iloc[:4]
        .assign(date=pd.to_datetime(["2024-10-02", "2024-10-03", "2026-09-30", "2026-10-01"]))
    )
    rows = pd.concat([outcomes(), old, late])
    of_edges, _ = funnel_of(edges, "pioppo", client, QUARTER)
    assert of_edges["contacts"].tolist() == [2], "104 weeks to the quarter's last day"
    funnel, deals = funnel_of(rows, "pioppo", client, QUARTER)
    assert funnel[["contacts", "opportunities", "won"]].values.tolist() == [[300, 120, 60]]
    assert funnel["contact_value"].tolist() == [40.0]
    assert deals["value"].tolist() == [500.0] * 60


def test_the_demand_is_what_came_by_itself(place: Workspace) -> None:
    weeks = pd.DataFrame({"week": pd.to_datetime(["2026-09-14", "2026-09-21", "2026-09-28"])})
    bare = with_demand(weeks, place, "pioppo", QUARTER)
    assert "demand" not in bare, "without the site's figures nothing is known of it"
    visits = pd.DataFrame(
        [("2026-09-14", "search", 3.0), ("2026-09-20", "direct", 4.0), ("2026-09-20", "facebook", 90.0),
         ("2026-09-21", "referral", 50.0), ("2026-09-22", "search", 5.0), ("2026-09-28", "search", np.nan)],
        columns=["date", "channel", "sessions"],
    )  # fmt: skip
    visits["date"] = pd.to_datetime(visits["date"]).astype("datetime64[us]")
    tables.write_table(place.processed("pioppo", QUARTER), "visits", visits)
    known = with_demand(weeks, place, "pioppo", QUARTER)["demand"]
    assert known.fillna(-1).tolist() == [7.0, 5.0, -1.0]


def test_a_pilot_is_checked_against_the_criterion_that_the_review_before_printed(
    place: Workspace, folder: Path
) -> None:
    log = "quarter,activity,flag,decision,decided_by_agency,decided_by_company,due,note\n"
    (place.raw("pioppo") / "decisions.csv").write_text(log + "2026Q2,start-x,START,START,bruno,anna,,\n")
    assert judge("pioppo", QUARTER, place).followup["criterion_contacts"].isna().all(), "none was printed"
    pilot = pd.DataFrame({"client": "pioppo", "activity": ["start-x"], "flag": "START", "pilot_contacts": 9})
    tables.write_table(place.processed("pioppo", QUARTER.previous), "flags", pilot)
    assert judge("pioppo", QUARTER, place).followup["criterion_contacts"].tolist() == [9]


def test_nothing_measured_is_watched(place: Workspace, folder: Path) -> None:
    empty = pd.concat([weekly("blog-posts", "blog", 5, 900)])
    figures = ["hours_company", "hours_agency", "cost", "contacts_low", "contacts", "contacts_high"]
    empty[figures] = np.nan
    tables.write_table(folder, "activity_weekly", empty)
    tables.write_table(folder, "contacts", tables.empty("contacts"))
    tables.write_table(folder, "channel_quarter", tables.empty("channel_quarter"))
    found = judge("pioppo", "2026Q3", place)
    assert found.flags[["flag", "reason"]].values.tolist() == [["WATCH", "no-effort"]]
    assert found.flags[["p_worth", "cost", "expected_net"]].isna().all(axis=None)
    tables.write_table(folder, "activity_weekly", tables.empty("activity_weekly"))
    assert judge("pioppo", "2026Q3", place).flags.empty


def test_a_broken_log_stops_before_anything_is_written(place: Workspace, folder: Path) -> None:
    (place.raw("pioppo") / "decisions.csv").write_text("nonsense\n")
    with pytest.raises(Fault) as fault:
        judge("pioppo", "2026Q3", place)
    assert fault.value.code == "CL-09"
    assert not (folder / "flags.parquet").exists()
