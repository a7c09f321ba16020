"""The interpreter that reads the files.

Started before its files are known, it imports what it needs while its caller does.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from subprocess import DEVNULL, PIPE, Popen


@contextmanager
def started() -> Iterator[Popen[bytes]]:
    """A fresh interpreter that waits for its job on standard input; it is ended with the block."""
    # numerical libraries must not start threads in a process that forks
    quiet = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "ARROW_IO_THREADS": "1"}
    command = [sys.executable, "-c", "from sharedsocial_utils.reading.sandbox import main; main()"]
    shown = None if os.environ.get("SHAREDSOCIAL_DEBUG") else DEVNULL
    with Popen(  # noqa: S603 - our own interpreter and module
        command, stdin=PIPE, stdout=DEVNULL, stderr=shown, env={**os.environ, **quiet}
    ) as child:
        try:
            yield child
        finally:
            child.kill()
