"""`sharedsocial decide`: the meeting's decisions from the command line."""

import json
from pathlib import Path

import pandas as pd
import pytest

from sharedsocial_utils.cli import main
from sharedsocial_utils.tables import write_table
from sharedsocial_utils.workspace import Quarter, Workspace

CLIENT = """
name = "Rossi"
language = "it"
currency = "EUR"
timezone = "Europe/Rome"
[agency]
name = "Agenzia"
hourly_rate = 50
[company]
name = "Rossi"
hourly_cost = 20
[value]
margin = 0.5
contact = 40
[[activities]]
id = "x-posts"
channel = "x"
kind = "post"
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "raw" / "rossi"
    folder.mkdir(parents=True)
    (folder / "client.toml").write_text(CLIENT, "utf-8")
    flags = pd.DataFrame({"client": "rossi", "activity": ["x-posts"], "flag": ["STOP"]})
    write_table(Workspace.at(tmp_path).processed("rossi", Quarter.parse("2026Q3")), "flags", flags)
    return tmp_path


def decide(workspace: Path, *more: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["decide", "rossi", "--quarter", "2026Q3", "--workspace", str(workspace), *more])
    return int(ended.value.code or 0)


def test_it_lists_then_records(workspace: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert decide(workspace) == 0
    assert "rossi 2026Q3: 0 of 1 decided" in capfd.readouterr().out
    assert (
        decide(workspace, "x-posts", "reduce", "--agency", "anna", "--company", "luca", "--note", "=1+1") == 0
    )
    assert "1 of 1 decided" in capfd.readouterr().out
    log = (workspace / "data" / "raw" / "rossi" / "decisions.csv").read_text("utf-8")
    assert log.splitlines()[1] == "2026Q3,x-posts,STOP,REDUCE,anna,luca,2026-10-31,=1+1"


def test_it_answers_machines(workspace: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert decide(workspace, "x-posts", "--agency", "anna", "--company", "luca", "--json") == 0
    answer = json.loads(capfd.readouterr().out)
    assert answer["verdicts"] == {"x-posts": "STOP"}
    assert answer["decisions"][0]["decision"] == "STOP"


@pytest.mark.parametrize(
    ("more", "found"),
    [
        (("y-posts", "--agency", "a", "--company", "b"), "No verdict on this activity"),
        (("x-posts", "maybe", "--agency", "a", "--company", "b"), "No such decision"),
        (("x-posts", "--company", "b"), "Nobody is named who decided for the agency"),
        (("x-posts", "--agency", "a", "--company", "b", "--due", "31/10"), "expected YYYY-MM-DD"),
    ],
)
def test_what_cannot_be_recorded_is_one_line(
    workspace: Path, capfd: pytest.CaptureFixture[str], more: tuple[str, ...], found: str
) -> None:
    assert decide(workspace, *more) == 3
    told = capfd.readouterr().err
    assert told.startswith("CL-12")
    assert found in told
    assert told.count("\n") == 1
