"""What holds for every export: the same bytes anywhere and at any time, flat memory, the standards.

The notebooks are made here, of all that notebooks hold, and differ by a seed.
"""

import multiprocessing
import os
import random
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output
from typst_notebooks import SVG, every_block, notebook, pdf_of, png, prose, shows, typed

from sharedsocial_utils.typst_export import TypstPDFExporter

EXPORTS = int(os.environ.get("SHAREDSOCIAL_EXPORTS", "240"))
KB_AN_EXPORT_AT_MOST = 300  # one step of the allocator; over 360 further exports it was 100
SETTLED = 140  # exports after which Typst has filled what it keeps of the last ones
WORDS = [
    "canale",
    "ore",
    "perché",
    "città",
    "漢字",
    "שלום",
    "مرحبا",
    "😀",
    "#let",
    "$x$",
    "<b>",
    "`c`",
    "\\*",
]
PROSE = """# Titolo {n}

{words} con *enfasi*, **forza**, `codice`, [link](https://esempio.example/{n}) e nota[^1].

[^1]: {words}

- uno
  1. due
  2. {words}

> {words}

| a | b |
|--:|:--|
| {n} | {words} |

Una formula $x_{{{n}}}^2$ e $$\\sum_{{i=1}}^{{{n}}} \\frac{{1}}{{i}}$$

<details><summary>Altro</summary>{words}</details>

### Livello saltato

![dentro](data:image/png;base64,{png})
"""


def made(seed: int) -> NotebookNode:
    """A notebook of all that notebooks hold."""
    chance = random.Random(seed)
    words = " ".join(chance.choices(WORDS, k=60))
    table = pd.DataFrame(
        {f"c{c}": [chance.random() for _ in range(40)] for c in range(chance.randint(2, 20))}
    )
    chart = SVG.replace("LABEL", f"LABEL {seed}")
    nb: NotebookNode = new_notebook(
        cells=[
            prose(PROSE.format(n=seed, words=words, png=png(8 + seed % 9, 5))),
            new_code_cell(
                f"print({seed})",
                outputs=[new_output("stream", name="stdout", text=f"\x1b[31m{words}\x1b[0m")],
            ),
            shows({"text/html": table.to_html(), "text/plain": str(table)}),
            shows({"image/svg+xml": chart, "text/plain": "<Figure>"}),
            shows({"image/png": png(40, 30)}, alt="grigio"),
            shows({"text/latex": f"$\\displaystyle \\frac{{{seed}}}{{2}}$", "text/plain": "x"}),
            shows({"application/x-unknown": "1"}),
        ],
        metadata={"language_info": {"name": "python"}},
    )
    return nb


# The same bytes

HASH = """
import hashlib, sys, time
shift = float(sys.argv[1])
clock, local, utc = time.time, time.localtime, time.gmtime
time.time = lambda: clock() + shift
time.localtime = lambda at=None: local(time.time() if at is None else at)
time.gmtime = lambda at=None: utc(time.time() if at is None else at)
from sharedsocial_utils.typst_export import TypstPDFExporter
for path in sys.argv[2:]:
    print(hashlib.sha256(TypstPDFExporter().from_filename(path)[0]).hexdigest())
"""
A_YEAR_AND_MORE = 400 * 86_400


def hashes(folder: Path, paths: list[Path], shift: float = 0, **environment: str) -> str:
    """Of the PDFs, made by a process of its own with that clock and environment."""
    home = folder / "home è"
    home.mkdir(parents=True)
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "VIRTUAL_ENV") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", HASH, str(shift), *map(str, paths)],
        env={**kept, "HOME": str(home), "USER": folder.name, **environment},
        cwd=home,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


@pytest.mark.slow
def test_other_zone_language_seed_user_folder_and_time_give_the_same_bytes(tmp_path: Path) -> None:
    paths = [tmp_path / "general.ipynb", tmp_path / "strict.ipynb"]
    for path, nb in zip(paths, (made(1), notebook(typed(*every_block("parola 😀")))), strict=True):
        path.write_text(nbformat.writes(nb), encoding="utf-8")
    first = hashes(tmp_path / "first", paths, TZ="UTC", LANG="C.UTF-8", PYTHONHASHSEED="0")
    assert len(set(first.split())) == 2
    others = (
        {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "7", "PYTHONUTF8": "0"},
        {"TZ": "Europe/Rome", "LANG": "tr_TR.UTF-8", "PYTHONHASHSEED": "random"},
    )
    for number, environment in enumerate(others, 1):
        again = hashes(tmp_path / f"{number}", paths, A_YEAR_AND_MORE * number, **environment)
        assert again == first, environment


def test_different_notebooks_give_different_bytes() -> None:
    assert pdf_of(made(1)) != pdf_of(made(2))


# Memory


def resident_kb(which: str = "VmRSS") -> int:
    """Now, or with VmHWM the most so far, which unlike `ru_maxrss` is not taken over from the parent."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(which)).split()[1])


def kb_after_each(exports: int) -> list[int]:
    """Resident kilobytes after each of as many exports, and last the most that were ever resident."""
    exporter, told = TypstPDFExporter(), []
    for seed in range(exports):
        exporter.from_notebook_node(made(seed))
        told.append(resident_kb())
    return [*told, resident_kb("VmHWM")]


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is told by Linux's /proc")
def test_memory_stays_flat_over_many_exports() -> None:
    """SHAREDSOCIAL_EXPORTS notebooks, all different, in one new process."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        *told, most = process.submit(kb_after_each, EXPORTS).result()
    settled = told[SETTLED:]
    growth_kb = sum(settled[-5:]) / 5 - sum(settled[:5]) / 5
    assert growth_kb / len(settled) < KB_AN_EXPORT_AT_MOST, told
    assert most < 650_000, told


# The standards


@pytest.fixture(scope="module")
def pdfs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """General notebooks as PDFs, with the options that change the page."""
    folder = tmp_path_factory.mktemp("general")
    options: list[dict[str, Any]] = [
        {},
        {"columns": 2, "paper": "us-letter", "language": "it"},
        {"cover": {"title": "Copertina"}, "contents": True, "authors": ["Ada"], "date": "2026-10-05"},
        {"margins": 12, "paper": "a3", "code": False, "brand": {"primary": "#0b5c45"}},
    ]
    paths = []
    for seed, said in enumerate(options):
        nb = made(seed)
        nb.metadata["typst_export"] = said
        paths.append(folder / f"{seed}.pdf")
        paths[-1].write_bytes(pdf_of(nb))
    return paths


@pytest.mark.slow
@pytest.mark.tool("verapdf")
@pytest.mark.parametrize("standard", ["ua1", "3a"])
def test_verapdf_finds_no_fault_in_general_notebooks(pdfs: list[Path], standard: str) -> None:
    command = ["verapdf", "--flavour", standard, "--format", "text", *map(str, pdfs)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    verdicts = [line.split()[0] for line in done.stdout.splitlines() if line.startswith(("PASS", "FAIL"))]
    assert verdicts == ["PASS"] * len(pdfs), done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.tool("qpdf")
def test_qpdf_finds_no_fault_in_general_notebooks(pdfs: list[Path]) -> None:
    for path in pdfs:
        subprocess.run(["qpdf", "--check", path], check=True, capture_output=True)
