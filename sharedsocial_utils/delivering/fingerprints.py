"""What a client's outputs depend on, step by step: inputs, code, packages, parameters.

A step's fingerprint holds the one before, so the first that differs is the first to run again. A notebook
depends on the rooms that its cells import; every step on the ground.
"""

import json
import os
import platform
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path

from sharedsocial_utils.client import house_files
from sharedsocial_utils.delivering.notebooks import NAMES, Notebook, open_notebooks
from sharedsocial_utils.workspace import PORTFOLIO, Quarter, Workspace

PACKAGE = Path(__file__).resolve().parents[1]
EXPORT = ("delivering", "typst_export")
"""The rooms that the PDF and all outputs depend on."""
NEEDS = {"reading": ("reading", "readers")}
"""Rooms that another brings in."""
WITH_THE_PAST = "3_start_stop"
"""The notebook that looks at the quarter before and at the portfolio."""
Hash = Callable[[Path], str]


@dataclass(frozen=True)
class Code:
    """The notebooks, the rooms and the packages, the same for all clients of a batch."""

    notebooks: Path
    hash_of: Hash

    @cached_property
    def opened(self) -> list[Notebook]:
        """The four notebooks."""
        return open_notebooks(self.notebooks)

    @cached_property
    def steps(self) -> list[str]:
        """For each notebook, what of the code it depends on."""
        return [self._step(notebook) for notebook in self.opened]

    def _step(self, notebook: Notebook) -> str:
        named = [
            module.split(".")[1] for module in notebook.modules() if module.startswith(f"{PACKAGE.name}.")
        ]
        rooms = sorted({room for name in named for room in NEEDS.get(name, (name,))})
        export = EXPORT if notebook.name == NAMES[-1] else ()
        return digest(notebook.sha256, self.ground, *(self._room(room) for room in (*rooms, *export)))

    @cached_property
    def ground(self) -> str:
        """The ground, the interpreter and the packages."""
        files = [self.hash_of(path) for path in sorted(PACKAGE.glob("*.py"))]
        return digest(*files, platform.python_version(), *installed())

    def _room(self, name: str) -> str:
        folder = PACKAGE / name
        files = sorted(
            path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts
        )
        return digest(*(f"{path.relative_to(folder).as_posix()} {self.hash_of(path)}" for path in files))


@cache
def code_of(notebooks: Path) -> list[str]:
    """What each step depends on of the code, every file read: for who has no ledger."""
    return Code(notebooks, lambda path: sha256(path.read_bytes()).hexdigest()).steps


def installed() -> list[str]:
    """Names and versions of all packages, as their folders are called."""
    places = (Path(place) for place in sys.path if place.endswith("-packages"))
    return sorted(path.name for place in places if place.is_dir() for path in place.glob("*.dist-info"))


def keys_of(code: Code, place: Workspace, client: str, quarter: Quarter, hash_of: Hash) -> list[str]:
    """The fingerprints of a client's inputs and of the four steps for its quarter."""
    house = (f"{path.name} {hash_of(path)}" for path in house_files(place.root) if path.is_file())
    keys = [digest(client, str(quarter), *house, *_contents(place.raw(client), hash_of))]
    for name, step in zip(NAMES, code.steps, strict=True):
        past = _past(place, client, quarter, hash_of) if name == WITH_THE_PAST else ()
        keys.append(digest(keys[-1], step, *past))
    return keys


def inputs_of(place: Workspace, client: str, quarter: Quarter) -> Iterator[str]:
    """The files whose contents are in a client's fingerprints; as text, for there are many."""
    yield from (str(path) for path in house_files(place.root) if path.is_file())
    yield from (entry.path for entry in _entries(place.raw(client)))
    for folder in _past_folders(place, client, quarter):
        if folder.is_dir():
            yield from (str(path) for path in sorted(folder.iterdir()))


def _past(place: Workspace, client: str, quarter: Quarter, hash_of: Hash) -> Iterator[str]:
    for folder in _past_folders(place, client, quarter):
        if folder.is_dir():
            yield from _contents(folder, hash_of)


def _past_folders(place: Workspace, client: str, quarter: Quarter) -> Sequence[Path]:
    return (place.processed(client, quarter.previous), place.root / "data" / "processed" / PORTFOLIO)


def _contents(folder: Path, hash_of: Hash) -> Iterator[str]:
    """Name and content of every file; of a link where it leads, of anything else what it is: never opened."""
    for entry in _entries(folder):
        name = os.path.relpath(entry.path, folder)
        mode = entry.stat(follow_symlinks=False).st_mode
        if stat.S_ISREG(mode):
            yield f"{name} {hash_of(Path(entry.path))}"
        else:
            yield f"{name} {Path(entry.path).readlink() if entry.is_symlink() else stat.filemode(mode)}"


def _entries(folder: Path) -> Iterator["os.DirEntry[str]"]:
    """Everything below a folder that is no folder, in order; links are not followed."""
    with os.scandir(folder) as found:
        for entry in sorted(found, key=lambda entry: entry.name):
            if entry.is_dir(follow_symlinks=False):
                yield from _entries(Path(entry.path))
            else:
                yield entry


def digest(*parts: str) -> str:
    """One fingerprint of many."""
    return sha256(json.dumps(parts).encode()).hexdigest()
