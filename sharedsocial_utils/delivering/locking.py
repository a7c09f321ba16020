"""One writer: who comes second is refused with the first one's process and start.

A lock is the operating system's: it ends with the process that holds it, however that ends.
"""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from sharedsocial_utils.errors import Fault
from sharedsocial_utils.workspace import Workspace

RUNS = ".runs"
TEMPORARY = "sharedsocial-run-"


def runs_folder(place: Workspace) -> Path:
    """Where runs keep their books and what they are making; raises `Fault` WS-02 if it cannot be made."""
    folder = place.root / "data" / "processed" / RUNS
    if folder.is_symlink():
        raise Fault("WS-02", "the folder is a link", file=str(folder), expected="the folder itself")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Fault("WS-02", f"cannot write: {error.strerror}", file=str(folder)) from error
    return folder


@contextmanager
def whole_workspace(place: Workspace, shared: bool = False) -> Iterator[None]:
    """For a batch alone, or shared by audits, each of which holds its client besides.

    Raises `Fault` RUN-01.
    """
    path = runs_folder(place) / "lock"
    handle = _opened(path)
    try:
        if not _locked(handle, shared):
            raise _refused(path, "a run works on this workspace")
        if not shared:
            _sign(handle)
        yield
        if not shared:
            os.ftruncate(handle, 0)
    finally:
        os.close(handle)


@contextmanager
def one_client(place: Workspace, client: str, quarter: str) -> Iterator[Path]:
    """For one run of a client's quarter; gives the folder in which it may make things, removed at the end.

    Raises `Fault` RUN-01.
    """
    folder = runs_folder(place) / f"{client}.{quarter}"
    path = folder.with_name(f"{folder.name}.lock")
    handle = _held(path, client)
    try:
        remove(folder)  # of a run that was killed
        folder.mkdir()
        yield folder
    finally:
        remove(folder)
        path.unlink(missing_ok=True)
        os.close(handle)


def remove(folder: Path) -> None:
    """Removes a folder with all in it; links in it are not followed."""
    import shutil

    if folder.is_symlink():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)


def sweep(place: Workspace) -> None:
    """Removes what killed runs left; only for who holds the whole workspace."""
    for path in runs_folder(place).iterdir():
        if path.is_dir():
            remove(path)
        elif path.suffix == ".lock":
            path.unlink()


@contextmanager
def private_folder() -> Iterator[Path]:
    """A temporary folder for the length of the block; those that killed runs have left go before."""
    for lock in _temporary_place().glob(f"{TEMPORARY}*/lock"):
        with suppress(OSError):
            handle = os.open(lock, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
            if _locked(handle):
                remove(lock.parent)
            os.close(handle)
    with tempfile.TemporaryDirectory(prefix=TEMPORARY) as name:
        handle = _opened(Path(name) / "new")
        try:
            _locked(handle)
            (Path(name) / "new").rename(Path(name) / "lock")  # whoever sees it finds it held
            yield Path(name)
        finally:
            os.close(handle)


def _temporary_place() -> Path:
    """The folder of temporary files. Python tries one by writing a file of its own into it, which stays there
    if a kill comes in between (seen in the kill test); so the first that can be written is taken as it is."""
    named = [os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP")]
    places = [Path(name).absolute() for name in (*named, "/tmp") if name]  # noqa: S108
    usable = (place for place in places if place.is_dir() and os.access(place, os.W_OK | os.X_OK))
    tempfile.tempdir = tempfile.tempdir or next(map(str, usable), None)
    return Path(tempfile.gettempdir())


def _held(path: Path, client: str) -> int:
    while True:
        handle = _opened(path)
        if not _locked(handle):
            os.close(handle)
            raise _refused(path, "a run works on this client").at(client=client)
        with suppress(FileNotFoundError):
            if path.stat().st_ino == os.fstat(handle).st_ino:
                _sign(handle)
                return handle
        os.close(handle)  # whoever held it has just removed it


def _opened(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o644)
    except OSError as error:
        raise Fault("WS-02", f"cannot write: {error.strerror}", file=str(path)) from error


def _locked(handle: int, shared: bool = False) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            vars(msvcrt)["locking"](handle, vars(msvcrt)["LK_NBLCK"], 1)
        else:
            import fcntl

            fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _sign(handle: int) -> None:
    os.ftruncate(handle, 0)
    os.pwrite(
        handle,
        json.dumps({"pid": os.getpid(), "since": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"}).encode(),
        0,
    )


def _refused(path: Path, what: str) -> Fault:
    """Names who holds it; a batch that finds audits at work names one of those."""
    for candidate in (path, *sorted(path.parent.glob("*.lock"))):
        with suppress(OSError, ValueError):
            by = json.loads(candidate.read_bytes())
            return Fault("RUN-01", f"{what}: process {by['pid']}, since {by['since']} UTC")
    return Fault("RUN-01", what)
