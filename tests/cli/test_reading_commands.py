"""What a new user meets on the way of the files: new, check, map, sanitise, readers."""

import io
import json
import re
import shutil
import tomllib
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from command_line import Command
from rich.console import Console

from sharedsocial_utils.cli import checkup
from sharedsocial_utils.client import load_client
from sharedsocial_utils.delivering import open_client
from sharedsocial_utils.errors import CATALOGUE, Fault
from sharedsocial_utils.reading import readers as known_readers
from sharedsocial_utils.reading.file import FileReading, read_bytes
from sharedsocial_utils.reading.mapping import propose
from sharedsocial_utils.reading.sanitising import sanitise
from sharedsocial_utils.reading.source import Context
from sharedsocial_utils.reading.unseen import UNSEEN
from sharedsocial_utils.workspace import Quarter

ROOT = Path(__file__).parents[2]
EXPORTS = ROOT / "tests" / "exports"
FEED = EXPORTS / "blog_feed" / "feed.xml"
TIMES = EXPORTS / "toggl" / "detailed.csv"
TASKS = {"propose": propose, "sanitise": sanitise}
EXPORTS_KNOWN = {name: reader.EXPORT for name, reader in known_readers().items()}
LEADS = "Data;E-mail;Provenienza\n13/07/2026;ada@posta.example;Blog\n14/07/2026;ida@posta.example;Facebook\n"


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read here, not in a child, which has its own tests and takes longer to start than these."""

    def read_here(files: dict[str, Path], context: Context, child: None = None) -> list[FileReading]:
        return [read_bytes(name, path.read_bytes(), context) for name, path in files.items()]

    def do_here(task: str, path: Path) -> tuple[Any, bytes]:
        try:
            return TASKS[task](path.name, path.read_bytes())
        except Fault as fault:
            raise fault.at(file=path.name) from fault

    monkeypatch.setattr("sharedsocial_utils.reading.ingest.read_apart", read_here)
    monkeypatch.setattr("sharedsocial_utils.reading.child.started", nullcontext)
    monkeypatch.setattr("sharedsocial_utils.reading.apart.apart", do_here)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the client rossi: files and no client.toml."""
    folder = tmp_path / "data" / "raw" / "rossi"
    folder.mkdir(parents=True)
    shutil.copy(FEED, folder / "feed.xml")
    shutil.copy(TIMES, folder / "toggl.csv")
    return folder


def lines_of(out: str) -> list[str]:
    return [" ".join(line.split()) for line in out.splitlines()]


# ---- new


def test_new_proposes_the_accounts_of_files_that_are_there_already(
    run: Command, folder: Path, tmp_path: Path
) -> None:
    assert run("new", "rossi", "--workspace", tmp_path)[0] == 0
    assert load_client(folder).identity == {"domains": ("laquercia.example",), "toggl": ("La Quercia",)}
    assert (folder / "README.md").is_file()


def test_new_writes_nothing_over(run: Command, folder: Path, tmp_path: Path) -> None:
    (folder / "README.md").write_text("ours")
    run("new", "rossi", "--workspace", tmp_path)
    assert (folder / "README.md").read_text() == "ours"
    before = (folder / "client.toml").read_bytes()
    assert run("new", "rossi", "--workspace", tmp_path)[0] == 3
    assert (folder / "client.toml").read_bytes() == before


def test_several_accounts_of_one_system_are_told_apart(run: Command, folder: Path, tmp_path: Path) -> None:
    (folder / "other.xml").write_bytes(FEED.read_bytes().replace(b"laquercia.example", b"colline.example"))
    run("new", "rossi", "--workspace", tmp_path)
    text = (folder / "client.toml").read_text("utf-8")
    assert 'domains = ["colline.example", "laquercia.example"]   # 2 were found' in text
    assert load_client(folder).identity["domains"] == ("colline.example", "laquercia.example")


# ---- check


def test_a_file_of_another_account_stops(run: Command, folder: Path, tmp_path: Path) -> None:
    run("new", "rossi", "--workspace", tmp_path)
    (folder / "other.xml").write_bytes(FEED.read_bytes().replace(b"laquercia.example", b"colline.example"))
    code, out, _ = run("check", "rossi", "--workspace", tmp_path)
    assert code == 2
    assert (
        'IN-ACC-01  other.xml: The file carries the domain "colline.example", the client\'s is '
        '"laquercia.example". Remove it from this client\'s folder' in out
    )
    assert "STOP  no audit runs while 1 file of another account lies here" in out


@pytest.mark.slow
def test_no_audit_runs_beside_a_file_of_another_account(run: Command, folder: Path, tmp_path: Path) -> None:
    run("new", "rossi", "--workspace", tmp_path)
    (folder / "other.xml").write_bytes(FEED.read_bytes().replace(b"laquercia.example", b"colline.example"))
    code, _, err = run("audit", "rossi", "--quarter", "2026Q3", "--workspace", tmp_path)
    assert code == 2
    assert "IN-ACC-01" in err
    assert "colline.example" in err
    assert not (tmp_path / "reports" / "rossi" / "2026Q3" / "report.pdf").exists()


def test_accounts_that_nothing_guards_are_proposed_ready_to_paste(
    run: Command, folder: Path, tmp_path: Path
) -> None:
    run("new", "rossi", "--workspace", tmp_path)
    path = folder / "client.toml"
    path.write_text(path.read_text("utf-8").replace('domains = ["laquercia.example"]\n', ""), "utf-8")
    code, out, _ = run("check", "rossi", "--workspace", tmp_path)
    assert code == 0
    assert '  domains = ["laquercia.example"]\n' in out
    assert "toggl = " not in out


def screen(width: int, *, terminal: bool = True) -> Console:
    """A screen of so many columns, whose lines can be looked at."""
    return Console(
        file=io.StringIO(), width=width, force_terminal=terminal, markup=False, highlight=False, no_color=True
    )


def shown_on(console: Console) -> list[str]:
    assert isinstance(console.file, io.StringIO)
    return re.sub(r"\x1b\[[0-9;]*m", "", console.file.getvalue()).splitlines()


def readings(*names: str) -> list[FileReading]:
    found = read_bytes("", TIMES.read_bytes(), Context())
    return [replace(found, path=name) for name in names]


def test_many_files_share_a_line_of_their_reader_unless_all_are_asked_for() -> None:
    files = readings(*(f"hours-{number:02}.csv" for number in range(31)))
    for verbose in (False, True):
        out = screen(160)
        checkup.print_files(out, "rossi", files, verbose)
        lines = lines_of("\n".join(shown_on(out)))
        assert any(line.startswith("hours-07.csv toggl") for line in lines) is verbose
        assert (
            any(line.startswith("toggl 2026-07-01 2026-") and " 31 " in line for line in lines) is not verbose
        )


def test_files_of_which_nothing_can_be_used_share_a_line() -> None:
    pages = EXPORTS / "ga4_report" / "pages_of_a_quarter.csv"
    whole = read_bytes("", pages.read_bytes(), Context())
    files = [*readings("hours.csv"), *(replace(whole, path=f"pages-{number}.csv") for number in range(3))]
    out = screen(160)
    checkup.print_files(out, "rossi", files, verbose=False)
    lines = lines_of("\n".join(shown_on(out)))
    read = 3 * whole.rows_read
    assert f"3 files, nothing to use ga4_report {read} 0 0 0 {read}" in lines
    assert not any("pages-" in line for line in lines)
    assert any(line.startswith("hours.csv toggl 2026-07-01") for line in lines)


@pytest.mark.parametrize(("width", "told"), [(80, "toggl, 2026-07-01 to "), (160, "toggl 2026-07-01 2026-")])
def test_reader_and_days_of_a_file_are_told_on_any_screen(width: int, told: str) -> None:
    out = screen(width)
    checkup.print_files(out, "rossi", readings("hours/of/july.csv"), verbose=False)
    assert sum(told in line for line in lines_of("\n".join(shown_on(out)))) == 1


def test_of_a_quarter_s_screen_the_faults_of_other_quarters_are_no_part(
    run: Command, folder: Path, tmp_path: Path
) -> None:
    run("new", "rossi", "--workspace", tmp_path)
    (folder / "old.csv").write_bytes(TIMES.read_bytes().replace(b"2026-", b"2025-"))
    every = run("check", "rossi", "--workspace", tmp_path)[1]
    assert "old.csv" in every
    screen = run("check", "rossi", "--quarter", "2026Q3", "--workspace", tmp_path)[1]
    assert "1 more without a day of 2026Q3" in screen
    assert "old.csv" not in screen


def test_columns_that_a_service_added_are_told(run: Command, folder: Path, tmp_path: Path) -> None:
    run("new", "rossi", "--workspace", tmp_path)
    text = TIMES.read_text("utf-8-sig").splitlines()
    (folder / "toggl.csv").write_text("\n".join([text[0] + ",Mood", *(line + ",fine" for line in text[1:])]))
    out = run("check", "rossi", "--workspace", tmp_path)[1]
    assert "new columns  toggl: 'Mood' (not read)" in out


@pytest.mark.parametrize("width", [80, 120, 160])
def test_the_screen_fits_the_terminal(width: int, tmp_path: Path) -> None:
    open_client(tmp_path, "rossi", [])
    about = load_client(tmp_path / "data" / "raw" / "rossi")
    files = [
        *readings("hours/toggl.csv", f"{'very-' * 30}long.csv"),
        read_bytes("notes/\x1b[31mred.txt", b"hello [bold]there\n" * 3, Context()),
    ]
    out = screen(width)
    checkup.print_files(out, "rossi: 3 files", files, verbose=False)
    checkup.print_faults(out, files, verbose=False)
    checkup.print_changes(out, files, None)
    checkup.print_days(out, Quarter.parse("2026Q3"), about, files, EXPORTS_KNOWN)
    checkup.print_accounts(out, about, files)
    lines = shown_on(out)
    assert max(len(line) for line in lines) <= width
    assert any("…" in line and "long.csv" in line for line in lines)
    assert any("kept" in line and "not used" in line for line in lines)
    assert any("\\x1b[31mred.txt" in line for line in lines)
    assert any(line.split()[:1] == ["effort"] and "of 92" in line for line in lines)


def test_a_pipe_gets_whole_lines() -> None:
    out = screen(80, terminal=False)
    checkup.print_faults(out, [read_bytes("notes.txt", b"hello\n", Context())], verbose=False)
    assert next(line for line in shown_on(out) if line).endswith("export must look like.")


def test_restated_figures_are_counted_and_the_first_shown() -> None:
    out = screen(160, terminal=False)
    restated = pd.DataFrame({"table": ["visits"] * 3, "old": [1.0, 2.0, 3.0], "new": [2.0, 3.0, 4.0]})
    checkup.print_changes(out, [], restated)
    assert shown_on(out)[0].startswith(
        "restated  3 figures, by a newer export; first: table visits, old 1.0, new 2.0;"
    )


# ---- map


def test_map_prints_a_section_that_reads_the_file(run: Command, folder: Path, tmp_path: Path) -> None:
    run("new", "rossi", "--workspace", tmp_path)
    (folder / "richieste.csv").write_text(LEADS, "utf-8")
    code, out, _ = run("map", folder / "richieste.csv")
    assert code == 0
    section = out.partition("\n#  ")[0]
    assert tomllib.loads(section)["tables"][0]["table"] == "contacts"
    assert "no column says the stage" in out
    with (folder / "client.toml").open("a") as file:
        file.write(section)
    lines = lines_of(run("check", "rossi", "--workspace", tmp_path)[1])
    assert "richieste.csv mapped_table 2026-07-13 2026-07-14 3 2 0 0 1" in lines


def test_map_answers_machines(run: Command, tmp_path: Path) -> None:
    (tmp_path / "richieste.csv").write_text(LEADS, "utf-8")
    answer = json.loads(run("map", tmp_path / "richieste.csv", "--json")[1])
    assert set(answer) == {"file", "toml", "undecided", "table", "line"}
    assert (answer["table"], answer["line"]) == ("contacts", 1)


def test_map_says_what_is_no_table(run: Command, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello\n")
    code, out, err = run("map", tmp_path / "notes.txt")
    assert (code, out) == (3, "")
    assert err.startswith("IN-FILE-05  notes.txt  ")


# ---- sanitise


def test_sanitise_writes_a_copy_and_never_over_the_file(
    run: Command, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, _ = run("sanitise", folder / "toggl.csv")
    assert (code, out.splitlines()[0]) == (0, "sanitised/toggl.csv")
    assert "Ada" not in (tmp_path / "sanitised" / "toggl.csv").read_text("utf-8-sig")
    before = (folder / "toggl.csv").read_bytes()
    code, _, err = run("sanitise", folder / "toggl.csv", "-o", folder)
    assert (code, err.split()[0]) == (3, "CL-10")
    assert (folder / "toggl.csv").read_bytes() == before
    code, out, _ = run("sanitise", folder / "toggl.csv", "--out", tmp_path / "copy.csv", "--json")
    assert json.loads(out)["copy"] == str(tmp_path / "copy.csv")


# ---- readers


def test_readers_lists_services_of_which_nothing_was_seen(run: Command) -> None:
    lines = lines_of(run("readers")[1])
    title = next(line for line in lines if "of which no export was seen" in line)
    assert title.startswith(f"{len(UNSEEN)} more")
    assert "`sharedsocial map FILE`" in title
    for service in (
        "Fathom",
        "Bitly",
        "Brevo",
        "X Ads",
        "Everhour",
        "Timely",
        "Buffer",
        "Later",
        "Metricool",
    ):
        assert any(line.startswith(service) for line in lines), service
    answer = json.loads(run("readers", "--json")[1])
    assert {unseen["evidence"] for unseen in answer["unseen"]} == {"DOC", "MEMORY"}


def test_readers_fits_a_narrow_screen(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    out = screen(80)
    monkeypatch.setattr("sharedsocial_utils.cli.reading.console", lambda: out)
    assert run("readers")[0] == 0
    lines = shown_on(out)
    assert max(len(line) for line in lines) <= 80
    assert any("-v shows their layouts" in line for line in lines)
    assert any(line.split()[:2] == ["toggl", "Toggl"] for line in lines)


def test_readers_lists_every_error_with_cause_and_cure(run: Command) -> None:
    lines = lines_of(run("readers", "--errors")[1])
    for code, kind in CATALOGUE.items():
        assert any(line.startswith(f"{code} {kind.cause[:20]}") for line in lines), code
    answer = json.loads(run("readers", "--errors", "--json")[1])
    assert answer["errors"] == [{"code": code, **kind._asdict()} for code, kind in CATALOGUE.items()]
