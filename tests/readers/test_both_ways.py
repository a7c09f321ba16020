"""Large files take a quick way: every sample, and mutations of some, are read the same on both."""

import random
from pathlib import Path

import pytest
from golden import EXPORTS, samples

from sharedsocial_utils.reading import conventions, file, ledger, source
from sharedsocial_utils.reading.file import FileReading, read_bytes
from sharedsocial_utils.reading.source import Context

TABLES = [path for path in samples() if path.suffix == ".csv" and path.stat().st_size < 20_000]


def read_both_ways(
    name: str, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> tuple[FileReading, FileReading]:
    context = Context("Europe/Rome", "EUR", salt="x")
    slow = read_bytes(name, data, context)
    with monkeypatch.context() as patch:
        for module in (file, source):
            patch.setattr(module, "LARGE_BYTES", 0)
        for module in (conventions, ledger):
            patch.setattr(module, "MANY", 1)
        return slow, read_bytes(name, data, context)


def assert_same(slow: FileReading, quick: FileReading) -> None:
    for name in (*slow.tables, *quick.tables):
        assert slow.tables[name].equals(quick.tables[name]), name
    left, right = (
        {key: value for key, value in vars(found).items() if key != "tables"} for found in (slow, quick)
    )
    assert left == right


@pytest.mark.parametrize("sample", TABLES, ids=lambda path: path.relative_to(EXPORTS).as_posix())
def test_every_sample_is_read_the_same_both_ways(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_same(*read_both_ways(sample.name, sample.read_bytes(), monkeypatch))


def mutated(text: str, chance: random.Random) -> str:
    """The text with a few of its characters doubled, lost or replaced, or of its lines moved."""
    letters = list(text)
    for _ in range(chance.randrange(1, 6)):
        place = chance.randrange(len(letters))
        letters[place] = chance.choice(
            ["", letters[place] * 2, '"', ",", "\n", "\r\n", " ", "0", "-", ".", "é", "x", ",,", '""']
        )
    return "".join(letters)


def check_mutations(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(5)
    originals = [
        path for path in TABLES if path.parent.name in ("ga4_exploration", "toggl", "google_ads", "meta_ads")
    ]
    for _ in range(number):
        path = chance.choice(originals)
        text = mutated(path.read_bytes().decode("utf-8", "replace"), chance)
        assert_same(*read_both_ways(path.name, text.encode(), monkeypatch))


def test_mutated_samples_are_read_the_same_both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    check_mutations(60, monkeypatch)


@pytest.mark.slow
def test_many_mutated_samples_are_read_the_same_both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    check_mutations(1_000, monkeypatch)
