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


def test_hours_of_a_quarter_that_no_time_sheet_of_the_side_covers_are_missing(client: Client) -> None:
    sources = SOURCES.assign(last_date=SOURCES["last_date"].mask(SOURCES["path"] == "anna.csv", "2026-06-30"))
    sources["first_date"] = sources["first_date"].mask(sources["path"] == "anna.csv", "2026-06-01")
    june = EFFORT[EFFORT["source_file"] == "anna.csv"].assign(date=pd.Timestamp("2026-06-10").as_unit("us"))
    effort = pd.concat([june, EFFORT[EFFORT["source_file"] != "anna.csv"]])
    table = people.people_quarter(open_hand_made(client, sources=sources, effort=effort)).set_index("person")
    assert pd.isna(table.loc["anna", "hours"])
    assert pd.isna(table.loc["anna", "other_hours"])
    assert "protected_promised_hours" not in table, "of nobody"
    assert table.loc["bruno", "hours"] == 4.5


def test_protected_hours_count_whole_weeks_and_what_took_them_in_the_weeks_of_loss(client: Client) -> None:
    span = "path sha256 reader layout channel as_of first_date last_date"
    sources = frame("sources", span, ("a.csv", "1", "x", "1", None, None, "2026-07-01", "2026-07-21"))
    rows = [
        ("2026-07-01", "Blog", 3.0),  # three working days of the quarter: 3 h promised, all kept
        ("2026-07-08", "Blog", 6.0),  # more than the 5 h promised: nothing is lost, whatever else was done
        ("2026-07-08", "Nozze", 30.0),
        ("2026-07-14", "Blog", 1.0),
        ("2026-07-13", "Fiera", 2.0),
        ("2026-07-15", "Orto", 2.5),
        ("2026-07-16", "Orto", 1.5),
        ("2026-07-19", "Potatura", 3.0),
        ("2026-07-19", "Varie", 1.0),
        ("2026-07-21", "Vendemmia", 9.0),  # the time sheet ends on this Tuesday: the week is not judged
    ]
    entries = [
        (str(n), day, "anna", "company", project, hours, "a.csv")
        for n, (day, project, hours) in enumerate(rows)
    ]
    effort = frame("effort", "entry_id date person side project hours source_file", *entries)
    dario = {"id": "dario", "side": "company", "names": ("Dario",)}
    staff = [*client.model_dump()["people"], dario]
    changed = Client.model_validate({**client.model_dump(), "people": staff})
    table = people.people_quarter(open_hand_made(changed, sources=sources, effort=effort)).set_index("person")
    anna = table.loc["anna"]
    assert anna["protected_promised_hours"] == 3.0 + 5.0 + 5.0
    assert (anna["protected_kept_hours"], anna["protected_lost_hours"]) == (3.0 + 5.0 + 1.0, 4.0)
    assert anna["lost_to"] == "Orto, Potatura, Fiera"
    assert pd.isna(table.loc["dario", "hours"]), "no sheet names him: anna's may be hers alone"
    assert pd.isna(table.loc["bruno", "hours"]), "the agency's cover none"


def _staffed(client: Client, *others: str) -> Client:
    """The client with more people of the company, five hours a week of each protected."""
    more = [
        {"id": name, "side": "company", "names": (name.title(),), "protected_hours_per_week": 5}
        for name in others
    ]
    return Client.model_validate({**client.model_dump(), "people": [*client.model_dump()["people"], *more]})


def test_who_stands_in_no_time_sheet_is_not_known_to_have_done_nothing(client: Client) -> None:
    """Anna's sheet may be her own export: Dario's hours and his protected time are missing, not none."""
    books = open_hand_made(_staffed(client, "dario"), sources=SOURCES, effort=EFFORT)
    table = people.people_quarter(books).set_index("person")
    protected = ["protected_promised_hours", "protected_kept_hours", "protected_lost_hours"]
    assert table.loc["dario", ["hours", "other_hours", *protected]].isna().all()
    assert table.loc["anna", "protected_promised_hours"] == 53.0


def test_who_stands_in_a_time_sheet_of_another_quarter_did_nothing_in_this(client: Client) -> None:
    spring = frame(
        "effort",
        "entry_id date person side project hours source_file",
        ("e0", "2026-06-03", "dario", "company", "Blog", 3.0, "anna.csv"),
    )
    books = open_hand_made(
        _staffed(client, "dario", "elsa"), sources=SOURCES, effort=pd.concat([EFFORT, spring])
    )
    table = people.people_quarter(books).set_index("person")
    assert table.loc["dario", ["hours", "other_hours", "protected_kept_hours"]].tolist() == [0.0, 0.0, 0.0]
    assert table.loc["dario", "protected_lost_hours"] == 53.0
    assert pd.isna(table.loc["elsa", "hours"])


def test_the_only_person_of_a_side_is_who_its_time_sheets_are_of(client: Client) -> None:
    """A tool that names nobody still covers the days of the side's only person."""
    nameless = EFFORT.assign(person=EFFORT["person"].mask(EFFORT["side"] == "agency"))
    table = people.people_quarter(open_hand_made(client, sources=SOURCES, effort=nameless))
    assert table.set_index("person").loc["bruno", "hours"] == 0.0


def test_a_comment_is_answered_by_the_last_of_ours_and_a_post_of_the_public_asks_nothing(
    client: Client,
) -> None:
    items = frame(
        "items",
        "channel item_id done_at kind side reply_to source_file",
        ("blog", "c1", "2026-07-02 09:00", "comment", "public", "p", "feed.xml"),
        ("blog", "r1", "2026-07-03 09:00", "comment", "company", "p", "feed.xml"),
        ("blog", "c2", "2026-07-04 09:00", "comment", "public", "p", "feed.xml"),
        ("blog", "r2", "2026-07-05 09:00", "comment", "company", "p", "feed.xml"),
        ("blog", "w", "2026-07-05 10:00", "post", "public", None, "feed.xml"),
        ("facebook", "w", "2026-07-05 10:00", "post", "public", None, "feed.xml"),
    )
    table = people.voice_quarter(open_hand_made(client, sources=SOURCES, items=items))
    table = table.set_index(["channel", "side"])
    assert table.loc[("blog", "public"), ["posts", "replies", "unanswered"]].tolist() == [1, 2, 0]
    assert pd.isna(table.loc[("facebook", "public"), "unanswered"]), "nobody commented"


def test_what_answers_is_no_post_whatever_the_file_says_of_it(client: Client) -> None:
    items = frame(
        "items",
        "channel item_id done_at kind side reply_to source_file",
        ("blog", "1", "2026-07-02 09:00", "comment", "agency", None, "feed.xml"),
        ("blog", "2", "2026-07-03 09:00", "reply", "agency", None, "feed.xml"),
        ("blog", "3", "2026-07-04 09:00", "post", "agency", "a-post-of-others", "feed.xml"),
        ("blog", "4", "2026-07-05 09:00", "video", "agency", None, "feed.xml"),
    )
    table = people.voice_quarter(open_hand_made(client, sources=SOURCES, items=items))
    assert table[["posts", "replies"]].values.tolist() == [[1, 3]]
