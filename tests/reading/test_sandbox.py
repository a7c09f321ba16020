"""A file that kills its reader costs itself alone; links and devices are never opened."""

import os
from pathlib import Path

import pytest

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading import sandbox
from sharedsocial_utils.reading.file import read_bytes
from sharedsocial_utils.reading.ingest import read_files
from sharedsocial_utils.reading.sandbox import read_apart
from sharedsocial_utils.reading.source import Context

GOOD = (
    b"User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration\n"
    b"Ada Neri,,,Blog,,,No,2026-07-01,09:00:00,2026-07-01,10:30:00,01:30:00\n"
)
# runs in the child before anything else: words in a file do what a fault of a library would do
HOSTILE = """
import os, signal, time
from sharedsocial_utils.reading import file, sandbox

sandbox.CPU_SECONDS, sandbox.WALL_SECONDS = 0.5, 2
read = file.read_bytes

def read_hostile(path, data, context):
    if b"CRASH" in data:
        os.kill(os.getpid(), signal.SIGSEGV)
    if b"ABORT" in data:
        os.abort()
    if b"EXIT" in data:
        os._exit(0)
    end = time.process_time() + 1.2
    while b"LOOP" in data and time.process_time() < end:
        pass
    if b"SLEEP" in data:
        signal.pause()
    if b"EAT" in data:
        bytearray(3 * 2**30)
    return read(path, data, context)

sandbox.read_bytes = read_hostile
"""


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "python"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(HOSTILE)
    monkeypatch.setenv("PYTHONPATH", str(folder))


def _files(folder: Path, *words: str) -> dict[str, Path]:
    places = {f"{n}.csv": folder / f"{n}.csv" for n in range(len(words))}
    for place, word in zip(places.values(), words, strict=True):
        place.write_bytes(GOOD.replace(b"Blog", word.encode()))
    return places


def test_one_answer_per_file_in_their_order(tmp_path: Path) -> None:
    places = _files(tmp_path, "a", "b", "c", "d", "e")
    found = read_apart(dict(reversed(places.items())), Context())
    assert [file.path for file in found] == ["4.csv", "3.csv", "2.csv", "1.csv", "0.csv"]
    assert [file.tables["effort"]["project"].iloc[0] for file in found] == ["e", "d", "c", "b", "a"]


def test_the_child_reads_as_the_parent_would(tmp_path: Path) -> None:
    apart = read_apart(_files(tmp_path, "Blog"), Context())[0]
    here = read_bytes("0.csv", GOOD, Context())
    assert apart.tables["effort"].equals(here.tables["effort"])
    assert (apart.rows_read, apart.sha256, apart.last_date) == (here.rows_read, here.sha256, here.last_date)


@pytest.mark.usefixtures("hostile")
def test_a_file_that_kills_its_reader_costs_itself_alone(tmp_path: Path) -> None:
    words = [
        "good",
        "CRASH",
        "good",
        "ABORT",
        "LOOP",
        "SLEEP",
        "EAT",
        "good",
        "CRASH",
        "CRASH",
        "CRASH",
        "good",
    ]
    found = read_apart(_files(tmp_path, *words), Context())
    codes = [file.error and file.error["code"] for file in found]
    assert codes == [None if word == "good" else "IN-FILE-10" for word in words]
    assert [len(file.tables) for file in found] == [1 if word == "good" else 0 for word in words]


@pytest.mark.usefixtures("hostile")
def test_a_reader_that_leaves_without_a_word_is_no_answer(tmp_path: Path) -> None:
    found = read_apart(_files(tmp_path, "EXIT", "EXIT", "EXIT", "good"), Context())
    assert [file.error and file.error["code"] for file in found] == ["IN-FILE-10"] * 3 + [None]


def test_links_devices_and_what_is_missing_are_refused_unopened(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_bytes(GOOD)
    (tmp_path / "link.csv").symlink_to(tmp_path / "secret.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    found = read_files([tmp_path / name for name in ("link.csv", "pipe.csv", "none.csv", "secret.csv")])
    assert [file.error and file.error["code"] for file in found] == ["IN-FILE-08"] * 3 + [None]
    assert [file.bytes for file in found][:3] == [0, 0, 0]


def test_half_a_character_in_json_is_shown_and_read(tmp_path: Path) -> None:
    board = (
        '{"idOrganization": "o", "url": "https://trello.com/b/x", "lists": [], "members": [], "actions": [],'
        ' "cards": [{"id": "c1", "name": "\\ud83d half", "labels": [], "idMembers": []}]}'
    )
    (tmp_path / "board.json").write_text(board)
    found = read_files([tmp_path / "board.json"])[0]
    assert found.tables["plan_items"]["title"].tolist() == ["\\ud83d half"]


@pytest.mark.slow
def test_a_row_of_separators_fills_no_memory(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(GOOD + b"," * (100 * 2**20) + b"\n")
    found = read_files([tmp_path / "a.csv"])[0]
    assert (found.rows_read, found.rows_kept, found.rows_quarantined) == (3, 1, 1)


@pytest.mark.parametrize("name", sandbox._FIRST)
def test_what_warms_the_workers_up_is_read_whole(name: str) -> None:
    found = read_bytes(name, sandbox._FIRST[name].encode(), Context())
    assert (found.error, found.rows_quarantined, found.rows_kept > 0) == (None, 0, True)


# ---- what is not even opened


def _refused(path: Path) -> Fault:
    with pytest.raises(Fault) as caught:
        sandbox._bytes(path)
    return caught.value


def test_a_file_beyond_the_limit_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.csv").write_bytes(b"x" * 11)
    monkeypatch.setattr(sandbox, "MAX_FILE_BYTES", 11)
    assert sandbox._bytes(tmp_path / "a.csv") == b"x" * 11
    monkeypatch.setattr(sandbox, "MAX_FILE_BYTES", 10)
    fault = _refused(tmp_path / "a.csv")
    assert (fault.code, fault.found, fault.expected) == ("IN-FILE-07", "11 bytes", "at most 10")


@pytest.mark.parametrize(
    ("data", "says", "line"),
    [
        (b"\x00" * 64, "larger than any export, and none by its beginning", None),
        (b"%PDF-1.7" + b"x" * 64, "larger than any export, and none by its beginning", None),
        (b"a,b\n" * 8 + b"x" * 64, "a line of 32 bytes and more", 9),
    ],
)
def test_a_large_file_is_held_only_if_it_can_be_an_export(
    data: bytes, says: str, line: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox, "PIECE_BYTES", 32)
    (tmp_path / "good.csv").write_bytes(b"a,b\n" * 40)
    assert len(sandbox._bytes(tmp_path / "good.csv")) == 160
    (tmp_path / "a.csv").write_bytes(data)
    fault = _refused(tmp_path / "a.csv")
    assert (fault.code, fault.found, fault.line) == ("IN-FILE-07", says, line)


def test_a_file_that_may_not_be_read_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.csv").write_bytes(GOOD)
    monkeypatch.setattr(os, "open", denied)
    fault = _refused(tmp_path / "a.csv")
    assert (fault.code, fault.found) == ("IN-FILE-12", "cannot be opened: Permission denied")
