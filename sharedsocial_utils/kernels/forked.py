"""The child's side: a fork of the server becomes an ordinary kernel with its own surroundings."""

import atexit
import gc
import os
import random
import resource
import runpy
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sharedsocial_utils.kernels import linux


@dataclass(frozen=True)
class Request:
    """What a kernel is to be: `command` are the module after `python -m` and its arguments.

    Limits are of address space above what the server has (bytes) and of processor time (seconds), 0 for
    none. With `readable` all other files are closed to it, and TCP.
    """

    command: Sequence[str]
    folder: str
    cwd: str
    environment: dict[str, str]
    memory_bytes: int
    cpu_seconds: int
    readable: Sequence[str] | None
    writable: Sequence[str]


def become(request: Request, descriptors: Sequence[int]) -> int:
    """Runs the module as `python -m` would; returns its exit code."""
    _take_over_streams(descriptors)
    try:
        _forget_the_server(request)
        _limit(request)
        _without_port(request.folder)
        code = _run(request.command)
        threading._shutdown()  # type: ignore[attr-defined]  # waits for threads, as an interpreter's end does
    except BaseException:
        traceback.print_exc()
        code = 1
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
    return code


def _take_over_streams(descriptors: Sequence[int]) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for number, source in enumerate((nothing, *descriptors)):
        os.dup2(source, number)
    for source in (nothing, *descriptors):
        if source > 2:
            os.close(source)
    sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", closefd=False)  # type: ignore[misc]  # noqa: SIM115
    for name, number in (("stdout", 1), ("stderr", 2)):
        stream = open(number, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115
        vars(sys)[name] = vars(sys)[f"__{name}__"] = stream


def _forget_the_server(request: Request) -> None:
    """Signals, environment, folders, seeds: as in a process of its own."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    atexit._clear()
    os.environ.clear()
    os.environ.update(request.environment)
    os.chdir(request.cwd)
    time.tzset()
    tempfile.tempdir = None
    random.seed()
    vars(tempfile)["_name_sequence"] = None
    _renew_numpy()
    _renew_matplotlib()


def _renew_numpy() -> None:
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()


def _renew_matplotlib() -> None:
    """Its folders are those of the new environment, and the inline backend enters this shell, not none."""
    if "matplotlib" not in sys.modules:
        return
    matplotlib: Any = sys.modules["matplotlib"]
    for name in ("get_configdir", "get_cachedir"):
        vars(matplotlib)[name] = cache(vars(matplotlib)[name].__wrapped__)
    if os.environ.get("MPLBACKEND"):
        matplotlib.rcParams["backend"] = os.environ["MPLBACKEND"]
    sys.modules.pop("matplotlib_inline.backend_inline", None)  # it looks for its shell when it is imported


def _limit(request: Request) -> None:
    """Soft limits: what the kernel starts may set its own."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if request.memory_bytes:
        used = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        _lower(resource.RLIMIT_AS, used + request.memory_bytes)
    if request.cpu_seconds:
        _lower(resource.RLIMIT_CPU, request.cpu_seconds)
    if request.readable is not None:
        linux.restrict(request.readable, request.writable)


def _lower(which: int, value: int) -> None:
    _, hard = resource.getrlimit(which)
    resource.setrlimit(which, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _without_port(folder: str) -> None:
    """What forked children of the kernel print comes over a socket in its folder, not over a TCP port."""
    from ipykernel import iostream

    address = f"ipc://{folder}/c"

    class Thread(iostream.IOPubThread):
        def _setup_pipe_in(self) -> None:
            import zmq
            from zmq.eventloop.zmqstream import ZMQStream

            self._pipe_uuid = os.urandom(16)
            pipe = self.socket.context.socket(zmq.PULL)
            pipe.linger = 0
            pipe.bind(address)
            self._pipe_in = ZMQStream(pipe, self.io_loop)
            self._pipe_in.on_recv(self._handle_pipe_msg)

        def _setup_pipe_out(self) -> tuple[Any, Any]:
            import zmq

            context: Any = zmq.Context()
            pipe = context.socket(zmq.PUSH)
            pipe.linger = 3000
            pipe.connect(address)
            return context, pipe

    for module in ("ipykernel.iostream", "ipykernel.kernelapp"):
        vars(sys.modules[module])["IOPubThread"] = Thread


def _run(command: Sequence[str]) -> int:
    module, *arguments = command
    sys.argv = [module, *arguments]
    sys.path.insert(0, os.getcwd())  # noqa: PTH109 - as `python -m` does
    gc.enable()
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        if isinstance(end.code, int):
            return end.code
        if end.code is not None:
            print(end.code, file=sys.stderr)
        return int(end.code is not None)
    return 0
