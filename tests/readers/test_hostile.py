"""Damaged copies of every sample: each is read or refused with a located reason, and its books close."""

import csv
import io
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from golden import CONTEXT, EXPORTS, samples

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading.cells import decode
from sharedsocial_utils.reading.file import FileReading, read_bytes

SAMPLES = samples()
NOISE = (b'"', b",", b";", b"\n", b"\r", b"\x00", b"\xff", b"-", b"9" * 20, b"=", b"{", b"</")


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def _noise(data: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(data)
    for _ in range(3):
        place = chance.randrange(len(damaged))
        damaged[place : place + chance.randrange(3)] = chance.choice(NOISE)
    return bytes(damaged)


def _lines_gone(data: bytes, chance: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    return b"".join(line for line in lines if chance.random() > 0.2)


def _rows(data: bytes) -> list[list[str]]:
    text = decode(data)
    return list(csv.reader(io.StringIO(text), delimiter="\t" if "\t" in text else ","))


def _written(rows: list[list[str]], delimiter: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("utf-8", "replace")


def _saved_by_excel(data: bytes, chance: random.Random) -> bytes:
    rows = _rows(data)
    width = max((len(row) for row in rows), default=0)
    return _written([[*row, *[""] * (width - len(row))] for row in rows], ";")


def _column_gone(data: bytes, chance: random.Random) -> bytes:
    rows = _rows(data)
    gone = chance.randrange(max((len(row) for row in rows), default=1))
    return _written([[cell for n, cell in enumerate(row) if n != gone] for row in rows])


def _other_encoding(data: bytes, chance: random.Random) -> bytes:
    return decode(data).encode(chance.choice(["utf-16", "utf-32", "utf-8-sig"]), "replace")


DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _cut, _cut, _noise, _noise, _lines_gone, _saved_by_excel, _column_gone, _other_encoding,
)  # fmt: skip


def _damaged(sample: Path) -> Iterator[tuple[str, bytes]]:
    chance = random.Random(sample.name)
    for damage in DAMAGES:
        try:
            yield damage.__name__, damage(sample.read_bytes(), chance)
        except (Fault, csv.Error, ValueError):
            continue  # not a damage that can be done to a workbook or an archive


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.relative_to(EXPORTS).as_posix())
def test_a_damaged_file_is_read_or_refused_and_never_a_fault_of_ours(sample: Path) -> None:
    for damage, data in _damaged(sample):
        found = read_bytes(sample.name, data, CONTEXT)
        _assert_books_close(found, damage)
        ours = [f["message"] for f in found.faults if f["code"] in ("IN-FILE-06", "IN-FILE-11", "IN-FILE-10")]
        assert not ours, (damage, ours)


def _assert_books_close(found: FileReading, damage: str) -> None:
    classed = found.rows_kept + found.rows_merged + found.rows_quarantined + found.rows_other
    assert found.rows_read == classed, damage
    rows = {row for frame in found.tables.values() for row in frame["source_row"]}
    assert not found.tables or found.rows_kept >= len(rows), damage
    assert found.tables or found.faults, f"{damage}: nothing read and nothing said"
