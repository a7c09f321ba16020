"""Many clients: those that changed run side by side, each in a process of its own; none stops another.

What 100,000 clients a quarter need, worked out from a client of `sharedsocial demo` (125 files and 2.4 MB in,
41 files and 3.0 MB out, 10 seconds of one processor, 1 GB of memory while it runs). `tests/bench/batch.py`
measures the seconds elsewhere, and that clients add up: nothing here grows faster than their number.

| what | for a client | for all | price, as of 2026 |
| --- | --- | --- | --- |
| processors | 10 s | 278 hours: 35 for a night of 8 hours, 48 with a reserve | 14 USD at 0.05 an hour |
| memory | 1 GB | 48 GB: 8 on each of six machines of 8 processors | with the machine |
| private disk | 25 MB while it runs | 200 MB on each machine | with the machine |
| objects read | 125, 20 of the quarter before, 2 | 14.7 million | 6 USD at 0.40 a million |
| objects written, lists | 41 and 10 | 5.1 million | 26 USD at 5 a million |
| storage | 5.4 MB | 540 GB each quarter | 12 USD a month at 0.023 a GB |
| traffic within a data centre | 5.4 MB | 19 MB a second | nothing |

The scheduler does not notice: two tasks for each processor are under way, five end in a second. What breaks
first is the parent's look at a workspace on object storage before the start: 17 million objects are 17,000
lists of 1,000, near an hour one after the other, and 6 GB of names; next the index of what is done, 5 kB for
a client, half a gigabyte written anew each minute. Both are gone with workspaces of 5,000 clients (3 minutes,
300 MB, 25 MB): twenty batches, one after the other or side by side on the same cluster. In a folder the
ledger takes the place of both; there the processors of the one machine are the end, 5,000 clients a night on
two, and after them the disk's flushes, some 50 for a client.
"""

import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from sharedsocial_utils.delivering.choosing import Choice, Chooser
from sharedsocial_utils.delivering.cluster import attempt, connected
from sharedsocial_utils.delivering.fingerprints import Code, code_of, digest
from sharedsocial_utils.delivering.kernels import MEMORY_MB
from sharedsocial_utils.delivering.ledger import Done, Ledger
from sharedsocial_utils.delivering.locking import (
    private_folder,
    remove,
    runs_folder,
    sweep,
    whole_workspace,
)
from sharedsocial_utils.delivering.notebooks import find_notebooks
from sharedsocial_utils.delivering.pipeline import AuditResult, Job, run_client
from sharedsocial_utils.delivering.remote import Index, Remote, run_remote, url_of
from sharedsocial_utils.delivering.running import SECONDS
from sharedsocial_utils.delivering.versions import check_versions
from sharedsocial_utils.delivering.workers import Workers
from sharedsocial_utils.errors import Fault
from sharedsocial_utils.workspace import Quarter, Workspace

LEDGER = "ledger.sqlite"
KEPT_BACK = 8
"""Clients that are through, and whose files are still too young to be known again by their state."""
BYTES_PER_CLIENT = 8_000_000
"""Room on the disk that a client needs while it runs and for good; the example client's report takes 3 MB."""


@dataclass(frozen=True)
class Outcome:
    """What became of one client: `why` it ran or not, its report, or the fault."""

    client: str
    status: Literal["done", "skipped", "failed"]
    why: str
    seconds: float = 0.0
    report: Path | str | None = None
    fault: Fault | None = None
    rows_quarantined: int = 0
    files_unused: int = 0

    def as_dict(self) -> dict[str, Any]:
        """One line of `--json`."""
        error = self.fault.as_dict() if self.fault else None
        return {
            "client": self.client,
            "status": self.status,
            "seconds": round(self.seconds, 2),
            "report": self.report,
            "error": error,
            "why": self.why,
        }


class Watcher:
    """Hears how a batch goes; what it does not want to know it leaves to these."""

    def begins(self, clients: int, to_run: int) -> None:
        """All choices are made."""

    def note(self, words: str) -> None:
        """Something that the user should know of this machine."""

    def step(self, client: str, step: str) -> None:
        """A client's step begins; called from several threads."""

    def ends(self, outcome: Outcome) -> None:
        """A client is through."""


@dataclass(frozen=True)
class Limits:
    """Of a notebook: wall time, and its kernel's memory above what the libraries take."""

    seconds: float = SECONDS
    memory_mb: int = MEMORY_MB


class Book(Protocol):
    """Where it stands what is done; one for folders, one for object storage."""

    def choice(self, client: str, everything: bool) -> Choice:
        """What to run of a client; raises `Fault`."""

    def job(self, client: str, choice: Choice, limits: Limits) -> Job:
        """The job that runs it."""

    def enter(self, job: Job, choice: Choice, result: AuditResult) -> None:
        """A client is done."""

    def forget(self, job: Job) -> None:
        """A client has failed."""

    def keep(self) -> None:
        """What was entered is to be kept."""

    def report(self, client: str) -> Path | str:
        """Where a client's report lies."""


Opened = tuple[Book, list[str], Path]
"""A workspace's book, its clients, and a folder for what is being made."""
Submit = Callable[[Job], "Future[AuditResult | Fault]"]


def batch(
    clients: Sequence[str],
    quarter: str,
    workspace: str | Path,
    jobs: int | None = None,
    everything: bool = False,
    watcher: Watcher | None = None,
    limits: Limits | None = None,
    cluster: str = "",
) -> list[Outcome]:
    """Runs the clients (all of the workspace if none is named) that have changed, `jobs` at once.

    The workspace is a folder or a URL that fsspec knows; with `cluster`, the address of a Dask scheduler, the
    clients run there. Returns one outcome for each, in the order of their names. Raises `Fault`: those of the
    workspace, CL-07, NB-04, RUN-01, RUN-02, RUN-04, and WS-02 where the disk has no room; the fault of a
    client is its outcome.
    """
    period, notebooks = Quarter.parse(quarter), find_notebooks()
    check_versions()
    with ExitStack() as stack:
        url = url_of(workspace)
        if url:
            book, known, folder = stack.enter_context(_in_storage(url, period, notebooks))
        else:
            book, known, folder = stack.enter_context(_in_folder(Workspace.at(workspace), period, notebooks))
        this = _Batch(book, watcher or Watcher(), limits or Limits())
        chosen = sorted(set(clients) or known)
        if not chosen:
            raise Fault("CL-01", "the workspace has no client", next_step="`sharedsocial new CLIENT`")
        to_run = this.choose(chosen, everything)
        if to_run:
            if not cluster:
                _check_room(folder, len(to_run))
            submit, at_once = stack.enter_context(
                _on_cluster(cluster, this.watcher) if cluster else _here(jobs, folder, this.watcher, url)
            )
            this.run(submit, to_run, at_once)
        return [this.outcomes[client] for client in chosen]


@contextmanager
def _in_folder(place: Workspace, quarter: Quarter, notebooks: Path) -> Iterator[Opened]:
    with whole_workspace(place):
        sweep(place)
        folder = runs_folder(place)
        with Ledger(folder / LEDGER) as ledger:
            chooser = Chooser(place, quarter, Code(notebooks, ledger.hash_of), ledger)
            try:
                yield FolderBook(chooser, folder), _folders(place), folder
            finally:
                sweep(place)  # of a batch that was told to end


def _folders(place: Workspace) -> list[str]:
    """All clients, and every folder that would be one but for its name: it is refused, not passed over."""
    files = (place.root / "data" / "raw").glob("*/client.toml")
    return sorted({*place.clients(), *(file.parent.name for file in files)})


@contextmanager
def _in_storage(url: str, quarter: Quarter, notebooks: Path) -> Iterator[Opened]:
    place = Remote(url)
    with place.held(), private_folder() as folder:
        index = Index(place, quarter, code_of(notebooks))
        index.open()
        yield StorageBook(index, str(notebooks)), index.clients(), folder


@contextmanager
def _here(jobs: int | None, folder: Path, watcher: Watcher, url: str | None) -> Iterator[tuple[Submit, int]]:
    """On this machine. From object storage, clients are fetched and put back in threads of this process:
    their workers know neither its address nor its keys."""
    number = jobs or _processors()
    try:
        with (
            _on_processors(number),
            Workers(number, folder / "worker", watcher.step) as workers,
            ThreadPoolExecutor(number) as threads,
        ):
            for words in workers.lacks:
                watcher.note(words)
            if url:
                yield lambda job: threads.submit(_fetched, job, folder, workers), number
            else:
                yield lambda job: workers.submit(run_client, job), number
    finally:
        remove(folder / "worker")


def _fetched(job: Job, folder: Path, workers: Workers) -> AuditResult:
    def run(local: Job) -> AuditResult:
        return workers.submit(run_client, local).result()

    return run_remote(job, folder / f"{job.client}.{job.quarter}", run)


@contextmanager
def _on_cluster(address: str, watcher: Watcher) -> Iterator[tuple[Submit, int]]:
    """Twice as many at once as there are threads, so that no worker waits for the next."""
    with connected(address, watcher.step) as (executor, threads):
        yield lambda job: executor.submit(attempt, job), 2 * threads


@dataclass
class _Batch:
    book: Book
    watcher: Watcher
    limits: Limits
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    def choose(self, clients: Sequence[str], everything: bool) -> dict[str, Choice]:
        """The clients to run; the outcome of the others is known."""
        choices = {}
        for client in clients:
            try:
                choices[client] = self.book.choice(client, everything)
            except Fault as fault:
                self._end(Outcome(client, "failed", "it cannot run", fault=fault.at(client=client)))
        self.book.keep()
        to_run = {client: choice for client, choice in choices.items() if choice.first is not None}
        self.watcher.begins(len(clients), len(to_run))
        for client in (client for client in choices if client not in to_run):
            self._end(Outcome(client, "skipped", choices[client].why, report=self.book.report(client)))
        return to_run

    def run(self, submit: Submit, to_run: Mapping[str, Choice], at_once: int) -> None:
        """Runs them; only so many are under way that the memory needed does not grow with their number."""
        left = list(to_run.items())[::-1]
        pending: dict[Future[AuditResult | Fault], tuple[Job, Choice, float]] = {}
        while left or pending:
            while left and len(pending) < at_once:
                client, choice = left.pop()
                job = self.book.job(client, choice, self.limits)
                pending[submit(job)] = (job, choice, time.monotonic())
            for future in wait(pending, return_when=FIRST_COMPLETED).done:
                self._end(self._outcome(*pending.pop(future), future))
        self.book.keep()

    def _outcome(
        self, job: Job, choice: Choice, begun: float, future: "Future[AuditResult | Fault]"
    ) -> Outcome:
        result = _answer(future)
        if isinstance(result, Fault):
            self.book.forget(job)
            seconds = time.monotonic() - begun
            return Outcome(job.client, "failed", choice.why, seconds, fault=result.at(client=job.client))
        self.book.enter(job, choice, result)
        return Outcome(
            job.client, "done", choice.why, sum(result.seconds.values()), result.report,
            rows_quarantined=result.rows_quarantined, files_unused=result.files_unused,
        )  # fmt: skip

    def _end(self, outcome: Outcome) -> None:
        self.outcomes[outcome.client] = outcome
        self.watcher.ends(outcome)


def _answer(future: "Future[AuditResult | Fault]") -> AuditResult | Fault:
    try:
        return future.result()
    except Fault as fault:
        return fault
    except Exception as error:  # also a worker of a cluster that died too often
        return Fault("RUN-03", f"{type(error).__name__}: {error}")


@dataclass
class FolderBook:
    """The book of a workspace in a folder: its ledger."""

    chooser: Chooser
    folder: Path
    unsettled: list[tuple[str, Done]] = field(default_factory=list)

    def choice(self, client: str, everything: bool) -> Choice:
        """See `Chooser.choice`."""
        return self.chooser.choice(client, everything)

    def job(self, client: str, choice: Choice, limits: Limits) -> Job:
        """The job of a client."""
        place, quarter = self.chooser.place, str(self.chooser.quarter)
        return Job(
            client, quarter, str(place.root), str(self.chooser.code.notebooks),
            str(self.folder / f"{client}.{quarter}"), choice.first or 0, choice.kept_tables,
            limits.seconds, limits.memory_mb, digest(*self.chooser.code.steps),
        )  # fmt: skip

    def enter(self, job: Job, choice: Choice, result: AuditResult) -> None:
        """Into the ledger at once; with the state of the files once these are old enough."""
        tables = [list(names) for names in result.tables]
        done = Done(self.chooser.code.steps, choice.keys, result.outputs, tables, "")
        self.chooser.ledger.enter(job.client, job.quarter, done)
        self.unsettled.append((job.client, done))
        if len(self.unsettled) > KEPT_BACK:
            self.chooser.enter(*self.unsettled.pop(0))

    def forget(self, job: Job) -> None:
        """What the ledger says of a client that has failed is no longer so; nothing of its run is left."""
        remove(Path(job.folder))
        self.chooser.ledger.forget(job.client, job.quarter)

    def keep(self) -> None:
        """Enters what was kept back."""
        self.chooser.ledger.keep_hashes()
        if self.unsettled:
            time.sleep(0.1)
        while self.unsettled:
            self.chooser.enter(*self.unsettled.pop())

    def report(self, client: str) -> Path | str:
        """Where a client's report lies."""
        return self.chooser.place.reports(client, self.chooser.quarter) / "report.pdf"


@dataclass
class StorageBook:
    """The book of a workspace on object storage: its index."""

    index: Index
    notebooks: str
    kept: float = field(default_factory=time.monotonic)

    def choice(self, client: str, everything: bool) -> Choice:
        """All or nothing: what earlier steps left is not fetched."""
        why = self.index.why(client)
        if why is None and not everything:
            return Choice(None, "nothing has changed", [])
        return Choice(0, "all were asked for" if everything else str(why), [])

    def job(self, client: str, choice: Choice, limits: Limits) -> Job:  # noqa: ARG002 - always whole
        """The job of a client."""
        url, quarter = self.index.place.url, str(self.index.quarter)
        code, seconds, memory_mb = digest(*self.index.code), limits.seconds, limits.memory_mb
        return Job(client, quarter, url, self.notebooks, "", code=code, seconds=seconds, memory_mb=memory_mb)

    def enter(self, job: Job, choice: Choice, result: AuditResult) -> None:  # noqa: ARG002
        """Into the index, which is written once a minute."""
        self.index.enter(result)
        if time.monotonic() > self.kept + 60:
            self.keep()

    def forget(self, job: Job) -> None:
        """A client that has failed is not done."""
        self.index.done.pop(f"{job.client}.{job.quarter}", None)

    def keep(self) -> None:
        """Writes the index."""
        self.index.keep()
        self.kept = time.monotonic()

    def report(self, client: str) -> Path | str:
        """Where a client's report lies."""
        return f"{self.index.place.url}/reports/{client}/{self.index.quarter}/report.pdf"


def _check_room(folder: Path, clients: int) -> None:
    """Raises `Fault` WS-02 before the start rather than in the middle of the night."""
    needed, free = clients * BYTES_PER_CLIENT, shutil.disk_usage(folder).free
    if free < needed:
        raise Fault(
            "WS-02", f"{free // 2**20} MB are free", expected=f"{needed // 2**20} MB for {clients} clients"
        )


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _on_processors(number: int) -> Iterator[None]:
    """So many jobs take so many processors: a client's own helpers stay on them."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(before)[:number])
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
