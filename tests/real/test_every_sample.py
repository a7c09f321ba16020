"""Every file of the list of real samples: one reader claims it, every unit of it is accounted for, and where
nothing of it is used the list's own words say why.

The files lie beside the project and are not ours to copy: without them the tests are skipped. Lines are
counted by the csv module, entries by ElementTree and json, events line by line: by none of our code.
"""

import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from sharedsocial_utils.reading import readers
from sharedsocial_utils.reading.door import Head
from sharedsocial_utils.reading.file import FileReading, read_bytes
from sharedsocial_utils.reading.source import Context

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
COMPONENTS = ("BEGIN:VEVENT", "BEGIN:VTODO", "BEGIN:VJOURNAL", "BEGIN:VFREEBUSY")
# the code told of a file of which no row is kept, and the words of the list (or of the name) that explain it
UNUSED = {
    "IN-DATE-01": ("Clockify detailed report",),  # 3/4 in one account's own order, and no day above 12
    "IN-DATE-04": ("expected test output",),  # Matomo's answers, whose day stands in no line
    "IN-DATE-05": ("expected test output",),  # a week, a month
    "IN-FEED-02": ("JSON Feed", "wfw:commentRSS"),  # entries without a date
    "IN-FILE-02": ("thr",),  # a feed without an entry
    "IN-FILE-13": (
        "projects export", "clients export", "expected test output", "dashboard export", "by Geography",
        "Chart data.csv", "by Traffic source",
    ),
    "IN-ICS-01": ("invalid DURATION",),
    "IN-ID-02": ("slash",),  # entries with neither guid nor link
    "IN-PRIV-01": ("window.YTD",),  # an account, its devices, its followers
}  # fmt: skip

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the real samples are not at hand")


def listed() -> dict[str, str]:
    """File => what it is, by the list; the models of decisions are no exports."""
    if not SAMPLES.is_dir():
        return {}
    with (SAMPLES / "SOURCES.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["file"]: row["what"] for row in rows if not row["file"].startswith("decision/")}


FILES = listed()
every = pytest.mark.parametrize("name", FILES)


def read(name: str) -> FileReading:
    return read_bytes(name, (SAMPLES / name).read_bytes(), Context("Europe/Rome", "EUR", salt="real"))


def units(name: str) -> int:
    """The lines, entries, events or comments of a file."""
    data = (SAMPLES / name).read_bytes()
    ending = Path(name).suffix
    if ending in (".xml", ".atom"):
        names = [element.tag.rpartition("}")[2] for element in ElementTree.fromstring(data).iter()]
        return sum(names.count(unit) for unit in ("item", "entry", "comment", "Slideshow"))
    if ending == ".json":
        value = json.loads(data)
        entries = value.get("items", value) if isinstance(value, dict) else value
        return len(entries) if isinstance(entries, list) else 1
    text = data.decode("utf-16" if data.startswith(b"\xff\xfe") else "utf-8-sig")
    if ending == ".ics":
        return sum(line.strip() in COMPONENTS for line in text.splitlines())
    if ending == ".js":
        return len(io.StringIO(text, newline=None).readlines())
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if ending == ".tsv" else ",")
    return sum(1 for _ in reader) and reader.line_num


def test_the_list_and_the_folders_hold_the_same_files() -> None:
    found = {path.relative_to(SAMPLES).as_posix() for path in SAMPLES.rglob("*") if path.is_file()}
    exports = {name for name in found if "/" in name and not name.startswith("decision/")}
    assert exports == set(FILES)
    assert len(exports) == 51


@every
def test_exactly_one_reader_claims_it(name: str) -> None:
    head = Head(name, (SAMPLES / name).read_bytes())
    claimants = [reader for reader, module in readers().items() if module.recognise(head).layout]
    assert claimants == [read(name).reader]


@every
def test_every_unit_has_its_class(name: str) -> None:
    found = read(name)
    classed = found.rows_kept + found.rows_merged + found.rows_quarantined + found.rows_other
    assert found.rows_read == classed == units(name)
    told = {fault["row"] for fault in found.faults if fault["row"]}
    assert found.rows_quarantined <= len(told) or found.error is not None


@every
def test_what_is_not_used_says_why_and_the_list_bears_it_out(name: str) -> None:
    found = read(name)
    if found.rows_kept + found.rows_merged:
        assert found.error is None
        return
    codes = {fault["code"] for fault in found.faults}
    assert len(codes) == 1
    assert any(words in FILES[name] for words in UNUSED[codes.pop()])
    assert not found.tables
