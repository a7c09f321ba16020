"""A task on one file, in a child: what stops the child is told of the file, and the parent goes on."""

from pathlib import Path

import pytest

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading import sandbox
from sharedsocial_utils.reading.apart import apart

# runs in the child before anything else: words in a file do what a fault of a library would do
HOSTILE = """
import os, time
from sharedsocial_utils.reading import mapping, sandbox

sandbox.CPU_SECONDS, sandbox.MEMORY_BYTES = 0.3, 256 * 2**20

def propose(name, data):
    if b"ABORT" in data:
        os.abort()
    if b"BREAK" in data:
        raise LookupError("no such thing")
    end = time.process_time() + 3
    while b"LOOP" in data and time.process_time() < end:
        pass
    if b"EAT" in data:
        bytearray(2**30)
    if b"SLEEP" in data:
        time.sleep(20)
    return "read", b""

mapping.propose = propose
"""


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "python"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(HOSTILE)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    return tmp_path / "a.csv"


@pytest.mark.parametrize(
    ("word", "code", "says"),
    [
        ("ABORT", "IN-FILE-10", "the reader stopped"),
        ("LOOP", "IN-FILE-10", "the reader stopped"),
        ("EAT", "IN-FILE-10", "the memory limit was reached"),
        ("BREAK", "IN-FILE-11", "LookupError: no such thing"),
    ],
)
def test_a_file_that_stops_its_task_is_named(hostile: Path, word: str, code: str, says: str) -> None:
    hostile.write_text(word)
    with pytest.raises(Fault) as caught:
        apart("propose", hostile)
    assert (caught.value.code, caught.value.file) == (code, "a.csv")
    assert says in caught.value.message()


def test_a_task_that_waits_for_ever_is_stopped(hostile: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hostile.write_text("good")
    assert apart("propose", hostile) == ("read", b"")
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 0.2)
    hostile.write_text("SLEEP")
    with pytest.raises(Fault) as caught:
        apart("propose", hostile)
    assert (caught.value.code, caught.value.file) == ("IN-FILE-10", "a.csv")
