"""A client's run in a workspace of its own, whose outputs take their places together at its end.

The private workspace holds the inputs, by links, and all that the notebooks write. So a run that fails or is
killed changes nothing: the last report stays, whole.
"""

import errno
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sharedsocial_utils.client import house_files
from sharedsocial_utils.delivering.locking import remove
from sharedsocial_utils.errors import Fault
from sharedsocial_utils.workspace import PORTFOLIO, Quarter, Workspace, write_whole

MANIFEST = "manifest.json"


@contextmanager
def staged(place: Workspace, client: str, quarter: Quarter, folder: Path) -> Iterator[Workspace]:
    """The private workspace in that folder, for as long as the block runs.

    Raises `Fault` WS-02 if the folder cannot be written.
    """
    stage = Workspace(folder)
    try:
        remove(folder)  # of a run that was killed
        try:
            stage.processed(client, quarter).mkdir(parents=True)
            stage.reports(client, quarter).mkdir(parents=True)
            _link(place.root / "data" / "raw", folder / "data" / "raw")
            for path in house_files(place.root):  # of those in data/raw the link leads to them
                if path.is_file() and not path.is_relative_to(place.root / "data"):
                    write_flushed(folder / path.relative_to(place.root), path.read_bytes())
            for name in (f"{client}/{quarter.previous}", PORTFOLIO):
                if (place.root / "data" / "processed" / name).is_dir():
                    _link(place.root / "data" / "processed" / name, folder / "data" / "processed" / name)
        except OSError as error:
            raise _unwritable(error, folder) from error
        yield stage
    finally:
        remove(folder)


def readable(place: Workspace, client: str, quarter: Quarter) -> list[str]:
    """What a kernel of the client may read of the workspace, beside its private one."""
    processed = place.root / "data" / "processed"
    own = (place.raw(client), processed / client / str(quarter.previous), processed / PORTFOLIO)
    return [str(path) for path in (*own, *house_files(place.root))]


def _link(target: Path, path: Path) -> None:
    if os.name == "nt":  # where a link needs rights that a user may not have
        import _winapi

        vars(_winapi)["CreateJunction"](str(target), str(path))
    else:
        path.symlink_to(target, target_is_directory=True)


def put_in_place(stage: Workspace, place: Workspace, client: str, quarter: Quarter) -> None:
    """Moves the outputs of a run to their places, the manifest last, and removes what the run before had made
    and this one did not.

    Raises `Fault` WS-02; a file at its place is whole, whatever happens.
    """
    earlier = _outputs_of_the_last_run(place, client, quarter)
    made = _files(stage, client, quarter)
    try:
        for name in made:
            _move(stage.root / name, place.root / name, place.root)
        for name in earlier - set(made):
            (place.root / name).unlink(missing_ok=True)
        _flush_folders(place.root, made)
    except OSError as error:
        raise _unwritable(error, place.root) from error


def put_one_in_place(stage: Workspace, place: Workspace, name: str) -> None:
    """Moves one file to its place; raises `Fault` WS-02."""
    try:
        _move(stage.root / name, place.root / name, place.root)
        _flush_folders(place.root, [name])
    except OSError as error:
        raise _unwritable(error, place.root) from error


def write_flushed(path: Path, data: bytes) -> None:
    """Writes a file of the private workspace so that it may be moved; raises `Fault` WS-02."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise _unwritable(error, path) from error


def _files(stage: Workspace, client: str, quarter: Quarter) -> list[str]:
    """Paths in the workspace; tables first, the manifest last."""
    folders = (stage.processed(client, quarter), stage.reports(client, quarter))
    found = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    names = [path.relative_to(stage.root).as_posix() for path in found]
    return sorted(names, key=lambda name: name.endswith(f"/{MANIFEST}"))


def _outputs_of_the_last_run(place: Workspace, client: str, quarter: Quarter) -> set[str]:
    """As its manifest names them, as far as they lie in this client's folders."""
    own = tuple(
        f"{folder.relative_to(place.root).as_posix()}/"
        for folder in (place.processed(client, quarter), place.reports(client, quarter))
    )
    with suppress(OSError, ValueError, TypeError, KeyError):
        manifest = json.loads((place.reports(client, quarter) / MANIFEST).read_bytes())
        return {name for name in manifest["outputs"] if name.startswith(own) and ".." not in name}
    return set()


def _move(made: Path, path: Path, root: Path) -> None:
    _make_folders(path.parent, root)
    try:
        made.replace(path)
    except OSError as error:
        if error.errno != errno.EXDEV:  # the workspace's folders may lie on several disks
            raise
        write_whole(path, made.read_bytes())


def _make_folders(folder: Path, root: Path) -> None:
    """The folders down to this one; a link among those of the client would lead into another's."""
    below = folder.relative_to(root).parts
    for depth in range(1, len(below) + 1):
        step = root.joinpath(*below[:depth])
        if step.is_symlink() and step.name not in ("data", "processed", "reports"):
            raise Fault("WS-02", "the folder is a link", file=str(step), expected="the folder itself")
        step.mkdir(exist_ok=True)


def _flush_folders(root: Path, names: Iterable[str]) -> None:
    if os.name == "nt":  # Windows cannot open a folder
        return
    parents = {parent for name in names for parent in (root / name).parents if parent.is_relative_to(root)}
    for folder in sorted(parents):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _unwritable(error: OSError, place: Path) -> Fault:
    return Fault("WS-02", f"cannot write: {error.strerror}", file=str(error.filename or place))
