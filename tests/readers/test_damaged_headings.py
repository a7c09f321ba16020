"""Files of several small tables: a heading that is damaged costs its own table, and every line of that says
so. No figure is lost in silence, and none goes to the table above."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from golden import CONTEXT, EXPORTS

from sharedsocial_utils.reading.file import FileReading, read_bytes

SAMPLES = [
    "ga4_report/snapshot.csv",
    "ga4_report/snapshot_stripped_and_compared.csv",
    "ga4_report/snapshot_without_period.csv",
    "matomo/La Quercia - 2026-07-01 - daily report.tsv",
    "mailchimp/ab_test.csv",
    "mailchimp/ab_test_without_subject.csv",
    "mailchimp/report.csv",
    "mailerlite/report.csv",
]
Figure = tuple[tuple[str, str], ...]


def read(name: str, lines: list[str]) -> FileReading:
    found = read_bytes(Path(name).name, "\n".join(lines).encode(), CONTEXT)
    classes = found.rows_kept + found.rows_merged + found.rows_quarantined + found.rows_other
    assert found.rows_read == classes
    return found


def figures(found: FileReading) -> dict[int, set[Figure]]:
    """The rows that each line gave, the day of the export apart: it follows from the others."""
    given: dict[int, set[Figure]] = {}
    for name, frame in found.tables.items():
        for row in frame.drop(columns="as_of", errors="ignore").to_dict("records"):
            line = int(row.pop("source_row"))
            given.setdefault(line, set()).add((("table", name), *((k, str(v)) for k, v in row.items())))
    return given


def damages(line: str) -> Iterator[list[str]]:
    """What becomes of a line: a letter is lost in a cell; it is garbled, blank, gone, or cut off."""
    mark = "\t" if "\t" in line else ","
    cells = line.split(mark)
    for number, cell in enumerate(cells):
        letters = [place for place, char in enumerate(cell) if char.isalpha()]
        ends = [len(cell) - 1] if line.startswith("#") else []  # a digit of the period
        for place in letters[len(letters) // 2 :][:1] + ends:
            yield [mark.join([*cells[:number], cell[:place] + cell[place + 1 :], *cells[number + 1 :]])]
    yield ["~" * len(line)]
    yield [""]
    yield []
    yield [line, ""]


def lost(
    name: str, lines: list[str], at: int, instead: list[str], whole: dict[int, set[Figure]]
) -> list[str]:
    """What a damage of line `at` (from 0) loses without a word."""
    found = read(name, [*lines[:at], *instead, *lines[at + 1 :]])
    aside = {fault["row"] for fault in found.faults if fault["row"]}
    now, told = figures(found), []
    for line, rows in whole.items():
        place = line if line <= at else line + len(instead) - 1
        is_told = found.error is not None or str(place) in aside
        if not now.get(place, set()) <= rows:
            told.append(f"line {at + 1} as {instead}: line {line} gives other figures")
        elif rows - now.get(place, set()) and not is_told and not (now.get(place) and found.unknown):
            told.append(f"line {at + 1} as {instead}: line {line} is lost")
    return told


def check(name: str, every: bool) -> None:
    lines = (EXPORTS / name).read_text("utf-8").splitlines()
    whole = figures(read(name, lines))
    assert whole
    headings = [n for n, line in enumerate(lines) if line.strip() and n + 1 not in whole]
    told = [
        text
        for at in headings
        for number, instead in enumerate(damages(lines[at]))
        if every or number in (0, 1)
        for text in lost(name, lines, at, instead, whole)
    ]
    assert not told, "\n".join(told[:20])


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLES)
def test_every_damage_of_a_heading_is_told(name: str) -> None:
    check(name, every=True)


@pytest.mark.parametrize("name", ["ga4_report/snapshot_without_period.csv", *SAMPLES[-2:]])
def test_a_damaged_heading_is_told(name: str) -> None:
    check(name, every=False)
