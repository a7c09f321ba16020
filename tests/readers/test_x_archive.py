"""X and Twitter beyond the goldens: ids, damage by spreadsheets, the archive's JavaScript, merging."""

import csv
import io
import json
import random
import zipfile

import pandas as pd
import pytest
from golden import CONTEXT, EXPORTS, read_sample

from sharedsocial_utils.reading.file import FileReading, read_bytes
from sharedsocial_utils.reading.merging import merge

TWEETS = EXPORTS / "x_tweets" / "tweet_activity_metrics_laquercia_20200101_20200401_it.csv"
DAYS = EXPORTS / "x_days" / "daily_tweet_activity_metrics_laquercia_20200101_20200103_en.csv"
ARCHIVE = EXPORTS / "x_archive"


def read(name: str, data: bytes | str) -> FileReading:
    return read_bytes(name, data if isinstance(data, bytes) else data.encode(), CONTEXT)


def codes(reading: FileReading) -> list[str]:
    return [fault["code"] for fault in reading.faults]


def tweet(number: int, text: str = "La torre", **more: object) -> dict[str, object]:
    return {
        "id_str": str(1226000000000000000 + number),
        "full_text": text,
        "created_at": "Mon Feb 10 18:00:00 +0000 2020",
        "favorite_count": "12",
        "retweet_count": "3",
        **more,
    }


def assigned(
    tweets: list[dict[str, object]], start: str = "window.YTD.tweets.part0 = ", end: str = ""
) -> str:
    return start + json.dumps([{"tweet": each} for each in tweets], indent=1) + end


# ---- the archive


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("window.YTD.tweets.part0 = ", ""),
        ("window.YTD.tweet.part0 = ", ";"),
        ("window.YTD.tweets.part12=", ";\n"),
        ("\ufeffwindow.YTD.tweets.part0 =\n\n", " ; \n".rstrip(" ")),
    ],
)
def test_the_assignment_is_read_in_every_form_it_was_seen(start: str, end: str) -> None:
    found = read("tweets.js", assigned([tweet(1), tweet(2)], start, end))
    assert found.error is None, found.error
    assert found.tables["items"]["item_id"].tolist() == ["1226000000000000001", "1226000000000000002"]


def test_what_follows_the_list_is_a_fault_and_never_run() -> None:
    for more in ("; alert(1)", "\nwindow.YTD.tweets.part1 = []", "+ [1]"):
        found = read("tweets.js", assigned([tweet(1)], end=more))
        assert codes(found) == ["IN-JSON-01"]
        assert not found.tables


def test_a_fault_of_the_json_names_the_line_of_the_file() -> None:
    lines = assigned([tweet(1), tweet(2)], "window.YTD.tweets.part0 =\n").splitlines()
    lines[5] = lines[5].replace('"full_text"', "full_text")
    found = read("tweets.js", "\n".join(lines))
    assert found.error is not None
    assert (found.error["code"], found.error["line"]) == ("IN-JSON-01", 6)


@pytest.mark.parametrize(
    "kind", ["account", "follower", "direct_messages", "ip_audit", "like", "tweetdeck", "deleted_tweets"]
)
def test_every_other_file_of_the_archive_is_refused_unread(kind: str) -> None:
    text = f'window.YTD.{kind}.part0 = [ {{"{kind}": {{"text": "un segreto"}}}} ]'
    found = read(f"{kind}.js", text)
    assert codes(found) == ["IN-PRIV-01"]
    assert "segreto" not in str(found.faults)
    assert not found.tables
    assert found.rows_read == found.rows_quarantined == 1


def test_only_tweets_are_taken_from_the_zip() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as box:
        box.writestr("data/tweets.js", assigned([tweet(1)]))
        box.writestr("data/tweets-part1.js", assigned([tweet(2)]))
        box.writestr("data/deleted-tweets.js", assigned([tweet(3)]))
        box.writestr("data/direct-messages.js", "not even JavaScript")
    found = read("twitter.zip", content.getvalue())
    assert set(found.tables["items"]["item_id"].str[-1]) == {"1", "2"}
    assert codes(found) == ["IN-PRIV-01"]
    assert "2 other files" in found.faults[0]["message"]


def test_a_retweet_brings_nobodys_figures_nor_words() -> None:
    found = read("tweets.js", assigned([tweet(1), tweet(2, "RT @ospite: parole sue", retweet_count="950")]))
    assert (found.rows_kept, found.rows_other) == (1, 1)
    assert found.tables["metrics"]["value"].max() == 12
    assert "parole sue" not in str(found.tables)


def test_an_id_is_never_taken_from_a_number() -> None:
    number = {**tweet(1), "id": 1226000000000000001}
    del number["id_str"]
    found = read("tweets.js", assigned([number, tweet(2)]))
    assert found.tables["items"]["item_id"].tolist() == ["1226000000000000002"]
    assert codes(found) == ["IN-ID-02"]


@pytest.mark.parametrize(
    "value", ["[1]", '[{"tweet": 7}]', '[["a"]]', "{}", '[{"tweet": {"full_text": ["a"], "id_str": {}}}]']
)
def test_tweets_of_another_shape_are_no_fault_of_ours(value: str) -> None:
    found = read("tweets.js", "window.YTD.tweets.part0 = " + value)
    assert not found.tables
    assert found.faults
    assert "IN-FILE-11" not in codes(found)


def test_tweets_of_the_api_say_whose_they_are() -> None:
    assert read_sample(ARCHIVE / "api.json").accounts
    assert codes(read_sample(ARCHIVE / "api_of_two_accounts.json")) == ["IN-ACC-02"]


# ---- the old exports


def test_figures_of_tweets_are_those_of_the_file() -> None:
    rows = {row["Tweet id"]: row for row in csv.DictReader(io.StringIO(TWEETS.read_text()))}
    metrics = read_sample(TWEETS).tables["metrics"]
    names = {"impressions": "impressions", "shares": "retweets", "comments": "replies", "reactions": "likes"}
    for row in metrics[metrics["metric"].isin(list(names))].itertuples():
        assert row.value == float(rows[str(row.item_id)][names[str(row.metric)]])
    assert set(metrics["kind"]) == {"lifetime"}


def test_days_add_up_to_the_files_own_sum() -> None:
    rows = [row for row in csv.DictReader(io.StringIO(DAYS.read_text())) if row["Date"] != "2020-01-32"]
    metrics = read_sample(DAYS).tables["metrics"]
    for metric, column in (
        ("posts", "Tweets published"),
        ("impressions", "impressions"),
        ("reactions", "likes"),
    ):
        truth = sum(float(row[column]) for row in rows if row[column] != "-")
        assert metrics.loc[metrics["metric"] == metric, "value"].sum() == truth
    assert ("2020-01-03", "impressions") not in set(
        zip(metrics["date"].astype("str"), metrics["metric"], strict=True)
    )


def test_a_ruined_id_is_never_a_key() -> None:
    chance = random.Random(7)
    rows = [["Tweet id", "Tweet permalink", "Tweet text", "time", "impressions", "likes"]]
    whole: set[str] = set()
    for n in range(60):
        true = str(chance.randrange(6 * 10**17, 13 * 10**17))
        has_address = chance.random() < 0.5
        whole |= {true} if has_address else set()
        address = (
            f"https://twitter.com/laquercia/status/{true}" if has_address else "https://twitter.com/laquercia"
        )
        rows.append([f"{int(true):.2E}", address, f"T{n}", f"2016-06-{n % 28 + 1:02} 10:00:00", "70", "2"])
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    found = read("a.csv", text.getvalue())
    assert set(found.tables["items"]["item_id"]) == whole
    assert found.rows_quarantined == 60 - len(whole)
    assert set(codes(found)) == {"IN-ID-01"}


def test_an_italian_spreadsheets_copy_says_the_same() -> None:
    header = "Tweet id;Tweet permalink;Tweet text;time;impressions;engagements;likes"
    address = "https://twitter.com/laquercia/status/649311204913852416"
    found = read("a.csv", f"{header}\n6,49E+17;{address};La torre;20/06/2016 21:56;1.234;39;2\n")
    assert found.tables["items"]["item_id"].tolist() == ["649311204913852416"]
    assert found.tables["items"]["done_at"].tolist() == [pd.Timestamp("2016-06-20 21:56", tz="UTC")]
    assert found.tables["metrics"]["value"].tolist() == [1234.0, 39.0, 2.0]


def test_one_tweet_in_three_exports_is_one_item() -> None:
    number = "1226000000000000001"
    content = (
        "Post id,Date,Post text,Post Link,Impressions\n"
        f'{number},"Mon, Feb 10, 2020",La torre,https://x.com/laquercia/status/{number},5\n'
    )
    files = [
        read_sample(TWEETS),
        read("tweets.js", assigned([tweet(1)])),
        read("account_analytics_content_2020-01-01_2020-03-31.csv", content),
    ]
    assert all(number in set(file.tables["items"]["item_id"]) for file in files)
    items = merge(files, ("items", "metrics"))["items"]
    assert (items["item_id"] == number).sum() == 1


def test_a_list_in_the_zip_that_is_not_assigned_is_named() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as box:
        box.writestr("data/tweets.js", "[]")
    found = read("twitter.zip", content.getvalue())
    assert (codes(found), found.rows_kept) == (["IN-JSON-01"], 0)
    assert "No list is assigned" in found.faults[0]["message"]
