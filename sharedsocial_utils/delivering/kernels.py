"""Kernels: one for each notebook, of the caller's interpreter, in a private folder, without a network port.

A kernel takes about a second to start and to import its libraries, so it is started while the notebook
before runs (`start`), and told what that notebook will import.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync

KEPT_VARIABLES = (
    "PATH", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "CONDA_PREFIX", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH",
    "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "SHAREDSOCIAL_DEBUG",
)  # fmt: skip
"""What a kernel must know of the caller's environment to start; nothing else of it can change a report."""
LONGEST_SOCKET_PATH = 95  # Linux allows 107 characters, macOS 103; jupyter_client adds a dash and a number


class Kernel(AsyncKernelManager):
    """A kernel that knows its client: papermill leaves the client of a kernel that it did not start open.

    Asynchronous, since a blocking client waits for the answer of a dead kernel for ever.
    """

    connected: AsyncKernelClient | None = None

    def client(self, **how: Any) -> Any:
        """A client of the kernel."""
        self.connected = super().client(**how)
        return self.connected


def start(folder: Path, modules: Sequence[str]) -> Kernel:
    """Starts a kernel that lives in a new folder and imports the modules ahead; does not wait for it."""
    for part in ("home", "tmp", "work"):
        (folder / part).mkdir(parents=True)
    kernel = Kernel(connection_file=str(folder / "kernel.json"))
    if os.name != "nt" and len(str(folder)) < LONGEST_SOCKET_PATH:
        kernel.transport, kernel.ip = "ipc", str(folder / "s")
    # whatever kernel the notebook names, it runs in the caller's interpreter
    side = [sys.executable, "-m", "sharedsocial_utils.delivering.kernel_side", "{connection_file}", *modules]
    kernel._kernel_spec = KernelSpec(argv=side, display_name="Python 3", language="python")
    with (folder / "log").open("wb") as log:
        run_sync(kernel.start_kernel)(
            env=environment(folder), cwd=str(folder / "work"), stdout=log, stderr=log
        )
    return kernel


def environment(folder: Path) -> dict[str, str]:
    """The same environment on every machine and for every user, but for where the libraries lie."""
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    home, temporary = str(folder / "home"), str(folder / "tmp")
    private = dict.fromkeys(("HOME", "USERPROFILE", "IPYTHONDIR", "JUPYTER_CONFIG_DIR"), home)
    private |= dict.fromkeys(("TMPDIR", "TEMP", "TMP", "JUPYTER_RUNTIME_DIR"), temporary)
    private["MPLCONFIGDIR"] = str(
        folder.parent / "matplotlib"
    )  # its list of fonts is made once for all kernels
    fixed = {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1", "PYTHONHASHSEED": "0"}
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # sums in one order
    return {**kept, **private, **fixed, **threads}


@dataclass
class Kernels:
    """A kernel for each list of modules, in a folder of its own: begun one by one, ended together."""

    folder: Path
    modules: Sequence[Sequence[str]]
    started: list[Kernel] = field(default_factory=list)

    def __enter__(self) -> "Kernels":
        self.start_next()
        return self

    def __exit__(self, *_: object) -> None:
        for kernel in self.started:
            stop(kernel)

    def start_next(self) -> None:
        """Starts the next kernel, if one is left."""
        number = len(self.started)
        if number < len(self.modules):
            self.started.append(start(self.folder_of(number), self.modules[number]))

    def folder_of(self, number: int) -> Path:
        """The folder in which a kernel lives."""
        return self.folder / str(number)


def stop(kernel: Kernel) -> None:
    """Ends the kernel at once and removes its sockets; quiet if it is dead already."""
    if kernel.connected:
        kernel.connected.stop_channels()
    if kernel.has_kernel:
        run_sync(kernel.shutdown_kernel)(now=True)
    run_sync(kernel.cleanup_resources)()


def last_words(folder: Path) -> str:
    """The last line that the kernel of a folder wrote outside of its cells."""
    lines = (folder / "log").read_text("utf-8", errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
