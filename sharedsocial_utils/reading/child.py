"""The interpreter that reads the files.

Started before its files are known, it imports what it needs while its caller does (`started`); or it is a
fork of a process that has imported it already (`fork_ahead`).
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from typing import NoReturn

_THREADS = Path("/proc/self/task")
_ahead: list["Fork"] = []


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


class Fork:
    """A fork of this process that waits for its job."""

    def __init__(self) -> None:
        given, self.job = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.job)
            _wait_for_job(given)
        os.close(given)

    def communicate(self, job: bytes) -> None:
        """Hands the job over and waits for its end."""
        with suppress(BrokenPipeError), os.fdopen(self.job, "wb") as pipe:
            pipe.write(job)
        os.waitpid(self.pid, 0)


def fork_ahead() -> None:
    """Forks the interpreter for the next read now; does nothing in a process that has threads already.

    A kernel calls this before it starts its threads: what a warm process has imported need not be imported
    again for each client.
    """
    if _THREADS.is_dir() and len(list(_THREADS.iterdir())) == 1:
        _ahead.append(Fork())


def forked_ahead() -> Fork | None:
    """The interpreter that was forked for this read, if one was."""
    return _ahead.pop() if _ahead else None


def _wait_for_job(given: int) -> NoReturn:
    code = 1
    try:
        from sharedsocial_utils.reading.sandbox import main

        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(given, 0)
        os.dup2(nothing, 1)
        if not os.environ.get("SHAREDSOCIAL_DEBUG"):
            os.dup2(nothing, 2)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
        main()
        code = 0
    finally:
        os._exit(code)
