"""`make bench`: the times that a user waits for, on this machine, each of several cold processes."""

import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "sharedsocial_utils"]
AUDIT = [*COMMAND, "audit", "la-quercia", "--quarter", "2026Q3"]
CHECK = [*COMMAND, "check", "la-quercia"]
PDF = """
import sys, time
from pathlib import Path
import nbformat, nbconvert.exporters
from sharedsocial_utils.delivering.outputs import pdf_of
folder = Path(sys.argv[1])
report = nbformat.read(folder / "report.ipynb", 4)
nbconvert.exporters.get_exporter("typstpdf")
from sharedsocial_utils.typst_export import exporter
compile_pdf, compiling = exporter.compile_pdf, []
def timed(*given):
    start = time.perf_counter()
    pdf = compile_pdf(*given)
    compiling.append(time.perf_counter() - start)
    return pdf
exporter.compile_pdf = timed
start = time.perf_counter()
pdf_of(report, folder)
print(time.perf_counter() - start, compiling[0])
"""
READ_CLIENT = """
import sys, tempfile, time
from dataclasses import asdict
from pathlib import Path
from sharedsocial_utils.client import load_client
from sharedsocial_utils.reading import ingest, sandbox
root = Path(sys.argv[1])
context = ingest.context("la-quercia", load_client(root))
sandbox._warm_up()
with tempfile.TemporaryDirectory() as folder:
    start = time.perf_counter()
    names = ingest.input_files(root)
    job = {"files": [(name, str(root / name)) for name in names], "context": asdict(context), "out": folder}
    sandbox._run_workers(job, context)
    files = [sandbox._result(Path(folder), number, name) for number, name in enumerate(names)]
    print(time.perf_counter() - start)
assert len([file for file in files if file.rows_kept]) > 100
"""
READ_MILLION = """
import resource, sys, time
from pathlib import Path
from sharedsocial_utils.reading import sandbox
from sharedsocial_utils.reading.file import read_bytes
from sharedsocial_utils.reading.source import Context
sandbox._warm_up()
start = time.perf_counter()
found = read_bytes("exploration.csv", Path(sys.argv[1]).read_bytes(), Context("Europe/Rome", "EUR", salt="x"))
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
assert found.rows_kept == 1_000_000, found.error
"""
PANDAS_MILLION = """
import sys, time
import pandas
start = time.perf_counter()
frame = pandas.read_csv(sys.argv[1], engine="pyarrow", skiprows=8, header=None)
print(time.perf_counter() - start)
assert len(frame) == 1_000_000
"""
ROWS = 1_000_000
KEYS = [f"site-{n}.example,referral,offer-{m:02}" for n in range(40) for m in range(34)]


def seconds(command: list[str], workspace: Path) -> float:
    """Wall time of a process from its start to its end."""
    start = time.perf_counter()
    subprocess.run([*command, "--workspace", str(workspace)], check=True, capture_output=True)
    return time.perf_counter() - start


def pdf_seconds(workspace: Path) -> tuple[float, float]:
    """Wall time of the whole export, notebook to Typst to PDF, and of the Typst compiler in it."""
    folder = workspace / "reports" / "la-quercia" / "2026Q3"
    told = subprocess.run([sys.executable, "-c", PDF, folder], check=True, capture_output=True, text=True)
    whole, compiler = map(float, told.stdout.split())
    return whole, compiler


def told(script: str, path: Path) -> list[float]:
    """The figures that a cold process prints of what it did with a file or folder."""
    command = [sys.executable, "-c", script, str(path)]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    return [float(figure) for figure in found.stdout.split()]


def exploration(path: Path) -> Path:
    """An exploration of GA4 with a million rows, some 1,360 to a day, and its true total."""
    chance, sums, rows = random.Random(1), [0, 0, 0, 0], []
    for number in range(ROWS):
        day = date(2024, 1, 1) + timedelta(number // len(KEYS))
        sessions, more = chance.randrange(1, 400), chance.randrange(900)
        figures = (sessions, sessions // 2, sessions + more, more % 4)
        sums = [whole + part for whole, part in zip(sums, figures, strict=True)]
        rows.append(f"{day:%Y%m%d},{KEYS[number % len(KEYS)]},{','.join(map(str, figures))}")
    rule = "# " + "-" * 40
    head = [rule, "# La Quercia", "# Free form-Free form 1", f"# 20240101-{day:%Y%m%d}", rule, ""]
    head.append("Date,Session source,Session medium,Session campaign,Sessions,Active users,Views,Key events")
    head.append(f",,,,{','.join(map(str, sums))},Grand total")
    path.write_text("\n".join(head + rows) + "\n", "utf-8")
    return path


def main() -> None:
    """Prints what was measured, and what was promised."""
    table, out = Table("what", "median", "fastest", "slowest", "goal"), Console(width=110)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "data").mkdir()
        (place / "data" / "raw").symlink_to(ROOT / "data" / "raw")
        for what, times, goal in (*of_a_user(place), *of_the_pdf(place), *of_reading(place)):
            figures = (statistics.median(times), min(times), max(times))
            table.add_row(what, *(f"{figure:.2f} s" for figure in figures), f"{goal:.3g} s" if goal else "")
        table.caption = of_a_million(place)
    out.print(table, f"{machine()}; each a cold process", sep="\n")


Measure = tuple[str, list[float], float | None]
"""What was measured, its times in seconds, and the goal."""


def said(what: str, times: list[float], goal: float | None = None) -> Measure:
    """The measure, told as soon as it is taken."""
    print(what, *(f"{time:.2f}" for time in times), flush=True)
    return what, times, goal


def of_a_user(place: Path) -> Iterator[Measure]:
    """What somebody at a terminal waits for."""
    yield said("sharedsocial --help", [seconds_of_help() for _ in range(5)], 0.4)
    yield said("sharedsocial check la-quercia", [seconds(CHECK, place) for _ in range(5)], 3.0)
    yield said("sharedsocial audit la-quercia", [seconds(AUDIT, place) for _ in range(3)], 15.0)


def of_the_pdf(place: Path) -> Iterator[Measure]:
    """The report of the audit, printed again."""
    exports = [pdf_seconds(place) for _ in range(5)]
    yield said("the Typst step of the PDF", [compiler for _, compiler in exports], 0.5)
    yield said("executed notebook to PDF, all of it", [whole for whole, _ in exports], 0.6)


def of_reading(_: Path) -> Iterator[Measure]:
    """The example client's files, by warm workers."""
    times = [told(READ_CLIENT, ROOT / "data" / "raw" / "la-quercia")[0] for _ in range(5)]
    yield said("the example client's files, all read", times, 1.0)


def of_a_million(place: Path) -> str:
    """A million rows against pandas on the same bytes, in turn."""
    million = exploration(place / "exploration.csv")
    pairs = [(told(READ_MILLION, million), told(PANDAS_MILLION, million)) for _ in range(3)]
    ours, pandas = (statistics.median(pair[who][0] for pair in pairs) for who in (0, 1))
    memory = max(pair[0][1] for pair in pairs)
    return (
        f"a million rows of GA4: {ours:.1f} s, {ROWS / ours:,.0f} rows/s (goal 150,000), "
        f"at most {memory:.0f} MB (goal 600); pandas and Arrow {pandas:.1f} s, "
        f"{ours / pandas:.1f} times as fast (goal 3)"
    )


def seconds_of_help() -> float:
    """Wall time of the help."""
    start = time.perf_counter()
    subprocess.run([*COMMAND, "--help"], check=True, capture_output=True)
    return time.perf_counter() - start


def machine() -> str:
    """The machine in one line."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    return f"{system}, Python {platform.python_version()}{load}"


if __name__ == "__main__":
    main()
