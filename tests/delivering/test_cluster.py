"""A batch on a Dask cluster of two worker processes, and on an S3 server: the bytes of a local run."""

import os
import signal
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import project
from sharedsocial_utils.delivering import batch
from sharedsocial_utils.delivering.batch import Outcome, Watcher
from sharedsocial_utils.delivering.remote import Remote, url_of
from sharedsocial_utils.errors import Fault
from sharedsocial_utils.workspace import Workspace

QUARTER = "2026Q3"
NAMES = ("abete", "betulla", "cipresso", "larice")


class Heard(Watcher):
    def __init__(self) -> None:
        self.steps: list[tuple[str, str]] = []

    def step(self, client: str, step: str) -> None:
        self.steps.append((client, step))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace of small clients, and small notebooks."""
    folder = project.notebooks(tmp_path / "notebooks")
    monkeypatch.setattr(sys.modules["sharedsocial_utils.delivering.batch"], "find_notebooks", lambda: folder)
    root = project.workspace(tmp_path / "work")
    for name in NAMES:
        (root / "data" / "raw" / name).mkdir()
        (root / "data" / "raw" / name / "client.toml").write_text(project.CLIENT, "utf-8")
    return Workspace(root)


@pytest.fixture
def storage(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of an empty bucket on a server of this machine."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    import s3fs

    name = f"bucket-{uuid.uuid4().hex[:8]}"
    s3fs.S3FileSystem(endpoint_url=f"http://{host}:{port}").mkdir(name)
    yield f"s3://{name}/night"
    s3fs.S3FileSystem.clear_instance_cache()
    server.stop()


def outputs(root: Path) -> dict[str, bytes]:
    found = {}
    for part in ("data/processed", "reports"):
        for folder, inner, names in os.walk(root / part):
            inner[:] = [name for name in inner if name != ".runs"]
            found |= {
                (Path(folder) / name).relative_to(root).as_posix(): (Path(folder) / name).read_bytes()
                for name in names
            }
    return found


def stored(url: str) -> dict[str, bytes]:
    remote = Remote(url)
    names = [name for name in remote.states("data/processed", "reports") if "/.runs/" not in name]
    return {name: remote.read(name) for name in names}


def store(place: Workspace, url: str) -> None:
    raw = (path for path in place.root.rglob("data/raw/**/*") if path.is_file())
    Remote(url).store(place.root, [path.relative_to(place.root).as_posix() for path in raw])


def statuses(outcomes: list[Outcome]) -> dict[str, str]:
    return {
        outcome.client: outcome.status + (outcome.fault.one_line() if outcome.fault else "")
        for outcome in outcomes
    }


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.slow
def test_a_workspace_on_object_storage_has_the_bytes_of_a_local_one(place: Workspace, storage: str) -> None:
    store(place, storage)
    assert batch([], "2026Q2", place.root)[
        0
    ].fault  # a failing quarter, so that the local run is not the first
    batch([], QUARTER, place.root, 2)
    heard = Heard()
    asked = Path(storage)  # as the command line hands it over
    assert set(statuses(batch([], QUARTER, asked, 2, watcher=heard)).values()) == {"done"}
    assert {client for client, _ in heard.steps} == {*NAMES, "la-quercia"}
    assert stored(storage) == outputs(place.root)

    heard.steps.clear()
    again = batch([], QUARTER, storage, 2, watcher=heard)
    assert {(o.status, o.why) for o in again} == {("skipped", "nothing has changed")}
    assert heard.steps == []
    Remote(storage).write("data/raw/larice/note.txt", b"new")
    Remote(storage).delete([f"reports/abete/{QUARTER}/report.pdf"])
    third = {o.client: o.why for o in batch([], QUARTER, storage, 2)}
    assert third["larice"] == "an input has changed"
    assert third["abete"] == f"reports/abete/{QUARTER}/report.pdf is missing or was changed"
    assert third["betulla"] == "nothing has changed"
    assert stored(storage) == outputs(place.root)

    with Remote(storage).held(), pytest.raises(Fault, match=f"process {os.getpid()} on .*, since") as caught:
        batch([], QUARTER, storage)
    assert caught.value.code == "RUN-01"
    (failed,) = batch(["nobody"], QUARTER, storage)
    assert failed.fault
    assert failed.fault.code == "CL-06"


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::UserWarning")
@pytest.mark.parametrize("where", ["folder", "storage"])
@pytest.mark.slow
def test_a_cluster_makes_the_same_bytes_also_when_a_worker_dies(
    place: Workspace, storage: str, where: str, tmp_path: Path
) -> None:
    from distributed import LocalCluster

    store(place, storage)
    batch([], QUARTER, place.root, 2)
    whole = outputs(place.root)
    for part in ("data/processed", "reports"):
        for name in whole:
            (place.root / name).unlink(missing_ok=True)
        assert part
    workspace: Any = place.root if where == "folder" else storage
    heard = Heard()
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1",
        local_directory=str(tmp_path / "dask"),
    ) as cluster:  # fmt: skip
        killer = threading.Thread(target=kill_one_at_work, args=(heard, cluster), daemon=True)
        killer.start()
        outcomes = batch(
            [], QUARTER, workspace, everything=True, watcher=heard, cluster=cluster.scheduler_address
        )
        killer.join(10)
        assert not killer.is_alive()
    assert set(statuses(outcomes).values()) == {"done"}
    assert {step for _, step in heard.steps} >= {"1_ingest", "pdf"}
    assert (outputs(place.root) if where == "folder" else stored(storage)) == whole


def kill_one_at_work(heard: Heard, cluster: Any) -> None:
    """As soon as a worker has begun a client's second notebook, one of the two is killed."""
    while not any(step == "2_effort_vs_results" for _, step in heard.steps):
        time.sleep(0.02)
    worker = next(iter(cluster.workers.values()))
    os.kill(worker.process.process.pid if hasattr(worker.process, "process") else worker.pid, signal.SIGKILL)


def test_addresses_and_folders() -> None:
    assert url_of("s3://bucket/night/") == "s3://bucket/night"
    assert url_of(Path("s3://bucket/night")) == "s3://bucket/night"
    assert url_of(Path("work")) is None
    assert url_of("/srv/work") is None
    assert url_of("C:/work") is None


def test_a_cluster_that_does_not_answer_is_one_line(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster = sys.modules["sharedsocial_utils.delivering.cluster"]
    monkeypatch.setattr(cluster, "SECONDS_TO_CONNECT", 0.5)
    with pytest.raises(Fault, match=r"the cluster does not answer: 'tcp://127\.0\.0\.1:9'") as caught:
        batch([], QUARTER, place.root, cluster="tcp://127.0.0.1:9")
    assert caught.value.code == "RUN-04"
    with pytest.raises(
        Fault, match="not an address of a cluster: 'nonsense'; expected such as tcp://host:8786"
    ):
        batch([], QUARTER, place.root, cluster="nonsense")


def test_a_storage_that_refuses_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusing:
        error: Exception

        def pipe_file(self, *_: object, **__: object) -> None:
            raise self.error

    storage = Refusing()
    monkeypatch.setattr(Remote, "_place", (storage, "bucket/night"))
    refusals = {
        "the storage refuses: no key": PermissionError("no key"),
        "does not exist": FileNotFoundError(),
    }
    for message, storage.error in refusals.items():
        with pytest.raises(Fault, match=message) as caught:
            batch([], QUARTER, "s3://bucket/night")
        assert (caught.value.code, caught.value.file) == ("WS-01", "s3://bucket/night")
