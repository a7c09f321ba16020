"""The kernel's side: an ordinary IPython kernel that imports ahead and hands faults over whole.

python -m sharedsocial_utils.delivering.kernel_side CONNECTION_FILE [MODULE ...]

A module that has a function `fork_ahead` has it called while the kernel has one thread:
later no fork is safe.
"""

import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any

from sharedsocial_utils.delivering.notebooks import FAULT
from sharedsocial_utils.errors import Fault


def main(connection_file: str, modules: Sequence[str]) -> None:
    """Starts the kernel and serves until it is told to end."""
    from ipykernel import iostream, kernelapp

    def without_port(socket: Any, pipe: bool, session: Any) -> Any:  # noqa: ARG001
        """Not the TCP port that would carry the output of forked children: nothing here has any."""
        return iostream.IOPubThread(socket, pipe=False, session=session)

    vars(kernelapp)["IOPubThread"] = without_port
    for module in modules:
        with suppress(Exception):  # the cell that imports it will tell
            _import_ahead(module)
    app = kernelapp.IPKernelApp.instance()
    app.initialize(["-f", connection_file, "--HistoryManager.enabled=False"])
    shell: Any = app.shell
    shell.set_custom_exc((Fault,), _hand_over)
    app.start()


def _import_ahead(name: str) -> None:
    module = import_module(name)
    if hasattr(module, "fork_ahead"):
        module.fork_ahead()


def _hand_over(shell: Any, kind: type[Fault], fault: Fault, *_: object, **__: object) -> None:
    """Shows the fault as one line; its parts go before it."""
    shell.display_pub.publish(data={FAULT: {**fault.as_dict(), "found": fault.found}})
    shell._showtraceback(kind, fault, [fault.one_line()])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
