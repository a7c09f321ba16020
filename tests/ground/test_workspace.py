"""The places: quarters, ids, and writing whole or not at all."""

import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from sharedsocial_utils.errors import CATALOGUE, Fault, visible
from sharedsocial_utils.workspace import PORTFOLIO, Quarter, Workspace, checked_id, write_whole


def test_quarters_cover_the_calendar_without_gap() -> None:
    quarter, day = Quarter.parse("2023Q4"), date(2023, 10, 1)
    for _ in range(12):
        assert quarter.first_day == day
        day += timedelta(days=quarter.days)
        assert quarter.last_day == day - timedelta(days=1)
        assert quarter.next.previous == quarter
        quarter = quarter.next
    assert str(quarter) == "2026Q4"


@pytest.mark.parametrize("text", ["2026Q5", "2026q3", "Q3 2026", "26Q3", "2026Q3 ", "", "2026Q3\n"])
def test_what_is_no_quarter_is_refused(text: str) -> None:
    with pytest.raises(Fault) as caught:
        Quarter.parse(text)
    assert caught.value.code == "CL-07"


@pytest.mark.parametrize("client", ["../x", "a/b", "La-Quercia", "", "-a", "a" * 64, "a\n", "ä"])
def test_no_path_is_made_of_what_is_no_id(tmp_path: Path, client: str) -> None:
    (tmp_path / "data" / "raw").mkdir(parents=True)
    place = Workspace.at(tmp_path)
    for ask in (place.raw, lambda c: place.processed(c, Quarter(2026, 3))):
        with pytest.raises(Fault) as caught:
            ask(client)
        assert caught.value.code == "CL-05"


def test_a_client_folder_that_is_a_link_is_nobodys(tmp_path: Path) -> None:
    (tmp_path / "data" / "raw" / "rossi").mkdir(parents=True)
    (tmp_path / "data" / "raw" / "verdi").symlink_to(tmp_path / "data" / "raw" / "rossi")
    with pytest.raises(Fault) as caught:
        Workspace.at(tmp_path).raw("verdi")
    assert caught.value.code == "CL-01"


def test_a_folder_without_raw_files_is_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(Fault) as caught:
        Workspace.at(tmp_path)
    assert (caught.value.code, caught.value.file) == ("WS-01", str(tmp_path))


def test_no_client_has_the_name_of_the_folder_that_all_share() -> None:
    with pytest.raises(Fault) as caught:
        checked_id(PORTFOLIO)
    assert (caught.value.code, caught.value.text) == ("CL-05", PORTFOLIO)
    assert checked_id("rossi") == "rossi"


def test_a_failed_write_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_whole(tmp_path / "a.txt", "old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Fault, match="No space left") as caught:
        write_whole(path, "new")
    assert caught.value.code == "WS-02"
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_fault_tells_its_place_and_its_cure() -> None:
    fault = Fault("IN-NUM-02", "not a number", file="a.csv", line=41, column=5, text="1\u202e2\x00")
    assert fault.place() == "a.csv, line 41, column 5"
    assert "\\u202e" in fault.one_line()
    assert "\u202e" not in fault.one_line()
    assert fault.as_dict()["line"] == 41
    assert CATALOGUE["IN-NUM-02"].cure.startswith("correct the cell")
    assert ". Correct the cell" in fault.one_line()


def test_letters_of_all_scripts_stay_visible() -> None:
    assert visible("perché Ωμέγα 日本 🍇") == "perché Ωμέγα 日本 🍇"


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(KeyError):
        Fault("IN-NOPE-01", "x")
