"""A fault of a reader, or of a library under it, costs one file: its lines are put aside, with the reason."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from sharedsocial_utils.readers import toggl
from sharedsocial_utils.reading.file import read_bytes
from sharedsocial_utils.reading.source import Context, Rows, Source

DATA = (
    b"User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration\n"
    b"Ada,,,Blog,,,No,2026-07-01,09:00:00,2026-07-01,10:30:00,01:30:00\n"
)
HERE = np.array(["2"], dtype=object)


def _raising(error: Exception) -> Callable[[Source], Iterator[Rows]]:
    def read(source: Source) -> Iterator[Rows]:
        raise error

    return read


def _giving(rows: Rows) -> Callable[[Source], Iterator[Rows]]:
    def read(source: Source) -> Iterator[Rows]:
        source.skip()
        yield rows

    return read


def _half_done(source: Source) -> Iterator[Rows]:
    source.skip(1, 1)
    return iter(())


@pytest.mark.parametrize(
    ("read", "code", "says", "aside"),
    [
        (_raising(RecursionError()), "IN-JSON-02", "Nested too deep", 2),
        (_raising(MemoryError()), "IN-FILE-10", "The memory limit was reached", 2),
        (_raising(ZeroDivisionError("x")), "IN-FILE-11", "The reader failed (ZeroDivisionError: x)", 2),
        (_half_done, "IN-FILE-11", "The reader toggl left 2 without a class", 1),
        (
            _giving(Rows("effort", {"person": "ada", "source_row": HERE})),
            "IN-FILE-11",
            "The reader left a key of effort empty",
            0,
        ),
        (
            _giving(Rows("metrics", {"metric": "likes", "value": 1.0, "source_row": HERE})),
            "IN-FILE-11",
            "Metrics not in the codebook: likes",
            0,
        ),
    ],
)
def test_a_fault_of_a_reader_costs_its_file(
    read: Callable[[Source], Iterator[Rows]],
    code: str,
    says: str,
    aside: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert read_bytes("a.csv", DATA, Context()).rows_kept == 1
    monkeypatch.setattr(toggl, "read", read)
    found = read_bytes("a.csv", DATA, Context())
    assert found.error
    assert found.error["code"] == code
    assert found.error["message"].startswith(says)
    assert (found.rows_read, found.rows_kept, found.rows_quarantined) == (2, 0, aside)
    assert not found.tables
