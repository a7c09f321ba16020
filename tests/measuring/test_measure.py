"""The room's door: reads, fills, writes, and does so again without a difference."""

from pathlib import Path

import pytest
import test_weekly as hand
from pioppo import EFFORT, SOURCES

from sharedsocial_utils import tables
from sharedsocial_utils.errors import Fault
from sharedsocial_utils.measuring import Measures, measure
from sharedsocial_utils.workspace import Quarter, Workspace


@pytest.fixture
def folder(place: Workspace) -> Path:
    """The processed folder with what reading writes."""
    folder = place.processed("pioppo", Quarter(2026, 3))
    given = {"sources": SOURCES, "effort": EFFORT, "contacts": hand.CONTACTS, "visits": hand.VISITS}
    for name in ("items", "metrics", "visits", "contacts", "effort", "spend", "plan_items", "sources"):
        tables.write_table(folder, name, given.get(name, tables.empty(name)))
    return folder


def test_tables_are_written_and_measuring_twice_changes_no_byte(place: Workspace, folder: Path) -> None:
    first = measure("pioppo", "2026Q3", place.root)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    measure("pioppo", Quarter(2026, 3), place)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    for name in Measures.__dataclass_fields__:
        assert tables.read_table(folder, name).equals(getattr(first, name))
    assert first.visits["channel"].tolist() == ["facebook", "blog", "pinterest"]
    assert first.effort.set_index("entry_id").loc["e3", "activity"] == "facebook-replies"


def test_an_empty_quarter_gives_tables_without_figures(place: Workspace, folder: Path) -> None:
    for name in ("sources", "effort", "contacts", "visits"):
        tables.write_table(folder, name, tables.empty(name))
    found = measure("pioppo", "2026Q3", place)
    assert len(found.activity_weekly) > 0
    figures = found.activity_weekly.drop(columns=["activity", "channel", "week"])
    assert figures.isna().all(axis=None)
    assert found.channel_quarter["channel"].tolist() == ["blog", "facebook", "meta-ads"]
    assert found.voice_quarter.empty


def test_a_table_that_is_missing_is_named(place: Workspace, folder: Path) -> None:
    (folder / "visits.parquet").unlink()
    with pytest.raises(Fault, match="visits is missing") as fault:
        measure("pioppo", "2026Q3", place)
    assert fault.value.code == "WS-03"


def test_importing_the_room_is_light() -> None:
    import subprocess
    import sys

    code = (
        "import sys, sharedsocial_utils.measuring, sharedsocial_utils.deciding; print('scipy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
