"""Protected hours and voices, worked out by hand."""

import pandas as pd
import pytest
from pioppo import EFFORT, SOURCES, frame, open_hand_made

from sharedsocial_utils.client import Client
from sharedsocial_utils.measuring import people


def test_protected_hours(client: Client) -> None:
    table = people.people_quarter(open_hand_made(client, sources=SOURCES, effort=EFFORT)).set_index("person")
    anna = table.loc["anna"]
    # promised 5 h a week; covered: 1 to 5 July (3 working days: 3 h) and ten whole weeks to 13 September
    assert anna["protected_promised_hours"] == 3.0 + 50.0
    # worked on activities: 2.0, 1.5 and 6.0 h in three weeks, of which at most 5 a week count
    assert anna["protected_kept_hours"] == 2.0 + 1.5 + 5.0
    assert anna["protected_lost_hours"] == 53.0 - 8.5
    assert anna["lost_to"] == "Fiera"
    assert (anna["hours"], anna["other_hours"]) == (18.5, 9.0)
    bruno = table.loc["bruno"]
    assert (bruno["hours"], bruno["side"]) == (4.5, "agency"), "June is another quarter"
    assert pd.isna(bruno["protected_promised_hours"])
    assert pd.isna(table.loc["Carla Rossi", "side"])
    assert table.loc["Carla Rossi", "hours"] == 1.0


def test_without_time_sheets_nothing_is_known(client: Client) -> None:
    table = people.people_quarter(open_hand_made(client)).set_index("person")
    assert table.loc["anna", "hours"] is None
    assert "protected_promised_hours" not in table or pd.isna(table.loc["anna", "protected_promised_hours"])


@pytest.fixture
def voices(client: Client) -> pd.DataFrame:
    items = frame(
        "items",
        "channel item_id done_at kind side reply_to url source_file",
        ("blog", "p", "2026-07-01 09:00", "post", "agency", None, None, "feed.xml"),
        ("blog", "c1", "2026-07-02 09:00", "comment", "public", "p", None, "feed.xml"),
        ("blog", "c2", "2026-07-04 09:00", "comment", "public", "p", "https://a.example/c2", "feed.xml"),
        ("blog", "r1", "2026-07-03 09:00", "comment", "company", "p", None, "feed.xml"),
        ("blog", "c3", "2026-07-05 09:00", "comment", "public", "q", "https://a.example/c3", "feed.xml"),
        ("blog", "r3", "2026-10-05 09:00", "reply", "agency", "https://a.example/c3", None, "feed.xml"),
        ("blog", "old", "2026-06-05 09:00", "comment", "public", "p", None, "feed.xml"),
        ("facebook", "f", "2026-07-05 09:00", "post", None, None, None, "feed.xml"),
    )
    table = people.voice_quarter(open_hand_made(client, sources=SOURCES, items=items))
    return table.assign(side=table["side"].fillna("nobody")).set_index(["channel", "side"])


def test_who_speaks_and_who_answers(voices: pd.DataFrame) -> None:
    assert voices.loc[("blog", "agency"), ["posts", "replies"]].tolist() == [1, 0]
    assert voices.loc[("blog", "company"), ["posts", "replies"]].tolist() == [0, 1]
    assert voices.loc[("blog", "public"), "replies"] == 3
    assert voices.loc[("facebook", "nobody"), "posts"] == 1


def test_unanswered_comments(voices: pd.DataFrame) -> None:
    # c1 was followed by r1 under the same post, c3 was answered by name later; c2 came after r1
    assert voices.loc[("blog", "public"), "unanswered"] == 1
    assert voices["unanswered"].notna().sum() == 1, "only the public's comments can be unanswered"
