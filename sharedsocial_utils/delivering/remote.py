"""A workspace on object storage: fetched to a private folder, run there, put back whole.

An object appears whole or not at all. A client's outputs are put back with the manifest last: until it is
there, the hashes of the old one tell that something is under way. What is done stands in one object, `INDEX`,
which only who holds the lock writes; a client that is missing from it is made again, with the same bytes.
"""

import json
import os
import re
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from sharedsocial_utils.client import house_files
from sharedsocial_utils.delivering.fingerprints import digest
from sharedsocial_utils.delivering.locking import RUNS, remove
from sharedsocial_utils.delivering.pipeline import AuditResult, Job
from sharedsocial_utils.delivering.staging import MANIFEST
from sharedsocial_utils.errors import Fault
from sharedsocial_utils.workspace import CLIENT_ID, PORTFOLIO, Quarter

INDEX = f"data/processed/{RUNS}/done.json"
LOCK = f"data/processed/{RUNS}/lock.json"
HOUSE = ("agency.toml", "data/raw/agency.toml")
REACHED = "check its address, its keys and its rights, for instance with the storage's own command"
State = tuple[int, str]
"""Size and tag of an object: a changed content has another tag."""


def url_of(workspace: str | Path) -> str | None:
    """`s3://bucket/prefix`, also where it went through a `Path`, which eats a slash; None for a folder."""
    match = re.fullmatch(r"([a-z][a-z0-9+.-]+):/{1,2}(.+)", str(workspace))
    return f"{match[1]}://{match[2].rstrip('/')}" if match else None


@dataclass(frozen=True)
class Remote:
    """A workspace at a URL that fsspec knows."""

    url: str

    @cached_property
    def _place(self) -> tuple[Any, str]:
        try:
            from fsspec.core import url_to_fs

            fs, root = url_to_fs(self.url, use_listings_cache=False)
        except (ImportError, ValueError) as error:
            raise Fault("WS-01", f"the storage cannot be used: {error}", file=self.url) from error
        return fs, str(root)

    @contextmanager
    def _reached(self) -> Iterator[tuple[Any, str]]:
        """Every storage's package raises errors of its own; raises `Fault` WS-01 for those of this place."""
        try:
            yield self._place
        except (FileNotFoundError, FileExistsError, Fault):
            raise
        except Exception as error:
            raise Fault("WS-01", f"the storage refuses: {error}", file=self.url, next_step=REACHED) from error

    def states(self, *prefixes: str) -> dict[str, State]:
        """Every object below these by its path in the workspace."""
        found: dict[str, State] = {}
        for prefix in prefixes:
            with suppress(FileNotFoundError), self._reached() as (fs, root):
                for path, about in fs.find(f"{root}/{prefix}", detail=True).items():
                    tag = str(about.get("ETag") or about.get("mtime") or about.get("created") or "")
                    found[path.removeprefix(f"{root}/")] = (int(about["size"]), tag)
        return found

    def fetch(self, names: Iterable[str], folder: Path) -> None:
        """Copies objects below a folder. A name that leads out of it is none of ours."""
        wanted = [name for name in names if ".." not in name.split("/")]
        for name in wanted:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if wanted:
            with self._reached() as (fs, root):
                fs.get([f"{root}/{name}" for name in wanted], [str(folder / name) for name in wanted])

    def store(self, folder: Path, names: Iterable[str]) -> None:
        """Puts files in their places, in this order, each whole."""
        for name in names:
            self.write(name, (folder / name).read_bytes())

    def read(self, name: str) -> bytes:
        """An object's content. Raises FileNotFoundError."""
        with self._reached() as (fs, root):
            return bytes(fs.cat_file(f"{root}/{name}"))

    def write(self, name: str, data: bytes, only_new: bool = False) -> None:
        """Writes an object; raises FileExistsError where it must be new and is not."""
        with self._reached() as (fs, root):
            fs.pipe_file(f"{root}/{name}", data, mode="create" if only_new else "overwrite")

    def delete(self, names: Iterable[str]) -> None:
        """Removes objects; quiet about those that are gone."""
        for name in names:
            with suppress(FileNotFoundError), self._reached() as (fs, root):
                fs.rm_file(f"{root}/{name}")

    @contextmanager
    def held(self) -> Iterator[None]:
        """One batch at a time; raises `Fault` RUN-01. What a killed run of this machine left goes."""
        mine = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}",
        }
        try:
            self.write(LOCK, json.dumps(mine).encode(), only_new=True)
        except FileNotFoundError as error:
            raise Fault("WS-01", "the storage does not exist", file=self.url, next_step=REACHED) from error
        except FileExistsError:
            by = json.loads(self.read(LOCK))
            if by["host"] != mine["host"] or _lives(by["pid"]):
                who = f"process {by['pid']} on {by['host']}, since {by['since']} UTC"
                cure = f"wait until it has ended; if it was killed, delete {self.url}/{LOCK}"
                raise Fault("RUN-01", f"a run works on this workspace: {who}", next_step=cure) from None
            self.write(LOCK, json.dumps(mine).encode())
        try:
            yield
        finally:
            self.delete([LOCK])


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


@dataclass
class Index:
    """What is done: by client and quarter the fingerprints, and the states that its outputs then had."""

    place: Remote
    quarter: Quarter
    code: list[str]
    states: Mapping[str, State] = field(default_factory=dict)
    done: dict[str, Any] = field(default_factory=dict)

    def open(self) -> None:
        """Lists the workspace and reads what is done."""
        self.states = self.place.states("agency.toml", "data/raw", "data/processed", "reports")
        with suppress(FileNotFoundError, ValueError):
            self.done = dict(json.loads(self.place.read(INDEX)))

    def clients(self) -> list[str]:
        """Ids of all clients."""
        folders = {name.split("/")[2] for name in self.states if re.match("data/raw/[^/]+/", name)}
        return sorted(name for name in folders if CLIENT_ID.fullmatch(name))

    def inputs(self, client: str) -> dict[str, State]:
        """The objects that a client's run reads."""
        past = f"data/processed/{client}/{self.quarter.previous}/"
        own = (f"data/raw/{client}/", past, f"data/processed/{PORTFOLIO}/")
        return {name: state for name, state in self.states.items() if name.startswith(own) or name in HOUSE}

    def why(self, client: str) -> str | None:
        """Why a client must run; None if nothing has changed. Raises `Fault` CL-01, CL-05."""
        if not CLIENT_ID.fullmatch(client):
            raise Fault("CL-05", "not a client id", text=client, client=client)
        if f"data/raw/{client}/client.toml" not in self.states:
            raise Fault("CL-06", "no client.toml", client=client)
        known = self.done.get(f"{client}.{self.quarter}")
        if not known:
            return "it has not run before"
        if known["inputs"] != self.key(client):
            return "an input has changed"
        if known["code"] != self.code:
            return "the code has changed"
        gone = [name for name, state in known["outputs"].items() if self.states.get(name) != tuple(state)]
        return f"{gone[0]} is missing or was changed" if gone else None

    def key(self, client: str) -> str:
        """One fingerprint of all inputs."""
        return digest(*(f"{name} {state}" for name, state in sorted(self.inputs(client).items())))

    def enter(self, result: AuditResult) -> None:
        """A client is done: its outputs have these states now."""
        own = (f"data/processed/{result.client}/{self.quarter}", f"reports/{result.client}/{self.quarter}")
        states = self.place.states(*own)
        self.done[f"{result.client}.{self.quarter}"] = {
            "inputs": self.key(result.client),
            "code": self.code,
            "outputs": {name: states[name] for name in result.outputs if name in states},
        }

    def keep(self) -> None:
        """Writes what is done."""
        self.place.write(INDEX, json.dumps(self.done).encode())


def run_remote(job: Job, folder: Path, run: Callable[[Job], AuditResult]) -> AuditResult:
    """Fetches a client's inputs into the folder, runs it there, puts its outputs back and removes the folder.

    Raises what `run` raises; the notebook that failed is put back too.
    """
    place, quarter = Remote(job.workspace), Quarter.parse(job.quarter)
    own = f"{job.client}/{quarter}"
    remove(folder)
    try:
        _fetch(place, job.client, quarter, folder)
        before = _outputs(folder / "reports" / own / MANIFEST)
        try:
            result = run(replace(job, workspace=str(folder), folder=str(folder / "run")))
        except Fault:
            place.store(folder, _files(folder, f"reports/{own}/notebooks"))
            raise
        made = _files(folder, f"data/processed/{own}", f"reports/{own}")
        place.store(folder, sorted(made, key=lambda name: name.endswith(f"/{MANIFEST}")))
        place.delete(name for name in before - set(made) if f"/{own}/" in name)
        return replace(result, report=f"{job.workspace}/reports/{own}/report.pdf")
    finally:
        remove(folder)


def _fetch(place: Remote, client: str, quarter: Quarter, folder: Path) -> None:
    """Inputs, and of the last report what an analyst may have written into it."""
    index = Index(place, quarter, [])
    below = (
        f"data/raw/{client}",
        f"data/processed/{client}/{quarter.previous}",
        f"data/processed/{PORTFOLIO}",
    )
    index.states = place.states(*HOUSE, *below)
    last = place.states(f"reports/{client}/{quarter}/report.ipynb", f"reports/{client}/{quarter}/{MANIFEST}")
    place.fetch([*index.inputs(client), *last], folder)
    logos = [path.relative_to(folder).as_posix() for path in house_files(folder) if not path.exists()]
    place.fetch(place.states(*logos), folder)


def _files(folder: Path, *parts: str) -> list[str]:
    found = (path for part in parts for path in sorted((folder / part).rglob("*")) if path.is_file())
    return [path.relative_to(folder).as_posix() for path in found]


def _outputs(manifest: Path) -> set[str]:
    """What the run before had made."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        return set(json.loads(manifest.read_bytes())["outputs"])
    return set()
