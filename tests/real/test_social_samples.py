"""Real files of X and YouTube: each has one reader or its reason, and every line and entry is accounted for.

The files lie beside the project and are not ours to copy: without them the tests are skipped. Lines, entries
and sums are counted here without any of our code.
"""

import csv
import json
from pathlib import Path

import pytest

from sharedsocial_utils.reading import readers
from sharedsocial_utils.reading.door import Head
from sharedsocial_utils.reading.file import FileReading, read_bytes
from sharedsocial_utils.reading.source import Context

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
FILES = {  # file -> its reader, layout, and the code that says why nothing of it is used
    "x_twitter/api_tweets.json": ("x_archive", "api", None),
    "x_twitter/archive/account.js": ("x_archive", "private", "IN-PRIV-01"),
    "x_twitter/archive/app.js": ("x_archive", "private", "IN-PRIV-01"),
    "x_twitter/archive/follower.js": ("x_archive", "private", "IN-PRIV-01"),
    "youtube_studio/geography/Table data.csv": ("youtube_studio", "breakdown", "IN-FILE-13"),
    "youtube_studio/geography/Totals.csv": ("youtube_studio", "days", None),
    "youtube_studio/traffic_source/Chart data.csv": ("youtube_studio", "chart", "IN-FILE-13"),
    "youtube_studio/traffic_source/Table data.csv": ("youtube_studio", "breakdown", "IN-FILE-13"),
    "youtube_studio/traffic_source/Totals.csv": ("youtube_studio", "days", None),
}

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the real samples are not at hand")


def reading(name: str) -> FileReading:
    return read_bytes(name, (SAMPLES / name).read_bytes(), Context(salt="real"))


def units(name: str) -> int:
    """Entries of a list that is read, else physical lines."""
    data = (SAMPLES / name).read_bytes()
    if name.endswith(".json"):
        return len(json.loads(data))
    return data.count(b"\n") + (not data.endswith(b"\n"))


def test_no_file_of_the_two_systems_is_left_out() -> None:
    found = {
        path.relative_to(SAMPLES).as_posix()
        for system in ("x_twitter", "youtube_studio")
        for path in (SAMPLES / system).rglob("*")
        if path.is_file()
    }
    assert found == set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_one_reader_claims_it(name: str) -> None:
    head = Head(name, (SAMPLES / name).read_bytes())
    claimants = [reader for reader, module in readers().items() if module.recognise(head).layout]
    assert claimants == [FILES[name][0]]


@pytest.mark.parametrize("name", FILES)
def test_every_line_or_entry_is_accounted_for(name: str) -> None:
    found = reading(name)
    reader, layout, code = FILES[name]
    assert (found.reader, found.layout) == (reader, layout)
    classed = found.rows_kept + found.rows_merged + found.rows_quarantined + found.rows_other
    assert found.rows_read == classed == units(name)
    assert [fault["code"] for fault in found.faults] == ([code] if code else [])
    assert bool(found.tables) is (code is None)


@pytest.mark.parametrize("folder", ["geography", "traffic_source"])
def test_the_days_of_youtube_add_up_to_the_files_own_sum(folder: str) -> None:
    name = f"youtube_studio/{folder}/Totals.csv"
    with (SAMPLES / name).open(encoding="utf-8", newline="") as file:
        views = [int(row["Views"]) for row in csv.DictReader(file)]
    found = reading(name)
    assert found.rows_kept == len(views)
    assert found.tables["metrics"]["value"].sum() == sum(views)


def test_tweets_are_those_of_the_list_and_retweets_nobodys() -> None:
    tweets = json.loads((SAMPLES / "x_twitter/api_tweets.json").read_bytes())
    own = [tweet for tweet in tweets if "retweeted_status" not in tweet]
    found = reading("x_twitter/api_tweets.json")
    assert (found.rows_kept, found.rows_other) == (len(own), len(tweets) - len(own))
    items, metrics = found.tables["items"], found.tables["metrics"]
    assert items["item_id"].tolist() == [tweet["id_str"] for tweet in own]
    for metric, key in (("reactions", "favorite_count"), ("shares", "retweet_count")):
        assert metrics.loc[metrics["metric"] == metric, "value"].tolist() == [tweet[key] for tweet in own]
    replies = [tweet["in_reply_to_status_id_str"] for tweet in own]
    assert [reply if isinstance(reply, str) else None for reply in items["reply_to"]] == replies


def test_nobodys_name_is_kept() -> None:
    tweets = json.loads((SAMPLES / "x_twitter/api_tweets.json").read_bytes())
    account = json.loads((SAMPLES / "x_twitter/archive/account.js").read_text().partition("=")[2])[0][
        "account"
    ]
    kept = "".join(frame.to_csv() for frame in reading("x_twitter/api_tweets.json").tables.values())
    assert not [tweet["user"]["name"] for tweet in tweets if tweet["user"]["name"] in kept]
    refused = str(reading("x_twitter/archive/account.js").faults)
    assert not [value for value in account.values() if value in refused and value != "web"]
