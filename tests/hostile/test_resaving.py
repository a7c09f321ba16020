"""Our samples, saved again in the ways of people and spreadsheets: each row is read as before, or it is told.

A row of the copy that no row of the sample is, is a wrong number; a row less that nothing is said of, is a
silent loss.
"""

import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from resaving import TOTALS, WAYS, resaved

from sharedsocial_utils.reading.file import FileReading, read_bytes

READERS = Path(__file__).parents[1] / "readers"
sys.path.insert(0, str(READERS))
from golden import CONTEXT, EXPORTS, samples  # noqa: E402 - lies beside the readers' tests

# made anew by a file's place or a hash of its text, so that another text has another
MADE = ("source_file", "source_row", "entry_id", "as_of")
# a stray quote that writing it again mends; a list without a header, of which a third column is an address;
# persons without an id, who are known by all their cells
ODD = ("unescaped_quote.csv", "laquercia.example-posts-week-07-06-2026-07-12-2026.csv", "leads.csv")
TABLES = [path for path in samples() if path.suffix in (".csv", ".tsv") and path.name not in ODD]
FIRST = {path.relative_to(EXPORTS).parts[0]: path for path in reversed(TABLES)}
# services that write no sums, whose readers know a row of sums that somebody added
KNOW_SUMS = ("google_ads", "google_business", "timesheet", "toggl", "clockify", "meta_ads", "linkedin_ads")


def named(path: Path) -> str:
    return path.relative_to(EXPORTS).as_posix().partition("/")[2]


@cache
def original(path: Path) -> FileReading:
    return read_bytes(named(path), path.read_bytes(), CONTEXT)


def rows(found: FileReading) -> Counter[tuple[str, ...]]:
    every: Counter[tuple[str, ...]] = Counter()
    for name, frame in found.tables.items():
        plain = frame.drop(columns=[column for column in MADE if column in frame])
        figures = plain.select_dtypes("number").columns
        plain[figures] = plain[figures].round(6)
        plain = plain.reindex(sorted(plain.columns), axis=1).astype("str")
        every.update((name, *row) for row in plain.itertuples(index=False))
    return every


def assert_no_row_is_new_and_none_lost_in_silence(way: str, path: Path) -> None:
    was = original(path)
    found = read_bytes(named(path), resaved(way, path.read_bytes()), CONTEXT)
    assert not [f["message"] for f in found.faults if f["code"] in ("IN-FILE-10", "IN-FILE-11")]
    classed = found.rows_kept + found.rows_merged + found.rows_quarantined + found.rows_other
    assert found.rows_read == classed
    if found.error:
        return
    assert not rows(found) - rows(was), f"{way}: {named(path)}"
    lost = rows(was) - rows(found)
    assert not lost or found.faults, f"{way}: {named(path)}"


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_no_way_gives_a_wrong_number(way: str) -> None:
    for path in TABLES:
        if original(path).tables:
            assert_no_row_is_new_and_none_lost_in_silence(way, path)


@pytest.mark.slow
@pytest.mark.parametrize("way", TOTALS)
def test_a_row_of_sums_is_never_added(way: str) -> None:
    for path in TABLES:
        if path.relative_to(EXPORTS).parts[0] in KNOW_SUMS and original(path).tables:
            assert_no_row_is_new_and_none_lost_in_silence(way, path)


@pytest.mark.parametrize("reader", ["google_ads", "linkedin_ads", "meta_facebook", "plausible", "toggl"])
def test_a_spreadsheet_of_an_italian_gives_no_wrong_number(reader: str) -> None:
    assert_no_row_is_new_and_none_lost_in_silence("Italian separators and days", FIRST[reader])


def test_rows_of_one_day_of_which_no_figure_is_known_are_no_fault_of_ours() -> None:
    """A report by source that was saved with commas has one column left that is known: its day."""
    (path,) = [path for path in TABLES if path.name == "La Quercia - 2026-07-01 - daily report.tsv"]
    assert_no_row_is_new_and_none_lost_in_silence("every cell in quotes", path)
