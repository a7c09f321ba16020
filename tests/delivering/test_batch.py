"""A batch: what runs and why, one client's failure beside the others' reports, and what killed runs leave."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

import project
from sharedsocial_utils.delivering import batch as batch_of
from sharedsocial_utils.delivering import fingerprints, locking, staging, versions
from sharedsocial_utils.delivering.batch import Limits, Outcome, Watcher
from sharedsocial_utils.errors import Fault
from sharedsocial_utils.workspace import Quarter, Workspace

QUARTER = "2026Q3"
Batch = Callable[..., dict[str, Outcome]]


class Heard(Watcher):
    def __init__(self) -> None:
        self.steps: list[tuple[str, str]] = []
        self.ended: list[str] = []

    def step(self, client: str, step: str) -> None:
        self.steps.append((client, step))

    def ends(self, outcome: Outcome) -> None:
        self.ended.append(outcome.client)


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, heard: Heard) -> Batch:
    """Batches over the workspace `work`, with small notebooks of which some may be others."""

    def run(*clients: str, changed: dict[str, list[str]] | None = None, **how: Any) -> dict[str, Outcome]:
        folder = project.notebooks(tmp_path / "notebooks", changed)
        monkeypatch.setattr(
            sys.modules["sharedsocial_utils.delivering.batch"], "find_notebooks", lambda: folder
        )
        given = {"jobs": 2, "watcher": heard, **how}
        outcomes = batch_of(list(clients), QUARTER, tmp_path / "work", **given)
        return {outcome.client: outcome for outcome in outcomes}

    return run


def clients(tmp_path: Path, *names: str) -> Workspace:
    """A workspace with these clients, each with one file."""
    root = project.workspace(tmp_path / "work")
    for name in names:
        add_client(root, name)
    return Workspace(root)


def add_client(root: Path, name: str) -> None:
    folder = root / "data" / "raw" / name
    folder.mkdir()
    (folder / "client.toml").write_text(project.CLIENT, "utf-8")
    (folder / "secret.txt").write_text(f"canary of {name}")


def tree(root: Path) -> dict[str, bytes]:
    """All outputs of a workspace, and whatever else a run may have left beside them."""
    found = {}
    for part in ("data/processed", "reports"):
        for folder, inner, names in os.walk(root / part):
            inner[:] = [name for name in inner if name != ".runs"]
            paths = [Path(folder) / name for name in names]
            found |= {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}
    return found


def left(root: Path) -> set[str]:
    """What stands in the folder of the runs."""
    return {path.name for path in (root / "data" / "processed" / ".runs").iterdir()}


# ---- what runs, and why


def test_only_what_has_changed_runs_and_why_is_said(tmp_path: Path, run: Batch, heard: Heard) -> None:
    place = clients(tmp_path, "rossi")
    first = run()
    assert {c: (o.status, o.why) for c, o in first.items()} == {
        "la-quercia": ("done", "it has not run before"),
        "rossi": ("done", "it has not run before"),
    }
    before = tree(place.root)
    assert left(place.root) == {"lock", "ledger.sqlite"}

    heard.steps.clear()
    again = run()
    assert {(o.status, o.why) for o in again.values()} == {("skipped", "nothing has changed")}
    assert heard.steps == []

    (place.raw("rossi") / "secret.txt").write_text("another")
    third = run()
    assert (third["rossi"].status, third["rossi"].why) == ("done", "an input has changed")
    assert third["la-quercia"].status == "skipped"

    fourth = run(changed={"3_start_stop": [*project.CELLS["3_start_stop"], "x = 1"]})
    assert {o.why for o in fourth.values()} == {"what 3_start_stop depends on has changed"}
    heard.steps.clear()
    run(changed={"3_start_stop": [*project.CELLS["3_start_stop"], "x = 2"]})
    assert {step for _, step in heard.steps} == {"3_start_stop", "4_report", "pdf"}
    assert before.keys() == tree(place.root).keys()


def test_a_run_from_the_middle_gives_the_bytes_of_a_whole_one(tmp_path: Path, run: Batch) -> None:
    place = clients(tmp_path)
    run()
    other = {"3_start_stop": [*project.CELLS["3_start_stop"], "print('new')"]}
    run(changed=other)
    partial = tree(place.root)
    assert run(changed=other, everything=True)["la-quercia"].why == "all were asked for"
    assert partial == tree(place.root)


@pytest.mark.parametrize("gone", ["reports/{}/report.pdf", "data/processed/{}/flags.parquet"])
def test_an_output_that_is_gone_is_made_again(tmp_path: Path, run: Batch, gone: str) -> None:
    place = clients(tmp_path)
    run()
    before = tree(place.root)
    name = gone.format(f"la-quercia/{QUARTER}")
    (place.root / name).unlink()
    assert run()["la-quercia"].why == f"{name} is missing or was changed"
    assert tree(place.root) == before


def test_what_an_analyst_has_edited_stays(tmp_path: Path, run: Batch) -> None:
    place = clients(tmp_path)
    run()
    report = place.reports("la-quercia", Quarter.parse(QUARTER)) / "report.ipynb"
    report.write_text(report.read_text() + "\n")
    outcome = run()["la-quercia"]
    assert (outcome.status, outcome.why.split("; ")[1]) == (
        "skipped", f"reports/la-quercia/{QUARTER}/report.ipynb was edited",
    )  # fmt: skip


def test_a_file_with_its_old_size_and_time_but_other_content_is_seen(tmp_path: Path, run: Batch) -> None:
    place = clients(tmp_path)
    path = place.raw("la-quercia") / "a.csv"
    path.write_text("1")
    os.utime(path, (1e9, 1e9))
    run()
    path.write_text("2")
    os.utime(path, (1e9, 1e9))
    assert run()["la-quercia"].why == "an input has changed"


def test_a_clock_that_jumps_changes_nothing(
    tmp_path: Path, run: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = clients(tmp_path)
    future = time.time() + 400 * 86400
    os.utime(place.raw("la-quercia") / "client.toml", (future, future))
    run()
    before = tree(place.root)
    monkeypatch.setattr(time, "time", lambda: 0.0)
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    assert run()["la-quercia"].status == "skipped"
    assert run(everything=True)["la-quercia"].status == "done"
    assert tree(place.root) == before


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
    "hangs": ("while True: pass", "NB-03", "in 1_ingest, cell 3: not done after 3 seconds"),
    "grows": ("x = bytearray(2**31)", "NB-02", "in 1_ingest, cell 3: MemoryError: "),
}


def test_a_fault_a_death_a_hang_and_an_explosion_stop_nobody_else(tmp_path: Path, run: Batch) -> None:
    place = clients(tmp_path, *FAULTS)
    cell = "\n".join(f"if client == {name!r}:\n    {code}" for name, (code, _, _) in FAULTS.items())
    outcomes = run(changed={"1_ingest": [cell, *project.CELLS["1_ingest"]]}, limits=Limits(3, 500))
    for name, (_, code, message) in FAULTS.items():
        fault = outcomes[name].fault
        assert fault
        assert (fault.code, fault.message(), fault.client) == (code, message, name)
        kept = f"reports/{name}/{QUARTER}/notebooks/1_ingest.ipynb"
        assert kept in fault.cure()
        assert (place.root / kept).is_file()
    assert outcomes["la-quercia"].status == "done"
    assert left(place.root) == {"lock", "ledger.sqlite"}
    assert not place.processed("raises", Quarter.parse(QUARTER)).exists()


@pytest.mark.parametrize("bad", ["../la-quercia", "nobody", "linked", "inside"])
def test_a_folder_that_is_none_is_one_line(tmp_path: Path, run: Batch, bad: str) -> None:
    place = clients(tmp_path)
    (place.root / "data" / "raw" / "linked").symlink_to(place.raw("la-quercia"))
    reports = place.root / "reports"
    add_client(place.root, "inside")
    (reports / "elsewhere").mkdir(parents=True)
    (reports / "inside").symlink_to(reports / "elsewhere")
    outcomes = run(bad, "la-quercia")
    fault = outcomes[bad].fault
    assert fault
    assert (
        fault.message()
        == {
            "../la-quercia": "not a client id: '../la-quercia'; expected [a-z0-9][a-z0-9-]{0,62}",
            "nobody": "no such client; known: inside, la-quercia, linked: 'nobody'",
            "linked": "the client's folder is a link; expected the folder itself",
            "inside": "the folder is a link; expected the folder itself",
        }[bad]
    )
    assert outcomes["la-quercia"].status == "done"
    assert list((reports / "elsewhere").iterdir()) == []


def test_a_disk_without_room_and_folders_that_cannot_be_written_are_one_line(
    tmp_path: Path, run: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = clients(tmp_path)
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("", (), {"free": 2**20})())
    with pytest.raises(Fault, match="1 MB are free; expected 7 MB for 1 clients") as caught:
        run()
    assert caught.value.code == "WS-02"
    monkeypatch.undo()
    (place.root / "reports").write_text("not a folder")
    fault = run()["la-quercia"].fault
    assert fault
    assert fault.code == "WS-02"
    assert "cannot write: File exists" in fault.message()
    (place.root / "reports").unlink()
    locking.remove(place.root / "data" / "processed")
    (place.root / "data" / "processed").write_text("not a folder")
    with pytest.raises(Fault, match=r"cannot write: (File exists|Not a directory)"):
        run()


def test_a_disk_that_fills_up_leaves_the_last_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, stage, quarter = clients(tmp_path), Workspace(tmp_path / "stage"), Quarter.parse(QUARTER)
    for root, word in ((place, b"old"), (stage, b"new")):
        for name in ("report.pdf", "manifest.json"):
            staging.write_flushed(root.reports("la-quercia", quarter) / name, word)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    before = tree(place.root)
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(Fault, match="No space left"):
        staging.write_flushed(stage.reports("la-quercia", quarter) / "flags.csv", b"new")
    assert tree(place.root) == before


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
    with pytest.raises(Fault, match=r"nbconvert 7\.17\.0; expected nbconvert>=7\.17\.1") as caught:
        versions.check_versions()
    assert caught.value.code == "RUN-02"
    monkeypatch.undo()
    monkeypatch.setattr(versions, "requires", lambda _: ["no-such-package"])
    with pytest.raises(Fault, match="no-such-package is missing"):
        versions.check_versions()


# ---- one writer


def test_a_second_run_is_refused_with_the_first_ones_process_and_start(tmp_path: Path, run: Batch) -> None:
    place = clients(tmp_path)
    held = rf": process {os.getpid()}, since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d UTC"
    with (
        locking.whole_workspace(place),
        pytest.raises(Fault, match=f"a run works on this workspace{held}") as caught,
    ):
        run()
    assert caught.value.code == "RUN-01"
    with (
        locking.whole_workspace(place, shared=True),
        locking.whole_workspace(place, shared=True),
        locking.one_client(place, "la-quercia", QUARTER),
    ):
        with (
            pytest.raises(Fault, match=f"a run works on this client{held}"),
            locking.one_client(place, "la-quercia", QUARTER),
        ):
            pass
        with pytest.raises(Fault, match=f"a run works on this workspace{held}"):
            run()
    assert run()["la-quercia"].status == "done"


# ---- clients apart


def test_no_client_sees_another_and_neighbours_change_no_byte(tmp_path: Path, run: Batch) -> None:
    """Each notebook tries to read its neighbours, and writes down what it could."""
    names = ("abete", "betulla", "cipresso")
    place = clients(tmp_path, *names)
    spy = """
from pathlib import Path
raw = Path(workspace) / "data" / "raw"
for name in ("abete", "betulla", "cipresso"):
    for path in (raw / name / "secret.txt", raw.resolve() / name / "secret.txt"):
        try:
            print(path.read_text())
        except PermissionError:
            print("closed")
"""
    changed = {"1_ingest": [spy, *project.CELLS["1_ingest"]]}
    run(changed=changed)
    together = tree(place.root)
    for name in names:
        own = {path: data for path, data in together.items() if f"/{name}/" in path}
        assert b"canary of " + name.encode() in own[f"reports/{name}/{QUARTER}/notebooks/1_ingest.ipynb"]
        for other in set(names) - {name}:
            assert not [path for path, data in own.items() if b"canary of " + other.encode() in data]
    for order in (("cipresso",), ("betulla", "abete"), ("la-quercia",)):
        run(*order, changed=changed, everything=True, jobs=1)
    assert tree(place.root) == together


# ---- whatever is killed


def project_of_three(tmp_path: Path) -> tuple[Workspace, str]:
    """A workspace, and the program that runs a batch on it."""
    place = clients(tmp_path, "rossi", "verdi")
    folder = project.notebooks(tmp_path / "notebooks")
    program = (
        "import sys; from pathlib import Path; import sharedsocial_utils.delivering; "
        "module = sys.modules['sharedsocial_utils.delivering.batch']; "
        f"module.find_notebooks = lambda: Path({str(folder)!r}); "
        f"module.batch([], {QUARTER!r}, {str(place.root)!r}, 2)"
    )
    return place, program


@pytest.mark.slow
def test_kill_any_process_at_any_moment_and_run_again(tmp_path: Path, run: Batch) -> None:
    """SHAREDSOCIAL_KILLS says how many times; each kill hits one process of the family, or all of them."""
    import random

    chance = random.Random(2010)
    place, program = project_of_three(tmp_path)
    run()
    whole = tree(place.root)
    temporary = tmp_path / "t"
    temporary.mkdir()
    alone = {name: value for name, value in os.environ.items() if name != "WARM_KERNELS"}
    env = {**alone, "TMPDIR": str(temporary)}
    for number in range(int(os.environ.get("SHAREDSOCIAL_KILLS", "50"))):
        for part in ("reports", "data/processed"):
            if number % 2:
                locking.remove(place.root / part)
        (place.raw("rossi") / "secret.txt").write_text(str(number % 5))
        started = subprocess.Popen([sys.executable, "-c", program], env=env, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.2, 6))
        family = family_of(started.pid)
        victims = family if chance.random() < 0.3 else [chance.choice(family)] if family else []
        for victim in victims:
            victim.kill()
        watch_final_names(place, started, whole)
        assert psutil.wait_procs(family, timeout=10)[1] == []
        subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, "TMPDIR": str(temporary)}, check=True
        )
        assert tree(place.root) == whole, number
        assert left(place.root) == {"lock", "ledger.sqlite"}
        assert list(temporary.iterdir()) == []


def family_of(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def watch_final_names(place: Workspace, process: "subprocess.Popen[bytes]", whole: dict[str, bytes]) -> None:
    """Until the process has ended, every file at a final name is whole."""
    until = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < until:
        for name, data in tree(place.root).items():
            if name.endswith((".pdf", ".parquet")):
                assert data == whole[name], name
        time.sleep(0.05)
