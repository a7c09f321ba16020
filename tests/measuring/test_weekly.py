"""`activity_weekly` against figures worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from pioppo import EFFORT, SOURCES, frame, open_hand_made

from sharedsocial_utils.client import Client
from sharedsocial_utils.measuring import weekly
from sharedsocial_utils.measuring.books import Books

CONTACTS = frame(
    "contacts",
    "contact_id date stage source medium campaign value source_file",
    ("a", "2026-07-09", "contact", "l.facebook.com", "referral", None, None, "crm.csv"),
    ("b", "2026-07-10", "contact", "facebook", "social", "fb-post-12", None, "crm.csv"),
    ("c", "2026-07-10", "contact", "google", "organic", None, None, "crm.csv"),
    ("c", "2026-07-20", "won", None, None, None, 500.0, "crm.csv"),
    ("d", "2026-06-20", "contact", "newsletter", "email", "blog-estate", None, "crm.csv"),
)
VISITS = frame(
    "visits",
    "date source medium campaign landing sessions source_file",
    ("2026-07-06", "google", "organic", None, "/blog/olio", 30, "ga4.csv"),
    ("2026-07-06", "facebook.com", "referral", None, "/blog/olio", 10, "ga4.csv"),
    ("2026-07-06", "it.pinterest.com", "referral", None, "/", 7, "ga4.csv"),
)
SPEND = frame(
    "spend",
    "date end_date channel campaign amount source_file",
    ("2026-07-01", "2026-07-31", "meta-ads", "estate", 310.0, "meta.csv"),
)


@pytest.fixture
def books(client: Client) -> Books:
    return open_hand_made(
        client, sources=SOURCES, effort=EFFORT, contacts=CONTACTS, visits=VISITS, spend=SPEND
    )


@pytest.fixture
def table(books: Books) -> pd.DataFrame:
    return weekly.activity_weekly(books).set_index(["activity", "week"])


def at(table: pd.DataFrame, activity: str, week: str) -> pd.Series:
    return table.loc[(activity, pd.Timestamp(week))]


def test_the_calendar_is_complete_and_ends_with_the_quarter(table: pd.DataFrame) -> None:
    weeks = table.loc["blog-posts"].index
    assert weeks[0] == pd.Timestamp("2026-06-01")
    assert weeks[-1] == pd.Timestamp("2026-09-28")
    assert (np.diff(weeks) == np.timedelta64(7, "D")).all()
    assert table.loc["ads"].index[0] == pd.Timestamp("2026-07-06")


def test_a_week_without_effort_is_zero_only_where_the_time_sheets_cover_it(table: pd.DataFrame) -> None:
    # anna.csv: Wednesday 1 July to Sunday 13 September; toggl.csv: 1 June to 30 September
    july = at(table, "blog-posts", "2026-07-20")
    assert (july["hours_company"], july["hours_agency"], july["cost"]) == (0.0, 0.0, 0.0)
    june = at(table, "blog-posts", "2026-06-01")
    assert np.isnan(june["hours_company"])
    assert june["hours_agency"] == 4.0
    assert np.isnan(june["cost"]), "a part of the cost is not known"
    after = at(table, "blog-posts", "2026-09-14")
    assert np.isnan(after["hours_company"])
    assert after["hours_agency"] == 0.0
    cut = at(table, "blog-posts", "2026-06-29")
    assert (cut["hours_company"], cut["cost"]) == (2.0, 40.0), "known work of a week covered in part"


def test_cost_is_hours_at_the_sides_rates_and_missing_with_one_of_its_parts(table: pd.DataFrame) -> None:
    assert at(table, "blog-posts", "2026-07-06")["cost"] == 1.5 * 20
    assert at(table, "blog-posts", "2026-07-13")["cost"] == 6.0 * 20
    assert at(table, "facebook-replies", "2026-07-06")["cost"] == 1.0 * 50
    # 310 for 31 days of July: 10 a day
    assert at(table, "ads", "2026-07-06")["cost"] == pytest.approx(70.0)
    assert at(table, "ads", "2026-07-27")["spend"] == pytest.approx(50.0)
    assert at(table, "ads", "2026-08-03")["spend"] == 0.0
    assert np.isnan(at(table, "ads", "2026-07-20")["cost"]), "an hour of a person whose side nobody knows"


def test_paid_work_without_bills_has_no_cost(client: Client) -> None:
    unpaid = SOURCES[SOURCES["reader"] != "meta-ads"]
    books = open_hand_made(client, sources=unpaid, effort=EFFORT)
    table = weekly.activity_weekly(books).set_index(["activity", "week"])
    assert table.loc["ads"]["cost"].isna().all()
    assert at(table, "blog-posts", "2026-07-20")["cost"] == 0.0


def test_common_contacts_are_shared_by_the_cost_of_eight_weeks(table: pd.DataFrame) -> None:
    # facebook, week of 6 July: one contact of the posts' campaign, one common; cost of the last 8 weeks:
    # posts 3 h x 50 = 150, replies 1 h x 50 = 50
    posts, replies = (at(table, name, "2026-07-06") for name in ("facebook-posts", "facebook-replies"))
    assert posts[["contacts_low", "contacts", "contacts_high"]].tolist() == [1.0, 1.75, 2.0]
    assert replies[["contacts_low", "contacts", "contacts_high"]].tolist() == [0.0, 0.25, 1.0]
    assert posts["visits"] + replies["visits"] == 10.0


def test_contacts_of_a_channel_with_one_activity_are_its_own(table: pd.DataFrame) -> None:
    june = at(table, "blog-posts", "2026-06-15")
    assert june[["contacts_low", "contacts", "contacts_high"]].tolist() == [1.0, 1.0, 1.0]
    assert at(table, "blog-posts", "2026-07-06")["visits"] == 30.0


def test_contacts_and_visits_are_missing_where_no_file_covers_the_week(table: pd.DataFrame) -> None:
    # crm.csv: 15 June to the export on 2 October; ga4.csv: 1 July to 30 September
    unknown = at(table, "blog-posts", "2026-06-08")
    assert unknown[["contacts_low", "contacts", "contacts_high"]].isna().all()
    assert at(table, "blog-posts", "2026-06-22")["contacts"] == 0.0
    assert at(table, "blog-posts", "2026-09-28")["contacts"] == 0.0
    assert np.isnan(at(table, "blog-posts", "2026-06-22")["visits"])
    assert at(table, "blog-posts", "2026-09-28")["visits"] == 0.0


def test_shares_never_make_or_lose_a_contact() -> None:
    random = np.random.default_rng(4)
    weeks = pd.date_range("2026-07-06", periods=12, freq="7D", unit="us")
    grid = pd.DataFrame(
        [(f"{channel}-{n}", channel, week) for channel in "ab" for n in range(3) for week in weeks],
        columns=["activity", "channel", "week"],
    )
    grid["known_cost"] = random.gamma(1.0, 50.0, len(grid)) * random.integers(0, 2, len(grid))
    days = weeks[0] + pd.to_timedelta(random.integers(0, 84, 300), unit="D")
    rows = pd.DataFrame({"date": days, "channel": random.choice(list("abc"), 300)})
    named = pd.Series(random.random(300) < 0.3) & (rows["channel"] != "c")
    ids = rows["channel"] + "-" + pd.Series(random.integers(0, 3, 300)).astype(str)
    rows["activity"] = ids.where(named).astype("str")
    low, middle, high = weekly.shared(grid, rows, None)
    assert ((low <= middle + 1e-12) & (middle <= high + 1e-12)).all()
    together = grid.assign(middle=middle, low=low, high=high).groupby(["channel", "week"])
    of_channel = rows.assign(week=weekly.week_of(rows["date"])).groupby(["channel", "week"]).size()
    sums = together["middle"].sum()
    worked = together["known_cost"].sum().rolling(8, min_periods=1).sum() > 0
    expected = of_channel.reindex(sums.index, fill_value=0)
    assert worked[expected > 0].any()
    assert np.allclose(sums[worked], expected[worked])
    assert (sums <= expected + 1e-9).all(), "what has no share stays with the channel"
    certain = rows[named].assign(week=weekly.week_of(rows["date"])).groupby(["activity", "week"]).size()
    keys = pd.MultiIndex.from_frame(grid[["activity", "week"]])
    assert low.tolist() == certain.reindex(keys, fill_value=0).tolist()


def test_a_common_contact_without_anybodys_cost_is_nobodys() -> None:
    grid = pd.DataFrame(
        {
            "activity": ["a", "b"],
            "channel": "x",
            "week": pd.to_datetime(["2026-07-06"] * 2).as_unit("us"),
            "known_cost": 0.0,
        }
    )
    row = pd.DataFrame(
        {"date": pd.to_datetime(["2026-07-08"]).as_unit("us"), "channel": "x", "activity": [None]}
    ).astype({"activity": "str"})
    low, middle, high = weekly.shared(grid, row, None)
    assert (low.sum(), middle.sum(), high.tolist()) == (0.0, 0.0, [1.0, 1.0])


def test_items_and_interactions(client: Client) -> None:
    items = frame(
        "items",
        "channel item_id done_at kind side reply_to source_file",
        # 22:30 UTC on a Sunday is Monday in Rome
        ("blog", "1", "2026-07-05 22:30", "post", "agency", None, "feed.xml"),
        ("blog", "2", "2026-07-08 10:00", "post", "company", None, "feed.xml"),
        ("blog", "3", "2026-07-08 11:00", "comment", "public", "2", "feed.xml"),
    )
    metrics = frame(
        "metrics",
        "channel date item_id metric value kind as_of source_file",
        ("blog", None, "1", "reactions", 5, "lifetime", "2026-08-01", "m.csv"),
        ("blog", None, "1", "reactions", 9, "lifetime", "2026-10-01", "m.csv"),
        ("blog", None, "2", "comments", 2, "lifetime", "2026-10-01", "m.csv"),
        ("blog", None, "2", "impressions", 800, "lifetime", "2026-10-01", "m.csv"),
        ("blog", None, "3", "reactions", 50, "lifetime", "2026-10-01", "m.csv"),
        ("meta-ads", "2026-07-07", None, "shares", 4, "flow", "2026-10-01", "m.csv"),
    )
    books = open_hand_made(client, sources=SOURCES, items=items, metrics=metrics)
    table = weekly.activity_weekly(books).set_index(["activity", "week"])
    july = at(table, "blog-posts", "2026-07-06")
    # the newest 9 reactions of our own items, and the one comment that is listed instead of the 2 counted
    assert (july["items"], july["interactions"]) == (2, 10.0)
    assert at(table, "blog-posts", "2026-07-13")["items"] == 0
    assert pd.isna(at(table, "blog-posts", "2026-09-28")["items"]), "the feed ends on 24 September"
    assert pd.isna(at(table, "facebook-replies", "2026-07-06")["items"])
    assert at(table, "ads", "2026-07-06")["interactions"] == 4.0


def test_an_activity_begins_with_its_day_or_with_its_first_hours_if_they_are_earlier(client: Client) -> None:
    def first_weeks(since: str | None, effort: pd.DataFrame) -> dict[str, str]:
        begun = [{**activity.model_dump(), "since": since} for activity in client.activities]
        changed = Client.model_validate({**client.model_dump(), "activities": begun})
        grid = weekly.activity_weekly(open_hand_made(changed, sources=SOURCES, effort=effort))
        return {name: str(own["week"].min().date()) for name, own in grid.groupby("activity")}

    of_hours = {
        "blog-posts": "2026-06-01",
        "facebook-posts": "2026-06-29",
        "facebook-replies": "2026-07-06",
        "ads": "2026-07-20",
    }
    assert first_weeks(None, EFFORT) == of_hours
    assert first_weeks("2026-09-01", EFFORT) == of_hours, "work began before it was agreed"
    assert set(first_weeks("2026-05-06", EFFORT).values()) == {"2026-05-04"}
    assert set(first_weeks(None, EFFORT[:0]).values()) == {"2026-06-29"}, (
        "the week of the quarter's first day"
    )


def test_without_time_sheets_what_was_paid_is_the_cost_of_paid_work_only(client: Client) -> None:
    books = open_hand_made(client, sources=SOURCES, spend=SPEND)
    table = weekly.activity_weekly(books).set_index(["activity", "week"])
    assert at(table, "ads", "2026-07-06")["cost"] == pytest.approx(70.0)
    assert table.drop(index="ads", level="activity")[["cost", "spend"]].isna().all(axis=None)


def test_common_contacts_look_back_eight_weeks_and_no_further() -> None:
    weeks = pd.date_range("2026-07-06", periods=9, freq="7D", unit="us")
    grid = pd.DataFrame({"activity": ["a"] * 9 + ["b"] * 9, "channel": "x", "week": [*weeks, *weeks]})
    grid["known_cost"] = [100.0] + [0.0] * 14 + [0.0, 300.0, 0.0]
    share = weekly.cost_share(grid).groupby(grid["activity"]).apply(list)
    assert share["a"] == [1.0] * 7 + [0.25, 0.0]
    assert share["b"] == [0.0] * 7 + [0.75, 1.0]


def test_what_came_in_a_week_covered_in_part_is_told(client: Client) -> None:
    """The analytics begin on Wednesday 1 July: one visit of that week is known, no visit would not be."""
    visits = frame(
        "visits",
        "date source medium landing sessions source_file",
        ("2026-07-02", "feedly.com", "referral", "/", 1, "ga4.csv"),
    )
    books = open_hand_made(client, sources=SOURCES, visits=visits)
    table = weekly.activity_weekly(books).set_index(["activity", "week"])
    assert at(table, "blog-posts", "2026-06-29")["visits"] == 1.0
    assert np.isnan(at(table, "facebook-posts", "2026-06-29")["visits"])
    assert at(table, "facebook-posts", "2026-07-06")["visits"] == 0.0
