"""X as it is exported and damaged: periods, handles, threads, lists of another shape."""

import json
from dataclasses import replace
from typing import Any

import pytest
from golden import CONTEXT

from sharedsocial_utils.readers._x import period
from sharedsocial_utils.reading.file import FileReading, read_bytes

DAYS = '"Date","Tweets published","impressions"\n"2020-01-05","2","1203.0"\n"2020-01-06","-","90"\n'
CONTENT = "Post id,Date,Post text,Post Link,Impressions\n"


def codes(found: FileReading) -> list[str]:
    return [fault["code"] for fault in found.faults]


@pytest.mark.parametrize("name", ["a_20200401_20200101_en.csv", "a_20200101_20209901_en.csv", "a_2020.csv"])
def test_a_name_without_a_period_that_can_be_tells_none(name: str) -> None:
    assert period(name) is None


def test_the_days_of_an_old_export_are_those_of_its_name() -> None:
    name = "daily_tweet_activity_metrics_laquercia_20200101_20200401_en.csv"
    found = read_bytes(name, DAYS.encode(), CONTEXT)
    assert (str(found.first_date), str(found.last_date)) == ("2020-01-01", "2020-04-01")
    assert (str(found.as_of), found.accounts) == ("2020-04-01", [["x", "@laquercia"]])


@pytest.mark.parametrize("row", ["2020-01-05,3,1300", "2020-01-06,1,91"])
def test_a_day_that_stands_twice_with_other_figures_is_said(row: str) -> None:
    found = read_bytes("a.csv", f"{DAYS}{row}\n".encode(), CONTEXT)
    metrics = found.tables["metrics"]
    assert metrics.loc[metrics["metric"] == "impressions", "value"].tolist() == [1203, 90]
    assert (codes(found), found.rows_quarantined) == (["IN-ID-03"], 1)


# ---- content


def content(*links: str) -> FileReading:
    rows = "".join(f'{link[-18:]},"Sat, Sep 6, 2025",La torre,{link},{n}\n' for n, link in enumerate(links))
    own = replace(CONTEXT, identity={"x": ("@la_quercia",)})
    return read_bytes("a.csv", (CONTENT + rows).encode(), own)


def test_addresses_of_nobody_do_not_name_the_account() -> None:
    nobody = [f"https://x.com/i/web/status/19710000000000000{n}" for n in (1, 2)]
    nobody += [f"https://x.com/i/status/197100000000000000{n}" for n in (3, 4)]
    assert content(*nobody).accounts == []
    found = content(*nobody, "https://x.com/la_quercia/status/197100000000000005")
    assert (found.accounts, found.rows_kept) == ([["x", "@la_quercia"]], 5)


# ---- archive

TWEET = {
    "id_str": "1226000000000000001", "created_at": "Mon Feb 10 18:00:00 +0000 2020", "favorite_count": "12",
    "retweet_count": "3", "full_text": "La torre",
}  # fmt: skip


def archive(*tweets: dict[str, Any]) -> FileReading:
    text = f"window.YTD.tweets.part0 = {json.dumps([{'tweet': each} for each in tweets])}"
    return read_bytes("tweets.js", text.encode(), CONTEXT)


@pytest.mark.parametrize("value", ["{}", '{"tweet": {}}'])
def test_an_assignment_of_no_list_is_refused(value: str) -> None:
    found = read_bytes("tweets.js", f"window.YTD.tweets.part0 = {value}".encode(), CONTEXT)
    assert (found.reader, codes(found)) == ("x_archive", ["IN-JSON-01"])


def test_what_goes_on_in_a_thread_is_a_post_and_answers_nobody() -> None:
    thread = {**TWEET, "id_str": "1226000000000000002", "in_reply_to_status_id_str": TWEET["id_str"]}
    answer = {**thread, "id_str": "1226000000000000003", "full_text": "@anna @bea grazie"}
    items = archive(TWEET, thread, answer).tables["items"]
    assert items["kind"].tolist() == ["post", "post", "reply"]
    assert items["title"].tolist() == ["La torre", "La torre", "grazie"]
    assert items["reply_to"].fillna("").tolist() == ["", "", TWEET["id_str"]]


@pytest.mark.parametrize(
    ("user", "account"),
    [
        ({"screen_name": "la_quercia", "id_str": "12"}, [["x", "@la_quercia", "12"]]),
        ({"id_str": "12"}, [["x", "12"]]),
        ({}, []),
    ],
)
def test_the_list_of_the_api_has_texts_under_their_old_name_and_one_user(
    user: dict[str, str], account: list[list[str]]
) -> None:
    tweet = {**TWEET, "text": "La torre", "user": user}
    del tweet["full_text"]
    found = read_bytes("tweets.json", json.dumps([tweet]).encode(), CONTEXT)
    assert (found.layout, found.accounts) == ("api", account)
    assert found.tables["items"]["title"].tolist() == ["La torre"]


@pytest.mark.parametrize(
    ("text", "in_link", "true"),
    [
        ("649311204913852000", "649311204913852416", "649311204913852416"),  # a spreadsheet kept 15 digits
        ("649311204913852000", "649311204913852000", None),  # it ends so
        ("649311204913852417", "649311204913852416", None),
        ("749311204913852000", "649311204913852416", None),
        ("6493112049138520", "649311204913852416", None),
        ("649311204913852", "649311204913853", None),  # no digit of a short one is ever lost
        ("6.49E+17", "649311204913852416", "649311204913852416"),
        ("6,49E+17", "649311204913852416", "649311204913852416"),
    ],
)
def test_an_id_is_taken_from_its_address_only_where_a_spreadsheet_ruined_it(
    text: str, in_link: str, true: str | None
) -> None:
    row = f'"{text}","Sat, Sep 6, 2025",La torre,https://x.com/la_quercia/status/{in_link},5\n'
    found = read_bytes("a.csv", (CONTENT + row).encode(), CONTEXT)
    assert found.tables["items"]["item_id"].tolist() == [true or text]
    assert codes(found) == (["IN-ID-01"] if true else [])
