"""From the log of decisions to a verdict: a pause test that was decided, kept and read moves phi."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from invented import LAST_MONDAY, WEEK

from sharedsocial_utils import tables
from sharedsocial_utils.deciding import Judgement, judge
from sharedsocial_utils.workspace import Quarter, Workspace

QUARTER = Quarter(2026, 3)
MONDAYS = pd.date_range(LAST_MONDAY - 103 * WEEK, periods=104, freq="7D", unit="us")
PAUSE = (pd.Timestamp("2026-07-13") <= MONDAYS) & (pd.Timestamp("2026-08-24") > MONDAYS)
HEADER = "quarter,activity,flag,decision,decided_by_agency,decided_by_company,due,note\n"
DECIDED = HEADER + "2026Q2,blog-posts,KEEP,PAUSE,bruno,anna,2026-07-13,\n"


def weekly(activity: str, channel: str, hours: float, contacts: float) -> pd.DataFrame:
    """An activity that rests in the weeks of the pause if it is the blog's."""
    rests = PAUSE & (activity == "blog-posts")
    counts = np.where(rests, 0.0, contacts)
    return pd.DataFrame(
        {
            "activity": activity, "channel": channel, "week": MONDAYS, "hours_company": 0.0,
            "hours_agency": np.where(rests, 0.0, hours), "cost": np.where(rests, 0.0, hours * 50),
            "contacts_low": counts, "contacts": counts, "contacts_high": counts,
        }
    )  # fmt: skip


def contacts(missed: int) -> pd.DataFrame:
    """Thirty contacts of the client a week, in the pause so many fewer; fifty of them won, of 1000 each."""
    number = np.where(PAUSE, 30 - missed, 30)
    days = np.repeat(MONDAYS + pd.Timedelta(days=2), number)
    won = pd.DataFrame({"date": MONDAYS[:50], "stage": "won", "value": 1000.0})
    rows = pd.concat([pd.DataFrame({"date": days, "stage": "contact", "value": np.nan}), won])
    return rows.assign(contact_id=[f"k{n}" for n in range(len(rows))])


def judged(place: Workspace, log: str, missed: int) -> Judgement:
    folder = place.processed("pioppo", QUARTER)
    activities = [weekly("blog-posts", "blog", 4, 10.0), weekly("x-posts", "x", 2, 3.0)]
    tables.write_table(folder, "activity_weekly", pd.concat(activities))
    tables.write_table(folder, "channel_quarter", tables.empty("channel_quarter"))
    tables.write_table(folder, "contacts", contacts(missed))
    path: Path = place.raw("pioppo") / "decisions.csv"
    path.write_text(log)
    return judge("pioppo", QUARTER, place)


def of_blog(found: Judgement) -> pd.Series:
    return found.flags.set_index("activity").loc["blog-posts"]


def test_a_reading_from_the_log_moves_the_verdict(place: Workspace) -> None:
    without = judged(place, HEADER, missed=0)
    assert without.pauses[without.pauses["status"] == "read"].empty
    nothing_lost, all_lost = judged(place, DECIDED, missed=0), judged(place, DECIDED, missed=20)
    read = nothing_lost.pauses[nothing_lost.pauses["status"] == "read"]
    assert read[["activity", "contacts_expected", "contacts_lost"]].values.tolist() == [
        ["blog-posts", 60.0, 0.0]
    ]
    # nobody missed its sixty contacts: they come anyway; or twice as many were missed: others get the credit
    low, plain, high = (of_blog(found)["roi_median"] for found in (nothing_lost, without, all_lost))
    assert low < 0.5 * plain
    assert high > 1.4 * plain
    p_low, p_plain, p_high = (of_blog(found)["p_worth"] for found in (nothing_lost, without, all_lost))
    assert p_low < p_plain < p_high


def test_what_others_bring_is_read_by_role_too(place: Workspace) -> None:
    without, lost = judged(place, HEADER, missed=0), judged(place, DECIDED, missed=0)
    other = [found.flags.set_index("activity").loc["x-posts", "roi_median"] for found in (without, lost)]
    assert other[1] < other[0], "one test of the role moves the others of the role, by less"
    blog = [of_blog(found)["roi_median"] for found in (without, lost)]
    assert other[1] / other[0] > blog[1] / blog[0]


@pytest.mark.parametrize("day", ["2026-09-07", "2026-07-13"])
def test_a_pause_that_was_not_kept_or_is_not_over_moves_nothing(place: Workspace, day: str) -> None:
    log = DECIDED.replace("blog-posts,KEEP", "x-posts,KEEP").replace("2026-07-13", day)
    found, without = judged(place, log, missed=20), judged(place, HEADER, missed=20)
    assert set(found.pauses["status"]) <= {"not-kept", "proposed"}
    assert of_blog(found)["roi_median"] == of_blog(without)["roi_median"]
