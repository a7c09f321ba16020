"""The quarter's sums by channel and activity."""

import numpy as np
import pandas as pd
import pytest
import test_weekly as hand
from pioppo import EFFORT, SOURCES, frame, open_hand_made

from sharedsocial_utils.client import Client
from sharedsocial_utils.measuring import quarter, weekly
from sharedsocial_utils.measuring.books import Books


@pytest.fixture
def books(client: Client) -> Books:
    return open_hand_made(
        client,
        sources=SOURCES,
        effort=EFFORT,
        contacts=hand.CONTACTS,
        visits=hand.VISITS,
        spend=hand.SPEND,
    )


@pytest.fixture
def channels(books: Books) -> pd.DataFrame:
    return quarter.channel_quarter(books).set_index("channel")


def test_sums_of_the_quarter(channels: pd.DataFrame) -> None:
    blog = channels.loc["blog"]
    # anna 2 + 1.5 + 6 at 20, bruno 0.5 at 50; the 4 hours of June belong to the quarter before
    assert (blog["hours_company"], blog["hours_agency"], blog["cost"]) == (9.5, 0.5, 215.0)
    assert (blog["visits"], blog["contacts"]) == (30.0, 0.0)
    assert blog["cost_per_visit"] == pytest.approx(215 / 30)
    assert np.isnan(blog["cost_per_contact"]), "no contact has no price"
    facebook = channels.loc["facebook"]
    assert (facebook["contacts"], facebook["cost"], facebook["cost_per_contact"]) == (2.0, 200.0, 100.0)
    assert facebook["hours_per_contact"] == 2.0
    assert channels.loc["meta-ads", "spend"] == pytest.approx(310.0)


def test_an_outcome_without_a_source_has_that_of_its_contact(channels: pd.DataFrame) -> None:
    assert channels.loc["search", ["contacts", "won_value"]].tolist() == [1.0, 500.0]
    assert np.isnan(channels.loc["search", "cost_per_contact"]), "no work has no price"


def test_missing_is_not_zero(channels: pd.DataFrame) -> None:
    assert np.isnan(channels.loc["facebook", "interactions"]), "no file of facebook"
    assert np.isnan(channels.loc["facebook", "items"])
    assert np.isnan(channels.loc["facebook", "previous_visits"]), "analytics begin on 1 July"
    assert np.isnan(channels.loc["blog", "previous_hours_company"])
    assert np.isnan(channels.loc["blog", "previous_cost"])
    assert channels.loc["blog", "previous_hours_agency"] == 4.0
    assert channels.loc["blog", "previous_contacts"] == 1.0
    assert np.isnan(channels.loc["meta-ads", "cost"]), "an hour of a person whose side nobody knows"


def test_coverage_and_targets(channels: pd.DataFrame) -> None:
    assert channels["expected_days"].unique().tolist() == [92]
    assert channels.loc["blog", "covered_days"] == 31 + 31 + 24
    assert channels.loc["facebook", "covered_days"] == 0
    assert channels.loc["search", "covered_days"] == 92
    assert channels.loc["blog", ["target_metric", "target", "target_share"]].tolist() == [
        "visits",
        100.0,
        0.3,
    ]
    assert channels["target"].notna().sum() == 1


def test_channels_stand_in_the_codebooks_order(channels: pd.DataFrame) -> None:
    assert channels.index.tolist() == ["blog", "facebook", "pinterest", "meta-ads", "search"]


def test_a_target_of_a_metric_takes_the_last_level_or_the_sum(client: Client) -> None:
    metrics = frame(
        "metrics",
        "channel date item_id metric value kind source_file",
        ("facebook", "2026-06-30", None, "followers", 90, "stock", "m.csv"),
        ("facebook", "2026-07-02", None, "followers", 100, "stock", "m.csv"),
        ("facebook", "2026-09-29", None, "followers", 120, "stock", "m.csv"),
        ("facebook", "2026-09-29", None, "views", 7, "flow", "m.csv"),
        ("facebook", "2026-07-29", None, "views", 5, "flow", "m.csv"),
        ("facebook", "2026-06-29", None, "views", 50, "flow", "m.csv"),
    )

    def reached(metric: str) -> float:
        target = {"channel": "facebook", "metric": metric, "value": 10.0}
        changed = client.model_validate({**client.model_dump(), "targets": [target]})
        table = quarter.channel_quarter(open_hand_made(changed, metrics=metrics, sources=SOURCES))
        return float(table.set_index("channel").loc["facebook", "target_share"])

    assert (reached("followers"), reached("views")) == (12.0, 1.2)


def test_interactions_by_channel_and_activity(client: Client) -> None:
    items = frame(
        "items",
        "channel item_id done_at kind side source_file",
        ("facebook", "1", "2026-06-10 10:00", "post", "agency", "m.csv"),
        ("facebook", "2", "2026-07-10 10:00", "post", "agency", "m.csv"),
    )
    metrics = frame(
        "metrics",
        "channel date item_id metric value kind as_of source_file",
        # the figures of a period are the period's, whenever the item was published; one item is not listed
        ("facebook", "2026-06-30", "1", "reactions", 100, "flow", "2026-07-01", "m.csv"),
        ("facebook", "2026-09-30", "1", "reactions", 3, "flow", "2026-10-01", "m.csv"),
        ("facebook", "2026-09-30", "2", "shares", 4, "flow", "2026-10-01", "m.csv"),
        ("facebook", "2026-09-30", "9", "shares", 5, "flow", "2026-10-01", "m.csv"),
        # a channel's own days go before what its items say
        ("meta-ads", "2026-09-30", None, "comments", 2, "flow", "2026-10-01", "m.csv"),
        ("meta-ads", "2026-09-30", "7", "comments", 1, "flow", "2026-10-01", "m.csv"),
    )
    books = open_hand_made(client, sources=SOURCES, items=items, metrics=metrics)
    channels = quarter.channel_quarter(books).set_index("channel")
    assert channels.loc["facebook", ["interactions", "previous_interactions"]].tolist() == [12.0, 100.0]
    assert channels.loc["meta-ads", "interactions"] == 2.0
    by_activity = quarter.activity_quarter(books, weekly.activity_weekly(books)).set_index("activity")
    assert by_activity.loc["facebook-posts", "interactions"] == 7.0
    assert np.isnan(by_activity.loc["facebook-replies", "interactions"])
    assert by_activity.loc["ads", "interactions"] == 2.0


def test_activities(books: Books) -> None:
    table = quarter.activity_quarter(books, weekly.activity_weekly(books)).set_index("activity")
    posts, replies = table.loc["facebook-posts"], table.loc["facebook-replies"]
    assert posts[["contacts_low", "contacts", "contacts_high"]].tolist() == [1.0, 1.75, 2.0]
    assert replies[["contacts_low", "contacts", "contacts_high"]].tolist() == [0.0, 0.25, 1.0]
    assert table.loc["blog-posts", "planned_hours_company"] == pytest.approx(3 * 92 / 7)
    assert table.loc["blog-posts", ["skill_company", "skill_agency"]].tolist() == [3, 2]
    assert table.loc["ads", "skill_company"] == 0
    assert (replies["role"], replies["cost"], replies["hours_agency"]) == ("assist", 50.0, 1.0)
    assert table.loc["blog-posts", "previous_hours_agency"] == 4.0
    of_channel = quarter.channel_quarter(books).set_index("channel").loc["facebook", "contacts"]
    assert posts["contacts"] + replies["contacts"] == of_channel
