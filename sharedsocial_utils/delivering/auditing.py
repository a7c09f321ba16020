"""One client's audit, as the command runs it: alone, in a worker of its own."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sharedsocial_utils.delivering.locking import one_client, whole_workspace
from sharedsocial_utils.delivering.notebooks import find_notebooks
from sharedsocial_utils.delivering.pipeline import AuditResult, Job, checked, run_client
from sharedsocial_utils.delivering.workers import Workers
from sharedsocial_utils.workspace import Quarter, Workspace


def audit(
    client: str, quarter: str, workspace: str | Path, on_step: Callable[[str], None] | None = None
) -> AuditResult:
    """Audits a client's quarter and writes its report; `on_step` hears the name of each of `STEPS`.

    Raises `Fault`: those of the workspace and of client.toml, NB-01, NB-04 and RUN-01 before anything runs;
    the fault of a notebook's cell, NB-02, NB-03, WS-02, WS-04 or PDF-01 later. Then the last report stays.
    """
    place, period, notebooks = Workspace.at(workspace), Quarter.parse(quarter), find_notebooks()
    checked(place, client, period, notebooks)

    def hear(_: str, step: str) -> None:
        if on_step:
            on_step(step)

    with whole_workspace(place, shared=True), one_client(place, client, quarter) as folder:
        job = Job(client, quarter, str(place.root), str(notebooks), str(folder / "workspace"))
        with Workers(1, folder / "worker", hear) as workers:
            result = workers.submit(run_client, job).result()
            return replace(result, messages=(*result.messages, *workers.lacks))
