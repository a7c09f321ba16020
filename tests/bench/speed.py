"""`make bench`: the times that a user waits for, on this machine, each of several cold processes."""

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
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


def main() -> None:
    """Prints what was measured, and what was promised."""
    table = Table("what", "median", "fastest", "slowest", "goal")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "data").mkdir()
        (place / "data" / "raw").symlink_to(ROOT / "data" / "raw")
        audits = [seconds(AUDIT, place) for _ in range(3)]
        exports = [pdf_seconds(place) for _ in range(5)]
        measures = (
            ("sharedsocial --help", [seconds_of_help() for _ in range(5)], 0.4),
            ("sharedsocial check la-quercia", [seconds(CHECK, place) for _ in range(5)], 3.0),
            ("sharedsocial audit la-quercia", audits, 15.0),
            ("the Typst step of the PDF", [compiler for _, compiler in exports], 0.5),
            ("executed notebook to PDF, all of it", [whole for whole, _ in exports], None),
        )
    for what, times, goal in measures:
        figures = (statistics.median(times), min(times), max(times))
        table.add_row(what, *(f"{figure:.2f} s" for figure in figures), f"{goal} s" if goal else "")
    Console(width=110).print(table, f"{machine()}; each a cold process", sep="\n")


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
