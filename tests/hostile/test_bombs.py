"""Every bomb is refused with a code, in less than two seconds of processor time and 256 MB of the worker."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bombs import BOMBS, HOLES
from prober import OURS, Probe, probing

MAX_SECONDS = 2.0
MAX_MIB = 256
MAX_PARENT_MIB = 5

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/statm").is_file(), reason="measures by way of Linux"),
]


@pytest.fixture(scope="module")
def probe() -> Iterator[Probe]:
    with probing() as ask:
        yield ask


def _assert_refused(answer: dict[str, Any]) -> None:
    assert answer["is_refused"], answer
    assert answer["codes"], answer
    assert not OURS & set(answer["codes"]), answer
    assert answer["seconds"] < MAX_SECONDS, answer
    assert answer["mib"] < MAX_MIB, answer
    assert answer["parent_mib"] < MAX_PARENT_MIB, answer


@pytest.mark.parametrize("kind", BOMBS)
def test_a_bomb_is_refused(kind: str, probe: Probe, tmp_path: Path) -> None:
    name, make = BOMBS[kind]
    (tmp_path / name).write_bytes(make())
    _assert_refused(probe(tmp_path / name))


@pytest.mark.parametrize("kind", HOLES)
def test_a_file_that_is_a_hole_is_refused(kind: str, probe: Probe, tmp_path: Path) -> None:
    name, beginning, size = HOLES[kind]
    with (tmp_path / name).open("wb") as file:
        file.write(beginning)
        file.truncate(size)
    _assert_refused(probe(tmp_path / name))


def test_there_are_forty_kinds_and_more() -> None:
    assert len(BOMBS) + len(HOLES) >= 40


def test_what_is_no_bomb_is_read_by_the_same_worker(probe: Probe) -> None:
    sample = Path(__file__).parents[1] / "exports" / "clockify" / "days_first.csv"
    answer = probe(sample)
    assert (answer["reader"], answer["is_refused"]) == ("clockify", False)
    assert answer["mib"] < MAX_MIB
