"""What a kernel would import late, imported before the forks."""

import importlib
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

KERNEL = (
    "IPython.core.completerlib", "IPython.core.debugger", "IPython.core.logger", "IPython.core.oinspect",
    "IPython.core.pylabtools", "IPython.extensions.storemagic", "IPython.utils.wildcard", "email.parser",
    "encodings.ascii", "encodings.idna", "encodings.latin_1", "faulthandler", "ipykernel.debugger",
    "ipykernel.ipkernel", "ipykernel.kernelapp", "ipykernel.zmqshell", "mimetypes", "pdb", "sqlite3.dbapi2",
    "tornado.gen", "tornado.locks", "tornado.platform.asyncio", "tornado.queues", "zmq.eventloop.zmqstream",
)  # fmt: skip
"""What every kernel needs; those that a version does not have are left out."""
MATPLOTLIB = ("matplotlib.font_manager", "matplotlib.pyplot", "matplotlib_inline.backend_inline")
"""What the first inline figure needs, where matplotlib is among the modules."""


def preload(modules: Iterable[str]) -> list[str]:
    """Imports the modules and what a kernel needs; returns the names of those that could not be imported."""
    with _without("debugpy"):
        missing = [name for name in modules if not _imported(name)]
        for name in KERNEL:
            _imported(name)
        if "matplotlib" in sys.modules:
            for name in MATPLOTLIB:
                _imported(name)
    return missing


def _imported(name: str) -> bool:
    with suppress(Exception):  # the cell that imports it will tell
        importlib.import_module(name)
        return True
    return False


@contextmanager
def _without(name: str) -> Iterator[None]:
    """The debugger starts threads and opens a port: ipykernel does without where it is not installed."""
    before = sys.modules.get(name)
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]
        if before is not None:
            sys.modules[name] = before
