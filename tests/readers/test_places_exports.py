"""What the goldens of places, pictures and the small networks cannot show: privacy, counts, shapes."""

import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from golden import CONTEXT, EXPORTS, read_sample

from sharedsocial_utils.reading.file import FileReading, read_bytes

SYSTEMS = (
    "flickr",
    "slideshare",
    "foursquare",
    "google_business",
    "tripit",
    "dopplr",
    "mastodon",
    "telegram",
)


def codes(reading: FileReading) -> list[str]:
    return [fault["code"] for fault in reading.faults]


def samples(system: str) -> list[Path]:
    return [p for p in sorted((EXPORTS / system).iterdir()) if not p.name.endswith(".golden.json")]


@pytest.mark.parametrize("system", SYSTEMS)
def test_nothing_of_a_person_leaves_the_export(system: str) -> None:
    for sample in samples(system):
        found = read_sample(sample)
        everything = str(found.faults) + "".join(frame.to_csv() for frame in found.tables.values())
        for secret in ("Segret", "SEGRETO", "055 0000000", "posta.example", "12345@N01"):
            assert secret not in everything, (sample.name, secret)


def as_bytes(value: Any) -> bytes:
    return json.dumps(value).encode()


@pytest.mark.parametrize(
    ("count", "value", "said"),
    [("7", 7.0, []), ("0", 0.0, []), ("99+", None, ["IN-NUM-04"]), ("", None, []), (None, None, [])],
)
def test_a_cut_count_is_neither_zero_nor_ninety_nine(
    count: Any, value: float | None, said: list[str]
) -> None:
    photo = json.loads((EXPORTS / "flickr" / "photo_51000000001.json").read_bytes())
    found = read_bytes("photo_1.json", as_bytes({**photo, "count_faves": count}), CONTEXT)
    metrics = found.tables["metrics"]
    assert metrics.loc[metrics["metric"] == "reactions", "value"].tolist() == (
        [] if value is None else [value]
    )
    assert codes(found) == said


def test_every_member_of_the_account_is_accounted_for() -> None:
    sample = EXPORTS / "flickr" / "72157720000000001_part1.zip"
    with zipfile.ZipFile(sample) as archive:
        assert read_sample(sample).rows_read == len(archive.namelist())


def test_a_check_in_may_count_its_seconds_or_write_its_moment() -> None:
    def moment(created: Any) -> str:
        checkin = {"id": "1", "createdAt": created, "timeZoneOffset": 120, "venue": {"name": "V"}}
        return str(
            read_bytes("a.json", as_bytes({"items": [checkin]}), CONTEXT).tables["items"]["done_at"][0]
        )

    assert moment(1784050406) == moment("2026-07-14 17:33:26.000000") == "2026-07-14 17:33:26+00:00"


@pytest.mark.parametrize("cell", ["", "-"])
def test_a_figure_that_google_leaves_out_is_not_zero(cell: str) -> None:
    sample = EXPORTS / "google_business" / "no_period.csv"
    text = sample.read_text("utf-8").replace(",412,", f",{cell},")
    found = read_bytes(sample.name, text.encode(), CONTEXT)
    assert set(found.tables["metrics"]["metric"]) == {
        "calls",
        "messages",
        "directions",
        "link_clicks",
        "bookings",
    }


def test_several_locations_do_not_hide_each_other() -> None:
    sample = (
        EXPORTS / "google_business" / "GMB insights (Business Profile Insights) - 2026-8-1 - 2026-8-31.csv"
    )
    text = sample.read_text("utf-8").replace(",x,", ",9,")
    metrics = read_bytes(sample.name, text.encode(), CONTEXT).tables["metrics"]
    calls = metrics[metrics["metric"] == "calls"].set_index("item_id")["value"]
    assert calls.to_dict() == {"0000123": 12, "Lungomare 3, Imperia": 1}


def test_a_trip_is_counted_once_whatever_its_segments() -> None:
    sample = EXPORTS / "tripit" / "tripit.ics"
    data = sample.read_bytes()
    start, end = data.index(b"BEGIN:VEVENT\nUID:item-"), data.index(b"BEGIN:VEVENT\nUID:0bad")
    many = data[:start] + data[start:end] * 5 + data[end:]
    found = read_bytes(sample.name, many, CONTEXT)
    assert (found.rows_kept, found.rows_other, len(found.tables["items"])) == (1, 5, 1)


def test_calendars_of_trips_are_no_time_logs() -> None:
    for system in ("tripit", "dopplr"):
        for sample in samples(system):
            assert read_bytes("a.ics", sample.read_bytes(), CONTEXT).reader != "calendar_log"


def test_a_private_post_is_never_kept() -> None:
    box = json.loads((EXPORTS / "mastodon" / "outbox.json").read_bytes())
    first = box["orderedItems"][0]
    for to in ([], ["https://other.example/users/x"], ["https://social.example/users/laquercia/followers"]):
        post = {**first, "to": to, "cc": []}
        found = read_bytes("outbox.json", as_bytes({**box, "orderedItems": [post]}), CONTEXT)
        assert (found.rows_kept, found.rows_other) == (0, 1)


def test_only_channels_of_telegram_are_read() -> None:
    chat = json.loads((EXPORTS / "telegram" / "result.json").read_bytes())
    for kind in ("personal_chat", "private_group", "public_supergroup", "saved_messages", "bot_chat"):
        found = read_bytes("result.json", as_bytes({**chat, "type": kind}), CONTEXT)
        assert (found.rows_kept, found.rows_other, found.tables) == (0, 5, {})


def test_reactions_that_telegram_does_not_tell_are_not_zero() -> None:
    found = read_sample(EXPORTS / "telegram" / "result.json")
    assert found.tables["metrics"]["item_id"].tolist() == ["1500000001/12"]


@pytest.mark.parametrize("system", ["flickr", "foursquare", "mastodon", "telegram", "dopplr"])
def test_values_of_other_types_are_put_aside_or_refused(system: str) -> None:
    for sample in samples(system):
        if sample.suffix != ".json":
            continue
        for old, new in (
            (b'": "', b'": ["'),
            (b'": {', b'": 7, "x": {'),
            (b"[", b"[null, "),
            (b'"id"', b'"i"'),
        ):
            found = read_bytes(sample.name, sample.read_bytes().replace(old, new), CONTEXT)
            assert "IN-FILE-11" not in codes(found), (sample.name, old, found.faults)


@pytest.mark.parametrize(
    ("sample", "name", "day"),
    [
        ("flickr/72157720000000001_part1.zip", "a.zip", date(2026, 10, 2)),
        ("foursquare/export.zip", "a.zip", date(2026, 10, 2)),
        ("telegram/result.json", "telegram/ChatExport_2026-10-05/result.json", date(2026, 10, 5)),
        ("telegram/result.json", "DataExport_2026-10-05 (1)/result.json", date(2026, 10, 5)),
        ("telegram/result.json", "ChatExport_2026-13-05/result.json", None),
    ],
)
def test_counts_are_of_the_day_on_which_the_export_was_made(sample: str, name: str, day: date | None) -> None:
    found = read_bytes(name, (EXPORTS / sample).read_bytes(), CONTEXT)
    assert found.as_of == (day or found.last_date)
    assert set(found.tables["metrics"]["as_of"].dt.date) == {found.as_of}


@pytest.mark.parametrize("stamp", [(1980, 1, 1, 0, 0, 0), (2026, 0, 0, 0, 0, 0)])
def test_an_archive_without_days_leaves_its_last_day(stamp: tuple[int, ...], tmp_path: Path) -> None:
    photo = (EXPORTS / "flickr" / "photo_51000000001.json").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as box:
        entry = zipfile.ZipInfo("photo_1.json")
        entry.date_time = stamp  # type: ignore[assignment]
        box.writestr(entry, photo)
    found = read_bytes("a.zip", (tmp_path / "a.zip").read_bytes(), CONTEXT)
    assert found.rows_kept == 1
    assert found.as_of == found.last_date
