"""A batch: what runs and why, one client's failure beside the others' reports, and what killed runs leave."""

import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import project
from sharedsocial_utils.delivering import batch as batch_of
from sharedsocial_utils.delivering import fingerprints, locking, staging, versions
from sharedsocial_utils.delivering.batch import Limits, Outcome, Watcher
from sharedsocial_utils.delivering.choosing import Chooser
from sharedsocial_utils.delivering.ledger import Ledger
from sharedsocial_utils.errors import Fault
from sharedsocial_utils.kernels import linux
from sharedsocial_utils.workspace import Quarter, Workspace

QUARTER = "2026Q3"
Batch = Callable[..., dict[str, Outcome]]


class Heard(Watcher):
    def __init__(self) -> None:
        self.steps: list[tuple[str, str]] = []
        self.ended: list[str] = []
        self.notes: list[str] = []

    def note(self, words: str) -> None:
        self.notes.append(words)

    def step(self, client: str, step: str) -> None:
        self.steps.append((client, step))

    def ends(self, outcome: Outcome) -> None:
        self.ended.append(outcome.client)


@pytest.fixture
def heard() -> Heard:
    return Heard()


def run_batch(
    folder: Path, patched: pytest.MonkeyPatch, clients: list[str],
    changed: dict[str, list[str]] | None = None, **how: Any,
) -> dict[str, Outcome]:  # fmt: skip
    """A batch over the workspace `work`, with small notebooks of which some may be others."""
    small = project.notebooks(folder / "notebooks", changed)
    patched.setattr(sys.modules["sharedsocial_utils.delivering.batch"], "find_notebooks", lambda: small)
    outcomes = batch_of(clients, QUARTER, folder / "work", **{"jobs": 2, **how})
    return {outcome.client: outcome for outcome in outcomes}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, heard: Heard) -> Batch:
    """Batches over the workspace `work` of this test."""

    def run(*clients: str, **how: Any) -> dict[str, Outcome]:
        return run_batch(tmp_path, monkeypatch, list(clients), **{"watcher": heard, **how})

    return run


def choice(place: Workspace, **changed: list[str]) -> tuple[int | None, str]:
    """What a batch would run of la-quercia, and why; nothing runs."""
    folder = project.notebooks(place.root.parent / "notebooks", changed)
    with Ledger(locking.runs_folder(place) / "ledger.sqlite") as ledger:
        code = fingerprints.Code(folder, ledger.hash_of)
        chosen = Chooser(place, Quarter.parse(QUARTER), code, ledger).choice("la-quercia")
    return chosen.first, chosen.why


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a workspace with two clients that a batch has made."""
    folder = tmp_path_factory.mktemp("made")
    place = clients(folder, "rossi")
    with pytest.MonkeyPatch.context() as patched:
        outcomes = run_batch(folder, patched, [])
    assert {c: (o.status, o.why) for c, o in outcomes.items()} == {
        "la-quercia": ("done", "it has not run before"),
        "rossi": ("done", "it has not run before"),
    }
    assert project.left(place.root) == {"lock", "ledger.sqlite"}
    return folder


@pytest.fixture
def done(made: Path, tmp_path: Path) -> Workspace:
    """A copy of it, to be spoilt."""
    shutil.copytree(made / "work", tmp_path / "work", symlinks=True)
    return Workspace(tmp_path / "work")


def clients(tmp_path: Path, *names: str) -> Workspace:
    """A workspace with these clients, each with one file."""
    root = project.workspace(tmp_path / "work")
    for name in names:
        project.add_client(root, name)
    return Workspace(root)


# ---- what runs, and why


def test_only_what_has_changed_runs_and_why_is_said(done: Workspace, run: Batch, heard: Heard) -> None:
    again = run()
    assert {(o.status, o.why) for o in again.values()} == {("skipped", "nothing has changed")}
    assert heard.steps == []
    assert heard.ended == ["la-quercia", "rossi"]

    (done.raw("rossi") / "secret.txt").write_text("another")
    third = run()
    assert (third["rossi"].status, third["rossi"].why) == ("done", "an input has changed")
    assert third["la-quercia"].status == "skipped"
    assert {client for client, _ in heard.steps} == {"rossi"}


@pytest.mark.slow
def test_a_run_from_the_middle_gives_the_bytes_of_a_whole_one(
    done: Workspace, run: Batch, heard: Heard
) -> None:
    other = {"3_start_stop": [*project.CELLS["3_start_stop"], "print('new')"]}
    assert choice(done, **other) == (2, "what 3_start_stop depends on has changed")
    run("la-quercia", changed=other)
    assert {step for _, step in heard.steps} == {"3_start_stop", "4_report", "pdf"}
    partial = project.tree(done.root)
    assert run("la-quercia", changed=other, everything=True)["la-quercia"].why == "all were asked for"
    assert partial == project.tree(done.root)


def test_an_output_that_is_gone_is_made_again(done: Workspace, run: Batch) -> None:
    before = project.tree(done.root)
    for part in ("data/processed/{}/flags.parquet", "reports/{}/report.pdf"):
        name = part.format(f"la-quercia/{QUARTER}")
        data = (done.root / name).read_bytes()
        (done.root / name).unlink()
        assert choice(done) == (0, f"{name} is missing or was changed")
        (done.root / name).write_bytes(data)
    assert choice(done) == (None, "nothing has changed")
    (done.root / name).unlink()
    assert run()["la-quercia"].status == "done"
    assert project.tree(done.root) == before


def test_what_an_analyst_has_edited_stays(done: Workspace) -> None:
    report = done.reports("la-quercia", Quarter.parse(QUARTER)) / "report.ipynb"
    report.write_text(report.read_text() + "\n")
    edited = f"reports/la-quercia/{QUARTER}/report.ipynb was edited"
    assert choice(done) == (None, f"nothing has changed; {edited}")


def test_a_file_with_its_old_size_and_time_but_other_content_is_seen(done: Workspace) -> None:
    path = done.raw("la-quercia") / "client.toml"
    found, text = path.stat(), path.read_text()
    path.write_text(text.replace("55.0", "56.0"))
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
    assert path.stat().st_size == found.st_size
    assert choice(done) == (0, "an input has changed")


def test_another_version_of_a_package_or_a_notebook_is_seen(
    done: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert choice(done, **{"4_report": [*project.CELLS["4_report"], "x = 1"]}) == (
        3, "what 4_report depends on has changed",
    )  # fmt: skip
    monkeypatch.setattr(fingerprints, "installed", lambda: ["pandas-9.9.dist-info"])
    assert choice(done) == (0, "what 1_ingest depends on has changed")


def test_a_clock_that_jumps_changes_nothing(
    done: Workspace, run: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    future = time.time() + 400 * 86400
    os.utime(done.raw("la-quercia") / "client.toml", (future, future))
    before = project.tree(done.root)
    monkeypatch.setattr(time, "time", lambda: 0.0)
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    assert choice(done) == (None, "nothing has changed")
    assert run("la-quercia", everything=True)["la-quercia"].status == "done"
    assert project.tree(done.root) == before


def test_a_planted_link_is_not_swept(done: Workspace, run: Batch, tmp_path: Path) -> None:
    runs = done.root / "data" / "processed" / ".runs"
    runs.rename(tmp_path / "runs")
    (tmp_path / "runs" / "mine").mkdir()
    runs.symlink_to(tmp_path / "runs")
    with pytest.raises(Fault, match="the folder is a link"):
        run()
    assert (tmp_path / "runs" / "mine").is_dir()


def test_a_book_that_is_damaged_is_one_line(done: Workspace, run: Batch) -> None:
    (done.root / "data" / "processed" / ".runs" / "ledger.sqlite").write_bytes(b"no book" * 999)
    with pytest.raises(Fault, match="the run's book cannot be opened: file is not a database") as caught:
        run()
    assert caught.value.cure() == "delete it: the next run makes everything again"


def test_the_files_behind_a_fingerprint(tmp_path: Path) -> None:
    place = clients(tmp_path)
    raw = place.raw("la-quercia")
    (raw / "deep" / "er").mkdir(parents=True)
    (raw / "deep" / "er" / "a.csv").write_text("1")
    (raw / "link.csv").symlink_to("/etc/passwd")
    os.mkfifo(raw / "pipe.csv")

    def keys() -> list[str]:
        code = fingerprints.Code(project.notebooks(tmp_path / "n"), lambda path: path.name)
        return fingerprints.keys_of(
            code, place, "la-quercia", Quarter.parse(QUARTER), lambda p: p.read_text()
        )

    before = keys()
    assert len(before) == len(set(before)) == 5
    assert before == keys()
    (raw / "link.csv").unlink()
    (raw / "link.csv").symlink_to("/etc/group")
    assert set(before).isdisjoint(keys())


# ---- one client's failure is its own


FAULTS = {
    "raises": ("raise ValueError('a wanted end')", "NB-02", "in 1_ingest, cell 3: ValueError: a wanted end"),
    "dies": ("import os; os.kill(os.getpid(), 9)", "NB-03", "in 1_ingest, cell 3: the kernel died"),
    "hangs": ("import time; time.sleep(99)", "NB-03", "in 1_ingest, cell 3: not done after 6 seconds"),
    "grows": ("x = bytearray(2**31)", "NB-02", "in 1_ingest, cell 3: MemoryError: "),
}
BAD = {
    "../la-quercia": "not a client id: '../la-quercia'; expected [a-z0-9][a-z0-9-]{0,62}",
    "Bad Name": "not a client id: 'Bad Name'; expected [a-z0-9][a-z0-9-]{0,62}",
    "portfolio": "the id is the name of the folder that all clients share: 'portfolio'",
    "nobody": "no such client; known: dies, grows, hangs, inside, la-quercia, linked, portfolio, raises, "
    "rossi: 'nobody'",
    "linked": "the client's folder is a link; expected the folder itself",
    "inside": "the folder is a link; expected the folder itself",
}


@pytest.mark.slow
def test_a_fault_a_death_a_hang_an_explosion_and_folders_that_are_none_stop_nobody_else(
    done: Workspace, run: Batch
) -> None:
    raw, reports = done.root / "data" / "raw", done.root / "reports"
    for name in (*FAULTS, "inside", "Bad Name", "portfolio"):
        project.add_client(done.root, name)
    (raw / "linked").symlink_to(raw / "la-quercia")
    (reports / "elsewhere").mkdir()
    (reports / "inside").symlink_to(reports / "elsewhere")
    cell = "\n".join(f"if client == {name!r}:\n    {code}" for name, (code, _, _) in FAULTS.items())
    outcomes = run(
        *FAULTS, *BAD, "rossi", changed={"1_ingest": [cell, *project.CELLS["1_ingest"]]},
        limits=Limits(6, 500),
    )  # fmt: skip
    for name, (_, code, message) in FAULTS.items():
        fault = outcomes[name].fault
        assert fault
        assert (fault.code, fault.message(), fault.client) == (code, message, name)
        kept = f"reports/{name}/{QUARTER}/notebooks/1_ingest.ipynb"
        assert kept in fault.cure()
        assert (done.root / kept).is_file()
        assert not done.processed(name, Quarter.parse(QUARTER)).exists()
    assert {name: outcomes[name].fault.message() for name in BAD} == BAD  # type: ignore[union-attr]
    assert outcomes["rossi"].status == "done"
    assert project.left(done.root) == {"lock", "ledger.sqlite"}
    assert list((reports / "elsewhere").iterdir()) == []


def test_a_folder_whose_name_is_no_id_is_refused_not_passed_over(done: Workspace, run: Batch) -> None:
    project.add_client(done.root, "Rossi & Figli")
    outcomes = run()
    fault = outcomes["Rossi & Figli"].fault
    assert fault
    assert fault.code == "CL-05"
    assert [outcome.status for outcome in outcomes.values()] == ["failed", "skipped", "skipped"]


def test_a_workspace_without_a_client_is_one_line(tmp_path: Path, run: Batch) -> None:
    (tmp_path / "work" / "data" / "raw").mkdir(parents=True)
    with pytest.raises(Fault, match="the workspace has no client"):
        run()


def test_a_disk_without_room_and_folders_that_cannot_be_written_are_one_line(
    done: Workspace, run: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("shutil.disk_usage", lambda _: type("", (), {"free": 2**20})())
        with pytest.raises(Fault, match="1 MB are free; expected 7 MB for 1 clients") as caught:
            run("rossi", everything=True)
    assert caught.value.code == "WS-02"
    locking.remove(done.root / "reports")
    (done.root / "reports").write_text("not a folder")
    fault = run("rossi")["rossi"].fault
    assert fault
    assert fault.code == "WS-02"
    assert "cannot write: File exists" in fault.message()
    locking.remove(done.root / "data" / "processed")
    (done.root / "data" / "processed").write_text("not a folder")
    with pytest.raises(Fault, match=r"cannot write: (File exists|Not a directory)"):
        run()


def test_a_folder_that_may_only_be_read_keeps_its_report(done: Workspace, tmp_path: Path) -> None:
    stage, quarter = Workspace(tmp_path / "stage"), Quarter.parse(QUARTER)
    staging.write_flushed(stage.reports("rossi", quarter) / "report.pdf", b"new")
    reports = done.reports("rossi", quarter)
    before = project.tree(done.root)
    ways = [path for path in (tmp_path, *tmp_path.parents) if path.stat().st_mode & 0o5 != 0o5]
    modes = {path: path.stat().st_mode for path in (*ways, stage.root, *stage.root.rglob("*"), reports)}
    mine = os.geteuid()
    try:
        for path, mode in modes.items():
            path.chmod(mode | 0o777)
        reports.chmod(0o555)
        if mine == 0:  # whom no right stops
            os.seteuid(65534)
        with pytest.raises(Fault, match="cannot write: Permission denied") as caught:
            staging.put_in_place(stage, done, "rossi", quarter)
    finally:
        os.seteuid(mine)
        for path, mode in modes.items():
            path.chmod(mode)
    assert caught.value.code == "WS-02"
    assert project.tree(done.root) == before


def test_a_disk_that_fills_up_leaves_the_last_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, stage, quarter = clients(tmp_path), Workspace(tmp_path / "stage"), Quarter.parse(QUARTER)
    for root, word in ((place, b"old"), (stage, b"new")):
        for name in ("report.pdf", "manifest.json"):
            staging.write_flushed(root.reports("la-quercia", quarter) / name, word)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    before = project.tree(place.root)
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(Fault, match="No space left"):
        staging.write_flushed(stage.reports("la-quercia", quarter) / "flags.csv", b"new")
    assert project.tree(place.root) == before


def test_outputs_of_before_that_are_not_made_any_more_go(tmp_path: Path) -> None:
    place, stage, quarter = clients(tmp_path), Workspace(tmp_path / "stage"), Quarter.parse(QUARTER)
    reports = place.reports("la-quercia", quarter)
    old = ["flags.csv", "tables/gone.csv", "../../../data/raw/la-quercia/client.toml"]
    outputs = {f"reports/la-quercia/{QUARTER}/{name}": "" for name in old}
    for name in ("tables/gone.csv", "mine.txt", "manifest.json"):
        staging.write_flushed(reports / name, json.dumps({"outputs": outputs}).encode())
    staging.write_flushed(stage.reports("la-quercia", quarter) / "manifest.json", b"{}")
    staging.put_in_place(stage, place, "la-quercia", quarter)
    assert {path.name for path in reports.rglob("*") if path.is_file()} == {"mine.txt", "manifest.json"}
    assert (place.raw("la-quercia") / "client.toml").is_file()


def test_a_package_that_was_not_proven_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    versions.check_versions()
    monkeypatch.setattr(versions, "version", lambda name: "7.17.0" if name == "nbconvert" else "999")
    monkeypatch.setattr(versions, "requires", lambda _: ["nbconvert>=7.17.1", "x; extra == 'test'"])
    with pytest.raises(
        Fault, match=r"the package nbconvert is 7\.17\.0; expected nbconvert>=7\.17\.1"
    ) as caught:
        versions.check_versions()
    assert caught.value.code == "RUN-02"
    monkeypatch.undo()
    monkeypatch.setattr(versions, "requires", lambda _: ["no-such-package"])
    with pytest.raises(Fault, match="the package no-such-package is missing"):
        versions.check_versions()


# ---- one writer


def test_a_second_run_is_refused_with_the_first_ones_process_and_start(done: Workspace, run: Batch) -> None:
    held = rf": process {os.getpid()}, since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d UTC"
    with (
        locking.whole_workspace(done),
        pytest.raises(Fault, match=f"a run works on this workspace{held}") as caught,
    ):
        run()
    assert caught.value.code == "RUN-01"
    with (
        locking.whole_workspace(done, shared=True),
        locking.whole_workspace(done, shared=True),
        locking.one_client(done, "la-quercia", QUARTER),
    ):
        with (
            pytest.raises(Fault, match=f"a run works on this client{held}"),
            locking.one_client(done, "la-quercia", QUARTER),
        ):
            pass
        with pytest.raises(Fault, match=f"a run works on this workspace{held}"):
            run()
    assert run()["la-quercia"].status == "skipped"


def test_temporary_folders_of_killed_runs_go_and_those_of_others_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for name in ("sharedsocial-run-killed", "sharedsocial-run-young", "sharedsocial-other"):
        (tmp_path / name).mkdir()
    for name in ("sharedsocial-run-killed", "sharedsocial-other"):
        (tmp_path / name / "lock").write_text("")
    with locking.private_folder() as one, locking.private_folder() as two:
        assert one.is_dir() and two.is_dir() and one != two  # noqa: PT018
    assert {path.name for path in tmp_path.iterdir()} == {"sharedsocial-run-young", "sharedsocial-other"}


def test_no_file_tries_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python's own trial would stay there where a kill comes before its end."""
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr("tempfile._get_default_tempdir", lambda: pytest.fail("a file was tried"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "absent"))
    monkeypatch.setenv("TEMP", str(tmp_path))
    with locking.private_folder() as folder:
        assert folder.parent == tmp_path


# ---- clients apart


SPY = """
import os
from pathlib import Path
print((Path(workspace) / "data" / "raw" / client / "secret.txt").read_text())
place = (Path(workspace) / "data" / "raw").resolve().parents[1]
names = ("abete", "betulla", "rossi", "la-quercia")
parts = {"data/raw/{}/client.toml": names, "data/processed/{}/2026Q3/sources.parquet": names[2:],
         "reports/{}/2026Q3/report.pdf": names[2:], "reports/{}/2026Q3/report.ipynb": names[2:]}
for part, theirs in parts.items():
    for name in theirs:
        for root in (place, Path(f"/proc/{os.getppid()}/root") / place.relative_to("/")):
            try:
                (root / part.format(name)).open("rb").close()
                print("open:", name, Path(part).name)
            except PermissionError:
                pass
            except FileNotFoundError:
                print("not there:", name)
try:
    print("listed:", os.listdir(place / "data" / "raw"))
except PermissionError:
    pass
"""


def printed(notebook: bytes) -> list[str]:
    """The lines that its cells printed."""
    outputs = [output for cell in json.loads(notebook)["cells"] for output in cell.get("outputs", ())]
    return "".join("".join(output["text"]) for output in outputs if "text" in output).splitlines()


@pytest.mark.skipif(not linux.landlock_version(), reason="this Linux has no Landlock")
def test_no_client_sees_another_and_neighbours_change_no_byte(done: Workspace, run: Batch) -> None:
    """Each notebook tries to read the raw files, tables and reports of all, and writes down what it could."""
    names = ("abete", "betulla")
    for name in names:
        project.add_client(done.root, name)
    changed = {"1_ingest": [SPY, *project.CELLS["1_ingest"]]}
    run(*names, changed=changed, everything=True)
    together = project.tree(done.root)
    for name in names:
        own = {path: data for path, data in together.items() if f"/{name}/" in path}
        spied = printed(own[f"reports/{name}/{QUARTER}/notebooks/1_ingest.ipynb"])
        assert spied == [f"canary of {name}", f"open: {name} client.toml"]
        (other,) = set(names) - {name}
        assert not [path for path, data in own.items() if b"canary of " + other.encode() in data]
    run("betulla", changed=changed, everything=True, jobs=1)
    run("abete", changed=changed, everything=True, jobs=1)
    assert project.tree(done.root) == together


def test_where_kernels_cannot_be_closed_it_is_said_once(
    done: Workspace, run: Batch, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linux, "landlock_version", lambda: 0)
    for name in ("abete", "betulla"):
        project.add_client(done.root, name)
        (done.raw(name) / "client.toml").write_text("nothing")
    assert {o.fault.code for o in run("abete", "betulla").values() if o.fault} == {"CL-02"}
    assert heard.notes == [
        "kernels can read whatever their user can: this system has no Landlock (Linux 5.13 and later)"
    ]
