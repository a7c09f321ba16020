"""TikTok Studio as it is downloaded: several tables, days without a year, rows without a day."""

import io
import zipfile

import pytest
from golden import CONTEXT

from sharedsocial_utils.reading.file import FileReading, read_bytes

NAME = "tiktok 2027-01-03/{}"
OVERVIEW = '"Date","Video Views","Profile Views","Likes"\n'
FOLLOWERS = '"Date","Followers","Difference in followers from previous day"\n'


def codes(found: FileReading) -> list[str]:
    return [fault["code"] for fault in found.faults]


def overview(*rows: str) -> FileReading:
    return read_bytes(NAME.format("Overview.csv"), (OVERVIEW + "\n".join(rows) + "\n").encode(), CONTEXT)


def archive(**members: str) -> FileReading:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as box:
        for name, text in members.items():
            box.writestr(f"{name}.csv", text)
    return read_bytes(NAME.format("a.zip"), content.getvalue(), CONTEXT)


def test_the_days_of_an_archive_are_those_of_all_its_tables() -> None:
    days = FOLLOWERS + "".join(f'"December {day}","{day}","1"\n' for day in range(28, 31))
    for first, last in (("December 29", "December 31"), ("December 27", "December 30")):
        found = archive(
            FollowerHistory=days, Overview=f'{OVERVIEW}"{first}","1","2","3"\n"{last}","1","2","3"\n'
        )
        covered = {int(text.split()[1]) for text in (first, last)} | {28, 30}
        assert (found.first_date.day, found.last_date.day) == (min(covered), max(covered))  # type: ignore[union-attr]


def test_a_table_of_an_archive_with_headings_that_nobody_knows_is_said() -> None:
    known = f'{OVERVIEW}"December 29","1","2","3"\n'
    found = archive(Overview=known, FollowerHistory='"Data","Follower"\n"29 dicembre","7"\n')
    assert (found.rows_kept, codes(found)) == (1, ["IN-CSV-04"])
    assert "FollowerHistory.csv" in found.faults[0]["message"]
    assert codes(archive(Overview=known, FollowerGender='"Gender","Distribution"\n"Female","60%"\n')) == []


def test_a_row_without_its_day_is_put_aside() -> None:
    found = overview('"December 29","1","2","3"', '"","9","9","9"', '"December 31","1","2","3"')
    assert found.tables["metrics"]["date"].dt.strftime("%Y-%m-%d").unique().tolist() == [
        "2026-12-29",
        "2026-12-31",
    ]
    assert (codes(found), found.rows_quarantined) == (["IN-DATE-03"], 1)


@pytest.mark.parametrize("newest_first", [False, True])
def test_days_go_back_over_new_year(newest_first: bool) -> None:
    rows = [
        '"29 dicembre","1","2","0"',
        '"30 dicembre","1","2","3"',
        '"31 dicembre","1","2","-3"',
        '"1 gennaio","1","2","undefined"',
    ]
    found = overview(*(rows[::-1] if newest_first else rows)).tables["metrics"]
    assert sorted(found["date"].dt.strftime("%Y-%m-%d").unique()) == [
        "2026-12-29", "2026-12-30", "2026-12-31", "2027-01-01",
    ]  # fmt: skip
    likes = found[found["metric"] == "reactions"]
    assert sorted(likes["value"]) == [-3, 0, 3]  # what was taken back counts, `undefined` is no figure


@pytest.mark.parametrize(
    "days", [("16 luglio", "17 luglio", "2 marzo"), ("16 luglio", "2 marzo", "5 settembre", "1 agosto")]
)
def test_days_in_another_order_have_no_year(days: tuple[str, ...]) -> None:
    found = overview(*(f'"{day}","{n}","2","3"' for n, day in enumerate(days)))
    assert (found.tables, codes(found)) == ({}, ["IN-DATE-04"])


def test_a_video_without_its_day_is_put_aside() -> None:
    header = '"Time","Video title","Video link","Post time","Total likes","Total views"\n'
    link = "https://www.tiktok.com/@laquercia/video/730000000000000000{}"
    rows = [
        f'"3 gennaio","La torre","{link.format(n)}","{day}","9","{n}"'
        for n, day in ((1, "2 gennaio"), (2, ""))
    ]
    found = read_bytes(NAME.format("Content.csv"), (header + "\n".join(rows) + "\n").encode(), CONTEXT)
    assert found.tables["items"]["item_id"].tolist() == ["7300000000000000001"]
    assert (codes(found), found.rows_quarantined) == (["IN-DATE-03"], 1)


def test_negative_views_are_impossible() -> None:
    found = overview('"December 30","-1","2","3"', '"December 31","1","2","3"')
    assert (codes(found), found.rows_quarantined) == (["IN-NUM-03"], 1)
