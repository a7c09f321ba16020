"""Clients on the machines of a Dask cluster: the same run, in a process of its own on a free worker.

Dask moves a task whose worker has died to another; nothing passes between machines but the job, its result
and events for the screen. Each worker keeps one warm process. See distributed.dask.org.
"""

import atexit
import logging
import re
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from sharedsocial_utils.delivering import events
from sharedsocial_utils.delivering.fingerprints import code_of, digest
from sharedsocial_utils.delivering.notebooks import find_notebooks
from sharedsocial_utils.delivering.pipeline import AuditResult, Job, run_client
from sharedsocial_utils.delivering.remote import run_remote, url_of
from sharedsocial_utils.delivering.workers import Workers
from sharedsocial_utils.errors import Fault

TOPIC = "sharedsocial"
EXTRA = "sharedsocial-utils[cluster]"
SECONDS_TO_CONNECT = 10
DEATHS = 3
"""A client that has taken down so many workers is not tried again."""


@contextmanager
def connected(address: str, listener: events.Listener) -> Iterator[tuple[Executor, int]]:
    """The cluster as an executor, and how many calls it can work on at once; raises `Fault` RUN-04."""
    try:
        import dask
        from distributed import Client
    except ImportError as error:
        raise Fault("RUN-02", "the package distributed is missing", expected=EXTRA) from error
    if not re.fullmatch(r"\w+://.+:\d+", address):
        raise Fault("RUN-04", "not an address of a cluster", text=address, expected="such as tcp://host:8786")
    try:
        with dask.config.set({"distributed.scheduler.allowed-failures": DEATHS}):
            client: Any = Client(address, timeout=SECONDS_TO_CONNECT, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise Fault("RUN-04", "the cluster does not answer", text=address) from error
    with client:
        client.subscribe_topic(TOPIC, lambda event: listener(*event[1]))
        threads = sum(
            worker["nthreads"] for worker in client.scheduler_info(n_workers=-1)["workers"].values()
        )
        if not threads:
            raise Fault("RUN-04", "the cluster has no worker", text=address)
        with client.get_executor(pure=False) as executor:
            yield executor, threads


def attempt(job: Job) -> AuditResult | Fault:
    """On a worker of the cluster: runs the job apart. A fault is an answer: no second try would mend it."""
    from distributed import get_worker

    worker: Any = get_worker()
    workers = _workers(worker.state.nthreads, worker.local_directory)
    workers.listener = lambda client, step: worker.log_event(TOPIC, (client, step))
    try:
        here = job if Path(job.notebooks).is_dir() else replace(job, notebooks=str(find_notebooks()))
        if digest(*code_of(Path(here.notebooks))) != job.code:
            return Fault("RUN-02", f"the worker {worker.address} has other code or packages than the batch")
        if url_of(job.workspace):
            folder = Path(worker.local_directory) / f"{job.client}.{job.quarter}"
            return run_remote(here, folder, lambda local: workers.submit(run_client, local).result())
        return workers.submit(run_client, here).result()
    except Fault as fault:
        return fault


@cache
def _workers(jobs: int, folder: str) -> Workers:
    """This worker's own, in the folder that Dask removes with it."""
    workers = Workers(jobs, Path(folder) / "warm", lambda *_: None)
    for words in workers.lacks:
        logging.getLogger(__name__).warning(words)
    atexit.register(workers.shutdown, wait=False, cancel_futures=True)
    return workers
