"""Files that others collected to try parsers with: none ends in a fault of ours, every entry is told.

They stand beside the project, not in it; where they are missing, these tests are skipped.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prober import OURS, Probe, probing

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.reading import containers
from sharedsocial_utils.reading.cells import (
    BadRecord,
    Record,
    decode,
    find_header,
    heading,
    physical_lines,
    records,
)

CORPORA = Path(__file__).parents[2].parent / "shared" / "corpora"
MAX_SECONDS = 1.0
MAX_MIB = 256
SHARDS = 8

pytestmark = pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not beside the project")


def files(corpus: str, ending: str = "*") -> list[Path]:
    return sorted(path for path in (CORPORA / corpus).rglob(ending) if path.is_file())


@pytest.fixture(scope="module")
def probe() -> Iterator[Probe]:
    with probing() as ask:
        yield ask


def assert_read_or_refused(answer: dict[str, Any], which: str) -> None:
    assert not OURS & set(answer["codes"]), (which, answer["codes"])
    assert answer["read"] == answer["classed"], which
    assert answer["codes"] or not answer["is_refused"], f"{which}: nothing read and nothing said"
    assert answer["seconds"] < MAX_SECONDS, (which, answer["seconds"])
    assert answer["mib"] < MAX_MIB, (which, answer["mib"])


@pytest.mark.slow
@pytest.mark.parametrize("corpus", ["icalendar", "csvlint", "csv-spectrum", "defusedxml", "JSONTestSuite"])
def test_every_file_is_read_or_refused(corpus: str, probe: Probe) -> None:
    every = files(corpus)
    assert len(every) > 10
    for path in every:
        assert_read_or_refused(probe(path), path.name)


# ---- feeds


@pytest.mark.slow
@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_feed_has_as_many_entries_as_start_tags(shard: int, probe: Probe) -> None:
    for path in files("feedvalidator", "*.xml")[shard::SHARDS]:
        answer = probe(path)
        assert_read_or_refused(answer, path.name)
        if answer["reader"] == "blog_feed" and answer["error"] is None:
            assert answer["read"] == _start_tags(path.read_bytes()), path.name


def _start_tags(data: bytes) -> int:
    """`<item>` and `<entry>` outside of comments and CDATA, of whatever feed; of `content:items` none."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1"
    text = re.sub(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>", "", data.decode(encoding), flags=re.DOTALL)
    return len(re.findall(r"<(?!content:)(?:[\w-]+:)?(?:item|entry)[\s>/]", text))


def test_there_are_as_many_feeds_as_the_list_says() -> None:
    assert len(files("feedvalidator", "*.xml")) == 2_156


# ---- tables


@pytest.mark.parametrize("path", files("csv-spectrum", "*.csv"), ids=lambda path: path.stem)
def test_every_cell_of_csv_spectrum_is_that_of_its_truth(path: Path) -> None:
    text = (path.parents[1] / "json" / f"{path.stem}.json").read_text("utf-8")
    # the telephone number of one table was changed in the table alone
    rows = json.loads(text.replace("1234567890", "2095257564"))
    rows = [rows] if isinstance(rows, dict) else rows
    # line ends within a cell are told apart by nobody: they come as one sign
    truth = [{key: value.replace("\r\n", "\n") for key, value in row.items()} for row in rows]
    lines = physical_lines(decode(path.read_bytes()))
    found = find_header(lines, [{heading(name)} for name in truth[0]])
    assert found
    at, delimiter, header = found
    every = list(records(lines, at + 1, delimiter, len(header)))
    assert [dict(zip(header, row.cells, strict=True)) for row in every if isinstance(row, Record)] == truth
    assert not any(isinstance(row, BadRecord) for row in every)


@pytest.mark.parametrize("path", files("csvlint", "*.csv"), ids=lambda path: path.stem)
def test_every_line_of_csvlint_is_told_once(path: Path) -> None:
    lines = physical_lines(decode(path.read_bytes()))
    width = len(lines[0].split(",")) if lines else 1
    every = list(records(lines, 1, ",", width))
    covered = [row.line + n for row in every for n in range(row.span if isinstance(row, Record) else 1)]
    assert covered == list(range(1, len(lines) + 1))


# ---- JSON


def verdict(path: Path) -> Fault | None:
    try:
        containers.json_value(path.read_bytes())
    except Fault as fault:
        return fault
    return None


JSON = files("JSONTestSuite/test_parsing", "*.json")


@pytest.mark.parametrize("path", [p for p in JSON if p.name.startswith("y_")], ids=lambda path: path.stem)
def test_json_that_is_valid_is_accepted(path: Path) -> None:
    assert verdict(path) is None


@pytest.mark.parametrize("path", [p for p in JSON if p.name.startswith("n_")], ids=lambda path: path.stem)
def test_json_that_is_not_valid_is_refused_at_its_place(path: Path) -> None:
    fault = verdict(path)
    assert fault is not None
    assert fault.code in ("IN-JSON-01", "IN-JSON-02", "IN-ENC-01")
    assert fault.line is not None


@pytest.mark.parametrize("path", [p for p in JSON if p.name.startswith("i_")], ids=lambda path: path.stem)
def test_json_that_may_be_either_is_one_of_both(path: Path) -> None:
    fault = verdict(path)
    assert fault is None or (fault.code in ("IN-JSON-01", "IN-JSON-02", "IN-ENC-01") and fault.line)


# ---- XML


@pytest.mark.parametrize("path", files("defusedxml", "*.xml"), ids=lambda path: path.stem)
def test_xml_that_declares_entities_is_refused(path: Path) -> None:
    data = path.read_bytes()
    try:
        containers.xml(data)
    except Fault as fault:
        assert fault.code == ("IN-XML-02" if b"<!DOCTYPE" in data else "IN-XML-01")  # noqa: PT017
    else:
        assert b"<!DOCTYPE" not in data
