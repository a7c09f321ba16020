"""The command `sharedsocial`: one module for each room, `base` for what they share.

A `Fault` is told after the error contract and ends with the code of architecture: 1 quarantine under
`--strict`, 2 the client's audit failed, 3 nothing done or bad configuration, 4 a fault of ours.
"""

import io
import logging
import os
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

import typer

from sharedsocial_utils.cli import deciding, delivering, reading, reporting, workbench  # noqa: F401 - they register
from sharedsocial_utils.cli.base import NOTHING_DONE, OUR_FAULT, app, tell
from sharedsocial_utils.errors import Fault

INTERRUPTED, ENDED = 130, 143
ORDER = (
    "new", "check", "read", "map", "sanitise", "audit", "report", "decide", "batch", "learn",
    "portfolio", "readers", "demo", "lab",
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Runs the command line; ends the process with the exit code of the contract."""
    app.registered_commands.sort(key=lambda command: ORDER.index(command.name or ""))
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # an old Windows console cannot print every name
            stream.reconfigure(errors="backslashreplace")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(ENDED))  # kernels and temporaries go too
    logging.getLogger("asyncio").disabled = True  # what a kernel says that was ended is no news
    if "--debug" in given:
        os.environ["SHAREDSOCIAL_DEBUG"] = "1"  # for the children
    try:
        code = app(given, standalone_mode=False, prog_name="sharedsocial") or 0
    except Fault as fault:
        tell(fault, "--json" in given)
        code = NOTHING_DONE
    except typer.Abort:
        code = INTERRUPTED
    except typer.TyperException as usage:
        code = _usage(usage, given)
    except Exception as error:
        if "--debug" in given:
            raise
        tell(Fault("XX-01", f"{type(error).__name__}: {error}"), "--json" in given)
        code = OUR_FAULT
    sys.exit(code)


def _usage(usage: typer.TyperException, given: Sequence[str]) -> int:
    if not given:  # the help was asked for
        print(usage.format_message())
        return 0
    tell(Fault("CL-10", usage.format_message().rstrip(".?")), "--json" in given)
    return NOTHING_DONE
