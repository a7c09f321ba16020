"""A figure that a newer export tells otherwise is listed with both; order, split and repetition change no
byte of any table."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache

import pandas as pd
import pytest
from exports_for_tests import books, exploration, merged, read, toggl
from hypothesis import given, settings
from hypothesis import strategies as st

from sharedsocial_utils.reading import frames
from sharedsocial_utils.reading.file import FileReading
from sharedsocial_utils.reading.frames import Frames
from sharedsocial_utils.reading.ingest import _without_doubles
from sharedsocial_utils.tables import require_unique

PROVENANCE = ["source_file", "source_row", "as_of"]


def listed(*files: FileReading) -> list[tuple[str, ...]]:
    found = require_unique("restatements", merged(*files)["restatements"])
    days = [found[name].dt.strftime("%m-%d") for name in ("old_as_of", "new_as_of")]
    names = ("table", "key", "column", "old", "new", "old_file", "new_file")
    return list(zip(*(found[name] for name in names), *days, strict=True))


def posts(day: str, *rows: str) -> FileReading:
    """Facebook posts exported by Hootsuite on a day, which its name says: id, reactions."""
    header = "Date (GMT),Facebook Page,Post ID,Post Permalink,Post Type,Post Message,Reactions"
    lines = [
        f"2026-07-01 06:00:00,La Quercia,1_{row.split(',')[0]},,Photo,x,{row.split(',')[1]}" for row in rows
    ]
    stem = f"q_2026-07-01_to_2026-07-31_created_on_{day.replace('-', '')}T0140Z_facebook_posts"
    return read(f"{stem}.csv", "\n".join([header, *lines]) + "\n")


def test_a_restated_figure_is_listed_with_both_exports() -> None:
    old = read("b.csv", exploration(["20260701,google,organic,a,5", "20260702,google,organic,a,7"]))
    new = read("a.csv", exploration(["20260702,google,organic,a,8", "20260703,google,organic,a,9"]))
    expected = ("visits", "2026-07-02, google, organic, a", "sessions", "7", "8", "b.csv", "a.csv")
    assert listed(old, new) == listed(new, old) == [(*expected, "07-02", "07-03")]


def test_each_change_of_a_chain_of_exports_is_listed_once() -> None:
    rows = [["20260701,g,o,a,5"], ["20260701,g,o,a,6", "20260702,g,o,a,1"]]
    rows += [["20260701,g,o,a,6", "20260703,g,o,a,1"], ["20260701,g,o,a,9", "20260704,g,o,a,1"]]
    files = [read(f"{n}.csv", exploration(each)) for n, each in enumerate(rows)]
    found = listed(*reversed(files))
    assert [row[3:7] for row in found] == [("5", "6", "0.csv", "1.csv"), ("6", "9", "2.csv", "3.csv")]
    visits = merged(*files)["visits"]
    assert visits["sessions"].tolist() == [9, 1, 1, 1]


def test_parts_of_one_figure_are_added_before_they_are_compared() -> None:
    """By device 5 and 7, then 12 in one row: nothing was corrected."""
    dimensions = "Session source,Session medium,Device category"
    old = read(
        "a.csv", exploration(["20260701,google,organic,mobile,5", "20260701,google,organic,desktop,7"],
                             dimensions)
    )  # fmt: skip
    new = read("b.csv", exploration(["20260701,google,organic,all,12", "20260702,google,organic,all,1"],
                                    dimensions))  # fmt: skip
    assert listed(old, new) == []
    assert merged(old, new)["visits"]["sessions"].tolist() == [12, 1]


def test_a_lifetime_figure_grows_and_is_not_restated() -> None:
    early, late = posts("2026-08-01", "12,4", "13,7"), posts("2026-09-01", "12,9", "13,7")
    assert listed(early, late) == []
    metrics = merged(late, early)["metrics"]
    assert metrics["value"].tolist() == [9, 7]
    assert set(metrics["kind"]) == {"lifetime"}
    assert metrics["date"].isna().all()
    again = posts("2026-09-01", "12,8")
    assert [row[:3] for row in listed(late, again)] == [("metrics", "facebook, 12", "reactions")]


def test_a_lifetime_figure_never_meets_that_of_a_day() -> None:
    """The same post and metric, by day and for its life: two keys, and neither replaces the other."""
    life = posts("2026-09-01", "12,9")
    daily = life.tables["metrics"].assign(
        date=pd.Timestamp("2026-07-02").as_unit("us"), kind="flow", value=2.0
    )
    days = FileReading("days.csv", "f" * 64, service="Hootsuite", as_of=date(2026, 9, 2))
    days.tables = Frames({"metrics": frames.arrow("metrics", dict(daily.items()), len(daily), "days.csv")})
    for files in ((life, days), (days, life)):
        metrics = merged(*files)["metrics"]
        assert list(zip(metrics["kind"], metrics["value"], strict=True)) == [("lifetime", 9.0), ("flow", 2.0)]
        assert listed(*files) == []


def test_work_is_named_by_day_person_and_project() -> None:
    old = read("old.csv", toggl(("2026-07-01", "09", "Blog")))
    new = read(
        "new.csv", toggl(("2026-07-01", "09", "Blog"), ("2026-07-02", "09", "Blog"), duration="02:00:00")
    )
    assert [row[:5] for row in listed(old, new)] == [("effort", "2026-07-01, Ada, Blog", "hours", "1", "2")]
    assert merged(old, new)["effort"]["hours"].sum() == 4


def test_a_figure_that_one_export_lacks_was_not_corrected() -> None:
    old = read("a.csv", exploration(["20260701,g,o,a,5,2"], figures="Sessions,Key events"))
    new = read("b.csv", exploration(["20260701,g,o,a,5", "20260702,g,o,a,5"]))
    assert listed(old, new) == []


# ---- order, split, repetition

FIRST = date(2026, 7, 1)


def whole(kind: str) -> list[tuple[str, str]]:
    """The rows of 12 days: day, rest; of some days several."""
    days = [FIRST + timedelta(days=n) for n in range(12)]
    if kind == "visits":
        sources = ["google,organic,a", "x,social,b", "newsletter,email,c"]
        return [(f"{day:%Y%m%d}", f"{s},{day.day + n}") for day in days for n, s in enumerate(sources)]
    return [(f"{day}", f"{9 + n:02}") for day in days for n in range(day.day % 3)]


def export(kind: str, name: str, rows: list[tuple[str, str]]) -> FileReading:
    if kind == "visits":
        return read(name, exploration([",".join(row) for row in rows]))
    return read(name, toggl(*((day, hour, f"P{day[-1]}") for day, hour in rows)))


def same(found: dict[str, pd.DataFrame], expected: dict[str, pd.DataFrame], drop: list[str]) -> None:
    assert found.keys() == expected.keys()
    for name, frame in found.items():
        mine, theirs = (f.drop(columns=[c for c in drop if c in f]) for f in (frame, expected[name]))
        assert mine.to_parquet(None) == theirs.to_parquet(None), name


def as_bytes(tables: dict[str, pd.DataFrame], drop: Sequence[str] = ()) -> dict[str, bytes]:
    having = {name: frame for name, frame in tables.items() if len(frame)}
    return {name: f.drop(columns=[c for c in drop if c in f]).to_parquet(None) for name, f in having.items()}


@cache
def undivided(kind: str) -> dict[str, bytes]:
    return as_bytes(merged(export(kind, "whole.csv", whole(kind))), PROVENANCE)


def split_and_merge(kind: str, chance: random.Random) -> None:
    """One export, or three that lie beside each other, a fourth that overlaps them and one of them twice."""
    rows = whole(kind)
    days = sorted({day for day, _ in rows})
    cuts = sorted(chance.sample(range(1, len(days)), 2))
    spans = [days[a:b] for a, b in zip([0, *cuts], [*cuts, len(days)], strict=True)]
    first = chance.randrange(len(days))
    spans += [days[first : first + 4], spans[0]]
    files = [
        export(kind, f"{n}.csv", [row for row in rows if row[0] in span]) for n, span in enumerate(spans)
    ]
    chance.shuffle(files)
    files, doubles = _without_doubles(files)
    assert as_bytes(merged(*files), PROVENANCE) == undivided(kind)
    assert sum(file.rows_kept for file in files) == len(rows)
    for file in files + doubles:
        books(file)


@pytest.mark.parametrize("kind", ["visits", "effort"])
def test_order_split_overlap_and_repetition_change_no_byte(kind: str) -> None:
    for seed in range(4):
        split_and_merge(kind, random.Random(seed))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["visits", "effort"])
@settings(max_examples=60, deadline=None)
@given(chance=st.randoms(use_true_random=False))
def test_many_orders_splits_overlaps_and_repetitions_change_no_byte(kind: str, chance: random.Random) -> None:
    split_and_merge(kind, chance)


@pytest.mark.parametrize("seed", range(3))
def test_corrected_and_coarser_exports_in_any_order_give_the_same_bytes(seed: int) -> None:
    """Every byte: where each row comes from, and what is listed as corrected."""
    files = corrected()
    random.Random(seed).shuffle(files)
    assert as_bytes(merged(*files)) == as_bytes(merged(*corrected()))


def corrected() -> list[FileReading]:
    return [
        read("a.csv", exploration(["20260701,g,o,a,5", "20260702,g,o,a,7"])),
        read("b.csv", exploration(["20260702,g,o,a,8", "20260703,g,o,a,9"])),
        read("c.csv", exploration(["20260702,g,o,a,6", "20260703,g,o,a,4"])),  # of the same day as b
        read("d.csv", exploration(["20260702,/,99"], "Landing page")),
        read("e.csv", exploration(["20260704,/,3"], "Landing page")),
        posts("2026-09-01", "12,9"),
        posts("2026-09-02", "12,3"),
    ]


def test_the_day_of_the_export_decides_and_not_its_name() -> None:
    for names in (("a.csv", "b.csv"), ("b.csv", "a.csv")):
        old = read(names[0], exploration(["20260701,g,o,a,5", "20260702,g,o,a,7"]))
        new = read(names[1], exploration(["20260702,g,o,a,8", "20260703,g,o,a,9"]))
        for files in ((old, new), (new, old)):
            assert merged(*files)["visits"]["sessions"].tolist() == [5, 8, 9]


def clicks(*rows: str) -> FileReading:
    """Days of the Search Console: day, clicks."""
    lines = [f"{row},100,2%,5" for row in rows]
    return read("Dates.csv", "\n".join(["Date,Clicks,Impressions,CTR,Position", *lines]) + "\n")


def test_a_day_told_otherwise_is_restated_whatever_day_either_file_was_exported_on() -> None:
    found = listed(clicks("2026-07-01,5", "2026-07-02,7"), clicks("2026-07-02,8", "2026-07-03,9"))
    assert [(row[0], row[3], row[4], *row[-2:]) for row in found] == [("metrics", "7", "8", "07-02", "07-03")]


def ads(*rows: str) -> FileReading:
    """Meta Ads: first day, last day, amount."""
    header = "Reporting starts,Reporting ends,Amount spent (EUR),Campaign name"
    return read("ads.csv", "\n".join([header, *(f"{row},autumn" for row in rows)]) + "\n")


def spent(*files: FileReading) -> list[tuple[str, str, float]]:
    found = merged(*files)["spend"]
    days = [found[name].dt.strftime("%m-%d") for name in ("date", "end_date")]
    return list(zip(*days, found["amount"], strict=True))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (["2026-06-29,2026-07-01,20.00"], ["2026-06-29,2026-07-05,70.00"]),
        (["2026-06-29,2026-07-05,70.00"], ["2026-07-01,2026-07-05,50.00"]),
    ],
)
def test_a_week_that_an_export_cut_is_part_of_the_week_that_another_tells_whole(
    old: list[str], new: list[str]
) -> None:
    for turn in (1, -1):
        files = (ads(*old), ads(*new, "2026-07-06,2026-07-12,7.00"))[::turn]
        assert spent(*files) == [("06-29", "07-05", 70.0), ("07-06", "07-12", 7.0)]
        assert sorted(file.rows_merged for file in files) == [0, 1]
        assert not [fault for file in files for fault in file.faults]


def test_of_weeks_that_begin_on_other_days_the_older_is_put_aside_and_told() -> None:
    for turn in (1, -1):
        mondays, sundays = ads("2026-06-29,2026-07-05,70.00"), ads("2026-07-05,2026-07-11,60.00")
        assert spent(*(mondays, sundays)[::turn]) == [("07-05", "07-11", 60.0)]
        assert [fault["code"] for fault in mondays.faults] == ["IN-DATE-06"]
        assert not sundays.faults
    later = ads("2026-07-06,2026-07-12,80.00")
    assert len(spent(ads("2026-06-29,2026-07-05,70.00"), later)) == 2


def test_a_short_month_is_a_month_and_the_newer_export_tells_it() -> None:
    june, july = "2026-06-01,2026-06-30", "2026-07-01,2026-07-31"
    for turn in (1, -1):
        files = (ads(f"{june},100.00"), ads(f"{june},110.00", f"{july},50.00"))[::turn]
        assert spent(*files) == [("06-01", "06-30", 110.0), ("07-01", "07-31", 50.0)]
