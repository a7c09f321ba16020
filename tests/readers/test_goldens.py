"""Every sample in `tests/exports/<reader>/` is claimed by that reader and read as its golden says."""

import difflib
from functools import cache
from pathlib import Path

import pytest
from golden import EXPORTS, as_golden, golden_path, read_sample, samples

from sharedsocial_utils.reading import readers

SAMPLES = samples()
read_once = cache(read_sample)


def _name(path: Path) -> str:
    return path.relative_to(EXPORTS).as_posix()


@pytest.mark.parametrize("sample", SAMPLES, ids=_name)
def test_is_read_as_its_golden_says(sample: Path) -> None:
    found = read_once(sample)
    folder = sample.relative_to(EXPORTS).parts[0]
    claimed = f"{_name(sample)}: {found.error['message'] if found.error else ''}"
    assert found.reader is not None, f"nobody claimed {claimed}"
    assert found.reader == folder, f"{found.reader} claimed {claimed}"
    golden = golden_path(sample)
    assert golden.is_file(), f"no golden; write it: python tests/readers/golden.py {sample}"
    was, now = golden.read_text("utf-8").splitlines(), as_golden(found).splitlines()
    assert was == now, "differs from its golden:\n" + "\n".join(
        difflib.unified_diff(was, now, golden.name, "read now", lineterm="", n=1)
    )


@pytest.mark.parametrize("sample", SAMPLES, ids=_name)
def test_closes_its_books(sample: Path) -> None:
    found = read_once(sample)
    classed = found.rows_kept + found.rows_merged + found.rows_quarantined + found.rows_other
    assert found.rows_read == classed
    assert not [fault for fault in found.faults if fault["code"] == "IN-FILE-11"]


@pytest.mark.parametrize("reader", sorted(readers()))
def test_every_reader_has_a_sample(reader: str) -> None:
    assert [sample for sample in SAMPLES if sample.relative_to(EXPORTS).parts[0] == reader]


def test_every_golden_has_its_sample() -> None:
    goldens = EXPORTS.glob("*/**/*.golden.json")
    assert set(goldens) == {golden_path(sample) for sample in SAMPLES}
