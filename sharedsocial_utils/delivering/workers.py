"""Calls in processes of their own, each forked from a warm one: a `concurrent.futures.Executor`.

A process pool breaks when one of its processes dies, and keeps what a call left behind for the next. Here
every call has a fresh process, a few hundredths of a second old, with a time limit; when it dies, its own
future says so and no other. Where forks are missing, each is a new interpreter.
"""

import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, TypeVar

from sharedsocial_utils.delivering import events
from sharedsocial_utils.delivering.calls import decoded, encoded
from sharedsocial_utils.delivering.kernels import environment, make_folders
from sharedsocial_utils.delivering.warm import first, later
from sharedsocial_utils.errors import Fault

T = TypeVar("T")
SIDE = "sharedsocial_utils.delivering.worker"
CALL_SECONDS = 3600  # four notebooks and a PDF have limits of their own, which are reached before


class Workers(Executor):
    """As many calls at once as `jobs`; `listener` hears what they tell, in threads of this process."""

    def __init__(
        self, jobs: int, folder: Path, listener: events.Listener, seconds: float = CALL_SECONDS
    ) -> None:
        make_folders(folder)
        self.environment = environment(folder)
        self.warm = Warm(self.environment, folder)
        self.listener, self.seconds = listener, seconds
        self.threads = ThreadPoolExecutor(jobs)
        self.running: set[Any] = set()
        self.lock = threading.Lock()
        self.ended = False

    @property
    def lacks(self) -> list[str]:
        """What calls go without on this system."""
        return list(self.warm.server.lacks)

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> "Future[T]":
        """The call's future; it raises what the call raised, or `Fault` RUN-03 if its process ended or took
        too long."""
        if kwargs:
            raise TypeError("a worker's call has no keyword arguments")
        return self.threads.submit(self._called, fn, args)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Who is interrupted waits for nobody."""
        self.shutdown(wait=kind is None, cancel_futures=kind is not None)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Ends the workers; those at work too, if nobody waits for them."""
        self.threads.shutdown(wait=wait, cancel_futures=cancel_futures)
        with self.lock:
            self.ended = True
            for process in self.running:
                process.kill()
        self.threads.shutdown()
        self.warm.close()

    def _called(self, function: Callable[..., T], given: Sequence[Any]) -> T:
        heard, told = os.pipe()
        try:
            process = self._started(encoded((function, given)).decode(), told)
        finally:
            os.close(told)
        try:
            answer: T = self._answer(process, heard)
            return answer
        finally:
            os.close(heard)
            with self.lock:
                self.running.discard(process)
            process.kill()
            process.wait()

    def _started(self, call: str, told: int) -> Any:
        with self.lock:
            if self.ended:
                raise Fault("RUN-03", "the run was ended")
            process = self.warm.start([SIDE, call], self.environment, told)
            self.running.add(process)
            return process

    def _answer(self, process: Any, heard: int) -> Any:
        end, received, step = time.monotonic() + self.seconds, b"", ""
        while select.select([heard], [], [], max(0, end - time.monotonic()))[0]:
            data = os.read(heard, 65536)
            if not data:
                raise Fault("RUN-03", f"its process ended{_within(step)}: {_how(process.wait())}")
            received += data
            *lines, received = received.split(b"\n")
            for kind, content in map(decoded, lines):
                if kind == "done":
                    return content
                if kind == "raised":
                    raise content
                step = content[1]
                self.listener(*content)
        raise Fault("RUN-03", f"not done after {self.seconds:.0f} seconds{_within(step)}")


def _within(step: str) -> str:
    return f" in {step}" if step else ""


def _how(code: int | None) -> str:
    if code is not None and code < 0:
        with suppress(ValueError):
            return f"signal {signal.Signals(-code).name}"
    return f"exit code {code}"


class Warm:
    """Starts `python -m` commands: forks of a warm process, new interpreters where there can be none."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self.environment, self.folder = environment, folder
        (provisioner,) = entry_points(group="jupyter_client.kernel_provisioners", name="warm-provisioner")
        self.serve: Callable[..., Any] = provisioner.load().serving
        self.stack = ExitStack()
        self.server = self._server()

    def start(self, command: Sequence[str], environment: Mapping[str, str], stdout: int) -> Any:
        """The process; has the methods of `subprocess.Popen`. A server that was killed is started again."""
        if self.server.named:
            for _ in range(2):
                with suppress(OSError):
                    return self.server.start(command, environment, self.folder, [stdout, 2])
                self.stack.close()
                self.server = self._server()
        return subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", *command], stdin=subprocess.DEVNULL, stdout=stdout, env={**environment},
            cwd=self.folder,
        )  # fmt: skip

    def close(self) -> None:
        """Ends the server and all that it has forked."""
        self.stack.close()

    def _server(self) -> Any:
        return self.stack.enter_context(self.serve(first(), self.environment, later()))
