"""`python tests/bench/exporters.py FOLDER [--count 31]`: our PDFs against nbconvert's own, in one run.

Takes notebooks of the folder as `tests/typst_export/public_notebooks.py` does, in turn from each maker. Each
is made into a PDF by every way that is installed, one after the other: ours, `--to webpdf` (needs playwright
and its Chromium), `--to pdf` (needs xelatex). Cold is a whole command; warm is a process that has made a PDF
of another notebook before, as JupyterLab's server has. A ratio is of two times of the same notebook. Cold is
measured on the first 16 alone: most of it is the start of the command, the same for every notebook.
"""

import argparse
import importlib.util
import logging
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

from nbconvert.exporters import PDFExporter, WebPDFExporter
from rich.console import Console
from rich.table import Table

from sharedsocial_utils.typst_export import TypstPDFExporter

sys.path.append(str(Path(__file__).parents[1] / "typst_export"))
from public_notebooks import chosen
from speed import machine

NBCONVERT = [sys.executable, "-m", "jupyter", "nbconvert", "--log-level=ERROR", "--to"]
OURS, OUR_COMMAND = "typstpdf", "sharedsocial_utils.typst_export"
COLD = {
    OURS: [*NBCONVERT, "typstpdf"],
    OUR_COMMAND: [sys.executable, "-m", OUR_COMMAND, "--log-level=ERROR"],
    "webpdf": [*NBCONVERT, "webpdf", "--disable-chromium-sandbox"],
    "pdf": [*NBCONVERT, "pdf"],
}
WARM: dict[str, Callable[[], TypstPDFExporter | WebPDFExporter | PDFExporter]] = {
    OURS: TypstPDFExporter,
    "webpdf": lambda: WebPDFExporter(disable_sandbox=True),
    "pdf": PDFExporter,
}
COLD_COUNT = 16
Seconds = dict[str, float | None]  # of each way for one notebook; None where it made no PDF


def rivals() -> list[str]:
    """nbconvert's own ways to a PDF that are installed here."""
    found = {"webpdf": importlib.util.find_spec("playwright"), "pdf": shutil.which("xelatex")}
    return [way for way, place in found.items() if place]


def cold(path: Path, way: str) -> float | None:
    """Wall time of a whole command."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(path, Path(folder) / "notebook.ipynb")
        start = time.perf_counter()
        done = subprocess.run([*COLD[way], "notebook.ipynb"], cwd=folder, capture_output=True, check=False)
        return None if done.returncode else time.perf_counter() - start


def warm(path: Path, way: str) -> float | None:
    """Wall time of an export in this process."""
    start = time.perf_counter()
    try:
        WARM[way]().from_filename(str(path))
    except Exception as error:
        print(f"{way}: {path.name[:60]}: {error!s:.80}", file=sys.stderr)
        return None
    return time.perf_counter() - start


def start_alone() -> float:
    """Wall time in which nbconvert's command only says its version."""
    start = time.perf_counter()
    subprocess.run([*NBCONVERT[:4], "--version"], check=True, capture_output=True)
    return time.perf_counter() - start


def row(table: Table, what: str, found: list[Seconds], way: str, against: str) -> None:
    """The medians of one of our ways and one of the others, over the notebooks that both made."""
    pairs = [(mine, theirs) for told in found if (mine := told[way]) and (theirs := told[against])]
    ours, others = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratios = sorted(theirs / mine for mine, theirs in pairs)
    quarters = statistics.quantiles(ratios, n=4) if len(ratios) > 1 else ratios * 3
    cells = (
        f"{ours:.2f} s",
        f"{others:.2f} s",
        f"{quarters[1]:.1f}",
        f"{quarters[0]:.1f} to {quarters[2]:.1f}",
    )
    table.add_row(what, against, *cells, str(len(pairs)))


def main() -> None:
    """Prints the medians, and how often ours goes into theirs."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=31)
    parser.add_argument("--seed", type=int, default=1)
    said = parser.parse_args()
    (first, *paths), others = chosen(said.folder, said.count + 1, said.seed), rivals()
    if not others:
        parser.error(
            "neither webpdf nor pdf is installed: pip install playwright; playwright install chromium"
        )
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    for way in (OURS, *others):
        warm(first, way)
    warmly = [{way: warm(path, way) for way in (OURS, *others)} for path in paths]
    coldly = [{way: cold(path, way) for way in (OURS, OUR_COMMAND, *others)} for path in paths[:COLD_COUNT]]
    table = Table("", "against", "ours", "theirs", "times faster", "half of them", "notebooks")
    for against in others:
        row(table, "warm process", warmly, OURS, against)
        row(table, f"python -m {OUR_COMMAND}", coldly, OUR_COMMAND, against)
        row(table, "jupyter nbconvert --to typstpdf", coldly, OURS, against)
    alone = statistics.median(start_alone() for _ in range(3))
    table.caption = f"of either nbconvert command {alone:.1f} s are nbconvert's own start"
    Console(width=130).print(table, machine(), sep="\n")


if __name__ == "__main__":
    main()
