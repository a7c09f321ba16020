"""The command as its user meets it: what it prints, where, and with which code it ends."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Command

from sharedsocial_utils import cli, delivering
from sharedsocial_utils.client import load_client
from sharedsocial_utils.delivering import STEPS, AuditResult
from sharedsocial_utils.errors import Fault

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "tests" / "exports" / "toggl" / "detailed.csv"
HEADER = (
    "User,Email,Client,Project,Task,Description,Billable,"
    "Start date,Start time,End date,End time,Duration,Tags"
)
ACTIVITY = """
[[activities]]
id = "blog-posts"
channel = "blog"
kind = "post"
"""
FILE_KEYS = [
    "path", "reader", "layout", "first_date", "last_date", "rows_read", "rows_kept", "rows_merged",
    "rows_quarantined", "rows_other", "tables", "error",
]  # fmt: skip


@pytest.fixture
def workspace(run: Command, tmp_path: Path) -> Path:
    """A workspace with the client rossi: one time sheet that ends in the middle of the quarter."""
    assert run("new", "rossi", "--workspace", tmp_path)[0] == 0
    folder = tmp_path / "data" / "raw" / "rossi"
    with (folder / "client.toml").open("a") as file:
        file.write(ACTIVITY)
    rows = [
        f"Ada,a@b.example,R,Blog,,Post,No,2026-{month:02}-01,09:00:00,2026-{month:02}-01,10:00:00,01:00:00,"
        for month in (7, 8)
    ]
    (folder / "toggl.csv").write_text("\n".join([HEADER, *rows, ""]), "utf-8")
    return tmp_path


def program(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False, cwd=ROOT)


# ---- the way in


def test_help_names_every_command_and_comes_at_once() -> None:
    took = []  # of the processor: a busy machine makes nobody's start-up heavier
    for _ in range(5):
        before = os.times()
        told = program("-m", "sharedsocial_utils", "--help")
        after = os.times()
        took.append(
            after.children_user + after.children_system - before.children_user - before.children_system
        )
    assert told.returncode == 0
    for command in ("new", "check", "read", "audit", "readers", "demo", "lab"):
        assert f"\n  {command} " in told.stdout
    assert min(took) < 0.4


def test_help_loads_no_library() -> None:
    heavy = "{'pandas', 'rich', 'numpy', 'pydantic'}"
    code = f"import sys, sharedsocial_utils.cli; print(*sorted({heavy} & {{*sys.modules}}))"
    assert program("-c", code).stdout.strip() == ""


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["audit", "rossi"], "CL-10  Missing option '--quarter'. See `sharedsocial --help`.\n"),
        (["audit"], "CL-10  Missing argument 'CLIENT'. See `sharedsocial --help`.\n"),
        (["check", "rossi", "--qarter", "x"], "CL-10  No such option: --qarter"),
        (["aduit"], "CL-10  No such command 'aduit'. Did you mean 'audit'"),
    ],
)
def test_what_is_missing_or_misspelt_is_one_clear_line(run: Command, arguments: list[str], line: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out, err.count("\n")) == (3, "", 1)
    assert err.startswith(line)


def test_an_unknown_client_is_answered_with_the_nearest(run: Command, workspace: Path) -> None:
    code, out, err = run("check", "rosi", "--workspace", workspace)
    assert (code, out) == (3, "")
    assert err == (
        "CL-01  No such client; did you mean \"rossi\"?: 'rosi'. Use one of the known names, or "
        "`sharedsocial new CLIENT`.\n"
    )


def test_a_fault_is_the_same_as_json(run: Command, workspace: Path) -> None:
    code, out, err = run("check", "rossi", "--quarter", "2026-3", "--workspace", workspace, "--json")
    assert (code, err) == (3, "")
    error = json.loads(out)["error"]
    assert (error["code"], error["text"], error["expected"]) == ("CL-07", "2026-3", "such as 2026Q3")


def test_a_fault_of_ours_shows_no_traceback_unless_asked(
    run: Command, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(delivering, "audit", broken)
    monkeypatch.delenv("SHAREDSOCIAL_DEBUG", raising=False)
    command = ("audit", "rossi", "--quarter", "2026Q3", "--workspace", workspace)
    code, out, err = run(*command)
    assert (code, out, err.count("\n")) == (4, "", 1)
    assert err.startswith("XX-01  ZeroDivisionError: division by zero. ")
    monkeypatch.setenv("SHAREDSOCIAL_DEBUG", "0")  # is set by --debug and put back after the test
    with pytest.raises(ZeroDivisionError):
        cli.main([str(part) for part in (*command, "--debug")])


# ---- new


def test_new_writes_a_valid_client_and_what_to_download(run: Command, tmp_path: Path) -> None:
    code, out, _ = run("new", "rossi", "--workspace", tmp_path)
    folder = tmp_path / "data" / "raw" / "rossi"
    assert code == 0
    assert out.startswith(str(folder))
    assert load_client(folder).name == "rossi"
    readme = (folder / "README.md").read_text("utf-8")
    assert "Toggl Track: Reports > Detailed > Export > Download CSV" in readme


def test_every_example_in_the_new_client_is_valid_once_uncommented(run: Command, tmp_path: Path) -> None:
    run("new", "rossi", "--workspace", tmp_path)
    path = tmp_path / "data" / "raw" / "rossi" / "client.toml"
    lines = path.read_text("utf-8").splitlines()
    examples = [line.removeprefix("# ") if "=" in line or line.startswith("# [") else line for line in lines]
    path.write_text("\n".join(examples), "utf-8")
    client = load_client(path.parent)
    assert (client.people[0].id, client.activities[0].id, client.targets[0].value) == (
        "front-desk",
        "blog-posts",
        900,
    )


@pytest.mark.parametrize(("client", "fault"), [("rossi", "CL-08"), ("../rossi", "CL-05"), ("Rossi", "CL-05")])
def test_new_never_writes_over_or_outside(run: Command, workspace: Path, client: str, fault: str) -> None:
    before = sorted(workspace.rglob("*"))
    code, _, err = run("new", client, "--workspace", workspace)
    assert code == 3
    assert err.startswith(fault)
    assert sorted(workspace.rglob("*")) == before


# ---- check


def test_check_tells_files_days_and_what_to_download(run: Command, workspace: Path) -> None:
    (workspace / "data" / "raw" / "rossi" / "notes.txt").write_text("hello\n")
    code, out, err = run("check", "rossi", "--quarter", "2026Q3", "--workspace", workspace)
    assert (code, err) == (0, "")
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert "rossi: 2 files" in lines
    assert "toggl.csv toggl 2026-07-01 2026-08-01 3 2 0 0 1" in lines
    assert any(line.startswith("IN-FILE-05 notes.txt: No reader knows it (it is text)") for line in lines)
    assert "blog 0 0 of 92 .............. all" in lines
    assert "effort 1 32 of 92 ####+......... 2026-08-02 to 2026-09-30" in lines
    assert any(line.startswith("blog Blog (WordPress, Blogger or any other): ") for line in lines)
    assert (
        "effort Toggl Track: Reports > Detailed > Export > Download CSV (2026-08-02 to 2026-09-30)" in lines
    )
    assert not list((workspace / "data").glob("processed"))


SIDES = """
[[people]]
id = "ada"
side = "company"
names = ["Ada"]
[[people]]
id = "bea"
side = "agency"
names = ["Bea"]
"""


def test_check_tells_whose_time_sheets_are_missing(run: Command, workspace: Path) -> None:
    """One side's sheets cover its own hours alone; a name that client.toml lacks is of neither side."""
    folder = workspace / "data" / "raw" / "rossi"
    with (folder / "client.toml").open("a") as file:
        file.write(SIDES)
    sheet = (folder / "toggl.csv").read_text("utf-8")
    (folder / "toggl.csv").write_text(sheet + sheet.splitlines()[1].replace("Ada,a@b", "Leo,l@b") + "\n")
    out = run("check", "rossi", "--quarter", "2026Q3", "--workspace", workspace)[1]
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert "effort, company 1 32 of 92 ####+......... 2026-08-02 to 2026-09-30" in lines
    assert "effort, agency 0 0 of 92 .............. all" in lines
    assert any(line.startswith("effort, agency Calendar (iCalendar): ") for line in lines)
    assert "people 'Leo': not in client.toml, so that these hours have no side and no cost" in lines
    assert "people" not in run("check", "rossi", "--quarter", "2026Q2", "--workspace", workspace)[1]


def test_check_answers_machines_exactly_as_agreed(run: Command, workspace: Path) -> None:
    (workspace / "data" / "raw" / "rossi" / "notes.txt").write_text("hello\n")
    code, out, _ = run("check", "rossi", "--workspace", workspace, "--json")
    answer = json.loads(out)
    assert code == 0
    assert list(answer) == ["files"]
    notes, toggl = answer["files"]
    assert list(notes) == list(toggl) == FILE_KEYS
    assert (toggl["path"], toggl["reader"], toggl["layout"]) == ("toggl.csv", "toggl", "detailed")
    assert (toggl["first_date"], toggl["last_date"]) == ("2026-07-01", "2026-08-01")
    assert (toggl["rows_read"], toggl["rows_kept"], toggl["rows_other"]) == (3, 2, 1)
    assert (toggl["tables"], toggl["error"]) == ({"effort": 2}, None)
    assert list(notes["error"]) == ["code", "message", "line", "column"]
    assert notes["error"]["code"] == "IN-FILE-05"


def test_strict_ends_with_one_where_a_file_was_refused(run: Command, workspace: Path) -> None:
    assert run("check", "rossi", "--workspace", workspace, "--strict")[0] == 0
    (workspace / "data" / "raw" / "rossi" / "notes.txt").write_text("hello\n")
    assert run("check", "rossi", "--workspace", workspace)[0] == 0
    assert run("check", "rossi", "--workspace", workspace, "--strict")[0] == 1


def test_a_file_name_is_text_and_never_markup(run: Command, workspace: Path) -> None:
    (workspace / "data" / "raw" / "rossi" / "[red]a\x1b[2Jb.txt").write_text(":smile: [bold]hello\n")
    _, out, _ = run("check", "rossi", "--workspace", workspace)
    assert "[red]a\\x1b[2Jb.txt" in out
    assert ":smile: [bold]hello" in out
    assert "\x1b" not in out


# ---- read


def test_read_needs_no_client_and_shows_the_first_rows(run: Command) -> None:
    code, out, _ = run("read", SAMPLE)
    assert code == 0
    assert str(SAMPLE) in out
    assert "rows of effort" in out


def test_read_answers_machines_and_keeps_the_order(run: Command, tmp_path: Path) -> None:
    unknown = tmp_path / "unknown.csv"
    unknown.write_text("a,b\n1,2\n")
    code, out, _ = run("read", unknown, SAMPLE, "--json")
    first, second = json.loads(out)["files"]
    assert code == 0
    assert list(first) == FILE_KEYS
    assert (first["reader"], first["error"]["code"]) == (None, "IN-FILE-05")
    assert (second["reader"], second["error"]) == ("toggl", None)
    units = ("rows_kept", "rows_merged", "rows_quarantined", "rows_other")
    assert second["rows_read"] == sum(second[name] for name in units) > 0


def test_reading_nothing_at_all_is_three(run: Command, tmp_path: Path) -> None:
    code, out, _ = run("read", tmp_path / "absent.csv")
    assert code == 3
    assert "IN-FILE" in out


# ---- audit


@pytest.fixture
def audited(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An audit that does nothing, well."""
    report = tmp_path / "reports" / "rossi" / "2026Q3" / "report.pdf"

    def audit(client: str, quarter: str, workspace: Path, on_step: Callable[[str], None]) -> AuditResult:
        for step in STEPS:
            on_step(step)
        seconds = dict.fromkeys(STEPS, 0.25)
        return AuditResult(client, quarter, report, seconds, 3, 1, 1200, 1100, 2, {"KEEP": 2, "STOP": 1})

    monkeypatch.setattr(delivering, "audit", audit)
    return report


def test_audit_names_its_steps_and_ends_with_the_path(run: Command, audited: Path) -> None:
    code, out, err = run("audit", "rossi", "--quarter", "2026Q3")
    assert code == 0
    assert out.splitlines()[-1] == str(audited)
    assert [line.split("(")[-1].rstrip(")") for line in err.splitlines()] == list(STEPS)
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert "files 3, 1 without a usable row" in lines
    assert "rows not used 2" in lines
    assert "verdicts 2 KEEP, 1 STOP" in lines
    assert "all steps 1.2 s" in lines


def test_audit_answers_machines(run: Command, audited: Path) -> None:
    code, out, _ = run("audit", "rossi", "--quarter", "2026Q3", "--json")
    answer = json.loads(out)
    assert code == 0
    assert (answer["client"], answer["status"], answer["error"]) == ("rossi", "done", None)
    assert (answer["report"], answer["seconds"]) == (str(audited), 1.25)


def test_audit_under_strict_ends_with_one(run: Command, audited: Path) -> None:
    assert run("audit", "rossi", "--quarter", "2026Q3", "--strict")[0] == 1


@pytest.mark.parametrize(("steps", "code"), [((), 3), (("1_ingest",), 2)])
def test_an_audit_that_began_and_failed_is_two_else_three(
    run: Command, monkeypatch: pytest.MonkeyPatch, steps: tuple[str, ...], code: int
) -> None:
    def audit(client: str, quarter: str, workspace: Path, on_step: Callable[[str], None]) -> AuditResult:
        for step in steps:
            on_step(step)
        raise Fault("NB-02", "in 1_ingest, cell 3: KeyError: 'x'", client=client)

    monkeypatch.setattr(delivering, "audit", audit)
    ended, out, err = run("audit", "rossi", "--quarter", "2026Q3")
    assert (ended, out) == (code, "")
    assert err.splitlines()[-1].startswith("NB-02  rossi  In 1_ingest, cell 3: KeyError")
    ended, out, _ = run("audit", "rossi", "--quarter", "2026Q3", "--json")
    answer = json.loads(out)
    assert (ended, answer["status"], answer["error"]["code"]) == (code, "failed", "NB-02")


# ---- the others


def test_readers_tells_where_each_export_is_downloaded(run: Command) -> None:
    code, out, _ = run("readers")
    assert code == 0
    assert "Toggl Track" in out
    listed = json.loads(run("readers", "--json")[1])["readers"]
    toggl = next(reader for reader in listed if reader["reader"] == "toggl")
    assert toggl["menu"] == "Reports > Detailed > Export > Download CSV"
    assert set(toggl["layouts"]) == {"detailed", "entries"}


def test_demo_makes_a_workspace(run: Command, tmp_path: Path) -> None:
    code, out, _ = run("demo", tmp_path / "demo", "--json")
    assert code == 0
    assert json.loads(out) == {"workspace": str(tmp_path / "demo"), "clients": ["la-quercia"]}
    assert load_client(tmp_path / "demo" / "data" / "raw" / "la-quercia").name


def test_lab_opens_the_notebooks(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[list[str]] = []

    def fake(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        called.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", fake)
    assert run("lab")[0] == 0
    assert called[0][1:3] == ["-m", "jupyterlab"]
    assert called[0][-1].endswith("/lab/tree/notebooks")
