"""The interpreter that reads the files, started before anybody knows which: it imports while its caller does."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


def started() -> subprocess.Popen[bytes]:
    """A fresh interpreter that imports the readers and waits for its job on standard input."""
    # numerical libraries must not start threads in a process that forks
    quiet = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "ARROW_IO_THREADS": "1"}
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-c", "from sharedsocial_utils.reading.sandbox import main; main()"],
        stdin=subprocess.PIPE,
        env={**os.environ, **quiet},
        stdout=subprocess.DEVNULL,
        stderr=None if os.environ.get("SHAREDSOCIAL_DEBUG") else subprocess.DEVNULL,
    )


@contextmanager
def importing() -> Iterator[subprocess.Popen[bytes]]:
    """As `started`; a child that got no job by the end is ended."""
    child = started()
    try:
        yield child
    finally:
        if child.poll() is None:
            child.kill()
        child.communicate()
