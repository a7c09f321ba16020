"""`python tests/bench/batch.py`: a batch against stock papermill, against plain calls, and against itself.

Every figure is a ratio of two times taken in this run, so that another machine or a busy one changes little.
SHAREDSOCIAL_CLIENTS says how many clients (12 if not; 1000 for a release, which takes most of an hour).
"""

import asyncio
import os
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import nbformat
import psutil
from rich.console import Console
from rich.table import Table

from sharedsocial_utils.delivering import Watcher, batch, kernels, workers
from sharedsocial_utils.delivering.notebooks import NAMES, find_notebooks
from sharedsocial_utils.delivering.pipeline import REPORT, STEPS
from sharedsocial_utils.delivering.running import import_papermill
from sharedsocial_utils.example import write_demo

QUARTER = "2026Q3"
CLIENTS = int(os.environ.get("SHAREDSOCIAL_CLIENTS", "12"))
Row = tuple[str, str, str]


def main() -> None:
    """Prints what was measured, and what was promised."""
    table = Table("what", "measured", "goal")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "work"
        write_demo(place, min(CLIENTS, 12))
        for measure in (one_client, kernel_start, jobs, unchanged):
            for row in measure(place):
                table.add_row(*row)
                Console(width=110).print(*row, sep="  ")
    Console(width=110).print(table, f"{CLIENTS} clients, load {os.getloadavg()[0]:.1f}", sep="\n")


# ---- one client


def one_client(place: Path) -> Iterator[Row]:
    """Its four notebooks in a batch that runs already, by stock papermill, and as plain calls."""
    ours = min(in_a_batch(place) for _ in range(3))
    stock = min(by_stock_papermill(place) for _ in range(2))
    floor = min(as_plain_calls(place) for _ in range(3))
    yield "stock papermill / a running batch", f"{stock:.1f} s / {ours:.1f} s = {stock / ours:.1f}", ">= 5"
    yield "a running batch / plain calls", f"{ours:.1f} s / {floor:.1f} s = {ours / floor:.2f}", "<= 1.35"


class Steps(Watcher):
    """Takes the times at which each step of each client begins."""

    def __init__(self) -> None:
        self.begun: dict[tuple[str, str], float] = {}

    def step(self, client: str, step: str) -> None:
        self.begun[client, step] = time.perf_counter()


def in_a_batch(place: Path) -> float:
    steps = Steps()
    batch(["la-quercia"], QUARTER, place, 1, everything=True, watcher=steps)
    return steps.begun["la-quercia", STEPS[-1]] - steps.begun["la-quercia", STEPS[0]]


def parameters(place: Path, name: str) -> dict[str, str]:
    given = {"client": "la-quercia", "quarter": QUARTER, "workspace": str(place)}
    return {**given, "language": "it"} if name == REPORT else given


def by_stock_papermill(place: Path) -> float:
    papermill = import_papermill()
    begun = time.perf_counter()
    for name in NAMES:
        papermill.execute_notebook(
            find_notebooks() / f"{name}.ipynb", place / "out.ipynb", parameters(place, name),
            kernel_name="python3", progress_bar=False,
        )  # fmt: skip
    return time.perf_counter() - begun


def as_plain_calls(place: Path) -> float:
    """In this process, with all libraries loaded."""
    from IPython.core.interactiveshell import InteractiveShell

    InteractiveShell.instance()  # what a cell displays is made, as in a notebook
    opened = [(name, nbformat.read(find_notebooks() / f"{name}.ipynb", 4)) for name in NAMES]
    for _, notebook in opened:
        for cell in notebook.cells:
            if cell.cell_type == "code" and "import" in cell.source:
                exec("\n".join(line for line in cell.source.splitlines() if "import" in line), {})
    begun = time.perf_counter()
    for name, notebook in opened:
        names: dict[str, Any] = {}
        for cell in notebook.cells:
            given = parameters(place, name) if "parameters" in cell.metadata.get("tags", []) else {}
            if cell.cell_type == "code":
                with redirect_stdout(StringIO()):
                    exec(cell.source, names)
                names.update(given)
    return time.perf_counter() - begun


# ---- kernels


@contextmanager
def warm(folder: Path) -> Iterator[None]:
    """A warm process that the kernels of this one come from."""
    kernels.make_folders(folder)
    served = workers.Warm(kernels.environment(folder), folder)
    os.environ.update(served.server.named)
    try:
        yield
    finally:
        for name in served.server.named:
            del os.environ[name]
        served.close()


def kernel_start(place: Path) -> Iterator[Row]:
    """From the request to the answer of the first cell; and many at once, with every TCP socket counted."""
    with warm(place / "warm"):
        home = kernels.Home(place / "kernels", [], [str(place)])
        times = [first_cell(home, str(number)) for number in range(12)]
        yield "kernel start to first cell done", f"{statistics.median(times[2:]):.3f} s", "<= 0.15 s"
        started = min(2 * CLIENTS, 2000)
        ports = 0
        for number in range(0, started, 8):
            many = [kernels.start(home, f"{number}-{n}", []) for n in range(8)]
            family = [psutil.Process(), *(psutil.Process(kernel.provisioner.pid) for kernel in many)]
            ports += sum(len(process.net_connections("inet")) for process in family)
            for kernel in many:
                kernels.stop(kernel)
        yield f"TCP sockets in {started} kernel starts", str(ports), "0"


def first_cell(home: kernels.Home, name: str) -> float:
    begun = time.perf_counter()
    kernel = kernels.start(home, name, [])

    async def answer() -> None:
        client = kernel.client()
        client.start_channels()
        await client.wait_for_ready(timeout=30)
        await client.execute("1 + 1", reply=True, timeout=30)

    asyncio.run(answer())
    taken = time.perf_counter() - begun
    kernels.stop(kernel)
    return taken


# ---- many clients


def jobs(place: Path) -> Iterator[Row]:
    """Clients per minute with one job and with two."""
    clients = sorted(path.name for path in (place / "data" / "raw").iterdir())[:12]
    rates = []
    for number in (1, 2):
        begun = time.perf_counter()
        batch(clients, QUARTER, place, number, everything=True)
        rates.append(len(clients) * 60 / (time.perf_counter() - begun))
    slow, fast = rates
    yield "clients per minute, --jobs 2 / --jobs 1", f"{fast:.1f} / {slow:.1f} = {fast / slow:.2f}", ">= 1.85"


def unchanged(place: Path) -> Iterator[Row]:
    """A second run of many clients, none or one of them changed; what a client costs when there are more."""
    many = place.parent / "many"
    (many / "data" / "raw").mkdir(parents=True)
    costs, memory = [], []
    begun_with = 0
    for number in sorted({max(CLIENTS // 100, 2), max(CLIENTS // 10, 4), CLIENTS}):
        for n in range(begun_with, number):
            shutil.copytree(place / "data" / "raw" / "la-quercia", many / "data" / "raw" / f"client-{n:05}")
        begun = time.perf_counter()
        batch([], QUARTER, many, 2, everything=True)
        costs.append((time.perf_counter() - begun) / number)
        memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        begun_with = number
    growth = f"{costs[-1] / costs[1]:.2f}"
    yield f"cost of a client, {CLIENTS} / {max(CLIENTS // 10, 4)} clients", growth, "0.95 to 1.05"
    yield "memory of the parent, all / a tenth of the clients", f"{memory[-1] / memory[1]:.3f}", "<= 1.02"
    begun = time.perf_counter()
    batch([], QUARTER, many, 2)
    again = time.perf_counter() - begun
    yield f"nothing changed, {CLIENTS} clients", f"{again:.2f} s", "< 5 s at 1000"
    (many / "data" / "raw" / "client-00000" / "note.csv").write_text("a,b\n1,2\n")
    begun = time.perf_counter()
    batch([], QUARTER, many, 2)
    one = time.perf_counter() - begun
    yield "one changed: beyond that client's time", f"{one - 2 * costs[-1]:.1f} s", "<= 5 s at 1000"


if __name__ == "__main__":
    main()
    sys.stdout.flush()
