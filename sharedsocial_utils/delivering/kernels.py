"""Kernels: one for each notebook, forked from a warm process, in a private folder, without a network port.

Where forks are missing an ordinary kernel starts instead, which takes a second or two. The next notebook's
kernel is started while one runs (`Kernels`).
"""

import os
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync

KEPT_VARIABLES = (
    "PATH", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "CONDA_PREFIX", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH",
    "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "SHAREDSOCIAL_DEBUG", "WARM_KERNELS",
)  # fmt: skip
"""What a kernel must know of the caller's environment to start; nothing else of it can change a report."""
LONGEST_SOCKET_PATH = 95  # Linux allows 107 characters, macOS 103; jupyter_client adds a dash and a number
MEMORY_MB = 4096  # of a kernel, above what the libraries take; the example client's needs some 200
PACKAGE = Path(__file__).resolve().parents[1]
SIDE = "sharedsocial_utils.delivering.kernel_side"


class Client(AsyncKernelClient):
    """A client that is ready with the kernel's first answer.

    jupyter_client's own waits 0.2 seconds more for outputs of others, of which a new kernel has none.
    """

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Returns with the kernel's first answer; RuntimeError if it died before, TimeoutError."""
        import asyncio

        async with asyncio.timeout(timeout):
            while True:
                self.kernel_info()
                try:
                    # the kernel greets who listens to its outputs, so none is missed
                    await self.get_iopub_msg(timeout=1)
                    answer = await self.get_shell_msg(timeout=1)
                except Empty:
                    if not await self.is_alive():
                        raise RuntimeError("the kernel died before its first answer") from None
                    continue
                self._handle_kernel_info_reply(answer)
                return


class Kernel(AsyncKernelManager):
    """A kernel that knows its client: papermill leaves the client of a kernel that it did not start open.

    Asynchronous, since a blocking client waits for the answer of a dead kernel for ever.
    """

    connected: AsyncKernelClient | None = None

    def client(self, **how: Any) -> Any:
        """A client of the kernel."""
        self.connected = super().client(**how)
        return self.connected


@dataclass(frozen=True)
class Home:
    """Where the kernels of a run live, and what they may do."""

    folder: Path
    readable: Sequence[str]
    writable: Sequence[str]
    memory_mb: int = MEMORY_MB


def start(home: Home, name: str, modules: Sequence[str]) -> Kernel:
    """Starts a kernel that lives in a new folder; does not wait for its first answer."""
    folder = home.folder / name
    make_folders(folder)
    _show_package(folder)
    kernel = Kernel(connection_file=str(folder / "kernel.json"))
    kernel.client_factory = Client
    if os.name != "nt" and len(str(folder)) < LONGEST_SOCKET_PATH:
        kernel.transport, kernel.ip = "ipc", str(folder / "s")
    # whatever kernel the notebook names, it runs in the caller's interpreter
    kernel._kernel_spec = KernelSpec(
        argv=[sys.executable, "-m", SIDE, "{connection_file}", *modules],
        display_name="Python 3", language="python",
        metadata={"kernel_provisioner": {"provisioner_name": "warm-provisioner", "config": _config(home)}},
    )  # fmt: skip
    with (folder / "log").open("wb") as log:
        run_sync(kernel.start_kernel)(
            env=environment(folder), cwd=str(folder / "work"), stdout=log, stderr=log
        )
    return kernel


def _config(home: Home) -> dict[str, Any]:
    return {
        "modules": [],
        "private": False,
        "memory_mb": home.memory_mb,
        "readable": [str(PACKAGE), *home.readable],
        "writable": list(home.writable),
    }


def make_folders(folder: Path) -> None:
    """The folders that `environment` names, and the one to work in."""
    for part in ("home", "tmp", "work", "matplotlib"):
        (folder / part).mkdir(parents=True)


def _show_package(folder: Path) -> None:
    if sys.platform == "linux" and not PACKAGE.is_relative_to(sys.prefix):
        # of the clone around it a closed kernel sees nothing: the clients' data lie there too
        (folder / "lib").mkdir()
        (folder / "lib" / PACKAGE.name).symlink_to(PACKAGE)


def environment(folder: Path) -> dict[str, str]:
    """The same environment on every machine and for every user, but for where the libraries lie."""
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    home, temporary = str(folder / "home"), str(folder / "tmp")
    private = dict.fromkeys(("HOME", "USERPROFILE", "IPYTHONDIR", "JUPYTER_CONFIG_DIR"), home)
    private |= dict.fromkeys(("TMPDIR", "TEMP", "TMP", "JUPYTER_RUNTIME_DIR"), temporary)
    private["MPLCONFIGDIR"] = str(folder / "matplotlib")
    fixed = {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1", "PYTHONHASHSEED": "0"}
    if (folder / "lib").is_dir():
        private["PYTHONPATH"] = os.pathsep.join(filter(None, [str(folder / "lib"), kept.get("PYTHONPATH")]))
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # sums in one order
    return {**kept, **private, **fixed, **threads}


@dataclass
class Kernels:
    """A kernel for each notebook, each begun while the notebook before runs, and ended together."""

    home: Home
    modules: Mapping[str, Sequence[str]]
    coming: dict[str, Future[Kernel]] = field(default_factory=dict)
    starter: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))

    def __enter__(self) -> "Kernels":
        self.start_next()
        return self

    def __exit__(self, *_: object) -> None:
        self.starter.shutdown()
        for kernel in self.coming.values():
            if not kernel.exception():
                stop(kernel.result())

    def start_next(self) -> None:
        """Starts the next kernel, if one is left."""
        name = next((name for name in self.modules if name not in self.coming), None)
        if name:
            self.coming[name] = self.starter.submit(start, self.home, name, self.modules[name])

    def log_of(self, name: str) -> Path:
        """What a notebook's kernel wrote outside of its cells."""
        return self.home.folder / name / "log"


def stop(kernel: Kernel) -> None:
    """Ends the kernel at once and removes its sockets; quiet if it is dead already."""
    if kernel.connected:
        kernel.connected.stop_channels()
    if kernel.has_kernel:
        run_sync(kernel.shutdown_kernel)(now=True)
    run_sync(kernel.cleanup_resources)()


def last_words(log: Path) -> str:
    """The last line that a kernel wrote outside of its cells."""
    lines = log.read_text("utf-8", errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
