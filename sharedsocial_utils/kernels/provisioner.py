"""The provisioner that jupyter_client finds by its entry point `warm-provisioner`."""

import asyncio
import atexit
import json
import logging
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Bool, Integer, List, Unicode

from sharedsocial_utils.kernels import linux
from sharedsocial_utils.kernels.address import NAME, is_possible, serving

SYSTEM = (
    "/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/etc", "/proc", "/sys/devices/system/cpu",
)  # fmt: skip
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
OPEN = "kernels can read whatever their user can: this system has no Landlock (Linux 5.13 and later)"
_own = ExitStack()


class WarmProcess:
    """A kernel as its requester sees it; has the methods of `subprocess.Popen` that jupyter_client calls."""

    stdin = stdout = stderr = None

    def __init__(self, line: "Line", pid: int) -> None:
        self.line, self.pid = line, pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code, minus the signal's number, or None while it runs."""
        if self.returncode is None:
            answer = self.line.heard()
            if answer is not None:
                self.returncode = answer.get("exit", -signal.SIGKILL)
        return self.returncode

    def wait(self) -> int:
        """The exit code, once it has ended."""
        while self.poll() is None:
            select.select([self.line.socket], [], [], 1)
        return int(self.returncode or 0)

    def kill(self) -> None:
        """Ends it at once, with all that it has started, and removes its folder."""
        self.line.close()
        if self.returncode is None:
            self.returncode = -signal.SIGKILL

    def send_signal(self, number: int) -> None:
        """Signals the kernel and all processes of its session."""
        if self.poll() is None:
            self.line.tell(signal=number)


class Line:
    """The connection to the server: one kernel after another, with one private folder."""

    def __init__(self, address: str) -> None:
        self.key, _, folder = address.partition("@")
        self.received, self.kernel = b"", 0
        self.socket = socket.socket(socket.AF_UNIX)
        try:
            self.socket.connect(f"{folder}/server")
            self.folder: str = self._answer()["folder"]
        except (OSError, ValueError):
            self.socket.close()
            raise

    def ask(self, descriptors: Sequence[int], **request: Any) -> WarmProcess:
        """A new kernel. Raises OSError when the server has gone."""
        data = json.dumps({"key": self.key, **request}).encode() + b"\n"
        sent = socket.send_fds(self.socket, [data], descriptors)
        self.socket.sendall(data[sent:])
        self.kernel = self._answer()["pid"]
        return WarmProcess(self, self.kernel)

    def tell(self, **content: Any) -> None:
        """A server that has gone hears nothing."""
        with suppress(OSError):
            self.socket.sendall(json.dumps(content).encode() + b"\n")

    def heard(self) -> dict[str, Any] | None:
        """What the server has said since, None for nothing; an empty answer when it has gone.

        Its kernels die with it; what they had started is ended here.
        """
        try:
            return self._answer(socket.MSG_DONTWAIT)
        except BlockingIOError:
            return None
        except OSError:
            with suppress(OSError):
                os.killpg(self.kernel, signal.SIGKILL)
            return {}

    def _answer(self, flags: int = 0) -> dict[str, Any]:
        while b"\n" not in self.received:
            data = self.socket.recv(4096, flags)
            if not data:
                raise ConnectionResetError
            self.received += data
        line, _, self.received = self.received.partition(b"\n")
        return dict(json.loads(line))

    def close(self) -> None:
        """Ends the kernel, if it lives, with all that it has started, and removes its folder."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)
            self.socket.settimeout(5)
            while self.socket.recv(4096):
                pass
        self.socket.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class WarmProvisioner(LocalProvisioner):
    """Kernels forked from a warm server, over sockets in a private folder; see the package's docstring."""

    modules = List(Unicode(), help="Modules that the server imports.").tag(config=True)
    memory_mb = Integer(0, help="Address space of a kernel above that of the server; 0: no limit.").tag(
        config=True
    )
    cpu_seconds = Integer(0, help="Processor time of a kernel; 0: no limit.").tag(config=True)
    private = Bool(True, help="HOME, TMPDIR and MPLCONFIGDIR of its own.").tag(config=True)
    readable = List(
        Unicode(), default_value=None, allow_none=True,
        help="Beside the system and Python, a kernel can read only these (where Linux has Landlock).",
    ).tag(config=True)  # fmt: skip
    writable = List(Unicode(), help="With `readable`: what it can write to, too.").tag(config=True)
    line: Line | None = None

    @classmethod
    def serving(
        cls, modules: Sequence[str], environment: Mapping[str, str], later: Sequence[str] = ()
    ) -> AbstractContextManager["Serving"]:
        """A server for the length of the block: the one that the environment names, else one of its own.

        It imports the modules before its first kernel, the later ones while it has nothing to do.
        """
        return _serving(modules, environment, later)

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Sockets instead of ports, before the connection file is written."""
        if self.line is None:
            self.line = _line(tuple(self.modules))
        if self.line and self.parent:
            self.parent.transport, self.parent.ip = "ipc", f"{self.line.folder}/k"
        return dict(await super().pre_launch(**kwargs))

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Forks the kernel; an ordinary one where that cannot be done."""
        if self.line is None or not _is_ours(cmd):
            _say_once("no warm kernel (it needs Linux and this Python): an ordinary kernel starts")
            return await super().launch_kernel(cmd, **kwargs)
        if self.readable is not None and not linux.landlock_version():
            _say_once(OPEN)
        descriptors = _descriptors(kwargs.get("stdout"), kwargs.get("stderr"))
        try:
            process = self.line.ask(descriptors, **self._request(cmd, **kwargs))
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        self.process = process  # type: ignore[assignment]  # it has what is used of Popen
        self.pid, self.pgid, self.cwd = process.pid, None, kwargs.get("cwd") or Path.cwd()
        await self._bound()
        return self.connection_info

    async def _bound(self) -> None:
        """Waits for the kernel's last socket: who connects too early tries again 0.1 s later."""
        last = Path(f"{self.parent.ip}-{self.parent.hb_port}") if self.parent else None
        while last and not last.exists() and await self.poll() is None:
            await asyncio.sleep(0.002)

    def _request(self, cmd: list[str], env: Mapping[str, str], cwd: Any = None, **_: Any) -> dict[str, Any]:
        assert self.line
        place = self.line.folder
        environment = {k: v for k, v in env.items() if not k.startswith("JPY_PARENT") and k != NAME}
        if self.private:
            environment |= {"HOME": f"{place}/home", "MPLCONFIGDIR": f"{place}/matplotlib"}
            environment |= dict.fromkeys(("TMPDIR", "TEMP", "TMP", "JUPYTER_RUNTIME_DIR"), f"{place}/tmp")  # noqa: S108
        files = [self.parent.connection_file] if self.parent else []
        readable = None if self.readable is None else [*SYSTEM, *_python(), *files, *self.readable]
        return {
            "command": cmd[2:],
            "folder": place,
            "cwd": str(cwd or Path.cwd()),
            "environment": environment,
            "memory_bytes": self.memory_mb * 2**20,
            "cpu_seconds": self.cpu_seconds,
            "readable": readable,
            "writable": [*DEVICES, place, *self.writable],
        }

    async def wait(self) -> int | None:
        """Waits for the kernel to end."""
        while await self.poll() is None:
            await asyncio.sleep(0.002)
        return await super().wait()

    async def kill(self, restart: bool = False) -> None:
        """Kills it, and waits: whoever asks next finds it ended."""
        await super().kill(restart)
        if isinstance(self.process, WarmProcess):
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._ended(), 5)

    async def _ended(self) -> None:
        while await self.poll() is None:
            await asyncio.sleep(0.002)

    async def cleanup(self, restart: bool = False) -> None:
        """Gives the kernel's folder back, unless another kernel will follow in it."""
        await super().cleanup(restart)
        if self.line and not restart:
            self.line.close()
            self.line = None


class Serving:
    """A server: `named` is the environment by which other processes find it, empty where none is possible."""

    def __init__(self, address: str) -> None:
        self.named = {NAME: address} if address else {}

    @property
    def lacks(self) -> list[str]:
        """What its kernels go without on this system; who is to know it is told by the caller."""
        return [OPEN] if not self.named or not linux.landlock_version() else []

    def start(
        self, command: Sequence[str], environment: Mapping[str, str], cwd: Path, descriptors: Sequence[int]
    ) -> WarmProcess:
        """A fork that runs a module as `python -m` does, its output going to the two descriptors.

        Whatever kernels it starts come from the same server. Raises OSError when the server has gone.
        """
        line = Line(self.named[NAME])
        try:
            return line.ask(
                descriptors, command=list(command), folder=line.folder, cwd=str(cwd),
                environment={**environment, "TMPDIR": f"{line.folder}/tmp", **self.named},  # noqa: S108
                memory_bytes=0, cpu_seconds=0, readable=None, writable=[],
            )  # fmt: skip
        except (OSError, ValueError) as error:
            line.close()
            raise ConnectionResetError from error


@contextmanager
def _serving(
    modules: Sequence[str], environment: Mapping[str, str], later: Sequence[str]
) -> Iterator[Serving]:
    if not is_possible():
        yield Serving("")
        return
    named = environment.get(NAME, "")
    if named and _answers(named):
        yield Serving(named)
        return
    with serving(modules, environment, later) as address:
        yield Serving(address)


def _answers(address: str) -> bool:
    try:
        Line(address).close()
    except (OSError, ValueError):
        return False
    return True


def _line(modules: tuple[str, ...]) -> Line | None:
    """To the server that the environment names, else to this process's own; None where there can be none."""
    with suppress(OSError, ValueError):
        if NAME in os.environ:
            return Line(os.environ[NAME])
    for _ in range(2 if is_possible() else 0):
        with suppress(OSError, ValueError):
            return Line(_own_server(modules))
        _own_server.cache_clear()  # it was killed
    return None


@cache
def _own_server(modules: tuple[str, ...]) -> str:
    atexit.register(_own.close)
    return _own.enter_context(serving(modules, os.environ))


def _is_ours(cmd: Sequence[str]) -> bool:
    """Whether this is `python -m MODULE ...` with the Python that the server runs."""
    python = shutil.which(cmd[0]) or cmd[0]
    return len(cmd) > 2 and cmd[1] == "-m" and Path(python).absolute() == Path(sys.executable).absolute()


def _descriptors(stdout: Any, stderr: Any) -> list[int]:
    first = _descriptor(stdout, 1)
    return [first, os.dup(first) if stderr == subprocess.STDOUT else _descriptor(stderr, 2)]


def _descriptor(stream: Any, inherited: int) -> int:
    if stream in (subprocess.PIPE, subprocess.DEVNULL):
        return os.open(os.devnull, os.O_WRONLY)
    if stream is None:
        return os.dup(inherited)
    return os.dup(stream if isinstance(stream, int) else stream.fileno())


def _python() -> list[str]:
    """The interpreter and its libraries."""
    places = (sys.prefix, sys.base_prefix, str(Path(sys.executable).resolve().parent))
    return list(dict.fromkeys(places))


@cache
def _say_once(words: str) -> None:
    logging.getLogger(__name__).warning(words)
