"""Where a server is: started for this process, or named by the environment."""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

NAME = "WARM_KERNELS"
"""The environment variable that names a running server: its key, @, its folder."""
PREFIX = "warm-"
LONGEST_FOLDER = 83  # of the 107 characters that a socket's path may have
ONE_THREAD = {
    **dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
"""A process with threads cannot fork: numerical libraries and Arrow's allocator start some when imported."""


def is_possible() -> bool:
    """Whether kernels can be forked here: Linux; elsewhere libraries may not survive a fork."""
    return sys.platform == "linux" and len(tempfile.gettempdir()) < LONGEST_FOLDER


@contextmanager
def serving(
    modules: Sequence[str], environment: Mapping[str, str], later: Sequence[str] = ()
) -> Iterator[str]:
    """A server with the modules loaded, and the later ones soon, for the length of the block; its address."""
    folder, lock = _own_folder()
    key = secrets.token_hex(16)
    process = _start(folder, key, modules, later, environment)
    os.register_at_fork(after_in_child=process.stdin.close)  # type: ignore[union-attr]
    try:
        yield f"{key}@{folder}"
    finally:
        process.stdin.close()  # type: ignore[union-attr]
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)  # the server's own work, unless it was killed
        os.close(lock)


def _start(
    folder: Path, key: str, modules: Sequence[str], later: Sequence[str], environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    from sharedsocial_utils.kernels.server import KEY, LATER

    kept = {
        name: value for name, value in environment.items() if not name.startswith("JPY_") and name != NAME
    }
    inline = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "sharedsocial_utils.kernels.server", str(folder), *modules, LATER, *later],
        env={**inline, **kept, **ONE_THREAD, KEY: key, "JPY_PARENT_PID": "1"},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder, start_new_session=True,
    )  # fmt: skip
    with process.stdout:  # type: ignore[union-attr]
        process.stdout.read()  # type: ignore[union-attr]  # closed as soon as it listens
    return process


def _own_folder() -> tuple[Path, int]:
    """A new private folder and the lock that tells others that its owner lives."""
    import fcntl

    _remove_abandoned()
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        handle = os.open(folder, os.O_RDONLY)
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if folder.exists():
                return folder, handle
        os.close(handle)  # somebody took it for abandoned before it was locked


def _remove_abandoned() -> None:
    """Folders whose owner and server were killed together."""
    import fcntl

    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            handle = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(handle)
