"""An audit from end to end, with small notebooks: its outputs, and every way in which it can stop."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import psutil
import pytest

import project
from sharedsocial_utils.delivering import audit, auditing, kernels, notebooks, pipeline, running
from sharedsocial_utils.errors import Fault

PROBE = """
import json, os, sys, psutil
me = psutil.Process()
json.dumps({
    "python": sys.executable, "here": os.getcwd(), "home": os.path.expanduser("~"),
    "variables": dict(os.environ),
    "tcp": len(me.net_connections("tcp")), "from_before": "folder" in globals(),
})
"""
Audit = Callable[..., pipeline.AuditResult]


@pytest.fixture
def audit_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Audit:
    """Audits with notebooks of which some have other cells."""

    def run(
        changed: dict[str, list[str]] | None = None, root: str = "work", quarter: str = "2026Q3"
    ) -> object:
        folder = project.notebooks(tmp_path / "notebooks", changed)
        monkeypatch.setattr(auditing, "find_notebooks", lambda: folder)
        if not (tmp_path / root / "data").exists():
            project.workspace(tmp_path / root)
        return audit("la-quercia", quarter, tmp_path / root)

    return run  # type: ignore[return-value]


def reports(tmp_path: Path, root: str = "work") -> Path:
    return tmp_path / root / "reports" / "la-quercia" / "2026Q3"


def files(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


@pytest.mark.slow
def test_the_same_inputs_give_the_same_bytes_wherever_they_lie(
    audit_of: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    first = audit_of()
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("PYTHONHASHSEED", "77")
    monkeypatch.setenv("LANG", "it_IT.UTF-8")
    second = audit("la-quercia", "2026Q3", project.workspace(tmp_path / "another place"), heard.append)
    assert heard == list(pipeline.STEPS)
    made = files(reports(tmp_path))
    assert set(made) == {
        "report.pdf", "report.ipynb", "flags.csv", "plan.csv", "manifest.json", "tables/flags.csv",
        "tables/plan.csv", *(f"notebooks/{name}.ipynb" for name in notebooks.NAMES),
    }  # fmt: skip
    assert made == files(reports(tmp_path, "another place"))
    assert made["report.pdf"].startswith(b"%PDF-")
    for name, data in made.items():
        assert str(tmp_path).encode() not in data, name
    assert first.report == reports(tmp_path) / "report.pdf"
    assert (first.files, first.rows_read, first.rows_quarantined) == (1, 10, 2)
    assert first.flags == second.flags == {"KEEP": 1, "STOP": 1}
    assert list(first.seconds) == list(pipeline.STEPS)
    report = nbformat.reads(made["report.ipynb"].decode(), 4)
    assert report.metadata.typst_export.title == "La Quercia"
    assert 'workspace = "../../.."' in report.cells[1].source


def test_each_notebook_has_a_kernel_of_the_callers_python_in_a_private_place(
    audit_of: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "abc")
    with pytest.raises(Fault, match="a wanted end"):
        audit_of({"2_effort_vs_results": [PROBE, "raise ValueError('a wanted end')"]})
    kept = nbformat.read(reports(tmp_path) / "notebooks" / "2_effort_vs_results.ipynb", 4)
    seen = json.loads(kept.cells[2].outputs[0].data["text/plain"][1:-1].replace("\\\\", "\\"))
    assert seen["python"] == sys.executable
    assert seen["tcp"] == 0
    assert not seen["from_before"]
    assert "SECRET_TOKEN" not in seen["variables"]
    assert seen["variables"]["TZ"] == "UTC"
    for place in ("here", "home"):
        assert ".runs/la-quercia.2026Q3" in seen[place]
        assert not Path(seen[place]).exists()


def test_a_fault_in_a_cell_keeps_its_code_and_place(audit_of: Audit, tmp_path: Path) -> None:
    cell = (
        "from sharedsocial_utils.errors import Fault\n"
        "raise Fault('CL-09', 'the flag \"HALT\" is unknown', file='log.csv', line=4, next_step='write STOP')"
    )
    with pytest.raises(Fault) as caught:
        audit_of({"1_ingest": [cell]})
    fault = caught.value
    assert (fault.code, fault.client, fault.file, fault.line) == ("CL-09", "la-quercia", "log.csv", 4)
    assert fault.message() == 'the flag "HALT" is unknown (in 1_ingest, cell 3)'
    assert fault.cure() == (
        "write STOP; the notebook is kept in reports/la-quercia/2026Q3/notebooks/1_ingest.ipynb"
    )
    kept = nbformat.read(reports(tmp_path) / "notebooks" / "1_ingest.ipynb", 4)
    assert kept.cells[2].outputs[-1].output_type == "error"
    assert len(kept.cells) == 3
    assert files(reports(tmp_path)).keys() == {"notebooks/1_ingest.ipynb"}


def test_any_other_exception_names_notebook_and_cell(audit_of: Audit) -> None:
    with pytest.raises(Fault) as caught:
        audit_of({"1_ingest": ["x = 1", "x / 0"]})
    assert caught.value.code == "NB-02"
    assert caught.value.message() == "in 1_ingest, cell 4: ZeroDivisionError: division by zero"


def test_a_kernel_that_dies_is_told_and_nothing_is_left(audit_of: Audit) -> None:
    before = set(psutil.Process().children(recursive=True))
    with pytest.raises(Fault) as caught:
        audit_of({"1_ingest": ["x = 1", "import os\nos._exit(9)"]})
    assert caught.value.code == "NB-03"
    assert caught.value.message() == "in 1_ingest, cell 4: the kernel died"
    assert set(psutil.Process().children(recursive=True)) == before


def test_a_quarter_without_data_is_one_clear_line(audit_of: Audit) -> None:
    with pytest.raises(Fault) as caught:
        audit_of(quarter="2019Q1")
    assert caught.value.one_line() == (
        "WS-04  la-quercia  Nothing to audit: 1 file read, none with a day of 2019Q1, "
        "they end on 2026-09-30. "
        "`sharedsocial check CLIENT` lists what is needed."
    )


def test_a_report_that_cannot_be_exported_keeps_the_one_before(audit_of: Audit, tmp_path: Path) -> None:
    reports(tmp_path).mkdir(parents=True)
    (reports(tmp_path) / "report.pdf").write_bytes(b"last quarter's")
    with pytest.raises(Fault) as caught:
        audit_of({"4_report": ["print('a stray word')", project.DOCUMENT, project.LAST]})
    assert caught.value.code == "PDF-01"
    assert (reports(tmp_path) / "report.pdf").read_bytes() == b"last quarter's"
    assert (reports(tmp_path) / "notebooks" / "4_report.ipynb").is_file()


@pytest.mark.slow
def test_an_endless_cell_ends_at_the_limit(tmp_path: Path) -> None:
    folder = project.notebooks(tmp_path / "notebooks", {"1_ingest": ["while True: pass"]})
    endless = notebooks.open_notebooks(folder)[0]
    home = kernels.Home(tmp_path, [], [str(tmp_path)])
    manager = kernels.start(home, "k", [])
    try:
        with pytest.raises(running.Stopped) as caught:
            running.run(endless, {"client": "a"}, manager, tmp_path / "k" / "log", lambda: None, seconds=3)
    finally:
        kernels.stop(manager)
    assert caught.value.fault.message() == "in 1_ingest, cell 3: not done after 3 seconds"
    assert not manager.has_kernel


@pytest.mark.parametrize(
    ("client", "quarter", "code"),
    [("rossi", "2026Q3", "CL-01"), ("../x", "2026Q3", "CL-05"), ("la-quercia", "2026-3", "CL-07")],
)
def test_bad_input_is_refused_before_anything_starts(
    tmp_path: Path, client: str, quarter: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auditing, "Workers", lambda *_: pytest.fail("a worker was started"))
    with pytest.raises(Fault) as caught:
        audit(client, quarter, project.workspace(tmp_path))
    assert caught.value.code == code


def test_a_notebook_with_other_parameters_is_refused_before_anything_starts(
    audit_of: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auditing, "Workers", lambda *_: pytest.fail("a worker was started"))
    folder = project.notebooks(tmp_path / "changed")
    text = (folder / "3_start_stop.ipynb").read_text().replace("quarter = ", "quater = ")
    (folder / "3_start_stop.ipynb").write_text(text)
    monkeypatch.setattr(auditing, "find_notebooks", lambda: folder)
    with pytest.raises(Fault, match=r'3_start_stop: no parameter "quarter"; did you mean "quater"\?'):
        audit("la-quercia", "2026Q3", project.workspace(tmp_path / "work"))


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
@pytest.mark.parametrize(("ending", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_an_audit_that_is_told_to_end_leaves_nothing_behind(
    tmp_path: Path, ending: signal.Signals, code: int
) -> None:
    folder = project.notebooks(tmp_path / "notebooks", {"1_ingest": ["while True: pass"]})
    work = project.workspace(tmp_path / "work")
    arguments = ["audit", "la-quercia", "--quarter", "2026Q3", "--workspace", str(work)]
    program = (
        # whoever starts the tests in the background makes their children deaf to SIGINT
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from pathlib import Path; from sharedsocial_utils import cli; "
        "from sharedsocial_utils.delivering import auditing; "
        f"auditing.find_notebooks = lambda: Path({str(folder)!r}); cli.main({arguments})"
    )
    (tmp_path / "t").mkdir()
    alone = {name: value for name, value in os.environ.items() if name != "WARM_KERNELS"}
    process = subprocess.Popen(
        [sys.executable, "-c", program], env={**alone, "TMPDIR": str(tmp_path / "t")},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stdout
    assert process.stdout.readline() == "1/5 reading the exports (1_ingest)\n"
    time.sleep(1)  # it runs the endless cell
    family = psutil.Process(process.pid).children(recursive=True)
    assert len(family) >= 3
    process.send_signal(ending)
    told, _ = process.communicate(timeout=30)
    assert (process.returncode, told) == (code, "")
    assert not psutil.wait_procs(family, timeout=5)[1]
    assert list((tmp_path / "t").iterdir()) == []
    assert [path.name for path in (work / "data" / "processed" / ".runs").iterdir()] == ["lock"]
