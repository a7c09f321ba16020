"""`python tests/bench/batch.py [CLIENTS]`: a batch against stock papermill, against plain calls, and itself.

Every figure is a ratio of two times taken in this run, so that another machine or a busy one changes little.
60 clients if no number is given, some six minutes on two processors; 1000 for a release, most of an hour.

One client, and one job against two, are measured with the clients of `sharedsocial demo` as they are. The
many are those, each as often as needed under other ids, with the files of the last year alone; a fifth of
them are spoilt, each kind of `SPOILT` in turn, and a fifth have a file that nobody may read, each kind of
`WOUNDS` in turn.
"""

import asyncio
import itertools
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

import nbformat
import psutil
from rich.console import Console
from rich.table import Table

from sharedsocial_utils.delivering import Outcome, Watcher, batch, kernels, workers
from sharedsocial_utils.delivering.batch import Limits
from sharedsocial_utils.delivering.notebooks import NAMES, find_notebooks
from sharedsocial_utils.delivering.pipeline import REPORT, STEPS
from sharedsocial_utils.delivering.running import import_papermill
from sharedsocial_utils.example import write_demo

QUARTER = "2026Q3"
Row = tuple[str, str, str]


def main(clients: int) -> None:
    """Prints what was measured, and what was promised."""
    table, out = Table("what", "measured", "goal"), Console(width=120)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "work"
        write_demo(place, 12)
        others = light(place), kernel_start(place, clients), jobs(place), many(place, clients)
        for measured in (one_client(place), *others):
            for row in measured:
                table.add_row(*row)
                out.print(*row, sep="  ")
    minutes = (time.monotonic() - begun) / 60
    out.print(table, f"{clients} clients, {minutes:.0f} min, load {os.getloadavg()[0]:.1f}", sep="\n")


# ---- one client


def one_client(place: Path) -> Iterator[Row]:
    """Its four notebooks in a batch that runs already, by stock papermill, and as plain calls.

    Each on one processor, which is what a client has in a batch with as many jobs as processors.
    """
    ours = min(in_a_batch(place) for _ in range(2))
    with one_processor():
        stock = min(by_stock_papermill(place) for _ in range(2))
        floor = min(as_plain_calls(place) for _ in range(2))
    yield "stock papermill / a running batch", f"{stock:.1f} s / {ours:.1f} s = {stock / ours:.1f}", ">= 5"
    yield "a running batch / plain calls", f"{ours:.1f} s / {floor:.1f} s = {ours / floor:.2f}", "<= 1.35"


@contextmanager
def one_processor() -> Iterator[None]:
    """This process and what it starts on one processor."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, [min(before)])
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


LIGHT = "import pandas, matplotlib.pyplot, sharedsocial_utils.telling\npandas.DataFrame({'a': [1]}).sum()"
"""A notebook that does nothing but what every one begins with."""


def light(place: Path) -> Iterator[Row]:
    """What a notebook costs beside its own work, by stock papermill and in a batch."""
    papermill = import_papermill()
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(LIGHT)]), place / "light.ipynb")
    how = {"progress_bar": False, "kernel_name": "python3", "language": "python"}
    times: dict[str, list[float]] = {"stock": [], "ours": []}
    with warm(place / "warm-for-light"), quiet():
        home = kernels.Home(place / "light", [], [str(place)])
        for number in range(4):
            begun = time.perf_counter()
            papermill.execute_notebook(place / "light.ipynb", None, **how)
            times["stock"].append(time.perf_counter() - begun)
            begun = time.perf_counter()
            kernel = kernels.start(home, str(number), [])
            papermill.execute_notebook(place / "light.ipynb", None, km=kernel, **how)
            times["ours"].append(time.perf_counter() - begun)
            kernels.stop(kernel)
    stock, ours = (min(times[name]) for name in ("stock", "ours"))
    yield (
        "a notebook without work: stock / ours",
        f"{stock:.2f} s / {ours:.2f} s = {stock / ours:.1f}",
        ">= 5",
    )


class Steps(Watcher):
    """Takes the times at which each step of each client begins."""

    def __init__(self) -> None:
        self.begun: dict[tuple[str, str], float] = {}

    def step(self, client: str, step: str) -> None:
        self.begun[client, step] = time.perf_counter()


def in_a_batch(place: Path) -> float:
    """As the second of two clients: while the first one runs, the warm process still imports."""
    steps, first = Steps(), place / "data" / "raw" / "first"
    shutil.copytree(place / "data" / "raw" / "la-quercia", first)
    batch(["first", "la-quercia"], QUARTER, place, 1, everything=True, watcher=steps)
    shutil.rmtree(first)
    return steps.begun["la-quercia", STEPS[-1]] - steps.begun["la-quercia", STEPS[0]]


def parameters(place: Path, name: str) -> dict[str, str]:
    given = {"client": "la-quercia", "quarter": QUARTER, "workspace": str(place)}
    return {**given, "language": "it"} if name == REPORT else given


def by_stock_papermill(place: Path) -> float:
    papermill = import_papermill()
    begun = time.perf_counter()
    with quiet():
        for name in NAMES:
            papermill.execute_notebook(
                find_notebooks() / f"{name}.ipynb", place / "out.ipynb", parameters(place, name),
                kernel_name="python3", progress_bar=False,
            )  # fmt: skip
    return time.perf_counter() - begun


@contextmanager
def quiet() -> Iterator[None]:
    """Without the warnings of ordinary kernels that somebody can listen to their ports."""
    kept = os.dup(2)
    with Path(os.devnull).open("wb") as nothing:
        os.dup2(nothing.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


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


def kernel_start(place: Path, clients: int) -> Iterator[Row]:
    """From the request to the answer of the first cell; and many at once, with every TCP socket counted."""
    with warm(place / "warm"):
        home = kernels.Home(place / "kernels", [], [str(place)])
        times = [first_cell(home, str(number)) for number in range(12)]
        yield "kernel start to first cell done", f"{statistics.median(times[2:]):.3f} s", "<= 0.15 s"
        started = min(4 * clients, 2000)
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
    clients = sorted(path.name for path in (place / "data" / "raw").iterdir())[:6]
    rates = []
    for number in (1, 2):
        begun = time.perf_counter()
        batch(clients, QUARTER, place, number, everything=True)
        rates.append(len(clients) * 60 / (time.perf_counter() - begun))
    slow, fast = rates
    alone, together = bare_calculation(1), bare_calculation(2)
    yield "calculations per minute, 2 processes / 1", f"{2 * alone / together:.2f}", "what this machine can"
    yield "clients per minute, --jobs 2 / --jobs 1", f"{fast:.1f} / {slow:.1f} = {fast / slow:.2f}", ">= 1.85"


CALCULATION = "import numpy; a = numpy.random.rand(300_000); [numpy.sort(a).cumsum() for _ in range(200)]"


def bare_calculation(processes: int) -> float:
    """Seconds that so many processes side by side take for the same calculation each."""
    begun = time.perf_counter()
    running = [subprocess.Popen([sys.executable, "-c", CALCULATION]) for _ in range(processes)]
    for process in running:
        process.wait()
    return time.perf_counter() - begun


def many(place: Path, clients: int) -> Iterator[Row]:
    """A night of many clients, and what a second run of them takes."""
    growth, costs = [number for number in (10, 100) if number * 2 <= clients] + [clients], {}
    with dying_notebooks(place.parent / "notebooks"):
        for number in growth[:-1]:
            workspace = place.parent / f"growth-{number}"
            add_clients(place, workspace, number, SPOILT)
            costs[number] = night(workspace, number).cost
        workspace = place.parent / "many"
        spoilt = add_clients(place, workspace, clients, SPOILT)
        whole = night(workspace, clients)
        yield from healthy_and_faulty(place, workspace, spoilt, whole)
        costs[clients] = whole.cost
        for few, more in itertools.pairwise(growth):
            ratio = costs[more] / costs[few]
            yield f"cost of a client, {more} / {few} clients", f"{ratio:.2f}", "0.95 to 1.05"
        yield from alone(place, growth[0], whole)
        yield f"memory of the parent, all / a tenth of {clients}", f"{whole.memory:.3f}", "<= 1.02"
        yield from unchanged(workspace, spoilt, whole)


class Night(Watcher):
    """Takes time and memory while a batch runs."""

    def __init__(self, clients: int) -> None:
        self.clients, self.outcomes, self.sizes = clients, dict[str, Outcome](), list[int]()
        self.begun = self.first_step = 0.0

    def step(self, client: str, step: str) -> None:
        self.first_step = self.first_step or time.perf_counter()

    def ends(self, outcome: Outcome) -> None:
        self.outcomes[outcome.client] = outcome
        self.sizes.append(psutil.Process().memory_info().rss)
        self.seconds = time.perf_counter() - self.first_step

    @property
    def cost(self) -> float:
        """Seconds for a client that is healthy; a faulty one, which ends early, has its share of the time."""
        done = [outcome.seconds for outcome in self.outcomes.values() if outcome.status == "done"]
        all_seconds = sum(outcome.seconds for outcome in self.outcomes.values())
        return self.seconds * sum(done) / all_seconds / len(done)

    @property
    def memory(self) -> float:
        """The parent's, after the last client against after the first tenth (at least ten)."""
        return self.sizes[-1] / self.sizes[min(max(self.clients // 10, 10), len(self.sizes)) - 1]


def night(workspace: Path, clients: int, jobs: int = 2) -> Night:
    heard = Night(clients)
    batch([], QUARTER, workspace, jobs, everything=True, watcher=heard, limits=Limits(60, 2000))
    return heard


def add_clients(place: Path, workspace: Path, number: int, spoilt: Mapping[str, Any]) -> dict[str, str]:
    """So many clients, every fifth of them spoilt; returns the codes that these must end with."""
    sources = sorted((place / "data" / "raw").iterdir())
    codes, kinds = {}, itertools.cycle(spoilt.items())
    for n in range(number):
        source = sources[n % len(sources)]
        folder = workspace / "data" / "raw" / f"c{n:04}-{source.name}"[:60]
        shutil.copytree(source, folder, ignore=_of_earlier_years)
        if spoilt and n % 5 == 3:
            WOUNDS[n // 5 % len(WOUNDS)](folder)
        if spoilt and n % 5 == 4:
            kind, (code, spoil) = next(kinds)
            folder = folder.rename(folder.with_name(f"c{n:04}-{kind}"))
            spoil(folder)
            codes[f"C{n:04}-{kind}" if kind == "capital" else folder.name] = code
    return codes


def _of_earlier_years(_: str, names: list[str]) -> list[str]:
    return [name for name in names if "2024" in name or "2025" in name]


def _edit(old: str, new: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        text = (folder / "client.toml").read_text("utf-8")
        (folder / "client.toml").write_text(text.replace(old, new, 1), "utf-8")

    return edit


def _only_client_toml(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir():
            shutil.rmtree(entry)
        elif entry.name != "client.toml":
            entry.unlink()


def _link(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.symlink_to(next(path for path in folder.parent.iterdir() if path.name.startswith("c0000-")))


def _reports_elsewhere(folder: Path) -> None:
    reports = folder.parents[2] / "reports"
    reports.mkdir(exist_ok=True)
    (reports / folder.name).symlink_to(folder.parent)


SPOILT: dict[str, tuple[str, Callable[[Path], Any]]] = {
    "capital": ("CL-05", lambda folder: folder.rename(folder.with_name(folder.name.capitalize()))),
    "linked": ("CL-01", _link),
    "not-toml": ("CL-02", _edit("name", "name =")),
    "unknown-key": ("CL-03", _edit("language", "langage")),
    "other-account": ("IN-ACC-01", _edit('domains = ["', 'domains = ["not-')),
    "wrong-value": ("CL-04", _edit('currency = "', 'currency = "not ')),
    "no-client-file": ("CL-06", lambda folder: (folder / "client.toml").unlink()),
    "no-files": ("WS-04", _only_client_toml),
    "raises": ("NB-02", lambda _: None),
    "grows": ("NB-02", lambda _: None),
    "dies": ("NB-03", lambda _: None),
    "reports-elsewhere": ("WS-02", _reports_elsewhere),
}
"""Kinds of faulty clients: the code that each must end with, and how a client is made one."""


def _bomb(folder: Path) -> None:
    with zipfile.ZipFile(folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("export.csv", bytes(2**28))


def _page(folder: Path) -> None:
    (folder / "export.csv").write_text("<!doctype html><title>Log in</title><form></form>\n")


WOUNDS: tuple[Callable[[Path], Any], ...] = (
    _bomb,
    _page,
    lambda folder: os.mkfifo(folder / "pipe.csv"),
    lambda folder: (folder / "linked.csv").symlink_to(folder.parent / "another" / "hours.csv"),
)
"""Files that are put aside with a reason: the client gets its report all the same."""
DYING = """
if client.endswith("-raises"):
    raise ValueError("a wanted end")
if client.endswith("-grows"):
    x = bytearray(2**33)
if client.endswith("-dies"):
    __import__("os").kill(__import__("os").getpid(), 9)
"""


@contextmanager
def dying_notebooks(folder: Path) -> Iterator[None]:
    """The project's notebooks; the first of some clients raises, grows or dies."""
    shutil.copytree(find_notebooks(), folder)
    path = folder / f"{NAMES[0]}.ipynb"
    notebook = nbformat.read(path, 4)
    number = next(n for n, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", ()))
    notebook.cells.insert(number + 1, nbformat.v4.new_code_cell(DYING.strip(), id="dying"))
    nbformat.write(notebook, path)
    module = sys.modules["sharedsocial_utils.delivering.batch"]
    vars(module)["find_notebooks"] = lambda: folder
    try:
        yield
    finally:
        vars(module)["find_notebooks"] = find_notebooks


def healthy_and_faulty(place: Path, workspace: Path, spoilt: dict[str, str], whole: Night) -> Iterator[Row]:
    """How many reports were made, and how many faults have the code that they must have."""
    done = [client for client, outcome in whole.outcomes.items() if outcome.status == "done"]
    right = [
        client
        for client, code in spoilt.items()
        if (fault := whole.outcomes[client].fault) and fault.code == code
    ]
    healthy = whole.clients - len(spoilt)
    for client in spoilt.keys() - set(right):
        print(f"{client}: {whole.outcomes[client]}, expected {spoilt[client]}")
    yield f"healthy of {whole.clients} clients: reports", f"{len(done)} of {healthy}", "all"
    yield f"faulty of {whole.clients} clients: right code", f"{len(right)} of {len(spoilt)}", "all"
    yield from wounded(workspace, whole)
    sample = done[:: max(len(done) // min(20, max(len(done) // 16, 2)), 1)]
    equal = sum(outputs(workspace, client) == solo(place, workspace, client) for client in sample)
    yield "healthy clients byte-identical to a run alone", f"{equal} of {len(sample)} tried", "all"
    runs = {path.name for path in (workspace / "data" / "processed" / ".runs").iterdir()}
    yield "files left over", str(len(runs - {"lock", "ledger.sqlite"})), "0"


def wounded(workspace: Path, whole: Night) -> Iterator[Row]:
    """How many reports with a file that nobody may read say one file more that was not used."""
    sound = {c[6:]: o.files_unused for c, o in whole.outcomes.items() if int(c[1:5]) % 5 < 3}
    hurt = {c: o for c, o in whole.outcomes.items() if int(c[1:5]) % 5 == 3 and c[6:] in sound}
    right = [c for c, o in hurt.items() if o.status == "done" and o.files_unused == sound[c[6:]] + 1]
    for client in hurt.keys() - set(right):
        print(f"{client}: {hurt[client]}, {sound[client[6:]]} files unused without it")
    yield f"with a hostile file of {whole.clients} clients: named", f"{len(right)} of {len(hurt)}", "all"


def outputs(workspace: Path, client: str) -> dict[str, str]:
    folders = (workspace / "data" / "processed" / client, workspace / "reports" / client)
    paths = (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(workspace)): sha256(path.read_bytes()).hexdigest() for path in paths}


def solo(place: Path, workspace: Path, client: str) -> dict[str, str]:
    """The outputs of a workspace that has no other client."""
    with tempfile.TemporaryDirectory(dir=place.parent) as folder:
        own = Path(folder) / "work"
        (own / "data" / "raw").mkdir(parents=True)
        source = workspace / "data" / "raw" / client
        subprocess.run(["cp", "-a", source, own / "data" / "raw"], check=True)  # links and pipes as they are
        batch([client], QUARTER, own, 1)
        return outputs(own, client)


def alone(place: Path, number: int, whole: Night) -> Iterator[Row]:
    """Two jobs with many against one job with few."""
    workspace = place.parent / "one-job"
    add_clients(place, workspace, min(number, 10), {})
    one = night(workspace, min(number, 10), jobs=1).cost
    yield (
        "time of the night against clients x one client's / 1.8",
        f"{whole.cost / (one / 1.8):.2f}", "<= 1",
    )  # fmt: skip


def unchanged(workspace: Path, spoilt: Mapping[str, str], whole: Night) -> Iterator[Row]:
    """A second run of the healthy ones, none or one of them changed."""
    healthy = [client for client in whole.outcomes if client not in spoilt]
    begun = time.perf_counter()
    again = batch(healthy, QUARTER, workspace, 2)
    taken = time.perf_counter() - begun
    assert {outcome.status for outcome in again} == {"skipped"}
    yield f"nothing changed, {len(healthy)} clients", f"{taken:.2f} s", "< 5 s at 1000"
    (workspace / "data" / "raw" / healthy[0] / "note.txt").write_text("a note\n")
    begun = time.perf_counter()
    (changed,) = [o for o in batch(healthy, QUARTER, workspace, 2) if o.status == "done"]
    beyond = time.perf_counter() - begun - changed.seconds
    yield "one changed: beyond that client's time", f"{beyond:.1f} s", "<= 5 s at 1000"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
