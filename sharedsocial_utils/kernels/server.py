"""The server: one process with one thread that has everything imported and forks a kernel for each request.

    python -m sharedsocial_utils.kernels.server FOLDER MODULE... [--later MODULE...]

It imports the modules before the first fork, the later ones while it has nothing to do. It listens on the
socket FOLDER/server, speaks lines of JSON, and lives until its standard input is closed. A
guard beside it, its parent, ends whatever is left when the server itself is killed. Every request is a
connection of its own, for as long as the kernel lives:

    server: {"folder": "/…/3"}                 the kernel's private folder
    client: {"key": …, "command": […], …}      see `Request`; with it the descriptors of stdout and stderr
    server: {"pid": 4711}
    client: {"signal": 2}                      as often as wished
    server: {"exit": 0}                        or minus the number of the signal that ended it

When a connection ends, its kernel ends with all its descendants and its folder is removed; when the server
ends, so do all of them.
"""

import gc
import json
import os
import select
import selectors
import shutil
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from sharedsocial_utils.kernels import linux
from sharedsocial_utils.kernels.forked import Request, become
from sharedsocial_utils.kernels.preloading import preload, preload_one_by_one

PARTS = ("home", "tmp", "work", "matplotlib")
KEY = "WARM_KERNELS_KEY"
LATER = "--later"
SECONDS_TO_END = 10


@dataclass(eq=False)
class Kernel:
    """One connection, and the kernel that was forked for it."""

    connection: socket.socket
    folder: Path
    received: bytes = b""
    descriptors: list[int] = field(default_factory=list)
    pid: int = 0

    def tell(self, **content: Any) -> None:
        """A client that is gone hears nothing; its end of the connection tells."""
        with suppress(OSError):
            self.connection.sendall(json.dumps(content).encode() + b"\n")

    def signal(self, number: int) -> None:
        """To the kernel and all processes of its session."""
        with suppress(ProcessLookupError, PermissionError):
            if self.pid:
                os.killpg(self.pid, number)


class Server:
    """Accepts, forks, reaps."""

    def __init__(self, folder: Path, key: str) -> None:
        self.folder, self.key = folder, key
        self.kernels: set[Kernel] = set()
        self.made = 0
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(folder / "server"))
        self.listener.listen(128)

    def serve(self, later: Sequence[str]) -> None:
        """Serves until it is told to end, and imports what is to be imported later when nobody asks."""
        wakes, woken = os.pipe()
        for end in (wakes, woken):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.selector = selectors.DefaultSelector()
        for source in (self.listener, wakes):
            self.selector.register(source, selectors.EVENT_READ)
        coming = preload_one_by_one(later)
        while True:
            while not (ready := self.selector.select(0)) and next(coming, ""):
                _require_one_thread(later)
            for key, _ in ready or self.selector.select():
                if key.fileobj is self.listener:
                    self._accept()
                elif key.fileobj == wakes:
                    os.read(wakes, 4096)
                    self._reap()
                elif key.data in self.kernels:
                    self._hear(key.data)

    def close(self) -> None:
        """Ends every kernel and removes every folder."""
        for kernel in list(self.kernels):
            self._drop(kernel)
        self._end_adopted()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _accept(self) -> None:
        connection, _ = self.listener.accept()
        self.made += 1
        folder = self.folder / str(self.made)
        for part in PARTS:
            (folder / part).mkdir(parents=True)
        kernel = Kernel(connection, folder)
        self.kernels.add(kernel)
        self.selector.register(connection, selectors.EVENT_READ, kernel)
        kernel.tell(folder=str(folder))

    def _hear(self, kernel: Kernel) -> None:
        try:
            data, descriptors, _, _ = socket.recv_fds(kernel.connection, 65536, 2)
        except OSError:
            data, descriptors = b"", []
        kernel.descriptors += descriptors
        kernel.received += data
        while b"\n" in kernel.received:
            line, _, kernel.received = kernel.received.partition(b"\n")
            self._obey(kernel, json.loads(line))
        if not data:
            self._drop(kernel)

    def _obey(self, kernel: Kernel, order: dict[str, Any]) -> None:
        if "signal" in order:
            kernel.signal(order["signal"])
        elif order.pop("key") == self.key and not kernel.pid:
            self._fork(kernel, Request(**order))

    def _fork(self, kernel: Kernel, request: Request) -> None:
        ready, told = os.pipe()
        gc.freeze()  # what is imported stays: no collection of a kernel need look at it
        pid = os.fork()
        if pid == 0:
            os.close(ready)
            self._become(kernel, request, told)
        os.close(told)
        os.read(ready, 1)  # it leads its own session now: a signal to its group reaches nobody else
        os.close(ready)
        while kernel.descriptors:
            os.close(kernel.descriptors.pop())
        kernel.pid = pid
        kernel.tell(pid=pid)

    def _become(self, kernel: Kernel, request: Request, told: int) -> NoReturn:
        """In the child: lets go of all that is the server's, then runs the kernel."""
        code = 1
        try:
            os.setsid()
            linux.die_with_parent(signal.SIGKILL)
            linux.adopt_orphans()
            os.close(told)
            signal.set_wakeup_fd(-1)
            self.selector.close()
            self.listener.close()
            for other in self.kernels:
                other.connection.close()
                for descriptor in other.descriptors if other is not kernel else ():
                    os.close(descriptor)
            code = become(request, kernel.descriptors)
        finally:
            os._exit(code)

    def _reap(self) -> None:
        """Tells who ended, and ends what it left behind: the server adopts it."""
        ended: dict[int, int] = {}
        while pid := _next_ended(ended):
            for kernel in self.kernels:
                if kernel.pid == pid:
                    kernel.signal(signal.SIGKILL)  # the rest of its session
                    kernel.pid = 0
                    kernel.tell(exit=ended[pid])
        if ended:
            self._end_adopted()

    def _end_adopted(self) -> None:
        """A living kernel adopts its own orphans: those that are ours have lost their kernel."""
        for pid in set(linux.children()) - {kernel.pid for kernel in self.kernels}:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _drop(self, kernel: Kernel) -> None:
        """Ends a kernel whose client is gone; who waits for the end of the connection finds nothing left."""
        self.kernels.discard(kernel)
        self.selector.unregister(kernel.connection)
        kernel.signal(signal.SIGKILL)
        if kernel.pid:
            with suppress(ChildProcessError):
                os.waitpid(kernel.pid, 0)
        self._end_adopted()
        shutil.rmtree(kernel.folder, ignore_errors=True)
        kernel.connection.close()


def _next_ended(ended: dict[int, int]) -> int:
    """The next child that has ended; its exit code, or minus its signal, goes into `ended`."""
    with suppress(ChildProcessError):
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid:
            ended[pid] = os.waitstatus_to_exitcode(status)
        return pid
    return 0


def main(folder: Path, modules: Sequence[str], later: Sequence[str]) -> None:
    """Listens, forks the server and guards it."""
    server = Server(folder, os.environ.pop(KEY))  # listens first: who comes early waits
    os.dup2(2, 1)  # closes the pipe by which the starter waits
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    linux.adopt_orphans()
    pid = os.fork()
    if pid == 0:
        linux.die_with_parent(signal.SIGTERM)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        _serve(server, modules, later)
    else:
        server.listener.close()
        _guard(pid, folder)


def _serve(server: Server, modules: Sequence[str], later: Sequence[str]) -> None:
    own = os.getpid()

    def end(*_: object) -> NoReturn:
        # no exception: a module that is being imported might catch it
        if os.getpid() == own:
            server.close()
        os._exit(0)

    try:
        signal.signal(signal.SIGTERM, end)
        linux.adopt_orphans()
        gc.disable()  # imports leave next to nothing to collect
        preload(modules)
        _require_one_thread(modules)
        server.serve(later)
    finally:
        server.close()


def _require_one_thread(modules: Sequence[str]) -> None:
    if linux.threads() > 1:
        raise SystemExit(
            f"warm kernels: one of these modules starts threads, so nothing can fork: {list(modules)}"
        )


def _guard(server: int, folder: Path) -> None:
    """Waits for the end of standard input, or of the server, and ends what is left."""
    ended = os.pidfd_open(server)
    ready, _, _ = select.select([sys.stdin, ended], [], [])
    if ended not in ready:
        os.kill(server, signal.SIGTERM)
        select.select([ended], [], [], SECONDS_TO_END)
    while left := linux.children():
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    cut = sys.argv.index(LATER) if LATER in sys.argv else len(sys.argv)
    main(Path(sys.argv[1]), sys.argv[2:cut], sys.argv[cut + 1 :])
