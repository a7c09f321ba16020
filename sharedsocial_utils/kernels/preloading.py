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


LEFT_OUT = ("debugpy", "rfc3987_syntax")
"""The debugger starts threads and opens a port; the grammar of web addresses takes jsonschema 1.5 seconds,
for none in a notebook. Who would import them does without where they are not installed."""


def preload(modules: Iterable[str]) -> list[str]:
    """Imports the modules and what a kernel needs; returns the names of those that could not be imported."""
    missing = [name for name in modules if not _imported(name)]
    for name in (*KERNEL, *_drawing()):
        _imported(name)
    _rehearse()
    return missing


def preload_one_by_one(modules: Iterable[str]) -> Iterator[str]:
    """Imports one more module whenever the next is asked for."""
    for name in modules:
        _imported(name)
        yield name
    for name in _drawing():
        _imported(name)
        yield name


def _drawing() -> Iterable[str]:
    return MATPLOTLIB if "matplotlib" in sys.modules else ()


def _rehearse() -> None:
    """What a kernel works out at its first command line and its first cell, and keeps for good."""
    with suppress(Exception):  # another version's kernel works it out itself
        app = importlib.import_module("ipykernel.kernelapp").IPKernelApp()
        app.parse_command_line(["-f", "connection.json", "--HistoryManager.enabled=False"])
        importlib.import_module("IPython.core.inputtransformer2").TransformerManager().transform_cell("1 + 1")


def _imported(name: str) -> bool:
    with suppress(Exception), _without(LEFT_OUT):  # the cell that imports it will tell
        importlib.import_module(name)
        return True
    return False


@contextmanager
def _without(names: Iterable[str]) -> Iterator[None]:
    """As if they were not installed, but for those that are loaded."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules |= dict.fromkeys(hidden)  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            sys.modules.pop(name, None)
