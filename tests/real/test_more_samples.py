"""Real exports of blogs, hours, places and calendars: each read by one reader, every unit of it counted anew.

The files lie beside the project and are not ours to copy: without them the tests are skipped.
"""

import csv
import json
import re
from pathlib import Path

import pytest

from sharedsocial_utils.reading.file import FileReading, read_bytes
from sharedsocial_utils.reading.source import Context

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
FOLDERS = (
    "feeds", "foursquare", "harvest", "ics", "slideshare", "toggl", "clockify", "tripit", "wordpress_stats",
    "wordpress_wxr",
)  # fmt: skip
READER = {
    "foursquare": "foursquare", "harvest": "harvest", "ics": "calendar_log", "slideshare": "slideshare",
    "toggl": "toggl", "clockify": "clockify", "tripit": "tripit", "wordpress_stats": "wordpress_stats",
    "wordpress_wxr": "wordpress_wxr",
}  # fmt: skip
CONTEXT = Context(timezone="Europe/Rome", currency="EUR", salt="real")
FILES = [path for folder in FOLDERS for path in sorted((SAMPLES / folder).glob("*")) if path.is_file()]

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the real samples are not at hand")


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def read(path: Path) -> FileReading:
    return read_bytes(name_of(path), path.read_bytes(), CONTEXT)


def units(path: Path) -> int:
    """How many lines, entries or components a file has, counted without our readers."""
    text = path.read_text("utf-8")
    if path.parent.name in ("ics", "tripit"):
        return len(re.findall(r"^BEGIN:(?:VEVENT|VTODO|VJOURNAL|VFREEBUSY)\s*$", text, re.M))
    if path.parent.name in ("feeds", "wordpress_wxr", "slideshare"):
        if path.suffix == ".json":
            return len(json.loads(text)["items"])
        plain = re.sub(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>", "", text, flags=re.DOTALL)
        return len(re.findall(r"<(?:item|entry|wp:comment|Slideshow)[\s>]", plain))
    return 1 if path.suffix == ".json" else len(text.splitlines())


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_each_is_read_by_its_reader(path: Path) -> None:
    found = read(path)
    is_feed = path.parent.name == "feeds"
    expected = READER.get(path.parent.name) or ("json_feed" if path.suffix == ".json" else "blog_feed")
    assert found.reader == expected, found.error
    assert found.tables or found.faults, "nothing read and nothing said"
    assert not is_feed or found.layout in ("rss", "atom", "json")


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_each_unit_is_accounted_for(path: Path) -> None:
    found = read(path)
    assert found.rows_read == units(path)
    assert found.rows_read == found.rows_kept + found.rows_merged + found.rows_quarantined + found.rows_other
    rows = {row for frame in found.tables.values() for row in frame["source_row"]}
    assert len(rows) <= found.rows_kept


def test_the_wordpress_export_has_its_posts_and_comments() -> None:
    path = SAMPLES / "wordpress_wxr" / "themeunittestdata.wordpress.xml"
    text = path.read_text("utf-8")
    items = re.split(r"<item>", re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL))[1:]

    def says(item: str, name: str, value: str) -> bool:
        return re.search(rf"<wp:{name}>(?:<!\[CDATA\[)?{value}(?:\]\]>)?</wp:{name}>", item) is not None

    public = [item for item in items if says(item, "status", "publish")]
    posts = [item for item in public if says(item, "post_type", "post")]
    found = read(path).tables["items"]
    assert (found["kind"] == "post").sum() == len(posts) == 56
    assert found["kind"].isin(["comment", "reply"]).sum() == 26
    assert "themeshaperwp" not in found.to_csv()
    assert found["author"].isna().all()


def test_the_hours_are_those_of_the_files() -> None:
    path = SAMPLES / "harvest" / "harvest_time_entries_import_test_1.csv"
    with path.open(encoding="utf-8", newline="") as file:
        hours = [float(row["Hours"].replace(",", ".")) for row in csv.DictReader(file)]
    assert read(path).tables["effort"]["hours"].tolist() == pytest.approx(hours)


@pytest.mark.parametrize(
    ("name", "days", "hours", "codes"),
    [
        ("alarm_google_future.ics", 1, 0.75, []),
        ("event_with_recurrence_exdates_on_different_lines.ics", 10, 80, []),  # 15 Tuesdays less 5
        ("invalid_duration.ics", 0, 0, ["IN-ICS-01"]),
        ("issue_165_missing_event.ics", 14, 7, []),  # working days, 3 to 22 July 2015
        ("issue_526_calendar_with_events.ics", 2, 2 / 3, ["IN-ZONE-01"]),
    ],
)
def test_the_calendars_are_counted_by_hand(name: str, days: int, hours: float, codes: list[str]) -> None:
    found = read(SAMPLES / "ics" / name)
    effort = found.tables.get("effort")
    assert (0 if effort is None else len(effort)) == days
    assert (0 if effort is None else effort["hours"].sum()) == pytest.approx(hours)
    assert [fault["code"] for fault in found.faults] == codes


def test_the_trips_are_the_all_day_events() -> None:
    path = SAMPLES / "tripit" / "tripit_feed_2012.ics"
    uids = re.findall(r"^UID:(?!item-)(\S+@tripit\.com)", path.read_text("utf-8"), re.M)
    found = read(path)
    assert sorted(found.tables["items"]["item_id"]) == sorted(uids)
    assert "conf #" not in found.tables["items"].to_csv()


def test_the_check_in_names_nobody() -> None:
    found = read(SAMPLES / "foursquare" / "api_checkin.json")
    assert found.tables["items"]["done_at"].astype(str).tolist() == ["2017-05-28 20:03:10+00:00"]
    figures = dict(zip(found.tables["metrics"]["metric"], found.tables["metrics"]["value"], strict=True))
    assert figures["reactions"] == 3
    everything = "".join(frame.to_csv() for frame in found.tables.values())
    assert not [name for name in ("Natalie", "Downe", "anniversary") if name in everything]


def test_the_deck_has_its_four_counts() -> None:
    metrics = read(SAMPLES / "slideshare" / "api_get_slideshow.xml").tables["metrics"]
    figures = dict(zip(metrics["metric"], metrics["value"], strict=True))
    assert figures == {"views": 337, "downloads": 4, "comments": 0, "reactions": 2}
