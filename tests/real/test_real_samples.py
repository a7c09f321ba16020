"""Real export files of others, put into one client's folder, go through `check` and `audit`.

The files lie beside the project and are not ours to copy: without them the test is skipped.
"""

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from sharedsocial_utils.reading import read_files

HERE = Path(__file__).parent
SAMPLES = HERE.parents[2] / "shared" / "samples"
SYSTEMS = ("feeds", "toggl", "clockify", "youtube_studio")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not SAMPLES.is_dir(), reason="the real samples are not at hand"),
]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose one client has all the real files of the systems that the first readers know."""
    root = tmp_path_factory.mktemp("real")
    client = root / "data" / "raw" / "real-exports"
    for system in SYSTEMS:
        shutil.copytree(SAMPLES / system, client / system)
    shutil.copy(HERE / "client.toml", client / "client.toml")
    return root


def sharedsocial(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sharedsocial_utils", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def files(workspace: Path) -> dict[str, dict[str, Any]]:
    """What `check --json` says of each file."""
    done = sharedsocial("check", "real-exports", "--workspace", str(workspace), "--json")
    assert "Traceback" not in done.stderr, done.stderr
    return {file["path"]: file for file in json.loads(done.stdout)["files"]}


def test_every_file_is_read_or_refused_with_a_reason(files: dict[str, dict[str, Any]]) -> None:
    for path, file in files.items():
        assert file["reader"] or file["error"], path


def test_every_line_is_accounted_for(files: dict[str, dict[str, Any]]) -> None:
    for path, file in files.items():
        parts = (file[f"rows_{name}"] for name in ("kept", "merged", "quarantined", "other"))
        assert file["rows_read"] == sum(parts), path


def test_the_readers_are_those_of_the_systems(files: dict[str, dict[str, Any]]) -> None:
    expected = {
        "toggl/toggl_time_entries_import_test_1.csv": "toggl",
        "clockify/clockify_time_entries_import_test_2.csv": "clockify",
        "youtube_studio/geography/Totals.csv": "youtube_studio",
        "youtube_studio/traffic_source/Table data.csv": "youtube_studio",
        "feeds/feedburner_blogger.atom": "blog_feed",
        "feeds/rss_slash_all.xml": "blog_feed",
    }
    assert {path: files[path]["reader"] for path in expected} == expected


def test_youtubes_days_add_up_to_the_files_own_sum() -> None:
    path = SAMPLES / "youtube_studio" / "traffic_source" / "Totals.csv"
    with path.open(encoding="utf-8", newline="") as file:
        views = sum(int(row["Views"]) for row in csv.DictReader(file))
    metrics = read_files([path])[0].tables["metrics"]
    assert metrics.loc[metrics["metric"] == "views", "value"].sum() == views


def test_the_audit_builds_a_report_that_says_what_is_missing(workspace: Path) -> None:
    done = sharedsocial("audit", "real-exports", "--quarter", "2025Q1", "--workspace", str(workspace))
    assert done.returncode == 0, done.stdout + done.stderr
    report = workspace / "reports" / "real-exports" / "2025Q1" / "report.pdf"
    text = " ".join(page.extract_text() for page in PdfReader(report).pages)
    assert "Real exports" in text
    assert "Traceback" not in text
    assert done.stdout.strip().splitlines()[-1].endswith("report.pdf")
